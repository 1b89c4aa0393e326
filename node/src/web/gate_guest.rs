//! One guest at the gate: what can be done for the guest without leaving the flight.

use axum::Form;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{BagGiven, Command};
use schemas::record::booking::Standing;
use schemas::record::fact::{AssistStep, EscortStep, Security};
use schemas::record::{DocRef, FlightKey};
use schemas::station::GuestRow as Guest;
use serde::Deserialize;
use uuid::Uuid;

use super::assistance::{self, Step, helping};
use super::counter::kilograms;
use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::gate::{self, GatePage, GateQuery};
use super::gate_notes::Problem;
use super::language::Screen;
use super::page::{Flag, Notice, Tone};
use super::{Web, command_key, staff, words};

/// One guest with everything that can be done.
#[derive(Debug, Clone)]
pub struct GuestPanel {
    pub booking: String,
    pub name: String,
    pub locator: String,
    pub sequence: String,
    pub seat: String,
    pub standing: String,
    pub flags: Vec<Flag>,
    pub coming: Vec<String>,
    /// `2 of 5: ...`; empty where nothing is to be settled.
    pub problem: String,
    /// The part that the problem is about: it gets the focus.
    pub focus: &'static str,
    pub may_change: bool,
    pub checked_in: bool,
    pub aboard: bool,
    /// `New seat 21C, print`.
    pub new_pass: String,
    /// The tag that was just given.
    pub new_tag: String,
    pub bags: Vec<PanelBag>,
    pub minor: Option<MinorPart>,
    pub jobs: Vec<PanelJob>,
    /// Codes of help that can be ordered.
    pub services: Vec<Flag>,
    /// Whether security is to check the guest, and what is known of it.
    pub selected: bool,
    pub security: String,
}

/// A bag of the guest.
#[derive(Debug, Clone)]
pub struct PanelBag {
    pub tag: String,
    pub words: String,
}

/// Who answered for a minor so far.
#[derive(Debug, Clone)]
pub struct MinorPart {
    pub handed_by: String,
    pub signed_by: String,
}

/// Help that is not over.
#[derive(Debug, Clone)]
pub struct PanelJob {
    pub service: String,
    pub words: String,
    pub steps: Vec<Step>,
    /// Whether the next step is to name somebody.
    pub ask_who: bool,
}

/// What the forms of the panel and of the verdict send.
#[derive(Deserialize)]
pub(super) struct PanelForm {
    form: Uuid,
    booking: String,
    #[serde(default)]
    seat: String,
    #[serde(default)]
    weight: String,
    #[serde(default)]
    heavy: String,
    #[serde(default)]
    name: String,
    /// The scan that was stopped, to try once more.
    #[serde(default)]
    scan: String,
    /// The verdict to come back to.
    #[serde(default)]
    last: String,
}

/// Who answers for a minor.
#[derive(Deserialize)]
pub(super) struct EscortForm {
    #[serde(flatten)]
    panel: PanelForm,
    step: EscortStep,
}

/// What security is to do, or did.
#[derive(Deserialize)]
pub(super) struct SecurityForm {
    #[serde(flatten)]
    panel: PanelForm,
    outcome: Security,
}

/// A step of helping.
#[derive(Deserialize)]
pub(super) struct HelpForm {
    form: Uuid,
    booking: String,
    service: String,
    step: AssistStep,
    #[serde(default)]
    who: String,
    #[serde(default)]
    place: String,
}

pub(super) async fn seat(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<PanelForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let booking = forms::guest(&form.booking)?;
    let Ok(seat) = form.seat.trim().to_ascii_uppercase().parse() else {
        return not_taken(&web, &headers, &key, booking, "not-a-seat", &form.seat);
    };
    act(&web, &headers, &key, form.form, booking, &Command::ChangeSeat { booking, seat }).await
}

/// Takes a bag at the gate or the aircraft's door.
pub(super) async fn bag(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<PanelForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let booking = forms::guest(&form.booking)?;
    let Some(weight_kg) = kilograms(&form.weight) else {
        return not_taken(&web, &headers, &key, booking, "not-a-weight", &form.weight);
    };
    let bag = BagGiven { gate_bag: true, heavy: !form.heavy.is_empty(), ..BagGiven::of(booking, weight_kg) };
    act(&web, &headers, &key, form.form, booking, &Command::AddBag(bag)).await
}

