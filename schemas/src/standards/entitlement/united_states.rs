//! The rules of the Department of Transportation: tarmac, denied boarding, refunds, baggage.

use super::answer::{Entitlement, money};
use super::rules::{RuleSet, UnitedStates, chosen};

pub(super) fn decide(sets: &[RuleSet<UnitedStates>], answer: &mut Entitlement) {
    let Some(rules) = chosen(sets, answer) else { return };
    let too_early = |answer: &Entitlement| rules.refunds_from.zip(answer.date().ok().flatten()).is_some_and(|(first, date)| date < first);
    match answer.need_text("event").as_deref() {
        Some("significant_change" | "bag_fee_refund") if too_early(answer) => {
            answer.because("There was no such refund rule on this date; what the carrier promised applies.");
        }
        Some("tarmac") => tarmac(rules, answer),
        Some("involuntary_denied_boarding") => denied(rules, answer),
        Some("significant_change") => {
            let (Some(domestic), Some(late)) = (is_domestic(answer), answer.need_number("arrival_late_min")) else { return };
            let from = if domestic { rules.change_domestic_min } else { rules.change_international_min };
            answer.give("refund_if_declined", late >= from);
            answer.because(format!("A change is significant from {from} minutes later at arrival."));
        }
        Some("bag_fee_refund") => bag_fee(rules, answer),
        Some("refund_payment") => match answer.need_text("method").as_deref() {
            Some("card") => answer.give("business_days", rules.refund_card_business_days),
            Some(_) => answer.give("calendar_days", rules.refund_other_calendar_days),
            None => {}
        },
        Some("bag_liability_domestic") => {
            answer.give("limit_at_least_usd", rules.bag_limit);
            answer.because("14 CFR 254: a carrier may not limit itself to less.");
        }
        Some(_) => answer.ask.push("event"),
        None => {}
    }
}

fn is_domestic(answer: &mut Entitlement) -> Option<bool> {
    match answer.need_text("scope")?.as_str() {
        "domestic" => Some(true),
        "international" => Some(false),
        _ => {
            answer.ask.push("scope");
            None
        }
    }
}

fn tarmac(rules: &UnitedStates, answer: &mut Entitlement) {
    let Some(start) = answer.need_moment("start") else { return };
    answer.give("food_water_by", Entitlement::later(start, rules.food_water_min));
    let Some(domestic) = is_domestic(answer) else { return };
    let minutes = if domestic { rules.deplane_domestic_min } else { rules.deplane_international_min };
    answer.give("deplane_by", Entitlement::later(start, minutes));
    answer.because("14 CFR 259.4: food and water, then the chance to leave, safety and security permitting.");
}

fn denied(rules: &UnitedStates, answer: &mut Entitlement) {
    let (domestic, late) = (is_domestic(answer), answer.need_number("alternate_arrival_late_min"));
    if late.is_some_and(|late| late < rules.denied_none_under_min) {
        answer.because("The other flight arrives within an hour: no money.");
        return answer.give("minimum_cash_usd", 0);
    }
    let fare = answer.need_number("one_way_fare_usd");
    let (Some(domestic), Some(late), Some(fare)) = (domestic, late, fare) else { return };
    let full_from = if domestic { rules.denied_full_domestic_min } else { rules.denied_full_international_min };
    let share = if late >= full_from { &rules.denied_full } else { &rules.denied_half };
    answer.because(format!("{} % of the one-way fare, at most USD {}.", share.percent, share.cap));
    answer.give("minimum_cash_usd", money((fare * share.percent / 100.0).min(share.cap)));
}

fn bag_fee(rules: &UnitedStates, answer: &mut Entitlement) {
    let (Some(domestic), Some(hours)) = (is_domestic(answer), answer.need_number("hours_after_gate_arrival")) else { return };
    let within = if domestic {
        rules.bag_domestic_hours
    } else {
        // The length of the flight matters only between the two limits.
        let known = answer.number("flight_hours").or(if hours > rules.bag_long_hours { Some(f64::INFINITY) } else { None });
        let known = known.or(if hours <= rules.bag_short_hours { Some(0.0) } else { None });
        match known.or_else(|| answer.need_number("flight_hours")) {
            Some(flight) if flight > rules.bag_long_flight_hours => rules.bag_long_hours,
            Some(_) => rules.bag_short_hours,
            None => return,
        }
    };
    answer.give("refund_bag_fee", hours > within);
    answer.because(format!("The fee is due back when the bag comes later than {within} hours after arrival at the gate."));
}
