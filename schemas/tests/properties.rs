//! What must hold for every input: round trips, no panic on any bytes, and time that grows with the bytes.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use schemas::standards::bag_tag::BagTag;
use schemas::standards::bcbp::{self, Block, Draft, DraftLeg, DraftSecurity, Verdict};
use schemas::standards::typeb::{BagMessage, Element, NameList};

#[path = "../fuzz/targets.rs"]
mod targets;

fn printable(width: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::char::range(' ', '~'), width).prop_map(String::from_iter)
}

/// The leading fields of a block, each at its full width: what is left out is left out at the end.
fn block(widths: &'static [usize]) -> impl Strategy<Value = Block> {
    (0..=widths.len()).prop_flat_map(|count| {
        let fields: Vec<_> = widths[..count].iter().map(|width| printable(*width..=*width)).collect();
        fields.prop_map(|fields| Block { fields, printed_size: String::new() })
    })
}

fn unique_block() -> impl Strategy<Value = Block> {
    block(&[1, 1, 1, 4, 1, 3, 13, 13, 13]).prop_flat_map(|block| {
        ("[0-9]", 1_u32..=366).prop_map(move |(year, day)| {
            let mut block = block.clone();
            if let Some(issued) = block.fields.get_mut(3) {
                // No year that ends in an odd digit has a 366th day.
                let odd = year.bytes().all(|digit| digit % 2 == 1);
                *issued = format!("{year}{:03}", if odd { day.min(365) } else { day });
            }
            block
        })
    })
}

fn leg() -> impl Strategy<Value = DraftLeg> {
    let flight = ("[A-Z0-9]{0,7}", "[A-Z]{3}", "[A-Z]{3}", "[A-Z]{3}|[A-Z][0-9A-Z]", "[0-9]{4}[A-Z]?", 1_u32..=366);
    let guest = ("[A-Z]", "[0-9]{3}[A-Z]|INF|", "[0-9]{4}[A-Z]?|", "[0-9A]");
    let rest = (prop::option::of(block(&[3, 10, 1, 1, 3, 3, 16, 1, 3, 1])), printable(0..=100));
    (flight, guest, rest).prop_map(|((pnr, from, to, carrier, flight, day), (cabin, seat, sequence, status), (repeated, private))| {
        // The airline's own data stands behind a whole repeated block, or the size of that block could not say where it ends.
        let private = if repeated.is_some() { private } else { String::new() };
        let julian = format!("{day:03}");
        DraftLeg { pnr, from, to, carrier, flight, julian, cabin, seat, sequence, status, repeated, private, ..DraftLeg::default() }
    })
}

fn draft() -> impl Strategy<Value = Draft> {
    let security =
        (printable(1..=1), printable(0..=255)).prop_map(|(kind, data)| DraftSecurity { marker: '^', kind, data, printed_length: String::new() });
    let conditional = (prop::char::range('1', '8'), unique_block());
    let parts = (prop::collection::vec(leg(), 1..=4), prop::option::of(conditional), prop::option::of(security));
    ("[A-Z]{1,9}/[A-Z]{1,9}", any::<bool>(), parts).prop_map(|(name, eticket, (mut legs, conditional, security))| {
        if conditional.is_none() {
            legs[0].repeated = None;
            legs[0].private.clear();
        }
        Draft { name, eticket, legs, conditional, security }
    })
}

