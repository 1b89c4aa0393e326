//! Silence: whether a source that spoke regularly is late. One rule for every source, with the time as an argument.

use std::collections::BTreeMap;

use chrono::{DateTime, Days};

use super::Station;
use super::arriving::utc_near;
use crate::record::fact::What;
use crate::record::local_time::LocalTime;
use crate::record::{Flight, FlightKey};
use crate::standards::airline::Carrier;
use crate::standards::airport::AirportCode;

/// How long a source may say nothing, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    pub after: i64,
    /// After so long the last word says nothing about the source any more; never where there is none.
    pub until: Option<i64>,
}

/// A source that speaks every so often, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    every: i64,
}

/// A carrier's host that is late at a station.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct HostSilence {
    pub station: AirportCode,
    pub carrier: Carrier,
    /// When it was heard last, in milliseconds since 1970 UTC.
    pub since: i64,
}

const MINUTE_MS: i64 = 60_000;

/// What comes within a minute is one word of the source: a list in parts, one list at two desks.
const ONE_WORD_MS: i64 = MINUTE_MS;

/// A source whose words are further apart speaks when it has something to say, not regularly.
const REGULAR_MAX_MS: i64 = 30 * MINUTE_MS;

/// Gaps that make a rhythm, and as many of the newest as are looked at.
const GAPS_MIN: usize = 3;
const GAPS_MAX: usize = 12;

/// A host says nothing more of a flight that left so long ago, and nothing yet of one whose day is so far.
const LEFT_MS: i64 = 60 * MINUTE_MS;
const DAYS_NEAR: u64 = 1;

/// Of a flight without any time a host speaks on for so long after its last list, at the most.
const NO_TIME_MS: i64 = 12 * 60 * MINUTE_MS;

/// An estimate that is so much earlier in the day than the schedule is of the next day; by less, the flight leaves early.
const NEXT_DAY_MINUTES: u16 = 12 * 60;

/// Since when a source says nothing: when it was heard last, if that is too long ago. A word from ahead of this clock is one of now.
pub fn silent_since(now_ms: i64, heard_ms: Option<i64>, patience: Patience) -> Option<i64> {
    let heard = heard_ms?;
    let quiet = now_ms.saturating_sub(heard);
    (quiet >= patience.after && patience.until.is_none_or(|until| quiet < until)).then_some(heard)
}

impl Rhythm {
    /// As it was told.
    pub fn told(minutes: u32) -> Self {
        Self { every: i64::from(minutes.max(1)) * MINUTE_MS }
    }

    /// As it was seen: the middle of the newest gaps between words, each gap with the time at which it ended. Nothing for a source that does not speak
    /// regularly, or has not for long enough.
    pub fn seen(mut gaps: Vec<(i64, i64)>) -> Option<Self> {
        gaps.retain(|(_, gap)| *gap >= ONE_WORD_MS);
        gaps.sort_unstable();
        let mut newest: Vec<i64> = gaps.iter().rev().take(GAPS_MAX).map(|(_, gap)| *gap).collect();
        newest.sort_unstable();
        let middle = newest.get(newest.len() / 2).copied().filter(|_| newest.len() >= GAPS_MIN)?;
        (middle <= REGULAR_MAX_MS).then_some(Self { every: middle })
    }

    /// One word may be lost and the next a little late.
    pub fn patience(self) -> Patience {
        Patience { after: self.every.saturating_mul(2).saturating_add(MINUTE_MS), until: None }
    }
}

impl Station {
    /// The hosts that are late, each with the time at which it was heard last. A host is regular if its check-in lists came so, or where `told` says how
    /// often it speaks; any list, change or baggage message of it is a word. Nothing is said of a host of which no flight expects anything.
    pub fn silent_hosts(&self, now_ms: i64, told: Option<Rhythm>) -> Vec<HostSilence> {
        let mut hosts: BTreeMap<(AirportCode, Carrier), Host> = BTreeMap::new();
        for flight in self.near(now_ms) {
            let host = hosts.entry((flight.key.station(), flight.key.carrier())).or_default();
            self.hear(host, flight, now_ms);
        }
        let late = hosts.into_iter().filter_map(|((station, carrier), host)| {
            let rhythm = told.or_else(|| Rhythm::seen(host.gaps)).filter(|_| host.expects)?;
            silent_since(now_ms, host.heard, rhythm.patience())?;
            // Bags are many: they are asked only where all else is silent.
            let heard = host.heard.max(self.bags_heard(station, carrier, now_ms));
            let since = silent_since(now_ms, heard, rhythm.patience())?;
            Some(HostSilence { station, carrier, since })
        });
        late.collect()
    }

    fn near(&self, now_ms: i64) -> impl Iterator<Item = &Flight> {
        let today = DateTime::from_timestamp_millis(now_ms).unwrap_or_default().date_naive();
        let (first, last) = (today.checked_sub_days(Days::new(DAYS_NEAR)), today.checked_add_days(Days::new(DAYS_NEAR)));
        let near = move |key: &FlightKey| first.is_none_or(|first| first <= key.date()) && last.is_none_or(|last| key.date() <= last);
        self.books.iter().filter(move |(key, _)| near(key)).filter_map(|(_, book)| book.flight.as_ref())
    }

    fn hear(&self, host: &mut Host, flight: &Flight, now_ms: i64) {
        let (mut lists, mut words) = (Vec::new(), None);
        for held in flight.history.all() {
            match &held.fact.what {
                What::HostListRead(_) => lists.push(held.fact.at),
                What::ListReceived { .. } => words = words.max(Some(held.fact.at)),
                _ => {}
            }
        }
        lists.sort_unstable();
        host.heard = host.heard.max(words).max(lists.last().copied());
        host.gaps.extend(lists.windows(2).map(|pair| (pair[1], pair[1].saturating_sub(pair[0]))));
        let last = lists.last().copied();
        host.expects |= last.is_some_and(|last| !flight.is_closed() && !has_left(flight) && self.still_speaks(flight, last, now_ms));
    }

