//! The days that a node takes part in, and how the hub brings them to an end.

use std::time::Duration;

use chrono::{DateTime, Days as CalendarDays, NaiveDate};
use schemas::command::{Command, Refusal};
use schemas::record::fact::StaffNumber;
use schemas::scope::{ScopeId, ScopeKind};
use serde::Serialize;
use sync::entry::Header;
use sync::replica::wants::{Days, Wants};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::services::{CommandError, Services};

/// Beside yesterday, today and tomorrow a desk takes part where anything happened within so many hours: a late flight, a list that came early.
const GROWN_WITHIN_H: u16 = 24;
/// As often as a node looks which day it is.
const LOOK: Duration = Duration::from_secs(60);
/// The hub closes a day by itself when it is over for so long and every desk that wrote there has said that the hub has all of it.
const OVER_DAYS: u64 = 3;
/// Scopes that one list tells of, those first that need a look, then the newest; and late entries of each, and of all.
const ROWS_MAX: usize = 500;
const LATE_MAX: usize = 100;
const LATE_OF_ALL_MAX: usize = 500;

/// A scope as the hub's people see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScopeRow {
    #[schema(value_type = String)]
    pub scope: ScopeId,
    /// It is over and open, or something came late.
    pub needs_a_look: bool,
    /// Entries that are here.
    pub entries: u64,
    /// When it was closed, in milliseconds since 1970 UTC.
    pub closed_at_ms: Option<i64>,
    /// Of an open scope the desks that wrote there and may hold more: not linked now, or ahead of what is here. It is closed when there are none.
    pub unconfirmed: Vec<String>,
    /// Entries that came after it was closed: kept, and no part of it.
    pub late: u64,
    /// The first of these.
    pub late_entries: Vec<LateEntry>,
}

/// What a desk did, and the hub heard of after the scope was closed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LateEntry {
    /// The command, whose body `GET /api/v1/commands/{id}` gives.
    #[schema(value_type = String, format = "uuid")]
    pub command: Uuid,
    pub kind: String,
    pub desk: String,
    pub staff: String,
    /// When it was done, by that desk's clock, in milliseconds since 1970 UTC.
    pub at_ms: i64,
}

impl Services {
    /// The scopes that are held here: first those in which something came late and those that are over and open, then the newest. Reads late entries from
    /// the disk.
    pub fn scopes(&self) -> Vec<ScopeRow> {
        let today = self.today();
        let replica = self.engine().replica();
        let needs_a_look = |scope: &ScopeId| match replica.closing(scope) {
            None => scope.is_over(today),
            Some(_) => !replica.late(scope).is_empty(),
        };
        let mut scopes: Vec<(bool, String, ScopeId)> =
            replica.scopes().map(|scope| (needs_a_look(scope), period(scope).to_owned(), scope.clone())).collect();
        scopes.sort_unstable_by(|a, b| b.cmp(a));
        let mut left = LATE_OF_ALL_MAX;
        let mut rows: Vec<(ScopeRow, Vec<sync::replica::EntryRef>)> = Vec::new();
        for (needs_a_look, _, scope) in scopes.into_iter().take(ROWS_MAX) {
            let late = replica.late(&scope);
            let places = late.iter().flat_map(|late| (late.first..=late.last).filter_map(|number| replica.entry(late.log, number)));
            let places: Vec<_> = places.take(LATE_MAX.min(left)).collect();
            left -= places.len();
            let row = ScopeRow {
                needs_a_look,
                entries: replica.vector(&scope).values().map(|number| number - 1).sum(),
                closed_at_ms: replica.closing(&scope).map(|closing| closing.at_ms),
                unconfirmed: match replica.closing(&scope) {
                    None => replica.unconfirmed(&scope).into_iter().map(ToString::to_string).collect(),
                    Some(_) => Vec::new(),
                },
                late: late.iter().map(|late| late.last + 1 - late.first).sum(),
                late_entries: Vec::new(),
                scope,
            };
            rows.push((row, places));
        }
        drop(replica);
        let mut frames = self.engine().frame_reader();
        let mut entry_at = |place| Header::read(&frames.entry(place).ok()?.header);
        let with_late = |(row, places): (ScopeRow, Vec<_>)| ScopeRow {
            late_entries: places.into_iter().filter_map(&mut entry_at).map(late_entry).collect(),
            ..row
        };
        rows.into_iter().map(with_late).collect()
    }

