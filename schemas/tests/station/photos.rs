//! Photos of bags and reports: added once, bounded, hidden with a reason, and the same at every desk.

use schemas::record::DocRef;
use serde_json::{Value, json};

use crate::world::{Desk, meet};

const LATER: i64 = 9_000_000_000_000;

fn photo(number: u8) -> Value {
    json!({ "sha256": format!("{number:02x}").repeat(32), "bytes": 1000, "kind": "image/jpeg" })
}

fn report(desk: &mut Desk) -> String {
    let command = json!({
        "kind": "open-incident", "incident": "damaged", "name": "BIRCH/ADA", "contact": "x", "flight": "CA1501", "bag": { "description": "black" },
    });
    desk.ok(command)["case"].as_str().unwrap().to_owned()
}

fn names(desk: &Desk, record: &str) -> Vec<String> {
    let id: DocRef = record.parse().unwrap();
    desk.station.photos_of(id.0).unwrap().iter().map(|row| row.photo.sha256.to_string()[..2].to_owned()).collect()
}

#[test]
fn a_report_shows_its_photos_in_order_each_once_and_six_at_most() {
    let mut desk = Desk::new(1, "B1");
    let case = report(&mut desk);
    for number in [3, 1, 3, 2, 4, 5, 6] {
        desk.ok(json!({ "kind": "add-photo", "record": case, "photo": photo(number) }));
    }
    assert_eq!(names(&desk, &case), ["03", "01", "02", "04", "05", "06"]);
    assert_eq!(desk.refused(json!({ "kind": "add-photo", "record": case, "photo": photo(7) })).code, "photos-full");
    desk.ok(json!({ "kind": "remove-photo", "record": case, "photo": photo(1)["sha256"], "reason": "Another bag" }));
    desk.ok(json!({ "kind": "add-photo", "record": case, "photo": photo(7) }));
    assert_eq!(names(&desk, &case), ["03", "02", "04", "05", "06", "07"]);
    assert_eq!(desk.station.photos_named().count(), 6);
    let hidden = photo(1)["sha256"].as_str().unwrap().parse().unwrap();
    assert!(desk.station.records_of_photo(hidden).is_empty());
}

#[test]
fn a_photo_that_nobody_took_or_that_is_too_large_is_refused() {
    let mut desk = Desk::new(1, "B1");
    let case = report(&mut desk);
    let large = json!({ "sha256": "aa".repeat(32), "bytes": (2 << 20) + 1, "kind": "image/jpeg" });
    assert_eq!(desk.refused(json!({ "kind": "add-photo", "record": case, "photo": large })).code, "photo-too-large");
    let svg = json!({ "sha256": "aa".repeat(32), "bytes": 1, "kind": "image/svg+xml" });
    assert_eq!(desk.refused(json!({ "kind": "add-photo", "record": case, "photo": svg })).code, "command-not-read");
    assert_eq!(desk.refused(json!({ "kind": "add-photo", "record": "00".repeat(16), "photo": photo(1) })).code, "record-not-known");
    assert_eq!(desk.refused(json!({ "kind": "remove-photo", "record": case, "photo": photo(1)["sha256"], "reason": " " })).code, "text-missing");
}

#[test]
fn when_it_was_taken_is_kept_unless_that_is_still_to_come() {
    let mut desk = Desk::new(1, "B1");
    let case = report(&mut desk);
    desk.ok(json!({ "kind": "add-photo", "record": case, "photo": photo(1), "taken_at": 1_795_000_000_000_i64 }));
    desk.ok(json!({ "kind": "add-photo", "record": case, "photo": photo(2), "taken_at": LATER }));
    let rows = desk.station.photos_of(case.parse::<DocRef>().unwrap().0).unwrap();
    assert_eq!(rows[0].at, 1_795_000_000_000);
    assert!(rows[1].at < LATER);
}

#[test]
fn a_photo_hidden_at_one_desk_and_added_at_another_that_did_not_see_it_stays() {
    let (mut one, mut two) = (Desk::new(1, "B1"), Desk::new(2, "B2"));
    let case = report(&mut one);
    one.ok(json!({ "kind": "add-photo", "record": case, "photo": photo(1) }));
    one.ok(json!({ "kind": "add-photo", "record": case, "photo": photo(2) }));
    meet(&mut one, &mut two);
    two.now_ms = one.now_ms;
    one.ok(json!({ "kind": "remove-photo", "record": case, "photo": photo(1)["sha256"], "reason": "Blurred" }));
    two.ok(json!({ "kind": "add-photo", "record": case, "photo": photo(3) }));
    meet(&mut one, &mut two);
    assert_eq!(names(&one, &case), ["02", "03"]);
    assert_eq!(names(&one, &case), names(&two, &case));
}
