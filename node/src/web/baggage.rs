//! The baggage desk: a report in under a minute, open reports, and custody scans.

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use schemas::command::{BagLook, Command, Refusal};
use schemas::record::case::Incident;
use schemas::record::fact::ScanPoint;
use schemas::record::tracing::Stage;
use schemas::record::{Bag, DocRef};
use schemas::standards::bag_tag::BagTag;
use schemas::standards::bcbp;
use schemas::station::{CaseRow as Case, GuestRow, Reminder, Station};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{Failed, UndoForm, escaped, scanned};
use super::language::Screen;
use super::page::{FieldError, Notice, Section, Shell, State, StateKind};
use super::undo::{self, DoneRow};
use super::{Web, counter, incident_words, staff};
use crate::lang::Say;

/// The baggage desk.
#[derive(Debug, Template)]
#[template(path = "baggage.html")]
pub struct BaggagePage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    pub form: IncidentForm,
    /// What the scan filled in: `From tag 0999123456, CA1501`.
    pub filled: Option<String>,
    /// Reports that are there already about what was scanned.
    pub known: Vec<CaseRow>,
    /// Which list is shown: `open`, `on-hand`, `due`, `closed`.
    pub list: &'static str,
    pub lists: Vec<ListTab>,
    pub cases: Vec<CaseRow>,
    /// What stands where the list has nothing.
    pub none: String,
    pub custody: CustodyForm,
    /// What was done at this desk last.
    pub done_here: Vec<DoneRow>,
    /// Where taking back goes.
    pub undo_at: &'static str,
}

/// A list of reports.
#[derive(Debug, Clone)]
pub struct ListTab {
    pub id: &'static str,
    pub words: String,
    pub count: usize,
}

/// The six fields of a report, as typed or as filled in by a scan.
#[derive(Debug, Clone, Default)]
pub struct IncidentForm {
    pub booking: String,
    pub kind: String,
    pub name: String,
    pub contact: String,
    pub flight: String,
    pub tag: String,
    pub description: String,
}

/// A custody scan: this bag was seen there.
#[derive(Debug, Clone, Default)]
pub struct CustodyForm {
    pub tag: String,
    pub place: String,
    /// Places bags are scanned at.
    pub places: Vec<&'static str>,
}

/// One report.
#[derive(Debug, Clone)]
pub struct CaseRow {
    pub id: String,
    pub reference: String,
    /// `Delayed`, `Damaged`, `Pilfered`, `Found`.
    pub kind: String,
    pub name: String,
    pub tag: String,
    pub opened: String,
    /// `Looked for`, `Asked for`, `Delivered`.
    pub stage: String,
    /// The next date of the Convention, and the class of its line; empty where none runs.
    pub due: String,
    pub due_class: &'static str,
    pub state: State,
}

impl CaseRow {
    /// Whether no other airport can look for the bag yet: the hub does not have the report.
    pub fn is_local(&self) -> bool {
        self.state.kind != StateKind::Hub
    }
}

impl IncidentForm {
    /// For the choices of a report's kind.
    pub fn kind_is(&self, kind: &str) -> bool {
        self.kind == kind
    }
}

impl CustodyForm {
    /// For the choices of a place.
    pub fn place_is(&self, place: &str) -> bool {
        self.place == place
    }
}

/// What an address of the baggage desk asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct BaggageQuery {
    #[serde(default)]
    scan: String,
    /// Which list of reports.
    #[serde(default)]
    list: String,
    done: Option<Uuid>,
}

/// What was scanned or typed in the find box.
#[derive(Deserialize)]
pub(super) struct ScanForm {
    #[serde(default)]
    scan: String,
}

/// A report as sent.
#[derive(Deserialize)]
pub(super) struct ReportForm {
    form: Uuid,
    #[serde(default)]
    booking: String,
    report: String,
    name: String,
    contact: String,
    flight: String,
    tag: String,
    description: String,
}

