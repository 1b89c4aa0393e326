//! Baggage messages (BSM, BPM): bags that others checked in, and what readers elsewhere saw of them.
//!
//! What a message says is a fact with the message as its source. A message adds to what people said of a bag and takes nothing of it away.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use serde_json::{Value, json};

use super::decide::{Context, Decision, Draft};
use super::import::{hash_of, not_read};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::Scalar;
use crate::record::fact::{ScanPoint, Source, What};
use crate::record::{Bag, Booking, DocRef, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::airport::AirportCode;
use crate::standards::airport_table;
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::{FlightNumber, FlightNumberError};
use crate::standards::typeb::{BagFlight, BagGroup, BagMessage, DayMonth, DayMonthError, line_of};
use crate::unread::Unread;

/// As many bags as one message of 512 KiB could name by honest means.
const BAGS_MAX: usize = 2000;

impl Station {
    /// Reads a baggage message: all of it or nothing.
    pub(super) fn import_bags(&self, text: &str, context: &Context) -> Result<Decision, Refusal> {
        let message = BagMessage::parse(text).map_err(|error| not_read(&error, text))?;
        if message.end.is_none() {
            let words = said!("", "This message stops before its end: no line says END{kind}.", kind = message.kind.as_str());
            let last = u32::try_from(text.trim_end().lines().count()).ok();
            return Err(Refusal::new("message-cut-off", words, "Send the whole message again.", 422).at_line(last));
        }
        if let Some(tag) = message.groups.iter().flat_map(|group| &group.tags).find(|tag| tag.run.is_none_or(|run| run.plates().is_err())) {
            let words = said!("", "\"{tag}\" is no bag tag with a count of bags.", tag = tag.raw);
            return Err(Refusal::new("tag-not-read", words, "Correct the line, or ask the sender to repeat the message.", 422)
                .at_line(line_of(text, &format!(".N/{}", tag.raw)).or_else(|| line_of(text, &tag.raw))));
        }
        if message.plates().len() > BAGS_MAX {
            return Err(Refusal::new("too-many-bags", "The message names more than 2,000 bags.", "Check the counts behind the tags.", 422));
        }
        let mut reading =
            Reading { station: self, context, text, hash: hash_of(text), draft: Draft::new(context), bags: 0, same: 0, todo: Vec::new() };
        let mut flights: Vec<FlightKey> = Vec::new();
        for group in &message.groups {
            let key = match message.kind.as_str() {
                "BSM" => reading.announce(&message, group)?,
                _ => reading.processed(&message, group)?,
            };
            flights.extend(key.filter(|key| !flights.contains(key)));
        }
        Ok(reading.decision(&message, &flights))
    }

    /// The flight out of a group: from this station, or at the hub from where the message says.
    fn flight_out(&self, message: &BagMessage, flight: &BagFlight, text: &str, context: &Context) -> Result<FlightKey, Refusal> {
        let said = format!("{}{}", flight.carrier, flight.number);
        let at_line = |refusal: Refusal| refusal.at_line(line_of(text, &format!(".F/{said}")));
        let refused =
            |words: Said| at_line(Refusal::new("flight-not-read", said!("", "{error}", error = words), "Correct the line of the flight.", 422));
        let number: FlightNumber = said.parse().map_err(|error: FlightNumberError| refused(error.said()))?;
        let sender: Option<AirportCode> = message.version.as_ref().and_then(|version| version.station.parse().ok());
        let departs = message.version.as_ref().is_some_and(|version| matches!(version.source.as_str(), "L" | "T" | ""));
        let station = match (self.setting.station, sender) {
            (Some(ours), Some(theirs)) if departs && ours != theirs => theirs,
            (Some(ours), _) => ours,
            (None, Some(theirs)) => theirs,
            (None, None) => return Err(refused(said!("unread-no-bag-station", "The message does not say at which station the bag is."))),
        };
        let date = match flight.date.as_deref() {
            Some(date) => {
                let day: DayMonth = date.parse().map_err(|error: DayMonthError| refused(error.said()))?;
                day.nearest(context.today).ok_or_else(|| refused(said!("unread-no-such-day", "The day of the flight does not exist.")))?
            }
            None => return Err(refused(said!("unread-no-date", "{flight} has no date.", flight = said))),
        };
        let key = FlightKey::new(number, date, station).map_err(|error| refused(error.said()))?;
        self.ours(&key).map_err(at_line)?;
        if self.flight(&key).is_none_or(|flight| flight.lists_read() == 0) {
            let list = format!("the list (PNL) of {}", words::flight(&key));
            let words = said!("", "{flight} is not known here yet; this message waits for its list.", flight = words::flight(&key));
            return Err(at_line(Refusal::waiting("waits-for-list", words, list)));
        }
        Ok(key)
    }
}

/// One message on its way into edits.
struct Reading<'a> {
    station: &'a Station,
    context: &'a Context,
    text: &'a str,
    hash: String,
    draft: Draft<'a>,
    bags: usize,
    /// Bags of which everything was so already.
    same: usize,
    todo: Vec<Said>,
}

