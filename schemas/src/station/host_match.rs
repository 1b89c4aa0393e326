//! Which guest of a flight each row of the host's list is about.

use std::collections::{BTreeMap, BTreeSet};

use super::Station;
use super::gate::{names_match, plain, untitled};
use super::host_list::digits;
use crate::flat::DocId;
use crate::record::host_page::HostRow;
use crate::record::{Booking, FlightKey};

impl Station {
    /// For each row the booking that it is about, no booking twice: by ticket, by locator and name, by sequence and name, by a name that only one has, and
    /// by a locator under which only one is left. Who was moved away from the flight is meant too: the host may not know of it. What remains is nobody's.
    pub(super) fn guests_of_rows(&self, key: &FlightKey, rows: &[HostRow]) -> Vec<Option<DocId>> {
        let here = self.bookings_of(key);
        let guests: Vec<&Booking> = here.iter().copied().chain(self.bookings_moved_from(key)).collect();
        let mut matching = Matching { rows, found: vec![None; rows.len()], taken: BTreeSet::new() };
        let by_ticket = grouped(&guests, |guest| guest.listing.ticket.as_deref().map(digits).into_iter().collect::<Vec<_>>());
        matching.pass(|row| row.ticket.as_ref().and_then(|ticket| by_ticket.get(ticket)), |_, _| true);
        let by_locator = grouped(&guests, |guest| guest.locators().collect::<Vec<_>>());
        let named = |row: &HostRow, guest: &Booking| names_match(guest, &row.name);
        matching.pass(|row| row.locator.and_then(|locator| by_locator.get(&locator)), named);
        let by_sequence = grouped(&guests, |guest| guest.sequence.into_iter().collect::<Vec<_>>());
        matching.pass(|row| row.sequence.and_then(|sequence| by_sequence.get(&sequence)), named);
        let by_name = grouped(&guests, |guest| vec![bare(guest.name())]);
        let rows_by_name = grouped(rows, |row| vec![bare(&row.name)]);
        let only = |row: &HostRow, guest: &Booking| {
            let name = bare(&row.name);
            let alone = by_name.get(&name).is_some_and(|all| all.len() == 1) && rows_by_name.get(&name).is_some_and(|all| all.len() == 1);
            alone && (row.locator.is_none() || guest.locator().is_none())
        };
        matching.pass(|row| by_name.get(&bare(&row.name)), only);
        matching.left_under_locators(&grouped(&here, |guest| guest.locators().collect::<Vec<_>>()));
        matching.left_under_locators(&by_locator);
        matching.found
    }
}

struct Matching<'a> {
    rows: &'a [HostRow],
    found: Vec<Option<DocId>>,
    taken: BTreeSet<DocId>,
}

impl<'a> Matching<'a> {
    /// Gives each row that has none the first candidate who fits and is still free.
    fn pass<'b>(&mut self, candidates: impl Fn(&HostRow) -> Option<&'b Vec<&'b &'b Booking>>, fits: impl Fn(&HostRow, &Booking) -> bool) {
        for (row, found) in self.rows.iter().zip(&mut self.found).filter(|(_, found)| found.is_none()) {
            let free = |guest: &&&&Booking| !self.taken.contains(&guest.id) && fits(row, guest);
            if let Some(guest) = candidates(row).into_iter().flatten().find(free) {
                self.taken.insert(guest.id);
                *found = Some(guest.id);
            }
        }
    }

    /// The host may have another name for a guest than the list: where one row and one booking are left under a locator, they are one.
    fn left_under_locators(&mut self, by_locator: &BTreeMap<crate::standards::locator::Locator, Vec<&&Booking>>) {
        let left: Vec<usize> = (0..self.rows.len()).filter(|at| self.found[*at].is_none()).collect();
        let rows = grouped(&left, |at| self.rows[*at].locator.into_iter().collect::<Vec<_>>());
        for (locator, at) in rows {
            let free: Vec<DocId> =
                by_locator.get(&locator).into_iter().flatten().map(|guest| guest.id).filter(|id| !self.taken.contains(id)).collect();
            if let ([at], [only]) = (at.as_slice(), free.as_slice()) {
                self.found[**at] = Some(*only);
                self.taken.insert(*only);
            }
        }
    }
}

fn grouped<K: Ord, T>(items: &[T], keys: impl Fn(&T) -> Vec<K>) -> BTreeMap<K, Vec<&T>> {
    let mut groups: BTreeMap<K, Vec<&T>> = BTreeMap::new();
    for item in items {
        for key in keys(item) {
            groups.entry(key).or_default().push(item);
        }
    }
    groups
}

/// A name without blanks, marks and title.
pub(super) fn bare(name: &str) -> String {
    untitled(&plain(name)).to_owned()
}
