//! The file of a baggage incident: changing its fields, and what the records know of it already.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::cases::{CaseRow, Report};
use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::{DocId, Scalar};
use crate::record::case::Incident;
use crate::record::fact::What;
use crate::record::incident::{Field, Section};
use crate::record::{Booking, Case, DocRef, FlightKey};
use crate::said::said;
use crate::standards::tracing::BagLook;

/// A file with all that it holds, for screens and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentFile {
    #[serde(flatten)]
    pub row: CaseRow,
    /// The fields that are filled in, by name.
    pub fields: BTreeMap<&'static str, String>,
    pub sections: Vec<SectionState>,
    /// Fields that desks wrote differently while they did not see each other, with all their values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub split: BTreeMap<&'static str, Vec<String>>,
    /// The reports that it was found not to go with.
    pub rejected: Vec<DocRef>,
}

/// How far a part of the form is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionState {
    pub section: Section,
    /// Whether a file of this kind has the part at all.
    pub needed: bool,
    /// The fields that it still lacks.
    pub missing: Vec<&'static str>,
}

/// Checks names, forms and lengths of the fields to set, without looking at the file.
pub(crate) fn check(set: &BTreeMap<String, String>) -> Result<(), Refusal> {
    if set.is_empty() {
        return Err(Refusal::new("no-field-given", "No field was given.", "Give at least one field with its text.", 422));
    }
    for (name, text) in set {
        let shown: String = name.chars().take(48).collect();
        let Some(field) = Field::of(name) else {
            let words = said!("", "\"{field}\" is no field of a report.", field = shown);
            return Err(Refusal::new("field-not-known", words, "Look at the description of the API for the names of the fields.", 422));
        };
        if !text.trim().is_empty() && field.kind.read(text).is_none() {
            let typed: String = text.chars().take(40).collect();
            let words = said!("", "\"{typed}\" does not fit the field {field}.", typed = typed, field = shown);
            return Err(Refusal::new("field-not-read", words, "Correct it, or leave it empty.", 422));
        }
    }
    Ok(())
}

impl Station {
    /// A file as it is now.
    pub fn incident(&self, id: DocId) -> Option<IncidentFile> {
        let (_, case) = self.cases.get(&id)?;
        let text = |value: &Scalar| match value {
            Scalar::Str(text) => text.clone(),
            _ => String::new(),
        };
        Some(IncidentFile {
            row: self.case_of(id)?,
            fields: case.details.iter().map(|(name, value)| (name, value.to_owned())).collect(),
            sections: sections(case),
            split: case.splits.iter().map(|split| (split.field, split.values.iter().map(text).collect())).collect(),
            rejected: case.tracing.rejected.clone(),
        })
    }

    /// The report with this reference, as it stands on the guest's paper.
    pub fn case_by_reference(&self, reference: &str) -> Option<DocRef> {
        let typed = Some(reference.trim()).filter(|typed| !typed.is_empty())?;
        self.cases.values().find(|(_, case)| case.reference.eq_ignore_ascii_case(typed)).map(|(_, case)| DocRef(case.id))
    }

