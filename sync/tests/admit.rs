//! What admission promises: each hostile change is refused on every replica alike, and nothing admitted can hurt the library.

#![allow(clippy::unwrap_used, reason = "test code")]

mod document_world;

use std::collections::{BTreeMap, BTreeSet};

use automerge::legacy::{self, OpType};
use automerge::{ActorId, Automerge, Change, ChangeHash, ExpandedChange, ObjType, ROOT, ReadDoc, ScalarValue};
use document_world::{DOC, Draw, World, body, chunk, incoming, library_document, library_values, log, orders, permutations, received};
use proptest::prelude::*;
use schemas::flat::{FactId, LogId, Scalar};
use sync::admit::{CLOSURE_CHANGES_MAX, Key, Reason};
use sync::document::{Document, Incoming, Outcome};
use sync::flat_change::{FlatChange, OpId, Prefix, Put};
use sync::hash::Hash;

fn put(key: &str, preds: &[OpId]) -> Put {
    Put { key: key.to_owned(), value: Scalar::Int(1), preds: preds.to_vec() }
}

fn op(counter: u64, actor: LogId) -> OpId {
    OpId { counter, actor }
}

/// A change of log 0 to an empty document.
fn first() -> FlatChange {
    FlatChange { deps: Vec::new(), actor: log(0), seq: 1, start_op: 1, ops: vec![put("field/a", &[])] }
}

/// A change of log 0 that replaces the put of [`first`].
fn second() -> FlatChange {
    let deps = vec![hash_of(&first())];
    FlatChange { deps, seq: 2, start_op: 2, ops: vec![put("field/a", &[op(1, log(0))])], ..first() }
}

fn hash_of(change: &FlatChange) -> Hash {
    FlatChange::read(&change.write()).unwrap().1
}

fn entry(number: u64, change: &FlatChange) -> Incoming {
    incoming(change.actor, number, change.write())
}

/// Receives the changes in every order; all agree on the refused ones, which come back with their reasons by place.
fn verdicts(changes: &[Incoming]) -> Vec<Option<Reason>> {
    let mut agreed: Option<(Hash, Vec<Option<Reason>>)> = None;
    for order in permutations(changes) {
        let document = received(order);
        let refused: BTreeMap<Hash, Reason> = document.refused().map(|(hash, reason)| (*hash, *reason)).collect();
        let verdicts = changes.iter().map(|change| refused.get(&change.hash).copied()).collect();
        let found = (document.digest(DOC), verdicts);
        assert_eq!(agreed.get_or_insert(found.clone()), &found);
    }
    agreed.unwrap().1
}

/// The last of the changes is refused for this reason, in every order, and the others are applied.
fn refused(reason: Reason, changes: &[FlatChange]) {
    let mut entries: BTreeMap<LogId, u64> = BTreeMap::new();
    let numbered: Vec<Incoming> =
        changes.iter().map(|change| entry(*entries.entry(change.actor).and_modify(|n| *n += 1).or_insert(2), change)).collect();
    let mut expected = vec![None; changes.len()];
    expected[changes.len() - 1] = Some(reason);
    assert_eq!(verdicts(&numbered), expected);
}

#[test]
fn the_honest_pair_is_applied() {
    assert_eq!(verdicts(&[entry(2, &first()), entry(3, &second())]), [None, None]);
}

#[test]
fn a_first_change_with_a_higher_number_is_refused() {
    refused(Reason::SeqBroken, &[FlatChange { seq: 3, ..first() }]);
    refused(Reason::SeqBroken, &[FlatChange { seq: 0, ..first() }]);
}

#[test]
fn a_number_left_out_is_refused() {
    refused(Reason::SeqBroken, &[first(), FlatChange { seq: 3, ..second() }]);
}

#[test]
fn a_second_change_that_leaves_out_its_own_first_is_refused() {
    refused(Reason::SeqBroken, &[first(), FlatChange { seq: 2, ..FlatChange { ops: vec![put("field/b", &[])], ..first() } }]);
    // Neither by building on another log's change.
    let other = FlatChange { actor: log(1), ..first() };
    let leaving_out = FlatChange { deps: vec![hash_of(&other)], ops: vec![put("field/a", &[])], ..second() };
    refused(Reason::SeqBroken, &[first(), other, leaving_out]);
}

