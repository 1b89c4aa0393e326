//! Which message carries what differs from the host, and how far it has come: a bag its source message, a guest of a closed flight the PRL or the PFS.
//!
//! What a message carries has ended as sent once the receiver has it and the host's list is from before: such a list cannot know it. A list that is newer
//! and still says otherwise speaks against the message, so that difference stays open.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::Said;
use super::bags::is_of_host;
use super::told::said_in;
use crate::flat::DocId;
use crate::record::outgoing::{Message, OutKind, OutState};
use crate::record::{DocRef, Flight};
use crate::standards::bag_tag::BagTag;
use crate::station::Station;
use crate::station::settle::{Difference, DifferenceKind, Presence, Right, Side, Subject};

/// The message that tells others what differs. Where it takes several, the one that has come the least far stands for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Carried {
    pub kind: OutKind,
    /// Its place among the messages of the flight.
    pub place: u32,
    pub key: String,
    pub state: OutState,
    /// When it was sent, if it was; or else when the answer came, or when it was put into words. In milliseconds since 1970 UTC.
    pub at: i64,
    /// Whether the difference has ended as sent by it.
    pub ends: bool,
}

impl Station {
    /// For each of these differences the message that carries it, if there is one. `list_at` is the time of the host's list in which they were found.
    pub(in crate::station) fn carried(&self, flight: &Flight, found: &[Difference], ours: &Side, list_at: i64) -> Vec<Option<Carried>> {
        let said = self.said_out(&flight.key);
        if said.is_empty() {
            return vec![None; found.len()];
        }
        let departed = |kind| self.departure_said(flight, kind, &said);
        let carriers =
            Carriers { station: self, flight, ours, bags: newest_of_bags(&said), pfs: departed(OutKind::Pfs), prl: departed(OutKind::Prl) };
        found.iter().map(|difference| carriers.carrier_of(difference, list_at)).collect()
    }
}

/// What was said of a flight and still is so.
struct Carriers<'a> {
    station: &'a Station,
    flight: &'a Flight,
    ours: &'a Side,
    bags: BTreeMap<BagTag, Named<'a>>,
    pfs: Vec<&'a Message<'a>>,
    prl: Vec<&'a Message<'a>>,
}

/// What was said last of a bag, by what the messages stand with: each message, and whether the bag flies by it.
type Named<'a> = BTreeMap<DocId, Vec<(&'a Message<'a>, bool)>>;

