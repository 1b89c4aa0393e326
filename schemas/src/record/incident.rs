//! The file of a baggage incident beyond its first six fields: what its fields may hold, and what is still missing in it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::case::{Case, Incident};
use super::incident_fields::FIELDS;
use super::reader::Reader;
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::FlightNumber;
use crate::standards::locator::Locator;
use crate::standards::tracing::{BagLook, COLOURS, ELEMENTS};

/// As many bags as one file describes; a party with more has a second file.
pub const BAGS_MAX: u8 = 5;

/// A field of the file. Each is a field of the document of the same name, so what two desks write merges field by field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As the document and commands name it: `bag2.brand`.
    pub name: &'static str,
    /// The same without its bag: the key of its words on screens.
    pub word: &'static str,
    pub section: Section,
    /// Which bag it describes, from 1; 0 for the whole file.
    pub bag: u8,
    pub kind: Kind,
}

/// The parts of the form. Photos are kept elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    Guest,
    Flights,
    Bags,
    Contents,
    Delivery,
    Claim,
}

/// What a field may hold. All are kept as texts in one form each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line of at most so many characters.
    Line(usize),
    /// Several lines.
    Text(usize),
    /// `2026-11-22`.
    Date,
    /// A whole number from the first to the second.
    Count(u16, u16),
    Tag,
    Locator,
    Flight,
    /// `CA1501/22NOV LH721/23NOV`, at most eight.
    Flights,
    /// `PVG PEK FRA`, at most eight.
    Route,
    /// A colour code of the tracing chart.
    Colour,
    /// A type code of the tracing chart.
    Type,
    /// Up to three codes for what is on the bag: `HWX`.
    Elements,
    /// A language: `zh-CN`.
    Language,
    /// `120.50 CNY`.
    Money,
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// What the fields of a file hold, by name; a field that was never filled in, or was emptied, is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Details(BTreeMap<&'static str, Box<str>>);

/// A bag as a file describes it, for tracing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DescribedBag {
    /// From 1.
    pub number: u8,
    pub tag: Option<BagTag>,
    pub look: Option<BagLook>,
    pub brand: Option<Box<str>>,
    /// Things inside, in capitals, without those that say nothing; at most [`THINGS_MAX`].
    pub contents: Vec<String>,
}

/// As many things inside a bag as are compared.
pub const THINGS_MAX: usize = 24;

impl Section {
    pub const ALL: [Self; 6] = [Self::Guest, Self::Flights, Self::Bags, Self::Contents, Self::Delivery, Self::Claim];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Flights => "flights",
            Self::Bags => "bags",
            Self::Contents => "contents",
            Self::Delivery => "delivery",
            Self::Claim => "claim",
        }
    }
}

impl Field {
    pub fn of(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| field.name == name)
    }
}

impl Kind {
    /// The one form of what was typed; nothing where it is not of this kind. What is empty is for the caller to tell apart.
    pub fn read(self, typed: &str) -> Option<String> {
        let text = typed.trim();
        match self {
            Self::Line(max) => (text.chars().count() <= max && !text.contains(['\n', '\r'])).then(|| text.to_owned()),
            Self::Text(max) => (text.chars().count() <= max).then(|| text.replace("\r\n", "\n")),
            Self::Date => {
                text.parse::<NaiveDate>().ok().filter(|date| (2000..2200).contains(&chrono::Datelike::year(date))).map(|date| date.to_string())
            }
            Self::Count(from, to) => text.parse::<u16>().ok().filter(|count| (from..=to).contains(count)).map(|count| count.to_string()),
            Self::Tag => text.parse::<BagTag>().ok().map(|tag| tag.to_string()),
            Self::Locator => text.parse::<Locator>().ok().map(|locator| locator.to_string()),
            Self::Flight => text.to_ascii_uppercase().parse::<FlightNumber>().ok().map(|flight| flight.to_string()),
            Self::Flights => each(text, |word| {
                let (flight, day) = word.split_once('/').map_or((word, None), |(flight, day)| (flight, Some(day)));
                let flight = flight.parse::<FlightNumber>().ok()?;
                day.map_or_else(|| Some(flight.to_string()), |day| is_day(day).then(|| format!("{flight}/{day}")))
            }),
            Self::Route => each(text, |word| word.parse::<AirportCode>().ok().map(|code| code.to_string())),
            Self::Colour => Some(text.to_ascii_uppercase()).filter(|code| COLOURS.iter().any(|(known, _, _)| known == code)),
            Self::Type => format!("BK{text}").parse::<BagLook>().ok().filter(|look| look.kind() == text).map(|look| look.kind().to_owned()),
            Self::Elements => {
                let codes: BTreeSet<char> = text.to_ascii_uppercase().chars().filter(|code| !code.is_whitespace()).collect();
                let known = codes.iter().all(|code| ELEMENTS.iter().any(|(known, _, _)| known == code));
                (known && codes.len() <= 3).then(|| codes.into_iter().collect())
            }
            Self::Language => text.parse::<LanguageName>().ok().map(|name| name.0),
            Self::Money => money(text),
            Self::OneOf(choices) => choices.contains(&text).then(|| text.to_owned()),
        }
    }
}

