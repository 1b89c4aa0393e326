//! What staff do at the counters, and what they were told: the truth against which lists and messages are held.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use host::{Host, KeyedIn};
use schemas::record::host_page::HostState;
use schemas::standards::bag_tag::BagTag;
use schemas::standards::seat::Seat;
use serde_json::{Value, json};

use super::plan::{GUESTS, Plan, What, seat_of};
use super::station::Station;

/// Guests who are on no list have places from here on.
const ADDED_FROM: usize = 100_000;

/// What was done with each guest, as the desks answered; never what they show later.
pub(super) struct Work {
    pub(super) flight: String,
    bookings: BTreeMap<usize, String>,
    pub(super) done: BTreeMap<usize, KeyedIn>,
    /// Every bag that was taken here.
    pub(super) taken: BTreeSet<BagTag>,
    /// Bags that were scanned as loaded, and those that were ticked as unloaded.
    pub(super) loaded: Vec<BagTag>,
    pub(super) unloaded: BTreeSet<BagTag>,
    added: usize,
}

impl Work {
    /// Begins with what the host knows, and the bookings that a desk has under the host's locators.
    pub(super) fn begin(host: &Host, rows: &Value) -> Result<Self> {
        let mut work = Self {
            flight: host.flight().to_string(),
            bookings: BTreeMap::new(),
            done: BTreeMap::new(),
            taken: BTreeSet::new(),
            loaded: Vec::new(),
            unloaded: BTreeSet::new(),
            added: ADDED_FROM,
        };
        for (at, guest) in host.guests() {
            let locator = guest.booked.locator;
            let row =
                rows.as_array().into_iter().flatten().find(|row| row["locator"] == json!(locator)).context("a guest is not on the list here")?;
            work.bookings.insert(at, row["booking"].as_str().context("a guest has no booking")?.to_owned());
            let keyed = KeyedIn {
                name: guest.booked.name.clone(),
                locator: Some(locator),
                class: Some(guest.booked.class),
                state: guest.state,
                seat: guest.seat,
                sequence: guest.sequence,
                documents: guest.documents,
                bags: guest.bags.clone(),
            };
            work.done.insert(at, keyed);
        }
        Ok(work)
    }

    /// Guests who were taken down here.
    pub(super) fn added(&self) -> impl Iterator<Item = (usize, &KeyedIn)> {
        self.done.range(ADDED_FROM..).map(|(at, keyed)| (*at, keyed))
    }

    pub(super) fn guest(&self, at: usize) -> Result<&KeyedIn> {
        self.done.get(&at).context("a guest is not known")
    }

    /// Everybody who is on board.
    pub(super) fn aboard(&self) -> impl Iterator<Item = (usize, &KeyedIn)> {
        self.done.iter().filter(|(_, keyed)| keyed.state == HostState::Boarded).map(|(at, keyed)| (*at, keyed))
    }

    pub(super) fn check_in(&mut self, station: &Station, desk: &str, at: usize) -> Result<()> {
        let answer = station.must(desk, &self.wish(at)?)?;
        self.note_given(at, &answer["guests"][0])
    }

    /// The command that checks a guest in.
    pub(super) fn wish(&self, at: usize) -> Result<Value> {
        Ok(json!({ "kind": "check-in", "guests": [{ "booking": self.booking(at)?, "seat": seat_of(at) }] }))
    }

    /// Takes a guest down who is on no list, and clears the guest for a seat.
    pub(super) fn add_guest(&mut self, station: &Station, desk: &str, host: &Host, seat: Seat) -> Result<()> {
        let booked = (0..).map(|salt| host.invent_guest(salt)).find(|booked| self.done.values().all(|known| known.name != booked.name));
        let booked = booked.context("no name is left")?;
        let new = json!({
            "kind": "add-guest", "flight": self.flight, "name": booked.name, "locator": booked.locator, "mark": "go-show", "reason": "came without a booking",
        });
        let booking = station.must(desk, &new)?["booking"].as_str().context("a guest was added without a booking")?.to_owned();
        let cleared = station.must(desk, &json!({ "kind": "clear-guest", "booking": booking, "seat": seat }))?;
        let at = self.added;
        self.added += 1;
        self.bookings.insert(at, booking);
        let (name, locator, state) = (booked.name, Some(booked.locator), HostState::Listed);
        let new = KeyedIn { name, locator, class: Some('Y'), state, seat: None, sequence: None, documents: false, bags: BTreeSet::new() };
        self.done.insert(at, new);
        self.note_given(at, &cleared)
    }

