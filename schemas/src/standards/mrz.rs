//! The machine-readable zone of passports, visas and identity cards (ICAO Doc 9303, parts 3 to 7).

use std::fmt;

use chrono::{Datelike, NaiveDate};

/// What a machine-readable zone says, with its check digits proven. The document's number is not kept: only its last characters are, so that two documents
/// of one guest can be told apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Mrz {
    form: Form,
    kind: String,
    issuer: String,
    nationality: String,
    surname: String,
    given: String,
    ending: String,
    birth: Option<NaiveDate>,
    expires: Option<NaiveDate>,
}

/// The five forms of a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A passport: two lines of 44.
    Passport,
    /// A card as large as a bank card: three lines of 30.
    Card,
    /// A larger card: two lines of 36.
    LargeCard,
    /// A visa as large as a page of a passport: two lines of 44.
    Visa,
    /// A smaller visa: two lines of 36.
    SmallVisa,
}

/// The text is no machine-readable zone, or was read wrongly. Holds nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MrzError {
    #[error("This is not the machine-readable zone of a travel document. Give all its lines, two of 44 or 36 characters or three of 30.")]
    NotAZone,
    #[error("Line {line} holds a character that a machine-readable zone does not have. Read it again.")]
    Letter { line: usize },
    #[error("The check digit of the {what} does not fit. Read the document again.")]
    CheckDigit { what: Part },
}

/// A part of a zone with a check digit of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Number,
    Birth,
    Expiry,
    Personal,
    Whole,
}

impl Mrz {
    /// Reads a zone as a scanner or a person gives it: the lines one after the other, divided or not. `today` decides the century of a date of birth.
    ///
    /// # Errors
    /// Where the form is unknown or a check digit does not fit.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, MrzError> {
        if text.len() > TEXT_MAX {
            return Err(MrzError::NotAZone);
        }
        let plain: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).map(|c| c.to_ascii_uppercase()).collect();
        let (form, width) = Form::of(&plain).ok_or(MrzError::NotAZone)?;
        let is_good = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase() || *byte == FILLER;
        if let Some(at) = plain.bytes().position(|byte| !is_good(&byte)) {
            return Err(MrzError::Letter { line: at / width + 1 });
        }
        let lines: Vec<&str> = (0..plain.len() / width).map(|line| slice(&plain, line * width..(line + 1) * width)).collect();
        match (form, lines.as_slice()) {
            (Form::Card, [first, second, third]) => card(first, second, third, today),
            (form, [first, second]) => two_lines(form, first, second, today),
            _ => Err(MrzError::NotAZone),
        }
    }

    /// Whether a scan is a zone or a line of one, be it well read or not: long, without blanks, of the letters that zones have, and with fillers or as long as
    /// a passport's line. Such a text may hold a number, and belongs into no address.
    pub fn is_likely(text: &str) -> bool {
        let plain: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).take(TEXT_MAX + 1).collect();
        let is_zone_letter = |c: &char| c.is_ascii_alphanumeric() || *c == '<';
        let is_zone = plain.iter().all(is_zone_letter) && plain.len() >= LIKELY_MIN && plain.contains(&'<');
        // A reader that is set to another keyboard sends other characters in place of the fillers.
        is_zone || (!text.trim().contains(' ') && matches!(plain.len(), 30 | 36 | PASSPORT_LINE | 60 | 72 | 88 | 90))
    }

    /// Whether more lines may follow: a scanner may send each as a scan of its own.
    pub fn is_part(text: &str) -> bool {
        let length = text.chars().filter(|c| !c.is_whitespace()).count();
        matches!(length, 30 | 36 | PASSPORT_LINE | 60)
    }

    pub fn form(&self) -> Form {
        self.form
    }

    /// The document's code: `P`, `PD`, `V`, `ID`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Who issued it, as ICAO writes states and organisations: `CHN`, `D`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    pub fn nationality(&self) -> &str {
        &self.nationality
    }

    /// `ERIKSSON/ANNA MARIA`: as lists name a guest, without a title. Long names are cut in the zone.
    pub fn name(&self) -> String {
        if self.given.is_empty() { self.surname.clone() } else { format!("{}/{}", self.surname, self.given) }
    }

    /// The last three characters of the number.
    pub fn ending(&self) -> &str {
        &self.ending
    }

    /// Nothing where the document leaves day or month out.
    pub fn birth(&self) -> Option<NaiveDate> {
        self.birth
    }

    pub fn expires(&self) -> Option<NaiveDate> {
        self.expires
    }
}

