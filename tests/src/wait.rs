//! Waiting for a state, never for a time.

use std::time::Duration;

use anyhow::{Result, anyhow};

/// Between two looks.
const LOOK: Duration = Duration::from_millis(20);

/// Looks again and again until there is something; an error names what did not come.
pub async fn until<T>(what: &str, limit: Duration, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let looking = async {
        loop {
            if let Some(seen) = look().await? {
                return Ok::<T, anyhow::Error>(seen);
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(limit, looking).await.map_err(|_| anyhow!("{what} did not come within {} s", limit.as_secs()))?
}

/// As long as anything on one machine may take.
pub fn soon() -> Duration {
    Duration::from_secs(60)
}
