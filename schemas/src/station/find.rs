//! Finding guests by whatever a person has at hand.

use std::collections::BTreeSet;

use serde::Serialize;

use super::Station;
use super::guests::GuestRow;
use crate::flat::DocId;
use crate::record::{Booking, FlightKey};
use crate::standards::bag_tag::BagTag;
use crate::standards::bcbp;
use crate::standards::flight::FlightNumber;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// A guest who was found, and by what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    pub by: FoundBy,
    pub guest: GuestRow,
}

/// What of a guest a query matched, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoundBy {
    Pass,
    BagTag,
    Locator,
    Sequence,
    Seat,
    /// The whole name as listed.
    Name,
    /// The beginning of the name.
    NamePrefix,
}

/// As many rows as a person reads.
const ROWS_MAX: usize = 50;

/// Longer queries are scans that went wrong.
const QUERY_MAX: usize = 700;

impl Station {
    /// Guests by name (its beginning, with blank or slash, in any case), locator, seat, sequence, bag tag, or the whole text of a pass, on all
    /// flights. A flight number in front (`CA1501 14C`) keeps to that flight. The surest first, at most 50.
    pub fn find(&self, query: &str) -> Vec<Found> {
        self.search(query, None)
    }

    /// The same on one flight.
    pub fn find_on(&self, flight: &FlightKey, query: &str) -> Vec<Found> {
        self.search(query, Some(*flight))
    }

    fn search(&self, query: &str, flight: Option<FlightKey>) -> Vec<Found> {
        let query = query.trim();
        if query.is_empty() || query.len() > QUERY_MAX {
            return Vec::new();
        }
        let mut hits: BTreeSet<(FoundBy, DocId)> = BTreeSet::new();
        let (number, rest) = match flight_in_front(query) {
            Some((number, rest)) if flight.is_none() => (Some(number), rest),
            _ => (None, query),
        };
        let here = |key: &FlightKey| flight.is_none_or(|flight| flight == *key) && number.is_none_or(|number| number == key.flight());
        self.hit_pass(query, &mut hits);
        if hits.is_empty() {
            self.hit_codes(rest, &here, &mut hits);
            self.hit_names(rest, &mut hits);
        }
        self.rows(hits, &here)
    }

    fn hit_pass(&self, query: &str, hits: &mut BTreeSet<(FoundBy, DocId)>) {
        let Ok(pass) = bcbp::parse(query) else { return };
        for leg in pass.legs() {
            let Some(number) = leg.flight_number() else { continue };
            for (key, _) in self.books.iter().filter(|(key, _)| key.flight() == number) {
                let same = |booking: &&Booking| leg.locator().is_some_and(|locator| booking.locators().any(|known| known == locator));
                let named = squashed(pass.name());
                let beginning = |booking: &&Booking| {
                    let listed = squashed(booking.name());
                    !named.is_empty() && (listed.starts_with(&named) || named.starts_with(&listed))
                };
                hits.extend(self.on(key).filter(same).filter(beginning).map(|booking| (FoundBy::Pass, booking.id)));
            }
        }
        if hits.is_empty() {
            self.hit_names(pass.name(), hits);
        }
    }

    fn hit_codes(&self, query: &str, here: &impl Fn(&FlightKey) -> bool, hits: &mut BTreeSet<(FoundBy, DocId)>) {
        if let Ok(tag) = query.parse::<BagTag>() {
            hits.extend(self.bags_with(tag).filter_map(|bag| Some((FoundBy::BagTag, bag.owner?))));
        }
        if let Ok(locator) = query.parse::<Locator>() {
            let range = (locator, DocId([0; 16]))..=(locator, DocId([0xff; 16]));
            hits.extend(self.locators.range(range).map(|(_, id)| (FoundBy::Locator, *id)));
        }
        let books = || self.books.iter().filter(|(key, _)| here(key)).map(|(_, book)| book);
        if let Ok(seat) = query.parse::<Seat>() {
            hits.extend(books().filter_map(|book| book.seats.get(&seat)).flatten().map(|id| (FoundBy::Seat, *id)));
        }
        if let Ok(sequence) = query.parse::<u16>() {
            hits.extend(books().filter_map(|book| book.sequences.get(&sequence)).flatten().map(|id| (FoundBy::Sequence, *id)));
        }
    }

