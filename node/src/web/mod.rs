//! What a node shows to people and machines: one table of routes, one file per audience.

pub mod api;
pub mod assistance;
pub mod authorities;
pub mod baggage;
pub mod calls;
pub mod changes;
pub mod changes_view;
pub mod closing;
mod column_maps;
pub mod command_line;
pub mod conflicts;
pub mod connections;
pub mod counter;
pub mod desk;
pub mod device;
pub mod devices;
pub mod equipment;
pub mod errors;
pub mod gate;
pub mod gate_guest;
pub mod gate_notes;
pub mod hand_back;
pub mod hub;
pub mod import;
pub mod incident;
pub mod incident_copy;
pub mod incident_form;
pub(crate) mod lan;
pub mod messages;
pub mod minors;
pub mod outbox;
pub mod pack_files;
pub mod packs;
pub mod page;
pub mod paper;
pub mod paper_entry;
pub mod people;
pub mod photos;
pub mod printing;
pub mod rush;
pub mod scanner;
pub mod setup;
pub mod sign_in;
pub mod start;
pub mod tracing;
pub mod undo;

pub(crate) mod barcode;

mod answers;
mod asked;
mod assets;
mod case_api;
mod command_gate;
mod control;
mod control_api;
mod forms;
mod guard;
mod in_api;
mod incident_words;
mod language;
mod live;
mod message_api;
mod outbox_api;
mod pack_prints;
mod photo_api;
mod print_api;
mod probes;
mod scans;
mod security;
mod shift;
mod silence;
mod staff;
mod upload;
mod who;
mod words;
mod work_api;

#[cfg(test)]
mod calls_promises;
#[cfg(test)]
mod changes_promises;
#[cfg(test)]
mod connection_promises;
#[cfg(test)]
mod control_promises;
#[cfg(test)]
mod converted;
#[cfg(test)]
mod counter_promises;
#[cfg(test)]
mod device_promises;
#[cfg(test)]
mod excess_promises;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod gate_fixtures;
#[cfg(test)]
mod gate_promises;
#[cfg(test)]
mod import_promises;
#[cfg(test)]
mod incident_promises;
#[cfg(test)]
mod lan_promises;
#[cfg(test)]
mod photo_promises;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod sign_in_promises;
#[cfg(test)]
mod unread_promises;
#[cfg(test)]
mod work_promises;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use schemas::record::FlightKey;
use schemas::record::fact::StaffNumber;
use sync::identity::ScreenName;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;
use uuid::Uuid;

use crate::devices::Devices;
use crate::inbox::Inbox;
use crate::lan::Lan;
use crate::lang::{Languages, Say};
use crate::outbox::Outbox;
use crate::print::Printers;
use crate::services::Services;
use crate::staff::Door;

/// What the screens are told once.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How the screens for other devices of the network are.
    pub lan: Lan,
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
    /// The ways in of this node.
    pub inbox: Inbox,
    /// Minimum connecting times; those that come with the product where there are none.
    pub connecting: Option<Arc<schemas::station::ConnectingRules>>,
    /// Column maps that were left out, and why.
    pub column_faults: Arc<[String]>,
    /// How often hosts speak, in minutes, where that was told.
    pub host_every_minutes: Option<u32>,
    /// Who is at the screens.
    pub door: Door,
    /// Where paper packs are written; nothing where none are, as at the hub.
    pub packs: Option<pack_files::PackFiles>,
    /// What each device is set to.
    pub devices: Devices,
    /// The node's data, whose disk it is said of how much is free.
    pub folder: Option<std::path::PathBuf>,
}

/// What every handler is given.
#[derive(Clone)]
pub(crate) struct Web {
    services: Services,
    door: Door,
    options: Arc<Options>,
    scans: Arc<Mutex<scans::Scans>>,
    /// What this desk had at the counter a moment ago.
    lately: Arc<counter::lately::Lately>,
    /// The flight that was last opened at the gate of this desk.
    last_gate: Arc<Mutex<Option<FlightKey>>>,
    pack_prints: pack_prints::PackPrints,
    listeners: live::Listeners,
    hosts: silence::Hosts,
    site: security::Site,
    /// Turns for having a password checked.
    proofs: Arc<Semaphore>,
    http: reqwest::Client,
    /// English, until [`language::Screen`] has looked at a browser.
    say: Say,
    /// Who asks, if anybody is signed in.
    person: Option<StaffNumber>,
    /// Whether the person may do something that asks for a second proof, and has not given it.
    lacks_proof: bool,
    /// Which browser asks, once it was set to anything.
    device: Option<Uuid>,
    /// The page that is asked for, to come back to it.
    here: String,
}

