//! Logs: to standard error, levels by `RUST_LOG`, as text or JSON. No guest's data stands in them.

use tracing_subscriber::EnvFilter;

/// Starts logging. A panic is logged without its message, for a message may hold what somebody typed.
pub fn start(json: bool) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start, as in tests, keeps the first.
    let _ = if json { base.json().try_init() } else { base.with_target(false).try_init() };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|place| format!("{}:{}", place.file(), place.line())).unwrap_or_default();
        tracing::error!(place, "a fault in Apron stopped a thread");
    }));
}
