//! Promises about moved bookings: one guest counts once, traces stay, and desks that move the same guest end with one booking.

use proptest::prelude::*;
use schemas::record::FlightKey;
use schemas::station::{GuestRow, Station};
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet, pass, pass_of};

const CA1503: &str = "CA1503.2026-11-22.PVG";
const CA1505: &str = "CA1505.2026-11-22.PVG";
const TOMORROW: &str = "CA1501.2026-11-23.PVG";

fn other(text: &str) -> FlightKey {
    text.parse().unwrap()
}

/// A list of another flight to PEK with these names.
fn list_of(number: &str, names: &str) -> String {
    list(names).replace("CA1501/22NOV", number)
}

/// A desk with three flights of the day, the first two worked here.
fn desk() -> Desk {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    for (number, flight) in [("CA1503/22NOV", CA1503), ("CA1505/22NOV", CA1505)] {
        desk.ok(json!({ "kind": "import-list", "text": list_of(number, "1HOLDER/ONEMR\n.L/H0LD3R/CA\n") }));
        desk.ok(json!({ "kind": "take-over", "flight": flight, "reason": "host silent" }));
    }
    desk
}

fn moving(to: &str, how: &str, bookings: &[schemas::record::DocRef]) -> Value {
    json!({ "kind": "move-bookings", "flight": CA1501, "to": to, "how": how, "bookings": bookings, "reason": "aircraft too small" })
}

fn names(station: &Station, flight: &str) -> Vec<String> {
    station.guests(&other(flight)).into_iter().map(|guest| guest.name).collect()
}

fn guest_on(desk: &Desk, flight: &str, name: &str) -> GuestRow {
    desk.station.guests(&other(flight)).into_iter().find(|guest| guest.name == name).unwrap()
}

#[test]
fn a_guest_moves_with_what_the_guest_had_and_leaves_a_trace() {
    let mut desk = desk();
    desk.ok(json!({ "kind": "set-flight", "flight": CA1503, "gate": "14" }));
    let repin = desk.id("REPIN/ANNAMRS");
    desk.ok(json!({ "kind": "note-documents", "booking": repin, "outcome": "seen" }));
    let sequence = desk.check_in("REPIN/ANNAMRS", "12C");
    let tag = desk.add_bag("REPIN/ANNAMRS", 18);
    let before = desk.station.counts(&key());
    let answer = desk.ok(moving(CA1503, "split", &[repin]));
    assert_eq!(answer["message"], "1 guest moved from CA1501 to CA1503 of 22 Nov.");
    assert_eq!(answer["todo"], json!(["1 guest holds a pass of CA1501. Check them in anew.", "1 bag comes off CA1501 and need other tags."]));
    // Here: no count, no check-in, and a word to whoever scans the pass.
    assert_eq!(desk.station.counts(&key()).booked, before.booked - 1);
    let refusal = desk.refused(json!({ "kind": "check-in", "guests": [{ "booking": repin, "seat": "12C" }] }));
    assert_eq!((refusal.code, refusal.message.as_str()), ("moved-away", "REPIN/ANNAMRS was moved to CA1503 of 22 Nov, gate 14."));
    let scan = pass("REPIN/ANNAMRS", "R3P1NA", "012C", &format!("{sequence:04}"));
    let refusal = desk.refused(json!({ "kind": "board", "flight": CA1501, "scan": scan }));
    assert_eq!((refusal.code, refusal.tone), ("moved-away", Some(schemas::command::Tone::Red)));
    let unload: Vec<String> = desk.station.bags_to_unload(&key()).iter().map(|row| row.tag.to_string()).collect();
    assert!(unload.iter().eq([&tag]), "{unload:?}");
    assert_eq!(desk.refused(json!({ "kind": "scan-bag", "tag": tag, "point": "loaded", "flight": CA1501 })).code, "do-not-load");
    let traces = desk.station.moved_from(&key());
    assert_eq!(traces.len(), 1);
    assert_eq!((traces[0].name.as_str(), traces[0].gate.as_deref(), traces[0].holds), ("REPIN/ANNAMRS", Some("14"), true));
    // There: the guest with everything, and what is left to do.
    let there = guest_on(&desk, CA1503, "REPIN/ANNAMRS");
    assert_eq!((there.seat.map(|seat| seat.to_string()).as_deref(), there.locator.map(|l| l.to_string()).as_deref()), (Some("12C"), Some("R3P1NA")));
    assert_eq!((there.infant.as_deref().is_some(), there.documents, there.mark), (true, Some(schemas::record::fact::Documents::Seen), None));
    let work = desk.station.move_work(&other(CA1503));
    assert_eq!(work.guests.iter().map(|row| (row.reseat, row.retag, row.tell)).collect::<Vec<_>>(), [(false, 1, true)]);
    // The old pass at the new gate is amber, and says what to do.
    let refusal = desk.refused(json!({ "kind": "board", "flight": CA1503, "scan": scan }));
    assert_eq!((refusal.code, refusal.tone), ("old-pass", Some(schemas::command::Tone::Amber)));
    let answer = desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": there.booking }] }));
    assert_eq!(answer["guests"][0]["seat"], "12C");
    desk.ok(json!({ "kind": "add-bag", "booking": there.booking, "weight_kg": 18 }));
    assert!(desk.station.move_work(&other(CA1503)).guests.is_empty());
    desk.ok(json!({ "kind": "board", "flight": CA1503, "booking": there.booking }));
    assert_eq!(desk.station.counts(&other(CA1503)).boarded, 1);
}

