//! SIGTERM ends a node in order within ten seconds, whatever it is doing.

use anyhow::{Result, ensure};
use promises::{Chance, Installation, List, Work, soon, until};

#[tokio::test]
async fn a_node_told_to_stop_ends_cleanly_at_work_with_open_screens_and_at_its_start() -> Result<()> {
    let mut chance = Chance::of("stopping", 15);
    let mut station = Installation::with_desks(&["C1"]).await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 80);
    desk.work_flight(&list).await?;
    let work = Work::start(desk.clone(), desk.bookings(&list.flight).await?);
    let ledger = station.ledger();
    for round in 0..4 {
        let enough = ledger.len() + 5 + chance.below(20) as usize;
        until("more work", soon(), async || Ok((work.has_ended() || ledger.len() >= enough).then_some(()))).await?;
        // A live screen that never goes away by itself.
        let screen = desk.http().get(format!("{}/live", desk.url())).send().await?;
        ensure!(screen.status().is_success(), "the live screen answered {}", screen.status());
        let stopped = station.stop_cleanly("C1").await?;
        println!("round {round}: ended {} ms after SIGTERM, {} acknowledged", stopped.after.as_millis(), ledger.len());
        station.verify("C1").await?;
        station.launch("C1").await?;
        desk.has_all(&ledger.of("C1")).await?;
    }
    work.end().await?;
    for _ in 0..10 {
        station.stop_cleanly("C1").await?;
        station.launch("C1").await?;
    }
    desk.has_all(&ledger.of("C1")).await?;
    station.stop_cleanly("C1").await?;
    station.stop_cleanly("HUB").await?;
    Ok(())
}
