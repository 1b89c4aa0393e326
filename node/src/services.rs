//! What a node can do for its screens and its API.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use schemas::command::{Command, Refusal};
use schemas::flat::{DocId, LogId};
use schemas::record::FlightKey;
use schemas::record::fact::StaffNumber;
use schemas::scope::ScopeId;
use schemas::station::{Context, Preview, Station};
use sync::blobs::Blobs;
use sync::command_id::{self, Mint};
use sync::engine::Engine;
use sync::entry::Header;
use sync::identity::{Member, Role as MemberRole};
use sync::links::Links;
use sync::replica::PeerView;
use sync::transport::{Carrier, Refused};
use sync::worker::{self, Request, Worker};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::clock;
use crate::domain::{Desk, DeskCommand, local_date};
use crate::messages::{Taken, staff_of};
use crate::practice::Practice;
use crate::rejects::{Door, Item, Rejects};

/// Everything a node does, cheap to clone.
#[derive(Clone)]
pub struct Services {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Engine,
    worker: Worker<Desk>,
    me: Member,
    zone: Option<chrono_tz::Tz>,
    events: broadcast::Sender<Event>,
    links: OnceLock<Links>,
    blobs: OnceLock<Blobs>,
    rejects: Arc<Rejects>,
    /// Held while a message is applied, kept, replayed or discarded: none of these may meet another half way.
    messages: tokio::sync::Mutex<()>,
    mint: Mint,
    practice: Practice,
}

/// What a command came to.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub id: Uuid,
    /// False where everything was so already: nothing was saved, and nothing had to be.
    pub saved: bool,
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

/// A command of this desk, and where it is held.
#[derive(Debug, Clone)]
pub(crate) struct Own {
    pub(crate) command: Uuid,
    pub(crate) at_ms: i64,
    pub(crate) staff: String,
    pub(crate) kind: String,
    pub(crate) stored: Stored,
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
    /// When the hub set it aside, because its day was closed before it came.
    pub aside_at_ms: Option<i64>,
}

/// Why a command was not carried out.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A message that was refused and is kept under this name, for a person to look at.
    #[error("{0} It is kept as {1}.")]
    Kept(Box<Refusal>, String),
    /// A message that is kept, and applied by itself when what it waits for comes.
    #[error("The message waits.")]
    Waits(Box<Item>),
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
    /// Other desks that are known here, met or not.
    pub other_desks: usize,
    /// Scopes in which a peer with equal entries judges them differently: never, unless there is a fault in Apron.
    pub disagreements: usize,
    /// Who was turned away since the start, by what they did.
    pub refusals: Vec<RefusedStatus>,
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
    /// Entries that it says it has and we lack.
    pub ahead: u64,
    /// Its clock minus ours.
    pub offset_ms: Option<i64>,
    pub version: String,
    /// What carries the link while there is one.
    pub over: Option<Carrier>,
    /// There and back, as last measured on the link; what the other side did meanwhile is not in it.
    pub round_trip_ms: Option<u32>,
}