#[test]
fn a_seat_that_is_taken_there_is_on_the_list_of_work_with_another_one() {
    let mut desk = desk();
    let holder = guest_on(&desk, CA1503, "HOLDER/ONEMR").booking;
    desk.ok(json!({ "kind": "change-equipment", "flight": CA1503, "map": "C1-2/AC Y11-20/ABC", "reason": "x" }));
    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": holder, "seat": "12A" }] }));
    desk.check_in("WANG/LEIMR", "12A");
    desk.check_in("REPIN/ANNAMRS", "40C");
    let both = [desk.id("WANG/LEIMR"), desk.id("REPIN/ANNAMRS")];
    let plan = desk.station.move_plan(&key(), &other(CA1503), schemas::record::moving::MoveHow::Split, &both, desk.context().today).unwrap();
    assert!(plan.rows.iter().all(|row| !row.keeps && row.proposed.is_some()), "{plan:?}");
    desk.ok(moving(CA1503, "split", &both));
    let work = desk.station.move_work(&other(CA1503));
    assert!(work.guests.iter().all(|row| row.reseat && row.proposed.is_some()), "{work:?}");
    let seats: Vec<Value> = work.guests.iter().map(|row| json!({ "booking": row.booking, "seat": row.proposed })).collect();
    desk.ok(json!({ "kind": "reseat", "flight": CA1503, "seats": seats }));
    assert!(desk.station.move_work(&other(CA1503)).guests.iter().all(|row| !row.reseat));
}

#[test]
fn a_merge_takes_everybody_and_says_who_came_later() {
    let mut desk = desk();
    let mut gate = Desk::new(2, "G12");
    meet(&mut desk, &mut gate);
    let all = desk.station.counts(&key()).booked + desk.station.counts(&other(CA1503)).booked;
    let answer = desk.ok(moving(CA1503, "merge", &[]));
    // One guest is booked on both flights under one locator: one booking is left.
    assert_eq!((desk.station.counts(&key()).booked, desk.station.counts(&other(CA1503)).booked), (0, all - 1));
    assert!(answer["todo"].as_array().unwrap().iter().any(|words| words == "1 guest is on CA1503 already: one booking stays of each."), "{answer}");
    // A guest whom a desk took down that had not heard of it.
    gate.ok(json!({ "kind": "add-guest", "flight": CA1501, "name": "LATE/ANN", "locator": "AAAAA1", "mark": "no-rec", "reason": "x" }));
    meet(&mut desk, &mut gate);
    let left: Vec<String> = desk.station.move_work(&key()).left_behind.into_iter().map(|guest| guest.name).collect();
    assert_eq!(left, ["LATE/ANN"]);
    desk.ok(moving(CA1503, "merge", &[]));
    assert!(desk.station.move_work(&key()).left_behind.is_empty());
    assert!(names(&desk.station, CA1503).contains(&"LATE/ANN".to_owned()));
    assert_eq!(desk.station.moved_lines(&key()).len(), 2);
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert!(desk.station.figures(&key()).cabins.is_empty());
}

