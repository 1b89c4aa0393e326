//! Joins the owner to the network: accepts, dials and redials links, and moves frames between them and the owner.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::blobs::message::BlobMessage;
use crate::blobs::{Blobs, MORE_BLOBS, TextFirst};
use crate::discovery::{Discovery, Seen, id_of};
use crate::engine::{Engine, Event, FrameReader, LinkOut};
use crate::frame::Frame;
use crate::message::{Hello, Message, MessageError};
use crate::neighbours::{Id, neighbours};
use crate::pace::{Calls, Pace};
use crate::step::{BatchPlan, CloseReason, Outgoing, SessionId};
use crate::transport::{Carrier, Class, CloseCode, DialError, Endpoint, Link, Receiver, Refused, Sender};

/// The first and the longest wait before dialing again, in milliseconds; each failure doubles it, and chance spreads it.
const REDIAL_MS: (u64, u64) = (200, 3_000);
/// As often as is asked whether QUIC is worth a try again, while a link goes over TCP.
const QUIC_AGAIN: Duration = Duration::from_secs(5);
const SECOND: Duration = Duration::from_secs(1);
/// As often as the neighbours that were found are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// Desks found that are remembered: a station has some sixty. Whoever announces more than that drives out only those that never answered.
const FOUND_MAX: usize = 256;
/// Looks for which a desk that did not answer is left out, so that another takes its place on the ring.
const LEFT_OUT: u32 = 15;
/// Looks after which a link is let go to a desk that is a neighbour no more.
const LET_GO: u32 = 30;

/// Batches of one class that wait to be sent on one link. Those on the way are bounded in bytes, so more than these are tiny ones for a peer that takes
/// nothing.
const LANE: usize = 1024;

/// Peers of which is remembered what went wrong.
const FAILURES_MAX: usize = 128;
/// What the other side is told by a node that stays away.
const AWAY: &str = "this node practises being cut off";

/// Everything that a node's links share.
#[derive(Clone)]
pub struct Links {
    engine: Engine,
    endpoint: Endpoint,
    next: Arc<AtomicU64>,
    open: Arc<Mutex<BTreeMap<SessionId, Open>>>,
    /// Where there are none, members hear nothing of them.
    blobs: Option<Blobs>,
    failures: Arc<Mutex<BTreeMap<String, Failure>>>,
}

/// Why there was no link the last time, or how the last one ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub why: Why,
    /// Milliseconds since 1970, by this node's clock.
    pub at_ms: i64,
}

/// What kept a link from standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The name that was dialled has no address, or one that cannot be dialled.
    NoAddress,
    Silent,
    /// The other side, or TLS, said no.
    Refused,
    /// There was a link, and it ended.
    Ended,
}

/// A link that stands. There are two to a member for a moment, when both sides dialed.
#[derive(Debug)]
struct Open {
    key: [u8; 32],
    sender: Sender,
}

impl Links {
    /// Accepts links and keeps dialing `peers` (host:port, looked up at each try) until the runtime ends.
    pub fn start(engine: Engine, endpoint: Endpoint, peers: Vec<String>) -> Self {
        Self::start_with(engine, endpoint, peers, None)
    }

    /// The same; blobs are exchanged with members that know of them.
    pub fn start_with(engine: Engine, endpoint: Endpoint, peers: Vec<String>, blobs: Option<Blobs>) -> Self {
        let links = Self { engine, endpoint, next: Arc::default(), open: Arc::default(), failures: Arc::default(), blobs };
        tokio::spawn(links.clone().accept());
        for peer in peers {
            tokio::spawn(links.clone().keep_dialing(peer));
        }
        links
    }

    /// Dials the neighbours that are found too.
    pub fn find(&self, discovery: Discovery) {
        tokio::spawn(self.clone().keep_finding(discovery));
    }

    /// Cuts every link and makes none until [`Links::come_back`]: nobody is dialled, and who calls gets no answer. For practising; nothing of it is kept,
    /// so a restart ends it too.
    pub fn stay_away(&self) {
        // A link that comes to stand meanwhile looks at the mark after it has entered itself here.
        self.endpoint.withdraw(true);
        self.open().values().for_each(|open| open.sender.close(CloseCode::Done, AWAY));
    }

    /// Dials and answers again.
    pub fn come_back(&self) {
        self.endpoint.withdraw(false);
    }

    pub fn is_away(&self) -> bool {
        self.endpoint.is_withdrawn()
    }

