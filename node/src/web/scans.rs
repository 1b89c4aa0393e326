//! The last scans at this desk, kept in memory for the strip beside the verdict.

use std::collections::{BTreeMap, VecDeque};

use schemas::command::{Choice, Refusal};
use schemas::record::{DocRef, FlightKey};
use schemas::said::Said;
use serde_json::Value;
use uuid::Uuid;

use super::page::Tone;

/// The last scans by flight.
#[derive(Default)]
pub(super) struct Scans {
    flights: BTreeMap<FlightKey, VecDeque<Scan>>,
}

/// One scan and what was said to it.
#[derive(Clone)]
pub(super) struct Scan {
    pub(super) id: Uuid,
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

/// As many flights as one desk ever has open.
const FLIGHTS_MAX: usize = 32;

impl Scans {
    /// Keeps a scan; the same scan answered again moves to the front.
    pub(super) fn keep(&mut self, flight: FlightKey, scan: Scan) {
        if self.flights.len() >= FLIGHTS_MAX && !self.flights.contains_key(&flight) {
            self.flights.pop_first();
        }
        let strip = self.flights.entry(flight).or_default();
        strip.retain(|known| known.id != scan.id);
        strip.push_front(scan);
        strip.truncate(SCANS_MAX);
    }

    /// When the last pass was read, and when the first thing was typed that is kept, in milliseconds.
    pub(super) fn heard(&self, flight: &FlightKey) -> (Option<i64>, Option<i64>) {
        let Some(strip) = self.flights.get(flight) else { return (None, None) };
        let heard = strip.iter().filter(|scan| scan.heard).map(|scan| scan.at_ms).max();
        (heard, strip.iter().map(|scan| scan.at_ms).min())
    }

    /// Newest first.
    pub(super) fn of(&self, flight: &FlightKey) -> Vec<Scan> {
        self.flights.get(flight).map(|strip| strip.iter().cloned().collect()).unwrap_or_default()
    }
}
