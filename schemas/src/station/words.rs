//! How times, guests and flights are said to people.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate};

use super::Station;
use crate::command::Choice;
use crate::record::fact::Fact;
use crate::record::{Booking, DocRef, FlightKey};
use crate::said::{Arg, Said, said};

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
    pub(super) fn when_and_where(&self, fact: &Fact) -> Said {
        said!("at-time-at-desk", "at {time} at {desk}", time = self.clock(fact.at), desk = fact.desk.to_string())
    }
}

/// `22 Nov`.
pub(super) fn day(date: NaiveDate) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!("{} {}", date.day(), MONTHS.get(date.month0() as usize).unwrap_or(&""))
}

/// `CA1501 of 22 Nov`.
pub(super) fn flight(key: &FlightKey) -> FlightOfDay {
    FlightOfDay(*key)
}

/// A flight with its day, as people say it.
#[derive(Clone, Copy)]
pub(super) struct FlightOfDay(FlightKey);

impl fmt::Display for FlightOfDay {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} of {}", self.0.flight(), day(self.0.date()))
    }
}

impl From<&FlightOfDay> for Arg {
    fn from(flight: &FlightOfDay) -> Self {
        Self::Flight(flight.0)
    }
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
pub(super) fn count(number: usize, one: &'static str, many: &'static str) -> Count {
    Count { number, word: if number == 1 { one } else { many } }
}

/// So many of something; other languages get the number.
#[derive(Clone, Copy)]
pub(super) struct Count {
    number: usize,
    word: &'static str,
}

impl fmt::Display for Count {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.number, self.word)
    }
}

impl From<&Count> for Arg {
    fn from(count: &Count) -> Self {
        Self::from(count.number)
    }
}

/// Names one after the other, with the English word between them; other languages get the list.
pub(super) struct All<'a>(pub(super) Vec<String>, pub(super) &'a str);

impl fmt::Display for All<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0.join(self.1))
    }
}

impl From<&All<'_>> for Arg {
    fn from(all: &All<'_>) -> Self {
        Self::List(all.0.clone())
    }
}
