//! The guests whom this desk had at the counter last, and what was read of travel documents a moment ago. In memory only.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use schemas::record::DocRef;
use schemas::record::fact::{Shown, StaffNumber};
use schemas::standards::mrz::Mrz;
use uuid::Uuid;

/// What this desk had before it a moment ago.
#[derive(Default)]
pub(in crate::web) struct Lately {
    guests: Mutex<VecDeque<DocRef>>,
    read: Mutex<VecDeque<(Uuid, Read)>>,
    /// Passes that were scanned, and names that were read: an address names them by an id, never by what stands in them.
    scanned: Mutex<VecDeque<(Uuid, String)>>,
    /// The first lines of a document, by who scanned them and when.
    begun: Mutex<Option<Begun>>,
}

/// Lines of which more are to come.
struct Begun {
    by: Option<StaffNumber>,
    at_ms: i64,
    lines: String,
}

/// What a machine read of a travel document: no number.
#[derive(Debug, Clone)]
pub(in crate::web) struct Read {
    pub(in crate::web) document: Shown,
    /// As on the document.
    pub(in crate::web) name: String,
}

impl Lately {
    /// The newest first.
    pub(in crate::web) fn guests(&self) -> Vec<DocRef> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// A guest was opened.
    pub(in crate::web) fn had(&self, guest: DocRef) {
        let mut guests = self.guests.lock().unwrap_or_else(PoisonError::into_inner);
        guests.retain(|known| *known != guest);
        guests.push_front(guest);
        guests.truncate(GUESTS_MAX);
    }

    /// Keeps what was read under an id.
    pub(in crate::web) fn keep(&self, id: Uuid, read: Read) {
        let mut kept = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((id, read));
        kept.truncate(READ_MAX);
    }

    /// Keeps what was scanned, to be looked for, and says how an address names it.
    pub(in crate::web) fn keep_scan(&self, id: Uuid, text: &str) -> String {
        let mut kept = self.scanned.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((id, text.to_owned()));
        kept.truncate(READ_MAX);
        format!("{SCANNED}{id}")
    }

    /// What is looked for: what was typed, or what was scanned under the id that stands in its place; nothing where that was long ago.
    pub(in crate::web) fn searched(&self, typed: &str) -> String {
        let Some(id) = typed.strip_prefix(SCANNED).and_then(|id| id.parse::<Uuid>().ok()) else { return typed.to_owned() };
        let kept = self.scanned.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| *known == id).map(|(_, text)| text.clone()).unwrap_or_default()
    }

    /// A line with those that the same person scanned just before it, where it is one of several.
    pub(in crate::web) fn lines(&self, by: Option<&StaffNumber>, now_ms: i64, line: &str) -> String {
        let mut begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner);
        let before = begun.take().filter(|begun| begun.by.as_ref() == by && now_ms - begun.at_ms <= BETWEEN_MS && Mrz::is_part(&begun.lines));
        let lines = before.map(|begun| begun.lines).unwrap_or_default() + line.trim();
        if Mrz::is_part(&lines) {
            *begun = Some(Begun { by: by.cloned(), at_ms: now_ms, lines: lines.clone() });
        }
        lines
    }

    pub(in crate::web) fn read(&self, id: Uuid) -> Option<Read> {
        let kept = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| *known == id).map(|(_, read)| read.clone())
    }
}

/// As many as one sees without scrolling.
const GUESTS_MAX: usize = 10;

/// Stands before the id of what was scanned: nobody types it.
pub(in crate::web) const SCANNED: &str = "~";

/// A scanner sends the next line at once.
const BETWEEN_MS: i64 = 5000;

/// More than the browsers of one desk have open.
const READ_MAX: usize = 16;

#[cfg(test)]
mod tests {
    use schemas::flat::DocId;

    use super::*;

    #[test]
    fn lines_that_come_one_by_one_are_one_document() {
        let lately = Lately::default();
        let (one, two) = ("P".repeat(44), "L".repeat(44));
        let (by, other): (StaffNumber, StaffNumber) = ("4711".parse().unwrap(), "4712".parse().unwrap());
        assert_eq!(lately.lines(Some(&by), 0, &one), one);
        assert_eq!(lately.lines(Some(&by), 100, &two), format!("{one}{two}"));
        assert_eq!(lately.lines(Some(&by), 200, &two), two, "whole before: a new one begins");
        assert_eq!(lately.lines(Some(&other), 300, &one), one, "somebody else's");
        assert_eq!(lately.lines(Some(&other), 9000, &two), two, "too late");
    }

    #[test]
    fn what_was_scanned_is_named_by_an_id_and_what_was_typed_by_itself() {
        let lately = Lately::default();
        let named = lately.keep_scan(Uuid::from_u128(7), "LI/NA");
        assert!(!named.contains("LI"));
        assert_eq!((lately.searched(&named).as_str(), lately.searched("LI/NA").as_str()), ("LI/NA", "LI/NA"));
        for other in 0..READ_MAX as u128 {
            lately.keep_scan(Uuid::from_u128(100 + other), "QIAN/DA");
        }
        assert_eq!(lately.searched(&named), "", "long ago");
        assert_eq!(lately.searched("~LI"), "~LI");
    }

    #[test]
    fn the_last_ten_guests_are_kept_the_newest_first() {
        let lately = Lately::default();
        let guest = |no: u8| DocRef(DocId([no; 16]));
        (0..12).chain([5]).for_each(|no| lately.had(guest(no)));
        assert_eq!(lately.guests(), [5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map(guest));
    }
}
