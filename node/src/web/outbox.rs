//! The outbox: what is said to others, how far each message has come, and what a person can do where nobody knows.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, MessageChoice};
use schemas::record::FlightKey;
use schemas::record::outgoing::OutState;
use schemas::station::outgoing::OutRow;
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::language::Screen;
use super::page::{Notice, Section, Shell, Tone};
use super::{Web, staff};

/// The outbox, on every node.
#[derive(Debug, Template)]
#[template(path = "outbox.html")]
pub struct OutboxPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// The ways out of this node, each with what takes it; empty where another node sends.
    pub ways: Vec<WayRow>,
    pub flights: Vec<FlightLine>,
    /// Messages that somebody has to look at, and the one that was asked for.
    pub cards: Vec<OutCard>,
    /// The flight whose messages are listed.
    pub flight: Option<String>,
    pub rows: Vec<OutLine>,
}

/// A way out.
#[derive(Debug, Clone)]
pub struct WayRow {
    pub name: String,
    pub place: String,
    pub kinds: String,
}

/// A flight with how many of its messages stand how.
#[derive(Debug, Clone)]
pub struct FlightLine {
    pub key: String,
    pub name: String,
    pub waiting: u32,
    pub unknown: u32,
    pub refused: u32,
    pub cancelled: u32,
    pub sent: u32,
    pub open: bool,
}

/// A message that is looked at.
#[derive(Debug, Clone)]
pub struct OutCard {
    pub key: String,
    pub flight: String,
    pub flight_name: String,
    pub kind: String,
    pub state: OutWord,
    /// What was tried, by whom, and what the receiver said.
    pub known: Vec<String>,
    /// Its text, where it was asked for.
    pub text: Option<String>,
    pub may_check: bool,
    pub may_replay: bool,
    pub may_cancel: bool,
    pub may_arrive: bool,
}

/// A message in the list of its flight.
#[derive(Debug, Clone)]
pub struct OutLine {
    pub key: String,
    pub flight: String,
    pub place: u32,
    pub kind: String,
    pub state: OutWord,
    pub tries: String,
    pub when: String,
}

/// How a message stands: words and a mark, never colour alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutWord {
    pub icon: &'static str,
    pub class: &'static str,
    pub words: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct OutboxQuery {
    #[serde(default)]
    flight: Option<String>,
    /// The message whose text is shown.
    #[serde(default)]
    show: Option<String>,
    #[serde(default)]
    done: Option<Uuid>,
    /// A message that is looked at again.
    #[serde(default)]
    asked: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SettleForm {
    form: Uuid,
    how: MessageChoice,
    #[serde(default)]
    reason: String,
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<OutboxQuery>, headers: HeaderMap) -> Response {
    let asked = query.asked.as_ref().map(|_| Notice {
        tone: Tone::Accept,
        head: web.say.t("outbox-asked").to_string(),
        words: web.say.t("outbox-asked-words").to_string(),
    });
    let notice = web.done(query.done).or(asked);
    html(&page(&web, &headers, notice, query.flight.as_deref(), query.show.as_deref()))
}

/// A person decides about a message.
pub(super) async fn settle(
    Screen(web): Screen,
    Path((flight, key)): Path<(String, String)>,
    headers: HeaderMap,
    Form(form): Form<SettleForm>,
) -> Result<Response, Trouble> {
    let command = Command::SettleMessage { flight: forms::flight(&flight)?, key: key.clone(), how: form.how, reason: form.reason.trim().to_owned() };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => {
            web.options.outbox.ask_again(&key);
            Ok(Redirect::to(&format!("/outbox?flight={flight}&done={}", receipt.id)).into_response())
        }
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let notice = Notice::refused(&refusal, &web.say);
            Ok(refused(&refusal, &page(&web, &headers, Some(notice), Some(&flight), Some(&key))))
        }
    }
}

