//! Documents from the station's records, in the languages that are wanted and that a printer can write.

use chrono::{Datelike, NaiveDate};
use schemas::flat::DocId;
use schemas::record::case::Incident;
use schemas::record::fact::What as Happened;
use schemas::record::{DocRef, FlightKey};
use schemas::standards::bag_tag::BagTag;
use schemas::station::{CaseRow, LimitKind, Station};

use super::document::{Document, Field, Form, Sheet};
use super::printer::Printer;
use crate::lang::Say;

/// How a document speaks.
pub struct Voice<'a> {
    /// The languages that are wanted, the most wanted first.
    pub wanted: &'a [Say],
    /// For a printer that has the letters of none of them.
    pub english: &'a Say,
    pub printer: &'a Printer,
    /// The station's time of day.
    pub clock: &'a dyn Fn(i64) -> String,
}

/// A document, and what a list of jobs says of it: no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    pub document: Document,
    pub title: String,
    pub flight: Option<FlightKey>,
}

/// A boarding pass; nothing if the guest is not checked in or the name cannot be printed.
pub fn pass(station: &Station, booking: DocRef, issue: u32, voice: &Voice<'_>) -> Option<Composed> {
    let guest = station.guest(booking.0)?;
    let flight = station.flight_of(&guest.flight)?;
    let code = station.pass_of(booking.0)?;
    let sequence = guest.sequence.map(|number| number.to_string()).unwrap_or_default();
    let std = flight.etd.or(flight.std).map(|time| time.to_string()).unwrap_or_default();
    let make = |say: &Say| Sheet {
        title: say.t("pass-head").to_string(),
        fields: vec![
            field("name", say.t("col-name"), &guest.name),
            field("flight", say.t("col-flight"), &flight.number),
            field("date", say.t("col-date"), say.day(guest.flight.date())),
            field("gate", say.t("col-gate"), flight.gate.as_deref().unwrap_or("-")),
            field("departs", say.t("pass-departs"), &std),
            field("seat", say.t("col-seat"), guest.seat.map_or_else(|| say.t("none").to_string(), |seat| seat.to_string())),
            field("from", say.t("print-label-from"), guest.flight.station()),
            field("to", say.t("print-label-to"), guest.destination.map(|code| code.to_string()).unwrap_or_default()),
            field("cabin", say.t("col-cabin"), guest.cabin.map(String::from).unwrap_or_default()),
            field("sequence", say.t("col-sequence"), &sequence),
            field("locator", say.t("col-locator"), guest.locator.map(|locator| locator.to_string()).unwrap_or_default()),
            field("bags", say.t("pass-bags"), guest.bags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
            field("remarks", say.t("pass-remarks"), guest.flags.join(" ")),
            field("issue", say.t("print-label-issue"), if issue > 1 { issue.to_string() } else { String::new() }),
        ],
        ..Sheet::default()
    };
    let title = format!("{} {sequence}", flight.number).trim_end().to_owned();
    let sheets = voice.sheets(1, make);
    Some(Composed { document: Document { form: Form::Pass, code, sheets }, title, flight: Some(guest.flight) })
}

/// A bag tag; nothing if the bag is not known.
pub fn tag(station: &Station, key: &FlightKey, tag: BagTag, issue: u32, voice: &Voice<'_>) -> Option<Composed> {
    let bag = station.bag(station.ids().bag(key, tag))?;
    let guest = bag.owner.and_then(|owner| station.guest(owner));
    let accepted = bag.history.live(|what| matches!(what, Happened::Accepted { .. })).next();
    let made = accepted.map(|held| format!("{} {}", held.fact.desk, (voice.clock)(held.fact.at))).unwrap_or_default();
    let make = |say: &Say| Sheet {
        title: say.t("bag-tag").to_string(),
        fields: vec![
            field("tag", say.t("bag-tag"), tag),
            field("to", say.t("print-label-to"), bag.destination.map_or_else(|| "---".to_owned(), |code| code.to_string())),
            field("flight", say.t("col-flight"), key.flight()),
            field("date", say.t("col-date"), say.day(key.date())),
            field("name", say.t("col-name"), guest.as_ref().map(|guest| guest.name.clone()).unwrap_or_default()),
            field("locator", say.t("col-locator"), guest.as_ref().and_then(|guest| guest.locator).map(|it| it.to_string()).unwrap_or_default()),
            field("sequence", say.t("col-sequence"), guest.as_ref().and_then(|guest| guest.sequence).map(|it| it.to_string()).unwrap_or_default()),
            field("weight", say.t("col-weight"), bag.kg.map(|kg| format!("{kg} kg")).unwrap_or_default()),
            field("made", "", &made),
            field("issue", say.t("print-label-issue"), if issue > 1 { format!("({issue})") } else { String::new() }),
        ],
        ..Sheet::default()
    };
    // Everybody on a bag's way reads its tag: days and words are English.
    let english = Voice { wanted: std::slice::from_ref(voice.english), ..*voice };
    let sheets = english.sheets(1, make);
    Some(Composed { document: Document { form: Form::Tag, code: tag.to_string(), sheets }, title: tag.to_string(), flight: Some(*key) })
}

/// The receipt of a baggage report, once in each language that is wanted.
pub fn receipt(station: &Station, case: DocId, voice: &Voice<'_>) -> Option<Composed> {
    let case = station.case_of(case)?;
    let made = case.at.map(voice.clock);
    let make = |say: &Say| {
        let kind = match case.incident {
            Some(Incident::Delayed) => say.t("incident-delayed"),
            Some(Incident::Damaged) => say.t("incident-damaged"),
            Some(Incident::Pilfered) => say.t("incident-pilfered"),
            Some(Incident::Found) => say.t("incident-found"),
            None => say.t("incident-other"),
        };
        let mut fields = vec![
            field("reference", say.t("receipt-your-reference"), &case.reference),
            field("report", say.t("receipt-report"), kind),
            field("name", say.t("col-name"), &case.name),
            field("contact", say.t("receipt-contact"), &case.contact),
            field("flight", say.t("col-flight"), case.flight.map(|flight| flight.to_string()).unwrap_or_default()),
            field("tag", say.t("bag-tag"), case.tag.map(|tag| tag.to_string()).unwrap_or_default()),
            field("bag", say.t("receipt-bag"), &case.bag),
        ];
        fields.extend(limits(say, &case).into_iter().map(|(what, when)| field("made", what, when)));
        let mut notes = vec![say.t("receipt-provisional").to_string()];
        if let (Some(time), Some(desk), Some(by)) = (&made, &case.desk, &case.by) {
            notes.push(say.t("receipt-taken").arg("time", time).arg("desk", desk).arg("staff", by).to_string());
        }
        Sheet { title: say.t("receipt-head").to_string(), fields, notes, rows: Vec::new() }
    };
    let sheets = voice.sheets(2, make);
    Some(Composed { document: Document { form: Form::Receipt, code: String::new(), sheets }, title: case.reference.clone(), flight: None })
}

/// The dates of the Montreal Convention for a report, as its receipt gives them.
pub fn limits(say: &Say, case: &CaseRow) -> Vec<(String, String)> {
    let known = case.clocks.limits.iter();
    let mut lines: Vec<(String, String)> =
        known.map(|limit| (say.t(&format!("incident-limit-{}", limit.what.as_str())).to_string(), date_words(say, limit.date))).collect();
    if case.clocks.limits.iter().any(|limit| limit.what == LimitKind::CountsAsLost) {
        // Nobody knows yet when the guest gets the bag.
        lines.insert(0, (say.t("incident-limit-complain-of-delay").to_string(), say.t("claim-delayed").to_string()));
    }
    lines
}

/// `22 Nov 2026`.
pub fn date_words(say: &Say, date: NaiveDate) -> String {
    say.t("incident-date").arg("day", say.day(date)).arg("year", date.year().to_string()).to_string()
}

/// A paper pack; `make` writes it in one language.
pub fn pack(key: &FlightKey, voice: &Voice<'_>, make: impl Fn(&Say) -> Sheet) -> Composed {
    let sheets = voice.sheets(1, make);
    Composed { document: Document { form: Form::Pack, code: String::new(), sheets }, title: key.flight().to_string(), flight: Some(*key) }
}

/// A line that shows that a printer prints.
pub fn test(desk: &str, now_ms: i64, voice: &Voice<'_>) -> Composed {
    let make = |say: &Say| {
        let words = say.t("print-test-words").arg("printer", &voice.printer.name).arg("desk", desk).arg("time", (voice.clock)(now_ms));
        Sheet { title: say.t("print-test-title").to_string(), notes: vec![words.to_string()], ..Sheet::default() }
    };
    Composed { document: Document { form: Form::Test, code: String::new(), sheets: voice.sheets(1, make) }, title: String::new(), flight: None }
}

impl Voice<'_> {
    /// The same in the first languages whose letters the printer has; in English where it has those of none.
    fn sheets(&self, most: usize, make: impl Fn(&Say) -> Sheet) -> Vec<Sheet> {
        let mut spoken: Vec<&Say> = Vec::new();
        for say in self.wanted {
            let words = make(say);
            if spoken.len() < most && !spoken.iter().any(|other| other.language() == say.language()) && self.printer.can_write(words.words()) {
                spoken.push(say);
            }
        }
        if spoken.is_empty() {
            spoken.push(self.english);
        }
        spoken.into_iter().map(make).collect()
    }
}

pub(crate) fn field(key: &str, label: impl ToString, text: impl ToString) -> Field {
    Field { key: key.to_owned(), label: label.to_string(), text: text.to_string() }
}
