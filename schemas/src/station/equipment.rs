//! Another aircraft: which seats no longer exist, where their guests could sit with parties kept together, and seating them anew.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;

use super::check_in::pass_text;
use super::decide::{Context, Decision, Draft, still_on};
use super::seating::seat_together;
use super::{Station, words};
use crate::command::{NewSeat, Refusal, Tone};
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::fact::{Equipment, What};
use crate::record::{Booking, DocRef, FlightKey, SeatMap};
use crate::said::{Said, said, with_hints};
use crate::standards::seat::Seat;

/// A guest whose seat the aircraft does not have, or has in another cabin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReseatRow {
    pub booking: DocRef,
    pub name: String,
    /// The party's label or locator; guests who share it are kept together where there is room.
    pub party: Option<String>,
    pub cabin: Option<char>,
    pub from: Seat,
    /// Whether the aircraft has the seat, in another cabin.
    pub other_cabin: bool,
    pub standing: Standing,
    /// The seat that is proposed; nothing where a person has to find one.
    pub to: Option<Seat>,
}

/// Guests with the seats that they hold.
type Seated<'a> = Vec<(&'a Booking, Seat)>;

impl Station {
    /// Whose seat does not exist on the aircraft that a person named, and a seat for each, in the order of the list. The same on every desk that holds the
    /// same facts; nothing is changed.
    pub fn reseat_plan(&self, key: &FlightKey) -> Vec<ReseatRow> {
        self.flight(key).and_then(|flight| flight.map.as_deref()).map(|map| self.plan_for(key, map)).unwrap_or_default()
    }

    /// The same for an aircraft that nobody has named yet, and the words for cabins that it has too few seats in.
    pub fn reseat_plan_with(&self, key: &FlightKey, map: &SeatMap) -> (Vec<ReseatRow>, Vec<Said>) {
        (self.plan_for(key, map), self.cabins_short(key, map))
    }

