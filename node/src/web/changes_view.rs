//! The rows of the page of a flight's changes, in words.

use axum::http::HeaderMap;
use schemas::record::booking::Standing;
use schemas::record::course::{Course, CourseTold, OnwardPlan, ReturnAfter, ReturnPlace};
use schemas::record::{DocRef, FlightKey, reason};
use schemas::station::{FlightRow, GuestRow, MovePlan, MovedGuest, MovedLine, OnwardGuest, Trace};

use super::changes::{ChangesPage, MoveAsked};
use super::errors::Trouble;
use super::gate::read_only;
use super::gate_guest;
use super::page::{Notice, Section, State};
use super::{Web, staff};
use crate::lang::Say;

/// One thing that was said of a flight.
#[derive(Debug, Clone)]
pub struct CourseLine {
    pub words: String,
    /// How guests go on; empty where that is not the question.
    pub plan: String,
    /// `10:17, staff 4711 at G12: fog`
    pub by: String,
    pub holds: bool,
}

/// A guest in a list.
#[derive(Debug, Clone)]
pub struct GuestLine {
    pub booking: String,
    pub name: String,
    pub locator: String,
    pub seat: String,
    pub standing: String,
    /// The flights on which the guest goes on.
    pub onward: String,
}

/// Something to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub words: String,
}

/// What a move would mean.
#[derive(Debug, Clone)]
pub struct Look {
    pub words: String,
    pub todo: Vec<String>,
    pub stay: String,
    pub rows: Vec<LookRow>,
    /// The guests who were marked; nobody where all move.
    pub marked: Vec<String>,
}

/// A guest who would move.
#[derive(Debug, Clone)]
pub struct LookRow {
    pub name: String,
    pub locator: String,
    pub standing: String,
    pub seat: String,
    /// What becomes of the seat.
    pub there: String,
    pub kept: bool,
    pub bags: String,
}

/// What is left to do for a guest who was moved here.
#[derive(Debug, Clone)]
pub struct WorkLine {
    pub booking: String,
    pub name: String,
    pub locator: String,
    pub from: String,
    pub todo: Vec<String>,
    /// The seat to give, where one is needed.
    pub seat: Option<String>,
    pub state: State,
}

/// What is left of a guest who was moved.
#[derive(Debug, Clone)]
pub struct TraceLine {
    pub name: String,
    pub locator: String,
    pub to: String,
    /// The page of the guest there.
    pub link: String,
    pub by: String,
    pub holds: bool,
    pub state: State,
}

pub(super) fn page(web: &Web, headers: &HeaderMap, key: &FlightKey, notice: Option<Notice>) -> Result<ChangesPage, Trouble> {
    let known = web.services.read(|station| {
        let row = station.flight_of(key)?;
        let others: Vec<FlightKey> = station.flights().iter().map(|row| row.flight).filter(|other| is_near(key, other)).collect();
        Some((
            row,
            station.guests(key),
            station.onward_guests(key),
            station.course_steps(key),
            station.move_work(key),
            station.moved_from(key),
            others,
        ))
    });
    let (row, guests, onward, steps, work, traces, others) = known.ok_or_else(|| Trouble::not_here("flight"))?;
    let say = &web.say;
    let (aboard, others_here): (Vec<&GuestRow>, Vec<&GuestRow>) = guests.iter().partition(|guest| guest.standing == Standing::Aboard);
    Ok(ChangesPage {
        shell: web.shell(Section::Gate, staff::current(headers).as_ref()),
        flight: web.head(&row),
        notice,
        errors: Vec::new(),
        read_only: read_only(say, &row),
        course: row.courses.iter().map(|course| line(web, &course.course, (&course.by, &course.desk, course.at), true)).collect(),
        steps: steps
            .iter()
            .map(|step| match &step.course {
                Some(course) => line(web, course, (&step.by, &step.desk, step.at), step.holds),
                None => CourseLine {
                    words: say.t("changes-continued").to_string(),
                    plan: String::new(),
                    by: said_by(web, (&step.by, &step.desk, step.at), &step.reason),
                    holds: step.holds,
                },
            })
            .collect(),
        back_reasons: say.reasons(&["technical", "medical", "weather", "operations", "drill"]),
        divert_reasons: say.reasons(&["weather", "technical", "medical", "operations", "drill"]),
        leave_reason: reason::coded("left-aircraft"),
        aboard: aboard.into_iter().map(|guest| guest_line(say, guest)).collect(),
        onward: onward.iter().map(|guest| onward_line(say, guest)).collect(),
        movable: others_here.into_iter().map(|guest| guest_line(say, guest)).collect(),
        others: others.iter().map(|key| Choice { value: key.flight().to_string(), words: say.flight(key) }).collect(),
        move_reasons: say.reasons(&["too-small", "cancelled", "operations", "own-wish", "drill"]),
        asked: MoveAsked { day: key.date().to_string(), how: "split".to_owned(), ..MoveAsked::default() },
        look: None,
        work: work.guests.iter().map(|guest| work_line(web, key, guest)).collect(),
        left_behind: work.left_behind.iter().map(|guest| onward_line(say, guest)).collect(),
        bags_off: work.bags_off.iter().map(ToString::to_string).collect(),
        traces: traces.iter().map(|trace| trace_line(web, key, trace)).collect(),
        lines: row.moved.iter().map(|moved| moved_line(web, moved)).collect(),
    })
}

