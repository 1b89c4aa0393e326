//! The one place that reads the clock.

/// Milliseconds since 1970 by this device.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// A moment to measure a duration from.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn instant() -> std::time::Instant {
    std::time::Instant::now()
}
