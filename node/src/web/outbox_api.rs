//! The API for what goes out: the messages of each flight, and what a person or program decides about one.

use axum::body::Bytes;
use axum::extract::{Path, State as Has};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use schemas::command::{Command, MessageChoice};
use schemas::record::outgoing::OutState;
use schemas::record::{DocRef, FlightKey};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::api::{Problem, Receipt, Staff};
use super::errors::Trouble;
use super::forms;
use super::{Web, asked};

/// The routes of this part of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/outbox", get(list))
        .route("/api/v1/outbox/{flight}", get(of_flight))
        .route("/api/v1/outbox/{flight}/{key}/settle", post(settle))
        .route("/api/v1/outbox/{flight}/{key}/check", post(check))
        .route("/api/v1/bookings/{id}/requests", get(requests))
}

/// What is decided about a message, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decided {
    /// `replay`, `cancel` or `arrived`.
    #[schema(value_type = String)]
    how: MessageChoice,
    reason: String,
}

/// For each flight how many messages are `waiting`, `unknown` (sent, answer unknown), `refused`, `cancelled` and `sent`; and whether this node sends.
#[utoipa::path(get, path = "/api/v1/outbox", responses((status = 200, body = Object)))]
pub(super) async fn list(Has(web): Has<Web>, headers: HeaderMap) -> Json<Value> {
    let viewer = web.viewer(&headers);
    let flights = web.services.read(|station| {
        let counts = station.flights_with_out().into_iter().map(|flight| (flight, station.out_counts(&flight)));
        counts.filter(|(flight, counts)| !counts.is_empty() && viewer.sees(flight)).collect::<Vec<_>>()
    });
    let row = |(flight, counts): &(FlightKey, std::collections::BTreeMap<OutState, u32>)| {
        let count = |state| counts.get(&state).copied().unwrap_or(0);
        json!({
            "flight": flight, "waiting": count(OutState::Waiting), "unknown": count(OutState::Unknown), "refused": count(OutState::Refused),
            "cancelled": count(OutState::Cancelled), "sent": count(OutState::Sent),
        })
    };
    let ways: Vec<Value> =
        web.options.outbox.ways().iter().map(|way| json!({ "name": way.name, "kinds": way.kinds, "place": way.place() })).collect();
    Json(json!({ "sends": web.options.outbox.sends(), "ways": ways, "flights": flights.iter().map(row).collect::<Vec<_>>() }))
}

/// The messages of a flight in the order in which they go, with their texts: `key`, `kind`, `version`, `part` of `parts`, `place`, `state`, `answer`, and
/// `tried` where this node sends; its `note` is what the receiver answered, or a code for what happened, such as `#no-connection`.
#[utoipa::path(get, path = "/api/v1/outbox/{flight}", params(("flight" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn of_flight(Has(web): Has<Web>, Path(flight): Path<String>) -> Result<Json<Value>, Trouble> {
    let flight = forms::flight(&flight)?;
    let rows = web.services.read(|station| station.outbox(&flight));
    let mut all = Vec::new();
    for row in rows {
        let tried = web.options.outbox.tried(&row.key);
        let Json(mut value) = super::api::value(&row)?;
        if let Some(tried) = tried {
            value["tried"] = json!({ "count": tried.count, "at": tried.at_ms, "next": tried.next_ms, "note": tried.note });
        }
        all.push(value);
    }
    Ok(Json(Value::Array(all)))
}

/// Decide about a message that waits, was refused, or whose answer is unknown: send it again under its key, cancel it, or say that it arrived.
#[utoipa::path(
    post, path = "/api/v1/outbox/{flight}/{key}/settle", params(("flight" = String, Path), ("key" = String, Path), ("Apron-Staff" = String, Header)),
    request_body = Decided, responses((status = 201, body = Receipt), (status = 404, body = Problem), (status = 409, body = Problem))
)]
pub(super) async fn settle(
    Has(web): Has<Web>,
    Staff(staff): Staff,
    Path((flight, key)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Trouble> {
    let missing =
        || Trouble::new(StatusCode::BAD_REQUEST, "staff-missing", "Nobody is named who does this.", "Send the staff number in Apron-Staff.");
    let staff = staff.ok_or_else(missing)?;
    let decided: Decided = asked::body(&body)?;
    let command = Command::SettleMessage { flight: forms::flight(&flight)?, key: key.clone(), how: decided.how, reason: decided.reason };
    let body = serde_json::to_string(&command).map_err(|_| Trouble::not_here("message"))?;
    let receipt = web.services.command(web.services.new_id(), &staff, &body).await?;
    web.options.outbox.ask_again(&key);
    Ok(Receipt::answer(&web, receipt))
}

/// Look at a message again now: the receiver is asked whether it has it, or it is tried again. Only at the node that sends.
#[utoipa::path(
    post, path = "/api/v1/outbox/{flight}/{key}/check", params(("flight" = String, Path), ("key" = String, Path)),
    responses((status = 202, description = "It is looked at again"), (status = 404, description = "This node does not send", body = Problem))
)]
pub(super) async fn check(Has(web): Has<Web>, Path((_flight, key)): Path<(String, String)>) -> Result<Response, Trouble> {
    match web.options.outbox.ask_again(&key) {
        true => Ok(StatusCode::ACCEPTED.into_response()),
        false => Err(Trouble::not_here("message")),
    }
}

/// What a guest asked the reservation system for: `what`, `wanted`, `note`, `state`, `key`, `answer`.
#[utoipa::path(get, path = "/api/v1/bookings/{id}/requests", params(("id" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
pub(super) async fn requests(Has(web): Has<Web>, Path(id): Path<String>) -> Result<Json<Value>, Trouble> {
    let id: DocRef = id.parse().map_err(|_| Trouble::not_here("guest"))?;
    super::api::value(&web.services.read(|station| station.requests_of(id)))
}
