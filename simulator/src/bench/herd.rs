//! `bench herd`: many nodes that worked while cut off meet one hub at the same moment: how long until all of it is everywhere, and what the hub needed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use clap::Args;
use schemas::scope::ScopeId;
use serde_json::json;
use sync::identity::Grant;
use tokio::task::JoinSet;

use super::member::{Member, command_in};
use super::part::{Part, own_cost, say};
use super::report::{Bound, Report, quantile, rounded};
use super::{Options as BenchOptions, installation, pair, stopwatch, workload};

/// Records that each node makes while it is cut off.
const RECORDS: usize = 20;
/// Small journals: hundreds of them are on one disk.
const SEGMENT: u64 = 1 << 20;
/// How often a node's standing is looked at.
const LOOK: Duration = Duration::from_millis(20);
/// A node that has not got through by then is starved.
const STARVED: Duration = Duration::from_secs(180);
/// What a hub may hold in memory at most, and what each node that comes at once may add.
const HUB_MIB: (f64, f64) = (100.0, 2.5);
/// Threads that wait for disks, as few as in the product: each keeps memory of its own.
pub(super) const WAITING_THREADS: usize = 16;

/// The nodes of one process.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Holds a folder for each node, as [`home`] names it.
    #[arg(long)]
    home: PathBuf,
    #[arg(long)]
    nodes: usize,
    #[arg(long)]
    per_station: usize,
    /// Records that each node makes.
    #[arg(long)]
    records: usize,
}

/// When one node had got so far, in seconds since all dialed.
#[derive(Debug, Default, Clone, Copy)]
struct Times {
    linked: Option<f64>,
    /// The hub signed for all that is here.
    acked: Option<f64>,
    /// All that its station made is here.
    whole: Option<f64>,
    /// Links that were lost on the way.
    lost: u32,
}

pub(super) fn run(options: &BenchOptions) -> Result<Report> {
    let nodes = options.nodes.clamp(1, 1000);
    let per_station = options.per_station.clamp(1, nodes);
    let records = options.records.unwrap_or(RECORDS).max(1);
    let folder = options.folder()?;
    let hub = folder.path().join("hub");
    found(folder.path(), &hub, nodes, per_station)?;
    let text = folder.path().to_str().context("a path is not text")?;
    let numbers = [nodes, per_station, records].map(|number| number.to_string());
    let mut herd = Part::start(&["herd", "--home", text, "--nodes", &numbers[0], "--per-station", &numbers[1], "--records", &numbers[2]])?;
    herd.hear("ready")?;
    let mut hub = pair::start(&hub, true)?;
    let address = hub.hear("ready")?.text("listen")?.to_owned();
    let before = hub.ask("cost", "cost")?;
    hub.ask(&format!("watch {}", nodes * records), "watching")?;
    let begun = stopwatch::now();
    herd.tell(&format!("dial {address}"))?;
    let durable = hub.hear("durable")?;
    let visible = hub.hear("visible")?;
    let through = herd.hear("through")?;
    let refusals = hub.ask("refusals", "refusals")?;
    let after = hub.ask("cost", "cost")?;
    herd.end()?;
    hub.end()?;

    let seconds = |at: std::time::Instant| rounded(at.saturating_duration_since(begun).as_secs_f64());
    let mut report = Report::new("herd", records);
    report.target("starved_nodes", through.number("starved")?, Bound::AtMost(0.0));
    report.target("hub_peak_mib", after.number("peak_mib")?, Bound::AtMost(HUB_MIB.0 + HUB_MIB.1 * nodes as f64));
    report.figure("nodes", nodes);
    report.figure("per_station", per_station);
    report.figure("entries", nodes * records);
    report.figure("hub_durable_s", seconds(durable.at));
    report.figure("hub_visible_s", seconds(visible.at));
    for name in ["linked_s", "acked_s", "whole_s", "links_lost"] {
        report.figure(name, through.value[name].clone());
    }
    report.figure("hub_linked_at_the_end", refusals.value["linked"].clone());
    report.figure("hub_turned_away", refusals.value["counts"].clone());
    report.figure("hub_cpu_s", rounded(after.number("cpu_s")? - before.number("cpu_s")?));
    report.figure("hub_mib_before", rounded(before.number("rss_mib")?));
    report.figure("herd_cpu_s", rounded(through.number("cpu_s")?));
    report.figure("herd_peak_mib", rounded(through.number("peak_mib")?));
    Ok(report)
}

