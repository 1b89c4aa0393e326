//! Passes and bag tags for AEA printers: a parametric table that says where each element stands, and a data stream with the elements.
//!
//! The AEA's specification is not public. The shape of tables and data is that of tables that airports and vendors have published; the built-in tables
//! were tried on no printer. An airport gives its own tables in the configuration, with the names of our fields in the data.

use super::Unprintable;
use super::document::{Document, Form, KEYS};
use super::printer::Printer;

/// A table, and how its data is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Commands that are sent before, each on its own.
    commands: Vec<String>,
    /// The data with our fields: `BTP010101#03{to}#04{code}#`.
    data: Vec<Piece>,
}

/// The tables of one printer that are not the built-in ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    pub pass: Option<Table>,
    pub tag: Option<Table>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Words(String),
    Field(String),
}

/// Bytes around each command and each answer, as serial devices of this kind use them.
pub(super) const BEGIN: u8 = 0x02;
pub(super) const END: u8 = 0x03;

/// Asks for the state.
pub(super) const ASK: &[u8] = b"\x02SQ\x03";

/// As much as a table of an airport has, in bytes, and in commands.
const TABLE_MAX: usize = 16 * 1024;
const COMMANDS_MAX: usize = 16;

const PASS_TABLE: &str = "PT##?A1A#@;#PASS#PASS#BOAR#0101#0230A02A#0307C02A#0406C12A#0504C20A#0605C28A#0704C36A#0803E02A#0903E10A#0A01E18A#0B04E24A#0C07E32A#0D08G02A#\
    20BRJ021661#";
const PASS_DATA: &str =
    "CP#1C01#01A#02{name}#03{flight}#04{date}#05{gate}#06{departs}#07{seat}#08{from}#09{to}#0A{cabin}#0B{sequence}#0C{locator}#0D{issue}#20{code}#";
const TAG_TABLE: &str = "BTT0101~J 500262=#03C0M2160250806#04C0M2190250404#08B1MA020250541=04#09B1MA080244041=04#28C0M1130230304#42C0M1130040304#43C0M1150040303#\
    44C0M1142230304#15C0M1160040303#16C0M1160230303#";
const TAG_DATA: &str = "BTP010101#03{to}#04{code}#28{flight}#42{date}#43{locator}#44{name}#15{sequence}#16{weight}#";

/// The table and the data of one document.
///
/// # Errors
/// Where there is no table for it, or its bar code holds a letter that separates elements.
pub(super) fn document(document: &Document, printer: &Printer) -> Result<Vec<u8>, Unprintable> {
    let (own, table, data) = match document.form {
        Form::Pass | Form::Test => (&printer.tables.pass, PASS_TABLE, PASS_DATA),
        Form::Tag => (&printer.tables.tag, TAG_TABLE, TAG_DATA),
        Form::Receipt | Form::Pack => return Err(Unprintable),
    };
    // A printer of tags alone tries itself with a tag's table.
    let (own, table, data) = match document.form {
        Form::Test if !printer.forms.contains(&Form::Pass) => (&printer.tables.tag, TAG_TABLE, TAG_DATA),
        _ => (own, table, data),
    };
    let built_in;
    let table = match own {
        Some(table) => table,
        None => {
            built_in = Table::own(table, data).map_err(|_| Unprintable)?;
            &built_in
        }
    };
    if document.form != Form::Test && (document.code.is_empty() || plain(&document.code) != document.code) {
        return Err(Unprintable);
    }
    let mut bytes = Vec::new();
    for command in &table.commands {
        framed(&mut bytes, command);
    }
    let data: String = table
        .data
        .iter()
        .map(|piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Field(key) if key == "name" && document.form == Form::Test => plain(&printer.letters.fit(&document.sheets[0].title)),
            Piece::Field(key) => plain(&printer.letters.fit(document.text(key))),
        })
        .collect();
    framed(&mut bytes, &data);
    Ok(bytes)
}

/// What an answer says: the text between the two bytes.
pub(super) fn answers(bytes: &[u8]) -> Vec<String> {
    let mut answers = Vec::new();
    let mut rest = bytes;
    while let Some(begin) = rest.iter().position(|byte| *byte == BEGIN) {
        rest = &rest[begin + 1..];
        let Some(end) = rest.iter().position(|byte| *byte == END) else { break };
        answers.push(rest[..end].iter().filter(|byte| (b' '..=b'~').contains(byte)).map(|byte| char::from(*byte)).collect());
        rest = &rest[end + 1..];
    }
    answers
}

