//! The owner thread: takes everything that waits, decides once, commits once, and only then speaks.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::{mpsc, oneshot, watch};

use schemas::flat::{DocId, LogId};

use crate::assemble::{AssembleError, assemble};
use crate::codec;
use crate::entry::Entry;
use crate::hash::Hash;
use crate::identity::{Identity, Member};
use crate::journal::{Journal, JournalError, Place, Reader, Report};
use crate::message::{BATCH_BYTES, Batch, Busy, Message};
use crate::replica::wants::Wants;
use crate::replica::{Commit, Draft, EntryRef, FOREIGN_BYTES_MAX, Input, Opener, Replica};
use crate::segment::PAYLOAD_MAX;
use crate::step::{BatchPlan, CloseReason, FrameBody, Outgoing, Release, SessionId};

/// As much as waits for the owner at once; more waits at its sender.
const WAITING_MAX: usize = 64;
/// Bytes that one commit aims to stay under.
const COMMIT_BYTES: usize = 3 << 20;
/// Bytes of journal that are always reserved ahead for what this node's own people do, so that a full disk stops others' entries first.
pub const OWN_RESERVE: usize = 3 << 20;
/// As much as may wait for one slow peer; then it is cut off and catches up later.
const LINK_QUEUE: usize = 1024;

/// What the owner is told. Commands come from the worker, everything else from links and clocks.
#[derive(Debug)]
pub(crate) enum Event {
    Link { session: SessionId, member: Member, dialed: bool, out: mpsc::Sender<LinkOut> },
    Gone { session: SessionId },
    Received { session: SessionId, message: Message },
    Commit { drafts: Vec<Draft>, reply: oneshot::Sender<Vec<(LogId, u64)>> },
    Judged { frames: u32, digests: Vec<(schemas::scope::ScopeId, crate::hash::Hash)> },
    Wants(Wants),
    Tick,
}

/// What a link's sending task is told.
#[derive(Debug)]
pub(crate) enum LinkOut {
    Send(Outgoing),
    Close(CloseReason),
}

/// A clock: milliseconds since 1970.
pub type Clock = Arc<dyn Fn() -> i64 + std::marker::Send + Sync>;

/// Ends the process, with the reason for the log.
pub type OnFatal = Arc<dyn Fn(&str) + std::marker::Send + Sync>;

/// Who and where this node is.
pub struct Settings {
    pub identity: Arc<Identity>,
    /// The version of the program, told to peers.
    pub version: String,
    pub clock: Clock,
    /// Drawn anew at each start.
    pub lifetime: [u8; 16],
    pub segment_bytes: u64,
    /// Called when the disk failed under a commit, or a thread of ours ended by a fault: the only honest state is a fresh start from disk.
    pub on_fatal: OnFatal,
}

/// The way to the owner, cheap to clone.
#[derive(Clone)]
pub struct Engine {
    events: mpsc::Sender<Event>,
    shared: Arc<Shared>,
    growth: watch::Receiver<u32>,
}

struct Shared {
    replica: RwLock<Replica>,
    frames: RwLock<Vec<Place>>,
    clock: Clock,
    can_write: AtomicBool,
    journal_bytes: AtomicU64,
    journal_segments: AtomicU64,
    closings: AtomicUsize,
    report: Report,
    loaded: Damage,
    dir: std::path::PathBuf,
    on_fatal: OnFatal,
}

