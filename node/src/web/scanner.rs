//! Setting up a scanner: what to program, a code to try it with, what came of it, and what this device makes of that.

use askama::Template;
use axum::Form;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::errors::{Trouble, html};
use super::language::Screen;
use super::page::{Section, Shell};
use super::{Web, barcode, device, staff};
use crate::devices::{Prefix, Scanner};

/// The page with the codes.
#[derive(Debug, Template)]
#[template(path = "scanner.html")]
pub struct ScannerPage {
    pub shell: Shell,
    /// All characters, for scanners that read codes of two dimensions, and some of them in bars. SVG made here.
    pub square: String,
    pub bars: String,
    pub heard: Option<HeardPart>,
    /// As the device is set, or as what came suggests.
    pub gap_ms: u16,
    pub least: u8,
    pub us: bool,
    pub prefixes: Vec<(&'static str, bool)>,
    /// Set where what was typed into the form cannot be kept.
    pub wrong: Option<String>,
    pub kept: bool,
}

/// What came of the code, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeardPart {
    /// Whether passes and tags will be read.
    pub good: bool,
    pub verdict: String,
    pub layout: String,
    pub ending: String,
    pub speed: String,
    pub prefix: String,
    /// Characters that did not come, and those that came in their places; empty where all did.
    pub missing: String,
    pub text: String,
}

/// What the page's script heard; a browser without script sends the text alone.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Heard {
    #[serde(default)]
    heard: String,
    /// The keys that were pressed, as a US keyboard has them.
    #[serde(default)]
    keys: String,
    /// The median of the pauses between two keys, in milliseconds.
    #[serde(default)]
    gap: String,
    /// `Enter`, `Tab`, or `Enter Enter` for CR and LF.
    #[serde(default)]
    ends: String,
    #[serde(default)]
    prefix: String,
}

/// What the form of settings sends.
#[derive(Deserialize)]
pub(super) struct KeepForm {
    #[serde(default)]
    gap: String,
    #[serde(default)]
    least: String,
    #[serde(default)]
    prefix: Option<Prefix>,
    #[serde(default)]
    us: String,
}

/// How a scanner's text came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Every character is the one that was meant.
    Same,
    /// The keys are right and this device's keyboard makes others of them: it scans as a US keyboard.
    Us,
    Other,
}

/// Every character that passes, tags and travel documents hold.
const SQUARE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789<>^/-+:";
/// What differs most between keyboards, short enough for a laser.
const BARS: &str = "AYZayz019<>^/-+:";

/// A scanner's pauses differ: this much is allowed above the median.
const GAP_SPARE: u16 = 10;

/// The page, and what came if something did: it stands in the address, so that the page stays as it is while it looks for news.
pub(super) async fn show(Screen(web): Screen, Query(heard): Query<Heard>, headers: HeaderMap) -> Response {
    let set = web.options.devices.scanner(web.device);
    html(&match heard.heard.is_empty() {
        true => page(&web, &headers, None, set),
        false => page(&web, &headers, Some(part(&web, &heard)), suggested(&heard, set)),
    })
}

