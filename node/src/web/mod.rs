//! What a node shows to people and machines: one table of routes, one file per audience.

pub mod api;
pub mod baggage;
pub mod closing;
pub mod command_line;
pub mod conflicts;
pub mod counter;
pub mod desk;
pub mod errors;
pub mod gate;
pub mod hub;
pub mod messages;
pub mod outbox;
pub mod pack_files;
pub mod packs;
pub mod page;
pub mod paper;
pub mod paper_entry;
pub mod people;
pub mod printing;
pub mod sign_in;
pub mod start;

pub(crate) mod barcode;

mod answers;
mod assets;
mod forms;
mod guard;
mod language;
mod live;
mod message_api;
mod outbox_api;
mod print_api;
mod probes;
mod scans;
mod security;
mod shift;
mod staff;
mod who;
mod words;
mod work_api;

#[cfg(test)]
mod converted;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod sign_in_promises;
#[cfg(test)]
mod work_promises;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use schemas::record::FlightKey;
use schemas::record::fact::StaffNumber;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;
use uuid::Uuid;

use crate::lang::{Languages, Say};
use crate::outbox::Outbox;
use crate::print::Printers;
use crate::services::Services;
use crate::staff::Door;

/// What the screens are told once.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Whether the screens are served over TLS.
    pub tls: bool,
    /// Where a demonstration's links can be cut: `http://127.0.0.1:7099`.
    pub demo_control: Option<String>,
    /// The screens of neighbour desks, by name.
    pub neighbours: Vec<(String, String)>,
    /// The languages of the screens, and the one for browsers that have not chosen.
    pub languages: Languages,
    /// The printers of this desk, with their queues.
    pub printers: Printers,
    /// The ways out of this node.
    pub outbox: Outbox,
    /// Who is at the screens.
    pub door: Door,
    /// Where paper packs are written; nothing where none are, as at the hub.
    pub packs: Option<pack_files::PackFiles>,
}

/// What every handler is given.
#[derive(Clone)]
pub(crate) struct Web {
    services: Services,
    door: Door,
    options: Arc<Options>,
    scans: Arc<Mutex<scans::Scans>>,
    /// The flight that was last opened at the gate of this desk.
    last_gate: Arc<Mutex<Option<FlightKey>>>,
    listeners: live::Listeners,
    http: reqwest::Client,
    /// English, until [`language::Screen`] has looked at a browser.
    say: Say,
    /// Who asks, if anybody is signed in.
    person: Option<StaffNumber>,
    /// The page that is asked for, to come back to it.
    here: String,
}

impl Web {
    fn new(services: Services, options: Options) -> Self {
        Self {
            say: options.languages.english(),
            person: None,
            here: String::new(),
            services,
            door: options.door.clone(),
            options: Arc::new(options),
            scans: Arc::default(),
            last_gate: Arc::default(),
            listeners: live::Listeners::new(),
            http: reqwest::Client::new(),
        }
    }
}

/// All routes of a node with their limits and headers.
pub fn router(services: Services, options: Options) -> Router {
    let web = Web::new(services, options);
    if let Some(files) = web.options.packs.clone() {
        let web = Web { say: web.options.languages.choose(None, None), ..web.clone() };
        tokio::spawn(web.keep_packs(files));
    }
    routes()
        .layer(from_fn_with_state(web.clone(), guard::guard))
        .layer(from_fn_with_state(security::Turns::new(), security::turn))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIME))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(security::fault))
        .layer(from_fn(security::own_host))
        .layer(from_fn_with_state(web.clone(), errors::designed))
        .layer(from_fn_with_state(web.clone(), who::resolve))
        .layer(from_fn(security::headers))
        .with_state(web)
}

