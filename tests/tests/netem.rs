//! Real QUIC under the kernel's own faults: loss, delay and reordering between two network namespaces.
//!
//! The same faults by a relay of ours, for kernels without netem, are in `rough_network.rs`.

// needs: root ip tc netem

use std::time::Duration;

use anyhow::Result;
use promises::{Cable, List, Side};
use serde_json::json;

const BOUND: Duration = Duration::from_secs(120);

async fn converges(test: &str, faults: &[&str]) -> Result<()> {
    let mut cable = Cable::lay(test)?;
    cable.netem(faults)?;
    cable.hub().await?;
    cable.desk(Side::Right, "G12", &["--listen", "10.77.0.2:4440", "--discover", "false"]).await?;
    for number in [1501, 1503, 1505] {
        cable.import(Side::Right, "G12", &List::days_away(number, 0, 60).text).await?;
    }
    cable.sees(Side::Right, "G12", "everything at the hub", BOUND, |status| status["waiting_for_hub"] == json!(0)).await?;
    let here = cable.status(Side::Right, "G12").await?["digests"].clone();
    cable.sees(Side::Left, "HUB", "the same records", BOUND, |status| status["digests"] == here && here != json!([])).await?;
    Ok(())
}

#[tokio::test]
async fn a_tenth_of_all_packets_lost() -> Result<()> {
    converges("loss", &["loss", "10%"]).await
}

#[tokio::test]
async fn packets_that_take_200_ms_and_overtake_each_other() -> Result<()> {
    converges("delay", &["delay", "200ms", "50ms", "reorder", "25%"]).await
}
