//! Moving bookings to another flight or day of the station: the trace where each was, and the booking with what the guest had.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::import::says_something;
use super::list_changes::set_value;
use super::move_plan::MoveRow;
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::Scalar;
use crate::record::booking::{Listing, Standing};
use crate::record::fact::{AssistStep, EscortStep, Held, SetValue, What};
use crate::record::moving::{GuestsMoved, MoveHow, MovedFrom, MovedTo};
use crate::record::{Booking, DocRef, FactRef, Flight, FlightKey};
use crate::said::{said, with_hints};

/// What a person wants moved. Nobody named means everybody, where a flight is merged.
#[derive(Debug, Clone, Copy)]
pub(super) struct MoveWanted<'a> {
    pub(super) from: &'a FlightKey,
    pub(super) to: &'a FlightKey,
    pub(super) how: MoveHow,
    pub(super) bookings: &'a [DocRef],
    pub(super) reason: &'a str,
}

impl Station {
    pub(super) fn move_bookings(&self, wanted: &MoveWanted<'_>, context: &Context) -> Result<Decision, Refusal> {
        let plan = self.plan_of(wanted, context.today)?;
        let MoveWanted { from, to, how, reason, .. } = *wanted;
        let reason = reason.trim();
        let mut draft = Draft::new(context);
        let guests = u16::try_from(plan.rows.len()).unwrap_or(u16::MAX);
        let moved = || What::GuestsMoved(Box::new(GuestsMoved { from: *from, to: *to, how, guests, reason: reason.to_owned() }));
        draft.edit(&from.scope(), self.ids.flight(from)).fact(moved(), Vec::new());
        self.draft_other_flight(to, from, how, reason, &mut draft);
        draft.edit(&to.scope(), self.ids.flight(to)).fact(moved(), Vec::new());
        for row in &plan.rows {
            self.draft_move(row, wanted, &mut draft)?;
        }
        let bags = plan.rows.iter().map(|row| row.bags.len()).sum::<usize>();
        let unseated = plan.rows.iter().filter(|row| row.seat.is_some() && !row.keeps).count();
        let checked_in = plan.rows.iter().filter(|row| row.standing == Standing::CheckedIn).count();
        let mut todo = plan.words;
        if checked_in > 0 {
            let count = words::count(checked_in, "guest holds", "guests hold");
            todo.push(said!("todo-moved-check-in", "{count} a pass of {flight}. Check them in anew.", count = count, flight = from.flight()));
        }
        if unseated > 0 {
            let count = words::count(unseated, "guest needs", "guests need");
            todo.push(said!("todo-moved-reseat", "{count} another seat on {flight}.", count = count, flight = to.flight()));
        }
        if bags > 0 {
            let count = words::count(bags, "bag comes", "bags come");
            todo.push(said!("todo-moved-bags", "{count} off {flight} and need other tags.", count = count, flight = from.flight()));
        }
        let count = words::count(plan.rows.len(), "guest", "guests");
        let message = format!("{count} moved from {} to {}.", from.flight(), words::flight(to));
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": from, "to": to, "how": how, "count": plan.rows.len(),
            "guests": plan.rows, "stay": plan.stay, "bags": bags,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("moved {count} from {from} to {to}")))
    }

    /// Makes the other flight known where it is not: with the cabins and destinations of the one that is split, and worked here.
    fn draft_other_flight(&self, to: &FlightKey, from: &FlightKey, how: MoveHow, reason: &str, draft: &mut Draft<'_>) {
        if self.flight(to).is_some() {
            return;
        }
        let words = |texts: Vec<String>| texts.join(" ");
        let (mut destinations, mut cabins) = (String::new(), String::new());
        if let Some(Flight { destinations: goes, cabins: has, .. }) = self.flight(from) {
            destinations = words(goes.iter().map(ToString::to_string).collect());
            cabins = words(has.iter().map(ToString::to_string).collect());
        }
        let mut part = draft.edit(&to.scope(), self.ids.flight(to)).say("kind", "flight").say("flight", to);
        for (field, text) in [("destinations", destinations), ("cabins", cabins)] {
            if !text.is_empty() {
                part = part.say(field, text);
            }
        }
        if how == MoveHow::Split {
            part.fact(What::TookOver { reason: reason.to_owned() }, Vec::new());
        }
    }

    /// The two halves of one guest's move: the trace, and the booking with what the guest had.
    fn draft_move(&self, row: &MoveRow, wanted: &MoveWanted<'_>, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let guest = self.listed(row.booking)?;
        let MoveWanted { from, to, how, reason, .. } = *wanted;
        let reason = reason.trim().to_owned();
        let gone = MovedTo { to: *to, booking: row.there, how, reason: reason.clone() };
        let undoes = guest.presence_refs().into_iter().chain(guest.departure_refs()).collect();
        draft.edit(&from.scope(), guest.id).fact(What::MovedTo(Box::new(gone)), undoes);
        let there = self.booking(row.there.0);
        let came = MovedFrom {
            from: *from,
            booking: row.booking,
            how,
            reason,
            seat: row.seat,
            bags: row.bags.clone(),
            via: before(guest),
            says: self.says_there(guest, to),
        };
        let along: Vec<&Held> = guest.history.live(goes_along).collect();
        let mut undoes: Vec<FactRef> =
            there.map(|there| there.departure_refs().into_iter().chain(there.origin_refs(guest.id)).collect()).unwrap_or_default();
        undoes.extend(there.map(|there| outdated(there, &along)).unwrap_or_default());
        let mut part = draft.edit(&to.scope(), row.there.0);
        if there.is_none() {
            part = part.say("kind", "booking").say("flight", to).say("name", guest.name());
        }
        // Who comes back does not find the seat that the guest left; a booking that the guest has there anyway keeps its own.
        let left = there.filter(|there| there.seat.is_some());
        match row.seat.filter(|_| row.keeps) {
            _ if left.is_some_and(|there| self.is_here(there)) => {}
            Some(seat) => part = part.say("seat", seat),
            None if left.is_some() => part = part.set("seat", Scalar::Null),
            None => {}
        }
        part = part.fact_with(What::MovedFrom(Box::new(came)), undoes);
        for held in along {
            let is_known = there.is_some_and(|there| there.history.live(|what| *what == held.fact.what).next().is_some());
            if !is_known {
                part = part.fact_again(&held.fact);
            }
        }
        Ok(())
    }

    /// What is known of the guest that holds on the other flight too: party labels and places in the list are each list's own.
    fn says_there(&self, guest: &Booking, to: &FlightKey) -> BTreeMap<String, SetValue> {
        let cabin = guest.listing.class.and_then(|class| self.flight(to)?.cabin_of(class)).or(guest.listing.cabin);
        let listing = Listing { cabin, party: None, seat: None, ..guest.listing.clone() };
        let is_told = |field: &str| !matches!(field, "order" | "party_size");
        let fields = listing.fields().into_iter().filter(|(field, value)| is_told(field) && says_something(value));
        fields.filter_map(|(field, value)| Some((field.to_owned(), set_value(value)?))).collect()
    }
}

