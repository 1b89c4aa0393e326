//! A person as the rules see one: what they may do, for whom, and where.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use super::{Permission, Role};
use crate::record::fact::StaffNumber;

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub number: StaffNumber,
    /// As on the badge; empty where only the number is known.
    pub name: String,
    pub roles: BTreeSet<Role>,
    /// Carriers by their code.
    pub carriers: Allowed,
    /// Stations by their code.
    pub stations: Allowed,
}

/// All of something, or those named. Invariant of the names: 1 to 3 capital letters and digits each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    All,
    Only(BTreeSet<Box<str>>),
}

/// A text that does not say what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is neither * nor codes such as PVG, PEK")]
pub struct AllowedError {
    /// What was found, cut at 40 characters.
    pub found: String,
}

impl Actor {
    /// Whether one of the roles allows it.
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|role| permission.is_for(*role))
    }
}

impl Allowed {
    pub fn has(&self, code: &str) -> bool {
        match self {
            Self::All => true,
            Self::Only(codes) => codes.contains(code),
        }
    }
}

impl FromStr for Allowed {
    type Err = AllowedError;
    /// `*`, or codes with blanks or commas between them.
    fn from_str(text: &str) -> Result<Self, AllowedError> {
        if text.trim() == "*" {
            return Ok(Self::All);
        }
        let wrong = || AllowedError { found: text.chars().take(40).collect() };
        let codes: BTreeSet<Box<str>> = text.split([' ', ',']).filter(|code| !code.is_empty()).map(Into::into).collect();
        let good = |code: &str| code.len() <= 3 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if codes.is_empty() || codes.len() > CODES_MAX || !codes.iter().all(|code| good(code)) {
            return Err(wrong());
        }
        Ok(Self::Only(codes))
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::Only(codes) => f.write_str(&codes.iter().map(|code| &**code).collect::<Vec<_>>().join(" ")),
        }
    }
}

crate::record::serde_as_text!(Allowed);

/// More stations or carriers than a person works for.
const CODES_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_all_or_what_is_named() {
        for (text, said) in [("*", "*"), (" PVG,PEK ", "PEK PVG"), ("CA", "CA"), ("MU CA", "CA MU")] {
            let allowed: Allowed = text.parse().unwrap();
            assert_eq!(allowed.to_string(), said);
            assert_eq!(allowed.to_string().parse::<Allowed>().unwrap(), allowed);
        }
        let own: Allowed = "CA MU".parse().unwrap();
        assert_eq!(["CA", "MU", "MF", ""].map(|code| own.has(code)), [true, true, false, false]);
        for wrong in ["", " ", "pvg", "PVGX", "* CA", "C A;", &"X ".repeat(2), "A B C D é"] {
            assert_eq!(wrong.parse::<Allowed>().is_ok(), wrong == "X X ", "{wrong:?}");
        }
    }
}
