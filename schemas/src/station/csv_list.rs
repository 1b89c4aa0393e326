//! A guest list as a table (CSV, RFC 4180): which column means what is data, by airline, so that an export of another system is read without a new release.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::NaiveDate;
use chrono::format::{Item, StrftimeItems};
use serde::{Deserialize, Serialize};

use super::column_maps::{ColumnMaps, NoMaps, plain_words};
use super::import::{GUESTS_MAX, hash_of};
use crate::command::Refusal;
use crate::record::FlightKey;
use crate::record::booking::Listing;
use crate::said::{Said, said};
use crate::standards::airport::{AirportCode, AirportCodeError};
use crate::standards::flight::{FlightNumber, FlightNumberError};
use crate::standards::seat::SeatError;
use crate::unread::Unread;

/// A table that was read: the list of one flight.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) key: FlightKey,
    pub(super) guests: Vec<Listing>,
    /// In the order of the list, each once.
    pub(super) destinations: Vec<String>,
    pub(super) passed_over: Vec<PassedOver>,
    /// The same for a text that is read the same way.
    pub(super) hash: String,
}

/// A line that says nothing we can read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// From 1.
    pub line: u32,
    /// Nothing of the line itself, which may name a guest, but the code that is meant.
    pub reason: Said,
}

/// What the columns of an airline's tables are called; `*` is for every airline without a map of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    pub(super) carrier: String,
    /// As `chrono` writes formats.
    dates: Vec<String>,
    /// What means yes in a column of yes and no.
    yes: Vec<String>,
    pub(super) columns: BTreeMap<Column, Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Column {
    Flight,
    Date,
    From,
    To,
    Surname,
    Given,
    Name,
    Title,
    Locator,
    Class,
    Seat,
    Ticket,
    Services,
    Infant,
    Child,
    Priority,
}

/// The maps that come with the product.
pub(super) const BUILT_IN: &str = include_str!("csv_columns.json");

const SEPARATORS: [char; 3] = [',', ';', '\t'];
/// More columns than any export has, and a longer cell than any of them.
const CELLS_MAX: usize = 200;
const NAME_MAX: usize = 60;
/// Lines that are listed as passed over; more say no more.
const PASSED_OVER_MAX: usize = 200;

/// Whether a text is a table that one of the maps knows: its first line names flight and guest. No Type B message does.
pub(super) fn is_table(text: &str, maps: &ColumnMaps) -> bool {
    heading(text, maps.tables()).is_some()
}

