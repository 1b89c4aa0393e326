//! Histories of one document for the tests: drawn, edited by the library, and put in any order.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "test code, of which each file uses its part")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use automerge::{Automerge, Change, ROOT, ReadDoc, ScalarValue, Value};
use proptest::prelude::*;
use schemas::flat::{DocId, LogId, Scalar};
use sync::document::{Document, Incoming};
use sync::edit;
use sync::flat_change::{FlatChange, Prefix};
use sync::hash::Hash;

pub const DOC: DocId = DocId([7; 16]);
pub const ACTORS: usize = 4;

/// The changes that several logs made in one document, in one causal order.
#[derive(Debug, Clone)]
pub struct World {
    pub changes: Vec<Incoming>,
}

/// One log sees what another has seen, and then puts.
#[derive(Debug, Clone)]
pub struct Step {
    pub actor: usize,
    pub sees: Option<usize>,
    pub puts: Vec<(usize, Scalar)>,
}

impl World {
    pub fn of(steps: &[Step]) -> Self {
        let mut seen: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); ACTORS];
        let mut changes: Vec<Incoming> = Vec::new();
        for step in steps {
            if let Some(other) = step.sees {
                let more = seen[other].clone();
                seen[step.actor].extend(more);
            }
            let applied: Vec<&[u8]> = seen[step.actor].iter().map(|at| changes[*at].raw.as_slice()).collect();
            let puts: Vec<_> = step.puts.iter().map(|(key, value)| (format!("field/k{key}"), value.clone())).collect();
            let Some((raw, _)) = edit::build(&applied, log(step.actor), &puts).unwrap() else { continue };
            let entry = 2 + changes.iter().filter(|change| change.log == log(step.actor)).count() as u64;
            seen[step.actor].insert(changes.len());
            changes.push(incoming(log(step.actor), entry, raw));
        }
        Self { changes }
    }

    /// A history from a seed, of at most this many changes.
    pub fn drawn(seed: u64, changes: usize) -> Self {
        let mut draw = Draw(seed);
        let steps: Vec<Step> = (0..changes)
            .map(|_| Step {
                actor: draw.below(3),
                sees: (draw.below(2) == 0).then(|| draw.below(3)),
                puts: (0..=draw.below(2)).map(|_| (draw.below(2), Scalar::Int(draw.below(3) as i64))).collect(),
            })
            .collect();
        Self::of(&steps)
    }

    /// Two logs that always see each other, taking turns at one field.
    pub fn chain(changes: usize) -> Self {
        let step = |at: usize| Step { actor: at % 2, sees: Some((at + 1) % 2), puts: vec![(0, Scalar::Str(at.to_string()))] };
        Self::of(&(0..changes).map(step).collect::<Vec<_>>())
    }
}

pub fn worlds(changes: Range<usize>) -> impl Strategy<Value = World> {
    let step = (0..ACTORS, prop::option::of(0..ACTORS), prop::collection::vec((0..4_usize, scalar()), 1..5)).prop_map(|(actor, sees, puts)| Step {
        actor,
        sees,
        puts,
    });
    prop::collection::vec(step, changes).prop_map(|steps| World::of(&steps)).prop_filter("a world has a change", |world| !world.changes.is_empty())
}

pub fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Bool),
        prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)].prop_map(Scalar::Int),
        (-70_i64..70).prop_map(Scalar::Int),
        "\\PC{0,12}".prop_map(Scalar::Str),
        "[a-z]{0,400}".prop_map(Scalar::Str),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Scalar::Bytes),
    ]
}

/// Not in the order of the numbers, so that actor order and order of appearance differ.
pub fn log(number: usize) -> LogId {
    LogId([[0x70, 0x11, 0xc4, 0x02][number % ACTORS]; 16])
}

pub fn incoming(log: LogId, entry: u64, raw: Vec<u8>) -> Incoming {
    // Unreadable bytes have no hash to differ from.
    let hash = Prefix::read(&raw).map(|prefix| prefix.hash).unwrap_or_default();
    Incoming { log, entry, rule: 1, raw, hash }
}

