//! Excess baggage of a party at the counter: how much it is, and what came of it.

use axum::Form;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::command::Command;
use schemas::record::excess::{Excess, ExcessEnd};
use schemas::record::reason;
use schemas::staff::Permission;
use schemas::station::{Problem, Trouble};
use serde::Deserialize;
use uuid::Uuid;

use super::CounterQuery;
use super::actions::{act, act_beside};
use crate::staff::Proof;
use crate::web::Web;
use crate::web::errors::Trouble as Wrong;
use crate::web::forms;
use crate::web::language::Screen;

/// What is to be settled.
#[derive(Debug, Clone, Default)]
pub struct ExcessPart {
    /// The guest whose party it is.
    pub booking: String,
    pub pieces: u16,
    pub kg: u16,
    /// Why it may go free of charge.
    pub reasons: Vec<(String, String)>,
    /// Whether a supervisor has to show a badge for that.
    pub asks_supervisor: bool,
}

#[derive(Deserialize)]
pub(in crate::web) struct ExcessForm {
    form: Uuid,
    booking: String,
    #[serde(default)]
    q: String,
    pieces: u16,
    kg: u16,
    how: ExcessEnd,
    #[serde(default)]
    proof: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
    /// The supervisor who lets it go free of charge.
    #[serde(default)]
    who: String,
    #[serde(default)]
    secret: String,
}

/// As much of a reason as a record takes.
const REASON_MAX: usize = 200;

pub(in crate::web) async fn settle(Screen(web): Screen, headers: HeaderMap, Form(form): Form<ExcessForm>) -> Result<Response, Wrong> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), ..CounterQuery::default() };
    let (proof, reason) = match form.how {
        ExcessEnd::Paid => (form.proof.trim().to_owned(), String::new()),
        ExcessEnd::Waived => (String::new(), reason::joined(&form.reason, &form.note, REASON_MAX)),
    };
    let over = Excess { pieces: form.pieces, kg: form.kg };
    let command = Command::SettleExcess { booking: forms::guest(&form.booking)?, over, how: form.how, proof, reason };
    match form.how {
        ExcessEnd::Paid => act(&web, &headers, &query, form.form, command, "excess-proof").await,
        ExcessEnd::Waived => act_beside(&web, &headers, &query, form.form, command, Proof { who: form.who, secret: form.secret }, "excess-who").await,
    }
}

/// The form for a problem, if it is about this.
pub(super) fn part(web: &Web, headers: &HeaderMap, problem: &Problem) -> Option<ExcessPart> {
    let Trouble::Excess(over) = problem.trouble else { return None };
    Some(ExcessPart {
        booking: problem.booking.to_string(),
        pieces: over.pieces,
        kg: over.kg,
        reasons: web.say.reasons(&["status-card", "mobility-aid", "goodwill", "asked-by-airline"]),
        asks_supervisor: !web.viewer(headers).may(Permission::WaiveExcess),
    })
}
