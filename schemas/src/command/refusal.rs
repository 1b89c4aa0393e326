//! How a node says no: what is the matter and what to do, in words for the person at the desk.

use serde::{Deserialize, Serialize};

use crate::record::DocRef;
use crate::said::{Arg, Args, Said};
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// Why a command was not carried out, in words for the person at the desk. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message} {remedy}")]
pub struct Refusal {
    /// For programs; kebab-case, never changes its meaning.
    pub code: &'static str,
    /// What is the matter.
    pub message: String,
    /// What to do now.
    pub remedy: String,
    /// The HTTP status that fits.
    pub status: u16,
    /// Red where a guest or bag must be stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    /// The guests that a person must choose from, if that is the remedy.
    #[serde(skip_serializing_if = "<[Choice]>::is_empty")]
    pub choices: Box<[Choice]>,
    /// The line of the message that is meant, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Set where nothing is wrong and only something else must come first: what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<Box<str>>,
    /// What another language needs to say the same.
    #[serde(skip)]
    words: Option<Box<Words>>,
}

/// Which wording of a code it is, and the values in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Words {
    variant: &'static str,
    args: Args,
}

/// The colour of an answer, always shown with its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Done.
    Green,
    /// Done, and something is left to do.
    Amber,
    /// Stopped.
    Red,
}

/// One of several guests who could be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub booking: DocRef,
    pub name: String,
    pub locator: Option<Locator>,
    pub seat: Option<Seat>,
    pub sequence: Option<u16>,
}

impl Refusal {
    /// The key of a message is the variant of the code's wording; the values in message and remedy go to language files.
    pub fn new(code: &'static str, message: impl Into<Said>, remedy: impl Into<Said>, status: u16) -> Self {
        let (message, remedy) = (message.into(), remedy.into());
        let args: Args = message.args().iter().chain(remedy.args()).cloned().collect();
        let variant = message.key();
        let words = (!args.is_empty() || !variant.is_empty()).then(|| Box::new(Words { variant, args }));
        let (message, remedy) = (message.english().to_owned(), remedy.english().to_owned());
        Self { code, message, remedy, status, tone: None, choices: Box::default(), line: None, waits_for: None, words }
    }

    /// Nothing is wrong with what was given, but something else must come first.
    pub fn waiting(code: &'static str, message: impl Into<Said>, waits_for: impl Into<String>) -> Self {
        let waits_for: String = waits_for.into();
        let remedy = format!("Import {waits_for} first.");
        Self { waits_for: Some(waits_for.into()), ..Self::new(code, message, remedy, 409) }
    }

    /// The same, with a value of the sentence for other languages.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.words.get_or_insert_default().args.push((name, value.into()));
        self
    }

    /// The same, as another wording of the code: in language files it has a key of its own.
    #[must_use]
    pub fn variant(mut self, variant: &'static str) -> Self {
        self.words.get_or_insert_default().variant = variant;
        self
    }

    /// Its name in language files: `refusal-flight-closed`; with a variant `refusal-bag-not-known-on-flight`.
    pub fn key(&self) -> String {
        match self.words.as_ref().map_or("", |words| words.variant) {
            "" => format!("refusal-{}", self.code),
            variant => format!("refusal-{}-{variant}", self.code),
        }
    }

    /// The values of the sentence by name.
    pub fn args(&self) -> &[(&'static str, Arg)] {
        self.words.as_ref().map_or(&[], |words| &words.args[..])
    }

    /// The same, with the line of the message that is meant.
    pub fn at_line(self, line: Option<u32>) -> Self {
        Self { line: self.line.or(line), ..self }
    }

    /// The same, said at the gate: stop.
    pub fn red(self) -> Self {
        Self { tone: Some(Tone::Red), ..self }
    }

    /// The same, said at the gate: look, and it may be passed.
    pub fn amber(self) -> Self {
        Self { tone: Some(Tone::Amber), ..self }
    }

    /// The same, red unless it is of another colour.
    pub fn toned(self) -> Self {
        Self { tone: self.tone.or(Some(Tone::Red)), ..self }
    }

    pub fn with_choices(self, choices: Vec<Choice>) -> Self {
        Self { choices: choices.into(), ..self }
    }
}
