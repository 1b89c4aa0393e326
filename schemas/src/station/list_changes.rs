//! Change messages of a passenger name list (ADL): who is taken off, put on, changed or renamed, whatever the order in which messages come.
//!
//! Nothing is deleted. Each change is a fact on the guest's booking with a mark that sorts as the messages were sent; what the list says of a guest is
//! what the newest mark says. Two nodes that read the same messages in different orders therefore show the same list.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::decide::{Context, Decision, Draft, fact_text};
use super::import::{Roll, natural_locator, part_of, says_something, sent_of, warning};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::{DocId, Edit, Scalar};
use crate::record::booking::{Listing, Standing};
use crate::record::fact::{SetValue, Source, What};
use crate::record::{Booking, DocRef, Flight, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::typeb::{Group, Name, NameList, Section};

impl Station {
    /// Reads one part of a change message. Waits, as a refusal that says for what, until the whole list and the parts before this one are here.
    pub(super) fn change_list(&self, list: &NameList, key: &FlightKey, hash: &str, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.ready_for_change(list, key)?;
        let [leaving, changed, added] = [Section::Del, Section::Chg, Section::Add].map(|section| Roll::read(&only(list, section), key, Some(flight)));
        let (leaving, changed, mut added) = (leaving?, changed?, added?);
        let mut plan = Plan::new(self, key, list, hash, context);
        let leaving = plan.found_leaving(&leaving.guests);
        for listing in &changed.guests {
            plan.change(listing);
        }
        let left = plan.add_all(&added.guests, leaving);
        for leaving in left {
            plan.take_off(leaving);
        }
        added.left_out = added.left_out.saturating_add(changed.left_out);
        let destinations: Vec<String> = changed.destinations.iter().filter(|code| !added.destinations.contains(code)).cloned().collect();
        added.destinations.extend(destinations);
        let mut draft = Draft::new(context);
        self.draft_flight(&mut draft, &added, hash, part_of(list));
        let answer = plan.answer(list);
        let summary = format!("read a change of the list of {key}: {} bookings", plan.edits.len());
        for (_, edit) in plan.edits {
            draft.fresh(&key.scope(), edit);
        }
        Ok(draft.decision(answer, summary))
    }

    /// The flight, once all is here that must come before this change.
    fn ready_for_change(&self, list: &NameList, key: &FlightKey) -> Result<&Flight, Refusal> {
        let words = |variant, what: &str, part: u32| {
            let words = format!("This change of the list of {} waits for {what}.", words::flight(key));
            Said::new(variant, words).arg("flight", *key).arg("part", part)
        };
        let list_words = format!("the list (PNL) of {}", words::flight(key));
        let flight = self.flight(key).filter(|flight| flight.lists_read() > 0);
        let flight = flight.ok_or_else(|| Refusal::waiting("waits-for-list", words("change", "the list itself", 0), &list_words))?;
        if let Some(part) = flight.missing_parts().first() {
            let (number, part) = (*part, format!("part {part} of {list_words}"));
            return Err(Refusal::waiting("waits-for-part", words("", &part, number.into()), &part));
        }
        let sent = sent_of(list);
        if let Some(part) = (1..list.flight.part.unwrap_or(1)).find(|part| !flight.has_change_part(&sent, *part)) {
            let (number, part) = (part, format!("part {part} of the same change message"));
            return Err(Refusal::waiting("waits-for-part", words("change", &part, number.into()), &part));
        }
        Ok(flight)
    }
}

/// A guest whom the message takes off, and the booking if there is one.
struct Leaving<'a> {
    listing: &'a Listing,
    booking: Option<&'a Booking>,
}

/// What a change message comes to, guest by guest.
struct Plan<'a> {
    station: &'a Station,
    key: &'a FlightKey,
    hash: &'a str,
    context: &'a Context,
    /// When the message was sent, and the part: a text that sorts.
    mark: String,
    /// The same without the part.
    sent: String,
    edits: BTreeMap<DocId, Edit>,
    /// Bookings that an addition or a change of this message already went to.
    taken: BTreeSet<DocId>,
    counts: [usize; 4],
    unknown: usize,
    todo: Vec<Said>,
}

const OFF: usize = 0;
const ON: usize = 1;
const CHANGED: usize = 2;
const RENAMED: usize = 3;

