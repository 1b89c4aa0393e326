//! Promises of taking flights over and giving them back: who works a flight, and that nothing said about it is lost.

use schemas::record::flight::Controller;
use schemas::station::{Setting, Station};
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

const CA1502: &str = "CA1502.2026-11-22.PVG";

fn controller(desk: &Desk) -> Controller {
    desk.station.flight_of(&key()).unwrap().controller
}

fn step(kind: &str, reason: &str) -> Value {
    json!({ "kind": kind, "flight": CA1501, "reason": reason })
}

fn listed(number: u8, name: &str) -> Desk {
    let mut desk = Desk::new(number, name);
    desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    desk
}

fn reasons(desk: &Desk) -> Vec<(&'static str, String, bool)> {
    desk.station.control_steps(&key()).into_iter().map(|step| (step.step, step.reason, step.holds)).collect()
}

#[test]
fn a_flight_goes_from_the_host_to_apron_and_back_in_steps_with_reasons() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    assert_eq!(desk.refused(step("hand-back", "host answers")).code, "not-handing-back");
    desk.ok(step("begin-hand-back", "host answers"));
    assert_eq!(controller(&desk), Controller::HandingBack);
    assert_eq!(desk.station.flight_of(&key()).unwrap().handing_back.unwrap().reason, "host answers");
    assert_eq!(desk.refused(step("begin-hand-back", "again")).code, "handing-back");
    assert_eq!(desk.refused(step("take-over", "again")).code, "already-taken-over");
    desk.ok(step("call-off-hand-back", "host silent again"));
    assert_eq!(controller(&desk), Controller::Apron);
    desk.check_in("WANG/LEIMR", "14C");
    desk.ok(step("begin-hand-back", "host answers"));
    let refusal = desk.refused(step("hand-back", "done"));
    assert_eq!(refusal.code, "host-list-needed");
    desk.ok(json!({ "kind": "hand-back", "flight": CA1501, "reason": "no list comes", "anyway": true }));
    assert_eq!(controller(&desk), Controller::Host);
    let steps = ["took-over", "hand-back-begun", "hand-back-called-off", "hand-back-begun", "handed-back"];
    assert_eq!(reasons(&desk).iter().map(|step| step.0).collect::<Vec<_>>(), steps);
    desk.ok(step("take-over", "host silent once more"));
    assert_eq!(controller(&desk), Controller::Apron);
}

#[test]
fn under_the_host_and_while_handing_back_nothing_is_worked_here_and_each_says_so_in_its_own_words() {
    let mut desk = listed(1, "C1");
    let booking = desk.id("WANG/LEIMR");
    let check_in = json!({ "kind": "check-in", "guests": [{ "booking": booking }] });
    assert_eq!(desk.refused(check_in.clone()).code, "worked-in-host");
    desk.ok(step("take-over", "host silent"));
    desk.ok(step("begin-hand-back", "host answers"));
    for command in [check_in, json!({ "kind": "board", "flight": CA1501, "booking": booking }), json!({ "kind": "close-flight", "flight": CA1501 })] {
        assert_eq!(desk.refused(command).code, "handing-back");
    }
}

#[test]
fn two_take_overs_that_did_not_see_each_other_agree_and_keep_both_reasons() {
    let (mut one, mut other) = (listed(1, "C1"), listed(2, "C2"));
    one.ok(step("take-over", "host silent since 10:33"));
    other.ok(step("take-over", "line is down"));
    meet(&mut one, &mut other);
    for desk in [&one, &other] {
        let row = desk.station.flight_of(&key()).unwrap();
        let mut reasons: Vec<_> = row.take_overs.iter().map(|taken| taken.reason.as_str()).collect();
        reasons.sort_unstable();
        assert_eq!((row.controller, reasons), (Controller::Apron, vec!["host silent since 10:33", "line is down"]));
    }
    assert_eq!(one.station.flight_of(&key()), other.station.flight_of(&key()));
    // Who has seen both gives both back.
    one.ok(step("begin-hand-back", "host answers"));
    one.ok(json!({ "kind": "hand-back", "flight": CA1501, "reason": "done", "anyway": true }));
    meet(&mut one, &mut other);
    assert_eq!((controller(&one), controller(&other)), (Controller::Host, Controller::Host));
}

