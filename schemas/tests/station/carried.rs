//! Promises of a comparison with the host beside the outbox: what a message carries has ended as sent once its receiver has it, and not before.

use std::collections::BTreeSet;

use proptest::prelude::*;
use schemas::record::outgoing::{OutKind, OutState};
use schemas::station::outgoing::OutRow;
use schemas::station::settle::{DifferenceKind, Right};
use schemas::station::{Carried, Settlement, SettlementRow, Station};
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

const HOUR_MS: i64 = 3_600_000;

/// The host's list without anybody checked in.
fn host_list() -> String {
    let rows = [
        ("OUYANG/MINGMR", "J11111"),
        ("LI/NAMS", "K7P2QX"),
        ("WANG/LEIMR", "W4NGL3"),
        ("LI/NAMS", "S4MEN4"),
        ("REPIN/ANNAMRS", "R3P1NA"),
        ("YOUNG/KIMMISS", "Y0UNGK"),
        ("WHEELER/ROSEMRS", "WH33L3"),
        ("BAKER/LEEMR", "B4K3RL"),
        ("WAIT/TOMMR", "W41TTM"),
        ("COSTA/ANAMRS", "C0ST44"),
        ("COSTA/TIAGOMSTR", "C0ST44"),
        ("ALEXANDROPOULOS/KONSTANTINOSMR", "4L3X4N"),
    ];
    rows.iter().fold("PAX NAME;RLOC;SEAT;SN;ST;BAG TAGS\n".to_owned(), |text, (name, locator)| text + &format!("{name};{locator};;;BKD;\n"))
}

fn read_list(desk: &mut Desk, text: &str) {
    desk.ok(json!({ "kind": "import-host-list", "flight": CA1501, "text": text }));
}

fn say(desk: &mut Desk) {
    desk.ok(json!({ "kind": "say-out", "flight": CA1501, "kinds": OutKind::ALL, "due": "x" }));
}

fn answer(desk: &mut Desk, row: &OutRow, how: &str) {
    desk.ok(json!({ "kind": "note-answers", "flight": CA1501, "answers": [{ "key": row.key, "how": how, "way": "test", "began": desk.now_ms }] }));
}

/// Says everything that is due and has it arrive.
fn send_all(desk: &mut Desk) {
    while desk.station.due_out_name(&key(), &OutKind::ALL.into()).is_some() {
        say(desk);
        for row in desk.station.outbox(&key()).into_iter().filter(|row| row.state == OutState::Waiting) {
            answer(desk, &row, "taken");
        }
    }
}

fn settlement(desk: &Desk) -> Settlement {
    desk.station.settlement(&key()).unwrap()
}

fn row(desk: &Desk, kind: DifferenceKind, name: &str) -> SettlementRow {
    settlement(desk).rows.into_iter().find(|row| row.difference.kind == kind && row.difference.name == name).unwrap()
}

/// Worked here, with a bag of a guest who is checked in.
fn with_a_bag() -> Desk {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "11A");
    desk.add_bag("WANG/LEIMR", 18);
    desk
}

fn carried(desk: &Desk) -> Option<Carried> {
    row(desk, DifferenceKind::Bag, "WANG/LEIMR").carried
}

#[test]
fn a_bag_has_ended_as_sent_when_its_message_arrives_and_in_no_other_case() {
    for (how, state, ends) in [
        ("taken", Some(OutState::Sent), true),
        ("unknown", Some(OutState::Unknown), false),
        ("refused", Some(OutState::Refused), false),
        ("again", Some(OutState::Waiting), false),
        ("cancelled", None, false),
    ] {
        let mut desk = with_a_bag();
        read_list(&mut desk, &host_list());
        assert_eq!(carried(&desk), None);
        let open = settlement(&desk).open;
        say(&mut desk);
        let message = desk.station.outbox(&key()).remove(0);
        let waiting = carried(&desk).unwrap();
        assert_eq!((waiting.kind, waiting.place, waiting.state, waiting.ends), (OutKind::Bsm, message.place, OutState::Waiting, false));
        answer(&mut desk, &message, how);
        assert_eq!(carried(&desk).map(|carried| (carried.state, carried.ends)), state.map(|state| (state, ends)), "{how}");
        assert_eq!((settlement(&desk).open, settlement(&desk).settled), (open - usize::from(ends), usize::from(ends)), "{how}");
    }
}

#[test]
fn a_newer_list_that_does_not_know_the_bag_speaks_against_its_message() {
    let mut desk = with_a_bag();
    send_all(&mut desk);
    read_list(&mut desk, &host_list());
    let known = carried(&desk).unwrap();
    assert_eq!((known.state, known.ends), (OutState::Sent, false));
    // A list of which hours and minutes alone are known may be from the end of its minute.
    let mut desk = with_a_bag();
    desk.now_ms += HOUR_MS + 30_000 - desk.now_ms % 60_000;
    let at = chrono::DateTime::from_timestamp_millis(desk.now_ms + 8 * HOUR_MS).unwrap().format("%H:%M").to_string();
    say(&mut desk);
    let message = desk.station.outbox(&key()).remove(0);
    desk.now_ms -= 60_000;
    answer(&mut desk, &message, "taken");
    desk.ok(json!({ "kind": "import-host-list", "flight": CA1501, "at": at, "text": host_list() }));
    assert_eq!(carried(&desk).map(|carried| carried.ends), Some(false));
}

