//! A bag on a flight.

use super::fact::{Care, Held, History, ScanPoint, Source, What};
use super::key::FlightKey;
use super::reader::Reader;
use super::{DocRef, FactRef, Split};
use crate::flat::{DocId, FlatDoc};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;

/// One tagged bag on one flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bag {
    pub id: DocId,
    pub flight: FlightKey,
    pub tag: BagTag,
    /// The booking whose guest it flies with; nothing if only its tag was ever seen here.
    pub owner: Option<DocId>,
    pub kg: Option<u16>,
    /// The last airport on the tag.
    pub destination: Option<AirportCode>,
    pub history: History,
    pub splits: Vec<Split>,
    /// Fields and facts that this version cannot read.
    pub unread: u32,
}

impl Bag {
    const FIELDS: &'static [&'static str] = &["flight", "tag", "booking", "kg", "destination"];
    /// Fields of which a person chooses one value when several were written.
    pub(crate) const DECIDED: &'static [&'static str] = &["booking", "kg", "destination"];

    /// Nothing if the document does not say which tag on which flight it is.
    pub fn read(id: DocId, doc: &FlatDoc) -> Option<Self> {
        let mut reader = Reader::new(doc, Self::FIELDS);
        let (flight, tag) = (reader.parsed("flight")?, reader.parsed("tag")?);
        let mut bag = Self {
            id,
            flight,
            tag,
            owner: reader.parsed::<DocRef>("booking").map(|booking| booking.0),
            kg: reader.number("kg"),
            destination: reader.parsed("destination"),
            history: History::read(doc),
            splits: reader.splits(Self::DECIDED),
            unread: 0,
        };
        bag.unread = reader.unread().saturating_add(bag.history.unread);
        Some(bag)
    }

    /// What is special about it, where a person said so.
    pub fn care(&self) -> Option<&Care> {
        self.history.live(|_| true).find_map(|held| match &held.fact.what {
            What::Accepted { care, .. } => care.as_deref(),
            _ => None,
        })
    }

    /// Of a pooled bag: who handed it in.
    pub fn handed_in_by(&self) -> Option<DocId> {
        self.care()?.handed_in_by.map(|booking| booking.0)
    }

    /// Whether it flies without a guest because a person said so.
    pub fn is_rush(&self) -> bool {
        self.care().is_some_and(|care| care.rush.is_some())
    }

    /// Taken out of the flight for good, by a person or by a message that nobody here contradicts.
    pub fn is_removed(&self) -> bool {
        self.history.live(|what| matches!(what, What::Removed { .. })).next().is_some() || (self.is_withdrawn() && !self.was_touched())
    }

    /// Whether messages said that it flies and took that back.
    pub fn is_withdrawn(&self) -> bool {
        self.history.live(|what| matches!(what, What::Withdrawn { .. })).next().is_some() && self.told_refs().is_empty()
    }

    /// Whether somebody here or a reader on its way had it in hands.
    pub fn was_touched(&self) -> bool {
        self.history.live(|what| matches!(what, What::Accepted { .. } | What::Scanned { .. })).next().is_some()
    }

    /// Whether a person said something of it: what people said stays.
    pub fn is_of_people(&self) -> bool {
        self.history.live(|_| true).any(|held| held.fact.src == Source::Person)
    }

    /// What a message that takes the bag back names.
    pub fn told_refs(&self) -> Vec<FactRef> {
        self.history.refs(|what| matches!(what, What::Told { .. }))
    }

    /// Whether what this message said holds.
    pub fn is_told(&self, hash: &str) -> bool {
        self.history.live(|what| matches!(what, What::Told { message } if message == hash)).next().is_some()
    }

    /// The loader's confirmation that it is not on the aircraft, if it holds.
    pub fn unloaded(&self) -> Option<&Held> {
        self.history.live(is_unloaded).next()
    }

    /// What loading again names.
    pub fn unload_refs(&self) -> Vec<FactRef> {
        self.history.refs(is_unloaded)
    }

    /// Whether it flies unless somebody takes it off.
    pub fn flies(&self) -> bool {
        !self.is_removed() && self.unloaded().is_none()
    }

    /// The furthest point of its way at which it was seen.
    pub fn furthest(&self) -> Option<ScanPoint> {
        self.history
            .live(|_| true)
            .filter_map(|held| match &held.fact.what {
                What::Scanned { point } => Some(*point),
                What::Accepted { .. } => Some(ScanPoint::Accepted),
                _ => None,
            })
            .max()
    }
}

fn is_unloaded(what: &What) -> bool {
    matches!(what, What::Unloaded {})
}
