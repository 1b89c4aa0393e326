//! Bags: tags, custody scans, and what must come off.

use serde::Serialize;
use serde_json::json;

use super::decide::{Context, Decision, Draft, still_on};
use super::{Station, words};
use crate::command::{BagGiven, Refusal, Tone};
use crate::flat::{DocId, Scalar};
use crate::record::booking::Standing;
use crate::record::fact::{Care, ScanPoint, What};
use crate::record::{Bag, Booking, DocRef, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::{BagTag, TagKind};

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

/// A bag that was taken at the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateBag {
    pub tag: BagTag,
    pub kg: Option<u16>,
    pub destination: Option<AirportCode>,
    pub booking: Option<DocRef>,
    pub name: Option<String>,
    pub heavy: bool,
}

impl Station {
    /// The bags that were taken at the gate and fly, by tag.
    pub fn gate_bags(&self, key: &FlightKey) -> Vec<GateBag> {
        let at_gate = |bag: &&Bag| bag.flies() && bag.care().is_some_and(|care| care.gate_bag);
        let row = |bag: &Bag| GateBag {
            tag: bag.tag,
            kg: bag.kg,
            destination: bag.destination,
            booking: bag.owner.map(DocRef),
            name: bag.owner.and_then(|owner| self.booking(owner)).map(|owner| owner.name().to_owned()),
            heavy: bag.care().is_some_and(|care| care.heavy),
        };
        self.bags_of(key).into_iter().filter(at_gate).map(row).collect()
    }

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

    pub(super) fn add_bag(&self, given: &BagGiven, context: &Context) -> Result<Decision, Refusal> {
        match given.booking {
            Some(booking) => self.add_guests_bag(self.listed(booking)?, given, context),
            None => self.add_rush_bag(given, context),
        }
    }

