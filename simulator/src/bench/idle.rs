//! `bench idle`: two members that hold the same meet again: what it takes until both know that nothing is missing.

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use super::installation::copy_folder;
use super::installation::{self, JOURNAL};
use super::laid::{self, Plan};
use super::report::{Bound, Report, list, median};
use super::{Options, delay, pair};

/// One way between the two, so that round trips can be told apart from work.
const ONE_WAY: Duration = Duration::from_millis(40);

struct Run {
    round_trips: f64,
    message_bytes: f64,
    datagram_bytes: f64,
    loaded: f64,
    seconds: f64,
}

pub(super) fn run(options: &Options) -> Result<Report> {
    let records = options.records.unwrap_or(100_000);
    let logs = options.logs.unwrap_or(1000).min(records);
    let runs = options.runs.unwrap_or(3).max(1);
    let folder = options.folder()?;
    let (node, hub) = (folder.path().join("node"), folder.path().join("hub"));
    installation::found(&[(&node, installation::desk()?), (&hub, installation::hub()?)])?;
    laid::lay(&node, Plan { records, logs, per_commit: 64 })?;
    copy_folder(&node.join(JOURNAL), &hub.join(JOURNAL))?;
    let runs = (0..runs).map(|_| one_run(&node, &hub)).collect::<Result<Vec<Run>>>()?;
    let all = |of: fn(&Run) -> f64| -> Vec<f64> { runs.iter().map(of).collect() };
    let worst = |of: fn(&Run) -> f64| all(of).into_iter().fold(0.0, f64::max);
    let mut report = Report::new("idle", records);
    // Half of one more would be another.
    report.target("round_trips", median(&all(|run| run.round_trips)), Bound::AtMost(1.5));
    report.target("message_bytes", worst(|run| run.message_bytes), Bound::AtMost(2048.0));
    report.target("datagram_bytes", worst(|run| run.datagram_bytes), Bound::AtMost(12.0 * 1024.0));
    report.target("documents_loaded", worst(|run| run.loaded), Bound::AtMost(0.0));
    report.figure("logs", logs);
    report.figure("runs", runs.len());
    report.figure("round_trip_ms", json!(2 * ONE_WAY.as_millis() as u64));
    report.figure("seconds", list(&all(|run| run.seconds)));
    report.figure("of_runs", json!({ "round_trips": list(&all(|run| run.round_trips)), "datagram_bytes": list(&all(|run| run.datagram_bytes)) }));
    Ok(report)
}

fn one_run(node: &std::path::Path, hub: &std::path::Path) -> Result<Run> {
    let mut hub = pair::start(hub, true)?;
    let mut node = pair::start(node, true)?;
    let address = hub.hear("ready")?.text("listen")?.parse().context("the hub's address")?;
    node.hear("ready")?;
    let way = delay::start(address, ONE_WAY)?;
    let before = pair::costs(&mut node, &mut hub)?;
    node.tell(&format!("dial {way}"))?;
    let acked = node.ask("acked", "acked")?;
    let after = pair::costs(&mut node, &mut hub)?;
    let seconds = acked.number("after_link_s")?;
    Ok(Run {
        round_trips: seconds / (2.0 * ONE_WAY.as_secs_f64()),
        message_bytes: after.spent(&before, "frame_bytes")?,
        datagram_bytes: after.spent(&before, "datagram_bytes")?,
        loaded: after.spent(&before, "documents_loaded")?,
        seconds,
    })
}
