//! Paper: numbers kept for blank tags, and typing in what was written while a desk was dead.

use chrono::{DateTime, Duration, NaiveDateTime, TimeZone};
use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::paper_lines::{ENTRY_MAX, Named, Said as Line};
use super::{Boarding, Station, words};
use crate::command::{BAG_KG_MAX, PaperBag, Refusal, Tone};
use crate::flat::Scalar;
use crate::record::booking::Standing;
use crate::record::fact::{Fact, How, ScanPoint, Source, StaffNumber, What};
use crate::record::local_time::LocalTime;
use crate::record::{Bag, Booking, DocRef, FlightKey};
use crate::said::{said, with_hints};
use crate::standards::bag_tag::BagTag;
use crate::standards::seat::Seat;

/// What somebody wrote, as it is typed in.
pub(super) struct Paper<'a> {
    pub(super) flight: FlightKey,
    pub(super) at: LocalTime,
    pub(super) by: &'a StaffNumber,
    pub(super) boarded: &'a [DocRef],
    pub(super) bags: &'a [PaperBag],
}

/// A line of a paper, held against what is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperRow {
    pub line: Line,
    /// Nothing where nobody here is named so.
    pub guest: Option<PaperGuest>,
    pub stand: Stand,
}

/// The guest whom a line means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperGuest {
    pub booking: DocRef,
    pub name: String,
    pub sequence: Option<u16>,
    pub seat: Option<Seat>,
}

/// What others did meanwhile, as far as it is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stand {
    /// Nothing that speaks against it.
    Fits,
    /// Nobody on the flight is named so here.
    Nobody,
    /// Several guests hold this number or seat: a person chooses.
    Several,
    /// The guest is not checked in here.
    NotCheckedIn,
    /// It was typed in before from this paper.
    Entered,
    /// On board already, seen elsewhere: entering it makes a review.
    Aboard(Boarding),
    /// Taken off the flight: entering it makes a review.
    Offloaded(Boarding),
    /// The tag is known for this guest.
    BagKnown,
    /// The tag is known for another guest, or was taken out: it cannot be entered.
    BagOfAnother(String),
}

impl Stand {
    /// Whether it is meant to be entered unless a person says otherwise.
    pub fn is_plain(&self) -> bool {
        matches!(self, Self::Fits | Self::NotCheckedIn)
    }

    /// Whether it can be entered at all.
    pub fn can_enter(&self) -> bool {
        !matches!(self, Self::Nobody | Self::BagOfAnother(_) | Self::Entered | Self::BagKnown)
    }
}

/// A sheet of blank tags.
const TAGS_MAX: u16 = 100;

/// A time of day that would be longer ago than this is rather one that is still to come, in hours.
const PAPER_HOURS: i64 = 20;

/// Clocks on walls are a little fast, in minutes.
const FAST_MINUTES: i64 = 5;

pub(crate) fn check_count(count: u16) -> Result<(), Refusal> {
    match count {
        1..=TAGS_MAX => Ok(()),
        _ => Err(Refusal::new(
            "tag-count-out-of-range",
            said!("", "{count} blank tags are not one sheet.", count = count),
            "Keep 1 to 100 numbers at a time.",
            422,
        )),
    }
}

pub(crate) fn check_entry(boarded: &[DocRef], bags: &[PaperBag]) -> Result<(), Refusal> {
    match boarded.len() + bags.len() {
        0 => return Err(Refusal::new("paper-empty", "Nothing of the paper was chosen.", "Mark at least one line.", 422)),
        1..=ENTRY_MAX => {}
        _ => return Err(Refusal::new("paper-too-long", "More than 500 guests and bags were typed.", "Enter the paper in parts.", 422)),
    }
    let mut guests = boarded.to_vec();
    let mut tags: Vec<BagTag> = bags.iter().map(|bag| bag.tag).collect();
    guests.sort_unstable();
    tags.sort_unstable();
    if guests.windows(2).any(|pair| pair[0] == pair[1]) || tags.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Refusal::new("paper-twice", "A guest or a tag stands on the paper twice.", "Name each guest and each tag once.", 422));
    }
    match bags.iter().find_map(|bag| bag.weight_kg.filter(|kg| !(1..=BAG_KG_MAX).contains(kg))) {
        None => Ok(()),
        Some(kg) => {
            let words = said!("", "{kg} kg is not the weight of one bag.", kg = kg);
            Err(Refusal::new("weight-out-of-range", words, "Give 1 to 99 kg for each bag.", 422))
        }
    }
}