impl Shared {
    fn replica(&self) -> RwLockReadGuard<'_, Replica> {
        self.replica.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is wrong with the journal, in numbers for people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damage {
    pub damaged_places: usize,
    pub entries_behind_a_gap: usize,
    pub broken_entries: usize,
    pub torn_bytes: u64,
}

/// A frame that the journal holds cannot be read back.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("a commit in the journal cannot be decoded")]
    Codec(#[from] codec::CodecError),
    #[error("no such entry here")]
    Missing,
}

/// The owner has ended; the process is stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this node is stopping; nothing that was acknowledged is lost")]
pub struct Stopped;

impl Engine {
    /// Opens the journal in `dir`, proves its chains, and starts the owner thread. Must be called inside a tokio runtime.
    pub fn start(dir: &Path, settings: Settings) -> Result<Self, JournalError> {
        let mut replica = Replica::new(settings.identity, &settings.version);
        let mut frames = Vec::new();
        let mut damage = Damage::default();
        let (mut journal, report) = Journal::open(dir, settings.lifetime, settings.segment_bytes, |place, payload| {
            match codec::decode::<FrameBody>(payload, PAYLOAD_MAX as u64) {
                Ok(frame) => {
                    let loaded = replica.load(&frame);
                    frames.push(place);
                    damage.entries_behind_a_gap += loaded.behind_a_gap;
                    damage.broken_entries += loaded.broken;
                }
                Err(error) => {
                    tracing::error!(segment = place.segment, offset = place.offset, %error, "a commit in the journal cannot be decoded");
                    damage.broken_entries += 1;
                }
            }
        })?;
        damage.damaged_places = report.damaged.len();
        damage.torn_bytes = report.torn_bytes;
        let room = journal.reserve(OWN_RESERVE);
        let (growth_in, growth) = watch::channel(replica.frames());
        let shared = Arc::new(Shared {
            frames: RwLock::new(frames),
            clock: settings.clock,
            can_write: AtomicBool::new(room.is_ok()),
            journal_bytes: AtomicU64::new(journal.bytes()),
            journal_segments: AtomicU64::new(journal.segments() as u64),
            closings: AtomicUsize::new(replica.closings_noted()),
            replica: RwLock::new(replica),
            report,
            loaded: damage,
            dir: dir.to_owned(),
            on_fatal: settings.on_fatal,
        });
        let (events, inbox) = mpsc::channel(WAITING_MAX);
        let mut owner = Owner {
            journal,
            shared: Arc::clone(&shared),
            links: BTreeMap::new(),
            tickets: BTreeMap::new(),
            next_ticket: 0,
            growth: growth_in,
            payload: Vec::new(),
        };
        std::thread::Builder::new()
            .name("owner".into())
            .spawn(move || {
                // Whoever waits for a receipt must not be let go before the process ends.
                match catch_unwind(AssertUnwindSafe(|| owner.run(inbox))) {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => (owner.shared.on_fatal)(&format!("the journal cannot be written: {}", chain(&error))),
                    Err(_) => (owner.shared.on_fatal)("a fault in the owner of the journal stopped it"),
                }
            })
            .map_err(|source| JournalError::Io { doing: "start the owner of", path: dir.to_owned(), source })?;
        tokio::spawn(tick(events.clone()));
        Ok(Self { events, shared, growth })
    }

    /// Everything this node holds, as it is on disk. Held across a commit by the owner, so look and let go.
    pub fn replica(&self) -> RwLockReadGuard<'_, Replica> {
        self.shared.replica()
    }

    /// Milliseconds since 1970 by this device's clock, never behind the newest entry that this node wrote.
    pub fn now_ms(&self) -> i64 {
        let newest = self.replica().newest_own_ms().unwrap_or(i64::MIN);
        (self.shared.clock)().max(newest)
    }

    /// Grows with each scope that is seen to be closed; cheap to ask.
    pub(crate) fn closings_noted(&self) -> usize {
        self.shared.closings.load(Ordering::Acquire)
    }

    /// Which scopes this node wants to be sent, from now on.
    pub async fn want(&self, wants: Wants) -> Result<(), Stopped> {
        self.tell(Event::Wants(wants)).await
    }

    /// Whether the disk has room for what people do here.
    pub fn can_write(&self) -> bool {
        self.shared.can_write.load(Ordering::Relaxed)
    }

