//! Paper packs: what a desk needs to go on by hand, of every flight that departs soon. Made from the station's records, so any desk prints any desk's.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::record::FlightKey;
use schemas::record::booking::Standing;
use schemas::station::{FlightRow, GuestRow};
use serde::Deserialize;
use uuid::Uuid;

use super::closing::{self, Sheet};
use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::language::Screen;
use super::pack_prints::OnPaper;
use super::page::{Flag, FlightHead, Notice, Section, Shell};
use super::printing::PrintForm;
use super::{Web, barcode, staff, words};
use crate::print::What;
use crate::services::{PeerStatus, Role};

/// The flights of which a pack is kept.
#[derive(Debug, Template)]
#[template(path = "packs.html")]
pub struct PacksPage {
    pub shell: Shell,
    pub packs: Vec<PackRow>,
}

/// One flight within three hours.
#[derive(Debug, Clone)]
pub struct PackRow {
    pub flight: FlightHead,
    /// When its pack was written to this device's disk; empty where it is made when it is opened.
    pub made: String,
    pub on_paper: OnPaper,
}

/// A pack, on the screen and printed.
#[derive(Debug, Template)]
#[template(path = "pack.html")]
pub struct PackPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub pack: Pack,
    pub print: PrintForm,
}

/// All that goes on paper.
#[derive(Debug, Clone)]
pub struct Pack {
    pub flight: FlightHead,
    /// `Made 22 Nov 14:06 at G12.`
    pub made: String,
    /// Whose records are in it, a sentence each.
    pub sources: Vec<String>,
    /// What is known to be missing, a sentence each.
    pub lacking: Vec<String>,
    pub by_seat: Vec<ManifestRow>,
    pub by_name: Vec<ManifestRow>,
    pub tags: Vec<BlankTag>,
    pub sheet: Sheet,
    pub booked: u32,
    pub checked_in: u32,
    pub boarded: u32,
    pub unload: Vec<String>,
}

/// A guest of the manifest.
#[derive(Debug, Clone)]
pub struct ManifestRow {
    pub sequence: String,
    pub seat: String,
    pub name: String,
    pub flags: Vec<Flag>,
    pub bags: usize,
    /// `13:52 G13` of who is on board; else there is a box to tick.
    pub boarded: String,
    /// `not checked in`, `off the flight`.
    pub waiting: String,
}

/// A number for a bag that is taken by hand.
#[derive(Debug, Clone)]
pub struct BlankTag {
    pub tag: String,
    /// Interleaved 2 of 5, as SVG made here.
    pub barcode: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct PackQuery {
    done: Option<Uuid>,
}

#[derive(Deserialize)]
pub(super) struct TagsForm {
    form: Uuid,
    #[serde(default)]
    count: String,
}

/// A pack is kept of flights that depart within so many minutes.
pub(super) const AHEAD_MINUTES: i64 = 180;

/// A flight that is late is worked on for a while.
const BEHIND_MINUTES: i64 = 60;

pub(super) async fn list(Screen(web): Screen, headers: HeaderMap) -> Response {
    let viewer = web.viewer(&headers);
    let soon = web.soon().into_iter().filter(|(row, _)| viewer.sees(&row.flight));
    let made = |key: &FlightKey| web.pack_made(key).map(|ms| web.services.local_time(ms)).unwrap_or_default();
    let packs =
        soon.map(|(row, left)| PackRow { flight: web.head(&row), made: made(&row.flight), on_paper: web.pack_on_paper(&row, left) }).collect();
    html(&PacksPage { shell: web.shell(Section::Elsewhere, staff::current(&headers).as_ref()), packs })
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<PackQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    Ok(html(&page(&web, &headers, &key, web.done(query.done))?))
}

/// Keeps numbers of this desk for blank tags and shows them on the pack.
pub(super) async fn keep_tags(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<TagsForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let command = Command::ReserveTags { flight: key, count: form.count.trim().parse().unwrap_or(0) };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/paper/{key}?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(refused(&refusal, &page(&web, &headers, &key, Some(Notice::refused(&refusal, &web.say)))?)),
    }
}

fn page(web: &Web, headers: &HeaderMap, key: &FlightKey, notice: Option<Notice>) -> Result<PackPage, Trouble> {
    let pack = web.pack(key).ok_or_else(|| Trouble::not_here("flight"))?;
    let print = web.print_form(What::Pack(*key), Some(*key), &format!("/paper/{key}/print"));
    Ok(PackPage { shell: web.shell(Section::Elsewhere, staff::current(headers).as_ref()), notice, pack, print })
}

impl Web {
    /// The flights that depart soon, with the minutes until then, the next one first. One of today whose time nobody gave is among them.
    pub(super) fn soon(&self) -> Vec<(FlightRow, Option<i64>)> {
        let now = self.local_now();
        let flights = self.services.read(|station| station.flights());
        let mut soon: Vec<(FlightRow, Option<i64>)> = flights
            .into_iter()
            .filter_map(|row| match minutes_left(&row, now) {
                Some(left) => (-BEHIND_MINUTES..=AHEAD_MINUTES).contains(&left).then_some((row, Some(left))),
                None => (row.flight.date() == now.date()).then_some((row, None)),
            })
            .collect();
        soon.sort_by_key(|(row, left)| (left.unwrap_or(i64::MAX), row.flight));
        soon
    }

