//! Promises of importing a list.

use proptest::prelude::*;
use serde_json::json;

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

#[test]
fn a_list_becomes_a_flight_with_its_guests() {
    let mut desk = Desk::new(1, "C1");
    let answer = desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    assert_eq!(answer["message"], "CA1501 of 22 Nov: 12 guests, 12 new, 0 changed.");
    assert_eq!(answer["flight"], CA1501);
    let flight = &desk.station.flights()[0];
    assert_eq!(
        (flight.number.as_str(), flight.destinations.join(" ").as_str(), flight.counts.booked, flight.counts.infants),
        ("CA1501", "PEK", 12, 1)
    );
    let names: Vec<_> = desk.station.guests(&key()).into_iter().map(|guest| guest.name).collect();
    assert_eq!(names.first().map(String::as_str), Some("OUYANG/MINGMR"));
    let baker = desk.guest("BAKER/LEEMR");
    assert_eq!((baker.seats, baker.cabin, baker.flags), (2, Some('Y'), vec!["EXST".to_owned()]));
    let child = desk.guest("COSTA/TIAGOMSTR");
    assert!(child.child && child.party_size == 2 && child.onward == ["CA178/22 PEK-BOS 2030 Y"], "{child:?}");
    assert_eq!(desk.station.party_of(child.booking.0).len(), 2);
    assert!(desk.guest("WAIT/TOMMR").standby);
    assert_eq!(desk.guest("OUYANG/MINGMR").cabin, Some('C'));
}

#[test]
fn no_document_number_and_no_date_of_birth_gets_into_the_records_and_what_was_left_out_is_counted() {
    let mut desk = Desk::new(1, "C1");
    let medical = "1ILL/PATMR\n.L/MED111/CA\n.R/MEDA HK1 RECENT SURGERY-1ILL/PATMR\n.R/CTCM HK1 8613912345678\n.R/FOID HK1 PP7654321\n";
    let answer = desk.ok(json!({ "kind": "import-list", "text": list(&format!("{GUESTS}{medical}")) }));
    let texts = format!("{:?}", desk.documents());
    for kept_out in ["1234566", "01JAN90", "05APR18", "01JAN26", "SURGERY", "86139", "7654321", "UM08"] {
        assert!(!texts.contains(kept_out), "{kept_out}");
    }
    assert!(desk.guest("ILL/PATMR").flags.contains(&"MEDA".to_owned()));
    assert_eq!(answer["left_out"], 7);
}

#[test]
fn the_same_list_again_changes_nothing() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    let before = desk.documents();
    let answer = desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    assert_eq!(answer["message"], "This list of CA1501 of 22 Nov is already here. Nothing changed.");
    assert_eq!(before, desk.documents());
}

#[test]
fn a_newer_list_changes_what_it_says_and_nothing_that_a_desk_did() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "14C");
    let newer = GUESTS
        .replace(".L/W4NGL3/CA\n", ".L/W4NGL3/CA\n.R/WCHC HK1\n")
        .replace("1WAIT/TOMMR\n.L/W41TTM/CA\n.ID2/N1\n", "1NEW/ROBINMR\n.L/N3WN3W/CA\n");
    let answer = desk.ok(json!({ "kind": "import-list", "text": list(&newer) }));
    assert_eq!((&answer["new"], &answer["changed"], &answer["not_on_list"]), (&json!(1), &json!(1), &json!(1)));
    assert_eq!(answer["tone"], "amber");
    let wang = desk.guest("WANG/LEIMR");
    assert_eq!((wang.seat.unwrap().to_string().as_str(), wang.sequence, wang.flags), ("14C", Some(1000), vec!["WCHC".to_owned()]));
    assert_eq!(desk.guest("WAIT/TOMMR").name, "WAIT/TOMMR");
}

#[test]
fn what_is_no_list_of_this_station_is_refused_with_words() {
    let mut desk = Desk::new(1, "C1");
    let cases = [
        ("", "text-missing"),
        ("nothing like a message", "list-not-read"),
        ("PNL\nCA1501/31FEB PVG PART1\n-PEK000Y\nENDPNL", "list-not-read"),
        ("PNL\nBA0117/16DEC LHR PART1\n-JFK000Y\nENDPNL", "list-of-another-station"),
        ("ADL\nCA1501/22NOV PVG PART1\n-PEK001Y\nDEL\n1LI/NAMS\n.L/K7P2QX\nENDADL", "waits-for-list"),
    ];
    for (text, code) in cases {
        let refusal = desk.refused(json!({ "kind": "import-list", "text": text }));
        assert_eq!(refusal.code, code, "{refusal}");
        assert!(refusal.remedy.ends_with('.'), "{refusal}");
    }
}

