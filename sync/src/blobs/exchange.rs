//! Who is asked for which blob, what is given to whom, and when a peer is cut off. Pure: time is an argument, and files and links belong to the driver.
//!
//! A node wants what the records in its scopes name and it lacks. It asks its links, fetches part by part, a few blobs at once, and goes on where it stopped.
//! What it gives is named by a record in a scope that the asking member may hold; of anything else it says nothing.

use std::collections::{BTreeMap, BTreeSet};

use schemas::scope::ScopeId;

use super::BLOB_MAX;
use super::message::{ASKED_MAX, BlobMessage, PART};
use crate::hash::Hash;
use crate::identity::{Member, Role};
use crate::step::SessionId;

#[cfg(test)]
mod tests;

/// Blobs that are fetched at once.
pub const FETCHES_MAX: usize = 3;
/// Parts that are asked for from one tick to the next: with four ticks a second 2 MiB a second, so that photos never fill a line or a disk.
pub const PARTS_A_TICK: u32 = 16;
/// The first and the longest wait before the same member is asked for the same blob again.
const ASK_AGAIN_MS: (i64, i64) = (2_000, 30_000);
/// As long as one part may take, at 32 kbit/s behind what goes before it; then another member is asked.
const PART_MS: i64 = 30_000;
/// As long as a member is left alone that did not answer, and one that sent what was not asked for.
const REST_MS: i64 = 30_000;
const DISTRUST_MS: i64 = 3_600_000;
/// Members that are remembered to have sent wrong bytes.
const DISTRUSTED_MAX: usize = 256;
/// A disk that did not take a part is tried again.
const DISK_MS: i64 = 60_000;
/// Parts of one link that nobody asked for: more than come late after an answer was given up.
const STRAYS_MAX: u32 = 64;
/// A blob that no record names is kept for a day: its record may be about to come.
const UNNAMED_MS: i64 = 24 * 3_600_000;

/// Decides about blobs.
#[derive(Debug, Default)]
pub struct Exchange {
    named: BTreeMap<Hash, Named>,
    /// Whether it was ever said what is named.
    told: bool,
    here: BTreeSet<Hash>,
    missing: BTreeMap<Hash, Missing>,
    /// Here, named by no record, and since when.
    unnamed: BTreeMap<Hash, i64>,
    /// What the hub said it has, and when it said so.
    at_hub: BTreeMap<Hash, i64>,
    /// Here and named, and the hub did not say that it has it.
    unconfirmed: BTreeSet<Hash>,
    peers: BTreeMap<SessionId, Peer>,
    distrusted: BTreeMap<[u8; 32], i64>,
    parts_left: u32,
    has_room: bool,
}

/// What the records here say of a blob.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Named {
    pub bytes: u32,
    /// The scopes of the records that name it.
    pub scopes: BTreeSet<ScopeId>,
}

/// What the driver is to do, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Say {
        session: SessionId,
        message: BlobMessage,
    },
    /// Read a part here and send it.
    Give {
        session: SessionId,
        hash: Hash,
        offset: u32,
    },
    /// Write a part of a blob that is not whole.
    Keep {
        hash: Hash,
        offset: u32,
        bytes: Vec<u8>,
    },
    /// All parts are in: check them, make them durable, and say what came of it with [`Exchange::finished`].
    Finish {
        hash: Hash,
    },
    /// Forget the parts.
    Discard {
        hash: Hash,
    },
    /// No record names it: take it away.
    Remove {
        hash: Hash,
    },
    Close {
        session: SessionId,
        reason: Cut,
    },
}

/// Why a peer is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Its bytes are not what their hash says.
    Wrong,
    /// More than anybody asked for.
    Flood,
    /// What no node of ours says.
    Protocol(&'static str),
}

/// What came of the parts of a blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finished {
    Durable,
    /// They are not what the hash says, and are gone.
    Wrong,
    /// The disk did not take them.
    NotWritten,
}

/// Where a blob stands here, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Here,
    /// Bytes that are here, of all.
    Coming {
        have: u32,
        of: u32,
    },
    /// Nobody who may have it is linked.
    NoLink,
    /// Those who are linked do not have it yet.
    NobodyHasIt,
    /// Those who have it sent bytes that are wrong.
    Wrong,
    /// There is no room for it.
    NoRoom,
    /// This disk did not take it.
    Disk,
}