#[test]
fn a_number_used_twice_in_a_log_counts_once_and_is_the_earlier_entry() {
    let again = FlatChange { ops: vec![put("field/b", &[])], ..first() };
    refused(Reason::SeqTaken, &[first(), again.clone()]);
    refused(Reason::SeqTaken, &[again, first()]);
    // What builds on the one that does not count is refused, too.
    let again = FlatChange { ops: vec![put("field/b", &[])], ..first() };
    let built_on = FlatChange { actor: log(1), deps: vec![hash_of(&again)], seq: 1, start_op: 2, ops: vec![put("field/c", &[])] };
    let found = verdicts(&[entry(2, &first()), entry(3, &again), entry(2, &built_on)]);
    assert_eq!(found, [None, Some(Reason::SeqTaken), Some(Reason::DependencyRefused)]);
}

#[test]
fn a_change_of_another_log_is_refused_and_does_not_stand_in_its_way() {
    let stolen = Incoming { log: log(1), ..entry(2, &first()) };
    for order in permutations(&[stolen, entry(2, &first())]) {
        let mut document = Document::new();
        let outcomes: Vec<Outcome> = order.iter().map(|change| document.receive((*change).clone())).collect();
        for (change, outcome) in order.iter().zip(outcomes) {
            let expected = if change.log == log(0) { Outcome::Applied } else { Outcome::Refused(Reason::ActorIsNotLog) };
            assert_eq!(outcome, expected);
        }
    }
}

#[test]
fn a_start_op_that_does_not_follow_is_refused() {
    for start_op in [0, 2, u64::from(u32::MAX), u64::MAX] {
        refused(Reason::StartOpBroken, &[FlatChange { start_op, ..first() }]);
        let two_ops = vec![put("field/a", &[]), put("field/b", &[])];
        refused(Reason::StartOpBroken, &[FlatChange { start_op, ops: two_ops, ..first() }]);
    }
    for start_op in [0, 1, 3, u64::from(u32::MAX)] {
        refused(Reason::StartOpBroken, &[first(), FlatChange { start_op, ops: vec![put("field/b", &[])], ..second() }]);
    }
}

#[test]
fn a_predecessor_that_is_not_there_is_refused() {
    refused(Reason::PredUnknown, &[FlatChange { ops: vec![put("field/a", &[op(7, log(3))])], ..first() }]);
    for pred in [op(0, log(0)), op(1, log(1)), op(2, log(0)), op(3, log(0)), op(9, log(0))] {
        refused(Reason::PredUnknown, &[first(), FlatChange { ops: vec![put("field/a", &[pred])], ..second() }]);
    }
}

#[test]
fn a_predecessor_under_another_key_is_refused() {
    refused(Reason::PredUnknown, &[first(), FlatChange { ops: vec![put("field/b", &[op(1, log(0))])], ..second() }]);
    let within = vec![put("field/a", &[]), put("field/b", &[op(1, log(0))])];
    refused(Reason::PredUnknown, &[FlatChange { ops: within, ..first() }]);
}

#[test]
fn a_concurrent_predecessor_is_refused_in_every_order() {
    let concurrent = FlatChange { actor: log(1), ops: vec![put("field/a", &[op(1, log(0))])], ..first() };
    refused(Reason::PredUnknown, &[first(), concurrent]);
}

#[test]
fn a_predecessor_earlier_in_the_change_counts_and_a_later_one_does_not() {
    let earlier = vec![put("field/a", &[]), put("field/a", &[op(1, log(0))])];
    assert_eq!(verdicts(&[entry(2, &FlatChange { ops: earlier, ..first() })]), [None]);
    let later = vec![put("field/a", &[op(2, log(0))]), put("field/a", &[])];
    refused(Reason::PredUnknown, &[FlatChange { ops: later, ..first() }]);
    refused(Reason::PredUnknown, &[FlatChange { ops: vec![put("field/a", &[op(1, log(0))])], ..first() }]);
}

