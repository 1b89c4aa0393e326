//! Desks without a network: commands become changes, changes merge in memory as the documents' rules say.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schemas::command::{Command, Refusal};
use schemas::flat::{DocId, FactId, FlatDoc, LogId, Scalar};
use schemas::record::{DocRef, FlightKey};
use schemas::scope::ScopeId;
use schemas::station::{BagAllowances, Blocks, Context, GuestRow, Rules, Setting, Station};
use serde_json::{Value, json};

pub(crate) const CA1501: &str = "CA1501.2026-11-22.PVG";

/// When the first command is given: 22 Nov 2026, 10:00 in Shanghai.
const START_MS: i64 = 1_795_312_800_000;

/// More than any guest of a test brings: excess baggage has its own.
const PLENTY: &str = r#"{ "rules": [{ "airline": "*", "route": "*", "cabin": "*", "kg": 500 }], "infant_kg": 0 }"#;

/// Names a put: the counter of its change and the log that it is in.
type PutId = (u64, LogId);

/// One change of one document by one desk.
#[derive(Debug, Clone)]
struct Change {
    scope: ScopeId,
    doc: DocId,
    log: LogId,
    seq: u32,
    counter: u64,
    puts: Vec<(String, Scalar, BTreeSet<PutId>)>,
    facts: Vec<String>,
}

/// A desk with everything that it knows.
pub(crate) struct Desk {
    pub(crate) station: Station,
    pub(crate) name: String,
    number: u8,
    commands: u8,
    pub(crate) now_ms: i64,
    changes: BTreeMap<(DocId, LogId, u32), Change>,
}

impl Desk {
    /// Desk `number` (1, 2, ...) of PVG with blocks of its own.
    pub(crate) fn new(number: u8, name: &str) -> Self {
        let from = u32::from(number);
        let blocks = Blocks {
            tag_serials: from * 1000..from * 1000 + 100,
            sequences: u16::from(number) * 1000..u16::from(number) * 1000 + 300,
            files: from * 100..from * 100 + 50,
        };
        Self::with_blocks(number, name, blocks)
    }

    pub(crate) fn with_blocks(number: u8, name: &str, blocks: Blocks) -> Self {
        Self::at(Some("PVG"), number, name, blocks)
    }

    /// The hub of all stations.
    pub(crate) fn hub() -> Self {
        Self::at(None, 99, "HUB", Blocks { tag_serials: 0..0, sequences: 0..0, files: 0..0 })
    }

    /// A desk of any station, or the hub.
    pub(crate) fn at(station: Option<&str>, number: u8, name: &str, blocks: Blocks) -> Self {
        let station = station.map(|code| code.parse().unwrap());
        let zone = station.map(|_| chrono_tz::Asia::Shanghai);
        let setting = Setting { station, zone, desk: name.to_owned(), secret: [9; 32], blocks, practice: false };
        let now_ms = START_MS + i64::from(number);
        let desk = Self { station: Station::new(setting), name: name.to_owned(), number, commands: 0, now_ms, changes: BTreeMap::new() };
        desk.with_allowances(PLENTY)
    }

    /// The same desk where guests bring so much free of charge.
    pub(crate) fn with_allowances(mut self, text: &str) -> Self {
        let rules = Rules { allowances: BagAllowances::read(text).unwrap(), ..Rules::clone(&Rules::built_in()) };
        self.station = self.station.under(Arc::new(rules));
        self
    }

    /// A desk that has the list and has taken the flight over.
    pub(crate) fn working(number: u8, name: &str, list: &str) -> Self {
        let mut desk = Self::new(number, name);
        desk.ok(json!({ "kind": "import-list", "text": list }));
        desk.ok(json!({ "kind": "take-over", "flight": CA1501, "reason": "host silent since 10:33" }));
        desk
    }

    pub(crate) fn context(&self) -> Context {
        let mut drawn = [self.number; 16];
        drawn[0] = self.commands;
        let staff = format!("47{:02}", self.number).parse().unwrap();
        Context { now_ms: self.now_ms, staff, desk: self.name.clone(), today: "2026-11-22".parse().unwrap(), drawn }
    }

    /// Posts a command and lets its edits become durable.
    pub(crate) fn run(&mut self, command: Value) -> Result<Value, Refusal> {
        let command = Command::parse(&command.to_string())?;
        let decision = self.station.decide(&command, &self.context())?;
        self.commands = self.commands.wrapping_add(1);
        self.now_ms += 60_000;
        for (scope, edits) in decision.edits {
            let mut docs = BTreeSet::new();
            for edit in edits {
                assert!(docs.insert(edit.doc), "one edit for each document");
                self.write(&scope, edit.doc, edit.fields, edit.facts);
            }
        }
        Ok(decision.answer)
    }

