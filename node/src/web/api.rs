//! The JSON API under `/api/v1`, and its description.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::Json;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, State as Has};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use schemas::command::Command;
use schemas::flat::DocId;
use schemas::record::{DocRef, FlightKey};
use schemas::scope::ScopeId;
use schemas::standards::bag_tag::BagTag;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::asked::{self, Asked};
use super::errors::Trouble;
use super::words::Where;
use super::{Web, staff};
use crate::days::ScopeRow;
use crate::services::{CommandError, Role};

/// As much as one command carries: a name list of 512 KiB, escaped.
const COMMAND_MAX: usize = 1024 * 1024;

/// The routes of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/commands", post(post_command).layer(DefaultBodyLimit::max(COMMAND_MAX)))
        .route("/api/v1/commands/{id}", get(command))
        .route("/api/v1/flights", get(flights))
        .route("/api/v1/flights/{key}", get(flight))
        .route("/api/v1/flights/{key}/guests", get(guests))
        .route("/api/v1/flights/{key}/closing", get(closing))
        .route("/api/v1/find", get(find))
        .route("/api/v1/bookings/{id}", get(booking))
        .route("/api/v1/bags/{tag}", get(bag))
        .route("/api/v1/cases", get(cases))
        .route("/api/v1/conflicts", get(conflicts))
        .route("/api/v1/scopes", get(scopes))
        .route("/api/v1/status", get(status))
        .route("/api/openapi.json", get(openapi))
}

/// The description of the API (OpenAPI 3.1).
#[derive(OpenApi)]
#[openapi(
    info(title = "Apron", description = "One node of an airport station. Every change is a command; reads show what this node knows now."),
    paths(
        post_command,
        command,
        flights,
        flight,
        guests,
        closing,
        find,
        booking,
        bag,
        cases,
        conflicts,
        scopes,
        status,
        super::message_api::take,
        super::message_api::list,
        super::message_api::show,
        super::message_api::replay,
        super::message_api::discard,
        super::in_api::take,
        super::connections::list,
        super::control_api::control,
        super::control_api::settlement,
        super::outbox_api::list,
        super::outbox_api::of_flight,
        super::outbox_api::settle,
        super::outbox_api::check,
        super::outbox_api::requests,
        super::work_api::standby,
        super::work_api::reseat,
        super::work_api::changes,
        super::work_api::assistance_of,
        super::work_api::assistance,
        super::work_api::documents,
        super::work_api::seats,
        super::authorities::csv,
        super::authorities::problems,
        super::authorities::seat_plan,
        super::case_api::case,
        super::case_api::matches,
        super::print_api::printers,
        super::print_api::jobs,
        super::print_api::job,
        super::print_api::add,
        super::print_api::cancel,
        super::photo_api::keep,
        super::photo_api::read,
        super::photo_api::list
    ),
    components(schemas(Receipt, StoredCommand, Problem, NodeStatus, Peer, Where, Role))
)]
struct Description;

/// What a command came to.
#[derive(Serialize, ToSchema)]
pub(super) struct Receipt {
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// Always with `tone` (`green`, `amber`), `message` and `todo`; more by kind of command.
    #[schema(value_type = Object)]
    answer: Value,
    held: Where,
}

/// A command as it was posted, and where it is held.
#[derive(Serialize, ToSchema)]
struct StoredCommand {
    #[schema(value_type = String, format = "uuid")]
    id: Uuid,
    /// The body exactly as posted.
    body: String,
    #[schema(value_type = Object)]
    answer: Value,
    held: Where,
}

/// A refusal (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(super) struct Problem {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    /// For programs: kebab-case, never changes its meaning.
    code: String,
    detail: String,
    /// What to do now.
    remedy: String,
    /// The guests that a person must choose from, if that is the remedy.
    #[schema(value_type = Option<Vec<Object>>)]
    choices: Option<Value>,
    /// The line of the message or body that is meant, from 1, and of a body the column.
    line: Option<u32>,
    column: Option<u32>,
    /// The name under which a message that was not applied is kept (see `/api/v1/rejects`).
    kept: Option<String>,
}

