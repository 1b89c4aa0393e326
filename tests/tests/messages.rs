//! A message that cannot be applied is kept with its line and its remedy, and applied once when the cause is mended.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use promises::{Ended, Installation, List, apron, soon};
use serde_json::{Value, json};

/// Runs `apron ... --data DIR`, as staff 4711 where that is asked for.
async fn on(args: &[&str], dir: &Path) -> Result<Ended> {
    let data = [OsStr::new("--data"), dir.as_os_str()].map(OsStr::to_owned);
    let args: Vec<OsString> = args.iter().map(OsString::from).chain(data).collect();
    apron(&args).await
}

async fn import(text: &str, station: &Installation, desk: &str) -> Result<Ended> {
    let file = station.root().join("message.txt");
    std::fs::write(&file, text)?;
    on(&["import", "--staff", "4711", file.to_str().context("a path")?], &station.dir(desk)).await
}

async fn kept(station: &Installation, desk: &str) -> Result<Vec<Value>> {
    let list = on(&["rejects", "list", "--json"], &station.dir(desk)).await?.good()?;
    Ok(serde_json::from_str(&list)?)
}

/// The change message that takes the first guest of a list off and renames the second.
fn change(list: &List) -> Result<String> {
    let lines: Vec<&str> = list.text.lines().collect();
    let names = lines.iter().position(|line| line.starts_with("-PEK")).context("no names")? + 1;
    let flight = lines.iter().find(|line| line.contains(" PVG PART1")).context("no flight")?;
    let [first, first_locator, second, second_locator] = lines.get(names..names + 4).context("two guests")? else { unreachable!() };
    let renamed = second.replacen('/', "SON/", 1);
    let sent = lines[1].trim_end_matches("0615").to_owned() + "0715";
    Ok(format!(
        "PVGKKCA\n{sent}\nADL\n{flight}\n-PEK019Y\nDEL\n{first}\n{first_locator}\n{second}\n{second_locator}\nADD\n{renamed}\n{second_locator}\nENDADL\n"
    ))
}

fn has_changed(guests: &Value) -> bool {
    let names: Vec<&str> = guests.as_array().into_iter().flatten().filter_map(|row| row["name"].as_str()).collect();
    names.len() == 19 && names.iter().filter(|name| name.contains("SON/")).count() == 1
}

#[tokio::test]
async fn a_broken_message_is_listed_with_line_and_remedy_and_applied_once_it_is_mended() -> Result<()> {
    let station = Installation::with_desks(&["C1"]).await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 20);
    let broken = list.text.replace("CA1501/", "CA??/");
    let sentence = import(&broken, &station, "C1").await?.says(&["line 4", "is not a flight line", "correct the line", "kept as"])?;
    println!("{sentence}");
    import(&broken, &station, "C1").await?.says(&["kept as"])?;
    let items = kept(&station, "C1").await?;
    ensure!(items.len() == 1, "the same bytes are one entry: {items:?}");
    let item = &items[0];
    ensure!(item["state"] == "rejected" && item["line"] == 4 && item["staff"] == "4711" && item["door"] == "command-line", "{item}");
    let id = item["id"].as_str().context("no id")?;
    let dir = station.dir("C1");
    println!("{}", on(&["rejects", "list"], &dir).await?.good()?);
    let shown = on(&["rejects", "show", id], &dir).await?.good()?;
    ensure!(shown.contains(">   4  CA??/"), "the line is not marked: {shown}");
    on(&["rejects", "replay", id, "--staff", "4712"], &dir).await?.says(&["line 4"])?;
    let file = station.root().join("corrected.txt");
    std::fs::write(&file, &list.text)?;
    let corrected = ["rejects", "replay", id, "--staff", "4712", "--file", file.to_str().context("a path")?];
    println!("{}", on(&corrected, &dir).await?.good()?);
    ensure!(desk.bookings(&list.flight).await?.len() == 20, "the corrected list was not applied");
    on(&corrected, &dir).await?.says(&["no such message", "applied or discarded"])?;
    ensure!(kept(&station, "C1").await?.is_empty(), "it is still open");
    let all = on(&["rejects", "list", "--all"], &dir).await?.good()?;
    ensure!(all.contains("applied") && all.contains("corrected text"), "{all}");
    let log = station.log("C1");
    ensure!(!log.contains("ALDER") && log.contains(id), "the log names a guest, or not the message");
    Ok(())
}

