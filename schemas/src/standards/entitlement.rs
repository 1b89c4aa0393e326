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
