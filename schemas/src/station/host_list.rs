//! The host's check-in list as text: CSV, with a map of columns and words for each carrier.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::column_maps::{NoMaps, plain_words};

use crate::command::Refusal;
use crate::record::fact::HostColumn;
use crate::record::host_page::{HostFault, HostRow, HostState, RowFault};
use crate::said::said;

/// As many guests as a list may name.
pub(super) const ROWS_MAX: usize = 1000;

/// More rows than these that cannot be read mean that the map does not fit.
const FAULTS_MAX: usize = 100;

/// A list may begin with lines of its own before the heads of the columns.
const PREAMBLE_MAX: usize = 20;

/// As much of a row as is kept and shown where it cannot be read, and as many bags as one guest has.
const ROW_SHOWN: usize = 200;
const BAGS_MAX: usize = 20;
const ONWARD_MAX: usize = 6;

/// How a carrier's host writes its list; `*` is for every carrier without a map of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Map {
    pub(super) carrier: String,
    delimiter: char,
    /// The heads under which each column is known, in any case.
    pub(super) columns: BTreeMap<HostColumn, Vec<String>>,
    /// The words for each state; an empty one means an empty field.
    status: BTreeMap<HostState, Vec<String>>,
    /// The words for a yes.
    yes: Vec<String>,
    /// How lines begin that say nothing of a guest.
    ignore: Vec<String>,
}

/// The maps that come with the product. Carriers give the real ones.
pub(super) const BUILT_IN: &str = include_str!("host_list_maps.json");

/// A list as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HostList {
    pub(super) columns: BTreeSet<HostColumn>,
    pub(super) rows: Vec<HostRow>,
    pub(super) faults: Vec<HostFault>,
}

impl HostList {
    /// Reads a list. Rows that cannot be read are kept beside the others; a list of which nothing can be read is refused.
    pub(super) fn read(text: &str, map: &Map) -> Result<Self, Refusal> {
        let text = text.trim_start_matches('\u{feff}');
        let (head_line, head) = map.head(text)?;
        let mut list = Self { columns: head.iter().flatten().copied().collect(), ..Self::default() };
        for (at, line) in text.lines().enumerate().skip(head_line + 1) {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || map.ignore.iter().any(|start| line.starts_with(start.as_str())) {
                continue;
            }
            match map.row(&head, line) {
                Ok(row) => list.rows.push(row),
                Err(why) => list.faults.push(HostFault {
                    line: u32::try_from(at + 1).unwrap_or(u32::MAX),
                    why,
                    text: line.chars().filter(|c| !c.is_control()).take(ROW_SHOWN).collect(),
                }),
            }
            list.check()?;
        }
        if list.rows.is_empty() {
            let words = said!("none", "This list names no guest that can be read.");
            let line = list.faults.first().map_or(u32::try_from(head_line + 1).ok(), |fault| Some(fault.line));
            return Err(Refusal::new("host-list-not-read", words, REMEDY, 422).at_line(line));
        }
        Ok(list)
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.rows.len() > ROWS_MAX {
            let words = said!("guests", "The host's list names more than 1,000 guests.");
            return Err(Refusal::new("list-too-long", words, "Check that it is the list of one flight.", 422));
        }
        if self.faults.len() > FAULTS_MAX {
            let words = said!("rows", "More than 100 rows of this list cannot be read.");
            let line = self.faults.first().map(|fault| fault.line);
            return Err(Refusal::new("host-list-not-read", words, REMEDY, 422).at_line(line));
        }
        Ok(())
    }
}

const REMEDY: &str = "Compare it with the column map of the carrier, correct the text and replay it.";

