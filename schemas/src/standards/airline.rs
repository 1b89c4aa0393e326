//! Airlines: their designators, and the three-digit numbers that stand for them on bag tags and tickets.

use std::fmt;
use std::str::FromStr;

use super::{found, serde_as_text};

/// An airline designator (Resolution 762). Invariant: two characters A-Z 0-9 that are not both digits, or three letters A-Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Carrier([u8; 3]);

serde_as_text!(Carrier);

/// The text is no airline designator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not an airline designator. Give two letters or digits, such as CA or 3U, or three letters.")]
pub struct CarrierError {
    pub found: String,
}

impl Carrier {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end()
    }

    /// The airline's number on tags and tickets, where our table has it.
    pub fn numeric(&self) -> Option<u16> {
        NUMERIC.iter().find(|(designator, _)| *designator == self.as_str()).map(|(_, numeric)| *numeric)
    }

    /// The airline that a tag or ticket number belongs to, where our table has it.
    pub fn of_numeric(numeric: u16) -> Option<Self> {
        NUMERIC.iter().find(|(_, listed)| *listed == numeric).and_then(|(designator, _)| designator.parse().ok())
    }
}

impl FromStr for Carrier {
    type Err = CarrierError;

    fn from_str(text: &str) -> Result<Self, CarrierError> {
        match *text.as_bytes() {
            [a, b] if is_code(a) && is_code(b) && !(a.is_ascii_digit() && b.is_ascii_digit()) => Ok(Self([a, b, b' '])),
            [a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Self([a, b, c])),
            _ => Err(CarrierError { found: found(text) }),
        }
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Every airline of the table with its number, in no promised order.
pub fn numbered() -> impl Iterator<Item = (Carrier, u16)> {
    NUMERIC.iter().filter_map(|(designator, numeric)| Some((designator.parse().ok()?, *numeric)))
}

fn is_code(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Designator and accounting number. Facts seen on real tags and tickets; an operator may know more.
const NUMERIC: &[(&str, u16)] = &[
    ("AA", 1),
    ("DL", 6),
    ("AC", 14),
    ("UA", 16),
    ("AS", 27),
    ("LA", 45),
    ("TP", 47),
    ("AZ", 55),
    ("AF", 57),
    ("SV", 65),
    ("ET", 71),
    ("KL", 74),
    ("IB", 75),
    ("MS", 77),
    ("PR", 79),
    ("LO", 80),
    ("QF", 81),
    ("SN", 82),
    ("SR", 85),
    ("NZ", 86),
    ("AI", 98),
    ("EW", 104),
    ("AY", 105),
    ("SK", 117),
    ("BA", 125),
    ("GA", 126),
    ("JL", 131),
    ("AV", 134),
    ("QR", 157),
    ("CX", 160),
    ("EK", 176),
    ("KE", 180),
    ("NH", 205),
    ("TG", 217),
    ("LH", 220),
    ("MH", 232),
    ("TK", 235),
    ("OS", 257),
    ("B6", 279),
    ("RO", 281),
    ("CI", 297),
    ("UT", 298),
    ("SC", 324),
    ("ZH", 479),
    ("SU", 555),
    ("EY", 607),
    ("SQ", 618),
    ("BR", 695),
    ("KQ", 706),
    ("LX", 724),
    ("MF", 731),
    ("VN", 738),
    ("FM", 774),
    ("MU", 781),
    ("CZ", 784),
    ("HX", 851),
    ("3U", 876),
    ("HU", 880),
    ("OZ", 988),
    ("CA", 999),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn designators_of_two_or_three_characters_are_kept_as_written() {
        for good in ["CA", "3U", "U2", "CCA"] {
            assert_eq!(good.parse::<Carrier>().unwrap().to_string(), good);
        }
        for bad in ["", "C", "33", "ca", "C1A", "CCAA", "C ", "CÀ"] {
            assert!(bad.parse::<Carrier>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn every_listed_airline_is_well_formed_and_found_both_ways() {
        assert_eq!(numbered().count(), NUMERIC.len());
        for (carrier, numeric) in numbered() {
            assert_eq!(carrier.numeric(), Some(numeric));
            assert_eq!(Carrier::of_numeric(numeric), Some(carrier));
        }
    }
}
