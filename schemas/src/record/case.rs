//! A case: the report of a baggage incident.

use serde::{Deserialize, Serialize};

use super::Split;
use super::fact::{Fact, History, What};
use super::incident::Details;
use super::incident_fields::NAMES;
use super::reader::Reader;
use super::tracing::Tracing;
use crate::flat::{DocId, FlatDoc};
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::FlightNumber;

/// One baggage incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: DocId,
    /// The reference that is valid at this station, `PVG-CA-T12007-4`: never of the shape that a tracing system gives.
    pub reference: Box<str>,
    /// Nothing if the kind is one of a newer version.
    pub incident: Option<Incident>,
    /// The guest, as told at the desk.
    pub name: Box<str>,
    pub contact: Box<str>,
    pub tag: Option<BagTag>,
    pub flight: Option<FlightNumber>,
    /// What the bag looks like.
    pub bag: Box<str>,
    /// Colour and type codes of the tracing chart, where given.
    pub colour: Option<Box<str>>,
    pub bag_type: Option<Box<str>>,
    pub note: Box<str>,
    /// All that the form holds, what stands above included.
    pub details: Details,
    /// How far finding the bag has come.
    pub tracing: Tracing,
    pub history: History,
    pub splits: Vec<Split>,
    /// Fields and facts that this version cannot read.
    pub unread: u32,
}

/// What happened to a bag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Incident {
    Delayed,
    Damaged,
    Pilfered,
    /// A bag without its guest.
    Found,
}

impl Case {
    /// A person chooses one value of each when several were written.
    pub(crate) const FIELDS: &'static [&'static str] = NAMES;

    pub fn read(id: DocId, doc: &FlatDoc) -> Self {
        let mut reader = Reader::new(doc, Self::FIELDS);
        let history = History::read(doc);
        let mut case = Self {
            id,
            reference: reader.words("reference").unwrap_or_default(),
            incident: reader.parsed("incident"),
            name: reader.words("name").unwrap_or_default(),
            contact: reader.words("contact").unwrap_or_default(),
            tag: reader.parsed("tag"),
            flight: reader.parsed("flight"),
            bag: reader.words("bag").unwrap_or_default(),
            colour: reader.words("colour"),
            bag_type: reader.words("bag_type"),
            note: reader.words("note").unwrap_or_default(),
            details: Details::read(&mut reader),
            tracing: Tracing::read(&history),
            history,
            splits: reader.splits(Self::FIELDS),
            unread: 0,
        };
        case.unread = reader.unread().saturating_add(case.history.unread);
        case
    }

    /// When and by whom the report was taken.
    pub fn opened(&self) -> Option<&Fact> {
        self.history.live(|what| matches!(what, What::Opened {})).next().map(|held| &held.fact)
    }

    /// The time of that in milliseconds since 1970 UTC.
    pub fn opened_at(&self) -> Option<i64> {
        self.opened().map(|fact| fact.at)
    }
}

impl Incident {
    pub const ALL: [Self; 4] = [Self::Delayed, Self::Damaged, Self::Pilfered, Self::Found];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delayed => "delayed",
            Self::Damaged => "damaged",
            Self::Pilfered => "pilfered",
            Self::Found => "found",
        }
    }
}

impl std::str::FromStr for Incident {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}
