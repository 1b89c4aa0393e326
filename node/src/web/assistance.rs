//! Helping guests: every job of the flights near now, who is on the way, and what comes next.

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::record::fact::AssistStep;
use schemas::record::{DocRef, FlightKey};
use schemas::station::{FlightRow, Job, JobRow};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::gate_guest;
use super::language::Screen;
use super::packs::minutes_left;
use super::page::{Flag, Notice, Section, Shell, State};
use super::{Web, staff, words};
use crate::lang::Say;

/// Who is to be helped, and by whom.
#[derive(Debug, Template)]
#[template(path = "assistance.html")]
pub struct AssistancePage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// The flights that can be chosen.
    pub flights: Vec<FlightChoice>,
    /// The flight that is chosen; empty for all.
    pub flight: String,
    /// Whether jobs that are over are shown too.
    pub all: bool,
    pub rows: Vec<HelpRow>,
    /// How many there are where not all are shown.
    pub more: Option<usize>,
    pub ordered: usize,
    pub coming: usize,
    /// The job that is open.
    pub job: Option<HelpPanel>,
}

/// A flight near now.
#[derive(Debug, Clone)]
pub struct FlightChoice {
    pub key: String,
    pub words: String,
    pub chosen: bool,
}

/// One job.
#[derive(Debug, Clone)]
pub struct HelpRow {
    pub no: usize,
    /// Booking and service, for addresses.
    pub id: String,
    pub booking: String,
    pub name: String,
    pub flight: String,
    pub key: String,
    pub gate: String,
    pub seat: String,
    pub standing: String,
    pub service: Flag,
    pub place: String,
    pub who: String,
    /// What is known of it in a few words.
    pub words: String,
    pub ordered: String,
    pub assigned: String,
    pub picked_up: String,
    pub handed_over: String,
    /// What one press does; nothing where a name is needed first, or all is done.
    pub next: Option<Step>,
    pub is_over: bool,
    pub state: State,
}

/// The open job with its steps.
#[derive(Debug, Clone)]
pub struct HelpPanel {
    pub row: HelpRow,
    pub steps: Vec<Step>,
    /// Who is proposed to help: whoever asks.
    pub who: String,
}

/// A step that can be taken now.
#[derive(Debug, Clone)]
pub struct Step {
    /// As in commands: `pick-up`.
    pub value: &'static str,
    pub words: String,
    pub primary: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct HelpQuery {
    #[serde(default)]
    flight: String,
    #[serde(default)]
    all: String,
    #[serde(default)]
    job: String,
    done: Option<Uuid>,
}

/// A step of one job, and the page to come back to.
#[derive(Deserialize)]
pub(super) struct StepForm {
    form: Uuid,
    booking: String,
    service: String,
    step: AssistStep,
    #[serde(default)]
    who: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    flight: String,
    #[serde(default)]
    all: String,
}

/// Jobs of flights that depart within so many minutes, and of those that departed so long ago: who arrives late is still on the way.
const AHEAD_MINUTES: i64 = 12 * 60;
const BEHIND_MINUTES: i64 = 6 * 60;

/// More jobs than this are looked at flight by flight.
const ROWS_MAX: usize = 200;

/// The services that are ordered at a gate, the commonest first.
const SERVICES: [&str; 8] = ["WCHR", "WCHS", "WCHC", "MAAS", "BLND", "DEAF", "UMNR", "BAGS"];

pub(super) async fn show(Screen(web): Screen, Query(query): Query<HelpQuery>, headers: HeaderMap) -> Response {
    html(&page(&web, &headers, &query))
}

pub(super) async fn step(Screen(web): Screen, headers: HeaderMap, Form(form): Form<StepForm>) -> Result<Response, Trouble> {
    let booking = forms::guest(&form.booking)?;
    let command = command(booking, form.service, form.step, &form.who, &form.place);
    let query = HelpQuery { flight: form.flight, all: form.all, job: String::new(), done: None };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("{}done={}", address(&query), receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let page = AssistancePage { notice: Some(Notice::refused(&refusal, &web.say)), ..page(&web, &headers, &query) };
            Ok(refused(&refusal, &page))
        }
    }
}

/// What a form of help asks for. Blanks around names are nobody's.
pub(super) fn command(booking: DocRef, service: String, step: AssistStep, who: &str, place: &str) -> Command {
    let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Command::Assist { booking, service, step, who: given(who), place: given(place) }
}

/// `WCHR: 4801 is on the way since 13:40`.
pub(super) fn helping(web: &Web, job: &Job) -> String {
    let at = |ms: Option<i64>| ms.map(|ms| web.services.local_time(ms)).unwrap_or_default();
    let (key, ms) = match job.step {
        AssistStep::Order | AssistStep::Cancel => ("helping-ordered", job.ordered_at),
        AssistStep::Assign => ("helping-coming", job.assigned_at),
        AssistStep::PickUp => ("helping-picked-up", job.picked_up_at),
        AssistStep::HandOver => ("helping-over", job.handed_over_at),
    };
    web.say.t(key).arg("service", &job.service).arg("who", web.say.list(&job.who)).arg("time", at(ms)).to_string()
}

