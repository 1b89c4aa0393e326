//! Who works a flight and what differs from its host, for programs.

use axum::extract::{Path, State as Has};
use axum::routing::get;
use axum::{Json, Router};
use schemas::record::FlightKey;
use serde_json::Value;

use super::Web;
use super::api::Problem;
use super::errors::Trouble;

/// The routes of this part of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/flights/{key}/control", get(control)).route("/api/v1/flights/{key}/settlement", get(settlement))
}

/// Everything that was ever said about who works a flight, in the order in which desks recorded it.
///
/// `step` is took-over, hand-back-begun, hand-back-called-off or handed-back; `holds` says whether nothing has undone it: of take-overs of desks that did
/// not see each other, all hold.
#[utoipa::path(get, path = "/api/v1/flights/{key}/control", params(("key" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn control(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    let key: FlightKey = key.parse().map_err(|_| Trouble::not_here("flight"))?;
    let steps = web.services.read(|station| station.flight(&key).is_some().then(|| station.control_steps(&key)));
    super::api::value(&steps.ok_or_else(|| Trouble::not_here("flight"))?)
}

/// What differs between this flight here and its host, in keying order.
///
/// `rows` have `id`, `kind` (guest, booking, presence, seat, sequence, documents, bag, pieces), the values of the three sides (`base` is the host's last list
/// before Apron took over), who is `right` (apron, host, nobody) and `why`, a `proposal`, and how each was `settled`. `carried` is the message that carries a
/// difference (`kind`, `place`, `key`, `state`, `at`); where it `ends` it, its receiver has it and the host's list is from before, so nobody has to settle
/// it. `open` counts what neither a person nor a message has ended. `ended` are those that a later list of the host agrees with. `compared` is false until a
/// list of the host came since the flight was taken over.
#[utoipa::path(get, path = "/api/v1/flights/{key}/settlement", params(("key" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
pub(super) async fn settlement(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    let key: FlightKey = key.parse().map_err(|_| Trouble::not_here("flight"))?;
    super::api::value(&web.services.read(|station| station.settlement(&key)).ok_or_else(|| Trouble::not_here("flight"))?)
}
