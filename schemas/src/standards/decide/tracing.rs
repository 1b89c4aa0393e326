//! Whether a found bag is a missing one.

use serde_json::{Value, json};

use super::{Case, Refusal};
use crate::standards::bag_tag::BagTag;
use crate::standards::tracing::{FoundBag, MissingBag, compare};

pub(super) fn answer(case: &Case) -> Result<Value, Refusal> {
    let report = |name: &str| case.get(name).and_then(Value::as_object).ok_or_else(|| format!("missing:{name}"));
    let (ahl, ohd) = (report("ahl")?, report("ohd")?);
    let missing = MissingBag {
        tag: tag(ahl),
        name: text(ahl, "name"),
        look: text(ahl, "ct").and_then(|look| look.parse().ok()),
        route: texts(ahl, "route"),
        date: text(ahl, "date").and_then(|date| date.parse().ok()),
        locator: text(ahl, "pnr"),
        brand: text(ahl, "brand"),
        contents: texts(ahl, "contents"),
    };
    let found = FoundBag {
        tag: tag(ohd),
        name: text(ohd, "name"),
        look: text(ohd, "ct").and_then(|look| look.parse().ok()),
        found: text(ohd, "found"),
        date: text(ohd, "date").and_then(|date| date.parse().ok()),
        locator: text(ohd, "pnr"),
        brand: text(ohd, "brand"),
        contents: texts(ohd, "contents"),
    };
    let result = compare(&missing, &found);
    Ok(json!({"ok": true, "value": result.grade.as_str(), "score": result.score, "reasons": result.reasons}))
}

/// The plate as ten digits where it is one, however it was written.
fn tag(report: &Case) -> Option<String> {
    let written = text(report, "tag")?;
    Some(written.parse::<BagTag>().map_or(written, |tag| tag.to_string()))
}

fn text(report: &Case, name: &str) -> Option<String> {
    report.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn texts(report: &Case, name: &str) -> Vec<String> {
    let list = report.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
