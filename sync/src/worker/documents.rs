//! The documents of this node: a bounded cache over the index, folded on all cores.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::ScopedJoinHandle;

use schemas::flat::{DocId, Edit, FlatDoc, LogId};
use schemas::scope::ScopeId;

use crate::document::shown;
use crate::document::{Arriving, BadDocument, Built, Document};
use crate::edit::EditError;
use crate::hash::Hash;
use crate::journal::Place;
use crate::store::{Opened, Row, Store, StoreError};

use super::loading;

/// Documents kept folded between uses; folded, one takes some 20 KiB.
const FOLDED_MAX: usize = 256;
/// More documents at once than this are somebody's catching up: nobody works on them now, and none is kept folded.
const BULK: usize = 64;
/// Bytes of changed documents that wait to be written; with more they are written however busy the node is.
const UNSAVED_BYTES: usize = 16 << 20;
/// Fewer documents than this are not worth another thread.
const SHARD_MIN: usize = 32;
/// As many threads as fold at most.
const SHARDS_MAX: usize = 16;
/// Documents from which on an index that was read whole is opened anew.
const ANEW_FROM: u64 = 10_000;
/// Changed documents that wait to be proven by the document library; with more, the rest are proven when they change again.
const UNPROVEN_MAX: usize = 4096;
/// As many are proven in one idle moment.
const PROVEN_AT_ONCE: usize = 16;

/// A document's scope and id.
pub(super) type Key = (ScopeId, DocId);

/// The index does not give back what it was given. The journal holds everything.
#[derive(Debug, thiserror::Error)]
pub(super) enum IndexError {
    #[error("the index cannot be read: {0}")]
    Store(String),
    #[error("a document in the index cannot be read: {0}")]
    Document(#[from] BadDocument),
}

/// Every document that this node holds.
pub(super) struct Documents {
    store: Store,
    folded: BTreeMap<Key, Held<Document>>,
    /// Documents that changed and are not kept folded, as they go into the index.
    packed: BTreeMap<Key, Held<Vec<u8>>>,
    packed_bytes: usize,
    /// Documents among the folded that the index does not have as they are now.
    unsaved: BTreeSet<Key>,
    unproven: BTreeSet<Key>,
    /// Documents of which the document library says something else than we do: nobody edits them until somebody has looked into it.
    doubted: BTreeSet<Key>,
    /// The exclusive-or of the digests of each scope's documents.
    digests: BTreeMap<ScopeId, [u8; 32]>,
    /// Documents with changes that wait for others.
    waiting: BTreeSet<Key>,
    threads: usize,
    loaded: Arc<AtomicU64>,
}

/// A document in memory, in one form or the other.
#[derive(Debug, Default)]
struct Held<T> {
    document: T,
    /// What it adds to its scope's digest; `None` while nothing is in it.
    digest: Option<Hash>,
    /// The hash of its row in the index.
    row: Option<Hash>,
}

/// One document's part of what is to be folded.
struct Task {
    key: Key,
    folded: Option<Held<Document>>,
    packed: Option<Held<Vec<u8>>>,
    incoming: Vec<Arriving>,
}

/// A document after folding.
struct Done<T> {
    key: Key,
    before: Option<Hash>,
    now: Option<Hash>,
    /// Whether a change in it waits for others.
    waits: bool,
    form: Form,
    /// What was made of it, if it changed.
    made: Option<T>,
}

enum Form {
    Folded(Box<Held<Document>>),
    Packed(Held<Vec<u8>>),
}

impl Documents {
    /// Opens the index in `dir`: the place in the journal up to which it is true, and why what was there is not used.
    pub(super) fn open(dir: &Path) -> Result<(Self, Option<Place>, Option<String>), StoreError> {
        let Opened { store, place, set_aside } = Store::open(dir)?;
        Ok((Self::over(store), place, set_aside))
    }

    fn over(store: Store) -> Self {
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(SHARDS_MAX);
        Self {
            store,
            folded: BTreeMap::new(),
            packed: BTreeMap::new(),
            packed_bytes: 0,
            unsaved: BTreeSet::new(),
            unproven: BTreeSet::new(),
            doubted: BTreeSet::new(),
            digests: BTreeMap::new(),
            waiting: BTreeSet::new(),
            threads,
            loaded: Arc::default(),
        }
    }

