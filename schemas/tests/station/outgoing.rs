//! What goes out: the same messages from the same records, nothing twice, and played back they give what is so.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use schemas::record::outgoing::{OutKind, OutState};
use schemas::standards::bag_tag::BagTag;
use schemas::standards::typeb::{BagMessage, Flown, FlownList, LINE_MAX, Pfs};
use schemas::station::Station;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

fn all() -> BTreeSet<OutKind> {
    OutKind::ALL.into_iter().collect()
}

/// What is due, as kinds with their change.
fn due(desk: &Desk) -> Vec<String> {
    let said = |text: &str| text.lines().nth(1).filter(|line| line.len() == 3).map(|line| format!(" {line}")).unwrap_or_default();
    desk.station.due_out(&key(), &all()).iter().map(|due| format!("{}{}", due.spoken.kind, said(&due.spoken.text))).collect()
}

fn texts(desk: &Desk, kind: OutKind) -> Vec<String> {
    desk.station.due_out(&key(), &BTreeSet::from([kind])).into_iter().map(|due| due.spoken.text).collect()
}

/// Puts everything that is due into words, and notes that it was taken, until nothing is due.
fn send_all(desk: &mut Desk) -> Vec<String> {
    let mut sent = Vec::new();
    while let Some(due) = desk.station.due_out_name(&key(), &all()) {
        desk.ok(json!({ "kind": "say-out", "flight": CA1501, "kinds": all(), "due": due }));
        for row in desk.station.outbox(&key()).into_iter().filter(|row| row.state == OutState::Waiting) {
            desk.ok(json!({ "kind": "note-answers", "flight": CA1501, "answers": [{ "key": row.key, "how": "taken", "tries": 1, "way": "test" }] }));
            sent.push(row.text);
        }
    }
    sent
}

fn played(texts: &[String]) -> BTreeMap<BagTag, String> {
    let mut bags = BTreeMap::new();
    for message in texts.iter().filter(|text| text.starts_with("BSM")).map(|text| BagMessage::parse(text).unwrap()) {
        for group in &message.groups {
            for tag in group.plates() {
                let reconciliation = group.reconciliation.as_ref().map(|fields| fields.values.join("/")).unwrap_or_default();
                match message.change.as_deref() {
                    Some("DEL") => assert!(bags.remove(&tag).is_some(), "{tag} was deleted and not there"),
                    Some(_) => assert!(bags.insert(tag, reconciliation).is_some(), "{tag} was changed and not there"),
                    None => assert!(bags.insert(tag, reconciliation).is_none(), "{tag} was added and there"),
                }
            }
        }
    }
    bags
}

#[test]
fn a_bag_is_announced_changed_and_taken_back_as_its_guest_goes() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    assert!(due(&desk).is_empty());
    desk.check_in("WANG/LEIMR", "11A");
    let tag = desk.add_bag("WANG/LEIMR", 18);
    assert_eq!(due(&desk), ["BSM"]);
    let text = texts(&desk, OutKind::Bsm).remove(0);
    let day = "22NOV";
    assert_eq!(text, format!("BSM\n.V/1LPVG\n.F/CA1501/{day}/PEK/Y\n.N/{tag}001\n.S/Y/11A/C/1000\n.W/K/1/18\n.P/1WANG/LEIMR\n.L/W4NGL3\nENDBSM"));
    send_all(&mut desk);
    let booking = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "change-seat", "booking": booking, "seat": "14C" }));
    assert_eq!(due(&desk), ["BSM CHG"]);
    send_all(&mut desk);
    desk.ok(json!({ "kind": "scan-bag", "tag": tag, "point": "loaded" }));
    assert_eq!(due(&desk), ["BPM"]);
    let scan = texts(&desk, OutKind::Bpm).remove(0);
    assert!(scan.contains(".J/R/4701/C1/22NOV/") && scan.contains(&format!(".N/{tag}001")), "{scan}");
    send_all(&mut desk);
    desk.ok(json!({ "kind": "offload", "booking": booking, "reason": "ill" }));
    let [taken_back] = &texts(&desk, OutKind::Bsm)[..] else { panic!("{:?}", due(&desk)) };
    assert!(taken_back.starts_with("BSM\nCHG") && taken_back.contains(".S/N/"), "{taken_back}");
    send_all(&mut desk);
    desk.ok(json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }));
    assert_eq!(due(&desk), ["BSM DEL", "BPM"]);
}

