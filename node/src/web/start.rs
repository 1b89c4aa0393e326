//! The start page of a node: its flights, its sections, and who is working here.

use askama::Template;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::station::FlightRow as Row;
use serde::Deserialize;
use uuid::Uuid;

use super::errors::html;
use super::language::Screen;
use super::page::{Control, Notice, Section, Shell, State, Tone};
use super::shift::NoteRow;
use super::{Web, control, staff};

/// What the start page shows.
#[derive(Debug, Template)]
#[template(path = "start.html")]
pub struct StartPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// What the shift before left to say.
    pub notes: Vec<NoteRow>,
    pub flights: Vec<FlightRow>,
    /// `Host of CA silent since 10:33.` Empty while all are heard.
    pub silent: String,
    /// The flights that the host works and the person may take over, with their words.
    pub takeable: Vec<(String, String)>,
    pub reasons: Vec<(String, String)>,
}

/// One flight of today.
#[derive(Debug, Clone)]
pub struct FlightRow {
    pub key: String,
    pub number: String,
    pub route: String,
    pub gate: String,
    pub std: String,
    pub countdown: String,
    pub status: String,
    pub control: Control,
    pub state: State,
    pub sources: String,
    pub booked: usize,
    pub checked_in: usize,
    pub boarded: usize,
    pub missing: usize,
}

/// What the start page is told by whoever sent the person here.
#[derive(Debug, Default, Deserialize)]
pub(super) struct StartQuery {
    staff: Option<String>,
    done: Option<Uuid>,
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<StartQuery>, headers: HeaderMap) -> Response {
    let words = match query.staff.as_deref() {
        Some("missing") => Some(("start-staff-missing", "start-staff-missing-words")),
        Some("wrong") => Some(("start-staff-wrong", "start-staff-wrong-words")),
        _ => None,
    };
    let notice = words.map(|(head, words)| Notice { tone: Tone::Attention, head: web.say.t(head).to_string(), words: web.say.t(words).to_string() });
    html(&page(&web, &headers, notice.or_else(|| web.done(query.done))))
}

pub(super) fn page(web: &Web, headers: &HeaderMap, notice: Option<Notice>) -> StartPage {
    let viewer = web.viewer(headers);
    let mut flights = web.services.read(|station| station.flights());
    flights.retain(|row| viewer.sees(&row.flight));
    StartPage {
        shell: web.shell(Section::Start, staff::current(headers).as_ref()),
        notice,
        notes: if staff::current(headers).is_some() { web.notes() } else { Vec::new() },
        takeable: web.takeable(headers, &flights),
        reasons: web.say.reasons(&control::REASONS),
        silent: web.hosts_silent(|host| flights.iter().any(|row| row.flight.carrier() == host.carrier && row.flight.station() == host.station)),
        flights: flights.iter().map(|row| flight_row(web, row)).collect(),
    }
}

fn flight_row(web: &Web, row: &Row) -> FlightRow {
    let head = web.head(row);
    FlightRow {
        key: head.key,
        number: head.number,
        route: head.route,
        gate: head.gate,
        std: head.std,
        countdown: head.countdown,
        status: head.status,
        control: head.control,
        state: head.state,
        sources: head.sources,
        booked: row.counts.booked as usize,
        checked_in: row.counts.checked_in as usize,
        boarded: row.counts.boarded as usize,
        missing: row.counts.missing as usize,
    }
}
