//! What moving guests to another flight would mean, before it is done: who moves, which booking each gets there, and who keeps a seat.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::import::natural_locator;
use super::moving::MoveWanted;
use super::seating::seat_together;
use super::{Station, words};
use crate::command::Refusal;
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::flight::Controller;
use crate::record::moving::MoveHow;
use crate::record::{Booking, DocRef, FlightKey};
use crate::said::{Said, said};
use crate::standards::bag_tag::BagTag;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// Guests whom one command moves: as many as one entry of a log holds with what each takes along.
const MOVE_MAX: usize = 360;

/// A day that is so far ahead is the reservation system's.
const DAYS_MAX: u64 = 14;

/// More equal names under one locator than any list has had.
const RANKS_MAX: usize = 99;

/// What a move would mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MovePlan {
    /// In the order of the list.
    pub rows: Vec<MoveRow>,
    /// Guests who stay, each with why.
    pub stay: Vec<Stay>,
    /// Whether the other flight is made by the move.
    pub is_new: bool,
    /// What is to be thought of.
    pub words: Vec<Said>,
}

/// A guest who moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoveRow {
    pub booking: DocRef,
    /// The booking on the other flight.
    pub there: DocRef,
    pub name: String,
    pub locator: Option<Locator>,
    pub standing: Standing,
    /// The seat held, or promised by the list.
    pub seat: Option<Seat>,
    /// Whether it exists there and is free.
    pub keeps: bool,
    /// Another seat there, where the guest cannot keep it.
    pub proposed: Option<Seat>,
    /// Bags that come off and get another tag.
    pub bags: Vec<BagTag>,
}

/// A guest who does not move although everybody was meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stay {
    pub booking: DocRef,
    pub name: String,
    pub standing: Standing,
}

impl Station {
    /// What moving these guests would mean; nothing is changed. Nobody named means everybody.
    ///
    /// # Errors
    /// As moving them would be refused.
    pub fn move_plan(&self, from: &FlightKey, to: &FlightKey, how: MoveHow, bookings: &[DocRef], today: NaiveDate) -> Result<MovePlan, Refusal> {
        self.plan_of(&MoveWanted { from, to, how, bookings, reason: "" }, today)
    }

    pub(super) fn plan_of(&self, wanted: &MoveWanted<'_>, today: NaiveDate) -> Result<MovePlan, Refusal> {
        let MoveWanted { from, to, how, bookings, .. } = *wanted;
        self.may_move(wanted, today)?;
        let (mut guests, mut stay): (Vec<&Booking>, Vec<Stay>) = (Vec::new(), Vec::new());
        if bookings.is_empty() {
            let all = self.bookings_of(from).into_iter().filter(|guest| !guest.is_former_connection());
            let (moving, staying): (Vec<_>, Vec<_>) = all.partition(|guest| guest.standing() != Standing::Offloaded);
            guests = moving;
            stay.extend(staying.iter().map(|guest| Stay { booking: DocRef(guest.id), name: guest.name().to_owned(), standing: guest.standing() }));
        }
        for booking in bookings {
            let guest = self.chosen(from, *booking)?;
            if guests.iter().any(|other| other.id == guest.id) {
                return Err(Refusal::new("guest-twice", said!("", "{name} was chosen twice.", name = guest.name()), "Mark each guest once.", 422));
            }
            guests.push(guest);
        }
        guests.sort_by(|a, b| (a.listing.order, a.name(), a.id).cmp(&(b.listing.order, b.name(), b.id)));
        let aboard = guests.iter().filter(|guest| guest.is_aboard()).count();
        if aboard > 0 {
            let count = words::count(aboard, "guest is", "guests are");
            let words = said!("", "{count} on board of {flight}.", count = count, flight = from.flight());
            return Err(Refusal::new("move-aboard", words, "Take them off the aircraft first: scan each who leaves.", 409));
        }
        if guests.is_empty() {
            return Err(Refusal::new("nobody-chosen", "Nobody was chosen.", "Mark at least one guest.", 422));
        }
        if guests.len() > MOVE_MAX {
            let words = said!("", "{count} guests were chosen.", count = guests.len());
            return Err(Refusal::new("move-too-many", words, "Move at most 360 at once, then the others.", 422));
        }
        let mut taken: BTreeSet<DocId> = BTreeSet::new();
        let mut rows = Vec::with_capacity(guests.len());
        for guest in &guests {
            let there = self.booking_on(guest, to, &taken);
            taken.insert(there);
            rows.push(MoveRow {
                booking: DocRef(guest.id),
                there: DocRef(there),
                name: guest.name().to_owned(),
                locator: guest.locator(),
                standing: guest.standing(),
                seat: self.seat_had(guest),
                keeps: false,
                proposed: None,
                bags: self.bags_along(guest),
            });
        }
        self.seat_there(to, &guests, &mut rows);
        let is_new = self.flight(to).is_none();
        let mut words = self.move_words(from, to, how, &guests);
        let known = rows.iter().filter_map(|row| self.booking(row.there.0)).filter(|there| self.is_here(there)).count();
        if known > 0 {
            let count = super::words::count(known, "guest is", "guests are");
            words.push(said!("todo-moved-known", "{count} on {flight} already: one booking stays of each.", count = count, flight = to.flight()));
        }
        Ok(MovePlan { words, rows, stay, is_new })
    }

