//! Flight regularity in China: delay at origin, stop-over and diversion, tarmac, complaints, refunds, domestic baggage.

use super::answer::{Entitlement, money};
use super::rules::{China, RuleSet, chosen};

pub(super) fn decide(sets: &[RuleSet<China>], answer: &mut Entitlement) {
    let Some(rules) = chosen(sets, answer) else { return };
    match answer.text("event") {
        None => delay(rules, answer),
        Some("tarmac") => tarmac(rules, answer),
        Some("complaint") => complaint(rules, answer),
        Some("refund_involuntary") => {
            answer.give("refund_within_working_days", rules.refund_working_days);
            answer.give("fee", 0);
            answer.because("CCAR-273: an involuntary refund is free.");
        }
        Some("status_known") => {
            let moment = if answer.knows("at") { "at" } else { "start" };
            let Some(known) = answer.need_moment(moment) else { return };
            answer.give("notify_passengers_by", Entitlement::later(known, rules.notify_within_min));
            answer.because("Article 26: tell guests as soon as the carrier knows.");
        }
        Some("bag_loss_domestic") => {
            let Some(weight) = answer.need_number("weight_kg") else { return };
            answer.give("limit_cny", money(weight * rules.bag_per_kg));
            answer.because("Domestic checked baggage is limited by weight.");
        }
        Some(_) => answer.ask.push("event"),
    }
}

fn delay(rules: &China, answer: &mut Entitlement) {
    let minutes = answer.need_number("delay_min");
    if let Some(minutes) = minutes {
        answer.give("is_delay", minutes > rules.delay_over_min);
        answer.because(format!("A delay is more than {} minutes.", rules.delay_over_min));
        if minutes <= rules.delay_over_min && !answer.knows("cause") {
            return;
        }
    }
    let is_late = minutes.is_none_or(|minutes| minutes > rules.delay_over_min);
    let place = answer.need_text("where");
    if place.as_deref().is_some_and(|place| !matches!(place, "origin" | "stopover_domestic" | "diversion_domestic")) {
        answer.ask.push("where");
    }
    if matches!(place.as_deref(), Some("stopover_domestic" | "diversion_domestic")) {
        answer.give("meal_hotel", "carrier_pays");
        answer.because("Article 29(3) and (4): at a domestic stop-over or diversion the carrier pays, whatever the cause.");
    }
    let Some(cause) = answer.need_text("cause") else { return };
    let own = match cause.as_str() {
        "carrier" => true,
        "weather" | "atc" | "security" | "passenger" | "emergency" => false,
        _ => return answer.ask.push("cause"),
    };
    if place.as_deref() == Some("origin") && is_late {
        answer.give("meal_hotel", if own { "carrier_pays" } else { "assist_passenger_pays" });
        answer.because(if own {
            "Article 29(1): the carrier's own cause at origin."
        } else {
            "Article 29(2): not the carrier's cause; help, and the guest pays."
        });
    }
    let Some(minutes) = minutes else { return };
    let amount = rules.cash.iter().rev().find(|step| own && minutes >= step.from_min).map_or(0, |step| step.amount);
    answer.give("cash_cny", amount);
    if !own {
        answer.give("cash", 0);
    }
    answer.because("Money follows the table that the carrier publishes, for its own causes only.");
}

fn tarmac(rules: &China, answer: &mut Entitlement) {
    answer.give("announce_every_min", rules.announce_every_min);
    let Some(start) = answer.need_moment("start") else { return };
    answer.give("food_water_by", Entitlement::later(start, rules.food_water_min));
    if answer.flag("takeoff_time_known") == Some(true) {
        answer.give("deplane_from", serde_json::Value::Null);
        answer.because("Article 35 asks to let guests off only where no take-off time is known.");
    } else {
        answer.give("deplane_from", Entitlement::later(start, rules.deplane_min));
        answer.because("Article 35: no take-off time is known; guests may leave, safety permitting.");
    }
}

fn complaint(rules: &China, answer: &mut Entitlement) {
    answer.give("accept_within_days", rules.complaint_accept_days);
    match answer.need_text("carrier").as_deref() {
        Some("domestic") => answer.give("reply_within_working_days", rules.complaint_reply_domestic),
        Some("foreign_or_HKMT") => answer.give("reply_within_working_days", rules.complaint_reply_foreign),
        Some(_) => answer.ask.push("carrier"),
        None => {}
    }
    answer.because("Complaint clock of the flight regularity rules.");
}
