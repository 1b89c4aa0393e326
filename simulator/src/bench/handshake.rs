//! What a link costs before anything is said on it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use sync::identity::Identity;
use sync::transport::{Endpoint, TimeSource};

use super::stopwatch;

/// Acknowledgements, and the search for the largest datagram, are over by then.
const SETTLED: Duration = Duration::from_millis(200);

/// Bytes of datagrams in both directions for one link between these two identities on this machine.
pub(super) fn bytes(node: &Path, hub: &Path) -> Result<f64> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (node, hub) = (endpoint(node)?, endpoint(hub)?);
        let dialed = node.dial(hub.local_addr()).await?;
        let accepted = hub.accept().await.context("the hub accepts no link")?;
        tokio::time::sleep(SETTLED).await;
        let bytes = node.traffic().datagram_bytes_sent + hub.traffic().datagram_bytes_sent;
        drop((dialed, accepted));
        Ok(bytes as f64)
    })
}

fn endpoint(identity: &Path) -> Result<Endpoint> {
    let identity = Arc::new(Identity::load(identity)?);
    Ok(Endpoint::bind("127.0.0.1:0".parse()?, identity, TimeSource::new(|| stopwatch::unix_ms() / 1000), None)?)
}