/// Somebody whom this node turned away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedStatus {
    /// For programs: kebab-case, never changes its meaning.
    pub name: &'static str,
    pub count: u64,
    /// The member that did it last; `None` for a stranger.
    pub last_who: Option<String>,
    pub last_at_ms: i64,
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
    /// `drawn` is chance for this start: command ids come from it.
    pub fn new(engine: Engine, worker: Worker<Desk>, me: Member, zone: Option<chrono_tz::Tz>, rejects: Arc<Rejects>, drawn: [u8; 32]) -> Self {
        let (events, _) = broadcast::channel(EVENTS_MAX);
        tokio::spawn(announce(worker.changes(), events.clone()));
        let changes = worker.changes();
        let services = Self {
            inner: Arc::new(Inner {
                engine,
                worker,
                me,
                zone,
                events,
                links: OnceLock::new(),
                blobs: OnceLock::new(),
                rejects,
                messages: tokio::sync::Mutex::default(),
                mint: Mint::new(drawn),
                practice: Practice::default(),
            }),
        };
        tokio::spawn(services.clone().apply_what_waits(changes));
        tokio::spawn(services.clone().keep_days());
        services
    }

    /// Lets the status tell of this node's links. The first call counts.
    pub fn attach(&self, links: Links) {
        let _ = self.inner.links.set(links);
    }

    /// Whether these are the photos of this node from now on: the first call counts.
    pub(crate) fn set_blobs(&self, blobs: Blobs) -> bool {
        self.inner.blobs.set(blobs).is_ok()
    }

    pub(crate) fn blobs(&self) -> Option<&Blobs> {
        self.inner.blobs.get()
    }

    pub(crate) async fn one_message_at_a_time(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.inner.messages.lock().await
    }

    /// Messages that were not taken.
    pub fn rejects(&self) -> &Arc<Rejects> {
        &self.inner.rejects
    }

    pub(crate) fn practice(&self) -> &Practice {
        &self.inner.practice
    }

    /// Nothing before they are attached.
    pub(crate) fn links(&self) -> Option<&Links> {
        self.inner.links.get()
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.inner.engine
    }

    pub(crate) fn is_hub(&self) -> bool {
        self.inner.me.role == MemberRole::Hub
    }

    pub(crate) fn zone(&self) -> Option<chrono_tz::Tz> {
        self.inner.zone
    }

    /// This node's place of work.
    pub(crate) fn desk(&self) -> String {
        self.inner.me.name.clone()
    }

    /// The installation's secret, mixed into the hashes of passwords.
    pub(crate) fn pepper(&self) -> [u8; 32] {
        self.read(|station| station.setting().secret)
    }

    pub(crate) fn role(&self) -> Role {
        role_of(&self.inner.me)
    }

    /// Chance from the system; from this process's own where the system gives none.
    pub(crate) fn drawn(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        if ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).is_err() {
            let (one, two) = (self.new_id(), self.new_id());
            bytes[..16].copy_from_slice(one.as_bytes());
            bytes[16..].copy_from_slice(two.as_bytes());
        }
        bytes
    }

    /// An id for a page that is shown here, or for a command of a rule: no other page, process or node gets it.
    pub fn new_id(&self) -> Uuid {
        Uuid::from_bytes(self.inner.mint.page())
    }

    /// Carries out what was asked for on a page. The same body on the same page is the same command; each other body takes the page's next turn.
    pub async fn command_of_page(&self, page: Uuid, staff: &str, body: &str) -> Result<Receipt, CommandError> {
        let mut id = page;
        loop {
            match self.command(id, staff, body).await {
                Err(CommandError::KeyUsed) => id = command_id::next_turn(id.into_bytes()).map(Uuid::from_bytes).ok_or(CommandError::KeyUsed)?,
                done => return done,
            }
        }
    }

    /// Carries a command out. Answers when it is on this device's disk. The same key with the same body is the same command. A message that cannot be
    /// applied is kept.
    pub async fn command(&self, key: Uuid, staff: &str, body: &str) -> Result<Receipt, CommandError> {
        let command = Command::parse(body)?;
        let staff = staff_of(staff)?;
        let message = command.message();
        let _turn = match message {
            Some(_) => Some(self.one_message_at_a_time().await),
            None => None,
        };
        match (self.carry_out(key, &staff, command, body).await, message) {
            (Err(CommandError::Refused(mut refusal)), Some((text, before))) if refusal.status != 403 => {
                // The line is one of the text as it is kept.
                refusal.line = refusal.line.map(|line| line.saturating_add(before));
                match self.kept(refusal, text.as_bytes(), &staff, &Door::Api.into()).await? {
                    Taken::Applied(receipt) => Ok(receipt),
                    Taken::Waiting(item) => Err(CommandError::Waits(item)),
                }
            }
            (done, _) => done,
        }
    }

    /// What a message would change if this person applied it now. Nothing is changed, and nothing is kept.
    ///
    /// # Errors
    /// As the command itself.
    pub fn preview(&self, staff: &StaffNumber, text: &str, columns: Option<&str>) -> Result<Preview, Refusal> {
        let now_ms = self.now_ms();
        let command = Command::ImportMessage { text: text.to_owned(), expect: None, columns: columns.map(str::to_owned) };
        let (today, drawn) = (local_date(now_ms, self.inner.zone), [0; 16]);
        let context = Context { now_ms, staff: staff.clone(), desk: self.inner.me.name.clone(), today, drawn };
        self.read(|station| {
            station.permits(staff, &command, now_ms)?;
            station.preview(text, columns, &context)
        })
    }

    /// Carries out a command that was read.
    pub(crate) async fn carry_out(&self, key: Uuid, staff: &StaffNumber, command: Command, body: &str) -> Result<Receipt, CommandError> {
        let now_ms = self.now_ms();
        self.read(|station| station.permits(staff, &command, now_ms))?;
        // What was done is answered as before, and a desk is told that only the hub does this.
        if let Command::CloseScope { scope, lost, .. } = &command
            && self.is_hub()
            && self.inner.engine.replica().command(key.as_bytes()).is_empty()
        {
            self.may_close(scope, lost)?;
        }
        // What was done is answered as before, wherever the photo is now.
        if matches!(command, Command::AddPhoto { .. }) && self.inner.engine.replica().command(key.as_bytes()).is_empty() {
            self.check_photo(&command)?;
        }
        let desk = self.inner.me.name.clone();
        let kind = kind_of(&command);
        let request = Request {
            id: *key.as_bytes(),
            kind,
            staff: staff.to_string(),
            desk: desk.clone(),
            body: body.to_owned(),
            command: DeskCommand { command, staff: staff.clone(), desk },
        };
        let done = self.inner.worker.command(request).await.map_err(CommandError::from)?;
        let entries = done.entries.iter().copied().collect();
        Ok(Receipt { id: key, saved: !done.entries.is_empty(), answer: done.answer, held: self.held_entries(&entries) })
    }

    /// A command by its key: the body as posted, the answer, and where it is held. Nothing if this node does not have it.
    pub fn command_by_id(&self, id: Uuid) -> Option<Stored> {
        let (entries, places) = {
            let replica = self.inner.engine.replica();
            let entries = replica.command(id.as_bytes()).to_vec();
            let places: Vec<_> = entries.iter().filter_map(|(log, number)| replica.entry(*log, *number)).collect();
            (entries, places)
        };
        let mut frames = self.inner.engine.frame_reader();
        let stored = places.into_iter().filter_map(|place| frames.entry(place).ok()).find_map(|entry| worker::stored(&entry))?;
        Some(Stored { body: stored.command, answer: stored.answer, held: self.held_entries(&entries.into_iter().collect()) })
    }

    /// The newest commands of this desk, the newest first, as far back as its newest `most` entries go.
    pub(crate) fn own_newest(&self, most: usize) -> Vec<Own> {
        self.own_newest_if(most, |_| true)
    }

    /// Of the same entries the commands of these kinds.
    pub(crate) fn own_newest_of(&self, most: usize, kinds: &[&str]) -> Vec<Own> {
        self.own_newest_if(most, |kind| kinds.contains(&kind))
    }

    fn own_newest_if(&self, most: usize, is_meant: impl Fn(&str) -> bool) -> Vec<Own> {
        let entries = self.inner.engine.replica().own_newest(most);
        let mut frames = self.inner.engine.frame_reader();
        let mut seen = BTreeSet::new();
        let mut own = Vec::new();
        for (_, _, place) in entries {
            let Ok(entry) = frames.entry(place) else { continue };
            let Some(header) = Header::read(&entry.header).filter(|header| is_meant(&header.kind)) else { continue };
            let Some(stored) = worker::stored(&entry) else { continue };
            if seen.insert(header.command) {
                let all = self.inner.engine.replica().command(&header.command).into_iter().collect();
                let held = self.held_entries(&all);
                own.push(Own {
                    command: Uuid::from_bytes(header.command),
                    at_ms: header.time_ms,
                    staff: header.staff,
                    kind: header.kind,
                    stored: Stored { body: stored.command, answer: stored.answer, held },
                });
            }
        }
        own
    }

    /// Looks at what is known here. Commands wait meanwhile: look and let go.
    pub fn read<R>(&self, look: impl FnOnce(&Station) -> R) -> R {
        self.inner.worker.read(|desk| look(&desk.station))
    }

    /// Sees each time that the views changed.
    pub(crate) fn changes(&self) -> tokio::sync::watch::Receiver<u32> {
        self.inner.worker.changes()
    }

    /// The flights whose connecting guests changed since this was asked last.
    pub(crate) fn take_touched(&self) -> BTreeSet<FlightKey> {
        self.inner.worker.read(Desk::take_touched)
    }

    /// From now on flights that change are kept for who sends messages; gives those of which something may be to be said.
    pub(crate) fn watch_moved(&self) -> BTreeSet<FlightKey> {
        self.inner.worker.read(Desk::watch_moved)
    }

    /// The flights that changed since this was asked last and of which something may be to be said.
    pub(crate) fn take_moved(&self) -> BTreeSet<FlightKey> {
        self.inner.worker.read(Desk::take_moved)
    }

    /// Where these entries are held.
    pub fn held_entries(&self, entries: &BTreeMap<LogId, u64>) -> Held {
        let replica = self.inner.engine.replica();
        let Some(scope) = entries.keys().find_map(|log| replica.scope_of(*log).cloned()) else { return Held::here_alone() };
        let peers = replica.peers();
        drop(replica);
        let mut held = self.held_among(&peers, entries, &scope);
        // A command may have entries in several scopes: it is where all of them are.
        let scopes: Vec<(ScopeId, LogId, u64)> = {
            let replica = self.inner.engine.replica();
            entries.iter().filter_map(|(log, number)| Some((replica.scope_of(*log)?.clone(), *log, *number))).collect()
        };
        for (scope, log, number) in scopes {
            let part = self.held_among(&peers, &BTreeMap::from([(log, number)]), &scope);
            held = held.and(part);
        }
        held
    }

    /// Where a record is held that these entries of a scope made.
    pub fn held(&self, entries: &BTreeMap<LogId, u64>, scope: &ScopeId) -> Held {
        let peers = self.inner.engine.replica().peers();
        self.held_among(&peers, entries, scope)
    }

    /// Where the newest change of a document is held.
    pub fn held_of(&self, scope: &ScopeId, doc: DocId) -> Held {
        let entries = self.inner.worker.read(|desk| desk.entries_of(doc));
        self.held(&entries, scope)
    }

    /// The same for many documents, at one moment.
    pub fn held_each(&self, docs: &[(ScopeId, DocId)]) -> Vec<Held> {
        let entries: Vec<_> = self.inner.worker.read(|desk| docs.iter().map(|(_, doc)| desk.entries_of(*doc)).collect());
        let peers = self.inner.engine.replica().peers();
        let mut others = BTreeMap::new();
        let each = docs.iter().zip(&entries).map(|((scope, _), entries)| {
            let others = *others.entry(scope).or_insert_with(|| self.other_desks(&peers, Some(scope)));
            self.held_with(&peers, entries, scope, others)
        });
        each.collect()
    }

    fn held_among(&self, peers: &[PeerView], entries: &BTreeMap<LogId, u64>, scope: &ScopeId) -> Held {
        self.held_with(peers, entries, scope, self.other_desks(peers, Some(scope)))
    }

    fn held_with(&self, peers: &[PeerView], entries: &BTreeMap<LogId, u64>, scope: &ScopeId, others: usize) -> Held {
        let me = &self.inner.me;
        let mut held = Held::here_alone();
        if me.role == MemberRole::Hub {
            held.station_have = 0;
            held.station_of = 0;
            held.hub_at_ms = self.arrived(entries);
            let replica = self.inner.engine.replica();
            held.aside_at_ms = held.hub_at_ms.filter(|_| entries.iter().any(|(log, number)| replica.is_late(*log, *number)));
        }
        held.station_of += others;
        for peer in peers.iter().filter(|peer| peer.member.may_hold(scope)) {
            let view = peer.scopes.get(scope);
            let has = |log: &LogId, number: &u64| view.is_some_and(|view| view.vector.get(log) >= Some(number));
            match peer.member.role {
                MemberRole::Node => {
                    held.station_have += usize::from(entries.iter().all(|(log, number)| has(log, number)));
                }
                MemberRole::Hub => {
                    let since = |(log, number): (&LogId, &u64)| {
                        let points = view?.signed_since.get(log)?;
                        points.iter().find(|(held, _)| held >= number).map(|(_, at)| *at)
                    };
                    let at: Option<Vec<i64>> = entries.iter().map(since).collect();
                    held.hub_at_ms = at.and_then(|at| at.into_iter().max());
                    let aside = |(log, number): (&LogId, &u64)| view?.late_since.get(log)?.iter().find(|(held, _)| held >= number).map(|(_, at)| *at);
                    let replica = self.inner.engine.replica();
                    let may_be_late = |(log, number): &(&LogId, &u64)| replica.closing(scope).is_none() || replica.is_late(**log, **number);
                    held.aside_at_ms = entries.iter().filter(may_be_late).filter_map(aside).max().filter(|_| held.hub_at_ms.is_none());
                }
            }
        }
        held
    }

    /// Other desks that are known here, because they were met or because something that they wrote is here; of one scope, or all.
    fn other_desks(&self, peers: &[PeerView], scope: Option<&ScopeId>) -> usize {
        let replica = self.inner.engine.replica();
        let mut desks = replica.writers();
        desks.extend(peers.iter().map(|peer| (peer.member.key, &peer.member)));
        desks.remove(&self.inner.me.key);
        desks.values().filter(|member| member.role == MemberRole::Node && scope.is_none_or(|scope| member.may_hold(scope))).count()
    }

    /// When the newest of these entries came to this node's disk.
    fn arrived(&self, entries: &BTreeMap<LogId, u64>) -> Option<i64> {
        let places: Vec<_> = {
            let replica = self.inner.engine.replica();
            entries.iter().map(|(log, number)| replica.entry(*log, *number)).collect::<Option<_>>()?
        };
        let mut frames = self.inner.engine.frame_reader();
        places.into_iter().map(|place| frames.frame(place.frame).ok().map(|frame| frame.at_ms)).collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// Whether the disk has room for what people do here.
    pub fn can_write(&self) -> bool {
        self.inner.engine.can_write()
    }

    /// How this desk and those around it do.
    pub fn status(&self) -> Status {
        let conflicts = self.read(|station| station.conflicts().iter().filter(|conflict| conflict.resolution.is_none()).count());
        let now_ms = self.now_ms();
        let replica = self.inner.engine.replica();
        let peers = replica.peers();
        let mine: Vec<_> = replica.scopes().map(|scope| (scope.clone(), replica.vector(scope))).collect();
        let digests =
            mine.iter().map(|(scope, _)| (scope.to_string(), replica.digest(scope).map(|digest| digest.to_string()).unwrap_or_default())).collect();
        let disagreements = peers.iter().flat_map(|peer| peer.scopes.values()).filter(|scope| scope.disagrees).count();
        let saved_here = replica.entries();
        let late: Vec<(ScopeId, Vec<sync::replica::Late>)> = mine.iter().map(|(scope, _)| (scope.clone(), replica.late(scope))).collect();
        let wanted: Vec<(ScopeId, i64)> = mine.iter().map(|(scope, _)| (scope.clone(), replica.idle_ms(scope, now_ms))).collect();
        let own_wants = replica.wants().clone();
        drop(replica);
        let idle_ms = |scope: &ScopeId| wanted.iter().find(|(known, _)| known == scope).map_or(0, |(_, idle_ms)| *idle_ms);
        let lacking = |peer: &PeerView| -> u64 {
            let shared = mine.iter().filter(|(scope, _)| peer.member.may_hold(scope) && peer.wants.take(scope, idle_ms(scope)));
            let lacks = |(scope, vector): &(ScopeId, sync::replica::VersionVector)| -> u64 {
                let theirs = peer.scopes.get(scope);
                vector.iter().map(|(log, number)| number - theirs.and_then(|theirs| theirs.vector.get(log)).copied().unwrap_or(1).min(*number)).sum()
            };
            shared.map(lacks).sum()
        };
        let ahead = |peer: &PeerView| -> u64 {
            let shared = peer.scopes.iter().filter(|(scope, _)| own_wants.take(scope, idle_ms(scope)));
            let shared = shared.map(|(scope, theirs)| (mine.iter().find(|(known, _)| known == scope), theirs));
            let lacks = |(ours, theirs): (Option<&(ScopeId, sync::replica::VersionVector)>, &sync::replica::ScopeView)| -> u64 {
                let have = |log: &LogId| ours.and_then(|(_, vector)| vector.get(log)).copied().unwrap_or(1);
                theirs.vector.iter().map(|(log, number)| number.saturating_sub(have(log))).sum()
            };
            shared.map(lacks).sum()
        };
        // What came after its day was closed is no part of the day, and still is to reach the hub.
        let aside = |hub: Option<&PeerView>| -> u64 {
            let there = |scope: &ScopeId, log: &LogId| {
                hub.and_then(|hub| hub.scopes.get(scope)?.late_since.get(log)?.last()).map_or(0, |(number, _)| *number)
            };
            let lacks = |(scope, late): &(ScopeId, Vec<sync::replica::Late>)| -> u64 {
                late.iter().map(|late| (late.last + 1).saturating_sub(late.first.max(there(scope, &late.log) + 1))).sum()
            };
            late.iter().map(lacks).sum()
        };
        let everything: u64 = mine.iter().flat_map(|(_, vector)| vector.values()).map(|number| number - 1).sum();
        let hub = peers.iter().find(|peer| peer.member.role == MemberRole::Hub);
        let size = self.inner.engine.journal_size();
        let damage = self.inner.engine.damage();
        Status {
            desk: self.inner.me.name.clone(),
            role: role_of(&self.inner.me),
            station: self.inner.me.station.clone().unwrap_or_default(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            saved_here,
            waiting_for_hub: if self.inner.me.role == MemberRole::Hub { 0 } else { hub.map_or(everything, lacking) + aside(hub) },
            hub: HubStatus {
                reached_ms: hub.filter(|hub| hub.connected && now_ms - hub.contact_ms < REACHED_MS).map(|hub| hub.contact_ms),
                not_since_ms: hub.filter(|hub| !hub.connected || now_ms - hub.contact_ms >= REACHED_MS).map(|hub| hub.contact_ms),
            },
            peers: peers.iter().map(|peer| PeerStatus { over: self.over(peer), ..peer_status(peer, lacking(peer), ahead(peer), now_ms) }).collect(),
            conflicts,
            journal: JournalStatus {
                segments: size.1,
                bytes: size.0,
                damaged: (damage.damaged_places + damage.broken_entries + damage.entries_behind_a_gap) as u64,
            },
            digests,
            disagreements,
            other_desks: self.other_desks(&peers, None),
            refusals: self.refusals(),
        }
    }

    fn over(&self, peer: &PeerView) -> Option<Carrier> {
        self.inner.links.get()?.carrier(&peer.member.key).filter(|_| peer.connected)
    }

    fn refusals(&self) -> Vec<RefusedStatus> {
        let all = self.inner.links.get().map(Links::refusals).unwrap_or_default();
        let row = |(name, refused): (&'static str, Refused)| RefusedStatus {
            name,
            count: refused.count,
            last_who: refused.last_who,
            last_at_ms: refused.last_at.saturating_mul(1000),
        };
        all.into_iter().map(row).collect()
    }

    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    /// Lets the screens look again at something that is no record.
    pub(crate) fn tell(&self, kind: &'static str) {
        // Nobody may be listening.
        let _ = self.inner.events.send(Event { kind, id: String::new() });
    }

    pub fn now_ms(&self) -> i64 {
        clock::now_ms()
    }

    /// The station's local time of day.
    pub fn local_time(&self, ms: i64) -> String {
        let Some(time) = chrono::DateTime::from_timestamp_millis(ms) else { return String::new() };
        match self.inner.zone {
            Some(zone) => time.with_timezone(&zone).format("%H:%M").to_string(),
            None => time.format("%H:%MZ").to_string(),
        }
    }
}

impl Held {
    /// On this device and nowhere else.
    pub(crate) fn here_alone() -> Self {
        Self { here: true, station_have: 1, station_of: 1, hub_at_ms: None, aside_at_ms: None }
    }

    /// Where both are held: something that is in several records is where all of them are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            here: self.here && other.here,
            station_have: self.station_have.min(other.station_have),
            station_of: self.station_of.max(other.station_of),
            hub_at_ms: self.hub_at_ms.zip(other.hub_at_ms).map(|(one, other)| one.max(other)),
            aside_at_ms: self.aside_at_ms.max(other.aside_at_ms),
        }
    }
}

