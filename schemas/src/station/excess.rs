//! Excess baggage: what a party brings beyond its allowance, and what people at the counter said of it.

use serde_json::json;

use super::Station;
use super::bag_allowance::Travels;
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
        self.due(&self.checked_in_with(booking), None)
    }

    /// Words for who takes one more bag, of this weight, from a guest.
    pub(super) fn excess_words(&self, guest: &Booking, replaces: Option<&Bag>, kg: u16) -> Option<Said> {
        let due = self.due(&self.checked_in_with(guest.id), Some((replaces.map(|bag| bag.id), kg)));
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

    /// The guests who travel with this one and are checked in, whose allowances count together.
    fn checked_in_with(&self, booking: DocId) -> Vec<&Booking> {
        let party = self.party_of(booking).into_iter().filter_map(|row| self.booking(row.booking.0));
        party.filter(|guest| guest.is_checked_in()).collect()
    }

    /// What is beyond the allowance of these guests and not settled, if a bag of this weight came to theirs, or in the place of one.
    fn due(&self, party: &[&Booking], more: Option<(Option<DocId>, u16)>) -> Excess {
        let replaced = more.and_then(|(bag, _)| bag);
        let bags = party.iter().flat_map(|guest| self.bags_of_guest(guest.id)).filter(|bag| counts(bag) && Some(bag.id) != replaced);
        let weights: Vec<u16> = bags.filter_map(|bag| bag.kg).chain(more.map(|(_, kg)| kg)).collect();
        if weights.is_empty() {
            return Excess::default();
        }
        let free = self.rules.allowances.free(party.iter().map(|guest| travels(guest)));
        let settled = party.iter().flat_map(|guest| guest.excess_settled()).fold(Excess::default(), |sum, said| sum + said.over);
        free.excess(weights) - settled
    }
}

/// Whether a bag counts against the allowance: one that was taken here before the gate. What another station took was its to charge.
fn counts(bag: &Bag) -> bool {
    let cabin_bag = bag.care().is_some_and(|care| care.gate_bag || care.rush.is_some());
    bag.flies() && !cabin_bag && bag.history.live(|what| matches!(what, What::Accepted { .. })).next().is_some()
}

fn travels(guest: &Booking) -> Travels {
    let country = |code| airport(code).map(|airport| airport.country);
    let (from, to) = (country(guest.flight.station()), guest.listing.destination.and_then(country));
    Travels {
        airline: guest.flight.carrier(),
        domestic: from.is_some() && from == to,
        cabin: guest.listing.cabin.or(guest.listing.class),
        infant: guest.has_infant(),
    }
}
