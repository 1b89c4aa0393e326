//! Finding guests by whatever a person has at hand.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Station;
use super::guests::GuestRow;
use super::spelling::squashed;
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
    /// The whole name as listed, with or without the title.
    Name,
    /// The beginning of the name.
    NamePrefix,
    /// A name of which the query or the list holds the beginnings only, as a pass does.
    NameCutOff,
    /// Given name first, or some of the names alone.
    NameParts,
    /// The name in another script or with its marks: `张伟`, `Müller`, `Иванов`.
    Transliterated,
    /// The name as it is spelled elsewhere: `CHANG` for `ZHANG`, `MUELLER` for `MULLER`.
    Respelled,
    /// The sound of the name, or its consonants in a script without vowels.
    Phonetic,
    /// The name but for a slip of the finger.
    Fuzzy,
}

impl FoundBy {
    /// Whether another guest may be meant: to be shown, and not to be acted upon before a person has chosen.
    pub fn is_guess(self) -> bool {
        self >= Self::Respelled
    }
}

/// As many rows as a person reads.
const ROWS_MAX: usize = 50;

/// Longer queries are scans that went wrong.
const QUERY_MAX: usize = 700;

impl Station {
    /// Guests by name, locator, seat, sequence, bag tag, or the whole text of a pass, on all flights. A name is found in any script, in either order, by
    /// its beginning, and with a slip; see [`FoundBy`]. A flight number in front (`CA1501 14C`) keeps to that flight. The surest first, at most 50;
    /// sounds and slips only where nothing surer was found.
    ///
    /// Numbers of documents and telephones are not kept here, so nobody is found by them.
    pub fn find(&self, query: &str) -> Vec<Found> {
        self.search(query, None, true)
    }

    /// The same on one flight, without guesses: what is found is acted upon.
    pub fn find_on(&self, flight: &FlightKey, query: &str) -> Vec<Found> {
        self.search(query, Some(*flight), false)
    }

    fn search(&self, query: &str, flight: Option<FlightKey>, guesses: bool) -> Vec<Found> {
        let query = query.trim();
        if query.is_empty() || query.len() > QUERY_MAX {
            return Vec::new();
        }
        let (number, rest) = match flight_in_front(query) {
            Some((number, rest)) if flight.is_none() => (Some(number), rest),
            _ => (None, query),
        };
        let mut hits = Hits { flight, number, best: BTreeMap::new() };
        match bcbp::parse(query) {
            Ok(pass) => self.hit_pass(&pass, &mut hits),
            Err(_) => {
                self.hit_codes(rest, &mut hits);
                self.hit_names(rest, guesses, &mut hits);
            }
        }
        let mut seen = BTreeSet::new();
        // Who was moved is found where the guest stands now.
        let stands = |(by, booking)| {
            let is_given_there = matches!(by, FoundBy::Seat | FoundBy::Sequence);
            let there = match self.is_here(booking) {
                true => Some(booking),
                false => self.stands_at(booking.id).and_then(|id| self.booking(id)).filter(|_| !is_given_there),
            };
            there.filter(|there| flight.is_none_or(|flight| flight == there.flight)).map(|there: &Booking| (by, there))
        };
        let found = hits.surest().into_iter().filter_map(stands).filter(|(_, booking)| seen.insert(booking.id));
        found.map(|(by, booking)| Found { by, guest: self.row(booking) }).collect()
    }

    fn hit_pass<'a>(&'a self, pass: &bcbp::Pass, hits: &mut Hits<'a>) {
        let named = squashed(pass.name());
        let mut known = false;
        for leg in pass.legs() {
            let Some(number) = leg.flight_number() else { continue };
            for (key, _) in self.books.iter().filter(|(key, _)| key.flight() == number) {
                let same = |booking: &&Booking| leg.locator().is_some_and(|locator| booking.locators().any(|known| known == locator));
                let beginning = |booking: &&Booking| {
                    let listed = squashed(booking.name());
                    !named.is_empty() && (listed.starts_with(&named) || named.starts_with(&listed))
                };
                for booking in self.on(key).filter(same).filter(beginning) {
                    hits.add(FoundBy::Pass, 0, booking);
                    known = true;
                }
            }
        }
        if !known {
            self.hit_names(pass.name(), false, hits);
        }
    }

    fn hit_codes<'a>(&'a self, query: &str, hits: &mut Hits<'a>) {
        if let Ok(tag) = query.parse::<BagTag>() {
            let owners = self.bags_with(tag).filter_map(|bag| self.booking(bag.owner?));
            owners.for_each(|booking| hits.add(FoundBy::BagTag, 0, booking));
        }
        if let Ok(locator) = query.parse::<Locator>() {
            let range = (locator, DocId([0; 16]))..=(locator, DocId([0xff; 16]));
            let holders = self.locators.range(range).filter_map(|(_, id)| self.booking(*id));
            holders.for_each(|booking| hits.add(FoundBy::Locator, 0, booking));
        }
        if let Ok(seat) = query.parse::<Seat>() {
            let holders = self.books.values().filter_map(|book| book.seats.get(&seat)).flatten().filter_map(|id| self.booking(*id));
            holders.for_each(|booking| hits.add(FoundBy::Seat, 0, booking));
        }
        if let Ok(sequence) = query.parse::<u16>() {
            let holders = self.books.values().filter_map(|book| book.sequences.get(&sequence)).flatten().filter_map(|id| self.booking(*id));
            holders.for_each(|booking| hits.add(FoundBy::Sequence, 0, booking));
        }
    }

    /// Everybody whose squashed name begins with this squashed text.
    pub(super) fn called(&self, name: &str) -> impl Iterator<Item = &Booking> {
        let (first, last) = NameStart::range(name);
        let beginning = self.names.range((first, DocId([0; 16]))..=(last, DocId([0xff; 16]))).filter_map(|((_, id), _)| self.booking(*id));
        beginning.filter(move |booking| name.len() <= NameStart::LEN || squashed(booking.name()).starts_with(name))
    }
}

