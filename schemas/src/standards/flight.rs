//! Flight numbers: an airline, up to four digits, and now and then a letter.

use std::fmt;
use std::str::FromStr;

use super::airline::Carrier;
use super::{found, serde_as_text};

/// A flight number. Invariant: number 1 to 9999, suffix A-Z. Leading zeros are not significant: `CA0123` is `CA123`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlightNumber {
    carrier: Carrier,
    number: u16,
    suffix: Option<char>,
}

serde_as_text!(FlightNumber);

/// The text is no flight number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a flight number. Give the airline and one to four digits, such as CA1501.")]
pub struct FlightNumberError {
    pub found: String,
}

impl FlightNumber {
    pub fn new(carrier: Carrier, number: u16, suffix: Option<char>) -> Result<Self, FlightNumberError> {
        if (1..=9999).contains(&number) && suffix.is_none_or(|letter| letter.is_ascii_uppercase()) {
            Ok(Self { carrier, number, suffix })
        } else {
            let suffix = suffix.map(String::from).unwrap_or_default();
            Err(FlightNumberError { found: found(&format!("{carrier}{number}{suffix}")) })
        }
    }

    pub fn carrier(&self) -> Carrier {
        self.carrier
    }

    pub fn number(&self) -> u16 {
        self.number
    }

    pub fn suffix(&self) -> Option<char> {
        self.suffix
    }
}

impl FromStr for FlightNumber {
    type Err = FlightNumberError;

    /// Takes `CA1501`, `CA 1501`, `CA01501` and small letters alike.
    fn from_str(typed: &str) -> Result<Self, FlightNumberError> {
        let refused = || FlightNumberError { found: found(typed) };
        let text = typed.trim().to_ascii_uppercase();
        if !text.is_ascii() {
            return Err(refused());
        }
        // Three letters can only be a three-letter designator, since a number never begins with a letter.
        let designator = if text.bytes().take(3).filter(u8::is_ascii_uppercase).count() == 3 { 3 } else { 2 };
        let (carrier, rest) = text.split_at_checked(designator).ok_or_else(refused)?;
        let rest = rest.trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, suffix) = rest.split_at(digits);
        let significant = number.trim_start_matches('0');
        if digits > 5 || significant.len() > 4 {
            return Err(refused());
        }
        let mut letters = suffix.chars();
        let suffix = letters.next();
        if letters.next().is_some() {
            return Err(refused());
        }
        let carrier = carrier.parse().map_err(|_| refused())?;
        let number = significant.parse().map_err(|_| refused())?;
        Self::new(carrier, number, suffix).map_err(|_| refused())
    }
}

impl fmt::Display for FlightNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = self.suffix.map(String::from).unwrap_or_default();
        f.pad(&format!("{}{}{suffix}", self.carrier, self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn however_a_flight_is_written_it_is_the_same_flight() {
        for typed in ["CA1501", "CA 1501", "CA01501", "ca1501 "] {
            assert_eq!(typed.parse::<FlightNumber>().unwrap().to_string(), "CA1501", "{typed}");
        }
        for (typed, shown) in [("BA0012", "BA12"), ("U28001", "U28001"), ("3U8888", "3U8888"), ("CCA99A", "CCA99A"), ("LH 400 B", "")] {
            assert_eq!(typed.parse::<FlightNumber>().map(|flight| flight.to_string()).unwrap_or_default(), shown, "{typed}");
        }
        for bad in ["", "CA", "1501", "CA0", "CA0000", "CA12345", "CA1501AB", "CA-1501", "国航1501"] {
            assert!(bad.parse::<FlightNumber>().is_err(), "{bad:?}");
        }
    }
}