#[tokio::test]
async fn a_message_is_discarded_for_a_reason_alone_and_its_text_goes() -> Result<()> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    let list = List::days_away(1501, 0, 20);
    import(&list.text.replace("ENDPNL", ""), &station, "C1").await?.says(&["stops before its end"])?;
    let dir = station.dir("C1");
    let id = kept(&station, "C1").await?[0]["id"].as_str().context("no id")?.to_owned();
    on(&["rejects", "discard", &id, "--staff", "4711", "--reason", " "], &dir).await?.says(&["for a reason"])?;
    on(&["rejects", "discard", &id, "--staff", "4711", "--reason", "sent again whole"], &dir).await?.good()?;
    station.kill("C1").await?;
    station.launch("C1").await?;
    ensure!(kept(&station, "C1").await?.is_empty(), "it is still open");
    ensure!(!dir.join("rejects").join(format!("{id}.msg")).exists(), "its text is still there");
    let all = on(&["rejects", "list", "--all"], &dir).await?.good()?;
    ensure!(all.contains("discarded") && all.contains("sent again whole"), "{all}");
    Ok(())
}

#[tokio::test]
async fn a_change_before_its_list_waits_also_through_a_kill_and_is_applied_by_itself_once() -> Result<()> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    let list = List::days_away(1501, 0, 20);
    let change = change(&list)?;
    let said = import(&change, &station, "C1").await?.good()?;
    println!("{said}");
    ensure!(said.contains("waits for the list") && said.contains("applied by itself"), "{said}");
    import(&change, &station, "C1").await?.good()?;
    station.kill("C1").await?;
    station.launch("C1").await?;
    let items = kept(&station, "C1").await?;
    ensure!(items.len() == 1 && items[0]["state"] == "waiting", "{items:?}");
    ensure!(items[0]["waits_for"].as_str().is_some_and(|words| words.starts_with("the list (PNL) of CA1501")), "{items:?}");
    import(&list.text, &station, "C1").await?.good()?;
    let desk = station.desk("C1")?;
    let guests = format!("flights/{}/guests", list.flight);
    desk.sees("the change", &guests, soon(), has_changed).await?;
    desk.sees("an empty queue", "rejects", soon(), |all| all.as_array().is_some_and(|all| all.iter().all(|item| item["state"] == "applied"))).await?;
    let before = desk.records().await?;
    ensure!(import(&change, &station, "C1").await?.good()?.contains("already here"), "the change was applied twice");
    import(&list.text, &station, "C1").await?.good()?;
    ensure!(desk.records().await? == before, "something changed");
    station.kill("C1").await?;
    station.launch("C1").await?;
    ensure!(station.desk("C1")?.records().await?["guests"] == before["guests"], "the list is another after a kill");
    Ok(())
}

#[tokio::test]
async fn what_waits_at_one_desk_is_applied_when_another_desk_reads_the_list() -> Result<()> {
    let station = Installation::with_desks(&["C1", "C2"]).await?;
    let list = List::days_away(1501, 0, 20);
    import(&change(&list)?, &station, "C1").await?.good()?;
    import(&list.text, &station, "C2").await?.good()?;
    let guests = format!("flights/{}/guests", list.flight);
    for desk in ["C1", "C2"] {
        station.desk(desk)?.sees("the change", &guests, soon(), has_changed).await?;
    }
    station.agree(&["HUB", "C1", "C2"]).await?;
    Ok(())
}

#[tokio::test]
async fn bags_from_messages_wait_for_their_flight_and_scans_for_their_bag() -> Result<()> {
    let station = Installation::with_desks(&["C1"]).await?;
    let list = List::days_away(1501, 0, 20);
    let line = list.text.lines().find(|line| line.starts_with("CA1501/")).context("no flight")?;
    let date = line.get(7..12).context("no date")?;
    let flight = format!(".F/CA1501/{date}/PEK/Y\n.N/0999123456001\n");
    let name = list.text.lines().find(|line| line.starts_with('1')).context("no guest")?;
    let bsm = format!("BSM\n.V/1LPVG\n{flight}.P/{name}\nENDBSM\n");
    let bpm = format!("BPM\n.V/1LPVG\n.J/R/7/8/{date}/101500L/HOLD1\n{flight}ENDBPM\n");
    for text in [&bpm, &bsm] {
        import(text, &station, "C1").await?.good()?;
    }
    ensure!(kept(&station, "C1").await?.iter().all(|item| item["state"] == "waiting"), "a message is not waiting");
    import(&list.text, &station, "C1").await?.good()?;
    let desk = station.desk("C1")?;
    let loaded = |bags: &Value| bags[0]["furthest"] == json!("loaded") && !bags[0]["booking"].is_null();
    desk.sees("the bag, loaded", "bags/0999123456", soon(), loaded).await?;
    Ok(())
}
