//! A preview says just what applying does, and applying what was looked at is refused when it would do something else.

use schemas::station::Context;
use serde_json::{Value, json};

use crate::world::Desk;

const LIST: &str =
    "PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\nCFG/008F180Y\nRBD F/F Y/YBM\n-PEK002Y\n1LI/NAMS\n.L/B4C5D6\n1WU/JIMR\n.L/Q2R3S4\nENDPNL";
const CHANGE: &str = "PVGKKCA\n.PEKRMCA 221100\nADL\nCA1501/22NOV PVG PART1\n-PEK002Y\nADD\n1QIAN/DAMR\n.L/M8N9P1\nDEL\n1WU/JIMR\n.L/Q2R3S4\nENDADL";

fn import(text: &str, expect: Option<String>) -> Value {
    match expect {
        Some(expect) => json!({ "kind": "import-message", "text": text, "expect": expect }),
        None => json!({ "kind": "import-message", "text": text }),
    }
}

#[test]
fn a_preview_names_who_is_added_changed_and_removed_and_changes_nothing() {
    let mut desk = Desk::new(1, "C1");
    let preview = desk.station.preview(LIST, None, &desk.context()).unwrap();
    assert_eq!((preview.added.len(), preview.changed.len(), preview.removed.len()), (2, 0, 0));
    assert!(desk.station.flights().is_empty());
    desk.ok(import(LIST, Some(preview.mark)));
    let preview = desk.station.preview(CHANGE, None, &desk.context()).unwrap();
    assert_eq!((preview.added, preview.removed), (vec!["QIAN/DAMR".to_owned()], vec!["WU/JIMR".to_owned()]));
    let again = LIST.replace("1WU/JIMR\n", "1WU/JIMR\n.R/WCHR HK1\n");
    let preview = desk.station.preview(&again, None, &desk.context()).unwrap();
    assert_eq!(preview.changed.len(), 1);
    assert_eq!(
        (preview.changed[0].name.as_str(), preview.changed[0].fields.clone()),
        ("WU/JIMR", vec![("flags".into(), String::new(), "WCHR".into())])
    );
}

#[test]
fn what_was_looked_at_is_applied_as_it_was_or_not_at_all() {
    let mut desk = Desk::new(1, "C1");
    desk.ok(import(LIST, None));
    let looked_at = desk.station.preview(CHANGE, None, &desk.context()).unwrap().mark;
    // The same whoever looks, and when.
    let later = Context { now_ms: desk.now_ms + 60_000, staff: "4712".parse().unwrap(), ..desk.context() };
    assert_eq!(desk.station.preview(CHANGE, None, &later).unwrap().mark, looked_at);
    // Meanwhile another message takes the guest off.
    let other = CHANGE.replace("221100", "221030").replace("ADD\n1QIAN/DAMR\n.L/M8N9P1\n", "");
    desk.ok(import(&other, None));
    let other = "PVGKKCA\n.PEKRMCA 221200\nADL\nCA1501/22NOV PVG PART1\n-PEK001Y\nADD\n1QIAN/DAMR\n.L/M8N9P1\nENDADL";
    desk.ok(import(other, None));
    let refusal = desk.refused(import(CHANGE, Some(looked_at)));
    assert_eq!((refusal.code, refusal.status), ("list-changed-meanwhile", 409));
    let now = desk.station.preview(CHANGE, None, &desk.context()).unwrap().mark;
    desk.ok(import(CHANGE, Some(now)));
}

#[test]
fn a_table_makes_the_same_bookings_however_often_it_is_read() {
    let mut desk = Desk::new(1, "C1");
    let table = "flight,date,to,name,pnr,class,seat\nCA1501,2026-11-22,PEK,LI/NAMS,B4C5D6,Y,14C\nCA1501,2026-11-22,PEK,,X,Y,\n";
    let preview = desk.station.preview(table, None, &desk.context()).unwrap();
    assert_eq!((preview.added.clone(), preview.passed_over.len(), preview.passed_over[0].line), (vec!["LI/NAMS".to_owned()], 1, 3));
    desk.ok(import(table, Some(preview.mark)));
    let again = desk.station.preview(&table.replace("14C", "15A"), None, &desk.context()).unwrap();
    assert_eq!((again.added.len(), again.changed.len()), (0, 1));
    assert_eq!(again.changed[0].fields, [("listed_seat".to_owned(), "14C".to_owned(), "15A".to_owned())]);
    // The same guest in a name list under the same name and locator is the same booking.
    let list = desk.station.preview(LIST, None, &desk.context()).unwrap();
    assert_eq!(list.added, ["WU/JIMR"]);
}

#[test]
fn a_table_takes_nothing_away_that_it_has_no_column_for() {
    let mut desk = Desk::new(1, "C1");
    let list = LIST.replace("1LI/NAMS\n.L/B4C5D6\n", "1LI/NAMS\n.L/B4C5D6\n.O/CA901Y22PEKFRA1830\n.R/UMNR HK1\n.R/TKNE HK1 9992401000077/1\n");
    assert_ne!(list, LIST);
    desk.ok(import(&list, None));
    let before = desk.guest("LI/NAMS");
    let table = "flight,date,to,name,pnr\nCA1501,2026-11-22,PEK,LI/NAMS,B4C5D6\n";
    let preview = desk.station.preview(table, None, &desk.context()).unwrap();
    assert_eq!((preview.added.len(), preview.changed.len()), (0, 0), "{:?}", preview.changed);
    desk.ok(import(table, Some(preview.mark)));
    assert!(before.flags.iter().any(|flag| flag == "UMNR"), "{before:?}");
    assert_eq!(desk.guest("LI/NAMS"), before);
    let more = table.replace("pnr\n", "pnr,ssr\n").replace("B4C5D6\n", "B4C5D6,WCHR\n");
    desk.ok(import(&more, None));
    let flags = desk.guest("LI/NAMS").flags;
    assert!(["UMNR", "WCHR"].iter().all(|code| flags.iter().any(|flag| flag == code)), "{flags:?}");
}
