//! Promises of baggage messages: bags become known from them, and nothing that people did is lost by them.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

const TAG: &str = "0999123456";

fn bsm(change: &str) -> String {
    let change = if change.is_empty() { String::new() } else { format!("{change}\n") };
    format!("BSM\n{change}.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n.N/{TAG}001\n.S/Y/14C/C/042\n.W/K/1/18\n.P/1WANG/LEIMR\n.L/W4NGL3\nENDBSM\n")
}

fn bpm(processing: &str) -> String {
    format!("BPM\n.V/1LPVG\n.J/{processing}\n.F/CA1501/22NOV/PEK/Y\n.N/{TAG}001\nENDBPM\n")
}

fn message(text: &str) -> Value {
    json!({ "kind": "import-message", "text": text })
}

fn desk() -> Desk {
    Desk::working(1, "C1", &list(GUESTS))
}

#[test]
fn a_bag_becomes_known_with_its_guest_from_a_message() {
    let mut desk = desk();
    let answer = desk.ok(message(&bsm("")));
    assert_eq!((answer["message"].as_str().unwrap(), answer["tone"].as_str().unwrap()), ("CA1501 of 22 Nov: 1 bag announced.", "green"));
    let bags = desk.station.bags_of(&key());
    assert_eq!((bags.len(), bags[0].tag.as_str(), bags[0].kg), (1, TAG, Some(18)));
    assert_eq!(bags[0].owner, Some(desk.id("WANG/LEIMR").0));
    let before = desk.documents();
    desk.ok(message(&bsm("")));
    assert_eq!(before, desk.documents());
}

#[test]
fn what_a_message_took_off_is_gone_and_what_people_touched_stays() {
    let mut desk = desk();
    desk.ok(message(&bsm("")));
    desk.ok(message(&bsm("DEL")));
    assert!(desk.station.bags_of(&key())[0].is_removed());
    assert_eq!(desk.station.flight_of(&key()).unwrap().counts.bags, 0);
    desk.ok(message(&bsm("")));
    assert!(!desk.station.bags_of(&key())[0].is_removed());
    desk.ok(json!({ "kind": "scan-bag", "tag": TAG, "point": "loaded", "flight": CA1501 }));
    let answer = desk.ok(message(&bsm("DEL")));
    assert_eq!(answer["tone"], "amber");
    assert!(!desk.station.bags_of(&key())[0].is_removed());
}

#[test]
fn a_message_leaves_alone_what_the_desk_said_of_its_own_bag() {
    let mut desk = desk();
    let tag = desk.add_bag("WAIT/TOMMR", 10);
    let answer = desk.ok(message(&bsm("").replace(TAG, &tag)));
    assert!(answer["todo"][0].as_str().unwrap().contains("The desk's word stays"), "{answer}");
    let bag = desk.station.bags_of(&key())[0].clone();
    assert_eq!((bag.kg, bag.owner), (Some(10), Some(desk.id("WAIT/TOMMR").0)));
    desk.ok(message(&bsm("DEL").replace(TAG, &tag)));
    assert!(!desk.station.bags_of(&key())[0].is_removed());
}

#[test]
fn a_scan_elsewhere_keeps_the_time_of_its_capture_and_counts_once() {
    let mut desk = desk();
    assert_eq!(desk.refused(message(&bpm("S/7/8/22NOV/094500L/SORT1"))).code, "waits-for-bag");
    desk.ok(message(&bsm("")));
    desk.ok(message(&bpm("S/7/8/22NOV/094500L/SORT1")));
    desk.ok(message(&bpm("S/7/8/22NOV/014500Z/SORT1")));
    let bag = desk.station.bags_of(&key())[0].clone();
    let scans: Vec<_> = bag.history.all().iter().filter(|held| matches!(held.fact.what, schemas::record::fact::What::Scanned { .. })).collect();
    assert_eq!(scans.len(), 1);
    // 22 Nov 2026, 09:45 in Shanghai.
    assert_eq!(scans[0].fact.at, 1_795_311_900_000);
    desk.ok(message(&bpm("R/7/8/22NOV/101500L/HOLD2")));
    assert_eq!(desk.station.bags_of(&key())[0].furthest().unwrap().to_string(), "loaded");
}

#[test]
fn what_cannot_be_taken_is_refused_with_its_line_and_a_remedy() {
    let mut desk = desk();
    let cases = [
        (bsm("DEL"), "bag-not-known", Some(5)),
        (bsm("").replace("CA1501/22NOV", "CA1502/22NOV"), "waits-for-list", Some(3)),
        (bsm("").replace("22NOV", "31FEB"), "flight-not-read", Some(3)),
        (bsm("").replace("1LPVG", "1LSHA"), "list-of-another-station", Some(3)),
        (bsm("").replace(".N/", ".N/X"), "tag-not-read", Some(4)),
        (bsm("").replace("ENDBSM\n", ""), "message-cut-off", Some(8)),
        ("BSM\n.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\nENDBSM\n".to_owned(), "list-not-read", Some(1)),
        (bpm("S/7/8/22NOV/996100L/SORT1"), "waits-for-bag", Some(5)),
        ("LDM\nCA1501/22.B2345.Y180.2/4\n-PEK.100/0/0\n".to_owned(), "message-not-used", Some(1)),
    ];
    for (text, code, line) in cases {
        let refusal = desk.refused(message(&text));
        assert_eq!((refusal.code, refusal.line), (code, line), "{refusal} {text}");
        assert!(refusal.remedy.ends_with('.'), "{refusal}");
    }
}

#[test]
fn the_same_message_at_two_desks_makes_one_bag() {
    let (mut one, mut other) = (Desk::new(1, "C1"), Desk::new(2, "C2"));
    for desk in [&mut one, &mut other] {
        desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
        desk.ok(message(&bsm("")));
    }
    meet(&mut one, &mut other);
    assert_eq!(one.station.bags_of(&key()).len(), 1);
    assert!(one.station.conflicts().is_empty());
}

proptest! {
    #[test]
    fn no_baggage_message_makes_importing_panic(body in "(\\.[VFNBJSWPLUO]/[A-Z0-9/.]{0,24}\n|CHG\n|DEL\n){0,12}", kind in "BSM|BPM|BTM|MVT") {
        let mut desk = desk();
        desk.ok(message(&bsm("")));
        let _ = desk.run(message(&format!("{kind}\n.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n{body}END{kind}")));
        let _ = desk.run(message(&format!("{kind}\n{body}END{kind}")));
    }
}

#[test]
fn whose_flights_a_message_is_about_is_known_before_it_is_carried_out() {
    let mut desk = desk();
    desk.ok(message(&bsm("")));
    let named = |text: &str| -> Vec<String> {
        let command = schemas::command::Command::of_message(text);
        desk.station.carriers_named(&command).iter().map(ToString::to_string).collect()
    };
    assert_eq!(named(&list(GUESTS)), ["CA"]);
    assert_eq!(named(&bsm("").replace("CA1501", "MU1501")), ["MU"]);
    assert_eq!(named("BPM\n.V/1LPVG\n.J/S//22NOV/1000L\n.N/0999123456001\nENDBPM\n"), ["CA"], "by the bag that is known");
    assert_eq!(named("PVGKK1E\n.PVGKKMU 220130\nMVT\nMU935/22.B2345.PVG\nAD0130/0145 EA0445 FRA\n"), ["MU"]);
    assert_eq!(named("HOSTLIST MU1501.2026-11-22.PVG 10:31\nPAX NAME;RLOC\nLI/NA;K7P2QX\n"), ["MU"]);
    assert!(named("PNL\n??").is_empty() && named("").is_empty());
}