    /// Bytes and segments of the journal.
    pub fn journal_size(&self) -> (u64, u64) {
        (self.shared.journal_bytes.load(Ordering::Relaxed), self.shared.journal_segments.load(Ordering::Relaxed))
    }

    /// What opening the journal found.
    pub fn damage(&self) -> Damage {
        self.shared.loaded
    }

    /// Frames, segments and bytes found at the start.
    pub fn opened_with(&self) -> &Report {
        &self.shared.report
    }

    /// Opens this lifetime's logs; to be taken once, before anything is committed.
    pub fn opener(&self) -> Opener {
        self.replica().opener()
    }

    /// Ends the process: what is in memory can no longer be trusted.
    pub(crate) fn fatal(&self, reason: &str) {
        (self.shared.on_fatal)(reason);
    }

    /// Sees each newly durable frame's count.
    pub fn growth(&self) -> watch::Receiver<u32> {
        self.growth.clone()
    }

    /// Reads frames and entries back.
    pub fn frame_reader(&self) -> FrameReader {
        FrameReader { engine: self.shared.clone(), reader: Reader::new(&self.shared.dir), last: None }
    }

    /// Makes drafts durable, all in one commit; returns their numbers once the disk has them.
    pub(crate) fn commit(&self, drafts: Vec<Draft>) -> Result<oneshot::Receiver<Vec<(LogId, u64)>>, Stopped> {
        let (reply, receipt) = oneshot::channel();
        self.events.blocking_send(Event::Commit { drafts, reply }).map_err(|_| Stopped)?;
        Ok(receipt)
    }

    pub(crate) fn judged(&self, frames: u32, digests: Vec<(schemas::scope::ScopeId, crate::hash::Hash)>) -> Result<(), Stopped> {
        self.events.blocking_send(Event::Judged { frames, digests }).map_err(|_| Stopped)
    }

    pub(crate) async fn tell(&self, event: Event) -> Result<(), Stopped> {
        self.events.send(event).await.map_err(|_| Stopped)
    }

    pub(crate) fn link_queue() -> (mpsc::Sender<LinkOut>, mpsc::Receiver<LinkOut>) {
        mpsc::channel(LINK_QUEUE)
    }
}

/// Reads what the journal holds, one frame kept at hand.
pub struct FrameReader {
    engine: Arc<Shared>,
    reader: Reader,
    last: Option<(u32, FrameBody)>,
}

impl FrameReader {
    /// Frames that are durable.
    pub fn count(&self) -> u32 {
        self.frames().len() as u32
    }

    /// Where a frame stands.
    pub fn place(&self, frame: u32) -> Option<Place> {
        self.frames().get(frame as usize).copied()
    }

    /// The ordinal of the frame at `place`.
    pub fn ordinal(&self, place: Place) -> Option<u32> {
        self.frames().binary_search(&place).ok().map(|ordinal| ordinal as u32)
    }

    pub fn frame(&mut self, frame: u32) -> Result<&FrameBody, ReadError> {
        if self.last.as_ref().is_none_or(|(kept, _)| *kept != frame) {
            let place = self.place(frame).ok_or(ReadError::Missing)?;
            let body = codec::decode(&self.reader.read(place)?, PAYLOAD_MAX as u64)?;
            self.last = Some((frame, body));
        }
        self.last.as_ref().map(|(_, body)| body).ok_or(ReadError::Missing)
    }

    pub fn entry(&mut self, place: EntryRef) -> Result<Entry, ReadError> {
        self.frame(place.frame)?.entries.get(place.index as usize).cloned().ok_or(ReadError::Missing)
    }

    /// The batch of a plan.
    pub fn batch(&mut self, plan: &BatchPlan) -> Result<Batch, AssembleError<ReadError>> {
        let engine = Arc::clone(&self.engine);
        let places = |log, docs: &[DocId]| if docs.is_empty() { Vec::new() } else { engine.replica().places(log, docs) };
        // Each entry of a plan is asked for once: it is taken out of the frame at hand, which is then read again for whoever wants it.
        let batch = assemble(plan, |place| self.take_entry(place), places);
        self.last = None;
        batch
    }