    /// Moves the index aside and begins with an empty one.
    pub(super) fn begin_again(self, dir: &Path) -> Result<Self, StoreError> {
        Ok(Self::over(self.store.begin_again(dir)?))
    }

    /// Lets go of what reading all of a large index left in memory.
    pub(super) fn index_anew(mut self, dir: &Path) -> Result<Self, String> {
        if self.store.count() >= ANEW_FROM {
            self.store = self.store.anew(dir)?;
        }
        Ok(self)
    }

    /// Hands out what `read` makes of every document in the index, in parts. An error says that the index is not what was written: then nothing that
    /// was handed out may be used.
    pub(super) fn read_all<T: Send>(
        &mut self,
        read: impl Fn(&Key, &FlatDoc) -> T + Sync,
        found: impl FnMut(Vec<(Key, T)>),
    ) -> Result<(), IndexError> {
        let found = loading::read_all(&self.store, self.threads, read, found)?;
        (self.digests, self.waiting) = (found.digests, found.waiting);
        Ok(())
    }

    /// Takes changes into their documents, each document's in the given order, and gives what `read` makes of those that changed by it.
    pub(super) fn receive<T: Send>(
        &mut self,
        changes: BTreeMap<Key, Vec<Arriving>>,
        read: impl Fn(&Key, &FlatDoc) -> T + Sync,
    ) -> Result<Vec<(Key, T)>, IndexError> {
        let bulk = changes.len() > BULK;
        let task = |(key, incoming)| Task { folded: self.folded.remove(&key), packed: self.take_packed(&key), key, incoming };
        let tasks: Vec<Task> = changes.into_iter().map(task).collect();
        let (store, loaded) = (&self.store, &*self.loaded);
        let folded = on_all_cores(self.threads, tasks, |task| task.fold(store, loaded, bulk, &read));
        let mut made_of = Vec::with_capacity(folded.len());
        for done in folded {
            let Done { key, before, now, waits, form, made } = done?;
            let _ = if waits { self.waiting.insert(key.clone()) } else { self.waiting.remove(&key) };
            match form {
                Form::Folded(held) => {
                    if made.is_some() {
                        self.unsaved.insert(key.clone());
                    }
                    self.folded.insert(key.clone(), *held);
                }
                Form::Packed(held) => {
                    self.unsaved.remove(&key);
                    self.packed_bytes += held.document.len();
                    self.packed.insert(key.clone(), held);
                }
            }
            if let Some(made) = made {
                self.note_digest(&key.0, before, now);
                if self.unproven.len() < UNPROVEN_MAX {
                    self.unproven.insert(key.clone());
                }
                made_of.push((key, made));
            }
        }
        Ok(made_of)
    }

    /// Takes everything out of a document; what belongs there is received again.
    pub(super) fn empty(&mut self, key: &Key) -> Result<(), IndexError> {
        let held = match (self.folded.remove(key), self.take_packed(key)) {
            (Some(held), _) => held,
            (None, Some(held)) => held.unpack()?,
            (None, None) => load(&self.store, &self.loaded, key)?,
        };
        self.note_digest(&key.0, held.digest, None);
        self.waiting.remove(key);
        self.unsaved.insert(key.clone());
        self.folded.insert(key.clone(), Held { document: Document::new(), digest: None, row: held.row });
        Ok(())
    }

    /// Whether a change in any document of the scope waits for others.
    pub(super) fn any_waits(&self, scope: &ScopeId) -> bool {
        self.waiting.iter().any(|(of, _)| of == scope)
    }

    /// The change that an edit makes on a document as it is here; see [`Document::edit`].
    pub(super) fn edit(&mut self, key: &Key, actor: LogId, edit: &Edit) -> Result<Result<Option<Built>, EditError>, IndexError> {
        if self.doubted.contains(key) {
            return Ok(Err(EditError::Doubted));
        }
        if !self.folded.contains_key(key) {
            let held = match self.take_packed(key) {
                Some(packed) => {
                    self.unsaved.insert(key.clone());
                    packed.unpack()?
                }
                None => load(&self.store, &self.loaded, key)?,
            };
            self.folded.insert(key.clone(), held);
        }
        Ok(self.folded[key].document.edit(actor, edit))
    }

