//! A document's bytes in the index: what cannot be computed again, behind a checksum.
//!
//! Little endian: `"AFD"`, version, crc32c of what follows; logs (16 bytes, newest entry u64), kept changes (log's place u32, entry u64, rule u16,
//! length u32, chunk), the applied ones first in causal order, refused changes (hash, log's place u32, entry u64, rule u16, seq or all ones u64,
//! reason u8). Each list starts with its count (u32).

use std::collections::BTreeMap;

use schemas::flat::LogId;

use super::{Document, Incoming, Origin};
use crate::admit::Reason;
use crate::flat_change::{FlatChange, Prefix};
use crate::hash::Hash;

const MAGIC: [u8; 4] = *b"AFD\x01";
/// Stands for "no number".
const NO_SEQ: u64 = u64::MAX;

/// Bytes that no document was saved as. The journal has all that is needed to make it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadDocument {
    #[error("the saved document has an unknown format")]
    Format,
    #[error("the saved document's checksum does not match")]
    Checksum,
    #[error("the saved document ends too early or too late")]
    Length,
    #[error("the saved document contradicts itself")]
    Contradiction,
}

impl Document {
    /// The state as bytes. Two replicas with the same state may save it differently, as changes arrived in different orders.
    pub fn save(&self) -> Vec<u8> {
        let places: BTreeMap<LogId, u32> = self.entries.keys().copied().zip(0..).collect();
        let place = |origin: &Origin| places.get(&origin.log).copied().unwrap_or(u32::MAX);
        let mut body = Vec::with_capacity(256 * (1 + self.applied.len()));
        number(&mut body, places.len());
        for (log, entry) in &self.entries {
            body.extend(log.0);
            body.extend(entry.to_le_bytes());
        }
        let applied = self.applied.iter().map(|kept| (&kept.hash, &kept.raw));
        let waiting = self.waiting.iter().map(|(hash, waiting)| (hash, &waiting.raw));
        number(&mut body, self.applied.len() + self.waiting.len());
        for (hash, raw) in applied.chain(waiting) {
            self.origin_out(&mut body, hash, place);
            number(&mut body, raw.len());
            body.extend_from_slice(raw);
        }
        number(&mut body, self.refused.len());
        for (hash, reason) in &self.refused {
            body.extend(hash.0);
            let seq = self.origin_out(&mut body, hash, place);
            body.extend(seq.unwrap_or(NO_SEQ).to_le_bytes());
            body.push(Reason::ALL.iter().position(|known| known == reason).map_or(u8::MAX, |code| code as u8));
        }
        [&MAGIC[..], &crc32c::crc32c(&body).to_le_bytes(), &body].concat()
    }

    /// Reads what [`Document::save`] wrote. Verdicts are made again, so that newer software applies what older software let wait.
    pub fn load(bytes: &[u8]) -> Result<Self, BadDocument> {
        let (magic, rest) = bytes.split_first_chunk::<4>().ok_or(BadDocument::Format)?;
        let (checksum, body) = rest.split_first_chunk::<4>().ok_or(BadDocument::Format)?;
        if *magic != MAGIC {
            return Err(BadDocument::Format);
        }
        if crc32c::crc32c(body).to_le_bytes() != *checksum {
            return Err(BadDocument::Checksum);
        }
        let mut reader = Reader(body);
        let entries: Vec<(LogId, u64)> = (0..reader.count()?).map(|_| Ok((LogId(reader.array()?), reader.u64()?))).collect::<Result<_, _>>()?;
        let kept: Vec<Incoming> = (0..reader.count()?).map(|_| reader.kept(&entries)).collect::<Result<_, _>>()?;
        let refused: Vec<_> = (0..reader.count()?).map(|_| reader.refused(&entries)).collect::<Result<_, _>>()?;
        if reader.0.is_empty() { Self::of_parts(entries, kept, refused) } else { Err(BadDocument::Length) }
    }

    fn of_parts(entries: Vec<(LogId, u64)>, kept: Vec<Incoming>, refused: Vec<(Hash, Origin, Reason)>) -> Result<Self, BadDocument> {
        let mut document = Self::new();
        for (hash, origin, reason) in refused {
            if document.origins.insert(hash, origin).is_some() {
                return Err(BadDocument::Contradiction);
            }
            document.refused.insert(hash, reason);
            if let Some(seq) = origin.seq {
                document.claim(origin.log, origin.entry, seq, hash);
            }
        }
        for mut incoming in kept {
            let change = FlatChange::read(&incoming.raw);
            incoming.hash = match &change {
                Ok((_, hash)) => *hash,
                Err(_) => Prefix::read(&incoming.raw).map_or_else(|_| Hash::default(), |prefix| prefix.hash),
            };
            document.receive_read(incoming, change);
        }
        document.entries = entries.into_iter().collect();
        Ok(document)
    }

    fn origin_out(&self, body: &mut Vec<u8>, hash: &Hash, place: impl Fn(&Origin) -> u32) -> Option<u64> {
        let origin = self.origins.get(hash).expect("every change has an origin");
        body.extend(place(origin).to_le_bytes());
        body.extend(origin.entry.to_le_bytes());
        body.extend(origin.rule.to_le_bytes());
        origin.seq
    }
}

fn number(body: &mut Vec<u8>, count: usize) {
    // Counts and lengths are far below: a document is bounded by its logs' quotas.
    body.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], BadDocument> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(BadDocument::Length)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], BadDocument> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(BadDocument::Length)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u32(&mut self) -> Result<u32, BadDocument> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Result<u64, BadDocument> {
        self.array().map(u64::from_le_bytes)
    }

    /// A count of things of at least one byte each.
    fn count(&mut self) -> Result<usize, BadDocument> {
        let count = self.u32()? as usize;
        if count <= self.0.len() { Ok(count) } else { Err(BadDocument::Length) }
    }

    fn origin(&mut self, entries: &[(LogId, u64)]) -> Result<Origin, BadDocument> {
        let (log, _) = entries.get(self.u32()? as usize).ok_or(BadDocument::Contradiction)?;
        Ok(Origin { log: *log, entry: self.u64()?, rule: self.array().map(u16::from_le_bytes)?, seq: None })
    }

    fn kept(&mut self, entries: &[(LogId, u64)]) -> Result<Incoming, BadDocument> {
        let Origin { log, entry, rule, .. } = self.origin(entries)?;
        let length = self.u32()? as usize;
        let raw = self.take(length)?.to_vec();
        // Its hash is known once it is read.
        Ok(Incoming { log, entry, rule, raw, hash: Hash::default() })
    }

    fn refused(&mut self, entries: &[(LogId, u64)]) -> Result<(Hash, Origin, Reason), BadDocument> {
        let hash = Hash(self.array()?);
        let origin = self.origin(entries)?;
        let seq = self.u64().map(|seq| (seq != NO_SEQ).then_some(seq))?;
        let [code] = self.array()?;
        let reason = Reason::ALL.get(usize::from(code)).ok_or(BadDocument::Contradiction)?;
        Ok((hash, Origin { seq, ..origin }, *reason))
    }
}