impl Map {
    /// Whether lists can be read with it.
    pub(super) fn check(&self) -> Result<(), NoMaps> {
        let wrong = |what: String| Err(NoMaps(format!("`host_lists` for \"{}\": {what}", self.carrier)));
        if self.delimiter != '\t' && (self.delimiter.is_alphanumeric() || self.delimiter.is_control() || matches!(self.delimiter, '"' | ' ')) {
            return wrong("`delimiter` is no character that can stand between fields; give one such as \";\"".to_owned());
        }
        let heads = self.columns.iter().flat_map(|(column, heads)| heads.iter().map(move |head| (head, key_of(column))));
        if let Err(what) = plain_words("columns", heads) {
            return wrong(what);
        }
        if self.columns.get(&HostColumn::Name).is_none_or(Vec::is_empty) || self.columns.values().filter(|heads| !heads.is_empty()).count() < 2 {
            return wrong("`columns` needs a heading for `name` and for one other column at the least".to_owned());
        }
        let words = self.status.iter().flat_map(|(state, words)| words.iter().map(move |word| (word, key_of(state))));
        if let Err(what) = plain_words("status", words.filter(|(word, _)| !word.is_empty())) {
            return wrong(what);
        }
        if self.columns.contains_key(&HostColumn::Status) && self.status.values().all(Vec::is_empty) {
            return wrong("`status` gives no words for the column `status`; give those for listed, checked-in, boarded and offloaded".to_owned());
        }
        if self.yes.iter().any(|word| word.trim().is_empty()) {
            return wrong("`yes` holds an empty text, which every empty cell says; take it out".to_owned());
        }
        if self.yes.is_empty() && self.columns.get(&HostColumn::Documents).is_some_and(|heads| !heads.is_empty()) {
            return wrong("`yes` gives no words for the column `documents`; give such as \"Y\"".to_owned());
        }
        match self.ignore.iter().any(|start| start.trim().is_empty()) {
            true => wrong("`ignore` holds an empty text, which every line begins with; take it out".to_owned()),
            false => Ok(()),
        }
    }

    /// The line with the heads of the columns, and which column stands where.
    fn head(&self, text: &str) -> Result<(usize, Vec<Option<HostColumn>>), Refusal> {
        for (at, line) in text.lines().enumerate().take(PREAMBLE_MAX) {
            let Some(fields) = fields_of(line, self.delimiter) else { continue };
            let columns: Vec<Option<HostColumn>> = fields.iter().map(|field| self.column(field)).collect();
            let named: Vec<HostColumn> = columns.iter().flatten().copied().collect();
            let distinct: BTreeSet<HostColumn> = named.iter().copied().collect();
            if !distinct.contains(&HostColumn::Name) || distinct.len() < 2 {
                continue;
            }
            if distinct.len() < named.len() {
                let words = said!("twice", "A column stands twice in the head of this list.");
                return Err(Refusal::new("host-list-not-read", words, REMEDY, 422).at_line(u32::try_from(at + 1).ok()));
            }
            return Ok((at, columns));
        }
        let words = said!("", "The heads of the columns were not found in the first lines of this list.");
        Err(Refusal::new("host-list-not-read", words, REMEDY, 422).at_line(Some(1)))
    }

    fn column(&self, head: &str) -> Option<HostColumn> {
        let found = self.columns.iter().find(|(_, heads)| heads.iter().any(|known| known.eq_ignore_ascii_case(head)));
        found.map(|(column, _)| *column)
    }

