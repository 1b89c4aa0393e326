//! A connection: what the hub says at the next station of a guest who comes from a flight of another.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::course::CourseTold;
use super::fact::{Held, History, SetValue, What};
use super::{Booking, DocRef, FactRef, Flight, FlightKey};
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;

/// A guest of one flight who goes on with another, as the first station knows the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// The flight that brings the guest, and the guest's booking on it.
    pub from: FlightKey,
    pub booking: DocRef,
    pub inbound: Inbound,
    /// Where that flight goes instead, or that it came back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<Box<CourseTold>>,
    /// Every bag that flies with the guest, by tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bags: Vec<ThroughBag>,
    /// Fields of a listing, as far as the first list tells them of the onward flight: shown until the station's own list is here.
    pub says: BTreeMap<String, SetValue>,
}

/// Where a guest stands on the flight that brings the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    pub state: InboundState,
    /// Since when, in milliseconds since 1970 UTC by the clock of the desk that did it; nothing for who is just listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InboundState {
    Listed,
    CheckedIn,
    Boarded,
    /// Taken off the flight.
    Offloaded,
    /// The flight was closed without the guest.
    LeftBehind,
}

/// A bag that comes with a connecting guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ThroughBag {
    pub tag: BagTag,
    /// The last airport on the tag, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AirportCode>,
}

/// When a flight that brings guests is there, as somebody said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arriving {
    pub from: FlightKey,
    pub how: ArrivingHow,
    /// Milliseconds since 1970 UTC; nothing where it does not come. Not called `at`: a fact has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<i64>,
}

/// How sure it is. In the order in which one counts before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ArrivingHow {
    Scheduled,
    Estimated,
    Actual,
    Cancelled,
}

/// What holds now of one flight that brings, or was to bring, a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection<'a> {
    Comes(&'a Arrival),
    /// The guest goes on with another flight, or came off the list there.
    Ended {
        from: FlightKey,
        booking: DocRef,
    },
}

impl Arriving {
    /// Whether the other no longer holds where this is said: what was said in the same way, and that the flight does not come.
    pub(crate) fn replaces(&self, other: &Self) -> bool {
        let comes = matches!(self.how, ArrivingHow::Estimated | ArrivingHow::Actual);
        self.from == other.from && (self.how == other.how || (comes && other.how == ArrivingHow::Cancelled))
    }
}

impl ArrivingHow {
    /// For programs and language files: kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Estimated => "estimated",
            Self::Actual => "actual",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Flight {
    /// What holds of when flights are there that bring guests to this one.
    pub fn arriving(&self) -> impl Iterator<Item = (&Held, &Arriving)> {
        self.history.live(|_| true).filter_map(|held| match &held.fact.what {
            What::Arriving(arriving) => Some((held, &**arriving)),
            _ => None,
        })
    }
}

impl Connection<'_> {
    /// The flight that brings the guest, and the guest's booking on it.
    pub fn source(&self) -> (FlightKey, DocId) {
        match self {
            Self::Comes(arrival) => (arrival.from, arrival.booking.0),
            Self::Ended { from, booking } => (*from, booking.0),
        }
    }
}

impl Booking {
    /// The flights that bring the guest here, in order: one, unless lists contradict each other.
    pub fn connections(&self) -> Vec<Connection<'_>> {
        let mut newest = BTreeMap::new();
        for held in self.history.live(|_| true) {
            let Some(connection) = said(&held.fact.what) else { continue };
            let comes = matches!(connection, Connection::Comes(_));
            let rank = (comes, held.fact.rec, held.id);
            let known = newest.entry(connection.source()).or_insert((rank, connection));
            if rank > known.0 {
                *known = (rank, connection);
            }
        }
        newest.into_values().map(|(_, connection)| connection).collect()
    }

    /// The connections that hold.
    pub fn arrivals(&self) -> impl Iterator<Item = &Arrival> {
        self.connections().into_iter().filter_map(|connection| match connection {
            Connection::Comes(arrival) => Some(arrival),
            Connection::Ended { .. } => None,
        })
    }

    /// Whether the hub made this booking from another station's list, and the station's own list does not have the guest.
    pub fn is_copy(&self) -> bool {
        let mut is_copied = false;
        for held in self.history.all() {
            match &held.fact.what {
                What::Listed { .. } | What::Relisted { .. } => return false,
                What::Connecting(_) => is_copied = true,
                _ => {}
            }
        }
        is_copied
    }

    /// Whether the guest was only known from another station's list, and no longer comes.
    pub fn is_former_connection(&self) -> bool {
        self.is_copy() && self.standing() == Standing::Listed && self.arrivals().next().is_none()
    }

    /// What the hub says anew of this flight that brings the guest undoes these.
    pub fn connection_refs(&self, source: DocId) -> Vec<FactRef> {
        self.history.refs(|what| said(what).is_some_and(|connection| connection.source().1 == source))
    }
}

/// What the hub, or who moved the guest here, said of the guest last by their clock; also what holds no more, so that the guest keeps a name.
pub(super) fn said_last(history: &History) -> Option<&BTreeMap<String, SetValue>> {
    let arrivals = history.all().iter().filter_map(|held| match &held.fact.what {
        What::Connecting(arrival) => Some(((!held.undone, held.fact.rec, held.id), &arrival.says)),
        What::MovedFrom(moved) => Some(((!held.undone, held.fact.rec, held.id), &moved.says)),
        _ => None,
    });
    arrivals.max_by_key(|(rank, _)| *rank).map(|(_, says)| says)
}

fn said(what: &What) -> Option<Connection<'_>> {
    match what {
        What::Connecting(arrival) => Some(Connection::Comes(arrival)),
        What::NotConnecting { from, booking } => Some(Connection::Ended { from: *from, booking: *booking }),
        _ => None,
    }
}
