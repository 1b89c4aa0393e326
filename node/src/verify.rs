//! Proves what a stopped node holds: every commit's checksum, every chain, every signature, and every photo's bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, Result};
use schemas::flat::LogId;
use serde_json::{Value, json};
use sync::identity::Identity;
use sync::journal;
use sync::payload;
use sync::replica::Replica;
use sync::step::FrameBody;

use crate::cli::JournalVerify;
use crate::data::DataDir;

/// What the proof found. Nothing in the directory is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    pub commits: usize,
    pub entries: u64,
    pub segments: usize,
    pub bytes: u64,
    pub torn_bytes: u64,
    pub damaged_places: usize,
    /// Entries that stand behind a gap still.
    pub behind_a_gap: usize,
    /// Entries that filled a gap, or came again behind one: a peer had them.
    pub healed: usize,
    pub broken: usize,
    pub unsigned: usize,
    pub photos: usize,
    /// Photos whose bytes are not what their name says.
    pub photos_rotten: usize,
}

impl Proof {
    /// Whether everything that was acknowledged is there and true, once more where a place was damaged. A damaged place behind which nothing follows
    /// leaves no gap that could be seen to be filled: it counts as damage for good.
    pub fn holds(&self) -> bool {
        self.behind_a_gap + self.broken + self.unsigned + self.photos_rotten == 0 && (self.damaged_places == 0 || self.healed > 0)
    }

    pub fn json(&self) -> Value {
        json!({
            "holds": self.holds(), "commits": self.commits, "entries": self.entries, "segments": self.segments, "bytes": self.bytes,
            "torn_bytes": self.torn_bytes, "damaged_places": self.damaged_places, "behind_a_gap": self.behind_a_gap, "healed": self.healed, "broken": self.broken,
            "unsigned": self.unsigned, "photos": self.photos, "photos_rotten": self.photos_rotten,
        })
    }

    pub fn words(&self) -> String {
        let counted = format!("{} commits with {} entries in {} segments, {} bytes", self.commits, self.entries, self.segments, self.bytes);
        match self.holds() {
            true if self.damaged_places > 0 => format!(
                "The journal holds: {counted}. {} unreadable places, healed: {} entries came back from peers, and every chain is whole.",
                self.damaged_places, self.healed
            ),
            true if self.torn_bytes > 0 => {
                format!("The journal holds: {counted}. Behind them stand {} bytes of a commit that was never acknowledged.", self.torn_bytes)
            }
            true => format!("The journal holds: {counted}."),
            false if self.photos_rotten > 0 && Self { photos_rotten: 0, ..self.clone() }.holds() => format!(
                "The journal holds: {counted}. {} of {} photos are damaged. Start the node: it fetches them again from other nodes.",
                self.photos_rotten,
                self.photos + self.photos_rotten
            ),
            false => format!(
                "The journal is damaged: {counted}; {} unreadable places, {} entries behind a gap, {} that do not fit their chain, {} signatures that do not hold. Start the node: it fetches what is missing from other nodes.",
                self.damaged_places, self.behind_a_gap, self.broken, self.unsigned
            ),
        }
    }
}

/// Proves the journal in a data directory.
pub fn verify(options: &JournalVerify) -> Result<Proof> {
    let data = DataDir::take(&options.data)?;
    let identity = Identity::load(&data.identity()).context("this directory's key and certificate cannot be read")?;
    let mut replica = Replica::new(Arc::new(identity), env!("CARGO_PKG_VERSION"));
    let mut proof = Proof::default();
    let mut gaps = Gaps::default();
    let report = journal::inspect(&data.journal(), |_, bytes| match payload::read(bytes) {
        Ok(frame) => {
            let lacking = Gaps::lacking(&replica, &frame);
            let loaded = replica.load(&frame);
            gaps.note(&replica, lacking);
            proof.broken += loaded.broken;
            proof.unsigned += if loaded == Default::default() { replica.unproven(&frame) } else { 0 };
        }
        Err(_) => proof.broken += 1,
    })
    .context("the journal cannot be read")?;
    let photos = sync::blobs::inspect(&data.photos()).context("the photos cannot be read")?;
    Ok(Proof {
        photos: photos.whole,
        photos_rotten: photos.rotten,
        commits: report.frames,
        entries: replica.entries(),
        segments: report.segments,
        bytes: report.bytes,
        torn_bytes: report.torn_bytes,
        damaged_places: report.damaged.len(),
        behind_a_gap: gaps.open(&replica),
        healed: gaps.filled,
        ..proof
    })
}

/// Entries that stand behind a gap, and those that came back.
#[derive(Debug, Default)]
struct Gaps {
    behind: BTreeMap<LogId, BTreeSet<u64>>,
    filled: usize,
}

impl Gaps {
    /// What the frame holds and the replica does not have yet.
    fn lacking(replica: &Replica, frame: &FrameBody) -> Vec<(LogId, u64)> {
        let known = |log, number| replica.entry(log, number).is_some();
        frame.entries.iter().map(|entry| (entry.log, entry.number)).filter(|(log, number)| !known(*log, *number)).collect()
    }

    /// Takes note of what the frame made of it: what is lacking still stands behind a gap.
    fn note(&mut self, replica: &Replica, lacking: Vec<(LogId, u64)>) {
        for (log, number) in lacking {
            if replica.entry(log, number).is_none() {
                self.behind.entry(log).or_default().insert(number);
            } else if self.behind.get(&log).and_then(BTreeSet::last).is_some_and(|last| number <= *last) {
                self.filled += 1;
            }
        }
    }

    /// Entries that never came to be in their place.
    fn open(&self, replica: &Replica) -> usize {
        let open = |(log, numbers): (&LogId, &BTreeSet<u64>)| numbers.iter().filter(|number| replica.entry(*log, **number).is_none()).count();
        self.behind.iter().map(open).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_photo_is_said_beside_a_journal_that_holds() {
        let proof = Proof { photos: 3, photos_rotten: 1, ..Proof::default() };
        assert!(!proof.holds());
        assert!(proof.words().contains("The journal holds") && proof.words().contains("1 of 4 photos are damaged"), "{}", proof.words());
    }

    #[test]
    fn a_damaged_place_whose_entries_came_back_is_said_to_be_healed_and_no_other() {
        let damaged = Proof { damaged_places: 1, behind_a_gap: 3, ..Proof::default() };
        let healed = Proof { damaged_places: 1, healed: 4, ..Proof::default() };
        let unknown = Proof { damaged_places: 1, ..Proof::default() };
        assert_eq!([damaged.holds(), healed.holds(), unknown.holds()], [false, true, false]);
        assert!(healed.words().contains("healed: 4 entries came back from peers"), "{}", healed.words());
        assert!(unknown.words().contains("damaged"), "{}", unknown.words());
    }
}
