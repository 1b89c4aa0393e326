//! Rush tags at the baggage desk: a bag that flies after its guest.

use askama::Template;
use axum::Form;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{BagGiven, Command};
use schemas::record::FlightKey;
use schemas::standards::airport::AirportCode;
use schemas::standards::bag_tag::BagTag;
use schemas::standards::flight::FlightNumber;
use serde::Deserialize;
use uuid::Uuid;

use super::counter::bags::{onward_of, typed};
use super::counter::kilograms;
use super::errors::{Trouble, html, refused};
use super::forms::Failed;
use super::language::Screen;
use super::page::{FieldError, Section, Shell};
use super::{Web, command_line, staff};

/// The form alone, with what was wrong in it.
#[derive(Debug, Template)]
#[template(path = "rush.html")]
pub struct RushPage {
    pub shell: Shell,
    pub errors: Vec<FieldError>,
    pub rush: RushEntry,
}

/// What stands in the form.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct RushEntry {
    #[serde(default)]
    pub flight: String,
    #[serde(default)]
    pub destination: String,
    #[serde(default)]
    pub weight: String,
    #[serde(default)]
    pub reason: String,
    /// The tag that is on the bag already.
    #[serde(default)]
    pub tag: String,
    #[serde(default)]
    pub onward: String,
}

/// The same, as sent.
#[derive(Deserialize)]
pub(super) struct RushForm {
    form: Uuid,
    #[serde(flatten)]
    entry: RushEntry,
}

impl RushEntry {
    /// An empty form, for the page of the baggage desk.
    pub fn empty() -> Self {
        Self::default()
    }
}

pub(super) async fn show(Screen(web): Screen, headers: HeaderMap) -> Response {
    html(&page(&web, &headers, RushEntry::empty(), Vec::new()))
}

/// Tags the bag and goes to its tag, to print it.
pub(super) async fn tag(Screen(web): Screen, headers: HeaderMap, Form(form): Form<RushForm>) -> Result<Response, Trouble> {
    let command = match command(&web, &headers, &form.entry) {
        Ok(bag) => Command::AddBag(bag),
        Err(errors) => {
            let mut response = html(&page(&web, &headers, form.entry, errors));
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/tag/{}", receipt.answer["tag"].as_str().unwrap_or_default())).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let errors = vec![FieldError { field: "rush-flight", words: web.say.refused(&refusal) }];
            Ok(refused(&refusal, &page(&web, &headers, form.entry, errors)))
        }
    }
}

fn page(web: &Web, headers: &HeaderMap, rush: RushEntry, errors: Vec<FieldError>) -> RushPage {
    RushPage { shell: web.shell(Section::Baggage, staff::current(headers).as_ref()), errors, rush }
}

fn command(web: &Web, headers: &HeaderMap, entry: &RushEntry) -> Result<BagGiven, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field, key: &str, text: &str| {
        errors.push(FieldError { field, words: web.say.t(key).arg("typed", text.trim().chars().take(24).collect::<String>()).to_string() });
    };
    let number = typed::<FlightNumber>(&entry.flight).flatten();
    let flight: Option<FlightKey> = number.and_then(|number| command_line::flight_of(web, headers, number));
    match (number, flight) {
        (None, _) => wrong("rush-flight", "not-a-flight", &entry.flight),
        (Some(_), None) => wrong("rush-flight", "command-flight-unknown", &entry.flight),
        (Some(_), Some(_)) => {}
    }
    let destination = typed::<AirportCode>(&entry.destination);
    if destination.is_none() {
        wrong("rush-to", "not-an-airport", &entry.destination);
    }
    let weight_kg = kilograms(&entry.weight);
    if weight_kg.is_none() {
        wrong("rush-weight", "not-a-weight", &entry.weight);
    }
    let tag = typed::<BagTag>(&entry.tag);
    if tag.is_none() {
        wrong("rush-tag", "not-a-tag", &entry.tag);
    }
    let onward = onward_of(&entry.onward);
    if onward.is_none() {
        wrong("rush-onward", "not-onward", &entry.onward);
    }
    match (flight, destination, weight_kg, tag, onward) {
        (Some(flight), Some(destination), Some(weight_kg), Some(tag), Some(onward)) if errors.is_empty() => Ok(BagGiven {
            booking: None,
            flight: Some(flight),
            weight_kg,
            destination,
            pool_with: None,
            heavy: false,
            gate_bag: false,
            rush: Some(entry.reason.trim().to_owned()),
            tag,
            onward,
        }),
        _ => Err(errors),
    }
}
