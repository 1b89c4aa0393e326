//! What the rules say to a person: the English, and what another language needs to say the same.

use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::record::FlightKey;
use crate::record::fact::ScanPoint;
use crate::scope::ScopeId;
use crate::standards::airline::Carrier;
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::FlightNumber;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;
use crate::standards::tracing::ProvisionalReference;

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
    /// Names or codes, one after the other.
    List(Vec<String>),
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

impl From<&str> for Said {
    /// A sentence without a name of its own.
    fn from(english: &str) -> Self {
        Self::new("", english)
    }
}

impl From<String> for Said {
    fn from(english: String) -> Self {
        Self::new("", english)
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

impl From<Vec<String>> for Arg {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
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
        }

        impl From<&$kind> for Arg {
            fn from(number: &$kind) -> Self {
                Self::from(*number)
            }
        })*
    };
}

whole_numbers!(u8, u16, u32, i32, i64);

impl From<&usize> for Arg {
    fn from(number: &usize) -> Self {
        Self::from(*number)
    }
}

impl From<&u64> for Arg {
    fn from(number: &u64) -> Self {
        Self::from(*number)
    }
}

impl From<&&str> for Arg {
    fn from(text: &&str) -> Self {
        Self::from(*text)
    }
}

impl From<&&String> for Arg {
    fn from(text: &&String) -> Self {
        Self::from(*text)
    }
}

impl From<&Said> for Arg {
    fn from(said: &Said) -> Self {
        Self::Said(Box::new(said.clone()))
    }
}

macro_rules! codes {
    ($($kind:ty),*) => {
        $(impl From<&$kind> for Arg {
            fn from(code: &$kind) -> Self {
                Self::Text(code.to_string())
            }
        })*
    };
}

codes!(Seat, BagTag, AirportCode, Carrier, FlightNumber, Locator, ProvisionalReference, ScanPoint, ScopeId, char, std::borrow::Cow<'_, str>);

/// A sentence in English with its values, which another language gets by name: `said!("tag-twice", "Tag {tag} is on {flights}.", tag = tag, ..)`.
macro_rules! said {
    ($key:literal, $english:literal $(,)?) => {
        $crate::said::Said::new($key, format!($english))
    };
    ($key:literal, $english:literal $(, $name:ident = $value:expr)+ $(,)?) => {
        match ($(&$value,)+) {
            ($($name,)+) => $crate::said::Said::new($key, format!($english)) $(.arg(stringify!($name), $crate::said::Arg::from($name)))+,
        }
    };
}

pub(crate) use said;

impl Arg {
    /// As an answer keeps it.
    pub fn write(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Number(number) => json!(number),
            Self::Flight(key) => json!({ "flight": key }),
            Self::Said(said) => json!({ "said": said.key, "english": said.english, "args": write(&said.args) }),
            Self::List(items) => json!(items),
        }
    }

    /// What an answer kept; what was not written by us is shown as it is.
    pub fn read(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::from(text),
            Value::Number(number) => number.as_i64().map_or_else(|| Self::Text(number.to_string()), Self::Number),
            Value::Array(items) => Self::List(items.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            Value::Object(fields) => match fields.get("flight").and_then(Value::as_str) {
                Some(text) => text.parse().map_or_else(|_| Self::from(text), Self::Flight),
                None => Self::Text(fields.get("english").and_then(Value::as_str).unwrap_or_default().to_owned()),
            },
            Value::Null | Value::Bool(_) => Self::Text(String::new()),
        }
    }
}

/// The values of a sentence by name, as an answer keeps them.
pub fn write(args: &[(&'static str, Arg)]) -> Value {
    Value::Object(args.iter().map(|(name, arg)| ((*name).to_owned(), arg.write())).collect())
}

/// An answer, with what other languages need for what is left to do, in the order of its `todo`.
pub(crate) fn with_hints(mut answer: Value, todo: &[Said]) -> Value {
    if !todo.is_empty() {
        answer["hints"] = todo.iter().map(|said| json!([said.key, write(&said.args)])).collect();
    }
    answer
}
