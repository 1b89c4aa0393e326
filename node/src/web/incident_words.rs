//! How fields, dates and stages of a baggage incident are said.

use chrono::NaiveDate;
use schemas::record::case::Incident;
use schemas::record::incident::{Field, Kind};
use schemas::record::tracing::Stage;
use schemas::standards::tracing::{COLOURS, ELEMENTS, TYPES};
use schemas::station::{CaseRow, Limit, Reminder};

use crate::lang::Say;
use crate::print::date_words;

/// `Delayed`.
pub(super) fn kind(say: &Say, incident: Option<Incident>) -> String {
    let key = match incident {
        Some(Incident::Delayed) => "incident-delayed",
        Some(Incident::Damaged) => "incident-damaged",
        Some(Incident::Pilfered) => "incident-pilfered",
        Some(Incident::Found) => "incident-found",
        None => "incident-other",
    };
    say.t(key).to_string()
}

/// What a field is called on the form.
pub(super) fn label(say: &Say, field: &Field) -> String {
    say.t(&format!("incident-field-{}", field.word)).to_string()
}

/// The same with its bag, where several are described.
pub(super) fn full_label(say: &Say, field: &Field, bags: u8) -> String {
    let label = label(say, field);
    match field.bag {
        0 => label,
        _ if bags < 2 => label,
        bag => say.t("incident-of-bag").arg("field", label).arg("bag", bag).to_string(),
    }
}

/// What a field holds, for people.
pub(super) fn value(say: &Say, field: &Field, text: &str) -> String {
    match field.kind {
        Kind::Colour => code(say, "look-colour", text, COLOURS.iter().any(|(known, _, _)| *known == text)),
        Kind::Type => code(say, "look-type", text, TYPES.iter().any(|(known, _, _)| *known == text)),
        Kind::Elements => {
            let known = |code: &char| ELEMENTS.iter().any(|(element, _, _)| element == code);
            say.list(&text.chars().filter(known).map(|letter| code(say, "look-element", &letter.to_string(), true)).collect::<Vec<_>>())
        }
        Kind::OneOf(choices) if choices.contains(&text) => choice(say, field, text),
        Kind::Date => text.parse::<NaiveDate>().map_or_else(|_| text.to_owned(), |date| date_words(say, date)),
        _ => text.to_owned(),
    }
}

/// One of the choices of a field.
pub(super) fn choice(say: &Say, field: &Field, value: &str) -> String {
    say.t(&format!("incident-choice-{}", field.word)).arg("value", value).to_string()
}

/// `BK black`.
pub(super) fn code(say: &Say, key: &str, code: &str, known: bool) -> String {
    // A name in a language file does not begin with a digit.
    let name = if code.starts_with(|first: char| first.is_ascii_digit()) { format!("t{code}") } else { code.to_owned() };
    if known { say.t("look-code").arg("code", code).arg("words", say.t(key).arg("code", name).to_string()).to_string() } else { code.to_owned() }
}

/// How far the bag is found.
pub(super) fn stage(say: &Say, row: &CaseRow) -> String {
    let key = match row.stage {
        _ if row.disputed => "incident-stage-disputed",
        Stage::Open if matches!(row.incident, Some(Incident::Damaged | Incident::Pilfered)) => "incident-stage-claim",
        Stage::Open => "incident-stage-open",
        Stage::Confirmed => "incident-stage-confirmed",
        Stage::Requested => "incident-stage-requested",
        Stage::Suspended => "incident-stage-suspended",
        Stage::Delivered => "incident-stage-delivered",
        Stage::Closed => "incident-stage-closed",
    };
    say.t(key).to_string()
}

/// The next date of a report and how near it is: `Counts as lost from 13 Dec 2026, in 2 days`; and the class of its line.
pub(super) fn due(say: &Say, limit: &Limit, today: NaiveDate) -> (String, &'static str) {
    let days = (limit.date - today).num_days();
    let (key, class) = match limit.reminder(today) {
        Reminder::Past => ("incident-due-past", "care"),
        Reminder::Today => ("incident-due-today", "care"),
        Reminder::Soon => ("incident-due-soon", "care"),
        Reminder::Later => ("incident-due-later", ""),
    };
    let what = say.t(&format!("incident-limit-{}", limit.what.as_str())).to_string();
    let said = say.t(key).arg("what", what).arg("date", date_words(say, limit.date)).arg("days", days.unsigned_abs());
    (said.to_string(), class)
}

/// What two reports agree in.
pub(super) fn reasons(say: &Say, reasons: &[&'static str]) -> String {
    say.list(&reasons.iter().map(|reason| say.t(&format!("match-reason-{}", reason.replace(' ', "-"))).to_string()).collect::<Vec<_>>())
}

/// How surely two reports are about one bag.
pub(super) fn grade(say: &Say, grade: &str, score: u32) -> String {
    say.t(&format!("match-grade-{grade}")).arg("score", i64::from(score)).to_string()
}
