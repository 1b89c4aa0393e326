//! The gate: what was scanned, what it means, and who is on board.

use std::sync::PoisonError;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{self, Choice, Command, Refusal, Skip};
use schemas::record::booking::Standing;
use schemas::record::fact::{Mark, Security};
use schemas::record::flight::Controller;
use schemas::record::{DocRef, FlightKey, reason};
use schemas::said::Said;
use schemas::station::{FlightRow, GuestRow as Guest, StandbyRow, Station};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed, ReasonForm};
use super::gate_guest::{self, GuestPanel};
use super::gate_notes::{self, Beside, NoList};
use super::language::Screen;
use super::page::{Flag, FlightHead, Notice, Section, Shell, State, Tone};
use super::scans::{Outcome, Scan};
use super::words;
use super::{Web, answers, command_key, control, staff};
use crate::lang::Say;
use crate::services::Receipt;

/// Sent by a page that waits for the answer to a scan.
const BRIEF: &str = "apron-brief";

/// Boarding of one flight.
#[derive(Debug, Template)]
#[template(path = "gate.html")]
pub struct GatePage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub verdict: Verdict,
    pub counters: Counters,
    pub not_boarded: Vec<GuestRow>,
    pub boarded: Vec<GuestRow>,
    /// The last ten scans at this desk, newest first.
    pub scans: Vec<ScanRow>,
    /// Why nothing can be done here now: the host works the flight, or it is closed.
    pub read_only: Option<String>,
    /// Said when another reader of this flight is out of reach: the counts are of this gate only.
    pub alone: Option<String>,
    /// Only the answer to a scan is wanted; the lists come when the page looks again.
    pub brief: bool,
    /// An action that asks for a reason before it is done.
    pub ask: Option<Ask>,
    /// The guests of whom a person must choose one, with the scan that fits them all.
    pub choices: Vec<ChoiceRow>,
    pub choice_scan: String,
    /// Where the verdict can be passed: the scan and the chosen guest, to board anyway.
    pub anyway: Option<(String, String)>,
    /// Who waits for a seat, who comes first first; and why somebody else may be taken before.
    pub standby: Vec<WaitingRow>,
    pub skips: Vec<(String, String)>,
    /// What is known of the flight beside its counts.
    pub beside: Vec<Beside>,
    /// Where nobody is booked yet.
    pub no_list: Option<NoList>,
    /// Said while guests board and no pass was read for a while.
    pub silent: Option<String>,
    /// How many things are to be settled, and the guest of the next one; none where there is none.
    pub problems: usize,
    pub next_problem: Option<String>,
    /// One guest with everything that can be done.
    pub panel: Option<GuestPanel>,
}

/// A guest who waits for a seat.
#[derive(Debug, Clone)]
pub struct WaitingRow {
    pub place: usize,
    pub booking: String,
    pub name: String,
    pub locator: String,
    /// The rank on the list, or why the guest is on none.
    pub rank: String,
    /// Why somebody else came first, the last time.
    pub passed_over: String,
    /// A seat to offer.
    pub offer: String,
}

/// One of several guests who could be meant.
#[derive(Debug, Clone)]
pub struct ChoiceRow {
    pub booking: String,
    pub words: String,
}

/// The answer to the last scan, legible at arm's length.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    pub tone: Tone,
    /// `BOARD 14C`, `STOP`.
    pub word: String,
    /// Name, sequence number, group.
    pub who: String,
    /// Why, and what to do.
    pub why: String,
    /// What must be done before the guest goes.
    pub todo: Vec<String>,
    pub at: String,
    pub state: Option<State>,
    /// Who is on the way to help the guest.
    pub help: Vec<String>,
    /// A minor for whom somebody of the crew is to sign.
    pub sign: Option<String>,
    /// A guest whom security is to check: boarding goes on when it is noted who did.
    pub check: Option<String>,
    /// What was scanned, to board once it is noted.
    pub scan: String,
    /// The booking whose boarding can be taken back from here.
    pub undo: Option<String>,
    /// The id of the scan, so that its sound is played once.
    pub id: String,
    /// The beginning of what was scanned, where nothing knows what it is.
    pub unknown: Option<String>,
}

/// The six numbers of a gate.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    pub booked: usize,
    pub checked_in: usize,
    pub boarded: usize,
    pub missing: usize,
    pub infants: usize,
    pub bags_to_unload: usize,
    /// Said in red when they do not add up.
    pub wrong: Option<String>,
}

