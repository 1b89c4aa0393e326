//! Which files of a watched folder are whole: those that stayed as they were from one look to the next.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

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
    before: BTreeMap<OsString, Stamp>,
    /// Taken, and still lying there because they could not be moved.
    taken: BTreeMap<OsString, Stamp>,
}

impl Watched {
    /// The files that are whole, in the order in which they were written; of one moment by name.
    pub(super) fn look(&mut self, found: BTreeMap<OsString, Stamp>) -> Vec<(OsString, Stamp)> {
        self.taken.retain(|name, stamp| found.get(name) == Some(stamp));
        let steady = found.iter().filter(|(name, stamp)| self.before.get(*name) == Some(stamp) && !self.taken.contains_key(*name));
        let mut whole: Vec<(OsString, Stamp)> = steady.map(|(name, stamp)| (name.clone(), *stamp)).collect();
        whole.sort_by(|(a_name, a), (b_name, b)| (a.modified_ns, a_name).cmp(&(b.modified_ns, b_name)));
        self.before = found;
        whole
    }

    /// The file was taken and could not be moved: it is left alone while it stays as it is.
    pub(super) fn leave(&mut self, name: OsString, stamp: Stamp) {
        self.taken.insert(name, stamp);
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

    #[test]
    fn a_file_is_whole_when_two_looks_see_the_same_and_the_oldest_comes_first() {
        let mut watched = Watched::default();
        assert_eq!(watched.look(folder(&[("a.txt", 5, 9), ("b.txt", 5, 2)])), []);
        let whole = watched.look(folder(&[("a.txt", 5, 9), ("b.txt", 5, 2), ("c.txt", 1, 1)]));
        assert_eq!(whole.iter().map(|(name, _)| name.to_str().unwrap()).collect::<Vec<_>>(), ["b.txt", "a.txt"]);
    }

    #[test]
    fn what_could_not_be_moved_is_left_alone_until_it_is_another_file() {
        let mut watched = Watched::default();
        let files = folder(&[("a.txt", 5, 9)]);
        watched.look(files.clone());
        let (name, stamp) = watched.look(files.clone()).remove(0);
        watched.leave(name, stamp);
        assert_eq!(watched.look(files), []);
        let other = folder(&[("a.txt", 6, 10)]);
        assert_eq!(watched.look(other.clone()), []);
        assert_eq!(watched.look(other).len(), 1);
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
                for (name, stamp) in watched.look(found.clone()) {
                    prop_assert_eq!(before.get(&name), Some(&stamp));
                }
                before = found;
            }
        }
    }
}
