//! How numbers, times and states are said on every page.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use schemas::flat::DocId;
use schemas::record::FlightKey;
use schemas::record::access::Stand;
use schemas::record::call::Call;
use schemas::record::connection::{InboundState, ThroughBag};
use schemas::record::course::CourseTold;
use schemas::record::fact::Mark;
use schemas::record::fact::Security;
use schemas::record::fact::StaffNumber;
use schemas::record::flight::Controller;
use schemas::record::local_time::LocalTime;
use schemas::scope::ScopeId;
use schemas::standards::airport::AirportCode;
use schemas::station::{Conflict, ConnectingRow, FlightRow, GuestRow};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::page::{Control, Flag, FlightHead, Foot, Notice, Section, Shell, State, Tone};
use super::{Web, answers, changes_view};
use crate::devices::Scanner;
use crate::lang::Say;
use crate::services::{Held, Role, Status};

/// Where something is held, for programs and for people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(super) struct Where {
    #[serde(flatten)]
    held: Held,
    /// As on every screen: `Saved here`, `At the station (2 of 3 desks)`, `At the hub 14:02` (by the hub's signature only).
    words: String,
    /// What that means, in a sentence.
    means: String,
}

impl Web {
    /// The frame of a page, as things are now.
    pub(super) fn shell(&self, section: Section, staff: Option<&StaffNumber>) -> Shell {
        let status = self.services.status();
        let is_hub = status.role == Role::Hub;
        let now_ms = self.services.now_ms();
        let (proven, staff_name, asking, unreal) = self.services.read(|station| {
            let name = staff.and_then(|number| station.actor(number, now_ms)).map(|actor| actor.name).unwrap_or_default();
            let asking = station.accesses().iter().filter(|access| access.stand(now_ms) == Stand::Waiting).count();
            (station.has_staff(), name, asking, station.setting().practice)
        });
        Shell {
            role: role(&self.say, status.role),
            station: if status.station.is_empty() { self.say.t("all-stations").to_string() } else { status.station.clone() },
            is_hub,
            staff: staff.map(ToString::to_string),
            staff_name,
            proven,
            lacks_proof: self.lacks_proof,
            asking,
            section,
            foot: self.foot(&status),
            form: self.services.new_id(),
            desk: status.desk,
            languages: self.tongues(),
            here: if self.here.is_empty() { section.address().to_owned() } else { self.here.clone() },
            say: self.say.clone(),
            looks: self.options.devices.looks(self.device, self.person.as_ref()).classes(),
            scanner: Some(self.options.devices.scanner(self.device)).filter(|scanner| *scanner != Scanner::default()),
            practice: self.services.practising_until().map(|ms| self.services.local_time(ms)),
            unreal,
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
        let said = match seconds {
            0..60 => self.say.t("age-seconds").arg("seconds", seconds),
            60..3600 => self.say.t("age-minutes").arg("minutes", seconds / 60),
            _ => self.say.t("age-at").arg("time", self.services.local_time(ms)),
        };
        said.to_string()
    }

    /// Where a document is held, in the words of every page.
    pub(super) fn state(&self, scope: &ScopeId, doc: DocId) -> State {
        self.state_words(self.services.held_of(scope, doc))
    }

    /// The same for the documents of a list, looked up at once.
    pub(super) fn states(&self, docs: &[(ScopeId, DocId)]) -> Vec<State> {
        self.services.held_each(docs).into_iter().map(|held| self.state_words(held)).collect()
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
        let (state, english) = (self.state_words(held), self.options.languages.english());
        Where { held, means: state.title(&english), words: state.words(&english) }
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
        let mut said: Vec<String> = guest.connecting.iter().map(|row| connecting(&self.say, row, guest.flight.station(), clock)).collect();
        if !guest.on_list {
            said.push(self.say.t("coming-not-listed").to_string());
        }
        said
    }

    pub(super) fn head(&self, row: &FlightRow) -> FlightHead {
        let std = row.etd.or(row.std);
        FlightHead {
            key: row.flight.to_string(),
            number: row.number.clone(),
            route: route(&self.say, row),
            date: self.say.day(row.flight.date()),
            gate: row.gate.clone().unwrap_or_default(),
            std: std.map_or_else(|| self.say.t("not-set").to_string(), |time| time.to_string()),
            countdown: std.map(|time| self.countdown(&row.flight, time)).unwrap_or_default(),
            status: self.say.t(flight_status(row)).to_string(),
            control: self.control(row),
            state: self.state(&row.flight.scope(), self.flight_doc(&row.flight).1),
            sources: self.sources(row),
            silent: self.host_silent(&row.flight),
            control_by: self.control_by(row),
            changed: changes_view::bar(&self.say, row),
            bar: match row.controller {
                Controller::Apron => self.say.t("control-not-in-host").to_string(),
                Controller::HandingBack => self.say.t("control-neither").to_string(),
                Controller::Host => String::new(),
            },
        }
    }

    /// `List 09:58, check-in state 10:31, later unknown`: how old what is known of a flight is.
    fn sources(&self, row: &FlightRow) -> String {
        let at = |key: &str, ms: i64| self.say.t(key).arg("time", self.services.local_time(ms)).to_string();
        let mut said: Vec<String> = row.sources.list_at.map(|ms| at("source-list", ms)).into_iter().collect();
        said.extend(row.sources.check_in_at.map(|ms| at("source-check-in", ms)));
        if row.sources.later_unknown && !said.is_empty() {
            said.push(self.say.t("source-later-unknown").to_string());
        }
        self.say.list(&said)
    }

    /// Who took the flight over and why, each who did without seeing another; and who gives it back.
    fn control_by(&self, row: &FlightRow) -> String {
        let words = |key: &'static str, taken: &schemas::station::TakenOver| {
            let said = self.say.t(key).arg("staff", taken.by.to_string()).arg("desk", taken.desk.to_string());
            said.arg("reason", self.say.reason(&taken.reason)).to_string()
        };
        let taken = row.take_overs.iter().map(|taken| words("taken-over-by", taken));
        let given = row.handing_back.iter().map(|begun| words("handing-back-by", begun));
        self.say.sentences(&taken.chain(given).collect::<Vec<_>>())
    }

