//! `bench reconnect`: what a cut-off node made goes to an empty hub, in turns with automerge's own sync of the very same changes.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use schemas::flat::DocId;
use serde_json::json;
use sync::codec;
use sync::segment::PAYLOAD_MAX;
use sync::step::FrameBody;

use super::Options;
use super::installation::{self, IDENTITY, JOURNAL};
use super::part::Part;
use super::report::{Bound, Report, list, median};
use super::workload::{CHANGES, Order};
use super::{automerge_peer, raw_size};

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
    let (node, hub) = (folder.path().join("node"), folder.path().join("hub"));
    installation::found(&[(&node, installation::desk()?), (&hub, installation::hub()?)])?;
    let (digest, frames) = work(&node, records, options.order, options.writers)?;
    let changes = changes_in(&node.join(JOURNAL))?;
    ensure!(changes.len() == records * CHANGES, "the journal holds {} changes", changes.len());
    let file = folder.path().join("changes");
    automerge_peer::write_changes(&file, &changes)?;
    let raw = raw_size::of(changes.iter().map(|(_, change)| change.as_slice()))?;

    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for run in 0..runs {
        ours.push(our_run(folder.path(), &node, &hub, changes.len(), &digest)?);
        theirs.push(their_run(&folder.path().join(format!("kept-{run}")), &file, records, changes.len())?);
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

/// Makes the workload on the cut-off node; the digest of its views, and its commits.
fn work(node: &Path, records: usize, order: Order, writers: usize) -> Result<(String, u64)> {
    let mut part = member(node)?;
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
    let mut hub = member(&home)?;
    let mut node = member(node)?;
    let address = hub.hear("ready")?.text("listen")?.to_owned();
    node.hear("ready")?;
    let before = (node.ask("cost", "cost")?, hub.ask("cost", "cost")?);
    hub.ask(&format!("watch {entries}"), "watching")?;
    let begun = super::stopwatch::now();
    node.tell(&format!("dial {address}"))?;
    node.tell("acked")?;
    let durable = hub.hear("durable")?;
    let visible = hub.hear("visible")?;
    let acked = node.hear("acked")?;
    let after = (node.ask("cost", "cost")?, hub.ask("cost", "cost")?);
    let seen = hub.ask("digest", "digest")?.text("digest")?.to_owned();
    ensure!(seen == digest, "the hub's views are not those of the node");
    let spent =
        |name: &str| -> Result<(f64, f64)> { Ok((after.0.number(name)? - before.0.number(name)?, after.1.number(name)? - before.1.number(name)?)) };
    let (bytes, frame_bytes, cpu) = (spent("datagram_bytes")?, spent("frame_bytes")?, spent("cpu_s")?);
    let seconds = |at: std::time::Instant| at.saturating_duration_since(begun).as_secs_f64();
    Ok(Ours {
        durable_s: seconds(durable.at),
        visible_s: seconds(visible.at),
        acked_s: seconds(acked.at),
        bytes: bytes.0 + bytes.1,
        frame_bytes: frame_bytes.0 + frame_bytes.1,
        node_cpu_s: cpu.0,
        hub_cpu_s: cpu.1,
        hub_peak_mib: after.1.number("peak_mib")?,
    })
}

fn their_run(keep: &Path, changes: &Path, documents: usize, count: usize) -> Result<Theirs> {
    let text = |path: &Path| path.to_str().map(str::to_owned).context("a path is not text");
    let (keep_text, changes) = (text(keep)?, text(changes)?);
    let mut hub = Part::start(&["automerge-hub", "--keep", &keep_text, "--documents", &documents.to_string(), "--changes", &count.to_string()])?;
    let mut node = Part::start(&["automerge-node", "--changes", &changes])?;
    let address = hub.hear("ready")?.text("listen")?.to_owned();
    node.hear("ready")?;
    let begun = super::stopwatch::now();
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

fn member(home: &Path) -> Result<Part> {
    Part::start(&["member", "--home", home.to_str().context("a path is not text")?])
}

/// Every change that a journal holds, in its order.
fn changes_in(journal: &Path) -> Result<Vec<(DocId, Vec<u8>)>> {
    let mut changes = Vec::new();
    let mut failed = None;
    sync::journal::inspect(journal, |_, payload| match codec::decode::<FrameBody>(payload, PAYLOAD_MAX as u64) {
        Ok(frame) => changes.extend(sync::replica::changes(&frame).map(|(_, _, doc, raw, _)| (doc, raw.to_vec()))),
        Err(error) => failed = Some(error),
    })?;
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(changes),
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for item in std::fs::read_dir(from)? {
        let item = item?;
        std::fs::copy(item.path(), to.join(item.file_name()))?;
    }
    Ok(())
}
