//! Open time: which minutes count, and when as many of them have passed.

use std::collections::BTreeSet;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use crate::standards::found;

/// When a service is open, in its own time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    /// Rules that open; a minute is open if any of them says so.
    rules: Vec<OpenRule>,
    /// Days, in the zone, on which nothing opens.
    holidays: BTreeSet<NaiveDate>,
}

/// Opens on these weekdays from one time to another; to the next morning if that is not later.
#[derive(Debug, Clone, PartialEq, Eq)]
struct OpenRule {
    days: Vec<Weekday>,
    /// Minutes after midnight.
    from: u32,
    /// Minutes after midnight, beyond 1440 for the next day.
    to: u32,
}

/// The text is no calendar.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a calendar. Write 24x7, daily 05-23, mon-fri 09:00-17:30, or several with commas.")]
pub struct CalendarError {
    pub found: String,
}

/// Time that does not count. Without an end it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pause {
    pub from: DateTime<Utc>,
    pub to: Option<DateTime<Utc>>,
}

/// The farthest that a deadline is looked for: a service that does not open for ten years has none.
const DAYS_MAX: u64 = 3660;

const WEEK: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

const DAY_MINUTES: u32 = 24 * 60;

type Span = (DateTime<Utc>, DateTime<Utc>);

impl Calendar {
    /// Reads `24x7`, `daily 05-23`, `mon-fri 09:00-17:30`, several with commas.
    pub fn new(hours: &str, zone: Tz, holidays: impl IntoIterator<Item = NaiveDate>) -> Result<Self, CalendarError> {
        let rules: Result<Vec<OpenRule>, CalendarError> = hours.split(',').map(str::parse).collect();
        Ok(Self { zone, rules: rules?, holidays: holidays.into_iter().collect() })
    }

    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// When `open` time has passed since `start`, pauses left out; the earliest such moment. `None` while a pause without end, or closed years, keep it
    /// from passing.
    pub fn after(&self, start: DateTime<Utc>, open: Duration, pauses: &[Pause]) -> Option<DateTime<Utc>> {
        if open <= Duration::zero() {
            return Some(start);
        }
        let mut left = open;
        self.counted(start, pauses).find_map(|(from, to)| {
            let length = to - from;
            if left <= length {
                return Some(from + left);
            }
            left -= length;
            None
        })
    }

    /// The same for a reminder, which goes out in open time: the latest such moment.
    pub fn reminder(&self, start: DateTime<Utc>, open: Duration, pauses: &[Pause]) -> Option<DateTime<Utc>> {
        let mut left = open.max(Duration::zero());
        self.counted(start, pauses).find_map(|(from, to)| {
            let length = to - from;
            if left < length {
                return Some(from + left);
            }
            left -= length;
            None
        })
    }

    /// Open time between two moments, pauses left out.
    pub fn elapsed(&self, start: DateTime<Utc>, end: DateTime<Utc>, pauses: &[Pause]) -> Duration {
        let spans = self.counted(start, pauses).take_while(|(from, _)| *from < end);
        spans.fold(Duration::zero(), |sum, (from, to)| sum + (to.min(end) - from))
    }

    /// Whether the service is open now.
    pub fn is_open(&self, at: DateTime<Utc>) -> bool {
        self.elapsed(at, at + Duration::seconds(1), &[]) > Duration::zero()
    }

    /// The stretches of time that count, in order, from `start` on.
    fn counted<'a>(&'a self, start: DateTime<Utc>, pauses: &'a [Pause]) -> impl Iterator<Item = Span> + 'a {
        let pauses = union(pauses);
        let first = start.with_timezone(&self.zone).date_naive().checked_sub_days(Days::new(1));
        let days = (0..DAYS_MAX).map_while(move |step| first?.checked_add_days(Days::new(step)));
        let mut covered = start;
        days.flat_map(move |day| self.open_on(day))
            .filter_map(move |(from, to)| {
                // Overlapping rules do not count twice.
                let from = from.max(covered);
                covered = covered.max(to);
                (from < to).then_some((from, to))
            })
            .flat_map(move |span| without(span, &pauses))
    }

    fn open_on(&self, day: NaiveDate) -> Vec<Span> {
        if self.holidays.contains(&day) {
            return Vec::new();
        }
        let here = self.rules.iter().filter(|rule| rule.days.contains(&day.weekday()));
        let mut spans: Vec<Span> = here.filter_map(|rule| Some((self.moment(day, rule.from)?, self.moment(day, rule.to)?))).collect();
        spans.sort_unstable();
        spans
    }

    /// A wall-clock time as a moment. A time that the clocks skip is the moment they jump to; one they repeat is the first of the two.
    fn moment(&self, day: NaiveDate, minutes: u32) -> Option<DateTime<Utc>> {
        let day = day.checked_add_days(Days::new(u64::from(minutes / DAY_MINUTES)))?;
        let minutes = minutes % DAY_MINUTES;
        let wall = day.and_time(NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0)?);
        (0..SKIPPED_MAX).find_map(|skipped| self.zone.from_local_datetime(&(wall + Duration::minutes(skipped))).earliest()).map(|at| at.to_utc())
    }
}

