//! Promises about another aircraft: who needs another seat, who sits together, and who needs another pass.

use serde_json::{Value, json};

use crate::world::{CA1501, Desk, key, list, meet};

const PARTIES: &str = "\
1ALONE/ANNMS\n.L/AL0NE1\n\
3FAM/MAMS/PAMR/KIDMSTR\n.L/FAM111\n\
1PAIR/ONEMR-B2\n.L/PA1RRR\n1PAIR/TWOMS-B2\n.L/PA1RRR\n";

fn counter() -> Desk {
    let mut desk = Desk::working(1, "C1", &list(PARTIES));
    for (name, seat) in
        [("ALONE/ANNMS", "12A"), ("FAM/MAMS", "30A"), ("FAM/PAMR", "30B"), ("FAM/KIDMSTR", "30C"), ("PAIR/ONEMR", "31A"), ("PAIR/TWOMS", "12C")]
    {
        desk.check_in(name, seat);
    }
    desk
}

fn change(map: &str) -> Value {
    json!({ "kind": "change-equipment", "flight": CA1501, "map": map, "reason": "A321 instead of A330" })
}

fn plan(desk: &Desk) -> Vec<(String, String)> {
    let rows = desk.station.reseat_plan(&key());
    rows.into_iter().map(|row| (row.name, row.to.map(|seat| seat.to_string()).unwrap_or_default())).collect()
}

#[test]
fn seats_that_no_longer_exist_are_listed_with_a_proposal_that_keeps_parties_together() {
    let mut desk = counter();
    let answer = desk.ok(change("C1-2/AC Y11-14/ABCDEF"));
    assert_eq!(answer["message"], "CA1501 now flies with 28 seats.");
    assert_eq!(answer["todo"], json!(["4 guests have a seat that is not there. Look at the proposal and reseat."]));
    let given = plan(&desk);
    // The family in one row side by side; the half of the pair beside the other half.
    let expected = [("FAM/MAMS", "14A"), ("FAM/PAMR", "14B"), ("FAM/KIDMSTR", "14C"), ("PAIR/ONEMR", "12B")];
    assert_eq!(given, expected.map(|(name, seat)| (name.to_owned(), seat.to_owned())));
}

#[test]
fn reseating_is_all_or_none_and_marks_who_needs_a_new_pass() {
    let mut desk = counter();
    desk.ok(change("C1-2/AC Y11-14/ABCDEF"));
    let mut seats: Vec<Value> = desk.station.reseat_plan(&key()).iter().map(|row| json!({ "booking": row.booking, "seat": row.to })).collect();
    let before = desk.documents();
    let alone = desk.id("ALONE/ANNMS");
    let with = |more: Value| json!({ "kind": "reseat", "flight": CA1501, "seats": seats.iter().cloned().chain([more]).collect::<Vec<_>>() });
    assert_eq!(desk.refused(with(json!({ "booking": alone, "seat": "30A" }))).code, "seat-not-there");
    assert_eq!(desk.refused(with(json!({ "booking": alone, "seat": "14A" }))).code, "seat-twice");
    assert_eq!(desk.refused(with(json!({ "booking": alone, "seat": "12C" }))).code, "seat-taken");
    assert_eq!(before, desk.documents());
    // Guests may swap.
    seats.push(json!({ "booking": alone, "seat": "12C" }));
    seats.push(json!({ "booking": desk.id("PAIR/TWOMS"), "seat": "12A" }));
    let answer = desk.ok(json!({ "kind": "reseat", "flight": CA1501, "seats": seats }));
    assert_eq!(
        (&answer["message"], &answer["todo"]),
        (&json!("6 guests are seated anew on CA1501."), &json!(["Print 6 new passes, and take the old ones back."]))
    );
    assert!(plan(&desk).is_empty() && desk.station.conflicts().is_empty());
    assert!(desk.station.guests(&key()).iter().filter(|guest| guest.seat.is_some()).all(|guest| guest.new_pass));
    let family = desk.id("FAM/MAMS");
    assert_eq!(desk.ok(json!({ "kind": "note-printed", "bookings": [family] }))["message"], "1 new pass is printed.");
    assert!(!desk.guest("FAM/MAMS").new_pass);
    let kid = desk.id("FAM/KIDMSTR");
    desk.ok(json!({ "kind": "print", "booking": kid }));
    assert!(!desk.guest("FAM/KIDMSTR").new_pass, "printing a pass is enough");
    let answer = desk.board("FAM/PAMR");
    assert_eq!(answer["todo"], json!(["New seat 14B: print the pass."]));
    assert!(!desk.guest("FAM/PAMR").new_pass);
    assert!(desk.guest("PAIR/ONEMR").new_pass);
}

