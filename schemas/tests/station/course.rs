//! Promises about flights that are diverted or come back: boarding stands, figures are taken anew, and desks that differ are told apart.

use serde_json::json;

use crate::world::{CA1501, Desk, GUESTS, key, list, meet, pass};

fn returned(place: &str) -> serde_json::Value {
    json!({ "kind": "flight-returned", "flight": CA1501, "place": place, "after": "push-back", "reason": "hydraulics" })
}

fn diverted(to: &str) -> serde_json::Value {
    json!({ "kind": "divert-flight", "flight": CA1501, "to": to, "expected": "14:20", "onward": "coach", "reason": "fog" })
}

/// Two guests on board, one with a bag, and the flight closed.
fn closed() -> (Desk, String) {
    let mut desk = Desk::working(1, "G12", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "12A");
    let tag = desk.add_bag("WANG/LEIMR", 18);
    desk.board("WANG/LEIMR");
    desk.check_in("REPIN/ANNAMRS", "12C");
    desk.board("REPIN/ANNAMRS");
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    (desk, tag)
}

#[test]
fn a_flight_that_comes_back_opens_again_and_its_next_figures_have_the_next_version() {
    let (mut desk, tag) = closed();
    let answer = desk.ok(returned("gate"));
    assert_eq!(answer["message"], "CA1501 of 22 Nov is back at the gate after push-back.");
    let row = desk.station.flight_of(&key()).unwrap();
    assert!(!row.closed && row.courses.len() == 1);
    assert!(desk.station.sheets(&key())[0].withdrawn);
    // Nobody boards, and nobody closes, while it stands.
    desk.check_in("BAKER/LEEMR", "14A");
    let booking = desk.id("BAKER/LEEMR");
    let refusal = desk.refused(json!({ "kind": "board", "flight": CA1501, "booking": booking }));
    assert_eq!((refusal.code, refusal.message.as_str()), ("flight-stands", "CA1501 came back: hydraulics. Boarding stands still."));
    assert_eq!(desk.refused(json!({ "kind": "close-flight", "flight": CA1501 })).code, "flight-stands");
    // Who leaves is scanned; the bag is then to come off.
    let sequence = desk.guest("WANG/LEIMR").sequence.unwrap();
    let scan = pass("WANG/LEIMR", "W4NGL3", "012A", &format!("{sequence:04}"));
    let answer = desk.ok(json!({ "kind": "off-board", "flight": CA1501, "scan": scan, "reason": "leaves the aircraft" }));
    assert_eq!(answer["message"], "WANG/LEIMR is off the aircraft. 1 still on board.");
    assert_eq!(desk.station.bags_to_unload(&key()).iter().map(|row| row.tag.to_string()).collect::<Vec<_>>(), [tag]);
    desk.ok(json!({ "kind": "flight-continues", "flight": CA1501, "reason": "repaired" }));
    desk.board("WANG/LEIMR");
    let answer = desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert_eq!(answer["sheet"]["version"], 2);
    assert_eq!(desk.station.counts(&key()).boarded, 2);
}

#[test]
fn guests_leave_the_aircraft_all_or_none() {
    let (mut desk, _) = closed();
    desk.ok(returned("ramp"));
    let (wang, li) = (desk.id("WANG/LEIMR"), desk.id("BAKER/LEEMR"));
    let before = desk.documents();
    assert_eq!(desk.refused(json!({ "kind": "off-board", "flight": CA1501, "bookings": [wang, li], "reason": "x" })).code, "not-aboard");
    assert_eq!(before, desk.documents());
    let repin = desk.id("REPIN/ANNAMRS");
    let answer = desk.ok(json!({ "kind": "off-board", "flight": CA1501, "bookings": [wang, repin], "reason": "x" }));
    assert_eq!((answer["count"].as_u64(), answer["left"].as_u64()), (Some(2), Some(0)));
    assert_eq!(desk.station.counts(&key()).boarded, 0);
    assert_eq!(desk.refused(json!({ "kind": "off-board", "flight": CA1501, "reason": "x" })).code, "nobody-chosen");
}