/// A guest in one of the two lists.
#[derive(Debug, Clone)]
pub struct GuestRow {
    pub booking: String,
    pub sequence: String,
    pub seat: String,
    pub name: String,
    pub locator: String,
    pub flags: Vec<Flag>,
    /// What the hub said of a guest who comes from another station.
    pub coming: Vec<String>,
    /// Who is on the way to help.
    pub help: Vec<String>,
    pub bags: usize,
    /// When aboard: the time. When not: empty.
    pub at: String,
    pub state: State,
    /// Why the guest cannot board yet: `not checked in`, `off the flight`, or nothing.
    pub waiting: String,
    /// The one the last scan moved.
    pub fresh: bool,
}

/// One line of the strip of scans.
#[derive(Debug, Clone)]
pub struct ScanRow {
    pub at: String,
    pub tone: Tone,
    pub word: String,
    pub who: String,
    /// The flight as in addresses, and its number where it is not the one of the page.
    pub flight: String,
    pub number: String,
    /// The scan, where its opposite can be done.
    pub undo: Option<String>,
}

/// A question that needs a reason, or a seat where there is no reason to choose: un-board, offload, take over, change seat.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Where the answer goes.
    pub action: String,
    pub head: String,
    pub words: String,
    pub booking: String,
    /// As stored, and in words.
    pub reasons: Vec<(String, String)>,
    /// What was found, to come back to it.
    pub query: String,
    pub button: String,
    pub danger: bool,
}

/// What an address of the gate asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct GateQuery {
    last: Option<Uuid>,
    pub(super) done: Option<Uuid>,
    /// The guest whose panel is open.
    pub(super) guest: Option<String>,
    unboard: Option<String>,
    offload: Option<String>,
    #[serde(rename = "take-over")]
    take_over: Option<String>,
}

impl GateQuery {
    /// The page with this guest's panel.
    pub(super) fn of_guest(booking: DocRef) -> Self {
        Self { guest: Some(booking.to_string()), ..Self::default() }
    }

    /// The page with this verdict.
    pub(super) fn of_verdict(last: Option<Uuid>) -> Self {
        Self { last, ..Self::default() }
    }
}

/// What was scanned or typed.
#[derive(Deserialize)]
pub(super) struct ScanForm {
    form: Uuid,
    scan: String,
    #[serde(default)]
    booking: String,
    /// Said once more after the gate was found to be another one.
    #[serde(default)]
    anyway: String,
}

/// A scan whose opposite is to be done.
#[derive(Deserialize)]
pub(super) struct UndoForm {
    form: Uuid,
    scan: Uuid,
}

/// A guest who is to have a seat.
#[derive(Deserialize)]
pub(super) struct ClearForm {
    form: Uuid,
    booking: String,
    #[serde(default)]
    seat: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    note: String,
}

/// One guest of the list.
#[derive(Deserialize)]
pub(super) struct GuestForm {
    form: Uuid,
    booking: String,
}

/// The flight that was open here last, or the start page to choose one.
pub(super) async fn choose(Screen(web): Screen, headers: HeaderMap) -> Redirect {
    let viewer = web.viewer(&headers);
    let last = web.last_gate.lock().unwrap_or_else(PoisonError::into_inner).filter(|key| viewer.sees(key));
    let only = || {
        web.services.read(|station| match station.flights().as_slice() {
            [one] => Some(one.flight),
            _ => None,
        })
    };
    match last.or_else(only) {
        Some(key) => Redirect::to(&format!("/gate/{key}")),
        None => Redirect::to("/"),
    }
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<GateQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let page = gate_page(&web, &headers, &key, &query)?;
    *web.last_gate.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
    Ok(html(&page))
}

/// A scan always gets a verdict: what the rules refuse is shown in red on the same page, and kept in the strip.
pub(super) async fn scan(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ScanForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let text = forms::scanned(&form.scan);
    let chosen = form.booking.parse::<DocRef>().ok();
    let id = command_key(form.form, &format!("{key} {text} {}", form.booking));
    let here = Here { gate: gate_here(&web), anyway: !form.anyway.is_empty() };
    let id = if here.anyway { command_key(id, "anyway") } else { id };
    let seen = Typed { text, chosen };
    match web.services.read(|station| meant(station, &key, seen, here)) {
        Ok(command) => boarding(&web, &headers, &key, form.form, seen, command, id).await,
        Err(refusal) => answered(&web, &headers, refused_scan(&web, &key, seen, &refusal, id)),
    }
}

