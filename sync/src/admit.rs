//! Admission: the verdict on a change, a pure function of the change and the closure of its dependencies.
//!
//! Neither the order of arrival, nor concurrent changes, nor a clock, nor the document library has a say. A change that passes here can be applied,
//! saved and loaded by the library; one that does not is refused on every replica alike.

use std::collections::BTreeMap;

use schemas::flat::{FactId, LogId, Scalar};

use crate::flat_change::{FlatChange, OpId};
use crate::hash::Hash;

/// The newest rule version that we know. Changes of logs with a newer one wait for newer software.
pub const RULE_VERSION: u16 = 1;
/// As many changes as a change and all that it builds on may be.
pub const CLOSURE_CHANGES_MAX: u64 = 4096;
/// As many bytes as a change and all that it builds on may have.
pub const CLOSURE_BYTES_MAX: u64 = 1 << 20;
/// As many puts, and predecessors of puts, as a change and all that it builds on may have. Runs make both nearly free in bytes, never in memory.
pub const CLOSURE_PUTS_MAX: u64 = 1 << 16;
/// The longest name of a field in bytes.
pub const FIELD_NAME_MAX: usize = 48;

/// Why a change is refused, for ever and everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Reason {
    #[error("it is not a flat change")]
    NotFlat,
    #[error("its bytes do not have the hash that came with them")]
    HashDiffers,
    #[error("its actor is not the log that holds it")]
    ActorIsNotLog,
    #[error("its log follows no known rules")]
    NoSuchRules,
    #[error("its dependencies are not sorted and unique")]
    DepsUnsorted,
    #[error("the predecessors of a put are not sorted and unique")]
    PredsUnsorted,
    #[error("it puts a key of no known form")]
    UnknownKey,
    #[error("it puts a fact under another change's identity, out of order, or not as a text")]
    FactMisplaced,
    #[error("it replaces a fact")]
    FactReplaced,
    #[error("it builds on a refused change")]
    DependencyRefused,
    #[error("an earlier entry of its log has this change number")]
    SeqTaken,
    #[error("its change number does not follow the log's previous change that it builds on")]
    SeqBroken,
    #[error("its first operation does not follow the last one that it builds on")]
    StartOpBroken,
    #[error("it replaces a put of another key, or one that it does not build on")]
    PredUnknown,
    #[error("the document has too many changes")]
    TooManyChanges,
    #[error("the document has too many bytes")]
    TooManyBytes,
    #[error("the document has too many puts")]
    TooManyPuts,
}

impl Reason {
    /// Every reason; the place here is the stored code and never changes.
    pub(crate) const ALL: [Self; 17] = [
        Self::NotFlat,
        Self::HashDiffers,
        Self::ActorIsNotLog,
        Self::NoSuchRules,
        Self::DepsUnsorted,
        Self::PredsUnsorted,
        Self::UnknownKey,
        Self::FactMisplaced,
        Self::FactReplaced,
        Self::DependencyRefused,
        Self::SeqTaken,
        Self::SeqBroken,
        Self::StartOpBroken,
        Self::PredUnknown,
        Self::TooManyChanges,
        Self::TooManyBytes,
        Self::TooManyPuts,
    ];
}

/// A key of the root map, parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    Field(&'a str),
    Fact(FactId),
}

impl<'a> Key<'a> {
    /// `field/<name>` or `fact/<log>/<seq>/<place>`, each in the one way to write it.
    pub fn parse(key: &'a str) -> Option<Self> {
        if let Some(name) = key.strip_prefix("field/") {
            return is_field_name(name).then_some(Self::Field(name));
        }
        let mut parts = key.strip_prefix("fact/")?.split('/');
        let fact = FactId { log: parts.next()?.parse().ok()?, seq: plain_number(parts.next()?)?, place: plain_number(parts.next()?)? };
        parts.next().is_none().then_some(Self::Fact(fact))
    }
}

/// Whether a field can be called this: `[a-z][a-z0-9_.-]{0,47}`.
pub fn is_field_name(name: &str) -> bool {
    let first_is_letter = name.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
    let of_the_alphabet = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-');
    first_is_letter && name.len() <= FIELD_NAME_MAX && name.bytes().all(of_the_alphabet)
}

/// The key of a field.
pub fn field_key(name: &str) -> String {
    format!("field/{name}")
}