/// Reads a table, with the map of the airline that it is about or with the one that was chosen. What stands in it for the station is taken where no column
/// says from where the flight goes.
pub(super) fn read(text: &str, station: Option<AirportCode>, maps: &ColumnMaps, chosen: Option<&str>) -> Result<Table, Refusal> {
    let chosen = chosen.map(|carrier| maps.table_map(carrier)).transpose()?;
    let known = chosen.map_or_else(|| maps.tables(), std::slice::from_ref);
    let Some((separator, mut rows)) = heading(text, known) else {
        let words = "The first line does not name the columns: flight, date, to, name and so on.";
        return Err(Refusal::new("csv-no-heading", words, "Export the list with its headings.", 422));
    };
    let Some(first) = rows.next() else { return Err(empty()) };
    let map = chosen.or_else(|| map_of(&first.cells, text, separator, known)).ok_or_else(empty)?;
    let places = map.places(&first.cells);
    for (needed, name) in [(Column::Flight, "flight"), (Column::Date, "date"), (Column::To, "to")] {
        if !places.contains_key(&needed) {
            return Err(no_column(name));
        }
    }
    if !places.contains_key(&Column::Name) && !places.contains_key(&Column::Surname) {
        return Err(no_column("name"));
    }
    let mut table: Option<Table> = None;
    let mut passed_over: Vec<PassedOver> = Vec::new();
    for row in rows.filter(|row| row.cells.iter().any(|cell| !cell.is_empty())) {
        let reader = Reader { map, places: &places, row: &row };
        match reader.flight(station) {
            Ok(key) => {
                let table = table.get_or_insert_with(|| Table { key, hash: map.hash(text), ..Table::empty(key) });
                if table.key != key {
                    let words =
                        said!("", "This table is about more than one flight: {one} and {other}.", one = table.key.flight(), other = key.flight());
                    return Err(Refusal::new("csv-flights", words, "Export each flight by itself.", 422).at_line(Some(row.line)));
                }
                match reader.guest(table.guests.len()) {
                    Ok((listing, to)) => {
                        if !table.destinations.contains(&to) {
                            table.destinations.push(to);
                        }
                        table.guests.push(listing);
                    }
                    Err(reason) => passed_over.push(PassedOver { line: row.line, reason }),
                }
                if table.guests.len() > GUESTS_MAX {
                    let words = said!("", "The list names more than 1,500 guests.");
                    return Err(Refusal::new("list-too-long", words, "Check that it is the list of one flight.", 422));
                }
            }
            Err(reason) => passed_over.push(PassedOver { line: row.line, reason }),
        }
        if passed_over.len() > PASSED_OVER_MAX {
            let words = said!("", "More than {count} lines cannot be read.", count = PASSED_OVER_MAX);
            return Err(Refusal::new("csv-unreadable", words, "Check that the columns are what their headings say.", 422).at_line(Some(row.line)));
        }
    }
    match table {
        Some(table) if !table.guests.is_empty() => Ok(Table { passed_over, ..table }),
        _ => match passed_over.first() {
            Some(first) => {
                let words = said!("", "No line of this table can be read. The first says: {reason}", reason = first.reason);
                Err(Refusal::new("csv-unreadable", words, "Check that the columns are what their headings say.", 422)
                    .variant("all")
                    .at_line(Some(first.line)))
            }
            None => Err(empty()),
        },
    }
}

/// One row, being read.
struct Reader<'a> {
    map: &'a Columns,
    places: &'a BTreeMap<Column, usize>,
    row: &'a Row,
}

