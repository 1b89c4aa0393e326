//! What the product costs, measured beside its peers in one run: `apron-sim bench NAME`.
//!
//! Each benchmark runs the real core, the engine with its journal on disk, the worker and links over QUIC, in processes of its own where the
//! peer's method has two, and the peer in turns with it. Ratios count, not seconds: machines differ and are busy.

mod automerge_peer;
mod commit;
mod delay;
mod delta;
mod handshake;
mod herd;
mod idle;
mod ingest;
mod installation;
mod laid;
mod member;
mod node;
mod pair;
mod part;
pub(crate) mod program;
mod raw_append;
mod raw_size;
mod reconnect;
mod report;
pub(crate) mod stopwatch;
mod workload;

use std::path::{Path, PathBuf};

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
    /// Two members that hold the same meet again.
    Idle,
    /// A node that changed a few of many records meets the hub.
    Delta,
    /// The product's own program with a full station: memory and starts.
    Node,
    /// What a hub makes durable in a second.
    Ingest,
    /// Many cut-off nodes meet one hub at the same moment.
    Herd,
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
    /// Nodes of `herd`; each makes its share of the records.
    #[arg(long, default_value_t = 200)]
    pub nodes: usize,
    /// Nodes of each station in `herd`.
    #[arg(long, default_value_t = 10)]
    pub per_station: usize,
    /// Logs in the scope.
    #[arg(long)]
    pub logs: Option<usize>,
    /// Records that a node changed while it was cut off.
    #[arg(long, default_value_t = 10)]
    pub changed: usize,
    /// The program that `node` measures, if it is not beside this one.
    #[arg(long, env = "APRON_BIN")]
    pub apron: Option<PathBuf>,
    /// A folder on the disk to be measured; it is emptied of what was made there.
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// A folder that keeps what `reconnect` prepared, so that the next run with the same numbers begins at once.
    #[arg(long, conflicts_with = "dir")]
    pub keep: Option<PathBuf>,
    /// JSON instead of a table.
    #[arg(long)]
    pub json: bool,
}

/// A process that a benchmark starts of this same program.
#[derive(Debug, Clone, Subcommand)]
pub enum Part {
    /// A node or a hub.
    Member(member::Options),
    /// Many nodes in one process.
    Herd(herd::Options),
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
        Bench::Idle => idle::run(options),
        Bench::Delta => delta::run(options),
        Bench::Node => node::run(options),
        Bench::Ingest => ingest::run(options),
        Bench::Herd => herd::run(options),
    }
}

/// Runs as a part of a benchmark, told what to do on standard input.
pub fn play(part: Part) -> Result<()> {
    match part {
        Part::Member(options) => member::play(&options),
        Part::Herd(options) => herd::play(&options),
        Part::AutomergeNode(options) => automerge_peer::play_node(&options),
        Part::AutomergeHub(options) => automerge_peer::play_hub(&options),
    }
}

impl Options {
    /// A folder on the disk to be measured: a new one that goes with the value, or the one to keep.
    fn folder(&self) -> Result<Folder> {
        let new = || tempfile::Builder::new().prefix("apron-bench").to_owned();
        Ok(match (&self.keep, &self.dir) {
            (Some(keep), _) => {
                std::fs::create_dir_all(keep)?;
                Folder::Kept(keep.clone())
            }
            (None, Some(dir)) => Folder::New(new().tempdir_in(dir)?),
            (None, None) => Folder::New(new().tempdir()?),
        })
    }
}

/// Where a benchmark writes.
enum Folder {
    New(tempfile::TempDir),
    Kept(PathBuf),
}

impl Folder {
    fn path(&self) -> &Path {
        match self {
            Self::New(folder) => folder.path(),
            Self::Kept(path) => path,
        }
    }
}
