//! A time of day at the station, as flights are announced.

use std::fmt;
use std::str::FromStr;

/// Hours and minutes, local at the station. Invariant: 00:00 to 23:59.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    minutes: u16,
}

/// A text that is not a time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a time of day. Give hours and minutes, such as 14:05.")]
pub struct LocalTimeError {
    pub found: String,
}

impl LocalTime {
    /// Minutes since local midnight, 0 to 1439.
    pub fn minutes(&self) -> u16 {
        self.minutes
    }
}

impl FromStr for LocalTime {
    type Err = LocalTimeError;

    /// Takes `14:05` and `1405`.
    fn from_str(typed: &str) -> Result<Self, LocalTimeError> {
        let refused = || LocalTimeError { found: typed.chars().take(40).collect() };
        let text = typed.trim();
        let digits = match text.len() {
            5 if text.as_bytes().get(2) == Some(&b':') => text.replacen(':', "", 1),
            _ => text.to_owned(),
        };
        if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        let number: u16 = digits.parse().map_err(|_| refused())?;
        let (hours, minutes) = (number / 100, number % 100);
        if hours > 23 || minutes > 59 {
            return Err(refused());
        }
        Ok(Self { minutes: hours * 60 + minutes })
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

super::serde_as_text!(LocalTime);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_four_digits_with_or_without_a_colon() {
        for typed in ["14:05", "1405", " 14:05 "] {
            assert_eq!(typed.parse::<LocalTime>().unwrap().to_string(), "14:05");
        }
        for bad in ["", "24:00", "14:60", "14.05", "1:405", "140", "14:0é", "1４05"] {
            assert!(bad.parse::<LocalTime>().is_err(), "{bad}");
        }
    }
}
