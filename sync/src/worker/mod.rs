//! The worker: folds durable entries into documents, and turns commands into drafts.
//!
//! It takes the journal's frames in their order, those just made durable from memory, so what people see follows from what is on disk and from nothing else. A command is decided on views
//! that are up to date with the journal, under one write lock that is held until the disk has it: nobody can see what is not durable.

mod documents;
mod loading;
mod thread;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot, watch};

use schemas::flat::{DocId, Edit, FlatDoc, LogId};
use schemas::scope::ScopeId;

use crate::asked;
use crate::engine::{Engine, ReadError, Stopped};
use crate::journal::Place;
use crate::store::StoreError;
use documents::Documents;
use thread::{ENTRY_BYTES, Thread};

/// Commands that wait; more are told that the node is busy.
const WAITING_MAX: usize = 512;

/// What a node makes of documents and commands. The node's station implements it, and the simulator's plain model.
pub trait Domain: Send + Sync + 'static {
    type Command: Send + 'static;
    type Refusal: Send + 'static;
    /// What a document's values say, typed.
    type Record: Send;

    /// Reads a document's values; of many documents at once, on all cores.
    fn read(scope: &ScopeId, id: DocId, document: &FlatDoc) -> Self::Record;

    /// Takes the newest state of a document; the same state twice changes nothing.
    fn apply(&mut self, scope: &ScopeId, id: DocId, record: Self::Record);

    /// As [`Domain::apply`], while the index is read at a start: each document once, into a domain that knows nothing yet and that nobody asks before
    /// [`Domain::settle_in`].
    fn fill(&mut self, scope: &ScopeId, id: DocId, record: Self::Record) {
        self.apply(scope, id, record);
    }

    /// Told once that all of the index was filled in; the moment to lay out densely what now stays.
    fn settle_in(&mut self) {}

    /// Keeps the numbers of a record that came after its scope was closed: it is not shown, and its numbers are used all the same.
    fn keep_numbers(&mut self, _record: &Self::Record) {}

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
    pub closes: Option<Closes>,
}

/// The end of a scope, among whose edits there is one; only at a hub.
#[derive(Debug, Clone, PartialEq)]
pub struct Closes {
    pub scope: ScopeId,
    /// Also while something in it waits for what will not come any more.
    pub incomplete: bool,
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
    #[error("The records of {scope} are closed.")]
    Closed { scope: ScopeId },
    #[error("The records of {scope} cannot be closed yet: some of them wait for what another desk wrote and has not sent.")]
    Incomplete { scope: ScopeId },
    #[error("The records of {scope} are of too many runs of too many desks to be closed.")]
    TooMany { scope: ScopeId },
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
    doubted: Arc<AtomicUsize>,
}

