//! What is said to others arrives once under each key, in the order of each flight, over kills and cuts on both sides.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use promises::{Desk, Installation, List, Receiver, SECRET, soon, until};
use serde_json::{Value, json};

/// As long as a backlog may take after the last fault: back-offs are a minute at most.
const DRAINED: Duration = Duration::from_secs(120);

/// An installation with one desk, of which these nodes send to a receiver.
async fn sending(nodes: &[&str]) -> Result<(Installation, Receiver)> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    let receiver = Receiver::start(station.root()).await?;
    let secret = station.root().join("secret");
    std::fs::write(&secret, SECRET)?;
    for node in nodes {
        std::fs::write(station.config(node), receiver.way(&secret))?;
        station.stop_cleanly(node).await?;
        station.launch(node).await?;
    }
    station.linked().await?;
    Ok((station, receiver))
}

/// Checks these guests in with a bag each.
async fn check_in(desk: &Desk, guests: &[String], row: usize) -> Result<()> {
    for (at, guest) in guests.iter().enumerate() {
        desk.check_in(guest, &format!("{}{}", row + at / 6, ["A", "B", "C", "H", "J", "K"][at % 6])).await?;
        desk.must(json!({ "kind": "add-bag", "booking": guest, "weight_kg": 15 })).await?;
    }
    Ok(())
}

fn keys(rows: &Value, state: &str) -> BTreeSet<String> {
    let rows = rows.as_array().into_iter().flatten().filter(|row| row["state"] == state);
    rows.filter_map(|row| row["key"].as_str().map(str::to_owned)).collect()
}

/// Waits until everything is sent that is due, and gives the messages: bags, and what follows a closing.
async fn drained(desk: &Desk, flight: &str, bags: usize, kinds: &[&str]) -> Result<Value> {
    let all_sent = |rows: &Value| {
        let rows: Vec<&Value> = rows.as_array().into_iter().flatten().collect();
        let of = |kind: &str| rows.iter().filter(|row| row["kind"] == kind).count();
        of("BSM") >= bags && kinds.iter().all(|kind| of(kind) > 0) && rows.iter().all(|row| row["state"] == "sent")
    };
    desk.sees("an empty outbox", &format!("outbox/{flight}"), DRAINED, all_sent).await
}

/// What must hold whatever happened.
fn holds(summary: &Value, rows: &Value) -> Result<()> {
    let taken: BTreeSet<String> =
        summary["taken"].as_array().into_iter().flatten().filter_map(|taken| taken["key"].as_str().map(str::to_owned)).collect();
    let sent = keys(rows, "sent");
    ensure!(taken == sent, "missing {:?}, too many {:?}", sent.difference(&taken).collect::<Vec<_>>(), taken.difference(&sent).collect::<Vec<_>>());
    ensure!(summary["out_of_order"] == json!([]), "a flight lost its order: {}", summary["out_of_order"]);
    ensure!(summary["bad_signatures"] == 0 && summary["same_key_other_words"] == 0, "{summary}");
    Ok(())
}

#[tokio::test]
async fn every_message_arrives_in_order_over_kills_of_the_sender_and_of_the_receiver() -> Result<()> {
    let (mut station, mut receiver) = sending(&["HUB"]).await?;
    let list = List::days_away(1501, 0, 40);
    let desk = station.desk("C1")?;
    desk.work_flight(&list).await?;
    let guests = desk.bookings(&list.flight).await?;
    let some = |from: usize| guests.get(from..from + 6).map(<[String]>::to_vec).context("too few guests");
    check_in(&desk, &some(0)?, 21).await?;
    drained(&station.hub()?, &list.flight, 6, &[]).await?;
    // The hub is gone while bags are taken, and goes again while it sends.
    station.kill("HUB").await?;
    check_in(&desk, &some(6)?, 22).await?;
    receiver.tell("busy", Some(2)).await?;
    station.launch("HUB").await?;
    let came = receiver.summary().await?["messages"].as_u64().unwrap_or(0);
    until("messages that come", soon(), async || {
        let now = receiver.summary().await?["messages"].as_u64().unwrap_or(0);
        Ok((now > came).then_some(()))
    })
    .await?;
    station.kill("HUB").await?;
    station.launch("HUB").await?;
    drained(&station.hub()?, &list.flight, 12, &[]).await?;
    // Messages are taken without an answer, lost without an answer, and taken by a receiver that dies.
    receiver.tell("hang", Some(1)).await?;
    check_in(&desk, &some(12)?, 23).await?;
    drained(&station.hub()?, &list.flight, 18, &[]).await?;
    receiver.tell("lose", Some(1)).await?;
    check_in(&desk, &some(18)?, 24).await?;
    drained(&station.hub()?, &list.flight, 24, &[]).await?;
    receiver.tell("die", Some(1)).await?;
    check_in(&desk, &some(24)?, 25).await?;
    receiver.ends().await?;
    station.kill("HUB").await?;
    receiver.launch().await?;
    station.launch("HUB").await?;
    for guest in guests.iter().take(30) {
        desk.must(json!({ "kind": "board", "flight": list.flight, "booking": guest })).await?;
    }
    desk.must(json!({ "kind": "close-flight", "flight": list.flight })).await?;
    let rows = drained(&station.hub()?, &list.flight, 30, &["PFS", "PRL", "PSM", "PTM"]).await?;
    holds(&receiver.summary().await?, &rows)?;
    // Every desk knows what was sent.
    desk.sees("the same outbox", &format!("outbox/{}", list.flight), soon(), |theirs| keys(theirs, "sent") == keys(&rows, "sent")).await?;
    Ok(())
}

