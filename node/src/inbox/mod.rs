//! The way in: messages that others bring by themselves, as files in a watched folder or by webhook. They go the path of the API: applied, kept as
//! waiting, or kept as not applied, on this node's disk before anybody is told so.

mod file_name;
mod folder;
mod look;
mod way;
mod webhook;
mod work;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::services::Services;
pub use way::{Entry, WayIn};
pub(crate) use webhook::{Signed, message_of};

/// The ways in of this node, cheap to clone. The default has none.
#[derive(Clone, Default)]
pub struct Inbox {
    ways: Arc<[Way]>,
}

struct Way {
    way: WayIn,
    seen: Mutex<Seen>,
}

/// What came by a way since this node started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// When something came last, in milliseconds since 1970 UTC.
    pub last_ms: Option<i64>,
    /// Applied, or known before.
    pub applied: u64,
    pub waiting: u64,
    pub rejected: u64,
    /// Turned away before anything was read: not signed by who holds the secret, or too long ago.
    pub not_signed: u64,
    /// What is in its way now.
    pub trouble: Option<InTrouble>,
}

/// Why nothing comes by a way, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InTrouble {
    /// The folder cannot be looked at.
    FolderNotRead,
    /// A file cannot be read; its name.
    FileNotRead(String),
    /// A file cannot be moved to where it belongs; its name. It is taken once all the same.
    NotMoved(String),
    /// A file cannot be taken now, such as when the disk is full; its name. It stays and is tried again.
    NotTaken(String),
    /// Many files that are kept nowhere else lie in `rejected/`: somebody has to look.
    RejectedFull,
}

/// How a way does, for screens and metrics.
#[derive(Debug, Clone)]
pub struct WaySeen {
    pub name: String,
    /// The folder that is watched; nothing for a webhook.
    pub folder: Option<String>,
    pub seen: Seen,
}

impl Inbox {
    /// Begins to watch the folders.
    pub fn start(services: &Services, ways: Vec<WayIn>) -> Self {
        let ways = ways.into_iter().map(|way| Way { way, seen: Mutex::default() });
        let inbox = Self { ways: ways.collect() };
        for place in 0..inbox.ways.len() {
            if inbox.ways.get(place).is_some_and(|way| way.way.folder().is_some()) {
                tokio::spawn(work::keep_looking(services.clone(), inbox.clone(), place));
            }
        }
        inbox
    }

    /// How each way does, in the order of the configuration.
    pub fn seen(&self) -> Vec<WaySeen> {
        let seen = |way: &Way| WaySeen {
            name: way.way.name.clone(),
            folder: way.way.folder().map(|folder| folder.display().to_string()),
            seen: way.seen().clone(),
        };
        self.ways.iter().map(seen).collect()
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Inbox({} ways)", self.ways.len())
    }
}

impl Way {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what became of a message.
    fn count(&self, now_ms: i64, became: Became) {
        let mut seen = self.seen();
        seen.last_ms = Some(now_ms);
        let counter = match became {
            Became::Applied => &mut seen.applied,
            Became::Waiting => &mut seen.waiting,
            Became::Rejected => &mut seen.rejected,
        };
        *counter = counter.saturating_add(1);
    }
}

/// What became of a message, for the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Became {
    Applied,
    Waiting,
    Rejected,
}