    fn hit_names(&self, query: &str, hits: &mut BTreeSet<(FoundBy, DocId)>) {
        self.hit_name(&squashed(query), hits);
        // Guests say their given name first as often as not.
        let words: Vec<&str> = query.split([' ', '/', ',']).filter(|word| !word.is_empty()).collect();
        if let ([first, last], true) = (words.as_slice(), hits.is_empty()) {
            self.hit_name(&squashed(&format!("{last}{first}")), hits);
        }
    }

    fn hit_name(&self, name: &str, hits: &mut BTreeSet<(FoundBy, DocId)>) {
        if !name.chars().any(char::is_alphabetic) {
            return;
        }
        for booking in self.called(name) {
            let by = if squashed(booking.name()) == name { FoundBy::Name } else { FoundBy::NamePrefix };
            hits.insert((by, booking.id));
        }
    }

    /// Everybody whose squashed name begins with this squashed text.
    pub(super) fn called(&self, name: &str) -> impl Iterator<Item = &Booking> {
        let (first, last) = NameStart::range(name);
        let beginning = self.names.range((first, DocId([0; 16]))..=(last, DocId([0xff; 16]))).filter_map(|(_, id)| self.booking(*id));
        beginning.filter(move |booking| name.len() <= NameStart::LEN || squashed(booking.name()).starts_with(name))
    }

    /// Each guest once, by the surest match; on equal terms by flight, name and place in the list.
    fn rows(&self, hits: BTreeSet<(FoundBy, DocId)>, here: &impl Fn(&FlightKey) -> bool) -> Vec<Found> {
        let mut seen = BTreeSet::new();
        let first = hits.into_iter().filter(|(_, id)| seen.insert(*id));
        let mut found: Vec<(FoundBy, &Booking)> = first.filter_map(|(by, id)| Some((by, self.booking(id)?))).collect();
        found.retain(|(_, booking)| here(&booking.flight) && !booking.is_gone());
        found.sort_by(|(by, a), (also, b)| (by, a.flight, a.name(), a.listing.order, a.id).cmp(&(also, b.flight, b.name(), b.listing.order, b.id)));
        found.truncate(ROWS_MAX);
        found.into_iter().map(|(by, booking)| Found { by, guest: self.row(booking) }).collect()
    }
}

/// The first bytes of a squashed name, with zeros behind a short one: sorts as names do, and needs no memory beside its place in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameStart([u8; Self::LEN]);

impl NameStart {
    const LEN: usize = 12;

    pub(super) fn of(name: &str) -> Self {
        Self::padded(&squashed(name), 0)
    }

    /// The first and the last that a squashed name can have which begins with this squashed text.
    fn range(text: &str) -> (Self, Self) {
        (Self::padded(text, 0), Self::padded(text, 0xff))
    }

    fn padded(text: &str, with: u8) -> Self {
        let mut start = [with; Self::LEN];
        start.iter_mut().zip(text.bytes()).for_each(|(place, byte)| *place = byte);
        Self(start)
    }
}

/// Letters and digits alone, in capitals: `LI/NA` and `li na` are one.
pub(super) fn squashed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// `CA1501 14C`: a flight number, and what is asked of it.
fn flight_in_front(query: &str) -> Option<(FlightNumber, &str)> {
    let (front, rest) = query.split_once(' ')?;
    let rest = rest.trim_start();
    (!rest.is_empty()).then_some(())?;
    Some((front.parse().ok()?, rest))
}
