//! What happens to a flight: where it is, who leaves the aircraft, who goes with another flight, and what is left to do.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use schemas::command::{Command, NewSeat};
use schemas::record::course::{OnwardPlan, ReturnAfter, ReturnPlace};
use schemas::record::moving::MoveHow;
use schemas::record::{DocRef, FlightKey, reason};
use schemas::standards::flight::FlightNumber;
use schemas::standards::seat::Seat;
use serde::Deserialize;
use uuid::Uuid;

use super::changes_view::{self, Choice, CourseLine, GuestLine, Look, TraceLine, WorkLine};
use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed, ReasonForm};
use super::language::Screen;
use super::page::{FieldError, FlightHead, Notice, Shell};
use super::{Web, staff};

/// What happens to one flight.
#[derive(Debug, Template)]
#[template(path = "changes.html")]
pub struct ChangesPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    /// Why guests are not moved and nobody is scanned off here now.
    pub read_only: Option<String>,
    /// Where the flight is now, several where desks differ.
    pub course: Vec<CourseLine>,
    /// Everything that was said of it.
    pub steps: Vec<CourseLine>,
    pub back_reasons: Vec<(String, String)>,
    pub divert_reasons: Vec<(String, String)>,
    pub leave_reason: String,
    pub aboard: Vec<GuestLine>,
    pub onward: Vec<GuestLine>,
    /// Who can be moved.
    pub movable: Vec<GuestLine>,
    /// The flights of this carrier and station that are known here.
    pub others: Vec<Choice>,
    pub move_reasons: Vec<(String, String)>,
    pub asked: MoveAsked,
    /// What a move would mean, before it is done.
    pub look: Option<Look>,
    pub work: Vec<WorkLine>,
    pub left_behind: Vec<GuestLine>,
    pub bags_off: Vec<String>,
    pub traces: Vec<TraceLine>,
    pub lines: Vec<CourseLine>,
}

/// The move as it stands in the form.
#[derive(Debug, Clone, Default)]
pub struct MoveAsked {
    pub to: String,
    pub day: String,
    pub how: String,
    pub reason: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ChangesQuery {
    done: Option<Uuid>,
    #[serde(default)]
    to: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    how: String,
}

/// Where it lands instead.
#[derive(Deserialize)]
pub(super) struct DivertForm {
    form: Uuid,
    #[serde(default)]
    airport: String,
    #[serde(default)]
    expected: String,
    #[serde(default)]
    onward: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
}

/// Where it stands that came back.
#[derive(Deserialize)]
pub(super) struct ReturnForm {
    form: Uuid,
    #[serde(default)]
    place: String,
    #[serde(default)]
    after: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
}

type Fields = Vec<(String, String)>;

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<ChangesQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let page = changes_view::page(&web, &headers, &key, web.done(query.done))?;
    let asked = MoveAsked { to: query.to, day: query.day, how: query.how, reason: String::new() };
    Ok(html(&ChangesPage { asked: asked.or_of(&key), ..page }))
}

pub(super) async fn divert(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<DivertForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let Ok(to) = form.airport.trim().to_ascii_uppercase().parse() else {
        return wrong(&web, &headers, &key, "airport", "changes-not-an-airport", &form.airport);
    };
    let expected = match form.expected.trim() {
        "" => None,
        text => match text.parse() {
            Ok(time) => Some(time),
            Err(_) => return wrong(&web, &headers, &key, "expected", "changes-not-a-time", &form.expected),
        },
    };
    let onward = match form.onward.as_str() {
        "coach" => OnwardPlan::Coach,
        "continues" => OnwardPlan::Continues,
        _ => OnwardPlan::Open,
    };
    let reason = reason::joined(&form.reason, &form.note, forms::REASON_MAX);
    act(&web, &headers, &key, form.form, &Command::DivertFlight { flight: key, to, expected, onward, reason }).await
}

pub(super) async fn returned(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ReturnForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let place = if form.place == "ramp" { ReturnPlace::Ramp } else { ReturnPlace::Gate };
    let after = if form.after == "air" { ReturnAfter::Air } else { ReturnAfter::PushBack };
    let reason = reason::joined(&form.reason, &form.note, forms::REASON_MAX);
    act(&web, &headers, &key, form.form, &Command::FlightReturned { flight: key, place, after, reason }).await
}

pub(super) async fn continues(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    act(&web, &headers, &key, form.form, &Command::FlightContinues { flight: key, reason: form.words() }).await
}

/// Who leaves the aircraft: the pass or number that was scanned, or who is marked.
pub(super) async fn leave(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let form = form_of(&fields)?;
    let reason = value(&fields, "reason").to_owned();
    let scan = value(&fields, "scan").trim().to_owned();
    let sequence: Option<u16> = scan.parse().ok();
    let bookings = if scan.is_empty() { marked(&fields)? } else { Vec::new() };
    let scan = Some(scan).filter(|scan| !scan.is_empty() && sequence.is_none());
    act(&web, &headers, &key, form, &Command::OffBoard { flight: key, scan, sequence, bookings, reason }).await
}

