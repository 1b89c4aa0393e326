//! Messages that were not taken, on this device's disk: each as it came, with what is known about it, until it is applied or discarded.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use schemas::command::Refusal;
use schemas::said::{Said, write};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::data::write_private;

/// As many messages as a person could look through, and room for the largest day's lists.
const OPEN_MAX: usize = 1000;
const BYTES_MAX: u64 = 64 << 20;

/// What was applied or discarded is remembered without its text; the oldest is forgotten first.
const SETTLED_MAX: usize = 200;

/// The messages of one node that were not taken. One file holds a message (`ID.msg`), one what is known about it (`ID.json`).
pub struct Rejects {
    dir: PathBuf,
    items: Mutex<BTreeMap<String, Item>>,
}

/// One message that was not taken, without its text: that may name guests and stays in its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Item {
    /// A hash of its bytes: the same bytes are one entry.
    pub id: String,
    pub state: State,
    /// For programs: `list-cut-off`, `waits-for-list`.
    pub code: String,
    /// The line that is meant, from 1.
    pub line: Option<u32>,
    /// What is the matter, and what to do now.
    pub reason: String,
    pub remedy: String,
    /// The same for other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    pub words: Option<Box<Words>>,
    /// What must come first, if the message only waits.
    #[schema(value_type = Option<String>)]
    pub waits_for: Option<Box<str>>,
    /// When it was first kept, and tried last, in milliseconds since 1970 UTC.
    pub at_ms: i64,
    pub tried_ms: i64,
    /// The staff number under which it came, and by which door.
    pub staff: String,
    pub door: Door,
    /// The carriers for whose flights its way in may speak; for all where none is named. They hold however often it is tried.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub carriers: Vec<String>,
    pub bytes: u64,
    /// How it ended, if it did.
    pub settled: Option<Settled>,
}

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A person has to look at it.
    Rejected,
    /// Nothing is wrong; it is applied by itself when what it waits for comes.
    Waiting,
    Applied,
    Discarded,
}

/// How a message came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    CommandLine,
    Api,
    Screen,
    /// A watched folder.
    Folder,
    Webhook,
    /// Not known: the node ended while it was being kept.
    Unknown,
}

/// Who settled a message, when and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Settled {
    pub staff: String,
    pub at_ms: i64,
    pub reason: String,
    /// The same for other languages, where it was not typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Words>)]
    pub words: Option<Box<Words>>,
}

/// What another language needs to say a sentence that is kept in English: the name of the sentence, and the values in it by name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Words {
    pub key: String,
    #[schema(value_type = Object)]
    pub args: Value,
}

/// Why a message could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    #[error("There is no more room for messages that were not taken: {OPEN_MAX} of them, or {} MiB, are kept at most.", BYTES_MAX >> 20)]
    Full,
    #[error("The message could not be written to the disk of this device.")]
    Disk(#[source] anyhow::Error),
}

impl Rejects {
    /// Opens the folder and reads what is there; makes it if it is not.
    pub fn open(dir: &Path) -> Result<Self> {
        let rejects = Self { dir: dir.to_owned(), items: Mutex::default() };
        // A full disk keeps nobody from working: then there is nothing to read, and keeping something is tried again when it has to be.
        if let Err(error) = rejects.make() {
            tracing::warn!(%error, "there is no folder for messages that are not applied");
        }
        let read = rejects.read_all().with_context(|| format!("cannot read {}", dir.display()))?;
        *rejects.lock() = read;
        Ok(rejects)
    }

    /// Every message, the newest first.
    pub fn list(&self) -> Vec<Item> {
        let mut items: Vec<Item> = self.lock().values().cloned().collect();
        items.sort_by(|a, b| (b.at_ms, &b.id).cmp(&(a.at_ms, &a.id)));
        items
    }

    pub fn get(&self, id: &str) -> Option<Item> {
        self.lock().get(id).cloned()
    }

    /// Messages that wait for something, and those that a person must look at.
    pub fn counts(&self) -> (usize, usize) {
        let items = self.lock();
        let count = |state| items.values().filter(|item| item.state == state).count();
        (count(State::Waiting), count(State::Rejected))
    }

    /// The message as it came, while it is open.
    pub fn bytes(&self, id: &str) -> Option<Vec<u8>> {
        let is_open = self.lock().get(id).is_some_and(Item::is_open);
        is_open.then(|| std::fs::read(self.file(id, "msg")).ok()).flatten()
    }

