//! The owner thread: takes everything that waits, decides once, commits once, and only then speaks.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use tokio::sync::{mpsc, oneshot, watch};

use schemas::flat::{DocId, LogId};

use crate::assemble::{AssembleError, assemble};
use crate::codec::CodecError;
use crate::entry::Entry;
use crate::hash::Hash;
use crate::identity::{Identity, Member};
use crate::journal::{Journal, JournalError, Place, Reader, Report};
use crate::message::{BATCH_BYTES, Batch, Busy, Message};
use crate::payload::{self, PayloadWriter};
use crate::replica::wants::Wants;
use crate::replica::{Commit, Draft, EntryRef, FOREIGN_BYTES_MAX, Input, Opener, Replica};
use crate::segment::PAYLOAD_MAX;
use crate::step::{BatchPlan, CloseReason, FrameBody, Outgoing, Release, SessionId, Step};

/// As much as waits for the owner at once; more waits at its sender.
const WAITING_MAX: usize = 64;
/// Bytes that one commit aims to stay under.
const COMMIT_BYTES: usize = 3 << 20;
/// Bytes of others' entries that one step may hold, with what stood behind a gap.
const FOREIGN_STEP: usize = FOREIGN_BYTES_MAX as usize + BATCH_BYTES;
/// Steps that are decided under one lock: whoever wants to look waits for all of them.
const STEPS_MAX: usize = 4;
/// Bytes of journal that are always reserved ahead for what this node's own people do, so that a full disk stops others' entries first.
pub const OWN_RESERVE: usize = 3 << 20;
/// As much as may wait for one slow peer; then it is cut off and catches up later.
const LINK_QUEUE: usize = 1024;
/// Bytes of frames that are kept for the worker: what a large reconnect brings.
const FRESH_BYTES: usize = 32 << 20;

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
    fresh: Mutex<Fresh>,
    clock: Clock,
    can_write: AtomicBool,
    journal_bytes: AtomicU64,
    journal_segments: AtomicU64,
    /// Bytes of entries made durable since the start, as they are before they are packed.
    written: AtomicU64,
    /// Batches of peers that came and are not decided yet.
    coming: AtomicUsize,
    closings: AtomicUsize,
    report: Report,
    loaded: Damage,
    dir: std::path::PathBuf,
    on_fatal: OnFatal,
}