#[test]
fn predecessors_out_of_order_or_twice_are_refused() {
    let other = FlatChange { actor: log(1), ..first() };
    let mut deps = vec![hash_of(&first()), hash_of(&other)];
    deps.sort();
    // log(1) sorts before log(0).
    for preds in [[op(1, log(0)), op(1, log(1))], [op(1, log(0)), op(1, log(0))]] {
        refused(Reason::PredsUnsorted, &[first(), other.clone(), FlatChange { deps: deps.clone(), ops: vec![put("field/a", &preds)], ..second() }]);
    }
    let sorted = FlatChange { deps, ops: vec![put("field/a", &[op(1, log(1)), op(1, log(0))])], ..second() };
    assert_eq!(verdicts(&[entry(2, &first()), entry(2, &other), entry(3, &sorted)]), [None; 3]);
}

#[test]
fn dependencies_out_of_order_or_twice_are_refused() {
    let other = FlatChange { actor: log(1), ..first() };
    let mut deps = vec![hash_of(&first()), hash_of(&other)];
    deps.sort_by(|a, b| b.cmp(a));
    refused(Reason::DepsUnsorted, &[first(), other, FlatChange { deps, ..second() }]);
    refused(Reason::DepsUnsorted, &[first(), FlatChange { deps: vec![hash_of(&first()); 2], ..second() }]);
}

#[test]
fn what_builds_on_a_refused_change_is_refused() {
    let bad = FlatChange { start_op: 9, ..first() };
    let other = FlatChange { actor: log(1), deps: vec![hash_of(&bad)], seq: 1, start_op: 10, ops: vec![put("field/b", &[])] };
    let third = FlatChange { actor: log(2), deps: vec![hash_of(&other)], start_op: 11, ..other.clone() };
    let found = verdicts(&[entry(2, &bad), entry(2, &other), entry(2, &third)]);
    assert_eq!(found, [Some(Reason::StartOpBroken), Some(Reason::DependencyRefused), Some(Reason::DependencyRefused)]);
}

#[test]
fn a_dependency_that_never_comes_makes_a_change_wait_for_ever() {
    let waits = FlatChange { deps: vec![Hash([9; 32])], ..first() };
    let mut document = Document::new();
    assert_eq!(document.receive(entry(2, &waits)), Outcome::Waiting);
    assert_eq!((document.refused().count(), document.waiting_count()), (0, 1));
}

#[test]
fn keys_have_one_of_two_forms() {
    let fact = format!("fact/{}", log(0));
    for key in ["field/a", "field/a9_.-z", &format!("field/{}", "a".repeat(48))] {
        assert_eq!(verdicts(&[entry(2, &FlatChange { ops: vec![put(key, &[])], ..first() })]), [None], "{key}");
    }
    let unknown = [
        "",
        "a",
        "field",
        "field/",
        "field/A",
        "field/9",
        "field/a/b",
        "field/ä",
        "field/a b",
        &format!("field/{}", "a".repeat(49)),
        "fact/",
        &fact,
        &format!("{fact}/1"),
        &format!("{fact}/1/"),
        &format!("{fact}/01/0"),
        &format!("{fact}/1/00"),
        &format!("{fact}/1/+0"),
        &format!("{fact}/1/0/"),
        &format!("{fact}/1/4294967296"),
        &format!("fact/{}/1/0", log(0).to_string().to_uppercase().replace('0', "A")),
    ];
    for key in unknown {
        refused(Reason::UnknownKey, &[FlatChange { ops: vec![put(key, &[])], ..first() }]);
    }
}

