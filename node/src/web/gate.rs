//! The gate: scan, verdict, lists, and the flight's last figures.

use askama::Template;

use super::page::{Flag, FlightHead, Notice, Shell, State, Tone};

/// Boarding of one flight.
#[derive(Debug, Template)]
#[template(path = "gate.html")]
pub struct GatePage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub verdict: Verdict,
    pub counters: Counters,
    pub not_boarded: Vec<GuestRow>,
    pub boarded: Vec<GuestRow>,
    /// The last ten scans at this desk, newest first.
    pub scans: Vec<ScanRow>,
    /// Why nothing can be done here now: the host works the flight, or it is closed.
    pub read_only: Option<String>,
    /// Said when another reader of this flight is out of reach: the counts are of this gate only.
    pub alone: Option<String>,
    /// An action that asks for a reason before it is done.
    pub ask: Option<Ask>,
}

/// The answer to the last scan, legible at arm's length.
#[derive(Debug, Clone, Default)]
pub struct Verdict {
    pub tone: Tone,
    /// `BOARD 14C`, `STOP`.
    pub word: String,
    /// Name, sequence number, group.
    pub who: String,
    /// Why, and what to do.
    pub why: String,
    /// What must be done before the guest goes.
    pub todo: Vec<String>,
    pub at: String,
    pub state: Option<State>,
    /// The booking whose boarding can be taken back from here.
    pub undo: Option<String>,
    /// The id of the scan, so that its sound is played once.
    pub id: String,
}

/// The six numbers of a gate.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    pub booked: usize,
    pub checked_in: usize,
    pub boarded: usize,
    pub missing: usize,
    pub infants: usize,
    pub bags_to_unload: usize,
    /// Said in red when they do not add up.
    pub wrong: Option<String>,
}

/// A guest in one of the two lists.
#[derive(Debug, Clone)]
pub struct GuestRow {
    pub no: usize,
    pub booking: String,
    pub sequence: String,
    pub seat: String,
    pub name: String,
    pub locator: String,
    pub flags: Vec<Flag>,
    pub bags: usize,
    /// When aboard: the time. When not: empty.
    pub at: String,
    pub state: State,
    /// Not checked in: shown, and cannot board yet.
    pub waiting: bool,
    /// The one the last scan moved.
    pub fresh: bool,
}

/// One line of the strip of scans.
#[derive(Debug, Clone)]
pub struct ScanRow {
    pub at: String,
    pub tone: Tone,
    pub word: String,
    pub who: String,
    pub undo: Option<String>,
}

/// A question that needs a reason: un-board, offload, take over.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Where the answer goes.
    pub action: String,
    pub head: String,
    pub words: String,
    pub booking: String,
    pub reasons: Vec<&'static str>,
    pub button: String,
    pub danger: bool,
}

/// The end of a flight: who is missing, which bags come off, and the figures for load control.
#[derive(Debug, Template)]
#[template(path = "closing.html")]
pub struct ClosingPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub missing: Vec<MissingGuest>,
    pub unload: Vec<UnloadRow>,
    pub unload_left: usize,
    pub sheet: Sheet,
    /// Set when the flight is closed: `Closed 10:21 by staff 4711`.
    pub closed: Option<String>,
    /// Why it cannot be closed yet, in words.
    pub blocked: Option<String>,
    pub read_only: Option<String>,
}

/// A guest who is checked in and not aboard.
#[derive(Debug, Clone)]
pub struct MissingGuest {
    pub booking: String,
    pub sequence: String,
    pub seat: String,
    pub name: String,
    pub locator: String,
    pub tags: Vec<String>,
    pub flags: Vec<Flag>,
}

/// A bag whose guest does not fly.
#[derive(Debug, Clone)]
pub struct UnloadRow {
    pub tag: String,
    pub owner: String,
    pub weight: String,
    pub reason: String,
    /// `10:17, staff 4711` once it is off.
    pub done: Option<String>,
}

/// The closing figures.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// 0 while it is a preview.
    pub version: u32,
    pub taken: String,
    pub cabins: Vec<CabinRow>,
    pub total: CabinRow,
    pub bags: Vec<BagsRow>,
    pub bags_total: BagsRow,
}

/// Heads in one cabin.
#[derive(Debug, Clone, Default)]
pub struct CabinRow {
    pub cabin: String,
    pub adults: usize,
    pub children: usize,
    pub infants: usize,
}

/// Bags to one airport.
#[derive(Debug, Clone, Default)]
pub struct BagsRow {
    pub destination: String,
    pub pieces: usize,
    pub weight: String,
}
