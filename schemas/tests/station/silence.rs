//! Promises of silence: a host that spoke regularly and is late is said to be silent, once, until it speaks again.

use schemas::station::{HostSilence, Rhythm};
use serde_json::json;

use crate::world::{CA1501, Desk};

const MINUTE_MS: i64 = 60_000;

const LIST: &str = "PVGKK1E\n.PEKRMCA 220100\nPNL\nCA1501/22NOV PVG PART1\nCFG/008C150Y\nRBD C/CJ Y/YBM\n-PEK001Y\n1LI/NAMS\n.L/K7P2QX/CA\nENDPNL\n";

fn silent(desk: &Desk, told: Option<u32>) -> Vec<HostSilence> {
    desk.station.silent_hosts(desk.now_ms, told.map(Rhythm::told))
}

/// Reads the host's list as it is at this minute.
fn hear(desk: &mut Desk, at_ms: i64) {
    desk.now_ms = at_ms;
    desk.ok(json!({ "kind": "import-host-list", "flight": CA1501, "text": "PAX NAME;RLOC;ST\nLI/NAMS;K7P2QX;NA\n" }));
}

#[test]
fn a_host_that_came_every_five_minutes_is_silent_after_two_and_a_bit_and_no_longer_when_it_speaks() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": LIST }));
    let start = desk.now_ms;
    for turn in 0..4 {
        hear(&mut desk, start + turn * 5 * MINUTE_MS);
    }
    let last = start + 15 * MINUTE_MS;
    desk.now_ms = last + 10 * MINUTE_MS;
    assert_eq!(silent(&desk, None), []);
    desk.now_ms = last + 12 * MINUTE_MS;
    let host = silent(&desk, None).remove(0);
    assert_eq!((host.carrier.to_string(), host.station.to_string(), host.since), ("CA".to_owned(), "PVG".to_owned(), last));
    desk.ok(json!({ "kind": "take-over", "flight": CA1501, "reason": "host silent" }));
    assert_eq!(silent(&desk, None).len(), 1, "taking over is no word of the host");
    let bag = "BSM\n.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n.N/0999000001001\n.S/Y//C//N\n.P/1LI/NAMS\nENDBSM\n";
    desk.ok(json!({ "kind": "import-message", "text": bag }));
    assert_eq!(silent(&desk, None), [], "a baggage message is a word, too");
}

#[test]
fn nobody_is_called_silent_who_never_spoke_regularly_or_of_whom_nothing_is_expected() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": LIST }));
    let start = desk.now_ms;
    hear(&mut desk, start);
    hear(&mut desk, start + 5 * MINUTE_MS);
    desk.now_ms = start + 300 * MINUTE_MS;
    assert_eq!(silent(&desk, None), []);
    assert_eq!(silent(&desk, Some(5)).len(), 1, "it was told how often the host speaks");
    desk.ok(json!({ "kind": "set-flight", "flight": CA1501, "std": "11:30" }));
    assert_eq!(silent(&desk, Some(5)), [], "the flight left hours ago");
}

#[test]
fn a_flight_without_a_time_is_expected_no_longer_than_its_day_and_not_once_it_was_seen_to_leave() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": LIST }));
    let start = desk.now_ms;
    hear(&mut desk, start);
    desk.now_ms = start + 11 * 60 * MINUTE_MS;
    assert_eq!(silent(&desk, Some(5)).len(), 1);
    desk.now_ms = start + 13 * 60 * MINUTE_MS;
    assert_eq!(silent(&desk, Some(5)), [], "twelve hours after its last list");
    hear(&mut desk, start + 13 * 60 * MINUTE_MS);
    desk.now_ms = start + 13 * 60 * MINUTE_MS + 30 * MINUTE_MS;
    assert_eq!(silent(&desk, Some(5)).len(), 1, "it spoke at 23 o'clock");
    desk.now_ms = start + 14 * 60 * MINUTE_MS + MINUTE_MS;
    assert_eq!(silent(&desk, Some(5)), [], "its day is over");
    desk.now_ms = start + 13 * 60 * MINUTE_MS + 30 * MINUTE_MS;
    desk.ok(json!({ "kind": "import-message", "text": "PVGKK1E\n.PVGKKCA 221510\nMVT\nCA1501/22.B2345.PVG\nAD1505/1515 EA1700 PEK\n" }));
    assert_eq!(silent(&desk, Some(5)), [], "it left");
}

#[test]
fn times_from_beyond_all_days_that_another_desk_wrote_stop_nothing() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": LIST }));
    let start = desk.now_ms;
    hear(&mut desk, start);
    let (scope, doc, flat) = desk.documents().into_iter().find(|(.., flat)| flat.facts.iter().any(|fact| fact.1.contains("host-list-read"))).unwrap();
    let fact = flat.facts.iter().map(|fact| fact.1.to_owned()).find(|fact| fact.contains("host-list-read")).unwrap();
    let at = |at: i64| fact.replace(&format!("\"at\":{start}"), &format!("\"at\":{at}"));
    assert_ne!(at(i64::MIN), fact);
    desk.write(&scope, doc, Vec::new(), vec![at(i64::MIN), at(i64::MAX)]);
    silent(&desk, None);
    silent(&desk, Some(5));
}