#[test]
fn a_diversion_keeps_the_figures_and_names_who_goes_on() {
    let (mut desk, _) = closed();
    let answer = desk.ok(diverted("TSN"));
    assert_eq!(answer["message"], "CA1501 of 22 Nov is diverted to TSN.");
    assert!(
        answer["todo"].as_array().unwrap().iter().any(|words| words == "2 guests go on with another flight. They are named on the page of changes.")
    );
    let names: Vec<String> = desk.station.onward_guests(&key()).into_iter().map(|guest| guest.name).collect();
    assert_eq!(names, ["COSTA/ANAMRS", "COSTA/TIAGOMSTR"]);
    assert!(desk.station.flight_of(&key()).unwrap().closed);
    assert_eq!(desk.refused(diverted("PVG")).code, "not-a-diversion");
    assert_eq!(desk.refused(diverted("PEK")).code, "not-a-diversion");
    // The newest word takes the place of the one before, and calling it off leaves the steps.
    desk.ok(diverted("SJW"));
    assert_eq!(desk.station.courses(&key()).len(), 1);
    desk.ok(json!({ "kind": "flight-continues", "flight": CA1501, "reason": "fog lifted" }));
    assert_eq!(desk.refused(json!({ "kind": "flight-continues", "flight": CA1501, "reason": "x" })).code, "on-course");
    let steps = desk.station.course_steps(&key());
    assert_eq!(steps.iter().map(|step| step.holds).collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn desks_that_differ_on_where_a_flight_is_are_in_review_until_one_word_holds() {
    let (mut gate, _) = closed();
    let mut tower = Desk::new(2, "OPS");
    meet(&mut gate, &mut tower);
    gate.ok(returned("gate"));
    tower.ok(diverted("TSN"));
    meet(&mut gate, &mut tower);
    let open = |desk: &Desk| desk.station.conflicts().into_iter().filter(|conflict| conflict.resolution.is_none()).collect::<Vec<_>>();
    assert_eq!(open(&gate), open(&tower));
    let conflict = open(&gate).pop().unwrap();
    assert_eq!(conflict.choices.len(), 2);
    let back = conflict.choices.iter().find(|way| way.words == "Back at the gate after push-back").unwrap();
    tower.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": back.choice }));
    meet(&mut gate, &mut tower);
    assert!(open(&gate).is_empty());
    assert_eq!(gate.station.courses(&key()).len(), 1);
    // Two desks that say the same, and one that calls off what it saw: what it did not see stands.
    gate.ok(returned("ramp"));
    tower.ok(json!({ "kind": "flight-continues", "flight": CA1501, "reason": "x" }));
    meet(&mut gate, &mut tower);
    assert_eq!(gate.station.courses(&key()).len(), 1);
    assert!(open(&gate).is_empty());
}

#[test]
fn who_waits_for_a_connecting_guest_hears_where_the_flight_is() {
    let (mut desk, _) = closed();
    let mut hub = Desk::hub();
    hub.hear(&desk);
    let due = |hub: &Desk| hub.station.connecting_due(&key(), &["PEK".parse().unwrap()], hub.context().today);
    let copy = |hub: &mut Desk| {
        let due = due(hub).unwrap();
        hub.ok(json!({ "kind": "copy-connecting", "flight": CA1501, "stations": ["PEK"], "due": due }))
    };
    copy(&mut hub);
    desk.ok(diverted("TSN"));
    hub.hear(&desk);
    copy(&mut hub);
    let onward = "CA178.2026-11-22.PEK".parse().unwrap();
    let rows: Vec<_> = hub.station.guests(&onward).into_iter().flat_map(|guest| guest.connecting).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.course.is_some()), "{rows:?}");
    desk.ok(json!({ "kind": "flight-continues", "flight": CA1501, "reason": "x" }));
    hub.hear(&desk);
    copy(&mut hub);
    assert!(hub.station.guests(&onward).into_iter().flat_map(|guest| guest.connecting).all(|row| row.course.is_none()));
    assert_eq!(due(&hub), None);
}
