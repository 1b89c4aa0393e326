//! The counter: find a guest by whatever is at hand, and open the party for work.

pub mod bags;
pub mod care;
pub mod documents;
pub mod excess;
pub mod problems;
pub mod request;
pub mod seats;
pub mod work;

pub(super) mod actions;
pub(super) mod lately;

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::record::DocRef;
use schemas::standards::bag_tag::BagTag;
use schemas::standards::bcbp;
use schemas::standards::mrz::Mrz;
use schemas::station::GuestRow;
use serde::Deserialize;
use uuid::Uuid;

pub use bags::BagEntry;
pub use care::{CareGuest, CarePart, JobLine};
pub use documents::{DocumentMark, DocumentsPart};
pub use excess::ExcessPart;
pub use problems::ProblemPart;
pub use seats::{SeatCabin, SeatCell, SeatRow, SeatsPart};
pub use work::{BagLine, NewTag, PartyGuest, Work};

pub(super) use bags::kilograms;

use super::errors::html;
use super::forms::{escaped, scanned};
use super::language::Screen;
use super::page::{FieldError, Notice, Section, Shell};
use super::undo::{self, DoneRow};
use super::{Web, staff};
use crate::lang::Say;

/// The find box, what it found, and the party at the counter.
#[derive(Debug, Template)]
#[template(path = "counter.html")]
pub struct CounterPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    /// What is looked for, as addresses and forms carry it; and what of it stands in the find box.
    pub query: String,
    pub typed: String,
    /// The same for people: the name where a pass or a document was scanned.
    pub asked: String,
    pub results: Vec<FoundRow>,
    /// How many there are when not all are listed.
    pub more: Option<usize>,
    /// Whether the list is of those whom this desk had before, for nothing was asked.
    pub lately: bool,
    /// What was done at this desk last, and where taking it back goes.
    pub done_here: Vec<DoneRow>,
    pub undo_at: &'static str,
    pub work: Option<Work>,
    /// The flights on which a guest can be taken down who is on no list, each with its words.
    pub flights: Vec<(String, String)>,
}

/// One guest found.
#[derive(Debug, Clone)]
pub struct FoundRow {
    pub no: usize,
    pub booking: String,
    /// Where it leads.
    pub link: String,
    pub name: String,
    pub locator: String,
    pub seat: String,
    pub flight: String,
    pub status: String,
    pub open: bool,
}

/// What an address of the counter asks for.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct CounterQuery {
    #[serde(default)]
    q: String,
    booking: Option<String>,
    done: Option<Uuid>,
    /// The guest who is seated.
    seat: Option<String>,
    offload: Option<String>,
    /// The guest whose documents are looked at, and what was read of them.
    documents: Option<String>,
    read: Option<Uuid>,
    /// The guest who is helped, or handed over.
    care: Option<String>,
    /// The tag that is on a bag already, or a bag to put right.
    tag: Option<String>,
    /// Set while only some lines of a document were scanned.
    half: Option<String>,
    /// Which problem of the party is shown, from 1.
    problem: Option<usize>,
}

/// What was scanned or typed in the find box.
#[derive(Deserialize)]
pub(super) struct ScanForm {
    #[serde(default)]
    q: String,
    /// The guest with whom the work is open.
    #[serde(default)]
    at: String,
}

impl CounterQuery {
    /// The address that shows the same guest.
    fn address(&self) -> String {
        format!("/counter?q={}&booking={}", escaped(&self.q), escaped(self.booking.as_deref().unwrap_or_default()))
    }
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<CounterQuery>, headers: HeaderMap) -> Response {
    html(&page(&web, &headers, &query))
}

/// Takes a scan: a travel document opens the guest's documents, an unknown tag goes to the bag of the open guest, anything else is looked for. Nothing of a
/// document is in the address that this leads to.
pub(super) async fn scan(Screen(web): Screen, headers: HeaderMap, Form(form): Form<ScanForm>) -> Response {
    let text = scanned(&form.q);
    if Mrz::is_likely(text) {
        return documents::scanned(&web, &headers, text, &form.at);
    }
    let is_new_tag = |tag: BagTag| web.services.read(|station| station.find(tag.as_str()).is_empty());
    if let Ok(tag) = text.parse::<BagTag>()
        && !form.at.is_empty()
        && is_new_tag(tag)
    {
        return Redirect::to(&format!("/counter?booking={}&tag={tag}#bag-form", escaped(&form.at))).into_response();
    }
    // A pass holds a name, and addresses are kept by browsers.
    let to = if is_pass(text) { web.lately.keep_scan(web.services.new_id(), text) } else { escaped(text) };
    Redirect::to(&format!("/counter?q={to}")).into_response()
}