    fn add_guests_bag(&self, guest: &Booking, given: &BagGiven, context: &Context) -> Result<Decision, Refusal> {
        let key = guest.flight;
        self.open(&key)?;
        still_on(guest)?;
        let head = given.pool_with.filter(|head| head.0 != guest.id).map(|head| self.head_of(guest, head)).transpose()?;
        let owner = head.unwrap_or(guest);
        let mut todo = Vec::new();
        let (tag, known) = match given.tag {
            Some(tag) => (tag, self.given_tag(tag, guest, owner, &mut todo)?),
            None => (self.next_tag(&key, 0)?, None),
        };
        let destination = self.last_airport(given, Some(guest), &key, &mut todo)?;
        todo.extend(heavy_words(given));
        if !given.gate_bag {
            todo.extend(self.excess_words(guest, known, given.weight_kg));
        }
        if guest.standing() == Standing::Listed {
            todo.push(said!("todo-not-checked-in", "The guest is not checked in here. Check the guest in, or see the pass."));
        }
        if destination.is_none() {
            todo.push(said!("todo-no-destination", "The list gives no destination for this guest. Write it on the tag."));
        }
        let mut draft = Draft::new(context);
        let care = care_of(given, head.map(|_| DocRef(guest.id)), None);
        self.draft_bag(&mut draft, &key, tag, Some(owner.id), destination, given.weight_kg, care, known);
        let is_new = known.is_none_or(|bag| bag.owner != Some(owner.id));
        let pieces = self.bags_of_guest(owner.id).len() + usize::from(is_new);
        let kg = given.weight_kg;
        let message = format!(
            "Bag {tag}, {kg} kg, to {}: {} for {}.",
            destination.map_or_else(|| "-".to_owned(), |code| code.to_string()),
            words::count(pieces, "bag", "bags"),
            owner.name()
        );
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "booking": DocRef(owner.id), "tag": tag, "printed": tag.display_form(),
            "name": owner.name(), "locator": owner.locator(), "destination": destination, "weight_kg": kg, "pieces": pieces,
            "handed_in_by": head.map(|_| DocRef(guest.id)), "heavy": given.heavy, "gate_bag": given.gate_bag, "onward": given.onward,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("accepted a bag on {key}")))
    }

    /// A bag that follows its guest, with nobody on board.
    fn add_rush_bag(&self, given: &BagGiven, context: &Context) -> Result<Decision, Refusal> {
        let (Some(key), Some(reason)) = (given.flight, given.rush.as_deref()) else {
            return Err(Refusal::new("bag-not-clear", said!("", "It is not clear whose bag it is."), "Give the guest, or flight and reason.", 422));
        };
        self.open(&key)?;
        let mut todo = Vec::new();
        let tag = match given.tag {
            Some(tag) => tag,
            None => self.next_tag(&key, RUSH)?,
        };
        if let Some(bag) = self.bag(self.ids.bag(&key, tag)).filter(|bag| !bag.is_removed()) {
            return Err(self.tag_in_use(bag));
        }
        if tag.kind() != TagKind::Rush {
            todo.push(said!("todo-rush-label", "Tag {tag} is no rush tag: put a rush label on the bag.", tag = tag));
        }
        let destination = self.last_airport(given, None, &key, &mut todo)?;
        if destination.is_none() {
            return Err(Refusal::new(
                "destination-needed",
                said!("rush", "A rush bag needs its destination."),
                "Give the last airport of the bag.",
                422,
            ));
        }
        todo.extend(heavy_words(given));
        let mut draft = Draft::new(context);
        self.draft_bag(&mut draft, &key, tag, None, destination, given.weight_kg, care_of(given, None, Some(reason)), None);
        let kg = given.weight_kg;
        let message = format!("Rush bag {tag}, {kg} kg, to {}.", destination.map(|code| code.to_string()).unwrap_or_default());
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "booking": null, "tag": tag, "printed": tag.display_form(),
            "destination": destination, "weight_kg": kg, "onward": given.onward, "rush": reason.trim(),
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("accepted a rush bag on {key}")))
    }

    /// The head of a pool: of the same flight, not off it, and nobody's member.
    fn head_of(&self, guest: &Booking, head: DocRef) -> Result<&Booking, Refusal> {
        let head = self.listed(head)?;
        if head.flight != guest.flight {
            let words = format!("{} is on {}.", head.name(), words::flight(&head.flight));
            return Err(Refusal::new("pool-of-another-flight", words, "Pool bags of one flight only.", 409).arg("name", head.name()));
        }
        still_on(head)?;
        match self.pool_of(head.id).filter(|pool| pool.head.0 != head.id) {
            None => Ok(head),
            Some(pool) => {
                let words = format!("The bags of {} are in the pool of {}.", head.name(), pool.head_name);
                let refusal = Refusal::new("pool-has-head", words, format!("Pool the bag with {}.", pool.head_name), 409);
                Err(refusal.arg("name", head.name()).arg("head", pool.head_name))
            }
        }
    }

    /// A tag that the bag carries already, and the bag if it is known: told by a message, or of the guest's pool and now under another name.
    fn given_tag(&self, tag: BagTag, guest: &Booking, owner: &Booking, todo: &mut Vec<Said>) -> Result<Option<&Bag>, Refusal> {
        let known = self.bag(self.ids.bag(&guest.flight, tag)).filter(|bag| !bag.is_removed());
        if let Some(bag) = known {
            let is_theirs = bag.owner.is_none_or(|known| known == guest.id || known == owner.id) || bag.handed_in_by() == Some(guest.id);
            if !is_theirs || bag.is_rush() {
                return Err(self.tag_in_use(bag));
            }
        }
        if let Some(other) = self.bags_with(tag).find(|bag| bag.flight != guest.flight && bag.flies()) {
            let flight = words::flight(&other.flight);
            todo.push(said!(
                "todo-tag-elsewhere",
                "Tag {tag} is also on a bag of {flight}. See that it is not that bag.",
                tag = tag,
                flight = flight
            ));
        }
        match tag.kind() {
            TagKind::Fallback => todo.push(said!(
                "todo-fallback-tag",
                "{tag} is a fallback tag: no message goes with it. Tell the sorting area flight and destination.",
                tag = tag
            )),
            TagKind::Rush => todo.push(said!("todo-rush-tag", "{tag} is a rush tag, and its guest flies. Tag the bag anew.", tag = tag)),
            TagKind::Normal | TagKind::CarrierUse => {}
        }
        Ok(known)
    }

    fn tag_in_use(&self, bag: &Bag) -> Refusal {
        let words = match bag.owner.and_then(|owner| self.booking(owner)) {
            Some(owner) => said!("", "Tag {tag} is on a bag of {owner}.", tag = bag.tag, owner = words::guest(owner)),
            None => said!("other-bag", "Tag {tag} is on another bag.", tag = bag.tag),
        };
        Refusal::new("tag-in-use", words, "Read the tag again, or tag the bag anew.", 409)
    }

    /// The last airport on the tag: as given, else that of the last onward flight, else the guest's own.
    fn last_airport(&self, given: &BagGiven, guest: Option<&Booking>, key: &FlightKey, todo: &mut Vec<Said>) -> Result<Option<AirportCode>, Refusal> {
        let last = given.onward.last().map(|onward| onward.to);
        let own = guest.and_then(|guest| guest.listing.destination);
        if let (Some(destination), Some(last)) = (given.destination, last)
            && destination != last
        {
            let words = format!("The tag is for {destination}, and the last flight goes to {last}.");
            let refusal = Refusal::new("routing-differs", words, "Give the onward flights up to the destination.", 422);
            return Err(refusal.arg("destination", destination.to_string()).arg("last", last.to_string()));
        }
        let destination = given.destination.or(last).or(own);
        let is_through = destination.is_some_and(|code| match guest {
            Some(guest) => self.goes_through(guest, code),
            None => self.is_beyond(key, code),
        });
        if is_through && given.onward.is_empty() {
            let to = destination.map(|code| code.to_string()).unwrap_or_default();
            todo.push(said!("todo-through-tag", "The tag goes through to {to}: write the onward flights on it.", to = to));
        }
        Ok(destination)
    }

    /// Whether a guest's bag for this airport needs flights of its own: the flight does not go there, nor the guest by what the list says.
    pub(super) fn goes_through(&self, guest: &Booking, to: AirportCode) -> bool {
        let goes_on = guest.listing.onward.iter().any(|leg| leg.contains(to.as_str()));
        guest.listing.destination != Some(to) && !goes_on && self.is_beyond(&guest.flight, to)
    }

    /// Whether the flight goes elsewhere, as far as its list says where it goes.
    fn is_beyond(&self, key: &FlightKey, to: AirportCode) -> bool {
        let here = self.flight(key).map(|flight| flight.destinations.as_slice()).unwrap_or_default();
        !here.is_empty() && !here.contains(&to)
    }

    #[expect(clippy::too_many_arguments, reason = "all that a bag is made of, in one place")]
    fn draft_bag(
        &self,
        draft: &mut Draft<'_>,
        key: &FlightKey,
        tag: BagTag,
        owner: Option<DocId>,
        destination: Option<AirportCode>,
        kg: u16,
        care: Option<Box<Care>>,
        known: Option<&Bag>,
    ) {
        let mut part = draft.edit(&key.scope(), self.ids.bag(key, tag));
        part = part.say("kind", "bag").say("flight", key).say("tag", tag).set("kg", Scalar::Int(kg.into()));
        if let Some(owner) = owner {
            part = part.say("booking", DocRef(owner));
        }
        if let Some(destination) = destination {
            part = part.say("destination", destination);
        }
        // A bag that was taken back is taken again under the same tag.
        let before = known.or_else(|| self.bag(self.ids.bag(key, tag))).map(Bag::retaken_refs).unwrap_or_default();
        part.fact(What::Accepted { kg, care }, before);
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
        let member = bag.and_then(|bag| bag.handed_in_by()).and_then(|member| self.booking(member));
        if point == ScanPoint::Loaded {
            [owner, member].into_iter().flatten().try_for_each(|guest| self.may_load(tag, &key, guest))?;
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
        if !self.is_here(owner) {
            let words = said!("moved", "The guest of bag {tag} does not fly with {flight} any more.", tag = tag, flight = key.flight());
            return Err(Refusal::new("do-not-load", words, "Do not load it. Set it aside for the baggage desk.", 409).red());
        }
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

fn heavy_words(given: &BagGiven) -> Option<Said> {
    let kg = given.weight_kg;
    let unmarked = kg > HEAVY_KG && !given.heavy;
    unmarked.then(|| {
        said!("todo-heavy-bag", "{kg} kg is above {limit} kg: put a heavy label on the bag, or ask the guest to repack.", kg = kg, limit = HEAVY_KG,)
    })
}

/// What is special about the bag; nothing of an ordinary one.
fn care_of(given: &BagGiven, handed_in_by: Option<DocRef>, rush: Option<&str>) -> Option<Box<Care>> {
    let care = Care {
        handed_in_by,
        heavy: given.heavy,
        gate_bag: given.gate_bag,
        rush: rush.map(|reason| reason.trim().to_owned()),
        own_tag: given.tag.is_some(),
        onward: given.onward.clone(),
    };
    (care != Care::default()).then(|| Box::new(care))
}

/// The leading digit of a rush tag.
const RUSH: u8 = 2;

/// What one person may be asked to lift.
pub(super) const HEAVY_KG: u16 = 32;
