//! The documents of this node: a bounded cache over the index, folded on all cores.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::ScopedJoinHandle;

use schemas::flat::{DocId, Edit, FlatDoc, LogId};
use schemas::scope::ScopeId;

use crate::document::{BadDocument, Built, Document, Incoming};
use crate::edit::EditError;
use crate::hash::Hash;
use crate::journal::Place;
use crate::store::{Opened, Row, RowsError, Store, StoreError};

/// Documents kept folded between uses.
const CACHE_MAX: usize = 2048;
/// Changed documents that wait to be written; with more they are written however busy the node is.
const UNSAVED_MAX: usize = 4096;
/// Fewer documents than this are not worth another thread.
const SHARD_MIN: usize = 32;
/// As many threads as fold at most.
const SHARDS_MAX: usize = 16;
/// Documents read from the index at once while starting.
const ROWS_AT_ONCE: usize = 4096;

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
    cache: BTreeMap<Key, Held>,
    /// Documents in the cache that the index does not have as they are now.
    unsaved: BTreeSet<Key>,
    /// The exclusive-or of the digests of each scope's documents.
    digests: BTreeMap<ScopeId, [u8; 32]>,
    threads: usize,
    loaded: Arc<AtomicU64>,
}

/// A document in the cache.
#[derive(Debug, Default)]
struct Held {
    document: Document,
    /// What it adds to its scope's digest; `None` while nothing is in it.
    digest: Option<Hash>,
    /// The hash of its row in the index.
    row: Option<Hash>,
}

/// One document's part of what is to be folded.
struct Task {
    key: Key,
    held: Option<Held>,
    incoming: Vec<Incoming>,
}

