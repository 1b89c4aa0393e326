//! A flight that goes elsewhere or comes back: what desks say of it, and what it stops.

use serde::Serialize;
use serde_json::{Value, json};

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::record::course::{Course, CourseTold, Diversion, OnwardPlan, Return, ReturnAfter, ReturnPlace};
use crate::record::fact::{Held, What};
use crate::record::{Flight, FlightKey};
use crate::said::{Said, said, with_hints};

/// What keeps a flight from going where it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseRow {
    #[serde(flatten)]
    pub course: CourseTold,
    pub by: String,
    pub desk: String,
    /// Milliseconds since 1970 UTC by that desk's clock.
    pub at: i64,
}

/// One thing that was said about where a flight goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CourseStep {
    /// Nothing where it was said that the flight goes where it should.
    pub course: Option<CourseTold>,
    pub by: String,
    pub desk: String,
    pub at: i64,
    pub reason: String,
    /// Whether nothing has undone it; of a flight that goes on: whether nothing else was said since.
    pub holds: bool,
}

impl Station {
    /// Where a flight goes instead, or that it came back: several where desks that did not see each other said different things; the last is shown for now.
    pub fn courses(&self, key: &FlightKey) -> Vec<CourseRow> {
        let row = |(held, course): (&Held, Course<'_>)| CourseRow {
            course: course.told(),
            by: held.fact.by.to_string(),
            desk: held.fact.desk.to_string(),
            at: held.fact.at,
        };
        self.flight(key).map(Flight::courses).unwrap_or_default().into_iter().map(row).collect()
    }

    /// Everything that was ever said about where a flight goes, in the order in which desks recorded it.
    pub fn course_steps(&self, key: &FlightKey) -> Vec<CourseStep> {
        let Some(flight) = self.flight(key) else { return Vec::new() };
        let steps = flight.course_steps();
        let is_off = !flight.courses().is_empty();
        let last = steps.last().map(|held| held.id);
        let step = |held: &&Held| CourseStep {
            course: Course::of(&held.fact.what).map(|course| course.told()),
            by: held.fact.by.to_string(),
            desk: held.fact.desk.to_string(),
            at: held.fact.at,
            reason: match &held.fact.what {
                What::Continues { reason } => reason.clone(),
                what => Course::of(what).map(|course| course.reason().to_owned()).unwrap_or_default(),
            },
            holds: match &held.fact.what {
                What::Continues { .. } => !is_off && last == Some(held.id),
                _ => !held.undone,
            },
        };
        steps.iter().map(step).collect()
    }

