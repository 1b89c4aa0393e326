//! Promises of taking back: what was a mistake is as if it had not been, what others did meanwhile stays.

use schemas::record::booking::Standing;
use schemas::record::fact::ScanPoint;
use serde_json::json;

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

const MISTAKE: &str = "#undone-at-once";

fn counter() -> Desk {
    Desk::working(1, "C1", &list(GUESTS))
}

#[test]
fn a_check_in_that_is_taken_back_frees_seat_and_number_and_names_the_bags_that_stay() {
    let mut desk = counter();
    let wang = desk.id("WANG/LEIMR");
    let back = json!({ "kind": "take-back-check-in", "guests": [wang], "reason": MISTAKE });
    assert_eq!(desk.refused(back.clone()).code, "not-checked-in");
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    let answer = desk.ok(back.clone());
    assert_eq!((&answer["tone"], &answer["name"]), (&json!("amber"), &json!("WANG/LEIMR")));
    assert_eq!(answer["todo"], json!([format!("Bag {tag} stays on the flight: take it back too, or check the guest in again.")]));
    let guest = desk.guest("WANG/LEIMR");
    assert_eq!((guest.standing, guest.seat, guest.sequence), (Standing::Listed, None, None));
    assert_eq!(desk.station.counts(&key()).checked_in, 0);
    desk.check_in("WHEELER/ROSEMRS", "14C");
    desk.check_in("WANG/LEIMR", "14D");
    desk.board("WANG/LEIMR");
    assert_eq!(desk.refused(back).code, "is-aboard");
}

#[test]
fn a_bag_that_is_taken_back_is_on_no_flight_and_its_tag_can_be_given_again() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    let back = json!({ "kind": "take-back-bag", "flight": CA1501, "tag": tag, "reason": MISTAKE });
    let mut rush = back.clone();
    rush["rush"] = json!(true);
    assert_eq!(desk.refused(rush).code, "another-bag");
    desk.ok(back.clone());
    assert!(desk.guest("WANG/LEIMR").bags.is_empty());
    assert_eq!(desk.refused(back).code, "bag-not-known");
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 21, "tag": tag }));
    assert_eq!(desk.guest("WANG/LEIMR").bags.len(), 1);
}

#[test]
fn a_scan_that_is_taken_back_leaves_the_scans_that_were_not_seen() {
    let mut one = counter();
    one.check_in("WANG/LEIMR", "14C");
    let tag = one.add_bag("WANG/LEIMR", 20);
    let mut other = Desk::new(2, "B1");
    meet(&mut one, &mut other);
    let scan = json!({ "kind": "scan-bag", "tag": tag, "point": "loaded" });
    let back = json!({ "kind": "take-back-scan", "flight": CA1501, "tag": tag, "point": "loaded", "reason": MISTAKE });
    assert_eq!(one.refused(back.clone()).code, "not-scanned");
    let seen = |desk: &Desk| desk.station.bag(desk.station.ids().bag(&key(), tag.parse().unwrap())).unwrap().furthest();
    one.ok(scan.clone());
    assert_eq!(seen(&one), Some(ScanPoint::Loaded));
    other.ok(scan);
    one.ok(back);
    assert_eq!(seen(&one), Some(ScanPoint::Accepted));
    meet(&mut one, &mut other);
    assert_eq!((seen(&one), seen(&other)), (Some(ScanPoint::Loaded), Some(ScanPoint::Loaded)), "the other desk saw it too");
}
