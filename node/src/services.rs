//! What a node can do for its screens and its API. Provisional: everything is kept in memory and nothing is replicated.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use schemas::command::{Command, Refusal};
use schemas::flat::{DocId, FactId, FlatDoc, LogId, Scalar};
use schemas::scope::ScopeId;
use schemas::station::{Context, Setting, Station};
use tokio::sync::broadcast;
use uuid::Uuid;

/// Everything a node does, cheap to clone.
#[derive(Clone)]
pub struct Services {
    inner: Arc<Inner>,
}

struct Inner {
    desk: String,
    hub: bool,
    memory: Mutex<Memory>,
    events: broadcast::Sender<Event>,
}

struct Memory {
    station: Station,
    documents: BTreeMap<DocId, FlatDoc>,
    commands: BTreeMap<Uuid, (String, serde_json::Value)>,
    entries: u64,
}

/// What a command came to.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub id: Uuid,
    pub answer: serde_json::Value,
    pub held: Held,
}

/// A command as it was posted, and what it came to.
#[derive(Debug, Clone)]
pub struct Stored {
    pub body: String,
    pub answer: serde_json::Value,
    pub held: Held,
}

/// Where something is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
pub struct Held {
    /// In the journal of this desk.
    pub here: bool,
    /// Desks of the station that hold it, this one included, and all desks of the station.
    pub station_have: usize,
    pub station_of: usize,
    /// When the hub confirmed it, in milliseconds since 1970 UTC.
    pub hub_at_ms: Option<i64>,
}

/// Why a command was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("Another command was sent under this key before.")]
    KeyUsed,
    #[error("This desk is stopping. Nothing was saved.")]
    Stopped,
}

/// How this desk and those around it do.
#[derive(Debug, Clone, Default)]
pub struct Status {
    pub desk: String,
    pub role: Role,
    /// Three letters; empty at the hub.
    pub station: String,
    pub version: String,
    /// Entries of this desk in its journal.
    pub saved_here: u64,
    pub peers: Vec<PeerStatus>,
    pub hub: HubStatus,
    /// Entries that the hub has not confirmed.
    pub waiting_for_hub: u64,
    pub conflicts: usize,
    pub journal: JournalStatus,
    /// A digest of each scope held, to compare with a neighbour's.
    pub digests: Vec<(String, String)>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    #[default]
    Edge,
    Hub,
}

/// Another node as seen from here.
#[derive(Debug, Clone, Default)]
pub struct PeerStatus {
    pub name: String,
    pub role: Role,
    pub station: String,
    pub connected: bool,
    pub last_contact_ms: Option<i64>,
    /// Entries of ours that it lacks.
    pub behind: u64,
    /// Its clock minus ours.
    pub offset_ms: Option<i64>,
    pub version: String,
}

/// The link to the hub.
#[derive(Debug, Clone, Copy, Default)]
pub struct HubStatus {
    /// When it last answered.
    pub reached_ms: Option<i64>,
    /// Set while it does not answer: since when.
    pub not_since_ms: Option<i64>,
}

/// The journal on this disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct JournalStatus {
    pub segments: u64,
    pub bytes: u64,
    /// Frames that did not read back at the last start.
    pub damaged: u64,
}

/// Something changed that a screen may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub kind: &'static str,
    pub id: String,
}

impl Services {
    /// A node that keeps everything in memory.
    pub fn in_memory(setting: Setting, hub: bool) -> Self {
        let (events, _) = broadcast::channel(EVENTS_MAX);
        let memory = Memory { station: Station::new(setting.clone()), documents: BTreeMap::new(), commands: BTreeMap::new(), entries: 0 };
        Self { inner: Arc::new(Inner { desk: setting.desk, hub, memory: Mutex::new(memory), events }) }
    }