impl<D: Domain> Clone for Worker<D> {
    fn clone(&self) -> Self {
        Self {
            jobs: self.jobs.clone(),
            view: Arc::clone(&self.view),
            changes: self.changes.clone(),
            loaded: Arc::clone(&self.loaded),
            doubted: Arc::clone(&self.doubted),
        }
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

/// What the index says, read before the journal is known: the two are read at the same time, and most of a start is that.
pub struct Index<D> {
    documents: Documents,
    domain: D,
    /// The place in the journal up to which all of it is true.
    place: Option<Place>,
    set_aside: Option<String>,
}

impl<D: Domain> Index<D> {
    /// Opens the index in `dir` and reads it into a domain that knows nothing.
    pub fn read(dir: &Path, empty: impl Fn() -> D) -> Result<Self, StoreError> {
        let (mut documents, place, set_aside) = Documents::open(dir)?;
        let mut domain = empty();
        let read = documents.read_all(
            |key, values| D::read(&key.0, key.1, values),
            |part| part.into_iter().for_each(|(key, record)| domain.fill(&key.0, key.1, record)),
        );
        // The index may have made us know what never was: everything is read again from the journal.
        let read = match read {
            Err(error) => Self { documents, domain, place, set_aside }.begin_again(dir, &empty, error.to_string())?,
            Ok(()) => Self { documents, domain, place, set_aside },
        };
        Ok(read.settled_in())
    }

    /// Moves the index aside, for this reason, and begins with an empty one.
    fn begin_again(self, dir: &Path, empty: impl Fn() -> D, reason: String) -> Result<Self, StoreError> {
        Ok(Self { documents: self.documents.begin_again(dir)?, domain: empty(), place: None, set_aside: Some(reason) })
    }

    fn settled_in(mut self) -> Self {
        self.domain.settle_in();
        self
    }
}

impl<D: Domain> Worker<D> {
    /// Opens the index in `dir`, brings a domain that knows nothing up to date with the journal, and starts the worker thread.
    pub fn start(engine: Engine, dir: &Path, empty: impl Fn() -> D) -> Result<(Self, Started, JoinHandle<()>), StoreError> {
        let index = Index::read(dir, &empty)?;
        Self::start_from(engine, dir, index, empty)
    }

    /// As [`Worker::start`], from what the index in `dir` was read to say.
    pub fn start_from(engine: Engine, dir: &Path, index: Index<D>, empty: impl Fn() -> D) -> Result<(Self, Started, JoinHandle<()>), StoreError> {
        let frames = engine.follower();
        let damage = engine.damage();
        let mut index = index;
        if damage.damaged_places + damage.broken_entries > 0 {
            // The index may know changes that the journal lost; new ones must not be built on those.
            drop(index);
            let _ = std::fs::remove_dir_all(dir);
            index = Index::read(dir, &empty)?;
        }
        let place = index.place.map_or(Some(0), |place| frames.ordinal(place).map(|ordinal| ordinal + 1));
        if place.is_none() {
            // The index knows of a commit that the journal does not have: it belongs to other bytes.
            index = index.begin_again(dir, &empty, "it was made from another journal".to_owned())?.settled_in();
        }
        let folded = place.unwrap_or_default();
        let Index { documents, domain, set_aside, .. } = index;
        let view = Arc::new(RwLock::new(domain));
        let (jobs, inbox) = mpsc::channel(WAITING_MAX);
        let behind = frames.count() - folded;
        let (shown, changes) = watch::channel(folded);
        let (loaded, doubted) = (documents.loaded(), Arc::default());
        let mut thread = Thread::new(engine, frames, documents, Arc::clone(&view), folded, shown, Arc::clone(&doubted));
        thread.catch_up();
        thread.keep_late_numbers();
        // Also when the index was whole and nothing had to be caught up: until then nobody can compare our judgement with theirs.
        thread.tell();
        let worker = Self { jobs, view, changes, loaded, doubted };
        let (stopped, index) = (thread.engine(), dir.to_owned());
        let handle = std::thread::Builder::new().name("worker".into()).spawn(move || match thread.settled_in(&index) {
            Ok(mut thread) => {
                if catch_unwind(AssertUnwindSafe(|| thread.run(inbox))).is_err() {
                    stopped.fatal("a fault in the worker stopped it");
                }
            }
            Err(reason) => stopped.fatal(&format!("the index cannot be opened a second time: {reason}")),
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
        asked::answer(&self.jobs, done).await.ok_or(CommandError::Stopped(Stopped))?
    }

    /// Sees each time that the views changed.
    pub fn changes(&self) -> watch::Receiver<u32> {
        self.changes.clone()
    }

    /// Documents brought into memory since the start, to fold what came or to edit. Comparing with a peer needs none.
    pub fn documents_loaded(&self) -> u64 {
        self.loaded.load(Ordering::Relaxed)
    }

    /// Documents that the document library reads differently than we do: shown and kept, and not edited here.
    pub fn documents_in_doubt(&self) -> usize {
        self.doubted.load(Ordering::Relaxed)
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
