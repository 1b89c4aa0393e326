//! The world: every node, disk and link of a run in one thread, in virtual time, from one seed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use schemas::flat::{DocId, LogId};
use schemas::scope::ScopeId;
use sync::assemble::assemble;
use sync::codec::CodecError;
use sync::hash::Hash;
use sync::message::{Busy, Message};
use sync::replica::wants::Wants;
use sync::replica::{Input, VersionVector};
use sync::step::{CloseReason, Outgoing, Release, SessionId};

use crate::disk::{Care, Disk};
use crate::hostile;
use crate::members::{HUB, members};
use crate::network::{IDLE_MS, Kind, Network, from_wire, kind, to_wire};
use crate::options::{Options, Planted};
use crate::oracle::{self, Broken, Model, Oracle};
use crate::running::{OwnLog, Running};
use crate::trace::Trace;
use crate::workload::{self, Command, scopes};
use host::Chance;

/// Virtual time begins here: milliseconds since 1970.
const START_MS: i64 = 1_795_000_000_000;
const TICK_MS: i64 = 200;
const CHECK_MS: i64 = 500;
/// After the trouble everything must be equal within this: a dead link is noticed, dialed again, compared, and what was lost sent again.
const SETTLE_MS: i64 = 40_000;
/// After that, answers that still are on their way; where a scope was closed, several rounds of comparing follow one another.
const LINGER_MS: i64 = 24_000;
/// How often members compare, as the core has it.
const SUMMARY_MS: i64 = 3_000;
/// A scope's line in a summary.
const SCOPE_BYTES: u64 = 110;
/// A log's beginning with its writer's certificate, in a batch.
const OPENING_BYTES: u64 = 1_100;
/// And then nothing.
const IDLE_WINDOW_MS: i64 = 9_000;

/// A run.
#[derive(Debug)]
pub struct World {
    options: Options,
    now_ms: i64,
    events: BTreeMap<(i64, u64), Event>,
    next_event: u64,
    nodes: Vec<Node>,
    network: Network,
    model: Model,
    chance: Chance,
    pub trace: Trace,
    calm: bool,
    figures: Figures,
}

/// A member's machine.
#[derive(Debug, Default)]
struct Node {
    disk: Disk,
    running: Option<Running>,
    /// Counts starts and ends, so that what was meant for an earlier lifetime is not taken by a later one.
    life: u64,
    clock_ms: i64,
    /// What the disk was ever seen to hold.
    held: VersionVector,
    /// It dies in its next write.
    doomed: bool,
    /// The step's bytes are on their way to the disk.
    syncing: bool,
    full_until_ms: i64,
    /// The logs of its last lifetime, for the planted fault that goes on in them.
    own: BTreeMap<ScopeId, OwnLog>,
    /// Logs of which a frame went bad: these may be shorter at the next start.
    rotted: BTreeSet<LogId>,
    /// Its own logs, of all lifetimes.
    wrote: BTreeSet<LogId>,
    /// Commands whose clients ask again.
    again: VecDeque<Command>,
}

#[derive(Debug)]
enum Event {
    Tick {
        node: usize,
        life: u64,
    },
    /// The owner looks for what waits.
    Owner {
        node: usize,
        life: u64,
    },
    Synced {
        node: usize,
        life: u64,
    },
    /// The worker looks for what is new.
    Worker {
        node: usize,
        life: u64,
    },
    Post(Command),
    Dial {
        from: usize,
        to: usize,
    },
    Deliver {
        link: u64,
        side: usize,
        bytes: Vec<u8>,
    },
    Gone {
        link: u64,
        side: usize,
    },
    Crash {
        node: usize,
    },
    Start {
        node: usize,
    },
    Cut {
        from: usize,
        to: usize,
        for_ms: i64,
        both: bool,
    },
    Clock {
        node: usize,
    },
    Full {
        node: usize,
    },
    Check,
    Mend,
}

/// Counts of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    pub answered: usize,
    pub entries: u64,
    pub messages: u64,
    /// Of these, those that ask what the other side holds.
    pub questions: u64,
    pub batches: u64,
    /// Bytes on the wire before compression.
    pub batch_bytes: u64,
    pub control_bytes: u64,
    /// Of the entries that members hold and did not write.
    pub foreign_bytes: u64,
    /// In the silence at the end.
    pub idle_control_bytes: u64,
    pub crashes: u64,
    pub torn: u64,
    pub rotted: u64,
    pub tampered: u64,
    /// Links closed because of what a peer sent.
    pub closed_for_fault: u64,
    /// Entries that came after their scope was closed.
    pub late: u64,
    /// Milliseconds from the mending until all were equal.
    pub settled_ms: i64,
    pub lines: u64,
}

