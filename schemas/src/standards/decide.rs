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
    let issue = text(case, "issue")?;
    let mut value = json!({"flight_date": bcbp::flight_date(julian, issue, today)});
    if let Some(issue) = issue {
        value["issue_date"] = json!(bcbp::issue_date(issue, today));
    }
    Ok(json!({"ok": true, "value": value}))
}

fn required<'a>(case: &'a Case, name: &str) -> Result<&'a str, Refusal> {
    text(case, name)?.ok_or_else(|| format!("missing:{name}"))
}

/// A text, where it is there. Another type is refused: what is passed over in silence would decide as if nobody had said it.
fn text<'a>(case: &'a Case, name: &str) -> Result<Option<&'a str>, Refusal> {
    match case.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or_else(|| format!("bad:{name}")),
    }
}

/// A list, empty where it is not there.
fn list<'a>(case: &'a Case, name: &str) -> Result<&'a [Value], Refusal> {
    match case.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(value) => value.as_array().map(Vec::as_slice).ok_or_else(|| format!("bad:{name}")),
    }
}

/// A whole number, written with a decimal point or without.
fn whole(value: &Value) -> Option<i64> {
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() < WHOLE_MAX;
    value.as_i64().or_else(|| value.as_f64().filter(exact).map(|number| number as i64))
}

/// The largest number up to which every whole one has a form with a decimal point.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(kind: DecideKind, case: Value) -> Value {
        line(kind, &case.to_string())
    }

    #[test]
    fn a_fact_of_another_type_is_refused_by_name_and_never_passed_over() {
        let deadline = json!({"start": "2026-08-14T10:00:00+02:00", "minutes": 60, "tz": "Europe/Berlin"});
        for (name, wrong) in
            [("holidays", json!("2026-08-14")), ("pauses", json!({})), ("tz", json!(2)), ("calendar", json!([])), ("start", json!(5))]
        {
            let mut case = deadline.clone();
            case[name] = wrong;
            assert_eq!(decided(DecideKind::Deadline, case)["error"], json!(format!("bad:{name}")));
        }
        let connection = json!({"inbound": {"sta": "10:00"}, "outbound": {"std": "11:00"}, "mct_min": 45});
        for (name, wrong) in [("mct_min", json!("45")), ("mct_extra", json!("20")), ("inbound", json!([])), ("ssr", json!(1))] {
            let mut case = connection.clone();
            case[name] = wrong;
            assert_eq!(decided(DecideKind::Misconnection, case)["error"], json!(format!("bad:{name}")));
        }
        let date = json!({"today": "2026-06-01", "julian": 160});
        assert_eq!(decided(DecideKind::FlightDate, date)["error"], json!("bad:julian"));
        let date = json!({"today": "2026-06-01", "julian": "160", "issue": 6150});
        assert_eq!(decided(DecideKind::FlightDate, date)["error"], json!("bad:issue"));
        let entitlement = json!({"regime": 261, "input": {}});
        assert_eq!(decided(DecideKind::Entitlement, entitlement)["error"], json!("bad:regime"));
    }

    #[test]
    fn a_time_that_cannot_be_read_is_not_replaced_by_an_earlier_one() {
        let case = |eta: &str| json!({"inbound": {"sta": "10:00", "eta": eta}, "outbound": {"std": "11:00"}, "mct_min": 45});
        for bad in ["11:3", "25:00", "1030", "10:60", "10:00+1", "soon"] {
            assert_eq!(decided(DecideKind::Misconnection, case(bad))["error"], json!("bad:eta"), "{bad}");
        }
    }

    #[test]
    fn two_sorters_that_read_nothing_did_not_see_the_same_bag() {
        let case = json!({"ahl": {"tag": "0000000000"}, "ohd": {"tag": "0000000000"}});
        assert_eq!(decided(DecideKind::Match, case)["value"], json!("none"));
        let case = json!({"ahl": {"tag": "AC123456"}, "ohd": {"tag": "0014123456"}});
        assert_eq!(decided(DecideKind::Match, case)["value"], json!("certain"));
        for (name, wrong) in [("tag", json!(14_123_456)), ("date", json!("yesterday")), ("contents", json!("SUIT")), ("name", json!({}))] {
            let mut case = json!({"ahl": {"tag": "0014123456"}, "ohd": {"tag": "0014123456"}});
            case["ohd"][name] = wrong;
            assert_eq!(decided(DecideKind::Match, case)["error"], json!(format!("bad:{name}")));
        }
    }

    #[test]
    fn whole_numbers_count_with_a_decimal_point_or_without() {
        let case = json!({"inbound": {"sta": "10:00"}, "outbound": {"std": "11:00"}, "mct_min": 45.0});
        assert_eq!(decided(DecideKind::Misconnection, case)["value"]["margin_min"], json!(15));
        let case = json!({"start": "2026-08-14T10:00:00+02:00", "minutes": 60.0, "tz": "Europe/Berlin"});
        assert_eq!(decided(DecideKind::Deadline, case)["value"]["deadline"], json!("2026-08-14T11:00:00+02:00"));
    }

    #[test]
    fn a_connection_over_midnight_is_the_next_day_and_one_that_leaves_before_it_arrives_is_missed() {
        let state = |sta: &str, std: &str| {
            let case = json!({"inbound": {"sta": sta}, "outbound": {"std": std}, "mct_min": 45});
            decided(DecideKind::Misconnection, case)["value"]["state"].clone()
        };
        assert_eq!((state("23:30", "00:40"), state("23:30", "00:00")), (json!("ok"), json!("at_risk")));
        assert_eq!((state("11:30", "11:00"), state("20:00", "08:00")), (json!("missed"), json!("ok")));
    }

    #[test]
    fn a_question_about_a_time_before_the_start_is_about_the_next_day() {
        let case = json!({"start": "2019-02-19T23:00:00+00:00", "minutes": 180, "tz": "UTC", "elapsed_at_01_00_min": null});
        assert_eq!(decided(DecideKind::Deadline, case)["value"]["elapsed_at_01_00_min"], json!(120));
    }
}