#[tokio::test]
async fn two_nodes_that_both_send_are_harmless_for_their_keys_are_the_same() -> Result<()> {
    let (station, receiver) = sending(&["HUB", "C1"]).await?;
    let list = List::days_away(1501, 0, 20);
    let desk = station.desk("C1")?;
    desk.work_flight(&list).await?;
    let guests = desk.bookings(&list.flight).await?;
    check_in(&desk, guests.get(..6).context("guests")?, 21).await?;
    let rows = drained(&desk, &list.flight, 6, &[]).await?;
    let summary = receiver.summary().await?;
    let taken = summary["taken"].as_array().map_or(0, Vec::len);
    ensure!(taken == keys(&rows, "sent").len() && summary["same_key_other_words"] == 0, "{summary}");
    Ok(())
}

#[tokio::test]
async fn a_request_is_taken_down_while_nothing_can_be_reached_and_arrives_once() -> Result<()> {
    let (mut station, mut receiver) = sending(&["HUB"]).await?;
    let list = List::days_away(1501, 0, 20);
    let desk = station.desk("C1")?;
    desk.must(json!({ "kind": "import-list", "text": list.text })).await?;
    station.kill("HUB").await?;
    receiver.kill().await?;
    let guest = desk.bookings(&list.flight).await?.remove(0);
    desk.must(json!({ "kind": "request-change", "booking": guest, "what": "rebooking", "note": "the next flight to PEK" })).await?;
    let requests = format!("bookings/{guest}/requests");
    desk.sees("a request that waits", &requests, soon(), |rows| rows[0]["state"] == "waiting").await?;
    station.launch("HUB").await?;
    receiver.launch().await?;
    receiver.tell("refuse", Some(1)).await?;
    desk.sees("a refusal", &requests, DRAINED, |rows| rows[0]["state"] == "refused").await?;
    let rows = desk.read(&format!("outbox/{}", list.flight)).await?;
    let key = rows[0]["key"].as_str().context("no key")?.to_owned();
    desk.must(json!({ "kind": "settle-message", "flight": list.flight, "key": key, "how": "replay", "reason": "the airline asks for it" })).await?;
    desk.sees("a request that arrived", &requests, DRAINED, |rows| rows[0]["state"] == "sent").await?;
    let summary = receiver.summary().await?;
    ensure!(summary["taken"][0]["key"] == json!(key) && summary["taken"].as_array().map(Vec::len) == Some(1), "{summary}");
    ensure!(summary["taken"][0]["request"]["request"] == "rebooking" && summary["bad_signatures"] == 0, "{summary}");
    Ok(())
}

#[tokio::test]
async fn where_the_receiver_cannot_be_asked_a_person_says_what_became_of_a_message_and_what_follows_keeps_waiting_until_then() -> Result<()> {
    let (mut station, receiver) = sending(&[]).await?;
    let secret = station.root().join("secret");
    let way: String = receiver.way(&secret).lines().filter(|line| !line.starts_with("status")).map(|line| format!("{line}\n")).collect();
    std::fs::write(station.config("HUB"), way)?;
    station.stop_cleanly("HUB").await?;
    station.launch("HUB").await?;
    let list = List::days_away(1501, 0, 20);
    let desk = station.desk("C1")?;
    desk.work_flight(&list).await?;
    receiver.tell("hang", Some(1)).await?;
    let guests = desk.bookings(&list.flight).await?;
    check_in(&desk, guests.get(..1).context("a guest")?, 21).await?;
    let outbox = format!("outbox/{}", list.flight);
    let unknown = desk.sees("a message without an answer", &outbox, soon(), |rows| rows[0]["state"] == "unknown").await?;
    let key = unknown[0]["key"].as_str().context("no key")?;
    check_in(&desk, guests.get(1..2).context("a guest")?, 22).await?;
    let waits = |rows: &Value| rows[0]["state"] == "unknown" && rows[1]["state"] == "waiting";
    desk.sees("a message that waits behind it", &outbox, soon(), waits).await?;
    desk.must(json!({ "kind": "settle-message", "flight": list.flight, "key": key, "how": "arrived", "reason": "asked by telephone" })).await?;
    let rows = drained(&desk, &list.flight, 2, &[]).await?;
    let summary = receiver.summary().await?;
    holds(&summary, &rows)?;
    ensure!(summary["sent_again"] == 0, "{summary}");
    Ok(())
}
