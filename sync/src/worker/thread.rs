//! The worker's thread: brings documents and views up to the journal's end, decides commands on them, and answers.

use std::collections::btree_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use schemas::flat::{DocId, Edit, FlatDoc, LogId};
use schemas::scope::ScopeId;

use super::documents::{Documents, Key};
use super::{Closes, CommandError, Domain, Done, Job, Moment, Reply, Request, Stored, stored};
use crate::admit::RULE_VERSION;
use crate::document::{Arriving, Document};
use crate::engine::{Engine, FrameReader, Stopped, draft_weight};
use crate::entry::{CLOSING_LOGS_MAX, FIRST, Header};
use crate::identity::Member;
use crate::replica::{Closing, Draft, DraftPart, EntryRef, Opener, VersionVector};

/// Commands that one commit takes together.
const COMMANDS_MAX: usize = 128;
/// Bytes of drafts that one commit takes.
const DRAFT_BYTES: usize = 1 << 20;
/// So often the rest of a scope is awaited that is just growing, before it is not closed now.
const CLOSING_ROUNDS: usize = 8;
/// Changes that are folded together: enough for all cores, few enough that people are not kept waiting.
const CHANGES_AT_ONCE: usize = 1 << 16;
/// Bytes of changes and command that one entry may hold, so that it fits into one message to a peer whatever surrounds it.
pub(super) const ENTRY_BYTES: usize = 900 << 10;
/// More bytes of entries than this, not folded yet, are somebody's catching up: durable first, visible next.
const BULK_BYTES: u64 = 512 << 10;
/// While more comes, what was brought is not folded before so long; a pause of `BULK_PAUSE` says that no more comes.
const BULK_WAIT_MAX: Duration = Duration::from_millis(400);
const BULK_PAUSE: Duration = Duration::from_millis(10);
/// Turns of the processor that are left to those who were just answered, so that what they want next shares one commit.
const GATHERING: usize = 64;
/// What changed is written to the index when nothing happened for so long, and earlier if much waits.
const SAVE_AFTER: Duration = Duration::from_millis(50);
/// So long after a failure it is tried again, in milliseconds.
const SAVE_AGAIN_MS: i64 = 5_000;

/// Everything that the worker's thread works on.
pub(super) struct Thread<D: Domain> {
    engine: Engine,
    frames: FrameReader,
    documents: Documents,
    view: Arc<RwLock<D>>,
    /// Frames whose changes are in the documents.
    folded: u32,
    /// Bytes of entries that were written when all of them were folded last.
    folded_bytes: u64,
    /// What the replica says of each log, asked for once.
    logs: BTreeMap<LogId, (ScopeId, u16)>,
    own: BTreeMap<ScopeId, OwnLog>,
    opener: Opener,
    /// Scopes that ended, as far as the documents know of it.
    closings: BTreeMap<ScopeId, Closing>,
    closings_noted: usize,
    shown: watch::Sender<u32>,
    doubted: Arc<AtomicUsize>,
    /// Commands that were answered together last.
    together: usize,
    /// The index could not be written; it is not tried again before this.
    not_before_ms: i64,
}

/// The log that this lifetime writes in one scope.
#[derive(Debug, Clone)]
struct OwnLog {
    opening: Vec<u8>,
    id: LogId,
    next: u64,
}

/// A command that is decided and not yet durable.
struct Pending<R> {
    answer: serde_json::Value,
    /// Its entries among those of its commit.
    entries: std::ops::Range<usize>,
    reply: Reply<R>,
}

impl<D: Domain> Thread<D> {
    pub(super) fn new(
        engine: Engine,
        frames: FrameReader,
        documents: Documents,
        view: Arc<RwLock<D>>,
        folded: u32,
        shown: watch::Sender<u32>,
        doubted: Arc<AtomicUsize>,
    ) -> Self {
        let opener = engine.opener();
        // The index is true up to a frame: it knows of the closings that stand before it.
        let closings = {
            let replica = engine.replica();
            let is_known = |closing: &Closing| replica.entry(closing.log, closing.number).is_some_and(|place| place.frame < folded);
            replica.closings().filter(|(_, closing)| is_known(closing)).map(|(scope, closing)| (scope.clone(), closing.clone())).collect()
        };
        Self {
            engine,
            frames,
            documents,
            view,
            folded,
            folded_bytes: 0,
            logs: BTreeMap::new(),
            own: BTreeMap::new(),
            opener,
            closings,
            closings_noted: 0,
            shown,
            doubted,
            together: 0,
            not_before_ms: i64::MIN,
        }
    }

