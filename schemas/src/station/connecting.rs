//! Connecting guests: what the hub copies of a guest into the scope of the guest's next flight, from another station.
//!
//! The copy goes to the booking that the next station's own list makes for the same guest, so that both meet in one record whichever comes first. It
//! writes no field that a list writes otherwise: what it says is one fact with the first station as its origin, which undoes the one before.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::decide::{Context, Decision, Draft};
use super::import::{natural_locator, says_something};
use super::list_changes::{set_value, share_locator};
use super::spelling::squashed;
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::DocId;
use crate::record::booking::{Listing, Standing};
use crate::record::connection::{Arrival, Inbound, InboundState, ThroughBag};
use crate::record::fact::{Held, SetValue, Source, What};
use crate::record::{Booking, DocRef, FactRef, Flight, FlightKey};
use crate::standards::airport::AirportCode;
use crate::standards::flight::FlightNumber;

/// Guests of whom one command copies something; the next command takes the others.
const GUESTS_MAX: usize = 200;

/// Bags of one guest that are copied.
const BAGS_MAX: usize = 20;

/// A guest who goes on later than so many days after the first departure stops over, and is that station's own guest.
const CONNECTION_DAYS: u64 = 7;

/// Nothing is copied to flights that left so many days ago: their day is closed.
const PAST_DAYS: u64 = 2;

/// More equal names under one locator than any list has had.
const RANKS_MAX: usize = 999;

/// Who goes on, and who was copied where.
#[derive(Default)]
pub(super) struct Connections {
    /// Bookings that name an onward flight.
    onward: BTreeSet<(FlightKey, DocId)>,
    /// The flight and booking that a copy is of, and the copy.
    copies: BTreeSet<(FlightKey, DocId, DocId)>,
    /// For each onward flight the flights that bring guests to it, with the copies.
    arrivals: BTreeMap<FlightKey, BTreeMap<FlightKey, BTreeSet<DocId>>>,
    /// What the sets hold of each booking.
    of: BTreeMap<DocId, (FlightKey, Vec<(FlightKey, DocId)>)>,
}

/// The flight on which a guest goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Leg {
    key: FlightKey,
    class: Option<char>,
    off: Option<AirportCode>,
    /// The flights behind it, as listed.
    rest: Vec<Box<str>>,
}

/// An onward flight as a listing has it: `CA178/22 PEK-BOS 2030 Y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LegWords {
    pub(super) flight: FlightNumber,
    pub(super) day: u32,
    pub(super) board: Option<AirportCode>,
    pub(super) off: Option<AirportCode>,
    pub(super) class: Option<char>,
}

/// What is to be said of one guest in one booking of the next station.
#[derive(Debug, PartialEq, serde::Serialize)]
struct Change {
    flight: FlightKey,
    booking: DocRef,
    /// The name under which the booking is made if it is not there.
    name: Box<str>,
    what: What,
    undoes: Vec<FactRef>,
}

impl Station {
    /// Whether guests of this flight go on to, or come from, another that is known here. Always false at a desk.
    pub fn has_connections(&self, key: &FlightKey) -> bool {
        self.connections.touches(key)
    }

    /// The flights of which something may have to be copied after these changed: they, and those that bring guests to them.
    pub fn connecting_flights(&self, changed: &BTreeSet<FlightKey>) -> BTreeSet<FlightKey> {
        let feeding = changed.iter().flat_map(|key| self.connections.feeding(key));
        changed.iter().copied().filter(|key| self.connections.touches(key)).chain(feeding).collect()
    }

    /// Every flight whose guests go on.
    pub fn all_connecting_flights(&self) -> BTreeSet<FlightKey> {
        self.connections.onward.iter().map(|(key, _)| *key).chain(self.connections.copies.iter().map(|(key, _, _)| *key)).collect()
    }

