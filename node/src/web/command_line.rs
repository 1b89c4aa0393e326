//! The command line: everything that staff do, by typing, on any page (Ctrl+K).

use std::sync::PoisonError;

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{BagGiven, Command, SeatWish};
use schemas::record::booking::Standing;
use schemas::record::fact::{AssistStep, Documents};
use schemas::record::tracing::Stage;
use schemas::record::{DocRef, FlightKey, SeatMap, reason};
use schemas::staff::ACTIONS;
use schemas::standards::bag_tag::BagTag;
use schemas::standards::flight::FlightNumber;
use schemas::standards::seat::Seat;
use serde::Deserialize;
use uuid::Uuid;

use super::command_gate::{self, GateLine};
use super::errors::{Trouble, html};
use super::forms::{Failed, escaped};
use super::language::Screen;
use super::page::{FieldError, Notice, Section, Shell};
use super::{Web, staff};

/// The command line with what can be typed.
#[derive(Debug, Template)]
#[template(path = "command.html")]
pub struct CommandPage {
    pub shell: Shell,
    pub errors: Vec<FieldError>,
    /// What was taken back.
    pub notice: Option<Notice>,
    /// What is to be taken back, and the command that did it.
    pub back: Option<(String, Uuid)>,
    pub line: String,
    /// The flight that the numbers are of.
    pub flight: Option<String>,
    pub rows: Vec<CommandRow>,
}

/// Something that can be typed.
#[derive(Debug, Clone)]
pub struct CommandRow {
    pub typed: &'static str,
    pub key: &'static str,
    pub words: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct LineQuery {
    #[serde(default)]
    line: String,
    /// The command that is to be taken back.
    undo: Option<Uuid>,
    done: Option<Uuid>,
}

#[derive(Deserialize)]
pub(super) struct LineForm {
    form: Uuid,
    line: String,
    /// Said after it was asked whether this command is to be taken back.
    undo: Option<Uuid>,
}

/// A line that was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Line {
    /// Shows a flight, or looks for a guest.
    Find(String),
    Board(Guest),
    UnBoard(Guest),
    Offload(Guest),
    /// Checks a party in, named by locator, sequence, seat or name.
    CheckIn(String),
    Seat(Guest, Seat),
    Bag(Guest, u16),
    Tag(BagTag),
    /// The next guest who waits gets a seat.
    Clear(FlightNumber),
    /// Orders help, by its service code.
    Help(Guest, String),
    /// A supervisor accepts the documents.
    Documents(Guest, String),
    Aircraft(FlightNumber, SeatMap),
    Unloaded(BagTag),
    Close(Option<FlightNumber>),
    Reopen(FlightNumber),
    TakeOver(FlightNumber),
    /// The page on which a flight goes back to the host.
    HandBack(FlightNumber),
    Gate(FlightNumber, String),
    Report(String),
    /// The list of a flight for the authorities.
    Authorities(FlightNumber),
    /// A report where its bag is looked for, by its reference or a tag; what is on hand if none is named.
    Trace(String),
    /// The paper pack of a flight.
    Paper(FlightNumber),
    /// What is done at a gate beside boarding.
    AtGate(GateLine),
    /// Goes to a page.
    Page(&'static str),
}

/// A guest of the flight that is open at this desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guest {
    Sequence(u16),
    Seat(Seat),
}

/// What a line comes to.
pub(super) enum Act {
    Go(String),
    Do(Command, String),
}

