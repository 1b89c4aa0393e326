//! Whatever is wrong outside, a plain sentence names the cause and the remedy, and nothing is lost.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use promises::{Ended, Installation, List, Outcome, Press, apron, copy_dir, seat, soon, until};
use serde_json::json;

/// Runs `apron ... DIR`.
async fn on(args: &[&str], dir: &Path) -> Result<Ended> {
    let args: Vec<OsString> = args.iter().map(OsString::from).chain([dir.into()]).collect();
    apron(&args).await
}

/// Prints a sentence for whoever reads the test's output.
fn said(what: &str, sentence: &str) {
    println!("{what}: {sentence}");
}

const RUN: [&str; 7] = ["node", "run", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data"];

#[tokio::test]
async fn what_cannot_be_read_at_the_gate_is_refused_in_words_and_changes_nothing() -> Result<()> {
    let station = Installation::with_desks(&["G12"]).await?;
    let gate = station.desk("G12")?;
    let list = List::days_away(1501, 0, 20);
    gate.work_flight(&list).await?;
    let pass = gate.check_in(&gate.bookings(&list.flight).await?[0], &seat(0)).await?;
    let before = gate.records().await?;
    let cut: String = pass.chars().take(30).collect();
    let long = "M1".repeat(400);
    for scan in ["", "?", "M1", &cut, &long, "\u{7f}\u{1}\u{0}", "\u{6e38}\u{5ba2}", "0123456789", "https://example.net/pass"] {
        let (status, code, words, remedy) = gate.refuses(json!({"kind": "board", "flight": list.flight, "scan": scan})).await?;
        ensure!((400..500).contains(&status) && !code.is_empty(), "{scan:?}: {status} {code}");
        ensure!(!words.is_empty() && remedy.ends_with('.'), "{scan:?}: {words} {remedy}");
        said(&format!("scan {:?}", scan.chars().take(20).collect::<String>()), &format!("{words} {remedy}"));
    }
    for body in ["", "{", "[]", "{\"kind\":\"board\"}", "{\"kind\":\"fly\"}", "{\"kind\":\"check-in\",\"guests\":7}", "null", "\"\\ud800\""] {
        let press = Press { key: uuid::Uuid::new_v4(), body: body.to_owned() };
        let Outcome::Refused { status, code, words, remedy } = gate.press(&press).await? else { anyhow::bail!("{body:?} was taken") };
        ensure!(
            (400..500).contains(&status) && !code.is_empty() && !words.is_empty() && !remedy.is_empty(),
            "{body:?}: {status} {code} {words} {remedy}"
        );
        said(&format!("body {body:?}"), &format!("{words} {remedy}"));
    }
    ensure!(gate.records().await? == before, "something changed");
    gate.must(json!({"kind": "board", "flight": list.flight, "scan": pass})).await?;
    Ok(())
}

#[tokio::test]
async fn a_broken_message_file_is_refused_in_words_and_changes_nothing() -> Result<()> {
    let station = Installation::with_desks(&["C1"]).await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 20);
    desk.work_flight(&list).await?;
    let before = desk.records().await?;
    let file = station.root().join("message.txt");
    let without_end = list.text.replace("ENDPNL", "");
    let cases: [(&str, Vec<u8>, &[&str]); 7] = [
        ("no text", vec![0x50, 0xFF, 0xFE, 0x00], &["is no text", "byte 1"]),
        ("an empty file", Vec::new(), &[]),
        ("another message", b"LDM\nCA1501/22.B2345.Y180.2/4\n-PEK.100/0/0.T0.PAX/100".to_vec(), &["line 1", "LDM"]),
        ("a list without its flight", list.text.replace("CA1501", "??").into_bytes(), &[]),
        ("a list of another station", list.text.replace(" PVG PART1", " SHA PART1").into_bytes(), &[]),
        ("noise", b"PNL\nPNL\nPNL\n\x01\x02".to_vec(), &[]),
        ("a file that is too large", vec![b'A'; 600 << 10], &["larger than 512 KiB"]),
    ];
    for (what, bytes, words) in cases {
        std::fs::write(&file, bytes)?;
        let run = import(&file, &station.dir("C1")).await?;
        said(what, &run.says(words).context(what)?);
    }
    let gone = import(&station.root().join("nothing.txt"), &station.dir("C1")).await?;
    said("no file", &gone.says(&["nothing.txt", "cannot be read"])?);
    // A list cut off on its way is either refused, or taken as the part that it is and said so.
    std::fs::write(&file, &without_end)?;
    let cut = import(&file, &station.dir("C1")).await?;
    said("a list without its end", &format!("{}{}", cut.out.trim(), cut.err.trim()));
    ensure!(desk.records().await?["flights"] == before["flights"], "a broken message changed the flight");
    let nobody = import(&file, &station.root().join("nobody")).await?;
    said("no node runs", &nobody.says(&["no node runs", "start it first"])?);
    Ok(())
}