impl Table {
    /// A table of the airport's own. Lines are commands; the data names our fields in braces.
    ///
    /// # Errors
    /// With words that say what is wrong and what to write.
    pub fn own(table: &str, data: &str) -> Result<Self, String> {
        let commands: Vec<String> = table.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        if commands.is_empty() || commands.len() > COMMANDS_MAX || table.len() > TABLE_MAX || data.len() > TABLE_MAX {
            return Err(format!("has no line, more than {COMMANDS_MAX} lines, or more than {TABLE_MAX} bytes; write one command a line"));
        }
        if let Some(line) = commands.iter().map(String::as_str).chain([data]).find(|line| !line.bytes().all(|byte| (b' '..=b'~').contains(&byte))) {
            return Err(format!("holds a character that is not ASCII in \"{}\"; write it without", line.chars().take(20).collect::<String>()));
        }
        Ok(Self { commands, data: pieces(data.trim())? })
    }
}

fn pieces(data: &str) -> Result<Vec<Piece>, String> {
    let (mut pieces, mut rest) = (Vec::new(), data);
    while let Some((words, after)) = rest.split_once('{') {
        let (key, after) = after.split_once('}').ok_or("has a { without }; close it")?;
        if key != "code" && !KEYS.contains(&key) {
            let key: String = key.chars().take(20).collect();
            return Err(format!("names a field \"{key}\" that is not known; write one of code, {}", KEYS.join(", ")));
        }
        pieces.push(Piece::Words(words.to_owned()));
        pieces.push(Piece::Field(key.to_owned()));
        rest = after;
    }
    pieces.push(Piece::Words(rest.to_owned()));
    Ok(pieces)
}

/// Without what separates elements or means something in a table: `#`, and the two letters that a pass table's head names.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if matches!(letter, '#' | '@' | ';') || letter.is_control() { ' ' } else { letter }).collect()
}

fn framed(bytes: &mut Vec<u8>, command: &str) {
    bytes.push(BEGIN);
    bytes.extend(command.bytes());
    bytes.push(END);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::printer::{Language, tests::printer};
    use super::super::samples;
    use super::*;

    fn commands(document: &Document) -> Vec<String> {
        answers(&super::document(document, &printer(Language::Aea)).unwrap())
    }

    #[test]
    fn a_table_and_its_data_have_this_form() {
        insta::assert_snapshot!("aea_pass", commands(&samples::pass()).join("\n"));
        insta::assert_snapshot!("aea_tag", commands(&samples::tag()).join("\n"));
    }

    #[test]
    fn an_airport_gives_its_own_table() {
        let table = Table::own("EP#FONT=L\nBTT0201~J 500262=#03C0M1#\n", "BTP020101#03{to}#04{code}#").unwrap();
        let printer = Printer { tables: Tables { tag: Some(table), pass: None }, ..printer(Language::Aea) };
        let sent = answers(&document(&samples::tag(), &printer).unwrap());
        assert_eq!(sent, ["EP#FONT=L", "BTT0201~J 500262=#03C0M1#", "BTP020101#03PEK#040999001000#"]);
        for (table, data, words) in [
            ("", "x", "one command a line"),
            ("PT\u{e9}", "x", "not ASCII"),
            ("PT", "{nme}", "\"nme\" that is not known; write one of code, name"),
            ("PT", "{", "close it"),
        ] {
            assert!(Table::own(table, data).unwrap_err().contains(words), "{table:?} {data:?}");
        }
    }

    #[test]
    fn a_code_that_would_end_its_element_is_refused() {
        for code in ["", "M1#01", "M1@"] {
            assert_eq!(document(&Document { code: code.into(), ..samples::pass() }, &printer(Language::Aea)), Err(Unprintable));
        }
    }

    proptest! {
        #[test]
        fn no_text_ends_its_element_or_its_command(text in ".*|[#@;\\x00-\\x1f]{0,30}") {
            let (plain, strange) = (commands(&samples::pass_with("X")), commands(&samples::pass_with(&text)));
            prop_assert_eq!(plain.len(), strange.len());
            prop_assert_eq!(plain.last().unwrap().matches('#').count(), strange.last().unwrap().matches('#').count());
            let bytes = document(&samples::tag_with(&text), &printer(Language::Aea)).unwrap();
            prop_assert_eq!(bytes.iter().filter(|byte| **byte == BEGIN).count(), 2);
            prop_assert!(bytes.iter().all(|byte| (b' '..=b'~').contains(byte) || [BEGIN, END].contains(byte)));
        }

        #[test]
        fn any_answer_is_read(bytes: Vec<u8>) {
            prop_assert!(answers(&bytes).iter().all(|answer| answer.is_ascii()));
        }
    }
}
