//! Which baggage messages a change calls for, and the message that reports a scan.

use std::collections::BTreeSet;

use chrono::NaiveDateTime;

use crate::standards::bag_tag::{BagTag, TagRun};

use super::bag::{BagFlight, BagGroup, BagMessage, Fields, TagItem, VersionLine};

/// The messages that bring a sorter from what it was told last to what is so now. `None` is no bags.
///
/// Nothing to something is an addition; something to nothing a deletion; a change of the flight out deletes all and adds all; bags that came or went
/// are added or deleted by themselves; anything else that differs is a change.
pub fn bag_messages(told: Option<&BagGroup>, now: Option<&BagGroup>, version: &VersionLine) -> Vec<BagMessage> {
    let told = told.filter(|group| !group.plates().is_empty());
    let now = now.filter(|group| !group.plates().is_empty());
    let message = |change, group: BagGroup| BagMessage::of("BSM", change, version.clone(), None, vec![group]);
    match (told, now) {
        (None, None) => Vec::new(),
        (None, Some(now)) => vec![message(None, now.clone())],
        (Some(told), None) => vec![message(Some("DEL"), unauthorised(told))],
        (Some(told), Some(now)) if told.flight != now.flight => vec![message(Some("DEL"), unauthorised(told)), message(None, now.clone())],
        (Some(told), Some(now)) => {
            let before: BTreeSet<BagTag> = told.plates().into_iter().collect();
            let after: BTreeSet<BagTag> = now.plates().into_iter().collect();
            let gone: BTreeSet<BagTag> = before.difference(&after).copied().collect();
            let kept: BTreeSet<BagTag> = before.intersection(&after).copied().collect();
            let new: BTreeSet<BagTag> = after.difference(&before).copied().collect();
            let mut messages = Vec::new();
            if !gone.is_empty() {
                messages.push(message(Some("DEL"), unauthorised(&with_tags(told, &gone))));
            }
            let bare = |group: &BagGroup| BagGroup { tags: Vec::new(), ..group.clone() };
            if !kept.is_empty() && bare(told) != bare(now) {
                messages.push(message(Some("CHG"), with_tags(now, &kept)));
            }
            if !new.is_empty() {
                messages.push(message(None, with_tags(now, &new)));
            }
            messages
        }
    }
}

/// A scan of a bag, for reporting it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagScan {
    /// `R` reconciliation, `S` sortation, `G` ground, `H` hand.
    pub code: char,
    pub agent: String,
    pub scanner: String,
    /// When it was scanned, not when it is sent: local time of the station, or UTC.
    pub captured: NaiveDateTime,
    pub captured_in_utc: bool,
    pub location: String,
}

/// The message that reports a scan (BPM), with the time of capture.
pub fn bag_processed(scan: &BagScan, group: BagGroup, version: VersionLine) -> BagMessage {
    let date = scan.captured.format("%d%b").to_string().to_uppercase();
    let time = format!("{}{}", scan.captured.format("%H%M%S"), if scan.captured_in_utc { 'Z' } else { 'L' });
    let processing = Fields::of(
        "J",
        &[
            ("code", &scan.code.to_string()),
            ("agent", &scan.agent),
            ("scanner", &scan.scanner),
            ("date", &date),
            ("time", &time),
            ("reading_location", &scan.location),
        ],
    );
    BagMessage::of("BPM", None, version, Some(processing), vec![group])
}

/// The fewest runs that hold exactly these plates.
pub fn runs(plates: &BTreeSet<BagTag>) -> Vec<TagRun> {
    let mut runs: Vec<TagRun> = Vec::new();
    for plate in plates {
        match runs.last_mut() {
            Some(run) if run.count < RUN_MAX && follows(run, plate) => run.count += 1,
            Some(_) | None => runs.push(TagRun { first: *plate, count: 1, assumed: false }),
        }
    }
    runs
}

/// As many tags as three digits can count.
const RUN_MAX: u16 = 999;

