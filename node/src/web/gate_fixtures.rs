//! Invented pages of a gate's work beside boarding, for the snapshots.

use askama::Template;

use super::assistance::{self, AssistancePage, FlightChoice, HelpPanel, HelpRow};
use super::calls::{CalledRow, CallsPage, MissingRow, Reading};
use super::changes::{ChangesPage, MoveAsked};
use super::changes_view::{self, Choice, CourseLine, GuestLine, LookRow, TraceLine, WorkLine};
use super::connections::{self, ConnectionsPage, PairCard, StepLine};
use super::equipment::{EquipmentPage, Look, MovingRow, PassRow};
use super::fixtures::{flag, gate, head, shell, verdict};
use super::gate::{Counters, GatePage, Verdict};
use super::gate_guest::{GuestPanel, MinorPart, PanelBag, PanelJob};
use super::gate_notes::NoList;
use super::minors::{MinorRow, MinorsPage};
use super::page::{FlightHead, Section, State, Tone};
use super::printing::PrinterRow;

/// Every page of this kind, by the name of its snapshot.
pub(super) fn pages() -> Vec<(&'static str, String)> {
    let rendered = |page: Result<String, askama::Error>| page.expect("a page of plain values renders");
    let selected = GatePage {
        silent: Some("Scanner not heard: no pass was read at this desk since 13:52.".into()),
        ..gate(Verdict {
            check: Some(format!("{:032x}", 4)),
            scan: "M1...".into(),
            ..verdict(Tone::Reject, "STOP: CHECK", "COSTA/ANA MRS is selected for a check.", "Call security.")
        })
    };
    let minor = gate(Verdict {
        todo: vec!["Hand over to the crew against signature".into()],
        help: vec!["UMNR: 4803 is on the way since 13:58".into()],
        sign: Some(format!("{:032x}", 10)),
        ..verdict(Tone::Attention, "BOARD 14C", "LIU/YANG MSTR, sequence 30", "")
    });
    let empty = GatePage {
        not_boarded: vec![],
        boarded: vec![],
        scans: vec![],
        counters: Counters::default(),
        no_list: Some(NoList { words: "No passenger list for CA1501 yet.".into(), may_type: true }),
        problems: 0,
        next_problem: None,
        ..gate(Verdict { word: "Ready to scan".into(), ..Verdict::default() })
    };
    let with_panel = GatePage { panel: Some(panel()), ..gate(Verdict { word: "Ready to scan".into(), ..Verdict::default() }) };
    vec![
        ("gate_selected", rendered(selected.render())),
        ("gate_minor", rendered(minor.render())),
        ("gate_empty", rendered(empty.render())),
        ("gate_guest", rendered(with_panel.render())),
        ("aircraft", rendered(aircraft(None).render())),
        ("aircraft_look", rendered(aircraft(Some(look())).render())),
        ("changes", rendered(changes(None).render())),
        ("changes_look", rendered(changes(Some(move_look())).render())),
        ("calls", rendered(calls().render())),
        ("minors", rendered(minors().render())),
        ("assistance", rendered(help().render())),
        ("connections", rendered(connections().render())),
    ]
}

fn panel() -> GuestPanel {
    let say = &shell(Section::Gate).say;
    GuestPanel {
        booking: format!("{:032x}", 10),
        name: "LIU/YANG MSTR".into(),
        locator: "K2Q4ZP".into(),
        sequence: "30".into(),
        seat: "21C".into(),
        standing: "checked in".into(),
        flags: vec![flag("UMNR", "Unaccompanied minor")],
        coming: vec!["Connecting from CA4501 CTU: boarded 10:02, 2 bags.".into()],
        problem: "1 of 3: Nobody is noted who handed over LIU/YANG MSTR, a minor.".into(),
        focus: "escort",
        may_change: true,
        checked_in: true,
        aboard: false,
        new_pass: "New seat 21C, print".into(),
        new_tag: "0999123499".into(),
        bags: vec![PanelBag { tag: "0999123499".into(), words: "33 kg, heavy, at the gate".into() }],
        minor: Some(MinorPart { handed_by: String::new(), signed_by: String::new() }),
        jobs: vec![PanelJob {
            service: "UMNR".into(),
            words: "UMNR: ordered 13:31, nobody is on the way".into(),
            steps: assistance::steps(say, schemas::record::fact::AssistStep::Order),
            ask_who: true,
        }],
        services: assistance::services(say),
        selected: true,
        security: "Selected: goes on board only after a check.".into(),
    }
}

