//! An airline's host for one flight: who is booked, who is checked in, which bags there are, and whether it answers at all.

use std::collections::BTreeSet;

use schemas::record::FlightKey;
use schemas::record::host_page::HostState;
use schemas::standards::airport::AirportCode;
use schemas::standards::bag_tag::BagTag;
use schemas::standards::locator::Locator;
use schemas::standards::seat::Seat;

/// Serials of the host's own tags begin here, above the blocks of 99 desks.
const SERIALS_FROM: u32 = 995_000;

/// What the host numbers a bag with where the carrier has no number of its own.
const NUMERIC: u16 = 999;

/// The host's knowledge of one flight. Guests are named by their place, which never changes: who is cancelled stays in place and is left out of everything.
#[derive(Debug, Clone)]
pub struct Host {
    pub(crate) flight: FlightKey,
    pub(crate) destination: AirportCode,
    pub(crate) guests: Vec<Guest>,
    /// What passenger lists and their changes said last, guest by guest; nothing before the first list.
    pub(crate) told: Option<Vec<Option<Booked>>>,
    last_sequence: u16,
    next_serial: u32,
    silent: bool,
}

/// What a booking says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booked {
    /// Surname and given name with its title: `LI/NAMS`.
    pub name: String,
    pub locator: Locator,
    /// 13 digits.
    pub ticket: Option<String>,
    pub class: char,
    /// `C` or `Y`: the compartment.
    pub cabin: char,
    /// Elements of the name as a list writes them, without the leading dot: `R/WCHR HK1`, `O/CA0925Y22PEKNRT2010HK`.
    pub elements: Vec<String>,
    /// Carriers and numbers of the flights after this one: `CA925`.
    pub onward: Vec<String>,
}

/// A guest as the host knows the guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub booked: Booked,
    /// Not on the flight any more.
    pub cancelled: bool,
    pub state: HostState,
    pub seat: Option<Seat>,
    pub sequence: Option<u16>,
    pub documents: bool,
    /// The bags that are checked in under this guest.
    pub bags: BTreeSet<BagTag>,
}

impl Host {
    /// A flight with nobody on it.
    pub fn new(flight: FlightKey, destination: AirportCode) -> Self {
        Self { flight, destination, guests: Vec::new(), told: None, last_sequence: 0, next_serial: SERIALS_FROM, silent: false }
    }

    pub fn flight(&self) -> FlightKey {
        self.flight
    }

    pub fn destination(&self) -> AirportCode {
        self.destination
    }

    /// Everybody who is not cancelled, with their places.
    pub fn guests(&self) -> impl Iterator<Item = (usize, &Guest)> {
        self.guests.iter().enumerate().filter(|(_, guest)| !guest.cancelled)
    }

    /// A guest by place, cancelled or not.
    pub fn guest(&self, at: usize) -> Option<&Guest> {
        self.guests.get(at)
    }

    /// The place of a guest: by locator and name, else by the only one under the locator, else by a name that only one has.
    pub fn find(&self, locator: Option<Locator>, name: &str) -> Option<usize> {
        let only = |fits: &dyn Fn(&Guest) -> bool| {
            let mut found = self.guests().filter(|(_, guest)| fits(guest));
            found.next().filter(|_| found.next().is_none()).map(|(at, _)| at)
        };
        let under = |guest: &Guest| locator == Some(guest.booked.locator);
        only(&|guest| under(guest) && guest.booked.name == name)
            .or_else(|| only(&under))
            .or_else(|| only(&|guest| guest.booked.name == name && locator.is_none()))
    }

    /// Nobody reaches the host from now on.
    pub fn fall_silent(&mut self) {
        self.silent = true;
    }

    /// The host is back.
    pub fn come_back(&mut self) {
        self.silent = false;
    }

    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// Books somebody on the flight; the place.
    pub fn book(&mut self, booked: Booked) -> usize {
        self.guests.push(Guest {
            booked,
            cancelled: false,
            state: HostState::Listed,
            seat: None,
            sequence: None,
            documents: false,
            bags: BTreeSet::new(),
        });
        self.guests.len() - 1
    }

