//! Promises of the gate: every answer, with its words.

use serde_json::json;

use crate::world::{CA1501, Desk, GUESTS, list, meet, pass, pass_of};

fn gate() -> Desk {
    Desk::working(1, "G12", &list(GUESTS))
}

fn scan(text: &str) -> serde_json::Value {
    json!({ "kind": "board", "flight": CA1501, "scan": text })
}

/// A scan that must be stopped.
#[track_caller]
fn stopped(desk: &mut Desk, text: &str, code: &str, words: &str) {
    let refusal = desk.refused(scan(text));
    assert_eq!((refusal.code, refusal.to_string().as_str()), (code, words));
    assert_eq!(refusal.tone, Some(schemas::command::Tone::Red));
    assert_eq!(desk.station.conflicts().len(), 0);
}

#[test]
fn a_pass_that_we_printed_boards_green() {
    let mut desk = gate();
    let booking = desk.id("WANG/LEIMR");
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": booking, "seat": "14C" }] }));
    let text = answer["guests"][0]["pass"].as_str().unwrap().to_owned();
    assert_eq!(text, "M1WANG/LEIMR           W4NGL3 PVGPEKCA 1501 326Y014C1000 100");
    assert_eq!(desk.station.pass_of(booking.0), Some(text.clone()));
    let answer = desk.ok(scan(&text));
    assert_eq!((&answer["tone"], &answer["message"], &answer["todo"]), (&json!("green"), &json!("Board 14C, WANG/LEIMR."), &json!([])));
    assert_eq!(answer["heads"], 1);
}

#[test]
fn bags_on_the_pass_of_the_host_come_aboard_with_their_guest() {
    let mut desk = gate();
    let scan = pass("WANG/LEI MR", "W4NGL3", "014C", "0045").strip_suffix("00").unwrap().to_owned() + "1E>6181WW6325BCA 099912345600100";
    let answer = desk.ok(self::scan(&scan));
    assert_eq!((&answer["tone"], &answer["from_pass"]), (&json!("green"), &json!(true)), "{answer}");
    let tags: Vec<String> = desk.station.bags_of_guest(desk.id("WANG/LEIMR").0).iter().map(|bag| bag.tag.to_string()).collect();
    assert_eq!(tags, ["0999123456", "0999123457"], "up to version 6 the digits behind the plate count further tags");
}

#[test]
fn a_pass_of_the_host_is_evidence_and_boards() {
    let mut desk = gate();
    let answer = desk.ok(scan(&pass("WANG/LEI MR", "W4NGL3", "014C", "0045")));
    assert_eq!((&answer["tone"], &answer["from_pass"]), (&json!("green"), &json!(true)));
    let wang = desk.guest("WANG/LEIMR");
    assert_eq!((wang.seat.unwrap().to_string().as_str(), wang.sequence), ("14C", Some(45)));
    let counts = desk.station.counts(&crate::world::key());
    assert_eq!((counts.checked_in, counts.boarded), (1, 1));
}