/// A custody scan as sent.
#[derive(Deserialize)]
pub(super) struct SeenForm {
    form: Uuid,
    tag: String,
    place: String,
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<BaggageQuery>, headers: HeaderMap) -> Response {
    let scan = web.lately.searched(scanned(&query.scan));
    let scan = scan.as_str();
    if let Some(case) = web.services.read(|station| station.case_by_reference(scan)) {
        return Redirect::to(&format!("/baggage/{case}")).into_response();
    }
    let viewer = web.viewer(&headers);
    let of_others = |station: &Station, form: &IncidentForm| {
        let guest = form.booking.parse::<DocRef>().ok().and_then(|id| station.booking(id.0));
        guest.is_some_and(|guest| !viewer.sees(&guest.flight))
    };
    let filled = web.services.read(|station| fill(&web.say, station, scan).filter(|(form, _)| !of_others(station, form)));
    let mut page = page(&web, &headers, web.done(query.done), &query.list);
    match filled {
        Some((form, words)) => {
            if let Ok(tag) = form.tag.parse::<BagTag>() {
                page.known = reports(&web, &headers).iter().filter(|row| is_about(row, tag)).map(|row| case_row(&web, row)).collect();
            }
            page.custody.tag.clone_from(&form.tag);
            page.form = form;
            page.filled = Some(words);
        }
        None if !scan.is_empty() => {
            let seen: String = scan.chars().take(24).collect();
            page.errors.push(FieldError { field: "scan", words: web.say.t("baggage-not-known").arg("seen", seen).to_string() });
        }
        None => {}
    }
    html(&page)
}

/// What was scanned leads to the report filled in. A pass holds a name, so the address names it by an id.
pub(super) async fn scan(Screen(web): Screen, Form(form): Form<ScanForm>) -> Redirect {
    let text = scanned(&form.scan);
    let scan = if counter::is_pass(text) { web.lately.keep_scan(web.services.new_id(), text) } else { escaped(text) };
    Redirect::to(&format!("/baggage?scan={scan}"))
}

/// Takes a report and goes to its receipt.
pub(super) async fn open(Screen(web): Screen, headers: HeaderMap, Form(form): Form<ReportForm>) -> Result<Response, Trouble> {
    let kept = IncidentForm {
        booking: form.booking.clone(),
        kind: form.report.clone(),
        name: form.name.clone(),
        contact: form.contact.clone(),
        flight: form.flight.clone(),
        tag: form.tag.clone(),
        description: form.description.clone(),
    };
    let command = match report(&web.say, &form) {
        Ok(command) => command,
        Err(errors) => return Ok(wrong(&web, &headers, kept, errors)),
    };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => match receipt.answer["case"].as_str() {
            Some(case) => Ok(Redirect::to(&format!("/receipt/{case}")).into_response()),
            None => Ok(Redirect::to(&format!("/baggage?done={}", receipt.id)).into_response()),
        },
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(no(&web, &headers, kept, &refusal, "name")),
    }
}

/// Records where a bag was seen.
pub(super) async fn seen(Screen(web): Screen, headers: HeaderMap, Form(form): Form<SeenForm>) -> Result<Response, Trouble> {
    let custody = IncidentForm::default();
    let Ok(tag) = scanned(&form.tag).parse::<BagTag>() else {
        let words = not_a_tag(&web.say, &form.tag);
        return Ok(wrong(&web, &headers, custody, vec![FieldError { field: "seen-tag", words }]));
    };
    let point = POINTS.iter().find(|(name, _)| *name == form.place).map(|(_, point)| *point).ok_or_else(|| Trouble::not_here("place"))?;
    match web.carry_out(&headers, form.form, &Command::ScanBag { tag, point, flight: None }).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/baggage?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(no(&web, &headers, custody, &refusal, "seen-tag")),
    }
}

/// Takes back what was done here.
pub(super) async fn undo(Screen(web): Screen, headers: HeaderMap, Form(form): Form<UndoForm>) -> Result<Response, Trouble> {
    let command = web.take_back(&headers, form.form, form.command)?;
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/baggage?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(no(&web, &headers, IncidentForm::default(), &refusal, "done-here")),
    }
}

