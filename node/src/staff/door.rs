//! The door of a desk: everything that says who is at its screens, in one place.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use schemas::record::DocRef;

use super::{Drafts, Sessions, SignIn, Token};
use crate::data::write_private;

/// Browsers that wait for a supervisor at once.
const WAITING_MAX: usize = 64;

/// Cheap to clone.
#[derive(Clone)]
pub struct Door {
    inner: Arc<Inner>,
}

struct Inner {
    sessions: Mutex<Sessions>,
    sign_in: SignIn,
    drafts: Option<Drafts>,
    /// Browsers that asked for a way in, and what they asked for.
    waiting: Mutex<BTreeMap<String, DocRef>>,
    /// What a program on this machine shows; empty lets none in.
    token: String,
}

impl Door {
    /// `token` is what programs of this machine show; `drafts` where begun forms are kept.
    pub fn new(lock_after: Duration, token: String, drafts: Option<&Path>) -> Self {
        let idle_ms = i64::try_from(lock_after.as_millis()).unwrap_or(i64::MAX);
        Self {
            inner: Arc::new(Inner {
                sessions: Mutex::new(Sessions::new(idle_ms)),
                sign_in: SignIn::default(),
                drafts: drafts.map(Drafts::open),
                waiting: Mutex::default(),
                token,
            }),
        }
    }

    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn sign_in(&self) -> &SignIn {
        &self.inner.sign_in
    }

    pub fn drafts(&self) -> Option<&Drafts> {
        self.inner.drafts.as_ref()
    }

    /// A browser waits for an answer to what it asked for.
    pub fn wait(&self, browser: &Token, access: DocRef) {
        let mut waiting = self.waiting();
        if waiting.len() >= WAITING_MAX {
            waiting.pop_first();
        }
        waiting.insert(browser.as_str().to_owned(), access);
    }

    /// What this browser waits for.
    pub fn waits(&self, browser: &Token) -> Option<DocRef> {
        self.waiting().get(browser.as_str()).copied()
    }

    pub fn waits_no_more(&self, browser: &Token) {
        self.waiting().remove(browser.as_str());
    }

    /// Whether an `Authorization` line shows this node's own token.
    pub fn is_token(&self, line: &str) -> bool {
        let shown = line.strip_prefix("Bearer ").unwrap_or_default().trim();
        let digest = |text: &str| ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        // Compared as hashes: how long it takes tells nothing of the token.
        !self.inner.token.is_empty() && digest(shown).as_ref() == digest(&self.inner.token).as_ref()
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeMap<String, DocRef>> {
        self.inner.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl Default for Door {
    fn default() -> Self {
        Self::new(DEFAULT_LOCK, String::new(), None)
    }
}

/// A screen is locked after this much time in which nobody did anything.
pub const DEFAULT_LOCK: Duration = Duration::from_secs(10 * 60);

/// The token of programs on this machine, kept in the data directory and readable by its owner only; made anew where there is none.
///
/// # Errors
/// When the file cannot be read or written.
pub fn token_file(path: &Path, drawn: &[u8; 32]) -> Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) if Token::read(text.trim()).is_some() => Ok(text.trim().to_owned()),
        Ok(_) => fresh(path, drawn),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => fresh(path, drawn),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

fn fresh(path: &Path, drawn: &[u8; 32]) -> Result<String> {
    let token = Token::new(drawn);
    write_private(path, token.as_str().as_bytes())?;
    Ok(token.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_nodes_own_token_lets_a_program_in() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("api-token");
        let token = token_file(&file, &[5; 32]).unwrap();
        assert_eq!(token_file(&file, &[6; 32]).unwrap(), token, "it stays over a restart");
        let door = Door::new(DEFAULT_LOCK, token.clone(), None);
        assert!(door.is_token(&format!("Bearer {token}")));
        for wrong in ["", "Bearer ", "Bearer x", token.as_str()] {
            assert!(!door.is_token(wrong), "{wrong}");
        }
        assert!(!Door::default().is_token("Bearer "), "no token is no way in");
        std::fs::write(&file, "broken").unwrap();
        assert_eq!(token_file(&file, &[6; 32]).unwrap(), Token::new(&[6; 32]).as_str());
    }
}
