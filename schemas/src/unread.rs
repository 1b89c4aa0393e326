//! What a reader of texts did not understand, said to people: every error that a typed or imported text can cause, under a name of its own.

use crate::record::call::CallError;
use crate::record::fact::StaffNumberError;
use crate::record::key::FlightKeyError;
use crate::record::local_time::LocalTimeError;
use crate::record::seat_map::SeatMapError;
use crate::said::Said;
use crate::scope::ScopeError;
use crate::staff::{AllowedError, RoleError};
use crate::standards::airline::CarrierError;
use crate::standards::airport::AirportCodeError;
use crate::standards::bag_tag::BagTagError;
use crate::standards::flight::FlightNumberError;
use crate::standards::locator::LocatorError;
use crate::standards::seat::SeatError;
use crate::standards::tracing::{BagLookError, FileReferenceError, ProvisionalReferenceError};
use crate::standards::typeb::{DayMonthError, TypeBError};

/// An error of a reader that a person may meet. Its English is what it says as an error, for logs and the command line.
pub trait Unread: std::error::Error {
    /// The same as a sentence that other languages have under a key of their own: `unread-seat`, with what was found.
    fn said(&self) -> Said;
}

impl Unread for LocatorError {
    fn said(&self) -> Said {
        Said::new("unread-locator", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for CarrierError {
    fn said(&self) -> Said {
        Said::new("unread-carrier", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for AirportCodeError {
    fn said(&self) -> Said {
        Said::new("unread-airport", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for FlightNumberError {
    fn said(&self) -> Said {
        Said::new("unread-flight-number", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for SeatError {
    fn said(&self) -> Said {
        Said::new("unread-seat", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for DayMonthError {
    fn said(&self) -> Said {
        Said::new("unread-day", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for LocalTimeError {
    fn said(&self) -> Said {
        Said::new("unread-time", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for FlightKeyError {
    fn said(&self) -> Said {
        Said::new("unread-flight-of-day", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for StaffNumberError {
    fn said(&self) -> Said {
        Said::new("unread-staff-number", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for RoleError {
    fn said(&self) -> Said {
        Said::new("unread-role", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for AllowedError {
    fn said(&self) -> Said {
        Said::new("unread-allowed", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for CallError {
    fn said(&self) -> Said {
        Said::new("unread-call", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for ScopeError {
    fn said(&self) -> Said {
        Said::new("unread-scope", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for FileReferenceError {
    fn said(&self) -> Said {
        Said::new("unread-file-reference", self.to_string()).arg("found", &self.found)
    }
}

impl Unread for ProvisionalReferenceError {
    fn said(&self) -> Said {
        let english = self.to_string();
        match self {
            Self::Malformed { found } => Said::new("unread-reference", english).arg("found", found),
            Self::CheckDigit { found } => Said::new("unread-reference-check-digit", english).arg("found", found),
            Self::NumberTooLarge { number } => Said::new("unread-reference-number", english).arg("number", number.to_string()),
        }
    }
}

impl Unread for BagTagError {
    fn said(&self) -> Said {
        let english = self.to_string();
        match self {
            Self::NotTenDigits { found } => Said::new("unread-bag-tag", english).arg("found", found),
            Self::NoRead => Said::new("unread-bag-tag-no-read", english),
            Self::NoAirline { found } => Said::new("unread-bag-tag-no-airline", english).arg("found", found),
            Self::UnknownAirline { carrier } => Said::new("unread-bag-tag-airline", english).arg("carrier", carrier),
            Self::PartTooLarge { leading, airline_numeric, serial } => Said::new("unread-bag-tag-parts", english)
                .arg("leading", leading)
                .arg("airline", airline_numeric.to_string())
                .arg("serial", serial.to_string()),
        }
    }
}

impl Unread for BagLookError {
    fn said(&self) -> Said {
        let english = self.to_string();
        match self {
            Self::Malformed { found } => Said::new("unread-bag-look", english).arg("found", found),
            Self::UnknownColour { colour } => Said::new("unread-bag-colour", english).arg("colour", colour),
            Self::UnknownType { kind } => Said::new("unread-bag-type", english).arg("kind", kind),
            Self::UnknownElement { element } => Said::new("unread-bag-element", english).arg("element", element),
        }
    }
}

impl Unread for SeatMapError {
    fn said(&self) -> Said {
        let english = self.to_string();
        match self {
            Self::NotABlock { found } => Said::new("unread-seat-block", english).arg("found", found),
            Self::Empty => Said::new("unread-seat-map-empty", english),
            Self::Twice { seat } => Said::new("unread-seat-twice", english).arg("seat", seat),
            Self::TooLong => Said::new("unread-seat-map-long", english),
        }
    }
}

impl Unread for TypeBError {
    fn said(&self) -> Said {
        let english = self.to_string();
        match self {
            Self::Empty => Said::new("unread-message-empty", english),
            Self::UnknownType { found } => Said::new("unread-message-type", english).arg("found", found),
            Self::NoFlight => Said::new("unread-message-no-flight", english),
            Self::BadFlight { found } => Said::new("unread-message-flight", english).arg("found", found),
            Self::BadFlightDate { found } => Said::new("unread-message-date", english).arg("found", found),
            Self::NoTag => Said::new("unread-message-no-tag", english),
            Self::BadLine { kind, found } => Said::new("unread-message-line", english).arg("kind", *kind).arg("found", found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::SeatMap;
    use crate::standards::bag_tag::BagTag;
    use crate::standards::seat::Seat;
    use crate::standards::typeb::NameList;

    #[test]
    fn what_is_said_is_the_error_in_english_with_what_was_found() {
        let check = |said: Said, key: &str, found: &str, words: &str| {
            assert_eq!(said.key(), key);
            assert_eq!(said.args(), [("found", found.into())], "{key}");
            assert!(said.contains(words), "{said}");
        };
        check("C14".parse::<Seat>().unwrap_err().said(), "unread-seat", "C14", "such as 14C");
        check("12".parse::<BagTag>().unwrap_err().said(), "unread-bag-tag", "12", "ten digits");
        check("Y11".parse::<SeatMap>().unwrap_err().said(), "unread-seat-block", "Y11", "block of seats");
        check(NameList::parse("PNL\nCA1501\nENDPNL").unwrap_err().said(), "unread-message-flight", "CA1501", "flight line");
    }

    #[test]
    fn what_was_found_is_cut_short() {
        let long = "9".repeat(10_000);
        let said = [long.parse::<Seat>().unwrap_err().said(), long.parse::<BagTag>().unwrap_err().said()];
        assert!(said.iter().all(|said| said.len() < 200), "{said:?}");
    }
}
