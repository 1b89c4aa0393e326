//! Promises of movement messages: what the aircraft did stands with its flight.

use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list};

fn message(text: &str) -> Value {
    json!({ "kind": "import-message", "text": text })
}

#[test]
fn times_and_delay_codes_stand_with_the_flight_and_announced_times_stay() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.ok(json!({ "kind": "set-flight", "flight": CA1501, "std": "14:30" }));
    let text = "MVT\nCA1501/22.B2345.PVG\nAD0655/0710 EA0905 PEK\nDL81/55/0015/0010\nPX158\n";
    let answer = desk.ok(message(text));
    assert_eq!(answer["message"], "CA1501 of 22 Nov: off block 0655Z, airborne 0710Z, estimated arrival 0905Z, delay 81 15 min, delay 55 10 min.");
    let before = desk.documents();
    desk.ok(message(text));
    assert_eq!(before, desk.documents());
    desk.ok(message("MVT\nCA1501/22.B2345.PEK\nAA0850/0902\n"));
    let row = desk.station.flight_of(&key()).unwrap();
    let moved = row.movements.unwrap();
    assert_eq!((moved.off_block.as_deref(), moved.on_block.as_deref(), moved.delays.len()), (Some("0655"), Some("0902"), 2));
    assert_eq!(row.std.unwrap().to_string(), "14:30");
}

#[test]
fn a_flight_after_midnight_is_meant_by_its_day_in_utc() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.ok(json!({ "kind": "set-flight", "flight": CA1501, "std": "00:30" }));
    // 22 November, 00:30 in Shanghai is the 21st in UTC.
    assert_eq!(desk.ok(message("MVT\nCA1501/21.B2345.PVG\nAD1640/1655\n"))["flight"], CA1501);
}

#[test]
fn an_unknown_flight_waits_and_an_empty_movement_is_refused_with_its_line() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    let refusal = desk.refused(message("MVT\nCA1777/22.B2345.PVG\nAD0655/0710\n"));
    assert_eq!((refusal.code, refusal.line), ("waits-for-list", Some(2)));
    let refusal = desk.refused(message("MVT\nCA1501/22.B2345.PVG\nSI NOTHING\n"));
    assert_eq!((refusal.code, refusal.line), ("movement-not-read", Some(2)));
}
