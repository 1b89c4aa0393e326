//! The peer of a commit: the same bytes at the end of a file, and `fdatasync`.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::Result;

use super::stopwatch;

/// A file that only grows.
pub(super) struct RawAppend {
    file: File,
}

impl RawAppend {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let file = File::options().create_new(true).append(true).open(path)?;
        file.sync_all()?;
        Ok(Self { file })
    }

    /// Appends and syncs; seconds that it took.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<f64> {
        let begun = stopwatch::now();
        self.file.write_all(bytes)?;
        self.file.sync_data()?;
        Ok(stopwatch::since(begun))
    }
}
