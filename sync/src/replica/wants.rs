//! Which scopes a node takes part in now: those of some days, and those in which people are at work. It keeps and hands on whatever else it holds.

use chrono::{Datelike, Months, NaiveDate};
use schemas::scope::{ScopeId, ScopeKind};

/// What a node wants to be sent of what its certificate allows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wants {
    /// Everything, as the hub does.
    #[default]
    All,
    Days(Days),
}

/// Some days; and whatever grew lately, for a late flight is boarded on another day than its own, and a list may come days before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Days {
    first: String,
    last: String,
    /// The first month of cases and of staff: that before the first day's, for a case stays open for weeks.
    first_month: String,
    grown_within_h: u16,
}

impl Days {
    /// From `first` to `last`, and what grew within so many hours; `None` if these are no days in order, of years 1 to 9999.
    pub fn new(first: NaiveDate, last: NaiveDate, grown_within_h: u16) -> Option<Self> {
        let month_before = first.checked_sub_months(Months::new(1))?;
        let years = 1..=9999;
        (first <= last && years.contains(&month_before.year()) && years.contains(&last.year())).then(|| Self {
            first: first.to_string(),
            last: last.to_string(),
            first_month: month_before.format("%Y-%m").to_string(),
            grown_within_h,
        })
    }

    fn include(&self, scope: &ScopeId) -> bool {
        let months = self.first_month.as_str()..=&self.last[..7];
        match scope.kind() {
            ScopeKind::Day { date, .. } => (self.first.as_str()..=self.last.as_str()).contains(&date),
            ScopeKind::Desk { month, .. } | ScopeKind::Staff { month, .. } => months.contains(&month),
            // Revocations and rules of all times.
            ScopeKind::Network { .. } => true,
        }
    }
}

impl Wants {
    /// Whether the scope is of the days that are wanted, whatever happens in it.
    pub fn include(&self, scope: &ScopeId) -> bool {
        match self {
            Wants::All => true,
            Wants::Days(days) => days.include(scope),
        }
    }

    /// Whether the scope is wanted that grew last so long ago.
    pub fn take(&self, scope: &ScopeId, idle_ms: i64) -> bool {
        // A clock that was set back makes nothing newer than new.
        let lately = |days: &Days| idle_ms.max(0) < i64::from(days.grown_within_h) * 3_600_000;
        self.include(scope) || matches!(self, Wants::Days(days) if lately(days))
    }

    /// As it travels: the first day, the last, and the hours, a line each; nothing for everything.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        match self {
            Wants::All => Vec::new(),
            Wants::Days(days) => format!("{}\n{}\n{}", days.first, days.last, days.grown_within_h).into_bytes(),
        }
    }

    /// Reads what [`Wants::bytes`] made; `None` where it is something else.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            return Some(Wants::All);
        }
        let mut lines = std::str::from_utf8(bytes).ok()?.split('\n');
        let days = Days::new(lines.next()?.parse().ok()?, lines.next()?.parse().ok()?, lines.next()?.parse().ok()?)?;
        lines.next().is_none().then_some(Wants::Days(days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days() -> Wants {
        Wants::Days(Days::new("2026-11-30".parse().unwrap(), "2026-12-02".parse().unwrap(), 24).unwrap())
    }

    #[test]
    fn yesterday_today_and_tomorrow_with_their_months_and_what_grew_lately() {
        let wants = days();
        for wanted in ["PVG/2026-11-30/CA", "PVG/2026-12-02/MU/sensitive", "PVG/desk/2026-10", "PVG/desk/2026-12", "network/2020-01"] {
            assert!(wants.take(&wanted.parse().unwrap(), i64::MAX), "{wanted}");
        }
        for other in ["PVG/2026-11-29/CA", "PVG/2026-12-03/CA", "PVG/desk/2026-09", "PVG/desk/2027-01", "PVG/staff/2026-09"] {
            let other = other.parse().unwrap();
            assert!(!wants.include(&other) && !wants.take(&other, 24 * 3_600_000) && wants.take(&other, 24 * 3_600_000 - 1), "{other}");
        }
    }

    #[test]
    fn what_is_wanted_reads_back_and_nothing_else_is_read() {
        for wants in [Wants::All, days()] {
            assert_eq!(Wants::read(&wants.bytes()), Some(wants));
        }
        for bad in [
            "2026-11-30\n2026-12-01",
            "2026-11-30\n2026-11-29\n0",
            "2026-11-30\n2026-13-01\n0",
            "0000-11-30\n2026-12-01\n0",
            "\u{a0}\n",
            "2026-11-30\n2026-12-01\n0\n",
        ] {
            assert_eq!(Wants::read(bad.as_bytes()), None, "{bad:?}");
        }
    }
}
