//! What a benchmark found: figures, and for each target whether it was met.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// The outcome of a benchmark.
#[derive(Debug, Clone)]
pub struct Report {
    bench: &'static str,
    records: usize,
    ratios: Map<String, Value>,
    targets: Map<String, Value>,
    figures: Map<String, Value>,
    met: bool,
}

/// What is asked of a figure.
#[derive(Debug, Clone, Copy)]
pub(super) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Report {
    pub(super) fn new(bench: &'static str, records: usize) -> Self {
        Self { bench, records, ratios: Map::new(), targets: Map::new(), figures: Map::new(), met: true }
    }

    /// Adds a ratio with its target.
    pub(super) fn ratio(&mut self, name: &str, value: f64, bound: Bound) {
        self.ratios.insert(name.to_owned(), json!(rounded(value)));
        self.target(name, value, bound);
    }

    /// Adds a figure that has a target.
    pub(super) fn target(&mut self, name: &str, value: f64, bound: Bound) {
        let met = bound.holds(value);
        self.met &= met;
        let (word, limit) = bound.words();
        self.targets.insert(name.to_owned(), json!({ word: limit, "value": rounded(value), "met": met }));
    }

    /// Adds a figure that explains.
    pub(super) fn figure(&mut self, name: &str, value: impl Into<Value>) {
        self.figures.insert(name.to_owned(), value.into());
    }

    /// The report as one JSON object: `bench`, `records`, `ratios`, `targets` with `met` each, `met` for all, and the figures.
    pub fn json(&self) -> Value {
        let mut all = Map::new();
        all.insert("bench".to_owned(), json!(self.bench));
        all.insert("records".to_owned(), json!(self.records));
        all.insert("ratios".to_owned(), Value::Object(self.ratios.clone()));
        all.insert("targets".to_owned(), Value::Object(self.targets.clone()));
        all.insert("met".to_owned(), json!(self.met));
        all.extend(self.figures.clone());
        Value::Object(all)
    }

    /// The report as people read it.
    pub fn table(&self) -> String {
        let mut text = format!("{} with {} records\n", self.bench, self.records);
        for (name, target) in &self.targets {
            let (word, limit) = ["at_least", "at_most"].into_iter().find_map(|word| Some((word, target.get(word)?))).unwrap_or(("", &Value::Null));
            let verdict = if target["met"] == json!(true) { "met" } else { "NOT MET" };
            let _ = writeln!(text, "  {name:<28} {:>12}   {} {limit}: {verdict}", target["value"].to_string(), word.replace('_', " "));
        }
        for (name, value) in &self.figures {
            let _ = writeln!(text, "  {name:<28} {value}");
        }
        text
    }
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(limit) => value >= limit,
            Self::AtMost(limit) => value <= limit,
        }
    }

    fn words(self) -> (&'static str, f64) {
        match self {
            Self::AtLeast(limit) => ("at_least", limit),
            Self::AtMost(limit) => ("at_most", limit),
        }
    }
}

/// The middle one, or the mean of the two in the middle; 0 of nothing.
pub(super) fn median(values: &[f64]) -> f64 {
    quantile(values, 0.5)
}

/// The value below which a share of the others lies, between neighbours in proportion; 0 of nothing.
pub(super) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

/// Four digits are more than a measurement is good for.
pub(super) fn rounded(value: f64) -> f64 {
    if !value.is_finite() || value == 0.0 {
        return 0.0;
    }
    let scale = 10f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

/// A list of figures.
pub(super) fn list(values: &[f64]) -> Value {
    values.iter().map(|value| rounded(*value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_target_is_said_to_be_missed() {
        let mut report = Report::new("x", 1);
        report.ratio("fast", 12.0, Bound::AtLeast(12.0));
        assert_eq!(report.json()["met"], json!(true));
        report.ratio("small", 0.61, Bound::AtMost(0.6));
        let json = report.json();
        assert_eq!((&json["met"], &json["targets"]["fast"]["met"], &json["targets"]["small"]["met"]), (&json!(false), &json!(true), &json!(false)));
        assert!(report.table().contains("NOT MET"));
    }

    #[test]
    fn the_middle_is_the_middle() {
        assert_eq!((median(&[]), median(&[3.0, 1.0, 2.0]), median(&[1.0, 2.0]), quantile(&[1.0, 2.0, 3.0], 1.0)), (0.0, 2.0, 1.5, 3.0));
        assert_eq!((rounded(0.0), rounded(12.34567), rounded(-0.001_234_56)), (0.0, 12.35, -0.001_235));
    }
}