/// Takes the boarding of a scan back: at once for who just made it, else on the page that asks for the reason.
pub(super) async fn undo(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<UndoForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let Some(staff) = staff::current(&headers) else { return Ok(staff::ask()) };
    let scan = web.scans.lock().unwrap_or_else(PoisonError::into_inner).of(&key).into_iter().find(|scan| scan.id == form.scan);
    match scan.and_then(|scan| Some((scan.booking?, scan))) {
        Some((booking, scan)) if scan.is_fresh_of(&staff, web.services.now_ms()) => {
            let reason = reason::coded("undone-at-once");
            act(&web, &headers, &key, form.form, Command::UnBoard { booking, reason }).await
        }
        Some((booking, _)) => Ok(Redirect::to(&format!("/gate/{key}?unboard={booking}#ask")).into_response()),
        // It has left the strip meanwhile.
        None => Ok(Redirect::to(&format!("/gate/{key}")).into_response()),
    }
}

/// A press on a row of the list.
pub(super) async fn board(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<GuestForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let booking = forms::guest(&form.booking)?;
    let gate = gate_here(&web);
    let command =
        Command::Board { flight: key, scan: None, booking: Some(booking), sequence: None, seat: None, gate, anyway: false, signature: None };
    let id = command_key(form.form, &form.booking);
    boarding(&web, &headers, &key, form.form, Typed { text: "", chosen: Some(booking) }, command, id).await
}

/// Boards a guest for whom what was in the way is settled now: by the scan that was stopped, or by name.
pub(super) async fn board_now(web: &Web, headers: &HeaderMap, key: &FlightKey, form: Uuid, booking: DocRef, scan: &str) -> Result<Response, Trouble> {
    let typed = Typed { text: scan.trim(), chosen: Some(booking) };
    let here = Here { gate: gate_here(web), anyway: false };
    match web.services.read(|station| meant(station, key, typed, here)) {
        Ok(command) => boarding(web, headers, key, form, typed, command, command_key(form, "scan")).await,
        Err(refusal) => answered(web, headers, refused_scan(web, key, typed, &refusal, command_key(form, "scan"))),
    }
}

/// Gives a guest who waits a seat. The reason stands for everybody who comes first.
pub(super) async fn clear(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ClearForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let booking = forms::guest(&form.booking)?;
    let typed = form.seat.trim().to_ascii_uppercase();
    let Ok(seat) = typed.parse() else {
        let words = web.say.t("not-a-seat").arg("typed", typed.chars().take(12).collect::<String>()).to_string();
        let notice = Notice { tone: Tone::Reject, head: web.say.t("gate-clear-not").to_string(), words };
        let page = GatePage { notice: Some(notice), ..gate_page(&web, &headers, &key, &GateQuery::default())? };
        let mut response = html(&page);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    };
    let reason = reason::joined(&form.reason, &form.note, forms::REASON_MAX);
    let ahead = |station: &Station| station.standby(&key).into_iter().take_while(|row| row.booking != booking).collect::<Vec<_>>();
    let ahead = if reason.is_empty() { Vec::new() } else { web.services.read(ahead) };
    let skips = ahead.into_iter().map(|row| Skip { booking: row.booking, reason: reason.clone() }).collect();
    act(&web, &headers, &key, form.form, Command::ClearStandby { flight: key, booking: Some(booking), seat: Some(seat), skips }).await
}

/// The gate at which this desk stands, by its name: `G12`. A counter stands at none.
fn gate_here(web: &Web) -> Option<String> {
    let desk = web.services.read(|station| station.setting().desk.clone());
    let is_gate = desk.strip_prefix('G').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (is_gate && desk.len() <= 8).then_some(desk)
}

/// What was scanned or typed, and the guest who was chosen with it.
#[derive(Clone, Copy)]
struct Typed<'a> {
    text: &'a str,
    chosen: Option<DocRef>,
}

/// Where the desk boards, and whether that may be passed over.
struct Here {
    gate: Option<String>,
    anyway: bool,
}