    /// Lets go of what reading the index in `dir` left in memory. Without an index this process cannot go on.
    pub(super) fn settled_in(self, dir: &Path) -> Result<Self, String> {
        Ok(Self { documents: self.documents.index_anew(dir)?, ..self })
    }

    pub(super) fn run(&mut self, mut inbox: mpsc::Receiver<Job<D>>) {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => return tracing::error!(%error, "the worker cannot start"),
        };
        let mut growth = self.engine.growth();
        let mut jobs = Vec::new();
        loop {
            let mut idle = false;
            let open = runtime.block_on(async {
                tokio::select! {
                    taken = inbox.recv_many(&mut jobs, COMMANDS_MAX) => taken > 0,
                    grown = growth.changed() => grown.is_ok(),
                    () = tokio::time::sleep(SAVE_AFTER), if self.documents.has_work() => {
                        idle = true;
                        true
                    }
                }
            });
            if open && jobs.is_empty() {
                runtime.block_on(self.let_more_come(&mut inbox, &mut jobs));
            }
            self.gather(&mut inbox, &mut jobs);
            self.catch_up();
            while !jobs.is_empty() {
                let again = self.take(std::mem::take(&mut jobs));
                jobs.extend(again);
            }
            if idle || !open || self.documents.is_full() {
                self.save();
            }
            if idle {
                self.doubted.store(self.documents.prove_some(), Ordering::Relaxed);
            }
            if !open {
                return;
            }
        }
    }

    /// Who can end the process when this thread cannot go on.
    pub(super) fn engine(&self) -> Engine {
        self.engine.clone()
    }

    /// Takes as many commands as were answered together last, if they come at once: people and devices that work side by side share each turn of the disk.
    /// Who works alone waits for nobody.
    fn gather(&self, inbox: &mut mpsc::Receiver<Job<D>>, jobs: &mut Vec<Job<D>>) {
        let wanted = if jobs.is_empty() { 0 } else { self.together.min(COMMANDS_MAX) };
        for _ in 0..GATHERING {
            while jobs.len() < wanted
                && let Ok(job) = inbox.try_recv()
            {
                jobs.push(job);
            }
            if jobs.len() >= wanted {
                return;
            }
            std::thread::yield_now();
        }
    }

    /// Leaves the processor to those who make durable what a peer is just bringing; a document is then folded once and not once a batch. Ends at once
    /// when somebody here wants something.
    async fn let_more_come(&self, inbox: &mut mpsc::Receiver<Job<D>>, jobs: &mut Vec<Job<D>>) {
        let mut waited = Duration::ZERO;
        while self.engine.written().saturating_sub(self.folded_bytes) > BULK_BYTES && waited < BULK_WAIT_MAX {
            let before = self.frames.count();
            tokio::select! {
                _ = inbox.recv_many(jobs, COMMANDS_MAX) => return,
                () = tokio::time::sleep(BULK_PAUSE) => {}
            }
            if self.frames.count() == before && !self.engine.more_comes() {
                return;
            }
            waited += BULK_PAUSE;
        }
    }

    /// Brings documents and views up to the journal's end, a bounded part under each lock.
    pub(super) fn catch_up(&mut self) {
        let before = self.folded;
        self.folded_bytes = self.engine.written();
        let again = self.learn_closings();
        let has_again = !again.is_empty();
        if has_again {
            apply(&mut *self.view.write().unwrap_or_else(PoisonError::into_inner), again);
        }
        while self.folded < self.frames.count() {
            let records = self.fold();
            let view = Arc::clone(&self.view);
            apply(&mut *view.write().unwrap_or_else(PoisonError::into_inner), records);
            if self.documents.is_full() {
                // Whoever waits to see it need not wait for the index too.
                self.shown.send_replace(self.folded);
                self.save();
            }
        }
        if before != self.folded || has_again {
            self.tell();
        }
    }

    /// Says how far the views are, and how the documents of each scope were judged.
    pub(super) fn tell(&self) {
        self.shown.send_replace(self.folded);
        let _ = self.engine.judged(self.folded, self.documents.digests().collect());
    }

    /// Folds the next frames into their documents, and gives the records of those that changed.
    fn fold(&mut self) -> Vec<(Key, D::Record)> {
        let mut records = self.learn_closings();
        // By scope and then by document: names of scopes are long to compare.
        let mut scopes: BTreeMap<ScopeId, BTreeMap<DocId, Vec<Arriving>>> = BTreeMap::new();
        let mut count = 0;
        while self.folded < self.frames.count() && count < CHANGES_AT_ONCE {
            match self.frames.take(self.folded) {
                Ok(frame) => {
                    for entry in frame.entries {
                        let (log, number) = (entry.log, entry.number);
                        let Some((scope, rule)) = of_log(&mut self.logs, &self.engine, log) else { continue };
                        if self.closings.get(scope).is_some_and(|closing| number > closing.counts_to(log)) {
                            continue;
                        }
                        if !scopes.contains_key(scope) {
                            scopes.insert(scope.clone(), BTreeMap::new());
                        }
                        let Some(documents) = scopes.get_mut(scope) else { continue };
                        for part in entry.parts {
                            documents.entry(part.doc).or_default().push(Arriving { log, entry: number, rule, raw: part.change });
                            count += 1;
                        }
                    }
                }
                // Going on without it would judge differently from everybody else.
                Err(error) => {
                    self.engine.fatal(&format!("commit {} cannot be read back: {error}", self.folded));
                    return Vec::new();
                }
            }
            self.folded += 1;
        }
        let of_scope = |(scope, documents): (ScopeId, BTreeMap<DocId, Vec<Arriving>>)| {
            documents.into_iter().map(move |(doc, incoming)| ((scope.clone(), doc), incoming))
        };
        records.extend(self.receive(scopes.into_iter().flat_map(of_scope).collect()));
        records
    }

    /// Takes note of scopes that ended. What had come too late and was folded before that was known is taken out of its documents again.
    fn learn_closings(&mut self) -> Vec<(Key, D::Record)> {
        let noted = self.engine.closings_noted();
        if self.closings_noted == noted {
            return Vec::new();
        }
        self.closings_noted = noted;
        let news: Vec<(ScopeId, Closing)> = {
            let replica = self.engine.replica();
            let is_new = |(scope, closing): &(&ScopeId, &Closing)| self.closings.get(*scope) != Some(*closing);
            replica.closings().filter(is_new).map(|(scope, closing)| (scope.clone(), closing.clone())).collect()
        };
        let mut records = Vec::new();
        for (scope, closing) in news {
            match self.fold_again(&scope, &closing) {
                Ok(again) => records.extend(again),
                Err(error) => self.engine.fatal(&format!("what came after {scope} was closed cannot be taken out again: {error}")),
            }
            self.closings.insert(scope, closing);
        }
        records
    }

    /// Folds again, without what came too late, the documents of a scope that are touched by that.
    fn fold_again(&mut self, scope: &ScopeId, closing: &Closing) -> Result<Vec<(Key, D::Record)>, String> {
        let late = self.docs_of_late(scope, |_| true)?;
        if late.is_empty() {
            return Ok(Vec::new());
        }
        let mut incoming: BTreeMap<Key, Vec<Arriving>> = late.iter().map(|doc| ((scope.clone(), *doc), Vec::new())).collect();
        // Also what is durable and not folded yet, for an own command stands in its document before that; to fold it once more changes nothing.
        for (doc, change) in self.changes_of(scope, &late)? {
            if change.entry <= closing.counts_to(change.log) {
                incoming.entry((scope.clone(), doc)).or_default().push(change);
            }
        }
        for key in incoming.keys() {
            self.documents.empty(key).map_err(|error| error.to_string())?;
        }
        let empty = |key: &Key| (key.clone(), D::read(scope, key.1, &FlatDoc::default()));
        let mut records: Vec<(Key, D::Record)> = incoming.iter().filter(|(_, changes)| changes.is_empty()).map(|(key, _)| empty(key)).collect();
        records.extend(self.receive(incoming));
        Ok(records)
    }

    /// Numbers that this desk gave away in what came too late are not given again, though nothing here shows them.
    pub(super) fn keep_late_numbers(&mut self) {
        let me = self.opener.key();
        for scope in self.closings.keys().cloned().collect::<Vec<_>>() {
            let documents = self.docs_of_late(&scope, |writer| writer.key == me).and_then(|late| self.changes_of(&scope, &late));
            let mut whole: BTreeMap<DocId, Document> = BTreeMap::new();
            match documents {
                Ok(changes) => {
                    for (doc, change) in changes {
                        whole.entry(doc).or_default().receive_hashed(change.hashed());
                    }
                }
                Err(error) => self.engine.fatal(&format!("what came after {scope} was closed cannot be read: {error}")),
            }
            let mut domain = self.view.write().unwrap_or_else(PoisonError::into_inner);
            whole.iter().for_each(|(doc, document)| domain.keep_numbers(&D::read(&scope, *doc, &document.values())));
        }
    }

    /// The documents that late entries of some writers touch.
    fn docs_of_late(&mut self, scope: &ScopeId, of: impl Fn(&Member) -> bool) -> Result<BTreeSet<DocId>, String> {
        let late: Vec<EntryRef> = {
            let replica = self.engine.replica();
            let late = replica.late(scope).into_iter().filter(|late| of(&late.writer));
            late.flat_map(|late| (late.first..=late.last).filter_map(|number| replica.entry(late.log, number)).collect::<Vec<_>>()).collect()
        };
        let (mut docs, durable) = (BTreeSet::new(), self.frames.count());
        // A frame that is on its way to the disk was not shown to anybody, and is passed over when it is folded.
        for place in late.into_iter().filter(|place| place.frame < durable) {
            docs.extend(self.frames.entry(place).map_err(|error| error.to_string())?.parts.iter().map(|part| part.doc));
        }
        Ok(docs)
    }

    /// Every durable change of some documents of a scope, in the journal's order.
    fn changes_of(&mut self, scope: &ScopeId, docs: &BTreeSet<DocId>) -> Result<Vec<(DocId, Arriving)>, String> {
        let mut frames = if docs.is_empty() { BTreeSet::new() } else { self.engine.replica().frames_of(scope) };
        frames.retain(|frame| *frame < self.frames.count());
        let mut found = Vec::new();
        for frame in frames {
            let entries = &self.frames.frame(frame).map_err(|error| error.to_string())?.entries;
            for (log, entry, doc, raw) in
                entries.iter().flat_map(|entry| entry.parts.iter().map(move |part| (entry.log, entry.number, part.doc, &part.change)))
            {
                if docs.contains(&doc)
                    && let Some((_, rule)) = of_log(&mut self.logs, &self.engine, log).filter(|(of, _)| *of == scope)
                {
                    found.push((doc, Arriving { log, entry, rule, raw: raw.clone() }));
                }
            }
        }
        Ok(found)
    }

    fn receive(&mut self, incoming: BTreeMap<Key, Vec<Arriving>>) -> Vec<(Key, D::Record)> {
        let received = self.documents.receive(incoming, |key, values| D::read(&key.0, key.1, values));
        received.unwrap_or_else(|error| {
            self.engine.fatal(&error.to_string());
            Vec::new()
        })
    }

    /// Writes what changed to the index, if the documents are just at a frame's end. After a failure it waits before it tries again.
    fn save(&mut self) {
        if self.not_before_ms > self.engine.now_ms() {
            return;
        }
        let Some(place) = self.folded.checked_sub(1).and_then(|last| self.frames.place(last)) else { return };
        if let Err(error) = self.documents.save(place) {
            tracing::error!(error, "the index cannot be written; it is tried again, and the journal holds everything");
            self.not_before_ms = self.engine.now_ms().saturating_add(SAVE_AGAIN_MS);
        }
    }

    /// Decides commands one after another, makes them durable together, and answers. Returns those to be looked at again.
    fn take(&mut self, requests: Vec<Job<D>>) -> Vec<Job<D>> {
        let before = self.folded;
        let view = Arc::clone(&self.view);
        let mut domain = view.write().unwrap_or_else(PoisonError::into_inner);
        let mut pending: Vec<Pending<D::Refusal>> = Vec::new();
        let mut drafts = Vec::new();
        let mut again = Vec::new();
        let mut ids = BTreeSet::new();
        let mut bytes = 0;
        for (request, reply) in requests {
            if bytes > DRAFT_BYTES || !ids.insert(request.id) {
                again.push((request, reply));
                continue;
            }
            if let Some(known) = self.known(&request).transpose() {
                let _ = reply.send(known);
                continue;
            }
            match self.prepare(&mut domain, &request) {
                Ok((answer, made)) => {
                    // Nothing stands behind a closing in its commit.
                    let closes = made.iter().any(|draft| draft.header.closing.is_some());
                    bytes += if closes { DRAFT_BYTES + 1 } else { 0 };
                    bytes += made.iter().map(draft_weight).sum::<usize>();
                    pending.push(Pending { answer, entries: drafts.len()..drafts.len() + made.len(), reply });
                    drafts.extend(made);
                }
                Err(error) => drop(reply.send(Err(error))),
            }
        }
        // All in one frame: as many as wait share one turn of the disk.
        let durable = if drafts.is_empty() {
            Ok(Vec::new())
        } else {
            self.engine.commit(drafts).and_then(|receipt| receipt.blocking_recv().map_err(|_| Stopped))
        };
        while self.folded < self.frames.count() {
            let records = self.fold();
            apply(&mut *domain, records);
        }
        drop(domain);
        if self.folded != before {
            self.tell();
        }
        self.together = pending.len();
        for Pending { answer, entries, reply } in pending {
            let done = durable.as_ref().map_err(|stopped| CommandError::Stopped(*stopped));
            let _ = reply.send(done.map(|all| Done { answer, entries: all.get(entries).unwrap_or_default().to_vec() }));
        }
        again
    }

    /// The answer to a command that is here already.
    fn known(&mut self, request: &Request<D::Command>) -> Result<Option<Done>, CommandError<D::Refusal>> {
        let (entries, place) = {
            let replica = self.engine.replica();
            let entries = replica.command(&request.id).to_vec();
            let place = entries.first().and_then(|(log, number)| replica.entry(*log, *number));
            (entries, place)
        };
        let Some(place) = place else { return Ok(None) };
        let stored = stored(&self.frames.entry(place)?);
        match stored {
            Some(stored) if stored.command == request.body => Ok(Some(Done { answer: stored.answer, entries })),
            _ => Err(CommandError::OtherBody),
        }
    }

    /// Decides one command, makes its changes, and applies them to the documents and views under the lock.
    fn prepare(&mut self, domain: &mut D, request: &Request<D::Command>) -> Result<(serde_json::Value, Vec<Draft>), CommandError<D::Refusal>> {
        if !self.engine.can_write() {
            return Err(CommandError::Full);
        }
        let now_ms = self.engine.now_ms();
        let decision = domain.decide(&request.command, Moment { now_ms, drawn: drawn()? }).map_err(CommandError::Refused)?;
        let facts = serde_json::to_vec(&Stored { command: request.body.clone(), answer: decision.answer.clone() })
            .map_err(|error| CommandError::Edit(error.to_string()))?;
        let header = Header {
            command: request.id,
            time_ms: now_ms,
            offset: self.engine.replica().offset_to_hub(),
            staff: request.staff.clone(),
            desk: request.desk.clone(),
            kind: request.kind.clone(),
            closing: None,
        };
        let closed = decision.edits.iter().find(|(scope, _)| self.closings.contains_key(scope));
        if let Some((scope, _)) = closed {
            return Err(CommandError::Closed { scope: scope.clone() });
        }
        let closing = match &decision.closes {
            Some(closes) => Some((closes.scope.clone(), self.final_vector(domain, closes)?)),
            None => None,
        };
        let mut built = Vec::new();
        for (scope, edits) in &decision.edits {
            let own = self.own_log(scope)?;
            for edit in merged(edits) {
                let key = (scope.clone(), edit.doc);
                let change = self.documents.edit(&key, own.id, &edit).map_err(|error| CommandError::Edit(error.to_string()))?;
                let change = change.map_err(|error| CommandError::Edit(error.to_string()))?;
                built.extend(change.map(|change| (key, own.clone(), change)));
            }
        }
        let bytes = facts.len() + built.iter().map(|(_, _, change)| change.raw.len() + 128).sum::<usize>();
        if bytes > ENTRY_BYTES {
            return Err(CommandError::TooLarge { bytes });
        }
        let mut drafts: Vec<(LogId, Draft)> = Vec::new();
        let mut facts = Some(facts);
        for (key, own, change) in built {
            let (scope, doc) = key.clone();
            let incoming = Arriving { log: own.id, entry: own.next, rule: RULE_VERSION, raw: change.raw.clone() };
            apply(domain, self.receive(BTreeMap::from([(key, vec![incoming])])));
            let part = DraftPart { doc, change: change.raw, hash: change.hash, facts: facts.take().unwrap_or_default() };
            match drafts.iter_mut().find(|(log, _)| *log == own.id) {
                Some((_, draft)) => draft.parts.push(part),
                None => {
                    let closing = closing.as_ref().filter(|(closed, _)| *closed == scope).map(|(_, last)| last.clone());
                    let header = Header { closing, ..header.clone() };
                    drafts.push((own.id, Draft { opening: own.opening, header, parts: vec![part], drawn: drawn()? }));
                }
            }
        }
        for own in self.own.values_mut() {
            own.next += u64::from(drafts.iter().any(|(log, _)| *log == own.id));
        }
        Ok((decision.answer, drafts.into_iter().map(|(_, draft)| draft).collect()))
    }

    /// Everything that is here of a scope, once all of it is folded; and nothing in it may wait, or it is closed all the same.
    fn final_vector(&mut self, domain: &mut D, closes: &Closes) -> Result<VersionVector, CommandError<D::Refusal>> {
        let scope = &closes.scope;
        for _ in 0..CLOSING_ROUNDS {
            while self.folded < self.frames.count() {
                let records = self.fold();
                apply(domain, records);
            }
            let replica = self.engine.replica();
            if replica.frames_of(scope).last().is_none_or(|frame| *frame < self.folded) {
                let last = replica.vector(scope);
                return if last.len() > CLOSING_LOGS_MAX {
                    Err(CommandError::TooMany { scope: scope.clone() })
                } else if self.documents.any_waits(scope) && !closes.incomplete {
                    Err(CommandError::Incomplete { scope: scope.clone() })
                } else {
                    Ok(last)
                };
            }
        }
        Err(CommandError::Busy)
    }

    fn own_log(&mut self, scope: &ScopeId) -> Result<OwnLog, CommandError<D::Refusal>> {
        if let Some(own) = self.own.get(scope) {
            return Ok(own.clone());
        }
        let opened = self.opener.open(scope, RULE_VERSION, drawn()?);
        let (opening, id) = opened.ok_or_else(|| CommandError::NotAllowed { scope: scope.clone() })?;
        let own = OwnLog { opening, id, next: FIRST };
        self.own.insert(scope.clone(), own.clone());
        Ok(own)
    }
}

