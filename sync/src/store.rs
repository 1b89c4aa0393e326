//! Documents on disk, ready for reading. The only file that names sled.
//!
//! An index and nothing more: everything in it follows from the journal. Whatever looks wrong here is moved aside and built again.

use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use schemas::flat::DocId;
use schemas::scope::ScopeId;

use crate::admit::RULE_VERSION;
use crate::hash::Hash;
use crate::journal::Place;

/// Bytes of pages that sled may keep in memory. It looks at this only after 64 pages were used in each of its 256 queues.
const CACHE_BYTES: u64 = 24 << 20;
/// The layout of keys and values, and the rules by which changes were judged: rows hold verdicts. Another index is built again from the journal.
const LAYOUT: [u8; 3] = [2, RULE_VERSION as u8, (RULE_VERSION >> 8) as u8];
/// No document's key begins with this byte: a scope's name is a text.
const MANIFEST_KEY: &[u8] = &[0];

/// The index of one node.
#[derive(Debug)]
pub struct Store {
    db: sled::Db,
    manifest: Manifest,
}

/// What the index should hold, written in the same batch as the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Manifest {
    /// The last frame whose changes are in.
    place: Option<Place>,
    count: u64,
    /// The exclusive-or of all entries' hashes.
    sum: [u8; 32],
}

/// A document to write: its scope, id and saved bytes.
#[derive(Debug)]
pub struct Row {
    pub scope: ScopeId,
    pub id: DocId,
    pub hash: Hash,
    key: Vec<u8>,
    saved: Vec<u8>,
    replaces: Option<Hash>,
}

impl Row {
    /// `replaces` is the hash of the row that the index has of this document.
    pub fn new(scope: ScopeId, id: DocId, saved: Vec<u8>, replaces: Option<Hash>) -> Self {
        let key = key(&scope, id);
        Self { scope, id, hash: row_hash(&key, &saved), key, saved, replaces }
    }

    pub fn into_saved(self) -> Vec<u8> {
        self.saved
    }

    /// The hash of the row that holds these bytes.
    pub fn hash_of(scope: &ScopeId, id: DocId, saved: &[u8]) -> Hash {
        row_hash(&key(scope, id), saved)
    }
}

/// The index cannot be used at all, not even empty.
#[derive(Debug, thiserror::Error)]
#[error("the index in {} cannot be opened, not even a new one: {reason}. Check free space on the disk and the folder's owner; the journal holds everything", path.display())]
pub struct StoreError {
    pub path: PathBuf,
    pub reason: String,
}

/// A document as the index has it, not looked into yet.
pub struct RawRow {
    key: sled::IVec,
    value: sled::IVec,
}

/// What a pass over the rows has seen, to be held against the manifest. Parts of a pass add up in any order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    count: u64,
    sum: [u8; 32],
}

/// Reads scopes of rows, which stand together: each is parsed once.
#[derive(Debug, Default)]
pub struct Scopes {
    last: Option<ScopeId>,
}

/// What opening found.
#[derive(Debug)]
pub struct Opened {
    pub store: Store,
    /// The last frame whose changes are in; `None` in a new or rebuilt index.
    pub place: Option<Place>,
    /// Why the index that was there is not used.
    pub set_aside: Option<String>,
}

impl Store {
    /// Opens the index in `dir`. One that cannot be opened is moved aside. Whether its rows are those that were written shows in [`Store::rows`].
    pub fn open(dir: &Path) -> Result<Opened, StoreError> {
        remove_unfinished_snapshots(dir);
        let was_there = dir.exists();
        let reason = match guarded(|| open_whole(dir)) {
            // A wrong owner is no damage: what is there stays for when that is mended.
            Err(Unusable::Disk(reason)) => return Err(StoreError { path: dir.to_owned(), reason }),
            // An index is only an index: without it there is space to go on from the journal.
            Err(Unusable::Full(reason)) => {
                let _ = std::fs::remove_dir_all(dir);
                reason
            }
            Ok(store) => {
                let place = store.manifest.place;
                return Ok(Opened { store, place, set_aside: None });
            }
            Err(Unusable::Damaged(reason)) => reason,
        };
        set_aside(dir);
        let store = guarded(|| open_whole(dir)).map_err(|unusable| StoreError { path: dir.to_owned(), reason: unusable.words() })?;
        Ok(Opened { store, place: None, set_aside: was_there.then_some(reason) })
    }

