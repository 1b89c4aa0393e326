//! What holds after any sequence of commands at desks that lose and find each other.

use std::collections::BTreeSet;

use proptest::prelude::*;
use schemas::command::Command;
use schemas::record::Record;
use schemas::station::Station;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

#[derive(Debug, Clone)]
enum Move {
    Do { desk: usize, what: usize, guest: usize, seat: (u16, char), number: u16 },
    Meet { one: usize, other: usize },
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let doing = (0..3usize, 0..21usize, 0..5usize, (10..14u16, prop::char::range('A', 'C')), 0..4u16)
        .prop_map(|(desk, what, guest, seat, number)| Move::Do { desk, what, guest, seat, number });
    let meeting = (0..3usize, 0..3usize).prop_map(|(one, other)| Move::Meet { one, other });
    prop::collection::vec(prop_oneof![5 => doing, 1 => meeting], 0..100)
}

fn play(moves: &[Move]) -> Vec<Desk> {
    let first = Desk::working(1, "C1", &list(GUESTS));
    let mut desks = vec![first, Desk::new(2, "G12"), Desk::new(3, "G13")];
    for at in 1..3 {
        let (left, right) = desks.split_at_mut(at);
        meet(&mut left[0], &mut right[0]);
    }
    for step in moves {
        match step {
            Move::Do { desk, what, guest, seat, number } => {
                let desk = &mut desks[*desk];
                let command = command(desk, *what, *guest, *seat, *number);
                let _ = desk.run(command);
                let counts = desk.station.counts(&key());
                assert!(counts.add_up(), "{counts:?}");
            }
            Move::Meet { one, other } if one != other => {
                let (low, high) = (*one.min(other), *one.max(other));
                let (left, right) = desks.split_at_mut(high);
                meet(&mut left[low], &mut right[0]);
            }
            Move::Meet { .. } => {}
        }
    }
    desks
}

fn command(desk: &Desk, what: usize, guest: usize, (row, letter): (u16, char), number: u16) -> Value {
    let guests = desk.station.guests(&key());
    let booking = guests.get(guest % guests.len().max(1)).map_or(schemas::record::DocRef(schemas::flat::DocId([1; 16])), |guest| guest.booking);
    let seat = format!("{row}{letter}");
    let tags: Vec<_> = desk.station.bags_of(&key()).iter().map(|bag| bag.tag).collect();
    let tag = tags.get(usize::from(number)).map_or_else(|| "0999001000".to_owned(), ToString::to_string);
    match what {
        0 | 1 => json!({ "kind": "check-in", "guests": [{ "booking": booking, "seat": seat }] }),
        2 => json!({ "kind": "change-seat", "booking": booking, "seat": seat }),
        3 => json!({ "kind": "add-bag", "booking": booking, "weight_kg": 10 + number }),
        4 => json!({ "kind": "scan-bag", "tag": tag, "point": "loaded" }),
        5 | 6 => json!({ "kind": "board", "flight": CA1501, "booking": booking }),
        7 => json!({ "kind": "un-board", "booking": booking, "reason": "x" }),
        8 => json!({ "kind": "offload", "booking": booking, "reason": "x" }),
        9 => json!({ "kind": "tick-unloaded", "flight": CA1501, "tag": tag }),
        10 => match number {
            0 => json!({ "kind": "close-flight", "flight": CA1501 }),
            _ => json!({ "kind": "reopen-flight", "flight": CA1501, "reason": "x" }),
        },
        11 => {
            json!({ "kind": "add-bag", "booking": booking, "weight_kg": 10, "pool_with": guests.get(usize::from(number) % guests.len().max(1)).map(|guest| guest.booking) })
        }
        12 => {
            json!({ "kind": "add-guest", "flight": CA1501, "name": format!("NEW/{letter}"), "locator": format!("AAAAA{number}"), "mark": "no-rec", "reason": "x" })
        }
        13 => match number {
            0 => json!({ "kind": "clear-standby", "flight": CA1501, "seat": seat }),
            1 => json!({ "kind": "clear-guest", "booking": booking, "seat": seat }),
            2 => json!({ "kind": "note-printed", "bookings": [booking] }),
            _ => json!({ "kind": "change-equipment", "flight": CA1501, "map": format!("C1-2/AC Y10-{row}/ABC"), "reason": "x" }),
        },
        14 => {
            let step = ["order", "assign", "pick-up", "cancel"][usize::from(number)];
            json!({ "kind": "assist", "booking": booking, "service": "WCHR", "step": step, "who": letter.to_string() })
        }
        16 => json!({ "kind": "flight-returned", "flight": CA1501, "place": "gate", "after": "air", "reason": "x" }),
        17 => json!({ "kind": "flight-continues", "flight": CA1501, "reason": "x" }),
        18 => json!({ "kind": "off-board", "flight": CA1501, "bookings": [booking], "reason": "x" }),
        19 => {
            let to = format!("CA150{}.2026-11-2{}.PVG", 3 + number % 2, 2 + number / 2);
            json!({ "kind": "move-bookings", "flight": CA1501, "to": to, "how": "split", "bookings": [booking], "reason": "x" })
        }
        15 => {
            let outcome = ["seen", "send-later", "supervisor", "refused"][usize::from(number)];
            json!({ "kind": "note-documents", "booking": booking, "outcome": outcome })
        }
        _ => match desk.station.conflicts().first() {
            Some(conflict) => {
                let way = &conflict.choices[usize::from(number) % conflict.choices.len()];
                json!({ "kind": "resolve-conflict", "conflict": conflict.id, "choice": way.choice, "seat": seat })
            }
            None => json!({ "kind": "set-flight", "flight": CA1501, "gate": number.to_string() }),
        },
    }
}