    /// A command that must go through.
    #[track_caller]
    pub(crate) fn ok(&mut self, command: Value) -> Value {
        match self.run(command.clone()) {
            Ok(answer) => answer,
            Err(refusal) => panic!("{command} was refused: {refusal}"),
        }
    }

    /// A command that must be refused.
    #[track_caller]
    pub(crate) fn refused(&mut self, command: Value) -> Refusal {
        match self.run(command.clone()) {
            Ok(answer) => panic!("{command} went through: {answer}"),
            Err(refusal) => refusal,
        }
    }

    pub(crate) fn write(&mut self, scope: &ScopeId, doc: DocId, fields: Vec<(String, Scalar)>, facts: Vec<String>) {
        let log = LogId([self.number; 16]);
        let known = || self.changes.range((doc, LogId([0; 16]), 0)..=(doc, LogId([0xff; 16]), u32::MAX)).map(|(_, change)| change);
        let seq = known().filter(|change| change.log == log).map(|change| change.seq).max().unwrap_or(0) + 1;
        let counter = known().map(|change| change.counter).max().unwrap_or(0) + 1;
        let heads = heads(known());
        let puts: Vec<_> = fields
            .into_iter()
            .filter_map(|(field, value)| {
                let current = heads.get(&field).cloned().unwrap_or_default();
                let same = current.len() == 1 && current.values().all(|known| *known == value);
                (!same).then(|| (field, value, current.into_keys().collect()))
            })
            .collect();
        if puts.is_empty() && facts.is_empty() {
            return;
        }
        let change = Change { scope: scope.clone(), doc, log, seq, counter, puts, facts };
        self.changes.insert((doc, log, seq), change);
        self.show(doc);
    }

    /// Takes everything that the other desk has.
    pub(crate) fn hear(&mut self, other: &Desk) {
        let fresh: Vec<Change> = other.changes.iter().filter(|(id, _)| !self.changes.contains_key(id)).map(|(_, change)| change.clone()).collect();
        let docs: BTreeSet<DocId> = fresh.iter().map(|change| change.doc).collect();
        self.changes.extend(fresh.into_iter().map(|change| ((change.doc, change.log, change.seq), change)));
        docs.into_iter().for_each(|doc| self.show(doc));
    }

    /// Every document as it is now.
    pub(crate) fn documents(&self) -> Vec<(ScopeId, DocId, FlatDoc)> {
        let docs: BTreeSet<DocId> = self.changes.keys().map(|(doc, _, _)| *doc).collect();
        docs.into_iter().filter_map(|doc| self.document(doc).map(|(scope, flat)| (scope, doc, flat))).collect()
    }

    fn show(&mut self, doc: DocId) {
        let (scope, flat) = self.document(doc).unwrap();
        self.station.apply(&scope, doc, &flat);
    }

    fn document(&self, doc: DocId) -> Option<(ScopeId, FlatDoc)> {
        let range = (doc, LogId([0; 16]), 0)..=(doc, LogId([0xff; 16]), u32::MAX);
        let changes: Vec<&Change> = self.changes.range(range).map(|(_, change)| change).collect();
        let scope = changes.first()?.scope.clone();
        let mut flat = FlatDoc::default();
        for (field, puts) in heads(changes.iter().copied()) {
            flat.fields.insert(field, puts.into_values().rev().collect());
        }
        for change in changes {
            for (place, text) in (0..).zip(&change.facts) {
                flat.facts.insert(FactId { log: change.log, seq: change.seq, place }, text.clone());
            }
            flat.entries.insert(change.log, change.seq.into());
        }
        Some((scope, flat))
    }

    pub(crate) fn guest(&self, name: &str) -> GuestRow {
        let found: Vec<GuestRow> = self.station.guests(&key()).into_iter().filter(|guest| guest.name == name).collect();
        assert_eq!(found.len(), 1, "{name}");
        found.into_iter().next().unwrap()
    }

    pub(crate) fn id(&self, name: &str) -> DocRef {
        self.guest(name).booking
    }

    /// Checks one guest in on a seat and gives the sequence number.
    #[track_caller]
    pub(crate) fn check_in(&mut self, name: &str, seat: &str) -> u16 {
        let booking = self.id(name);
        let answer = self.ok(json!({ "kind": "check-in", "guests": [{ "booking": booking, "seat": seat }] }));
        answer["guests"][0]["sequence"].as_u64().unwrap().try_into().unwrap()
    }

