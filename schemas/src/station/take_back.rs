//! Taking back what was recorded by mistake: a check-in, a bag, a scan of a bag. What others did meanwhile stays.

use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::Scalar;
use crate::record::booking::Standing;
use crate::record::fact::{ScanPoint, What};
use crate::record::{Bag, Booking, DocRef, FactRef, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::bag_tag::BagTag;

impl Station {
    /// The guests are on the list again, without seat and number. All or none.
    pub(super) fn take_back_check_in(&self, guests: &[DocRef], reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let mut draft = Draft::new(context);
        let (mut names, mut todo, mut flight) = (Vec::new(), Vec::new(), None);
        for booking in guests {
            let guest = self.listed(*booking)?;
            self.open(&guest.flight)?;
            match guest.standing() {
                Standing::CheckedIn => {}
                Standing::Aboard => {
                    let words = said!("", "{name} is on board.", name = guest.name());
                    return Err(Refusal::new("is-aboard", words, "Take the guest off the aircraft first.", 409));
                }
                Standing::Listed | Standing::Offloaded => {
                    let words = said!("take-back", "{name} is not checked in.", name = guest.name());
                    return Err(Refusal::new("not-checked-in", words, "Nothing is to be undone.", 409));
                }
            }
            let part = draft.edit(&guest.flight.scope(), guest.id).set("seat", Scalar::Null).set("sequence", Scalar::Null);
            let part = part.fact_with(What::CheckInTakenBack { reason: reason.trim().to_owned() }, guest.presence_refs());
            if let Some(reason) = offload_before(guest) {
                part.fact(What::Offloaded { reason }, Vec::new());
                todo.push(said!("todo-off-again", "{name} had been taken off the flight before, and is off it again.", name = guest.name()));
            }
            todo.extend(self.bags_of_guest(guest.id).iter().filter(|bag| bag.flies()).map(|bag| bag_left(bag)));
            names.push(guest.name().to_owned());
            flight = Some(guest.flight);
        }
        let (name, count) = (words::All(names.clone(), " and ").to_string(), names.len());
        let message = format!("Check-in taken back: {name}. Seat and number are free again; the pass is void.");
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer =
            json!({ "tone": tone, "message": message, "todo": todo, "flight": flight, "booking": guests.first(), "name": name, "count": count });
        Ok(draft.decision(with_hints(answer, &todo), format!("took back the check-in of {}", words::count(count, "guest", "guests"))))
    }

    /// The bag flies no more, as if it had never been taken. `rush` says that it is one without a guest.
    pub(super) fn take_back_bag(&self, key: &FlightKey, tag: BagTag, rush: bool, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        self.open(key)?;
        let bag = self.bag_here(key, tag)?;
        if bag.is_rush() != rush {
            let words = said!("", "Bag {tag} is not the one that was taken.", tag = tag);
            return Err(Refusal::new("another-bag", words, "Look at the bag again.", 409));
        }
        let accepted = bag.accepted_refs();
        if accepted.is_empty() {
            let words = said!("", "Bag {tag} was not taken here.", tag = tag);
            return Err(Refusal::new("bag-not-taken", words, "Nothing is to be undone.", 409));
        }
        // What may be in the hold stays in every count until somebody has it in hands.
        if bag.is_on_its_way() {
            let words = said!("", "Bag {tag} was scanned on its way.", tag = tag);
            return Err(Refusal::new("bag-on-its-way", words, "Unload it and tick it, or take back the scan where it was a mistake.", 409));
        }
        let is_told = !bag.told_refs().is_empty();
        let todo: Vec<Said> = is_told
            .then(|| said!("todo-bag-told", "A message announced bag {tag}: it stays on the flight as announced.", tag = tag))
            .into_iter()
            .collect();
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), bag.id).fact(What::Removed { reason: reason.trim().to_owned() }, accepted);
        let message = format!("Bag {tag} is taken back. Take its tag off.");
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "flight": key, "tag": tag, "booking": bag.owner.map(DocRef) });
        Ok(draft.decision(with_hints(answer, &todo), format!("took back a bag of {key}")))
    }

    /// The bag was not seen at this point.
    pub(super) fn take_back_scan(
        &self,
        key: &FlightKey,
        tag: BagTag,
        point: ScanPoint,
        reason: &str,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        let bag = self.bag_here(key, tag)?;
        let seen = || bag.history.live(|what| matches!(what, What::Scanned { point: seen } if *seen == point));
        let scans: Vec<FactRef> = seen().filter(|held| *held.fact.desk == *context.desk).map(|held| FactRef(held.id)).collect();
        if scans.is_empty() {
            // What others saw is theirs to take back.
            if let Some(elsewhere) = seen().next() {
                let words = said!("", "Bag {tag} was scanned at {desk}.", tag = tag, desk = &*elsewhere.fact.desk);
                return Err(Refusal::new("scanned-elsewhere", words, "Take the scan back there.", 409));
            }
            let words = said!("", "Bag {tag} was not scanned there.", tag = tag);
            return Err(Refusal::new("not-scanned", words, "Nothing is to be undone.", 409));
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), bag.id).fact(What::ScanTakenBack { point, reason: reason.trim().to_owned() }, scans);
        let message = format!("Bag {tag} of {}: the scan ({point}) is taken back.", words::flight(key));
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "tag": tag, "point": point });
        Ok(draft.decision(answer, format!("took back a scan of a bag of {key}")))
    }

    fn bag_here(&self, key: &FlightKey, tag: BagTag) -> Result<&Bag, Refusal> {
        self.bag(self.ids.bag(key, tag)).filter(|bag| !bag.is_removed()).ok_or_else(|| {
            let words = said!("on-flight", "Bag {tag} is not on {flight}.", tag = tag, flight = key.flight());
            Refusal::new("bag-not-known", words, "Scan the tag again.", 404)
        })
    }
}

/// Why the guest was off the flight until the check-in that holds.
fn offload_before(guest: &Booking) -> Option<String> {
    let undone: Vec<FactRef> = guest.check_ins().flat_map(|held| held.fact.undoes.iter().copied()).collect();
    let named = guest.history.all().iter().filter(|held| undone.contains(&FactRef(held.id)));
    named.rev().find_map(|held| match &held.fact.what {
        What::Offloaded { reason } => Some(reason.clone()),
        _ => None,
    })
}

fn bag_left(bag: &Bag) -> Said {
    said!("todo-bag-left", "Bag {tag} stays on the flight: take it back too, or check the guest in again.", tag = bag.tag)
}
