//! What is looked at: during the trouble, once it is mended, and what the silence at the end costs.

use schemas::flat::LogId;
use sync::replica::VersionVector;

use super::{CHECK_MS, Checked, Event, IDLE_WINDOW_MS, Node, World};
use crate::disk::Care;
use crate::members::{HUB, members};
use crate::options::Planted;
use crate::oracle::{self, Broken, Oracle};
use crate::running::Running;
use crate::workload::scopes;

/// How often members compare, as the core has it.
const SUMMARY_MS: i64 = 3_000;
/// A scope's line in a summary.
const SCOPE_BYTES: u64 = 110;
/// A log's beginning with its writer's certificate, in a batch.
const OPENING_BYTES: u64 = 1_100;

impl World {
    pub(super) fn mend(&mut self) {
        self.note("mended".to_owned());
        self.calm = true;
        self.network.mend();
        for node in 0..self.nodes.len() {
            (self.nodes[node].doomed, self.nodes[node].full_until_ms) = (false, 0);
            self.soon(Event::Start { node });
        }
    }

    /// What must hold at any time.
    pub(super) fn check(&mut self) -> Checked {
        self.at(self.now_ms + CHECK_MS, Event::Check);
        for (node, running) in self.nodes.iter().enumerate().filter_map(|(node, state)| Some((node, state.running.as_ref()?))) {
            for view in running.replica.peers() {
                let Some(peer) = self.member_of(&view.member.key) else { continue };
                for (scope, seen) in &view.scopes {
                    if seen.disagrees {
                        return Err(self.broken(Oracle::Judgement, format!("member {node} thinks that member {peer} judges {scope} otherwise")));
                    }
                    let signed = seen.signed_since.iter().filter_map(|(log, points)| Some((log, &points.last()?.0)));
                    let too_much = |(log, number): &(&LogId, &u64)| self.nodes[peer].held.get(log).is_none_or(|held| held < number);
                    if let Some((log, number)) = seen.vector.iter().chain(signed).find(too_much) {
                        let what = format!("member {node} thinks that member {peer} holds entry {number} of {log} in {scope}, and it never did");
                        return Err(self.broken(Oracle::Claim, what));
                    }
                }
            }
        }
        Ok(())
    }

    fn member_of(&self, key: &[u8; 32]) -> Option<usize> {
        members().iter().position(|member| member.member().key == *key)
    }

    /// Members that may hold the scope, all of them running.
    fn holders(&self, scope: &schemas::scope::ScopeId) -> Vec<(usize, &Running)> {
        let running = self.nodes.iter().enumerate().filter_map(|(node, state)| Some((node, state.running.as_ref()?)));
        let takes_part = |node: usize| self.wants_of(node).is_none_or(|wants| wants.include(scope));
        running.filter(|(node, _)| members()[*node].member().may_hold(scope) && takes_part(*node)).collect()
    }

    /// The hub has everything that anybody wrote, in its scope or, where that is closed, aside.
    fn hub_has_all(&self) -> bool {
        let Some(hub) = self.nodes[HUB].running.as_ref() else { return false };
        // Who holds what does not count any more knows of it, also where it takes no part.
        let counts = |desk: &Running| {
            desk.replica.scopes().all(|scope| {
                let at_hub = hub.replica.vector(scope);
                desk.replica.vector(scope).iter().all(|(log, number)| at_hub.get(log) >= Some(number))
            })
        };
        if !self.nodes.iter().filter_map(|node| node.running.as_ref()).all(counts) {
            return false;
        }
        self.nodes
            .iter()
            .flat_map(|node| node.held.iter().filter(|(log, _)| node.wrote.contains(log)))
            .all(|(log, number)| hub.replica.entry(*log, *number).is_some())
    }

    pub(super) fn is_settled(&self) -> bool {
        let at_rest = |node: &Node| node.running.as_ref().is_some_and(|running| running.is_settled(&node.disk));
        self.nodes.iter().all(at_rest)
            && self.hub_has_all()
            && scopes().iter().all(|scope| {
                let holders = self.holders(scope);
                holders.windows(2).all(|pair| pair[0].1.replica.vector(scope) == pair[1].1.replica.vector(scope))
            })
    }

    pub(super) fn why_unsettled(&self) -> Broken {
        let busy = self.nodes.iter().position(|node| node.running.as_ref().is_none_or(|running| !running.is_settled(&node.disk)));
        let unequal = scopes().into_iter().find_map(|scope| {
            let holders = self.holders(&scope);
            holders.windows(2).find_map(|pair| {
                let why = oracle::are_equal(&scope, pair[0].1, pair[1].1).err()?;
                Some(format!("members {} and {}: {why}", pair[0].0, pair[1].0))
            })
        });
        self.broken(Oracle::Convergence, format!("busy: {busy:?}; unequal: {unequal:?}; the hub has all: {}", self.hub_has_all()))
    }