/// The bag with this tag on the newest flight, with its guest.
pub(super) fn known_bag(station: &Station, tag: BagTag) -> Option<(&Bag, Option<GuestRow>)> {
    let id = |row: &schemas::station::FlightRow| station.ids().bag(&row.flight, tag);
    let bag = station.flights().iter().rev().find_map(|row| station.bag(id(row)))?;
    Some((bag, bag.owner.and_then(|owner| station.guest(owner))))
}

pub(super) fn case_row(web: &Web, case: &Case) -> CaseRow {
    let (due, due_class) = case
        .clocks
        .next
        .filter(|_| case.stage < Stage::Closed)
        .map(|limit| incident_words::due(&web.say, &limit, web.services.today()))
        .unwrap_or_default();
    let today = web.services.today();
    let opened = case.at.map(|at| match web.local_day(at) {
        Some(day) if day != today => web.say.t("incident-day-time").arg("day", web.say.day(day)).arg("time", web.services.local_time(at)).to_string(),
        _ => web.services.local_time(at),
    });
    CaseRow {
        id: case.case.to_string(),
        reference: case.reference.clone(),
        kind: incident_words::kind(&web.say, case.incident),
        name: case.name.clone(),
        tag: case.tag.map(|tag| tag.to_string()).unwrap_or_default(),
        opened: opened.unwrap_or_default(),
        stage: incident_words::stage(&web.say, case),
        due,
        due_class,
        state: web.state(&case.scope, case.case.0),
    }
}

/// The reports that whoever asks may see, the newest first.
fn reports(web: &Web, headers: &HeaderMap) -> Vec<Case> {
    let viewer = web.viewer(headers);
    let mut rows = web.services.read(|station| station.cases());
    rows.retain(|row| viewer.sees_case(row));
    rows
}

fn is_about(row: &Case, tag: BagTag) -> bool {
    row.tag == Some(tag) && row.stage < Stage::Delivered
}

/// Whether a report stands in a list on this day.
type Belongs = fn(&Case, NaiveDate) -> bool;

/// The lists of reports, each with who is in it.
const LISTS: [(&str, Belongs); 4] = [
    ("open", |row, _| row.stage < Stage::Delivered && row.incident != Some(Incident::Found)),
    ("on-hand", |row, _| row.stage < Stage::Delivered && row.incident == Some(Incident::Found)),
    ("due", |row, today| row.stage < Stage::Closed && row.clocks.next.is_some_and(|limit| limit.reminder(today) < Reminder::Later)),
    ("closed", |row, _| row.stage >= Stage::Delivered),
];

fn page(web: &Web, headers: &HeaderMap, notice: Option<Notice>, list: &str) -> BaggagePage {
    let (rows, today) = (reports(web, headers), web.services.today());
    let (list, is_in) = LISTS.into_iter().find(|(id, _)| *id == list).unwrap_or(LISTS[0]);
    let tab = |(id, is_in): (&'static str, Belongs)| ListTab {
        id,
        words: web.say.t(&format!("baggage-list-{id}")).to_string(),
        count: rows.iter().filter(|row| is_in(row, today)).count(),
    };
    let lists: Vec<ListTab> = LISTS.into_iter().map(tab).collect();
    let on_hand = lists.get(1).map_or(0, |tab| tab.count);
    BaggagePage {
        shell: web.shell(Section::Baggage, staff::current(headers).as_ref()),
        notice,
        errors: Vec::new(),
        form: IncidentForm::default(),
        filled: None,
        known: Vec::new(),
        list,
        cases: rows.iter().filter(|row| is_in(row, today)).take(LISTED_MAX).map(|case| case_row(web, case)).collect(),
        done_here: web.done_here(headers, undo::AT_BAGGAGE, true),
        undo_at: "/baggage/undo",
        none: web.say.t(&format!("baggage-none-{list}")).arg("count", on_hand).to_string(),
        lists,
        custody: CustodyForm { tag: String::new(), place: "loaded".to_owned(), places: POINTS.iter().map(|(name, _)| *name).collect() },
    }
}

/// As many as a person scrolls through; the scan box finds the others.
const LISTED_MAX: usize = 500;

