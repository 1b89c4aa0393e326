//! Durable, then known.