    /// The pack of a flight as things are now; nothing where the flight is not known here.
    pub(super) fn pack(&self, key: &FlightKey) -> Option<Pack> {
        let known = self.services.read(|station| {
            let row = station.flight_of(key)?;
            let unload: Vec<String> = station.bags_to_unload(key).iter().map(|bag| bag.tag.to_string()).collect();
            let letters: Vec<char> = station.flight(key).map(|flight| flight.cabins.iter().map(|cabin| cabin.letter).collect()).unwrap_or_default();
            Some((row, station.guests(key), station.blank_tags(key), station.figures(key), unload, letters))
        });
        let (row, guests, tags, mut figures, unload, letters) = known?;
        for cabin in letters {
            if figures.cabins.iter().all(|heads| heads.cabin != cabin) {
                figures.cabins.push(schemas::record::fact::CabinHeads { cabin, adults: 0, children: 0, infants: 0 });
            }
        }
        let now_ms = self.services.now_ms();
        let made = self.say.t("paper-made").arg("day", self.say.day(self.local_now().date())).arg("time", self.services.local_time(now_ms));
        let (sources, lacking) = self.pack_sources();
        let label = self.say.t("barcode").html();
        let blank = |tag: &schemas::standards::bag_tag::BagTag| {
            Some(BlankTag { tag: tag.to_string(), barcode: barcode::interleaved(tag.as_str(), &label).ok()? })
        };
        Some(Pack {
            flight: self.head(&row),
            made: made.arg("desk", self.services.desk()).to_string(),
            sources,
            lacking,
            by_seat: self.manifest(&guests, |one, other| (one.seat.is_none(), one.seat).cmp(&(other.seat.is_none(), other.seat))),
            by_name: self.manifest(&guests, |one, other| self.say.compare(&one.name, &other.name)),
            tags: tags.iter().take(TAGS_MAX).filter_map(blank).collect(),
            sheet: closing::sheet_of(&self.say, &figures, 0, String::new()),
            booked: row.counts.booked,
            checked_in: row.counts.checked_in,
            boarded: row.counts.boarded,
            unload,
        })
    }

    fn manifest(&self, guests: &[GuestRow], order: impl Fn(&GuestRow, &GuestRow) -> std::cmp::Ordering) -> Vec<ManifestRow> {
        let mut guests: Vec<&GuestRow> = guests.iter().collect();
        guests.sort_by(|one, other| order(one, other).then(one.order.cmp(&other.order)).then(one.booking.cmp(&other.booking)));
        guests.into_iter().map(|guest| self.manifest_row(guest)).collect()
    }

    fn manifest_row(&self, guest: &GuestRow) -> ManifestRow {
        ManifestRow {
            sequence: guest.sequence.map(|number| number.to_string()).unwrap_or_default(),
            seat: guest.seat.map(|seat| seat.to_string()).unwrap_or_default(),
            name: guest.name.clone(),
            flags: words::staff_flags(&self.say, guest),
            bags: guest.bags.len(),
            boarded: guest.boarded.as_ref().map(|seen| format!("{} {}", self.services.local_time(seen.at), seen.desk)).unwrap_or_default(),
            waiting: match guest.standing {
                Standing::Listed => self.say.t("paper-not-checked-in").to_string(),
                Standing::Offloaded => self.say.t("paper-off-flight").to_string(),
                Standing::CheckedIn | Standing::Aboard => String::new(),
            },
        }
    }

    /// From which desks the records are, and what is known to be missing.
    fn pack_sources(&self) -> (Vec<String>, Vec<String>) {
        let status = self.services.status();
        let mut sources = vec![self.say.t("paper-source-own").arg("desk", &status.desk).to_string()];
        let mut lacking = Vec::new();
        let time = |peer: &PeerStatus| peer.last_contact_ms.map(|ms| self.services.local_time(ms)).unwrap_or_default();
        for peer in &status.peers {
            if peer.connected {
                sources.push(self.say.t("paper-source-linked").arg("desk", &peer.name).to_string());
            } else {
                sources.push(self.say.t("paper-source-until").arg("desk", &peer.name).arg("time", time(peer)).to_string());
                lacking.push(self.say.t("paper-lacks-since").arg("desk", &peer.name).arg("time", time(peer)).to_string());
            }
            if peer.ahead > 0 {
                lacking.push(self.say.t("paper-lacks-records").arg("desk", &peer.name).arg("count", peer.ahead).to_string());
            }
        }
        let met = status.peers.iter().filter(|peer| peer.role == Role::Edge).count();
        let never = status.other_desks.saturating_sub(met);
        if never > 0 {
            lacking.push(self.say.t("paper-lacks-never-met").arg("count", never).to_string());
        }
        (sources, lacking)
    }
}

/// The minutes until a flight departs.
pub(super) fn minutes_left(row: &FlightRow, now: chrono::NaiveDateTime) -> Option<i64> {
    Some((departs(row)? - now).num_minutes())
}

/// When a flight departs by its estimate, else by its schedule, in local time.
pub(super) fn departs(row: &FlightRow) -> Option<chrono::NaiveDateTime> {
    let time = row.etd.or(row.std)?;
    let mut departs = row.flight.date().and_hms_opt(u32::from(time.minutes() / 60), u32::from(time.minutes() % 60), 0)?;
    if row.etd.zip(row.std).is_some_and(|(etd, std)| etd < std) {
        // An estimate earlier in the day than the schedule is of the next day.
        departs += chrono::Duration::days(1);
    }
    Some(departs)
}

/// As many blank tags as one pack shows.
const TAGS_MAX: usize = 100;
