//! What guests may bring free of charge, as data: by airline, route and cabin, counted in pieces or weighed together.

use std::cmp::Reverse;

use serde::Deserialize;

use super::rules::NoRules;
use crate::record::excess::Excess;
use crate::standards::airline::Carrier;

/// The allowances of an installation. The first rule that fits a guest counts.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BagAllowances {
    rules: Vec<Rule>,
    /// What an infant on a lap adds: kilograms where bags are weighed together, else one piece of so many. Nothing where it is 0.
    infant_kg: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// The airline's two characters; `*` for any.
    airline: String,
    route: Route,
    /// The cabin's letter; `*` for any.
    cabin: String,
    /// Bags, each of at most `kg`. Without it any number of bags of at most `kg` together.
    pieces: Option<u16>,
    kg: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
enum Route {
    #[serde(rename = "domestic")]
    Domestic,
    #[serde(rename = "international")]
    International,
    #[serde(rename = "*")]
    Any,
}

/// Whom a rule is looked up for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Travels {
    pub(super) airline: Carrier,
    pub(super) domestic: bool,
    pub(super) cabin: Option<char>,
    pub(super) infant: bool,
}

/// What several guests bring free of charge together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Free {
    /// How much each piece may weigh, in kilograms.
    pieces: Vec<u16>,
    /// What all further bags may weigh together; nothing where only pieces count.
    kg: Option<u16>,
}

const RULES_MAX: usize = 10_000;
const PIECES_MAX: u16 = 20;
const KG_MAX: u16 = 500;

impl BagAllowances {
    /// Reads allowances as JSON.
    ///
    /// # Errors
    /// With what is wrong, in one line.
    pub fn read(text: &str) -> Result<Self, NoRules> {
        let all: Self = serde_json::from_str(text).map_err(|error| NoRules::new(error.to_string()))?;
        if all.rules.len() > RULES_MAX {
            return Err(NoRules::new(format!("`rules` has more than {RULES_MAX} rows")));
        }
        let weights = all.rules.iter().map(|rule| rule.kg).chain([all.infant_kg]);
        if let Some(kg) = weights.into_iter().find(|kg| *kg > KG_MAX) {
            return Err(NoRules::new(format!("{kg} kg is no allowance; give at most {KG_MAX}")));
        }
        if let Some(pieces) = all.rules.iter().filter_map(|rule| rule.pieces).find(|pieces| *pieces > PIECES_MAX) {
            return Err(NoRules::new(format!("{pieces} pieces are no allowance; give at most {PIECES_MAX}")));
        }
        let last = all.rules.last();
        if !last.is_some_and(|rule| rule.airline == "*" && rule.route == Route::Any && rule.cabin == "*") {
            return Err(NoRules::new("the last of `rules` is for every guest: \"*\" for airline, route and cabin".to_owned()));
        }
        Ok(all)
    }

    /// What these guests bring free together.
    pub(super) fn free(&self, guests: impl Iterator<Item = Travels>) -> Free {
        let mut free = Free::default();
        for guest in guests {
            let Some(rule) = self.rules.iter().find(|rule| rule.fits(&guest)) else { continue };
            let infant = Some(self.infant_kg).filter(|kg| guest.infant && *kg > 0);
            match rule.pieces {
                Some(pieces) => free.pieces.extend((0..pieces).map(|_| rule.kg).chain(infant)),
                None => free.kg = Some(free.kg.unwrap_or(0).saturating_add(rule.kg).saturating_add(infant.unwrap_or(0))),
            }
        }
        free
    }
}

impl Rule {
    fn fits(&self, guest: &Travels) -> bool {
        let route = match self.route {
            Route::Any => true,
            Route::Domestic => guest.domestic,
            Route::International => !guest.domestic,
        };
        let cabin = self.cabin == "*" || guest.cabin.is_some_and(|cabin| self.cabin.chars().eq([cabin]));
        route && cabin && (self.airline == "*" || self.airline == guest.airline.as_str())
    }
}

