//! What a station says to others: each message as it was put into words, and what became of it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fact::{Held, History, Source, What};
use super::id::FactRef;
use super::key::FlightKey;

/// What sort of message goes out, in the order in which those of one flight are put into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum OutKind {
    /// A change, rebooking, refund, upgrade or new ticket that a guest asked for: JSON for the reservation system.
    Request,
    Bsm,
    Bpm,
    Pfs,
    Prl,
    Psm,
    Ptm,
    Etl,
}

/// One part of a message as it was put into words. It stands with what it is about: a booking, a bag or the flight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    pub kind: OutKind,
    /// The idempotency key: 32 hexadecimal digits, a hash of flight, kind, what it is about, version, part and text.
    pub key: String,
    /// What it is about, where that is a fact of the document and not the document itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<FactRef>,
    /// Counts what was said of one thing in one kind, from 1.
    pub version: u32,
    /// From 1 to `parts`.
    pub part: u16,
    pub parts: u16,
    /// Its place among the messages of the flight, from 1.
    pub place: u32,
    /// Without the envelope, which the way out puts before it.
    pub text: String,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub key: String,
    pub how: Outcome,
    /// How often it was tried until then.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub tries: u32,
    /// The name of the way out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub way: String,
    /// When the try began, in milliseconds since 1970 UTC: the receiver cannot have had it earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<i64>,
    /// What the receiver or a person said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What became of a message, the one that counts most last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A person or a check says that it did not arrive: it goes out again under its key.
    Again,
    /// It was sent, and nobody knows whether it arrived.
    Unknown,
    /// The receiver does not take it.
    Refused,
    /// A person says that it is not to be sent, or was told otherwise.
    Cancelled,
    /// The receiver has it.
    Taken,
}

/// What a guest asks the reservation system for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRequest {
    pub what: Wish,
    /// The flight that the guest wants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<FlightKey>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    Change,
    Rebooking,
    Refund,
    Upgrade,
    NewTicket,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutState {
    Waiting,
    /// Sent, answer unknown.
    Unknown,
    Refused,
    Cancelled,
    Sent,
}

/// A message with what became of it. Two nodes that put the same into words made one message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message<'a> {
    pub spoken: &'a Spoken,
    /// The earliest place that a node gave it.
    pub place: u32,
    /// When it was put into words, in milliseconds since 1970 UTC.
    pub at: i64,
    pub state: OutState,
    /// What counts of the answers.
    pub answer: Option<(&'a Held, &'a Answered)>,
    /// Every answer that still holds: what another answer replaces.
    pub answers: Vec<FactRef>,
    /// The earliest time at which the receiver may have got it, in milliseconds since 1970 UTC; nothing where no try says so.
    pub arrived: Option<i64>,
}

impl OutKind {
    pub const ALL: [Self; 8] = [Self::Request, Self::Bsm, Self::Bpm, Self::Pfs, Self::Prl, Self::Psm, Self::Ptm, Self::Etl];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Bsm => "BSM",
            Self::Bpm => "BPM",
            Self::Pfs => "PFS",
            Self::Prl => "PRL",
            Self::Psm => "PSM",
            Self::Ptm => "PTM",
            Self::Etl => "ETL",
        }
    }
}

impl Wish {
    pub const ALL: [Self; 5] = [Self::Change, Self::Rebooking, Self::Refund, Self::Upgrade, Self::NewTicket];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Change => "change",
            Self::Rebooking => "rebooking",
            Self::Refund => "refund",
            Self::Upgrade => "upgrade",
            Self::NewTicket => "new-ticket",
        }
    }
}

impl OutState {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Sent => "sent",
        }
    }

    /// Whether nothing more is to happen with it.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Sent | Self::Cancelled)
    }
}

impl History {
    /// The messages that were put into words about this, by kind, what they are about, version and part.
    pub fn messages(&self) -> Vec<Message<'_>> {
        let mut by_key: BTreeMap<&str, Message<'_>> = BTreeMap::new();
        for held in self.all() {
            let What::Spoken(spoken) = &held.fact.what else { continue };
            let message = by_key.entry(&spoken.key).or_insert_with(|| Message {
                spoken,
                place: spoken.place,
                at: held.fact.at,
                state: OutState::Waiting,
                answer: None,
                answers: Vec::new(),
                arrived: None,
            });
            message.place = message.place.min(spoken.place);
            message.at = message.at.min(held.fact.at);
        }
        if by_key.is_empty() {
            return Vec::new();
        }
        for held in self.live(|what| matches!(what, What::Answered(_))) {
            let What::Answered(answered) = &held.fact.what else { continue };
            let Some(message) = by_key.get_mut(&*answered.key) else { continue };
            message.answers.push(FactRef(held.id));
            if message.answer.is_none_or(|(_, known)| known.how < answered.how) {
                message.answer = Some((held, answered));
                message.state = state_of(answered.how);
            }
        }
        for held in self.all() {
            let What::Answered(answered) = &held.fact.what else { continue };
            let (true, Some(message)) = (matches!(answered.how, Outcome::Taken | Outcome::Unknown), by_key.get_mut(&*answered.key)) else { continue };
            // A person says that it arrived, and not when; whoever asked heard the same. The try itself was noted too.
            let Some(at) = answered.began.or((held.fact.src != Source::Message).then_some(message.at)) else { continue };
            message.arrived = Some(message.arrived.map_or(at, |known| known.min(at)));
        }
        let mut messages: Vec<Message<'_>> = by_key.into_values().collect();
        messages.sort_by(|a, b| order(a.spoken).cmp(&order(b.spoken)));
        messages
    }
}

fn order(spoken: &Spoken) -> (OutKind, Option<FactRef>, u32, u16, &str) {
    (spoken.kind, spoken.of, spoken.version, spoken.part, &spoken.key)
}

fn state_of(how: Outcome) -> OutState {
    match how {
        Outcome::Again => OutState::Waiting,
        Outcome::Unknown => OutState::Unknown,
        Outcome::Refused => OutState::Refused,
        Outcome::Cancelled => OutState::Cancelled,
        Outcome::Taken => OutState::Sent,
    }
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A text that is no kind of message that goes out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is no kind of message that goes out; write REQUEST, BSM, BPM, PFS, PRL, PSM, PTM or ETL")]
pub struct NotAKind {
    pub found: String,
}

impl FromStr for OutKind {
    type Err = NotAKind;
    fn from_str(text: &str) -> Result<Self, NotAKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| NotAKind { found: text.chars().take(20).collect() })
    }
}

impl fmt::Display for OutKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
