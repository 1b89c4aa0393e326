//! Signing in, going, and what a locked screen still shows.

use askama::Template;
use axum::Form;
use axum::extract::{Query, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, Refusal};
use schemas::record::access::{Stand, Way};
use schemas::record::fact::StaffNumber;
use schemas::record::{DocRef, FlightKey};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html};
use super::forms::Failed;
use super::language::{Screen, inside};
use super::page::{Notice, Section, Shell, Tone};
use super::{Web, staff, who};
use crate::staff::{Proof, Proven, Shown, SignInError, Token};

/// Who works here now?
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// Where it goes on afterwards.
    pub to: String,
    /// Whether staff is written down; before, a number is taken as it is said.
    pub proven: bool,
    /// What somebody without a badge may do here; not at the hub.
    pub without_badge: bool,
    /// Whether this is another device than the desk itself: there nobody comes in on a word alone.
    pub is_lan: bool,
    /// Set while a supervisor elsewhere is asked: for whom.
    pub waiting: Option<String>,
}

/// A screen whose person is away: enough to go on watching the flight, and no name.
#[derive(Debug, Template)]
#[template(path = "locked.html")]
pub struct LockedPage {
    pub shell: Shell,
    /// Whose screen it is.
    pub number: String,
    pub to: String,
    pub gate: Option<LockedGate>,
    /// Whether something was sent that was not taken.
    pub refused: bool,
}

/// A flight as a locked gate shows it.
#[derive(Debug, Clone)]
pub struct LockedGate {
    pub number: String,
    pub gate: String,
    pub std: String,
    pub boarded: usize,
    pub checked_in: usize,
    pub missing: usize,
    /// The last answer, without the guest.
    pub last: Option<LockedAnswer>,
}

