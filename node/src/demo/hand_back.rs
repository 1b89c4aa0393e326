//! The host is back: what differs is found, told, typed in or accepted, and the flight goes back to it.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};
use uuid::Uuid;

use super::airline::Airline;
use super::driver::{Desk, Outcome};
use super::fleet::HUB;
use super::stage::Stage;

/// As long as all messages of a flight may take to be sent, and a command to be known everywhere.
const SENT: Duration = Duration::from_secs(60);

/// What is said of a flight after it was closed.
const AFTER_DEPARTURE: [&str; 4] = ["PFS", "PRL", "PSM", "PTM"];

/// How a flight went back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HandBack {
    /// Messages that were sent of the flight.
    pub(crate) messages: usize,
    /// Differences in the host's first list after its silence.
    pub(crate) differences: usize,
    /// Of these, those that were left once everything was typed in, and were settled one by one.
    pub(crate) settled: usize,
}

/// Plays it at counter C1 and the hub.
pub(crate) async fn play(stage: &Stage, airline: &mut Airline, flight: &str) -> Result<HandBack> {
    stage.say("Messages go out, once, in order.");
    let sent = sent(stage.desk(HUB), flight).await?;

    stage.say("The host is back. What differs is laid side by side.");
    airline.come_back();
    airline.hear(&stage.sent_folder())?;
    let counter = stage.desk("C1");
    counter.must(json!({"kind": "begin-hand-back", "flight": flight, "reason": "the host answers again"})).await?;
    let first = compared(counter, airline, flight).await?;
    let differences = rows(&first).len();
    let early = json!({"kind": "hand-back", "flight": flight, "reason": "all is settled"}).to_string();
    match counter.post(Uuid::now_v7(), &early).await? {
        Outcome::Refused { .. } => {}
        Outcome::Saved(_) if stage.is_shared() || differences == 0 => {}
        Outcome::Saved(_) | Outcome::Unknown => bail!("a flight went back to the host with differences open"),
    }

    stage.say("What happened here is typed into the host, guest by guest.");
    let guests = counter.get(&format!("flights/{flight}/guests")).await?;
    airline.key_in(guests.as_array().map(Vec::as_slice).unwrap_or_default());
    let left = compared(counter, airline, flight).await?;

    stage.say("What the airline changed itself is accepted. The flight goes back.");
    let left = rows(&left);
    for row in &left {
        let how = if row["right"] == "host" { "host-accepted" } else { "no-action" };
        let settle = json!({
            "kind": "settle-difference", "flight": flight, "difference": row["id"], "how": how, "reason": row["proposal"].as_str().unwrap_or("agreed by phone"),
        });
        counter.must(settle).await?;
        stage.pause().await;
    }
    counter.must(json!({"kind": "hand-back", "flight": flight, "reason": "all is settled"})).await?;
    for desk in stage.desks() {
        desk.wait("the hand-back", &format!("flights/{flight}"), SENT, |row| row["controller"] == "host").await?;
    }
    Ok(HandBack { messages: sent, differences, settled: left.len() })
}

/// Waits until the hub has sent everything that is to be said of a closed flight; how many messages.
async fn sent(hub: &Desk, flight: &str) -> Result<usize> {
    let all = |rows: &Value| {
        let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
        let has = |kind: &&str| rows.iter().any(|row| row["kind"] == **kind);
        AFTER_DEPARTURE.iter().all(has) && rows.iter().all(|row| row["state"] == "sent")
    };
    let rows = hub.wait("an empty outbox", &format!("outbox/{flight}"), SENT, all).await?;
    Ok(rows.as_array().map_or(0, Vec::len))
}

/// Reads the host's list as it is now, and gives what differs.
async fn compared(counter: &Desk, airline: &Airline, flight: &str) -> Result<Value> {
    counter.must(json!({"kind": "import-host-list", "flight": flight, "text": airline.list()?})).await?;
    let settlement = counter.get(&format!("flights/{flight}/settlement")).await?;
    if counter.is_shared() {
        return Ok(settlement);
    }
    ensure!(settlement["compared"] == true, "nothing was compared with the host's list");
    ensure!(settlement["adds_up"] == true, "the differences do not add up: {}", settlement["rows"].as_array().map_or(0, Vec::len));
    Ok(settlement)
}

/// What is open.
fn rows(settlement: &Value) -> Vec<Value> {
    let rows = settlement["rows"].as_array().into_iter().flatten();
    rows.filter(|row| row["settled"].as_array().is_none_or(Vec::is_empty)).cloned().collect()
}
