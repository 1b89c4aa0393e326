//! Taking in a host's check-in list: the reading is kept as it is, and what it says of guests holds here while the host works the flight.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::host_list::HostList;
use super::import::hash_of;
use super::settle::Presence;
use super::settle_sides::presence_of;
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::{DocId, Scalar};
use crate::record::booking::Standing;
use crate::record::fact::{HostColumn, HostReading, How, Source, What};
use crate::record::flight::Controller;
use crate::record::host_page::{HostFault, HostRow};
use crate::record::local_time::LocalTime;
use crate::record::{Bag, Booking, DocRef, FactRef, Flight, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::bag_tag::BagTag;

/// As much of a list as one document holds, so that a change of it stays within what replicates.
const PAGE_BYTES: usize = 40 * 1024;

/// One reading every five minutes for a day and a half.
const READINGS_MAX: usize = 500;

/// Lines that an answer names one by one.
const NAMED_MAX: usize = 5;

impl Station {
    pub(super) fn import_host_list(
        &self,
        key: &FlightKey,
        at: Option<LocalTime>,
        text: &str,
        columns: Option<&str>,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        self.ours(key)?;
        let flight = self.flight(key).ok_or_else(|| {
            let words = said!("host", "{flight} is not known here yet; the host's list waits for its list.", flight = words::flight(key));
            Refusal::waiting("waits-for-list", words, format!("the list (PNL) of {}", words::flight(key)))
        })?;
        let list = HostList::read(text, self.rules.columns.of_lists(key.carrier(), columns)?)?;
        let at = self.time_of(at, context)?;
        let pages = pages_of(&list);
        let columns = serde_json::to_string(&list.columns).unwrap_or_default();
        let hash = hash_of(&format!("{columns}\n{}", pages.concat()));
        let readings = flight.host_readings();
        if readings.iter().any(|(_, known)| known.as_of == at && known.hash == hash) {
            return Ok(self.host_list_known(key, at));
        }
        if readings.len() >= READINGS_MAX {
            let words = said!("", "500 lists of the host were read for {flight}.", flight = key.flight());
            return Err(Refusal::new("too-many-host-lists", words, "Read them less often.", 429));
        }
        let is_newest = readings.last().is_none_or(|(_, known)| known.as_of <= at);
        let under = flight.controller();
        let reading = HostReading {
            as_of: at,
            hash: hash.clone(),
            pages: counted(pages.len()),
            rows: counted(list.rows.len()),
            unread: counted(list.faults.len()),
            columns: list.columns.clone(),
            under,
        };
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact_from(Source::HostList, What::HostListRead(Box::new(reading)), Vec::new());
        for (page, rows) in (1..).zip(&pages) {
            let id = self.ids.host_page(key, &hash, page);
            if !self.host_pages.contains_key(&id) {
                let part = draft.edit(&key.scope(), id).say("kind", "host-list").say("flight", key).say("hash", &hash);
                part.set("page", Scalar::Int(page.into())).say("rows", rows);
            }
        }
        // What the host says of who was moved away holds on no flight.
        let is_here = |id: &DocId| self.booking(*id).is_some_and(|guest| self.is_here(guest));
        let found: Vec<Option<DocId>> = self.guests_of_rows(key, &list.rows).into_iter().map(|found| found.filter(is_here)).collect();
        let holds = under == Controller::Host && is_newest;
        let changed = if holds { self.adopt(&mut draft, flight, &list, &found, &hash) } else { 0 };
        let unknown = found.iter().filter(|found| found.is_none()).count();
        let todo = todo_of(&list.faults, unknown, under, is_newest);
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let guests = words::count(list.rows.len(), "guest", "guests");
        let message = format!("{}: the host's list of {}, {guests}, {changed} changed.", words::flight(key), self.clock(at));
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "rows": list.rows.len(), "changed": changed, "unknown": unknown,
            "unread": list.faults, "at": at, "time": self.clock(at), "hash": hash, "under": under,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("read the host's list of {key}: {} guests, {} rows not read", list.rows.len(), list.faults.len())))
    }

    fn time_of(&self, at: Option<LocalTime>, context: &Context) -> Result<i64, Refusal> {
        let Some(at) = at else { return Ok(context.now_ms) };
        self.paper_time(at, context.now_ms).ok_or_else(|| {
            let words = said!("", "{time} is not yet, or too long ago.", time = at.to_string());
            Refusal::new("host-list-time", words, "Give the time at which the host made the list.", 422)
        })
    }

    fn host_list_known(&self, key: &FlightKey, at: i64) -> Decision {
        let message = format!("{}: the host's list of {} is already here. Nothing changed.", words::flight(key), self.clock(at));
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "rows": 0, "changed": 0, "known": true, "time": self.clock(at) });
        Decision { edits: Vec::new(), answer, summary: format!("the host's list of {key} was already here") }
    }

    /// What the host says of its guests holds here; how many records that changes.
    fn adopt(&self, draft: &mut Draft<'_>, flight: &Flight, list: &HostList, found: &[Option<DocId>], hash: &str) -> usize {
        let mut changed = 0;
        let known = list.rows.iter().zip(found).filter_map(|(row, id)| Some((row, self.booking((*id)?)?)));
        let mut tags: BTreeMap<BagTag, &Booking> = BTreeMap::new();
        for (row, guest) in known {
            changed += usize::from(adopt_guest(draft, guest, row, &list.columns));
            tags.extend(row.bags.iter().map(|tag| (*tag, guest)));
        }
        if !list.columns.contains(&HostColumn::Bags) {
            return changed;
        }
        for (tag, owner) in &tags {
            changed += usize::from(self.adopt_bag(draft, &flight.key, *tag, owner, hash));
        }
        // A guest in a row that could not be read may have bags.
        let gone = self.bags_on(&flight.key).filter(|bag| list.faults.is_empty() && !tags.contains_key(&bag.tag) && is_of_host(bag));
        for bag in gone {
            let withdrawn = What::Withdrawn { message: hash.to_owned() };
            draft.edit(&flight.key.scope(), bag.id).fact_from(Source::HostList, withdrawn, bag.told_refs());
            changed += 1;
        }
        changed
    }

    pub(super) fn adopt_bag(&self, draft: &mut Draft<'_>, key: &FlightKey, tag: BagTag, owner: &Booking, hash: &str) -> bool {
        let id = self.ids.bag(key, tag);
        let known = self.bag(id);
        if known.is_some_and(|bag| bag.is_of_people() || (!bag.is_removed() && bag.owner == Some(owner.id))) {
            return false;
        }
        let mut part = draft.edit(&key.scope(), id);
        if known.is_none() {
            part = part.say("kind", "bag").say("flight", key).say("tag", tag);
        }
        if known.and_then(|bag| bag.owner) != Some(owner.id) {
            part = part.say("booking", DocRef(owner.id));
        }
        if let (None, Some(destination)) = (known.and_then(|bag| bag.destination), owner.listing.destination) {
            part = part.say("destination", destination);
        }
        part.fact_from(Source::HostList, What::Told { message: hash.to_owned() }, Vec::new());
        true
    }
}

