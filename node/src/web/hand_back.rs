//! Giving a flight back to the host: what differs, who is right, and how each difference ends.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::record::FlightKey;
use schemas::record::fact::DifferenceEnd;
use schemas::record::flight::Controller;
use schemas::record::outgoing::OutState;
use schemas::said::Said;
use schemas::staff::Permission;
use schemas::station::settle::{DifferenceKind, Right, Totals};
use schemas::station::{Carried, ControlStep, Ended, FlightRow, MapKind, Settlement, SettlementRow, SettlingRow};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed, ReasonForm};
use super::language::Screen;
use super::page::{FlightHead, Notice, Section, Shell};
use super::{Web, column_maps, staff};
use crate::lang::Say;
use crate::services::CommandError;

/// What the page of a hand-back shows.
#[derive(Debug, Template)]
#[template(path = "hand_back.html")]
pub struct HandBackPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    /// A host's list that was pasted and not taken.
    pub typed: TypedList,
    /// Which of the three works the flight.
    pub stage: Stage,
    /// Whether the person may begin, call off and finish.
    pub may_hand_back: bool,
    /// `Host's last list 10:31, host now 12:10`, or why nothing is compared.
    pub lists: String,
    pub compared: bool,
    pub open: usize,
    pub settled: usize,
    /// Checked in, aboard, bags, each on the three sides.
    pub totals: Vec<TotalRow>,
    /// Said where the differences do not explain the counts.
    pub unexplained: bool,
    pub rows: Vec<DifferenceRow>,
    /// The one that is being settled.
    pub chosen: Option<DifferenceRow>,
    pub ended: Vec<EndedRow>,
    pub unread: Vec<UnreadLine>,
    /// Who took over, gave back and called off, in order.
    pub steps: Vec<ControlRow>,
    pub reasons: Vec<(String, String)>,
    /// The column maps that can be chosen for a list, with their words.
    pub maps: Vec<(String, String)>,
}

/// Who works a flight, for the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Host,
    Apron,
    HandingBack,
}

/// A count on the three sides.
#[derive(Debug, Clone)]
pub struct TotalRow {
    pub what: String,
    pub base: String,
    pub ours: i32,
    pub theirs: i32,
}

/// One difference.
#[derive(Debug, Clone)]
pub struct DifferenceRow {
    pub no: usize,
    pub id: String,
    pub kind: String,
    pub name: String,
    /// Sequence number, or the tag of a bag.
    pub about: String,
    pub base: String,
    pub ours: String,
    pub theirs: String,
    pub right: String,
    pub why: String,
    pub proposal: String,
    /// Both, as sentences one behind the other.
    pub advice: String,
    /// How it was settled and by whom; several where desks did not see each other.
    pub settled: Vec<String>,
    /// The message that carries it.
    pub message: Option<CarriedBy>,
    pub open: bool,
    pub chosen: bool,
}

/// How far the message has come that carries a difference.
#[derive(Debug, Clone)]
pub struct CarriedBy {
    pub words: String,
    /// Its place in the outbox.
    pub href: String,
    /// Whether the difference has ended by it.
    pub ends: bool,
}

/// A difference that ended because the host agrees.
#[derive(Debug, Clone)]
pub struct EndedRow {
    pub kind: String,
    pub name: String,
    pub ours: String,
    pub settled: Vec<String>,
}

/// A row of the host's list that could not be read.
#[derive(Debug, Clone)]
pub struct UnreadLine {
    pub line: u32,
    pub why: String,
    pub text: String,
}

/// A step of taking over or giving back.
#[derive(Debug, Clone)]
pub struct ControlRow {
    pub what: String,
    pub reason: String,
    pub who: String,
    pub when: String,
    pub holds: bool,
}

impl HandBackPage {
    pub fn is_host(&self) -> bool {
        self.stage == Stage::Host
    }

    pub fn is_apron(&self) -> bool {
        self.stage == Stage::Apron
    }

    pub fn is_handing_back(&self) -> bool {
        self.stage == Stage::HandingBack
    }
}

/// What an address of the page asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct HandBackQuery {
    done: Option<Uuid>,
    /// The difference to settle; the first open one if left out.
    difference: Option<String>,
}

