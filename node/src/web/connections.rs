//! Connections: which guests who go on from here are at risk or have missed their flight, which bags that concerns, and what to do.

use askama::Template;
use axum::extract::{Query, State as Has};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Form, Json, Router};
use schemas::command::Command;
use schemas::record::connection::{ArrivingHow, InboundState};
use schemas::record::local_time::LocalTime;
use schemas::record::{DocRef, FlightKey};
use schemas::station::{ConnectingBag, ConnectingGuest, ConnectingPair, ConnectingRules, GuestRow, Holds, ToDo};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::gate_notes::Beside;
use super::language::Screen;
use super::page::{Flag, Notice, Section, Shell};
use super::{Web, staff, words};

/// Who goes on from here.
#[derive(Debug, Template)]
#[template(path = "connections.html")]
pub struct ConnectionsPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// `3 at risk, 1 missed.`
    pub counts: String,
    /// Whether those with time to spare are shown too.
    pub all: bool,
    /// The onward flight that is chosen; empty for all.
    pub flight: String,
    pub pairs: Vec<PairCard>,
    /// The flights that bring guests, to say when they are here: the address of each and its words.
    pub inbound: Vec<(String, String)>,
}

/// The guests of one flight who go on with another.
#[derive(Debug, Clone)]
pub struct PairCard {
    /// `CA935 PVG to CA966 JFK`.
    pub words: String,
    pub onward: String,
    /// `Arrives 12:45 (estimated), leaves 13:30, needs 45 min.`
    pub times: String,
    /// `Held for 15 min, CA966 takes 2 guests more.` Empty where that is no way.
    pub hold: String,
    pub guests: Vec<GuestLine>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct GuestLine {
    pub no: usize,
    pub booking: String,
    pub name: String,
    pub flags: Vec<Flag>,
    /// `At risk`.
    pub holds: String,
    pub is_urgent: bool,
    /// `15 min short`, `5 min to spare`.
    pub margin: String,
    /// Where the guest stands on the first flight, and on the next.
    pub stands: String,
    pub bags: Vec<String>,
    pub steps: Vec<StepLine>,
    /// The airline was asked for another flight.
    pub asked: bool,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub struct StepLine {
    pub words: String,
    /// Where it is done; empty where it is done on the apron.
    pub link: String,
    /// Whether the airline is asked with one press.
    pub asks: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default)]
    flight: String,
    #[serde(default)]
    all: String,
    done: Option<Uuid>,
}

/// When a flight is here.
#[derive(Deserialize)]
pub(super) struct ArrivalForm {
    form: Uuid,
    #[serde(default)]
    inbound: String,
    how: ArrivingHow,
    #[serde(default)]
    at: String,
    #[serde(default)]
    flight: String,
    #[serde(default)]
    all: String,
}

/// More pairs say no more on one page.
const PAIRS_MAX: usize = 60;

/// The routes of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/connections", get(show).post(note)).route("/api/v1/connections", get(list))
}

/// Everybody who goes on from here with a flight of these hours, the most urgent first.
///
/// Each element is one pair of flights: `from`, `onward`, `arrives` with `how` (scheduled, estimated, actual, cancelled), `departs`, the `minimum` connecting
/// time in minutes, `hold` where holding the onward flight for so many minutes is enough, and `guests` with `holds` (at-risk, missed, not-coming, tight,
/// unknown, ok, made), `margin` in minutes, `bags` and `to_do` (fast-track, hold, carry-bags, hand-in-again, short-ship, rebook, take-off).
#[utoipa::path(get, path = "/api/v1/connections", responses((status = 200, body = [Object])))]
pub(super) async fn list(Has(web): Has<Web>, headers: HeaderMap) -> Result<Json<Value>, Trouble> {
    let viewer = web.viewer(&headers);
    let mut pairs = web.pairs();
    pairs.retain(|pair| viewer.sees(&pair.onward));
    super::api::value(&pairs)
}