#[test]
fn a_seat_in_another_cabin_is_no_seat_and_a_cabin_that_is_too_small_is_said() {
    let mut desk = counter();
    let answer = desk.ok(change("C1-2/AC C12/AC Y13/ABC"));
    let rows = answer["reseat"].as_array().unwrap();
    assert_eq!((&rows[0]["name"], &rows[0]["other_cabin"]), (&json!("ALONE/ANNMS"), &json!(true)));
    assert_eq!(rows.iter().filter(|row| row["to"].is_null()).count(), 3);
    assert_eq!(
        answer["todo"],
        json!([
            "6 guests have a seat that is not there. Look at the proposal and reseat.",
            "No seat is free for 3 guests. Ask the duty manager.",
            "Cabin Y has 3 seats now, and 6 are booked. Ask the duty manager.",
        ])
    );
}

#[test]
fn a_seat_that_the_aircraft_does_not_have_is_amber_at_check_in() {
    let mut desk = Desk::working(1, "C1", &list("1ONE/A\n.L/AAAAA1\n.R/SEAT HK1 40A\n1TWO/B\n.L/BBBBB2\n"));
    desk.ok(change("C1-2/AC Y11-14/ABCDEF"));
    let (one, two) = (desk.id("ONE/A"), desk.id("TWO/B"));
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": one }] }));
    assert_eq!(answer["todo"][0], "Seat 40A of ONE/A is not on this aircraft. Choose another seat.");
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": two, "seat": "40A" }] }));
    assert_eq!(answer["todo"], json!(["Seat 40A is beyond any cabin that we know. Check that it is on the aircraft."]));
}

#[test]
fn two_desks_that_name_two_aircraft_find_out() {
    let mut desk = counter();
    let mut other = Desk::new(2, "C2");
    meet(&mut desk, &mut other);
    desk.ok(change("C1/AC Y11-14/ABC"));
    other.ok(change("C1/AC Y11-20/ABC"));
    meet(&mut desk, &mut other);
    let conflicts = desk.station.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert!(conflicts[0].what.contains("the map of seats is"), "{}", conflicts[0].what);
    assert_eq!(plan(&desk), plan(&other));
}

#[test]
fn each_desk_offers_seats_of_its_own_rows_side_by_side() {
    let mut desk = Desk::working(1, "C1", &list(PARTIES));
    desk.ok(change("C1-2/AC Y11-40/ABCDEF"));
    let mut other = Desk::new(2, "C2");
    meet(&mut desk, &mut other);
    let family: Vec<_> = ["FAM/MAMS", "FAM/PAMR", "FAM/KIDMSTR"].iter().map(|name| desk.id(name).0).collect();
    let offered = |desk: &Desk| desk.station.suggest_seats(&key(), &family).into_iter().map(|(_, seat)| seat.to_string()).collect::<Vec<_>>();
    assert_eq!((offered(&desk).len(), offered(&other).len()), (3, 3));
    assert_ne!(offered(&desk), offered(&other));
    let rows: std::collections::BTreeSet<String> = offered(&desk).iter().map(|seat| seat[..2].to_owned()).collect();
    assert_eq!(rows.len(), 1, "one row for the family");
    // Only an offer: any other seat is given as well.
    desk.check_in("FAM/MAMS", "40F");
}
