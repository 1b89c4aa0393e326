//! Conflicts about which bag is whose: desks that did not see each other confirmed different bags, or one confirmed what another rejected.

use super::super::Station;
use super::super::decide::Draft;
use super::super::words::All;
use super::{Conflict, ConflictKind, Effect, Home, Proposal, Way, side_of};
use crate::flat::DocId;
use crate::record::case::Incident;
use crate::record::fact::{Held, What};
use crate::record::id::ConflictId;
use crate::record::tracing::{Trace, TraceStep, steps_with};
use crate::record::{Case, DocRef, FactRef};
use crate::said::{Said, said};

impl Station {
    /// Told of the report of the missing bag; of a found bag only where it was confirmed for several guests.
    pub(super) fn match_twice(&self, home: &Home, case: &Case) -> Option<Conflict> {
        let several = case.tracing.partners.len() > 1;
        if !case.tracing.is_disputed() || (case.incident == Some(Incident::Found) && !several) {
            return None;
        }
        let said: Vec<&Held> = case.history.live(is_about_a_match).collect();
        let mut about: Vec<String> = said.iter().map(|held| FactRef(held.id).to_string()).collect();
        about.sort();
        about.splice(0..0, ["match-twice".to_owned(), case.id.to_string()]);
        let partners = &case.tracing.partners;
        let names: Vec<String> = partners.iter().map(|partner| self.reference_of(*partner)).collect();
        let keep = |partner: &DocRef| Effect::Match {
            case: case.id,
            keep: Some(*partner),
            drop: partners.iter().copied().filter(|other| other != partner).collect(),
        };
        let with = |name: &String| said!("conflict-match-with", "It goes with {reference}.", reference = name.clone());
        let mut choices: Vec<Way> = partners
            .iter()
            .zip(&names)
            .enumerate()
            .map(|(at, (partner, name))| Way::new(format!("keep-{}", at + 1), with(name), keep(partner)))
            .collect();
        let none = Effect::Match { case: case.id, keep: None, drop: partners.clone() };
        choices.push(Way::new("none".to_owned(), said!("conflict-match-none", "It goes with none of them."), none));
        let reference = case.reference.to_string();
        Some(Conflict {
            id: ConflictId::of(&about),
            kind: ConflictKind::MatchTwice,
            flight: None,
            records: std::iter::once(DocRef(case.id)).chain(partners.iter().copied()).collect(),
            what: match several {
                true => said!(
                    "conflict-match-twice",
                    "Report {reference} was confirmed with {names}.",
                    reference = reference,
                    names = All(names, " and with ")
                ),
                false => said!(
                    "conflict-match-rejected",
                    "One desk confirmed that report {reference} goes with {names}, another rejected it.",
                    reference = reference,
                    names = All(names, " and ")
                ),
            },
            shown_for_now: said!("conflict-match-shown", "The bag is not handed over until this is settled."),
            sides: said.iter().map(|held| side_of(Some(held), self.match_words(held))).collect(),
            choices,
            proposal: Proposal {
                choice: "keep-1".to_owned(),
                seat: None,
                words: said!("conflict-propose-compare", "Compare the bags: tag, name and contents decide."),
            },
            resolution: None,
            home: home.clone(),
        })
    }

    pub(super) fn draft_match(&self, case: DocId, keep: Option<DocRef>, drop: &[DocRef], draft: &mut Draft<'_>) {
        let own = DocRef(case);
        let mut state = |step: TraceStep, id: DocRef, with: DocRef| {
            let Some((scope, file)) = self.cases.get(&id.0) else { return };
            let replaced = [TraceStep::Confirm, TraceStep::Reject, TraceStep::Request, TraceStep::Suspend];
            let undone = steps_with(&file.history, Some(with), &replaced);
            let trace = Trace { step, with: Some(with), reason: String::new() };
            draft.edit(scope, id.0).fact(What::Traced(Box::new(trace)), undone);
        };
        for (step, others) in [(TraceStep::Confirm, keep.as_slice()), (TraceStep::Reject, drop)] {
            for other in others {
                state(step, own, *other);
                state(step, *other, own);
            }
        }
    }

    fn reference_of(&self, case: DocRef) -> String {
        self.case(case.0).map_or_else(|| case.to_string(), |case| case.reference.to_string())
    }

    fn match_words(&self, held: &Held) -> Said {
        match &held.fact.what {
            What::Traced(trace) => {
                let reference = trace.with.map(|with| self.reference_of(with)).unwrap_or_default();
                match trace.step {
                    TraceStep::Reject => said!("conflict-side-rejected", "Rejected {reference}", reference = reference),
                    _ => said!("conflict-side-confirmed", "Confirmed {reference}", reference = reference),
                }
            }
            _ => Said::default(),
        }
    }
}

fn is_about_a_match(what: &What) -> bool {
    matches!(what, What::Traced(trace) if matches!(trace.step, TraceStep::Confirm | TraceStep::Reject) && trace.with.is_some())
}