/// What a run that broke no promise leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    pub trace: Hash,
    pub figures: Figures,
}

type Checked = Result<(), Broken>;

impl World {
    pub fn new(seed: u64, options: Options) -> Self {
        let chance = Chance::new(seed);
        let mut world = Self {
            now_ms: 0,
            events: BTreeMap::new(),
            next_event: 0,
            nodes: (0..options.members).map(|_| Node::default()).collect(),
            network: Network::default(),
            model: Model::default(),
            trace: Trace::default(),
            calm: false,
            figures: Figures::default(),
            chance: chance.fork(2),
            options,
        };
        for command in workload::draw(&world.options, chance.fork(3)) {
            world.at(command.at_ms, Event::Post(command));
        }
        world.draw_troubles(chance.fork(4));
        world
    }

    /// Runs the storm, mends everything, waits until all are equal, and checks that they then are silent.
    pub fn run(&mut self) -> Result<Outcome, Broken> {
        let mend_ms = self.options.storm_ms + 1;
        self.until(mend_ms)?;
        while !self.is_settled() {
            if self.now_ms > mend_ms + SETTLE_MS {
                return Err(self.why_unsettled());
            }
            self.until(self.now_ms + 100)?;
        }
        self.figures.settled_ms = self.now_ms - mend_ms;
        self.until(self.now_ms + LINGER_MS)?;
        self.check_equal()?;
        let (batches, control, questions) = (self.figures.batches, self.figures.control_bytes, self.figures.questions);
        self.until(self.now_ms + IDLE_WINDOW_MS)?;
        if self.figures.batches != batches {
            return Err(self.broken(Oracle::Cost, format!("{} batches with nothing new to say", self.figures.batches - batches)));
        }
        if self.figures.questions != questions {
            return Err(self.broken(Oracle::Cost, format!("{} questions with nothing new to say", self.figures.questions - questions)));
        }
        self.check_claims_are_complete()?;
        self.check_cost(self.figures.control_bytes - control)?;
        self.check_rebuilt()?;
        self.figures.answered = self.model.receipts();
        self.figures.lines = self.trace.lines();
        Ok(Outcome { trace: self.trace.hash(), figures: self.figures })
    }

    fn draw_troubles(&mut self, mut chance: Chance) {
        let (options, end) = (self.options.clone(), self.options.storm_ms);
        for node in 0..options.members {
            self.nodes[node].clock_ms = START_MS + chance.between(-2_000, 2_000);
            self.at(0, Event::Start { node });
        }
        for (from, to) in (0..options.members).flat_map(|from| (0..options.members).map(move |to| (from, to))) {
            if options.linked(from, to) && (from < to || options.both_dial) {
                self.at(chance.between(1, 400), Event::Dial { from, to });
            }
        }
        let some = |chance: &mut Chance| chance.below(options.members as u64) as usize;
        for _ in 0..options.cuts {
            let (from, to) = (some(&mut chance), some(&mut chance));
            let for_ms = chance.between(100, 15_000);
            self.at(chance.between(0, end), Event::Cut { from, to, for_ms, both: chance.percent(60) });
        }
        for _ in 0..options.crashes {
            self.at(chance.between(0, end), Event::Crash { node: some(&mut chance) });
        }
        for _ in 0..options.clocks {
            self.at(chance.between(0, end), Event::Clock { node: some(&mut chance) });
        }
        for _ in 0..options.full {
            self.at(chance.between(0, end), Event::Full { node: some(&mut chance) });
        }
        for place in 0..options.closings {
            let at_ms = chance.between(end / 3, end);
            let command = workload::closing(&options, place as usize, at_ms, &mut chance);
            self.at(at_ms, Event::Post(command));
        }
        self.at(CHECK_MS, Event::Check);
        self.at(end, Event::Mend);
    }

    fn at(&mut self, at_ms: i64, event: Event) {
        self.events.insert((at_ms.max(self.now_ms), self.next_event), event);
        self.next_event += 1;
    }

    fn soon(&mut self, event: Event) {
        self.at(self.now_ms, event);
    }

    fn until(&mut self, end_ms: i64) -> Checked {
        while let Some(entry) = self.events.first_entry().filter(|entry| entry.key().0 <= end_ms) {
            self.now_ms = entry.key().0;
            let event = entry.remove();
            self.happen(event)?;
        }
        self.now_ms = end_ms;
        Ok(())
    }

