//! The files of blobs: each is whole under its hash, or a half under its hash and `.part`; what is read is checked.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use super::BLOB_MAX;
use crate::hash::Hash;

/// One folder of blobs. Calls block; several threads may make them, each for blobs of its own.
#[derive(Debug)]
pub(super) struct Folder {
    dir: PathBuf,
    next: AtomicU64,
}

/// What a folder held when it was opened.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub(super) whole: BTreeMap<Hash, Kept>,
    /// How much there is of those that are half here.
    pub(super) halves: BTreeMap<Hash, u32>,
}

/// A whole blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) bytes: u32,
    /// When it came to this disk, in milliseconds since 1970, as the disk says.
    pub(super) since_ms: i64,
}

/// Why a blob could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("it is not here")]
    Missing,
    /// Its bytes are kept aside, and it counts as missing from now on.
    #[error("its bytes on the disk are not what they were")]
    Rotten,
    #[error("the disk did not give it")]
    Io(#[source] io::Error),
}

/// What a look through a folder found. Nothing is changed by it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inspected {
    pub whole: usize,
    /// Those whose bytes are not what their name says.
    pub rotten: usize,
    pub bytes: u64,
}

/// Checks every blob of a folder; a folder that is not there holds none.
pub fn inspect(dir: &Path) -> io::Result<Inspected> {
    let mut found = Inspected::default();
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        let Some(hash) = path.file_name().and_then(|name| hash_of(name.to_str()?)) else { continue };
        let bytes = std::fs::read(&path)?;
        found.bytes += bytes.len() as u64;
        match Hash::of(&[&bytes]) == hash {
            true => found.whole += 1,
            false => found.rotten += 1,
        }
    }
    Ok(found)
}

impl Folder {
    /// Makes the folder if it is not there, and takes away what a process left behind that ended in the middle.
    pub(super) fn open(dir: &Path) -> io::Result<(Self, Contents)> {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let mut contents = Contents::default();
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            let (path, data) = (entry.path(), entry.metadata()?);
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            let fits = u32::try_from(data.len()).ok().filter(|bytes| *bytes as usize <= BLOB_MAX);
            let half = name.strip_suffix(".part").and_then(hash_of);
            match (hash_of(name), half, fits) {
                (Some(hash), _, Some(bytes)) if bytes > 0 => {
                    contents.whole.insert(hash, Kept { bytes, since_ms: millis(&data) });
                }
                (_, Some(hash), Some(bytes)) => {
                    contents.halves.insert(hash, bytes);
                }
                (_, Some(_), None) => std::fs::remove_file(&path)?,
                _ if name.ends_with(".new") => std::fs::remove_file(&path)?,
                // What is not ours to judge stays.
                _ => {}
            }
        }
        Ok((Self { dir: dir.to_owned(), next: AtomicU64::new(0) }, contents))
    }

    /// Makes bytes durable under their hash.
    pub(super) fn put(&self, hash: Hash, bytes: &[u8]) -> io::Result<Kept> {
        let half = self.dir.join(format!("{hash}.{}.new", self.next.fetch_add(1, Ordering::Relaxed)));
        let kept = (|| {
            let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(&half)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            self.name(&half, hash)
        })();
        if kept.is_err() {
            let _ = std::fs::remove_file(&half);
        }
        kept
    }

    /// The bytes of a blob, checked against its name.
    pub(super) fn read(&self, hash: Hash) -> Result<Vec<u8>, ReadError> {
        let path = self.dir.join(hash.to_string());
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(ReadError::Missing),
            Err(error) => return Err(ReadError::Io(error)),
        };
        if Hash::of(&[&bytes]) == hash {
            return Ok(bytes);
        }
        std::fs::rename(&path, path.with_extension("rotten")).map_err(ReadError::Io)?;
        Err(ReadError::Rotten)
    }

    /// Writes a part of a blob that is not whole. Not durable yet: what is lost is fetched again.
    pub(super) fn keep(&self, hash: Hash, offset: u32, bytes: &[u8]) -> io::Result<()> {
        let file = OpenOptions::new().create(true).truncate(offset == 0).write(true).mode(0o600).open(self.half(hash))?;
        file.write_all_at(bytes, u64::from(offset))
    }

    /// Makes a blob durable whose parts are all in; nothing if they are not what the hash says, and then they are gone.
    pub(super) fn finish(&self, hash: Hash) -> io::Result<Option<Kept>> {
        let half = self.half(hash);
        if Hash::of(&[&std::fs::read(&half)?]) != hash {
            std::fs::remove_file(&half)?;
            return Ok(None);
        }
        File::open(&half)?.sync_all()?;
        self.name(&half, hash).map(Some)
    }

    /// Forgets what there is of a blob that is not whole.
    pub(super) fn discard(&self, hash: Hash) -> io::Result<()> {
        gone(std::fs::remove_file(self.half(hash)))
    }

    /// Takes a blob away.
    pub(super) fn remove(&self, hash: Hash) -> io::Result<()> {
        gone(std::fs::remove_file(self.dir.join(hash.to_string())))
    }

    fn name(&self, half: &Path, hash: Hash) -> io::Result<Kept> {
        let path = self.dir.join(hash.to_string());
        std::fs::rename(half, &path)?;
        File::open(&self.dir)?.sync_all()?;
        let data = std::fs::metadata(&path)?;
        Ok(Kept { bytes: u32::try_from(data.len()).unwrap_or(u32::MAX), since_ms: millis(&data) })
    }

    fn half(&self, hash: Hash) -> PathBuf {
        self.dir.join(format!("{hash}.part"))
    }
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn millis(data: &std::fs::Metadata) -> i64 {
    let since = data.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or_default()
}