fn moving(no: usize, name: &str, from: &str, to: &str) -> MovingRow {
    MovingRow {
        no,
        booking: format!("{no:032x}"),
        name: name.into(),
        party: "K7Q2ZP".into(),
        cabin: "Y".into(),
        from: from.into(),
        why: "not on this aircraft".into(),
        standing: "checked in".into(),
        to: to.into(),
        state: State::here(),
    }
}

fn aircraft(look: Option<Look>) -> EquipmentPage {
    EquipmentPage {
        shell: shell(Section::Gate),
        flight: head(),
        notice: None,
        errors: vec![],
        read_only: None,
        typed: "C1-2/AC Y11-14/ABCDEF".into(),
        now: "C1-2/AC Y11-40/ABCDEF".into(),
        look,
        moving: vec![moving(1, "ZHANG/WEI MR", "30A", "13C"), moving(2, "ZHANG/MIN MRS", "30B", "13D"), moving(3, "LI/NA MS", "31A", "")],
        passes: vec![PassRow {
            booking: format!("{:032x}", 9),
            name: "SMITH/JOHN MR".into(),
            locator: "M2X8WT".into(),
            words: "New seat 12A, print".into(),
            state: State::station(2, 3),
        }],
        printers: vec![PrinterRow { name: "ATB1".into(), ..PrinterRow::default() }],
        reasons: super::fixtures::chosen(&["Another type of aircraft", "Drill"]),
    }
}

fn changes(look: Option<changes_view::Look>) -> ChangesPage {
    let line = |words: &str, plan: &str, by: &str, holds: bool| CourseLine { words: words.into(), plan: plan.into(), by: by.into(), holds };
    let guest = |no: usize, name: &str, seat: &str, onward: &str| GuestLine {
        booking: format!("{no:032x}"),
        name: name.into(),
        locator: "K7Q2ZP".into(),
        seat: seat.into(),
        standing: "checked in".into(),
        onward: onward.into(),
    };
    ChangesPage {
        shell: shell(Section::Gate),
        flight: FlightHead { changed: "Changed: Back after push-back, at the gate: hydraulics".into(), ..head() },
        notice: None,
        errors: vec![],
        read_only: None,
        course: vec![line("Back after push-back, at the gate", "", "14:02, staff 4711 at G12: hydraulics", true)],
        steps: vec![
            line("Diverted to TSN, expected 15:20", "Guests go on by coach.", "13:40, staff 4712 at OPS: fog", false),
            line("Back after push-back, at the gate", "", "14:02, staff 4711 at G12: hydraulics", true),
        ],
        back_reasons: super::fixtures::chosen(&["Technical reason", "Drill"]),
        divert_reasons: super::fixtures::chosen(&["Weather", "Drill"]),
        leave_reason: "Guest left the aircraft".into(),
        aboard: vec![guest(1, "SMITH/JOHN MR", "14C", ""), guest(2, "LI/NA MS", "14D", "")],
        onward: vec![guest(3, "COSTA/ANA MRS", "21A", "CA178/22 PEK-BOS 2030 Y")],
        movable: vec![guest(4, "ZHANG/WEI MR", "30A", ""), guest(5, "ZHANG/MIN MRS", "30B", "")],
        others: vec![Choice { value: "CA1503".into(), words: "CA1503 of 22 Nov".into() }],
        move_reasons: super::fixtures::chosen(&["Aircraft too small", "Drill"]),
        asked: MoveAsked { to: "CA1503".into(), day: "2026-11-22".into(), how: "split".into(), reason: String::new() },
        look,
        work: vec![WorkLine {
            booking: format!("{:032x}", 6),
            name: "WANG/LEI MR".into(),
            locator: "W4NGL3".into(),
            from: "from CA1505 of 22 Nov".into(),
            todo: vec!["Seat 12A cannot be kept".into(), "1 bag needs another tag".into()],
            seat: Some("13C".into()),
            state: State::here(),
        }],
        left_behind: vec![],
        bags_off: vec!["0999123456".into()],
        traces: vec![TraceLine {
            name: "REPIN/ANNA MRS".into(),
            locator: "R3P1NA".into(),
            to: "CA1503 of 22 Nov, gate 14".into(),
            link: format!("/counter?booking={:032x}", 7),
            by: "14:05, staff 4712 at G12: Aircraft too small".into(),
            holds: true,
            state: State::station(2, 3),
        }],
        lines: vec![line("1 guest: CA1501 to CA1503 of 22 Nov", "", "14:05, staff 4712 at G12: Aircraft too small", true)],
    }
}

