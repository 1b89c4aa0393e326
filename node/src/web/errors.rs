//! What a person reads when something did not work: what happened, what is safe, what to do, and a code.

use askama::Template;

use super::page::Shell;

/// A page that stands for an answer that is not there.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub shell: Shell,
    pub trouble: Trouble,
}

/// The four sentences of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub status: u16,
    /// `not-found`, `too-large`: for the log and the phone.
    pub code: String,
    pub happened: String,
    pub safe: String,
    pub remedy: String,
}