pub(super) async fn keep(Screen(web): Screen, headers: HeaderMap, Form(form): Form<KeepForm>) -> Result<Response, Trouble> {
    let number = |text: &str| text.trim().parse::<u16>().unwrap_or_default();
    let least = u8::try_from(number(&form.least)).unwrap_or_default();
    match Scanner::new(number(&form.gap), least, form.prefix.unwrap_or_default(), !form.us.is_empty()) {
        Ok(scanner) => {
            let device = web.device_or_new();
            web.options.devices.set_scanner(device, scanner).map_err(|_| device::not_kept())?;
            Ok(web.known_as(device, Redirect::to("/desk/scanner#settings").into_response()))
        }
        Err(_) => {
            let set = web.options.devices.scanner(web.device);
            let page = ScannerPage { wrong: Some(web.say.t("scanner-wrong").to_string()), ..page(&web, &headers, None, set) };
            let mut response = html(&page);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

fn page(web: &Web, headers: &HeaderMap, heard: Option<HeardPart>, shown: Scanner) -> ScannerPage {
    let label = web.say.t("scanner-code").html();
    ScannerPage {
        shell: web.shell(Section::Desk, staff::current(headers).as_ref()),
        // What we wrote ourselves can be written as a bar code; a test holds it.
        square: barcode::aztec(SQUARE, &label).unwrap_or_default(),
        bars: barcode::code128(BARS, &label).unwrap_or_default(),
        heard,
        gap_ms: shown.gap_ms(),
        least: shown.least(),
        us: shown.us(),
        prefixes: Prefix::ALL.into_iter().map(|prefix| (prefix.as_str(), prefix == shown.prefix())).collect(),
        wrong: None,
        kept: web.options.devices.scanner(web.device) != Scanner::default(),
    }
}

/// The code that was meant: the one that is closer in length.
fn expected(text: &str) -> &'static str {
    if text.chars().count() * 2 > SQUARE.len() + BARS.len() { SQUARE } else { BARS }
}

fn layout(heard: &Heard) -> Layout {
    let meant = expected(if heard.keys.is_empty() { &heard.heard } else { &heard.keys });
    match () {
        () if heard.heard == meant => Layout::Same,
        () if heard.keys == meant => Layout::Us,
        () => Layout::Other,
    }
}

/// The characters that did not come in their places. Where some were swallowed the rest has moved, so only what came nowhere counts.
fn missing(text: &str, meant: &str) -> String {
    match text.chars().count() == meant.chars().count() {
        true => meant.chars().zip(text.chars()).filter(|(meant, came)| meant != came).map(|(meant, _)| meant).collect(),
        false => meant.chars().filter(|meant| !text.contains(*meant)).collect(),
    }
}

fn suggested(heard: &Heard, set: Scanner) -> Scanner {
    let us = match layout(heard) {
        Layout::Same => set.us(),
        Layout::Us => true,
        Layout::Other => set.us(),
    };
    let gap = heard.gap.parse::<u16>().ok().map(|median| median.saturating_mul(2).saturating_add(GAP_SPARE).clamp(35, 200));
    Scanner::new(gap.unwrap_or(set.gap_ms()), set.least(), set.prefix(), us).unwrap_or(set)
}

fn part(web: &Web, heard: &Heard) -> HeardPart {
    let say = &web.say;
    let layout = layout(heard);
    let meant = expected(&heard.heard);
    let missing = if layout == Layout::Other { missing(&heard.heard, meant) } else { String::new() };
    let (verdict, good) = match layout {
        Layout::Same => ("scanner-good", true),
        Layout::Us => ("scanner-us-keys", false),
        Layout::Other => ("scanner-bad", false),
    };
    HeardPart {
        good,
        verdict: say.t(verdict).to_string(),
        layout: say
            .t(match layout {
                Layout::Same => "scanner-layout-same",
                Layout::Us => "scanner-layout-us",
                Layout::Other => "scanner-layout-other",
            })
            .to_string(),
        ending: say
            .t(match heard.ends.as_str() {
                "Enter" => "scanner-ends-enter",
                "Tab" => "scanner-ends-tab",
                "Enter Enter" => "scanner-ends-twice",
                _ => "scanner-not-measured",
            })
            .to_string(),
        speed: match heard.gap.parse::<u16>() {
            Ok(gap) => say.t("scanner-gap").arg("ms", i64::from(gap)).to_string(),
            Err(_) => say.t("scanner-not-measured").to_string(),
        },
        prefix: match heard.prefix.as_str() {
            "" => say.t("none").to_string(),
            prefix => prefix.chars().take(3).collect(),
        },
        missing,
        text: heard.heard.chars().take(SQUARE.len() + 11).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str, keys: &str) -> Heard {
        Heard { heard: text.into(), keys: keys.into(), gap: "12".into(), ..Heard::default() }
    }

    #[test]
    fn both_codes_can_be_drawn_and_hold_what_the_standards_need() {
        assert!(barcode::aztec(SQUARE, "x").is_ok() && barcode::code128(BARS, "x").is_ok());
        assert!(('A'..='Z').chain('a'..='z').chain('0'..='9').chain("<>^/-+:".chars()).all(|letter| SQUARE.contains(letter)));
        assert!(BARS.chars().all(|letter| SQUARE.contains(letter)));
    }

    #[test]
    fn a_keyboard_that_swaps_letters_is_told_from_one_that_loses_them() {
        assert_eq!(layout(&heard(SQUARE, SQUARE)), Layout::Same);
        assert_eq!(layout(&heard(BARS, "")), Layout::Same);
        // A German keyboard under a US scanner: Y and Z change places, the rest of the row too.
        let german = "AZYazy019;:&-ß`Ö";
        assert_eq!(layout(&heard(german, BARS)), Layout::Us);
        let set = suggested(&heard(german, BARS), Scanner::default());
        assert!(set.us() && set.gap_ms() == 35);
        assert_eq!(layout(&heard(german, "")), Layout::Other);
        assert_eq!(missing(german, BARS), "YZyz<>^/-+:");
        assert_eq!(missing(&SQUARE.replace('^', ""), SQUARE), "^");
        assert_eq!(layout(&heard(&SQUARE.to_uppercase(), &SQUARE.to_uppercase())), Layout::Other);
    }

    #[test]
    fn a_slow_scanner_gets_more_time_within_what_a_person_cannot_type() {
        let gap = |median: &str| suggested(&Heard { gap: median.into(), ..heard(SQUARE, SQUARE) }, Scanner::default()).gap_ms();
        assert_eq!((gap("3"), gap("40"), gap("150"), gap("65535"), gap("fast")), (35, 90, 200, 200, 35));
    }
}
