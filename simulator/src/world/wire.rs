//! What goes over the links of the world: sent, altered on the way, lost, delivered; dialing, cutting, closing.

use schemas::flat::DocId;
use sync::assemble::assemble;
use sync::codec::CodecError;
use sync::message::{Busy, Message};
use sync::replica::Input;
use sync::step::{CloseReason, Outgoing, Release, SessionId};

use super::{Checked, Event, World};
use crate::hostile;
use crate::members::members;
use crate::network::{IDLE_MS, Kind, from_wire, kind, to_wire};
use crate::options::Planted;
use crate::oracle::{self, Oracle};

impl World {
    /// What may be said now that the disk has it.
    pub(super) fn released(&mut self, node: usize, release: anyhow::Result<Option<Option<Release>>>) -> Checked {
        let release = release.map_err(|error| self.broken(Oracle::Driver, format!("{error:#}")))?;
        let Some(release) = release.flatten() else { return Ok(()) };
        for scope in &release.grown {
            let vector = self.nodes[node].running.as_ref().map(|running| running.replica.vector(scope));
            self.note(format!("{node} holds {scope} {:?}", vector.unwrap_or_default()));
        }
        for receipt in release.receipts {
            let number = self.nodes[node].running.as_mut().and_then(|running| running.receipted(&receipt));
            let Some(number) = number.filter(|number| self.model.was_decided(*number, &receipt.entries)) else {
                return Err(self.broken(Oracle::Driver, format!("{receipt:?} at member {node} is of no decision")));
            };
            self.model.answered(number, node);
            self.note(format!("{node} answers {number}"));
        }
        for send in release.sends {
            self.send(node, send.session, send.what)?;
        }
        for close in release.closes {
            self.closes(node, close.session, &close.reason)?;
        }
        Ok(())
    }

    fn closes(&mut self, node: usize, session: SessionId, reason: &CloseReason) -> Checked {
        self.note(format!("{node} closes {session:?}: {reason:?}"));
        let Some(link) = self.nodes[node].running.as_mut().and_then(|running| running.links.remove(&session)) else { return Ok(()) };
        let Some(side) = self.network.link(link).and_then(|link| link.ends.iter().position(|end| end.session == session)) else { return Ok(()) };
        let peer = self.network.link(link).map(|link| link.ends[1 - side].member);
        if !matches!(reason, CloseReason::Duplicate | CloseReason::Silent) {
            self.figures.closed_for_fault += 1;
            if peer != self.options.hostile {
                return Err(self.broken(Oracle::Honesty, format!("member {node} closes its link with member {peer:?}: {reason:?}")));
            }
        }
        self.gone(link, side);
        let wait = self.chance.between(1, 50);
        self.at(self.now_ms + wait, Event::Gone { link, side: 1 - side });
        self.push(node, Input::Disconnected { session });
        Ok(())
    }

    fn send(&mut self, node: usize, session: SessionId, what: Outgoing) -> Checked {
        let state = &mut self.nodes[node];
        let Some(running) = &state.running else { return Ok(()) };
        let Some(&link) = running.links.get(&session) else { return Ok(()) };
        let message = match what {
            Outgoing::Message(message) => message,
            Outgoing::Batch(plan) => {
                let read = |place: sync::replica::EntryRef| {
                    let entry = state.disk.frame(place.frame)?.entries.get(place.index as usize).cloned();
                    entry.ok_or(CodecError::Malformed { found: format!("no entry {place:?}") })
                };
                let places = |log, docs: &[DocId]| running.replica.places(log, docs);
                let mut batch = assemble(&plan, read, places).map_err(|error| self.broken(Oracle::Driver, format!("no batch: {error}")))?;
                if self.options.hostile == Some(node) && !self.calm && self.chance.percent(50) {
                    let own = |log| self.nodes[node].wrote.contains(&log);
                    self.figures.tampered += u64::from(hostile::tamper(&mut batch, own, &mut self.chance));
                }
                let long = batch.runs.iter_mut().find(|run| run.entries.len() > 1);
                if let (Some(Planted::SendUnsigned), Some(run)) = (self.options.planted, long) {
                    run.entries.pop();
                }
                Message::Batch(batch)
            }
        };
        self.put_on(link, session, &message)
    }

