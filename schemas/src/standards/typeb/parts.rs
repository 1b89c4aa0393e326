//! Cuts an outgoing message into parts that the network carries, each complete in its headings.

use super::envelope::{Envelope, FlightLine};

/// As much text as one part holds; hosts have been seen to cut longer ones.
pub const PART_CHARS_MAX: usize = 2000;

/// Lines that stay together, under headings that every part repeats.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Block {
    pub(super) headings: Vec<String>,
    pub(super) lines: Vec<String>,
}

/// The message in parts: envelope, identifier and flight line in each; `ENDPARTn` at the end of all but the last.
pub(super) fn in_parts(kind: &str, envelope: &Envelope, flight: &FlightLine, blocks: &[Block]) -> Vec<String> {
    let mut parts: Vec<Vec<String>> = vec![Vec::new()];
    let mut size = 0;
    let mut open: &[String] = &[];
    for block in blocks {
        let needed: usize = block.headings.iter().chain(&block.lines).map(|line| line.chars().count() + 2).sum();
        if size > 0 && size + needed > PART_CHARS_MAX {
            parts.push(Vec::new());
            size = 0;
            open = &[];
        }
        let shared = open.iter().zip(&block.headings).take_while(|(a, b)| a == b).count();
        if let Some(part) = parts.last_mut() {
            part.extend(block.headings[shared..].iter().chain(&block.lines).cloned());
        }
        size += needed;
        open = &block.headings;
    }
    let count = parts.len();
    parts
        .into_iter()
        .zip(1..)
        .map(|(body, number)| {
            let mut lines = envelope.lines();
            lines.push(kind.to_owned());
            lines.push(FlightLine { part: Some(number), ..flight.clone() }.to_string());
            lines.extend(body);
            lines.push(if usize::from(number) == count { format!("END{kind}") } else { format!("ENDPART{number}") });
            lines.join("\n")
        })
        .collect()
}
