//! Who sits at a browser: the session behind its cookie, looked up once for each request.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use schemas::command::{Command, Refusal};
use schemas::record::FlightKey;
use schemas::record::fact::StaffNumber;
use schemas::staff::{ACTIONS, Actor, Allowed, Permission};
use schemas::station::{CaseRow, Conflict, Station};

use super::Web;
use super::security::cookie;
use super::staff;
use crate::services::Stored;
use crate::staff::Token;

/// The cookie of a session; over TLS bound to this host and never sent in the clear.
const COOKIE: &str = "apron-session";
const SECURE_COOKIE: &str = "__Host-apron-session";

/// A long shift.
const SHIFT_SECONDS: u32 = 14 * 60 * 60;

/// Carries the number of who is signed in from here to the handlers. What a browser sends under this name is taken off first.
const PERSON: HeaderName = HeaderName::from_static("apron-person");

/// Says that who acts has proven it twice, or has only one way to. Set and taken off as the number is.
const PROVEN: HeaderName = HeaderName::from_static("apron-proven");

/// In which a program says for whom it acts.
const STAFF: HeaderName = HeaderName::from_static("apron-staff");

/// Set by the page's own script where it only looks whether something changed: that keeps no session open.
const QUIET: &str = "apron-quiet";

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Who {
    Nobody,
    Person(StaffNumber),
    /// Signed in, and away for too long.
    Locked(StaffNumber),
    /// A program on this machine that holds the node's own token.
    Program,
}

/// What somebody may look at.
#[derive(Debug, Clone)]
pub(super) enum Viewer {
    /// A program that names nobody, or an installation without staff: they were let in at the door.
    Everything,
    Person(Actor),
    /// Somebody who may not work here any more.
    Nothing,
}

/// Looks up who asks, for everything behind this.
pub(super) async fn resolve(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(PERSON);
    request.headers_mut().remove(PROVEN);
    let who = who(&web, request.headers());
    if let Who::Person(number) = &who
        && let Ok(value) = HeaderValue::from_str(number.as_str())
    {
        request.headers_mut().insert(PERSON, value);
    }
    if is_proven_twice(&web, &who, request.headers()) {
        request.headers_mut().insert(PROVEN, HeaderValue::from_static("1"));
    }
    request.extensions_mut().insert(who);
    next.run(request).await
}

/// The number of who works here, if anybody is signed in and the screen is not locked.
pub(super) fn number(headers: &HeaderMap) -> Option<StaffNumber> {
    headers.get(PERSON)?.to_str().ok()?.parse().ok()
}

/// The number that a program says it acts for.
pub(super) fn named(headers: &HeaderMap) -> Option<StaffNumber> {
    headers.get(STAFF)?.to_str().ok()?.parse().ok()
}

/// Lets a request of the API act as this person, whatever it said before.
pub(super) fn acts_as(request: &mut Request, number: &StaffNumber) {
    if let Ok(value) = HeaderValue::from_str(number.as_str()) {
        request.headers_mut().insert(STAFF, value.clone());
        request.headers_mut().insert(PERSON, value);
    }
}

/// The session that a browser carries. Over TLS only the name counts that nobody on the way can have set.
pub(super) fn token(web: &Web, headers: &HeaderMap) -> Option<Token> {
    Token::read(cookie(headers, if web.is_lan() { SECURE_COOKIE } else { COOKIE })?)
}

/// The line that gives a browser its session; without one, that takes it away.
pub(super) fn session_cookie(web: &Web, token: Option<&Token>) -> Option<HeaderValue> {
    let (name, secure) = if web.is_lan() { (SECURE_COOKIE, "; Secure") } else { (COOKIE, "") };
    let (value, age) = token.map_or(("", 0), |token| (token.as_str(), SHIFT_SECONDS));
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")).ok()
}

impl Web {
    /// Refuses what asks for two proofs of who does it, where only one was given.
    pub(super) fn proven_for(&self, headers: &HeaderMap, command: &Command) -> Result<(), Refusal> {
        let asks = self.services.read(|station| station.needs(command)).into_iter().any(Permission::is_elevated);
        let (Some(number), true) = (number(headers), asks && !headers.contains_key(PROVEN)) else { return Ok(()) };
        let now_ms = self.services.now_ms();
        // Who may not do it at all is told that, and nothing of proofs.
        let may = self.services.read(|station| station.has_staff() && station.permits(&number, command, now_ms).is_ok());
        if may { Err(second_proof()) } else { Ok(()) }
    }

    /// Whether who is signed in may do something that asks for a second proof, and has not given it.
    pub(super) fn lacks_proof(&self, headers: &HeaderMap) -> bool {
        let elevated = |actor: &Actor| ACTIONS.iter().any(|action| action.permission.is_elevated() && actor.may(action.permission));
        !headers.contains_key(PROVEN) && matches!(self.viewer(headers), Viewer::Person(actor) if elevated(&actor))
    }

