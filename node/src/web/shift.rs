//! What a shift leaves behind: notes for the next one, and what somebody has begun to type.

use axum::Form;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use serde::Deserialize;
use uuid::Uuid;

use super::errors::Trouble;
use super::forms::Failed;
use super::language::Screen;
use super::{Web, forms, staff};

/// A note of the shift before.
#[derive(Debug, Clone)]
pub struct NoteRow {
    pub id: String,
    pub note: String,
    pub by: String,
    pub at: String,
}

#[derive(Deserialize)]
pub(super) struct NoteForm {
    form: Uuid,
    note: String,
}

pub(super) async fn leave_note(Screen(web): Screen, headers: HeaderMap, Form(form): Form<NoteForm>) -> Result<Response, Trouble> {
    act(&web, &headers, form.form, Command::LeaveNote { note: form.note }).await
}

pub(super) async fn read_note(Screen(web): Screen, headers: HeaderMap, Form(form): Form<NoteForm>) -> Result<Response, Trouble> {
    let note = forms::guest(&form.note)?;
    act(&web, &headers, form.form, Command::ReadNote { note }).await
}

/// What the person who is signed in typed into a form and did not send.
pub(super) async fn draft(Screen(web): Screen, headers: HeaderMap, Path(name): Path<String>) -> Response {
    let fields = staff::current(&headers).zip(web.door.drafts()).map(|(author, drafts)| drafts.of(&author, &name)).unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/x-www-form-urlencoded")], fields).into_response()
}

/// Keeps what was typed so far; nothing forgets it.
pub(super) async fn keep_draft(Screen(web): Screen, headers: HeaderMap, Path(name): Path<String>, fields: String) -> Response {
    let Some(author) = staff::current(&headers) else { return StatusCode::FORBIDDEN.into_response() };
    if name.len() > NAME_MAX {
        return StatusCode::NOT_FOUND.into_response();
    }
    let door = web.door.clone();
    let kept = tokio::task::spawn_blocking(move || door.drafts().map_or(Ok(()), |drafts| drafts.keep(&author, &name, &fields))).await;
    match kept {
        Ok(Ok(())) => StatusCode::NO_CONTENT.into_response(),
        Ok(Err(_)) | Err(_) => StatusCode::INSUFFICIENT_STORAGE.into_response(),
    }
}

/// As long as the name of a form is.
const NAME_MAX: usize = 32;

impl Web {
    /// What earlier shifts left for this desk.
    pub(super) fn notes(&self) -> Vec<NoteRow> {
        let desk = self.services.desk();
        let row = |note: &&schemas::record::Handover| {
            let (at, by) = note.written().unwrap_or_default();
            NoteRow {
                id: schemas::record::DocRef(note.id).to_string(),
                note: note.note.to_string(),
                by: by.to_owned(),
                at: self.services.local_time(at),
            }
        };
        self.services.read(|station| station.handovers(&desk).iter().take(NOTES_MAX).map(row).collect())
    }
}

/// As many as are read at a glance.
const NOTES_MAX: usize = 5;

async fn act(web: &Web, headers: &HeaderMap, form: Uuid, command: Command) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/people?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Err(refusal.into()),
    }
}
