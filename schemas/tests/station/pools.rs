//! Promises about bags that are not ordinary: pooled, through, fallback, rush, heavy, and taken at the gate.

use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list};

fn counter() -> Desk {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.check_in("COSTA/ANAMRS", "14A");
    desk.check_in("COSTA/TIAGOMSTR", "14B");
    desk
}

fn bag(desk: &Desk, name: &str, more: Value) -> Value {
    let mut command = json!({ "kind": "add-bag", "booking": desk.id(name), "weight_kg": 20 });
    for (field, value) in more.as_object().unwrap() {
        command[field] = value.clone();
    }
    command
}

fn unload(desk: &Desk) -> Vec<String> {
    desk.station.bags_to_unload(&key()).iter().map(|row| row.tag.to_string()).collect()
}

#[test]
fn a_pooled_bag_belongs_to_the_head_and_is_seen_at_each_member() {
    let mut desk = counter();
    let ana = desk.id("COSTA/ANAMRS");
    desk.add_bag("COSTA/ANAMRS", 10);
    let answer = desk.ok(bag(&desk, "COSTA/TIAGOMSTR", json!({ "pool_with": ana })));
    assert_eq!((&answer["name"], &answer["pieces"]), (&json!("COSTA/ANAMRS"), &json!(2)));
    for (name, own) in [("COSTA/ANAMRS", "0999001000"), ("COSTA/TIAGOMSTR", "0999001001")] {
        let pool = desk.guest(name).pool.unwrap();
        assert_eq!((pool.head, pool.head_name.as_str(), pool.bags.len()), (ana, "COSTA/ANAMRS", 2));
        assert_eq!(pool.own.iter().map(ToString::to_string).collect::<Vec<_>>(), [own]);
    }
    assert!(desk.guest("WANG/LEIMR").pool.is_none());
    let tiago = desk.id("COSTA/TIAGOMSTR");
    assert_eq!(desk.refused(bag(&desk, "WANG/LEIMR", json!({ "pool_with": tiago }))).code, "pool-has-head");
}

#[test]
fn a_pooled_bag_flies_only_with_its_head_and_with_who_handed_it_in() {
    let mut desk = counter();
    let (ana, tiago) = (desk.id("COSTA/ANAMRS"), desk.id("COSTA/TIAGOMSTR"));
    desk.ok(bag(&desk, "COSTA/TIAGOMSTR", json!({ "pool_with": ana })));
    assert_eq!(unload(&desk), ["0999001000"]);
    desk.board("COSTA/ANAMRS");
    assert_eq!(unload(&desk), ["0999001000"]);
    desk.board("COSTA/TIAGOMSTR");
    assert!(unload(&desk).is_empty());
    let answer = desk.ok(json!({ "kind": "offload", "booking": tiago, "reason": "ill" }));
    assert_eq!(
        answer["todo"],
        json!(["COSTA/TIAGOMSTR belongs to the pool of COSTA/ANAMRS: bags 0999001000. Of COSTA/TIAGOMSTR are 0999001000: unload them."])
    );
    assert_eq!(unload(&desk), ["0999001000"]);
    assert_eq!(desk.refused(json!({ "kind": "scan-bag", "tag": "0999001000", "point": "loaded" })).code, "do-not-load");
}

#[test]
fn who_is_split_from_a_pool_takes_the_bag_along() {
    let mut desk = counter();
    let ana = desk.id("COSTA/ANAMRS");
    desk.ok(bag(&desk, "COSTA/TIAGOMSTR", json!({ "pool_with": ana })));
    desk.board("COSTA/TIAGOMSTR");
    let answer = desk.ok(json!({ "kind": "offload", "booking": ana, "reason": "stays" }));
    assert_eq!(
        answer["todo"],
        json!([
            "Unload bag 0999001000 and tick it.",
            "COSTA/ANAMRS heads a pool with COSTA/TIAGOMSTR (C0ST44): bags 0999001000. Put the bags of who flies under their own names.",
        ])
    );
    desk.ok(bag(&desk, "COSTA/TIAGOMSTR", json!({ "tag": "0999001000" })));
    assert!(unload(&desk).is_empty() && desk.guest("COSTA/TIAGOMSTR").pool.is_none());
    assert_eq!(desk.station.bags_of(&key()).len(), 1);
}

