//! The natural key of a flight: which flight, on which local day, from which station.

use std::fmt::{self, Write};
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::scope::ScopeId;
use crate::standards::airline::Carrier;
use crate::standards::airport::AirportCode;
use crate::standards::flight::FlightNumber;

/// A flight as one station works it: `CA1501.2026-11-22.PVG`. The day is the scheduled local departure day. Safe in a URL as it is.
///
/// Invariant: the year has four digits (2000 to 2199), so that the key always names a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlightKey {
    date: NaiveDate,
    flight: FlightNumber,
    station: AirportCode,
}

/// A text that is not the key of a flight.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a flight of a day. Give flight, date and station, such as CA1501.2026-11-22.PVG.")]
pub struct FlightKeyError {
    /// What was found, cut at 40 characters.
    pub found: String,
}

impl FlightKey {
    pub fn new(flight: FlightNumber, date: NaiveDate, station: AirportCode) -> Result<Self, FlightKeyError> {
        if !(2000..2200).contains(&date.year()) {
            return Err(FlightKeyError { found: format!("{flight}.{date}.{station}").chars().take(40).collect() });
        }
        Ok(Self { date, flight, station })
    }

    pub fn flight(&self) -> FlightNumber {
        self.flight
    }

    pub fn carrier(&self) -> Carrier {
        self.flight.carrier()
    }

    /// The scheduled local departure day.
    pub fn date(&self) -> NaiveDate {
        self.date
    }

    pub fn station(&self) -> AirportCode {
        self.station
    }

    /// The scope in which the flight, its guests and its bags live.
    pub fn scope(&self) -> ScopeId {
        ScopeId::day(self.station.as_str(), &self.date.to_string(), self.carrier().as_str())
            .expect("a station has three letters, a day of these years ten characters, and a carrier two or three")
    }

    /// Whether the flight lives in this scope: `self.scope() == *scope`, without making one.
    pub fn is_in(&self, scope: &ScopeId) -> bool {
        let mut parts = scope.as_str().split('/');
        let (station, date, carrier) = (parts.next(), parts.next(), parts.next());
        let is_day = |date: &str| {
            let mut numbers = date.split('-').map(|digits| digits.parse().ok());
            [numbers.next(), numbers.next(), numbers.next()].map(Option::flatten)
                == [self.date.year(), self.date.month() as i32, self.date.day() as i32].map(Some)
        };
        station == Some(self.station.as_str()) && carrier == Some(self.carrier().as_str()) && date.is_some_and(is_day) && parts.next().is_none()
    }
}

impl FromStr for FlightKey {
    type Err = FlightKeyError;

    fn from_str(text: &str) -> Result<Self, FlightKeyError> {
        let refused = || FlightKeyError { found: text.chars().take(40).collect() };
        let mut parts = text.split('.');
        let (Some(flight), Some(date), Some(station), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(refused());
        };
        let flight = flight.parse().map_err(|_| refused())?;
        let date = read_date(date).ok_or_else(refused)?;
        let key = Self::new(flight, date, station.parse().map_err(|_| refused())?)?;
        // One flight has one text: ids are made from it.
        let mut rest = Rest(text);
        if write!(rest, "{key}").is_ok() && rest.0.is_empty() { Ok(key) } else { Err(refused()) }
    }
}

/// What is left of a text when what is written has been taken from its front; writing anything else fails. Every record names its flight.
struct Rest<'a>(&'a str);

impl Write for Rest<'_> {
    fn write_str(&mut self, written: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(written).ok_or(fmt::Error)?;
        Ok(())
    }
}

/// `2026-11-22`; forms that mean the same are told apart by the caller. Every record names its flight, so this is read very often.
fn read_date(text: &str) -> Option<NaiveDate> {
    let mut numbers = text.splitn(3, '-');
    let (year, month, day) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    NaiveDate::from_ymd_opt(year, month, day)
}

impl fmt::Display for FlightKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.flight, self.date, self.station)
    }
}

super::serde_as_text!(FlightKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flight_of_a_day_has_exactly_one_text() {
        let key: FlightKey = "CA1501.2026-11-22.PVG".parse().unwrap();
        assert_eq!(key.to_string(), "CA1501.2026-11-22.PVG");
        assert_eq!(key.scope().as_str(), "PVG/2026-11-22/CA");
        for bad in
            ["", "CA1501", "CA1501.2026-11-22", "CA01501.2026-11-22.PVG", "ca1501.2026-11-22.PVG", "CA1501.2026-2-2.PVG", "CA1501.2026-02-30.PVG"]
        {
            assert!(bad.parse::<FlightKey>().is_err(), "{bad}");
        }
        for scope in [
            "PVG/2026-11-22/CA",
            "PVG/2026-11-22/CA/sensitive",
            "PVG/2026-11-23/CA",
            "PVG/2026-12-22/CA",
            "PVG/2025-11-22/CA",
            "PEK/2026-11-22/CA",
            "PVG/2026-11-22/CX",
            "PVG/desk/2026-11",
        ] {
            let scope: ScopeId = scope.parse().unwrap();
            assert_eq!(key.is_in(&scope), key.scope() == scope, "{scope}");
        }
        assert!("CA1501.9999-11-22.PVG".parse::<FlightKey>().is_err());
    }
}
