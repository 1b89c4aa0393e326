//! What the counter does is on the gate's screen at once: measured over real processes, with the hub and without it.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use promises::{Desk, Installation, List, seat, soon};
use serde_json::{Value, json};
use tokio::time::{Instant, interval};

/// Guests of each measurement.
const GUESTS: usize = 120;
/// Between two check-ins of one counter: faster than people work.
const PACE: Duration = Duration::from_millis(100);
/// What the middle one must keep even on a busy machine.
const MIDDLE_MAX: Duration = Duration::from_secs(1);

/// When a booking's check-in was sent, and when its receipt came.
type Sent = BTreeMap<String, (Instant, Instant)>;

#[tokio::test]
async fn a_check_in_is_on_both_gates_screens_within_a_second_with_the_hub_and_without() -> Result<()> {
    let mut station = Installation::with_desks(&["C1", "C2", "G11", "G12"]).await?;
    let linked = List::days_away(1501, 0, GUESTS);
    measured(&station, &linked, "hub linked").await?;
    station.kill("HUB").await?;
    let gone = List::days_away(1503, 0, GUESTS);
    measured(&station, &gone, "hub gone").await?;
    Ok(())
}

/// Two counters check a flight in at once while two gates look on.
async fn measured(station: &Installation, list: &List, when: &str) -> Result<()> {
    let counters = [station.desk("C1")?, station.desk("C2")?];
    let gates = [station.desk("G11")?, station.desk("G12")?];
    counters[0].work_flight(list).await?;
    for desk in [&counters[1], &gates[0], &gates[1]] {
        let ours = |row: &Value| row["counts"]["booked"] == json!(GUESTS) && row["controller"] == json!("apron");
        desk.sees("the flight, taken over", &format!("flights/{}", list.flight), soon(), ours).await?;
    }
    let bookings = counters[0].bookings(&list.flight).await?;
    let watching: Vec<_> = gates.iter().map(|gate| tokio::spawn(watch(gate.clone(), list.flight.clone()))).collect();
    let working: Vec<_> = counters.iter().enumerate().map(|(place, counter)| tokio::spawn(work(counter.clone(), bookings.clone(), place))).collect();
    let mut sent = Sent::new();
    for counter in working {
        sent.extend(counter.await??);
    }
    ensure!(sent.len() == GUESTS, "{} guests were checked in", sent.len());
    for (gate, seen) in gates.iter().zip(watching) {
        let seen = seen.await??;
        let from = |of: fn(&(Instant, Instant)) -> Instant| -> Result<Vec<Duration>> {
            let all = sent.iter().map(|(booking, times)| Ok(seen.get(booking).context("a guest was not seen")?.saturating_duration_since(of(times))));
            let mut all = all.collect::<Result<Vec<_>>>()?;
            all.sort();
            Ok(all)
        };
        let (receipt, press) = (from(|times| times.1)?, from(|times| times.0)?);
        println!("{when}, {}: from receipt to the gate {}; from press {}", gate.name, words(&receipt), words(&press));
        // Benchmarks are not timed tests: the 99th percentile is printed, and a busy machine may spoil it.
        ensure!(receipt[receipt.len() / 2] < MIDDLE_MAX, "{when}: half of the check-ins took longer than a second to {}", gate.name);
    }
    Ok(())
}

/// Checks in every second guest, one after the other.
async fn work(counter: Desk, bookings: Vec<String>, place: usize) -> Result<Sent> {
    let mut sent = Sent::new();
    let mut pace = interval(PACE);
    for (number, booking) in bookings.iter().enumerate().skip(place).step_by(2) {
        pace.tick().await;
        let pressed = Instant::now();
        counter.check_in(booking, &seat(number)).await?;
        sent.insert(booking.clone(), (pressed, Instant::now()));
    }
    Ok(sent)
}

/// Looks at the guests as the gate's page does: each time that it is told that something changed. When each was first seen checked in.
async fn watch(gate: Desk, flight: String) -> Result<BTreeMap<String, Instant>> {
    let patient = reqwest::Client::builder().no_proxy().build()?;
    let mut events = patient.get(format!("{}/live", gate.url())).send().await?;
    ensure!(events.status().is_success(), "{} tells its screens nothing: {}", gate.name, events.status());
    let mut seen = BTreeMap::new();
    let looking = async {
        loop {
            let rows = gate.read(&format!("flights/{flight}/guests")).await?;
            let now = Instant::now();
            for row in rows.as_array().into_iter().flatten().filter(|row| !row["sequence"].is_null()) {
                seen.entry(row["booking"].as_str().unwrap_or_default().to_owned()).or_insert(now);
            }
            if seen.len() >= GUESTS {
                return Ok::<_, anyhow::Error>(());
            }
            events.chunk().await?.context("the events ended")?;
        }
    };
    tokio::time::timeout(soon(), looking).await.with_context(|| format!("{} did not show everybody", gate.name))??;
    Ok(seen)
}

fn words(sorted: &[Duration]) -> String {
    let at = |share: usize| sorted.get((sorted.len() * share / 100).min(sorted.len().saturating_sub(1))).map_or(0, Duration::as_millis);
    format!("p50 {} ms, p99 {} ms, most {} ms", at(50), at(99), at(100))
}