impl From<worker::CommandError<Refusal>> for CommandError {
    fn from(error: worker::CommandError<Refusal>) -> Self {
        match error {
            worker::CommandError::Refused(refusal) => Self::Refused(refusal),
            worker::CommandError::OtherBody => Self::KeyUsed,
            worker::CommandError::Full => Self::Refused(Refusal::new(
                "disk-full",
                error.to_string(),
                "Work at another desk, and call support to free space on this device.",
                507,
            )),
            worker::CommandError::NotAllowed { .. } => {
                Self::Refused(Refusal::new("not-our-carrier", error.to_string(), "Work this flight at a desk that has joined for its carrier.", 403))
            }
            worker::CommandError::TooLarge { .. } => Self::Refused(Refusal::new("too-large", error.to_string(), "Send less at once.", 413)),
            worker::CommandError::Closed { .. } => Self::Refused(Refusal::new(
                "scope-closed",
                error.to_string(),
                "Nothing can be added there any more. Write what is still open into a case of today.",
                409,
            )),
            worker::CommandError::TooMany { .. } => {
                Self::Refused(Refusal::new("scope-too-large", error.to_string(), "Nothing is wrong with them; leave them open.", 409))
            }
            worker::CommandError::Incomplete { .. } => {
                Self::Refused(Refusal::new("scope-incomplete", error.to_string(), "Wait until that desk is linked again.", 409))
            }
            worker::CommandError::Busy => Self::Refused(Refusal::new("busy", error.to_string(), "Try again.", 503)),
            worker::CommandError::Edit(ref what) => {
                tracing::error!(what, "a command could not be turned into a change");
                Self::Refused(Refusal::new("not-saved", "This could not be saved.", "Nothing was changed. Call support and name this code.", 500))
            }
            worker::CommandError::Read(ref source) => {
                tracing::error!(%source, "what was saved cannot be read back");
                Self::Refused(Refusal::new(
                    "not-readable",
                    "What was saved before cannot be read back.",
                    "Call support; the journal of this desk needs a look.",
                    500,
                ))
            }
            worker::CommandError::Stopped(_) => Self::Stopped,
        }
    }
}