/// How a difference ends.
#[derive(Deserialize)]
pub(super) struct SettleForm {
    form: Uuid,
    difference: String,
    how: DifferenceEnd,
    #[serde(default)]
    reason: String,
}

/// The end of a hand-back.
#[derive(Deserialize)]
pub(super) struct FinishForm {
    form: Uuid,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    anyway: String,
}

/// What stands in the form of a host's list: its time, its text, and whose column map was chosen.
#[derive(Debug, Clone, Default)]
pub struct TypedList {
    pub at: String,
    pub text: String,
    pub columns: String,
}

/// A host's list that was pasted.
#[derive(Deserialize)]
pub(super) struct ListForm {
    form: Uuid,
    #[serde(default)]
    at: String,
    #[serde(default)]
    text: String,
    /// The airline whose column map counts, where one was chosen.
    #[serde(default)]
    columns: String,
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<HandBackQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    Ok(html(&page(&web, &headers, &key, web.done(query.done), query.difference.as_deref())?))
}

pub(super) async fn begin(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Trouble> {
    let flight = forms::flight(&flight)?;
    act(&web, &headers, &flight, form.form, Command::BeginHandBack { flight, reason: form.words() }).await
}

pub(super) async fn call_off(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Trouble> {
    let flight = forms::flight(&flight)?;
    act(&web, &headers, &flight, form.form, Command::CallOffHandBack { flight, reason: form.words() }).await
}

pub(super) async fn finish(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<FinishForm>,
) -> Result<Response, Trouble> {
    let flight = forms::flight(&flight)?;
    let reason = form.reason.trim().to_owned();
    act(&web, &headers, &flight, form.form, Command::HandBack { flight, reason, anyway: !form.anyway.is_empty() }).await
}

pub(super) async fn settle(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<SettleForm>,
) -> Result<Response, Trouble> {
    let flight = forms::flight(&flight)?;
    let difference = form.difference.parse().map_err(|_| Trouble::not_here("difference"))?;
    let reason = form.reason.trim().to_owned();
    act(&web, &headers, &flight, form.form, Command::SettleDifference { flight, difference, how: form.how, reason }).await
}

/// Reads a list that was pasted; what cannot be read is kept as any other message, and stands in the form again.
pub(super) async fn list(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ListForm>,
) -> Result<Response, Trouble> {
    let flight = forms::flight(&flight)?;
    let Some(staff) = staff::current(&headers) else { return Ok(staff::ask()) };
    let again = |notice, form: ListForm| -> Result<HandBackPage, Trouble> {
        let typed = TypedList { at: form.at, text: form.text, columns: form.columns };
        Ok(HandBackPage { typed, ..page(&web, &headers, &flight, Some(notice), None)? })
    };
    let at = match (form.at.trim().is_empty(), form.at.trim().parse()) {
        (true, _) => None,
        (false, Ok(at)) => Some(at),
        (false, Err(_)) => {
            let refusal =
                schemas::command::Refusal::new("host-list-time", "This is not a time of day.", "Give hours and minutes, such as 10:31.", 422);
            let refusal = refusal.variant("typed");
            let notice = Notice::refused(&refusal, &web.say);
            return Ok(refused(&refusal, &again(notice, form)?));
        }
    };
    let columns = Some(form.columns.clone()).filter(|columns| !columns.is_empty());
    let command = Command::ImportHostList { flight, at, text: form.text.replace("\r\n", "\n"), columns };
    let body = serde_json::to_string(&command).map_err(|_| Trouble::not_here("list"))?;
    let refusal = match web.services.command(form.form, staff.as_str(), &body).await {
        Ok(receipt) => return Ok(Redirect::to(&format!("/hand-back/{flight}?done={}", receipt.id)).into_response()),
        Err(CommandError::Waits(item)) => return Ok(Redirect::to(&format!("/messages?settled={}", item.id)).into_response()),
        Err(CommandError::Refused(refusal)) => refusal,
        Err(CommandError::Kept(refusal, _)) => *refusal,
        Err(error) => return Err(error.into()),
    };
    Ok(refused(&refusal, &again(Notice::refused(&refusal, &web.say), form)?))
}

/// Carries out a press and goes back to the page; a refusal stays on it with its words.
async fn act(web: &Web, headers: &HeaderMap, key: &FlightKey, form: Uuid, command: Command) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/hand-back/{key}?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(refused(&refusal, &page(web, headers, key, Some(Notice::refused(&refusal, &web.say)), None)?)),
    }
}