#[test]
fn what_a_person_says_of_a_message_closes_nothing_that_was_said_before_the_list() {
    let mut desk = with_a_bag();
    say(&mut desk);
    let message = desk.station.outbox(&key()).remove(0);
    read_list(&mut desk, &host_list());
    let arrived = json!({ "kind": "settle-message", "flight": CA1501, "key": message.key, "how": "arrived", "reason": "told by telephone" });
    desk.ok(arrived);
    // Nobody knows when it arrived; the list may be newer.
    assert_eq!(carried(&desk).map(|carried| (carried.state, carried.ends)), Some((OutState::Sent, false)));
    // An answer that came late says nothing of the time either.
    let mut desk = with_a_bag();
    say(&mut desk);
    answer(&mut desk, &message, "unknown");
    read_list(&mut desk, &host_list());
    answer(&mut desk, &message, "taken");
    assert_eq!(carried(&desk).map(|carried| (carried.state, carried.ends)), Some((OutState::Sent, false)));
}

#[test]
fn a_bag_that_is_gone_or_another_guests_by_now_is_not_carried_by_what_was_said_before() {
    let mut desk = with_a_bag();
    let tag = desk.station.bags_of(&key())[0].tag;
    read_list(&mut desk, &host_list());
    send_all(&mut desk);
    assert!(carried(&desk).unwrap().ends);
    // The host has it since, and here it is taken off: now the deletion carries it.
    let with_bag = host_list().replace("WANG/LEIMR;W4NGL3;;;BKD;", &format!("WANG/LEIMR;W4NGL3;11A;1000;ACC;{tag}"));
    let booking = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "offload", "booking": booking, "reason": "ill" }));
    desk.ok(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }));
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    read_list(&mut desk, &with_bag);
    let gone = |desk: &Desk| settlement(desk).rows.into_iter().find(|row| row.difference.tag == Some(tag)).unwrap();
    assert_eq!((gone(&desk).difference.right, gone(&desk).carried), (Right::Apron, None));
    send_all(&mut desk);
    let sent = gone(&desk).carried.unwrap();
    assert!(sent.ends && desk.station.outbox(&key()).iter().any(|row| row.key == sent.key && row.text.starts_with("BSM\nDEL")));
}

#[test]
fn of_a_closed_flight_the_prl_carries_who_flew_and_the_pfs_who_did_not() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "11A");
    desk.board("WANG/LEIMR");
    desk.check_in("YOUNG/KIMMISS", "15A");
    let new = desk.ok(json!({ "kind": "add-guest", "flight": CA1501, "name": "SHOW/GOMR", "mark": "go-show", "reason": "came without a booking" }));
    desk.ok(json!({ "kind": "clear-guest", "booking": new["booking"], "seat": "16A" }));
    desk.ok(json!({ "kind": "board", "flight": CA1501, "booking": new["booking"] }));
    send_all(&mut desk);
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    let seated = host_list().replace("WHEELER/ROSEMRS;WH33L3;;;BKD;", "WHEELER/ROSEMRS;WH33L3;12A;9;BRD;");
    read_list(&mut desk, &seated);
    let states = |desk: &Desk| {
        let rows = settlement(desk).rows;
        rows.into_iter().map(|row| (row.difference.name, row.carried.map(|carried| (carried.kind, carried.ends)))).collect::<Vec<_>>()
    };
    assert!(states(&desk).iter().all(|(_, carried)| carried.is_none()));
    send_all(&mut desk);
    let known = |name: &str, kind| (name.to_owned(), Some((kind, true)));
    let mut found = states(&desk);
    found.sort();
    let (prl, pfs) = (OutKind::Prl, OutKind::Pfs);
    assert_eq!(found, [known("SHOW/GOMR", prl), known("WANG/LEIMR", prl), known("WHEELER/ROSEMRS", pfs), known("YOUNG/KIMMISS", pfs)]);
    assert_eq!(settlement(&desk).open, 0);
    // Nothing is in the way of the hand-back; a person may still say otherwise.
    let difference = row(&desk, DifferenceKind::Presence, "WANG/LEIMR").difference.id;
    let settled = desk.ok(json!({ "kind": "settle-difference", "flight": CA1501, "difference": difference, "how": "keyed-in", "reason": "" }));
    assert_eq!(settled["open"], 0);
    for kind in ["begin-hand-back", "hand-back"] {
        desk.ok(json!({ "kind": kind, "flight": CA1501, "reason": "the host answers" }));
    }
    // Reopened, the flight may change again: what was said of it is not the last word.
    desk.ok(json!({ "kind": "take-over", "flight": CA1501, "reason": "silent again" }));
    desk.ok(json!({ "kind": "reopen-flight", "flight": CA1501, "reason": "a late guest" }));
    assert!(states(&desk).iter().all(|(_, carried)| carried.is_none()));
}

