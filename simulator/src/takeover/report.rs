//! What a play came to, as a line of JSON and in sentences.

use std::fmt::Write;

use serde_json::{Value, json};

/// The figures of one seed.
#[derive(Debug, Clone, Default)]
pub struct Report {
    pub seed: u64,
    /// Differences from the host: planted, found as they were planted, shown and not planted, left open before the flight went back.
    pub planted: usize,
    pub found: usize,
    pub invented: usize,
    pub open: usize,
    /// Of those found: where another side was said to be right.
    pub misjudged: usize,
    /// Differences that a message ended, and no person.
    pub ended_as_sent: usize,
    /// Messages that the receiver took, each under a key of its own.
    pub messages: usize,
    pub duplicate_keys: usize,
    pub missing_messages: usize,
    pub unasked_messages: usize,
    pub out_of_order: usize,
    /// Take-overs under partition: planted, and those of which every node knows every reason.
    pub take_overs: usize,
    pub take_overs_kept: usize,
    /// Processes that were ended in the middle, and answers that did not come.
    pub troubles: usize,
    pub seconds: f64,
    /// What broke a promise, in words.
    pub broken: Vec<String>,
}

impl Report {
    /// Whether every promise was kept.
    pub fn holds(&self) -> bool {
        let none =
            self.invented + self.open + self.misjudged + self.duplicate_keys + self.missing_messages + self.unasked_messages + self.out_of_order;
        self.planted > 0
            && self.found == self.planted
            && none == 0
            && self.ended_as_sent > 0
            && self.take_overs_kept == self.take_overs
            && self.broken.is_empty()
    }

    pub fn json(&self) -> Value {
        json!({
            "seed": self.seed, "planted": self.planted, "found": self.found, "invented": self.invented, "open": self.open, "misjudged": self.misjudged,
            "ended_as_sent": self.ended_as_sent,
            "messages": self.messages, "duplicate_keys": self.duplicate_keys, "missing_messages": self.missing_messages,
            "unasked_messages": self.unasked_messages, "out_of_order": self.out_of_order, "take_overs": self.take_overs,
            "take_overs_kept": self.take_overs_kept, "troubles": self.troubles, "seconds": self.seconds, "holds": self.holds(), "broken": self.broken,
        })
    }

    pub fn text(&self) -> String {
        let mut text = format!(
            "seed {}: {} of {} differences found, {} invented, {} open; {} messages, {} keys twice, {} missing, {} not asked for; {} of {} take-overs \
             under partition kept; {} troubles; {:.1} s: {}\n",
            self.seed,
            self.found,
            self.planted,
            self.invented,
            self.open,
            self.messages,
            self.duplicate_keys,
            self.missing_messages,
            self.unasked_messages,
            self.take_overs_kept,
            self.take_overs,
            self.troubles,
            self.seconds,
            if self.holds() { "all promises kept" } else { "a promise is broken" }
        );
        for broken in &self.broken {
            let _ = writeln!(text, "  {broken}");
        }
        text
    }
}
