//! What is the matter with a JSON body, in plain words: where it is, what it is, and what to do. No word of the parser reaches people.

use serde_json::error::Category;

use crate::said::{Said, said};

/// A body that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadBody {
    /// What is the matter: `"seat" is missing.`
    pub words: Said,
    /// What to do now.
    pub remedy: &'static str,
    /// Where, from 1, as far as the parser knows.
    pub line: Option<u32>,
    pub column: Option<u32>,
}

/// As much as is repeated of what was posted, in characters.
const REPEATED_MAX: usize = 240;

impl BadBody {
    pub fn new(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let (words, remedy) = match error.classify() {
            Category::Data => wrong_data(&error.to_string()),
            Category::Eof => (
                said!("unread-json-end", "The body ends in the middle, at line {line}, column {column}.", line = line, column = column),
                "Send all of it, as one JSON object.",
            ),
            Category::Syntax | Category::Io => (
                said!("unread-json", "The body is not JSON: look at line {line}, column {column}.", line = line, column = column),
                "Correct that place and send it again.",
            ),
        };
        let place = |number: usize| u32::try_from(number).ok().filter(|number| *number > 0);
        Self { words, remedy, line: place(line), column: place(column) }
    }
}

/// What is the matter with the part of an address behind its question mark, in the words of its parser: `q: missing field ..`, `missing field ..`.
pub fn wrong_query(said: &str) -> Said {
    // The parser of addresses names first what it was reading.
    let said = said.strip_prefix("Failed to deserialize query string: ").unwrap_or(said);
    let known = ["missing ", "duplicate ", "unknown "];
    match said.split_once(": ").filter(|(field, _)| field.len() <= 40 && !field.contains(' ')) {
        _ if known.iter().any(|word| said.starts_with(word)) => wrong_data(said).0,
        Some((_, rest)) if known.iter().any(|word| rest.starts_with(word)) => wrong_data(rest).0,
        Some((field, _)) => said!("unread-query-value", "The value of \"{field}\" cannot be read.", field = field),
        None => said!("unread-query", "What stands behind the question mark of the address cannot be read."),
    }
}

/// The parser's words about a value of the wrong name or form, said again for people. Words of our own types already are.
fn wrong_data(said: &str) -> (Said, &'static str) {
    const CORRECT: &str = "Correct what is named and send it again.";
    let said = said.rsplit_once(" at line ").map_or(said, |(words, _)| words);
    let named = |text: &str| short(text.split('`').nth(1).unwrap_or_default());
    let (what, expected) = said.split_once(", expected ").unwrap_or((said, ""));
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    match what.split_once(' ').unwrap_or((what, "")) {
        ("missing", rest) => (said!("unread-json-missing", "\"{field}\" is missing.", field = named(rest)), "Add it and send it again."),
        ("duplicate", rest) => {
            (said!("unread-json-twice", "\"{field}\" is given twice.", field = named(rest)), "Leave one of them out and send it again.")
        }
        ("unknown", rest) => {
            let remedy = if rest.starts_with("field") { "Leave it out, or correct its name." } else { CORRECT };
            let words = match known.is_empty() {
                true => said!("unread-json-unknown", "\"{name}\" is not known here.", name = named(rest)),
                false => {
                    let known = short(&known.join(", "));
                    said!("unread-json-unknown-of", "\"{name}\" is not known here. Known are: {known}.", name = named(rest), known = known)
                }
            };
            (words, remedy)
        }
        ("invalid", rest) => match rest.split_once(": ") {
            Some(("type" | "value" | "length", found)) => {
                let (found, wanted) = (form(found), wanted(expected));
                (said!("unread-json-form", "{found} stands where {wanted} is expected.", found = found, wanted = wanted), CORRECT)
            }
            _ => (said!("unread-json-value", "A value has another form than is expected."), CORRECT),
        },
        _ => (said!("unread-json-own", "{error}", error = short(said)), CORRECT),
    }
}

/// What was found, as the parser names it: `string "abc"`, ``integer `5` ``, `map`.
fn form(found: &str) -> Said {
    let (kind, shown) = found.split_once(' ').unwrap_or((found, ""));
    let shown = shown.trim_start_matches("point ").trim_matches(['`', '"']);
    match kind {
        "string" => said!("unread-form-text", "The text \"{found}\"", found = short(shown)),
        "integer" | "floating" => said!("unread-form-number", "The number {found}", found = short(shown)),
        "boolean" => said!("unread-form-boolean", "\"{found}\"", found = short(shown)),
        "null" => said!("unread-form-null", "null"),
        "sequence" => said!("unread-form-list", "A list"),
        "map" => said!("unread-form-object", "An object"),
        _ => said!("unread-form-other", "Something else"),
    }
}

/// What was expected, as the parser names it.
fn wanted(expected: &str) -> Said {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" => said!("unread-wanted-number", "a whole number of this range"),
        "a string" | "str" | "string" => said!("unread-wanted-text", "a text"),
        "a boolean" => said!("unread-wanted-boolean", "true or false"),
        "a sequence" => said!("unread-wanted-list", "a list"),
        "null" | "unit" => said!("unread-wanted-nothing", "nothing"),
        other if other.contains("Command") => said!("unread-wanted-command", "an object with its \"kind\""),
        other if other.starts_with("struct") || other == "a map" => said!("unread-wanted-object", "an object"),
        _ => said!("unread-wanted-other", "a value of another form"),
    }
}

/// Cut, for it repeats what was posted; what cannot be printed is left out.
fn short(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(REPEATED_MAX).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::command::Command;

    fn of(json: &str) -> BadBody {
        BadBody::new(&serde_json::from_str::<Command>(json).unwrap_err())
    }

    #[test]
    fn the_place_is_said_where_the_parser_knows_it() {
        let bad = of("{\n \"kind\": oops");
        assert_eq!((bad.line, bad.words.key()), (Some(2), "unread-json"));
        assert!(bad.column.is_some());
        let bad = of(r#"{"kind":"take-over","reason":"x"}"#);
        assert_eq!(bad.words.args(), [("field", "flight".into())]);
    }

    #[test]
    fn no_word_of_the_parser_of_addresses_reaches_people() {
        let check = |said: &str, words: &str| assert_eq!(wrong_query(said), *words);
        check("Failed to deserialize query string: missing field `q`", "\"q\" is missing.");
        check("Failed to deserialize query string: q: duplicate field `q`", "\"q\" is given twice.");
        check("Failed to deserialize query string: count: invalid digit found in string", "The value of \"count\" cannot be read.");
        check("no such thing", "What stands behind the question mark of the address cannot be read.");
    }

    proptest! {
        #[test]
        fn whatever_is_posted_what_is_said_of_it_stays_short(text in "\\PC{0,400}", key in "[a-z]{1,300}") {
            for body in [text.clone(), format!("{{\"{key}\":1}}"), format!("{{\"kind\":\"{key}\"}}"), format!("{{\"kind\":{text:?}}}")] {
                if let Err(error) = serde_json::from_str::<Command>(&body) {
                    prop_assert!(BadBody::new(&error).words.chars().count() < 600);
                }
            }
        }
    }
}
