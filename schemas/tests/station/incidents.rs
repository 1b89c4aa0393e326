//! Promises of the baggage incident file: the short report is whole later, concurrent changes join by field, and its dates are the Convention's.

use serde_json::{Value, json};

use crate::world::{Desk, GUESTS, list, meet};

fn taken(desk: &mut Desk, more: Value) -> Value {
    let mut report =
        json!({ "kind": "open-incident", "incident": "delayed", "name": "", "contact": "+86 555 0100", "bag": { "description": "black case" } });
    for (name, value) in more.as_object().unwrap() {
        report[name] = value.clone();
    }
    desk.ok(report)["case"].clone()
}

fn file(desk: &Desk, case: &Value) -> schemas::station::IncidentFile {
    let id: schemas::record::DocRef = case.as_str().unwrap().parse().unwrap();
    desk.station.incident(id.0).unwrap()
}

fn missing(desk: &Desk, case: &Value, section: &str) -> Vec<&'static str> {
    file(desk, case).sections.into_iter().find(|state| state.section.as_str() == section).unwrap().missing
}

#[test]
fn what_the_records_hold_is_not_asked_for() {
    let mut desk = Desk::working(1, "B1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    let wang = desk.id("WANG/LEIMR");
    let case = taken(&mut desk, json!({ "name": "WANG/LEI", "booking": wang }));
    let fields = file(&desk, &case).fields;
    let held = |name: &str| fields.get(name).map(String::as_str);
    assert_eq!(
        [held("name"), held("flight"), held("flight_date"), held("route"), held("locator"), held("tag"), held("checked")],
        [Some("WANG/LEI"), Some("CA1501"), Some("2026-11-22"), Some("PVG PEK"), Some("W4NGL3"), Some(tag.as_str()), Some("1")]
    );
    assert_eq!(missing(&desk, &case, "flights"), Vec::<&str>::new());
    let found = taken(&mut desk, json!({ "incident": "found", "tag": tag, "contact": "" }));
    let fields = file(&desk, &found).fields;
    assert_eq!([fields["name"].as_str(), fields["flight"].as_str(), fields["bag1.kg"].as_str()], ["WANG/LEIMR", "CA1501", "20"]);
}

#[test]
fn a_flight_that_was_typed_gets_neither_day_nor_route_of_another_one() {
    let mut desk = Desk::working(1, "B1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    let case = taken(&mut desk, json!({ "name": "WANG/LEI", "tag": tag, "flight": "CA935" }));
    let fields = file(&desk, &case).fields;
    let held = |name: &str| fields.get(name).map(String::as_str);
    assert_eq!([held("flight"), held("flight_date"), held("route"), held("locator")], [Some("CA935"), None, None, Some("W4NGL3")]);
    let case = taken(&mut desk, json!({ "name": "WANG/LEI", "tag": tag, "flight": "CA1501" }));
    assert_eq!(file(&desk, &case).fields["flight_date"], "2026-11-22");
}

#[test]
fn a_report_says_what_it_lacks_until_it_is_filled_in() {
    let mut desk = Desk::new(1, "B1");
    let case = taken(&mut desk, json!({ "name": "LI/NA" }));
    assert_eq!(missing(&desk, &case, "guest"), ["language", "address"]);
    assert_eq!(missing(&desk, &case, "bags"), ["checked", "received", "tag", "colour", "bag_type"]);
    assert_eq!(missing(&desk, &case, "contents"), ["bag1.in_clothing"]);
    let set = json!({ "language": "zh-CN", "address": "1 Sample St", "checked": "2", "received": "1", "tag": "0999001000", "colour": "bk", "bag_type": "22",
        "bag1.in_shoes": "running shoes", "bag2.brand": "Samsonite" });
    let answer = desk.ok(json!({ "kind": "amend-incident", "case": case, "set": set }));
    assert_eq!(answer["message"], "9 fields are changed in report PVG-YY-T00100-9.");
    assert_eq!(missing(&desk, &case, "guest"), Vec::<&str>::new());
    assert_eq!(missing(&desk, &case, "bags"), ["bag2.tag", "bag2.colour", "bag2.type"]);
    assert_eq!(missing(&desk, &case, "contents"), ["bag2.in_clothing"]);
    let answer = desk.ok(json!({ "kind": "amend-incident", "case": case, "set": { "bag2.brand": "", "colour": "BK" } }));
    assert_eq!((&answer["count"], missing(&desk, &case, "bags")), (&json!(1), vec![]));
    let answer = desk.ok(json!({ "kind": "amend-incident", "case": case, "set": { "colour": "BK" } }));
    assert_eq!(answer["message"], "Nothing is changed in report PVG-YY-T00100-9.");
}

#[test]
fn a_field_that_is_not_one_is_refused_with_the_remedy() {
    let mut desk = Desk::new(1, "B1");
    let case = taken(&mut desk, json!({ "name": "LI/NA" }));
    let mut code = |set: Value| desk.refused(json!({ "kind": "amend-incident", "case": case, "set": set })).code;
    assert_eq!(code(json!({})), "no-field-given");
    assert_eq!(code(json!({ "shoe": "1" })), "field-not-known");
    assert_eq!(code(json!({ "reference": "PVG-CA-T00001-1" })), "field-not-known");
    assert_eq!(code(json!({ "colour": "ZZ" })), "field-not-read");
    assert_eq!(code(json!({ "name": " " })), "text-missing");
    let unknown = json!("000102030405060708090a0b0c0d0e0f");
    assert_eq!(desk.refused(json!({ "kind": "amend-incident", "case": unknown, "set": { "colour": "BK" } })).code, "case-not-known");
}

#[test]
fn two_desks_fill_in_one_report_and_only_what_differs_is_in_review() {
    let (mut one, mut two) = (Desk::new(1, "B1"), Desk::new(2, "B2"));
    let case = taken(&mut one, json!({ "name": "LI/NA" }));
    meet(&mut one, &mut two);
    one.ok(json!({ "kind": "amend-incident", "case": case, "set": { "colour": "BK", "address": "1 Sample St" } }));
    two.ok(json!({ "kind": "amend-incident", "case": case, "set": { "colour": "BU", "bag1.brand": "Rimowa" } }));
    meet(&mut one, &mut two);
    let (here, there) = (file(&one, &case), file(&two, &case));
    assert_eq!(here, there);
    assert_eq!((here.fields["address"].as_str(), here.fields["bag1.brand"].as_str()), ("1 Sample St", "Rimowa"));
    assert_eq!(here.split.keys().copied().collect::<Vec<_>>(), ["colour"]);
    let conflicts = one.station.conflicts();
    assert_eq!(conflicts.len(), 1);
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflicts[0].id, "choice": "keep-1" }));
    meet(&mut one, &mut two);
    assert!(file(&two, &case).split.is_empty() && two.station.conflicts().iter().all(|conflict| conflict.resolution.is_some()));
}

