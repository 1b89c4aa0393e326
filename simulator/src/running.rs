//! A node while it runs: the real core, and a driver that does what the engine and the worker do, one thing at a time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, ensure};
use schemas::flat::{DocId, LogId, Scalar};
use schemas::scope::ScopeId;
use sync::admit::RULE_VERSION;
use sync::document::{Document, Incoming, Outcome};
use sync::entry::{FIRST, Header};
use sync::hash::Hash;
use sync::identity::Identity;
use sync::message::Message;
use sync::replica::{Commit, Draft, DraftPart, Input, Opener, Replica, changes};
use sync::step::{Receipt, Release, SessionId, Step};

use crate::disk::{Care, Disk, Report};
use crate::workload::Command;
use host::Chance;

/// As much as the owner takes at once.
const INPUTS_MAX: usize = 64;
/// Commands that the worker decides together.
const COMMANDS_MAX: usize = 8;

/// A scope and a document in it.
pub(crate) type Key = (ScopeId, DocId);

/// One lifetime of a node.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) replica: Replica,
    pub(crate) documents: BTreeMap<Key, Document>,
    /// Frames whose changes are in the documents.
    pub(crate) folded: u32,
    /// The links of this lifetime, by the number that the core knows; with the link's number in the world.
    pub(crate) links: BTreeMap<SessionId, u64>,
    pub(crate) commands: VecDeque<Command>,
    inbox: VecDeque<Input>,
    pending: Option<Step>,
    writes: bool,
    opener: Opener,
    pub(crate) own: BTreeMap<ScopeId, OwnLog>,
    /// Commands that are decided and not yet durable, by ticket.
    waiting: BTreeMap<u64, usize>,
    next_ticket: u64,
    /// Closings that the documents know of.
    closings: usize,
}

/// The log that this lifetime writes in one scope.
#[derive(Debug, Clone)]
pub(crate) struct OwnLog {
    opening: Vec<u8>,
    id: LogId,
    next: u64,
}

/// A command as it was decided: what becomes true if its entries become durable.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) command: usize,
    pub(crate) entries: Vec<(LogId, u64)>,
    /// The fields that it writes, with the values that it replaces.
    pub(crate) writes: Vec<(Key, String, Scalar, Vec<Scalar>)>,
}

impl Running {
    /// Starts from what the disk holds.
    pub(crate) fn start(me: Arc<Identity>, disk: &mut Disk, lifetime: [u8; 16], care: Care) -> Result<(Self, Report)> {
        let mut replica = Replica::new(me, "simulated");
        let mut broken = 0;
        let report = disk.open(lifetime, care, |frame| broken += replica.load(frame).broken)?;
        ensure!(broken == 0, "{broken} entries in the journal do not fit their chains");
        ensure!(replica.frames() == disk.frames(), "the replica counts {} frames, the disk {}", replica.frames(), disk.frames());
        let opener = replica.opener();
        let running = Self {
            replica,
            documents: BTreeMap::new(),
            folded: 0,
            links: BTreeMap::new(),
            commands: VecDeque::new(),
            inbox: VecDeque::new(),
            pending: None,
            writes: false,
            opener,
            own: BTreeMap::new(),
            waiting: BTreeMap::new(),
            next_ticket: 0,
            closings: 0,
        };
        Ok((running, report))
    }

    pub(crate) fn push(&mut self, input: Input) {
        self.inbox.push_back(input);
    }

    /// Nothing waits for the owner, the disk or the worker.
    pub(crate) fn is_settled(&self, disk: &Disk) -> bool {
        self.pending.is_none() && self.inbox.is_empty() && self.waiting.is_empty() && self.commands.is_empty() && self.folded == disk.frames()
    }

    pub(crate) fn is_syncing(&self) -> bool {
        self.pending.is_some()
    }

    /// The step that was decided last has something to write.
    pub(crate) fn writes(&self) -> bool {
        self.writes
    }

    /// Commands that were posted and have no receipt.
    pub(crate) fn unanswered(&self) -> Vec<usize> {
        self.waiting.values().copied().chain(self.commands.iter().map(|command| command.number)).collect()
    }

