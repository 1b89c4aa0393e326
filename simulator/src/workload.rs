//! What people do: small documents edited by several desks at once, in scopes that not every desk may hold.

use chrono::NaiveDate;
use schemas::flat::{DocId, Edit, Scalar};
use schemas::scope::ScopeId;
use sync::replica::wants::Days;

use crate::members::{HUB, members};
use crate::options::Options;
use host::Chance;

/// A command, as the client posts it.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    /// Its place among all commands of the run.
    pub(crate) number: usize,
    /// The member that it is posted to.
    pub(crate) at: usize,
    pub(crate) at_ms: i64,
    pub(crate) edits: Vec<(ScopeId, Vec<Edit>)>,
    /// The hub closes this scope.
    pub(crate) closes: Option<ScopeId>,
}

/// The scope of a day that is over.
const OLD: &str = "PVG/2026-11-19/CA";
/// The document in which a closing stands.
const CLOSING: DocId = DocId([200; 16]);

/// The scopes of every run.
const SCOPES: [&str; 7] =
    [OLD, "PVG/2026-11-22/CA", "PVG/2026-11-22/MU", "PVG/2026-11-22/FM", "PVG/2026-11-22/CA/sensitive", "PVG/desk/2026-11", "network/2026-11"];

pub(crate) fn scopes() -> Vec<ScopeId> {
    SCOPES.iter().map(|name| name.parse().expect("these are names of scopes")).collect()
}

impl Command {
    /// The command's id, the same each time it is posted.
    pub(crate) fn id(&self) -> [u8; 16] {
        let mut id = *b"apron-sim-......";
        id[10..].copy_from_slice(&(self.number as u64).to_be_bytes()[2..]);
        id
    }
}

/// Everything that will be posted in a run, in the order of time. Every value written and every fact is its command's alone.
pub(crate) fn draw(options: &Options, mut chance: Chance) -> Vec<Command> {
    let mut times: Vec<i64> = (0..options.commands).map(|_| chance.between(0, options.storm_ms)).collect();
    times.sort_unstable();
    times.into_iter().enumerate().map(|(number, at_ms)| one(options, number, at_ms, &mut chance)).collect()
}

/// The days that desks want, where they want some only.
pub(crate) fn days() -> Days {
    let day = |day| NaiveDate::from_ymd_opt(2026, 11, day);
    day(21).zip(day(23)).and_then(|(first, last)| Days::new(first, last, 0)).expect("these are days")
}

/// The hub's command that closes a scope, number `place` of the run's closings.
pub(crate) fn closing(options: &Options, place: usize, at_ms: i64, chance: &mut Chance) -> Command {
    let mut closable = scopes();
    closable.retain(|scope| scope.station().is_some());
    let scope = chance.pick(&closable).clone();
    let number = options.commands + place;
    let fields = vec![("state".to_owned(), Scalar::Str(format!("closed by command {number}")))];
    let edit = Edit { doc: CLOSING, fields, facts: Vec::new() };
    Command { number, at: HUB, at_ms, edits: vec![(scope.clone(), vec![edit])], closes: Some(scope) }
}

fn one(options: &Options, number: usize, at_ms: i64, chance: &mut Chance) -> Command {
    let at = chance.below(options.members as u64) as usize;
    let mut allowed: Vec<ScopeId> = scopes().into_iter().filter(|scope| members()[at].member().may_write(scope)).collect();
    let mut edits = Vec::new();
    for _ in 0..1 + usize::from(chance.percent(25)) {
        let scope = allowed.swap_remove(chance.below(allowed.len() as u64) as usize);
        let mut docs: Vec<u64> = (0..options.docs).collect();
        let count = 1 + chance.below(2.min(options.docs));
        let drawn = (0..count).map(|_| docs.swap_remove(chance.below(docs.len() as u64) as usize));
        let drawn: Vec<u64> = drawn.collect();
        edits.push((scope, drawn.into_iter().map(|doc| edit(number, doc, chance)).collect()));
    }
    Command { number, at, at_ms, edits, closes: None }
}

fn edit(number: usize, doc: u64, chance: &mut Chance) -> Edit {
    let facts = (0..chance.below(3)).map(|place| format!("{{\"command\":{number},\"place\":{place}}}")).collect::<Vec<_>>();
    let fields = if facts.is_empty() { 1 + chance.below(2) } else { chance.below(3) };
    let mut names = vec!["gate", "seat", "state"];
    let fields = (0..fields).map(|_| names.swap_remove(chance.below(names.len() as u64) as usize));
    let fields = fields.map(|name| (name.to_owned(), Scalar::Str(format!("{name} by command {number}")))).collect();
    Edit { doc: DocId([doc as u8 + 1; 16]), fields, facts }
}
