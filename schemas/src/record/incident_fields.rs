//! The table of fields of a baggage incident file: name, part of the form, and what each may hold.

use super::incident::{Field, Kind, Section};

/// Every field, in the order of the form.
pub const FIELDS: &[Field] = &[
    field("name", "name", Section::Guest, 0, Kind::Line(100)),
    field("contact", "contact", Section::Guest, 0, Kind::Line(200)),
    field("language", "language", Section::Guest, 0, Kind::Language),
    field("locator", "locator", Section::Guest, 0, Kind::Locator),
    field("address", "address", Section::Guest, 0, Kind::Text(300)),
    field("stay", "stay", Section::Guest, 0, Kind::Text(300)),
    field("stay_from", "stay_from", Section::Guest, 0, Kind::Date),
    field("stay_until", "stay_until", Section::Guest, 0, Kind::Date),
    field("flight", "flight", Section::Flights, 0, Kind::Flight),
    field("flight_date", "flight_date", Section::Flights, 0, Kind::Date),
    field("route", "route", Section::Flights, 0, Kind::Route),
    field("flights", "flights", Section::Flights, 0, Kind::Flights),
    field("found_at", "found_at", Section::Flights, 0, Kind::Line(60)),
    field("found_on", "found_on", Section::Flights, 0, Kind::Date),
    field("checked", "checked", Section::Bags, 0, PIECES),
    field("received", "received", Section::Bags, 0, PIECES),
    field("tag", "tag", Section::Bags, 1, Kind::Tag),
    field("colour", "colour", Section::Bags, 1, Kind::Colour),
    field("bag_type", "type", Section::Bags, 1, Kind::Type),
    field("bag1.elements", "elements", Section::Bags, 1, Kind::Elements),
    field("bag", "look", Section::Bags, 1, Kind::Line(200)),
    field("bag1.brand", "brand", Section::Bags, 1, Kind::Line(40)),
    field("bag1.marks", "marks", Section::Bags, 1, Kind::Line(200)),
    field("bag1.lock", "lock", Section::Bags, 1, LOCKS),
    field("bag1.kg", "kg", Section::Bags, 1, Kind::Count(1, 99)),
    field("bag1.part", "part", Section::Bags, 1, PARTS),
    field("bag1.severity", "severity", Section::Bags, 1, SEVERITIES),
    field("bag2.tag", "tag", Section::Bags, 2, Kind::Tag),
    field("bag2.colour", "colour", Section::Bags, 2, Kind::Colour),
    field("bag2.type", "type", Section::Bags, 2, Kind::Type),
    field("bag2.elements", "elements", Section::Bags, 2, Kind::Elements),
    field("bag2.look", "look", Section::Bags, 2, Kind::Line(200)),
    field("bag2.brand", "brand", Section::Bags, 2, Kind::Line(40)),
    field("bag2.marks", "marks", Section::Bags, 2, Kind::Line(200)),
    field("bag2.lock", "lock", Section::Bags, 2, LOCKS),
    field("bag2.kg", "kg", Section::Bags, 2, Kind::Count(1, 99)),
    field("bag2.part", "part", Section::Bags, 2, PARTS),
    field("bag2.severity", "severity", Section::Bags, 2, SEVERITIES),
    field("bag3.tag", "tag", Section::Bags, 3, Kind::Tag),
    field("bag3.colour", "colour", Section::Bags, 3, Kind::Colour),
    field("bag3.type", "type", Section::Bags, 3, Kind::Type),
    field("bag3.elements", "elements", Section::Bags, 3, Kind::Elements),
    field("bag3.look", "look", Section::Bags, 3, Kind::Line(200)),
    field("bag3.brand", "brand", Section::Bags, 3, Kind::Line(40)),
    field("bag3.marks", "marks", Section::Bags, 3, Kind::Line(200)),
    field("bag3.lock", "lock", Section::Bags, 3, LOCKS),
    field("bag3.kg", "kg", Section::Bags, 3, Kind::Count(1, 99)),
    field("bag3.part", "part", Section::Bags, 3, PARTS),
    field("bag3.severity", "severity", Section::Bags, 3, SEVERITIES),
    field("bag4.tag", "tag", Section::Bags, 4, Kind::Tag),
    field("bag4.colour", "colour", Section::Bags, 4, Kind::Colour),
    field("bag4.type", "type", Section::Bags, 4, Kind::Type),
    field("bag4.elements", "elements", Section::Bags, 4, Kind::Elements),
    field("bag4.look", "look", Section::Bags, 4, Kind::Line(200)),
    field("bag4.brand", "brand", Section::Bags, 4, Kind::Line(40)),
    field("bag4.marks", "marks", Section::Bags, 4, Kind::Line(200)),
    field("bag4.lock", "lock", Section::Bags, 4, LOCKS),
    field("bag4.kg", "kg", Section::Bags, 4, Kind::Count(1, 99)),
    field("bag4.part", "part", Section::Bags, 4, PARTS),
    field("bag4.severity", "severity", Section::Bags, 4, SEVERITIES),
    field("bag5.tag", "tag", Section::Bags, 5, Kind::Tag),
    field("bag5.colour", "colour", Section::Bags, 5, Kind::Colour),
    field("bag5.type", "type", Section::Bags, 5, Kind::Type),
    field("bag5.elements", "elements", Section::Bags, 5, Kind::Elements),
    field("bag5.look", "look", Section::Bags, 5, Kind::Line(200)),
    field("bag5.brand", "brand", Section::Bags, 5, Kind::Line(40)),
    field("bag5.marks", "marks", Section::Bags, 5, Kind::Line(200)),
    field("bag5.lock", "lock", Section::Bags, 5, LOCKS),
    field("bag5.kg", "kg", Section::Bags, 5, Kind::Count(1, 99)),
    field("bag5.part", "part", Section::Bags, 5, PARTS),
    field("bag5.severity", "severity", Section::Bags, 5, SEVERITIES),
    field("bag1.in_clothing", "in_clothing", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_shoes", "in_shoes", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_toiletries", "in_toiletries", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_electronics", "in_electronics", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_papers", "in_papers", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_medicine", "in_medicine", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_gifts", "in_gifts", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_sports", "in_sports", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_child", "in_child", Section::Contents, 1, Kind::Line(200)),
    field("bag1.in_other", "in_other", Section::Contents, 1, Kind::Line(200)),
    field("bag2.in_clothing", "in_clothing", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_shoes", "in_shoes", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_toiletries", "in_toiletries", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_electronics", "in_electronics", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_papers", "in_papers", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_medicine", "in_medicine", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_gifts", "in_gifts", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_sports", "in_sports", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_child", "in_child", Section::Contents, 2, Kind::Line(200)),
    field("bag2.in_other", "in_other", Section::Contents, 2, Kind::Line(200)),
    field("bag3.in_clothing", "in_clothing", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_shoes", "in_shoes", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_toiletries", "in_toiletries", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_electronics", "in_electronics", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_papers", "in_papers", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_medicine", "in_medicine", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_gifts", "in_gifts", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_sports", "in_sports", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_child", "in_child", Section::Contents, 3, Kind::Line(200)),
    field("bag3.in_other", "in_other", Section::Contents, 3, Kind::Line(200)),
    field("bag4.in_clothing", "in_clothing", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_shoes", "in_shoes", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_toiletries", "in_toiletries", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_electronics", "in_electronics", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_papers", "in_papers", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_medicine", "in_medicine", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_gifts", "in_gifts", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_sports", "in_sports", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_child", "in_child", Section::Contents, 4, Kind::Line(200)),
    field("bag4.in_other", "in_other", Section::Contents, 4, Kind::Line(200)),
    field("bag5.in_clothing", "in_clothing", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_shoes", "in_shoes", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_toiletries", "in_toiletries", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_electronics", "in_electronics", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_papers", "in_papers", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_medicine", "in_medicine", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_gifts", "in_gifts", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_sports", "in_sports", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_child", "in_child", Section::Contents, 5, Kind::Line(200)),
    field("bag5.in_other", "in_other", Section::Contents, 5, Kind::Line(200)),
    field("delivery", "delivery", Section::Delivery, 0, DELIVERIES),
    field("slot_date", "slot_date", Section::Delivery, 0, Kind::Date),
    field("slot", "slot", Section::Delivery, 0, Kind::Line(40)),
    field("customs", "customs", Section::Delivery, 0, Kind::OneOf(&["yes", "no"])),
    field("delivery_note", "delivery_note", Section::Delivery, 0, Kind::Line(200)),
    field("received_on", "received_on", Section::Claim, 0, Kind::Date),
    field("complained_on", "complained_on", Section::Claim, 0, Kind::Date),
    field("expenses", "expenses", Section::Claim, 0, Kind::Money),
    field("expenses_for", "expenses_for", Section::Claim, 0, Kind::Line(200)),
    field("signed_by", "signed_by", Section::Claim, 0, Kind::Line(100)),
    field("note", "note", Section::Claim, 0, Kind::Text(2000)),
];

/// The names of all fields of a file, as a document has them.
pub(super) const NAMES: &[&str] = &names::<{ FIELDS.len() + 2 }>(FIELDS);

const PIECES: Kind = Kind::Count(0, 99);
const LOCKS: Kind = Kind::OneOf(&["none", "key", "combination", "approved", "strap", "cable-tie"]);
const PARTS: Kind = Kind::OneOf(&["side", "top", "bottom", "corner", "handle", "wheel", "zip", "lock", "strap", "frame", "contents"]);
const SEVERITIES: Kind = Kind::OneOf(&["minor", "major", "total"]);
/// Where the bag goes when it is found: to the address, the temporary address, the desk, or on to another station.
const DELIVERIES: Kind = Kind::OneOf(&["address", "stay", "desk", "forward"]);

const fn field(name: &'static str, word: &'static str, section: Section, bag: u8, kind: Kind) -> Field {
    Field { name, word, section, bag, kind }
}

const fn names<const N: usize>(fields: &[Field]) -> [&'static str; N] {
    // What no form changes stands first.
    let (mut names, mut at) = ([""; N], 0);
    names[0] = "reference";
    names[1] = "incident";
    while at + 2 < N {
        names[at + 2] = fields[at].name;
        at += 1;
    }
    names
}
