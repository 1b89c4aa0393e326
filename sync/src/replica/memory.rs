//! What each peer was last known to hold, and what of it a person is shown.

use std::collections::BTreeMap;

use schemas::flat::LogId;
use schemas::scope::ScopeId;

use super::vector::VersionVector;
use super::wants::Wants;
use crate::entry::ClockOffset;
use crate::identity::Member;
use crate::step::SessionId;

/// What a peer was last known to hold; outlives its links.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    pub(super) member: Member,
    pub(super) session: Option<SessionId>,
    pub(super) version: String,
    pub(super) contact_ms: i64,
    pub(super) lost_ms: Option<i64>,
    pub(super) offset: Option<ClockOffset>,
    pub(super) wants: Wants,
    pub(super) scopes: BTreeMap<ScopeId, Remembered>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Remembered {
    pub(super) claimed: VersionVector,
    signed: Option<SignedVector>,
    pub(super) disagrees: bool,
    /// What the hub keeps aside, since when.
    pub(super) late: BTreeMap<LogId, Points>,
}

#[derive(Debug, Clone)]
struct SignedVector {
    vector: VersionVector,
    /// For each log when the hub first said that it holds a number.
    since: BTreeMap<LogId, Points>,
}

/// Numbers of a log, each with the time at which it was first said to be held: newest last, bounded.
#[derive(Debug, Clone, Default)]
pub(super) struct Points(Vec<(u64, i64)>);

/// As many points in time as are remembered of one log at the hub.
const SINCE_MAX: usize = 256;

/// A peer as a person sees it.
#[derive(Debug, Clone)]
pub struct PeerView {
    pub member: Member,
    pub connected: bool,
    pub version: String,
    /// Our clock when it last said anything.
    pub contact_ms: i64,
    /// When its last link was lost, while there is none.
    pub lost_ms: Option<i64>,
    pub offset: Option<ClockOffset>,
    /// What it last said it wants.
    pub wants: Wants,
    /// What it said it holds.
    pub scopes: BTreeMap<ScopeId, ScopeView>,
}

/// What a peer holds of a scope.
#[derive(Debug, Clone, Default)]
pub struct ScopeView {
    pub vector: VersionVector,
    /// For a hub: since when it holds which number of each log, by its signature.
    pub signed_since: BTreeMap<LogId, Vec<(u64, i64)>>,
    /// For a hub: since when it keeps which number of each log aside, because its scope was closed before.
    pub late_since: BTreeMap<LogId, Vec<(u64, i64)>>,
    pub disagrees: bool,
}

impl Remembered {
    /// The newest entry of a log that a hub signed for, in the scope or aside.
    pub(super) fn holds(&self, log: &LogId) -> u64 {
        let aside = self.late.get(log).and_then(|points| points.0.last()).map(|(number, _)| *number);
        self.signed_vector().and_then(|signed| signed.get(log)).copied().max(aside).unwrap_or(0)
    }

    /// What the hub last signed that it holds.
    pub(super) fn signed_vector(&self) -> Option<&VersionVector> {
        self.signed.as_ref().map(|signed| &signed.vector)
    }

    /// The hub signed that it holds this.
    pub(super) fn sign(&mut self, vector: VersionVector, now_ms: i64) {
        SignedVector::renew(&mut self.signed, vector, now_ms);
    }
}

impl SignedVector {
    fn renew(signed: &mut Option<Self>, vector: VersionVector, now_ms: i64) {
        let signed = signed.get_or_insert_with(|| Self { vector: VersionVector::new(), since: BTreeMap::new() });
        for (log, number) in &vector {
            signed.since.entry(*log).or_default().push(*number, now_ms);
        }
        // What the hub no longer has is withdrawn.
        for (log, points) in &mut signed.since {
            let held = vector.get(log).copied().unwrap_or(0);
            points.0.retain(|(number, _)| *number <= held);
        }
        signed.vector = vector;
    }
}

impl Points {
    pub(super) fn push(&mut self, number: u64, at_ms: i64) {
        if self.0.last().is_none_or(|(known, _)| *known < number) {
            self.0.push((number, at_ms));
            if self.0.len() > SINCE_MAX {
                self.0.remove(0);
            }
        }
    }
}

impl Memory {
    pub(super) fn new(member: Member) -> Self {
        Self {
            member,
            session: None,
            version: String::new(),
            contact_ms: i64::MIN,
            lost_ms: None,
            offset: None,
            wants: Wants::All,
            scopes: BTreeMap::new(),
        }
    }

    pub(super) fn view(&self) -> PeerView {
        let all = |points: &BTreeMap<LogId, Points>| points.iter().map(|(log, points)| (*log, points.0.clone())).collect::<BTreeMap<_, _>>();
        let scope = |remembered: &Remembered| ScopeView {
            vector: remembered.claimed.clone(),
            signed_since: remembered.signed.as_ref().map(|signed| all(&signed.since)).unwrap_or_default(),
            late_since: all(&remembered.late),
            disagrees: remembered.disagrees,
        };
        PeerView {
            member: self.member.clone(),
            connected: self.session.is_some(),
            version: self.version.clone(),
            contact_ms: self.contact_ms,
            lost_ms: self.lost_ms,
            offset: self.offset,
            wants: self.wants.clone(),
            scopes: self.scopes.iter().map(|(id, remembered)| (id.clone(), scope(remembered))).collect(),
        }
    }
}
