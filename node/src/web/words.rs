//! How numbers, times and states are said on every page.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime};
use schemas::flat::DocId;
use schemas::record::FlightKey;
use schemas::record::access::Stand;
use schemas::record::connection::{InboundState, ThroughBag};
use schemas::record::fact::StaffNumber;
use schemas::record::flight::Controller;
use schemas::record::local_time::LocalTime;
use schemas::scope::ScopeId;
use schemas::standards::airport::AirportCode;
use schemas::station::{Conflict, ConnectingRow, FlightRow, GuestRow};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Web;
use super::page::{Control, Flag, FlightHead, Foot, Notice, Section, Shell, State, Tone};
use crate::services::{Held, Role, Status};

/// Where something is held, for programs and for people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Where {
    #[serde(flatten)]
    held: Held,
    /// As on every screen: `Saved here`, `At the station (2 of 3 desks)`, `At the hub 14:02` (by the hub's signature only).
    words: String,
    /// What that means, in a sentence.
    means: &'static str,
}

impl Web {
    /// The frame of a page, as things are now.
    pub(super) fn shell(&self, section: Section, staff: Option<&StaffNumber>) -> Shell {
        let status = self.services.status();
        let is_hub = status.role == Role::Hub;
        let now_ms = self.services.now_ms();
        let (proven, staff_name, asking) = self.services.read(|station| {
            let name = staff.and_then(|number| station.actor(number, now_ms)).map(|actor| actor.name).unwrap_or_default();
            let asking = station.accesses().iter().filter(|access| access.stand(now_ms) == Stand::Waiting).count();
            (station.has_staff(), name, asking)
        });
        Shell {
            role: role(status.role).to_owned(),
            station: if status.station.is_empty() { "All stations".to_owned() } else { status.station.clone() },
            is_hub,
            staff: staff.map(ToString::to_string),
            staff_name,
            proven,
            asking,
            section,
            foot: self.foot(&status),
            form: self.services.new_id(),
            desk: status.desk,
            languages: self.tongues(),
            here: if self.here.is_empty() { section.address().to_owned() } else { self.here.clone() },
            say: self.say.clone(),
        }
    }

    /// The other languages of this node.
    fn tongues(&self) -> Vec<(String, String)> {
        let names = self.options.languages.names();
        names.into_iter().filter(|(id, _)| id != self.say.language()).map(|(id, name)| (id.to_string(), name)).collect()
    }

    /// `13:41:07`: the station's time with seconds.
    pub(super) fn clock(&self, ms: i64) -> String {
        format!("{}:{:02}", self.services.local_time(ms), ms.div_euclid(1000).rem_euclid(60))
    }

    /// `5 s ago`, `12 min ago`, or the time of day.
    pub(super) fn age(&self, ms: i64) -> String {
        let seconds = (self.services.now_ms() - ms).max(0) / 1000;
        match seconds {
            0..60 => format!("{seconds} s ago"),
            60..3600 => format!("{} min ago", seconds / 60),
            _ => format!("at {}", self.services.local_time(ms)),
        }
    }

    /// Where a document is held, in the words of every page.
    pub(super) fn state(&self, scope: &ScopeId, doc: DocId) -> State {
        self.state_words(self.services.held_of(scope, doc))
    }

    pub(super) fn state_words(&self, held: Held) -> State {
        if let Some(at) = held.aside_at_ms {
            return State::aside(&self.services.local_time(at));
        }
        match held.hub_at_ms {
            Some(at) => State::hub(&self.services.local_time(at)),
            None if held.station_have > 1 => State::station(held.station_have, held.station_of),
            None => State::here(),
        }
    }

    /// Where something is held, as the API says it: the numbers, and the words of the screens.
    pub(super) fn whereabouts(&self, held: Held) -> Where {
        let state = self.state_words(held);
        Where { held, means: state.title(), words: state.words }
    }

    /// The document of a flight, and where its records of this day live.
    pub(super) fn flight_doc(&self, key: &FlightKey) -> (ScopeId, DocId) {
        (key.scope(), self.services.read(|station| station.ids().flight(key)))
    }