pub(super) async fn un_board(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Trouble> {
    let command = Command::UnBoard { booking: form.guest()?, reason: form.words() };
    act(&web, &headers, &forms::flight(&flight)?, form.form, command).await
}

pub(super) async fn offload(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Trouble> {
    let command = Command::Offload { booking: form.guest()?, reason: form.words() };
    act(&web, &headers, &forms::flight(&flight)?, form.form, command).await
}

pub(super) async fn take_over(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<ReasonForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    act(&web, &headers, &key, form.form, Command::TakeOver { flight: key, reason: form.words() }).await
}

/// What was meant: a pass as scanned, else a sequence number, a seat, or a name.
fn meant(station: &Station, key: &FlightKey, Typed { text, chosen }: Typed<'_>, here: Here) -> Result<Command, Refusal> {
    let board = |scan: Option<&str>, booking, sequence, seat| Command::Board {
        flight: *key,
        scan: scan.map(str::to_owned),
        booking,
        sequence,
        seat,
        gate: here.gate.clone(),
        anyway: here.anyway,
        signature: None,
    };
    if text.chars().count() > SHORT {
        return Ok(board(Some(text), chosen, None, None));
    }
    if let Some(chosen) = chosen {
        return Ok(board(None, Some(chosen), None, None));
    }
    if let Ok(sequence) = text.parse::<u16>() {
        return Ok(board(None, None, Some(sequence), None));
    }
    if let Ok(seat) = text.to_ascii_uppercase().parse() {
        return Ok(board(None, None, None, Some(seat)));
    }
    if text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new("bag-tag", format!("{text} is a bag tag, not a pass."), "Scan the guest's pass.", 422).arg("tag", text).red());
    }
    let found = station.find_on(key, text);
    match found.as_slice() {
        [] => {
            let seen: String = text.chars().take(24).collect();
            Err(Refusal::new(
                "nobody-found",
                format!("Nobody on {} fits \"{seen}\".", key.flight()),
                "Scan the pass, or type sequence, seat or name.",
                404,
            )
            .arg("flight", key.flight().to_string())
            .arg("seen", seen)
            .red())
        }
        [one] => Ok(board(None, Some(one.guest.booking), None, None)),
        several => {
            let choices = several.iter().take(CHOICES_MAX).map(|found| choice(&found.guest)).collect();
            let words = format!("{} guests fit \"{text}\".", several.len());
            let refusal = Refusal::new("several-guests", words, "Choose the guest, or type more of the name.", 409);
            Err(refusal.arg("count", several.len()).arg("typed", text).with_choices(choices))
        }
    }
}

/// What a pass says of a check is written down: the next who boards this guest may do so without the pass.
async fn note_selected(web: &Web, headers: &HeaderMap, refusal: &Refusal, id: Uuid) {
    let Some(booking) = refusal.choices.first().map(|choice| choice.booking) else { return };
    if web.services.read(|station| station.guest(booking.0).is_some_and(|guest| guest.security.is_some())) {
        return;
    }
    let command = Command::NoteSecurity { booking, outcome: Security::Selected, note: String::new() };
    if web.carry_out(headers, command_key(id, "selected"), &command).await.is_err() {
        tracing::warn!("a guest whose pass asks for a check cannot be noted so; the scan was stopped all the same");
    }
}

/// Carries out a boarding, keeps the scan for the strip, and goes back to the page with the verdict.
async fn boarding(
    web: &Web,
    headers: &HeaderMap,
    key: &FlightKey,
    form: Uuid,
    seen: Typed<'_>,
    command: Command,
    id: Uuid,
) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, &command).await {
        Ok(receipt) => {
            let heard = seen.text.chars().count() > SHORT;
            answered(web, headers, boarded_scan(web, key, &receipt, id, heard))
        }
        Err(Failed::Refused(refusal)) => {
            if refusal.code == SELECTED {
                note_selected(web, headers, &refusal, id).await;
            }
            answered(web, headers, refused_scan(web, key, seen, &refusal, id))
        }
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
    }
}

/// Keeps a scan of whoever is signed in and shows its verdict: at once to a page that waits for it, else at the address where it stands.
fn answered(web: &Web, headers: &HeaderMap, scan: Scan) -> Result<Response, Trouble> {
    let (id, key) = (scan.id, scan.flight);
    web.scans.lock().unwrap_or_else(PoisonError::into_inner).keep(Scan { by: staff::current(headers), ..scan });
    let address = format!("/gate/{key}?last={id}");
    let place = HeaderValue::from_str(&address).ok().filter(|_| headers.contains_key(BRIEF));
    let Some(place) = place else { return Ok(Redirect::to(&address).into_response()) };
    let web = Web { here: address, ..web.clone() };
    let mut response = html(&gate_page(&web, headers, &key, &GateQuery::of_verdict(Some(id)))?);
    response.headers_mut().insert(header::CONTENT_LOCATION, place);
    Ok(response)
}

fn boarded_scan(web: &Web, key: &FlightKey, receipt: &Receipt, id: Uuid, heard: bool) -> Scan {
    let answer = &receipt.answer;
    let text = |field: &str| answer[field].as_str().map(str::to_owned);
    let is_done = answer["todo"].as_array().is_none_or(Vec::is_empty);
    let word = match text("seat") {
        Some(seat) => Said::new("gate-word-board-seat", "").arg("seat", seat),
        None if answer["booking"].is_string() => Said::new("gate-word-board", ""),
        None => Said::new("gate-word-go-on", ""),
    };
    let name = text("name").or_else(|| answer["guest"]["name"].as_str().map(str::to_owned)).unwrap_or_default();
    Scan {
        id,
        flight: *key,
        by: None,
        at_ms: web.services.now_ms(),
        tone: if is_done { Tone::Accept } else { Tone::Attention },
        word,
        outcome: Outcome::Boarded { name, answer: answer.clone() },
        booking: text("booking").and_then(|booking| booking.parse().ok()),
        command: Some(receipt.id),
        choices: Vec::new(),
        text: String::new(),
        heard,
        chosen: None,
    }
}

