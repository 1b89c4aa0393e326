//! Promises of finding a guest by whatever is at hand.

use serde_json::json;

use crate::world::{Desk, GUESTS, key, list, pass};

fn desk() -> Desk {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "14C");
    desk.add_bag("WANG/LEIMR", 20);
    desk
}

#[test]
fn a_guest_is_found_by_anything_that_identifies_one() {
    let desk = desk();
    for query in
        ["wang", "WANG/LEI", "Wang Lei", "lei wang", "wang/leimr", "w4ngl3", "14C", "14 c", "1000", "0999001000", "CA1501 14C", "CA1501 wang"]
    {
        let found = desk.station.find(query);
        assert_eq!(found.iter().map(|found| found.guest.name.as_str()).collect::<Vec<_>>(), ["WANG/LEIMR"], "{query}");
    }
    let found = desk.station.find(&pass("WANG/LEI", "W4NGL3", "014C", "1000"));
    assert_eq!(json!(found[0].by), json!("pass"));
    assert_eq!(desk.station.find("MU5101 wang").len(), 0);
    assert_eq!(desk.station.find_on(&key(), "wang").len(), 1);
}

#[test]
fn equal_names_come_with_their_locators_in_the_order_of_the_list() {
    let desk = desk();
    let found = desk.station.find("li na");
    let rows: Vec<_> = found.iter().map(|found| (found.guest.name.as_str(), found.guest.locator.unwrap().to_string())).collect();
    assert_eq!(rows, [("LI/NAMS", "K7P2QX".to_owned()), ("LI/NAMS", "S4MEN4".to_owned())]);
}

#[test]
fn a_query_that_means_nothing_finds_nobody() {
    let desk = desk();
    for query in ["", " ", "/", "zzz", "99Z", "4242", "0999009999", &"x".repeat(5000), "王"] {
        assert!(desk.station.find(query).is_empty(), "{query}");
    }
}

#[test]
fn answers_are_bounded() {
    let names: String = (0..120).map(|at| format!("1LI/NA{}{}\n.L/A{at:05}\n", char::from(b'A' + at / 26), char::from(b'A' + at % 26))).collect();
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list(&names) }));
    assert_eq!(desk.station.find("li").len(), 50);
}