async fn show(Screen(web): Screen, Query(query): Query<ListQuery>, headers: HeaderMap) -> Response {
    let notice = web.done(query.done);
    html(&page(&web, &headers, &query, notice))
}

/// Says when a flight is here that brings guests.
async fn note(Screen(web): Screen, headers: HeaderMap, Form(form): Form<ArrivalForm>) -> Result<Response, Trouble> {
    let query = ListQuery { flight: form.flight.clone(), all: form.all.clone(), done: None };
    let inbound = forms::flight(&form.inbound)?;
    let typed = form.at.trim();
    let at = match typed.parse::<LocalTime>() {
        Ok(at) => Some(at),
        Err(_) if typed.is_empty() => None,
        Err(_) => {
            let typed = typed.chars().take(20).collect::<String>();
            let words = web.say.t("connections-not-time").arg("typed", typed).to_string();
            let notice = Notice { tone: super::page::Tone::Reject, head: web.say.t("connections-arrival").to_string(), words };
            return Ok(html(&page(&web, &headers, &query, Some(notice))));
        }
    };
    match web.carry_out(&headers, form.form, &Command::NoteArrival { flight: inbound, how: form.how, at }).await {
        Ok(receipt) => {
            let (flight, all) = (forms::escaped(&form.flight), forms::escaped(&form.all));
            Ok(Redirect::to(&format!("/connections?flight={flight}&all={all}&done={}", receipt.id)).into_response())
        }
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(refused(&refusal, &page(&web, &headers, &query, Some(Notice::refused(&refusal, &web.say))))),
    }
}

fn page(web: &Web, headers: &HeaderMap, query: &ListQuery, notice: Option<Notice>) -> ConnectionsPage {
    let viewer = web.viewer(headers);
    let mut pairs = web.pairs();
    pairs.retain(|pair| viewer.sees(&pair.onward));
    let mut inbound: Vec<FlightKey> = pairs.iter().map(|pair| pair.from).collect();
    inbound.sort_unstable();
    inbound.dedup();
    let all = !query.all.is_empty();
    let only: Option<FlightKey> = query.flight.parse().ok();
    pairs.retain(|pair| only.is_none_or(|only| pair.onward == only));
    let counts = counts(web, pairs.iter().flat_map(|pair| &pair.guests));
    let is_shown = |holds: Holds| all || holds.is_urgent() || holds == Holds::Unknown;
    for pair in &mut pairs {
        pair.guests.retain(|guest| is_shown(guest.holds));
    }
    pairs.retain(|pair| !pair.guests.is_empty());
    let mut no = 0;
    ConnectionsPage {
        shell: web.shell(Section::Elsewhere, staff::current(headers).as_ref()),
        notice,
        counts,
        all,
        flight: only.map(|only| only.to_string()).unwrap_or_default(),
        pairs: pairs.iter().take(PAIRS_MAX).map(|pair| pair_card(web, pair, &mut no)).collect(),
        inbound: inbound.iter().map(|key| (key.to_string(), web.say.flight(key))).collect(),
    }
}

fn counts<'a>(web: &Web, guests: impl Iterator<Item = &'a ConnectingGuest>) -> String {
    let mut counted = [0usize; 4];
    for guest in guests {
        let at = match guest.holds {
            Holds::AtRisk | Holds::Tight => 0,
            Holds::Missed | Holds::NotComing => 1,
            Holds::Unknown => 2,
            Holds::Ok | Holds::Made => 3,
        };
        counted[at] += 1;
    }
    let said = web.say.t("connections-counts").arg("risk", counted[0]).arg("missed", counted[1]);
    said.arg("unknown", counted[2]).arg("fine", counted[3]).to_string()
}