/// Why a line came to nothing: the key of the words, and the value in them.
pub(super) type Wrong = (&'static str, String);

pub(super) async fn show(Screen(web): Screen, Query(query): Query<LineQuery>, headers: HeaderMap) -> Response {
    let back = query.undo.and_then(|command| Some((web.asked_back(&headers, command)?, command)));
    html(&CommandPage { back, notice: web.done(query.done), ..page(&web, &headers, query.line, Vec::new()) })
}

pub(super) async fn run(Screen(web): Screen, headers: HeaderMap, Form(form): Form<LineForm>) -> Result<Response, Trouble> {
    let flight = open_flight(&web);
    let act = match form.undo {
        Some(command) => Ok(Act::Do(web.take_back(&headers, form.form, command)?, "/command?".to_owned())),
        None => parse(&form.line).and_then(|line| act(&web, &headers, flight, line)),
    };
    match act {
        Ok(Act::Go(to)) => Ok(Redirect::to(&to).into_response()),
        Ok(Act::Do(command, to)) => match web.carry_out(&headers, form.form, &command).await {
            Ok(receipt) => Ok(Redirect::to(&format!("{to}done={}", receipt.id)).into_response()),
            Err(Failed::NoStaff) => Ok(staff::ask()),
            Err(Failed::Trouble(trouble)) => Err(trouble),
            Err(Failed::Refused(refusal)) => {
                let (message, remedy) = web.say.refusal(&refusal);
                Ok(wrong(&web, &headers, form.line, format!("{message} {remedy}")))
            }
        },
        Err((key, value)) => {
            let words = web.say.t(key).arg("typed", value).to_string();
            Ok(wrong(&web, &headers, form.line, words))
        }
    }
}

fn wrong(web: &Web, headers: &HeaderMap, line: String, words: String) -> Response {
    let mut response = html(&page(web, headers, line, vec![FieldError { field: "line", words }]));
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

fn page(web: &Web, headers: &HeaderMap, line: String, errors: Vec<FieldError>) -> CommandPage {
    let viewer = web.viewer(headers);
    let row = |action: &schemas::staff::Action| {
        let words = web.say.t(&format!("permission-{}", action.name)).to_string();
        Some(CommandRow { typed: action.typed?, key: action.key.unwrap_or_default(), words })
    };
    CommandPage {
        shell: web.shell(Section::Elsewhere, staff::current(headers).as_ref()),
        errors,
        notice: None,
        back: None,
        line,
        flight: open_flight(web).map(|key| web.say.flight(&key)),
        rows: ACTIONS.iter().filter(|action| viewer.may(action.permission)).filter_map(row).chain(command_gate::rows(web, &viewer)).collect(),
    }
}

/// The flight that was opened last at this desk.
fn open_flight(web: &Web) -> Option<FlightKey> {
    *web.last_gate.lock().unwrap_or_else(PoisonError::into_inner)
}

fn parse(line: &str) -> Result<Line, Wrong> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let not_read = || ("command-not-read", line.trim().chars().take(40).collect::<String>());
    let Some((verb, rest)) = words.split_first() else { return Err(("command-empty", String::new())) };
    let rest_text = rest.join(" ");
    let first = rest.first().copied().unwrap_or_default();
    let guest = || guest_of(first).ok_or(("command-no-guest", first.to_owned()));
    let tag = || first.parse::<BagTag>().map_err(|_| ("command-no-tag", first.to_owned()));
    let flight = || first.to_ascii_uppercase().parse::<FlightNumber>().map_err(|_| ("command-no-flight", first.to_owned()));
    match (verb.to_ascii_lowercase().as_str(), rest.len()) {
        ("f" | "find", 1..) => Ok(Line::Find(rest_text)),
        ("b" | "pb" | "board", 1) => guest().map(Line::Board),
        ("unboard", 1) => guest().map(Line::UnBoard),
        ("off", 1) => guest().map(Line::Offload),
        ("ci", 1..) => Ok(Line::CheckIn(rest_text)),
        ("seat", 2) => {
            let seat = rest[1].to_ascii_uppercase().parse().map_err(|_| ("command-no-seat", rest[1].to_owned()))?;
            Ok(Line::Seat(guest()?, seat))
        }
        ("bag", 2) => {
            let kg = super::counter::kilograms(rest[1]).ok_or(("command-no-weight", rest[1].to_owned()))?;
            Ok(Line::Bag(guest()?, kg))
        }
        ("clear", 1) => flight().map(Line::Clear),
        ("help", 2) => Ok(Line::Help(guest()?, rest[1].to_ascii_uppercase())),
        ("documents", 1..) => Ok(Line::Documents(guest()?, rest[1..].join(" "))),
        ("aircraft", 2..) => {
            let map = rest[1..].join(" ");
            let map = map.to_ascii_uppercase().parse().map_err(|_| ("command-no-map", map.chars().take(60).collect::<String>()))?;
            Ok(Line::Aircraft(flight()?, map))
        }
        ("tag", 1) => tag().map(Line::Tag),
        ("unloaded", 1) => tag().map(Line::Unloaded),
        ("close", 0) => Ok(Line::Close(None)),
        ("close", 1) => flight().map(|number| Line::Close(Some(number))),
        ("reopen", 1) => flight().map(Line::Reopen),
        ("takeover", 0) => Ok(Line::Page("/#station")),
        ("takeover", 1) => flight().map(Line::TakeOver),
        ("handback" | "differences", 1) => flight().map(Line::HandBack),
        ("gate", 2) => Ok(Line::Gate(flight()?, rest[1].to_ascii_uppercase())),
        ("pir", 0 | 1) => Ok(Line::Report(first.to_owned())),
        ("trace", 0 | 1) => Ok(Line::Trace(first.to_owned())),
        ("paper", 0) => Ok(Line::Page("/paper")),
        ("paper", 1) => flight().map(Line::Paper),
        ("authorities", 1) => flight().map(Line::Authorities),
        ("rush", 0) => Ok(Line::Page("/baggage/rush")),
        ("import", 0) => Ok(Line::Page("/messages")),
        ("outbox", 0) => Ok(Line::Page("/outbox")),
        ("conflicts", 0) => Ok(Line::Page("/conflicts")),
        ("people", 0) => Ok(Line::Page("/people")),
        ("hub", 0) => Ok(Line::Page("/hub")),
        ("desk", 0) => Ok(Line::Page("/desk")),
        ("practise", 0) => Ok(Line::Page("/desk#practice")),
        ("scanner", 0) => Ok(Line::Page("/desk/scanner")),
        _ => command_gate::read(verb, rest).map_or_else(|| Err(not_read()), |line| line.map(Line::AtGate)),
    }
}

pub(super) fn guest_of(text: &str) -> Option<Guest> {
    text.parse().map(Guest::Sequence).ok().or_else(|| text.to_ascii_uppercase().parse().map(Guest::Seat).ok())
}

fn act(web: &Web, headers: &HeaderMap, open: Option<FlightKey>, line: Line) -> Result<Act, Wrong> {
    let key = || open.ok_or(("command-no-open-flight", String::new()));
    let known = |number: FlightNumber| flight_of(web, headers, number).ok_or(("command-flight-unknown", number.to_string()));
    let booking = |guest: Guest| -> Result<(FlightKey, DocRef), Wrong> {
        let key = key()?;
        Ok((key, booking_of(web, &key, guest).ok_or(("command-guest-unknown", guest.to_string()))?))
    };
    let at_gate = |key: &FlightKey| format!("/gate/{key}?");
    Ok(match line {
        Line::Find(text) => match text.to_ascii_uppercase().parse().ok().and_then(|number| flight_of(web, headers, number)) {
            Some(key) => Act::Go(format!("/gate/{key}")),
            None => Act::Go(format!("/counter?q={}", escaped(&text))),
        },
        Line::Board(guest) => {
            let (flight, booking) = booking(guest)?;
            Act::Do(board(flight, booking), at_gate(&flight))
        }
        // What needs a reason asks for it on the page where it is done.
        Line::UnBoard(guest) => booking(guest).map(|(flight, booking)| Act::Go(format!("/gate/{flight}?unboard={booking}#ask")))?,
        Line::Offload(guest) => booking(guest).map(|(flight, booking)| Act::Go(format!("/gate/{flight}?offload={booking}#ask")))?,
        Line::CheckIn(text) => check_in(web, headers, &text)?,
        Line::Seat(guest, seat) => {
            let (_, booking) = booking(guest)?;
            Act::Do(Command::ChangeSeat { booking, seat }, format!("/counter?booking={booking}&"))
        }
        Line::Bag(guest, weight_kg) => {
            let (_, booking) = booking(guest)?;
            Act::Do(add_bag(booking, weight_kg), format!("/counter?booking={booking}&"))
        }
        // A seat is chosen there; the one that is free is proposed.
        Line::Clear(number) => Act::Go(format!("/gate/{}#list-standby", known(number)?)),
        Line::Help(guest, service) => {
            let (_, booking) = booking(guest)?;
            Act::Do(Command::Assist { booking, service, step: AssistStep::Order, who: None, place: None }, format!("/counter?booking={booking}&"))
        }
        Line::Documents(guest, note) => {
            let (_, booking) = booking(guest)?;
            Act::Do(
                Command::NoteDocuments { booking, outcome: Documents::Supervisor, note, document: None, selected: false },
                format!("/counter?booking={booking}&"),
            )
        }
        Line::Aircraft(number, map) => {
            let flight = known(number)?;
            let reason = reason::coded("typed");
            Act::Do(Command::ChangeEquipment { flight, map, reason }, at_gate(&flight))
        }
        Line::Tag(tag) => Act::Go(format!("/tag/{tag}")),
        Line::Unloaded(tag) => {
            let flight = key()?;
            Act::Do(Command::TickUnloaded { flight, tag }, format!("/gate/{flight}/close?"))
        }
        Line::Close(number) => Act::Go(format!("/gate/{}/close", number.map_or_else(key, known)?)),
        Line::Reopen(number) => Act::Go(format!("/gate/{}/close?reopen=1#ask", known(number)?)),
        Line::TakeOver(number) => Act::Go(format!("/gate/{}?take-over=1#ask", known(number)?)),
        Line::HandBack(number) => Act::Go(format!("/hand-back/{}", known(number)?)),
        Line::Gate(number, gate) => {
            let flight = known(number)?;
            Act::Do(Command::SetFlight { flight, gate: Some(gate), std: None, etd: None }, at_gate(&flight))
        }
        Line::Authorities(number) => Act::Go(format!("/documents/{}", known(number)?)),
        Line::Paper(number) => Act::Go(format!("/paper/{}", known(number)?)),
        Line::Report(text) if text.is_empty() => Act::Go("/baggage".to_owned()),
        Line::Report(text) => Act::Go(match case_of(web, &text) {
            Some(case) => format!("/baggage/{case}"),
            None => format!("/baggage?scan={}", escaped(&text)),
        }),
        Line::Trace(text) if text.is_empty() => Act::Go("/baggage?list=on-hand".to_owned()),
        Line::Trace(text) => {
            let tag = || text.parse::<BagTag>().ok().and_then(|tag| case_with(web, tag));
            let case = case_of(web, &text).or_else(tag).ok_or(("command-no-report", text.chars().take(40).collect::<String>()))?;
            Act::Go(format!("/baggage/{case}#tracing"))
        }
        Line::AtGate(line) => command_gate::act(web, headers, open, line)?,
        Line::Page(page) => Act::Go(page.to_owned()),
    })
}

fn board(flight: FlightKey, booking: DocRef) -> Command {
    Command::Board { flight, scan: None, booking: Some(booking), sequence: None, seat: None, gate: None, anyway: false, signature: None }
}

fn add_bag(booking: DocRef, weight_kg: u16) -> Command {
    Command::AddBag(BagGiven::of(booking, weight_kg))
}

/// Everybody of the one party that is meant and is not checked in yet.
fn check_in(web: &Web, headers: &HeaderMap, text: &str) -> Result<Act, Wrong> {
    let viewer = web.viewer(headers);
    let mut found = web.services.read(|station| station.find(text));
    found.retain(|found| viewer.sees(&found.guest.flight));
    let Some(first) = found.first().map(|found| found.guest.booking) else { return Err(("command-guest-unknown", text.to_owned())) };
    let party = web.services.read(|station| station.party_of(first.0));
    // A guess is for a person to look at first.
    if found.iter().any(|found| found.by.is_guess() || !party.iter().any(|guest| guest.booking == found.guest.booking)) {
        // Several parties: a person chooses.
        return Ok(Act::Go(format!("/counter?q={}", escaped(text))));
    }
    let guests: Vec<SeatWish> = party
        .iter()
        .filter(|guest| guest.standing == Standing::Listed)
        .map(|guest| SeatWish { booking: guest.booking, seat: None, handed_by: None })
        .collect();
    let to = format!("/counter?booking={first}");
    if guests.is_empty() { Ok(Act::Go(to)) } else { Ok(Act::Do(Command::CheckIn { guests }, format!("{to}&"))) }
}

/// The next departure under this number of a carrier that the person works for.
pub(super) fn flight_of(web: &Web, headers: &HeaderMap, number: FlightNumber) -> Option<FlightKey> {
    let viewer = web.viewer(headers);
    let today = web.services.today();
    let keys: Vec<FlightKey> = web.services.read(|station| station.flights().iter().map(|row| row.flight).collect());
    let mut keys: Vec<FlightKey> = keys.into_iter().filter(|key| key.flight() == number && viewer.sees(key)).collect();
    keys.sort_by_key(|key| (key.date() < today, key.date()));
    keys.first().copied()
}

pub(super) fn booking_of(web: &Web, key: &FlightKey, guest: Guest) -> Option<DocRef> {
    let is_meant = |row: &schemas::station::GuestRow| match guest {
        Guest::Sequence(sequence) => row.sequence == Some(sequence),
        Guest::Seat(seat) => row.seat == Some(seat),
    };
    web.services.read(|station| station.guests(key).iter().find(|row| is_meant(row)).map(|row| row.booking))
}

/// The report with this reference.
fn case_of(web: &Web, text: &str) -> Option<DocRef> {
    web.services.read(|station| station.case_by_reference(text))
}

/// The newest report that is open and about a bag with this tag.
fn case_with(web: &Web, tag: BagTag) -> Option<DocRef> {
    let rows = web.services.read(|station| station.cases());
    rows.iter().find(|row| row.tag == Some(tag) && row.stage < Stage::Delivered).map(|row| row.case)
}

impl std::fmt::Display for Guest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sequence(sequence) => write!(f, "{sequence}"),
            Self::Seat(seat) => write!(f, "{seat}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_the_table_of_permissions_shows_is_understood() {
        for action in ACTIONS {
            if let Some(typed) = action.typed {
                assert!(parse(typed).is_ok(), "{}: {typed}", action.name);
            }
        }
    }

    #[test]
    fn a_line_is_read_as_people_type_it() {
        let seat = |text: &str| text.parse::<Seat>().unwrap();
        assert_eq!(parse(" b  42 "), Ok(Line::Board(Guest::Sequence(42))));
        assert_eq!(parse("PB 14c"), Ok(Line::Board(Guest::Seat(seat("14C")))));
        assert_eq!(parse("seat 42 15a"), Ok(Line::Seat(Guest::Sequence(42), seat("15A"))));
        assert_eq!(parse("bag 42 18,2"), Ok(Line::Bag(Guest::Sequence(42), 19)));
        assert_eq!(parse("f li na"), Ok(Line::Find("li na".to_owned())));
        assert_eq!(parse("gate ca1501 b12"), Ok(Line::Gate("CA1501".parse().unwrap(), "B12".to_owned())));
        assert_eq!(parse("close"), Ok(Line::Close(None)));
    }

    #[test]
    fn a_line_that_is_not_understood_says_what_is_missing() {
        let key = |line: &str| parse(line).unwrap_err().0;
        assert_eq!(key(""), "command-empty");
        assert_eq!(key("fly me"), "command-not-read");
        assert_eq!(key("b"), "command-not-read");
        assert_eq!(key("b someone"), "command-no-guest");
        assert_eq!(key("seat 42 zz"), "command-no-seat");
        assert_eq!(key("bag 42 heavy"), "command-no-weight");
        assert_eq!(key("tag 12"), "command-no-tag");
        assert_eq!(key("takeover x"), "command-no-flight");
        assert_eq!(key(&format!("{} x", "y".repeat(10_000))), "command-not-read");
    }
}