/// A change chunk around any body, with the right checksum and length.
pub fn chunk(body: &[u8]) -> Vec<u8> {
    let mut length = Vec::new();
    let mut rest = body.len();
    while rest >= 0x80 {
        length.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    length.push(rest as u8);
    let hash = Hash::of(&[&[1], &length, body]);
    [&[0x85, 0x6f, 0x4a, 0x83], &hash.0[..4], &[1], &length, body].concat()
}

/// The body of a change chunk.
pub fn body(raw: &[u8]) -> &[u8] {
    let length_bytes = raw[9..].iter().take_while(|byte| **byte >= 0x80).count() + 1;
    &raw[9 + length_bytes..]
}

pub fn puts_of(change: &FlatChange) -> Vec<(&str, &Scalar)> {
    change.ops.iter().map(|put| (put.key.as_str(), &put.value)).collect()
}

/// The document after these have come, in this order.
pub fn received<'a>(changes: impl IntoIterator<Item = &'a Incoming>) -> Document {
    let mut document = Document::new();
    for change in changes {
        document.receive(change.clone());
    }
    document
}

/// The same changes in several drawn orders, some with repetitions.
pub fn orders(changes: &[Incoming], seed: u64) -> Vec<Vec<&Incoming>> {
    let mut draw = Draw(seed);
    let mut orders = vec![changes.iter().rev().collect::<Vec<_>>()];
    for round in 0..6 {
        let mut order: Vec<&Incoming> = changes.iter().collect();
        if round % 2 == 1 {
            order.extend(changes);
        }
        for at in (1..order.len()).rev() {
            order.swap(at, draw.below(at + 1));
        }
        orders.push(order);
    }
    orders
}

pub fn permutations(changes: &[Incoming]) -> Vec<Vec<&Incoming>> {
    let Some((first, rest)) = changes.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for shorter in permutations(rest) {
        for at in 0..=shorter.len() {
            let mut longer = shorter.clone();
            longer.insert(at, first);
            all.push(longer);
        }
    }
    all
}

/// All values of each field as the library has them: the winner first, equal ones once.
pub fn library_values(changes: &[Incoming]) -> BTreeMap<String, Vec<Scalar>> {
    let document = library_document(changes.iter().map(|change| change.raw.as_slice()));
    let mut fields = BTreeMap::new();
    for key in document.keys(ROOT) {
        let mut all = document.get_all(ROOT, &key).unwrap();
        let winner = document.get(ROOT, &key).unwrap().unwrap();
        // The library gives the lowest first.
        assert_eq!(all.last(), Some(&winner));
        all.reverse();
        let mut values: Vec<Scalar> = Vec::new();
        for value in all.into_iter().map(|(value, _)| own(value)) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        fields.insert(key.strip_prefix("field/").unwrap().to_owned(), values);
    }
    fields
}

pub fn library_document<'a>(raws: impl IntoIterator<Item = &'a [u8]>) -> Automerge {
    let mut document = Automerge::new();
    document.apply_changes(raws.into_iter().map(|raw| Change::try_from(raw).unwrap()).collect::<Vec<_>>()).unwrap();
    document
}

fn own(value: Value<'_>) -> Scalar {
    match value.into_scalar().unwrap() {
        ScalarValue::Null => Scalar::Null,
        ScalarValue::Boolean(is) => Scalar::Bool(is),
        ScalarValue::Int(number) => Scalar::Int(number),
        ScalarValue::Str(text) => Scalar::Str(text.to_string()),
        ScalarValue::Bytes(bytes) => Scalar::Bytes(bytes),
        other => panic!("not flat: {other:?}"),
    }
}

/// Small reproducible chance (an xorshift with a multiplication).
pub struct Draw(pub u64);

impl Draw {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % end as u64) as usize
    }
}
