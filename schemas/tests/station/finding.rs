//! Promises of finding a guest by whatever is at hand.

use proptest::prelude::*;
use serde_json::json;

use crate::world::{Desk, GUESTS, key, list, pass};

fn desk() -> Desk {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "14C");
    desk.add_bag("WANG/LEIMR", 20);
    desk
}

#[test]
fn a_guest_is_found_by_anything_that_identifies_one() {
    let desk = desk();
    for query in
        ["wang", "WANG/LEI", "Wang Lei", "lei wang", "wang/leimr", "w4ngl3", "14C", "14 c", "1000", "0999001000", "CA1501 14C", "CA1501 wang"]
    {
        let found = desk.station.find(query);
        assert_eq!(found.iter().map(|found| found.guest.name.as_str()).collect::<Vec<_>>(), ["WANG/LEIMR"], "{query}");
    }
    let found = desk.station.find(&pass("WANG/LEI", "W4NGL3", "014C", "1000"));
    assert_eq!(json!(found[0].by), json!("pass"));
    assert_eq!(desk.station.find("MU5101 wang").len(), 0);
    assert_eq!(desk.station.find_on(&key(), "wang").len(), 1);
}

#[test]
fn equal_names_come_with_their_locators_in_the_order_of_the_list() {
    let desk = desk();
    let found = desk.station.find("li na");
    let rows: Vec<_> = found.iter().map(|found| (found.guest.name.as_str(), found.guest.locator.unwrap().to_string())).collect();
    assert_eq!(rows, [("LI/NAMS", "K7P2QX".to_owned()), ("LI/NAMS", "S4MEN4".to_owned())]);
}

#[test]
fn a_query_that_means_nothing_finds_nobody() {
    let desk = desk();
    for query in ["", " ", "/", "zzz", "99Z", "4242", "0999009999", &"x".repeat(5000), "龘", "محمد", "q", "zzzz zzzz", "CA1501 zzz"] {
        assert!(desk.station.find(query).is_empty(), "{query}");
    }
}

#[test]
fn answers_are_bounded() {
    let names: String = (0..120).map(|at| format!("1LI/NA{}{}\n.L/A{at:05}\n", char::from(b'A' + at / 26), char::from(b'A' + at % 26))).collect();
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list(&names) }));
    assert_eq!(desk.station.find("li").len(), 50);
}

/// Names that a day in a large airport brings.
const MANY: &str = "\
1ZHANG/WEIMR\n.L/ZH4NGW/CA\n\
1MUELLER/JUERGENMR\n.L/MU3LLE/CA\n\
1MULLER/KARINMRS\n.L/MULL3R/CA\n\
1IVANOV/YURIIMR\n.L/1V4N0V/CA\n\
1KHRUSHCHEVA/NINAMRS\n.L/KHRU5H/CA\n\
1PAPADOPOULOS/ELENIMS\n.L/P4P4D0/CA\n\
1ALSHARIF/MOHAMMEDMR\n.L/4L5H4R/CA\n\
1SCHWARZENBERGER/MAXIMILIANMR\n.L/SCHW4R/CA\n\
1GARCIALOPEZ/MARIA JOSEMRS\n.L/G4RC14/CA\n\
1LYU/NAMS\n.L/LYUN44/CA\n\
1SMITH/JOHNMR\n.L/SM1THJ/CA\n\
1OBRIEN/SEANMR\n.L/0BR13N/CA\n";