/// The bookings from which a guest came here, by moves that nobody has called off.
fn before(guest: &Booking) -> Vec<DocRef> {
    let came = guest.origins().filter(|(held, _)| !held.undone);
    let all: BTreeSet<DocRef> =
        came.flat_map(|(_, moved)| moved.via.iter().copied().chain([moved.booking])).filter(|one| one.0 != guest.id).collect();
    all.into_iter().take(VIA_MAX).collect()
}

/// What a guest who comes back left there of what goes along, and what is not so any more.
fn outdated(there: &Booking, along: &[&Held]) -> Vec<FactRef> {
    let went_away = there.departures().any(|(held, _)| !held.undone);
    let is_old = |held: &&Held| went_away && !along.iter().any(|known| known.fact.what == held.fact.what);
    there.history.live(goes_along).filter(is_old).map(|held| FactRef(held.id)).collect()
}

/// A guest is moved a few times at the most.
const VIA_MAX: usize = 8;

/// What a guest takes along: documents that were seen, what security said, who brings a minor, what help was ordered, and why the guest is on no list.
fn goes_along(what: &What) -> bool {
    match what {
        What::DocumentsNoted { .. } | What::SecurityNoted { .. } | What::Added { .. } => true,
        What::Escorted { step, .. } => *step == EscortStep::CheckIn,
        What::Assistance(assist) => assist.step == AssistStep::Order,
        _ => false,
    }
}
