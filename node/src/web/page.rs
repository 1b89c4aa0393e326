//! The frame of every page: who this desk is, where its records are, and the few words and marks that all screens share.

use schemas::command::Refusal;
use schemas::said::Arg;

use crate::devices::Scanner;
use crate::lang::{Say, Sentence};

/// What surrounds a page's own work.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The desk's name: `G12`.
    pub desk: String,
    /// What the desk is: `Edge desk`, `Hub`.
    pub role: String,
    /// The station's three letters.
    pub station: String,
    /// Whether the section for the hub's own work is offered.
    pub is_hub: bool,
    /// The staff number entered for this shift.
    pub staff: Option<String>,
    /// The name behind the number; empty where numbers are taken as they are said.
    pub staff_name: String,
    /// Whether staff is written down, so that numbers are proven.
    pub proven: bool,
    /// Whether the person may do more after a second proof of who they are.
    pub lacks_proof: bool,
    /// People who wait for a supervisor's answer.
    pub asking: usize,
    /// Which section is open.
    pub section: Section,
    pub foot: Foot,
    /// Chance for the keys of this page's forms, so that a double press is one command.
    pub form: uuid::Uuid,
    /// The words of this page.
    pub say: Say,
    /// The other languages, by name for programs and by their own name.
    pub languages: Vec<(String, String)>,
    /// Where a change of language leads back to.
    pub here: String,
    /// The classes of the page: own contrast, theme and size of text. Mostly none.
    pub looks: String,
    /// How this device hears its scanner, where it is set otherwise than all are.
    pub scanner: Option<Scanner>,
    /// Until when this node practises to be cut off: `10:17`.
    pub practice: Option<String>,
    /// Whether the installation is for practice: nothing on the page is real.
    pub unreal: bool,
}

/// The parts of the bar on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Start,
    Gate,
    Counter,
    Baggage,
    Conflicts,
    Desk,
    Hub,
    People,
    Elsewhere,
}

/// Where this desk's records are, at the foot of every page.
#[derive(Debug, Clone, Default)]
pub struct Foot {
    /// Entries of this desk in its own journal: `1,204`.
    pub saved_here: String,
    /// Desks of the station that hold all of them, a desk itself included, and all desks; at the hub, of all stations.
    pub station_have: usize,
    pub station_of: usize,
    /// Whether the hub answered lately.
    pub hub_reached: bool,
    /// `reached 5 s ago` or `not reached since 13:41 - keep working`.
    pub hub: String,
    /// Entries that the hub has not confirmed.
    pub waiting: String,
    /// Records that a person must look at.
    pub review: usize,
    /// The station's time when the page was made.
    pub time: String,
}

/// Where one record is, in the same words everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub kind: StateKind,
    /// Desks that hold it, and all desks.
    desks: (usize, usize),
    /// `14:02`: when the hub confirmed it.
    time: String,
}

/// How far a record has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateKind {
    Here,
    /// At this node, and meant for no other until it is applied.
    Kept,
    Station,
    Hub,
    /// Kept at the hub, outside its day, which was closed before.
    Aside,
    Review,
}

/// How an answer looks: each has its colour, its mark, its tone and its words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Idle,
    Accept,
    Attention,
    Reject,
}

/// A field that was not understood, with what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The id of the field on the page.
    pub field: &'static str,
    pub words: String,
}

/// A line above the work: what happened, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub tone: Tone,
    pub head: String,
    pub words: String,
}

/// A mark on a guest: the code of the trade, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// `UMNR`, `WCHR`, `INF`, `STANDBY`.
    pub code: String,
    pub words: String,
}

/// A flight as the head of a page.
#[derive(Debug, Clone, Default)]
pub struct FlightHead {
    /// As in addresses: `CA1501-2026-11-22-PVG`.
    pub key: String,
    /// `CA1501`.
    pub number: String,
    /// `PVG to PEK`.
    pub route: String,
    /// `22 Nov`.
    pub date: String,
    /// Empty when not known.
    pub gate: String,
    /// `10:30`.
    pub std: String,
    /// `in 24 min`.
    pub countdown: String,
    /// `Boarding`.
    pub status: String,
    pub control: Control,
    /// Where the flight's own record is: its times, who works it, whether it is closed.
    pub state: State,
    /// How old each source is: `List 09:58, check-in state 10:31, later unknown`.
    pub sources: String,
    /// `Host silent since 10:33`; empty while it is heard.
    pub silent: String,
    /// Who took it over, where and why; empty where the host works it.
    pub control_by: String,
    /// Where it goes instead, that it came back, and where its guests went: `Changed: Back after push-back, at the gate: hydraulics`. Empty of most.
    pub changed: String,
    /// What everybody has to know who works it: `Do not work this flight in the host.`
    pub bar: String,
}

/// Who works the flight.
#[derive(Debug, Clone, Default)]
pub struct Control {
    /// Whether Apron does.
    pub ours: bool,
    /// `Apron since 10:36, staff 4711: host silent`.
    pub words: String,
}

