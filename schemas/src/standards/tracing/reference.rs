//! References of tracing files: those that the tracing system gave, and those given here until it does.

use std::fmt;
use std::str::FromStr;

use crate::standards::airline::Carrier;
use crate::standards::airport::AirportCode;
use crate::standards::{found, serde_as_text};

/// A reference that the tracing system gave: station, airline, five digits (`PHLDL19676`). Airline `YY` is a bag without a tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileReference {
    station: AirportCode,
    airline: Carrier,
    number: u32,
}

serde_as_text!(FileReference);

/// The text is no reference of the tracing system.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a file reference. It has the station, the airline and five digits, such as PVGCA12345.")]
pub struct FileReferenceError {
    pub found: String,
}

impl FileReference {
    pub fn station(&self) -> AirportCode {
        self.station
    }

    pub fn airline(&self) -> Carrier {
        self.airline
    }

    /// Five digits at most.
    pub fn number(&self) -> u32 {
        self.number
    }
}

impl FromStr for FileReference {
    type Err = FileReferenceError;

    /// Small letters and blanks around it are forgiven: guests type these.
    fn from_str(typed: &str) -> Result<Self, FileReferenceError> {
        let refused = || FileReferenceError { found: found(typed) };
        let text = typed.trim().to_ascii_uppercase();
        let (station, rest) = text.split_at_checked(3).ok_or_else(refused)?;
        let (airline, number) = rest.split_at_checked(2).ok_or_else(refused)?;
        if number.len() != 5 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        let station = station.parse().map_err(|_| refused())?;
        let airline = airline.parse().map_err(|_| refused())?;
        Ok(Self { station, airline, number: number.parse().map_err(|_| refused())? })
    }
}

impl fmt::Display for FileReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}{}{:05}", self.station, self.airline, self.number))
    }
}

/// A reference given here while the tracing system is out of reach: `PVG-CA-T00042-7`.
///
/// The `T` (temporary) in front of the number keeps it from being taken for a real one however it is copied, with or without its dashes and its last
/// digit, which checks the others.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProvisionalReference {
    station: AirportCode,
    airline: Carrier,
    number: u32,
}

serde_as_text!(ProvisionalReference);

/// The text is no provisional reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProvisionalReferenceError {
    #[error("\"{found}\" is not a reference of this station. It looks like PVG-CA-T00042-7.")]
    Malformed { found: String },
    #[error("\"{found}\" has a slip in it: its last digit does not fit. Compare it with the receipt.")]
    CheckDigit { found: String },
    #[error("{number} is too large for a reference: it has five digits.")]
    NumberTooLarge { number: u32 },
}

impl ProvisionalReference {
    /// `number` comes from a block that belongs to this node, 0 to 99999.
    pub fn new(station: AirportCode, airline: Carrier, number: u32) -> Result<Self, ProvisionalReferenceError> {
        if number > 99_999 { Err(ProvisionalReferenceError::NumberTooLarge { number }) } else { Ok(Self { station, airline, number }) }
    }

    pub fn station(&self) -> AirportCode {
        self.station
    }

    pub fn airline(&self) -> Carrier {
        self.airline
    }

    pub fn number(&self) -> u32 {
        self.number
    }

    /// Weighted sum of all characters modulo 10, so that one wrong character or two swapped digits are noticed.
    fn check_digit(&self) -> u32 {
        let text = format!("{}{}{:05}", self.station, self.airline, self.number);
        let value = |c: char| c.to_digit(36).unwrap_or_default();
        text.chars().zip([1, 3, 7, 9].into_iter().cycle()).map(|(c, weight)| value(c) * weight).sum::<u32>() % 10
    }
}

impl FromStr for ProvisionalReference {
    type Err = ProvisionalReferenceError;

