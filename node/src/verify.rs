//! Proves a stopped node's journal: every commit's checksum, every chain, every signature.

use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sync::codec;
use sync::identity::Identity;
use sync::journal;
use sync::replica::Replica;
use sync::segment::PAYLOAD_MAX;
use sync::step::FrameBody;

use crate::cli::JournalVerify;
use crate::data::DataDir;

/// What the proof found. Nothing in the directory is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub commits: usize,
    pub entries: u64,
    pub segments: usize,
    pub bytes: u64,
    pub torn_bytes: u64,
    pub damaged_places: usize,
    pub behind_a_gap: usize,
    pub broken: usize,
    pub unsigned: usize,
}

impl Proof {
    /// Whether everything that was acknowledged is there and true.
    pub fn holds(&self) -> bool {
        self.damaged_places + self.behind_a_gap + self.broken + self.unsigned == 0
    }

    pub fn json(&self) -> Value {
        json!({
            "holds": self.holds(), "commits": self.commits, "entries": self.entries, "segments": self.segments, "bytes": self.bytes,
            "torn_bytes": self.torn_bytes, "damaged_places": self.damaged_places, "behind_a_gap": self.behind_a_gap, "broken": self.broken,
            "unsigned": self.unsigned,
        })
    }

    pub fn words(&self) -> String {
        let counted = format!("{} commits with {} entries in {} segments, {} bytes", self.commits, self.entries, self.segments, self.bytes);
        match self.holds() {
            true if self.torn_bytes > 0 => {
                format!("The journal holds: {counted}. Behind them stand {} bytes of a commit that was never acknowledged.", self.torn_bytes)
            }
            true => format!("The journal holds: {counted}."),
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
    let mut proof =
        Proof { commits: 0, entries: 0, segments: 0, bytes: 0, torn_bytes: 0, damaged_places: 0, behind_a_gap: 0, broken: 0, unsigned: 0 };
    let report = journal::inspect(&data.journal(), |_, payload| match codec::decode::<FrameBody>(payload, PAYLOAD_MAX as u64) {
        Ok(frame) => {
            let loaded = replica.load(&frame);
            proof.behind_a_gap += loaded.behind_a_gap;
            proof.broken += loaded.broken;
            proof.unsigned += if loaded == Default::default() { replica.unproven(&frame) } else { 0 };
        }
        Err(_) => proof.broken += 1,
    })
    .context("the journal cannot be read")?;
    Ok(Proof {
        commits: report.frames,
        entries: replica.entries(),
        segments: report.segments,
        bytes: report.bytes,
        torn_bytes: report.torn_bytes,
        damaged_places: report.damaged.len(),
        ..proof
    })
}