#[test]
fn a_split_makes_the_second_flight_and_another_day_is_another_scope() {
    let mut desk = desk();
    let (li, wang) = (desk.id("REPIN/ANNAMRS"), desk.id("WANG/LEIMR"));
    let extra = "CA1501D.2026-11-22.PVG";
    let answer = desk.ok(moving(extra, "split", &[li]));
    assert!(answer["todo"].as_array().unwrap().iter().any(|words| words == "CA1501D of 22 Nov is new here: set gate and times."));
    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": guest_on(&desk, extra, "REPIN/ANNAMRS").booking, "seat": "11A" }] }));
    let answer = desk.ok(moving(TOMORROW, "rebook", &[wang]));
    assert_eq!(answer["to"], TOMORROW);
    assert_eq!(names(&desk.station, TOMORROW), ["WANG/LEIMR"]);
    assert_eq!(desk.station.find("WANG/LEIMR").len(), 1);
    assert_eq!(desk.station.find("WANG/LEIMR")[0].guest.flight, other(TOMORROW));
    let tomorrow: Vec<String> =
        desk.documents().into_iter().filter(|(scope, ..)| scope.as_str() == "PVG/2026-11-23/CA").map(|(_, id, _)| id.to_string()).collect();
    assert_eq!(tomorrow.len(), 2, "the flight and the guest");
    // The list of that day meets the guest in one record.
    desk.ok(json!({ "kind": "import-list", "text": list_of("CA1501/23NOV", "1WANG/LEIMR\n.L/W4NGL3/CA\n") }));
    assert_eq!(names(&desk.station, TOMORROW).iter().filter(|name| *name == "WANG/LEIMR").count(), 1);
}

#[test]
fn what_cannot_be_moved_is_refused_with_what_to_do() {
    let mut desk = desk();
    let wang = desk.id("WANG/LEIMR");
    for (to, code) in [
        (CA1501, "same-flight"),
        ("MU1501.2026-11-22.PVG", "move-elsewhere"),
        ("CA1501.2026-11-22.PEK", "move-elsewhere"),
        ("CA1501.2027-11-22.PVG", "move-too-far"),
    ] {
        assert_eq!(desk.refused(moving(to, "rebook", &[wang])).code, code, "{to}");
    }
    assert_eq!(desk.refused(moving("CA1507.2026-11-22.PVG", "merge", &[])).code, "flight-not-known");
    assert_eq!(desk.refused(moving(CA1503, "split", &[])).code, "nobody-chosen");
    assert_eq!(desk.refused(moving(CA1503, "split", &[wang, wang])).code, "guest-twice");
    desk.check_in("WANG/LEIMR", "12A");
    desk.board("WANG/LEIMR");
    assert_eq!(desk.refused(moving(CA1503, "merge", &[])).code, "move-aboard");
    desk.ok(json!({ "kind": "close-flight", "flight": CA1503 }));
    assert_eq!(desk.refused(moving(CA1503, "rebook", &[desk.id("REPIN/ANNAMRS")])).code, "flight-closed");
}

#[test]
fn who_comes_back_stands_where_the_guest_was_and_both_traces_stay() {
    let mut desk = desk();
    let wang = desk.id("WANG/LEIMR");
    desk.ok(moving(CA1503, "split", &[wang]));
    let there = guest_on(&desk, CA1503, "WANG/LEIMR").booking;
    let back = json!({ "kind": "move-bookings", "flight": CA1503, "to": CA1501, "how": "rebook", "bookings": [there], "reason": "mistake" });
    desk.ok(back);
    assert_eq!(desk.id("WANG/LEIMR"), wang, "the same booking as before");
    assert!(!names(&desk.station, CA1503).contains(&"WANG/LEIMR".to_owned()));
    assert_eq!(desk.station.moved_from(&key()).iter().map(|trace| trace.holds).collect::<Vec<_>>(), [false]);
    assert_eq!(desk.station.moved_from(&other(CA1503)).iter().map(|trace| trace.holds).collect::<Vec<_>>(), [true]);
    desk.check_in("WANG/LEIMR", "12A");
}

#[test]
fn two_desks_that_move_one_guest_to_one_flight_end_with_one_booking() {
    let mut one = desk();
    let mut two = Desk::new(2, "C2");
    meet(&mut one, &mut two);
    let guests = [one.id("WANG/LEIMR"), one.id("REPIN/ANNAMRS")];
    one.ok(moving(CA1503, "split", &guests));
    two.ok(moving(CA1503, "split", &guests));
    meet(&mut one, &mut two);
    for desk in [&one, &two] {
        assert_eq!(names(&desk.station, CA1503).len(), 4, "{:?}", names(&desk.station, CA1503));
        assert!(desk.station.conflicts().is_empty());
        assert_eq!(desk.station.moved_from(&key()).len(), 2, "one trace for each guest");
    }
}

