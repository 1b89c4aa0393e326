//! Makes a truth durable here and then known elsewhere.
//!
//! The core (`replica`, `session`, `document`, `admit`) decides and never waits; the drivers (`engine`, `worker`, `transport`) wait and never decide.

pub mod admit;
mod asked;
pub mod assemble;
pub mod blobs;
mod canon;
pub mod codec;
pub mod columns;
pub mod command_id;
pub mod discovery;
pub mod document;
pub mod edit;
pub mod engine;
pub mod entry;
pub mod flat_change;
pub mod frame;
pub mod hash;
pub mod identity;
pub mod journal;
pub mod links;
pub mod message;
mod neighbours;
mod pace;
pub mod payload;
pub mod replica;
pub mod segment;
pub mod step;
pub mod store;
pub mod transport;
pub mod worker;
