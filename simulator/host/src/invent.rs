//! Invented flights: guests with names, locators and tickets that do not repeat, by a seed.

use schemas::record::FlightKey;
use schemas::standards::airport::AirportCode;
use schemas::standards::locator::Locator;

use super::chance::Chance;
use super::flight::{Booked, Host};

const SURNAMES: [&str; 40] = [
    "ALDER", "BIRCH", "CEDAR", "DOGWOOD", "ELM", "FIRTREE", "GINKGO", "HAZEL", "IVY", "JUNIPER", "KAPOK", "LARCH", "MAPLE", "NUTMEG", "OAK", "PINE",
    "QUINCE", "ROWAN", "SPRUCE", "TEAK", "CHEN", "WANG", "LI", "ZHANG", "LIU", "YANG", "HUANG", "ZHAO", "WU", "ZHOU", "TANAKA", "SATO", "MUELLER",
    "SCHMIDT", "DUBOIS", "ROSSI", "GARCIA", "SILVA", "NOVAK", "JENSEN",
];
// None ends as a title does: a name is compared without its title.
const GIVEN: [&str; 24] = [
    "ADA", "BEN", "CARL", "DORA", "EMIL", "FAY", "GUS", "HANA", "IDA", "JON", "KIT", "LEO", "WEI", "FANG", "MIN", "JING", "LEI", "QIANG", "YAN",
    "TAO", "YUKI", "ANNA", "PAUL", "CLARA",
];

/// Letters of locators: no vowels but A and E, no letter that looks like a digit.
const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Of so many guests one has a wheelchair, and one goes on.
const WHEELCHAIR_IN: usize = 60;
const ONWARD_IN: usize = 20;

/// The first of a carrier's seats in front.
const FRONT: usize = 12;

impl Host {
    /// A flight with so many guests, each with a booking and a ticket of their own: twelve in front, one in sixty with a wheelchair, one in twenty going on.
    /// One seed gives one flight.
    pub fn invent(flight: FlightKey, destination: AirportCode, guests: usize, seed: u64) -> Self {
        let mut chance = Chance::new(seed).fork(0x686f_7374);
        let mut host = Self::new(flight, destination);
        let (first, locators) = (chance.below(GIVEN.len() as u64) as usize, chance.below(1 << 24) as usize);
        for at in 0..guests {
            let (wheelchair, onward) = (at % WHEELCHAIR_IN == WHEELCHAIR_IN / 2, at % ONWARD_IN == ONWARD_IN - 1);
            let booked = invented(flight, at, first, locators);
            host.book(with_services(booked, flight, destination, wheelchair, onward));
        }
        host
    }

    /// Somebody under a name, a locator and a ticket that nobody on the flight has; another `which` is somebody else.
    pub fn invent_guest(&self, which: usize) -> Booked {
        let mut at = self.guests.len() + which;
        loop {
            let booked = invented(self.flight, at, 0, 0x00ff_ffff);
            let is_known = self.guests.iter().any(|guest| guest.booked.locator == booked.locator || bare(&guest.booked.name) == bare(&booked.name));
            if !is_known {
                return booked;
            }
            at += self.guests.len() + 1;
        }
    }
}

fn invented(flight: FlightKey, at: usize, first: usize, locators: usize) -> Booked {
    let (surname, given) = (SURNAMES[at % SURNAMES.len()], given(at / SURNAMES.len() + first));
    let title = if at.is_multiple_of(2) { "MR" } else { "MS" };
    let numeric = flight.carrier().numeric().unwrap_or(999);
    let cabin = if at < FRONT { 'C' } else { 'Y' };
    Booked {
        name: format!("{surname}/{given}{title}"),
        locator: locator(flight.flight().number().into(), at, locators),
        ticket: Some(format!("{numeric:03}24{:08}", 1_000_000 + (locators % 1000) * 10_000 + at)),
        class: cabin,
        cabin,
        elements: Vec::new(),
        onward: Vec::new(),
    }
}

fn with_services(mut booked: Booked, flight: FlightKey, destination: AirportCode, wheelchair: bool, onward: bool) -> Booked {
    if wheelchair {
        booked.elements.push("R/WCHR HK1".to_owned());
    }
    if onward {
        let day = flight.date().format("%d");
        booked.elements.push(format!("O/CA0925{}{day}{destination}NRT2010HK", booked.class));
        booked.onward.push("CA925".to_owned());
    }
    booked
}

/// Different for every round through the surnames.
fn given(round: usize) -> String {
    let last = GIVEN[round % GIVEN.len()];
    match round / GIVEN.len() {
        0 => last.to_owned(),
        more => format!("{}{last}", GIVEN[(more - 1) % GIVEN.len()]),
    }
}

/// Six characters that look like a locator: of one flight they never repeat.
fn locator(number: usize, at: usize, salt: usize) -> Locator {
    // A step that has no factor in common with the number of letters reaches every value once.
    let mut rest = (number * 2000 + at) * 7919 + salt;
    let letter = |place: usize| {
        let found = char::from(LETTERS[(rest + place) % LETTERS.len()]);
        rest /= LETTERS.len();
        found
    };
    let text: String = (0..6).map(letter).collect();
    text.parse().expect("six capital letters are a locator")
}

/// A name without its title.
fn bare(name: &str) -> &str {
    name.strip_suffix("MR").or_else(|| name.strip_suffix("MS")).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_guests_of_a_flight_have_one_name_one_locator_or_one_ticket_and_a_seed_gives_one_flight() {
        for seed in 0..50 {
            let (flight, destination) = ("CA1501.2026-11-22.PVG".parse().unwrap(), "PEK".parse().unwrap());
            let mut host = Host::invent(flight, destination, 400, seed);
            for _ in 0..20 {
                host.book(host.invent_guest(0));
            }
            let distinct = |of: &dyn Fn(&Booked) -> String| host.guests().map(|(_, guest)| of(&guest.booked)).collect::<BTreeSet<_>>().len();
            let names = distinct(&|booked| bare(&booked.name).to_owned());
            let (locators, tickets) = (distinct(&|booked| booked.locator.to_string()), distinct(&|booked| booked.ticket.clone().unwrap_or_default()));
            assert_eq!((names, locators, tickets), (420, 420, 420), "seed {seed}");
            assert!(host.guests().all(|(_, guest)| guest.booked.ticket.as_ref().is_some_and(|ticket| ticket.len() == 13)));
            assert_eq!(Host::invent(flight, destination, 400, seed).guests, host.guests[..400]);
        }
    }
}
