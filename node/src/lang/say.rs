//! One language in the hand of whoever makes a page: words, days, numbers, order.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use chrono::NaiveDate;
use schemas::command::Refusal;
use schemas::record::FlightKey;
use schemas::record::reason::{Reason, coded};
use schemas::said::{Arg, Said};
use serde_json::Value;

use super::formats::Formats;
use super::language::Language;
use super::pseudo;
use super::texts::{Given, Texts};

/// Words of one language, cheap to clone. What it lacks is said in English.
#[derive(Clone)]
pub struct Say {
    own: Arc<Tongue>,
    english: Arc<Tongue>,
}

/// A language that was read in.
pub struct Tongue {
    pub(super) language: Language,
    pub(super) texts: Texts,
    formats: Formats,
    pub(super) kind: Kind,
}

/// Where the words of a language come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The rules speak it themselves.
    English,
    /// English with accents.
    Pseudo,
    Other,
}

/// A message with its values: shows itself, in a template too.
#[derive(Clone)]
pub struct Sentence<'a> {
    say: &'a Say,
    key: &'a str,
    attribute: Option<&'static str>,
    args: Vec<(&'static str, Arg)>,
}

/// Around a value that stands out: private characters that nobody types, replaced by tags when all else was escaped.
const STRONG: [char; 2] = ['\u{e000}', '\u{e001}'];

impl Say {
    pub(super) fn new(own: Arc<Tongue>, english: Arc<Tongue>) -> Self {
        Self { own, english }
    }

    pub fn language(&self) -> &Language {
        &self.own.language
    }

    /// The words under a key of the language files.
    pub fn t<'a>(&'a self, key: &'a str) -> Sentence<'a> {
        Sentence { say: self, key, attribute: None, args: Vec::new() }
    }

    /// The same with values.
    pub fn with<'a>(&'a self, key: &'a str, args: &[(&'static str, Arg)]) -> Sentence<'a> {
        Sentence { args: args.to_vec(), ..self.t(key) }
    }

    /// What a rule said: the rule has the English, a language file the rest, under the sentence's key.
    pub fn said(&self, said: &Said) -> String {
        self.rule(said.key(), None, said.args(), said.english())
    }

    /// What is the matter, and what to do now: `refusal-<code>` or `refusal-<code>-<variant>`, and its `.remedy`.
    pub fn refusal(&self, refusal: &Refusal) -> (String, String) {
        let key = refusal.key();
        let args = refusal.args();
        (self.rule(&key, None, args, &refusal.message), self.rule(&key, Some("remedy"), args, &refusal.remedy))
    }

    /// The same in one line.
    pub fn refused(&self, refusal: &Refusal) -> String {
        let (message, remedy) = self.refusal(refusal);
        self.sentences(&[message, remedy])
    }

    /// Sentences one after the other: a language that does not divide them writes them together.
    pub fn sentences(&self, sentences: &[String]) -> String {
        sentences.join(&self.t("between-sentences").to_string().replace('_', " "))
    }

    /// Words whose English stands where they are made, and everything else in language files.
    pub fn rule(&self, key: &str, attribute: Option<&'static str>, args: &[(&str, Arg)], english: &str) -> String {
        match self.own.kind {
            Kind::English => english.to_owned(),
            Kind::Pseudo => pseudo::accented(english).into_owned(),
            Kind::Other => self.own.texts.format(key, attribute, &self.given(args)).unwrap_or_else(|| english.to_owned()),
        }
    }

    /// The values of a sentence as an answer keeps them ([`Arg::write`]). What is said inside a sentence is in this language too.
    pub fn kept<'a>(&self, values: &'a Value) -> Vec<(&'a str, Arg)> {
        let one = |value: &Value| match (value["said"].as_str(), value["english"].as_str()) {
            (Some(key), Some(english)) => Arg::Text(self.rule(key, None, &self.kept(&value["args"]), english)),
            _ => Arg::read(value),
        };
        values.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), one(value))).collect()
    }

    /// Why something was done, in this language where it was chosen from a list, and with what was added to it.
    pub fn reason(&self, stored: &str) -> String {
        let reason = Reason::read(stored);
        match (reason.code, reason.note) {
            (None, note) => note.to_owned(),
            (Some(code), "") => self.t(&format!("reason-{code}")).to_string(),
            (Some(code), note) => self.t("with-note").arg("what", self.t(&format!("reason-{code}")).to_string()).arg("note", note).to_string(),
        }
    }

    /// The reasons of a list: as each is stored, and its words.
    pub fn reasons(&self, codes: &[&str]) -> Vec<(String, String)> {
        codes.iter().map(|code| (coded(code), self.reason(&coded(code)))).collect()
    }

    /// `22 Nov`, `11月22日`.
    pub fn day(&self, date: NaiveDate) -> String {
        self.own.formats.day(date)
    }

    /// `1,204`.
    pub fn number(&self, number: u64) -> String {
        self.own.formats.number(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// Which of two names comes first in a list.
    pub fn compare(&self, one: &str, other: &str) -> Ordering {
        self.own.formats.compare(one, other)
    }

    /// `CA1501 of 22 Nov`.
    pub fn flight(&self, key: &FlightKey) -> String {
        self.t("flight-of-day").arg("flight", key.flight().to_string()).arg("day", self.day(key.date())).to_string()
    }

    /// `A, B, C`, as the language divides a list.
    pub fn list(&self, items: &[String]) -> String {
        items.join(&self.t("list-comma").to_string().replace('_', " "))
    }

    fn given<'a>(&self, args: &[(&'a str, Arg)]) -> Vec<(&'a str, Given)> {
        let one = |arg: &Arg| match arg {
            Arg::Text(text) => Given::Text(text.clone()),
            Arg::Number(number) => Given::Number(*number),
            Arg::Flight(key) => Given::Text(self.flight(key)),
            Arg::Said(said) => Given::Text(self.said(said)),
            Arg::List(items) => Given::Text(self.list(items)),
        };
        args.iter().map(|(name, arg)| (*name, one(arg))).collect()
    }
}

