//! The one place of the simulator that reads the clock, for what is measured in real time.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A moment to measure from.
#[expect(clippy::disallowed_methods, reason = "benchmarks measure real time")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Seconds since `moment`.
pub(crate) fn since(moment: Instant) -> f64 {
    now().saturating_duration_since(moment).as_secs_f64()
}

/// Milliseconds since 1970.
#[expect(clippy::disallowed_methods, reason = "nodes that run for real have the real time")]
pub(crate) fn unix_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
