//! Conflicts: what merging cannot decide and a person must. Derived from the records each time they are asked for, never stored.

mod elsewhere;
mod matches;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;

use super::Station;
use super::book::Book;
use super::decide::{Context, Decision, Draft};
use super::gate::unload_words;
use super::words::{self, All};
use crate::command::{Refusal, Tone};
use crate::flat::{DocId, Scalar};
use crate::record::booking::Standing;
use crate::record::fact::{Fact, Held, History, Set, SetValue, Settling, What};
use crate::record::id::ConflictId;
use crate::record::incident::Field;
use crate::record::{Bag, Booking, Case, DocRef, FactRef, Flight, FlightKey, Split};
use crate::said::{Said, said, with_hints};
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

type Settled<'a> = BTreeMap<ConflictId, Vec<&'a Held>>;

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

    pub(super) fn resolve(&self, id: ConflictId, choice: &str, seat: Option<Seat>, note: &str, context: &Context) -> Result<Decision, Refusal> {
        let conflict = self.conflicts().into_iter().find(|conflict| conflict.id == id).ok_or_else(|| {
            Refusal::new(
                "conflict-not-known",
                "This is no longer in review here: it is settled, or something new has happened.",
                "Look at the review list again.",
                404,
            )
        })?;
        if let Some(resolution) = &conflict.resolution {
            let (by, desk, time) = (&resolution.by, &resolution.desk, self.clock(resolution.at));
            let words = said!("", "{by} at {desk} has settled this at {time}.", by = by, desk = desk, time = time);
            return Err(Refusal::new("already-settled", words, "Go on with the next one.", 409));
        }
        let way = conflict.choices.iter().find(|way| way.choice == choice).ok_or_else(|| {
            let known: Vec<&str> = conflict.choices.iter().map(|way| way.choice.as_str()).collect();
            Refusal::new("choice-not-known", format!("{choice:?} is not one of the choices."), format!("Choose one of: {}.", known.join(", ")), 422)
                .arg("choice", choice)
                .arg("known", known.join(", "))
        })?;
        let seat = match (way.needs_seat, seat) {
            (false, _) => None,
            (true, Some(seat)) => Some(seat),
            (true, None) => Some(
                conflict
                    .proposal
                    .seat
                    .filter(|_| conflict.proposal.choice == choice)
                    .ok_or_else(|| Refusal::new("seat-needed", "This choice needs another seat.", "Give the seat.", 422))?,
            ),
        };
        let mut draft = Draft::new(context);
        let resolved = self.carry_out(&conflict, way, seat, note, &mut draft)?;
        let message = format!("Settled: {}", way.words);
        let answer =
            json!({ "tone": Tone::Green, "message": message, "todo": resolved.todo, "conflict": conflict.id, "choice": choice, "seat": seat });
        let answer = with_hints(answer, &resolved.todo);
        Ok(draft.decision(answer, format!("settled a {:?} with {choice}", conflict.kind)))
    }

    /// Drafts what a choice changes and the fact that it was chosen.
    fn carry_out(&self, conflict: &Conflict, way: &Way, seat: Option<Seat>, note: &str, draft: &mut Draft<'_>) -> Result<CarriedOut, Refusal> {
        let mut todo = Vec::new();
        let scope = conflict.home.scope();
        let note = note.trim().to_owned();
        let mut resolved = (conflict.id, way.choice.clone(), seat, note, Vec::new(), Vec::new());
        match &way.effect {
            Effect::Nothing => {}
            Effect::Set(sets) => resolved.4.clone_from(sets),
            Effect::Move(booking) => {
                let (guest, seat) = (
                    self.listed(DocRef(*booking))?,
                    seat.ok_or_else(|| Refusal::new("seat-needed", "This choice needs another seat.", "Give the seat.", 422))?,
                );
                self.free(&guest.flight, seat, guest.id)?;
                resolved.4.push(Set { doc: DocRef(*booking), field: "seat".to_owned(), value: SetValue::Text(seat.to_string()) });
                if guest.standing() == Standing::CheckedIn {
                    draft.edit(&scope, *booking).fact(What::PassDue { seat }, guest.pass_due_refs());
                }
                todo.push(said!("todo-tell-seat", "Tell {name} about seat {seat} and give a new pass.", name = guest.name(), seat = seat));
            }
            Effect::Renumber(booking) => {
                let guest = self.listed(DocRef(*booking))?;
                let sequence = self.sequences(&guest.flight).take()?;
                resolved.4.push(Set { doc: DocRef(*booking), field: "sequence".to_owned(), value: SetValue::Int(sequence.into()) });
                let text = sequence.to_string();
                todo.push(said!("todo-new-pass", "Give {name} a new pass with sequence {sequence}.", name = guest.name(), sequence = text));
            }
            Effect::KeepAboard(booking) => {
                let guest = self.listed(DocRef(*booking))?;
                draft.edit(&scope, *booking).fact(What::CheckedIn { seq: guest.sequence, seat: guest.seat }, guest.offload_refs());
            }
            Effect::KeepOff(booking) => {
                let guest = self.listed(DocRef(*booking))?;
                let undone = guest.presence_refs().into_iter().chain(guest.offload_refs()).collect();
                draft.edit(&scope, *booking).fact(What::Offloaded { reason: crate::record::reason::coded("review") }, undone);
                todo.extend(self.bags_of_guest(*booking).iter().filter(|bag| bag.flies()).map(|bag| unload_words(bag.tag)));
            }
            Effect::Stand { booking, on } => todo.extend(self.draft_stand(*booking, *on, draft)?),
            Effect::Course(key, fact) => self.draft_course(key, *fact, draft)?,
            Effect::Match { case, keep, drop } => self.draft_match(*case, *keep, drop, draft),
            Effect::Adopt { conflict, choice, seat, note, sets, undoes } => {
                // What another node wrote into its settling is checked as if it had just been posted.
                let good = |set: &&Set| is_decided(&set.field) && self.lives_in(&scope, set.doc.0);
                let sets = sets.iter().filter(good).cloned().collect();
                let choice: String = choice.chars().take(32).collect();
                if choice == "aboard" || choice == "off" {
                    todo.push(said!("todo-see-record", "See that the guest's record agrees: board or offload the guest again if it does not."));
                }
                resolved = (*conflict, choice, *seat, note.clone(), sets, undoes.clone());
            }
        }
        let (id, choice, seat, note, sets, undoes) = resolved;
        draft_sets(draft, &scope, &sets);
        let mut part = draft.edit(&scope, conflict.home.doc(self));
        if let Home::Flight(key) = &conflict.home
            && self.flight(key).is_none()
        {
            part = part.say("kind", "flight").say("flight", key);
        }
        part.fact(What::Resolved(Box::new(Settling { conflict: id, choice, seat, note, sets })), undoes);
        Ok(CarriedOut { todo })
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
            conflicts.extend(untold.filter_map(|split| self.field_twice(Home::Flight(*key), booking.id, booking.name(), split, &booking.history)));
        }
        for bag in book.split_bags.iter().filter_map(|id| self.bag(*id)) {
            let name = format!("Bag {}", bag.tag);
            conflicts.extend(bag.splits.iter().filter_map(|split| self.field_twice(Home::Flight(*key), bag.id, &name, split, &bag.history)));
        }
        if let Some(flight) = &book.flight {
            conflicts.extend(elsewhere::course_twice(flight));
            let name = flight.key.flight().to_string();
            conflicts.extend(flight.splits.iter().filter_map(|split| self.field_twice(Home::Flight(*key), flight.id, &name, split, &flight.history)));
        }
        with_settlings(conflicts, &settled, &Home::Flight(*key))
    }

    fn case_conflicts(&self) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (scope, case) in self.cases.values() {
            let home = Home::Case(scope.clone(), case.id);
            let name = format!("Report {}", case.reference);
            let splits = case.splits.iter().filter_map(|split| self.field_twice(home.clone(), case.id, &name, split, &case.history));
            let both = splits.chain(self.match_twice(&home, case)).collect();
            conflicts.extend(with_settlings(both, &settlings(&case.history), &home));
        }
        conflicts
    }

    /// Two checked-in guests in one seat. The one recorded later by the desks' clocks is proposed for another seat.
    fn seat_twice(&self, key: &FlightKey, seat: Seat, holders: &BTreeSet<DocId>) -> Option<Conflict> {
        let gave = |what: &What| matches!(what, What::CheckedIn { seat: Some(given), .. } | What::SeatGiven { seat: given } if *given == seat);
        let guests = self.colliding(holders, gave)?;
        let names = All(guests.iter().map(|(booking, _)| words::guest(booking)).collect(), " and ");
        let side = |(booking, held): &(&Booking, Option<&Held>)| side_of(*held, guest_words(booking));
        let mut choices: Vec<Way> = guests
            .iter()
            .enumerate()
            .map(|(at, (booking, _))| {
                let words = said!("conflict-move", "Give {name} another seat.", name = booking.name());
                Way::new(format!("move-{}", at + 1), words, Effect::Move(booking.id)).with_seat()
            })
            .collect();
        choices.push(Way::new("no-conflict".to_owned(), said!("conflict-both-keep-seat", "Both keep {seat}.", seat = seat), Effect::Nothing));
        let (last, _) = guests.last()?;
        let free = self.free_seat(key, seat, last);
        let words = match free {
            Some(free) => said!(
                "conflict-propose-seat",
                "{first} keeps {seat}; {last} gets {free}. Check that {free} is a seat of this aircraft.",
                first = guests.first()?.0.name(),
                last = last.name(),
                seat = seat,
                free = free,
            ),
            None => said!(
                "conflict-propose-other-seat",
                "{first} keeps {seat}; give {last} another seat.",
                first = guests.first()?.0.name(),
                last = last.name(),
                seat = seat,
            ),
        };
        Some(Conflict {
            id: collision_id("seat-twice", &format!("{key} {seat}"), &guests, gave),
            kind: ConflictKind::SeatTwice,
            flight: Some(*key),
            records: guests.iter().map(|(booking, _)| DocRef(booking.id)).collect(),
            what: said!(
                "conflict-seat-twice",
                "Seat {seat} on {flight} is given to {names}.",
                seat = seat,
                flight = words::flight(key),
                names = names
            ),
            shown_for_now: said!("conflict-both-in-seat", "Both are shown in {seat}.", seat = seat),
            sides: guests.iter().map(side).collect(),
            proposal: Proposal { choice: format!("move-{}", guests.len()), seat: free, words },
            choices,
            resolution: None,
            home: Home::Flight(*key),
        })
    }

    fn sequence_twice(&self, key: &FlightKey, sequence: u16, holders: &BTreeSet<DocId>) -> Option<Conflict> {
        let gave = |what: &What| matches!(what, What::CheckedIn { seq: Some(given), .. } | What::SequenceGiven { seq: given } if *given == sequence);
        let guests = self.colliding(holders, gave)?;
        let names = All(guests.iter().map(|(booking, _)| words::guest(booking)).collect(), " and ");
        let side = |(booking, held): &(&Booking, Option<&Held>)| side_of(*held, guest_words(booking));
        let mut choices: Vec<Way> = guests
            .iter()
            .enumerate()
            .map(|(at, (booking, _))| {
                let words = said!("conflict-renumber", "Give {name} a new sequence number.", name = booking.name());
                Way::new(format!("renumber-{}", at + 1), words, Effect::Renumber(booking.id))
            })
            .collect();
        let number = sequence.to_string();
        let both = said!("conflict-both-keep-sequence", "Both keep {sequence}; boarding goes by name.", sequence = number);
        choices.push(Way::new("no-conflict".to_owned(), both, Effect::Nothing));
        let last = guests.len();
        let words = said!(
            "conflict-propose-renumber",
            "{name} gets a new number and a new pass; nobody is turned away meanwhile.",
            name = guests.last()?.0.name(),
        );
        Some(Conflict {
            id: collision_id("sequence-twice", &format!("{key} {sequence}"), &guests, gave),
            kind: ConflictKind::SequenceTwice,
            flight: Some(*key),
            records: guests.iter().map(|(booking, _)| DocRef(booking.id)).collect(),
            what: said!(
                "conflict-sequence-twice",
                "Sequence {sequence} on {flight} is held by {names}.",
                sequence = number,
                flight = words::flight(key),
                names = names,
            ),
            shown_for_now: said!("conflict-both-with-sequence", "Both are shown with {sequence}; each is counted.", sequence = number),
            sides: guests.iter().map(side).collect(),
            proposal: Proposal { choice: format!("renumber-{last}"), seat: None, words },
            choices,
            resolution: None,
            home: Home::Flight(*key),
        })
    }

    /// The checked-in ones of these bookings with the fact that gave them what they collide over, earlier recorded first; nothing if fewer than two.
    fn colliding(&self, holders: &BTreeSet<DocId>, gave: impl Fn(&What) -> bool) -> Option<Vec<(&Booking, Option<&Held>)>> {
        let checked_in = holders.iter().filter_map(|id| self.booking(*id)).filter(|booking| booking.is_checked_in() && self.is_here(booking));
        let mut guests: Vec<(&Booking, Option<&Held>)> = checked_in.map(|booking| (booking, booking.history.last_recorded(&gave))).collect();
        guests.sort_by_key(|(booking, held)| (held.map(|held| held.fact.rec), booking.id));
        (guests.len() > 1).then_some(guests)
    }

    /// A seat near this one that nobody is known to hold, among rows and letters that guests of the cabin have.
    fn free_seat(&self, key: &FlightKey, near: Seat, guest: &Booking) -> Option<Seat> {
        let cabin = guest.listing.cabin;
        let known: BTreeSet<Seat> = self.on(key).filter(|booking| booking.listing.cabin == cabin).filter_map(|booking| booking.seat).collect();
        let rows = known.first()?.row()..=known.last()?.row();
        let letters: BTreeSet<char> = known.iter().map(Seat::letter).collect();
        let mut rows: Vec<u16> = rows.collect();
        rows.sort_by_key(|row| (row.abs_diff(near.row()), *row));
        let taken = |seat: &Seat| self.holders(key, *seat).next().is_some();
        rows.into_iter().flat_map(|row| letters.iter().filter_map(move |letter| Seat::new(row, *letter).ok())).find(|seat| !taken(seat))
    }

    /// One tag on bags of one day's several flights.
    fn tag_on_flights(&self, tag: BagTag) -> Option<Conflict> {
        let mut bags: Vec<(&Bag, &Held)> = self
            .bags_with(tag)
            .filter(|bag| bag.flies())
            .filter_map(|bag| Some((bag, bag.history.live(|what| matches!(what, What::Accepted { .. })).next()?)))
            .collect();
        bags.sort_by_key(|(bag, _)| (bag.flight, bag.id));
        let (first, _) = bags.first()?;
        let (date, station, home) = (first.flight.date(), first.flight.station(), first.flight);
        bags.retain(|(bag, _)| bag.flight.date() == date && bag.flight.station() == station);
        if bags.len() < 2 {
            return None;
        }
        let flights = All(bags.iter().map(|(bag, _)| words::flight(&bag.flight).to_string()).collect(), " and on ");
        let mut about = vec!["tag-twice".to_owned(), tag.to_string()];
        about.extend(bags.iter().map(|(bag, held)| format!("{} {}", bag.id, FactRef(held.id))));
        let choices: Vec<Way> = bags
            .iter()
            .enumerate()
            .map(|(at, (bag, _))| {
                Way::new(
                    format!("keep-{}", at + 1),
                    said!("conflict-keep-tag", "The bag of {flight} keeps the tag; the other is tagged anew.", flight = bag.flight.flight()),
                    Effect::Nothing,
                )
            })
            .chain([Way::new("no-conflict".to_owned(), said!("conflict-one-bag", "It is one bag that moved."), Effect::Nothing)])
            .collect();
        let conflict = Conflict {
            id: ConflictId::of(&about),
            kind: ConflictKind::TagTwice,
            flight: Some(home),
            records: bags.iter().map(|(bag, _)| DocRef(bag.id)).collect(),
            what: said!("conflict-tag-on-flights", "Tag {tag} is on {flights}.", tag = tag, flights = flights),
            shown_for_now: said!("conflict-both-bags", "Both bags are shown."),
            sides: bags.iter().map(|(bag, held)| side_of(Some(held), self.bag_words(bag))).collect(),
            proposal: Proposal {
                choice: "keep-1".to_owned(),
                seat: None,
                words: said!("conflict-propose-tag", "Look at both bags and tag one of them anew."),
            },
            choices,
            resolution: None,
            home: Home::Flight(home),
        };
        let settled = self.flight(&home).map(|flight| settlings(&flight.history)).unwrap_or_default();
        let resolution = resolution_of(&settled, conflict.id);
        Some(Conflict { resolution, ..conflict })
    }

    /// A field with unequal values. Of a bag's owner it means one tag for two guests.
    fn field_twice(&self, home: Home, doc: DocId, name: &str, split: &Split, history: &History) -> Option<Conflict> {
        let label = &label_of(split.field);
        let field = label_said(split.field);
        let is_owner = split.field == "booking";
        let values: Vec<(Said, SetValue, Option<&Held>)> = split
            .values
            .iter()
            .filter_map(|value| Some((self.value_words(value, is_owner), settable(value)?, author_of(history, split.field, value))))
            .collect();
        let first = values.first()?.0.clone();
        if values.len() < 2 {
            return None;
        }
        // The values shown first differ by replica only if the replicas differ; sorted, the identity does not even depend on that.
        let mut about: Vec<String> = values
            .iter()
            .map(|(_, value, held)| format!("{value:?} {}", held.map(|held| FactRef(held.id).to_string()).unwrap_or_default()))
            .collect();
        about.sort();
        about.splice(0..0, ["field-twice".to_owned(), doc.to_string(), split.field.to_owned()]);
        let texts = All(values.iter().map(|(text, _, _)| text.to_string()).collect(), " and ");
        let is =
            |text: &Said| Said::new("conflict-field-is", format!("{} is {text}.", capital(label))).arg("field", field.clone()).arg("value", text);
        let held_words =
            |text: &Said| Said::new("conflict-field-held", format!("{} {text}", capital(label))).arg("field", field.clone()).arg("value", text);
        let choices = values
            .iter()
            .enumerate()
            .map(|(at, (text, value, _))| {
                let set = Set { doc: DocRef(doc), field: split.field.to_owned(), value: value.clone() };
                Way::new(format!("keep-{}", at + 1), is(text), Effect::Set(vec![set]))
            })
            .collect();
        let flight = match &home {
            Home::Flight(key) => Some(*key),
            Home::Case(..) => None,
        };
        Some(Conflict {
            id: ConflictId::of(&about),
            kind: if is_owner { ConflictKind::TagTwice } else { ConflictKind::FieldTwice },
            flight,
            records: vec![DocRef(doc)],
            what: said!("conflict-field-twice", "{about}: {field} is {values}.", about = name, field = field, values = texts),
            shown_for_now: said!("conflict-field-shown", "{value} is shown for now.", value = first),
            sides: values.iter().map(|(text, _, held)| side_of(*held, held_words(text))).collect(),
            proposal: Proposal {
                choice: "keep-1".to_owned(),
                seat: None,
                words: said!("conflict-propose-ask", "Ask both desks which one is right."),
            },
            choices,
            resolution: None,
            home,
        })
    }

    fn value_words(&self, value: &Scalar, is_owner: bool) -> Said {
        match value {
            Scalar::Str(text) if is_owner => match text.parse::<DocRef>().ok().and_then(|owner| self.booking(owner.0)) {
                Some(owner) => words::guest(owner).into(),
                None => said!("conflict-unknown-guest", "a guest not known here"),
            },
            Scalar::Str(text) => text.chars().take(80).collect::<String>().into(),
            Scalar::Int(number) => number.to_string().into(),
            Scalar::Bool(true) => said!("conflict-yes", "yes"),
            Scalar::Bool(false) => said!("conflict-no", "no"),
            Scalar::Null | Scalar::Bytes(_) => said!("conflict-nothing", "nothing"),
        }
    }

    /// `CA1501 of 22 Nov, LI/NA (K7P2QX)`.
    fn bag_words(&self, bag: &Bag) -> Said {
        let owner = match bag.owner.and_then(|owner| self.booking(owner)) {
            Some(owner) => words::guest(owner).into(),
            None => said!("conflict-no-owner", "guest not known"),
        };
        said!("conflict-bag-side", "{flight}, {owner}", flight = words::flight(&bag.flight), owner = owner)
    }
}