impl<'a> Plan<'a> {
    fn new(station: &'a Station, key: &'a FlightKey, list: &NameList, hash: &'a str, context: &'a Context) -> Self {
        let sent = sent_of(list);
        let mark = format!("{sent}/{:03}", list.flight.part.unwrap_or(1));
        let todo = list.warnings.iter().map(warning).collect();
        Self { station, key, hash, context, mark, sent, edits: BTreeMap::new(), taken: BTreeSet::new(), counts: [0; 4], unknown: 0, todo }
    }

    fn found_leaving(&self, leaving: &'a [Listing]) -> Vec<Leaving<'a>> {
        let mut found = BTreeSet::new();
        let mut one = |listing| {
            let booking = self.find(listing, &found);
            found.extend(booking.map(|booking| booking.id));
            Leaving { listing, booking }
        };
        leaving.iter().map(&mut one).collect()
    }

    /// The booking of a guest under the name that the guest had when the message was sent.
    fn find(&self, listing: &Listing, but: &BTreeSet<DocId>) -> Option<&'a Booking> {
        let meant = |booking: &&Booking| {
            !but.contains(&booking.id)
                && booking.same_as.is_none()
                && booking.name_at(&self.mark) == &*listing.name
                && (listing.locators.is_empty() || booking.listing.locators.is_empty() || share_locator(&booking.listing, listing))
        };
        let rank = |booking: &&Booking| {
            let same_ticket = listing.ticket.is_some() && booking.listing.ticket == listing.ticket;
            (!same_ticket, !self.is_marked(booking), !booking.was_listed_at(&self.mark), booking.listing.order, booking.id)
        };
        self.station.everybody_of(self.key).filter(meant).min_by_key(rank)
    }

    /// Whether the same message, in other bytes, already said something of this booking.
    fn is_marked(&self, booking: &Booking) -> bool {
        booking.history.live(|_| true).any(|held| mark_of(&held.fact.what) == Some(self.mark.as_str()))
    }

    fn change(&mut self, listing: &Listing) {
        self.counts[CHANGED] += 1;
        match self.find(listing, &self.taken) {
            Some(booking) => self.relist(booking, listing),
            None => self.create(listing, listing),
        };
    }

