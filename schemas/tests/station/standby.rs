//! Promises about guests who wait for a seat.

use proptest::prelude::*;
use schemas::station::StandbyRow;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, key, list, meet};

const WAITING: &str = "\
1SURE/ANNMS\n.L/SURE11\n\
1LAST/LEEMR\n.L/LAST11\n.ID2/N9\n\
1FIRST/MAXMR\n.L/F1RST1\n.WL/1\n\
1SECOND/EVAMS\n.L/SEC0ND\n.ID2/N1\n";

fn counter() -> Desk {
    Desk::working(1, "C1", &list(WAITING))
}

fn names(desk: &Desk) -> Vec<String> {
    desk.station.standby(&key()).into_iter().map(|row: StandbyRow| row.name).collect()
}

fn clear(desk: &Desk, name: &str, seat: &str, skips: &[(&str, &str)]) -> Value {
    let skips: Vec<Value> = skips.iter().map(|(name, reason)| json!({ "booking": desk.id(name), "reason": reason })).collect();
    json!({ "kind": "clear-standby", "flight": CA1501, "booking": desk.id(name), "seat": seat, "skips": skips })
}

#[test]
fn who_waits_is_ranked_by_the_list_and_then_by_when_they_asked() {
    let mut desk = counter();
    for (name, ticket) in [("ZULU/ZOE", "9992401000071"), ("ALPHA/ADA", "9992401000072")] {
        desk.ok(json!({ "kind": "add-guest", "flight": CA1501, "name": name, "ticket": ticket, "mark": "go-show", "reason": "x" }));
    }
    assert_eq!(names(&desk), ["FIRST/MAXMR", "SECOND/EVAMS", "LAST/LEEMR", "ZULU/ZOE", "ALPHA/ADA"]);
    assert_eq!(desk.station.next_standby(&key(), Some('Y')).unwrap().name, "FIRST/MAXMR");
    assert_eq!(desk.station.next_standby(&key(), Some('C')), None);
}

#[test]
fn the_next_one_is_cleared_without_a_name() {
    let mut desk = counter();
    let answer = desk.ok(json!({ "kind": "clear-standby", "flight": CA1501, "seat": "20A" }));
    assert_eq!((&answer["name"], &answer["sequence"], &answer["waiting"]), (&json!("FIRST/MAXMR"), &json!(1000), &json!(2)));
    assert_eq!(names(&desk), ["SECOND/EVAMS", "LAST/LEEMR"]);
    desk.board("FIRST/MAXMR");
    let refusal = desk.refused(json!({ "kind": "clear-standby", "flight": CA1501, "seat": "20A" }));
    assert_eq!(refusal.code, "seat-taken");
}

#[test]
fn another_one_is_cleared_only_with_a_reason_for_each_who_comes_first() {
    let mut desk = counter();
    let refusal = desk.refused(clear(&desk, "LAST/LEEMR", "20A", &[("FIRST/MAXMR", "not at the gate")]));
    assert_eq!(refusal.to_string(), "SECOND/EVAMS (SEC0ND) comes before LAST/LEEMR. Clear that guest, or say for each who comes first why not.");
    assert_eq!(refusal.choices.len(), 1);
    let skips = [("FIRST/MAXMR", "not at the gate"), ("SECOND/EVAMS", "party of two, one seat left")];
    let command = clear(&desk, "LAST/LEEMR", "20A", &skips);
    desk.ok(command);
    let rows = desk.station.standby(&key());
    assert_eq!(rows.iter().map(|row| row.passed_over.as_deref().unwrap()).collect::<Vec<_>>(), ["not at the gate", "party of two, one seat left"]);
    assert_eq!(desk.refused(clear(&desk, "SURE/ANNMS", "21A", &[])).code, "standby-ahead");
}

#[test]
fn where_nobody_waits_nobody_is_cleared() {
    let mut desk = Desk::working(1, "C1", &list("1SURE/ANNMS\n.L/SURE11\n"));
    assert_eq!(desk.refused(json!({ "kind": "clear-standby", "flight": CA1501, "seat": "20A" })).code, "nobody-waits");
    assert_eq!(desk.refused(clear(&desk, "SURE/ANNMS", "20A", &[])).code, "not-waiting");
}

