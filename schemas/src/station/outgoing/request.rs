//! What guests ask the reservation system for: taken down under any outage, sent when there is a way.

use serde_json::{Value, json};

use super::{Due, Naming, Said};
use crate::command::{Refusal, Tone};
use crate::record::fact::{Held, What};
use crate::record::outgoing::{ChangeRequest, OutKind, OutState, Wish};
use crate::record::{Booking, DocRef, FactRef, FlightKey};
use crate::said::{said, with_hints};
use crate::station::decide::{Context, Decision, Draft};
use crate::station::{Station, words};

/// A guest asks for few things; more is a slip.
const REQUESTS_MAX: usize = 20;

/// What a guest asked for, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RequestRow {
    pub what: Wish,
    pub wanted: Option<FlightKey>,
    pub note: String,
    pub by: String,
    pub desk: String,
    /// Milliseconds since 1970 UTC by the desk's clock.
    pub at: i64,
    pub state: OutState,
    /// The idempotency key, once it was put into words.
    pub key: Option<String>,
    /// What the receiver said of it, or a person.
    pub answer: String,
}

impl Station {
    /// What a guest asked for, the newest last.
    pub fn requests_of(&self, booking: DocRef) -> Vec<RequestRow> {
        let Some(guest) = self.booking(booking.0) else { return Vec::new() };
        let messages = guest.history.messages();
        let mut rows: Vec<RequestRow> = requests(guest)
            .map(|(held, request)| {
                let message = messages.iter().find(|message| message.spoken.of == Some(FactRef(held.id)));
                RequestRow {
                    what: request.what,
                    wanted: request.wanted,
                    note: request.note.clone(),
                    by: held.fact.by.to_string(),
                    desk: held.fact.desk.to_string(),
                    at: held.fact.at,
                    state: message.map_or(OutState::Waiting, |message| message.state),
                    key: message.map(|message| message.spoken.key.clone()),
                    answer: message.and_then(|message| message.answer).map(|(_, answered)| answered.note.clone()).unwrap_or_default(),
                }
            })
            .collect();
        rows.sort_by_key(|row| row.at);
        rows
    }

    pub(in crate::station) fn request_change(
        &self,
        booking: DocRef,
        what: Wish,
        wanted: Option<FlightKey>,
        note: &str,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        let key = guest.flight;
        let note = note.trim();
        if wanted.is_none() && note.is_empty() && what != Wish::Refund {
            let words = "It is not clear what the guest wants.";
            return Err(Refusal::new("wish-missing", words, "Give the flight that the guest wants, or say it in words.", 422));
        }
        let request = ChangeRequest { what, wanted, note: note.to_owned() };
        if requests(guest).any(|(_, known)| *known == request) {
            let words = said!("", "The same is asked for {name} already.", name = guest.name());
            return Err(Refusal::new("already-asked", words, "See how far it is; say what is different if it is another wish.", 409));
        }
        if requests(guest).count() >= REQUESTS_MAX {
            let words = said!("", "{name} has {count} requests already.", name = guest.name(), count = REQUESTS_MAX);
            return Err(Refusal::new("too-many-requests", words, "Ask the airline directly.", 409));
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), guest.id).fact(What::ChangeRequested(Box::new(request)), Vec::new());
        let todo = [said!("todo-not-promised", "Promise the guest nothing before the answer is here.")];
        let message = format!("Taken down for {}: {}. It goes out when there is a way.", guest.name(), what.as_str());
        let answer = json!({
            "tone": Tone::Amber, "message": message, "todo": todo, "flight": key, "booking": booking, "name": guest.name(), "what": what,
            "wanted": wanted,
        });
        Ok(draft.decision(with_hints(answer, &todo), format!("took a request down on {}", words::flight(&key))))
    }

    /// The requests of a flight's guests that were not put into words.
    pub(super) fn requests_due(&self, key: &FlightKey, said: &Said<'_>) -> Vec<Due> {
        let Some(book) = self.books.get(key) else { return Vec::new() };
        let mut due: Vec<(i64, Due)> = Vec::new();
        for guest in book.spoken.iter().filter_map(|id| self.booking(*id)) {
            let known = said.get(&guest.id);
            for (held, request) in requests(guest) {
                let of = FactRef(held.id);
                if known.into_iter().flatten().any(|message| message.spoken.of == Some(of)) {
                    continue;
                }
                let naming = Naming { flight: key, kind: OutKind::Request, doc: guest.id, of: Some(of), version: 1, part: 1, parts: 1 };
                due.push((held.fact.at, naming.due(text_of(guest, held, request).to_string())));
            }
        }
        due.sort_by(|a, b| (a.0, &a.1.spoken.key).cmp(&(b.0, &b.1.spoken.key)));
        due.into_iter().map(|(_, due)| due).collect()
    }
}

fn requests(guest: &Booking) -> impl Iterator<Item = (&Held, &ChangeRequest)> {
    guest.history.live(|_| true).filter_map(|held| match &held.fact.what {
        What::ChangeRequested(request) => Some((held, &**request)),
        _ => None,
    })
}

/// What a request says, from the facts that do not change: a later name or ticket does not make another request of it.
fn text_of(guest: &Booking, held: &Held, request: &ChangeRequest) -> Value {
    let base = guest.base.as_deref().unwrap_or(&guest.listing);
    json!({
        "request": request.what, "flight": guest.flight, "wanted": request.wanted, "note": request.note, "name": base.name,
        "locators": base.locators, "ticket": base.ticket, "asked_at_ms": held.fact.at, "desk": held.fact.desk, "staff": held.fact.by,
    })
}
