//! The worker thread: folds durable entries into documents, and turns commands into drafts.
//!
//! It reads the journal like everybody else, so what people see follows from what is on disk and from nothing else. A command is decided on views
//! that are up to date with the journal, under one write lock that is held until the disk has it: nobody can see what is not durable.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot, watch};

use schemas::flat::{DocId, Edit, FlatDoc, LogId};
use schemas::scope::ScopeId;

use crate::admit::RULE_VERSION;
use crate::document::{Document, Incoming};
use crate::engine::{Engine, FrameReader, ReadError, Stopped, draft_weight};
use crate::entry::{FIRST, Header};
use crate::hash::Hash;
use crate::replica::{Draft, DraftPart, Opener, changes};
use crate::store::{Row, Store, StoreError};

/// Commands that one commit takes together.
const COMMANDS_MAX: usize = 128;
/// Commands that wait; more are told that the node is busy.
const WAITING_MAX: usize = 512;
/// Bytes of drafts that one commit takes.
const DRAFT_BYTES: usize = 1 << 20;
/// Frames folded under one lock.
const FRAMES_MAX: u32 = 64;
/// Bytes of changes and command that one entry may hold, so that it fits into one message to a peer whatever surrounds it.
const ENTRY_BYTES: usize = 900 << 10;
/// Documents kept unfolded between uses.
const CACHE_MAX: usize = 2048;

/// What a node makes of documents and commands. The node's station implements it, and the simulator's plain model.
pub trait Domain: Send + Sync + 'static {
    type Command: Send + 'static;
    type Refusal: Send + 'static;

    /// Takes the newest state of a document; the same state twice changes nothing.
    fn apply(&mut self, scope: &ScopeId, id: DocId, document: &FlatDoc);

    /// What the command changes, or why it is refused. Changes nothing by itself.
    fn decide(&self, command: &Self::Command, moment: Moment) -> Result<Decision, Self::Refusal>;
}

/// Time and chance for a decision.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now_ms: i64,
    pub drawn: [u8; 16],
}

/// What a command changes, by scope, the primary scope first; and the answer for who asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    pub edits: Vec<(ScopeId, Vec<Edit>)>,
    pub answer: serde_json::Value,
}

/// A command on its way in.
#[derive(Debug)]
pub struct Request<C> {
    /// Made by the client: the same id again is the same command.
    pub id: [u8; 16],
    pub kind: String,
    pub staff: String,
    pub desk: String,
    /// The command as posted.
    pub body: String,
    pub command: C,
}

/// A command that is on this device's disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    pub answer: serde_json::Value,
    /// One per scope; empty where everything was so already and nothing had to be saved.
    pub entries: Vec<(LogId, u64)>,
}

/// Why a command was not taken. Nothing of it was kept.
#[derive(Debug, thiserror::Error)]
pub enum CommandError<R> {
    #[error("the command was refused")]
    Refused(R),
    #[error("another command was posted under the same key; use a new key for a new command")]
    OtherBody,
    #[error("The disk of this device is full: nothing new can be saved here until there is space. What was saved stays.")]
    Full,
    #[error("This desk does not work for {scope}.")]
    NotAllowed { scope: ScopeId },
    #[error("Too many commands wait at this desk.")]
    Busy,
    #[error("the command is too large: what it changes takes {bytes} bytes, and one entry holds {ENTRY_BYTES}. Split it")]
    TooLarge { bytes: usize },
    #[error("the command could not be turned into a change: {0}")]
    Edit(String),
    #[error("what was saved cannot be read back")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// A command as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// The body as posted.
    pub command: String,
    pub answer: serde_json::Value,
}

type Reply<R> = oneshot::Sender<Result<Done, CommandError<R>>>;

/// A command that waits, and who waits for it.
type Job<D> = (Request<<D as Domain>::Command>, Reply<<D as Domain>::Refusal>);

/// The way to the worker, cheap to clone.
pub struct Worker<D: Domain> {
    jobs: mpsc::Sender<Job<D>>,
    view: Arc<RwLock<D>>,
    changes: watch::Receiver<u32>,
    loaded: Arc<AtomicU64>,
}

impl<D: Domain> Clone for Worker<D> {
    fn clone(&self) -> Self {
        Self { jobs: self.jobs.clone(), view: Arc::clone(&self.view), changes: self.changes.clone(), loaded: Arc::clone(&self.loaded) }
    }
}