    /// A name for what is to be copied of a flight's guests to these stations, as texts are that are equal where all of it is; nothing if all is so.
    pub fn connecting_due(&self, key: &FlightKey, stations: &[AirportCode], today: NaiveDate) -> Option<String> {
        let changes = self.connecting_changes(key, stations, today);
        if changes.is_empty() {
            return None;
        }
        let text = serde_json::to_vec(&changes).expect("a change holds texts, numbers and lists, all of which JSON has");
        Some(Sha256::digest(&text).iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }

    pub(super) fn copy_connecting(&self, key: &FlightKey, stations: &[AirportCode], context: &Context) -> Result<Decision, Refusal> {
        if self.setting.station.is_some() {
            let words = "Connecting guests are copied to their next station by the hub alone.";
            return Err(Refusal::new("only-at-the-hub", words, "Nothing has to be done here: the hub does it when it is reached.", 403));
        }
        let changes = self.connecting_changes(key, stations, context.today);
        let mut draft = Draft::new(context);
        let mut copied = BTreeSet::new();
        for Change { flight, booking, name, what, undoes } in changes {
            let scope = flight.scope();
            if self.flight(&flight).is_none() {
                draft.edit(&scope, self.ids.flight(&flight)).say("kind", "flight").say("flight", flight);
            }
            let mut part = draft.edit(&scope, booking.0);
            if self.booking(booking.0).is_none() {
                part = part.say("kind", "booking").say("flight", flight).say("name", name);
            }
            part.fact_from(Source::Hub, what, undoes);
            copied.insert(booking);
        }
        let guests = words::count(copied.len(), "guest", "guests");
        let message = format!("{guests} of {} copied to the next station.", words::flight(key));
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "copied": copied.len() });
        Ok(draft.decision(answer, format!("copied {guests} of {key} to the next station")))
    }

    /// What the next stations do not know yet of a flight's guests. An onward flight whose day is over is left as it is, and so is what was copied of a
    /// guest whose own record is no longer held here.
    fn connecting_changes(&self, key: &FlightKey, stations: &[AirportCode], today: NaiveDate) -> Vec<Change> {
        let is_past = |flight: &FlightKey| flight.date().checked_add_days(Days::new(PAST_DAYS)).is_none_or(|last| last < today);
        let mut sources: Vec<&Booking> = self.connections.sources(key).into_iter().filter_map(|id| self.booking(id)).collect();
        // Equal names under one locator are ranked as a list ranks them: by ticket number if all have one, else by their order.
        let mut without_ticket = BTreeSet::new();
        for one in sources.iter().filter(|one| one.listing.ticket.is_none()) {
            without_ticket.insert((one.name(), one.listing.locators.first()));
        }
        sources.sort_by_key(|one| {
            let by_order = without_ticket.contains(&(one.name(), one.listing.locators.first()));
            (one.listing.ticket.as_deref().filter(|_| !by_order), one.listing.order, one.id)
        });
        let mut changes = Vec::new();
        let mut taken: BTreeMap<DocId, DocId> = self.connections.copies_of(key).map(|(source, copy)| (copy, source)).collect();
        let mut guests = 0;
        for source in sources {
            let leg = self.next_leg(source);
            if guests == GUESTS_MAX || leg.as_ref().is_some_and(|leg| is_past(&leg.key)) {
                continue;
            }
            let before = changes.len();
            // Where nobody works with Apron nothing new is made; what is there stays as it is.
            let (ours, elsewhere) = match &leg {
                Some(leg) if stations.contains(&leg.key.station()) => (Some(leg), None),
                leg => (None, leg.as_ref().map(|leg| leg.key)),
            };
            let goal = ours.map(|leg| self.booking_there(source, leg, &taken));
            for copy in self.connections.copies_of_guest(key, source.id).filter_map(|id| self.booking(id)) {
                if Some(copy.id) != goal && elsewhere != Some(copy.flight) && !is_past(&copy.flight) {
                    taken.remove(&copy.id);
                    self.end_connection(source, copy, ours.zip(goal), &mut changes);
                }
            }
            if let (Some(leg), Some(goal)) = (ours, goal) {
                taken.insert(goal, source.id);
                changes.extend(self.connect(source, leg, goal));
            }
            guests += usize::from(changes.len() > before);
        }
        changes
    }

    /// The flight on which a guest goes on: the first listed one that can be read.
    fn next_leg(&self, source: &Booking) -> Option<Leg> {
        if !self.is_here(source) || source.is_former_connection() {
            return None;
        }
        let onward = &source.listing.onward;
        let mut before = source.listing.destination;
        for (place, text) in onward.iter().enumerate() {
            let Some(words) = LegWords::read(text) else {
                before = None;
                continue;
            };
            let leg = words.board.or(before).and_then(|board| {
                let key = FlightKey::new(words.flight, words.date(source.flight.date())?, board).ok()?;
                let rest = onward.iter().skip(place + 1).cloned().collect();
                (board != source.flight.station()).then_some(Leg { key, class: words.class, off: words.off, rest })
            });
            if leg.is_some() {
                return leg;
            }
            before = words.off;
        }
        None
    }

    /// The booking of a guest on the onward flight: the one that the list there has, or the one that it will make. Once somebody there has worked with
    /// one, it stays.
    fn booking_there(&self, source: &Booking, leg: &Leg, taken: &BTreeMap<DocId, DocId>) -> DocId {
        let is_free = |id: DocId| taken.get(&id).is_none_or(|by| *by == source.id);
        let held: Vec<&Booking> = self.connections.copies_of_guest(&source.flight, source.id).filter_map(|id| self.booking(id)).collect();
        let held = || held.iter().filter(|copy| copy.flight == leg.key && copy.same_as.is_none());
        if let Some(worked) = held().find(|copy| copy.standing() != Standing::Listed) {
            return worked.id;
        }
        let ticket = |listing: &Listing| listing.ticket.as_deref().and_then(|ticket| ticket.split('/').next().map(str::to_owned));
        let known = ticket(&source.listing);
        let likeness = |there: &&Booking| {
            let is_held = held().any(|copy| copy.id == there.id);
            (known.is_none() || ticket(&there.listing) != known, !is_held, there.listing.order, there.id)
        };
        let listed = self.named(source.name()).filter(|there| {
            let same_guest = there.flight == leg.key && there.name() == source.name() && share_locator(&there.listing, &source.listing);
            same_guest && !there.is_copy() && !there.off_list && there.same_as.is_none() && is_free(there.id)
        });
        if let Some(there) = listed.min_by_key(likeness) {
            return there.id;
        }
        if let Some(copy) = held().next() {
            return copy.id;
        }
        let locator = natural_locator(&source.listing, &leg.key);
        let id = |rank| self.ids.booking(&leg.key, &locator, source.name(), rank);
        let made = (0..RANKS_MAX).map(id).find(|id| is_free(*id)).unwrap_or_else(|| id(RANKS_MAX));
        self.booking(made).and_then(|there| there.same_as).unwrap_or(made)
    }

    fn named(&self, name: &str) -> impl Iterator<Item = &Booking> {
        let name = squashed(name);
        let called: Vec<&Booking> = self.called(&name).filter(|booking| squashed(booking.name()) == name).collect();
        called.into_iter()
    }

    /// Says in a copy that the guest no longer comes from there, and which booking goes on for it if the list there made another.
    fn end_connection(&self, source: &Booking, copy: &Booking, instead: Option<(&Leg, DocId)>, changes: &mut Vec<Change>) {
        let mut say = |what, undoes| changes.push(Change { flight: copy.flight, booking: DocRef(copy.id), name: source.name().into(), what, undoes });
        say(What::NotConnecting { from: source.flight, booking: DocRef(source.id) }, copy.connection_refs(source.id));
        let alone = copy.is_copy() && copy.standing() == Standing::Listed && copy.same_as.is_none() && copy.arrivals().count() == 1;
        if let Some((_, goal)) = instead.filter(|(leg, _)| alone && leg.key == copy.flight) {
            say(What::SameAs { booking: DocRef(goal) }, Vec::new());
        }
    }

    /// What the booking there is to say, unless it says so.
    fn connect(&self, source: &Booking, leg: &Leg, goal: DocId) -> Option<Change> {
        let there = self.booking(goal);
        // Where the list there speaks, nobody reads what the first list says, and it need not follow.
        let known = there.filter(|there| !there.is_copy()).and_then(|there| there.arrivals().find(|arrival| arrival.booking.0 == source.id));
        let arrival = Arrival {
            from: source.flight,
            booking: DocRef(source.id),
            inbound: self.inbound(source),
            course: self.flight(&source.flight).and_then(Flight::course).map(|(_, course)| Box::new(course.told())),
            bags: self.bags_going_on(source),
            says: known.map_or_else(|| self.says_of(source, leg), |known| known.says.clone()),
        };
        let what = What::Connecting(Box::new(arrival));
        let undoes = there.map(|there| there.connection_refs(source.id)).unwrap_or_default();
        let is_said = undoes.len() == 1 && there.is_some_and(|there| there.history.live(|known| *known == what).next().is_some());
        (!is_said).then(|| Change { flight: leg.key, booking: DocRef(goal), name: source.name().into(), what, undoes })
    }

    fn inbound(&self, source: &Booking) -> Inbound {
        // The earliest, where two desks did the same: it stays whatever else arrives.
        fn first<'a>(facts: impl Iterator<Item = &'a Held>) -> Option<i64> {
            facts.map(|held| held.fact.at).min()
        }
        let closed = || first(self.flight(&source.flight)?.closed().into_iter());
        let (state, at) = match source.standing() {
            Standing::Aboard => (InboundState::Boarded, first(source.boardings())),
            Standing::Offloaded => (InboundState::Offloaded, first(source.offloads())),
            Standing::CheckedIn | Standing::Listed if closed().is_some() => (InboundState::LeftBehind, closed()),
            Standing::CheckedIn => (InboundState::CheckedIn, first(source.check_ins())),
            Standing::Listed => (InboundState::Listed, None),
        };
        Inbound { state, at }
    }

    /// The guest's bags that fly, and those that a flight before brought and that end further on.
    fn bags_going_on(&self, source: &Booking) -> Vec<ThroughBag> {
        let own = self.bags_of_guest(source.id).into_iter().filter(|bag| bag.flies());
        let mut bags: Vec<ThroughBag> = own.map(|bag| ThroughBag { tag: bag.tag, to: bag.destination }).collect();
        let ends_here = |bag: &&ThroughBag| bag.to == Some(source.flight.station());
        for bag in source.arrivals().flat_map(|arrival| &arrival.bags).filter(|bag| !ends_here(bag)) {
            if !bags.iter().any(|known| known.tag == bag.tag) {
                bags.push(*bag);
            }
        }
        bags.sort_unstable();
        bags.truncate(BAGS_MAX);
        bags
    }

    /// What the first list tells of the guest that holds on the next flight too. Seat, party label and rank for a seat are each flight's own.
    fn says_of(&self, source: &Booking, leg: &Leg) -> BTreeMap<String, SetValue> {
        let listing = &source.listing;
        let there = Listing {
            name: listing.name.clone(),
            locators: listing.locators.clone(),
            destination: leg.off,
            class: leg.class,
            cabin: leg.class.and_then(|class| self.flight(&leg.key)?.cabin_of(class)),
            child: listing.child,
            infant: listing.infant.clone(),
            flags: listing.flags.clone(),
            seats: listing.seats,
            onward: leg.rest.clone(),
            // Each flight has a coupon of its own.
            ticket: listing.ticket.as_deref().and_then(|ticket| ticket.split('/').next()).map(Into::into),
            ..Listing::default()
        };
        let is_told = |field: &str| !matches!(field, "order" | "party_size");
        let fields = there.fields().into_iter().filter(|(field, value)| is_told(field) && says_something(value));
        fields.filter_map(|(field, value)| Some((field.to_owned(), set_value(value)?))).collect()
    }
}