    /// Where a conflict's records are held, all of them.
    pub(super) fn held_conflict(&self, conflict: &Conflict) -> Held {
        let scope = |doc: DocId| match &conflict.flight {
            Some(key) => Some(key.scope()),
            None => self.services.read(|station| station.case_of(doc)).map(|case| case.scope),
        };
        let docs: Vec<_> = conflict.records.iter().filter_map(|record| Some((scope(record.0)?, record.0))).collect();
        self.services.held_each(&docs).into_iter().reduce(Held::and).unwrap_or(Held::here_alone())
    }

    /// What the hub said of a guest who comes from another station, in sentences.
    pub(super) fn coming(&self, guest: &GuestRow) -> Vec<String> {
        let clock = |ms| self.services.local_time(ms);
        let mut said: Vec<String> = guest.connecting.iter().map(|row| connecting(row, guest.flight.station(), clock)).collect();
        if !guest.on_list {
            said.push("Not on this station's list yet.".to_owned());
        }
        said
    }

    pub(super) fn head(&self, row: &FlightRow) -> FlightHead {
        let std = row.etd.or(row.std);
        FlightHead {
            key: row.flight.to_string(),
            number: row.number.clone(),
            route: route(row),
            date: day(row.flight.date()),
            gate: row.gate.clone().unwrap_or_default(),
            std: std.map_or_else(|| "not set".to_owned(), |time| time.to_string()),
            countdown: std.map(|time| self.countdown(&row.flight, time)).unwrap_or_default(),
            status: flight_status(row).to_owned(),
            control: self.control(row),
            state: self.state(&row.flight.scope(), self.flight_doc(&row.flight).1),
            sources: row
                .taken_over
                .as_ref()
                .map(|taken| format!("Taken over by staff {} at {}: {}", taken.by, taken.desk, taken.reason))
                .unwrap_or_default(),
        }
    }

    pub(super) fn control(&self, row: &FlightRow) -> Control {
        match (row.controller, &row.taken_over) {
            (Controller::Apron, Some(taken)) => Control { ours: true, words: format!("Apron since {}", self.services.local_time(taken.at)) },
            (Controller::Apron, None) => Control { ours: true, words: "Apron".to_owned() },
            (Controller::Host, _) => Control { ours: false, words: "Host".to_owned() },
        }
    }

    /// `in 24 min`, `12 min ago`; nothing when it is not about now.
    pub(super) fn countdown(&self, key: &FlightKey, time: LocalTime) -> String {
        let departs = key.date().and_hms_opt(u32::from(time.minutes() / 60), u32::from(time.minutes() % 60), 0);
        departs.map(|departs| minutes_words((departs - self.local_now()).num_minutes())).unwrap_or_default()
    }

    /// What a stored command said, as the line above the work.
    pub(super) fn done(&self, id: Option<Uuid>) -> Option<Notice> {
        let stored = self.services.command_by_id(id?)?;
        let tone = if stored.answer["tone"] == "green" { Tone::Accept } else { Tone::Attention };
        let todo: Vec<&str> = stored.answer["todo"].as_array().into_iter().flatten().filter_map(|thing| thing.as_str()).collect();
        let state = self.state_words(stored.held);
        let place = format!("{}. {}", state.words, state.title());
        Some(Notice {
            tone,
            head: stored.answer["message"].as_str().unwrap_or("Done.").to_owned(),
            words: if todo.is_empty() { place } else { format!("{} {place}", todo.join(" ")) },
        })
    }

    fn foot(&self, status: &Status) -> Foot {
        let own = usize::from(status.role == Role::Edge);
        let desks = || status.peers.iter().filter(|peer| peer.role == Role::Edge);
        let reached = status.hub.not_since_ms.is_none() && status.hub.reached_ms.is_some();
        Foot {
            saved_here: thousands(status.saved_here),
            station_have: own + desks().filter(|peer| peer.behind == 0).count(),
            station_of: own + status.other_desks,
            hub_reached: reached,
            hub: self.hub_words(status, reached),
            waiting: thousands(status.waiting_for_hub),
            review: status.conflicts,
            time: self.services.local_time(self.services.now_ms()),
        }
    }

    fn hub_words(&self, status: &Status, reached: bool) -> String {
        match (reached, status.hub.reached_ms, status.hub.not_since_ms) {
            (true, Some(at), _) => format!("reached {}", self.age(at)),
            (_, _, Some(since)) => format!("not reached since {} - keep working", self.services.local_time(since)),
            (_, Some(at), None) => format!("not reached since {} - keep working", self.services.local_time(at)),
            (_, None, None) => "not reached yet - keep working".to_owned(),
        }
    }

