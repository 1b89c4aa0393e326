//! The form of a baggage incident file: its parts and fields as a page shows them, and what a sent form changes.

use std::collections::BTreeMap;

use schemas::record::incident::{BAGS_MAX, Field, Kind, Section};
use schemas::record::incident_fields::FIELDS;
use schemas::record::{Case, DocRef};
use schemas::standards::tracing::{COLOURS, ELEMENTS, TYPES};
use schemas::station::Station;

use super::incident_words::{choice, code, full_label, label, value};
use super::page::FieldError;
use crate::lang::Say;

/// A part of the form.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// As in addresses: `bags`.
    pub id: &'static str,
    pub head: String,
    /// `Complete`, or `2 missing: colour, type`.
    pub mark: String,
    pub whole: bool,
    pub groups: Vec<Group>,
}

/// Fields that belong together: those of one bag.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// `Bag 2`; empty where the part has only one.
    pub head: String,
    pub inputs: Vec<Input>,
}

/// A field of the form.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Its name, and its id on the page.
    pub id: &'static str,
    pub label: String,
    /// What stands in it, and what stood there when the page was made.
    pub value: String,
    pub was: String,
    /// `line`, `text`, `date`, `number`, `select`, `types`, `checks`.
    pub control: &'static str,
    pub options: Vec<Choice>,
    pub needed: bool,
    pub hint: String,
    pub max: usize,
    /// What desks wrote differently, where they did.
    pub split: String,
}

/// One of the values that a field may have.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    pub value: String,
    pub words: String,
    pub chosen: bool,
    /// The picture of a bag's type.
    pub drawing: &'static str,
}

/// What a sent form says.
#[derive(Debug, Default)]
pub struct Sent {
    /// The fields that the person changed, with their texts.
    pub changed: BTreeMap<&'static str, String>,
    pub errors: Vec<FieldError>,
}

/// The parts of the form with what a case holds, and with what was typed into fields that could not be saved.
pub fn parts(say: &Say, case: &Case, bags: u8, typed: &BTreeMap<&'static str, String>) -> Vec<Part> {
    let bags = bags.max(case.details.bags()).min(BAGS_MAX);
    let needed = |section: &Section| case.needs(*section);
    Section::ALL.into_iter().filter(needed).map(|section| part(say, case, section, bags, typed)).collect()
}

impl Input {
    pub fn is(&self, control: &str) -> bool {
        self.control == control
    }

    /// The words of what is chosen.
    pub fn chosen(&self) -> String {
        self.options.iter().find(|option| option.chosen).map(|option| option.words.clone()).unwrap_or_default()
    }
}

/// Reads a sent form. Only what differs from what the page showed counts as changed; where another desk changed the same field meanwhile, the person is asked.
pub fn read(say: &Say, station: &Station, case: DocRef, fields: &[(String, String)]) -> Option<Sent> {
    let known = station.case(case.0)?;
    let mut sent = Sent::default();
    for field in FIELDS {
        let was_name = format!("was.{}", field.name);
        let of = |name: &str| fields.iter().filter(move |(sent, _)| sent == name).map(|(_, text)| text.trim()).collect::<Vec<_>>();
        let (given, was) = (of(field.name), of(&was_name).concat());
        if given.is_empty() && was.is_empty() {
            continue;
        }
        let text = if field.kind == Kind::Elements { given.concat() } else { given.first().copied().unwrap_or_default().to_owned() };
        if same(field, &text, &was) {
            continue;
        }
        let now = known.details.get(field.name).unwrap_or_default();
        if !text.is_empty() && field.kind.read(&text).is_none() {
            let words = say.t("incident-not-read").arg("field", label(say, field)).arg("typed", text.chars().take(40).collect::<String>());
            sent.errors.push(FieldError { field: field.name, words: words.to_string() });
        } else if !same(field, now, &was) && !same(field, now, &text) {
            let shown = if now.is_empty() { say.t("none").to_string() } else { value(say, field, now) };
            let words = say.t("incident-changed-meanwhile").arg("field", label(say, field)).arg("value", shown);
            sent.errors.push(FieldError { field: field.name, words: words.to_string() });
        }
        sent.changed.insert(field.name, text);
    }
    Some(sent)
}

/// Whether two texts are the same to the field.
fn same(field: &Field, one: &str, other: &str) -> bool {
    let form = |text: &str| if text.is_empty() { Some(String::new()) } else { field.kind.read(text) };
    one == other || form(one).is_some_and(|read| form(other) == Some(read))
}

