//! Course: a flight that goes somewhere else than it should, or comes back.

use serde::{Deserialize, Serialize};

use super::fact::{Held, What};
use super::local_time::LocalTime;
use super::{FactRef, Flight};
use crate::standards::airport::AirportCode;

/// Of a flight: it lands elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diversion {
    pub to: AirportCode,
    /// When it is expected there, local time there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<LocalTime>,
    pub onward: OnwardPlan,
    pub reason: String,
}

/// How guests of a diverted flight go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnwardPlan {
    /// Nobody knows yet.
    Open,
    /// By road.
    Coach,
    /// The aircraft goes on.
    Continues,
}

/// Of a flight: it came back to its station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    pub place: ReturnPlace,
    pub after: ReturnAfter,
    pub reason: String,
}

/// Where a flight stands that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnPlace {
    Gate,
    Ramp,
}

/// How far a flight had come that came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReturnAfter {
    PushBack,
    Air,
}

/// What keeps a flight from going where it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course<'a> {
    Diverted(&'a Diversion),
    Returned(&'a Return),
}

/// The same, as another station is told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum CourseTold {
    Diverted(Diversion),
    Returned(Return),
}

impl<'a> Course<'a> {
    /// Nothing of a fact that says no such thing.
    pub fn of(what: &'a What) -> Option<Self> {
        match what {
            What::Diverted(diversion) => Some(Self::Diverted(diversion)),
            What::Returned(back) => Some(Self::Returned(back)),
            _ => None,
        }
    }

    /// Whether two desks mean the same: the place. Times, plans and reasons may differ.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Diverted(one), Self::Diverted(other)) => one.to == other.to,
            (Self::Returned(one), Self::Returned(other)) => (one.place, one.after) == (other.place, other.after),
            (Self::Diverted(_), Self::Returned(_)) | (Self::Returned(_), Self::Diverted(_)) => false,
        }
    }

    pub fn reason(&self) -> &'a str {
        match self {
            Self::Diverted(diversion) => &diversion.reason,
            Self::Returned(back) => &back.reason,
        }
    }

    pub fn told(&self) -> CourseTold {
        match *self {
            Self::Diverted(diversion) => CourseTold::Diverted(diversion.clone()),
            Self::Returned(back) => CourseTold::Returned(back.clone()),
        }
    }
}

impl CourseTold {
    pub fn as_course(&self) -> Course<'_> {
        match self {
            Self::Diverted(diversion) => Course::Diverted(diversion),
            Self::Returned(back) => Course::Returned(back),
        }
    }
}

impl Flight {
    /// Everything that keeps the flight from going where it should: several where desks did not see each other, in the order in which they recorded it.
    pub fn courses(&self) -> Vec<(&Held, Course<'_>)> {
        let holds = self.history.live(|what| Course::of(what).is_some());
        let mut courses: Vec<_> = holds.filter_map(|held| Some((held, Course::of(&held.fact.what)?))).collect();
        courses.sort_by_key(|(held, _)| (held.fact.rec, held.id));
        courses
    }

    /// The one that is shown for now.
    pub fn course(&self) -> Option<(&Held, Course<'_>)> {
        self.courses().pop()
    }

    /// Whether the flight came back and nobody has said that it goes on.
    pub fn is_back(&self) -> bool {
        self.history.live(|what| matches!(what, What::Returned(_))).next().is_some()
    }

    /// What going on, or another word about the course, undoes.
    pub fn course_refs(&self) -> Vec<FactRef> {
        self.history.refs(|what| Course::of(what).is_some())
    }

    /// Everything that was ever said about the course, in the order in which desks recorded it.
    pub fn course_steps(&self) -> Vec<&Held> {
        let is_step = |what: &What| Course::of(what).is_some() || matches!(what, What::Continues { .. });
        let mut steps: Vec<&Held> = self.history.all().iter().filter(|held| is_step(&held.fact.what)).collect();
        steps.sort_by_key(|held| (held.fact.rec, held.id));
        steps
    }
}
