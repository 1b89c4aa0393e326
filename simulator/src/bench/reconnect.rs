//! `bench reconnect`: what a cut-off node made goes to an empty hub, in turns with automerge's own sync of the very same changes.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use super::Options;
use super::installation::{self, IDENTITY, JOURNAL, changes_in, copy_folder};
use super::part::Part;
use super::report::{Bound, Report, list, median};
use super::workload::{CHANGES, Order};
use super::{automerge_peer, pair, raw_size, stopwatch};

/// What one of our runs took.
struct Ours {
    durable_s: f64,
    visible_s: f64,
    acked_s: f64,
    bytes: f64,
    frame_bytes: f64,
    node_cpu_s: f64,
    hub_cpu_s: f64,
    hub_peak_mib: f64,
}

/// What one of the peer's runs took.
struct Theirs {
    durable_s: f64,
    bytes: f64,
    node_cpu_s: f64,
    hub_cpu_s: f64,
    hub_peak_mib: f64,
}

pub(super) fn run(options: &Options) -> Result<Report> {
    let records = options.records.unwrap_or(10_000);
    let runs = options.runs.unwrap_or(3).max(1);
    let folder = options.folder()?;
    let folder = folder.path();
    let (node, hub) = (folder.join("node"), folder.join("hub"));
    let (digest, frames) = prepared(options, folder, &node, &hub, records)?;
    let changes = changes_in(&node.join(JOURNAL))?;
    ensure!(changes.len() == records * CHANGES, "the journal holds {} changes", changes.len());
    let file = folder.join("changes");
    automerge_peer::write_changes(&file, &changes)?;
    let raw = raw_size::of(changes.iter().map(|(_, change)| change.as_slice()))?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 0..runs {
        ours.push(our_run(folder, &node, &hub, changes.len(), &digest)?);
        theirs.push(their_run(&folder.join(format!("kept-{run}")), &file, records, changes.len())?);
    }

    let pairs = |of: fn(&Ours) -> f64| -> Vec<f64> { ours.iter().zip(&theirs).map(|(ours, theirs)| theirs.durable_s / of(ours)).collect() };
    let mut report = Report::new("reconnect", records);
    report.ratio("durable", median(&pairs(|ours| ours.durable_s)), Bound::AtLeast(12.0));
    report.ratio("visible", median(&pairs(|ours| ours.visible_s)), Bound::AtLeast(5.0));
    let bytes = median(&ours.iter().map(|ours| ours.bytes).collect::<Vec<_>>());
    report.ratio("bytes", bytes / raw.compressed as f64, Bound::AtMost(0.6));
    let of = |of: fn(&Ours) -> f64| list(&ours.iter().map(of).collect::<Vec<_>>());
    let of_theirs = |of: fn(&Theirs) -> f64| list(&theirs.iter().map(of).collect::<Vec<_>>());
    report.figure("runs", runs);
    report.figure("order", format!("{:?}", options.order).to_lowercase());
    report.figure("changes", changes.len());
    report.figure("commits_on_the_node", frames);
    report.figure("raw_bytes", raw.plain);
    report.figure("raw_zstd3_bytes", raw.compressed);
    report.figure(
        "apron",
        json!({
            "durable_s": of(|run| run.durable_s), "visible_s": of(|run| run.visible_s), "acknowledged_s": of(|run| run.acked_s),
            "datagram_bytes": of(|run| run.bytes), "message_bytes": of(|run| run.frame_bytes),
            "node_cpu_s": of(|run| run.node_cpu_s), "hub_cpu_s": of(|run| run.hub_cpu_s), "hub_peak_mib": of(|run| run.hub_peak_mib),
        }),
    );
    report.figure(
        "automerge",
        json!({
            "durable_s": of_theirs(|run| run.durable_s), "tcp_bytes": of_theirs(|run| run.bytes),
            "node_cpu_s": of_theirs(|run| run.node_cpu_s), "hub_cpu_s": of_theirs(|run| run.hub_cpu_s),
            "hub_peak_mib": of_theirs(|run| run.hub_peak_mib),
        }),
    );
    Ok(report)
}

