//! Invented pages for the snapshots: an evening at PVG with the hub out of reach.

use std::cell::RefCell;

use askama::Template;
use uuid::Uuid;

use super::authorities::{AuthoritiesPage, AuthorityRow, NamedGuest};
use super::baggage::{BaggagePage, CaseRow, CustodyForm, IncidentForm, ListTab};
use super::barcode;
use super::closing::*;
use super::conflicts::{Choice, ConflictCard, ConflictsPage, Settled, Story};
use super::counter::documents::DocumentOutcome;
use super::counter::request::{RequestLine, RequestsPart};
use super::counter::*;
use super::desk::{ActRow, DeskPage, Journal, LinkRow};
use super::device::{self, LooksForm, PracticeForm};
use super::errors::{ErrorPage, Trouble};
use super::gate::*;
use super::gate_notes::Beside;
use super::hand_back::*;
use super::hub::{DayRow, DemoLink, HubPage, LateRow, NodeRow, NodeWord, RefusedRow};
use super::incident::IncidentPage;
use super::incident_copy::{CopyPage, CopyRow, Twice};
use super::incident_form::{Choice as IncidentChoice, Group, Input, Part};
use super::messages::{InRow, MessageCard, MessagesPage, SettledRow};
use super::outbox::{FlightLine, OutCard, OutLine, OutWord, OutboxPage, WayRow};
use super::pack_prints::OnPaper;
use super::packs::{BlankTag, ManifestRow, Pack, PackPage, PackRow, PacksPage};
use super::page::*;
use super::paper::{PassPage, ReceiptPage, TagLeg, TagPage};
use super::paper_entry::{EntryPage, EntryRow, Typed};
use super::photos::PhotosPart;
use super::printing::{PrintForm, PrintersPart};
use super::scanner::{HeardPart, ScannerPage};
use super::start::{FlightRow, StartPage};
use super::tracing::{CandidateRow, ComparePage, CompareRow, SideHead, StepRow, TracingPart};
use super::words;
use crate::devices::{Prefix, Scanner};
use crate::lang::{Languages, Say};

thread_local! {
    /// What the pages of this test are made in.
    static SPOKEN: RefCell<Say> = RefCell::new(Languages::default().english());
}

pub(super) fn shell(section: Section) -> Shell {
    Shell {
        desk: "G12".into(),
        role: "Edge desk".into(),
        station: "PVG".into(),
        is_hub: false,
        staff: Some("4711".into()),
        staff_name: String::new(),
        proven: false,
        lacks_proof: false,
        asking: 0,
        section,
        foot: Foot {
            saved_here: "1,204".into(),
            station_have: 2,
            station_of: 3,
            hub_reached: false,
            hub: "not reached since 13:41 - keep working".into(),
            waiting: "37".into(),
            review: 1,
            time: "14:06".into(),
        },
        form: Uuid::nil(),
        say: SPOKEN.with_borrow(Clone::clone),
        languages: vec![("zh-CN".into(), "简体中文".into())],
        here: section.address().into(),
        looks: String::new(),
        scanner: None,
        practice: None,
        unreal: false,
    }
}

fn control(ours: bool) -> Control {
    Control { ours, words: if ours { "Apron since 13:36".into() } else { "Host".into() } }
}

pub(super) fn head() -> FlightHead {
    FlightHead {
        key: "CA1501.2026-11-22.PVG".into(),
        number: "CA1501".into(),
        route: "PVG to PEK".into(),
        date: "22 Nov".into(),
        gate: "12".into(),
        std: "14:30".into(),
        countdown: "in 24 min".into(),
        status: "Boarding".into(),
        control: control(true),
        state: State::station(2, 3),
        sources: "list 13:58, check-in state 13:31, later unknown".into(),
        silent: "Host silent since 13:33".into(),
        control_by: "Taken over by staff 4711 at C03: Host does not answer".into(),
        changed: String::new(),
        bar: "Do not work this flight in the host.".into(),
    }
}

pub(super) fn flag(code: &str, words: &str) -> Flag {
    Flag { code: code.into(), words: words.into() }
}

fn out_word(icon: &'static str, class: &'static str, words: &str) -> OutWord {
    OutWord { icon, class, words: words.into() }
}

fn outbox() -> OutboxPage {
    let flight = "CA1501.2026-11-22.PVG";
    let line = |place, kind: &str, state, tries: &str| OutLine {
        key: format!("{place:032x}"),
        flight: flight.into(),
        place,
        kind: kind.into(),
        state,
        tries: tries.into(),
        when: "14:02".into(),
    };
    OutboxPage {
        shell: shell(Section::Elsewhere),
        notice: None,
        ways: vec![WayRow { name: "sorter".into(), place: "/var/spool/apron/out".into(), kinds: "BSM, BPM".into() }],
        flights: vec![FlightLine {
            key: flight.into(),
            name: "CA1501 of 22 Nov".into(),
            waiting: 2,
            unknown: 1,
            refused: 0,
            cancelled: 0,
            sent: 40,
            open: true,
        }],
        cards: vec![OutCard {
            key: format!("{:032x}", 2),
            flight: flight.into(),
            flight_name: "CA1501 of 22 Nov".into(),
            kind: "BSM".into(),
            state: out_word("warn", "review", "Sent, answer unknown"),
            known: vec!["Put into words at 14:01, version 1.".into(), "14:02, sorter at HUB: no answer in time".into()],
            text: Some("BSM\n.V/1LPVG\n.F/CA1501/22NOV/PEK/Y\n.N/0999123456001\n.P/1ZHANG/WEIMR\nENDBSM".into()),
            may_check: true,
            may_replay: true,
            may_cancel: true,
            may_arrive: true,
        }],
        flight: Some("CA1501 of 22 Nov".into()),
        rows: vec![
            line(3, "PFS, part 1 of 2", out_word("up", "waiting", "Waiting"), "0"),
            line(2, "BSM", out_word("warn", "review", "Sent, answer unknown"), "1"),
            line(1, "BSM", out_word("tick", "hub", "Sent"), "2"),
        ],
    }
}

