//! Guests as lists and screens show them.

use serde::Serialize;

use super::Station;
use super::assistance::Job;
use super::moves::MovedHere;
use super::pools::Pool;
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::connection::{Connection, Inbound, ThroughBag};
use crate::record::course::CourseTold;
use crate::record::fact::{Documents, EscortStep, Mark, Security};
use crate::record::{Booking, DocRef, FlightKey};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// A guest on a flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuestRow {
    pub booking: DocRef,
    pub flight: FlightKey,
    /// Surname and given name as listed.
    pub name: String,
    pub locator: Option<Locator>,
    pub destination: Option<AirportCode>,
    pub class: Option<char>,
    pub cabin: Option<char>,
    /// The party's label on the list, and how many belong to it.
    pub party: Option<String>,
    pub party_size: u8,
    pub child: bool,
    /// The name of the infant on the lap.
    pub infant: Option<String>,
    /// Service codes.
    pub flags: Vec<String>,
    /// Of a minor who travels alone: who handed the child over, and who signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor: Option<Minor>,
    /// Who helps the guest, and how far that has come.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assistance: Vec<Job>,
    /// What came of looking at the documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<Documents>,
    /// Whether security is to check the guest, or has. For staff alone: it stands on nothing that the guest is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security: Option<Security>,
    /// Seats taken: more than 1 with extra seats.
    pub seats: u8,
    pub standby: bool,
    /// Why the guest is here although no list says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// Whether the seat was changed and the new pass not printed yet.
    pub new_pass: bool,
    /// The pool to which the guest's bags belong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pool: Option<Pool>,
    /// The seat shown for now.
    pub seat: Option<Seat>,
    /// The seat on the list, to be given at check-in if it is free.
    pub listed_seat: Option<Seat>,
    pub sequence: Option<u16>,
    pub standing: Standing,
    /// Whether a change message took the guest off the list after check-in here: for a person to settle.
    pub off_list: bool,
    /// The boarding that holds, if the guest is on board.
    pub boarded: Option<Boarding>,
    pub bags: Vec<BagTag>,
    pub onward: Vec<String>,
    /// The flights that bring the guest here from another station, as the hub knew last.
    pub connecting: Vec<ConnectingRow>,
    /// Whether this station's own list has the guest; not where the hub alone knows of the guest, from another station's list.
    pub on_list: bool,
    /// Place in the list, from 0.
    pub order: u32,
    /// Where the guest came from who was moved here from another flight of this station.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<MovedHere>,
}

/// Who answers for a minor who travels alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Minor {
    pub handed_by: Option<String>,
    /// Who of the crew signed.
    pub signed_by: Option<String>,
}

/// A flight that brings a guest from another station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectingRow {
    pub flight: FlightKey,
    /// `CA935`, and the station that it left.
    pub number: String,
    pub station: AirportCode,
    /// The guest's booking there.
    pub booking: DocRef,
    /// Where the guest stands there and since when; nothing where the guest no longer comes from there.
    pub inbound: Option<Inbound>,
    /// Where that flight goes instead, or that it came back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub course: Option<CourseTold>,
    pub bags: Vec<ThroughBag>,
}

/// When and where a guest went on board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Boarding {
    pub at: i64,
    pub desk: String,
    pub by: String,
}

impl Station {
    /// Everybody on a flight, in the order of the list.
    pub fn guests(&self, key: &FlightKey) -> Vec<GuestRow> {
        self.bookings_of(key).into_iter().map(|booking| self.row(booking)).collect()
    }

    /// One guest.
    pub fn guest(&self, booking: DocId) -> Option<GuestRow> {
        self.booking(booking).map(|booking| self.row(booking))
    }

    /// Who checked in and is not on board, with the tags of their bags, by sequence number.
    pub fn missing(&self, key: &FlightKey) -> Vec<GuestRow> {
        let mut missing: Vec<_> = self.on(key).filter(|booking| booking.standing() == Standing::CheckedIn).collect();
        missing.sort_by_key(|booking| (booking.sequence, booking.listing.order, booking.id));
        missing.into_iter().map(|booking| self.row(booking)).collect()
    }

    /// The guests who travel together with this one, this one too, in the order of the list: those of one party label, or else of one locator.
    pub fn party_of(&self, booking: DocId) -> Vec<GuestRow> {
        let Some(one) = self.booking(booking) else { return Vec::new() };
        let belongs = |other: &Booking| match (&one.listing.party, &other.listing.party) {
            (Some(party), other) => other.as_ref() == Some(party),
            (None, _) => other.id == one.id || one.locator().is_some() && other.locator() == one.locator(),
        };
        self.bookings_of(&one.flight).into_iter().filter(|other| belongs(other)).map(|other| self.row(other)).collect()
    }

    pub(super) fn row(&self, booking: &Booking) -> GuestRow {
        let listing = &booking.listing;
        GuestRow {
            booking: DocRef(booking.id),
            flight: booking.flight,
            name: listing.name.to_string(),
            locator: booking.locator(),
            destination: listing.destination,
            class: listing.class,
            cabin: listing.cabin,
            party: listing.party.as_deref().map(str::to_owned),
            party_size: listing.party_size,
            child: listing.child,
            infant: listing.infant.as_deref().map(str::to_owned),
            flags: listing.flags.split_ascii_whitespace().map(str::to_owned).collect(),
            minor: booking.has_flag("UMNR").then(|| Minor {
                handed_by: booking.escort(EscortStep::CheckIn).map(str::to_owned),
                signed_by: booking.escort(EscortStep::Boarding).map(str::to_owned),
            }),
            assistance: booking.jobs(),
            documents: booking.documents(),
            security: booking.security(),
            seats: listing.seats,
            standby: booking.is_standby(),
            mark: booking.mark(),
            new_pass: booking.needs_pass(),
            pool: self.pool_of(booking.id),
            seat: booking.seat,
            listed_seat: listing.seat,
            sequence: booking.sequence,
            standing: booking.standing(),
            off_list: booking.off_list && !booking.is_gone(),
            boarded: booking.boardings().next().map(|held| Boarding {
                at: held.fact.at,
                desk: held.fact.desk.to_string(),
                by: held.fact.by.to_string(),
            }),
            bags: self.bags_of_guest(booking.id).iter().map(|bag| bag.tag).collect(),
            onward: listing.onward.iter().map(ToString::to_string).collect(),
            connecting: booking.connections().into_iter().map(connecting_row).collect(),
            on_list: !booking.is_copy(),
            order: listing.order,
            moved: if booking.was_moved { self.moved_here(booking) } else { None },
        }
    }
}

fn connecting_row(connection: Connection<'_>) -> ConnectingRow {
    let (flight, booking) = connection.source();
    let (inbound, course, bags) = match connection {
        Connection::Comes(arrival) => (Some(arrival.inbound), arrival.course.as_deref().cloned(), arrival.bags.clone()),
        Connection::Ended { .. } => (None, None, Vec::new()),
    };
    ConnectingRow { flight, number: flight.flight().to_string(), station: flight.station(), booking: DocRef(booking), inbound, course, bags }
}
