//! Reads one boarding pass as it stands, column by column, without undoing anything.

use super::deviation::{Deviation, Reason};
use super::layout::{Block, Columns, LEGS_MAX, LegLayout, Pass, REPEATED, SecurityLayout, Span, UNIQUE, mandatory};

/// Reads a text as a boarding pass, exactly as it is.
///
/// # Errors
/// When the mandatory characters are not all there, a size that anchors the rest is no number, or no flight can be found by it.
pub fn read(text: &str) -> Result<Pass, Reason> {
    let columns = Columns::new(text);
    let length = columns.len();
    let leg_count = check_head(&columns, length)?;
    let mut reader = Reader { length, at: mandatory::HEAD, deviations: Vec::new(), version: None, unique: None };
    if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        reader.note(Deviation::NonPrintable);
    }
    reader.check_name(columns.slice(span_of(0, mandatory::NAME)));
    if !matches!(columns.slice(span_of(0, mandatory::ETICKET)), "E" | " ") {
        reader.note(Deviation::EticketIndicator);
    }
    let mut legs = [LegLayout::default(); LEGS_MAX];
    for (number, leg) in legs.iter_mut().take(leg_count).enumerate() {
        *leg = reader.leg(&columns, number)?;
    }
    let (security, trailing) = reader.tail(&columns);
    let Reader { deviations, version, unique, .. } = reader;
    if let Some(fatal) = deviations.iter().find(|deviation| deviation.is_fatal()) {
        return Err(Reason::Unusable(*fatal));
    }
    Ok(Pass { text: columns, leg_count, legs, version, unique, security, trailing, deviations, undone: Vec::new() })
}

/// The number of legs, once format and length allow for one.
fn check_head(columns: &Columns, length: usize) -> Result<usize, Reason> {
    if length == 0 {
        return Err(Reason::Empty);
    }
    if columns.slice(Span { at: 0, len: 1 }) != "M" {
        return Err(Reason::FormatCode);
    }
    if length < 2 {
        return Err(Reason::Truncated);
    }
    let leg_count = match columns.slice(Span { at: 1, len: 1 }) {
        "1" => 1,
        "2" => 2,
        "3" => 3,
        "4" => 4,
        _ => return Err(Reason::LegCount),
    };
    if length < mandatory::HEAD + mandatory::WIDTH { Err(Reason::Truncated) } else { Ok(leg_count) }
}

struct Reader {
    length: usize,
    /// The next column to read.
    at: usize,
    deviations: Vec<Deviation>,
    version: Option<Span>,
    unique: Option<Block>,
}

impl Reader {
    fn note(&mut self, deviation: Deviation) {
        if !self.deviations.contains(&deviation) {
            self.deviations.push(deviation);
        }
    }

