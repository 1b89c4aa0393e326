//! The files of a watched folder: listed, read, and put away. Nothing is followed out of the folder, and nothing is taken away that was not taken in.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata, OpenOptions};
use std::io::Read;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;

use super::look::{Stamp, is_meant};

/// Where files go that were taken in, and those that were not applied.
pub(super) const DONE: &str = "done";
pub(super) const REJECTED: &str = "rejected";

/// As many names as one look reads: a folder with more is no way in but an archive.
const NAMES_MAX: usize = 10_000;

/// As many bytes of a name stay when it is put away, for what is put around it needs room too; the rest of it says nothing more.
const NAME_MAX: usize = 120;

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unread {
    /// It is another file than at the look, or is written again: the next looks see.
    #[error("it changed meanwhile")]
    Changed,
    #[error(transparent)]
    Disk(#[from] std::io::Error),
}

/// The files that lie there and are meant for us, each as it is now.
pub(super) fn list(folder: &Path) -> std::io::Result<BTreeMap<OsString, Stamp>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder)?.take(NAMES_MAX) {
        let entry = entry?;
        // Of the entry itself: what a link leads to is none of this folder.
        if let Ok(known) = entry.metadata()
            && known.is_file()
            && is_meant(&entry.file_name())
        {
            found.insert(entry.file_name(), stamp_of(&known));
        }
    }
    Ok(found)
}

/// The bytes of a file that is as it was at the look, at most `most`; one more where it is longer.
pub(super) fn read(folder: &Path, name: &OsStr, stamp: Stamp, most: u64) -> Result<Vec<u8>, Unread> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new().read(true).custom_flags(i32::try_from(flags.bits()).unwrap_or(0)).open(folder.join(name));
    let mut file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Unread::Changed),
        Err(error) => return Err(error.into()),
    };
    let as_seen = |file: &File| file.metadata().map(|known| known.is_file() && stamp_of(&known) == stamp);
    if !as_seen(&file)? {
        return Err(Unread::Changed);
    }
    let mut bytes = Vec::new();
    (&mut file).take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if !as_seen(&file)? {
        return Err(Unread::Changed);
    }
    Ok(bytes)
}

/// Moves a file that is still as it was into a folder beside it, under a name that begins with `mark`. False where it changed and stays.
pub(super) fn put_away(folder: &Path, name: &OsStr, stamp: Stamp, into: &str, mark: &str) -> std::io::Result<Option<PathBuf>> {
    let from = folder.join(name);
    if std::fs::symlink_metadata(&from).map(|known| stamp_of(&known)).ok() != Some(stamp) {
        return Ok(None);
    }
    let beside = folder.join(into);
    make(&beside)?;
    let named = format!("{mark}-{}", cut(name));
    let to = beside.join(&named);
    std::fs::rename(&from, &to)?;
    // Whoever had it open still writes into it, wherever it lies: then it was not whole, and is taken again.
    if std::fs::symlink_metadata(&to).map(|known| stamp_of(&known)).ok() != Some(stamp) {
        let back = if from.symlink_metadata().is_ok() { folder.join(named) } else { from };
        std::fs::rename(&to, back)?;
        return Ok(None);
    }
    Ok(Some(to))
}

/// The beginning of a name, without what would not be seen in it.
fn cut(name: &OsStr) -> String {
    let mut plain: String = name.to_string_lossy().chars().filter(|c| !c.is_control()).collect();
    plain.truncate(plain.floor_char_boundary(NAME_MAX));
    plain
}

/// Writes why a file was not applied beside it.
pub(super) fn write_reason(beside: &Path, words: &str) -> std::io::Result<()> {
    let mut path = beside.as_os_str().to_owned();
    path.push(".reason.txt");
    std::fs::write(PathBuf::from(path), words)
}