/// How this node and those around it do. Times are milliseconds since 1970 UTC.
#[derive(Serialize, ToSchema)]
struct NodeStatus {
    desk: String,
    role: Role,
    station: String,
    version: String,
    now_ms: i64,
    saved_here: u64,
    waiting_for_hub: u64,
    hub_reached_ms: Option<i64>,
    hub_not_since_ms: Option<i64>,
    conflicts: usize,
    /// Staff on the list that this node holds; none means that numbers are taken as they are said.
    staff: usize,
    peers: Vec<Peer>,
    /// A digest of each scope held.
    digests: Vec<(String, String)>,
    /// Who was turned away since the start, by what they did (`flood`, `bomb`, `stall`, `replay`, `scope`, `version`, `bad-frame`, `bad-signature`,
    /// `not-allowed`, `protocol`, `busy`); what never happened is left out.
    refusals: BTreeMap<&'static str, u64>,
}

/// Another node as seen from here.
#[derive(Serialize, ToSchema)]
struct Peer {
    name: String,
    role: Role,
    station: String,
    connected: bool,
    last_contact_ms: Option<i64>,
    /// Entries held here that it lacks, and entries that it has and this node lacks.
    behind: u64,
    ahead: u64,
    offset_ms: Option<i64>,
    version: String,
    /// What carries the link: `quic`, or `tcp` where UDP does not get through. None without a link.
    over: Option<&'static str>,
}

/// What is looked for.
#[derive(Deserialize, IntoParams)]
struct FindQuery {
    /// Name, locator, seat, sequence, bag tag, or the whole text of a pass.
    #[serde(default)]
    q: String,
}

/// Which flights are asked for.
#[derive(Deserialize, IntoParams)]
struct FlightsQuery {
    /// Only flights of this day, `2026-11-22`.
    date: Option<String>,
}

/// Who posts: the header `Apron-Staff`, or the cookie that the screens carry.
pub(super) struct Staff(pub(super) Option<String>);

impl FromRequestParts<Web> for Staff {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Infallible> {
        let named = parts.headers.get("apron-staff").and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Self(named.or_else(|| staff::current(&parts.headers).map(|number| number.to_string()))))
    }
}

/// Carry out a command. Answers when it is durable on this node.
///
/// The body is one command as JSON with its `kind`: import-list, import-message, import-host-list, join-bookings, copy-connecting (by the hub alone), set-flight, note-arrival, take-over,
/// call-guests (`call` priority, cabin-C, rows-21-30, zone-2-rows-21-30, all, final, or names with `guests`), withdraw-call, take-over-station, begin-hand-back, call-off-hand-back, hand-back, settle-difference, check-in, take-back-check-in, take-back-bag, take-back-scan, change-seat, add-bag, scan-bag, print, board, un-board,
/// offload, tick-unloaded, close-flight, reopen-flight, open-incident, amend-incident (`set` by name of the field, empty empties), trace-incident (`step` confirm, reject, request, suspend, deliver,
/// close, resume), resolve-conflict; add-guest, clear-guest, clear-standby; change-equipment, reseat,
/// note-printed; divert-flight (`to`, `expected`, `onward` open, coach or continues), flight-returned (`place` gate or ramp, `after` push-back or air),
/// flight-continues, off-board (`scan`, `sequence` or `bookings`), move-bookings (`to`, `how` split, merge or rebook, `bookings`; nobody named means all);
/// note-escort, assist, note-documents, note-security; settle-excess (`over` with `pieces` and `kg`, `how` paid with `proof` or waived with `reason`); add-photo (`record` of a bag or report, `photo` as `/api/v1/photos` answered, `taken_at`), remove-photo. `board` takes the `gate` of the desk (409 `wrong-gate`, amber, unless `anyway`) and a `signature` for a
/// minor; `take-over-station` takes `flights`; a `reason` of a list is `#` with its code, and a note behind a blank (`#host-silent since 10:33`), any other is shown as it is; `hand-back` is refused with 409 `differences-open` unless `anyway`; `settle-difference` takes a `difference`
/// of the flight's settlement and `how` (sent, keyed-in, host-accepted, no-action with a `reason`); `import-host-list` takes `flight`, `at` (time of day) and
/// the CSV as `text`; `add-bag` takes `pool_with`, `heavy`, `gate_bag`, `tag`, `onward`, and `rush` with `flight` and no `booking`. The same key with the same body gives the same answer
/// again; with another body it is a conflict.
#[utoipa::path(
    post, path = "/api/v1/commands", request_body(content = Object, content_type = "application/json"),
    params(("Idempotency-Key" = String, Header, format = "uuid", description = "Made by the client; becomes the id of the command"),
           ("Apron-Staff" = String, Header, description = "The staff number of who does it")),
    responses((status = 201, description = "Saved on this device", body = Receipt),
              (status = 200, description = "Everything was so already: nothing was saved", body = Receipt),
              (status = 202, description = "A message that is kept, and applied by itself when what it waits for comes", body = super::message_api::Waiting),
              (status = 409, description = "The key was used for another body, or the rules of the work say no", body = Problem),
              (status = 422, description = "Refused, with the remedy", body = Problem))
)]
async fn post_command(Has(web): Has<Web>, Staff(staff): Staff, headers: HeaderMap, body: Bytes) -> Result<Response, Trouble> {
    let refuse = |status, code, happened, remedy| Trouble::new(status, code, happened, remedy);
    let is_json = headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return Err(refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "The body is not announced as JSON.",
            "Send Content-Type: application/json.",
        ));
    }
    let key = headers.get("idempotency-key").and_then(|value| value.to_str().ok()).and_then(|text| text.trim_matches('"').parse::<Uuid>().ok());
    let key = key.ok_or_else(|| {
        refuse(
            StatusCode::BAD_REQUEST,
            "key-missing",
            "There is no Idempotency-Key, or it is not a UUID.",
            "Make a fresh UUID for each command and send it again on each retry.",
        )
    })?;
    let staff = staff
        .ok_or_else(|| refuse(StatusCode::BAD_REQUEST, "staff-missing", "Nobody is named who does this.", "Send the staff number in Apron-Staff."))?;
    let body = asked::text(&body)?;
    // What cannot be read is refused behind this, with its reason.
    if let Ok(command) = Command::parse(body) {
        web.proven_for(&headers, &command)?;
    }
    match web.services.command(key, &staff, body).await {
        Ok(receipt) => Ok(Receipt::answer(&web, receipt)),
        Err(CommandError::Waits(item)) => super::message_api::answer(&web, crate::messages::Taken::Waiting(item)),
        Err(error) => Err(error.into()),
    }
}