    /// Whether a host has something to say of a flight that nobody saw to leave. Of one without any time that is told by its last list and its day.
    fn still_speaks(&self, flight: &Flight, last: i64, now_ms: i64) -> bool {
        match self.departs_ms(flight) {
            Some(at) => now_ms.saturating_sub(at) <= LEFT_MS,
            None => {
                let next = flight.key.date().succ_opt().and_then(|date| date.and_hms_opt(0, 0, 0));
                let ends = next.map(|next| self.to_utc(next, flight.key.station()));
                now_ms.saturating_sub(last) <= NO_TIME_MS && ends.is_none_or(|ends| now_ms < ends)
            }
        }
    }

    /// When a baggage message of this host came last.
    fn bags_heard(&self, station: AirportCode, carrier: Carrier, now_ms: i64) -> Option<i64> {
        let of_host = self.near(now_ms).filter(|flight| flight.key.station() == station && flight.key.carrier() == carrier);
        let bags = of_host.flat_map(|flight| self.bags_on(&flight.key));
        let told = bags.flat_map(|bag| bag.history.all()).filter(|held| matches!(held.fact.what, What::Told { .. } | What::Withdrawn { .. }));
        told.map(|held| held.fact.at).max()
    }

    /// When a flight leaves, by its estimate or else its schedule, in milliseconds since 1970 UTC; nothing where neither is known.
    pub(super) fn departs_ms(&self, flight: &Flight) -> Option<i64> {
        let at = |time: LocalTime, days: u64| {
            let date = flight.key.date().checked_add_days(Days::new(days))?;
            Some(self.to_utc(date.and_hms_opt(u32::from(time.minutes() / 60), u32::from(time.minutes() % 60), 0)?, flight.key.station()))
        };
        let std = flight.std.and_then(|std| at(std, 0));
        match (flight.std, flight.etd) {
            (Some(std), Some(etd)) => at(etd, u64::from(std.minutes().saturating_sub(etd.minutes()) > NEXT_DAY_MINUTES)),
            (None, Some(etd)) => at(etd, 0),
            // What people announce goes before what messages say.
            (_, None) => etd_said(flight, std).or(std),
        }
    }
}

/// Whether a flight was seen to leave and did not come back.
pub(super) fn has_left(flight: &Flight) -> bool {
    flight.movements().is_some_and(|says| says.off_block.is_some() || says.airborne.is_some()) && !flight.is_back()
}

/// The estimate of the newest movement message that has one, near the schedule or else near to when it came.
fn etd_said(flight: &Flight, std: Option<i64>) -> Option<i64> {
    let (said, says) = flight.moved().into_iter().rev().find(|(_, says)| says.etd.is_some())?;
    utc_near(says.etd.as_deref()?, std.unwrap_or(said.fact.rec))
}

/// What was heard of a host.
#[derive(Default)]
struct Host {
    heard: Option<i64>,
    /// Between two check-in lists of one flight, with the time of the second.
    gaps: Vec<(i64, i64)>,
    expects: bool,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gaps(minutes: &[i64]) -> Vec<(i64, i64)> {
        (0..).zip(minutes).map(|(at, minutes)| (at, minutes * MINUTE_MS)).collect()
    }

    #[test]
    fn a_rhythm_is_the_middle_of_its_gaps_and_needs_some() {
        assert_eq!(Rhythm::seen(gaps(&[5, 5])), None);
        assert_eq!(Rhythm::seen(gaps(&[5, 6, 5])), Some(Rhythm::told(5)));
        assert_eq!(Rhythm::seen(gaps(&[5, 5, 0, 0, 0, 0, 5, 90])), Some(Rhythm::told(5)), "parts of one list are one word");
        assert_eq!(Rhythm::seen(gaps(&[60, 240, 90])), None, "a change now and then is no rhythm");
        let slower: Vec<i64> = [1; 20].into_iter().chain([10; 12]).collect();
        assert_eq!(Rhythm::seen(gaps(&slower)), Some(Rhythm::told(10)), "the newest count");
    }

    #[test]
    fn one_word_may_be_lost_before_a_source_is_called_silent() {
        let heard = Some(100 * MINUTE_MS);
        let since = |minutes: i64| silent_since((100 + minutes) * MINUTE_MS, heard, Rhythm::told(5).patience());
        assert_eq!((since(10), since(11), since(2000)), (None, heard, heard));
        assert_eq!(since(-3), None, "another desk's clock is ahead");
        let scanner = Patience { after: 5 * MINUTE_MS, until: Some(120 * MINUTE_MS) };
        assert_eq!(silent_since(230 * MINUTE_MS, heard, scanner), None, "long ago says nothing");
        assert_eq!(silent_since(i64::MAX, None, scanner), None);
    }

    proptest! {
        #[test]
        fn who_has_just_spoken_is_not_silent_and_who_is_silent_stays_so_until_it_speaks(
            heard in 0i64..1_000_000_000, later in 0i64..1_000_000_000, more in 0i64..1_000_000_000, minutes in 0u32..600,
        ) {
            let patience = Rhythm::told(minutes).patience();
            prop_assert_eq!(silent_since(heard, Some(heard), patience), None);
            if silent_since(heard + later, Some(heard), patience).is_some() {
                prop_assert_eq!(silent_since(heard + later + more, Some(heard), patience), Some(heard));
            }
        }
    }
}