    /// Whether every desk that wrote in a scope has said that all of it is here, or is named as lost.
    pub(crate) fn may_close(&self, scope: &ScopeId, lost: &[String]) -> Result<(), CommandError> {
        let replica = self.engine().replica();
        if replica.scopes().all(|known| known != scope) {
            let words = format!("Nothing of {scope} is here.");
            return Err(Refusal::new("scope-not-known", words, "See the list of scopes.", 404).into());
        }
        let missing: Vec<String> = replica.unconfirmed(scope).into_iter().map(ToString::to_string).filter(|name| !lost.contains(name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let words = format!("{} may hold more of {scope}.", missing.join(", "));
        let remedy = "Link it again and try once more, or name it as lost; what it still sends is then kept aside.";
        Err(Refusal::new("scope-unconfirmed", words, remedy, 409).into())
    }

    /// Says which days are wanted here, each time that the day changes; at the hub, closes days that are over.
    pub(crate) async fn keep_days(self) {
        let mut wanted = None;
        loop {
            let today = self.today();
            if self.is_hub() {
                self.close_what_is_over(today).await;
            } else if wanted.replace(today) != Some(today)
                && let Some(wants) = wants(today)
                && self.engine().want(wants).await.is_err()
            {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// The day that it is. A desk whose clock is wrong would miss its own day, so the hub's clock counts, or else that of most neighbours. The hub, which
    /// closes days for good, takes the earlier one of its own day and that of most desks.
    pub(crate) fn today(&self) -> NaiveDate {
        let (to_hub, mut to_peers) = {
            let replica = self.engine().replica();
            let linked = replica.peers().into_iter().filter(|peer| peer.connected);
            (replica.offset_to_hub(), linked.filter_map(|peer| peer.offset).map(|offset| offset.ms).collect::<Vec<i64>>())
        };
        to_peers.sort_unstable();
        let most = to_peers.get(to_peers.len().saturating_sub(1) / 2).copied().unwrap_or(0);
        let ms = if self.is_hub() { most.min(0) } else { to_hub.map_or(most, |offset| offset.ms) };
        let now = DateTime::from_timestamp_millis(self.now_ms().saturating_add(ms)).unwrap_or_default();
        self.zone().map_or_else(|| now.date_naive(), |zone| now.with_timezone(&zone).date_naive())
    }

    async fn close_what_is_over(&self, today: NaiveDate) {
        let Some(newest) = today.checked_sub_days(CalendarDays::new(OVER_DAYS)) else { return };
        let over: Vec<ScopeId> = {
            let replica = self.engine().replica();
            let is_over = |scope: &&ScopeId| match scope.kind() {
                ScopeKind::Day { date, .. } => date.parse::<NaiveDate>().is_ok_and(|date| date <= newest),
                _ => false,
            };
            let now_ms = self.now_ms();
            let rests = |scope: &ScopeId| replica.idle_ms(scope, now_ms) > i64::from(GROWN_WITHIN_H) * 3_600_000;
            let open = |scope: &&ScopeId| replica.closing(scope).is_none() && rests(scope) && replica.unconfirmed(scope).is_empty();
            replica.scopes().filter(is_over).filter(open).cloned().collect()
        };
        for scope in over {
            let reason = format!("Over for {OVER_DAYS} days, and every desk has confirmed.");
            let command = Command::CloseScope { scope: scope.clone(), reason, lost: Vec::new() };
            let (Ok(rule), Ok(body)) = ("RULE".parse::<StaffNumber>(), serde_json::to_string(&command)) else { return };
            match self.carry_out(Uuid::now_v7(), &rule, command, &body).await {
                Ok(_) => tracing::info!(%scope, "the records of this day are closed"),
                Err(error) => tracing::debug!(%scope, %error, "the records of this day could not be closed yet"),
            }
        }
    }
}

/// The day or the month of a scope, which both sort as text.
fn period(scope: &ScopeId) -> &str {
    match scope.kind() {
        ScopeKind::Day { date, .. } => date,
        ScopeKind::Desk { month, .. } | ScopeKind::Staff { month, .. } | ScopeKind::Network { month } => month,
    }
}

/// What a node wants from its first link on, when it knows no clock but its own.
pub(crate) fn first_wants(now_ms: i64, zone: Option<chrono_tz::Tz>) -> Option<Wants> {
    let now = DateTime::from_timestamp_millis(now_ms)?;
    wants(zone.map_or_else(|| now.date_naive(), |zone| now.with_timezone(&zone).date_naive()))
}

/// Yesterday, today and tomorrow, by the station's calendar.
fn wants(today: NaiveDate) -> Option<Wants> {
    let (first, last) = (today.checked_sub_days(CalendarDays::new(1))?, today.checked_add_days(CalendarDays::new(1))?);
    Days::new(first, last, GROWN_WITHIN_H).map(Wants::Days)
}

fn late_entry(header: Header) -> LateEntry {
    LateEntry { command: Uuid::from_bytes(header.command), kind: header.kind, desk: header.desk, staff: header.staff, at_ms: header.time_ms }
}