    fn local_now(&self) -> NaiveDateTime {
        let now = DateTime::from_timestamp_millis(self.services.now_ms()).unwrap_or_default();
        match self.services.read(|station| station.setting().zone) {
            Some(zone) => now.with_timezone(&zone).naive_local(),
            None => now.naive_utc(),
        }
    }
}

/// What somebody did who was turned away, by the name of the close code.
pub(super) fn refused(name: &str) -> &'static str {
    match name {
        "busy" => "Came when there was no room for more links, or took too slowly what was sent",
        "bad-frame" => "Sent bytes that are no message of ours",
        "bad-signature" => "Sent entries whose signature does not hold",
        "not-allowed" => "Had no valid certificate of this installation",
        "flood" => "Sent more than it was given room for",
        "bomb" => "Sent a message that unfolds to more than is allowed",
        "stall" => "Stopped half way",
        "replay" => "Sent the same entries again and again",
        "scope" => "Asked for or sent records that its certificate does not allow",
        "version" => "Speaks another release's protocol; bring it to this release",
        _ => "Broke the rules of the protocol",
    }
}

pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Edge => "Edge desk",
        Role::Hub => "Hub",
    }
}

/// `PVG to PEK`.
pub(super) fn route(row: &FlightRow) -> String {
    match row.destinations.as_slice() {
        [] => format!("from {}", row.flight.station()),
        to => format!("{} to {}", row.flight.station(), to.join(", ")),
    }
}

pub(super) fn flight_status(row: &FlightRow) -> &'static str {
    match () {
        () if row.closed => "Closed",
        () if row.counts.boarded > 0 => "Boarding",
        () if row.counts.checked_in > 0 => "Check-in",
        () if row.listed => "Listed",
        () => "No list yet",
    }
}

/// `Connecting from CA935 PVG: boarded 10:02, 2 bags.`
fn connecting(row: &ConnectingRow, here: AirportCode, clock: impl Fn(i64) -> String) -> String {
    let from = format!("{} {}", row.number, row.station);
    let Some(inbound) = row.inbound else { return format!("No longer connecting from {from}.") };
    let at = inbound.at.map(|ms| format!(" {}", clock(ms))).unwrap_or_default();
    let state = match inbound.state {
        InboundState::Listed => "not checked in there yet".to_owned(),
        InboundState::CheckedIn => format!("checked in{at}"),
        InboundState::Boarded => format!("boarded{at}"),
        InboundState::Offloaded => format!("taken off that flight{at}"),
        InboundState::LeftBehind => format!("not on board when it closed{at}"),
    };
    format!("Connecting from {from}: {state}, {}.", bags_coming(&row.bags, here))
}

/// `2 bags`, and how many of them the guest must take from the belt.
fn bags_coming(bags: &[ThroughBag], here: AirportCode) -> String {
    let all = match bags.len() {
        0 => return "no bags".to_owned(),
        1 => "1 bag".to_owned(),
        many => format!("{many} bags"),
    };
    match bags.iter().filter(|bag| bag.to == Some(here)).count() {
        0 => all,
        ended if ended == bags.len() => format!("{all} tagged to {here} only"),
        ended => format!("{all}, {ended} of them tagged to {here} only"),
    }
}

/// The marks of a guest, with what they say.
pub(super) fn flags(guest: &GuestRow) -> Vec<Flag> {
    let mut flags: Vec<Flag> = guest.flags.iter().map(|code| flag(code)).collect();
    if let Some(infant) = &guest.infant {
        let name = if infant == "-" { String::new() } else { format!(": {infant}") };
        flags.push(Flag { code: "INF".into(), words: format!("Infant on lap{name}") });
    }
    if guest.child {
        flags.push(flag("CHD"));
    }
    if guest.standby {
        flags.push(flag("STANDBY"));
    }
    if guest.off_list {
        flags.push(Flag {
            code: "OFFLIST".into(),
            words: "A change message took this guest off the list after check-in: offload, or ask the airline".into(),
        });
    }
    flags
}

/// `22 Nov`.
pub(super) fn day(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!("{} {}", date.day(), MONTHS.get(date.month0() as usize).unwrap_or(&""))
}

