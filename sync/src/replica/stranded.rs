//! Entries of the journal that stand behind a gap: rot took what was before them. They wait until a peer fills it.

use std::collections::{BTreeMap, BTreeSet};

use schemas::flat::LogId;

use crate::entry::Entry;
use crate::hash::Hash;
use crate::step::End;

/// As many bytes as are kept in memory; what is beyond stays on disk for the next start.
const BYTES_MAX: usize = 64 << 20;

#[derive(Debug, Default)]
pub(super) struct Stranded {
    logs: BTreeMap<LogId, Behind>,
    /// Logs of which not everything could be kept.
    forgotten: BTreeSet<LogId>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Behind {
    entries: BTreeMap<u64, Entry>,
    ends: BTreeMap<u64, End>,
}

impl Stranded {
    pub(super) fn keep(&mut self, entry: &Entry) {
        if self.bytes + entry.size() > BYTES_MAX {
            self.forgotten.insert(entry.log);
            return;
        }
        self.bytes += entry.size();
        self.logs.entry(entry.log).or_default().entries.insert(entry.number, entry.clone());
    }

    pub(super) fn keep_end(&mut self, end: &End) {
        if let Some(behind) = self.logs.get_mut(&end.log) {
            behind.ends.insert(end.number, end.clone());
        }
    }

    /// The logs with entries behind a gap.
    pub(super) fn logs(&self) -> Vec<LogId> {
        self.logs.keys().chain(&self.forgotten).copied().collect()
    }

    /// The entry that follows `last` in the log, with its signed end if it has one; what came from elsewhere meanwhile is let go.
    pub(super) fn next(&mut self, log: LogId, last: u64, tip: Hash) -> Option<(Entry, Option<End>)> {
        let behind = self.logs.get_mut(&log)?;
        while let Some(first) = behind.entries.first_entry().filter(|first| *first.key() <= last + 1) {
            let entry = first.remove();
            self.bytes = self.bytes.saturating_sub(entry.size());
            if entry.number == last + 1 && entry.prev == tip {
                let end = behind.ends.remove(&entry.number);
                return Some((entry, end));
            }
        }
        if behind.entries.is_empty() {
            self.logs.remove(&log);
        }
        None
    }
}