struct CarriedOut {
    todo: Vec<Said>,
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

/// Two boardings that hold. One head is counted, whatever is chosen; choosing says which reader saw the guest.
fn boarded_twice(booking: &Booking) -> Option<Conflict> {
    let mut boardings: Vec<&Held> = booking.boardings().collect();
    boardings.sort_by_key(|held| (held.fact.rec, held.id));
    if boardings.len() < 2 {
        return None;
    }
    let mut choices: Vec<Way> = boardings
        .iter()
        .enumerate()
        .map(|(at, held)| {
            let words = said!("conflict-boarded-there", "The guest boarded at {desk}.", desk = held.fact.desk.to_string());
            Way::new(format!("keep-{}", at + 1), words, Effect::Nothing)
        })
        .collect();
    choices.push(Way::new("two-people".to_owned(), said!("conflict-two-people", "Two people used the pass; heads were counted."), Effect::Nothing));
    let desks = All(boardings.iter().map(|held| held.fact.desk.to_string()).collect(), " and at ");
    Some(Conflict {
        id: facts_id("boarded-twice", booking, &boardings),
        kind: ConflictKind::BoardedTwice,
        flight: Some(booking.flight),
        records: vec![DocRef(booking.id)],
        what: said!("conflict-boarded-twice", "{guest} was let on board at {desks}.", guest = words::guest(booking), desks = desks),
        shown_for_now: said!("conflict-one-guest", "One guest is counted."),
        sides: boardings
            .iter()
            .map(|held| side_of(Some(held), said!("conflict-boarded-at", "Boarded at {desk}", desk = held.fact.desk.to_string())))
            .collect(),
        proposal: Proposal {
            choice: "keep-1".to_owned(),
            seat: None,
            words: said!("conflict-propose-boarding", "Keep one boarding and count the heads again."),
        },
        choices,
        resolution: None,
        home: Home::Flight(booking.flight),
    })
}

/// Two check-ins that hold and gave different things, as long as nobody has chosen between them.
fn checked_in_twice(booking: &Booking) -> Option<Conflict> {
    let undecided = |value: &Scalar| booking.splits.iter().any(|split| is_given(split.field) && split.values.contains(value));
    let mut check_ins: Vec<&Held> = booking.check_ins().collect();
    check_ins.sort_by_key(|held| (held.fact.rec, held.id));
    let (first, others) = check_ins.split_first()?;
    let differs = others.iter().any(|other| given_by(&other.fact) != given_by(&first.fact));
    if !differs || !check_ins.iter().any(|held| given_by(&held.fact).iter().any(undecided)) {
        return None;
    }
    let words = |held: &Held| match &held.fact.what {
        What::CheckedIn { seq, seat } => given_words(*seat, *seq),
        _ => Said::default(),
    };
    let choices = check_ins
        .iter()
        .enumerate()
        .map(|(at, held)| {
            Way::new(
                format!("keep-{}", at + 1),
                said!("conflict-keep-pass", "Keep {given}; take the other pass back.", given = words(held)),
                Effect::Set(sets_of(booking, &held.fact)),
            )
        })
        .collect();
    let desks = All(check_ins.iter().map(|held| held.fact.desk.to_string()).collect(), " and at ");
    let seat = booking.seat.map_or_else(|| "No seat".to_owned(), |seat| format!("Seat {seat}"));
    let sequence = booking.sequence.map_or_else(|| "no sequence".to_owned(), |sequence| format!("sequence {sequence}"));
    let shown = Said::new("conflict-check-in-shown", format!("{seat} and {sequence} are shown for now; one guest is counted."));
    Some(Conflict {
        id: facts_id("checked-in-twice", booking, &check_ins),
        kind: ConflictKind::CheckedInTwice,
        flight: Some(booking.flight),
        records: vec![DocRef(booking.id)],
        what: said!("conflict-checked-in-twice", "{guest} was checked in at {desks}.", guest = words::guest(booking), desks = desks),
        shown_for_now: shown.arg("given", given_words(booking.seat, booking.sequence)),
        sides: check_ins.iter().map(|held| side_of(Some(held), words(held))).collect(),
        proposal: Proposal {
            choice: "keep-1".to_owned(),
            seat: None,
            words: said!("conflict-propose-pass", "Keep the one whose pass the guest holds."),
        },
        choices,
        resolution: None,
        home: Home::Flight(booking.flight),
    })
}

/// A boarding and an offload that did not see each other.
fn offloaded_aboard(booking: &Booking) -> Option<Conflict> {
    let boarding = booking.boardings().next()?;
    let offload = booking.offloads().next()?;
    let both: Vec<&Held> = booking.boardings().chain(booking.offloads()).collect();
    Some(Conflict {
        id: facts_id("offloaded-aboard", booking, &both),
        kind: ConflictKind::OffloadedAboard,
        flight: Some(booking.flight),
        records: vec![DocRef(booking.id)],
        what: said!(
            "conflict-offloaded-aboard",
            "{guest} was let on board at {there} and taken off at {desk}.",
            guest = words::guest(booking),
            there = boarding.fact.desk.to_string(),
            desk = offload.fact.desk.to_string(),
        ),
        shown_for_now: said!("conflict-counted-aboard", "The guest is counted as on board."),
        sides: vec![
            side_of(Some(boarding), said!("conflict-side-boarded", "Boarded")),
            side_of(Some(offload), said!("conflict-side-offloaded", "Taken off the flight")),
        ],
        choices: vec![
            Way::new("aboard".to_owned(), said!("conflict-is-aboard", "The guest is on board."), Effect::KeepAboard(booking.id)),
            Way::new("off".to_owned(), said!("conflict-is-off", "The guest is off the flight."), Effect::KeepOff(booking.id)),
        ],
        proposal: Proposal {
            choice: "aboard".to_owned(),
            seat: None,
            words: said!("conflict-propose-cabin", "Look in the cabin. Until then the guest counts as on board."),
        },
        resolution: None,
        home: Home::Flight(booking.flight),
    })
}

/// The settlings that hold, by conflict.
fn settlings(history: &History) -> Settled<'_> {
    let mut settled: Settled<'_> = BTreeMap::new();
    for held in history.live(|what| matches!(what, What::Resolved(_))) {
        if let What::Resolved(settling) = &held.fact.what {
            settled.entry(settling.conflict).or_default().push(held);
        }
    }
    settled
}