pub(super) async fn help(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<HelpForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let booking = forms::guest(&form.booking)?;
    let command = assistance::command(booking, form.service, form.step, &form.who, &form.place);
    act(&web, &headers, &key, form.form, booking, &command).await
}

/// Notes who handed a minor over, or who of the crew signed; from the verdict it goes back to the verdict.
pub(super) async fn escort(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<EscortForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let EscortForm { panel, step } = form;
    let booking = forms::guest(&panel.booking)?;
    let command = Command::NoteEscort { booking, step, name: panel.name.trim().to_owned() };
    let Ok(last) = panel.last.parse::<Uuid>() else {
        return act(&web, &headers, &key, panel.form, booking, &command).await;
    };
    let query = GateQuery::of_verdict(Some(last));
    act_at(&web, &headers, &key, panel.form, &command, &query, &format!("/gate/{key}?last={last}&")).await
}

/// Notes that security is to check a guest, or has; who was stopped by a scan goes on board at once.
pub(super) async fn security(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<SecurityForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let SecurityForm { panel, outcome } = form;
    let booking = forms::guest(&panel.booking)?;
    let command = Command::NoteSecurity { booking, outcome, note: panel.name.trim().to_owned() };
    if panel.last.is_empty() || outcome == Security::Selected {
        return act(&web, &headers, &key, panel.form, booking, &command).await;
    }
    let query = GateQuery::of_verdict(panel.last.parse().ok());
    match web.carry_out(&headers, panel.form, &command).await {
        Ok(_) => gate::board_now(&web, &headers, &key, command_key(panel.form, "board"), booking, &panel.scan).await,
        Err(failed) => failed_at(&web, &headers, &key, failed, &query),
    }
}

/// Carries out what was pressed on the panel and shows the guest again.
async fn act(web: &Web, headers: &HeaderMap, key: &FlightKey, form: Uuid, booking: DocRef, command: &Command) -> Result<Response, Trouble> {
    let query = GateQuery::of_guest(booking);
    act_at(web, headers, key, form, command, &query, &format!("/gate/{key}?guest={booking}&")).await
}

async fn act_at(
    web: &Web,
    headers: &HeaderMap,
    key: &FlightKey,
    form: Uuid,
    command: &Command,
    query: &GateQuery,
    to: &str,
) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("{to}done={}", receipt.id)).into_response()),
        Err(failed) => failed_at(web, headers, key, failed, query),
    }
}

fn failed_at(web: &Web, headers: &HeaderMap, key: &FlightKey, failed: Failed, query: &GateQuery) -> Result<Response, Trouble> {
    match failed {
        Failed::NoStaff => Ok(staff::ask()),
        Failed::Trouble(trouble) => Err(trouble),
        Failed::Refused(refusal) => {
            let page = GatePage { notice: Some(Notice::refused(&refusal, &web.say)), ..gate::gate_page(web, headers, key, query)? };
            Ok(refused(&refusal, &page))
        }
    }
}

