//! Conflicts: what merging cannot decide and a person must. Derived from the records each time they are asked for, never stored.

mod elsewhere;
mod field;
mod guest;
mod matches;
mod settling;
mod twice;

use serde::Serialize;

use self::guest::{boarded_twice, checked_in_twice, given_by, offloaded_aboard};
use self::settling::{settlings, with_settlings};
use super::Station;
use super::book::Book;
use crate::flat::{DocId, Scalar};
use crate::record::fact::{Held, Set};
use crate::record::id::ConflictId;
use crate::record::{Booking, DocRef, FactRef, FlightKey};
use crate::said::{Said, said};
use crate::scope::ScopeId;
use crate::standards::bag_tag::BagTag;
use crate::standards::seat::Seat;

/// Something that a person must settle. The same on every desk that holds the same facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// A hash of what it is about: only a new fact makes another conflict of it.
    pub id: ConflictId,
    pub kind: ConflictKind,
    /// Nothing for a case.
    pub flight: Option<FlightKey>,
    /// The documents that it is about.
    pub records: Vec<DocRef>,
    /// In plain words.
    pub what: Said,
    /// What screens show meanwhile. Arbitrary, and the same everywhere; not the newest.
    pub shown_for_now: Said,
    pub sides: Vec<Side>,
    pub choices: Vec<Way>,
    pub proposal: Proposal,
    /// How a person settled it; it stays listed as long as the facts contradict.
    pub resolution: Option<Resolution>,
    #[serde(skip)]
    home: Home,
}

/// What collided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConflictKind {
    /// Two guests of one flight are checked in on one seat.
    SeatTwice,
    /// One guest was let on board twice.
    BoardedTwice,
    /// One guest was checked in twice, with different seats or sequence numbers.
    CheckedInTwice,
    /// One guest was let on board and taken off the flight by desks that did not see each other.
    OffloadedAboard,
    /// Two guests of one flight hold one sequence number.
    SequenceTwice,
    /// One tag is on bags of two guests, or on two flights of a day.
    TagTwice,
    /// One field was written with unequal values by desks that did not see each other.
    FieldTwice,
    /// One report of a missing bag was confirmed with several found bags, or a match was confirmed and rejected.
    MatchTwice,
    /// One guest was moved to two flights by desks that did not see each other.
    MovedTwice,
    /// One guest was let on board and moved to another flight by desks that did not see each other.
    MovedAboard,
    /// One flight is said to be in two places by desks that did not see each other.
    CourseTwice,
    /// One conflict was settled in two ways by desks that did not see each other.
    ResolvedTwice,
}

/// One of the things that collided. Without an author where no fact names one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Staff number.
    pub who: Option<String>,
    pub desk: Option<String>,
    /// Milliseconds since 1970 UTC by that desk's clock: when it happened, when it was recorded.
    pub at: Option<i64>,
    pub rec: Option<i64>,
    pub text: Said,
}

/// One way to settle a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// What `resolve-conflict` takes as its `choice`.
    pub choice: String,
    pub words: Said,
    /// Whether a seat is to be given with it.
    pub needs_seat: bool,
    #[serde(skip)]
    effect: Effect,
}

/// What we would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposal {
    pub choice: String,
    pub seat: Option<Seat>,
    pub words: Said,
}

/// How a person settled a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolution {
    pub choice: String,
    pub seat: Option<Seat>,
    pub note: String,
    pub by: String,
    pub desk: String,
    pub at: i64,
}

