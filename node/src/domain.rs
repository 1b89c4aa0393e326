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
use sync::worker::{Decision, Domain, Moment};

/// What this node knows, kept up to date by the worker.
pub struct Desk {
    pub station: Station,
    /// The entries that made each document, for the words about where it is held.
    entries: BTreeMap<DocId, Entries>,
    /// Flights whose connecting guests changed and were not looked at since; at the hub alone.
    touched: Mutex<BTreeSet<FlightKey>>,
}

/// For each log that touched a document, its newest entry that did.
type Entries = Box<[(LogId, u64)]>;

impl Desk {
    pub fn new(station: Station) -> Self {
        Self { station, entries: BTreeMap::new(), touched: Mutex::default() }
    }

    /// The flights whose connecting guests changed since this was asked last, or ever.
    pub fn take_touched(&self) -> BTreeSet<FlightKey> {
        std::mem::take(&mut *self.touched.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// For each log the newest entry that touched the document.
    pub fn entries_of(&self, doc: DocId) -> BTreeMap<LogId, u64> {
        self.entries.get(&doc).map(|entries| entries.iter().copied().collect()).unwrap_or_default()
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
    type Record = (Record, Entries);

    fn read(_: &ScopeId, id: DocId, document: &FlatDoc) -> (Record, Entries) {
        (Record::read(id, document), document.entries.iter().map(|(log, number)| (*log, *number)).collect())
    }

    fn apply(&mut self, scope: &ScopeId, id: DocId, (record, entries): (Record, Entries)) {
        self.entries.insert(id, entries);
        let flight = match &record {
            Record::Flight(flight) => Some(flight.key),
            Record::Booking(booking) => Some(booking.flight),
            Record::Bag(bag) => Some(bag.flight),
            Record::Case(_) | Record::Other => None,
        };
        self.station.put(scope, id, record);
        if let Some(key) = flight.filter(|key| self.station.has_connections(key)) {
            self.touched.get_mut().unwrap_or_else(PoisonError::into_inner).insert(key);
        }
    }

    fn decide(&self, command: &DeskCommand, moment: Moment) -> Result<Decision, Refusal> {
        let today = local_date(moment.now_ms, self.station.setting().zone);
        let context = Context { now_ms: moment.now_ms, staff: command.staff.clone(), desk: command.desk.clone(), today, drawn: moment.drawn };
        let decision = self.station.decide(&command.command, &context)?;
        let closes = match &command.command {
            Command::CloseScope { scope, .. } => Some(scope.clone()),
            _ => None,
        };
        Ok(Decision { edits: decision.edits, answer: decision.answer, closes })
    }
}

/// The date in a zone; in UTC without one.
fn local_date(ms: i64, zone: Option<chrono_tz::Tz>) -> NaiveDate {
    let time = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    match zone {
        Some(zone) => time.with_timezone(&zone).date_naive(),
        None => time.date_naive(),
    }
}
