//! A photo that a desk called saved outlives a kill, and reaches the hub and the neighbours as soon as they are there; nobody else.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use promises::{Chance, Desk, Installation, soon, until};
use serde_json::{Value, json};

/// A PNG by its header, with noise behind it.
fn photo(chance: &mut Chance, bytes: usize) -> Vec<u8> {
    let mut photo = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x06\x40\0\0\x04\xb0\x08\x02\0\0\0".to_vec();
    photo.extend((photo.len()..bytes).map(|_| chance.below(256) as u8));
    photo
}

async fn report(desk: &Desk) -> Result<String> {
    let command = json!({
        "kind": "open-incident", "incident": "damaged", "name": "BIRCH/ADA", "flight": "CA0921", "contact": "+86 555 0100", "bag": { "description": "black" },
    });
    Ok(desk.must(command).await?["case"].as_str().context("the report has no id")?.to_owned())
}

/// Sends the bytes of a photo; what the desk answered that it kept.
async fn keep(desk: &Desk, photo: &[u8]) -> Result<Value> {
    let reply = desk.http().post(format!("{}/api/v1/photos", desk.url())).body(photo.to_vec()).send().await?;
    ensure!(reply.status().as_u16() == 201, "{} did not keep the photo: {}", desk.name, reply.text().await?);
    Ok(reply.json().await?)
}

async fn bytes(desk: &Desk, photo: &Value) -> Result<Vec<u8>> {
    let name = photo["sha256"].as_str().context("a photo has no name")?;
    let reply = desk.http().get(format!("{}/photos/{name}", desk.url())).send().await?;
    ensure!(reply.status().is_success(), "{} answered {} to the photo", desk.name, reply.status());
    Ok(reply.bytes().await?.to_vec())
}

/// Waits until a desk holds so many photos of a report.
async fn holds(desk: &Desk, case: &str, count: usize) -> Result<Value> {
    let all = |rows: &Value| rows.as_array().is_some_and(|rows| rows.iter().filter(|row| row["held"]["here"] == true).count() == count);
    desk.sees("its photos", &format!("photos/of/{case}"), 2 * soon(), all).await
}

#[tokio::test]
async fn a_photo_of_a_cut_off_desk_outlives_kills_and_reaches_the_hub_and_the_neighbour_alone() -> Result<()> {
    let mut chance = Chance::of("photos", 20_261_122);
    let mut station = Installation::with_desks(&["B1", "B2"]).await?;
    station.join_at("E1", "PEK").await?;
    for name in ["HUB", "B2"] {
        station.kill(name).await?;
    }
    let desk = station.desk("B1")?;
    let case = report(&desk).await?;
    let taken = photo(&mut chance, 300_000);
    let kept = keep(&desk, &taken).await?;
    station.kill("B1").await?;
    station.launch("B1").await?;
    desk.must(json!({ "kind": "add-photo", "record": case, "photo": kept })).await?;
    station.kill("B1").await?;
    station.launch("B1").await?;
    let rows = holds(&desk, &case, 1).await?;
    ensure!(rows[0]["held"]["words"] == "Saved here", "nobody else has it: {rows}");
    ensure!(bytes(&desk, &kept).await? == taken, "the bytes are others after a kill");
    for name in ["HUB", "B2", "E1"] {
        station.launch(name).await?;
    }
    for name in ["HUB", "B2"] {
        let other = station.desk(name)?;
        holds(&other, &case, 1).await?;
        ensure!(bytes(&other, &kept).await? == taken, "{name} has other bytes");
    }
    for name in ["B1", "B2"] {
        let at_hub = |rows: &Value| {
            rows[0]["held"]["hub_at_ms"].is_i64() && rows[0]["held"]["words"].as_str().is_some_and(|words| words.starts_with("At the hub"))
        };
        station.desk(name)?.sees("the hub's word", &format!("photos/of/{case}"), 2 * soon(), at_hub).await?;
    }
    for name in ["B1", "B2", "HUB", "E1"] {
        station.stop_cleanly(name).await?;
        let proof = station.verify(name).await?;
        let photos = if name == "E1" { 0 } else { 1 };
        ensure!((&proof["photos"], &proof["photos_rotten"]) == (&json!(photos), &json!(0)), "{name}: {proof}");
    }
    ensure!(std::fs::read_dir(station.dir("E1").join("photos"))?.count() == 0, "a desk of another station holds a file of it");
    Ok(())
}

#[tokio::test]
async fn a_hub_killed_while_photos_come_has_all_of_them_in_the_end() -> Result<()> {
    let mut chance = Chance::of("photos while killed", 20_261_123);
    let mut station = Installation::with_desks(&["B1"]).await?;
    let desk = station.desk("B1")?;
    let case = report(&desk).await?;
    let mut taken = Vec::new();
    for _ in 0..4 {
        let bytes = photo(&mut chance, 1_500_000);
        let kept = keep(&desk, &bytes).await?;
        desk.must(json!({ "kind": "add-photo", "record": case, "photo": kept })).await?;
        taken.push((kept, bytes));
    }
    let folder = station.dir("HUB").join("photos");
    for _ in 0..3 {
        let half =
            || std::fs::read_dir(&folder).into_iter().flatten().flatten().any(|file| file.path().extension().is_some_and(|kind| kind == "part"));
        let done = || std::fs::read_dir(&folder).map_or(0, |files| files.flatten().filter(|file| file.path().extension().is_none()).count());
        until("a photo half way", soon(), async || Ok((half() || done() == 4).then_some(()))).await?;
        // A moment drawn within a few parts, which no state could name.
        tokio::time::sleep(Duration::from_millis(chance.below(400))).await;
        station.kill("HUB").await?;
        station.launch("HUB").await?;
    }
    let hub = station.hub()?;
    holds(&hub, &case, 4).await?;
    for (kept, wanted) in &taken {
        ensure!(bytes(&hub, kept).await? == *wanted, "the hub has other bytes");
    }
    station.stop_cleanly("HUB").await?;
    let proof = station.verify("HUB").await?;
    ensure!(proof["photos"] == 4, "{proof}");
    Ok(())
}
