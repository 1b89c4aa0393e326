//! What one node holds, and every decision about it: no I/O, no clock, no chance.
//!
//! `advance` takes everything that waits and returns a step; the driver makes the step durable and only then carries out what it releases.

mod closing;
mod early;
mod log;
mod memory;
mod on_the_way;
mod peer;
mod stranded;
pub mod vector;
pub mod wants;

use std::collections::btree_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemas::flat::{DocId, LogId};
use schemas::scope::ScopeId;

use crate::entry::{self, Entry, FIRST, FORMAT_VERSION, Header, Opening, Predecessor};
use crate::flat_change;
use crate::hash::Hash;
use crate::identity::{Identity, Member, Role, verify_member, verify_signature};
use crate::message::{BATCH_BYTES, Message, SentOpening};
use crate::step::{Close, CloseReason, End, FrameBody, Receipt, Release, SessionId, Step};

pub use closing::{Closing, Late};
pub use log::{DraftPart, EntryRef, LOG_QUOTA, RunError};
pub use memory::{PeerView, ScopeView};
pub(crate) use peer::FOREIGN_BYTES_MAX;
pub use vector::VersionVector;

use log::Log;
use peer::Session;
use stranded::Stranded;
use wants::Wants;

/// Own entries of one step get a signed end at least this often: a batch must end at one, and must fit a frame.
const SIGN_BYTES: usize = BATCH_BYTES / 2;

/// Every node's state and decisions.
#[derive(Debug)]
pub struct Replica {
    me: Arc<Identity>,
    version: String,
    scopes: BTreeMap<ScopeId, Scope>,
    scope_of: BTreeMap<LogId, ScopeId>,
    /// The first entry of each command, and further ones of those that have more: most have one.
    commands: BTreeMap<[u8; 16], (LogId, u64)>,
    more_entries: BTreeMap<[u8; 16], Vec<(LogId, u64)>>,
    /// The logs that this node wrote, in all its lifetimes.
    own_logs: BTreeSet<LogId>,
    sessions: BTreeMap<SessionId, Session>,
    /// What each peer was last known to hold, by its key; outlives its links.
    peers: BTreeMap<[u8; 32], memory::Memory>,
    frames: u32,
    newest_own_ms: i64,
    summary_sent_ms: i64,
    /// When time was last looked at; a leap says that the clock was set, or that the machine slept.
    ticked_ms: i64,
    stranded: Stranded,
    /// Which of the scopes that may be held here are wanted.
    wants: Wants,
    /// How often a scope was seen to be closed.
    closings: usize,
}

#[derive(Debug, Default)]
struct Scope {
    logs: BTreeMap<LogId, Log>,
    /// The log that this process lifetime writes.
    own: Option<LogId>,
    digest: Option<Digest>,
    /// How it ended.
    closing: Option<Closing>,
    /// When anything last came into it here.
    grown_ms: i64,
}

/// A digest of everything judged in a scope, and the vector that it is about.
#[derive(Debug, Clone, Copy)]
struct Digest {
    vector: Hash,
    digest: Hash,
}

/// Something that happened.
#[derive(Debug)]
pub enum Input {
    Connected {
        session: SessionId,
        member: Member,
        dialed: bool,
    },
    Disconnected {
        session: SessionId,
    },
    Message {
        session: SessionId,
        message: Message,
    },
    Commit(Commit),
    /// Everything of these scopes up to the newest frame is judged, with these digests.
    Judged {
        frames: u32,
        digests: Vec<(ScopeId, Hash)>,
    },
    /// From now on this node wants these scopes.
    Wants(Wants),
    Tick,
}

/// A command to make durable: one draft per scope that it touches.
#[derive(Debug)]
pub struct Commit {
    pub ticket: u64,
    pub drafts: Vec<Draft>,
}

/// An own entry before it has a number.
#[derive(Debug)]
pub struct Draft {
    /// The bytes of this lifetime's opening of the scope's log, from `Opener::open`.
    pub opening: Vec<u8>,
    pub header: Header,
    pub parts: Vec<DraftPart>,
    /// Drawn for each draft; nonces come from it.
    pub drawn: [u8; 32],
}

/// What loading a journal frame found wrong in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Entries that do not follow what is here: something before them was lost to rot.
    pub behind_a_gap: usize,
    /// Entries whose hash or opening does not fit.
    pub broken: usize,
}