fn messages() -> MessagesPage {
    let card = |id: &str, waits, line: &str, reason: &str, remedy: &str, text: Option<&str>| MessageCard {
        id: id.into(),
        waits,
        line: line.into(),
        reason: reason.into(),
        remedy: remedy.into(),
        came: "13:41, staff 4711, command line".into(),
        state: State::kept(),
        text: text.map(str::to_owned),
    };
    let list = "the list (PNL) of CA1501 of 22 Nov";
    MessagesPage {
        shell: shell(Section::Elsewhere),
        notice: None,
        open: vec![
            card(
                "3f2a90c1d4e5b607",
                false,
                "Line 4",
                "\"CA??/22NOV PVG\" is not a flight line such as CA1501/22NOV PVG PART1.",
                "Send the message again as it came, or correct the line.",
                Some("PVGKKCA\n.PEKRMCA 221000\nPNL\nCA??/22NOV PVG\nENDPNL"),
            ),
            card(
                "91b0c2d3e4f5a678",
                true,
                "Line 4",
                "This change of the list of CA1501 of 22 Nov waits for the list itself.",
                &format!("Import {list} first."),
                None,
            ),
        ],
        settled: vec![SettledRow {
            id: "00112233aabbccdd".into(),
            how: "Discarded".into(),
            reason: "Sent twice by mistake".into(),
            who: "Staff 4712".into(),
            when: "13:05".into(),
        }],
        ways: vec![InRow {
            name: "host".into(),
            place: "/var/spool/apron/in".into(),
            came: "Last 13:58. 12 applied, 1 waiting, 0 not applied.".into(),
            trouble: "CA1501.csv was taken and cannot be moved. Let Apron write in the folder.".into(),
        }],
    }
}

const NAMES: [&str; 16] = [
    "ZHANG/WEI MR",
    "LI/NA MS",
    "WANG/FANG MRS",
    "COSTA/ANA MRS",
    "OKAFOR/CHIDI MR",
    "MUELLER/JUTTA MS",
    "SILVA/PEDRO MR",
    "TANAKA/YUKI MS",
    "NGUYEN/THI HOA MRS",
    "SMITH/JOHN MR",
    "LIU/YANG MSTR",
    "IVANOVA/OLGA MS",
    "KOWALSKI/JAN MR",
    "HASSAN/OMAR MR",
    "DUBOIS/CLAIRE MS",
    "CHEN/XIAOMING MR",
];

fn guest(no: usize, boarded: bool) -> GuestRow {
    GuestRow {
        booking: format!("{no:032x}"),
        sequence: if no == 7 { String::new() } else { format!("{}", 20 + no) },
        seat: if no == 7 { String::new() } else { format!("{}{}", 11 + no / 6, ["A", "B", "C", "D", "E", "F"][no % 6]) },
        name: NAMES[no % 16].into(),
        locator: format!("K{}Q{}ZP", no % 9 + 1, (no * 3) % 9 + 1),
        flags: match no {
            3 => vec![flag("WCHR", "Wheelchair to the aircraft door"), flag("INF", "Infant on lap")],
            10 => vec![flag("UMNR", "Unaccompanied minor")],
            7 => vec![flag("STANDBY", "Waits for a seat: ID2 N1")],
            _ => vec![],
        },
        coming: match no {
            4 => vec!["Connecting from CA4501 CTU: boarded 10:02, 2 bags.".into(), "Not on this station's list yet.".into()],
            _ => vec![],
        },
        help: if no == 3 { vec!["WCHR: 4801 is on the way since 13:58".into()] } else { vec![] },
        bags: no % 3,
        at: if boarded { format!("14:0{}", no % 6) } else { String::new() },
        state: match no % 3 {
            0 => State::here(),
            1 => State::station(2, 3),
            _ => State::hub("13:40"),
        },
        waiting: if no == 7 { "not checked in" } else { "" }.into(),
        fresh: boarded && no == 9,
    }
}

pub(super) fn gate(verdict: Verdict) -> GatePage {
    GatePage {
        shell: shell(Section::Gate),
        flight: head(),
        notice: None,
        verdict,
        counters: Counters { booked: 164, checked_in: 158, boarded: 131, missing: 27, infants: 3, bags_to_unload: 2, wrong: None },
        not_boarded: (1..9).map(|no| guest(no, false)).collect(),
        boarded: (9..24).map(|no| guest(no, true)).collect(),
        scans: vec![
            scan("14:06:12", Tone::Accept, "BOARD 14C", "SMITH/JOHN MR", true),
            scan("14:06:03", Tone::Attention, "BOARD 12D", "WANG/FANG MRS", true),
            scan("14:05:51", Tone::Reject, "STOP", "wrong flight MU5101", false),
            scan("14:05:40", Tone::Accept, "BOARD 13E", "LIU/YANG MSTR", true),
            scan("14:05:33", Tone::Accept, "BOARD 13F", "IVANOVA/OLGA MS", true),
            scan("14:05:21", Tone::Reject, "STOP", "already aboard", false),
        ],
        read_only: None,
        alone: None,
        brief: false,
        ask: None,
        choices: vec![],
        choice_scan: String::new(),
        anyway: None,
        standby: vec![],
        skips: vec![],
        beside: vec![
            Beside { words: "2 guests need another seat".into(), link: "/gate/CA1501.2026-11-22.PVG/aircraft".into(), due: true },
            Beside { words: "List 13:58".into(), ..Beside::default() },
        ],
        no_list: None,
        silent: None,
        problems: 3,
        next_problem: Some(format!("{:032x}", 10)),
        panel: None,
    }
}

fn scan(at: &str, tone: Tone, word: &str, who: &str, undo: bool) -> ScanRow {
    ScanRow {
        at: at.into(),
        tone,
        word: word.into(),
        who: who.into(),
        flight: "CA1501.2026-11-22.PVG".into(),
        number: String::new(),
        undo: undo.then(|| "9".into()),
    }
}

pub(super) fn verdict(tone: Tone, word: &str, who: &str, why: &str) -> Verdict {
    Verdict {
        unknown: None,
        tone,
        word: word.into(),
        who: who.into(),
        why: why.into(),
        todo: vec![],
        help: vec![],
        sign: None,
        check: None,
        scan: String::new(),
        at: "14:06:12".into(),
        state: (tone != Tone::Reject).then(State::here),
        undo: (tone != Tone::Reject).then(|| format!("{:032x}", 9)),
        id: "1".into(),
    }
}

