//! What the program says on a terminal: one answer to each line that it is given, and errors in words.

use std::io::{BufRead, Read, Write};

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// As long as one line of standard input may be: a message of several parts, escaped.
const LINE_MAX: u64 = 4 << 20;

/// One answer a line, as the lines of standard input come.
///
/// # Errors
/// Where standard input cannot be read or standard output cannot be written.
pub fn answer_lines(answer: impl Fn(&str) -> Value) -> Result<()> {
    answer_each(std::io::stdin().lock(), std::io::stdout().lock(), answer)
}

fn answer_each(mut input: impl BufRead, mut out: impl Write, answer: impl Fn(&str) -> Value) -> Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = input.by_ref().take(LINE_MAX).read_until(b'\n', &mut line).context("standard input cannot be read")?;
        if read == 0 {
            return Ok(());
        }
        let answered = if line.last() != Some(&b'\n') && read as u64 == LINE_MAX {
            // One line has one answer, however long it is.
            input.skip_until(b'\n').context("standard input cannot be read")?;
            json!({"ok": false, "error": "line_too_long"})
        } else {
            // What is no text cannot be JSON either; the answer says so.
            answer(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']))
        };
        writeln!(out, "{answered}").context("standard output cannot be written")?;
    }
}

/// An error's words without the system's numbers, which help nobody: `(os error 98)`.
pub fn without_numbers(words: &str) -> String {
    let mut plain = String::new();
    for (place, part) in words.split(" (os error ").enumerate() {
        match part.split_once(')') {
            Some((number, rest)) if place > 0 && number.parse::<i32>().is_ok() => plain.push_str(rest),
            _ => {
                plain.push_str(if place > 0 { " (os error " } else { "" });
                plain.push_str(part);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_numbers_are_not_shown() {
        let said = "the data cannot be read: Permission denied (os error 13): no (os error x)";
        assert_eq!(without_numbers(said), "the data cannot be read: Permission denied: no (os error x)");
    }

    #[test]
    fn every_line_has_one_answer_however_long_or_broken_it_is() {
        let mut input = vec![b'a'; LINE_MAX as usize * 2 + 7];
        input.extend(b"\n\xff\n\nlast");
        let mut out = Vec::new();
        answer_each(&input[..], &mut out, |line| json!({"length": line.len()})).unwrap();
        let answers: Vec<Value> = String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(answers, [json!({"ok": false, "error": "line_too_long"}), json!({"length": 3}), json!({"length": 0}), json!({"length": 4})]);
        let exact = [vec![b'a'; LINE_MAX as usize - 1], b"\nb".to_vec()].concat();
        let mut out = Vec::new();
        answer_each(&exact[..], &mut out, |line| json!(line.len())).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("{}\n1\n", LINE_MAX - 1));
    }
}