#[test]
fn two_desks_that_move_one_guest_to_two_flights_are_in_review_and_the_guest_counts_once() {
    let mut one = desk();
    let mut two = Desk::new(2, "C2");
    meet(&mut one, &mut two);
    let wang = one.id("WANG/LEIMR");
    one.ok(moving(CA1503, "split", &[wang]));
    two.ok(moving(CA1505, "split", &[wang]));
    meet(&mut one, &mut two);
    let on = |desk: &Desk| [CA1501, CA1503, CA1505].map(|flight| names(&desk.station, flight).contains(&"WANG/LEIMR".to_owned()));
    assert_eq!(on(&one), on(&two));
    assert_eq!(on(&one).iter().filter(|is_there| **is_there).count(), 1);
    let conflict = one.station.conflicts().pop().unwrap();
    assert_eq!(conflict.what, "WANG/LEIMR (W4NGL3) was moved to CA1505 of 22 Nov and to CA1503 of 22 Nov.");
    let keep = conflict.choices.iter().find(|way| way.words == "The guest flies with CA1505 of 22 Nov.").unwrap();
    two.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": keep.choice }));
    meet(&mut one, &mut two);
    assert_eq!(on(&one), [false, false, true]);
    assert_eq!(on(&two), [false, false, true]);
    assert!(one.station.conflicts().is_empty());
}

#[test]
fn a_guest_who_boards_while_another_desk_moves_the_guest_counts_on_board() {
    let mut one = desk();
    one.check_in("WANG/LEIMR", "12A");
    let mut two = Desk::new(2, "G12");
    meet(&mut one, &mut two);
    let wang = one.id("WANG/LEIMR");
    one.ok(moving(CA1503, "split", &[wang]));
    two.board("WANG/LEIMR");
    meet(&mut one, &mut two);
    assert_eq!((one.station.counts(&key()).boarded, names(&one.station, CA1503).len()), (1, 2));
    let conflict = one.station.conflicts().pop().unwrap();
    assert_eq!(conflict.proposal.choice, "aboard");
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "moved" }));
    assert_eq!((one.station.counts(&key()).boarded, names(&one.station, CA1503).len()), (0, 3));
    assert!(one.station.conflicts().is_empty());
}

#[test]
fn the_sales_message_says_changed_flight_and_not_no_show() {
    let mut desk = desk();
    let wang = desk.id("WANG/LEIMR");
    desk.ok(moving(CA1503, "split", &[wang]));
    let there = guest_on(&desk, CA1503, "WANG/LEIMR").booking;
    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": there, "seat": "12A" }] }));
    desk.ok(json!({ "kind": "board", "flight": CA1503, "booking": there }));
    let say = |desk: &mut Desk, flight: &str| {
        desk.ok(json!({ "kind": "close-flight", "flight": flight }));
        let due = desk.station.due_out(&other(flight), &std::collections::BTreeSet::from([schemas::record::outgoing::OutKind::Pfs]));
        due.into_iter().map(|due| due.spoken.text).collect::<String>()
    };
    let left = say(&mut desk, CA1501);
    assert!(left.contains("CHGFL") && left.contains("NOSHO"), "{left}");
    let came = say(&mut desk, CA1503);
    assert!(came.contains("NOREC") && !came.contains("CHGFL"), "{came}");
}

#[derive(Debug, Clone)]
enum Step {
    Move { desk: usize, guest: usize, from: usize, to: usize },
    CheckIn { desk: usize, guest: usize, on: usize },
    Board { desk: usize, guest: usize, on: usize },
    Settle { desk: usize, way: usize },
    Meet { one: usize, other: usize },
}

const FLIGHTS: [&str; 4] = [CA1501, CA1503, CA1505, TOMORROW];
const MOVED: [&str; 3] = ["WANG/LEIMR", "REPIN/ANNAMRS", "YOUNG/KIMMISS"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (desk, guest, flight) = (0..3usize, 0..3usize, 0..4usize);
    let one = prop_oneof![
        4 => (desk.clone(), guest.clone(), flight.clone(), flight.clone()).prop_map(|(desk, guest, from, to)| Step::Move { desk, guest, from, to }),
        2 => (desk.clone(), guest.clone(), flight.clone()).prop_map(|(desk, guest, on)| Step::CheckIn { desk, guest, on }),
        2 => (desk.clone(), guest, flight).prop_map(|(desk, guest, on)| Step::Board { desk, guest, on }),
        1 => (desk.clone(), 0..3usize).prop_map(|(desk, way)| Step::Settle { desk, way }),
        2 => (desk.clone(), desk).prop_map(|(one, other)| Step::Meet { one, other }),
    ];
    prop::collection::vec(one, 0..40)
}