/// A path has at most one meaning; what changes something is a POST.
fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(start::show))
        .route("/staff", post(staff::enter))
        .route("/sign-in", get(sign_in::show).post(sign_in::enter))
        .route("/sign-in/vouch", post(sign_in::vouch))
        .route("/sign-in/ask", post(sign_in::ask))
        .route("/sign-in/break-glass", post(sign_in::break_glass))
        .route("/sign-out", post(sign_in::leave))
        .route("/command", get(command_line::show).post(command_line::run))
        .route("/lock", post(sign_in::lock))
        .route("/people", get(people::show))
        .route("/people/access/{access}", post(people::settle))
        .route("/people/staff", post(people::write_down))
        .route("/people/note", post(shift::leave_note))
        .route("/people/note-read", post(shift::read_note))
        .route("/draft/{form}", get(shift::draft).post(shift::keep_draft))
        .route("/language", post(language::choose))
        .route("/gate", get(gate::choose))
        .route("/gate/{flight}", get(gate::show))
        .route("/gate/{flight}/scan", post(gate::scan))
        .route("/gate/{flight}/board", post(gate::board))
        .route("/gate/{flight}/clear", post(gate::clear))
        .route("/gate/{flight}/un-board", post(gate::un_board))
        .route("/gate/{flight}/offload", post(gate::offload))
        .route("/gate/{flight}/take-over", post(gate::take_over))
        .route("/gate/{flight}/close", get(closing::show).post(closing::close))
        .route("/gate/{flight}/reopen", post(closing::reopen))
        .route("/gate/{flight}/unloaded", post(closing::unloaded))
        .route("/counter", get(counter::show))
        .route("/counter/check-in", post(counter::check_in))
        .route("/counter/add-guest", post(counter::add_guest))
        .route("/counter/bag", post(counter::bag))
        .route("/counter/seat", post(counter::seat))
        .route("/counter/offload", post(counter::offload))
        .route("/counter/request", post(counter::request))
        .route("/pass/{booking}", get(paper::pass))
        .route("/tag/{tag}", get(paper::tag))
        .route("/receipt/{case}", get(paper::receipt))
        .route("/paper", get(packs::list))
        .route("/paper/{flight}", get(packs::show))
        .route("/paper/{flight}/tags", post(packs::keep_tags))
        .route("/paper/{flight}/entry", get(paper_entry::show).post(paper_entry::preview))
        .route("/paper/{flight}/enter", post(paper_entry::enter))
        .route("/pass/{booking}/print", post(printing::pass))
        .route("/tag/{tag}/print", post(printing::tag))
        .route("/receipt/{case}/print", post(printing::receipt))
        .route("/printers/test", post(printing::test))
        .route("/print-jobs/{id}/reprint", post(printing::reprint))
        .route("/print-jobs/{id}/cancel", post(printing::cancel))
        .route("/baggage", get(baggage::show).post(baggage::open))
        .route("/baggage/seen", post(baggage::seen))
        .route("/conflicts", get(conflicts::show))
        .route("/conflicts/{conflict}", post(conflicts::resolve))
        .route("/hub", get(hub::show))
        .route("/hub/links", post(hub::link))
        .route("/messages/{id}/replay", post(messages::replay).layer(DefaultBodyLimit::max(MESSAGE_MAX)))
        .route("/messages/{id}/discard", post(messages::discard))
        .route("/outbox", get(outbox::show))
        .route("/outbox/{flight}/{key}/settle", post(outbox::settle))
        .route("/outbox/{flight}/{key}/check", post(outbox::check))
        .route("/desk", get(desk::show))
        .route("/live", get(live::live))
        .route("/assets/{name}", get(assets::asset))
        .route("/healthz", get(probes::healthz))
        .route("/readyz", get(probes::readyz))
        .route("/metrics", get(probes::metrics))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .route("/messages", get(messages::show).post(messages::paste).layer(DefaultBodyLimit::max(MESSAGE_MAX)))
        .merge(api::routes())
        .merge(message_api::routes())
        .merge(outbox_api::routes())
        .merge(work_api::routes())
        .merge(print_api::routes())
        .fallback(async || StatusCode::NOT_FOUND)
}

/// A desk that is two seconds late is broken; a slow line to a remote screen may take longer.
const REQUEST_TIME: Duration = Duration::from_secs(20);

/// A form is a few fields.
const FORM_MAX: usize = 64 * 1024;

/// A message of 512 KiB, escaped for a form.
const MESSAGE_MAX: usize = 2 * 1024 * 1024;

/// The key of what a form asks for: the form's id and what is done, so that a double press is the same and two presses on two rows of one page are
/// two. Commands from our own pages have ids of the pages instead, which travel for next to nothing.
fn command_key(form: Uuid, body: &str) -> Uuid {
    let mixed = form.as_u128() ^ assets::fingerprint(body.as_bytes());
    uuid::Builder::from_random_bytes(mixed.to_be_bytes()).into_uuid()
}
