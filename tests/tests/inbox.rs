//! Messages that others bring by themselves, as files in a watched folder and by webhook, are taken once, whole, and never lost.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use promises::{Chance, Desk, Installation, List, SECRET, soon, until};
use serde_json::{Value, json};

/// A desk that watches a folder, looked at each second, and takes webhooks; it does not run yet.
async fn watching() -> Result<(Installation, PathBuf)> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    let folder = station.root().join("in");
    let secret = station.root().join("secret");
    std::fs::write(&secret, format!("{SECRET}\n"))?;
    let folder_way = format!("[[in]]\nname = 'host'\nfolder = {:?}\nevery_seconds = 1\n", folder.display().to_string());
    std::fs::write(station.config("C1"), format!("{folder_way}[[in]]\nname = 'bags'\nsecret_file = {:?}\n", secret.display().to_string()))?;
    std::fs::create_dir_all(&folder)?;
    station.stop_cleanly("C1").await?;
    Ok((station, folder))
}

/// A baggage message for so many bags of a flight.
fn bags(list: &List, first: u32, count: u32) -> Result<String> {
    let flight = list.text.lines().find(|line| line.contains(" PVG PART1")).and_then(|line| line.split(' ').next()).context("no flight")?;
    let (number, day) = flight.split_once('/').context("no day")?;
    let number = number.replace("CA0", "CA");
    Ok(format!("BSM\n.V/1LPVG\n.F/{number}/{day}/PEK/Y\n.N/0999{first:06}{count:03}\nENDBSM\n"))
}

/// The files that lie in a folder, by name, without folders.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.path().is_file());
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

async fn emptied(folder: &Path) -> Result<()> {
    until("an empty folder", soon(), async || Ok(files(folder).is_empty().then_some(()))).await
}

async fn saved(desk: &Desk) -> Result<u64> {
    desk.read("status").await?["saved_here"].as_u64().context("no number of entries")
}

async fn bags_on(desk: &Desk, flight: &str) -> Result<u64> {
    desk.read(&format!("flights/{flight}")).await?["counts"]["bags"].as_u64().context("no number of bags")
}

#[tokio::test]
async fn files_are_taken_once_and_in_order_over_kills_and_the_same_file_again_is_nothing_new() -> Result<()> {
    let (mut station, folder) = watching().await?;
    let list = List::days_away(1501, 0, 30);
    std::fs::write(folder.join("1-list.txt"), &list.text)?;
    for turn in 0..20 {
        std::fs::write(folder.join(format!("2-bags-{turn:02}.txt")), bags(&list, 1000 + turn * 10, 3)?)?;
    }
    // Cut down while it takes them, again and again.
    let mut chance = Chance::of("inbox", 7);
    for _ in 0..6 {
        station.launch("C1").await?;
        tokio::time::sleep(Duration::from_millis(1_000 + chance.below(1_200))).await;
        station.kill("C1").await?;
    }
    station.launch("C1").await?;
    emptied(&folder).await?;
    let desk = station.desk("C1")?;
    desk.sees("all bags", &format!("flights/{}", list.flight), soon(), |flight| flight["counts"]["bags"] == json!(60)).await?;
    ensure!(saved(&desk).await? == 21, "one entry for each file, not {}", saved(&desk).await?);
    ensure!(files(&folder.join("done")).len() == 21, "{:?}", files(&folder.join("done")));
    // The same bytes under another name, and with a new time.
    std::fs::write(folder.join("again.txt"), &list.text)?;
    std::fs::write(folder.join("bags-again.txt"), bags(&list, 1000, 3)?)?;
    emptied(&folder).await?;
    ensure!(saved(&desk).await? == 21 && bags_on(&desk, &list.flight).await? == 60, "the same again was saved again");
    ensure!(desk.read("rejects").await? == json!([]), "{}", desk.read("rejects").await?);
    Ok(())
}