#[test]
fn a_take_over_that_a_hand_back_did_not_see_stands_and_both_stay_visible() {
    let (mut one, mut other) = (listed(1, "C1"), listed(2, "C2"));
    one.ok(step("take-over", "host silent"));
    other.ok(step("take-over", "line is down"));
    one.ok(step("begin-hand-back", "host answers"));
    assert_eq!(controller(&one), Controller::HandingBack);
    meet(&mut one, &mut other);
    // Begun without seeing the other's taking over: that one goes on.
    assert_eq!((controller(&one), controller(&other)), (Controller::Apron, Controller::Apron));
    let mut again = listed(3, "C3");
    again.ok(step("take-over", "a third desk"));
    one.ok(step("begin-hand-back", "both are known now"));
    one.ok(json!({ "kind": "hand-back", "flight": CA1501, "reason": "done", "anyway": true }));
    assert_eq!(controller(&one), Controller::Host);
    meet(&mut one, &mut again);
    meet(&mut one, &mut other);
    meet(&mut other, &mut again);
    for desk in [&one, &other, &again] {
        assert_eq!(controller(desk), Controller::Apron, "{}", desk.name);
        let steps = reasons(desk);
        assert!(steps.iter().any(|step| step.0 == "handed-back"), "{steps:?}");
        assert_eq!(steps.iter().filter(|step| step.0 == "took-over" && step.2).map(|step| step.1.as_str()).collect::<Vec<_>>(), ["a third desk"]);
        assert_eq!(steps, reasons(&one));
    }
}

#[test]
fn a_station_is_taken_over_in_one_press_all_or_none() {
    let mut desk = listed(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list(GUESTS).replace("CA1501", "CA1502") }));
    let all = |flights: &[&str]| json!({ "kind": "take-over-station", "flights": flights, "reason": "host silent" });
    assert_eq!(desk.refused(all(&[])).code, "flights-not-named");
    assert_eq!(desk.refused(all(&[CA1501, "CA1777.2026-11-22.PVG"])).code, "flight-not-known");
    assert_eq!(controller(&desk), Controller::Host);
    desk.ok(step("take-over", "before"));
    let answer = desk.ok(all(&[CA1501, CA1502, CA1502]));
    assert_eq!((answer["flights"].clone(), answer["before"].clone()), (json!([CA1502]), json!(1)));
    assert_eq!(desk.station.flight_of(&CA1502.parse().unwrap()).unwrap().controller, Controller::Apron);
    assert_eq!(desk.station.flight_of(&key()).unwrap().taken_over.unwrap().reason, "before");
}

#[test]
fn in_a_practice_installation_what_the_host_works_is_worked_here_too_and_handing_back_still_is_not() {
    let mut desk = listed(1, "C1");
    let mut practising = Station::new(Setting { practice: true, ..desk.station.setting().clone() });
    for (scope, id, document) in desk.documents() {
        practising.apply(&scope, id, &document);
    }
    assert!(!desk.station.flight_of(&key()).unwrap().worked_here);
    desk.station = practising;
    let row = desk.station.flight_of(&key()).unwrap();
    assert_eq!((row.controller, row.worked_here), (Controller::Host, true));
    desk.check_in("WANG/LEIMR", "14C");
    desk.board("WANG/LEIMR");
    desk.ok(step("take-over", "a drill"));
    desk.ok(step("begin-hand-back", "the drill ends"));
    assert!(!desk.station.flight_of(&key()).unwrap().worked_here);
    assert_eq!(desk.refused(json!({ "kind": "close-flight", "flight": CA1501 })).code, "handing-back");
}