fn refused_scan(web: &Web, key: &FlightKey, seen: Typed<'_>, refusal: &Refusal, id: Uuid) -> Scan {
    let is_selected = refusal.code == SELECTED;
    // A typed name that fits several is a question, not a stop.
    let (tone, word) = match (refusal.tone, refusal.choices.is_empty()) {
        _ if is_selected => (Tone::Reject, "gate-word-selected"),
        (Some(command::Tone::Amber), _) => (Tone::Attention, "gate-word-other-gate"),
        (Some(command::Tone::Red), _) | (_, true) => (Tone::Reject, "gate-word-stop"),
        (_, false) => (Tone::Attention, "gate-word-which"),
    };
    Scan {
        id,
        flight: *key,
        by: None,
        at_ms: web.services.now_ms(),
        tone,
        word: Said::new(word, ""),
        outcome: Outcome::Refused(refusal.clone()),
        booking: None,
        command: None,
        choices: if is_selected { Vec::new() } else { refusal.choices.to_vec() },
        text: seen.text.to_owned(),
        heard: seen.text.chars().count() > SHORT,
        chosen: seen.chosen,
    }
}

/// Carries out any other press of the gate and goes back; a refusal stays on the page with its words.
async fn act(web: &Web, headers: &HeaderMap, key: &FlightKey, form: Uuid, command: Command) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/gate/{key}?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let page = GatePage { notice: Some(Notice::refused(&refusal, &web.say)), ..gate_page(web, headers, key, &GateQuery::default())? };
            Ok(refused(&refusal, &page))
        }
    }
}

pub(super) fn gate_page(web: &Web, headers: &HeaderMap, key: &FlightKey, query: &GateQuery) -> Result<GatePage, Trouble> {
    let known = |station: &Station| Some((station.flight_of(key)?, station.guests(key), waiting(&web.say, station, key)));
    let (row, guests, standby) = web.services.read(known).ok_or_else(|| no_list(web, key))?;
    let read_only = read_only(&web.say, &row);
    let mut scans = web.scans.lock().unwrap_or_else(PoisonError::into_inner).all();
    let viewer = web.viewer(headers);
    scans.retain(|scan| viewer.sees(&scan.flight));
    let last = scans.iter().find(|scan| scan.flight == *key && Some(scan.id) == query.last);
    // A scan may also have opened the locked desk: that is no answer, and the page is wanted whole.
    let brief = headers.contains_key(BRIEF) && query.last.is_some();
    let problems = if brief || read_only.is_some() { Vec::new() } else { gate_notes::problems(&web.say, &guests) };
    let (boarded, not_boarded) = if brief { Default::default() } else { lists(web, key, &guests, last.and_then(|scan| scan.booking)) };
    Ok(GatePage {
        shell: web.shell(Section::Gate, staff::current(headers).as_ref()),
        flight: web.head(&row),
        notice: web.done(query.done),
        verdict: verdict(web, last, &guests, &row),
        counters: counters(&web.say, &row),
        not_boarded,
        boarded,
        scans: scans.iter().map(|scan| scan_row(web, scan, key)).collect(),
        alone: web.alone(),
        silent: web.silent(key, &row),
        no_list: web.no_list(&row, read_only.is_none()),
        beside: if brief { Vec::new() } else { web.called(&row).into_iter().chain(web.beside(key, &guests)).collect() },
        problems: problems.len(),
        next_problem: next_problem(&problems, query.guest.as_deref()),
        panel: gate_guest::panel(web, &guests, query, &problems, read_only.is_none()),
        read_only,
        brief,
        ask: ask(&web.say, key, &row, &guests, query),
        choices: last.map(|scan| scan.choices.iter().map(|choice| choice_row(&web.say, choice)).collect()).unwrap_or_default(),
        choice_scan: last.map(|scan| scan.text.clone()).unwrap_or_default(),
        anyway: last.filter(|scan| is_passable(&scan.outcome)).map(|scan| {
            let chosen = scan.chosen.map(|booking| booking.to_string());
            (scan.text.clone(), chosen.unwrap_or_default())
        }),
        standby: if brief { Vec::new() } else { standby },
        skips: web.say.reasons(&["not-here", "family", "asked-by-airline"]),
    })
}

