//! Conflicts: what merging cannot decide and a person must.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, Refusal};
use schemas::record::flight::Flight;
use schemas::station::Conflict;
use schemas::station::conflict::Side;
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::Failed;
use super::language::Screen;
use super::page::{Notice, Section, Shell, State};
use super::{Web, staff};

/// The inbox, on every node.
#[derive(Debug, Template)]
#[template(path = "conflicts.html")]
pub struct ConflictsPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub conflicts: Vec<ConflictCard>,
    /// What was settled before, newest first.
    pub settled: Vec<Settled>,
    /// Entries taken over without a question, for trust.
    pub merged: String,
}

/// One conflict with both sides' stories.
#[derive(Debug, Clone)]
pub struct ConflictCard {
    pub id: String,
    /// `Two guests in seat 14C`.
    pub head: String,
    /// `CA1501, 22 Nov`.
    pub about: String,
    pub link: String,
    /// `departure in 24 min`, or empty.
    pub pressure: String,
    /// What screens show meanwhile.
    pub shown_for_now: String,
    pub stories: Vec<Story>,
    pub proposal: String,
    /// The seat that is proposed, where some choice gives one.
    pub seat: Option<String>,
    pub choices: Vec<Choice>,
    /// Where the records are that it is about, all of them.
    pub state: State,
}

/// What one side did.
#[derive(Debug, Clone)]
pub struct Story {
    /// `A`, `B`.
    pub letter: String,
    pub said: String,
    /// `Staff 4711 at C03`.
    pub who: String,
    /// `10:12 by that desk's clock`.
    pub when: String,
}

/// One way to settle it.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub words: String,
    pub proposed: bool,
}

/// One settled conflict.
#[derive(Debug, Clone)]
pub struct Settled {
    pub head: String,
    pub words: String,
    pub who: String,
    pub when: String,
    pub state: State,
}

/// What an address of the inbox asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct InboxQuery {
    done: Option<Uuid>,
}

/// A choice as sent.
#[derive(Deserialize)]
pub(super) struct ChoiceForm {
    form: Uuid,
    choice: String,
    #[serde(default)]
    seat: String,
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<InboxQuery>, headers: HeaderMap) -> Response {
    html(&page(&web, &headers, web.done(query.done)))
}

pub(super) async fn resolve(
    Screen(web): Screen,
    Path(conflict): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ChoiceForm>,
) -> Result<Response, Trouble> {
    let conflict = conflict.parse().map_err(|_| Trouble::not_here("conflict"))?;
    let seat = match form.seat.trim() {
        "" => None,
        text => match text.to_ascii_uppercase().parse() {
            Ok(seat) => Some(seat),
            Err(_) => {
                let seen: String = text.chars().take(12).collect();
                let refusal =
                    Refusal::new("not-a-seat", format!("\"{seen}\" is not a seat."), "Give row and letter, such as 14C.", 422).arg("typed", seen);
                return Ok(refused(&refusal, &page(&web, &headers, Some(Notice::refused(&refusal, &web.say)))));
            }
        },
    };
    let command = Command::ResolveConflict { conflict, choice: form.choice, seat, note: String::new() };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/conflicts?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(refused(&refusal, &page(&web, &headers, Some(Notice::refused(&refusal, &web.say))))),
    }
}

/// What is still open, for the inbox and for the hub's page.
pub(super) fn open_cards(web: &Web) -> Vec<ConflictCard> {
    let (open, _) = conflicts(web);
    open.iter().map(|conflict| card(web, conflict)).collect()
}

fn page(web: &Web, headers: &HeaderMap, notice: Option<Notice>) -> ConflictsPage {
    let viewer = web.viewer(headers);
    let (mut open, mut settled) = conflicts(web);
    web.services.read(|station| {
        open.retain(|conflict| viewer.sees_conflict(station, conflict));
        settled.retain(|conflict| viewer.sees_conflict(station, conflict));
    });
    ConflictsPage {
        shell: web.shell(Section::Conflicts, staff::current(headers).as_ref()),
        notice,
        conflicts: open.iter().map(|conflict| card(web, conflict)).collect(),
        settled: settled.iter().filter_map(|conflict| settled_row(web, conflict)).collect(),
        merged: String::new(),
    }
}

fn conflicts(web: &Web) -> (Vec<Conflict>, Vec<Conflict>) {
    web.services.read(|station| station.conflicts()).into_iter().partition(|conflict| conflict.resolution.is_none())
}

fn card(web: &Web, conflict: &Conflict) -> ConflictCard {
    let std = |flight: &Flight| flight.etd.or(flight.std);
    let departs = conflict.flight.and_then(|key| Some((key, web.services.read(|station| station.flight(&key).and_then(std))?)));
    let pressure = departs.map(|(key, time)| web.countdown(&key, time)).filter(|words| !words.is_empty());
    ConflictCard {
        id: conflict.id.to_string(),
        head: web.say.said(&conflict.what),
        about: match conflict.flight {
            Some(key) => web.say.t("flight-and-day").arg("flight", key.flight().to_string()).arg("day", web.say.day(key.date())).to_string(),
            None => web.say.t("conflict-report").to_string(),
        },
        link: conflict.flight.map_or_else(|| "/baggage".to_owned(), |key| format!("/gate/{key}")),
        pressure: pressure.map(|words| web.say.t("conflict-departure").arg("when", words).to_string()).unwrap_or_default(),
        shown_for_now: web.say.said(&conflict.shown_for_now),
        state: web.state_words(web.held_conflict(conflict)),
        stories: conflict.sides.iter().zip('A'..='Z').map(|(side, letter)| story(web, side, letter)).collect(),
        proposal: web.say.said(&conflict.proposal.words),
        seat: conflict.choices.iter().any(|way| way.needs_seat).then(|| conflict.proposal.seat.map(|seat| seat.to_string()).unwrap_or_default()),
        choices: conflict
            .choices
            .iter()
            .map(|way| Choice { value: way.choice.clone(), words: web.say.said(&way.words), proposed: way.choice == conflict.proposal.choice })
            .collect(),
    }
}

fn story(web: &Web, side: &Side, letter: char) -> Story {
    let who = match (&side.who, &side.desk) {
        (Some(who), Some(desk)) => web.say.t("who-staff-desk").arg("staff", who).arg("desk", desk),
        (None, Some(desk)) => web.say.t("who-desk").arg("desk", desk),
        (Some(who), None) => web.say.t("staff-is").arg("staff", who),
        (None, None) => web.say.t("who-nobody"),
    };
    let when = side.at.map(|at| web.say.t("conflict-when").arg("time", web.services.local_time(at)).to_string()).unwrap_or_default();
    Story { letter: letter.to_string(), said: web.say.said(&side.text), who: who.to_string(), when }
}

fn settled_row(web: &Web, conflict: &Conflict) -> Option<Settled> {
    let resolution = conflict.resolution.as_ref()?;
    let way = conflict.choices.iter().find(|way| way.choice == resolution.choice);
    let words = way.map_or_else(|| resolution.choice.clone(), |way| web.say.said(&way.words));
    Some(Settled {
        head: web.say.said(&conflict.what),
        words: match resolution.seat {
            Some(seat) => web.say.t("conflict-with-seat").arg("words", words).arg("seat", seat.to_string()).to_string(),
            None => words,
        },
        who: web.say.t("who-staff-desk").arg("staff", &resolution.by).arg("desk", &resolution.desk).to_string(),
        when: web.services.local_time(resolution.at),
        state: web.state_words(web.held_conflict(conflict)),
    })
}
