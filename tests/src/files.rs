//! Copies of data directories, so that damage is done to a copy and never to the only one.

use std::path::Path;

use anyhow::{Context, Result};

/// Copies a folder with everything in it; `to` must not exist.
pub fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for item in std::fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let item = item?;
        let target = to.join(item.file_name());
        if item.file_type()?.is_dir() {
            copy_dir(&item.path(), &target)?;
        } else {
            std::fs::copy(item.path(), &target).with_context(|| format!("cannot copy {}", item.path().display()))?;
        }
    }
    Ok(())
}
