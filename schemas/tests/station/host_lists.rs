//! Promises of the host's check-in list: read again and again, kept as it was, and compared when the flight goes back.

use schemas::record::booking::Standing;
use schemas::record::flight::Controller;
use schemas::station::Settlement;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

const HEAD: &str = "PAX NAME;RLOC;SEAT;SN;ST;BAG TAGS\n";

fn read(at: &str, rows: &str) -> Value {
    json!({ "kind": "import-host-list", "flight": CA1501, "at": at, "text": format!("{HEAD}{rows}") })
}

/// Everybody as the host had them before it fell silent: two are checked in, one with a bag.
const BEFORE: &str = "OUYANG/MINGMR;J11111;;;BKD;\nLI/NAMS;K7P2QX;14C;7;ACC;0999000001\nWANG/LEIMR;W4NGL3;15A;8;ACC;\nLI/NAMS;S4MEN4;;;BKD;\n\
    REPIN/ANNAMRS;R3P1NA;;;BKD;\nYOUNG/KIMMISS;Y0UNGK;;;BKD;\nWHEELER/ROSEMRS;WH33L3;;;BKD;\nBAKER/LEEMR;B4K3RL;;;BKD;\nWAIT/TOMMR;W41TTM;;;BKD;\n\
    COSTA/ANAMRS;C0ST44;;;BKD;\nCOSTA/TIAGOMSTR;C0ST44;;;BKD;\nALEXANDROPOULOS/KONSTANTINOSMR;4L3X4N;;;BKD;\n";

fn desk_with_list() -> Desk {
    let mut desk = Desk::new(1, "C1");
    desk.now_ms += 3 * 3_600_000;
    desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    desk
}

fn step(kind: &str) -> Value {
    json!({ "kind": kind, "flight": CA1501, "reason": "host silent" })
}

fn settlement(desk: &Desk) -> Settlement {
    desk.station.settlement(&key()).unwrap()
}

fn guest(desk: &Desk, locator: &str) -> schemas::station::GuestRow {
    desk.station.guests(&key()).into_iter().find(|row| row.locator.is_some_and(|known| known.to_string() == locator)).unwrap()
}

#[test]
fn while_the_host_works_a_flight_what_its_list_says_holds_here() {
    let mut desk = desk_with_list();
    let answer = desk.ok(read("10:31", BEFORE));
    assert_eq!((answer["rows"].as_u64(), answer["unknown"].as_u64(), answer["tone"].as_str()), (Some(12), Some(0), Some("green")), "{answer}");
    let row = guest(&desk, "K7P2QX");
    assert_eq!((row.standing, row.seat.unwrap().to_string(), row.sequence, row.bags.len()), (Standing::CheckedIn, "14C".to_owned(), Some(7), 1));
    assert_eq!(guest(&desk, "S4MEN4").standing, Standing::Listed);
    // Read once more, the same list changes nothing.
    let before = desk.documents();
    desk.ok(read("10:31", BEFORE));
    assert_eq!(desk.documents(), before);
    // A later one moves, boards, and takes back.
    let later = BEFORE.replace("14C;7;ACC;0999000001", "14D;7;BRD;").replace("15A;8;ACC", ";;BKD");
    desk.ok(read("10:40", &later));
    let row = guest(&desk, "K7P2QX");
    assert_eq!((row.standing, row.seat.unwrap().to_string(), row.bags.len()), (Standing::Aboard, "14D".to_owned(), 0));
    let row = guest(&desk, "W4NGL3");
    assert_eq!((row.standing, row.seat), (Standing::Listed, None));
    // An older one that comes late is kept and changes nothing.
    let answer = desk.ok(read("10:20", BEFORE));
    assert_eq!(answer["changed"], 0);
    assert_eq!(guest(&desk, "W4NGL3").standing, Standing::Listed);
    assert_eq!(desk.station.conflicts(), []);
}