#[derive(Debug, Default)]
struct Missing {
    have: u32,
    sources: Sources,
    /// Whose parts are taken now.
    from: Option<SessionId>,
    checking: bool,
    /// Parts of several members did not fit together: next time all come from one, so that it is known whose were wrong.
    alone: bool,
    after_ms: i64,
    failed: Option<Standing>,
}

/// Whose parts are here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Sources {
    #[default]
    Nobody,
    One([u8; 32]),
    Several,
}

#[derive(Debug)]
struct Peer {
    member: Member,
    /// Of what is missing here, what they said they have.
    has: BTreeSet<Hash>,
    asked: BTreeMap<Hash, Asked>,
    getting: Option<Getting>,
    rests_to_ms: i64,
    strays: u32,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    at_ms: i64,
    wait_ms: i64,
}

/// The one part that a peer was asked for.
#[derive(Debug, Clone, Copy)]
struct Getting {
    hash: Hash,
    offset: u32,
    since_ms: i64,
}

impl Exchange {
    /// With what a disk holds: whole blobs, and how much of those that are half here.
    pub fn new(whole: impl IntoIterator<Item = Hash>, halves: impl IntoIterator<Item = (Hash, u32)>) -> Self {
        let half = |(hash, have)| (hash, Missing { have, sources: Sources::Several, ..Missing::default() });
        Self { here: whole.into_iter().collect(), missing: halves.into_iter().map(half).collect(), has_room: true, ..Self::default() }
    }

    /// What the records here name now, all of it.
    pub fn know(&mut self, now_ms: i64, named: BTreeMap<Hash, Named>) -> Vec<Action> {
        self.named = named;
        self.told = true;
        let mut actions = Vec::new();
        let (named, here) = (&self.named, &self.here);
        self.missing.retain(|hash, missing| {
            let stays = named.contains_key(hash) && !here.contains(hash);
            if !stays && missing.have > 0 {
                actions.push(Action::Discard { hash: *hash });
            }
            stays
        });
        for (hash, named) in &self.named {
            // Longer than any blob, or empty: a record of a newer version, or a mistake.
            let fits = (1..=BLOB_MAX as u64).contains(&u64::from(named.bytes));
            if fits && !self.here.contains(hash) {
                self.missing.entry(*hash).or_default();
            }
        }
        self.at_hub.retain(|hash, _| self.named.contains_key(hash));
        self.unnamed.retain(|hash, _| !self.named.contains_key(hash));
        for hash in self.here.iter().filter(|hash| !self.named.contains_key(*hash)) {
            self.unnamed.entry(*hash).or_insert(now_ms);
        }
        self.unconfirmed = self.here.iter().filter(|hash| self.named.contains_key(*hash) && !self.at_hub.contains_key(*hash)).copied().collect();
        for peer in self.peers.values_mut() {
            peer.has.retain(|hash| self.missing.contains_key(hash));
            peer.asked.retain(|hash, _| self.missing.contains_key(hash) || self.unconfirmed.contains(hash));
        }
        self.fetch(now_ms, &mut actions);
        actions
    }

    /// A blob is durable here.
    pub fn has(&mut self, now_ms: i64, hash: Hash) -> Vec<Action> {
        let half = self.missing.remove(&hash).is_some_and(|missing| missing.have > 0);
        self.here.insert(hash);
        match self.named.contains_key(&hash) {
            true if !self.at_hub.contains_key(&hash) => drop(self.unconfirmed.insert(hash)),
            true => {}
            false => drop(self.unnamed.insert(hash, now_ms)),
        }
        for peer in self.peers.values_mut() {
            peer.has.remove(&hash);
            // What was asked before was whether they have what is missing here; now the hub is asked whether it is safe there.
            peer.asked.remove(&hash);
        }
        if half { vec![Action::Discard { hash }] } else { Vec::new() }
    }

    /// A blob that was here is not what it was, or is gone: it is wanted again.
    pub fn lost(&mut self, hash: Hash) {
        self.here.remove(&hash);
        self.unnamed.remove(&hash);
        self.unconfirmed.remove(&hash);
        if self.named.contains_key(&hash) {
            self.missing.entry(hash).or_default();
        }
    }

    /// Whether there is room to fetch more.
    pub fn room(&mut self, has_room: bool) {
        self.has_room = has_room;
    }

    /// A link to a member that knows of blobs.
    pub fn connect(&mut self, session: SessionId, member: Member) {
        let peer = Peer { member, has: BTreeSet::new(), asked: BTreeMap::new(), getting: None, rests_to_ms: i64::MIN, strays: 0 };
        self.peers.insert(session, peer);
    }