    /// The seat that a guest has, or had before an earlier move.
    fn seat_had(&self, guest: &Booking) -> Option<Seat> {
        let own = guest.seat.filter(|_| guest.standing() != Standing::Offloaded).or(guest.listing.seat);
        own.or_else(|| self.moved_here(guest)?.seat)
    }

    /// The bags that go with a guest: those that fly, and as many of an earlier flight as have no tag of this one yet.
    fn bags_along(&self, guest: &Booking) -> Vec<BagTag> {
        let mut bags: Vec<BagTag> = self.bags_of_guest(guest.id).into_iter().filter(|bag| bag.flies()).map(|bag| bag.tag).collect();
        let earlier = self.moved_here(guest).map(|came| came.bags).unwrap_or_default();
        let left: Vec<BagTag> = earlier.into_iter().skip(bags.len()).filter(|tag| !bags.contains(tag)).collect();
        bags.extend(left);
        bags
    }

    fn may_move(&self, wanted: &MoveWanted<'_>, today: NaiveDate) -> Result<(), Refusal> {
        let MoveWanted { from, to, how, .. } = *wanted;
        self.open(from)?;
        if from == to {
            let words = said!("", "{flight} is the flight itself.", flight = words::flight(to));
            return Err(Refusal::new("same-flight", words, "Name the flight to which the guests go.", 422));
        }
        if from.station() != to.station() || from.carrier() != to.carrier() {
            let words = said!("", "{flight} is not a flight of this carrier from this station.", flight = words::flight(to));
            let remedy = "Ask the reservation system for a change, or the staff of the other carrier.";
            return Err(Refusal::new("move-elsewhere", words, remedy, 422));
        }
        let (first, last) = (today.checked_sub_days(Days::new(1)), today.checked_add_days(Days::new(DAYS_MAX)));
        if first.is_none_or(|first| to.date() < first) || last.is_none_or(|last| to.date() > last) {
            let words = said!("", "{flight} is not of these days.", flight = words::flight(to));
            return Err(Refusal::new("move-too-far", words, "Choose a flight of today or the next two weeks.", 422));
        }
        let Some(flight) = self.flight(to) else {
            return match how {
                MoveHow::Merge => self.known(to).map(|_| ()),
                MoveHow::Split | MoveHow::Rebook => Ok(()),
            };
        };
        match flight.controller() {
            // The host is told by who moves the guests; here they stand on the flight as soon as it is worked here.
            Controller::Host => Ok(()),
            Controller::Apron => self.open(to).map(|_| ()),
            Controller::HandingBack => self.worked(to).map(|_| ()),
        }
    }

    /// The booking of a guest on another flight: the one from which the guest came, the one that the list there makes for the same guest, or, where the
    /// guest has no natural key, one that follows from this booking.
    fn booking_on(&self, guest: &Booking, to: &FlightKey, taken: &BTreeSet<DocId>) -> DocId {
        if let Some(before) = self.earlier_on(guest, to).filter(|before| !taken.contains(before)) {
            return before;
        }
        // A booking that a move or a copy made says in its facts what no list has said in its fields yet.
        let base = guest.base.as_deref().filter(|base| !base.locators.is_empty()).unwrap_or(&guest.listing);
        let own = natural_locator(base, &guest.flight);
        let rank = (0..RANKS_MAX).find(|rank| self.ids.booking(&guest.flight, &own, &base.name, *rank) == guest.id);
        let Some(rank) = rank.filter(|_| own != "-") else { return self.ids.moved(to, guest.id) };
        let locator = natural_locator(&guest.listing, to);
        let is_free = |id: &DocId| !taken.contains(id) && self.booking(*id).is_none_or(|there| is_same_guest(there, guest));
        let ids = (rank..=RANKS_MAX).map(|rank| self.ids.booking(to, &locator, guest.name(), rank));
        let id = ids.into_iter().find(is_free).unwrap_or_else(|| self.ids.moved(to, guest.id));
        self.booking(id).and_then(|there| there.same_as).unwrap_or(id)
    }

    /// The booking of the guest on that flight from which, by way of others perhaps, the guest came here.
    fn earlier_on(&self, guest: &Booking, to: &FlightKey) -> Option<DocId> {
        let mut seen = BTreeSet::from([guest.id]);
        let mut next = vec![guest.id];
        while let Some(id) = next.pop() {
            for origin in self.booking(id).into_iter().flat_map(Booking::origins).map(|(_, moved)| moved) {
                if origin.from == *to {
                    return Some(origin.booking.0);
                }
                if seen.len() < RANKS_MAX && seen.insert(origin.booking.0) {
                    next.push(origin.booking.0);
                }
            }
        }
        None
    }

