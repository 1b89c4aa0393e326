//! One guest with two bookings, because two nodes read change messages in different orders before they met: found from the facts, and joined.

use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use super::list_changes::{is_same, mark_of, share_locator};
use crate::command::{Refusal, Tone};
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::fact::{Source, What};
use crate::record::{Booking, DocRef, FlightKey};

impl Station {
    /// Flights on which a guest has two bookings that can be joined.
    pub fn flights_to_join(&self) -> Vec<FlightKey> {
        self.books.keys().filter(|key| !self.twice_booked(key).is_empty()).copied().collect()
    }

    /// Joins what can be joined on a flight; where there is nothing, nothing is saved.
    pub(super) fn join_bookings(&self, key: &FlightKey, context: &Context) -> Result<Decision, Refusal> {
        let mut draft = Draft::new(context);
        let joined = self.draft_joins(key, &mut draft);
        let message = format!("{joined} bookings joined.");
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "joined": joined });
        Ok(draft.decision(answer, format!("joined {joined} bookings of {key}")))
    }

    fn draft_joins(&self, key: &FlightKey, draft: &mut Draft<'_>) -> usize {
        let pairs = self.twice_booked(key);
        for (first, later) in &pairs {
            for held in later.history.live(|what| mark_of(what).is_some()) {
                let known = first.history.live(|what| is_same(what, &held.fact.what)).next().is_some();
                if !known {
                    draft.edit(&key.scope(), first.id).fact_from(Source::Message, held.fact.what.clone(), Vec::new());
                }
            }
            if later.same_as.is_none() {
                draft.edit(&key.scope(), later.id).fact_from(Source::Message, What::SameAs { booking: DocRef(first.id) }, Vec::new());
            }
        }
        pairs.len()
    }

    /// Each booking that a change message made for a guest who had one already, behind that one; and each joined one that has learned something since.
    /// Where somebody works with the second, a person decides.
    fn twice_booked(&self, key: &FlightKey) -> Vec<(&Booking, &Booking)> {
        let is_marked = |booking: &&Booking| booking.history.live(|what| mark_of(what).is_some()).next().is_some();
        let made_by_change = |booking: &Booking| {
            booking.standing() == Standing::Listed && !booking.history.all().iter().any(|held| matches!(held.fact.what, What::Listed { .. }))
        };
        let first_of = |later: &Booking| match later.same_as {
            Some(first) => self.booking(first).filter(|first| first.flight == *key && has_learned(first, later)),
            None if made_by_change(later) => self.earlier_booking(key, later),
            None => None,
        };
        self.everybody_of(key).filter(is_marked).filter_map(|later| Some((first_of(later)?, later))).collect()
    }

    /// The booking that bore the later one's name when the message came that made the later one.
    fn earlier_booking(&self, key: &FlightKey, later: &Booking) -> Option<&Booking> {
        let made =
            later.history.live(|_| true).filter_map(|held| Some((mark_of(&held.fact.what)?, &held.fact.what))).min_by_key(|(mark, _)| *mark)?;
        let (mark, said) = made;
        let natural = later.base.as_deref().unwrap_or(&later.listing);
        let is_earlier = |first: &&Booking| {
            let same_message = || first.history.live(|what| mark_of(what) == Some(mark)).next().is_some();
            let said_so = || first.history.live(|what| is_same(what, said)).next().is_some();
            first.id != later.id
                && first.same_as.is_none()
                && first.was_listed_at(mark)
                && first.name_at(mark) == &*natural.name
                && share_locator(first.base.as_deref().unwrap_or(&first.listing), natural)
                // Two guests of one message are two guests.
                && (!same_message() || said_so())
        };
        self.everybody_of(key).filter(is_earlier).min_by_key(|first: &&Booking| -> DocId { first.id })
    }
}

/// Whether a joined booking knows something of the list that the first does not.
fn has_learned(first: &Booking, later: &Booking) -> bool {
    let is_new = |what: &What| mark_of(what).is_some() && first.history.live(|known| is_same(known, what)).next().is_none();
    later.history.live(is_new).next().is_some()
}
