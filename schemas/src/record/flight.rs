//! A flight as the station works it.

use std::collections::BTreeSet;

use super::fact::{Figures, Held, History, HostReading, ListPart, Movements, What};
use super::key::FlightKey;
use super::local_time::LocalTime;
use super::reader::Reader;
use super::seat_map::SeatMap;
use super::{FactRef, Split};
use crate::flat::{DocId, FlatDoc};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;

/// One flight of one day from one station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flight {
    pub id: DocId,
    pub key: FlightKey,
    /// Scheduled and estimated local departure. An estimate earlier in the day than the schedule is of the next day.
    pub std: Option<LocalTime>,
    pub etd: Option<LocalTime>,
    pub gate: Option<Box<str>>,
    /// Where guests of the list go, in the list's order.
    pub destinations: Vec<AirportCode>,
    /// Seats by cabin, in the list's order.
    pub cabins: Vec<Cabin>,
    /// The seats of the aircraft, where a person said that another one flies.
    pub map: Option<Box<SeatMap>>,
    /// Who took over, closed, reopened, and settled what.
    pub history: History,
    pub splits: Vec<Split>,
    /// Fields and facts that this version cannot read.
    pub unread: u32,
}

/// A cabin with its number of seats and the booking classes that are sold in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cabin {
    pub letter: char,
    /// 0 where the list did not say.
    pub seats: u16,
    pub classes: Box<str>,
}

/// Who works a flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Controller {
    Host,
    Apron,
    /// Apron gives it back: nothing is changed in either until that is done or called off.
    HandingBack,
}

