//! What leaves on paper: boarding passes, bag tags and receipts, each a page of its own that prints.

use askama::Template;

use super::page::{FlightHead, Shell, State};

/// A boarding pass.
#[derive(Debug, Template)]
#[template(path = "pass.html")]
pub struct PassPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub booking: String,
    pub name: String,
    pub locator: String,
    pub seat: String,
    pub cabin: String,
    pub sequence: String,
    pub bags: Vec<String>,
    pub flags: Vec<String>,
    /// The bar-coded boarding pass in PDF417 and in Aztec, as SVG made here.
    pub pdf417: String,
    pub aztec: String,
    /// The text in the code, for a reader that died.
    pub text: String,
    pub state: State,
}

/// A bag tag.
#[derive(Debug, Template)]
#[template(path = "tag.html")]
pub struct TagPage {
    pub shell: Shell,
    pub tag: String,
    /// Legs in order; the last is where the bag goes.
    pub legs: Vec<TagLeg>,
    pub to: String,
    pub owner: String,
    pub locator: String,
    pub sequence: String,
    pub weight: String,
    pub made: String,
    /// Interleaved 2 of 5, as SVG made here.
    pub barcode: String,
}

/// One flight of a bag.
#[derive(Debug, Clone)]
pub struct TagLeg {
    pub to: String,
    pub flight: String,
    pub date: String,
}

/// The guest's copy of a baggage report.
#[derive(Debug, Template)]
#[template(path = "receipt.html")]
pub struct ReceiptPage {
    pub shell: Shell,
    pub case: super::baggage::CaseRow,
    /// Valid here at once.
    pub reference: String,
    /// Its world-wide one, when it has come.
    pub world_reference: Option<String>,
    pub contact: String,
    pub flight: String,
    pub description: String,
    pub made: String,
    /// Dates until which a claim must be written.
    pub deadlines: Vec<(String, String)>,
}