fn resolution_of(settled: &Settled<'_>, id: ConflictId) -> Option<Resolution> {
    let held = settled.get(&id)?.first()?;
    match &held.fact.what {
        What::Resolved(settling) => Some(Resolution {
            choice: settling.choice.clone(),
            seat: settling.seat,
            note: settling.note.clone(),
            by: held.fact.by.to_string(),
            desk: held.fact.desk.to_string(),
            at: held.fact.at,
        }),
        _ => None,
    }
}

/// Marks what is settled, and adds what was settled in two ways.
fn with_settlings(mut conflicts: Vec<Conflict>, settled: &Settled<'_>, home: &Home) -> Vec<Conflict> {
    for conflict in &mut conflicts {
        conflict.resolution = resolution_of(settled, conflict.id);
    }
    let twice = settled.iter().filter_map(|(id, ways)| {
        let about = conflicts.iter().find(|conflict| conflict.id == *id);
        resolved_twice(*id, ways, about, home)
    });
    let twice: Vec<Conflict> = twice.collect();
    conflicts.extend(twice);
    conflicts
}

fn resolved_twice(id: ConflictId, ways: &[&Held], about: Option<&Conflict>, home: &Home) -> Option<Conflict> {
    let resolved = |held: &Held| match &held.fact.what {
        What::Resolved(settling) => {
            let Settling { choice, seat, note, sets, .. } = (**settling).clone();
            Some((choice, seat, note, sets))
        }
        _ => None,
    };
    let mut ways: Vec<&Held> = ways.to_vec();
    ways.sort_by_key(|held| (held.fact.rec, held.id));
    let (first, _, _, _) = resolved(ways.first()?)?;
    let first_seat = resolved(ways.first()?)?.1;
    if ways.iter().filter_map(|held| resolved(held)).all(|(choice, seat, _, _)| choice == first && seat == first_seat) {
        return None;
    }
    let undoes: Vec<FactRef> = ways.iter().map(|held| FactRef(held.id)).collect();
    let words = |held: &Held| match (resolved(held), about) {
        (Some((choice, Some(seat), _, _)), _) => said!("conflict-settled-seat", "{choice}, seat {seat}", choice = choice, seat = seat),
        (Some((choice, None, _, _)), Some(about)) => {
            about.choices.iter().find(|way| way.choice == choice).map_or_else(|| choice.clone().into(), |way| way.words.clone())
        }
        (Some((choice, None, _, _)), None) => choice.into(),
        (None, _) => Said::default(),
    };
    let choices = ways
        .iter()
        .enumerate()
        .filter_map(|(at, held)| {
            let (choice, seat, note, sets) = resolved(held)?;
            let effect = Effect::Adopt { conflict: id, choice, seat, note, sets, undoes: undoes.clone() };
            let as_settled = said!("conflict-as-settled", "As {by} settled it: {how}", by = held.fact.by.to_string(), how = words(held));
            Some(Way::new(format!("keep-{}", at + 1), as_settled, effect))
        })
        .collect();
    let flight = match home {
        Home::Flight(key) => Some(*key),
        Home::Case(..) => None,
    };
    let mut facts: Vec<String> = undoes.iter().map(ToString::to_string).collect();
    facts.sort();
    facts.insert(0, "resolved-twice".to_owned());
    let who = All(ways.iter().map(|held| held.fact.by.to_string()).collect(), " and ");
    let what = match about {
        // Without its full stop, which stands at the end of the whole.
        Some(about) => Said::new("conflict-about", about.what.trim_end_matches('.')).arg("what", about.what.clone()),
        None => said!("conflict-about-gone", "A review that is gone by now"),
    };
    Some(Conflict {
        id: ConflictId::of(&facts),
        kind: ConflictKind::ResolvedTwice,
        flight,
        records: about.map(|about| about.records.clone()).unwrap_or_default(),
        what: said!("conflict-resolved-twice", "{what}: {who} settled it differently.", what = what, who = who),
        shown_for_now: said!("conflict-both-settlings", "Both settlings stand until one is chosen."),
        sides: ways.iter().map(|held| side_of(Some(held), words(held))).collect(),
        choices,
        proposal: Proposal {
            choice: "keep-1".to_owned(),
            seat: None,
            words: said!("conflict-propose-agree", "Agree with the other desk and keep one."),
        },
        resolution: None,
        home: home.clone(),
    })
}