#[test]
fn facts_are_named_by_their_change_and_counted_from_nothing() {
    let fact =
        |log: LogId, seq: u32, place: u32| Put { key: format!("fact/{log}/{seq}/{place}"), value: Scalar::Str("{}".to_owned()), preds: Vec::new() };
    let of = |ops: Vec<Put>| FlatChange { ops, ..first() };
    let own = log(0);
    assert_eq!(verdicts(&[entry(2, &of(vec![fact(own, 1, 0), put("field/a", &[]), fact(own, 1, 1)]))]), [None]);
    for ops in [
        vec![fact(log(1), 1, 0)],
        vec![fact(own, 2, 0)],
        vec![fact(own, 1, 1)],
        vec![fact(own, 1, 0), fact(own, 1, 0)],
        vec![fact(own, 1, 1), fact(own, 1, 0)],
        vec![Put { value: Scalar::Null, ..fact(own, 1, 0) }],
    ] {
        refused(Reason::FactMisplaced, &[of(ops)]);
    }
    refused(Reason::FactReplaced, &[of(vec![Put { preds: vec![op(1, own)], ..fact(own, 1, 0) }])]);
    assert_eq!(Key::parse(&fact(own, 7, 3).key), Some(Key::Fact(FactId { log: own, seq: 7, place: 3 })));
}

#[test]
fn a_document_grows_to_its_caps_and_not_beyond() {
    let mut document = Document::new();
    let mut change = first();
    for number in 1..=CLOSURE_CHANGES_MAX {
        assert_eq!(document.receive(entry(number + 1, &change)), Outcome::Applied, "{number}");
        let ops = vec![put("field/a", &[op(number, log(0))])];
        change = FlatChange { deps: vec![hash_of(&change)], seq: number + 1, start_op: number + 1, ops, ..first() };
    }
    assert_eq!(document.receive(entry(9999, &change)), Outcome::Refused(Reason::TooManyChanges));

    let mut document = Document::new();
    let big = |change: FlatChange| FlatChange { ops: vec![Put { value: Scalar::Bytes(vec![0; 60_000]), ..put("field/a", &[]) }], ..change };
    let mut change = big(first());
    for number in 1..=17 {
        assert_eq!(document.receive(entry(number + 1, &change)), Outcome::Applied);
        change = big(FlatChange { deps: vec![hash_of(&change)], seq: number + 1, start_op: number + 1, ..first() });
    }
    assert_eq!(document.receive(entry(99, &change)), Outcome::Refused(Reason::TooManyBytes));

    let mut document = Document::new();
    let many = |change: FlatChange| FlatChange { ops: vec![put("field/a", &[]); 512], ..change };
    let mut change = many(first());
    for number in 1..=128 {
        assert_eq!(document.receive(entry(number + 1, &change)), Outcome::Applied);
        change = many(FlatChange { deps: vec![hash_of(&change)], seq: number + 1, start_op: number * 512 + 1, ..first() });
    }
    assert_eq!(document.receive(entry(999, &change)), Outcome::Refused(Reason::TooManyPuts));
}

/// The library's form of [`second`] before its tail is changed.
fn expanded() -> ExpandedChange {
    Change::try_from(second().write().as_slice()).unwrap().decode()
}

#[test]
fn what_a_flat_change_cannot_say_is_refused() {
    let operation = |change: &dyn Fn(&mut legacy::Op)| {
        let mut expanded = expanded();
        change(&mut expanded.operations[0]);
        expanded
    };
    let object = || legacy::ObjectId::Id(legacy::OpId::new(1, &ActorId::from(log(0).0)));
    let action = |action: OpType| operation(&|op| op.action = action.clone());
    let cases = [
        ("an object that does not exist", operation(&|op| op.obj = object())),
        ("an insert into the map", operation(&|op| op.insert = true)),
        ("a list element", operation(&|op| op.key = legacy::Key::Seq(legacy::ElementId::Head))),
        ("a new map", action(OpType::Make(ObjType::Map))),
        ("a new list", action(OpType::Make(ObjType::List))),
        ("a new text", action(OpType::Make(ObjType::Text))),
        ("a delete", action(OpType::Delete)),
        ("an increment", action(OpType::Increment(1))),
        ("a counter", action(OpType::Put(ScalarValue::counter(1)))),
        ("a timestamp", action(OpType::Put(ScalarValue::Timestamp(1)))),
        ("a float", action(OpType::Put(ScalarValue::F64(1.0)))),
        ("an unsigned number", action(OpType::Put(ScalarValue::Uint(1)))),
        ("a value of an unknown type", action(OpType::Put(ScalarValue::Unknown { type_code: 12, bytes: vec![1] }))),
        ("a time", ExpandedChange { time: 1, ..expanded() }),
        ("a message", ExpandedChange { message: Some("calm".to_owned()), ..expanded() }),
        ("an author on a second change", ExpandedChange { extra_bytes: b"\x04author".to_vec(), ..expanded() }),
        ("no put at all", ExpandedChange { operations: Vec::new(), ..expanded() }),
        ("an actor that is no log", ExpandedChange { actor_id: ActorId::from([1; 12].as_slice()), ..expanded() }),
    ];
    assert_eq!(Change::from(expanded()).raw_bytes(), second().write());
    for (what, expanded) in cases {
        let raw = Change::from(expanded).raw_bytes().to_vec();
        let mut document = Document::new();
        document.receive(entry(2, &first()));
        let outcome = document.receive(incoming(log(0), 3, raw.clone()));
        assert_eq!(outcome, Outcome::Refused(Reason::NotFlat), "{what}");
        assert_eq!(document.receive(incoming(log(0), 3, raw)), Outcome::Known, "{what}");
        assert_eq!((document.applied_count(), document.refused().count()), (1, 1), "{what}");
    }
}