impl LegWords {
    /// Nothing if it is not how a listing says a flight.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let (flight, day) = words.next()?.split_once('/')?;
        let mut leg = Self { flight: flight.parse().ok()?, day: day.parse().ok()?, board: None, off: None, class: None };
        for word in words {
            let bytes = word.as_bytes();
            match (bytes, word.split_once('-')) {
                ([class], _) if class.is_ascii_uppercase() => leg.class = Some(char::from(*class)),
                ([_, _, _, _], None) if bytes.iter().all(u8::is_ascii_digit) => {}
                (_, Some((board, off))) => (leg.board, leg.off) = (Some(board.parse().ok()?), Some(off.parse().ok()?)),
                (_, None) => leg.off = Some(word.parse().ok()?),
            }
        }
        Some(leg)
    }

    /// The day on which it leaves: soon after the first flight, or the day before where the way crosses the date line.
    pub(super) fn date(&self, first: NaiveDate) -> Option<NaiveDate> {
        let later = (0..=CONNECTION_DAYS).map(|days| first.checked_add_days(Days::new(days)));
        later.chain([first.pred_opt()]).flatten().find(|date| date.day() == self.day)
    }
}

impl Connections {
    pub(super) fn put(&mut self, booking: &Booking) {
        let from: Vec<(FlightKey, DocId)> = booking.arrivals().map(|arrival| (arrival.from, arrival.booking.0)).collect();
        let goes_on = !booking.listing.onward.is_empty();
        if !goes_on && from.is_empty() {
            return;
        }
        if goes_on {
            self.onward.insert((booking.flight, booking.id));
        }
        for (flight, source) in &from {
            self.copies.insert((*flight, *source, booking.id));
            self.arrivals.entry(booking.flight).or_default().entry(*flight).or_default().insert(booking.id);
        }
        self.of.insert(booking.id, (booking.flight, from));
    }