#[test]
fn nothing_is_said_of_a_flight_that_the_host_works() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    assert!(due(&desk).is_empty() && !desk.station.has_out(&key()));
    // A wish of a guest is nobody's but the guest's.
    let booking = desk.id("WANG/LEIMR");
    desk.ok(json!({ "kind": "request-change", "booking": booking, "what": "refund" }));
    assert_eq!((due(&desk), desk.station.has_out(&key())), (vec!["REQUEST".to_owned()], true));
    assert_eq!(desk.refused(json!({ "kind": "request-change", "booking": booking, "what": "refund" })).code, "already-asked");
    assert_eq!(desk.refused(json!({ "kind": "request-change", "booking": booking, "what": "rebooking" })).code, "wish-missing");
    assert_eq!(desk.station.requests_of(booking)[0].state, OutState::Waiting);
    let text: Value = serde_json::from_str(&texts(&desk, OutKind::Request)[0]).unwrap();
    assert_eq!((&text["request"], &text["name"]), (&json!("refund"), &json!("WANG/LEIMR")));
    send_all(&mut desk);
    assert_eq!(desk.station.requests_of(booking)[0].state, OutState::Sent);
}

#[test]
fn two_nodes_that_know_the_same_say_the_same_under_the_same_keys() {
    let mut one = Desk::working(1, "C1", &list(GUESTS));
    one.check_in("WANG/LEIMR", "11A");
    one.add_bag("WANG/LEIMR", 18);
    let mut other = Desk::new(2, "C2");
    other.hear(&one);
    for desk in [&mut one, &mut other] {
        desk.ok(json!({ "kind": "say-out", "flight": CA1501, "kinds": all(), "due": "x" }));
    }
    meet(&mut one, &mut other);
    let (rows, theirs) = (one.station.outbox(&key()), other.station.outbox(&key()));
    assert_eq!((rows.len(), &rows), (1, &theirs));
    assert!(due(&one).is_empty());
}

#[test]
fn what_two_nodes_said_apart_is_put_right_when_they_meet() {
    let mut one = Desk::working(1, "C1", &list(GUESTS));
    one.check_in("WANG/LEIMR", "11A");
    one.add_bag("WANG/LEIMR", 18);
    let mut other = Desk::new(2, "C2");
    other.hear(&one);
    let booking = one.id("WANG/LEIMR");
    other.ok(json!({ "kind": "change-seat", "booking": booking, "seat": "14C" }));
    let (first, second) = (send_all(&mut one), send_all(&mut other));
    assert_ne!(first, second);
    meet(&mut one, &mut other);
    // Nobody can know which of the two the sorter heard last.
    assert_eq!(due(&one), ["BSM CHG"]);
    assert_eq!(one.station.due_out(&key(), &all()), other.station.due_out(&key(), &all()));
    send_all(&mut one);
    assert!(due(&one).is_empty());
}

#[test]
fn nothing_new_is_said_of_a_guest_while_a_message_is_open() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "11A");
    desk.add_bag("WANG/LEIMR", 18);
    desk.ok(json!({ "kind": "say-out", "flight": CA1501, "kinds": all(), "due": "x" }));
    let row = desk.station.outbox(&key()).remove(0);
    let booking = desk.id("WANG/LEIMR");
    for seat in ["14C", "15C", "16C"] {
        desk.ok(json!({ "kind": "change-seat", "booking": booking, "seat": seat }));
        assert!(due(&desk).is_empty());
    }
    let settle = |how: &str| json!({ "kind": "settle-message", "flight": CA1501, "key": row.key, "how": how, "reason": "asked by telephone" });
    assert_eq!(desk.refused(settle("replay")).code, "message-waits");
    desk.ok(json!({ "kind": "note-answers", "flight": CA1501, "answers": [{ "key": row.key, "how": "refused", "note": "400" }] }));
    assert_eq!((desk.station.outbox(&key())[0].state, due(&desk)), (OutState::Refused, vec![]));
    desk.ok(settle("replay"));
    assert_eq!(desk.station.outbox(&key())[0].state, OutState::Waiting);
    desk.ok(json!({ "kind": "note-answers", "flight": CA1501, "answers": [{ "key": row.key, "how": "unknown" }] }));
    desk.ok(settle("arrived"));
    assert_eq!(desk.refused(settle("cancel")).code, "message-sent");
    let [text] = &texts(&desk, OutKind::Bsm)[..] else { panic!("{:?}", due(&desk)) };
    assert!(text.starts_with("BSM\nCHG") && text.contains("/16C/"), "the three changes are one: {text}");
}

