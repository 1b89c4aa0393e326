//! The counter: find a guest, check the party in, take the bags.

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{BagGiven, Command, Newcomer, SeatWish};
use schemas::flat::DocId;
use schemas::record::booking::Standing;
use schemas::record::fact::Mark;
use schemas::record::flight::Controller;
use schemas::record::outgoing::Wish;
use schemas::record::{DocRef, FlightKey};
use schemas::station::{Found, GuestRow, Station};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed, ReasonForm, escaped};
use super::gate::{Ask, offload_ask, read_only};
use super::language::Screen;
use super::page::{FieldError, Flag, FlightHead, Notice, Section, Shell, State};
use super::{Web, staff, words};
use crate::lang::Say;

/// The find box, what it found, and the party at the counter.
#[derive(Debug, Template)]
#[template(path = "counter.html")]
pub struct CounterPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    /// What was typed.
    pub query: String,
    pub results: Vec<FoundRow>,
    /// How many there are when not all are listed.
    pub more: Option<usize>,
    pub work: Option<Work>,
    /// The flights on which a guest can be taken down who is on no list, each with its words.
    pub flights: Vec<(String, String)>,
}

/// One guest found.
#[derive(Debug, Clone)]
pub struct FoundRow {
    pub no: usize,
    pub booking: String,
    pub name: String,
    pub locator: String,
    pub seat: String,
    pub flight: String,
    pub status: String,
    pub open: bool,
}

/// The party at the counter.
#[derive(Debug, Clone)]
pub struct Work {
    pub flight: FlightHead,
    /// The booking the work was opened with.
    pub booking: String,
    pub locator: String,
    pub guests: Vec<PartyGuest>,
    /// The tag that was just made, shown large.
    pub new_tag: Option<NewTag>,
    pub read_only: Option<String>,
    pub ask: Option<super::gate::Ask>,
    /// What these guests asked the airline for, each with how far it is.
    pub requests: Vec<RequestLine>,
    /// What can be asked for: for programs, and in words.
    pub wishes: Vec<(&'static str, String)>,
}

/// What a guest asked the airline for.
#[derive(Debug, Clone)]
pub struct RequestLine {
    pub words: String,
    pub state: super::outbox::OutWord,
    /// What the airline answered; empty while nobody knows.
    pub answer: String,
}

/// One guest of the party.
#[derive(Debug, Clone)]
pub struct PartyGuest {
    pub no: usize,
    pub booking: String,
    pub name: String,
    /// `Adult`, `Child`, `Infant`.
    pub kind: String,
    pub seat: String,
    /// What the seat field proposes when there is no seat yet.
    pub proposed: String,
    pub sequence: String,
    pub checked_in: bool,
    pub boarded: bool,
    pub status: String,
    pub flags: Vec<Flag>,
    /// What the hub said of a guest who comes from another station.
    pub coming: Vec<String>,
    pub bags: Vec<BagLine>,
    pub selected: bool,
    pub state: State,
}

/// One accepted bag.
#[derive(Debug, Clone)]
pub struct BagLine {
    pub tag: String,
    pub weight: String,
    pub destination: String,
    pub state: State,
}

/// A tag number that was just given.
#[derive(Debug, Clone)]
pub struct NewTag {
    pub tag: String,
    pub owner: String,
    pub weight: String,
}

impl Work {
    /// Whether anyone here is still to be checked in.
    pub fn can_check_in(&self) -> bool {
        self.guests.iter().any(|guest| !guest.checked_in)
    }

