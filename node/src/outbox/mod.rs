//! The way out: what is to be said to others is put into words here, sent in order, and noted with what became of it.
//!
//! It runs where the configuration names a way out: at the hub, or at one desk. If two nodes believe that they send for a station, both find the same
//! messages under the same keys, and a receiver that keeps to the keys takes each once.

mod attempts;
mod https;
#[cfg(test)]
mod https_promises;
mod post;
pub(crate) mod signature;
mod way;
mod work;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use tokio::sync::Notify;

use crate::services::Services;
use attempts::Attempts;
pub use attempts::{Last, Tried};
pub use way::{Entry, Way};

/// The ways out of this node, cheap to clone. The default has none.
#[derive(Clone, Default)]
pub struct Outbox {
    running: Option<Arc<Running>>,
}

struct Running {
    ways: Vec<Way>,
    attempts: Mutex<Attempts>,
    /// Until when a way is left alone that could not be reached, and how often it could not.
    rests: Mutex<BTreeMap<String, Rest>>,
    /// Messages that are looked at again before their time, because a person asked.
    asked: Mutex<Vec<String>>,
    wake: Notify,
    http: post::Http,
}

#[derive(Debug, Clone, Copy, Default)]
struct Rest {
    failures: u32,
    until_ms: i64,
}

impl Outbox {
    /// Reads what was tried before and begins to send.
    ///
    /// # Errors
    /// Where the folder cannot be read or made, or a secret is not there.
    pub fn start(services: &Services, ways: Vec<Way>, folder: &Path) -> Result<Self> {
        if ways.is_empty() {
            return Ok(Self::default());
        }
        let attempts = Attempts::open(folder).context("what was tried to be sent before cannot be read")?;
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).connect_timeout(CONNECT_MAX).build();
        let http = post::Http { plain: http.context("nothing can be sent over HTTP")?, over_tls: https::dialled(services, &ways) };
        let running =
            Arc::new(Running { ways, attempts: Mutex::new(attempts), rests: Mutex::default(), asked: Mutex::default(), wake: Notify::new(), http });
        tokio::spawn(work::keep_sending(services.clone(), Arc::clone(&running)));
        Ok(Self { running: Some(running) })
    }

    /// Whether this node sends.
    pub fn sends(&self) -> bool {
        self.running.is_some()
    }

    pub fn ways(&self) -> &[Way] {
        self.running.as_ref().map_or(&[], |running| &running.ways)
    }

    /// What this node tried of a message.
    pub fn tried(&self, key: &str) -> Option<Tried> {
        self.running.as_ref()?.attempts().of(key).cloned()
    }

    /// Looks at a message again now: sends it if it waits, asks the receiver if its answer is unknown. False where this node does not send.
    pub fn ask_again(&self, key: &str) -> bool {
        let Some(running) = &self.running else { return false };
        let mut asked = running.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() < ASKED_MAX && !asked.iter().any(|known| known == key) {
            asked.push(key.to_owned());
        }
        drop(asked);
        running.wake.notify_one();
        true
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outbox({} ways)", self.ways().len())
    }
}

impl Running {
    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn rests(&self) -> MutexGuard<'_, BTreeMap<String, Rest>> {
        self.rests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As long as a receiver may take to let us in.
const CONNECT_MAX: std::time::Duration = std::time::Duration::from_secs(5);

/// As many presses as are kept between two looks.
const ASKED_MAX: usize = 1000;
