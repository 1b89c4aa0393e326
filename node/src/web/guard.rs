//! The door of every page: who may open what, decided in one place before any handler runs.

use axum::extract::{Query, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Refusal;
use schemas::record::{DocRef, FlightKey};
use schemas::staff::{Actor, Permission};
use schemas::standards::bag_tag::BagTag;
use schemas::station::Station;

use super::errors::Trouble;
use super::forms::escaped;
use super::who::Who;
use super::{Web, sign_in, who};

/// What stands behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Area {
    /// Anybody: signing in, and what holds nothing of guests.
    Open,
    /// Whoever is signed in.
    SignedIn,
    /// Whoever may do this.
    Page(Permission),
    /// Programs and signed-in pages who may do this; what they change is decided with each command.
    Api(Permission),
}

pub(super) async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let area = if web.is_lan() { area_of_network(request.uri().path()) } else { area(request.uri().path()) };
    let has_staff = web.services.read(|station| station.has_staff());
    if web.is_lan() && !has_staff {
        // The port is not even opened before; nobody from the network is taken at their word.
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if area == Area::Open || !has_staff {
        return next.run(request).await;
    }
    // An address means to us what it means to the handler behind: nothing of ours needs an escape in its path.
    if request.uri().path().contains('%') {
        let trouble = Trouble::new(StatusCode::BAD_REQUEST, "address-escaped", "This address holds an escape.", "Write it plainly, as the pages do.");
        return trouble.into_response();
    }
    let who = request.extensions().get::<Who>().cloned().unwrap_or(Who::Nobody);
    match (area, who) {
        (Area::Open, _) => next.run(request).await,
        // A program that says for whom it acts may do and see what that person may.
        (_, Who::Program) => match who::named(request.headers()) {
            None => next.run(request).await,
            Some(number) => match allowed(&web, &number, area.permission(), &request) {
                Ok(()) => {
                    who::acts_as(&mut request, &number);
                    next.run(request).await
                }
                Err(refusal) => Trouble::from(refusal).into_response(),
            },
        },
        (Area::Api(permission), Who::Person(number)) => {
            // A browser acts as who is signed in, whatever it says.
            who::acts_as(&mut request, &number);
            match allowed(&web, &number, permission, &request) {
                Ok(()) => next.run(request).await,
                Err(refusal) => Trouble::from(refusal).into_response(),
            }
        }
        (Area::Api(_), Who::Nobody) => Trouble::new(
            StatusCode::UNAUTHORIZED,
            "sign-in-needed",
            "Nobody is signed in.",
            "Sign in on a screen of this desk, or send the token that lies in this node's data directory as Authorization: Bearer.",
        )
        .into_response(),
        (Area::Api(_), Who::Locked(_)) => {
            Trouble::new(StatusCode::LOCKED, "screen-locked", "This screen is locked.", "Scan your badge or enter your PIN.").into_response()
        }
        (_, Who::Nobody) => to_sign_in(&request),
        (_, Who::Locked(number)) => sign_in::locked(&web, &request, &number),
        (Area::SignedIn, Who::Person(_)) => next.run(request).await,
        (Area::Page(permission), Who::Person(number)) => match allowed(&web, &number, permission, &request) {
            Ok(()) => next.run(request).await,
            Err(refusal) => Trouble::from(refusal).into_response(),
        },
    }
}

impl Area {
    fn permission(self) -> Permission {
        match self {
            Self::Page(permission) | Self::Api(permission) => permission,
            Self::Open | Self::SignedIn => Permission::SeeGuests,
        }
    }
}

/// For another device: nothing that tells how the installation is made before somebody has signed in.
fn area_of_network(path: &str) -> Area {
    match (area(path), path) {
        (Area::Open, path) if path.starts_with(WEBHOOKS) => Area::Open,
        (Area::Open, "/metrics") => Area::Page(Permission::SeeHub),
        (Area::Open, path) if path.starts_with("/api/") => Area::Api(Permission::SeeGuests),
        (area, _) => area,
    }
}