/// Each guest once, by the surest match.
pub(super) struct Hits<'a> {
    flight: Option<FlightKey>,
    number: Option<FlightNumber>,
    /// How the guest was found, and how far from what was asked.
    best: BTreeMap<DocId, (FoundBy, u8, &'a Booking)>,
}

impl<'a> Hits<'a> {
    /// Takes a guest who is on a flight that was asked for, and was not taken off the list.
    pub(super) fn add(&mut self, by: FoundBy, far: u8, booking: &'a Booking) {
        let key = &booking.flight;
        let is_here = self.flight.is_none_or(|flight| flight == *key) && self.number.is_none_or(|number| number == key.flight());
        if is_here && !booking.is_gone() {
            let best = self.best.entry(booking.id).or_insert((by, far, booking));
            if (by, far) < (best.0, best.1) {
                *best = (by, far, booking);
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.best.is_empty()
    }

    /// The surest first; on equal terms by flight, name and place in the list.
    fn surest(self) -> Vec<(FoundBy, &'a Booking)> {
        let mut found: Vec<_> = self.best.into_values().collect();
        let order = |(by, far, a): &(FoundBy, u8, &'a Booking), (also, away, b): &(FoundBy, u8, &'a Booking)| {
            (by, far, a.flight, a.name(), a.listing.order, a.id).cmp(&(also, away, b.flight, b.name(), b.listing.order, b.id))
        };
        if found.len() > ROWS_MAX {
            found.select_nth_unstable_by(ROWS_MAX, order);
            found.truncate(ROWS_MAX);
        }
        found.sort_unstable_by(order);
        found.into_iter().map(|(by, _, booking)| (by, booking)).collect()
    }
}

/// The first bytes of a squashed name, with zeros behind a short one: sorts as names do, and needs no memory beside its place in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct NameStart([u8; Self::LEN]);

impl NameStart {
    pub(super) const LEN: usize = 12;

    pub(super) fn of(name: &str) -> Self {
        Self::padded(&squashed(name), 0)
    }

    /// The letters, and whether they are all of the name.
    pub(super) fn letters(&self) -> (&[u8], bool) {
        let len = self.0.iter().position(|byte| *byte == 0);
        (&self.0[..len.unwrap_or(Self::LEN)], len.is_some())
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

/// The first two letters of each part of a name, as a bit of 32 each: what is not here begins no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PartMarks(u32);

impl PartMarks {
    pub(super) fn of(name: &str) -> Self {
        Self(parts(name).fold(0, |marks, part| marks | Self::mark(letters(part))))
    }

    /// Whether some part may begin with this squashed word of two letters or more.
    pub(super) fn may_have(self, word: &str) -> bool {
        self.0 & Self::mark(word.bytes()) != 0
    }

    fn mark(mut letters: impl Iterator<Item = u8>) -> u32 {
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) => 1 << (first.wrapping_mul(5).wrapping_add(second) & 31),
            _ => 0,
        }
    }
}

/// The names within a listed name.
pub(super) fn parts(name: &str) -> impl Iterator<Item = &[u8]> {
    name.as_bytes().split(|byte| matches!(byte, b'/' | b' ' | b'-'))
}

/// Letters and digits alone, in capitals.
pub(super) fn letters(part: &[u8]) -> impl Iterator<Item = u8> {
    part.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase)
}

/// `CA1501 14C`: a flight number, and what is asked of it.
fn flight_in_front(query: &str) -> Option<(FlightNumber, &str)> {
    let (front, rest) = query.split_once(' ')?;
    let rest = rest.trim_start();
    (!rest.is_empty()).then_some(())?;
    Some((front.parse().ok()?, rest))
}