#[test]
fn two_desks_that_clear_two_guests_onto_one_seat_find_out() {
    let mut desk = counter();
    let mut other = Desk::new(2, "C2");
    meet(&mut desk, &mut other);
    desk.ok(json!({ "kind": "clear-standby", "flight": CA1501, "seat": "20A" }));
    let command = clear(&other, "SECOND/EVAMS", "20A", &[("FIRST/MAXMR", "not here")]);
    other.ok(command);
    meet(&mut desk, &mut other);
    assert_eq!(names(&desk), names(&other));
    let conflicts = desk.station.conflicts();
    assert_eq!((conflicts.len(), conflicts[0].kind), (1, schemas::station::ConflictKind::SeatTwice));
    assert_eq!(conflicts, other.station.conflicts());
}

#[derive(Debug, Clone)]
struct Step {
    desk: usize,
    what: usize,
    guest: usize,
    row: u16,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0..2usize, 0..7usize, 0..8usize, 10..14u16).prop_map(|(desk, what, guest, row)| Step { desk, what, guest, row }), 0..24)
}

/// What two desks do that do not see each other.
fn apart(steps: &[Step]) -> [Desk; 2] {
    let mut desk = counter();
    let mut other = Desk::new(2, "C2");
    meet(&mut desk, &mut other);
    let mut desks = [desk, other];
    for step in steps {
        let desk = &mut desks[step.desk];
        let guests = desk.station.guests(&key());
        let booking = guests[step.guest % guests.len()].booking;
        let seat = format!("{}A", step.row);
        let waiting: Vec<Value> = desk.station.standby(&key()).iter().map(|row| json!({ "booking": row.booking, "reason": "x" })).collect();
        let command = match step.what {
            0 => json!({ "kind": "add-guest", "flight": CA1501, "name": format!("NEW/{}", ["A", "B", "C"][step.guest % 3]),
                         "ticket": format!("999240100000{}", step.guest % 3), "mark": "go-show", "reason": "x" }),
            1 => json!({ "kind": "clear-guest", "booking": booking, "seat": seat }),
            2 => json!({ "kind": "clear-standby", "flight": CA1501, "seat": seat }),
            3 => json!({ "kind": "clear-standby", "flight": CA1501, "booking": booking, "seat": seat, "skips": waiting }),
            4 => json!({ "kind": "offload", "booking": booking, "reason": "x" }),
            5 => json!({ "kind": "change-equipment", "flight": CA1501, "map": format!("C1/AC Y10-{}/ABC", step.row), "reason": "x" }),
            _ => {
                let seats: Vec<Value> =
                    desk.station.reseat_plan(&key()).iter().filter_map(|row| Some(json!({ "booking": row.booking, "seat": row.to? }))).collect();
                json!({ "kind": "reseat", "flight": CA1501, "seats": seats })
            }
        };
        let _ = desk.run(command);
        let counts = desk.station.counts(&key());
        assert!(counts.add_up(), "{counts:?}");
    }
    desks
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn desks_that_did_not_see_each_other_agree_when_they_meet(steps in steps()) {
        let [mut desk, mut other] = apart(&steps);
        meet(&mut desk, &mut other);
        let said = |desk: &Desk| format!(
            "{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
            desk.station.guests(&key()), desk.station.standby(&key()), desk.station.reseat_plan(&key()), desk.station.counts(&key()), desk.station.conflicts()
        );
        prop_assert_eq!(said(&desk), said(&other));
        // Nobody holds a seat without having been cleared.
        for guest in desk.station.guests(&key()) {
            let waits = desk.station.booking(guest.booking.0).unwrap().waits();
            prop_assert!(!waits || guest.standing != schemas::record::booking::Standing::CheckedIn, "{}", guest.name);
        }
        // A proposal gives nobody a seat that somebody holds, and no seat twice.
        let plan = desk.station.reseat_plan(&key());
        let off = schemas::record::booking::Standing::Offloaded;
        let held: Vec<_> = desk.station.guests(&key()).iter().filter(|guest| guest.standing != off).filter_map(|guest| guest.seat).collect();
        let given: std::collections::BTreeSet<_> = plan.iter().filter_map(|row| row.to).collect();
        prop_assert_eq!(given.len(), plan.iter().filter(|row| row.to.is_some()).count());
        prop_assert!(given.iter().all(|seat| !held.contains(seat)));
    }
}
