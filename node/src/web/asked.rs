//! What programs send, read: the part of an address behind its question mark, and JSON bodies. What cannot be read is named, with its place and a remedy.

use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use schemas::json::{BadBody, wrong_query};
use schemas::said::Said;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Web;
use super::errors::Trouble;

/// What an address asks for behind its question mark.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequestParts<Web> for Asked<T> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Trouble> {
        let read = Query::<T>::from_request_parts(parts, web).await;
        read.map(|Query(asked)| Self(asked)).map_err(|rejection| wrong("query-not-read", &wrong_query(&rejection.body_text()), SEE))
    }
}

/// Reads a JSON body.
///
/// # Errors
/// With what is the matter and its line, in words of our own.
pub(super) fn body<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Trouble> {
    serde_json::from_slice(bytes).map_err(|error| {
        let bad = BadBody::new(&error);
        wrong("body-not-read", &bad.words, bad.remedy).at(bad.line, bad.column)
    })
}

/// The text of a body.
///
/// # Errors
/// With the first byte that is no text.
pub(super) fn text(bytes: &[u8]) -> Result<&str, Trouble> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let words = Said::new("unread-not-utf-8", format!("The body is no text: byte {at} cannot be read.")).arg("at", at);
        wrong("body-not-read", &words, "Send it in UTF-8.").at(u32::try_from(line).ok(), None)
    })
}

const SEE: &str = "See the description of the API (/api/v1/openapi.json), correct it and send it again.";

fn wrong(code: &'static str, words: &Said, remedy: &str) -> Trouble {
    Trouble::new(StatusCode::BAD_REQUEST, code, words, remedy).arg("error", words)
}
