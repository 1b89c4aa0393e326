//! Headers that keep a page to itself, and the number of requests that are worked on at once.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use sync::identity::ScreenName;

/// What a page may load and do: only what this node serves, and no text turned into markup outside the script's one policy.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; \
     manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types fragment";

const HEADERS: [(&str, &str); 6] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// A browser that was here comes by TLS only, for as long as the node's certificate is renewed in time whatever happens.
const TLS_ONLY: &str = "max-age=15552000";

/// As many requests as two cores answer within a second; more wait their turn until the time limit.
const AT_ONCE: usize = 128;

/// Who is served, and by which names.
#[derive(Debug, Clone)]
pub(super) enum Site {
    /// This machine, without TLS.
    Here,
    /// Other devices of the network, over TLS.
    Network(Arc<[ScreenName]>),
}

impl Site {
    pub(super) fn is_network(&self) -> bool {
        matches!(self, Self::Network(_))
    }
}

/// The turns that requests wait for.
#[derive(Clone)]
pub(super) struct Turns(Arc<Semaphore>);

impl Turns {
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

pub(super) async fn headers(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let own = response.headers_mut();
    for (name, value) in HEADERS {
        own.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if site.is_network() {
        own.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TLS_ONLY));
    }
    // Pages and answers hold guests' names: no cache keeps them. Embedded files say otherwise themselves.
    own.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Only this machine's own names, or those that the network has for it: a page from elsewhere that had its own name point here must not read or press
/// anything.
pub(super) async fn own_host(State(site): State<Site>, request: Request, next: Next) -> Response {
    let named =
        request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).or_else(|| request.uri().authority().map(|name| name.as_str()));
    let name =
        named.map(|host| host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit())).map_or(host, |(name, _)| name));
    let ours = match (&site, name) {
        (Site::Network(names), Some(host)) => names.iter().any(|name| name.is_host(host)),
        (Site::Here, Some("127.0.0.1" | "localhost" | "[::1]")) => true,
        _ => false,
    };
    if ours { next.run(request).await } else { StatusCode::FORBIDDEN.into_response() }
}

/// A fault becomes an answer; its words are not logged, for they may hold what somebody typed.
pub(super) fn fault(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("a fault in Apron stopped a request");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

pub(super) async fn turn(State(turns): State<Turns>, request: Request, next: Next) -> Response {
    match turns.0.acquire().await {
        Ok(_turn) => next.run(request).await,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The value of one cookie.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}
