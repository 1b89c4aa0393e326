//! The time limits of the Montreal Convention for one report, as dates.

use chrono::{DateTime, NaiveDate};
use serde::Serialize;

use super::Station;
use crate::record::Case;
use crate::record::case::Incident;
use crate::standards::tracing::{Complaint, complaint_by, lost_from, sue_by};

/// A date that matters to the guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limit {
    pub what: LimitKind,
    pub date: NaiveDate,
}

/// What a date is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitKind {
    /// The last day to complain of damage in writing: 7 days from receipt (article 31).
    ComplainOfDamage,
    /// The last day to complain of delay in writing: 21 days from the day the bag was handed over (article 31).
    ComplainOfDelay,
    /// The first day on which a bag that did not come counts as lost: 21 days after it should have come (article 17).
    CountsAsLost,
    /// The last day to go to court: two years (article 35).
    GoToCourt,
}

/// How near the next date of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reminder {
    /// The date is past.
    Past,
    Today,
    /// Within [`SOON_DAYS`].
    Soon,
    Later,
}

/// The clocks of a report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Clocks {
    /// All dates, the first one first.
    pub limits: Vec<Limit>,
    /// The one that a desk must keep in sight; nothing once the guest complained in writing, or where nothing is due.
    pub next: Option<Limit>,
}

/// A reminder stands in the list from so many days before.
pub const SOON_DAYS: i64 = 3;

impl LimitKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ComplainOfDamage => "complain-of-damage",
            Self::ComplainOfDelay => "complain-of-delay",
            Self::CountsAsLost => "counts-as-lost",
            Self::GoToCourt => "go-to-court",
        }
    }
}

impl Limit {
    /// How near it is on this local day.
    pub fn reminder(&self, today: NaiveDate) -> Reminder {
        match (self.date - today).num_days() {
            ..0 => Reminder::Past,
            0 => Reminder::Today,
            1..=SOON_DAYS => Reminder::Soon,
            _ => Reminder::Later,
        }
    }
}

impl Station {
    /// The time limits that run for a report.
    pub(super) fn clocks(&self, case: &Case, opened_ms: Option<i64>) -> Clocks {
        let opened = opened_ms.and_then(|ms| self.local_day(ms));
        let delivered = case.tracing.delivered_at.and_then(|ms| self.local_day(ms));
        clocks(case, opened, delivered)
    }

    /// The local day of a time.
    pub(super) fn local_day(&self, ms: i64) -> Option<NaiveDate> {
        let time = DateTime::from_timestamp_millis(ms)?;
        Some(match self.setting.zone {
            Some(zone) => time.with_timezone(&zone).date_naive(),
            None => time.date_naive(),
        })
    }
}

fn clocks(case: &Case, opened: Option<NaiveDate>, delivered: Option<NaiveDate>) -> Clocks {
    let due = case.details.date("flight_date").or(opened);
    let limit = |what, date: Option<NaiveDate>| date.map(|date| Limit { what, date });
    let received = case.details.date("received_on");
    let (first, start) = match case.incident {
        Some(Incident::Damaged | Incident::Pilfered) => {
            let received = received.or(opened);
            (limit(LimitKind::ComplainOfDamage, received.and_then(|day| complaint_by(Complaint::Damage, day))), received)
        }
        Some(Incident::Delayed) => match received.or(delivered) {
            Some(day) => (limit(LimitKind::ComplainOfDelay, complaint_by(Complaint::Delay, day)), Some(day)),
            None => (limit(LimitKind::CountsAsLost, due.and_then(lost_from)), due),
        },
        // A found bag has no guest yet who could complain.
        Some(Incident::Found) | None => (None, None),
    };
    let court = limit(LimitKind::GoToCourt, start.and_then(sue_by));
    let complained = case.details.get("complained_on").is_some();
    Clocks { limits: first.into_iter().chain(court).collect(), next: first.filter(|_| !complained) }
}
