//! Misconnections: who of the guests that go on from here makes the next flight, with how many minutes to spare, which bags that concerns, and what to do.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Station;
use super::arriving::Arrives;
use super::connecting_times::ConnectingRules;
use super::silence::has_left;
use crate::record::booking::Standing;
use crate::record::connection::{Arrival, ArrivingHow, InboundState};
use crate::record::fact::ScanPoint;
use crate::record::outgoing::Wish;
use crate::record::{Booking, DocRef, Flight, FlightKey};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::misconnection::{Connection, ConnectionState};

/// The guests of one flight who go on with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectingPair {
    pub from: FlightKey,
    pub onward: FlightKey,
    /// When the first is here; nothing where nobody said so.
    pub arrives: Option<Arrives>,
    /// When the other leaves, in milliseconds since 1970 UTC.
    pub departs: Option<i64>,
    /// The minimum connecting time between the two, in minutes.
    pub minimum: i64,
    /// Minutes for which the onward flight would have to be held, for those guests at risk who lack few enough: they have `hold` among what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<i64>,
    /// The most urgent first.
    pub guests: Vec<ConnectingGuest>,
}

/// One guest who goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConnectingGuest {
    pub booking: DocRef,
    pub name: String,
    /// Where the guest stands on the onward flight.
    pub standing: Standing,
    pub holds: Holds,
    /// Minutes to spare beyond what the guest needs; below 0 where they lack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub margin: Option<i64>,
    /// Where the guest stands on the first flight, as the hub knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inbound: Option<InboundState>,
    pub flags: Vec<String>,
    pub bags: Vec<ConnectingBag>,
    pub to_do: Vec<ToDo>,
    /// Whether the airline was asked for another flight.
    pub asked: bool,
}

/// A bag of a guest who goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ConnectingBag {
    pub tag: BagTag,
    /// The last airport on the tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<AirportCode>,
    /// Where it was seen here last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<ScanPoint>,
    /// Its way ends here: the guest takes it from the belt.
    pub ends_here: bool,
}

/// How a connection stands. In the order in which somebody has to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Holds {
    /// Less time than is needed, and the flight is still there.
    AtRisk,
    /// The flight leaves before the guest can be there, or has left without.
    Missed,
    /// The guest does not come: left behind at the first station, or the flight is cancelled.
    NotComing,
    /// Just the time that is needed.
    Tight,
    /// One of the two times is not known.
    Unknown,
    Ok,
    /// On board.
    Made,
}

/// What a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToDo {
    /// Meet the guest at the aircraft and lead the way.
    FastTrack,
    /// Ask for the flight to be held.
    Hold,
    /// Carry the bags from one aircraft to the other.
    CarryBags,
    /// The bags end here: they must be handed in again.
    HandInAgain,
    /// Send the bags after the guest.
    ShortShip,
    /// Ask the airline for another flight.
    Rebook,
    /// Take the guest off, so that the seat is free and the bags stay.
    TakeOff,
}

/// Flights that left so long ago, or leave so much later, are nobody's worry now.
const PAST_MS: i64 = 3 * 3_600_000;
const AHEAD_MS: i64 = 24 * 3_600_000;

const MINUTE_MS: i64 = 60_000;

impl Holds {
    /// For programs and language files: kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtRisk => "at-risk",
            Self::Missed => "missed",
            Self::NotComing => "not-coming",
            Self::Tight => "tight",
            Self::Unknown => "unknown",
            Self::Ok => "ok",
            Self::Made => "made",
        }
    }

    /// Whether somebody has to do something.
    pub fn is_urgent(self) -> bool {
        self <= Self::Tight
    }
}

impl ToDo {
    /// For programs and language files: kebab-case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FastTrack => "fast-track",
            Self::Hold => "hold",
            Self::CarryBags => "carry-bags",
            Self::HandInAgain => "hand-in-again",
            Self::ShortShip => "short-ship",
            Self::Rebook => "rebook",
            Self::TakeOff => "take-off",
        }
    }
}

impl ConnectingPair {
    /// How its most urgent guest stands.
    pub fn holds(&self) -> Holds {
        self.guests.first().map_or(Holds::Made, |guest| guest.holds)
    }
}