    fn check_name(&mut self, name: &str) {
        if name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' ' || byte == b'/') && name.contains('/') {
            return;
        }
        let name = name.trim_end_matches(' ');
        if name.is_empty() {
            return self.note(Deviation::NameBlank);
        }
        if name.chars().any(char::is_lowercase) {
            self.note(Deviation::NameLowerCase);
        }
        if !name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '/' | '-' | '\'' | '.')) {
            self.note(Deviation::NameBadCharacter);
        }
        if !name.contains('/') {
            self.note(Deviation::NameWithoutSlash);
        }
    }

    /// One leg: its 37 mandatory columns, and its variable field.
    fn leg(&mut self, columns: &Columns, number: usize) -> Result<LegLayout, Reason> {
        let at = self.at;
        if self.length < at + mandatory::WIDTH {
            return Err(Reason::Truncated);
        }
        self.check_leg(columns, at);
        let size = hex(columns.slice(span_of(at, mandatory::VARIABLE_SIZE))).ok_or(Reason::VariableSizeNotHex)?;
        self.at = at + mandatory::WIDTH;
        if self.at + size > self.length {
            self.note(Deviation::VariablePastEnd);
        }
        let end = (self.at + size).min(self.length);
        let mut leg = LegLayout { at, repeated: None, private: None };
        if self.at < end {
            self.variable(columns, number, end, &mut leg)?;
        }
        self.at = end;
        Ok(leg)
    }

    fn check_leg(&mut self, columns: &Columns, at: usize) {
        let mut check = |place, fits: fn(&[u8]) -> bool, deviation| {
            if !fits(columns.slice(span_of(at, place)).as_bytes()) {
                self.note(deviation);
            }
        };
        check(mandatory::FROM, is_airport, Deviation::Airport);
        check(mandatory::TO, is_airport, Deviation::Airport);
        check(mandatory::CARRIER, is_carrier, Deviation::Carrier);
        check(mandatory::FLIGHT, is_number_and_letter, Deviation::FlightNumber);
        check(mandatory::JULIAN, |day| day.len() == 3 && day.iter().all(u8::is_ascii_digit), Deviation::JulianNotDigits);
        check(mandatory::JULIAN, |day| !day.iter().all(u8::is_ascii_digit) || is_day_of_year(day), Deviation::JulianOutOfRange);
        check(mandatory::CABIN, |cabin| cabin.iter().all(u8::is_ascii_uppercase), Deviation::Cabin);
        check(mandatory::SEAT, is_seat, Deviation::Seat);
        check(mandatory::SEQUENCE, |sequence| sequence == b"     " || is_number_and_letter(sequence), Deviation::Sequence);
        check(mandatory::STATUS, |status| matches!(status, [b'0'..=b'9' | b'A']), Deviation::Status);
    }

    /// The variable field of a leg, from `self.at` to `end`. The first leg's begins with the version and the unique block.
    fn variable(&mut self, columns: &Columns, number: usize, end: usize, leg: &mut LegLayout) -> Result<(), Reason> {
        if number == 0 {
            if columns.slice(Span { at: self.at, len: 1 }) != ">" {
                self.note(Deviation::VariableWithoutMarker);
                leg.private = Some(Span { at: self.at, len: end - self.at });
                return Ok(());
            }
            if !self.unique(columns, end) {
                leg.private = rest(self.at, end);
                return Ok(());
            }
        }
        if end - self.at < 2 {
            if self.at < end {
                self.note(Deviation::RepeatedPastVariable);
            }
            leg.private = rest(self.at, end);
            return Ok(());
        }
        let size = Span { at: self.at, len: 2 };
        let declared = hex(columns.slice(size)).ok_or(Reason::RepeatedSizeNotHex)?;
        let body = Span { at: self.at + 2, len: declared.min(end - self.at - 2) };
        if !is_boundary(&REPEATED, declared) {
            self.note(Deviation::RepeatedNotOnBoundary);
        }
        if body.len < declared {
            self.note(Deviation::RepeatedPastVariable);
        }
        let leg_number = u8::try_from(number).unwrap_or(u8::MAX);
        match ends_inside(&REPEATED, body.len) {
            Ends::OnBoundary => {}
            Ends::Inside(field) => self.note(Deviation::RepeatedEndsInside(leg_number, field)),
            Ends::Behind => self.note(Deviation::RepeatedTooLong(leg_number)),
        }
        leg.repeated = Some(Block { size, body });
        leg.private = rest(body.at + body.len, end);
        Ok(())
    }

    /// The begin marker, the version and the unique block; whether what follows can still be told apart.
    fn unique(&mut self, columns: &Columns, end: usize) -> bool {
        let marker = self.at;
        if end - marker < 4 {
            self.note(Deviation::UniquePastVariable);
            self.version = (end - marker > 1).then_some(Span { at: marker + 1, len: 1 });
            self.at = (marker + 2).min(end);
            return false;
        }
        self.version = Some(Span { at: marker + 1, len: 1 });
        let size = Span { at: marker + 2, len: 2 };
        let Some(declared) = hex(columns.slice(size)) else {
            self.note(Deviation::UniqueNotOnBoundary);
            self.at = marker + 2;
            return false;
        };
        let body = Span { at: marker + 4, len: declared.min(end - marker - 4) };
        if !is_boundary(&UNIQUE, declared) {
            self.note(Deviation::UniqueNotOnBoundary);
        }
        if body.len < declared {
            self.note(Deviation::UniquePastVariable);
        }
        if let Ends::Inside(field) = ends_inside(&UNIQUE, body.len) {
            self.note(Deviation::UniqueEndsInside(field));
        }
        let issued = columns.slice(Span { at: body.at + 3, len: 4 });
        if body.len >= 7 && issued != "    " && !is_issue_date(issued.as_bytes()) {
            self.note(Deviation::IssueDate);
        }
        self.unique = Some(Block { size, body });
        self.at = body.at + body.len;
        true
    }

    /// Behind the last leg: the security block, and what nobody declared.
    fn tail(&mut self, columns: &Columns) -> (Option<SecurityLayout>, Option<Span>) {
        let left = self.length - self.at;
        let marker = columns.slice(Span { at: self.at, len: 1 });
        if left == 0 {
            return (None, None);
        }
        if marker != "^" && !(marker == ">" && self.has_old_security(columns)) {
            self.note(Deviation::TrailingData);
            return (None, rest(self.at, self.length));
        }
        let kind = Span { at: self.at + 1, len: 1.min(left - 1) };
        let length = Span { at: kind.at + kind.len, len: 2.min(left - 1 - kind.len) };
        let data_at = length.at + length.len;
        let present = self.length - data_at;
        let Some(declared) = hex(columns.slice(length)) else {
            self.note(Deviation::SecurityLengthNotHex);
            return (Some(SecurityLayout { kind, length, data: Span { at: data_at, len: present } }), None);
        };
        if present < declared {
            self.note(Deviation::SecurityShort);
        }
        if present > declared {
            self.note(Deviation::DataAfterSecurity);
        }
        let data = Span { at: data_at, len: declared.min(present) };
        (Some(SecurityLayout { kind, length, data }), rest(data_at + data.len, self.length))
    }

    /// Versions 1 and 2 also began the security block with `>`; taken as such only when it fits to the last character.
    fn has_old_security(&self, columns: &Columns) -> bool {
        let old = self.version.is_some_and(|version| matches!(columns.slice(version), "1" | "2"));
        old && hex(columns.slice(Span { at: self.at + 2, len: 2 })).is_some_and(|declared| self.at + 4 + declared == self.length)
    }
}