    /// Puts everybody on. Who was taken off under another name and the same locator is renamed; hands back who is really taken off.
    fn add_all(&mut self, added: &'a [Listing], mut leaving: Vec<Leaving<'a>>) -> Vec<Leaving<'a>> {
        let mut others = Vec::new();
        for listing in added {
            let again = leaving.iter().position(|gone| gone.listing.name == listing.name && share_locator_or_none(gone.listing, listing));
            match again.map(|at| leaving.remove(at)) {
                Some(Leaving { booking: Some(booking), .. }) => {
                    self.counts[CHANGED] += 1;
                    self.relist(booking, listing);
                }
                Some(Leaving { booking: None, .. }) | None => others.push(listing),
            }
        }
        for listing in others {
            let known = self.find(listing, &self.taken);
            match known.filter(|booking| booking.was_listed_at(&self.mark)) {
                Some(booking) => {
                    self.counts[CHANGED] += 1;
                    self.relist(booking, listing);
                }
                None => match self.earlier_name(listing, &mut leaving) {
                    Some(gone) => self.rename(&gone, listing, known),
                    None => {
                        self.counts[ON] += 1;
                        match known {
                            Some(booking) => self.relist(booking, listing),
                            None => self.create(listing, listing),
                        };
                    }
                },
            }
        }
        leaving
    }

    /// Who of those taken off is this guest under an earlier name: one who shares the locator, best with the surname or the given name too; else one
    /// whom an earlier part of the same message took off.
    fn earlier_name(&self, listing: &'a Listing, leaving: &mut Vec<Leaving<'a>>) -> Option<Leaving<'a>> {
        let likeness = |gone: &Listing| {
            let (surname, given) = halves(&gone.name);
            let (new_surname, new_given) = halves(&listing.name);
            if surname == new_surname {
                0
            } else if given == new_given {
                1
            } else {
                2
            }
        };
        let shared = leaving.iter().enumerate().filter(|(_, gone)| share_locator(gone.listing, listing));
        if let Some(at) = shared.min_by_key(|(at, gone)| (likeness(gone.listing), *at)).map(|(at, _)| at) {
            return Some(leaving.remove(at));
        }
        let sent = format!("{}/", self.sent);
        let before = |what: &What| matches!(what, What::Delisted { sent: mark, .. } if mark.starts_with(&sent) && *mark < self.mark);
        let of_parts_before = |booking: &&Booking| {
            booking.off_list
                && booking.same_as.is_none()
                && !self.taken.contains(&booking.id)
                && share_locator(&booking.listing, listing)
                && booking.history.live(before).next().is_some()
        };
        let booking =
            self.station.everybody_of(self.key).filter(of_parts_before).min_by_key(|one| (likeness(&one.listing), one.listing.order, one.id))?;
        Some(Leaving { listing, booking: Some(booking) })
    }

    /// Keeps the booking and what happened here with it. If the new name was already read from a later message, what that said comes along.
    fn rename(&mut self, gone: &Leaving<'a>, listing: &Listing, shadow: Option<&'a Booking>) {
        self.counts[RENAMED] += 1;
        let id = match gone.booking {
            Some(booking) => {
                if booking.standing() != Standing::Listed {
                    self.todo.push(said!(
                        "todo-renamed",
                        "{name} is now {new}, and was checked in under the earlier name. Look at the document.",
                        name = booking.name(),
                        new = listing.name.to_string(),
                    ));
                }
                self.relist(booking, listing)
            }
            None => self.create(gone.listing, listing),
        };
        let Some(shadow) = shadow.filter(|shadow| shadow.id != id) else { return };
        let mark = self.mark.clone();
        for held in shadow.history.live(|what| mark_of(what).is_some_and(|later| later > mark.as_str())) {
            self.say(id, held.fact.what.clone());
        }
        self.say(shadow.id, What::SameAs { booking: DocRef(id) });
        if shadow.standing() != Standing::Listed {
            self.todo.push(said!(
                "todo-two-names",
                "{guest} was checked in here twice, under two names. Offload one of them.",
                guest = words::guest(shadow),
            ));
        }
    }

    fn take_off(&mut self, leaving: Leaving<'a>) {
        let gone = What::Delisted { list: self.hash.to_owned(), sent: self.mark.clone() };
        match leaving.booking {
            Some(booking) => {
                self.counts[OFF] += 1;
                if booking.standing() != Standing::Listed && booking.standing() != Standing::Offloaded {
                    self.todo.push(said!(
                        "todo-off-list",
                        "{guest} was taken off the list and is checked in here. Offload the guest, or ask the airline.",
                        guest = words::guest(booking),
                    ));
                }
                self.say(booking.id, gone);
            }
            // Kept, so that an earlier message that comes later does not bring the guest back.
            None => {
                self.unknown += 1;
                let id = self.new_booking(leaving.listing);
                self.say(id, gone);
            }
        }
    }

    fn relist(&mut self, booking: &Booking, listing: &Listing) -> DocId {
        self.taken.insert(booking.id);
        self.say(booking.id, self.says(listing));
        booking.id
    }

    /// Makes a booking under one name that goes on under another, or the same.
    fn create(&mut self, natural: &Listing, listing: &Listing) -> DocId {
        let id = self.new_booking(natural);
        self.say(id, self.says(listing));
        id
    }

    fn new_booking(&mut self, listing: &Listing) -> DocId {
        let locator = natural_locator(listing, self.key);
        let is_free = |id: &DocId| self.station.booking(*id).is_none() && !self.edits.contains_key(id);
        let ids = (0..).map(|rank| self.station.ids.booking(self.key, &locator, &listing.name, rank));
        let id = ids.take(RANKS_MAX).find(is_free).unwrap_or_else(|| self.station.ids.booking(self.key, &locator, &listing.name, RANKS_MAX));
        let text = |text: &str| Scalar::Str(text.to_owned());
        let mut fields = vec![("kind", text("booking")), ("flight", text(&self.key.to_string())), ("name", text(&listing.name))];
        if !listing.locators.is_empty() {
            fields.push(("locators", text(&listing.locators.join(" "))));
        }
        let fields = fields.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
        self.edits.insert(id, Edit { doc: id, fields, facts: Vec::new() });
        self.taken.insert(id);
        id
    }

    fn says(&self, listing: &Listing) -> What {
        let kept = |(field, value): &(&str, Scalar)| {
            // A change names some of a party, and says nothing of the place in the list.
            let told = *field != "order" && (*field != "party_size" || listing.party.is_some());
            told && says_something(value)
        };
        let says = listing.fields().into_iter().filter(kept).filter_map(|(field, value)| Some((field.to_owned(), set_value(value)?))).collect();
        What::Relisted { list: self.hash.to_owned(), sent: self.mark.clone(), says: Box::new(says) }
    }

    /// Adds a fact, unless the booking has the same one.
    fn say(&mut self, id: DocId, what: What) {
        let known = self.station.booking(id).is_some_and(|booking| booking.history.live(|held| is_same(held, &what)).next().is_some());
        if !known {
            let fact = fact_text(self.context, Source::Message, what, Vec::new());
            let edit = self.edits.entry(id).or_insert_with(|| Edit { doc: id, fields: Vec::new(), facts: Vec::new() });
            edit.facts.push(fact);
        }
    }

    fn answer(&self, list: &NameList) -> serde_json::Value {
        let [off, on, changed, renamed] = self.counts;
        let message = format!("{}: {on} put on the list, {off} taken off, {changed} changed, {renamed} renamed.", words::flight(self.key));
        let mut todo = self.todo.clone();
        if self.unknown > 0 {
            let guests = words::count(self.unknown, "guest who was", "guests who were");
            todo.push(said!(
                "todo-unknown-off",
                "The message takes off {guests} not on the list here. Compare the list with the airline's.",
                guests = guests,
            ));
        }
        if !list.is_last_part() {
            let next = list.flight.part.unwrap_or(1).saturating_add(1);
            todo.push(said!("todo-next-part", "Part {part} of this change message has not come yet. Import it when it comes.", part = next));
        }
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": self.key,
            "new": on, "changed": changed, "taken_off": off, "renamed": renamed,
        });
        with_hints(answer, &todo)
    }
}

