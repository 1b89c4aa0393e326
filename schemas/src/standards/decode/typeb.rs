//! The answer for a Type B message, by its type.

mod name_list;

use serde_json::{Map, Value, json};

use crate::standards::typeb::{Envelope, FlightLine, Received, TypeBError};

pub(super) fn answer(text: &str) -> Value {
    match value(text) {
        Ok(value) => json!({"ok": true, "verdict": "valid", "deviations": [], "value": value}),
        Err(error) => json!({"ok": false, "verdict": "refused", "error": error.code(), "message": error.to_string()}),
    }
}

fn value(text: &str) -> Result<Value, TypeBError> {
    match Received::cut(text)?.kind {
        "PNL" | "ADL" => name_list::value(text),
        other => Err(TypeBError::UnknownType { found: other.to_owned() }),
    }
}

/// What every answer begins with: the type, and the envelope where there is one.
fn opening(kind: &str, envelope: &Envelope) -> Map<String, Value> {
    let mut value = Map::new();
    value.insert("type".into(), json!(kind));
    if !envelope.addresses.is_empty() {
        value.insert("addresses".into(), json!(envelope.addresses));
    }
    insert_some(&mut value, "origin", envelope.origin.as_deref());
    insert_some(&mut value, "ddhhmm", envelope.ddhhmm.as_deref());
    value
}

fn flight_object(flight: &FlightLine) -> Value {
    json!({"carrier": flight.carrier, "number": flight.number, "date": flight.date_text, "board": flight.board})
}

/// Unknown is left out, never invented.
fn insert_some(value: &mut Map<String, Value>, key: &str, known: Option<impl Into<Value>>) {
    if let Some(known) = known {
        value.insert(key.to_owned(), known.into());
    }
}
