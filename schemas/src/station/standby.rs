//! Guests who wait for a seat: in which order, who is next, and giving one of them a seat.

use serde::Serialize;
use serde_json::json;

use super::assistance::order_help;
use super::check_in::{pass_text, services, unusual};
use super::decide::{Context, Decision, Draft};
use super::documents::documents_allow;
use super::{Station, words};
use crate::command::{Refusal, Skip, Tone};
use crate::flat::{DocId, Scalar};
use crate::record::booking::Standing;
use crate::record::fact::{EscortStep, Mark, What};
use crate::record::{Booking, DocRef, Flight, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// A guest who waits for a seat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StandbyRow {
    /// 1 for who is next.
    pub place: usize,
    pub booking: DocRef,
    pub name: String,
    pub locator: Option<Locator>,
    pub cabin: Option<char>,
    /// Seats needed: more than 1 with extra seats.
    pub seats: u8,
    /// The rank on the list: `ID2 N1`.
    pub priority: Option<String>,
    /// Why the guest is on no list.
    pub mark: Option<Mark>,
    /// When the guest asked, in milliseconds since 1970 UTC by that desk's clock; nothing for who stands on the list.
    pub since: Option<i64>,
    /// Why somebody else was given a seat before, the last time.
    pub passed_over: Option<String>,
}

impl Station {
    /// Who waits for a seat on a flight, who comes first first: guests whom the list ranks, by that rank; then the others, by when they asked.
    pub fn standby(&self, key: &FlightKey) -> Vec<StandbyRow> {
        self.waiting(key).into_iter().enumerate().map(|(at, guest)| standby_row(at + 1, guest)).collect()
    }

    /// Who is to be given the next seat in a cabin, or in any.
    pub fn next_standby(&self, key: &FlightKey, cabin: Option<char>) -> Option<StandbyRow> {
        self.standby(key).into_iter().find(|row| fits(row.cabin, cabin))
    }

    pub(super) fn clear_standby(
        &self,
        key: &FlightKey,
        booking: Option<DocRef>,
        seat: Option<Seat>,
        skips: &[Skip],
        context: &Context,
    ) -> Result<Decision, Refusal> {
        self.open(key)?;
        let queue = self.waiting(key);
        let guest = match booking {
            Some(booking) => self.listed(booking)?,
            None => queue.first().copied().ok_or_else(|| nobody_waits(key))?,
        };
        if guest.flight != *key {
            let words = said!("booked-on", "{name} is booked on {flight}.", name = guest.name(), flight = words::flight(&guest.flight));
            return Err(Refusal::new("wrong-flight", words, format!("Clear the guest on {}.", guest.flight.flight()), 409));
        }
        let ahead: Vec<&Booking> =
            queue.iter().copied().take_while(|other| other.id != guest.id).filter(|other| fits(other.listing.cabin, guest.listing.cabin)).collect();
        let reason_for = |other: &Booking| skips.iter().find(|skip| skip.booking.0 == other.id);
        let unsaid: Vec<&Booking> = ahead.iter().copied().filter(|other| reason_for(other).is_none()).collect();
        if let Some(first) = unsaid.first() {
            let words = format!("{} comes before {}.", words::guest(first), guest.name());
            let remedy = "Clear that guest, or say for each who comes first why not.";
            let refusal = Refusal::new("standby-ahead", words, remedy, 409).arg("first", words::guest(first)).arg("name", guest.name());
            return Err(refusal.with_choices(unsaid.into_iter().map(words::choice).collect()));
        }
        let mut draft = Draft::new(context);
        for other in &ahead {
            if let Some(skip) = reason_for(other) {
                let passed = What::PassedOver { reason: skip.reason.trim().to_owned(), cleared: DocRef(guest.id) };
                draft.edit(&key.scope(), other.id).fact(passed, Vec::new());
            }
        }
        self.clear(guest, seat, draft, None)
    }

