//! Promises of taking back: what was a mistake is as if it had not been, what others did meanwhile stays.

use std::collections::BTreeSet;

use schemas::record::Bag;
use schemas::record::booking::Standing;
use schemas::record::fact::{ScanPoint, What};
use schemas::record::outgoing::OutKind;
use schemas::standards::typeb::{BagMessage, Pfs};
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

const MISTAKE: &str = "#undone-at-once";

fn counter() -> Desk {
    Desk::working(1, "C1", &list(GUESTS))
}

fn bag<'a>(desk: &'a Desk, tag: &str) -> &'a Bag {
    desk.station.bag(desk.station.ids().bag(&key(), tag.parse().unwrap())).unwrap()
}

fn back_with_bag(tag: &str) -> Value {
    json!({ "kind": "take-back-bag", "flight": CA1501, "tag": tag, "reason": MISTAKE })
}

fn loaded(tag: &str) -> Value {
    json!({ "kind": "scan-bag", "tag": tag, "point": "loaded" })
}

fn to_unload(desk: &Desk) -> Vec<String> {
    desk.station.bags_to_unload(&key()).iter().map(|row| row.tag.to_string()).collect()
}

/// Both in this order, each hearing the other only after it did its own.
fn met(mut one: Desk, mut other: Desk, one_first: bool) -> [Desk; 2] {
    if one_first {
        other.hear(&one);
        one.hear(&other);
    } else {
        one.hear(&other);
        other.hear(&one);
    }
    [one, other]
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

#[test]
fn a_bag_that_was_seen_on_its_way_is_not_taken_back_and_holds_the_closing_until_it_is_ticked() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    desk.ok(loaded(&tag));
    assert_eq!(desk.refused(back_with_bag(&tag)).code, "bag-on-its-way");
    let close = json!({ "kind": "close-flight", "flight": CA1501 });
    assert_eq!(desk.refused(close.clone()).code, "bags-to-unload");
    desk.ok(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }));
    desk.ok(close);
}

#[test]
fn a_scan_that_was_a_mistake_is_taken_back_first_and_then_the_bag() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    desk.ok(json!({ "kind": "scan-bag", "tag": tag, "point": "accepted" }));
    desk.ok(loaded(&tag));
    desk.ok(json!({ "kind": "take-back-scan", "flight": CA1501, "tag": tag, "point": "loaded", "reason": MISTAKE }));
    desk.ok(back_with_bag(&tag));
    assert!(bag(&desk, &tag).is_removed());
}

#[test]
fn a_bag_that_is_loaded_while_it_is_taken_back_elsewhere_stays_in_every_count() {
    for one_first in [true, false] {
        for (counter_number, loader_number) in [(1, 2), (2, 1)] {
            let mut one = Desk::working(counter_number, "C1", &list(GUESTS));
            one.check_in("WANG/LEIMR", "14C");
            one.check_in("WHEELER/ROSEMRS", "14D");
            let (wang, wheeler) = (one.id("WANG/LEIMR"), one.id("WHEELER/ROSEMRS"));
            let pooled = json!({ "kind": "add-bag", "booking": wheeler, "weight_kg": 9, "pool_with": wang });
            let pooled = one.ok(pooled)["tag"].as_str().unwrap().to_owned();
            let tag = one.add_bag("WANG/LEIMR", 20);
            let mut loader = Desk::new(loader_number, "B1");
            meet(&mut one, &mut loader);
            for tag in [&tag, &pooled] {
                one.ok(back_with_bag(tag));
                loader.ok(loaded(tag));
            }
            for mut desk in met(one, loader, one_first) {
                assert!(bag(&desk, &tag).flies());
                assert_eq!(to_unload(&desk).len(), 2);
                let close = json!({ "kind": "close-flight", "flight": CA1501 });
                assert_eq!(desk.refused(close).code, "bags-to-unload");
                let due = desk.station.due_out(&key(), &BTreeSet::from([OutKind::Bsm]));
                let groups = due.iter().flat_map(|due| BagMessage::parse(&due.spoken.text).unwrap().groups);
                assert_eq!(groups.flat_map(|group| group.plates()).count(), 2, "both are announced as before");
                desk.board("WANG/LEIMR");
                assert_eq!(to_unload(&desk), std::slice::from_ref(&pooled), "who handed it in is not on board");
                let figures = desk.station.figures(&key());
                assert_eq!(figures.bags.iter().map(|load| (load.pieces, load.kg)).collect::<Vec<_>>(), [(1, 20)]);
            }
        }
    }
}

