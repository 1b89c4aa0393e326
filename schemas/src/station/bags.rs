//! Bags: tags, custody scans, and what must come off.

use serde::Serialize;
use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::{DocId, Scalar};
use crate::record::booking::Standing;
use crate::record::fact::{ScanPoint, What};
use crate::record::{Bag, Booking, DocRef, FlightKey};
use crate::said::{said, with_hints};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;

/// A bag that must come off, with its guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnloadRow {
    pub tag: BagTag,
    pub kg: Option<u16>,
    pub destination: Option<AirportCode>,
    /// Nothing where nobody knows whose bag it is.
    pub booking: Option<DocRef>,
    pub name: Option<String>,
    pub standing: Option<Standing>,
    /// The furthest point of its way at which it was seen.
    pub seen: Option<ScanPoint>,
}

impl Station {
    /// The bags whose guest is not on board and that nobody has ticked as unloaded, by tag.
    pub fn bags_to_unload(&self, key: &FlightKey) -> Vec<UnloadRow> {
        self.bags_of(key).into_iter().filter(|bag| self.must_come_off(bag)).map(|bag| self.unload_row(bag)).collect()
    }

    /// The bags that were ticked as unloaded, by tag.
    pub fn bags_unloaded(&self, key: &FlightKey) -> Vec<UnloadRow> {
        self.bags_of(key).into_iter().filter(|bag| bag.unloaded().is_some()).map(|bag| self.unload_row(bag)).collect()
    }

    fn unload_row(&self, bag: &Bag) -> UnloadRow {
        let owner = bag.owner.and_then(|owner| self.booking(owner));
        UnloadRow {
            tag: bag.tag,
            kg: bag.kg,
            destination: bag.destination,
            booking: bag.owner.map(DocRef),
            name: owner.map(|owner| owner.name().to_owned()),
            standing: owner.map(|owner| owner.standing()),
            seen: bag.furthest(),
        }
    }

    /// Every bag with this tag, on whatever flight.
    pub(super) fn bags_with(&self, tag: BagTag) -> impl Iterator<Item = &Bag> {
        let range = (tag, DocId([0; 16]))..=(tag, DocId([0xff; 16]));
        self.tags.range(range).filter_map(|(_, id)| self.bags.get(id))
    }

