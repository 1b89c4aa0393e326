//! Nodes are killed at random moments of their work, and nothing that they acknowledged is ever missing.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use promises::{Acknowledged, Chance, Desk, Installation, List, Work, is_long, soon};
use serde_json::json;

/// As many guests of a flight as one desk has sequence numbers for.
const SEQUENCES: usize = 80;
const NODES: [&str; 3] = ["C1", "C2", "HUB"];
/// Desks are killed more often than the hub.
const VICTIMS: [&str; 5] = ["C1", "C2", "C1", "C2", "HUB"];

#[tokio::test]
async fn a_station_killed_again_and_again_loses_nothing_that_it_acknowledged() -> Result<()> {
    let kills = if is_long() { 40 } else { 8 };
    let mut chance = Chance::of("kills", 20_261_122);
    let mut station = Installation::with_desks(&["C1", "C2"]).await?;
    let mut work = Vec::new();
    for (place, name) in [(0, "C1"), (1, "C2"), (2, "C1"), (3, "C2")] {
        let list = List::days_away(1501 + place, 0, SEQUENCES);
        let desk = station.desk(name)?;
        desk.work_flight(&list).await?;
        work.push(Work::start(desk.clone(), desk.bookings(&list.flight).await?));
    }
    let ledger = station.ledger();
    for kill in 0..kills {
        let victim = *chance.one_of(&VICTIMS);
        let enough = ledger.len() + chance.below(40) as usize;
        promises::until("more work", soon(), async || Ok((ledger.len() >= enough || work.iter().any(Work::has_ended)).then_some(()))).await?;
        if let Some(place) = work.iter().position(Work::has_ended) {
            let presses = work.swap_remove(place).end().await?;
            bail!("somebody stopped working after {presses} presses");
        }
        let at_hub = if victim == "HUB" { said_to_be_at_hub(&station, &chance.clone()).await? } else { Vec::new() };
        // A moment drawn within a commit or two, which no state could name.
        tokio::time::sleep(Duration::from_micros(chance.below(20_000))).await;
        station.kill(victim).await?;
        let mut early = 0;
        while chance.below(3) == 0 {
            station.spawn(victim)?;
            tokio::time::sleep(Duration::from_millis(chance.below(150))).await;
            station.kill(victim).await?;
            early += 1;
        }
        let acknowledged = ledger.of(victim);
        station.launch(victim).await?;
        let desk = station.desk(victim)?;
        desk.has_all(&acknowledged).await?;
        desk.has_all(&at_hub).await?;
        println!(
            "kill {kill}: {victim}, and {early} times while it started; {} of its own and {} at the hub are there",
            acknowledged.len(),
            at_hub.len()
        );
    }
    let mut saved = 0;
    for work in work {
        saved += work.end().await?;
    }
    // Beside what the shifts did, each of the four lists was imported and its flight taken over.
    ensure!(ledger.len() == saved + 8, "{} in the ledger, {saved} saved", ledger.len());
    for name in ["C1", "C2"] {
        station.desk(name)?.sees("everything at the hub", "status", soon(), |status| status["waiting_for_hub"] == json!(0)).await?;
    }
    station.agree(&NODES).await?;
    for name in NODES {
        station.desk(name)?.has_all(&ledger.all()).await?;
    }
    for name in NODES {
        station.stop_cleanly(name).await?;
        let proof = station.verify(name).await?;
        println!("{name}: {proof}");
    }
    println!("kills: {kills}, acknowledged: {}, lost: 0", ledger.len());
    Ok(())
}

/// Some commands that their desk shows as being at the hub.
async fn said_to_be_at_hub(station: &Installation, chance: &Chance) -> Result<Vec<Acknowledged>> {
    let mut chance = chance.clone();
    let mut said = Vec::new();
    for name in ["C1", "C2"] {
        let desk: Desk = station.desk(name)?;
        let all = station.ledger().of(name);
        for _ in 0..20 {
            let known = chance.one_of(&all);
            if desk.read(&format!("commands/{}", known.id)).await?["held"]["hub_at_ms"].is_i64() {
                said.push(known.clone());
            }
        }
    }
    Ok(said)
}