    fn take_entry(&mut self, place: EntryRef) -> Result<Entry, ReadError> {
        self.frame(place.frame)?;
        let frame = self.last.as_mut().map(|(_, body)| body);
        let entry = frame.and_then(|body| body.entries.get_mut(place.index as usize)).ok_or(ReadError::Missing)?;
        let nothing = Entry { log: entry.log, number: 0, prev: Hash::default(), header: Vec::new(), parts: Vec::new() };
        Ok(std::mem::replace(entry, nothing))
    }

    fn frames(&self) -> RwLockReadGuard<'_, Vec<Place>> {
        self.engine.frames.read().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Owner {
    journal: Journal,
    shared: Arc<Shared>,
    links: BTreeMap<SessionId, mpsc::Sender<LinkOut>>,
    tickets: BTreeMap<u64, oneshot::Sender<Vec<(LogId, u64)>>>,
    next_ticket: u64,
    growth: watch::Sender<u32>,
    /// The last frame's bytes: memory that is used again.
    payload: Vec<u8>,
}

impl Owner {
    /// Runs until nobody can send any more, or the disk fails.
    fn run(&mut self, mut inbox: mpsc::Receiver<Event>) -> Result<(), JournalError> {
        let mut waiting = Vec::with_capacity(WAITING_MAX);
        while inbox.blocking_recv_many(&mut waiting, WAITING_MAX) > 0 {
            let mut events = waiting.drain(..).peekable();
            while events.peek().is_some() {
                let mut inputs = Vec::new();
                let mut bytes = 0;
                while bytes < COMMIT_BYTES
                    && let Some(event) = events.next()
                {
                    bytes += weight(&event);
                    inputs.extend(self.input(event));
                }
                self.step(inputs)?;
            }
        }
        Ok(())
    }

    fn step(&mut self, inputs: Vec<Input>) -> Result<(), JournalError> {
        let inputs = self.with_room(inputs);
        let now_ms = (self.shared.clock)();
        let shared = Arc::clone(&self.shared);
        let mut replica = shared.replica.write().unwrap_or_else(PoisonError::into_inner);
        let step = replica.advance(now_ms, inputs);
        // Before the frame can be read: whoever folds it then knows what it closes.
        shared.closings.store(replica.closings_noted(), Ordering::Release);
        let release = step.commit(|frame| {
            codec::encode_into(&mut self.payload, frame, PAYLOAD_MAX).map_err(|_| JournalError::TooLarge { bytes: PAYLOAD_MAX })?;
            let place = self.journal.append(&self.payload)?;
            shared.frames.write().unwrap_or_else(PoisonError::into_inner).push(place);
            Ok::<(), JournalError>(())
        })?;
        let frames = replica.frames();
        drop(replica);
        self.shared.journal_bytes.store(self.journal.bytes(), Ordering::Relaxed);
        self.shared.journal_segments.store(self.journal.segments() as u64, Ordering::Relaxed);
        self.growth.send_if_modified(|known| std::mem::replace(known, frames) != frames);
        self.publish(release);
        Ok(())
    }

    /// Space is reserved before anything is decided. With none, others' entries are put off; own commands are refused before they come here.
    fn with_room(&mut self, inputs: Vec<Input>) -> Vec<Input> {
        // Also for runs that came early and are taken now, and for what stood behind a gap.
        let brings = inputs.iter().any(|input| matches!(input, Input::Message { message: Message::Batch(_), .. }));
        let foreign = if brings { FOREIGN_BYTES_MAX as usize + BATCH_BYTES } else { 0 };
        let room = self.journal.reserve((foreign + OWN_RESERVE).min(PAYLOAD_MAX));
        let had_room = self.shared.can_write.load(Ordering::Relaxed);
        let has_room = room.is_ok() || self.journal.reserve(OWN_RESERVE).is_ok();
        if had_room != has_room {
            self.shared.can_write.store(has_room, Ordering::Relaxed);
            match has_room {
                false => tracing::error!("the disk is full: commands are refused until there is space; everything saved stays"),
                true => tracing::info!("there is space on the disk again"),
            }
        }
        if room.is_ok() {
            return inputs;
        }
        inputs.into_iter().filter(|input| !self.put_off(input)).collect()
    }