    pub(super) fn change_equipment(&self, key: &FlightKey, map: &SeatMap, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.open(key)?;
        let rows = self.plan_for(key, map);
        let mut draft = Draft::new(context);
        let equipment = Equipment { map: map.clone(), reason: reason.trim().to_owned() };
        draft.edit(&key.scope(), flight.id).say("map", map).fact(What::EquipmentChanged(Box::new(equipment)), Vec::new());
        let mut todo = Vec::new();
        if !rows.is_empty() {
            let count = words::count(rows.len(), "guest has", "guests have");
            todo.push(said!("todo-reseat", "{count} a seat that is not there. Look at the proposal and reseat.", count = count));
        }
        let without = rows.iter().filter(|row| row.to.is_none()).count();
        if without > 0 {
            let count = words::count(without, "guest", "guests");
            todo.push(said!("todo-no-seat-free", "No seat is free for {count}. Ask the duty manager.", count = count));
        }
        todo.extend(self.cabins_short(key, map));
        let seats = map.seats().count();
        let message = format!("{} now flies with {}.", key.flight(), words::count(seats, "seat", "seats"));
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "flight": key, "seats": seats, "map": map, "reseat": rows });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("changed the aircraft of {key}")))
    }

    pub(super) fn reseat(&self, key: &FlightKey, seats: &[NewSeat], context: &Context) -> Result<Decision, Refusal> {
        let flight = self.open(key)?;
        let moving: BTreeSet<DocId> = seats.iter().map(|new| new.booking.0).collect();
        let mut taken: BTreeMap<Seat, &Booking> = BTreeMap::new();
        for new in seats {
            let guest = self.listed(new.booking)?;
            if guest.flight != *key {
                let words = said!("booked-on", "{name} is booked on {flight}.", name = guest.name(), flight = words::flight(&guest.flight));
                return Err(Refusal::new("wrong-flight", words, "Seat the guests of one flight at a time.", 409));
            }
            still_on(guest)?;
            if flight.map.as_ref().is_some_and(|map| map.cabin_of(new.seat).is_none()) {
                let words = format!("Seat {} is not on this aircraft.", new.seat);
                return Err(Refusal::new("seat-not-there", words, "Choose a seat that it has.", 422).arg("seat", new.seat.to_string()));
            }
            if let Some(holder) = self.holders(key, new.seat).find(|holder| !moving.contains(&holder.id)) {
                let words = said!("", "Seat {seat} is given to {guest}.", seat = new.seat, guest = words::guest(holder));
                return Err(Refusal::new("seat-taken", words, "Choose another seat, or change that guest's seat first.", 409));
            }
            if let Some(other) = taken.insert(new.seat, guest) {
                if other.id == guest.id {
                    return Err(Refusal::new(
                        "guest-twice",
                        said!("", "{name} was chosen twice.", name = guest.name()),
                        "Mark each guest once.",
                        422,
                    ));
                }
                let words =
                    said!("", "Seat {seat} was chosen for {first} and for {other}.", seat = new.seat, first = other.name(), other = guest.name());
                return Err(Refusal::new("seat-twice", words, "Give each guest a seat of their own.", 422));
            }
        }
        if taken.len() != moving.len() {
            return Err(Refusal::new("guest-twice", said!("seats", "A guest was given two seats."), "Mark each guest once.", 422));
        }
        Ok(self.reseated(key, &taken, context))
    }

    /// Notes that the new passes of these guests are printed. Where none was due nothing is saved.
    pub(super) fn note_printed(&self, bookings: &[DocRef], context: &Context) -> Result<Decision, Refusal> {
        let mut draft = Draft::new(context);
        let mut printed = 0_usize;
        let distinct: BTreeSet<DocId> = bookings.iter().map(|booking| booking.0).collect();
        for id in distinct {
            let guest = self.listed(DocRef(id))?;
            let due = guest.pass_due_refs();
            if !due.is_empty() {
                draft.edit(&guest.flight.scope(), id).fact(What::PassPrinted {}, due);
                printed += 1;
            }
        }
        let message = format!("{} printed.", words::count(printed, "new pass is", "new passes are"));
        Ok(draft.decision(json!({ "tone": Tone::Green, "message": message, "todo": [], "printed": printed }), format!("noted {printed} new passes")))
    }

    fn reseated(&self, key: &FlightKey, seats: &BTreeMap<Seat, &Booking>, context: &Context) -> Decision {
        let mut draft = Draft::new(context);
        let (mut todo, mut rows) = (Vec::new(), Vec::new());
        for (seat, guest) in seats.iter().filter(|(seat, guest)| guest.seat != Some(**seat) || !guest.splits.is_empty()) {
            draft.edit(&key.scope(), guest.id).say("seat", seat).fact(What::SeatGiven { seat: *seat }, Vec::new());
            let pass = match guest.standing() {
                Standing::CheckedIn => {
                    draft.edit(&key.scope(), guest.id).fact(What::PassDue { seat: *seat }, guest.pass_due_refs());
                    pass_text(guest, key, Some(*seat), guest.sequence)
                }
                Standing::Aboard => {
                    todo.push(said!(
                        "todo-tell-crew-seat",
                        "{name} is on board: tell the cabin crew about seat {seat}.",
                        name = guest.name(),
                        seat = *seat
                    ));
                    None
                }
                Standing::Listed | Standing::Offloaded => None,
            };
            rows.push(json!({ "booking": DocRef(guest.id), "name": guest.name(), "from": guest.seat, "seat": seat, "pass": pass }));
        }
        let passes = rows.iter().filter(|row| !row["pass"].is_null()).count();
        if passes > 0 {
            let count = words::count(passes, "new pass", "new passes");
            todo.push(said!("todo-print-passes", "Print {count}, and take the old ones back.", count = count));
        }
        let message = format!("{} seated anew on {}.", words::count(rows.len(), "guest is", "guests are"), key.flight());
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "flight": key, "guests": rows, "count": rows.len() });
        let answer = with_hints(answer, &todo);
        draft.decision(answer, format!("seated {} of {key} anew", words::count(seats.len(), "guest", "guests")))
    }

    fn plan_for(&self, key: &FlightKey, map: &SeatMap) -> Vec<ReseatRow> {
        let is_there = |guest: &Booking, seat: Seat| map.cabin_of(seat).is_some_and(|cabin| guest.listing.cabin.is_none_or(|own| own == cabin));
        let seated: Seated<'_> = self
            .bookings_of(key)
            .into_iter()
            .filter(|guest| guest.standing() != Standing::Offloaded)
            .filter_map(|guest| Some((guest, guest.seat?)))
            .collect();
        let (staying, moving): (Seated<'_>, Seated<'_>) = seated.into_iter().partition(|(guest, seat)| is_there(guest, *seat));
        let mut parties: BTreeMap<(Option<char>, String), Seated<'_>> = BTreeMap::new();
        for (guest, seat) in &moving {
            parties.entry((guest.listing.cabin, party(guest))).or_default().push((guest, *seat));
        }
        let mut parties: Vec<_> = parties.into_iter().collect();
        // The largest first: they are the hardest to keep together.
        parties.sort_by_key(|(_, guests)| (Reverse(guests.len()), guests.first().map(|(guest, _)| (guest.listing.order, guest.id))));
        let held: BTreeSet<Seat> = self.on(key).filter(|guest| guest.standing() != Standing::Offloaded).filter_map(|guest| guest.seat).collect();
        let asked: BTreeSet<Seat> = self.on(key).filter(|guest| guest.seat.is_none()).filter_map(|guest| guest.listing.seat).collect();
        let mut free: BTreeMap<char, Vec<Seat>> = BTreeMap::new();
        for (cabin, seat) in map.seats().filter(|(_, seat)| !held.contains(seat)) {
            free.entry(cabin).or_default().push(seat);
        }
        let mut given: BTreeMap<DocRef, Seat> = BTreeMap::new();
        // Seats that the list promises to others are taken only where no other is left.
        for keep_promises in [true, false] {
            for ((cabin, name), guests) in &parties {
                let left: Vec<&Booking> = guests.iter().map(|(guest, _)| *guest).filter(|guest| !given.contains_key(&DocRef(guest.id))).collect();
                let Some(seats) = cabin.or_else(|| only(map)).and_then(|cabin| free.get_mut(&cabin)) else { continue };
                let anchor = staying.iter().find(|(guest, _)| party(guest) == *name).or(guests.first()).map_or(1, |(_, seat)| seat.row());
                let mut open: Vec<Seat> = seats.iter().copied().filter(|seat| !keep_promises || !asked.contains(seat)).collect();
                let before: BTreeSet<Seat> = open.iter().copied().collect();
                given.extend(seat_together(&left, &mut open, |seat| seat.row().abs_diff(anchor)));
                let used: BTreeSet<Seat> = before.into_iter().filter(|seat| !open.contains(seat)).collect();
                seats.retain(|seat| !used.contains(seat));
            }
        }
        let row = |(guest, from): (&Booking, Seat)| ReseatRow {
            booking: DocRef(guest.id),
            name: guest.name().to_owned(),
            party: guest.listing.party.as_deref().map(str::to_owned).or_else(|| guest.locator().map(|locator| locator.to_string())),
            cabin: guest.listing.cabin,
            from,
            other_cabin: map.cabin_of(from).is_some(),
            standing: guest.standing(),
            to: given.get(&DocRef(guest.id)).copied(),
        };
        moving.into_iter().map(row).collect()
    }

    /// Cabins that have fewer seats than guests are booked in them.
    fn cabins_short(&self, key: &FlightKey, map: &SeatMap) -> Vec<Said> {
        let mut booked: BTreeMap<char, u32> = BTreeMap::new();
        for guest in self.on(key).filter(|guest| guest.standing() != Standing::Offloaded && !guest.waits()) {
            if let Some(cabin) = guest.listing.cabin {
                *booked.entry(cabin).or_default() += u32::from(guest.listing.seats);
            }
        }
        let seats = |cabin: char| u32::try_from(map.seats().filter(|(letter, _)| *letter == cabin).count()).unwrap_or(u32::MAX);
        let short = booked.into_iter().filter(|(cabin, booked)| *booked > seats(*cabin));
        let words = |(cabin, booked): (char, u32)| {
            let seats = seats(cabin);
            said!(
                "todo-cabin-short",
                "Cabin {cabin} has {seats} seats now, and {booked} are booked. Ask the duty manager.",
                cabin = cabin,
                seats = seats,
                booked = booked,
            )
        };
        short.map(words).collect()
    }
}

/// What guests who travel together share; a guest alone is a party too.
fn party(guest: &Booking) -> String {
    let label = guest.listing.party.as_deref().map(|label| format!("-{label}"));
    label.or_else(|| guest.locator().map(|locator| locator.to_string())).unwrap_or_else(|| DocRef(guest.id).to_string())
}

/// The cabin of an aircraft that has one alone.
fn only(map: &SeatMap) -> Option<char> {
    match map.cabins().as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}
