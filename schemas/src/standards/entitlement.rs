//! What a guest is entitled to: money, care and options, under rules that are dated data.
//!
//! An answer names the version of its rules and why. Where a fact is missing it says what to ask; it never guesses. Care that is due now is certain;
//! money is a claim for the airline to settle, since its cause may still be disputed.

mod answer;
mod china;
mod european;
mod montreal;
mod rules;
mod united_states;

pub use answer::{Due, Entitlement};
pub use rules::{Regime, RegimeError, RuleSet, Rules, RulesError};

use serde_json::{Map, Value};

/// The facts of a case, by the names of the shared vectors (`dep_delay`, `distance_km`, ..).
pub type Facts = Map<String, Value>;

impl Rules {
    /// What the facts entitle to under a regime. The rules are those of the fact `date`, or the newest.
    pub fn decide(&self, regime: Regime, facts: &Facts) -> Entitlement {
        let mut answer = Entitlement::new(facts);
        match regime {
            Regime::Eu261 => european::decide(&self.eu261, &mut answer),
            Regime::Uk261 => european::decide(&self.uk261, &mut answer),
            Regime::Cn => china::decide(&self.cn, &mut answer),
            Regime::Us => united_states::decide(&self.us, &mut answer),
            Regime::Mc99 => montreal::decide(&self.mc99, &mut answer),
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decide(regime: Regime, facts: Value) -> Entitlement {
        let Value::Object(facts) = facts else { panic!("facts are an object") };
        Rules::built_in().decide(regime, &facts)
    }

    #[test]
    fn what_is_not_known_is_asked_and_not_guessed() {
        let answer = decide(Regime::Eu261, json!({"kind": "delay", "dep_delay": 300, "distance_km": 900}));
        assert_eq!(answer.ask, ["arr_delay"]);
        assert_eq!((answer.due.get("care"), answer.due.get("compensation_eur")), (Some(&json!(true)), None));
        let answer = decide(Regime::Cn, json!({"where": "origin", "delay_min": 300}));
        assert_eq!(answer.ask, ["cause"]);
        assert!(!answer.due.contains_key("cash_cny"));
    }

    #[test]
    fn airports_stand_in_for_distance_and_scope() {
        let answer = decide(Regime::Eu261, json!({"kind": "delay", "from": "CDG", "to": "RUN", "dep_delay": 400, "arr_delay": 400}));
        assert_eq!((&answer.due["applies"], &answer.due["compensation_eur"]), (&json!(true), &json!(400)));
        let answer =
            decide(Regime::Eu261, json!({"kind": "delay", "from": "PVG", "to": "FRA", "carrier_eu": false, "dep_delay": 400, "arr_delay": 400}));
        assert_eq!(answer.due["applies"], json!(false));
    }

    #[test]
    fn the_day_of_the_event_decides_the_rules() {
        let limit = |date: &str| decide(Regime::Mc99, json!({"event": "baggage", "date": date}));
        assert_eq!(limit("2024-12-27").rules_version.as_deref(), Some("MC99/2019-12-28"));
        assert_eq!(limit("2024-12-28").rules_version.as_deref(), Some("MC99/2024-12-28"));
        assert_eq!(limit("1999-01-01").rules_version, None);
    }

    #[test]
    fn every_answer_says_why() {
        let answer = decide(Regime::Us, json!({"event": "tarmac", "scope": "domestic", "start": "2026-07-01T10:00:00-04:00"}));
        assert!(!answer.reasons.is_empty() && answer.rules_version.is_some());
    }
}
