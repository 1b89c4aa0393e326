//! One log as a replica knows it: its writer, its tip, its signed ends, and where its entries stand. Verifies what others send of it.

use std::collections::{BTreeMap, BTreeSet};

use schemas::flat::{DocId, LogId};
use schemas::scope::ScopeId;

use crate::entry::{self, ENTRY_MAX, Entry, FIRST, HEADER_MAX, Opening, PARTS_MAX, Part};
use crate::flat_change;
use crate::hash::Hash;
use crate::identity::{Member, verify_signature};
use crate::message::{Run, SentEntry, SentOpening, SentPart};

/// As many bytes as one log may hold in a scope, counted over its own prefix and hence equal everywhere.
pub const LOG_QUOTA: u64 = 256 << 20;

/// As many bytes as one run may unfold to. Honest runs end at a signature at least every half batch; a batch must always fit a commit.
const RUN_BYTES_MAX: u64 = 3 << 20;

/// Where an entry stands: the frame's ordinal in this replica's journal, its place in it, and about how large it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryRef {
    pub frame: u32,
    pub index: u32,
    pub bytes: u32,
    /// Documents that the log touched before it.
    pub docs_before: u32,
}

#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) opening: Opening,
    pub(crate) sent_opening: SentOpening,
    pub(crate) writer: Member,
    /// Entries from number `FIRST` on.
    pub(crate) entries: Vec<EntryRef>,
    pub(crate) tip: Hash,
    pub(crate) ends: BTreeMap<u64, Vec<u8>>,
    /// The documents that it touches, in the order in which it first did.
    tails: Vec<Tail>,
    places: BTreeMap<DocId, u32>,
    bytes: u64,
}

/// A log's last change of one document.
#[derive(Debug, Clone, Copy)]
struct Tail {
    doc: DocId,
    seq: u64,
    hash: Hash,
    nonce: [u8; 16],
}

/// Why a run was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    #[error("the log's beginning is missing")]
    NoOpening,
    #[error("the run begins behind entries that are not here")]
    Gap,
    #[error("the opening does not belong to this log, this scope or its certificate")]
    BadOpening,
    #[error("the writer's certificate does not allow this scope")]
    NotAllowed,
    #[error("an entry is malformed: {0}")]
    BadEntry(&'static str),
    #[error("the signature at the end of the run does not fit its contents")]
    BadSignature,
    #[error("the commit is full; the run is taken later")]
    Later,
    #[error("the log is over its quota")]
    Quota,
}

/// A run that was verified and not yet taken.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) entries: Vec<Entry>,
    pub(crate) tip: Hash,
    /// New tails of documents that the log touched before, by place.
    tails: BTreeMap<u32, Tail>,
    /// Tails of documents that are new to it.
    new: Vec<Tail>,
    new_docs: BTreeSet<DocId>,
}

/// A change for an own entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftPart {
    pub doc: DocId,
    pub change: Vec<u8>,
    pub hash: Hash,
    pub facts: Vec<u8>,
}

impl Log {
    pub(crate) fn new(opening: Opening, sent_opening: SentOpening, writer: Member) -> Self {
        let tip = entry::opening_hash(&sent_opening.bytes);
        Self { opening, sent_opening, writer, entries: Vec::new(), tip, ends: BTreeMap::new(), tails: Vec::new(), places: BTreeMap::new(), bytes: 0 }
    }

    /// The newest number with none missing before it; 1 when only the opening is here.
    pub(crate) fn last(&self) -> u64 {
        self.entries.len() as u64 + FIRST - 1
    }

    pub(crate) fn at(&self, number: u64) -> Option<EntryRef> {
        self.entries.get(usize::try_from(number.checked_sub(FIRST)?).ok()?).copied()
    }

    /// The newest signed end that lies behind `after` and keeps the run within `bytes` where it can; at least one signed end if there is any.
    pub(crate) fn end_behind(&self, after: u64, bytes: usize) -> Option<u64> {
        let mut sum = 0;
        let mut best = None;
        let mut next = after + 1;
        for (&end, _) in self.ends.range(after + 1..) {
            sum += (next..=end).filter_map(|number| self.at(number)).map(|entry| entry.bytes as usize).sum::<usize>();
            next = end + 1;
            if best.is_some() && sum > bytes {
                break;
            }
            best = Some(end);
        }
        best
    }

