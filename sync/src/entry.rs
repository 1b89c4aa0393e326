//! Logs and entries: the unit of durability, replication and audit, and the hash chain that holds them together.

use std::collections::BTreeMap;

use schemas::flat::{DocId, LogId};
use schemas::scope::ScopeId;
use serde::{Deserialize, Serialize};

use crate::canon::{Reader, Writer};
use crate::hash::Hash;

/// The version of entries that this program writes.
pub const FORMAT_VERSION: u16 = 1;

/// As many bytes as one entry may have; a batch on the wire carries at least one.
pub const ENTRY_MAX: usize = 1 << 20;

/// As many documents as one entry may touch: a long passenger list.
pub const PARTS_MAX: usize = 2048;

/// The number of a log's first entry after its opening.
pub const FIRST: u64 = 2;

const OPENING: &[u8] = b"apron/opening/1";
const ENTRY: &[u8] = b"apron/entry/1";
const RANGE: &[u8] = b"apron/range/1";
/// The most bytes that a header may have: three texts of 255 and what stands before them, with room for the end of a scope and for later fields.
pub const HEADER_MAX: usize = 64 << 10;
/// As many logs as a scope may have that is closed.
pub const CLOSING_LOGS_MAX: usize = 2500;
const _: () = assert!(CLOSING_LOGS_MAX * 24 + 2048 <= HEADER_MAX);
pub(crate) const HEADER: &[u8] = b"apron/header/1";
/// The field behind a header's texts that closes a scope.
const CLOSING: u8 = 1;
const NONCE: &[u8] = b"apron/nonce/1";

/// Entry 1 of a log: it binds the log to its writer and carries no change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub format: u16,
    /// The version of the admission rules under which this log's changes are judged.
    pub rule: u16,
    pub scope: ScopeId,
    /// The writer's Ed25519 public key.
    pub key: [u8; 32],
    /// Drawn anew for each log, so that a restored backup never writes a number twice under one id.
    pub drawn: [u8; 32],
    /// The same writer's log before this one, if it knows of any.
    pub predecessor: Option<Predecessor>,
}

/// Where the writer's log before this one ended, as far as the writer knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Predecessor {
    pub log: LogId,
    pub number: u64,
    pub hash: Hash,
}

/// Bytes that are not an opening of a version we know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("these bytes do not open a log")]
pub struct NotAnOpening;

impl Opening {
    /// The bytes that are hashed, stored and sent.
    pub fn bytes(&self) -> Vec<u8> {
        let start = Writer::new(OPENING).u16(self.format).u16(self.rule).short(self.scope.as_str()).raw(&self.key).raw(&self.drawn);
        match &self.predecessor {
            None => start.u8(0),
            Some(before) => start.u8(1).raw(&before.log.0).u64(before.number).raw(&before.hash.0),
        }
        .done()
    }

    pub fn read(bytes: &[u8]) -> Result<Self, NotAnOpening> {
        Self::parse(bytes).ok_or(NotAnOpening)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader::new(bytes, OPENING)?;
        let format = reader.u16().filter(|format| *format == FORMAT_VERSION)?;
        let rule = reader.u16()?;
        let scope = reader.short()?.parse().ok()?;
        let (key, drawn) = (reader.array()?, reader.array()?);
        let predecessor = match reader.u8()? {
            0 => None,
            1 => Some(Predecessor { log: LogId(reader.array()?), number: reader.u64()?, hash: Hash(reader.array()?) }),
            _ => return None,
        };
        reader.end()?;
        Some(Self { format, rule, scope, key, drawn, predecessor })
    }
}

/// The id of the log that these bytes open: the first 16 bytes of their SHA-256.
pub fn log_id(opening: &[u8]) -> LogId {
    let hash = Hash::of(&[opening]);
    let mut id = [0; 16];
    id.copy_from_slice(&hash.0[..16]);
    LogId(id)
}

/// The chained hash of entry 1.
pub fn opening_hash(opening: &[u8]) -> Hash {
    Hash::of(&[OPENING, opening])
}

/// Who did what, when and where: the part of an entry that is never erased. No guest's data stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The command that this entry belongs to; one command may make one entry in each of several scopes.
    pub command: [u8; 16],
    /// The device's time, milliseconds since 1970, never before the journal's last entry. A claim.
    pub time_ms: i64,
    /// The device's measured offset to the hub's clock in milliseconds, and how far it may be off.
    pub offset: Option<ClockOffset>,
    /// The staff number as entered for the shift.
    pub staff: String,
    /// The desk where it was done.
    pub desk: String,
    /// The kind of command, for example `check-in`.
    pub kind: String,
    /// In an entry of the hub that closes its scope: the newest entry of each log that counts, itself aside.
    pub closing: Option<BTreeMap<LogId, u64>>,
}

/// How far a clock is from the hub's, as measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockOffset {
    /// Hub's clock minus ours, in milliseconds.
    pub ms: i64,
    /// Half the round trip in which it was measured: the true offset lies within this of `ms`.
    pub error_ms: u32,
}

impl Header {
    pub fn bytes(&self) -> Vec<u8> {
        let start = Writer::new(HEADER).raw(&self.command).i64(self.time_ms);
        let plain = match self.offset {
            None => start.u8(0),
            Some(offset) => start.u8(1).i64(offset.ms).u32(offset.error_ms),
        }
        .short(&self.staff)
        .short(&self.desk)
        .short(&self.kind);
        match &self.closing {
            None => plain,
            Some(last) => last.iter().fold(plain.u8(CLOSING).u32(last.len() as u32), |writer, (log, number)| writer.raw(&log.0).u64(*number)),
        }
        .done()
    }