/// Open ones first; else by flight and kind, so that the list does not jump.
fn sorted(mut conflicts: Vec<Conflict>) -> Vec<Conflict> {
    conflicts.sort_by_key(|conflict| (conflict.resolution.is_some(), conflict.flight, conflict.kind, conflict.id));
    conflicts
}

fn draft_sets(draft: &mut Draft<'_>, scope: &ScopeId, sets: &[Set]) {
    for set in sets {
        let value = match &set.value {
            SetValue::Null => Scalar::Null,
            SetValue::Bool(yes) => Scalar::Bool(*yes),
            SetValue::Int(number) => Scalar::Int(*number),
            SetValue::Text(text) => Scalar::Str(text.clone()),
        };
        let part = draft.edit(scope, set.doc.0).set(&set.field, value);
        match (set.field.as_str(), &set.value) {
            ("seat", SetValue::Text(text)) => {
                if let Ok(seat) = text.parse() {
                    part.fact(What::SeatGiven { seat }, Vec::new());
                }
            }
            ("sequence", SetValue::Int(number)) => {
                if let Ok(seq) = u16::try_from(*number) {
                    part.fact(What::SequenceGiven { seq }, Vec::new());
                }
            }
            _ => {}
        }
    }
}

/// The fields that a check-in gave and that are undecided, as choosing it sets them. A seat that was changed since is not set back.
fn sets_of(booking: &Booking, fact: &Fact) -> Vec<Set> {
    let What::CheckedIn { seq, seat } = &fact.what else { return Vec::new() };
    let undecided = |field: &str, value: &Scalar| booking.splits.iter().any(|split| split.field == field && split.values.contains(value));
    let seat = seat.filter(|seat| undecided("seat", &Scalar::Str(seat.to_string())));
    let seq = seq.filter(|seq| undecided("sequence", &Scalar::Int((*seq).into())));
    let seat = seat.map(|seat| ("seat", SetValue::Text(seat.to_string())));
    let sequence = seq.map(|seq| ("sequence", SetValue::Int(seq.into())));
    seat.into_iter().chain(sequence).map(|(field, value)| Set { doc: DocRef(booking.id), field: field.to_owned(), value }).collect()
}