    /// What went wrong last, by the address that was dialled or the name of the member whose link ended. While there is a link nothing is said of it.
    pub fn failures(&self) -> BTreeMap<String, Failure> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What carries the link to a member, if there is one.
    pub fn carrier(&self, key: &[u8; 32]) -> Option<Carrier> {
        self.open().values().filter(|open| open.key == *key).map(|open| open.sender.carrier()).max()
    }

    /// Who was turned away since the start, by the name of the close code.
    pub fn refusals(&self) -> BTreeMap<&'static str, Refused> {
        self.endpoint.refusals().all().into_iter().map(|(code, refused)| (code.name(), refused)).collect()
    }

    async fn accept(self) {
        let mut calls = Calls::default();
        let mut seconds = every(SECOND);
        loop {
            let link = tokio::select! {
                biased;
                _ = seconds.tick() => {
                    calls.second();
                    continue;
                }
                link = self.endpoint.accept() => link,
            };
            let Some(link) = link else { return };
            if calls.call(link.member().key) {
                self.begin(link, false);
            } else {
                link.close(CloseCode::Flood, "too many new links; wait a little between them");
            }
        }
    }

    async fn keep_dialing(self, peer: String) {
        let mut wait_ms = REDIAL_MS.0;
        let mut key = None;
        let mut told = String::new();
        loop {
            if self.is_away() || key.is_some_and(|key| self.is_linked(&key)) {
                sleep(Duration::from_millis(REDIAL_MS.0)).await;
                continue;
            }
            match self.dial(&peer).await {
                Ok((link, address)) => {
                    key = Some(link.member().key);
                    self.worked(&peer);
                    wait_ms = REDIAL_MS.0;
                    told.clear();
                    self.keep(link, address).await;
                }
                Err((why, reason)) => {
                    self.failed(&peer, why);
                    // Once for each reason: a refused certificate is worth a line, a hub that is away all day is not worth thousands.
                    if told != reason {
                        tracing::warn!(peer, reason, "no link; trying again");
                        told = reason;
                    }
                    wait_ms = (wait_ms * 2).min(REDIAL_MS.1);
                }
            }
            sleep(Duration::from_millis(jittered(wait_ms))).await;
        }
    }

    async fn dial(&self, peer: &str) -> Result<(Link, SocketAddr), (Why, String)> {
        let found = tokio::net::lookup_host(peer).await.map_err(|error| (Why::NoAddress, error.to_string()))?.next();
        let address: SocketAddr = found.ok_or_else(|| (Why::NoAddress, "the name has no address".to_owned()))?;
        Ok((self.endpoint.dial(address).await.map_err(|error| (Why::of(&error), error.to_string()))?, address))
    }

    /// Carries a dialed link until it ends. One over TCP gives way to one over QUIC when that gets through again.
    async fn keep(&self, link: Link, address: SocketAddr) {
        let mut carrier = link.carrier();
        let mut running = self.begin(link, true);
        loop {
            let again = async {
                sleep(QUIC_AGAIN).await;
                self.endpoint.dial_quic_again(address).await
            };
            tokio::select! {
                _ = &mut running => return,
                found = again, if carrier == Carrier::Tcp => if let Some(link) = found {
                    tracing::info!(peer = %link.member().name, "QUIC gets through again");
                    carrier = link.carrier();
                    // The newer link replaces the older on both sides; that one then ends by itself.
                    running = self.begin(link, true);
                },
            }
        }
    }

    /// Dials those that were found, as many as a desk has neighbours.
    async fn keep_finding(self, mut discovery: Discovery) {
        let mut found = Found::default();
        let mut looks = every(LOOK);
        let mut dials = JoinSet::new();
        loop {
            tokio::select! {
                seen = discovery.next() => match seen {
                    Some(seen) => found.note(seen),
                    None => return,
                },
                Some(done) = dials.join_next() => if let Ok((id, answered)) = done { found.dialed(id, answered) },
                _ = looks.tick() => {
                    let chosen = if self.is_away() { Vec::new() } else { found.look(discovery.me()) };
                    for (id, addresses) in &chosen {
                        if !self.open().values().any(|open| id_of(&open.key) == *id) {
                            found.dialing.insert(*id);
                            dials.spawn(self.clone().dial_found(*id, addresses.clone()));
                        }
                    }
                }
            }
            for id in found.let_go() {
                let open = self.open();
                open.values().filter(|open| id_of(&open.key) == id).for_each(|open| open.sender.close(CloseCode::Done, "other desks are nearer now"));
            }
        }
    }

    /// Carries a link to a desk that was found until it ends; whether there was one. Whoever answers there with a certificate of ours is welcome, but only
    /// the desk itself counts as found.
    async fn dial_found(self, id: Id, addresses: Vec<SocketAddr>) -> (Id, bool) {
        for address in addresses {
            match self.endpoint.dial(address).await {
                Ok(link) if id_of(&link.member().key) == id => {
                    self.keep(link, address).await;
                    return (id, true);
                }
                Ok(link) => link.close(CloseCode::Done, "another desk was expected here"),
                Err(DialError::Ended) => break,
                Err(error) => tracing::debug!(%error, "no link to a desk that was found"),
            }
        }
        (id, false)
    }

    /// Carries a link in a task of its own.
    fn begin(&self, link: Link, dialed: bool) -> JoinHandle<()> {
        tokio::spawn(self.clone().run(link, dialed))
    }

    /// Carries one link until it ends.
    async fn run(self, link: Link, dialed: bool) {
        let session = SessionId(self.next.fetch_add(1, Ordering::Relaxed));
        let (member, carrier) = (link.member().clone(), link.carrier());
        let (sender, receiver) = link.split();
        let (out, queue) = Engine::link_queue();
        if self.engine.tell(Event::Link { session, member: member.clone(), dialed, out }).await.is_err() {
            return;
        }
        self.worked(&member.name);
        self.open().insert(session, Open { key: member.key, sender: sender.clone() });
        if self.is_away() {
            sender.close(CloseCode::Done, AWAY);
        }
        tracing::info!(peer = %member.name, dialed, %carrier, "linked");
        let text = TextFirst::default();
        let sending = tokio::spawn(send_all(sender.clone(), queue, self.engine.clone(), self.blobs.is_some(), text.clone()));
        let ended = self.receive_all(session, receiver, &sender, &text).await;
        sending.abort();
        if let Some(blobs) = &self.blobs {
            blobs.gone(session).await;
        }
        tracing::info!(peer = %member.name, reason = %ended, "link ended");
        self.open().remove(&session);
        if !self.is_linked(&member.key) {
            self.failed(&member.name, Why::Ended);
        }
        let _ = self.engine.tell(Event::Gone { session }).await;
    }

    async fn receive_all(&self, session: SessionId, mut receiver: Receiver, sender: &Sender, text: &TextFirst) -> String {
        let mut pace = Pace::default();
        let mut seconds = every(SECOND);
        loop {
            let frame = tokio::select! {
                biased;
                _ = seconds.tick() => {
                    pace.second();
                    continue;
                }
                frame = receiver.recv() => match frame {
                    Ok(frame) => frame,
                    Err(ended) => return ended.to_string(),
                },
            };
            if let Err(too_fast) = pace.hear(&frame) {
                sender.close(too_fast.code, too_fast.words);
                return too_fast.words.to_owned();
            }
            match self.read(session, &frame) {
                Ok(None) => {}
                Ok(Some(message)) => {
                    if let (Some(blobs), Message::Hello(hello)) = (&self.blobs, &message)
                        && hello.more.iter().any(|(number, _)| *number == MORE_BLOBS)
                    {
                        blobs.link(session, sender.clone(), text.clone()).await;
                    }
                    if self.engine.received(session, message).await.is_err() {
                        sender.close(CloseCode::Shutdown, "this node is stopping");
                        return "stopping".to_owned();
                    }
                }
                Err(error) => {
                    let code = if matches!(error, MessageError::UnknownKind(_)) { CloseCode::Version } else { CloseCode::BadFrame };
                    sender.close(code, &error.to_string());
                    return error.to_string();
                }
            }
        }
    }

    /// What a frame says, if it is for the owner: what is about blobs goes its own way.
    fn read(&self, session: SessionId, frame: &Frame) -> Result<Option<Message>, MessageError> {
        match &self.blobs {
            Some(blobs) if BlobMessage::is(frame.kind) => {
                blobs.received(session, BlobMessage::from_frame(frame)?);
                Ok(None)
            }
            _ => Message::from_frame(frame).map(Some),
        }
    }

    fn open(&self) -> std::sync::MutexGuard<'_, BTreeMap<SessionId, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, whom: &str, why: Why) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() < FAILURES_MAX || failures.contains_key(whom) {
            failures.insert(whom.to_owned(), Failure { why, at_ms: self.engine.now_ms() });
        }
    }

    fn worked(&self, whom: &str) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).remove(whom);
    }

    fn is_linked(&self, key: &[u8; 32]) -> bool {
        self.open().values().any(|open| open.key == *key)
    }
}

