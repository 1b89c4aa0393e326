//! Conflicts: what merging cannot decide and a person must.

use askama::Template;

use super::page::{Notice, Shell};

/// The inbox, on every node.
#[derive(Debug, Template)]
#[template(path = "conflicts.html")]
pub struct ConflictsPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub conflicts: Vec<ConflictCard>,
    /// What was settled before, newest first.
    pub settled: Vec<Settled>,
    /// Entries taken over without a question, for trust.
    pub merged: String,
}

/// One conflict with both sides' stories.
#[derive(Debug, Clone)]
pub struct ConflictCard {
    pub id: String,
    /// `Two guests in seat 14C`.
    pub head: String,
    /// `CA1501, 22 Nov`.
    pub about: String,
    pub link: String,
    /// `Departs in 24 min`, or empty.
    pub pressure: String,
    pub stories: Vec<Story>,
    pub proposal: String,
    pub choices: Vec<Choice>,
}

/// What one side did.
#[derive(Debug, Clone)]
pub struct Story {
    /// `A`, `B`.
    pub letter: String,
    pub said: String,
    /// `Staff 4711 at C03`.
    pub who: String,
    /// `10:12, while alone`.
    pub when: String,
    /// Whether the screens show this one meanwhile.
    pub shown: bool,
}

/// One way to settle it.
#[derive(Debug, Clone)]
pub struct Choice {
    pub value: String,
    pub words: String,
    pub proposed: bool,
}

/// One settled conflict.
#[derive(Debug, Clone)]
pub struct Settled {
    pub head: String,
    pub words: String,
    pub who: String,
    pub when: String,
}
