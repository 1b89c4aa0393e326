//! A way in: a watched folder or a webhook, as the configuration names it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use schemas::standards::airline::Carrier;
use serde::Deserialize;

use crate::outbox::signature::Secret;

/// A way in as the configuration writes it: `[[in]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    name: String,
    /// Watched: each file in it is one message.
    folder: Option<PathBuf>,
    /// How often the folder is looked at. A file is taken when two looks see it the same.
    every_seconds: Option<u64>,
    /// Files that are kept in `done/`; the oldest go first.
    keep_files: Option<usize>,
    /// A file with `whsec_...`, one a line: then messages come to `/api/v1/in/NAME` with a signature.
    secret_file: Option<PathBuf>,
    /// The carriers for whose flights messages come this way; for all where none is named.
    carriers: Option<Vec<String>>,
}

/// A way in that was read.
#[derive(Debug, Clone)]
pub struct WayIn {
    /// Letters of an address: `host`, `bags-t2`.
    pub name: String,
    /// For whose flights it may speak; empty where for all.
    pub(super) carriers: BTreeSet<Carrier>,
    pub(super) via: Via,
}

#[derive(Debug, Clone)]
pub(super) enum Via {
    Folder {
        folder: PathBuf,
        every: Duration,
        keep: usize,
    },
    /// While a secret is changed there are two.
    Webhook(Vec<Secret>),
}

/// More ways than any station has.
const WAYS_MAX: usize = 32;
const SECRETS_MAX: usize = 4;
const CARRIERS_MAX: usize = 200;

const EVERY_SECONDS: u64 = 2;
const EVERY_SECONDS_MAX: u64 = 300;

const KEEP_FILES: usize = 1000;
/// Fewer than one look at a folder reads, or the oldest would never be seen to be too many.
const KEEP_FILES_MAX: usize = 9_000;

impl WayIn {
    /// Reads all ways in.
    ///
    /// # Errors
    /// With the name of the way and the key that is wrong.
    pub fn read_all(entries: Vec<Entry>) -> Result<Vec<Self>> {
        if entries.len() > WAYS_MAX {
            bail!("{} ways in are named; name at most {WAYS_MAX}", entries.len());
        }
        let mut ways: Vec<Self> = Vec::new();
        for entry in entries {
            let name = entry.name.clone();
            let way = Self::read(entry).with_context(|| format!("the way in \"{name}\" is wrong"))?;
            if ways.iter().any(|known| known.name == way.name) {
                bail!("two ways in are called \"{name}\"; give each a name of its own");
            }
            if let Some(folder) = way.folder()
                && ways.iter().any(|known| known.folder() == Some(folder))
            {
                bail!("the way in \"{name}\" watches the folder of another; give each a folder of its own");
            }
            ways.push(way);
        }
        Ok(ways)
    }

    fn read(entry: Entry) -> Result<Self> {
        let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=40).contains(&entry.name.len()) || !entry.name.bytes().all(is_letter) {
            bail!("`name` has 1 to 40 small letters, digits and hyphens, for it is part of an address");
        }
        let carriers = entry.carriers.map(carriers).transpose()?.unwrap_or_default();
        let via = match (entry.folder, entry.secret_file) {
            (Some(folder), None) => {
                let seconds = entry.every_seconds.unwrap_or(EVERY_SECONDS);
                if !(1..=EVERY_SECONDS_MAX).contains(&seconds) {
                    bail!("`every_seconds` is {seconds}; give 1 to {EVERY_SECONDS_MAX}");
                }
                let keep = entry.keep_files.unwrap_or(KEEP_FILES);
                if !(1..=KEEP_FILES_MAX).contains(&keep) {
                    bail!("`keep_files` is {keep}; give 1 to {KEEP_FILES_MAX}");
                }
                Via::Folder { folder, every: Duration::from_secs(seconds), keep }
            }
            (None, Some(file)) => {
                if entry.every_seconds.is_some() || entry.keep_files.is_some() {
                    bail!("`every_seconds` and `keep_files` are for a `folder`; take them out");
                }
                Via::Webhook(secrets(&file)?)
            }
            _ => bail!("give one of `folder` and `secret_file`"),
        };
        Ok(Self { name: entry.name, carriers, via })
    }

    /// The folder that is watched, if one is.
    pub fn folder(&self) -> Option<&PathBuf> {
        match &self.via {
            Via::Folder { folder, .. } => Some(folder),
            Via::Webhook(_) => None,
        }
    }
}