impl fmt::Debug for Mrz {
    /// Without what is personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mrz({:?} {} {})", self.form, self.kind, self.issuer)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "number",
            Self::Birth => "date of birth",
            Self::Expiry => "date of expiry",
            Self::Personal => "personal number",
            Self::Whole => "whole zone",
        })
    }
}

impl Form {
    /// The form of a text by its length and first letter, and how long its lines are.
    fn of(plain: &str) -> Option<(Self, usize)> {
        let first = plain.bytes().next()?;
        match (plain.len(), first) {
            (88, b'P') => Some((Self::Passport, 44)),
            (88, b'V') => Some((Self::Visa, 44)),
            (72, b'V') => Some((Self::SmallVisa, 36)),
            // Some passports are as large as a card, and their code says so.
            (72, b'I' | b'A' | b'C' | b'P') => Some((Self::LargeCard, 36)),
            (90, b'I' | b'A' | b'C' | b'P') => Some((Self::Card, 30)),
            _ => None,
        }
    }
}

fn two_lines(form: Form, first: &str, second: &str, today: NaiveDate) -> Result<Mrz, MrzError> {
    let optional = match form {
        Form::Passport => slice(second, 28..42),
        Form::LargeCard => slice(second, 28..35),
        Form::Visa | Form::SmallVisa | Form::Card => "",
    };
    let number = number(slice(second, 0..9), slice(second, 9..10), optional)?;
    proven(slice(second, 13..19), slice(second, 19..20), Part::Birth)?;
    proven(slice(second, 21..27), slice(second, 27..28), Part::Expiry)?;
    if form == Form::Passport {
        proven(optional, slice(second, 42..43), Part::Personal)?;
    }
    let whole = match form {
        Form::Passport => Some((slice(second, 21..43), slice(second, 43..44))),
        Form::LargeCard => Some((slice(second, 21..35), slice(second, 35..36))),
        Form::Visa | Form::SmallVisa | Form::Card => None,
    };
    if let Some((rest, digit)) = whole {
        proven(&[slice(second, 0..10), slice(second, 13..20), rest].concat(), digit, Part::Whole)?;
    }
    let (surname, given) = names(slice(first, 5..first.len()));
    Ok(Mrz {
        form,
        kind: letters(slice(first, 0..2)),
        issuer: letters(slice(first, 2..5)),
        nationality: letters(slice(second, 10..13)),
        surname,
        given,
        ending: ending(&number),
        birth: birth(slice(second, 13..19), today),
        expires: expiry(slice(second, 21..27), today),
    })
}

fn card(first: &str, second: &str, third: &str, today: NaiveDate) -> Result<Mrz, MrzError> {
    let number = number(slice(first, 5..14), slice(first, 14..15), slice(first, 15..30))?;
    proven(slice(second, 0..6), slice(second, 6..7), Part::Birth)?;
    proven(slice(second, 8..14), slice(second, 14..15), Part::Expiry)?;
    let whole = [slice(first, 5..30), slice(second, 0..7), slice(second, 8..15), slice(second, 18..29)].concat();
    proven(&whole, slice(second, 29..30), Part::Whole)?;
    let (surname, given) = names(third);
    Ok(Mrz {
        form: Form::Card,
        kind: letters(slice(first, 0..2)),
        issuer: letters(slice(first, 2..5)),
        nationality: letters(slice(second, 15..18)),
        surname,
        given,
        ending: ending(&number),
        birth: birth(slice(second, 0..6), today),
        expires: expiry(slice(second, 8..14), today),
    })
}

