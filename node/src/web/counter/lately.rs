//! The guests whom this desk had at the counter last, and what was read of travel documents a moment ago. In memory only.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use schemas::record::DocRef;
use schemas::record::fact::Shown;
use uuid::Uuid;

/// What this desk had before it a moment ago.
#[derive(Default)]
pub(in crate::web) struct Lately {
    guests: Mutex<VecDeque<DocRef>>,
    read: Mutex<VecDeque<(Uuid, Read)>>,
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

    pub(in crate::web) fn read(&self, id: Uuid) -> Option<Read> {
        let kept = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| *known == id).map(|(_, read)| read.clone())
    }
}

/// As many as one sees without scrolling.
const GUESTS_MAX: usize = 10;

/// More than the browsers of one desk have open.
const READ_MAX: usize = 16;

#[cfg(test)]
mod tests {
    use schemas::flat::DocId;

    use super::*;

    #[test]
    fn the_last_ten_guests_are_kept_the_newest_first() {
        let lately = Lately::default();
        let guest = |no: u8| DocRef(DocId([no; 16]));
        (0..12).chain([5]).for_each(|no| lately.had(guest(no)));
        assert_eq!(lately.guests(), [5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map(guest));
    }
}
