//! Leaving the aircraft: who goes ashore from a flight that came back, one by a scan or many at once.

use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::gate::read_pass;
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::record::fact::What;
use crate::record::{Booking, DocRef, FlightKey};
use crate::said::{said, with_hints};

/// Who leaves the aircraft: by pass, by sequence number, or as chosen from the list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaving<'a> {
    pub(super) scan: Option<&'a str>,
    pub(super) sequence: Option<u16>,
    pub(super) bookings: &'a [DocRef],
}

impl Station {
    /// Takes guests off the aircraft who stay checked in: all or none. Each boarding is undone, so that boarding again counts again.
    pub(super) fn off_board(&self, key: &FlightKey, leaving: &Leaving<'_>, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        self.open(key)?;
        let mut guests: Vec<&Booking> = Vec::with_capacity(leaving.bookings.len() + 1);
        if let Some(scan) = leaving.scan {
            let seen = read_pass(scan, key, context)?;
            guests.push(self.find_by_pass(key, &seen, None)?);
        }
        if let Some(sequence) = leaving.sequence {
            guests.push(self.find_by_sequence(key, sequence)?);
        }
        for booking in leaving.bookings {
            guests.push(self.chosen(key, *booking)?);
        }
        let mut draft = Draft::new(context);
        let mut off: Vec<DocRef> = Vec::with_capacity(guests.len());
        for guest in &guests {
            if !guest.is_aboard() {
                let words = said!("", "{name} is not on board.", name = guest.name());
                return Err(Refusal::new("not-aboard", words, "Nothing is to be undone.", 409));
            }
            if !off.contains(&DocRef(guest.id)) {
                draft.edit(&key.scope(), guest.id).fact(What::Unboarded { reason: reason.trim().to_owned() }, guest.boarding_refs());
                off.push(DocRef(guest.id));
            }
        }
        let bags = off.iter().map(|guest| self.bags_of_guest(guest.0).into_iter().filter(|bag| bag.flies()).count()).sum::<usize>();
        let mut todo = Vec::new();
        if bags > 0 {
            let count = words::count(bags, "bag", "bags");
            todo.push(said!("todo-off-board-bags", "{count} must come off unless the guests board again.", count = count));
        }
        if let [guest] = guests.as_slice() {
            todo.extend(self.pool_words(guest));
        }
        let left = self.counts(key).boarded.saturating_sub(u32::try_from(off.len()).unwrap_or(u32::MAX));
        let message = match guests.as_slice() {
            [guest] => format!("{} is off the aircraft. {left} still on board.", guest.name()),
            _ => format!("{} off the aircraft. {left} still on board.", words::count(off.len(), "guest is", "guests are")),
        };
        let name = guests.first().map(|guest| guest.name());
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "count": off.len(), "name": name, "left": left, "bookings": off, "bags": bags,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("{} left the aircraft of {key}", words::count(off.len(), "guest", "guests"))))
    }
}