/// The page for an address.
pub(super) fn page(web: &Web, headers: &HeaderMap, query: &CounterQuery) -> CounterPage {
    let viewer = web.viewer(headers);
    let searched = web.lately.searched(&query.q);
    let mut found: Vec<GuestRow> = web.services.read(|station| station.find(&searched)).into_iter().map(|found| found.guest).collect();
    found.retain(|guest| viewer.sees(&guest.flight));
    let only = match found.as_slice() {
        [one] => Some(one.booking),
        _ => None,
    };
    let open = query.booking.as_deref().and_then(|id| id.parse::<DocRef>().ok()).or(only);
    let open = open.filter(|id| web.services.read(|station| station.booking(id.0).is_some_and(|known| viewer.sees(&known.flight))));
    let more = (found.len() > SHOWN_MAX).then_some(found.len());
    let lately = query.q.is_empty() && open.is_none();
    if lately {
        let had = web.lately.guests();
        found = web.services.read(|station| had.iter().filter_map(|id| station.guest(id.0)).filter(|guest| viewer.sees(&guest.flight)).collect());
    }
    if let Some(open) = open {
        web.lately.had(open);
    }
    let done = web.done(query.done).filter(|_| bags::new_tag(web, query.done).is_none());
    CounterPage {
        shell: web.shell(Section::Counter, staff::current(headers).as_ref()),
        notice: done.or_else(|| selected_by_pass(&web.say, &searched)).or_else(|| half_read(&web.say, query)),
        errors: Vec::new(),
        typed: if query.q.starts_with(lately::SCANNED) { String::new() } else { query.q.clone() },
        query: query.q.clone(),
        asked: bcbp::parse(&searched).map_or_else(|_| searched.clone(), |pass| pass.name().trim().to_owned()),
        results: found.iter().take(SHOWN_MAX).enumerate().map(|(no, guest)| found_row(&web.say, no + 1, guest, open, query)).collect(),
        more,
        lately: lately && !found.is_empty(),
        done_here: web.done_here(headers, undo::AT_COUNTER, false),
        undo_at: "/counter/undo",
        work: open.and_then(|booking| work::work(web, headers, booking, query)),
        flights: flights(web, headers),
    }
}

/// A bar code that holds a name: nothing that is typed is as long.
pub(super) fn is_pass(text: &str) -> bool {
    text.chars().count() > TYPED_MAX
}

/// Whether a pass says that its guest is selected for a further check.
pub(super) fn is_selected_by_pass(scan: &str) -> bool {
    bcbp::parse(scan).is_ok_and(|pass| pass.legs().any(|leg| leg.repeated().and_then(|repeated| repeated.selectee()) == Some("1")))
}

/// A document of which the other lines are still to come.
fn half_read(say: &Say, query: &CounterQuery) -> Option<Notice> {
    query.half.as_ref().map(|_| Notice {
        tone: super::page::Tone::Idle,
        head: say.t("mrz-half").to_string(),
        words: say.t("mrz-half-words").to_string(),
    })
}

fn selected_by_pass(say: &Say, scan: &str) -> Option<Notice> {
    is_selected_by_pass(scan).then(|| Notice {
        tone: super::page::Tone::Attention,
        head: say.t("counter-pass-selected").to_string(),
        words: say.t("counter-pass-selected-words").to_string(),
    })
}

/// The flights that are worked here and open.
fn flights(web: &Web, headers: &HeaderMap) -> Vec<(String, String)> {
    let viewer = web.viewer(headers);
    let rows = web.services.read(|station| station.flights());
    let open = rows.into_iter().filter(|row| row.worked_here && !row.closed && viewer.sees(&row.flight));
    open.map(|row| (row.flight.to_string(), web.say.flight(&row.flight))).collect()
}

fn found_row(say: &Say, no: usize, guest: &GuestRow, open: Option<DocRef>, query: &CounterQuery) -> FoundRow {
    let booking = guest.booking.to_string();
    // What was read of a document stays with the search until a guest is chosen.
    let read = query.read.map(|read| format!("&read={read}&documents={booking}")).unwrap_or_default();
    FoundRow {
        no,
        link: format!("/counter?q={}&booking={booking}{read}", escaped(&query.q)),
        booking,
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        seat: guest.seat.map(|seat| seat.to_string()).unwrap_or_default(),
        flight: say.t("flight-and-day").arg("flight", guest.flight.flight().to_string()).arg("day", say.day(guest.flight.date())).to_string(),
        status: say.t(work::standing(guest)).to_string(),
        open: Some(guest.booking) == open,
    }
}

/// A name, a ticket, a locator: in characters.
const TYPED_MAX: usize = 40;

/// As many as are read at a glance.
const SHOWN_MAX: usize = 12;