    pub(super) fn control(&self, row: &FlightRow) -> Control {
        let said = match (row.controller, &row.taken_over) {
            (Controller::Apron, Some(taken)) => self.say.t("control-apron-since").arg("time", self.services.local_time(taken.at)),
            (Controller::Apron, None) => self.say.t("control-apron"),
            (Controller::Host, _) => self.say.t("control-host"),
            (Controller::HandingBack, _) => self.say.t("control-handing-back"),
        };
        Control { ours: row.controller != Controller::Host, words: said.to_string() }
    }

    /// `in 24 min`, `12 min ago`; nothing when it is not about now.
    pub(super) fn countdown(&self, key: &FlightKey, time: LocalTime) -> String {
        let departs = key.date().and_hms_opt(u32::from(time.minutes() / 60), u32::from(time.minutes() % 60), 0);
        departs.map(|departs| minutes_words(&self.say, (departs - self.local_now()).num_minutes())).unwrap_or_default()
    }

    /// What a stored command said, as the line above the work.
    pub(super) fn done(&self, id: Option<Uuid>) -> Option<Notice> {
        let stored = self.services.command_by_id(id?).filter(|stored| self.may_read(self.person.as_ref(), stored))?;
        let tone = if stored.answer["tone"] == "green" { Tone::Accept } else { Tone::Attention };
        let state = self.state_words(stored.held);
        let place = self.say.t("done-place").arg("state", state.words(&self.say)).arg("means", state.title(&self.say));
        let kind = serde_json::from_str::<Value>(&stored.body).ok().and_then(|body| body["kind"].as_str().map(str::to_owned));
        let mut words = answers::todo(&self.say, &stored.answer);
        words.push(place.to_string());
        Some(Notice {
            tone,
            head: answers::message(&self.say, kind.as_deref().unwrap_or_default(), &stored.answer),
            words: self.say.sentences(&words),
        })
    }

    fn foot(&self, status: &Status) -> Foot {
        let own = usize::from(status.role == Role::Edge);
        let desks = || status.peers.iter().filter(|peer| peer.role == Role::Edge);
        let reached = status.hub.not_since_ms.is_none() && status.hub.reached_ms.is_some();
        Foot {
            saved_here: self.say.number(status.saved_here),
            station_have: own + desks().filter(|peer| peer.behind == 0).count(),
            station_of: own + status.other_desks,
            hub_reached: reached,
            hub: self.hub_words(status, reached),
            waiting: self.say.number(status.waiting_for_hub),
            review: status.conflicts,
            time: self.services.local_time(self.services.now_ms()),
        }
    }

    fn hub_words(&self, status: &Status, reached: bool) -> String {
        let not_since = |since| self.say.t("hub-not-since").arg("time", self.services.local_time(since));
        let said = match (reached, status.hub.reached_ms, status.hub.not_since_ms) {
            (true, Some(at), _) => self.say.t("hub-reached").arg("age", self.age(at)),
            (_, _, Some(since)) => not_since(since),
            (_, Some(at), None) => not_since(at),
            (_, None, None) => self.say.t("hub-not-yet"),
        };
        said.to_string()
    }

    /// The station's day of a time.
    pub(super) fn local_day(&self, ms: i64) -> Option<NaiveDate> {
        let time = DateTime::from_timestamp_millis(ms)?;
        Some(match self.services.read(|station| station.setting().zone) {
            Some(zone) => time.with_timezone(&zone).date_naive(),
            None => time.date_naive(),
        })
    }

