//! Travel documents: what is allowed when no authority can be asked, and whom the authorities hear of later.

use serde::Serialize;
use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use super::document_routes::WhenNotAsked;
use crate::command::{Refusal, Tone};
use crate::record::booking::Standing;
use crate::record::fact::{Documents, Security, Shown, What};
use crate::record::{Booking, DocRef, FlightKey};
use crate::said::{said, with_hints};
use crate::standards::airport_table::airport;
use crate::standards::locator::Locator;

/// A guest of whom an authority is to hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentRow {
    pub booking: DocRef,
    pub name: String,
    pub locator: Option<Locator>,
    pub outcome: Documents,
    /// The document that was shown, where it was read or typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Shown>,
    /// Whether the guest is selected for a further check: for staff only.
    pub selected: bool,
    pub note: String,
    pub by: String,
    pub desk: String,
    /// Milliseconds since 1970 UTC by that desk's clock.
    pub at: i64,
}

/// What came of looking at documents.
pub(super) struct Looked<'a> {
    pub(super) outcome: Documents,
    pub(super) note: &'a str,
    pub(super) document: Option<&'a Shown>,
    pub(super) selected: bool,
}

impl Station {
    /// What a guest's route asks for where the authority cannot be asked; nothing within one country. A route that is not known needs a supervisor.
    pub fn document_rule(&self, guest: &Booking) -> Option<WhenNotAsked> {
        let Some(to) = guest.listing.destination else { return Some(WhenNotAsked::Supervisor) };
        let country = |code| airport(code).map(|airport| airport.country);
        let (from, there) = (country(guest.flight.station()), country(to));
        if from.is_some() && from == there {
            return None;
        }
        Some(self.rules.routes.rule(to.as_str(), there))
    }

    /// The guests of a flight who went on although the authority could not be asked, in the order of the list.
    pub fn documents_to_send(&self, key: &FlightKey) -> Vec<DocumentRow> {
        let guests = self.bookings_of(key).into_iter().filter(|guest| guest.is_checked_in());
        guests.filter_map(document_row).filter(|row| matches!(row.outcome, Documents::SendLater | Documents::Supervisor)).collect()
    }

    /// The guests of a flight who stay on it, whose route asks for documents, and whose documents nobody has looked at, in the order of the list.
    pub fn documents_missing(&self, key: &FlightKey) -> Vec<DocRef> {
        let missing =
            |guest: &&Booking| guest.documents().is_none() && guest.standing() != Standing::Offloaded && self.document_rule(guest).is_some();
        self.bookings_of(key).into_iter().filter(|guest| !guest.is_gone()).filter(missing).map(|guest| DocRef(guest.id)).collect()
    }

    /// The guests of a flight who are selected for a further check, in the order of the list: for staff only.
    pub fn selected(&self, key: &FlightKey) -> Vec<DocRef> {
        self.bookings_of(key).into_iter().filter(|guest| !guest.is_gone() && guest.is_selected()).map(|guest| DocRef(guest.id)).collect()
    }

    pub(super) fn note_documents(&self, booking: DocRef, looked: Looked<'_>, context: &Context) -> Result<Decision, Refusal> {
        let Looked { outcome, note, document, selected } = looked;
        let guest = self.listed(booking)?;
        let key = guest.flight;
        self.open(&key)?;
        let rule = self.document_rule(guest);
        match (outcome, rule) {
            (Documents::SendLater | Documents::Supervisor, Some(WhenNotAsked::Refuse)) => {
                let words = format!("Nobody goes to {} without the authority's word.", to(guest));
                return Err(Refusal::new("authority-needed", words, "Call the authority, or let the guest wait.", 409).arg("to", to(guest)));
            }
            (Documents::SendLater, Some(WhenNotAsked::Supervisor)) => {
                let words = format!("The authority of {} was not asked.", to(guest));
                return Err(Refusal::new("supervisor-needed", words, "A supervisor has to let the guest go on.", 409).arg("to", to(guest)));
            }
            (Documents::Seen | Documents::Refused | Documents::SendLater | Documents::Supervisor, _) => {}
        }
        let mut todo = Vec::new();
        let name = guest.name();
        let message = match outcome {
            Documents::Seen => format!("The documents of {name} are in order."),
            Documents::SendLater | Documents::Supervisor => {
                todo.push(said!("todo-send-list", "Send the list to the authority of {to} when it can be reached.", to = to(guest)));
                format!("{name} goes on; the authority was not asked.")
            }
            Documents::Refused => {
                if guest.is_checked_in() {
                    todo.push(said!("todo-take-off", "Take {name} off the flight, with the bags.", name = name));
                }
                format!("{name} does not fly with these documents.")
            }
        };
        if outcome != Documents::Refused && document.and_then(|document| document.expires).is_some_and(|expires| expires < key.date()) {
            todo.push(said!(
                "todo-document-expired",
                "The document of {name} is no longer valid on the day of the flight. Look at another one.",
                name = name
            ));
        }
        let mut draft = Draft::new(context);
        let document = document.map(|document| Box::new(document.clone()));
        let noted = What::DocumentsNoted { note: note.trim().to_owned(), outcome: Some(outcome), document };
        let edit = draft.edit(&key.scope(), guest.id).fact(noted, guest.document_refs());
        // Whom security has checked since the form was made stays checked.
        if selected && guest.security().is_none() {
            edit.fact(What::SecurityNoted { outcome: Security::Selected, note: String::new() }, guest.security_refs());
        }
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "flight": key, "booking": booking, "outcome": outcome, "rule": rule, "name": name });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("noted documents of a guest of {key}")))
    }
}

/// Stops a guest whose documents were refused.
pub(super) fn documents_allow(guest: &Booking) -> Result<(), Refusal> {
    if guest.documents() != Some(Documents::Refused) || guest.is_aboard() {
        return Ok(());
    }
    let words = format!("The documents of {} were refused.", guest.name());
    Err(Refusal::new("documents-refused", words, "Look at them again and note it, or leave the guest behind.", 409).arg("name", guest.name()))
}

fn to(guest: &Booking) -> String {
    guest.listing.destination.map_or_else(|| "-".to_owned(), |to| to.to_string())
}

fn document_row(guest: &Booking) -> Option<DocumentRow> {
    let outcome = guest.documents()?;
    let said = |what: &What| matches!(what, What::DocumentsNoted { outcome: Some(said), .. } if *said == outcome);
    let held = guest.history.live(said).next()?;
    let note = match &held.fact.what {
        What::DocumentsNoted { note, .. } => note.clone(),
        _ => String::new(),
    };
    Some(DocumentRow {
        booking: DocRef(guest.id),
        name: guest.name().to_owned(),
        locator: guest.locator(),
        outcome,
        document: guest.shown().cloned(),
        selected: guest.is_selected(),
        note,
        by: held.fact.by.to_string(),
        desk: held.fact.desk.to_string(),
        at: held.fact.at,
    })
}