/// The guest of the problem behind that of this guest; after the last comes the first.
fn next_problem(problems: &[gate_notes::Problem], open: Option<&str>) -> Option<String> {
    let after = problems.iter().rposition(|problem| Some(problem.booking.as_str()) == open).map_or(0, |at| at + 1);
    problems.get(after).or(problems.first()).map(|problem| problem.booking.clone())
}

/// A flight of which nothing is known here: no list, no guest.
fn no_list(web: &Web, key: &FlightKey) -> Trouble {
    let flight = key.flight().to_string();
    let words = format!("There is no passenger list for {flight} of {} here.", web.say.day(key.date()));
    let remedy = "Import its list on the page Messages. If another desk has it, it comes by itself when that desk is reached.";
    Trouble::new(StatusCode::NOT_FOUND, "no-list", &words, remedy).arg("flight", *key)
}

fn is_passable(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused(refusal) if refusal.tone == Some(command::Tone::Amber))
}

/// Who waits for a seat, each with a seat to offer.
fn waiting(say: &Say, station: &Station, key: &FlightKey) -> Vec<WaitingRow> {
    let row = |row: StandbyRow| {
        let offer = station.suggest_seats(key, &[row.booking.0]).first().map(|(_, seat)| seat.to_string());
        let rank = match row.mark {
            Some(Mark::NoRec) => say.t("flag-norec").to_string(),
            Some(Mark::GoShow) => say.t("flag-goshow").to_string(),
            None => row.priority.clone().unwrap_or_default(),
        };
        WaitingRow {
            place: row.place,
            booking: row.booking.to_string(),
            name: row.name,
            locator: row.locator.map(|locator| locator.to_string()).unwrap_or_default(),
            rank,
            passed_over: row.passed_over.map(|reason| say.reason(&reason)).unwrap_or_default(),
            offer: offer.unwrap_or_default(),
        }
    };
    station.standby(key).into_iter().take(WAITING_SHOWN).map(row).collect()
}

/// As many as are looked through at a gate.
const WAITING_SHOWN: usize = 40;

fn lists(web: &Web, key: &FlightKey, guests: &[Guest], fresh: Option<DocRef>) -> (Vec<GuestRow>, Vec<GuestRow>) {
    let (mut boarded, mut rest): (Vec<&Guest>, Vec<&Guest>) = guests.iter().partition(|guest| guest.standing == Standing::Aboard);
    boarded.sort_by_key(|guest| std::cmp::Reverse(guest.boarded.as_ref().map(|boarding| boarding.at)));
    let rank = |guest: &Guest| match guest.standing {
        Standing::CheckedIn | Standing::Aboard => 0,
        Standing::Listed => 1,
        Standing::Offloaded => 2,
    };
    rest.sort_by_key(|guest| (rank(guest), guest.sequence, guest.order));
    let docs: Vec<_> = boarded.iter().chain(&rest).map(|guest| (key.scope(), guest.booking.0)).collect();
    let row = |(guest, state): (&Guest, State)| GuestRow {
        booking: guest.booking.to_string(),
        sequence: guest.sequence.map(|number| number.to_string()).unwrap_or_default(),
        seat: guest.seat.map(|seat| seat.to_string()).unwrap_or_default(),
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        flags: words::staff_flags(&web.say, guest),
        coming: web.coming(guest),
        help: web.help_of(guest),
        bags: guest.bags.len(),
        at: guest.boarded.as_ref().map(|boarding| web.services.local_time(boarding.at)).unwrap_or_default(),
        state,
        waiting: match guest.standing {
            Standing::CheckedIn | Standing::Aboard => String::new(),
            Standing::Listed => web.say.t("gate-waiting-listed").to_string(),
            Standing::Offloaded => web.say.t("gate-waiting-offloaded").to_string(),
        },
        fresh: Some(guest.booking) == fresh,
    };
    let mut rows: Vec<GuestRow> = boarded.iter().chain(&rest).copied().zip(web.states(&docs)).map(row).collect();
    let rest = rows.split_off(boarded.len());
    (rows, rest)
}