    fn put_off(&mut self, input: &Input) -> bool {
        let Input::Message { session, message: Message::Batch(_) } = input else { return false };
        self.send(*session, LinkOut::Send(Outgoing::Message(Message::Busy(Busy { again_in_s: 10 }))));
        true
    }

    fn input(&mut self, event: Event) -> Option<Input> {
        Some(match event {
            Event::Link { session, member, dialed, out } => {
                self.links.insert(session, out);
                Input::Connected { session, member, dialed }
            }
            Event::Gone { session } => {
                self.links.remove(&session);
                Input::Disconnected { session }
            }
            Event::Received { session, message } => self.links.contains_key(&session).then_some(Input::Message { session, message })?,
            Event::Commit { drafts, reply } => {
                let ticket = self.next_ticket;
                self.next_ticket += 1;
                self.tickets.insert(ticket, reply);
                Input::Commit(Commit { ticket, drafts })
            }
            Event::Judged { frames, digests } => Input::Judged { frames, digests },
            Event::Wants(wants) => Input::Wants(wants),
            Event::Tick => Input::Tick,
        })
    }

    fn publish(&mut self, release: Release) {
        for receipt in release.receipts {
            if let Some(reply) = self.tickets.remove(&receipt.ticket) {
                let _ = reply.send(receipt.entries);
            }
        }
        for send in release.sends {
            self.send(send.session, LinkOut::Send(send.what));
        }
        for close in release.closes {
            self.send(close.session, LinkOut::Close(close.reason));
            self.links.remove(&close.session);
        }
    }

    /// A peer too slow for its queue is dropped with its link, and catches up from its vector later.
    fn send(&mut self, session: SessionId, out: LinkOut) {
        let Some(link) = self.links.get(&session) else { return };
        match link.try_send(out) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Closed(_)) => drop(self.links.remove(&session)),
            Err(mpsc::error::TrySendError::Full(_)) => {
                tracing::warn!(session = session.0, "a peer is too slow and is cut off; it catches up later");
                self.links.remove(&session);
            }
        }
    }
}

async fn tick(events: mpsc::Sender<Event>) {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(200));
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        if events.send(Event::Tick).await.is_err() {
            return;
        }
    }
}

/// About as many journal bytes as an event may become.
fn weight(event: &Event) -> usize {
    match event {
        Event::Received { message, .. } => message_weight(message),
        Event::Commit { drafts, .. } => drafts.iter().map(draft_weight).sum(),
        Event::Link { .. } | Event::Gone { .. } | Event::Judged { .. } | Event::Wants(_) | Event::Tick => 0,
    }
}

pub(crate) fn draft_weight(draft: &Draft) -> usize {
    1024 + draft.parts.iter().map(|part| 200 + part.change.len() + part.facts.len()).sum::<usize>()
}

fn message_weight(message: &Message) -> usize {
    let Message::Batch(batch) = message else { return 0 };
    let entries = batch.runs.iter().flat_map(|run| &run.entries);
    let parts = |parts: &[crate::message::SentPart]| {
        parts.iter().map(|part| 400 + part.rest.len() + part.facts.len() + 32 * part.other_deps.len()).sum::<usize>()
    };
    entries.map(|entry| 256 + entry.header.len() + parts(&entry.parts)).sum::<usize>() + batch.runs.len() * 2048
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}
