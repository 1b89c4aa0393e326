//! The start page of a node: its flights, its sections, and who is working here.

use askama::Template;

use super::page::{Control, Notice, Shell};

/// What the start page shows.
#[derive(Debug, Template)]
#[template(path = "start.html")]
pub struct StartPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub flights: Vec<FlightRow>,
}

/// One flight of today.
#[derive(Debug, Clone)]
pub struct FlightRow {
    pub key: String,
    pub number: String,
    pub route: String,
    pub gate: String,
    pub std: String,
    pub countdown: String,
    pub status: String,
    pub control: Control,
    pub sources: String,
    pub booked: usize,
    pub checked_in: usize,
    pub boarded: usize,
    pub missing: usize,
}
