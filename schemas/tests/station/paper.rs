//! Promises of paper: numbers on it are given once, and what was written on it is held against what others did.

use schemas::record::fact::Source;
use schemas::station::conflict::ConflictKind;
use schemas::station::paper::Stand;
use schemas::station::paper_lines;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

fn counter() -> Desk {
    Desk::working(1, "C1", &list(GUESTS))
}

/// A paper written at 09:50 by 4799.
fn paper(boarded: &[Value], bags: &[Value]) -> Value {
    json!({ "kind": "enter-paper", "flight": CA1501, "at": "09:50", "by": "4799", "boarded": boarded, "bags": bags })
}

fn stands(desk: &Desk, lines: &str) -> Vec<Stand> {
    let by = "4799".parse().unwrap();
    let at = desk.station.paper_time("09:50".parse().unwrap(), desk.now_ms).unwrap();
    desk.station.paper_rows(&key(), at, &by, &paper_lines::read(lines).unwrap()).into_iter().map(|row| row.stand).collect()
}

#[test]
fn a_number_kept_for_paper_is_given_to_no_bag_but_the_one_on_paper() {
    let mut desk = counter();
    desk.ok(json!({ "kind": "reserve-tags", "flight": CA1501, "count": 20 }));
    let blank = desk.station.blank_tags(&key());
    assert_eq!((blank.len(), blank[0].as_str(), blank[19].as_str()), (20, "0999001000", "0999001019"));
    assert_eq!(desk.add_bag("WANG/LEIMR", 12), "0999001020");
    let guest = desk.id("WANG/LEIMR");
    desk.ok(paper(&[], &[json!({ "booking": guest, "tag": "0999001004", "weight_kg": 18 })]));
    assert_eq!(desk.station.blank_tags(&key()).len(), 19);
    assert_eq!(desk.guest("WANG/LEIMR").bags.len(), 2);
    // The block has a hundred numbers: no sheet is given of which a part lies outside.
    assert_eq!(desk.refused(json!({ "kind": "reserve-tags", "flight": CA1501, "count": 80 })).code, "tags-used-up");
    assert_eq!(desk.refused(json!({ "kind": "reserve-tags", "flight": CA1501, "count": 0 })).code, "tag-count-out-of-range");
}

#[test]
fn another_desk_prints_none_of_the_numbers_of_this_one() {
    let (mut one, mut other) = (counter(), Desk::new(2, "C2"));
    one.ok(json!({ "kind": "reserve-tags", "flight": CA1501, "count": 5 }));
    meet(&mut one, &mut other);
    assert!(other.station.blank_tags(&key()).is_empty());
    other.ok(json!({ "kind": "reserve-tags", "flight": CA1501, "count": 5 }));
    assert_eq!(other.station.blank_tags(&key())[0].as_str(), "0999002000");
}

#[test]
fn what_is_typed_in_has_the_time_and_the_writer_of_the_paper_and_who_typed_it() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let guest = desk.id("WANG/LEIMR");
    let answer = desk.ok(paper(&[json!(guest)], &[json!({ "booking": guest, "tag": "0999123456" })]));
    assert_eq!((&answer["tone"], &answer["boarded"], &answer["bags"]), (&json!("green"), &json!(1), &json!(1)), "{answer}");
    let booking = desk.station.booking(guest.0).unwrap();
    let held = booking.boardings().next().unwrap();
    assert_eq!((&*held.fact.by, &*held.fact.desk, held.fact.src), ("4799", "C1", Source::Paper));
    assert_eq!(desk.now_ms - held.fact.at, 14 * 60_000 + 1, "09:50 at 10:04");
    assert!(held.fact.rec > held.fact.at);
    // In the same entry of the journal stands who typed it.
    let flight = desk.station.flight(&key()).unwrap();
    let typed = flight.history.all().last().unwrap();
    assert_eq!((&*typed.fact.by, typed.fact.src, typed.fact.rec), ("4701", Source::Person, held.fact.rec));
}