impl Carriers<'_> {
    fn carrier_of(&self, difference: &Difference, list_at: i64) -> Option<Carried> {
        // What the host is right about is not ours to tell; what nobody is right about a person decides.
        if difference.right != Right::Apron {
            return None;
        }
        let booking = difference.booking.map(|booking| booking.0);
        let by_bags = match (difference.kind, difference.tag, booking) {
            (DifferenceKind::Bag, Some(tag), _) => self.of_bag(tag),
            (DifferenceKind::Pieces, _, Some(booking)) => self.of_pieces(booking),
            _ => None,
        };
        let by_list = booking.map(|booking| self.of_guest(difference.kind, booking)).unwrap_or_default();
        let found = by_list.into_iter().chain(by_bags).filter_map(|messages| carried(&messages, list_at));
        found.max_by_key(|carried| (carried.ends, carried.state))
    }

    /// The messages after which a receiver has the bag where it is here, and nowhere else.
    fn of_bag(&self, tag: BagTag) -> Option<Vec<&Message<'_>>> {
        let named = self.bags.get(&tag)?;
        let owner = self.ours.bags.get(&tag).and_then(|owner| match owner {
            Subject::Booking(booking) => Some(booking.0),
            Subject::Host(_) => None,
        });
        let is_so = named.iter().all(|(doc, said)| said.iter().all(|(_, flies)| *flies == (Some(*doc) == owner)));
        let is_whole = owner.is_none_or(|owner| named.contains_key(&owner));
        (is_so && is_whole).then(|| named.values().flatten().map(|(message, _)| *message).collect())
    }

    /// The messages of all bags that a guest has or had, if each of those that were taken here was announced.
    fn of_pieces(&self, booking: DocId) -> Option<Vec<&Message<'_>>> {
        let is_theirs = |tag: &BagTag| self.station.bag(self.station.ids.bag(&self.flight.key, *tag)).is_some_and(is_of_host);
        let mut own = self.ours.bags.iter().filter(|(_, owner)| matches!(owner, Subject::Booking(owner) if owner.0 == booking));
        if own.any(|(tag, _)| !self.bags.contains_key(tag) && !is_theirs(tag)) {
            return None;
        }
        let mut all = Vec::new();
        for (tag, _) in self.bags.iter().filter(|(_, named)| named.contains_key(&booking)) {
            all.extend(self.of_bag(*tag)?);
        }
        (!all.is_empty()).then_some(all)
    }

    /// What was said of a closed flight and says this of a guest.
    fn of_guest(&self, kind: DifferenceKind, booking: DocId) -> Vec<Vec<&Message<'_>>> {
        let subject = Subject::Booking(DocRef(booking));
        let is_aboard = self.ours.guests.get(&subject).is_some_and(|guest| guest.presence == Presence::Aboard);
        let is_in_pfs = self.station.booking(booking).is_some_and(|guest| self.station.is_in_pfs(self.flight, guest));
        let by_pfs = is_in_pfs && matches!(kind, DifferenceKind::Guest | DifferenceKind::Presence);
        // Who flew stands in the PRL with seat, number and bags.
        let told = [
            DifferenceKind::Guest,
            DifferenceKind::Presence,
            DifferenceKind::Seat,
            DifferenceKind::Sequence,
            DifferenceKind::Pieces,
            DifferenceKind::Bag,
        ];
        let by_prl = is_aboard && told.contains(&kind);
        [(by_pfs, &self.pfs), (by_prl, &self.prl)].into_iter().filter(|(says, _)| *says).map(|(_, messages)| messages.clone()).collect()
    }
}

/// For each bag that was ever named the newest messages about it.
fn newest_of_bags<'s, 'a>(said: &'s Said<'a>) -> BTreeMap<BagTag, Named<'s>>
where
    'a: 's,
{
    let mut bags: BTreeMap<BagTag, Named<'s>> = BTreeMap::new();
    for (doc, messages) in said {
        // In the order of their versions.
        for message in messages.iter().filter(|message| message.spoken.kind == OutKind::Bsm) {
            for (tag, group) in said_in(&message.spoken.text) {
                let newest = bags.entry(tag).or_default().entry(*doc).or_default();
                newest.retain(|(known, _)| known.spoken.version == message.spoken.version);
                newest.push((message, group.is_some()));
            }
        }
    }
    bags
}

fn carried(messages: &[&Message<'_>], list_at: i64) -> Option<Carried> {
    // What a person cancelled tells nobody anything.
    if messages.iter().any(|message| message.state == OutState::Cancelled) {
        return None;
    }
    let message = messages.iter().min_by_key(|message| (message.state, Reverse(message.place)))?;
    let arrived = messages.iter().map(|message| message.arrived).min().flatten();
    let known = message.arrived.filter(|_| message.state == OutState::Sent);
    Some(Carried {
        kind: message.spoken.kind,
        place: message.place,
        key: message.spoken.key.clone(),
        state: message.state,
        at: known.unwrap_or_else(|| message.answer.map_or(message.at, |(held, _)| held.fact.at)),
        ends: message.state == OutState::Sent && arrived.is_some_and(|arrived| arrived >= end_of(list_at)),
    })
}

/// The end of the minute of a list of which hours and minutes alone are known.
fn end_of(list_at: i64) -> i64 {
    if list_at % MINUTE_MS == 0 { list_at + MINUTE_MS } else { list_at }
}

const MINUTE_MS: i64 = 60_000;