fn pair_card(web: &Web, pair: &ConnectingPair, no: &mut usize) -> PairCard {
    let say = &web.say;
    let onward = pair.onward.flight().to_string();
    let head = say.t("connections-pair").arg("from", pair.from.flight().to_string()).arg("station", pair.from.station().to_string());
    PairCard {
        words: head.arg("onward", &*onward).arg("here", pair.onward.station().to_string()).to_string(),
        onward: pair.onward.to_string(),
        times: say.sentences(&[arrives(web, pair), departs(web, pair), say.t("connections-needs").arg("minutes", minutes(pair.minimum)).to_string()]),
        hold: hold(web, pair),
        guests: pair
            .guests
            .iter()
            .map(|guest| {
                *no += 1;
                guest_line(web, pair, guest, *no)
            })
            .collect(),
    }
}

fn hold(web: &Web, pair: &ConnectingPair) -> String {
    let helped = pair.guests.iter().filter(|guest| guest.to_do.contains(&ToDo::Hold)).count();
    let Some(held) = pair.hold.filter(|_| helped > 0) else { return String::new() };
    let said = web.say.t("connections-hold").arg("flight", pair.onward.flight().to_string()).arg("minutes", minutes(held));
    said.arg("count", helped).to_string()
}

fn arrives(web: &Web, pair: &ConnectingPair) -> String {
    let Some(arrives) = pair.arrives else { return web.say.t("connections-arrival-unknown").to_string() };
    let key = format!("arriving-{}", arrives.how.as_str());
    web.say.t(&key).arg("time", arrives.at.map(|at| web.services.local_time(at)).unwrap_or_default()).to_string()
}

fn departs(web: &Web, pair: &ConnectingPair) -> String {
    match pair.departs {
        Some(at) => web.say.t("connections-leaves").arg("time", web.services.local_time(at)).to_string(),
        None => web.say.t("connections-leaves-unknown").to_string(),
    }
}

fn guest_line(web: &Web, pair: &ConnectingPair, guest: &ConnectingGuest, no: usize) -> GuestLine {
    let say = &web.say;
    let stands = guest.inbound.map(|inbound| say.t(inbound_key(inbound)).to_string());
    GuestLine {
        no,
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        flags: guest.flags.iter().map(|code| words::flag(say, code)).collect(),
        holds: say.t(&format!("holds-{}", guest.holds.as_str())).to_string(),
        is_urgent: guest.holds.is_urgent(),
        margin: margin(web, guest),
        stands: stands.unwrap_or_default(),
        bags: guest.bags.iter().map(|bag| bag_words(web, bag)).collect(),
        steps: guest.to_do.iter().map(|step| step_line(web, pair, guest, *step)).collect(),
        asked: guest.asked,
    }
}

fn margin(web: &Web, guest: &ConnectingGuest) -> String {
    match guest.margin {
        None => String::new(),
        Some(margin) if margin < 0 => web.say.t("connections-short").arg("minutes", minutes(-margin)).to_string(),
        Some(margin) => web.say.t("connections-spare").arg("minutes", minutes(margin)).to_string(),
    }
}

fn inbound_key(state: InboundState) -> &'static str {
    match state {
        InboundState::Listed => "inbound-listed",
        InboundState::CheckedIn => "inbound-checked-in",
        InboundState::Boarded => "inbound-boarded",
        InboundState::Offloaded => "inbound-offloaded",
        InboundState::LeftBehind => "inbound-left-behind",
    }
}

fn bag_words(web: &Web, bag: &ConnectingBag) -> String {
    let key = if bag.ends_here {
        "connections-bag-ends"
    } else if bag.seen.is_some() {
        "connections-bag-seen"
    } else {
        "connections-bag"
    };
    web.say.t(key).arg("tag", bag.tag.to_string()).arg("to", bag.to.map(|to| to.to_string()).unwrap_or_default()).to_string()
}