fn move_look() -> changes_view::Look {
    let row = |name: &str, seat: &str, there: &str, kept: bool, bags: &str| LookRow {
        name: name.into(),
        locator: "K7Q2ZP".into(),
        standing: "checked in".into(),
        seat: seat.into(),
        there: there.into(),
        kept,
        bags: bags.into(),
    };
    changes_view::Look {
        words: "2 guests go to CA1503 of 22 Nov.".into(),
        todo: vec!["1 guest goes on with another flight: see that they reach it.".into()],
        stay: "Off the flight, and not moved: LIU/YANG MSTR.".into(),
        rows: vec![row("ZHANG/WEI MR", "30A", "not free; 31C is", false, "0999123456"), row("ZHANG/MIN MRS", "30B", "30B, kept", true, "")],
        marked: vec![format!("{:032x}", 4), format!("{:032x}", 5)],
    }
}

fn look() -> Look {
    Look {
        map: "C1-2/AC Y11-14/ABCDEF".into(),
        words: "28 seats. 2 guests need another seat.".into(),
        gone: "Seats that would no longer be there: 15A, 15B.".into(),
        short: vec!["Cabin Y has 24 seats now, and 30 are booked. Ask the duty manager.".into()],
        moving: vec![moving(1, "ZHANG/WEI MR", "30A", "13C"), moving(2, "LI/NA MS", "31A", "")],
    }
}

fn minors() -> MinorsPage {
    let row = |no: usize, name: &str, aboard: bool| MinorRow {
        booking: format!("{no:032x}"),
        name: name.into(),
        locator: "K2Q4ZP".into(),
        sequence: "30".into(),
        seat: "14C".into(),
        standing: if aboard { "on board" } else { "checked in" }.into(),
        aboard,
        at: if aboard { "14:02".into() } else { String::new() },
        handed_by: if aboard { "LIU/MIN MRS".into() } else { String::new() },
        signed_by: String::new(),
        help: if aboard { vec![] } else { vec!["UMNR: 4803 is on the way since 13:58".into()] },
        due: true,
        state: State::station(2, 3),
    };
    MinorsPage {
        shell: shell(Section::Gate),
        flight: head(),
        notice: None,
        read_only: None,
        aboard: 1,
        unsigned: 1,
        rows: vec![row(1, "LIU/YANG MSTR", true), row(2, "ZHAO/LE MSTR", false)],
    }
}

fn calls() -> CallsPage {
    let row = |call: &str, words: &str, at: &str, missing| CalledRow {
        call: call.into(),
        words: words.into(),
        at: at.into(),
        who: "staff 4711 at G12".into(),
        times: 1,
        missing,
    };
    let missing = |no: u8, name: &str, called: &str| MissingRow {
        booking: format!("{no:032x}"),
        name: name.into(),
        seat: format!("{no}C"),
        sequence: no.to_string(),
        bags: usize::from(no % 2),
        called: called.into(),
    };
    CallsPage {
        shell: shell(Section::Gate),
        flight: head(),
        notice: None,
        read_only: None,
        groups: [("priority", "Who comes first"), ("cabin-C", "Cabin C"), ("cabin-Y", "Cabin Y"), ("all", "Everybody")]
            .map(|(call, words)| (call.to_owned(), words.to_owned()))
            .into(),
        calls: vec![row("rows-21-30", "Rows 21 to 30", "13:40", 4), row("final", "Final call", "14:02", 2)],
        missing: vec![missing(14, "COSTA/ANA MRS", "14:03"), missing(21, "LIU/YANG MSTR", "")],
        too_many: false,
        readings: vec![Reading {
            language: "en".into(),
            title: "English".into(),
            before: "This is the final call for guests on flight CA1501 to PEK:".into(),
            names: vec!["Ana Costa".into(), "Yang Liu".into()],
            after: "Please come to gate 12 at once.".into(),
        }],
    }
}

