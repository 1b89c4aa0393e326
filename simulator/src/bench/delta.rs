//! `bench delta`: a node that changed a few of many records meets the hub: bytes on the wire beside the raw bytes of those changes.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::installation::{self, IDENTITY, JOURNAL};
use super::installation::{changes_in, copy_folder};
use super::laid::{self, Plan};
use super::report::{Bound, Report, list, median};
use super::{Options, handshake, pair};

/// Beside the changes themselves, and the handshake.
const ALLOWANCE: f64 = 2048.0;

struct Run {
    raw: f64,
    datagram_bytes: f64,
    message_bytes: f64,
    handshake: f64,
    seconds: f64,
}

impl Run {
    /// Our bytes over the most that they may be.
    fn share(&self) -> f64 {
        self.datagram_bytes / (1.5 * self.raw + ALLOWANCE + self.handshake)
    }
}

pub(super) fn run(options: &Options) -> Result<Report> {
    let records = options.records.unwrap_or(100_000);
    let changed = options.changed.clamp(1, records);
    let logs = options.logs.unwrap_or(1000).min(records);
    let runs = options.runs.unwrap_or(3).max(1);
    let folder = options.folder()?;
    let (node, hub) = (folder.path().join("node"), folder.path().join("hub"));
    installation::found(&[(&node, installation::desk()?), (&hub, installation::hub()?)])?;
    laid::lay(&node, Plan { records, logs, per_commit: 64 })?;
    copy_folder(&node.join(JOURNAL), &hub.join(JOURNAL))?;
    let mut done = Vec::new();
    for run in 0..runs {
        done.push(one_run(&node, &hub, run, changed, records)?);
    }
    let all = |of: fn(&Run) -> f64| -> Vec<f64> { done.iter().map(of).collect() };
    let mut report = Report::new("delta", records);
    report.ratio("bytes", median(&all(Run::share)), Bound::AtMost(1.0));
    report.figure("bytes_means", "datagrams both ways over (1.5 x raw changes + 2 KiB + handshake)");
    report.figure("changed", changed);
    report.figure("logs", logs);
    report.figure("runs", runs);
    let of = |of: fn(&Run) -> f64| list(&all(of));
    report.figure(
        "of_runs",
        json!({
            "raw_bytes": of(|run| run.raw), "datagram_bytes": of(|run| run.datagram_bytes), "message_bytes": of(|run| run.message_bytes),
            "handshake_bytes": of(|run| run.handshake), "seconds": of(|run| run.seconds),
        }),
    );
    Ok(report)
}

/// Each run changes the same records once more, at a node that was started again.
fn one_run(node_home: &Path, hub_home: &Path, run: usize, changed: usize, records: usize) -> Result<Run> {
    let handshake = handshake::bytes(&node_home.join(IDENTITY), &hub_home.join(IDENTITY))?;
    let known = changes_in(&node_home.join(JOURNAL))?.len();
    let mut hub = pair::start(hub_home, true)?;
    let mut node = pair::start(node_home, true)?;
    let address = hub.hear("ready")?.text("listen")?.to_owned();
    node.hear("ready")?;
    node.ask(&format!("change {changed} {records} {}", run + 1), "changed")?;
    let before = pair::costs(&mut node, &mut hub)?;
    hub.ask(&format!("watch {}", known + changed), "watching")?;
    let begun = super::stopwatch::now();
    node.tell(&format!("dial {address}"))?;
    hub.hear("durable")?;
    let visible = hub.hear("visible")?;
    node.ask("acked", "acked")?;
    let after = pair::costs(&mut node, &mut hub)?;
    node.end()?;
    hub.end()?;
    let changes = changes_in(&node_home.join(JOURNAL))?;
    let new = changes.get(known..).context("the journal became shorter")?;
    ensure!(new.len() == changed, "{} changes were made", new.len());
    Ok(Run {
        raw: new.iter().map(|(_, raw)| raw.len() as f64).sum(),
        datagram_bytes: after.spent(&before, "datagram_bytes")?,
        message_bytes: after.spent(&before, "frame_bytes")?,
        handshake,
        seconds: visible.at.saturating_duration_since(begun).as_secs_f64(),
    })
}
