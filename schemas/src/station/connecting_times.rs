//! Minimum connecting times as data: per station and kind of connection, what some guests need beyond, and how long a flight may be held.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::rules::NoRules;
use crate::standards::airport::AirportCode;
use crate::standards::airport_table::airport;

/// The rules of an installation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectingRules {
    times: Vec<Times>,
    /// Minutes that a guest with this service code needs beyond; the largest counts.
    extra: BTreeMap<String, i64>,
    /// Minutes for which holding a flight is proposed at most.
    pub hold_at_most: i64,
}

/// Minutes at one station; `*` is for every other one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Times {
    station: String,
    domestic_domestic: i64,
    domestic_international: i64,
    international_domestic: i64,
    international_international: i64,
}

/// No connecting time is longer, nor what a guest needs beyond it.
const MINUTES_MAX: i64 = 12 * 60;
const ROWS_MAX: usize = 10_000;

static BUILT_IN: LazyLock<ConnectingRules> =
    LazyLock::new(|| ConnectingRules::read(include_str!("connecting_times.json")).expect("the file beside this one is valid; a test reads it"));

impl ConnectingRules {
    /// What comes with the product: plausible figures that nobody published. Stations write down their own.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads rules as JSON.
    ///
    /// # Errors
    /// With what is wrong, in one line.
    pub fn read(text: &str) -> Result<Self, NoRules> {
        let rules: Self = serde_json::from_str(text).map_err(|error| NoRules::new(error.to_string()))?;
        let of_row = |row: &Times| [row.domestic_domestic, row.domestic_international, row.international_domestic, row.international_international];
        let mut all = rules.times.iter().flat_map(of_row).chain(rules.extra.values().copied()).chain([rules.hold_at_most]);
        if let Some(wrong) = all.find(|minutes| !(0..=MINUTES_MAX).contains(minutes)) {
            return Err(NoRules::new(format!("{wrong} minutes are none; give 0 to {MINUTES_MAX}")));
        }
        if rules.times.len() > ROWS_MAX || !rules.times.iter().any(|row| row.station == "*") {
            return Err(NoRules::new(format!("`times` has at most {ROWS_MAX} rows, one of them for \"*\"")));
        }
        Ok(rules)
    }

    /// Minutes from one flight to another at a station. What is not known is taken as abroad, which takes longer.
    pub fn minutes(&self, from: AirportCode, here: AirportCode, to: Option<AirportCode>) -> i64 {
        let own = self.times.iter().find(|row| row.station == here.as_str());
        let Some(row) = own.or_else(|| self.times.iter().find(|row| row.station == "*")) else { return 0 };
        let country = |code| airport(code).map(|airport| airport.country);
        let ours = country(here);
        let is_domestic = |code: Option<AirportCode>| ours.is_some() && code.and_then(country) == ours;
        match (is_domestic(Some(from)), is_domestic(to)) {
            (true, true) => row.domestic_domestic,
            (true, false) => row.domestic_international,
            (false, true) => row.international_domestic,
            (false, false) => row.international_international,
        }
    }

    /// Minutes that a guest with these service codes needs beyond.
    pub fn extra<'a>(&self, codes: impl Iterator<Item = &'a str>) -> i64 {
        codes.filter_map(|code| self.extra.get(code)).copied().max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> AirportCode {
        text.parse().unwrap()
    }

    #[test]
    fn each_kind_of_connection_has_its_own_time_and_every_station_one() {
        let rules = ConnectingRules::built_in();
        let minutes = |from, here, to: &str| rules.minutes(code(from), code(here), Some(code(to)));
        assert_eq!((minutes("PEK", "PVG", "CTU"), minutes("PEK", "PVG", "FRA")), (60, 90));
        assert_eq!((minutes("FRA", "PVG", "PEK"), minutes("FRA", "PVG", "NRT")), (120, 75));
        assert_eq!(minutes("HKG", "PVG", "PEK"), 120, "a border is between them");
        assert_eq!(minutes("MUC", "VIE", "GRZ"), 90);
        assert_eq!(rules.minutes(code("PEK"), code("PVG"), None), 90);
        assert_eq!((rules.extra(["WCHC", "INF"].into_iter()), rules.extra(["VGML"].into_iter())), (20, 0));
    }

    #[test]
    fn rules_that_are_written_down_wrong_are_refused_with_the_reason() {
        let good = include_str!("connecting_times.json");
        for (from, to, words) in
            [("60,", "-1,", "-1 minutes"), ("\"*\"", "\"XXX\"", "\"*\""), ("\"extra\"", "\"extras\"", "extras"), ("{", "", "expected")]
        {
            let error = ConnectingRules::read(&good.replacen(from, to, 1)).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