impl Replica {
    pub fn new(me: Arc<Identity>, version: &str) -> Self {
        Self {
            me,
            version: version.to_owned(),
            scopes: BTreeMap::new(),
            scope_of: BTreeMap::new(),
            commands: BTreeMap::new(),
            more_entries: BTreeMap::new(),
            own_logs: BTreeSet::new(),
            sessions: BTreeMap::new(),
            peers: BTreeMap::new(),
            frames: 0,
            newest_own_ms: i64::MIN,
            summary_sent_ms: i64::MIN,
            ticked_ms: i64::MIN,
            stranded: Stranded::default(),
            wants: Wants::All,
            closings: 0,
        }
    }

    /// Proves the signatures in a frame that was just loaded: the count of ends that their writers did not sign so.
    pub fn unproven(&self, frame: &FrameBody) -> usize {
        let proven = |end: &&End| {
            let scope = self.scope_of.get(&end.log)?;
            let log = self.scopes.get(scope)?.logs.get(&end.log)?;
            if end.number < log.last() {
                // A later end of the same frame proves this one.
                return Some(());
            }
            let signature = end.signature.as_slice().try_into().ok()?;
            verify_signature(&log.opening.key, &entry::range_message(scope, end.log, end.number, log.tip), signature).then_some(())
        };
        frame.ends.iter().filter(|end| proven(end).is_none()).count()
    }

    /// Takes a frame that the journal holds, in the journal's order, proving its chains again.
    pub fn load(&mut self, frame: &FrameBody) -> Loaded {
        let mut loaded = Loaded::default();
        let ordinal = self.frames;
        for opening in &frame.openings {
            loaded.broken += usize::from(self.open_log(opening.clone()).is_none());
        }
        for (index, entry) in frame.entries.iter().enumerate() {
            let Some(log) = self.log_mut(entry.log).filter(|log| entry.number <= log.last() + 1) else {
                loaded.behind_a_gap += 1;
                self.stranded.keep(entry);
                continue;
            };
            if entry.number <= log.last() {
                continue;
            }
            if entry.prev != log.tip {
                loaded.broken += 1;
            } else {
                log.push(entry, entry.hash(), ordinal, index as u32);
                self.note_header(entry);
                self.grew(entry.log, frame.at_ms);
            }
        }
        for end in &frame.ends {
            match self.log_mut(end.log).filter(|log| end.number <= log.last()) {
                Some(log) => drop(log.ends.insert(end.number, end.signature.clone())),
                None => self.stranded.keep_end(end),
            }
        }
        self.frames += 1;
        loaded
    }

    /// Decides what follows from everything that happened.
    pub fn advance(&mut self, now_ms: i64, inputs: Vec<Input>) -> Step {
        let mut work = Work::default();
        work.frame.at_ms = now_ms;
        for input in inputs {
            match input {
                Input::Commit(commit) => self.commit(commit, &mut work),
                Input::Connected { session, member, dialed } => self.connect(now_ms, session, member, dialed, &mut work),
                Input::Disconnected { session } => self.disconnect(now_ms, session),
                Input::Message { session, message } => self.receive(now_ms, session, message, &mut work),
                Input::Judged { frames, digests } => self.judged(frames, digests, &work),
                Input::Wants(wants) => self.wants = wants,
                Input::Tick => self.tick(now_ms, &mut work),
            }
        }
        self.attach_stranded(&mut work);
        self.sign_own(&mut work);
        for scope in work.grown.keys() {
            if let Some(state) = self.scopes.get_mut(scope) {
                state.grown_ms = now_ms;
            }
        }
        self.tell_peers(now_ms, &mut work);
        if !work.frame.is_empty() {
            self.frames += 1;
        }
        work.release.grown = work.grown.into_keys().collect();
        Step::new(work.frame, work.release)
    }

    /// The scope of a log.
    pub fn scope_of(&self, log: LogId) -> Option<&ScopeId> {
        self.scope_of.get(&log)
    }

    /// The rule version under which a log's changes are judged.
    pub fn rule_of(&self, log: LogId) -> Option<u16> {
        self.scopes.get(self.scope_of.get(&log)?)?.logs.get(&log).map(|log| log.opening.rule)
    }