    pub(super) fn divert_flight(&self, key: &FlightKey, diversion: Diversion, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.known(key)?;
        if diversion.to == key.station() {
            let words = said!("home", "{flight} left from {airport}.", flight = key.flight(), airport = diversion.to);
            return Err(Refusal::new("not-a-diversion", words, "Say that it came back, and where it stands.", 422));
        }
        if flight.destinations.contains(&diversion.to) {
            let words = said!("", "{flight} goes to {airport} anyway.", flight = key.flight(), airport = diversion.to);
            return Err(Refusal::new("not-a-diversion", words, "Give the airport where it lands instead.", 422));
        }
        let (to, plan) = (diversion.to, diversion.onward);
        let mut todo = vec![match plan {
            OnwardPlan::Open => said!("todo-divert-open", "Nobody knows yet how guests go on from {airport}. Ask operations.", airport = to),
            OnwardPlan::Coach => said!("todo-divert-coach", "Guests go on from {airport} by coach. Tell who meets them.", airport = to),
            OnwardPlan::Continues => said!("todo-divert-continues", "The aircraft goes on from {airport}. Tell who meets the guests.", airport = to),
        }];
        if !flight.is_closed() {
            todo.push(said!("todo-divert-open-flight", "{flight} is not closed here. Check the figures.", flight = key.flight()));
        }
        todo.extend(self.onward_words(key));
        let message = format!("{} is diverted to {to}.", words::flight(key));
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::Diverted(Box::new(diversion)), flight.course_refs());
        Ok(draft.decision(answer(key, &message, &todo, json!({ "to": to })), format!("diverted {key}")))
    }

    /// Opens a closed flight again: its figures no longer hold, and the next ones have the next version.
    pub(super) fn flight_returned(&self, key: &FlightKey, back: Return, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.worked(key)?;
        let counts = self.counts(key);
        let mut todo = vec![said!("todo-returned-stop", "Boarding stands still until somebody says that {flight} goes on.", flight = key.flight())];
        if counts.boarded > 0 {
            let count = words::count(counts.boarded as usize, "guest is", "guests are");
            todo.push(said!("todo-returned-leave", "{count} on board. Scan each who leaves; bags of who stays behind come off.", count = count));
        }
        if flight.is_closed() {
            todo.push(said!("todo-tell-load-control", "Tell load control that the closing figures no longer hold."));
        }
        todo.extend(self.onward_words(key));
        let place = match back.place {
            ReturnPlace::Gate => "gate",
            ReturnPlace::Ramp => "ramp",
        };
        let after = match back.after {
            ReturnAfter::PushBack => "after push-back",
            ReturnAfter::Air => "from the air",
        };
        let message = format!("{} is back at the {place} {after}.", words::flight(key));
        let more = json!({ "place": back.place, "after": back.after, "boarded": counts.boarded });
        let mut draft = Draft::new(context);
        let reason = back.reason.clone();
        draft.edit(&key.scope(), flight.id).fact(What::Returned(Box::new(back)), flight.course_refs());
        if flight.is_closed() {
            draft.edit(&key.scope(), flight.id).fact(What::Reopened { reason }, flight.closings());
        }
        Ok(draft.decision(answer(key, &message, &todo, more), format!("{key} came back")))
    }

    pub(super) fn flight_continues(&self, key: &FlightKey, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.known(key)?;
        if flight.courses().is_empty() {
            let words = said!("", "{flight} goes where it should.", flight = key.flight());
            return Err(Refusal::new("on-course", words, "Nothing is to be called off.", 409));
        }
        let was_back = flight.is_back();
        let mut todo = Vec::new();
        if was_back && !flight.is_closed() {
            todo.push(said!("todo-board-again", "Board who left, count the heads, and close {flight} anew.", flight = key.flight()));
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::Continues { reason: reason.trim().to_owned() }, flight.course_refs());
        let message = format!("{} goes where it should.", words::flight(key));
        Ok(draft.decision(answer(key, &message, &todo, json!({})), format!("{key} goes on")))
    }

    /// Stops boarding while a flight is back or goes elsewhere.
    pub(super) fn is_on_course(&self, key: &FlightKey) -> Result<(), Refusal> {
        let Some((_, course)) = self.flight(key).and_then(Flight::course) else { return Ok(()) };
        let (number, reason) = (key.flight(), course.reason());
        let words = match course {
            Course::Diverted(diversion) => {
                said!("", "{flight} is diverted to {airport}: {reason}.", flight = number, airport = diversion.to, reason = reason)
            }
            Course::Returned(_) => said!("back", "{flight} came back: {reason}. Boarding stands still.", flight = number, reason = reason),
        };
        Err(Refusal::new("flight-stands", words, "Board nobody until somebody says that the flight goes on.", 409).red())
    }

    /// Stops closing while a flight is back: figures that are taken now would not be those with which it leaves.
    pub(super) fn is_not_back(&self, key: &FlightKey) -> Result<(), Refusal> {
        if !self.flight(key).is_some_and(Flight::is_back) {
            return Ok(());
        }
        let words = said!("closing", "{flight} came back and stands here.", flight = key.flight());
        Err(Refusal::new("flight-stands", words, "Say first that the flight goes on, board who left, and then close it.", 409))
    }

    fn onward_words(&self, key: &FlightKey) -> Option<Said> {
        let count = self.onward_guests(key).len();
        (count > 0).then(|| {
            let count = words::count(count, "guest goes", "guests go");
            said!("todo-onward-guests", "{count} on with another flight. They are named on the page of changes.", count = count)
        })
    }
}

fn answer(key: &FlightKey, message: &str, todo: &[Said], mut more: Value) -> Value {
    let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
    more["tone"] = json!(tone);
    more["message"] = json!(message);
    more["todo"] = json!(todo);
    more["flight"] = json!(key);
    with_hints(more, todo)
}
