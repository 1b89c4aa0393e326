//! Check-in: a party as one action, seats, sequence numbers, and the text of the pass.

use std::collections::BTreeMap;

use chrono::Datelike;
use serde::Serialize;
use serde_json::json;

use super::assistance::order_help;
use super::decide::{Context, Decision, Draft, still_on};
use super::documents::documents_allow;
use super::{Station, words};
use crate::command::{Refusal, SeatWish, Tone};
use crate::flat::{DocId, Scalar};
use crate::record::booking::Standing;
use crate::record::fact::{EscortStep, What};
use crate::record::{Booking, DocRef, Flight, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::bcbp;
use crate::standards::seat::Seat;

/// What a guest was given.
#[derive(Serialize)]
struct Given {
    booking: DocRef,
    name: String,
    infant: Option<String>,
    seat: Option<Seat>,
    sequence: u16,
    /// The text of the bar code; nothing where a name cannot be printed on a pass.
    pass: Option<String>,
}

impl Station {
    pub(super) fn check_in(&self, wishes: &[SeatWish], context: &Context) -> Result<Decision, Refusal> {
        let guests = self.party(wishes)?;
        let Some((first, _)) = guests.first() else {
            return Err(Refusal::new("nobody-chosen", "Nobody was chosen.", "Mark at least one guest.", 422));
        };
        let key = first.flight;
        let flight = self.open(&key)?;
        let mut todo = Vec::new();
        let seats = self.seats_for(flight, &guests, &mut todo)?;
        let mut sequences = self.sequences(&key);
        let mut draft = Draft::new(context);
        let mut given = Vec::with_capacity(guests.len());
        for (booking, _) in &guests {
            let sequence = sequences.take()?;
            let seat = seats.get(&booking.id).copied();
            let mut part = draft.edit(&key.scope(), booking.id).set("sequence", Scalar::Int(sequence.into()));
            match seat {
                Some(seat) => part = part.say("seat", seat),
                // A seat held before an offload, or given to another meanwhile, is not the guest's any more.
                None if booking.seat.is_some() => part = part.set("seat", Scalar::Null),
                None => {}
            }
            part.fact(What::CheckedIn { seq: Some(sequence), seat }, booking.offload_refs());
            let handed_by = wishes.iter().find(|wish| wish.booking.0 == booking.id).and_then(|wish| wish.handed_by.as_deref()).map(str::trim);
            let handed_by = handed_by.filter(|name| !name.is_empty());
            if let Some(name) = handed_by {
                draft.edit(&key.scope(), booking.id).fact(What::Escorted { step: EscortStep::CheckIn, name: name.to_owned() }, Vec::new());
            }
            order_help(&mut draft, booking);
            let pass = pass_text(booking, &key, seat, Some(sequence));
            let infant = booking.listing.infant.as_deref().map(str::to_owned);
            given.push(Given { booking: DocRef(booking.id), name: booking.name().to_owned(), infant, seat, sequence, pass });
            todo.extend(services(booking, handed_by.is_some() || booking.escort(EscortStep::CheckIn).is_some()));
        }
        let infants = guests.iter().filter(|(booking, _)| booking.has_infant()).count();
        let with = if infants > 0 { format!(" with {}", words::count(infants, "infant", "infants")) } else { String::new() };
        let message = format!("{}{with} checked in on {}.", words::count(guests.len(), "guest", "guests"), key.flight());
        let unseated = given.iter().filter(|given| given.seat.is_none()).count();
        if unseated > 0 {
            let count = words::count(unseated, "guest has", "guests have");
            todo.push(said!("todo-no-seat-yet", "{count} no seat yet. Give the seat before boarding.", count = count));
        }
        todo.extend(self.cabins_too_full(flight, &guests));
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "flight": key, "guests": given, "infants": infants });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("checked in {} on {key}", words::count(guests.len(), "guest", "guests"))))
    }

    pub(super) fn change_seat(&self, booking: DocRef, seat: Seat, context: &Context) -> Result<Decision, Refusal> {
        let booking = self.listed(booking)?;
        let flight = self.open(&booking.flight)?;
        still_on(booking)?;
        if booking.seat == Some(seat) && booking.splits.iter().all(|split| split.field != "seat") {
            return Err(Refusal::new(
                "same-seat",
                said!("", "{name} already has seat {seat}.", name = booking.name(), seat = seat),
                "Choose another seat.",
                409,
            ));
        }
        self.free(&booking.flight, seat, booking.id)?;
        let mut draft = Draft::new(context);
        draft.edit(&booking.flight.scope(), booking.id).say("seat", seat).fact(What::SeatGiven { seat }, Vec::new());
        if booking.standing() == Standing::CheckedIn {
            draft.edit(&booking.flight.scope(), booking.id).fact(What::PassDue { seat }, booking.pass_due_refs());
        }
        let mut todo: Vec<Said> = unusual(flight, seat).into_iter().collect();
        match booking.standing() {
            Standing::Aboard => todo.push(said!("todo-tell-crew", "The guest is on board: tell the cabin crew.")),
            Standing::CheckedIn => todo.push(said!("todo-swap-pass", "Give the guest the new pass and take the old one back.")),
            Standing::Listed | Standing::Offloaded => {}
        }
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let pass = booking.is_checked_in().then(|| pass_text(booking, &flight.key, Some(seat), booking.sequence)).flatten();
        let message = format!("{} now has seat {seat}.", booking.name());
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "flight": flight.key, "booking": DocRef(booking.id), "name": booking.name(), "seat": seat, "pass": pass });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("changed a seat on {}", flight.key)))
    }

    /// The text of a guest's boarding pass, to print it again; nothing if the guest is not checked in or the name cannot be printed.
    pub fn pass_of(&self, booking: DocId) -> Option<String> {
        let booking = self.booking(booking).filter(|booking| booking.is_checked_in())?;
        pass_text(booking, &booking.flight, booking.seat, booking.sequence)
    }

    /// Refuses a seat that is known to be another guest's.
    pub(super) fn free(&self, key: &FlightKey, seat: Seat, asking: DocId) -> Result<(), Refusal> {
        match self.holders(key, seat).find(|holder| holder.id != asking) {
            None => Ok(()),
            Some(holder) => {
                let words = said!("", "Seat {seat} is given to {guest}.", seat = seat, guest = words::guest(holder));
                Err(Refusal::new("seat-taken", words, "Choose another seat, or change that guest's seat first.", 409))
            }
        }
    }

    /// Who holds a seat and is not off the flight.
    pub(super) fn holders(&self, key: &FlightKey, seat: Seat) -> impl Iterator<Item = &Booking> {
        let holders = self.books.get(key).and_then(|book| book.seats.get(&seat));
        holders.into_iter().flatten().filter_map(|id| self.booking(*id)).filter(|holder| self.is_here(holder))
    }

    /// The guests to check in, all on one flight, none twice, none who cannot be.
    fn party(&self, wishes: &[SeatWish]) -> Result<Vec<(&Booking, Option<Seat>)>, Refusal> {
        let mut guests: Vec<(&Booking, Option<Seat>)> = Vec::with_capacity(wishes.len());
        for wish in wishes {
            let booking = self.listed(wish.booking)?;
            if guests.iter().any(|(other, _)| other.id == booking.id) {
                return Err(Refusal::new("guest-twice", said!("", "{name} was chosen twice.", name = booking.name()), "Mark each guest once.", 422));
            }
            if guests.first().is_some_and(|(first, _)| first.flight != booking.flight) {
                return Err(Refusal::new("two-flights", "The guests are on different flights.", "Check in the guests of one flight at a time.", 422));
            }
            self.may_check_in(booking)?;
            guests.push((booking, wish.seat));
        }
        Ok(guests)
    }

    fn may_check_in(&self, booking: &Booking) -> Result<(), Refusal> {
        documents_allow(booking)?;
        match booking.standing() {
            Standing::Listed | Standing::Offloaded if booking.is_standby() => {
                let rank = booking.listing.priority.as_deref().unwrap_or_default();
                let words = said!("rank", "{name} waits for a seat ({rank}) and is not cleared.", name = booking.name(), rank = rank);
                Err(Refusal::new("standby", words, "Check in the other guests first; the duty manager then clears standby guests in order.", 409))
            }
            Standing::Listed | Standing::Offloaded if booking.waits() => {
                let words = format!("{} is on no list and is not cleared.", booking.name());
                Err(Refusal::new("not-cleared", words, "Clear the guest first, with a seat.", 409).arg("name", booking.name()))
            }
            Standing::Listed | Standing::Offloaded => Ok(()),
            Standing::CheckedIn | Standing::Aboard => {
                let seat = booking.seat.map(|seat| format!(", seat {seat}")).unwrap_or_default();
                let sequence = booking.sequence.map(|sequence| format!(", sequence {sequence}")).unwrap_or_default();
                let words = Said::new("", format!("{} is already checked in{seat}{sequence}.", booking.name()))
                    .arg("name", booking.name())
                    .arg("seat", booking.seat.map_or_else(|| "-".to_owned(), |seat| seat.to_string()))
                    .arg("sequence", booking.sequence.map_or_else(|| "-".to_owned(), |sequence| sequence.to_string()));
                Err(Refusal::new("already-checked-in", words, "Leave the guest out, change the seat, or print the pass again.", 409))
            }
        }
    }

    /// Everybody's seat: the one wished, else the one held or listed if it is free.
    fn seats_for(&self, flight: &Flight, guests: &[(&Booking, Option<Seat>)], todo: &mut Vec<Said>) -> Result<BTreeMap<DocId, Seat>, Refusal> {
        let mut seats: BTreeMap<DocId, Seat> = BTreeMap::new();
        for (booking, wished) in guests {
            let Some(seat) = *wished else { continue };
            self.free(&flight.key, seat, booking.id)?;
            if let Some((other, _)) = guests.iter().find(|(other, _)| seats.get(&other.id) == Some(&seat)) {
                let words =
                    said!("", "Seat {seat} was chosen for {first} and for {other}.", seat = seat, first = other.name(), other = booking.name(),);
                return Err(Refusal::new("seat-twice", words, "Give each guest a seat of their own.", 422));
            }
            todo.extend(unusual(flight, seat));
            seats.insert(booking.id, seat);
        }
        for (booking, wished) in guests {
            let kept = booking.seat.filter(|_| booking.standing() == Standing::Listed).or(booking.listing.seat);
            if let (None, Some(seat)) = (wished, kept) {
                if flight.map.as_ref().is_some_and(|map| map.cabin_of(seat).is_none()) {
                    todo.push(said!(
                        "todo-seat-not-there",
                        "Seat {seat} of {name} is not on this aircraft. Choose another seat.",
                        seat = seat,
                        name = booking.name()
                    ));
                } else if self.free(&flight.key, seat, booking.id).is_ok() && !seats.values().any(|taken| *taken == seat) {
                    seats.insert(booking.id, seat);
                } else {
                    todo.push(said!(
                        "todo-seat-gone",
                        "Seat {seat} of {name} is given to another guest. Choose another seat.",
                        seat = seat,
                        name = booking.name(),
                    ));
                }
            }
        }
        Ok(seats)
    }

    /// Cabins in which more seats are given than the list says there are.
    pub(super) fn cabins_too_full(&self, flight: &Flight, guests: &[(&Booking, Option<Seat>)]) -> Vec<Said> {
        let full = |letter: char, seats: u16| {
            let here = guests.iter().map(|(booking, _)| *booking);
            let there = self.on(&flight.key).filter(|booking| booking.is_checked_in());
            let taken: u32 =
                there.chain(here).filter(|booking| booking.listing.cabin == Some(letter)).map(|booking| u32::from(booking.listing.seats)).sum();
            (seats > 0 && taken > u32::from(seats)).then_some(taken)
        };
        let joins = |letter| guests.iter().any(|(booking, _)| booking.listing.cabin == Some(letter));
        let cabins = flight.cabins.iter().filter(|cabin| joins(cabin.letter));
        cabins
            .filter_map(|cabin| {
                let seats = flight.seats_in(cabin.letter);
                let taken = full(cabin.letter, seats)?;
                Some(said!(
                    "todo-cabin-full",
                    "Cabin {cabin} has {seats} seats by the list, and {taken} are now needed. Ask the duty manager.",
                    cabin = cabin.letter,
                    seats = seats,
                    taken = taken,
                ))
            })
            .collect()
    }
}

