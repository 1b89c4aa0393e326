//! A staff number that is taken as it is said, as long as the installation has written nobody down.

use axum::Form;
use axum::extract::State as Has;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::record::fact::StaffNumber;
use serde::Deserialize;

use super::language::inside;
use super::security::cookie;
use super::{Web, who};

const COOKIE: &str = "apron-staff";

/// The same over TLS: bound to this host, never sent in the clear.
const SECURE_COOKIE: &str = "__Host-apron-staff";

/// A long shift.
const SHIFT_SECONDS: u32 = 14 * 60 * 60;

#[derive(Deserialize)]
pub(super) struct StaffForm {
    staff: String,
}

/// Who works here, as [`who::resolve`] found out.
pub(super) fn current(headers: &HeaderMap) -> Option<StaffNumber> {
    who::number(headers)
}

/// The number that the browser carries, if it is one.
pub(super) fn said(web: &Web, headers: &HeaderMap) -> Option<StaffNumber> {
    cookie(headers, if web.is_lan() { SECURE_COOKIE } else { COOKIE })?.parse().ok()
}

/// Where somebody without a number is sent.
pub(super) fn ask() -> Response {
    Redirect::to("/?staff=missing#staff").into_response()
}

pub(super) async fn enter(Has(web): Has<Web>, Form(form): Form<StaffForm>) -> Response {
    if web.services.read(|station| station.has_staff()) {
        return Redirect::to("/sign-in").into_response();
    }
    say_number(&web, &form.staff, "/")
}

/// Takes a number as it is said.
pub(super) fn say_number(web: &Web, typed: &str, to: &str) -> Response {
    let Ok(number) = typed.trim().to_ascii_uppercase().parse::<StaffNumber>() else {
        return Redirect::to("/?staff=wrong#staff").into_response();
    };
    let mut response = Redirect::to(inside(to).unwrap_or("/")).into_response();
    response.headers_mut().extend(line(web, number.as_str(), SHIFT_SECONDS).map(|line| (header::SET_COOKIE, line)));
    response
}

/// Takes the number away from a browser.
pub(super) fn forget_number(web: &Web, response: &mut Response) {
    if let Some(line) = line(web, "", 0) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
}

fn line(web: &Web, value: &str, age: u32) -> Option<HeaderValue> {
    let (name, secure) = if web.is_lan() { (SECURE_COOKIE, "; Secure") } else { (COOKIE, "") };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")).ok()
}
