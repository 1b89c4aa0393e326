//! The seats of a flight as a plan: which are free for a guest, which are taken, and which rows are this desk's own.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::Station;
use crate::flat::DocId;
use crate::record::FlightKey;
use crate::record::booking::Standing;
use crate::standards::seat::Seat;

/// The seats of the cabins that a guest may be seated in, as they are known here: another desk may have given some away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SeatPlan {
    pub cabins: Vec<PlanCabin>,
    /// Whether a person named the aircraft; else only rows and letters are shown in which somebody is known to sit.
    pub is_whole: bool,
    /// The rows from which this desk offers seats first.
    pub own_rows: Vec<u16>,
    /// The seat that this desk would offer.
    pub offer: Option<Seat>,
}

/// The rows of a cabin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanCabin {
    /// Nothing where the list names no cabin.
    pub cabin: Option<char>,
    /// Every letter that a row of the cabin has, from one side to the other.
    pub letters: Vec<char>,
    pub rows: Vec<PlanRow>,
}

/// A row; a letter that it does not have is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanRow {
    pub row: u16,
    pub own: bool,
    pub seats: Vec<PlanSeat>,
}

/// One seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PlanSeat {
    pub seat: Seat,
    #[serde(rename = "use")]
    pub taken: SeatUse,
}

/// Whether a seat can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeatUse {
    Free,
    /// The guest's own.
    Theirs,
    Taken,
    /// The list promises it to somebody who is not checked in: it can be given, and that guest is seated elsewhere.
    Promised,
}

impl Station {
    /// The seats that there are for a guest: those of the guest's cabin, or of all where none is listed. Nothing where the guest is not known.
    pub fn seat_plan(&self, booking: DocId) -> Option<SeatPlan> {
        let guest = self.booking(booking)?;
        let key = guest.flight;
        let promised: BTreeSet<Seat> =
            self.on(&key).filter(|other| other.id != booking && other.seat.is_none()).filter_map(|other| other.listing.seat).collect();
        let judge = |seat: Seat| match () {
            () if guest.seat == Some(seat) && guest.standing() != Standing::Offloaded => SeatUse::Theirs,
            () if self.holders(&key, seat).any(|holder| holder.id != booking) => SeatUse::Taken,
            () if promised.contains(&seat) => SeatUse::Promised,
            () => SeatUse::Free,
        };
        let all = self.seats_by_cabin(&key);
        let is_theirs = |cabin: &Option<char>| guest.listing.cabin.is_none() || *cabin == guest.listing.cabin || all.len() == 1;
        let cabins: Vec<PlanCabin> =
            all.iter().filter(|(cabin, _)| is_theirs(cabin)).map(|(cabin, seats)| self.plan_cabin(*cabin, seats, judge)).collect();
        let rows = || cabins.iter().flat_map(|cabin| &cabin.rows);
        let free = |row: &PlanRow| row.seats.iter().find(|seat| seat.taken == SeatUse::Free).map(|seat| seat.seat);
        let mut by_wish: Vec<&PlanRow> = rows().collect();
        by_wish.sort_by_key(|row| (!row.own, row.row));
        Some(SeatPlan {
            is_whole: self.has_map(&key),
            own_rows: rows().filter(|row| row.own).map(|row| row.row).collect(),
            offer: by_wish.into_iter().find_map(free),
            cabins,
        })
    }

    fn has_map(&self, key: &FlightKey) -> bool {
        self.flight(key).is_some_and(|flight| flight.map.is_some())
    }

    fn plan_cabin(&self, cabin: Option<char>, seats: &[Seat], judge: impl Fn(Seat) -> SeatUse) -> PlanCabin {
        let mut rows: BTreeMap<u16, Vec<PlanSeat>> = BTreeMap::new();
        let mut letters: Vec<char> = Vec::new();
        for seat in seats {
            rows.entry(seat.row()).or_default().push(PlanSeat { seat: *seat, taken: judge(*seat) });
            if !letters.contains(&seat.letter()) {
                letters.push(seat.letter());
            }
        }
        letters.sort_unstable();
        let row = |(row, seats)| PlanRow { row, own: self.is_own_row(row), seats };
        PlanCabin { cabin, letters, rows: rows.into_iter().map(row).collect() }
    }
}