    #[track_caller]
    pub(crate) fn board(&mut self, name: &str) -> Value {
        let booking = self.id(name);
        self.ok(json!({ "kind": "board", "flight": CA1501, "booking": booking }))
    }

    #[track_caller]
    pub(crate) fn add_bag(&mut self, name: &str, kg: u16) -> String {
        let booking = self.id(name);
        let answer = self.ok(json!({ "kind": "add-bag", "booking": booking, "weight_kg": kg }));
        answer["tag"].as_str().unwrap().to_owned()
    }
}

/// Both take what the other has.
pub(crate) fn meet(one: &mut Desk, other: &mut Desk) {
    one.hear(other);
    other.hear(one);
}

pub(crate) fn key() -> FlightKey {
    CA1501.parse().unwrap()
}

/// For each field the puts that no put names as overwritten, by counter and log.
fn heads<'a>(changes: impl Iterator<Item = &'a Change> + Clone) -> BTreeMap<String, BTreeMap<PutId, Scalar>> {
    let gone: BTreeSet<(String, PutId)> =
        changes.clone().flat_map(|change| change.puts.iter().flat_map(|(field, _, preds)| preds.iter().map(|pred| (field.clone(), *pred)))).collect();
    let mut heads: BTreeMap<String, BTreeMap<PutId, Scalar>> = BTreeMap::new();
    for change in changes {
        let id = (change.counter, change.log);
        for (field, value, _) in &change.puts {
            if !gone.contains(&(field.clone(), id)) {
                heads.entry(field.clone()).or_default().insert(id, value.clone());
            }
        }
    }
    heads
}

/// A list of CA1501 to PEK with these lines of names in Y, and one guest in C.
pub(crate) fn list(names: &str) -> String {
    format!(
        "PVGKK1E\n.PEKRMCA 220100\nPNL\nCA1501/22NOV PVG PART1\nCFG/008C150Y\nRBD C/CJ Y/YBM\nAVAIL\n PVG  PEK\nC007\nY100\n\
         -PEK001J\n1OUYANG/MINGMR\n.L/J11111/CA\n-PEK{:03}Y\n{names}-PEK000B\nENDPNL\n",
        names.lines().filter_map(|line| line.chars().next()?.to_digit(10)).sum::<u32>()
    )
}

/// Guests of every kind that the rules know.
pub(crate) const GUESTS: &str = "\
1LI/NAMS\n.L/K7P2QX/CA\n.R/TKNE HK1 9992401000001/1\n\
1WANG/LEIMR\n.L/W4NGL3/CA\n\
1LI/NAMS\n.L/S4MEN4/CA\n\
1REPIN/ANNAMRS\n.L/R3P1NA/CA\n.R/INFT HK1 01JAN26 REPIN/LEV-1REPIN/ANNAMRS\n.R/DOCS HK1/P/RUS/1234566/RUS/01JAN90/F/01JAN31/REPIN/ANNA\n\
1YOUNG/KIMMISS\n.L/Y0UNGK/CA\n.R/UMNR HK1 UM08\n\
1WHEELER/ROSEMRS\n.L/WH33L3/CA\n.R/WCHR HK1\n\
2BAKER/LEEMR/EXST\n.L/B4K3RL/CA\n.R/EXST HK1\n\
1WAIT/TOMMR\n.L/W41TTM/CA\n.ID2/N1\n\
2COSTA/ANAMRS/TIAGOMSTR\n.L/C0ST44/CA\n.R/CHLD HK1 05APR18-1COSTA/TIAGOMSTR\n.O/CA178Y22PEKBOS2030HK\n\
1ALEXANDROPOULOS/KONSTANTINOSMR\n.L/4L3X4N/CA\n";

/// The text of a pass of CA1501 on 22 November.
pub(crate) fn pass(name: &str, locator: &str, seat: &str, sequence: &str) -> String {
    pass_of(name, locator, "PVGPEKCA 1501 326", seat, sequence, '1')
}

/// `route` is from, to, carrier, flight and day as printed.
pub(crate) fn pass_of(name: &str, locator: &str, route: &str, seat: &str, sequence: &str, status: char) -> String {
    let name: String = name.chars().take(20).collect();
    format!("M1{name:<20}E{locator:<7}{route}Y{seat:<4}{sequence:<5}{status}00")
}