fn part(say: &Say, case: &Case, section: Section, bags: u8, typed: &BTreeMap<&'static str, String>) -> Part {
    let missing = case.missing(section);
    let name = |field: &&'static Field| match section {
        // Any kind of thing will do.
        Section::Contents => say.t("incident-inside").arg("bag", field.bag).to_string(),
        _ => full_label(say, field, bags),
    };
    let names: Vec<String> = missing.iter().map(name).collect();
    let is_shown = |field: &&Field| match field.word {
        "found_at" | "found_on" => case.incident == Some(schemas::record::case::Incident::Found),
        "part" | "severity" => {
            use schemas::record::case::Incident::{Damaged, Pilfered};
            matches!(case.incident, Some(Damaged | Pilfered))
        }
        _ => true,
    };
    let group = |bag: u8| {
        let of_bag = FIELDS.iter().filter(|field| field.section == section && field.bag == bag).filter(is_shown);
        let inputs: Vec<Input> = of_bag.map(|field| input(say, case, field, typed)).collect();
        let head = if bag == 0 { String::new() } else { say.t("incident-bag").arg("bag", bag).to_string() };
        (!inputs.is_empty()).then_some(Group { head, inputs })
    };
    Part {
        id: section.as_str(),
        head: say.t(&format!("incident-part-{}", section.as_str())).to_string(),
        mark: match names.len() {
            0 => say.t("incident-whole").to_string(),
            count => say.t("incident-missing").arg("count", count).arg("fields", say.list(&names)).to_string(),
        },
        whole: missing.is_empty(),
        groups: (0..=bags).filter_map(group).collect(),
    }
}

fn input(say: &Say, case: &Case, field: &'static Field, typed: &BTreeMap<&'static str, String>) -> Input {
    let was = case.details.get(field.name).unwrap_or_default();
    let text = typed.get(field.name).map_or(was, String::as_str);
    let (control, max) = match field.kind {
        Kind::Line(max) => ("line", max),
        Kind::Text(max) => ("text", max),
        Kind::Date => ("date", 10),
        Kind::Count(..) => ("number", 2),
        Kind::Tag => ("line", 10),
        Kind::Locator => ("line", 8),
        Kind::Flight => ("line", 8),
        Kind::Flights => ("line", 120),
        Kind::Route => ("line", 40),
        Kind::Language => ("line", 20),
        Kind::Money => ("line", 16),
        Kind::Colour | Kind::OneOf(_) => ("select", 0),
        Kind::Type => ("types", 0),
        Kind::Elements => ("checks", 0),
    };
    let split = case.splits.iter().find(|split| split.field == field.name);
    let written = |scalar: &schemas::flat::Scalar| match scalar {
        schemas::flat::Scalar::Str(text) => value(say, field, text),
        _ => say.t("none").to_string(),
    };
    let hint = hint(field).map(|key| say.t(key).to_string()).unwrap_or_default();
    Input {
        id: field.name,
        label: label(say, field),
        value: text.to_owned(),
        was: was.to_owned(),
        control,
        options: options(say, field, text),
        needed: field.section != Section::Contents && case.is_needed(field),
        hint,
        max,
        split: split
            .map(|split| say.t("incident-written").arg("values", split.values.iter().map(written).collect::<Vec<_>>()).to_string())
            .unwrap_or_default(),
    }
}

fn hint(field: &Field) -> Option<&'static str> {
    Some(match field.kind {
        Kind::Flights => "incident-hint-flights",
        Kind::Route => "incident-hint-route",
        Kind::Language => "incident-hint-language",
        Kind::Money => "incident-hint-money",
        Kind::Elements => "incident-hint-elements",
        _ => return None,
    })
}

fn options(say: &Say, field: &Field, text: &str) -> Vec<Choice> {
    let one = |value: &str, words: String, chosen: bool| Choice { value: value.to_owned(), words, chosen, drawing: "" };
    let mut options: Vec<Choice> = match field.kind {
        Kind::Colour => COLOURS.iter().map(|(known, _, _)| one(known, code(say, "look-colour", known, true), *known == text)).collect(),
        Kind::Type => {
            let drawn = |known: &str| Choice { drawing: drawing(known), ..one(known, code(say, "look-type", known, true), known == text) };
            TYPES.iter().map(|(known, _, _)| drawn(known)).collect()
        }
        Kind::Elements => {
            let letter = |known: char| one(&known.to_string(), code(say, "look-element", &known.to_string(), true), text.contains(known));
            return ELEMENTS.iter().map(|(known, _, _)| letter(*known)).collect();
        }
        Kind::OneOf(choices) => choices.iter().map(|known| one(known, choice(say, field, known), *known == text)).collect(),
        _ => return Vec::new(),
    };
    // What an older report says in its own words stays until somebody chooses.
    if !text.is_empty() && !options.iter().any(|option| option.chosen) {
        options.insert(0, one(text, text.to_owned(), true));
    }
    options
}

/// The picture of a type of bag: drawn by us, one for those that look alike.
pub fn drawing(kind: &str) -> &'static str {
    match kind {
        "01" => "hard-lying",
        "02" => "hard-upright",
        "03" | "05" | "23" => "soft-lying",
        "06" | "07" => "briefcase",
        "08" | "25" => "duffel",
        "09" | "28" => "sack",
        "10" | "12" => "box",
        "20" => "garment",
        "22" | "27" => "soft-upright",
        "26" => "laptop",
        "29" => "backpack",
        "50" => "hatbox",
        "59" => "kennel",
        "60" | "61" => "long",
        "62" => "golf",
        "63" => "bicycle",
        "64" => "roll",
        "65" | "66" => "board",
        "71" => "seat",
        "72" => "stroller",
        "85" => "music",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_drawing_on_the_sheet() {
        let sheet = include_str!("../../templates/bag_drawings.html");
        for (kind, _, _) in TYPES {
            assert!(sheet.contains(&format!("id=\"bag-{}\"", drawing(kind))), "{kind}");
        }
    }
}