    fn row(&self, head: &[Option<HostColumn>], line: &str) -> Result<HostRow, RowFault> {
        let fields = fields_of(line, self.delimiter).ok_or(RowFault::Quote)?;
        if fields.len() != head.len() {
            return Err(RowFault::Fields);
        }
        let mut row = HostRow::default();
        let mut given = String::new();
        for (column, field) in head.iter().zip(&fields) {
            let field = field.as_str();
            match column {
                Some(HostColumn::Status) => row.state = Some(self.state(field)?),
                Some(HostColumn::Documents) => row.documents = Some(self.yes.iter().any(|word| word.eq_ignore_ascii_case(field))),
                _ if matches!(field, "" | "-") => {}
                Some(HostColumn::Name) => row.name = field.to_ascii_uppercase(),
                Some(HostColumn::Given) => given = field.to_ascii_uppercase(),
                Some(HostColumn::Locator) => row.locator = Some(field.to_ascii_uppercase().parse().map_err(|_| RowFault::Locator)?),
                Some(HostColumn::Ticket) => row.ticket = Some(digits(field)).filter(|digits| digits.len() == 13),
                Some(HostColumn::Seat) => {
                    row.seat = Some(field.trim_start_matches('0').to_ascii_uppercase().parse().map_err(|_| RowFault::Seat)?);
                }
                Some(HostColumn::Sequence) => row.sequence = Some(field.parse().map_err(|_| RowFault::Sequence)?),
                Some(HostColumn::Bags) => {
                    let tags = field.split([' ', '/', '+']).filter(|tag| !tag.is_empty());
                    row.bags = tags.map(|tag| tag.parse().map_err(|_| RowFault::Tag)).collect::<Result<_, _>>()?;
                    row.bags.sort_unstable();
                    row.bags.dedup();
                }
                // Pieces may stand with their weight: 2/31.
                Some(HostColumn::Pieces) => {
                    row.pieces = Some(field.split('/').next().unwrap_or_default().trim().parse().map_err(|_| RowFault::Pieces)?);
                }
                Some(HostColumn::Class) => row.class = field.chars().next().map(|c| c.to_ascii_uppercase()).filter(char::is_ascii_uppercase),
                Some(HostColumn::Onward) => row.onward = field.split_ascii_whitespace().map(str::to_ascii_uppercase).collect(),
                None => {}
            }
        }
        if !given.is_empty() {
            row.name = format!("{}/{given}", row.name);
        }
        if row.pieces.is_none() && head.contains(&Some(HostColumn::Pieces)) {
            row.pieces = Some(0);
        }
        match &row {
            row if !row.name.chars().any(char::is_alphabetic) || row.name.chars().any(char::is_control) => Err(RowFault::Name),
            row if row.name.chars().count() > 64 || row.bags.len() > BAGS_MAX || row.onward.len() > ONWARD_MAX => Err(RowFault::TooLong),
            row if row.onward.iter().any(|leg| leg.chars().count() > 40) => Err(RowFault::TooLong),
            _ => Ok(row),
        }
    }

    fn state(&self, field: &str) -> Result<HostState, RowFault> {
        let found = self.status.iter().find(|(_, words)| words.iter().any(|word| word.eq_ignore_ascii_case(field)));
        found.map(|(state, _)| *state).ok_or(RowFault::Status)
    }
}

