//! The baggage desk: a report in under a minute, open reports, and custody scans.

use askama::Template;

use super::page::{FieldError, Notice, Shell, State};

/// The baggage desk.
#[derive(Debug, Template)]
#[template(path = "baggage.html")]
pub struct BaggagePage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    pub form: IncidentForm,
    /// What the scan filled in: `From tag 0999123456, CA1501`.
    pub filled: Option<String>,
    pub cases: Vec<CaseRow>,
    pub custody: CustodyForm,
}

/// The six fields of a report, as typed or as filled in by a scan.
#[derive(Debug, Clone, Default)]
pub struct IncidentForm {
    pub booking: String,
    pub kind: String,
    pub name: String,
    pub contact: String,
    pub flight: String,
    pub tag: String,
    pub description: String,
}

/// A custody scan: this bag was seen there.
#[derive(Debug, Clone, Default)]
pub struct CustodyForm {
    pub tag: String,
    pub place: String,
    /// Places bags are scanned at.
    pub places: Vec<&'static str>,
}

/// One report.
#[derive(Debug, Clone)]
pub struct CaseRow {
    pub id: String,
    pub reference: String,
    /// `Delayed`, `Damaged`, `Pilfered`, `Found`.
    pub kind: String,
    pub name: String,
    pub tag: String,
    pub opened: String,
    pub state: State,
}

impl IncidentForm {
    /// For the choices of a report's kind.
    pub fn kind_is(&self, kind: &str) -> bool {
        self.kind == kind
    }
}

impl CustodyForm {
    /// For the choices of a place.
    pub fn place_is(&self, place: &str) -> bool {
        self.place == place
    }
}