impl Station {
    /// The numbers of this desk that are kept for blank tags of a flight and that no bag has yet.
    pub fn blank_tags(&self, key: &FlightKey) -> Vec<BagTag> {
        let Some(flight) = self.flight(key) else { return Vec::new() };
        let own = |tag: &BagTag| self.setting.blocks.tag_serials.contains(&tag.serial());
        let runs = flight.reserved_tags().map(|(first, count)| (first, count.min(TAGS_MAX)));
        let tags = runs.flat_map(|(first, count)| {
            let tag = move |step| BagTag::from_parts(first.leading(), first.airline_numeric(), first.serial().checked_add(step)?).ok();
            (0..u32::from(count)).filter_map(tag)
        });
        let mut tags: Vec<BagTag> = tags.filter(own).filter(|tag| self.bags_with(*tag).next().is_none()).collect();
        tags.sort_unstable();
        tags.dedup();
        tags
    }

    /// When a time on a paper was, in milliseconds since 1970 UTC: the last time that clocks here showed it. Nothing where that is still to come.
    pub fn paper_time(&self, at: LocalTime, now_ms: i64) -> Option<i64> {
        let now = DateTime::from_timestamp_millis(now_ms)?;
        let local = match self.setting.zone {
            Some(zone) => now.with_timezone(&zone).naive_local(),
            None => now.naive_utc(),
        };
        let today = local.date().and_hms_opt(u32::from(at.minutes() / 60), u32::from(at.minutes() % 60), 0)?;
        let past = if today <= local + Duration::minutes(FAST_MINUTES) { today } else { today - Duration::days(1) };
        let ms = self.utc_ms(past)?;
        (now_ms - ms <= PAPER_HOURS * 3_600_000).then_some(ms)
    }

    /// What the lines of a paper mean here, in their order.
    pub fn paper_rows(&self, key: &FlightKey, at_ms: i64, by: &StaffNumber, lines: &[Line]) -> Vec<PaperRow> {
        lines.iter().take(ENTRY_MAX).flat_map(|line| self.paper_row(key, at_ms, by, *line)).collect()
    }

    fn paper_row(&self, key: &FlightKey, at_ms: i64, by: &StaffNumber, line: Line) -> Vec<PaperRow> {
        let (Line::Boarded(named) | Line::Bag(named, ..)) = line;
        let book = self.books.get(key);
        let holders = match named {
            Named::Sequence(number) => book.and_then(|book| book.sequences.get(&number)),
            Named::Seat(seat) => book.and_then(|book| book.seats.get(&seat)),
        };
        let mut guests: Vec<&Booking> =
            holders.into_iter().flatten().filter_map(|id| self.booking(*id)).filter(|guest| self.is_here(guest)).collect();
        if guests.is_empty() {
            // Who is off the flight holds nothing any more, and may still stand on a paper.
            let held = |guest: &&Booking| match named {
                Named::Sequence(number) => guest.sequence == Some(number),
                Named::Seat(seat) => guest.seat == Some(seat),
            };
            guests = self.on(key).filter(held).collect();
        }
        if guests.is_empty() {
            return vec![PaperRow { line, guest: None, stand: Stand::Nobody }];
        }
        let several = guests.len() > 1;
        let row = |guest: &Booking| {
            let stand = match line {
                Line::Boarded(_) => self.stand(guest, at_ms, by),
                Line::Bag(_, tag, _) => self.stand_of_bag(guest, tag),
            };
            let stand = if several && stand.is_plain() { Stand::Several } else { stand };
            let named = PaperGuest { booking: DocRef(guest.id), name: guest.name().to_owned(), sequence: guest.sequence, seat: guest.seat };
            PaperRow { line, guest: Some(named), stand }
        };
        guests.into_iter().map(row).collect()
    }

