//! When something is due.

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::{Case, Refusal, list, text, whole};
use crate::standards::clock::{Calendar, Pause};

/// The longest promise that is computed: ten years of minutes.
const MINUTES_MAX: i64 = 10 * 366 * 24 * 60;

pub(super) fn answer(case: &Case) -> Result<Value, Refusal> {
    let start = moment(case.get("start"), "start")?;
    let minutes = minutes(case, "minutes")?.ok_or("missing:minutes")?;
    let zone: Tz = text(case, "tz")?.unwrap_or("UTC").parse().map_err(|_| "bad:tz".to_owned())?;
    let hours = text(case, "calendar")?.unwrap_or("24x7");
    let calendar = Calendar::new(hours, zone, holidays(case)?).map_err(|_| "bad:calendar".to_owned())?;
    let pauses = pauses(case)?;
    let shown = |at: Option<DateTime<Utc>>| at.map(|at| at.with_timezone(&zone).to_rfc3339());
    let mut value = Map::new();
    value.insert("deadline".into(), json!(shown(calendar.after(start, Duration::minutes(minutes), &pauses))));
    if let Some(before) = self::minutes(case, "reminder_before_min")? {
        value.insert("reminder".into(), json!(shown(calendar.reminder(start, Duration::minutes(minutes - before), &pauses))));
    }
    for name in case.keys() {
        if let Some(time) = elapsed_question(name) {
            let elapsed = next(zone, start, time).map(|at| calendar.elapsed(start, at, &pauses).num_minutes());
            value.insert(name.clone(), json!(elapsed));
        }
    }
    Ok(json!({"ok": true, "value": value}))
}

fn moment(value: Option<&Value>, name: &str) -> Result<DateTime<Utc>, Refusal> {
    let text = match value {
        None | Some(Value::Null) => return Err(format!("missing:{name}")),
        Some(value) => value.as_str().ok_or_else(|| format!("bad:{name}"))?,
    };
    DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).map_err(|_| format!("bad:{name}"))
}

fn minutes(case: &Case, name: &str) -> Result<Option<i64>, Refusal> {
    match case.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => whole(value).filter(|minutes| (0..=MINUTES_MAX).contains(minutes)).map(Some).ok_or_else(|| format!("bad:{name}")),
    }
}

fn holidays(case: &Case) -> Result<Vec<NaiveDate>, Refusal> {
    let days = list(case, "holidays")?;
    let read = |day: &Value| day.as_str().and_then(|day| day.parse().ok()).ok_or_else(|| "bad:holidays".to_owned());
    days.iter().map(read).collect()
}

/// Pairs of moments; a missing end is a pause that goes on.
fn pauses(case: &Case) -> Result<Vec<Pause>, Refusal> {
    let pauses = list(case, "pauses")?;
    let read = |pause: &Value| {
        let from = moment(pause.get(0), "pauses")?;
        let to = match pause.get(1) {
            None | Some(Value::Null) => None,
            end => Some(moment(end, "pauses")?),
        };
        Ok(Pause { from, to })
    };
    pauses.iter().map(read).collect()
}

/// When the clocks show this time next, from `start` on: a question about 01:00 on a case of 23:00 is about the next morning.
fn next(zone: Tz, start: DateTime<Utc>, time: NaiveTime) -> Option<DateTime<Utc>> {
    let today = start.with_timezone(&zone).date_naive();
    let on = |day: NaiveDate| zone.from_local_datetime(&day.and_time(time)).earliest().map(|at| at.to_utc());
    on(today).filter(|at| *at >= start).or_else(|| on(today.succ_opt()?))
}

/// `elapsed_at_13_00_min` asks for the open minutes until 13:00.
fn elapsed_question(name: &str) -> Option<NaiveTime> {
    let (hours, minutes) = name.strip_prefix("elapsed_at_")?.strip_suffix("_min")?.split_once('_')?;
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, 0)
}
