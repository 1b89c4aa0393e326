//! Promises of check-in: parties, seats, numbers.

use serde_json::json;

use schemas::station::Blocks;

use crate::world::{CA1501, Desk, GUESTS, key, list};

fn counter() -> Desk {
    Desk::working(1, "C1", &list(GUESTS))
}

#[test]
fn a_party_is_checked_in_as_one_action() {
    let mut desk = counter();
    let (ana, tiago) = (desk.id("COSTA/ANAMRS"), desk.id("COSTA/TIAGOMSTR"));
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": ana, "seat": "14A" }, { "booking": tiago, "seat": "14B" }] }));
    assert_eq!((&answer["tone"], &answer["message"]), (&json!("green"), &json!("2 guests checked in on CA1501.")));
    let sequences: Vec<_> = answer["guests"].as_array().unwrap().iter().map(|guest| guest["sequence"].as_u64().unwrap()).collect();
    assert_eq!(sequences, [1000, 1001]);
    assert_eq!(desk.station.counts(&key()).checked_in, 2);
}

#[test]
fn one_guest_who_cannot_be_checked_in_stops_the_whole_party() {
    let mut desk = counter();
    let before = desk.documents();
    let (ana, wait) = (desk.id("COSTA/ANAMRS"), desk.id("WAIT/TOMMR"));
    let refusal = desk.refused(json!({ "kind": "check-in", "guests": [{ "booking": ana, "seat": "14A" }, { "booking": wait }] }));
    assert_eq!(
        refusal.to_string(),
        "WAIT/TOMMR waits for a seat (ID2 N1) and is not cleared. Check in the other guests first; the duty manager then clears standby guests in order."
    );
    assert_eq!(before, desk.documents());
}

#[test]
fn an_infant_is_checked_in_with_its_adult() {
    let mut desk = counter();
    let anna = desk.id("REPIN/ANNAMRS");
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": anna, "seat": "3A" }] }));
    assert_eq!(answer["message"], "1 guest with 1 infant checked in on CA1501.");
    assert_eq!(answer["guests"][0]["infant"], "REPIN/LEV");
}

#[test]
fn what_check_in_refuses_it_says_with_the_remedy() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let (wang, ana, tiago) = (desk.id("WANG/LEIMR"), desk.id("COSTA/ANAMRS"), desk.id("COSTA/TIAGOMSTR"));
    let mut check = |guests: serde_json::Value, words: &str| {
        let refusal = desk.refused(json!({ "kind": "check-in", "guests": guests }));
        assert_eq!(refusal.to_string(), words);
    };
    check(
        json!([{ "booking": wang, "seat": "15C" }]),
        "WANG/LEIMR is already checked in, seat 14C, sequence 1000. Leave the guest out, change the seat, or print the pass again.",
    );
    check(
        json!([{ "booking": ana, "seat": "14C" }]),
        "Seat 14C is given to WANG/LEIMR (W4NGL3). Choose another seat, or change that guest's seat first.",
    );
    check(
        json!([{ "booking": ana, "seat": "20A" }, { "booking": tiago, "seat": "20A" }]),
        "Seat 20A was chosen for COSTA/ANAMRS and for COSTA/TIAGOMSTR. Give each guest a seat of their own.",
    );
    check(json!([{ "booking": ana }, { "booking": ana }]), "COSTA/ANAMRS was chosen twice. Mark each guest once.");
    check(
        json!([{ "booking": "00000000000000000000000000000000" }]),
        "This guest is not known here. Find the guest again; the list may have changed.",
    );
}

#[test]
fn a_guest_without_a_seat_or_with_a_strange_one_is_amber() {
    let mut desk = counter();
    let (wang, young) = (desk.id("WANG/LEIMR"), desk.id("OUYANG/MINGMR"));
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": wang }] }));
    assert_eq!(answer["todo"], json!(["1 guest has no seat yet. Give the seat before boarding."]));
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": young, "seat": "140P" }] }));
    assert_eq!(answer["todo"], json!(["Seat 140P is beyond any cabin that we know. Check that it is on the aircraft."]));
}

#[test]
fn more_guests_than_the_cabin_has_seats_are_amber() {
    let mut desk = Desk::working(1, "C1", &list("1A/B\n.L/AAAAA1\n2BAKER/LEEMR/EXST\n.L/B4K3RL/CA\n").replace("150Y", "002Y"));
    desk.check_in("A/B", "1A");
    let baker = desk.id("BAKER/LEEMR");
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": baker, "seat": "1B" }] }));
    assert_eq!(answer["todo"], json!(["Cabin Y has 2 seats by the list, and 3 are now needed. Ask the duty manager."]));
    assert_eq!(desk.station.counts(&key()).extra_seats, 1);
}

#[test]
fn the_seat_on_the_list_is_given_if_it_is_free() {
    let mut desk = Desk::working(1, "C1", &list("1ONE/A\n.L/AAAAA1\n.R/SEAT HK1 12A\n1TWO/B\n.L/BBBBB2\n.R/SEAT HK1 12A\n"));
    let (one, two) = (desk.id("ONE/A"), desk.id("TWO/B"));
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": one }] }));
    assert_eq!(answer["guests"][0]["seat"], "12A");
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": two }] }));
    assert_eq!(answer["todo"][0], "Seat 12A of TWO/B is given to another guest. Choose another seat.");
}

