//! Promises of tracing: the same pair has the same score from either side and on every desk, and desks that disagree are heard.

use proptest::prelude::*;
use schemas::command::Command;
use schemas::record::DocRef;
use schemas::station::{Candidates, Context};
use serde_json::{Value, json};

use crate::world::{Desk, meet};

fn open(desk: &mut Desk, incident: &str, name: &str, tag: Option<&str>, set: Value) -> DocRef {
    let report =
        json!({ "kind": "open-incident", "incident": incident, "name": name, "contact": "x", "tag": tag, "bag": { "description": "a bag" } });
    let case: DocRef = desk.ok(report)["case"].as_str().unwrap().parse().unwrap();
    if set.as_object().is_some_and(|set| !set.is_empty()) {
        desk.ok(json!({ "kind": "amend-incident", "case": case, "set": set }));
    }
    case
}

fn candidates(desk: &Desk, case: DocRef) -> Candidates {
    desk.station.candidates(case.0)
}

fn stage(desk: &Desk, case: DocRef) -> &'static str {
    desk.station.case_of(case.0).unwrap().stage.as_str()
}

fn trace(desk: &mut Desk, case: DocRef, step: &str, with: Option<DocRef>) -> Value {
    desk.ok(json!({ "kind": "trace-incident", "case": case, "step": step, "with": with, "reason": "seen" }))
}

#[test]
fn a_month_with_open_reports_is_not_closed() {
    let (mut desk, mut hub) = (Desk::new(1, "B1"), Desk::hub());
    let case = open(&mut desk, "delayed", "COSTA/ANA", None, json!({}));
    let scope = desk.station.case_of(case.0).unwrap().scope;
    let close = Command::parse(&json!({ "kind": "close-scope", "scope": scope, "reason": "over" }).to_string()).unwrap();
    let later = |hub: &Desk| Context { today: "2027-01-05".parse().unwrap(), ..hub.context() };
    meet(&mut desk, &mut hub);
    let refusal = hub.station.decide(&close, &later(&hub)).unwrap_err();
    assert_eq!((refusal.code, refusal.message.as_str()), ("scope-stays-open", format!("Open in {scope}: 1 report.").as_str()));
    trace(&mut desk, case, "close", None);
    meet(&mut desk, &mut hub);
    assert!(hub.station.decide(&close, &later(&hub)).is_ok());
}

#[test]
fn a_found_bag_is_offered_to_who_misses_it_the_surest_first_with_the_reasons() {
    let mut desk = Desk::new(1, "B1");
    let look = json!({ "colour": "BK", "bag_type": "22", "bag1.elements": "HW" });
    let missed = open(&mut desk, "delayed", "COSTA/ANA", Some("0999001000"), look.clone());
    let by_look = open(&mut desk, "found", "", None, look);
    let by_tag = open(&mut desk, "found", "", Some("0999001000"), json!({}));
    let by_slip = open(&mut desk, "found", "CSOTA", None, json!({ "colour": "GY", "bag_type": "22" }));
    open(&mut desk, "found", "WANG", Some("0125999999"), json!({ "colour": "RD", "bag_type": "62" }));
    let rows = candidates(&desk, missed).rows;
    assert_eq!(rows.iter().map(|row| row.case).collect::<Vec<_>>(), [by_tag, by_slip, by_look]);
    assert_eq!((rows[0].score, rows[0].grade.as_str(), rows[0].reasons.as_slice()), (100, "certain", &["tag equal"][..]));
    assert_eq!(rows[1].reasons, ["name differs by one slip", "colour near", "type equal"]);
    assert_eq!(rows[2].reasons, ["colour equal", "type equal", "features equal", "looks the same in all"]);
}

#[test]
fn a_second_bag_of_a_report_is_looked_for_too() {
    let mut desk = Desk::new(1, "B1");
    let missed = open(&mut desk, "delayed", "COSTA/ANA", Some("0999001000"), json!({ "bag2.tag": "0999001001" }));
    let found = open(&mut desk, "found", "", Some("0999001001"), json!({}));
    let rows = candidates(&desk, missed).rows;
    assert_eq!((rows[0].case, rows[0].bag, rows[0].other_bag), (found, 2, 1));
    assert_eq!((candidates(&desk, found).rows[0].bag, candidates(&desk, found).rows[0].other_bag), (1, 2));
}