impl Details {
    /// Reads what is there. A value of another form, of a newer version perhaps, is counted as unread.
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let mut details = BTreeMap::new();
        for field in FIELDS {
            let Some(text) = reader.words(field.name) else { continue };
            // What was written before there was a form is taken as it is.
            let value = if is_of_old(field.name) { Some(text) } else { field.kind.read(&text).map(Into::into).or_else(|| reader.miss()) };
            details.extend(value.map(|value| (field.name, value)));
        }
        Self(details)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|value| &**value)
    }

    pub fn date(&self, name: &str) -> Option<NaiveDate> {
        self.get(name)?.parse().ok()
    }

    /// Airports in order of travel.
    pub fn route(&self) -> Vec<&str> {
        self.get("route").unwrap_or_default().split(' ').filter(|code| !code.is_empty()).collect()
    }

    /// All that is filled in.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, &**value))
    }

    /// How many bags are described: 1 at least, for every file is about a bag.
    pub fn bags(&self) -> u8 {
        let filled = |field: &&Field| self.get(field.name).is_some();
        FIELDS.iter().filter(filled).map(|field| field.bag).max().unwrap_or(0).max(1)
    }

    /// The value of a field of one bag.
    pub fn of_bag(&self, bag: u8, word: &str) -> Option<&str> {
        let field = FIELDS.iter().find(|field| field.bag == bag && field.word == word)?;
        self.get(field.name)
    }

    /// Each bag that is described, for tracing.
    pub fn described(&self) -> Vec<DescribedBag> {
        (1..=self.bags()).map(|number| self.describe(number)).collect()
    }

    fn describe(&self, number: u8) -> DescribedBag {
        let of = |word| self.of_bag(number, word);
        let code = format!("{}{}{}", of("colour").unwrap_or_default(), of("type").unwrap_or_default(), of("elements").unwrap_or_default());
        let inside = FIELDS.iter().filter(|field| field.bag == number && field.section == Section::Contents).filter_map(|field| self.get(field.name));
        let things: BTreeSet<String> = inside
            .flat_map(|text| text.split([',', ';', '\n', '，', '；', '、']))
            .map(|thing| thing.trim().to_uppercase())
            .filter(|thing| thing.chars().count() > 1)
            .take(THINGS_MAX)
            .collect();
        DescribedBag {
            number,
            tag: of("tag").and_then(|tag| tag.parse().ok()),
            look: code.parse().ok(),
            brand: of("brand").map(Into::into),
            contents: things.into_iter().collect(),
        }
    }
}

impl Case {
    /// Whether a part of the form is asked for at all in a file of this kind.
    pub fn needs(&self, section: Section) -> bool {
        match self.incident {
            Some(Incident::Delayed) | None => true,
            Some(Incident::Damaged) => !matches!(section, Section::Contents | Section::Delivery),
            Some(Incident::Pilfered) => section != Section::Delivery,
            Some(Incident::Found) => !matches!(section, Section::Guest | Section::Delivery | Section::Claim),
        }
    }

    /// The fields of a part that a whole file has and this one has not, in the order of the form.
    pub fn missing(&self, section: Section) -> Vec<&'static Field> {
        if !self.needs(section) {
            return Vec::new();
        }
        let is_empty = |field: &&'static Field| self.details.get(field.name).is_none();
        let is_due = |field: &&'static Field| field.section == section && field.bag <= self.details.bags() && self.is_needed(field);
        let missing = FIELDS.iter().filter(is_due);
        // Of what is inside a bag any kind of thing will do.
        if section == Section::Contents {
            let inside = |bag: u8| FIELDS.iter().any(|field| field.section == section && field.bag == bag && !is_empty(&field));
            return missing.filter(|field| !inside(field.bag)).collect();
        }
        missing.filter(is_empty).collect()
    }

    /// Whether a file of this kind is not whole without the field.
    pub fn is_needed(&self, field: &Field) -> bool {
        let incident = self.incident.unwrap_or(Incident::Delayed);
        let is = |kinds: &[Incident]| kinds.contains(&incident);
        use Incident::{Damaged, Delayed, Found, Pilfered};
        match field.word {
            "name" | "contact" | "language" | "address" => is(&[Delayed, Damaged, Pilfered]),
            "flight" | "flight_date" => is(&[Delayed, Damaged, Pilfered]),
            "route" => is(&[Delayed]),
            "found_at" | "found_on" => is(&[Found]),
            "checked" | "received" => is(&[Delayed]),
            "colour" | "type" => true,
            "tag" => is(&[Delayed, Damaged, Pilfered]),
            "part" | "severity" => is(&[Damaged]),
            "in_clothing" => is(&[Delayed, Pilfered, Found]),
            "delivery" | "slot_date" | "customs" => is(&[Delayed]),
            "received_on" => is(&[Damaged, Pilfered]),
            "signed_by" => is(&[Delayed, Damaged, Pilfered]),
            _ => false,
        }
    }
}

