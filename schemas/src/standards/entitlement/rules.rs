//! The rules as data: per regime a table for each stretch of time.

use std::str::FromStr;
use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use super::answer::Entitlement;
use crate::standards::found;

/// Whose rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Regime {
    /// Regulation (EC) 261/2004.
    Eu261,
    /// Its copy in the United Kingdom.
    Uk261,
    /// Flight regularity rules of China (CCAR-300, CCAR-273).
    Cn,
    /// Department of Transportation, United States.
    Us,
    /// Montreal Convention of 1999.
    Mc99,
}

/// The name is none of a regime.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a set of rules known here. Choose EU261, UK261, CN, US or MC99.")]
pub struct RegimeError {
    pub found: String,
}

impl FromStr for Regime {
    type Err = RegimeError;

    fn from_str(text: &str) -> Result<Self, RegimeError> {
        match text {
            "EU261" => Ok(Self::Eu261),
            "UK261" => Ok(Self::Uk261),
            "CN" => Ok(Self::Cn),
            "US" => Ok(Self::Us),
            "MC99" => Ok(Self::Mc99),
            _ => Err(RegimeError { found: found(text) }),
        }
    }
}

/// All rules, each regime's newest first.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    #[serde(rename = "EU261")]
    pub(super) eu261: Vec<RuleSet<European>>,
    #[serde(rename = "UK261")]
    pub(super) uk261: Vec<RuleSet<European>>,
    #[serde(rename = "CN")]
    pub(super) cn: Vec<RuleSet<China>>,
    #[serde(rename = "US")]
    pub(super) us: Vec<RuleSet<UnitedStates>>,
    #[serde(rename = "MC99")]
    pub(super) mc99: Vec<RuleSet<Montreal>>,
}

/// One regime's rules for a stretch of time.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RuleSet<T> {
    /// Stored with every decision.
    pub version: String,
    pub valid_from: NaiveDate,
    /// The last day, where there is one.
    pub valid_to: Option<NaiveDate>,
    pub source: String,
    #[serde(flatten)]
    pub table: T,
}

/// The rules cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("The entitlement rules cannot be read. Restore the file that came with the release.")]
pub struct RulesError(#[from] serde_json::Error);

const BUILT_IN: &str = include_str!("rules.json");

static RULES: LazyLock<Rules> = LazyLock::new(|| serde_json::from_str(BUILT_IN).expect("a test reads the rules that are compiled in"));

impl Rules {
    /// The rules that come with the product.
    pub fn built_in() -> &'static Self {
        &RULES
    }

    /// Rules from an operator's file.
    pub fn parse(json: &str) -> Result<Self, RulesError> {
        Ok(serde_json::from_str(json)?)
    }
}

/// The set of the case's date, or the newest where none is known; it is named in the answer. Where there is none, the answer says why.
pub(super) fn chosen<'a, T>(sets: &'a [RuleSet<T>], answer: &mut Entitlement) -> Option<&'a T> {
    let set = match answer.date() {
        Ok(date) => on(sets, date),
        Err(fact) => {
            answer.ask.push(fact);
            answer.because("The date decides which rules apply, and cannot be read. Write it as 2026-11-22.");
            return None;
        }
    };
    match set {
        Some(set) => answer.rules_version = Some(set.version.clone()),
        None => answer.because("No rules are known for this date."),
    }
    set.map(|set| &set.table)
}

fn on<T>(sets: &[RuleSet<T>], date: Option<NaiveDate>) -> Option<&RuleSet<T>> {
    match date {
        Some(date) => sets.iter().find(|set| set.valid_from <= date && set.valid_to.is_none_or(|last| date <= last)),
        None => sets.iter().max_by_key(|set| set.valid_from),
    }
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct European {
    /// Lower-case, the end of the amount's name.
    pub(super) currency: String,
    /// By distance, shortest first.
    pub(super) bands: Vec<Band>,
    pub(super) delay_amount_from_min: f64,
    pub(super) refund_from_min: f64,
    pub(super) cancel_none_from_days: f64,
    pub(super) cancel_windows: Vec<CancelWindow>,
    pub(super) downgrade_days: u32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Band {
    pub(super) band: String,
    pub(super) up_to_km: Option<f64>,
    pub(super) amount: f64,
    /// Arriving no later than this halves the amount.
    pub(super) half_within_min: f64,
    pub(super) care_from_min: f64,
    pub(super) downgrade_percent: f64,
}

/// Told at least so many days before, no money is due if the other flight keeps within these.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct CancelWindow {
    pub(super) from_days: f64,
    pub(super) leaves_early_max: f64,
    pub(super) arrives_late_under: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct China {
    pub(super) delay_over_min: f64,
    pub(super) notify_within_min: i64,
    pub(super) announce_every_min: u32,
    pub(super) food_water_min: i64,
    pub(super) deplane_min: i64,
    pub(super) cash: Vec<Cash>,
    pub(super) complaint_accept_days: u32,
    pub(super) complaint_reply_domestic: u32,
    pub(super) complaint_reply_foreign: u32,
    pub(super) refund_working_days: u32,
    pub(super) bag_per_kg: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Cash {
    pub(super) from_min: f64,
    pub(super) amount: u32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct UnitedStates {
    /// The first day of the refunds for changes and late bags, where it lies inside the rules' time.
    #[serde(default)]
    pub(super) refunds_from: Option<NaiveDate>,
    pub(super) food_water_min: i64,
    pub(super) deplane_domestic_min: i64,
    pub(super) deplane_international_min: i64,
    pub(super) denied_none_under_min: f64,
    pub(super) denied_full_domestic_min: f64,
    pub(super) denied_full_international_min: f64,
    pub(super) denied_half: Share,
    pub(super) denied_full: Share,
    pub(super) change_domestic_min: f64,
    pub(super) change_international_min: f64,
    pub(super) bag_domestic_hours: f64,
    pub(super) bag_short_hours: f64,
    pub(super) bag_long_hours: f64,
    pub(super) bag_long_flight_hours: f64,
    pub(super) refund_card_business_days: u32,
    pub(super) refund_other_calendar_days: u32,
    pub(super) bag_limit: u32,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Share {
    pub(super) percent: f64,
    pub(super) cap: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Montreal {
    pub(super) baggage: u32,
    pub(super) delay_of_persons: u32,
    pub(super) death_injury: u32,
    pub(super) cargo_per_kg: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_that_are_compiled_in_can_be_read_and_do_not_overlap() {
        let rules = Rules::parse(BUILT_IN).unwrap();
        assert_eq!(&rules, Rules::built_in());
        for pair in rules.mc99.windows(2) {
            assert_eq!(pair[1].valid_to, pair[0].valid_from.pred_opt());
        }
        for pair in rules.us.windows(2) {
            assert_eq!(pair[1].valid_to, pair[0].valid_from.pred_opt());
        }
    }
}