fn span_of(at: usize, (offset, len): (usize, usize)) -> Span {
    Span { at: at + offset, len }
}

fn rest(at: usize, end: usize) -> Option<Span> {
    (at < end).then(|| Span { at, len: end - at })
}

/// Two hex digits.
pub(super) fn hex(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [high, low] => Some((char::from(*high).to_digit(16)? * 16 + char::from(*low).to_digit(16)?) as usize),
        _ => None,
    }
}

enum Ends {
    OnBoundary,
    Inside(&'static str),
    Behind,
}

/// Where a block of this length ends among its fields.
fn ends_inside(fields: &[(&'static str, usize)], length: usize) -> Ends {
    let mut boundary = 0;
    for (field, width) in fields {
        if boundary == length {
            return Ends::OnBoundary;
        }
        boundary += width;
        if length < boundary {
            return Ends::Inside(field);
        }
    }
    if boundary == length { Ends::OnBoundary } else { Ends::Behind }
}

fn is_boundary(fields: &[(&'static str, usize)], length: usize) -> bool {
    matches!(ends_inside(fields, length), Ends::OnBoundary)
}

fn is_airport(field: &[u8]) -> bool {
    field.len() == 3 && field.iter().all(u8::is_ascii_uppercase)
}

fn is_carrier(field: &[u8]) -> bool {
    let code = field.strip_suffix(b" ").unwrap_or(field);
    (2..=3).contains(&code.len()) && code.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// `NNNNa`: four digits, then a letter or a blank.
fn is_number_and_letter(field: &[u8]) -> bool {
    matches!(field, [digits @ .., last] if digits.len() == 4 && digits.iter().all(u8::is_ascii_digit) && (last.is_ascii_uppercase() || *last == b' '))
}

fn is_seat(field: &[u8]) -> bool {
    match field {
        b"    " | b"INF " => true,
        [row @ .., letter] => row.len() == 3 && row.iter().all(u8::is_ascii_digit) && letter.is_ascii_uppercase(),
        [] => false,
    }
}

fn is_day_of_year(field: &[u8]) -> bool {
    let day = field.iter().fold(0, |day, digit| day * 10 + u32::from(digit.wrapping_sub(b'0')));
    (1..=366).contains(&day)
}

/// A year's last digit and a day of the year; day 366 only where a year with that digit can be a leap year.
fn is_issue_date(field: &[u8]) -> bool {
    let fits = field.len() == 4 && field.iter().all(u8::is_ascii_digit) && is_day_of_year(&field[1..]);
    fits && (field[0].is_multiple_of(2) || !field.ends_with(b"366"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_on_day_366_of_a_year_that_is_never_a_leap_year_is_told() {
        let deviations = |issue: &str| {
            let pass = format!("M1DOE/JOHN            EABC123 YULFRAAC 0834 226F001A0025 111>60B1WW{issue}BAC 00");
            read(&pass).unwrap().deviations().to_vec()
        };
        assert_eq!((deviations("5366"), deviations("9366")), (vec![Deviation::IssueDate], vec![Deviation::IssueDate]));
        assert_eq!((deviations("6366"), deviations("0366"), deviations("    ")), (vec![], vec![], vec![]));
    }
}
