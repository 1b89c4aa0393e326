//! What a person sets at a device: how its pages look, and practising to be cut off.

use axum::Form;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Refusal;
use schemas::staff::Permission;
use serde::Deserialize;
use uuid::Uuid;

use super::desk;
use super::errors::{Trouble, refused};
use super::language::{Screen, inside};
use super::page::Notice;
use super::security::cookie;
use super::{Web, staff};
use crate::devices::{Contrast, Looks, Text, Theme};
use crate::practice::LENGTHS;

/// Choices of looks, for the form.
#[derive(Debug, Default)]
pub struct LooksForm {
    pub contrast: Vec<Choice>,
    pub theme: Vec<Choice>,
    pub text: Vec<Choice>,
    /// `Kept for staff 4711.`, or for this device.
    pub whose: String,
}

/// One of several.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: &'static str,
    pub words: String,
    pub chosen: bool,
}

/// Practising, for the page of the desk; nothing at the hub, where everybody's links end.
#[derive(Debug, Default)]
pub struct PracticeForm {
    /// Whether whoever looks may begin and end it.
    pub may: bool,
    /// Set while it goes on: `10:17`.
    pub until: Option<String>,
    pub lengths: Vec<u32>,
    /// The flights that speak against it now; then it must be confirmed.
    pub soon: Vec<String>,
    /// What was chosen before it was asked once more.
    pub chosen: Option<u32>,
}

/// What the form of looks sends.
#[derive(Deserialize)]
pub(super) struct LooksPost {
    contrast: Contrast,
    theme: Theme,
    text: Text,
    #[serde(default)]
    to: String,
}

/// What the switch sends: how long, or the end.
#[derive(Deserialize)]
pub(super) struct PracticePost {
    #[serde(default)]
    minutes: String,
    #[serde(default)]
    confirmed: String,
}

const COOKIE: &str = "apron-device";

/// As long as a device keeps its language.
const KEPT_SECONDS: u32 = 365 * 24 * 60 * 60;

/// Nobody practises while a flight of the desk leaves so soon, unless it is confirmed.
const SOON_MINUTES: i64 = 45;

pub(super) async fn set_looks(Screen(web): Screen, Form(form): Form<LooksPost>) -> Result<Response, Trouble> {
    let looks = Looks { contrast: form.contrast, theme: form.theme, text: form.text };
    let device = web.device_or_new();
    web.options.devices.set_looks(device, web.person.as_ref(), looks).map_err(|_| not_kept())?;
    Ok(web.known_as(device, Redirect::to(inside(&form.to).unwrap_or("/desk#looks")).into_response()))
}

pub(super) async fn practise(Screen(web): Screen, headers: HeaderMap, Form(form): Form<PracticePost>) -> Result<Response, Trouble> {
    if staff::current(&headers).is_none() {
        return Ok(staff::ask());
    }
    if web.services.is_hub() {
        return Err(Trouble::not_here("page"));
    }
    web.may(&headers, Permission::PractiseOffline)?;
    let back = || Redirect::to("/desk#practice").into_response();
    if form.minutes.is_empty() {
        web.services.end_practice();
        return Ok(back());
    }
    let minutes = form.minutes.parse().unwrap_or_default();
    let soon = web.leaving_soon();
    if !soon.is_empty() && form.confirmed.is_empty() {
        let refusal = Refusal::new(
            "practice-flight-soon",
            format!("A flight of this desk leaves within {SOON_MINUTES} minutes: {}.", soon.join(", ")),
            "Practise after it has left, or confirm that you want to now.",
            409,
        );
        let refusal = refusal.arg("minutes", SOON_MINUTES).arg("flights", web.say.list(&soon));
        let notice = Some(Notice::refused(&refusal, &web.say));
        let page = desk::page(&web, &headers, notice, Some(minutes));
        return Ok(refused(&refusal, &page));
    }
    match web.services.practise(minutes) {
        true => Ok(back()),
        false => {
            Err(Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, "practice-length", "Nobody practises for so long.", "Choose 5, 15 or 30 minutes."))
        }
    }
}

