//! Makes the change that an edit asks for, on top of everything applied. Byte for byte the change that automerge would make: a test holds it to that.

use std::collections::{BTreeMap, BTreeSet};

use schemas::flat::{LogId, Scalar};

use super::fold::Fold;
use crate::admit::{History, Key};
use crate::flat_change::{FlatChange, OpId, Put};
use crate::hash::Hash;

/// The change of this log that makes the puts; `None` if each key already has just the value to put.
pub(super) fn change(history: &History, fold: &Fold, deps: BTreeSet<Hash>, actor: LogId, puts: Vec<(String, Scalar)>) -> Option<FlatChange> {
    let start_op = history.max_op() + 1;
    let mut writer = Writer { history, fold, actor, start_op, ops: Vec::with_capacity(puts.len()), now: BTreeMap::new() };
    puts.into_iter().for_each(|(key, value)| writer.put(key, value));
    let ops = writer.ops;
    (!ops.is_empty()).then(|| FlatChange { deps: deps.into_iter().collect(), actor, seq: history.seq(actor) + 1, start_op, ops })
}

struct Writer<'a> {
    history: &'a History,
    fold: &'a Fold,
    actor: LogId,
    start_op: u64,
    ops: Vec<Put>,
    /// The puts of this change that are current, for the keys that it put.
    now: BTreeMap<String, OpId>,
}

impl Writer<'_> {
    /// A value that a key already has alone is not put again: it would only grow the history. To settle a conflict with the value shown, the library
    /// would delete the others, and flat documents know no deletes; so another value replaces them all first, in the same change.
    fn put(&mut self, key: String, value: Scalar) {
        let current = self.current(&key);
        if !current.is_empty() && current.iter().all(|op| self.value(*op) == Some(&value)) {
            return;
        }
        let shown = current.last().and_then(|op| self.value(*op));
        if shown == Some(&value) {
            let other = if value == Scalar::Null { Scalar::Bool(false) } else { Scalar::Null };
            self.add(key.clone(), other, current);
            let replaced = self.current(&key);
            self.add(key, value, replaced);
        } else {
            self.add(key, value, current);
        }
    }

    fn add(&mut self, key: String, value: Scalar, preds: Vec<OpId>) {
        let op = OpId { counter: self.start_op + self.ops.len() as u64, actor: self.actor };
        self.now.insert(key.clone(), op);
        self.ops.push(Put { key, value, preds });
    }

    /// The puts that hold the key now, the shown one last.
    fn current(&self, key: &str) -> Vec<OpId> {
        match (self.now.get(key), Key::parse(key)) {
            (Some(op), _) => vec![*op],
            (None, Some(Key::Field(name))) => self.fold.current(name),
            (None, Some(Key::Fact(_)) | None) => Vec::new(),
        }
    }

    fn value(&self, op: OpId) -> Option<&Scalar> {
        match op.counter.checked_sub(self.start_op) {
            Some(place) if op.actor == self.actor => self.ops.get(usize::try_from(place).ok()?).map(|put| &put.value),
            _ => self.history.put(op).map(|put| &put.value),
        }
    }
}
