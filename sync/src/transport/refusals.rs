//! How often this node turned others away, by what they did, for the people who run it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::close::CloseCode;

/// Counts by close code. As many rows as there are codes.
#[derive(Debug, Default)]
pub struct Refusals {
    rows: Mutex<BTreeMap<CloseCode, Refused>>,
}

/// How often somebody was turned away over one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub count: u64,
    /// The member that did it last, by its certificate; `None` for a stranger.
    pub last_who: Option<String>,
    /// When, in Unix seconds.
    pub last_at: i64,
}

impl Refusals {
    /// Everything since the start of the program.
    pub fn all(&self) -> BTreeMap<CloseCode, Refused> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts one, if the code says that somebody was turned away: an ordinary end is none.
    pub(super) fn note(&self, code: CloseCode, who: Option<&str>, now_unix: i64) {
        if !code.is_refusal() {
            return;
        }
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        let row = rows.entry(code).or_insert(Refused { count: 0, last_who: None, last_at: now_unix });
        row.count = row.count.saturating_add(1);
        row.last_who = who.map(str::to_owned);
        row.last_at = now_unix;
    }
}