#[test]
fn a_name_is_found_however_it_is_asked_for() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list(MANY) }));
    let wei = "ZHANG/WEIMR";
    for (query, by, name) in [
        ("ZHANG/WEI", "name", wei),
        ("zhang/weimr", "name", wei),
        ("ZHANGWEI", "name", wei),
        ("zhang wei", "name", wei),
        ("zhang w", "name-prefix", wei),
        ("zha", "name-prefix", wei),
        ("wei zhang", "name-parts", wei),
        ("wei zh", "name-parts", wei),
        ("wei", "name-parts", wei),
        ("张伟", "transliterated", wei),
        ("張偉", "transliterated", wei),
        ("张", "transliterated", wei),
        ("chang wei", "respelled", wei),
        ("chang", "respelled", wei),
        ("Cheung Wei", "respelled", wei),
        ("jang wei", "phonetic", wei),
        ("zhagn wei", "fuzzy", wei),
        ("zhan wei", "name-cut-off", wei),
        ("zhangg wei", "fuzzy", wei),
        ("吕娜", "transliterated", "LYU/NAMS"),
        ("SCHWARZENBERGER/MAX", "name-prefix", "SCHWARZENBERGER/MAXIMILIANMR"),
        ("SCHWARZENBERGER/MAXI", "name-prefix", "SCHWARZENBERGER/MAXIMILIANMR"),
        ("SCHWARZENBE/MAXIMILI", "name-cut-off", "SCHWARZENBERGER/MAXIMILIANMR"),
        ("maximilian schwarzenberger", "name-parts", "SCHWARZENBERGER/MAXIMILIANMR"),
        ("Garcia Maria", "name-cut-off", "GARCIALOPEZ/MARIA JOSEMRS"),
        ("maria garcia", "name-parts", "GARCIALOPEZ/MARIA JOSEMRS"),
        ("jose garcia", "name-parts", "GARCIALOPEZ/MARIA JOSEMRS"),
        ("García López María", "transliterated", "GARCIALOPEZ/MARIA JOSEMRS"),
        ("Иванов Юрий", "transliterated", "IVANOV/YURIIMR"),
        ("Иванов", "transliterated", "IVANOV/YURIIMR"),
        ("iwanow", "phonetic", "IVANOV/YURIIMR"),
        ("Хрущёва Нина", "transliterated", "KHRUSHCHEVA/NINAMRS"),
        ("Нина Хрущёва", "transliterated", "KHRUSHCHEVA/NINAMRS"),
        ("Παπαδόπουλος", "transliterated", "PAPADOPOULOS/ELENIMS"),
        ("Ελένη Παπαδοπούλου", "fuzzy", "PAPADOPOULOS/ELENIMS"),
        ("محمد الشريف", "phonetic", "ALSHARIF/MOHAMMEDMR"),
        ("schmidt", "phonetic", "SMITH/JOHNMR"),
        ("O'Brien", "name-prefix", "OBRIEN/SEANMR"),
        ("obrein", "phonetic", "OBRIEN/SEANMR"),
    ] {
        let found = desk.station.find(query);
        let first = found.first().map(|found| (json!(found.by), found.guest.name.as_str()));
        assert_eq!(first, Some((json!(by), name)), "{query}");
    }
    for (query, first, other) in [
        ("muller", "MULLER/KARINMRS", "MUELLER/JUERGENMR"),
        ("mueller", "MUELLER/JUERGENMR", "MULLER/KARINMRS"),
        ("Müller", "MUELLER/JUERGENMR", "MULLER/KARINMRS"),
    ] {
        let names: Vec<String> = desk.station.find(query).into_iter().map(|found| found.guest.name).collect();
        assert_eq!(names, [first, other], "{query}");
    }
}

#[test]
fn what_is_acted_upon_is_no_guess() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list(MANY) }));
    for (query, count) in [("zhang", 1), ("wei zhang", 1), ("张伟", 1), ("chang wei", 0), ("jang wei", 0), ("zhagn", 0), ("محمد", 0)] {
        let found = desk.station.find_on(&key(), query);
        assert_eq!(found.len(), count, "{query}");
        assert!(found.iter().all(|found| !found.by.is_guess()));
    }
    assert_eq!(desk.station.find_on(&key(), &pass("ZHAGN/WEI", "N0N0N0", "014C", "1000")).len(), 0);
}

#[test]
fn a_name_with_fewer_sounds_than_were_asked_for_is_passed_over() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list("1MOHAMMED/ALIIMR\n.L/M0H4MM/CA\n") }));
    assert_eq!(desk.station.find("محمد الشريف").len(), 0);
    assert_eq!(desk.station.find("محمد علي").len(), 1);
}

#[test]
fn a_guess_is_made_on_the_flight_that_is_asked_for() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(json!({ "kind": "import-list", "text": list(MANY) }));
    assert_eq!(desk.station.find("CA1501 zhagn").len(), 1);
    assert_eq!(desk.station.find("MU5101 zhagn").len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_guest_is_found_by_the_whole_name_by_the_locator_and_by_every_beginning_of_the_surname(
        guests in prop::collection::btree_map("[A-HJ-NP-Z]{6}", ("[A-Z]{3,16}", "[A-Z]{2,10}(MR|MS|)"), 1..30),
    ) {
        let names: String = guests.iter().map(|(locator, (surname, given))| format!("1{surname}/{given}\n.L/{locator}/CA\n")).collect();
        let mut desk = Desk::new(1, "C1");
        desk.ok(json!({ "kind": "import-list", "text": list(&names) }));
        for (locator, (surname, given)) in &guests {
            let named = format!("{surname}/{given}");
            let asked = (3..=surname.len()).map(|len| surname[..len].to_owned()).chain([named.clone(), format!("{surname} {given}"), format!("{surname}{given}")]);
            for query in asked.chain([locator.clone(), named.to_lowercase(), format!("{given} {surname}")]) {
                let found = desk.station.find(&query);
                prop_assert!(found.iter().any(|found| found.guest.name == named), "{query}");
                prop_assert_eq!(found, desk.station.find(&query));
            }
        }
    }

    #[test]
    fn any_query_is_answered(query in "\\PC{0,40}") {
        let desk = desk();
        prop_assert!(desk.station.find(&query).len() <= 50);
    }
}