#[test]
fn two_desks_that_read_one_list_apart_make_no_conflict() {
    let (mut one, mut other) = (desk_with_list(), Desk::new(2, "C2"));
    other.now_ms = one.now_ms;
    other.hear(&one);
    one.ok(read("10:31", BEFORE));
    other.ok(read("10:31", BEFORE));
    meet(&mut one, &mut other);
    assert_eq!(one.station.conflicts(), []);
    assert_eq!(one.station.guests(&key()), other.station.guests(&key()));
    one.ok(step("take-over"));
    one.ok(read("11:00", BEFORE));
    assert_eq!((settlement(&one).rows.len(), settlement(&one).compared), (0, true));
}

#[test]
fn each_source_says_how_old_it_is() {
    let mut desk = desk_with_list();
    let at = desk.now_ms;
    desk.ok(read("10:31", BEFORE));
    let sources = |desk: &Desk| desk.station.flight_of(&key()).unwrap().sources;
    let first = sources(&desk);
    assert_eq!((first.list_at, first.later_unknown), (Some(at - 60_000), false));
    desk.ok(step("take-over"));
    assert!(sources(&desk).later_unknown);
    assert_eq!(sources(&desk).check_in_at, first.check_in_at);
    desk.ok(read("11:00", BEFORE));
    let later = sources(&desk);
    assert_eq!((later.check_in_at.unwrap() - first.check_in_at.unwrap(), later.later_unknown), (29 * 60_000, false));
}

#[test]
fn rows_that_cannot_be_read_are_named_and_kept_and_nobody_is_missed_because_of_them() {
    let mut desk = desk_with_list();
    desk.ok(read("10:31", BEFORE));
    desk.ok(step("take-over"));
    let broken = BEFORE.replace("LI/NAMS;K7P2QX;14C;7;ACC;0999000001", "LI/NAMS;K7P2QX;14C;seven;ACC;0999000001");
    let answer = desk.ok(read("11:00", &broken));
    assert_eq!((answer["unread"][0]["line"].as_u64(), answer["unread"][0]["why"].as_str()), (Some(3), Some("sequence")), "{answer}");
    let found = settlement(&desk);
    assert_eq!(found.unread.iter().map(|row| (row.line, row.why)).collect::<Vec<_>>(), [(3, "sequence")]);
    assert!(found.unread[0].text.contains("K7P2QX"));
    assert_eq!(found.rows, []);
    assert_eq!(desk.refused(read("11:05", "")).code, "host-list-not-read");
    let wrong = json!({ "kind": "import-host-list", "flight": CA1501, "text": "no list" });
    assert_eq!(desk.refused(wrong).line, Some(1));
}

#[test]
fn a_list_comes_through_the_door_of_messages_too_and_waits_for_its_flight() {
    let mut desk = desk_with_list();
    let command = schemas::command::Command::of_message(&format!("HOSTLIST {CA1501} 10:31\n{HEAD}{BEFORE}"));
    let (text, before) = command.message().unwrap();
    assert_eq!((schemas::command::Command::of_message(&text), before), (command.clone(), 0));
    let posted: schemas::command::Command = serde_json::from_value(read("10:31", BEFORE)).unwrap();
    assert_eq!(posted.message(), Some((text, 1)));
    desk.ok(serde_json::to_value(&command).unwrap());
    let other = json!({ "kind": "import-host-list", "flight": "CA1777.2026-11-22.PVG", "text": format!("{HEAD}{BEFORE}") });
    let refusal = desk.refused(other);
    assert_eq!((refusal.code, refusal.waits_for.is_some()), ("waits-for-list", true));
}