    fn happen(&mut self, event: Event) -> Checked {
        match event {
            Event::Tick { node, life } => self.tick(node, life),
            Event::Owner { node, life } => self.owner(node, life)?,
            Event::Synced { node, life } => self.synced(node, life)?,
            Event::Worker { node, life } => self.worker(node, life)?,
            Event::Post(command) => self.post(command),
            Event::Dial { from, to } => self.dial(from, to),
            Event::Deliver { link, side, bytes } => self.deliver(link, side, &bytes)?,
            Event::Gone { link, side } => self.gone(link, side),
            Event::Crash { node } => self.crash(node)?,
            Event::Start { node } => self.start(node)?,
            Event::Cut { from, to, for_ms, both } => self.cut(from, to, for_ms, both),
            Event::Clock { node } => self.set_clock(node),
            Event::Full { node } => self.nodes[node].full_until_ms = self.now_ms + self.chance.between(500, 8_000),
            Event::Check => self.check()?,
            Event::Mend => self.mend(),
        }
        Ok(())
    }

    fn clock(&self, node: usize) -> i64 {
        self.nodes[node].clock_ms + self.now_ms
    }

    /// The node, if it is still in that lifetime.
    fn alive(&mut self, node: usize, life: u64) -> Option<&mut Running> {
        let node = &mut self.nodes[node];
        node.running.as_mut().filter(|_| node.life == life)
    }

    fn push(&mut self, node: usize, input: Input) {
        let life = self.nodes[node].life;
        if let Some(running) = &mut self.nodes[node].running {
            running.push(input);
            self.soon(Event::Owner { node, life });
        }
    }

    fn tick(&mut self, node: usize, life: u64) {
        if self.alive(node, life).is_some() {
            self.push(node, Input::Tick);
            let wait = TICK_MS + self.chance.between(0, 5);
            self.at(self.now_ms + wait, Event::Tick { node, life });
        }
    }

    fn owner(&mut self, node: usize, life: u64) -> Checked {
        let now_ms = self.clock(node);
        if self.nodes[node].syncing {
            return Ok(());
        }
        let Some(running) = self.alive(node, life) else { return Ok(()) };
        if !running.decide(now_ms) {
            return Ok(());
        }
        let writes = running.writes();
        self.nodes[node].syncing = true;
        let wait = if writes { self.chance.between(0, self.options.sync_ms) } else { 0 };
        if writes && self.nodes[node].doomed {
            self.soon(Event::Crash { node });
        }
        self.at(self.now_ms + wait, Event::Synced { node, life });
        if self.options.planted == Some(Planted::SpeakBeforeSync) {
            let state = &mut self.nodes[node];
            let release = state.running.as_mut().map(|running| running.finish_unsynced(&mut state.disk));
            return self.released(node, release.transpose());
        }
        Ok(())
    }

    fn synced(&mut self, node: usize, life: u64) -> Checked {
        let state = &mut self.nodes[node];
        let Some(running) = state.running.as_mut().filter(|_| state.life == life) else { return Ok(()) };
        let frames = state.disk.frames();
        let release = running.finish(&mut state.disk);
        state.disk.sync();
        state.syncing = false;
        let newest = if state.disk.frames() > frames { state.disk.frame(frames).map(Some) } else { Ok(None) };
        let entries = newest.map(|frame| frame.map(|frame| frame.entries.iter().map(|entry| (entry.log, entry.number)).collect()));
        let entries: Option<Vec<(LogId, u64)>> = entries.map_err(|error| self.broken(Oracle::Driver, error.to_string()))?;
        for (log, number) in entries.into_iter().flatten() {
            let known = self.nodes[node].held.entry(log).or_default();
            *known = number.max(*known);
        }
        self.released(node, release.map(Some))?;
        self.soon(Event::Owner { node, life });
        let wait = self.chance.between(0, self.options.fold_ms);
        self.at(self.now_ms + wait, Event::Worker { node, life });
        Ok(())
    }