#[test]
fn a_closed_flight_says_who_flew_and_who_did_not_and_again_only_what_is_different() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    for (name, seat) in [("WANG/LEIMR", "11A"), ("WHEELER/ROSEMRS", "12A"), ("COSTA/ANAMRS", "12C"), ("REPIN/ANNAMRS", "13A")] {
        desk.check_in(name, seat);
        desk.add_bag(name, 20);
        desk.board(name);
    }
    desk.check_in("YOUNG/KIMMISS", "15A");
    send_all(&mut desk);
    assert!(texts(&desk, OutKind::Pfs).is_empty());
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert_eq!(due(&desk).iter().filter(|kind| !kind.starts_with("BSM")).collect::<Vec<_>>(), ["PFS", "PRL", "PSM", "PTM"]);
    let pfs = Pfs::parse(&texts(&desk, OutKind::Pfs)[0]).unwrap();
    assert_eq!(pfs.numerics["PEK"], [0, 4]);
    let said: BTreeMap<String, String> = pfs.groups[0].1.iter().map(|item| (item.name.line(), item.category.clone())).collect();
    assert_eq!(said["1YOUNG/KIMMISS"], "OFFLK");
    assert_eq!(said["1OUYANG/MINGMR"], "NOSHO");
    assert!(!said.contains_key("1WANG/LEIMR"));
    let prl = FlownList::parse(&texts(&desk, OutKind::Prl)[0]).unwrap();
    assert_eq!(prl.groups.iter().map(|group| group.names.len()).sum::<usize>(), 4);
    assert_eq!(Flown::of(&prl.groups[0].names[0]).bags.map(|bags| bags.1), Some(Some(1)));
    assert!(texts(&desk, OutKind::Psm)[0].contains("WHEELER/ROSEMRS 12A\n WCHR"));
    assert!(texts(&desk, OutKind::Ptm)[0].contains("CA178/22 BOS 1Y"), "{:?}", texts(&desk, OutKind::Ptm));
    send_all(&mut desk);
    assert!(due(&desk).is_empty());
    desk.ok(json!({ "kind": "reopen-flight", "flight": CA1501, "reason": "a late guest" }));
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert!(due(&desk).is_empty(), "the same is not said twice: {:?}", due(&desk));
    desk.ok(json!({ "kind": "reopen-flight", "flight": CA1501, "reason": "a late guest" }));
    desk.board("YOUNG/KIMMISS");
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    assert_eq!(due(&desk), ["PFS", "PRL", "PSM"]);
    send_all(&mut desk);
    let versions: Vec<u32> = desk.station.outbox(&key()).iter().filter(|row| row.kind == OutKind::Pfs).map(|row| row.version).collect();
    assert_eq!(versions, [1, 2]);
}

#[test]
fn a_long_list_goes_in_parts_each_under_a_key_of_its_own() {
    let names: String =
        (0..90u8).map(|at| format!("1GUEST{}{}/ANNAMRS\n.L/GUE{at:03}/CA\n", char::from(b'A' + at / 26), char::from(b'A' + at % 26))).collect();
    let mut desk = Desk::working(1, "C1", &list(&names));
    desk.ok(json!({ "kind": "close-flight", "flight": CA1501 }));
    let sent = send_all(&mut desk);
    let rows: Vec<_> = desk.station.outbox(&key()).into_iter().filter(|row| row.kind == OutKind::Pfs).collect();
    assert!(rows.len() > 1 && rows.iter().all(|row| usize::from(row.parts) == rows.len()), "{} parts", rows.len());
    assert_eq!(rows.iter().map(|row| &row.key).collect::<BTreeSet<_>>().len(), rows.len());
    assert!(rows.last().unwrap().text.ends_with("ENDPFS") && rows[0].text.ends_with("ENDPART1"));
    assert!(sent.iter().flat_map(|text| text.lines()).all(|line| line.len() <= LINE_MAX));
}

/// What somebody does in between.
#[derive(Debug, Clone)]
enum Press {
    CheckIn(usize),
    Bag(usize),
    Seat(usize, u8),
    Board(usize),
    Offload(usize),
    Unload(usize),
    Pool(usize, usize),
    Say,
    Send,
}

const NAMES: [&str; 4] = ["WANG/LEIMR", "WHEELER/ROSEMRS", "COSTA/ANAMRS", "COSTA/TIAGOMSTR"];