/// Looks at a message again now: the receiver is asked whether it has it, or it is tried again.
pub(super) async fn check(Screen(web): Screen, Path((flight, key)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, Trouble> {
    if staff::current(&headers).is_none() {
        return Ok(staff::ask());
    }
    let flight = forms::flight(&flight)?;
    if !web.options.outbox.ask_again(&key) {
        return Err(Trouble::not_here("message"));
    }
    Ok(Redirect::to(&format!("/outbox?flight={flight}&show={key}&asked={key}")).into_response())
}

/// How many messages somebody has to look at, for other pages.
pub(super) fn count_words(web: &Web) -> String {
    let counts = counts(web).into_values().fold(BTreeMap::new(), |mut all: BTreeMap<OutState, u32>, counts| {
        for (state, count) in counts {
            *all.entry(state).or_default() += count;
        }
        all
    });
    let count = |state| counts.get(&state).copied().unwrap_or(0);
    let look = count(OutState::Unknown) + count(OutState::Refused);
    match (count(OutState::Waiting), look) {
        (0, 0) => web.say.t("outbox-nothing").to_string(),
        (waiting, 0) => web.say.t("outbox-waits").arg("waiting", waiting).to_string(),
        (waiting, look) => web.say.t("outbox-look").arg("waiting", waiting).arg("look", look).to_string(),
    }
}

/// How a message or request stands, in words.
pub(super) fn word(web: &Web, state: OutState) -> OutWord {
    let (icon, class, key) = match state {
        OutState::Waiting => ("up", "waiting", "outbox-state-waiting"),
        OutState::Unknown => ("warn", "review", "outbox-state-unknown"),
        OutState::Refused => ("stop", "failed", "outbox-state-refused"),
        OutState::Cancelled => ("cut", "here", "outbox-state-cancelled"),
        OutState::Sent => ("tick", "hub", "outbox-state-sent"),
    };
    OutWord { icon, class, words: web.say.t(key).to_string() }
}

fn counts(web: &Web) -> BTreeMap<FlightKey, BTreeMap<OutState, u32>> {
    web.services.read(|station| {
        let flights = station.flights_with_out().into_iter().map(|flight| (flight, station.out_counts(&flight)));
        flights.filter(|(_, counts)| !counts.is_empty()).collect()
    })
}

fn page(web: &Web, headers: &HeaderMap, notice: Option<Notice>, flight: Option<&str>, show: Option<&str>) -> OutboxPage {
    let viewer = web.viewer(headers);
    let flight: Option<FlightKey> = flight.and_then(|text| text.parse().ok()).filter(|flight| viewer.sees(flight));
    let mut counted: Vec<_> = counts(web).into_iter().filter(|(flight, _)| viewer.sees(flight)).collect();
    counted.sort_by_key(|(flight, counts)| {
        let open = [OutState::Unknown, OutState::Refused, OutState::Waiting].map(|state| counts.get(&state).copied().unwrap_or(0) == 0);
        (open, std::cmp::Reverse(flight.date()), *flight)
    });
    counted.truncate(FLIGHTS_SHOWN);
    let rows = |flight: &FlightKey| web.services.read(|station| station.outbox(flight));
    let looked_at: Vec<OutRow> = match &flight {
        Some(flight) => rows(flight),
        None => {
            let has_open = |counts: &BTreeMap<OutState, u32>| counts.contains_key(&OutState::Unknown) || counts.contains_key(&OutState::Refused);
            counted.iter().filter(|(_, counts)| has_open(counts)).flat_map(|(flight, _)| rows(flight)).collect()
        }
    };
    let is_card = |row: &&OutRow| matches!(row.state, OutState::Unknown | OutState::Refused) || show == Some(row.key.as_str());
    let mut cards: Vec<&OutRow> = looked_at.iter().filter(is_card).collect();
    cards.sort_by_key(|row| show != Some(row.key.as_str()));
    OutboxPage {
        shell: web.shell(Section::Elsewhere, staff::current(headers).as_ref()),
        notice,
        ways: web.options.outbox.ways().iter().map(|way| way_row(web, way)).collect(),
        flights: counted.iter().map(|(key, counts)| flight_line(web, key, counts, flight.as_ref())).collect(),
        cards: cards.into_iter().take(CARDS_MAX).map(|row| card(web, row, show == Some(row.key.as_str()))).collect(),
        flight: flight.as_ref().map(|flight| web.say.flight(flight)),
        rows: flight.map(|_| looked_at.iter().rev().take(ROWS_MAX).map(|row| line(web, row)).collect()).unwrap_or_default(),
    }
}

fn way_row(web: &Web, way: &crate::outbox::Way) -> WayRow {
    let kinds: Vec<String> = way.kinds.iter().map(ToString::to_string).collect();
    WayRow { name: way.name.clone(), place: way.place(), kinds: web.say.list(&kinds) }
}

fn flight_line(web: &Web, key: &FlightKey, counts: &BTreeMap<OutState, u32>, open: Option<&FlightKey>) -> FlightLine {
    let count = |state| counts.get(&state).copied().unwrap_or(0);
    FlightLine {
        key: key.to_string(),
        name: web.say.flight(key),
        waiting: count(OutState::Waiting),
        unknown: count(OutState::Unknown),
        refused: count(OutState::Refused),
        cancelled: count(OutState::Cancelled),
        sent: count(OutState::Sent),
        open: open == Some(key),
    }
}

fn card(web: &Web, row: &OutRow, with_text: bool) -> OutCard {
    let sends = web.options.outbox.sends();
    let way = crate::outbox::Way::of(web.options.outbox.ways(), &row.flight, row.kind);
    let is_open = !row.state.is_over();
    OutCard {
        key: row.key.clone(),
        flight: row.flight.to_string(),
        flight_name: web.say.flight(&row.flight),
        kind: kind_words(web, row),
        state: word(web, row.state),
        known: known(web, row),
        text: with_text.then(|| row.text.clone()),
        may_check: match row.state {
            OutState::Unknown => way.is_some_and(crate::outbox::Way::can_ask),
            OutState::Waiting => sends,
            OutState::Refused | OutState::Cancelled | OutState::Sent => false,
        },
        may_replay: matches!(row.state, OutState::Unknown | OutState::Refused | OutState::Cancelled),
        may_cancel: is_open,
        may_arrive: is_open,
    }
}

fn line(web: &Web, row: &OutRow) -> OutLine {
    let tried = web.options.outbox.tried(&row.key).map_or(0, |tried| tried.count);
    let tries = row.answer.as_ref().map_or(0, |answer| answer.tries).max(tried);
    OutLine {
        key: row.key.clone(),
        flight: row.flight.to_string(),
        place: row.place,
        kind: kind_words(web, row),
        state: word(web, row.state),
        tries: web.say.number(tries.into()),
        when: web.services.local_time(row.answer.as_ref().map_or(row.at, |answer| answer.at)),
    }
}

/// `BSM`, or `PFS 2, part 1 of 3`.
fn kind_words(web: &Web, row: &OutRow) -> String {
    if row.parts <= 1 {
        return row.kind.to_string();
    }
    web.say.t("outbox-part").arg("kind", row.kind.as_str()).arg("part", u32::from(row.part)).arg("parts", u32::from(row.parts)).to_string()
}

/// What is known of a message, in sentences.
fn known(web: &Web, row: &OutRow) -> Vec<String> {
    let mut known = vec![web.say.t("outbox-said").arg("time", web.services.local_time(row.at)).arg("version", row.version).to_string()];
    if let Some(answer) = &row.answer {
        let by = if answer.way.is_empty() { web.say.t("staff-is").arg("staff", &*answer.by).to_string() } else { answer.way.clone() };
        let said = web.say.t("outbox-answer").arg("time", web.services.local_time(answer.at)).arg("by", by).arg("desk", &*answer.desk);
        known.push(said.arg("note", web.say.reason(&answer.note)).arg("has-note", if answer.note.is_empty() { "no" } else { "yes" }).to_string());
    }
    if let Some(tried) = web.options.outbox.tried(&row.key).filter(|_| row.state == OutState::Waiting) {
        let said = web.say.t("outbox-tried").arg("count", tried.count).arg("time", web.services.local_time(tried.at_ms));
        known.push(said.arg("note", web.say.reason(&tried.note)).to_string());
    }
    known
}

/// As many flights, cards and lines as a page shows; the API lists all.
const FLIGHTS_SHOWN: usize = 60;
const CARDS_MAX: usize = 30;
const ROWS_MAX: usize = 500;
