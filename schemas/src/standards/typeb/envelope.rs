//! The envelope of a Type B message: addresses, origin, message identifier, flight line, end, and lines of 64 characters.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

use crate::standards::found;

/// The longest line that the network carries.
pub const LINE_MAX: usize = 64;

/// The message cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TypeBError {
    #[error("The message is empty. Ask the sender to repeat it.")]
    Empty,
    #[error("\"{found}\" is not a message type that can be read here. The message was kept as it came.")]
    UnknownType { found: String },
    #[error("The message has no flight line. Ask the sender to repeat it.")]
    NoFlight,
    #[error("\"{found}\" is not a flight line such as CA1501/22NOV PVG PART1.")]
    BadFlight { found: String },
    #[error("\"{found}\" is not a day of any year. Ask the sender for the date of the flight.")]
    BadFlightDate { found: String },
    #[error("The message names no bag tag. Ask the sender to repeat it.")]
    NoTag,
    #[error("\"{found}\" could not be read in a {kind}.")]
    BadLine { kind: &'static str, found: String },
}

impl TypeBError {
    /// The name of the error in the shared vectors.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnknownType { .. } => "unknown_type",
            Self::NoFlight => "no_flight",
            Self::BadFlight { .. } => "bad_flight",
            Self::BadFlightDate { .. } => "bad_flight_date",
            Self::NoTag => "no_tag",
            Self::BadLine { .. } => "bad_line",
        }
    }
}

impl TypeBError {
    /// The line of the message that the error is about, from 1, as far as it can be told.
    pub fn line_in(&self, text: &str) -> Option<u32> {
        match self {
            Self::Empty => None,
            Self::UnknownType { found } | Self::BadFlight { found } | Self::BadFlightDate { found } | Self::BadLine { found, .. } => {
                line_of(text, found)
            }
            Self::NoFlight | Self::NoTag => {
                let kind = Received::cut(text).ok()?.kind;
                line_of(text, kind)
            }
        }
    }
}

/// The first line of a message that holds these characters, from 1; where none begins with them, one that has them inside.
pub fn line_of(text: &str, needle: &str) -> Option<u32> {
    // What an error shows may be cut, with marks for what is not shown.
    let needle: String = needle.trim().trim_end_matches(['…', '.']).to_owned();
    if needle.is_empty() {
        return None;
    }
    let number = |holds: &dyn Fn(&str) -> bool| text.lines().position(|line| holds(line.trim())).and_then(|at| u32::try_from(at + 1).ok());
    number(&|line| line.starts_with(&needle)).or_else(|| number(&|line| line.contains(&needle)))
}

/// A day without a year, as messages write it: `28AUG`. Invariant: it exists, if only in leap years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayMonth {
    month: u32,
    day: u32,
}

/// The text is no day and month.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a day such as 28AUG.")]
pub struct DayMonthError {
    pub found: String,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// A leap year, to ask whether a day exists at all.
const SOME_LEAP_YEAR: i32 = 2024;

impl DayMonth {
    pub fn of(date: NaiveDate) -> Self {
        Self { month: date.month(), day: date.day() }
    }

    pub fn day(&self) -> u32 {
        self.day
    }

    pub fn month(&self) -> u32 {
        self.month
    }

    /// The date with this day and month that is nearest to `today`.
    pub fn nearest(&self, today: NaiveDate) -> Option<NaiveDate> {
        let years = today.year() - 4..=today.year() + 4;
        years.filter_map(|year| NaiveDate::from_ymd_opt(year, self.month, self.day)).min_by_key(|date| (*date - today).num_days().abs())
    }
}

impl FromStr for DayMonth {
    type Err = DayMonthError;

    fn from_str(text: &str) -> Result<Self, DayMonthError> {
        let refused = || DayMonthError { found: found(text) };
        let letters = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(refused)?;
        let (day, month) = text.split_at(letters);
        if !(1..=2).contains(&day.len()) {
            return Err(refused());
        }
        let day: u32 = day.parse().map_err(|_| refused())?;
        let month = (1..).zip(MONTHS).find(|(_, name)| *name == month).map(|(number, _)| number).ok_or_else(refused)?;
        NaiveDate::from_ymd_opt(SOME_LEAP_YEAR, month, day).map(|_| Self { month, day }).ok_or_else(refused)
    }
}

impl fmt::Display for DayMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS.get(self.month as usize - 1).copied().unwrap_or_default();
        write!(f, "{:02}{month}", self.day)
    }
}

/// Who a message is for, and who sent it when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// Seven characters each.
    pub addresses: Vec<String>,
    /// The sender's seven characters.
    pub origin: Option<String>,
    /// The sender's day, hour and minute, six digits.
    pub ddhhmm: Option<String>,
}

impl Envelope {
    /// Its lines, none where nothing is known.
    pub fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.addresses.chunks(ADDRESSES_PER_LINE).map(|chunk| chunk.join(" ")).collect();
        if let Some(origin) = &self.origin {
            lines.push(match &self.ddhhmm {
                Some(time) => format!(".{origin} {time}"),
                None => format!(".{origin}"),
            });
        }
        lines
    }
}

