//! Another aircraft: which seats are gone, where their guests go with parties kept together, and the new passes.

use std::collections::BTreeSet;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, NewSeat};
use schemas::record::{DocRef, FlightKey, SeatMap, reason};
use schemas::standards::seat::Seat;
use schemas::station::{GuestRow as Guest, ReseatRow as Moving};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::gate::read_only;
use super::gate_guest;
use super::language::Screen;
use super::page::{FieldError, FlightHead, Notice, Section, Shell, State, Tone};
use super::printing::{self, PrinterRow};
use super::{Web, command_key, staff};
use crate::print::What;

/// The aircraft of one flight.
#[derive(Debug, Template)]
#[template(path = "equipment.html")]
pub struct EquipmentPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    pub read_only: Option<String>,
    /// The cabin as typed, or as it is now.
    pub typed: String,
    /// The cabin that a person named before; empty where only the list knows it.
    pub now: String,
    /// What another cabin would mean, before anything is changed.
    pub look: Option<Look>,
    /// Who has a seat that is not there.
    pub moving: Vec<MovingRow>,
    /// Who needs another pass.
    pub passes: Vec<PassRow>,
    pub printers: Vec<PrinterRow>,
    pub reasons: Vec<(String, String)>,
}

/// What another cabin would mean.
#[derive(Debug, Clone)]
pub struct Look {
    pub map: String,
    pub words: String,
    /// Seats that the aircraft has now and would not have.
    pub gone: String,
    /// Cabins that have fewer seats than are booked in them.
    pub short: Vec<String>,
    pub moving: Vec<MovingRow>,
}

/// A guest who needs another seat.
#[derive(Debug, Clone)]
pub struct MovingRow {
    pub no: usize,
    pub booking: String,
    pub name: String,
    /// What guests share who stay together.
    pub party: String,
    pub cabin: String,
    pub from: String,
    /// `not on this aircraft`, or in another cabin.
    pub why: String,
    pub standing: String,
    /// The seat that is proposed; empty where a person has to find one.
    pub to: String,
    pub state: State,
}

/// A guest with a new seat and the old pass.
#[derive(Debug, Clone)]
pub struct PassRow {
    pub booking: String,
    pub name: String,
    pub locator: String,
    /// `New seat 21C, print`.
    pub words: String,
    pub state: State,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct AircraftQuery {
    #[serde(default)]
    map: String,
    done: Option<Uuid>,
    /// How many passes were sent to which printer.
    sent: Option<u16>,
    #[serde(default)]
    printer: String,
}

/// The other aircraft.
#[derive(Deserialize)]
pub(super) struct AircraftForm {
    form: Uuid,
    #[serde(default)]
    map: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
}

/// New passes to print, or that were printed elsewhere.
#[derive(Deserialize)]
pub(super) struct PassesForm {
    form: Uuid,
    /// Empty for all.
    #[serde(default)]
    booking: String,
    #[serde(default)]
    printer: String,
    /// Given where the passes were printed without a printer of this desk.
    #[serde(default)]
    noted: String,
}

/// As many passes as one press prints: a printer's queue takes no more.
const PASSES_MAX: usize = 60;

/// As many seats as are named; the rest is counted.
const GONE_SHOWN: usize = 60;

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<AircraftQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let sent = query.sent.filter(|_| web.options.printers.named(&query.printer).is_some()).map(|count| Notice {
        tone: Tone::Accept,
        head: web.say.t("aircraft-sent").arg("count", i64::from(count)).arg("printer", &query.printer).to_string(),
        words: web.say.t("aircraft-sent-look").to_string(),
    });
    let page = page(&web, &headers, &key, sent.or_else(|| web.done(query.done)))?;
    if query.map.trim().is_empty() {
        return Ok(html(&page));
    }
    match read(&web, &query.map) {
        Ok(map) => Ok(html(&EquipmentPage { look: Some(look(&web, &key, &map)), typed: map.to_string(), ..page })),
        Err(error) => Ok(unread(EquipmentPage { typed: query.map, errors: vec![error], ..page })),
    }
}

