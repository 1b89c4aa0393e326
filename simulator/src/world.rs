//! The world: every node, disk and link of a run in one thread, in virtual time, from one seed.

mod healed;
mod life;
mod wire;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use host::Chance;
use schemas::flat::LogId;
use schemas::scope::ScopeId;
use sync::hash::Hash;
use sync::replica::{Input, VersionVector};

use crate::disk::Disk;
use crate::network::Network;
use crate::options::{Options, Planted};
use crate::oracle::{Broken, Model, Oracle};
use crate::running::{OwnLog, Running};
use crate::trace::Trace;
use crate::workload::{self, Command};

/// Virtual time begins here: milliseconds since 1970.
const START_MS: i64 = 1_795_000_000_000;
const TICK_MS: i64 = 200;
const CHECK_MS: i64 = 500;
/// After the trouble everything must be equal within this: a dead link is noticed, dialed again, compared, and what was lost sent again.
const SETTLE_MS: i64 = 40_000;
/// After that, answers that still are on their way; where a scope was closed, several rounds of comparing follow one another.
const LINGER_MS: i64 = 24_000;
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

    fn note(&mut self, line: String) {
        self.trace.note(self.now_ms, &line);
    }

    fn broken(&self, oracle: Oracle, what: String) -> Broken {
        Broken { oracle, at_ms: self.now_ms, what }
    }
}