impl Documents {
    /// Opens the index in `dir`: the place in the journal up to which it is true, and why what was there is not used.
    pub(super) fn open(dir: &Path) -> Result<(Self, Option<Place>, Option<String>), StoreError> {
        let Opened { store, place, set_aside } = Store::open(dir)?;
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get).min(SHARDS_MAX);
        let documents = Self { store, cache: BTreeMap::new(), unsaved: BTreeSet::new(), digests: BTreeMap::new(), threads, loaded: Arc::default() };
        Ok((documents, place, set_aside))
    }

    /// Throws the index away and begins with an empty one.
    pub(super) fn begin_again(self, dir: &Path) -> Result<Self, StoreError> {
        drop(self);
        let _ = std::fs::remove_dir_all(dir);
        Ok(Self::open(dir)?.0)
    }

    /// Hands out what `read` makes of every document in the index, in parts.
    pub(super) fn read_all<T: Send>(
        &mut self,
        read: impl Fn(&Key, &FlatDoc) -> T + Sync,
        mut found: impl FnMut(Vec<(Key, T)>),
    ) -> Result<(), IndexError> {
        let (threads, digests) = (self.threads, &mut self.digests);
        let all_read = self.store.rows(ROWS_AT_ONCE, |rows| {
            let read_row = |(scope, id, saved): (ScopeId, DocId, Vec<u8>)| {
                let document = Document::load(&saved)?;
                let key = (scope, id);
                let made = read(&key, &document.values());
                Ok::<_, IndexError>((key, document.digest(id), made))
            };
            let mut part = Vec::with_capacity(rows.len());
            for done in on_all_cores(threads, rows, read_row) {
                let (key, digest, made) = done?;
                xor(digests.entry(key.0.clone()).or_default(), digest);
                part.push((key, made));
            }
            found(part);
            Ok(())
        });
        all_read.map_err(|stopped| match stopped {
            RowsError::Store(reason) => IndexError::Store(reason),
            RowsError::Taker(error) => error,
        })
    }

    /// Takes changes into their documents, each document's in the given order, and gives what `read` makes of those that changed by it.
    pub(super) fn receive<T: Send>(
        &mut self,
        changes: BTreeMap<Key, Vec<Incoming>>,
        read: impl Fn(&Key, &FlatDoc) -> T + Sync,
    ) -> Result<Vec<(Key, T)>, IndexError> {
        let tasks: Vec<Task> = changes.into_iter().map(|(key, incoming)| Task { held: self.cache.remove(&key), key, incoming }).collect();
        let (store, loaded) = (&self.store, &*self.loaded);
        let folded = on_all_cores(self.threads, tasks, |Task { key, held, incoming }| {
            let mut held = held.map_or_else(|| load(store, loaded, &key), Ok)?;
            let before = held.digest;
            let news = incoming.into_iter().map(|incoming| held.take(incoming)).filter(|news| *news).count();
            let changed = news > 0;
            let made = changed.then(|| read(&key, &held.document.values()));
            held.digest = if changed { Some(held.document.digest(key.1)) } else { held.digest };
            Ok::<_, IndexError>((key, before, held, made))
        });
        let mut made_of = Vec::with_capacity(folded.len());
        for done in folded {
            let (key, before, held, made) = done?;
            if let Some(made) = made {
                self.note_digest(&key.0, before, held.digest);
                self.unsaved.insert(key.clone());
                made_of.push((key.clone(), made));
            }
            self.cache.insert(key, held);
        }
        Ok(made_of)
    }

    /// The change that an edit makes on a document as it is here; see [`Document::edit`].
    pub(super) fn edit(&mut self, key: &Key, actor: LogId, edit: &Edit) -> Result<Result<Option<Built>, EditError>, IndexError> {
        if !self.cache.contains_key(key) {
            let held = load(&self.store, &self.loaded, key)?;
            self.cache.insert(key.clone(), held);
        }
        Ok(self.cache[key].document.edit(actor, edit))
    }

    /// Counts the documents brought into memory since the start.
    pub(super) fn loaded(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.loaded)
    }

    /// For each scope the exclusive-or of its documents' digests.
    pub(super) fn digests(&self) -> impl Iterator<Item = (ScopeId, Hash)> + '_ {
        self.digests.iter().map(|(scope, digest)| (scope.clone(), Hash(*digest)))
    }

    /// Whether anything waits to be written.
    pub(super) fn is_unsaved(&self) -> bool {
        !self.unsaved.is_empty()
    }

    /// Whether so much waits to be written that it should not wait longer.
    pub(super) fn is_full(&self) -> bool {
        self.unsaved.len() >= UNSAVED_MAX
    }

    /// Writes what changed, with the place up to which it is true. What cannot be written stays in memory and is tried again.
    pub(super) fn save(&mut self, place: Place) -> Result<(), String> {
        let cache = &self.cache;
        let keys: Vec<&Key> = self.unsaved.iter().collect();
        let rows = on_all_cores(self.threads, keys, |key| {
            let held = &cache[key];
            Row::new(key.0.clone(), key.1, held.document.save(), held.row)
        });
        self.store.write(&rows, place)?;
        for row in rows {
            if let Some(held) = self.cache.get_mut(&(row.scope, row.id)) {
                held.row = Some(row.hash);
            }
        }
        self.unsaved.clear();
        if self.cache.len() > CACHE_MAX {
            self.cache.clear();
        }
        Ok(())
    }

    fn note_digest(&mut self, scope: &ScopeId, before: Option<Hash>, now: Option<Hash>) {
        if !self.digests.contains_key(scope) {
            self.digests.insert(scope.clone(), [0; 32]);
        }
        let Some(sum) = self.digests.get_mut(scope) else { return };
        before.into_iter().chain(now).for_each(|digest| xor(sum, digest));
    }
}

impl Held {
    /// Whether the change was news to the document.
    fn take(&mut self, incoming: Incoming) -> bool {
        if self.document.knows(&incoming) {
            return false;
        }
        self.document.receive(incoming);
        true
    }
}

fn load(store: &Store, loaded: &AtomicU64, key: &Key) -> Result<Held, IndexError> {
    loaded.fetch_add(1, Ordering::Relaxed);
    let Some(saved) = store.read(&key.0, key.1).map_err(IndexError::Store)? else { return Ok(Held::default()) };
    let document = Document::load(&saved)?;
    Ok(Held { digest: Some(document.digest(key.1)), row: Some(Row::hash_of(&key.0, key.1, &saved)), document })
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

fn xor(sum: &mut [u8; 32], hash: Hash) {
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
