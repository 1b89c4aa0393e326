//! Moving: a booking that goes to another flight or day leaves a trace where it was, and says at the other end where it came from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fact::{Held, SetValue, What};
use super::{Booking, DocRef, FactRef, Flight, FlightKey};
use crate::flat::DocId;
use crate::standards::bag_tag::BagTag;
use crate::standards::seat::Seat;

/// Why guests of one flight go on with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MoveHow {
    /// Some guests go with a second flight.
    Split,
    /// The whole flight goes with another one.
    Merge,
    /// Single guests go with another flight or on another day.
    Rebook,
}

/// Of a booking: where its guest went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedTo {
    pub to: FlightKey,
    /// The booking of the guest there.
    pub booking: DocRef,
    pub how: MoveHow,
    pub reason: String,
}

/// Of a booking: where its guest came from, and what the guest had there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MovedFrom {
    pub from: FlightKey,
    /// The booking of the guest there.
    pub booking: DocRef,
    pub how: MoveHow,
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    /// The bags that were to fly there: each needs another tag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bags: Vec<BagTag>,
    /// The bookings from which the guest came there: without them nobody could know, before all of them are here, that two moves are of one guest.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<DocRef>,
    /// Fields of a listing: shown until this flight's own list has the guest.
    pub says: BTreeMap<String, SetValue>,
}

/// Of a flight: guests went from one to another. Stands on both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestsMoved {
    pub from: FlightKey,
    pub to: FlightKey,
    pub how: MoveHow,
    pub guests: u16,
    pub reason: String,
}

impl Booking {
    /// Every word that the guest went elsewhere, those that no longer hold too.
    pub fn departures(&self) -> impl Iterator<Item = (&Held, &MovedTo)> {
        self.history.all().iter().filter_map(|held| match &held.fact.what {
            What::MovedTo(moved) => Some((held, &**moved)),
            _ => None,
        })
    }

    /// Every word that the guest came from elsewhere.
    pub fn origins(&self) -> impl Iterator<Item = (&Held, &MovedFrom)> {
        self.history.all().iter().filter_map(|held| match &held.fact.what {
            What::MovedFrom(moved) => Some((held, &**moved)),
            _ => None,
        })
    }

    /// What a guest who stays, comes back, or goes elsewhere undoes.
    pub fn departure_refs(&self) -> Vec<FactRef> {
        self.history.refs(|what| matches!(what, What::MovedTo(_)))
    }

    /// What is said anew of a guest who comes from that booking undoes these.
    pub fn origin_refs(&self, from: DocId) -> Vec<FactRef> {
        self.history.refs(|what| matches!(what, What::MovedFrom(moved) if moved.booking.0 == from))
    }

    /// Whether somebody but a move says that the guest is on this flight: a list, or another station; where nobody was ever moved here always. That a
    /// person took the guest down goes along with a move, and does not say where.
    pub fn is_of_this_flight(&self) -> bool {
        let came = self.origins().next().is_some();
        !came || self.history.all().iter().any(|held| matches!(held.fact.what, What::Listed { .. } | What::Relisted { .. } | What::Connecting(_)))
    }
}

impl Flight {
    /// Guests that went from or to this flight, each as a person said it, in the order in which desks recorded it.
    pub fn guests_moved(&self) -> Vec<(&Held, &GuestsMoved)> {
        let moved = self.history.all().iter().filter_map(|held| match &held.fact.what {
            What::GuestsMoved(moved) => Some((held, &**moved)),
            _ => None,
        });
        let mut moved: Vec<_> = moved.collect();
        moved.sort_by_key(|(held, _)| (held.fact.rec, held.id));
        moved
    }

    /// The flight onto which all guests of this one went, if it was merged.
    pub fn merged_onto(&self) -> Option<FlightKey> {
        let own = |moved: &&GuestsMoved| moved.from == self.key && moved.how == MoveHow::Merge;
        self.guests_moved().into_iter().map(|(_, moved)| moved).filter(own).map(|moved| moved.to).next_back()
    }
}