fn command(desk: &Desk, step: &Step) -> Option<Value> {
    let on = |flight: usize, guest: usize| {
        let guests = desk.station.guests(&other(FLIGHTS[flight]));
        guests.into_iter().find(|row| row.name == MOVED[guest]).map(|row| row.booking)
    };
    Some(match step {
        Step::Move { guest, from, to, .. } => {
            json!({ "kind": "move-bookings", "flight": FLIGHTS[*from], "to": FLIGHTS[*to], "how": "rebook", "bookings": [on(*from, *guest)?], "reason": "x" })
        }
        Step::CheckIn { guest, on: flight, .. } => json!({ "kind": "check-in", "guests": [{ "booking": on(*flight, *guest)? }] }),
        Step::Board { guest, on: flight, .. } => json!({ "kind": "board", "flight": FLIGHTS[*flight], "booking": on(*flight, *guest)? }),
        Step::Settle { way, .. } => {
            let conflict = desk.station.conflicts().into_iter().find(|conflict| conflict.resolution.is_none())?;
            let choice = conflict.choices[way % conflict.choices.len()].choice.clone();
            json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": choice, "seat": "19A" })
        }
        Step::Meet { .. } => return None,
    })
}

/// Each guest stands on one flight at the most, and what counts agrees with it.
fn assert_counted_once(station: &Station) {
    for name in MOVED {
        let on = FLIGHTS.iter().filter(|flight| names(station, flight).contains(&name.to_owned())).count();
        assert!(on <= 1, "{name} counts on {on} flights");
    }
    for flight in FLIGHTS {
        let counts = station.counts(&other(flight));
        assert!(counts.add_up(), "{flight}: {counts:?}");
        assert_eq!(usize::try_from(counts.booked).unwrap(), names(station, flight).len(), "{flight}");
    }
}

fn said(station: &Station) -> String {
    let flights = FLIGHTS.map(other);
    let of = |key: &FlightKey| {
        format!("{:?}\n{:?}\n{:?}\n{:?}", station.guests(key), station.moved_from(key), station.move_work(key), station.figures(key))
    };
    format!("{:?}\n{}\n{:?}", station.flights(), flights.iter().map(of).collect::<String>(), station.conflicts())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_guest_counts_once_whatever_desks_do_apart_and_traces_never_go_away(steps in steps(), turn in any::<prop::sample::Index>()) {
        let mut desks = [desk(), Desk::new(2, "C2"), Desk::new(3, "G14")];
        for at in 1..3 {
            let (left, right) = desks.split_at_mut(at);
            meet(&mut left[0], &mut right[0]);
        }
        let mut traces = [0; 3];
        for step in &steps {
            match step {
                Step::Meet { one, other } if one != other => {
                    let (low, high) = (*one.min(other), *one.max(other));
                    let (left, right) = desks.split_at_mut(high);
                    meet(&mut left[low], &mut right[0]);
                }
                Step::Meet { .. } => {}
                Step::Move { desk, .. } | Step::CheckIn { desk, .. } | Step::Board { desk, .. } | Step::Settle { desk, .. } => {
                    if let Some(command) = command(&desks[*desk], step) {
                        let _ = desks[*desk].run(command);
                    }
                }
            }
            for (desk, before) in desks.iter().zip(&mut traces) {
                assert_counted_once(&desk.station);
                let now: usize = FLIGHTS.iter().map(|flight| desk.station.moved_from(&other(flight)).iter().map(|trace| trace.there).collect::<std::collections::BTreeSet<_>>().len()).sum();
                prop_assert!(now >= *before, "a trace went away");
                *before = now;
            }
        }
        for _ in 0..2 {
            for at in 1..3 {
                let (left, right) = desks.split_at_mut(at);
                meet(&mut left[0], &mut right[0]);
            }
        }
        prop_assert_eq!(said(&desks[0].station), said(&desks[1].station));
        prop_assert_eq!(said(&desks[0].station), said(&desks[2].station));
        // Documents in any order, and at any moment of their coming nobody counts twice.
        let mut documents = desks[0].documents();
        let first = turn.index(documents.len().max(1));
        documents.rotate_left(first);
        let mut station = Station::new(desks[0].station.setting().clone());
        for (scope, id, doc) in &documents {
            station.apply(scope, *id, doc);
            for name in MOVED {
                let on = FLIGHTS.iter().filter(|flight| names(&station, flight).contains(&name.to_owned())).count();
                prop_assert!(on <= 1, "{} counts on {} flights", name, on);
            }
        }
        prop_assert_eq!(said(&station), said(&desks[0].station));
    }
}