    pub fn disconnect(&mut self, session: SessionId) {
        self.peers.remove(&session);
        self.missing.values_mut().filter(|missing| missing.from == Some(session)).for_each(|missing| missing.from = None);
    }

    pub fn receive(&mut self, now_ms: i64, session: SessionId, message: BlobMessage) -> Vec<Action> {
        let mut actions = Vec::new();
        match message {
            BlobMessage::Ask(hashes) => self.asked(session, &hashes, &mut actions),
            BlobMessage::Have(hashes) => self.told(now_ms, session, &hashes, &mut actions),
            BlobMessage::Get { hash, offset } => self.give(now_ms, session, hash, offset, &mut actions),
            BlobMessage::Give { hash, offset, bytes } => self.take(now_ms, session, hash, offset, bytes, &mut actions),
        }
        actions
    }

    /// What came of [`Action::Finish`].
    pub fn finished(&mut self, now_ms: i64, hash: Hash, what: Finished) -> Vec<Action> {
        let mut actions = Vec::new();
        let Some(missing) = self.missing.get_mut(&hash) else { return actions };
        let (from, sources) = (missing.from, missing.sources);
        match what {
            Finished::Durable => {
                missing.have = 0;
                actions = self.has(now_ms, hash);
            }
            Finished::NotWritten => {
                *missing = Missing { after_ms: now_ms + DISK_MS, failed: Some(Standing::Disk), alone: missing.alone, ..Missing::default() };
                actions.push(Action::Discard { hash });
            }
            Finished::Wrong => {
                *missing = Missing { failed: Some(Standing::Wrong), alone: true, ..Missing::default() };
                if let Sources::One(key) = sources {
                    self.distrust(now_ms, key);
                    let liar = from.filter(|session| self.peers.get(session).is_some_and(|peer| peer.member.key == key));
                    actions.extend(liar.map(|session| Action::Close { session, reason: Cut::Wrong }));
                }
            }
        }
        self.fetch(now_ms, &mut actions);
        actions
    }

    /// Several times a second.
    pub fn tick(&mut self, now_ms: i64) -> Vec<Action> {
        let mut actions = Vec::new();
        self.parts_left = PARTS_A_TICK;
        self.distrusted.retain(|_, until| *until > now_ms);
        for (session, peer) in &mut self.peers {
            let late = |getting: &mut Getting| !(0..PART_MS).contains(&now_ms.saturating_sub(getting.since_ms));
            if let Some(getting) = peer.getting.take_if(late) {
                peer.rests_to_ms = now_ms + REST_MS;
                peer.has.remove(&getting.hash);
                if let Some(missing) = self.missing.get_mut(&getting.hash).filter(|missing| missing.from == Some(*session)) {
                    missing.from = None;
                }
            }
            // A clock that was set back makes nobody rest for longer.
            peer.rests_to_ms = peer.rests_to_ms.min(now_ms + REST_MS);
            let hashes = to_ask(now_ms, peer, &self.missing, &self.unconfirmed, &self.named);
            if !hashes.is_empty() {
                actions.push(Action::Say { session: *session, message: BlobMessage::Ask(hashes) });
            }
        }
        self.fetch(now_ms, &mut actions);
        let old = self.unnamed.iter().find(|(_, since)| self.told && now_ms.saturating_sub(**since) > UNNAMED_MS).map(|(hash, _)| *hash);
        if let Some(hash) = old {
            self.unnamed.remove(&hash);
            self.here.remove(&hash);
            actions.push(Action::Remove { hash });
        }
        actions
    }

    /// Where a blob stands; nothing where no record names it and it is not here.
    pub fn standing(&self, hash: &Hash) -> Option<Standing> {
        if self.here.contains(hash) {
            return Some(Standing::Here);
        }
        let (missing, named) = (self.missing.get(hash)?, self.named.get(hash)?);
        let may = |peer: &Peer| named.scopes.iter().any(|scope| peer.member.may_hold(scope));
        Some(match missing.failed {
            _ if missing.from.is_some() || missing.checking => Standing::Coming { have: missing.have, of: named.bytes },
            Some(failed) => failed,
            None if !self.has_room => Standing::NoRoom,
            None if !self.peers.values().any(may) => Standing::NoLink,
            None => Standing::NobodyHasIt,
        })
    }

    /// When the hub said that it has a blob.
    pub fn at_hub(&self) -> &BTreeMap<Hash, i64> {
        &self.at_hub
    }

    /// What is wanted and not here.
    pub fn wanted(&self) -> impl Iterator<Item = &Hash> {
        self.missing.keys()
    }

