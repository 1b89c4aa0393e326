//! How far finding a bag has come: the steps as facts of a file, and what is left of them.

use serde::{Deserialize, Serialize};

use super::fact::{History, What};
use super::id::{DocRef, FactRef};

/// A step of finding a bag, as a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    pub step: TraceStep,
    /// The file of the bag on hand, or that of the guest who misses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<DocRef>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What is done about a bag, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceStep {
    /// The bag on hand is not that of this guest.
    Reject,
    /// The bag on hand is that of this guest.
    Confirm,
    /// Whoever keeps the bag is asked for it.
    Request,
    /// Nobody looks for it any more: the bag is on its way.
    Suspend,
    /// The guest has it.
    Deliver,
    /// The file is over without a delivery.
    Close,
    /// It is looked for again.
    Resume,
}

/// How far a file has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    #[default]
    Open,
    Confirmed,
    Requested,
    Suspended,
    Delivered,
    Closed,
}

/// What the facts of a file come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tracing {
    pub stage: Stage,
    /// The files it was confirmed with, and not rejected by who saw that; more than one is for a person to settle.
    pub partners: Vec<DocRef>,
    /// The files that it was found not to go with.
    pub rejected: Vec<DocRef>,
    /// When the guest got the bag, in milliseconds since 1970 UTC by the desk's clock.
    pub delivered_at: Option<i64>,
}

impl Tracing {
    pub(super) fn read(history: &History) -> Self {
        let mut tracing = Self::default();
        for held in history.live(|what| matches!(what, What::Traced(_))) {
            let What::Traced(trace) = &held.fact.what else { continue };
            let stage = match trace.step {
                TraceStep::Reject | TraceStep::Resume => Stage::Open,
                TraceStep::Confirm => Stage::Confirmed,
                TraceStep::Request => Stage::Requested,
                TraceStep::Suspend => Stage::Suspended,
                TraceStep::Deliver => Stage::Delivered,
                TraceStep::Close => Stage::Closed,
            };
            tracing.stage = tracing.stage.max(stage);
            match (trace.step, trace.with) {
                (TraceStep::Confirm, Some(with)) => tracing.partners.push(with),
                (TraceStep::Reject, Some(with)) => tracing.rejected.push(with),
                _ => {}
            }
            if trace.step == TraceStep::Deliver {
                tracing.delivered_at = tracing.delivered_at.max(Some(held.fact.at));
            }
        }
        for list in [&mut tracing.partners, &mut tracing.rejected] {
            list.sort_unstable();
            list.dedup();
        }
        tracing
    }

    /// Whether the bag is still looked for, so that other files are compared with this one.
    pub fn is_traced(&self) -> bool {
        self.stage < Stage::Suspended
    }

    /// Whether anything is left to do.
    pub fn is_open(&self) -> bool {
        self.stage < Stage::Delivered
    }

    /// Whether desks that did not see each other said what does not go together.
    pub fn is_disputed(&self) -> bool {
        self.partners.len() > 1 || self.partners.iter().any(|partner| self.rejected.contains(partner))
    }

    /// The file that it goes with, if that is clear.
    pub fn partner(&self) -> Option<DocRef> {
        match self.partners.as_slice() {
            [partner] if !self.is_disputed() => Some(*partner),
            _ => None,
        }
    }
}

/// The facts of a file that hold and are steps of these kinds with this partner; any partner if none is named.
pub fn steps_with(history: &History, with: Option<DocRef>, steps: &[TraceStep]) -> Vec<FactRef> {
    history.refs(|what| matches!(what, What::Traced(trace) if steps.contains(&trace.step) && (with.is_none() || trace.with == with)))
}

impl TraceStep {
    pub const ALL: [Self; 7] = [Self::Confirm, Self::Request, Self::Suspend, Self::Deliver, Self::Reject, Self::Close, Self::Resume];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Confirm => "confirm",
            Self::Request => "request",
            Self::Suspend => "suspend",
            Self::Deliver => "deliver",
            Self::Close => "close",
            Self::Resume => "resume",
        }
    }
}

impl std::str::FromStr for TraceStep {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|step| step.as_str() == text).ok_or(())
    }
}

impl Stage {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Confirmed => "confirmed",
            Self::Requested => "requested",
            Self::Suspended => "suspended",
            Self::Delivered => "delivered",
            Self::Closed => "closed",
        }
    }
}