#[test]
fn a_pass_of_somebody_else_is_no_old_pass() {
    let mut desk = desk();
    desk.ok(moving(CA1503, "split", &[desk.id("WANG/LEIMR")]));
    let scan = pass_of("ZHOU/ENMR", "Z4NGL3", "PVGPEKCA 1501 326", "012A", "0042", '1');
    assert_eq!(desk.refused(json!({ "kind": "board", "flight": CA1503, "scan": scan })).code, "wrong-flight");
}

#[test]
fn a_guest_who_was_moved_on_counts_once_before_the_first_booking_has_come() {
    let mut one = desk();
    let mut two = Desk::new(2, "C2");
    meet(&mut one, &mut two);
    let wang = one.id("WANG/LEIMR");
    one.ok(moving(CA1503, "rebook", &[wang]));
    let there = guest_on(&one, CA1503, "WANG/LEIMR").booking;
    one.ok(json!({ "kind": "move-bookings", "flight": CA1503, "to": TOMORROW, "how": "rebook", "bookings": [there], "reason": "x" }));
    two.ok(moving(CA1505, "rebook", &[wang]));
    meet(&mut one, &mut two);
    let mut station = Station::new(one.station.setting().clone());
    let is_last = |flight: Option<&str>| flight.is_some_and(|flight| flight == CA1505 || flight == TOMORROW);
    for (scope, id, doc) in one.documents().into_iter().filter(|(_, _, doc)| is_last(doc.text("flight"))) {
        station.apply(&scope, id, &doc);
    }
    let on = [CA1505, TOMORROW].iter().filter(|flight| names(&station, flight).contains(&"WANG/LEIMR".to_owned())).count();
    assert_eq!(on, 1);
}

fn taken_off(number: &str, guest: &str) -> String {
    format!("PVGKKCA\n.PEKRMCA 220300\nADL\n{number} PVG PART1\n-PEK010Y\nDEL\n{guest}ENDADL\n")
}

#[test]
fn a_guest_moved_to_a_flight_whose_list_once_took_the_guest_off_stands_there() {
    let mut one = desk();
    one.ok(json!({ "kind": "import-message", "text": taken_off("CA1503/22NOV", "1WANG/LEIMR\n.L/W4NGL3/CA\n") }));
    let mut two = desk();
    two.ok(json!({ "kind": "import-list", "text": list_of("CA1503/22NOV", "1HOLDER/ONEMR\n.L/H0LD3R/CA\n1WANG/LEIMR\n.L/W4NGL3/CA\n") }));
    two.ok(json!({ "kind": "import-message", "text": taken_off("CA1503/22NOV", "1WANG/LEIMR\n.L/W4NGL3/CA\n") }));
    for desk in [&mut one, &mut two] {
        assert!(!names(&desk.station, CA1503).contains(&"WANG/LEIMR".to_owned()));
        let wang = desk.id("WANG/LEIMR");
        desk.ok(moving(CA1503, "split", &[wang]));
        let there = guest_on(desk, CA1503, "WANG/LEIMR");
        assert_eq!(desk.station.stands_at(wang.0), Some(there.booking.0));
        assert_eq!(desk.station.move_work(&other(CA1503)).guests.len(), 1);
        desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": there.booking, "seat": "12A" }] }));
        // Back again: neither the list nor a move says that the guest is there.
        desk.ok(json!({ "kind": "take-back-check-in", "guests": [there.booking], "reason": "x" }));
        desk.ok(json!({ "kind": "move-bookings", "flight": CA1503, "to": CA1501, "how": "rebook", "bookings": [there.booking], "reason": "x" }));
        assert_eq!(desk.id("WANG/LEIMR"), wang);
        assert!(!names(&desk.station, CA1503).contains(&"WANG/LEIMR".to_owned()));
    }
}

