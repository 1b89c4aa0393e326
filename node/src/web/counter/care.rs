//! Help for a guest, ordered at the counter, and who hands over a minor who travels alone.

use axum::Form;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::command::Command;
use schemas::record::fact::{AssistStep, EscortStep};
use schemas::station::{GuestRow, Job};
use serde::Deserialize;
use uuid::Uuid;

use super::CounterQuery;
use super::actions::act;
use crate::lang::Say;
use crate::web::Web;
use crate::web::errors::Trouble;
use crate::web::forms;
use crate::web::language::Screen;

/// What is ordered for one guest, and what can be.
#[derive(Debug, Clone, Default)]
pub struct CarePart {
    pub guest: CareGuest,
    pub jobs: Vec<JobLine>,
    /// The codes that can be ordered, each with its words.
    pub services: Vec<(&'static str, String)>,
}

/// Whom it is about.
#[derive(Debug, Clone, Default)]
pub struct CareGuest {
    pub booking: String,
    pub name: String,
    /// Whether somebody has to hand the guest over.
    pub is_minor: bool,
    /// Who did.
    pub handed_by: String,
}

/// One thing that is ordered.
#[derive(Debug, Clone, Default)]
pub struct JobLine {
    pub service: String,
    pub words: String,
    /// Whether it can still be taken back.
    pub open: bool,
}

/// Help to be ordered, or not needed after all.
#[derive(Deserialize)]
pub(in crate::web) struct AssistForm {
    form: Uuid,
    booking: String,
    #[serde(default)]
    q: String,
    service: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    step: String,
}

/// Who brings a minor.
#[derive(Deserialize)]
pub(in crate::web) struct EscortForm {
    form: Uuid,
    booking: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    name: String,
}

pub(in crate::web) async fn assist(Screen(web): Screen, headers: HeaderMap, Form(form): Form<AssistForm>) -> Result<Response, Trouble> {
    let query = of(&form.q, &form.booking);
    let step = if form.step == "cancel" { AssistStep::Cancel } else { AssistStep::Order };
    let command = Command::Assist {
        booking: forms::guest(&form.booking)?,
        service: form.service.trim().to_ascii_uppercase(),
        step,
        who: None,
        place: Some(form.place.trim().to_owned()).filter(|place| !place.is_empty()),
    };
    act(&web, &headers, &query, form.form, command, "care-service").await
}

pub(in crate::web) async fn escort(Screen(web): Screen, headers: HeaderMap, Form(form): Form<EscortForm>) -> Result<Response, Trouble> {
    let query = of(&form.q, &form.booking);
    let command = Command::NoteEscort { booking: forms::guest(&form.booking)?, step: EscortStep::CheckIn, name: form.name.trim().to_owned() };
    act(&web, &headers, &query, form.form, command, "care-name").await
}

fn of(q: &str, booking: &str) -> CounterQuery {
    CounterQuery { q: q.to_owned(), booking: Some(booking.to_owned()), care: Some(booking.to_owned()), ..CounterQuery::default() }
}

pub(super) fn part(web: &Web, guest: &GuestRow) -> CarePart {
    let say = &web.say;
    CarePart {
        guest: CareGuest {
            booking: guest.booking.to_string(),
            name: guest.name.clone(),
            is_minor: guest.minor.is_some(),
            handed_by: guest.minor.as_ref().and_then(|minor| minor.handed_by.clone()).unwrap_or_default(),
        },
        jobs: guest
            .assistance
            .iter()
            .map(|job| JobLine { service: job.service.clone(), words: job_words(web, job), open: job.step < AssistStep::PickUp })
            .collect(),
        services: SERVICES.iter().map(|(code, key)| (*code, say.t(key).to_string())).collect(),
    }
}

/// What is known of help and hand-over, each in a line.
pub(super) fn lines(web: &Web, guest: &GuestRow) -> Vec<String> {
    let mut lines: Vec<String> = guest.assistance.iter().map(|job| job_words(web, job)).collect();
    if let Some(name) = guest.minor.as_ref().and_then(|minor| minor.handed_by.as_ref()) {
        lines.push(web.say.t("care-handed-by").arg("name", name).to_string());
    }
    lines
}

/// `WCHR: assigned to 4720, 10:12, at desk 12`.
fn job_words(web: &Web, job: &Job) -> String {
    let say = &web.say;
    let (key, at) = match job.step {
        AssistStep::Order | AssistStep::Cancel => ("care-ordered", job.ordered_at),
        AssistStep::Assign => ("care-assigned", job.assigned_at),
        AssistStep::PickUp => ("care-picked-up", job.picked_up_at),
        AssistStep::HandOver => ("care-handed-over", job.handed_over_at),
    };
    let time = at.map(|at| web.services.local_time(at)).unwrap_or_default();
    let said = say.t(key).arg("service", service_words(say, &job.service)).arg("time", time).arg("who", say.list(&job.who)).to_string();
    match &job.place {
        Some(place) => say.t("care-at").arg("said", said).arg("place", place).to_string(),
        None => said,
    }
}

/// `WCHR, wheelchair to the aircraft door`.
fn service_words(say: &Say, code: &str) -> String {
    match SERVICES.iter().find(|(known, _)| *known == code) {
        Some((_, key)) => say.t("care-service-is").arg("code", code).arg("words", say.t(key).to_string()).to_string(),
        None => code.to_owned(),
    }
}

/// What can be ordered, with the key of its words.
const SERVICES: [(&str, &str); 8] = [
    ("WCHR", "flag-wchr"),
    ("WCHS", "flag-wchs"),
    ("WCHC", "flag-wchc"),
    ("MAAS", "flag-maas"),
    ("BLND", "flag-blnd"),
    ("DEAF", "flag-deaf"),
    ("UMNR", "flag-umnr"),
    ("BAGS", "care-bags"),
];