fn conflict() -> ConflictCard {
    ConflictCard {
        id: "0a1b".into(),
        head: "Two guests in seat 14C".into(),
        about: "CA1501, 22 Nov".into(),
        link: "/gate/CA1501.2026-11-22.PVG".into(),
        pressure: "departure in 24 min".into(),
        stories: vec![
            Story {
                letter: "A".into(),
                said: "LI/NA MS was given 14C at check-in".into(),
                who: "Staff 4711 at C01".into(),
                when: "13:44 by that desk's clock".into(),
            },
            Story {
                letter: "B".into(),
                said: "COSTA/ANA MRS was given 14C at check-in".into(),
                who: "Staff 5120 at C02".into(),
                when: "13:46 by that desk's clock".into(),
            },
        ],
        shown_for_now: "Both are shown in 14C.".into(),
        state: State::station(2, 3),
        seat: Some("15A".into()),
        proposal: "LI/NA MS keeps 14C: she was checked in with her family around it. COSTA/ANA MRS gets 15A.".into(),
        choices: vec![
            Choice { value: "a".into(), words: "LI/NA MS keeps 14C".into(), proposed: true },
            Choice { value: "b".into(), words: "COSTA/ANA MRS keeps 14C".into(), proposed: false },
            Choice { value: "none".into(), words: "Not a conflict".into(), proposed: false },
        ],
    }
}

fn node(desk: &str, role: &str, word: NodeWord, state: &str, last: &str, behind: u64) -> NodeRow {
    NodeRow {
        desk: desk.into(),
        station: "PVG".into(),
        role: role.into(),
        word,
        state: state.into(),
        last_contact: last.into(),
        behind,
        version: "0.1.0".into(),
        offset: "+0.3 s".into(),
        offset_bad: false,
        over_tcp: false,
    }
}

fn nodes() -> Vec<NodeRow> {
    vec![
        node("C02", "Counter", NodeWord::Offline, "Offline since 13:52", "13:52", 41),
        NodeRow { over_tcp: true, ..node("G13", "Gate", NodeWord::Behind, "Behind 14", "2 s ago", 14) },
        NodeRow { offset: "+94 s".into(), offset_bad: true, ..node("C01", "Counter", NodeWord::UpToDate, "Up to date", "1 s ago", 0) },
    ]
}

fn case(id: &str, kind: &str, name: &str) -> CaseRow {
    CaseRow {
        id: id.into(),
        reference: format!("PVG-CA-T1200{id}-4"),
        kind: kind.into(),
        name: name.into(),
        tag: "0999123456".into(),
        opened: "13:58".into(),
        stage: "Looked for".into(),
        due: if kind == "Damaged" {
            "Complain of damage in writing by 24 Nov 2026: in 2 days".into()
        } else {
            "Counts as lost from 13 Dec 2026".into()
        },
        due_class: if kind == "Damaged" { "care" } else { "" },
        state: State::here(),
    }
}

fn file() -> IncidentPage {
    let input = |id: &'static str, label: &str, control: &'static str, value: &str| Input {
        id,
        label: label.into(),
        value: value.into(),
        was: value.into(),
        control,
        max: 100,
        ..Input::default()
    };
    let part = |id: &'static str, head: &str, missing: &str, groups: Vec<Group>| Part {
        id,
        head: head.into(),
        mark: if missing.is_empty() { "Complete".into() } else { format!("2 missing: {missing}") },
        whole: missing.is_empty(),
        groups,
    };
    let choice = |value: &str, words: &str, drawing| IncidentChoice { value: value.into(), words: words.into(), chosen: value == "22", drawing };
    let types = Input {
        options: vec![choice("02", "02 hard case, upright", "hard-upright"), choice("22", "22 soft case, upright", "soft-upright")],
        ..input("bag_type", "Type", "types", "22")
    };
    let elements = Input {
        options: vec![choice("H", "H pull-out handle", ""), choice("W", "W wheels", "")],
        ..input("bag1.elements", "What is on it", "checks", "")
    };
    let colour = Input {
        options: vec![choice("BK", "BK black", "")],
        needed: true,
        split: "Written differently: BK black, BU blue.".into(),
        ..input("colour", "Colour", "select", "BK")
    };
    IncidentPage {
        shell: shell(Section::Baggage),
        notice: None,
        errors: vec![],
        case: case("7", "Delayed", "HASSAN/OMAR MR"),
        taken: "taken 13:58 at B1 by staff 4711".into(),
        limits: vec![("Counts as lost from".into(), "13 Dec 2026".into())],
        parts: vec![
            part(
                "guest",
                "Guest",
                "",
                vec![Group {
                    head: String::new(),
                    inputs: vec![input("name", "Name", "line", "HASSAN/OMAR MR"), input("address", "Address", "text", "1 Sample St")],
                }],
            ),
            part("bags", "Bags", "bag tag, colour", vec![Group { head: "Bag 1".into(), inputs: vec![colour, types, elements] }]),
            part("claim", "Claim", "", vec![Group { head: String::new(), inputs: vec![input("received_on", "Bag received on", "date", "")] }]),
        ],
        bags: 1,
        more_bags: Some(2),
        photos: PhotosPart { record: "7".into(), has_room: true, limit: 6, ..PhotosPart::default() },
        tracing: TracingPart {
            traced: true,
            partners: vec![],
            disputed: false,
            candidates: vec![CandidateRow {
                id: "8".into(),
                words: "PVG-YY-T12008-1, Found".into(),
                grade: "Strong, 78".into(),
                reasons: "same name, same colour".into(),
            }],
            left_out: "1 more is less alike.".into(),
            steps: vec![
                StepRow { step: "suspend", words: "Suspend tracing".into(), needs_reason: false },
                StepRow { step: "close", words: "Close the report".into(), needs_reason: true },
            ],
            may: true,
        },
    }
}

fn compared() -> ComparePage {
    let side = |id: &str| SideHead { id: id.into(), words: format!("PVG-CA-T1200{id}-4, HASSAN/OMAR MR"), reference: format!("PVG-CA-T1200{id}-4") };
    let row = |label: &str, one: &str, two: &str| CompareRow {
        label: label.into(),
        one: one.into(),
        two: two.into(),
        same: one == two,
        both: !one.is_empty() && !two.is_empty(),
        one_says: one.is_empty() || two.is_empty(),
    };
    ComparePage {
        shell: shell(Section::Baggage),
        notice: None,
        one: side("7"),
        two: side("8"),
        grade: "Strong, 78".into(),
        reasons: "same name, same colour".into(),
        rows: vec![row("Colour", "BK black", "BK black"), row("Brand", "Rimowa", "Tumi"), row("Marks", "", "red ribbon")],
        may_confirm: true,
        may_reject: true,
    }
}

