//! Whether a connection holds.

use chrono::{DateTime, NaiveTime, Timelike};
use serde_json::{Value, json};

use super::{Case, Refusal, text, whole};
use crate::standards::misconnection::Connection;

const DAY_MIN: i64 = 24 * 60;

pub(super) fn answer(case: &Case) -> Result<Value, Refusal> {
    let (inbound, outbound) = (leg(case, "inbound")?, leg(case, "outbound")?);
    let connecting_min = match case.get("mct_min") {
        None | Some(Value::Null) => return Err("missing:mct_min".to_owned()),
        Some(minutes) => whole(minutes).ok_or("bad:mct_min")?,
    };
    let cancelled = is_cancelled(inbound) || is_cancelled(outbound);
    let times = best(inbound, &["ata", "eta", "sta"])?.zip(best(outbound, &["atd", "etd", "std"])?);
    let (arrival_min, departure_min) = match times {
        Some((arrival, departure)) => (arrival, departure.saturating_add(days_between(inbound, outbound)?)),
        None if cancelled => (0, 0),
        None => return Err("missing:times".to_owned()),
    };
    let answer = Connection { arrival_min, departure_min, connecting_min, extra_min: extra(case)?, cancelled }.answer();
    let mut value = json!({"state": answer.state.as_str()});
    if let Some(margin) = answer.margin_min {
        value["margin_min"] = json!(margin);
    }
    Ok(json!({"ok": true, "value": value}))
}

fn leg<'a>(case: &'a Case, name: &str) -> Result<&'a Case, Refusal> {
    match case.get(name) {
        None | Some(Value::Null) => Err(format!("missing:{name}")),
        Some(leg) => leg.as_object().ok_or_else(|| format!("bad:{name}")),
    }
}

fn is_cancelled(leg: &Case) -> bool {
    leg.get("status")
        .and_then(Value::as_str)
        .is_some_and(|status| matches!(status.to_ascii_uppercase().as_str(), "CANCELLED" | "CANCELED" | "CNX" | "CNL"))
}

/// The first of these times that is known, in minutes; a wall time is put on the day that brings it nearest to the schedule.
fn best(leg: &Case, names: &[&str]) -> Result<Option<i64>, Refusal> {
    let mut times = Vec::new();
    for name in names {
        times.push(time(leg, name)?);
    }
    let scheduled = times.last().copied().flatten();
    let Some(known) = times.into_iter().flatten().next() else { return Ok(None) };
    Ok(Some(match scheduled {
        Some(scheduled) if is_wall(scheduled) && is_wall(known) && known - scheduled > DAY_MIN / 2 => known - DAY_MIN,
        Some(scheduled) if is_wall(scheduled) && is_wall(known) && scheduled - known > DAY_MIN / 2 => known + DAY_MIN,
        Some(_) | None => known,
    }))
}

/// A departure scheduled, by the wall clock, before the arrival is on the next day if that brings the two nearer; else it leaves too early.
fn days_between(inbound: &Case, outbound: &Case) -> Result<i64, Refusal> {
    let (arrival, departure) = (time(inbound, "sta")?.filter(|at| is_wall(*at)), time(outbound, "std")?.filter(|at| is_wall(*at)));
    Ok(match arrival.zip(departure) {
        Some((arrival, departure)) if arrival - departure >= DAY_MIN / 2 => DAY_MIN,
        Some(_) | None => 0,
    })
}

fn is_wall(minutes: i64) -> bool {
    (0..DAY_MIN).contains(&minutes)
}

/// `HH:MM`, or a moment with its offset.
fn time(leg: &Case, name: &str) -> Result<Option<i64>, Refusal> {
    let Some(text) = text(leg, name)? else { return Ok(None) };
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(Some(moment.timestamp().div_euclid(60)));
    }
    let wall = text.parse::<NaiveTime>().ok().filter(|_| matches!(text.len(), 5 | 8));
    wall.map(|wall| Some(i64::from(wall.hour() * 60 + wall.minute()))).ok_or_else(|| format!("bad:{name}"))
}

/// Minutes that the guest needs beyond the connecting time: a number, or one per service code of which the largest counts.
fn extra(case: &Case) -> Result<i64, Refusal> {
    let bad = |name: &str| format!("bad:{name}");
    let codes: Vec<&str> = match case.get("ssr") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(code)) => vec![code],
        Some(Value::Array(codes)) => codes.iter().map(|code| code.as_str().ok_or_else(|| bad("ssr"))).collect::<Result<_, _>>()?,
        Some(_) => return Err(bad("ssr")),
    };
    let minutes = |value: &Value| whole(value).ok_or_else(|| bad("mct_extra"));
    match case.get("mct_extra") {
        None | Some(Value::Null) => Ok(0),
        Some(Value::Object(by_code)) => {
            let needed: Result<Vec<i64>, Refusal> = codes.iter().filter_map(|code| by_code.get(*code)).map(minutes).collect();
            Ok(needed?.into_iter().max().unwrap_or(0))
        }
        Some(value) => minutes(value),
    }
}
