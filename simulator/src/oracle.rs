//! What must be true: during the trouble, and after it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemas::flat::{LogId, Scalar};
use schemas::scope::ScopeId;
use sync::document::Document;
use sync::identity::Member;
use sync::message::Message;

use crate::running::{Attempt, Key, Running};
use crate::workload::Command;

/// A promise that the run broke.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{oracle}: {what} (at {at_ms} ms)")]
pub struct Broken {
    pub oracle: Oracle,
    pub at_ms: i64,
    pub what: String,
}

/// The promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oracle {
    /// A command that was answered is on its node's disk, and in the end everywhere.
    Receipt,
    /// A node that starts again holds what was on its disk, and says the same.
    Rebuilt,
    /// Nobody is told of a scope that its certificate does not allow.
    Scope,
    /// What a node thinks that a peer holds, the peer holds.
    Claim,
    /// Equal entries are judged equally.
    Judgement,
    /// In the end all replicas of a scope are equal, within a bounded time.
    Convergence,
    /// Documents say what the durable commands said, and nothing else.
    Model,
    /// No honest link is closed for a fault.
    Honesty,
    /// With nothing to say, nothing is said; with something, not much more than that.
    Cost,
    /// The driver found the core in a state that cannot be.
    Driver,
}

impl fmt::Display for Oracle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The plain model: every command, how it was decided, and whether it was answered.
#[derive(Debug, Default)]
pub(crate) struct Model {
    commands: BTreeMap<usize, Known>,
}

#[derive(Debug)]
struct Known {
    command: Command,
    attempts: Vec<Attempt>,
    /// The member that answered.
    receipt: Option<usize>,
}

impl Model {
    pub(crate) fn posted(&mut self, command: &Command) {
        self.commands.entry(command.number).or_insert_with(|| Known { command: command.clone(), attempts: Vec::new(), receipt: None });
    }

    pub(crate) fn command(&self, number: usize) -> Option<&Command> {
        self.commands.get(&number).map(|known| &known.command)
    }

    pub(crate) fn decided(&mut self, attempt: Attempt) {
        if let Some(known) = self.commands.get_mut(&attempt.command) {
            known.attempts.push(attempt);
        }
    }

    pub(crate) fn answered(&mut self, number: usize, by: usize) {
        if let Some(known) = self.commands.get_mut(&number) {
            known.receipt = Some(by);
        }
    }

    /// Commands that were answered.
    pub(crate) fn receipts(&self) -> usize {
        self.commands.values().filter(|known| known.receipt.is_some()).count()
    }

    /// Whether the entries are those of one of the command's decisions.
    pub(crate) fn was_decided(&self, number: usize, entries: &[(LogId, u64)]) -> bool {
        self.commands.get(&number).is_some_and(|known| known.attempts.iter().any(|attempt| attempt.entries == entries))
    }

    /// Every command that this member answered is whole on it.
    pub(crate) fn kept_by(&self, member: usize, running: &Running) -> Result<(), String> {
        let kept = |known: &Known| running.replica.command(&known.command.id()).len() == known.command.edits.len();
        match self.commands.values().find(|known| known.receipt == Some(member) && !kept(known)) {
            Some(lost) => Err(format!("command {} was answered by member {member} and is not on its disk", lost.command.number)),
            None => Ok(()),
        }
    }

    /// What a member that holds every scope says in the end is what the commands on it said.
    pub(crate) fn is_said_by(&self, running: &Running) -> Result<(), (Oracle, String)> {
        let mut expected: BTreeMap<Key, Expected> = BTreeMap::new();
        for (number, known) in &self.commands {
            let entries = running.replica.command(&known.command.id());
            if entries.is_empty() && known.receipt.is_none() {
                continue;
            }
            if entries.len() != known.command.edits.len() {
                let oracle = if known.receipt.is_some() { Oracle::Receipt } else { Oracle::Model };
                let parts = known.command.edits.len();
                return Err((oracle, format!("command {number} has {} of its {parts} entries (answered: {:?})", entries.len(), known.receipt)));
            }
            let sorted = |entries: &[(LogId, u64)]| entries.iter().copied().collect::<BTreeSet<_>>();
            let Some(attempt) = known.attempts.iter().find(|attempt| sorted(&attempt.entries) == sorted(&entries)) else {
                return Err((Oracle::Model, format!("command {number} stands in entries in which nobody decided it")));
            };
            // What came after its scope was closed is kept, and says nothing there.
            let is_late = |scope: &ScopeId| {
                let of_scope = attempt.entries.iter().filter(|(log, _)| running.replica.scope_of(*log) == Some(scope));
                of_scope.into_iter().any(|(log, number)| running.replica.is_late(*log, *number))
            };
            for (scope, edits) in known.command.edits.iter().filter(|(scope, _)| !is_late(scope)) {
                for edit in edits {
                    expected.entry((scope.clone(), edit.doc)).or_default().facts.extend(edit.facts.iter().cloned());
                }
            }
            for (key, field, value, replaced) in attempt.writes.iter().filter(|(key, ..)| !is_late(&key.0)) {
                let field = expected.entry(key.clone()).or_default().fields.entry(field.clone()).or_default();
                field.written.insert(value.clone());
                field.replaced.extend(replaced.iter().cloned());
            }
        }
        let empty = Document::new();
        let keys: BTreeSet<&Key> = expected.keys().chain(running.documents.keys()).collect();
        let nothing = Expected::default();
        keys.into_iter().try_for_each(|key| {
            let (expected, document) = (expected.get(key).unwrap_or(&nothing), running.documents.get(key).unwrap_or(&empty));
            expected.is_said_by(document).map_err(|what| (Oracle::Model, format!("{key:?}: {what}")))
        })
    }
}