pub(super) async fn change(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<AircraftForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let map = match read(&web, &form.map) {
        Ok(map) => map,
        Err(error) => return Ok(unread(EquipmentPage { typed: form.map, errors: vec![error], ..page(&web, &headers, &key, None)? })),
    };
    let reason = reason::joined(&form.reason, &form.note, forms::REASON_MAX);
    act(&web, &headers, &key, form.form, &Command::ChangeEquipment { flight: key, map, reason }).await
}

/// Takes the seats as they stand in the rows: those of one guest where one was pressed, else of all who have one.
pub(super) async fn reseat(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let form = value("form").and_then(|text| text.parse().ok()).ok_or_else(|| Trouble::not_here("form"))?;
    let one = value("one").unwrap_or_default();
    let mut seats = Vec::new();
    for (name, typed) in &fields {
        let Some(booking) = name.strip_prefix("seat.").filter(|booking| one.is_empty() || *booking == one) else { continue };
        if typed.trim().is_empty() {
            continue;
        }
        let Ok(seat) = typed.trim().to_ascii_uppercase().parse::<Seat>() else {
            let words = web.say.t("not-a-seat").arg("typed", typed.chars().take(12).collect::<String>()).to_string();
            return Ok(unread(EquipmentPage { errors: vec![FieldError { field: "reseat", words }], ..page(&web, &headers, &key, None)? }));
        };
        seats.push(NewSeat { booking: forms::guest(booking)?, seat });
    }
    act(&web, &headers, &key, form, &Command::Reseat { flight: key, seats }).await
}

/// Prints the new passes, each by the printing of this desk, which notes it; or notes those that were printed as a page or at another desk.
pub(super) async fn passes(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<PassesForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let due = |guest: &Guest| guest.new_pass && (form.booking.is_empty() || guest.booking.to_string() == form.booking);
    let bookings: Vec<DocRef> =
        web.services.read(|station| station.guests(&key).iter().filter(|guest| due(guest)).map(|guest| guest.booking).take(PASSES_MAX).collect());
    if !form.noted.is_empty() {
        return act(&web, &headers, &key, form.form, &Command::NotePrinted { bookings }).await;
    }
    let Some(number) = staff::current(&headers) else { return Ok(staff::ask()) };
    let viewer = web.viewer(&headers);
    let mut printed = 0_usize;
    for booking in bookings {
        let body = format!("{booking} {}", form.printer);
        let ask = printing::Ask {
            key: command_key(form.form, &body),
            what: What::Pass(booking),
            flight: Some(key),
            printer: &form.printer,
            language: "",
            why: "changed",
        };
        match printing::print(&web, &viewer, &number, &ask).await {
            Ok(_) => printed += 1,
            Err(Failed::NoStaff) => return Ok(staff::ask()),
            Err(Failed::Refused(refusal)) => {
                let notice = Notice::refused(&refusal, &web.say);
                return Ok(refused(&refusal, &page(&web, &headers, &key, Some(notice))?));
            }
            Err(Failed::Trouble(trouble)) => return stopped(&web, &headers, &key, printed, &trouble),
        }
    }
    let to = format!("/gate/{key}/aircraft?sent={printed}&printer={}", forms::escaped(&form.printer));
    Ok(Redirect::to(&to).into_response())
}

/// Some passes are on their way and the next was not taken: both are said.
fn stopped(web: &Web, headers: &HeaderMap, key: &FlightKey, printed: usize, trouble: &Trouble) -> Result<Response, Trouble> {
    let words = [web.say.t("aircraft-sent-before").arg("count", printed).to_string(), trouble.remedy_in(&web.say)];
    let notice = Notice { tone: Tone::Reject, head: trouble.happened_in(&web.say), words: web.say.sentences(&words) };
    let mut response = html(&page(web, headers, key, Some(notice))?);
    *response.status_mut() = StatusCode::from_u16(trouble.status).unwrap_or(StatusCode::CONFLICT);
    Ok(response)
}

async fn act(web: &Web, headers: &HeaderMap, key: &FlightKey, form: Uuid, command: &Command) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/gate/{key}/aircraft?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(refused(&refusal, &page(web, headers, key, Some(Notice::refused(&refusal, &web.say)))?)),
    }
}