/// More equal names under one locator than any list has had.
const RANKS_MAX: usize = 999;

/// The list with the names of one section alone; names without one are put on.
fn only(list: &NameList, section: Section) -> NameList {
    let names = |group: &Group| -> Vec<Name> { group.names.iter().filter(|name| name.section.unwrap_or(Section::Add) == section).cloned().collect() };
    let groups = list.groups.iter().map(|group| Group { names: names(group), ..group.clone() }).filter(|group| !group.names.is_empty()).collect();
    NameList { groups, warnings: Vec::new(), ..list.clone() }
}

/// When what a fact says of the list was sent.
pub(super) fn mark_of(what: &What) -> Option<&str> {
    match what {
        What::Relisted { sent, .. } | What::Delisted { sent, .. } => Some(sent),
        _ => None,
    }
}

/// The same said by the same message, whatever its bytes.
pub(super) fn is_same(one: &What, other: &What) -> bool {
    match (one, other) {
        (What::Relisted { sent, says, .. }, What::Relisted { sent: also, says: same, .. }) => sent == also && says == same,
        (What::Delisted { sent, .. }, What::Delisted { sent: also, .. }) => sent == also,
        _ => one == other,
    }
}

pub(super) fn share_locator(one: &Listing, other: &Listing) -> bool {
    let code = |text: &str| text.split('/').next().unwrap_or_default().to_owned();
    one.locators.iter().any(|a| other.locators.iter().any(|b| code(a) == code(b)))
}

fn share_locator_or_none(one: &Listing, other: &Listing) -> bool {
    one.locators.is_empty() || other.locators.is_empty() || share_locator(one, other)
}

/// Surname and given name.
fn halves(name: &str) -> (&str, &str) {
    name.split_once('/').unwrap_or((name, ""))
}

pub(super) fn set_value(value: Scalar) -> Option<SetValue> {
    match value {
        Scalar::Null => Some(SetValue::Null),
        Scalar::Bool(yes) => Some(SetValue::Bool(yes)),
        Scalar::Int(number) => Some(SetValue::Int(number)),
        Scalar::Str(text) => Some(SetValue::Text(text)),
        Scalar::Bytes(_) => None,
    }
}
