//! Baggage messages that are due: source messages (BSM) from the difference of what was told and what is so, and one processed message (BPM) a scan.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate};

use super::told::{Told, text_of};
use super::{Due, Naming, Said};
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::fact::{Held, Onward, ScanPoint, Source, What};
use crate::record::outgoing::OutKind;
use crate::record::{Bag, Booking, FactRef, Flight};
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::FlightNumber;
use crate::standards::typeb::{
    BagFlight, BagGroup, BagMessage, BagPax, BagScan, DayMonth, Fields, TagItem, VersionLine, bag_messages, bag_processed, runs,
};
use crate::station::Station;
use crate::station::connecting::LegWords;

/// As many bags as one message names, so that it is one part.
const BAGS_MAX: usize = 50;

/// In which order messages go: what is deleted first, so that a bag that goes from one guest to another is not lost on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Delete,
    Change,
    Add,
}

impl Station {
    /// The source messages that bring those who sort bags from what they were told to what is so.
    pub(super) fn bags_due(&self, flight: &Flight, said: &Said<'_>) -> Vec<Due> {
        let mut groups: BTreeMap<DocId, Vec<&Bag>> = BTreeMap::new();
        for bag in self.bags_on(&flight.key) {
            // A bag of a guest whose booking is not here stands with itself.
            let owner = bag.owner.filter(|owner| self.booking(*owner).is_some());
            groups.entry(owner.unwrap_or(bag.id)).or_default().push(bag);
        }
        for doc in said.keys() {
            groups.entry(*doc).or_default();
        }
        let none = Vec::new();
        let mut told: BTreeMap<DocId, Told> = BTreeMap::new();
        let mut is_open = BTreeSet::new();
        for doc in groups.keys() {
            let messages = said.get(doc).unwrap_or(&none);
            let open = messages.iter().any(|message| message.spoken.kind == OutKind::Bsm && !message.state.is_over());
            told.insert(*doc, Told::of(messages));
            is_open.extend(open.then_some(*doc));
        }
        // What a group still holds that has an open message cannot be announced elsewhere before.
        let kept: BTreeSet<BagTag> =
            is_open.iter().filter_map(|doc| told.get(doc)).flat_map(|told| told.tags().filter(|tag| told.held(*tag).is_some())).collect();
        let mut steps: Vec<(Step, DocId, BagMessage)> = Vec::new();
        for (doc, bags) in groups.iter().filter(|(doc, _)| !is_open.contains(*doc)) {
            let Some(told) = told.get(doc) else { continue };
            let now = self.groups_now(flight, self.booking(*doc), bags);
            let mut host = self.told_by_host(flight, self.booking(*doc), bags);
            host.retain(|tag, _| !told.names(*tag));
            steps.extend(difference(flight, told, &host, &now, &kept).into_iter().map(|(step, message)| (step, *doc, message)));
        }
        steps.sort_by_key(|(step, doc, _)| (*step, *doc));
        let mut versions: BTreeMap<DocId, u32> = BTreeMap::new();
        for (doc, messages) in said {
            let known = messages.iter().filter(|message| message.spoken.kind == OutKind::Bsm).map(|message| message.spoken.version).max();
            versions.insert(*doc, known.unwrap_or(0));
        }
        let due = steps.into_iter().map(|(_, doc, message)| {
            let version = versions.entry(doc).or_default();
            *version = version.saturating_add(1);
            Naming { flight: &flight.key, kind: OutKind::Bsm, doc, of: None, version: *version, part: 1, parts: 1 }.due(message.lines().join("\n"))
        });
        due.collect()
    }

    /// One processed message for each scan here that was not reported, as they were made. It says nothing but the scan, so it is the same on every node.
    pub(super) fn scans_due(&self, flight: &Flight, said: &Said<'_>) -> Vec<Due> {
        let mut scans: Vec<(&Bag, &Held, char)> = Vec::new();
        for bag in self.bags_on(&flight.key) {
            let reported: BTreeSet<FactRef> = said.get(&bag.id).into_iter().flatten().filter_map(|message| message.spoken.of).collect();
            let here = bag.history.all().iter().filter(|held| matches!(held.fact.src, Source::Person | Source::Paper));
            let scans_here =
                here.filter(|held| !reported.contains(&FactRef(held.id))).filter_map(|held| Some((bag, held, code_of(&held.fact.what)?)));
            scans.extend(scans_here);
        }
        scans.sort_by_key(|(bag, held, _)| (held.fact.at, bag.tag, held.id));
        let due = scans.into_iter().filter_map(|(bag, held, code)| {
            let naming = Naming { flight: &flight.key, kind: OutKind::Bpm, doc: bag.id, of: Some(FactRef(held.id)), version: 1, part: 1, parts: 1 };
            Some(naming.due(report(flight, bag, held, code)?.lines().join("\n")))
        });
        due.collect()
    }