/// What can come after this step, the usual one first.
pub(super) fn steps(say: &Say, step: AssistStep) -> Vec<Step> {
    let next: &[(&'static str, &'static str)] = match step {
        AssistStep::Order => &[("assign", "help-assign"), ("pick-up", "help-pick-up"), ("cancel", "help-cancel")],
        AssistStep::Assign => &[("pick-up", "help-pick-up"), ("assign", "help-assign-again"), ("cancel", "help-cancel")],
        AssistStep::PickUp => &[("hand-over", "help-hand-over")],
        AssistStep::HandOver | AssistStep::Cancel => &[],
    };
    next.iter().enumerate().map(|(at, (value, key))| Step { value, words: say.t(key).to_string(), primary: at == 0 }).collect()
}

/// The kinds of help that can be ordered, with what each means.
pub(super) fn services(say: &Say) -> Vec<Flag> {
    SERVICES.iter().map(|code| words::flag(say, code)).collect()
}

fn address(query: &HelpQuery) -> String {
    format!("/assistance?flight={}&all={}&", forms::escaped(&query.flight), forms::escaped(&query.all))
}

fn page(web: &Web, headers: &HeaderMap, query: &HelpQuery) -> AssistancePage {
    let viewer = web.viewer(headers);
    let near: Vec<FlightRow> = near(web).into_iter().filter(|row| viewer.sees(&row.flight)).collect();
    let chosen: Option<FlightKey> = query.flight.parse().ok().filter(|key| viewer.sees(key));
    let all = !query.all.is_empty();
    let mut jobs = web.services.read(|station| match &chosen {
        Some(key) => station.assistance(Some(key)),
        None => near.iter().flat_map(|row| station.assistance(Some(&row.flight))).collect(),
    });
    // Open ones first, the next departure first.
    jobs.sort_by_key(|row| row.job.step == AssistStep::HandOver);
    let count = |is: fn(AssistStep) -> bool| jobs.iter().filter(|row| is(row.job.step)).count();
    let ordered = count(|step| step == AssistStep::Order);
    let coming = count(|step| matches!(step, AssistStep::Assign | AssistStep::PickUp));
    jobs.retain(|row| all || row.job.step != AssistStep::HandOver);
    let more = (jobs.len() > ROWS_MAX).then_some(jobs.len());
    let rows: Vec<HelpRow> = jobs.iter().take(ROWS_MAX).enumerate().map(|(at, row)| help_row(web, at + 1, row)).collect();
    let staff = staff::current(headers);
    let job = rows.iter().zip(&jobs).find(|(row, _)| row.id == query.job).map(|(row, job)| HelpPanel {
        row: row.clone(),
        steps: steps(&web.say, job.job.step),
        who: staff.as_ref().map(ToString::to_string).unwrap_or_default(),
    });
    AssistancePage {
        shell: web.shell(Section::Gate, staff.as_ref()),
        notice: web.done(query.done),
        flights: choices(web, &near, chosen.as_ref()),
        flight: chosen.map(|key| key.to_string()).unwrap_or_default(),
        all,
        rows,
        more,
        ordered,
        coming,
        job,
    }
}

/// The flights near now, by departure; one that is chosen is among them whenever it goes.
fn choices(web: &Web, near: &[FlightRow], chosen: Option<&FlightKey>) -> Vec<FlightChoice> {
    let mut keys: Vec<FlightKey> = near.iter().map(|row| row.flight).collect();
    keys.extend(chosen.filter(|key| !near.iter().any(|row| row.flight == **key)));
    keys.iter().map(|key| FlightChoice { key: key.to_string(), words: web.say.flight(key), chosen: chosen == Some(key) }).collect()
}

fn near(web: &Web) -> Vec<FlightRow> {
    let now = web.local_now();
    let mut rows: Vec<(i64, FlightRow)> = web
        .services
        .read(|station| station.flights())
        .into_iter()
        .filter_map(|row| match minutes_left(&row, now) {
            Some(left) => (-BEHIND_MINUTES..=AHEAD_MINUTES).contains(&left).then_some((left, row)),
            None => (row.flight.date() == now.date()).then_some((i64::MAX, row)),
        })
        .collect();
    rows.sort_by_key(|(left, row)| (*left, row.flight));
    rows.into_iter().map(|(_, row)| row).collect()
}

fn help_row(web: &Web, no: usize, row: &JobRow) -> HelpRow {
    let at = |ms: Option<i64>| ms.map(|ms| web.services.local_time(ms)).unwrap_or_default();
    let job = &row.job;
    let next = steps(&web.say, job.step).into_iter().next().filter(|_| job.step != AssistStep::Order);
    HelpRow {
        no,
        id: format!("{}.{}", row.booking, job.service),
        booking: row.booking.to_string(),
        name: row.name.clone(),
        flight: web.say.flight(&row.flight),
        key: row.flight.to_string(),
        gate: row.gate.clone().unwrap_or_default(),
        seat: row.seat.map(|seat| seat.to_string()).unwrap_or_default(),
        standing: web.say.t(gate_guest::standing(row.standing)).to_string(),
        service: words::flag(&web.say, &job.service),
        place: job.place.clone().unwrap_or_default(),
        who: web.say.list(&job.who),
        words: helping(web, job),
        ordered: at(job.ordered_at),
        assigned: at(job.assigned_at),
        picked_up: at(job.picked_up_at),
        handed_over: at(job.handed_over_at),
        next,
        is_over: job.step == AssistStep::HandOver,
        state: web.state(&row.flight.scope(), row.booking.0),
    }
}