#[test]
fn a_tag_that_is_on_the_bag_is_taken_and_says_what_it_needs() {
    let mut desk = counter();
    let answer = desk.ok(bag(&desk, "COSTA/ANAMRS", json!({ "tag": "1999555123" })));
    assert_eq!(answer["todo"], json!(["1999555123 is a fallback tag: no message goes with it. Tell the sorting area flight and destination."]));
    let answer = desk.ok(bag(&desk, "COSTA/ANAMRS", json!({ "tag": "BA 001050" })));
    assert_eq!((&answer["tone"], &answer["tag"]), (&json!("green"), &json!("0125001050")));
    // Another carrier's plate uses nothing up.
    assert_eq!(desk.add_bag("COSTA/ANAMRS", 10), "0999001000");
    let refusal = desk.refused(bag(&desk, "WANG/LEIMR", json!({ "tag": "0125001050" })));
    assert_eq!(refusal.to_string(), "Tag 0125001050 is on a bag of COSTA/ANAMRS (C0ST44). Read the tag again, or tag the bag anew.");
    // A tag of another printer in our own block is stepped over.
    desk.ok(bag(&desk, "COSTA/ANAMRS", json!({ "tag": "0999001001" })));
    assert_eq!(desk.add_bag("COSTA/ANAMRS", 10), "0999001002");
    assert_eq!(desk.refused(bag(&desk, "COSTA/ANAMRS", json!({ "tag": "12345" }))).code, "command-not-read");
}

#[test]
fn a_rush_bag_flies_without_a_guest_and_says_why() {
    let mut desk = counter();
    let rush = json!({ "kind": "add-bag", "flight": CA1501, "weight_kg": 15, "destination": "PEK", "rush": "left behind yesterday" });
    let answer = desk.ok(rush.clone());
    assert_eq!((&answer["tone"], &answer["message"]), (&json!("green"), &json!("Rush bag 2999001000, 15 kg, to PEK.")));
    assert!(unload(&desk).is_empty());
    assert_eq!(desk.station.figures(&key()).bags[0].pieces, 1);
    let mut without = rush.clone();
    without["rush"] = json!(null);
    assert_eq!(desk.refused(without).code, "bag-not-clear");
    let mut nowhere = rush;
    nowhere["destination"] = json!(null);
    assert_eq!(desk.refused(nowhere).code, "destination-needed");
}

#[test]
fn through_tags_heavy_and_gate_bags_are_kept_as_they_were_taken() {
    let mut desk = counter();
    let onward = json!([{ "flight": "CA178", "to": "BOS" }]);
    let answer = desk.ok(bag(&desk, "COSTA/ANAMRS", json!({ "onward": onward, "heavy": true, "gate_bag": true, "weight_kg": 40 })));
    assert_eq!((&answer["tone"], &answer["destination"], &answer["onward"]), (&json!("green"), &json!("BOS"), &onward));
    let bags = desk.station.bags_of(&key());
    let care = bags[0].care().unwrap();
    assert!(care.heavy && care.gate_bag && care.onward.len() == 1);
    let answer = desk.ok(bag(&desk, "COSTA/ANAMRS", json!({ "destination": "NRT" })));
    assert_eq!(answer["todo"], json!(["The tag goes through to NRT: write the onward flights on it."]));
    let wrong = bag(&desk, "COSTA/ANAMRS", json!({ "destination": "SIN", "onward": onward }));
    assert_eq!(
        desk.refused(wrong).to_string(),
        "The tag is for SIN, and the last flight goes to BOS. Give the onward flights up to the destination."
    );
}