/// The values that a check-in gave, as fields hold them.
fn given_by(fact: &Fact) -> Vec<Scalar> {
    let What::CheckedIn { seq, seat } = &fact.what else { return Vec::new() };
    let seat = seat.map(|seat| Scalar::Str(seat.to_string()));
    seat.into_iter().chain(seq.map(|seq| Scalar::Int(seq.into()))).collect()
}

fn is_decided(field: &str) -> bool {
    [Flight::DECIDED, Booking::DECIDED, Bag::DECIDED, Case::FIELDS].iter().any(|fields| fields.contains(&field))
}

fn is_given(field: &str) -> bool {
    field == "seat" || field == "sequence"
}

/// The identity of two guests colliding over one thing: who they are, and the facts that gave it to them.
fn collision_id(kind: &str, about: &str, guests: &[(&Booking, Option<&Held>)], gave: impl Fn(&What) -> bool) -> ConflictId {
    let mut facts: Vec<String> = guests
        .iter()
        .map(|(booking, _)| {
            let given: Vec<String> = booking.history.live(&gave).map(|held| FactRef(held.id).to_string()).collect();
            format!("{} {}", booking.id, given.join(" "))
        })
        .collect();
    facts.sort();
    facts.splice(0..0, [kind.to_owned(), about.to_owned()]);
    ConflictId::of(&facts)
}