impl Why {
    fn of(error: &DialError) -> Self {
        match error {
            DialError::Address { .. } => Self::NoAddress,
            DialError::Silent { .. } => Self::Silent,
            DialError::Refused { .. } => Self::Refused,
            DialError::Ended => Self::Ended,
        }
    }
}

/// Desks that were found on the network, and how they fared.
#[derive(Default)]
struct Found {
    desks: BTreeMap<Id, Candidate>,
    /// Those to which a link is dialed or stands.
    dialing: BTreeSet<Id>,
}

struct Candidate {
    addresses: Vec<SocketAddr>,
    /// It answered once, with its certificate.
    proven: bool,
    left_out: u32,
    /// Looks since it was chosen.
    unchosen: u32,
}

impl Found {
    fn note(&mut self, seen: Seen) {
        match seen {
            Seen::Gone { id } => drop(self.desks.remove(&id)),
            Seen::Here { id, addresses } => {
                if let Some(known) = self.desks.get_mut(&id) {
                    known.addresses = addresses;
                    return;
                }
                if self.desks.len() >= FOUND_MAX {
                    let unproven = self.desks.iter().filter(|(_, desk)| !desk.proven).max_by_key(|(_, desk)| desk.left_out).map(|(id, _)| *id);
                    let Some(unproven) = unproven else { return };
                    self.desks.remove(&unproven);
                }
                self.desks.insert(id, Candidate { addresses, proven: false, left_out: 0, unchosen: 0 });
            }
        }
    }

