//! When flights that bring guests are there: as people, movement messages and the hub say it, kept on the flights with which the guests go on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};
use serde_json::json;

use super::connecting::LegWords;
use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::record::connection::{Arriving, ArrivingHow};
use crate::record::fact::{Movements, Source, What};
use crate::record::local_time::LocalTime;
use crate::record::{Booking, Flight, FlightKey};
use crate::said::said;
use crate::standards::airport::AirportCode;
use crate::standards::flight::FlightNumber;

/// When a flight that brings guests is there, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Arrives {
    /// Milliseconds since 1970 UTC; nothing where the flight does not come.
    pub at: Option<i64>,
    pub how: ArrivingHow,
}

/// Onward flights of which one note says something.
const ONWARD_MAX: usize = 200;

/// Connections are looked for on flights of these days around today.
const DAYS_NEAR: u64 = 2;

impl Station {
    /// Notes when a flight that brings guests is there, on each flight with which guests of it go on.
    pub(super) fn note_arrival(&self, from: &FlightKey, how: ArrivingHow, at: Option<LocalTime>, context: &Context) -> Result<Decision, Refusal> {
        let onward = self.fed_by(from, context.now_ms);
        let Some(first) = onward.first() else {
            let words = said!("", "Nobody here is known to come from {flight}.", flight = words::flight(from));
            return Err(Refusal::new("nobody-comes", words, "Check flight and day. Guests are known by their list (PNL) or from the hub.", 404));
        };
        let here = first.station();
        let at = match (how, at) {
            (ArrivingHow::Cancelled, _) => None,
            (_, Some(time)) => Some(self.near_now(time, here, context.now_ms)),
            (_, None) => {
                let words = said!("", "No time was given.");
                return Err(Refusal::new("arrival-time", words, "Give the time of arrival here, such as 14:05.", 422));
            }
        };
        let mut draft = Draft::new(context);
        let told = Arriving { from: *from, how, when: at };
        onward.iter().for_each(|key| self.tell(&mut draft, key, told, Source::Person));
        let time = at.map(|at| self.clock(at)).unwrap_or_default();
        let message = match how {
            ArrivingHow::Cancelled => format!("{} does not come.", words::flight(from)),
            _ => format!("{} arrives {time}.", words::flight(from)),
        };
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": from, "time": time, "how": how, "onward": onward.len() });
        Ok(draft.decision(answer, format!("noted when {from} arrives")))
    }

    /// What a movement message says of a flight that brings guests here. False where it says nothing of its arrival, or nobody comes from it.
    pub(super) fn note_movement(&self, draft: &mut Draft<'_>, from: &FlightKey, says: &Movements, now_ms: i64) -> bool {
        let Some(Arrives { at, how }) = arrives(says, now_ms) else { return false };
        let onward = self.fed_by(from, now_ms);
        onward.iter().for_each(|key| self.tell(draft, key, Arriving { from: *from, how, when: at }, Source::Message));
        !onward.is_empty()
    }

    /// The flight that brings guests here and is meant by number and day of the month.
    pub(super) fn inbound_named(&self, number: FlightNumber, day: u8, now_ms: i64) -> Option<FlightKey> {
        let today = DateTime::from_timestamp_millis(now_ms).unwrap_or_default().date_naive();
        let near = self.near_flights(now_ms).flat_map(|flight| self.on(&flight.key)).flat_map(|guest| self.brought_by(guest));
        // In UTC, as these messages count, where it is known when it leaves; or in local time.
        let in_utc =
            |from: &FlightKey| self.flight(from).filter(|flight| flight.std.is_some()).is_some_and(|flight| self.utc_day(flight) == u32::from(day));
        let fits = |from: FlightKey| {
            let is_utc = in_utc(&from);
            (is_utc || from.date().day() == u32::from(day)).then_some((!is_utc, (from.date() - today).num_days().abs(), from))
        };
        near.filter(|from| from.flight() == number).filter_map(fits).min().map(|(_, _, from)| from)
    }