fn facts_id(kind: &str, booking: &Booking, facts: &[&Held]) -> ConflictId {
    let mut about: Vec<String> = facts.iter().map(|held| FactRef(held.id).to_string()).collect();
    about.sort();
    about.splice(0..0, [kind.to_owned(), booking.id.to_string()]);
    ConflictId::of(&about)
}

/// The fact that says who gave a field this value.
fn author_of<'a>(history: &'a History, field: &str, value: &Scalar) -> Option<&'a Held> {
    let says = |what: &What| -> Option<Scalar> {
        let text = |text: String| Some(Scalar::Str(text));
        match (field, what) {
            ("seat", What::CheckedIn { seat: Some(seat), .. } | What::SeatGiven { seat }) => text(seat.to_string()),
            ("sequence", What::CheckedIn { seq: Some(seq), .. } | What::SequenceGiven { seq }) => Some(Scalar::Int((*seq).into())),
            ("gate", What::FlightSet { gate: Some(gate), .. }) => text(gate.clone()),
            ("std", What::FlightSet { std: Some(time), .. }) | ("etd", What::FlightSet { etd: Some(time), .. }) => text(time.to_string()),
            ("map", What::EquipmentChanged(equipment)) => text(equipment.map.to_string()),
            ("kg", What::Accepted { kg, .. }) => Some(Scalar::Int((*kg).into())),
            _ => None,
        }
    };
    history.last_recorded(|what| says(what).as_ref() == Some(value))
}