    fn dialed(&mut self, id: Id, answered: bool) {
        self.dialing.remove(&id);
        if let Some(desk) = self.desks.get_mut(&id) {
            desk.proven |= answered;
            desk.left_out = if answered { 0 } else { LEFT_OUT };
        }
    }

    /// Whom to dial now.
    fn look(&mut self, me: Id) -> Vec<(Id, Vec<SocketAddr>)> {
        let there: BTreeSet<Id> = self.desks.iter().filter(|(_, desk)| desk.left_out == 0).map(|(id, _)| *id).collect();
        let chosen = neighbours(me, &there);
        for (id, desk) in &mut self.desks {
            desk.left_out = desk.left_out.saturating_sub(1);
            desk.unchosen = if chosen.contains(id) { 0 } else { desk.unchosen.saturating_add(1) };
        }
        let free = chosen.into_iter().filter(|id| !self.dialing.contains(id));
        free.filter_map(|id| Some((id, self.desks.get(&id)?.addresses.clone()))).collect()
    }

    /// Desks whose links were dialed from here and which are neighbours no more.
    fn let_go(&mut self) -> Vec<Id> {
        let gone = |id: &Id| self.desks.get(id).is_some_and(|desk| desk.unchosen == LET_GO);
        self.dialing.iter().copied().filter(gone).collect()
    }
}

/// Sends what the owner releases: messages in their order, and batches beside them, so that on a slow line nothing waits for a large batch but the next
/// one. Ends, and with it the link, when the owner lets go of the queue.
async fn send_all(sender: Sender, mut queue: mpsc::Receiver<LinkOut>, engine: Engine, has_blobs: bool, text: TextFirst) {
    let mut batches = JoinSet::new();
    let mut lane = |class| {
        let (plans, lane) = mpsc::channel(LANE);
        batches.spawn(send_batches(sender.clone(), class, lane, engine.frame_reader(), text.clone()));
        plans
    };
    let (live, bulk) = (lane(Class::Live), lane(Class::Bulk));
    while let Some(out) = queue.recv().await {
        match out {
            LinkOut::Close(reason) => {
                let (code, words) = words(&reason);
                return sender.close(code, &words);
            }
            LinkOut::Send(Outgoing::Message(mut message)) => {
                if let (true, Message::Hello(Hello { more, .. })) = (has_blobs, &mut message) {
                    more.push((MORE_BLOBS, Vec::new()));
                }
                if !send(&sender, Class::Control, &message).await {
                    return;
                }
            }
            LinkOut::Send(Outgoing::Batch(plan)) => {
                let lane = if plan.live { &live } else { &bulk };
                // Before it is handed over, or it could be sent before it is counted.
                text.waits();
                match lane.try_send(plan) {
                    Ok(()) => {}
                    Err(mpsc::error::TrySendError::Full(_)) => break,
                    Err(mpsc::error::TrySendError::Closed(_)) => return,
                }
            }
        }
    }
    sender.close(CloseCode::Busy, "too slow for what was to be sent; catch up on a new link");
}

