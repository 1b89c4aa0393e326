//! A job: one document for one printer, and how far it has come.

use schemas::flat::DocId;
use schemas::record::fact::StaffNumber;
use schemas::record::{DocRef, FlightKey};
use schemas::standards::bag_tag::BagTag;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::document::{Document, Form};

/// What somebody wants printed, at one printer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Order {
    /// The same key is the same job: a form sent twice prints once.
    pub key: Uuid,
    pub printer: String,
    pub what: What,
    /// Which print of the pass or tag it is, from 1; 0 where nobody counts.
    pub issue: u32,
    /// What people call it, without a name: `CA1501 501`, `0999001000`.
    pub title: String,
    /// Whose flight it is, so that other carriers' staff do not see it.
    pub flight: Option<FlightKey>,
    /// The language of its words, to print it again.
    pub language: String,
    /// What is to be printed; gone when it was.
    pub document: Option<Document>,
    pub by: StaffNumber,
}

/// An order that was taken, and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    #[serde(flatten)]
    pub order: Order,
    /// Counts up on this desk and is never used twice.
    pub id: u64,
    pub state: State,
    /// Why it waits, or why it failed.
    pub fault: Option<Fault>,
    /// Milliseconds since 1970.
    pub made_ms: i64,
    pub changed_ms: i64,
}

/// What a job prints, as the station's records name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    Pass(DocRef),
    Tag(BagTag),
    Receipt(DocRef),
    /// The paper pack of a flight.
    Pack(FlightKey),
    Test,
}

/// How far a job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not sent yet. With a fault: tried, and tried again by itself.
    Queued,
    /// Being sent, or in the printer.
    Printing,
    /// The printer took it and has no trouble; where it never answers, it took it.
    Done,
    /// Given up. Somebody must look at the printer.
    Failed,
    /// A newer print counts instead.
    Voided,
    /// Somebody took it back before it was sent.
    Cancelled,
}

/// What is the matter with a printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    PaperOut,
    RibbonOut,
    CoverOpen,
    WrongStock,
    /// Stopped at the printer itself.
    Paused,
    /// No connection.
    Offline,
    /// Connected, and it says nothing.
    NoAnswer,
    /// It answered that it is not ready, without a reason that we know.
    NotReady,
    /// It refused what was sent.
    Refused,
    /// The connection or this node stopped while it was printing: it may be on paper.
    MayBePrinted,
    /// No printer of this name is at this desk any more.
    NoPrinter,
    /// The document has no form in the printer's language.
    Unprintable,
}

impl What {
    pub fn form(&self) -> Form {
        match self {
            What::Pass(_) => Form::Pass,
            What::Tag(_) => Form::Tag,
            What::Receipt(_) => Form::Receipt,
            What::Pack(_) => Form::Pack,
            What::Test => Form::Test,
        }
    }

    /// The record that is printed, where it has a document.
    pub fn doc(&self) -> Option<DocId> {
        match self {
            What::Pass(doc) | What::Receipt(doc) => Some(doc.0),
            What::Tag(_) | What::Pack(_) | What::Test => None,
        }
    }
}

impl State {
    pub const ALL: [Self; 6] = [Self::Queued, Self::Printing, Self::Done, Self::Failed, Self::Voided, Self::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Printing => "printing",
            State::Done => "done",
            State::Failed => "failed",
            State::Voided => "voided",
            State::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more happens by itself.
    pub fn is_over(self) -> bool {
        !matches!(self, State::Queued | State::Printing)
    }
}

impl Fault {
    pub const ALL: [Self; 12] = [
        Self::PaperOut,
        Self::RibbonOut,
        Self::CoverOpen,
        Self::WrongStock,
        Self::Paused,
        Self::Offline,
        Self::NoAnswer,
        Self::NotReady,
        Self::Refused,
        Self::MayBePrinted,
        Self::NoPrinter,
        Self::Unprintable,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Fault::PaperOut => "paper-out",
            Fault::RibbonOut => "ribbon-out",
            Fault::CoverOpen => "cover-open",
            Fault::WrongStock => "wrong-stock",
            Fault::Paused => "paused",
            Fault::Offline => "offline",
            Fault::NoAnswer => "no-answer",
            Fault::NotReady => "not-ready",
            Fault::Refused => "refused",
            Fault::MayBePrinted => "may-be-printed",
            Fault::NoPrinter => "no-printer",
            Fault::Unprintable => "unprintable",
        }
    }
}