impl Reader<'_> {
    fn cell(&self, column: Column) -> &str {
        self.places.get(&column).and_then(|place| self.row.cells.get(*place)).map_or("", String::as_str)
    }

    fn flight(&self, station: Option<AirportCode>) -> Result<FlightKey, Said> {
        let number = self.cell(Column::Flight).replace([' ', '-'], "").to_ascii_uppercase();
        let number: FlightNumber =
            number.parse().map_err(|error: FlightNumberError| said!("unread-csv-flight", "The flight: {error}", error = error.said()))?;
        let date = self.cell(Column::Date);
        let date = self.map.dates.iter().find_map(|format| NaiveDate::parse_from_str(date, format).ok());
        let date = date.ok_or_else(|| said!("unread-csv-date", "The date is in no form that is known for this airline, such as 2026-11-22."))?;
        let from = match (self.cell(Column::From), station) {
            ("", Some(station)) => station,
            (code, _) => {
                let refused = |error: AirportCodeError| said!("unread-csv-from", "From where: {error}", error = error.said());
                code.to_ascii_uppercase().parse().map_err(refused)?
            }
        };
        FlightKey::new(number, date, from).map_err(|error| error.said())
    }

    fn guest(&self, order: usize) -> Result<(Listing, String), Said> {
        let to = self.cell(Column::To).to_ascii_uppercase();
        let to: AirportCode = to.parse().map_err(|error: AirportCodeError| said!("unread-csv-to", "Where to: {error}", error = error.said()))?;
        let class = self.cell(Column::Class).chars().next().map(|letter| letter.to_ascii_uppercase()).filter(char::is_ascii_uppercase);
        let seat = match self.cell(Column::Seat) {
            "" => None,
            seat => {
                let refused = |error: SeatError| said!("unread-csv-seat", "The seat: {error}", error = error.said());
                Some(seat.to_ascii_uppercase().parse().map_err(refused)?)
            }
        };
        let text = |column| Some(self.cell(column)).filter(|text| !text.is_empty());
        let locator: String = self.cell(Column::Locator).to_ascii_uppercase().chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        let ticket: String = self.cell(Column::Ticket).chars().filter(char::is_ascii_digit).take(13).collect();
        let mut flags: Vec<String> =
            self.cell(Column::Services).split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::to_ascii_uppercase).collect();
        flags.retain(|code| code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_uppercase()));
        flags.sort();
        flags.dedup();
        flags.truncate(16);
        let listing = Listing {
            name: self.name()?.into(),
            locators: if locator.is_empty() { Vec::new() } else { vec![locator.into()] },
            destination: Some(to),
            class,
            cabin: None,
            party: None,
            party_size: 1,
            child: self.says_yes(Column::Child),
            infant: text(Column::Infant).map(|name| short(&name.to_uppercase(), NAME_MAX).into()),
            flags: flags.join(" ").into(),
            seats: 1,
            onward: Vec::new(),
            inbound: Default::default(),
            ticket: (ticket.len() == 13).then(|| ticket.into()),
            order: u32::try_from(order).unwrap_or(u32::MAX),
            seat,
            priority: text(Column::Priority).map(|words| Box::<str>::from(short(words, 24))).into(),
        };
        Ok((listing, to.to_string()))
    }

    /// `ZHANG/WEI`, with the title run on as lists write it.
    fn name(&self) -> Result<String, Said> {
        let plain = |column| self.cell(column).split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
        let name = match (plain(Column::Surname), plain(Column::Given), plain(Column::Name)) {
            (surname, given, _) if !surname.is_empty() && !given.is_empty() => format!("{surname}/{given}{}", plain(Column::Title)),
            (surname, _, _) if !surname.is_empty() => surname,
            (_, _, name) => name,
        };
        let is_name = name.chars().any(char::is_alphabetic) && name.matches('/').count() <= 1;
        match is_name && name.chars().count() <= NAME_MAX && !name.chars().any(char::is_control) {
            true => Ok(name),
            false if name.is_empty() => Err(said!("unread-csv-no-name", "The name is missing.")),
            false => Err(said!("unread-csv-name", "The name is none: letters, at most one slash, at most 60.")),
        }
    }

    fn says_yes(&self, column: Column) -> bool {
        let said = self.cell(column).to_uppercase();
        self.map.yes.iter().any(|word| word.to_uppercase() == said)
    }
}

impl Columns {
    /// Whether tables can be read with it.
    pub(super) fn check(&self) -> Result<(), NoMaps> {
        let wrong = |what: String| Err(NoMaps(format!("`guest_tables` for \"{}\": {what}", self.carrier)));
        let heads = self.columns.iter().flat_map(|(column, heads)| heads.iter().map(move |head| (head, column.key())));
        if let Err(what) = plain_words("columns", heads) {
            return wrong(what);
        }
        let has = |column| self.columns.get(&column).is_some_and(|heads| !heads.is_empty());
        if let Some(missing) = [Column::Flight, Column::Date, Column::To].into_iter().find(|column| !has(*column)) {
            return wrong(format!("`columns` has no heading for `{}`", missing.key()));
        }
        if !has(Column::Name) && !has(Column::Surname) {
            return wrong("`columns` has no heading for `name`, nor for `surname` and `given`".to_owned());
        }
        if self.yes.iter().any(|word| word.trim().is_empty()) {
            return wrong("`yes` holds an empty text, which every empty cell says; take it out".to_owned());
        }
        let any = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default();
        let is_date = |form: &String| {
            let is_form = StrftimeItems::new(form).all(|item| !matches!(item, Item::Error));
            let mut written = String::new();
            is_form && write!(written, "{}", any.format(form)).is_ok() && NaiveDate::parse_from_str(&written, form) == Ok(any)
        };
        match self.dates.iter().find(|form| !is_date(form)) {
            Some(form) => wrong(format!("\"{form}\" in `dates` is no form of a day; write such as \"%Y-%m-%d\" or \"%d%b%Y\"")),
            None if self.dates.is_empty() => wrong("`dates` is empty; write such as [\"%Y-%m-%d\"]".to_owned()),
            None => Ok(()),
        }
    }

