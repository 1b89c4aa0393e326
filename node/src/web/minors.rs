//! Minors who travel alone on a flight: who handed each over, who of the crew signed, and which are aboard.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::record::FlightKey;
use schemas::record::booking::Standing;
use schemas::record::fact::EscortStep;
use schemas::station::GuestRow as Guest;
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::gate::read_only;
use super::gate_guest;
use super::language::Screen;
use super::page::{FlightHead, Notice, Section, Shell, State};
use super::{Web, staff};

/// The minors of one flight.
#[derive(Debug, Template)]
#[template(path = "minors.html")]
pub struct MinorsPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub read_only: Option<String>,
    pub aboard: usize,
    /// Aboard, and nobody of the crew has signed.
    pub unsigned: usize,
    pub rows: Vec<MinorRow>,
}

/// One minor.
#[derive(Debug, Clone)]
pub struct MinorRow {
    pub booking: String,
    pub name: String,
    pub locator: String,
    pub sequence: String,
    pub seat: String,
    pub standing: String,
    pub aboard: bool,
    /// When aboard: since when.
    pub at: String,
    pub handed_by: String,
    pub signed_by: String,
    /// Who is on the way to the child.
    pub help: Vec<String>,
    /// The next step, and whether it is due now.
    pub due: bool,
    pub state: State,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct MinorsQuery {
    done: Option<Uuid>,
}

/// A name, and where the child was handed over.
#[derive(Deserialize)]
pub(super) struct EscortForm {
    form: Uuid,
    booking: String,
    step: EscortStep,
    #[serde(default)]
    name: String,
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<MinorsQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    Ok(html(&page(&web, &headers, &key, web.done(query.done))?))
}

pub(super) async fn sign(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<EscortForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let command = Command::NoteEscort { booking: forms::guest(&form.booking)?, step: form.step, name: form.name.trim().to_owned() };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/gate/{key}/minors?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(refused(&refusal, &page(&web, &headers, &key, Some(Notice::refused(&refusal, &web.say)))?)),
    }
}

fn page(web: &Web, headers: &HeaderMap, key: &FlightKey, notice: Option<Notice>) -> Result<MinorsPage, Trouble> {
    let known = web.services.read(|station| Some((station.flight_of(key)?, station.guests(key))));
    let (row, guests) = known.ok_or_else(|| Trouble::not_here("flight"))?;
    let rows: Vec<MinorRow> = guests.iter().filter_map(|guest| minor_row(web, guest)).collect();
    Ok(MinorsPage {
        shell: web.shell(Section::Gate, staff::current(headers).as_ref()),
        flight: web.head(&row),
        notice,
        read_only: read_only(&web.say, &row),
        aboard: rows.iter().filter(|row| row.aboard).count(),
        unsigned: rows.iter().filter(|row| row.aboard && row.signed_by.is_empty()).count(),
        rows,
    })
}

fn minor_row(web: &Web, guest: &Guest) -> Option<MinorRow> {
    let minor = guest.minor.as_ref()?;
    let aboard = guest.standing == Standing::Aboard;
    Some(MinorRow {
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        sequence: guest.sequence.map(|number| number.to_string()).unwrap_or_default(),
        seat: guest.seat.map(|seat| seat.to_string()).unwrap_or_default(),
        standing: web.say.t(gate_guest::standing(guest.standing)).to_string(),
        aboard,
        at: guest.boarded.as_ref().map(|boarding| web.services.local_time(boarding.at)).unwrap_or_default(),
        handed_by: minor.handed_by.clone().unwrap_or_default(),
        signed_by: minor.signed_by.clone().unwrap_or_default(),
        help: web.help_of(guest),
        due: (aboard && minor.signed_by.is_none()) || (guest.standing == Standing::CheckedIn && minor.handed_by.is_none()),
        state: web.state(&guest.flight.scope(), guest.booking.0),
    })
}
