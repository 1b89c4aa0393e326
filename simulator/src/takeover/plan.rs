//! What a seed plants: who works where, which thirty differences from the host there are to be found, and what goes wrong while messages go out.

use std::collections::BTreeSet;

use host::{Chance, Host};
use schemas::record::FlightKey;
use schemas::standards::seat::Seat;

/// Guests of the flight.
pub(super) const GUESTS: usize = 180;

/// Differences that are planted: rows that a hand-back has to show, over the host's list with tags and the one with numbers of pieces.
pub(super) const DIFFERENCES: usize = 30;

/// Rows of spare seats begin here.
const SPARE_ROW: u16 = 60;

/// A seed's choices.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) seed: u64,
    /// Checked in by the host before it falls silent, in this order.
    pub(super) by_host: Vec<usize>,
    /// Checked in at each of the two counters while they do not see each other.
    pub(super) at_counters: [Vec<usize>; 2],
    /// Who does not come.
    pub(super) nobody: Vec<usize>,
    /// Who has a bag from the host, and who hands one in here.
    pub(super) host_bags: BTreeSet<usize>,
    pub(super) bags: BTreeSet<usize>,
    /// Whose documents are looked at here.
    pub(super) documents: BTreeSet<usize>,
    /// Who is checked in and does not come to the gate.
    pub(super) staying: BTreeSet<usize>,
    pub(super) plants: Vec<Plant>,
    /// In which order what goes wrong with the hub and the receiver, once each.
    pub(super) troubles: Vec<Trouble>,
}

/// One change that one side alone makes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plant {
    pub(super) what: What,
    /// The guest; of a bag that is moved in the host, whose it is.
    pub(super) at: usize,
    /// Who gets the bag that is moved.
    pub(super) to: usize,
    /// The seat that we give, and the one that the host gives.
    pub(super) seats: [Seat; 2],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// A guest on no list is taken down and checked in here.
    GoShow,
    /// The host books and checks somebody in.
    NewBooking,
    /// The host's booking goes: of somebody who did not come, or who was checked in here.
    Cancelled,
    CancelledCheckedIn,
    Ticket,
    Class,
    Onward,
    Renamed,
    /// Of what happened here nobody tells the host.
    CheckedInHere,
    BoardedHere,
    OffloadedHere,
    DocumentsHere,
    SeatHere,
    BagHere,
    /// What the host did by itself.
    CheckedInThere,
    SeatThere,
    BagThere,
    /// The host says that a bag is of another guest.
    BagMoved,
    /// Both gave the guest a new seat.
    TwoSeats,
    /// The host gives a guest another number who was checked in here.
    Renumbered,
}

/// What goes wrong while messages go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    HubKilled,
    CounterKilled,
    ReceiverKilled,
    Busy,
    Hang,
    Lose,
    Die,
}

impl Trouble {
    const ALL: [Self; 7] = [Self::HubKilled, Self::CounterKilled, Self::ReceiverKilled, Self::Busy, Self::Hang, Self::Lose, Self::Die];
}

/// Those that make one row each, of which a seed draws some more.
const SINGLE: [What; 17] = [
    What::GoShow,
    What::NewBooking,
    What::Cancelled,
    What::CancelledCheckedIn,
    What::Ticket,
    What::Class,
    What::Onward,
    What::Renamed,
    What::CheckedInHere,
    What::BoardedHere,
    What::OffloadedHere,
    What::DocumentsHere,
    What::SeatHere,
    What::CheckedInThere,
    What::SeatThere,
    What::TwoSeats,
    What::Renumbered,
];

impl Plan {
    /// Every kind of change once, and as many more as make thirty rows.
    pub(super) fn draw(seed: u64, host: &Host) -> Self {
        let mut chance = Chance::new(seed).fork(0x7461_6b65);
        let order = shuffled((0..GUESTS).collect(), &mut chance);
        let (by_host, rest) = order.split_at(GUESTS / 2);
        let (one, rest) = rest.split_at(GUESTS / 6);
        let (two, nobody) = rest.split_at(GUESTS / 6);
        let both = |from: usize, to: usize| one[from..to].iter().chain(&two[from..to]).copied().collect::<Vec<_>>();
        let set = |parts: &[&[usize]]| parts.concat().into_iter().collect::<BTreeSet<usize>>();
        let mut plan = Self {
            seed,
            by_host: by_host.to_vec(),
            at_counters: [one.to_vec(), two.to_vec()],
            nobody: nobody.to_vec(),
            host_bags: set(&[&by_host[..32]]),
            bags: set(&[&both(0, 15)]),
            documents: set(&[&both(0, 8), &both(19, 24)]),
            staying: set(&[&by_host[30..32], &by_host[82..], &both(13, 19)]),
            plants: Vec::new(),
            troubles: shuffled(Trouble::ALL.to_vec(), &mut chance),
        };
        // Who goes on has flights behind this one, which an agent who books a guest again would have to type as well.
        let ends_here = |at: &usize| host.guest(*at).is_some_and(|guest| guest.booked.onward.is_empty());
        let plain = |guests: Vec<usize>| guests.into_iter().filter(ends_here).collect::<Vec<_>>();
        let mut free = Free {
            host_bag: by_host[..30].to_vec(),
            host_plain: by_host[32..82].to_vec(),
            host_staying: by_host[82..].to_vec(),
            bag: both(0, 13),
            staying: both(15, 19),
            documents: both(19, 24),
            plain: plain(both(24, 30)),
            nobody: plain(nobody.to_vec()),
            spare: 0,
        };
        let mut rows = 0;
        for what in [What::BagHere, What::BagThere, What::BagMoved].into_iter().chain(SINGLE) {
            rows += plan.plant(what, &mut free);
        }
        while rows < DIFFERENCES {
            let what = *chance.pick(&SINGLE);
            rows += plan.plant(what, &mut free);
        }
        plan
    }