#[test]
fn the_same_paper_twice_changes_nothing() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let guest = desk.id("WANG/LEIMR");
    let entry = paper(&[json!(guest)], &[json!({ "booking": guest, "tag": "0999123456", "weight_kg": 18 })]);
    desk.ok(entry.clone());
    let before = desk.documents();
    let answer = desk.ok(entry);
    assert_eq!((&answer["boarded"], &answer["bags"], &answer["known"]), (&json!(0), &json!(0), &json!(2)));
    assert_eq!(desk.documents(), before);
    assert!(desk.station.conflicts().is_empty());
}

#[test]
fn what_others_did_meanwhile_is_shown_before_and_settled_after() {
    let (mut one, mut other) = (counter(), Desk::new(2, "G13"));
    let sequence = one.check_in("WANG/LEIMR", "14C");
    one.check_in("YOUNG/KIMMISS", "15C");
    meet(&mut one, &mut other);
    other.board("WANG/LEIMR");
    let kim = other.id("YOUNG/KIMMISS");
    other.ok(json!({ "kind": "offload", "booking": kim, "reason": "unwell" }));
    meet(&mut one, &mut other);
    let found = stands(&one, &format!("PB{sequence}\nPB 15C\nPB777"));
    assert!(matches!(&found[0], Stand::Aboard(seen) if seen.desk == "G13"), "{found:?}");
    assert!(matches!(&found[1], Stand::Offloaded(seen) if seen.desk == "G13"), "{found:?}");
    assert_eq!(found[2], Stand::Nobody);
    let wang = one.id("WANG/LEIMR");
    let answer = one.ok(paper(&[json!(wang), json!(kim)], &[]));
    assert_eq!(answer["tone"], "amber", "{answer}");
    let kinds: Vec<ConflictKind> = one.station.conflicts().iter().map(|conflict| conflict.kind).collect();
    assert!(kinds.contains(&ConflictKind::BoardedTwice) && kinds.contains(&ConflictKind::OffloadedAboard), "{kinds:?}");
}

#[test]
fn all_of_a_paper_is_entered_or_nothing() {
    let mut desk = counter();
    desk.check_in("WANG/LEIMR", "14C");
    let (wang, kim) = (desk.id("WANG/LEIMR"), desk.id("YOUNG/KIMMISS"));
    let tag = desk.add_bag("YOUNG/KIMMISS", 12);
    let before = desk.documents();
    let entry = paper(&[json!(wang)], &[json!({ "booking": wang, "tag": tag })]);
    assert_eq!(desk.refused(entry).code, "paper-tag-of-another");
    assert_eq!(desk.documents(), before);
    assert_eq!(stands(&desk, &format!("BAG 14C {tag}")), [Stand::BagOfAnother("YOUNG/KIMMISS (Y0UNGK)".to_owned())]);
    for (entry, code) in [
        (paper(&[], &[]), "paper-empty"),
        (paper(&[json!(kim), json!(kim)], &[]), "paper-twice"),
        (paper(&vec![json!(kim); 501], &[]), "paper-too-long"),
        (paper(&[], &[json!({ "booking": wang, "tag": "0999123456", "weight_kg": 100 })]), "weight-out-of-range"),
    ] {
        assert_eq!(desk.refused(entry).code, code);
    }
}

#[test]
fn who_is_on_paper_and_not_checked_in_here_comes_on_board_with_a_word() {
    let mut desk = counter();
    let wang = desk.id("WANG/LEIMR");
    let answer = desk.ok(paper(&[json!(wang)], &[]));
    assert_eq!(answer["tone"], "amber");
    let counts = desk.station.counts(&key());
    assert!(counts.add_up() && counts.boarded == 1);
}

#[test]
fn a_time_on_paper_is_of_today_or_of_the_night_before() {
    let desk = counter();
    let ago = |at: &str| desk.station.paper_time(at.parse().unwrap(), desk.now_ms).map(|ms| (desk.now_ms - ms) / 60_000);
    // It is 10:02.
    assert_eq!((ago("09:50"), ago("10:04"), ago("23:50"), ago("14:10")), (Some(12), Some(-1), Some(612), Some(1192)));
    assert_eq!((ago("10:10"), ago("12:00")), (None, None));
}