#[test]
fn from_confirmed_to_delivered_both_reports_go_together() {
    let mut desk = Desk::new(1, "B1");
    let missed = open(&mut desk, "delayed", "COSTA/ANA", Some("0999001000"), json!({}));
    let found = open(&mut desk, "found", "", Some("0999001000"), json!({}));
    let other = open(&mut desk, "found", "COSTA", None, json!({}));
    assert_eq!(desk.refused(json!({ "kind": "trace-incident", "case": missed, "step": "request" })).code, "not-confirmed");
    assert_eq!(desk.refused(json!({ "kind": "trace-incident", "case": missed, "step": "confirm" })).code, "pair-needed");
    assert_eq!(desk.refused(json!({ "kind": "trace-incident", "case": other, "step": "confirm", "with": found })).code, "no-pair");
    assert_eq!(desk.refused(json!({ "kind": "trace-incident", "case": missed, "step": "reject", "with": found })).code, "text-missing");
    let answer = trace(&mut desk, found, "confirm", Some(missed));
    assert_eq!((&answer["tone"], stage(&desk, missed), stage(&desk, found)), (&json!("amber"), "confirmed", "confirmed"));
    assert_eq!(desk.refused(json!({ "kind": "trace-incident", "case": missed, "step": "confirm", "with": other })).code, "step-past");
    assert!(candidates(&desk, other).rows.is_empty(), "what is confirmed is not offered to others");
    for (step, reached) in [("request", "requested"), ("suspend", "suspended"), ("deliver", "delivered")] {
        trace(&mut desk, missed, step, None);
        assert_eq!((stage(&desk, missed), stage(&desk, found)), (reached, reached));
    }
    assert_eq!(desk.refused(json!({ "kind": "trace-incident", "case": found, "step": "request" })).code, "step-past");
    trace(&mut desk, missed, "resume", None);
    assert_eq!((stage(&desk, missed), stage(&desk, found)), ("confirmed", "confirmed"));
    trace(&mut desk, missed, "reject", Some(found));
    assert_eq!((stage(&desk, missed), stage(&desk, found)), ("open", "open"));
    assert_eq!(candidates(&desk, missed).rows.iter().map(|row| row.case).collect::<Vec<_>>(), [other], "what was rejected is not offered again");
}

#[test]
fn a_damaged_bag_is_not_traced_and_can_be_closed() {
    let mut desk = Desk::new(1, "B1");
    let case = open(&mut desk, "damaged", "COSTA/ANA", Some("0999001000"), json!({}));
    assert_eq!(desk.refused(json!({ "kind": "trace-incident", "case": case, "step": "suspend" })).code, "not-traced");
    trace(&mut desk, case, "close", None);
    assert_eq!(stage(&desk, case), "closed");
    trace(&mut desk, case, "resume", None);
    assert_eq!(stage(&desk, case), "open");
}

#[test]
fn two_desks_that_confirm_different_bags_leave_it_to_a_person() {
    let (mut one, mut two) = (Desk::new(1, "B1"), Desk::new(2, "B2"));
    let missed = open(&mut one, "delayed", "COSTA/ANA", None, json!({}));
    let (first, second) = (open(&mut one, "found", "COSTA", None, json!({})), open(&mut one, "found", "COSTA", None, json!({})));
    meet(&mut one, &mut two);
    trace(&mut one, missed, "confirm", Some(first));
    trace(&mut two, missed, "confirm", Some(second));
    meet(&mut one, &mut two);
    assert_eq!(one.station.conflicts(), two.station.conflicts());
    let conflicts = one.station.conflicts();
    assert_eq!((conflicts.len(), conflicts[0].sides.len(), conflicts[0].choices.len()), (1, 2, 3));
    assert_eq!(two.refused(json!({ "kind": "trace-incident", "case": missed, "step": "deliver" })).code, "match-disputed");
    two.ok(json!({ "kind": "resolve-conflict", "conflict": conflicts[0].id, "choice": "keep-1" }));
    meet(&mut one, &mut two);
    let kept = one.station.case_of(missed.0).unwrap().with;
    assert_eq!((kept.len(), one.station.conflicts().len()), (1, 0));
    let other = if kept[0] == first { second } else { first };
    assert_eq!((stage(&one, kept[0]), stage(&one, other)), ("confirmed", "open"));
}

