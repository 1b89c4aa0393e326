//! The answer while it is worked out: what is due, what to ask, which rules, and why.

use chrono::{DateTime, Duration, FixedOffset, NaiveDate};
use serde_json::{Map, Value};

use super::Facts;

/// What is due, by the names of the shared vectors (`compensation_eur`, `care`, ..).
pub type Due = Map<String, Value>;

/// What a guest is entitled to.
#[derive(Debug, Clone, PartialEq)]
pub struct Entitlement {
    facts: Facts,
    /// What is certain.
    pub due: Due,
    /// Facts that are missing. What depends on them is not in `due`.
    pub ask: Vec<&'static str>,
    /// The version of the rules, where a rule was found.
    pub rules_version: Option<String>,
    /// Why, in words for the desk.
    pub reasons: Vec<String>,
}

impl Entitlement {
    pub(super) fn new(facts: &Facts) -> Self {
        Self { facts: facts.clone(), due: Due::new(), ask: Vec::new(), rules_version: None, reasons: Vec::new() }
    }

    pub(super) fn give(&mut self, name: &str, value: impl Into<Value>) {
        self.due.insert(name.to_owned(), value.into());
    }

    pub(super) fn because(&mut self, reason: impl Into<String>) {
        self.reasons.push(reason.into());
    }

    /// A number that is needed; asked for where it is missing.
    pub(super) fn need_number(&mut self, name: &'static str) -> Option<f64> {
        let number = self.number(name);
        self.need(name, number)
    }

    pub(super) fn need_text(&mut self, name: &'static str) -> Option<String> {
        let text = self.text(name).map(str::to_owned);
        self.need(name, text)
    }

    pub(super) fn need_flag(&mut self, name: &'static str) -> Option<bool> {
        let flag = self.flag(name);
        self.need(name, flag)
    }

    pub(super) fn need_moment(&mut self, name: &'static str) -> Option<DateTime<FixedOffset>> {
        let moment = self.text(name).and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        self.need(name, moment)
    }

    fn need<T>(&mut self, name: &'static str, fact: Option<T>) -> Option<T> {
        if fact.is_none() && !self.ask.contains(&name) {
            self.ask.push(name);
        }
        fact
    }

    pub(super) fn number(&self, name: &str) -> Option<f64> {
        self.facts.get(name).and_then(Value::as_f64).filter(|number| number.is_finite())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.facts.get(name).and_then(Value::as_str)
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.facts.get(name).and_then(Value::as_bool)
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.facts.get(name).is_some_and(|fact| !fact.is_null())
    }

    /// Whether somebody named the fact, be it to say that it is not known (`null`).
    pub(super) fn has(&self, name: &str) -> bool {
        self.facts.contains_key(name)
    }

    /// Adds a fact that follows from others, unless somebody said otherwise.
    pub(super) fn suppose(&mut self, name: &str, flag: Option<bool>) {
        if let Some(flag) = flag
            && !self.knows(name)
        {
            self.facts.insert(name.to_owned(), Value::from(flag));
        }
    }

    /// The date that decides which rules apply.
    ///
    /// # Errors
    /// The name of the fact, where it was given and cannot be read: no rules may be chosen then.
    pub(super) fn date(&self) -> Result<Option<NaiveDate>, &'static str> {
        let Some(name) = ["date", "start", "received", "at"].into_iter().find(|name| self.knows(name)) else { return Ok(None) };
        self.text(name).and_then(|text| text.get(..10)?.parse().ok()).map(Some).ok_or(name)
    }

    /// A moment some minutes later, as text with the offset it came with.
    pub(super) fn later(moment: DateTime<FixedOffset>, minutes: i64) -> Value {
        moment.checked_add_signed(Duration::minutes(minutes)).map_or(Value::Null, |later| Value::from(later.to_rfc3339()))
    }
}

/// A whole amount as a whole number, any other rounded to cents.
pub(super) fn money(amount: f64) -> Value {
    let cents = (amount * 100.0).round();
    if !cents.is_finite() {
        return Value::Null;
    }
    if cents % 100.0 == 0.0 && cents.abs() < 9e15 { Value::from((cents / 100.0) as i64) } else { Value::from(cents / 100.0) }
}