/// A number of more than nine characters has a filler in the place of its check digit and goes on in the optional field, its check digit behind it.
fn number(field: &str, digit: &str, optional: &str) -> Result<String, MrzError> {
    if digit != "<" || optional.is_empty() {
        proven(field, digit, Part::Number)?;
        return Ok(trimmed(field));
    }
    let rest = optional.split('<').next().unwrap_or_default();
    if rest.is_empty() {
        return Err(MrzError::CheckDigit { what: Part::Number });
    }
    let number = [field, slice(rest, 0..rest.len() - 1)].concat();
    proven(&number, slice(rest, rest.len() - 1..rest.len()), Part::Number)?;
    Ok(trimmed(&number))
}

/// The check digit of Doc 9303-3: values with the weights 7, 3, 1, to the last digit. An empty optional field may have a filler for it.
fn proven(field: &str, digit: &str, what: Part) -> Result<(), MrzError> {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A'..=b'Z' => u32::from(byte - b'A') + 10,
        _ => 0,
    };
    let sum: u32 = field.bytes().zip([7, 3, 1].iter().cycle()).map(|(byte, weight)| value(byte) * weight).sum();
    let is_blank = digit == "<" && what == Part::Personal && field.bytes().all(|byte| byte == FILLER);
    if is_blank || digit.parse() == Ok(sum % 10) { Ok(()) } else { Err(MrzError::CheckDigit { what }) }
}

/// Surname and given names; a name without a division is all surname.
fn names(field: &str) -> (String, String) {
    let (surname, given) = field.split_once("<<").unwrap_or((field, ""));
    let words = |text: &str| text.split('<').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (words(surname), words(given))
}

fn ending(number: &str) -> String {
    slice(number, number.len().saturating_sub(ENDING)..number.len()).to_owned()
}

fn letters(field: &str) -> String {
    field.chars().filter(char::is_ascii_uppercase).collect()
}

fn trimmed(field: &str) -> String {
    field.chars().filter(|c| *c != '<').collect()
}

/// Nobody is born after today.
fn birth(field: &str, today: NaiveDate) -> Option<NaiveDate> {
    let this = date(field, 2000)?;
    if this > today { date(field, 1900) } else { Some(this) }
}

/// Within fifty years of today.
fn expiry(field: &str, today: NaiveDate) -> Option<NaiveDate> {
    let century = today.year().div_euclid(100) * 100;
    [century - 100, century, century + 100]
        .into_iter()
        .filter_map(|century| date(field, century))
        .min_by_key(|date| (date.year() - today.year()).abs())
}

fn date(field: &str, century: i32) -> Option<NaiveDate> {
    let number = |range| slice(field, range).parse::<u32>().ok();
    let year = i32::try_from(number(0..2)?).ok()?;
    NaiveDate::from_ymd_opt(century + year, number(2..4)?, number(4..6)?)
}