#[test]
fn a_match_that_one_desk_confirms_and_another_rejects_is_in_review() {
    let (mut one, mut two) = (Desk::new(1, "B1"), Desk::new(2, "B2"));
    let missed = open(&mut one, "delayed", "COSTA/ANA", None, json!({}));
    let found = open(&mut one, "found", "COSTA", None, json!({}));
    meet(&mut one, &mut two);
    trace(&mut one, missed, "confirm", Some(found));
    trace(&mut two, found, "reject", Some(missed));
    meet(&mut one, &mut two);
    let conflicts = two.station.conflicts();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].what, "One desk confirmed that report PVG-YY-T00100-9 goes with PVG-YY-T00101-2, another rejected it.");
    two.ok(json!({ "kind": "resolve-conflict", "conflict": conflicts[0].id, "choice": "none" }));
    meet(&mut one, &mut two);
    assert_eq!((one.station.conflicts().len(), stage(&one, missed), stage(&one, found)), (0, "open", "open"));
}

#[test]
fn what_every_second_report_says_is_not_looked_at_and_that_is_said() {
    let blocks = schemas::station::Blocks { tag_serials: 0..0, sequences: 0..0, files: 100..400 };
    let mut desk = Desk::with_blocks(1, "B1", blocks);
    let look = json!({ "colour": "BK", "bag_type": "22" });
    let missed = open(&mut desk, "delayed", "COSTA/ANA", Some("0999001000"), look.clone());
    for _ in 0..70 {
        open(&mut desk, "found", "", None, look.clone());
    }
    let found = open(&mut desk, "found", "COSTA", None, look);
    let seen = candidates(&desk, missed);
    assert_eq!((seen.rows.len(), seen.rows[0].case, seen.too_common), (1, found, true));
    assert_eq!(candidates(&desk, found).rows.len(), 1);
}

/// A report as chance makes one: few values, so that many agree.
fn report() -> impl Strategy<Value = (bool, usize, usize, usize, usize, usize)> {
    (any::<bool>(), 0..4usize, 0..4usize, 0..4usize, 0..3usize, 0..3usize)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_same_pair_has_the_same_score_from_either_side_and_at_every_desk(reports in prop::collection::vec(report(), 2..12)) {
        let (mut one, mut two) = (Desk::new(1, "B1"), Desk::new(2, "B2"));
        let mut cases = Vec::new();
        for (at, (found, name, tag, look, brand, inside)) in reports.into_iter().enumerate() {
            let desk = if at % 2 == 0 { &mut one } else { &mut two };
            let name = ["COSTA/ANA", "CSOTA", "WANG", if found { "" } else { "LI" }][name];
            let tag = [None, Some("0999001000"), Some("0999001900"), Some("0125456789")][tag];
            let (colour, kind) = [("", ""), ("BK", "22"), ("GY", "02"), ("RD", "62")][look];
            let (brand, inside) = (["", "Rimowa", "Tumi"][brand], ["", "Camera, Lens", "camera"][inside]);
            let set = json!({ "colour": colour, "bag_type": kind, "bag1.brand": brand, "bag1.in_other": inside });
            cases.push(open(desk, if found { "found" } else { "delayed" }, name, tag, set));
        }
        meet(&mut one, &mut two);
        for case in &cases {
            let here = candidates(&one, *case);
            prop_assert_eq!(&here, &candidates(&two, *case));
            prop_assert!(here.rows.is_sorted_by_key(|row| std::cmp::Reverse(row.score)));
            for row in &here.rows {
                let back = candidates(&one, row.case).rows;
                let mirrored = back.iter().find(|other| other.case == *case);
                prop_assert_eq!(mirrored.map(|other| (other.score, &other.reasons, other.other_bag)), Some((row.score, &row.reasons, row.bag)));
            }
            // The index leaves out nothing that comparing each with each would find.
            let mut all: Vec<DocRef> = cases.iter().copied().filter(|other| one.station.compared(case.0, other.0).is_some()).collect();
            let mut listed: Vec<DocRef> = here.rows.iter().map(|row| row.case).collect();
            all.sort_unstable();
            listed.sort_unstable();
            prop_assert_eq!(listed, all);
        }
    }
}