async fn import(file: &Path, dir: &Path) -> Result<Ended> {
    apron(&["import".as_ref(), "--staff".as_ref(), OsStr::new("4711"), "--data".as_ref(), dir.as_os_str(), file.as_os_str()]).await
}

#[tokio::test]
async fn a_join_code_is_good_once_and_a_wrong_one_says_what_to_do() -> Result<()> {
    let mut station = Installation::start().await?;
    let code = station.invite("C1").await?;
    let join = async |code: &str, name: &str| on(&["node", "join", code, "--data"], &station.root().join(name)).await;
    join(&code, "first").await?.good()?;
    said("used code", &join(&code, "second").await?.says(&["used by another machine", "ask for a new one"])?);
    ensure!(!station.root().join("second/membership.json").exists(), "a refused desk was set up");
    said("joined already", &join(&station.invite("C2").await?, "first").await?.says(&["belongs to C1 already", "node run"])?);
    said("no code", &join("hello", "third").await?.says(&["not a join code", "made at the hub"])?);
    let mut wrong = station.invite("C3").await?;
    let last = wrong.pop().context("an empty code")?;
    wrong.push(if last == 'A' { 'B' } else { 'A' });
    said("one letter wrong", &join(&wrong, "third").await?.says(&["copy the line again"])?);
    said("cut short", &join(&code[..code.len() / 2], "third").await?.says(&["copy the line again"])?);
    let nobody = station.invite_to("127.0.0.1:9", "C4").await?;
    said("nobody there", &join(&nobody, "third").await?.says(&["does not answer", "UDP or TCP port 9"])?);
    let other = Installation::start().await?;
    let elsewhere = station.invite_to(&other.listen("HUB")?.to_string(), "C5").await?;
    said("another hub at that address", &join(&elsewhere, "third").await?.says(&[])?);
    station.stop_cleanly("HUB").await?;
    let again = on(&["hub", "init", "--data"], &station.dir("HUB")).await?;
    said("a second init", &again.says(&["set up already", "hub run"])?);
    station.launch("HUB").await?;
    Ok(())
}

#[tokio::test]
async fn a_directory_or_port_that_is_taken_or_wrong_ends_in_a_sentence() -> Result<()> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    let desk = station.desk("C1")?;
    desk.work_flight(&List::days_away(1501, 0, 20)).await?;
    let before = desk.records().await?;
    let (c1, hub) = (station.dir("C1"), station.dir("HUB"));
    said("in use", &on(&RUN, &c1).await?.says(&["in use by another apron process", "stop it first"])?);
    said("verify in use", &on(&["journal", "verify", "--data"], &c1).await?.says(&["in use by another apron process"])?);
    station.join("C2", &[]).await?;
    let http = desk.url().trim_start_matches("http://").to_owned();
    let c2 = station.dir("C2");
    let taken = on(&["node", "run", "--listen", "127.0.0.1:0", "--http", &http, "--data"], &c2).await?;
    said("http port", &taken.says(&["TCP port", "already in use", "`http`"])?);
    let udp = station.listen("C1")?.to_string();
    let taken = on(&["node", "run", "--http", "127.0.0.1:0", "--listen", &udp, "--data"], &c2).await?;
    said("udp port", &taken.says(&["UDP port", "already in use", "`listen`"])?);
    let open = on(&["node", "run", "--listen", "127.0.0.1:0", "--http", "0.0.0.0:0", "--data"], &c2).await?;
    said("open screens", &open.says(&["127.0.0.1 only"])?);
    said("not set up", &on(&RUN, &station.root().join("nothing")).await?.says(&["not set up yet", "node join"])?);
    let file = station.root().join("apron.toml");
    std::fs::write(&file, "data = '/nowhere'\npears = ['127.0.0.1:1']\n")?;
    let config = apron(&["node".as_ref(), "run".as_ref(), "--config".as_ref(), file.as_os_str()]).await?;
    said("unknown key", &config.says(&["apron.toml", "pears", "correct the line"])?);
    let blocked = station.root().join("a-file");
    std::fs::write(&blocked, "")?;
    said("no folder", &on(&RUN, &blocked).await?.says(&["cannot create the data directory"])?);

    station.stop_cleanly("HUB").await?;
    said("a desk on a hub's directory", &on(&RUN, &hub).await?.says(&["belongs to hub HUB", "apron hub run"])?);
    station.stop_cleanly("C1").await?;
    let mut hub_run = RUN;
    hub_run[0] = "hub";
    said("a hub on a desk's directory", &on(&hub_run, &c1).await?.says(&["belongs to node C1", "apron node run"])?);
    station.launch("C1").await?;
    ensure!(desk.records().await? == before, "something changed");
    station.stop_cleanly("C1").await?;
    station.verify("C1").await?;
    Ok(())
}

