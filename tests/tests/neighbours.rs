//! Two desks of a station work together while the hub is gone.

use anyhow::{Result, ensure};
use promises::{Installation, List, seat, soon};
use serde_json::json;

#[tokio::test]
async fn two_desks_share_their_work_while_the_hub_is_gone_and_the_hub_gets_it_all_later() -> Result<()> {
    let mut station = Installation::with_desks(&["C1", "G12"]).await?;
    let (counter, gate) = (station.desk("C1")?, station.desk("G12")?);
    let list = List::days_away(1501, 0, 24);
    counter.work_flight(&list).await?;
    let at_gate = format!("flights/{}", list.flight);
    gate.sees("the list", &at_gate, soon(), |row| row["counts"]["booked"] == json!(24)).await?;

    station.kill("HUB").await?;
    let mut passes = Vec::new();
    for (place, booking) in counter.bookings(&list.flight).await?.iter().enumerate() {
        passes.push(counter.check_in(booking, &seat(place)).await?);
    }
    gate.sees("who is checked in", &at_gate, soon(), |row| row["counts"]["checked_in"] == json!(24)).await?;
    for pass in &passes {
        gate.must(json!({"kind": "board", "flight": list.flight, "scan": pass})).await?;
    }
    counter.sees("who is on board", &at_gate, soon(), |row| row["counts"]["boarded"] == json!(24)).await?;
    station.agree(&["C1", "G12"]).await?;
    for desk in [&counter, &gate] {
        let status = desk.read("status").await?;
        ensure!(status["waiting_for_hub"].as_u64() >= Some(24), "{}: nothing waits for the hub: {status}", desk.name);
        ensure!(status["conflicts"] == json!(0), "{}: conflicts in orderly work: {status}", desk.name);
    }
    let ledger = station.ledger();
    counter.has_all(&ledger.all()).await?;
    gate.has_all(&ledger.all()).await?;

    station.launch("HUB").await?;
    for desk in [&counter, &gate] {
        desk.sees("everything at the hub", "status", soon(), |status| status["waiting_for_hub"] == json!(0)).await?;
    }
    station.agree(&["HUB", "C1", "G12"]).await?;
    station.hub()?.has_all(&ledger.all()).await?;
    for name in ["HUB", "C1", "G12"] {
        let stopped = station.stop_cleanly(name).await?;
        println!("{name} ended {} ms after SIGTERM", stopped.after.as_millis());
        station.verify(name).await?;
    }
    Ok(())
}