fn apply<D: Domain>(domain: &mut D, records: Vec<(Key, D::Record)>) {
    records.into_iter().for_each(|(key, record)| domain.apply(&key.0, key.1, record));
}

/// The scope and the rules of a log.
fn of_log<'a>(logs: &'a mut BTreeMap<LogId, (ScopeId, u16)>, engine: &Engine, log: LogId) -> Option<(&'a ScopeId, u16)> {
    let (scope, rule) = match logs.entry(log) {
        Occupied(known) => known.into_mut(),
        Vacant(place) => {
            let replica = engine.replica();
            place.insert((replica.scope_of(log)?.clone(), replica.rule_of(log)?))
        }
    };
    Some((scope, *rule))
}

/// One edit per document: an entry holds at most one change of each.
fn merged(edits: &[Edit]) -> Vec<Edit> {
    let mut merged: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match merged.iter_mut().find(|earlier| earlier.doc == edit.doc) {
            Some(earlier) => {
                earlier.fields.retain(|(name, _)| !edit.fields.iter().any(|(later, _)| later == name));
                earlier.fields.extend(edit.fields.iter().cloned());
                earlier.facts.extend(edit.facts.iter().cloned());
            }
            None => merged.push(edit.clone()),
        }
    }
    merged
}

/// Chance comes from the system here, in the driver; the core gets it as an argument.
fn drawn<const N: usize, R>() -> Result<[u8; N], CommandError<R>> {
    let mut bytes = [0; N];
    ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes)
        .map_err(|_| CommandError::Edit("the system gives no random numbers".to_owned()))?;
    Ok(bytes)
}
