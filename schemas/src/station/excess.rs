//! Excess baggage: what a party brings beyond its allowance, and what people at the counter said of it.

use std::collections::BTreeSet;

use serde_json::json;

use super::Station;
use super::bag_allowance::Travels;
use super::connecting::LegWords;
use super::decide::{Context, Decision, Draft};
use crate::command::{Refusal, Tone};
use crate::flat::DocId;
use crate::record::excess::{Excess, ExcessEnd, ExcessSettling};
use crate::record::fact::What;
use crate::record::{Bag, Booking, DocRef};
use crate::said::{Said, said};
use crate::standards::airport_table::airport;

impl Station {
    /// What the guests who travel with this one bring beyond what is free for them together, and nobody has settled.
    pub fn excess_due(&self, booking: DocId) -> Excess {
        self.due(&self.bags_together(booking), None)
    }

    /// Words for who takes one more bag, of this weight, from a guest.
    pub(super) fn excess_words(&self, guest: &Booking, replaces: Option<&Bag>, kg: u16) -> Option<Said> {
        let due = self.due(&self.bags_together(guest.id), Some((replaces.map(|bag| bag.id), kg)));
        (!due.is_none()).then(|| said!("todo-excess", "Excess baggage of the party: {excess}. Settle it.", excess = due.words()))
    }

    /// Words for the gate, where a guest boards whose party was not asked to pay.
    pub(super) fn excess_at_gate(&self, guest: &Booking) -> Option<Said> {
        let due = self.excess_due(guest.id);
        (!due.is_none()).then(|| said!("todo-excess-open", "Excess baggage is not settled: {excess}.", excess = due.words()))
    }

    pub(super) fn settle_excess(&self, booking: DocRef, said: &ExcessSettling, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        let key = guest.flight;
        self.open(&key)?;
        let due = self.excess_due(guest.id);
        if due.is_none() {
            let words = said!("", "{name} and party bring no more than is free, or it is settled.", name = guest.name());
            return Err(Refusal::new("no-excess", words, "Look at the bags of the party again.", 409));
        }
        if !said.over.is_within(due) {
            let words = said!("", "The excess of {name} and party is {excess}.", name = guest.name(), excess = due.words());
            return Err(Refusal::new("excess-differs", words, "Settle no more than that; the bags may have changed meanwhile.", 409));
        }
        let left = due - said.over;
        let todo: Vec<Said> = Some(left)
            .filter(|left| !left.is_none())
            .map(|left| said!("todo-excess", "Excess baggage of the party: {excess}. Settle it.", excess = left.words()))
            .into_iter()
            .collect();
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), guest.id).fact(What::ExcessSettled(Box::new(said.clone())), Vec::new());
        let over = said.over.words();
        let message = match said.how {
            ExcessEnd::Paid => format!("{over} of {}: paid, {}.", guest.name(), said.proof),
            ExcessEnd::Waived => format!("{over} of {}: free of charge.", guest.name()),
        };
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "booking": booking, "name": guest.name(),
            "pieces": said.over.pieces, "kg": said.over.kg, "how": said.how, "proof": said.proof,
        });
        let answer = crate::said::with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("settled excess baggage on {key}")))
    }

    /// The guests whose bags are counted together with this one's: who travels with this guest, and who belongs to the pool of one of them.
    fn bags_together(&self, booking: DocId) -> Vec<&Booking> {
        let party = self.party_of(booking).into_iter().map(|row| row.booking.0);
        let pooled = |guest: DocId| {
            let pool = self.pool_of(guest);
            pool.into_iter().flat_map(|pool| pool.members.into_iter().chain([pool.head])).map(|guest| guest.0).chain([guest]).collect::<Vec<_>>()
        };
        let all: BTreeSet<DocId> = party.flat_map(pooled).collect();
        all.into_iter().filter_map(|guest| self.booking(guest)).collect()
    }

    /// What is beyond the allowance of these guests and not settled, if a bag of this weight came to theirs, or in the place of one. Bags that others took
    /// (the host, another station) were theirs to charge; they use up what is free.
    fn due(&self, guests: &[&Booking], more: Option<(Option<DocId>, u16)>) -> Excess {
        let replaced = more.and_then(|(bag, _)| bag);
        let bags = || guests.iter().flat_map(|guest| self.bags_of_guest(guest.id)).filter(|bag| counts(bag) && Some(bag.id) != replaced);
        let theirs: Vec<u16> = bags().filter(|bag| !was_taken_here(bag)).filter_map(|bag| bag.kg).collect();
        let all: Vec<u16> = bags().filter_map(|bag| bag.kg).chain(more.map(|(_, kg)| kg)).collect();
        if all.len() == theirs.len() {
            return Excess::default();
        }
        let free = || self.rules.allowances.free(guests.iter().filter(|guest| guest.is_checked_in()).map(|guest| travels(guest)));
        let settled = guests.iter().flat_map(|guest| guest.excess_settled()).fold(Excess::default(), |sum, said| sum + said.over);
        free().excess(all) - free().excess(theirs) - settled
    }
}

/// Whether a bag uses up what is free: not one that was taken at the gate, nor one that flies alone.
fn counts(bag: &Bag) -> bool {
    bag.flies() && bag.care().is_none_or(|care| !care.gate_bag && care.rush.is_none())
}

fn was_taken_here(bag: &Bag) -> bool {
    bag.history.live(|what| matches!(what, What::Accepted { .. })).next().is_some()
}

fn travels(guest: &Booking) -> Travels {
    let country = |code| airport(code).map(|airport| airport.country);
    // The whole journey counts: a flight within the country that brings the guest to one abroad is part of that.
    let last = guest.listing.onward.iter().rev().find_map(|leg| LegWords::read(leg)?.off);
    let from = country(guest.flight.station());
    let ends = [guest.listing.destination, last.or(guest.listing.destination)];
    Travels {
        airline: guest.flight.carrier(),
        domestic: from.is_some() && ends.iter().all(|end| end.and_then(country) == from),
        cabin: guest.listing.cabin.or(guest.listing.class),
        infant: guest.has_infant(),
    }
}