    /// Whether anyone here is checked in and may hand over a bag.
    pub fn can_take_bags(&self) -> bool {
        self.guests.iter().any(|guest| guest.checked_in)
    }
}

/// What an address of the counter asks for.
#[derive(Debug, Default, Clone, Deserialize)]
pub(super) struct CounterQuery {
    #[serde(default)]
    q: String,
    booking: Option<String>,
    done: Option<Uuid>,
    seat: Option<String>,
    offload: Option<String>,
}

/// A bag to be taken.
#[derive(Deserialize)]
pub(super) struct BagForm {
    form: Uuid,
    booking: String,
    weight: String,
    #[serde(default)]
    q: String,
    /// The head of the pool; empty for a bag of one guest.
    #[serde(default)]
    pool: String,
    /// The tag that is on the bag already.
    #[serde(default)]
    tag: String,
    #[serde(default)]
    heavy: String,
}

/// A guest who is on no list.
#[derive(Deserialize)]
pub(super) struct AddForm {
    form: Uuid,
    flight: String,
    name: String,
    /// A ticket number or a locator.
    #[serde(default)]
    number: String,
    mark: Mark,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    q: String,
}

/// What a guest asks the airline for.
#[derive(Deserialize)]
pub(super) struct RequestForm {
    form: Uuid,
    booking: String,
    what: Wish,
    #[serde(default)]
    wanted: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    q: String,
}

/// Another seat.
#[derive(Deserialize)]
pub(super) struct SeatForm {
    form: Uuid,
    booking: String,
    seat: String,
    #[serde(default)]
    q: String,
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<CounterQuery>, headers: HeaderMap) -> Response {
    html(&page(&web, &headers, &query))
}

/// Checks the ticked guests in together, each with the seat that was typed or the one that is found.
pub(super) async fn check_in(Screen(web): Screen, headers: HeaderMap, Form(fields): Form<Vec<(String, String)>>) -> Result<Response, Trouble> {
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let form = value("form").and_then(|text| text.parse().ok()).ok_or_else(|| Trouble::not_here("form"))?;
    let query =
        CounterQuery { q: value("q").unwrap_or_default().to_owned(), booking: value("booking").map(str::to_owned), ..CounterQuery::default() };
    let mut guests = Vec::new();
    let mut errors = Vec::new();
    for (_, booking) in fields.iter().filter(|(name, _)| name == "guest") {
        let typed = value(&format!("seat.{booking}")).unwrap_or_default().trim().to_ascii_uppercase();
        let seat = match typed.as_str() {
            "" => None,
            text => match text.parse() {
                Ok(seat) => Some(seat),
                Err(_) => {
                    errors.push(FieldError { field: "party", words: web.say.t("not-a-seat").arg("typed", text).to_string() });
                    None
                }
            },
        };
        guests.push(SeatWish { booking: forms::guest(booking)?, seat, handed_by: None });
    }
    if !errors.is_empty() {
        return Ok(wrong(&web, &headers, &query, errors));
    }
    act(&web, &headers, &query, form, Command::CheckIn { guests }, "party").await
}

pub(super) async fn bag(Screen(web): Screen, headers: HeaderMap, Form(form): Form<BagForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), ..CounterQuery::default() };
    let booking = forms::guest(&form.booking)?;
    let Some(weight_kg) = kilograms(&form.weight) else {
        let words = web.say.t("not-a-weight").arg("typed", form.weight.chars().take(12).collect::<String>()).to_string();
        return Ok(wrong(&web, &headers, &query, vec![FieldError { field: "weight", words }]));
    };
    let tag = match form.tag.trim() {
        "" => None,
        typed => match typed.parse() {
            Ok(tag) => Some(tag),
            Err(_) => {
                let words = web.say.t("not-a-tag").arg("typed", typed.chars().take(12).collect::<String>()).to_string();
                return Ok(wrong(&web, &headers, &query, vec![FieldError { field: "own-tag", words }]));
            }
        },
    };
    let pool_with = form.pool.parse().ok();
    let bag = BagGiven { pool_with, tag, heavy: !form.heavy.is_empty(), ..BagGiven::of(booking, weight_kg) };
    act(&web, &headers, &query, form.form, Command::AddBag(bag), "weight").await
}

/// Takes down a guest who is on no list and shows the guest.
pub(super) async fn add_guest(Screen(web): Screen, headers: HeaderMap, Form(form): Form<AddForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), ..CounterQuery::default() };
    let plain: String = form.number.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_uppercase();
    let is_ticket = plain.len() >= TICKET_DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/');
    let locator = if plain.is_empty() || is_ticket { Ok(None) } else { plain.parse().map(Some) };
    let Ok(locator) = locator else {
        let words = web.say.t("not-a-number").arg("typed", form.number.chars().take(20).collect::<String>()).to_string();
        return Ok(wrong(&web, &headers, &query, vec![FieldError { field: "add-number", words }]));
    };
    let reason = if form.reason.trim().is_empty() { "counter".to_owned() } else { form.reason.clone() };
    let guest = Newcomer {
        flight: forms::flight(&form.flight)?,
        name: form.name.clone(),
        locator,
        ticket: is_ticket.then_some(plain),
        mark: form.mark,
        reason,
        destination: None,
        class: None,
        child: false,
        infant: None,
    };
    act(&web, &headers, &query, form.form, Command::AddGuest(guest), "add-name").await
}

