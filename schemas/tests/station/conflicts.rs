//! Promises of conflicts: found on every desk alike, in words, settled once.

use schemas::station::ConflictKind;
use serde_json::json;

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

/// Two desks that know the flight and cannot see each other from here on.
fn apart() -> (Desk, Desk) {
    let mut one = Desk::working(1, "C1", &list(GUESTS));
    let mut other = Desk::new(2, "C2");
    meet(&mut one, &mut other);
    (one, other)
}

/// The one open conflict, which both desks see alike.
#[track_caller]
fn only(one: &Desk, other: &Desk) -> schemas::station::Conflict {
    let conflicts = one.station.conflicts();
    assert_eq!(conflicts, other.station.conflicts());
    let open: Vec<_> = conflicts.into_iter().filter(|conflict| conflict.resolution.is_none()).collect();
    assert_eq!(open.len(), 1, "{open:#?}");
    open.into_iter().next().unwrap()
}

#[test]
fn two_guests_in_one_seat_are_one_conflict_with_a_proposal() {
    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    one.check_in("COSTA/ANAMRS", "14D");
    other.check_in("WHEELER/ROSEMRS", "14C");
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    assert_eq!(conflict.kind, ConflictKind::SeatTwice);
    assert_eq!(conflict.what, "Seat 14C on CA1501 of 22 Nov is given to WHEELER/ROSEMRS (WH33L3) and WANG/LEIMR (W4NGL3).");
    assert_eq!(conflict.shown_for_now, "Both are shown in 14C.");
    let sides: Vec<_> = conflict.sides.iter().map(|side| (side.who.as_deref().unwrap(), side.desk.as_deref().unwrap(), &*side.text)).collect();
    assert_eq!(sides, [("4702", "C2", "WHEELER/ROSEMRS (WH33L3), checked in"), ("4701", "C1", "WANG/LEIMR (W4NGL3), checked in")]);
    assert_eq!(conflict.proposal.choice, "move-2");
    assert!(conflict.proposal.seat.is_none(), "row 14 with the letters seen is full");
    let refusal = one.refused(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "move-2", "seat": "14D" }));
    assert_eq!(refusal.code, "seat-taken");
    let answer = one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "move-2", "seat": "15A" }));
    assert_eq!(answer["todo"], json!(["Tell WANG/LEIMR about seat 15A and give a new pass."]));
    meet(&mut one, &mut other);
    assert!(one.station.conflicts().is_empty() && other.station.conflicts().is_empty());
    assert_eq!(other.guest("WANG/LEIMR").seat.unwrap().to_string(), "15A");
    assert_eq!(
        other.refused(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "move-2", "seat": "15B" })).code,
        "conflict-not-known"
    );
}

#[test]
fn a_seat_is_proposed_where_guests_of_the_cabin_sit() {
    let (mut one, mut other) = apart();
    one.check_in("COSTA/ANAMRS", "13A");
    one.check_in("WANG/LEIMR", "14C");
    other.check_in("WHEELER/ROSEMRS", "14C");
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    assert_eq!(conflict.proposal.seat.unwrap().to_string(), "14A");
    assert_eq!(conflict.proposal.words, "WHEELER/ROSEMRS keeps 14C; WANG/LEIMR gets 14A. Check that 14A is a seat of this aircraft.");
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "move-2" }));
    assert_eq!(one.guest("WANG/LEIMR").seat.unwrap().to_string(), "14A");
}

#[test]
fn one_guest_at_two_readers_is_counted_once_and_shown() {
    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    meet(&mut one, &mut other);
    one.board("WANG/LEIMR");
    other.board("WANG/LEIMR");
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    assert_eq!(conflict.kind, ConflictKind::BoardedTwice);
    assert_eq!(conflict.what, "WANG/LEIMR (W4NGL3) was let on board at C2 and at C1.");
    assert_eq!(conflict.proposal.words, "Keep one boarding and count the heads again.");
    assert_eq!(one.station.counts(&key()).boarded, 1);
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "keep-1", "note": "heads counted, 1" }));
    let refusal = one.refused(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "keep-1" }));
    assert_eq!(refusal.code, "already-settled");
    meet(&mut one, &mut other);
    let settled = &other.station.conflicts()[0];
    let resolution = settled.resolution.as_ref().unwrap();
    assert_eq!((resolution.choice.as_str(), resolution.by.as_str(), resolution.note.as_str()), ("keep-1", "4701", "heads counted, 1"));
    assert_eq!(other.station.flight_of(&key()).unwrap().open_conflicts, 0);
}

#[test]
fn a_settled_conflict_stays_closed_until_a_new_fact_raises_a_new_one() {
    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    let mut third = Desk::new(3, "C3");
    meet(&mut one, &mut other);
    meet(&mut one, &mut third);
    for desk in [&mut one, &mut other, &mut third] {
        desk.board("WANG/LEIMR");
    }
    meet(&mut one, &mut other);
    let first = only(&one, &other);
    one.ok(json!({ "kind": "resolve-conflict", "conflict": first.id, "choice": "keep-1" }));
    meet(&mut one, &mut third);
    meet(&mut one, &mut other);
    let second = only(&one, &other);
    assert_ne!(first.id, second.id);
    assert_eq!(second.sides.len(), 3);
}

