//! One thing that two have: a seat or a sequence number given to two guests, a tag on bags of several flights.

use std::collections::BTreeSet;

use super::super::Station;
use super::super::words::{self, All};
use super::settling::{resolution_of, settlings};
use super::{Conflict, ConflictKind, Effect, Home, Proposal, Way, side_of};
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::fact::{Held, What};
use crate::record::id::ConflictId;
use crate::record::{Bag, Booking, DocRef, FactRef, FlightKey};
use crate::said::{Said, said};
use crate::standards::bag_tag::BagTag;
use crate::standards::seat::Seat;

impl Station {
    /// Two checked-in guests in one seat. The one recorded later by the desks' clocks is proposed for another seat.
    pub(super) fn seat_twice(&self, key: &FlightKey, seat: Seat, holders: &BTreeSet<DocId>) -> Option<Conflict> {
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

    pub(super) fn sequence_twice(&self, key: &FlightKey, sequence: u16, holders: &BTreeSet<DocId>) -> Option<Conflict> {
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
    pub(super) fn tag_on_flights(&self, tag: BagTag) -> Option<Conflict> {
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

    /// `CA1501 of 22 Nov, LI/NA (K7P2QX)`.
    fn bag_words(&self, bag: &Bag) -> Said {
        let owner = match bag.owner.and_then(|owner| self.booking(owner)) {
            Some(owner) => words::guest(owner).into(),
            None => said!("conflict-no-owner", "guest not known"),
        };
        said!("conflict-bag-side", "{flight}, {owner}", flight = words::flight(&bag.flight), owner = owner)
    }
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

fn guest_words(booking: &Booking) -> Said {
    let guest = words::guest(booking);
    match booking.standing() {
        Standing::Aboard => said!("conflict-guest-aboard", "{guest}, on board", guest = guest),
        Standing::CheckedIn => said!("conflict-guest-checked-in", "{guest}, checked in", guest = guest),
        Standing::Listed | Standing::Offloaded => guest.into(),
    }
}