#[test]
fn a_guest_who_is_moved_twice_is_the_guest_of_the_last_flights_list_whether_it_comes_before_or_after() {
    for before in [true, false] {
        let mut desk = desk();
        let of_list = list_of("CA1505/22NOV", "1HOLDER/ONEMR\n.L/H0LD3R/CA\n1WANG/LEIMR\n.L/W4NGL3/CA\n");
        if before {
            desk.ok(json!({ "kind": "import-list", "text": of_list }));
        }
        desk.ok(moving(CA1503, "rebook", &[desk.id("WANG/LEIMR")]));
        let there = guest_on(&desk, CA1503, "WANG/LEIMR").booking;
        desk.ok(json!({ "kind": "move-bookings", "flight": CA1503, "to": CA1505, "how": "rebook", "bookings": [there], "reason": "x" }));
        if !before {
            desk.ok(json!({ "kind": "import-list", "text": of_list }));
        }
        let count = FLIGHTS.iter().flat_map(|flight| names(&desk.station, flight)).filter(|name| name == "WANG/LEIMR").count();
        assert_eq!(count, 1, "list before the move: {before}");
        assert!(names(&desk.station, CA1505).contains(&"WANG/LEIMR".to_owned()));
    }
}

fn on_flights(desk: &Desk, name: &str) -> Vec<&'static str> {
    FLIGHTS.into_iter().filter(|flight| names(&desk.station, flight).contains(&name.to_owned())).collect()
}

fn settle(desk: &mut Desk, words: &str) {
    let conflict = desk.station.conflicts().pop().unwrap();
    let way = conflict.choices.iter().find(|way| way.words == words).unwrap_or_else(|| panic!("{:?}", conflict.choices));
    desk.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": way.choice }));
}

#[test]
fn settling_where_a_guest_flies_who_was_moved_on_leaves_one_booking_whatever_was_chosen() {
    let all = [
        ("The guest flies with CA1505 of 22 Nov.", CA1505),
        ("The guest flies with CA1501 of 23 Nov.", TOMORROW),
        ("The guest stays on CA1501 of 22 Nov.", CA1501),
    ];
    for (words, flies_with) in all {
        for checked_in in [false, true] {
            let mut one = desk();
            one.ok(json!({ "kind": "import-list", "text": list_of("CA1501/23NOV", "1HOLDER/ONEMR\n.L/H0LD3R/CA\n") }));
            one.ok(json!({ "kind": "take-over", "flight": TOMORROW, "reason": "x" }));
            let mut two = Desk::new(2, "C2");
            meet(&mut one, &mut two);
            let wang = one.id("WANG/LEIMR");
            one.ok(moving(CA1503, "rebook", &[wang]));
            let there = guest_on(&one, CA1503, "WANG/LEIMR").booking;
            one.ok(json!({ "kind": "move-bookings", "flight": CA1503, "to": TOMORROW, "how": "rebook", "bookings": [there], "reason": "x" }));
            if checked_in {
                let last = guest_on(&one, TOMORROW, "WANG/LEIMR").booking;
                one.ok(json!({ "kind": "check-in", "guests": [{ "booking": last, "seat": "12A" }] }));
            }
            two.ok(moving(CA1505, "rebook", &[wang]));
            meet(&mut one, &mut two);
            assert_eq!(on_flights(&one, "WANG/LEIMR").len(), 1);
            settle(&mut two, words);
            meet(&mut one, &mut two);
            assert_eq!((on_flights(&one, "WANG/LEIMR"), on_flights(&two, "WANG/LEIMR")), (vec![flies_with], vec![flies_with]), "{words}");
            assert!(one.station.conflicts().is_empty());
            // What was chosen can be moved again, and nothing that was called off comes back with it.
            if flies_with == CA1505 {
                let here = guest_on(&two, CA1505, "WANG/LEIMR").booking;
                two.ok(json!({ "kind": "move-bookings", "flight": CA1505, "to": CA1501, "how": "rebook", "bookings": [here], "reason": "x" }));
                assert_eq!(on_flights(&two, "WANG/LEIMR"), [CA1501]);
            }
        }
    }
}