    pub fn scopes(&self) -> impl Iterator<Item = &ScopeId> {
        self.scopes.keys()
    }

    /// How long ago anything came into a scope here, in milliseconds.
    pub fn idle_ms(&self, scope: &ScopeId, now_ms: i64) -> i64 {
        self.scopes.get(scope).map_or(i64::MAX, |state| now_ms.saturating_sub(state.grown_ms))
    }

    /// Which scopes this node wants.
    pub fn wants(&self) -> &Wants {
        &self.wants
    }

    /// What this replica holds of a scope.
    pub fn vector(&self, scope: &ScopeId) -> VersionVector {
        self.scopes.get(scope).map(Scope::vector).unwrap_or_default()
    }

    /// The digest of everything judged in a scope, if all of it is.
    pub fn digest(&self, scope: &ScopeId) -> Option<Hash> {
        let state = self.scopes.get(scope)?;
        let digest = state.digest?;
        (digest.vector == vector::hash(scope, &state.vector())).then_some(digest.digest)
    }

    /// Every member that wrote anything held here, by its key.
    pub fn writers(&self) -> BTreeMap<[u8; 32], &Member> {
        self.scopes.values().flat_map(|scope| scope.logs.values()).map(|log| (log.writer.key, &log.writer)).collect()
    }

    /// The entries of a command, one per scope; empty if it is not here.
    pub fn command(&self, id: &[u8; 16]) -> Vec<(LogId, u64)> {
        let more = self.more_entries.get(id).into_iter().flatten();
        self.commands.get(id).into_iter().chain(more).copied().collect()
    }

    /// Where an entry stands.
    pub fn entry(&self, log: LogId, number: u64) -> Option<EntryRef> {
        self.scopes.get(self.scope_of.get(&log)?)?.logs.get(&log)?.at(number)
    }

    /// The places of documents among all that a log touches, in the order in which it first did.
    pub fn places(&self, log: LogId, docs: &[DocId]) -> Vec<Option<u32>> {
        let log = self.scope_of.get(&log).and_then(|scope| self.scopes.get(scope)?.logs.get(&log));
        docs.iter().map(|doc| log?.place_of(*doc)).collect()
    }

    /// Frames taken so far, loaded or decided.
    pub fn frames(&self) -> u32 {
        self.frames
    }

    /// Entries held over all scopes.
    pub fn entries(&self) -> u64 {
        self.scopes.values().flat_map(|scope| scope.logs.values()).map(|log| log.entries.len() as u64).sum()
    }

    /// The newest entries that this node wrote itself, in any process, the newest first.
    pub fn own_newest(&self, most: usize) -> Vec<(LogId, u64, EntryRef)> {
        let key = self.me.member().key;
        let logs = self.scopes.values().flat_map(|scope| &scope.logs).filter(|(_, log)| log.opening.key == key);
        let entries = logs.flat_map(|(id, log)| (FIRST..=log.last()).rev().take(most).filter_map(|number| Some((*id, number, log.at(number)?))));
        // Never more than asked for is kept: a desk that has run for months has many logs.
        let mut newest = BTreeMap::new();
        for (log, number, entry) in entries {
            let place = (entry.frame, entry.index);
            if newest.len() < most || newest.first_key_value().is_some_and(|(oldest, _)| place > *oldest) {
                newest.insert(place, (log, number, entry));
            }
            if newest.len() > most {
                newest.pop_first();
            }
        }
        newest.into_values().rev().collect()
    }

    /// The newest time that this node wrote into an entry of its own; time never runs behind it.
    pub fn newest_own_ms(&self) -> Option<i64> {
        (self.newest_own_ms != i64::MIN).then_some(self.newest_own_ms)
    }

    /// Opens logs for this process lifetime: one per scope, each knowing the same writer's log before it.
    pub fn opener(&self) -> Opener {
        let key = self.me.member().key;
        let mut before = BTreeMap::new();
        for (scope, state) in &self.scopes {
            let own = state.logs.iter().filter(|(_, log)| log.opening.key == key);
            let newest = own.max_by_key(|(_, log)| log.entries.last().map(|entry| (entry.frame, entry.index)));
            before.extend(newest.map(|(id, log)| (scope.clone(), Predecessor { log: *id, number: log.last(), hash: log.tip })));
        }
        Opener { member: self.me.member().clone(), before }
    }

