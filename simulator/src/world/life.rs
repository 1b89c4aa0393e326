//! How a member's machine ends and begins again, and what its disk and its clock go through.

use schemas::flat::LogId;
use sync::replica::wants::Wants;
use sync::replica::{Input, VersionVector};

use super::{Checked, Event, World};
use crate::disk::Care;
use crate::members::{HUB, members};
use crate::network::IDLE_MS;
use crate::options::Planted;
use crate::oracle::Oracle;
use crate::running::Running;
use crate::workload;

impl World {
    /// A clock is set, by up to an hour.
    pub(super) fn set_clock(&mut self, node: usize) {
        if !self.calm {
            self.nodes[node].clock_ms += self.chance.between(-3_600_000, 3_600_000);
            self.note(format!("the clock of {node} is set to {}", self.nodes[node].clock_ms));
        }
    }

    pub(super) fn crash(&mut self, node: usize) -> Checked {
        let state = &mut self.nodes[node];
        if self.calm || state.running.is_none() {
            return Ok(());
        }
        if !state.doomed && self.chance.percent(75) {
            // In the middle of a write, if there is one.
            state.doomed = true;
            let wait = self.chance.between(500, 4_000);
            self.at(self.now_ms + wait, Event::Crash { node });
            return Ok(());
        }
        self.end(node)?;
        self.figures.crashes += 1;
        let wait = self.chance.between(50, 9_000);
        self.at(self.now_ms + wait, Event::Start { node });
        self.rot(node)
    }

    /// The power fails, or the process is killed.
    fn end(&mut self, node: usize) -> Checked {
        let state = &mut self.nodes[node];
        let Some(mut running) = state.running.take() else { return Ok(()) };
        state.own = std::mem::take(&mut running.own);
        (state.life, state.doomed, state.syncing) = (state.life + 1, false, false);
        let unanswered = running.unanswered();
        running.fail(&mut state.disk);
        let kept = if self.chance.percent(25) { 100 } else { self.options.kept_sectors };
        state.disk.power_cut(&mut self.chance, kept);
        self.note(format!("{node} ends; unanswered {unanswered:?}"));
        // Clients without an answer ask again; where rot may hide a command from its node, they would make it twice.
        if self.options.rot == 0 {
            let again = unanswered.iter().filter_map(|number| self.model.command(*number)).cloned().collect();
            self.nodes[node].again = again;
        }
        for link in self.network.between(node, None) {
            let Some(own) = self.network.link(link).and_then(|link| link.ends.iter().position(|end| end.member == node)) else { continue };
            self.network.close(link, own);
            let longest = if self.chance.percent(50) { 50 } else { IDLE_MS };
            let wait = self.chance.between(1, longest);
            self.at(self.now_ms + wait, Event::Gone { link, side: 1 - own });
        }
        Ok(())
    }

    /// A frame goes bad, of which the hub holds everything.
    fn rot(&mut self, node: usize) -> Checked {
        if self.figures.rotted >= self.options.rot || node == HUB || self.nodes[node].disk.frames() == 0 {
            return Ok(());
        }
        let frame = self.chance.below(u64::from(self.nodes[node].disk.frames())) as u32;
        let state = &mut self.nodes[node];
        // What was on its way when the power failed may be unreadable already.
        let Ok(body) = state.disk.frame(frame) else { return Ok(()) };
        let entries: Vec<(LogId, u64)> = body.entries.iter().map(|entry| (entry.log, entry.number)).collect();
        if entries.iter().all(|(log, number)| self.nodes[HUB].held.get(log).is_some_and(|held| held >= number)) {
            self.nodes[node].disk.rot(frame, &mut self.chance);
            self.nodes[node].rotted.extend(entries.iter().map(|(log, _)| *log));
            self.figures.rotted += 1;
            self.note(format!("{node} has rot in frame {frame}"));
        }
        Ok(())
    }

    pub(super) fn start(&mut self, node: usize) -> Checked {
        if self.nodes[node].running.is_some() {
            return Ok(());
        }
        let care = if self.options.planted == Some(Planted::CutAtRot) { Care::CutAtRot } else { Care::AsDesigned };
        let lifetime = self.chance.bytes();
        let state = &mut self.nodes[node];
        let started = Running::start(members()[node].clone(), &mut state.disk, lifetime, care);
        let (mut running, report) = started.map_err(|error| self.broken(Oracle::Rebuilt, format!("member {node} cannot start: {error:#}")))?;
        self.figures.torn += u64::from(report.torn_bytes > 0);
        let state = &mut self.nodes[node];
        let held = everything(&running);
        let whole = state.held.iter().filter(|(log, _)| !state.rotted.contains(log));
        let lost = whole.clone().find(|(log, number)| held.get(log).is_none_or(|held| held < *number));
        if let Some((log, number)) = lost {
            let what = format!("member {node} had entry {number} of {log} on its disk and starts with {:?} ({report:?})", held.get(log));
            return Err(self.broken(Oracle::Rebuilt, what));
        }
        if state.rotted.is_empty() {
            self.model.kept_by(node, &running).map_err(|what| self.broken(Oracle::Receipt, what))?;
        }
        let state = &mut self.nodes[node];
        for (log, number) in held {
            let known = state.held.entry(log).or_default();
            *known = number.max(*known);
        }
        if self.options.planted == Some(Planted::ReuseALog) {
            running.reuse(std::mem::take(&mut state.own));
        }
        let folded = running.fold(&mut state.disk, None, false);
        running.commands = std::mem::take(&mut state.again);
        state.life += 1;
        let life = state.life;
        state.running = Some(running);
        folded.map_err(|error| self.broken(Oracle::Rebuilt, format!("member {node}: {error:#}")))?;
        self.note(format!("{node} starts: {} frames, {} damaged, {} torn", report.frames, report.damaged, report.torn_bytes > 0));
        if let Some(wants) = self.wants_of(node) {
            self.push(node, Input::Wants(wants));
        }
        self.soon(Event::Tick { node, life });
        self.soon(Event::Worker { node, life });
        Ok(())
    }

    /// What a desk wants, where that is not everything.
    pub(super) fn wants_of(&self, node: usize) -> Option<Wants> {
        let days = self.options.days && node != HUB;
        days.then(workload::days).map(Wants::Days)
    }
}

/// The newest entry of each log that is here, whether or not it counts in its scope.
fn everything(running: &Running) -> VersionVector {
    let mut all: VersionVector = running.replica.scopes().flat_map(|scope| running.replica.vector(scope)).collect();
    all.extend(running.replica.scopes().flat_map(|scope| running.replica.late(scope)).map(|late| (late.log, late.last)));
    all
}
