//! The answer for a baggage message.

use serde_json::{Map, Value, json};

use super::{Answer, Told, insert_some, opening};
use crate::standards::bag_tag::{BagTag, BagTagError};
use crate::standards::typeb::{BagFlight, BagGroup, BagMessage, BagPax, Element, Envelope, Fields, TagItem, element_fields};

pub(super) fn value(text: &str) -> Answer {
    let message = BagMessage::parse(text)?;
    let mut value = opening(&message.kind, &Envelope::default());
    insert_some(&mut value, "change", message.change.as_deref());
    insert_some(&mut value, "secondary", message.secondary.as_deref());
    if let Some(version) = &message.version {
        value.insert("version".into(), json!(version.version));
        insert_some(&mut value, "source", Some(version.source.as_str()).filter(|source| !source.is_empty()));
        value.insert("station".into(), json!(version.station));
        insert_some(&mut value, "part", version.part);
        insert_some(&mut value, "msg_ref", version.msg_ref.as_deref());
        insert_some(&mut value, "ack_request", version.ack_request.as_deref());
        insert_some(&mut value, "encryption", version.encryption.as_deref());
    }
    insert_some(&mut value, "processing", message.processing.as_ref().map(fields));
    insert_some(&mut value, "ack", message.ack.as_ref().map(fields));
    if !message.groups.is_empty() {
        value.insert("groups".into(), message.groups.iter().map(group).collect());
    }
    insert_some(&mut value, "end", message.end.as_deref());
    let mut more = more(&message);
    more.extend(message.envelope.lines());
    let mut deviations: Vec<String> = Vec::new();
    for flaw in message.groups.iter().flat_map(|group| &group.tags).filter_map(flaw) {
        if !deviations.iter().any(|told| told == flaw) {
            deviations.push(flaw.to_owned());
        }
    }
    Ok(Told { value, deviations, more, encoded: Some(message.lines()) })
}

/// What to look at twice in a tag.
fn flaw(tag: &TagItem) -> Option<&'static str> {
    match tag.run {
        Some(run) if run.plates().is_err() => Some("tag_serial_past_999999"),
        Some(run) => run.assumed.then_some("tag_count_zero"),
        None => Some(match tag.raw.get(..10).map(str::parse::<BagTag>) {
            Some(Err(BagTagError::NoRead)) => "no_read",
            Some(Err(BagTagError::NoAirline { .. })) if matches!(tag.raw.len(), 10 | 13) => "airline_numeric_000",
            _ => "tag_length",
        }),
    }
}

fn group(group: &BagGroup) -> Value {
    let mut value = Map::new();
    insert_some(&mut value, "flight", group.flight.as_ref().map(flight));
    insert_some(&mut value, "inbound", group.inbound.as_ref().map(flight));
    if !group.onward.is_empty() {
        value.insert("onward".into(), group.onward.iter().map(flight).collect());
    }
    value.insert("tags".into(), group.tags.iter().map(tag).collect());
    let plates: Vec<String> = group.plates().iter().map(ToString::to_string).collect();
    if !plates.is_empty() {
        value.insert("plates".into(), json!(plates));
    }
    if !group.pax.is_empty() {
        value.insert("pax".into(), group.pax.iter().map(pax).collect());
    }
    let fielded = [
        ("reconciliation", &group.reconciliation),
        ("weight", &group.weight),
        ("irregularity", &group.irregularity),
        ("checkin_location", &group.checkin_location),
        ("handling", &group.handling),
        ("stowage", &group.stowage),
        ("unique_id", &group.unique_id),
    ];
    for (key, said) in fielded {
        insert_some(&mut value, key, said.as_ref().map(fields));
    }
    let texts = [("pnr", &group.pnr), ("load_sequence", &group.load_sequence), ("corporate", &group.corporate), ("printer", &group.printer)];
    for (key, text) in texts {
        insert_some(&mut value, key, text.as_deref());
    }
    match group.exceptions.as_slice() {
        [] => {}
        [exception] => drop(value.insert("exception".into(), json!(exception))),
        several => drop(value.insert("exception".into(), json!(several))),
    }
    for (key, texts) in [("free_text", &group.free_text), ("screening", &group.screening)] {
        if !texts.is_empty() {
            value.insert(key.into(), json!(texts));
        }
    }
    Value::Object(value)
}

fn flight(flight: &BagFlight) -> Value {
    let mut value = Map::new();
    value.insert("carrier".into(), json!(flight.carrier));
    value.insert("number".into(), json!(flight.number));
    insert_some(&mut value, "date", flight.date.as_deref());
    insert_some(&mut value, "airport", flight.airport.as_deref());
    insert_some(&mut value, "class", flight.class.as_deref());
    Value::Object(value)
}

fn tag(tag: &TagItem) -> Value {
    match tag.run {
        Some(run) if tag.in_irregularity => json!({"lpn": run.first, "count": run.count, "from": ".B"}),
        Some(run) => json!({"lpn": run.first, "count": run.count}),
        None => json!({"raw": tag.raw}),
    }
}

fn pax(pax: &BagPax) -> Value {
    json!({"count": pax.count, "surname": pax.surname, "given": pax.given})
}

/// The fields whose names the shared vectors have; [`more`] tells the rest.
fn fields(fields: &Fields) -> Value {
    fields.said().filter(|(name, _)| !UNNAMED.contains(name)).map(|(name, value)| (name.to_owned(), Value::from(value))).collect()
}

/// Fields that no shared vector names.
const UNNAMED: [&str; 18] = [
    "count",
    "text",
    "sent_to",
    "processing_a",
    "processing_b",
    "profile",
    "sealed",
    "connection_flight",
    "connection_date",
    "connection_dest",
    "unchecked_weight",
    "unit",
    "length",
    "width",
    "height",
    "type",
    "number",
    "tier",
];

/// Elements of which the value does not tell all, as they came.
fn more(message: &BagMessage) -> Vec<String> {
    let untold = |element: &&Element| match element.id.as_str() {
        "V" | "F" | "I" | "O" | "N" | "P" | "L" | "Q" | "C" | "T" | "E" | "R" | "X" => false,
        id => element_fields(id)
            .is_none_or(|names| names.iter().zip(element.text.split('/')).any(|(name, said)| UNNAMED.contains(name) && !said.is_empty())),
    };
    message.elements.iter().filter(untold).map(Element::line).collect()
}