impl Free {
    /// How much bags of these weights, in kilograms, are beyond it: the heaviest go as the pieces that may weigh most.
    pub(super) fn excess(mut self, mut bags: Vec<u16>) -> Excess {
        self.pieces.sort_unstable_by_key(|kg| Reverse(*kg));
        bags.sort_unstable_by_key(|kg| Reverse(*kg));
        let heaviest = self.pieces.first().copied();
        let further = bags.split_off(self.pieces.len().min(bags.len()));
        let above = |bag: u16, limit: u16| bag.saturating_sub(limit);
        let of_pieces = bags.iter().zip(&self.pieces).map(|(bag, limit)| above(*bag, *limit)).fold(0, u16::saturating_add);
        let total = further.iter().copied().fold(0, u16::saturating_add);
        match (self.kg, heaviest) {
            (Some(limit), _) => Excess { pieces: 0, kg: of_pieces.saturating_add(above(total, limit)) },
            // A piece beyond what is free may weigh as much as a free one; what it weighs more counts too.
            (None, limit) => {
                let kg = further.iter().map(|bag| limit.map_or(0, |limit| above(*bag, limit))).fold(of_pieces, u16::saturating_add);
                Excess { pieces: u16::try_from(further.len()).unwrap_or(u16::MAX), kg }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BUILT_IN: &str = include_str!("bag_allowances.json");

    fn free(guests: &[(bool, char, bool)]) -> Free {
        let airline = "CA".parse().unwrap();
        let guests = guests.iter().map(|(domestic, cabin, infant)| Travels { airline, domestic: *domestic, cabin: Some(*cabin), infant: *infant });
        BagAllowances::read(BUILT_IN).unwrap().free(guests)
    }

    #[test]
    fn weight_is_pooled_and_pieces_are_matched_heaviest_first() {
        let family = || free(&[(true, 'Y', true), (true, 'Y', false)]);
        assert_eq!(family(), Free { pieces: vec![], kg: Some(50) });
        assert_eq!(family().excess(vec![20, 18, 12]), Excess::default());
        assert_eq!(family().excess(vec![30, 28]), Excess { pieces: 0, kg: 8 });
        let pair = || free(&[(false, 'Y', false), (false, 'C', false)]);
        assert_eq!(pair().excess(vec![23, 32, 30]), Excess::default());
        assert_eq!(pair().excess(vec![25, 31, 33]), Excess { pieces: 0, kg: 3 }, "33 of 32, 31 of 32, 25 of 23");
        assert_eq!(pair().excess(vec![20, 20, 20, 20]), Excess { pieces: 1, kg: 0 });
        assert_eq!(free(&[]).excess(vec![12]), Excess { pieces: 1, kg: 0 });
    }

    #[test]
    fn allowances_that_are_written_down_wrong_are_refused_with_the_reason() {
        for (from, to, words) in [
            ("\"kg\": 40", "\"kg\": 5000", "5000 kg"),
            ("\"pieces\": 2", "\"pieces\": 200", "200 pieces"),
            ("\"cabin\": \"*\", \"pieces\"", "\"cabin\": \"Y\", \"pieces\"", "every guest"),
            ("\"domestic\"", "\"home\"", "home"),
            ("\"infant_kg\"", "\"infants\"", "infants"),
        ] {
            let error = BagAllowances::read(&BUILT_IN.replacen(from, to, 1)).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    proptest! {
        #[test]
        fn another_guest_never_adds_excess_and_another_bag_never_takes_any(
            guests in prop::collection::vec((Just(false), prop::sample::select(vec!['F', 'C', 'Y']), any::<bool>()), 1..5),
            bags in prop::collection::vec(1u16..60, 0..9),
            bag in 1u16..60,
        ) {
            let before = free(&guests).excess(bags.clone());
            let fewer = free(&guests[1..]).excess(bags.clone());
            prop_assert!(before.pieces <= fewer.pieces);
            let mut more = bags;
            more.push(bag);
            prop_assert!(before.is_within(free(&guests).excess(more)));
        }
    }
}
