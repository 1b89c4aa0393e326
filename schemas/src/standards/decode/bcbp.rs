//! The answer for a boarding pass.

use serde_json::{Map, Value, json};

use crate::standards::bcbp::{Leg, Pass, Refused, Verdict, parse};

pub(super) fn answer(text: &str) -> Value {
    match parse(text) {
        Ok(pass) => accepted(&pass),
        Err(refused) => refusal(&refused),
    }
}

fn accepted(pass: &Pass) -> Value {
    let deviations: Vec<String> = pass.deviations().iter().map(ToString::to_string).collect();
    let mut answer = json!({"ok": true, "verdict": "deviant", "deviations": deviations, "value": value(pass)});
    if !pass.undone().is_empty() {
        answer["undone"] = pass.undone().iter().map(ToString::to_string).collect();
    }
    if pass.verdict() == Verdict::Valid {
        answer["verdict"] = json!("valid");
        answer["encoded"] = pass.draft().encode().map_or(Value::Null, Value::String);
    }
    answer
}

fn refusal(refused: &Refused) -> Value {
    let mut answer = json!({"ok": false, "verdict": "refused", "error": refused.reason.to_string()});
    if let Some(guess) = &refused.guess {
        answer["guess"] = json!(guess);
    }
    answer
}

fn value(pass: &Pass) -> Value {
    let mut value = Map::new();
    value.insert("format".into(), json!("M"));
    value.insert("leg_count".into(), json!(pass.leg_count()));
    value.insert("name".into(), json!(pass.name()));
    value.insert("eticket".into(), json!(pass.eticket()));
    value.insert("legs".into(), pass.legs().map(|leg| leg_value(&leg)).collect());
    if let Some(version) = pass.version_text() {
        value.insert("version".into(), json!(version));
    }
    if let Some(unique) = pass.unique() {
        value.insert("unique_size".into(), json!(unique.0.size()));
        value.insert("unique".into(), unique.0.all().map(|(field, text)| (field.to_owned(), trimmed(text))).collect());
    }
    if let Some(security) = pass.security() {
        value.insert("security".into(), json!({"type": security.kind, "length": security.length, "data": trimmed(security.data)}));
    }
    if let Some(trailing) = pass.trailing() {
        value.insert("trailing".into(), trimmed(trailing));
    }
    if let Some((surname, given)) = pass.surname().zip(pass.given()) {
        value.insert("surname".into(), json!(surname));
        value.insert("given".into(), json!(given));
    }
    Value::Object(value)
}

fn leg_value(leg: &Leg<'_>) -> Value {
    let mut value = json!({
        "pnr": leg.pnr(), "from": leg.from(), "to": leg.to(), "carrier": leg.carrier(), "flight": leg.flight(), "julian": leg.julian(),
        "cabin": leg.cabin(), "seat": leg.seat_text(), "seq": leg.sequence_text(), "status": leg.status(), "var_size": leg.variable_size(),
    });
    if let Some(repeated) = leg.repeated() {
        value["repeated_size"] = json!(repeated.0.size());
        value["repeated"] = repeated.0.all().map(|(field, text)| (field.to_owned(), trimmed(text))).collect();
    }
    if let Some(private) = leg.airline_private() {
        value["airline_private"] = trimmed(private);
    }
    value
}

fn trimmed(text: &str) -> Value {
    Value::from(text.trim_end_matches(' '))
}
