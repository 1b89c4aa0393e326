//! Whether a connection holds.

use chrono::DateTime;
use serde_json::{Value, json};

use super::{Case, Refusal};
use crate::standards::misconnection::Connection;

const DAY_MIN: i64 = 24 * 60;

pub(super) fn answer(case: &Case) -> Result<Value, Refusal> {
    let leg = |name: &str| case.get(name).and_then(Value::as_object).ok_or_else(|| format!("missing:{name}"));
    let (inbound, outbound) = (leg("inbound")?, leg("outbound")?);
    let connecting_min = case.get("mct_min").and_then(Value::as_i64).ok_or("missing:mct_min")?;
    let cancelled = is_cancelled(inbound) || is_cancelled(outbound);
    let times = best(inbound, &["ata", "eta", "sta"]).zip(best(outbound, &["atd", "etd", "std"]));
    let (arrival_min, departure_min) = match times {
        Some((arrival, departure)) => (arrival, departure + days_between(inbound, outbound)),
        None if cancelled => (0, 0),
        None => return Err("missing:times".to_owned()),
    };
    let answer = Connection { arrival_min, departure_min, connecting_min, extra_min: extra(case), cancelled }.answer();
    let mut value = json!({"state": answer.state.as_str()});
    if let Some(margin) = answer.margin_min {
        value["margin_min"] = json!(margin);
    }
    Ok(json!({"ok": true, "value": value}))
}

fn is_cancelled(leg: &Case) -> bool {
    leg.get("status")
        .and_then(Value::as_str)
        .is_some_and(|status| matches!(status.to_ascii_uppercase().as_str(), "CANCELLED" | "CANCELED" | "CNX" | "CNL"))
}

/// The first of these times that is known, in minutes; a wall time is put on the day that brings it nearest to the schedule.
fn best(leg: &Case, names: &[&str]) -> Option<i64> {
    let scheduled = names.last().and_then(|name| time(leg, name));
    let known = names.iter().find_map(|name| time(leg, name))?;
    let is_wall = |minutes: i64| (0..DAY_MIN).contains(&minutes);
    Some(match scheduled {
        Some(scheduled) if is_wall(scheduled) && is_wall(known) && known - scheduled > DAY_MIN / 2 => known - DAY_MIN,
        Some(scheduled) if is_wall(scheduled) && is_wall(known) && scheduled - known > DAY_MIN / 2 => known + DAY_MIN,
        Some(_) | None => known,
    })
}

/// A departure scheduled, by the wall clock, before the arrival is on the next day.
fn days_between(inbound: &Case, outbound: &Case) -> i64 {
    let wall = |leg: &Case, name: &str| time(leg, name).filter(|minutes| (0..DAY_MIN).contains(minutes));
    match wall(inbound, "sta").zip(wall(outbound, "std")) {
        Some((arrival, departure)) if departure < arrival => DAY_MIN,
        Some(_) | None => 0,
    }
}

/// `HH:MM`, or a moment with its offset.
fn time(leg: &Case, name: &str) -> Option<i64> {
    let text = leg.get(name)?.as_str()?;
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Some(moment.timestamp().div_euclid(60));
    }
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    ((0..24).contains(&hours) && (0..60).contains(&minutes)).then_some(hours * 60 + minutes)
}

/// Minutes that the guest needs beyond the connecting time: a number, or one per service code of which the largest counts.
fn extra(case: &Case) -> i64 {
    let codes: Vec<&str> = match case.get("ssr") {
        Some(Value::String(code)) => vec![code],
        Some(Value::Array(codes)) => codes.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    match case.get("mct_extra") {
        Some(Value::Object(by_code)) => codes.iter().filter_map(|code| by_code.get(*code)?.as_i64()).max().unwrap_or(0),
        Some(minutes) => minutes.as_i64().unwrap_or(0),
        None => 0,
    }
}
