//! Airport codes: the three letters that name a place on every ticket, tag and message.

use std::fmt;
use std::str::FromStr;

use super::{found, serde_as_text};

/// An IATA location code (Resolution 763). Invariant: exactly three letters A-Z.
///
/// A code may name a city with several airports (LON); whether two codes mean the same place is not for equality to say.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AirportCode([u8; 3]);

serde_as_text!(AirportCode);

/// The text is no airport code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not an airport code. Give its three capital letters, such as PVG.")]
pub struct AirportCodeError {
    pub found: String,
}

impl AirportCode {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for AirportCode {
    type Err = AirportCodeError;

    fn from_str(text: &str) -> Result<Self, AirportCodeError> {
        match <[u8; 3]>::try_from(text.as_bytes()) {
            Ok(code) if code.iter().all(u8::is_ascii_uppercase) => Ok(Self(code)),
            _ => Err(AirportCodeError { found: found(text) }),
        }
    }
}

impl fmt::Display for AirportCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_capital_letters_and_nothing_else_are_an_airport() {
        assert_eq!("PVG".parse::<AirportCode>().unwrap().to_string(), "PVG");
        for bad in ["", "PV", "PVGX", "pvg", "P1G", "PV ", "浦东"] {
            assert!(bad.parse::<AirportCode>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn json_holds_the_plain_code_and_refuses_any_other() {
        let code: AirportCode = serde_json::from_str("\"SHA\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"SHA\"");
        let error = serde_json::from_str::<AirportCode>("\"sha\"").unwrap_err().to_string();
        assert!(error.contains("\"sha\" is not an airport code"), "{error}");
    }
}
