//! Prints of passes and tags: each has a number, and the newest counts.

use serde::Serialize;
use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::DocId;
use crate::record::fact::{History, What};
use crate::record::{Bag, DocRef, FactRef, FlightKey};
use crate::said::said;
use crate::scope::ScopeId;
use crate::standards::bag_tag::BagTag;

/// The newest print of a pass or tag that is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// From 1.
    pub issue: u32,
    /// When (ms), where and by whom.
    pub at: i64,
    pub desk: String,
    pub by: String,
}

impl Station {
    /// The newest print of a guest's pass; nothing if none was counted.
    pub fn pass_issue(&self, booking: DocId) -> Option<Issue> {
        newest(&self.booking(booking)?.history)
    }

    /// The newest print of a bag's tag; nothing if none was counted.
    pub fn tag_issue(&self, bag: DocId) -> Option<Issue> {
        newest(&self.bag(bag)?.history)
    }

    pub(super) fn print(
        &self,
        booking: Option<DocRef>,
        tag: Option<BagTag>,
        flight: Option<FlightKey>,
        reason: &str,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        match (booking, tag) {
            (Some(booking), _) => self.print_pass(booking, reason, context),
            (None, Some(tag)) => self.print_tag(tag, flight, reason, context),
            (None, None) => {
                Err(Refusal::new("print-not-named", "It is not clear what is printed.", "Name a guest or a bag tag, one of the two.", 422))
            }
        }
    }

    fn print_pass(&self, booking: DocRef, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        if self.pass_of(booking.0).is_none() {
            let words = said!("", "{name} has no boarding pass: not checked in, or a name that cannot be printed.", name = guest.name());
            return Err(Refusal::new("no-pass", words, "Check the guest in first, or write the pass by hand.", 409));
        }
        // A pass that was due is there now.
        let issue = counted(&guest.history, &guest.flight.scope(), guest.id, guest.pass_due_refs(), reason, context);
        let message = match issue.number {
            1 => format!("Pass of {}.", guest.name()),
            number => format!("Pass of {}, print {number}. Passes from before are void: take them back.", guest.name()),
        };
        let answer = json!({
            "tone": issue.tone(), "message": message, "todo": [], "flight": guest.flight, "booking": booking, "issue": issue.number,
        });
        Ok(issue.draft.decision(answer, format!("printed a pass of {}", guest.flight)))
    }

    fn print_tag(&self, tag: BagTag, flight: Option<FlightKey>, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let known: Vec<&Bag> = self.bags_with(tag).filter(|bag| !bag.is_removed() && flight.is_none_or(|key| bag.flight == key)).collect();
        let bag = match known.as_slice() {
            [bag] => *bag,
            [] => return Err(Refusal::new("bag-not-known", said!("", "Bag {tag} is not known here.", tag = tag), "Scan the tag again.", 404)),
            several => {
                let flights = words::All(several.iter().map(|bag| words::flight(&bag.flight).to_string()).collect(), " and on ");
                let words = said!("", "Bag {tag} is on {flights}.", tag = tag, flights = flights);
                return Err(Refusal::new("flight-needed", words, "Say for which flight it is.", 409));
            }
        };
        let issue = counted(&bag.history, &bag.flight.scope(), bag.id, Vec::new(), reason, context);
        let message = match issue.number {
            1 => format!("Tag {tag}."),
            number => format!("Tag {tag}, print {number}. Take tags from before off the bag."),
        };
        let answer = json!({ "tone": issue.tone(), "message": message, "todo": [], "flight": bag.flight, "tag": tag, "issue": issue.number });
        Ok(issue.draft.decision(answer, format!("printed a tag of {}", bag.flight)))
    }
}

/// A print that is being counted.
struct Counted<'a> {
    number: u32,
    draft: Draft<'a>,
}

impl Counted<'_> {
    fn tone(&self) -> Tone {
        if self.number == 1 { Tone::Green } else { Tone::Amber }
    }
}

fn counted<'a>(history: &History, scope: &ScopeId, doc: DocId, due: Vec<FactRef>, reason: &str, context: &'a Context) -> Counted<'a> {
    let number = newest_number(history).saturating_add(1);
    let mut draft = Draft::new(context);
    let undoes = history.refs(is_print).into_iter().chain(due).collect();
    draft.edit(scope, doc).fact(What::Printed { issue: number, reason: reason.trim().to_owned() }, undoes);
    Counted { number, draft }
}

fn newest(history: &History) -> Option<Issue> {
    let held = history.last_recorded(is_print)?;
    let fact = &held.fact;
    Some(Issue { issue: newest_number(history), at: fact.at, desk: fact.desk.to_string(), by: fact.by.to_string() })
}

/// The highest number that was ever given, undone or not.
fn newest_number(history: &History) -> u32 {
    let numbers = history.all().iter().filter_map(|held| match held.fact.what {
        What::Printed { issue, .. } => Some(issue),
        _ => None,
    });
    numbers.max().unwrap_or(0)
}

fn is_print(what: &What) -> bool {
    matches!(what, What::Printed { .. })
}
