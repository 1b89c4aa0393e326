//! The answer for a Type B message, by its type.

mod bag;
mod departure;
mod name_list;

use serde_json::{Map, Value, json};

use crate::standards::typeb::{BagMessage, Envelope, FlightLine, Received, TypeBError};

pub(super) fn answer(text: &str) -> Value {
    match told(text) {
        Ok(Told { value, deviations, more }) => {
            let verdict = if deviations.is_empty() { "valid" } else { "deviant" };
            let mut answer = json!({"ok": true, "verdict": verdict, "deviations": deviations, "value": value});
            if !more.is_empty() {
                answer["more"] = json!(more);
            }
            answer
        }
        Err(error) => json!({"ok": false, "verdict": "refused", "error": error.code(), "message": error.to_string()}),
    }
}

/// What a message says.
struct Told {
    value: Map<String, Value>,
    /// Codes of what to look at twice.
    deviations: Vec<String>,
    /// Lines that the value has no name for, as they came.
    more: Vec<String>,
}

type Answer = Result<Told, TypeBError>;

fn told(text: &str) -> Answer {
    let received = Received::cut(text)?;
    match received.kind {
        "PNL" | "ADL" => name_list::value(text),
        "PFS" => departure::pfs(text),
        "PRL" => departure::prl(text),
        "ETL" => departure::etl(text),
        "PTM" => departure::ptm(text),
        "PSM" => departure::psm(text),
        "MVT" => departure::mvt(text),
        "LDM" => departure::ldm(text),
        kind if BagMessage::is_kind(kind) => bag::value(text),
        kind => {
            let mut value = opening(kind, &received.envelope);
            insert_some(&mut value, "end", received.end);
            let more = received.lines.iter().map(ToString::to_string).collect();
            Ok(Told { value, deviations: vec!["unknown_type".to_owned()], more })
        }
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