fn page(web: &Web, headers: &HeaderMap, key: &FlightKey, notice: Option<Notice>, wanted: Option<&str>) -> Result<HandBackPage, Trouble> {
    let known = web.services.read(|station| Some((station.flight_of(key)?, station.settlement(key).unwrap_or_default(), station.control_steps(key))));
    let (row, found, steps) = known.ok_or_else(|| Trouble::not_here("flight"))?;
    let chosen = found.rows.iter().find(|row| wanted == Some(row.difference.id.to_string().as_str()));
    let chosen = chosen.or_else(|| found.rows.iter().find(|row| row.is_open())).map(|row| row.difference.id);
    let mut rows: Vec<DifferenceRow> = found.rows.iter().enumerate().map(|(at, row)| difference_row(web, key, at + 1, row)).collect();
    rows.iter_mut().zip(&found.rows).for_each(|(shown, row)| shown.chosen = Some(row.difference.id) == chosen);
    Ok(HandBackPage {
        shell: web.shell(Section::Gate, staff::current(headers).as_ref()),
        flight: web.head(&row),
        typed: TypedList::default(),
        notice,
        stage: stage_of(&row),
        may_hand_back: web.viewer(headers).may(Permission::HandBack),
        lists: lists_words(web, &found),
        compared: found.compared,
        open: found.open,
        settled: found.settled,
        totals: total_rows(&web.say, &found),
        unexplained: found.compared && !found.adds_up,
        chosen: rows.iter().find(|row| row.chosen).cloned().filter(|_| row.controller != Controller::Host),
        rows,
        ended: found.ended.iter().map(|ended| ended_row(web, ended)).collect(),
        unread: found.unread.iter().map(|row| UnreadLine { line: row.line, why: fault_words(&web.say, row.why), text: row.text.clone() }).collect(),
        steps: steps.iter().map(|step| step_row(web, step)).collect(),
        reasons: web.say.reasons(&["host-answers", "asked-by-airline", "drill"]),
        maps: column_maps::choices(web, MapKind::HostList),
    })
}

fn stage_of(row: &FlightRow) -> Stage {
    match row.controller {
        Controller::Host => Stage::Host,
        Controller::Apron => Stage::Apron,
        Controller::HandingBack => Stage::HandingBack,
    }
}

fn difference_row(web: &Web, flight: &FlightKey, no: usize, row: &SettlementRow) -> DifferenceRow {
    let say = |said: &Said| web.say.said(said);
    let found = &row.difference;
    let sequence = found.sequence.map(|number| web.say.t("handback-sequence").arg("sequence", number.to_string()).to_string());
    let right = match found.right {
        Right::Apron => "handback-right-apron",
        Right::Host => "handback-right-host",
        Right::Nobody => "handback-right-nobody",
    };
    DifferenceRow {
        no,
        id: found.id.to_string(),
        kind: kind_words(&web.say, found.kind),
        name: found.name.clone(),
        about: found.tag.map(|tag| tag.to_string()).or(sequence).unwrap_or_default(),
        base: say(&found.base),
        ours: say(&found.ours),
        theirs: say(&found.theirs),
        right: web.say.t(right).to_string(),
        why: say(&found.why),
        proposal: say(&found.proposal),
        advice: web.say.sentences(&[say(&found.why), say(&found.proposal)]),
        settled: settled_words(web, &row.settled),
        message: row.carried.as_ref().map(|carried| carried_by(web, flight, carried)),
        open: row.is_open(),
        chosen: false,
    }
}