fn copied() -> CopyPage {
    let twice = |own: &str, guest: &str| Twice { own: own.into(), guest: guest.into() };
    CopyPage {
        shell: shell(Section::Baggage),
        id: "7".into(),
        reference: "PVG-CA-T12007-4".into(),
        guest_language: "zh-CN".into(),
        languages: vec![("en".into(), "English".into()), ("zh-CN".into(), "简体中文".into())],
        head: twice("Property irregularity report", "行李运输事故记录"),
        kind: twice("Delayed", "少收行李"),
        taken: twice("Taken 22 Nov 2026 13:58 at B1 by staff 4711", ""),
        means: twice("This copy confirms that the report was taken.", "本副本证明已受理该记录。"),
        signature_guest: twice("Signature of the guest", "旅客签字"),
        signature_staff: twice("Signature of the staff", "工作人员签字"),
        signed_by: "HASSAN/OMAR".into(),
        limits: vec![(twice("Counts as lost from", "视为遗失起算日"), twice("13 Dec 2026", "2026年12月13日"))],
        parts: vec![(twice("Bags", "行李"), vec![CopyRow { label: twice("Colour", "颜色"), value: twice("BK black", "BK 黑色") }])],
    }
}

fn packs() -> PacksPage {
    let row = |made: &str, on_paper: OnPaper| PackRow { flight: head(), made: made.into(), on_paper };
    let printed = OnPaper { words: "Printed: version 1, ROLL, 13:46.".into(), class: "done", wrong: false };
    let wrong = OnPaper { words: "Not printed. No printer of this desk takes packs.".into(), class: "notice stop", wrong: true };
    PacksPage { shell: shell(Section::Elsewhere), packs: vec![row("14:05", printed), row("", wrong)] }
}

fn pack() -> PackPage {
    let row = |no: usize| ManifestRow {
        sequence: format!("{}", 20 + no),
        seat: format!("{}A", 11 + no),
        name: NAMES[no].into(),
        flags: if no == 3 { vec![flag("WCHR", "Wheelchair to the aircraft door")] } else { vec![] },
        bags: no % 3,
        boarded: if no.is_multiple_of(2) { "13:52 G13".into() } else { String::new() },
        waiting: if no == 5 { "not checked in".into() } else { String::new() },
    };
    let tag = |tag: &str| BlankTag { tag: tag.into(), barcode: barcode::interleaved(tag, "Bar code").unwrap() };
    PackPage {
        shell: shell(Section::Elsewhere),
        notice: None,
        print: PrintForm::default(),
        pack: Pack {
            flight: head(),
            made: "Made 22 Nov 14:06 at G12.".into(),
            sources: vec!["Records of G12 (this desk).".into(), "Of G13 until 13:41.".into()],
            lacking: vec!["Missing: what G13 did since 13:41. It is not reached.".into()],
            by_seat: (0..6).map(row).collect(),
            by_name: (0..6).rev().map(row).collect(),
            tags: vec![tag("0999001000"), tag("0999001001")],
            sheet: Sheet {
                cabins: vec![CabinRow { cabin: "Y".into(), adults: 2, children: 1, infants: 0 }],
                bags: vec![BagsRow { destination: "PEK".into(), pieces: 3, weight: "54 kg".into() }],
                ..Sheet::default()
            },
            booked: 6,
            checked_in: 5,
            boarded: 3,
            unload: vec!["0999123456".into()],
        },
    }
}

fn entry() -> EntryPage {
    let row = |named: &str, who: &str, value: &str, stand: &str, is_plain| EntryRow {
        value: value.into(),
        chosen: is_plain,
        named: named.into(),
        what: "went on board".into(),
        who: who.into(),
        stand: stand.into(),
        is_plain,
    };
    EntryPage {
        shell: shell(Section::Elsewhere),
        flight: head(),
        notice: None,
        errors: vec![],
        typed: Typed { at: "13:50".into(), by: "4799".into(), lines: "PB42,43,777".into() },
        preview: Some(vec![
            row("42", "LI/NA MS, 42, 14C", &format!("{:032x}", 1), "Nothing speaks against it.", true),
            row("43", "WANG/FANG MRS, 43, 14D", &format!("{:032x}", 2), "Boarded 13:52 at G13 by staff 4712.", false),
            row("777", "", "", "Nobody here is named so.", false),
        ]),
        when: "The time on the paper is taken for 13:50: 16 min ago.".into(),
    }
}

fn counter() -> CounterPage {
    let party = |no: usize, name: &str, kind: &str, checked_in: bool| PartyGuest {
        no,
        booking: format!("{no:032x}"),
        name: name.into(),
        kind: kind.into(),
        seat: if checked_in { format!("14{}", ["A", "B", "C"][no % 3]) } else { String::new() },
        proposed: format!("14{}", ["A", "B", "C"][no % 3]),
        sequence: if checked_in { "43".into() } else { String::new() },
        checked_in,
        boarded: false,
        status: if checked_in { "checked in".into() } else { "on the list".into() },
        flags: if no == 2 { vec![flag("INF", "Infant on lap")] } else { vec![] },
        coming: if no == 1 { vec!["Connecting from CA4501 CTU: boarded 10:02, 2 bags.".into()] } else { vec![] },
        bags: if checked_in {
            vec![BagLine {
                tag: "0999123456".into(),
                weight: "18 kg".into(),
                destination: "PEK".into(),
                state: State::station(2, 3),
                notes: if no == 1 { "heavy label".into() } else { String::new() },
            }]
        } else {
            vec![]
        },
        documents: Some(DocumentMark {
            tone: if no == 1 { Tone::Accept } else { Tone::Attention },
            words: if no == 1 { "Documents in order" } else { "Documents not looked at" }.into(),
            shown: if no == 1 { "P UTO, number ends in 2C3, valid until 2031-04-15".into() } else { String::new() },
        }),
        care: if no == 1 { vec!["WCHR, Wheelchair to the ramp: ordered 13:40".into()] } else { vec![] },
        needs_escort: no == 3,
        selected: !checked_in,
        state: if checked_in { State::station(2, 3) } else { State::hub("13:31") },
    };
    CounterPage {
        shell: shell(Section::Counter),
        notice: None,
        errors: vec![],
        query: "zhang".into(),
        typed: "zhang".into(),
        asked: "zhang".into(),
        results: ["ZHANG/WEI MR", "ZHANG/MIN MRS", "ZHANG/LE MSTR", "ZHANGSUN/HAO MR"]
            .iter()
            .enumerate()
            .map(|(no, name)| FoundRow {
                no: no + 1,
                booking: format!("{:032x}", no + 1),
                name: (*name).into(),
                link: format!("/counter?q=zhang&booking={:032x}", no + 1),
                locator: if no < 3 { "K7Q2ZP".into() } else { "M2X8WT".into() },
                seat: if no == 0 { "14B".into() } else { String::new() },
                flight: "CA1501, 22 Nov".into(),
                status: if no == 0 { "checked in".into() } else { "on the list".into() },
                open: no == 0,
            })
            .collect(),
        more: Some(12),
        lately: false,
        done_here: done_here(),
        undo_at: "/counter/undo",
        work: Some(Work {
            flight: head(),
            booking: format!("{:032x}", 1),
            locator: "K7Q2ZP".into(),
            guests: vec![
                party(1, "ZHANG/WEI MR", "Adult", true),
                party(2, "ZHANG/MIN MRS", "Adult", false),
                party(3, "ZHANG/LE MSTR", "Child", false),
            ],
            new_tag: Some(NewTag { tag: "0999123456".into(), owner: "ZHANG/WEI MR".into(), weight: "18 kg".into() }),
            read_only: None,
            ask: None,
            problem: Some(ProblemPart {
                no: 1,
                of: 3,
                booking: format!("{:032x}", 2),
                name: "ZHANG/MIN MRS".into(),
                words: "Nobody has looked at the documents.".into(),
                remedy: "If the authority cannot be asked, a supervisor decides.".into(),
                next: format!("/counter?q=zhang&booking={:032x}&problem=2#problem", 1),
                asks_documents: true,
                ..ProblemPart::default()
            }),
            documents: Some(DocumentsPart {
                booking: format!("{:032x}", 2),
                name: "ZHANG/MIN MRS".into(),
                rule: "If the authority cannot be asked, a supervisor decides.".into(),
                cautions: vec!["The document is no longer valid on the day of the flight.".into()],
                kind: "P".into(),
                issuer: "UTO".into(),
                ending: "2C3".into(),
                nationality: "UTO".into(),
                expires: "2026-04-15".into(),
                outcomes: vec![
                    DocumentOutcome { value: "seen", words: "In order".into(), danger: false },
                    DocumentOutcome { value: "supervisor", words: "Supervisor lets the guest go on".into(), danger: false },
                    DocumentOutcome { value: "refused", words: "Refuse".into(), danger: true },
                ],
                asks_supervisor: true,
                ..DocumentsPart::default()
            }),
            seats: None,
            care: None,
            bag: BagEntry { owner: format!("{:032x}", 1), left: "37".into(), few: true, ..BagEntry::default() },
            requests: RequestsPart {
                made: vec![RequestLine {
                    words: "Rebooking for ZHANG/WEI MR, 13:40: CA1503 of 22 Nov".into(),
                    state: out_word("up", "waiting", "Waiting"),
                    answer: String::new(),
                }],
                wishes: vec![("change", "Change".into()), ("refund", "Refund".into())],
            },
            may_list: true,
        }),
        flights: vec![("CA1501.2026-11-22.PVG".into(), "CA1501 of 22 Nov".into())],
    }
}