/// What starting the worker found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// Why the index on disk was not used and is built again.
    pub set_aside: Option<String>,
    /// Frames that the index lacked at the start.
    pub behind: u32,
}

impl<D: Domain> Worker<D> {
    /// Opens the index in `dir`, brings `domain` up to date with the journal, and starts the worker thread.
    pub fn start(engine: Engine, dir: &Path, domain: D) -> Result<(Self, Started, JoinHandle<()>), StoreError> {
        let frames = engine.frame_reader();
        let damage = engine.damage();
        if damage.damaged_places + damage.broken_entries > 0 {
            // The index may know changes that the journal lost; new ones must not be built on those.
            let _ = std::fs::remove_dir_all(dir);
        }
        let mut documents = Vec::new();
        let opened = Store::open(dir, |scope, id, saved| match Document::load(saved) {
            Ok(document) => {
                documents.push((scope, id, document.digest(id), document.values()));
                true
            }
            Err(_) => false,
        })?;
        let folded = opened.place.map_or(Some(0), |place| frames.ordinal(place).map(|ordinal| ordinal + 1));
        let (store, folded, set_aside) = match folded {
            Some(folded) if opened.set_aside.is_none() => (opened.store, folded, None),
            Some(_) => (opened.store, 0, opened.set_aside),
            None => {
                // The index knows of a commit that the journal does not have: it belongs to other bytes.
                drop(opened.store);
                documents.clear();
                let _ = std::fs::remove_dir_all(dir);
                let store = Store::open(dir, |_, _, _| true)?.store;
                (store, 0, Some("it was made from another journal".to_owned()))
            }
        };
        if folded == 0 {
            documents.clear();
        }
        let mut domain = domain;
        let mut digests = BTreeMap::new();
        for (scope, id, digest, values) in documents {
            xor(digests.entry(scope.clone()).or_default(), digest);
            domain.apply(&scope, id, &values);
        }
        let view = Arc::new(RwLock::new(domain));
        let (jobs, inbox) = mpsc::channel(WAITING_MAX);
        let opener = engine.opener();
        let behind = frames.count() - folded;
        let (shown, changes) = watch::channel(folded);
        let mut thread = Thread {
            engine,
            frames,
            store,
            view: Arc::clone(&view),
            folded,
            cache: BTreeMap::new(),
            dirty: BTreeMap::new(),
            digests,
            own: BTreeMap::new(),
            opener,
            shown,
            loaded: Arc::default(),
        };
        thread.catch_up();
        // Also when the index was whole and nothing had to be caught up: until then nobody can compare our judgement with theirs.
        thread.tell();
        let worker = Self { jobs, view, changes, loaded: Arc::clone(&thread.loaded) };
        let handle = std::thread::Builder::new().name("worker".into()).spawn(move || {
            if catch_unwind(AssertUnwindSafe(|| thread.run(inbox))).is_err() {
                thread.engine.fatal("a fault in the worker stopped it");
            }
        });
        let handle = handle.map_err(|error| StoreError { path: dir.to_owned(), reason: error.to_string() })?;
        Ok((worker, Started { set_aside, behind }, handle))
    }