    /// Takes a booking off the flight, with check-in and bags.
    pub fn cancel(&mut self, at: usize) {
        self.change(at, |guest| {
            *guest = Guest { cancelled: true, state: HostState::Listed, seat: None, sequence: None, bags: BTreeSet::new(), ..guest.clone() };
        });
    }

    /// Changes what a booking says: another ticket, name, class or flights after this one.
    pub fn rebook(&mut self, at: usize, change: impl FnOnce(&mut Booked)) {
        self.change(at, |guest| change(&mut guest.booked));
    }

    /// Checks a guest in under the next sequence number; the number.
    pub fn check_in(&mut self, at: usize, seat: Option<Seat>) -> u16 {
        self.last_sequence += 1;
        let sequence = self.last_sequence;
        self.change(at, |guest| (guest.state, guest.seat, guest.sequence) = (HostState::CheckedIn, seat, Some(sequence)));
        sequence
    }

    /// Takes a check-in back, with its bags.
    pub fn cancel_check_in(&mut self, at: usize) {
        self.change(at, |guest| {
            (guest.state, guest.seat, guest.sequence) = (HostState::Listed, None, None);
            guest.bags.clear();
        });
    }

    pub fn board(&mut self, at: usize) {
        self.change(at, |guest| guest.state = HostState::Boarded);
    }

    /// Takes a guest off the flight who was checked in. The bags stay until somebody takes them off.
    pub fn offload(&mut self, at: usize) {
        self.change(at, |guest| (guest.state, guest.seat, guest.sequence) = (HostState::Offloaded, None, None));
    }

    pub fn change_seat(&mut self, at: usize, seat: Seat) {
        self.change(at, |guest| guest.seat = Some(seat));
    }

    /// Gives another sequence number than the one before; the number.
    pub fn renumber(&mut self, at: usize) -> u16 {
        self.last_sequence += 1;
        let sequence = self.last_sequence;
        self.change(at, |guest| guest.sequence = Some(sequence));
        sequence
    }

    /// Whether somebody has seen the guest's documents.
    pub fn note_documents(&mut self, at: usize, seen: bool) {
        self.change(at, |guest| guest.documents = seen);
    }

    /// Takes a bag from a guest; its tag, from the host's own numbers.
    pub fn take_bag(&mut self, at: usize) -> Option<BagTag> {
        let numeric = self.flight.carrier().numeric().unwrap_or(NUMERIC);
        let tag = BagTag::from_parts(0, numeric, self.next_serial).ok()?;
        self.next_serial += 1;
        self.add_bag(at, tag);
        Some(tag)
    }

    /// Puts a bag down under a guest, whosever it was.
    pub fn add_bag(&mut self, at: usize, tag: BagTag) {
        self.take_bag_off(tag);
        self.change(at, |guest| {
            guest.bags.insert(tag);
        });
    }

    pub fn take_bag_off(&mut self, tag: BagTag) {
        for guest in &mut self.guests {
            guest.bags.remove(&tag);
        }
    }

    pub(crate) fn change(&mut self, at: usize, change: impl FnOnce(&mut Guest)) {
        if let Some(guest) = self.guests.get_mut(at) {
            change(guest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bag_is_under_one_guest_and_a_cancelled_guest_is_nowhere() {
        let mut host = Host::invent("CA1501.2026-11-22.PVG".parse().unwrap(), "PEK".parse().unwrap(), 20, 1);
        let tag = host.take_bag(3).unwrap();
        host.add_bag(4, tag);
        assert_eq!(host.guests().filter(|(_, guest)| guest.bags.contains(&tag)).map(|(at, _)| at).collect::<Vec<_>>(), [4]);
        let booked = host.guest(4).unwrap().booked.clone();
        assert_eq!(host.find(Some(booked.locator), &booked.name), Some(4));
        host.cancel(4);
        assert_eq!((host.find(Some(booked.locator), &booked.name), host.guests().count()), (None, 19));
        assert_eq!(host.find(None, &host.guest(5).unwrap().booked.name), Some(5));
    }
}
