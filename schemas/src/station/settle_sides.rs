//! The sides of a comparison: a flight as it is here, and a host's list as it was read.

use std::collections::{BTreeMap, BTreeSet};

use super::Station;
use super::host_list::digits;
use super::host_match::bare;
use super::settle::{GuestState, Here, Presence, Side, Subject};
use crate::record::booking::Standing;
use crate::record::fact::{Documents, HostColumn, HostReading};
use crate::record::host_page::{HostFault, HostRow, HostState};
use crate::record::{Booking, DocRef, FlightKey};

/// How far a guest is by a row of the host's list: as it says, or by the sequence number where the list has no word for it.
pub(super) fn presence_of(row: &HostRow) -> Presence {
    match row.state {
        Some(HostState::CheckedIn) => Presence::In,
        Some(HostState::Boarded) => Presence::Aboard,
        Some(HostState::Listed | HostState::Offloaded) => Presence::Out,
        None if row.sequence.is_some() => Presence::In,
        None => Presence::Out,
    }
}

impl Station {
    /// Everything that a reading said; nothing while a page of it has not come.
    pub(super) fn rows_of(&self, key: &FlightKey, reading: &HostReading) -> Option<(Vec<HostRow>, Vec<HostFault>)> {
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        for page in 1..=reading.pages {
            let page = self.host_pages.get(&self.ids.host_page(key, &reading.hash, page))?;
            rows.extend(page.rows());
            faults.extend(page.faults());
        }
        Some((rows, faults))
    }

    /// A reading as a side.
    pub(super) fn host_side(&self, key: &FlightKey, reading: &HostReading, rows: &[HostRow]) -> Side {
        let mut side = Side { columns: reading.columns.clone(), in_part: reading.unread > 0, ..Side::default() };
        let mut ranks: BTreeMap<String, usize> = BTreeMap::new();
        for (row, found) in rows.iter().zip(self.guests_of_rows(key, rows)) {
            let subject = match found {
                Some(booking) => Subject::Booking(DocRef(booking)),
                None => {
                    let locator = row.locator.map_or_else(|| "-".to_owned(), |locator| locator.to_string());
                    let who = format!("{locator} {}", bare(&row.name));
                    let rank = ranks.entry(who.clone()).or_default();
                    *rank += 1;
                    Subject::Host(format!("{who} {rank}"))
                }
            };
            for tag in &row.bags {
                side.bags.entry(*tag).or_insert_with(|| subject.clone());
            }
            side.guests.insert(subject, host_guest(row, &reading.columns));
        }
        side
    }

    /// The flight as it is here.
    pub(super) fn our_side(&self, key: &FlightKey) -> (Side, Here) {
        let mut side = Side::default();
        let mut here = Here { closed: self.flight(key).is_some_and(|flight| flight.is_closed()), ..Here::default() };
        // Who only comes from another station's list is not this host's yet.
        let guests = self.on(key).filter(|guest| !guest.is_former_connection() && (!guest.is_copy() || guest.is_checked_in()));
        for guest in guests {
            let subject = Subject::Booking(DocRef(guest.id));
            if guest.is_checked_in() && self.pass_issue(guest.id).is_some() && !guest.needs_pass() {
                here.printed.insert(subject.clone());
            }
            if guest.mark().is_some() {
                here.added.insert(subject.clone());
            }
            side.guests.insert(subject, our_guest(guest));
        }
        for guest in self.bookings_moved_from(key) {
            let there = self.stands_at(guest.id).and_then(|id| self.booking(id)).map(|there| there.flight);
            let said = guest.departures().filter(|(held, _)| !held.undone).map(|(_, moved)| moved.to).min();
            here.moved.extend(there.or(said).map(|to| (Subject::Booking(DocRef(guest.id)), to)));
        }
        for bag in self.bags_on(key).filter(|bag| bag.flies()) {
            let owner = bag.owner.map(|owner| Subject::Booking(DocRef(owner))).filter(|owner| side.guests.contains_key(owner));
            if let Some(owner) = owner {
                side.bags.insert(bag.tag, owner);
            }
        }
        (side, here)
    }
}

fn our_guest(guest: &Booking) -> GuestState {
    let listing = &guest.listing;
    GuestState {
        name: guest.name().to_owned(),
        ticket: listing.ticket.as_deref().map(digits).filter(|digits| digits.len() == 13),
        class: listing.class,
        onward: Some(listing.onward.iter().map(|leg| flight_of_leg(leg)).collect()),
        presence: match guest.standing() {
            Standing::Listed | Standing::Offloaded => Presence::Out,
            Standing::CheckedIn => Presence::In,
            Standing::Aboard => Presence::Aboard,
        },
        seat: guest.seat,
        sequence: guest.sequence,
        documents: guest.documents().map(|outcome| outcome != Documents::Refused),
        pieces: None,
    }
}

fn host_guest(row: &HostRow, columns: &BTreeSet<HostColumn>) -> GuestState {
    GuestState {
        name: row.name.clone(),
        ticket: row.ticket.clone(),
        class: row.class,
        onward: columns.contains(&HostColumn::Onward).then(|| row.onward.iter().map(|leg| flight_of_leg(leg)).collect()),
        presence: presence_of(row),
        seat: row.seat,
        sequence: row.sequence,
        documents: row.documents,
        pieces: row.pieces,
    }
}

/// Carrier and number alone: `CA178` of `CA178/22 PEK-BOS 2030 Y`.
pub(super) fn flight_of_leg(leg: &str) -> String {
    leg.split(['/', ' ']).next().unwrap_or_default().to_owned()
}
