//! The steps of finding a bag: confirm, request, suspend, deliver; reject; close and resume.

use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use super::incidents::case_not_known;
use crate::command::{Refusal, Tone};
use crate::record::case::Incident;
use crate::record::fact::What;
use crate::record::tracing::{Stage, Trace, TraceStep, steps_with};
use crate::record::{Case, DocRef, FactRef};
use crate::said::{said, with_hints};
use crate::scope::ScopeId;

/// All that a rejection takes back.
const OF_A_MATCH: [TraceStep; 4] = [TraceStep::Confirm, TraceStep::Request, TraceStep::Suspend, TraceStep::Resume];

impl Station {
    pub(super) fn trace_incident(
        &self,
        case: DocRef,
        step: TraceStep,
        with: Option<DocRef>,
        reason: &str,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        let (_, own) = self.filed(case)?;
        let partner = self.partner_of(own, step, with)?;
        let other = partner.map(|(_, other)| DocRef(other.id));
        may_follow(own, step, other)?;
        // The other one may be further by what another desk did: then the step is this report's alone.
        let of_both = partner.is_some_and(|(_, partner)| may_follow(partner, step, Some(case)).is_ok());
        if let Some((_, partner)) = partner
            && matches!(step, TraceStep::Confirm | TraceStep::Reject)
        {
            may_follow(partner, step, Some(case))?;
        }
        let mut draft = Draft::new(context);
        for (id, with) in [(Some(case), other), (other.filter(|_| of_both), Some(case))] {
            let Some(id) = id else { continue };
            let (scope, file) = self.filed(id)?;
            let undone = undone_by(file, step, with);
            let trace = Trace { step, with, reason: reason.trim().to_owned() };
            draft.edit(scope, id.0).fact(What::Traced(Box::new(trace)), undone);
        }
        let todo = match step {
            TraceStep::Confirm => vec![said!("todo-see-the-bag", "Compare both bags before it is handed over: tag, name and contents.")],
            TraceStep::Deliver => vec![said!("todo-signature", "Have the guest sign that the bag was handed over.")],
            _ => Vec::new(),
        };
        let (own, other) = (own.reference.to_string(), partner.map(|(_, other)| other.reference.to_string()));
        let what = match &other {
            Some(other) => format!("{own} and {other}"),
            None => own.clone(),
        };
        let done = match step {
            TraceStep::Confirm => "are about one bag",
            TraceStep::Request => "the bag is asked for",
            TraceStep::Suspend => "tracing is suspended",
            TraceStep::Deliver => "the bag is delivered",
            TraceStep::Reject => "are not about one bag",
            TraceStep::Close => "the report is closed",
            TraceStep::Resume => "tracing goes on",
        };
        let message = match step {
            TraceStep::Confirm | TraceStep::Reject => format!("{what} {done}."),
            _ => format!("{what}: {done}."),
        };
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "case": case, "reference": own, "step": step, "other": other.unwrap_or_default(),
        });
        Ok(draft.decision(with_hints(answer, &todo), format!("traced {own}: {}", step.as_str())))
    }

    fn filed(&self, id: DocRef) -> Result<&(ScopeId, Case), Refusal> {
        self.cases.get(&id.0).ok_or_else(case_not_known)
    }

    /// The other report that a step is about: named, or the one that was confirmed.
    fn partner_of(&self, own: &Case, step: TraceStep, with: Option<DocRef>) -> Result<Option<&(ScopeId, Case)>, Refusal> {
        let named = |id: DocRef| {
            let other = self.filed(id)?;
            let fits = matches!(
                (own.incident, other.1.incident),
                (Some(Incident::Delayed), Some(Incident::Found)) | (Some(Incident::Found), Some(Incident::Delayed))
            );
            if fits {
                return Ok(Some(other));
            }
            let remedy = "Choose a found bag for a missing one, or the other way round.";
            Err(Refusal::new("no-pair", "These two reports cannot be about one bag: one must be of a missing and one of a found bag.", remedy, 422))
        };
        match (step, with) {
            (TraceStep::Confirm | TraceStep::Reject, Some(id)) => named(id),
            (TraceStep::Confirm | TraceStep::Reject, None) => {
                Err(Refusal::new("pair-needed", "It is not said with which report.", "Choose the other report.", 422))
            }
            // Taking a report up again takes up the one that it goes with too, where that is clear.
            (TraceStep::Close | TraceStep::Resume, _) => Ok(own.tracing.partner().map(|id| self.filed(id)).transpose().unwrap_or_default()),
            (_, _) if own.tracing.is_disputed() => {
                let words = said!("", "It is not settled with which bag report {reference} goes.", reference = own.reference.to_string());
                Err(Refusal::new("match-disputed", words, "Reject what does not fit, or settle it in the list of what needs review.", 409))
            }
            (_, Some(id)) if own.tracing.partner() != Some(id) => {
                Err(Refusal::new("not-confirmed", "These two reports were not confirmed as one bag.", "Compare them and confirm first.", 409))
            }
            (_, _) => match own.tracing.partner() {
                Some(id) => self.filed(id).map(Some),
                None if step == TraceStep::Request => {
                    Err(Refusal::new("not-confirmed", "These two reports were not confirmed as one bag.", "Compare them and confirm first.", 409))
                }
                None => Ok(None),
            },
        }
    }
}

