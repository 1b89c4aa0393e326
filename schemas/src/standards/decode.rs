//! Answers of `apron decode`: one text in, one JSON object out, in the shape of the shared vectors.

mod bcbp;
mod codes;
mod typeb;

use std::str::FromStr;

use serde_json::{Value, json};

/// What a line is to be read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeKind {
    Bcbp,
    BagTag,
    TypeB,
    PirReference,
}

/// The name is none of `bcbp`, `bag-tag`, `type-b`, `pir-reference`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" cannot be decoded. Choose bcbp, bag-tag, type-b or pir-reference.")]
pub struct DecodeKindError {
    pub found: String,
}

impl FromStr for DecodeKind {
    type Err = DecodeKindError;

    fn from_str(text: &str) -> Result<Self, DecodeKindError> {
        match text {
            "bcbp" => Ok(Self::Bcbp),
            "bag-tag" => Ok(Self::BagTag),
            "type-b" => Ok(Self::TypeB),
            "pir-reference" => Ok(Self::PirReference),
            _ => Err(DecodeKindError { found: super::found(text) }),
        }
    }
}

/// Reads one line, a JSON string, and answers `{"ok":true,..}` or `{"ok":false,"error":..}`.
pub fn line(kind: DecodeKind, line: &str) -> Value {
    match serde_json::from_str::<String>(line.trim()) {
        Ok(text) => text_of(kind, &text),
        Err(_) => refused("not_a_json_string"),
    }
}

/// Reads one text, as it was scanned or received.
pub fn text_of(kind: DecodeKind, text: &str) -> Value {
    match kind {
        DecodeKind::Bcbp => bcbp::answer(text),
        DecodeKind::TypeB => typeb::answer(text),
        DecodeKind::BagTag => codes::bag_tag(text),
        DecodeKind::PirReference => codes::pir_reference(text),
    }
}

fn refused(error: &str) -> Value {
    json!({"ok": false, "error": error})
}