#[test]
fn two_unequal_settlings_are_a_new_conflict_and_equal_ones_are_none() {
    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    other.check_in("WHEELER/ROSEMRS", "14C");
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "move-1", "seat": "15A" }));
    other.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "move-2", "seat": "16A" }));
    meet(&mut one, &mut other);
    let again = only(&one, &other);
    assert_eq!(again.kind, ConflictKind::ResolvedTwice);
    assert_eq!(again.sides.len(), 2);
    one.ok(json!({ "kind": "resolve-conflict", "conflict": again.id, "choice": "keep-1" }));
    meet(&mut one, &mut other);
    assert!(other.station.conflicts().iter().all(|conflict| conflict.resolution.is_some()), "{:#?}", other.station.conflicts());

    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    meet(&mut one, &mut other);
    one.board("WANG/LEIMR");
    other.board("WANG/LEIMR");
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "keep-2" }));
    other.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "keep-2" }));
    meet(&mut one, &mut other);
    assert_eq!(one.station.conflicts().len(), 1);
    assert!(one.station.conflicts()[0].resolution.is_some());
}

#[test]
fn one_guest_checked_in_at_two_desks_is_one_conflict_about_both_passes() {
    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    other.check_in("WANG/LEIMR", "20A");
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    assert_eq!(conflict.kind, ConflictKind::CheckedInTwice);
    assert_eq!(conflict.what, "WANG/LEIMR (W4NGL3) was checked in at C2 and at C1.");
    assert_eq!(conflict.shown_for_now, "Seat 20A and sequence 2000 are shown for now; one guest is counted.");
    assert_eq!(one.station.counts(&key()).checked_in, 1);
    other.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "keep-2" }));
    meet(&mut one, &mut other);
    let wang = one.guest("WANG/LEIMR");
    assert_eq!((wang.seat.unwrap().to_string().as_str(), wang.sequence), ("14C", Some(1000)));
    assert!(one.station.conflicts().iter().all(|conflict| conflict.resolution.is_some()));
}

#[test]
fn a_field_that_two_desks_wrote_is_shown_with_both_values() {
    let (mut one, mut other) = apart();
    one.ok(json!({ "kind": "set-flight", "flight": CA1501, "gate": "12" }));
    other.ok(json!({ "kind": "set-flight", "flight": CA1501, "gate": "14" }));
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    assert_eq!(conflict.kind, ConflictKind::FieldTwice);
    assert_eq!(conflict.what, "CA1501: the gate is 14 and 12.");
    assert_eq!(conflict.shown_for_now, "14 is shown for now.");
    assert_eq!(conflict.sides.iter().map(|side| side.desk.as_deref().unwrap()).collect::<Vec<_>>(), ["C2", "C1"]);
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "keep-2" }));
    meet(&mut one, &mut other);
    assert_eq!(other.station.flight_of(&key()).unwrap().gate.as_deref(), Some("12"));
    assert!(other.station.conflicts().is_empty());
}

#[test]
fn equal_values_written_apart_are_no_conflict() {
    let (mut one, mut other) = apart();
    one.ok(json!({ "kind": "set-flight", "flight": CA1501, "gate": "12" }));
    other.ok(json!({ "kind": "set-flight", "flight": CA1501, "gate": "12" }));
    meet(&mut one, &mut other);
    assert!(one.station.conflicts().is_empty());
}

#[test]
fn boarding_and_offload_apart_keep_the_guest_on_board_until_someone_looks() {
    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    meet(&mut one, &mut other);
    one.board("WANG/LEIMR");
    let wang = other.id("WANG/LEIMR");
    other.ok(json!({ "kind": "offload", "booking": wang, "reason": "did not come" }));
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    assert_eq!(conflict.what, "WANG/LEIMR (W4NGL3) was let on board at C1 and taken off at C2.");
    assert_eq!(one.station.counts(&key()).boarded, 1);
    assert!(one.station.counts(&key()).add_up());
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "off" }));
    meet(&mut one, &mut other);
    assert_eq!((one.station.counts(&key()).boarded, one.station.counts(&key()).offloaded), (0, 1));
    assert!(one.station.conflicts().is_empty());
}

#[test]
fn a_sequence_on_two_guests_is_settled_with_a_new_number() {
    let (mut one, mut other) = apart();
    let pass = |name: &str, locator: &str, seat: &str| crate::world::pass(name, locator, seat, "0045");
    one.ok(json!({ "kind": "board", "flight": CA1501, "scan": pass("WANG/LEI", "W4NGL3", "014C") }));
    other.ok(json!({ "kind": "board", "flight": CA1501, "scan": pass("WHEELER/ROSE", "WH33L3", "015C") }));
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    assert_eq!(conflict.kind, ConflictKind::SequenceTwice);
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "renumber-1" }));
    meet(&mut one, &mut other);
    assert!(other.station.conflicts().is_empty());
    assert_eq!(other.guest("WHEELER/ROSEMRS").sequence, Some(1000));
}

