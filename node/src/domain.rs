//! The station's records as the worker keeps them: the joint between `schemas` and `sync`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, NaiveDate};
use schemas::command::{Command, Refusal};
use schemas::flat::{DocId, FlatDoc, LogId};
use schemas::record::fact::StaffNumber;
use schemas::record::{FlightKey, Record};
use schemas::scope::ScopeId;
use schemas::station::{Context, Station};
use sync::worker::{Closes, Decision, Domain, Moment};

/// What this node knows, kept up to date by the worker.
pub struct Desk {
    pub station: Station,
    /// The entries that made each document, for the words about where it is held.
    entries: BTreeMap<DocId, Entries>,
    /// The same of documents that were filled in and are not entered yet.
    to_enter: Vec<(DocId, Entries)>,
    /// Flights whose connecting guests changed and were not looked at since; at the hub alone.
    touched: Mutex<BTreeSet<FlightKey>>,
    /// Flights that changed and were not looked at since by who sends messages; nothing where nobody does.
    moved: Mutex<Option<BTreeSet<FlightKey>>>,
    /// Every log that touched a document, and its place among them.
    logs: Vec<LogId>,
    places: BTreeMap<LogId, u32>,
}

/// For each log that touched a document, its newest entry that did: of most documents, one.
enum Entries {
    One { log: u32, number: u32 },
    Many(Box<[(u32, u64)]>),
}

