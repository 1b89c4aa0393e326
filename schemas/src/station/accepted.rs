//! What was accepted of the host's list holds here from the hand-back on, and not only from the host's next list: tickets, classes, seats, check-ins, bags.

use std::collections::{BTreeMap, BTreeSet};

use super::Station;
use super::connecting::LegWords;
use super::decide::Draft;
use super::host_import::adopt_guest;
use super::import::{cabin_of, says_something};
use super::list_changes::{mark_of, set_value};
use super::settle::{DifferenceKind, Presence};
use super::settle_sides::{flight_of_leg, presence_of};
use super::settlement::{Settlement, SettlementRow};
use crate::flat::{DocId, Scalar};
use crate::record::booking::Standing;
use crate::record::fact::{DifferenceEnd, HostColumn, Source, What};
use crate::record::host_page::{HostRow, HostState};
use crate::record::{Booking, Flight};

/// What was accepted of a guest: of which kind, and what of it.
type Part = (DifferenceKind, &'static str);

/// What a hand-back takes in of the host's list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Accepted {
    /// Guests and bags that are now as the host says.
    pub(super) changed: usize,
    /// Guests who were accepted and whom only a list of the airline can bring.
    pub(super) unknown: usize,
}

impl Station {
    /// Adds what was accepted of the newest list. Names come with the list's own change message: under the old name others still look for the guest.
    pub(super) fn take_accepted(&self, draft: &mut Draft<'_>, flight: &Flight, settlement: &Settlement) -> Accepted {
        let mut taken = Accepted::default();
        let accepted: Vec<&SettlementRow> = settlement.rows.iter().filter(|row| is_accepted(row)).collect();
        let Some((reading, rows)) = self.newest_host_list(flight).filter(|_| !accepted.is_empty()) else { return taken };
        let mut known: BTreeMap<DocId, &HostRow> = BTreeMap::new();
        let mut owners: BTreeMap<_, &Booking> = BTreeMap::new();
        for (row, guest) in rows.iter().zip(self.guests_of_rows(&flight.key, &rows)) {
            let Some(guest) = guest.and_then(|id| self.booking(id)).filter(|guest| self.is_here(guest)) else { continue };
            known.insert(guest.id, row);
            owners.extend(row.bags.iter().map(|tag| (*tag, guest)));
        }
        let mut guests: BTreeMap<DocId, BTreeSet<Part>> = BTreeMap::new();
        for row in accepted {
            let difference = &row.difference;
            match (difference.kind, difference.tag, difference.booking) {
                (DifferenceKind::Bag, Some(tag), _) => {
                    let owner = owners.get(&tag);
                    taken.changed += usize::from(owner.is_some_and(|owner| self.adopt_bag(draft, &flight.key, tag, owner, &reading.hash)));
                }
                (DifferenceKind::Guest, _, None) => taken.unknown += 1,
                // What was seen here was seen, and bags without tags are nobody's.
                (DifferenceKind::Documents | DifferenceKind::Pieces, ..) | (_, _, None) => {}
                (DifferenceKind::Booking, ..) if difference.field == "name" => {}
                (kind, _, Some(booking)) => drop(guests.entry(booking.0).or_default().insert((kind, difference.field))),
            }
        }
        for (id, kinds) in guests {
            let Some(guest) = self.booking(id).filter(|guest| self.is_here(guest)) else { continue };
            taken.changed += 1;
            match known.get(&id) {
                Some(row) => take_guest(draft, flight, guest, row, &kinds, &reading.columns, &reading.hash),
                None => take_off(draft, guest, &reading.hash),
            }
        }
        taken
    }
}

/// Whether everybody who settled it took the host's word.
fn is_accepted(row: &SettlementRow) -> bool {
    !row.settled.is_empty() && row.settled.iter().all(|settled| settled.how == DifferenceEnd::HostAccepted)
}