    fn stand(&self, guest: &Booking, at_ms: i64, by: &StaffNumber) -> Stand {
        let seen = |fact: &Fact| Boarding { at: fact.at, desk: fact.desk.to_string(), by: fact.by.to_string() };
        if guest.boardings().any(|held| is_of_paper(&held.fact, at_ms, by)) {
            return Stand::Entered;
        }
        match guest.standing() {
            Standing::CheckedIn => Stand::Fits,
            Standing::Listed => Stand::NotCheckedIn,
            Standing::Aboard => guest.boardings().next().map_or(Stand::Fits, |held| Stand::Aboard(seen(&held.fact))),
            Standing::Offloaded => guest.offloads().next().map_or(Stand::Fits, |held| Stand::Offloaded(seen(&held.fact))),
        }
    }

    fn stand_of_bag(&self, guest: &Booking, tag: BagTag) -> Stand {
        match self.bag(self.ids.bag(&guest.flight, tag)) {
            None => Stand::Fits,
            Some(bag) if taken_for_another(bag, guest) => {
                let owner = bag.owner.and_then(|owner| self.booking(owner));
                Stand::BagOfAnother(owner.map(words::guest).unwrap_or_default())
            }
            Some(bag) if bag.owner == Some(guest.id) && bag.was_touched() => Stand::BagKnown,
            Some(_) => Stand::Fits,
        }
    }

    pub(super) fn reserve_tags(&self, key: &FlightKey, count: u16, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.known(key)?;
        let first = self.next_tags(key, 0, count)?;
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::TagsReserved { first, count }, Vec::new());
        let message = format!("{} kept for blank tags of {}, from {first}.", words::count(count.into(), "number is", "numbers are"), key.flight());
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "first": first, "count": count });
        Ok(draft.decision(answer, format!("kept {count} tag numbers for paper of {key}")))
    }

    pub(super) fn enter_paper(&self, paper: &Paper<'_>, context: &Context) -> Result<Decision, Refusal> {
        let key = paper.flight;
        let flight = self.worked(&key)?;
        let at = self.paper_time(paper.at, context.now_ms).ok_or_else(|| {
            let words = said!("", "{time} on the paper is still to come.", time = paper.at.to_string());
            Refusal::new("paper-time-ahead", words, "Give the time that stands on the paper; it may be up to 20 hours ago.", 422)
        })?;
        let mut draft = Draft::new(context);
        let (mut boarded, mut bags, mut known, mut contradicting, mut not_checked_in) = (0, 0, 0, 0, 0);
        for booking in paper.boarded {
            let guest = self.chosen(&key, *booking)?;
            match self.stand(guest, at, paper.by) {
                Stand::Entered => {
                    known += 1;
                    continue;
                }
                Stand::Aboard(_) | Stand::Offloaded(_) => contradicting += 1,
                Stand::NotCheckedIn => not_checked_in += 1,
                _ => {}
            }
            board_from(&mut draft, guest, at, paper.by);
            boarded += 1;
        }
        for bag in paper.bags {
            let guest = self.chosen(&key, bag.booking)?;
            match self.stand_of_bag(guest, bag.tag) {
                Stand::BagKnown => known += 1,
                Stand::BagOfAnother(owner) => return Err(of_another(bag.tag, owner)),
                _ => {
                    self.take_from(&mut draft, guest, bag, at, paper.by);
                    bags += 1;
                }
            }
        }
        if boarded + bags > 0 {
            let what = What::PaperEntered { guests: counted(boarded), bags: counted(bags) };
            draft.edit(&key.scope(), flight.id).fact(what, Vec::new());
        }
        let mut todo = Vec::new();
        if contradicting > 0 {
            let count = words::count(contradicting, "guest was", "guests were");
            todo.push(said!("todo-paper-contradicts", "{count} seen otherwise by other desks. Settle it in the review list.", count = count));
        }
        if not_checked_in > 0 {
            let count = words::count(not_checked_in, "guest was", "guests were");
            todo.push(said!("todo-paper-not-checked-in", "{count} not checked in here. See that somebody did.", count = count));
        }
        if flight.is_closed() && boarded + bags > 0 {
            todo.push(said!("todo-paper-after-closing", "The flight is closed: tell load control that the closing figures no longer hold."));
        }
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let (guests, pieces) = (words::count(boarded, "guest", "guests"), words::count(bags, "bag", "bags"));
        let message = format!("Entered from the paper of {}: {guests} and {pieces}; {known} were known before.", paper.at);
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": key, "time": paper.at, "boarded": boarded, "bags": bags, "known": known,
        });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("entered a paper of {key}: {boarded} guests, {bags} bags")))
    }

    fn take_from(&self, draft: &mut Draft<'_>, guest: &Booking, bag: &PaperBag, at: i64, by: &StaffNumber) {
        let key = guest.flight;
        let id = self.ids.bag(&key, bag.tag);
        let known = self.bag(id);
        let mut part = draft.edit(&key.scope(), id);
        if known.is_none() {
            part = part.say("kind", "bag").say("flight", key).say("tag", bag.tag);
        }
        // What is known of the bag stays.
        if known.is_none_or(|bag| bag.owner.is_none()) {
            part = part.say("booking", DocRef(guest.id));
        }
        if let (true, Some(destination)) = (known.is_none_or(|bag| bag.destination.is_none()), guest.listing.destination) {
            part = part.say("destination", destination);
        }
        match bag.weight_kg {
            Some(kg) => {
                if known.is_none_or(|bag| bag.kg.is_none()) {
                    part = part.set("kg", Scalar::Int(kg.into()));
                }
                part.fact_on_paper(at, by, What::Accepted { kg, care: None });
            }
            None => {
                part.fact_on_paper(at, by, What::Scanned { point: ScanPoint::Accepted });
            }
        }
    }

    fn utc_ms(&self, local: NaiveDateTime) -> Option<i64> {
        match self.setting.zone {
            // A time that clocks jumped over is taken as an hour later.
            Some(zone) => {
                let found = zone.from_local_datetime(&local).latest();
                Some(found.or_else(|| zone.from_local_datetime(&(local + Duration::hours(1))).latest())?.timestamp_millis())
            }
            None => Some(local.and_utc().timestamp_millis()),
        }
    }
}