    /// Who keeps the seat, in the order of the list, and a seat side by side with the party for who cannot.
    fn seat_there(&self, to: &FlightKey, guests: &[&Booking], rows: &mut [MoveRow]) {
        let map = self.flight(to).and_then(|flight| flight.map.as_deref());
        let known: BTreeSet<Seat> = self.seats_by_cabin(to).into_values().flatten().collect();
        let promised = self.promised(to);
        let mut used: BTreeSet<Seat> = BTreeSet::new();
        for (row, guest) in rows.iter_mut().zip(guests) {
            let Some(seat) = row.seat else { continue };
            let exists = match map {
                Some(map) => map.cabin_of(seat).is_some_and(|cabin| guest.listing.cabin.is_none_or(|own| own == cabin)),
                None => known.is_empty() || known.contains(&seat),
            };
            let others = |holder: &Booking| holder.id != row.there.0;
            let is_free = !self.holders(to, seat).any(others) && (!promised.contains(&seat) || self.is_promised_to(row.there.0, seat));
            row.keeps = exists && is_free && used.insert(seat);
        }
        let mut free = self.free_by_cabin(to);
        free.values_mut().for_each(|seats| seats.retain(|seat| !used.contains(seat)));
        let mut parties: BTreeMap<(Option<char>, String), Vec<&Booking>> = BTreeMap::new();
        for (row, guest) in rows.iter().zip(guests).filter(|(row, _)| row.seat.is_some() && !row.keeps) {
            let party = guest.locator().map_or_else(|| row.booking.to_string(), |locator| locator.to_string());
            parties.entry((guest.listing.cabin, party)).or_default().push(guest);
        }
        for ((cabin, _), party) in parties {
            let Some(free) = free.get_mut(&cabin) else { continue };
            for (booking, seat) in seat_together(&party, free, |seat| seat.row()) {
                if let Some(row) = rows.iter_mut().find(|row| row.booking == booking) {
                    row.proposed = Some(seat);
                }
            }
        }
    }

    fn is_promised_to(&self, booking: DocId, seat: Seat) -> bool {
        self.booking(booking).is_some_and(|there| there.seat.is_none() && there.listing.seat == Some(seat))
    }

    fn move_words(&self, from: &FlightKey, to: &FlightKey, how: MoveHow, guests: &[&Booking]) -> Vec<Said> {
        let mut todo = Vec::new();
        let flight = self.flight(to);
        if flight.is_none() && how == MoveHow::Split {
            todo.push(said!("todo-moved-worked", "{flight} will be worked here, not in the host.", flight = words::flight(to)));
            todo.push(said!("todo-moved-new", "{flight} is new here: set gate and times.", flight = words::flight(to)));
        }
        let is_hosts = flight.map_or(how != MoveHow::Split, |flight| flight.controller() == Controller::Host);
        if is_hosts {
            todo.push(said!("todo-moved-host", "{flight} is worked in the host: book the guests there too.", flight = words::flight(to)));
        }
        let goes: &[_] = flight.map(|flight| flight.destinations.as_slice()).unwrap_or_default();
        let other = guests.iter().filter(|guest| guest.listing.destination.is_some_and(|code| !goes.is_empty() && !goes.contains(&code))).count();
        if other > 0 {
            let count = words::count(other, "guest goes", "guests go");
            todo.push(said!("todo-moved-destination", "{count} to an airport to which {flight} does not go.", count = count, flight = to.flight()));
        }
        let onward = guests.iter().filter(|guest| !guest.listing.onward.is_empty()).count();
        if onward > 0 {
            let count = words::count(onward, "guest goes", "guests go");
            todo.push(said!("todo-moved-onward", "{count} on with another flight: see that they reach it.", count = count));
        }
        let pooled = guests.iter().filter_map(|guest| self.pool_of(guest.id)).filter(|pool| {
            let all: Vec<DocId> = pool.members.iter().chain([&pool.head]).map(|one| one.0).collect();
            !all.iter().all(|one| guests.iter().any(|guest| guest.id == *one))
        });
        let pooled = pooled.count();
        if pooled > 0 {
            let count = words::count(pooled, "guest leaves", "guests leave");
            todo.push(said!(
                "todo-moved-pool",
                "{count} a pool of bags behind on {flight}: see whose bag is whose.",
                count = count,
                flight = from.flight()
            ));
        }
        todo
    }
}

/// Whether nothing speaks against it that two bookings are of one guest: the tickets, where both have one.
fn is_same_guest(one: &Booking, other: &Booking) -> bool {
    let ticket = |guest: &Booking| guest.listing.ticket.as_deref().and_then(|ticket| ticket.split('/').next()).map(str::to_owned);
    match (ticket(one), ticket(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}
