//! Conflicts about where a guest or a flight is: moved to two flights, moved while on board, diverted or back by the word of desks that differ.

use std::collections::BTreeSet;

use super::super::Station;
use super::super::decide::Draft;
use super::super::gate::unload_words;
use super::super::words::{self, All};
use super::{Conflict, ConflictKind, Effect, Home, Proposal, Way, facts_id, side_of};
use crate::command::Refusal;
use crate::flat::DocId;
use crate::record::course::{Course, ReturnAfter, ReturnPlace};
use crate::record::fact::{Held, What};
use crate::record::id::ConflictId;
use crate::record::moving::MovedTo;
use crate::record::reason::coded;
use crate::record::{Booking, DocRef, FactRef, Flight, FlightKey};
use crate::said::{Said, said};

/// A guest is moved on a few times at the most.
const HOPS_MAX: usize = 32;

impl Station {
    /// A guest whom desks that did not see each other moved to different flights.
    pub(super) fn moved_twice(&self, booking: &Booking) -> Option<Conflict> {
        let moves = moves_of(booking);
        let mut flights: Vec<FlightKey> = Vec::new();
        for (_, moved) in &moves {
            if !flights.contains(&moved.to) {
                flights.push(moved.to);
            }
        }
        if flights.len() < 2 {
            return None;
        }
        let facts: Vec<&Held> = moves.iter().map(|(held, _)| *held).collect();
        let shown = self.stands_at(booking.id).and_then(|id| self.booking(id)).map(|there| there.flight);
        let shown = shown.or(flights.first().copied())?;
        let mut choices: Vec<Way> = flights
            .iter()
            .enumerate()
            .map(|(at, flight)| {
                let last = moves.iter().find(|(_, moved)| moved.to == *flight).map_or(*flight, |(_, moved)| self.last_flight(booking.id, moved));
                let words = said!("conflict-flies-with", "The guest flies with {flight}.", flight = words::flight(&last));
                Way::new(format!("keep-{}", at + 1), words, Effect::Stand { booking: booking.id, on: Some(*flight) })
            })
            .collect();
        let stays = said!("conflict-stays", "The guest stays on {flight}.", flight = words::flight(&booking.flight));
        choices.push(Way::new("stays".to_owned(), stays, Effect::Stand { booking: booking.id, on: None }));
        let leads = |flight: &FlightKey| moves.iter().any(|(_, moved)| moved.to == *flight && self.last_flight(booking.id, moved) == shown);
        let place = flights.iter().position(|flight| *flight == shown).or_else(|| flights.iter().position(leads)).unwrap_or(0);
        let names = All(flights.iter().map(|flight| words::flight(flight).to_string()).collect(), " and to ");
        Some(Conflict {
            id: facts_id("moved-twice", booking, &facts),
            kind: ConflictKind::MovedTwice,
            flight: Some(booking.flight),
            records: std::iter::once(DocRef(booking.id)).chain(moves.iter().map(|(_, moved)| moved.booking)).collect(),
            what: said!("conflict-moved-twice", "{guest} was moved to {flights}.", guest = words::guest(booking), flights = names),
            shown_for_now: said!("conflict-counted-on", "The guest is counted on {flight}.", flight = words::flight(&shown)),
            sides: moves.iter().map(|(held, moved)| side_of(Some(held), side_words(moved))).collect(),
            choices,
            proposal: Proposal {
                choice: format!("keep-{}", place + 1),
                seat: None,
                words: said!("conflict-propose-flight", "{flight}, unless the guest says otherwise.", flight = words::flight(&shown)),
            },
            resolution: None,
            home: Home::Flight(booking.flight),
        })
    }

