//! Counting a flight: who is where, what must come off, and the figures for load control.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::fact::{BagLoad, CabinHeads, Figures, Mark, What};
use crate::record::{Bag, FlightKey};
use crate::said::{Said, said, with_hints};

/// Heads and bags of a flight. `booked = not_checked_in + checked_in + offloaded`, and `checked_in = boarded + missing`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Guests on the list or on their way to it; infants are not among them.
    pub booked: u32,
    pub not_checked_in: u32,
    /// Checked in, on board or not.
    pub checked_in: u32,
    pub boarded: u32,
    /// Checked in and not on board.
    pub missing: u32,
    pub offloaded: u32,
    /// Infants on the list, and those on board with their adults.
    pub infants: u32,
    pub infants_boarded: u32,
    /// Seats beyond their own of guests who are checked in.
    pub extra_seats: u32,
    /// Of those booked: who connects from another station's flight, and who is known from there alone and not on the list here.
    pub connecting: u32,
    pub not_on_list: u32,
    /// Who is on no list and was taken down by a person, by why; of these only who is checked in counts among those booked.
    pub no_rec: u32,
    pub go_show: u32,
    /// Who waits for a seat: of those booked, and of those on no list.
    pub standby: u32,
    /// Bags that nobody took out of the flight.
    pub bags: u32,
    /// Bags whose guest is not on board and that nobody has confirmed to be off.
    pub bags_to_unload: u32,
}

/// A closing sheet that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    pub flight: FlightKey,
    pub figures: Figures,
    pub taken: Taken,
    /// Whether the flight was opened again after it.
    pub withdrawn: bool,
    /// Whether its figures are those of now: not if another desk boarded a guest without seeing the closing.
    pub agrees: bool,
}

/// Who took a sheet, where and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    pub by: String,
    pub desk: String,
    /// Milliseconds since 1970 UTC.
    pub at: i64,
}

impl Counts {
    /// Whether the figures agree with one another; they always do unless we are wrong.
    pub fn add_up(&self) -> bool {
        self.booked == self.not_checked_in + self.checked_in + self.offloaded
            && self.checked_in == self.boarded + self.missing
            && self.infants_boarded <= self.infants
            && self.bags_to_unload <= self.bags
    }
}

impl Station {
    pub fn counts(&self, key: &FlightKey) -> Counts {
        let mut counts = Counts::default();
        for booking in self.on(key).filter(|booking| !booking.is_former_connection()) {
            counts.connecting += u32::from(booking.arrivals().next().is_some());
            counts.not_on_list += u32::from(booking.is_copy());
            let infant = u32::from(booking.has_infant());
            let mark = booking.mark();
            counts.no_rec += u32::from(mark == Some(Mark::NoRec));
            counts.go_show += u32::from(mark == Some(Mark::GoShow));
            counts.standby += u32::from(booking.standing() == Standing::Listed && booking.waits());
            if mark.is_some() && !booking.is_checked_in() {
                continue;
            }
            counts.booked += 1;
            counts.infants += infant;
            match booking.standing() {
                Standing::Listed => counts.not_checked_in += 1,
                Standing::Offloaded => counts.offloaded += 1,
                Standing::CheckedIn => {
                    counts.missing += 1;
                    counts.extra_seats += booking.extra_seats();
                }
                Standing::Aboard => {
                    counts.boarded += 1;
                    counts.infants_boarded += infant;
                    counts.extra_seats += booking.extra_seats();
                }
            }
        }
        counts.checked_in = counts.boarded + counts.missing;
        for bag in self.bags_on(key).filter(|bag| !bag.is_removed()) {
            counts.bags += 1;
            counts.bags_to_unload += u32::from(self.must_come_off(bag));
        }
        counts
    }

    /// The figures for load control as they are now. The version is the one that the next closing will have.
    pub fn figures(&self, key: &FlightKey) -> Figures {
        let mut cabins: BTreeMap<char, CabinHeads> = BTreeMap::new();
        let mut extra_seats = 0;
        let aboard = || self.on(key).filter(|booking| booking.is_aboard());
        for booking in aboard() {
            let cabin = booking.listing.cabin.unwrap_or('-');
            let heads = cabins.entry(cabin).or_insert(CabinHeads { cabin, adults: 0, children: 0, infants: 0 });
            if booking.listing.child {
                heads.children += 1;
            } else {
                heads.adults += 1;
            }
            heads.infants += u32::from(booking.has_infant());
            extra_seats += booking.extra_seats();
        }
        let mut bags: BTreeMap<String, BagLoad> = BTreeMap::new();
        for bag in self.bags_on(key).filter(|bag| bag.flies() && !self.must_come_off(bag)) {
            let destination = bag.destination.map_or_else(|| "-".to_owned(), |code| code.to_string());
            let load = bags.entry(destination.clone()).or_insert(BagLoad { destination, pieces: 0, kg: 0 });
            load.pieces += 1;
            load.kg += u32::from(bag.kg.unwrap_or(0));
        }
        let highest = self.flight(key).and_then(|flight| flight.sheets().map(|(_, sheet)| sheet.version).max()).unwrap_or(0);
        let order = self.flight(key).map(|flight| flight.cabins.iter().map(|cabin| cabin.letter).collect::<Vec<_>>()).unwrap_or_default();
        let mut cabins: Vec<CabinHeads> = cabins.into_values().collect();
        cabins.sort_by_key(|heads| (order.iter().position(|letter| *letter == heads.cabin).unwrap_or(usize::MAX), heads.cabin));
        Figures { version: highest.saturating_add(1), cabins, bags: bags.into_values().collect(), extra_seats }
    }

