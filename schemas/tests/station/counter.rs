//! Promises about the counter: what stands in the way of a party, which seats are offered, and how many tags are left.

use schemas::command::Command;
use schemas::record::fact::Documents;
use schemas::station::{SeatUse, Trouble};
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

fn troubles(desk: &Desk, name: &str) -> Vec<&'static str> {
    desk.station.problems_of(desk.id(name).0).iter().map(|problem| problem.trouble.name()).collect()
}

fn abroad() -> Desk {
    Desk::working(1, "C1", &list("1LI/NAMS\n.L/K7P2QX/CA\n1WANG/LEIMR\n.L/W4NGL3/CA\n").replace("PEK", "NRT"))
}

fn passport() -> Value {
    json!({ "kind": "P", "issuer": "UTO", "ending": "2C3", "nationality": "UTO", "expires": "2031-04-15", "read": true })
}

#[test]
fn problems_come_one_after_the_other_and_go_when_they_are_settled() {
    let mut desk = abroad();
    assert_eq!(troubles(&desk, "LI/NAMS"), ["documents-missing"]);
    desk.ok(json!({ "kind": "note-documents", "booking": desk.id("LI/NAMS"), "outcome": "seen", "document": passport() }));
    assert!(troubles(&desk, "LI/NAMS").is_empty());
    desk.check_in("LI/NAMS", "14A");
    let bag = desk.ok(json!({ "kind": "add-bag", "booking": desk.id("LI/NAMS"), "weight_kg": 35, "destination": "LAX" }));
    assert_eq!(troubles(&desk, "LI/NAMS"), ["bag-heavy"]);
    let tag = bag["tag"].as_str().unwrap().to_owned();
    desk.ok(json!({ "kind": "add-bag", "booking": desk.id("LI/NAMS"), "weight_kg": 35, "destination": "LAX", "tag": tag, "heavy": true }));
    assert_eq!(troubles(&desk, "LI/NAMS"), ["bag-without-routing"]);
    let onward = json!([{ "flight": "JL62", "to": "LAX" }]);
    desk.ok(json!({ "kind": "add-bag", "booking": desk.id("LI/NAMS"), "weight_kg": 35, "tag": tag, "heavy": true, "onward": onward }));
    assert!(troubles(&desk, "LI/NAMS").is_empty());
    desk.ok(json!({ "kind": "change-seat", "booking": desk.id("LI/NAMS"), "seat": "15A" }));
    assert_eq!(troubles(&desk, "LI/NAMS"), ["pass-due"]);
    desk.ok(json!({ "kind": "offload", "booking": desk.id("LI/NAMS"), "reason": "own wish" }));
    assert!(troubles(&desk, "LI/NAMS").is_empty());
}

#[test]
fn a_minor_without_a_name_of_who_brings_the_child_is_a_problem() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    assert_eq!(troubles(&desk, "YOUNG/KIMMISS"), ["escort-missing"]);
    desk.ok(json!({ "kind": "note-escort", "booking": desk.id("YOUNG/KIMMISS"), "step": "check-in", "name": "Young, Pat" }));
    assert!(troubles(&desk, "YOUNG/KIMMISS").is_empty());
    assert_eq!(troubles(&desk, "WAIT/TOMMR"), ["waits"]);
}

#[test]
fn a_seat_that_two_desks_gave_leads_both_guests_to_the_conflict() {
    let mut desk = abroad();
    let mut other = Desk::new(2, "C2");
    meet(&mut desk, &mut other);
    for (at, guest) in [(&mut desk, "LI/NAMS"), (&mut other, "WANG/LEIMR")] {
        at.ok(json!({ "kind": "note-documents", "booking": at.id(guest), "outcome": "seen" }));
        at.check_in(guest, "14A");
    }
    meet(&mut desk, &mut other);
    for guest in ["LI/NAMS", "WANG/LEIMR"] {
        let found = desk.station.problems_of(desk.id(guest).0);
        let conflict = desk.station.conflicts_of(&key())[0].id;
        assert_eq!(found.iter().map(|problem| problem.trouble).collect::<Vec<_>>(), [Trouble::Conflict { conflict }], "{guest}");
        assert_eq!(found, other.station.problems_of(desk.id(guest).0));
    }
}

#[test]
fn a_document_is_known_again_by_its_end_and_no_longer_number_is_taken() {
    let mut desk = abroad();
    let li = desk.id("LI/NAMS");
    let shown = |end: &str| json!({ "kind": "note-documents", "booking": li, "outcome": "send-later", "document": { "kind": "P", "issuer": "UTO", "ending": end } });
    assert_eq!(desk.refused(shown("98902C3")).code, "number-too-long");
    assert_eq!(
        desk.refused(
            json!({ "kind": "note-documents", "booking": li, "outcome": "seen", "document": { "kind": "p", "issuer": "UTO", "ending": "" } })
        )
        .code,
        "document-not-clear"
    );
    desk.ok(shown("2C3"));
    desk.check_in("LI/NAMS", "14A");
    let rows = desk.station.documents_to_send(&key());
    assert_eq!(rows[0].document.as_ref().map(|document| document.ending.as_str()), Some("2C3"));
    assert_eq!(desk.station.documents_missing(&key()).len(), 2, "WANG/LEIMR, and the guest in C");
}

