//! An installation for a benchmark: an authority, and members with certificates and journals in folders of their own.

use std::path::Path;

use anyhow::Result;
use schemas::flat::DocId;
use sync::identity::{Authority, Grant, Identity, NodeKey};
use sync::payload;

use super::stopwatch;

/// Where a member keeps its key and certificate.
pub(super) const IDENTITY: &str = "identity";
/// Where a member keeps its journal.
pub(super) const JOURNAL: &str = "journal";
/// Where a member keeps its index.
pub(super) const INDEX: &str = "index";

/// Makes members of one installation: the folder of each, and what it may do.
pub(super) fn found(members: &[(&Path, Grant)]) -> Result<()> {
    let now_s = stopwatch::unix_ms() / 1000;
    let authority = Authority::create("Measured", now_s)?;
    for (home, grant) in members {
        let (key, request) = NodeKey::create()?;
        let certificate = authority.sign(&request, grant, now_s)?;
        std::fs::create_dir_all(home)?;
        Identity::new(key, certificate, authority.ca_der().to_vec())?.save(&home.join(IDENTITY))?;
    }
    Ok(())
}

/// A desk of the station that the workload is at.
pub(super) fn desk() -> Result<Grant> {
    Ok(Grant::node("G12", "PVG", &["*"])?)
}

pub(super) fn hub() -> Result<Grant> {
    Ok(Grant::hub("HUB")?)
}

/// Every change that a journal holds, in its order.
pub(super) fn changes_in(journal: &Path) -> Result<Vec<(DocId, Vec<u8>)>> {
    let mut changes = Vec::new();
    let mut failed = None;
    sync::journal::inspect(journal, |_, bytes| match payload::read(bytes) {
        Ok(frame) => changes.extend(sync::replica::changes(&frame).map(|(_, _, doc, raw, _)| (doc, raw.to_vec()))),
        Err(error) => failed = Some(error),
    })?;
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(changes),
    }
}

/// Copies the files of a folder.
pub(super) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for item in std::fs::read_dir(from)? {
        let item = item?;
        std::fs::copy(item.path(), to.join(item.file_name()))?;
    }
    Ok(())
}
