//! What the rules say to a person: the English, and what another language needs to say the same.

use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::record::FlightKey;

/// A sentence of the rules. It reads, compares and serialises as its English; a language file holds it under its key, with the values by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    english: String,
    key: &'static str,
    args: Args,
}

/// The values of a sentence by name. A sentence has a handful.
pub type Args = Vec<(&'static str, Arg)>;

/// A value inside a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    /// A name, a code, a time of day: the same in every language.
    Text(String),
    /// A count: a language may need its plural.
    Number(i64),
    /// A flight with its day, as the language writes days.
    Flight(FlightKey),
    /// Part of the sentence that is said in the language too.
    Said(Box<Said>),
}

impl Said {
    /// A sentence under the name that it has in language files, in kebab-case.
    pub fn new(key: &'static str, english: impl Into<String>) -> Self {
        Self { english: english.into(), key, args: Vec::new() }
    }

    /// The same, with a value that a translation may name.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    pub fn key(&self) -> &'static str {
        self.key
    }

    pub fn args(&self) -> &[(&'static str, Arg)] {
        &self.args
    }

    pub fn english(&self) -> &str {
        &self.english
    }
}

impl Deref for Said {
    type Target = str;

    fn deref(&self) -> &str {
        &self.english
    }
}

impl fmt::Display for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.english)
    }
}

impl PartialEq<str> for Said {
    fn eq(&self, other: &str) -> bool {
        self.english == other
    }
}

impl PartialEq<&str> for Said {
    fn eq(&self, other: &&str) -> bool {
        self.english == *other
    }
}

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.english)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Said> for Arg {
    fn from(said: Said) -> Self {
        Self::Said(Box::new(said))
    }
}

impl From<FlightKey> for Arg {
    fn from(key: FlightKey) -> Self {
        Self::Flight(key)
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

macro_rules! whole_numbers {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Arg {
            fn from(number: $kind) -> Self {
                Self::Number(i64::from(number))
            }
        })*
    };
}

whole_numbers!(u8, u16, u32, i32, i64);