    /// Reads a header; `None` where the bytes are none of ours. Fields added by later versions may stand behind.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let ((command, time_ms, offset, [staff, desk, kind]), rest) = read_header(bytes)?;
        let closing = read_closing(rest);
        Some(Self { command, time_ms, offset, staff: staff.to_owned(), desk: desk.to_owned(), kind: kind.to_owned(), closing })
    }

    /// Command and time alone, and whether it closes its scope, of a header that can be read.
    pub(crate) fn brief(bytes: &[u8]) -> Option<([u8; 16], i64, bool)> {
        read_header(bytes).map(|((command, time_ms, ..), mut rest)| (command, time_ms, rest.u8() == Some(CLOSING)))
    }
}

type HeaderParts<'a> = ([u8; 16], i64, Option<ClockOffset>, [&'a str; 3]);

fn read_header(bytes: &[u8]) -> Option<(HeaderParts<'_>, Reader<'_>)> {
    let mut reader = Reader::new(bytes, HEADER)?;
    let (command, time_ms) = (reader.array()?, reader.i64()?);
    let offset = match reader.u8()? {
        0 => None,
        _ => Some(ClockOffset { ms: reader.i64()?, error_ms: reader.u32()? }),
    };
    let texts = [reader.short()?, reader.short()?, reader.short()?];
    Some(((command, time_ms, offset, texts), reader))
}

/// What stands behind the texts, where it is the end of a scope and whole.
fn read_closing(mut rest: Reader<'_>) -> Option<BTreeMap<LogId, u64>> {
    if rest.u8()? != CLOSING {
        return None;
    }
    let count = rest.u32()?;
    (0..count).map(|_| Some((LogId(rest.array()?), rest.u64()?))).collect()
}

/// An entry as it stands in the journal: everything that its hash covers, and nothing that must be looked up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    #[serde(with = "crate::codec::sixteen")]
    pub log: LogId,
    pub number: u64,
    /// The chained hash of the entry before.
    pub prev: Hash,
    #[serde(with = "serde_bytes")]
    pub header: Vec<u8>,
    /// In order of document id, no document twice.
    pub parts: Vec<Part>,
}

/// What an entry does to one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    #[serde(with = "crate::codec::sixteen")]
    pub doc: DocId,
    /// The same log's previous change of this document.
    pub own_prev: Option<Hash>,
    /// Blinds the part's hash, so that nothing can be guessed from it once the part is emptied.
    #[serde(with = "crate::codec::sixteen")]
    pub nonce: [u8; 16],
    /// The raw change.
    #[serde(with = "serde_bytes")]
    pub change: Vec<u8>,
    /// The command as posted and its answer, in the part that it belongs to; otherwise empty.
    #[serde(with = "serde_bytes")]
    pub facts: Vec<u8>,
}

impl Entry {
    /// The chained hash of this entry, which proves every entry before it.
    pub fn hash(&self) -> Hash {
        let mut writer = Writer::new(ENTRY).raw(&self.log.0).u64(self.number).raw(&self.prev.0).raw(&Hash::of(&[&self.header]).0);
        for part in &self.parts {
            writer = writer.raw(&part.doc.0).raw(&part.hash().0);
        }
        Hash::of(&[&writer.done()])
    }

    /// About as many bytes as it takes in the journal.
    pub fn size(&self) -> usize {
        96 + self.header.len() + self.parts.iter().map(|part| 112 + part.change.len() + part.facts.len()).sum::<usize>()
    }
}

impl Part {
    /// The hash that stays when the part is emptied.
    pub fn hash(&self) -> Hash {
        let len = (self.change.len() as u64).to_le_bytes();
        Hash::of(&[&self.nonce, &len, &self.change, &self.facts])
    }
}

/// The bytes that a writer signs at the end of a range.
pub fn range_message(scope: &ScopeId, log: LogId, number: u64, hash: Hash) -> Vec<u8> {
    Writer::new(RANGE).short(scope.as_str()).raw(&log.0).u64(number).raw(&hash.0).done()
}

/// The nonce of a log's `seq`-th change of a document: the first is drawn, later ones follow from it, so that one erasure takes all.
pub fn nonce(first: &[u8; 16], seq: u64) -> [u8; 16] {
    if seq == 1 {
        return *first;
    }
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, first);
    let tag = ring::hmac::sign(&key, &Writer::new(NONCE).u64(seq).done());
    let mut nonce = [0; 16];
    nonce.copy_from_slice(&tag.as_ref()[..16]);
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_reads_back_and_is_bound_to_its_log() {
        let opening = Opening {
            format: FORMAT_VERSION,
            rule: 1,
            scope: "PVG/2026-11-22/CA".parse().unwrap(),
            key: [7; 32],
            drawn: [9; 32],
            predecessor: Some(Predecessor { log: LogId([1; 16]), number: 9, hash: Hash([2; 32]) }),
        };
        let bytes = opening.bytes();
        assert_eq!(Opening::read(&bytes), Ok(opening));
        assert_eq!(Opening::read(&bytes[..bytes.len() - 1]), Err(NotAnOpening));
        assert_eq!(log_id(&bytes).to_string(), "242999e054350a05c37873b2cf26fa51");
    }

    #[test]
    fn a_header_reads_back() {
        let header = Header {
            command: [3; 16],
            time_ms: -5,
            offset: Some(ClockOffset { ms: -70, error_ms: 4 }),
            staff: "1207".into(),
            desk: "G12".into(),
            kind: "board".into(),
            closing: None,
        };
        let closing = Header { closing: Some(BTreeMap::from([(LogId([1; 16]), 9), (LogId([2; 16]), 2)])), ..header.clone() };
        for header in [header, closing] {
            assert_eq!(Header::read(&header.bytes()), Some(header));
        }
    }
}
