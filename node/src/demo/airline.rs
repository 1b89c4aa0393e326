//! The airline's host in the demonstration: what it has checked in before it falls silent, what it hears, and what is typed into it when it is back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use host::{Booked, Columns, Host, KeyedIn};
use schemas::record::FlightKey;
use schemas::standards::flight::FlightNumber;
use schemas::standards::typeb::NameList;
use serde_json::Value;

/// Seats that the host gives begin in this row, behind those that the counters give.
const ROW: u8 = 31;

/// The host's knowledge of one flight, and the baggage messages it has taken.
pub(crate) struct Airline {
    host: Host,
    heard: BTreeSet<PathBuf>,
}

impl Airline {
    /// A host with everybody on the flight who is on its passenger list.
    pub(crate) fn of_list(flight: &str, text: &str) -> Result<Self> {
        let key: FlightKey = flight.parse().ok().with_context(|| format!("{flight} is no flight"))?;
        let list = NameList::parse(text).context("the airline's own list cannot be read")?;
        let destination = list.groups.first().and_then(|group| group.dest.parse().ok()).context("the list leads nowhere")?;
        let mut host = Host::new(key, destination);
        for group in &list.groups {
            let class = group.class.chars().next().unwrap_or('Y');
            let cabin = if class == 'C' { 'C' } else { 'Y' };
            let guests = group.names.iter().flat_map(|name| name.guests());
            let mut locator = None;
            for guest in guests {
                // The locator of a party stands with its first name.
                locator = guest.locator().or(locator);
                let name = format!("{}/{}", guest.surname, guest.given_as_listed);
                let booked = Booked {
                    name,
                    locator: locator.context("a guest has no locator")?,
                    ticket: None,
                    class,
                    cabin,
                    elements: Vec::new(),
                    onward: guest
                        .onward
                        .iter()
                        .filter_map(|leg| format!("{}{}", leg.carrier, leg.number).parse::<FlightNumber>().ok())
                        .map(|flight| flight.to_string())
                        .collect(),
                };
                host.book(booked);
            }
        }
        Ok(Self { host, heard: BTreeSet::new() })
    }

    /// Checks these guests in, each with a seat, every third with a bag.
    pub(crate) fn check_in(&mut self, guests: &[Value]) {
        for (at, row) in guests.iter().enumerate() {
            let Some(place) = self.place(row) else { continue };
            let seat = format!("{}{}", ROW + u8::try_from(at / 6).unwrap_or(0), ["A", "B", "C", "D", "E", "F"][at % 6]);
            self.host.check_in(place, seat.parse().ok());
            if at % 3 == 0 {
                self.host.take_bag(place);
            }
        }
    }

    /// What the airline itself changed while nobody here reached it: another ticket for one guest, another class for the next.
    pub(crate) fn change_itself(&mut self, guests: &[Value]) {
        let places: Vec<usize> = guests.iter().filter_map(|row| self.place(row)).collect();
        if let [first, second, ..] = places[..] {
            self.host.rebook(first, |booked| booked.ticket = Some("9992401234567".to_owned()));
            self.host.rebook(second, |booked| booked.class = 'B');
        }
    }

    pub(crate) fn fall_silent(&mut self) {
        self.host.fall_silent();
    }

    pub(crate) fn come_back(&mut self) {
        self.host.come_back();
    }

    /// Its check-in list as a file.
    pub(crate) fn list(&self) -> Result<String> {
        self.host.check_in_list(&Columns::all()).context("a silent host gives no list")
    }

    /// Takes the baggage messages out of the folder into which the hub sends, in their order; how many.
    pub(crate) fn hear(&mut self, folder: &Path) -> Result<usize> {
        let files = std::fs::read_dir(folder).with_context(|| format!("nothing was sent into {}", folder.display()))?;
        let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
        files.sort();
        let mut heard = 0;
        for file in files {
            let of_flight = format!("{}-", self.host.flight());
            let is_bag =
                file.file_name().map(|name| name.to_string_lossy()).is_some_and(|name| name.starts_with(&of_flight) && name.contains("-BSM-"));
            if !is_bag || !self.heard.insert(file.clone()) {
                continue;
            }
            let text = std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            self.host.hear(&text).with_context(|| format!("the host does not take {}", file.display()))?;
            heard += 1;
        }
        Ok(heard)
    }

    /// Types in what the station has of these guests.
    pub(crate) fn key_in(&mut self, rows: &[Value]) {
        for keyed in rows.iter().filter_map(KeyedIn::of_row) {
            self.host.key_in(&keyed);
        }
    }

    fn place(&self, row: &Value) -> Option<usize> {
        let locator = row["locator"].as_str().and_then(|text| text.parse().ok());
        self.host.find(locator, row["name"].as_str()?)
    }
}
