//! A person of the staff, as the hub wrote them down for every node.

use std::collections::BTreeSet;

use super::Split;
use super::fact::{History, StaffNumber};
use super::reader::Reader;
use crate::flat::{DocId, FlatDoc};
use crate::staff::{Allowed, Role};

/// One member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: DocId,
    pub number: StaffNumber,
    /// As on the badge.
    pub name: Box<str>,
    /// Roles of a newer version are left out and counted.
    pub roles: BTreeSet<Role>,
    pub stations: Allowed,
    pub carriers: Allowed,
    /// The keyed hash of what the badge's bar code says, as 64 hexadecimal digits: never the bar code itself.
    pub badge: Option<Box<str>>,
    /// The hash of the password or PIN (argon2id, PHC string format).
    pub secret: Option<Box<str>>,
    /// Whether they may sign in.
    pub active: bool,
    pub history: History,
    pub splits: Vec<Split>,
    /// Fields and facts that this version cannot read.
    pub unread: u32,
}

impl Person {
    pub(crate) const FIELDS: &'static [&'static str] = &["number", "name", "roles", "stations", "carriers", "badge", "secret", "active"];

    /// Nothing without a number. What cannot be read allows nothing.
    pub fn read(id: DocId, doc: &FlatDoc) -> Option<Self> {
        let mut reader = Reader::new(doc, Self::FIELDS);
        let mut person = Self {
            id,
            number: reader.parsed("number")?,
            name: reader.words("name").unwrap_or_default(),
            roles: reader.each("roles").into_iter().collect(),
            stations: reader.parsed("stations").unwrap_or(Allowed::Only(BTreeSet::new())),
            carriers: reader.parsed("carriers").unwrap_or(Allowed::Only(BTreeSet::new())),
            badge: reader.words("badge"),
            secret: reader.words("secret"),
            active: reader.yes("active"),
            history: History::read(doc),
            splits: reader.splits(Self::FIELDS),
            unread: 0,
        };
        person.unread = reader.unread().saturating_add(person.history.unread);
        Some(person)
    }
}