/// A peer that was heard within this time is reached, in milliseconds.
const REACHED_MS: i64 = 8_000;
/// A screen that is this far behind looks at everything again.
const EVENTS_MAX: usize = 256;

/// Tells the screens each time that the views changed.
async fn announce(mut changes: tokio::sync::watch::Receiver<u32>, events: broadcast::Sender<Event>) {
    while changes.changed().await.is_ok() {
        let frames = *changes.borrow_and_update();
        // Nobody may be listening.
        let _ = events.send(Event { kind: "records", id: frames.to_string() });
    }
}

fn peer_status(peer: &PeerView, behind: u64, ahead: u64, now_ms: i64) -> PeerStatus {
    PeerStatus {
        name: peer.member.name.clone(),
        role: role_of(&peer.member),
        station: peer.member.station.clone().unwrap_or_default(),
        connected: peer.connected && now_ms - peer.contact_ms < REACHED_MS,
        last_contact_ms: Some(peer.contact_ms),
        behind,
        ahead,
        offset_ms: peer.offset.map(|offset| offset.ms),
        version: peer.version.clone(),
        over: None,
        round_trip_ms: peer.offset.map(|offset| offset.error_ms.saturating_mul(2)),
    }
}

fn role_of(member: &Member) -> Role {
    match member.role {
        MemberRole::Node => Role::Edge,
        MemberRole::Hub => Role::Hub,
    }
}

