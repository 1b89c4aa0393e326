//! The counter: find a guest, check the party in, take the bags.

use askama::Template;

use super::page::{FieldError, Flag, FlightHead, Notice, Shell, State};

/// The find box, what it found, and the party at the counter.
#[derive(Debug, Template)]
#[template(path = "counter.html")]
pub struct CounterPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    /// What was typed.
    pub query: String,
    pub results: Vec<FoundRow>,
    /// How many there are when not all are listed.
    pub more: Option<usize>,
    pub work: Option<Work>,
}

/// One guest found.
#[derive(Debug, Clone)]
pub struct FoundRow {
    pub no: usize,
    pub booking: String,
    pub name: String,
    pub locator: String,
    pub seat: String,
    pub flight: String,
    pub status: String,
    pub open: bool,
}

/// The party at the counter.
#[derive(Debug, Clone)]
pub struct Work {
    pub flight: FlightHead,
    /// The booking the work was opened with.
    pub booking: String,
    pub locator: String,
    pub guests: Vec<PartyGuest>,
    /// The tag that was just made, shown large.
    pub new_tag: Option<NewTag>,
    pub read_only: Option<String>,
    pub ask: Option<super::gate::Ask>,
}

/// One guest of the party.
#[derive(Debug, Clone)]
pub struct PartyGuest {
    pub no: usize,
    pub booking: String,
    pub name: String,
    /// `Adult`, `Child`, `Infant`.
    pub kind: String,
    pub seat: String,
    /// What the seat field proposes when there is no seat yet.
    pub proposed: String,
    pub sequence: String,
    pub checked_in: bool,
    pub boarded: bool,
    pub status: String,
    pub flags: Vec<Flag>,
    pub bags: Vec<BagLine>,
    pub selected: bool,
    pub state: State,
}

/// One accepted bag.
#[derive(Debug, Clone)]
pub struct BagLine {
    pub tag: String,
    pub weight: String,
    pub destination: String,
}

/// A tag number that was just given.
#[derive(Debug, Clone)]
pub struct NewTag {
    pub tag: String,
    pub owner: String,
    pub weight: String,
}

impl Work {
    /// Whether anyone here is checked in and may hand over a bag.
    pub fn can_take_bags(&self) -> bool {
        self.guests.iter().any(|guest| guest.checked_in)
    }
}