/// The fields that the first version wrote without looking at their form.
fn is_of_old(name: &str) -> bool {
    ["name", "contact", "tag", "flight", "bag", "colour", "bag_type", "note"].contains(&name)
}

/// The name of a language: letters, then parts of letters and digits, `zh-CN`.
struct LanguageName(String);

impl std::str::FromStr for LanguageName {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('-');
        let is_first = parts.next().is_some_and(|first| (2..=3).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_lowercase()));
        let is_rest = parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if is_first && is_rest && text.len() <= 20 { Ok(Self(text.to_owned())) } else { Err(()) }
    }
}

/// As many legs as a journey has.
const LEGS_MAX: usize = 8;

/// The words of a list in capitals, each in its one form.
fn each(text: &str, read: impl Fn(&str) -> Option<String>) -> Option<String> {
    let text = text.to_ascii_uppercase();
    let words: Option<Vec<String>> = text.split([' ', ',']).filter(|word| !word.is_empty()).map(read).collect();
    words.filter(|words| words.len() <= LEGS_MAX).map(|words| words.join(" "))
}

/// `22NOV`.
fn is_day(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let Some((day, month)) = text.split_at_checked(2) else { return false };
    day.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day)) && MONTHS.contains(&month)
}

/// `120.5 cny` is `120.50 CNY`.
fn money(text: &str) -> Option<String> {
    let (amount, currency) = text.split_once(' ')?;
    let (whole, part) = amount.split_once(['.', ',']).unwrap_or((amount, ""));
    let digits = |text: &str, max: usize| text.len() <= max && text.bytes().all(|byte| byte.is_ascii_digit());
    let currency = currency.trim().to_ascii_uppercase();
    let is_currency = currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase());
    (!whole.is_empty() && digits(whole, 7) && digits(part, 2) && is_currency).then(|| format!("{whole}.{part:0<2} {currency}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_has_one_form() {
        let check = |kind: Kind, typed: &str, kept: Option<&str>| assert_eq!(kind.read(typed).as_deref(), kept, "{kind:?} {typed:?}");
        check(Kind::Date, " 2026-11-22 ", Some("2026-11-22"));
        check(Kind::Date, "22.11.2026", None);
        check(Kind::Count(1, 99), "07", Some("7"));
        check(Kind::Count(1, 99), "100", None);
        check(Kind::Flights, "ca1501/22nov, lh721", Some("CA1501/22NOV LH721"));
        check(Kind::Flights, "CA1501/22XXX", None);
        check(Kind::Route, "pvg pek", Some("PVG PEK"));
        check(Kind::Route, &"PVG ".repeat(9), None);
        check(Kind::Colour, "bk", Some("BK"));
        check(Kind::Colour, "ZZ", None);
        check(Kind::Type, "22", Some("22"));
        check(Kind::Type, "22W", None);
        check(Kind::Elements, "w h", Some("HW"));
        check(Kind::Elements, "HWQ", None);
        check(Kind::Money, "120,5 cny", Some("120.50 CNY"));
        check(Kind::Money, "a lot", None);
        check(Kind::Language, "zh-CN", Some("zh-CN"));
        check(Kind::Language, "chinese", None);
        check(Kind::OneOf(&["minor", "major"]), "major", Some("major"));
        check(Kind::Line(3), "abcd", None);
    }

    #[test]
    fn every_field_has_a_name_of_its_own_that_a_document_may_have() {
        let names: BTreeSet<&str> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(names.len(), FIELDS.len());
        assert!(names.iter().all(|name| name.len() <= 48 && name.starts_with(|first: char| first.is_ascii_lowercase())));
        for bag in 1..=BAGS_MAX {
            assert_eq!(FIELDS.iter().filter(|field| field.bag == bag).count(), FIELDS.iter().filter(|field| field.bag == 1).count());
        }
    }

    #[test]
    fn what_has_its_form_keeps_it() {
        for field in FIELDS {
            for typed in ["7", "BK", "22", "HW", "2026-11-22", "PVG PEK", "CA1501", "0999001000", "zh-CN", "1.50 CNY", "major", "K7P2QX", "a b"] {
                if let Some(kept) = field.kind.read(typed) {
                    assert_eq!(field.kind.read(&kept), Some(kept), "{} {typed}", field.name);
                }
            }
        }
    }
}