#[test]
fn what_a_gate_stops_it_says_with_the_remedy() {
    let mut desk = gate();
    let seen = |route: &str| pass_of("WANG/LEI", "W4NGL3", route, "014C", "0045", '1');
    stopped(
        &mut desk,
        &seen("PVGSHAMU 5101 326"),
        "wrong-flight",
        "This pass is for MU5101 from PVG to SHA; here boards CA1501 of 22 Nov. Send the guest to the gate of MU5101.",
    );
    stopped(
        &mut desk,
        &seen("PEKPVGCA 1501 326"),
        "wrong-flight",
        "This pass is for CA1501 from PEK to PVG; here boards CA1501 of 22 Nov. Send the guest to the gate of CA1501.",
    );
    stopped(
        &mut desk,
        &seen("PVGPEKCA 1501 325"),
        "wrong-date",
        "This pass is for CA1501 of 21 Nov; here boards CA1501 of 22 Nov. Send the guest to check-in.",
    );
    stopped(
        &mut desk,
        &pass("NOBODY/KNOWN", "N0B0DY", "014C", "0045"),
        "not-on-list",
        "NOBODY/KNOWN is not on the list of CA1501. Check name and flight with the guest, then send the guest to check-in.",
    );
    stopped(
        &mut desk,
        "https://example.com/menu?table=12&lang=zh",
        "pass-not-read",
        "This is not a boarding pass that can be read: \"https://example.com/menu\". Scan it again, or type sequence, seat or name.",
    );
    stopped(
        &mut desk,
        &pass_of("WAIT/TOM", "W41TTM", "PVGPEKCA 1501 326", "", "0099", '7'),
        "standby",
        "WAIT/TOM"
            .replace("WAIT/TOM", "WAIT/TOMMR waits for a seat and is not cleared. Ask the guest to wait until standby guests are called.")
            .as_str(),
    );
    stopped(
        &mut desk,
        &pass_of("WANG/LEI", "W4NGL3", "PVGPEKCA 1501 326", "", "", '0'),
        "not-checked-in",
        "The pass of WANG/LEIMR was printed before check-in. Check the guest in first.",
    );
    stopped(
        &mut desk,
        &pass("REPIN/LEV", "R3P1NA", "INF", "0045"),
        "infant-with-adult",
        "The infant REPIN/LEV boards with REPIN/ANNAMRS (R3P1NA). Scan the adult's pass.",
    );
}

#[test]
fn typing_lets_on_board_only_who_is_checked_in_here() {
    let mut desk = gate();
    let wang = desk.id("WANG/LEIMR");
    let refusal = desk.refused(json!({ "kind": "board", "flight": CA1501, "booking": wang }));
    assert_eq!(refusal.to_string(), "WANG/LEIMR is not checked in here. Scan the guest's pass, or check the guest in.");
    let refusal = desk.refused(json!({ "kind": "board", "flight": CA1501, "sequence": 77 }));
    assert_eq!(refusal.to_string(), "Nobody on CA1501 holds sequence 77 here. Scan the guest's pass, or find the guest by name.");
    let refusal = desk.refused(json!({ "kind": "board", "flight": CA1501, "seat": "14C" }));
    assert_eq!(refusal.code, "seat-not-known");
    let sequence = desk.check_in("WANG/LEIMR", "14C");
    assert_eq!(desk.ok(json!({ "kind": "board", "flight": CA1501, "sequence": sequence }))["tone"], "green");
    desk.check_in("WHEELER/ROSEMRS", "15C");
    assert_eq!(desk.ok(json!({ "kind": "board", "flight": CA1501, "seat": "15C" }))["tone"], "amber");
}

#[test]
fn who_is_on_board_is_not_let_on_again() {
    let mut desk = gate();
    let text = pass("WANG/LEIMR", "W4NGL3", "014C", "0045");
    desk.ok(scan(&text));
    stopped(
        &mut desk,
        &text,
        "already-boarded",
        "WANG/LEIMR (W4NGL3) boarded at 10:02 at G12. Ask whose pass it is; look for another guest of that name.",
    );
}

#[test]
fn equal_names_are_never_picked() {
    let mut desk = gate();
    let text = pass("LI/NA", "", "014C", "0045");
    let refusal = desk.refused(scan(&text));
    assert_eq!((refusal.code, refusal.choices.len()), ("same-name", 2));
    assert_eq!(refusal.message, "2 guests on CA1501 match LI/NA.");
    let locators: Vec<_> = refusal.choices.iter().map(|choice| choice.locator.unwrap().to_string()).collect();
    assert_eq!(locators, ["K7P2QX", "S4MEN4"]);
    // A person chooses, and the pass still says seat and sequence.
    let chosen = refusal.choices[1].booking;
    let answer = desk.ok(json!({ "kind": "board", "flight": CA1501, "scan": text, "booking": chosen }));
    assert_eq!((&answer["seat"], &answer["sequence"]), (&json!("14C"), &json!(45)));
    // With a locator, or a sequence that one of them holds, there is nothing to pick.
    assert_eq!(desk.ok(scan(&pass("LI/NA", "K7P2QX", "015C", "0046")))["seat"], "15C");
}