impl Receipt {
    /// The answer that says whether something was saved.
    pub(super) fn answer(web: &Web, receipt: crate::services::Receipt) -> Response {
        let place = format!("/api/v1/commands/{}", receipt.id);
        let answer = Json(Self { id: receipt.id, answer: receipt.answer, held: web.whereabouts(receipt.held) });
        match receipt.saved {
            true => (StatusCode::CREATED, [(header::LOCATION, place)], answer).into_response(),
            false => answer.into_response(),
        }
    }
}

/// A command as posted, what it came to, and where it is held.
#[utoipa::path(get, path = "/api/v1/commands/{id}", params(("id" = String, Path, format = "uuid")), responses((status = 200, body = StoredCommand), (status = 404, body = Problem)))]
async fn command(Has(web): Has<Web>, headers: HeaderMap, Path(id): Path<String>) -> Result<Json<StoredCommand>, Trouble> {
    let id: Uuid = id.parse().map_err(|_| Trouble::not_here("command"))?;
    let stored = web.services.command_by_id(id).filter(|stored| web.may_read(staff::current(&headers).as_ref(), stored));
    let stored = stored.ok_or_else(|| Trouble::not_here("command"))?;
    Ok(Json(StoredCommand { id, body: stored.body, answer: stored.answer, held: web.whereabouts(stored.held) }))
}

/// All flights known here, with their counts.
#[utoipa::path(get, path = "/api/v1/flights", params(FlightsQuery), responses((status = 200, body = [Object])))]
async fn flights(Has(web): Has<Web>, headers: HeaderMap, Asked(query): Asked<FlightsQuery>) -> Result<Json<Value>, Trouble> {
    let viewer = web.viewer(&headers);
    let mut rows = web.services.read(|station| station.flights());
    rows.retain(|row| viewer.sees(&row.flight));
    if let Some(date) = &query.date {
        rows.retain(|row| row.flight.date().to_string() == *date);
    }
    let docs: Vec<_> = rows.iter().map(|row| web.flight_doc(&row.flight)).collect();
    rows_with_held(&web, &rows, &docs)
}

/// One flight.
#[utoipa::path(get, path = "/api/v1/flights/{key}", params(("key" = String, Path, description = "`CA1501.2026-11-22.PVG`")), responses((status = 200, body = Object), (status = 404, body = Problem)))]
async fn flight(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    let key = flight_key(&key)?;
    let row = web.services.read(|station| station.flight_of(&key)).ok_or_else(|| Trouble::not_here("flight"))?;
    let (scope, doc) = web.flight_doc(&key);
    let held = web.whereabouts(web.services.held_of(&scope, doc));
    value(&WithHeld { row: &row, held })
}

