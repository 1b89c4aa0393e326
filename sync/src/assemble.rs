//! Turns planned runs into a batch: reads the entries and leaves out what the receiver can compute.

use std::collections::BTreeMap;

use schemas::flat::DocId;

use crate::entry::{Entry, FIRST, Part};
use crate::flat_change::{self, NotFlat};
use crate::message::{Batch, Run, SentEntry, SentPart};
use crate::replica::EntryRef;
use crate::step::BatchPlan;

/// Why a batch cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError<E> {
    #[error("an entry cannot be read back")]
    Read(E),
    #[error("an entry holds a change that is not flat")]
    NotFlat(#[from] NotFlat),
}

/// The batch of a plan. `read` gives the entry at its place in the journal.
pub fn assemble<E>(plan: &BatchPlan, mut read: impl FnMut(EntryRef) -> Result<Entry, E>) -> Result<Batch, AssembleError<E>> {
    let mut docs = Docs::default();
    let mut runs = Vec::with_capacity(plan.runs.len());
    for run in &plan.runs {
        let mut entries = Vec::with_capacity(run.entries.len());
        for &place in &run.entries {
            let entry = read(place).map_err(AssembleError::Read)?;
            let parts = entry.parts.into_iter().map(|part| docs.strip(part)).collect::<Result<_, _>>()?;
            entries.push(SentEntry { header: entry.header, parts });
        }
        debug_assert!(run.first >= FIRST);
        runs.push(Run { log: run.log, opening: run.opening.clone(), first: run.first, entries, end: run.end.clone() });
    }
    Ok(Batch { scope: plan.scope.clone(), docs: docs.list, runs })
}

/// The documents of a batch, each named once.
#[derive(Debug, Default)]
struct Docs {
    list: Vec<DocId>,
    places: BTreeMap<DocId, u32>,
}

impl Docs {
    fn strip(&mut self, part: Part) -> Result<SentPart, NotFlat> {
        let stripped = flat_change::split(&part.change, part.own_prev)?;
        Ok(SentPart {
            doc: self.place(part.doc),
            nonce: part.own_prev.is_none().then_some(part.nonce),
            own_prev_is_dep: stripped.own_prev_is_dep,
            other_deps: stripped.other_deps,
            start_op: stripped.start_op,
            rest: stripped.rest,
            facts: part.facts,
        })
    }

    fn place(&mut self, doc: DocId) -> u32 {
        *self.places.entry(doc).or_insert_with(|| {
            self.list.push(doc);
            self.list.len() as u32 - 1
        })
    }
}