#[test]
fn the_dates_are_those_of_the_convention() {
    let mut desk = Desk::new(1, "B1");
    let case = taken(&mut desk, json!({ "name": "LI/NA", "incident": "damaged" }));
    let next = |desk: &Desk, case: &Value| file(desk, case).row.clocks.next.map(|limit| (limit.what.as_str(), limit.date.to_string()));
    assert_eq!(next(&desk, &case), Some(("complain-of-damage", "2026-11-29".into())));
    desk.ok(json!({ "kind": "amend-incident", "case": case, "set": { "received_on": "2026-11-20" } }));
    assert_eq!(next(&desk, &case), Some(("complain-of-damage", "2026-11-27".into())));
    desk.ok(json!({ "kind": "amend-incident", "case": case, "set": { "complained_on": "2026-11-22" } }));
    assert_eq!(next(&desk, &case), None);
    let case = taken(&mut desk, json!({ "name": "LI/NA" }));
    desk.ok(json!({ "kind": "amend-incident", "case": case, "set": { "flight_date": "2026-11-01" } }));
    assert_eq!(next(&desk, &case), Some(("counts-as-lost", "2026-11-22".into())));
    desk.ok(json!({ "kind": "trace-incident", "case": case, "step": "deliver" }));
    assert_eq!(next(&desk, &case), Some(("complain-of-delay", "2026-12-13".into())));
    let case = taken(&mut desk, json!({ "incident": "found", "contact": "" }));
    assert_eq!(next(&desk, &case), None);
}

#[test]
fn a_report_of_the_first_version_still_opens() {
    let mut desk = Desk::working(1, "B1", &list(GUESTS));
    let case: schemas::record::DocRef = "0f0e0d0c0b0a09080706050403020100".parse().unwrap();
    let fields = [
        ("kind", "case"),
        ("reference", "PVG-CA-T00007-0"),
        ("incident", "delayed"),
        ("name", "COSTA/ANA"),
        ("contact", "+86 555 0100"),
        ("tag", "0999001000"),
        ("flight", "CA1501"),
        ("bag", "black suitcase with two wheels and a red ribbon"),
        ("colour", "black"),
        ("bag_type", "22"),
        ("note", "did not come"),
    ];
    let fields = fields.map(|(name, text)| (name.to_owned(), schemas::flat::Scalar::Str(text.to_owned()))).to_vec();
    let opened = r#"{"t":"opened","at":1795312800000,"rec":1795312800000,"by":"4711","desk":"B1","src":"person"}"#;
    desk.write(&"PVG/desk/2026-11".parse().unwrap(), case.0, fields, vec![opened.to_owned()]);
    let known = desk.station.case(case.0).unwrap();
    assert_eq!((known.unread, known.details.of_bag(1, "colour"), &*known.reference), (0, Some("black"), "PVG-CA-T00007-0"));
    let row = desk.station.case_of(case.0).unwrap();
    assert_eq!((row.stage.as_str(), row.clocks.next.map(|limit| limit.date.to_string())), ("open", Some("2026-12-13".into())));
    desk.ok(json!({ "kind": "amend-incident", "case": case, "set": { "colour": "BK" } }));
}
