//! What a node shows to people and machines: one table of routes, one file per audience.

pub mod baggage;
pub mod conflicts;
pub mod counter;
pub mod desk;
pub mod errors;
pub mod gate;
pub mod hub;
pub mod page;
pub mod paper;
pub mod start;

mod barcode;

#[cfg(test)]
mod fixtures;