/// More parts than any list has had; a number beyond is a slip.
const PARTS_MAX: u16 = 999;

const ADDRESSES_PER_LINE: usize = 8;

/// A message cut into its envelope, its type and its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received<'a> {
    pub envelope: Envelope,
    /// The standard message identifier: `PNL`, `BSM` ...
    pub kind: &'a str,
    /// What stands in front of the type about the message itself: `PDM` for a possible duplicate, `COR` for a correction.
    pub marks: Vec<&'a str>,
    /// The lines behind it, without the end line; never blank.
    pub lines: Vec<&'a str>,
    /// The end line, such as `ENDPNL` or `ENDPART1`, where there is one.
    pub end: Option<&'a str>,
}

impl<'a> Received<'a> {
    /// What is wrong with the end of the message, if anything: it may have been cut off on the way.
    pub fn end_flaw(&self) -> Option<&'static str> {
        if !ENDED.contains(&self.kind) {
            return None;
        }
        let Some(end) = self.end.and_then(|end| end.strip_prefix("END")) else { return Some("end_missing") };
        match end.strip_prefix("PART") {
            Some(part) => (self.part().is_some_and(|said| said != part)).then_some("end_of_another_part"),
            None => (end != self.kind).then_some("end_of_another_type"),
        }
    }

    /// The number behind the first `PART` of the heading, as written.
    fn part(&self) -> Option<&'a str> {
        let heading = self.lines.iter().take(HEADING_LINES);
        heading.flat_map(|line| line.split([' ', '/'])).find_map(|word| word.strip_prefix("PART").filter(|part| part.parse::<u16>().is_ok()))
    }

    /// Cuts a message up. Line ends may be LF or CR LF; transmission controls are ignored.
    ///
    /// # Errors
    /// When there is no message identifier.
    pub fn cut(text: &'a str) -> Result<Self, TypeBError> {
        let mut lines = text.split(['\n', '\r', '\u{1}', '\u{2}', '\u{3}']).map(str::trim_end).filter(|line| !line.is_empty()).peekable();
        let mut envelope = Envelope::default();
        let mut marks = Vec::new();
        let kind = loop {
            let line = lines.next().ok_or(TypeBError::Empty)?;
            if let Some(sender) = line.strip_prefix('.')
                && envelope.origin.is_none()
            {
                let mut words = sender.split_ascii_whitespace();
                envelope.origin = words.next().map(str::to_owned);
                envelope.ddhhmm = words.next().map(str::to_owned);
            } else if matches!(line, "PDM" | "COR") && lines.peek().is_some_and(|next| is_identifier(next)) {
                marks.push(line);
            } else if is_identifier(line) {
                break line;
            } else if line.split_ascii_whitespace().all(|word| is_address(word) || is_priority(word)) {
                envelope.addresses.extend(line.split_ascii_whitespace().filter(|word| is_address(word)).map(str::to_owned));
            } else {
                return Err(TypeBError::UnknownType { found: found(line) });
            }
        };
        let mut lines: Vec<&str> = lines.collect();
        // What stands behind the end line is no part of the message.
        let end = lines.iter().position(|line| is_end(line, kind)).and_then(|at| lines.drain(at..).next());
        Ok(Self { envelope, kind, marks, lines, end })
    }
}

/// A baggage message may say what it changes in front of the line with its part.
const HEADING_LINES: usize = 2;

fn is_identifier(line: &str) -> bool {
    line.len() == 3 && line.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_address(word: &str) -> bool {
    word.len() == 7 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// Priority codes such as `QU` or `QD` in front of the addresses.
fn is_priority(word: &str) -> bool {
    word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The end line of this type of message or, by a slip of the sender, of another one: it is no line about a guest or a bag in either case.
fn is_end(line: &str, kind: &str) -> bool {
    let Some(what) = line.strip_prefix("END") else { return false };
    let is_part = what.strip_prefix("PART").is_some_and(|part| part.parse::<u16>().is_ok());
    what == kind || is_part || ENDED.contains(&what)
}

/// Types of message that end with a line of their own.
const ENDED: [&str; 15] = ["PNL", "ADL", "PFS", "PRL", "ETL", "PTM", "PSM", "BSM", "BPM", "BTM", "BUM", "BCM", "BRQ", "BNS", "BMM"];

/// The line that says which flight a passenger message is about: `UT103/28AUG DME PART1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlightLine {
    pub carrier: String,
    /// Digits as written, and a letter where there is one.
    pub number: String,
    pub date: DayMonth,
    /// The day and month as written.
    pub date_text: String,
    /// The airport of boarding, and in a transfer message, run on, the one of transfer.
    pub board: String,
    pub part: Option<u16>,
}

impl FromStr for FlightLine {
    type Err = TypeBError;

    fn from_str(line: &str) -> Result<Self, TypeBError> {
        let refused = || TypeBError::BadFlight { found: found(line) };
        let mut words = line.split_ascii_whitespace();
        let (flight, date_text) = words.next().and_then(|word| word.split_once('/')).ok_or_else(refused)?;
        let (carrier, number) = split_flight(flight).ok_or_else(refused)?;
        let board = words.next().ok_or_else(refused)?;
        if !matches!(board.len(), 3 | 6) || !board.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(refused());
        }
        let part =
            words.next().and_then(|word| word.strip_prefix("PART")).and_then(|part| part.parse().ok()).filter(|part| (1..=PARTS_MAX).contains(part));
        let date = date_text.parse().map_err(|_| TypeBError::BadFlightDate { found: found(date_text) })?;
        Ok(Self { carrier: carrier.to_owned(), number: number.to_owned(), date, date_text: date_text.to_owned(), board: board.to_owned(), part })
    }
}

impl fmt::Display for FlightLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}/{} {}", self.carrier, self.number, self.date_text, self.board)?;
        self.part.map_or(Ok(()), |part| write!(f, " PART{part}"))
    }
}

