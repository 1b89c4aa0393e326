//! The order of things, held by a type: decide, make durable, then speak.

use schemas::flat::LogId;
use schemas::scope::ScopeId;
use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::message::{Message, SentOpening};
use crate::replica::EntryRef;

/// What one commit writes: a journal frame's contents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameBody {
    /// When this device made the commit, by its clock: for an entry of another node, when it arrived here.
    pub at_ms: i64,
    pub openings: Vec<SentOpening>,
    pub entries: Vec<Entry>,
    pub ends: Vec<End>,
}

/// A writer's signature over the chained hash of one of its entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub log: LogId,
    pub number: u64,
    /// 64 bytes.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// What may be said once the frame is on disk.
#[derive(Debug, Default)]
pub struct Release {
    pub sends: Vec<Send>,
    pub receipts: Vec<Receipt>,
    pub closes: Vec<Close>,
    /// Scopes that grew.
    pub grown: Vec<ScopeId>,
}

/// Something to send on a link.
#[derive(Debug)]
pub struct Send {
    pub session: SessionId,
    pub what: Outgoing,
}

#[derive(Debug)]
pub enum Outgoing {
    Message(Message),
    /// Entries to read from the journal and send as one batch.
    Batch(BatchPlan),
}

/// Which entries a batch carries.
#[derive(Debug, Clone)]
pub struct BatchPlan {
    pub scope: ScopeId,
    /// Own entries just made go before those that catch somebody up.
    pub live: bool,
    pub runs: Vec<RunPlan>,
}

#[derive(Debug, Clone)]
pub struct RunPlan {
    pub log: LogId,
    pub opening: Option<SentOpening>,
    pub first: u64,
    pub entries: Vec<EntryRef>,
    pub end: Vec<u8>,
}

/// A command is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    pub ticket: u64,
    /// Its entries, one per scope.
    pub entries: Vec<(LogId, u64)>,
}

/// A link to close, with the reason.
#[derive(Debug)]
pub struct Close {
    pub session: SessionId,
    pub reason: CloseReason,
}

/// Why the core closes a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CloseReason {
    /// There is another link to the same node.
    Duplicate,
    /// It sent entries that cannot be true.
    BadEntries(String),
    /// It sent or asked for entries of a scope that it, or this node, may not hold.
    Scope(String),
    /// Nothing came for too long, although it says something every few seconds.
    Silent,
    /// It broke the order of the protocol.
    Protocol(&'static str),
}

/// A link, as the driver numbers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

/// A decision that is not durable yet. What may be said sits inside and comes out only after the write; a power cut is `drop(step)`.
#[derive(Debug)]
#[must_use]
pub struct Step {
    frame: FrameBody,
    release: Release,
}

impl Step {
    pub(crate) fn new(frame: FrameBody, release: Release) -> Self {
        Self { frame, release }
    }

    /// Writes the frame, if there is anything to write, and then hands out what may be said.
    pub fn commit<E>(self, write: impl FnOnce(&FrameBody) -> Result<(), E>) -> Result<Release, E> {
        self.commit_keeping(write).map(|(release, _)| release)
    }

    /// As [`Step::commit`]; also gives what the write made of the frame, and the frame itself, which is durable now.
    pub fn commit_keeping<T, E>(self, write: impl FnOnce(&FrameBody) -> Result<T, E>) -> Result<(Release, Option<(T, FrameBody)>), E> {
        let written = if self.frame.is_empty() { None } else { Some(write(&self.frame)?) };
        Ok((self.release, written.map(|made| (made, self.frame))))
    }
}

impl FrameBody {
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