fn verdict(web: &Web, last: Option<&Scan>, guests: &[Guest], row: &FlightRow) -> Verdict {
    let Some(scan) = last else {
        let word = match (row.closed, row.controller) {
            (true, _) => "gate-word-closed",
            (false, Controller::Host) if !row.worked_here => "gate-word-host",
            (false, Controller::Apron | Controller::Host) => "gate-word-ready",
            (false, Controller::HandingBack) => "gate-word-handing-back",
        };
        return Verdict { word: web.say.t(word).to_string(), ..Verdict::default() };
    };
    let held = scan.command.and_then(|id| web.services.command_by_id(id)).map(|stored| stored.held);
    let guest = scan.booking.and_then(|booking| guests.iter().find(|guest| guest.booking == booking));
    let unsigned = guest.and_then(|guest| guest.minor.as_ref()).is_some_and(|minor| minor.signed_by.is_none());
    let aboard = guest.filter(|guest| guest.standing == Standing::Aboard);
    // What is settled since is not asked for again.
    let settled: &[&str] = if unsigned { &[] } else { &["todo-umnr"] };
    let outcome = told(&web.say, &scan.outcome, settled);
    let tone = if scan.tone == Tone::Attention && outcome.todo.is_empty() && scan.booking.is_some() { Tone::Accept } else { scan.tone };
    let check = match &scan.outcome {
        Outcome::Refused(refusal) if refusal.code == SELECTED => {
            let open = |guest: &&Guest| guest.standing != Standing::Aboard && refusal.choices.iter().any(|choice| choice.booking == guest.booking);
            guests.iter().find(open).map(|guest| guest.booking.to_string())
        }
        Outcome::Refused(_) | Outcome::Boarded { .. } => None,
    };
    Verdict {
        tone,
        word: web.say.with(scan.word.key(), scan.word.args()).to_string(),
        help: guest.map(|guest| web.help_of(guest)).unwrap_or_default(),
        sign: aboard.filter(|_| unsigned).map(|guest| guest.booking.to_string()),
        scan: if check.is_some() { scan.text.clone() } else { String::new() },
        check,
        who: outcome.who,
        why: outcome.why,
        todo: outcome.todo,
        at: web.clock(scan.at_ms),
        state: held.map(|held| web.state_words(held)),
        undo: undoable(scan, guests),
        id: scan.id.to_string(),
        unknown: unknown(scan),
    }
}

/// What nothing knows: no pass, no tag, no guest. A name was typed by a person, who knows it.
fn unknown(scan: &Scan) -> Option<String> {
    let is_code = scan.text.len() >= CODE_LEAST && scan.text.bytes().any(|byte| byte.is_ascii_digit());
    let is_unknown = |code: &str| code == "pass-not-read" || (code == "nobody-found" && is_code);
    matches!(&scan.outcome, Outcome::Refused(refusal) if is_unknown(refusal.code)).then(|| scan.text.chars().take(UNKNOWN_SHOWN).collect())
}

/// What is shorter than this was typed.
const CODE_LEAST: usize = 6;

/// As much of an unknown code as is shown: it may hold more than its reader should see.
const UNKNOWN_SHOWN: usize = 24;

fn scan_row(web: &Web, scan: &Scan, here: &FlightKey) -> ScanRow {
    let who = match &scan.outcome {
        Outcome::Boarded { name, .. } => name.clone(),
        Outcome::Refused(refusal) => web.say.refusal(refusal).0,
    };
    let word = web.say.with(scan.word.key(), scan.word.args()).to_string();
    let is_aboard = |booking: DocRef| web.services.read(|station| station.guest(booking.0)).is_some_and(|guest| guest.standing == Standing::Aboard);
    ScanRow {
        at: web.clock(scan.at_ms),
        tone: scan.tone,
        word,
        who,
        flight: scan.flight.to_string(),
        number: if scan.flight == *here { String::new() } else { scan.flight.flight().to_string() },
        undo: scan.booking.filter(|booking| is_aboard(*booking)).map(|_| scan.id.to_string()),
    }
}

/// What a scan came to, as the screen says it.
struct Told {
    who: String,
    why: String,
    todo: Vec<String>,
}

fn told(say: &Say, outcome: &Outcome, settled: &[&str]) -> Told {
    match outcome {
        Outcome::Refused(refusal) => {
            let (who, why) = say.refusal(refusal);
            Told { who, why, todo: Vec::new() }
        }
        Outcome::Boarded { name, answer } => {
            let message = || answers::message(say, "board", answer);
            Told {
                who: who_words(say, name, answer),
                why: if answer["booking"].is_string() { String::new() } else { message() },
                todo: answers::todo_without(say, answer, settled),
            }
        }
    }
}

/// `LI/NA, sequence 42, with an infant`.
fn who_words(say: &Say, name: &str, answer: &Value) -> String {
    let said = say.t("gate-who").arg("name", name);
    let (sequence, infant) = (answer["sequence"].as_u64().map(|number| number.to_string()), answer["infant"].as_str());
    let said = match (&sequence, infant) {
        (None, None) => said,
        (Some(_), None) => said.of("sequence"),
        (None, Some("-")) => said.of("infant"),
        (None, Some(_)) => said.of("infant-named"),
        (Some(_), Some("-")) => said.of("sequence-infant"),
        (Some(_), Some(_)) => said.of("sequence-infant-named"),
    };
    said.arg("sequence", sequence.unwrap_or_default()).arg("infant", infant.unwrap_or_default()).to_string()
}