    /// Keeps a message, durably, or says anew what is known of one that is kept. Blocks until the disk has it.
    ///
    /// # Errors
    /// When there is no more room, or the disk fails. Then nothing of it is kept.
    pub fn keep(&self, bytes: &[u8], mut item: Item) -> Result<Item, NotKept> {
        let mut items = self.lock();
        match items.get(&item.id).filter(|known| known.is_open()) {
            Some(known) => {
                item = Item { at_ms: known.at_ms, staff: known.staff.clone(), door: known.door, ..item };
                item = Item { carriers: either(&known.carriers, &item.carriers), bytes: known.bytes, ..item };
            }
            None => {
                let open = || items.values().filter(|item| item.is_open());
                let size: u64 = open().map(|item| item.bytes).sum();
                if open().count() >= OPEN_MAX || size.saturating_add(item.bytes) > BYTES_MAX {
                    return Err(NotKept::Full);
                }
                self.make().map_err(|error| NotKept::Disk(error.into()))?;
                write_private(&self.file(&item.id, "msg"), bytes).map_err(NotKept::Disk)?;
            }
        }
        if let Err(error) = self.write(&item) {
            if items.get(&item.id).is_none_or(|known| !known.is_open()) {
                // It is said not to be kept, so nothing of it may come back at the next start.
                self.remove(&item.id, "msg");
            }
            return Err(NotKept::Disk(error));
        }
        items.insert(item.id.clone(), item.clone());
        Ok(item)
    }

    /// Ends a message: its text goes, what became of it stays. Nothing if it is not open. Blocks until the disk has it.
    ///
    /// # Errors
    /// When the disk fails; the message stays open then.
    pub fn settle(&self, id: &str, state: State, settled: Settled) -> Result<Option<Item>, NotKept> {
        let mut items = self.lock();
        let Some(item) = items.get(id).filter(|item| item.is_open()) else { return Ok(None) };
        let item = Item { state, settled: Some(settled), ..item.clone() };
        self.write(&item).map_err(NotKept::Disk)?;
        items.insert(id.to_owned(), item.clone());
        self.remove(id, "msg");
        let mut settled: Vec<(i64, String)> = items.values().filter_map(|item| Some((item.settled.as_ref()?.at_ms, item.id.clone()))).collect();
        settled.sort();
        for (_, old) in settled.iter().rev().skip(SETTLED_MAX) {
            items.remove(old);
            self.remove(old, "json");
        }
        Ok(Some(item))
    }

    /// Makes the folder, durably, if it is not there.
    fn make(&self) -> std::io::Result<()> {
        if self.dir.is_dir() {
            return Ok(());
        }
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        self.dir.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
    }

    fn write(&self, item: &Item) -> Result<()> {
        write_private(&self.file(&item.id, "json"), &serde_json::to_vec(item).context("cannot be written")?)
    }

    /// What is left of a file that could not be taken away is found and taken away at the next start.
    fn remove(&self, id: &str, kind: &str) {
        let _ = std::fs::remove_file(self.file(id, kind));
        let _ = File::open(&self.dir).and_then(|dir| dir.sync_all());
    }

    fn file(&self, id: &str, kind: &str) -> PathBuf {
        self.dir.join(format!("{id}.{kind}"))
    }

    fn read_all(&self) -> std::io::Result<BTreeMap<String, Item>> {
        let mut items = BTreeMap::new();
        let mut messages = Vec::new();
        if !self.dir.is_dir() {
            return Ok(items);
        }
        for entry in std::fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let Some(id) = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned) else { continue };
            match path.extension().and_then(|kind| kind.to_str()) {
                Some("json") => {
                    let known = std::fs::read(&path).ok().and_then(|text| serde_json::from_slice::<Item>(&text).ok());
                    items.extend(known.filter(|item| item.id == id).map(|item| (id, item)));
                }
                Some("msg") => messages.push((id, std::fs::metadata(&path)?.len())),
                // Half of a write that was never acknowledged.
                Some("new") => drop(std::fs::remove_file(&path)),
                _ => {}
            }
        }
        for (id, bytes) in &messages {
            match items.get(id) {
                None => {
                    items.insert(id.clone(), Item::unknown(id, *bytes));
                }
                Some(item) if !item.is_open() => self.remove(id, "msg"),
                Some(_) => {}
            }
        }
        items.retain(|id, item| !item.is_open() || messages.iter().any(|(known, _)| known == id));
        Ok(items)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Item {
    /// Whether it is still to be applied or discarded.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Rejected | State::Waiting)
    }

    /// What is said of a message whose own words were lost when the node ended.
    fn unknown(id: &str, bytes: u64) -> Self {
        Self {
            id: id.to_owned(),
            state: State::Rejected,
            code: "not-tried".to_owned(),
            line: None,
            reason: "This node ended while the message was being kept.".to_owned(),
            remedy: "Replay it.".to_owned(),
            words: Some(Box::new(Words { key: "refusal-not-tried".to_owned(), args: Value::Null })),
            waits_for: None,
            at_ms: 0,
            tried_ms: 0,
            staff: String::new(),
            door: Door::Unknown,
            carriers: Vec::new(),
            bytes,
            settled: None,
        }
    }
}

