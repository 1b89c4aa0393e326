//! Promises about guests who are on no list.

use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet, pass};

fn counter() -> Desk {
    Desk::working(1, "C1", &list(GUESTS))
}

fn newcomer(mark: &str) -> Value {
    json!({
        "kind": "add-guest", "flight": CA1501, "name": "rossi/marco", "locator": "R0SS11", "ticket": "999-2401000077/1", "mark": mark,
        "reason": "ticket shown, not on the list",
    })
}

#[test]
fn a_guest_on_no_list_is_shown_with_the_mark_and_counted_apart() {
    let mut desk = counter();
    let before = desk.station.counts(&key());
    let answer = desk.ok(newcomer("no-rec"));
    assert_eq!(answer["message"], "ROSSI/MARCO is taken down for CA1501 of 22 Nov and waits for a seat.");
    assert_eq!(answer["todo"], json!(["Give a seat only when the guest is cleared.", "1 guest waits for a seat already."]));
    let row = serde_json::to_value(desk.guest("ROSSI/MARCO")).unwrap();
    assert_eq!((&row["mark"], &row["destination"], &row["cabin"], &row["seat"]), (&json!("no-rec"), &json!("PEK"), &json!("Y"), &json!(null)));
    let counts = desk.station.counts(&key());
    assert_eq!((counts.no_rec, counts.go_show, counts.booked, counts.standby), (1, 0, before.booked, 2));
    assert!(counts.add_up());
}

#[test]
fn no_seat_is_given_before_clearance_and_clearance_gives_seat_and_sequence() {
    let mut desk = counter();
    desk.ok(newcomer("no-rec"));
    let rossi = desk.id("ROSSI/MARCO");
    let refusal = desk.refused(json!({ "kind": "check-in", "guests": [{ "booking": rossi, "seat": "20A" }] }));
    assert_eq!(refusal.to_string(), "ROSSI/MARCO is on no list and is not cleared. Clear the guest first, with a seat.");
    assert_eq!(desk.refused(json!({ "kind": "board", "flight": CA1501, "booking": rossi })).code, "standby");
    assert_eq!(desk.refused(json!({ "kind": "clear-guest", "booking": rossi })).code, "seat-needed");
    let answer = desk.ok(json!({ "kind": "clear-guest", "booking": rossi, "seat": "20A" }));
    assert_eq!(answer["message"], "ROSSI/MARCO is cleared on CA1501: seat 20A, sequence 1000.");
    assert_eq!(answer["todo"], json!(["1 standby guest waits still for a seat. See that nobody was passed over."]));
    assert!(answer["pass"].as_str().unwrap().contains("ROSSI/MARCO"));
    let counts = desk.station.counts(&key());
    assert_eq!((counts.checked_in, counts.no_rec, counts.standby), (1, 1, 1));
    assert!(counts.add_up());
    desk.board("ROSSI/MARCO");
    assert_eq!(desk.station.counts(&key()).boarded, 1);
    assert_eq!(desk.refused(json!({ "kind": "clear-guest", "booking": rossi, "seat": "20A" })).code, "not-waiting");
}

#[test]
fn who_is_taken_off_again_waits_again() {
    let mut desk = counter();
    desk.ok(newcomer("go-show"));
    let rossi = desk.id("ROSSI/MARCO");
    desk.ok(json!({ "kind": "clear-guest", "booking": rossi, "seat": "20A" }));
    desk.ok(json!({ "kind": "offload", "booking": rossi, "reason": "no seat after all" }));
    assert_eq!(desk.refused(json!({ "kind": "check-in", "guests": [{ "booking": rossi, "seat": "20A" }] })).code, "not-cleared");
    desk.check_in("WANG/LEIMR", "20A");
    desk.ok(json!({ "kind": "clear-guest", "booking": rossi, "seat": "21A" }));
}

#[test]
fn what_cannot_be_taken_down_is_refused_with_the_remedy() {
    let mut desk = counter();
    let mut check = |field: &str, value: Value, words: &str| {
        let mut command = newcomer("no-rec");
        command[field] = value;
        assert_eq!(desk.refused(command).to_string(), words);
    };
    check("name", json!("李娜"), "\"李娜\" cannot stand on a list or a pass. Write it in capital letters as in the passport, surname first: LI/NA.");
    check("ticket", json!("999"), "This is not the number of a ticket. Give its 13 digits, and the coupon behind a slash if it is known.");
    check("destination", json!("SIN"), "CA1501 does not go to SIN. Give one of: PEK.");
    let refusal = desk.refused(json!({ "kind": "add-guest", "flight": CA1501, "name": "ROSSI/MARCO", "mark": "no-rec", "reason": "x" }));
    assert_eq!(refusal.code, "ticket-needed");
    let refusal =
        desk.refused(json!({ "kind": "add-guest", "flight": CA1501, "name": "LI/NAMS", "ticket": "9992401000001", "mark": "no-rec", "reason": "x" }));
    assert_eq!((refusal.code, refusal.choices.len()), ("guest-on-list", 1));
    desk.ok(newcomer("no-rec"));
    assert_eq!(desk.refused(newcomer("no-rec")).code, "guest-on-list");
}

#[test]
fn two_desks_that_take_down_the_same_guest_mean_one() {
    let mut desk = counter();
    let mut other = Desk::new(2, "C2");
    meet(&mut desk, &mut other);
    desk.ok(newcomer("no-rec"));
    other.ok(newcomer("go-show"));
    meet(&mut desk, &mut other);
    assert_eq!(desk.guest("ROSSI/MARCO"), other.guest("ROSSI/MARCO"));
    assert_eq!(serde_json::to_value(desk.guest("ROSSI/MARCO")).unwrap()["mark"], "no-rec");
    assert!(desk.station.conflicts().is_empty());
}

#[test]
fn a_list_that_comes_later_takes_the_guest_over() {
    let mut desk = counter();
    desk.ok(newcomer("no-rec"));
    let later = list(&format!("{GUESTS}1ROSSI/MARCO\n.L/R0SS11\n"));
    desk.ok(json!({ "kind": "import-list", "text": later }));
    let row = desk.guest("ROSSI/MARCO");
    assert_eq!((row.mark, row.standby), (None, false));
    desk.check_in("ROSSI/MARCO", "20A");
}

#[test]
fn a_pass_of_the_host_boards_a_guest_who_was_taken_down() {
    let mut desk = counter();
    desk.ok(newcomer("no-rec"));
    let answer = desk.ok(json!({ "kind": "board", "flight": CA1501, "scan": pass("ROSSI/MARCO", "R0SS11", "020A", "0099") }));
    assert_eq!(answer["from_pass"], true);
}