/// What happens in between.
#[derive(Debug, Clone)]
enum Step {
    Bag(usize),
    Seat(usize, u8),
    Board(usize),
    Offload(usize),
    Close,
    Reopen,
    Say,
    Answer(usize, usize),
    List,
}

const NAMES: [&str; 3] = ["WANG/LEIMR", "WHEELER/ROSEMRS", "COSTA/ANAMRS"];
const ANSWERS: [&str; 5] = ["taken", "unknown", "refused", "again", "cancelled"];

fn step() -> impl Strategy<Value = Step> {
    let guest = 0..NAMES.len();
    prop_oneof![
        4 => guest.clone().prop_map(Step::Bag),
        1 => (guest.clone(), 0..20u8).prop_map(|(guest, row)| Step::Seat(guest, row)),
        2 => guest.clone().prop_map(Step::Board),
        1 => guest.prop_map(Step::Offload),
        1 => Just(Step::Close),
        1 => Just(Step::Reopen),
        4 => Just(Step::Say),
        6 => (0..12usize, 0..ANSWERS.len()).prop_map(|(at, how)| Step::Answer(at, how)),
        2 => Just(Step::List),
    ]
}

/// Does what may be refused.
fn act(desk: &mut Desk, step: &Step) {
    let booking = |desk: &Desk, guest: usize| desk.id(NAMES[guest]);
    let command: Value = match step {
        Step::Bag(guest) => json!({ "kind": "add-bag", "booking": booking(desk, *guest), "weight_kg": 15 }),
        Step::Seat(guest, row) => json!({ "kind": "change-seat", "booking": booking(desk, *guest), "seat": format!("{}C", 11 + row) }),
        Step::Board(guest) => json!({ "kind": "board", "flight": CA1501, "booking": booking(desk, *guest) }),
        Step::Offload(guest) => json!({ "kind": "offload", "booking": booking(desk, *guest), "reason": "ill" }),
        Step::Close => json!({ "kind": "close-flight", "flight": CA1501 }),
        Step::Reopen => json!({ "kind": "reopen-flight", "flight": CA1501, "reason": "a late guest" }),
        Step::Say => json!({ "kind": "say-out", "flight": CA1501, "kinds": OutKind::ALL, "due": "x" }),
        Step::Answer(at, how) => match desk.station.outbox(&key()).get(*at) {
            Some(row) => {
                json!({ "kind": "note-answers", "flight": CA1501, "answers": [{ "key": row.key, "how": ANSWERS[*how], "began": desk.now_ms }] })
            }
            None => return,
        },
        Step::List => json!({ "kind": "import-host-list", "flight": CA1501, "text": host_list() }),
    };
    let _ = desk.run(command);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn only_what_a_receiver_has_ends_as_sent_and_every_node_says_the_same(steps in prop::collection::vec(step(), 1..60)) {
        let mut desk = Desk::working(1, "C1", &list(GUESTS));
        for (name, seat) in NAMES.into_iter().zip(["11A", "12A", "13A"]) {
            desk.check_in(name, seat);
        }
        steps.iter().for_each(|step| act(&mut desk, step));
        act(&mut desk, &Step::List);
        let rows = desk.station.outbox(&key());
        let found = settlement(&desk);
        for row in &found.rows {
            let Some(carried) = &row.carried else { continue };
            let message = rows.iter().find(|message| message.key == carried.key).unwrap();
            prop_assert_eq!((message.kind, message.place, message.state), (carried.kind, carried.place, carried.state));
            prop_assert_eq!(row.difference.right, Right::Apron);
            // The list that was read last is newer than every answer.
            prop_assert!(!carried.ends);
        }
        // What goes out now arrives after that list: all bags of those who fly are told, and whatever has ended was taken by the receiver.
        send_all(&mut desk);
        let later = settlement(&desk);
        let taken: BTreeSet<String> = desk.station.outbox(&key()).into_iter().filter(|row| row.state == OutState::Sent).map(|row| row.key).collect();
        for row in &later.rows {
            prop_assert!(row.carried.as_ref().is_none_or(|carried| !carried.ends || taken.contains(&carried.key)));
        }
        prop_assert_eq!(later.open, later.rows.iter().filter(|row| row.is_open()).count());
        // Another node, and the same records in another order.
        let mut other = Desk::new(2, "C2");
        meet(&mut desk, &mut other);
        prop_assert_eq!(&settlement(&other), &later);
        let mut again = Station::new(desk.station.setting().clone());
        for (scope, id, document) in desk.documents().iter().rev() {
            again.apply(scope, *id, document);
        }
        prop_assert_eq!(again.settlement(&key()), Some(later));
    }
}
