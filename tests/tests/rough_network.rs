//! A desk works on bad networks: what it saved arrives at the hub in bounded time, whatever becomes of the packets, over real processes and sockets.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use promises::{Installation, List, Rough, Tcp, Weather, seat};
use serde_json::{Value, json};

const BOUND: Duration = Duration::from_secs(120);

/// A hub, and a desk that reaches it through the relay.
async fn through(seed: u64, weather: Weather) -> Result<(Installation, Rough)> {
    let mut station = Installation::start().await?;
    let relay = Rough::before(station.listen("HUB")?, seed, weather).await?;
    station.join("G12", &[]).await?;
    station.dial("G12", relay.address());
    station.launch("G12").await?;
    Ok((station, relay))
}

/// A flight is worked at the desk, and all of it arrives at the hub.
async fn works(station: &Installation, number: u16) -> Result<Value> {
    let desk = station.desk("G12")?;
    let list = List::days_away(number, 0, 12);
    desk.work_flight(&list).await?;
    for (place, booking) in desk.bookings(&list.flight).await?.iter().enumerate() {
        let pass = desk.check_in(booking, &seat(place)).await?;
        desk.must(json!({"kind": "board", "flight": list.flight, "scan": pass})).await?;
    }
    let status = desk.sees("everything at the hub", "status", BOUND, |status| status["waiting_for_hub"] == json!(0)).await?;
    station.agree(&["HUB", "G12"]).await?;
    station.hub()?.has_all(&station.ledger().all()).await?;
    Ok(status)
}

fn over(status: &Value) -> Value {
    let hub = status["peers"].as_array().into_iter().flatten().find(|peer| peer["name"] == json!("HUB"));
    hub.map(|peer| peer["over"].clone()).unwrap_or_default()
}

#[tokio::test]
async fn where_packets_are_lost_or_late_or_short_everything_arrives() -> Result<()> {
    let weathers = [
        Weather { loss: 10, ..Weather::FINE },
        Weather { delay_ms: (200, 60), ..Weather::FINE },
        Weather { loss: 3, delay_ms: (50, 50), longest: 1232, ..Weather::FINE },
    ];
    for (seed, weather) in (1..).zip(weathers) {
        let (station, _relay) = through(seed, weather).await?;
        works(&station, 1501).await.with_context(|| format!("{weather:?}"))?;
    }
    Ok(())
}

#[tokio::test]
async fn where_udp_is_blocked_the_desk_works_over_tcp_and_says_so() -> Result<()> {
    let (station, relay) = through(1, Weather { udp: false, ..Weather::FINE }).await?;
    let status = works(&station, 1501).await?;
    ensure!(over(&status) == json!("tcp") && relay.datagrams() == 0, "{status}");
    let page = station.hub()?.http().get(format!("{}/hub", station.hub()?.url())).send().await?.text().await?;
    ensure!(page.contains("over TCP, for UDP does not get through"), "{page}");
    Ok(())
}

#[tokio::test]
async fn a_link_that_accepts_and_does_not_deliver_is_replaced_over_tcp() -> Result<()> {
    for hole in [Weather { handshakes_only: true, ..Weather::FINE }, Weather { longest: 1000, ..Weather::FINE }] {
        let (station, relay) = through(1, Weather::FINE).await?;
        let status = works(&station, 1501).await?;
        ensure!(over(&status) == json!("quic"), "{status}");
        relay.set(hole);
        let status = works(&station, 1503).await.with_context(|| format!("{hole:?}"))?;
        ensure!(over(&status) == json!("tcp"), "{hole:?}: {status}");
    }
    Ok(())
}

#[tokio::test]
async fn a_tcp_link_that_does_not_deliver_is_replaced_when_the_network_heals() -> Result<()> {
    let blocked = Weather { udp: false, ..Weather::FINE };
    let (station, relay) = through(1, blocked).await?;
    works(&station, 1501).await?;
    relay.set(Weather { tcp: Tcp::Hole, ..blocked });
    let desk = station.desk("G12")?;
    desk.sees("that the hub is gone", "status", BOUND, |status| over(status) == Value::Null).await?;
    relay.set(Weather { tcp: Tcp::Refused, ..blocked });
    relay.set(Weather::FINE);
    works(&station, 1503).await?;
    Ok(())
}
