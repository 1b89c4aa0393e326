//! Whom the authorities are to hear of on a flight: a sheet for staff to print, the same as CSV, and problems and seats of a guest for programs.

use askama::Template;
use axum::extract::{Path, State as Has};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use schemas::record::fact::Documents;
use schemas::record::{DocRef, FlightKey};
use schemas::station::{DocumentRow, GuestRow};
use serde_json::Value;

use super::counter::documents::in_words;
use super::errors::{Trouble, html};
use super::language::Screen;
use super::page::{FlightHead, Section, Shell};
use super::{Web, staff};
use crate::web::api::Problem;

/// The sheet of a flight.
#[derive(Debug, Template)]
#[template(path = "authorities.html")]
pub struct AuthoritiesPage {
    pub shell: Shell,
    pub flight: FlightHead,
    /// Who went on although no authority was asked.
    pub rows: Vec<AuthorityRow>,
    /// Whose documents nobody has looked at, with a link to do it.
    pub missing: Vec<NamedGuest>,
    /// Who is selected for a further check: on the screen only.
    pub selected: Vec<NamedGuest>,
}

/// One guest on the sheet.
#[derive(Debug, Clone, Default)]
pub struct AuthorityRow {
    pub name: String,
    pub locator: String,
    pub outcome: String,
    pub document: String,
    pub note: String,
    /// `10:12, staff 4711 at C1`.
    pub by: String,
}

/// A guest by name.
#[derive(Debug, Clone, Default)]
pub struct NamedGuest {
    pub booking: String,
    pub name: String,
    pub seat: String,
}

/// The routes for programs.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/flights/{key}/documents.csv", get(csv))
        .route("/api/v1/bookings/{id}/problems", get(problems))
        .route("/api/v1/bookings/{id}/seat-plan", get(seat_plan))
}

pub(super) async fn show(Screen(web): Screen, Path(key): Path<String>, headers: HeaderMap) -> Result<Response, Trouble> {
    let key: FlightKey = key.parse().map_err(|_| Trouble::not_here("flight"))?;
    let found = web.services.read(|station| {
        let guests = |ids: Vec<DocRef>| ids.iter().filter_map(|id| station.guest(id.0)).collect::<Vec<_>>();
        Some((station.flight_of(&key)?, station.documents_to_send(&key), guests(station.documents_missing(&key)), guests(station.selected(&key))))
    });
    let (row, rows, missing, selected) = found.ok_or_else(|| Trouble::not_here("flight"))?;
    Ok(html(&AuthoritiesPage {
        shell: web.shell(Section::Elsewhere, staff::current(&headers).as_ref()),
        flight: web.head(&row),
        rows: rows.iter().map(|row| authority_row(&web, row)).collect(),
        missing: missing.iter().map(named).collect(),
        selected: selected.iter().map(named).collect(),
    }))
}

/// The guests of whom an authority is to hear, as a table (RFC 4180): flight, name, locator, outcome, the document by its kind, state, end of number and last
/// day, note, by whom, where, when (UTC). Who is selected for a check does not stand in it.
#[utoipa::path(get, path = "/api/v1/flights/{key}/documents.csv", params(("key" = String, Path)), responses((status = 200, body = String, content_type = "text/csv"), (status = 404, body = Problem)))]
pub(super) async fn csv(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Response, Trouble> {
    let key: FlightKey = key.parse().map_err(|_| Trouble::not_here("flight"))?;
    let rows = web.services.read(|station| station.flight(&key).is_some().then(|| station.documents_to_send(&key)));
    let rows = rows.ok_or_else(|| Trouble::not_here("flight"))?;
    let mut text = line(&HEADS.map(str::to_owned));
    for row in &rows {
        text.push_str(&line(&csv_row(&key, row)));
    }
    let named = format!("attachment; filename=\"documents-{key}.csv\"");
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, named)], text).into_response())
}

