//! The pass of a flight that a guest has left, shown at the gate of the flight to which the guest was moved.

use super::gate::names_match;
use super::{Station, words};
use crate::command::Refusal;
use crate::record::{Booking, FlightKey};
use crate::said::said;
use crate::standards::bcbp;

impl Station {
    /// Words for a pass of another flight whose guest was moved to this one; nothing for any other pass.
    pub(super) fn pass_before_move(&self, key: &FlightKey, scan: &str) -> Option<Refusal> {
        let pass = bcbp::parse(scan).ok()?;
        let numbers: Vec<_> = pass.legs().filter_map(|leg| Some((leg.flight_number()?, leg.locator()))).collect();
        let fits = |guest: &Booking, from: &FlightKey| {
            let same = |known| guest.locators().next().is_none() || guest.locators().any(|own| own == known);
            numbers.iter().any(|(number, locator)| *number == from.flight() && locator.is_none_or(same))
        };
        let came = self.on(key).filter(|guest| guest.was_moved && names_match(guest, pass.name().trim()));
        let mut came = came.filter_map(|guest| Some((guest, self.moved_here(guest)?.from))).filter(|(guest, from)| fits(guest, from));
        let (guest, from) = came.next()?;
        let (name, flight) = (guest.name(), words::flight(&from));
        Some(match guest.is_checked_in() {
            true => {
                let words = said!("", "{name} was moved here from {flight}; this is the old pass.", name = name, flight = flight);
                Refusal::new("old-pass", words, "Ask for the new pass, or board the guest by name.", 409).amber()
            }
            false => {
                let words = said!("not-checked-in", "{name} was moved here from {flight} and is not checked in here.", name = name, flight = flight);
                Refusal::new("old-pass", words, "Check the guest in and give the new pass.", 409).amber()
            }
        })
    }
}