/// The key of a fact.
pub fn fact_key(fact: FactId) -> String {
    format!("fact/{}/{}/{}", fact.log, fact.seq, fact.place)
}

/// What is wrong with a change whatever it builds on.
pub fn check_alone(change: &FlatChange, log: LogId) -> Result<(), Reason> {
    if change.actor != log {
        return Err(Reason::ActorIsNotLog);
    }
    if !change.deps.is_sorted_by(|a, b| a < b) {
        return Err(Reason::DepsUnsorted);
    }
    if change.seq == 0 {
        return Err(Reason::SeqBroken);
    }
    let mut facts = 0;
    for put in &change.ops {
        if !put.preds.is_sorted_by(|a, b| a < b) {
            return Err(Reason::PredsUnsorted);
        }
        match Key::parse(&put.key).ok_or(Reason::UnknownKey)? {
            Key::Field(_) => {}
            Key::Fact(fact) => {
                let here = fact.log == log && u64::from(fact.seq) == change.seq && fact.place == facts;
                if !here || !matches!(put.value, Scalar::Str(_)) {
                    return Err(Reason::FactMisplaced);
                }
                if !put.preds.is_empty() {
                    return Err(Reason::FactReplaced);
                }
                facts += 1;
            }
        }
    }
    Ok(())
}

/// The applied changes of one document, indexed for judging the next one without looking at all of them.
///
/// Invariant: the changes of a log are a chain, its `seq`-th at place `seq - 1`, each in the closure of the next.
#[derive(Debug, Clone, Default)]
pub struct History {
    logs: BTreeMap<LogId, u32>,
    chains: Vec<Vec<Link>>,
    applied: BTreeMap<Hash, (u32, u32)>,
}

/// An applied change in its log's chain: what later changes may refer to.
#[derive(Debug, Clone)]
struct Link {
    start_op: u64,
    puts: Vec<Applied>,
    /// Of the chain up to here.
    size: Size,
    clock: Clock,
}

/// A put of an applied change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    pub key: String,
    pub value: Scalar,
}

/// What the caps count beside changes.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    bytes: u64,
    /// Puts and their predecessors.
    puts: u64,
}

/// How much of each log a closure holds: (log's place, changes), by place.
type Clock = Vec<(u32, u32)>;

/// That a change was admitted; the only way to apply it.
#[derive(Debug)]
pub struct Admitted {
    change: FlatChange,
    hash: Hash,
    size: Size,
    clock: Clock,
}

impl Admitted {
    pub fn change(&self) -> &FlatChange {
        &self.change
    }
}

impl History {
    pub fn contains(&self, hash: &Hash) -> bool {
        self.applied.contains_key(hash)
    }

    /// How many changes of the log are applied.
    pub fn seq(&self, log: LogId) -> u64 {
        self.chain(log).len() as u64
    }

    /// The highest counter of all applied puts; 0 with none.
    pub fn max_op(&self) -> u64 {
        self.chains.iter().filter_map(|chain| chain.last()).map(Link::max_op).max().unwrap_or(0)
    }

    /// A put of an applied change.
    pub fn put(&self, op: OpId) -> Option<&Applied> {
        put_in(self.chain(op.actor), op.counter)
    }

    /// Judges a change that passed [`check_alone`] and whose dependencies are all applied. `raw_bytes` is the length of its chunk.
    pub fn admit(&self, change: FlatChange, hash: Hash, raw_bytes: usize) -> Result<Admitted, Reason> {
        let clock = self.closure(&change.deps)?;
        let own = self.logs.get(&change.actor).and_then(|place| count_of(&clock, *place)).unwrap_or(0);
        if change.seq != u64::from(own) + 1 {
            return Err(Reason::SeqBroken);
        }
        // The caller asks the log's order before; this holds the chain whatever the caller does.
        if self.seq(change.actor) != u64::from(own) {
            return Err(Reason::SeqTaken);
        }
        let tips = || clock.iter().filter_map(|(place, count)| self.chains.get(*place as usize)?.get(*count as usize - 1));
        if change.start_op != tips().map(Link::max_op).max().unwrap_or(0) + 1 {
            return Err(Reason::StartOpBroken);
        }
        let preds: usize = change.ops.iter().map(|put| put.preds.len()).sum();
        let size = Size { bytes: raw_bytes as u64, puts: (change.ops.len() + preds) as u64 };
        let whole = tips().map(|tip| tip.size).fold(size, Size::plus);
        if clock.iter().map(|(_, count)| u64::from(*count)).sum::<u64>() + 1 > CLOSURE_CHANGES_MAX {
            return Err(Reason::TooManyChanges);
        }
        if whole.bytes > CLOSURE_BYTES_MAX {
            return Err(Reason::TooManyBytes);
        }
        if whole.puts > CLOSURE_PUTS_MAX {
            return Err(Reason::TooManyPuts);
        }
        for (place, put) in change.ops.iter().enumerate() {
            if !put.preds.iter().all(|pred| self.key_of(&change, place, *pred, &clock) == Some(&put.key)) {
                return Err(Reason::PredUnknown);
            }
        }
        Ok(Admitted { change, hash, size, clock })
    }