    /// Decides everything that waits. False if there is nothing, or if the disk is still busy with the step before.
    pub(crate) fn decide(&mut self, now_ms: i64) -> bool {
        if self.pending.is_some() || self.inbox.is_empty() {
            return false;
        }
        let inputs: Vec<Input> = self.inbox.drain(..self.inbox.len().min(INPUTS_MAX)).collect();
        self.writes = inputs.iter().any(|input| matches!(input, Input::Commit(_) | Input::Message { message: Message::Batch(_), .. }));
        self.pending = Some(self.replica.advance(now_ms, inputs));
        true
    }

    /// Writes the decided step and syncs it; only then is there anything to say.
    pub(crate) fn finish(&mut self, disk: &mut Disk) -> Result<Option<Release>> {
        let Some(step) = self.pending.take() else { return Ok(None) };
        let release = step.commit(|frame| disk.write(frame))?;
        disk.sync();
        Ok(Some(release))
    }

    /// The planted fault: speaks with the bytes still on their way.
    pub(crate) fn finish_unsynced(&mut self, disk: &mut Disk) -> Result<Option<Release>> {
        self.pending.take().map(|step| step.commit(|frame| disk.write(frame)).map_err(Into::into)).transpose()
    }

    /// The power fails during a step: its bytes were on their way, and what it would have said is never said.
    pub(crate) fn fail(self, disk: &mut Disk) {
        if let Some(step) = self.pending {
            let _ = step.commit(|frame| disk.write(frame).map_err(|error| anyhow!(error)).and(Err(anyhow!("the power is gone"))));
        }
    }

    /// Takes note of a receipt; its command.
    pub(crate) fn receipted(&mut self, receipt: &Receipt) -> Option<usize> {
        self.waiting.remove(&receipt.ticket)
    }

