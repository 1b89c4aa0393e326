//! Which files of a watched folder are whole: those that stayed as they were from one look to the next.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::time::Duration;

/// What is known of a file without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stamp {
    /// When it was written last, in nanoseconds since 1970 UTC.
    pub(super) modified_ns: i128,
    pub(super) len: u64,
    pub(super) inode: u64,
}

/// A folder as it was at the look before. Bounded by what one look finds.
#[derive(Debug, Default)]
pub(super) struct Watched {
    /// Each with the look at which it was first seen so.
    before: BTreeMap<OsString, (Stamp, Duration)>,
    /// Taken, and still lying there because they could not be moved; with where they belong.
    taken: BTreeMap<OsString, (Stamp, Place)>,
}

/// A file that stayed as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) name: OsString,
    pub(super) stamp: Stamp,
    /// For how long it was seen to stay so, at the least.
    pub(super) quiet: Duration,
}

/// Where a file belongs that was taken, and what is said beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) into: &'static str,
    pub(super) mark: String,
    pub(super) words: Option<String>,
}

impl Watched {
    /// The files that are whole, in the order in which they were written; of one moment by name. `at` is the time since the first look: by this clock a file
    /// is quiet, for whoever writes it may have another.
    pub(super) fn look(&mut self, found: BTreeMap<OsString, Stamp>, at: Duration) -> Vec<Whole> {
        self.taken.retain(|name, (stamp, _)| found.get(name) == Some(stamp));
        let mut whole = Vec::new();
        let mut now = BTreeMap::new();
        for (name, stamp) in found {
            let known = self.before.get(&name).filter(|(before, _)| *before == stamp).map(|(_, since)| *since);
            if let Some(since) = known.filter(|_| !self.taken.contains_key(&name)) {
                whole.push(Whole { name: name.clone(), stamp, quiet: at.saturating_sub(since) });
            }
            now.insert(name, (stamp, known.unwrap_or(at)));
        }
        whole.sort_by(|a, b| (a.stamp.modified_ns, &a.name).cmp(&(b.stamp.modified_ns, &b.name)));
        self.before = now;
        whole
    }

    /// The file was taken and could not be moved: while it stays as it is, no more than the move is tried again.
    pub(super) fn leave(&mut self, name: OsString, stamp: Stamp, place: Place) {
        self.taken.insert(name, (stamp, place));
    }

    /// What was taken and is still to be moved.
    pub(super) fn left(&self) -> Vec<(OsString, Stamp, Place)> {
        self.taken.iter().map(|(name, (stamp, place))| (name.clone(), *stamp, place.clone())).collect()
    }

    /// The file was moved at last.
    pub(super) fn moved(&mut self, name: &OsStr) {
        self.taken.remove(name);
    }
}

/// Whether a name is one of a file that is meant for us: neither hidden nor named as programs name what they still write.
pub(super) fn is_meant(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_lowercase();
    let unfinished = [".part", ".partial", ".tmp", ".temp", ".new", ".filepart", ".crdownload", ".swp", "~"];
    !name.starts_with('.') && !unfinished.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn folder(files: &[(&str, u64, i128)]) -> BTreeMap<OsString, Stamp> {
        files.iter().map(|(name, len, at)| (OsString::from(name), Stamp { modified_ns: *at, len: *len, inode: 1 })).collect()
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_file_is_whole_when_two_looks_see_the_same_and_the_oldest_comes_first() {
        let mut watched = Watched::default();
        assert_eq!(watched.look(folder(&[("a.txt", 5, 9), ("b.txt", 5, 2)]), at(0)), []);
        let whole = watched.look(folder(&[("a.txt", 5, 9), ("b.txt", 5, 2), ("c.txt", 1, 1)]), at(2));
        assert_eq!(whole.iter().map(|whole| whole.name.to_str().unwrap()).collect::<Vec<_>>(), ["b.txt", "a.txt"]);
    }

    #[test]
    fn how_long_a_file_is_quiet_counts_from_the_look_that_first_saw_it_so() {
        let mut watched = Watched::default();
        watched.look(folder(&[("a.csv", 5, 9)]), at(0));
        watched.look(folder(&[("a.csv", 6, 9)]), at(2));
        assert_eq!(watched.look(folder(&[("a.csv", 6, 9)]), at(4))[0].quiet, at(2));
        assert_eq!(watched.look(folder(&[("a.csv", 6, 9)]), at(14))[0].quiet, at(12));
    }

    #[test]
    fn what_could_not_be_moved_is_only_moved_until_it_is_another_file() {
        let mut watched = Watched::default();
        let files = folder(&[("a.txt", 5, 9)]);
        watched.look(files.clone(), at(0));
        let whole = watched.look(files.clone(), at(2)).remove(0);
        let place = Place { into: "done", mark: "1".to_owned(), words: None };
        watched.leave(whole.name.clone(), whole.stamp, place.clone());
        assert_eq!(watched.look(files.clone(), at(4)), []);
        assert_eq!(watched.look(files, at(6)), []);
        assert_eq!(watched.left(), [(whole.name, whole.stamp, place)], "it is still in the way");
        let other = folder(&[("a.txt", 6, 10)]);
        assert_eq!(watched.look(other.clone(), at(8)), []);
        assert_eq!(watched.left(), []);
        assert_eq!(watched.look(other, at(10)).len(), 1);
    }

    #[test]
    fn hidden_files_and_those_that_are_still_written_are_not_meant() {
        for name in [".CA1501.txt", "CA1501.txt.part", "CA1501.TMP", "x.filepart", "x.txt~", ".", "list.new"] {
            assert!(!is_meant(OsStr::new(name)), "{name}");
        }
        assert!(is_meant(OsStr::new("CA1501.2026-11-22.PVG.1031.csv")) && is_meant(OsStr::new("PNL")));
    }

    proptest! {
        #[test]
        fn nothing_is_taken_that_changed_since_the_look_before(looks in prop::collection::vec(prop::collection::btree_map("[a-c]", (0..3u64, 0..3i128), 0..4), 1..8)) {
            let mut watched = Watched::default();
            let mut before = BTreeMap::new();
            for look in looks {
                let found: BTreeMap<OsString, Stamp> =
                    look.into_iter().map(|(name, (len, modified_ns))| (name.into(), Stamp { modified_ns, len, inode: 1 })).collect();
                for whole in watched.look(found.clone(), at(0)) {
                    prop_assert_eq!(before.get(&whole.name), Some(&whole.stamp));
                }
                before = found;
            }
        }
    }
}
