//! A desk that changes what it passes on: other writers' entries and signatures, never its own.

use schemas::flat::LogId;
use sync::message::{Batch, Run};

use host::Chance;

/// Bytes with which every header starts.
const HEADER_START: usize = 14;

/// Breaks one run of the batch that is not of the relay's `own` logs. False if there is none.
pub(crate) fn tamper(batch: &mut Batch, own: impl Fn(LogId) -> bool, chance: &mut Chance) -> bool {
    let Some(run) = batch.runs.iter_mut().find(|run| !own(run.log)) else { return false };
    match chance.below(5) {
        0 => run.end[5] ^= 1,
        1 => flip_fact(run),
        2 => flip_header(run, chance),
        3 if run.entries.len() > 1 => {
            // The signature is of the last entry; a run that ends before it is not signed.
            run.entries.pop();
        }
        _ => flip_change(run),
    }
    true
}

fn flip_fact(run: &mut Run) {
    let part = run.entries.iter_mut().flat_map(|entry| &mut entry.parts).next();
    if let Some(part) = part {
        part.facts.push(b' ');
    }
}

fn flip_header(run: &mut Run, chance: &mut Chance) {
    if let Some(last) = run.entries.last_mut() {
        // Behind its fixed start: without that a header cannot even be sent.
        let start = HEADER_START.min(last.header.len() - 1);
        let at = start + chance.below((last.header.len() - start) as u64) as usize;
        last.header[at] ^= 1;
    }
}

fn flip_change(run: &mut Run) {
    let part = run.entries.iter_mut().flat_map(|entry| &mut entry.parts).next_back();
    if let Some(byte) = part.and_then(|part| part.rest.last_mut()) {
        *byte ^= 1;
    }
}
