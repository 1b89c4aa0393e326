//! Minors who travel alone: who brought them, and who of the crew signed for them.

use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use crate::command::{Refusal, Tone};
use crate::record::DocRef;
use crate::record::fact::{EscortStep, What};

impl Station {
    /// Notes a name that was not given with check-in or boarding.
    pub(super) fn note_escort(&self, booking: DocRef, step: EscortStep, name: &str, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        let key = guest.flight;
        self.worked(&key)?;
        let before = guest.history.refs(|what| matches!(what, What::Escorted { step: known, .. } if *known == step));
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), guest.id).fact(What::Escorted { step, name: name.trim().to_owned() }, before);
        let message = match step {
            EscortStep::CheckIn => format!("{} was handed over by {}.", guest.name(), name.trim()),
            EscortStep::Boarding => format!("{} signed for {}.", name.trim(), guest.name()),
        };
        let answer =
            json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "booking": booking, "name": guest.name(), "step": step });
        Ok(draft.decision(answer, format!("noted who hands over a minor of {key}")))
    }
}
