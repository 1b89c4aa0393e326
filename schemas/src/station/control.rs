//! Who works a flight: taking it over from the host, and giving it back.
//!
//! Each step is a fact that names what it undoes. Of what desks did that did not see each other both stays visible, and a taking over that a giving back
//! did not see stands.

use serde::Serialize;
use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::flights::TakenOver;
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::record::fact::{Held, What};
use crate::record::flight::Controller;
use crate::record::{FactRef, Flight, FlightKey};
use crate::said::{said, with_hints};

/// One thing that was said about who works a flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlStep {
    /// `took-over`, `hand-back-begun`, `hand-back-called-off`, `handed-back`.
    pub step: &'static str,
    pub by: String,
    pub desk: String,
    /// Milliseconds since 1970 UTC by that desk's clock.
    pub at: i64,
    pub reason: String,
    /// Whether nothing has undone it.
    pub holds: bool,
    /// Of a handing back: differences from the host's list that were left open; nothing where that was not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<u32>,
}

/// How old what is known of a flight is, in milliseconds since 1970 UTC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sources {
    /// When a passenger list or a change of it was read here last.
    pub list_at: Option<i64>,
    /// The time of the host's newest check-in list.
    pub check_in_at: Option<i64>,
    /// Whether the host may have gone on since: it does not work the flight, and no list of it came after it was taken over.
    pub later_unknown: bool,
}

impl Station {
    /// Everything that was ever said about who works a flight, in the order in which desks recorded it.
    pub fn control_steps(&self, key: &FlightKey) -> Vec<ControlStep> {
        self.flight(key).into_iter().flat_map(Flight::control_steps).map(step_of).collect()
    }

    /// How old each source of a flight is.
    pub fn sources(&self, key: &FlightKey) -> Sources {
        let Some(flight) = self.flight(key) else { return Sources::default() };
        let readings = flight.host_readings();
        let newest = readings.last();
        // What was read under Apron says what the host did since.
        let is_later = newest.is_some_and(|(_, reading)| reading.under != Controller::Host);
        Sources {
            list_at: flight.list_read_at(),
            check_in_at: newest.map(|(_, reading)| reading.as_of),
            later_unknown: flight.controller() != Controller::Host && !is_later,
        }
    }

    pub(super) fn take_over(&self, key: &FlightKey, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.known(key)?;
        if let Some(held) = flight.taken_over() {
            let words = said!(
                "",
                "{flight} is already worked here: {by} took it over {when}.",
                flight = key.flight(),
                by = held.fact.by.to_string(),
                when = self.when_and_where(&held.fact),
            );
            return Err(Refusal::new("already-taken-over", words, "Go on with the flight.", 409));
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::TookOver { reason: reason.trim().to_owned() }, Vec::new());
        let message = format!("{} is now worked here.", words::flight(key));
        let todo = [said!("todo-not-in-host", "Do not work {flight} in the host until it is handed back.", flight = key.flight())];
        let answer = with_hints(json!({ "tone": Tone::Amber, "message": message, "todo": todo, "flight": key }), &todo);
        Ok(draft.decision(answer, format!("took over {key}")))
    }

    /// One command for a station in an outage: one press is one receipt, and either all of its flights are taken over or none.
    pub(super) fn take_over_station(&self, flights: &[FlightKey], reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let mut draft = Draft::new(context);
        let (mut taken, mut before) = (Vec::new(), 0);
        for key in flights {
            let flight = self.known(key)?;
            if taken.contains(key) {
                continue;
            }
            if flight.controller() == Controller::Host {
                draft.edit(&key.scope(), flight.id).fact(What::TookOver { reason: reason.trim().to_owned() }, Vec::new());
                taken.push(*key);
            } else {
                before += 1;
            }
        }
        let count = words::count(taken.len(), "flight is", "flights are");
        let mut todo = Vec::new();
        if !taken.is_empty() {
            todo.push(said!("todo-none-in-host", "Do not work them in the host until they are handed back."));
        }
        if before > 0 {
            let count = words::count(before, "flight was", "flights were");
            todo.push(said!("todo-taken-before", "{count} taken over before.", count = count));
        }
        let answer = json!({
            "tone": Tone::Amber, "message": format!("{count} now worked here."), "todo": todo, "flights": taken, "before": before,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("took over {} flights", taken.len())))
    }

