//! What was tried to be sent, on this node's disk before and after each try: over a power cut nothing is skipped and no answer forgotten.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::data::write_private;

/// As many messages as are remembered here; what became of older ones stands in the records.
const KEYS_MAX: usize = 20_000;

/// A file longer than this is written anew with what still counts.
const BYTES_MAX: u64 = 8 << 20;

/// The tries of one node. One line of the file is one step of one try.
#[derive(Debug)]
pub(super) struct Attempts {
    path: PathBuf,
    file: File,
    bytes: u64,
    tried: BTreeMap<String, Tried>,
}

/// What was tried of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    pub count: u32,
    pub last: Last,
    pub at_ms: i64,
    /// When it is tried again, if it is.
    pub next_ms: i64,
    pub note: String,
}

/// How the last try stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Last {
    /// It began, and nobody wrote down how it ended: it may have arrived.
    Began,
    /// It did not arrive, and is tried again.
    Later,
    /// What became of it is known here and not in the records yet.
    Taken,
    Refused,
    Unknown,
    /// What became of it is in the records.
    Noted,
}

#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    #[serde(flatten)]
    tried: Tried,
}

impl Attempts {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let path = folder.join("attempts");
        let text = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        // A line that a power cut tore was never acted upon.
        let lines = String::from_utf8_lossy(&text).lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()).collect::<Vec<_>>();
        let mut tried: BTreeMap<String, Tried> = BTreeMap::new();
        tried.extend(lines.into_iter().map(|line| (line.key, line.tried)));
        let mut attempts = Self { file: append_to(&path)?, path, bytes: text.len() as u64, tried };
        attempts.write_anew()?;
        Ok(attempts)
    }

    pub(super) fn of(&self, key: &str) -> Option<&Tried> {
        self.tried.get(key)
    }

    /// Writes down a step; it is durable when this returns.
    pub(super) fn write(&mut self, key: &str, tried: Tried) -> Result<()> {
        if self.bytes > BYTES_MAX || self.tried.len() > 2 * KEYS_MAX {
            self.write_anew()?;
        }
        let line = Line { key: key.to_owned(), tried };
        // A blank line first ends one that was torn.
        let text = format!("\n{}\n", serde_json::to_string(&line).context("a try cannot be written")?);
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data())
            .with_context(|| format!("cannot write to {}", self.path.display()))?;
        self.bytes += text.len() as u64;
        self.tried.insert(line.key, line.tried);
        Ok(())
    }

    /// Keeps what is not in the records, and the newest of the rest.
    fn write_anew(&mut self) -> Result<()> {
        let mut times: Vec<i64> = self.tried.values().map(|tried| tried.at_ms).collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let oldest = times.get(KEYS_MAX).copied().unwrap_or(i64::MIN);
        self.tried.retain(|_, tried| tried.at_ms > oldest || tried.last != Last::Noted);
        let mut text = String::new();
        for (key, tried) in &self.tried {
            text += &serde_json::to_string(&Line { key: key.clone(), tried: tried.clone() }).context("a try cannot be written")?;
            text.push('\n');
        }
        write_private(&self.path, text.as_bytes())?;
        self.file = append_to(&self.path)?;
        self.bytes = text.len() as u64;
        Ok(())
    }
}

fn append_to(path: &Path) -> Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).with_context(|| format!("cannot write to {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(count: u32, last: Last) -> Tried {
        Tried { count, last, at_ms: i64::from(count), next_ms: 0, note: String::new() }
    }

    #[test]
    fn what_was_tried_is_there_after_a_restart_and_a_torn_line_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let mut attempts = Attempts::open(dir.path()).unwrap();
        attempts.write("a", tried(1, Last::Began)).unwrap();
        attempts.write("a", tried(1, Last::Taken)).unwrap();
        attempts.write("b", tried(2, Last::Began)).unwrap();
        drop(attempts);
        let path = dir.path().join("attempts");
        let mut torn = std::fs::read(&path).unwrap();
        torn.extend_from_slice(b"\n{\"key\":\"b\",\"cou");
        std::fs::write(&path, torn).unwrap();
        let mut again = Attempts::open(dir.path()).unwrap();
        assert_eq!((again.of("a").unwrap().last, again.of("b").unwrap().last), (Last::Taken, Last::Began));
        again.write("b", tried(3, Last::Noted)).unwrap();
        assert_eq!(Attempts::open(dir.path()).unwrap().of("b").unwrap().count, 3);
    }
}
