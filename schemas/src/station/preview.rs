//! What a message would change, before anything is taken: decided by the same code that applies it, and held to it when it is applied.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Station;
use super::csv_list::{self, PassedOver};
use super::decide::{Context, Decision};
use crate::command::{Command, Refusal};
use crate::flat::{Edit, Scalar};
use crate::record::Booking;
use crate::record::fact::{Fact, SetValue, What};
use crate::said::said;
use crate::standards::typeb::{NameList, Received, line_of};

/// What a message comes to if it is applied to what is known now.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// Stands for all of it: [`Command::ImportMessage`] with this is refused where it would come to something else.
    pub mark: String,
    /// As the command would answer.
    pub answer: Value,
    /// Guests who are not known yet, by name.
    pub added: Vec<String>,
    pub changed: Vec<PreviewChange>,
    /// Guests whom the message takes off.
    pub removed: Vec<String>,
    /// Lines that nothing is taken of.
    pub passed_over: Vec<PassedOver>,
    /// Records of other kinds that change: flights, bags, cases.
    pub others: usize,
}

/// What changes of one guest.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviewChange {
    pub name: String,
    /// Field of the listing, what is shown now, and what would be.
    pub fields: Vec<(String, String, String)>,
}

impl Station {
    /// Says what a message would change. Nothing is changed.
    ///
    /// # Errors
    /// As [`Station::decide`] of the same message.
    pub fn preview(&self, text: &str, columns: Option<&str>, context: &Context) -> Result<Preview, Refusal> {
        let command = Command::ImportMessage { text: text.to_owned(), expect: None, columns: columns.map(str::to_owned) };
        let decision = self.decide(&command, context)?;
        let mut preview = Preview {
            mark: mark(&decision),
            answer: decision.answer,
            added: Vec::new(),
            changed: Vec::new(),
            removed: Vec::new(),
            passed_over: self.passed_over(text, columns),
            others: 0,
        };
        for edit in decision.edits.iter().flat_map(|(_, edits)| edits) {
            preview.note(self.booking(edit.doc), edit);
        }
        preview.added.sort();
        preview.removed.sort();
        preview.changed.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(preview)
    }

    /// Applies a message that was looked at before, if it still comes to the same.
    pub(super) fn import_expected(&self, text: &str, expect: Option<&str>, columns: Option<&str>, context: &Context) -> Result<Decision, Refusal> {
        let decision = self.import_message(text, columns, context)?;
        match expect {
            Some(expected) if expected != mark(&decision) => Err(Refusal::new(
                "list-changed-meanwhile",
                said!("", "Something changed since this was looked at, and the message now comes to something else."),
                "Nothing was taken. Look at what it comes to now, and apply that.",
                409,
            )),
            _ => Ok(decision),
        }
    }
}

impl Preview {
    fn note(&mut self, known: Option<&Booking>, edit: &Edit) {
        let facts: Vec<What> = edit.facts.iter().filter_map(|fact| serde_json::from_str::<Fact>(fact).ok()).map(|fact| fact.what).collect();
        let said = |name: &str| edit.fields.iter().find(|(field, _)| field == name).map(|(_, value)| shown(value));
        let is_removed = facts.iter().any(|fact| matches!(fact, What::Delisted { .. }));
        let relisted = facts.iter().find_map(|fact| match fact {
            What::Relisted { says, .. } => Some(says),
            _ => None,
        });
        match known {
            None if said("kind").as_deref() == Some("booking") => {
                let name = relisted.and_then(|says| says.get("name")).map(set).or_else(|| said("name")).unwrap_or_default();
                if is_removed && relisted.is_none() { self.removed.push(name) } else { self.added.push(name) }
            }
            None => self.others += 1,
            Some(booking) if is_removed && relisted.is_none() => self.removed.push(booking.name().to_owned()),
            Some(booking) => {
                let before: BTreeMap<&str, String> = booking.listing.fields().into_iter().map(|(name, value)| (name, shown(&value))).collect();
                let given = edit.fields.iter().map(|(name, value)| (name.clone(), shown(value)));
                let given = given.chain(relisted.into_iter().flat_map(|says| says.iter()).map(|(name, value)| (name.clone(), set(value))));
                let old = |name: &str| before.get(name).cloned().unwrap_or_default();
                let fields: Vec<(String, String, String)> = given
                    .filter(|(name, new)| before.contains_key(name.as_str()) && name != "order" && *new != old(name))
                    .map(|(name, new)| (name.clone(), old(&name), new))
                    .collect();
                // Back on the list with nothing else new is a change, too.
                if !fields.is_empty() || booking.is_gone() {
                    self.changed.push(PreviewChange { name: booking.name().to_owned(), fields });
                }
            }
        }
    }
}

