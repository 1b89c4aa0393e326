//! The language of a browser: what it asks for, and the switch in the header.

use std::convert::Infallible;

use axum::Form;
use axum::extract::{FromRequestParts, State as Has};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::security::cookie;
use super::{Web, device, who};
use crate::lang::{Language, Say};

/// What every page is made with: the node, speaking the language of the browser. Answers for programs take the node as it is, which speaks English.
pub(super) struct Screen(pub(super) Web);

/// What the switch sends.
#[derive(Deserialize)]
pub(super) struct LanguageForm {
    language: String,
    /// The page to come back to.
    #[serde(default)]
    to: String,
}

const COOKIE: &str = "apron-lang";

/// A desk keeps its language for a year.
const KEPT_SECONDS: u32 = 365 * 24 * 60 * 60;

/// As long as an address of ours gets.
const ADDRESS_MAX: usize = 1024;

impl FromRequestParts<Web> for Screen {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        Ok(Self(web.for_browser(&parts.method, parts.uri.path_and_query().map_or("", |path| path.as_str()), &parts.headers)))
    }
}

impl Web {
    /// The same node, speaking the language of whoever sent these headers.
    pub(super) fn for_browser(&self, method: &Method, address: &str, headers: &HeaderMap) -> Self {
        let here = if method == Method::GET { inside(address).unwrap_or_default().to_owned() } else { String::new() };
        Self {
            say: self.say(headers),
            here,
            person: who::number(headers),
            lacks_proof: self.lacks_proof(headers),
            device: device::of(headers),
            ..self.clone()
        }
    }

    /// The language of whoever sent these headers.
    pub(super) fn say(&self, headers: &HeaderMap) -> Say {
        let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        self.options.languages.choose(cookie(headers, COOKIE), asked)
    }
}

/// Keeps what was chosen in the browser, and goes back. A language that is not known here changes nothing.
pub(super) async fn choose(Has(web): Has<Web>, Form(form): Form<LanguageForm>) -> Response {
    let mut response = Redirect::to(inside(&form.to).unwrap_or("/")).into_response();
    let known = form.language.parse::<Language>().ok().filter(|language| web.options.languages.exactly(language).is_some());
    let secure = if web.is_lan() { "; Secure" } else { "" };
    let line = known.map(|language| format!("{COOKIE}={language}; Path=/; Max-Age={KEPT_SECONDS}; HttpOnly; SameSite=Lax{secure}"));
    if let Some(value) = line.and_then(|line| HeaderValue::from_str(&line).ok()) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// An address of this node's own pages; nothing that a browser could take for another host.
pub(super) fn inside(address: &str) -> Option<&str> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    let goes_in = address.starts_with('/') && !address.starts_with("//");
    (goes_in && address.len() <= ADDRESS_MAX && address.bytes().all(is_plain)).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_never_leads_to_another_host() {
        for address in
            ["", "gate", "//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "/a\r\nb", "/ü", "/a b", &"/".repeat(1025)]
        {
            assert_eq!(inside(address), None, "{address:?}");
        }
        assert_eq!(inside("/gate/CA1501.2026-11-22.PVG?last=1"), Some("/gate/CA1501.2026-11-22.PVG?last=1"));
    }
}
