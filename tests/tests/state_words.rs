//! Where a record is held is said in the same true words by every answer: here alone, at the station, at the hub; and taken back when the hub lost it.

use std::time::Duration;

use anyhow::{Result, ensure};
use promises::{Desk, Installation, List, copy_dir, seat, soon};
use serde_json::{Value, json};

#[tokio::test]
async fn a_record_is_here_then_at_the_station_then_at_the_hub_and_no_more_when_the_hub_lost_it() -> Result<()> {
    let mut station = Installation::with_desks(&["C1", "G12"]).await?;
    let counter = station.desk("C1")?;
    let list = List::days_away(1501, 0, 4);
    counter.work_flight(&list).await?;
    let bookings = counter.bookings(&list.flight).await?;
    let path = format!("bookings/{}", bookings[0]);
    says(&counter, &path, |words| words.starts_with("At the hub ")).await?;
    station.stop_cleanly("HUB").await?;
    let older = station.root().join("HUB.older");
    copy_dir(&station.dir("HUB"), &older)?;

    station.stop_cleanly("G12").await?;
    counter.check_in(&bookings[0], &seat(0)).await?;
    let alone = says(&counter, &path, |words| words == "Saved here").await?;
    ensure!(alone["means"].as_str().is_some_and(|means| means.contains("This device alone has it")), "{alone}");
    on_the_page(&counter, &bookings[0], "this device alone has it").await?;

    station.launch("G12").await?;
    says(&counter, &path, |words| words == "At the station (2 of 2 desks)").await?;
    on_the_page(&counter, &bookings[0], "At the station (2 of 2 desks)").await?;

    station.launch("HUB").await?;
    let first = says(&counter, &path, |words| words.starts_with("At the hub ")).await?;
    on_the_page(&counter, &bookings[0], "At the hub ").await?;
    for answer in [format!("flights/{}/guests", list.flight), "flights".to_owned(), format!("flights/{}", list.flight)] {
        counter.sees("the word of each row", &answer, soon(), |rows| all_rows(rows, |row| at_hub(&row["held"]))).await?;
    }

    // The hub is set back to its older copy, and no other desk gives it what it lost before it speaks: what it signed for before is withdrawn. It gets
    // it again, and signs again, later.
    station.stop_cleanly("G12").await?;
    station.kill("HUB").await?;
    std::fs::remove_dir_all(station.dir("HUB"))?;
    copy_dir(&older, &station.dir("HUB"))?;
    tokio::time::sleep(Duration::from_millis(5)).await;
    station.launch("HUB").await?;
    let later = |guest: &Value| guest["held"]["hub_at_ms"].as_i64() > first["hub_at_ms"].as_i64();
    counter.sees("the hub's newer word", &path, soon(), later).await?;
    station.agree(&["HUB", "C1"]).await?;
    Ok(())
}

/// Waits until the answer's record has such a word; all that is said of where it is held.
async fn says(desk: &Desk, path: &str, wanted: impl Fn(&str) -> bool) -> Result<Value> {
    let word = |answer: &Value| answer["held"]["words"].as_str().is_some_and(&wanted);
    Ok(desk.sees("a word", path, soon(), word).await?["held"].clone())
}

/// The counter's page says the same of the guest.
async fn on_the_page(desk: &Desk, booking: &str, words: &str) -> Result<()> {
    let page = desk.http().get(format!("{}/counter?booking={booking}", desk.url())).send().await?.text().await?;
    ensure!(page.contains(words), "the page does not say {words:?}");
    Ok(())
}

fn at_hub(held: &Value) -> bool {
    held["hub_at_ms"].is_i64() && held["words"].as_str().is_some_and(|words| words.starts_with("At the hub "))
}

fn all_rows(rows: &Value, holds: impl Fn(&Value) -> bool) -> bool {
    match rows.as_array() {
        Some(rows) => !rows.is_empty() && rows.iter().all(holds),
        None => *rows != json!(null) && holds(rows),
    }
}