#[test]
fn a_name_under_another_locator_is_for_a_person_to_compare() {
    let mut desk = gate();
    let refusal = desk.refused(scan(&pass("WANG/LEI", "ZZZZZ9", "014C", "0045")));
    assert_eq!((refusal.code, refusal.choices.len()), ("locator-differs", 1));
    assert_eq!(refusal.to_string(), "WANG/LEI is on the list, but not under ZZZZZ9. Compare the guest's booking with the list and choose the guest.");
    let other = desk.id("WHEELER/ROSEMRS");
    let refusal = desk.refused(json!({ "kind": "board", "flight": CA1501, "scan": pass("WANG/LEI", "W4NGL3", "014C", "0045"), "booking": other }));
    assert_eq!(refusal.code, "pass-of-another");
}

#[test]
fn a_name_that_was_cut_at_twenty_characters_is_found() {
    let mut desk = gate();
    let answer = desk.ok(scan(&pass("ALEXANDROPOULOS/KONSTANTINOSMR", "4L3X4N", "020A", "0050")));
    assert_eq!(answer["name"], "ALEXANDROPOULOS/KONSTANTINOSMR");
}

#[test]
fn a_sequence_that_another_holds_is_a_conflict_and_never_already_boarded() {
    let mut desk = gate();
    desk.ok(scan(&pass("WANG/LEI", "W4NGL3", "014C", "0045")));
    let answer = desk.ok(scan(&pass("WHEELER/ROSE", "WH33L3", "015C", "0045")));
    assert_eq!(answer["tone"], "amber");
    assert_eq!(answer["todo"][0], "Sequence 45 is also held by WANG/LEIMR (W4NGL3). It is in the review list; both are counted.");
    let conflicts = desk.station.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].what, "Sequence 45 on CA1501 of 22 Nov is held by WANG/LEIMR (W4NGL3) and WHEELER/ROSEMRS (WH33L3).");
    assert_eq!(desk.station.counts(&crate::world::key()).boarded, 2);
}

#[test]
fn a_seat_that_another_holds_boards_amber() {
    let mut desk = gate();
    desk.check_in("WANG/LEIMR", "14C");
    let answer = desk.ok(scan(&pass("OUYANG/MING", "J11111", "014C", "0007")));
    assert_eq!(answer["todo"][0], "Seat 14C is also given to WANG/LEIMR (W4NGL3). It is in the review list: seat one of them elsewhere.");
    assert_eq!(desk.station.conflicts().len(), 1);
}

#[test]
fn an_old_pass_shows_the_new_seat() {
    let mut desk = gate();
    let sequence = desk.check_in("WANG/LEIMR", "14C");
    let booking = desk.id("WANG/LEIMR");
    let answer = desk.ok(json!({ "kind": "change-seat", "booking": booking, "seat": "15A" }));
    assert_eq!(answer["todo"], json!(["Give the guest the new pass and take the old one back."]));
    let answer = desk.ok(scan(&pass("WANG/LEIMR", "W4NGL3", "014C", &format!("{sequence:04}"))));
    assert_eq!(
        (&answer["tone"], &answer["seat"], &answer["todo"]),
        (&json!("amber"), &json!("15A"), &json!(["The seat has changed: now 15A, the pass says 14C."]))
    );
}

#[test]
fn guests_who_need_something_board_amber_with_words() {
    let mut desk = gate();
    let answer = desk.ok(scan(&pass("YOUNG/KIM", "Y0UNGK", "001A", "0010")));
    assert_eq!(answer["todo"], json!(["YOUNG/KIMMISS is an unaccompanied minor: hand over to the crew against signature."]));
    let answer = desk.ok(scan(&pass("WHEELER/ROSE", "WH33L3", "002A", "0011")));
    assert_eq!(answer["todo"], json!(["WHEELER/ROSEMRS: wheelchair to the ramp. See that assistance is there."]));
}