    pub(super) fn forget(&mut self, id: DocId) {
        let Some((key, from)) = self.of.remove(&id) else { return };
        self.onward.remove(&(key, id));
        for (flight, source) in from {
            self.copies.remove(&(flight, source, id));
            let Some(feeding) = self.arrivals.get_mut(&key) else { continue };
            if let Some(copies) = feeding.get_mut(&flight) {
                copies.remove(&id);
            }
            feeding.retain(|_, copies| !copies.is_empty());
            if feeding.is_empty() {
                self.arrivals.remove(&key);
            }
        }
    }

    fn touches(&self, key: &FlightKey) -> bool {
        let goes_on = self.onward.range((*key, FIRST)..=(*key, LAST)).next().is_some();
        goes_on || self.copies_of(key).next().is_some() || self.feeding(key).next().is_some()
    }

    fn sources(&self, key: &FlightKey) -> BTreeSet<DocId> {
        let onward = self.onward.range((*key, FIRST)..=(*key, LAST)).map(|(_, id)| *id);
        onward.chain(self.copies_of(key).map(|(source, _)| source)).collect()
    }

    /// The guests of a flight who were copied, each with the copy.
    fn copies_of(&self, key: &FlightKey) -> impl Iterator<Item = (DocId, DocId)> {
        self.copies.range((*key, FIRST, FIRST)..=(*key, LAST, LAST)).map(|(_, source, copy)| (*source, *copy))
    }

