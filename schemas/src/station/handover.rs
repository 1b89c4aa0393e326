//! Notes from one shift to the next.

use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use crate::command::Refusal;
use crate::flat::DocId;
use crate::record::fact::What;
use crate::record::{DocRef, Handover};
use crate::scope::ScopeId;

impl Station {
    /// What earlier shifts left for a desk and nobody has read, the newest first.
    pub fn handovers(&self, desk: &str) -> Vec<&Handover> {
        let mut notes: Vec<_> = self.handovers.values().map(|(_, note)| note).filter(|note| &*note.desk == desk && !note.is_read()).collect();
        notes.sort_by_key(|note| (std::cmp::Reverse(note.written().map(|(at, _)| at)), note.id));
        notes
    }

    pub(super) fn leave_note(&self, note: &str, context: &Context) -> Result<Decision, Refusal> {
        let Some(station) = self.setting.station else {
            return Err(Refusal::new("desk-only-note", "Notes are left at desks.", "Leave it at the desk of the next shift.", 409));
        };
        let scope = ScopeId::desk(station.as_str(), &context.today.to_string())
            .map_err(|_| Refusal::new("no-month", "Today has no month.", "Set the clock.", 500))?;
        let mut draft = Draft::new(context);
        draft
            .edit(&scope, DocId(context.drawn))
            .say("kind", "handover")
            .say("desk", &context.desk)
            .say("note", note.trim())
            .fact(What::NoteLeft {}, Vec::new());
        let answer = json!({ "tone": "green", "message": "The next shift reads it here.", "todo": [], "note": DocRef(DocId(context.drawn)) });
        Ok(draft.decision(answer, "left a note for the next shift".to_owned()))
    }

    pub(super) fn read_note(&self, note: DocRef, context: &Context) -> Result<Decision, Refusal> {
        let Some((scope, known)) = self.handovers.get(&note.0) else {
            return Err(Refusal::new("note-not-known", "This note is not known here.", "Look at the list again.", 404));
        };
        let mut draft = Draft::new(context);
        if !known.is_read() {
            draft.edit(scope, note.0).fact(What::NoteRead {}, Vec::new());
        }
        let answer = json!({ "tone": "green", "message": "Read.", "todo": [], "note": note });
        Ok(draft.decision(answer, "read a note of the shift before".to_owned()))
    }
}
