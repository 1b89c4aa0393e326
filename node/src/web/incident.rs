//! The page of one baggage incident file: its form, its dates, and what may be the bag.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::record::DocRef;
use schemas::record::incident::BAGS_MAX;
use schemas::staff::Permission;
use serde::Deserialize;
use uuid::Uuid;

use super::baggage::{self, CaseRow};
use super::errors::{Trouble, html};
use super::forms::Failed;
use super::incident_form::{self, Part};
use super::language::Screen;
use super::page::{FieldError, Notice, Section, Shell};
use super::photos::PhotosPart;
use super::tracing::{self, TracingPart};
use super::{Web, incident_words, staff};
use crate::print;

/// A file.
#[derive(Debug, Template)]
#[template(path = "incident.html")]
pub struct IncidentPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    pub case: CaseRow,
    /// When, where and by whom the report was taken.
    pub taken: String,
    /// The dates of the Montreal Convention.
    pub limits: Vec<(String, String)>,
    pub parts: Vec<Part>,
    /// How many bags the form shows.
    pub bags: u8,
    /// How many bags the form shows with one more; nothing where there is no room.
    pub more_bags: Option<u8>,
    pub photos: PhotosPart,
    pub tracing: TracingPart,
}

/// What an address of a file asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct FileQuery {
    /// How many bags the form shows.
    #[serde(default)]
    bags: Option<u8>,
    done: Option<Uuid>,
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(case): Path<String>,
    Query(query): Query<FileQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let case = case.parse().map_err(|_| Trouble::not_here("report"))?;
    let page = page(&web, &headers, case, query.bags.unwrap_or(1), web.done(query.done), &BTreeMap::new())?;
    Ok(html(&page))
}

/// Saves what was changed in the form.
pub(super) async fn amend(
    Screen(web): Screen,
    Path(case): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let case: DocRef = case.parse().map_err(|_| Trouble::not_here("report"))?;
    // The button that asks for one more bag stands behind the number that was shown.
    let last = |name: &str| fields.iter().rev().find(|(sent, _)| sent == name).map(|(_, text)| text.as_str());
    let form: Uuid = last("form").and_then(|form| form.parse().ok()).ok_or_else(|| Trouble::not_here("form"))?;
    let bags: u8 = last("bags").and_then(|bags| bags.parse().ok()).unwrap_or(1);
    let sent = web.services.read(|station| incident_form::read(&web.say, station, case, &fields)).ok_or_else(|| Trouble::not_here("report"))?;
    if !sent.errors.is_empty() {
        let mut page = page(&web, &headers, case, bags, None, &sent.changed)?;
        page.errors = sent.errors;
        return Ok(unsaved(&page));
    }
    let to = format!("/baggage/{case}?bags={bags}");
    if sent.changed.is_empty() {
        return Ok(Redirect::to(&to).into_response());
    }
    let set = sent.changed.iter().map(|(name, text)| ((*name).to_owned(), text.clone())).collect();
    match web.carry_out(&headers, form, &Command::AmendIncident { case, set }).await {
        Ok(receipt) => Ok(Redirect::to(&format!("{to}&done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let mut page = page(&web, &headers, case, bags, None, &sent.changed)?;
            page.errors = vec![FieldError { field: "name", words: web.say.refused(&refusal) }];
            Ok(unsaved(&page))
        }
    }
}

fn unsaved(page: &IncidentPage) -> Response {
    let mut response = html(page);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

pub(super) fn page(
    web: &Web,
    headers: &HeaderMap,
    case: DocRef,
    bags: u8,
    notice: Option<Notice>,
    typed: &BTreeMap<&'static str, String>,
) -> Result<IncidentPage, Trouble> {
    let viewer = web.viewer(headers);
    let row = web.services.read(|station| station.case_of(case.0)).filter(|row| viewer.sees_case(row)).ok_or_else(|| Trouble::not_here("report"))?;
    let (parts, shown) = web
        .services
        .read(|station| {
            let known = station.case(case.0)?;
            Some((incident_form::parts(&web.say, known, bags, typed), bags.max(known.details.bags())))
        })
        .ok_or_else(|| Trouble::not_here("report"))?;
    let desk = row.desk.clone().unwrap_or_default();
    let taken = row.at.map(|at| web.say.t("receipt-taken").arg("time", web.services.local_time(at)).arg("desk", desk));
    Ok(IncidentPage {
        shell: web.shell(Section::Baggage, staff::current(headers).as_ref()),
        notice,
        errors: Vec::new(),
        case: baggage::case_row(web, &row),
        taken: taken.map(|taken| taken.arg("staff", row.by.clone().unwrap_or_default()).to_string()).unwrap_or_default(),
        limits: print::limits(&web.say, &row),
        parts,
        bags: shown,
        more_bags: (shown < BAGS_MAX).then_some(shown + 1),
        photos: web.photos_part(case),
        tracing: tracing::part(web, &viewer, &row, viewer.may(Permission::TraceBags)),
    })
}

/// For pages that name a report in a line: `PVG-CA-T00042-7, LI/NA, 0999123456`.
pub(super) fn named(web: &Web, case: &schemas::station::CaseRow) -> String {
    let tag = case.tag.map(|tag| tag.to_string()).unwrap_or_default();
    let parts = [case.reference.clone(), incident_words::kind(&web.say, case.incident), case.name.clone(), tag];
    web.say.list(&parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>())
}