/// The same for the same edits, whoever decides them and when.
fn mark(decision: &Decision) -> String {
    let mut hash = Sha256::new();
    let mut put = |text: &str| {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text.as_bytes());
    };
    for (scope, edits) in &decision.edits {
        put(&scope.to_string());
        for edit in edits {
            put(&format!("{:?}", edit.doc));
            for (field, value) in &edit.fields {
                put(field);
                put(&format!("{value:?}"));
            }
            for fact in &edit.facts {
                let what = serde_json::from_str::<Fact>(fact).map(|fact| format!("{:?} {:?}", fact.what, fact.undoes));
                put(what.as_deref().unwrap_or(fact));
            }
        }
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn shown(value: &Scalar) -> String {
    match value {
        Scalar::Str(text) => text.replace('\n', ", "),
        Scalar::Int(number) => number.to_string(),
        Scalar::Bool(true) => "+".to_owned(),
        Scalar::Bool(false) | Scalar::Null => String::new(),
        _ => String::new(),
    }
}

fn set(value: &SetValue) -> String {
    match value {
        SetValue::Text(text) => text.replace('\n', ", "),
        SetValue::Int(number) => number.to_string(),
        SetValue::Bool(true) => "+".to_owned(),
        SetValue::Bool(false) | SetValue::Null => String::new(),
    }
}

impl Station {
    /// Whether a text is read as a table: one of the maps knows its first line, or somebody chose a map and it is no message.
    pub(super) fn is_table(&self, text: &str, columns: Option<&str>) -> bool {
        self.is_guest_table(text) || (columns.is_some() && Received::cut(text).is_err())
    }

    /// The lines of a list that are passed over, with the reason.
    fn passed_over(&self, text: &str, columns: Option<&str>) -> Vec<PassedOver> {
        if self.is_table(text, columns) {
            let table = csv_list::read(text, self.setting.station, &self.rules.columns, columns);
            return table.map(|table| table.passed_over).unwrap_or_default();
        }
        let Ok(list) = NameList::parse(text) else { return Vec::new() };
        let named = |line: &String| PassedOver {
            line: line_of(text, line).unwrap_or_default(),
            reason: said!("unread-line-kind", "This line is of a kind that is not used here."),
        };
        list.other.iter().take(200).map(named).collect()
    }

    /// A list that came as a table: the whole list of one flight.
    pub(super) fn import_table(&self, text: &str, columns: Option<&str>, context: &Context) -> Result<Decision, Refusal> {
        let table = csv_list::read(text, self.setting.station, &self.rules.columns, columns)?;
        let (key, hash) = (table.key, table.hash);
        self.ours(&key)?;
        if self.flight(&key).is_some_and(|flight| flight.has_list(&hash)) {
            return Ok(super::import::already_here(&key));
        }
        let warned = |line: &PassedOver| said!("todo-table-line", "Line {line}: {reason}", line = line.line, reason = line.reason);
        let warnings = table.passed_over.iter().map(warned).collect();
        let roll = super::import::Roll::of_table(&key, self.flight(&key), table.destinations, table.guests, warnings);
        self.import_roll(&roll, None, true, &hash, context)
    }
}