    /// When flights are there that bring guests to flights of these days, as was said last; an arrival that was seen goes before an estimate.
    pub(super) fn arrivals_said(&self, now_ms: i64) -> BTreeMap<FlightKey, Arrives> {
        let mut newest: BTreeMap<(FlightKey, ArrivingHow), (i64, Option<i64>)> = BTreeMap::new();
        for flight in self.near_flights(now_ms) {
            for (held, arriving) in flight.arriving() {
                let told = newest.entry((arriving.from, arriving.how)).or_insert((held.fact.rec, arriving.when));
                *told = (*told).max((held.fact.rec, arriving.when));
            }
        }
        // That it does not come holds for all only while nobody said later that it does, wherever that was said.
        let comes = |from: FlightKey| {
            [ArrivingHow::Estimated, ArrivingHow::Actual].into_iter().filter_map(|how| newest.get(&(from, how))).map(|(rec, _)| *rec).max()
        };
        let is_over = |from: FlightKey, rec: i64| comes(from).is_some_and(|comes| rec < comes);
        let holds =
            |((from, how), (rec, _)): &((FlightKey, ArrivingHow), (i64, Option<i64>))| *how != ArrivingHow::Cancelled || !is_over(*from, *rec);
        // In the order of what counts less: the last one stays.
        newest.clone().into_iter().filter(holds).map(|((from, how), (_, at))| (from, Arrives { at, how })).collect()
    }

    /// When a flight is there: as was said of it here, or at the hub as its own record says.
    pub(super) fn arrives(&self, from: &FlightKey, said: &BTreeMap<FlightKey, Arrives>) -> Option<Arrives> {
        let known = said.get(from).copied();
        let own = || arrives_as_said(self.flight(from)?);
        known.filter(|known| known.how >= ArrivingHow::Actual).or_else(own).or(known)
    }

    /// The flights that bring a guest here: as the hub knows them, and as the list says.
    pub(super) fn brought_by(&self, guest: &Booking) -> BTreeSet<FlightKey> {
        let known = guest.arrivals().map(|arrival| arrival.from);
        let ended: BTreeSet<FlightKey> = guest.connections().iter().map(|connection| connection.source().0).collect();
        let listed = guest.listing.inbound.as_deref().and_then(|text| inbound_of(text, &guest.flight)).filter(|from| !ended.contains(from));
        known.chain(listed).collect()
    }

    pub(super) fn near_flights(&self, now_ms: i64) -> impl Iterator<Item = &Flight> {
        let today = DateTime::from_timestamp_millis(now_ms).unwrap_or_default().date_naive();
        let (first, last) = (today.checked_sub_days(Days::new(DAYS_NEAR)), today.checked_add_days(Days::new(DAYS_NEAR)));
        let near = move |key: &FlightKey| first.is_none_or(|first| first <= key.date()) && last.is_none_or(|last| key.date() <= last);
        self.books.iter().filter(move |(key, _)| near(key)).filter_map(|(_, book)| book.flight.as_ref())
    }

    /// The flights of these days with which guests of another go on.
    pub(super) fn fed_by(&self, from: &FlightKey, now_ms: i64) -> Vec<FlightKey> {
        let feeds = |flight: &&Flight| flight.key != *from && self.on(&flight.key).any(|guest| self.brought_by(guest).contains(from));
        self.near_flights(now_ms).filter(feeds).map(|flight| flight.key).take(ONWARD_MAX).collect()
    }

    fn tell(&self, draft: &mut Draft<'_>, key: &FlightKey, told: Arriving, source: Source) {
        let Some(flight) = self.flight(key) else { return };
        let said: Vec<_> = flight.arriving().filter(|(_, known)| told.replaces(known)).collect();
        if !said.is_empty() && said.iter().all(|(_, known)| **known == told) {
            return;
        }
        let undoes = said.into_iter().map(|(held, _)| crate::record::FactRef(held.id)).collect();
        draft.edit(&key.scope(), flight.id).fact_from(source, What::Arriving(Box::new(told)), undoes);
    }

    /// The moment nearest to now at which clocks of a station show this time.
    fn near_now(&self, time: LocalTime, here: AirportCode, now_ms: i64) -> i64 {
        let today = DateTime::from_timestamp_millis(now_ms).unwrap_or_default().date_naive();
        let wall = NaiveTime::from_hms_opt(u32::from(time.minutes() / 60), u32::from(time.minutes() % 60), 0).unwrap_or_default();
        nearest(around(today).map(|date| self.to_utc(NaiveDateTime::new(date, wall), here)), now_ms).unwrap_or(now_ms)
    }
}

