//! Breaks Apron on purpose: the real core under virtual time, network and disk, from one seed.
//!
//! A seed draws a storm ([`Options`]) and a day of work; the world runs it on real replicas with real certificates, then mends everything and
//! checks that nothing answered is lost and all replicas say the same. A seed that ever failed stays in the tests with a sentence.

pub mod bench;
mod chance;
mod disk;
mod hostile;
mod members;
mod network;
mod options;
mod oracle;
pub mod receiver;
mod running;
mod trace;
mod workload;
mod world;

pub use chance::Chance;
pub use options::{Options, Planted, Shape};
pub use oracle::{Broken, Oracle};
pub use trace::Trace;
pub use world::{Figures, Outcome, World};
