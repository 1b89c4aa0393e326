//! Scopes: what replicates as a whole, and ends.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The name of a scope: `PVG/2026-11-22/CA`, `PVG/2026-11-22/CA/sensitive`, `PVG/desk/2026-11`, `PVG/staff/2026-11` or `network/2026-11`.
///
/// Invariant: one of these forms exactly, so at most 64 bytes of ASCII. The day is the scheduled local departure day: a delay past midnight
/// does not move a flight into another scope.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ScopeId(Arc<str>);

/// By name; most that are compared are copies of one.
impl Ord for ScopeId {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl PartialOrd for ScopeId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What a scope's name says about who may hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeKind<'a> {
    /// Flights of one carrier on one day at one station; `sensitive` holds document numbers, medical notes and minors.
    Day { station: &'a str, date: &'a str, carrier: &'a str, sensitive: bool },
    /// Open cases and hand-overs of a station in a month.
    Desk { station: &'a str, month: &'a str },
    /// Staff of a station in a month.
    Staff { station: &'a str, month: &'a str },
    /// What every node of the installation holds: certificates, revocations, rules.
    Network { month: &'a str },
}

/// A text that is not the name of a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a scope; expected for example PVG/2026-11-22/CA or PVG/desk/2026-11")]
pub struct ScopeError {
    /// What was found, cut at 80 characters.
    pub found: String,
}

impl ScopeId {
    /// The scope of a carrier's flights on one day.
    pub fn day(station: &str, date: &str, carrier: &str) -> Result<Self, ScopeError> {
        format!("{station}/{date}/{carrier}").parse()
    }

    /// The scope of a station's cases in the month of `date` (`YYYY-MM-DD` or `YYYY-MM`).
    pub fn desk(station: &str, date: &str) -> Result<Self, ScopeError> {
        format!("{station}/desk/{}", date.get(..7).unwrap_or(date)).parse()
    }

    /// The scope of a station's staff in the month of `date` (`YYYY-MM-DD` or `YYYY-MM`).
    pub fn staff(station: &str, date: &str) -> Result<Self, ScopeError> {
        format!("{station}/staff/{}", date.get(..7).unwrap_or(date)).parse()
    }

    /// The scope that every node holds, of the month of `date`.
    pub fn network(date: &str) -> Result<Self, ScopeError> {
        format!("network/{}", date.get(..7).unwrap_or(date)).parse()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts of the name.
    pub fn kind(&self) -> ScopeKind<'_> {
        kind_of(&self.0).expect("the constructor accepted this name")
    }

    /// Whether the day or month is past that it is about; the installation's own is never over.
    pub fn is_over(&self, today: chrono::NaiveDate) -> bool {
        let today = today.to_string();
        match self.kind() {
            ScopeKind::Day { date, .. } => date < today.as_str(),
            ScopeKind::Desk { month, .. } | ScopeKind::Staff { month, .. } => today.get(..7).is_some_and(|this| month < this),
            ScopeKind::Network { .. } => false,
        }
    }

    /// Whether it holds what this station's staff do.
    pub fn is_staff_of(&self, station: &str) -> bool {
        matches!(self.kind(), ScopeKind::Staff { station: own, .. } if own == station)
    }

    /// The station of this scope, if it belongs to one.
    pub fn station(&self) -> Option<&str> {
        match self.kind() {
            ScopeKind::Day { station, .. } | ScopeKind::Desk { station, .. } | ScopeKind::Staff { station, .. } => Some(station),
            ScopeKind::Network { .. } => None,
        }
    }
}

impl FromStr for ScopeId {
    type Err = ScopeError;
    fn from_str(text: &str) -> Result<Self, ScopeError> {
        match kind_of(text) {
            Some(_) => Ok(Self(text.into())),
            None => Err(ScopeError { found: text.chars().take(80).collect() }),
        }
    }
}

impl TryFrom<String> for ScopeId {
    type Error = ScopeError;
    fn try_from(text: String) -> Result<Self, ScopeError> {
        text.parse()
    }
}

impl From<ScopeId> for String {
    fn from(scope: ScopeId) -> String {
        scope.0.as_ref().to_owned()
    }
}

impl fmt::Display for ScopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn kind_of(text: &str) -> Option<ScopeKind<'_>> {
    let mut parts = text.split('/');
    let first = parts.next()?;
    let second = parts.next()?;
    let third = parts.next();
    let fourth = parts.next();
    if parts.next().is_some() {
        return None;
    }
    if first == "network" {
        return (third.is_none() && is_month(second)).then_some(ScopeKind::Network { month: second });
    }
    if !is_station(first) {
        return None;
    }
    match (second, third, fourth) {
        ("desk", Some(month), None) if is_month(month) => Some(ScopeKind::Desk { station: first, month }),
        ("staff", Some(month), None) if is_month(month) => Some(ScopeKind::Staff { station: first, month }),
        (date, Some(carrier), None) if is_date(date) && is_carrier(carrier) => {
            Some(ScopeKind::Day { station: first, date, carrier, sensitive: false })
        }
        (date, Some(carrier), Some("sensitive")) if is_date(date) && is_carrier(carrier) => {
            Some(ScopeKind::Day { station: first, date, carrier, sensitive: true })
        }
        _ => None,
    }
}

fn is_station(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_carrier(text: &str) -> bool {
    (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_month(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 7
        && bytes[4] == b'-'
        && digits(&bytes[..4])
        && digits(&bytes[5..])
        && text[5..].parse().is_ok_and(|month: u8| (1..=12).contains(&month))
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10
        && bytes.iter().all(u8::is_ascii)
        && is_month(&text[..7])
        && bytes[7] == b'-'
        && digits(&bytes[8..])
        && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}

fn digits(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_known_forms_are_scopes() {
        for good in ["PVG/2026-11-22/CA", "PVG/2026-11-22/CA/sensitive", "PVG/desk/2026-11", "PVG/staff/2026-11", "network/2026-11"] {
            assert_eq!(good.parse::<ScopeId>().map(String::from), Ok(good.to_owned()));
        }
        for bad in [
            "",
            "PVG",
            "pvg/2026-11-22/CA",
            "PVG/2026-02-30/CA",
            "PVG/2026-11-22/C",
            "PVG/desk/2026-13",
            "network/2026",
            "PVG/2026-11-22/CA/x",
            "PVG/2026-11-2é/CA",
        ] {
            assert!(bad.parse::<ScopeId>().is_err(), "{bad}");
        }
    }
}
