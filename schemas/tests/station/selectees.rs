//! Promises about guests whom security is to check before boarding.

use schemas::command::Tone;
use schemas::record::fact::Security;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, list, meet, pass};

fn gate() -> Desk {
    let mut desk = Desk::working(1, "G12", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "14C");
    desk
}

fn note(desk: &Desk, outcome: &str, note: &str) -> Value {
    json!({ "kind": "note-security", "booking": desk.id("WANG/LEIMR"), "outcome": outcome, "note": note })
}

fn board(desk: &Desk) -> Value {
    json!({ "kind": "board", "flight": CA1501, "booking": desk.id("WANG/LEIMR") })
}

/// The pass of the host with this in item 18.
fn marked(mark: char) -> Value {
    let text = pass("WANG/LEI MR", "W4NGL3", "014C", "1000");
    let block = format!("9992401000077{mark}0CA CA {:21}", "");
    let text = format!("{}30>6002A{block}", text.trim_end_matches("00"));
    json!({ "kind": "board", "flight": CA1501, "scan": text })
}

#[test]
fn who_is_selected_boards_only_when_the_check_is_noted_with_a_name() {
    let mut desk = gate();
    let (select, checked) = (note(&desk, "selected", ""), note(&desk, "checked", "officer 88"));
    desk.ok(select);
    assert_eq!(desk.guest("WANG/LEIMR").security, Some(Security::Selected));
    let command = board(&desk);
    let refusal = desk.refused(command.clone());
    assert_eq!((refusal.code, refusal.tone), ("selected-for-check", Some(Tone::Red)));
    assert_eq!(refusal.choices[0].booking, desk.id("WANG/LEIMR"));
    let nameless = note(&desk, "checked", " ");
    assert_eq!(desk.refused(nameless).code, "text-missing");
    desk.ok(checked);
    desk.ok(command);
}

#[test]
fn a_pass_that_says_selected_stops_until_the_check_is_noted() {
    let mut desk = gate();
    let refusal = desk.refused(marked('1'));
    assert_eq!((refusal.code, refusal.tone), ("selected-for-check", Some(Tone::Red)));
    let checked = note(&desk, "checked", "officer 88");
    desk.ok(checked);
    desk.ok(marked('1'));
}

#[test]
fn a_pass_that_says_not_selected_or_known_boards() {
    for mark in ['0', '3', ' '] {
        let mut desk = gate();
        desk.ok(marked(mark));
    }
}

#[test]
fn of_two_desks_that_did_not_see_each_other_the_graver_word_holds() {
    let mut desk = gate();
    let mut other = Desk::new(2, "G13");
    meet(&mut desk, &mut other);
    let (selected, checked) = (note(&desk, "selected", ""), note(&desk, "checked", "officer 88"));
    desk.ok(checked);
    other.ok(selected);
    meet(&mut desk, &mut other);
    assert_eq!(desk.guest("WANG/LEIMR").security, Some(Security::Selected));
    assert_eq!(desk.guest("WANG/LEIMR"), other.guest("WANG/LEIMR"));
}

#[test]
fn nothing_that_the_guest_is_given_says_that_security_is_to_check() {
    let mut desk = gate();
    let booking = desk.id("WANG/LEIMR");
    let before = desk.station.pass_of(booking.0);
    let select = note(&desk, "selected", "");
    desk.ok(select);
    assert_eq!(desk.station.pass_of(booking.0), before);
    assert!(!desk.guest("WANG/LEIMR").flags.iter().any(|flag| flag == "SEL"));
}

#[test]
fn who_is_aboard_and_selected_then_is_to_be_taken_off() {
    let mut desk = gate();
    let (command, select) = (board(&desk), note(&desk, "selected", ""));
    desk.ok(command);
    let answer = desk.ok(select);
    assert_eq!((&answer["tone"], answer["todo"].as_array().unwrap().len()), (&json!("amber"), 1));
}