    /// Counts the documents brought into memory since the start.
    pub(super) fn loaded(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.loaded)
    }

    /// For each scope the exclusive-or of its documents' digests.
    pub(super) fn digests(&self) -> impl Iterator<Item = (ScopeId, Hash)> + '_ {
        self.digests.iter().map(|(scope, digest)| (scope.clone(), Hash(*digest)))
    }

    /// Has the document library build some of the documents that changed, and compares; gives the count of those in doubt so far.
    pub(super) fn prove_some(&mut self) -> usize {
        for _ in 0..PROVEN_AT_ONCE {
            let Some(key) = self.unproven.pop_first() else { break };
            let proof = match (self.folded.get(&key), self.packed.get(&key)) {
                (Some(held), _) => held.document.prove(),
                (None, Some(held)) => of_row(&held.document).map_or(Ok(()), |document| document.prove()),
                // Not counted: nobody's change and nobody's link brought it.
                (None, None) => load(&self.store, &AtomicU64::default(), &key).map_or(Ok(()), |held| held.document.prove()),
            };
            if let Err(error) = proof {
                tracing::error!(scope = %key.0, document = %key.1, %error, "a document is in doubt and is not edited here any more; please report this");
                self.doubted.insert(key);
            }
        }
        self.doubted.len()
    }

    /// Whether something waits for an idle moment: to be written, or to be proven.
    pub(super) fn has_work(&self) -> bool {
        !self.unsaved.is_empty() || !self.packed.is_empty() || !self.unproven.is_empty()
    }

    /// Whether so much waits to be written that it should not wait longer.
    pub(super) fn is_full(&self) -> bool {
        self.packed_bytes >= UNSAVED_BYTES || self.folded.len() >= 2 * FOLDED_MAX
    }

    /// Writes what changed, with the place up to which it is true. What cannot be written stays in memory and is tried again.
    pub(super) fn save(&mut self, place: Place) -> Result<(), String> {
        let folded = &self.folded;
        let unsaved: Vec<&Key> = self.unsaved.iter().collect();
        let mut rows = on_all_cores(self.threads, unsaved, |key| {
            let held = &folded[key];
            Row::new(key.0.clone(), key.1, held.index_row(&held.document.values()), held.row)
        });
        let packed: Vec<(&Key, &mut Held<Vec<u8>>)> = self.packed.iter_mut().collect();
        rows.extend(on_all_cores(self.threads, packed, |(key, held)| Row::new(key.0.clone(), key.1, std::mem::take(&mut held.document), held.row)));
        let written = self.store.write(&rows, place);
        for row in rows {
            let (key, hash) = ((row.scope.clone(), row.id), row.hash);
            match (&written, self.folded.get_mut(&key), self.packed.get_mut(&key)) {
                (Ok(()), Some(held), _) => held.row = Some(hash),
                (Err(_), _, Some(held)) => held.document = row.into_saved(),
                _ => {}
            }
        }
        written?;
        self.unsaved.clear();
        self.packed.clear();
        self.packed_bytes = 0;
        if self.folded.len() >= FOLDED_MAX {
            self.folded.clear();
        }
        Ok(())
    }

    fn take_packed(&mut self, key: &Key) -> Option<Held<Vec<u8>>> {
        let held = self.packed.remove(key)?;
        self.packed_bytes -= held.document.len();
        Some(held)
    }

    fn note_digest(&mut self, scope: &ScopeId, before: Option<Hash>, now: Option<Hash>) {
        if !self.digests.contains_key(scope) {
            self.digests.insert(scope.clone(), [0; 32]);
        }
        let Some(sum) = self.digests.get_mut(scope) else { return };
        before.into_iter().chain(now).for_each(|digest| xor(sum, digest));
    }
}