#[test]
fn a_bag_that_is_taken_again_while_it_is_taken_back_elsewhere_stays() {
    for one_first in [true, false] {
        let mut one = counter();
        one.check_in("WANG/LEIMR", "14C");
        let tag = one.add_bag("WANG/LEIMR", 20);
        let mut other = Desk::new(2, "C2");
        meet(&mut one, &mut other);
        one.ok(back_with_bag(&tag));
        let wang = other.id("WANG/LEIMR");
        other.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 21, "tag": tag }));
        for desk in met(one, other, one_first) {
            assert!(bag(&desk, &tag).flies());
            assert_eq!(to_unload(&desk), [tag.as_str()]);
        }
    }
}

#[test]
fn a_bag_that_a_message_announced_stays_as_announced() {
    let tag = "0999123456";
    let bsm = |change: &str| {
        let text = format!("BSM\n{change}.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n.N/{tag}001\n.W/K/1/18\n.P/1WANG/LEIMR\n.L/W4NGL3\nENDBSM\n");
        json!({ "kind": "import-message", "text": text })
    };
    let mut desk = counter();
    desk.ok(bsm(""));
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 21, "tag": tag }));
    let answer = desk.ok(back_with_bag(tag));
    assert_eq!(answer["todo"], json!([format!("A message announced bag {tag}: it stays on the flight as announced.")]));
    assert!(bag(&desk, tag).flies() && bag(&desk, tag).furthest().is_none());
    assert_eq!(desk.refused(back_with_bag(tag)).code, "bag-not-taken");
    desk.ok(bsm("DEL\n"));
    assert!(bag(&desk, tag).is_removed(), "the message that announced it takes it off");
}

#[test]
fn a_bag_that_came_off_and_is_taken_again_flies_and_begins_its_way_anew() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let tag = desk.add_bag("WANG/LEIMR", 20);
    desk.ok(loaded(&tag));
    desk.ok(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }));
    assert!(!bag(&desk, &tag).flies());
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "add-bag", "booking": wang, "weight_kg": 21, "tag": tag }));
    assert!(bag(&desk, &tag).flies());
    assert_eq!(bag(&desk, &tag).furthest(), Some(ScanPoint::Accepted));
    assert_eq!(to_unload(&desk), [tag.as_str()]);
}

#[test]
fn a_scan_is_taken_back_at_the_desk_that_made_it_alone() {
    let mut one = counter();
    one.check_in("WANG/LEIMR", "14C");
    let tag = one.add_bag("WANG/LEIMR", 20);
    let mut other = Desk::new(2, "B1");
    meet(&mut one, &mut other);
    other.ok(loaded(&tag));
    one.hear(&other);
    let back = json!({ "kind": "take-back-scan", "flight": CA1501, "tag": tag, "point": "loaded", "reason": MISTAKE });
    let refusal = one.refused(back.clone());
    assert_eq!((refusal.code, refusal.message.to_string()), ("scanned-elsewhere", format!("Bag {tag} was scanned at B1.")));
    other.ok(back);
}

#[test]
fn who_was_off_the_flight_before_the_check_in_is_off_it_again() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "offload", "booking": wang, "reason": "no documents" }));
    desk.check_in("WANG/LEIMR", "14C");
    let answer = desk.ok(json!({ "kind": "take-back-check-in", "guests": [wang], "reason": MISTAKE }));
    assert_eq!(answer["todo"], json!(["WANG/LEIMR had been taken off the flight before, and is off it again."]));
    assert_eq!(desk.guest("WANG/LEIMR").standing, Standing::Offloaded);
    let booking = desk.station.booking(wang.0).unwrap();
    let reasons: Vec<&What> = booking.offloads().map(|held| &held.fact.what).collect();
    assert_eq!(reasons, [&What::Offloaded { reason: "no documents".to_owned() }]);
}

#[test]
fn a_check_in_that_was_a_mistake_makes_nobody_an_offloaded_guest_in_the_sales_message() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    desk.check_in("WHEELER/ROSEMRS", "14D");
    let wang = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "take-back-check-in", "guests": [wang], "reason": MISTAKE }));
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    let due = desk.station.due_out(&key(), &BTreeSet::from([OutKind::Pfs]));
    let pfs = Pfs::parse(&due[0].spoken.text).unwrap();
    let of = |name: &str| pfs.groups[0].1.iter().find(|item| item.name.line() == name).map(|item| item.category.clone());
    assert_eq!(of("1WANG/LEIMR").as_deref(), Some("NOSHO"));
    assert_eq!(of("1WHEELER/ROSEMRS").as_deref(), Some("OFFLK"));
}