impl Station {
    /// Everybody who goes on from here with a flight of these hours, the most urgent first.
    pub fn connecting_pairs(&self, now_ms: i64, rules: &ConnectingRules) -> Vec<ConnectingPair> {
        let said = self.arrivals_said(now_ms);
        let is_now = |flight: &&Flight| self.departs_ms(flight).is_none_or(|at| (now_ms - PAST_MS..=now_ms + AHEAD_MS).contains(&at));
        let mut pairs: Vec<ConnectingPair> =
            self.near_flights(now_ms).filter(is_now).flat_map(|flight| self.pairs_of(flight, &said, now_ms, rules)).collect();
        pairs.sort_by_key(|pair| (pair.holds(), pair.departs.unwrap_or(i64::MAX), pair.onward, pair.from));
        pairs
    }

    /// The same of one onward flight.
    pub fn connecting_to(&self, key: &FlightKey, now_ms: i64, rules: &ConnectingRules) -> Vec<ConnectingPair> {
        let Some(flight) = self.flight(key) else { return Vec::new() };
        if !self.on(key).any(|guest| !self.brought_by(guest).is_empty()) {
            return Vec::new();
        }
        let mut pairs = self.pairs_of(flight, &self.arrivals_said(now_ms), now_ms, rules);
        pairs.sort_by_key(|pair| (pair.holds(), pair.from));
        pairs
    }

    fn pairs_of(&self, flight: &Flight, said: &BTreeMap<FlightKey, Arrives>, now_ms: i64, rules: &ConnectingRules) -> Vec<ConnectingPair> {
        let mut guests: BTreeMap<FlightKey, Vec<&Booking>> = BTreeMap::new();
        for guest in self.on(&flight.key).filter(|guest| guest.standing() != Standing::Offloaded && !guest.is_former_connection()) {
            for from in self.brought_by(guest) {
                guests.entry(from).or_default().push(guest);
            }
        }
        let has_left = (flight.is_closed() && !flight.is_back()) || has_left(flight);
        let pair = |(from, guests): (FlightKey, Vec<&Booking>)| {
            let times = Times {
                arrives: self.arrives(&from, said),
                // Of a flight that is still here, what was announced for a time that is over holds no more.
                departs: self.departs_ms(flight).map(|at| if has_left { at } else { at.max(now_ms) }),
                has_left,
                now_ms,
            };
            let to = guests.iter().find_map(|guest| guest.listing.destination).or(flight.destinations.first().copied());
            let minimum = rules.minutes(from.station(), flight.key.station(), to);
            let mut guests: Vec<ConnectingGuest> =
                guests.into_iter().map(|guest| self.connecting_guest(guest, &from, &times, minimum, rules)).collect();
            guests.sort_by(|a, b| (a.holds, a.margin, &a.name, a.booking).cmp(&(b.holds, b.margin, &b.name, b.booking)));
            // Holding helps those who lack little, even where others cannot be waited for.
            let lacks = |guest: &ConnectingGuest| guest.margin.map(|margin| -margin).filter(|minutes| (1..=rules.hold_at_most).contains(minutes));
            let is_helped = |guest: &ConnectingGuest| guest.holds == Holds::AtRisk && lacks(guest).is_some();
            let hold = guests.iter().filter(|guest| is_helped(guest)).filter_map(lacks).max();
            guests.iter_mut().filter(|guest| is_helped(guest)).for_each(|guest| guest.to_do.push(ToDo::Hold));
            guests.iter_mut().for_each(|guest| guest.to_do.sort_unstable());
            ConnectingPair { from, onward: flight.key, arrives: times.arrives, departs: times.departs, minimum, hold, guests }
        };
        guests.into_iter().map(pair).collect()
    }

    fn connecting_guest(&self, guest: &Booking, from: &FlightKey, times: &Times, minimum: i64, rules: &ConnectingRules) -> ConnectingGuest {
        let arrival = guest.arrivals().find(|arrival| arrival.from == *from);
        let inbound = arrival.map(|arrival| arrival.inbound.state);
        let infant = guest.has_infant().then_some("INF");
        let extra = rules.extra(guest.listing.flags.split_ascii_whitespace().chain(infant));
        let (holds, margin) = times.hold(guest.standing(), inbound, minimum, extra);
        let bags = self.connecting_bags(guest, arrival);
        let requests = self.requests_of(DocRef(guest.id));
        let asked = requests.iter().any(|request| request.what == Wish::Rebooking);
        ConnectingGuest {
            booking: DocRef(guest.id),
            name: guest.name().to_owned(),
            standing: guest.standing(),
            holds,
            margin,
            inbound,
            flags: guest.listing.flags.split_ascii_whitespace().map(str::to_owned).collect(),
            to_do: to_do(holds, guest.standing(), &bags, asked, times.has_left),
            bags,
            asked,
        }
    }