#[test]
fn what_a_review_decides_has_its_reason_as_a_code() {
    let mut one = desk();
    let mut two = Desk::new(2, "C2");
    meet(&mut one, &mut two);
    let wang = one.id("WANG/LEIMR");
    one.ok(moving(CA1503, "split", &[wang]));
    let there = guest_on(&one, CA1503, "WANG/LEIMR").booking;
    one.ok(json!({ "kind": "check-in", "guests": [{ "booking": there, "seat": "12A" }] }));
    two.ok(moving(CA1505, "split", &[wang]));
    meet(&mut one, &mut two);
    settle(&mut one, "The guest stays on CA1501 of 22 Nov.");
    let facts: Vec<String> = one.documents().into_iter().flat_map(|(_, _, doc)| doc.facts.into_values()).collect();
    let reasons = |kind: &str| facts.iter().filter(|text| text.contains(&format!("\"{kind}\"")) && text.contains("#review")).count();
    assert_eq!((reasons("stays"), reasons("offloaded")), (1, 1));
}

fn move_on(desk: &mut Desk, from: &str, to: &str, name: &str) {
    let booking = guest_on(desk, from, name).booking;
    desk.ok(json!({ "kind": "move-bookings", "flight": from, "to": to, "how": "rebook", "bookings": [booking], "reason": "x" }));
}

#[test]
fn bags_and_seat_of_a_guest_who_is_moved_on_at_once_are_still_work_at_the_last_flight() {
    let mut desk = desk();
    let holder = guest_on(&desk, CA1503, "HOLDER/ONEMR").booking;
    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": holder, "seat": "12C" }] }));
    desk.check_in("REPIN/ANNAMRS", "12C");
    let tags = [desk.add_bag("REPIN/ANNAMRS", 18), desk.add_bag("REPIN/ANNAMRS", 9)];
    move_on(&mut desk, CA1501, CA1503, "REPIN/ANNAMRS");
    // One of the two has its tag of the second flight when the guest is moved on.
    let there = guest_on(&desk, CA1503, "REPIN/ANNAMRS").booking;
    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": there, "seat": "14A" }] }));
    let fresh = desk.ok(json!({ "kind": "add-bag", "booking": there, "weight_kg": 18 }))["tag"].as_str().unwrap().to_owned();
    desk.ok(json!({ "kind": "take-back-check-in", "guests": [there], "reason": "x" }));
    move_on(&mut desk, CA1503, CA1505, "REPIN/ANNAMRS");
    let work = desk.station.move_work(&other(CA1505));
    let row = &work.guests[0];
    let bags: Vec<String> = row.from.bags.iter().map(ToString::to_string).collect();
    assert!(row.retag == 2 && bags.contains(&fresh) && bags.iter().filter(|tag| tags.contains(tag)).count() == 1, "{bags:?}");
    // The seat of the first flight is free on the last one.
    assert_eq!((row.reseat, row.seat.map(|seat| seat.to_string()).as_deref()), (false, Some("12C")));
}

#[test]
fn who_comes_back_has_the_seat_and_the_papers_that_the_guest_had_last() {
    let mut desk = desk();
    desk.ok(json!({ "kind": "change-equipment", "flight": CA1501, "map": "C1-2/AC Y11-20/ABC", "reason": "x" }));
    desk.check_in("WANG/LEIMR", "12A");
    desk.check_in("REPIN/ANNAMRS", "12C");
    desk.ok(json!({ "kind": "note-documents", "booking": desk.id("WANG/LEIMR"), "outcome": "refused", "note": "visa missing" }));
    for (name, seat) in [("WANG/LEIMR", "15A"), ("REPIN/ANNAMRS", "15C")] {
        move_on(&mut desk, CA1501, CA1503, name);
        let there = guest_on(&desk, CA1503, name).booking;
        desk.ok(json!({ "kind": "note-documents", "booking": there, "outcome": "seen" }));
        desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": there, "seat": seat }] }));
    }
    desk.check_in("YOUNG/KIMMISS", "15C");
    for name in ["WANG/LEIMR", "REPIN/ANNAMRS"] {
        move_on(&mut desk, CA1503, CA1501, name);
    }
    let seat = |name: &str| desk.guest(name).seat.map(|seat| seat.to_string());
    assert_eq!((seat("WANG/LEIMR").as_deref(), seat("REPIN/ANNAMRS").as_deref()), (Some("15A"), None));
    assert!(desk.station.move_work(&key()).guests.iter().any(|row| row.name == "REPIN/ANNAMRS" && row.reseat && row.proposed.is_some()));
    assert_eq!(desk.guest("WANG/LEIMR").documents, Some(schemas::record::fact::Documents::Seen));
    assert!(desk.station.conflicts().is_empty());
}
