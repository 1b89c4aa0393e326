//! A document as this node holds it: its changes, their verdicts, and the values that follow.
//!
//! The state is a function of the set of changes received, with their logs' order; never of the order in which they arrived.

mod fold;
mod saved;
pub(crate) mod shown;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use schemas::flat::{DocId, Edit, FactId, FlatDoc, LogId, Scalar};

use crate::admit::{self, Admitted, History, RULE_VERSION, Reason};
use crate::edit::{self, EditError};
use crate::flat_change::{self, FlatChange, NotFlat, Prefix};
use crate::hash::Hash;
use fold::Fold;
pub use saved::BadDocument;

/// One document's state on this node.
#[derive(Debug, Clone, Default)]
pub struct Document {
    history: History,
    fold: Fold,
    /// In the order in which they were applied, which is causal.
    applied: Vec<Kept>,
    waiting: BTreeMap<Hash, Waiting>,
    /// For each change that is not applied yet, those that wait for it.
    waiting_for: BTreeMap<Hash, BTreeSet<Hash>>,
    refused: BTreeMap<Hash, Reason>,
    heads: BTreeSet<Hash>,
    origins: BTreeMap<Hash, Origin>,
    logs: BTreeMap<LogId, LogOrder>,
    entries: BTreeMap<LogId, u64>,
}

/// A change as it comes out of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub log: LogId,
    /// The entry's number in the log.
    pub entry: u64,
    /// The rule version in the log's opening.
    pub rule: u16,
    /// The change chunk.
    pub raw: Vec<u8>,
    /// The hash of the chunk, as the receiver computed it.
    pub hash: Hash,
}

/// A change as it came out of the journal, before it is hashed.
#[derive(Debug, Clone)]
pub(crate) struct Arriving {
    pub(crate) log: LogId,
    pub(crate) entry: u64,
    pub(crate) rule: u16,
    pub(crate) raw: Vec<u8>,
}

/// A change whose hash was computed here from its bytes: only [`Arriving::hashed`] makes one.
#[derive(Debug)]
pub(crate) struct Hashed(Incoming);

impl Arriving {
    pub(crate) fn hashed(self) -> Hashed {
        let hash = flat_change::hash_of(&self.raw);
        Hashed(Incoming { log: self.log, entry: self.entry, rule: self.rule, raw: self.raw, hash })
    }
}

/// What became of a received change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was here already.
    Known,
    Applied,
    /// A dependency is not here yet, or the change follows rules that this software does not know. No fault.
    Waiting,
    /// Final.
    Refused(Reason),
}

/// A change made from an edit, checked but not applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    pub raw: Vec<u8>,
    pub hash: Hash,
    /// The log's change number in this document.
    pub seq: u64,
}

/// Where a change stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Origin {
    log: LogId,
    entry: u64,
    rule: u16,
    /// What the change says its number is, if that can be read and the change is of this log.
    seq: Option<u64>,
}

#[derive(Debug, Clone)]
struct Kept {
    hash: Hash,
    raw: Vec<u8>,
}

#[derive(Debug, Clone)]
struct Waiting {
    raw: Vec<u8>,
    /// Absent if its rules are not known here. The rest is read again when all are here: a decoded change can be far larger than its bytes.
    deps: Option<Vec<Hash>>,
}

/// How the dependencies of a change stand.
enum Deps {
    Applied,
    /// These are waiting, or were never seen.
    Missing(Vec<Hash>),
    Refused,
}

/// The changes of this document that one log holds, in its order.
#[derive(Debug, Clone, Default)]
struct LogOrder {
    /// By entry; by hash where a log put two changes into one entry.
    claims: BTreeMap<(u64, Hash), Claim>,
}

#[derive(Debug, Clone, Copy)]
struct Claim {
    seq: u64,
    /// The highest number claimed up to here.
    highest: u64,
}

impl Document {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a change and settles it, with all that waited for it. Idempotent.
    pub fn receive(&mut self, incoming: Incoming) -> Outcome {
        let change = FlatChange::read(&incoming.raw);
        self.receive_read(incoming, change)
    }

    /// As [`Document::receive`], of bytes that need not be hashed again.
    pub(crate) fn receive_hashed(&mut self, Hashed(incoming): Hashed) -> Outcome {
        let change = FlatChange::read_hashed(&incoming.raw, incoming.hash);
        self.receive_read(incoming, change)
    }