impl<'a> Reading<'a> {
    /// A BSM: bags that fly, or fly no more.
    fn announce(&mut self, message: &BagMessage, group: &BagGroup) -> Result<Option<FlightKey>, Refusal> {
        let Some(flight) = &group.flight else {
            let words = "This message names no flight that the bag leaves on.";
            let remedy = "If the bag ends its way here, nothing has to be done: discard it. Else ask the sender to repeat it.";
            return Err(Refusal::new("no-flight-out", words, remedy, 422).at_line(self.line_of_tags(group)));
        };
        let key = self.station.flight_out(message, flight, self.text, self.context)?;
        let owner = owner_of(self.station, &key, group);
        if owner.is_none() && message.change.as_deref() != Some("DEL") {
            self.todo.push(said!(
                "todo-whose-bags",
                "It is not clear whose the {count} of {flight} are. Scan them at the counter.",
                count = bags(group),
                flight = words::flight(&key),
            ));
        }
        for tag in group.plates() {
            let bag = self.station.bag(self.station.ids.bag(&key, tag));
            match message.change.as_deref() {
                Some("DEL") => self.withdraw(&key, tag, bag, group)?,
                _ => self.tell(&key, tag, bag, owner, group),
            }
        }
        Ok(Some(key))
    }

    fn tell(&mut self, key: &FlightKey, tag: BagTag, bag: Option<&Bag>, owner: Option<&Booking>, group: &BagGroup) {
        self.bags += 1;
        let destination = group.onward.last().or(group.flight.as_ref()).and_then(|flight| flight.airport.as_deref()?.parse::<AirportCode>().ok());
        let of_people = bag.is_some_and(Bag::is_of_people);
        if of_people && owner.is_some_and(|owner| bag.and_then(|bag| bag.owner) != Some(owner.id)) {
            self.todo.push(said!(
                "todo-bag-of-another",
                "The message gives bag {tag} to another guest than the desk did. The desk's word stays; look at the bag.",
                tag = tag,
            ));
        }
        let is_told = bag.is_some_and(|bag| bag.is_told(&self.hash));
        self.same += usize::from(is_told);
        let mut part = self.draft.edit(&key.scope(), self.station.ids.bag(key, tag));
        if bag.is_none() {
            part = part.say("kind", "bag").say("flight", key).say("tag", tag);
        }
        if !of_people {
            if let Some(owner) = owner.filter(|owner| bag.and_then(|bag| bag.owner) != Some(owner.id)) {
                part = part.say("booking", DocRef(owner.id));
            }
            if let Some(destination) = destination.filter(|code| bag.and_then(|bag| bag.destination) != Some(*code)) {
                part = part.say("destination", destination);
            }
            if let Some(kg) = kilograms(group).filter(|kg| bag.and_then(|bag| bag.kg) != Some(*kg)) {
                part = part.set("kg", Scalar::Int(kg.into()));
            }
        }
        if !is_told {
            part.fact_from(Source::Message, What::Told { message: self.hash.clone() }, Vec::new());
        }
    }

    fn withdraw(&mut self, key: &FlightKey, tag: BagTag, bag: Option<&Bag>, group: &BagGroup) -> Result<(), Refusal> {
        let Some(bag) = bag else {
            let words = said!("withdraw", "Bag {tag} is not known on {flight}, so it cannot be taken off.", tag = tag, flight = words::flight(key));
            let remedy = "If the message that adds the bag comes later, replay this one behind it; else discard it.";
            return Err(Refusal::new("bag-not-known", words, remedy, 422).at_line(self.line_of_tags(group)));
        };
        self.bags += 1;
        if bag.is_withdrawn() {
            self.same += 1;
            return Ok(());
        }
        if bag.was_touched() {
            let seen = bag.furthest().map_or_else(|| "known".to_owned(), |point| point.to_string());
            self.todo.push(said!(
                "todo-bag-taken-off",
                "A message took bag {tag} off, and it was {seen} here. Find it, and unload it if it must not fly.",
                tag = tag,
                seen = seen,
            ));
        }
        let told = bag.told_refs();
        self.draft.edit(&key.scope(), bag.id).fact_from(Source::Message, What::Withdrawn { message: self.hash.clone() }, told);
        Ok(())
    }

