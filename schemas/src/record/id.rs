//! Identities of records: keyed hashes of natural keys, and the texts in which identities travel.

use std::fmt;
use std::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::fact::StaffNumber;
use super::key::FlightKey;
use crate::flat::{DocId, FactId, LogId, NotAnId};
use crate::scope::ScopeId;
use crate::standards::bag_tag::BagTag;

/// Makes the identities of records that have a natural key, so that two desks that cannot see each other make the same one.
///
/// The hash is keyed with the installation's secret: who sees an identity learns no name and no locator from it.
#[derive(Clone)]
pub struct Ids {
    secret: [u8; 32],
}

/// The identity of a document, written as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocRef(pub DocId);

/// The identity of a fact, written `log/seq/place`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactRef(pub FactId);

/// The identity of a conflict: a hash of the facts and values that it is about, written as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConflictId(DocId);

/// A text that is not the identity of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the identity of a fact: expected log/seq/place")]
pub struct NotAFact;

impl Ids {
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    pub fn flight(&self, key: &FlightKey) -> DocId {
        self.hash(&["flight", &key.to_string()])
    }

    /// A guest of a list. `locator` is `-` where the list gives none; `rank` counts from 0 among equal names under one locator, by ticket number
    /// if all have one, else by order in the list.
    pub fn booking(&self, flight: &FlightKey, locator: &str, name: &str, rank: usize) -> DocId {
        self.hash(&["booking", &flight.to_string(), locator, name, &rank.to_string()])
    }

    /// A guest without a natural key on the flight to which the guest was moved: one booking, whichever desks move the guest there.
    pub fn moved(&self, to: &FlightKey, booking: DocId) -> DocId {
        self.hash(&["moved", &to.to_string(), &booking.to_string()])
    }

    /// A bag on a flight: serials wrap, so a tag alone is no identity.
    pub fn bag(&self, flight: &FlightKey, tag: BagTag) -> DocId {
        self.hash(&["bag", &flight.to_string(), tag.as_str()])
    }

    /// A page of a host's check-in list: whoever reads the same rows makes the same page.
    pub fn host_page(&self, flight: &FlightKey, hash: &str, page: u16) -> DocId {
        self.hash(&["host-list", &flight.to_string(), hash, &page.to_string()])
    }

    /// A member of staff.
    pub fn person(&self, number: &StaffNumber) -> DocId {
        self.hash(&["person", number.as_str()])
    }

    /// The keyed hash of what a badge's bar code says: equal for equal badges, and of no use without the installation's secret.
    pub fn badge(&self, code: &str) -> String {
        let (one, two) = (self.hash(&["badge", code]), self.hash(&["badge again", code]));
        format!("{one}{two}")
    }

    /// The record of a scope itself: how it ended.
    pub fn scope(&self, scope: &ScopeId) -> DocId {
        self.hash(&["scope", scope.as_str()])
    }

    fn hash(&self, parts: &[&str]) -> DocId {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes a key of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part.as_bytes());
        }
        DocId(first_half(&mac.finalize().into_bytes()))
    }
}

impl ConflictId {
    /// The hash of what a conflict is about. Callers give the parts in an order that is the same on every replica.
    pub(crate) fn of(parts: &[String]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        Self(DocId(first_half(&hash.finalize())))
    }
}

impl From<DocId> for DocRef {
    fn from(id: DocId) -> Self {
        Self(id)
    }
}

impl From<FactId> for FactRef {
    fn from(id: FactId) -> Self {
        Self(id)
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids(secret)")
    }
}

impl FromStr for DocRef {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.parse().map(Self)
    }
}

impl FromStr for ConflictId {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        text.parse().map(Self)
    }
}

impl FromStr for FactRef {
    type Err = NotAFact;
    fn from_str(text: &str) -> Result<Self, NotAFact> {
        let mut parts = text.split('/');
        let (Some(log), Some(seq), Some(place), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            return Err(NotAFact);
        };
        let log: LogId = log.parse().map_err(|_| NotAFact)?;
        let fact = Self(FactId { log, seq: seq.parse().map_err(|_| NotAFact)?, place: place.parse().map_err(|_| NotAFact)? });
        if fact.to_string() == text { Ok(fact) } else { Err(NotAFact) }
    }
}

impl fmt::Display for DocRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for DocRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocRef({self})")
    }
}

impl fmt::Display for ConflictId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for ConflictId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConflictId({self})")
    }
}

impl fmt::Display for FactRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.0.log, self.0.seq, self.0.place)
    }
}

super::serde_as_text!(DocRef);
super::serde_as_text!(ConflictId);
super::serde_as_text!(FactRef);

fn first_half(hash: &[u8]) -> [u8; 16] {
    let mut half = [0; 16];
    for (byte, from) in half.iter_mut().zip(hash) {
        *byte = *from;
    }
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_depends_on_every_part_and_on_the_secret() {
        let flight: FlightKey = "CA1501.2026-11-22.PVG".parse().unwrap();
        let other: FlightKey = "CA1501.2026-11-23.PVG".parse().unwrap();
        let ids = Ids::new([1; 32]);
        let id = ids.booking(&flight, "K7P2QX", "LI/NA", 0);
        assert_eq!(id, Ids::new([1; 32]).booking(&flight, "K7P2QX", "LI/NA", 0));
        for different in [
            ids.booking(&other, "K7P2QX", "LI/NA", 0),
            ids.booking(&flight, "-", "LI/NA", 0),
            ids.booking(&flight, "K7P2QX", "LI/NANA", 0),
            ids.booking(&flight, "K7P2QX", "LI/NA", 1),
            ids.booking(&flight, "K7P2Q", "XLI/NA", 0),
            Ids::new([2; 32]).booking(&flight, "K7P2QX", "LI/NA", 0),
        ] {
            assert_ne!(id, different);
        }
    }

    #[test]
    fn a_fact_is_named_by_one_text() {
        let fact = FactRef(FactId { log: LogId([7; 16]), seq: 3, place: 1 });
        assert_eq!(fact.to_string().parse(), Ok(fact));
        for bad in ["", "x/1/1", "07070707070707070707070707070707/03/1", "07070707070707070707070707070707/3/1/1"] {
            assert!(bad.parse::<FactRef>().is_err(), "{bad}");
        }
    }
}