fn help() -> AssistancePage {
    let say = shell(Section::Gate).say;
    let row = |no: usize, name: &str, assigned: &str| HelpRow {
        no,
        id: format!("{no:032x}.WCHR"),
        booking: format!("{no:032x}"),
        name: name.into(),
        flight: "CA1501 of 22 Nov".into(),
        key: "CA1501.2026-11-22.PVG".into(),
        gate: "12".into(),
        seat: "14C".into(),
        standing: "checked in".into(),
        service: flag("WCHR", "Wheelchair to the ramp"),
        place: "C12".into(),
        who: if assigned.is_empty() { String::new() } else { "4801".into() },
        words: "WCHR: ordered 13:31, nobody is on the way".into(),
        ordered: "13:31".into(),
        assigned: assigned.into(),
        picked_up: String::new(),
        handed_over: String::new(),
        next: assistance::steps(&say, schemas::record::fact::AssistStep::Assign).into_iter().next().filter(|_| !assigned.is_empty()),
        is_over: false,
        state: State::here(),
    };
    let first = row(1, "WANG/FANG MRS", "");
    AssistancePage {
        shell: shell(Section::Gate),
        notice: None,
        flights: vec![FlightChoice { key: "CA1501.2026-11-22.PVG".into(), words: "CA1501 of 22 Nov".into(), chosen: true }],
        flight: "CA1501.2026-11-22.PVG".into(),
        all: false,
        rows: vec![first.clone(), row(2, "COSTA/ANA MRS", "13:40")],
        more: Some(240),
        ordered: 1,
        coming: 1,
        job: Some(HelpPanel { row: first, steps: assistance::steps(&say, schemas::record::fact::AssistStep::Order), who: "4711".into() }),
    }
}

fn connections() -> ConnectionsPage {
    let step = |words: &str, link: &str, asks| StepLine { words: words.into(), link: link.into(), asks };
    let guest = |no, name: &str, holds: &str, margin: &str, steps| connections::GuestLine {
        no,
        booking: format!("{no:032x}"),
        name: name.into(),
        flags: vec![flag("WCHR", "wheelchair to the aircraft")],
        holds: holds.into(),
        is_urgent: true,
        margin: margin.into(),
        stands: "boarded".into(),
        bags: vec!["0999000001 to FRA, not seen here".into()],
        steps,
        asked: no == 2,
    };
    ConnectionsPage {
        shell: shell(Section::Elsewhere),
        notice: None,
        counts: "1 at risk, 1 missed, 0 unknown, 12 with time to spare or on board".into(),
        all: false,
        flight: "CA1501.2026-11-22.PVG".into(),
        pairs: vec![PairCard {
            words: "CA1234 from PEK to CA935 from PVG".into(),
            onward: "CA935.2026-11-22.PVG".into(),
            times: "Expected here 13:20. Leaves 14:40. Needs 90 min.".into(),
            hold: "Held for 10 min, CA935 leaves with everybody who is at risk. Ask the duty manager.".into(),
            guests: vec![
                guest(
                    1,
                    "COSTA/ANA MRS",
                    "At risk",
                    "10 min short",
                    vec![step("Meet at the aircraft and lead the way", "/gate/x", false), step("Carry the bag from aircraft to aircraft", "", false)],
                ),
                guest(2, "LI/NA MS", "Missed", "", vec![step("Ask for another flight", "", true)]),
            ],
        }],
        inbound: vec![("CA1234.2026-11-22.PEK".into(), "CA1234 of 22 Nov".into())],
    }
}