/// The text of a boarding pass (Resolution 792), the mandatory items alone. Nothing where a name or locator cannot be printed.
pub(super) fn pass_text(booking: &Booking, key: &FlightKey, seat: Option<Seat>, sequence: Option<u16>) -> Option<String> {
    let destination = booking.listing.destination?;
    let flight = key.flight();
    let leg = bcbp::DraftLeg {
        pnr: booking.locator().map(|locator| locator.to_string()).unwrap_or_default(),
        from: key.station().to_string(),
        to: destination.to_string(),
        carrier: key.carrier().to_string(),
        flight: format!("{:04}{}", flight.number(), flight.suffix().map(String::from).unwrap_or_default()),
        julian: format!("{:03}", key.date().ordinal()),
        cabin: booking.listing.class.or(booking.listing.cabin).unwrap_or('Y').to_string(),
        seat: seat.map(|seat| format!("{:03}{}", seat.row(), seat.letter())).unwrap_or_default(),
        sequence: sequence.map(|sequence| format!("{sequence:04}")).unwrap_or_default(),
        status: "1".to_owned(),
        ..bcbp::DraftLeg::default()
    };
    let eticket = booking.listing.ticket.is_some();
    bcbp::Draft { name: booking.name().to_owned(), eticket, legs: vec![leg], ..bcbp::Draft::default() }.encode().ok()
}