    pub(super) fn local_now(&self) -> NaiveDateTime {
        let now = DateTime::from_timestamp_millis(self.services.now_ms()).unwrap_or_default();
        match self.services.read(|station| station.setting().zone) {
            Some(zone) => now.with_timezone(&zone).naive_local(),
            None => now.naive_utc(),
        }
    }
}

/// What somebody did who was turned away, by the name of the close code.
pub(super) fn refused(say: &Say, name: &str) -> String {
    let key = match name {
        "busy" => "turned-busy",
        "bad-frame" => "turned-bad-frame",
        "bad-signature" => "turned-bad-signature",
        "not-allowed" => "turned-not-allowed",
        "flood" => "turned-flood",
        "bomb" => "turned-bomb",
        "stall" => "turned-stall",
        "replay" => "turned-replay",
        "scope" => "turned-scope",
        "version" => "turned-version",
        _ => "turned-protocol",
    };
    say.t(key).to_string()
}

pub(super) fn role(say: &Say, role: Role) -> String {
    let key = match role {
        Role::Edge => "role-edge",
        Role::Hub => "role-hub",
    };
    say.t(key).to_string()
}

/// `PVG to PEK`.
pub(super) fn route(say: &Say, row: &FlightRow) -> String {
    let said = match row.destinations.as_slice() {
        [] => say.t("route-from"),
        to => say.t("route-from-to").arg("to", say.list(&to.iter().map(ToString::to_string).collect::<Vec<_>>())),
    };
    said.arg("from", row.flight.station().to_string()).to_string()
}

/// The key of its words.
pub(super) fn flight_status(row: &FlightRow) -> &'static str {
    match () {
        () if row.closed => "flight-closed",
        () if row.calls.iter().any(|call| call.call == Call::Final) => "flight-final",
        () if row.counts.boarded > 0 => "flight-boarding",
        () if row.counts.checked_in > 0 => "flight-check-in",
        () if row.listed => "flight-listed",
        () => "flight-no-list",
    }
}

/// `Connecting from CA935 PVG: boarded 10:02, 2 bags.`
fn connecting(say: &Say, row: &ConnectingRow, here: AirportCode, clock: impl Fn(i64) -> String) -> String {
    let Some(inbound) = row.inbound else {
        return say.t("coming-no-longer").arg("flight", &row.number).arg("station", row.station.to_string()).to_string();
    };
    let key = match inbound.state {
        InboundState::Listed => "inbound-listed",
        InboundState::CheckedIn => "inbound-checked-in",
        InboundState::Boarded => "inbound-boarded",
        InboundState::Offloaded => "inbound-offloaded",
        InboundState::LeftBehind => "inbound-left-behind",
    };
    let state = match inbound.at {
        Some(ms) => say.t(key).of("at").arg("time", clock(ms)),
        None => say.t(key),
    };
    let said = say.t("coming-from").arg("flight", &row.number).arg("station", row.station.to_string());
    let said = said.arg("state", state.to_string()).arg("bags", bags_coming(say, &row.bags, here)).to_string();
    say.sentences(&[said].into_iter().chain(row.course.as_ref().map(|course| off_course(say, row, course))).collect::<Vec<_>>())
}

/// `CA935 is diverted to TSN, expected 14:20.`
fn off_course(say: &Say, row: &ConnectingRow, course: &CourseTold) -> String {
    let said = match course {
        CourseTold::Diverted(diversion) => match diversion.expected {
            Some(time) => say.t("coming-diverted").of("at").arg("time", time.to_string()),
            None => say.t("coming-diverted"),
        }
        .arg("airport", diversion.to.to_string()),
        CourseTold::Returned(_) => say.t("coming-returned").arg("station", row.station.to_string()),
    };
    said.arg("flight", &row.number).to_string()
}

/// `2 bags`, and how many of them the guest must take from the belt.
fn bags_coming(say: &Say, bags: &[ThroughBag], here: AirportCode) -> String {
    let said = match bags.iter().filter(|bag| bag.to == Some(here)).count() {
        0 => say.t("bags-coming"),
        ended if ended == bags.len() => say.t("bags-coming-end-here").arg("here", here.to_string()),
        ended => say.t("bags-coming-some-end-here").arg("here", here.to_string()).arg("ended", ended),
    };
    said.arg("count", bags.len()).to_string()
}