/// Sets a guest to what the host says, if that is something else.
pub(super) fn adopt_guest(draft: &mut Draft<'_>, guest: &Booking, row: &HostRow, columns: &BTreeSet<HostColumn>) -> bool {
    let seat = if columns.contains(&HostColumn::Seat) { row.seat } else { guest.seat };
    let sequence = if columns.contains(&HostColumn::Sequence) { row.sequence } else { guest.sequence };
    let same = guest.seat == seat && guest.sequence == sequence;
    let (wanted, now) = (presence_of(row), guest.standing());
    let is_so = match wanted {
        Presence::Out => matches!(now, Standing::Listed | Standing::Offloaded),
        Presence::In => now == Standing::CheckedIn && same,
        Presence::Aboard => now == Standing::Aboard && same,
    };
    if is_so {
        return false;
    }
    let (seat, sequence) = if wanted == Presence::Out { (None, None) } else { (seat, sequence) };
    let mut undoes: Vec<FactRef> = guest.presence_refs();
    undoes.extend(guest.offload_refs());
    let mut part = draft.edit(&guest.flight.scope(), guest.id);
    if guest.seat != seat {
        part = part.set("seat", seat.map_or(Scalar::Null, |seat| Scalar::Str(seat.to_string())));
    }
    if guest.sequence != sequence {
        part = part.set("sequence", sequence.map_or(Scalar::Null, |number| Scalar::Int(number.into())));
    }
    let checked_in = What::CheckedIn { seq: sequence, seat };
    match wanted {
        Presence::Out => part.fact_from(Source::HostList, What::NotCheckedIn {}, undoes),
        Presence::In => part.fact_from(Source::HostList, checked_in, undoes),
        Presence::Aboard => {
            let boarded = What::Boarded { how: How::Typed, seq: sequence, seat, infant: guest.has_infant() };
            part.fact_from(Source::HostList, checked_in, undoes).fact_from(Source::HostList, boarded, Vec::new())
        }
    };
    true
}

/// Whether only lists of the host ever said that this bag flies.
fn is_of_host(bag: &Bag) -> bool {
    let told = |what: &What| matches!(what, What::Told { .. });
    !bag.was_touched() && bag.history.live(told).next().is_some() && bag.history.live(told).all(|held| held.fact.src == Source::HostList)
}

/// The rows as texts, each small enough for one document; the same rows make the same texts.
fn pages_of(list: &HostList) -> Vec<String> {
    let lines = list.rows.iter().map(serde_json::to_string).chain(list.faults.iter().map(serde_json::to_string));
    let mut pages = vec![String::new()];
    for line in lines.map(|line| line.expect("a row holds texts, numbers and lists, all of which JSON has")) {
        if pages.last().is_some_and(|page| page.len() + line.len() >= PAGE_BYTES) {
            pages.push(String::new());
        }
        if let Some(page) = pages.last_mut() {
            page.push_str(&line);
            page.push('\n');
        }
    }
    pages
}

fn todo_of(faults: &[HostFault], unknown: usize, under: Controller, is_newest: bool) -> Vec<Said> {
    let mut todo = Vec::new();
    if !faults.is_empty() {
        let lines: Vec<String> = faults.iter().take(NAMED_MAX).map(|fault| fault.line.to_string()).collect();
        let more = if faults.len() > lines.len() { ", ..." } else { "" };
        let count = words::count(faults.len(), "row", "rows");
        let words = format!("{count} could not be read (line {}{more}). They are kept; correct them and read the list again.", lines.join(", "));
        todo.push(Said::new("todo-host-rows", words).arg("count", faults.len()).arg("lines", lines));
    }
    if unknown > 0 {
        let count = words::count(unknown, "guest of this list is", "guests of this list are");
        todo.push(said!("todo-host-unknown", "{count} not known here.", count = count));
    }
    if under != Controller::Host {
        todo.push(said!("todo-host-compared", "Nothing here was changed by it: it is compared at the hand-back."));
    } else if !is_newest {
        todo.push(said!("todo-host-older", "A newer list is here; this one changed nothing."));
    }
    todo
}

fn counted(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