/// Makes the installation: every node with the certificate of its station.
fn found(folder: &Path, hub: &Path, nodes: usize, per_station: usize) -> Result<()> {
    let homes: Vec<PathBuf> = (0..nodes).map(|node| home(folder, node)).collect();
    let mut members = vec![(hub, installation::hub()?)];
    for (node, home) in homes.iter().enumerate() {
        members.push((home, Grant::node(&format!("D{node}"), &station(node / per_station), &["*"])?));
    }
    installation::found(&members)
}

/// Runs all nodes of a herd in one process until it is told to end.
pub(super) fn play(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().max_blocking_threads(WAITING_THREADS).enable_all().build()?;
    runtime.block_on(async {
        let mut members = gathered(options).await?;
        say("ready", json!({}))?;
        let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(tokio::io::stdin()));
        while let Some(line) = lines.next_line().await? {
            match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["dial", address] => through(&mut members, options, address).await?,
                ["quit"] => {
                    let mut ends: JoinSet<()> = members.into_iter().map(|(_, member)| async move { member.close().await }).collect();
                    while ends.join_next().await.is_some() {}
                    return say("bye", json!({}));
                }
                _ => anyhow::bail!("there is no such order: {line:?}"),
            }
        }
        Ok(())
    })
}

/// Starts the nodes, a few at once, and lets each do its work.
async fn gathered(options: &Options) -> Result<Vec<(ScopeId, Member)>> {
    let mut members = Vec::new();
    let mut starting = JoinSet::new();
    for node in 0..options.nodes {
        let (home, records) = (home(&options.home, node), options.records);
        let scope = ScopeId::day(&station(node / options.per_station), "2026-11-22", "CA").map_err(|error| anyhow!("{error:?}"))?;
        starting.spawn(async move {
            let member = Member::start(&home, true, SEGMENT).await?;
            for record in 0..records {
                command_in(member.worker()?, scope.clone(), workload::edit(node * records + record, 0)).await?;
            }
            Ok::<_, anyhow::Error>((scope, member))
        });
        if starting.len() >= 8
            && let Some(started) = starting.join_next().await
        {
            members.push(started??);
        }
    }
    while let Some(started) = starting.join_next().await {
        members.push(started??);
    }
    Ok(members)
}

/// Lets all dial at once and says how they fared when the last got through.
async fn through(members: &mut [(ScopeId, Member)], options: &Options, address: &str) -> Result<()> {
    let begun = stopwatch::now();
    members.iter_mut().for_each(|(_, member)| member.dial(address));
    let mut times = vec![Times::default(); members.len()];
    let wanted: Vec<u64> = members.iter().map(|(scope, _)| made_at(members, scope) * options.records as u64).collect();
    let mut was_linked = vec![false; members.len()];
    let starved = loop {
        for (place, (scope, member)) in members.iter().enumerate() {
            let (now, standing, times) = (stopwatch::since(begun), member.standing(scope), &mut times[place]);
            times.lost += u32::from(was_linked[place] && !standing.linked);
            was_linked[place] = standing.linked;
            times.linked = times.linked.or(standing.linked.then_some(now));
            times.acked = times.acked.or((standing.linked && standing.acked).then_some(now));
            times.whole = times.whole.or((standing.entries >= wanted[place]).then_some(now));
        }
        let starved = times.iter().filter(|times| times.acked.is_none() || times.whole.is_none()).count();
        if starved == 0 || stopwatch::since(begun) > STARVED.as_secs_f64() {
            break starved;
        }
        tokio::time::sleep(LOOK).await;
    };
    let spread = |of: fn(&Times) -> Option<f64>| {
        let all: Vec<f64> = times.iter().filter_map(of).collect();
        json!({ "p50": rounded(quantile(&all, 0.5)), "last": rounded(quantile(&all, 1.0)) })
    };
    let mut said = own_cost();
    said["starved"] = json!(starved);
    said["linked_s"] = spread(|times| times.linked);
    said["acked_s"] = spread(|times| times.acked);
    said["whole_s"] = spread(|times| times.whole);
    said["links_lost"] = json!(times.iter().map(|times| times.lost).sum::<u32>());
    ensure!(times.len() == options.nodes, "{} nodes of {} run", times.len(), options.nodes);
    say("through", said)
}

/// Nodes that work in a scope.
fn made_at(members: &[(ScopeId, Member)], scope: &ScopeId) -> u64 {
    members.iter().filter(|(other, _)| other == scope).count() as u64
}

/// Where a node lives.
fn home(folder: &Path, node: usize) -> PathBuf {
    folder.join(format!("node-{node}"))
}

/// Three letters for each station.
fn station(number: usize) -> String {
    let letter = |place: usize| char::from(b'A' + u8::try_from(place % 26).unwrap_or_default());
    ['S', letter(number / 26), letter(number)].iter().collect()
}