    /// Every closing sheet that was taken, by version.
    pub fn sheets(&self, key: &FlightKey) -> Vec<Sheet> {
        let Some(flight) = self.flight(key) else { return Vec::new() };
        let mut sheets: Vec<_> = flight.sheets().collect();
        sheets.sort_by_key(|(held, figures)| (figures.version, held.id));
        let now = self.figures(key);
        let sheet = |(held, figures): (&crate::record::fact::Held, &Figures)| Sheet {
            flight: *key,
            figures: figures.clone(),
            taken: Taken { by: held.fact.by.to_string(), desk: held.fact.desk.to_string(), at: held.fact.at },
            withdrawn: held.undone,
            agrees: *figures == Figures { version: figures.version, ..now.clone() },
        };
        sheets.into_iter().map(sheet).collect()
    }

    /// Whether a bag must not fly: its guest is not on board, or nobody knows whose it is. Of a pooled bag both the head and who handed it in must be on
    /// board; a rush bag has no guest.
    pub(super) fn must_come_off(&self, bag: &Bag) -> bool {
        let is_aboard = |id: DocId| self.booking(id).is_some_and(|guest| guest.is_aboard() && self.is_here(guest));
        let has_guest = bag.owner.map_or(bag.is_rush(), is_aboard) && bag.handed_in_by().is_none_or(is_aboard);
        bag.flies() && !has_guest
    }

    pub(super) fn close_flight(&self, key: &FlightKey, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.open(key)?;
        self.is_not_back(key)?;
        let unload = self.bags_to_unload(key);
        if !unload.is_empty() {
            let tags: Vec<String> = unload.iter().take(5).map(|row| row.tag.to_string()).collect();
            let more = if unload.len() > tags.len() { ", ..." } else { "" };
            let bags = words::count(unload.len(), "bag has", "bags have");
            let message = Said::new("", format!("{bags} no guest on board: {}{more}.", tags.join(", ")));
            let message = message.arg("count", unload.len()).arg("tags", tags);
            return Err(Refusal::new("bags-to-unload", message, "Unload each bag and tick it, or board its guest. Then close the flight.", 409));
        }
        let sheet = self.figures(key);
        let counts = self.counts(key);
        let open_conflicts = self.conflicts_of(key).iter().filter(|conflict| conflict.resolution.is_none()).count();
        let mut todo = Vec::new();
        if counts.missing > 0 {
            let count = words::count(counts.missing as usize, "guest is", "guests are");
            todo.push(said!("todo-left-behind", "{count} checked in and not on board. They stay here.", count = count));
        }
        if open_conflicts > 0 {
            let count = words::count(open_conflicts, "review is", "reviews are");
            todo.push(said!("todo-open-reviews", "{count} still open on this flight. Settle them and check the figures again.", count = count));
        }
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let heads = counts.boarded;
        let message = format!(
            "{} is closed with {} and {}.",
            key.flight(),
            words::count(heads as usize, "guest", "guests"),
            words::count(counts.infants_boarded as usize, "infant", "infants")
        );
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "flight": key, "counts": counts, "sheet": sheet });
        let answer = with_hints(answer, &todo);
        let summary = format!("closed {key}, sheet {}", sheet.version);
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::Closed { sheet: Box::new(sheet) }, Vec::new());
        Ok(draft.decision(answer, summary))
    }

    pub(super) fn reopen_flight(&self, key: &FlightKey, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.worked(key)?;
        if !flight.is_closed() {
            return Err(Refusal::new("flight-open", said!("", "{flight} is open.", flight = key.flight()), "Go on with the flight.", 409));
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::Reopened { reason: reason.trim().to_owned() }, flight.closings());
        let message = format!("{} is open again.", key.flight());
        let todo = [said!("todo-tell-load-control", "Tell load control that the closing figures no longer hold.")];
        let answer = with_hints(json!({ "tone": Tone::Amber, "message": message, "todo": todo, "flight": key }), &todo);
        Ok(draft.decision(answer, format!("reopened {key}")))
    }
}