impl Shared {
    fn fresh(&self) -> MutexGuard<'_, Fresh> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

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
    Codec(#[from] CodecError),
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
        let (mut journal, report) = Journal::open(dir, settings.lifetime, settings.segment_bytes, |place, bytes| match payload::read(bytes) {
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
        })?;
        damage.damaged_places = report.damaged.len();
        damage.torn_bytes = report.torn_bytes;
        let room = journal.reserve(OWN_RESERVE);
        let (growth_in, growth) = watch::channel(replica.frames());
        let shared = Arc::new(Shared {
            frames: RwLock::new(frames),
            fresh: Mutex::default(),
            clock: settings.clock,
            can_write: AtomicBool::new(room.is_ok()),
            journal_bytes: AtomicU64::new(journal.bytes()),
            journal_segments: AtomicU64::new(journal.segments() as u64),
            written: AtomicU64::new(0),
            coming: AtomicUsize::new(0),
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
            writer: PayloadWriter::default(),
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

    /// Bytes of entries made durable since the start.
    pub(crate) fn written(&self) -> u64 {
        self.shared.written.load(Ordering::Relaxed)
    }

    /// Whether batches of peers wait here to be decided and made durable.
    pub(crate) fn more_comes(&self) -> bool {
        self.shared.coming.load(Ordering::Relaxed) > 0
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
        FrameReader { engine: self.shared.clone(), reader: Reader::new(&self.shared.dir), last: None, follows: false }
    }

    /// As [`Engine::frame_reader`], for the one that takes every frame from now on in its order: what was just made durable is handed to it in memory.
    pub(crate) fn follower(&self) -> FrameReader {
        self.shared.fresh().is_wanted = true;
        FrameReader { follows: true, ..self.frame_reader() }
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

    /// Hands on what came over a link.
    pub(crate) async fn received(&self, session: SessionId, message: Message) -> Result<(), Stopped> {
        let batches = usize::from(matches!(message, Message::Batch(_)));
        self.shared.coming.fetch_add(batches, Ordering::Relaxed);
        let told = self.tell(Event::Received { session, message }).await;
        if told.is_err() {
            self.shared.coming.fetch_sub(batches, Ordering::Relaxed);
        }
        told
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
    follows: bool,
}

/// Frames that were just made durable and are not folded yet, so that they need not be read back and decoded. What there is no room for is read.
#[derive(Debug, Default)]
struct Fresh {
    is_wanted: bool,
    frames: VecDeque<(u32, FrameBody)>,
    bytes: usize,
}

impl Fresh {
    fn keep(&mut self, ordinal: u32, frame: FrameBody) {
        let bytes = size(&frame);
        if self.is_wanted && self.bytes + bytes <= FRESH_BYTES {
            self.bytes += bytes;
            self.frames.push_back((ordinal, frame));
        }
    }

    /// The frame, if it is here; it and all before it are not kept any longer.
    fn take(&mut self, ordinal: u32) -> Option<FrameBody> {
        while let Some((kept, frame)) = self.frames.pop_front_if(|(kept, _)| *kept <= ordinal) {
            self.bytes -= size(&frame);
            if kept == ordinal {
                return Some(frame);
            }
        }
        None
    }
}

fn size(frame: &FrameBody) -> usize {
    frame.entries.iter().map(Entry::size).sum()
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
            let body = payload::read(&self.reader.read(place)?)?;
            self.last = Some((frame, body));
        }
        self.last.as_ref().map(|(_, body)| body).ok_or(ReadError::Missing)
    }

    /// All of a frame, to be taken apart.
    pub(crate) fn take(&mut self, frame: u32) -> Result<FrameBody, ReadError> {
        let place = self.place(frame).ok_or(ReadError::Missing)?;
        let fresh = if self.follows { self.engine.fresh().take(frame) } else { None };
        match (fresh, self.last.take_if(|(kept, _)| *kept == frame)) {
            (Some(frame), _) | (None, Some((_, frame))) => Ok(frame),
            (None, None) => Ok(payload::read(&self.reader.read(place)?)?),
        }
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
    writer: PayloadWriter,
}

impl Owner {
    /// Runs until nobody can send any more, or the disk fails.
    fn run(&mut self, inbox: mpsc::Receiver<Event>) -> Result<(), JournalError> {
        let mut waiting = Waiting { inbox, events: Vec::with_capacity(WAITING_MAX).into() };
        while waiting.wait() {
            self.steps(&mut waiting)?;
        }
        Ok(())
    }

    /// Decides and commits what waits. While the disk takes what one batch brought, the next is decided; all under one lock, for until the last of them is
    /// durable nobody may see what is in memory.
    fn steps(&mut self, waiting: &mut Waiting) -> Result<(), JournalError> {
        let (group, shared) = (waiting.next(), Arc::clone(&self.shared));
        let mut batches = group.batches;
        let inputs = self.inputs(group);
        let inputs = self.with_room(inputs);
        let mut replica = shared.replica.write().unwrap_or_else(PoisonError::into_inner);
        let mut step = replica.advance((shared.clock)(), inputs);
        shared.closings.store(replica.closings_noted(), Ordering::Release);
        for _ in 1..STEPS_MAX {
            if !self.journal.has_room(2 * FOREIGN_STEP + OWN_RESERVE) || !waiting.has_batch() {
                break;
            }
            let group = waiting.next_batches();
            let brought = std::mem::replace(&mut batches, group.batches);
            let inputs = self.inputs(group);
            let now_ms = (shared.clock)();
            let Self { journal, writer, .. } = self;
            let (released, next) = std::thread::scope(|scope| {
                let writing = scope.spawn(|| commit(&shared, journal, writer, step));
                let next = replica.advance(now_ms, inputs);
                (writing.join().unwrap_or_else(|fault| resume_unwind(fault)), next)
            });
            self.publish(released?);
            shared.coming.fetch_sub(brought, Ordering::Relaxed);
            shared.closings.store(replica.closings_noted(), Ordering::Release);
            step = next;
        }
        let release = commit(&shared, &mut self.journal, &mut self.writer, step)?;
        drop(replica);
        self.publish(release);
        shared.coming.fetch_sub(batches, Ordering::Relaxed);
        Ok(())
    }

    fn inputs(&mut self, group: Group) -> Vec<Input> {
        group.events.into_iter().filter_map(|event| self.input(event)).collect()
    }

    /// Space is reserved before anything is decided. With none, others' entries are put off; own commands are refused before they come here.
    fn with_room(&mut self, inputs: Vec<Input>) -> Vec<Input> {
        // Also for runs that came early and are taken now, and for what stood behind a gap.
        let brings = inputs.iter().any(|input| matches!(input, Input::Message { message: Message::Batch(_), .. }));
        let foreign = if brings { FOREIGN_STEP } else { 0 };
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

    /// What is durable may be seen and said.
    fn publish(&mut self, release: Release) {
        let frames = self.shared.frames.read().unwrap_or_else(PoisonError::into_inner).len() as u32;
        self.shared.journal_bytes.store(self.journal.bytes(), Ordering::Relaxed);
        self.shared.journal_segments.store(self.journal.segments() as u64, Ordering::Relaxed);
        self.growth.send_if_modified(|known| std::mem::replace(known, frames) != frames);
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

/// Writes what a step holds, if anything, and then gives what may be said.
fn commit(shared: &Shared, journal: &mut Journal, writer: &mut PayloadWriter, step: Step) -> Result<Release, JournalError> {
    let (release, written) = step.commit_keeping(|frame| {
        let bytes = writer.write(frame).map_err(|_| JournalError::TooLarge { bytes: PAYLOAD_MAX })?;
        journal.append(bytes)
    })?;
    if let Some((place, frame)) = written {
        shared.written.fetch_add(size(&frame) as u64, Ordering::Relaxed);
        let mut frames = shared.frames.write().unwrap_or_else(PoisonError::into_inner);
        shared.fresh().keep(frames.len() as u32, frame);
        frames.push(place);
    }
    Ok(release)
}

/// What waits for the owner.
struct Waiting {
    inbox: mpsc::Receiver<Event>,
    events: VecDeque<Event>,
}

/// Events that are decided together.
struct Group {
    events: Vec<Event>,
    /// Batches of peers among them.
    batches: usize,
}

impl Waiting {
    /// Waits until there is something; false if nobody can send any more.
    fn wait(&mut self) -> bool {
        if self.events.is_empty() {
            let mut come = Vec::with_capacity(WAITING_MAX);
            self.inbox.blocking_recv_many(&mut come, WAITING_MAX);
            self.events.extend(come);
        }
        !self.events.is_empty()
    }

    /// Whether a batch is what comes next.
    fn has_batch(&mut self) -> bool {
        if self.events.is_empty() {
            self.events.extend(std::iter::from_fn(|| self.inbox.try_recv().ok()).take(WAITING_MAX));
        }
        self.events.front().is_some_and(is_batch)
    }

    fn next(&mut self) -> Group {
        self.next_while(|_| true)
    }

    fn next_batches(&mut self) -> Group {
        self.next_while(is_batch)
    }

    fn next_while(&mut self, of_kind: fn(&Event) -> bool) -> Group {
        let (mut group, mut bytes) = (Group { events: Vec::new(), batches: 0 }, 0);
        while bytes < COMMIT_BYTES
            && let Some(event) = self.events.pop_front_if(|event| of_kind(event))
        {
            bytes += weight(&event);
            group.batches += usize::from(is_batch(&event));
            group.events.push(event);
        }
        group
    }
}

fn is_batch(event: &Event) -> bool {
    matches!(event, Event::Received { message: Message::Batch(_), .. })
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

#[cfg(test)]
mod tests {
    use super::*;

    /// About as many bytes of contents as asked for.
    fn frame(bytes: usize) -> FrameBody {
        let entry = Entry { log: LogId([1; 16]), number: 2, prev: Hash::default(), header: vec![0; bytes], parts: Vec::new() };
        FrameBody { entries: vec![entry], ..FrameBody::default() }
    }

    #[test]
    fn what_was_just_made_durable_is_handed_over_once_and_in_order() {
        let mut fresh = Fresh::default();
        fresh.keep(0, frame(1));
        assert_eq!(fresh.take(0), None, "nobody wanted it");
        fresh.is_wanted = true;
        (1..=4).for_each(|ordinal| fresh.keep(ordinal, frame(ordinal as usize)));
        assert_eq!(fresh.take(0), None);
        assert_eq!(fresh.take(2), Some(frame(2)), "and what stood before it is not kept any longer");
        assert_eq!((fresh.take(1), fresh.take(2)), (None, None));
        assert_eq!((fresh.take(3), fresh.take(4)), (Some(frame(3)), Some(frame(4))));
        assert_eq!((fresh.bytes, fresh.frames.len()), (0, 0));
    }

    #[test]
    fn what_there_is_no_room_for_is_read_from_the_journal() {
        let mut fresh = Fresh { is_wanted: true, ..Fresh::default() };
        (0..5).for_each(|ordinal| fresh.keep(ordinal, frame(FRESH_BYTES / 3)));
        assert!(fresh.bytes <= FRESH_BYTES && fresh.frames.len() == 2);
        assert!(fresh.take(0).is_some() && fresh.take(1).is_some() && fresh.take(2).is_none());
        assert_eq!(fresh.bytes, 0);
    }

    #[test]
    fn only_batches_are_decided_beside_a_commit_and_nothing_overtakes_anything() {
        let (events, inbox) = mpsc::channel(WAITING_MAX);
        let session = SessionId(1);
        let batch = || Event::Received { session, message: Message::Batch(Batch { scope: "PVG/2026-11-22/CA".parse().unwrap(), runs: Vec::new() }) };
        [batch(), batch(), Event::Tick, batch()].into_iter().for_each(|event| events.try_send(event).unwrap());
        let mut waiting = Waiting { inbox, events: VecDeque::new() };
        assert!(waiting.has_batch());
        assert_eq!((waiting.next_batches().batches, waiting.has_batch()), (2, false));
        let rest = waiting.next();
        assert!(matches!(rest.events[..], [Event::Tick, Event::Received { .. }]) && rest.batches == 1);
        drop(events);
        assert!(!waiting.wait(), "nobody can send any more");
    }
}