    pub(super) fn begin_hand_back(&self, key: &FlightKey, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.worked(key)?;
        let begun = What::HandBackBegun { reason: reason.trim().to_owned(), of: flight.take_over_refs() };
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(begun, flight.hand_back_refs());
        let mut todo = vec![said!("todo-read-host-list", "Read the host's list now, and settle each difference.")];
        if !flight.is_closed() {
            todo.push(said!("todo-tell-desks", "Tell the desks: nothing is changed here any more."));
        }
        let message = format!("{} is being handed back.", words::flight(key));
        let answer = with_hints(json!({ "tone": Tone::Amber, "message": message, "todo": todo, "flight": key }), &todo);
        Ok(draft.decision(answer, format!("began to hand back {key}")))
    }

    pub(super) fn call_off_hand_back(&self, key: &FlightKey, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.handing_back(key)?;
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::HandBackCalledOff { reason: reason.trim().to_owned() }, flight.hand_back_refs());
        let message = format!("{} is worked here as before.", words::flight(key));
        let todo = [said!("todo-not-in-host", "Do not work {flight} in the host until it is handed back.", flight = key.flight())];
        let answer = with_hints(json!({ "tone": Tone::Amber, "message": message, "todo": todo, "flight": key }), &todo);
        Ok(draft.decision(answer, format!("called off handing back {key}")))
    }

    pub(super) fn hand_back(&self, key: &FlightKey, reason: &str, anyway: bool, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.handing_back(key)?;
        let settlement = self.settlement(key);
        let open = settlement.as_ref().filter(|found| found.compared).map(|found| found.open);
        match open {
            Some(0) => {}
            _ if anyway => {}
            None => {
                let words = said!("", "No list of the host came since {flight} was taken over.", flight = key.flight());
                return Err(Refusal::new("host-list-needed", words, "Read the host's list first, or hand back without one as a supervisor.", 409));
            }
            Some(open) => {
                let count = words::count(open, "difference is", "differences are");
                let words = said!("", "{count} still open on {flight}.", count = count, flight = key.flight());
                return Err(Refusal::new("differences-open", words, "Settle each, or hand back anyway as a supervisor, with the reason.", 409));
            }
        }
        let mut undoes: Vec<FactRef> = flight.take_over_refs();
        undoes.extend(flight.hand_back_refs());
        let left = open.map(|open| u32::try_from(open).unwrap_or(u32::MAX));
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::HandedBack { reason: reason.trim().to_owned(), open: left }, undoes);
        let accepted = settlement.map(|settlement| self.take_accepted(&mut draft, flight, &settlement)).unwrap_or_default();
        let message = format!("{} is worked in the host again.", words::flight(key));
        let mut todo = Vec::new();
        if accepted.unknown > 0 {
            let count = words::count(accepted.unknown, "guest of the host is", "guests of the host are");
            todo.push(said!("todo-accepted-unknown", "{count} not known here. Read the airline's list (PNL or ADL) when it comes.", count = count));
        }
        if let Some(open) = open.filter(|open| *open > 0) {
            let count = words::count(open, "difference stays", "differences stay");
            todo.push(said!("todo-left-open", "{count} open. Tell the airline.", count = count));
        }
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer =
            with_hints(json!({ "tone": tone, "message": message, "todo": todo, "flight": key, "open": open, "accepted": accepted.changed }), &todo);
        Ok(draft.decision(answer, format!("handed back {key}, {} records as the host says", accepted.changed)))
    }

    /// The flight, if it is being given back.
    fn handing_back(&self, key: &FlightKey) -> Result<&Flight, Refusal> {
        let flight = self.known(key)?;
        match flight.controller() {
            Controller::HandingBack => Ok(flight),
            Controller::Host | Controller::Apron => {
                let words = said!("", "{flight} is not being handed back.", flight = key.flight());
                Err(Refusal::new("not-handing-back", words, "Look at the flight again: another desk may have changed it.", 409))
            }
        }
    }
}

/// A taking over as screens show it.
pub(super) fn taken_over(held: &Held) -> TakenOver {
    TakenOver { by: held.fact.by.to_string(), desk: held.fact.desk.to_string(), at: held.fact.at, reason: reason_of(&held.fact.what).to_owned() }
}

fn step_of(held: &Held) -> ControlStep {
    let (step, open) = match &held.fact.what {
        What::HandBackBegun { .. } => ("hand-back-begun", None),
        What::HandBackCalledOff { .. } => ("hand-back-called-off", None),
        What::HandedBack { open, .. } => ("handed-back", *open),
        _ => ("took-over", None),
    };
    let TakenOver { by, desk, at, reason } = taken_over(held);
    ControlStep { step, by, desk, at, reason, holds: !held.undone, open }
}

fn reason_of(what: &What) -> &str {
    match what {
        What::TookOver { reason } | What::HandBackBegun { reason, .. } | What::HandBackCalledOff { reason } | What::HandedBack { reason, .. } => {
            reason
        }
        _ => "",
    }
}
