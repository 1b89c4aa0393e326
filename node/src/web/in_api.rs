//! Where programs of others bring messages by themselves: one address for each webhook of the configuration.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State as Has};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use schemas::command::Refusal;
use serde::Serialize;
use utoipa::ToSchema;

use super::Web;
use super::api::Problem;
use super::errors::Trouble;
use crate::inbox::{Became, Signed, message_of};
use crate::messages::{Taken, Way, key_of};
use crate::rejects::Door;
use crate::services::CommandError;

/// As much as one message may be, escaped in JSON.
const BODY_MAX: usize = 1024 * 1024;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/api/v1/in/{name}", post(take).layer(DefaultBodyLimit::max(BODY_MAX)))
}

/// What became of a message that was brought. Nothing of what is known of guests stands in it.
#[derive(Serialize, ToSchema)]
pub(super) struct Brought {
    /// `applied`; `known`, where everything was so already; `waiting`, where it is applied by itself when another comes; `kept`, where a person has to look.
    state: &'static str,
    /// The name under which it is kept here, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<String>,
    /// Of a kept one: for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

/// Bring a message by webhook, signed as the Standard Webhooks specification has it. No session is needed.
///
/// The body is the message itself (`text/plain`, `text/csv`), or JSON with it in `data.text`; a host's check-in list has its flight in `data.flight` and the
/// time at which the host made it in `data.at`. The same `webhook-id` is one message, however often it is sent. What was kept needs no repetition: 202
/// says that it is on this node's disk.
#[utoipa::path(
    post, path = "/api/v1/in/{name}", request_body(content = String, content_type = "text/plain"),
    params(("name" = String, Path), ("webhook-id" = String, Header), ("webhook-timestamp" = String, Header, description = "Seconds since 1970"),
           ("webhook-signature" = String, Header, description = "v1,BASE64; several are parted by blanks")),
    responses((status = 200, description = "Applied, or known", body = Brought), (status = 202, description = "Kept on this node", body = Brought),
              (status = 401, description = "Not signed by who holds the secret, or not now", body = Problem),
              (status = 403, description = "About a flight of a carrier that this webhook does not speak for", body = Problem),
              (status = 404, description = "No webhook of this name", body = Problem), (status = 409, description = "Another message came under this id", body = Problem),
              (status = 413, body = Problem), (status = 507, description = "Neither applied nor kept: there is no more room", body = Problem))
)]
pub(super) async fn take(Has(web): Has<Web>, Path(name): Path<String>, headers: HeaderMap, body: Bytes) -> Result<Response, Trouble> {
    let Some(hook) = web.options.inbox.hook(&name) else { return Err(Trouble::not_here("webhook")) };
    let now_ms = web.services.now_ms();
    let signed = signed(&headers);
    hook.check(signed, &body, now_ms).map_err(|error| {
        // Neither the body nor the headers: whoever sent them is a stranger.
        tracing::warn!(way = name, %error, "a webhook was turned away");
        Trouble::new(
            StatusCode::UNAUTHORIZED,
            "webhook-not-signed",
            &error.to_string(),
            "Sign it with the secret of this way in, now, and send it again.",
        )
    })?;
    let id = signed.map(|signed| signed.id).unwrap_or_default();
    let is_json = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).is_some_and(|kind| kind.starts_with("application/json"));
    let taken = match message_of(&body, is_json) {
        Some(message) => web.services.take_by_rule(key_of(&["in", &name, id]), &message, Door::Webhook, hook.carriers()).await,
        None => {
            let refusal = Refusal::new("webhook-no-text", "The body holds no message in data.text.", "Ask the sender how it is to be read.", 422);
            let way = Way { door: Door::Webhook, carriers: hook.carriers().clone() };
            web.services.keep_by_rule(refusal, &body, &way).await
        }
    };
    match taken {
        Ok(Taken::Applied(receipt)) => {
            hook.count(now_ms, Became::Applied);
            let state = if receipt.saved { "applied" } else { "known" };
            Ok(Json(Brought { state, kept: None, code: None, line: None }).into_response())
        }
        Ok(Taken::Waiting(item)) => {
            hook.count(now_ms, Became::Waiting);
            let brought = Brought { state: "waiting", kept: Some(item.id), code: Some(item.code), line: item.line };
            Ok((StatusCode::ACCEPTED, Json(brought)).into_response())
        }
        Err(CommandError::Kept(refusal, id)) => {
            hook.count(now_ms, Became::Rejected);
            let brought = Brought { state: "kept", kept: Some(id), code: Some(refusal.code.to_owned()), line: refusal.line };
            Ok((StatusCode::ACCEPTED, Json(brought)).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn signed(headers: &HeaderMap) -> Option<Signed<'_>> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    Some(Signed { id: header("webhook-id")?, timestamp: header("webhook-timestamp")?, signatures: header("webhook-signature")? })
}