#[test]
fn a_block_that_is_used_up_says_where_to_go_and_gives_nothing() {
    let blocks = Blocks { tag_serials: 5..6, sequences: 1000..1001, files: 7..8 };
    let mut desk = Desk::with_blocks(1, "C1", blocks);
    desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    desk.ok(json!({ "kind": "take-over", "flight": CA1501, "reason": "host silent" }));
    desk.check_in("WANG/LEIMR", "14C");
    let ana = desk.id("COSTA/ANAMRS");
    let refusal = desk.refused(json!({ "kind": "check-in", "guests": [{ "booking": ana, "seat": "15C" }] }));
    assert_eq!(
        refusal.to_string(),
        "All sequence numbers of this desk for the flight are used (1000 to 1000). Check the guest in at another desk, or ask the duty manager for a larger block."
    );
    assert_eq!(desk.add_bag("WANG/LEIMR", 20), "0999000005");
    let wang = desk.id("WANG/LEIMR");
    assert_eq!(desk.refused(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 20 })).code, "tags-used-up");
    let report = json!({ "kind": "open-incident", "incident": "delayed", "name": "LI/NA", "contact": "", "bag": { "description": "black case" } });
    let answer = desk.ok(report.clone());
    assert_eq!(answer["reference"], "PVG-YY-T00007-1");
    assert_eq!(desk.refused(report).code, "files-used-up");
}

#[test]
fn a_flight_is_taken_over_once_and_closed_with_a_sheet() {
    let mut desk = counter();
    let refusal = desk.refused(json!({ "kind": "take-over", "flight": CA1501, "reason": "again" }));
    assert_eq!(refusal.to_string(), "CA1501 is already worked here: 4701 took it over at 10:01 at C1. Go on with the flight.");
    for (name, seat) in [("OUYANG/MINGMR", "1A"), ("REPIN/ANNAMRS", "14A"), ("COSTA/TIAGOMSTR", "14B"), ("BAKER/LEEMR", "15A")] {
        desk.check_in(name, seat);
        desk.board(name);
    }
    desk.add_bag("REPIN/ANNAMRS", 20);
    desk.add_bag("REPIN/ANNAMRS", 12);
    desk.check_in("WANG/LEIMR", "16A");
    let answer = desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert_eq!(answer["message"], "CA1501 is closed with 4 guests and 1 infant.");
    assert_eq!(answer["todo"], json!(["1 guest is checked in and not on board. They stay here."]));
    let sheet = json!({
        "version": 1, "extra_seats": 1, "bags": [{ "destination": "PEK", "pieces": 2, "kg": 32 }],
        "cabins": [{ "cabin": "C", "adults": 1, "children": 0, "infants": 0 }, { "cabin": "Y", "adults": 2, "children": 1, "infants": 1 }],
    });
    assert_eq!(answer["sheet"], sheet);
    desk.ok(json!({ "kind": "reopen-flight", "flight": CA1501, "reason": "late guest" }));
    desk.board("WANG/LEIMR");
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    let sheets = desk.station.sheets(&key());
    assert_eq!(
        sheets.iter().map(|sheet| (sheet.figures.version, sheet.withdrawn, sheet.taken.by.as_str())).collect::<Vec<_>>(),
        [(1, true, "4701"), (2, false, "4701")]
    );
}

#[test]
fn gate_and_times_are_set_one_by_one() {
    let mut desk = counter();
    desk.ok(json!({ "kind": "set-flight", "flight": CA1501, "gate": "12", "std": "11:05" }));
    desk.ok(json!({ "kind": "set-flight", "flight": CA1501, "etd": "1140" }));
    let flight = desk.station.flight_of(&key()).unwrap();
    assert_eq!(
        (flight.gate.as_deref(), flight.std.unwrap().to_string().as_str(), flight.etd.unwrap().to_string().as_str()),
        (Some("12"), "11:05", "11:40")
    );
    assert_eq!(desk.refused(json!({ "kind": "set-flight", "flight": "CA9.2026-11-22.PVG", "gate": "12" })).code, "flight-not-known");
}

#[test]
fn a_seat_that_was_lost_by_an_offload_does_not_come_back_unasked() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "offload", "booking": wang, "reason": "late" }));
    desk.check_in("WHEELER/ROSEMRS", "14C");
    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": wang }] }));
    assert_eq!(desk.guest("WANG/LEIMR").seat, None);
    assert!(desk.station.conflicts().is_empty());
}

#[test]
fn a_sheet_says_when_its_figures_no_longer_hold() {
    let mut desk = counter();
    let mut gate = Desk::new(2, "G12");
    desk.check_in("WANG/LEIMR", "14C");
    crate::world::meet(&mut desk, &mut gate);
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert!(desk.station.sheets(&key())[0].agrees);
    gate.board("WANG/LEIMR");
    crate::world::meet(&mut desk, &mut gate);
    assert!(!desk.station.sheets(&key())[0].agrees);
}