fn undoable(scan: &Scan, guests: &[Guest]) -> Option<String> {
    let booking = scan.booking?;
    guests.iter().any(|guest| guest.booking == booking && guest.standing == Standing::Aboard).then(|| booking.to_string())
}

fn counters(say: &Say, row: &FlightRow) -> Counters {
    let counts = &row.counts;
    let wrong = (!counts.add_up()).then(|| {
        let said = say.t("gate-counts-wrong").arg("checked", counts.checked_in).arg("boarded", counts.boarded);
        said.arg("missing", counts.missing).to_string()
    });
    Counters {
        booked: counts.booked as usize,
        checked_in: counts.checked_in as usize,
        boarded: counts.boarded as usize,
        missing: counts.missing as usize,
        infants: counts.infants_boarded as usize,
        bags_to_unload: counts.bags_to_unload as usize,
        wrong,
    }
}

pub(super) fn read_only(say: &Say, row: &FlightRow) -> Option<String> {
    let key = match row.controller {
        Controller::Host if !row.worked_here => "gate-read-only-host",
        Controller::HandingBack => "gate-read-only-handing-back",
        Controller::Apron | Controller::Host if row.closed => "gate-read-only-closed",
        Controller::Apron | Controller::Host => return None,
    };
    Some(say.t(key).arg("flight", &row.number).to_string())
}

fn ask(say: &Say, key: &FlightKey, row: &FlightRow, guests: &[Guest], query: &GateQuery) -> Option<Ask> {
    let guest = |id: &Option<String>| id.as_ref().and_then(|id| guests.iter().find(|guest| guest.booking.to_string() == *id));
    let seat = |guest: &Guest| guest.seat.map_or_else(|| say.t("none").to_string(), |seat| seat.to_string());
    if let Some(guest) = guest(&query.unboard) {
        return Some(Ask {
            action: format!("/gate/{key}/un-board"),
            head: say.t("gate-un-board-head").arg("name", &guest.name).arg("seat", seat(guest)).to_string(),
            words: say.t("gate-un-board-words").to_string(),
            booking: guest.booking.to_string(),
            reasons: say.reasons(&["scanned-by-mistake", "left-aircraft", "seat-problem", "asked-by-crew"]),
            query: String::new(),
            button: say.t("gate-un-board").to_string(),
            danger: true,
        });
    }
    if let Some(guest) = guest(&query.offload) {
        return Some(offload_ask(say, format!("/gate/{key}/offload"), guest, String::new()));
    }
    let host = row.controller == Controller::Host && ((row.listed && !row.worked_here) || query.take_over.is_some());
    host.then(|| Ask {
        action: format!("/gate/{key}/take-over"),
        head: say.t("gate-take-over").arg("flight", &row.number).to_string(),
        words: say.t("gate-take-over-words").arg("flight", &row.number).to_string(),
        booking: String::new(),
        reasons: say.reasons(&control::REASONS),
        query: String::new(),
        button: say.t("gate-take-over").arg("flight", &row.number).to_string(),
        danger: false,
    })
}

pub(super) fn offload_ask(say: &Say, action: String, guest: &Guest, query: String) -> Ask {
    Ask {
        action,
        head: say.t("gate-offload-head").arg("name", &guest.name).to_string(),
        words: say.t("gate-offload-words").arg("bags", guest.bags.len()).to_string(),
        booking: guest.booking.to_string(),
        reasons: say.reasons(&["no-show", "denied", "documents", "own-wish", "no-seat"]),
        query,
        button: say.t("counter-offload").to_string(),
        danger: true,
    }
}

fn choice(guest: &Guest) -> Choice {
    Choice { booking: guest.booking, name: guest.name.clone(), locator: guest.locator, seat: guest.seat, sequence: guest.sequence }
}

fn choice_row(say: &Say, choice: &Choice) -> ChoiceRow {
    let mut words = choice.name.clone();
    let parts = [
        choice.locator.map(|locator| ("choice-locator", "locator", locator.to_string())),
        choice.seat.map(|seat| ("choice-seat", "seat", seat.to_string())),
        choice.sequence.map(|number| ("choice-sequence", "sequence", number.to_string())),
    ];
    for (key, name, value) in parts.into_iter().flatten() {
        words = say.t(key).arg("words", words).arg(name, value).to_string();
    }
    ChoiceRow { booking: choice.booking.to_string(), words }
}

/// The code of a guest whom security is to check.
const SELECTED: &str = "selected-for-check";

/// Nothing a person types is as long as a pass.
const SHORT: usize = 40;

/// More than these are not compared, the name is typed on.
const CHOICES_MAX: usize = 8;
