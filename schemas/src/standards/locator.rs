//! Record locators: the key of a booking in an airline's system.

use std::fmt;
use std::str::FromStr;

use super::{found, serde_as_text};

/// A record locator. Invariant: five to eight characters A-Z 0-9 (six at most hosts; a boarding pass has room for seven, a name list for eight).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locator {
    /// Padded with blanks, so that order and equality are those of the text.
    text: [u8; 8],
}

serde_as_text!(Locator);

/// The text is no record locator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a booking reference. Give its five to eight letters and digits, such as K7P2QX.")]
pub struct LocatorError {
    pub found: String,
}

impl Locator {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default().trim_end()
    }
}

impl FromStr for Locator {
    type Err = LocatorError;

    /// Blanks around it and small letters are forgiven: guests type these.
    fn from_str(typed: &str) -> Result<Self, LocatorError> {
        let bytes = typed.trim().as_bytes();
        if !(5..=8).contains(&bytes.len()) || !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(LocatorError { found: found(typed) });
        }
        let mut text = [b' '; 8];
        for (place, byte) in text.iter_mut().zip(bytes) {
            *place = byte.to_ascii_uppercase();
        }
        Ok(Self { text })
    }
}

impl fmt::Display for Locator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_guest_types_becomes_the_locator_of_the_booking() {
        assert_eq!(" k7p2qx ".parse::<Locator>().unwrap().to_string(), "K7P2QX");
        for bad in ["", "K7P2", "K7P2QX123", "K7P-2X", "K7P 2X", "预订号码一"] {
            assert!(bad.parse::<Locator>().is_err(), "{bad:?}");
        }
    }
}
