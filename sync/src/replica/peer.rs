//! Replication with one peer at a time: compare vectors, stream what is missing, remember what the other holds.

use std::collections::{BTreeMap, BTreeSet};

use schemas::flat::LogId;
use schemas::scope::ScopeId;

use super::early::Early;
use super::log::{Log, RunError};
use super::memory::{Memory, PeerView};
use super::on_the_way::OnTheWay;
use super::vector::{self, BUCKETS, VersionVector};
use super::wants::Wants;
use super::{Replica, Scope, Work};
use crate::entry::{CLOSING_LOGS_MAX, ClockOffset, FIRST};
use crate::hash::Hash;
use crate::identity::{Member, Role, verify_signature};
use crate::message::{BATCH_BYTES, Batch, Buckets, Held, Hello, Late, MORE_WANTS, Message, Run, SCOPES_MAX, ScopeState, Summary, Vector};
use crate::step::{BatchPlan, CloseReason, Outgoing, RunPlan, Send, SessionId};

/// How often both sides say what they have, in milliseconds: finds whatever was lost on the way.
const SUMMARY_MS: i64 = 3_000;
/// Entries that wait longer than this for an answer are offered again.
const UNANSWERED_MS: i64 = 10_000;
/// The longest that a busy peer is left alone, whatever it asks.
const BUSY_MAX_MS: i64 = 60_000;
/// A run that came before what it follows waits so long for it; then it is asked for.
const EARLY_MS: i64 = 9_000;
/// As many bytes of others' entries as one commit takes; what is more waits as if it had come early.
pub(crate) const FOREIGN_BYTES_MAX: u64 = 3 << 20;
/// As many scopes as are remembered of one peer, and as many logs of each.
const SESSION_SCOPES_MAX: usize = 8 * SCOPES_MAX;
const CLAIMS_MAX: usize = 1 << 17;
/// Two links that begin within this time, one dialed by each side, are one wish.
const SAME_TIME_MS: i64 = 5_000;
/// A peer that says nothing for so long is not there any more, whatever the transport still hopes.
const SILENT_MS: i64 = 10_000;
/// Time is looked at several times a second; a longer step is a clock that was set.
const LEAP_MS: i64 = 5_000;

/// A link and what the other side holds.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) member: Member,
    dialed: bool,
    since_ms: i64,
    /// When anything last came.
    heard_ms: i64,
    greeted: bool,
    /// Which scopes they want to be sent.
    wants: Wants,
    /// Scopes that they named last without wanting them: they hold something there that we might lack.
    named: BTreeSet<ScopeId>,
    scopes: BTreeMap<ScopeId, Theirs>,
    /// Their clock when they last said, and ours when it came.
    heard: Option<(i64, i64)>,
    /// Runs of theirs that came too early.
    early: Early,
    /// They cannot take entries: since when, and for how long they asked to be left alone.
    busy: Option<(i64, i64)>,
}

/// What the other side holds of a scope.
#[derive(Debug, Default)]
struct Theirs {
    /// Both vectors are known to each other; before that nothing is sent.
    compared: bool,
    /// What they say they hold.
    claimed: VersionVector,
    /// What they hold for sure, including what they sent us since.
    known: VersionVector,
    /// What they keep aside of a scope that is closed.
    late: VersionVector,
    /// They hold what came after the scope was closed, and may not know of it.
    past_closing: bool,
    on_the_way: OnTheWay,
    /// Our vector as it was when we asked for theirs, and the question's salt.
    asked: Option<(VersionVector, u32)>,
    /// Their last summary did not fit ours.
    differs: bool,
    /// Equal vectors and unequal digests: two replicas judge the same entries differently.
    disagrees: bool,
}

impl Replica {
    /// Every node that was ever met since the start.
    pub fn peers(&self) -> Vec<PeerView> {
        self.peers.values().map(Memory::view).collect()
    }

    /// The clock's offset to the hub, if one is or was connected.
    pub fn offset_to_hub(&self) -> Option<ClockOffset> {
        self.peers.values().find(|peer| peer.member.role == Role::Hub).and_then(|peer| peer.offset)
    }

    pub(super) fn connect(&mut self, now_ms: i64, session: SessionId, member: Member, dialed: bool, work: &mut Work) {
        if let Some((&other, existing)) = self.sessions.iter().find(|(_, other)| other.member.key == member.key) {
            let loser = if replaces(&self.me.member().key, &member.key, dialed, now_ms, existing) { other } else { session };
            self.close(loser, CloseReason::Duplicate, work);
            if loser == session {
                return;
            }
            self.sessions.remove(&other);
        }
        let memory = self.peers.entry(member.key).or_insert_with(|| Memory::new(member.clone()));
        memory.session = Some(session);
        memory.member = member.clone();
        memory.contact_ms = now_ms;
        memory.lost_ms = None;
        self.sessions.insert(
            session,
            Session {
                member,
                dialed,
                since_ms: now_ms,
                heard_ms: now_ms,
                greeted: false,
                wants: Wants::All,
                named: BTreeSet::new(),
                scopes: BTreeMap::new(),
                heard: None,
                early: Early::default(),
                busy: None,
            },
        );
        let hello = Hello { version: self.version.clone(), now_ms, scopes: self.scope_states(session, now_ms), more: self.more() };
        work.send(session, Message::Hello(hello));
    }

