//! A way in for one shift without a badge: asked for, vouched for, or taken.

use serde::{Deserialize, Serialize};

use super::fact::{Held, History, StaffNumber, What};
use super::reader::Reader;
use crate::flat::{DocId, FlatDoc};

/// One person's way in for one shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub id: DocId,
    /// The number under which they work: their own, or the one of their company.
    pub number: StaffNumber,
    pub name: Box<str>,
    /// Why they have no badge, or nobody can be asked.
    pub reason: Box<str>,
    /// The station where it holds.
    pub station: Box<str>,
    pub way: Way,
    /// When it ends, in milliseconds since 1970 UTC.
    pub until: i64,
    pub history: History,
    /// Fields and facts that this version cannot read.
    pub unread: u32,
}

/// How somebody without a badge came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A supervisor at another desk is asked.
    Asked,
    /// A supervisor stood at the desk.
    Vouched,
    /// Nobody could be asked: the glass was broken.
    Broken,
}

/// What was decided about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Settled {
    /// A supervisor lets the person work.
    Granted,
    /// A supervisor does not.
    Refused,
    /// The person may work no longer.
    Ended,
    /// Looked at afterwards: it was in order.
    Accepted,
    /// Looked at afterwards: it was not.
    Objected,
}

/// Where an access stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stand {
    /// Nobody has answered yet.
    Waiting,
    Open,
    Refused,
    Ended,
}

impl Access {
    pub(crate) const FIELDS: &'static [&'static str] = &["number", "name", "reason", "station", "way", "until"];

    /// Nothing without a number or with a way of a newer version.
    pub fn read(id: DocId, doc: &FlatDoc) -> Option<Self> {
        let mut reader = Reader::new(doc, Self::FIELDS);
        let mut access = Self {
            id,
            number: reader.parsed("number")?,
            name: reader.words("name").unwrap_or_default(),
            reason: reader.words("reason").unwrap_or_default(),
            station: reader.words("station").unwrap_or_default(),
            way: reader.parsed("way")?,
            until: reader.number("until").unwrap_or_default(),
            history: History::read(doc),
            unread: 0,
        };
        access.unread = reader.unread().saturating_add(access.history.unread);
        Some(access)
    }

    /// Where it stands. Refusing and ending weigh more than granting: of two supervisors the more careful one counts.
    pub fn stand(&self, now_ms: i64) -> Stand {
        if self.says(Settled::Refused).is_some() {
            return Stand::Refused;
        }
        if self.says(Settled::Ended).is_some() || now_ms >= self.until {
            return Stand::Ended;
        }
        match self.way {
            Way::Vouched | Way::Broken => Stand::Open,
            Way::Asked if self.says(Settled::Granted).is_some() => Stand::Open,
            Way::Asked => Stand::Waiting,
        }
    }

    /// The fact that says so.
    pub fn says(&self, how: Settled) -> Option<&Held> {
        self.history.live(move |what| matches!(what, What::AccessSettled { how: said, .. } if *said == how)).next()
    }

    /// The fact with which it began.
    pub fn opened(&self) -> Option<&Held> {
        self.history.live(|what| matches!(what, What::AccessOpened {})).next()
    }

    /// Whether somebody looked at it afterwards.
    pub fn is_reviewed(&self) -> bool {
        self.says(Settled::Accepted).is_some() || self.says(Settled::Objected).is_some()
    }
}

impl Way {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Vouched => "vouched",
            Self::Broken => "broken",
        }
    }
}

impl std::str::FromStr for Way {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Asked, Self::Vouched, Self::Broken].into_iter().find(|way| way.as_str() == text).ok_or(())
    }
}