    /// Whether the worker waits for the disk.
    pub(crate) fn waits(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The planted fault: goes on in the logs of the lifetime before.
    pub(crate) fn reuse(&mut self, own: BTreeMap<ScopeId, OwnLog>) {
        let next = |(scope, log): (ScopeId, OwnLog)| {
            let last = self.replica.vector(&scope).get(&log.id).copied();
            (scope, OwnLog { next: last.unwrap_or(FIRST - 1) + 1, ..log })
        };
        self.own = own.into_iter().map(next).collect();
    }

    /// Brings the documents up to the journal's end, and tells the core what they say.
    pub(crate) fn fold(&mut self, disk: &mut Disk, passed_over: Option<u32>, waiting_is_dropped: bool) -> Result<()> {
        let closings = self.replica.closings_noted();
        if std::mem::replace(&mut self.closings, closings) != closings {
            // What came too late goes out again.
            self.documents.clear();
            self.folded = 0;
        }
        if self.folded == disk.frames() {
            return Ok(());
        }
        for ordinal in self.folded..disk.frames() {
            if passed_over == Some(ordinal) {
                continue;
            }
            for (log, entry, doc, raw, hash) in changes(disk.frame(ordinal)?) {
                // A log of which this replica took nothing, as its beginning was lost: its entries come again.
                let (Some(scope), Some(rule)) = (self.replica.scope_of(log), self.replica.rule_of(log)) else { continue };
                if self.replica.is_late(log, entry) {
                    continue;
                }
                let document = self.documents.entry((scope.clone(), doc)).or_default();
                let before = waiting_is_dropped.then(|| document.clone());
                let outcome = document.receive(Incoming { log, entry, rule, raw: raw.to_vec(), hash });
                if let (Some(before), Outcome::Waiting) = (before, outcome) {
                    *document = before;
                }
            }
        }
        self.folded = disk.frames();
        self.push(Input::Judged { frames: self.folded, digests: self.digests().into_iter().collect() });
        Ok(())
    }

    /// The digest of every scope.
    pub(crate) fn digests(&self) -> BTreeMap<ScopeId, Hash> {
        let mut digests: BTreeMap<ScopeId, Hash> = BTreeMap::new();
        for ((scope, id), document) in &self.documents {
            let sum = digests.entry(scope.clone()).or_default();
            sum.0.iter_mut().zip(document.digest(*id).0).for_each(|(sum, byte)| *sum ^= byte);
        }
        digests
    }

    /// Decides commands that wait and sends them to the owner. Those that are here already need nothing more: their numbers come first.
    pub(crate) fn take_commands(&mut self, now_ms: i64, chance: &mut Chance) -> Result<(Vec<usize>, Vec<Attempt>)> {
        let mut known = Vec::new();
        let mut attempts = Vec::new();
        let mut ids = BTreeSet::new();
        while attempts.len() < COMMANDS_MAX && self.commands.front().is_some_and(|command| ids.insert(command.number)) {
            let Some(command) = self.commands.pop_front() else { break };
            if !self.replica.command(&command.id()).is_empty() {
                known.push(command.number);
            } else if self.may(&command) {
                attempts.push(self.attempt(&command, now_ms, chance)?);
                if command.closes.is_some() {
                    break;
                }
            }
        }
        Ok((known, attempts))
    }

    /// Nothing is done in a closed scope; and one is closed when all of it is folded and nothing in it waits.
    fn may(&self, command: &Command) -> bool {
        if command.edits.iter().any(|(scope, _)| self.replica.closing(scope).is_some()) {
            return false;
        }
        let waits = |scope: &ScopeId| self.documents.iter().any(|((of, _), document)| of == scope && document.waiting_count() > 0);
        command.closes.as_ref().is_none_or(|scope| self.replica.frames() == self.folded && !waits(scope))
    }

    fn attempt(&mut self, command: &Command, now_ms: i64, chance: &mut Chance) -> Result<Attempt> {
        let header = Header {
            command: command.id(),
            time_ms: now_ms,
            offset: self.replica.offset_to_hub(),
            staff: "1207".to_owned(),
            desk: "G12".to_owned(),
            kind: "edit".to_owned(),
            closing: command.closes.as_ref().map(|scope| self.replica.vector(scope)),
        };
        let mut drafts = Vec::new();
        let mut attempt = Attempt { command: command.number, entries: Vec::new(), writes: Vec::new() };
        for (scope, edits) in &command.edits {
            let own = self.own_log(scope, chance);
            let mut parts = Vec::new();
            for edit in edits {
                let key = (scope.clone(), edit.doc);
                let document = self.documents.entry(key.clone()).or_default();
                let before = document.values();
                for (name, value) in &edit.fields {
                    let replaced = before.fields.get(name).cloned().unwrap_or_default();
                    attempt.writes.push((key.clone(), name.clone(), value.clone(), replaced));
                }
                let built = document.edit(own.id, edit).with_context(|| format!("command {} cannot edit {key:?}", command.number))?;
                let built = built.with_context(|| format!("command {} writes what nobody wrote and yet changes nothing", command.number))?;
                document.receive(Incoming { log: own.id, entry: own.next, rule: RULE_VERSION, raw: built.raw.clone(), hash: built.hash });
                parts.push(DraftPart { doc: edit.doc, change: built.raw, hash: built.hash, facts: b"{}".to_vec() });
            }
            attempt.entries.push((own.id, own.next));
            drafts.push(Draft { opening: own.opening, header: header.clone(), parts, drawn: chance.bytes() });
            if let Some(own) = self.own.get_mut(scope) {
                own.next += 1;
            }
        }
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.waiting.insert(ticket, command.number);
        self.push(Input::Commit(Commit { ticket, drafts }));
        Ok(attempt)
    }

    fn own_log(&mut self, scope: &ScopeId, chance: &mut Chance) -> OwnLog {
        if let Some(own) = self.own.get(scope) {
            return own.clone();
        }
        let (opening, id) = self.opener.open(scope, RULE_VERSION, chance.bytes()).expect("the members of the world write only where they may");
        let own = OwnLog { opening, id, next: FIRST };
        self.own.insert(scope.clone(), own.clone());
        own
    }
}
