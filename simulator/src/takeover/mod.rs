//! `apron-sim takeover`: a flight of 180 guests through take-over, outage and hand-back, over real processes of the product.
//!
//! The seed plants what differs from the host and what goes wrong; the tool knows both from its own plan and holds the product's comparison and every
//! message that leaves against it.

mod differences;
mod messages;
mod plan;
mod play;
mod report;
mod station;
mod work;

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::bench::program::Program;

pub use report::Report;

/// How a flight is played.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// One seed.
    #[arg(long, required_unless_present = "seeds")]
    pub seed: Option<u64>,
    /// Seeds from A up to and without B, written A..B.
    #[arg(long, value_parser = crate::seeds, conflicts_with = "seed")]
    pub seeds: Option<(u64, u64)>,
    /// The program that is played with, if it is not beside this one.
    #[arg(long, env = "APRON_BIN")]
    pub apron: Option<PathBuf>,
    /// JSON, one line a seed, instead of sentences.
    #[arg(long)]
    pub json: bool,
    /// Say on standard error how far it is.
    #[arg(long)]
    pub aloud: bool,
}

/// Plays every seed and tells of each; whether all of them kept every promise.
pub fn run(options: &Options, mut tell: impl FnMut(&Report)) -> Result<bool> {
    let program = Program::find(options.apron.as_deref())?;
    let (start, end) = options.seeds.or(options.seed.map(|seed| (seed, seed.saturating_add(1)))).unwrap_or_default();
    let mut kept = true;
    for seed in start..end {
        let report = play::play(&program, seed, options.aloud)?;
        kept &= report.holds();
        tell(&report);
    }
    Ok(kept)
}
