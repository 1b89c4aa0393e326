//! What is to be said of a flight to others: the messages that follow from what is known here and from what was said before.
//!
//! A pure function of the records, so every node finds the same messages under the same keys, whatever the order in which it heard of things. What was
//! put into words is a fact beside what it is about ([`crate::record::outgoing::Spoken`]), and so is what became of it; nothing new is said of one thing
//! while an earlier message about it is open. So a way that is closed makes no queue that grows: what changes meanwhile is said once, when it opens.

mod answers;
mod bags;
mod carried;
mod departure;
mod forms;
mod request;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use sha2::{Digest, Sha256};

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::DocId;
use crate::record::fact::{History, Source, What};
use crate::record::outgoing::{Message, OutKind, Spoken};
use crate::record::{FactRef, Flight, FlightKey};

pub use answers::{OutRow, SaidOf};
pub use carried::Carried;
pub use forms::PfsForms;
pub use request::RequestRow;

/// As many messages as one command puts into words, and as many bytes: a change of one document holds 64 KiB.
const SPOKEN_MAX: usize = 64;
const BYTES_MAX: usize = 24 * 1024;

/// A message that is due: where it will stand, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub doc: DocId,
    pub spoken: Spoken,
}

impl Station {
    /// The messages of these kinds that are due of a flight, in the order in which they are to go; some of them where there are many. Requests of guests
    /// are due whoever works the flight; everything else once it was taken over from the host.
    pub fn due_out(&self, key: &FlightKey, kinds: &BTreeSet<OutKind>) -> Vec<Due> {
        let said = self.said_out(key);
        let mut due = Vec::new();
        if kinds.contains(&OutKind::Request) {
            due.extend(self.requests_due(key, &said));
        }
        if let Some(flight) = self.flight(key).filter(|flight| was_taken_over(flight)) {
            self.due_of_worked(flight, kinds, &said, &mut due);
        }
        let next = said.values().flatten().map(|message| message.place).max().unwrap_or(0).saturating_add(1);
        let mut bytes = 0;
        let fits = |due: &Due| {
            bytes += due.spoken.text.len();
            bytes <= BYTES_MAX
        };
        let mut due: Vec<Due> = due.into_iter().take(SPOKEN_MAX).take_while(fits).collect();
        (next..).zip(&mut due).for_each(|(place, due)| due.spoken.place = place);
        due
    }

    /// A name for what is due, as texts are that are equal where all of it is; nothing if nothing is.
    pub fn due_out_name(&self, key: &FlightKey, kinds: &BTreeSet<OutKind>) -> Option<String> {
        let due = self.due_out(key, kinds);
        let parts: Vec<&str> = due.iter().map(|due| due.spoken.key.as_str()).collect();
        (!parts.is_empty()).then(|| hashed(&parts))
    }

    /// Whether something may be due of a flight: it was taken over, or a guest asked for something.
    pub fn has_out(&self, key: &FlightKey) -> bool {
        let Some(book) = self.books.get(key) else { return false };
        !book.spoken.is_empty() || book.flight.as_ref().is_some_and(was_taken_over)
    }

    /// Every flight of which something may be due or was said.
    pub fn flights_with_out(&self) -> BTreeSet<FlightKey> {
        self.books.keys().copied().filter(|key| self.has_out(key)).collect()
    }

    fn due_of_worked(&self, flight: &Flight, kinds: &BTreeSet<OutKind>, said: &Said<'_>, due: &mut Vec<Due>) {
        if kinds.contains(&OutKind::Bsm) {
            due.extend(self.bags_due(flight, said));
        }
        if kinds.contains(&OutKind::Bpm) {
            due.extend(self.scans_due(flight, said));
        }
        // What is said of a closed flight comes behind what is said of its bags.
        if flight.is_closed() && due.len() < SPOKEN_MAX {
            let kinds = kinds.iter().copied().filter(|kind| *kind >= OutKind::Pfs);
            kinds.for_each(|kind| due.extend(self.departure_due(flight, kind, said)));
        }
    }

    /// Everything that was put into words of a flight, by what it stands with.
    fn said_out(&self, key: &FlightKey) -> Said<'_> {
        let Some(book) = self.books.get(key) else { return BTreeMap::new() };
        let flight = book.flight.iter().map(|flight| (flight.id, &flight.history));
        let others = book.spoken.iter().filter_map(|id| Some((*id, self.history_of(*id)?)));
        flight.chain(others).map(|(id, history)| (id, history.messages())).filter(|(_, messages)| !messages.is_empty()).collect()
    }

    fn history_of(&self, id: DocId) -> Option<&History> {
        self.booking(id).map(|booking| &booking.history).or_else(|| self.bag(id).map(|bag| &bag.history))
    }

    pub(super) fn say_out(&self, key: &FlightKey, kinds: &BTreeSet<OutKind>, context: &Context) -> Result<Decision, Refusal> {
        let due = self.due_out(key, kinds);
        let count = due.len();
        let mut draft = Draft::new(context);
        for Due { doc, spoken } in due {
            draft.edit(&key.scope(), doc).fact_from(Source::Message, What::Spoken(Box::new(spoken)), Vec::new());
        }
        let message = format!("{} of {} put into words.", words::count(count, "message", "messages"), words::flight(key));
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "count": count });
        Ok(draft.decision(answer, format!("put {count} messages of {key} into words")))
    }
}

/// Messages by what they stand with.
type Said<'a> = BTreeMap<DocId, Vec<Message<'a>>>;

/// Whether a document's history holds anything of what goes out.
pub(super) fn speaks(history: &History) -> bool {
    history.all().iter().any(|held| matches!(held.fact.what, What::Spoken(_) | What::ChangeRequested(_)))
}

/// Whether Apron worked the flight at any time.
fn was_taken_over(flight: &Flight) -> bool {
    flight.history.all().iter().any(|held| matches!(held.fact.what, What::TookOver { .. }))
}

/// What names a message, but for its text.
struct Naming<'a> {
    flight: &'a FlightKey,
    kind: OutKind,
    doc: DocId,
    of: Option<FactRef>,
    version: u32,
    part: u16,
    parts: u16,
}

impl Naming<'_> {
    fn due(&self, text: String) -> Due {
        let of = self.of.map(|of| of.to_string()).unwrap_or_default();
        let (version, part) = (self.version.to_string(), self.part.to_string());
        let key = hashed(&[&self.flight.to_string(), self.kind.as_str(), &self.doc.to_string(), &of, &version, &part, &text]);
        let (kind, of, version, part, parts) = (self.kind, self.of, self.version, self.part, self.parts);
        Due { doc: self.doc, spoken: Spoken { kind, key, of, version, part, parts, place: 0, text } }
    }
}

/// The first half of the hash of these parts, as 32 digits.
fn hashed(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
