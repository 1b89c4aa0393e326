//! Limits of liability under the Montreal Convention, by the date of what happened.

use super::answer::{Entitlement, money};
use super::rules::{Montreal, RuleSet, chosen};

pub(super) fn decide(sets: &[RuleSet<Montreal>], answer: &mut Entitlement) {
    let event = answer.need_text("event");
    if event.as_deref() == Some("convert") {
        let (Some(sdr), Some(rate)) = (answer.need_number("sdr"), answer.need_number("usd_per_sdr")) else { return };
        answer.because("At the rate that was given; a rate has a date and is never assumed.");
        return answer.give("usd", money(sdr * rate));
    }
    let Some(limits) = chosen(sets, answer) else { return };
    match event.as_deref() {
        Some("baggage") => answer.give("limit_sdr_per_passenger", limits.baggage),
        Some("cargo") => answer.give("limit_sdr_per_kg", limits.cargo_per_kg),
        Some("death_injury") => answer.give("strict_tier_sdr", limits.death_injury),
        Some("delay_of_persons") => {
            answer.give("limit_sdr", limits.delay_of_persons);
            answer.give("limit_sdr_per_passenger", limits.delay_of_persons);
        }
        Some(_) => answer.ask.push("event"),
        None => {}
    }
    if !answer.knows("date") {
        answer.ask.push("date");
    }
    answer.because("The limit is that of the day of the event.");
}