/// The cut-off node with its work done: made now, or in an earlier run that kept its folder.
fn prepared(options: &Options, folder: &Path, node: &Path, hub: &Path, records: usize) -> Result<(String, u64)> {
    let note = folder.join("prepared.json");
    let what = json!({ "records": records, "order": format!("{:?}", options.order), "writers": options.writers });
    if let Ok(text) = std::fs::read_to_string(&note) {
        let kept: serde_json::Value = serde_json::from_str(&text)?;
        ensure!(kept["what"] == what, "{} was prepared for {}; use another folder", folder.display(), kept["what"]);
        return Ok((kept["digest"].as_str().unwrap_or_default().to_owned(), kept["frames"].as_u64().unwrap_or_default()));
    }
    installation::found(&[(node, installation::desk()?), (hub, installation::hub()?)])?;
    let (digest, frames) = work(node, records, options.order, options.writers)?;
    std::fs::write(note, json!({ "what": what, "digest": digest, "frames": frames }).to_string())?;
    Ok((digest, frames))
}

/// Makes the workload on the cut-off node; the digest of its views, and its commits.
fn work(node: &Path, records: usize, order: Order, writers: usize) -> Result<(String, u64)> {
    let mut part = pair::start(node, true)?;
    part.hear("ready")?;
    let order = if order == Order::Records { "records" } else { "rounds" };
    let worked = part.ask(&format!("work {records} {order} {}", writers.max(1)), "worked")?;
    let digest = part.ask("digest", "digest")?.text("digest")?.to_owned();
    part.end()?;
    Ok((digest, worked.number("frames")? as u64))
}

fn our_run(folder: &Path, node: &Path, hub_identity: &Path, entries: usize, digest: &str) -> Result<Ours> {
    let home = folder.join("hub-run");
    let _ = std::fs::remove_dir_all(&home);
    std::fs::create_dir_all(&home)?;
    copy_folder(&hub_identity.join(IDENTITY), &home.join(IDENTITY))?;
    let mut hub = pair::start(&home, true)?;
    let mut node = pair::start(node, true)?;
    let address = hub.hear("ready")?.text("listen")?.to_owned();
    node.hear("ready")?;
    let before = pair::costs(&mut node, &mut hub)?;
    hub.ask(&format!("watch {entries}"), "watching")?;
    let begun = stopwatch::now();
    node.tell(&format!("dial {address}"))?;
    node.tell("acked")?;
    let durable = hub.hear("durable")?;
    let visible = hub.hear("visible")?;
    let acked = node.hear("acked")?;
    let after = pair::costs(&mut node, &mut hub)?;
    let seen = hub.ask("digest", "digest")?.text("digest")?.to_owned();
    ensure!(seen == digest, "the hub's views are not those of the node");
    let seconds = |at: std::time::Instant| at.saturating_duration_since(begun).as_secs_f64();
    Ok(Ours {
        durable_s: seconds(durable.at),
        visible_s: seconds(visible.at),
        acked_s: seconds(acked.at),
        bytes: after.spent(&before, "datagram_bytes")?,
        frame_bytes: after.spent(&before, "frame_bytes")?,
        node_cpu_s: after.node.number("cpu_s")? - before.node.number("cpu_s")?,
        hub_cpu_s: after.hub.number("cpu_s")? - before.hub.number("cpu_s")?,
        hub_peak_mib: after.hub.number("peak_mib")?,
    })
}

fn their_run(keep: &Path, changes: &Path, documents: usize, count: usize) -> Result<Theirs> {
    let text = |path: &Path| path.to_str().map(str::to_owned).context("a path is not text");
    let (keep_text, changes) = (text(keep)?, text(changes)?);
    let mut hub = Part::start(&["automerge-hub", "--keep", &keep_text, "--documents", &documents.to_string(), "--changes", &count.to_string()])?;
    let mut node = Part::start(&["automerge-node", "--changes", &changes])?;
    let address = hub.hear("ready")?.text("listen")?.to_owned();
    node.hear("ready")?;
    let begun = stopwatch::now();
    node.tell(&format!("go {address}"))?;
    let durable = hub.hear("durable")?;
    let synced = node.hear("synced")?;
    node.end()?;
    hub.hear("bye")?;
    std::fs::remove_file(keep)?;
    Ok(Theirs {
        durable_s: durable.at.saturating_duration_since(begun).as_secs_f64(),
        bytes: synced.number("bytes")?,
        node_cpu_s: synced.number("cpu_s")?,
        hub_cpu_s: durable.number("cpu_s")?,
        hub_peak_mib: durable.number("peak_mib")?,
    })
}
