//! What somebody has begun to type: kept for its author until it is sent, over locks, shifts of others and restarts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use schemas::record::fact::StaffNumber;

use crate::data::write_private;

/// Authors, forms of one author, and bytes of one form that are kept.
const AUTHORS_MAX: usize = 256;
const FORMS_MAX: usize = 8;
const BYTES_MAX: usize = 32 * 1024;

/// The drafts of one author: by form, its fields as the browser sent them.
type Forms = BTreeMap<String, String>;

/// All drafts of this node.
#[derive(Debug)]
pub struct Drafts {
    file: PathBuf,
    all: Mutex<BTreeMap<String, Forms>>,
}

impl Drafts {
    /// Reads what is kept. A file that cannot be read is moved aside: drafts are a help, and a desk starts without them.
    pub fn open(file: &Path) -> Self {
        let kept = std::fs::read(file).ok();
        let all = kept.as_ref().and_then(|text| serde_json::from_slice(text).ok());
        if kept.is_some() && all.is_none() {
            tracing::warn!("the drafts cannot be read and are moved aside");
            let _ = std::fs::rename(file, file.with_extension("unread"));
        }
        Self { file: file.to_owned(), all: Mutex::new(all.unwrap_or_default()) }
    }

    /// Keeps what was typed into a form so far; nothing typed forgets it.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub fn keep(&self, author: &StaffNumber, form: &str, fields: &str) -> Result<()> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let forms = all.entry(author.to_string()).or_default();
        if fields.is_empty() || fields.len() > BYTES_MAX {
            forms.remove(form);
        } else if forms.contains_key(form) || forms.len() < FORMS_MAX {
            forms.insert(form.to_owned(), fields.to_owned());
        }
        if forms.is_empty() {
            all.remove(author.as_str());
        }
        while all.len() > AUTHORS_MAX {
            all.pop_first();
        }
        let text = serde_json::to_vec(&*all).context("drafts cannot be written")?;
        write_private(&self.file, &text)
    }

    /// What this author typed into the form; empty if nothing.
    pub fn of(&self, author: &StaffNumber, form: &str) -> String {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(author.as_str()).and_then(|forms| forms.get(form)).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_its_authors_and_outlives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("drafts.json");
        let (one, other) = ("4711".parse().unwrap(), "4712".parse().unwrap());
        let drafts = Drafts::open(&file);
        drafts.keep(&one, "report", "name=Li&contact=").unwrap();
        drop(drafts);
        let drafts = Drafts::open(&file);
        assert_eq!((drafts.of(&one, "report").as_str(), drafts.of(&other, "report").as_str()), ("name=Li&contact=", ""));
        drafts.keep(&one, "report", "").unwrap();
        assert_eq!(Drafts::open(&file).of(&one, "report"), "");
        std::fs::write(&file, "{").unwrap();
        assert_eq!(Drafts::open(&file).of(&one, "report"), "");
        assert!(file.with_extension("unread").exists());
    }

    #[test]
    fn drafts_are_bounded() {
        let dir = tempfile::tempdir().unwrap();
        let drafts = Drafts::open(&dir.path().join("drafts.json"));
        let author = "4711".parse().unwrap();
        for form in 0..20 {
            drafts.keep(&author, &form.to_string(), "x=1").unwrap();
        }
        assert_eq!((drafts.of(&author, "7").as_str(), drafts.of(&author, "8").as_str()), ("x=1", ""));
        drafts.keep(&author, "7", &"x".repeat(BYTES_MAX + 1)).unwrap();
        assert_eq!(drafts.of(&author, "7"), "");
    }
}
