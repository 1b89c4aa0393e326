//! What is pressed at the counter for a guest or a party: check-in, another seat, off the flight, and a guest who is on no list.

use axum::Form;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, Newcomer, SeatWish};
use schemas::record::fact::{Mark, StaffNumber};
use schemas::record::reason;
use serde::Deserialize;
use uuid::Uuid;

use super::{CounterPage, CounterQuery, page};
use crate::staff::Proof;
use crate::web::errors::{Trouble, html, refused};
use crate::web::forms::{self, Failed, ReasonForm, UndoForm};
use crate::web::language::Screen;
use crate::web::page::FieldError;
use crate::web::{Web, sign_in, staff};

/// A guest who is on no list.
#[derive(Deserialize)]
pub(in crate::web) struct AddForm {
    form: Uuid,
    flight: String,
    name: String,
    /// A ticket number or a locator.
    #[serde(default)]
    number: String,
    mark: Mark,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    q: String,
}

/// Another seat.
#[derive(Deserialize)]
pub(in crate::web) struct SeatForm {
    form: Uuid,
    booking: String,
    seat: String,
    #[serde(default)]
    q: String,
}

/// Checks the ticked guests in together, each with the seat that was typed or the one that is found.
pub(in crate::web) async fn check_in(
    Screen(web): Screen,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let form = value("form").and_then(|text| text.parse().ok()).ok_or_else(|| Trouble::not_here("form"))?;
    let query =
        CounterQuery { q: value("q").unwrap_or_default().to_owned(), booking: value("booking").map(str::to_owned), ..CounterQuery::default() };
    let mut guests = Vec::new();
    let mut errors = Vec::new();
    for (_, booking) in fields.iter().filter(|(name, _)| name == "guest") {
        let typed = value(&format!("seat.{booking}")).unwrap_or_default().trim().to_ascii_uppercase();
        let seat = match typed.as_str() {
            "" => None,
            text => match text.parse() {
                Ok(seat) => Some(seat),
                Err(_) => {
                    errors.push(FieldError { field: "party", words: web.say.t("not-a-seat").arg("typed", text).to_string() });
                    None
                }
            },
        };
        let handed_by = value(&format!("handed.{booking}")).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        guests.push(SeatWish { booking: forms::guest(booking)?, seat, handed_by });
    }
    if !errors.is_empty() {
        return Ok(wrong(&web, &headers, &query, errors));
    }
    act(&web, &headers, &query, form, Command::CheckIn { guests }, "party").await
}

/// Takes back what was done at this desk, and shows the guest.
pub(in crate::web) async fn undo(Screen(web): Screen, headers: HeaderMap, Form(form): Form<UndoForm>) -> Result<Response, Trouble> {
    let booking = Some(form.booking).filter(|booking| !booking.is_empty());
    let query = CounterQuery { q: form.q, booking, ..CounterQuery::default() };
    let command = web.take_back(&headers, form.form, form.command)?;
    act(&web, &headers, &query, form.form, command, "done-here").await
}

/// Takes down a guest who is on no list and shows the guest.
pub(in crate::web) async fn add_guest(Screen(web): Screen, headers: HeaderMap, Form(form): Form<AddForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), ..CounterQuery::default() };
    let plain: String = form.number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_uppercase();
    let is_ticket = plain.len() >= TICKET_DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/');
    let locator = if plain.is_empty() || is_ticket { Ok(None) } else { plain.parse().map(Some) };
    let Ok(locator) = locator else {
        let words = web.say.t("not-a-number").arg("typed", form.number.chars().take(20).collect::<String>()).to_string();
        return Ok(wrong(&web, &headers, &query, vec![FieldError { field: "add-number", words }]));
    };
    let reason = if form.reason.trim().is_empty() { reason::coded("counter") } else { form.reason.clone() };
    let guest = Newcomer {
        flight: forms::flight(&form.flight)?,
        name: form.name.clone(),
        locator,
        ticket: is_ticket.then_some(plain),
        mark: form.mark,
        reason,
        destination: None,
        class: None,
        child: false,
        infant: None,
    };
    act(&web, &headers, &query, form.form, Command::AddGuest(guest), "add-name").await
}

pub(in crate::web) async fn seat(Screen(web): Screen, headers: HeaderMap, Form(form): Form<SeatForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), seat: Some(form.booking.clone()), ..CounterQuery::default() };
    let booking = forms::guest(&form.booking)?;
    let Ok(seat) = form.seat.trim().to_ascii_uppercase().parse() else {
        let words = web.say.t("not-a-seat").arg("typed", form.seat.chars().take(12).collect::<String>()).to_string();
        return Ok(wrong(&web, &headers, &query, vec![FieldError { field: "seat", words }]));
    };
    act(&web, &headers, &query, form.form, Command::ChangeSeat { booking, seat }, "seat").await
}

pub(in crate::web) async fn offload(Screen(web): Screen, headers: HeaderMap, Form(form): Form<ReasonForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), ..CounterQuery::default() };
    act(&web, &headers, &query, form.form, Command::Offload { booking: form.guest()?, reason: form.words() }, "desk").await
}

/// Carries a command out for who is signed in and shows the guest again; refused, the page with what is wrong at this field.
pub(super) async fn act(
    web: &Web,
    headers: &HeaderMap,
    query: &CounterQuery,
    form: Uuid,
    command: Command,
    field: &'static str,
) -> Result<Response, Trouble> {
    match staff::current(headers) {
        Some(number) => act_as(web, headers, &number, query, form, command, field).await,
        None => Ok(staff::ask()),
    }
}

async fn act_as(
    web: &Web,
    headers: &HeaderMap,
    number: &StaffNumber,
    query: &CounterQuery,
    form: Uuid,
    command: Command,
    field: &'static str,
) -> Result<Response, Trouble> {
    match web.carry_out_as(number, form, &command).await {
        Ok(receipt) => {
            let new = receipt.answer["booking"].as_str().unwrap_or_default();
            let back = CounterQuery { q: query.q.clone(), booking: query.booking.clone().or(Some(new.to_owned())), ..CounterQuery::default() };
            Ok(Redirect::to(&format!("{}&done={}", back.address(), receipt.id)).into_response())
        }
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let errors = vec![FieldError { field, words: web.say.refused(&refusal) }];
            Ok(refused(&refusal, &CounterPage { errors, ..page(web, headers, query) }))
        }
    }
}

/// The same with the word of a supervisor who stands beside and shows a badge; nobody is asked for one where nobody signs in.
pub(super) async fn act_beside(
    web: &Web,
    headers: &HeaderMap,
    query: &CounterQuery,
    form: Uuid,
    command: Command,
    proof: Proof,
    field: &'static str,
) -> Result<Response, Trouble> {
    if proof.who.trim().is_empty() || !web.services.read(|station| station.has_staff()) {
        return act(web, headers, query, form, command, field).await;
    }
    match sign_in::prove(web, proof).await {
        Ok(supervisor) => act_as(web, headers, &supervisor.number, query, form, command, field).await,
        Err(error) => {
            let notice = sign_in::not_in(web, error);
            Ok(wrong(web, headers, query, vec![FieldError { field, words: web.say.sentences(&[notice.head, notice.words]) }]))
        }
    }
}

/// The page again with what was wrong.
pub(super) fn wrong(web: &Web, headers: &HeaderMap, query: &CounterQuery, errors: Vec<FieldError>) -> Response {
    let mut response = html(&CounterPage { errors, ..page(web, headers, query) });
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

/// A ticket number has so many digits.
const TICKET_DIGITS: usize = 13;