    /// Blobs here that no record names.
    pub fn unnamed(&self) -> usize {
        self.unnamed.len()
    }

    fn may_give(&self, session: SessionId, hash: &Hash) -> bool {
        let Some((named, peer)) = self.named.get(hash).zip(self.peers.get(&session)) else { return false };
        self.here.contains(hash) && named.scopes.iter().any(|scope| peer.member.may_hold(scope))
    }

    fn asked(&mut self, session: SessionId, hashes: &[Hash], actions: &mut Vec<Action>) {
        let Some(peer) = self.peers.get_mut(&session) else { return };
        if hashes.len() > ASKED_MAX {
            return actions.push(Action::Close { session, reason: Cut::Protocol("more photos asked for than one message names") });
        }
        if peer.member.role == Role::Hub {
            // It asks for what it said it has: it was set back to an older state.
            for hash in hashes {
                if self.at_hub.remove(hash).is_some() && self.here.contains(hash) {
                    self.unconfirmed.insert(*hash);
                }
            }
        }
        let have: Vec<Hash> = hashes.iter().filter(|hash| self.may_give(session, hash)).copied().collect();
        if !have.is_empty() {
            actions.push(Action::Say { session, message: BlobMessage::Have(have) });
        }
    }

    fn told(&mut self, now_ms: i64, session: SessionId, hashes: &[Hash], actions: &mut Vec<Action>) {
        let Some(peer) = self.peers.get_mut(&session) else { return };
        if hashes.len() > ASKED_MAX {
            return actions.push(Action::Close { session, reason: Cut::Protocol("more photos named than one message asks for") });
        }
        for hash in hashes.iter().filter(|hash| self.named.contains_key(*hash)) {
            if peer.member.role == Role::Hub {
                self.at_hub.entry(*hash).or_insert(now_ms);
                self.unconfirmed.remove(hash);
            }
            if self.missing.contains_key(hash) {
                peer.has.insert(*hash);
            }
        }
        self.fetch(now_ms, actions);
    }

    fn give(&mut self, now_ms: i64, session: SessionId, hash: Hash, offset: u32, actions: &mut Vec<Action>) {
        if !offset.is_multiple_of(PART) {
            return actions.push(Action::Close { session, reason: Cut::Protocol("a photo has no such part") });
        }
        let bytes = self.named.get(&hash).map_or(0, |named| named.bytes);
        if !self.may_give(session, &hash) || offset >= bytes {
            return actions.push(Action::Say { session, message: BlobMessage::Give { hash, offset, bytes: Vec::new() } });
        }
        if let Some(peer) = self.peers.get_mut(&session)
            && peer.member.role == Role::Hub
            && bytes - offset <= PART
        {
            // With the last part the hub soon has it.
            peer.asked.insert(hash, Asked { at_ms: now_ms, wait_ms: ASK_AGAIN_MS.0 / 2 });
        }
        actions.push(Action::Give { session, hash, offset });
    }

    fn take(&mut self, now_ms: i64, session: SessionId, hash: Hash, offset: u32, bytes: Vec<u8>, actions: &mut Vec<Action>) {
        let Some(peer) = self.peers.get_mut(&session) else { return };
        if peer.getting.take_if(|getting| (getting.hash, getting.offset) == (hash, offset)).is_none() {
            peer.strays += 1;
            if peer.strays > STRAYS_MAX {
                actions.push(Action::Close { session, reason: Cut::Flood });
            }
            return;
        }
        // Named no more, or come by another way meanwhile.
        let (Some(missing), Some(named)) = (self.missing.get_mut(&hash), self.named.get(&hash)) else { return self.fetch(now_ms, actions) };
        if bytes.is_empty() {
            peer.has.remove(&hash);
            missing.from = None;
            return self.fetch(now_ms, actions);
        }
        if bytes.len() > PART as usize {
            return actions.push(Action::Close { session, reason: Cut::Protocol("a part of a photo that is larger than a part") });
        }
        // Begun anew meanwhile.
        if missing.from != Some(session) || offset != missing.have {
            return self.fetch(now_ms, actions);
        }
        if bytes.len() as u32 != PART.min(named.bytes.saturating_sub(offset)) {
            // Their blob is of another length than the record says: whoever wrote the record is wrong, and they need not be.
            *missing = Missing { after_ms: now_ms + DISK_MS, failed: Some(Standing::Wrong), alone: missing.alone, ..Missing::default() };
            actions.push(Action::Discard { hash });
            return self.fetch(now_ms, actions);
        }
        missing.have += bytes.len() as u32;
        missing.sources = match missing.sources {
            Sources::Nobody => Sources::One(peer.member.key),
            Sources::One(key) if key == peer.member.key => missing.sources,
            Sources::One(_) | Sources::Several => Sources::Several,
        };
        actions.push(Action::Keep { hash, offset, bytes });
        self.fetch(now_ms, actions);
    }