proptest! {
    #[test]
    fn every_valid_pass_is_encoded_as_it_was_read(draft in draft()) {
        let text = draft.encode().unwrap();
        let pass = bcbp::parse(&text).unwrap();
        prop_assert_eq!(pass.deviations(), &[]);
        prop_assert_eq!(pass.verdict(), Verdict::Valid);
        prop_assert_eq!(pass.draft().encode().unwrap(), text);
    }

    #[test]
    fn one_wrong_character_never_changes_what_a_valid_pass_encodes_to(draft in draft(), at in any::<prop::sample::Index>(), with in any::<char>()) {
        let mut text: Vec<char> = draft.encode().unwrap().chars().collect();
        let at = at.index(text.len());
        text[at] = with;
        targets::boarding_pass(String::from_iter(text).as_bytes());
    }

    #[test]
    fn a_pass_cut_anywhere_is_read_or_refused(draft in draft(), at in any::<prop::sample::Index>()) {
        let text = draft.encode().unwrap();
        targets::boarding_pass(&text.as_bytes()[..at.index(text.len())]);
    }

    #[test]
    fn no_bytes_bring_a_parser_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for (_, target) in targets::TARGETS {
            target(&bytes);
        }
    }

    #[test]
    fn no_message_of_odd_lines_brings_a_parser_down(
        kind in "PNL|ADL|PFS|PRL|ETL|PTM|PSM|MVT|LDM|BSM|BPM|BTM|BCM",
        lines in prop::collection::vec("[-.0-9]{0,2}[A-Z/]{0,6}[ A-Z0-9/.-]{0,20}", 0..20),
    ) {
        let text = format!("{kind}\nCA1501/22NOV PVG PART1\n{}\nEND{kind}", lines.join("\n"));
        targets::messages(text.as_bytes());
    }

    #[test]
    fn a_name_list_written_is_the_list_that_was_read(
        names in prop::collection::vec(("[A-Z]{2,12}", "[A-Z]{1,12}(MR|MS|MRS)?", "[A-Z0-9]{6}", "[A-Z]{4} HK1 [A-Z0-9 ]{0,90}"), 1..8),
    ) {
        let mut text = format!("PNL\nCA1501/22NOV PVG PART1\n-PEK{:03}Y\n", names.len());
        for (surname, given, locator, remark) in &names {
            text.push_str(&format!("1{surname}/{given}\n.L/{locator}\n"));
            let element = Element { id: "R".into(), text: remark.trim_end().to_owned() };
            text.push_str(&(element.lines().join("\n") + "\n"));
        }
        text.push_str("ENDPNL");
        let list = NameList::parse(&text).unwrap();
        prop_assert!(list.warnings.is_empty());
        let lines = list.lines();
        prop_assert!(lines.iter().all(|line| line.len() <= 64));
        prop_assert_eq!(NameList::parse(&lines.join("\r\n")).unwrap(), list);
    }

    #[test]
    fn a_bag_tag_is_its_parts(leading in 0_u8..=9, airline in 1_u16..=999, serial in 0_u32..=999_999) {
        let tag = BagTag::from_parts(leading, airline, serial).unwrap();
        prop_assert_eq!((tag.leading(), tag.airline_numeric(), tag.serial()), (leading, airline, serial));
        let message = format!("BSM\n.V/1LPVG\n.F/CA1501/22NOV/PEK\n.N/{tag}001\nENDBSM");
        prop_assert_eq!(BagMessage::parse(&message).unwrap().plates(), vec![tag]);
    }
}

/// Rounds before the first judgement, and at most. The best time of each size over all rounds counts: a busy machine only ever adds, so more rounds
/// sharpen both and luck with one of them cannot pass the test.
const ROUNDS: std::ops::RangeInclusive<usize> = 10..=60;

/// Messages and scans are of this order; the larger text is far beyond any real one. (Above some 200 kB paging adds to what parsing costs.)
const SMALL_BYTES: usize = 2000;

/// Ten times the bytes take at most fifteen times the time.
#[test]
fn ten_times_the_bytes_take_at_most_fifteen_times_the_time() {
    let pass = "M1DOE/JOHN            EABC123 PEKFRACA 0834 226F001A0025 100";
    let shapes: [(&str, targets::Target, &str, &str); 10] = [
        ("trailing data", targets::boarding_pass, pass, "X"),
        ("trailing letters beyond ASCII", targets::boarding_pass, pass, "é"),
        ("small letters", targets::boarding_pass, "m1doe", "/x"),
        ("another keyboard", targets::boarding_pass, "M1DOE-JOHN", ":ß-"),
        ("names", targets::messages, "PNL\nCA1501/22NOV PVG PART1\n-PEK999Y\n", "1DOE/JOHN\n.L/ABC123\n.R/OTHS X-1DOE/JOHN\n"),
        ("one long remark", targets::messages, "PNL\nCA1501/22NOV PVG PART1\n-PEK999Y\n1DOE/JOHN\n.R/OTHS ", "-1A."),
        ("one long line of elements", targets::messages, "PNL\nCA1501/22NOV PVG PART1\n-PEK999Y\n1DOE/JOHN", ".L/ABC "),
        ("bags", targets::messages, "BSM\n.V/1LPVG\n", ".F/CA1501/22NOV/PEK\n.N/0999123456001\n.P/1DOE/J\n"),
        ("delays", targets::messages, "MVT\nCA1501/22.B1234.PVG\n", "DL81/93/0015/0010\n"),
        ("nested brackets", targets::decisions, "", "["),
    ];
    for (shape, target, head, body) in shapes {
        let text = |times: usize| head.to_owned() + &body.repeat(times);
        let times = SMALL_BYTES / body.len();
        let (small, large) = (text(times), text(times * 10));
        let (mut best_small, mut best_large) = (Duration::MAX, Duration::MAX);
        for round in 1..=*ROUNDS.end() {
            best_small = best_small.min(best_of(target, &small));
            best_large = best_large.min(best_of(target, &large));
            if round >= *ROUNDS.start() && best_large <= best_small * 15 {
                break;
            }
        }
        assert!(best_large <= best_small * 15, "{shape}: {best_small:?} became {best_large:?}");
    }
}

#[expect(clippy::disallowed_methods, reason = "this test is about time itself")]
fn best_of(target: targets::Target, text: &str) -> Duration {
    let run = || {
        let start = Instant::now();
        target(text.as_bytes());
        start.elapsed()
    };
    (0..3).map(|_| run()).min().unwrap_or_default()
}
