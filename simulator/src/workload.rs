//! What people do: small documents edited by several desks at once, in scopes that not every desk may hold.

use schemas::flat::{DocId, Edit, Scalar};
use schemas::scope::ScopeId;

use crate::chance::Chance;
use crate::members::members;
use crate::options::Options;

/// A command, as the client posts it.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    /// Its place among all commands of the run.
    pub(crate) number: usize,
    /// The member that it is posted to.
    pub(crate) at: usize,
    pub(crate) at_ms: i64,
    pub(crate) edits: Vec<(ScopeId, Vec<Edit>)>,
}

/// The scopes of every run.
const SCOPES: [&str; 6] =
    ["PVG/2026-11-22/CA", "PVG/2026-11-22/MU", "PVG/2026-11-22/FM", "PVG/2026-11-22/CA/sensitive", "PVG/desk/2026-11", "network/2026-11"];

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
    Command { number, at, at_ms, edits }
}

fn edit(number: usize, doc: u64, chance: &mut Chance) -> Edit {
    let facts = (0..chance.below(3)).map(|place| format!("{{\"command\":{number},\"place\":{place}}}")).collect::<Vec<_>>();
    let fields = if facts.is_empty() { 1 + chance.below(2) } else { chance.below(3) };
    let mut names = vec!["gate", "seat", "state"];
    let fields = (0..fields).map(|_| names.swap_remove(chance.below(names.len() as u64) as usize));
    let fields = fields.map(|name| (name.to_owned(), Scalar::Str(format!("{name} by command {number}")))).collect();
    Edit { doc: DocId([doc as u8 + 1; 16]), fields, facts }
}