impl Task {
    /// Takes the changes into the document, wherever it is held, and leaves it in the form that is wanted.
    fn fold<T>(self, store: &Store, loaded: &AtomicU64, bulk: bool, read: impl Fn(&Key, &FlatDoc) -> T) -> Result<Done<T>, IndexError> {
        let Self { key, folded, packed, incoming } = self;
        let was_packed = packed.is_some();
        let mut held = match (folded, packed) {
            (Some(held), _) => held,
            (None, Some(held)) => held.unpack()?,
            (None, None) => load(store, loaded, &key)?,
        };
        let before = held.digest;
        let news = incoming.into_iter().map(|incoming| held.take(incoming)).filter(|news| *news).count();
        // What is not saved yet must not fall out of memory.
        let packs = bulk || was_packed;
        let says = if news > 0 || packs { held.document.values() } else { FlatDoc::default() };
        let made = (news > 0).then(|| read(&key, &says));
        held.digest = if news > 0 { Some(held.document.digest(key.1)) } else { before };
        let (now, waits) = (held.digest, held.document.waiting_count() > 0);
        let form = if packs { Form::Packed(held.pack(&says)) } else { Form::Folded(Box::new(held)) };
        Ok(Done { key, before, now, waits, form, made })
    }
}

impl Held<Document> {
    /// Whether the change was news to the document.
    fn take(&mut self, arriving: Arriving) -> bool {
        let hashed = arriving.hashed();
        if self.document.knows(&hashed) {
            return false;
        }
        self.document.receive_hashed(hashed);
        true
    }

    fn pack(self, says: &FlatDoc) -> Held<Vec<u8>> {
        Held { document: self.index_row(says), digest: self.digest, row: self.row }
    }

    /// The document as it goes into the index.
    fn index_row(&self, says: &FlatDoc) -> Vec<u8> {
        shown::Row::write(&self.document, self.digest, says)
    }
}

impl Held<Vec<u8>> {
    fn unpack(self) -> Result<Held<Document>, IndexError> {
        Ok(Held { document: of_row(&self.document)?, digest: self.digest, row: self.row })
    }
}

fn load(store: &Store, loaded: &AtomicU64, key: &Key) -> Result<Held<Document>, IndexError> {
    loaded.fetch_add(1, Ordering::Relaxed);
    let Some(saved) = store.read(&key.0, key.1).map_err(IndexError::Store)? else { return Ok(Held::default()) };
    let document = of_row(&saved)?;
    Ok(Held { digest: (!document.is_empty()).then(|| document.digest(key.1)), row: Some(Row::hash_of(&key.0, key.1, &saved)), document })
}

/// The document of a row of the index.
fn of_row(row: &[u8]) -> Result<Document, BadDocument> {
    shown::Row::read(row)?.document()
}

/// Does the work for each item, in shards on as many threads as are worth it; the results stand in the items' order.
fn on_all_cores<I: Send, O: Send>(threads: usize, items: Vec<I>, work: impl Fn(I) -> O + Sync) -> Vec<O> {
    let shards = threads.min(items.len() / SHARD_MIN).max(1);
    if shards == 1 {
        return items.into_iter().map(work).collect();
    }
    let (count, work) = (items.len(), &work);
    let mut items = items.into_iter();
    std::thread::scope(|scope| {
        let started: Vec<ScopedJoinHandle<'_, Vec<O>>> = (0..shards)
            .map(|shard| {
                let part: Vec<I> = items.by_ref().take(count * (shard + 1) / shards - count * shard / shards).collect();
                scope.spawn(move || part.into_iter().map(work).collect())
            })
            .collect();
        let mut done = Vec::with_capacity(count);
        for shard in started {
            // A fault in a shard is a fault of the worker, which ends the process.
            done.extend(shard.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)));
        }
        done
    })
}

pub(super) fn xor(sum: &mut [u8; 32], hash: Hash) {
    sum.iter_mut().zip(hash.0).for_each(|(sum, byte)| *sum ^= byte);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_on_all_cores_keeps_the_order_of_its_items() {
        for count in [0, 1, 31, 64, 100, 1001] {
            let doubled = on_all_cores(3, (0..count).collect(), |item| item * 2);
            assert_eq!(doubled, (0..count).map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