impl Web {
    fn new(services: Services, options: Options) -> Self {
        Self {
            say: options.languages.english(),
            person: None,
            lacks_proof: false,
            device: None,
            here: String::new(),
            pack_prints: options.packs.as_ref().map(|files| pack_prints::PackPrints::open(&files.printed())).unwrap_or_default(),
            services,
            hosts: silence::Hosts::told(options.host_every_minutes),
            door: options.door.clone(),
            options: Arc::new(options),
            scans: Arc::default(),
            lately: Arc::default(),
            last_gate: Arc::default(),
            listeners: live::Listeners::new(),
            site: security::Site::Here,
            proofs: Arc::new(Semaphore::new(PROOFS)),
            // It asks nodes on this machine alone, past any proxy of the environment.
            http: reqwest::Client::builder().no_proxy().build().unwrap_or_default(),
        }
    }

    /// The same node for other devices of the network. They have turns and places of their own: whoever floods them stops no screen of this machine.
    fn for_network(&self, names: &[ScreenName]) -> Self {
        Self {
            site: security::Site::Network(names.into()),
            listeners: live::Listeners::new(),
            proofs: Arc::new(Semaphore::new(PROOFS_OF_NETWORK)),
            ..self.clone()
        }
    }

    /// Whether this is over TLS, for another device.
    fn is_lan(&self) -> bool {
        self.site.is_network()
    }
}

/// The screens of a node, all routes with their limits and headers.
pub struct Screens {
    /// On this machine, without TLS.
    pub here: Router,
    /// For other devices, over TLS.
    pub network: Router,
}

/// All routes of a node for this machine.
pub fn router(services: Services, options: Options) -> Router {
    screens(services, options, &[]).here
}

/// All routes of a node, also for other devices, which reach it by these names.
pub fn screens(services: Services, options: Options, names: &[ScreenName]) -> Screens {
    let web = Web::new(services, options);
    if let Some(files) = web.options.packs.clone() {
        let web = Web { say: web.options.languages.choose(None, None), ..web.clone() };
        tokio::spawn(web.keep_packs(files));
    }
    let network = web.for_network(names);
    Screens { here: layered(web), network: layered(network) }
}