#[test]
fn a_hand_back_settles_each_difference_and_is_refused_before() {
    let mut desk = desk_with_list();
    desk.ok(read("10:31", BEFORE));
    desk.ok(step("take-over"));
    let wheeler = guest(&desk, "WH33L3").booking;
    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": wheeler, "seat": "20A" }] }));
    let tag = desk.ok(json!({ "kind": "add-bag", "booking": wheeler, "weight_kg": 18 }))["tag"].as_str().unwrap().to_owned();
    let li = guest(&desk, "K7P2QX").booking;
    desk.ok(json!({ "kind": "board", "flight": CA1501, "booking": li }));
    desk.ok(step("begin-hand-back"));
    assert!(!settlement(&desk).compared);
    desk.ok(read("12:00", BEFORE));
    let found = settlement(&desk);
    let kinds: Vec<_> = found.rows.iter().map(|row| (serde_json::to_value(row.difference.kind).unwrap(), row.difference.name.clone())).collect();
    let wanted = [("presence", "LI/NAMS"), ("presence", "WHEELER/ROSEMRS"), ("bag", "WHEELER/ROSEMRS")];
    assert_eq!(kinds, wanted.map(|(kind, name)| (json!(kind), name.to_owned())));
    assert_eq!((found.open, found.adds_up, found.ours.checked_in, found.theirs.checked_in, found.ours.bags), (3, true, 3, 2, 2));
    assert_eq!(desk.refused(step("hand-back")).code, "differences-open");
    let settle = |at: usize, how: &str, reason: &str| json!({ "kind": "settle-difference", "flight": CA1501, "difference": found.rows[at].difference.id, "how": how, "reason": reason });
    desk.ok(settle(0, "keyed-in", ""));
    assert_eq!(desk.refused(settle(1, "no-action", "")).code, "text-missing");
    desk.ok(settle(1, "no-action", "flies on paper"));
    // The host has the bag now: that difference ends by itself, and what was settled keeps its word.
    let now = BEFORE.replace("WHEELER/ROSEMRS;WH33L3;;;BKD;", &format!("WHEELER/ROSEMRS;WH33L3;20A;1000;ACC;{tag}"));
    desk.ok(read("12:10", &now));
    let later = settlement(&desk);
    assert_eq!((later.rows.len(), later.open, later.settled), (1, 0, 1));
    let ended: Vec<_> = later.ended.iter().map(|row| (row.name.as_str(), row.settled.len())).collect();
    assert_eq!(ended, [("WHEELER/ROSEMRS", 1), ("WHEELER/ROSEMRS", 0)]);
    assert_eq!(desk.refused(settle(2, "sent", "")).code, "difference-gone");
    desk.ok(step("hand-back"));
    assert_eq!(desk.station.flight_of(&key()).unwrap().controller, Controller::Host);
    assert_eq!(desk.refused(settle(0, "sent", "")).code, "worked-in-host");
}

#[test]
fn documents_at_which_nobody_looked_here_are_no_difference_whatever_the_host_says() {
    let with_documents = |rows: &str, seen: &[&str]| {
        let row = |line: &str| format!("{line};{}", if seen.iter().any(|locator| line.contains(locator)) { "Y" } else { "N" });
        let head = HEAD.trim_end().to_owned() + ";DOCS";
        [head].into_iter().chain(rows.lines().map(row)).collect::<Vec<_>>().join("\n")
    };
    let list = |at: &str, seen: &[&str]| json!({ "kind": "import-host-list", "flight": CA1501, "at": at, "text": with_documents(BEFORE, seen) });
    let mut desk = desk_with_list();
    desk.ok(list("10:31", &["K7P2QX", "W4NGL3"]));
    desk.ok(step("take-over"));
    // Nothing happened: the host saw two documents, and here nobody looked.
    desk.ok(list("11:00", &["K7P2QX", "W4NGL3", "R3P1NA"]));
    assert_eq!(settlement(&desk).rows, []);
    // What was looked at here and what the host has is compared, both ways.
    let note = |locator: &str, outcome: &str| json!({ "kind": "note-documents", "booking": guest(&desk, locator).booking, "outcome": outcome });
    let (seen, refused) = (note("WH33L3", "seen"), note("R3P1NA", "refused"));
    desk.ok(seen);
    desk.ok(refused);
    let found = settlement(&desk);
    let rows: Vec<_> = found.rows.iter().map(|row| (row.difference.name.as_str(), row.difference.ours.to_string())).collect();
    assert_eq!(rows, [("REPIN/ANNAMRS", "refused".to_owned()), ("WHEELER/ROSEMRS", "seen".to_owned())]);
    assert!(found.rows.iter().all(|row| row.difference.right == schemas::station::settle::Right::Apron));
}