#[test]
fn one_tag_for_two_guests_is_shown() {
    let (mut one, mut other) = apart();
    let twin = Desk::new(1, "C1").station.setting().blocks.clone();
    let mut copy = Desk::with_blocks(3, "C3", twin);
    meet(&mut one, &mut copy);
    one.check_in("WANG/LEIMR", "14C");
    copy.check_in("WHEELER/ROSEMRS", "15C");
    assert_eq!(one.add_bag("WANG/LEIMR", 20), copy.add_bag("WHEELER/ROSEMRS", 20));
    meet(&mut one, &mut copy);
    meet(&mut one, &mut other);
    let tag = one.station.conflicts().into_iter().find(|conflict| conflict.kind == ConflictKind::TagTwice).unwrap();
    assert_eq!(tag.what, "Bag 0999001000: the guest is WHEELER/ROSEMRS (WH33L3) and WANG/LEIMR (W4NGL3).");
    other.ok(json!({ "kind": "resolve-conflict", "conflict": tag.id, "choice": "keep-2" }));
    assert_eq!(other.guest("WANG/LEIMR").bags.len(), 1);
}

#[test]
fn a_choice_that_is_none_is_refused_with_the_choices() {
    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    other.check_in("WHEELER/ROSEMRS", "14C");
    meet(&mut one, &mut other);
    let conflict = only(&one, &other);
    let refusal = one.refused(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "fly" }));
    assert_eq!(refusal.to_string(), "\"fly\" is not one of the choices. Choose one of: move-1, move-2, no-conflict.");
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "no-conflict", "note": "one is a crib" }));
    assert!(one.station.conflicts()[0].resolution.is_some());
}

#[test]
fn choosing_a_check_in_does_not_set_back_a_seat_that_was_changed_since() {
    let (mut one, mut other) = apart();
    one.check_in("WANG/LEIMR", "14C");
    let wang = one.id("WANG/LEIMR");
    one.ok(json!({ "kind": "change-seat", "booking": wang, "seat": "15A" }));
    other.check_in("WANG/LEIMR", "20A");
    meet(&mut one, &mut other);
    let conflicts = one.station.conflicts();
    assert_eq!(conflicts.iter().map(|conflict| conflict.kind).collect::<Vec<_>>(), [ConflictKind::CheckedInTwice, ConflictKind::FieldTwice]);
    let keep = if conflicts[0].sides[0].desk.as_deref() == Some("C1") { "keep-1" } else { "keep-2" };
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflicts[0].id, "choice": keep }));
    let left = &one.station.conflicts()[0];
    assert_eq!(left.kind, ConflictKind::FieldTwice);
    assert_eq!(left.what, "WANG/LEIMR: the seat is 15A and 20A.");
    one.ok(json!({ "kind": "resolve-conflict", "conflict": left.id, "choice": "keep-1" }));
    let guest = one.guest("WANG/LEIMR");
    assert_eq!((guest.seat.unwrap().to_string().as_str(), guest.sequence), ("15A", Some(1000)));
    assert!(one.station.conflicts().is_empty());
}

#[test]
fn what_another_node_wrote_into_its_settling_sets_only_fields_that_people_decide() {
    let (mut one, _) = apart();
    let flight = one.station.flight(&key()).unwrap().id;
    let wang = one.id("WANG/LEIMR");
    let settling = |by: &str, choice: &str| {
        let sets = json!([
            { "doc": wang, "field": "kind", "value": "bag" },
            { "doc": wang, "field": "NO FIELD", "value": 1 },
            { "doc": "00000000000000000000000000000000", "field": "seat", "value": "1A" },
            { "doc": wang, "field": "seat", "value": "20A" },
        ]);
        let conflict = "11111111111111111111111111111111";
        json!({ "t": "resolved", "conflict": conflict, "choice": choice, "sets": sets, "at": 1, "rec": 1, "by": by, "desk": "C9", "src": "person" })
            .to_string()
    };
    one.write(&key().scope(), flight, vec![], vec![settling("4708", "keep-1"), settling("4709", "keep-2")]);
    let conflict = one.station.conflicts()[0].clone();
    assert_eq!(conflict.what, "A review that is gone by now: 4708 and 4709 settled it differently.");
    let documents = one.documents().len();
    one.ok(json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": "keep-2" }));
    assert_eq!(one.guest("WANG/LEIMR").seat.unwrap().to_string(), "20A");
    assert_eq!(one.documents().len(), documents);
    assert!(one.documents().iter().all(|(_, _, doc)| !doc.fields.contains_key("NO FIELD")));
    assert!(one.station.conflicts().is_empty());
}
