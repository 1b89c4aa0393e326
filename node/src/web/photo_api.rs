//! Photos for programs: keep one, list those of a record, and read one.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, Path, State as Has};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use schemas::record::photo::{PHOTO_BYTES_MAX, PhotoKind};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::api::{Problem, value};
use super::errors::Trouble;
use super::words::Where;
use super::{Web, photos};
use crate::photos::{Place, reason, too_large};

/// The routes of this part of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/photos", post(keep).layer(DefaultBodyLimit::max(PHOTO_BYTES_MAX)))
        .route("/api/v1/photos/{sha256}", get(read))
        .route("/api/v1/photos/of/{record}", get(list))
}

/// A photo that is on this device's disk: `photo` of the command add-photo.
#[derive(Serialize, ToSchema)]
pub(super) struct KeptPhoto {
    #[schema(value_type = String)]
    sha256: String,
    bytes: u32,
    /// `image/jpeg`, `image/png` or `image/webp`, by its bytes.
    #[schema(value_type = String)]
    kind: PhotoKind,
}

/// A photo that a record shows.
#[derive(Serialize, ToSchema)]
pub(super) struct RecordPhoto {
    sha256: String,
    bytes: u32,
    #[schema(value_type = String)]
    kind: PhotoKind,
    /// When it was taken, in milliseconds since 1970 UTC, and by whom.
    at: i64,
    by: String,
    desk: String,
    /// Where its bytes are, in the words of the screens; none where they are not on this device.
    held: Option<Where>,
    /// Why they are not: `coming`, `no-link`, `nobody-has-it`, `wrong-bytes`, `no-room`, `disk`.
    missing: Option<&'static str>,
}

/// Keep the bytes of a photo. Answers when they are durable on this node; a record names them with the command add-photo.
///
/// The body is the picture itself, at most 2 MiB: JPEG, PNG or WebP, told by its bytes and not by what it is announced as. What no record names is taken
/// away after a day.
#[utoipa::path(
    post, path = "/api/v1/photos", request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, description = "On this device's disk", body = KeptPhoto),
              (status = 413, description = "Larger than 2 MiB, or too many pixels", body = Problem),
              (status = 415, description = "Not a picture of a kind that is taken", body = Problem),
              (status = 507, description = "No room for more photos", body = Problem))
)]
pub(super) async fn keep(Has(web): Has<Web>, body: Result<Bytes, BytesRejection>) -> Result<Response, Trouble> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(PHOTO_BYTES_MAX + 1).into(),
        _ => {
            Trouble::new(StatusCode::BAD_REQUEST, "photo-not-read", "The photo did not come whole.", "Send it again: a repeated photo is kept once.")
        }
    })?;
    let photo = web.services.keep_photo(body.to_vec()).await?;
    let place = format!("/api/v1/photos/{}", photo.sha256);
    let kept = KeptPhoto { sha256: photo.sha256.to_string(), bytes: photo.bytes, kind: photo.kind };
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(kept)).into_response())
}

/// The bytes of a photo that a record here shows.
#[utoipa::path(
    get, path = "/api/v1/photos/{sha256}", params(("sha256" = String, Path)),
    responses((status = 200, content_type = "image/jpeg", body = Vec<u8>), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn read(Has(web): Has<Web>, headers: HeaderMap, Path(sha256): Path<String>) -> Result<Response, Trouble> {
    photos::picture(&web, &headers, &sha256).await
}

/// The photos that a bag or report shows, and where each is.
#[utoipa::path(
    get, path = "/api/v1/photos/of/{record}", params(("record" = String, Path, description = "The id of a bag or of a report")),
    responses((status = 200, body = [RecordPhoto]), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub(super) async fn list(Has(web): Has<Web>, headers: HeaderMap, Path(record): Path<String>) -> Result<Json<Value>, Trouble> {
    let record = photos::known(&web, &headers, &record)?;
    let rows = web.services.read(|station| station.photos_of(record.0)).unwrap_or_default();
    let rows: Vec<RecordPhoto> = rows
        .into_iter()
        .map(|row| {
            let (held, missing) = match web.services.photo_place(row.photo.sha256) {
                Place::Held(held) => (Some(web.whereabouts(held)), None),
                Place::Missing(standing) => (None, Some(reason(standing))),
            };
            let sha256 = row.photo.sha256.to_string();
            RecordPhoto { sha256, bytes: row.photo.bytes, kind: row.photo.kind, at: row.at, by: row.by, desk: row.desk, held, missing }
        })
        .collect();
    value(&rows)
}