#[test]
fn who_settles_one_difference_at_two_desks_that_do_not_see_each_other_is_seen_twice() {
    let mut one = desk_with_list();
    one.ok(read("10:31", BEFORE));
    one.ok(step("take-over"));
    let wheeler = guest(&one, "WH33L3").booking;
    one.ok(json!({ "kind": "check-in", "guests": [{ "booking": wheeler, "seat": "20A" }] }));
    one.ok(read("12:00", BEFORE));
    let mut other = Desk::new(2, "C2");
    other.now_ms = one.now_ms;
    other.hear(&one);
    assert_eq!(settlement(&one), settlement(&other));
    let difference = settlement(&one).rows[0].difference.id;
    let settle = |how: &str| json!({ "kind": "settle-difference", "flight": CA1501, "difference": difference, "how": how, "reason": "seen" });
    one.ok(settle("keyed-in"));
    other.ok(settle("no-action"));
    meet(&mut one, &mut other);
    assert_eq!(settlement(&one), settlement(&other));
    assert_eq!((settlement(&one).rows[0].settled.len(), settlement(&one).open), (2, 0));
    // Who has seen both says one thing.
    one.ok(settle("keyed-in"));
    assert_eq!(settlement(&one).rows[0].settled.len(), 1);
}

#[test]
fn two_passes_for_one_guest_are_for_a_person_to_look_at() {
    let mut desk = desk_with_list();
    desk.ok(read("10:31", BEFORE));
    desk.ok(step("take-over"));
    let li = guest(&desk, "K7P2QX").booking;
    desk.ok(json!({ "kind": "change-seat", "booking": li, "seat": "20C" }));
    desk.ok(json!({ "kind": "print", "booking": li, "reason": "new seat" }));
    let seat = |desk: &Desk| settlement(desk).rows.iter().find(|row| row.difference.name == "LI/NAMS").unwrap().difference.clone();
    desk.ok(read("12:00", BEFORE));
    assert_eq!(serde_json::to_value(seat(&desk).right).unwrap(), "apron");
    desk.ok(read("12:10", &BEFORE.replace("14C", "30F")));
    let moved = seat(&desk);
    assert_eq!(
        (serde_json::to_value(moved.right).unwrap(), moved.base.to_string(), moved.ours.to_string(), moved.theirs.to_string()),
        (json!("nobody"), "14C".to_owned(), "20C".to_owned(), "30F".to_owned())
    );
}

#[test]
fn a_guest_who_was_moved_here_is_taken_off_in_the_host_and_not_accepted_from_it() {
    let mut desk = desk_with_list();
    desk.ok(read("10:31", BEFORE));
    desk.ok(step("take-over"));
    let wang = guest(&desk, "W4NGL3").booking;
    let to = "CA1503.2026-11-22.PVG";
    desk.ok(json!({ "kind": "move-bookings", "flight": CA1501, "to": to, "how": "rebook", "bookings": [wang], "reason": "x" }));
    desk.ok(step("begin-hand-back"));
    desk.ok(read("12:00", BEFORE));
    let found = settlement(&desk);
    assert_eq!(found.rows.len(), 1, "{found:?}");
    let row = &found.rows[0].difference;
    assert_eq!((row.booking, row.right, row.ours.english()), (Some(wang), schemas::station::settle::Right::Apron, "moved to CA1503 of 22 Nov"));
    assert_eq!(row.proposal.english(), "Take the guest off in the host: flies with CA1503 of 22 Nov.");
    assert!(found.adds_up);
    // Once the host works the flight again its word of the guest moves nobody back.
    desk.ok(json!({ "kind": "settle-difference", "flight": CA1501, "difference": row.id, "how": "keyed-in", "reason": "" }));
    desk.ok(step("hand-back"));
    desk.ok(read("12:10", BEFORE));
    assert!(desk.station.guests(&key()).iter().all(|row| row.booking != wang));
    assert_eq!(desk.station.conflicts(), []);
}

