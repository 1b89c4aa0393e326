//! What all links of one endpoint share.

use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::close::CloseCode;
use super::paths::Paths;
use super::refusals::Refusals;
use super::settings::Settings;
use super::tls::TimeSource;
use super::traffic::Counters;

/// Limits, clock, counts and memory of an endpoint.
#[derive(Debug)]
pub(super) struct Own {
    pub(super) settings: Arc<Settings>,
    pub(super) time: TimeSource,
    pub(super) refusals: Arc<Refusals>,
    pub(super) counters: Arc<Counters>,
    paths: Mutex<Paths>,
    /// True when the endpoint ends; every TCP stream listens to it, and is gone when it listens no more.
    pub(super) ending: watch::Sender<bool>,
    /// While it is set, callers get no answer, as if this node were cut off.
    pub(super) withdrawn: AtomicBool,
}

impl Own {
    pub(super) fn new(settings: Settings, time: TimeSource) -> Self {
        Self {
            settings: Arc::new(settings),
            time,
            refusals: Arc::default(),
            counters: Arc::default(),
            paths: Mutex::default(),
            ending: watch::Sender::new(false),
            withdrawn: AtomicBool::new(false),
        }
    }

    /// Counts somebody who was turned away.
    pub(super) fn refused(&self, code: CloseCode, who: Option<&str>) {
        self.refusals.note(code, who, self.time.now_unix());
    }

    /// Looks at, or changes, what is remembered of addresses.
    pub(super) fn paths<R>(&self, look: impl FnOnce(&mut Paths, i64) -> R) -> R {
        look(&mut self.paths.lock().unwrap_or_else(PoisonError::into_inner), self.time.now_unix())
    }

    pub(super) fn first(&self, address: SocketAddr) -> super::Carrier {
        self.paths(|paths, _| paths.first(address))
    }
}
