//! This desk: what only it holds, what others hold of it, and how it is.

use askama::Template;

use super::hub::NodeRow;
use super::page::Shell;

/// The page behind the foot.
#[derive(Debug, Template)]
#[template(path = "desk.html")]
pub struct DeskPage {
    pub shell: Shell,
    pub version: String,
    pub saved_here: String,
    pub waiting_station: String,
    pub waiting_hub: String,
    pub hub_words: String,
    pub peers: Vec<NodeRow>,
    pub journal: Journal,
}

/// The journal on this disk.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    pub segments: String,
    pub size: String,
    /// Set when a file was found damaged, with what to do.
    pub damaged: Option<String>,
    /// Digests of the scopes held, to compare with a neighbour's.
    pub digests: Vec<(String, String)>,
}