/// Shows what a move would mean; nothing is changed.
pub(super) async fn look(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let (key, asked, (to, how, bookings)) = match meant(&web, &headers, &flight, &fields) {
        Ok(meant) => meant,
        Err(answer) => return *answer,
    };
    let plan = web.services.read(|station| station.move_plan(&key, &to, how, &bookings, web.services.today()));
    match plan {
        Ok(plan) => {
            let look = changes_view::look(&web, &to, &bookings, &plan);
            Ok(html(&ChangesPage { look: Some(look), asked, ..changes_view::page(&web, &headers, &key, None)? }))
        }
        Err(refusal) => {
            let page = changes_view::page(&web, &headers, &key, Some(Notice::refused(&refusal, &web.say)))?;
            Ok(refused(&refusal, &ChangesPage { asked, ..page }))
        }
    }
}

pub(super) async fn move_guests(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let (key, asked, (to, how, bookings)) = match meant(&web, &headers, &flight, &fields) {
        Ok(meant) => meant,
        Err(answer) => return *answer,
    };
    let reason = reason::joined(&asked.reason, value(&fields, "note"), forms::REASON_MAX);
    act(&web, &headers, &key, form_of(&fields)?, &Command::MoveBookings { flight: key, to, how, bookings, reason }).await
}

/// Gives guests who were moved here the seats that stand in the rows.
pub(super) async fn seats(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let mut seats = Vec::new();
    for (name, typed) in fields.iter().filter(|(_, typed)| !typed.trim().is_empty()) {
        let Some(booking) = name.strip_prefix("seat.") else { continue };
        let Ok(seat) = typed.trim().to_ascii_uppercase().parse::<Seat>() else {
            return wrong(&web, &headers, &key, "work", "not-a-seat", typed);
        };
        seats.push(NewSeat { booking: forms::guest(booking)?, seat });
    }
    act(&web, &headers, &key, form_of(&fields)?, &Command::Reseat { flight: key, seats }).await
}

/// The flight that guests leave, the move as it stands in the form and what it means; or the answer to one that was not understood.
fn meant(web: &Web, headers: &HeaderMap, flight: &str, fields: &Fields) -> Result<(FlightKey, MoveAsked, Meant), Box<Result<Response, Trouble>>> {
    let key = forms::flight(flight).map_err(|trouble| Box::new(Err(trouble)))?;
    let asked = MoveAsked::of(fields);
    match asked.read(&key, fields) {
        Ok(meant) => Ok((key, asked, meant)),
        Err((field, words, typed)) => Err(Box::new(unread(web, headers, &key, (field, words, &typed), asked))),
    }
}

/// Where to, how, and who.
type Meant = (FlightKey, MoveHow, Vec<DocRef>);

/// What of a form was not understood: the field, the key of the words, and what was typed.
type Unread = (&'static str, &'static str, String);

impl MoveAsked {
    fn of(fields: &Fields) -> Self {
        let text = |name: &str| value(fields, name).trim().to_owned();
        Self { to: text("to").to_ascii_uppercase(), day: text("day"), how: text("how"), reason: text("reason") }
    }

    /// With the day of the flight where none is given.
    fn or_of(self, key: &FlightKey) -> Self {
        let day = if self.day.is_empty() { key.date().to_string() } else { self.day };
        let how = if self.how.is_empty() { "split".to_owned() } else { self.how };
        Self { day, how, ..self }
    }

    fn read(&self, key: &FlightKey, fields: &Fields) -> Result<Meant, Unread> {
        let typed = |text: &str| text.chars().take(20).collect::<String>();
        let number: FlightNumber = self.to.parse().map_err(|_| ("to", "changes-not-a-flight", typed(&self.to)))?;
        let no_day = || ("day", "changes-not-a-day", typed(&self.day));
        let day = if self.day.is_empty() { key.date() } else { self.day.parse::<NaiveDate>().map_err(|_| no_day())? };
        let to = FlightKey::new(number, day, key.station()).map_err(|_| no_day())?;
        let how = match self.how.as_str() {
            "merge" => MoveHow::Merge,
            "rebook" => MoveHow::Rebook,
            _ => MoveHow::Split,
        };
        let bookings = marked(fields).map_err(|_| ("move", "changes-not-a-flight", String::new()))?;
        Ok((to, how, bookings))
    }
}

async fn act(web: &Web, headers: &HeaderMap, key: &FlightKey, form: Uuid, command: &Command) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/gate/{key}/changes?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let page = changes_view::page(web, headers, key, Some(Notice::refused(&refusal, &web.say)))?;
            Ok(refused(&refusal, &ChangesPage { asked: MoveAsked::default().or_of(key), ..page }))
        }
    }
}

fn wrong(web: &Web, headers: &HeaderMap, key: &FlightKey, field: &'static str, words: &'static str, typed: &str) -> Result<Response, Trouble> {
    unread(web, headers, key, (field, words, typed), MoveAsked::default().or_of(key))
}

fn unread(
    web: &Web,
    headers: &HeaderMap,
    key: &FlightKey,
    (field, words, typed): (&'static str, &str, &str),
    asked: MoveAsked,
) -> Result<Response, Trouble> {
    let words = web.say.t(words).arg("typed", typed.chars().take(20).collect::<String>()).to_string();
    let mut response = html(&ChangesPage { errors: vec![FieldError { field, words }], asked, ..changes_view::page(web, headers, key, None)? });
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

fn value<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
}

fn form_of(fields: &Fields) -> Result<Uuid, Trouble> {
    value(fields, "form").parse().map_err(|_| Trouble::not_here("form"))
}

/// The guests who are marked in a list.
fn marked(fields: &Fields) -> Result<Vec<DocRef>, Trouble> {
    fields.iter().filter(|(name, _)| name == "booking").map(|(_, booking)| forms::guest(booking)).collect()
}