pub(super) fn look(web: &Web, to: &FlightKey, marked: &[DocRef], plan: &MovePlan) -> Look {
    let say = &web.say;
    let names: Vec<String> = plan.stay.iter().map(|stay| stay.name.clone()).collect();
    Look {
        words: say.t("changes-look").arg("count", plan.rows.len()).arg("flight", say.flight(to)).to_string(),
        todo: plan.words.iter().map(|words| say.said(words)).collect(),
        stay: if names.is_empty() { String::new() } else { say.t("changes-look-stay").arg("names", say.list(&names)).to_string() },
        rows: plan
            .rows
            .iter()
            .map(|row| LookRow {
                name: row.name.clone(),
                locator: row.locator.map(|locator| locator.to_string()).unwrap_or_default(),
                standing: say.t(gate_guest::standing(row.standing)).to_string(),
                seat: row.seat.map(|seat| seat.to_string()).unwrap_or_default(),
                there: match (row.seat, row.proposed) {
                    (None, _) => say.t("changes-no-seat").to_string(),
                    (Some(seat), _) if row.keeps => say.t("changes-keeps").arg("seat", seat.to_string()).to_string(),
                    (Some(_), Some(seat)) => say.t("changes-not-kept").of("proposed").arg("seat", seat.to_string()).to_string(),
                    (Some(_), None) => say.t("changes-not-kept").to_string(),
                },
                kept: row.seat.is_none() || row.keeps,
                bags: say.list(&row.bags.iter().map(ToString::to_string).collect::<Vec<_>>()),
            })
            .collect(),
        marked: marked.iter().map(ToString::to_string).collect(),
    }
}

/// Where a flight is, in a few words: `Diverted to TSN, expected 14:20`.
pub(super) fn course_words(say: &Say, course: &CourseTold) -> String {
    match course.as_course() {
        Course::Diverted(diversion) => {
            let said = match diversion.expected {
                Some(time) => say.t("changes-diverted").of("at").arg("time", time.to_string()),
                None => say.t("changes-diverted"),
            };
            said.arg("airport", diversion.to.to_string()).to_string()
        }
        Course::Returned(back) => {
            let place = if back.place == ReturnPlace::Ramp { "ramp" } else { "gate" };
            let after = if back.after == ReturnAfter::Air { "air" } else { "push-back" };
            say.t("changes-returned").arg("place", place).arg("after", after).to_string()
        }
    }
}

/// What stands at the head of every page of the flight; empty where it goes where it should and nobody was moved.
pub(super) fn bar(say: &Say, row: &FlightRow) -> String {
    let mut words: Vec<String> = row
        .courses
        .iter()
        .map(|course| {
            let reason = say.reason(course.course.as_course().reason());
            let said = course_words(say, &course.course);
            say.t("changes-because").arg("words", said).arg("reason", reason).to_string()
        })
        .collect();
    let mut counted: Vec<&MovedLine> = Vec::new();
    for line in &row.moved {
        // What two desks did alike is said once.
        if !counted.iter().any(|known| (known.from, known.to, known.how, known.guests) == (line.from, line.to, line.how, line.guests)) {
            counted.push(line);
        }
    }
    words.extend(counted.iter().rev().take(BAR_MAX).map(|line| moved_words(say, line)));
    if words.is_empty() { String::new() } else { say.t("changes-bar").arg("words", say.list(&words)).to_string() }
}

