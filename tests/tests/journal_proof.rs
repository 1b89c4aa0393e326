//! `apron journal verify` finds any changed byte of a journal, and a desk with such a journal takes what it lost from the hub again.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use promises::{Chance, Ended, Installation, List, apron, copy_dir, is_long, seat, soon, until};
use serde_json::{Value, json};

/// Bytes at the start of each segment, before its first commit.
const HEAD: usize = 80;

#[tokio::test]
async fn every_changed_byte_of_a_journal_is_found_and_mended_from_the_hub() -> Result<()> {
    let mut chance = Chance::of("journal_proof", 40);
    let mut station = Installation::with_desks(&["C1"]).await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 60);
    desk.work_flight(&list).await?;
    for (place, booking) in desk.bookings(&list.flight).await?.iter().enumerate() {
        desk.check_in(booking, &seat(place)).await?;
        if place % 20 == 19 {
            // A segment belongs to one lifetime: three of them.
            station.kill("C1").await?;
            station.launch("C1").await?;
        }
    }
    let all_at_hub = |status: &Value| status["waiting_for_hub"] == json!(0);
    desk.sees("everything at the hub", "status", soon(), all_at_hub).await?;
    let ledger = station.ledger().of("C1");
    station.stop_cleanly("C1").await?;
    let good = station.verify("C1").await?;
    let whole = station.root().join("C1.whole");
    copy_dir(&station.dir("C1"), &whole)?;

    let flips = if is_long() { 400 } else { 40 };
    for flip in 0..flips {
        let seed = chance.draw();
        let what = flip_in_journal(&station.dir("C1").join("journal"), &mut Chance::from_seed(seed))?;
        let (ended, proof) = verify(&station.dir("C1")).await?;
        ensure!(proof != good, "flip {flip} (seed {seed}), {what}, was not found: {proof}");
        let torn = proof["torn_bytes"].as_u64() > Some(0);
        ensure!(proof["holds"] == json!(false) || torn, "flip {flip} (seed {seed}), {what}: {proof}");
        ensure!(ended.code == Some(i32::from(proof["holds"] == json!(false))), "{what}: exit {:?} and {proof}", ended.code);
        // Every tenth is also mended; the rest is only looked at.
        if flip % 10 == 0 {
            mended(&mut station, &ledger, &proof).await.with_context(|| format!("flip {flip} (seed {seed}), {what}, {proof}"))?;
        }
        std::fs::remove_dir_all(station.dir("C1"))?;
        copy_dir(&whole, &station.dir("C1"))?;
    }
    println!("journal_proof: {flips} changed bytes found");
    Ok(())
}

/// Starts the desk on its damaged journal: what it lost comes back from the hub.
async fn mended(station: &mut Installation, ledger: &[promises::Acknowledged], before: &Value) -> Result<()> {
    station.launch("C1").await?;
    let desk = station.desk("C1")?;
    let mut last = Ok(());
    let back = until("everything again", soon(), async || {
        last = desk.has_all(ledger).await;
        Ok(last.is_ok().then_some(()))
    });
    let back = back.await;
    last?;
    back?;
    station.agree(&["HUB", "C1"]).await?;
    station.stop_cleanly("C1").await?;
    // Where something stood behind the gap, it is seen that the gap was filled.
    if before["behind_a_gap"].as_u64() > Some(0) {
        let (ended, after) = verify(&station.dir("C1")).await?;
        let healed = after["holds"] == json!(true) && after["healed"].as_u64() > Some(0);
        ensure!(healed && ended.code == Some(0), "what came back from the hub is not seen: {after} after {before}");
    }
    Ok(())
}

async fn verify(dir: &Path) -> Result<(Ended, Value)> {
    let ended = apron(&["journal".as_ref(), "verify".as_ref(), "--json".as_ref(), "--data".as_ref(), dir.as_os_str()]).await?;
    let proof = serde_json::from_str(&ended.out).with_context(|| format!("{ended:?}"))?;
    Ok((ended, proof))
}

/// Flips a bit of a byte that was written; the reserved zeros behind the last commit are nobody's.
fn flip_in_journal(journal: &Path, chance: &mut Chance) -> Result<String> {
    let mut segments: Vec<PathBuf> = std::fs::read_dir(journal)?.map(|item| Ok(item?.path())).collect::<Result<_>>()?;
    segments.retain(|path| path.extension().is_some_and(|end| end == "seg"));
    segments.sort();
    let written = |path: &PathBuf| Ok(std::fs::read(path)?.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1));
    let lengths: Vec<usize> = segments.iter().map(written).collect::<Result<_>>()?;
    // A segment of the last start that took no commit yet is a head and nothing more: nothing is lost with it.
    let used: Vec<(&PathBuf, usize)> = segments.iter().zip(lengths).filter(|(_, written)| *written > HEAD).collect();
    let (path, written) = *chance.one_of(&used);
    let mut bytes = std::fs::read(path)?;
    let at = usize::try_from(chance.below(written as u64))?;
    bytes[at] ^= 1 << chance.below(8);
    std::fs::write(path, bytes)?;
    Ok(format!("byte {at} of {written} in {}", path.file_name().unwrap_or_default().display()))
}
