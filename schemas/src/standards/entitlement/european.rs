//! Regulation 261 and its copy in the United Kingdom: delay, cancellation, denied boarding, downgrade.

use super::answer::{Entitlement, money};
use super::rules::{Band, European, RuleSet, chosen};
use crate::standards::airport_table::{airport, distance_km};

pub(super) fn decide(sets: &[RuleSet<European>], answer: &mut Entitlement) {
    let Some(rules) = chosen(sets, answer) else { return };
    let scope = if rules.currency == "eur" {
        place_in_area(answer);
        applies(answer)
    } else {
        applies_in_kingdom(answer)
    };
    match scope {
        Scope::Outside => {
            answer.give("applies", false);
            return answer.because("The flight neither leaves the area, nor arrives in it on a carrier of the area.");
        }
        Scope::Inside => answer.give("applies", true),
        Scope::Unasked => {}
        // What is due depends on it: nothing is certain.
        Scope::Asked => return answer.because("Whether these rules apply is not known yet."),
    }
    let Some(kind) = answer.need_text("kind") else { return };
    let Some(band) = band(rules, answer) else { return };
    match kind.as_str() {
        "downgrade" => downgrade(rules, band, answer),
        "delay" => delay(rules, band, answer),
        "cancel" => cancel(rules, band, answer),
        "denied" => denied(rules, band, answer),
        _ => answer.ask.push("kind"),
    }
}

/// Countries and territories of the area: European Union with its outermost regions, Iceland, Liechtenstein, Norway, Switzerland.
const AREA: [&str; 37] = [
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GF", "GP", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV",
    "MF", "MQ", "MT", "NL", "NO", "PL", "PT", "RE", "RO", "SE", "SI", "SK", "YT",
];

/// Where airports are given and nobody said whether they are in the area, their countries say so.
fn place_in_area(answer: &mut Entitlement) {
    let inside = |answer: &Entitlement, fact: &str| Some(AREA.contains(&country(answer, fact)?));
    let (departs, arrives) = (inside(answer, "from"), inside(answer, "to"));
    answer.suppose("departs_eu", departs);
    answer.suppose("arrives_eu", arrives);
    answer.suppose("intra_eu", departs.zip(arrives).map(|(departs, arrives)| departs && arrives));
}

/// Whether the rules are those of the flight.
enum Scope {
    Inside,
    Outside,
    /// A fact is missing, and asked for.
    Asked,
    /// Nobody said anything of it: whoever chose the rules knows.
    Unasked,
}

fn applies(answer: &mut Entitlement) -> Scope {
    if !["departs_eu", "arrives_eu", "carrier_eu"].iter().any(|fact| answer.knows(fact)) {
        return Scope::Unasked;
    }
    // A flight inside the area leaves it nowhere else.
    match answer.flag("departs_eu").or(answer.flag("intra_eu").filter(|intra| *intra)) {
        Some(true) => Scope::Inside,
        Some(false) if answer.flag("arrives_eu") == Some(false) || answer.flag("carrier_eu") == Some(false) => Scope::Outside,
        Some(false) => match (answer.need_flag("arrives_eu"), answer.need_flag("carrier_eu")) {
            (Some(true), Some(true)) => Scope::Inside,
            _ => Scope::Asked,
        },
        None => {
            answer.need_flag("departs_eu");
            Scope::Asked
        }
    }
}

/// The scope of the United Kingdom's copy, where both airports are given: from there on any carrier, to there on one of the United Kingdom or the
/// European area, and from elsewhere to the European area on one of the United Kingdom.
fn applies_in_kingdom(answer: &mut Entitlement) -> Scope {
    let Some((from, to)) = country(answer, "from").zip(country(answer, "to")) else { return Scope::Unasked };
    if from == "GB" {
        return Scope::Inside;
    }
    if to != "GB" && (AREA.contains(&from) || !AREA.contains(&to)) {
        return Scope::Outside;
    }
    match (answer.flag("carrier_uk"), answer.flag("carrier_eu").filter(|_| to == "GB")) {
        (Some(true), _) | (_, Some(true)) => Scope::Inside,
        (Some(false), Some(false)) => Scope::Outside,
        (Some(false), None) if to != "GB" => Scope::Outside,
        (Some(false), None) => {
            answer.need_flag("carrier_eu");
            Scope::Asked
        }
        (None, _) => {
            answer.need_flag("carrier_uk");
            Scope::Asked
        }
    }
}

fn country(answer: &Entitlement, fact: &str) -> Option<&'static str> {
    Some(airport(answer.text(fact)?.parse().ok()?)?.country)
}

/// The band of the distance. Flights inside the area have none beyond the second.
fn band<'a>(rules: &'a European, answer: &mut Entitlement) -> Option<&'a Band> {
    let distance = match answer.number("distance_km").or_else(|| measured(answer)) {
        Some(distance) => distance,
        None => answer.need_number("distance_km")?,
    };
    let long = rules.bands.last()?;
    let by_distance = rules.bands.iter().find(|band| band.up_to_km.is_none_or(|limit| distance <= limit))?;
    if by_distance != long {
        return Some(by_distance);
    }
    // The United Kingdom has no such area of its own; where nobody says, the distance decides.
    let intra = if rules.currency == "eur" { answer.need_flag("intra_eu")? } else { answer.flag("intra_eu").unwrap_or(false) };
    let last_but_one = rules.bands.len().checked_sub(2).and_then(|at| rules.bands.get(at));
    if intra { last_but_one } else { Some(long) }
}