    /// Moves the index aside and begins with an empty one.
    pub fn begin_again(self, dir: &Path) -> Result<Self, StoreError> {
        drop(self);
        set_aside(dir);
        Ok(Self::open(dir)?.store)
    }

    /// Opens the same index anew, to let go of the pages that were read: sled holds some 16,000 of them before it looks at its bound for the first time.
    pub fn anew(self, dir: &Path) -> Result<Self, String> {
        let written = self.manifest;
        drop(self);
        let store = guarded(|| open_whole(dir)).map_err(Unusable::words)?;
        if store.manifest == written { Ok(store) } else { Err("it is not the one that was just read".to_owned()) }
    }

    /// Hands out every row, at most `at_once` together, until `found` wants no more. Who takes them counts them for [`Store::check`].
    pub fn rows(&self, at_once: usize, mut found: impl FnMut(Vec<RawRow>) -> bool) -> Result<(), String> {
        let all_read = guarded(|| {
            let mut part = Vec::with_capacity(at_once);
            for item in self.db.iter() {
                let (key, value) = item?;
                if &*key == MANIFEST_KEY {
                    continue;
                }
                part.push(RawRow { key, value });
                if part.len() == at_once && !found(std::mem::replace(&mut part, Vec::with_capacity(at_once))) {
                    return Ok(());
                }
            }
            found(part);
            Ok(())
        });
        all_read.map_err(Unusable::words)
    }

    /// Whether a pass over all rows saw what was written.
    pub fn check(&self, seen: Tally) -> Result<(), String> {
        let Manifest { count, sum, .. } = self.manifest;
        if (count, sum) == (seen.count, seen.sum) {
            return Ok(());
        }
        Err(format!("it holds {} documents where its manifest says {count}, or others", seen.count))
    }

    /// The saved bytes of a document.
    pub fn read(&self, scope: &ScopeId, id: DocId) -> Result<Option<Vec<u8>>, String> {
        self.db.get(key(scope, id)).map(|value| value.map(|value| value.to_vec())).map_err(|error| error.to_string())
    }

    /// Writes the documents that changed up to the frame at `place`, all or none.
    pub fn write(&mut self, rows: &[Row], place: Place) -> Result<(), String> {
        let mut batch = sled::Batch::default();
        let mut manifest = Manifest { place: Some(place), ..self.manifest };
        for row in rows {
            match row.replaces {
                Some(replaced) => xor(&mut manifest.sum, replaced),
                None => manifest.count += 1,
            }
            xor(&mut manifest.sum, row.hash);
            batch.insert(row.key.as_slice(), row.saved.as_slice());
        }
        batch.insert(MANIFEST_KEY, manifest.write());
        self.db.apply_batch(batch).map_err(|error| error.to_string())?;
        self.manifest = manifest;
        Ok(())
    }

    /// Documents held.
    pub fn count(&self) -> u64 {
        self.manifest.count
    }
}

impl RawRow {
    /// Notes the row in the tally; its scope and id, if its key can be read.
    pub fn open(&self, scopes: &mut Scopes, tally: &mut Tally) -> Option<(ScopeId, DocId)> {
        xor(&mut tally.sum, row_hash(&self.key, &self.value));
        tally.count += 1;
        let (scope, id) = split_key(&self.key)?;
        Some((scopes.read(scope)?, id))
    }

    pub fn saved(&self) -> &[u8] {
        &self.value
    }
}

impl Tally {
    /// Adds what another part of the pass saw.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        xor(&mut self.sum, Hash(other.sum));
    }
}

