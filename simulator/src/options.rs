//! What kind of run a seed draws: each seed its own mixture of troubles.

use crate::members::MEMBERS;
use host::Chance;

/// Members below this stand in the chain: each of them may hold what the next one holds.
const CHAINED: usize = 4;

/// The knobs of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Members that take part, the hub included; at least two.
    pub members: usize,
    pub shape: Shape,
    /// Both sides of a pair dial; otherwise the one with the smaller number.
    pub both_dial: bool,
    /// How long the trouble lasts; then everything is mended.
    pub storm_ms: i64,
    pub commands: usize,
    pub docs: u64,
    /// The longest way of a message.
    pub latency_ms: i64,
    /// Of a hundred messages.
    pub lost: u64,
    pub doubled: u64,
    /// Control messages of one link overtake one another. They never do on QUIC; it must do no harm.
    pub overtaking: bool,
    /// The longest sync of the disk.
    pub sync_ms: i64,
    /// The longest that documents lag behind the journal.
    pub fold_ms: i64,
    pub cuts: u64,
    pub crashes: u64,
    /// Of a hundred unsynced sectors that a power cut leaves.
    pub kept_sectors: u64,
    /// Frames that go bad while their node is off, each held by the hub.
    pub rot: u64,
    /// Clocks that are set, forward or back.
    pub clocks: u64,
    /// Times when a disk is full for a while.
    pub full: u64,
    /// Desks want some days only, and one of the scopes is older.
    pub days: bool,
    /// Scopes that the hub closes while desks still write.
    pub closings: u64,
    /// A desk that changes what it passes on until the storm ends.
    pub hostile: Option<usize>,
    pub planted: Option<Planted>,
}

/// Who is linked with whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Everybody with everybody.
    Mesh,
    /// Everybody with the hub alone.
    Star,
    /// The first desks in a chain behind the hub, the others at the hub.
    Chain,
}

/// A fault in the driver that the oracles must notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Planted {
    /// Receipts and messages leave before the disk has the frame.
    SpeakBeforeSync,
    /// Everything behind a bad frame is cut off.
    CutAtRot,
    /// Every peer is taken for one that works for all carriers.
    EveryCarrier,
    /// The worker passes over a frame now and then.
    SkipAFrame,
    /// The worker drops a change whose dependencies are not here yet, instead of letting it wait: the verdict follows from the order of arrival.
    JudgeByArrival,
    /// A sender ends a run in the middle of what its signature is about.
    SendUnsigned,
    /// A node goes on in the logs of its last lifetime.
    ReuseALog,
}

impl Options {
    /// A storm.
    pub fn storm(seed: u64) -> Self {
        let mut chance = Chance::new(seed).fork(1);
        let members = chance.between(2, MEMBERS as i64) as usize;
        let mut some = |of_hundred: u64, most: u64| if chance.percent(of_hundred) { 1 + chance.below(most) } else { 0 };
        let (lost, doubled) = (some(40, 20), some(40, 20));
        let (cuts, crashes, rot, clocks, full) = (some(70, 8), some(70, 6), some(25, 2), some(25, 3), some(20, 3));
        let (overtaking, hostile) = (some(30, 1) > 0, some(15, 1) > 0);
        let mut ends = Chance::new(seed).fork(5);
        let shape = *chance.pick(&[Shape::Mesh, Shape::Mesh, Shape::Star, Shape::Chain]);
        Self {
            members,
            shape,
            // Behind others a desk cannot tell the hub of what those do not want.
            days: shape != Shape::Chain && ends.percent(40),
            closings: if ends.percent(40) { 1 + ends.below(3) } else { 0 },
            both_dial: chance.percent(50),
            storm_ms: chance.between(8_000, 40_000),
            commands: chance.between(10, 90) as usize,
            docs: 1 + chance.below(4),
            latency_ms: *chance.pick(&[2, 20, 200, 1_500]),
            lost,
            doubled,
            overtaking,
            sync_ms: *chance.pick(&[1, 8, 60]),
            fold_ms: *chance.pick(&[1, 30, 400]),
            cuts,
            crashes,
            kept_sectors: *chance.pick(&[0, 50, 90, 100]),
            rot,
            clocks,
            full,
            hostile: (hostile && members > 2).then(|| chance.between(1, members as i64 - 1) as usize),
            planted: None,
        }
    }

    /// No trouble at all.
    pub fn calm(seed: u64) -> Self {
        let storm = Self::storm(seed);
        Self {
            latency_ms: 20,
            lost: 0,
            doubled: 0,
            overtaking: false,
            cuts: 0,
            crashes: 0,
            rot: 0,
            clocks: 0,
            full: 0,
            closings: 0,
            hostile: None,
            ..storm
        }
    }

    /// Whether nothing goes wrong, and messages are quicker than desks pass on what they think is missing elsewhere.
    pub(crate) fn is_calm(&self) -> bool {
        let quick = self.latency_ms <= 20;
        self.lost + self.doubled + self.cuts + self.crashes + self.rot + self.clocks + self.full + self.closings == 0
            && quick
            && !self.overtaking
            && self.hostile.is_none()
    }

    /// Whether these two are linked.
    pub fn linked(&self, a: usize, b: usize) -> bool {
        match self.shape {
            Shape::Mesh => a != b,
            Shape::Star => a != b && (a == 0 || b == 0),
            Shape::Chain if a.min(b) == 0 => a.max(b) == 1 || a.max(b) >= CHAINED,
            Shape::Chain => a.abs_diff(b) == 1 && a.max(b) < CHAINED,
        }
    }
}