/// Lets a guest on board as the paper says. Nothing that others did is undone: what contradicts it is for a person to settle.
fn board_from(draft: &mut Draft<'_>, guest: &Booking, at: i64, by: &StaffNumber) {
    let mut part = draft.edit(&guest.flight.scope(), guest.id);
    if guest.standing() == Standing::Listed {
        part = part.fact_on_paper(at, by, What::CheckedIn { seq: guest.sequence, seat: guest.seat });
    }
    part.fact_on_paper(at, by, What::Boarded { how: How::Typed, seq: guest.sequence, seat: guest.seat, infant: guest.has_infant() });
}

fn is_of_paper(fact: &Fact, at_ms: i64, by: &StaffNumber) -> bool {
    // A clock on paper has no seconds, and neither has ours here.
    fact.src == Source::Paper && *fact.by == *by.as_str() && fact.at.div_euclid(60_000) == at_ms.div_euclid(60_000)
}

fn taken_for_another(bag: &Bag, guest: &Booking) -> bool {
    bag.is_removed() || bag.owner.is_some_and(|owner| owner != guest.id)
}

fn of_another(tag: BagTag, owner: String) -> Refusal {
    let remedy = "Look at the paper again, leave this bag out, and take it to the baggage desk.";
    if owner.is_empty() {
        return Refusal::new("paper-tag-of-another", said!("gone", "Tag {tag} was taken out of the flight.", tag = tag), remedy, 409);
    }
    Refusal::new("paper-tag-of-another", said!("", "Tag {tag} is known here for {guest}.", tag = tag, guest = owner), remedy, 409)
}

fn counted(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}
