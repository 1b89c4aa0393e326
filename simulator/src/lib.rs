//! Breaks Apron on purpose: the real core under virtual time, network and disk, from one seed.
//!
//! A seed draws a storm ([`Options`]) and a day of work; the world runs it on real replicas with real certificates, then mends everything and
//! checks that nothing answered is lost and all replicas say the same. A seed that ever failed stays in the tests with a sentence.

pub mod bench;
mod disk;
mod hostile;
mod members;
mod network;
mod options;
mod oracle;
mod running;
pub mod takeover;
mod trace;
mod workload;
mod world;

pub use host::Chance;
pub use options::{Options, Planted, Shape};
pub use oracle::{Broken, Oracle};
pub use trace::Trace;
pub use world::{Figures, Outcome, World};

/// Reads a range of seeds: from A up to and without B, written A..B.
///
/// # Errors
/// In words, for who typed it.
pub fn seeds(text: &str) -> Result<(u64, u64), String> {
    let number = |text: &str| text.parse::<u64>().map_err(|error| format!("{text:?}: {error}"));
    let (start, end) = text.split_once("..").ok_or("expected A..B")?;
    Ok((number(start)?, number(end)?))
}
