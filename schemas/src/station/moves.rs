//! Where a guest stands who was moved: on one flight at most, from the bookings of all flights that are held, whatever the order in which they came.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Station, words};
use crate::command::Refusal;
use crate::flat::DocId;
use crate::record::fact::Held;
use crate::record::moving::{GuestsMoved, MoveHow, MovedTo};
use crate::record::{Booking, DocRef, FactRef, FlightKey};
use crate::said::said;
use crate::standards::bag_tag::BagTag;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// A guest is moved a few times at the most; what a neighbour writes beyond that is not followed.
const FAMILY_MAX: usize = 32;

/// What is left at a flight of a guest who was moved from it. It never goes away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The booking that was here.
    pub booking: DocRef,
    pub name: String,
    pub locator: Option<Locator>,
    pub to: FlightKey,
    /// Where that flight boards, as far as it is known here.
    pub gate: Option<String>,
    /// The booking there.
    pub there: DocRef,
    pub how: MoveHow,
    pub reason: String,
    pub by: String,
    pub desk: String,
    /// Milliseconds since 1970 UTC by that desk's clock.
    pub at: i64,
    /// Whether the guest stands there now: not after the move was undone, or where another move goes before it.
    pub holds: bool,
}

/// Where a guest came from who was moved here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovedHere {
    pub from: FlightKey,
    pub booking: DocRef,
    pub how: MoveHow,
    pub reason: String,
    pub by: String,
    pub desk: String,
    pub at: i64,
    /// The seat that the guest had there.
    pub seat: Option<Seat>,
    /// The bags that were to fly there.
    pub bags: Vec<BagTag>,
}

/// Guests that went from one flight to another, as somebody said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovedLine {
    pub from: FlightKey,
    pub to: FlightKey,
    pub how: MoveHow,
    pub guests: u16,
    pub reason: String,
    pub by: String,
    pub desk: String,
    pub at: i64,
}

/// The booking to which each move that holds goes, with the booking that it leaves.
pub(super) fn ways_from(booking: &Booking) -> impl Iterator<Item = (DocId, DocId)> + '_ {
    booking.departures().filter(|(held, _)| !held.undone).map(|(_, moved)| (moved.booking.0, booking.id))
}

/// The booking from which each move that holds comes, with the booking to which it goes.
pub(super) fn ways_to(booking: &Booking) -> impl Iterator<Item = (DocId, DocId)> + '_ {
    booking.origins().filter(|(held, _)| !held.undone).map(|(_, moved)| (moved.booking.0, booking.id))
}

/// Bookings of one guest that no single move joins, each with the other, both ways, and whether the first is the one that says so.
pub(super) fn kin_of(booking: &Booking) -> impl Iterator<Item = (DocId, DocId, bool)> + '_ {
    let via = booking.origins().filter(|(held, _)| !held.undone).flat_map(|(_, moved)| &moved.via);
    via.flat_map(|one| [(one.0, booking.id, false), (booking.id, one.0, true)])
}

impl Station {
    /// Whether the guest of this booking stands on its flight: on the list, or moved here, and not moved away. Of all bookings among which a guest was
    /// moved one counts at the most, as far as the moves between them hold and are known here.
    pub fn is_here(&self, booking: &Booking) -> bool {
        if booking.is_gone() {
            return false;
        }
        let is_moved = || booking.was_moved || among(&self.moved, booking.id).next().is_some() || among(&self.came, booking.id).next().is_some();
        let is_moved = (!self.moved.is_empty() || !self.came.is_empty() || booking.was_moved) && is_moved();
        !is_moved || self.stands_at(booking.id) == Some(booking.id)
    }

