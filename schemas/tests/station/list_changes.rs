//! Promises of change messages: the same list whatever the order, and one booking for each guest.

use proptest::prelude::*;
use proptest::sample::Index;
use schemas::command::Refusal;
use serde_json::{Value, json};

use crate::world::{CA1501, Desk, GUESTS, key, list, meet};

fn import(desk: &mut Desk, text: &str) -> Result<Value, Refusal> {
    desk.run(json!({ "kind": "import-message", "text": text }))
}

fn adl(time: &str, part: u16, body: &str, end: &str) -> String {
    format!("PVGKKCA\n.PEKRMCA {time}\nADL\nCA1501/22NOV PVG PART{part}\n-PEK010Y\n{body}{end}\n")
}

fn change(time: &str, body: &str) -> String {
    adl(time, 1, body, "ENDADL")
}

/// Imports what waits again and again, as a node does, until nothing more is taken.
fn import_all(desk: &mut Desk, texts: &[&String]) {
    let mut waiting: Vec<&String> = texts.to_vec();
    loop {
        let before = waiting.len();
        waiting.retain(|text| match import(desk, text) {
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

/// Everything that the list shows of everybody.
fn shown(desk: &Desk) -> Vec<(String, String, String, String)> {
    let mut rows: Vec<_> = desk
        .station
        .guests(&key())
        .into_iter()
        .map(|guest| {
            let locator = guest.locator.map(|locator| locator.to_string()).unwrap_or_default();
            (guest.booking.to_string(), guest.name, locator, guest.flags.join(" "))
        })
        .collect();
    rows.sort();
    rows
}

#[test]
fn a_change_before_its_list_waits_and_says_for_what() {
    let mut desk = Desk::new(1, "C1");
    let refusal = import(&mut desk, &change("220300", "DEL\n1LI/NAMS\n.L/K7P2QX/CA\n")).unwrap_err();
    assert_eq!(refusal.code, "waits-for-list");
    assert_eq!(refusal.waits_for.as_deref(), Some("the list (PNL) of CA1501 of 22 Nov"));
    let first = list(GUESTS).replace("ENDPNL", "ENDPART1");
    import(&mut desk, &first).unwrap();
    let refusal = import(&mut desk, &change("220300", "DEL\n1LI/NAMS\n.L/K7P2QX/CA\n")).unwrap_err();
    assert_eq!(refusal.waits_for.as_deref(), Some("part 2 of the list (PNL) of CA1501 of 22 Nov"));
    import(&mut desk, "PNL\nCA1501/22NOV PVG PART2\n-TSN001Y\n1LAST/ZOE\n.L/L4STZ0/CA\nENDPNL\n").unwrap();
    let second = adl("220300", 2, "ADD\n1NEW/ROBINMR\n.L/N3WN3W/CA\n", "ENDADL");
    assert_eq!(import(&mut desk, &second).unwrap_err().code, "waits-for-part");
    import(&mut desk, &adl("220300", 1, "DEL\n1LI/NAMS\n.L/K7P2QX/CA\n", "ENDPART1")).unwrap();
    import(&mut desk, &second).unwrap();
    assert_eq!(desk.station.guests(&key()).iter().filter(|guest| guest.name == "LI/NAMS").count(), 1);
    assert_eq!(desk.guest("NEW/ROBINMR").standing, schemas::record::booking::Standing::Listed);
}

#[test]
fn guests_are_taken_off_put_on_and_changed() {
    let mut desk = Desk::new(1, "C1");
    import(&mut desk, &list(GUESTS)).unwrap();
    let body = "DEL\n1WANG/LEIMR\n.L/W4NGL3/CA\nCHG\n1WAIT/TOMMR\n.L/W41TTM/CA\n.R/WCHR HK1\nADD\n1NEW/ROBINMR\n.L/N3WN3W/CA\n";
    let answer = import(&mut desk, &change("220300", body)).unwrap();
    assert_eq!(answer["message"], "CA1501 of 22 Nov: 1 put on the list, 1 taken off, 1 changed, 0 renamed.");
    assert_eq!(answer["tone"], "green");
    assert_eq!(desk.station.flight_of(&key()).unwrap().counts.booked, 12);
    assert!(desk.station.find("WANG").is_empty());
    let wait = desk.guest("WAIT/TOMMR");
    assert_eq!((wait.flags, wait.standby), (vec!["WCHR".to_owned()], false));
    assert_eq!(desk.guest("NEW/ROBINMR").cabin, Some('Y'));
    // A newer copy of the list knows nothing of the change, and does not undo it.
    let answer = import(&mut desk, &list(&format!("{GUESTS}1MORE/ANNAMS\n.L/M0R3AN/CA\n"))).unwrap();
    assert_eq!((&answer["new"], &answer["changed"], &answer["tone"]), (&json!(1), &json!(0), &json!("amber")));
    assert!(answer["todo"].to_string().contains("they stay off"), "{answer}");
    assert!(desk.station.find("WANG").is_empty());
}

#[test]
fn a_new_name_on_one_locator_keeps_the_booking_and_all_that_was_done_with_it() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    let before = desk.id("WANG/LEIMR");
    desk.check_in("WANG/LEIMR", "14C");
    let answer = import(&mut desk, &change("220300", "DEL\n1WANG/LEIMR\n.L/W4NGL3/CA\nADD\n1WANG/LEYIMR\n.L/W4NGL3/CA\n")).unwrap();
    assert_eq!(answer["renamed"], 1);
    let guest = desk.guest("WANG/LEYIMR");
    assert_eq!((guest.booking, guest.seat.unwrap().to_string().as_str(), guest.sequence), (before, "14C", Some(1000)));
    let booking = desk.station.booking(before.0).unwrap();
    assert_eq!(booking.aliases.iter().map(|name| &**name).collect::<Vec<_>>(), ["WANG/LEIMR"]);
    // The pass was printed under the earlier name.
    let pass = crate::world::pass("WANG/LEIMR", "W4NGL3", "014C", "1000");
    desk.ok(json!({ "kind": "board", "flight": CA1501, "scan": pass }));
}

#[test]
fn who_is_checked_in_and_taken_off_the_list_stays_until_a_person_decides() {
    let mut desk = Desk::working(1, "C1", &list(GUESTS));
    desk.check_in("WANG/LEIMR", "14C");
    let answer = import(&mut desk, &change("220300", "DEL\n1WANG/LEIMR\n.L/W4NGL3/CA\n")).unwrap();
    assert_eq!(answer["tone"], "amber");
    assert!(answer["todo"][0].as_str().unwrap().contains("is checked in here"), "{answer}");
    assert!(desk.guest("WANG/LEIMR").off_list);
}

#[test]
fn the_same_change_in_other_bytes_is_the_same_change() {
    let mut desk = Desk::new(1, "C1");
    import(&mut desk, &list(&format!("{GUESTS}1TWIN/ANNAMS\n.L/TW1NSA/CA\n1TWIN/ANNAMS\n.L/TW1NSA/CA\n"))).unwrap();
    let once = change("220300", "DEL\n1TWIN/ANNAMS\n.L/TW1NSA/CA\n");
    import(&mut desk, &once).unwrap();
    import(&mut desk, &once.replace('\n', "\r\n")).unwrap();
    assert_eq!(import(&mut desk, &once).unwrap()["message"], "This list of CA1501 of 22 Nov is already here. Nothing changed.");
    assert_eq!(desk.station.guests(&key()).iter().filter(|guest| guest.name == "TWIN/ANNAMS").count(), 1);
}

#[test]
fn two_desks_that_read_different_changes_apart_have_no_conflict_when_they_meet() {
    let (mut one, mut other) = (Desk::new(1, "C1"), Desk::new(2, "C2"));
    let early = change("220300", "CHG\n1WANG/LEIMR\n.L/W4NGL3/CA\n.R/WCHR HK1\n");
    let late = change("220400", "CHG\n1WANG/LEIMR\n.L/W4NGL3/CA\n.R/BLND HK1\n");
    import_all(&mut one, &[&list(GUESTS), &early]);
    import_all(&mut other, &[&list(GUESTS), &late]);
    meet(&mut one, &mut other);
    assert_eq!(one.guest("WANG/LEIMR").flags, ["BLND"]);
    assert_eq!(shown(&one), shown(&other));
    assert!(one.station.conflicts().is_empty(), "{:?}", one.station.conflicts());
}

/// One step of an airline's reservation system.
#[derive(Debug, Clone)]
enum Step {
    Add,
    Delete(Index),
    Rename(Index),
    Change(Index),
}

fn steps() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = any::<(u8, Index)>().prop_map(|(kind, index)| match kind % 4 {
        0 => Step::Add,
        1 => Step::Delete(index),
        2 => Step::Rename(index),
        _ => Step::Change(index),
    });
    prop::collection::vec(prop::collection::vec(step, 1..4), 1..5)
}

/// The messages of such a history, the list first, some of them in two parts; and the names that are on the list in the end.
fn messages(history: &[Vec<Step>]) -> (Vec<String>, Vec<String>) {
    let mut names: Vec<(String, String)> = (0..4).map(|guest| (format!("GUEST{}/ANN", letters(guest)), format!("AAAA{guest:02}"))).collect();
    let lines = |names: &[(String, String)]| names.iter().map(|(name, locator)| format!("1{name}\n.L/{locator}/CA\n")).collect::<String>();
    let mut texts = vec![list(&lines(&names[..2])).replace("ENDPNL", "ENDPART1")];
    texts.push(format!(".PEKRMCA 220100\nPNL\nCA1501/22NOV PVG PART2\n-PEK002Y\n{}ENDPNL\n", lines(&names[2..])));
    let mut fresh = 10;
    for (number, steps) in history.iter().enumerate() {
        let (mut del, mut chg, mut add) = (String::new(), String::new(), String::new());
        let mut touched: Vec<String> = Vec::new();
        for step in steps {
            fresh += 1;
            let new_name = format!("GUEST{}/ANN", letters(fresh));
            let pick = |index: &Index| (!names.is_empty()).then(|| index.index(names.len())).filter(|at| !touched.contains(&names[*at].1));
            match step {
                Step::Add => {
                    let guest = (new_name, format!("BBBB{fresh:02}"));
                    add += &lines(std::slice::from_ref(&guest));
                    touched.push(guest.1.clone());
                    names.push(guest);
                }
                Step::Delete(index) => {
                    if let Some(at) = pick(index) {
                        let guest = names.remove(at);
                        del += &lines(std::slice::from_ref(&guest));
                        touched.push(guest.1);
                    }
                }
                Step::Rename(index) => {
                    if let Some(at) = pick(index) {
                        del += &lines(&names[at..=at]);
                        names[at].0 = new_name;
                        add += &lines(&names[at..=at]);
                        touched.push(names[at].1.clone());
                    }
                }
                Step::Change(index) => {
                    if let Some(at) = pick(index) {
                        chg += &format!("{}.R/{} HK1\n", lines(&names[at..=at]), ["WCHR", "BLND", "DEAF", "MAAS"][fresh % 4]);
                        touched.push(names[at].1.clone());
                    }
                }
            }
        }
        let section = |word: &str, body: &str| if body.is_empty() { String::new() } else { format!("{word}\n{body}") };
        let (first, second) = (section("DEL", &del) + &section("CHG", &chg), section("ADD", &add));
        let time = format!("22{:02}00", number + 2);
        if number % 2 == 0 {
            texts.push(change(&time, &(first + &second)));
        } else {
            texts.push(adl(&time, 1, &first, "ENDPART1"));
            texts.push(adl(&time, 2, &second, "ENDADL"));
        }
    }
    let mut left: Vec<String> = names.into_iter().map(|(name, _)| name).chain(["OUYANG/MINGMR".to_owned()]).collect();
    left.sort();
    (texts, left)
}

fn letters(number: usize) -> String {
    format!("{}{}", char::from(b'A' + (number / 26) as u8), char::from(b'A' + (number % 26) as u8))
}

fn in_order<'a>(texts: &'a [String], order: &[Index]) -> Vec<&'a String> {
    let mut left: Vec<&String> = texts.iter().collect();
    let mut chosen = Vec::new();
    for index in order.iter().cycle().take(texts.len()) {
        chosen.push(left.remove(index.index(left.len())));
    }
    // And some of them again.
    chosen.extend(order.iter().map(|index| index.get(texts)));
    chosen
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_order_and_repetition_of_the_messages_gives_the_same_list(history in steps(), order in prop::collection::vec(any::<Index>(), 4..20)) {
        let (texts, names) = messages(&history);
        let (mut one, mut other) = (Desk::new(1, "C1"), Desk::new(2, "C2"));
        import_all(&mut one, &texts.iter().collect::<Vec<_>>());
        import_all(&mut other, &in_order(&texts, &order));
        let mut listed: Vec<String> = one.station.guests(&key()).into_iter().map(|guest| guest.name).collect();
        listed.sort();
        prop_assert_eq!(&listed, &names, "{:#?}", texts);
        let strip = |desk: &Desk| { let mut rows: Vec<_> = shown(desk).into_iter().map(|(_, name, locator, flags)| (name, locator, flags)).collect(); rows.sort(); rows };
        prop_assert_eq!(strip(&one), strip(&other), "{:#?}", in_order(&texts, &order));
    }

    #[test]
    fn two_nodes_that_cannot_see_each_other_come_to_one_booking_for_each_guest(
        history in steps(), order in prop::collection::vec(any::<Index>(), 4..20), cut in any::<Index>(),
    ) {
        let (texts, names) = messages(&history);
        let (mut one, mut other) = (Desk::new(1, "C1"), Desk::new(2, "C2"));
        import_all(&mut one, &texts.iter().collect::<Vec<_>>());
        let chosen = in_order(&texts, &order);
        let (before, after) = chosen.split_at(cut.index(chosen.len()));
        import_all(&mut other, before);
        meet(&mut one, &mut other);
        import_all(&mut other, after);
        // Each node does this by itself when it sees that it can.
        for _ in 0..8 {
            for desk in [&mut one, &mut other] {
                for flight in desk.station.flights_to_join() {
                    desk.ok(json!({ "kind": "join-bookings", "flight": flight }));
                }
            }
            meet(&mut one, &mut other);
        }
        prop_assert!(one.station.flights_to_join().is_empty() && other.station.flights_to_join().is_empty());
        let mut listed: Vec<String> = one.station.guests(&key()).into_iter().map(|guest| guest.name).collect();
        listed.sort();
        prop_assert_eq!(&listed, &names);
        prop_assert_eq!(shown(&one), shown(&other));
        prop_assert!(one.station.conflicts().is_empty(), "{:?}", one.station.conflicts());
    }

    #[test]
    fn changes_that_were_read_at_different_nodes_add_up_when_they_meet(history in steps(), halves in prop::collection::vec(any::<bool>(), 12)) {
        let (texts, names) = messages(&history);
        let mut desks = [Desk::new(1, "C1"), Desk::new(2, "C2")];
        let goes = |at: usize, desk: usize| at < 2 || halves[at % halves.len()] == (desk == 0);
        let own = |desk: usize| texts.iter().enumerate().filter(|(at, _)| goes(*at, desk)).map(|(_, text)| text).collect::<Vec<_>>();
        for _ in 0..2 * texts.len() {
            for (number, desk) in desks.iter_mut().enumerate() {
                import_all(desk, &own(number));
                for flight in desk.station.flights_to_join() {
                    desk.ok(json!({ "kind": "join-bookings", "flight": flight }));
                }
            }
            let [one, other] = &mut desks;
            meet(one, other);
        }
        let mut listed: Vec<String> = desks[0].station.guests(&key()).into_iter().map(|guest| guest.name).collect();
        listed.sort();
        prop_assert_eq!(&listed, &names, "{:#?}", texts);
        prop_assert_eq!(shown(&desks[0]), shown(&desks[1]));
        prop_assert!(desks[0].station.conflicts().is_empty());
    }

    #[test]
    fn no_change_message_makes_importing_panic(body in "((DEL|ADD|CHG)\n|[0-9]?[A-Z]{1,5}/[A-Z]{0,4}\n|\\.[LROIC]N?/[A-Z0-9]{0,7}\n|-[A-Z]{3}[0-9]{0,3}[A-Z]?\n){0,20}") {
        let mut desk = Desk::new(1, "C1");
        import(&mut desk, &list(GUESTS)).unwrap();
        let _ = import(&mut desk, &change("220300", &body));
        let _ = import(&mut desk, &change("220300", &body.replace("DEL", "ADD")));
        let _ = shown(&desk);
    }
}
