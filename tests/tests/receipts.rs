//! No receipt leaves a desk before the disk has what it speaks of: seen from outside, in the order of the system calls.

// needs: strace

use std::collections::BTreeMap;
use std::ffi::OsString;

use anyhow::{Context, Result, bail, ensure};
use promises::{Installation, List, Work, seat, soon};
use serde_json::json;

/// Each sync is held up by so many microseconds before it returns, so that an answer that does not wait for it comes too early to be overlooked.
const HELD_UP: u32 = 15_000;

#[tokio::test]
async fn the_disk_has_a_command_before_its_receipt_is_written() -> Result<()> {
    if !std::process::Command::new("strace").arg("-V").output().is_ok_and(|run| run.status.success()) {
        println!("SKIPPED: strace is not installed");
        return Ok(());
    }
    let mut station = Installation::with_desks(&["C1"]).await?;
    station.stop_cleanly("C1").await?;
    let trace = station.root().join("C1.strace");
    let under: Vec<OsString> = ["strace", "-D", "-f", "-y", "-s", "4096", "-e", "signal=none"]
        .into_iter()
        .map(OsString::from)
        .chain(["-e".into(), "trace=fdatasync,fsync,read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64".into()])
        .chain(["-e".into(), format!("inject=fdatasync:delay_exit={HELD_UP}").into(), "-o".into(), trace.clone().into_os_string(), "--".into()])
        .collect();
    station.run_under("C1", &under)?;
    station.launch("C1").await.context("C1 under strace; is tracing allowed here?")?;
    let desk = station.desk("C1")?;
    let lists = [List::days_away(1501, 0, 40), List::days_away(1502, 0, 40), List::days_away(1503, 0, 40)];
    let mut work = Vec::new();
    for list in &lists {
        desk.work_flight(list).await?;
        let bookings = desk.bookings(&list.flight).await?;
        let pass = desk.check_in(&bookings[0], &seat(100)).await?;
        desk.must(json!({"kind": "board", "flight": list.flight, "scan": pass})).await?;
        work.push(Work::start(desk.clone(), bookings[1..].to_vec()));
    }
    // Three people at once, so that commits are shared.
    let ledger = station.ledger();
    promises::until("enough receipts", soon(), async || Ok((ledger.len() >= 90 || work.iter().any(Work::has_ended)).then_some(()))).await?;
    for work in work {
        work.end().await?;
    }
    station.kill("C1").await?;
    let text = String::from_utf8_lossy(&std::fs::read(&trace)?).into_owned();
    let seen = Seen::read(&text)?;
    for known in ledger.of("C1") {
        seen.is_in_order(&known.id.to_string())?;
    }
    println!("receipts: {} receipts, {} syncs, each receipt after its sync", ledger.len(), seen.syncs.len());
    ensure!(seen.syncs.len() >= 20, "too few syncs were seen for a proof");
    Ok(())
}

/// Lines of the trace at which things happened.
struct Seen {
    /// When the request with a key was read.
    asked: BTreeMap<String, usize>,
    /// When an answer that names a command as saved was begun to be written.
    answered: BTreeMap<String, usize>,
    /// When bytes began to be written to the journal.
    written: Vec<usize>,
    /// When a sync of the journal was called, and when it returned well.
    syncs: Vec<(usize, usize)>,
}

impl Seen {
    fn read(trace: &str) -> Result<Self> {
        let mut seen = Self { asked: BTreeMap::new(), answered: BTreeMap::new(), written: Vec::new(), syncs: Vec::new() };
        // Calls that another thread's call interrupted in the trace, by thread: the line at which they began, and whether they sync the journal.
        let mut begun: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
        for (at, line) in trace.lines().enumerate() {
            let Some((thread, call)) = line.split_once(char::is_whitespace) else { continue };
            let call = call.trim_start();
            let on_journal = call.contains("/journal/") && call.contains(".seg>");
            if let Some(rest) = call.strip_prefix("<... ") {
                let (from, syncs) = begun.remove(thread).unwrap_or((at, false));
                if syncs && rest.starts_with("fdatasync") {
                    ensure!(rest.contains("= 0"), "a sync failed: {line}");
                    seen.syncs.push((from, at));
                }
            } else if call.ends_with("<unfinished ...>") {
                begun.insert(thread, (at, on_journal && call.starts_with("fdatasync")));
            } else if call.starts_with("fdatasync") && on_journal {
                ensure!(call.contains("= 0"), "a sync failed: {line}");
                seen.syncs.push((at, at));
            }
            if on_journal && call.starts_with("pwrite64") {
                seen.written.push(at);
            }
            if let Some(key) = after(call, "idempotency-key: ") {
                seen.asked.entry(key).or_insert(at);
            }
            if call.contains("HTTP/1.1 201")
                && let Some(key) = after(call, "/api/v1/commands/")
            {
                seen.answered.entry(key).or_insert(at);
            }
        }
        if seen.syncs.is_empty() {
            bail!("no sync of the journal was seen in {} lines", trace.lines().count());
        }
        Ok(seen)
    }

    /// Request read, then journal written, then synced, then answered.
    fn is_in_order(&self, key: &str) -> Result<()> {
        let asked = *self.asked.get(key).with_context(|| format!("the request of {key} was not seen"))?;
        let answered = *self.answered.get(key).with_context(|| format!("the answer to {key} was not seen"))?;
        let whole = |written: &usize| self.syncs.iter().any(|(called, returned)| written < called && *returned < answered);
        let between = self.written.iter().filter(|written| (asked..answered).contains(*written));
        ensure!(between.into_iter().any(whole), "{key}: asked at line {asked}, answered at {answered}, and no write and sync of the journal between");
        Ok(())
    }
}

/// The UUID behind a word.
fn after(call: &str, word: &str) -> Option<String> {
    let at = call.find(word)? + word.len();
    call.get(at..at + 36).map(str::to_owned)
}