/// Where programs bring messages by themselves.
const WEBHOOKS: &str = "/api/v1/in/";

fn area(path: &str) -> Area {
    let mut parts = path.trim_start_matches('/').split('/');
    match parts.next().unwrap_or_default() {
        "assets" | "healthz" | "readyz" | "metrics" | "sign-in" | "sign-out" | "language" | "staff" | "live" => Area::Open,
        "api" => match path {
            "/api/openapi.json" | "/api/v1/status" => Area::Open,
            // Each request is signed, and says nothing back of guests.
            path if path.starts_with(WEBHOOKS) => Area::Open,
            path if is_document_list(path) => Area::Api(Permission::ListDocuments),
            path if ["/api/v1/photos", "/api/v1/cases"].iter().any(|start| path.starts_with(start)) => Area::Api(Permission::OpenCases),
            path if ["/api/v1/rejects", "/api/v1/outbox"].iter().any(|start| path.starts_with(start)) || path == "/api/v1/messages" => {
                Area::Api(Permission::ImportLists)
            }
            _ => Area::Api(Permission::SeeGuests),
        },
        // The authority of the screens is public: that is what it is for.
        "devices" if path == "/devices/authority.crt" => Area::Open,
        "desk" | "devices" | "command" | "people" | "lock" | "draft" => Area::SignedIn,
        "hub" => Area::Page(Permission::SeeHub),
        "messages" | "import" | "outbox" => Area::Page(Permission::ImportLists),
        "baggage" => Area::Page(if path.starts_with("/baggage/rush") { Permission::RushBags } else { Permission::OpenCases }),
        "photos" | "receipt" => Area::Page(Permission::OpenCases),
        "documents" => Area::Page(Permission::ListDocuments),
        _ => Area::Page(Permission::SeeGuests),
    }
}

/// Whom an authority is to hear of stands behind these.
fn is_document_list(path: &str) -> bool {
    path.strip_prefix("/api/v1/flights/").and_then(|rest| rest.split_once('/')).is_some_and(|(_, list)| list.starts_with("documents"))
}

/// Whether this person may open this address: by the kind of page, and by the flights that it names.
fn allowed(web: &Web, number: &schemas::record::fact::StaffNumber, permission: Permission, request: &Request) -> Result<(), Refusal> {
    let now_ms = web.services.now_ms();
    web.services.read(|station| {
        let Some(actor) = station.actor(number, now_ms) else {
            return Err(Refusal::new("staff-not-known", "You may not work at this desk any more.", "Sign in again, or ask a supervisor.", 403)
                .variant("any-more"));
        };
        station.may(&actor, permission)?;
        meant(station, request).iter().try_for_each(|key| station.may_see(&actor, key))?;
        case_of_own_carrier(station, &actor, request)
    })
}

/// The flights that an address names: itself, or by a guest or a tag.
fn meant(station: &Station, request: &Request) -> Vec<FlightKey> {
    let guest = |text: &str| text.parse::<DocRef>().ok().and_then(|id| station.booking(id.0)).map(|booking| booking.flight);
    let mut flights: Vec<FlightKey> = Vec::new();
    for part in request.uri().path().split('/') {
        flights.extend(part.parse::<FlightKey>().ok());
        flights.extend(guest(part));
        if let Ok(tag) = part.parse::<BagTag>() {
            flights.extend(station.flights_of_tag(tag));
        }
    }
    let query = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).map(|query| query.0).unwrap_or_default();
    for (_, value) in &query {
        {
            flights.extend(value.parse::<FlightKey>().ok());
            flights.extend(guest(value));
            if let Ok(tag) = value.parse::<BagTag>() {
                flights.extend(station.flights_of_tag(tag));
            }
        }
    }
    flights
}