    pub(super) fn add_bag(&self, booking: DocRef, kg: u16, destination: Option<AirportCode>, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        let key = guest.flight;
        self.open(&key)?;
        if guest.standing() == Standing::Offloaded {
            return Err(Refusal::new(
                "offloaded",
                said!("again", "{name} is off the flight.", name = guest.name()),
                "Check the guest in again first.",
                409,
            ));
        }
        let tag = self.next_tag(&key)?;
        let destination = destination.or(guest.listing.destination);
        let mut todo = Vec::new();
        if kg > HEAVY_KG {
            todo.push(said!(
                "todo-heavy-bag",
                "{kg} kg is above {limit} kg: put a heavy label on the bag, or ask the guest to repack.",
                kg = kg,
                limit = HEAVY_KG,
            ));
        }
        if guest.standing() == Standing::Listed {
            todo.push(said!("todo-not-checked-in", "The guest is not checked in here. Check the guest in, or see the pass."));
        }
        if destination.is_none() {
            todo.push(said!("todo-no-destination", "The list gives no destination for this guest. Write it on the tag."));
        }
        let mut draft = Draft::new(context);
        let mut part = draft.edit(&key.scope(), self.ids.bag(&key, tag));
        part = part.say("kind", "bag").say("flight", key).say("tag", tag).say("booking", booking).set("kg", Scalar::Int(kg.into()));
        if let Some(destination) = destination {
            part = part.say("destination", destination);
        }
        part.fact(What::Accepted { kg }, Vec::new());
        let pieces = self.bags_of_guest(guest.id).len() + 1;
        let message = format!(
            "Bag {tag}, {kg} kg, to {}: {} for {}.",
            destination.map_or_else(|| "-".to_owned(), |code| code.to_string()),
            words::count(pieces, "bag", "bags"),
            guest.name()
        );
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "booking": booking, "tag": tag, "printed": tag.display_form(),
            "name": guest.name(), "locator": guest.locator(), "destination": destination, "weight_kg": kg, "pieces": pieces,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("accepted a bag on {key}")))
    }

    pub(super) fn scan_bag(&self, tag: BagTag, point: ScanPoint, flight: Option<FlightKey>, context: &Context) -> Result<Decision, Refusal> {
        let known: Vec<&Bag> = self.bags_with(tag).filter(|bag| !bag.is_removed() && flight.is_none_or(|key| bag.flight == key)).collect();
        let (key, bag) = match (known.as_slice(), flight) {
            ([bag], _) => (bag.flight, Some(*bag)),
            ([], Some(key)) => (self.known(&key)?.key, None),
            ([], None) => {
                let words = said!("", "Bag {tag} is not known here.", tag = tag);
                return Err(Refusal::new("bag-not-known", words, "Scan it again and say for which flight it is.", 404));
            }
            (several, _) => {
                let flights = words::All(several.iter().map(|bag| words::flight(&bag.flight).to_string()).collect(), " and on ");
                let words = said!("", "Bag {tag} is on {flights}.", tag = tag, flights = flights);
                return Err(Refusal::new("flight-needed", words, "Say for which flight it is.", 409));
            }
        };
        let owner = bag.and_then(|bag| bag.owner).and_then(|owner| self.booking(owner));
        if let (ScanPoint::Loaded, Some(owner)) = (point, owner) {
            self.may_load(tag, &key, owner)?;
        }
        let mut todo = Vec::new();
        let mut draft = Draft::new(context);
        let mut part = draft.edit(&key.scope(), self.ids.bag(&key, tag));
        if bag.is_none() {
            part = part.say("kind", "bag").say("flight", key).say("tag", tag);
            todo.push(said!(
                "todo-unknown-bag",
                "Bag {tag} was not known here. Find out whose it is before {flight} closes.",
                tag = tag,
                flight = key.flight(),
            ));
        }
        let again = if point == ScanPoint::Loaded { bag.map(|bag| bag.unload_refs()).unwrap_or_default() } else { Vec::new() };
        if !again.is_empty() {
            todo.push(said!("todo-loaded-again", "Bag {tag} had been unloaded and is loaded again.", tag = tag));
        }
        part.fact(What::Scanned { point }, again);
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let message = format!("Bag {tag} of {} {point}.", words::flight(&key));
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "tag": tag, "point": point,
            "booking": owner.map(|owner| DocRef(owner.id)), "name": owner.map(|owner| owner.name()),
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("scanned a bag of {key} as {point}")))
    }

    /// Stops a bag whose guest will not be on board.
    fn may_load(&self, tag: BagTag, key: &FlightKey, owner: &Booking) -> Result<(), Refusal> {
        let is_closed = self.flight(key).is_some_and(|flight| flight.is_closed());
        let words = match owner.standing() {
            Standing::Offloaded => said!("", "The guest of bag {tag} is off {flight}.", tag = tag, flight = key.flight()),
            Standing::Listed | Standing::CheckedIn if is_closed => {
                said!("closed", "{flight} is closed and the guest of bag {tag} is not on board.", flight = key.flight(), tag = tag)
            }
            Standing::Listed | Standing::CheckedIn | Standing::Aboard => return Ok(()),
        };
        Err(Refusal::new("do-not-load", words, "Do not load it. Set it aside for the baggage desk.", 409).red())
    }

    pub(super) fn tick_unloaded(&self, key: &FlightKey, tag: BagTag, context: &Context) -> Result<Decision, Refusal> {
        self.worked(key)?;
        let not_known = || {
            Refusal::new(
                "bag-not-known",
                said!("on-flight", "Bag {tag} is not on {flight}.", tag = tag, flight = key.flight()),
                "Scan the tag again.",
                404,
            )
        };
        let bag = self.bag(self.ids.bag(key, tag)).filter(|bag| !bag.is_removed()).ok_or_else(not_known)?;
        if let Some(held) = bag.unloaded() {
            let words = said!("", "Bag {tag} was already ticked {when}.", tag = tag, when = self.when_and_where(&held.fact));
            return Err(Refusal::new("already-unloaded", words, "Go on with the next bag.", 409));
        }
        if !self.must_come_off(bag) {
            let words = said!("", "The guest of bag {tag} is on board.", tag = tag);
            return Err(Refusal::new("guest-aboard", words, "Leave the bag on, or offload the guest first.", 409));
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), bag.id).fact(What::Unloaded {}, Vec::new());
        let left = self.bags_to_unload(key).len().saturating_sub(1);
        let message = format!("Bag {tag} is off. {} left to unload.", words::count(left, "bag is", "bags are"));
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "tag": tag, "left": left });
        Ok(draft.decision(answer, format!("ticked a bag of {key} as unloaded")))
    }
}

/// What one person may be asked to lift.
const HEAVY_KG: u16 = 32;
