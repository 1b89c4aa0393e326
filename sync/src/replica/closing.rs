//! The end of a scope: the hub says up to which entry of each log it counts. What comes later is kept aside.

use std::collections::{BTreeMap, BTreeSet};

use schemas::flat::LogId;
use schemas::scope::ScopeId;

use super::vector::VersionVector;
use super::{Replica, Scope};
use crate::entry::{Entry, FIRST, Header};
use crate::identity::{Member, Role};

/// How a scope ended: the hub's entry that says so, and what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub log: LogId,
    pub number: u64,
    /// When, by the hub's clock in milliseconds since 1970.
    pub at_ms: i64,
    /// The newest entry of each log that counts.
    pub last: VersionVector,
}

/// Entries of one log that came after their scope was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    pub log: LogId,
    pub writer: Member,
    pub first: u64,
    pub last: u64,
}

impl Closing {
    /// The number up to which a log counts; 0 if nothing of it does.
    pub fn counts_to(&self, log: LogId) -> u64 {
        // In the hub's own log everything before the closing was here, and nothing behind it is.
        if log == self.log { self.number } else { self.last.get(&log).copied().unwrap_or(0) }
    }
}

impl Scope {
    /// The number up to which a log counts.
    pub(super) fn counts_to(&self, log: LogId) -> u64 {
        self.closing.as_ref().map_or(u64::MAX, |closing| closing.counts_to(log))
    }

    /// The entry of a hub says that the scope ends. One that says so first stays, whatever the order of arrival.
    fn note_closing(&mut self, log: LogId, number: u64, header: Header) -> bool {
        let Some(last) = header.closing else { return false };
        let counts = self.closing.as_ref().is_none_or(|known| (log, number) < (known.log, known.number));
        if counts {
            self.closing = Some(Closing { log, number, at_ms: header.time_ms, last });
            self.digest = None;
        }
        counts
    }
}

impl Replica {
    /// Takes note of an entry that closes its scope, if a hub wrote it.
    pub(super) fn note_closing(&mut self, entry: &Entry) {
        let Some(scope) = self.scope_of.get(&entry.log).and_then(|scope| self.scopes.get_mut(scope)) else { return };
        let by_hub = scope.logs.get(&entry.log).is_some_and(|log| log.writer.role == Role::Hub);
        if let Some(header) = Header::read(&entry.header).filter(|_| by_hub) {
            self.closings += usize::from(scope.note_closing(entry.log, entry.number, header));
        }
    }

    /// Grows with each closing that came to be known.
    pub fn closings_noted(&self) -> usize {
        self.closings
    }

    /// The frames in which anything of a scope stands.
    pub fn frames_of(&self, scope: &ScopeId) -> BTreeSet<u32> {
        self.scopes.get(scope).into_iter().flat_map(|scope| scope.logs.values()).flat_map(|log| &log.entries).map(|entry| entry.frame).collect()
    }

    /// How a scope ended, if it did.
    pub fn closing(&self, scope: &ScopeId) -> Option<&Closing> {
        self.scopes.get(scope)?.closing.as_ref()
    }

    /// Every scope that ended.
    pub fn closings(&self) -> impl Iterator<Item = (&ScopeId, &Closing)> {
        self.scopes.iter().filter_map(|(scope, state)| Some((scope, state.closing.as_ref()?)))
    }

    /// What came here after a scope was closed: kept, passed on to the hub, and no part of the scope.
    pub fn late(&self, scope: &ScopeId) -> Vec<Late> {
        let Some(state) = self.scopes.get(scope).filter(|state| state.closing.is_some()) else { return Vec::new() };
        let late = state.logs.iter().filter(|(id, log)| log.last() > state.counts_to(**id).max(FIRST - 1));
        late.map(|(id, log)| Late { log: *id, writer: log.writer.clone(), first: state.counts_to(*id).max(FIRST - 1) + 1, last: log.last() })
            .collect()
    }

    /// Whether an entry came after its scope was closed.
    pub fn is_late(&self, log: LogId, number: u64) -> bool {
        self.scope_of.get(&log).and_then(|scope| self.scopes.get(scope)).is_some_and(|scope| number > scope.counts_to(log))
    }

    /// The desks that wrote in a scope of which it is not known that everything of theirs is here: those without a link, and those that hold more.
    pub fn unconfirmed(&self, scope: &ScopeId) -> Vec<&Member> {
        let Some(state) = self.scopes.get(scope) else { return Vec::new() };
        let here = |(log, number): (&LogId, &u64)| state.logs.get(log).is_some_and(|log| log.last() >= *number);
        let confirmed = |key: &[u8; 32]| self.sessions.values().any(|session| session.member.key == *key && session.holds_at_most(scope, here));
        self.writers_of(scope)
            .into_values()
            .filter(|writer| writer.role == Role::Node && writer.key != self.me.member().key && !confirmed(&writer.key))
            .collect()
    }

    /// The writers of a scope, by key.
    pub fn writers_of(&self, scope: &ScopeId) -> BTreeMap<[u8; 32], &Member> {
        self.scopes.get(scope).map(|scope| scope.logs.values().map(|log| (log.writer.key, &log.writer)).collect()).unwrap_or_default()
    }
}