/// A report about a bag of another carrier's flight is that carrier's, wherever an address names it.
fn case_of_own_carrier(station: &Station, actor: &Actor, request: &Request) -> Result<(), Refusal> {
    let named = |part: &str| part.parse::<DocRef>().ok().filter(|id| station.case(id.0).is_some());
    request.uri().path().split('/').filter_map(named).try_for_each(|case| station.may_see_case(actor, case))
}

pub(super) fn other_carriers_report(carrier: &str, actor: &Actor) -> Refusal {
    let words = format!("This report is about a bag of {carrier}, and you work for {}.", actor.carriers);
    let refusal = Refusal::new("other-carrier", words, "Ask the staff of that carrier.", 403).variant("report");
    refusal.arg("carrier", carrier).arg("carriers", actor.carriers.to_string())
}

fn to_sign_in(request: &Request) -> Response {
    let to = match request.method() {
        &Method::GET => request.uri().path_and_query().map(|to| to.as_str()).unwrap_or_default(),
        // What was sent is not done again after signing in; the page it was sent from is shown.
        _ => "",
    };
    Redirect::to(&format!("/sign-in?to={}", escaped(to))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_guests_stands_behind_an_open_address() {
        let open =
            ["/sign-in", "/sign-in/ask", "/assets/apron.css", "/healthz", "/readyz", "/metrics", "/language", "/api/openapi.json", "/api/v1/status"];
        assert!(open.iter().all(|path| area(path) == Area::Open), "{open:?}");
        for path in ["/", "/gate", "/gate/CA1501.2026-11-22.PVG/scan", "/counter", "/pass/0", "/tag/0", "/conflicts", "/something-new"] {
            assert_eq!(area(path), Area::Page(Permission::SeeGuests), "{path}");
        }
        for path in ["/receipt/0", "/baggage/0", "/photos/of/0"] {
            assert_eq!(area(path), Area::Page(Permission::OpenCases), "{path}");
        }
        for path in ["/api/v1/cases", "/api/v1/cases/0", "/api/v1/cases/0/matches", "/api/v1/photos/of/0"] {
            assert_eq!(area(path), Area::Api(Permission::OpenCases), "{path}");
        }
        for path in ["/api/v1/commands", "/api/v1/flights", "/api/v1/find", "/api"] {
            assert_eq!(area(path), Area::Api(Permission::SeeGuests), "{path}");
        }
        assert_eq!(
            (area("/api/v1/in/bags"), area_of_network("/api/v1/in/bags"), area("/api/v1/in")),
            (Area::Open, Area::Open, Area::Api(Permission::SeeGuests))
        );
        for path in ["/api/v1/rejects", "/api/v1/rejects/0a/discard", "/api/v1/messages", "/api/v1/outbox", "/api/v1/outbox/x"] {
            assert_eq!(area(path), Area::Api(Permission::ImportLists), "{path}");
        }
        assert_eq!(area("/outbox/x/check"), Area::Page(Permission::ImportLists));
        for path in ["/api/v1/flights/CA1501.2026-11-22.PVG/documents", "/api/v1/flights/CA1501.2026-11-22.PVG/documents.csv"] {
            assert_eq!(area(path), Area::Api(Permission::ListDocuments), "{path}");
        }
        assert_eq!(area("/documents/CA1501.2026-11-22.PVG"), Area::Page(Permission::ListDocuments));
        assert_eq!((area("/baggage/rush"), area("/baggage")), (Area::Page(Permission::RushBags), Area::Page(Permission::OpenCases)));
        assert_eq!(area("/hub/links"), Area::Page(Permission::SeeHub));
        assert_eq!((area("/import"), area("/import/apply")), (Area::Page(Permission::ImportLists), Area::Page(Permission::ImportLists)));
        assert_eq!((area("/devices/authority.crt"), area("/devices")), (Area::Open, Area::SignedIn));
        assert_eq!(area("/people/access/0"), Area::SignedIn);
    }
}