/// All that is sliced is ASCII of a known length.
fn slice(text: &str, range: std::ops::Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

const FILLER: u8 = b'<';

/// As much of a number as is shown.
const ENDING: usize = 3;

/// Three lines of 30 with whatever divides them.
const TEXT_MAX: usize = 120;

/// One line of the shortest form, and a character or two that were not read.
const LIKELY_MIN: usize = 28;

/// As long as a line of a passport.
const PASSPORT_LINE: usize = 44;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The specimens of Doc 9303, of the state of Utopia.
    const PASSPORT: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const CARD: &str = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";
    const LARGE: &str = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
    const VISA: &str = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<";

    fn today() -> NaiveDate {
        "2012-01-10".parse().unwrap()
    }

    fn read(text: &str) -> Result<Mrz, MrzError> {
        Mrz::parse(text, today())
    }

    #[test]
    fn the_specimens_of_the_standard_are_read() {
        for (text, form, ending) in
            [(PASSPORT, Form::Passport, "2C3"), (CARD, Form::Card, "890"), (LARGE, Form::LargeCard, "890"), (VISA, Form::Visa, "01C")]
        {
            let mrz = read(text).unwrap_or_else(|error| panic!("{form:?}: {error}"));
            assert_eq!((mrz.form(), mrz.issuer(), mrz.name().as_str(), mrz.ending()), (form, "UTO", "ERIKSSON/ANNA MARIA", ending));
        }
        let mrz = read(PASSPORT).unwrap();
        let dates = (mrz.birth().unwrap().to_string(), mrz.expires().unwrap().to_string());
        assert_eq!((dates.0.as_str(), dates.1.as_str(), mrz.kind(), mrz.nationality()), ("1974-08-12", "2012-04-15", "P", "UTO"));
    }

    #[test]
    fn a_scanner_may_leave_the_lines_undivided_and_the_letters_small() {
        let plain = PASSPORT.replace('\n', "");
        assert_eq!(read(&plain), read(PASSPORT));
        assert_eq!(read(&plain.to_lowercase()), read(PASSPORT));
        assert_eq!(read(&PASSPORT.replace('\n', "\r\n")), read(PASSPORT));
        assert!(Mrz::is_likely(&plain) && Mrz::is_likely(PASSPORT.lines().next().unwrap()) && !Mrz::is_likely("ERIKSSON"));
        for line in [PASSPORT, CARD, LARGE, VISA].iter().flat_map(|text| text.lines()) {
            assert!(Mrz::is_likely(line) && Mrz::is_part(line), "{line}");
        }
        assert!(!Mrz::is_part(PASSPORT) && !Mrz::is_part(CARD));
        assert!(!Mrz::is_likely("M1LI/NA               EB4C5D6  PVGPEKCA 1501 326Y014C0042 100"), "a boarding pass");
    }

    #[test]
    fn a_wrong_check_digit_says_of_what() {
        let check = |from: &str, to: &str, what| {
            let text = PASSPORT.replacen(from, to, 1);
            assert_ne!(text, PASSPORT);
            assert_eq!(read(&text), Err(MrzError::CheckDigit { what }), "{text}");
        };
        check("L898902C3", "L898903C3", Part::Number);
        check("7408122", "7408132", Part::Birth);
        check("1204159", "1204169", Part::Expiry);
        check("ZE184226B<<<<<10", "ZE184226C<<<<<10", Part::Personal);
        check("<<<<<10", "<<<<<11", Part::Whole);
        assert_eq!(read(&PASSPORT.replacen('E', "?", 1)), Err(MrzError::Letter { line: 1 }));
        for bad in ["", "P<UTO", "ERIKSSON", &"P".repeat(89), &"X".repeat(88), &"<".repeat(500)] {
            assert_eq!(read(bad), Err(MrzError::NotAZone), "{bad}");
        }
    }

    #[test]
    fn a_long_number_goes_on_in_the_optional_field() {
        let text = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<";
        assert_eq!(read(text).map(|mrz| (mrz.ending().to_owned(), mrz.name())), Ok(("734".to_owned(), "STEVENSON/PETER JOHN".to_owned())));
        assert_eq!(super::number("D23145890", "<", "<<<<<<<<<<<<<<<"), Err(MrzError::CheckDigit { what: Part::Number }));
    }

    #[test]
    fn nothing_of_a_number_is_shown_where_a_zone_is_written_out() {
        let written = format!("{:?}", read(PASSPORT).unwrap());
        assert!(!written.contains("L898902C") && !written.contains("ERIKSSON"), "{written}");
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,130}|[A-Z0-9<]{72}|[PVI][A-Z0-9<]{87}|[IAC][A-Z0-9<]{89}") {
            let _ = Mrz::parse(&text, today());
            let _ = Mrz::is_likely(&text);
        }

        #[test]
        fn one_wrong_digit_of_a_date_is_always_found(at in 13_usize..19, by in 1_u8..10) {
            let mut text = PASSPORT.replace('\n', "").into_bytes();
            let digit = text[44 + at] - b'0';
            text[44 + at] = b'0' + (digit + by) % 10;
            prop_assert!(read(&String::from_utf8(text).unwrap()).is_err());
        }
    }
}