#[tokio::test]
async fn what_is_still_written_is_left_alone_until_it_is_whole() -> Result<()> {
    let (mut station, folder) = watching().await?;
    station.launch("C1").await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 30);
    let lines: Vec<&str> = list.text.lines().collect();
    // Written in pieces over some looks.
    let mut written = String::new();
    for piece in lines.chunks(lines.len().div_ceil(12)) {
        written += &piece.join("\n");
        written.push('\n');
        std::fs::write(folder.join("slow.txt"), &written)?;
        tokio::time::sleep(Duration::from_millis(400)).await;
        ensure!(desk.read("rejects").await? == json!([]), "half a list was taken");
    }
    desk.sees("the list", "flights", soon(), |rows| rows[0]["counts"]["booked"] == json!(30)).await?;
    // Under a name of what is still written, and hidden; then renamed.
    let other = List::days_away(1502, 0, 10);
    std::fs::write(folder.join("other.txt.part"), &other.text)?;
    std::fs::write(folder.join(".other.txt"), &other.text)?;
    std::os::unix::fs::symlink(station.root().join("secret"), folder.join("link.txt"))?;
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    ensure!(desk.read("flights").await?.as_array().map(Vec::len) == Some(1), "what is not meant was taken");
    std::fs::rename(folder.join("other.txt.part"), folder.join("other.txt"))?;
    desk.sees("the other list", "flights", soon(), |rows| rows.as_array().map(Vec::len) == Some(2)).await?;
    ensure!(folder.join(".other.txt").exists() && folder.join("link.txt").symlink_metadata().is_ok(), "what was not taken is gone");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_read_lies_aside_with_its_reason_and_is_applied_by_a_replay() -> Result<()> {
    let (mut station, folder) = watching().await?;
    station.launch("C1").await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 20);
    std::fs::write(folder.join("broken.txt"), list.text.replace("CA1501/", "CA??/"))?;
    std::fs::write(folder.join("empty.txt"), "")?;
    std::fs::write(folder.join("huge.txt"), "A".repeat(600 * 1024))?;
    std::fs::write(folder.join("export.csv"), "name,seat\nLI/NA,1A\n")?;
    emptied(&folder).await?;
    let rejected = files(&folder.join("rejected"));
    ensure!(rejected.len() == 8, "each has its reason beside it: {rejected:?}");
    let reason = |name: &str| -> Result<String> {
        let file = rejected.iter().find(|file| file.ends_with(&format!("{name}.reason.txt"))).with_context(|| format!("no reason for {name}"))?;
        Ok(std::fs::read_to_string(folder.join("rejected").join(file))?)
    };
    ensure!(reason("broken.txt")?.contains("Line 4: ") && reason("broken.txt")?.contains("Kept as "), "{}", reason("broken.txt")?);
    ensure!(reason("huge.txt")?.contains("512 KiB") && reason("export.csv")?.contains("CA1501.2026-11-22.PVG.1031.csv"), "{}", reason("export.csv")?);
    let items = desk.read("rejects").await?;
    ensure!(items.as_array().map(Vec::len) == Some(1) && items[0]["line"] == 4 && items[0]["door"] == "folder", "{items}");
    let id = items[0]["id"].as_str().context("no id")?;
    let answer = desk.http().post(format!("{}/api/v1/rejects/{id}/replay", desk.url())).header("Apron-Staff", "4711");
    let answer = answer.header("content-type", "application/json").body(json!({ "text": list.text }).to_string()).send().await?;
    ensure!(answer.status().as_u16() == 201, "{}", answer.text().await?);
    desk.sees("the list", "flights", soon(), |rows| rows[0]["counts"]["booked"] == json!(20)).await?;
    // A host's list is known by the name of its file, and what it says is as old as that.
    let (flight, _) = list.flight.rsplit_once('.').context("a key")?;
    let names = list.text.lines().filter(|line| line.starts_with('1')).take(2).map(|line| format!("{};;NA\n", &line[1..])).collect::<String>();
    let at = (chrono_now() - chrono::TimeDelta::minutes(7)).format("%H%M").to_string();
    std::fs::write(folder.join(format!("{flight}.PVG.{at}.csv")), format!("PAX NAME;SEAT;ST\n{names}"))?;
    emptied(&folder).await?;
    let seen = desk.read(&format!("flights/{}", list.flight)).await?;
    ensure!(seen["sources"]["check_in_at"].is_number(), "{seen}");
    Ok(())
}