fn follows(run: &TagRun, plate: &BagTag) -> bool {
    let next = run.first.serial() + u32::from(run.count);
    BagTag::from_parts(run.first.leading(), run.first.airline_numeric(), next).is_ok_and(|next| next == *plate)
}

fn with_tags(group: &BagGroup, plates: &BTreeSet<BagTag>) -> BagGroup {
    BagGroup { tags: runs(plates).into_iter().map(TagItem::of).collect(), ..group.clone() }
}

/// What is deleted has no authority to be loaded.
fn unauthorised(group: &BagGroup) -> BagGroup {
    let mut group = group.clone();
    if let Some(first) = group.reconciliation.as_mut().and_then(|fields| fields.values.first_mut()) {
        "N".clone_into(first);
    }
    group
}

/// A flight out as baggage messages write it.
impl BagFlight {
    pub fn new(carrier: &str, number: &str, date: &str, airport: &str, class: Option<&str>) -> Self {
        let (carrier, number) = (carrier.to_owned(), number.to_owned());
        Self { carrier, number, date: Some(date.to_owned()), airport: Some(airport.to_owned()), class: class.map(str::to_owned) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(flight: &str, plates: &[&str], seat: &str) -> BagGroup {
        let plates: BTreeSet<BagTag> = plates.iter().map(|plate| plate.parse().unwrap()).collect();
        let group = BagGroup {
            flight: Some(BagFlight::new("CA", flight, "22NOV", "PEK", Some("Y"))),
            reconciliation: Some(Fields::of("S", &[("authority_to_load", "Y"), ("seat", seat), ("pax_status", "C")])),
            ..BagGroup::default()
        };
        with_tags(&group, &plates)
    }

    fn sent(told: Option<&BagGroup>, now: Option<&BagGroup>) -> Vec<String> {
        bag_messages(told, now, &VersionLine::new('L', "PVG")).iter().map(|message| message.lines().join(" ")).collect()
    }

    #[test]
    fn a_first_bag_is_added_and_a_last_one_deleted() {
        let one = group("1501", &["0999123456", "0999123457"], "12A");
        assert_eq!(sent(None, Some(&one)), ["BSM .V/1LPVG .F/CA1501/22NOV/PEK/Y .N/0999123456002 .S/Y/12A/C ENDBSM"]);
        assert_eq!(sent(Some(&one), None), ["BSM DEL .V/1LPVG .F/CA1501/22NOV/PEK/Y .N/0999123456002 .S/N/12A/C ENDBSM"]);
        assert!(sent(Some(&one), Some(&one)).is_empty());
    }

    #[test]
    fn another_seat_is_a_change_and_another_flight_is_a_deletion_and_an_addition() {
        let old = group("1501", &["0999123456"], "12A");
        let kinds = |now: &BagGroup| sent(Some(&old), Some(now)).iter().map(|text| text.split(' ').nth(1).unwrap().to_owned()).collect::<Vec<_>>();
        assert_eq!(kinds(&group("1501", &["0999123456"], "14C")), ["CHG"]);
        assert_eq!(kinds(&group("1503", &["0999123456"], "12A")), ["DEL", ".V/1LPVG"]);
        assert_eq!(kinds(&group("1501", &["0999123456", "0999200000"], "12A")), [".V/1LPVG"]);
        assert_eq!(kinds(&group("1501", &["0999200000"], "12A")), ["DEL", ".V/1LPVG"]);
    }

    #[test]
    fn a_scan_is_reported_with_the_time_at_which_it_was_made() {
        let captured = "2026-11-22T09:41:07".parse().unwrap();
        let scan = BagScan { code: 'S', agent: "4567".into(), scanner: "G12".into(), captured, captured_in_utc: false, location: "BELT2".into() };
        let message = bag_processed(&scan, group("1501", &["0999123456"], "12A"), VersionLine::new('L', "PVG"));
        let text = message.lines().join("\n");
        assert!(text.contains(".J/S/4567/G12/22NOV/094107L/BELT2"), "{text}");
        assert_eq!(BagMessage::parse(&text).unwrap(), message);
    }
}