/// The device that a browser says it is.
pub(super) fn of(headers: &HeaderMap) -> Option<Uuid> {
    cookie(headers, COOKIE)?.parse().ok()
}

pub(super) fn not_kept() -> Trouble {
    Trouble::new(
        StatusCode::INSUFFICIENT_STORAGE,
        "setting-not-kept",
        "The disk of this desk did not take the setting.",
        "Everything else goes on. Call support; the disk needs a look.",
    )
}

impl Web {
    pub(super) fn device_or_new(&self) -> Uuid {
        self.device.unwrap_or_else(|| self.services.new_id())
    }

    /// Tells the browser as which device it is known from now on.
    pub(super) fn known_as(&self, device: Uuid, mut response: Response) -> Response {
        let secure = if self.is_lan() { "; Secure" } else { "" };
        let line = format!("{COOKIE}={device}; Path=/; Max-Age={KEPT_SECONDS}; HttpOnly; SameSite=Strict{secure}");
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
        response
    }

    /// Whether whoever asks may do this; where nobody is written down, everybody may.
    fn may(&self, headers: &HeaderMap, permission: Permission) -> Result<(), Trouble> {
        let now_ms = self.services.now_ms();
        let number = staff::current(headers);
        self.services.read(|station| match number.filter(|_| station.has_staff()).map(|number| station.actor(&number, now_ms)) {
            None => Ok(()),
            Some(Some(actor)) => station.may(&actor, permission),
            Some(None) => Err(Refusal::new("staff-not-known", "You may not work at this desk any more.", "Sign in again, or ask a supervisor.", 403)
                .variant("any-more")),
        })?;
        Ok(())
    }

    /// The flights of this desk that leave within 45 minutes: those at its gate or opened at it last; at a desk that is no gate, all of the station.
    fn leaving_soon(&self) -> Vec<String> {
        let desk = self.services.desk();
        let is_gate = desk.starts_with('G');
        let last = *self.last_gate.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let gate = |gate: &str| gate == desk || desk.strip_prefix('G') == Some(gate);
        let of_desk = |row: &schemas::station::FlightRow| !is_gate || last == Some(row.flight) || row.gate.as_deref().is_some_and(gate);
        let soon = self.soon().into_iter().filter(|(row, left)| !row.closed && left.is_some_and(|left| (0..=SOON_MINUTES).contains(&left)));
        soon.filter(|(row, _)| of_desk(row)).map(|(row, _)| row.number).collect()
    }

    pub(super) fn looks_form(&self) -> LooksForm {
        let say = &self.say;
        let looks = self.options.devices.looks(self.device, self.person.as_ref());
        let choice = |value, key: &str, chosen| Choice { value, words: say.t(key).to_string(), chosen };
        LooksForm {
            contrast: vec![
                choice("system", "looks-as-system", looks.contrast == Contrast::System),
                choice("high", "looks-contrast-high", looks.contrast == Contrast::High),
            ],
            theme: vec![
                choice("system", "looks-as-system", looks.theme == Theme::System),
                choice("light", "looks-light", looks.theme == Theme::Light),
                choice("dark", "looks-dark", looks.theme == Theme::Dark),
            ],
            text: vec![
                choice("100", "looks-text-100", looks.text == Text::Plain),
                choice("125", "looks-text-125", looks.text == Text::Larger),
                choice("150", "looks-text-150", looks.text == Text::Largest),
            ],
            whose: match &self.person {
                Some(number) => say.t("looks-of-person").arg("number", number.to_string()).to_string(),
                None => say.t("looks-of-device").to_string(),
            },
        }
    }

    pub(super) fn practice_form(&self, headers: &HeaderMap, chosen: Option<u32>) -> Option<PracticeForm> {
        (!self.services.is_hub()).then(|| PracticeForm {
            may: staff::current(headers).is_some() && self.may(headers, Permission::PractiseOffline).is_ok(),
            until: self.services.practising_until().map(|ms| self.services.local_time(ms)),
            lengths: LENGTHS.to_vec(),
            soon: self.leaving_soon(),
            chosen,
        })
    }
}