/// The time of day in a zone, or in UTC with a `Z`.
pub(super) fn clock_in(zone: Option<chrono_tz::Tz>, ms: i64) -> String {
    let Some(time) = DateTime::from_timestamp_millis(ms) else { return String::new() };
    match zone {
        Some(zone) => time.with_timezone(&zone).format("%H:%M").to_string(),
        None => time.format("%H:%MZ").to_string(),
    }
}

/// `1,204`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `12.4 MiB`.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

fn minutes_words(minutes: i64) -> String {
    match minutes {
        -180..0 => format!("{} min ago", -minutes),
        0..90 => format!("in {minutes} min"),
        90..1440 => format!("in {} h {:02}", minutes / 60, minutes % 60),
        _ => String::new(),
    }
}

/// Codes of special service requests that agents see daily.
fn flag(code: &str) -> Flag {
    let words = match code {
        "UMNR" => "Unaccompanied minor",
        "WCHR" => "Wheelchair to the ramp",
        "WCHS" => "Wheelchair, cannot climb steps",
        "WCHC" => "Wheelchair to the seat",
        "BLND" => "Blind guest",
        "DEAF" => "Deaf guest",
        "MEDA" => "Medical case",
        "STCR" => "Stretcher",
        "PETC" => "Pet in the cabin",
        "AVIH" => "Animal in the hold",
        "EXST" => "Extra seat",
        "CHD" | "CHLD" => "Child",
        "MAAS" => "Meet and assist",
        "DEPA" | "DEPU" => "Deportee",
        "STANDBY" => "Waits for a seat",
        _ => "See the booking",
    };
    Flag { code: code.to_owned(), words: words.to_owned() }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_connection_is_said_like_this() {
        let here: AirportCode = "FRA".parse().unwrap();
        let bag = |serial, to: &str| ThroughBag { tag: format!("09991234{serial:02}").parse().unwrap(), to: to.parse().ok() };
        let say = |state: Option<(InboundState, Option<i64>)>, bags: &[ThroughBag]| {
            let row = ConnectingRow {
                flight: "CA935.2026-11-22.PVG".parse().unwrap(),
                number: "CA935".to_owned(),
                station: "PVG".parse().unwrap(),
                booking: schemas::record::DocRef(DocId([1; 16])),
                inbound: state.map(|(state, at)| schemas::record::connection::Inbound { state, at }),
                bags: bags.to_vec(),
            };
            connecting(&row, here, |ms| clock_in(None, ms))
        };
        let boarded = Some((InboundState::Boarded, Some(1_795_312_920_000)));
        assert_eq!(say(boarded, &[bag(1, "JFK"), bag(2, "JFK")]), "Connecting from CA935 PVG: boarded 02:02Z, 2 bags.");
        assert_eq!(say(boarded, &[bag(1, "JFK"), bag(2, "FRA")]), "Connecting from CA935 PVG: boarded 02:02Z, 2 bags, 1 of them tagged to FRA only.");
        assert_eq!(say(boarded, &[bag(2, "FRA")]), "Connecting from CA935 PVG: boarded 02:02Z, 1 bag tagged to FRA only.");
        assert_eq!(say(Some((InboundState::Listed, None)), &[]), "Connecting from CA935 PVG: not checked in there yet, no bags.");
        let left = Some((InboundState::LeftBehind, Some(1_795_312_920_000)));
        assert_eq!(say(left, &[]), "Connecting from CA935 PVG: not on board when it closed 02:02Z, no bags.");
        assert_eq!(say(None, &[]), "No longer connecting from CA935 PVG.");
    }

    #[test]
    fn numbers_and_times_are_said_like_this() {
        assert_eq!([thousands(0), thousands(999), thousands(1204), thousands(1_234_567)], ["0", "999", "1,204", "1,234,567"]);
        assert_eq!([minutes_words(24), minutes_words(-12), minutes_words(190), minutes_words(5000)], ["in 24 min", "12 min ago", "in 3 h 10", ""]);
        assert_eq!([size(12), size(2048), size(13_002_342)], ["12 bytes", "2.0 KiB", "12.4 MiB"]);
        assert_eq!(day(NaiveDate::from_ymd_opt(2026, 11, 22).unwrap() + TimeDelta::days(9)), "1 Dec");
    }
}
