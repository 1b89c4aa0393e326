//! The records: typed readings of flat documents, one module each.
//!
//! Reading never fails. What a record cannot read (a field of a newer version, a fact that is no JSON) stays in the document and is counted.

pub mod access;
pub mod bag;
pub mod booking;
pub mod call;
pub mod case;
pub mod connection;
pub mod course;
pub mod excess;
pub mod fact;
pub mod flight;
pub mod handover;
pub mod host_page;
pub mod id;
pub mod incident;
pub mod incident_fields;
pub mod key;
pub mod local_time;
pub mod moving;
pub mod outgoing;
pub mod person;
pub mod photo;
mod reader;
pub mod reason;
pub mod seat_map;
pub mod tracing;

use crate::flat::{DocId, FlatDoc, Scalar};

pub use access::Access;
pub use bag::Bag;
pub use booking::Booking;
pub use case::Case;
pub use flight::Flight;
pub use handover::Handover;
pub use host_page::HostPage;
pub use id::{DocRef, FactRef, Ids};
pub use key::FlightKey;
pub use person::Person;
pub use seat_map::SeatMap;

/// A document as one of the kinds that we know. `field/kind` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    Flight(Box<Flight>),
    Booking(Box<Booking>),
    Bag(Box<Bag>),
    Case(Box<Case>),
    Person(Box<Person>),
    Access(Box<Access>),
    Handover(Box<Handover>),
    HostPage(Box<HostPage>),
    /// A kind of a newer version, or a document without what makes it one of ours.
    Other,
}

/// A field for which several unequal values were written by desks that did not see each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    pub field: &'static str,
    /// At least two; the first is the one shown for now.
    pub values: Vec<Scalar>,
}

impl Record {
    pub fn read(id: DocId, doc: &FlatDoc) -> Self {
        match doc.text("kind") {
            Some("flight") => Flight::read(id, doc).map(|flight| Self::Flight(Box::new(flight))),
            Some("booking") => Booking::read(id, doc).map(|booking| Self::Booking(Box::new(booking))),
            Some("bag") => Bag::read(id, doc).map(|bag| Self::Bag(Box::new(bag))),
            Some("case") => Some(Self::Case(Box::new(Case::read(id, doc)))),
            Some("person") => Person::read(id, doc).map(|person| Self::Person(Box::new(person))),
            Some("handover") => Some(Self::Handover(Box::new(Handover::read(id, doc)))),
            Some("host-list") => HostPage::read(id, doc).map(|page| Self::HostPage(Box::new(page))),
            Some("access") => Access::read(id, doc).map(|access| Self::Access(Box::new(access))),
            _ => None,
        }
        .unwrap_or(Self::Other)
    }
}

/// Gives a type that has `FromStr` and `Display` its serde form: the same text.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize<'de>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use serde_as_text;