fn ticket(desk: &Desk, locator: &str) -> Option<String> {
    desk.station.booking(guest(desk, locator).booking.0).unwrap().listing.ticket.as_deref().map(str::to_owned)
}

/// Reads a host's list with tickets and classes too.
fn read_whole(rows: &[&str]) -> Value {
    let head = "PAX NAME;RLOC;SEAT;SN;ST;BAG TAGS;TKT NO;CLS";
    json!({ "kind": "import-host-list", "flight": CA1501, "text": format!("{head}\n{}\n", rows.join("\n")) })
}

#[test]
fn of_a_booking_that_was_accepted_in_part_the_other_part_stays_ours() {
    let mut desk = desk_with_list();
    let before = ["LI/NAMS;K7P2QX;14C;7;ACC;0999000001;9992401000001;Y"];
    desk.ok(read_whole(&before));
    desk.ok(step("take-over"));
    desk.ok(step("begin-hand-back"));
    desk.ok(read_whole(&["LI/NAMS;K7P2QX;14C;7;ACC;0999000001;9992409999999;M"]));
    let ours = ticket(&desk, "K7P2QX");
    for row in settlement(&desk).rows {
        let how = match (row.difference.field, row.difference.name.as_str()) {
            ("class", "LI/NAMS") => "host-accepted",
            _ => "no-action",
        };
        desk.ok(json!({ "kind": "settle-difference", "flight": CA1501, "difference": row.difference.id, "how": how, "reason": "reissued here" }));
    }
    desk.ok(step("hand-back"));
    assert_eq!((guest(&desk, "K7P2QX").class, ticket(&desk, "K7P2QX")), (Some('M'), ours));
}

