//! The index may be lost, left half-made or rotten: a node starts, shows the same records, and works.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use promises::{Acknowledged, Chance, Installation, List, copy_dir, is_long, seat};
use serde_json::{Value, json};

/// A desk that was stopped in order, and what it showed before.
struct Kept {
    station: Installation,
    /// A copy of its data directory, never touched.
    whole: PathBuf,
    records: Value,
    acknowledged: Vec<Acknowledged>,
    /// A guest who is not checked in.
    spare: String,
    /// Whether the desk also has to work on after a damage, and through a power cut.
    goes_on: bool,
}

#[tokio::test]
async fn a_node_starts_with_the_same_records_after_any_damage_to_its_index() -> Result<()> {
    let mut chance = Chance::of("index_damage", 60);
    let mut kept = worked_desk().await?;
    kept.outlives("the index is removed", |index| Ok(std::fs::remove_dir_all(index)?)).await?;
    kept.outlives("a snapshot was left half-made", |index| {
        let newest = files(index)?.into_iter().filter(|file| name(file).starts_with("snap.")).max();
        let bytes = newest.map(std::fs::read).transpose()?.unwrap_or_default();
        Ok(std::fs::write(index.join("snap.FFFFFFFFFFFFFFF0.generating"), &bytes[..bytes.len() / 2])?)
    })
    .await?;
    kept.outlives("all snapshots are gone", |index| {
        files(index)?.iter().filter(|file| name(file).starts_with("snap.")).try_for_each(|file| Ok(std::fs::remove_file(file)?))
    })
    .await?;
    kept.outlives("its main file is cut in half", |index| {
        let file = std::fs::File::options().write(true).open(index.join("db"))?;
        Ok(file.set_len(file.metadata()?.len() / 2)?)
    })
    .await?;
    kept.outlives("its main file is empty", |index| Ok(std::fs::write(index.join("db"), b"")?)).await?;
    let flips = if is_long() { 500 } else { 60 };
    for flip in 0..flips {
        let seed = chance.draw();
        kept.goes_on_after(flip % 6 == 0);
        kept.outlives(&format!("flip {flip} (seed {seed})"), |index| flip_one_byte(index, &mut Chance::from_seed(seed))).await?;
    }
    println!("index_damage: {flips} flipped bytes and 5 other damages outlived");
    Ok(())
}

/// A desk with a hundred and fifty guests and their bags, killed in between so that its journal has several segments.
async fn worked_desk() -> Result<Kept> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    let desk = station.desk("C1")?;
    let lists = [List::days_away(1501, 0, 80), List::days_away(1502, 0, 70)];
    let mut spare = None;
    for list in &lists {
        desk.work_flight(list).await?;
        let bookings = desk.bookings(&list.flight).await?;
        for (place, booking) in bookings[1..].iter().enumerate() {
            let pass = desk.check_in(booking, &seat(place)).await?;
            match place % 4 {
                0 => drop(desk.must(json!({"kind": "add-bag", "booking": booking, "weight_kg": 17})).await?),
                1 => drop(desk.must(json!({"kind": "board", "flight": list.flight, "scan": pass})).await?),
                _ => {}
            }
        }
        spare = bookings.into_iter().next();
        station.kill("C1").await?;
        station.launch("C1").await?;
    }
    // The hub ends first: from here on the desk is alone, and nothing comes back from elsewhere.
    station.stop_cleanly("HUB").await?;
    let records = desk.records().await?;
    let acknowledged = station.ledger().of("C1");
    station.stop_cleanly("C1").await?;
    let whole = station.root().join("C1.whole");
    copy_dir(&station.dir("C1"), &whole)?;
    Ok(Kept { station, whole, records, acknowledged, spare: spare.context("an empty list")?, goes_on: true })
}

impl Kept {
    /// Damages a fresh copy's index, starts the desk on it, and holds that everything is there and that it works.
    async fn outlives(&mut self, what: &str, damage: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        let dir = self.station.dir("C1");
        std::fs::remove_dir_all(&dir)?;
        copy_dir(&self.whole, &dir)?;
        damage(&dir.join("index"))?;
        self.works().await.with_context(|| format!("after {what}"))
    }

    fn goes_on_after(&mut self, goes_on: bool) {
        self.goes_on = goes_on;
    }

    async fn works(&mut self) -> Result<()> {
        self.station.launch("C1").await?;
        let desk = self.station.desk("C1")?;
        let records = desk.records().await?;
        ensure!(records == self.records, "the records differ: {}", difference(&self.records, &records));
        if !self.goes_on {
            return self.station.kill("C1").await;
        }
        desk.has_all(&self.acknowledged).await?;
        desk.check_in(&self.spare, "38F").await?;
        let after = desk.records().await?;
        self.station.kill("C1").await?;
        self.station.launch("C1").await?;
        ensure!(desk.records().await? == after, "what was done after the repair is not there after a restart");
        self.station.stop_cleanly("C1").await?;
        Ok(())
    }
}

/// A byte of any file, every second time of a file drawn first, so that small files come up too.
fn flip_one_byte(index: &Path, chance: &mut Chance) -> Result<()> {
    let files: Vec<(PathBuf, u64)> = files(index)?
        .into_iter()
        .map(|file| Ok((file.clone(), std::fs::metadata(&file)?.len())))
        .filter(|file: &Result<(PathBuf, u64)>| file.as_ref().is_ok_and(|(_, len)| *len > 0))
        .collect::<Result<_>>()?;
    ensure!(!files.is_empty(), "the index has no files");
    let (file, at) = if chance.below(2) == 0 {
        let (file, len) = chance.one_of(&files);
        (file, chance.below(*len))
    } else {
        let mut at = chance.below(files.iter().map(|(_, len)| len).sum());
        let file = files.iter().find(|(_, len)| {
            if at < *len {
                true
            } else {
                at -= len;
                false
            }
        });
        (&file.context("within the sum")?.0, at)
    };
    let mut bytes = std::fs::read(file)?;
    let byte = &mut bytes[usize::try_from(at)?];
    *byte ^= 1 << chance.below(8);
    println!("  byte {at} of {} is now {byte:#04x}", name(file));
    Ok(std::fs::write(file, bytes)?)
}

/// Every file below a folder, in order.
fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(dir)? {
        let item = item?;
        if item.file_type()?.is_dir() { found.extend(files(&item.path())?) } else { found.push(item.path()) }
    }
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The first part in which two records differ.
fn difference(before: &Value, after: &Value) -> String {
    let keys = before.as_object().into_iter().flatten().map(|(key, _)| key);
    let differs = keys.filter(|key| before[key.as_str()] != after[key.as_str()]);
    differs.map(|key| format!("{key}: {:.400} became {:.400}", before[key].to_string(), after[key].to_string())).next().unwrap_or_default()
}
