//! The three clocks of a case: first answer, next update, solution. Each is a fold of what happened.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};

use super::calendar::{Calendar, Pause};

/// Which promise a clock keeps. They are independent: one that is due neither moves nor hides another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockKind {
    FirstResponse,
    Update,
    Resolution,
}

/// What happened to a case, as far as clocks care. Times are those of capture at the desk, not of arrival at the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockEvent {
    Opened,
    /// The guest wrote or called.
    GuestSpoke,
    /// Staff answered the guest.
    StaffSpoke,
    /// Waiting for the guest or another carrier, with an explicit reason.
    Paused,
    Resumed,
    Resolved,
    Reopened,
    /// The promise became another one, or was dropped: a team without an update target has no such clock.
    Target {
        clock: ClockKind,
        minutes: Option<u32>,
    },
    /// The case was merged into another: all its clocks stop.
    MergedAway,
}

/// What a clock says at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockState {
    /// There is no such promise, or nothing to wait for now.
    Off,
    /// Stopped by a pause; the open time used so far.
    Paused { used: Duration },
    /// Running; when it is due. A moment in the past is a breach.
    Due { at: DateTime<Utc> },
    /// Kept or missed for good.
    Ended { in_time: bool },
}

/// All that happened to a case, and what was promised at the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceClocks {
    /// Minutes of open time by clock.
    pub targets: BTreeMap<ClockKind, u32>,
    /// In any order; equal ones count once.
    pub events: Vec<(DateTime<Utc>, ClockEvent)>,
}

impl ServiceClocks {
    /// What a clock says at `now`, computed from the events up to then.
    pub fn state(&self, clock: ClockKind, calendar: &Calendar, now: DateTime<Utc>) -> ClockState {
        let mut events: Vec<_> = self.events.iter().copied().filter(|(at, _)| *at <= now).collect();
        events.sort_unstable();
        events.dedup();
        let mut fold = Fold { target: self.targets.get(&clock).copied(), ..Fold::default() };
        for (at, event) in events {
            fold.take(clock, at, event);
        }
        fold.state(calendar, now)
    }
}

#[derive(Default)]
struct Fold {
    target: Option<u32>,
    start: Option<DateTime<Utc>>,
    pauses: Vec<Pause>,
    ended: Option<DateTime<Utc>>,
    merged: bool,
}

impl Fold {
    fn take(&mut self, clock: ClockKind, at: DateTime<Utc>, event: ClockEvent) {
        match event {
            ClockEvent::Opened => self.start = self.start.or((clock != ClockKind::Update).then_some(at)),
            // The update clock runs only while the last word was the guest's.
            ClockEvent::GuestSpoke if clock == ClockKind::Update => self.start = self.start.or(Some(at)),
            ClockEvent::StaffSpoke if clock == ClockKind::Update => self.start = None,
            ClockEvent::StaffSpoke if clock == ClockKind::FirstResponse => self.ended = self.ended.or(Some(at)),
            ClockEvent::GuestSpoke | ClockEvent::StaffSpoke => {}
            ClockEvent::Paused => self.stop(at),
            ClockEvent::Resumed => self.go_on(at),
            ClockEvent::Resolved => match clock {
                ClockKind::Resolution => {
                    self.ended = Some(at);
                    self.stop(at);
                }
                ClockKind::Update => self.start = None,
                ClockKind::FirstResponse => self.ended = self.ended.or(Some(at)),
            },
            // The time already used stays used; the time between does not count.
            ClockEvent::Reopened if clock == ClockKind::Resolution => {
                self.ended = None;
                self.go_on(at);
            }
            ClockEvent::Reopened => {}
            // A new promise counts from the opening, pauses left out.
            ClockEvent::Target { clock: kind, minutes } => {
                if kind == clock {
                    self.target = minutes;
                }
            }
            ClockEvent::MergedAway => self.merged = true,
        }
    }

    fn stop(&mut self, at: DateTime<Utc>) {
        if !self.is_paused() {
            self.pauses.push(Pause { from: at, to: None });
        }
    }

    fn go_on(&mut self, at: DateTime<Utc>) {
        if let Some(Pause { to: to @ None, .. }) = self.pauses.last_mut() {
            *to = Some(at);
        }
    }

    fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.to.is_none())
    }

    fn state(&self, calendar: &Calendar, now: DateTime<Utc>) -> ClockState {
        let (Some(start), Some(target), false) = (self.start, self.target, self.merged) else { return ClockState::Off };
        let target = Duration::minutes(i64::from(target));
        if let Some(ended) = self.ended {
            return ClockState::Ended { in_time: calendar.elapsed(start, ended, &self.pauses) <= target };
        }
        if self.is_paused() {
            return ClockState::Paused { used: calendar.elapsed(start, now, &self.pauses) };
        }
        calendar.after(start, target, &self.pauses).map_or(ClockState::Off, |at| ClockState::Due { at })
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;

    fn at(hour: u32, minute: u32) -> DateTime<Utc> {
        format!("2026-11-22T{hour:02}:{minute:02}:00Z").parse().unwrap()
    }

    fn clocks(events: &[(DateTime<Utc>, ClockEvent)]) -> ServiceClocks {
        let targets = [(ClockKind::FirstResponse, 30), (ClockKind::Update, 60), (ClockKind::Resolution, 240)].into();
        ServiceClocks { targets, events: events.to_vec() }
    }

    fn state(clocks: &ServiceClocks, clock: ClockKind, now: DateTime<Utc>) -> ClockState {
        clocks.state(clock, &Calendar::new("24x7", Tz::UTC, []).unwrap(), now)
    }

    #[test]
    fn reopening_goes_on_with_the_time_already_used() {
        let clocks = clocks(&[(at(8, 0), ClockEvent::Opened), (at(9, 0), ClockEvent::Resolved), (at(15, 0), ClockEvent::Reopened)]);
        assert_eq!(state(&clocks, ClockKind::Resolution, at(10, 0)), ClockState::Ended { in_time: true });
        assert_eq!(state(&clocks, ClockKind::Resolution, at(15, 30)), ClockState::Due { at: at(18, 0) });
    }

    #[test]
    fn a_new_promise_counts_from_the_opening_and_keeps_the_pauses() {
        let events = [
            (at(8, 0), ClockEvent::Opened),
            (at(9, 0), ClockEvent::Paused),
            (at(10, 0), ClockEvent::Resumed),
            (at(10, 30), ClockEvent::Target { clock: ClockKind::Resolution, minutes: Some(120) }),
        ];
        assert_eq!(state(&clocks(&events), ClockKind::Resolution, at(10, 30)), ClockState::Due { at: at(11, 0) });
    }

    #[test]
    fn the_update_clock_runs_only_while_the_guest_spoke_last() {
        let clocks = clocks(&[(at(8, 0), ClockEvent::Opened), (at(9, 0), ClockEvent::GuestSpoke), (at(9, 20), ClockEvent::StaffSpoke)]);
        assert_eq!(state(&clocks, ClockKind::Update, at(8, 30)), ClockState::Off);
        assert_eq!(state(&clocks, ClockKind::Update, at(9, 10)), ClockState::Due { at: at(10, 0) });
        assert_eq!(state(&clocks, ClockKind::Update, at(9, 30)), ClockState::Off);
        assert_eq!(state(&clocks, ClockKind::FirstResponse, at(9, 30)), ClockState::Ended { in_time: false });
    }

    #[test]
    fn events_in_any_order_and_twice_make_the_same_clocks() {
        let events = [(at(9, 0), ClockEvent::Paused), (at(10, 0), ClockEvent::Resumed), (at(8, 0), ClockEvent::Opened)];
        let mut twice = events.to_vec();
        twice.extend(events);
        twice.reverse();
        assert_eq!(state(&clocks(&events), ClockKind::Resolution, at(11, 0)), state(&clocks(&twice), ClockKind::Resolution, at(11, 0)));
    }

    #[test]
    fn a_merged_case_has_no_clocks() {
        let clocks = clocks(&[(at(8, 0), ClockEvent::Opened), (at(9, 0), ClockEvent::MergedAway)]);
        assert_eq!(state(&clocks, ClockKind::Resolution, at(10, 0)), ClockState::Off);
    }
}
