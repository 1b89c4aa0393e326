//! The last scans at this desk, kept in memory for the strip beside the verdict.

use std::collections::VecDeque;

use schemas::command::{Choice, Refusal};
use schemas::record::fact::StaffNumber;
use schemas::record::{DocRef, FlightKey};
use schemas::said::Said;
use serde_json::Value;
use uuid::Uuid;

use super::page::Tone;

/// The last scans of the desk, over all flights, newest first.
#[derive(Default)]
pub(super) struct Scans {
    strip: VecDeque<Scan>,
}

/// One scan and what was said to it.
#[derive(Clone)]
pub(super) struct Scan {
    pub(super) id: Uuid,
    pub(super) flight: FlightKey,
    /// Who scanned.
    pub(super) by: Option<StaffNumber>,
    pub(super) at_ms: i64,
    pub(super) tone: Tone,
    /// The word in large letters, under its key.
    pub(super) word: Said,
    pub(super) outcome: Outcome,
    /// The guest who went on board.
    pub(super) booking: Option<DocRef>,
    /// The command that it became, to see where that is held.
    pub(super) command: Option<Uuid>,
    /// The guests who could be meant, and what was scanned.
    pub(super) choices: Vec<Choice>,
    pub(super) text: String,
    /// Whether it was a pass that the reader read, not something typed.
    pub(super) heard: bool,
    /// The guest who was chosen with it, to try once more.
    pub(super) chosen: Option<DocRef>,
}

/// What a scan came to, for each language to say.
#[derive(Clone)]
pub(super) enum Outcome {
    /// The guest by name, and what the command answered.
    Boarded {
        name: String,
        answer: Value,
    },
    Refused(Refusal),
}

/// As many as the strip shows.
const SCANS_MAX: usize = 10;

/// Within this time whoever scanned takes a boarding back without being asked why.
const AT_ONCE_MS: i64 = 30_000;

impl Scans {
    /// Keeps a scan; the same scan answered again moves to the front.
    pub(super) fn keep(&mut self, scan: Scan) {
        self.strip.retain(|known| known.id != scan.id);
        self.strip.push_front(scan);
        self.strip.truncate(SCANS_MAX);
    }

    /// When the last pass was read, and when the first thing was typed that is kept, in milliseconds.
    pub(super) fn heard(&self, flight: &FlightKey) -> (Option<i64>, Option<i64>) {
        let of_flight = || self.strip.iter().filter(|scan| scan.flight == *flight);
        (of_flight().filter(|scan| scan.heard).map(|scan| scan.at_ms).max(), of_flight().map(|scan| scan.at_ms).min())
    }

    /// Newest first.
    pub(super) fn all(&self) -> Vec<Scan> {
        self.strip.iter().cloned().collect()
    }

    /// Those of one flight, newest first.
    pub(super) fn of(&self, flight: &FlightKey) -> Vec<Scan> {
        self.strip.iter().filter(|scan| scan.flight == *flight).cloned().collect()
    }
}

impl Scan {
    /// Whether this person made it just now: then nobody needs to be asked why it is undone.
    pub(super) fn is_fresh_of(&self, staff: &StaffNumber, now_ms: i64) -> bool {
        self.by.as_ref() == Some(staff) && (0..=AT_ONCE_MS).contains(&(now_ms - self.at_ms))
    }
}