    /// Carries a command out. Answers when it is durable.
    pub async fn command(&self, key: Uuid, staff: &str, body: &str) -> Result<Receipt, CommandError> {
        let command = Command::parse(body)?;
        let staff = staff.parse().map_err(|error: schemas::record::fact::StaffNumberError| {
            Refusal::new("staff-number", error.to_string(), "Enter it on the start page.", 422)
        })?;
        let now_ms = self.now_ms();
        let context = Context {
            now_ms,
            staff,
            desk: self.inner.desk.clone(),
            today: chrono::DateTime::from_timestamp_millis(now_ms).unwrap_or_default().date_naive(),
            drawn: *Uuid::new_v4().as_bytes(),
        };
        let answer = self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner).carry_out(key, body, &command, &context)?;
        // Nobody may be listening.
        let _ = self.inner.events.send(Event { kind: "command", id: key.to_string() });
        Ok(Receipt { id: key, answer, held: HERE })
    }

    pub fn command_by_id(&self, id: Uuid) -> Option<Stored> {
        let memory = self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.commands.get(&id).map(|(body, answer)| Stored { body: body.clone(), answer: answer.clone(), held: HERE })
    }

    /// Looks at what is known here.
    pub fn read<R>(&self, look: impl FnOnce(&Station) -> R) -> R {
        look(&self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner).station)
    }

    pub fn status(&self) -> Status {
        let memory = self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner);
        Status {
            desk: self.inner.desk.clone(),
            role: if self.inner.hub { Role::Hub } else { Role::Edge },
            station: memory.station.setting().station.map(|code| code.to_string()).unwrap_or_default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            saved_here: memory.entries,
            waiting_for_hub: memory.entries,
            conflicts: memory.station.conflicts().len(),
            ..Status::default()
        }
    }

    pub fn held(&self, _entries: &BTreeMap<LogId, u64>, _scope: &ScopeId) -> Held {
        HERE
    }

    /// Where the newest change of a document is held.
    pub fn held_of(&self, scope: &ScopeId, doc: DocId) -> Held {
        let entries = self.inner.memory.lock().unwrap_or_else(PoisonError::into_inner).documents.get(&doc).map(|doc| doc.entries.clone());
        self.held(&entries.unwrap_or_default(), scope)
    }

    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    #[expect(clippy::disallowed_methods, reason = "provisional: the clock module will be asked instead")]
    pub fn now_ms(&self) -> i64 {
        chrono::Utc::now().timestamp_millis()
    }

    /// The station's local time of day.
    pub fn local_time(&self, ms: i64) -> String {
        let zone = self.read(|station| station.setting().zone);
        let Some(time) = chrono::DateTime::from_timestamp_millis(ms) else { return String::new() };
        match zone {
            Some(zone) => time.with_timezone(&zone).format("%H:%M").to_string(),
            None => time.format("%H:%MZ").to_string(),
        }
    }
}

impl Memory {
    fn carry_out(&mut self, key: Uuid, body: &str, command: &Command, context: &Context) -> Result<serde_json::Value, CommandError> {
        if let Some((known, answer)) = self.commands.get(&key) {
            return if known == body { Ok(answer.clone()) } else { Err(CommandError::KeyUsed) };
        }
        let decision = self.station.decide(command, context)?;
        for (scope, edits) in decision.edits {
            self.entries += 1;
            for edit in edits {
                let seq = u32::try_from(self.entries).unwrap_or(u32::MAX);
                let doc = self.documents.entry(edit.doc).or_default();
                for (field, value) in edit.fields {
                    if value == Scalar::Null {
                        doc.fields.remove(&field)
                    } else {
                        doc.fields.insert(field, vec![value])
                    };
                }
                for (place, fact) in (0..).zip(edit.facts) {
                    doc.facts.insert(FactId { log: LOG, seq, place }, fact);
                }
                doc.entries.insert(LOG, self.entries);
                self.station.apply(&scope, edit.doc, doc);
            }
        }
        self.commands.insert(key, (body.to_owned(), decision.answer.clone()));
        Ok(decision.answer)
    }
}

/// A screen that is this far behind looks at everything again.
const EVENTS_MAX: usize = 256;

const LOG: LogId = LogId([1; 16]);

const HERE: Held = Held { here: true, station_have: 1, station_of: 1, hub_at_ms: None };