impl Shell {
    /// The words under a key, for templates: `{{ shell.t("nav-gate") }}`, `{{ shell.t("gate-left").arg("count", left) }}`.
    pub fn t<'a>(&'a self, key: &'a str) -> Sentence<'a> {
        self.say.t(key)
    }

    /// The same with values.
    pub fn with<'a>(&'a self, key: &'a str, args: &[(&'static str, Arg)]) -> Sentence<'a> {
        self.say.with(key, args)
    }
}

impl Section {
    /// The address of the section.
    pub fn address(&self) -> &'static str {
        match self {
            Section::Start | Section::Elsewhere => "/",
            Section::Gate => "/gate",
            Section::Counter => "/counter",
            Section::Baggage => "/baggage",
            Section::Conflicts => "/conflicts",
            Section::Desk => "/desk",
            Section::Hub => "/hub",
            Section::People => "/people",
        }
    }

    /// For the bar: this section is the open one.
    pub fn is(&self, name: &str) -> bool {
        let own = match self {
            Section::Start => "start",
            Section::Gate => "gate",
            Section::Counter => "counter",
            Section::Baggage => "baggage",
            Section::Conflicts => "conflicts",
            Section::Desk => "desk",
            Section::Hub => "hub",
            Section::People => "people",
            Section::Elsewhere => "",
        };
        own == name
    }
}

impl Notice {
    /// What the rules of the work said.
    pub(super) fn refused(refusal: &Refusal, say: &Say) -> Self {
        let (head, words) = say.refusal(refusal);
        Self { tone: Tone::Reject, head, words }
    }
}

impl Default for State {
    /// What is known of nothing else is on this device at most.
    fn default() -> Self {
        Self::here()
    }
}

impl State {
    pub fn here() -> Self {
        Self { kind: StateKind::Here, desks: (0, 0), time: String::new() }
    }

    /// Of a message that was not applied.
    pub fn kept() -> Self {
        Self { kind: StateKind::Kept, ..Self::here() }
    }

    /// Whether no other device has it.
    pub fn is_here(&self) -> bool {
        matches!(self.kind, StateKind::Here | StateKind::Kept)
    }

    pub fn station(have: usize, of: usize) -> Self {
        Self { kind: StateKind::Station, desks: (have, of), ..Self::here() }
    }

    pub fn hub(time: &str) -> Self {
        Self { kind: StateKind::Hub, time: time.to_owned(), ..Self::here() }
    }

    /// It came after its day was closed.
    pub fn aside(time: &str) -> Self {
        Self { kind: StateKind::Aside, time: time.to_owned(), ..Self::here() }
    }

    pub fn review() -> Self {
        Self { kind: StateKind::Review, ..Self::here() }
    }

    /// `Saved here`, `At the station (2 of 3 desks)`, `At the hub 14:02`.
    pub fn words(&self, say: &Say) -> String {
        let (have, of) = self.desks;
        let said = match self.kind {
            StateKind::Here | StateKind::Kept => say.t("state-here"),
            StateKind::Station => say.t("state-station").arg("have", have).arg("of", of),
            StateKind::Hub => say.t("state-hub").arg("time", &self.time),
            StateKind::Aside => say.t("state-aside").arg("time", &self.time),
            StateKind::Review => say.t("state-review"),
        };
        said.to_string()
    }

    /// The class of the style sheet.
    pub fn class(&self) -> &'static str {
        match self.kind {
            StateKind::Here | StateKind::Kept => "here",
            StateKind::Station => "station",
            StateKind::Hub => "hub",
            StateKind::Aside | StateKind::Review => "review",
        }
    }

    /// The mark in the sprite.
    pub fn icon(&self) -> &'static str {
        match self.kind {
            StateKind::Here | StateKind::Kept => "disk",
            StateKind::Station => "desks",
            StateKind::Hub => "tick",
            StateKind::Aside | StateKind::Review => "review",
        }
    }

    /// The explanation behind the words.
    pub fn title(&self, say: &Say) -> String {
        let key = match self.kind {
            StateKind::Here => "state-here-means",
            StateKind::Kept => "state-kept-means",
            StateKind::Station => "state-station-means",
            StateKind::Hub => "state-hub-means",
            StateKind::Aside => "state-aside-means",
            StateKind::Review => "state-review-means",
        };
        say.t(key).to_string()
    }
}

impl Tone {
    /// The class of the style sheet and the name of the sound.
    pub fn class(&self) -> &'static str {
        match self {
            Tone::Idle => "idle",
            Tone::Accept => "accept",
            Tone::Attention => "attention",
            Tone::Reject => "reject",
        }
    }

    /// The mark in the sprite.
    pub fn icon(&self) -> &'static str {
        match self {
            Tone::Idle => "scan",
            Tone::Accept => "tick",
            Tone::Attention => "warn",
            Tone::Reject => "stop",
        }
    }

    /// The class of a line above the work.
    pub fn notice(&self) -> &'static str {
        match self {
            Tone::Idle => "",
            Tone::Accept => "go",
            Tone::Attention => "care",
            Tone::Reject => "stop",
        }
    }
}