/// The marks of a guest, with what they say.
pub(super) fn flags(say: &Say, guest: &GuestRow) -> Vec<Flag> {
    let mut flags: Vec<Flag> = guest.flags.iter().map(|code| flag(say, code)).collect();
    if let Some(infant) = &guest.infant {
        let words = if infant == "-" { say.t("flag-inf") } else { say.t("flag-inf").of("named").arg("name", infant.to_string()) };
        flags.push(Flag { code: "INF".into(), words: words.to_string() });
    }
    if guest.child {
        flags.push(flag(say, "CHD"));
    }
    if guest.standby {
        flags.push(flag(say, "STANDBY"));
    }
    match guest.mark {
        Some(Mark::NoRec) => flags.push(flag(say, "NOREC")),
        Some(Mark::GoShow) => flags.push(flag(say, "GOSHOW")),
        None => {}
    }
    if guest.new_pass {
        flags.push(flag(say, "NEWPASS"));
    }
    if let Some(pool) = &guest.pool {
        flags.push(Flag { code: "POOL".into(), words: say.t("flag-pool").arg("name", pool.head_name.clone()).to_string() });
    }
    if let Some(moved) = &guest.moved {
        flags.push(Flag { code: "MOVED".into(), words: say.t("flag-moved").arg("flight", say.flight(&moved.from)).to_string() });
    }
    if guest.off_list {
        flags.push(flag(say, "OFFLIST"));
    }
    flags
}

/// The same for staff alone, with whom security is to check: for nothing that a guest is given or sees.
pub(super) fn staff_flags(say: &Say, guest: &GuestRow) -> Vec<Flag> {
    let mut flags = flags(say, guest);
    if guest.security == Some(Security::Selected) {
        flags.insert(0, flag(say, "SEL"));
    }
    flags
}

/// The time of day in a zone, or in UTC with a `Z`.
pub(super) fn clock_in(zone: Option<chrono_tz::Tz>, ms: i64) -> String {
    let Some(time) = DateTime::from_timestamp_millis(ms) else { return String::new() };
    match zone {
        Some(zone) => time.with_timezone(&zone).format("%H:%M").to_string(),
        None => time.format("%H:%MZ").to_string(),
    }
}

/// `12.4 MiB`.
pub(super) fn size(say: &Say, bytes: u64) -> String {
    let tenths = |unit: f64| format!("{:.1}", bytes as f64 / unit);
    let said = match bytes {
        0..1024 => say.t("size-bytes").arg("count", bytes),
        1024..1_048_576 => say.t("size-kib").arg("count", tenths(1024.0)),
        1_048_576..1_073_741_824 => say.t("size-mib").arg("count", tenths(1_048_576.0)),
        _ => say.t("size-gib").arg("count", tenths(1_073_741_824.0)),
    };
    said.to_string()
}

fn minutes_words(say: &Say, minutes: i64) -> String {
    match minutes {
        -180..0 => say.t("departs-ago").arg("minutes", -minutes).to_string(),
        0..90 => say.t("departs-in").arg("minutes", minutes).to_string(),
        90..1440 => say.t("departs-in-hours").arg("hours", minutes / 60).arg("minutes", format!("{:02}", minutes % 60)).to_string(),
        _ => String::new(),
    }
}

/// Codes of special service requests that agents see daily.
pub(super) fn flag(say: &Say, code: &str) -> Flag {
    let key = match code {
        "NOREC" => "flag-norec",
        "GOSHOW" => "flag-goshow",
        "NEWPASS" => "flag-newpass",
        "SEL" => "flag-sel",
        "BAGS" => "flag-bags",
        "UMNR" => "flag-umnr",
        "WCHR" => "flag-wchr",
        "WCHS" => "flag-wchs",
        "WCHC" => "flag-wchc",
        "BLND" => "flag-blnd",
        "DEAF" => "flag-deaf",
        "MEDA" => "flag-meda",
        "STCR" => "flag-stcr",
        "PETC" => "flag-petc",
        "AVIH" => "flag-avih",
        "EXST" => "flag-exst",
        "CHD" | "CHLD" => "flag-chd",
        "MAAS" => "flag-maas",
        "DEPA" | "DEPU" => "flag-depu",
        "STANDBY" => "flag-standby",
        "OFFLIST" => "flag-offlist",
        _ => "flag-other",
    };
    Flag { code: code.to_owned(), words: say.t(key).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Say {
        crate::lang::Languages::default().english()
    }

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
                course: None,
                bags: bags.to_vec(),
            };
            connecting(&english(), &row, here, |ms| clock_in(None, ms))
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
        let say = &english();
        assert_eq!([0, 999, 1204, 1_234_567].map(|number| say.number(number)), ["0", "999", "1,204", "1,234,567"]);
        assert_eq!([24, -12, 190, 5000].map(|minutes| minutes_words(say, minutes)), ["in 24 min", "12 min ago", "in 3 h 10", ""]);
        assert_eq!([12, 2048, 13_002_342].map(|bytes| size(say, bytes)), ["12 bytes", "2.0 KiB", "12.4 MiB"]);
    }
}
