//! Promises of bags: tags, scans, and no bag without its guest.

use serde_json::json;

use crate::world::{CA1501, Desk, GUESTS, key, list};

fn counter() -> Desk {
    Desk::working(1, "C1", &list(GUESTS))
}

#[test]
fn a_bag_gets_a_tag_of_the_carrier_from_the_desks_block() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    let answer = desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 20 }));
    assert_eq!((&answer["tag"], &answer["printed"], &answer["destination"]), (&json!("0999001000"), &json!("CA 001000"), &json!("PEK")));
    let answer = desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 35, "destination": "BOS" }));
    assert_eq!(answer["message"], "Bag 0999001001, 35 kg, to BOS: 2 bags for WANG/LEIMR.");
    let through = "The tag goes through to BOS: write the onward flights on it.";
    assert_eq!(answer["todo"], json!([through, "35 kg is above 32 kg: put a heavy label on the bag, or ask the guest to repack."]));
    assert_eq!(desk.guest("WANG/LEIMR").bags.len(), 2);
}

#[test]
fn a_flight_does_not_close_over_a_bag_without_its_guest() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let (one, two) = (desk.add_bag("WANG/LEIMR", 20), desk.add_bag("WANG/LEIMR", 10));
    desk.ok(json!({ "kind": "scan-bag", "tag": one, "point": "loaded" }));
    let refusal = desk.refused(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert_eq!(
        refusal.to_string(),
        "2 bags have no guest on board: 0999001000, 0999001001. Unload each bag and tick it, or board its guest. Then close the flight."
    );
    let wang = desk.id("WANG/LEIMR");
    let answer = desk.ok(json!({ "kind": "offload", "booking": wang, "reason": "did not come" }));
    assert_eq!(answer["bags"], json!([one, two]));
    assert_eq!(
        desk.ok(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": one }))["message"],
        format!("Bag {one} is off. 1 bag is left to unload.")
    );
    assert_eq!(desk.station.bags_to_unload(&key()).len(), 1);
    assert_eq!(desk.refused(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": one })).code, "already-unloaded");
    desk.ok(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": two }));
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert_eq!(desk.station.bags_unloaded(&key()).len(), 2);
    assert!(desk.station.figures(&key()).bags.is_empty());
}

#[test]
fn a_bag_of_a_guest_on_board_stays_on() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    desk.board("WANG/LEIMR");
    let refusal = desk.refused(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }));
    assert_eq!(refusal.to_string(), format!("The guest of bag {tag} is on board. Leave the bag on, or offload the guest first."));
}

#[test]
fn a_bag_that_was_unloaded_and_loaded_again_counts_again() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    desk.ok(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }));
    assert_eq!(
        desk.board("WANG/LEIMR")["todo"],
        json!([format!("Bag {tag} of this guest was unloaded. Tell the loader, or tell the guest that it follows.")])
    );
    let answer = desk.ok(json!({ "kind": "scan-bag", "tag": tag, "point": "loaded" }));
    assert_eq!(answer["todo"], json!([format!("Bag {tag} had been unloaded and is loaded again.")]));
    assert_eq!(desk.station.figures(&key()).bags[0].pieces, 1);
}

#[test]
fn a_loader_is_stopped_from_loading_the_bag_of_an_offloaded_guest() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "offload", "booking": wang, "reason": "no visa" }));
    let refusal = desk.refused(json!({ "kind": "scan-bag", "tag": tag, "point": "loaded" }));
    assert_eq!((refusal.code, refusal.tone), ("do-not-load", Some(schemas::command::Tone::Red)));
}

#[test]
fn a_bag_that_nobody_knows_is_kept_with_its_scan_and_must_be_explained() {
    let mut desk = counter();
    let refusal = desk.refused(json!({ "kind": "scan-bag", "tag": "0125728359", "point": "sorted" }));
    assert_eq!(refusal.to_string(), "Bag 0125728359 is not known here. Scan it again and say for which flight it is.");
    let answer = desk.ok(json!({ "kind": "scan-bag", "tag": "0125728359", "point": "sorted", "flight": CA1501 }));
    assert_eq!(answer["tone"], "amber");
    let row = &desk.station.bags_to_unload(&key())[0];
    assert_eq!((row.booking, row.name.as_deref(), row.seen), (None, None, Some(schemas::record::fact::ScanPoint::Sorted)));
}

#[test]
fn a_report_is_taken_with_a_reference_that_no_tracing_system_gives() {
    let mut desk = counter();
    let answer = desk.ok(json!({
        "kind": "open-incident", "incident": "damaged", "tag": "0999001000", "name": "LI/NA", "flight": "CA1501", "contact": "+86 139 0000 0000",
        "bag": { "description": "black case, red ribbon", "colour": "BK", "type": "22" }, "note": "wheel broken",
    }));
    assert_eq!(answer["message"], "Report PVG-CA-T00100-7 is taken. The reference holds at PVG; tracing gives its own later.");
    let case = &desk.station.cases()[0];
    assert_eq!(
        (case.reference.as_str(), case.scope.as_str(), case.colour.as_deref(), case.by.as_deref()),
        ("PVG-CA-T00100-7", "PVG/desk/2026-11", Some("BK"), Some("4701"))
    );
    let answer = desk.ok(json!({ "kind": "open-incident", "incident": "found", "name": "", "contact": "", "bag": { "description": "blue bag" } }));
    assert_eq!((&answer["reference"], &answer["tone"]), (&json!("PVG-YY-T00101-2"), &json!("green")));
}

#[test]
fn a_bag_is_not_loaded_on_a_closed_flight_without_its_guest() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    desk.ok(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }));
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    let refusal = desk.refused(json!({ "kind": "scan-bag", "tag": tag, "point": "loaded" }));
    let words = format!("CA1501 is closed and the guest of bag {tag} is not on board. Do not load it. Set it aside for the baggage desk.");
    assert_eq!(refusal.to_string(), words);
}

#[test]
fn each_print_of_a_pass_or_tag_has_a_number_and_the_newest_counts() {
    let mut desk = counter();
    let wang = desk.id("WANG/LEIMR");
    assert_eq!(desk.refused(json!({ "kind": "print", "booking": wang })).code, "no-pass");
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    for (what, id) in [("booking", json!(wang)), ("tag", json!(tag))] {
        let answer = desk.ok(json!({ "kind": "print", what: id }));
        assert_eq!((&answer["issue"], &answer["tone"]), (&json!(1), &json!("green")));
        let answer = desk.ok(json!({ "kind": "print", what: id, "reason": "lost" }));
        assert_eq!((&answer["issue"], &answer["tone"]), (&json!(2), &json!("amber")));
    }
    assert_eq!(desk.station.pass_issue(wang.0).map(|issue| (issue.issue, issue.desk)), Some((2, "C1".to_owned())));
    assert_eq!(desk.refused(json!({ "kind": "print" })).code, "print-not-named");
    assert_eq!(desk.refused(json!({ "kind": "print", "booking": wang, "tag": tag })).code, "print-not-named");
    assert_eq!(desk.refused(json!({ "kind": "print", "tag": "0999999999" })).code, "bag-not-known");
}
