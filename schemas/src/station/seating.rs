//! Which seats to offer: free ones side by side, from rows of this desk's own, so that desks that do not see each other rarely offer the same.

use std::collections::{BTreeMap, BTreeSet};

use super::Station;
use crate::flat::DocId;
use crate::record::{Booking, DocRef, FlightKey};
use crate::standards::seat::Seat;

/// Desks take the rows in turns of so many.
const TURN: u16 = 8;

/// What makes one run of seats worse than another, the smaller the better: how far it is spread, then whatever the caller prefers.
type Cost = (u16, u32, u16, Seat);

impl Station {
    /// A free seat for each of these guests who has none, side by side where there is room: only an offer, for other desks may have given them away. Whole
    /// rows come first that are this desk's own by its block of numbers. A guest for whom no seat is known to be free is left out.
    pub fn suggest_seats(&self, key: &FlightKey, bookings: &[DocId]) -> Vec<(DocRef, Seat)> {
        let guests: Vec<&Booking> =
            bookings.iter().filter_map(|id| self.booking(*id)).filter(|guest| guest.flight == *key && guest.seat.is_none()).collect();
        let turn = self.turn();
        let own = |seat: Seat| distance(seat.row(), turn);
        let mut free = self.free_by_cabin(key);
        let mut offers = Vec::new();
        let mut by_cabin: BTreeMap<Option<char>, Vec<&Booking>> = BTreeMap::new();
        for guest in guests {
            by_cabin.entry(guest.listing.cabin).or_default().push(guest);
        }
        for (cabin, guests) in by_cabin {
            let Some(free) = free.get_mut(&cabin) else { continue };
            offers.extend(seat_together(&guests, free, own));
        }
        offers
    }

    /// Which rows are this desk's own: those that leave this rest.
    fn turn(&self) -> u16 {
        let block = &self.setting.blocks.sequences;
        let length = block.end.saturating_sub(block.start).max(1);
        (block.start / length) % TURN
    }

    /// Whether a row is one from which this desk offers seats first.
    pub fn is_own_row(&self, row: u16) -> bool {
        distance(row, self.turn()) == 0
    }

    /// The seats that nobody is known to hold by cabin, in the order of the rows, of all that are known.
    pub(super) fn free_by_cabin(&self, key: &FlightKey) -> BTreeMap<Option<char>, Vec<Seat>> {
        let mut cabins = self.seats_by_cabin(key);
        let promised = self.promised(key);
        for seats in cabins.values_mut() {
            seats.retain(|seat| self.holders(key, *seat).next().is_none() && !promised.contains(seat));
        }
        cabins
    }

    /// The seats that the list promises to guests who have none yet.
    pub(super) fn promised(&self, key: &FlightKey) -> BTreeSet<Seat> {
        self.on(key).filter(|guest| guest.seat.is_none()).filter_map(|guest| guest.listing.seat).collect()
    }

    /// The seats that there are by cabin, in the order of the rows: those of the aircraft where a person named it, else those in the rows and letters that
    /// guests of the cabin hold or the list gives.
    pub(super) fn seats_by_cabin(&self, key: &FlightKey) -> BTreeMap<Option<char>, Vec<Seat>> {
        let Some(book) = self.books.get(key) else { return BTreeMap::new() };
        let mut cabins: BTreeMap<Option<char>, Vec<Seat>> = BTreeMap::new();
        match book.flight.as_ref().and_then(|flight| flight.map.as_deref()) {
            Some(map) => {
                for (cabin, seat) in map.seats() {
                    cabins.entry(Some(cabin)).or_default().push(seat);
                }
            }
            None => {
                let mut known: BTreeMap<Option<char>, BTreeSet<Seat>> = BTreeMap::new();
                for booking in self.on(key) {
                    known.entry(booking.listing.cabin).or_default().extend(booking.seat.or(booking.listing.seat));
                }
                for (cabin, known) in known {
                    let letters: BTreeSet<char> = known.iter().map(Seat::letter).collect();
                    let rows = known.first().map(Seat::row).into_iter().zip(known.last().map(Seat::row)).flat_map(|(first, last)| first..=last);
                    let seats = rows.flat_map(|row| letters.iter().filter_map(move |letter| Seat::new(row, *letter).ok())).collect();
                    cabins.insert(cabin, seats);
                }
            }
        }
        cabins
    }
}

/// How far a row is behind the next row of this turn.
fn distance(row: u16, turn: u16) -> u16 {
    (row % TURN + TURN - turn) % TURN
}

/// Seats guests together where a run of free seats is long enough, else one by one; takes what it gives from `free`, which is in the order of the rows.
/// `dislike` says how little a seat is wanted. Who needs extra seats gets the first of so many side by side.
pub(super) fn seat_together(guests: &[&Booking], free: &mut Vec<Seat>, dislike: impl Fn(Seat) -> u16 + Copy) -> Vec<(DocRef, Seat)> {
    let needed = |guests: &[&Booking]| guests.iter().map(|guest| usize::from(guest.listing.seats.max(1))).sum::<usize>();
    let Some(run) = best_run(free, needed(guests), dislike) else {
        return match guests {
            [] | [_] => Vec::new(),
            several => {
                let (first, rest) = several.split_at(several.len() / 2);
                let mut given = seat_together(first, free, dislike);
                given.extend(seat_together(rest, free, dislike));
                given
            }
        };
    };
    let seats: Vec<Seat> = free.drain(run).collect();
    let mut at = 0;
    let mut given = Vec::with_capacity(guests.len());
    for guest in guests {
        given.extend(seats.get(at).map(|seat| (DocRef(guest.id), *seat)));
        at += usize::from(guest.listing.seats.max(1));
    }
    given
}

/// The run of so many free seats that is spread over the fewest rows, then with the fewest gaps, then the most wanted.
fn best_run(free: &[Seat], length: usize, dislike: impl Fn(Seat) -> u16) -> Option<std::ops::Range<usize>> {
    if length == 0 {
        return None;
    }
    let cost = |run: &[Seat]| -> Option<Cost> {
        let (first, last) = (*run.first()?, *run.last()?);
        let spread = last.row().checked_sub(first.row())?;
        let width = if spread == 0 { u32::from(last.letter()).saturating_sub(u32::from(first.letter())) } else { 0 };
        Some((spread, width, dislike(first), first))
    };
    let runs = free.windows(length).enumerate().filter_map(|(at, run)| Some((cost(run)?, at)));
    runs.min().map(|(_, at)| at..at + length)
}