    /// A BPM: what a reader saw, with its time.
    fn processed(&mut self, message: &BagMessage, group: &BagGroup) -> Result<Option<FlightKey>, Refusal> {
        let key = match &group.flight {
            Some(flight) => Some(self.station.flight_out(message, flight, self.text, self.context)?),
            None => None,
        };
        let seen = self.seen(message, group)?;
        let mut last = key;
        for tag in group.plates() {
            let bag = self.known_bag(tag, key, group)?;
            last = Some(bag.flight);
            self.bags += 1;
            let at = self.captured(message, bag.flight)?;
            let known = bag.history.live(|what| *what == seen).any(|held| held.fact.at == at && held.fact.src == Source::Message);
            if known {
                self.same += 1;
                continue;
            }
            if let (What::Scanned { point: ScanPoint::Loaded }, Some(owner)) = (&seen, bag.owner.and_then(|owner| self.station.booking(owner)))
                && owner.standing() == crate::record::booking::Standing::Offloaded
            {
                self.todo.push(said!("todo-unload-loaded", "Bag {tag} was loaded and its guest is off the flight. Unload it.", tag = tag));
            }
            self.draft.edit(&bag.flight.scope(), bag.id).fact_at(at, seen.clone());
        }
        Ok(last)
    }

    fn known_bag(&self, tag: BagTag, key: Option<FlightKey>, group: &BagGroup) -> Result<&'a Bag, Refusal> {
        let known: Vec<&Bag> = self.station.bags_with(tag).filter(|bag| key.is_none_or(|key| bag.flight == key)).collect();
        match known.as_slice() {
            [bag] => Ok(bag),
            [] => {
                let words = said!("", "Bag {tag} is not known here yet; this message waits for the one that announces it.", tag = tag);
                Err(Refusal::waiting("waits-for-bag", words, format!("the BSM of bag {tag}")).at_line(self.line_of_tags(group)))
            }
            _ => {
                let words = said!("message", "Bag {tag} is on several flights, and the message does not say which.", tag = tag);
                Err(Refusal::new("flight-needed", words, "Add the line of the flight (.F) and replay it.", 422).at_line(self.line_of_tags(group)))
            }
        }
    }

    /// What the message says was done.
    fn seen(&self, message: &BagMessage, group: &BagGroup) -> Result<What, Refusal> {
        let scanned = |point| Ok(What::Scanned { point });
        if let Some(code) = group.irregularity.as_ref().and_then(|fields| fields.get("code")) {
            return match code {
                "OFF" => Ok(What::Unloaded {}),
                other => {
                    let words = said!("place", "The message says {code} of a bag, which is no place on its way.", code = other);
                    let remedy = "Look at the bag, and discard the message.";
                    Err(Refusal::new("no-custody", words, remedy, 422).at_line(line_of(self.text, &format!(".B/{other}"))))
                }
            };
        }
        if group.stowage.is_some() {
            return scanned(ScanPoint::Loaded);
        }
        match message.processing.as_ref().and_then(|fields| fields.get("code")) {
            Some("R") => scanned(ScanPoint::Loaded),
            Some("S" | "G" | "H" | "U") => scanned(ScanPoint::Sorted),
            _ => {
                let words = said!("", "The message does not say what was done with the bag: it has no line .J that is known here.");
                Err(Refusal::new("no-custody", words, "Correct the line .J, or discard the message.", 422).at_line(line_of(self.text, ".J/")))
            }
        }
    }

    /// When the bag was seen: the time in the message, else now.
    fn captured(&self, message: &BagMessage, flight: FlightKey) -> Result<i64, Refusal> {
        let Some((date, time)) = message.processing.as_ref().and_then(|fields| Some((fields.get("date")?, fields.get("time")?))) else {
            return Ok(self.context.now_ms);
        };
        let read = || -> Option<i64> {
            let date = date.parse::<DayMonth>().ok()?.nearest(self.context.today)?;
            let (digits, zone) = time.split_at_checked(time.len().checked_sub(1)?)?;
            let time = moment(date, digits)?;
            match zone {
                "Z" => Some(time.and_utc().timestamp_millis()),
                "L" => Some(self.station.to_utc(time, flight.station())),
                _ => None,
            }
        };
        read().ok_or_else(|| {
            let words = said!("", "\"{date}/{time}\" is no time such as 22NOV/134500L.", date = date, time = time);
            Refusal::new("time-not-read", words, "Correct the line .J and replay it.", 422).at_line(line_of(self.text, ".J/"))
        })
    }

    fn line_of_tags(&self, group: &BagGroup) -> Option<u32> {
        let tag = group.tags.first()?;
        line_of(self.text, &format!(".N/{}", tag.raw)).or_else(|| line_of(self.text, &tag.raw))
    }

    fn decision(self, message: &BagMessage, flights: &[FlightKey]) -> Decision {
        let on = flights.iter().map(|key| words::flight(key).to_string()).collect::<Vec<_>>().join(", ");
        let told = match (message.kind.as_str(), message.change.as_deref()) {
            ("BSM", Some("DEL")) => "taken off",
            ("BSM", Some("CHG")) => "changed",
            ("BSM", _) => "announced",
            _ => "seen",
        };
        let bags = words::count(self.bags, "bag", "bags");
        let again = if self.bags > 0 && self.same == self.bags { " All of it was known." } else { "" };
        let answer: Value = json!({
            "tone": if self.todo.is_empty() { Tone::Green } else { Tone::Amber },
            "message": format!("{on}: {bags} {told}.{again}"), "todo": self.todo, "flight": flights.first(), "bags": self.bags, "known": self.same, "told": told,
        });
        let answer = with_hints(answer, &self.todo);
        // Nothing to say of a bag is nothing to save.
        let summary = format!("read a {} of {} bags", message.kind, self.bags);
        let mut decision = self.draft.decision(answer, summary);
        for (_, edits) in &mut decision.edits {
            edits.retain(|edit| !edit.fields.is_empty() || !edit.facts.is_empty());
        }
        decision.edits.retain(|(_, edits)| !edits.is_empty());
        decision
    }
}