impl Words {
    pub fn of(said: &Said) -> Box<Self> {
        Box::new(Self { key: said.key().to_owned(), args: write(said.args()) })
    }

    /// What is the matter under the key itself, what to do as its `.remedy`.
    pub fn of_refusal(refusal: &Refusal) -> Box<Self> {
        Box::new(Self { key: refusal.key(), args: write(refusal.args()) })
    }
}

/// The carriers of two ways by which a message came; none names all.
fn either(one: &[String], other: &[String]) -> Vec<String> {
    if one.is_empty() || other.is_empty() {
        return Vec::new();
    }
    one.iter().chain(other).cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

/// The name of a message: 64 bits of the SHA-256 of its bytes.
pub fn id_of(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(bytes: &[u8], state: State) -> Item {
        let id = id_of(bytes);
        Item { state, bytes: bytes.len() as u64, staff: "4711".into(), ..Item::unknown(&id, 0) }
    }

    fn settled() -> Settled {
        Settled { staff: "4711".into(), at_ms: 5, reason: "sent twice".into(), words: None }
    }

    #[test]
    fn what_is_kept_is_there_after_a_start_and_the_same_bytes_are_one_entry() {
        let dir = tempfile::tempdir().unwrap();
        let rejects = Rejects::open(&dir.path().join("rejects")).unwrap();
        let kept = rejects.keep(b"PNL", item(b"PNL", State::Rejected)).unwrap();
        rejects.keep(b"PNL", item(b"PNL", State::Waiting)).unwrap();
        let again = Rejects::open(&dir.path().join("rejects")).unwrap();
        assert_eq!(again.list().len(), 1);
        assert_eq!((again.counts(), again.bytes(&kept.id)), ((1, 0), Some(b"PNL".to_vec())));
        again.settle(&kept.id, State::Discarded, settled()).unwrap().unwrap();
        assert_eq!(again.settle(&kept.id, State::Discarded, settled()).unwrap(), None);
        let third = Rejects::open(&dir.path().join("rejects")).unwrap();
        assert_eq!((third.bytes(&kept.id), third.get(&kept.id).unwrap().state), (None, State::Discarded));
        // The same message again is a new matter.
        third.keep(b"PNL", item(b"PNL", State::Rejected)).unwrap();
        assert_eq!(third.bytes(&kept.id), Some(b"PNL".to_vec()));
    }

    #[test]
    fn a_message_whose_words_were_lost_is_still_there() {
        let dir = tempfile::tempdir().unwrap();
        let rejects = Rejects::open(dir.path()).unwrap();
        let kept = rejects.keep(b"PNL", item(b"PNL", State::Rejected)).unwrap();
        std::fs::write(dir.path().join(format!("{}.json", kept.id)), b"{").unwrap();
        std::fs::write(dir.path().join("half.new"), b"x").unwrap();
        let again = Rejects::open(dir.path()).unwrap();
        assert_eq!(again.get(&kept.id).unwrap().code, "not-tried");
        assert!(!dir.path().join("half.new").exists());
    }

    #[test]
    fn a_message_that_comes_by_two_ways_speaks_for_the_carriers_of_both() {
        let dir = tempfile::tempdir().unwrap();
        let rejects = Rejects::open(dir.path()).unwrap();
        for (carriers, kept) in [(&["MU", "CA"][..], &["MU", "CA"][..]), (&["HU", "CA"], &["CA", "HU", "MU"]), (&[], &[]), (&["CA"], &[])] {
            let carriers = carriers.iter().map(|carrier| (*carrier).to_owned()).collect();
            let came = rejects.keep(b"PNL", Item { carriers, ..item(b"PNL", State::Rejected) }).unwrap();
            assert_eq!(came.carriers, kept);
        }
    }

    #[test]
    fn a_full_queue_refuses_and_keeps_what_it_has() {
        let dir = tempfile::tempdir().unwrap();
        let rejects = Rejects::open(dir.path()).unwrap();
        rejects.keep(b"PNL", Item { bytes: BYTES_MAX, ..item(b"PNL", State::Rejected) }).unwrap();
        assert!(matches!(rejects.keep(b"ADL", item(b"ADL", State::Rejected)), Err(NotKept::Full)));
        rejects.keep(b"PNL", item(b"PNL", State::Rejected)).unwrap();
        assert_eq!(rejects.list().len(), 1);
    }
}