fn carriers(named: Vec<String>) -> Result<BTreeSet<Carrier>> {
    if named.is_empty() || named.len() > CARRIERS_MAX {
        bail!("`carriers` names {}; name 1 to {CARRIERS_MAX}, or leave it out", named.len());
    }
    named.iter().map(|text| text.parse().with_context(|| format!("`carriers` holds \"{text}\""))).collect()
}

fn secrets(file: &PathBuf) -> Result<Vec<Secret>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("`secret_file` {} cannot be read", file.display()))?;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.is_empty() || lines.len() > SECRETS_MAX {
        bail!("`secret_file` {} holds {} secrets; write 1 to {SECRETS_MAX}, each on a line", file.display(), lines.len());
    }
    lines.into_iter().map(|line| Secret::read(line).with_context(|| format!("`secret_file` {} is wrong", file.display()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_is_written_down_wrong_is_named_with_its_key_and_the_remedy() {
        let dir = tempfile::tempdir().unwrap();
        let secret = dir.path().join("secret");
        std::fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n\nwhsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n").unwrap();
        let folder = |name: &str| Entry {
            name: name.to_owned(),
            folder: Some("in".into()),
            every_seconds: None,
            keep_files: None,
            secret_file: None,
            carriers: None,
        };
        let webhook = |name: &str| Entry { folder: None, secret_file: Some(secret.clone()), ..folder(name) };
        let ways = WayIn::read_all(vec![folder("host"), webhook("bags-t2")]).unwrap();
        assert!(ways[0].folder().is_some() && matches!(&ways[1].via, Via::Webhook(secrets) if secrets.len() == 2));
        let wrong = |entry: Entry, words: &str| {
            let error = format!("{:#}", WayIn::read_all(vec![entry]).unwrap_err());
            assert!(error.contains(words), "{error}");
        };
        wrong(folder("Host Lists"), "part of an address");
        wrong(Entry { folder: None, ..folder("host") }, "one of `folder` and `secret_file`");
        wrong(Entry { folder: Some("in".into()), ..webhook("host") }, "one of `folder` and `secret_file`");
        wrong(Entry { every_seconds: Some(0), ..folder("host") }, "`every_seconds` is 0");
        wrong(Entry { keep_files: Some(0), ..folder("host") }, "`keep_files` is 0");
        let of = |carriers: &[&str]| Some(carriers.iter().map(|carrier| (*carrier).to_owned()).collect());
        assert_eq!(WayIn::read_all(vec![Entry { carriers: of(&["CA", "MU"]), ..folder("host") }]).unwrap()[0].carriers.len(), 2);
        wrong(Entry { carriers: of(&["Air"]), ..folder("host") }, "`carriers` holds \"Air\"");
        wrong(Entry { carriers: of(&[]), ..folder("host") }, "`carriers` names 0");
        wrong(Entry { keep_files: Some(10_000), ..folder("host") }, "give 1 to 9000");
        wrong(Entry { every_seconds: Some(5), ..webhook("host") }, "take them out");
        wrong(Entry { secret_file: Some(dir.path().join("none")), ..webhook("host") }, "cannot be read");
        std::fs::write(&secret, "hunter2").unwrap();
        wrong(webhook("host"), "holds no secret");
        assert!(WayIn::read_all(vec![folder("a"), folder("a")]).is_err());
        assert!(format!("{:#}", WayIn::read_all(vec![folder("a"), folder("b")]).unwrap_err()).contains("folder of its own"));
    }
}
