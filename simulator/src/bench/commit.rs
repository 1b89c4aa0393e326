//! `bench commit`: what a durable write costs, beside appending the same bytes to a file.

use anyhow::{Context, Result};
use serde_json::json;
use sync::engine::FrameReader;
use sync::journal::{Journal, SEGMENT_BYTES};
use tokio::task::JoinSet;

use super::Options;
use super::installation::{self, JOURNAL};
use super::member::{Member, command, drawn};
use super::raw_append::RawAppend;
use super::report::{Bound, Report, list, median, quantile};
use super::{stopwatch, workload};

/// People who write at once, where many do.
const MANY: usize = 16;
/// Times that one and many take turns in a run.
const TURNS: usize = 4;
const TO_MICROSECONDS: f64 = 1e6;

/// What was measured in one run.
struct Run {
    raw_s: Vec<f64>,
    journal_s: Vec<f64>,
    raw_beside_s: Vec<f64>,
    command_s: Vec<f64>,
    one_per_s: Vec<f64>,
    many_per_s: Vec<f64>,
    frame_bytes: usize,
}

pub(super) fn run(options: &Options) -> Result<Report> {
    let records = options.records.unwrap_or(200);
    let runs = options.runs.unwrap_or(5).max(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let runs = runtime.block_on(async {
        let mut done = Vec::new();
        for _ in 0..runs {
            done.push(one_run(options, records).await?);
        }
        Ok::<_, anyhow::Error>(done)
    })?;
    let medians = |of: fn(&Run) -> f64| -> Vec<f64> { runs.iter().map(of).collect() };
    // A sync takes a tenth of a millisecond, or a whole tick of the scheduler where both cores are busy, and then everything looks equal. So the
    // quick tenth is compared too, and the worse of the two counts.
    let journal = medians(|run| (median(&run.journal_s) / median(&run.raw_s)).max(quantile(&run.journal_s, 0.1) / quantile(&run.raw_s, 0.1)));
    let writers = medians(|run| median(&run.many_per_s) / median(&run.one_per_s));
    let receipt_ms = medians(|run| (median(&run.command_s) - median(&run.raw_beside_s)) * 1000.0);
    let mut report = Report::new("commit", records);
    report.ratio("journal", median(&journal), Bound::AtMost(1.5));
    report.ratio("writers", median(&writers), Bound::AtLeast(6.0));
    report.target("receipt_over_raw_ms", median(&receipt_ms), Bound::AtMost(0.3));
    report.figure("runs", runs.len());
    report.figure("frame_bytes", runs.first().map_or(0, |run| run.frame_bytes));
    let of = |of: fn(&Run) -> f64| list(&medians(of));
    report.figure(
        "median_us",
        json!({
            "raw_append": of(|run| median(&run.raw_s) * TO_MICROSECONDS), "journal": of(|run| median(&run.journal_s) * TO_MICROSECONDS),
            "raw_beside_command": of(|run| median(&run.raw_beside_s) * TO_MICROSECONDS), "command": of(|run| median(&run.command_s) * TO_MICROSECONDS),
        }),
    );
    for (name, share) in [("p10_us", 0.1), ("p99_us", 0.99)] {
        let of = |of: fn(&Run) -> &[f64]| list(&runs.iter().map(|run| quantile(of(run), share) * TO_MICROSECONDS).collect::<Vec<_>>());
        report.figure(
            name,
            json!({
                "raw_append": of(|run| &run.raw_s), "journal": of(|run| &run.journal_s),
                "raw_beside_command": of(|run| &run.raw_beside_s), "command": of(|run| &run.command_s),
            }),
        );
    }
    report.figure("commands_per_s", json!({ "1_writer": of(|run| median(&run.one_per_s)), "16_writers": of(|run| median(&run.many_per_s)) }));
    report.figure("ratios_of_runs", json!({ "journal": list(&journal), "writers": list(&writers), "receipt_over_raw_ms": list(&receipt_ms) }));
    Ok(report)
}

async fn one_run(options: &Options, records: usize) -> Result<Run> {
    let folder = options.folder()?;
    let home = folder.path().join("node");
    installation::found(&[(&home, installation::desk()?)])?;
    let member = Member::start(&home, true, SEGMENT_BYTES).await?;
    let worker = member.worker()?.clone();
    // Records to change, and a log that is open: neither belongs to the cost of a write.
    write_all(&member, records.max(MANY), 0, MANY).await?;

    let mut raw = RawAppend::create(&folder.path().join("raw-beside"))?;
    let mut frames = member.frame_reader();
    let (mut raw_beside_s, mut command_s, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for record in 0..records {
        let begun = stopwatch::now();
        command(&worker, workload::edit(record, 1)).await?;
        command_s.push(stopwatch::since(begun));
        bytes = newest_frame(&mut frames, &home.join(JOURNAL))?;
        raw_beside_s.push(tokio::task::block_in_place(|| raw.append(&bytes))?);
    }
    let (mut one_per_s, mut many_per_s) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        one_per_s.push(write_all(&member, records.div_ceil(TURNS), workload::CHANGES + 2 * turn, 1).await?);
        many_per_s.push(write_all(&member, records.max(MANY), workload::CHANGES + 2 * turn + 1, MANY).await?);
    }
    let (raw_s, journal_s) = tokio::task::block_in_place(|| journal_beside_raw(folder.path(), &bytes, records))?;
    Ok(Run { raw_s, journal_s, raw_beside_s, command_s, one_per_s, many_per_s, frame_bytes: bytes.len() })
}

/// The journal alone and a plain file, one append each in turns.
fn journal_beside_raw(folder: &std::path::Path, bytes: &[u8], times: usize) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut journal, _) = Journal::open(&folder.join("alone"), drawn()?, SEGMENT_BYTES, |_, _| {})?;
    journal.reserve(1 << 20)?;
    let mut raw = RawAppend::create(&folder.join("raw"))?;
    let (mut raw_s, mut journal_s) = (Vec::new(), Vec::new());
    for _ in 0..times {
        raw_s.push(raw.append(bytes)?);
        let begun = stopwatch::now();
        journal.append(bytes)?;
        journal_s.push(stopwatch::since(begun));
    }
    Ok((raw_s, journal_s))
}

/// Makes one change of each record as so many people at once; commands a second.
async fn write_all(member: &Member, records: usize, change: usize, writers: usize) -> Result<f64> {
    let begun = stopwatch::now();
    let mut people = JoinSet::new();
    for writer in 0..writers {
        let worker = member.worker()?.clone();
        people.spawn(async move {
            for record in (writer..records).step_by(writers) {
                command(&worker, workload::edit(record, change)).await?;
            }
            Ok::<(), anyhow::Error>(())
        });
    }
    while let Some(done) = people.join_next().await {
        done??;
    }
    Ok(records as f64 / stopwatch::since(begun))
}

/// The payload that the newest commit wrote.
fn newest_frame(frames: &mut FrameReader, journal: &std::path::Path) -> Result<Vec<u8>> {
    let place = frames.count().checked_sub(1).and_then(|last| frames.place(last)).context("nothing was committed")?;
    Ok(sync::journal::Reader::new(journal).read(place)?)
}