impl Station {
    /// A local time at a station as milliseconds since 1970 UTC. Of a time that the clocks repeat, the first; one that they leave out is read in UTC.
    pub(super) fn to_utc(&self, time: NaiveDateTime, station: AirportCode) -> i64 {
        let zone = self.setting.zone.or_else(|| airport_table::airport(station).map(|airport| airport.zone)).unwrap_or(chrono_tz::Tz::UTC);
        let local: DateTime<Utc> = match zone.from_local_datetime(&time) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
            LocalResult::None => time.and_utc(),
        };
        local.timestamp_millis()
    }
}

/// `134500` or `1345`.
fn moment(date: NaiveDate, digits: &str) -> Option<NaiveDateTime> {
    let pair = |at: usize| digits.get(at..at + 2).filter(|pair| pair.bytes().all(|byte| byte.is_ascii_digit()))?.parse::<u32>().ok();
    let seconds = if digits.len() == 6 { pair(4)? } else { 0 };
    let time = NaiveTime::from_hms_opt(pair(0)?, pair(2)?, seconds)?;
    matches!(digits.len(), 4 | 6).then(|| date.and_time(time))
}

/// The guest of a group, if the list has exactly one who can be meant.
fn owner_of<'a>(station: &'a Station, key: &FlightKey, group: &BagGroup) -> Option<&'a Booking> {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).collect::<String>();
    let pax = group.pax.first()?;
    let given = pax.given.first().map(|given| letters(given)).unwrap_or_default();
    let named = |booking: &&Booking| {
        let (surname, listed) = booking.name().split_once('/').unwrap_or((booking.name(), ""));
        let listed = letters(listed);
        letters(surname) == letters(&pax.surname) && (given.is_empty() || listed.starts_with(&given) || given.starts_with(&listed))
    };
    let mut found: Vec<&Booking> = station.on(key).filter(named).collect();
    if let Some(locator) = group.pnr.as_deref().and_then(|text| text.split('/').next()?.parse().ok()) {
        found.retain(|booking| booking.listing.locators.is_empty() || booking.locators().any(|known| known == locator));
    }
    let said = |name| group.reconciliation.as_ref().and_then(|fields| fields.get(name));
    let sequence = said("sequence").and_then(|text| text.parse::<u16>().ok());
    let seat = said("seat").and_then(|text| text.trim_start_matches('0').parse().ok());
    if found.len() > 1 {
        found.retain(|booking| (sequence.is_some() && booking.sequence == sequence) || (seat.is_some() && booking.seat == seat));
    }
    if let [one] = found.as_slice() { Some(one) } else { None }
}

/// The weight, where the message gives that of one piece in kilograms.
fn kilograms(group: &BagGroup) -> Option<u16> {
    let weight = group.weight.as_ref()?;
    let one = group.plates().len() == 1 && weight.get("pieces").is_none_or(|pieces| pieces.parse() == Ok(1));
    let in_kilograms = weight.get("indicator") == Some("K") && weight.get("unit").is_none_or(|unit| unit == "K" || unit == "KG");
    let whole = weight.get("checked_weight")?.split('.').next()?.parse().ok().filter(|kg| (1..=99).contains(kg))?;
    (one && in_kilograms).then_some(whole)
}

fn bags(group: &BagGroup) -> words::Count {
    words::count(group.plates().len(), "bag", "bags")
}
