//! `apron-sim`: runs the simulator from the command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use host::receiver;
use simulator::bench::{self, Part};
use simulator::{Options, Planted, Trace, World, seeds, takeover};

/// As in the product, so that what is measured is what runs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Breaks Apron on purpose.
#[derive(Debug, Parser)]
#[command(name = "apron-sim", version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Runs nodes, disks and links of one station from a seed. Ends with 1 at the first seed that breaks a promise.
    World {
        /// One seed.
        #[arg(long, required_unless_present = "seeds")]
        seed: Option<u64>,
        /// Seeds from A up to and without B, written A..B.
        #[arg(long, value_parser = seeds, conflicts_with = "seed")]
        seeds: Option<(u64, u64)>,
        /// No trouble, only work.
        #[arg(long)]
        calm: bool,
        /// A fault in the driver, which an oracle must notice: then this ends with 1.
        #[arg(long, value_enum)]
        planted: Option<Planted>,
        /// Write every event to standard error.
        #[arg(long)]
        aloud: bool,
    },
    /// Measures the product beside its peers in one run. Ends with 0 also where a target is missed: it says so.
    Bench(bench::Options),
    /// Plays a flight through take-over, outage and hand-back over real processes. Ends with 1 unless every promise was kept.
    Takeover(takeover::Options),
    /// Receives webhooks on this machine, proves their signatures, counts their keys, and answers as it is told.
    Receiver {
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: std::net::SocketAddr,
        /// `whsec_...`
        #[arg(long)]
        secret: String,
        /// A file in which what was taken outlives this process.
        #[arg(long)]
        keep: Option<std::path::PathBuf>,
    },
    /// A process of a benchmark.
    #[command(subcommand, hide = true)]
    BenchPart(Part),
}

fn main() -> ExitCode {
    match Arguments::parse().what {
        What::World { seed, seeds, calm, planted, aloud } => world(seed, seeds, calm, planted, aloud),
        What::Bench(options) => ended(bench::run(&options).map(|report| match options.json {
            true => println!("{}", report.json()),
            false => print!("{}", report.table()),
        })),
        What::Takeover(options) => take_over(&options),
        What::Receiver { listen, secret, keep } => ended(receive(listen, &secret, keep)),
        What::BenchPart(part) => ended(bench::play(part)),
    }
}

fn take_over(options: &takeover::Options) -> ExitCode {
    let played = takeover::run(options, |report| match options.json {
        true => println!("{}", report.json()),
        false => print!("{}", report.text()),
    });
    match played {
        Ok(false) => ExitCode::FAILURE,
        other => ended(other.map(drop)),
    }
}

fn receive(listen: std::net::SocketAddr, secret: &str, keep: Option<std::path::PathBuf>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // The address is on the first line, for who started this.
    runtime.block_on(receiver::serve(listen, secret, keep, |address| println!("{address}")))
}

fn ended(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn world(seed: Option<u64>, seeds: Option<(u64, u64)>, calm: bool, planted: Option<Planted>, aloud: bool) -> ExitCode {
    let (start, end) = seeds.or(seed.map(|seed| (seed, seed.saturating_add(1)))).unwrap_or_default();
    for seed in start..end {
        let options = Options { planted, ..if calm { Options::calm(seed) } else { Options::storm(seed) } };
        let mut world = World::new(seed, options.clone());
        world.trace = Trace::new(aloud);
        println!("seed {seed}: {options:?}");
        match world.run() {
            Ok(outcome) => println!("  {:?}\n  trace: {}", outcome.figures, outcome.trace),
            Err(broken) => {
                println!("  trace: {}", world.trace.hash());
                eprintln!("seed {seed} breaks a promise: {broken}\n  again: apron-sim world --seed {seed}{}", if calm { " --calm" } else { "" });
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