pub(super) async fn seat(Screen(web): Screen, headers: HeaderMap, Form(form): Form<SeatForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), seat: Some(form.booking.clone()), ..CounterQuery::default() };
    let booking = forms::guest(&form.booking)?;
    let Ok(seat) = form.seat.trim().to_ascii_uppercase().parse() else {
        let words = web.say.t("not-a-seat").arg("typed", form.seat.chars().take(12).collect::<String>()).to_string();
        return Ok(wrong(&web, &headers, &query, vec![FieldError { field: "seat", words }]));
    };
    act(&web, &headers, &query, form.form, Command::ChangeSeat { booking, seat }, "seat").await
}

pub(super) async fn offload(Screen(web): Screen, headers: HeaderMap, Form(form): Form<ReasonForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), ..CounterQuery::default() };
    act(&web, &headers, &query, form.form, Command::Offload { booking: form.guest()?, reason: form.words() }, "desk").await
}

/// Takes down what a guest asks the airline for. A flight is meant on the guest's own day, from here.
pub(super) async fn request(Screen(web): Screen, headers: HeaderMap, Form(form): Form<RequestForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), ..CounterQuery::default() };
    let booking = forms::guest(&form.booking)?;
    let own = web.services.read(|station| station.booking(booking.0).map(|guest| guest.flight));
    let typed = form.wanted.trim().to_ascii_uppercase();
    let wanted = match (typed.is_empty(), own) {
        (true, _) | (_, None) => None,
        (false, Some(own)) => {
            let key = typed.parse().ok().and_then(|number| FlightKey::new(number, own.date(), own.station()).ok());
            if key.is_none() {
                let words = web.say.t("command-no-flight").arg("typed", typed.chars().take(20).collect::<String>()).to_string();
                return Ok(wrong(&web, &headers, &query, vec![FieldError { field: "wanted", words }]));
            }
            key
        }
    };
    let command = Command::RequestChange { booking, what: form.what, wanted, note: form.note.trim().to_owned() };
    act(&web, &headers, &query, form.form, command, "request-note").await
}

async fn act(web: &Web, headers: &HeaderMap, query: &CounterQuery, form: Uuid, command: Command, field: &'static str) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, &command).await {
        Ok(receipt) => {
            let new = receipt.answer["booking"].as_str().unwrap_or_default();
            let booking = query.booking.as_deref().unwrap_or(new);
            Ok(Redirect::to(&format!("/counter?q={}&booking={}&done={}", escaped(&query.q), escaped(booking), receipt.id)).into_response())
        }
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let errors = vec![FieldError { field, words: web.say.refused(&refusal) }];
            Ok(refused(&refusal, &CounterPage { errors, ..page(web, headers, query) }))
        }
    }
}

