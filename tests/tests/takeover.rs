//! A flight of 180 guests goes through take-over, outage and hand-back: every planted difference is found, and every message arrives once.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use promises::{is_long, program, simulator};
use serde_json::{Value, json};
use tokio::process::Command;

/// As long as one seed may take on two slow cores.
const SEED_MAX: Duration = Duration::from_secs(300);

#[tokio::test]
async fn a_flight_is_taken_over_twice_under_partition_and_goes_back_with_every_difference_settled_and_every_message_sent_once() -> Result<()> {
    for seed in if is_long() { 0..20 } else { 6..7 } {
        let seed = seed.to_string();
        let mut command = Command::new(simulator()?);
        command.args(["takeover", "--seed", &seed, "--json", "--aloud"]).env("APRON_BIN", program()?);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let output = tokio::time::timeout(SEED_MAX, command.output()).await.with_context(|| format!("seed {seed} does not end"))??;
        let report: Value = serde_json::from_slice(&output.stdout).with_context(|| format!("seed {seed} ended with {}", output.status))?;
        println!("{report}");
        let promised = json!({
            "planted": 30, "found": 30, "invented": 0, "open": 0, "misjudged": 0, "ended_as_sent": 1, "duplicate_keys": 0, "missing_messages": 0, "unasked_messages": 0,
            "out_of_order": 0, "take_overs": 2, "take_overs_kept": 2, "holds": true,
        });
        for (name, value) in promised.as_object().into_iter().flatten() {
            ensure!(report[name] == *value, "seed {seed}: {name} is {}: {:#}", report[name], report["broken"]);
        }
        ensure!(output.status.success() && report["messages"].as_u64() > Some(80), "seed {seed} ended with {}: {report}", output.status);
    }
    Ok(())
}
