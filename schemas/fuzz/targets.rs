//! What each fuzz target promises for any bytes: no panic, and what was read can be written and read again.

use schemas::standards::bag_tag::{BagTag, CountRule, TagRun};
use schemas::standards::bcbp::{self, Verdict};
use schemas::standards::clock::Calendar;
use schemas::standards::decide::{self, DecideKind};
use schemas::standards::decode::{self, DecodeKind};
use schemas::standards::flight::FlightNumber;
use schemas::standards::tracing::{BagLook, FileReference, ProvisionalReference};
use schemas::standards::typeb::{BagMessage, ListParts, Name, NameList};

/// A promise about any bytes.
pub(crate) type Target = fn(&[u8]);

/// Every target by the name of its corpus.
pub(crate) const TARGETS: [(&str, Target); 5] =
    [("bcbp", boarding_pass), ("codes", codes), ("decide", decisions), ("decode", answers), ("typeb", messages)];

/// A valid pass is encoded as it was read.
pub(crate) fn boarding_pass(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(pass) = bcbp::parse(&text) else { return };
    let _ = pass.bag_tags();
    for leg in pass.legs() {
        let _ = (leg.flight_number(), leg.seat(), leg.sequence(), leg.locator());
    }
    let encoded = pass.draft().encode();
    if pass.verdict() == Verdict::Valid {
        assert_eq!(encoded.as_deref(), Ok(pass.text()));
    }
}

/// A message written back says the same.
pub(crate) fn messages(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(list) = NameList::parse(&text) {
        let again = NameList::parse(&list.lines().join("\n")).expect("what was read can be read again");
        // The network drops blanks at the end of a line, so more of them than a line holds have no way over it.
        if !text.split(|c: char| !c.is_whitespace()).any(|blanks| blanks.chars().count() >= BLANKS_MAX) {
            assert_eq!(again.groups, list.groups);
        }
        let _ = list.groups.iter().flat_map(|group| &group.names).flat_map(Name::guests).count();
        let mut parts = ListParts::default();
        parts.add(list);
        let _ = parts.state().seats();
    }
    if let Ok(message) = BagMessage::parse(&text) {
        let again = BagMessage::parse(&message.lines().join("\n")).expect("what was read can be read again");
        assert_eq!(again.groups, message.groups);
    }
    let _ = decode::text_of(DecodeKind::TypeB, &text);
}

/// What a line holds beside the name of an element.
const BLANKS_MAX: usize = 56;

/// What parses is shown as it parses.
pub(crate) fn codes(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(tag) = text.parse::<BagTag>() {
        assert_eq!(tag.to_string().parse(), Ok(tag));
    }
    if let Ok(flight) = text.parse::<FlightNumber>() {
        assert_eq!(flight.to_string().parse(), Ok(flight));
    }
    if let Ok(reference) = text.parse::<FileReference>() {
        assert_eq!(reference.to_string().parse(), Ok(reference));
    }
    if let Ok(reference) = text.parse::<ProvisionalReference>() {
        assert_eq!(reference.to_string().parse(), Ok(reference));
    }
    if let Ok(look) = text.parse::<BagLook>() {
        assert_eq!(look.to_string().parse(), Ok(look));
    }
    for rule in [CountRule::Tags, CountRule::FurtherTags] {
        let _ = TagRun::read(&text, rule).map(|run| run.map(|run| run.plates()));
    }
    let _ = Calendar::new(&text, chrono_tz::Tz::UTC, []);
}

/// Every line is answered by an object that says whether it went well.
pub(crate) fn answers(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for kind in [DecodeKind::Bcbp, DecodeKind::BagTag, DecodeKind::TypeB, DecodeKind::PirReference] {
        assert!(decode::line(kind, &text)["ok"].is_boolean());
        assert!(decode::text_of(kind, &text)["ok"].is_boolean());
    }
}

/// Every case is answered by an object that says whether it went well.
pub(crate) fn decisions(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let kinds = [DecideKind::Entitlement, DecideKind::Deadline, DecideKind::Misconnection, DecideKind::Match, DecideKind::FlightDate];
    for kind in kinds {
        assert!(decide::line(kind, &text)["ok"].is_boolean());
    }
}