#[test]
fn an_infant_goes_with_its_adult_and_is_counted_apart() {
    let mut desk = gate();
    let answer = desk.ok(scan(&pass("REPIN/ANNA", "R3P1NA", "003A", "0012")));
    assert_eq!((&answer["tone"], &answer["message"]), (&json!("green"), &json!("Board 3A, REPIN/ANNAMRS with the infant REPIN/LEV.")));
    let counts = desk.station.counts(&crate::world::key());
    assert_eq!((counts.boarded, counts.infants_boarded), (1, 1));
    let answer = desk.ok(scan(&pass("REPIN/LEV", "R3P1NA", "INF", "")));
    assert_eq!(answer["message"], "The infant REPIN/LEV is counted with REPIN/ANNAMRS, who is on board.");
    let answer = desk.ok(scan(&pass("BAKER/LEE", "B4K3RL", "004A", "0013")));
    assert_eq!(answer["message"], "Board 4A, BAKER/LEEMR and 1 extra seat.");
}

#[test]
fn a_standby_guest_whom_the_host_cleared_boards_by_the_pass() {
    let mut desk = gate();
    assert_eq!(desk.ok(scan(&pass("WAIT/TOM", "W41TTM", "030A", "0098")))["tone"], "green");
}

#[test]
fn a_flight_in_the_host_or_closed_lets_nobody_on() {
    let mut desk = Desk::new(1, "G12");
    let text = pass("WANG/LEI", "W4NGL3", "014C", "0045");
    stopped(
        &mut desk,
        &text,
        "flight-not-known",
        "There is no passenger list of CA1501 of 22 Nov here. Import the list, or wait until a neighbour desk has sent it.",
    );
    desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    stopped(&mut desk, &text, "worked-in-host", "CA1501 is still worked in the host. Take the flight over first.");
    desk.ok(json!({ "kind": "take-over", "flight": CA1501, "reason": "host silent" }));
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    stopped(&mut desk, &text, "flight-closed", "CA1501 was closed at 10:02 at G12. Reopen the flight if it must still change.");
    desk.ok(json!({ "kind": "reopen-flight", "flight": CA1501, "reason": "guest at the gate" }));
    desk.ok(scan(&text));
}

#[test]
fn who_was_taken_off_comes_back_through_check_in() {
    let mut desk = gate();
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "offload", "booking": wang, "reason": "no visa" }));
    let text = pass("WANG/LEIMR", "W4NGL3", "014C", "1000");
    stopped(&mut desk, &text, "offloaded", "WANG/LEIMR was taken off the flight. Send the guest to check-in.");
    assert_eq!(desk.check_in("WANG/LEIMR", "14C"), 1001, "a number given up is not given again");
    assert_eq!(desk.ok(scan(&text))["todo"], json!(["The pass has sequence 1000; here the guest holds 1001."]));
}

#[test]
fn an_un_boarded_guest_is_checked_in_and_missing() {
    let mut desk = gate();
    desk.check_in("WANG/LEIMR", "14C");
    desk.board("WANG/LEIMR");
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "un-board", "booking": wang, "reason": "felt ill" }));
    let missing = desk.station.missing(&crate::world::key());
    assert_eq!(missing.iter().map(|guest| guest.name.as_str()).collect::<Vec<_>>(), ["WANG/LEIMR"]);
    assert_eq!(desk.refused(json!({ "kind": "un-board", "booking": wang, "reason": "again" })).code, "not-aboard");
    assert_eq!(desk.board("WANG/LEIMR")["tone"], "green");
}

#[test]
fn an_un_boarding_that_did_not_see_the_other_boarding_leaves_the_guest_on() {
    let mut one = gate();
    let mut other = Desk::new(2, "G13");
    one.check_in("WANG/LEIMR", "14C");
    meet(&mut one, &mut other);
    one.board("WANG/LEIMR");
    other.board("WANG/LEIMR");
    let wang = one.id("WANG/LEIMR");
    one.ok(json!({ "kind": "un-board", "booking": wang, "reason": "wrong person" }));
    meet(&mut one, &mut other);
    assert!(one.guest("WANG/LEIMR").boarded.is_some_and(|boarding| boarding.desk == "G13"));
    assert_eq!(one.station.guests(&crate::world::key()), other.station.guests(&crate::world::key()));
}

