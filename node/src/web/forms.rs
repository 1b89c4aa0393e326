//! From a form to a command: who asks, under which key, and what came of it.

use axum::http::HeaderMap;
use schemas::command::{Command, Refusal};
use schemas::record::fact::StaffNumber;
use schemas::record::{DocRef, FlightKey, reason};
use serde::Deserialize;
use sync::command_id;
use uuid::Uuid;

use super::errors::Trouble;
use super::{Web, command_key, staff};
use crate::services::{CommandError, Receipt};

/// As long as a reason may be, in characters.
pub(super) const REASON_MAX: usize = 200;

/// Why a form came to nothing.
pub(super) enum Failed {
    /// Nobody has said who works here.
    NoStaff,
    /// The rules of the work say no, in words for the person.
    Refused(Refusal),
    /// The desk could not do it.
    Trouble(Trouble),
}

/// What a scanner sent, without blanks and the control characters (STX and the like) that some put around a code.
pub(super) fn scanned(text: &str) -> &str {
    text.trim_matches(|letter: char| letter.is_whitespace() || letter.is_control())
}

/// A form that names a guest and a reason.
#[derive(Deserialize)]
pub(super) struct ReasonForm {
    pub(super) form: Uuid,
    #[serde(default)]
    pub(super) booking: String,
    #[serde(default)]
    pub(super) reason: String,
    #[serde(default)]
    pub(super) note: String,
    #[serde(default)]
    pub(super) q: String,
}

/// A form that takes a command of this desk back.
#[derive(Deserialize)]
pub(super) struct UndoForm {
    pub(super) form: Uuid,
    pub(super) command: Uuid,
    #[serde(default)]
    pub(super) q: String,
    #[serde(default)]
    pub(super) booking: String,
}

/// A form that only says do it.
#[derive(Deserialize)]
pub(super) struct PlainForm {
    pub(super) form: Uuid,
}

impl Web {
    /// Carries out what a form asks for and waits until it is durable. A form whose id is not from a page of ours is a program's.
    pub(super) async fn carry_out(&self, headers: &HeaderMap, form: Uuid, command: &Command) -> Result<Receipt, Failed> {
        let staff = staff::current(headers).ok_or(Failed::NoStaff)?;
        self.proven_for(headers, command).map_err(Failed::Refused)?;
        self.carry_out_as(&staff, form, command).await
    }

    /// The same for somebody who is not signed in at this screen, such as a supervisor who vouches.
    pub(super) async fn carry_out_as(&self, staff: &StaffNumber, form: Uuid, command: &Command) -> Result<Receipt, Failed> {
        let body = serde_json::to_string(command)
            .map_err(|_| Failed::Refused(Refusal::new("not-written", "This cannot be sent.", "Shorten what was typed.", 422)))?;
        let done = match command_id::is_minted(form.as_bytes()) {
            true => self.services.command_of_page(form, staff.as_str(), &body).await,
            false => self.services.command(command_key(form, &body), staff.as_str(), &body).await,
        };
        done.map_err(|error| match error {
            CommandError::Refused(refusal) => Failed::Refused(refusal),
            other => Failed::Trouble(other.into()),
        })
    }
}

impl ReasonForm {
    /// The chosen reason with what was added to it.
    pub(super) fn words(&self) -> String {
        reason::joined(&self.reason, &self.note, REASON_MAX)
    }

    pub(super) fn guest(&self) -> Result<DocRef, Trouble> {
        guest(&self.booking)
    }
}

pub(super) fn flight(text: &str) -> Result<FlightKey, Trouble> {
    text.parse().map_err(|_| Trouble::not_here("flight"))
}

pub(super) fn guest(text: &str) -> Result<DocRef, Trouble> {
    text.parse().map_err(|_| Trouble::not_here("guest"))
}

/// For addresses: what is typed in a find box.
pub(super) fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
