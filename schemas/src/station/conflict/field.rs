//! One field for which desks that did not see each other wrote different values, and what each field is called.

use super::super::Station;
use super::super::words::{self, All};
use super::{Conflict, ConflictKind, Effect, Home, Proposal, Way, side_of};
use crate::flat::{DocId, Scalar};
use crate::record::fact::{Held, History, Set, SetValue, What};
use crate::record::id::ConflictId;
use crate::record::incident::Field;
use crate::record::{DocRef, FactRef, Split};
use crate::said::{Said, said};

impl Station {
    /// A field with unequal values. Of a bag's owner it means one tag for two guests.
    pub(super) fn field_twice(&self, home: Home, doc: DocId, name: &Said, split: &Split, history: &History) -> Option<Conflict> {
        let label = &label_of(split.field);
        let field = label_said(split.field);
        let is_owner = split.field == "booking";
        let values: Vec<(Said, SetValue, Option<&Held>)> = split
            .values
            .iter()
            .filter_map(|value| Some((self.value_words(value, is_owner), settable(value)?, author_of(history, split.field, value))))
            .collect();
        let first = values.first()?.0.clone();
        if values.len() < 2 {
            return None;
        }
        // The values shown first differ by replica only if the replicas differ; sorted, the identity does not even depend on that.
        let mut about: Vec<String> = values
            .iter()
            .map(|(_, value, held)| format!("{value:?} {}", held.map(|held| FactRef(held.id).to_string()).unwrap_or_default()))
            .collect();
        about.sort();
        about.splice(0..0, ["field-twice".to_owned(), doc.to_string(), split.field.to_owned()]);
        let texts = All(values.iter().map(|(text, _, _)| text.to_string()).collect(), " and ");
        let is =
            |text: &Said| Said::new("conflict-field-is", format!("{} is {text}.", capital(label))).arg("field", field.clone()).arg("value", text);
        let held_words =
            |text: &Said| Said::new("conflict-field-held", format!("{} {text}", capital(label))).arg("field", field.clone()).arg("value", text);
        let choices = values
            .iter()
            .enumerate()
            .map(|(at, (text, value, _))| {
                let set = Set { doc: DocRef(doc), field: split.field.to_owned(), value: value.clone() };
                Way::new(format!("keep-{}", at + 1), is(text), Effect::Set(vec![set]))
            })
            .collect();
        let flight = match &home {
            Home::Flight(key) => Some(*key),
            Home::Case(..) => None,
        };
        Some(Conflict {
            id: ConflictId::of(&about),
            kind: if is_owner { ConflictKind::TagTwice } else { ConflictKind::FieldTwice },
            flight,
            records: vec![DocRef(doc)],
            what: said!("conflict-field-twice", "{about}: {field} is {values}.", about = name.clone(), field = field, values = texts),
            shown_for_now: said!("conflict-field-shown", "{value} is shown for now.", value = first),
            sides: values.iter().map(|(text, _, held)| side_of(*held, held_words(text))).collect(),
            proposal: Proposal {
                choice: "keep-1".to_owned(),
                seat: None,
                words: said!("conflict-propose-ask", "Ask both desks which one is right."),
            },
            choices,
            resolution: None,
            home,
        })
    }

    fn value_words(&self, value: &Scalar, is_owner: bool) -> Said {
        match value {
            Scalar::Str(text) if is_owner => match text.parse::<DocRef>().ok().and_then(|owner| self.booking(owner.0)) {
                Some(owner) => words::guest(owner).into(),
                None => said!("conflict-unknown-guest", "a guest not known here"),
            },
            Scalar::Str(text) => text.chars().take(80).collect::<String>().into(),
            Scalar::Int(number) => number.to_string().into(),
            Scalar::Bool(true) => said!("conflict-yes", "yes"),
            Scalar::Bool(false) => said!("conflict-no", "no"),
            Scalar::Null | Scalar::Bytes(_) => said!("conflict-nothing", "nothing"),
        }
    }
}

/// The fact that says who gave a field this value.
fn author_of<'a>(history: &'a History, field: &str, value: &Scalar) -> Option<&'a Held> {
    let says = |what: &What| -> Option<Scalar> {
        let text = |text: String| Some(Scalar::Str(text));
        match (field, what) {
            ("seat", What::CheckedIn { seat: Some(seat), .. } | What::SeatGiven { seat }) => text(seat.to_string()),
            ("sequence", What::CheckedIn { seq: Some(seq), .. } | What::SequenceGiven { seq }) => Some(Scalar::Int((*seq).into())),
            ("gate", What::FlightSet { gate: Some(gate), .. }) => text(gate.clone()),
            ("std", What::FlightSet { std: Some(time), .. }) | ("etd", What::FlightSet { etd: Some(time), .. }) => text(time.to_string()),
            ("map", What::EquipmentChanged(equipment)) => text(equipment.map.to_string()),
            ("kg", What::Accepted { kg, .. }) => Some(Scalar::Int((*kg).into())),
            _ => None,
        }
    };
    history.last_recorded(|what| says(what).as_ref() == Some(value))
}

fn settable(value: &Scalar) -> Option<SetValue> {
    match value {
        Scalar::Null => Some(SetValue::Null),
        Scalar::Bool(yes) => Some(SetValue::Bool(*yes)),
        Scalar::Int(number) => Some(SetValue::Int(*number)),
        Scalar::Str(text) => Some(SetValue::Text(text.clone())),
        Scalar::Bytes(_) => None,
    }
}

/// What a field is called at a desk.
fn label_of(field: &str) -> String {
    let (word, bag) = Field::of(field).map_or((field, 0), |known| (known.word, known.bag));
    let label = match word {
        "std" => "the scheduled time",
        "etd" => "the estimated time",
        "gate" => "the gate",
        "map" => "the map of seats",
        "seat" => "the seat",
        "sequence" => "the sequence number",
        "name" => "the name",
        "destination" => "the destination",
        "cabin" => "the cabin",
        "child" => "whether it is a child",
        "infant" => "the infant",
        "flags" => "the service codes",
        "seats" => "the number of seats",
        "ticket" => "the ticket number",
        "priority" => "the standby rank",
        "booking" => "the guest",
        "kg" => "the weight",
        "contact" => "the contact",
        "address" => "the address",
        "stay" => "the temporary address",
        "flight" => "the flight",
        "flight_date" => "the date of the flight",
        "look" => "the description",
        "colour" => "the colour",
        "type" => "the type",
        "brand" => "the brand",
        "marks" => "the marks",
        other => other,
    };
    if bag > 1 { format!("{label} of bag {bag}") } else { label.to_owned() }
}

/// The same, by the field's name: a language file chooses its own words by it.
fn label_said(field: &str) -> Said {
    let (word, bag) = Field::of(field).map_or((field, 0), |known| (known.word, known.bag));
    let label = Said::new("conflict-field", label_of(word)).arg("field", word);
    match bag {
        0 | 1 => label,
        _ => Said::new("conflict-field-of-bag", label_of(field)).arg("field", label).arg("bag", bag),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