fn step_line(web: &Web, pair: &ConnectingPair, guest: &ConnectingGuest, step: ToDo) -> StepLine {
    let bags = guest.bags.iter().filter(|bag| bag.ends_here == (step == ToDo::HandInAgain)).count();
    let said = web.say.t(match step {
        ToDo::FastTrack => "step-fast-track",
        ToDo::Hold => "step-hold",
        ToDo::CarryBags => "step-carry-bags",
        ToDo::HandInAgain => "step-hand-in-again",
        ToDo::ShortShip => "step-short-ship",
        ToDo::Rebook => "step-rebook",
        ToDo::TakeOff => "step-take-off",
    });
    let said = said.arg("count", bags).arg("flight", pair.onward.flight().to_string());
    let link = match step {
        ToDo::FastTrack => format!("/gate/{}?guest={}#ask", pair.onward, guest.booking),
        ToDo::TakeOff => format!("/gate/{}?offload={}#ask", pair.onward, guest.booking),
        ToDo::ShortShip => "/baggage/rush".to_owned(),
        ToDo::Hold | ToDo::CarryBags | ToDo::HandInAgain | ToDo::Rebook => String::new(),
    };
    StepLine { words: said.arg("minutes", minutes(pair.hold.unwrap_or(0))).to_string(), link, asks: step == ToDo::Rebook }
}

fn minutes(minutes: i64) -> usize {
    usize::try_from(minutes).unwrap_or(0)
}

impl Web {
    /// The minimum connecting times of this node.
    fn connecting_rules(&self) -> &ConnectingRules {
        match &self.options.connecting {
            Some(rules) => rules,
            None => ConnectingRules::built_in(),
        }
    }

    fn pairs(&self) -> Vec<ConnectingPair> {
        let now_ms = self.services.now_ms();
        self.services.read(|station| station.connecting_pairs(now_ms, self.connecting_rules()))
    }

    fn pairs_to(&self, key: &FlightKey) -> Vec<ConnectingPair> {
        let now_ms = self.services.now_ms();
        self.services.read(|station| station.connecting_to(key, now_ms, self.connecting_rules()))
    }

    /// What stands beside the counts of a gate: guests of the flight who come from another and may not make it.
    pub(super) fn beside_connections(&self, key: &FlightKey) -> Option<Beside> {
        let guests: Vec<ConnectingGuest> = self.pairs_to(key).into_iter().flat_map(|pair| pair.guests).collect();
        if guests.is_empty() {
            return None;
        }
        let count = |of: &[Holds]| guests.iter().filter(|guest| of.contains(&guest.holds)).count();
        let (risk, missed) = (count(&[Holds::AtRisk, Holds::Tight]), count(&[Holds::Missed, Holds::NotComing]));
        let coming = guests.len() - count(&[Holds::Made]);
        let words = self.say.t("beside-connections").arg("count", coming).arg("risk", risk).arg("missed", missed);
        Some(Beside { words: words.to_string(), link: format!("/connections?flight={key}"), due: risk + missed > 0 })
    }

    /// What is said of one guest who goes on from here: how the connection stands, with the minutes. Empty where nothing is to be said.
    pub(super) fn connection_note(&self, guest: &GuestRow) -> Vec<String> {
        let pairs = self.pairs_to(&guest.flight);
        let of = |booking: DocRef| pairs.iter().filter_map(move |pair| Some((pair, pair.guests.iter().find(|one| one.booking == booking)?)));
        let said = of(guest.booking).filter(|(_, one)| !matches!(one.holds, Holds::Made)).map(|(pair, one)| {
            let said = self.say.t("connection-note").arg("from", pair.from.flight().to_string()).arg("arrives", arrives(self, pair));
            let margin = margin(self, one);
            let holds = self.say.t(&format!("holds-{}", one.holds.as_str())).to_string();
            let stands =
                if margin.is_empty() { holds } else { self.say.t("connection-with-margin").arg("holds", holds).arg("margin", margin).to_string() };
            said.arg("stands", stands).to_string()
        });
        said.collect()
    }
}
