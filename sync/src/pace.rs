//! How fast one peer may speak: far above what any honest node needs, far below what would hold up the others.

use std::collections::BTreeMap;

use crate::frame::Frame;
use crate::transport::CloseCode;

/// Batches of one link that are remembered, to know them again.
const BATCHES_MAX: usize = 4096;
/// As often as one batch may come within [`FORGET_S`]: what stays unanswered, or meets a full disk, is offered again every ten seconds.
const REPEATS_MAX: u32 = 20;
const FORGET_S: u32 = 60;
/// As many links as one member may begin at once, and how many seconds later it may begin one more.
const CALLS: (u32, u32) = (30, 2);

/// What one link may still say at once. It learns that a second went by from whoever waits.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// What was said and not yet forgotten, by kind of frame.
    said: BTreeMap<u16, u32>,
    /// Batches by checksum and length.
    batches: BTreeMap<(u32, usize), u32>,
    seconds: u32,
}

/// Why a peer is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooFast {
    pub(crate) code: CloseCode,
    pub(crate) words: &'static str,
}

/// New links of members.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    begun: BTreeMap<[u8; 32], u32>,
    seconds: u32,
}

impl Pace {
    /// Takes note of a frame.
    pub(crate) fn hear(&mut self, frame: &Frame) -> Result<(), TooFast> {
        let said = self.said.entry(frame.kind).or_default();
        *said += 1;
        if *said > limits(frame.kind).at_once {
            return Err(TooFast { code: CloseCode::Flood, words: "more messages than any node has to send" });
        }
        if frame.kind != BATCH {
            return Ok(());
        }
        if self.batches.len() >= BATCHES_MAX {
            // Whoever sends so many different ones is held to their number.
            self.batches.clear();
        }
        let seen = self.batches.entry((crc32c::crc32c(&frame.body), frame.body.len())).or_default();
        *seen += 1;
        match *seen > REPEATS_MAX {
            true => Err(TooFast { code: CloseCode::Replay, words: "the same entries again and again" }),
            false => Ok(()),
        }
    }

    /// A second went by.
    pub(crate) fn second(&mut self) {
        for (kind, said) in &mut self.said {
            *said = said.saturating_sub(limits(*kind).a_second);
        }
        self.said.retain(|_, said| *said > 0);
        self.seconds += 1;
        if self.seconds >= FORGET_S {
            self.seconds = 0;
            self.batches.clear();
        }
    }
}

impl Calls {
    /// Takes note of a new link; false if there were too many.
    pub(crate) fn call(&mut self, member: [u8; 32]) -> bool {
        let begun = self.begun.entry(member).or_default();
        // Bounded, or who never stops would never be forgiven.
        *begun = (*begun + 1).min(CALLS.0 + 1);
        *begun <= CALLS.0
    }

    /// A second went by.
    pub(crate) fn second(&mut self) {
        self.seconds += 1;
        if self.seconds.is_multiple_of(CALLS.1) {
            self.begun.values_mut().for_each(|begun| *begun -= 1);
            self.begun.retain(|_, begun| *begun > 0);
        }
    }
}

/// As in `message.rs`.
const BATCH: u16 = 17;

struct Limits {
    at_once: u32,
    a_second: u32,
}

/// Summaries come every three seconds; a question and its answer for each of 512 scopes at a greeting, and again when they differ; receipts and batches
/// as fast as a disk commits.
fn limits(kind: u16) -> Limits {
    let (at_once, a_second) = match kind {
        // The second ends the link in any case, for what it is.
        1 => (1_000, 1),
        2 => (60, 2),
        3 | 4 => (8_192, 1_024),
        5 | BATCH => (50_000, 5_000),
        6 => (2_000, 100),
        // Of photos: questions each second or two, and sixty-four parts a second at most.
        33 | 34 => (200, 20),
        35 | 36 => (1_000, 200),
        _ => (2_000, 500),
    };
    Limits { at_once, a_second }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u16, body: u32) -> Frame {
        Frame { kind, body: body.to_le_bytes().to_vec() }
    }

    #[test]
    fn batches_are_known_by_their_kind() {
        let batch = crate::message::Batch { scope: "PVG/2026-11-22/CA".parse().unwrap(), runs: Vec::new() };
        assert_eq!(crate::message::Message::Batch(batch).to_frame().unwrap().kind, BATCH);
    }

    #[test]
    fn who_says_more_than_any_node_has_to_is_a_flood() {
        let mut pace = Pace::default();
        for _ in 0..60 {
            pace.hear(&frame(2, 0)).unwrap();
        }
        assert_eq!(pace.hear(&frame(2, 0)).unwrap_err().code, CloseCode::Flood);
        let mut honest = Pace::default();
        for second in 0..3_600 {
            if second % 3 == 0 {
                honest.hear(&frame(2, second)).unwrap();
            }
            (0..1_500).for_each(|batch| honest.hear(&frame(BATCH, second * 1_500 + batch)).unwrap());
            (0..1_500).for_each(|batch| honest.hear(&frame(5, batch)).unwrap());
            honest.second();
        }
        assert!(honest.batches.len() <= BATCHES_MAX);
    }

    #[test]
    fn one_batch_may_be_offered_again_but_not_for_ever() {
        let mut patient = Pace::default();
        for second in 0..3_600 {
            if second % 10 == 0 {
                patient.hear(&frame(BATCH, 7)).unwrap();
            }
            patient.second();
        }
        let mut replaying = Pace::default();
        let codes: Vec<_> = (0..=REPEATS_MAX).map(|_| replaying.hear(&frame(BATCH, 7))).collect();
        assert_eq!(codes.last().unwrap().unwrap_err().code, CloseCode::Replay);
        assert!(codes[..codes.len() - 1].iter().all(Result::is_ok));
    }

    #[test]
    fn who_calls_again_and_again_waits_and_others_do_not() {
        let mut calls = Calls::default();
        let answers: Vec<bool> = (0..100).map(|_| calls.call([1; 32])).collect();
        assert_eq!(answers.iter().filter(|taken| **taken).count(), 30);
        assert!(calls.call([2; 32]));
        (0..4).for_each(|_| calls.second());
        assert!(calls.call([1; 32]));
    }
}
