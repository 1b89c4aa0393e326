//! A note that one shift leaves to the next at a desk.

use super::fact::{History, What};
use super::reader::Reader;
use crate::flat::{DocId, FlatDoc};

/// One note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub id: DocId,
    /// The desk for which it is meant.
    pub desk: Box<str>,
    pub note: Box<str>,
    pub history: History,
    /// Fields and facts that this version cannot read.
    pub unread: u32,
}

impl Handover {
    pub(crate) const FIELDS: &'static [&'static str] = &["desk", "note"];

    pub fn read(id: DocId, doc: &FlatDoc) -> Self {
        let mut reader = Reader::new(doc, Self::FIELDS);
        let mut handover = Self {
            id,
            desk: reader.words("desk").unwrap_or_default(),
            note: reader.words("note").unwrap_or_default(),
            history: History::read(doc),
            unread: 0,
        };
        handover.unread = reader.unread().saturating_add(handover.history.unread);
        handover
    }

    /// When it was written, in milliseconds since 1970 UTC by that desk's clock, and by whom.
    pub fn written(&self) -> Option<(i64, &str)> {
        self.history.live(|what| matches!(what, What::NoteLeft {})).next().map(|held| (held.fact.at, &*held.fact.by))
    }

    /// Whether somebody of a later shift has read it.
    pub fn is_read(&self) -> bool {
        self.history.live(|what| matches!(what, What::NoteRead {})).next().is_some()
    }
}
