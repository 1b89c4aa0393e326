//! The year that a boarding pass leaves out.

use chrono::{Datelike, Days, NaiveDate};

/// The date of issue (item 22: last digit of the year, day of the year): the most recent one not after `today`, with a day of slack for clocks.
/// `None` when blank or impossible.
pub fn issue_date(issue: &str, today: NaiveDate) -> Option<NaiveDate> {
    let digits = issue.trim_end_matches(' ');
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let last_digit: i32 = digits[..1].parse().ok()?;
    let latest = today.checked_add_days(Days::new(1))?;
    (latest.year() - YEARS_BACK..=latest.year())
        .rev()
        .filter(|year| year.rem_euclid(10) == last_digit)
        .filter_map(|year| NaiveDate::from_yo_opt(year, day_of_year(&digits[1..])?))
        .find(|date| *date <= latest)
}

/// The date of a flight from its day of the year (item 46).
///
/// With a date of issue: the first such day on or after it. Without: the one nearest to `today`. Where flights are loaded, ask
/// [`flight_date_among`] first: a loaded flight knows its date better than any pass.
pub fn flight_date(julian: &str, issue: Option<&str>, today: NaiveDate) -> Option<NaiveDate> {
    let day = day_of_year(julian.trim_end_matches(' '))?;
    if let Some(issued) = issue.and_then(|issue| issue_date(issue, today)) {
        let years = issued.year()..=issued.year() + LEAP_GAP_YEARS;
        return years.filter_map(|year| NaiveDate::from_yo_opt(year, day)).find(|date| *date >= issued);
    }
    let years = today.year() - 1..=today.year() + 1;
    years.filter_map(|year| NaiveDate::from_yo_opt(year, day)).min_by_key(|date| (*date - today).num_days().abs())
}

/// The date of a flight from the dates on which that flight is loaded here, if one of them has that day of the year; the one nearest to `today`.
pub fn flight_date_among(julian: &str, loaded: impl IntoIterator<Item = NaiveDate>, today: NaiveDate) -> Option<NaiveDate> {
    let day = day_of_year(julian.trim_end_matches(' '))?;
    loaded.into_iter().filter(|date| date.ordinal() == day).min_by_key(|date| (*date - today).num_days().abs())
}

/// A digit comes round every ten years, and day 366 in at most 40 of them.
const YEARS_BACK: i32 = 40;

/// The longest wait for a day 366 (1896 to 1904, 2096 to 2104).
const LEAP_GAP_YEARS: i32 = 8;

fn day_of_year(digits: &str) -> Option<u32> {
    if digits.len() != 3 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok().filter(|day| (1..=366).contains(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_loaded_flight_decides_the_year() {
        let loaded = [day("2025-11-22"), day("2026-11-22"), day("2026-11-23")];
        assert_eq!(flight_date_among("326", loaded, day("2026-11-21")), Some(day("2026-11-22")));
        assert_eq!(flight_date_among("325", loaded, day("2026-11-21")), None);
    }

    #[test]
    fn new_year_is_the_nearest_day_not_the_same_year() {
        assert_eq!(flight_date("001", None, day("2026-12-31")), Some(day("2027-01-01")));
        assert_eq!(flight_date("365", None, day("2027-01-01")), Some(day("2026-12-31")));
        assert_eq!(flight_date("366", None, day("2026-06-01")), None);
    }

    #[test]
    fn a_pass_issued_tomorrow_by_a_clock_ahead_is_from_tomorrow_not_from_ten_years_ago() {
        assert_eq!(issue_date("6327", day("2026-11-22")), Some(day("2026-11-23")));
        assert_eq!(issue_date("6328", day("2026-11-22")), Some(day("2016-11-23")));
        assert_eq!(issue_date("0366", day("2026-11-22")), Some(day("2020-12-31")));
        assert_eq!(issue_date("5366", day("2026-11-22")), None);
    }
}
