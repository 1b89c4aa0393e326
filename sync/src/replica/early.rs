//! Runs of a peer that came before the entries that they follow: kept for a moment, within a bound.

use std::collections::VecDeque;

use schemas::flat::LogId;

use crate::message::{Batch, Run};

/// As many bytes of early runs as are kept of one peer.
const BYTES_MAX: usize = 8 << 20;
const RUNS_MAX: usize = 1024;

/// Early runs of one peer, each as a batch of its own.
#[derive(Debug, Default)]
pub(super) struct Early {
    runs: VecDeque<Kept>,
    bytes: usize,
}

#[derive(Debug)]
struct Kept {
    log: LogId,
    batch: Batch,
    bytes: usize,
    at_ms: i64,
}

impl Early {
    /// Keeps a run of a batch; false if there is no room.
    pub(super) fn keep(&mut self, batch: &Batch, run: &Run, now_ms: i64) -> bool {
        let bytes = size(run);
        if run.end.len() != 64 || self.bytes + bytes > BYTES_MAX || self.runs.len() >= RUNS_MAX {
            return false;
        }
        self.bytes += bytes;
        let batch = Batch { scope: batch.scope.clone(), runs: vec![run.clone()] };
        self.runs.push_back(Kept { log: run.log, batch, bytes, at_ms: now_ms });
        true
    }

    /// The earliest kept run of a log, and when it came.
    pub(super) fn take(&mut self, log: LogId) -> Option<(Batch, i64)> {
        let of_log = self.runs.iter().enumerate().filter(|(_, kept)| kept.log == log);
        let (place, _) = of_log.min_by_key(|(_, kept)| kept.batch.runs.first().map(|run| run.first))?;
        let kept = self.runs.remove(place)?;
        self.bytes -= kept.bytes;
        Some((kept.batch, kept.at_ms))
    }

    /// The logs of which runs are kept.
    pub(super) fn logs(&self) -> Vec<LogId> {
        self.runs.iter().map(|kept| kept.log).collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    /// When the run that waits longest came.
    pub(super) fn oldest_ms(&self) -> Option<i64> {
        self.runs.iter().map(|kept| kept.at_ms).min()
    }

    /// Forgets all, and says of which scopes.
    pub(super) fn give_up(&mut self) -> Vec<schemas::scope::ScopeId> {
        let mut scopes: Vec<_> = std::mem::take(self).runs.into_iter().map(|kept| kept.batch.scope).collect();
        scopes.sort();
        scopes.dedup();
        scopes
    }
}

/// About as many bytes of memory as the run takes.
fn size(run: &Run) -> usize {
    let parts = |parts: &[crate::message::SentPart]| {
        parts.iter().map(|part| 160 + part.rest.len() + part.facts.len() + 32 * part.other_deps.len()).sum::<usize>()
    };
    let opening = run.opening.as_ref().map_or(0, |sent| sent.bytes.len() + sent.certificate.len());
    1024 + opening
        + run.end.len()
        + run.docs.len() * 16
        + run.entries.iter().map(|entry| 64 + entry.header.len() + parts(&entry.parts)).sum::<usize>()
}