    /// Makes the next own entry.
    pub(crate) fn write(&self, id: LogId, header: Vec<u8>, parts: Vec<DraftPart>, drawn: &[u8; 32]) -> Entry {
        let mut parts: Vec<Part> = parts
            .into_iter()
            .map(|part| {
                let tail = self.tail(part.doc);
                let nonce = match tail {
                    Some(tail) => entry::nonce(&tail.nonce, tail.seq + 1),
                    None => first_nonce(drawn, part.doc),
                };
                Part { doc: part.doc, own_prev: tail.map(|tail| tail.hash), nonce, change: part.change, facts: part.facts }
            })
            .collect();
        parts.sort_by_key(|part| part.doc);
        Entry { log: id, number: self.last() + 1, prev: self.tip, header, parts }
    }

    /// Takes an entry that is known to follow: an own one, one from the journal, or a verified one.
    pub(crate) fn push(&mut self, entry: &Entry, tip: Hash, frame: u32, index: u32) {
        self.note(entry, tip, frame, index, self.tails.len() as u32);
        for part in &entry.parts {
            let hash = flat_change::hash_of(&part.change);
            match self.places.get(&part.doc).and_then(|place| self.tails.get_mut(*place as usize)) {
                Some(tail) => (tail.seq, tail.hash) = (tail.seq + 1, hash),
                None => self.add_tail(Tail { doc: part.doc, seq: 1, hash, nonce: part.nonce }),
            }
        }
    }

    /// The place of a document among those that the log touches.
    pub(crate) fn place_of(&self, doc: DocId) -> Option<u32> {
        self.places.get(&doc).copied()
    }

    fn tail(&self, doc: DocId) -> Option<&Tail> {
        self.tails.get(*self.places.get(&doc)? as usize)
    }

    fn add_tail(&mut self, tail: Tail) {
        self.places.insert(tail.doc, self.tails.len() as u32);
        self.tails.push(tail);
    }

    pub(crate) fn take(&mut self, verified: Verified, frame: u32, mut index: u32) -> Vec<Entry> {
        let mut docs = self.tails.len() as u32;
        for entry in &verified.entries {
            self.note(entry, verified.tip, frame, index, docs);
            docs += entry.parts.iter().filter(|part| part.own_prev.is_none()).count() as u32;
            index += 1;
        }
        for (place, tail) in verified.tails {
            self.tails[place as usize] = tail;
        }
        verified.new.into_iter().for_each(|tail| self.add_tail(tail));
        verified.entries
    }

