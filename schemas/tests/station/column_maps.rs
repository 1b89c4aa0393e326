//! Promises of an installation's column maps: what one desk read by its own map is the same at every desk, and the map that was chosen stands in the command.

use std::sync::Arc;

use schemas::command::Command;
use schemas::station::{ColumnMaps, Rules, Station};
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list};

const OWN: &str = r#"{
    "guest_tables": [{"carrier": "CA", "dates": ["%d/%m/%y"], "yes": ["J"],
        "columns": {"flight": ["flug"], "date": ["tag"], "to": ["nach"], "name": ["gast"], "locator": ["kennung"]}}],
    "host_lists": [{"carrier": "CA", "delimiter": "|", "columns": {"name": ["WHO"], "locator": ["REF"], "seat": ["WHERE"], "status": ["HOW"]},
        "status": {"listed": [""], "checked-in": ["IN"]}, "yes": [], "ignore": []}]
}"#;

const TABLE: &str = "Flug,Tag,Nach,Gast,Kennung\nCA1501,22/11/26,PEK,SUN/LI,X9Y8Z7\n";

fn with_own(mut desk: Desk) -> Desk {
    let mut maps = ColumnMaps::default();
    maps.add("own.json", OWN).unwrap();
    let setting = desk.station.setting().clone();
    desk.station = Station::new(setting).under(Arc::new(Rules { columns: Arc::new(maps), ..Rules::clone(&Rules::built_in()) }));
    desk
}

fn host_list() -> Value {
    json!({ "kind": "import-host-list", "flight": CA1501, "at": "10:31", "text": "WHO|REF|WHERE|HOW\nLI/NAMS|K7P2QX|14C|IN\nWANG/LEIMR|W4NGL3||\n" })
}

#[test]
fn a_desk_that_has_other_maps_shows_what_was_read_as_it_was_read() {
    let mut reads = with_own(Desk::new(1, "C1"));
    reads.now_ms += 3 * 3_600_000;
    reads.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    reads.ok(json!({ "kind": "import-message", "text": TABLE }));
    reads.ok(host_list());
    assert_eq!(reads.guest("SUN/LI").locator.unwrap().to_string(), "X9Y8Z7");
    // The other desk knows only the maps of the product, and cannot read such a list itself.
    let mut hears = Desk::new(2, "C2");
    hears.now_ms = reads.now_ms;
    hears.ok(json!({ "kind": "import-list", "text": list(GUESTS) }));
    assert_eq!(hears.refused(host_list()).code, "host-list-not-read");
    hears.hear(&reads);
    reads.hear(&hears);
    assert_eq!(hears.station.guests(&key()), reads.station.guests(&key()));
    let seat = |desk: &Desk| desk.station.guests(&key()).into_iter().find_map(|guest| guest.seat.map(|seat| seat.to_string()));
    assert_eq!((seat(&hears), seat(&reads)), (Some("14C".to_owned()), Some("14C".to_owned())));
    assert_eq!(hears.station.settlement(&key()), reads.station.settlement(&key()), "what is compared is what was read, not the text");
}

#[test]
fn a_map_that_somebody_chose_stands_in_the_command_and_counts_for_any_airline() {
    let mut desk = with_own(Desk::new(1, "C1"));
    let table = TABLE.replace("CA1501", "MU5101");
    let chosen = |columns: &str| json!({ "kind": "import-message", "text": table, "columns": columns });
    assert_eq!(desk.refused(chosen("*")).code, "csv-no-heading", "nor does the map for everybody know these headings");
    assert_eq!(desk.refused(chosen("ZZ")).code, "columns-not-known");
    let preview = desk.station.preview(&table, Some("CA"), &desk.context()).unwrap();
    assert_eq!(preview.added, ["SUN/LI"]);
    desk.ok(chosen("CA"));
    let command = Command::parse(&chosen("CA").to_string()).unwrap();
    assert!(serde_json::to_string(&command).unwrap().contains(r#""columns":"CA""#));
    assert_eq!(command.message(), None, "a text that is kept would not say by which map it was read");
    // A message is no table, whatever was chosen.
    desk.ok(json!({ "kind": "import-message", "text": list(GUESTS), "columns": "CA" }));
}

#[test]
fn a_table_that_was_read_by_another_map_is_not_taken_for_the_same() {
    let both = r#"{"guest_tables": [
        {"carrier": "CA", "dates": ["%d/%m/%y"], "yes": [], "columns": {"flight": ["f"], "date": ["d"], "to": ["t"], "name": ["a"]}},
        {"carrier": "MU", "dates": ["%d/%m/%y"], "yes": [], "columns": {"flight": ["f"], "date": ["d"], "to": ["t"], "name": ["b"]}}]}"#;
    let mut desk = Desk::new(1, "C1");
    let mut maps = ColumnMaps::default();
    maps.add("own.json", both).unwrap();
    let setting = desk.station.setting().clone();
    desk.station = Station::new(setting).under(Arc::new(Rules { columns: Arc::new(maps), ..Rules::clone(&Rules::built_in()) }));
    let table = "f,d,t,a,b\nCA1501,22/11/26,PEK,SUN/LI,WU/JI\n";
    let read = |columns: Option<&str>| json!({ "kind": "import-message", "text": table, "columns": columns });
    desk.ok(read(None));
    assert!(desk.ok(read(None))["message"].as_str().unwrap().contains("already here"));
    desk.ok(read(Some("MU")));
    assert_eq!(desk.guest("WU/JI").name, "WU/JI");
}
