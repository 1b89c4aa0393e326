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
    fn nothing_is_due_while_it_is_open_whether_the_rules_apply() {
        let answer = decide(Regime::Eu261, json!({"kind": "delay", "from": "PPT", "to": "CDG", "dep_delay": 400, "arr_delay": 400}));
        assert_eq!((answer.ask.as_slice(), answer.due.is_empty()), (&["carrier_eu"][..], true));
        let answer = decide(
            Regime::Eu261,
            json!({"kind": "delay", "carrier_eu": false, "intra_eu": true, "distance_km": 900, "dep_delay": 400, "arr_delay": 400}),
        );
        assert_eq!(answer.due["compensation_eur"], json!(250));
    }

    #[test]
    fn money_is_not_promised_while_the_cause_is_said_to_be_open() {
        let case = |extra: Value, late: u32| {
            decide(
                Regime::Eu261,
                json!({"kind": "delay", "extra": extra, "dep_delay": late, "arr_delay": late, "distance_km": 458.3, "intra_eu": true}),
            )
        };
        let open = case(Value::Null, 300);
        assert_eq!((open.ask.as_slice(), &open.due["care"], open.due.get("compensation_eur")), (&["extra"][..], &json!(true), None));
        assert_eq!(case(json!("weather"), 300).ask, ["extra"]);
        // Where no money would be due in any case there is nothing to ask.
        assert_eq!(case(Value::Null, 100).due["compensation_eur"], json!(0));
        assert_eq!(case(json!(false), 300).due["compensation_eur"], json!(250));
    }

    #[test]
    fn the_kingdoms_copy_covers_its_own_departures_and_carriers() {
        let case = |from: &str, to: &str, more: Value| {
            let mut facts = json!({"kind": "delay", "from": from, "to": to, "arr_delay": 200});
            facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            decide(Regime::Uk261, facts)
        };
        assert_eq!(case("LHR", "PVG", json!({})).due["compensation_gbp"], json!(260));
        assert_eq!(case("PVG", "CDG", json!({"carrier_uk": false})).due["applies"], json!(false));
        assert_eq!(case("PVG", "CDG", json!({"carrier_uk": true})).due["compensation_gbp"], json!(260));
        assert_eq!(case("PVG", "SIN", json!({})).due["applies"], json!(false));
        assert_eq!(case("CDG", "LHR", json!({"carrier_eu": true})).due["compensation_gbp"], json!(220));
        assert_eq!(case("PVG", "LHR", json!({})).ask, ["carrier_uk"]);
    }

    #[test]
    fn a_downgrade_to_an_overseas_department_pays_back_the_highest_share() {
        let refund = |to: &str| {
            decide(Regime::Eu261, json!({"kind": "downgrade", "from": "CDG", "to": to, "segment_price_eur": 400})).due["refund_eur"].clone()
        };
        assert_eq!((refund("RUN"), refund("TFN")), (json!(300), json!(200)));
        assert_eq!(decide(Regime::Uk261, json!({"kind": "downgrade", "distance_km": 458})).ask, ["segment_price_gbp"]);
    }

    #[test]
    fn a_date_that_cannot_be_read_chooses_no_rules() {
        for date in [json!("soon"), json!("2026-13-01"), json!(20260101)] {
            let answer = decide(Regime::Mc99, json!({"event": "baggage", "date": date}));
            assert_eq!((answer.ask.as_slice(), answer.due.is_empty(), answer.rules_version), (&["date"][..], true, None));
        }
    }

    #[test]
    fn in_china_a_quarter_of_an_hour_is_no_delay_and_an_unknown_place_is_asked() {
        let answer = decide(Regime::Cn, json!({"cause": "carrier", "where": "origin", "delay_min": 15}));
        assert_eq!((&answer.due["is_delay"], answer.due.get("meal_hotel")), (&json!(false), None));
        assert_eq!(decide(Regime::Cn, json!({"cause": "carrier", "where": "moon", "delay_min": 300})).ask, ["where"]);
    }

    #[test]
    fn a_fact_that_would_change_nothing_is_not_asked() {
        let case = |hours: f64| decide(Regime::Us, json!({"event": "bag_fee_refund", "scope": "international", "hours_after_gate_arrival": hours}));
        assert_eq!(case(30.1).due["refund_bag_fee"], json!(true));
        assert_eq!(case(15.0).due["refund_bag_fee"], json!(false));
        assert_eq!(case(20.0).ask, ["flight_hours"]);
    }

    #[test]
    fn a_refund_is_not_promised_for_a_day_before_its_rule() {
        let case =
            |date: &str| decide(Regime::Us, json!({"event": "significant_change", "scope": "domestic", "arrival_late_min": 200, "date": date}));
        assert!(case("2024-10-27").due.is_empty());
        assert_eq!((&case("2024-10-28").due["refund_if_declined"], &case("2026-01-01").due["refund_if_declined"]), (&json!(true), &json!(true)));
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