impl Flight {
    const FIELDS: &'static [&'static str] = &["flight", "std", "etd", "gate", "destinations", "cabins", "map"];
    /// Fields of which a person chooses one value when several were written.
    pub(crate) const DECIDED: &'static [&'static str] = &["std", "etd", "gate", "map"];

    /// Nothing if the document does not say which flight it is.
    pub fn read(id: DocId, doc: &FlatDoc) -> Option<Self> {
        let mut reader = Reader::new(doc, Self::FIELDS);
        let key = reader.parsed("flight")?;
        let history = History::read(doc);
        let mut flight = Self {
            id,
            key,
            std: reader.parsed("std"),
            etd: reader.parsed("etd"),
            gate: reader.words("gate"),
            destinations: reader.each("destinations"),
            cabins: reader.each("cabins"),
            map: reader.parsed("map").map(Box::new),
            splits: reader.splits(Self::DECIDED),
            unread: 0,
            history,
        };
        flight.unread = reader.unread().saturating_add(flight.history.unread);
        Some(flight)
    }

    /// A taking over that the giving back did not see goes before it.
    pub fn controller(&self) -> Controller {
        let mut held = self.take_overs().peekable();
        if held.peek().is_none() {
            return Controller::Host;
        }
        let given: BTreeSet<FactRef> = self.hand_backs_begun().flat_map(|held| given_back(&held.fact.what)).copied().collect();
        if held.all(|held| given.contains(&FactRef(held.id))) { Controller::HandingBack } else { Controller::Apron }
    }

    /// The taking over that holds, if the host does not work the flight.
    pub fn taken_over(&self) -> Option<&Held> {
        self.take_overs().next()
    }

    /// Every taking over that holds: several where desks did not see each other.
    pub fn take_overs(&self) -> impl Iterator<Item = &Held> {
        self.history.live(is_taking_over)
    }

    /// What giving back undoes.
    pub fn take_over_refs(&self) -> Vec<FactRef> {
        self.history.refs(is_taking_over)
    }

    /// The beginnings of giving back that hold.
    pub fn hand_backs_begun(&self) -> impl Iterator<Item = &Held> {
        self.history.live(is_hand_back_begun)
    }

    /// What calling off undoes.
    pub fn hand_back_refs(&self) -> Vec<FactRef> {
        self.history.refs(is_hand_back_begun)
    }

    /// Everything that was ever said about who works the flight, in the order in which desks recorded it.
    pub fn control_steps(&self) -> Vec<&Held> {
        let is_step = |what: &What| {
            is_taking_over(what) || is_hand_back_begun(what) || matches!(what, What::HandBackCalledOff { .. } | What::HandedBack { .. })
        };
        let mut steps: Vec<&Held> = self.history.all().iter().filter(|held| is_step(&held.fact.what)).collect();
        steps.sort_by_key(|held| (held.fact.rec, held.id));
        steps
    }

    /// The readings of the host's check-in list, each once however many desks read it, the oldest first.
    pub fn host_readings(&self) -> Vec<(&Held, &HostReading)> {
        let readings = self.history.all().iter().filter_map(|held| match &held.fact.what {
            What::HostListRead(reading) => Some((held, &**reading)),
            _ => None,
        });
        let mut all: Vec<_> = readings.collect();
        // Of two desks' readings of one list, the one that knew the host to work the flight counts.
        all.sort_by_key(|(held, reading)| (reading.as_of, std::cmp::Reverse(reading.unread), &reading.hash, reading.under, held.id));
        all.dedup_by_key(|(_, reading)| (reading.as_of, reading.hash.as_str()));
        all
    }

    /// When a list or a change of it was read here last, in milliseconds since 1970 UTC.
    pub fn list_read_at(&self) -> Option<i64> {
        let lists = self.history.all().iter().filter(|held| matches!(held.fact.what, What::ListReceived { .. }));
        lists.map(|held| held.fact.at).max()
    }

    /// The closing that holds, if the flight is closed.
    pub fn closed(&self) -> Option<&Held> {
        self.history.live(|what| matches!(what, What::Closed { .. })).next()
    }

    pub fn is_closed(&self) -> bool {
        self.closed().is_some()
    }

    /// Every closing sheet ever taken, with the fact that holds it; undone ones belong to a closing that was opened again.
    pub fn sheets(&self) -> impl Iterator<Item = (&Held, &Figures)> {
        self.history.all().iter().filter_map(|held| match &held.fact.what {
            What::Closed { sheet } => Some((held, &**sheet)),
            _ => None,
        })
    }

    /// What a reopening names.
    pub fn closings(&self) -> Vec<FactRef> {
        self.history.refs(|what| matches!(what, What::Closed { .. }))
    }

    /// Whether a list with this hash was already read.
    pub fn has_list(&self, hash: &str) -> bool {
        self.lists().any(|(known, _)| known == hash)
    }

    /// The parts of the list itself that are missing, as far as the ones that are here tell; nothing if the whole list is here, and part 1 where
    /// nothing is.
    pub fn missing_parts(&self) -> Vec<u16> {
        let mut parts = BTreeSet::new();
        let mut last = None;
        for (_, part) in self.lists().filter(|(_, part)| part.is_none_or(|part| part.sent.is_empty())) {
            let Some(part) = part else { return Vec::new() };
            parts.insert(part.part);
            if part.last {
                last = Some(last.map_or(part.part, |last: u16| last.min(part.part)));
            }
        }
        let known = last.or_else(|| parts.last().map(|part| part.saturating_add(1))).unwrap_or(1);
        (1..=known).filter(|part| !parts.contains(part)).collect()
    }

    /// Parts of the list itself that were read.
    pub fn lists_read(&self) -> usize {
        self.lists().filter(|(_, part)| part.is_none_or(|part| part.sent.is_empty())).count()
    }

    /// Whether this part of a change message was read.
    pub fn has_change_part(&self, sent: &str, part: u16) -> bool {
        self.lists().any(|(_, known)| known.is_some_and(|known| known.sent == sent && known.part == part))
    }

    /// Every list and change message that was read: its hash and which part it was.
    fn lists(&self) -> impl Iterator<Item = (&str, Option<&ListPart>)> {
        self.history.all().iter().filter_map(|held| match &held.fact.what {
            What::ListReceived { hash, part, .. } => Some((hash.as_str(), part.as_deref())),
            _ => None,
        })
    }

    /// What movement messages said, each item as it was said last.
    pub fn movements(&self) -> Option<Movements> {
        let facts = self.moved();
        let mut all = Movements::default();
        for (_, says) in &facts {
            let pairs = [
                (&mut all.off_block, &says.off_block),
                (&mut all.airborne, &says.airborne),
                (&mut all.touch_down, &says.touch_down),
                (&mut all.on_block, &says.on_block),
                (&mut all.etd, &says.etd),
                (&mut all.eta, &says.eta),
            ];
            for (item, said) in pairs {
                if said.is_some() {
                    item.clone_from(said);
                }
            }
            if !says.delays.is_empty() {
                all.delays.clone_from(&says.delays);
            }
        }
        (!facts.is_empty()).then_some(all)
    }

    /// The movement messages themselves, in the order in which they came.
    pub fn moved(&self) -> Vec<(&Held, &Movements)> {
        let moved = self.history.live(|what| matches!(what, What::Moved { .. })).filter_map(|held| match &held.fact.what {
            What::Moved { says, .. } => Some((held, &**says)),
            _ => None,
        });
        let mut moved: Vec<_> = moved.collect();
        moved.sort_by_key(|(held, _)| (held.fact.rec, held.id));
        moved
    }

    /// The runs of numbers that desks keep for blank tags on paper: the first, and how many.
    pub fn reserved_tags(&self) -> impl Iterator<Item = (BagTag, u16)> {
        self.history.all().iter().filter_map(|held| match &held.fact.what {
            What::TagsReserved { first, count } => Some((*first, *count)),
            _ => None,
        })
    }

    /// Whether a movement message with this hash was already read.
    pub fn has_movement(&self, hash: &str) -> bool {
        self.history.all().iter().any(|held| matches!(&held.fact.what, What::Moved { message, .. } if message == hash))
    }

    /// How many seats a cabin has: as on the aircraft that a person named, else as on the list; 0 where neither says.
    pub fn seats_in(&self, letter: char) -> u16 {
        match &self.map {
            Some(map) => map.seats().filter(|(cabin, _)| *cabin == letter).count().try_into().unwrap_or(u16::MAX),
            None => self.cabins.iter().find(|cabin| cabin.letter == letter).map_or(0, |cabin| cabin.seats),
        }
    }

    /// The cabin in which a booking class is sold.
    pub fn cabin_of(&self, class: char) -> Option<char> {
        self.cabins
            .iter()
            .find(|cabin| cabin.classes.contains(class))
            .or_else(|| self.cabins.iter().find(|cabin| cabin.letter == class))
            .map(|cabin| cabin.letter)
    }
}

fn is_taking_over(what: &What) -> bool {
    matches!(what, What::TookOver { .. })
}

fn is_hand_back_begun(what: &What) -> bool {
    matches!(what, What::HandBackBegun { .. })
}

fn given_back(what: &What) -> &[FactRef] {
    match what {
        What::HandBackBegun { of, .. } => of,
        _ => &[],
    }
}

impl std::str::FromStr for Cabin {
    type Err = ();

    /// `Y256:YBHK`, letter, seats and classes.
    fn from_str(text: &str) -> Result<Self, ()> {
        let letter = text.chars().next().filter(char::is_ascii_uppercase).ok_or(())?;
        let (seats, classes) = text[1..].split_once(':').unwrap_or((&text[1..], ""));
        if !classes.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(());
        }
        Ok(Self { letter, seats: seats.parse().map_err(|_| ())?, classes: classes.into() })
    }
}

impl std::fmt::Display for Cabin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}:{}", self.letter, self.seats, self.classes)
    }
}
