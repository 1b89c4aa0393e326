//! Guests whom security is to check before boarding: by the pass or by somebody's word, until it is noted who checked them.

use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::record::fact::{Security, What};
use crate::record::{Booking, DocRef};
use crate::said::{Said, said, with_hints};

impl Station {
    pub(super) fn note_security(&self, booking: DocRef, outcome: Security, note: &str, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        let key = guest.flight;
        self.open(&key)?;
        let name = guest.name();
        let mut todo: Vec<Said> = Vec::new();
        let message = match outcome {
            Security::Selected => {
                if guest.is_aboard() {
                    todo.push(said!("todo-selected-aboard", "{name} is on board: take the guest off and call security.", name = name));
                }
                format!("{name} is selected for a check.")
            }
            Security::Checked => format!("Security has checked {name}."),
        };
        let mut draft = Draft::new(context);
        let noted = What::SecurityNoted { outcome, note: note.trim().to_owned() };
        draft.edit(&key.scope(), guest.id).fact(noted, guest.security_refs());
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "flight": key, "booking": booking, "outcome": outcome, "name": name });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("noted a check of a guest of {key}")))
    }
}

/// Stops a guest whom security is to check: the pass says so, or somebody did, and nobody has noted the check since.
pub(super) fn security_allows(guest: &Booking, by_pass: bool) -> Result<(), Refusal> {
    match guest.security() {
        Some(Security::Checked) => return Ok(()),
        None if !by_pass => return Ok(()),
        None | Some(Security::Selected) => {}
    }
    let said = said!("", "{name} is selected for a check.", name = guest.name());
    let remedy = "Call security. When the guest was checked, note who did it, and board.";
    Err(Refusal::new("selected-for-check", said, remedy, 409).with_choices(vec![words::choice(guest)]))
}
