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

    /// What is special about it, where a person said so. If it was taken back while others had it in hands it flies still, and so does what was said of
    /// it: a pooled bag needs the guest who handed it in.
    pub fn care(&self) -> Option<&Care> {
        if self.history.live(is_accepted).next().is_some() || !self.was_touched() {
            return self.history.live(is_accepted).find_map(care_in);
        }
        let back: Vec<FactRef> = self.history.live(is_taken_out).flat_map(|held| held.fact.undoes.iter().copied()).collect();
        self.history.all().iter().filter(|held| back.contains(&FactRef(held.id))).find_map(care_in)
    }

    /// Of a pooled bag: who handed it in.
    pub fn handed_in_by(&self) -> Option<DocId> {
        self.care()?.handed_in_by.map(|booking| booking.0)
    }

    /// Whether it flies without a guest because a person said so.
    pub fn is_rush(&self) -> bool {
        self.care().is_some_and(|care| care.rush.is_some())
    }

    /// Taken out of the flight for good, by a person or by a message that nobody here contradicts. What the person did not see (another desk took it, a
    /// reader or a message named it) keeps it on the flight: better one bag too many to look for than one in the hold that nobody counts.
    pub fn is_removed(&self) -> bool {
        let taken_out = self.history.live(is_taken_out).next().is_some() && self.told_refs().is_empty();
        (taken_out || self.is_withdrawn()) && !self.was_touched()
    }

    /// Whether messages said that it flies and took that back.
    pub fn is_withdrawn(&self) -> bool {
        self.history.live(|what| matches!(what, What::Withdrawn { .. })).next().is_some() && self.told_refs().is_empty()
    }

    /// Whether somebody here or a reader on its way had it in hands.
    pub fn was_touched(&self) -> bool {
        self.history.live(|what| is_accepted(what) || matches!(what, What::Scanned { .. })).next().is_some()
    }

    /// Whether it was seen behind the desk that took it.
    pub fn is_on_its_way(&self) -> bool {
        self.history.live(|what| matches!(what, What::Scanned { point } if *point > ScanPoint::Accepted)).next().is_some()
    }

    /// What taking it back names: that it was taken, and that it was seen where it is taken. Nothing if nobody here took it.
    pub fn accepted_refs(&self) -> Vec<FactRef> {
        let accepted = self.history.refs(is_accepted);
        if accepted.is_empty() {
            return accepted;
        }
        self.history.refs(|what| is_accepted(what) || matches!(what, What::Scanned { point: ScanPoint::Accepted }))
    }

    /// What taking it again names: it is in somebody's hands now, so nothing holds of it that took it out or off, and if it had come off, no scan before.
    pub fn retaken_refs(&self) -> Vec<FactRef> {
        let came_off = self.unloaded().is_some();
        self.history.refs(|what| match what {
            What::Scanned { .. } => came_off,
            what => is_accepted(what) || is_taken_out(what) || is_unloaded(what),
        })
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

fn care_in(held: &Held) -> Option<&Care> {
    match &held.fact.what {
        What::Accepted { care, .. } => care.as_deref(),
        _ => None,
    }
}

fn is_accepted(what: &What) -> bool {
    matches!(what, What::Accepted { .. })
}

fn is_taken_out(what: &What) -> bool {
    matches!(what, What::Removed { .. })
}

fn is_unloaded(what: &What) -> bool {
    matches!(what, What::Unloaded {})
}