    fn receive_read(&mut self, incoming: Incoming, change: Result<(FlatChange, Hash), NotFlat>) -> Outcome {
        let Incoming { log, entry, rule, raw, hash } = incoming;
        let known = self.entries.entry(log).or_default();
        *known = (*known).max(entry);
        let start = match &change {
            Ok((change, read_hash)) => Ok((*read_hash, change.actor, change.seq)),
            Err(_) => Prefix::read(&raw).map(|prefix| (prefix.hash, prefix.actor, prefix.seq)),
        };
        if start.is_ok_and(|(read_hash, ..)| read_hash != hash) {
            return Outcome::Refused(Reason::HashDiffers);
        }
        let (hash, seq) = match start {
            Ok((hash, actor, seq)) if actor == log => (hash, Some(seq)),
            // Bytes that are another log's, or nobody's, never stand in the way of the change that they imitate.
            Ok(_) | Err(_) => (Hash::of(&[b"apron/foreign-change/1", &log.0, &raw]), None),
        };
        if self.origins.contains_key(&hash) {
            return Outcome::Known;
        }
        self.origins.insert(hash, Origin { log, entry, rule, seq });
        if seq.is_some_and(|seq| self.claim(log, entry, seq, hash)) {
            self.waiting.insert(hash, Waiting { raw, deps: None });
            self.settle_again();
        } else {
            self.settle(hash, raw, change.map(|(change, _)| change));
        }
        self.outcome(&hash)
    }

    /// Whether the change is here already, and its entry noted.
    pub(crate) fn knows(&self, Hashed(incoming): &Hashed) -> bool {
        self.origins.get(&incoming.hash).is_some_and(|origin| origin.log == incoming.log)
            && self.entries.get(&incoming.log).is_some_and(|entry| *entry >= incoming.entry)
    }

    /// Whether nothing was ever received.
    pub fn is_empty(&self) -> bool {
        self.origins.is_empty()
    }

    /// What the document says now.
    pub fn values(&self) -> FlatDoc {
        let (fields, facts) = self.fold.values(&self.history);
        FlatDoc { fields, facts, entries: self.entries.clone() }
    }

    /// The applied changes that no applied change builds on, sorted.
    pub fn heads(&self) -> Vec<Hash> {
        self.heads.iter().copied().collect()
    }

    /// The refused changes, sorted by hash, with a reason each.
    pub fn refused(&self) -> impl Iterator<Item = (&Hash, &Reason)> {
        self.refused.iter()
    }

    pub fn applied_count(&self) -> usize {
        self.applied.len()
    }

    pub fn waiting_count(&self) -> usize {
        self.waiting.len()
    }

    /// What two replicas with equal vectors must agree on: the document, its heads and its refused changes.
    pub fn digest(&self, id: DocId) -> Hash {
        let (heads, refused) = ((self.heads.len() as u64).to_le_bytes(), (self.refused.len() as u64).to_le_bytes());
        let mut parts: Vec<&[u8]> = vec![b"apron/document-digest/1", &id.0, &heads];
        parts.extend(self.heads.iter().map(|head| head.0.as_slice()));
        parts.push(&refused);
        parts.extend(self.refused.keys().map(|hash| hash.0.as_slice()));
        Hash::of(&parts)
    }

    /// The number and hash of the newest change of this document in the log, whatever its verdict: what the next one is stripped against.
    pub fn tail(&self, log: LogId) -> Option<(u64, Hash)> {
        let ((_, hash), claim) = self.logs.get(&log)?.claims.last_key_value()?;
        Some((claim.seq, *hash))
    }

    /// Makes the change that the edit asks for, in the name of this log; `None` if the document says all of it already. Nothing is applied: the
    /// caller makes the change durable and then hands it to [`Document::receive`].
    pub fn edit(&self, actor: LogId, edit: &Edit) -> Result<Option<Built>, EditError> {
        if let Some((name, _)) = edit.fields.iter().find(|(name, _)| !admit::is_field_name(name)) {
            return Err(EditError::FieldName { name: name.clone() });
        }
        let seq = self.history.seq(actor) + 1;
        let fields = edit.fields.iter().map(|(name, value)| (admit::field_key(name), value.clone()));
        let facts = (0_u32..).zip(&edit.facts).map(|(place, text)| {
            // A number beyond u32 is beyond what admission lets a document hold.
            let fact = FactId { log: actor, seq: u32::try_from(seq).unwrap_or(u32::MAX), place };
            (admit::fact_key(fact), Scalar::Str(text.clone()))
        });
        // As the library does: what a change builds on, and always the log's previous change.
        let own = self.tail(actor).filter(|(seq, _)| *seq == self.history.seq(actor)).map(|(_, hash)| hash);
        let deps = self.heads.iter().copied().chain(own).collect();
        let Some(change) = write::change(&self.history, &self.fold, deps, actor, fields.chain(facts).collect()) else { return Ok(None) };
        let raw = change.write();
        let (_, hash) = flat_change::frame(&raw)?;
        self.check_own(actor, &raw, hash)?;
        Ok(Some(Built { raw, hash, seq }))
    }