/// The same with the plan of seats and the help open.
fn counter_seats() -> CounterPage {
    let mut page = counter();
    let cell = |seat: &str, kind, can_give, words: &str| SeatCell { seat: seat.into(), kind, can_give, words: format!("{seat}, {words}") };
    let row = |row: u16| SeatRow {
        row,
        own: row == 14,
        cells: vec![
            cell(&format!("{row}A"), "free", true, "free"),
            cell(&format!("{row}B"), "taken", false, "taken"),
            cell(&format!("{row}C"), "promised", true, "asked for by a guest who is not checked in"),
            if row == 15 { SeatCell::default() } else { cell(&format!("{row}D"), "theirs", false, "this guest's own") },
        ],
    };
    if let Some(work) = &mut page.work {
        work.documents = None;
        work.problem = Some(ProblemPart {
            no: 1,
            of: 1,
            booking: format!("{:032x}", 1),
            name: "ZHANG/WEI MR".into(),
            words: "The party brings more than is free: 1 piece, 8 kg.".into(),
            remedy: "Ask the guest to pay and take down the number, or let it go free of charge with a reason.".into(),
            excess: Some(ExcessPart {
                booking: format!("{:032x}", 1),
                pieces: 1,
                kg: 8,
                reasons: chosen(&["Status card", "Goodwill"]),
                asks_supervisor: true,
            }),
            ..ProblemPart::default()
        });
        work.seats = Some(SeatsPart {
            booking: format!("{:032x}", 1),
            name: "ZHANG/WEI MR".into(),
            now: "Now in 14B. The guest gets a new pass.".into(),
            offer: "14A".into(),
            alone: "This desk offers seats from rows 14 and 22 while it does not see the others.".into(),
            is_whole: true,
            cabins: vec![SeatCabin { cabin: "Y".into(), letters: vec!['A', 'B', 'C', 'D'], rows: (14..16).map(row).collect() }],
            free: vec!["Row 14: A".into(), "Row 15: A".into()],
        });
        work.care = Some(CarePart {
            guest: CareGuest { booking: format!("{:032x}", 3), name: "ZHANG/LE MSTR".into(), is_minor: true, handed_by: String::new() },
            jobs: vec![JobLine { service: "WCHR".into(), words: "WCHR, Wheelchair to the ramp: ordered 13:40".into(), open: true }],
            services: vec![("WCHR", "Wheelchair to the ramp".into()), ("BAGS", "Carry bags".into())],
        });
    }
    page
}

fn authorities() -> AuthoritiesPage {
    let named = |no: usize| NamedGuest { booking: format!("{no:032x}"), name: NAMES[no].into(), seat: format!("1{no}C") };
    AuthoritiesPage {
        shell: shell(Section::Elsewhere),
        flight: head(),
        rows: vec![AuthorityRow {
            name: NAMES[3].into(),
            locator: "K7Q2ZP".into(),
            outcome: "Documents recorded, the authority hears later".into(),
            document: "P UTO, number ends in 2C3, valid until 2031-04-15".into(),
            note: "visa seen".into(),
            by: "13:40, staff 4711 at C1".into(),
        }],
        missing: vec![named(1), named(2)],
        selected: vec![named(4)],
    }
}

fn baggage() -> BaggagePage {
    BaggagePage {
        shell: shell(Section::Baggage),
        notice: None,
        errors: vec![],
        form: IncidentForm {
            booking: String::new(),
            kind: "delayed".into(),
            name: "COSTA/ANA MRS".into(),
            contact: String::new(),
            flight: "CA1501".into(),
            tag: "0999123456".into(),
            description: String::new(),
        },
        filled: Some("From tag 0999123456".into()),
        known: vec![case("5", "Delayed", "COSTA/ANA MRS")],
        list: "open",
        lists: vec![
            ListTab { id: "open", words: "Open".into(), count: 2 },
            ListTab { id: "on-hand", words: "On hand".into(), count: 3 },
            ListTab { id: "due", words: "Due soon".into(), count: 1 },
            ListTab { id: "closed", words: "Closed".into(), count: 0 },
        ],
        cases: vec![case("7", "Delayed", "HASSAN/OMAR MR"), case("6", "Damaged", "DUBOIS/CLAIRE MS")],
        none: "No open files - on-hand 3".into(),
        done_here: done_here(),
        undo_at: "/baggage/undo",
        custody: CustodyForm { tag: String::new(), place: "loaded".into(), places: vec!["sorted", "loaded", "transferred", "delivered"] },
    }
}

