//! Real QUIC, TCP and multicast between two machines on one cable: short packets, blocked UDP, a link that stops delivering, and neighbours that find
//! each other.

// needs: root ip namespaces

use std::time::Duration;

use anyhow::Result;
use promises::{Cable, List, Side};
use serde_json::{Value, json};

/// Silence is noticed within 10 s, QUIC has a lead of 2 s, and a slow machine takes its time.
const NOTICED: Duration = Duration::from_secs(45);

/// Lists given to a desk arrive at the hub, over this carrier.
async fn arrives(cable: &Cable, number: u16, over: &str) -> Result<()> {
    cable.sees(Side::Right, "G12", "a link", NOTICED, |status| over_of(status, "HUB") == json!(over)).await?;
    cable.import(Side::Right, "G12", &List::days_away(number, 0, 60).text).await?;
    cable.sees(Side::Right, "G12", "everything at the hub", NOTICED, |status| status["waiting_for_hub"] == json!(0)).await?;
    let here = cable.status(Side::Right, "G12").await?["digests"].clone();
    cable.sees(Side::Left, "HUB", "the same records", NOTICED, |status| status["digests"] == here && here != json!([])).await?;
    Ok(())
}

fn over_of(status: &Value, peer: &str) -> Value {
    let peer = status["peers"].as_array().into_iter().flatten().find(|row| row["name"] == json!(peer) && row["connected"] == json!(true));
    peer.map(|row| row["over"].clone()).unwrap_or_default()
}

#[tokio::test]
async fn where_packets_have_at_most_1280_bytes_quic_carries() -> Result<()> {
    let mut cable = Cable::lay("mtu")?;
    for side in [Side::Left, Side::Right] {
        cable.ip(side, &["link", "set", "cable", "mtu", "1280"])?;
    }
    cable.hub().await?;
    cable.desk(Side::Right, "G12", &["--listen", "10.77.0.2:4440", "--discover", "false"]).await?;
    arrives(&cable, 1501, "quic").await
}

#[tokio::test]
async fn where_udp_is_blocked_a_desk_joins_and_works_over_tcp() -> Result<()> {
    let mut cable = Cable::lay("udp")?;
    cable.block_udp()?;
    cable.hub().await?;
    cable.desk(Side::Right, "G12", &["--listen", "10.77.0.2:4440", "--discover", "false"]).await?;
    arrives(&cable, 1501, "tcp").await
}

#[tokio::test]
async fn a_link_that_stops_delivering_is_replaced_over_tcp_and_loses_nothing() -> Result<()> {
    let mut cable = Cable::lay("hole")?;
    cable.hub().await?;
    cable.desk(Side::Right, "G12", &["--listen", "10.77.0.2:4440", "--discover", "false"]).await?;
    arrives(&cable, 1501, "quic").await?;
    cable.block_udp()?;
    // Saved while nobody has noticed yet.
    cable.import(Side::Right, "G12", &List::days_away(1503, 0, 60).text).await?;
    arrives(&cable, 1505, "tcp").await
}

#[tokio::test]
async fn desks_of_a_station_find_each_other_without_a_list_and_without_the_hub() -> Result<()> {
    let mut cable = Cable::lay("mdns")?;
    cable.hub().await?;
    cable.desk(Side::Left, "C01", &["--listen", "0.0.0.0:4440"]).await?;
    cable.desk(Side::Right, "G12", &["--listen", "0.0.0.0:4440"]).await?;
    cable.kill("HUB").await?;
    cable.sees(Side::Right, "G12", "its neighbour", NOTICED, |status| over_of(status, "C01") == json!("quic")).await?;
    cable.import(Side::Right, "G12", &List::days_away(1501, 0, 60).text).await?;
    let here = cable.status(Side::Right, "G12").await?["digests"].clone();
    cable.sees(Side::Left, "C01", "what the neighbour saved", NOTICED, |status| status["digests"] == here && here != json!([])).await?;
    Ok(())
}