    /// Has the document library build this document from its applied changes and give back what [`Document::values`] says, save it, and load what
    /// it saved. Slow: tens of microseconds a change. An error is a fault of ours, for what it cannot take was admitted here.
    pub fn prove(&self) -> Result<(), EditError> {
        let applied: Vec<&[u8]> = self.applied.iter().map(|kept| kept.raw.as_slice()).collect();
        edit::prove(&applied, &self.heads(), &self.values())
    }

    /// A change of ours must pass where everyone else's does.
    fn check_own(&self, actor: LogId, raw: &[u8], hash: Hash) -> Result<(), EditError> {
        let (change, read_hash) = FlatChange::read(raw)?;
        if read_hash != hash {
            return Err(EditError::NotAdmitted(Reason::HashDiffers));
        }
        if !change.deps.iter().all(|dep| self.history.contains(dep)) {
            return Err(EditError::Waits);
        }
        let taken = self.logs.get(&actor).is_some_and(|log| log.highest_before(u64::MAX, hash) >= change.seq);
        let verdict = if taken { Err(Reason::SeqTaken) } else { admit::check_alone(&change, actor) };
        verdict.and_then(|()| self.history.admit(change, hash, raw.len())).map(drop).map_err(EditError::NotAdmitted)
    }

    fn outcome(&self, hash: &Hash) -> Outcome {
        match (self.refused.get(hash), self.waiting.contains_key(hash)) {
            (Some(reason), _) => Outcome::Refused(*reason),
            (None, true) => Outcome::Waiting,
            (None, false) => Outcome::Applied,
        }
    }

    /// Notes which number the log claims at this entry. True if a later entry, not refused, claimed it before: then the verdicts so far were about
    /// less than the log's prefix and are made again. Cannot happen while logs are taken in their order.
    fn claim(&mut self, log: LogId, entry: u64, seq: u64, hash: Hash) -> bool {
        let order = self.logs.entry(log).or_default();
        let mut highest = order.highest_before(entry, hash).max(seq);
        order.claims.insert((entry, hash), Claim { seq, highest });
        let mut overtaken = false;
        for ((_, later_hash), later) in order.claims.range_mut((Bound::Excluded((entry, hash)), Bound::Unbounded)) {
            overtaken |= later.seq <= seq && !self.refused.contains_key(later_hash);
            highest = highest.max(later.seq);
            later.highest = highest;
        }
        overtaken
    }

    /// First verdict on a change, whose origin is noted; then on all that waited for it.
    fn settle(&mut self, hash: Hash, raw: Vec<u8>, change: Result<FlatChange, NotFlat>) {
        let mut look = Vec::new();
        match self.first_look(&hash, change) {
            Ok(Some(change)) => match self.deps(&change.deps) {
                Deps::Applied => self.judge(hash, raw, change, &mut look),
                Deps::Missing(missing) => self.wait(hash, raw, change.deps, missing),
                Deps::Refused => self.refuse(hash, Reason::DependencyRefused, &mut look),
            },
            Ok(None) => drop(self.waiting.insert(hash, Waiting { raw, deps: None })),
            Err(reason) => self.refuse(hash, reason, &mut look),
        }
        self.look_again(look);
    }

    /// What can be said of a change without its dependencies.
    fn first_look(&self, hash: &Hash, change: Result<FlatChange, NotFlat>) -> Result<Option<FlatChange>, Reason> {
        let origin = self.origins.get(hash).expect("the origin is noted before the first look");
        if origin.rule > RULE_VERSION {
            return Ok(None);
        }
        if origin.rule == 0 {
            return Err(Reason::NoSuchRules);
        }
        let change = change.map_err(|_: NotFlat| Reason::NotFlat)?;
        admit::check_alone(&change, origin.log)?;
        let order = self.logs.get(&origin.log);
        if order.is_some_and(|order| order.highest_before(origin.entry, *hash) >= change.seq) {
            return Err(Reason::SeqTaken);
        }
        Ok(Some(change))
    }

