//! The shared sequences of passenger lists through the real import into a flight, then a take-over and a hand-back: in any order, in parts and repeated.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;
use schemas::record::FlightKey;
use schemas::record::booking::Standing;
use schemas::standards::typeb::{ListParts, NameList};
use schemas::station::Blocks;
use serde_json::{Value, json};

use crate::world::Desk;

/// A sequence with its messages, as the vectors have them.
struct Sequence {
    id: String,
    texts: Vec<String>,
    /// The seats that its words promise, if they do.
    seats: Option<u32>,
}

/// The sequences that come with the tests and, where `APRON_VECTORS` names a folder, those in it; none of which a message is not there.
fn sequences() -> Vec<Sequence> {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let folders = [Some(shipped), std::env::var_os("APRON_VECTORS").map(PathBuf::from)];
    folders.into_iter().flatten().flat_map(|folder| sequences_in(&folder)).collect()
}

fn sequences_in(folder: &Path) -> Vec<Sequence> {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("typeb_pnl_adl.json")).unwrap()).unwrap();
    let text = |id: &Value| {
        let vector = file["vectors"].as_array().into_iter().flatten().find(|vector| &vector["id"] == id);
        vector.and_then(|vector| vector["text"].as_str()).map(str::to_owned)
    };
    let read = |case: &Value| {
        let words: Vec<&str> = case["expect"].as_str().unwrap_or_default().split(' ').collect();
        let seats = words.windows(2).find(|pair| pair[1].starts_with("seats")).and_then(|pair| pair[0].parse().ok());
        let texts: Option<Vec<String>> = case["apply"].as_array().into_iter().flatten().map(text).collect();
        Some(Sequence { id: case["id"].as_str()?.to_owned(), texts: texts?, seats })
    };
    file["sequences"].as_array().into_iter().flatten().filter_map(read).collect()
}

/// A whole list in two parts, cut before a heading; the message itself where it has no second one.
fn in_two(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let heading = |at: &usize| lines[*at].starts_with('-');
    let (Some(end), Some(flight)) = (lines.iter().rposition(|line| *line == "ENDPNL"), lines.iter().position(|line| line.ends_with(" PART1"))) else {
        return vec![text.to_owned()];
    };
    let headings: Vec<usize> = (flight..end).filter(heading).collect();
    let Some(cut) = headings.get(headings.len() / 2).copied().filter(|_| headings.len() > 1) else { return vec![text.to_owned()] };
    let first = [&lines[..cut], &["ENDPART1"]].concat().join("\n");
    let line = lines[flight].replace(" PART1", " PART2");
    let second = [&lines[..flight], &[line.as_str()], &lines[cut..]].concat().join("\n");
    vec![first, second]
}

/// Imports what waits again and again, as a node does, until nothing more is taken.
fn import_all(desk: &mut Desk, texts: &[&String]) {
    let mut waiting = texts.to_vec();
    loop {
        let before = waiting.len();
        waiting.retain(|text| match desk.run(json!({ "kind": "import-list", "text": text })) {
            Ok(_) => false,
            Err(refusal) => {
                assert!(refusal.waits_for.is_some(), "{refusal}");
                true
            }
        });
        if waiting.len() == before {
            return;
        }
    }
}

fn desk_of(key: &FlightKey) -> Desk {
    Desk::at(Some(key.station().as_str()), 1, "C1", Blocks { tag_serials: 1000..1100, sequences: 1000..1300, files: 100..150 })
}

/// The flight of a message, on its next day.
fn flight_of(text: &str) -> FlightKey {
    let list = NameList::parse(text).unwrap();
    let date = list.flight.date.nearest("2026-11-22".parse().unwrap()).unwrap();
    let number: u16 = list.flight.number.parse().unwrap();
    format!("{}{number}.{date}.{}", list.flight.carrier, list.flight.board).parse().unwrap()
}

/// The names on the list by the reader alone, with the seats of each.
fn expected(texts: &[String]) -> BTreeMap<String, u32> {
    let mut parts = ListParts::default();
    for text in texts {
        parts.add(NameList::parse(text).unwrap());
    }
    let mut names = BTreeMap::new();
    for guest in parts.state().names.iter().flat_map(|listed| listed.name.guests()) {
        *names.entry(format!("{}/{}", guest.surname, guest.given_as_listed)).or_default() += 1 + u32::from(guest.extra_seats);
    }
    names
}