    /// A writer may open a log only where its certificate allows, and only where both we and the scope agree.
    fn open_log(&mut self, sent: SentOpening) -> Option<LogId> {
        let opening = Opening::read(&sent.bytes).ok()?;
        let writer = verify_member(&sent.certificate, self.me.ca_der()).ok()?;
        if writer.key != opening.key || !writer.may_write(&opening.scope) || !self.me.member().may_hold(&opening.scope) {
            return None;
        }
        let id = entry::log_id(&sent.bytes);
        if writer.key == self.me.member().key {
            self.own_logs.insert(id);
        }
        self.scope_of.insert(id, opening.scope.clone());
        let scope = self.scopes.entry(opening.scope.clone()).or_default();
        scope.logs.entry(id).or_insert_with(|| Log::new(opening, sent, writer));
        Some(id)
    }

    fn commit(&mut self, commit: Commit, work: &mut Work) {
        let mut entries = Vec::new();
        for draft in commit.drafts {
            let id = entry::log_id(&draft.opening);
            if !self.scope_of.contains_key(&id) {
                let sent = SentOpening { bytes: draft.opening, certificate: self.me.certificate_der().to_vec() };
                self.open_log(sent.clone()).expect("the opener makes openings that our own certificate allows");
                work.frame.openings.push(sent);
            }
            let scope = self.scope_of[&id].clone();
            let (frame, index) = (self.frames, work.frame.entries.len() as u32);
            let state = self.scopes.get_mut(&scope).expect("open_log made it");
            state.own = Some(id);
            let log = state.logs.get_mut(&id).expect("open_log made it");
            let entry = log.write(id, draft.header.bytes(), draft.parts, &draft.drawn);
            if work.own.get(&id).is_some_and(|unsigned| *unsigned > 0 && *unsigned + entry.size() > SIGN_BYTES) {
                self.sign(id, work);
            }
            let log = self.log_mut(id).expect("open_log made it");
            log.push(&entry, entry.hash(), frame, index);
            entries.push((id, entry.number));
            self.note_header(&entry);
            work.grow(scope, id, entry.number);
            let unsigned = work.own.entry(id).or_default();
            *unsigned += entry.size();
            let signs = *unsigned >= SIGN_BYTES;
            work.frame.entries.push(entry);
            if signs {
                self.sign(id, work);
            }
        }
        work.release.receipts.push(Receipt { ticket: commit.ticket, entries });
    }

    /// Counts what stood behind a gap that is filled now. It is written once more, behind what filled the gap, so that the journal reads in order.
    fn attach_stranded(&mut self, work: &mut Work) {
        let mut bytes = 0;
        for id in self.stranded.logs() {
            while bytes < BATCH_BYTES {
                let Some((scope, log)) =
                    self.scope_of.get(&id).and_then(|scope| Some((scope.clone(), self.scopes.get_mut(scope)?.logs.get_mut(&id)?)))
                else {
                    break;
                };
                let Some((entry, end)) = self.stranded.next(id, log.last(), log.tip) else { break };
                bytes += entry.size();
                log.push(&entry, entry.hash(), self.frames, work.frame.entries.len() as u32);
                if let Some(end) = end {
                    log.ends.insert(end.number, end.signature.clone());
                    work.frame.ends.push(end);
                }
                self.note_header(&entry);
                work.grow(scope, id, entry.number);
                work.frame.entries.push(entry);
            }
        }
    }

    /// Signs the newest entry of each own log that grew.
    fn sign_own(&mut self, work: &mut Work) {
        let unsigned: Vec<LogId> = work.own.iter().filter(|(_, bytes)| **bytes > 0).map(|(id, _)| *id).collect();
        unsigned.into_iter().for_each(|id| self.sign(id, work));
    }

    fn sign(&mut self, id: LogId, work: &mut Work) {
        let scope = self.scope_of[&id].clone();
        let me = Arc::clone(&self.me);
        let log = self.log_mut(id).expect("it grew in this step");
        let number = log.last();
        let signature = me.sign(&entry::range_message(&scope, id, number, log.tip)).to_vec();
        log.ends.insert(number, signature.clone());
        work.frame.ends.push(End { log: id, number, signature });
        work.own.insert(id, 0);
    }

