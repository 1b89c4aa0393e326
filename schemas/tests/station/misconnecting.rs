//! Promises of misconnections: who makes the next flight, what is to be done, and from where it is known.

use schemas::record::FlightKey;
use schemas::record::connection::ArrivingHow;
use schemas::standards::airport::AirportCode;
use schemas::station::{Blocks, ConnectingPair, ConnectingRules, Holds, ToDo};
use serde_json::json;

use crate::world::{Desk, meet};

const HOUR_MS: i64 = 3_600_000;

const CA935: &str = "CA935.2026-11-22.PVG";
const CA966: &str = "CA966.2026-11-22.FRA";

/// Two guests who come with CA935 by the list, one of them in a wheelchair, and one who begins the journey here.
const AT_FRA: &str = "FRAKK1E\n.PEKRMCA 220100\nPNL\nCA966/22NOV FRA PART1\nCFG/008C150Y\nRBD C/CJ Y/YBM\n-JFK003Y\n\
    1COSTA/ANAMRS\n.L/C0ST44/CA\n.R/WCHS HK1\n.I/CA935Y22PVG\n1LI/NAMS\n.L/K7P2QX/CA\n.I/CA935Y22PVG\n1ADLER/BENMR\n.L/4DL3RB/CA\nENDPNL\n";

const AT_PVG: &str = "PVGKK1E\n.PEKRMCA 220100\nPNL\nCA935/22NOV PVG PART1\nCFG/008C150Y\nRBD C/CJ Y/YBM\n-FRA001Y\n\
    1COSTA/ANAMRS\n.L/C0ST44/CA\n.O/CA966Y22FRAJFK1330HK\nENDPNL\n";

fn fra() -> Desk {
    let mut desk = Desk::at(Some("FRA"), 3, "F1", Blocks { tag_serials: 5000..5100, sequences: 5000..5300, files: 500..550 });
    desk.ok(json!({ "kind": "import-list", "text": AT_FRA }));
    desk
}

fn key(text: &str) -> FlightKey {
    text.parse().unwrap()
}

fn pairs(desk: &Desk) -> Vec<ConnectingPair> {
    desk.station.connecting_pairs(desk.now_ms, ConnectingRules::built_in())
}

/// `COSTA/ANAMRS at-risk -5`, in the page's order.
fn said(desk: &Desk) -> Vec<String> {
    let one = |guest: &schemas::station::ConnectingGuest| {
        format!("{} {} {}", guest.name, guest.holds.as_str(), guest.margin.map(|margin| margin.to_string()).unwrap_or_default()).trim_end().to_owned()
    };
    pairs(desk).iter().flat_map(|pair| pair.guests.iter().map(one)).collect()
}

// The desks' clocks show the time of Shanghai: it is 10 o'clock.
#[test]
fn who_comes_is_known_by_the_list_alone_and_the_rest_follows_from_what_is_typed_in() {
    let mut desk = fra();
    assert_eq!(said(&desk), ["COSTA/ANAMRS unknown", "LI/NAMS unknown"]);
    desk.ok(json!({ "kind": "set-flight", "flight": CA966, "std": "13:30" }));
    desk.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "scheduled", "at": "11:00" }));
    assert_eq!(said(&desk), ["COSTA/ANAMRS ok 90", "LI/NAMS ok 105"], "45 minutes, and 15 more with a wheelchair");
    desk.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "estimated", "at": "12:45" }));
    assert_eq!(said(&desk), ["COSTA/ANAMRS at-risk -15", "LI/NAMS tight 0"]);
    let pair = pairs(&desk).remove(0);
    assert_eq!((pair.from, pair.onward, pair.minimum, pair.hold), (key(CA935), key(CA966), 45, Some(15)));
    assert_eq!(pair.guests[0].to_do, [ToDo::FastTrack, ToDo::Hold]);
    desk.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "estimated", "at": "13:31" }));
    assert_eq!(pairs(&desk)[0].guests[0].to_do, [ToDo::Rebook]);
    // Seen to arrive goes before any estimate, whatever comes later.
    desk.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "actual", "at": "09:50" }));
    desk.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "estimated", "at": "13:00" }));
    assert_eq!(pairs(&desk)[0].arrives.unwrap().how, ArrivingHow::Actual);
}

