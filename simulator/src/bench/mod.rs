//! What the product costs, measured beside its peers in one run: `apron-sim bench NAME`.
//!
//! Each benchmark runs the real core, the engine with its journal on disk, the worker and links over QUIC, in processes of its own where the
//! peer's method has two, and the peer in turns with it. Ratios count, not seconds: machines differ and are busy.

mod automerge_peer;
mod commit;
mod installation;
mod member;
mod part;
mod raw_append;
mod raw_size;
mod reconnect;
mod report;
mod stopwatch;
mod workload;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};

pub use report::Report;

/// A benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Bench {
    /// Records made on a cut-off node go to an empty hub, beside automerge's own sync protocol.
    Reconnect,
    /// A durable write, beside appending the same bytes to a file.
    Commit,
}

/// How a benchmark is run.
#[derive(Debug, Clone, Args)]
pub struct Options {
    pub name: Bench,
    /// Records; each benchmark has its own usual number.
    #[arg(long)]
    pub records: Option<usize>,
    /// Times that everything is measured; the median counts.
    #[arg(long)]
    pub runs: Option<usize>,
    /// The order in which records are made and changed on the cut-off node.
    #[arg(long, value_enum, default_value_t = workload::Order::Rounds)]
    pub order: workload::Order,
    /// People who work at once at the cut-off node; their commands share commits.
    #[arg(long, default_value_t = 64)]
    pub writers: usize,
    /// A folder on the disk to be measured; it is emptied of what was made there.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// A process that a benchmark starts of this same program.
#[derive(Debug, Clone, Subcommand)]
pub enum Part {
    /// A node or a hub.
    Member(member::Options),
    /// The dialling side of the peer.
    AutomergeNode(automerge_peer::NodeOptions),
    /// The accepting side of the peer.
    AutomergeHub(automerge_peer::HubOptions),
}

/// Runs a benchmark.
pub fn run(options: &Options) -> Result<Report> {
    match options.name {
        Bench::Reconnect => reconnect::run(options),
        Bench::Commit => commit::run(options),
    }
}

/// Runs as a part of a benchmark, told what to do on standard input.
pub fn play(part: Part) -> Result<()> {
    match part {
        Part::Member(options) => member::play(&options),
        Part::AutomergeNode(options) => automerge_peer::play_node(&options),
        Part::AutomergeHub(options) => automerge_peer::play_hub(&options),
    }
}

impl Options {
    /// A new folder on the disk to be measured, gone when it is dropped.
    fn folder(&self) -> Result<tempfile::TempDir> {
        Ok(match &self.dir {
            Some(dir) => tempfile::Builder::new().prefix("apron-bench").tempdir_in(dir)?,
            None => tempfile::Builder::new().prefix("apron-bench").tempdir()?,
        })
    }
}