fn take_guest(
    draft: &mut Draft<'_>,
    flight: &Flight,
    guest: &Booking,
    row: &HostRow,
    accepted: &BTreeSet<Part>,
    columns: &BTreeSet<HostColumn>,
    hash: &str,
) {
    let takes = |kind| accepted.iter().any(|(known, _)| *known == kind);
    if takes(DifferenceKind::Booking) {
        let fields = accepted.iter().filter(|(kind, _)| *kind == DifferenceKind::Booking).map(|(_, field)| *field).collect();
        relist(draft, flight, guest, row, columns, &fields, hash);
    }
    let was_out = !guest.is_checked_in();
    if takes(DifferenceKind::Presence) {
        // A check-in is taken with its seat and number; of a guest who was checked in here, these are settled by themselves.
        let whole = was_out || presence_of(row) == Presence::Out;
        let seat = if whole || takes(DifferenceKind::Seat) { row.seat } else { guest.seat };
        let sequence = if whole || takes(DifferenceKind::Sequence) { row.sequence } else { guest.sequence };
        let state = row.state.or_else(|| (presence_of(row) == Presence::In).then_some(HostState::CheckedIn));
        adopt_guest(draft, guest, &HostRow { seat, sequence, state, ..row.clone() }, columns);
        return;
    }
    let mut part = draft.edit(&guest.flight.scope(), guest.id);
    if takes(DifferenceKind::Sequence) {
        part = part.set("sequence", row.sequence.map_or(Scalar::Null, |number| Scalar::Int(number.into())));
    }
    if takes(DifferenceKind::Seat) {
        match row.seat {
            Some(seat) => part.say("seat", seat).fact_from(Source::HostList, What::SeatGiven { seat }, Vec::new()),
            None => part.set("seat", Scalar::Null),
        };
    }
}

/// Those of ticket, class and onward flights that were accepted as the host has them, until a later message of the list says otherwise.
fn relist(
    draft: &mut Draft<'_>,
    flight: &Flight,
    guest: &Booking,
    row: &HostRow,
    columns: &BTreeSet<HostColumn>,
    fields: &BTreeSet<&str>,
    hash: &str,
) {
    let old = &guest.listing;
    let mut new = old.clone();
    if let Some(ticket) =
        row.ticket.as_deref().filter(|ticket| fields.contains("ticket") && old.ticket.as_deref().is_none_or(|known| !known.starts_with(ticket)))
    {
        new.ticket = Some(ticket.into());
    }
    if fields.contains("class") && row.class.is_some() && row.class != old.class {
        new.class = row.class;
        new.cabin = row.class.and_then(|class| cabin_of(&flight.cabins, class)).or(old.cabin);
    }
    if fields.contains("onward") && columns.contains(&HostColumn::Onward) {
        // What the list said of a leg beside its flight stays with it; of a new leg the flight alone would lose the connection.
        let known = |text: &String| old.onward.iter().find(|known| flight_of_leg(known) == flight_of_leg(text)).cloned();
        let leg = |text: &String| known(text).or_else(|| LegWords::read(text).map(|_| text.as_str().into()));
        if let Some(onward) = row.onward.iter().map(leg).collect() {
            new.onward = onward;
        }
    }
    let newest = guest.history.live(|_| true).filter_map(|held| mark_of(&held.fact.what)).max();
    let Some(newest) = newest else {
        // No change message came: the list's own word changes, as by a newer list.
        let before = old.fields();
        let changed = new.fields().into_iter().zip(before).filter(|(new, old)| new != old);
        let mut part = draft.edit(&guest.flight.scope(), guest.id);
        for ((field, value), _) in changed {
            part = part.set(field, value);
        }
        return;
    };
    let says = new.fields().into_iter().filter(|(field, value)| *field != "order" && says_something(value));
    let says = says.filter_map(|(field, value)| Some((field.to_owned(), set_value(value)?))).collect();
    let what = What::Relisted { list: hash.to_owned(), sent: just_after(newest), says: Box::new(says) };
    draft.edit(&guest.flight.scope(), guest.id).fact_from(Source::HostList, what, Vec::new());
}

/// The host has no booking any more.
fn take_off(draft: &mut Draft<'_>, guest: &Booking, hash: &str) {
    let newest = guest.history.live(|_| true).filter_map(|held| mark_of(&held.fact.what)).max().unwrap_or_default();
    let gone = What::Delisted { list: hash.to_owned(), sent: just_after(newest) };
    if guest.standing() != Standing::Listed {
        adopt_guest(draft, guest, &HostRow { state: Some(HostState::Listed), ..HostRow::default() }, &BTreeSet::new());
    }
    draft.edit(&guest.flight.scope(), guest.id).fact_from(Source::HostList, gone, Vec::new());
}

/// A mark that sorts right behind that of the newest change message, and before any later one.
fn just_after(newest: &str) -> String {
    format!("{newest}!")
}
