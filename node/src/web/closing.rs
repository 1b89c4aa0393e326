//! The end of a flight: who is missing, which bags come off, and the figures for load control.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::record::FlightKey;
use schemas::record::booking::Standing;
use schemas::record::fact::Figures;
use schemas::standards::bag_tag::BagTag;
use schemas::station::{GateBag, GuestRow as Guest, Sheet as TakenSheet, Station, UnloadRow as ToUnload};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed, PlainForm, ReasonForm};
use super::gate::read_only;
use super::language::Screen;
use super::page::{Flag, FlightHead, Notice, Section, Shell, State};
use super::{Web, staff, words};
use crate::lang::Say;

/// What the closing page shows.
#[derive(Debug, Template)]
#[template(path = "closing.html")]
pub struct ClosingPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub missing: Vec<MissingGuest>,
    pub unload: Vec<UnloadRow>,
    pub unload_left: usize,
    pub sheet: Sheet,
    /// Of the bags that fly, those that were taken at the gate: load control hears of them late.
    pub gate_bags: Vec<GateBagRow>,
    /// Set when the flight is closed: `Closed 10:21 by staff 4711`.
    pub closed: Option<String>,
    /// Why it cannot be closed yet, in words.
    pub blocked: Option<String>,
    pub read_only: Option<String>,
}

/// A guest who is checked in and not aboard.
#[derive(Debug, Clone)]
pub struct MissingGuest {
    pub booking: String,
    pub sequence: String,
    pub seat: String,
    pub name: String,
    pub locator: String,
    pub tags: Vec<String>,
    pub flags: Vec<Flag>,
    pub state: State,
}

/// A bag whose guest does not fly.
#[derive(Debug, Clone)]
pub struct UnloadRow {
    pub tag: String,
    pub owner: String,
    pub weight: String,
    pub reason: String,
    /// `10:17, staff 4711` once it is off.
    pub done: Option<String>,
    pub state: State,
}

/// A bag that was taken at the gate.
#[derive(Debug, Clone)]
pub struct GateBagRow {
    pub tag: String,
    pub owner: String,
    pub destination: String,
    pub weight: String,
    pub heavy: bool,
    pub state: State,
}

/// The closing figures.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// 0 while it is a preview.
    pub version: u32,
    pub taken: String,
    pub cabins: Vec<CabinRow>,
    pub total: CabinRow,
    pub bags: Vec<BagsRow>,
    pub bags_total: BagsRow,
}

/// Heads in one cabin.
#[derive(Debug, Clone, Default)]
pub struct CabinRow {
    pub cabin: String,
    pub adults: usize,
    pub children: usize,
    pub infants: usize,
}

/// Bags to one airport.
#[derive(Debug, Clone, Default)]
pub struct BagsRow {
    pub destination: String,
    pub pieces: usize,
    pub weight: String,
}

/// What an address of the closing page asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ClosingQuery {
    done: Option<Uuid>,
}

/// One bag that is off.
#[derive(Deserialize)]
pub(super) struct TagForm {
    form: Uuid,
    tag: String,
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<ClosingQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    Ok(html(&closing_page(&web, &headers, &key, web.done(query.done))?))
}

pub(super) async fn close(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<PlainForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    act(&web, &headers, &key, form.form, Command::CloseFlight { flight: key }).await
}

pub(super) async fn reopen(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    act(&web, &headers, &key, form.form, Command::ReopenFlight { flight: key, reason: form.words() }).await
}

pub(super) async fn unloaded(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<TagForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let tag = form.tag.parse().map_err(|_| Trouble::not_here("bag"))?;
    act(&web, &headers, &key, form.form, Command::TickUnloaded { flight: key, tag }).await
}

/// Carries out a press and goes back to the page; a refusal stays on it with its words.
async fn act(web: &Web, headers: &HeaderMap, key: &FlightKey, form: Uuid, command: Command) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/gate/{key}/close?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(refused(&refusal, &closing_page(web, headers, key, Some(Notice::refused(&refusal, &web.say)))?)),
    }
}