/// Now, by the station's clock.
#[expect(clippy::disallowed_methods, reason = "the node reads the same clock")]
fn chrono_now() -> chrono::DateTime<chrono::Utc> {
    chrono::Utc::now() + chrono::TimeDelta::hours(promises::ZONE_HOURS)
}

/// Posts to a webhook; the status and the answer.
async fn post(desk: &Desk, id: &str, at: i64, body: &str, secret: &str) -> Result<(u16, Value)> {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &STANDARD.decode(secret.trim_start_matches("whsec_"))?);
    let signature = STANDARD.encode(ring::hmac::sign(&key, format!("{id}.{at}.{body}").as_bytes()).as_ref());
    let request = desk.http().post(format!("{}/api/v1/in/bags", desk.url())).header("webhook-id", id).header("webhook-timestamp", at);
    let answer =
        request.header("webhook-signature", format!("v1,{signature}")).header("content-type", "text/plain").body(body.to_owned()).send().await?;
    Ok((answer.status().as_u16(), answer.json().await.unwrap_or_default()))
}

#[tokio::test]
async fn a_webhook_takes_what_is_signed_now_once_under_each_id() -> Result<()> {
    let (mut station, _) = watching().await?;
    station.launch("C1").await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 20);
    let now = chrono_now().timestamp() - promises::ZONE_HOURS * 3600;
    // What waits is kept, and the sender need not say it again.
    let first = bags(&list, 1000, 2)?;
    let (status, answer) = post(&desk, "m1", now, &first, SECRET).await?;
    ensure!(status == 202 && answer["state"] == "waiting" && answer["kept"].is_string(), "{status} {answer}");
    let (status, answer) = post(&desk, "m2", now, &list.text, SECRET).await?;
    ensure!(status == 200 && answer["state"] == "applied", "{status} {answer}");
    desk.sees("the bags that waited", &format!("flights/{}", list.flight), soon(), |flight| flight["counts"]["bags"] == json!(2)).await?;
    let before = saved(&desk).await?;
    // The same id again, also over a kill, is the same message; with other words it is none.
    ensure!(post(&desk, "m2", now, &list.text, SECRET).await?.0 == 200, "the same was not taken as known");
    station.kill("C1").await?;
    station.launch("C1").await?;
    let desk = station.desk("C1")?;
    ensure!(post(&desk, "m2", now, &list.text, SECRET).await?.0 == 200, "the same was not taken as known after a kill");
    ensure!(post(&desk, "m2", now, &bags(&list, 2000, 1)?, SECRET).await?.0 == 409, "other words under a known id were taken");
    ensure!(saved(&desk).await? == before, "the same was saved again");
    // Not signed by who holds the secret, too long ago, or not signed.
    let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    ensure!(post(&desk, "m3", now, &bags(&list, 2000, 1)?, other).await?.0 == 401, "another's signature was taken");
    ensure!(post(&desk, "m4", now - 3600, &bags(&list, 2000, 1)?, SECRET).await?.0 == 401, "what was signed long ago was taken");
    let plain = desk.http().post(format!("{}/api/v1/in/bags", desk.url())).body("BSM").send().await?;
    ensure!(plain.status().as_u16() == 401, "what was not signed was taken: {}", plain.status());
    ensure!(desk.http().post(format!("{}/api/v1/in/host", desk.url())).body("BSM").send().await?.status().as_u16() == 404, "a folder is no webhook");
    ensure!(saved(&desk).await? == before, "a stranger's message was saved");
    let metrics = desk.http().get(format!("{}/metrics", desk.url())).send().await?.text().await?;
    ensure!(metrics.contains("apron_in_not_signed{way=\"bags\"} 3"), "{metrics}");
    // What cannot be read is kept with its line.
    let (status, answer) = post(&desk, "m5", now, &list.text.replace("CA1501/", "CA??/"), SECRET).await?;
    ensure!(status == 202 && answer["state"] == "kept" && answer["line"] == 4, "{status} {answer}");
    ensure!(desk.read("rejects").await?[0]["door"] == "webhook", "{}", desk.read("rejects").await?);
    Ok(())
}