    pub(super) fn amend_incident(&self, case: DocRef, set: &BTreeMap<String, String>, context: &Context) -> Result<Decision, Refusal> {
        let (scope, known) = self.cases.get(&case.0).ok_or_else(case_not_known)?;
        if known.incident != Some(Incident::Found) && set.get("name").is_some_and(|name| name.trim().is_empty()) {
            return Err(Refusal::new("text-missing", said!("", "The {field} is empty.", field = "name"), "Give the name.", 422));
        }
        let is_split = |field: &str| known.splits.iter().any(|split| split.field == field);
        let mut changed = Vec::new();
        for (name, text) in set {
            let Some(field) = Field::of(name) else { continue };
            let value = if text.trim().is_empty() { None } else { field.kind.read(text) };
            if known.details.get(field.name) != value.as_deref() || is_split(field.name) {
                changed.push((field.name, value));
            }
        }
        let reference = &*known.reference;
        let count = changed.len();
        let message = match count {
            0 => format!("Nothing is changed in report {reference}."),
            _ => format!("{} changed in report {reference}.", words::count(count, "field is", "fields are")),
        };
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "case": case, "reference": reference, "count": count });
        let mut draft = Draft::new(context);
        if !changed.is_empty() {
            let mut part = draft.edit(scope, case.0);
            let fields = changed.iter().map(|(name, _)| (*name).into()).collect();
            for (name, value) in changed {
                part = part.set(name, value.map_or(Scalar::Null, Scalar::Str));
            }
            part.fact(What::Amended { fields }, Vec::new());
        }
        Ok(draft.decision(answer, format!("amended {reference}")))
    }

    /// What the records hold of the guest and the bags of a new report, so that nobody is asked for it: fields by name. What was said goes before.
    pub(super) fn prefill(&self, report: &Report<'_>, context: &Context) -> BTreeMap<&'static str, String> {
        let mut fields: BTreeMap<&'static str, String> = BTreeMap::new();
        let is_typed = |key: &FlightKey| report.flight.is_none_or(|typed| typed == key.flight());
        let bag = report.tag.and_then(|tag| self.bags_with(tag).max_by_key(|bag| (is_typed(&bag.flight), bag.flight.date(), bag.id)));
        let owner = bag.and_then(|bag| bag.owner).map(DocRef);
        let guest = report.booking.or(owner).and_then(|booking| self.booking(booking.0));
        let found = report.incident == Incident::Found;
        if let Some(code) = report.bag.description.split_whitespace().next().and_then(|word| word.parse::<BagLook>().ok()) {
            fields.insert("colour", code.colour().to_owned());
            fields.insert("bag_type", code.kind().to_owned());
            let elements: String = code.features().into_iter().collect();
            fields.extend((!elements.is_empty()).then_some(("bag1.elements", elements)));
        }
        // Day and route are of the flight that is known; where a person typed another one, they are not its.
        if let Some(key) = guest.map(|guest| guest.flight).or(bag.map(|bag| bag.flight)).filter(is_typed) {
            fields.insert("flight", key.flight().to_string());
            fields.insert("flight_date", key.date().to_string());
            let to = guest.and_then(|guest| guest.listing.destination).or(bag.and_then(|bag| bag.destination));
            fields.extend(to.map(|to| ("route", format!("{} {to}", key.station()))));
        }
        if let Some(guest) = guest {
            fields.insert("name", guest.name().to_owned());
            fields.extend(guest.locator().map(|locator| ("locator", locator.to_string())));
            if !found {
                self.prefill_bags(guest, report, &mut fields);
            }
        }
        fields.extend(bag.and_then(|bag| bag.kg).map(|kg| ("bag1.kg", kg.to_string())));
        if found {
            fields.insert("found_on", context.today.to_string());
        }
        fields.retain(|name, text| Field::of(name).is_some_and(|field| field.kind.read(text).is_some()));
        fields
    }

    /// The guest's other bags stand behind the one that was named.
    fn prefill_bags(&self, guest: &Booking, report: &Report<'_>, fields: &mut BTreeMap<&'static str, String>) {
        let bags = self.bags_of_guest(guest.id);
        if bags.is_empty() {
            return;
        }
        fields.insert("checked", bags.len().to_string());
        if report.tag.is_none()
            && let [only] = bags.as_slice()
        {
            fields.insert("tag", only.tag.to_string());
        }
    }
}

/// How far each part is filled in.
pub(super) fn sections(case: &Case) -> Vec<SectionState> {
    let state =
        |section| SectionState { section, needed: case.needs(section), missing: case.missing(section).into_iter().map(|field| field.name).collect() };
    Section::ALL.into_iter().map(state).collect()
}

pub(super) fn case_not_known() -> Refusal {
    Refusal::new("case-not-known", "This report is not known here.", "Look at the list again; a neighbour desk may still have to send it.", 404)
}
