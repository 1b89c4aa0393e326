//! What nodes say to each other: control messages, and batches of entries with everything left out that the receiver can compute.

use schemas::flat::{DocId, LogId};
use schemas::scope::ScopeId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec::{self, CodecError};
use crate::flat_change::Stripped;
use crate::frame::{Frame, MAX_BODY};
use crate::hash::Hash;
use crate::replica::vector::BucketHash;

/// Plain bytes of entries that one batch aims at; a single larger entry still travels alone.
pub const BATCH_BYTES: usize = 1 << 20;

/// In `more` of greeting and summary: which scopes the sender wants, as `Wants::bytes`. Without it all that it may hold.
pub const MORE_WANTS: u16 = 1;

/// As many scopes as one message may name.
pub const SCOPES_MAX: usize = 512;

/// A message between two nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Hello(Hello),
    Summary(Summary),
    Buckets(Buckets),
    Vector(Vector),
    Held(Held),
    Busy(Busy),
    Late(Late),
    Batch(Batch),
}

/// The first message on a link, from both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the program, for people.
    pub version: String,
    /// The sender's clock, milliseconds since 1970.
    pub now_ms: i64,
    pub scopes: Vec<ScopeState>,
    /// Room for later: number and bytes; unknown numbers are passed over.
    pub more: Vec<(u16, Vec<u8>)>,
}

/// A scope in one line: equal hashes mean equal contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeState {
    pub scope: ScopeId,
    pub vector: Hash,
    /// The digest of (document, heads, refused) over the scope, once everything of this vector is judged.
    pub digest: Option<Hash>,
}

/// Sent every few seconds: finds what was lost on the way, and measures clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub now_ms: i64,
    /// The newest clock reading had from the receiver: its `now_ms`, and ours when it came.
    pub echo: Option<(i64, i64)>,
    pub scopes: Vec<ScopeState>,
    pub more: Vec<(u16, Vec<u8>)>,
}

/// The vector of a scope in 64 hashes, so that only what differs is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buckets {
    pub scope: ScopeId,
    /// Another one for each question.
    pub salt: u32,
    pub hashes: Vec<BucketHash>,
}

/// The sender's vector in the buckets of the mask, in answer to `Buckets`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vector {
    pub scope: ScopeId,
    /// The hash of the buckets that were asked with: outside the mask the answer holds for those and for no others.
    pub asked: Hash,
    pub buckets: u64,
    pub logs: Vec<(LogId, u64)>,
}

/// The sender has these entries on disk. From the hub it is signed, over the hash of its whole vector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub scope: ScopeId,
    /// What changed in the sender's vector since it last said so on this link.
    pub logs: Vec<(LogId, u64)>,
    pub at_ms: i64,
    pub vector: Hash,
    /// Ed25519 over `held_message`, 64 bytes; empty from a node.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// The sender cannot take entries now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Busy {
    pub again_in_s: u16,
}

/// The sender keeps these entries aside: they came after their scope was closed, and are no part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Late {
    pub scope: ScopeId,
    /// Of each log the newest number that is kept.
    pub logs: Vec<(LogId, u64)>,
    pub at_ms: i64,
    /// Ed25519 over `late_message`, 64 bytes.
    #[serde(with = "serde_bytes")]
    pub signature: Vec<u8>,
}

/// Entries of one scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub scope: ScopeId,
    pub runs: Vec<Run>,
}

/// Consecutive entries of one log, ending at a signed end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub log: LogId,
    /// With the first entries of a log.
    pub opening: Option<SentOpening>,
    pub first: u64,
    /// Documents that the log touches in entries before `first`.
    pub docs_before: u32,
    /// Documents that the log touches here for the first time, in the order in which it does.
    pub docs: Vec<DocId>,
    #[serde(with = "entries")]
    pub entries: Vec<SentEntry>,
    /// The writer's signature over the last entry's chained hash, 64 bytes.
    #[serde(with = "serde_bytes")]
    pub end: Vec<u8>,
}

