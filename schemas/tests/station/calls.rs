//! Promises of calling guests: what one reader called all see, with how many are missing.

use schemas::record::call::Call;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

fn call(whom: &str) -> Value {
    json!({ "kind": "call-guests", "flight": CA1501, "call": whom })
}

/// Who was called, how often, and how many of them are not aboard.
fn calls(desk: &Desk) -> Vec<(String, usize, usize)> {
    desk.station.calls(&key()).into_iter().map(|row| (row.call.to_string(), row.times, row.missing)).collect()
}

fn gate() -> Desk {
    let mut desk = Desk::working(1, "G12", &list(GUESTS));
    for (name, seat) in [("WANG/LEIMR", "14C"), ("YOUNG/KIMMISS", "21A"), ("WHEELER/ROSEMRS", "22C"), ("REPIN/ANNAMRS", "30D")] {
        desk.check_in(name, seat);
    }
    desk
}

#[test]
fn each_group_says_how_many_of_it_are_not_on_board() {
    let mut desk = gate();
    assert_eq!(calls(&desk), []);
    desk.ok(call("priority"));
    desk.ok(call("rows-21-30"));
    let said = |whom: &str, times, missing| (whom.to_owned(), times, missing);
    assert_eq!(calls(&desk), [said("priority", 1, 3), said("rows-21-30", 1, 3)], "a minor alone, a wheelchair, an infant");
    desk.board("WHEELER/ROSEMRS");
    desk.ok(call("zone-2-rows-14-20"));
    let answer = desk.ok(call("final"));
    assert_eq!((&answer["whom"], &answer["missing"]), (&json!("final"), &json!(3)));
    assert_eq!(calls(&desk), [said("priority", 1, 2), said("rows-21-30", 1, 2), said("zone-2-rows-14-20", 1, 1), said("final", 1, 3)]);
    desk.ok(call("rows-21-30"));
    assert_eq!(calls(&desk).last(), Some(&said("rows-21-30", 2, 2)), "the last call stands last");
}

#[test]
fn guests_are_called_by_name_and_a_mistake_is_taken_back() {
    let mut desk = gate();
    let (wang, young) = (desk.id("WANG/LEIMR"), desk.id("YOUNG/KIMMISS"));
    let named = |guests: Value| json!({ "kind": "call-guests", "flight": CA1501, "call": "names", "guests": guests });
    assert_eq!(desk.refused(named(json!([]))).code, "nobody-chosen");
    assert_eq!(desk.refused(named(json!(vec![wang; 61]))).code, "too-many-called");
    assert_eq!(desk.refused(json!({ "kind": "call-guests", "flight": CA1501, "call": "all", "guests": [wang] })).code, "called-as-group");
    desk.ok(named(json!([wang, young])));
    desk.board("WANG/LEIMR");
    let row = desk.station.calls(&key()).remove(0);
    assert_eq!((row.call, row.missing, row.guests), (Call::Names, 1, vec![wang, young]));
    let back = |whom: &str| json!({ "kind": "withdraw-call", "flight": CA1501, "call": whom });
    assert_eq!(desk.refused(back("final")).code, "not-called");
    desk.ok(back("names"));
    assert_eq!(calls(&desk), []);
}

#[test]
fn readers_that_called_apart_see_both_calls_when_they_meet_and_taking_back_takes_what_was_seen() {
    let mut one = gate();
    let mut other = Desk::new(2, "G13");
    meet(&mut one, &mut other);
    one.ok(call("rows-21-30"));
    other.ok(call("rows-21-30"));
    other.ok(call("final"));
    one.ok(json!({ "kind": "withdraw-call", "flight": CA1501, "call": "rows-21-30" }));
    meet(&mut one, &mut other);
    assert_eq!(calls(&one), calls(&other));
    assert_eq!(calls(&one), [("rows-21-30".to_owned(), 1, 3), ("final".to_owned(), 1, 4)], "the other desk's call was not seen and stands");
    assert_eq!(one.station.flight_of(&key()).unwrap().calls.len(), 2);
    one.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert_eq!(one.refused(call("all")).code, "flight-closed");
}