    /// A guest who went on board while another desk moved the guest.
    pub(super) fn moved_aboard(&self, booking: &Booking) -> Option<Conflict> {
        let boarding = booking.boardings().next()?;
        let moves = moves_of(booking);
        let (moving, moved) = *moves.first()?;
        let both: Vec<&Held> = booking.boardings().chain(moves.iter().map(|(held, _)| *held)).collect();
        Some(Conflict {
            id: facts_id("moved-aboard", booking, &both),
            kind: ConflictKind::MovedAboard,
            flight: Some(booking.flight),
            records: vec![DocRef(booking.id), moved.booking],
            what: said!(
                "conflict-moved-aboard",
                "{guest} was let on board at {there} and moved to {flight} at {desk}.",
                guest = words::guest(booking),
                there = boarding.fact.desk.to_string(),
                flight = words::flight(&moved.to),
                desk = moving.fact.desk.to_string(),
            ),
            shown_for_now: said!("conflict-counted-aboard", "The guest is counted as on board."),
            sides: vec![side_of(Some(boarding), said!("conflict-side-boarded", "Boarded")), side_of(Some(moving), side_words(moved))],
            choices: vec![
                Way::new("aboard".to_owned(), said!("conflict-is-aboard", "The guest is on board."), Effect::Stand { booking: booking.id, on: None }),
                Way::new(
                    "moved".to_owned(),
                    said!("conflict-flies-with", "The guest flies with {flight}.", flight = words::flight(&moved.to)),
                    Effect::Stand { booking: booking.id, on: Some(moved.to) },
                ),
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
}

impl Station {
    /// Says where the guest flies: the moves elsewhere no longer hold, and who was checked in elsewhere is off there.
    pub(super) fn draft_stand(&self, booking: DocId, on: Option<FlightKey>, draft: &mut Draft<'_>) -> Result<Vec<Said>, Refusal> {
        let Some(guest) = self.booking(booking) else { return Err(gone()) };
        let moves: Vec<MovedTo> = moves_of(guest).into_iter().map(|(_, moved)| moved.clone()).collect();
        let chosen = on.and_then(|on| moves.iter().find(|moved| moved.to == on));
        let mut todo = Vec::new();
        let (what, mut undoes) = match (on, chosen) {
            (Some(_), None) => return Err(gone()),
            (Some(_), Some(moved)) => (What::MovedTo(Box::new(moved.clone())), guest.presence_refs()),
            (None, _) => (What::Stays { reason: coded("review") }, Vec::new()),
        };
        undoes.extend(guest.departure_refs());
        draft.edit(&guest.flight.scope(), guest.id).fact(what, undoes);
        if guest.is_aboard() && on.is_some() {
            todo.extend(self.bags_of_guest(guest.id).iter().filter(|bag| bag.flies()).map(|bag| unload_words(bag.tag)));
        }
        let keeps = chosen.map(|moved| self.gone_on(booking, moved.booking.0)).unwrap_or_default();
        let others: BTreeSet<DocId> = moves.iter().flat_map(|moved| self.gone_on(booking, moved.booking.0)).collect();
        for other in others.difference(&keeps).filter_map(|id| self.booking(*id)) {
            let (presence, departures) = (other.presence_refs(), other.departure_refs());
            // The half where the guest was says whether a move holds; where the guest came it stays, and tells whose booking this is.
            let what = match other.is_checked_in() {
                true => What::Offloaded { reason: coded("review") },
                false if departures.is_empty() => continue,
                false => What::Stays { reason: coded("review") },
            };
            draft.edit(&other.flight.scope(), other.id).fact(what, presence.into_iter().chain(departures).collect());
            todo.extend(self.bags_of_guest(other.id).iter().filter(|bag| bag.flies()).map(|bag| unload_words(bag.tag)));
        }
        Ok(todo)
    }

    /// The booking to which a move went, and all to which the guest was moved on from there, but not back to where the guest was.
    fn gone_on(&self, from: DocId, to: DocId) -> BTreeSet<DocId> {
        let (mut reached, mut next) = (BTreeSet::from([to]), vec![to]);
        while let Some(id) = next.pop() {
            next.extend(self.ways_out(id).filter(|on| *on != from && reached.len() < HOPS_MAX && reached.insert(*on)).collect::<Vec<_>>());
        }
        reached
    }

    /// The flight on which a guest ends who goes this way.
    fn last_flight(&self, from: DocId, moved: &MovedTo) -> FlightKey {
        let reached = self.gone_on(from, moved.booking.0);
        let ends = reached.into_iter().filter_map(|id| self.booking(id)).filter(|there| self.ways_out(there.id).next().is_none());
        ends.map(|there| there.flight).next().unwrap_or(moved.to)
    }

    /// Says again where the flight is, in the place of everything that was said: if two desks choose differently, that is in review again.
    pub(super) fn draft_course(&self, key: &FlightKey, fact: FactRef, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let flight = self.known(key)?;
        let courses = flight.courses();
        let (held, _) = courses.iter().find(|(held, _)| FactRef(held.id) == fact).ok_or_else(gone)?;
        draft.edit(&key.scope(), flight.id).fact(held.fact.what.clone(), flight.course_refs());
        Ok(())
    }
}

fn gone() -> Refusal {
    let words = "This is no longer in review here: it is settled, or something new has happened.";
    Refusal::new("conflict-not-known", words, "Look at the review list again.", 404)
}

/// A flight of which desks that did not see each other said different things.
pub(super) fn course_twice(flight: &Flight) -> Option<Conflict> {
    let courses = flight.courses();
    let mut different: Vec<(&Held, Course<'_>)> = Vec::new();
    for (held, course) in &courses {
        if !different.iter().any(|(_, known)| known.is_same(course)) {
            different.push((held, *course));
        }
    }
    if different.len() < 2 {
        return None;
    }
    let mut about: Vec<String> = courses.iter().map(|(held, _)| FactRef(held.id).to_string()).collect();
    about.sort();
    about.splice(0..0, ["course-twice".to_owned(), flight.id.to_string()]);
    let choices = different
        .iter()
        .enumerate()
        .map(|(at, (held, course))| Way::new(format!("keep-{}", at + 1), course_words(course), Effect::Course(flight.key, FactRef(held.id))))
        .collect();
    let (_, shown) = courses.last()?;
    let place = different.iter().position(|(_, course)| course.is_same(shown)).unwrap_or(0);
    let who = All(different.iter().map(|(held, _)| held.fact.desk.to_string()).collect(), " and ");
    Some(Conflict {
        id: ConflictId::of(&about),
        kind: ConflictKind::CourseTwice,
        flight: Some(flight.key),
        records: vec![DocRef(flight.id)],
        what: said!(
            "conflict-course-twice",
            "{flight}: {desks} say different things of where it is.",
            flight = words::flight(&flight.key),
            desks = who
        ),
        shown_for_now: course_words(shown),
        sides: different.iter().map(|(held, course)| side_of(Some(held), course_words(course))).collect(),
        choices,
        proposal: Proposal {
            choice: format!("keep-{}", place + 1),
            seat: None,
            words: said!("conflict-propose-operations", "Ask operations where the aircraft is."),
        },
        resolution: None,
        home: Home::Flight(flight.key),
    })
}

fn moves_of(booking: &Booking) -> Vec<(&Held, &MovedTo)> {
    let mut moves: Vec<_> = booking.departures().filter(|(held, _)| !held.undone).collect();
    moves.sort_by_key(|(held, _)| (held.fact.rec, held.id));
    moves
}

fn side_words(moved: &MovedTo) -> Said {
    said!("conflict-side-moved", "Moved to {flight}: {reason}", flight = words::flight(&moved.to), reason = moved.reason.clone())
}

fn course_words(course: &Course<'_>) -> Said {
    match course {
        Course::Diverted(diversion) => said!("conflict-course-diverted", "Diverted to {airport}", airport = diversion.to),
        Course::Returned(back) => match (back.place, back.after) {
            (ReturnPlace::Gate, ReturnAfter::PushBack) => said!("conflict-course-gate-push-back", "Back at the gate after push-back"),
            (ReturnPlace::Gate, ReturnAfter::Air) => said!("conflict-course-gate-air", "Back at the gate from the air"),
            (ReturnPlace::Ramp, ReturnAfter::PushBack) => said!("conflict-course-ramp-push-back", "Back on the ramp after push-back"),
            (ReturnPlace::Ramp, ReturnAfter::Air) => said!("conflict-course-ramp-air", "Back on the ramp from the air"),
        },
    }
}