#[test]
fn a_document_that_is_over_on_the_day_of_the_flight_is_said() {
    let mut desk = abroad();
    let old = json!({ "kind": "P", "issuer": "UTO", "ending": "2C3", "expires": "2026-11-21" });
    let answer = desk.ok(json!({ "kind": "note-documents", "booking": desk.id("LI/NAMS"), "outcome": "seen", "document": old }));
    assert_eq!((answer["tone"].as_str(), answer["todo"].as_array().unwrap().len()), (Some("amber"), 1));
}

#[test]
fn who_is_selected_stays_so_until_somebody_says_otherwise() {
    let mut desk = abroad();
    let note = |outcome: &str, selected: bool, desk: &Desk| json!({ "kind": "note-documents", "booking": desk.id("LI/NAMS"), "outcome": outcome, "selected": selected });
    let mut other = Desk::new(2, "C2");
    let command = note("seen", true, &desk);
    desk.ok(command);
    meet(&mut desk, &mut other);
    assert!(other.guest("LI/NAMS").selected && other.station.selected(&key()).len() == 1);
    let command = note("seen", false, &other);
    other.ok(command);
    assert!(!other.guest("LI/NAMS").selected);
    assert_eq!(other.guest("LI/NAMS").documents, Some(Documents::Seen));
}

#[test]
fn the_plan_says_of_each_seat_whether_it_can_be_given() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.ok(json!({ "kind": "change-equipment", "flight": CA1501, "map": "C1-2/AC Y11-20/ABC -11B", "reason": "swap" }));
    desk.check_in("REPIN/ANNAMRS", "12A");
    let plan = desk.station.seat_plan(desk.id("WANG/LEIMR").0).unwrap();
    assert!(plan.is_whole && plan.cabins.len() == 1 && plan.cabins[0].cabin == Some('Y'));
    let uses = |text: &str| plan.cabins[0].rows.iter().flat_map(|row| &row.seats).find(|seat| seat.seat.to_string() == text).map(|seat| seat.taken);
    assert_eq!((uses("12A"), uses("12B"), uses("11B"), uses("1A")), (Some(SeatUse::Taken), Some(SeatUse::Free), None, None));
    assert!(plan.own_rows.iter().all(|row| desk.station.is_own_row(*row)) && !plan.own_rows.is_empty());
    assert!(plan.offer.is_some_and(|seat| plan.own_rows.contains(&seat.row())));
    let own = desk.station.seat_plan(desk.id("REPIN/ANNAMRS").0).unwrap();
    assert!(own.cabins[0].rows.iter().flat_map(|row| &row.seats).any(|seat| seat.taken == SeatUse::Theirs && seat.seat.to_string() == "12A"));
}

#[test]
fn two_desks_offer_from_other_rows() {
    let plan = |number: u8| {
        let mut desk = Desk::working(number, "C", &list(GUESTS));
        desk.ok(json!({ "kind": "change-equipment", "flight": CA1501, "map": "Y11-34/ABC", "reason": "swap" }));
        desk.station.seat_plan(desk.id("WANG/LEIMR").0).unwrap().own_rows
    };
    let (one, two) = (plan(1), plan(2));
    assert!(!one.is_empty() && !two.is_empty() && one.iter().all(|row| !two.contains(row)), "{one:?} {two:?}");
}

#[test]
fn the_desk_knows_how_many_tags_are_left() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    assert_eq!(desk.station.tags_left(), 100);
    desk.check_in("WANG/LEIMR", "14A");
    desk.add_bag("WANG/LEIMR", 18);
    assert_eq!(desk.station.tags_left(), 99);
    desk.ok(json!({ "kind": "reserve-tags", "flight": CA1501, "count": 9 }));
    assert_eq!(desk.station.tags_left(), 90);
}

#[test]
fn the_baggage_desk_may_tag_a_rush_bag_and_not_a_guests() {
    use schemas::staff::{Permission, Role};
    let of = |json: Value| Permission::of(&Command::parse(&json.to_string()).unwrap()).unwrap();
    let rush = of(json!({ "kind": "add-bag", "flight": CA1501, "weight_kg": 18, "destination": "PEK", "rush": "missed its flight" }));
    let guests = of(json!({ "kind": "add-bag", "booking": "00000000000000000000000000000000", "weight_kg": 18 }));
    assert!(rush.is_for(Role::Baggage) && !guests.is_for(Role::Baggage) && !rush.is_for(Role::Lent));
    assert!(of(json!({ "kind": "print", "tag": "2999001000" })).is_for(Role::Baggage));
}