    /// Adds an admitted change.
    pub fn apply(&mut self, admitted: Admitted) {
        let Admitted { change, hash, size, mut clock } = admitted;
        let next = self.chains.len() as u32;
        let place = *self.logs.entry(change.actor).or_insert(next);
        if place == next {
            self.chains.push(Vec::new());
        }
        let chain = &mut self.chains[place as usize];
        let before = chain.last().map_or(Size::default(), |link| link.size);
        let count = chain.len() as u32 + 1;
        raise(&mut clock, place, count);
        self.applied.insert(hash, (place, count));
        let puts = change.ops.into_iter().map(|put| Applied { key: put.key, value: put.value }).collect();
        chain.push(Link { start_op: change.start_op, puts, size: before.plus(size), clock });
    }

    fn chain(&self, log: LogId) -> &[Link] {
        self.logs.get(&log).and_then(|place| self.chains.get(*place as usize)).map_or(&[], Vec::as_slice)
    }

    fn closure(&self, deps: &[Hash]) -> Result<Clock, Reason> {
        let mut clock = Clock::new();
        for dep in deps {
            let (place, count) = self.applied.get(dep).ok_or(Reason::DependencyRefused)?;
            let link = self.chains.get(*place as usize).and_then(|chain| chain.get(*count as usize - 1));
            for (place, count) in link.iter().flat_map(|link| &link.clock) {
                raise(&mut clock, *place, *count);
            }
        }
        Ok(clock)
    }

    /// The key of the put that `pred` names, if it stands in the closure or in front of `place` in the change itself.
    fn key_of<'a>(&'a self, change: &'a FlatChange, place: usize, pred: OpId, clock: &Clock) -> Option<&'a String> {
        if pred.actor == change.actor && pred.counter >= change.start_op {
            let earlier = usize::try_from(pred.counter - change.start_op).ok()?;
            return change.ops[..place].get(earlier).map(|put| &put.key);
        }
        let log = *self.logs.get(&pred.actor)?;
        let count = count_of(clock, log)?;
        put_in(self.chains.get(log as usize)?.get(..count as usize)?, pred.counter).map(|put| &put.key)
    }
}

impl Link {
    fn max_op(&self) -> u64 {
        self.start_op + self.puts.len() as u64 - 1
    }
}

impl Size {
    fn plus(self, more: Self) -> Self {
        Self { bytes: self.bytes + more.bytes, puts: self.puts + more.puts }
    }
}

/// The put with this counter in a chain, whose changes have rising counters.
fn put_in(chain: &[Link], counter: u64) -> Option<&Applied> {
    let behind = chain.partition_point(|link| link.start_op <= counter);
    let link = chain.get(behind.checked_sub(1)?)?;
    link.puts.get(usize::try_from(counter - link.start_op).ok()?)
}

fn count_of(clock: &Clock, log: u32) -> Option<u32> {
    clock.binary_search_by_key(&log, |(place, _)| *place).ok().map(|at| clock[at].1)
}

fn raise(clock: &mut Clock, log: u32, count: u32) {
    match clock.binary_search_by_key(&log, |(place, _)| *place) {
        Ok(at) => clock[at].1 = clock[at].1.max(count),
        Err(at) => clock.insert(at, (log, count)),
    }
}

/// A decimal number without sign or leading zeros.
fn plain_number(text: &str) -> Option<u32> {
    let digits_only = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits_only && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}