/// A flight's carrier and its number with suffix. Three letters are a carrier of three; else the carrier has two characters.
pub(super) fn split_flight(text: &str) -> Option<(&str, &str)> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (carrier, number) = text.split_at_checked(if letters >= 3 { 3 } else { 2 })?;
    let digits = number.strip_suffix(|c: char| c.is_ascii_uppercase()).unwrap_or(number);
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (fits && carrier.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())).then_some((carrier, number))
}

/// A line cut to what the network carries, where its kind has no way to go on.
pub(super) fn cut(line: &str) -> String {
    line.chars().take(LINE_MAX).collect::<String>().trim_end().to_owned()
}

/// Breaks an element into lines of at most [`LINE_MAX`] characters; each further line begins with `continued`. No line ends with a blank of any
/// kind, which the network would drop, unless there is nothing but blanks.
pub fn wrap(line: &str, continued: &str) -> Vec<String> {
    let room = LINE_MAX.saturating_sub(continued.chars().count()).max(2);
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut left = LINE_MAX;
    for c in line.chars() {
        if left == 0 {
            let kept = current.trim_end().len();
            let count = current[kept..].chars().count();
            let (blanks, count) = if count < room { (current.split_off(kept), count) } else { (String::new(), 0) };
            left = room - count;
            lines.push(std::mem::replace(&mut current, format!("{continued}{blanks}")));
        }
        current.push(c);
        left -= 1;
    }
    lines.push(current);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_no_year_has_is_refused() {
        assert_eq!("28AUG".parse::<DayMonth>().unwrap().to_string(), "28AUG");
        assert!("29FEB".parse::<DayMonth>().is_ok());
        for bad in ["31FEB", "00JAN", "32JAN", "AUG", "28AUGUST", "028AUG", "28aug", ""] {
            assert!(bad.parse::<DayMonth>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_year_is_the_one_that_brings_the_day_nearest() {
        let day: DayMonth = "01JAN".parse().unwrap();
        assert_eq!(day.nearest("2026-12-30".parse().unwrap()), Some("2027-01-01".parse().unwrap()));
    }

    #[test]
    fn a_possible_duplicate_and_a_correction_are_read_as_what_they_are() {
        let received = Received::cut("QU PVGKKCA\n.PEKRMCA 221200\nPDM\nMVT\nCA1501/22.B1234.PVG\nAD1200").unwrap();
        assert_eq!((received.kind, received.marks.as_slice()), ("MVT", &["PDM"][..]));
        assert_eq!(Received::cut("COR\nMVT\nCA1501/22.B1234.PVG").unwrap().marks, ["COR"]);
    }

    #[test]
    fn an_end_that_does_not_fit_is_told_and_never_taken_for_a_line_about_a_guest() {
        let flaw = |end: &str| {
            let text = format!("PNL\nCA1501/22NOV PVG PART2\n-PEK001Y\n1WANG/LIMS\n{end}");
            let received = Received::cut(&text).unwrap();
            assert_eq!(received.lines.last(), Some(&"1WANG/LIMS"), "{end}");
            received.end_flaw()
        };
        assert_eq!((flaw("ENDPNL"), flaw("ENDPART2"), flaw("")), (None, None, Some("end_missing")));
        assert_eq!((flaw("ENDADL"), flaw("ENDPART3")), (Some("end_of_another_type"), Some("end_of_another_part")));
    }

    #[test]
    fn long_lines_are_broken_and_nothing_is_lost() {
        let line = format!(".R/OTHS {}", "X".repeat(150));
        let lines = wrap(&line, ".RN/");
        assert!(lines.iter().all(|line| line.len() <= LINE_MAX));
        let joined: String = lines.iter().enumerate().map(|(at, line)| if at == 0 { line } else { &line[4..] }).collect();
        assert_eq!(joined, line);
    }
}