    /// The booking where the guest of this one stands now; nothing where it is not held here, or where the guest stands nowhere any more.
    pub fn stands_at(&self, booking: DocId) -> Option<DocId> {
        let family = self.family(booking);
        let leaves = |id: DocId| self.ways_out(id).next().is_some();
        let held: Vec<&Booking> = family.iter().filter_map(|id| self.booking(*id)).collect();
        // Who was checked in after a move that was called off, and was taken off for it, is not left there.
        let is_on = |one: &Booking| !one.is_off() && (one.is_checked_in() || one.is_of_this_flight());
        let is_of_use = |one: &&&Booking| is_on(one) || (!one.is_gone() && self.ways_in(one.id).next().is_some());
        let stays = |one: &&&Booking| one.is_aboard() || !leaves(one.id);
        let mut candidates: Vec<&Booking> = held.iter().filter(stays).filter(is_of_use).copied().collect();
        // Moved in a circle by desks that did not see each other.
        if candidates.is_empty() && held.len() == family.len() {
            candidates = held.iter().filter(is_of_use).copied().collect();
        }
        let rank = |one: &&Booking| {
            let listed = one.is_of_this_flight() && !one.is_off();
            (one.is_aboard(), one.is_checked_in(), listed, std::cmp::Reverse(one.id))
        };
        candidates.into_iter().max_by_key(rank).map(|one| one.id)
    }

    /// The bookings to which the guest was moved from this one, by moves that hold: one, unless desks that did not see each other moved the guest.
    pub(super) fn ways_out(&self, from: DocId) -> impl Iterator<Item = DocId> {
        let said = self.booking(from).into_iter().flat_map(|booking| ways_from(booking).map(|(to, _)| to));
        let unheard = among(&self.came, from).filter(move |to| !self.says_move(from, *to));
        said.chain(unheard).collect::<BTreeSet<DocId>>().into_iter()
    }

    /// The bookings from which the guest was moved to this one, by moves that hold.
    pub(super) fn ways_in(&self, to: DocId) -> impl Iterator<Item = DocId> {
        let here = self.booking(to).into_iter().flat_map(|booking| ways_to(booking).map(|(from, _)| from));
        let unheard = here.filter(move |from| !self.says_move(*from, to));
        among(&self.moved, to).chain(unheard).collect::<BTreeSet<DocId>>().into_iter()
    }

    /// Whether the half of a move is here that stands where the guest was: it alone says whether the move holds. Until it comes the other half counts.
    fn says_move(&self, from: DocId, to: DocId) -> bool {
        self.booking(from).is_some_and(|left| left.departures().any(|(_, gone)| gone.booking.0 == to))
    }

    /// Whether a guest stands here because of a move from this booking.
    pub fn moved_here(&self, booking: &Booking) -> Option<MovedHere> {
        let from: BTreeSet<DocId> = self.ways_in(booking.id).collect();
        let came = booking.origins().filter(|(held, moved)| !held.undone && from.contains(&moved.booking.0));
        let (held, moved) = came.max_by_key(|(held, _)| (held.fact.rec, held.id))?;
        Some(MovedHere {
            from: moved.from,
            booking: moved.booking,
            how: moved.how,
            reason: moved.reason.clone(),
            by: held.fact.by.to_string(),
            desk: held.fact.desk.to_string(),
            at: held.fact.at,
            seat: moved.seat,
            bags: moved.bags.clone(),
        })
    }

    /// Everybody who was ever moved from this flight, in the order of the list and then as desks recorded it.
    pub fn moved_from(&self, key: &FlightKey) -> Vec<Trace> {
        let mut left: Vec<&Booking> = self.everybody_of(key).filter(|booking| booking.was_moved && booking.departures().next().is_some()).collect();
        left.sort_by(|a, b| (a.listing.order, a.name(), a.id).cmp(&(b.listing.order, b.name(), b.id)));
        left.into_iter().flat_map(|booking| self.traces(booking)).collect()
    }

    /// The bookings of a flight whose guests stand on another one, in the order of the list.
    pub(super) fn bookings_moved_from(&self, key: &FlightKey) -> Vec<&Booking> {
        let mut left: Vec<&Booking> = self.everybody_of(key).filter(|booking| booking.was_moved && !self.is_here(booking)).collect();
        left.retain(|booking| booking.departures().any(|(held, _)| !held.undone));
        left.sort_by(|a, b| (a.listing.order, a.name(), a.id).cmp(&(b.listing.order, b.name(), b.id)));
        left
    }

    /// Every move of guests from or to this flight, in the order in which desks recorded them.
    pub fn moved_lines(&self, key: &FlightKey) -> Vec<MovedLine> {
        let lines = self.flight(key).map(|flight| flight.guests_moved()).unwrap_or_default().into_iter();
        let line = |(held, moved): (&Held, &GuestsMoved)| MovedLine {
            from: moved.from,
            to: moved.to,
            how: moved.how,
            guests: moved.guests,
            reason: moved.reason.clone(),
            by: held.fact.by.to_string(),
            desk: held.fact.desk.to_string(),
            at: held.fact.at,
        };
        lines.map(line).collect()
    }

