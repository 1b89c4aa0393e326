//! What is indexed for one flight.

use std::collections::{BTreeMap, BTreeSet};

use super::outgoing::speaks;
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::{Booking, Flight};
use crate::standards::seat::Seat;

#[derive(Default)]
pub(super) struct Book {
    pub(super) flight: Option<Flight>,
    pub(super) bookings: BTreeSet<DocId>,
    pub(super) bags: BTreeSet<DocId>,
    /// Who holds a seat: every guest who was given one and is not off the flight.
    pub(super) seats: BTreeMap<Seat, BTreeSet<DocId>>,
    pub(super) sequences: BTreeMap<u16, BTreeSet<DocId>>,
    /// Bookings that contradict themselves, or might.
    pub(super) suspects: BTreeSet<DocId>,
    /// Whom somebody helps.
    pub(super) helped: BTreeSet<DocId>,
    /// Bags with a field that was written twice.
    pub(super) split_bags: BTreeSet<DocId>,
    /// Bookings and bags of which something was put into words, or is asked for.
    pub(super) spoken: BTreeSet<DocId>,
}

impl Book {
    pub(super) fn put_booking(&mut self, booking: &Booking) {
        self.bookings.insert(booking.id);
        self.note(booking);
    }

    /// Puts many at once.
    pub(super) fn enter(&mut self, bookings: &[&Booking]) {
        self.bookings = std::mem::take(&mut self.bookings).into_iter().chain(bookings.iter().map(|booking| booking.id)).collect();
        bookings.iter().for_each(|booking| self.note(booking));
    }

    fn note(&mut self, booking: &Booking) {
        if booking.standing() != Standing::Offloaded {
            if let Some(seat) = booking.seat {
                self.seats.entry(seat).or_default().insert(booking.id);
            }
            if let Some(sequence) = booking.sequence {
                self.sequences.entry(sequence).or_default().insert(booking.id);
            }
        }
        if booking.is_helped() {
            self.helped.insert(booking.id);
        }
        if speaks(&booking.history) {
            self.spoken.insert(booking.id);
        }
        let contradicts = !booking.splits.is_empty()
            || booking.boardings().nth(1).is_some()
            || booking.check_ins().nth(1).is_some()
            || (booking.is_aboard() && booking.offloads().next().is_some())
            || (booking.was_moved && is_in_doubt(booking));
        if contradicts {
            self.suspects.insert(booking.id);
        }
    }

    pub(super) fn unput_booking(&mut self, booking: &Booking) {
        self.bookings.remove(&booking.id);
        self.suspects.remove(&booking.id);
        self.helped.remove(&booking.id);
        self.spoken.remove(&booking.id);
        if let Some(seat) = booking.seat {
            drop_from(&mut self.seats, &seat, booking.id);
        }
        if let Some(sequence) = booking.sequence {
            drop_from(&mut self.sequences, &sequence, booking.id);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.flight.is_none() && self.bookings.is_empty() && self.bags.is_empty()
    }
}

/// Whether the guest was moved to two flights, or was moved and is on board.
fn is_in_doubt(booking: &Booking) -> bool {
    let mut moves = booking.departures().filter(|(held, _)| !held.undone);
    moves.next().is_some_and(|_| booking.is_aboard() || moves.next().is_some())
}

fn drop_from<K: Ord>(index: &mut BTreeMap<K, BTreeSet<DocId>>, key: &K, id: DocId) {
    if let Some(holders) = index.get_mut(key) {
        holders.remove(&id);
        if holders.is_empty() {
            index.remove(key);
        }
    }
}