fn settable(value: &Scalar) -> Option<SetValue> {
    match value {
        Scalar::Null => Some(SetValue::Null),
        Scalar::Bool(yes) => Some(SetValue::Bool(*yes)),
        Scalar::Int(number) => Some(SetValue::Int(*number)),
        Scalar::Str(text) => Some(SetValue::Text(text.clone())),
        Scalar::Bytes(_) => None,
    }
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

fn guest_words(booking: &Booking) -> Said {
    let guest = words::guest(booking);
    match booking.standing() {
        Standing::Aboard => said!("conflict-guest-aboard", "{guest}, on board", guest = guest),
        Standing::CheckedIn => said!("conflict-guest-checked-in", "{guest}, checked in", guest = guest),
        Standing::Listed | Standing::Offloaded => guest.into(),
    }
}

/// `seat 14C, sequence 42`.
fn given_words(seat: Option<Seat>, sequence: Option<u16>) -> Said {
    let number = sequence.map(|sequence| sequence.to_string()).unwrap_or_default();
    match (seat, sequence) {
        (Some(seat), Some(_)) => said!("conflict-given", "seat {seat}, sequence {sequence}", seat = seat, sequence = number),
        (Some(seat), None) => said!("conflict-given-seat", "seat {seat}, no sequence", seat = seat),
        (None, Some(_)) => said!("conflict-given-sequence", "no seat, sequence {sequence}", sequence = number),
        (None, None) => said!("conflict-given-nothing", "no seat, no sequence"),
    }
}

/// What a field is called at a desk.
fn label_of(field: &str) -> String {
    let (word, bag) = Field::of(field).map_or((field, 0), |known| (known.word, known.bag));
    let label = match word {
        "std" => "the scheduled time",
        "etd" => "the estimated time",
        "gate" => "the gate",
        "map" => "the map of seats",
        "seat" => "the seat",
        "sequence" => "the sequence number",
        "name" => "the name",
        "destination" => "the destination",
        "cabin" => "the cabin",
        "child" => "whether it is a child",
        "infant" => "the infant",
        "flags" => "the service codes",
        "seats" => "the number of seats",
        "ticket" => "the ticket number",
        "priority" => "the standby rank",
        "booking" => "the guest",
        "kg" => "the weight",
        "contact" => "the contact",
        "address" => "the address",
        "stay" => "the temporary address",
        "flight" => "the flight",
        "flight_date" => "the date of the flight",
        "look" => "the description",
        "colour" => "the colour",
        "type" => "the type",
        "brand" => "the brand",
        "marks" => "the marks",
        other => other,
    };
    if bag > 1 { format!("{label} of bag {bag}") } else { label.to_owned() }
}

/// The same, by the field's name: a language file chooses its own words by it.
fn label_said(field: &str) -> Said {
    let (word, bag) = Field::of(field).map_or((field, 0), |known| (known.word, known.bag));
    let label = Said::new("conflict-field", label_of(word)).arg("field", word);
    match bag {
        0 | 1 => label,
        _ => Said::new("conflict-field-of-bag", label_of(field)).arg("field", label).arg("bag", bag),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