    /// What is so of each bag of one guest, or of a bag without one: without its tag, by tag.
    fn groups_now(&self, flight: &Flight, owner: Option<&Booking>, bags: &[&Bag]) -> BTreeMap<BagTag, BagGroup> {
        let flying: Vec<&Bag> = bags.iter().copied().filter(|bag| bag.flies() && (is_ours(bag) || is_of_host(bag))).collect();
        let weight = weight_of(&flying);
        flying.iter().map(|bag| (bag.tag, BagGroup { weight: weight.clone(), ..self.group_of(flight, owner, bag) })).collect()
    }

    /// What the host told of the bags that nobody took here, as far as it can be known: all that is so, with authority to load them.
    fn told_by_host(&self, flight: &Flight, owner: Option<&Booking>, bags: &[&Bag]) -> BTreeMap<BagTag, BagGroup> {
        let hosts: Vec<&Bag> = bags.iter().copied().filter(|bag| is_of_host(bag) && !is_ours(bag)).collect();
        let weight = weight_of(&hosts);
        let said = |bag: &&Bag| {
            let mut group = BagGroup { weight: weight.clone(), ..self.group_of(flight, owner, bag) };
            if let Some(first) = group.reconciliation.as_mut().and_then(|fields| fields.values.first_mut()) {
                "Y".clone_into(first);
            }
            (bag.tag, group)
        };
        hosts.iter().map(said).collect()
    }

    fn group_of(&self, flight: &Flight, owner: Option<&Booking>, bag: &Bag) -> BagGroup {
        let leg_to = owner.and_then(|owner| owner.listing.destination).or_else(|| flight.destinations.first().copied()).or(bag.destination);
        let class = owner.and_then(|owner| owner.listing.cabin.or(owner.listing.class)).map(String::from);
        let out = BagFlight { airport: leg_to.map(|code| code.to_string()), class, ..flight_out(flight.key.flight(), Some(flight.key.date())) };
        let pax = owner.map(|owner| {
            let (surname, given) = owner.name().split_once('/').unwrap_or((owner.name(), ""));
            let given = if given.is_empty() { Vec::new() } else { vec![given.to_owned()] };
            BagPax { count: 1, surname: surname.to_owned(), given }
        });
        BagGroup {
            flight: Some(out),
            onward: self.onward_of(owner, bag, leg_to.map(|code| code.to_string())),
            reconciliation: owner.map(|owner| reconciliation(flight, owner)),
            pax: pax.into_iter().collect(),
            pnr: owner.and_then(|owner| owner.locator()).map(|locator| locator.to_string()),
            exceptions: if bag.is_rush() { vec!["RUSH".to_owned()] } else { Vec::new() },
            ..BagGroup::default()
        }
    }

    /// The flights behind this one: those that a person gave, else those of the guest's list as far as the bag's tag goes.
    fn onward_of(&self, owner: Option<&Booking>, bag: &Bag, leg_to: Option<String>) -> Vec<BagFlight> {
        let given = bag.care().map(|care| &care.onward[..]).unwrap_or_default();
        if !given.is_empty() {
            let said = |onward: &Onward| BagFlight { airport: Some(onward.to.to_string()), ..flight_out(onward.flight, None) };
            return given.iter().map(said).collect();
        }
        let last = bag.destination.map(|code| code.to_string());
        let (Some(owner), true) = (owner, last.is_some() && last != leg_to) else { return Vec::new() };
        let mut onward = Vec::new();
        for leg in owner.listing.onward.iter().filter_map(|text| LegWords::read(text)) {
            let airport = leg.off.map(|code| code.to_string());
            let is_last = airport == last;
            let class = leg.class.map(String::from);
            onward.push(BagFlight { airport, class, ..flight_out(leg.flight, leg.date(owner.flight.date())) });
            if is_last {
                break;
            }
        }
        onward
    }
}

/// The messages of one group, each with its step.
fn difference(
    flight: &Flight,
    told: &Told,
    host: &BTreeMap<BagTag, BagGroup>,
    now: &BTreeMap<BagTag, BagGroup>,
    kept: &BTreeSet<BagTag>,
) -> Vec<(Step, BagMessage)> {
    let tags: BTreeSet<BagTag> = told.tags().chain(host.keys().copied()).chain(now.keys().copied()).collect();
    // Bags of which the same was told and the same is so share a message.
    type Bucket<'a> = (Option<&'a BagGroup>, Option<&'a BagGroup>, bool, BTreeSet<BagTag>);
    let mut buckets: BTreeMap<(String, String, bool), Bucket<'_>> = BTreeMap::new();
    for tag in tags {
        let (before, after) = (told.held(tag).or_else(|| host.get(&tag)), now.get(&tag));
        let key = (before.map(text_of).unwrap_or_default(), after.map(text_of).unwrap_or_default(), told.is_certain(tag));
        if (key.0 == key.1 && key.2) || (before.is_none() && kept.contains(&tag)) {
            continue;
        }
        let certain = key.2;
        buckets.entry(key).or_insert_with(|| (before, after, certain, BTreeSet::new())).3.insert(tag);
    }
    let version = VersionLine::new('L', flight.key.station().as_str());
    let mut steps = Vec::new();
    for (before, after, certain, tags) in buckets.into_values() {
        let tags: Vec<BagTag> = tags.into_iter().collect();
        for tags in tags.chunks(BAGS_MAX) {
            let with = |group: Option<&BagGroup>| group.map(|group| with_tags(group, tags));
            let (before, after) = (with(before), with(after));
            let mut messages = bag_messages(before.as_ref(), after.as_ref(), &version);
            if let (true, false, Some(after)) = (messages.is_empty(), certain, after) {
                messages.push(BagMessage::of("BSM", Some("CHG"), version.clone(), None, vec![after]));
            }
            steps.extend(messages.into_iter().map(|message| (step_of(&message), message)));
        }
    }
    steps
}