    /// The bags that come with a guest, and those that are known on the onward flight.
    fn connecting_bags(&self, guest: &Booking, arrival: Option<&Arrival>) -> Vec<ConnectingBag> {
        let here = guest.flight.station();
        let mut bags: BTreeMap<BagTag, ConnectingBag> = BTreeMap::new();
        for bag in arrival.into_iter().flat_map(|arrival| &arrival.bags) {
            bags.insert(bag.tag, ConnectingBag { tag: bag.tag, to: bag.to, seen: None, ends_here: bag.to == Some(here) });
        }
        for bag in self.bags_of_guest(guest.id).into_iter().filter(|bag| bag.flies()) {
            let known = bags.entry(bag.tag).or_insert(ConnectingBag { tag: bag.tag, to: bag.destination, seen: None, ends_here: false });
            (known.seen, known.ends_here) = (bag.furthest(), false);
        }
        bags.into_values().collect()
    }
}

/// What is known of two flights.
struct Times {
    arrives: Option<Arrives>,
    departs: Option<i64>,
    has_left: bool,
    now_ms: i64,
}

impl Times {
    fn hold(&self, standing: Standing, inbound: Option<InboundState>, minimum: i64, extra: i64) -> (Holds, Option<i64>) {
        let stayed = matches!(inbound, Some(InboundState::Offloaded | InboundState::LeftBehind));
        match self.arrives {
            _ if standing == Standing::Aboard => return (Holds::Made, None),
            _ if self.has_left => return (Holds::Missed, None),
            Some(Arrives { how: ArrivingHow::Cancelled, .. }) => return (Holds::NotComing, None),
            _ if stayed => return (Holds::NotComing, None),
            _ => {}
        }
        let Some((arrives, departs)) = self.arrival_ms().zip(self.departs) else { return (Holds::Unknown, None) };
        let answer = Connection {
            // A minute that has begun on either side is none to rely on.
            arrival_min: arrives.saturating_add(MINUTE_MS - 1).div_euclid(MINUTE_MS),
            departure_min: departs.div_euclid(MINUTE_MS),
            connecting_min: minimum,
            extra_min: extra,
            cancelled: false,
        }
        .answer();
        let holds = match answer.state {
            ConnectionState::Ok => Holds::Ok,
            ConnectionState::Tight => Holds::Tight,
            ConnectionState::AtRisk => Holds::AtRisk,
            ConnectionState::Missed => Holds::Missed,
        };
        (holds, answer.margin_min)
    }

    /// Who has not been seen to arrive arrives now at the earliest.
    fn arrival_ms(&self) -> Option<i64> {
        let arrives = self.arrives?;
        arrives.at.map(|at| if arrives.how == ArrivingHow::Actual { at } else { at.max(self.now_ms) })
    }
}