/// The names that the station shows, with the seats of each.
fn shown(desk: &Desk, key: &FlightKey) -> BTreeMap<String, u32> {
    let mut names = BTreeMap::new();
    for row in desk.station.guests(key) {
        *names.entry(row.name).or_default() += u32::from(row.seats);
    }
    names
}

/// The host's list: everybody of the flight, nobody checked in.
fn host_list(desk: &Desk, key: &FlightKey) -> String {
    let rows = desk.station.guests(key).into_iter().map(|row| {
        let locator = row.locator.map(|locator| locator.to_string()).unwrap_or_default();
        format!("{},{locator},,,listed\n", row.name)
    });
    "name,locator,seat,sequence,status\n".to_owned() + &rows.collect::<String>()
}

#[test]
fn the_shipped_sequences_are_played() {
    let all = sequences();
    assert!(!all.is_empty() && all.iter().any(|sequence| sequence.seats.is_some()));
    for sequence in all {
        let seats: u32 = expected(&sequence.texts).values().sum();
        assert!(sequence.seats.is_none_or(|promised| promised == seats), "{}: {seats} seats", sequence.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_sequence_in_any_order_ends_in_the_list_that_the_vector_expects_also_over_a_take_over(
        order in prop::collection::vec(any::<Index>(), 2..12),
        taken_over_at in any::<Index>(),
    ) {
        for sequence in sequences() {
            let key = flight_of(&sequence.texts[0]);
            let wanted = expected(&sequence.texts);
            let mut desk = desk_of(&key);
            // Every message in some order, some of them twice; then all again as they were sent.
            let parts: Vec<String> = sequence.texts.iter().flat_map(|text| in_two(text)).collect();
            let mixed: Vec<&String> = order.iter().map(|at| at.get(&parts)).chain(&parts).collect();
            let (before, after) = mixed.split_at(taken_over_at.index(mixed.len()));
            import_all(&mut desk, before);
            let step = |kind: &str| json!({ "kind": kind, "flight": key, "reason": "host silent" });
            // A guest who is checked in under the first name stays so under the next.
            let mut first = None;
            if desk.run(step("take-over")).is_ok() {
                let row = desk.station.guests(&key).into_iter().find(|row| row.seats == 1 && !row.standby);
                if let Some(row) = row {
                    desk.ok(json!({ "kind": "check-in", "guests": [{ "booking": row.booking }] }));
                    first = Some(row.booking);
                }
            }
            // What waits was kept, and comes again with the rest.
            import_all(&mut desk, &mixed);
            import_all(&mut desk, after);
            let whole = shown(&desk, &key);
            // Who was checked in here stays until a person decides, also when the list takes the guest off.
            let off: Vec<String> = desk.station.guests(&key).into_iter().filter(|row| row.off_list).map(|row| row.name).collect();
            let listed: BTreeMap<String, u32> = whole.into_iter().filter(|(name, _)| !off.contains(name)).collect();
            prop_assert_eq!(&listed, &wanted, "{}", sequence.id);
            if first.is_none() {
                desk.ok(step("take-over"));
            }
            // The host has the same list: only what happened here differs.
            desk.ok(step("begin-hand-back"));
            let list = host_list(&desk, &key);
            desk.ok(json!({ "kind": "import-host-list", "flight": key, "text": list }));
            let found = desk.station.settlement(&key).unwrap();
            let differing: Vec<_> = found.rows.iter().map(|row| row.difference.booking).collect();
            prop_assert!(found.adds_up && found.unread.is_empty(), "{}: {:#?}", sequence.id, found);
            prop_assert_eq!(differing, first.into_iter().map(Some).collect::<Vec<_>>(), "{}: {:#?}", sequence.id, found.rows);
            if let Some(booking) = first {
                let row = desk.station.guests(&key).into_iter().find(|row| row.booking == booking).unwrap();
                prop_assert_eq!(row.standing, Standing::CheckedIn);
            }
            prop_assert_eq!(desk.station.conflicts(), vec![]);
        }
    }
}