/// Everything that a station derives, as one text.
fn judgements(station: &Station) -> String {
    let key = key();
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        station.flights(),
        station.guests(&key),
        station.missing(&key),
        station.bags_to_unload(&key),
        station.figures(&key),
        station.sheets(&key),
        station.conflicts(),
        station.standby(&key),
        station.reseat_plan(&key),
        station.assistance(None),
        (station.documents_to_send(&key), station.moved_from(&key), station.move_work(&key), station.course_steps(&key))
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn desks_that_met_agree_and_their_figures_add_up(moves in moves()) {
        let mut desks = play(&moves);
        for _ in 0..2 {
            for at in 1..3 {
                let (left, right) = desks.split_at_mut(at);
                meet(&mut left[0], &mut right[0]);
            }
        }
        let said = judgements(&desks[0].station);
        prop_assert_eq!(&said, &judgements(&desks[1].station));
        prop_assert_eq!(&said, &judgements(&desks[2].station));
        let counts = desks[0].station.counts(&key());
        prop_assert!(counts.add_up(), "{counts:?}");
        let heads: u32 = desks[0].station.figures(&key()).cabins.iter().map(|cabin| cabin.adults + cabin.children).sum();
        prop_assert_eq!(heads, counts.boarded);
        let pieces: u32 = desks[0].station.figures(&key()).bags.iter().map(|load| load.pieces).sum();
        let unloaded = u32::try_from(desks[0].station.bags_unloaded(&key()).len()).unwrap();
        prop_assert_eq!(pieces + counts.bags_to_unload + unloaded, counts.bags);
    }

    #[test]
    fn documents_in_any_order_and_twice_give_the_same_judgements(moves in moves(), order in any::<prop::sample::Index>(), twice in any::<prop::sample::Index>()) {
        let mut desks = play(&moves);
        let (left, right) = desks.split_at_mut(1);
        meet(&mut left[0], &mut right[0]);
        let mut documents = desks[0].documents();
        let turn = order.index(documents.len());
        documents.rotate_left(turn);
        if turn % 2 == 0 {
            documents.reverse();
        }
        let mut filled = Station::new(desks[0].station.setting().clone());
        for (scope, id, doc) in &documents {
            filled.fill(scope, *id, Record::read(*id, doc));
        }
        filled.settle_in();
        prop_assert_eq!(judgements(&filled), judgements(&desks[0].station));
        for query in ["li", "WANG/LEIMR", "Wang Lei", "0840Z6", "10A", "1000", "0999001000"] {
            prop_assert_eq!(filled.find(query), desks[0].station.find(query));
        }
        let again = documents[twice.index(documents.len())].clone();
        documents.push(again);
        let mut station = Station::new(desks[0].station.setting().clone());
        for (scope, id, doc) in &documents {
            station.apply(scope, *id, doc);
        }
        prop_assert_eq!(judgements(&station), judgements(&desks[0].station));
        // What is forgotten leaves nothing behind.
        for (_, id, _) in &documents {
            station.forget(*id);
            filled.forget(*id);
        }
        prop_assert!(filled.flights().is_empty() && filled.conflicts().is_empty() && filled.find("li").is_empty());
        prop_assert!(station.flights().is_empty() && station.conflicts().is_empty() && station.find("li").is_empty());
    }

    #[test]
    fn no_number_is_given_twice(moves in moves()) {
        let desks = play(&moves);
        let mut given = BTreeSet::new();
        for desk in &desks {
            let mine = desk.station.setting().blocks.clone();
            for bag in desk.station.bags_of(&key()).iter().filter(|bag| mine.tag_serials.contains(&bag.tag.serial())) {
                let accepted = bag.history.all().iter().filter(|held| matches!(held.fact.what, schemas::record::fact::What::Accepted { .. })).count();
                prop_assert_eq!(accepted, 1, "{}", bag.tag);
            }
            for booking in desk.station.bookings_of(&key()) {
                for held in booking.history.all() {
                    let sequence = match held.fact.what {
                        schemas::record::fact::What::CheckedIn { seq: Some(seq), .. } | schemas::record::fact::What::SequenceGiven { seq } => seq,
                        _ => continue,
                    };
                    let kept = matches!(held.fact.what, schemas::record::fact::What::CheckedIn { .. }) && held.fact.desk.as_ref() != desk.name;
                    if mine.sequences.contains(&sequence) && !kept {
                        given.insert((sequence, booking.id));
                    }
                }
            }
        }
        let numbers: BTreeSet<u16> = given.iter().map(|(sequence, _)| *sequence).collect();
        prop_assert_eq!(numbers.len(), given.len());
    }

    #[test]
    fn no_json_makes_a_command_panic(kind in "[a-z-]{0,16}", text in ".{0,60}", number in any::<i64>(), pick in 0..34usize) {
        let mut desk = Desk::working(1, "C1", &list(GUESTS));
        let booking = desk.id("WANG/LEIMR").to_string();
        let kinds = ["import-list", "set-flight", "take-over", "check-in", "change-seat", "add-bag", "scan-bag", "board", "un-board", "offload",
            "add-guest", "clear-guest", "clear-standby", "change-equipment", "reseat", "note-printed", "note-escort", "assist", "note-documents", "note-security",
            "tick-unloaded", "close-flight", "reopen-flight", "open-incident", "resolve-conflict", "print", "amend-incident", "trace-incident", "divert-flight",
            "flight-returned", "flight-continues", "off-board", "move-bookings", kind.as_str()];
        for value in [json!(text), json!(number), json!(null), json!([text]), json!({ "description": text, "booking": booking }), json!("14C"), json!(CA1501)] {
            for booking in [json!(booking), value.clone()] {
                let _ = desk.run(json!({ "kind": kinds[pick], "flight": value, "booking": booking, "seat": value, "reason": text }));
                let _ = desk.run(json!({ "kind": kinds[pick], "flight": CA1501, "scan": value }));
                let _ = desk.run(json!({ "kind": kinds[pick], "flight": CA1501, "to": value, "how": "split", "bookings": [booking], "onward": "open", "reason": text }));
                let _ = desk.run(json!({ "kind": kinds[pick], "flight": CA1501, "scan": text, "place": "ramp", "after": "air", "reason": "x" }));
                let _ = desk.run(json!({ "kind": kinds[pick], "guests": [{ "booking": booking, "seat": value }] }));
                let _ = desk.run(json!({ "kind": kinds[pick], "booking": booking, "weight_kg": number }));
                let _ = desk.run(json!({ "kind": kinds[pick], "incident": "found", "name": text, "contact": text, "bag": value }));
                let _ = desk.run(json!({ "kind": kinds[pick], "case": booking, "set": { "name": value, "tag": value }, "step": "confirm", "with": value }));
                let _ = desk.run(json!({ "kind": kinds[pick], "tag": value, "point": "loaded", "flight": CA1501 }));
            }
        }
        let _ = Command::parse(&text);
        let _ = desk.run(json!({ "kind": "board", "flight": CA1501, "scan": text }));
        let _ = desk.station.find(&text);
    }

    #[test]
    fn no_document_makes_a_station_panic(fields in prop::collection::btree_map("(kind|flight|name|tag|seat|sequence|booking|gate|party_size|incident|colour|route|bag2\\.kg|[a-z]{1,6})", scalars(), 0..8), facts in prop::collection::vec(".{0,60}", 0..3)) {
        let mut doc = schemas::flat::FlatDoc { fields, ..Default::default() };
        for (place, text) in (0..).zip(facts) {
            doc.facts.insert(schemas::flat::FactId { log: schemas::flat::LogId([1; 16]), seq: 1, place }, text);
        }
        let mut station = Desk::new(1, "C1").station;
        for scope in ["PVG/2026-11-22/CA", "PVG/desk/2026-11", "network/2026-11"] {
            station.apply(&scope.parse().unwrap(), schemas::flat::DocId([3; 16]), &doc);
            let _ = (judgements(&station), station.find("a"), station.cases(), station.strays());
            let _ = (station.incident(schemas::flat::DocId([3; 16])), station.candidates(schemas::flat::DocId([3; 16])));
        }
    }
}

fn scalars() -> impl Strategy<Value = Vec<schemas::flat::Scalar>> {
    use schemas::flat::Scalar;
    let texts =
        prop::sample::select(vec!["booking", "flight", "bag", "case", CA1501, "LI/NA", "0999001000", "14C", "Y8:Y", "Ü", "", "found", "2026-11-22"]);
    let one = prop_oneof![
        texts.prop_map(|text| Scalar::Str(text.to_owned())),
        any::<i64>().prop_map(Scalar::Int),
        any::<bool>().prop_map(Scalar::Bool),
        Just(Scalar::Null),
        Just(Scalar::Bytes(vec![1, 2])),
    ];
    prop::collection::vec(one, 1..3)
}