/// The last answer at a gate.
#[derive(Debug, Clone)]
pub struct LockedAnswer {
    pub tone: Tone,
    pub word: String,
    pub at: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct SignInQuery {
    #[serde(default)]
    to: String,
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    who: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    to: String,
}

/// Somebody without a badge.
#[derive(Deserialize)]
pub(super) struct AccessForm {
    form: Uuid,
    name: String,
    number: String,
    reason: String,
    /// The supervisor at this desk, where one vouches.
    #[serde(default)]
    who: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    to: String,
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<SignInQuery>, headers: HeaderMap) -> Response {
    if let Some(number) = granted(&web, &headers) {
        if let Some(token) = who::token(&web, &headers) {
            web.door.waits_no_more(&token);
        }
        return begin(&web, &headers, number, Shown::default(), &query.to);
    }
    html(&page(&web, &headers, None, &query.to))
}

/// By badge, or by number and password or PIN.
pub(super) async fn enter(Screen(web): Screen, headers: HeaderMap, Form(form): Form<SignInForm>) -> Response {
    if !web.services.read(|station| station.has_staff()) {
        return staff::say_number(&web, &form.who, &form.to);
    }
    match prove(&web, Proof { who: form.who.trim_matches(char::is_control).to_owned(), secret: form.secret }).await {
        Ok(proven) => begin(&web, &headers, proven.number, proven.shown, &form.to),
        Err(error) => {
            let mut response = html(&page(&web, &headers, Some(not_in(&web, error)), &form.to));
            *response.status_mut() = match error {
                SignInError::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            response
        }
    }
}

pub(super) async fn leave(Screen(web): Screen, headers: HeaderMap) -> Response {
    if let Some(token) = who::token(&web, &headers) {
        web.door.sessions().end(&token);
    }
    let mut response = Redirect::to("/sign-in").into_response();
    if let Some(line) = who::session_cookie(&web, None) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    staff::forget_number(&web, &mut response);
    response
}

/// The person goes away for a moment.
pub(super) async fn lock(Screen(web): Screen, headers: HeaderMap, Form(form): Form<SignInQuery>) -> Response {
    if let Some(token) = who::token(&web, &headers) {
        web.door.sessions().lock(&token);
    }
    Redirect::to(inside(&form.to).unwrap_or("/")).into_response()
}

/// A supervisor who stands here lets somebody work for this shift.
pub(super) async fn vouch(Screen(web): Screen, headers: HeaderMap, Form(form): Form<AccessForm>) -> Result<Response, Trouble> {
    let supervisor = match prove(&web, Proof { who: form.who.clone(), secret: form.secret.clone() }).await {
        Ok(proven) if proven.shown.both() || !web.services.read(|station| station.proves_twice(&proven.number)) => proven.number,
        Ok(_) => return Ok(again(&web, &headers, Notice::refused(&who::second_proof(), &web.say), &form.to)),
        Err(error) => return Ok(again(&web, &headers, not_in(&web, error), &form.to)),
    };
    open(&web, &headers, &form, Way::Vouched, &supervisor).await
}

/// A supervisor at another desk is asked.
pub(super) async fn ask(Screen(web): Screen, headers: HeaderMap, Form(form): Form<AccessForm>) -> Result<Response, Trouble> {
    at_the_desk(&web)?;
    let number = number_of(&form.number)?;
    open(&web, &headers, &form, Way::Asked, &number).await
}

/// Nobody can be asked.
pub(super) async fn break_glass(Screen(web): Screen, headers: HeaderMap, Form(form): Form<AccessForm>) -> Result<Response, Trouble> {
    at_the_desk(&web)?;
    let number = number_of(&form.number)?;
    open(&web, &headers, &form, Way::Broken, &number).await
}

/// What a locked screen shows in the place of the page that was asked for.
pub(super) fn locked(web: &Web, request: &Request, number: &StaffNumber) -> Response {
    let address = request.uri().path_and_query().map_or("", |address| address.as_str());
    let web = web.for_browser(request.method(), address, request.headers());
    let path = request.uri().path();
    let get = request.method() == axum::http::Method::GET;
    let to = if get { address } else { path.rsplit_once('/').map_or("/", |(page, _)| page) };
    let key = path.strip_prefix("/gate/").and_then(|rest| rest.split('/').next()).and_then(|key| key.parse::<FlightKey>().ok());
    let page = LockedPage {
        shell: web.shell(Section::Elsewhere, None),
        number: number.to_string(),
        to: to.to_owned(),
        gate: key.and_then(|key| locked_gate(&web, &key)),
        refused: !get,
    };
    let mut response = html(&page);
    *response.status_mut() = StatusCode::LOCKED;
    response
}

fn locked_gate(web: &Web, key: &FlightKey) -> Option<LockedGate> {
    let row = web.services.read(|station| station.flight_of(key))?;
    let head = web.head(&row);
    let scans = web.scans.lock().unwrap_or_else(std::sync::PoisonError::into_inner).of(key);
    Some(LockedGate {
        number: head.number,
        gate: head.gate,
        std: head.std,
        boarded: row.counts.boarded as usize,
        checked_in: row.counts.checked_in as usize,
        missing: row.counts.missing as usize,
        last: scans.first().map(|scan| LockedAnswer {
            tone: scan.tone,
            word: web.say.with(scan.word.key(), scan.word.args()).to_string(),
            at: web.services.local_time(scan.at_ms),
        }),
    })
}

/// Opens a way in and, unless somebody has to answer first, begins the session.
async fn open(web: &Web, headers: &HeaderMap, form: &AccessForm, way: Way, by: &StaffNumber) -> Result<Response, Trouble> {
    let number = number_of(&form.number)?;
    // A form that is sent again opens no second screen: who is in already proves it, or a supervisor vouches.
    let now_ms = web.services.now_ms();
    if way != Way::Vouched && web.services.read(|station| station.actor(&number, now_ms)).is_some() {
        let words = format!("Staff {number} may work here already.");
        let refusal = Refusal::new("access-open", words, "Go on with that number.", 409).arg("number", number.as_str());
        return Ok(again(web, headers, Notice::refused(&refusal, &web.say), &form.to));
    }
    let command = Command::OpenAccess { way, number: number.clone(), name: form.name.trim().to_owned(), reason: form.reason.trim().to_owned() };
    match web.carry_out_as(by, form.form, &command).await {
        Ok(receipt) if way == Way::Asked => {
            let access = receipt.answer["access"].as_str().and_then(|id| id.parse::<DocRef>().ok());
            let token = Token::new(&web.services.drawn());
            if let Some(access) = access {
                web.door.wait(&token, access);
            }
            let mut response = Redirect::to(&format!("/sign-in?to={}", super::forms::escaped(&form.to))).into_response();
            if let Some(line) = who::session_cookie(web, Some(&token)) {
                response.headers_mut().append(header::SET_COOKIE, line);
            }
            Ok(response)
        }
        Ok(_) => Ok(begin(web, headers, number, Shown::default(), &form.to)),
        // A supervisor who vouches for somebody who may work already only opens the screen.
        Err(Failed::Refused(refusal)) if refusal.code == "access-open" && way == Way::Vouched => {
            Ok(begin(web, headers, number, Shown::default(), &form.to))
        }
        Err(Failed::Refused(refusal)) => Ok(again(web, headers, Notice::refused(&refusal, &web.say), &form.to)),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
    }
}

/// The number of somebody whom this browser asked for, once a supervisor has said yes.
fn granted(web: &Web, headers: &HeaderMap) -> Option<StaffNumber> {
    let access = web.door.waits(&who::token(web, headers)?)?;
    let now_ms = web.services.now_ms();
    web.services.read(|station| station.access(access.0).filter(|access| access.stand(now_ms) == Stand::Open).map(|access| access.number.clone()))
}

/// Gives the browser a fresh session, so that nobody can have put one there before.
fn begin(web: &Web, headers: &HeaderMap, number: StaffNumber, shown: Shown, to: &str) -> Response {
    let now_ms = web.services.now_ms();
    let before = who::token(web, headers).map(|old| web.door.sessions().follow(&old, &number, now_ms)).unwrap_or_default();
    let token = Token::new(&web.services.drawn());
    web.door.sessions().begin(&token, number, shown.and(before), now_ms);
    let mut response = Redirect::to(inside(to).unwrap_or("/")).into_response();
    if let Some(line) = who::session_cookie(web, Some(&token)) {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// What needs nobody's password is for who stands at the desk: over the network anybody could be asking.
fn at_the_desk(web: &Web) -> Result<(), Trouble> {
    match web.is_lan() {
        false => Ok(()),
        true => Err(Trouble::new(
            StatusCode::FORBIDDEN,
            "at-the-desk",
            "This is done at the desk itself, not from another device.",
            "Go to the desk's own screen, or let a supervisor who is here vouch for you.",
        )),
    }
}

/// Password hashes are slow on purpose: they are checked aside from the threads that carry pages.
pub(super) async fn prove(web: &Web, proof: Proof) -> Result<Proven, SignInError> {
    // What a bar code says can be guessed by a device that never saw the badge.
    if web.is_lan() && proof.secret.is_empty() {
        return Err(SignInError::PasswordNeeded);
    }
    // The turn goes along with the work: who hangs up must not make room for more of it.
    let turn = web.proofs.clone().acquire_owned().await;
    let (services, desk) = (web.services.clone(), web.door.clone());
    let now_ms = services.now_ms();
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        desk.sign_in().check(&services, &proof, now_ms)
    })
    .await
    .unwrap_or(Err(SignInError::Wrong))
}

fn number_of(typed: &str) -> Result<StaffNumber, Trouble> {
    crate::messages::staff_of(&typed.trim().to_ascii_uppercase()).map_err(|refusal: Refusal| refusal.into())
}

fn again(web: &Web, headers: &HeaderMap, notice: Notice, to: &str) -> Response {
    let mut response = html(&page(web, headers, Some(notice), to));
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

pub(super) fn not_in(web: &Web, error: SignInError) -> Notice {
    let (head, words) = match error {
        SignInError::Wrong => ("sign-in-wrong", web.say.t("sign-in-wrong-words").to_string()),
        SignInError::Wait(seconds) => ("sign-in-wait", web.say.t("sign-in-wait-words").arg("seconds", seconds).to_string()),
        SignInError::NotHere => ("sign-in-not-here", web.say.t("sign-in-not-here-words").to_string()),
        SignInError::PasswordNeeded => ("sign-in-password", web.say.t("sign-in-password-words").to_string()),
        SignInError::BothNeeded => ("sign-in-both", web.say.t("sign-in-both-words").to_string()),
    };
    Notice { tone: Tone::Reject, head: web.say.t(head).to_string(), words }
}

fn page(web: &Web, headers: &HeaderMap, notice: Option<Notice>, to: &str) -> SignInPage {
    let now_ms = web.services.now_ms();
    let waiting = who::token(web, headers).and_then(|token| web.door.waits(&token)).and_then(|access| {
        let still = |station: &schemas::station::Station| {
            station.access(access.0).filter(|access| access.stand(now_ms) == Stand::Waiting).map(|access| access.name.to_string())
        };
        web.services.read(still)
    });
    SignInPage {
        shell: web.shell(Section::Elsewhere, who::number(headers).as_ref()),
        notice,
        to: inside(to).unwrap_or_default().to_owned(),
        proven: web.services.read(|station| station.has_staff()),
        without_badge: !web.services.is_hub(),
        is_lan: web.is_lan(),
        waiting,
    }
}