/// Where the settling is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Home {
    Flight(FlightKey),
    Case(ScopeId, DocId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Effect {
    /// The facts stand; a person has looked.
    Nothing,
    Set(Vec<Set>),
    /// The booking gets the seat that comes with the choice.
    Move(DocId),
    /// The booking gets a sequence number of this desk.
    Renumber(DocId),
    /// The offload no longer holds.
    KeepAboard(DocId),
    /// The boarding no longer holds.
    KeepOff(DocId),
    /// The guest of this booking flies with that flight, or with this booking's own.
    Stand {
        booking: DocId,
        on: Option<FlightKey>,
    },
    /// What this fact says of where the flight is holds.
    Course(FlightKey, FactRef),
    /// The report goes with this one and with none of the others; or with none of them.
    Match {
        case: DocId,
        keep: Option<DocRef>,
        drop: Vec<DocRef>,
    },
    /// One of two settlings holds, the others do not.
    Adopt {
        conflict: ConflictId,
        choice: String,
        seat: Option<Seat>,
        note: String,
        sets: Vec<Set>,
        undoes: Vec<FactRef>,
    },
}

impl Station {
    /// Every conflict of every flight and case, settled ones too, open ones first.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts: Vec<Conflict> = self.books.iter().flat_map(|(key, book)| self.book_conflicts(key, book)).collect();
        conflicts.extend(self.twins.iter().filter_map(|tag| self.tag_on_flights(*tag)));
        conflicts.extend(self.case_conflicts());
        sorted(conflicts)
    }

    /// The conflicts of one flight, settled ones too, open ones first.
    pub fn conflicts_of(&self, key: &FlightKey) -> Vec<Conflict> {
        let Some(book) = self.books.get(key) else { return Vec::new() };
        let mut conflicts = self.book_conflicts(key, book);
        let touches = |tag: &&BagTag| self.bags_with(**tag).any(|bag| bag.flight == *key);
        conflicts.extend(self.twins.iter().filter(touches).filter_map(|tag| self.tag_on_flights(*tag)));
        sorted(conflicts)
    }

    fn book_conflicts(&self, key: &FlightKey, book: &Book) -> Vec<Conflict> {
        let settled = book.flight.as_ref().map(|flight| settlings(&flight.history)).unwrap_or_default();
        let mut conflicts = Vec::new();
        for (seat, holders) in book.seats.iter().filter(|(_, holders)| holders.len() > 1) {
            conflicts.extend(self.seat_twice(key, *seat, holders));
        }
        for (sequence, holders) in book.sequences.iter().filter(|(_, holders)| holders.len() > 1) {
            conflicts.extend(self.sequence_twice(key, *sequence, holders));
        }
        for booking in book.suspects.iter().filter_map(|id| self.booking(*id)) {
            conflicts.extend(boarded_twice(booking));
            let checked_in = checked_in_twice(booking);
            conflicts.extend(offloaded_aboard(booking));
            conflicts.extend(self.moved_aboard(booking).or_else(|| self.moved_twice(booking)));
            let told: Vec<Scalar> = checked_in.iter().flat_map(|_| booking.check_ins().flat_map(|held| given_by(&held.fact))).collect();
            conflicts.extend(checked_in);
            let untold = booking.splits.iter().filter(|split| !split.values.iter().all(|value| told.contains(value)) || !is_given(split.field));
            conflicts
                .extend(untold.filter_map(|split| self.field_twice(Home::Flight(*key), booking.id, &booking.name().into(), split, &booking.history)));
        }
        for bag in book.split_bags.iter().filter_map(|id| self.bag(*id)) {
            let name = said!("conflict-about-bag", "Bag {tag}", tag = bag.tag);
            conflicts.extend(bag.splits.iter().filter_map(|split| self.field_twice(Home::Flight(*key), bag.id, &name, split, &bag.history)));
        }
        if let Some(flight) = &book.flight {
            conflicts.extend(elsewhere::course_twice(flight));
            let name = Said::from(flight.key.flight().to_string());
            conflicts.extend(flight.splits.iter().filter_map(|split| self.field_twice(Home::Flight(*key), flight.id, &name, split, &flight.history)));
        }
        with_settlings(conflicts, &settled, &Home::Flight(*key))
    }

    fn case_conflicts(&self) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (scope, case) in self.cases.values() {
            let home = Home::Case(scope.clone(), case.id);
            let name = said!("conflict-about-report", "Report {reference}", reference = &*case.reference);
            let splits = case.splits.iter().filter_map(|split| self.field_twice(home.clone(), case.id, &name, split, &case.history));
            let both = splits.chain(self.match_twice(&home, case)).collect();
            conflicts.extend(with_settlings(both, &settlings(&case.history), &home));
        }
        conflicts
    }
}

impl Way {
    fn new(choice: String, words: Said, effect: Effect) -> Self {
        Self { choice, words, needs_seat: false, effect }
    }

    fn with_seat(self) -> Self {
        Self { needs_seat: true, ..self }
    }
}

impl Home {
    fn scope(&self) -> ScopeId {
        match self {
            Self::Flight(key) => key.scope(),
            Self::Case(scope, _) => scope.clone(),
        }
    }

    fn doc(&self, station: &Station) -> DocId {
        match self {
            Self::Flight(key) => station.ids.flight(key),
            Self::Case(_, doc) => *doc,
        }
    }
}

/// Open ones first; else by flight and kind, so that the list does not jump.
fn sorted(mut conflicts: Vec<Conflict>) -> Vec<Conflict> {
    conflicts.sort_by_key(|conflict| (conflict.resolution.is_some(), conflict.flight, conflict.kind, conflict.id));
    conflicts
}

fn is_given(field: &str) -> bool {
    field == "seat" || field == "sequence"
}

fn facts_id(kind: &str, booking: &Booking, facts: &[&Held]) -> ConflictId {
    let mut about: Vec<String> = facts.iter().map(|held| FactRef(held.id).to_string()).collect();
    about.sort();
    about.splice(0..0, [kind.to_owned(), booking.id.to_string()]);
    ConflictId::of(&about)
}

fn side_of(held: Option<&Held>, text: Said) -> Side {
    let fact = held.map(|held| &held.fact);
    Side {
        who: fact.map(|fact| fact.by.to_string()),
        desk: fact.map(|fact| fact.desk.to_string()),
        at: fact.map(|fact| fact.at),
        rec: fact.map(|fact| fact.rec),
        text,
    }
}