fn read(web: &Web, typed: &str) -> Result<SeatMap, FieldError> {
    let upper = typed.trim().to_ascii_uppercase();
    upper.parse().map_err(|_| {
        let words = web.say.t("command-no-map").arg("typed", upper.chars().take(60).collect::<String>()).to_string();
        FieldError { field: "map", words }
    })
}

fn unread(page: EquipmentPage) -> Response {
    let mut response = html(&page);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

fn page(web: &Web, headers: &HeaderMap, key: &FlightKey, notice: Option<Notice>) -> Result<EquipmentPage, Trouble> {
    let known = web.services.read(|station| {
        let row = station.flight_of(key)?;
        let map = station.flight(key).and_then(|flight| flight.map.as_deref()).map(ToString::to_string);
        Some((row, map.unwrap_or_default(), station.reseat_plan(key), station.guests(key)))
    });
    let (row, now, moving, guests) = known.ok_or_else(|| Trouble::not_here("flight"))?;
    let passes: Vec<&Guest> = guests.iter().filter(|guest| guest.new_pass).collect();
    let printers = passes.first().map(|guest| web.print_form(What::Pass(guest.booking), Some(*key), "").printers);
    Ok(EquipmentPage {
        shell: web.shell(Section::Gate, staff::current(headers).as_ref()),
        flight: web.head(&row),
        notice,
        errors: Vec::new(),
        read_only: read_only(&web.say, &row),
        typed: now.clone(),
        now,
        look: None,
        moving: moving_rows(web, key, &moving),
        passes: passes.into_iter().map(|guest| pass_row(web, guest)).collect(),
        printers: printers.unwrap_or_default(),
        reasons: web.say.reasons(&["other-aircraft", "aircraft-fault", "asked-by-airline", "drill"]),
    })
}

/// What would come of this cabin; nothing is changed.
fn look(web: &Web, key: &FlightKey, map: &SeatMap) -> Look {
    let say = &web.say;
    let (moving, short, gone) = web.services.read(|station| {
        let (moving, short) = station.reseat_plan_with(key, map);
        let new: BTreeSet<Seat> = map.seats().map(|(_, seat)| seat).collect();
        let old = station.flight(key).and_then(|flight| flight.map.as_deref());
        let gone: Vec<Seat> = old.into_iter().flat_map(SeatMap::seats).map(|(_, seat)| seat).filter(|seat| !new.contains(seat)).collect();
        (moving, short, gone)
    });
    let named: Vec<String> = gone.iter().take(GONE_SHOWN).map(ToString::to_string).collect();
    Look {
        map: map.to_string(),
        words: say.t("aircraft-look").arg("seats", map.seats().count()).arg("moving", moving.len()).to_string(),
        gone: match gone.len() {
            0 => String::new(),
            count if count > GONE_SHOWN => {
                say.t("aircraft-gone").of("more").arg("seats", say.list(&named)).arg("count", count - GONE_SHOWN).to_string()
            }
            _ => say.t("aircraft-gone").arg("seats", say.list(&named)).to_string(),
        },
        short: short.iter().map(|words| say.said(words)).collect(),
        moving: moving_rows(web, key, &moving),
    }
}

fn moving_rows(web: &Web, key: &FlightKey, rows: &[Moving]) -> Vec<MovingRow> {
    let text = |value: Option<String>| value.unwrap_or_default();
    let row = |(at, row): (usize, &Moving)| MovingRow {
        no: at + 1,
        booking: row.booking.to_string(),
        name: row.name.clone(),
        party: text(row.party.clone()),
        cabin: text(row.cabin.map(String::from)),
        from: row.from.to_string(),
        why: web.say.t(if row.other_cabin { "aircraft-other-cabin" } else { "aircraft-not-there" }).to_string(),
        standing: web.say.t(gate_guest::standing(row.standing)).to_string(),
        to: text(row.to.map(|seat| seat.to_string())),
        state: web.state(&key.scope(), row.booking.0),
    };
    rows.iter().enumerate().map(row).collect()
}

fn pass_row(web: &Web, guest: &Guest) -> PassRow {
    let seat = guest.seat.map(|seat| seat.to_string()).unwrap_or_default();
    PassRow {
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        words: web.say.t("panel-new-pass").arg("seat", seat).to_string(),
        state: web.state(&guest.flight.scope(), guest.booking.0),
    }
}
