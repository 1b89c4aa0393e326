//! Which of the desks that were found a desk dials, so that few links join all of them.
//!
//! All desks stand on a ring, in the order of their ids. Each dials the next three, and those an eighth, a quarter and half of the way round: six at
//! most, and about as many dial it. Where every desk sees every other, the next ones alone make a ring that any two neighbouring desks may leave without
//! cutting it, and the far ones make the way from any desk to any other a few links long. Up to seven desks are all linked to all.

use std::collections::BTreeSet;

/// The beginning of a node's key, as it is announced.
pub(crate) type Id = [u8; 8];

/// As many as one desk dials.
#[cfg(test)]
const DIALED_MAX: usize = 6;

/// Whom `me` dials, of the desks that were found and are not known to be gone.
pub(crate) fn neighbours(me: Id, found: &BTreeSet<Id>) -> BTreeSet<Id> {
    let ring: Vec<Id> = found.range((std::ops::Bound::Excluded(me), std::ops::Bound::Unbounded)).chain(found.range(..me)).copied().collect();
    let all = ring.len() + 1;
    [1, 2, 3, all / 8, all / 4, all / 2].into_iter().filter_map(|steps: usize| ring.get(steps.checked_sub(1)?).copied()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Everybody that can be reached from the first over links in either direction.
    fn reached(desks: &BTreeSet<Id>, gone: &BTreeSet<Id>) -> usize {
        let dialed = |desk: &Id| neighbours(*desk, &desks.iter().filter(|other| *other != desk).copied().collect());
        let links: BTreeSet<(Id, Id)> = desks.iter().flat_map(|desk| dialed(desk).into_iter().map(|other| (*desk, other))).collect();
        let links: Vec<_> = links.into_iter().filter(|(one, other)| !gone.contains(one) && !gone.contains(other)).collect();
        let mut seen: BTreeSet<Id> = desks.iter().find(|desk| !gone.contains(*desk)).copied().into_iter().collect();
        loop {
            let more: Vec<Id> = links
                .iter()
                .flat_map(|&(one, other)| [(one, other), (other, one)])
                .filter(|(one, _)| seen.contains(one))
                .map(|(_, other)| other)
                .collect();
            let before = seen.len();
            seen.extend(more);
            if seen.len() == before {
                return seen.len();
            }
        }
    }

    fn desks() -> impl Strategy<Value = BTreeSet<Id>> {
        prop::collection::btree_set(any::<Id>(), 1..70)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn few_links_join_all_desks_also_when_two_have_just_gone(desks in desks(), one: prop::sample::Index, other: prop::sample::Index) {
            let all: Vec<Id> = desks.iter().copied().collect();
            prop_assert_eq!(reached(&desks, &BTreeSet::new()), desks.len());
            let gone: BTreeSet<Id> = [*one.get(&all), *other.get(&all)].into();
            prop_assert_eq!(reached(&desks, &gone), desks.len() - gone.len());
            let mut dialed_by = std::collections::BTreeMap::new();
            for desk in &desks {
                let others: BTreeSet<Id> = desks.iter().filter(|other| *other != desk).copied().collect();
                let dials = neighbours(*desk, &others);
                prop_assert!(dials.len() <= DIALED_MAX && !dials.contains(desk));
                if desks.len() <= 4 {
                    prop_assert_eq!(&dials, &others);
                }
                dials.into_iter().for_each(|other| *dialed_by.entry(other).or_insert(0) += 1);
            }
            prop_assert!(dialed_by.values().all(|dialers| *dialers <= DIALED_MAX));
        }

        #[test]
        fn up_to_seven_desks_are_all_linked_to_all(desks in prop::collection::btree_set(any::<Id>(), 1..8)) {
            for desk in &desks {
                let dials = |from: &Id| neighbours(*from, &desks.iter().filter(|other| *other != from).copied().collect());
                prop_assert!(desks.iter().all(|other| other == desk || dials(desk).contains(other) || dials(other).contains(desk)));
            }
        }
    }
}
