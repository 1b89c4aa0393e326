//! Flights: what is announced, and who works them.

use serde::Serialize;
use serde_json::json;

use super::calls::CallRow;
use super::closing::Counts;
use super::control::{Sources, taken_over};
use super::course::CourseRow;
use super::decide::{Context, Decision, Draft};
use super::moves::MovedLine;
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::record::fact::{Movements, What};
use crate::record::flight::Controller;
use crate::record::local_time::LocalTime;
use crate::record::{DocRef, FlightKey};

/// A flight as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlightRow {
    pub flight: FlightKey,
    /// The document of the flight.
    pub id: DocRef,
    /// `CA1501`.
    pub number: String,
    /// Whether the station's own list, or a part of it, is here: not where only connecting guests are known, or a conflict was settled.
    pub listed: bool,
    pub std: Option<LocalTime>,
    pub etd: Option<LocalTime>,
    pub gate: Option<String>,
    pub destinations: Vec<String>,
    pub controller: Controller,
    /// Whether desks may work it: if Apron works it, and in a practice installation also what the host works.
    pub worked_here: bool,
    /// Who took it over, when (ms) and why, if Apron works it.
    pub taken_over: Option<TakenOver>,
    /// The same of every desk that took it over without seeing another; one in most cases.
    pub take_overs: Vec<TakenOver>,
    /// Who began to give it back, if that goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handing_back: Option<TakenOver>,
    /// How old what is known of it is.
    pub sources: Sources,
    pub closed: bool,
    /// Who was called to board, in the order of the last calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<CallRow>,
    pub counts: Counts,
    /// Conflicts that nobody has settled.
    pub open_conflicts: usize,
    /// Where it goes instead, or that it came back; several where desks differ, the last is shown for now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub courses: Vec<CourseRow>,
    /// Guests that went from it to another flight, or came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub moved: Vec<MovedLine>,
    /// What movement messages said, times HHMM UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movements: Option<Movements>,
}

/// The taking over of a flight, or the beginning of giving it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenOver {
    pub by: String,
    pub desk: String,
    pub at: i64,
    pub reason: String,
}

impl Station {
    /// All flights known here, by day, then by number.
    pub fn flights(&self) -> Vec<FlightRow> {
        self.books.keys().map(|key| self.flight_row(key)).collect()
    }

    /// One flight as a list shows it; nothing if neither it nor any of its guests is known.
    pub fn flight_of(&self, key: &FlightKey) -> Option<FlightRow> {
        self.books.contains_key(key).then(|| self.flight_row(key))
    }

    fn flight_row(&self, key: &FlightKey) -> FlightRow {
        let flight = self.flight(key);
        let controller = flight.map_or(Controller::Host, |flight| flight.controller());
        FlightRow {
            flight: *key,
            id: DocRef(self.ids.flight(key)),
            number: key.flight().to_string(),
            listed: flight.is_some_and(|flight| flight.lists_read() > 0),
            std: flight.and_then(|flight| flight.std),
            etd: flight.and_then(|flight| flight.etd),
            gate: flight.and_then(|flight| flight.gate.as_deref().map(str::to_owned)),
            destinations: flight.map(|flight| flight.destinations.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            controller,
            worked_here: controller == Controller::Apron || (controller == Controller::Host && flight.is_some() && self.setting.practice),
            taken_over: flight.and_then(|flight| flight.taken_over()).map(taken_over),
            take_overs: flight.into_iter().flat_map(|flight| flight.take_overs()).map(taken_over).collect(),
            handing_back: flight
                .filter(|_| controller == Controller::HandingBack)
                .and_then(|flight| flight.hand_backs_begun().next())
                .map(taken_over),
            sources: self.sources(key),
            closed: flight.is_some_and(|flight| flight.is_closed()),
            calls: self.calls(key),
            counts: self.counts(key),
            open_conflicts: self.conflicts_of(key).iter().filter(|conflict| conflict.resolution.is_none()).count(),
            courses: self.courses(key),
            moved: self.moved_lines(key),
            movements: flight.and_then(|flight| flight.movements()),
        }
    }

    pub(super) fn set_flight(
        &self,
        key: &FlightKey,
        gate: Option<&str>,
        std: Option<LocalTime>,
        etd: Option<LocalTime>,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        let flight = self.known(key)?;
        let gate = gate.map(|gate| gate.trim().to_ascii_uppercase());
        let mut draft = Draft::new(context);
        let mut part = draft.edit(&key.scope(), flight.id);
        for (field, text) in [("gate", gate.clone()), ("std", std.map(|time| time.to_string())), ("etd", etd.map(|time| time.to_string()))] {
            if let Some(text) = text {
                part = part.say(field, text);
            }
        }
        part.fact(What::FlightSet { gate, std, etd }, Vec::new());
        let message = format!("{} is set.", words::flight(key));
        Ok(draft.decision(json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key }), format!("set gate or times of {key}")))
    }
}