fn to_do(holds: Holds, standing: Standing, bags: &[ConnectingBag], asked: bool, has_left: bool) -> Vec<ToDo> {
    let goes_on = bags.iter().any(|bag| !bag.ends_here);
    let ends_here = bags.iter().any(|bag| bag.ends_here);
    let mut to_do = Vec::new();
    match holds {
        Holds::AtRisk => {
            to_do.push(ToDo::FastTrack);
            to_do.extend(goes_on.then_some(ToDo::CarryBags));
            to_do.extend(ends_here.then_some(ToDo::HandInAgain));
        }
        Holds::Tight => {
            to_do.push(ToDo::FastTrack);
            to_do.extend(ends_here.then_some(ToDo::HandInAgain));
        }
        Holds::Missed | Holds::NotComing => {
            to_do.extend((!asked).then_some(ToDo::Rebook));
            to_do.extend((standing == Standing::CheckedIn && !has_left).then_some(ToDo::TakeOff));
            to_do.extend(goes_on.then_some(ToDo::ShortShip));
        }
        Holds::Unknown | Holds::Ok => to_do.extend(ends_here.then_some(ToDo::HandInAgain)),
        Holds::Made => {}
    }
    to_do
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_795_312_800_000;

    fn times(arrives: Option<(i64, ArrivingHow)>, departs: Option<i64>) -> Times {
        let arrives = arrives.map(|(minutes, how)| Arrives { at: Some(NOW + minutes * MINUTE_MS), how });
        Times { arrives, departs: departs.map(|minutes| NOW + minutes * MINUTE_MS), has_left: false, now_ms: NOW }
    }

    fn holds(arrives: Option<(i64, ArrivingHow)>, departs: Option<i64>, extra: i64) -> (Holds, Option<i64>) {
        times(arrives, departs).hold(Standing::Listed, Some(InboundState::Boarded), 60, extra)
    }

    #[test]
    fn margins_become_words_at_the_minute() {
        use ArrivingHow::{Actual, Cancelled, Estimated};
        assert_eq!(holds(Some((30, Estimated)), Some(91), 0), (Holds::Ok, Some(1)));
        assert_eq!(holds(Some((30, Estimated)), Some(90), 0), (Holds::Tight, Some(0)));
        assert_eq!(holds(Some((30, Estimated)), Some(90), 15), (Holds::AtRisk, Some(-15)));
        assert_eq!(holds(Some((91, Estimated)), Some(90), 0), (Holds::Missed, Some(-61)));
        assert_eq!(holds(Some((30, Cancelled)), Some(90), 0), (Holds::NotComing, None));
        assert_eq!((holds(None, Some(90), 0).0, holds(Some((30, Actual)), None, 0).0), (Holds::Unknown, Holds::Unknown));
        // An estimate that is over is no arrival.
        assert_eq!(holds(Some((-30, Estimated)), Some(45), 0), (Holds::AtRisk, Some(-15)));
        assert_eq!(holds(Some((-30, Actual)), Some(45), 0), (Holds::Ok, Some(15)));
    }

    #[test]
    fn who_is_aboard_has_made_it_and_who_stayed_behind_does_not_come() {
        let times = times(Some((0, ArrivingHow::Actual)), Some(600));
        assert_eq!(times.hold(Standing::Aboard, None, 60, 0), (Holds::Made, None));
        assert_eq!(times.hold(Standing::CheckedIn, Some(InboundState::LeftBehind), 60, 0), (Holds::NotComing, None));
        let left = Times { has_left: true, ..times };
        assert_eq!(left.hold(Standing::CheckedIn, None, 60, 0), (Holds::Missed, None));
    }

    #[test]
    fn what_to_do_follows_from_how_it_stands_and_from_the_bags() {
        let bag = |ends_here| ConnectingBag { tag: "0999000001".parse().unwrap(), to: None, seen: None, ends_here };
        let asked = |holds, bags: &[ConnectingBag], asked| to_do(holds, Standing::CheckedIn, bags, asked, false);
        assert_eq!(asked(Holds::AtRisk, &[bag(false)], false), [ToDo::FastTrack, ToDo::CarryBags]);
        assert_eq!(asked(Holds::AtRisk, &[bag(true)], false), [ToDo::FastTrack, ToDo::HandInAgain]);
        assert_eq!(asked(Holds::Missed, &[bag(false)], false), [ToDo::Rebook, ToDo::TakeOff, ToDo::ShortShip]);
        assert_eq!(asked(Holds::Missed, &[], true), [ToDo::TakeOff]);
        assert_eq!(asked(Holds::Made, &[bag(true)], false), []);
        assert!(Holds::AtRisk.is_urgent() && Holds::Tight.is_urgent() && !Holds::Unknown.is_urgent() && !Holds::Ok.is_urgent());
    }

    proptest! {
        #[test]
        fn a_later_arrival_never_makes_a_connection_better(
            arrives in -600i64..600, later in 0i64..600, departs in -600i64..600, minimum in 0i64..300, extra in 0i64..60,
        ) {
            let margin = |at: i64| times(Some((at, ArrivingHow::Actual)), Some(departs)).hold(Standing::Listed, None, minimum, extra).1;
            prop_assert!(margin(arrives + later) <= margin(arrives));
        }
    }
}