/// How a log begins, and the certificate that allows its writer to write there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentOpening {
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    #[serde(with = "serde_bytes")]
    pub certificate: Vec<u8>,
}

/// An entry without what the receiver can compute. On the wire the entries of a run stand in columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentEntry {
    pub header: Vec<u8>,
    pub parts: Vec<SentPart>,
}

/// A part of an entry, likewise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentPart {
    /// The document's place among all that the log touches, in the order in which it first did.
    pub doc: u32,
    /// With a log's first change of a document; later nonces follow from it.
    pub nonce: Option<[u8; 16]>,
    pub own_prev_is_dep: bool,
    pub other_deps: Vec<Hash>,
    pub start_op: u64,
    pub rest: Vec<u8>,
    pub facts: Vec<u8>,
}

/// Entries as columns inside the body.
mod entries {
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserializer, Serializer};

    use super::SentEntry;
    use crate::columns;

    pub(super) fn serialize<S: Serializer>(entries: &[SentEntry], serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = columns::encode(entries).ok_or_else(|| S::Error::custom("an entry has no header"))?;
        serde_bytes::serialize(&bytes, serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<SentEntry>, D::Error> {
        let bytes: Vec<u8> = serde_bytes::deserialize(deserializer)?;
        columns::decode(&bytes).map_err(D::Error::custom)
    }
}

impl SentPart {
    /// The change as it travels.
    pub fn stripped(&self) -> Stripped {
        Stripped { other_deps: self.other_deps.clone(), own_prev_is_dep: self.own_prev_is_dep, start_op: self.start_op, rest: self.rest.clone() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    #[error("a message of kind {0} is not known to this version")]
    UnknownKind(u16),
    #[error("a message of kind {kind} cannot be read")]
    Body { kind: u16, source: CodecError },
    #[error("a message is larger than a frame may be")]
    TooLarge,
}

impl Message {
    /// The message as a frame.
    pub fn to_frame(&self) -> Result<Frame, MessageError> {
        let (kind, body) = match self {
            Message::Hello(message) => (1, codec::encode(message, MAX_BODY as u64)),
            Message::Summary(message) => (2, codec::encode(message, MAX_BODY as u64)),
            Message::Buckets(message) => (3, codec::encode(message, MAX_BODY as u64)),
            Message::Vector(message) => (4, codec::encode(message, MAX_BODY as u64)),
            Message::Held(message) => (5, codec::encode(message, MAX_BODY as u64)),
            Message::Busy(message) => (6, codec::encode(message, MAX_BODY as u64)),
            Message::Late(message) => (7, codec::encode(message, MAX_BODY as u64)),
            Message::Batch(message) => (17, encode_batch(message)),
        };
        Ok(Frame { kind, body: body.map_err(|_| MessageError::TooLarge)? })
    }

    pub fn from_frame(frame: &Frame) -> Result<Self, MessageError> {
        Ok(match frame.kind {
            1 => Message::Hello(read(frame)?),
            2 => Message::Summary(read(frame)?),
            3 => Message::Buckets(read(frame)?),
            4 => Message::Vector(read(frame)?),
            5 => Message::Held(read(frame)?),
            6 => Message::Busy(read(frame)?),
            7 => Message::Late(read(frame)?),
            17 => Message::Batch(read(frame)?),
            kind => return Err(MessageError::UnknownKind(kind)),
        })
    }
}

/// In one pass: a batch is large, and its columns are made while it is written.
fn encode_batch(batch: &Batch) -> Result<Vec<u8>, CodecError> {
    let mut bytes = Vec::new();
    codec::encode_into(&mut bytes, batch, MAX_BODY)?;
    Ok(bytes)
}

fn read<T: DeserializeOwned>(frame: &Frame) -> Result<T, MessageError> {
    codec::decode(&frame.body, MAX_BODY as u64).map_err(|source| MessageError::Body { kind: frame.kind, source })
}