/// Each step leads on; none leads back but a rejection, and taking it up again.
fn may_follow(case: &Case, step: TraceStep, with: Option<DocRef>) -> Result<(), Refusal> {
    let stage = case.tracing.stage;
    let reference = case.reference.to_string();
    let traced = matches!(case.incident, Some(Incident::Delayed | Incident::Found) | None);
    if !traced && !matches!(step, TraceStep::Close | TraceStep::Resume) {
        let words = said!("", "Report {reference} is about a bag that is here: it is not traced.", reference = reference);
        return Err(Refusal::new("not-traced", words, "Close the report when the claim is settled.", 409));
    }
    let fits = match step {
        // A second bag is confirmed only when the first was rejected; a match that another desk rejected may be confirmed again.
        TraceStep::Confirm => match case.tracing.partners.as_slice() {
            [] => stage == Stage::Open,
            [partner] => Some(*partner) == with && case.tracing.rejected.contains(partner),
            _ => false,
        },
        TraceStep::Reject => stage < Stage::Delivered,
        TraceStep::Request => stage < Stage::Requested,
        TraceStep::Suspend => stage < Stage::Suspended,
        TraceStep::Deliver => stage < Stage::Delivered,
        TraceStep::Close => stage < Stage::Closed,
        TraceStep::Resume => stage >= Stage::Suspended,
    };
    if fits {
        return Ok(());
    }
    let stage = said_stage(stage);
    let words = said!("", "Report {reference} is further already: {stage}.", reference = reference, stage = stage);
    Err(Refusal::new("step-past", words, "Go on from there, or resume tracing first.", 409))
}

fn said_stage(stage: Stage) -> crate::said::Said {
    match stage {
        Stage::Open => said!("todo-stage-open", "open"),
        Stage::Confirmed => said!("todo-stage-confirmed", "confirmed"),
        Stage::Requested => said!("todo-stage-requested", "requested"),
        Stage::Suspended => said!("todo-stage-suspended", "tracing suspended"),
        Stage::Delivered => said!("todo-stage-delivered", "delivered"),
        Stage::Closed => said!("todo-stage-closed", "closed"),
    }
}

/// The facts that a step takes back: only those that this desk saw.
fn undone_by(case: &Case, step: TraceStep, with: Option<DocRef>) -> Vec<FactRef> {
    match step {
        TraceStep::Confirm => steps_with(&case.history, with, &[TraceStep::Reject]),
        TraceStep::Reject => steps_with(&case.history, with, &OF_A_MATCH),
        TraceStep::Resume => steps_with(&case.history, None, &[TraceStep::Suspend, TraceStep::Deliver, TraceStep::Close, TraceStep::Request]),
        TraceStep::Request | TraceStep::Suspend | TraceStep::Deliver | TraceStep::Close => Vec::new(),
    }
}