    /// What came earlier in the same step is not judged yet, though it has no frame so far.
    fn judged(&mut self, frames: u32, digests: Vec<(ScopeId, Hash)>, work: &Work) {
        if frames != self.frames || !work.frame.is_empty() {
            return;
        }
        for (scope, digest) in digests {
            // Documents may know entries behind a gap, of which the vector says nothing.
            if self.stranded.logs().iter().any(|log| self.scope_of.get(log).is_none_or(|of| *of == scope)) {
                continue;
            }
            if let Some(state) = self.scopes.get_mut(&scope) {
                state.digest = Some(Digest { vector: vector::hash(&scope, &state.vector()), digest });
            }
        }
    }

    fn log_mut(&mut self, id: LogId) -> Option<&mut Log> {
        self.scopes.get_mut(self.scope_of.get(&id)?)?.logs.get_mut(&id)
    }

    fn grew(&mut self, log: LogId, at_ms: i64) {
        if let Some(scope) = self.scope_of.get(&log).and_then(|scope| self.scopes.get_mut(scope)) {
            scope.grown_ms = scope.grown_ms.max(at_ms);
        }
    }

    fn note_header(&mut self, entry: &Entry) {
        let Some((command, time_ms, closes)) = Header::brief(&entry.header) else { return };
        if closes {
            self.note_closing(entry);
        }
        if self.own_logs.contains(&entry.log) {
            self.newest_own_ms = self.newest_own_ms.max(time_ms);
        }
        match self.commands.entry(command) {
            Vacant(place) => drop(place.insert((entry.log, entry.number))),
            // One command in several scopes.
            Occupied(_) => self.more_entries.entry(command).or_default().push((entry.log, entry.number)),
        }
    }

    fn is_hub(&self) -> bool {
        self.me.member().role == Role::Hub
    }

    fn close(&mut self, session: SessionId, reason: CloseReason, work: &mut Work) {
        work.release.closes.push(Close { session, reason });
    }
}

impl Scope {
    /// What is here of everything that counts.
    fn vector(&self) -> VersionVector {
        let counted = self.logs.iter().map(|(id, log)| (*id, log.last().min(self.counts_to(*id))));
        counted.filter(|(_, number)| *number >= FIRST).collect()
    }
}

/// What a step gathers while it decides.
#[derive(Debug, Default)]
struct Work {
    /// Bytes of others' entries in the frame.
    foreign_bytes: u64,
    frame: FrameBody,
    release: Release,
    grown: BTreeMap<ScopeId, BTreeMap<LogId, u64>>,
    /// Own logs that grew, with the bytes behind their last signed end.
    own: BTreeMap<LogId, usize>,
    /// Peers that said something about what they hold: they get everything they lack, not only our own entries.
    answered: BTreeSet<SessionId>,
}

impl Work {
    fn grow(&mut self, scope: ScopeId, log: LogId, number: u64) {
        self.grown.entry(scope).or_default().insert(log, number);
    }
}

/// Opens this lifetime's logs; lives beside the thread that builds changes, which needs a log's id before its first entry.
#[derive(Debug, Clone)]
pub struct Opener {
    member: Member,
    before: BTreeMap<ScopeId, Predecessor>,
}

impl Opener {
    /// Whose logs these are.
    pub(crate) fn key(&self) -> [u8; 32] {
        self.member.key
    }

    /// The bytes that open a new log in `scope`, and the log's id; `None` where our own certificate does not allow us to write.
    pub fn open(&self, scope: &ScopeId, rule: u16, drawn: [u8; 32]) -> Option<(Vec<u8>, LogId)> {
        if !self.member.may_write(scope) {
            return None;
        }
        let predecessor = self.before.get(scope).copied();
        let opening = Opening { format: FORMAT_VERSION, rule, scope: scope.clone(), key: self.member.key, drawn, predecessor };
        let bytes = opening.bytes();
        let id = entry::log_id(&bytes);
        Some((bytes, id))
    }
}

/// The changes of a frame, as documents take them.
pub fn changes(frame: &FrameBody) -> impl Iterator<Item = (LogId, u64, DocId, &[u8], Hash)> {
    frame.entries.iter().flat_map(|entry| {
        entry.parts.iter().map(move |part| (entry.log, entry.number, part.doc, part.change.as_slice(), flat_change::hash_of(&part.change)))
    })
}