/// As many moves as are said at the head of a page; the page of changes has them all.
const BAR_MAX: usize = 3;

/// Flights of the same carrier and station, from the day before on.
fn is_near(key: &FlightKey, other: &FlightKey) -> bool {
    let before = key.date().pred_opt().unwrap_or(key.date());
    other != key && other.station() == key.station() && other.carrier() == key.carrier() && other.date() >= before
}

fn line(web: &Web, course: &CourseTold, who: (&str, &str, i64), holds: bool) -> CourseLine {
    let plan = match course.as_course() {
        Course::Diverted(diversion) => match diversion.onward {
            OnwardPlan::Open => "changes-onward-open",
            OnwardPlan::Coach => "changes-onward-coach",
            OnwardPlan::Continues => "changes-onward-continues",
        },
        Course::Returned(_) => "",
    };
    CourseLine {
        words: course_words(&web.say, course),
        plan: if plan.is_empty() { String::new() } else { web.say.t(plan).to_string() },
        by: said_by(web, who, course.as_course().reason()),
        holds,
    }
}

fn said_by(web: &Web, (by, desk, at): (&str, &str, i64), reason: &str) -> String {
    let said = web.say.t("changes-said").arg("time", web.services.local_time(at)).arg("staff", by.to_owned());
    said.arg("desk", desk.to_owned()).arg("reason", web.say.reason(reason)).to_string()
}

fn moved_words(say: &Say, moved: &MovedLine) -> String {
    let said = say.t("changes-line").arg("count", usize::from(moved.guests)).arg("from", moved.from.flight().to_string());
    said.arg("to", say.flight(&moved.to)).to_string()
}

fn moved_line(web: &Web, moved: &MovedLine) -> CourseLine {
    let by = said_by(web, (&moved.by, &moved.desk, moved.at), &moved.reason);
    CourseLine { words: moved_words(&web.say, moved), plan: String::new(), by, holds: true }
}

fn guest_line(say: &Say, guest: &GuestRow) -> GuestLine {
    GuestLine {
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        seat: guest.seat.or(guest.listed_seat).map(|seat| seat.to_string()).unwrap_or_default(),
        standing: say.t(gate_guest::standing(guest.standing)).to_string(),
        onward: say.list(&guest.onward),
    }
}

fn onward_line(say: &Say, guest: &OnwardGuest) -> GuestLine {
    GuestLine {
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        seat: String::new(),
        standing: say.t(gate_guest::standing(guest.standing)).to_string(),
        onward: say.list(&guest.onward),
    }
}

fn work_line(web: &Web, key: &FlightKey, guest: &MovedGuest) -> WorkLine {
    let say = &web.say;
    let mut todo = Vec::new();
    if guest.reseat {
        let seat = guest.from.seat.map(|seat| seat.to_string()).unwrap_or_default();
        todo.push(say.t("changes-need-seat").arg("seat", seat).to_string());
    }
    if guest.tell {
        todo.push(say.t("changes-need-word").to_string());
    }
    if guest.retag > 0 {
        todo.push(say.t("changes-need-tags").arg("count", guest.retag).to_string());
    }
    WorkLine {
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        locator: guest.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        from: say.t("changes-came-from").arg("flight", say.flight(&guest.from.from)).to_string(),
        todo,
        seat: guest.reseat.then(|| guest.proposed.map(|seat| seat.to_string()).unwrap_or_default()),
        state: web.state(&key.scope(), guest.booking.0),
    }
}

fn trace_line(web: &Web, key: &FlightKey, trace: &Trace) -> TraceLine {
    let say = &web.say;
    let to = match &trace.gate {
        Some(gate) => say.t("changes-trace-to").of("gate").arg("gate", gate.clone()),
        None => say.t("changes-trace-to"),
    };
    TraceLine {
        name: trace.name.clone(),
        locator: trace.locator.map(|locator| locator.to_string()).unwrap_or_default(),
        to: to.arg("flight", say.flight(&trace.to)).to_string(),
        link: format!("/counter?booking={}", trace.there),
        by: said_by(web, (&trace.by, &trace.desk, trace.at), &trace.reason),
        holds: trace.holds,
        state: web.state(&key.scope(), trace.booking.0),
    }
}