    pub(super) fn add_bag(&mut self, station: &Station, desk: &str, at: usize) -> Result<()> {
        let kg = 12 + at % 11;
        let answer = station.must(desk, &json!({ "kind": "add-bag", "booking": self.booking(at)?, "weight_kg": kg }))?;
        let tag: BagTag = answer["tag"].as_str().context("a bag has no tag")?.parse()?;
        self.taken.insert(tag);
        self.change(at)?.bags.insert(tag);
        Ok(())
    }

    pub(super) fn see_documents(&mut self, station: &Station, desk: &str, at: usize) -> Result<()> {
        station.must(desk, &json!({ "kind": "note-documents", "booking": self.booking(at)?, "outcome": "seen" }))?;
        self.change(at)?.documents = true;
        Ok(())
    }

    pub(super) fn change_seat(&mut self, station: &Station, desk: &str, at: usize, seat: Seat) -> Result<()> {
        station.must(desk, &json!({ "kind": "change-seat", "booking": self.booking(at)?, "seat": seat }))?;
        self.change(at)?.seat = Some(seat);
        Ok(())
    }

    pub(super) fn board(&mut self, station: &Station, desk: &str, at: usize) -> Result<()> {
        station.must(desk, &json!({ "kind": "board", "flight": self.flight, "booking": self.booking(at)? }))?;
        self.change(at)?.state = HostState::Boarded;
        Ok(())
    }

    pub(super) fn offload(&mut self, station: &Station, desk: &str, at: usize) -> Result<()> {
        station.must(desk, &json!({ "kind": "offload", "booking": self.booking(at)?, "reason": "did not come to the gate" }))?;
        self.change(at)?.state = HostState::Offloaded;
        Ok(())
    }

    pub(super) fn load(&mut self, station: &Station, desk: &str, tag: BagTag) -> Result<()> {
        station.must(desk, &json!({ "kind": "scan-bag", "tag": tag, "point": "loaded", "flight": self.flight }))?;
        self.loaded.push(tag);
        Ok(())
    }

    /// Ticks the bags of a guest who is off the flight, one by one.
    pub(super) fn unload(&mut self, station: &Station, desk: &str, at: usize) -> Result<()> {
        for tag in std::mem::take(&mut self.change(at)?.bags) {
            station.must(desk, &json!({ "kind": "tick-unloaded", "flight": self.flight, "tag": tag }))?;
            self.unloaded.insert(tag);
        }
        Ok(())
    }

    /// What was accepted of the host holds here once the flight is back.
    pub(super) fn accept(&mut self, plan: &Plan, host: &Host) -> Result<()> {
        for plant in &plan.plants {
            let Some(known) = host.guest(plant.at) else { continue };
            match plant.what {
                What::Cancelled => drop(self.done.remove(&plant.at)),
                What::Class => self.change(plant.at)?.class = Some(known.booked.class),
                What::CheckedInThere => {
                    let keyed = self.change(plant.at)?;
                    (keyed.state, keyed.seat, keyed.sequence) = (HostState::CheckedIn, known.seat, known.sequence);
                }
                What::SeatThere => self.change(plant.at)?.seat = known.seat,
                What::BagThere => self.change(plant.at)?.bags.extend(known.bags.iter().copied()),
                _ => {}
            }
        }
        Ok(())
    }

    /// A command about the flight as a whole.
    pub(super) fn of_flight(&self, kind: &str, reason: &str) -> Value {
        match reason {
            "" => json!({ "kind": kind, "flight": self.flight }),
            reason => json!({ "kind": kind, "flight": self.flight, "reason": reason }),
        }
    }

    /// Whether a place is that of a guest on the list.
    pub(super) fn is_listed(at: usize) -> bool {
        at < GUESTS
    }

    fn note_given(&mut self, at: usize, given: &Value) -> Result<()> {
        let keyed = self.change(at)?;
        keyed.state = HostState::CheckedIn;
        keyed.seat = Some(given["seat"].as_str().with_context(|| format!("no seat was given: {given}"))?.parse()?);
        let sequence = given["sequence"].as_u64().and_then(|number| u16::try_from(number).ok());
        keyed.sequence = Some(sequence.with_context(|| format!("no sequence number was given: {given}"))?);
        Ok(())
    }

    fn booking(&self, at: usize) -> Result<&str> {
        self.bookings.get(&at).map(String::as_str).context("a guest has no booking here")
    }

    fn change(&mut self, at: usize) -> Result<&mut KeyedIn> {
        self.done.get_mut(&at).context("a guest is not known")
    }
}