/// The barcode pictures are left out of the snapshots: they are checked where they are made.
fn pass() -> PassPage {
    let text = "M1ZHANG/WEI           EK7Q2ZP PVGPEKCA 1501 326Y014B0042 100";
    PassPage {
        shell: shell(Section::Counter),
        flight: head(),
        booking: "1".into(),
        name: "ZHANG/WEI MR".into(),
        locator: "K7Q2ZP".into(),
        seat: "14B".into(),
        cabin: "Y".into(),
        sequence: "42".into(),
        bags: vec!["0999123456".into()],
        flags: vec![],
        pdf417: barcode::pdf417(text, "Bar code").unwrap(),
        aztec: barcode::aztec(text, "Bar code").unwrap(),
        text: text.into(),
        state: State::here(),
        print: PrintForm::default(),
    }
}

fn hand_back() -> HandBackPage {
    let row = |no: usize, kind: &str, name: &str, about: &str, values: [&str; 3], settled: bool| DifferenceRow {
        no,
        id: format!("{no:032}"),
        kind: kind.into(),
        name: name.into(),
        about: about.into(),
        base: values[0].into(),
        ours: values[1].into(),
        theirs: values[2].into(),
        right: "Apron is right.".into(),
        why: "It happened here.".into(),
        proposal: "Key it into the host.".into(),
        advice: "It happened here. Key it into the host.".into(),
        settled: if settled { vec!["Keyed in 15:41, staff 4711 at C03".into()] } else { vec![] },
        message: (no == 3).then(|| CarriedBy {
            words: "BSM, message 17, was sent; the answer is unknown. Check it in the outbox.".into(),
            href: "/outbox?flight=CA1501.2026-11-22.PVG&show=00".into(),
            ends: false,
        }),
        open: !settled,
        chosen: no == 2,
    };
    let rows = vec![
        row(1, "Check-in and boarding", "LI/NA MS", "sequence 7", ["checked in", "on board", "checked in"], true),
        row(2, "Seat", "COSTA/ANA MRS", "sequence 23", ["12D", "14C", "12D"], false),
        row(3, "Bag", "COSTA/ANA MRS", "0999123456", ["-", "of COSTA/ANA MRS", "-"], false),
    ];
    HandBackPage {
        shell: shell(Section::Gate),
        flight: FlightHead {
            control: Control { ours: true, words: "Being handed back".into() },
            bar: "This flight is being handed back: change nothing here.".into(),
            ..head()
        },
        typed: Default::default(),
        notice: None,
        stage: Stage::HandingBack,
        may_hand_back: true,
        lists: "Host's last list before the take-over: 13:31. Host's list now: 15:39.".into(),
        compared: true,
        open: 2,
        settled: 1,
        totals: vec![
            TotalRow { what: "Checked in".into(), base: "92".into(), ours: 158, theirs: 158 },
            TotalRow { what: "Boarded".into(), base: "0".into(), ours: 131, theirs: 130 },
            TotalRow { what: "Bags".into(), base: "71".into(), ours: 120, theirs: 119 },
        ],
        unexplained: false,
        chosen: rows.get(1).cloned(),
        rows,
        ended: vec![EndedRow { kind: "Sequence".into(), name: "WANG/FANG MRS".into(), ours: "23".into(), settled: vec![] }],
        maps: vec![("CA".into(), "CA".into()), ("*".into(), "Everybody else".into())],
        unread: vec![UnreadLine { line: 17, why: "no seat".into(), text: "ZHAO/LE;M8N9P1;1ZZ;;ACC;".into() }],
        steps: vec![ControlRow {
            what: "Taken over".into(),
            reason: "Host does not answer".into(),
            who: "Staff 4711 at C03".into(),
            when: "13:36".into(),
            holds: true,
        }],
        reasons: chosen(&["Host answers again", "Drill"]),
    }
}

