//! Baggage incident files and their matches, for programs.

use axum::extract::{Path, State as Has};
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use schemas::record::DocRef;
use serde_json::{Value, json};

use super::Web;
use super::api::Problem;
use super::errors::Trouble;
use super::who::Viewer;

/// The routes of this part of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/cases/{id}", get(case)).route("/api/v1/cases/{id}/matches", get(matches))
}

/// One report with its whole file: `fields` by name as amend-incident takes them, `sections` with what each lacks, `stage` (open, confirmed, requested,
/// suspended, delivered, closed), `limits` and `next` with the dates of the Montreal Convention, and `split` where desks wrote different things.
#[utoipa::path(get, path = "/api/v1/cases/{id}", params(("id" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
pub(super) async fn case(Has(web): Has<Web>, headers: HeaderMap, Path(id): Path<String>) -> Result<Json<Value>, Trouble> {
    let id: DocRef = id.parse().map_err(|_| Trouble::not_here("report"))?;
    let viewer = web.viewer(&headers);
    let file = web.services.read(|station| station.incident(id.0)).filter(|file| viewer.sees_case(&file.row));
    let file = file.ok_or_else(|| Trouble::not_here("report"))?;
    let held = web.whereabouts(web.services.held_of(&file.row.scope, id.0));
    let mut answer = super::api::value(&file)?.0;
    answer["held"] = json!(held);
    Ok(Json(answer))
}

/// The reports that may be about the same bag, the surest first, at most 50: `score`, `grade` (certain, strong, possible, weak) and `reasons`; `more` says how
/// many are left out, `too_common` whether something in the report is said by so many others that it was not looked at.
#[utoipa::path(get, path = "/api/v1/cases/{id}/matches", params(("id" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
pub(super) async fn matches(Has(web): Has<Web>, headers: HeaderMap, Path(id): Path<String>) -> Result<Json<Value>, Trouble> {
    let id: DocRef = id.parse().map_err(|_| Trouble::not_here("report"))?;
    let viewer = web.viewer(&headers);
    let sees = |viewer: &Viewer, case: DocRef| web.services.read(|station| station.case_of(case.0)).is_some_and(|row| viewer.sees_case(&row));
    if !sees(&viewer, id) {
        return Err(Trouble::not_here("report"));
    }
    let mut found = web.services.read(|station| station.candidates(id.0));
    found.rows.retain(|row| sees(&viewer, row.case));
    super::api::value(&found)
}
