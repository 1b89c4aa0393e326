//! Practising to be cut off: this node stays away from hub and neighbours for a chosen time, and comes back by itself. A restart ends it too.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::services::Services;

/// Whether this node practises now.
#[derive(Default)]
pub(crate) struct Practice {
    now: Mutex<Now>,
}

#[derive(Default)]
struct Now {
    /// Counts practices, so that the end of one does not end the next.
    turn: u64,
    until_ms: Option<i64>,
}

/// For how long may be practised, in minutes.
pub(crate) const LENGTHS: [u32; 3] = [5, 15, 30];

impl Services {
    /// Cuts every link of this node for so many minutes, one of [`LENGTHS`]; false for any other. One that runs is replaced.
    pub(crate) fn practise(&self, minutes: u32) -> bool {
        LENGTHS.contains(&minutes) && self.practise_for(Duration::from_secs(u64::from(minutes) * 60))
    }

    fn practise_for(&self, length: Duration) -> bool {
        let turn = {
            let mut now = self.practice().now.lock().unwrap_or_else(PoisonError::into_inner);
            now.turn += 1;
            now.until_ms = Some(self.now_ms().saturating_add(i64::try_from(length.as_millis()).unwrap_or(i64::MAX)));
            // Under the lock, or an end at the same moment would be undone.
            if let Some(links) = self.links() {
                links.stay_away();
            }
            now.turn
        };
        tracing::info!(seconds = length.as_secs(), "practising to be cut off: no links until then");
        self.tell("practice");
        let services = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(length).await;
            services.end(Some(turn));
        });
        true
    }

    /// Ends it now.
    pub(crate) fn end_practice(&self) {
        self.end(None);
    }

    /// Until when this node practises, in milliseconds since 1970.
    pub(crate) fn practising_until(&self) -> Option<i64> {
        self.practice().now.lock().unwrap_or_else(PoisonError::into_inner).until_ms
    }

    fn end(&self, turn: Option<u64>) {
        {
            let mut now = self.practice().now.lock().unwrap_or_else(PoisonError::into_inner);
            if now.until_ms.is_none() || turn.is_some_and(|turn| turn != now.turn) {
                return;
            }
            now.until_ms = None;
            if let Some(links) = self.links() {
                links.come_back();
            }
        }
        tracing::info!("practising is over: linking again");
        self.tell("practice");
    }
}

#[cfg(test)]
mod tests {
    use schemas::station::{Blocks, Setting};

    use super::*;

    #[tokio::test]
    async fn it_ends_by_itself_and_an_older_end_does_not_end_a_newer_one() {
        let setting = Setting {
            station: Some("PVG".parse().unwrap()),
            zone: None,
            desk: "G12".into(),
            secret: [7; 32],
            blocks: Blocks { tag_serials: 1000..2000, sequences: 501..600, files: 1..100 },
            practice: false,
        };
        let (services, _dir) = Services::on_a_disk(setting, false).await;
        assert!(!services.practise(7) && services.practising_until().is_none(), "only the lengths that are offered");
        let mut told = services.events();
        services.practise_for(Duration::from_millis(20));
        services.practise_for(Duration::from_millis(200));
        let long = services.practising_until().unwrap();
        services.end(Some(1));
        assert_eq!(services.practising_until(), Some(long));
        // Told at both beginnings and at the one end.
        for _ in 0..3 {
            while told.recv().await.unwrap().kind != "practice" {}
        }
        assert_eq!(services.practising_until(), None);
    }
}
