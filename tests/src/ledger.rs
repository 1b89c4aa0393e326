//! Every command that a node said is saved, kept where no node can reach it.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use uuid::Uuid;

/// One command that a node said is saved.
#[derive(Debug, Clone, PartialEq)]
pub struct Acknowledged {
    pub id: Uuid,
    pub node: String,
    /// The body as posted.
    pub body: String,
    pub answer: Value,
}

/// All of them, in the order of the answers; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    all: Arc<Mutex<Vec<Acknowledged>>>,
}

impl Ledger {
    pub fn all(&self) -> Vec<Acknowledged> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What a node acknowledged, in order.
    pub fn of(&self, node: &str) -> Vec<Acknowledged> {
        self.all().into_iter().filter(|known| known.node == node).collect()
    }

    pub fn len(&self) -> usize {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn note(&self, acknowledged: Acknowledged) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.iter().any(|known| known.id == acknowledged.id) {
            all.push(acknowledged);
        }
    }
}