fn press() -> impl Strategy<Value = Press> {
    let guest = 0..NAMES.len();
    prop_oneof![
        3 => guest.clone().prop_map(Press::CheckIn),
        4 => guest.clone().prop_map(Press::Bag),
        2 => (guest.clone(), 0..20u8).prop_map(|(guest, row)| Press::Seat(guest, row)),
        1 => guest.clone().prop_map(Press::Board),
        1 => guest.clone().prop_map(Press::Offload),
        1 => (0..8usize).prop_map(Press::Unload),
        1 => (guest.clone(), guest).prop_map(|(guest, head)| Press::Pool(guest, head)),
        2 => Just(Press::Say),
        2 => Just(Press::Send),
    ]
}

/// Presses what may be refused, and tells what was sent.
fn do_it(desk: &mut Desk, press: &Press) -> Vec<String> {
    let booking = |desk: &Desk, guest: usize| desk.id(NAMES[guest]);
    let command = match press {
        Press::CheckIn(guest) => json!({ "kind": "check-in", "guests": [{ "booking": booking(desk, *guest), "seat": format!("{}A", 11 + guest) }] }),
        Press::Bag(guest) => json!({ "kind": "add-bag", "booking": booking(desk, *guest), "weight_kg": 15 }),
        Press::Seat(guest, row) => json!({ "kind": "change-seat", "booking": booking(desk, *guest), "seat": format!("{}C", 11 + row) }),
        Press::Board(guest) => json!({ "kind": "board", "flight": CA1501, "booking": booking(desk, *guest) }),
        Press::Offload(guest) => json!({ "kind": "offload", "booking": booking(desk, *guest), "reason": "ill" }),
        Press::Pool(guest, head) => {
            json!({ "kind": "add-bag", "booking": booking(desk, *guest), "weight_kg": 9, "pool_with": booking(desk, *head) })
        }
        Press::Unload(at) => match desk.station.bags_of(&key()).get(*at).map(|bag| bag.tag) {
            Some(tag) => json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }),
            None => return Vec::new(),
        },
        Press::Say => json!({ "kind": "say-out", "flight": CA1501, "kinds": all(), "due": "x" }),
        Press::Send => return send_waiting(desk),
    };
    let _ = desk.run(command);
    Vec::new()
}

fn send_waiting(desk: &mut Desk) -> Vec<String> {
    let waiting: Vec<_> = desk.station.outbox(&key()).into_iter().filter(|row| row.state == OutState::Waiting).collect();
    for row in &waiting {
        desk.ok(json!({ "kind": "note-answers", "flight": CA1501, "answers": [{ "key": row.key, "how": "taken" }] }));
    }
    waiting.into_iter().map(|row| row.text).collect()
}

/// The bags that fly, each with its line of reconciliation, as a message that added all of them would say.
fn so(desk: &Desk) -> BTreeMap<BagTag, String> {
    let mut fresh = Station::new(desk.station.setting().clone());
    for (scope, id, mut document) in desk.documents() {
        document.facts.retain(|_, text| !text.contains("\"t\":\"spoken\"") && !text.contains("\"t\":\"answered\""));
        fresh.apply(&scope, id, &document);
    }
    played(&fresh.due_out(&key(), &BTreeSet::from([OutKind::Bsm])).into_iter().map(|due| due.spoken.text).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn played_back_the_messages_give_the_bags_as_they_are(presses in prop::collection::vec(press(), 1..40)) {
        let mut desk = Desk::working(1, "C1", &list(GUESTS));
        let mut sent: Vec<String> = presses.iter().flat_map(|press| do_it(&mut desk, press)).collect();
        sent.extend(send_waiting(&mut desk));
        sent.extend(send_all(&mut desk));
        prop_assert_eq!(played(&sent), so(&desk));
        prop_assert!(due(&desk).is_empty());
        let keys: Vec<String> = desk.station.outbox(&key()).into_iter().map(|row| row.key).collect();
        prop_assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    }

    #[test]
    fn the_order_in_which_records_come_changes_no_message(presses in prop::collection::vec(press(), 1..25), turn in 0..50usize) {
        let mut desk = Desk::working(1, "C1", &list(GUESTS));
        presses.iter().for_each(|press| drop(do_it(&mut desk, press)));
        let mut documents = desk.documents();
        let turn = turn % documents.len();
        documents.rotate_left(turn);
        let mut other = Station::new(desk.station.setting().clone());
        for (scope, id, document) in documents.iter().rev() {
            other.apply(scope, *id, document);
        }
        prop_assert_eq!(other.due_out(&key(), &all()), desk.station.due_out(&key(), &all()));
        prop_assert_eq!(other.outbox(&key()), desk.station.outbox(&key()));
    }
}
