//! The lists that a gate and a counter work through, for programs: who waits for a seat, who must be seated anew, who is helped, and whom an authority is to
//! hear of.

use axum::extract::{Path, State as Has};
use axum::http::HeaderMap;
use axum::routing::get;
use axum::{Json, Router};
use schemas::flat::DocId;
use schemas::record::booking::Standing;
use schemas::record::{DocRef, FlightKey};
use schemas::station::Station;
use serde::Serialize;
use serde_json::{Value, json};

use super::Web;
use super::api::Problem;
use super::errors::Trouble;

/// The routes of this part of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/flights/{key}/standby", get(standby))
        .route("/api/v1/flights/{key}/reseat", get(reseat))
        .route("/api/v1/flights/{key}/assistance", get(assistance_of))
        .route("/api/v1/flights/{key}/changes", get(changes))
        .route("/api/v1/flights/{key}/documents", get(documents))
        .route("/api/v1/assistance", get(assistance))
        .route("/api/v1/bookings/{id}/seats", get(seats))
}

/// Who waits for a seat, who comes first first: `place`, `booking`, `priority` or `mark` (no-rec, go-show) with `since`, and why the guest was passed over.
#[utoipa::path(get, path = "/api/v1/flights/{key}/standby", params(("key" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn standby(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    of_flight(&web, &key, |station, key| station.standby(key))
}

/// Whose seat the aircraft does not have that change-equipment named, with a seat proposed `to` each; parties are kept together where there is room.
#[utoipa::path(get, path = "/api/v1/flights/{key}/reseat", params(("key" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn reseat(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    of_flight(&web, &key, |station, key| station.reseat_plan(key))
}

/// What happened to a flight: `course` (where it is, each step with who, when and whether it holds), `moved` (guests to or from other flights), `traces` (who
/// was moved from it: `to`, `there`, `reason`, `holds`), `work` (`guests` moved here with `reseat`, `retag`, `tell`; `left_behind`; `bags_off`), and
/// `onward` (guests who go on with another flight).
#[utoipa::path(get, path = "/api/v1/flights/{key}/changes", params(("key" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
pub(super) async fn changes(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    of_flight(&web, &key, |station, key| {
        json!({
            "course": station.course_steps(key), "moved": station.moved_lines(key), "traces": station.moved_from(key),
            "work": station.move_work(key), "onward": station.onward_guests(key),
        })
    })
}

/// Who is helped on a flight: `service`, `step` (order, assign, pick-up, hand-over), `who`, `place`, and when each step was, in milliseconds since 1970 UTC.
#[utoipa::path(get, path = "/api/v1/flights/{key}/assistance", params(("key" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn assistance_of(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    of_flight(&web, &key, |station, key| station.assistance(Some(key)))
}

/// The same on all flights, open jobs first.
#[utoipa::path(get, path = "/api/v1/assistance", responses((status = 200, body = [Object])))]
pub(super) async fn assistance(Has(web): Has<Web>, headers: HeaderMap) -> Result<Json<Value>, Trouble> {
    let viewer = web.viewer(&headers);
    let mut rows = web.services.read(|station| station.assistance(None));
    rows.retain(|row| viewer.sees(&row.flight));
    written(&rows)
}

/// The guests who went on although the authority could not be asked: `outcome` (send-later, supervisor), `note`, by whom and when.
#[utoipa::path(get, path = "/api/v1/flights/{key}/documents", params(("key" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn documents(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    of_flight(&web, &key, |station, key| station.documents_to_send(key))
}

/// Free seats for this guest and those of the party who are not checked in, side by side where there is room: an offer of this desk, not a promise.
#[utoipa::path(get, path = "/api/v1/bookings/{id}/seats", params(("id" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn seats(Has(web): Has<Web>, Path(id): Path<String>) -> Result<Json<Value>, Trouble> {
    let id: DocRef = id.parse().map_err(|_| Trouble::not_here("guest"))?;
    let offers = web.services.read(|station| {
        let guest = station.booking(id.0)?;
        let party = station.party_of(id.0).into_iter().filter(|other| other.standing == Standing::Listed);
        let ids: Vec<DocId> = party.map(|other| other.booking.0).collect();
        Some(station.suggest_seats(&guest.flight, &ids))
    });
    let offers = offers.ok_or_else(|| Trouble::not_here("guest"))?;
    written(&offers.into_iter().map(|(booking, seat)| json!({ "booking": booking, "seat": seat })).collect::<Vec<_>>())
}

fn of_flight<T: Serialize>(web: &Web, text: &str, list: impl FnOnce(&Station, &FlightKey) -> T) -> Result<Json<Value>, Trouble> {
    let key: FlightKey = text.parse().map_err(|_| Trouble::not_here("flight"))?;
    let rows = web.services.read(|station| station.flight(&key).is_some().then(|| list(station, &key)));
    written(&rows.ok_or_else(|| Trouble::not_here("flight"))?)
}

fn written(rows: &impl Serialize) -> Result<Json<Value>, Trouble> {
    super::api::value(rows)
}
