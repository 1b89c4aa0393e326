//! Flat documents: a record as a root map of scalars, and the edits that change one.
//!
//! Every record that replicates is a set of named fields and a set of facts. Fields may hold several concurrent values at once (nobody saw the
//! other's write); facts are only ever added. Two desks that create the same document offline therefore merge without losing anything.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The identity of a document: a keyed hash of its kind and natural key, or 16 drawn bytes where there is none.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocId(pub [u8; 16]);

/// The identity of a log: the entries that one process lifetime of one node wrote in one scope. Also the CRDT actor of its changes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogId(pub [u8; 16]);

/// The identity of a fact inside its document: which log added it, in that log's how-manieth change of this document, and at which place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FactId {
    pub log: LogId,
    pub seq: u32,
    pub place: u32,
}

/// A value in a flat document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Scalar {
    Null,
    Bool(bool),
    Int(i64),
    Str(String),
    Bytes(Vec<u8>),
}

/// What a document says now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FlatDoc {
    /// For each field all concurrent values, at least one; the first is the one shown for now (arbitrary, but the same on every replica).
    pub fields: BTreeMap<String, Vec<Scalar>>,
    /// Each fact's text (JSON), by its identity.
    pub facts: BTreeMap<FactId, String>,
    /// Which entries made it: for each log the newest number that touched this document.
    pub entries: BTreeMap<LogId, u64>,
}

/// One person's change of one document, before it becomes a CRDT change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    pub doc: DocId,
    /// Field names (`[a-z][a-z0-9_.-]{0,47}`) and their new values; a value equal to the only current one changes nothing.
    pub fields: Vec<(String, Scalar)>,
    /// Facts to add, each a JSON text.
    pub facts: Vec<String>,
}

impl FlatDoc {
    /// The value shown for now.
    pub fn field(&self, name: &str) -> Option<&Scalar> {
        self.fields.get(name).and_then(|values| values.first())
    }

    /// The text shown for now, if the field holds a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.field(name) {
            Some(Scalar::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// The number shown for now, if the field holds one.
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.field(name) {
            Some(Scalar::Int(number)) => Some(*number),
            _ => None,
        }
    }
}

macro_rules! hex_identity {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let digits = text.as_bytes();
                let mut bytes = [0; 16];
                if digits.len() != 32 {
                    return Err(NotAnId);
                }
                for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
                    *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
                }
                Ok(Self(bytes))
            }
        }
    };
}

hex_identity!(DocId);
hex_identity!(LogId);

/// A text that is not 32 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identity: expected 32 lower-case hexadecimal digits")]
pub struct NotAnId;

fn hex_digit(digit: u8) -> Result<u8, NotAnId> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NotAnId),
    }
}