#[test]
fn a_flight_that_does_not_come_brings_nobody_until_somebody_says_that_it_does() {
    let mut desk = fra();
    desk.ok(json!({ "kind": "set-flight", "flight": CA966, "std": "13:30" }));
    desk.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "cancelled" }));
    assert!(pairs(&desk)[0].guests.iter().all(|guest| guest.holds == Holds::NotComing && guest.to_do == [ToDo::Rebook]));
    let guest = pairs(&desk)[0].guests[0].booking;
    desk.ok(json!({ "kind": "request-change", "booking": guest, "what": "rebooking", "note": "CA935 is cancelled" }));
    let asked = pairs(&desk).remove(0).guests.into_iter().find(|row| row.booking == guest).unwrap();
    assert_eq!((asked.asked, asked.to_do), (true, vec![]));
    desk.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "estimated", "at": "11:00" }));
    assert!(pairs(&desk)[0].guests.iter().all(|guest| guest.holds == Holds::Ok));
}

#[test]
fn a_movement_message_of_a_flight_that_ends_here_is_taken_once_somebody_comes_from_it() {
    let mut desk = Desk::at(Some("FRA"), 3, "F1", Blocks { tag_serials: 5000..5100, sequences: 5000..5300, files: 500..550 });
    let movement = "FRAKK1E\n.PVGKKCA 220130\nMVT\nCA935/22.B2345.PVG\nAD0130/0145 EA0445 FRA\n";
    assert_eq!(desk.refused(json!({ "kind": "import-message", "text": movement })).code, "waits-for-list");
    desk.ok(json!({ "kind": "import-list", "text": AT_FRA }));
    desk.ok(json!({ "kind": "set-flight", "flight": CA966, "std": "13:30" }));
    desk.ok(json!({ "kind": "import-message", "text": movement }));
    assert_eq!(said(&desk), ["COSTA/ANAMRS at-risk -15", "LI/NAMS tight 0"], "04:45 UTC is 12:45 in the zone of the desks");
    let before = desk.station.flight(&key(CA966)).unwrap().arriving().count();
    desk.ok(json!({ "kind": "import-message", "text": movement }));
    assert_eq!(desk.station.flight(&key(CA966)).unwrap().arriving().count(), before, "the same again says nothing new");
}

#[test]
fn what_the_hub_knows_of_the_guest_and_of_the_flight_counts_beside_the_list() {
    let (mut first, mut hub, mut there) = (Desk::new(1, "C1"), Desk::hub(), fra());
    first.ok(json!({ "kind": "import-list", "text": AT_PVG }));
    meet(&mut hub, &mut first);
    meet(&mut hub, &mut there);
    let stations: Vec<AirportCode> = ["PVG", "FRA"].iter().map(|code| code.parse().unwrap()).collect();
    let due = hub.station.connecting_due(&key(CA935), &stations, "2026-11-22".parse().unwrap()).unwrap();
    hub.ok(json!({ "kind": "copy-connecting", "flight": CA935, "stations": stations, "due": due }));
    there.ok(json!({ "kind": "set-flight", "flight": CA966, "std": "13:30" }));
    hub.ok(json!({ "kind": "import-message", "text": "PVGKK1E\n.PVGKKCA 220130\nMVT\nCA935/22.B2345.PVG\nAD0130/0145 EA0445 FRA\n" }));
    hub.hear(&there);
    there.hear(&hub);
    assert_eq!(said(&there), ["COSTA/ANAMRS at-risk -15", "LI/NAMS tight 0"]);
    assert_eq!(pairs(&hub).len(), 1);
    assert_eq!(pairs(&there)[0].guests.len(), 2, "nobody comes twice");
    let arrives = pairs(&hub)[0].arrives;
    hub.now_ms += 14 * HOUR_MS;
    let later = hub.station.connecting_to(&key(CA966), hub.now_ms, ConnectingRules::built_in()).remove(0);
    assert_eq!(later.arrives, arrives, "a time is of the day on which it was said, however late it is read");
}