impl Desk {
    pub fn new(station: Station) -> Self {
        Self {
            station,
            entries: BTreeMap::new(),
            to_enter: Vec::new(),
            touched: Mutex::default(),
            moved: Mutex::default(),
            logs: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// The flights whose connecting guests changed since this was asked last, or ever.
    pub fn take_touched(&self) -> BTreeSet<FlightKey> {
        std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on flights that change are kept for who sends messages. Gives those of which something may be to be said.
    pub fn watch_moved(&self) -> BTreeSet<FlightKey> {
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        moved.get_or_insert_default();
        self.station.flights_with_out()
    }

    /// The flights that changed since this was asked last and of which something may be to be said.
    pub fn take_moved(&self) -> BTreeSet<FlightKey> {
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = moved.as_mut().map(std::mem::take).unwrap_or_default();
        taken.into_iter().filter(|flight| self.station.has_out(flight)).collect()
    }

    /// For each log the newest entry that touched the document.
    pub fn entries_of(&self, doc: DocId) -> BTreeMap<LogId, u64> {
        let named = |(log, number): (u32, u64)| Some((*self.logs.get(log as usize)?, number));
        match self.entries.get(&doc) {
            Some(Entries::One { log, number }) => named((*log, u64::from(*number))).into_iter().collect(),
            Some(Entries::Many(entries)) => entries.iter().copied().filter_map(named).collect(),
            None => BTreeMap::new(),
        }
    }

    fn place_of(&mut self, log: LogId) -> u32 {
        let next = self.logs.len() as u32;
        let place = *self.places.entry(log).or_insert(next);
        if place == next {
            self.logs.push(log);
        }
        place
    }

    fn entries(&mut self, entries: &[(LogId, u64)]) -> Entries {
        if let [(log, number)] = entries
            && let Ok(number) = u32::try_from(*number)
        {
            return Entries::One { log: self.place_of(*log), number };
        }
        Entries::Many(entries.iter().map(|(log, number)| (self.place_of(*log), *number)).collect())
    }
}

/// A command with who gives it and where.
#[derive(Debug)]
pub struct DeskCommand {
    pub command: Command,
    pub staff: StaffNumber,
    pub desk: String,
}

impl Domain for Desk {
    type Command = DeskCommand;
    type Refusal = Refusal;
    type Record = (Record, Vec<(LogId, u64)>);

    fn read(_: &ScopeId, id: DocId, document: &FlatDoc) -> Self::Record {
        (Record::read(id, document), document.entries.iter().map(|(log, number)| (*log, *number)).collect())
    }

    fn apply(&mut self, scope: &ScopeId, id: DocId, (record, entries): Self::Record) {
        let entries = self.entries(&entries);
        self.entries.insert(id, entries);
        let flight = match &record {
            Record::Flight(flight) => Some(flight.key),
            Record::Booking(booking) => Some(booking.flight),
            Record::Bag(bag) => Some(bag.flight),
            Record::HostPage(page) => Some(page.flight),
            Record::Case(_) | Record::Person(_) | Record::Access(_) | Record::Handover(_) | Record::Other => None,
        };
        self.station.put(scope, id, record);
        if let (Some(key), Some(moved)) = (flight, self.moved.get_mut().unwrap_or_else(PoisonError::into_inner)) {
            moved.insert(key);
        }
        if let Some(key) = flight.filter(|key| self.station.has_connections(key)) {
            self.touched.get_mut().unwrap_or_else(PoisonError::into_inner).insert(key);
        }
    }

    fn fill(&mut self, scope: &ScopeId, id: DocId, (record, entries): Self::Record) {
        let entries = self.entries(&entries);
        self.to_enter.push((id, entries));
        self.station.fill(scope, id, record);
    }

    fn settle_in(&mut self) {
        self.station.settle_in();
        self.entries = std::mem::take(&mut self.entries).into_iter().chain(std::mem::take(&mut self.to_enter)).collect();
        // Nobody looked at any flight since this process began.
        let connecting = self.station.all_connecting_flights();
        self.touched.get_mut().unwrap_or_else(PoisonError::into_inner).extend(connecting);
    }

    fn keep_numbers(&mut self, (record, _): &Self::Record) {
        self.station.keep_numbers(record);
    }

    fn decide(&self, command: &DeskCommand, moment: Moment) -> Result<Decision, Refusal> {
        let today = local_date(moment.now_ms, self.station.setting().zone);
        let context = Context { now_ms: moment.now_ms, staff: command.staff.clone(), desk: command.desk.clone(), today, drawn: moment.drawn };
        let decision = self.station.decide(&command.command, &context)?;
        let closes = match &command.command {
            // With somebody lost, what the others' records wait for may be lost too.
            Command::CloseScope { scope, lost, .. } => Some(Closes { scope: scope.clone(), incomplete: !lost.is_empty() }),
            _ => None,
        };
        Ok(Decision { edits: decision.edits, answer: decision.answer, closes })
    }
}

/// The date in a zone; in UTC without one.
pub(crate) fn local_date(ms: i64, zone: Option<chrono_tz::Tz>) -> NaiveDate {
    let time = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    match zone {
        Some(zone) => time.with_timezone(&zone).date_naive(),
        None => time.date_naive(),
    }
}

#[cfg(test)]
mod tests {
    use schemas::station::{Blocks, Setting};

    use super::*;

    #[test]
    fn the_entries_of_a_document_are_those_that_made_it_last() {
        let setting = Setting {
            station: None,
            zone: None,
            desk: "C1".to_owned(),
            secret: [7; 32],
            blocks: Blocks { tag_serials: 1..2, sequences: 1..2, files: 1..2 },
            practice: false,
        };
        let mut desk = Desk::new(Station::new(setting));
        let scope: ScopeId = "PVG/2026-11-22/CA".parse().unwrap();
        let (one, two) = (LogId([1; 16]), LogId([2; 16]));
        for (doc, entries) in
            [(1, vec![(one, 5)]), (2, vec![(two, u64::MAX)]), (3, vec![(one, 6), (two, 7)]), (1, vec![(one, 5), (two, 8)]), (4, vec![])]
        {
            let doc = DocId([doc; 16]);
            desk.apply(&scope, doc, (Record::Other, entries.clone()));
            assert_eq!(desk.entries_of(doc), entries.iter().copied().collect());
            desk.settle_in();
            assert_eq!(desk.entries_of(doc), entries.into_iter().collect());
        }
        assert!(desk.entries_of(DocId([9; 16])).is_empty());
    }
}