/// What a person must see to for a guest with a service code. `is_escorted` says whether it is known who hands over or signs for a minor.
pub(super) fn services(booking: &Booking, is_escorted: bool) -> Vec<Said> {
    let name = booking.name();
    let mut words = Vec::new();
    if booking.has_flag("UMNR") && !is_escorted {
        words.push(said!("todo-umnr", "{name} is an unaccompanied minor: hand over to the crew against signature.", name = name));
    }
    for (flag, what) in [("WCHR", "wheelchair to the ramp"), ("WCHS", "wheelchair, cannot climb steps"), ("WCHC", "wheelchair to the seat")] {
        if booking.has_flag(flag) && !booking.is_picked_up(flag) {
            words.push(Said::new("todo-assistance", format!("{name}: {what}. See that assistance is there.")).arg("name", name).arg("service", flag));
        }
    }
    if booking.has_flag("MEDA") {
        words.push(said!("todo-meda", "{name} needs medical clearance: see that it is there.", name = name));
    }
    words
}

/// Words for a seat that few aircraft have.
pub(super) fn unusual(flight: &Flight, seat: Seat) -> Option<Said> {
    let by_map = flight.map.as_ref().map(|map| map.cabin_of(seat).is_none());
    let strange = by_map.unwrap_or_else(|| seat.row() > ROW_MAX || !('A'..='L').contains(&seat.letter()));
    strange.then(|| said!("todo-unusual-seat", "Seat {seat} is beyond any cabin that we know. Check that it is on the aircraft.", seat = seat))
}

/// The last row of the longest cabins carries a number in the nineties.
const ROW_MAX: u16 = 99;