/// Everybody on a flight, in the order of the list.
///
/// `on_list` is false for who is known from another station's list alone. `connecting` has the flights that bring the guest from there: `flight`,
/// `number`, `station`, the `booking` there, `inbound` with `state` (listed, checked-in, boarded, offloaded, left-behind) and `at` in milliseconds since
/// 1970 UTC, or null where the guest no longer comes from there, and `bags` with `tag` and the last airport `to`.
#[utoipa::path(get, path = "/api/v1/flights/{key}/guests", params(("key" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
async fn guests(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    let key = known_flight(&web, &key)?;
    let rows = web.services.read(|station| station.guests(&key));
    let docs: Vec<_> = rows.iter().map(|row| (key.scope(), row.booking.0)).collect();
    rows_with_held(&web, &rows, &docs)
}

/// The figures for load control as they are now, every sheet taken, missing guests, and bags to unload.
#[utoipa::path(get, path = "/api/v1/flights/{key}/closing", params(("key" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
async fn closing(Has(web): Has<Web>, Path(key): Path<String>) -> Result<Json<Value>, Trouble> {
    let key = known_flight(&web, &key)?;
    let (counts, figures, sheets, missing, unload) = web
        .services
        .read(|station| (station.counts(&key), station.figures(&key), station.sheets(&key), station.missing(&key), station.bags_to_unload(&key)));
    let (scope, doc) = web.flight_doc(&key);
    let held = web.whereabouts(web.services.held_of(&scope, doc));
    value(
        &json!({ "held": held, "flight": key, "counts": counts, "figures_now": figures, "sheets": sheets, "missing": missing, "bags_to_unload": unload }),
    )
}

/// Guests on all flights, the surest match first, at most 50.
#[utoipa::path(get, path = "/api/v1/find", params(FindQuery), responses((status = 200, body = [Object])))]
async fn find(Has(web): Has<Web>, headers: HeaderMap, Asked(query): Asked<FindQuery>) -> Result<Json<Value>, Trouble> {
    let viewer = web.viewer(&headers);
    let mut rows = web.services.read(|station| station.find(&query.q));
    rows.retain(|row| viewer.sees(&row.guest.flight));
    let docs: Vec<_> = rows.iter().map(|row| (row.guest.flight.scope(), row.guest.booking.0)).collect();
    rows_with_held(&web, &rows, &docs)
}

/// One guest, with the party and where the record is held.
#[utoipa::path(get, path = "/api/v1/bookings/{id}", params(("id" = String, Path)), responses((status = 200, body = Object), (status = 404, body = Problem)))]
async fn booking(Has(web): Has<Web>, Path(id): Path<String>) -> Result<Json<Value>, Trouble> {
    let id: DocRef = id.parse().map_err(|_| Trouble::not_here("guest"))?;
    let (guest, party) =
        web.services.read(|station| Some((station.guest(id.0)?, station.party_of(id.0)))).ok_or_else(|| Trouble::not_here("guest"))?;
    let held = web.whereabouts(web.services.held_of(&guest.flight.scope(), id.0));
    let others: Vec<DocRef> = party.iter().map(|guest| guest.booking).filter(|booking| *booking != id).collect();
    value(&json!({ "guest": guest, "party": others, "held": held }))
}

/// Every bag with a tag, on whatever flight, newest flight first.
#[utoipa::path(get, path = "/api/v1/bags/{tag}", params(("tag" = String, Path)), responses((status = 200, body = [Object]), (status = 404, body = Problem)))]
async fn bag(Has(web): Has<Web>, Path(tag): Path<String>) -> Result<Json<Value>, Trouble> {
    let tag: BagTag = tag.parse().map_err(|_| Trouble::not_here("bag"))?;
    let bags: Vec<((ScopeId, DocId), Value)> = web.services.read(|station| {
        let ids: Vec<DocId> = station.flights().iter().rev().map(|row| station.ids().bag(&row.flight, tag)).collect();
        ids.into_iter()
            .filter_map(|id| station.bag(id))
            .map(|bag| {
                let row = json!({
                    "bag": DocRef(bag.id), "tag": bag.tag, "flight": bag.flight, "booking": bag.owner.map(DocRef), "weight_kg": bag.kg,
                    "destination": bag.destination, "care": bag.care(), "furthest": bag.furthest(), "unloaded": bag.unloaded().is_some(), "removed": bag.is_removed(),
                });
                ((bag.flight.scope(), bag.id), row)
            })
            .collect()
    });
    let (docs, rows): (Vec<_>, Vec<_>) = bags.into_iter().unzip();
    if rows.is_empty() { Err(Trouble::not_here("bag")) } else { rows_with_held(&web, &rows, &docs) }
}