#[tokio::test]
async fn a_damaged_identity_or_membership_ends_in_a_sentence() -> Result<()> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    station.stop_cleanly("C1").await?;
    let damaged = station.root().join("damaged");
    for file in ["membership.json", "identity"] {
        copy_dir(&station.dir("C1"), &damaged)?;
        let target = damaged.join(file);
        let files =
            if target.is_dir() { std::fs::read_dir(&target)?.map(|item| Ok(item?.path())).collect::<Result<Vec<_>>>()? } else { vec![target] };
        for path in files {
            let whole = std::fs::read(&path)?;
            std::fs::write(&path, &whole[..whole.len() / 2])?;
            said(&format!("half of {}", path.file_name().unwrap_or_default().display()), &on(&RUN, &damaged).await?.says(&["join again"])?);
            std::fs::write(&path, whole)?;
        }
        std::fs::remove_dir_all(&damaged)?;
    }
    Ok(())
}

/// A desk whose directory says that it belongs here and whose certificate was made elsewhere.
#[tokio::test]
async fn a_certificate_of_another_installation_gets_no_link_and_the_log_says_why() -> Result<()> {
    let station = Installation::with_desks(&["C1"]).await?;
    let list = List::days_away(1501, 0, 20);
    station.desk("C1")?.work_flight(&list).await?;
    let mut other = Installation::start().await?;
    other.join("X1", &[]).await?;
    let membership = std::fs::read_to_string(other.dir("X1").join("membership.json"))?;
    let moved = membership.replace(&other.listen("HUB")?.to_string(), &station.listen("HUB")?.to_string());
    ensure!(moved != membership, "the membership names no hub");
    std::fs::write(other.dir("X1").join("membership.json"), moved)?;
    other.kill("HUB").await?;
    other.dial("X1", station.listen("HUB")?);
    other.launch("X1").await?;
    let intruder = other.desk("X1")?;
    until("a word about the certificate", std::time::Duration::from_secs(20), async || {
        let log = other.log("X1");
        let line = log.lines().find(|line| line.contains("certificate was made by another installation"));
        Ok(line.map(|line| said("the desk's log", line)))
    })
    .await?;
    let status = intruder.read("status").await?;
    ensure!(status["peers"].as_array().is_none_or(Vec::is_empty) && status["saved_here"] == json!(0), "a link came to be: {status}");
    let hub = station.hub()?.read("status").await?;
    ensure!(hub["peers"].as_array().is_some_and(|peers| peers.iter().all(|peer| peer["name"] != "X1")), "the hub knows X1: {hub}");
    station.hub()?.sees("the list", &format!("flights/{}", list.flight), soon(), |row| row["counts"]["booked"] == json!(20)).await?;
    Ok(())
}

#[tokio::test]
async fn a_list_cut_off_on_its_way_is_not_taken_for_the_whole() -> Result<()> {
    let station = Installation::with_desks(&["C1"]).await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 20);
    let half: String = list.text.chars().take(list.text.len() / 2).collect();
    match desk.press(&Press::new(&json!({"kind": "import-list", "text": half}))).await? {
        Outcome::Refused { words, remedy, .. } => said("half a list", &format!("{words} {remedy}")),
        Outcome::Saved(answer) => {
            said("half a list", &answer.to_string());
            ensure!(answer["tone"] != json!("green"), "half a list of {} is taken as if it were whole: {answer}", list.guests);
        }
        Outcome::Unknown => anyhow::bail!("no answer"),
    }
    Ok(())
}
