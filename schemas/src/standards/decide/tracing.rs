//! Whether a found bag is a missing one.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Case, Refusal, list, text};
use crate::standards::bag_tag::{BagTag, BagTagError};
use crate::standards::tracing::{BagLook, FoundBag, MissingBag, compare};

pub(super) fn answer(case: &Case) -> Result<Value, Refusal> {
    let (ahl, ohd) = (report(case, "ahl")?, report(case, "ohd")?);
    let missing = MissingBag {
        tag: tag(ahl)?,
        name: said(ahl, "name")?,
        look: look(ahl)?,
        route: texts(ahl, "route")?,
        date: date(ahl)?,
        locator: said(ahl, "pnr")?,
        brand: said(ahl, "brand")?,
        contents: texts(ahl, "contents")?,
    };
    let found = FoundBag {
        tag: tag(ohd)?,
        name: said(ohd, "name")?,
        look: look(ohd)?,
        found: said(ohd, "found")?,
        date: date(ohd)?,
        locator: said(ohd, "pnr")?,
        brand: said(ohd, "brand")?,
        contents: texts(ohd, "contents")?,
    };
    let result = compare(&missing, &found);
    Ok(json!({"ok": true, "value": result.grade.as_str(), "score": result.score, "reasons": result.reasons}))
}

fn report<'a>(case: &'a Case, name: &str) -> Result<&'a Case, Refusal> {
    match case.get(name) {
        None | Some(Value::Null) => Err(format!("missing:{name}")),
        Some(report) => report.as_object().ok_or_else(|| format!("bad:{name}")),
    }
}

/// The plate as ten digits where it is one, however it was written. The sorter's mark for a tag that it could not read is no tag.
fn tag(report: &Case) -> Result<Option<String>, Refusal> {
    Ok(said(report, "tag")?.and_then(|written| match written.parse::<BagTag>() {
        Ok(tag) => Some(tag.to_string()),
        Err(BagTagError::NoRead) => None,
        Err(_) => Some(written),
    }))
}

/// A description that cannot be read says nothing: it is often keyed in a hurry.
fn look(report: &Case) -> Result<Option<BagLook>, Refusal> {
    Ok(said(report, "ct")?.and_then(|look| look.parse().ok()))
}

/// Serials are used again, so a date that cannot be read may not be passed over.
fn date(report: &Case) -> Result<Option<NaiveDate>, Refusal> {
    said(report, "date")?.map(|date| date.parse().map_err(|_| "bad:date".to_owned())).transpose()
}

fn said(report: &Case, name: &str) -> Result<Option<String>, Refusal> {
    Ok(text(report, name)?.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned))
}

fn texts(report: &Case, name: &str) -> Result<Vec<String>, Refusal> {
    list(report, name)?.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| format!("bad:{name}"))).collect()
}