fn layered(web: Web) -> Router {
    routes()
        .layer(from_fn_with_state(web.clone(), guard::guard))
        .layer(from_fn_with_state(security::Turns::new(), security::turn))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIME))
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::custom(security::fault))
        .layer(from_fn_with_state(web.site.clone(), security::own_host))
        .layer(from_fn_with_state(web.clone(), errors::designed))
        .layer(from_fn_with_state(web.clone(), who::resolve))
        .layer(from_fn_with_state(web.site.clone(), security::headers))
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
        .route("/gate/{flight}/undo", post(gate::undo))
        .route("/gate/{flight}/seat", post(gate_guest::seat))
        .route("/gate/{flight}/bag", post(gate_guest::bag))
        .route("/gate/{flight}/help", post(gate_guest::help))
        .route("/gate/{flight}/escort", post(gate_guest::escort))
        .route("/gate/{flight}/security", post(gate_guest::security))
        .route("/gate/{flight}/calls", get(calls::show).post(calls::call))
        .route("/gate/{flight}/calls/back", post(calls::take_back))
        .route("/gate/{flight}/minors", get(minors::show).post(minors::sign))
        .route("/gate/{flight}/aircraft", get(equipment::show).post(equipment::change))
        .route("/gate/{flight}/reseat", post(equipment::reseat))
        .route("/gate/{flight}/passes", post(equipment::passes))
        .route("/gate/{flight}/changes", get(changes::show))
        .route("/gate/{flight}/changes/divert", post(changes::divert))
        .route("/gate/{flight}/changes/returned", post(changes::returned))
        .route("/gate/{flight}/changes/continues", post(changes::continues))
        .route("/gate/{flight}/changes/leave", post(changes::leave))
        .route("/gate/{flight}/changes/look", post(changes::look))
        .route("/gate/{flight}/changes/move", post(changes::move_guests))
        .route("/gate/{flight}/changes/seats", post(changes::seats))
        .route("/assistance", get(assistance::show).post(assistance::step))
        .route("/gate/{flight}/un-board", post(gate::un_board))
        .route("/gate/{flight}/offload", post(gate::offload))
        .route("/gate/{flight}/take-over", post(gate::take_over))
        .route("/gate/{flight}/close", get(closing::show).post(closing::close))
        .route("/gate/{flight}/reopen", post(closing::reopen))
        .route("/gate/{flight}/unloaded", post(closing::unloaded))
        .route("/take-over", post(control::take_over_station))
        .route("/hand-back/{flight}", get(hand_back::show))
        .route("/hand-back/{flight}/begin", post(hand_back::begin))
        .route("/hand-back/{flight}/call-off", post(hand_back::call_off))
        .route("/hand-back/{flight}/finish", post(hand_back::finish))
        .route("/hand-back/{flight}/settle", post(hand_back::settle))
        .route("/counter", get(counter::show))
        .route("/counter/request", post(counter::request::ask))
        .route("/counter/scan", post(counter::scan))
        .route("/counter/check-in", post(counter::actions::check_in))
        .route("/counter/add-guest", post(counter::actions::add_guest))
        .route("/counter/bag", post(counter::bags::bag))
        .route("/counter/seat", post(counter::actions::seat))
        .route("/counter/offload", post(counter::actions::offload))
        .route("/counter/documents", post(counter::documents::note))
        .route("/counter/assist", post(counter::care::assist))
        .route("/counter/escort", post(counter::care::escort))
        .route("/counter/excess", post(counter::excess::settle))
        .route("/documents/{flight}", get(authorities::show))
        .route("/pass/{booking}", get(paper::pass))
        .route("/tag/{tag}", get(paper::tag))
        .route("/receipt/{case}", get(paper::receipt))
        .route("/paper", get(packs::list))
        .route("/paper/{flight}", get(packs::show))
        .route("/paper/{flight}/print", post(printing::pack))
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
        .route("/baggage/undo", post(baggage::undo))
        .route("/counter/undo", post(counter::actions::undo))
        .route("/baggage/scan", post(baggage::scan))
        .route("/baggage/seen", post(baggage::seen))
        .route("/baggage/rush", get(rush::show).post(rush::tag))
        .route("/baggage/{case}/trace", post(tracing::step))
        .route("/baggage/{case}/compare/{other}", get(tracing::compare))
        .route("/baggage/{case}/copy", get(incident_copy::show))
        .route("/photos/{hash}", get(photos::bytes))
        .route("/photos/of/{record}", get(photos::show).post(photos::add).layer(DefaultBodyLimit::max(photos::UPLOAD_MAX)))
        .route("/photos/of/{record}/remove", post(photos::remove))
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
        .route("/desk/looks", post(device::set_looks))
        .route("/desk/practice", post(device::practise))
        .route("/desk/scanner", get(scanner::show))
        .route("/desk/scanner/keep", post(scanner::keep))
        .route("/devices", get(devices::show))
        .route("/devices/authority.crt", get(devices::authority))
        .route("/live", get(live::live))
        .route("/assets/{name}", get(assets::asset))
        .route("/healthz", get(probes::healthz))
        .route("/readyz", get(probes::readyz))
        .route("/metrics", get(probes::metrics))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .route("/baggage/{case}", get(incident::show).post(incident::amend).layer(DefaultBodyLimit::max(FILE_MAX)))
        .route("/hand-back/{flight}/list", post(hand_back::list).layer(DefaultBodyLimit::max(MESSAGE_MAX)))
        .route("/messages", get(messages::show).post(messages::paste).layer(DefaultBodyLimit::max(MESSAGE_MAX)))
        .route("/import", get(import::show).post(import::look).layer(DefaultBodyLimit::max(MESSAGE_MAX)))
        .route("/import/apply", post(import::apply).layer(DefaultBodyLimit::max(MESSAGE_MAX)))
        .merge(api::routes())
        .merge(message_api::routes())
        .merge(connections::routes())
        .merge(in_api::routes())
        .merge(outbox_api::routes())
        .merge(work_api::routes())
        .merge(authorities::routes())
        .merge(case_api::routes())
        .merge(control_api::routes())
        .merge(print_api::routes())
        .merge(photo_api::routes())
        .fallback(async || StatusCode::NOT_FOUND)
}

/// Passwords that are checked at once, or wait for it: each takes a thread that others wait for, too.
const PROOFS: usize = 8;
const PROOFS_OF_NETWORK: usize = 2;

/// A desk that is two seconds late is broken; a slow line to a remote screen may take longer.
const REQUEST_TIME: Duration = Duration::from_secs(20);

/// A form is a few fields.
const FORM_MAX: usize = 64 * 1024;

/// The whole file of a baggage incident: some hundred fields, each with what it was before, in any script.
const FILE_MAX: usize = 512 * 1024;

/// A message of 512 KiB, escaped for a form.
const MESSAGE_MAX: usize = 2 * 1024 * 1024;

/// The key of what a form asks for: the form's id and what is done, so that a double press is the same and two presses on two rows of one page are
/// two. Commands from our own pages have ids of the pages instead, which travel for next to nothing.
fn command_key(form: Uuid, body: &str) -> Uuid {
    let mixed = form.as_u128() ^ assets::fingerprint(body.as_bytes());
    uuid::Builder::from_random_bytes(mixed.to_be_bytes()).into_uuid()
}
