//! Turns planned runs into a batch: reads the entries and leaves out what the receiver can compute.

use std::collections::BTreeMap;

use schemas::flat::{DocId, LogId};

use crate::entry::{Entry, FIRST, Part};
use crate::flat_change::{self, NotFlat};
use crate::message::{Batch, Run, SentEntry, SentPart};
use crate::replica::EntryRef;
use crate::step::{BatchPlan, RunPlan};

/// Why a batch cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError<E> {
    #[error("an entry cannot be read back")]
    Read(E),
    #[error("an entry holds a change that is not flat")]
    NotFlat(#[from] NotFlat),
    #[error("an entry holds a document of which its log knows nothing")]
    NoSuchDocument,
}

/// The batch of a plan. `read` gives the entry at its place in the journal; `places` the places of documents among those that a log touches, in the
/// order in which it first did.
pub fn assemble<E>(
    plan: &BatchPlan,
    mut read: impl FnMut(EntryRef) -> Result<Entry, E>,
    places: impl Fn(LogId, &[DocId]) -> Vec<Option<u32>>,
) -> Result<Batch, AssembleError<E>> {
    let mut runs = Vec::with_capacity(plan.runs.len());
    for run in &plan.runs {
        let entries = run.entries.iter().map(|place| read(*place)).collect::<Result<Vec<Entry>, E>>().map_err(AssembleError::Read)?;
        runs.push(assemble_run(run, entries, &places)?);
    }
    Ok(Batch { scope: plan.scope.clone(), runs })
}

fn assemble_run<E>(run: &RunPlan, entries: Vec<Entry>, places: impl Fn(LogId, &[DocId]) -> Vec<Option<u32>>) -> Result<Run, AssembleError<E>> {
    debug_assert!(run.first >= FIRST);
    let docs_before = run.entries.first().map_or(0, |entry| entry.docs_before);
    let mut docs = Docs { new: Vec::new(), places: BTreeMap::new() };
    let mut known = Vec::new();
    for part in entries.iter().flat_map(|entry| &entry.parts) {
        match part.own_prev {
            None => {
                docs.places.insert(part.doc, docs_before + docs.new.len() as u32);
                docs.new.push(part.doc);
            }
            Some(_) => known.push(part.doc),
        }
    }
    known.retain(|doc| !docs.places.contains_key(doc));
    known.sort_unstable();
    known.dedup();
    for (doc, place) in known.iter().zip(places(run.log, &known)) {
        docs.places.insert(*doc, place.ok_or(AssembleError::NoSuchDocument)?);
    }
    let sent = |entry: Entry| {
        let mut parts = Vec::with_capacity(entry.parts.len());
        for part in entry.parts {
            parts.push(docs.strip(part)?);
        }
        Ok(SentEntry { header: entry.header, parts })
    };
    let entries = entries.into_iter().map(sent).collect::<Result<_, AssembleError<E>>>()?;
    Ok(Run { log: run.log, opening: run.opening.clone(), first: run.first, docs_before, docs: docs.new, entries, end: run.end.clone() })
}

/// The documents of a run.
struct Docs {
    /// Those that the log touches here for the first time.
    new: Vec<DocId>,
    places: BTreeMap<DocId, u32>,
}

impl Docs {
    fn strip<E>(&self, part: Part) -> Result<SentPart, AssembleError<E>> {
        let stripped = flat_change::split(&part.change, part.own_prev)?;
        Ok(SentPart {
            doc: *self.places.get(&part.doc).ok_or(AssembleError::NoSuchDocument)?,
            nonce: part.own_prev.is_none().then_some(part.nonce),
            own_prev_is_dep: stripped.own_prev_is_dep,
            other_deps: stripped.other_deps,
            start_op: stripped.start_op,
            rest: stripped.rest,
            facts: part.facts,
        })
    }
}