#[test]
fn a_pass_that_says_not_checked_in_but_has_a_sequence_boards_amber() {
    let mut desk = gate();
    let answer = desk.ok(scan(&pass_of("WANG/LEI", "W4NGL3", "PVGPEKCA 1501 326", "014C", "0045", '0')));
    assert_eq!(answer["tone"], "amber");
}

#[test]
fn the_pass_of_a_desk_that_cannot_be_seen_raises_no_conflict_when_the_desks_meet() {
    let mut counter = Desk::working(1, "C1", &list(GUESTS));
    let mut gate = Desk::new(2, "G12");
    meet(&mut counter, &mut gate);
    counter.check_in("WANG/LEIMR", "14C");
    let booking = counter.id("WANG/LEIMR");
    let answer = counter.ok(json!({ "kind": "change-seat", "booking": booking, "seat": "15A" }));
    gate.ok(scan(answer["pass"].as_str().unwrap()));
    meet(&mut counter, &mut gate);
    assert_eq!(counter.station.conflicts(), []);
    assert_eq!(counter.guest("WANG/LEIMR").seat.unwrap().to_string(), "15A");
}

#[test]
fn two_seats_for_one_guest_are_said_at_the_gate() {
    let mut counter = Desk::working(1, "C1", &list(GUESTS));
    let mut other = Desk::new(2, "C2");
    meet(&mut counter, &mut other);
    counter.check_in("WANG/LEIMR", "14C");
    other.check_in("WANG/LEIMR", "20A");
    meet(&mut counter, &mut other);
    let answer = counter.board("WANG/LEIMR");
    assert_eq!(answer["todo"], json!(["Two desks gave this guest different seats: 20A and 14C. It is in the review list."]));
}

#[test]
fn the_wrong_gate_is_amber_and_can_be_passed_while_the_wrong_flight_stays_red() {
    let mut desk = gate();
    desk.ok(json!({ "kind": "set-flight", "flight": CA1501, "gate": "12" }));
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    let at = |gate: &str| json!({ "kind": "board", "flight": CA1501, "booking": wang, "gate": gate });
    let refusal = desk.refused(at("G14"));
    assert_eq!((refusal.code, refusal.tone), ("wrong-gate", Some(schemas::command::Tone::Amber)));
    assert_eq!(
        refusal.to_string(),
        "CA1501 boards at gate 12, and this is gate G14. Send WANG/LEIMR to gate 12, or board anyway if the aircraft is here."
    );
    assert!(!desk.guest("WANG/LEIMR").standing.eq(&schemas::record::booking::Standing::Aboard));
    let other = pass_of("WANG/LEI", "W4NGL3", "PVGSHAMU 5101 326", "014C", "0045", '1');
    let refusal = desk.refused(json!({ "kind": "board", "flight": CA1501, "scan": other, "gate": "G14", "anyway": true }));
    assert_eq!((refusal.code, refusal.tone), ("wrong-flight", Some(schemas::command::Tone::Red)));
    let answer = desk.ok(json!({ "kind": "board", "flight": CA1501, "booking": wang, "gate": "G14", "anyway": true }));
    assert_eq!(answer["tone"], "green");
}

#[test]
fn the_same_gate_is_the_same_however_it_is_written() {
    let mut desk = gate();
    desk.ok(json!({ "kind": "set-flight", "flight": CA1501, "gate": "12" }));
    for (at, written) in ["12", "G12", "gate 12", " 012 "].into_iter().enumerate() {
        desk.check_in("WANG/LEIMR", "14C");
        let wang = desk.id("WANG/LEIMR");
        desk.ok(json!({ "kind": "board", "flight": CA1501, "booking": wang, "gate": written }));
        desk.ok(json!({ "kind": "offload", "booking": wang, "reason": format!("again {at}") }));
    }
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    for written in ["A12", "112", "1"] {
        assert_eq!(desk.refused(json!({ "kind": "board", "flight": CA1501, "booking": wang, "gate": written })).code, "wrong-gate");
    }
}