#[test]
fn that_a_flight_does_not_come_holds_for_all_only_until_somebody_says_later_that_it_does() {
    let (mut one, mut other) = (fra(), Desk::at(Some("FRA"), 4, "F2", Blocks { tag_serials: 6000..6100, sequences: 6000..6300, files: 600..650 }));
    one.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "cancelled" }));
    // The other desk has another flight, and does not see what was said at the first.
    other.ok(json!({ "kind": "import-list", "text": AT_FRA.replace("CA966/22NOV", "CA968/22NOV") }));
    other.now_ms = one.now_ms + HOUR_MS;
    other.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "estimated", "at": "12:00" }));
    meet(&mut one, &mut other);
    one.now_ms = other.now_ms;
    assert!(pairs(&one).iter().all(|pair| pair.arrives.unwrap().how == ArrivingHow::Estimated), "{:?}", said(&one));
    one.now_ms += HOUR_MS;
    one.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "cancelled" }));
    assert!(pairs(&one).iter().all(|pair| pair.arrives.unwrap().how == ArrivingHow::Cancelled), "said last, it holds");
}

#[test]
fn a_flight_that_leaves_early_or_late_by_a_message_or_came_back_is_waited_for_at_its_time() {
    let mut desk = fra();
    desk.ok(json!({ "kind": "set-flight", "flight": CA966, "std": "13:30" }));
    desk.ok(json!({ "kind": "note-arrival", "flight": CA935, "how": "actual", "at": "09:50" }));
    let departs = |desk: &Desk| pairs(desk)[0].departs.unwrap() / 60_000;
    let due = departs(&desk);
    desk.ok(json!({ "kind": "import-message", "text": "FRAKK1E\n.FRAKKCA 220200\nMVT\nCA966/22.B1234.FRA\nED220630\n" }));
    assert_eq!(departs(&desk) - due, 60, "06:30 UTC is 14:30");
    desk.ok(json!({ "kind": "set-flight", "flight": CA966, "etd": "13:10" }));
    assert_eq!(departs(&desk) - due, -20, "twenty minutes early is today");
    desk.ok(json!({ "kind": "set-flight", "flight": CA966, "etd": "00:40" }));
    assert_eq!(departs(&desk) - due, 670, "after midnight is tomorrow");
    desk.ok(json!({ "kind": "import-message", "text": "FRAKK1E\n.FRAKKCA 220200\nMVT\nCA966/22.B1234.FRA\nAD0155/0205\n" }));
    assert!(pairs(&desk)[0].guests.iter().all(|guest| guest.holds == Holds::Missed));
    desk.ok(json!({ "kind": "take-over", "flight": CA966, "reason": "host silent" }));
    desk.ok(json!({ "kind": "flight-returned", "flight": CA966, "place": "gate", "after": "air", "reason": "technical" }));
    assert!(pairs(&desk)[0].guests.iter().all(|guest| guest.holds != Holds::Missed), "it is here again");
}

#[test]
fn what_cannot_be_noted_is_refused_with_the_reason() {
    let mut desk = fra();
    assert_eq!(desk.refused(json!({ "kind": "note-arrival", "flight": "CA1.2026-11-22.PEK", "how": "actual", "at": "10:00" })).code, "nobody-comes");
    assert_eq!(desk.refused(json!({ "kind": "note-arrival", "flight": CA935, "how": "actual" })).code, "arrival-time");
    assert!(desk.station.connecting_to(&key(CA935), desk.now_ms, ConnectingRules::built_in()).is_empty());
}