    pub(super) fn check_equal(&mut self) -> Checked {
        for scope in scopes() {
            for pair in self.holders(&scope).windows(2) {
                oracle::are_equal(&scope, pair[0].1, pair[1].1).map_err(|what| self.broken(Oracle::Convergence, what))?;
            }
        }
        let hub = self.nodes[HUB].running.as_ref().ok_or_else(|| self.broken(Oracle::Driver, "the hub is off".to_owned()))?;
        self.model.is_said_by(hub).map_err(|(oracle, what)| self.broken(oracle, what))?;
        self.figures.late = hub.replica.closings().flat_map(|(scope, _)| hub.replica.late(scope)).map(|late| late.last + 1 - late.first).sum();
        Ok(())
    }

    /// In the end linked members know what the other holds, and have the hub's signature on it.
    pub(super) fn check_claims_are_complete(&self) -> Checked {
        for (node, running) in self.nodes.iter().enumerate().filter_map(|(node, state)| Some((node, state.running.as_ref()?))) {
            for view in running.replica.peers().into_iter().filter(|view| view.connected) {
                let Some(peer) = self.member_of(&view.member.key) else { continue };
                let both = |scope: &&_| members()[node].member().may_hold(scope) && members()[peer].member().may_hold(scope);
                let wanted = |scope: &&_| [node, peer].into_iter().all(|side| self.wants_of(side).is_none_or(|wants| wants.include(scope)));
                for scope in running.replica.scopes().filter(both).filter(wanted) {
                    let seen = view.scopes.get(scope).cloned().unwrap_or_default();
                    let signed: VersionVector = seen.signed_since.iter().filter_map(|(log, points)| Some((*log, points.last()?.0))).collect();
                    let vector = running.replica.vector(scope);
                    if seen.vector != vector || peer == HUB && signed != vector {
                        let what =
                            format!("member {node} holds {vector:?} of {scope}, and of member {peer} knows {:?}, signed {signed:?}", seen.vector);
                        return Err(self.broken(Oracle::Claim, what));
                    }
                }
            }
        }
        Ok(())
    }

    /// Entries travel once to each member, and little else does.
    pub(super) fn check_cost(&mut self, idle_control_bytes: u64) -> Checked {
        for node in &mut self.nodes {
            for ordinal in 0..node.disk.frames() {
                let Ok(frame) = node.disk.frame(ordinal) else { continue };
                let foreign = frame.entries.iter().filter(|entry| !node.wrote.contains(&entry.log));
                self.figures.entries += frame.entries.len() as u64;
                self.figures.foreign_bytes += foreign.map(|entry| entry.size() as u64).sum::<u64>();
            }
        }
        self.figures.idle_control_bytes = idle_control_bytes;
        let pairs = (0..self.nodes.len()).flat_map(|a| (0..a).map(move |b| (a, b))).filter(|(a, b)| self.options.linked(*a, *b)).count();
        let summaries = 2 * pairs as i64 * (IDLE_WINDOW_MS / SUMMARY_MS + 1);
        let idle_most = summaries.unsigned_abs() * (64 + SCOPE_BYTES * scopes().len() as u64);
        if idle_control_bytes > idle_most {
            return Err(self.broken(Oracle::Cost, format!("{idle_control_bytes} bytes of control with nothing to say; at most {idle_most}")));
        }
        let logs: usize = self.nodes.iter().map(|node| node.held.len()).sum();
        let useful = self.figures.foreign_bytes + OPENING_BYTES * logs as u64;
        // Desks pass on at once what they cannot know to be there already.
        let most = if self.options.is_calm() { useful * 9 / 4 } else { useful * 12 };
        match self.figures.batch_bytes > most {
            true => Err(self.broken(Oracle::Cost, format!("{} bytes of batches for {useful}; at most {most}", self.figures.batch_bytes))),
            false => Ok(()),
        }
    }

    /// Every node, ended and started from its disk, says what it said before; and holds nothing that it may not.
    pub(super) fn check_rebuilt(&mut self) -> Checked {
        for node in 0..self.nodes.len() {
            let care = if self.options.planted == Some(Planted::CutAtRot) { Care::CutAtRot } else { Care::AsDesigned };
            let state = &mut self.nodes[node];
            let Some(before) = state.running.take() else { continue };
            state.disk.power_cut(&mut self.chance, 0);
            let again = Running::start(members()[node].clone(), &mut state.disk, [0; 16], care)
                .and_then(|(mut again, _)| again.fold(&mut state.disk, None, false).map(|()| again));
            let again = again.map_err(|error| self.broken(Oracle::Rebuilt, format!("member {node}: {error:#}")))?;
            for scope in before.replica.scopes().chain(again.replica.scopes()) {
                if !members()[node].member().may_hold(scope) {
                    return Err(self.broken(Oracle::Scope, format!("member {node} holds {scope}")));
                }
                oracle::are_equal(scope, &before, &again).map_err(|what| self.broken(Oracle::Rebuilt, format!("member {node}: {what}")))?;
            }
        }
        Ok(())
    }
}