    fn put_on(&mut self, link: u64, session: SessionId, message: &Message) -> Checked {
        let Some(ends) = self.network.link(link).map(|link| &link.ends) else { return Ok(()) };
        let side = usize::from(ends[0].session == session);
        let (from, to) = (ends[1 - side].member, ends[side].member);
        oracle::may_be_told(members()[to].member(), message).map_err(|what| self.broken(Oracle::Scope, what))?;
        let (bytes, plain) = to_wire(message).map_err(|error| self.broken(Oracle::Driver, format!("a message cannot be sent: {error:#}")))?;
        let kind = kind(message);
        self.figures.messages += 1;
        self.figures.questions += u64::from(matches!(message, Message::Buckets(_)));
        match kind {
            Kind::Batch => (self.figures.batches, self.figures.batch_bytes) = (self.figures.batches + 1, self.figures.batch_bytes + plain as u64),
            Kind::Greeting | Kind::Control => self.figures.control_bytes += plain as u64,
        }
        let arrivals = self.network.fate(link, side, kind, self.now_ms, &self.options, &mut self.chance);
        self.note(format!("{from} to {to}: {} {plain} {arrivals:?}", name(message)));
        for arrival in arrivals {
            self.at(arrival, Event::Deliver { link, side, bytes: bytes.clone() });
        }
        Ok(())
    }

    pub(super) fn deliver(&mut self, link: u64, side: usize, bytes: &[u8]) -> Checked {
        let Some(end) = self.network.link(link).map(|link| &link.ends[side]).filter(|end| end.open) else { return Ok(()) };
        let (node, life, session) = (end.member, end.life, end.session);
        let message = from_wire(bytes).map_err(|error| self.broken(Oracle::Driver, format!("a message cannot be read: {error:#}")))?;
        if self.alive(node, life).is_none() {
            return Ok(());
        }
        let is_full = self.nodes[node].full_until_ms > self.now_ms;
        if is_full && matches!(message, Message::Batch(_)) {
            return self.put_on(link, session, &Message::Busy(Busy { again_in_s: 10 }));
        }
        self.push(node, Input::Message { session, message });
        Ok(())
    }

    pub(super) fn dial(&mut self, from: usize, to: usize) {
        let wait = self.chance.between(200, 2_500);
        self.at(self.now_ms + wait, Event::Dial { from, to });
        let linked = self.nodes[from].running.as_ref().is_some_and(|running| {
            running.links.values().filter_map(|link| self.network.link(*link)).any(|link| link.ends.iter().any(|end| end.member == to))
        });
        let passes = !self.network.is_cut(from, to, self.now_ms) && !self.network.is_cut(to, from, self.now_ms);
        if linked || !passes || self.nodes[from].running.is_none() || self.nodes[to].running.is_none() {
            return;
        }
        let link = self.network.connect((from, self.nodes[from].life), (to, self.nodes[to].life));
        self.note(format!("{from} dials {to}: link {link}"));
        for (side, node, peer) in [(0, from, to), (1, to, from)] {
            let session = SessionId(link * 2 + side);
            if let Some(running) = &mut self.nodes[node].running {
                running.links.insert(session, link);
            }
            let mut member = members()[peer].member().clone();
            if self.options.planted == Some(Planted::EveryCarrier) && member.station.is_some() {
                member.carriers = vec!["*".to_owned()];
            }
            self.push(node, Input::Connected { session, member, dialed: side == 0 });
        }
    }

    /// One side notices that the link is gone.
    pub(super) fn gone(&mut self, link: u64, side: usize) {
        let Some(end) = self.network.link(link).map(|link| &link.ends[side]) else { return };
        let (node, life) = (end.member, end.life);
        let Some(session) = self.network.close(link, side) else { return };
        if let Some(running) = self.alive(node, life) {
            running.links.remove(&session);
            self.push(node, Input::Disconnected { session });
        }
    }

    pub(super) fn cut(&mut self, from: usize, to: usize, for_ms: i64, both: bool) {
        if from == to || self.calm {
            return;
        }
        self.note(format!("cut {from} to {to} for {for_ms} ms, both ways: {both}"));
        let until = self.now_ms + for_ms;
        self.network.cut(from, to, until);
        if both {
            self.network.cut(to, from, until);
        }
        if for_ms > IDLE_MS {
            for link in self.network.between(from, Some(to)) {
                for side in 0..2 {
                    let wait = self.chance.between(IDLE_MS, IDLE_MS + 500);
                    self.at(self.now_ms + wait, Event::Gone { link, side });
                }
            }
        }
    }
}

fn name(message: &Message) -> &'static str {
    match message {
        Message::Hello(_) => "hello",
        Message::Summary(_) => "summary",
        Message::Buckets(_) => "buckets",
        Message::Vector(_) => "vector",
        Message::Held(_) => "held",
        Message::Busy(_) => "busy",
        Message::Late(_) => "late",
        Message::Batch(_) => "batch",
    }
}