/// A column or state as files name it.
pub(super) fn key_of(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The digits alone, without the coupon behind a slash.
pub(super) fn digits(text: &str) -> String {
    text.split('/').next().unwrap_or_default().chars().filter(char::is_ascii_digit).take(20).collect()
}

/// The fields of a line, trimmed: quoted ones may hold the delimiter, and a quotation mark twice. Nothing where a quotation mark stays open.
fn fields_of(line: &str, delimiter: char) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut letters = line.trim_end_matches('\r').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.trim().is_empty() => quoted = true,
            letter if letter == delimiter && !quoted => fields.push(std::mem::take(&mut field).trim().to_owned()),
            letter => field.push(letter),
        }
    }
    fields.push(field.trim().to_owned());
    (!quoted).then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::super::column_maps::ColumnMaps;
    use super::*;

    fn read(carrier: &str, text: &str) -> Result<HostList, Refusal> {
        let maps = ColumnMaps::built_in();
        HostList::read(text, maps.of_lists(carrier.parse().unwrap(), None).unwrap())
    }

    #[test]
    fn each_carrier_is_read_by_its_own_map() {
        let list = read("CA", "CA1501/22NOV\nPAX NAME;RLOC;SEAT;SN;ST;BAG TAGS\nLI/NA;K7P2QX;014C;7;ACC;0999000001 0999000002\nTOTAL 1\n").unwrap();
        assert_eq!(list.faults, []);
        let row = &list.rows[0];
        assert_eq!((row.name.as_str(), row.seat.map(|seat| seat.to_string()), row.sequence), ("LI/NA", Some("14C".to_owned()), Some(7)));
        assert_eq!((row.state, row.bags.len()), (Some(HostState::CheckedIn), 2));
        let list = read("MU", "SURNAME|GIVEN|PNR|CKI|BAG PCS\nli|na|k7p2qx||\nwang|lei|w4ngl3|Y|2/31\n").unwrap();
        let rows: Vec<_> = list.rows.iter().map(|row| (row.name.as_str(), row.state, row.pieces)).collect();
        assert_eq!(rows, [("LI/NA", Some(HostState::Listed), Some(0)), ("WANG/LEI", Some(HostState::CheckedIn), Some(2))]);
        let list = read("LH", "name,locator,status\n\"LI/NA\",K7P2QX,\"checked in\"\n").unwrap();
        assert_eq!(list.rows[0].state, Some(HostState::CheckedIn));
    }

    #[test]
    fn a_row_that_cannot_be_read_is_named_with_its_line_and_reason_and_the_others_are_taken() {
        let text = "name,seat,sequence,status,bags\nLI/NA,14C,7,yes,\nWANG/LEI,zz,8,yes,\nZHAO/LE,1A\n\"QIAN/DA,1A,2,yes,\nSUN/MEI,1A,x,yes,\nWU/LI,1A,1,maybe,\nXU/HE,1A,1,yes,12\n,1A,1,yes,\n";
        let list = read("LH", text).unwrap();
        assert_eq!(list.rows.len(), 1);
        let faults: Vec<_> = list.faults.iter().map(|fault| (fault.line, fault.why)).collect();
        let wanted = [RowFault::Seat, RowFault::Fields, RowFault::Quote, RowFault::Sequence, RowFault::Status, RowFault::Tag, RowFault::Name];
        assert_eq!(faults, (3..).zip(wanted).collect::<Vec<_>>());
        assert_eq!(list.faults[0].text, "WANG/LEI,zz,8,yes,");
    }

    #[test]
    fn what_is_no_list_is_refused_with_a_line() {
        assert_eq!(read("LH", "hello").unwrap_err().line, Some(1));
        assert_eq!(read("LH", "name,seat\n").unwrap_err().code, "host-list-not-read");
        assert_eq!(read("LH", "name,seat,seat\nLI/NA,1A,1A\n").unwrap_err().code, "host-list-not-read");
        let many = format!("name,seat\n{}", "LI/NA,1A\n".repeat(1001));
        assert_eq!(read("LH", &many).unwrap_err().code, "list-too-long");
        let wrong = format!("name,seat\n{}", "LI/NA,zzz\n".repeat(101));
        assert_eq!(read("LH", &wrong).unwrap_err().code, "host-list-not-read");
    }

    /// Lists as carriers write them, with what is to be read of each; written by hand.
    const VECTORS: &str = include_str!("../../tests/vectors/host_lists.json");

    #[test]
    fn every_list_of_the_vectors_is_read_as_it_says() {
        let vectors: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
        let cases = vectors["cases"].as_array().unwrap();
        assert!(cases.len() >= 10);
        for case in cases {
            let (name, text) = (case["name"].as_str().unwrap(), case["text"].as_str().unwrap());
            match (read(case["carrier"].as_str().unwrap(), text), case.get("refused")) {
                (Ok(list), None) => {
                    assert_eq!(serde_json::to_value(&list.rows).unwrap(), case["rows"], "{name}");
                    let unread: Vec<_> = list.faults.iter().map(|fault| serde_json::json!([fault.line, fault.why])).collect();
                    assert_eq!(serde_json::Value::Array(unread), case["unread"], "{name}");
                    let columns: BTreeSet<HostColumn> = serde_json::from_value(case["columns"].clone()).unwrap();
                    assert_eq!(list.columns, columns, "{name}");
                }
                (Err(refusal), Some(wanted)) => {
                    assert_eq!((refusal.code, refusal.line.map(u64::from)), (wanted["code"].as_str().unwrap(), wanted["line"].as_u64()), "{name}");
                }
                (read, _) => panic!("{name}: {read:?}"),
            }
        }
    }

    #[test]
    fn fields_may_be_quoted() {
        let fields = |line| fields_of(line, ',');
        assert_eq!(fields("a, \"b, c\" ,\"d\"\"e\",").unwrap(), ["a", "b, c", "d\"e", ""]);
        assert_eq!(fields("\"a"), None);
    }
}