/// Every page, by the name of its snapshot.
pub(super) fn pages() -> Vec<(&'static str, String)> {
    let flight = |number: &str, route: &str, ours: bool, gate: &str, std: &str, numbers: [usize; 4]| FlightRow {
        key: format!("{number}.2026-11-22.PVG"),
        number: number.into(),
        route: route.into(),
        gate: gate.into(),
        std: std.into(),
        countdown: "in 24 min".into(),
        status: "Boarding".into(),
        control: control(ours),
        state: State::hub("13:58"),
        sources: "List 13:58, check-in state 13:31".into(),
        booked: numbers[0],
        checked_in: numbers[1],
        boarded: numbers[2],
        missing: numbers[3],
    };
    let start = StartPage {
        shell: shell(Section::Start),
        notice: None,
        notes: Vec::new(),
        flights: vec![
            flight("CA1501", "PVG to PEK", true, "12", "14:30", [164, 158, 131, 27]),
            flight("CA1857", "PVG to CTU", false, "", "15:10", [180, 92, 0, 92]),
            flight("MU5101", "PVG to PEK", true, "13", "15:45", [201, 12, 0, 12]),
        ],
        silent: "Host of CA silent since 13:33.".into(),
        takeable: vec![("CA1857.2026-11-22.PVG".into(), "CA1857 of 22 Nov".into())],
        reasons: chosen(&["Host does not answer", "Drill"]),
    };
    let empty = StartPage {
        shell: Shell { staff: None, ..shell(Section::Start) },
        notice: Some(Notice {
            tone: Tone::Attention,
            head: "Enter your staff number first".into(),
            words: "What you do is recorded under it.".into(),
        }),
        notes: Vec::new(),
        flights: vec![],
        silent: String::new(),
        takeable: vec![],
        reasons: vec![],
    };
    let stop = gate(verdict(
        Tone::Reject,
        "STOP",
        "COSTA/ANA MRS, sequence 23",
        "Already aboard since 13:52 at G13. Look who sits in 12D, and see the conflict inbox.",
    ));
    let care = gate(Verdict {
        todo: vec!["Collect the infant card".into(), "Bag to the hold".into()],
        ..verdict(Tone::Attention, "BOARD 12D", "WANG/FANG MRS, sequence 23", "")
    });
    let idle = GatePage {
        read_only: Some("The host works this flight. Boarding here begins when Apron takes it over.".into()),
        ask: Some(Ask {
            action: "/gate/CA1501.2026-11-22.PVG/take-over".into(),
            head: "Take over CA1501".into(),
            words: "Every desk will see that Apron works this flight. Do not work it in the host as well.".into(),
            booking: String::new(),
            reasons: chosen(&["Host does not answer", "Line to the host is down", "Drill"]),
            query: String::new(),
            button: "Take over".into(),
            danger: false,
        }),
        scans: vec![],
        boarded: vec![],
        flight: FlightHead { control: control(false), control_by: String::new(), bar: String::new(), ..head() },
        counters: Counters {
            wrong: Some("158 checked in are not 0 boarded and 27 missing: tell the supervisor.".into()),
            ..gate(Verdict::default()).counters
        },
        ..gate(Verdict { word: "Ready to scan".into(), ..Verdict::default() })
    };
    let closing = ClosingPage {
        shell: shell(Section::Gate),
        flight: head(),
        notice: None,
        missing: vec![
            MissingGuest {
                booking: "1".into(),
                sequence: "31".into(),
                seat: "14C".into(),
                name: "OKAFOR/CHIDI MR".into(),
                locator: "K7Q2ZP".into(),
                tags: vec!["0999123456".into(), "0999123457".into()],
                flags: vec![],
                state: State::here(),
            },
            MissingGuest {
                booking: "2".into(),
                sequence: "55".into(),
                seat: "21A".into(),
                name: "TANAKA/YUKI MS".into(),
                locator: "M2X8WT".into(),
                tags: vec![],
                flags: vec![flag("WCHR", "Wheelchair")],
                state: State::hub("13:50"),
            },
        ],
        unload: vec![
            UnloadRow {
                tag: "0999123456".into(),
                owner: "OKAFOR/CHIDI MR".into(),
                weight: "18 kg".into(),
                reason: "not aboard".into(),
                done: None,
                state: State::here(),
            },
            UnloadRow {
                tag: "0999123457".into(),
                owner: "OKAFOR/CHIDI MR".into(),
                weight: "11 kg".into(),
                reason: "not aboard".into(),
                done: Some("14:17, staff 4711".into()),
                state: State::station(2, 3),
            },
        ],
        unload_left: 1,
        sheet: Sheet {
            version: 0,
            taken: String::new(),
            cabins: vec![
                CabinRow { cabin: "F".into(), adults: 8, children: 0, infants: 0 },
                CabinRow { cabin: "Y".into(), adults: 117, children: 6, infants: 3 },
            ],
            total: CabinRow { cabin: String::new(), adults: 125, children: 6, infants: 3 },
            bags: vec![
                BagsRow { destination: "PEK".into(), pieces: 92, weight: "1,488 kg".into() },
                BagsRow { destination: "FRA".into(), pieces: 11, weight: "204 kg".into() },
            ],
            bags_total: BagsRow { destination: String::new(), pieces: 103, weight: "1,692 kg".into() },
        },
        gate_bags: vec![GateBagRow {
            tag: "0999123499".into(),
            owner: "LI/NA MS".into(),
            destination: "PEK".into(),
            weight: "33 kg".into(),
            heavy: true,
            state: State::here(),
        }],
        closed: None,
        blocked: Some("1 bag is still to be unloaded, and 2 guests are missing. They are offloaded when the flight closes.".into()),
        read_only: None,
    };
    let tag = TagPage {
        shell: shell(Section::Counter),
        tag: "0999123456".into(),
        legs: vec![
            TagLeg { to: "PEK".into(), flight: "CA1501".into(), date: "22 Nov".into() },
            TagLeg { to: "FRA".into(), flight: "CA931".into(), date: "22 Nov".into() },
        ],
        to: "FRA".into(),
        owner: "ZHANG/WEI MR".into(),
        locator: "K7Q2ZP".into(),
        sequence: "42".into(),
        weight: "18 kg".into(),
        made: "Made at G12, 22 Nov 14:06, staff 4711".into(),
        state: State::here(),
        barcode: barcode::interleaved("0999123456", "Bar code").unwrap(),
        print: PrintForm::default(),
    };
    let receipt = ReceiptPage {
        shell: shell(Section::Baggage),
        case: case("7", "Delayed", "HASSAN/OMAR MR"),
        reference: "PVG-CA-T12007-4".into(),
        world_reference: None,
        contact: "+86 138 0000 0000".into(),
        flight: "CA1501, 22 Nov".into(),
        description: "Black upright, two wheels, red ribbon".into(),
        made: "22 Nov 13:58, staff 4711".into(),
        print: PrintForm::default(),
        deadlines: vec![
            ("Write about damage until".into(), "29 Nov".into()),
            ("Write about delay until".into(), "21 days after you get the bag".into()),
        ],
    };
    let conflicts = ConflictsPage {
        shell: shell(Section::Conflicts),
        notice: None,
        conflicts: vec![conflict()],
        settled: vec![Settled {
            head: "Boarded at two readers".into(),
            words: "One guest, counted once".into(),
            who: "Staff 4711 at G12".into(),
            when: "13:20".into(),
            state: State::hub("13:21"),
        }],
        merged: "1,204 records of other desks were taken over without a question.".into(),
    };
    let hub = HubPage {
        messages: "1 waiting for what must come first.".into(),
        outbox: "2 waiting to be sent.".into(),
        silent: "Host of CA at PVG silent since 13:33.".into(),
        shell: Shell { desk: "HUB".into(), role: "Hub".into(), is_hub: true, ..shell(Section::Hub) },
        notice: None,
        nodes: nodes(),
        conflicts: vec![conflict()],
        days: vec![DayRow {
            scope: "PVG/2026-11-20/CA".into(),
            state: "Closed 21 Nov".into(),
            missing: String::new(),
            late: vec![LateRow { words: "check-in by 4711 at C02, 20 Nov 21:58".into(), command: "0192f0c1-0000-7000-8000-000000000001".into() }],
            more: String::new(),
        }],
        refused: vec![RefusedRow {
            what: words::refused(&shell(Section::Hub).say, "flood"),
            count: "3".into(),
            last_who: "G13".into(),
            last_at: "14:02".into(),
        }],
        demo: Some(vec![DemoLink { name: "G12 - hub".into(), cut: true }, DemoLink { name: "C01 - hub".into(), cut: false }]),
    };
    let desk = DeskPage {
        messages: "Every message that came was applied.".into(),
        outbox: "No message waits.".into(),
        shell: shell(Section::Desk),
        version: "0.1.0".into(),
        saved_here: "1,204".into(),
        waiting_station: "C02 lacks 41. It gets them by itself when it is reached.".into(),
        waiting_hub: "37 waiting".into(),
        hub_words: "Not reached since 13:41 - keep working. Everything goes up by itself, once.".into(),
        peers: nodes(),
        links: vec![("C01".into(), "http://c01.local:8080/".into())],
        notice: None,
        acts: vec![ActRow { at: "14:02:11".into(), staff: "4711".into(), words: "Boarded at 14C.".into(), state: State::station(2, 3) }],
        tests: vec![
            LinkRow { whom: "HUB".into(), linked: false, round_trip: String::new(), carrier: String::new(), failure: "Ended at 13:41.".into() },
            LinkRow { whom: "G13".into(), linked: true, round_trip: "4 ms".into(), carrier: "QUIC".into(), failure: String::new() },
        ],
        practice: Some(PracticeForm { may: true, until: None, lengths: vec![5, 15, 30], soon: Vec::new(), chosen: None }),
        looks: LooksForm {
            contrast: vec![device::Choice { value: "system", words: "As the system".into(), chosen: true }],
            theme: vec![device::Choice { value: "dark", words: "Dark".into(), chosen: true }],
            text: vec![device::Choice { value: "125", words: "125 %".into(), chosen: true }],
            whose: "Kept for this device.".into(),
        },
        printers: PrintersPart::default(),
        journal: Journal {
            segments: "3".into(),
            size: "12.4 MiB".into(),
            free: "41.0 GiB".into(),
            damaged: None,
            digests: vec![("PVG/2026-11-22/CA".into(), "9f3a 77c0 12de".into())],
        },
    };
    let scanner = ScannerPage {
        shell: Shell {
            practice: Some("10:17".into()),
            looks: "high dark".into(),
            scanner: Scanner::new(80, 6, Prefix::F24, true).ok(),
            ..shell(Section::Desk)
        },
        square: String::new(),
        bars: String::new(),
        heard: Some(HeardPart { good: true, verdict: "Good.".into(), text: "ABC".into(), missing: "^".into(), ..HeardPart::default() }),
        gap_ms: 80,
        least: 6,
        us: true,
        prefixes: vec![("F24", true), ("F23", false)],
        wrong: Some("Give 10 to 200 milliseconds.".into()),
        kept: true,
    };
    let wrong =
        BaggagePage { errors: vec![FieldError { field: "tag", words: "\"12345\" is not a bag tag. Give its ten digits.".into() }], ..baggage() };
    let none = BaggagePage { cases: vec![], known: vec![], ..baggage() };
    let error = ErrorPage {
        shell: shell(Section::Elsewhere),
        trouble: Trouble::new(
            axum::http::StatusCode::NOT_FOUND,
            "not-found",
            "There is no such page here.",
            "Go back to the flights, or scan again.",
        ),
    };
    let rendered = |page: Result<String, askama::Error>| page.expect("a page of plain values renders");
    let mut pages = vec![
        ("start", rendered(start.render())),
        ("messages", rendered(messages().render())),
        ("outbox", rendered(outbox().render())),
        ("start_empty", rendered(empty.render())),
        ("gate", rendered(gate(verdict(Tone::Accept, "BOARD 14C", "SMITH/JOHN MR, sequence 29", "")).render())),
        ("gate_attention", rendered(care.render())),
        ("gate_stop", rendered(stop.render())),
        ("gate_host", rendered(idle.render())),
        ("closing", rendered(closing.render())),
        ("counter", rendered(counter().render())),
        ("counter_seats", rendered(counter_seats().render())),
        ("authorities", rendered(authorities().render())),
        ("pass", rendered(pass().render())),
        ("tag", rendered(tag.render())),
        ("baggage", rendered(baggage().render())),
        ("baggage_wrong", rendered(wrong.render())),
        ("baggage_none", rendered(none.render())),
        ("incident", rendered(file().render())),
        ("incident_compare", rendered(compared().render())),
        ("incident_copy", rendered(copied().render())),
        ("receipt", rendered(receipt.render())),
        ("conflicts", rendered(conflicts.render())),
        ("hub", rendered(hub.render())),
        ("desk", rendered(desk.render())),
        ("scanner", rendered(scanner.render())),
        ("error", rendered(error.render())),
        ("hand_back", rendered(hand_back().render())),
        ("packs", rendered(packs().render())),
        ("pack", rendered(pack().render())),
        ("paper_entry", rendered(entry().render())),
    ];
    pages.extend(super::gate_fixtures::pages());
    pages
}

