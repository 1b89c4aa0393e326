//! What was sent to a peer in one scope and not answered yet: several runs of a log one behind the other, within a bound.

use std::collections::{BTreeMap, VecDeque};

use schemas::flat::LogId;

use super::vector::VersionVector;

/// As many bytes as may be on the way to one peer without an answer, in one scope.
const BYTES_MAX: usize = 4 << 20;
/// As many runs: small ones cost more than their bytes.
const RUNS_MAX: usize = 1024;

/// Runs that left and were not answered.
#[derive(Debug, Default)]
pub(super) struct OnTheWay {
    /// Of each log the runs in the order of their numbers.
    logs: BTreeMap<LogId, VecDeque<Sent>>,
    runs: usize,
    bytes: usize,
    answered_ms: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
struct Sent {
    /// The last entry of the run.
    end: u64,
    bytes: usize,
    at_ms: i64,
}

impl OnTheWay {
    pub(super) fn is_empty(&self) -> bool {
        self.runs == 0
    }

    /// Own entries have twice the room, so that they pass what catches somebody up.
    pub(super) fn has_room(&self, urgent: bool) -> bool {
        let more = if urgent { 2 } else { 1 };
        self.bytes < more * BYTES_MAX && self.runs < more * RUNS_MAX
    }

    /// The last entry of the log that left.
    pub(super) fn end(&self, log: LogId) -> Option<u64> {
        self.logs.get(&log)?.back().map(|sent| sent.end)
    }

    /// Since when nothing of what is on the way was answered: when the oldest run left, or the last answer came.
    pub(super) fn waits_since_ms(&self) -> Option<i64> {
        let oldest = self.logs.values().flatten().map(|sent| sent.at_ms).min()?;
        Some(self.answered_ms.map_or(oldest, |answered| answered.max(oldest)))
    }

    /// A run that follows everything of its log that left before.
    pub(super) fn add(&mut self, log: LogId, end: u64, bytes: usize, at_ms: i64) {
        self.logs.entry(log).or_default().push_back(Sent { end, bytes, at_ms });
        self.runs += 1;
        self.bytes += bytes;
    }

    /// The peer has the log up to this number.
    pub(super) fn arrived(&mut self, log: LogId, number: u64, now_ms: i64) {
        let Some(runs) = self.logs.get_mut(&log) else { return };
        while let Some(sent) = runs.pop_front_if(|sent| sent.end <= number) {
            self.runs -= 1;
            self.bytes -= sent.bytes;
            self.answered_ms = Some(now_ms);
        }
        if runs.is_empty() {
            self.logs.remove(&log);
        }
    }

    /// The peer has all of this.
    pub(super) fn arrived_all(&mut self, vector: &VersionVector, now_ms: i64) {
        let logs: Vec<LogId> = self.logs.keys().copied().collect();
        for log in logs {
            vector.get(&log).into_iter().for_each(|number| self.arrived(log, *number, now_ms));
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_frees_what_it_covers_and_nothing_else() {
        let (a, b) = (LogId([1; 16]), LogId([2; 16]));
        let mut way = OnTheWay::default();
        way.add(a, 10, BYTES_MAX / 2, 1);
        way.add(a, 20, BYTES_MAX / 2, 2);
        way.add(b, 5, 1, 3);
        assert!(!way.has_room(false) && way.has_room(true));
        way.arrived(a, 15, 9);
        assert_eq!((way.end(a), way.end(b), way.waits_since_ms(), way.has_room(false)), (Some(20), Some(5), Some(9), true));
        way.arrived_all(&VersionVector::from([(a, 20), (b, 4)]), 9);
        assert_eq!((way.end(a), way.end(b), way.is_empty()), (None, Some(5), false));
        way.arrived(b, 9, 9);
        assert!(way.is_empty() && way.waits_since_ms().is_none());
    }
}
