//! The API for Type B messages: handing them in, and looking after those that were not taken.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State as Has};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::api::{Problem, Receipt, Staff};
use super::errors::Trouble;
use super::{Web, asked};
use crate::messages::Taken;
use crate::rejects::{Door, Item};

/// As much as one message may be, and as a corrected text in JSON.
const MESSAGE_MAX: usize = 520 * 1024;
const CORRECTED_MAX: usize = 1024 * 1024;

/// The routes of this part of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/messages", post(take).layer(DefaultBodyLimit::max(MESSAGE_MAX)))
        .route("/api/v1/rejects", get(list))
        .route("/api/v1/rejects/{id}", get(show))
        .route("/api/v1/rejects/{id}/replay", post(replay).layer(DefaultBodyLimit::max(CORRECTED_MAX)))
        .route("/api/v1/rejects/{id}/discard", post(discard))
}

/// A message that is kept and applied by itself.
#[derive(Serialize, ToSchema)]
pub(super) struct Waiting {
    message: String,
    waiting: Item,
}

/// A message that was not taken, with its text.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptMessage {
    item: Item,
    /// As it came; what is no text is shown as U+FFFD. Absent once it was applied or discarded.
    text: Option<String>,
}

/// What a replay may change.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Correction {
    /// The corrected text; the message as it came if left out.
    text: Option<String>,
}

/// Why a message is discarded.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    reason: String,
}

/// Hand in a Type B message (PNL, ADL, BSM, BPM, MVT), or a host's check-in list, as its bytes.
///
/// A host's list is CSV behind a first line that names the flight and the time at which the host made it: `HOSTLIST CA1501.2026-11-22.PVG 10:31`.
///
/// What cannot be read or applied is kept on this node before the answer says so: as waiting (202), if only something else must come first, or as
/// rejected, with the line and the remedy. The same bytes are one entry.
#[utoipa::path(
    post, path = "/api/v1/messages", request_body(content = String, content_type = "text/plain"),
    params(("Apron-Staff" = String, Header, description = "The staff number of who does it")),
    responses((status = 201, description = "Applied and saved on this device", body = Receipt),
              (status = 200, description = "Everything was so already: nothing was saved", body = Receipt),
              (status = 202, description = "Kept; applied by itself when what it waits for comes", body = Waiting),
              (status = 422, description = "Not applied, with line and remedy; kept under the name in `kept`", body = Problem),
              (status = 507, description = "Not applied and not kept: there is no more room", body = Problem))
)]
pub(super) async fn take(Has(web): Has<Web>, Staff(staff): Staff, headers: HeaderMap, body: Bytes) -> Result<Response, Trouble> {
    let door = match headers.get("apron-door").map(|door| door.as_bytes()) {
        Some(b"command-line") => Door::CommandLine,
        _ => Door::Api,
    };
    answer(&web, web.services.take(web.services.new_id(), &named(staff)?, &body, door).await?)
}

/// Every message that was not taken, open ones and the newest settled ones, the newest first. Without their texts.
#[utoipa::path(get, path = "/api/v1/rejects", responses((status = 200, body = [Item])))]
pub(super) async fn list(Has(web): Has<Web>) -> Json<Vec<Item>> {
    Json(web.services.rejects().list())
}

/// One message that was not taken, with its text.
#[utoipa::path(get, path = "/api/v1/rejects/{id}", params(("id" = String, Path)), responses((status = 200, body = KeptMessage), (status = 404, body = Problem)))]
pub(super) async fn show(Has(web): Has<Web>, Path(id): Path<String>) -> Result<Json<KeptMessage>, Trouble> {
    let item = web.services.rejects().get(&id).ok_or_else(|| Trouble::not_here("message"))?;
    let text = web.services.rejects().bytes(&id).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Json(KeptMessage { item, text }))
}

/// Try a message again, as it came or with a corrected text. However often this is asked, it is applied once.
#[utoipa::path(
    post, path = "/api/v1/rejects/{id}/replay", params(("id" = String, Path), ("Apron-Staff" = String, Header)), request_body = Correction,
    responses((status = 201, body = Receipt), (status = 200, body = Receipt), (status = 202, body = Waiting),
              (status = 404, description = "It was applied or discarded before", body = Problem), (status = 422, body = Problem))
)]
pub(super) async fn replay(Has(web): Has<Web>, Staff(staff): Staff, Path(id): Path<String>, body: Bytes) -> Result<Response, Trouble> {
    let correction: Correction = if body.is_empty() { Correction::default() } else { asked::body(&body)? };
    answer(&web, web.services.replay(&id, &named(staff)?, correction.text.as_deref()).await?)
}

/// Discard a message for a reason. Its text goes; who discarded it when and why stays.
#[utoipa::path(
    post, path = "/api/v1/rejects/{id}/discard", params(("id" = String, Path), ("Apron-Staff" = String, Header)), request_body = Reason,
    responses((status = 200, body = Item), (status = 404, body = Problem), (status = 422, body = Problem))
)]
pub(super) async fn discard(Has(web): Has<Web>, Staff(staff): Staff, Path(id): Path<String>, body: Bytes) -> Result<Json<Item>, Trouble> {
    let reason: Reason = asked::body(&body)?;
    Ok(Json(web.services.discard(&id, &named(staff)?, &reason.reason).await?))
}

/// The answer to what became of a message.
pub(super) fn answer(web: &Web, taken: Taken) -> Result<Response, Trouble> {
    match taken {
        Taken::Applied(receipt) => Ok(Receipt::answer(web, receipt)),
        Taken::Waiting(item) => {
            let message = format!("{} It is kept as {} and applied by itself.", item.reason, item.id);
            Ok((StatusCode::ACCEPTED, Json(Waiting { message, waiting: *item })).into_response())
        }
    }
}

fn named(staff: Option<String>) -> Result<String, Trouble> {
    staff.ok_or_else(|| {
        Trouble::new(StatusCode::BAD_REQUEST, "staff-missing", "Nobody is named who does this.", "Send the staff number in Apron-Staff.")
    })
}
