//! Typing in what was written on paper: lines, what they mean and what others did meanwhile, and then all of it as one command.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, PaperBag};
use schemas::record::fact::StaffNumber;
use schemas::record::local_time::LocalTime;
use schemas::record::{DocRef, FlightKey};
use schemas::station::Boarding;
use schemas::station::paper::{PaperRow, Stand};
use schemas::station::paper_lines::{self, Named, Said, Why, Wrong};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::language::Screen;
use super::page::{FieldError, FlightHead, Notice, Section, Shell, Tone};
use super::{Web, answers, staff};

/// What the page of typing in shows.
#[derive(Debug, Template)]
#[template(path = "paper_entry.html")]
pub struct EntryPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    pub typed: Typed,
    /// What the lines mean; nothing before they were looked at.
    pub preview: Option<Vec<EntryRow>>,
    /// `22 Nov 13:50`: the moment that the time on the paper is taken for.
    pub when: String,
}

/// The fields as they were typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub at: String,
    pub by: String,
    pub lines: String,
}

/// One line of the preview.
#[derive(Debug, Clone)]
pub struct EntryRow {
    /// What the box stands for; empty where it cannot be entered.
    pub value: String,
    pub chosen: bool,
    /// `42`, `14C`: as it is named on the paper.
    pub named: String,
    pub what: String,
    /// `LI/NA MS, 14C`; empty where nobody is named so.
    pub who: String,
    /// What others did meanwhile, and what that means.
    pub stand: String,
    pub is_plain: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct EntryQuery {
    done: Option<Uuid>,
}

#[derive(Deserialize)]
pub(super) struct EntryForm {
    #[serde(default)]
    at: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    lines: String,
}

/// A paper of which all fields were understood.
struct Entry {
    at: LocalTime,
    at_ms: i64,
    by: StaffNumber,
    lines: Vec<Said>,
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<EntryQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    Ok(html(&EntryPage { notice: web.done(query.done), ..page(&web, &headers, &key, Typed::default())? }))
}

/// Shows what was typed means. Nothing is entered.
pub(super) async fn preview(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<EntryForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let typed = Typed { at: form.at, by: form.by, lines: form.lines };
    let entry = read(&web, &typed);
    let page = page(&web, &headers, &key, typed)?;
    Ok(match entry {
        Ok(entry) => html(&previewed(&web, &key, &entry, page)),
        Err(errors) => {
            let mut response = html(&EntryPage { errors, ..page });
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            response
        }
    })
}

/// Enters what is ticked, all or none.
pub(super) async fn enter(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let form: Uuid = value("form").parse().map_err(|_| Trouble::not_here("form"))?;
    let typed = Typed { at: value("at"), by: value("by"), lines: value("lines") };
    let entry = match read(&web, &typed) {
        Ok(entry) => entry,
        Err(errors) => {
            let mut response = html(&EntryPage { errors, ..page(&web, &headers, &key, typed)? });
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(response);
        }
    };
    let (mut boarded, mut bags) = (Vec::new(), Vec::new());
    for (_, row) in fields.iter().filter(|(name, _)| name == "row") {
        match chosen(row).ok_or_else(|| Trouble::not_here("guest"))? {
            Chosen::Boarded(booking) if boarded.contains(&booking) => {}
            Chosen::Boarded(booking) => boarded.push(booking),
            Chosen::Bag(bag) => bags.push(bag),
        }
    }
    let command = Command::EnterPaper { flight: key, at: entry.at, by: entry.by.clone(), boarded, bags };
    match web.carry_out(&headers, form, &command).await {
        // Nothing is kept of a command that changed nothing, so no other page could tell of it.
        Ok(receipt) if !receipt.saved => {
            let head = answers::message(&web.say, command.kind(), &receipt.answer);
            let notice = Notice { tone: Tone::Accept, head, words: String::new() };
            Ok(html(&EntryPage { notice: Some(notice), ..page(&web, &headers, &key, Typed::default())? }))
        }
        Ok(receipt) => Ok(Redirect::to(&format!("/paper/{key}/entry?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let page = previewed(&web, &key, &entry, page(&web, &headers, &key, typed)?);
            Ok(refused(&refusal, &EntryPage { notice: Some(Notice::refused(&refusal, &web.say)), ..page }))
        }
    }
}

fn page(web: &Web, headers: &HeaderMap, key: &FlightKey, typed: Typed) -> Result<EntryPage, Trouble> {
    let row = web.services.read(|station| station.flight_of(key)).ok_or_else(|| Trouble::not_here("flight"))?;
    Ok(EntryPage {
        shell: web.shell(Section::Elsewhere, staff::current(headers).as_ref()),
        flight: web.head(&row),
        notice: None,
        errors: Vec::new(),
        typed,
        preview: None,
        when: String::new(),
    })
}

fn previewed(web: &Web, key: &FlightKey, entry: &Entry, page: EntryPage) -> EntryPage {
    let rows = web.services.read(|station| station.paper_rows(key, entry.at_ms, &entry.by, &entry.lines));
    let when = web.say.t("paper-when").arg("time", web.services.local_time(entry.at_ms)).arg("ago", web.age(entry.at_ms)).to_string();
    EntryPage { preview: Some(rows.iter().map(|row| entry_row(web, row)).collect()), when, ..page }
}

fn read(web: &Web, typed: &Typed) -> Result<Entry, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut wrong = |field: &'static str, key: &str, value: &str| {
        let value: String = value.trim().chars().take(40).collect();
        errors.push(FieldError { field, words: web.say.t(key).arg("typed", value).to_string() });
    };
    let at = typed.at.parse::<LocalTime>().map_err(|_| wrong("at", "paper-no-time", &typed.at)).ok();
    let now_ms = web.services.now_ms();
    let at_ms = at.and_then(|at| web.services.read(|station| station.paper_time(at, now_ms)));
    if at.is_some() && at_ms.is_none() {
        wrong("at", "paper-time-ahead", &typed.at);
    }
    let by = typed.by.trim().to_ascii_uppercase().parse::<StaffNumber>().map_err(|_| wrong("by", "paper-no-writer", &typed.by)).ok();
    let lines = match paper_lines::read(&typed.lines) {
        Ok(lines) if lines.is_empty() => {
            wrong("lines", "paper-no-lines", "");
            None
        }
        Ok(lines) => Some(lines),
        Err(all) => {
            errors.extend(all.iter().map(|wrong| FieldError { field: "lines", words: line_words(web, wrong) }));
            None
        }
    };
    match (at, at_ms, by, lines) {
        (Some(at), Some(at_ms), Some(by), Some(lines)) if errors.is_empty() => Ok(Entry { at, at_ms, by, lines }),
        _ => Err(errors),
    }
}

fn line_words(web: &Web, wrong: &Wrong) -> String {
    let key = match wrong.why {
        Why::NotRead => "paper-line-not-read",
        Why::NoGuest => "paper-line-no-guest",
        Why::NoTag => "paper-line-no-tag",
        Why::NoWeight => "paper-line-no-weight",
        Why::Backwards => "paper-line-backwards",
        Why::TooMany => "paper-line-too-many",
    };
    web.say.t(key).arg("line", wrong.line).arg("typed", &wrong.typed).to_string()
}

fn entry_row(web: &Web, row: &PaperRow) -> EntryRow {
    let (Said::Boarded(named) | Said::Bag(named, ..)) = row.line;
    let guest = row.guest.as_ref().filter(|_| row.stand.can_enter());
    let value = match (&row.line, guest) {
        (Said::Boarded(_), Some(guest)) => guest.booking.to_string(),
        (Said::Bag(_, tag, kg), Some(guest)) => format!("{}.{tag}.{}", guest.booking, kg.unwrap_or(0)),
        (_, None) => String::new(),
    };
    let who = row.guest.as_ref().map(|guest| {
        let place = [guest.sequence.map(|number| number.to_string()), guest.seat.map(|seat| seat.to_string())];
        let parts: Vec<String> = [guest.name.clone()].into_iter().chain(place.into_iter().flatten()).collect();
        web.say.list(&parts)
    });
    EntryRow {
        value,
        chosen: row.stand.is_plain(),
        named: match named {
            Named::Sequence(number) => number.to_string(),
            Named::Seat(seat) => seat.to_string(),
        },
        what: match &row.line {
            Said::Boarded(_) => web.say.t("paper-means-boarded").to_string(),
            Said::Bag(_, tag, None) => web.say.t("paper-means-bag").arg("tag", tag.to_string()).to_string(),
            Said::Bag(_, tag, Some(kg)) => web.say.t("paper-means-bag-kg").arg("tag", tag.to_string()).arg("kg", *kg).to_string(),
        },
        who: who.unwrap_or_default(),
        stand: stand_words(web, &row.stand),
        is_plain: row.stand.is_plain(),
    }
}

fn stand_words(web: &Web, stand: &Stand) -> String {
    let seen = |key: &'static str, seen: &Boarding| {
        let said = web.say.t(key).arg("time", web.services.local_time(seen.at)).arg("desk", &seen.desk);
        said.arg("staff", &seen.by).to_string()
    };
    match stand {
        Stand::Fits => web.say.t("paper-stand-fits").to_string(),
        Stand::Nobody => web.say.t("paper-stand-nobody").to_string(),
        Stand::Several => web.say.t("paper-stand-several").to_string(),
        Stand::NotCheckedIn => web.say.t("paper-stand-not-checked-in").to_string(),
        Stand::Entered => web.say.t("paper-stand-entered").to_string(),
        Stand::Aboard(boarding) => seen("paper-stand-aboard", boarding),
        Stand::Offloaded(offload) => seen("paper-stand-offloaded", offload),
        Stand::BagKnown => web.say.t("paper-stand-bag-known").to_string(),
        Stand::BagOfAnother(owner) if owner.is_empty() => web.say.t("paper-stand-bag-gone").to_string(),
        Stand::BagOfAnother(owner) => web.say.t("paper-stand-bag-of-another").arg("guest", owner).to_string(),
    }
}

/// What a box stands for.
enum Chosen {
    Boarded(DocRef),
    Bag(PaperBag),
}

fn chosen(row: &str) -> Option<Chosen> {
    let mut parts = row.split('.');
    let booking = parts.next()?.parse().ok()?;
    let Some(tag) = parts.next() else { return Some(Chosen::Boarded(booking)) };
    let kg: u16 = parts.next()?.parse().ok()?;
    Some(Chosen::Bag(PaperBag { booking, tag: tag.parse().ok()?, weight_kg: Some(kg).filter(|kg| *kg > 0) }))
}