impl Scopes {
    fn read(&mut self, name: &[u8]) -> Option<ScopeId> {
        if self.last.as_ref().is_none_or(|last| last.as_str().as_bytes() != name) {
            self.last = Some(std::str::from_utf8(name).ok()?.parse().ok()?);
        }
        self.last.clone()
    }
}

/// Why an index does not open.
enum Unusable {
    Damaged(String),
    Disk(String),
    Full(String),
}

impl Unusable {
    fn words(self) -> String {
        match self {
            Self::Damaged(reason) | Self::Disk(reason) | Self::Full(reason) => reason,
        }
    }
}

impl From<sled::Error> for Unusable {
    fn from(error: sled::Error) -> Self {
        use ErrorKind::{PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull};
        match &error {
            sled::Error::Io(source) if matches!(source.kind(), StorageFull | QuotaExceeded) => Self::Full(source.to_string()),
            sled::Error::Io(source) if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem) => Self::Disk(source.to_string()),
            _ => Self::Damaged(error.to_string()),
        }
    }
}

/// Tries to take sled's file lock, and the pause between two, in milliseconds: sled lets go of it a little after a store is dropped.
const LOCK_TRIES: (u32, u64) = (200, 25);

/// An index that somebody still holds is not damaged: it is waited for, and left alone if it does not come free.
fn open_db(dir: &Path) -> Result<sled::Db, Unusable> {
    let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(Some(250));
    for _ in 0..LOCK_TRIES.0 {
        match config.open() {
            // sled wraps the cause into a text and has no kind of its own for it.
            Err(sled::Error::Io(source)) if source.to_string().contains("could not acquire lock") => {
                std::thread::sleep(std::time::Duration::from_millis(LOCK_TRIES.1));
            }
            opened => return Ok(opened?),
        }
    }
    Err(Unusable::Disk("another process holds it".to_owned()))
}

fn open_whole(dir: &Path) -> Result<Store, Unusable> {
    let damaged = |reason: &str| Unusable::Damaged(reason.to_owned());
    let db = open_db(dir)?;
    let manifest = match db.get(MANIFEST_KEY)? {
        Some(written) => Manifest::read(&written).ok_or_else(|| damaged("it is not of this version, or its manifest is damaged"))?,
        None => Manifest::default(),
    };
    Ok(Store { db, manifest })
}

/// A crash while sled opens leaves `snap.*.generating`, with which it never opens again.
fn remove_unfinished_snapshots(dir: &Path) {
    for item in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if item.file_name().to_string_lossy().ends_with(".generating") {
            let _ = std::fs::remove_file(item.path());
        }
    }
}

/// Moves the index away, to be looked at later; at most one is kept.
fn set_aside(dir: &Path) {
    let aside = dir.with_extension("damaged");
    let _ = std::fs::remove_dir_all(&aside);
    if std::fs::rename(dir, &aside).is_err() {
        let _ = std::fs::remove_dir_all(dir);
    }
}

/// sled panics on some damage instead of reporting it.
fn guarded<T>(work: impl FnOnce() -> Result<T, Unusable>) -> Result<T, Unusable> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Unusable::Damaged("it is damaged in a way that stops the reader".to_owned())))
}

fn key(scope: &ScopeId, id: DocId) -> Vec<u8> {
    [scope.as_str().as_bytes(), &[0], &id.0].concat()
}

/// The bytes of the scope's name, and the id.
fn split_key(key: &[u8]) -> Option<(&[u8], DocId)> {
    let (scope, id) = key.split_last_chunk::<16>()?;
    Some((scope.strip_suffix(&[0])?, DocId(*id)))
}

fn row_hash(key: &[u8], value: &[u8]) -> Hash {
    Hash::of(&[&(key.len() as u32).to_le_bytes(), key, value])
}

fn xor(sum: &mut [u8; 32], hash: Hash) {
    sum.iter_mut().zip(hash.0).for_each(|(sum, byte)| *sum ^= byte);
}