    /// What names a table as it is read: the text, and the map unless it is the one that was always there.
    fn hash(&self, text: &str) -> String {
        if *self == *ColumnMaps::for_everybody() {
            return hash_of(text);
        }
        hash_of(&format!("{text}\n{}", serde_json::to_string(self).unwrap_or_default()))
    }

    /// Where each column of ours stands.
    fn places(&self, headings: &[String]) -> BTreeMap<Column, usize> {
        let plain: Vec<String> = headings.iter().map(|heading| plain(heading)).collect();
        let place = |names: &Vec<String>| names.iter().find_map(|name| plain.iter().position(|heading| *heading == self::plain(name)));
        self.columns.iter().filter_map(|(column, names)| Some((*column, place(names)?))).collect()
    }
}

impl Column {
    /// As files name it.
    pub(super) fn key(self) -> String {
        serde_json::to_value(self).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

impl Table {
    fn empty(key: FlightKey) -> Self {
        Self { key, guests: Vec::new(), destinations: Vec::new(), passed_over: Vec::new(), hash: String::new() }
    }
}

/// A heading as it is compared: whatever its case, with blanks for what stands for them.
fn plain(heading: &str) -> String {
    heading.to_lowercase().replace(['_', '.'], " ").trim().to_owned()
}

/// The columns of the airline that the first row is about, else everybody's.
fn map_of<'a>(headings: &[String], text: &str, separator: char, maps: &'a [Columns]) -> Option<&'a Columns> {
    let fits = |map: &Columns| {
        let places = map.places(headings);
        let place = places.get(&Column::Flight)?;
        let row = Rows::new(text, separator).nth(1)?;
        row.cells.get(*place)?.to_ascii_uppercase().starts_with(&map.carrier).then_some(())
    };
    let own = maps.iter().find(|map| map.carrier != "*" && fits(map).is_some());
    own.or_else(|| maps.iter().find(|map| map.carrier == "*"))
}

/// The separator of a table whose first line names its columns, and its rows.
fn heading<'a>(text: &'a str, maps: &[Columns]) -> Option<(char, Rows<'a>)> {
    let names = |separator: char| {
        let first = Rows::new(text, separator).next()?;
        let knows = |map: &Columns| {
            let places = map.places(&first.cells);
            places.contains_key(&Column::Flight) && (places.contains_key(&Column::Name) || places.contains_key(&Column::Surname))
        };
        maps.iter().any(knows).then_some(separator)
    };
    SEPARATORS.into_iter().find_map(names).map(|separator| (separator, Rows::new(text, separator)))
}

struct Row {
    /// Where it begins, from 1.
    line: u32,
    cells: Vec<String>,
}

/// The rows of a table, quotes taken off.
struct Rows<'a> {
    rest: &'a str,
    separator: char,
    line: u32,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, separator: char) -> Self {
        Self { rest: text.trim_start_matches('\u{feff}'), separator, line: 1 }
    }
}

impl Iterator for Rows<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.rest.is_empty() {
            return None;
        }
        let (mut cells, mut cell, mut quoted, begun) = (Vec::new(), String::new(), false, self.line);
        let mut letters = self.rest.char_indices().peekable();
        let mut end = self.rest.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' if quoted && letters.peek().is_some_and(|(_, next)| *next == '"') => {
                    letters.next();
                    cell.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if cell.trim().is_empty() => {
                    cell.clear();
                    quoted = true;
                }
                '\n' => {
                    self.line += 1;
                    if !quoted {
                        end = at + 1;
                        break;
                    }
                    cell.push(' ');
                }
                '\r' => {}
                letter if letter == self.separator && !quoted => push(&mut cells, &mut cell),
                letter => cell.push(letter),
            }
        }
        push(&mut cells, &mut cell);
        self.rest = &self.rest[end..];
        Some(Row { line: begun, cells })
    }
}

fn push(cells: &mut Vec<String>, cell: &mut String) {
    let text = std::mem::take(cell);
    if cells.len() < CELLS_MAX {
        cells.push(text.trim().to_owned());
    }
}

