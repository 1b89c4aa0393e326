//! Promises about minors who travel alone and about guests who are helped.

use schemas::record::fact::AssistStep;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

fn counter() -> Desk {
    Desk::working(1, "C1", &list(GUESTS))
}

fn step(desk: &Desk, name: &str, step: &str, who: Option<&str>) -> Value {
    json!({ "kind": "assist", "booking": desk.id(name), "service": "WCHR", "step": step, "who": who })
}

#[test]
fn a_minor_is_amber_until_it_is_known_who_hands_over_and_who_signs() {
    let mut desk = counter();
    let young = desk.id("YOUNG/KIMMISS");
    let words = "YOUNG/KIMMISS is an unaccompanied minor: hand over to the crew against signature.";
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": young, "seat": "1A" }] }));
    assert_eq!(answer["todo"], json!([words]));
    desk.ok(json!({ "kind": "note-escort", "booking": young, "step": "check-in", "name": "Young, Pat (mother)" }));
    let answer = desk.ok(json!({ "kind": "board", "flight": CA1501, "booking": young }));
    assert_eq!(answer["todo"], json!([words]));
    desk.ok(json!({ "kind": "un-board", "booking": young, "reason": "no signature" }));
    let answer = desk.ok(json!({ "kind": "board", "flight": CA1501, "booking": young, "signature": "Purser Wu" }));
    assert_eq!(answer["tone"], "green");
    let minor = desk.guest("YOUNG/KIMMISS").minor.unwrap();
    assert_eq!((minor.handed_by.as_deref(), minor.signed_by.as_deref()), (Some("Young, Pat (mother)"), Some("Purser Wu")));
    assert!(desk.guest("WANG/LEIMR").minor.is_none());
}

#[test]
fn who_brings_a_minor_may_be_given_with_the_check_in() {
    let mut desk = counter();
    let young = desk.id("YOUNG/KIMMISS");
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": young, "seat": "1A", "handed_by": "Young, Pat" }] }));
    assert_eq!(answer["tone"], "green");
}

#[test]
fn help_is_ordered_at_check_in_and_the_gate_sees_who_is_on_the_way() {
    let mut desk = counter();
    let mut gate = Desk::new(2, "G12");
    desk.check_in("WHEELER/ROSEMRS", "2A");
    let assign = step(&desk, "WHEELER/ROSEMRS", "assign", Some("4810"));
    desk.ok(assign);
    meet(&mut desk, &mut gate);
    let job = &gate.guest("WHEELER/ROSEMRS").assistance[0];
    assert_eq!((job.service.as_str(), job.step, job.who.as_slice()), ("WCHR", AssistStep::Assign, &["4810".to_owned()][..]));
    assert!(job.ordered_at < job.assigned_at && job.picked_up_at.is_none());
    let pick_up = step(&gate, "WHEELER/ROSEMRS", "pick-up", None);
    gate.ok(pick_up);
    assert_eq!(gate.board("WHEELER/ROSEMRS")["tone"], "green");
    let hand_over = step(&gate, "WHEELER/ROSEMRS", "hand-over", None);
    gate.ok(hand_over.clone());
    assert_eq!(gate.refused(hand_over).code, "not-ordered");
    let rows = gate.station.assistance(Some(&key()));
    assert_eq!((rows.len(), rows[0].job.step, rows[0].name.as_str()), (1, AssistStep::HandOver, "WHEELER/ROSEMRS"));
}

#[test]
fn help_that_is_not_ordered_or_ordered_twice_is_refused_and_may_be_cancelled() {
    let mut desk = counter();
    let order = json!({ "kind": "assist", "booking": desk.id("WANG/LEIMR"), "service": "BAGS", "step": "order", "place": "door 3" });
    desk.ok(order.clone());
    assert_eq!(desk.refused(order.clone()).to_string(), "BAGS is already ordered for WANG/LEIMR. Assign somebody to it.");
    let pick_up = step(&desk, "WANG/LEIMR", "pick-up", None);
    assert_eq!(desk.refused(pick_up).code, "not-ordered");
    let mut cancel = order;
    cancel["step"] = json!("cancel");
    desk.ok(cancel.clone());
    assert!(desk.station.assistance(None).is_empty());
    cancel["service"] = json!("x");
    assert_eq!(desk.refused(cancel).code, "service-not-known");
}

#[test]
fn two_desks_that_send_somebody_each_show_both() {
    let mut desk = counter();
    let mut gate = Desk::new(2, "G12");
    desk.check_in("WHEELER/ROSEMRS", "2A");
    meet(&mut desk, &mut gate);
    let (one, other) = (step(&desk, "WHEELER/ROSEMRS", "assign", Some("4810")), step(&desk, "WHEELER/ROSEMRS", "assign", Some("4822")));
    desk.ok(one);
    gate.ok(other);
    meet(&mut desk, &mut gate);
    assert_eq!(desk.guest("WHEELER/ROSEMRS").assistance[0].who, ["4810", "4822"]);
    assert_eq!(desk.station.assistance(None), gate.station.assistance(None));
}
