//! Makes a truth durable here and then known elsewhere.
//!
//! The core (`replica`, `session`, `document`, `admit`) decides and never waits; the drivers (`engine`, `worker`, `transport`) wait and never decide.

pub mod admit;
pub mod codec;
pub mod document;
pub mod edit;
pub mod flat_change;
pub mod frame;
pub mod hash;
pub mod identity;
pub mod transport;