    fn worker(&mut self, node: usize, life: u64) -> Checked {
        let now_ms = self.clock(node);
        let skips = self.options.planted == Some(Planted::SkipAFrame) && self.chance.percent(10);
        let state = &mut self.nodes[node];
        let Some(running) = state.running.as_mut().filter(|_| state.life == life) else { return Ok(()) };
        // The owner holds the replica while it writes; the worker looks again when it is done.
        if running.is_syncing() || running.waits() {
            return Ok(());
        }
        let passed_over = skips.then(|| state.disk.frames().saturating_sub(1));
        let by_arrival = self.options.planted == Some(Planted::JudgeByArrival);
        let folded = running.fold(&mut state.disk, passed_over, by_arrival);
        let taken = folded.and_then(|()| running.take_commands(now_ms, &mut self.chance));
        let more = !running.commands.is_empty();
        let (known, attempts) = taken.map_err(|error| self.broken(Oracle::Driver, format!("{error:#}")))?;
        known.into_iter().for_each(|number| self.model.answered(number, node));
        for attempt in attempts {
            self.note(format!("{node} decides {} in {:?}", attempt.command, attempt.entries));
            self.nodes[node].wrote.extend(attempt.entries.iter().map(|(log, _)| *log));
            self.model.decided(attempt);
        }
        if more {
            self.soon(Event::Worker { node, life });
        }
        self.soon(Event::Owner { node, life });
        Ok(())
    }

    fn post(&mut self, command: Command) {
        let node = command.at;
        let life = self.nodes[node].life;
        let has_room = self.nodes[node].full_until_ms <= self.now_ms;
        if let Some(running) = self.nodes[node].running.as_mut().filter(|_| has_room) {
            self.model.posted(&command);
            running.commands.push_back(command);
            self.soon(Event::Worker { node, life });
        }
    }

    /// What may be said now that the disk has it.
    fn released(&mut self, node: usize, release: anyhow::Result<Option<Option<Release>>>) -> Checked {
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

    fn deliver(&mut self, link: u64, side: usize, bytes: &[u8]) -> Checked {
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

    fn dial(&mut self, from: usize, to: usize) {
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
    fn gone(&mut self, link: u64, side: usize) {
        let Some(end) = self.network.link(link).map(|link| &link.ends[side]) else { return };
        let (node, life) = (end.member, end.life);
        let Some(session) = self.network.close(link, side) else { return };
        if let Some(running) = self.alive(node, life) {
            running.links.remove(&session);
            self.push(node, Input::Disconnected { session });
        }
    }

    fn cut(&mut self, from: usize, to: usize, for_ms: i64, both: bool) {
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

    /// A clock is set, by up to an hour.
    fn set_clock(&mut self, node: usize) {
        if !self.calm {
            self.nodes[node].clock_ms += self.chance.between(-3_600_000, 3_600_000);
            self.note(format!("the clock of {node} is set to {}", self.nodes[node].clock_ms));
        }
    }

    fn crash(&mut self, node: usize) -> Checked {
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

    fn start(&mut self, node: usize) -> Checked {
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
    fn wants_of(&self, node: usize) -> Option<Wants> {
        let days = self.options.days && node != HUB;
        days.then(workload::days).map(Wants::Days)
    }

    fn mend(&mut self) {
        self.note("mended".to_owned());
        self.calm = true;
        self.network.mend();
        for node in 0..self.nodes.len() {
            (self.nodes[node].doomed, self.nodes[node].full_until_ms) = (false, 0);
            self.soon(Event::Start { node });
        }
    }

    /// What must hold at any time.
    fn check(&mut self) -> Checked {
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

    fn is_settled(&self) -> bool {
        let at_rest = |node: &Node| node.running.as_ref().is_some_and(|running| running.is_settled(&node.disk));
        self.nodes.iter().all(at_rest)
            && self.hub_has_all()
            && scopes().iter().all(|scope| {
                let holders = self.holders(scope);
                holders.windows(2).all(|pair| pair[0].1.replica.vector(scope) == pair[1].1.replica.vector(scope))
            })
    }

    fn why_unsettled(&self) -> Broken {
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

    fn check_equal(&mut self) -> Checked {
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
    fn check_claims_are_complete(&self) -> Checked {
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
    fn check_cost(&mut self, idle_control_bytes: u64) -> Checked {
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
    fn check_rebuilt(&mut self) -> Checked {
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

    fn note(&mut self, line: String) {
        self.trace.note(self.now_ms, &line);
    }

    fn broken(&self, oracle: Oracle, what: String) -> Broken {
        Broken { oracle, at_ms: self.now_ms, what }
    }
}

/// The newest entry of each log that is here, whether or not it counts in its scope.
fn everything(running: &Running) -> VersionVector {
    let mut all: VersionVector = running.replica.scopes().flat_map(|scope| running.replica.vector(scope)).collect();
    all.extend(running.replica.scopes().flat_map(|scope| running.replica.late(scope)).map(|late| (late.log, late.last)));
    all
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