#[test]
fn other_chunks_are_refused() {
    let mut library = Automerge::new().with_actor(ActorId::from(log(0).0));
    automerge::transaction::Transactable::put(&mut library.transaction(), ROOT, "field/a", "x").unwrap();
    let mut long = FlatChange { ops: vec![Put { value: Scalar::Str("calm ".repeat(200)), ..put("field/a", &[]) }], ..first() };
    let compressed = Change::try_from(long.write().as_slice()).unwrap().bytes().to_vec();
    long.seq = 2;
    for raw in [library.save(), compressed, Vec::new(), b"nonsense".to_vec(), vec![0; 100_000]] {
        assert_eq!(Document::new().receive(incoming(log(0), 2, raw)), Outcome::Refused(Reason::NotFlat));
    }
}

#[test]
fn bytes_that_do_not_have_their_hash_are_refused_and_do_not_stand_in_the_way() {
    let mut document = Document::new();
    let wrong = Incoming { hash: Hash([1; 32]), ..entry(2, &first()) };
    assert_eq!(document.receive(wrong), Outcome::Refused(Reason::HashDiffers));
    assert_eq!(document.receive(entry(2, &first())), Outcome::Applied);
}

/// Whatever was admitted is applied, saved and loaded by the library, and says there what our fold says.
fn library_agrees(changes: &[Incoming]) {
    let document = received(changes);
    let mut seen: BTreeSet<Hash> = document.refused().map(|(hash, _)| *hash).collect();
    let admitted: Vec<Incoming> = changes.iter().filter(|change| is_own(change) && seen.insert(change.hash)).cloned().collect();
    assert_eq!(document.waiting_count(), admitted.len() - document.applied_count());
    if document.waiting_count() > 0 {
        return;
    }
    let library = library_document(admitted.iter().map(|change| change.raw.as_slice()));
    let heads: Vec<Hash> = library.get_heads().iter().map(|ChangeHash(hash)| Hash(*hash)).collect();
    assert_eq!(document.heads(), heads);
    let loaded = Automerge::load(&library.save()).unwrap();
    assert_eq!(loaded.get_heads(), library.get_heads());
    assert_eq!(loaded.keys(ROOT).count(), document.values().fields.len());
    assert_eq!(document.values().fields, library_values(&admitted));
}

/// Another log's change is refused under a hash of its own.
fn is_own(change: &Incoming) -> bool {
    Prefix::read(&change.raw).is_ok_and(|prefix| prefix.actor == change.log)
}