    /// The hash of a new password or PIN, made aside from the threads that carry pages.
    pub(super) async fn hashed(&self, secret: String) -> Result<String, Refusal> {
        let (pepper, drawn) = (self.services.pepper(), self.services.drawn());
        let mut salt = [0; 16];
        salt.copy_from_slice(&drawn[..16]);
        let hashed = tokio::task::spawn_blocking(move || crate::staff::hash(&secret, &pepper, &salt)).await;
        hashed
            .map_err(anyhow::Error::new)
            .and_then(|hashed| hashed)
            .map_err(|error| Refusal::new("password-not-taken", format!("This password was not taken: {error}."), "Give 4 to 128 characters.", 422))
    }

    /// What whoever asks may look at.
    pub(super) fn viewer(&self, headers: &HeaderMap) -> Viewer {
        let (number, now_ms) = (number(headers), self.services.now_ms());
        let Some(number) = number else { return Viewer::Everything };
        self.services.read(|station| station.actor(&number, now_ms)).map_or(Viewer::Nothing, Viewer::Person)
    }

    /// Whether somebody may read what was done and what came of it: who might do the same.
    pub(super) fn may_read(&self, number: Option<&StaffNumber>, stored: &Stored) -> bool {
        let Some(number) = number else { return true };
        let now_ms = self.services.now_ms();
        let Ok(command) = Command::parse(&stored.body) else { return false };
        let is_message = matches!(command, Command::ImportList { .. } | Command::ImportMessage { .. });
        self.services.read(|station| {
            // A message may be about any carrier's flight.
            let all = || station.actor(number, now_ms).is_some_and(|actor| actor.carriers == Allowed::All);
            station.permits(number, &command, now_ms).is_ok() && (!is_message || all())
        })
    }
}

impl Viewer {
    /// Whether flights of this carrier may be looked at. Programs and pages that need no sign-in are not held back here: they were at the door.
    pub(super) fn sees_carrier(&self, carrier: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Person(actor) => actor.carriers.has(carrier),
            Self::Nothing => false,
        }
    }

    pub(super) fn sees(&self, key: &FlightKey) -> bool {
        self.sees_carrier(key.carrier().as_str())
    }

    /// A report about a bag is its carrier's; one that names no flight is everybody's.
    pub(super) fn sees_case(&self, row: &CaseRow) -> bool {
        row.flight.is_none_or(|flight| self.sees_carrier(flight.carrier().as_str()))
    }

    /// A conflict is of its flight, and of the reports that it is about.
    pub(super) fn sees_conflict(&self, station: &Station, conflict: &Conflict) -> bool {
        let cases = conflict.records.iter().filter_map(|record| station.case_of(record.0));
        conflict.flight.is_none_or(|key| self.sees(&key)) && cases.into_iter().all(|row| self.sees_case(&row))
    }

    pub(super) fn may(&self, permission: Permission) -> bool {
        match self {
            Self::Everything => true,
            Self::Person(actor) => actor.may(permission),
            Self::Nothing => false,
        }
    }
}

/// That one proof of who somebody is was not enough.
pub(super) fn second_proof() -> Refusal {
    let remedy = "Scan your badge, or give number and PIN under \"Second proof\" at the top, then press again.";
    Refusal::new("second-proof", "This asks for two proofs of who you are: badge, and password or PIN.", remedy, 403)
}

/// Programs hold a token that only the machine's owner can read; where one proof is all that somebody has, it is enough.
fn is_proven_twice(web: &Web, who: &Who, headers: &HeaderMap) -> bool {
    let Who::Person(number) = who else { return *who == Who::Program };
    let now_ms = web.services.now_ms();
    let shown = token(web, headers).and_then(|token| web.door.sessions().look(&token, false, now_ms)).map(|session| session.shown);
    shown.unwrap_or_default().both() || !web.services.read(|station| station.proves_twice(number))
}

fn who(web: &Web, headers: &HeaderMap) -> Who {
    // The token is for programs of this machine; from the network it opens nothing.
    if !web.is_lan() && web.door.is_token(headers.get(header::AUTHORIZATION).and_then(|line| line.to_str().ok()).unwrap_or_default()) {
        return Who::Program;
    }
    let now_ms = web.services.now_ms();
    if !web.services.read(|station| station.has_staff()) {
        return staff::said(web, headers).map_or(Who::Nobody, Who::Person);
    }
    let acts = !headers.contains_key(QUIET);
    let Some(session) = token(web, headers).and_then(|token| web.door.sessions().look(&token, acts, now_ms)) else { return Who::Nobody };
    // Taken off the staff list, or the shift that somebody vouched for is over.
    if web.services.read(|station| station.actor(&session.number, now_ms)).is_none() {
        return Who::Nobody;
    }
    if session.locked { Who::Locked(session.number) } else { Who::Person(session.number) }
}