/// What a movement message that came then says of the arrival, times HHMM UTC.
fn arrives(says: &Movements, said_ms: i64) -> Option<Arrives> {
    let seen = says.on_block.as_deref().or(says.touch_down.as_deref()).map(|time| (time, ArrivingHow::Actual));
    let (time, how) = seen.or(says.eta.as_deref().map(|time| (time, ArrivingHow::Estimated)))?;
    Some(Arrives { at: Some(utc_near(time, said_ms)?), how })
}

/// What the movement messages of a flight say of its arrival: each time is of the day that was nearest when it was said.
fn arrives_as_said(flight: &Flight) -> Option<Arrives> {
    let moved = flight.moved();
    let of = |item: fn(&Movements) -> &Option<String>| moved.iter().rev().find(|(_, says)| item(says).is_some());
    let (held, says) = of(|says| &says.on_block).or_else(|| of(|says| &says.touch_down)).or_else(|| of(|says| &says.eta))?;
    arrives(says, held.fact.rec)
}

/// The moment nearest to another at which it is so late in UTC; HHMM, with or without a day before it.
pub(super) fn utc_near(time: &str, near_ms: i64) -> Option<i64> {
    let digits = time.get(time.len().checked_sub(4)?..)?;
    let wall = digits.parse::<LocalTime>().ok()?;
    let wall = NaiveTime::from_hms_opt(u32::from(wall.minutes() / 60), u32::from(wall.minutes() % 60), 0)?;
    let today = DateTime::from_timestamp_millis(near_ms)?.date_naive();
    nearest(around(today).map(|date| NaiveDateTime::new(date, wall).and_utc().timestamp_millis()), near_ms)
}

fn around(today: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    [today.pred_opt(), Some(today), today.succ_opt()].into_iter().flatten()
}

fn nearest(times: impl Iterator<Item = i64>, now_ms: i64) -> Option<i64> {
    times.min_by_key(|at| at.abs_diff(now_ms))
}

/// The flight that brings a guest, as the list says it: `CA1234/22 PEK`. It leaves on the day of the onward flight, or a little before.
fn inbound_of(text: &str, onward: &FlightKey) -> Option<FlightKey> {
    let leg = LegWords::read(text)?;
    let from = leg.board.or(leg.off).filter(|from| *from != onward.station())?;
    let days = [0, 1, 2].into_iter().filter_map(|days| onward.date().checked_sub_days(Days::new(days)));
    // West over the date line a flight leaves on a later day than it arrives.
    let date = days.chain(onward.date().succ_opt()).find(|date| date.day() == leg.day)?;
    FlightKey::new(leg.flight, date, from).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flight_that_brings_a_guest_is_read_from_the_list_with_its_day() {
        let onward: FlightKey = "CA966.2026-12-01.FRA".parse().unwrap();
        let read = |text: &str| inbound_of(text, &onward).map(|key| key.to_string());
        assert_eq!(read("CA935/01 PVG Y").as_deref(), Some("CA935.2026-12-01.PVG"));
        assert_eq!(read("CA935/30 PVG-FRA 2030").as_deref(), Some("CA935.2026-11-30.PVG"));
        assert_eq!(read("LH1/28 FRA"), None, "it does not come from here");
        for bad in ["", "CA935", "CA935/15 PVG", "CA935/01", "\u{e9}/01 PVG"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_movement_says_when_it_is_here_on_the_day_that_is_nearest() {
        let now_ms = 1_795_305_600_000 + 23 * 3_600_000; // 22 Nov 2026, 23:00 UTC
        let says = |on_block: Option<&str>, eta: Option<&str>| {
            let says = Movements { on_block: on_block.map(str::to_owned), eta: eta.map(str::to_owned), ..Movements::default() };
            arrives(&says, now_ms).map(|found| (found.at.unwrap_or_default() - now_ms) / 60_000)
        };
        assert_eq!((says(None, Some("0030")), says(None, Some("2245")), says(Some("2230"), Some("0030"))), (Some(90), Some(-15), Some(-30)));
        assert_eq!((says(None, None), says(None, Some("xx")), says(None, Some("9")), says(None, Some("2\u{e9}30"))), (None, None, None, None));
    }
}