#[test]
fn every_page_looks_as_agreed() {
    for (name, page) in pages() {
        insta::assert_snapshot!(name, page);
    }
}

/// All pages in a language.
pub(super) fn pages_in(say: &Say) -> Vec<(&'static str, String)> {
    SPOKEN.replace(say.clone());
    pages()
}

#[test]
fn the_pages_of_daily_work_are_in_chinese_too() {
    let chinese = Languages::default().exactly(&"zh-CN".parse().unwrap()).unwrap();
    for (name, page) in pages_in(&chinese).into_iter().filter(|(name, _)| {
        ["start", "gate", "gate_guest", "aircraft", "changes", "minors", "assistance", "counter", "closing", "baggage", "desk"].contains(name)
    }) {
        insta::assert_snapshot!(format!("{name}_zh"), page);
    }
}

#[test]
fn no_page_styles_or_scripts_itself() {
    for (name, page) in pages() {
        let inline = page.matches("<script").count() != page.matches("<script type=\"module\" src=\"/assets/app.js\"></script>").count();
        assert!(!inline && !page.contains(" style=") && !page.contains("<style") && !page.contains("javascript:"), "{name}");
        assert!(!page.contains(" onclick=") && !page.contains("http://127"), "{name}");
    }
}

fn done_here() -> Vec<super::undo::DoneRow> {
    let row = |at: &str, words: &str, back, undo: Option<u8>| super::undo::DoneRow {
        at: at.into(),
        words: words.into(),
        back,
        undo: undo.map(|id| format!("{id:032x}")),
    };
    vec![
        row("14:02", "1 guest checked in on CA1501.", false, Some(1)),
        row("14:01", "Bag 0999123456 of CA1501 of 22 Nov: the scan (loaded) is taken back.", true, None),
    ]
}

/// A list of reasons as a page offers it: how each is stored, and its words.
pub(super) fn chosen(words: &[&str]) -> Vec<(String, String)> {
    words.iter().map(|words| (format!("#{}", words.to_lowercase().replace(' ', "-")), (*words).to_owned())).collect()
}