#[test]
fn members_of_a_party_without_a_locator_share_that_of_the_first() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list("1SAMPLE/ALEX-A2\n.L/F57K6C/CA\n1SAMPLE/CHRIS-A2\n") }));
    let chris = desk.guest("SAMPLE/CHRIS");
    assert_eq!((chris.locator.unwrap().to_string().as_str(), chris.party.as_deref(), chris.party_size), ("F57K6C", Some("A2"), 2));
}

/// A few guests, some with equal names, locators or none.
fn guests() -> impl Strategy<Value = Vec<(usize, usize, Option<u32>)>> {
    prop::collection::vec((0..4usize, 0..4usize, prop::option::of(0..1000u32)), 1..25)
}

fn names_of(guests: &[(usize, usize, Option<u32>)]) -> String {
    let mut text = String::new();
    for (name, locator, ticket) in guests {
        text += &format!("1{}\n", ["LI/NA", "WANG/LEI", "LI/NANA", "COSTA/ANAMRS"][*name]);
        text += [".L/AAAAA1/CA\n", ".L/BBBBB2\n", ".L/CCCCC3/1A\n.L/DDDDD4/CA\n", ""][*locator];
        if let Some(ticket) = ticket {
            text += &format!(".R/TKNE HK1 999{ticket:010}/1\n");
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn two_desks_that_import_one_list_apart_have_one_booking_for_each_guest(guests in guests()) {
        let text = list(&names_of(&guests));
        let (mut one, mut other) = (Desk::new(1, "C1"), Desk::new(2, "C2"));
        one.ok(json!({ "kind": "import-list", "text": text }));
        other.ok(json!({ "kind": "import-list", "text": text }));
        meet(&mut one, &mut other);
        prop_assert_eq!(one.station.guests(&key()).len(), guests.len() + 1);
        prop_assert_eq!(one.station.guests(&key()), other.station.guests(&key()));
        prop_assert!(one.station.conflicts().is_empty());
    }

    #[test]
    fn no_text_makes_importing_panic(text in "(PNL|ADL)?\n?[A-Z0-9/. \n-]{0,200}", noise in ".{0,40}") {
        let mut desk = Desk::new(1, "C1");
        let _ = desk.run(json!({ "kind": "import-list", "text": text }));
        let _ = desk.run(json!({ "kind": "import-list", "text": format!("PNL\nCA1501/22NOV PVG PART1\n-PEK003Y\n1{noise}\n{text}") }));
    }
}

#[test]
fn the_parts_of_a_list_add_to_one_another() {
    let mut desk = Desk::new(1, "C1");
    let first = list(GUESTS).replace("ENDPNL", "ENDPART1");
    let second = "PNL\nCA1501/22NOV PVG PART2\n-TSN001Y\n1LAST/ZOE\n.L/L4STZ0/CA\nENDPNL\n";
    desk.ok(json!({ "kind": "import-list", "text": first }));
    let answer = desk.ok(json!({ "kind": "import-list", "text": second }));
    assert_eq!((&answer["tone"], &answer["not_on_list"]), (&json!("green"), &json!(0)));
    let flight = desk.station.flight_of(&key()).unwrap();
    assert_eq!((flight.destinations, flight.counts.booked), (vec!["PEK".to_owned(), "TSN".to_owned()], 13));
    assert_eq!(desk.guest("LAST/ZOE").cabin, Some('Y'));
    assert_eq!(desk.station.guests(&key()).last().unwrap().name, "LAST/ZOE");
}

#[test]
fn a_list_that_stops_before_its_end_is_refused_and_leaves_nobody_behind() {
    let mut desk = Desk::new(1, "C1");
    let whole = list(GUESTS);
    let cut = whole.split_at(whole.len() / 2).0;
    assert_eq!(desk.refused(json!({ "kind": "import-list", "text": cut })).code, "list-cut-off");
    assert!(desk.station.flights().is_empty());
}
