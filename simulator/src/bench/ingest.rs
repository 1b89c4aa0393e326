//! `bench ingest`: how fast a hub makes durable what comes, journal alone, without documents and views.

use anyhow::Result;
use serde_json::json;

use super::installation;
use super::laid::{self, Plan};
use super::report::{Bound, Report, list, median};
use super::{Options, pair};

/// Entries of one signature: what a desk at work commits together, at least.
const PER_SIGNATURE: usize = 16;
/// Writers whose entries come, as of a station.
const LOGS: usize = 8;

struct Run {
    wall_s: f64,
    cpu_s: f64,
}

pub(super) fn run(options: &Options) -> Result<Report> {
    let records = options.records.unwrap_or(50_000);
    let logs = options.logs.unwrap_or(LOGS);
    let runs = options.runs.unwrap_or(3).max(1);
    let folder = options.folder()?;
    let node = folder.path().join("node");
    let hubs: Vec<_> = (0..runs).map(|run| folder.path().join(format!("hub-{run}"))).collect();
    let mut members = vec![(node.as_path(), installation::desk()?)];
    for hub in &hubs {
        members.push((hub, installation::hub()?));
    }
    installation::found(&members)?;
    laid::lay(&node, Plan { records, logs, per_commit: PER_SIGNATURE })?;
    let runs = hubs.iter().map(|hub| one_run(&node, hub, records)).collect::<Result<Vec<Run>>>()?;
    let all = |of: &dyn Fn(&Run) -> f64| -> Vec<f64> { runs.iter().map(of).collect() };
    let per_core = all(&|run| records as f64 / run.cpu_s.max(0.01));
    let per_second = all(&|run| records as f64 / run.wall_s);
    let mut report = Report::new("ingest", records);
    report.target("entries_per_core_second", median(&per_core), Bound::AtLeast(20_000.0));
    report.figure("entries_per_second", list(&per_second));
    report.figure("entries_per_signature_at_least", PER_SIGNATURE);
    report.figure("logs", logs);
    report.figure("runs", runs.len());
    report.figure(
        "of_runs",
        json!({ "hub_cpu_s": list(&all(&|run| run.cpu_s)), "wall_s": list(&all(&|run| run.wall_s)), "per_core": list(&per_core) }),
    );
    Ok(report)
}

fn one_run(node: &std::path::Path, hub: &std::path::Path, entries: usize) -> Result<Run> {
    let mut hub = pair::start(hub, false)?;
    let mut node = pair::start(node, false)?;
    let address = hub.hear("ready")?.text("listen")?.to_owned();
    node.hear("ready")?;
    let before = hub.ask("cost", "cost")?;
    hub.ask(&format!("watch {entries}"), "watching")?;
    let begun = super::stopwatch::now();
    node.tell(&format!("dial {address}"))?;
    let durable = hub.hear("durable")?;
    Ok(Run { wall_s: durable.at.saturating_duration_since(begun).as_secs_f64(), cpu_s: durable.number("cpu_s")? - before.number("cpu_s")? })
}