    /// Who was on this flight and stands on another one, if anybody is meant.
    pub(super) fn went_elsewhere(&self, key: &FlightKey, is_meant: impl Fn(&Booking) -> bool) -> Option<&Booking> {
        let gone = self.everybody_of(key).filter(|booking| booking.was_moved && !booking.is_gone() && !self.is_here(booking));
        gone.filter(|booking| is_meant(booking)).min_by_key(|booking| booking.id)
    }

    /// Says where a guest is who does not stand on this flight any more.
    pub(super) fn moved_away(&self, guest: &Booking) -> Refusal {
        let there = self.stands_at(guest.id).and_then(|id| self.booking(id)).map(|there| there.flight);
        let said = guest.departures().filter(|(held, _)| !held.undone).map(|(_, moved): (_, &MovedTo)| moved.to).min();
        let Some(to) = there.or(said).filter(|to| *to != guest.flight) else {
            let words = said!("moved", "{name} is not on this flight any more.", name = guest.name());
            return Refusal::new("guest-not-known", words, "Find the guest again: somebody has moved the guest.", 404);
        };
        let name = guest.name();
        let remedy = "Send the guest there; the pass of this flight is not valid any more.";
        match self.flight(&to).and_then(|flight| flight.gate.as_deref()) {
            Some(gate) => {
                let words = said!("gate", "{name} was moved to {flight}, gate {gate}.", name = name, flight = words::flight(&to), gate = gate);
                Refusal::new("moved-away", words, remedy, 409)
            }
            None => Refusal::new("moved-away", said!("", "{name} was moved to {flight}.", name = name, flight = words::flight(&to)), remedy, 409),
        }
    }

    fn traces(&self, booking: &Booking) -> Vec<Trace> {
        let stands = self.stands_at(booking.id);
        // What two desks did alike is one trace.
        let mut seen: BTreeMap<(FlightKey, DocId, bool), FactRef> = BTreeMap::new();
        let mut all: Vec<_> = booking.departures().collect();
        all.sort_by_key(|(held, _)| (held.fact.rec, held.id));
        all.retain(|(held, moved)| {
            let about = (moved.to, moved.booking.0, held.undone);
            *seen.entry(about).or_insert(FactRef(held.id)) == FactRef(held.id)
        });
        let trace = |(held, moved): (&Held, &MovedTo)| Trace {
            booking: DocRef(booking.id),
            name: booking.name().to_owned(),
            locator: booking.locator(),
            to: moved.to,
            gate: self.flight(&moved.to).and_then(|flight| flight.gate.as_deref()).map(str::to_owned),
            there: moved.booking,
            how: moved.how,
            reason: moved.reason.clone(),
            by: held.fact.by.to_string(),
            desk: held.fact.desk.to_string(),
            at: held.fact.at,
            holds: !held.undone && stands.is_none_or(|stands| stands != booking.id),
        };
        all.into_iter().map(trace).collect()
    }

    fn kin(&self, id: DocId) -> impl Iterator<Item = DocId> {
        self.kin.range((id, DocId([0; 16]), false)..=(id, DocId([0xff; 16]), true)).map(|(_, other, _)| *other)
    }

    /// Every booking among which the guest of this one was moved, itself too, as far as their names are known here.
    fn family(&self, booking: DocId) -> BTreeSet<DocId> {
        let (mut family, mut next) = (BTreeSet::from([booking]), vec![booking]);
        while let Some(id) = next.pop() {
            let near: Vec<DocId> = self.ways_out(id).chain(self.ways_in(id)).chain(self.kin(id)).collect();
            for id in near {
                if family.len() < FAMILY_MAX && family.insert(id) {
                    next.push(id);
                }
            }
        }
        family
    }
}

/// What stands behind this one.
fn among(pairs: &BTreeSet<(DocId, DocId)>, first: DocId) -> impl Iterator<Item = DocId> + '_ {
    pairs.range((first, DocId([0; 16]))..=(first, DocId([0xff; 16]))).map(|(_, second)| *second)
}
