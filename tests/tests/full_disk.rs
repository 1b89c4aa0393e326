//! A full disk refuses new commands in plain words, keeps what was saved and keeps showing it; with space again, work goes on.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use promises::{Chance, Desk, Installation, List, Outcome, Press, copy_dir, seat, soon, until};
use serde_json::{Value, json};

/// One segment of the journal (16 MiB) fits on this disk, and a second does not.
const DISK: &str = "size=26m";

/// A small disk of its own for a data directory; unmounted at the end.
struct SmallDisk(PathBuf);

#[tokio::test]
async fn a_full_disk_refuses_in_words_and_loses_nothing() -> Result<()> {
    let mut station = Installation::with_desks(&["C1", "C2"]).await?;
    station.stop_cleanly("C1").await?;
    let Some(disk) = SmallDisk::under(&station.dir("C1"))? else { return Ok(()) };
    station.launch("C1").await?;
    let (full, other) = (station.desk("C1")?, station.desk("C2")?);
    let list = List::days_away(1501, 0, 60);
    full.work_flight(&list).await?;
    let bookings = full.bookings(&list.flight).await?;
    let pass = full.check_in(&bookings[0], &seat(0)).await?;

    let words = fill(&full).await?;
    println!("the full disk says: {words}");
    let before = full.records().await?;
    let ledger = station.ledger().of("C1");
    let refused = full.refuses(json!({"kind": "board", "flight": list.flight, "scan": pass})).await?;
    ensure!((refused.0, refused.1.as_str()) == (507, "disk-full"), "a full disk refused otherwise: {refused:?}");
    ensure!(refused.2.contains("disk") && !refused.3.is_empty(), "no plain words: {refused:?}");
    ensure!(full.records().await? == before, "a refused command changed something");
    full.has_all(&ledger).await?;
    let page = full.http().get(format!("{}/gate/{}", full.url(), list.flight)).send().await?;
    ensure!(page.status().is_success(), "the gate's page is {}", page.status());

    // The neighbour works on; what it does waits until there is space.
    other.check_in(&bookings[1], &seat(1)).await?;
    // On a disk that is still full the desk starts, and shows what it has.
    station.kill("C1").await?;
    station.launch("C1").await.context("a start on a full disk")?;
    full.has_all(&ledger).await.context("after a start on a full disk")?;
    let again = full.press(&Press::new(&json!({"kind": "board", "flight": list.flight, "scan": pass}))).await?;
    println!("after a start on the full disk: {again:?}");

    disk.make_space()?;
    until("space", soon(), async || {
        let press = Press::new(&json!({"kind": "check-in", "guests": [{"booking": bookings[2], "seat": seat(2)}]}));
        match full.press(&press).await? {
            Outcome::Saved(_) => Ok(Some(())),
            Outcome::Refused { status: 507 | 409, .. } => Ok(None),
            other => bail!("with space again: {other:?}"),
        }
    })
    .await?;
    full.sees("what the neighbour did", &format!("flights/{}", list.flight), soon(), |row: &Value| row["counts"]["checked_in"] == json!(3)).await?;
    station.agree(&["HUB", "C1", "C2"]).await?;
    full.has_all(&station.ledger().of("C1")).await?;
    station.stop_cleanly("C1").await?;
    station.verify("C1").await?;
    Ok(())
}

/// Imports list after list, each of another flight, until the desk refuses; its words.
async fn fill(desk: &Desk) -> Result<String> {
    for number in 2000..2200 {
        let remarks = remarks(number);
        let list = List::days_away(number, 0, 2);
        let text = list.text.replacen("\n1BIRCH", &format!("\n{remarks}1BIRCH"), 1);
        match desk.press(&Press::new(&json!({"kind": "import-list", "text": text}))).await? {
            Outcome::Saved(_) => {}
            Outcome::Refused { status: 507, words, remedy, .. } => return Ok(format!("{words} {remedy}")),
            other => bail!("the disk fills and the desk says {other:?}"),
        }
    }
    bail!("the disk never filled")
}

/// Lines that say nothing and take space, packed too: no two letters follow from each other.
fn remarks(list: u16) -> String {
    let mut chance = Chance::from_seed(u64::from(list));
    let mut letter = || char::from(b'A' + chance.below(26) as u8);
    (0..6000).map(|_| format!(".R/OTHS HK1 {}\n", (0..40).map(|_| letter()).collect::<String>())).collect()
}

impl SmallDisk {
    /// Puts a small disk under a data directory; nothing, and a line that says so, where that is not allowed.
    fn under(dir: &Path) -> Result<Option<Self>> {
        let kept = dir.with_extension("before");
        std::fs::rename(dir, &kept)?;
        std::fs::create_dir(dir)?;
        let mounted = std::process::Command::new("mount").args(["-t", "tmpfs", "-o", DISK, "tmpfs"]).arg(dir).output();
        if !mounted.as_ref().is_ok_and(|run| run.status.success()) {
            println!("SKIPPED: a small disk cannot be mounted here ({mounted:?})");
            return Ok(None);
        }
        let disk = Self(dir.to_owned());
        for item in std::fs::read_dir(&kept)? {
            let item = item?;
            let target = dir.join(item.file_name());
            if item.file_type()?.is_dir() {
                copy_dir(&item.path(), &target)?;
            } else {
                std::fs::copy(item.path(), target)?;
            }
        }
        Ok(Some(disk))
    }

    fn make_space(&self) -> Result<()> {
        let run = std::process::Command::new("mount").args(["-o", "remount,size=200m"]).arg(&self.0).output()?;
        ensure!(run.status.success(), "the disk cannot be made larger: {}", String::from_utf8_lossy(&run.stderr));
        Ok(())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.0).output();
    }
}
