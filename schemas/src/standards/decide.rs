//! Answers of `apron decide`: the facts of a case in, one JSON object out, in the shape of the shared vectors.

mod connection;
mod deadline;
mod tracing;

use std::str::FromStr;

use serde_json::{Map, Value, json};

use super::bcbp;
use super::entitlement::{Regime, Rules};

/// What is to be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecideKind {
    Entitlement,
    Deadline,
    Misconnection,
    Match,
    FlightDate,
}

/// The name is none of `entitlement`, `deadline`, `misconnection`, `match`, `flight-date`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" cannot be decided. Choose entitlement, deadline, misconnection, match or flight-date.")]
pub struct DecideKindError {
    pub found: String,
}

impl FromStr for DecideKind {
    type Err = DecideKindError;

    fn from_str(text: &str) -> Result<Self, DecideKindError> {
        match text {
            "entitlement" => Ok(Self::Entitlement),
            "deadline" => Ok(Self::Deadline),
            "misconnection" => Ok(Self::Misconnection),
            "match" => Ok(Self::Match),
            "flight-date" => Ok(Self::FlightDate),
            _ => Err(DecideKindError { found: super::found(text) }),
        }
    }
}

/// The facts of one case.
type Case = Map<String, Value>;

/// A fact is missing or malformed; the text says which.
type Refusal = String;

/// Decides one line, a JSON object, and answers `{"ok":true,"value":..}` or `{"ok":false,"error":..}`.
pub fn line(kind: DecideKind, line: &str) -> Value {
    let Ok(Value::Object(case)) = serde_json::from_str(line.trim()) else {
        return json!({"ok": false, "error": "not_a_json_object"});
    };
    let answer = match kind {
        DecideKind::Entitlement => entitlement(&case),
        DecideKind::Deadline => deadline::answer(&case),
        DecideKind::Misconnection => connection::answer(&case),
        DecideKind::Match => tracing::answer(&case),
        DecideKind::FlightDate => flight_date(&case),
    };
    answer.unwrap_or_else(|error| json!({"ok": false, "error": error}))
}

fn entitlement(case: &Case) -> Result<Value, Refusal> {
    let regime: Regime = required(case, "regime")?.parse().map_err(|_| "bad:regime".to_owned())?;
    let facts = case.get("input").and_then(Value::as_object).ok_or("missing:input")?;
    let answer = Rules::built_in().decide(regime, facts);
    let mut value = json!({"ok": true, "value": answer.due, "rules_version": answer.rules_version, "reasons": answer.reasons});
    if !answer.ask.is_empty() {
        value["ask"] = json!(answer.ask);
    }
    Ok(value)
}

fn flight_date(case: &Case) -> Result<Value, Refusal> {
    let today = required(case, "today")?.parse().map_err(|_| "bad:today".to_owned())?;
    let julian = required(case, "julian")?;
    let issue = case.get("issue").and_then(Value::as_str);
    let mut value = json!({"flight_date": bcbp::flight_date(julian, issue, today)});
    if let Some(issue) = issue {
        value["issue_date"] = json!(bcbp::issue_date(issue, today));
    }
    Ok(json!({"ok": true, "value": value}))
}

fn required<'a>(case: &'a Case, name: &str) -> Result<&'a str, Refusal> {
    case.get(name).and_then(Value::as_str).ok_or_else(|| format!("missing:{name}"))
}