fn carried_by(web: &Web, flight: &FlightKey, carried: &Carried) -> CarriedBy {
    let key = match carried.state {
        OutState::Sent if carried.ends => "handback-message-sent",
        OutState::Sent => "handback-message-older",
        OutState::Unknown => "handback-message-unknown",
        OutState::Refused => "handback-message-refused",
        OutState::Waiting | OutState::Cancelled => "handback-message-waiting",
    };
    let words = web.say.t(key).arg("kind", carried.kind.as_str()).arg("number", carried.place.to_string());
    CarriedBy {
        words: words.arg("time", web.services.local_time(carried.at)).to_string(),
        href: format!("/outbox?flight={flight}&show={}", carried.key),
        ends: carried.ends,
    }
}

fn ended_row(web: &Web, ended: &Ended) -> EndedRow {
    EndedRow {
        kind: kind_words(&web.say, ended.kind),
        name: ended.name.clone(),
        ours: web.say.said(&ended.ours),
        settled: settled_words(web, &ended.settled),
    }
}

fn settled_words(web: &Web, settled: &[SettlingRow]) -> Vec<String> {
    let words = |row: &SettlingRow| {
        let how = match row.how {
            DifferenceEnd::Sent => "handback-sent",
            DifferenceEnd::KeyedIn => "handback-keyed-in",
            DifferenceEnd::HostAccepted => "handback-accepted",
            DifferenceEnd::NoAction => "handback-no-action",
        };
        let said = web.say.t("handback-settled-by").arg("how", web.say.t(how).to_string()).arg("time", web.services.local_time(row.at));
        let said = said.arg("staff", &row.by).arg("desk", &row.desk).arg("reason", web.say.reason(&row.reason));
        if row.reason.is_empty() { said.to_string() } else { said.of("reason").to_string() }
    };
    settled.iter().map(words).collect()
}

fn kind_words(say: &Say, kind: DifferenceKind) -> String {
    let key = match kind {
        DifferenceKind::Guest => "handback-kind-guest",
        DifferenceKind::Booking => "handback-kind-booking",
        DifferenceKind::Presence => "handback-kind-presence",
        DifferenceKind::Seat => "col-seat",
        DifferenceKind::Sequence => "col-sequence",
        DifferenceKind::Documents => "handback-kind-documents",
        DifferenceKind::Bag => "handback-kind-bag",
        DifferenceKind::Pieces => "handback-kind-pieces",
    };
    say.t(key).to_string()
}

fn fault_words(say: &Say, why: &str) -> String {
    say.t("handback-row-fault").arg("why", why.to_owned()).to_string()
}

fn total_rows(say: &Say, found: &Settlement) -> Vec<TotalRow> {
    if !found.compared {
        return Vec::new();
    }
    let row = |key: &str, of: fn(&Totals) -> i32| TotalRow {
        what: say.t(key).to_string(),
        base: if found.base_at.is_some() { of(&found.base).to_string() } else { "-".to_owned() },
        ours: of(&found.ours),
        theirs: of(&found.theirs),
    };
    vec![row("col-checked-in", |totals| totals.checked_in), row("col-boarded", |totals| totals.aboard), row("handback-bags", |totals| totals.bags)]
}

fn lists_words(web: &Web, found: &Settlement) -> String {
    let time = |ms: Option<i64>| ms.map_or_else(|| web.say.t("none").to_string(), |ms| web.services.local_time(ms));
    match found.compared {
        true => web.say.t("handback-lists").arg("base", time(found.base_at)).arg("now", time(found.now_at)).to_string(),
        false if found.in_part => web.say.t("handback-list-coming").to_string(),
        false => web.say.t("handback-no-list").arg("base", time(found.base_at)).to_string(),
    }
}

fn step_row(web: &Web, step: &ControlStep) -> ControlRow {
    let key = match step.step {
        "hand-back-begun" => "handback-step-begun",
        "hand-back-called-off" => "handback-step-called-off",
        "handed-back" => "handback-step-done",
        _ => "handback-step-taken",
    };
    ControlRow {
        what: match step.open.filter(|open| *open > 0) {
            Some(open) => web.say.t("handback-step-done-open").arg("open", open).to_string(),
            None => web.say.t(key).to_string(),
        },
        reason: web.say.reason(&step.reason),
        who: web.say.t("who-staff-desk").arg("staff", &step.by).arg("desk", &step.desk).to_string(),
        when: web.services.local_time(step.at),
        holds: step.holds,
    }
}