/// Every baggage report, newest first.
#[utoipa::path(get, path = "/api/v1/cases", responses((status = 200, body = [Object])))]
async fn cases(Has(web): Has<Web>, headers: HeaderMap) -> Result<Json<Value>, Trouble> {
    let viewer = web.viewer(&headers);
    let mut rows = web.services.read(|station| station.cases());
    rows.retain(|row| viewer.sees_case(row));
    let docs: Vec<_> = rows.iter().map(|row| (row.scope.clone(), row.case.0)).collect();
    rows_with_held(&web, &rows, &docs)
}

/// Every conflict, settled ones too, open ones first.
#[utoipa::path(get, path = "/api/v1/conflicts", responses((status = 200, body = [Object])))]
async fn conflicts(Has(web): Has<Web>, headers: HeaderMap) -> Result<Json<Value>, Trouble> {
    let viewer = web.viewer(&headers);
    let mut conflicts = web.services.read(|station| station.conflicts());
    web.services.read(|station| conflicts.retain(|row| viewer.sees_conflict(station, row)));
    let rows: Vec<_> = conflicts.iter().map(|row| WithHeld { row, held: web.whereabouts(web.held_conflict(row)) }).collect();
    value(&rows)
}

/// What is held here by scope: open or closed, who may hold more of it, and what came after it was closed. The newest of each station first, at most 500.
#[utoipa::path(get, path = "/api/v1/scopes", responses((status = 200, body = [ScopeRow])))]
async fn scopes(Has(web): Has<Web>) -> Json<Vec<ScopeRow>> {
    Json(web.services.scopes())
}

/// How this node and those around it do.
#[utoipa::path(get, path = "/api/v1/status", responses((status = 200, body = NodeStatus)))]
async fn status(Has(web): Has<Web>) -> Json<NodeStatus> {
    let status = web.services.status();
    let peer = |peer: crate::services::PeerStatus| Peer {
        name: peer.name,
        role: peer.role,
        station: peer.station,
        connected: peer.connected,
        last_contact_ms: peer.last_contact_ms,
        behind: peer.behind,
        ahead: peer.ahead,
        offset_ms: peer.offset_ms,
        version: peer.version,
        over: peer.over.map(sync::transport::Carrier::name),
    };
    Json(NodeStatus {
        desk: status.desk,
        role: status.role,
        station: status.station,
        version: status.version,
        now_ms: web.services.now_ms(),
        saved_here: status.saved_here,
        waiting_for_hub: status.waiting_for_hub,
        hub_reached_ms: status.hub.reached_ms,
        hub_not_since_ms: status.hub.not_since_ms,
        conflicts: status.conflicts,
        staff: web.services.read(|station| station.staff().count()),
        peers: status.peers.into_iter().map(peer).collect(),
        digests: status.digests,
        refusals: status.refusals.into_iter().map(|row| (row.name, row.count)).collect(),
    })
}

async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}

/// A row, and where its record is held.
#[derive(Serialize)]
struct WithHeld<'a, T: Serialize> {
    #[serde(flatten)]
    row: &'a T,
    held: Where,
}

/// Rows, each with where its document is held.
fn rows_with_held<T: Serialize>(web: &Web, rows: &[T], docs: &[(ScopeId, DocId)]) -> Result<Json<Value>, Trouble> {
    let held = web.services.held_each(docs);
    let rows: Vec<_> = rows.iter().zip(held).map(|(row, held)| WithHeld { row, held: web.whereabouts(held) }).collect();
    value(&rows)
}

pub(super) fn value(answer: &impl Serialize) -> Result<Json<Value>, Trouble> {
    serde_json::to_value(answer)
        .map(Json)
        .map_err(|_| Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "not-written", "The answer could not be written.", "Ask again, and report it."))
}

fn flight_key(text: &str) -> Result<FlightKey, Trouble> {
    text.parse().map_err(|_| Trouble::not_here("flight"))
}

fn known_flight(web: &Web, text: &str) -> Result<FlightKey, Trouble> {
    let key = flight_key(text)?;
    match web.services.read(|station| station.flight_of(&key).is_some()) {
        true => Ok(key),
        false => Err(Trouble::not_here("flight")),
    }
}