    /// Gives a guest who waits a seat and a sequence number. A guest who was taken off the flight waits again.
    pub(super) fn clear(&self, guest: &Booking, seat: Option<Seat>, mut draft: Draft<'_>, more: Option<Said>) -> Result<Decision, Refusal> {
        let flight = self.open(&guest.flight)?;
        let key = flight.key;
        documents_allow(guest)?;
        if guest.is_checked_in() || !guest.waits() {
            let words = format!("{} does not wait for a seat.", guest.name());
            return Err(Refusal::new("not-waiting", words, "Check the guest in as any other.", 409).arg("name", guest.name()));
        }
        let seat = seat.ok_or_else(|| self.seat_to_give(flight, guest))?;
        self.free(&key, seat, guest.id)?;
        let sequence = self.sequences(&key).take()?;
        let scope = key.scope();
        draft.edit(&scope, guest.id).set("sequence", Scalar::Int(sequence.into())).say("seat", seat).fact(What::Cleared {}, Vec::new());
        draft.edit(&scope, guest.id).fact(What::CheckedIn { seq: Some(sequence), seat: Some(seat) }, guest.offload_refs());
        let mut todo: Vec<Said> = unusual(flight, seat).into_iter().collect();
        order_help(&mut draft, guest);
        todo.extend(services(guest, guest.escort(EscortStep::CheckIn).is_some()));
        if guest.mark() == Some(Mark::GoShow) && guest.listing.ticket.is_none() {
            todo.push(said!("todo-no-ticket", "{name} has no ticket here. See that one is issued before boarding.", name = guest.name()));
        }
        todo.extend(self.cabins_too_full(flight, &[(guest, None)]));
        todo.extend(more);
        let message = format!("{} is cleared on {}: seat {seat}, sequence {sequence}.", guest.name(), key.flight());
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let waiting = self.waiting(&key).len().saturating_sub(usize::from(guest.standing() == Standing::Listed));
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "booking": DocRef(guest.id), "name": guest.name(), "seat": seat,
            "sequence": sequence, "pass": pass_text(guest, &key, Some(seat), Some(sequence)), "waiting": waiting,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("cleared a guest on {key}")))
    }

    /// Everybody who waits, who comes first first.
    pub(super) fn waiting(&self, key: &FlightKey) -> Vec<&Booking> {
        let mut waiting: Vec<&Booking> = self.on(key).filter(|guest| guest.standing() == Standing::Listed && guest.waits()).collect();
        waiting.sort_by_cached_key(|guest| rank(guest));
        waiting
    }

    fn seat_to_give(&self, flight: &Flight, guest: &Booking) -> Refusal {
        let free = self.suggest_seats(&flight.key, &[guest.id]).into_iter().next().map(|(_, seat)| seat);
        let remedy = match free {
            Some(seat) => format!("Give a seat; {seat} is free as far as is known here."),
            None => "Give a seat; none is known here to be free.".to_owned(),
        };
        let shown = free.map_or_else(|| "-".to_owned(), |seat| seat.to_string());
        Refusal::new("seat-needed", format!("{} needs a seat.", guest.name()), remedy, 422)
            .variant("clear")
            .arg("name", guest.name())
            .arg("seat", shown)
    }
}

fn standby_row(place: usize, guest: &Booking) -> StandbyRow {
    let passed_over = guest.history.last_recorded(|what| matches!(what, What::PassedOver { .. })).and_then(|held| match &held.fact.what {
        What::PassedOver { reason, .. } => Some(reason.clone()),
        _ => None,
    });
    StandbyRow {
        place,
        booking: DocRef(guest.id),
        name: guest.name().to_owned(),
        locator: guest.locator(),
        cabin: guest.listing.cabin,
        seats: guest.listing.seats,
        priority: guest.listing.priority.as_deref().map(str::to_owned),
        mark: guest.mark(),
        since: guest.mark().and(guest.added()).map(|held| held.fact.at),
        passed_over,
    }
}

/// A cabin that is not known is any.
fn fits(one: Option<char>, other: Option<char>) -> bool {
    one.is_none() || other.is_none() || one == other
}

fn nobody_waits(key: &FlightKey) -> Refusal {
    Refusal::new("nobody-waits", format!("Nobody waits for a seat on {}.", key.flight()), "Go on with the flight.", 409)
        .arg("flight", key.flight().to_string())
}

/// Ranked guests before others, who paid before staff, a smaller number first; then by when they asked, and as the list has them.
fn rank(guest: &Booking) -> (u8, u32, i64, u32, DocId) {
    let (group, number) = match guest.listing.priority.as_deref() {
        Some(priority) => {
            let (rank, text) = priority.split_once(' ').unwrap_or((priority, ""));
            let digits: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).take(6).collect();
            (u8::from(rank != "WL"), digits.parse().unwrap_or(u32::MAX))
        }
        None => (2, u32::MAX),
    };
    let since = guest.added().map_or(0, |held| held.fact.at);
    (group, number, since, guest.listing.order, guest.id)
}