fn step_of(message: &BagMessage) -> Step {
    match message.change.as_deref() {
        Some("DEL") => Step::Delete,
        Some(_) => Step::Change,
        None => Step::Add,
    }
}

fn with_tags(group: &BagGroup, tags: &[BagTag]) -> BagGroup {
    let tags: BTreeSet<BagTag> = tags.iter().copied().collect();
    BagGroup { tags: runs(&tags).into_iter().map(TagItem::of).collect(), ..group.clone() }
}

/// Taken here by a person; also if it was taken back while others had it in hands, for then it flies still.
fn is_ours(bag: &Bag) -> bool {
    let taken = |what: &What| matches!(what, What::Accepted { .. });
    let still_flies = || bag.was_touched() && !is_of_host(bag) && bag.history.all().iter().any(|held| taken(&held.fact.what));
    bag.history.live(taken).next().is_some() || still_flies()
}

/// Announced by a message of others.
pub(super) fn is_of_host(bag: &Bag) -> bool {
    !bag.told_refs().is_empty()
}

fn weight_of(bags: &[&Bag]) -> Option<Fields> {
    let kg: Option<u32> = bags.iter().map(|bag| bag.kg.map(u32::from)).sum();
    let (pieces, kg) = (bags.len().to_string(), kg?.to_string());
    Some(Fields::of("W", &[("indicator", "K"), ("pieces", &pieces), ("checked_weight", &kg)]))
}

/// Whether a guest's bags may be loaded, and where the guest is.
fn reconciliation(flight: &Flight, owner: &Booking) -> Fields {
    let standing = owner.standing();
    let left_behind = flight.is_closed() && standing != Standing::Aboard;
    let authority = if standing == Standing::Offloaded || left_behind { "N" } else { "Y" };
    let status = match standing {
        Standing::Aboard => "B",
        Standing::CheckedIn => "C",
        Standing::Listed if owner.is_standby() => "S",
        Standing::Listed | Standing::Offloaded => "N",
    };
    let seat = owner.seat.map(|seat| seat.to_string()).unwrap_or_default();
    let sequence = owner.sequence.map(|sequence| format!("{sequence:03}")).unwrap_or_default();
    let mut said = vec![("authority_to_load", authority), ("seat", seat.as_str()), ("pax_status", status), ("sequence", sequence.as_str())];
    said.retain(|(_, value)| !value.is_empty());
    Fields::of("S", &said)
}

/// A flight as baggage messages write it, without its airport.
fn flight_out(flight: FlightNumber, date: Option<NaiveDate>) -> BagFlight {
    let number = format!("{}{}", flight.number(), flight.suffix().map(String::from).unwrap_or_default());
    BagFlight { carrier: flight.carrier().to_string(), number, date: date.map(|date| DayMonth::of(date).to_string()), airport: None, class: None }
}

/// The code under which a scan is reported; nothing for what the source message says already.
fn code_of(what: &What) -> Option<char> {
    match what {
        What::Unloaded {} => Some('R'),
        What::Scanned { point } => match point {
            ScanPoint::Accepted => None,
            ScanPoint::Loaded => Some('R'),
            ScanPoint::Sorted | ScanPoint::Transferred => Some('S'),
            ScanPoint::Delivered => Some('G'),
        },
        _ => None,
    }
}

fn report(flight: &Flight, bag: &Bag, held: &Held, code: char) -> Option<BagMessage> {
    let captured = DateTime::from_timestamp_millis(held.fact.at)?.naive_utc();
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).take(10).collect::<String>();
    let scan = BagScan {
        code,
        agent: plain(&held.fact.by),
        scanner: plain(&held.fact.desk),
        captured,
        captured_in_utc: true,
        location: format!("{}{}", flight.key.station(), plain(&held.fact.desk)),
    };
    let taken_off = matches!(held.fact.what, What::Unloaded {});
    let tag = bag.tag.to_string();
    let group = BagGroup {
        flight: Some(BagFlight { ..flight_out(flight.key.flight(), Some(flight.key.date())) }),
        irregularity: taken_off.then(|| Fields::of("B", &[("code", "OFF"), ("tag", &tag), ("count", "001")])),
        ..with_tags(&BagGroup::default(), &[bag.tag])
    };
    Some(bag_processed(&scan, group, VersionLine::new('L', flight.key.station().as_str())))
}