/// The page again with what was wrong, and with what was typed.
fn wrong(web: &Web, headers: &HeaderMap, query: &CounterQuery, errors: Vec<FieldError>) -> Response {
    let mut response = html(&CounterPage { errors, ..page(web, headers, query) });
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

fn page(web: &Web, headers: &HeaderMap, query: &CounterQuery) -> CounterPage {
    let viewer = web.viewer(headers);
    let mut found = web.services.read(|station| station.find(&query.q));
    found.retain(|found| viewer.sees(&found.guest.flight));
    let only = match found.as_slice() {
        [one] => Some(one.guest.booking),
        _ => None,
    };
    let open = query.booking.as_deref().and_then(|id| id.parse::<DocRef>().ok()).or(only);
    let more = (found.len() > SHOWN_MAX).then_some(found.len());
    CounterPage {
        shell: web.shell(Section::Counter, staff::current(headers).as_ref()),
        notice: web.done(query.done).filter(|_| new_tag(web, query.done).is_none()),
        errors: Vec::new(),
        query: query.q.clone(),
        results: found.iter().take(SHOWN_MAX).enumerate().map(|(no, found)| found_row(&web.say, no + 1, found, open)).collect(),
        more,
        work: open
            .filter(|id| web.services.read(|station| station.booking(id.0).is_some_and(|known| viewer.sees(&known.flight))))
            .and_then(|booking| work(web, booking, query)),
        flights: flights(web, headers),
    }
}

/// The flights that are worked here and open.
fn flights(web: &Web, headers: &HeaderMap) -> Vec<(String, String)> {
    let viewer = web.viewer(headers);
    let rows = web.services.read(|station| station.flights());
    let open = rows.into_iter().filter(|row| row.controller == Controller::Apron && !row.closed && viewer.sees(&row.flight));
    open.map(|row| (row.flight.to_string(), web.say.flight(&row.flight))).collect()
}

fn found_row(say: &Say, no: usize, found: &Found, open: Option<DocRef>) -> FoundRow {
    let guest = &found.guest;
    FoundRow {
        no,
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        seat: guest.seat.map(|seat| seat.to_string()).unwrap_or_default(),
        flight: say.t("flight-and-day").arg("flight", guest.flight.flight().to_string()).arg("day", say.day(guest.flight.date())).to_string(),
        status: say.t(standing(guest)).to_string(),
        open: Some(guest.booking) == open,
    }
}

fn work(web: &Web, booking: DocRef, query: &CounterQuery) -> Option<Work> {
    let (row, party, mut bags) = web.services.read(|station| {
        let guest = station.guest(booking.0)?;
        let party = station.party_of(booking.0);
        let bags = party.iter().map(|guest| bag_lines(&web.say, station, guest)).collect::<Vec<_>>();
        Some((station.flight_of(&guest.flight)?, party, bags))
    })?;
    for (bag, line) in bags.iter_mut().flatten() {
        line.state = web.state(&row.flight.scope(), *bag);
    }
    let bags: Vec<Vec<BagLine>> = bags.into_iter().map(|lines| lines.into_iter().map(|(_, line)| line).collect()).collect();
    let locator = party.iter().find(|guest| guest.booking == booking).and_then(|guest| guest.locator);
    let read_only = read_only(&web.say, &row);
    let find = |id: &Option<String>| id.as_ref().and_then(|id| party.iter().find(|guest| guest.booking.to_string() == *id));
    let ask = match (find(&query.seat), find(&query.offload)) {
        (Some(guest), _) => Some(Ask {
            action: "/counter/seat".to_owned(),
            head: web.say.t("counter-seat-head").arg("name", &guest.name).to_string(),
            words: match guest.seat {
                Some(seat) => web.say.t("counter-seat-now").arg("seat", seat.to_string()).to_string(),
                None => web.say.t("counter-seat-none").to_string(),
            },
            booking: guest.booking.to_string(),
            reasons: Vec::new(),
            query: query.q.clone(),
            button: web.say.t("counter-change-seat").to_string(),
            danger: false,
        }),
        (None, Some(guest)) => Some(offload_ask(&web.say, "/counter/offload".to_owned(), guest, query.q.clone())),
        (None, None) => None,
    };
    Some(Work {
        flight: web.head(&row),
        booking: booking.to_string(),
        locator: locator.map_or_else(|| web.say.t("counter-no-locator").to_string(), |locator| locator.to_string()),
        guests: party.iter().zip(bags).enumerate().map(|(no, (guest, bags))| party_guest(web, &row.flight, no + 1, guest, bags)).collect(),
        new_tag: new_tag(web, query.done),
        ask: ask.filter(|_| read_only.is_none()),
        read_only,
        requests: party.iter().flat_map(|guest| requests(web, guest)).collect(),
        wishes: Wish::ALL.iter().map(|wish| (wish.as_str(), wish_words(web, *wish))).collect(),
    })
}

fn requests(web: &Web, guest: &GuestRow) -> Vec<RequestLine> {
    let rows = web.services.read(|station| station.requests_of(guest.booking));
    let line = |row: schemas::station::outgoing::RequestRow| {
        let wanted = row.wanted.map(|flight| web.say.flight(&flight)).unwrap_or_default();
        let note = [wanted, row.note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        let said = web.say.t("request-line").arg("what", wish_words(web, row.what)).arg("name", &*guest.name);
        RequestLine {
            words: said.arg("time", web.services.local_time(row.at)).arg("note", note).to_string(),
            state: super::outbox::word(web, row.state),
            answer: if row.answer.is_empty() { String::new() } else { web.say.t("request-answer").arg("note", row.answer).to_string() },
        }
    };
    rows.into_iter().map(line).collect()
}

fn wish_words(web: &Web, wish: Wish) -> String {
    web.say.t(&format!("request-what-{}", wish.as_str())).to_string()
}

fn party_guest(web: &Web, key: &FlightKey, no: usize, guest: &GuestRow, bags: Vec<BagLine>) -> PartyGuest {
    let checked_in = matches!(guest.standing, Standing::CheckedIn | Standing::Aboard);
    let text = |seat: Option<schemas::standards::seat::Seat>| seat.map(|seat| seat.to_string()).unwrap_or_default();
    PartyGuest {
        no,
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        kind: web.say.t(if guest.child { "counter-child" } else { "counter-adult" }).to_string(),
        seat: text(guest.seat),
        proposed: text(guest.seat.or(guest.listed_seat)),
        sequence: guest.sequence.map(|number| number.to_string()).unwrap_or_default(),
        checked_in,
        boarded: guest.standing == Standing::Aboard,
        status: web.say.t(standing(guest)).to_string(),
        flags: words::flags(&web.say, guest),
        coming: web.coming(guest),
        bags,
        selected: guest.standing == Standing::Listed,
        state: web.state(&key.scope(), guest.booking.0),
    }
}

/// The bags of a guest; where each is held is filled in behind.
fn bag_lines(say: &Say, station: &Station, guest: &GuestRow) -> Vec<(DocId, BagLine)> {
    let bag_line = |bag: &schemas::record::Bag| {
        let line = BagLine {
            tag: bag.tag.to_string(),
            weight: bag.kg.map_or_else(|| "-".to_owned(), |kg| say.t("kilograms").arg("kg", kg).to_string()),
            destination: bag.destination.map_or_else(|| "-".to_owned(), |code| code.to_string()),
            state: State::default(),
        };
        (bag.id, line)
    };
    station.bags_of_guest(guest.booking.0).into_iter().map(bag_line).collect()
}

/// The tag that the last press made.
fn new_tag(web: &Web, done: Option<Uuid>) -> Option<NewTag> {
    let stored = web.services.command_by_id(done?)?;
    Some(NewTag {
        tag: stored.answer["tag"].as_str()?.to_owned(),
        owner: stored.answer["name"].as_str()?.to_owned(),
        weight: web.say.t("kilograms").arg("kg", stored.answer["weight_kg"].as_u64()?).to_string(),
    })
}

/// The key of its words.
fn standing(guest: &GuestRow) -> &'static str {
    match guest.standing {
        Standing::Listed if guest.standby => "standing-standby",
        Standing::Listed if !guest.on_list => "standing-not-listed",
        Standing::Listed => "standing-listed",
        Standing::CheckedIn => "standing-checked-in",
        Standing::Aboard => "standing-aboard",
        Standing::Offloaded => "standing-offloaded",
    }
}

/// Scales show tenths; a tag shows whole kilograms, rounded up.
pub(super) fn kilograms(typed: &str) -> Option<u16> {
    let text = typed.trim().trim_end_matches("kg").trim().replace(',', ".");
    let weight: f32 = text.parse().ok()?;
    (0.1..=999.0).contains(&weight).then(|| weight.ceil() as u16)
}

/// A ticket number has so many digits.
const TICKET_DIGITS: usize = 13;

/// As many as are read at a glance.
const SHOWN_MAX: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_whole_kilograms_rounded_up() {
        assert_eq!(["18", "18.2", " 18,2 kg", "0", "-3", "x", "1e9"].map(kilograms), [Some(18), Some(19), Some(19), None, None, None, None]);
    }
}