/// The page again with what the rules of the work said, and with what was typed.
fn no(web: &Web, headers: &HeaderMap, form: IncidentForm, refusal: &Refusal, field: &'static str) -> Response {
    let errors = vec![FieldError { field, words: web.say.refused(refusal) }];
    refused(refusal, &BaggagePage { form, errors, ..page(web, headers, None, "") })
}

fn wrong(web: &Web, headers: &HeaderMap, form: IncidentForm, errors: Vec<FieldError>) -> Response {
    let mut response = html(&BaggagePage { form, errors, ..page(web, headers, None, "") });
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

/// What a scan says about the bag and its guest: by the tag, or by the pass.
fn fill(say: &Say, station: &Station, scan: &str) -> Option<(IncidentForm, String)> {
    if let Ok(tag) = scan.parse::<BagTag>() {
        let known = known_bag(station, tag);
        let flight = known.as_ref().map(|(bag, _)| bag.flight.flight().to_string()).unwrap_or_default();
        let guest = known.and_then(|(_, guest)| guest);
        let words = say.t(if guest.is_some() { "baggage-from-tag" } else { "baggage-tag-not-known" }).arg("tag", tag.to_string()).to_string();
        return Some((of_guest(guest, flight, tag.to_string()), words));
    }
    let pass = bcbp::parse(scan).ok()?;
    let found = station.find(scan).into_iter().next().map(|found| found.guest);
    let flight = pass.legs().find_map(|leg| leg.flight_number()).map(|flight| flight.to_string()).unwrap_or_default();
    let tag = found.as_ref().and_then(|guest| guest.bags.first()).map(|tag| tag.to_string()).unwrap_or_default();
    let mut form = of_guest(found, flight, tag);
    if form.name.is_empty() {
        form.name = pass.name().trim().to_owned();
    }
    Some((form, say.t("baggage-from-pass").arg("name", pass.name().trim()).to_string()))
}

fn of_guest(guest: Option<GuestRow>, flight: String, tag: String) -> IncidentForm {
    let (booking, name) = guest.map(|guest| (guest.booking.to_string(), guest.name)).unwrap_or_default();
    IncidentForm { booking, name, flight, tag, ..IncidentForm::default() }
}

fn report(say: &Say, form: &ReportForm) -> Result<Command, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field, words: String| errors.push(FieldError { field, words });
    let incident = form.report.parse::<Incident>().ok();
    if incident.is_none() {
        wrong("kind", say.t("baggage-say-kind").to_string());
    }
    let tag = match form.tag.trim() {
        "" => None,
        text => text.parse::<BagTag>().map_err(|_| wrong("tag", not_a_tag(say, text))).ok(),
    };
    // The day beside the flight is for people; the report holds the number.
    let flight = match form.flight.split([' ', ',']).next().unwrap_or_default() {
        "" => None,
        text => text.to_ascii_uppercase().parse().map_err(|_| wrong("flight", say.t("not-a-flight").arg("typed", text).to_string())).ok(),
    };
    if form.name.trim().is_empty() && incident != Some(Incident::Found) {
        wrong("name", say.t("baggage-give-name").to_string());
    }
    if form.description.trim().is_empty() {
        wrong("description", say.t("baggage-say-look").to_string());
    }
    match incident {
        Some(incident) if errors.is_empty() => Ok(Command::OpenIncident {
            incident,
            tag,
            name: form.name.trim().to_owned(),
            flight,
            contact: form.contact.trim().to_owned(),
            bag: BagLook { description: form.description.trim().to_owned(), ..BagLook::default() },
            note: String::new(),
            booking: form.booking.parse().ok(),
        }),
        _ => Err(errors),
    }
}

fn not_a_tag(say: &Say, typed: &str) -> String {
    say.t("not-a-tag").arg("typed", typed.trim().chars().take(24).collect::<String>()).to_string()
}

/// Where custody of a bag changes.
const POINTS: [(&str, ScanPoint); 5] = [
    ("accepted", ScanPoint::Accepted),
    ("sorted", ScanPoint::Sorted),
    ("loaded", ScanPoint::Loaded),
    ("transferred", ScanPoint::Transferred),
    ("delivered", ScanPoint::Delivered),
];