/// The word of a command in the API, for the entry's header.
fn kind_of(command: &Command) -> String {
    serde_json::to_value(command).ok().and_then(|value| value["kind"].as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
impl Services {
    /// A node of its own installation, without links, on a temporary disk.
    pub(crate) async fn on_a_disk(setting: schemas::station::Setting, hub: bool) -> (Self, tempfile::TempDir) {
        Self::prepared(setting, hub, |_| {}).await
    }

    /// The same, with records that came from elsewhere before.
    pub(crate) async fn prepared(
        setting: schemas::station::Setting,
        hub: bool,
        prepare: impl Fn(&mut Station) + Send + 'static,
    ) -> (Self, tempfile::TempDir) {
        use sync::identity::{Authority, Grant, Identity, NodeKey};

        let dir = tempfile::tempdir().unwrap();
        let authority = Authority::create("test", 0).unwrap();
        let (key, request) = NodeKey::create().unwrap();
        let grant = match hub {
            true => Grant::hub("HUB").unwrap(),
            false => Grant::node(&setting.desk, setting.station.unwrap().as_str(), &["*"]).unwrap(),
        };
        let identity = Identity::new(key, authority.sign(&request, &grant, 0).unwrap(), authority.ca_der().to_vec()).unwrap();
        let me = identity.member().clone();
        let settings = sync::engine::Settings {
            identity: Arc::new(identity),
            version: "test".to_owned(),
            clock: Arc::new(clock::now_ms),
            lifetime: [1; 16],
            segment_bytes: 1 << 20,
            on_fatal: Arc::new(|reason| panic!("{reason}")),
        };
        let engine = Engine::start(&dir.path().join("journal"), settings).unwrap();
        let zone = setting.zone;
        let (started, index) = (engine.clone(), dir.path().join("index"));
        let desk = move || {
            let mut station = Station::new(setting.clone());
            prepare(&mut station);
            Desk::new(station)
        };
        let worker = tokio::task::spawn_blocking(move || Worker::start(started, &index, desk).unwrap().0).await.unwrap();
        let rejects = Arc::new(Rejects::open(&dir.path().join("rejects")).unwrap());
        let blobs = crate::photos::open(&dir.path().join("photos"), &engine, hub).unwrap();
        let services = Self::new(engine, worker, me, zone, rejects, [7; 32]);
        services.attach_photos(blobs);
        (services, dir)
    }
}