    fn copies_of_guest(&self, key: &FlightKey, source: DocId) -> impl Iterator<Item = DocId> {
        self.copies.range((*key, source, FIRST)..=(*key, source, LAST)).map(|(_, _, copy)| *copy)
    }

    /// The flights that bring guests to this one.
    fn feeding(&self, key: &FlightKey) -> impl Iterator<Item = FlightKey> {
        self.arrivals.get(key).into_iter().flat_map(BTreeMap::keys).copied()
    }
}

const FIRST: DocId = DocId([0; 16]);
const LAST: DocId = DocId([0xff; 16]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leg_is_read_as_listings_say_it_and_anything_else_is_passed_over() {
        let read = |text: &str| {
            let leg = LegWords::read(text)?;
            let code = |code: Option<AirportCode>| code.map(|code| code.to_string()).unwrap_or_default();
            Some(format!("{} {} {}>{} {}", leg.flight, leg.day, code(leg.board), code(leg.off), leg.class.unwrap_or('-')))
        };
        for (text, expected) in [
            ("CA178/22 PEK-BOS 2030 Y", "CA178 22 PEK>BOS Y"),
            ("CA178/22 PEK-BOS 2030", "CA178 22 PEK>BOS -"),
            ("LH400/03 JFK", "LH400 3 >JFK -"),
            ("3U8888/31", "3U8888 31 > -"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected));
        }
        for bad in
            ["", " ", "CA178", "CA/22", "/22 PEK-BOS", "CA178/xx PEK-BOS", "CA178/22 PEK-", "CA178/22 PEKBOS", "CA178/22 P\u{e9}K-BOS", "CA178/-1"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_of_the_month_is_the_one_soon_after_the_first_flight() {
        let on = |first: &str, day: u32| {
            let leg = LegWords { day, ..LegWords::read("CA178/22 PEK-BOS").unwrap() };
            leg.date(first.parse().unwrap()).map(|date| date.to_string()).unwrap_or_default()
        };
        assert_eq!(on("2026-11-22", 22), "2026-11-22");
        assert_eq!(on("2026-11-30", 1), "2026-12-01");
        assert_eq!(on("2026-12-31", 2), "2027-01-02");
        assert_eq!(on("2026-11-22", 21), "2026-11-21", "across the date line");
        assert_eq!(on("2028-02-28", 29), "2028-02-29");
        assert_eq!([on("2026-11-22", 20), on("2026-11-22", 0), on("2026-11-22", 99)], ["", "", ""]);
    }
}
