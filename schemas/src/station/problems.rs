//! What stands in the way of a party at the counter, one thing after the other: derived from the records each time it is asked for.

use serde::Serialize;

use super::Station;
use super::bags::HEAVY_KG;
use super::document_routes::WhenNotAsked;
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::excess::Excess;
use crate::record::fact::{Documents, EscortStep};
use crate::record::id::ConflictId;
use crate::record::{Bag, Booking, DocRef};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::seat::Seat;

/// Something that a person at the counter has to look at before the guest goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub booking: DocRef,
    pub name: String,
    #[serde(flatten)]
    pub trouble: Trouble,
}

/// What it is, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "trouble", rename_all = "kebab-case")]
pub enum Trouble {
    /// The guest does not fly with these documents.
    DocumentsRefused,
    /// Desks that did not see each other said different things of the guest: the seat twice, the record twice.
    Conflict { conflict: ConflictId },
    /// A change message took the guest off the list after check-in.
    OffList,
    /// The guest waits for a seat until the gate gives one.
    Waits,
    /// The route asks for documents, and nobody has looked at them.
    DocumentsMissing { rule: WhenNotAsked },
    /// Nobody is named who handed over a minor who travels alone.
    EscortMissing,
    /// The seat that the list gives is another guest's, or not on this aircraft.
    SeatGone { seat: Seat },
    /// Checked in without a seat.
    SeatMissing,
    /// The seat was changed, and the guest holds the old pass.
    PassDue,
    /// Heavier than one person lifts, without a heavy label.
    BagHeavy { tag: BagTag, kg: u16 },
    /// The tag names no airport.
    BagWithoutDestination { tag: BagTag },
    /// The tag goes through to another airport, and names no flight to it.
    BagWithoutRouting { tag: BagTag, to: AirportCode },
    /// The party brings more than is free, and nobody has settled it. Said of its first guest who has a bag.
    Excess(Excess),
}

impl Station {
    /// What stands in the way of the guests who travel with this one, guest by guest in the order of the list. Who is off the flight has none.
    pub fn problems_of(&self, booking: DocId) -> Vec<Problem> {
        let Some(one) = self.booking(booking) else { return Vec::new() };
        let conflicts: Vec<_> = self.conflicts_of(&one.flight).into_iter().filter(|conflict| conflict.resolution.is_none()).collect();
        let mut problems = Vec::new();
        let mut excess = Some(self.excess_due(booking)).filter(|excess| !excess.is_none());
        for guest in self.party_of(booking).iter().filter_map(|row| self.booking(row.booking.0)) {
            let mut found: Vec<Trouble> = self.troubles(guest);
            let bags = self.bags_of_guest(guest.id);
            let touches = |record: &DocRef| record.0 == guest.id || bags.iter().any(|bag| bag.id == record.0);
            found.extend(
                conflicts.iter().filter(|conflict| conflict.records.iter().any(touches)).map(|conflict| Trouble::Conflict { conflict: conflict.id }),
            );
            if guest.is_checked_in() && !bags.is_empty() {
                found.extend(excess.take().map(Trouble::Excess));
            }
            found.sort_by_key(Trouble::rank);
            problems.extend(found.into_iter().map(|trouble| Problem { booking: DocRef(guest.id), name: guest.name().to_owned(), trouble }));
        }
        problems
    }

    fn troubles(&self, guest: &Booking) -> Vec<Trouble> {
        let standing = guest.standing();
        if standing == Standing::Offloaded {
            return Vec::new();
        }
        let mut found = Vec::new();
        match guest.documents() {
            Some(Documents::Refused) => found.push(Trouble::DocumentsRefused),
            Some(Documents::Seen | Documents::SendLater | Documents::Supervisor) => {}
            None => found.extend(self.document_rule(guest).map(|rule| Trouble::DocumentsMissing { rule })),
        }
        let is_listed = standing == Standing::Listed;
        let facts = [
            (guest.off_list && !guest.is_gone(), Trouble::OffList),
            (is_listed && guest.waits(), Trouble::Waits),
            (guest.has_flag("UMNR") && guest.escort(EscortStep::CheckIn).is_none(), Trouble::EscortMissing),
            (standing == Standing::CheckedIn && guest.seat.is_none(), Trouble::SeatMissing),
            (guest.needs_pass(), Trouble::PassDue),
        ];
        found.extend(facts.into_iter().filter(|(holds, _)| *holds).map(|(_, trouble)| trouble));
        found.extend(guest.seat.or(guest.listing.seat).filter(|seat| self.is_seat_gone(guest, *seat)).map(|seat| Trouble::SeatGone { seat }));
        found.extend(self.bags_of_guest(guest.id).into_iter().filter_map(|bag| self.bag_trouble(guest, bag)));
        found
    }

    /// Whether the seat that a guest holds is not on the aircraft, or the seat that the list gives a guest without one cannot be given.
    fn is_seat_gone(&self, guest: &Booking, seat: Seat) -> bool {
        let not_there = self.flight(&guest.flight).and_then(|flight| flight.map.as_ref()).is_some_and(|map| map.cabin_of(seat).is_none());
        not_there || (guest.seat.is_none() && self.holders(&guest.flight, seat).any(|holder| holder.id != guest.id))
    }

    fn bag_trouble(&self, guest: &Booking, bag: &Bag) -> Option<Trouble> {
        // What a message told is its sender's to put right.
        if !bag.is_of_people() || !bag.flies() {
            return None;
        }
        let tag = bag.tag;
        if let Some(kg) = bag.kg.filter(|kg| *kg > HEAVY_KG && bag.care().is_none_or(|care| !care.heavy)) {
            return Some(Trouble::BagHeavy { tag, kg });
        }
        let Some(to) = bag.destination else { return Some(Trouble::BagWithoutDestination { tag }) };
        let has_routing = bag.care().is_some_and(|care| !care.onward.is_empty());
        (!has_routing && self.goes_through(guest, to)).then_some(Trouble::BagWithoutRouting { tag, to })
    }
}

impl Trouble {
    /// The word under which language files have it.
    pub fn name(&self) -> &'static str {
        self.place().1
    }

    fn rank(&self) -> u8 {
        self.place().0
    }

    fn place(&self) -> (u8, &'static str) {
        match self {
            Self::DocumentsRefused => (0, "documents-refused"),
            Self::Conflict { .. } => (1, "conflict"),
            Self::OffList => (2, "off-list"),
            Self::Waits => (3, "waits"),
            Self::DocumentsMissing { .. } => (4, "documents-missing"),
            Self::EscortMissing => (5, "escort-missing"),
            Self::SeatGone { .. } => (6, "seat-gone"),
            Self::SeatMissing => (7, "seat-missing"),
            Self::PassDue => (8, "pass-due"),
            Self::BagHeavy { .. } => (9, "bag-heavy"),
            Self::BagWithoutDestination { .. } => (10, "bag-without-destination"),
            Self::BagWithoutRouting { .. } => (11, "bag-without-routing"),
            Self::Excess(_) => (12, "excess"),
        }
    }
}