    pub(super) fn disconnect(&mut self, now_ms: i64, session: SessionId) {
        if let Some(gone) = self.sessions.remove(&session)
            && let Some(memory) = self.peers.get_mut(&gone.member.key)
            && memory.session == Some(session)
        {
            memory.session = None;
            memory.lost_ms = Some(now_ms);
        }
    }

    pub(super) fn receive(&mut self, now_ms: i64, id: SessionId, message: Message, work: &mut Work) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.heard_ms = now_ms;
        if let Some(memory) = self.peers.get_mut(&session.member.key) {
            memory.contact_ms = now_ms;
        }
        // A batch comes on a stream of its own and may overtake the greeting; it proves itself.
        if !session.greeted && !matches!(message, Message::Hello(_) | Message::Batch(_)) {
            return self.close(id, CloseReason::Protocol("something came before the greeting"), work);
        }
        match message {
            Message::Hello(hello) => self.greeted(now_ms, id, hello, work),
            Message::Summary(summary) => self.summarised(now_ms, id, summary, work),
            Message::Buckets(buckets) => self.asked(now_ms, id, buckets, work),
            Message::Vector(vector) => self.told(now_ms, id, vector, work),
            Message::Held(held) => self.held(now_ms, id, held, work),
            Message::Busy(busy) => {
                // Their disk or queue is full and nothing of what is on the way was taken: all of it is offered again, later.
                session.scopes.values_mut().for_each(|theirs| theirs.on_the_way.clear());
                session.busy = Some((now_ms, (i64::from(busy.again_in_s) * 1000).min(BUSY_MAX_MS)));
            }
            Message::Late(late) => self.kept_aside(now_ms, id, late),
            Message::Batch(batch) => self.take_batch(now_ms, id, batch, work),
        }
    }

    /// Compares again what differed, offers again what nobody answered, passes on what others wrote.
    pub(super) fn tick(&mut self, now_ms: i64, work: &mut Work) {
        if is_past(now_ms, self.ticked_ms, LEAP_MS) {
            // Nobody was silent for an hour because a clock was set by one.
            self.sessions.values_mut().for_each(|session| session.heard_ms = now_ms);
        }
        self.ticked_ms = now_ms;
        let sessions: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in &sessions {
            if self.sessions.get(id).is_some_and(|session| is_past(now_ms, session.heard_ms, SILENT_MS)) {
                self.disconnect(now_ms, *id);
                self.close(*id, CloseReason::Silent, work);
                continue;
            }
            let Some(session) = self.sessions.get_mut(id).filter(|session| session.greeted) else { continue };
            let mut stale = Vec::new();
            for (scope, theirs) in &mut session.scopes {
                let unanswered = theirs.on_the_way.waits_since_ms().is_some_and(|at_ms| is_past(now_ms, at_ms, UNANSWERED_MS));
                if unanswered || theirs.differs && theirs.on_the_way.is_empty() {
                    theirs.on_the_way.clear();
                    theirs.differs = false;
                    stale.push(scope.clone());
                }
            }
            if session.early.oldest_ms().is_some_and(|at_ms| is_past(now_ms, at_ms, EARLY_MS)) {
                stale.extend(session.early.give_up());
            }
            stale.into_iter().for_each(|scope| self.ask(*id, scope, work));
            self.pump(now_ms, *id, false, work);
        }
        if is_past(now_ms, self.summary_sent_ms, SUMMARY_MS) {
            self.summary_sent_ms = now_ms;
            for id in sessions {
                self.send_summary(now_ms, id, work);
            }
        }
    }

    /// Tells every peer what became durable in this step, and pushes own entries at once.
    pub(super) fn tell_peers(&mut self, now_ms: i64, work: &mut Work) {
        let hub = self.is_hub();
        let grown = std::mem::take(&mut work.grown);
        let mut ids: BTreeSet<SessionId> = BTreeSet::new();
        for (scope, logs) in &grown {
            let foreign = logs.keys().any(|log| !work.own.contains_key(log));
            if !hub && !foreign {
                ids.extend(self.sessions.keys());
                continue;
            }
            let counted = |(log, number): (&LogId, &u64)| Some((*log, *number.min(&self.scopes.get(scope)?.counts_to(*log))));
            let logs: Vec<_> = logs.iter().filter_map(counted).filter(|(_, number)| *number >= FIRST).collect();
            let held = self.held_message(now_ms, scope, logs);
            for (id, session) in &self.sessions {
                if session.greeted && session.member.may_hold(scope) && session.concerned(scope, self.idle_ms(scope, now_ms)) {
                    work.send(*id, Message::Held(held.clone()));
                }
            }
            ids.extend(self.sessions.keys());
        }
        let answered = std::mem::take(&mut work.answered);
        ids.extend(&answered);
        for id in ids {
            self.pump(now_ms, id, !answered.contains(&id), work);
        }
        work.grown = grown;
    }

    fn greeted(&mut self, now_ms: i64, id: SessionId, hello: Hello, work: &mut Work) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if session.greeted || hello.scopes.len() > SCOPES_MAX {
            return self.close(id, CloseReason::Protocol("greeted twice, or too many scopes"), work);
        }
        session.greeted = true;
        session.heard = Some((hello.now_ms, now_ms));
        if let Some(memory) = self.peers.get_mut(&session.member.key) {
            memory.version = hello.version.chars().take(40).collect();
        }
        let mut unnamed = self.learn_wants(id, &hello.scopes, &hello.more);
        if hello.scopes.len() == SCOPES_MAX {
            // They hold more than a message names: what they did not name is asked for one by one, not resent.
            for scope in std::mem::take(&mut unnamed).into_iter().filter(|scope| !hello.scopes.iter().any(|state| state.scope == *scope)) {
                self.ask(id, scope, work);
            }
        }
        for state in hello.scopes {
            unnamed.remove(&state.scope);
            self.compare(now_ms, id, state, true, work);
        }
        unnamed.extend(self.lost_by(id));
        for scope in unnamed {
            self.set_claimed(now_ms, id, &scope, VersionVector::new(), work);
        }
        work.answer(id);
    }

    /// Scopes of days that they do not want, in which they wrote and of which they named nothing in their greeting: set back to an older state, a node
    /// gets its own logs again.
    fn lost_by(&self, id: SessionId) -> Vec<ScopeId> {
        let Some(session) = self.sessions.get(&id) else { return Vec::new() };
        let wrote = |state: &Scope| state.logs.values().any(|log| log.opening.key == session.member.key);
        let lost = |(scope, state): &(&ScopeId, &Scope)| !session.wants.include(scope) && !session.named.contains(*scope) && wrote(state);
        self.scopes.iter().filter(lost).map(|(scope, _)| scope.clone()).collect()
    }

    /// Takes what they want and name; gives the scopes of ours that they would have named if they held anything of them.
    fn learn_wants(&mut self, id: SessionId, states: &[ScopeState], more: &[(u16, Vec<u8>)]) -> BTreeSet<ScopeId> {
        let Some(session) = self.sessions.get_mut(&id) else { return BTreeSet::new() };
        let said = more.iter().find(|(number, _)| *number == MORE_WANTS).and_then(|(_, bytes)| Wants::read(bytes));
        session.wants = said.unwrap_or_default();
        if let Some(memory) = self.peers.get_mut(&session.member.key) {
            memory.wants = session.wants.clone();
        }
        let unwanted = states.iter().map(|state| &state.scope).filter(|scope| !session.wants.include(scope) && session.member.may_hold(scope));
        session.named = unwanted.take(SCOPES_MAX).cloned().collect();
        for (scope, theirs) in &mut session.scopes {
            // They hold nothing there that we lack, and want nothing.
            theirs.differs &= session.wants.include(scope) || session.named.contains(scope);
        }
        let told = |scope: &&ScopeId| self.wants.include(scope) && session.wants.include(scope);
        self.scopes.keys().filter(told).cloned().collect()
    }

    fn summarised(&mut self, now_ms: i64, id: SessionId, summary: Summary, work: &mut Work) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if let Some((sent, received)) = summary.echo {
            let measured = measured(sent, received, summary.now_ms, now_ms);
            if let Some(offset) = measured
                && let Some(memory) = self.peers.get_mut(&session.member.key)
            {
                memory.offset = Some(offset);
            }
        }
        session.heard = Some((summary.now_ms, now_ms));
        let mut unnamed = self.learn_wants(id, &summary.scopes, &summary.more);
        if let Some(session) = self.sessions.get(&id) {
            // What was compared before stands: their summary may be older than what they have since.
            unnamed.retain(|scope| session.scopes.get(scope).is_none_or(|theirs| !theirs.compared) && summary.scopes.len() < SCOPES_MAX);
        }
        for state in summary.scopes.into_iter().take(SCOPES_MAX) {
            unnamed.remove(&state.scope);
            self.compare(now_ms, id, state, false, work);
        }
        for scope in unnamed {
            self.set_claimed(now_ms, id, &scope, VersionVector::new(), work);
        }
    }

    /// One scope of theirs beside ours.
    fn compare(&mut self, now_ms: i64, id: SessionId, state: ScopeState, first: bool, work: &mut Work) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if !session.member.may_hold(&state.scope) || !self.me.member().may_hold(&state.scope) {
            return;
        }
        let idle_ms = self.scopes.get(&state.scope).map_or(i64::MAX, |known| now_ms.saturating_sub(known.grown_ms));
        if !self.wants.take(&state.scope, idle_ms) && !session.wants.take(&state.scope, idle_ms) {
            return;
        }
        if session.scopes.len() >= SESSION_SCOPES_MAX && !session.scopes.contains_key(&state.scope) {
            return self.close(id, CloseReason::Protocol("more scopes than a member can hold"), work);
        }
        let mine = self.scopes.get(&state.scope).map(Scope::vector).unwrap_or_default();
        let theirs = session.scopes.entry(state.scope.clone()).or_default();
        if vector::hash(&state.scope, &mine) != state.vector {
            theirs.differs = !first;
            if first {
                self.ask(id, state.scope, work);
            }
            return;
        }
        let judged = self.scopes.get(&state.scope).and_then(|scope| scope.digest).filter(|digest| digest.vector == state.vector);
        if let (Some(mine), Some(digest)) = (judged, state.digest) {
            theirs.disagrees = mine.digest != digest;
            if theirs.disagrees {
                tracing::error!(scope = %state.scope, peer = %session.member.name, "equal entries are judged differently here and there");
            }
            if let Some(memory) = self.peers.get_mut(&session.member.key) {
                memory.scopes.entry(state.scope.clone()).or_default().disagrees = theirs.disagrees;
            }
        }
        theirs.differs = false;
        let signed = self.peers.get(&session.member.key).and_then(|memory| memory.scopes.get(&state.scope)?.signed_vector());
        // The hub signs when it hears of us and when it grows; what went by before we compared is asked for.
        let unsigned = !first && session.member.role == Role::Hub && signed.is_none_or(|signed| *signed != mine);
        self.set_claimed(now_ms, id, &state.scope, mine, work);
        if unsigned {
            self.ask(id, state.scope, work);
        }
    }

    fn ask(&mut self, id: SessionId, scope: ScopeId, work: &mut Work) {
        let mine = self.vector(&scope);
        let salt = work.frame.at_ms as u32;
        let hashes = vector::bucket_hashes(&mine, salt);
        if let Some(session) = self.sessions.get_mut(&id) {
            session.scopes.entry(scope.clone()).or_default().asked = Some((mine, salt));
            work.send(id, Message::Buckets(Buckets { scope, salt, hashes }));
        }
    }

    fn asked(&mut self, now_ms: i64, id: SessionId, buckets: Buckets, work: &mut Work) {
        let allowed = self.sessions.get(&id).is_some_and(|session| session.member.may_hold(&buckets.scope));
        if !allowed {
            return self.close(id, CloseReason::Scope("a scope was asked for that the certificate does not allow".to_owned()), work);
        }
        if buckets.hashes.len() != BUCKETS {
            return;
        }
        let mine = self.vector(&buckets.scope);
        let differing: Vec<bool> =
            vector::bucket_hashes(&mine, buckets.salt).iter().zip(&buckets.hashes).map(|(mine, theirs)| mine != theirs).collect();
        let mask = differing.iter().enumerate().filter(|(_, differs)| **differs).fold(0, |mask, (place, _)| mask | 1u64 << place);
        let logs = mine.into_iter().filter(|(log, _)| differing[vector::bucket(log)]).collect();
        let asked = vector::question(&buckets.hashes);
        work.send(id, Message::Vector(Vector { scope: buckets.scope.clone(), asked, buckets: mask, logs }));
        if self.is_hub() {
            let held = self.held_message(now_ms, &buckets.scope, Vec::new());
            work.send(id, Message::Held(held));
        }
    }

    fn told(&mut self, now_ms: i64, id: SessionId, told: Vector, work: &mut Work) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let asked = session.scopes.get_mut(&told.scope).map(|theirs| &mut theirs.asked);
        // An answer to an older question says nothing about what we have since; the answer to the newer one is on its way.
        let answered = |(asked, salt): &mut (VersionVector, u32)| vector::question(&vector::bucket_hashes(asked, *salt)) == told.asked;
        let Some((mut vector, _)) = asked.and_then(|asked| asked.take_if(answered)) else { return };
        vector.retain(|log, _| told.buckets >> vector::bucket(log) & 1 == 0);
        vector.extend(told.logs);
        if let Some(theirs) = session.scopes.get_mut(&told.scope) {
            theirs.known.clear();
        }
        self.set_claimed(now_ms, id, &told.scope, vector, work);
        work.answer(id);
    }

    fn held(&mut self, now_ms: i64, id: SessionId, held: Held, work: &mut Work) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let Some(theirs) = session.scopes.get_mut(&held.scope).filter(|theirs| theirs.compared) else { return };
        for (log, number) in &held.logs {
            theirs.claim(*log, *number, now_ms);
        }
        let signed = <&[u8; 64]>::try_from(held.signature.as_slice()).is_ok_and(|signature| {
            session.member.role == Role::Hub
                && vector::hash(&held.scope, &theirs.claimed) == held.vector
                && verify_signature(&session.member.key, &vector::held_message(&held.scope, held.at_ms, held.vector), signature)
        });
        let claimed = theirs.claimed.clone();
        if let Some(memory) = self.peers.get_mut(&session.member.key) {
            let remembered = memory.scopes.entry(held.scope).or_default();
            if signed {
                remembered.sign(claimed.clone(), now_ms);
            }
            remembered.claimed = claimed;
        }
        work.answer(id);
    }

    fn set_claimed(&mut self, now_ms: i64, id: SessionId, scope: &ScopeId, vector: VersionVector, work: &mut Work) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if !session.member.may_hold(scope) {
            return;
        }
        let theirs = session.scopes.entry(scope.clone()).or_default();
        let first = !theirs.compared;
        theirs.compared = true;
        theirs.claimed.clone_from(&vector);
        let counts_to = |log: &LogId| self.scopes.get(scope).map_or(u64::MAX, |scope| scope.counts_to(*log));
        theirs.past_closing = vector.iter().any(|(log, number)| *number > counts_to(log));
        theirs.on_the_way.arrived_all(&vector, now_ms);
        if let Some(memory) = self.peers.get_mut(&session.member.key) {
            memory.scopes.entry(scope.clone()).or_default().claimed = vector;
        }
        if first && self.is_hub() {
            let held = self.held_message(now_ms, scope, Vec::new());
            work.send(id, Message::Held(held));
        }
        if first {
            let late = self.late(scope).iter().map(|late| (late.log, late.last)).collect();
            self.tell_late(now_ms, id, scope, late, work);
        }
    }

    /// Says what is kept aside here, if anything is: whoever sent it may then stop.
    fn tell_late(&self, now_ms: i64, id: SessionId, scope: &ScopeId, logs: Vec<(LogId, u64)>, work: &mut Work) {
        for logs in logs.chunks(CLOSING_LOGS_MAX) {
            let signature = self.me.sign(&vector::late_message(scope, now_ms, logs)).to_vec();
            work.send(id, Message::Late(Late { scope: scope.clone(), logs: logs.to_vec(), at_ms: now_ms, signature }));
        }
    }

    fn kept_aside(&mut self, now_ms: i64, id: SessionId, late: Late) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let key = session.member.key;
        let signed = <&[u8; 64]>::try_from(late.signature.as_slice())
            .is_ok_and(|signature| verify_signature(&key, &vector::late_message(&late.scope, late.at_ms, &late.logs), signature));
        let mine = |log: &LogId| self.scope_of.get(log) == Some(&late.scope);
        let Some(theirs) = session.scopes.get_mut(&late.scope).filter(|_| signed) else { return };
        let mut remembered = self.peers.get_mut(&key).filter(|peer| peer.member.role == Role::Hub);
        for (log, number) in late.logs.into_iter().filter(|(log, _)| mine(log)) {
            theirs.late.insert(log, number);
            theirs.on_the_way.arrived(log, number, now_ms);
            if let Some(memory) = &mut remembered {
                memory.scopes.entry(late.scope.clone()).or_default().late.entry(log).or_default().push(number, now_ms);
            }
        }
    }

    fn take_batch(&mut self, now_ms: i64, id: SessionId, batch: Batch, work: &mut Work) {
        let Some(session) = self.sessions.get(&id) else { return };
        let name = session.member.name.clone();
        if !session.member.may_hold(&batch.scope) || !self.me.member().may_hold(&batch.scope) {
            return self.close(id, CloseReason::Scope(format!("{name} sent entries of a scope that may not be held at both ends")), work);
        }
        for run in &batch.runs {
            let taken = self.take_or_keep(now_ms, id, &batch, run, work).and_then(|()| self.take_early(id, run.log, work));
            if let Err(error) = taken {
                return self.close(id, CloseReason::BadEntries(error.to_string()), work);
            }
        }
        // Who sent it waits for an answer, also where it takes no part. Only scopes that are held are noted, so that nobody fills memory with names.
        if self.scopes.contains_key(&batch.scope)
            && let Some(session) = self.sessions.get_mut(&id).filter(|session| !session.wants.include(&batch.scope))
        {
            session.named.insert(batch.scope.clone());
        }
        // What a full commit left aside before.
        let left = self.sessions.get(&id).map(|session| session.early.logs()).unwrap_or_default();
        for log in left {
            if let Err(error) = self.take_early(id, log, work) {
                return self.close(id, CloseReason::BadEntries(error.to_string()), work);
            }
        }
        // Also what was here already is answered, so that the sender stops offering it; what is new is told to everybody at the end of the step.
        let mine = self.vector(&batch.scope);
        let grown = work.grown.get(&batch.scope);
        let here = batch.runs.iter().filter(|run| grown.is_none_or(|logs| !logs.contains_key(&run.log)));
        let logs: Vec<_> = here.filter_map(|run| mine.get(&run.log).map(|number| (run.log, *number))).collect();
        let scope = batch.scope;
        if self.closing(&scope).is_some() {
            let brought = |late: &super::Late| batch.runs.iter().any(|run| run.log == late.log);
            let late: Vec<_> = self.late(&scope).iter().filter(|late| brought(late)).map(|late| (late.log, late.last)).collect();
            if let Some(theirs) = self.sessions.get_mut(&id).and_then(|session| session.scopes.get_mut(&scope)) {
                theirs.past_closing |= !late.is_empty();
            }
            self.tell_late(now_ms, id, &scope, late, work);
        }
        if !logs.is_empty() {
            let held = Held { scope, logs, at_ms: 0, vector: Hash::default(), signature: Vec::new() };
            work.send(id, Message::Held(held));
        }
    }

    /// Takes a run, or keeps it until what it follows is here: batches may overtake one another.
    fn take_or_keep(&mut self, now_ms: i64, id: SessionId, batch: &Batch, run: &Run, work: &mut Work) -> Result<(), RunError> {
        match self.take_run(batch, run, work) {
            Ok(()) => self.note_sender_has(id, &batch.scope, run),
            Err(RunError::Gap | RunError::NoOpening | RunError::Later) => {
                let kept = self.sessions.get_mut(&id).is_some_and(|session| session.early.keep(batch, run, now_ms));
                if !kept {
                    self.ask(id, batch.scope.clone(), work);
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Takes the runs of a log that came before what is here now.
    fn take_early(&mut self, id: SessionId, log: LogId, work: &mut Work) -> Result<(), RunError> {
        while let Some((batch, at_ms)) = self.sessions.get_mut(&id).and_then(|session| session.early.take(log)) {
            let Some(run) = batch.runs.first() else { continue };
            match self.take_run(&batch, run, work) {
                Ok(()) => self.note_sender_has(id, &batch.scope, run),
                Err(RunError::Gap | RunError::NoOpening | RunError::Later) => {
                    if let Some(session) = self.sessions.get_mut(&id) {
                        session.early.keep(&batch, run, at_ms);
                    }
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn take_run(&mut self, batch: &Batch, run: &Run, work: &mut Work) -> Result<(), RunError> {
        if run.entries.is_empty() || run.first < FIRST {
            return Err(RunError::BadEntry("the run is empty or begins before the log's first entry"));
        }
        let new_log = !self.scope_of.contains_key(&run.log);
        let mut probe = None;
        if new_log {
            let sent = run.opening.clone().ok_or(RunError::NoOpening)?;
            probe = Some(self.probe(batch, run, &sent)?);
        }
        let known = self.scopes.get(&batch.scope).and_then(|scope| scope.logs.get(&run.log));
        let log: &Log = probe.as_ref().or(known).ok_or(RunError::BadOpening)?;
        let verified = log.verify(&batch.scope, run)?;
        let bytes = verified.entries.iter().map(|entry| entry.size() as u64).sum::<u64>();
        if work.foreign_bytes > 0 && work.foreign_bytes + bytes > FOREIGN_BYTES_MAX {
            return Err(RunError::Later);
        }
        if verified.entries.is_empty() {
            return Ok(());
        }
        let end = run.first + run.entries.len() as u64 - 1;
        let tip = verified.tip;
        if let Some(log) = probe {
            work.frame.openings.push(log.sent_opening.clone());
            self.open_log(log.sent_opening).ok_or(RunError::BadOpening)?;
        }
        work.foreign_bytes += bytes;
        let (frame, index) = (self.frames, work.frame.entries.len() as u32);
        let log = self.log_mut(run.log).ok_or(RunError::BadOpening)?;
        let entries = log.take(verified, frame, index);
        debug_assert_eq!((log.last(), log.tip), (end, tip));
        log.ends.insert(end, run.end.clone());
        entries.iter().for_each(|entry| self.note_header(entry));
        work.frame.entries.extend(entries);
        work.frame.ends.push(crate::step::End { log: run.log, number: end, signature: run.end.clone() });
        work.grow(batch.scope.clone(), run.log, end);
        Ok(())
    }

    /// A log that is not here yet, judged before anything of it is kept.
    fn probe(&self, batch: &Batch, run: &Run, sent: &crate::message::SentOpening) -> Result<Log, RunError> {
        let opening = crate::entry::Opening::read(&sent.bytes).map_err(|_| RunError::BadOpening)?;
        let writer = crate::identity::verify_member(&sent.certificate, self.me.ca_der()).map_err(|_| RunError::BadOpening)?;
        if crate::entry::log_id(&sent.bytes) != run.log || opening.scope != batch.scope || writer.key != opening.key {
            return Err(RunError::BadOpening);
        }
        if !writer.may_write(&opening.scope) {
            return Err(RunError::NotAllowed);
        }
        Ok(Log::new(opening, sent.clone(), writer))
    }

    fn note_sender_has(&mut self, id: SessionId, scope: &ScopeId, run: &Run) {
        let end = run.first + run.entries.len() as u64 - 1;
        if let Some(theirs) = self.sessions.get_mut(&id).map(|session| session.scopes.entry(scope.clone()).or_default()) {
            let known = theirs.known.entry(run.log).or_default();
            *known = end.max(*known);
        }
    }

    /// Sends what the peer lacks: own entries at once, others' only when asked to catch it up.
    fn pump(&mut self, now_ms: i64, id: SessionId, own_only: bool, work: &mut Work) {
        let me = self.me.member().key;
        let Some(session) = self.sessions.get_mut(&id).filter(|session| session.greeted) else { return };
        if session.busy.is_some_and(|(since_ms, wait_ms)| !is_past(now_ms, since_ms, wait_ms)) {
            return;
        }
        let hub = self.peers.values().find(|peer| peer.member.role == Role::Hub);
        for (scope, state) in &self.scopes {
            if !session.member.may_hold(scope) {
                continue;
            }
            let theirs = session.scopes.entry(scope.clone()).or_default();
            let closed_anew = state.closing.is_some() && !session.wants.include(scope) && theirs.claimed.is_empty();
            let wanted = session.wants.take(scope, now_ms.saturating_sub(state.grown_ms)) && !closed_anew || theirs.past_closing;
            // Where they take no part they still get what is their own, and keep for the hub what it is not known to have of ours.
            let at_hub = |id: &LogId| hub.and_then(|hub| hub.scopes.get(scope)).map_or(0, |remembered| remembered.holds(id));
            let goes = |id: &LogId, log: &Log| wanted || log.opening.key == session.member.key || log.opening.key == me && at_hub(id) < log.last();
            if !wanted && !state.logs.iter().any(|(id, log)| goes(id, log)) {
                continue;
            }
            theirs.compared |= !wanted && theirs.asked.is_none() && !session.named.contains(scope);
            if own_only && !theirs.compared && theirs.asked.is_none() {
                // A scope that began after the greeting: they have nothing of it, or will say so.
                theirs.compared = true;
            }
            if !theirs.compared {
                continue;
            }
            let mut batch = BatchPlan { scope: scope.clone(), live: own_only, runs: Vec::new() };
            let mut bytes = 0;
            // Own entries first: nobody's catching up keeps from a neighbour what is done here now.
            let own = state.logs.iter().filter(|(id, log)| log.opening.key == me && goes(id, log));
            let others = state.logs.iter().filter(|(id, log)| !own_only && log.opening.key != me && goes(id, log));
            for (log_id, log) in own.chain(others) {
                let Some(plan) = theirs.offer(now_ms, *log_id, log, log.opening.key == me) else { continue };
                let weight = weight(&plan);
                if !batch.runs.is_empty() && bytes + weight > BATCH_BYTES {
                    let full = std::mem::replace(&mut batch, BatchPlan { scope: scope.clone(), live: own_only, runs: Vec::new() });
                    work.release.sends.push(Send { session: id, what: Outgoing::Batch(full) });
                    bytes = 0;
                }
                bytes += weight;
                batch.runs.push(plan);
            }
            if !batch.runs.is_empty() {
                work.release.sends.push(Send { session: id, what: Outgoing::Batch(batch) });
            }
        }
    }

    fn send_summary(&mut self, now_ms: i64, id: SessionId, work: &mut Work) {
        let Some(session) = self.sessions.get(&id).filter(|session| session.greeted) else { return };
        let summary = Summary { now_ms, echo: session.heard, scopes: self.scope_states(id, now_ms), more: self.more() };
        work.send(id, Message::Summary(summary));
    }

    /// What we say of our scopes on a link: those in which both take part; those in which we hold something that they may lack; and those that they
    /// named, for they wait to hear what we lack there.
    fn scope_states(&self, id: SessionId, now_ms: i64) -> Vec<ScopeState> {
        let Some(session) = self.sessions.get(&id) else { return Vec::new() };
        let shared = |scope: &ScopeId, state: &Scope| {
            let idle_ms = now_ms.saturating_sub(state.grown_ms);
            let both = session.wants.take(scope, idle_ms) && (self.wants.take(scope, idle_ms) || !session.has_all(scope, state));
            both || session.named.contains(scope) && self.wants.take(scope, idle_ms)
        };
        let mine = self.scopes.iter().filter(|(scope, state)| session.member.may_hold(scope) && shared(scope, state));
        let absent = session.named.iter().filter(|scope| !self.scopes.contains_key(*scope) && self.wants.include(scope));
        let state_of = |scope: &ScopeId, state: Option<&Scope>| {
            let vector = vector::hash(scope, &state.map(Scope::vector).unwrap_or_default());
            let digest = state.and_then(|state| state.digest).filter(|digest| digest.vector == vector).map(|digest| digest.digest);
            ScopeState { scope: scope.clone(), vector, digest }
        };
        // Names end in dates: the newest of each station come first if there are more than one message names.
        let mine = mine.rev().map(|(scope, state)| state_of(scope, Some(state)));
        mine.chain(absent.map(|scope| state_of(scope, None))).take(SCOPES_MAX).collect()
    }

    fn more(&self) -> Vec<(u16, Vec<u8>)> {
        match &self.wants {
            Wants::All => Vec::new(),
            wants => vec![(MORE_WANTS, wants.bytes())],
        }
    }

    fn held_message(&self, now_ms: i64, scope: &ScopeId, logs: Vec<(LogId, u64)>) -> Held {
        let vector = vector::hash(scope, &self.vector(scope));
        let signature = if self.is_hub() { self.me.sign(&vector::held_message(scope, now_ms, vector)).to_vec() } else { Vec::new() };
        Held { scope: scope.clone(), logs, at_ms: now_ms, vector, signature }
    }
}

/// About as many bytes as a run takes in a batch: its beginning may be more than its entries.
fn weight(plan: &RunPlan) -> usize {
    let opening = plan.opening.as_ref().map_or(0, |sent| sent.bytes.len() + sent.certificate.len());
    128 + opening + plan.end.len() + plan.entries.iter().map(|entry| entry.bytes as usize).sum::<usize>()
}

/// Two clocks compared by a question and its answer: ours when it left, theirs when it came and when they answered, ours now. `None` if the readings
/// make no sense.
fn measured(sent: i64, received: i64, answered: i64, now_ms: i64) -> Option<ClockOffset> {
    let round_trip = now_ms.checked_sub(sent)?.checked_sub(answered.checked_sub(received)?)?;
    let sum = received.checked_sub(sent)?.checked_add(answered.checked_sub(now_ms)?)?;
    (0..60_000).contains(&round_trip).then_some(ClockOffset { ms: sum / 2, error_ms: u32::try_from(round_trip / 2 + 1).ok()? })
}

/// Whether more than `wait_ms` went by since `then_ms`, or nobody can say: a clock that was set back must not make anything wait for it.
fn is_past(now_ms: i64, then_ms: i64, wait_ms: i64) -> bool {
    !(0..wait_ms).contains(&now_ms.saturating_sub(then_ms))
}

/// Whether a new link replaces the one that stands. A node that started again comes anew before anybody missed it, so the newer link counts; only
/// when both sides dialed at the same time must both keep the same one: that of the smaller key.
fn replaces(me: &[u8; 32], peer: &[u8; 32], dialed: bool, now_ms: i64, existing: &Session) -> bool {
    let at_the_same_time = existing.dialed != dialed && !is_past(now_ms, existing.since_ms, SAME_TIME_MS);
    let dialed_by_smaller = dialed == (me < peer);
    !at_the_same_time || dialed_by_smaller
}

impl Session {
    /// Whether what happens in this scope is to be told there.
    fn concerned(&self, scope: &ScopeId, idle_ms: i64) -> bool {
        self.wants.take(scope, idle_ms) || self.named.contains(scope)
    }

    /// Whether everything that they said they hold of a scope is of this kind.
    pub(super) fn holds_at_most(&self, scope: &ScopeId, is_of: impl Fn((&LogId, &u64)) -> bool) -> bool {
        self.scopes.get(scope).is_some_and(|theirs| theirs.compared && theirs.claimed.iter().all(&is_of))
    }

    /// Whether they are known to hold everything that is here.
    fn has_all(&self, scope: &ScopeId, mine: &Scope) -> bool {
        let holds = |theirs: &Theirs| mine.vector().iter().all(|(log, number)| theirs.holds(log) >= Some(*number));
        self.scopes.get(scope).is_some_and(|theirs| theirs.compared && holds(theirs))
    }
}

impl Theirs {
    /// The newest entry of a log that they are known to hold, in its scope or aside.
    fn holds(&self, log: &LogId) -> Option<u64> {
        self.claimed.get(log).max(self.known.get(log)).max(self.late.get(log)).copied()
    }

    fn claim(&mut self, log: LogId, number: u64, now_ms: i64) {
        if self.claimed.len() >= CLAIMS_MAX && !self.claimed.contains_key(&log) {
            return;
        }
        let claimed = self.claimed.entry(log).or_default();
        *claimed = number.max(*claimed);
        self.on_the_way.arrived(log, number, now_ms);
    }

    /// The next run of this log for them behind what they have and what is on the way, if there is one and room for it.
    fn offer(&mut self, now_ms: i64, id: LogId, log: &Log, urgent: bool) -> Option<RunPlan> {
        let held = self.holds(&id);
        let have = held.max(self.on_the_way.end(id)).unwrap_or_default().max(FIRST - 1);
        if have >= log.last() || !self.on_the_way.has_room(urgent) {
            return None;
        }
        let end = log.end_behind(have, BATCH_BYTES)?;
        let entries: Vec<_> = (have + 1..=end).filter_map(|number| log.at(number)).collect();
        let bytes = entries.iter().map(|entry| entry.bytes as usize).sum();
        self.on_the_way.add(id, end, bytes, now_ms);
        let opening = (have < FIRST).then(|| log.sent_opening.clone());
        Some(RunPlan { log: id, opening, first: have + 1, entries, end: log.ends.get(&end)?.clone() })
    }
}

impl Work {
    fn send(&mut self, session: SessionId, message: Message) {
        self.release.sends.push(Send { session, what: Outgoing::Message(message) });
    }

    /// This peer said what it holds: whatever it lacks goes out in this step.
    fn answer(&mut self, session: SessionId) {
        self.answered.insert(session);
    }
}
