//! The values of a document, folded from the puts of its applied changes.

use std::collections::{BTreeMap, BTreeSet};

use schemas::flat::{FactId, Scalar};

use crate::admit::{History, Key};
use crate::flat_change::{FlatChange, OpId};

/// Which puts are current: those that no applied put replaces. Values stay in the history.
#[derive(Debug, Clone, Default)]
pub(super) struct Fold {
    fields: BTreeMap<String, BTreeSet<OpId>>,
    facts: BTreeMap<FactId, OpId>,
}

impl Fold {
    /// Folds in a change. Whatever it replaces was applied before, because a put replaces only what its change builds on.
    pub(super) fn apply(&mut self, change: &FlatChange) {
        for (counter, put) in (change.start_op..).zip(&change.ops) {
            let op = OpId { counter, actor: change.actor };
            match Key::parse(&put.key) {
                Some(Key::Field(name)) => {
                    if !self.fields.contains_key(name) {
                        self.fields.insert(name.to_owned(), BTreeSet::new());
                    }
                    let Some(current) = self.fields.get_mut(name) else { continue };
                    for earlier in &put.preds {
                        current.remove(earlier);
                    }
                    current.insert(op);
                }
                Some(Key::Fact(fact)) => drop(self.facts.insert(fact, op)),
                // Admission refuses other keys.
                None => {}
            }
        }
    }

    /// The puts that hold a field now, the shown one last.
    pub(super) fn current(&self, name: &str) -> Vec<OpId> {
        self.fields.get(name).map(|current| current.iter().copied().collect()).unwrap_or_default()
    }

    /// For each field its values, the shown one first (highest counter, then actor), equal ones once; and the facts.
    pub(super) fn values(&self, history: &History) -> (BTreeMap<String, Vec<Scalar>>, BTreeMap<FactId, String>) {
        let fields = self.fields.iter().map(|(name, current)| (name.clone(), values_of(current, history))).collect();
        let text = |op: &OpId| match &history.put(*op)?.value {
            Scalar::Str(text) => Some(text.clone()),
            Scalar::Null | Scalar::Bool(_) | Scalar::Int(_) | Scalar::Bytes(_) => None,
        };
        let facts = self.facts.iter().filter_map(|(fact, op)| Some((*fact, text(op)?))).collect();
        (fields, facts)
    }
}

fn values_of(current: &BTreeSet<OpId>, history: &History) -> Vec<Scalar> {
    let mut seen = BTreeSet::new();
    let newest_first = current.iter().rev().filter_map(|op| history.put(*op)).map(|put| &put.value);
    newest_first.filter(|value| seen.insert(*value)).cloned().collect()
}
