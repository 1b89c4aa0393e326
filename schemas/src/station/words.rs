//! How times, guests and flights are said to people.

use chrono::{DateTime, Datelike, NaiveDate};

use super::Station;
use crate::command::Choice;
use crate::record::fact::Fact;
use crate::record::{Booking, DocRef, FlightKey};

impl Station {
    /// A time of day in the station's zone, or in UTC with a `Z`.
    pub(super) fn clock(&self, ms: i64) -> String {
        let Some(time) = DateTime::from_timestamp_millis(ms) else { return "an unknown time".to_owned() };
        match self.setting.zone {
            Some(zone) => time.with_timezone(&zone).format("%H:%M").to_string(),
            None => time.format("%H:%MZ").to_string(),
        }
    }

    /// `at 13:52 at G12`.
    pub(super) fn when_and_where(&self, fact: &Fact) -> String {
        format!("at {} at {}", self.clock(fact.at), fact.desk)
    }
}

/// `22 Nov`.
pub(super) fn day(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!("{} {}", date.day(), MONTHS.get(date.month0() as usize).unwrap_or(&""))
}

/// `CA1501 of 22 Nov`.
pub(super) fn flight(key: &FlightKey) -> String {
    format!("{} of {}", key.flight(), day(key.date()))
}

/// `LI/NA (K7P2QX)`: who a guest is, for another person to check.
pub(super) fn guest(booking: &Booking) -> String {
    match booking.locator() {
        Some(locator) => format!("{} ({locator})", booking.name()),
        None => booking.name().to_owned(),
    }
}

pub(super) fn choice(booking: &Booking) -> Choice {
    Choice {
        booking: DocRef(booking.id),
        name: booking.name().to_owned(),
        locator: booking.locator(),
        seat: booking.seat,
        sequence: booking.sequence,
    }
}

/// `1 guest`, `2 guests`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
