//! Other devices of the network: whether the screens are served to them, by which names, and how a device comes to trust them.

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::errors::html;
use super::language::Screen;
use super::page::{Section, Shell};
use super::{Web, staff};
use crate::installation::ShownAuthority;
use crate::lan::{State, WARN_DAYS, days_left};

/// What stands about other devices.
#[derive(Debug, Template)]
#[template(path = "devices.html")]
pub struct DevicesPage {
    pub shell: Shell,
    /// `go`, `care` or `stop`, with its icon, head and words.
    pub tone: &'static str,
    pub icon: &'static str,
    pub head: String,
    pub words: String,
    /// What went wrong, as it stands in the log.
    pub trouble: Option<String>,
    /// `https://g12.pvg.internal:8443`, ready to be typed.
    pub addresses: Vec<String>,
    /// Days until the certificate ends.
    pub days: Option<String>,
    pub ends_soon: bool,
    /// SHA-256 of the authority; nothing while none is known here.
    pub fingerprint: Option<String>,
}

pub(super) async fn show(Screen(web): Screen, headers: HeaderMap) -> Response {
    html(&page(&web, &headers))
}

/// The authority that devices are to trust, as a file. Public.
pub(super) async fn authority(Screen(web): Screen) -> Response {
    let Some(der) = web.options.lan.shown().authority_der else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [(header::CONTENT_TYPE, "application/x-x509-ca-cert"), (header::CONTENT_DISPOSITION, "attachment; filename=\"apron-screens.crt\"")];
    (headers, ShownAuthority::new(der).pem()).into_response()
}

fn page(web: &Web, headers: &HeaderMap) -> DevicesPage {
    let shown = web.options.lan.shown();
    let (tone, icon, head, words) = match shown.state {
        State::Serving => ("go", "tick", "devices-serving", "devices-serving-words"),
        State::Off => ("", "lock", "devices-off", "devices-off-words"),
        State::NoStaff => ("care", "lock", "devices-no-staff", "devices-no-staff-words"),
        State::NoCertificate => ("care", "warn", "devices-no-certificate", "devices-no-certificate-words"),
        State::NoPort => ("stop", "stop", "devices-no-port", "devices-no-port-words"),
    };
    let port = shown.listen.map_or(0, |listen| listen.port());
    let days = shown.ends.map(|ends| days_left(ends, web.services.now_ms() / 1000).max(0));
    DevicesPage {
        shell: web.shell(Section::Desk, staff::current(headers).as_ref()),
        tone,
        icon,
        head: web.say.t(head).to_string(),
        words: web.say.t(words).to_string(),
        trouble: shown.trouble.filter(|_| shown.state != State::Off),
        addresses: match shown.state {
            State::Off => Vec::new(),
            _ => shown.names.iter().map(|name| format!("https://{}:{port}", name.in_url())).collect(),
        },
        ends_soon: days.is_some_and(|days| days < WARN_DAYS),
        days: days.map(|days| web.say.t("devices-days").arg("days", days).to_string()),
        fingerprint: shown.authority_der.map(|der| ShownAuthority::new(der).fingerprint()),
    }
}