    /// Takes a command; returns once it is on this device's disk and in its views.
    pub async fn command(&self, request: Request<D::Command>) -> Result<Done, CommandError<D::Refusal>> {
        let (reply, done) = oneshot::channel();
        self.jobs.try_send((request, reply)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => CommandError::Busy,
            mpsc::error::TrySendError::Closed(_) => CommandError::Stopped(Stopped),
        })?;
        done.await.map_err(|_| CommandError::Stopped(Stopped))?
    }

    /// Sees each time that the views changed.
    pub fn changes(&self) -> watch::Receiver<u32> {
        self.changes.clone()
    }

    /// Documents brought into memory since the start, to fold what came or to edit. Comparing with a peer needs none.
    pub fn documents_loaded(&self) -> u64 {
        self.loaded.load(Ordering::Relaxed)
    }

    /// Looks at what is durable. Commands wait meanwhile, so look and let go.
    pub fn read<T>(&self, look: impl FnOnce(&D) -> T) -> T {
        look(&self.view.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The command of an entry as it was posted, if this entry is its primary one.
pub fn stored(entry: &crate::entry::Entry) -> Option<Stored> {
    entry.parts.iter().find(|part| !part.facts.is_empty()).and_then(|part| serde_json::from_slice(&part.facts).ok())
}

type Key = (ScopeId, DocId);

struct Thread<D: Domain> {
    engine: Engine,
    frames: FrameReader,
    store: Store,
    view: Arc<RwLock<D>>,
    /// Frames whose changes are in the documents.
    folded: u32,
    cache: BTreeMap<Key, Document>,
    /// Documents that changed since the store was written, with the digest they had there.
    dirty: BTreeMap<Key, Option<Hash>>,
    /// The exclusive-or of the digests of each scope's documents.
    digests: BTreeMap<ScopeId, [u8; 32]>,
    own: BTreeMap<ScopeId, OwnLog>,
    opener: Opener,
    shown: watch::Sender<u32>,
    loaded: Arc<AtomicU64>,
}

/// The log that this lifetime writes in one scope.
#[derive(Debug, Clone)]
struct OwnLog {
    opening: Vec<u8>,
    id: LogId,
    next: u64,
}

/// A command that is decided and not yet durable.
struct Pending<R> {
    answer: serde_json::Value,
    receipt: oneshot::Receiver<Vec<(LogId, u64)>>,
    reply: Reply<R>,
}

impl<D: Domain> Thread<D> {
    fn run(&mut self, mut inbox: mpsc::Receiver<Job<D>>) {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return tracing::error!(%error, "the worker cannot start"),
        };
        let mut growth = self.engine.growth();
        let mut jobs = Vec::new();
        loop {
            let open = runtime.block_on(async {
                tokio::select! {
                    taken = inbox.recv_many(&mut jobs, COMMANDS_MAX) => taken > 0,
                    grown = growth.changed() => grown.is_ok(),
                }
            });
            self.catch_up();
            while !jobs.is_empty() {
                let again = self.take(std::mem::take(&mut jobs));
                jobs.extend(again);
            }
            if !open {
                return;
            }
        }
    }

    /// Brings documents and views up to the journal's end, a bounded part under each lock.
    fn catch_up(&mut self) {
        let view = Arc::clone(&self.view);
        let before = self.folded;
        while self.folded < self.frames.count() {
            let mut domain = view.write().unwrap_or_else(PoisonError::into_inner);
            self.fold(&mut domain);
        }
        if before != self.folded {
            self.tell();
        }
    }

    /// Says how far the views are, and how the documents of each scope were judged.
    fn tell(&self) {
        self.shown.send_replace(self.folded);
        let digests = self.digests.iter().map(|(scope, digest)| (scope.clone(), Hash(*digest))).collect();
        let _ = self.engine.judged(self.folded, digests);
    }

    /// Folds up to `FRAMES_MAX` frames and writes the documents that they touched.
    fn fold(&mut self, domain: &mut D) {
        let until = self.frames.count().min(self.folded + FRAMES_MAX);
        let mut touched = BTreeSet::new();
        for ordinal in self.folded..until {
            match self.frames.frame(ordinal) {
                Ok(frame) => {
                    let incoming: Vec<(DocId, Incoming)> = changes(frame)
                        .map(|(log, entry, doc, raw, hash)| (doc, Incoming { log, entry, rule: RULE_VERSION, raw: raw.to_vec(), hash }))
                        .collect();
                    for (doc, incoming) in incoming {
                        touched.extend(self.receive(doc, incoming));
                    }
                }
                // Going on without it would judge differently from everybody else.
                Err(error) => return self.engine.fatal(&format!("commit {ordinal} cannot be read back: {error}")),
            }
        }
        self.folded = until;
        for key in &touched {
            let document = &self.cache[key];
            domain.apply(&key.0, key.1, &document.values());
        }
        self.save();
    }

    fn receive(&mut self, doc: DocId, mut incoming: Incoming) -> Option<Key> {
        let (scope, rule) = {
            let replica = self.engine.replica();
            (replica.scope_of(incoming.log)?.clone(), replica.rule_of(incoming.log)?)
        };
        incoming.rule = rule;
        let key = (scope, doc);
        self.load(&key);
        self.mark(&key);
        self.cache.get_mut(&key).expect("loaded above").receive(incoming);
        Some(key)
    }

    /// Brings a document into the cache.
    fn load(&mut self, key: &Key) {
        if self.cache.contains_key(key) {
            return;
        }
        self.loaded.fetch_add(1, Ordering::Relaxed);
        let document = match self.store.read(&key.0, key.1) {
            Ok(None) => Document::default(),
            Ok(Some(saved)) => Document::load(&saved).unwrap_or_else(|error| {
                self.engine.fatal(&format!("a document in the index cannot be read: {error}"));
                Document::default()
            }),
            Err(error) => {
                self.engine.fatal(&format!("the index cannot be read: {error}"));
                Document::default()
            }
        };
        self.cache.insert(key.clone(), document);
    }

    /// Notes that a cached document is about to change.
    fn mark(&mut self, key: &Key) {
        if self.dirty.contains_key(key) {
            return;
        }
        let document = &self.cache[key];
        let is_new = document.applied_count() == 0 && document.waiting_count() == 0 && document.refused().next().is_none();
        self.dirty.insert(key.clone(), (!is_new).then(|| document.digest(key.1)));
    }

    /// Writes what changed, with the place up to which it is true. What cannot be written stays in memory and is tried again.
    fn save(&mut self) {
        let Some(place) = self.folded.checked_sub(1).and_then(|last| self.frames.place(last)) else { return };
        let mut rows = Vec::with_capacity(self.dirty.len());
        for (key, before) in &mut self.dirty {
            let document = &self.cache[key];
            let now = document.digest(key.1);
            let sum = self.digests.entry(key.0.clone()).or_default();
            if let Some(before) = before.replace(now) {
                xor(sum, before);
            }
            xor(sum, now);
            rows.push(Row { scope: key.0.clone(), id: key.1, saved: document.save() });
        }
        match self.store.write(&rows, place) {
            Ok(()) => self.dirty.clear(),
            Err(error) => tracing::error!(error, "the index cannot be written; it is tried again, and the journal holds everything"),
        }
        if self.cache.len() > CACHE_MAX {
            self.cache.retain(|key, _| self.dirty.contains_key(key));
        }
    }

    /// Decides commands one after another, makes them durable together, and answers. Returns those to be looked at again.
    fn take(&mut self, requests: Vec<Job<D>>) -> Vec<Job<D>> {
        let view = Arc::clone(&self.view);
        let mut domain = view.write().unwrap_or_else(PoisonError::into_inner);
        let mut pending = Vec::new();
        let mut again = Vec::new();
        let mut ids = BTreeSet::new();
        let mut bytes = 0;
        for (request, reply) in requests {
            if bytes > DRAFT_BYTES || !ids.insert(request.id) {
                again.push((request, reply));
                continue;
            }
            if let Some(known) = self.known(&request).transpose() {
                let _ = reply.send(known);
                continue;
            }
            match self.prepare(&mut domain, &request) {
                Ok((answer, drafts)) => {
                    bytes += drafts.iter().map(draft_weight).sum::<usize>();
                    match self.engine.commit(drafts) {
                        Ok(receipt) => pending.push(Pending { answer, receipt, reply }),
                        Err(stopped) => drop(reply.send(Err(stopped.into()))),
                    }
                }
                Err(error) => drop(reply.send(Err(error))),
            }
        }
        let durable: Vec<_> = pending.into_iter().map(|pending| (pending.answer, pending.receipt.blocking_recv(), pending.reply)).collect();
        while self.folded < self.frames.count() {
            self.fold(&mut domain);
        }
        drop(domain);
        self.tell();
        for (answer, receipt, reply) in durable {
            let done = receipt.map(|entries| Done { answer, entries }).map_err(|_| CommandError::Stopped(Stopped));
            let _ = reply.send(done);
        }
        again
    }

    /// The answer to a command that is here already.
    fn known(&mut self, request: &Request<D::Command>) -> Result<Option<Done>, CommandError<D::Refusal>> {
        let (entries, place) = {
            let replica = self.engine.replica();
            let entries = replica.command(&request.id).to_vec();
            let place = entries.first().and_then(|(log, number)| replica.entry(*log, *number));
            (entries, place)
        };
        let Some(place) = place else { return Ok(None) };
        let stored = stored(&self.frames.entry(place)?);
        match stored {
            Some(stored) if stored.command == request.body => Ok(Some(Done { answer: stored.answer, entries })),
            _ => Err(CommandError::OtherBody),
        }
    }

    /// Decides one command, makes its changes, and applies them to the documents and views under the lock.
    fn prepare(&mut self, domain: &mut D, request: &Request<D::Command>) -> Result<(serde_json::Value, Vec<Draft>), CommandError<D::Refusal>> {
        if !self.engine.can_write() {
            return Err(CommandError::Full);
        }
        let now_ms = self.engine.now_ms();
        let decision = domain.decide(&request.command, Moment { now_ms, drawn: drawn()? }).map_err(CommandError::Refused)?;
        let facts = serde_json::to_vec(&Stored { command: request.body.clone(), answer: decision.answer.clone() })
            .map_err(|error| CommandError::Edit(error.to_string()))?;
        let header = Header {
            command: request.id,
            time_ms: now_ms,
            offset: self.engine.replica().offset_to_hub(),
            staff: request.staff.clone(),
            desk: request.desk.clone(),
            kind: request.kind.clone(),
        };
        let mut built = Vec::new();
        for (scope, edits) in &decision.edits {
            let own = self.own_log(scope)?;
            for edit in merged(edits) {
                let key = (scope.clone(), edit.doc);
                self.load(&key);
                let change = self.cache[&key].edit(own.id, &edit).map_err(|error| CommandError::Edit(error.to_string()))?;
                built.extend(change.map(|change| (key, own.clone(), change)));
            }
        }
        let bytes = facts.len() + built.iter().map(|(_, _, change)| change.raw.len() + 128).sum::<usize>();
        if bytes > ENTRY_BYTES {
            return Err(CommandError::TooLarge { bytes });
        }
        let mut drafts: Vec<(LogId, Draft)> = Vec::new();
        let mut facts = Some(facts);
        for (key, own, change) in built {
            self.mark(&key);
            let document = self.cache.get_mut(&key).expect("loaded above");
            document.receive(Incoming { log: own.id, entry: own.next, rule: RULE_VERSION, raw: change.raw.clone(), hash: change.hash });
            domain.apply(&key.0, key.1, &document.values());
            let part = DraftPart { doc: key.1, change: change.raw, hash: change.hash, facts: facts.take().unwrap_or_default() };
            match drafts.iter_mut().find(|(log, _)| *log == own.id) {
                Some((_, draft)) => draft.parts.push(part),
                None => drafts.push((own.id, Draft { opening: own.opening, header: header.clone(), parts: vec![part], drawn: drawn()? })),
            }
        }
        for own in self.own.values_mut() {
            own.next += u64::from(drafts.iter().any(|(log, _)| *log == own.id));
        }
        Ok((decision.answer, drafts.into_iter().map(|(_, draft)| draft).collect()))
    }

    fn own_log(&mut self, scope: &ScopeId) -> Result<OwnLog, CommandError<D::Refusal>> {
        if let Some(own) = self.own.get(scope) {
            return Ok(own.clone());
        }
        let opened = self.opener.open(scope, RULE_VERSION, drawn()?);
        let (opening, id) = opened.ok_or_else(|| CommandError::NotAllowed { scope: scope.clone() })?;
        let own = OwnLog { opening, id, next: FIRST };
        self.own.insert(scope.clone(), own.clone());
        Ok(own)
    }
}

/// One edit per document: an entry holds at most one change of each.
fn merged(edits: &[Edit]) -> Vec<Edit> {
    let mut merged: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match merged.iter_mut().find(|earlier| earlier.doc == edit.doc) {
            Some(earlier) => {
                earlier.fields.retain(|(name, _)| !edit.fields.iter().any(|(later, _)| later == name));
                earlier.fields.extend(edit.fields.iter().cloned());
                earlier.facts.extend(edit.facts.iter().cloned());
            }
            None => merged.push(edit.clone()),
        }
    }
    merged
}

/// Chance comes from the system here, in the driver; the core gets it as an argument.
fn drawn<const N: usize, R>() -> Result<[u8; N], CommandError<R>> {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes)
        .map_err(|_| CommandError::Edit("the system gives no random numbers".to_owned()))?;
    Ok(bytes)
}

fn xor(sum: &mut [u8; 32], hash: Hash) {
    sum.iter_mut().zip(hash.0).for_each(|(sum, byte)| *sum ^= byte);
}