/// Takes away the oldest of these files, so that `keep` stay; those alone of which `may` says so. How many could not go.
pub(super) fn keep_newest(folder: &Path, keep: usize, may: impl Fn(&str) -> bool) -> std::io::Result<usize> {
    let mut files: Vec<(Stamp, OsString)> = list(folder)?.into_iter().map(|(name, stamp)| (stamp, name)).collect();
    let over = files.len().saturating_sub(keep);
    if over == 0 {
        return Ok(0);
    }
    // By the mark in front of the name, which begins with the time at which it was put away.
    files.sort_by(|(_, a), (_, b)| a.cmp(b));
    let mut gone = 0;
    for (_, name) in files {
        if gone == over {
            break;
        }
        if may(&name.to_string_lossy()) && std::fs::remove_file(folder.join(&name)).is_ok() {
            gone += 1;
        }
    }
    Ok(over - gone)
}

/// Makes a folder that only this program and its group read.
pub(super) fn make(folder: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o750).create(folder)
}

fn stamp_of(known: &Metadata) -> Stamp {
    let modified_ns = i128::from(known.mtime()) * 1_000_000_000 + i128::from(known.mtime_nsec());
    Stamp { modified_ns, len: known.len(), inode: known.ino() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(folder: &Path) -> (OsString, Stamp) {
        list(folder).unwrap().into_iter().next().unwrap()
    }

    #[test]
    fn links_folders_and_hidden_files_are_not_listed_and_a_link_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("in");
        make(&folder.join("sub")).unwrap();
        std::fs::write(dir.path().join("secret"), "PNL").unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret"), folder.join("link.txt")).unwrap();
        std::fs::write(folder.join(".hidden"), "x").unwrap();
        assert!(list(&folder).unwrap().is_empty());
        std::fs::write(folder.join("a.txt"), "PNL").unwrap();
        let (name, stamp) = only(&folder);
        assert_eq!(read(&folder, &name, stamp, 10).unwrap(), b"PNL");
        assert_eq!(read(&folder, &name, stamp, 1).unwrap().len(), 2, "one more than asked for says that it is longer");
        std::fs::remove_file(folder.join("a.txt")).unwrap();
        std::os::unix::fs::symlink(dir.path().join("secret"), folder.join("a.txt")).unwrap();
        assert!(read(&folder, &name, stamp, 10).is_err());
        assert_eq!(put_away(&folder, &name, stamp, DONE, "1").unwrap(), None);
    }

    #[test]
    fn a_file_that_was_written_again_is_neither_read_nor_moved() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.txt"), "PNL").unwrap();
        let (name, stamp) = only(dir.path());
        std::fs::write(dir.path().join("a.txt"), "PNL and more").unwrap();
        assert!(matches!(read(dir.path(), &name, stamp, 10), Err(Unread::Changed)));
        assert_eq!(put_away(dir.path(), &name, stamp, DONE, "1").unwrap(), None);
        assert!(dir.path().join("a.txt").exists());
    }

    #[test]
    fn a_long_name_in_any_script_is_cut_so_that_the_file_can_be_moved() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("\u{822a}".repeat(80)), "PNL").unwrap();
        let (name, stamp) = only(dir.path());
        let to = put_away(dir.path(), &name, stamp, REJECTED, &"m".repeat(90)).unwrap().unwrap();
        write_reason(&to, "Line 1").unwrap();
    }

    #[test]
    fn what_was_put_away_has_its_reason_beside_it_and_the_oldest_go_first() {
        let dir = tempfile::tempdir().unwrap();
        for mark in ["1", "2", "3"] {
            std::fs::write(dir.path().join("a\u{7}.txt"), mark).unwrap();
            let (name, stamp) = only(dir.path());
            let to = put_away(dir.path(), &name, stamp, DONE, mark).unwrap().unwrap();
            assert_eq!(to.file_name().unwrap().to_str(), Some(format!("{mark}-a.txt").as_str()));
            write_reason(&to, "Line 1").unwrap();
        }
        let done = dir.path().join(DONE);
        assert_eq!(keep_newest(&done, 2, |name| !name.ends_with("reason.txt")).unwrap(), 1, "the reasons could not go");
        assert!(list(&done).unwrap().keys().all(|name| name.to_string_lossy().ends_with("reason.txt")));
    }
}