    /// Asks for the next parts, as far as there is room for them.
    fn fetch(&mut self, now_ms: i64, actions: &mut Vec<Action>) {
        for (hash, missing) in &mut self.missing {
            let Some(named) = self.named.get(hash).filter(|_| !missing.checking) else { continue };
            if missing.have > named.bytes {
                // Half of something else that had this name.
                *missing = Missing::default();
                actions.push(Action::Discard { hash: *hash });
            } else if missing.have == named.bytes {
                missing.checking = true;
                actions.push(Action::Finish { hash: *hash });
            }
        }
        let sessions: Vec<SessionId> = self.peers.keys().copied().collect();
        for session in sessions {
            self.next_part(now_ms, session, actions);
        }
    }

    fn next_part(&mut self, now_ms: i64, session: SessionId, actions: &mut Vec<Action>) {
        let at_once = self.missing.values().filter(|missing| missing.from.is_some()).count();
        let Some(peer) = self.peers.get_mut(&session) else { return };
        let rests = peer.rests_to_ms > now_ms || self.distrusted.contains_key(&peer.member.key);
        if peer.getting.is_some() || rests || self.parts_left == 0 {
            return;
        }
        let begun = peer.has.iter().find(|hash| self.missing.get(hash).is_some_and(|missing| missing.from == Some(session) && !missing.checking));
        let free = |hash: &&Hash| {
            let missing = self.missing.get(hash);
            missing.is_some_and(|missing| {
                missing.from.is_none() && !missing.checking && !(now_ms < missing.after_ms && missing.after_ms <= now_ms + DISK_MS)
            })
        };
        let fresh = || peer.has.iter().find(free).filter(|_| at_once < FETCHES_MAX && self.has_room);
        let Some(hash) = begun.or_else(fresh).copied() else { return };
        let Some(missing) = self.missing.get_mut(&hash) else { return };
        if missing.alone && missing.have > 0 && missing.sources != Sources::One(peer.member.key) {
            actions.push(Action::Discard { hash });
            (missing.have, missing.sources) = (0, Sources::Nobody);
        }
        // A half that is not of whole parts was cut by a power failure: its last part is fetched again.
        missing.have -= missing.have % PART;
        missing.from = Some(session);
        peer.getting = Some(Getting { hash, offset: missing.have, since_ms: now_ms });
        self.parts_left -= 1;
        actions.push(Action::Say { session, message: BlobMessage::Get { hash, offset: missing.have } });
    }

    fn distrust(&mut self, now_ms: i64, key: [u8; 32]) {
        if self.distrusted.len() >= DISTRUSTED_MAX {
            self.distrusted.pop_first();
        }
        self.distrusted.insert(key, now_ms + DISTRUST_MS);
    }
}

/// What a peer is to be asked about now: what is missing here, and of the hub what is here and not known to be there.
fn to_ask(now_ms: i64, peer: &mut Peer, missing: &BTreeMap<Hash, Missing>, unconfirmed: &BTreeSet<Hash>, named: &BTreeMap<Hash, Named>) -> Vec<Hash> {
    let of_hub = unconfirmed.iter().filter(|_| peer.member.role == Role::Hub);
    let may = |hash: &&Hash| named.get(hash).is_some_and(|named| named.scopes.iter().any(|scope| peer.member.may_hold(scope)));
    let due = |hash: &&Hash| {
        let waits = |asked: &Asked| (0..asked.wait_ms).contains(&now_ms.saturating_sub(asked.at_ms));
        !peer.has.contains(*hash) && !peer.asked.get(hash).is_some_and(waits)
    };
    let hashes: Vec<Hash> = missing.keys().chain(of_hub).filter(due).filter(may).take(ASKED_MAX).copied().collect();
    for hash in &hashes {
        let wait_ms = peer.asked.get(hash).map_or(ASK_AGAIN_MS.0, |asked| (asked.wait_ms * 2).min(ASK_AGAIN_MS.1));
        peer.asked.insert(*hash, Asked { at_ms: now_ms, wait_ms });
    }
    hashes
}
