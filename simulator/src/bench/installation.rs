//! An installation for a benchmark: an authority, and members with certificates in folders of their own.

use std::path::Path;

use anyhow::Result;
use sync::identity::{Authority, Grant, Identity, NodeKey};

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