    /// What is planted at a guest.
    pub(super) fn plant_at(&self, at: usize) -> Option<&Plant> {
        self.plants.iter().find(|plant| plant.at == at && !matches!(plant.what, What::GoShow | What::NewBooking))
    }

    /// Every guest who is checked in here or by the host, and comes.
    pub(super) fn coming(&self) -> Vec<usize> {
        let all = self.by_host.iter().chain(&self.at_counters[0]).chain(&self.at_counters[1]).copied();
        all.filter(|at| !self.staying.contains(at)).collect()
    }

    /// Adds a plant where a guest is left for it; how many rows it makes.
    fn plant(&mut self, what: What, free: &mut Free) -> usize {
        let at = match what {
            What::GoShow | What::NewBooking => Some(usize::MAX),
            What::Cancelled | What::CheckedInThere => free.nobody.pop(),
            What::CancelledCheckedIn | What::Renumbered => free.plain.pop(),
            What::CheckedInHere => free.staying.pop(),
            What::OffloadedHere => free.host_staying.pop(),
            What::DocumentsHere => free.documents.pop(),
            What::BagHere => free.bag.pop(),
            What::BagMoved => free.host_bag.pop(),
            What::Ticket | What::Class | What::Onward | What::Renamed | What::BoardedHere => free.host_plain.pop(),
            What::SeatHere | What::SeatThere | What::BagThere | What::TwoSeats => free.host_plain.pop(),
        };
        let to = if what == What::BagMoved { free.host_plain.pop() } else { Some(usize::MAX) };
        let seats = [free.seat(), free.seat()];
        let (Some(at), Some(to), [Some(ours), Some(theirs)]) = (at, to, seats) else { return 0 };
        self.plants.push(Plant { what, at, to, seats: [ours, theirs] });
        what.rows()
    }
}

impl What {
    /// Rows over both lists: a bag is one by its tag, and makes the pieces of each guest whom it concerns differ.
    fn rows(self) -> usize {
        match self {
            Self::BagHere | Self::BagThere => 2,
            Self::BagMoved => 3,
            _ => 1,
        }
    }
}

/// Guests at whom nothing was planted yet, by what happens with them.
struct Free {
    host_bag: Vec<usize>,
    host_plain: Vec<usize>,
    host_staying: Vec<usize>,
    bag: Vec<usize>,
    staying: Vec<usize>,
    documents: Vec<usize>,
    plain: Vec<usize>,
    nobody: Vec<usize>,
    spare: u16,
}

impl Free {
    fn seat(&mut self) -> Option<Seat> {
        self.spare += 1;
        spare_seat(self.spare)
    }
}

/// The seat in which a guest sits whom nobody moves.
pub(super) fn seat_of(at: usize) -> Option<Seat> {
    let (row, place) = if at < 12 { (1 + at / 4, at % 4) } else { (11 + (at - 12) / 6, (at - 12) % 6) };
    let letters = if at < 12 { "ACDF" } else { "ABCHJK" };
    Seat::new(u16::try_from(row).ok()?, letters.chars().nth(place)?).ok()
}

/// A seat behind all others.
pub(super) fn spare_seat(number: u16) -> Option<Seat> {
    Seat::new(SPARE_ROW + number / 6, "ABCHJK".chars().nth(usize::from(number % 6))?).ok()
}

/// The flight of a seed on a day.
pub(super) fn flight_on(day: &str) -> anyhow::Result<FlightKey> {
    Ok(format!("CA1501.{day}.PVG").parse()?)
}

fn shuffled<T>(mut all: Vec<T>, chance: &mut Chance) -> Vec<T> {
    for at in (1..all.len()).rev() {
        all.swap(at, chance.below(at as u64 + 1) as usize);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_seed_plants_thirty_rows_of_every_kind_at_guests_of_their_own() {
        for seed in 0..200 {
            let host = Host::invent(flight_on("2026-11-22").unwrap(), "PEK".parse().unwrap(), GUESTS, seed);
            let plan = Plan::draw(seed, &host);
            assert_eq!(plan.plants.iter().map(|plant| plant.what.rows()).sum::<usize>(), DIFFERENCES, "seed {seed}");
            assert_eq!(plan.plants.iter().map(|plant| plant.what).collect::<BTreeSet<_>>().len(), 20, "seed {seed}");
            let guests: Vec<usize> = plan.plants.iter().flat_map(|plant| [plant.at, plant.to]).filter(|at| *at != usize::MAX).collect();
            assert_eq!(guests.iter().collect::<BTreeSet<_>>().len(), guests.len(), "seed {seed}");
            let seats: BTreeSet<Seat> = (0..GUESTS).filter_map(seat_of).collect();
            assert_eq!((seats.len(), plan.coming().len() + plan.staying.len() + plan.nobody.len()), (GUESTS, GUESTS), "seed {seed}");
        }
    }
}