impl fmt::Debug for Say {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Say({})", self.language())
    }
}

impl Tongue {
    pub(super) fn new(language: Language, texts: Texts, kind: Kind) -> Self {
        Self { formats: Formats::of(&language), language, texts, kind }
    }
}

impl Sentence<'_> {
    /// The same with a value: a text, a count, a flight.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// The same with a value that stands out where [`Sentence::html`] shows it.
    #[must_use]
    pub fn strong(self, name: &'static str, value: impl fmt::Display) -> Self {
        let plain: String = value.to_string().chars().filter(|letter| !STRONG.contains(letter)).collect();
        self.arg(name, format!("{}{plain}{}", STRONG[0], STRONG[1]))
    }

    /// An attribute of the message.
    #[must_use]
    pub fn of(self, attribute: &'static str) -> Self {
        Self { attribute: Some(attribute), ..self }
    }

    /// As markup: everything escaped, and what stands out in `<strong>`.
    pub fn html(&self) -> String {
        let mut html = String::new();
        for letter in self.to_string().chars() {
            match letter {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                _ if letter == STRONG[0] => html.push_str("<strong>"),
                _ if letter == STRONG[1] => html.push_str("</strong>"),
                _ => html.push(letter),
            }
        }
        html
    }
}

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.say.given(&self.args);
        let of = |tongue: &Tongue| tongue.texts.format(self.key, self.attribute, &given);
        match of(&self.say.own).or_else(|| of(&self.say.english)) {
            Some(words) => out.write_str(&words),
            None => out.write_str(self.key),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Languages;

    #[test]
    fn a_reason_that_was_chosen_is_read_in_every_language_and_what_was_typed_stays() {
        let (english, chinese) = (Languages::default().english(), Languages::default().choose(Some("zh-CN"), None));
        for code in schemas::record::reason::CODES {
            for say in [&english, &chinese] {
                let words = say.reason(&coded(code));
                assert!(!words.contains("reason-") && !words.is_empty(), "{code}: {words}");
            }
            assert_ne!(english.reason(&coded(code)), chinese.reason(&coded(code)), "{code}");
        }
        assert_eq!(english.reason("#host-silent since 10:33"), "Host does not answer: since 10:33");
        assert_eq!(chinese.reason("#host-silent since 10:33"), "离港主机无应答：since 10:33");
        assert_eq!(chinese.reason("Host does not answer: since 10:33"), "Host does not answer: since 10:33");
    }

    #[test]
    fn what_stands_out_is_marked_and_everything_else_is_escaped() {
        let say = Languages::default().english();
        let said = say.t("flight-of-day").strong("flight", "<b>\u{e000}&").arg("day", "'");
        assert_eq!(said.html(), "<strong>&lt;b&gt;&amp;</strong> of &#39;");
    }
}
