//! Reading every document of the index when a node starts: one thread reads, the cores unpack, the caller takes; what does not hold together is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use schemas::flat::FlatDoc;
use schemas::scope::ScopeId;

use super::documents::{IndexError, Key, xor};
use crate::document::shown::Row;
use crate::store::{RawRow, Scopes, Store, Tally};

/// Rows that go from hand to hand together.
const ROWS_AT_ONCE: usize = 512;
/// Parts that wait between two threads.
const PARTS_WAITING: usize = 4;

/// Hands out what `read` makes of every document, and gives what they are together. The order is any. The threads live as long as the reading: what
/// they allocate for the caller would otherwise lie scattered over the memory of many that ended.
pub(super) fn read_all<T: Send>(
    store: &Store,
    threads: usize,
    read: impl Fn(&Key, &FlatDoc) -> T + Sync,
    mut found: impl FnMut(Vec<(Key, T)>),
) -> Result<Found, IndexError> {
    let (rows_in, rows) = sync_channel::<Vec<RawRow>>(PARTS_WAITING);
    let (made_in, made) = sync_channel::<Result<Vec<(Key, T)>, IndexError>>(PARTS_WAITING);
    // Nobody but the unpackers holds the way out of the reader: when they end, it ends.
    let rows = Arc::new(Mutex::new(rows));
    let read = &read;
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || store.rows(ROWS_AT_ONCE, |part| rows_in.send(part).is_ok()));
        let start = |_| {
            let (rows, made_in) = (Arc::clone(&rows), made_in.clone());
            scope.spawn(move || unpack(&rows, &made_in, read))
        };
        let unpackers: Vec<_> = (0..threads.max(1)).map(start).collect();
        drop((rows, made_in));
        let mut failed = None;
        for part in &made {
            match part {
                Ok(part) => found(part),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        // Whoever still has something to hand out is told that nobody takes it.
        drop(made);
        let mut seen = Seen::default();
        // A fault in one of the threads is a fault of the worker, which ends the process.
        unpackers.into_iter().for_each(|unpacker| seen.add(unpacker.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault))));
        let all_read = reader.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault));
        match failed {
            Some(error) => Err(error),
            None => all_read.and_then(|()| store.check(seen.tally)).map_err(IndexError::Store).map(|()| seen.found),
        }
    })
}

/// What the documents are together.
#[derive(Default)]
pub(super) struct Found {
    /// The exclusive-or of the digests of each scope's documents.
    pub(super) digests: BTreeMap<ScopeId, [u8; 32]>,
    /// Documents with changes that wait for others.
    pub(super) waiting: BTreeSet<Key>,
}

/// What one thread saw of the rows.
#[derive(Default)]
struct Seen {
    tally: Tally,
    found: Found,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.tally.add(other.tally);
        self.found.waiting.extend(other.found.waiting);
        for (scope, digest) in other.found.digests {
            xor(self.found.digests.entry(scope).or_default(), crate::hash::Hash(digest));
        }
    }
}

/// Unpacks parts until there are none, or nobody takes them.
fn unpack<T>(rows: &Mutex<Receiver<Vec<RawRow>>>, made: &SyncSender<Result<Vec<(Key, T)>, IndexError>>, read: impl Fn(&Key, &FlatDoc) -> T) -> Seen {
    let (mut seen, mut scopes, mut says) = (Seen::default(), Scopes::default(), FlatDoc::default());
    loop {
        let part = rows.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(part) = part else { return seen };
        let unpacked = part.iter().map(|row| unpack_row(row, &mut scopes, &mut seen, &mut says, &read)).collect();
        if made.send(unpacked).is_err() {
            return seen;
        }
    }
}

/// `says` is for the row to be read into.
fn unpack_row<T>(
    row: &RawRow,
    scopes: &mut Scopes,
    seen: &mut Seen,
    says: &mut FlatDoc,
    read: impl Fn(&Key, &FlatDoc) -> T,
) -> Result<(Key, T), IndexError> {
    let key = row.open(scopes, &mut seen.tally).ok_or_else(|| IndexError::Store("a key in it cannot be read".to_owned()))?;
    let row = Row::read(row.saved())?;
    match seen.found.digests.get_mut(&key.0) {
        Some(sum) => xor(sum, row.digest),
        None => drop(seen.found.digests.insert(key.0.clone(), row.digest.0)),
    }
    if row.waits {
        seen.found.waiting.insert(key.clone());
    }
    row.says(says)?;
    let made = read(&key, says);
    Ok((key, made))
}