fn short(text: &str, limit: usize) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(limit).collect()
}

fn empty() -> Refusal {
    Refusal::new("csv-empty", "This table has no guest.", "Export the list again.", 422)
}

fn no_column(name: &str) -> Refusal {
    let words = said!("", "No heading of this table means the column {column}.", column = name.to_owned());
    Refusal::new("csv-no-column", words, "Export it with that column, or let the headings be added to the columns of the airline.", 422)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_here(text: &str) -> Result<Table, Refusal> {
        read(text, "PVG".parse().ok(), &ColumnMaps::built_in(), None)
    }

    fn table(text: &str) -> Table {
        read_here(text).unwrap()
    }

    #[test]
    fn a_table_is_read_whatever_its_separator_quotes_and_line_ends() {
        for text in [
            "Flight,Date,To,Surname,Given name,PNR,Seat\nCA1501,2026-11-22,PEK,Zhang,Wei,K7P2QX,14C\n",
            "\u{feff}flight;date;to;surname;given_name;pnr;seat\r\nCA 1501;22.11.2026;pek;ZHANG;WEI;K7P2QX;14c\r\n",
            "\"Flight\",\"Date\",\"To\",\"Name\",\"PNR\",\"Seat\"\n\"CA1501\",\"2026-11-22\",\"PEK\",\"Zhang/Wei\",\"K7P2QX\",\"14C\"",
            "航班号\t航班日期\t目的地\t姓名\t订座编号\t座位\nCA1501\t2026-11-22\tPEK\tZHANG/WEI\tK7P2QX\t14C\n",
        ] {
            let table = table(text);
            let guest = &table.guests[0];
            assert_eq!(table.key.to_string(), "CA1501.2026-11-22.PVG", "{text}");
            assert_eq!((&*guest.name, &*guest.locators[0], guest.seat.map(|seat| seat.to_string())), ("ZHANG/WEI", "K7P2QX", Some("14C".to_owned())));
            assert!(table.passed_over.is_empty() && table.destinations == ["PEK"]);
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_with_its_reason_and_the_others_are_taken() {
        let text = "flight,date,to,name,seat\nCA1501,2026-11-22,PEK,LI/NA,\nCA1501,22 Nov,PEK,WU/JI,\nCA1501,2026-11-22,PEK,,\n\nCA1501,2026-11-22,PEKING,WU/JI,\nCA1501,2026-11-22,PEK,WU/JI,99999Z\n";
        let table = table(text);
        assert_eq!(table.guests.len(), 1);
        let lines: Vec<u32> = table.passed_over.iter().map(|line| line.line).collect();
        assert_eq!(lines, [3, 4, 6, 7]);
        assert!(table.passed_over[0].reason.contains("date") && table.passed_over[1].reason.contains("name is missing"));
    }

    #[test]
    fn a_table_of_two_flights_or_without_its_columns_is_refused_with_the_remedy() {
        let code = |text: &str| read_here(text).unwrap_err().code;
        assert_eq!(code("flight,date,to,name\nCA1501,2026-11-22,PEK,LI/NA\nCA1503,2026-11-22,PEK,WU/JI\n"), "csv-flights");
        assert_eq!(code("flight,name\nCA1501,LI/NA\n"), "csv-no-column");
        assert_eq!(code("flight,date,to,name\n"), "csv-empty");
        assert_eq!(code("flight,date,to,name\nCA1501,2026-11-22,PEK,\n"), "csv-unreadable");
        let is_table = |text| is_table(text, &ColumnMaps::built_in());
        assert!(!is_table("PVGKKCA\n.PEKRMCA 221000\nPNL\n") && !is_table("") && is_table("flight,name"));
    }

    proptest! {
        #[test]
        fn any_text_ends_in_a_list_or_a_refusal(rows in "[A-Z0-9/,;\"\\n\\r é\\-]{0,300}") {
            let _ = read_here(&rows);
            let _ = read_here(&format!("flight,date,to,name\n{rows}"));
        }
    }
}
