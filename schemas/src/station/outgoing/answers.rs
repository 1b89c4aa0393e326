//! What became of the messages of a flight: noted by the node with the way out, and decided by people where it does not know.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::Said;
use crate::command::{MessageChoice, Refusal, Tone};
use crate::flat::DocId;
use crate::record::fact::{Source, What};
use crate::record::outgoing::{Answered, Message, OutKind, OutState, Outcome};
use crate::record::{DocRef, FlightKey};
use crate::said::said;
use crate::station::decide::{Context, Decision, Draft};
use crate::station::{Station, words};

/// A message as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutRow {
    pub flight: FlightKey,
    pub kind: OutKind,
    pub key: String,
    /// What it stands with: a booking, a bag or the flight.
    pub about: DocRef,
    pub version: u32,
    pub part: u16,
    pub parts: u16,
    /// Its place among the flight's messages.
    pub place: u32,
    /// When it was put into words, in milliseconds since 1970 UTC.
    pub at: i64,
    pub state: OutState,
    pub text: String,
    pub answer: Option<SaidOf>,
}

/// What is known of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SaidOf {
    pub how: Outcome,
    pub tries: u32,
    pub way: String,
    pub note: String,
    pub by: String,
    pub desk: String,
    pub at: i64,
}

impl Station {
    /// The messages of a flight in the order in which they go.
    pub fn outbox(&self, key: &FlightKey) -> Vec<OutRow> {
        let said = self.said_out(key);
        let mut rows: Vec<OutRow> = said.iter().flat_map(|(doc, messages)| messages.iter().map(|message| row(key, *doc, message))).collect();
        rows.sort_by(|a, b| (a.place, &a.key).cmp(&(b.place, &b.key)));
        rows
    }

    /// How many messages of a flight stand how.
    pub fn out_counts(&self, key: &FlightKey) -> BTreeMap<OutState, u32> {
        let mut counts = BTreeMap::new();
        for message in self.said_out(key).values().flatten() {
            *counts.entry(message.state).or_default() += 1;
        }
        counts
    }

    pub(in crate::station) fn note_answers(&self, key: &FlightKey, answers: &[Answered], context: &Context) -> Result<Decision, Refusal> {
        let said = self.said_out(key);
        let mut draft = Draft::new(context);
        let mut noted = 0;
        for answered in answers {
            let Some((doc, message)) = find(&said, &answered.key) else { continue };
            // What is over stays so, and the same is noted once.
            let is_known =
                message.state.is_over() || message.answer.is_some_and(|(_, known)| known.how == answered.how && known.note == answered.note);
            if is_known {
                continue;
            }
            let part = draft.edit(&key.scope(), doc);
            part.fact_from(Source::Message, What::Answered(Box::new(answered.clone())), message.answers.clone());
            noted += 1;
        }
        let message = format!("{} of {} noted.", words::count(noted, "answer", "answers"), words::flight(key));
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "count": noted });
        Ok(draft.decision(answer, format!("noted {noted} answers to messages of {key}")))
    }

    pub(in crate::station) fn settle_message(
        &self,
        key: &FlightKey,
        message: &str,
        how: MessageChoice,
        reason: &str,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        let said = self.said_out(key);
        let Some((doc, known)) = find(&said, message) else {
            let words = said!("", "There is no such message of {flight} here.", flight = words::flight(key));
            return Err(Refusal::new("message-not-known", words, "Look at the outbox again.", 404));
        };
        let outcome = match (how, known.state) {
            (_, OutState::Sent) => return Err(Refusal::new("message-sent", "The receiver has this message.", "Nothing has to be done.", 409)),
            (MessageChoice::Replay, OutState::Waiting) => {
                return Err(Refusal::new("message-waits", "This message waits and goes out by itself.", "Nothing has to be done.", 409));
            }
            (MessageChoice::Replay, OutState::Unknown | OutState::Refused | OutState::Cancelled) => Outcome::Again,
            (_, OutState::Cancelled) => {
                return Err(Refusal::new("message-cancelled", "This message was cancelled.", "Send it again if it is to go out.", 409));
            }
            (MessageChoice::Cancel, OutState::Waiting | OutState::Unknown | OutState::Refused) => Outcome::Cancelled,
            (MessageChoice::Arrived, OutState::Waiting | OutState::Unknown | OutState::Refused) => Outcome::Taken,
        };
        let tries = known.answer.map_or(0, |(_, answered)| answered.tries);
        let answered = Answered { key: message.to_owned(), how: outcome, tries, way: String::new(), began: None, note: reason.trim().to_owned() };
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), doc).fact(What::Answered(Box::new(answered)), known.answers.clone());
        let kind = known.spoken.kind;
        let said = match how {
            MessageChoice::Replay => format!("The {kind} goes out again under its key."),
            MessageChoice::Cancel => format!("The {kind} is cancelled."),
            MessageChoice::Arrived => format!("The {kind} is noted as arrived."),
        };
        let answer =
            json!({ "tone": Tone::Green, "message": said, "todo": [], "flight": key, "key": message, "how": how, "message_kind": kind.as_str() });
        Ok(draft.decision(answer, format!("decided about a {kind} of {key}")))
    }
}

fn find<'s, 'a>(said: &'s Said<'a>, key: &str) -> Option<(DocId, &'s Message<'a>)> {
    said.iter().find_map(|(doc, messages)| Some((*doc, messages.iter().find(|message| message.spoken.key == key)?)))
}

fn row(flight: &FlightKey, doc: DocId, message: &Message<'_>) -> OutRow {
    let spoken = message.spoken;
    OutRow {
        flight: *flight,
        kind: spoken.kind,
        key: spoken.key.clone(),
        about: DocRef(doc),
        version: spoken.version,
        part: spoken.part,
        parts: spoken.parts,
        place: message.place,
        at: message.at,
        state: message.state,
        text: spoken.text.clone(),
        answer: message.answer.map(|(held, answered)| SaidOf {
            how: answered.how,
            tries: answered.tries,
            way: answered.way.clone(),
            note: answered.note.clone(),
            by: held.fact.by.to_string(),
            desk: held.fact.desk.to_string(),
            at: held.fact.at,
        }),
    }
}
