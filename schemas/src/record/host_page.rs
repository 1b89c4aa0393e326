//! A page of a host's check-in list: rows as the host said them, kept as they were read.

use serde::{Deserialize, Serialize};

use super::key::FlightKey;
use super::reader::Reader;
use crate::flat::{DocId, FlatDoc};
use crate::standards::bag_tag::BagTag;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// Some rows of one list of one flight. Invariant of what we write: it never changes, for its identity is made of the rows' hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPage {
    pub flight: FlightKey,
    /// The hash of all rows of the list.
    pub hash: Box<str>,
    /// From 1.
    pub page: u16,
    /// One row a line, as JSON: [`HostRow`] or [`HostFault`].
    rows: Box<str>,
    /// Fields that this version cannot read.
    pub unread: u32,
}

/// What the host says of one guest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostRow {
    /// Surname and given name: `LI/NA`.
    #[serde(rename = "n")]
    pub name: String,
    #[serde(rename = "l", default, skip_serializing_if = "Option::is_none")]
    pub locator: Option<Locator>,
    /// 13 digits.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u16>,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub state: Option<HostState>,
    #[serde(rename = "b", default, skip_serializing_if = "Vec::is_empty")]
    pub bags: Vec<BagTag>,
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub pieces: Option<u16>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub class: Option<char>,
    #[serde(rename = "o", default, skip_serializing_if = "Vec::is_empty")]
    pub onward: Vec<String>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub documents: Option<bool>,
}

/// How far a guest is, by the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostState {
    Listed,
    CheckedIn,
    Boarded,
    Offloaded,
}

/// A row that could not be read: the line of the list from 1, why, and the row as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostFault {
    pub line: u32,
    pub why: RowFault,
    pub text: String,
}

/// Why a row of a host's list could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowFault {
    /// Another number of fields than the head.
    Fields,
    /// A quotation mark is open at the end of the line.
    Quote,
    Name,
    Locator,
    Seat,
    Sequence,
    Status,
    Tag,
    Pieces,
    /// More than a row may hold.
    TooLong,
}

impl RowFault {
    /// For programs and language files: kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fields => "fields",
            Self::Quote => "quote",
            Self::Name => "name",
            Self::Locator => "locator",
            Self::Seat => "seat",
            Self::Sequence => "sequence",
            Self::Status => "status",
            Self::Tag => "tag",
            Self::Pieces => "pieces",
            Self::TooLong => "too-long",
        }
    }
}

impl HostPage {
    const FIELDS: &'static [&'static str] = &["flight", "hash", "page", "rows"];

    /// Nothing if the document does not say which page of which list it is.
    pub fn read(_: DocId, doc: &FlatDoc) -> Option<Self> {
        let mut reader = Reader::new(doc, Self::FIELDS);
        Some(Self {
            flight: reader.parsed("flight")?,
            hash: reader.words("hash")?,
            page: reader.number("page")?,
            rows: reader.words("rows").unwrap_or_default(),
            unread: reader.unread(),
        })
    }

    /// The rows that could be read, in the list's order. What a newer version wrote and this one cannot read is left out.
    pub fn rows(&self) -> impl Iterator<Item = HostRow> {
        self.rows.lines().filter(is_object).filter_map(|line| serde_json::from_str(line).ok())
    }

    /// The rows that could not be read.
    pub fn faults(&self) -> impl Iterator<Item = HostFault> {
        self.rows.lines().filter(is_object).filter_map(|line| serde_json::from_str(line).ok())
    }
}

/// Our rows have names for their parts; a bare list of values is none of ours.
fn is_object(line: &&str) -> bool {
    line.starts_with('{')
}