#[test]
fn no_mutant_that_is_admitted_breaks_the_library() {
    let mut draw = Draw(5);
    let mut admitted = 0;
    for seed in 0..60 {
        let world = World::drawn(seed, 6);
        let Some(last) = world.changes.last() else { continue };
        for _ in 0..60 {
            let mut bytes = body(&last.raw).to_vec();
            let at = draw.below(bytes.len());
            bytes[at] = draw.below(256) as u8;
            let mutant = incoming(last.log, last.entry, chunk(&bytes));
            let mut changes = world.changes.clone();
            *changes.last_mut().unwrap() = mutant.clone();
            let document = received(&changes);
            admitted += usize::from(document.applied_count() == changes.len());
            library_agrees(&changes);
        }
    }
    // Mutants of a value's bytes are honest changes; the test is not empty.
    assert!(admitted > 20, "{admitted}");
}

/// One wrong turn in a change that is honest otherwise.
#[derive(Debug, Clone)]
enum Turn {
    Seq(i64),
    StartOp(i64),
    Pred(usize, u64, usize),
    DropPreds(usize),
    Key(usize, usize),
    Dep(usize),
    DropDep(usize),
    Again(usize),
}

fn turns() -> impl Strategy<Value = Turn> {
    prop_oneof![
        (-2_i64..3).prop_map(Turn::Seq),
        (-2_i64..3).prop_map(Turn::StartOp),
        (0..4_usize, 0..12_u64, 0..3_usize).prop_map(|(put, counter, actor)| Turn::Pred(put, counter, actor)),
        (0..4_usize).prop_map(Turn::DropPreds),
        (0..4_usize, 0..3_usize).prop_map(|(put, key)| Turn::Key(put, key)),
        (0..8_usize).prop_map(Turn::Dep),
        (0..3_usize).prop_map(Turn::DropDep),
        (0..4_usize).prop_map(Turn::Again),
    ]
}

fn turned(change: &FlatChange, turn: &Turn, world: &World) -> FlatChange {
    let mut change = change.clone();
    let puts = change.ops.len();
    match turn {
        Turn::Seq(by) => change.seq = change.seq.saturating_add_signed(*by),
        Turn::StartOp(by) => change.start_op = change.start_op.saturating_add_signed(*by),
        Turn::Pred(at, counter, actor) => {
            let preds = &mut change.ops[at % puts].preds;
            preds.push(op(*counter, log(*actor)));
            preds.sort();
            preds.dedup();
        }
        Turn::DropPreds(at) => change.ops[at % puts].preds.clear(),
        Turn::Key(at, key) => change.ops[at % puts].key = format!("field/k{key}"),
        Turn::Dep(at) => {
            change.deps.push(world.changes[at % world.changes.len()].hash);
            change.deps.sort();
            change.deps.dedup();
        }
        Turn::DropDep(at) if !change.deps.is_empty() => drop(change.deps.remove(at % change.deps.len())),
        Turn::DropDep(_) => {}
        Turn::Again(at) => change.ops.push(change.ops[at % puts].clone()),
    }
    change
}

proptest! {
    #[test]
    fn crafted_changes_never_divide_replicas_or_break_the_library(
        seed in any::<u64>(), wrong in prop::collection::vec((any::<prop::sample::Index>(), turns()), 1..6), shuffle in any::<u64>(),
    ) {
        let world = World::drawn(seed, 8);
        prop_assume!(!world.changes.is_empty());
        let mut changes = world.changes.clone();
        for (number, (at, turn)) in wrong.iter().enumerate() {
            let honest = at.get(&world.changes);
            let change = turned(&FlatChange::read(&honest.raw).unwrap().0, turn, &world);
            let crafted = entry(100 + number as u64, &change);
            if !changes.iter().any(|known| known.hash == crafted.hash) {
                changes.push(crafted);
            }
        }
        // In place of some: a crafted change that its log wrote first.
        library_agrees(&changes);
        let (turned_last, rest) = changes.split_last().unwrap();
        library_agrees(&[std::slice::from_ref(&Incoming { entry: 1, ..turned_last.clone() }), rest].concat());

        let digest_of = |order: &[&Incoming]| {
            let document = received(order.iter().copied());
            (document.digest(DOC), document.values(), document.waiting_count())
        };
        let expected = digest_of(&changes.iter().collect::<Vec<_>>());
        for order in orders(&changes, shuffle) {
            prop_assert_eq!(digest_of(&order), expected.clone());
        }
    }
}