impl Manifest {
    fn write(&self) -> Vec<u8> {
        let place = self.place.unwrap_or(Place { segment: 0, offset: 0 });
        [&LAYOUT[..], &place.segment.to_le_bytes(), &place.offset.to_le_bytes(), &self.count.to_le_bytes(), &self.sum].concat()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(&LAYOUT)?;
        let number = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let place = Place { segment: number(0)?, offset: number(8)? };
        Some(Self { place: (place.segment > 0).then_some(place), count: number(16)?, sum: bytes.get(24..)?.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(i: u8, replaces: Option<Hash>) -> Row {
        Row::new("PVG/2026-11-22/CA".parse().unwrap(), DocId([i; 16]), vec![i; 300], replaces)
    }

    /// The rows that can be read, and whether they are all that were written.
    fn count(store: &Store) -> (usize, bool) {
        let (mut count, mut tally) = (0, Tally::default());
        let all_read = store.rows(7, |rows| {
            let (mut scopes, mut part) = (Scopes::default(), Tally::default());
            for row in rows {
                let (_, id) = row.open(&mut scopes, &mut part).unwrap();
                count += usize::from(row.saved() == vec![id.0[0]; 300]);
            }
            tally.add(part);
            true
        });
        (count, all_read.is_ok() && store.check(tally).is_ok())
    }

    #[test]
    fn rows_and_their_place_are_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("index");
        let mut store = Store::open(&dir).unwrap().store;
        let first: Vec<Row> = (0..100).map(|i| row(i, None)).collect();
        store.write(&first, Place { segment: 1, offset: 10 }).unwrap();
        let second: Vec<Row> = (50..120).map(|i| row(i, first.get(usize::from(i)).map(|row| row.hash))).collect();
        store.write(&second, Place { segment: 1, offset: 20 }).unwrap();
        drop(store);
        std::fs::write(dir.join("snap.0000000000000FFF.generating"), b"half").unwrap();
        let opened = Store::open(&dir).unwrap();
        assert_eq!((opened.place, opened.set_aside, count(&opened.store)), (Some(Place { segment: 1, offset: 20 }), None, (120, true)));
    }

    #[test]
    fn an_index_that_lost_rows_is_told_from_a_whole_one_and_set_aside() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("index");
        let mut store = Store::open(&dir).unwrap().store;
        store.write(&(0..100).map(|i| row(i, None)).collect::<Vec<_>>(), Place { segment: 1, offset: 10 }).unwrap();
        store.db.remove(key(&"PVG/2026-11-22/CA".parse().unwrap(), DocId([7; 16]))).unwrap();
        drop(store);
        let opened = Store::open(&dir).unwrap();
        assert_eq!(count(&opened.store), (99, false));
        let store = opened.store.begin_again(&dir).unwrap();
        assert_eq!((store.manifest, count(&store)), (Manifest::default(), (0, true)));
        assert!(dir.with_extension("damaged").is_dir());
        let mut store = store.anew(&dir).unwrap();
        store.write(&[row(1, None)], Place { segment: 1, offset: 10 }).unwrap();
        assert_eq!(count(&store.anew(&dir).unwrap()), (1, true));
    }

    #[test]
    fn an_index_of_another_layout_or_without_a_manifest_is_set_aside_when_it_is_opened() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("index");
        let mut store = Store::open(&dir).unwrap().store;
        store.write(&[row(1, None)], Place { segment: 1, offset: 10 }).unwrap();
        let written = store.manifest.write();
        // The layout before this one, and one made under newer rules.
        let old = [&[1][..], &written[3..]].concat();
        let newer = [&[2, 2, 0][..], &written[3..]].concat();
        for wrong in [b"none".to_vec(), written[..58].to_vec(), old, newer] {
            store.db.insert(MANIFEST_KEY, wrong).unwrap();
            drop(store);
            let opened = Store::open(&dir).unwrap();
            assert_eq!((opened.place, opened.store.count()), (None, 0));
            assert!(opened.set_aside.is_some());
            store = opened.store;
            store.write(&[row(1, None)], Place { segment: 1, offset: 10 }).unwrap();
        }
    }
}