/// No zone has skipped more than a day (Samoa did, in 2011).
const SKIPPED_MAX: i64 = 24 * 60 + 1;

impl FromStr for OpenRule {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let refused = || CalendarError { found: found(text) };
        let text = text.trim().to_ascii_lowercase();
        let every_day = || WEEK.iter().map(|(_, day)| *day).collect();
        if text == "24x7" {
            return Ok(Self { days: every_day(), from: 0, to: DAY_MINUTES });
        }
        let (days, hours) = text.split_once(' ').ok_or_else(refused)?;
        let days = match days {
            "daily" => every_day(),
            days => weekdays(days).ok_or_else(refused)?,
        };
        let (from, to) = hours.trim().split_once('-').ok_or_else(refused)?;
        let (from, to) = (minutes_of(from).ok_or_else(refused)?, minutes_of(to).ok_or_else(refused)?);
        Ok(Self { days, from, to: if to <= from { to + DAY_MINUTES } else { to } })
    }
}

/// `mon-fri`, `sat`, also over the end of the week: `sat-mon`.
fn weekdays(text: &str) -> Option<Vec<Weekday>> {
    let place = |name: &str| WEEK.iter().position(|(short, _)| *short == name);
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (place(first)?, place(last)?);
    let count = (last + WEEK.len() - first) % WEEK.len() + 1;
    Some(WEEK.iter().cycle().skip(first).take(count).map(|(_, day)| *day).collect())
}

/// `05`, `17:30`, `24`.
fn minutes_of(text: &str) -> Option<u32> {
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= DAY_MINUTES).then_some(total)
}

/// Pauses in order, overlapping ones joined: two nodes that noted the same pause do not make it longer.
fn union(pauses: &[Pause]) -> Vec<Pause> {
    let mut sorted: Vec<Pause> = pauses.to_vec();
    sorted.sort_unstable_by_key(|pause| pause.from);
    let mut joined: Vec<Pause> = Vec::new();
    for pause in sorted {
        match joined.last_mut() {
            Some(last) if last.to.is_none_or(|end| pause.from <= end) => last.to = last.to.zip(pause.to).map(|(one, other)| one.max(other)),
            Some(_) | None => joined.push(pause),
        }
    }
    joined
}

/// What is left of a stretch beside the pauses.
fn without((from, to): Span, pauses: &[Pause]) -> Vec<Span> {
    let mut left = Vec::new();
    let mut at = from;
    for pause in pauses {
        let end = pause.to.unwrap_or(DateTime::<Utc>::MAX_UTC);
        if end <= at || pause.from >= to {
            continue;
        }
        if pause.from > at {
            left.push((at, pause.from));
        }
        at = end;
    }
    if at < to {
        left.push((at, to));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    fn shanghai(hours: &str) -> Calendar {
        Calendar::new(hours, Tz::Asia__Shanghai, []).unwrap()
    }

    #[test]
    fn overlapping_pauses_count_once() {
        let pause = |from: &str, to: &str| Pause { from: at(from), to: Some(at(to)) };
        let pauses = [
            pause("2026-11-22T10:00:00+08:00", "2026-11-22T11:00:00+08:00"),
            pause("2026-11-22T10:30:00+08:00", "2026-11-22T11:30:00+08:00"),
            pause("2026-11-22T10:00:00+08:00", "2026-11-22T11:00:00+08:00"),
        ];
        let due = shanghai("24x7").after(at("2026-11-22T09:30:00+08:00"), Duration::minutes(60), &pauses);
        assert_eq!(due, Some(at("2026-11-22T12:00:00+08:00")));
    }

    #[test]
    fn a_pause_without_end_leaves_no_deadline() {
        let pauses = [Pause { from: at("2026-11-22T10:00:00+08:00"), to: None }];
        assert_eq!(shanghai("24x7").after(at("2026-11-22T09:30:00+08:00"), Duration::minutes(60), &pauses), None);
    }

    #[test]
    fn a_desk_open_over_midnight_is_one_stretch() {
        let due = shanghai("daily 22-06").after(at("2026-11-22T23:30:00+08:00"), Duration::minutes(120), &[]);
        assert_eq!(due, Some(at("2026-11-23T01:30:00+08:00")));
    }

    #[test]
    fn an_hour_that_the_clocks_skip_is_not_worked_and_one_they_repeat_is_worked_twice() {
        let berlin = Calendar::new("daily 01-04", Tz::Europe__Berlin, []).unwrap();
        assert_eq!(berlin.after(at("2026-03-29T00:00:00+01:00"), Duration::minutes(120), &[]), Some(at("2026-03-29T04:00:00+02:00")));
        assert_eq!(berlin.after(at("2026-10-25T00:00:00+02:00"), Duration::minutes(240), &[]), Some(at("2026-10-25T04:00:00+01:00")));
    }

    #[test]
    fn calendars_that_make_no_sense_are_refused() {
        for bad in ["", "daily", "mon-foo 09-17", "daily 25-26", "daily 9:60-10", "24 x 7"] {
            assert!(Calendar::new(bad, Tz::UTC, []).is_err(), "{bad}");
        }
    }
}