    /// Rebuilds and verifies a run that continues this log; nothing is taken yet. Entries that are here already are passed over.
    pub(crate) fn verify(&self, scope: &ScopeId, run: &Run) -> Result<Verified, RunError> {
        let skip = (self.last() + 1).checked_sub(run.first).ok_or(RunError::Gap)?;
        let mut verified = Verified {
            entries: Vec::with_capacity(run.entries.len()),
            tip: self.tip,
            tails: BTreeMap::new(),
            new: Vec::new(),
            new_docs: BTreeSet::new(),
        };
        let mut bytes = self.bytes;
        let new = run.entries.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX));
        for (number, sent) in (self.last() + 1..).zip(new) {
            let entry = self.rebuild(run, number, sent, &mut verified)?;
            bytes += entry.size() as u64;
            if bytes - self.bytes > RUN_BYTES_MAX {
                return Err(RunError::BadEntry("the run unfolds to more than a commit holds"));
            }
            verified.tip = entry.hash();
            verified.entries.push(entry);
        }
        if bytes > LOG_QUOTA {
            return Err(RunError::Quota);
        }
        let end = run.first + run.entries.len() as u64 - 1;
        let message = entry::range_message(scope, run.log, end, verified.tip);
        let signature: &[u8; 64] = run.end.as_slice().try_into().map_err(|_| RunError::BadSignature)?;
        if !verified.entries.is_empty() && !verify_signature(&self.opening.key, &message, signature) {
            return Err(RunError::BadSignature);
        }
        Ok(verified)
    }

    fn rebuild(&self, run: &Run, number: u64, sent: &SentEntry, so_far: &mut Verified) -> Result<Entry, RunError> {
        if sent.parts.is_empty() || sent.parts.len() > PARTS_MAX {
            return Err(RunError::BadEntry("its count of documents is out of bounds"));
        }
        // Most entries have one part: a list that grows would take memory for four.
        let mut parts = Vec::with_capacity(sent.parts.len());
        for part in &sent.parts {
            parts.push(self.rebuild_part(run, part, so_far)?);
        }
        if !parts.is_sorted_by(|a, b| a.doc < b.doc) {
            return Err(RunError::BadEntry("its documents are not in order"));
        }
        let entry = Entry { log: run.log, number, prev: so_far.tip, header: sent.header.clone(), parts };
        if entry.size() > 2 * ENTRY_MAX || entry.header.len() > HEADER_MAX || entry::Header::brief(&entry.header).is_none() {
            return Err(RunError::BadEntry("its header or size"));
        }
        Ok(entry)
    }

    fn rebuild_part(&self, run: &Run, sent: &SentPart, so_far: &mut Verified) -> Result<Part, RunError> {
        let held = self.tails.len() as u32;
        let tail = match sent.doc.checked_sub(held) {
            None => so_far.tails.get(&sent.doc).or_else(|| self.tails.get(sent.doc as usize)).copied(),
            Some(new) => so_far.new.get(new as usize).copied(),
        };
        let (doc, seq, nonce) = match (tail, sent.nonce) {
            (Some(tail), None) => (tail.doc, tail.seq + 1, entry::nonce(&tail.nonce, tail.seq + 1)),
            (None, Some(nonce)) => (self.new_document(run, sent.doc, so_far)?, 1, nonce),
            _ => return Err(RunError::BadEntry("its nonce")),
        };
        let own_prev = tail.map(|tail| tail.hash);
        let (change, hash) = flat_change::join(&sent.other_deps, sent.own_prev_is_dep, sent.start_op, &sent.rest, run.log, seq, own_prev)
            .map_err(|_| RunError::BadEntry("its change"))?;
        let now = Tail { doc, seq, hash, nonce: tail.map_or(nonce, |tail| tail.nonce) };
        match sent.doc.checked_sub(held) {
            None => drop(so_far.tails.insert(sent.doc, now)),
            Some(new) if (new as usize) < so_far.new.len() => so_far.new[new as usize] = now,
            Some(_) => {
                so_far.new_docs.insert(doc);
                so_far.new.push(now);
            }
        }
        Ok(Part { doc, own_prev, nonce, change, facts: sent.facts.clone() })
    }

    /// The next document that is new to the log.
    fn new_document(&self, run: &Run, place: u32, so_far: &Verified) -> Result<DocId, RunError> {
        let next = self.tails.len() + so_far.new.len();
        let listed = place.checked_sub(run.docs_before).and_then(|place| run.docs.get(place as usize)).copied();
        let is_new = |doc: &DocId| place as usize == next && !self.places.contains_key(doc) && !so_far.new_docs.contains(doc);
        listed.filter(is_new).ok_or(RunError::BadEntry("it names a document that the run does not list"))
    }

    fn note(&mut self, entry: &Entry, tip: Hash, frame: u32, index: u32, docs_before: u32) {
        let bytes = entry.size();
        self.entries.push(EntryRef { frame, index, bytes: u32::try_from(bytes).unwrap_or(u32::MAX), docs_before });
        self.bytes += bytes as u64;
        self.tip = tip;
    }
}

fn first_nonce(drawn: &[u8; 32], doc: DocId) -> [u8; 16] {
    let hash = Hash::of(&[b"apron/first-nonce/1", drawn, &doc.0]);
    let mut nonce = [0; 16];
    nonce.copy_from_slice(&hash.0[..16]);
    nonce
}