/// What stands in the way of a guest and those who travel along, in the order in which a counter works through it: `booking`, `name`, `trouble`, and what
/// belongs to it.
#[utoipa::path(get, path = "/api/v1/bookings/{id}/problems", params(("id" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn problems(Has(web): Has<Web>, Path(id): Path<String>) -> Result<Json<Value>, Trouble> {
    let id: DocRef = id.parse().map_err(|_| Trouble::not_here("guest"))?;
    let found = web.services.read(|station| station.booking(id.0).is_some().then(|| station.problems_of(id.0)));
    super::api::value(&found.ok_or_else(|| Trouble::not_here("guest"))?)
}

/// The seats of a guest's cabin by row: free, theirs, taken or promised by the list; the rows from which this desk offers first; and the seat that it offers.
#[utoipa::path(get, path = "/api/v1/bookings/{id}/seat-plan", params(("id" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
pub(super) async fn seat_plan(Has(web): Has<Web>, Path(id): Path<String>) -> Result<Json<Value>, Trouble> {
    let id: DocRef = id.parse().map_err(|_| Trouble::not_here("guest"))?;
    let plan = web.services.read(|station| station.seat_plan(id.0)).ok_or_else(|| Trouble::not_here("guest"))?;
    super::api::value(&plan)
}

fn authority_row(web: &Web, row: &DocumentRow) -> AuthorityRow {
    let say = &web.say;
    let who = say.t("who-staff-desk").arg("staff", &row.by).arg("desk", &row.desk).to_string();
    AuthorityRow {
        name: row.name.clone(),
        locator: row.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        outcome: say.t(if row.outcome == Documents::Supervisor { "documents-supervised" } else { "documents-sent-later" }).to_string(),
        document: row.document.as_ref().map(|shown| in_words(say, shown)).unwrap_or_default(),
        note: row.note.clone(),
        by: say.list(&[web.services.local_time(row.at), who]),
    }
}

fn named(guest: &GuestRow) -> NamedGuest {
    NamedGuest { booking: guest.booking.to_string(), name: guest.name.clone(), seat: guest.seat.map(|seat| seat.to_string()).unwrap_or_default() }
}

fn csv_row(key: &FlightKey, row: &DocumentRow) -> [String; 14] {
    let shown = |of: fn(&schemas::record::fact::Shown) -> String| row.document.as_ref().map(of).unwrap_or_default();
    let outcome = if row.outcome == Documents::Supervisor { "supervisor" } else { "send-later" };
    let at = chrono::DateTime::from_timestamp_millis(row.at).map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default();
    [
        key.flight().to_string(),
        key.date().to_string(),
        key.station().to_string(),
        row.name.clone(),
        row.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        outcome.to_owned(),
        shown(|shown| shown.kind.clone()),
        shown(|shown| shown.issuer.clone()),
        shown(|shown| shown.nationality.clone().unwrap_or_default()),
        shown(|shown| shown.ending.clone()),
        shown(|shown| shown.expires.map(|day| day.to_string()).unwrap_or_default()),
        row.note.clone(),
        format!("{} {}", row.by, row.desk),
        at,
    ]
}

/// The heads of the columns: names for programs, the same in every language.
const HEADS: [&str; 14] =
    ["flight", "date", "station", "name", "locator", "outcome", "document", "issuer", "nationality", "number_ends", "expires", "note", "by", "at"];

/// A line of the table. A cell that a spreadsheet would take for a formula is marked as text.
fn line(cells: &[String; 14]) -> String {
    let cell = |text: &String| {
        let text = if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text.clone() };
        format!("\"{}\"", text.replace('"', "\"\"").replace(['\r', '\n'], " "))
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_the_table_is_a_formula_or_breaks_its_line() {
        let mut cells: [String; 14] = Default::default();
        cells[3] = "=HYPERLINK(\"x\")".to_owned();
        cells[11] = "visa\r\nseen".to_owned();
        let line = line(&cells);
        assert!(line.contains("\"'=HYPERLINK(\"\"x\"\")\"") && line.matches('\n').count() == 1, "{line}");
    }
}
