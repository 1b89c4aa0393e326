//! The hub's own page: every node, how far behind it is, and what does not go together.

use askama::Template;

use super::conflicts::ConflictCard;
use super::page::{Notice, Shell};

/// The hub's view of the stations.
#[derive(Debug, Template)]
#[template(path = "hub.html")]
pub struct HubPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// In trouble first.
    pub nodes: Vec<NodeRow>,
    pub conflicts: Vec<ConflictCard>,
    /// Links of a demonstration that can be cut by hand.
    pub demo: Option<Vec<DemoLink>>,
}

/// One node as seen from here.
#[derive(Debug, Clone)]
pub struct NodeRow {
    pub desk: String,
    pub station: String,
    pub role: String,
    pub word: NodeWord,
    /// `Up to date`, `Behind 14`, `Offline since 13:41`.
    pub state: String,
    pub last_contact: String,
    /// Records that it lacks of ours.
    pub behind: u64,
    pub version: String,
    /// `+0.3 s`.
    pub offset: String,
    pub offset_bad: bool,
}

/// How a node does, for its colour and mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeWord {
    UpToDate,
    Behind,
    Offline,
}

/// One link of a demonstration.
#[derive(Debug, Clone)]
pub struct DemoLink {
    pub name: String,
    pub cut: bool,
}

impl NodeWord {
    pub fn class(&self) -> &'static str {
        match self {
            NodeWord::UpToDate => "hub",
            NodeWord::Behind | NodeWord::Offline => "behind",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self {
            NodeWord::UpToDate => "tick",
            NodeWord::Behind => "up",
            NodeWord::Offline => "cut",
        }
    }
}