#[derive(Debug, Default)]
struct Expected {
    facts: Vec<String>,
    fields: BTreeMap<String, Field>,
}

/// A field's value is every value written that no durable write replaced.
#[derive(Debug, Default)]
struct Field {
    written: BTreeSet<Scalar>,
    replaced: BTreeSet<Scalar>,
}

impl Expected {
    fn is_said_by(&self, document: &Document) -> Result<(), String> {
        if document.waiting_count() > 0 || document.refused().next().is_some() {
            return Err(format!("{} changes wait, {} are refused", document.waiting_count(), document.refused().count()));
        }
        let said = document.values();
        let mut facts: Vec<&String> = said.facts.values().collect();
        let mut expected: Vec<&String> = self.facts.iter().collect();
        facts.sort();
        expected.sort();
        if facts != expected {
            return Err(format!("facts {facts:?}, expected {expected:?}"));
        }
        for (name, field) in &self.fields {
            let expected: BTreeSet<&Scalar> = field.written.difference(&field.replaced).collect();
            let said: BTreeSet<&Scalar> = said.fields.get(name).into_iter().flatten().collect();
            if said != expected {
                return Err(format!("{name} is {said:?}, expected {expected:?}"));
            }
        }
        match said.fields.keys().find(|name| !self.fields.contains_key(*name)) {
            Some(name) => Err(format!("nobody wrote {name}")),
            None => Ok(()),
        }
    }
}

/// Every scope that the message names may be known to who is told.
pub(crate) fn may_be_told(member: &Member, message: &Message) -> Result<(), String> {
    let named: Vec<&ScopeId> = match message {
        Message::Hello(hello) => hello.scopes.iter().map(|state| &state.scope).collect(),
        Message::Summary(summary) => summary.scopes.iter().map(|state| &state.scope).collect(),
        Message::Buckets(buckets) => vec![&buckets.scope],
        Message::Vector(vector) => vec![&vector.scope],
        Message::Held(held) => vec![&held.scope],
        Message::Late(late) => vec![&late.scope],
        Message::Batch(batch) => vec![&batch.scope],
        Message::Busy(_) => Vec::new(),
    };
    match named.into_iter().find(|scope| !member.may_hold(scope)) {
        Some(scope) => Err(format!("{member} is told of {scope}")),
        None => Ok(()),
    }
}

/// Two replicas of a scope say the same: entries, documents, heads, verdicts.
pub(crate) fn are_equal(scope: &ScopeId, a: &Running, b: &Running) -> Result<(), String> {
    if a.replica.vector(scope) != b.replica.vector(scope) {
        return Err(format!("{scope}: vectors differ: {:?} and {:?}", a.replica.vector(scope), b.replica.vector(scope)));
    }
    let documents = |running: &Running| -> BTreeMap<Key, _> {
        let of_scope = running.documents.iter().filter(|((of, _), _)| of == scope);
        let state = |document: &Document| (document.heads(), document.values(), document.refused().map(|(hash, _)| *hash).collect::<Vec<_>>());
        of_scope.map(|(key, document)| (key.clone(), state(document))).collect()
    };
    let (mine, theirs) = (documents(a), documents(b));
    if let Some(key) = mine.keys().chain(theirs.keys()).find(|key| mine.get(*key) != theirs.get(*key)) {
        return Err(format!("{key:?} differs: {:?} and {:?}", mine.get(key), theirs.get(key)));
    }
    match a.digests().get(scope) == b.digests().get(scope) {
        true => Ok(()),
        false => Err(format!("{scope}: digests differ")),
    }
}
