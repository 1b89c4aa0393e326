//! Promises of excess baggage: counted over the party, settled once, and never forgotten at the gate.

use schemas::record::excess::Excess;
use schemas::station::Trouble;
use serde_json::{Value, json};

use crate::world::{Desk, GUESTS, list, meet};

/// Twenty kilograms each, weighed together.
fn counter(number: u8, name: &str) -> Desk {
    let free = r#"{ "rules": [{ "airline": "*", "route": "*", "cabin": "*", "kg": 20 }], "infant_kg": 10 }"#;
    Desk::working(number, name, &list(GUESTS)).with_allowances(free)
}

/// A bag of 18 kg that the host took.
const BSM: &str = "BSM\n.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n.N/0999123456001\n.S/Y/14C/C/042\n.W/K/1/18\n.P/1WANG/LEIMR\n.L/W4NGL3\nENDBSM\n";

fn settle(desk: &Desk, name: &str, kg: u16) -> Value {
    json!({ "kind": "settle-excess", "booking": desk.id(name), "over": { "kg": kg }, "how": "paid", "proof": "999-4512345678" })
}

#[test]
fn what_is_beyond_the_allowance_is_asked_for_until_it_is_settled() {
    let mut desk = counter(1, "C1");
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    assert_eq!(desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 20 }))["tone"], "green");
    let answer = desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 8 }));
    assert_eq!(answer["todo"], json!(["Excess baggage of the party: 8 kg. Settle it."]));
    let over = Excess { pieces: 0, kg: 8 };
    assert_eq!(desk.station.problems_of(wang.0).iter().map(|problem| problem.trouble).collect::<Vec<_>>(), [Trouble::Excess(over)]);
    let half = desk.ok(settle(&desk, "WANG/LEIMR", 5));
    assert_eq!((&half["tone"], &half["todo"]), (&json!("amber"), &json!(["Excess baggage of the party: 3 kg. Settle it."])));
    assert_eq!(desk.refused(settle(&desk, "WANG/LEIMR", 5)).code, "excess-differs");
    assert_eq!(desk.ok(settle(&desk, "WANG/LEIMR", 3))["message"], "3 kg of WANG/LEIMR: paid, 999-4512345678.");
    assert!(desk.station.problems_of(wang.0).is_empty());
    assert_eq!(desk.refused(settle(&desk, "WANG/LEIMR", 1)).code, "no-excess");
    assert_eq!(desk.board("WANG/LEIMR")["tone"], "green");
}

#[test]
fn a_guest_who_was_not_asked_boards_amber_and_a_bag_taken_at_the_gate_is_free() {
    let mut desk = counter(1, "C1");
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    assert_eq!(desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 30, "gate_bag": true }))["tone"], "green");
    assert!(desk.station.excess_due(wang.0).is_none());
    desk.add_bag("WANG/LEIMR", 31);
    let answer = desk.board("WANG/LEIMR");
    assert_eq!((&answer["tone"], &answer["todo"]), (&json!("amber"), &json!(["Excess baggage is not settled: 11 kg."])));
}

#[test]
fn what_two_desks_settled_apart_is_settled_for_both() {
    let (mut one, mut two) = (counter(1, "C1"), counter(2, "C2"));
    one.check_in("WANG/LEIMR", "14C");
    one.add_bag("WANG/LEIMR", 26);
    meet(&mut one, &mut two);
    let wang = one.id("WANG/LEIMR");
    two.ok(json!({ "kind": "settle-excess", "booking": wang, "over": { "kg": 6 }, "how": "waived", "reason": "#goodwill" }));
    one.ok(settle(&one, "WANG/LEIMR", 6));
    meet(&mut one, &mut two);
    assert!(one.station.excess_due(wang.0).is_none() && two.station.excess_due(wang.0).is_none());
}

#[test]
fn no_number_of_a_payment_card_and_no_empty_word_is_taken() {
    let mut desk = counter(1, "C1");
    desk.check_in("WANG/LEIMR", "14C");
    desk.add_bag("WANG/LEIMR", 26);
    let wang = desk.id("WANG/LEIMR");
    for (change, code) in [
        (json!({ "proof": "4000 1234 5678 9010" }), "card-number"),
        (json!({ "proof": " " }), "text-missing"),
        (json!({ "proof": "<b>" }), "proof-not-read"),
        (json!({ "over": {} }), "excess-missing"),
        (json!({ "how": "waived", "proof": "" }), "text-missing"),
        (json!({ "how": "waived", "reason": "#goodwill" }), "excess-two-words"),
        (json!({ "reason": "#goodwill" }), "excess-two-words"),
        (json!({ "how": "waived", "proof": "", "reason": "4000 1234 5678 9010" }), "card-number"),
    ] {
        let mut command = json!({ "kind": "settle-excess", "booking": wang, "over": { "kg": 6 }, "how": "paid", "proof": "R 17" });
        command.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        assert_eq!(desk.refused(command).code, code);
    }
}

#[test]
fn bags_that_the_host_took_use_up_what_is_free_and_are_not_charged() {
    let mut desk = counter(1, "C1");
    desk.ok(json!({ "kind": "import-message", "text": BSM }));
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    assert!(desk.station.excess_due(wang.0).is_none());
    desk.add_bag("WANG/LEIMR", 9);
    assert_eq!(desk.station.excess_due(wang.0), Excess { pieces: 0, kg: 7 }, "18 and 9 of 20");
    let heavier = BSM.replace("/1/18", "/1/25").replace("0999123456", "0999123457");
    desk.ok(json!({ "kind": "import-message", "text": heavier }));
    assert_eq!(desk.station.excess_due(wang.0), Excess { pieces: 0, kg: 9 }, "what the host took above it was the host's to charge");
}

#[test]
fn a_pool_of_two_bookings_has_the_allowance_of_both() {
    let mut desk = counter(1, "C1");
    desk.check_in("WANG/LEIMR", "14C");
    desk.check_in("WHEELER/ROSEMRS", "14D");
    desk.add_bag("WHEELER/ROSEMRS", 18);
    let (wang, head) = (desk.id("WANG/LEIMR"), desk.id("WHEELER/ROSEMRS"));
    let answer = desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 20, "pool_with": head }));
    assert_eq!(answer["tone"], "green", "{answer}");
    assert!(desk.station.excess_due(head.0).is_none() && desk.station.excess_due(wang.0).is_none());
}