/// The page again, with what was not understood.
fn not_taken(web: &Web, headers: &HeaderMap, key: &FlightKey, booking: DocRef, words: &'static str, typed: &str) -> Result<Response, Trouble> {
    let query = GateQuery::of_guest(booking);
    let head = web.say.t(words).arg("typed", typed.trim().chars().take(12).collect::<String>()).to_string();
    let notice = Notice { tone: Tone::Reject, head, words: web.say.t("trouble-safe").to_string() };
    let mut response = html(&GatePage { notice: Some(notice), ..gate::gate_page(web, headers, key, &query)? });
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// The panel of the guest that an address names.
pub(super) fn panel(web: &Web, guests: &[Guest], query: &GateQuery, problems: &[Problem], may_change: bool) -> Option<GuestPanel> {
    let asked = query.guest.as_deref()?;
    let guest = guests.iter().find(|guest| guest.booking.to_string() == asked)?;
    let say = &web.say;
    let found = problems.iter().position(|problem| problem.booking == asked);
    let text = |value: Option<String>| value.unwrap_or_default();
    let seat = text(guest.seat.map(|seat| seat.to_string()));
    Some(GuestPanel {
        booking: asked.to_owned(),
        name: guest.name.clone(),
        locator: text(guest.locator.map(|locator| locator.to_string())),
        sequence: text(guest.sequence.map(|number| number.to_string())),
        standing: say.t(standing(guest.standing)).to_string(),
        flags: words::staff_flags(say, guest),
        coming: web.coming(guest).into_iter().chain(web.connection_note(guest)).collect(),
        problem: found.map(|at| problem_words(web, problems, at)).unwrap_or_default(),
        focus: found.and_then(|at| problems.get(at)).map_or("seat", |problem| problem.focus),
        may_change,
        checked_in: guest.standing == Standing::CheckedIn,
        aboard: guest.standing == Standing::Aboard,
        new_pass: if guest.new_pass { say.t("panel-new-pass").arg("seat", &seat).to_string() } else { String::new() },
        new_tag: text(query.done.and_then(|id| new_tag(web, id))),
        bags: bags(web, guest),
        minor: guest.minor.as_ref().map(|minor| MinorPart {
            handed_by: minor.handed_by.clone().unwrap_or_default(),
            signed_by: minor.signed_by.clone().unwrap_or_default(),
        }),
        jobs: jobs(web, guest),
        services: assistance::services(say),
        selected: guest.security == Some(Security::Selected),
        security: match guest.security {
            None => String::new(),
            Some(Security::Selected) => say.t("panel-selected").to_string(),
            Some(Security::Checked) => say.t("panel-checked").to_string(),
        },
        seat,
    })
}

fn problem_words(web: &Web, problems: &[Problem], at: usize) -> String {
    let words = problems.get(at).map(|problem| problem.words.clone()).unwrap_or_default();
    web.say.t("panel-problem").arg("number", at + 1).arg("of", problems.len()).arg("words", words).to_string()
}

fn jobs(web: &Web, guest: &Guest) -> Vec<PanelJob> {
    let open = guest.assistance.iter().filter(|job| job.step != AssistStep::HandOver);
    open.map(|job| PanelJob {
        service: job.service.clone(),
        words: helping(web, job),
        steps: assistance::steps(&web.say, job.step),
        ask_who: job.step == AssistStep::Order,
    })
    .collect()
}

fn bags(web: &Web, guest: &Guest) -> Vec<PanelBag> {
    let known = web.services.read(|station| {
        station.bags_of_guest(guest.booking.0).into_iter().map(|bag| (bag.tag, bag.kg, bag.care().cloned().unwrap_or_default())).collect::<Vec<_>>()
    });
    let row = |(tag, kg, care): (schemas::standards::bag_tag::BagTag, Option<u16>, schemas::record::fact::Care)| {
        let weight = kg.map(|kg| web.say.t("kilograms").arg("kg", kg).to_string());
        let heavy = care.heavy.then(|| web.say.t("bag-heavy").to_string());
        let gate = care.gate_bag.then(|| web.say.t("gate-bag-mark").to_string());
        PanelBag { tag: tag.to_string(), words: web.say.list(&[weight, heavy, gate].into_iter().flatten().collect::<Vec<_>>()) }
    };
    known.into_iter().map(row).collect()
}

/// The tag that a command gave a bag.
fn new_tag(web: &Web, done: Uuid) -> Option<String> {
    let stored = web.services.command_by_id(done).filter(|stored| web.may_read(web.person.as_ref(), stored))?;
    let is_bag = stored.answer["pieces"].is_number();
    stored.answer["tag"].as_str().filter(|_| is_bag).map(str::to_owned)
}

/// The key of the words.
pub(super) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Listed => "standing-listed",
        Standing::CheckedIn => "standing-checked-in",
        Standing::Aboard => "standing-aboard",
        Standing::Offloaded => "standing-offloaded",
    }
}
