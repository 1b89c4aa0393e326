//! Why something was done: what was chosen from a list stands in the records as a code, what was typed as it was typed.
//!
//! The text of a reason is `#host-silent`, `#host-silent with what was added`, or anything else that a person typed. Each reader sees a code in
//! words of the own language; records of earlier versions hold the words of one language and are shown as they are.

/// The reasons that screens offer, or that Apron gives by itself. A code never changes its meaning.
pub const CODES: &[&str] = &[
    "aircraft-fault",
    "asked-by-airline",
    "asked-by-crew",
    "cancelled",
    "connection-slow",
    "counter",
    "cut-before-answer",
    "denied",
    "documents",
    "drill",
    "family",
    "folder-not-written",
    "goodwill",
    "host-answers",
    "host-silent",
    "left-aircraft",
    "line-down",
    "medical",
    "mobility-aid",
    "no-answer",
    "no-connection",
    "no-seat",
    "no-show",
    "node-stops",
    "not-for-http",
    "not-here",
    "operations",
    "other-aircraft",
    "own-wish",
    "receiver-has-it",
    "receiver-has-it-not",
    "receiver-not-asked",
    "review",
    "scanned-by-mistake",
    "seat-problem",
    "status-card",
    "technical",
    "tls-authority",
    "tls-certificate",
    "tls-name",
    "tls-none",
    "tls-refused-us",
    "tls-time",
    "too-small",
    "typed",
    "undone-at-once",
    "weather",
];

/// A reason as it stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason<'a> {
    /// One of [`CODES`], where it was chosen.
    pub code: Option<&'static str>,
    /// What was typed; all of it where nothing was chosen.
    pub note: &'a str,
}

impl<'a> Reason<'a> {
    /// Reads any text: what begins like a code and is none was typed.
    pub fn read(text: &'a str) -> Self {
        let text = text.trim();
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        let code = first.strip_prefix('#').and_then(|name| CODES.iter().find(|code| **code == name).copied());
        Self { code, note: if code.is_some() { rest.trim() } else { text } }
    }
}

/// How a code is written down.
pub fn coded(code: &str) -> String {
    format!("#{code}")
}

/// What was chosen, with what was added to it, in at most `max` characters. A chosen text that is no code is one of an earlier page.
pub fn joined(chosen: &str, note: &str, max: usize) -> String {
    let (chosen, note) = (chosen.trim(), note.trim());
    let text = match (chosen.is_empty(), note.is_empty(), Reason::read(chosen).code.is_some()) {
        (true, _, _) => note.to_owned(),
        (false, true, _) => chosen.to_owned(),
        (false, false, true) => format!("{chosen} {note}"),
        (false, false, false) => format!("{chosen}: {note}"),
    };
    text.chars().take(max).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_chosen_reason_is_its_code_and_a_typed_one_stays_as_it_was_typed() {
        let read = |text| {
            let Reason { code, note } = Reason::read(text);
            (code, note)
        };
        assert_eq!(read("#host-silent"), (Some("host-silent"), ""));
        assert_eq!(read(" #host-silent since 10:33 "), (Some("host-silent"), "since 10:33"));
        assert_eq!(read("Host does not answer: since 10:33"), (None, "Host does not answer: since 10:33"));
        assert_eq!(read("#12 is broken"), (None, "#12 is broken"));
        assert_eq!(read("#host-silently"), (None, "#host-silently"));
        assert_eq!(read(""), (None, ""));
    }

    #[test]
    fn codes_are_words_of_small_letters_in_order() {
        assert!(CODES.is_sorted());
        assert!(CODES.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')));
    }

    proptest! {
        #[test]
        fn what_was_chosen_and_added_is_read_back(at in 0..CODES.len(), note in "[a-z0-9 :\u{4e00}-\u{4e10}]{0,40}") {
            let text = joined(&coded(CODES[at]), &note, 200);
            prop_assert_eq!(Reason::read(&text), Reason { code: Some(CODES[at]), note: note.trim() });
        }

        #[test]
        fn any_text_can_be_read_and_none_is_lost(text in "\\PC{0,60}") {
            let Reason { code, note } = Reason::read(&text);
            let again = code.map_or_else(|| note.to_owned(), |code| joined(&coded(code), note, 400));
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            prop_assert_eq!(words(&again), words(&text));
        }
    }
}