#[test]
fn what_was_accepted_of_the_host_holds_here_once_the_flight_is_back_and_nothing_else_does() {
    let rows = |host: [&str; 5]| {
        let others = ["OUYANG/MINGMR;J11111;;;BKD;;;", "YOUNG/KIMMISS;Y0UNGK;;;BKD;;;", "WAIT/TOMMR;W41TTM;;;BKD;;;", "BAKER/LEEMR;B4K3RL;;;BKD;;;"];
        others.into_iter().chain(host).map(str::to_owned).collect::<Vec<_>>()
    };
    let read = |desk: &mut Desk, host: [&str; 5]| {
        let rows = rows(host);
        desk.ok(read_whole(&rows.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    let mut desk = desk_with_list();
    let before = [
        "LI/NAMS;K7P2QX;14C;7;ACC;0999000001;9992401000001;Y",
        "WANG/LEIMR;W4NGL3;15A;8;ACC;;9992401000002;Y",
        "REPIN/ANNAMRS;R3P1NA;;;BKD;;;Y",
        "WHEELER/ROSEMRS;WH33L3;;;BKD;;;Y",
        "LI/NAMS;S4MEN4;;;BKD;;;Y",
    ];
    read(&mut desk, before);
    desk.ok(step("take-over"));
    let wheeler = guest(&desk, "WH33L3").booking;
    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": wheeler, "seat": "20A" }] }));
    desk.ok(step("begin-hand-back"));
    let now = [
        // Another ticket, seat and class; a bag that the host took.
        "LI/NAMS;K7P2QX;30F;7;ACC;0999000001 0999000002;9992409999999;M",
        "WANG/LEIMR;W4NGL3;15A;8;BRD;;9992401000002;Y",
        // Checked in by the host meanwhile.
        "REPIN/ANNAMRS;R3P1NA;31A;9;ACC;;;Y",
        // Here in 20A, in the host not at all.
        "WHEELER/ROSEMRS;WH33L3;;;BKD;;;Y",
        "NEW/GUESTMR;N3WN3W;32A;10;ACC;;;Y",
    ];
    read(&mut desk, now);
    let found = settlement(&desk);
    let kinds: Vec<String> = found.rows.iter().map(|row| format!("{:?} {}", row.difference.kind, row.difference.name)).collect();
    for row in &found.rows {
        let how = if serde_json::to_value(row.difference.right).unwrap() == "host" { "host-accepted" } else { "keyed-in" };
        desk.ok(json!({ "kind": "settle-difference", "flight": CA1501, "difference": row.difference.id, "how": how, "reason": "" }));
    }
    let answer = desk.ok(step("hand-back"));
    assert_eq!((answer["open"].as_u64(), answer["tone"].as_str()), (Some(0), Some("amber")), "{answer} {kinds:?}");
    let li = guest(&desk, "K7P2QX");
    assert_eq!(
        (li.seat.unwrap().to_string(), ticket(&desk, "K7P2QX").as_deref(), li.class, li.bags.len()),
        ("30F".to_owned(), Some("9992409999999"), Some('M'), 2)
    );
    let wang = guest(&desk, "W4NGL3");
    assert_eq!((wang.standing, wang.seat.unwrap().to_string()), (Standing::Aboard, "15A".to_owned()));
    let repin = guest(&desk, "R3P1NA");
    assert_eq!((repin.standing, repin.seat.unwrap().to_string(), repin.sequence), (Standing::CheckedIn, "31A".to_owned(), Some(9)));
    // What was keyed in stays as it happened here; who lost the booking is off the list, and nobody is invented.
    assert_eq!(guest(&desk, "WH33L3").seat.unwrap().to_string(), "20A");
    assert!(
        !desk.station.guests(&key()).iter().any(|row| row.locator.is_some_and(|known| ["S4MEN4", "N3WN3W"].contains(&known.to_string().as_str())))
    );
    assert_eq!(desk.station.conflicts(), []);
    // Taken over again, only what the host alone knows and what it was told differ from that list.
    desk.ok(step("take-over"));
    let left = settlement(&desk);
    let names: Vec<&str> = left.rows.iter().map(|row| row.difference.name.as_str()).collect();
    assert_eq!((names, left.open), (vec!["NEW/GUESTMR", "WHEELER/ROSEMRS"], 0), "{:#?}", left.rows);
    // The other desks see the same.
    let mut other = Desk::new(2, "C2");
    other.hear(&desk);
    assert_eq!(desk.station.guests(&key()), other.station.guests(&key()));
}

#[test]
fn a_change_message_after_the_hand_back_has_the_last_word_over_what_was_accepted() {
    let change = |sent: &str, ticket: &str| {
        let text =
            format!("PVGKK1E\n.PEKRMCA {sent}\nADL\nCA1501/22NOV PVG PART1\n-PEK000Y\nCHG\n1LI/NAMS\n.L/K7P2QX/CA\n.R/TKNE HK1 {ticket}/1\nENDADL\n");
        json!({ "kind": "import-list", "text": text })
    };
    for first in [None, Some("220130")] {
        let mut desk = desk_with_list();
        if let Some(sent) = first {
            desk.ok(change(sent, "9992401000002"));
        }
        desk.ok(step("take-over"));
        desk.ok(read_whole(&["OUYANG/MINGMR;J11111;;;BKD;;;", "LI/NAMS;K7P2QX;;;BKD;;9992401000003;Y"]));
        for row in settlement(&desk).rows {
            let difference = row.difference.id;
            desk.ok(json!({ "kind": "settle-difference", "flight": CA1501, "difference": difference, "how": "host-accepted", "reason": "" }));
        }
        desk.ok(step("begin-hand-back"));
        desk.ok(step("hand-back"));
        assert_eq!(ticket(&desk, "K7P2QX").as_deref(), Some("9992401000003"), "{first:?}");
        desk.ok(change("220230", "9992401000004"));
        assert_eq!(ticket(&desk, "K7P2QX").as_deref(), Some("9992401000004/1"), "{first:?}");
    }
}
