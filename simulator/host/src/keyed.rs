//! What a host learns from a station: what an agent keys in of a guest, and the baggage messages that arrive.

use std::collections::BTreeSet;

use schemas::record::host_page::HostState;
use schemas::standards::bag_tag::BagTag;
use schemas::standards::locator::Locator;
use schemas::standards::seat::Seat;
use schemas::standards::typeb::{BagMessage, TypeBError};
use serde_json::Value;

use super::flight::{Booked, Host};

/// What an agent keys in of one guest, from a screen or a sheet of the station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedIn {
    pub name: String,
    pub locator: Option<Locator>,
    pub class: Option<char>,
    pub state: HostState,
    pub seat: Option<Seat>,
    pub sequence: Option<u16>,
    /// That the documents were seen; nothing is taken back.
    pub documents: bool,
    pub bags: BTreeSet<BagTag>,
}

/// A baggage message that the host cannot take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotHeard {
    #[error("the host is silent")]
    Silent,
    #[error(transparent)]
    NotRead(#[from] TypeBError),
    #[error("it is a {0}, not a BSM")]
    AnotherKind(String),
    #[error("it names a guest who is not on the flight")]
    NoGuest,
}

impl KeyedIn {
    /// From a row of `/api/v1/flights/{flight}/guests`; nothing if it has no name.
    pub fn of_row(row: &Value) -> Option<Self> {
        let text = |name: &str| row[name].as_str();
        let documents = text("documents").is_some_and(|outcome| outcome != "refused");
        Some(Self {
            name: text("name")?.to_owned(),
            locator: text("locator").and_then(|text| text.parse().ok()),
            class: text("class").and_then(|text| text.chars().next()),
            state: match text("standing") {
                Some("checked-in") => HostState::CheckedIn,
                Some("aboard") => HostState::Boarded,
                Some("offloaded") => HostState::Offloaded,
                _ => HostState::Listed,
            },
            seat: text("seat").and_then(|text| text.parse().ok()),
            sequence: row["sequence"].as_u64().and_then(|number| u16::try_from(number).ok()),
            documents,
            bags: row["bags"].as_array().into_iter().flatten().filter_map(|tag| tag.as_str()?.parse().ok()).collect(),
        })
    }
}

impl Host {
    /// Keys a guest in as the station has the guest: check-in, seat, number, documents and bags, not the booking. Who is not on the flight is added. The
    /// place; nothing while the host is silent, or where a new guest has no locator.
    pub fn key_in(&mut self, keyed: &KeyedIn) -> Option<usize> {
        if self.is_silent() {
            return None;
        }
        let at = match self.find(keyed.locator, &keyed.name) {
            Some(at) => at,
            None => {
                let class = keyed.class.unwrap_or('Y');
                let cabin = if class == 'C' { 'C' } else { 'Y' };
                let booked = Booked {
                    name: keyed.name.clone(),
                    locator: keyed.locator?,
                    ticket: None,
                    class,
                    cabin,
                    elements: Vec::new(),
                    onward: Vec::new(),
                };
                self.book(booked)
            }
        };
        let is_in = matches!(keyed.state, HostState::CheckedIn | HostState::Boarded);
        self.change(at, |guest| {
            guest.state = keyed.state;
            (guest.seat, guest.sequence) = if is_in { (keyed.seat, keyed.sequence) } else { (None, None) };
            guest.documents |= keyed.documents;
            guest.bags.clear();
        });
        keyed.bags.iter().for_each(|tag| self.add_bag(at, *tag));
        Some(at)
    }

    /// Takes in a baggage source message (BSM) of the station: bags come under their guest, or go.
    ///
    /// # Errors
    /// Where it is silent, or the message is another one or of nobody here.
    pub fn hear(&mut self, text: &str) -> Result<(), NotHeard> {
        if self.is_silent() {
            return Err(NotHeard::Silent);
        }
        let message = BagMessage::parse(text)?;
        if message.kind != "BSM" {
            return Err(NotHeard::AnotherKind(message.kind));
        }
        let gone = message.change.as_deref() == Some("DEL");
        for group in &message.groups {
            let plates = group.plates();
            if gone {
                plates.iter().for_each(|tag| self.take_bag_off(*tag));
                continue;
            }
            let locator = group.pnr.as_deref().and_then(|text| text.parse().ok());
            let name = group.pax.first().map(|pax| format!("{}/{}", pax.surname, pax.given.first().map_or("", String::as_str)));
            let at = name.and_then(|name| self.find(locator, &name)).ok_or(NotHeard::NoGuest)?;
            plates.iter().for_each(|tag| self.add_bag(at, *tag));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn host() -> Host {
        Host::invent("CA1501.2026-11-22.PVG".parse().unwrap(), "PEK".parse().unwrap(), 20, 3)
    }

    #[test]
    fn what_is_keyed_in_is_what_the_station_shows() {
        let mut host = host();
        let booked = host.guest(15).unwrap().booked.clone();
        let row = json!({
            "name": booked.name, "locator": booked.locator, "class": "Y", "standing": "aboard", "seat": "21C", "sequence": 1007, "documents": "seen",
            "bags": ["0999000001"],
        });
        assert_eq!(host.key_in(&KeyedIn::of_row(&row).unwrap()), Some(15));
        let guest = host.guest(15).unwrap();
        assert_eq!((guest.state, guest.sequence, guest.documents, guest.bags.len()), (HostState::Boarded, Some(1007), true, 1));
        let new = json!({ "name": "NEW/ROBINMR", "locator": "N3WN3W", "standing": "checked-in", "seat": "30A", "sequence": 1008 });
        assert_eq!(host.key_in(&KeyedIn::of_row(&new).unwrap()), Some(20));
        host.fall_silent();
        assert_eq!(host.key_in(&KeyedIn::of_row(&new).unwrap()), None);
    }

    #[test]
    fn what_it_says_of_bags_it_understands_itself() {
        let mut host = host();
        let tag = host.take_bag(2).unwrap();
        let text = host.bag_messages().remove(0);
        host.take_bag_off(tag);
        host.hear(&text).unwrap();
        assert!(host.guest(2).unwrap().bags.contains(&tag));
        host.hear(&text.replace("BSM\n.V", "BSM\nDEL\n.V")).unwrap();
        assert!(host.guest(2).unwrap().bags.is_empty());
        host.cancel(2);
        assert_eq!(host.hear(&text), Err(NotHeard::NoGuest));
        assert!(matches!(host.hear("PNL\nCA1501/22NOV PVG PART1\nENDPNL\n"), Err(NotHeard::NotRead(_) | NotHeard::AnotherKind(_))));
    }
}