fn closing_page(web: &Web, headers: &HeaderMap, key: &FlightKey, notice: Option<Notice>) -> Result<ClosingPage, Trouble> {
    let page = web.services.read(|station| {
        let row = station.flight_of(key)?;
        let (missing, unload, done) = (station.missing(key), station.bags_to_unload(key), station.bags_unloaded(key));
        Some((row, missing, unload, done, station.figures(key), station.sheets(key), unload_stamps(&web.say, station, key), station.gate_bags(key)))
    });
    let (row, missing, unload, done, figures, sheets, stamps, gate_bags) = page.ok_or_else(|| Trouble::not_here("flight"))?;
    let standing = sheets.iter().rfind(|sheet| !sheet.withdrawn).filter(|_| row.closed);
    let taken = |sheet: &TakenSheet| {
        let said = web.say.t("closing-taken").arg("time", web.services.local_time(sheet.taken.at));
        said.arg("staff", &sheet.taken.by).arg("desk", &sheet.taken.desk).to_string()
    };
    let unload_row = |bag: &ToUnload, done: Option<String>| UnloadRow {
        tag: bag.tag.to_string(),
        owner: bag.name.clone().unwrap_or_else(|| web.say.t("owner-not-known").to_string()),
        weight: bag.kg.map_or_else(|| "-".to_owned(), |kg| web.say.t("kilograms").arg("kg", kg).to_string()),
        reason: match bag.standing {
            Some(Standing::Offloaded) => web.say.t("closing-off-flight").to_string(),
            Some(_) => web.say.t("closing-not-aboard").to_string(),
            None => web.say.t("closing-nobody").to_string(),
        },
        done,
        state: web.state(&key.scope(), web.services.read(|station| station.ids().bag(key, bag.tag))),
    };
    let left = unload.len();
    let mut bags: Vec<UnloadRow> = unload.iter().map(|bag| unload_row(bag, None)).collect();
    bags.extend(done.iter().map(|bag| unload_row(bag, Some(stamps.get(&bag.tag).cloned().unwrap_or_default()))));
    Ok(ClosingPage {
        shell: web.shell(Section::Gate, staff::current(headers).as_ref()),
        flight: web.head(&row),
        notice,
        missing: missing.iter().map(|guest| missing_guest(web, guest)).collect(),
        unload: bags,
        unload_left: left,
        sheet: match standing {
            Some(sheet) => sheet_of(&web.say, &sheet.figures, sheet.figures.version, taken(sheet)),
            None => sheet_of(&web.say, &figures, 0, String::new()),
        },
        gate_bags: gate_bags.iter().map(|bag| gate_bag(web, key, bag)).collect(),
        closed: standing.map(|sheet| web.say.t("closing-closed").arg("taken", taken(sheet)).to_string()),
        blocked: blocked(&web.say, left, missing.len()),
        read_only: read_only(&web.say, &row).filter(|_| !row.worked_here),
    })
}

/// Who ticked a bag, and when.
fn unload_stamps(say: &Say, station: &Station, key: &FlightKey) -> BTreeMap<BagTag, String> {
    let zone = station.setting().zone;
    station
        .bags_of(key)
        .into_iter()
        .filter_map(|bag| {
            let fact = &bag.unloaded()?.fact;
            Some((bag.tag, say.t("closing-stamp").arg("time", words::clock_in(zone, fact.at)).arg("staff", fact.by.to_string()).to_string()))
        })
        .collect()
}

fn gate_bag(web: &Web, key: &FlightKey, bag: &GateBag) -> GateBagRow {
    GateBagRow {
        tag: bag.tag.to_string(),
        owner: bag.name.clone().unwrap_or_else(|| web.say.t("owner-not-known").to_string()),
        destination: bag.destination.map_or_else(|| "-".to_owned(), |code| code.to_string()),
        weight: bag.kg.map_or_else(|| "-".to_owned(), |kg| web.say.t("kilograms").arg("kg", kg).to_string()),
        heavy: bag.heavy,
        state: web.state(&key.scope(), web.services.read(|station| station.ids().bag(key, bag.tag))),
    }
}

fn missing_guest(web: &Web, guest: &Guest) -> MissingGuest {
    MissingGuest {
        booking: guest.booking.to_string(),
        sequence: guest.sequence.map(|number| number.to_string()).unwrap_or_default(),
        seat: guest.seat.map(|seat| seat.to_string()).unwrap_or_default(),
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        tags: guest.bags.iter().map(ToString::to_string).collect(),
        flags: words::staff_flags(&web.say, guest),
        state: web.state(&guest.flight.scope(), guest.booking.0),
    }
}

fn blocked(say: &Say, bags: usize, missing: usize) -> Option<String> {
    match (bags, missing) {
        (0, 0) => None,
        (0, guests) => Some(say.t("closing-blocked-guests").arg("count", guests).to_string()),
        (bags, _) => Some(say.t("closing-blocked-bags").arg("count", bags).to_string()),
    }
}

pub(super) fn sheet_of(say: &Say, figures: &Figures, version: u32, taken: String) -> Sheet {
    let cabins: Vec<CabinRow> = figures
        .cabins
        .iter()
        .map(|heads| CabinRow {
            cabin: heads.cabin.to_string(),
            adults: heads.adults as usize,
            children: heads.children as usize,
            infants: heads.infants as usize,
        })
        .collect();
    let sum = |of: fn(&CabinRow) -> usize| cabins.iter().map(of).sum();
    let total = CabinRow { cabin: String::new(), adults: sum(|row| row.adults), children: sum(|row| row.children), infants: sum(|row| row.infants) };
    let kg: u32 = figures.bags.iter().map(|load| load.kg).sum();
    let pieces: u32 = figures.bags.iter().map(|load| load.pieces).sum();
    let weight = |kg: u32| say.t("kilograms").arg("kg", kg).to_string();
    Sheet {
        version,
        taken,
        cabins,
        total,
        bags: figures
            .bags
            .iter()
            .map(|load| BagsRow { destination: load.destination.clone(), pieces: load.pieces as usize, weight: weight(load.kg) })
            .collect(),
        bags_total: BagsRow { destination: String::new(), pieces: pieces as usize, weight: weight(kg) },
    }
}