/// The distance between the airports, where those are given in its place.
fn measured(answer: &Entitlement) -> Option<f64> {
    let place = |fact| airport(answer.text(fact)?.parse().ok()?);
    Some(distance_km(&place("from")?, &place("to")?))
}

fn delay(rules: &European, band: &Band, answer: &mut Entitlement) {
    answer.give("band", band.band.as_str());
    if let Some(delay) = answer.number("dep_delay").or_else(|| if rules.currency == "eur" { answer.need_number("dep_delay") } else { None }) {
        answer.give("care", delay >= band.care_from_min);
        answer.give("refund_option", delay >= rules.refund_from_min);
        answer.because(format!(
            "Care is due from {} minutes late at departure, a refund instead of the flight from {}.",
            band.care_from_min, rules.refund_from_min
        ));
    }
    let Some(late) = answer.need_number("arr_delay") else { return };
    let amount = if late < rules.delay_amount_from_min {
        answer.because(format!("Money is due from {} minutes late at arrival, when the doors open.", rules.delay_amount_from_min));
        0.0
    } else {
        // Only the longest band is halved for an arrival between three and four hours late.
        let halved = late < band.half_within_min;
        answer.because(format!("{} minutes late at arrival, band {}{}.", late, band.band, if halved { ", halved" } else { "" }));
        if halved { band.amount / 2.0 } else { band.amount }
    };
    give_amount(rules, amount, answer);
}

fn cancel(rules: &European, band: &Band, answer: &mut Entitlement) {
    answer.give("band", band.band.as_str());
    answer.give("refund_option", true);
    let Some(notice) = answer.need_number("notice") else { return };
    let near = rules.cancel_windows.first().map_or(0.0, |window| window.from_days);
    if notice >= near {
        answer.give("care", "only_if_waiting_at_airport");
    } else {
        answer.give("care", true);
    }
    let rerouted = answer.knows("reroute_arr_late") || answer.knows("reroute_dep_early");
    if notice >= rules.cancel_none_from_days {
        answer.because(format!("Told at least {} days before: no money.", rules.cancel_none_from_days));
        return give_amount(rules, 0.0, answer);
    }
    if !rerouted {
        answer.because("Told late, and no other flight was offered.");
        return give_amount(rules, band.amount, answer);
    }
    let (Some(late), early) = (answer.need_number("reroute_arr_late"), answer.number("reroute_dep_early").unwrap_or(0.0)) else { return };
    let window = rules.cancel_windows.iter().find(|window| notice >= window.from_days);
    if window.is_some_and(|window| early <= window.leaves_early_max && late < window.arrives_late_under) {
        answer.because("The other flight keeps within the times that need no money.");
        return give_amount(rules, 0.0, answer);
    }
    let halved = late <= band.half_within_min;
    answer.because(if halved {
        "The other flight is outside those times, yet arrives soon enough to halve the money."
    } else {
        "The other flight is outside those times."
    });
    give_amount(rules, if halved { band.amount / 2.0 } else { band.amount }, answer);
}

fn denied(rules: &European, band: &Band, answer: &mut Entitlement) {
    answer.give("band", band.band.as_str());
    answer.give("refund_option", true);
    if answer.flag("volunteer") == Some(true) {
        answer.give("care", false);
        answer.give(&format!("compensation_{}", rules.currency), 0);
        return answer.because("A volunteer gets what was agreed, and the choice of refund or another flight.");
    }
    answer.give("care", true);
    let halved = answer.number("reroute_arr_late").is_some_and(|late| late <= band.half_within_min);
    answer.because("Refused against the guest's will: money at once, whatever the cause.");
    let amount = if halved { band.amount / 2.0 } else { band.amount };
    answer.give(&format!("compensation_{}", rules.currency), money(amount));
}

fn downgrade(rules: &European, band: &Band, answer: &mut Entitlement) {
    answer.give("days", rules.downgrade_days);
    let price = format!("segment_price_{}", rules.currency);
    let asked = if rules.currency == "gbp" { "segment_price_gbp" } else { "segment_price_eur" };
    let Some(price) = answer.number(&price).or_else(|| answer.number("segment_price_eur")).or_else(|| answer.need_number(asked)) else { return };
    let longest = rules.bands.last().filter(|_| is_to_overseas(answer)).unwrap_or(band);
    answer.because(format!("{} % of this flight's price.", longest.downgrade_percent));
    answer.give(&format!("refund_{}", rules.currency), money(price * longest.downgrade_percent / 100.0));
}

/// Article 10(2)(c): between the European territory and the French overseas departments the highest share is paid back, whatever article 7 says of
/// the money for delay.
fn is_to_overseas(answer: &Entitlement) -> bool {
    const OVERSEAS: [&str; 6] = ["GF", "GP", "MF", "MQ", "RE", "YT"];
    let Some((from, to)) = country(answer, "from").zip(country(answer, "to")) else { return false };
    let in_europe = |country| AREA.contains(&country) && !OVERSEAS.contains(&country);
    (OVERSEAS.contains(&from) && in_europe(to)) || (in_europe(from) && OVERSEAS.contains(&to))
}

/// Extraordinary circumstances take away money, never care. Where somebody says that they are not settled, no money is promised.
fn give_amount(rules: &European, amount: f64, answer: &mut Entitlement) {
    let name = format!("compensation_{}", rules.currency);
    if amount > 0.0 && answer.has("extra") && answer.need_flag("extra").is_none() {
        return answer.because("Whether the circumstances were extraordinary is not settled: no money is promised yet.");
    }
    if answer.flag("extra") == Some(true) {
        answer.because("Extraordinary circumstances: no money. Care stays.");
        return answer.give(&name, 0);
    }
    answer.give(&name, money(amount));
}