fn hash_of(name: &str) -> Option<Hash> {
    name.parse::<schemas::record::photo::PhotoHash>().ok().map(|hash| Hash(*hash.bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_there_after_a_fresh_start_and_what_was_half_way_counts_as_half() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, contents) = Folder::open(dir.path()).unwrap();
        assert!(contents.whole.is_empty() && contents.halves.is_empty());
        let (one, two) = (Hash::of(&[b"one"]), Hash::of(&[b"two and more"]));
        folder.put(one, b"one").unwrap();
        folder.put(one, b"one").unwrap();
        folder.keep(two, 0, b"two ").unwrap();
        std::fs::write(dir.path().join(format!("{two}.7.new")), b"tw").unwrap();
        let (folder, contents) = Folder::open(dir.path()).unwrap();
        assert_eq!(contents.whole.keys().collect::<Vec<_>>(), [&one]);
        assert_eq!(contents.halves, BTreeMap::from([(two, 4)]));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
        folder.keep(two, 4, b"and more").unwrap();
        assert_eq!(folder.finish(two).unwrap().map(|kept| kept.bytes), Some(12));
        assert_eq!(folder.read(two).unwrap(), b"two and more");
        assert_eq!(inspect(dir.path()).unwrap(), Inspected { whole: 2, rotten: 0, bytes: 15 });
    }

    #[test]
    fn bytes_that_are_not_what_their_name_says_are_never_given_out() {
        let dir = tempfile::tempdir().unwrap();
        let (folder, _) = Folder::open(dir.path()).unwrap();
        let hash = Hash::of(&[b"one"]);
        folder.keep(hash, 0, b"two").unwrap();
        assert!(folder.finish(hash).unwrap().is_none());
        assert!(matches!(folder.read(hash), Err(ReadError::Missing)));
        folder.put(hash, b"one").unwrap();
        std::fs::write(dir.path().join(hash.to_string()), b"onf").unwrap();
        assert_eq!(inspect(dir.path()).unwrap().rotten, 1);
        assert!(matches!(folder.read(hash), Err(ReadError::Rotten)));
        assert!(matches!(folder.read(hash), Err(ReadError::Missing)));
        assert!(dir.path().join(format!("{hash}.rotten")).exists());
    }
}