    fn from_str(typed: &str) -> Result<Self, ProvisionalReferenceError> {
        let malformed = || ProvisionalReferenceError::Malformed { found: found(typed) };
        let text = typed.trim().to_ascii_uppercase();
        let fields: Vec<&str> = text.split('-').collect();
        let [station, airline, number, check] = fields.as_slice() else { return Err(malformed()) };
        let number = number.strip_prefix('T').ok_or_else(malformed)?;
        if number.len() != 5 || check.len() != 1 || !number.bytes().chain(check.bytes()).all(|byte| byte.is_ascii_digit()) {
            return Err(malformed());
        }
        let station = station.parse().map_err(|_| malformed())?;
        let airline = airline.parse().map_err(|_| malformed())?;
        let reference = Self::new(station, airline, number.parse().map_err(|_| malformed())?)?;
        if reference.check_digit().to_string() == *check { Ok(reference) } else { Err(ProvisionalReferenceError::CheckDigit { found: found(typed) }) }
    }
}

impl fmt::Display for ProvisionalReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}-{}-T{:05}-{}", self.station, self.airline, self.number, self.check_digit()))
    }
}

/// The references of one report: the guest's paper always finds the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PirReference {
    /// Only ours so far.
    Provisional(ProvisionalReference),
    /// Given by the tracing system at once.
    Real(FileReference),
    /// Ours, and the one that came later.
    Alias { provisional: ProvisionalReference, real: FileReference },
}

impl PirReference {
    /// Adds the real reference. A report that has another one keeps it, and the answer is that one.
    pub fn with_real(self, real: FileReference) -> Result<Self, FileReference> {
        match self {
            Self::Provisional(provisional) => Ok(Self::Alias { provisional, real }),
            Self::Real(given) | Self::Alias { real: given, .. } if given != real => Err(given),
            Self::Real(_) | Self::Alias { .. } => Ok(self),
        }
    }

    /// What to tell the guest and other stations now.
    pub fn current(&self) -> String {
        match self {
            Self::Provisional(provisional) => provisional.to_string(),
            Self::Real(real) | Self::Alias { real, .. } => real.to_string(),
        }
    }

    /// Whether a text on paper, of either kind, means this report.
    pub fn answers_to(&self, typed: &str) -> bool {
        let (real, provisional) = match *self {
            Self::Provisional(provisional) => (None, Some(provisional)),
            Self::Real(real) => (Some(real), None),
            Self::Alias { provisional, real } => (Some(real), Some(provisional)),
        };
        real.is_some_and(|real| typed.parse() == Ok(real)) || provisional.is_some_and(|provisional| typed.parse() == Ok(provisional))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provisional_reference_cannot_be_taken_for_a_real_one() {
        let provisional = ProvisionalReference::new("PVG".parse().unwrap(), "CA".parse().unwrap(), 42).unwrap();
        let text = provisional.to_string();
        assert_eq!(text.parse(), Ok(provisional));
        assert!(text.parse::<FileReference>().is_err());
        for copied in [text.replace('-', ""), text[..text.len() - 2].replace('-', "")] {
            assert!(copied.parse::<FileReference>().is_err(), "{copied}");
        }
        assert!("PVGCA00042".parse::<ProvisionalReference>().is_err());
    }

    #[test]
    fn a_slip_in_a_provisional_reference_is_noticed() {
        let text = ProvisionalReference::new("PVG".parse().unwrap(), "CA".parse().unwrap(), 42).unwrap().to_string();
        let slipped = text.replace("00042", "00043");
        assert!(matches!(slipped.parse::<ProvisionalReference>(), Err(ProvisionalReferenceError::CheckDigit { .. })));
    }

    #[test]
    fn the_paper_finds_the_file_after_the_real_reference_came() {
        let provisional = ProvisionalReference::new("PVG".parse().unwrap(), "CA".parse().unwrap(), 42).unwrap();
        let real: FileReference = "PVGCA12345".parse().unwrap();
        let both = PirReference::Provisional(provisional).with_real(real).unwrap();
        assert!(both.answers_to(&provisional.to_string()) && both.answers_to("pvgca12345"));
        assert_eq!(both.current(), "PVGCA12345");
        assert_eq!(both.with_real("PVGCA99999".parse().unwrap()), Err(real));
    }
}
