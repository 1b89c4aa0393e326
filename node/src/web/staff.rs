//! Who works at this screen: a staff number entered per shift, unproven until sign-in comes.

use axum::Form;
use axum::extract::State as Has;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::record::fact::StaffNumber;
use serde::Deserialize;

use super::Web;
use super::security::cookie;

const COOKIE: &str = "apron-staff";

/// The same over TLS: bound to this host, never sent in the clear.
const SECURE_COOKIE: &str = "__Host-apron-staff";

/// A long shift.
const SHIFT_SECONDS: u32 = 14 * 60 * 60;

#[derive(Deserialize)]
pub(super) struct StaffForm {
    staff: String,
}

/// The number that the browser carries, if it is one.
pub(super) fn current(headers: &HeaderMap) -> Option<StaffNumber> {
    cookie(headers, SECURE_COOKIE).or_else(|| cookie(headers, COOKIE))?.parse().ok()
}

/// Where somebody without a number is sent.
pub(super) fn ask() -> Response {
    Redirect::to("/?staff=missing#staff").into_response()
}

pub(super) async fn enter(Has(web): Has<Web>, Form(form): Form<StaffForm>) -> Response {
    let Ok(number) = form.staff.trim().to_ascii_uppercase().parse::<StaffNumber>() else {
        return Redirect::to("/?staff=wrong#staff").into_response();
    };
    let mut response = Redirect::to("/").into_response();
    let (name, secure) = if web.options.tls { (SECURE_COOKIE, "; Secure") } else { (COOKIE, "") };
    let line = format!("{name}={number}; Path=/; Max-Age={SHIFT_SECONDS}; HttpOnly; SameSite=Strict{secure}");
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}