    /// Looks at changes that waited for one just settled, and so on. Ends: who is looked at because of a change waited for it, and that once.
    fn look_again(&mut self, mut look: Vec<Hash>) {
        while let Some(hash) = look.pop() {
            let Some(Waiting { raw, deps }) = self.waiting.remove(&hash) else { continue };
            match deps.as_deref().map_or(Deps::Missing(Vec::new()), |deps| self.deps(deps)) {
                Deps::Applied => match FlatChange::read(&raw) {
                    Ok((change, _)) => self.judge(hash, raw, change, &mut look),
                    Err(_) => self.refuse(hash, Reason::NotFlat, &mut look),
                },
                Deps::Missing(_) => drop(self.waiting.insert(hash, Waiting { raw, deps })),
                Deps::Refused => self.refuse(hash, Reason::DependencyRefused, &mut look),
            }
        }
    }

    fn deps(&self, deps: &[Hash]) -> Deps {
        let missing: Vec<Hash> = deps.iter().filter(|dep| !self.history.contains(dep)).copied().collect();
        if missing.is_empty() {
            Deps::Applied
        } else if missing.iter().any(|dep| self.refused.contains_key(dep)) {
            Deps::Refused
        } else {
            Deps::Missing(missing)
        }
    }

    /// The verdict on a change whose dependencies are all applied.
    fn judge(&mut self, hash: Hash, raw: Vec<u8>, change: FlatChange, look: &mut Vec<Hash>) {
        match self.history.admit(change, hash, raw.len()) {
            Ok(admitted) => self.apply(hash, raw, admitted, look),
            Err(reason) => self.refuse(hash, reason, look),
        }
    }

    fn apply(&mut self, hash: Hash, raw: Vec<u8>, admitted: Admitted, look: &mut Vec<Hash>) {
        let change = admitted.change();
        self.fold.apply(change);
        for dep in &change.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(hash);
        self.history.apply(admitted);
        self.applied.push(Kept { hash, raw });
        look.extend(self.waiting_for.remove(&hash).unwrap_or_default());
    }

    fn wait(&mut self, hash: Hash, raw: Vec<u8>, deps: Vec<Hash>, missing: Vec<Hash>) {
        for dep in missing {
            self.waiting_for.entry(dep).or_default().insert(hash);
        }
        self.waiting.insert(hash, Waiting { raw, deps: Some(deps) });
    }

    fn refuse(&mut self, hash: Hash, reason: Reason, look: &mut Vec<Hash>) {
        self.refused.insert(hash, reason);
        look.extend(self.waiting_for.remove(&hash).unwrap_or_default());
    }

    /// Makes all verdicts again, each log in its order. What was refused stays so: a longer prefix only ever refuses more.
    fn settle_again(&mut self) {
        let Self { applied, waiting, refused, origins, entries, .. } = std::mem::take(self);
        let mut open: Vec<(Origin, Hash, Vec<u8>)> = Vec::with_capacity(applied.len() + waiting.len());
        let raws = applied.into_iter().map(|kept| (kept.hash, kept.raw)).chain(waiting.into_iter().map(|(hash, waiting)| (hash, waiting.raw)));
        open.extend(raws.map(|(hash, raw)| (*origins.get(&hash).expect("every kept change has an origin"), hash, raw)));
        open.sort_by_key(|(origin, hash, _)| (origin.log, origin.entry, *hash));

        *self = Self { refused, origins, entries, ..Self::default() };
        let refused: Vec<Hash> = self.refused.keys().copied().collect();
        for hash in refused.iter().chain(open.iter().map(|(_, hash, _)| hash)) {
            let origin = *self.origins.get(hash).expect("every change has an origin");
            if let Some(seq) = origin.seq {
                self.claim(origin.log, origin.entry, seq, *hash);
            }
        }
        for (_, hash, raw) in open {
            let change = FlatChange::read(&raw).map(|(change, _)| change);
            self.settle(hash, raw, change);
        }
    }
}

impl LogOrder {
    fn highest_before(&self, entry: u64, hash: Hash) -> u64 {
        self.claims.range(..(entry, hash)).next_back().map_or(0, |(_, claim)| claim.highest)
    }
}
