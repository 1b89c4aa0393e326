//! The trace of a run: every event in one hash. One seed must give one trace, within a process and across processes.

use sync::hash::Hash;

/// What happened so far.
///
/// Only what follows from the seed may be recorded: the serial numbers of certificates are drawn by the system, so no bytes that hold a certificate,
/// and no compressed lengths.
#[derive(Debug, Default)]
pub struct Trace {
    hash: Hash,
    lines: u64,
    aloud: bool,
}

impl Trace {
    /// `aloud` also writes every line to standard error.
    pub fn new(aloud: bool) -> Self {
        Self { aloud, ..Self::default() }
    }

    pub fn note(&mut self, now_ms: i64, line: &str) {
        if self.aloud {
            eprintln!("{now_ms:>8} {line}");
        }
        self.hash = Hash::of(&[&self.hash.0, &now_ms.to_le_bytes(), line.as_bytes()]);
        self.lines += 1;
    }

    pub fn hash(&self) -> Hash {
        self.hash
    }

    pub fn lines(&self) -> u64 {
        self.lines
    }
}