/// Reads and sends the batches of one class, one after the other.
async fn send_batches(sender: Sender, class: Class, mut plans: mpsc::Receiver<BatchPlan>, mut frames: FrameReader, text: TextFirst) {
    while let Some(plan) = plans.recv().await {
        let made = tokio::task::spawn_blocking(move || {
            let batch = frames.batch(&plan);
            (frames, batch)
        });
        let Ok((reader, batch)) = made.await else { return };
        frames = reader;
        match batch {
            Ok(batch) => {
                if !send(&sender, class, &Message::Batch(batch)).await {
                    return;
                }
            }
            Err(error) => tracing::error!(%error, "entries cannot be read back and are not sent"),
        }
        text.sent();
    }
}

async fn send(sender: &Sender, class: Class, message: &Message) -> bool {
    match message.to_frame() {
        Ok(frame) => sender.send(class, frame).await.is_ok(),
        Err(error) => {
            tracing::error!(%error, "a message cannot be sent");
            true
        }
    }
}

fn words(reason: &CloseReason) -> (CloseCode, String) {
    match reason {
        CloseReason::Duplicate => (CloseCode::Duplicate, "there is another link between us".to_owned()),
        CloseReason::BadEntries(what) => (CloseCode::BadSignature, what.clone()),
        CloseReason::Scope(what) => (CloseCode::Scope, what.clone()),
        CloseReason::Silent => (CloseCode::Silent, "nothing was heard for too long".to_owned()),
        CloseReason::Protocol(what) => (CloseCode::Protocol, (*what).to_owned()),
    }
}

/// Ticks that do not catch up on what was missed.
fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Between half and all of `ms`, so that a herd spreads out.
fn jittered(ms: u64) -> u64 {
    let mut bytes = [0; 8];
    let chance = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).map_or(0, |()| u64::from_le_bytes(bytes));
    ms / 2 + chance % (ms / 2 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here(id: u64) -> Seen {
        Seen::Here { id: id.to_be_bytes(), addresses: vec![([10, 0, 0, 1], 4440).into()] }
    }

    #[test]
    fn a_desk_that_does_not_answer_is_left_out_for_a_while_and_another_takes_its_place() {
        let mut found = Found::default();
        (1..=20).for_each(|id| found.note(here(id)));
        let me = 0_u64.to_be_bytes();
        let chosen = |found: &mut Found| found.look(me).into_iter().map(|(id, _)| u64::from_be_bytes(id)).collect::<Vec<_>>();
        assert_eq!(chosen(&mut found), [1, 2, 3, 5, 10]);
        found.dialed(1_u64.to_be_bytes(), false);
        for _ in 0..LEFT_OUT {
            assert_eq!(chosen(&mut found)[..3], [2, 3, 4]);
        }
        assert_eq!(chosen(&mut found)[..3], [1, 2, 3]);
    }

    #[test]
    fn who_announces_more_desks_than_there_can_be_drives_out_none_that_answered() {
        let mut found = Found::default();
        found.note(here(7));
        found.dialed(7_u64.to_be_bytes(), true);
        (1000..3000).for_each(|id| found.note(here(id)));
        assert_eq!(found.desks.len(), FOUND_MAX);
        assert!(found.desks.contains_key(&7_u64.to_be_bytes()));
        found.note(Seen::Gone { id: 7_u64.to_be_bytes() });
        assert_eq!(found.desks.len(), FOUND_MAX - 1);
    }

    #[test]
    fn a_link_to_a_desk_that_is_a_neighbour_no_more_is_let_go() {
        let mut found = Found::default();
        found.note(here(100));
        let me = 0_u64.to_be_bytes();
        assert_eq!(found.look(me).len(), 1);
        found.dialing.insert(100_u64.to_be_bytes());
        (1..=40).for_each(|id| found.note(here(id)));
        let mut let_go = Vec::new();
        for _ in 0..=LET_GO {
            found.look(me);
            let_go.extend(found.let_go());
        }
        assert_eq!(let_go, [100_u64.to_be_bytes()]);
    }
}
