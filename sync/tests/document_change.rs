//! What the reader and writer of flat changes promise: the library's own bytes, and no surprise on any others.

#![allow(clippy::unwrap_used, reason = "test code")]

mod document_world;

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ROOT, ReadDoc, ScalarValue, legacy};
use document_world::{Draw, World, body, chunk, log, scalar, worlds};
use proptest::prelude::*;
use schemas::flat::{LogId, Scalar};
use sync::flat_change::{CHANGE_BYTES_MAX, DEPS_MAX, FlatChange, NotFlat, OPS_MAX, OpId, PREDS_MAX, Prefix, Put, Stripped, split};
use sync::hash::Hash;

/// One actor merges another's document, then puts values as the library's users do.
#[derive(Debug, Clone)]
struct Step {
    actor: usize,
    merge_from: Option<usize>,
    puts: Vec<(usize, Scalar)>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..4_usize, prop::option::of(0..4_usize), prop::collection::vec((0..5_usize, scalar()), 1..8))
        .prop_map(|(actor, merge_from, puts)| Step { actor, merge_from, puts });
    prop::collection::vec(step, 1..14)
}

fn library(value: &Scalar) -> ScalarValue {
    match value {
        Scalar::Null => ScalarValue::Null,
        Scalar::Bool(is) => ScalarValue::Boolean(*is),
        Scalar::Int(number) => ScalarValue::Int(*number),
        Scalar::Str(text) => ScalarValue::Str(text.as_str().into()),
        Scalar::Bytes(bytes) => ScalarValue::Bytes(bytes.clone()),
    }
}

fn changes_of(steps: &[Step]) -> Vec<Change> {
    let mut replicas: Vec<Automerge> = (0..4).map(|actor| Automerge::new().with_actor(ActorId::from(log(actor).0))).collect();
    let mut changes = Vec::new();
    for step in steps {
        if let Some(from) = step.merge_from {
            let mut other = replicas[from].clone();
            replicas[step.actor].merge(&mut other).unwrap();
        }
        let replica = &mut replicas[step.actor];
        let put_all = |transaction: &mut automerge::transaction::Transaction<'_>| -> Result<(), automerge::AutomergeError> {
            step.puts.iter().try_for_each(|(key, value)| transaction.put(ROOT, format!("field/k{key}"), library(value)))
        };
        let done = replica.transact_with(|()| CommitOptions::default().with_time(0), put_all).unwrap();
        if done.hash.is_some() {
            changes.push(replica.get_last_local_change().unwrap());
        }
    }
    changes
}

/// Any change that the shape allows, sensible or not.
fn flat_changes() -> impl Strategy<Value = FlatChange> {
    let pred = (0..6_u64, 0..4_usize).prop_map(|(counter, actor)| OpId { counter, actor: log(actor) });
    let put = ("[a-z/]{0,6}", scalar(), prop::collection::vec(pred, 0..5)).prop_map(|(key, value, preds)| Put { key, value, preds });
    let deps = prop::collection::btree_set(any::<[u8; 32]>().prop_map(Hash), 0..4).prop_map(|deps| deps.into_iter().collect());
    (deps, 0..4_usize, any::<u64>(), any::<u64>(), prop::collection::vec(put, 1..12)).prop_map(|(deps, actor, seq, start_op, ops)| FlatChange {
        deps,
        actor: log(actor),
        seq,
        start_op,
        ops,
    })
}

/// Same place in the table for every change of a history: the log's number and last change of the document before each change.
fn own_previous(world: &World, at: usize) -> Option<Hash> {
    let change = &world.changes[at];
    world.changes[..at].iter().rev().find(|earlier| earlier.log == change.log).map(|earlier| earlier.hash)
}

proptest! {
    #[test]
    fn every_flat_change_of_the_library_is_read_and_written_byte_for_byte(steps in steps()) {
        for change in changes_of(&steps) {
            // Putting the shown one of several values is a delete of the others for the library: not flat.
            let deletes = change.decode().operations.iter().any(|op| op.action == legacy::OpType::Delete);
            match FlatChange::read(change.raw_bytes()) {
                Err(_) => prop_assert!(deletes),
                Ok((flat, hash)) => {
                    prop_assert!(!deletes);
                    prop_assert_eq!(hash.0, change.hash().0);
                    prop_assert_eq!(flat.write(), change.raw_bytes());
                    prop_assert_eq!(flat.max_op(), change.max_op());
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_read_back(change in flat_changes()) {
        let raw = change.write();
        prop_assert_eq!(FlatChange::read(&raw).unwrap().0, change);
    }

    #[test]
    fn any_bytes_are_a_change_or_not(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for raw in [bytes.clone(), chunk(&bytes)] {
            let _ = (FlatChange::read(&raw), Prefix::read(&raw), split(&raw, None));
        }
    }

    #[test]
    fn a_change_with_one_byte_changed_is_refused_or_canonical(world in worlds(1..4), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        for change in &world.changes {
            let mut body = body(&change.raw).to_vec();
            let at = at.index(body.len());
            body[at] = byte;
            if let Ok((read, _)) = FlatChange::read(&chunk(&body)) {
                prop_assert_eq!(read.write(), chunk(&body));
            }
            let mut raw = change.raw.clone();
            raw[at] ^= byte | 1;
            prop_assert!(FlatChange::read(&raw).is_err());
        }
    }

    #[test]
    fn a_change_travels_without_what_the_receiver_knows(world in worlds(1..10)) {
        for (at, change) in world.changes.iter().enumerate() {
            let own_prev = own_previous(&world, at);
            let seq = Prefix::read(&change.raw).unwrap().seq;
            let stripped = split(&change.raw, own_prev).unwrap();
            prop_assert!(own_prev.is_none_or(|prev| !stripped.other_deps.contains(&prev)));
            prop_assert_eq!(stripped.join(change.log, seq, own_prev), Ok((change.raw.clone(), change.hash)));
        }
    }

    #[test]
    fn whatever_joins_splits_into_the_same_parts(
        deps in prop::collection::btree_set(any::<[u8; 32]>().prop_map(Hash), 0..4),
        prev in prop::option::of(any::<[u8; 32]>().prop_map(Hash)),
        own_prev_is_dep in any::<bool>(),
        (seq, start_op) in any::<(u64, u64)>(),
        rest in prop::collection::vec(any::<u8>(), 0..50),
    ) {
        let stripped = Stripped { other_deps: deps.into_iter().collect(), own_prev_is_dep, start_op, rest };
        match stripped.join(log(1), seq, prev) {
            Ok((raw, hash)) => {
                prop_assert_eq!(split(&raw, prev), Ok(stripped));
                prop_assert_eq!(Prefix::read(&raw).unwrap().hash, hash);
            }
            Err(error) => prop_assert_eq!((error, own_prev_is_dep, prev), (NotFlat::NoPrevious, true, None)),
        }
    }
}

#[test]
fn the_canonical_bytes_are_frozen() {
    let put = |key: &str, value: Scalar, preds: Vec<OpId>| Put { key: key.to_owned(), value, preds };
    let (own, other) = (LogId([0x11; 16]), LogId([0x22; 16]));
    let change = FlatChange {
        deps: vec![Hash([1; 32]), Hash([2; 32])],
        actor: own,
        seq: 3,
        start_op: 200,
        ops: vec![
            put("field/seat", Scalar::Str("12A".to_owned()), vec![OpId { counter: 7, actor: own }, OpId { counter: 7, actor: other }]),
            put("field/bags", Scalar::Int(-300), vec![OpId { counter: 9, actor: other }]),
            put("field/gone", Scalar::Null, Vec::new()),
            put("field/vip", Scalar::Bool(true), Vec::new()),
            put("field/code", Scalar::Bytes(vec![0, 255]), Vec::new()),
            put("fact/11111111111111111111111111111111/3/0", Scalar::Str("{}".to_owned()), Vec::new()),
        ],
    };
    let golden = include_str!("document_change_v1.hex").trim();
    let hex: String = change.write().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, golden);
    // The library reads the same from these bytes.
    let read = Change::try_from(change.write().as_slice()).unwrap();
    assert_eq!((read.seq(), read.start_op().get(), read.len(), read.timestamp()), (3, 200, 6, 0));
    assert_eq!(Change::from(read.decode()).raw_bytes(), change.write());
}

#[test]
fn long_changes_are_read_in_their_uncompressed_form() {
    let mut document = Automerge::new().with_actor(ActorId::from(log(0).0));
    document.transact(|transaction| transaction.put(ROOT, "field/note", "calm ".repeat(200))).unwrap();
    let mut change = document.get_last_local_change().unwrap();
    let (flat, _) = FlatChange::read(change.raw_bytes()).unwrap();
    assert_eq!(flat.write(), change.raw_bytes());
    assert_eq!(FlatChange::read(&change.bytes()), Err(NotFlat::NotAChunk));
    assert_eq!(document.get(ROOT, "field/note").unwrap().unwrap().0.as_str().unwrap().len(), 1000);
}

#[test]
fn runs_that_claim_more_than_the_limits_are_refused_before_memory_is_taken() {
    // Runs of 2^40 keys, of 2^40 predecessors; a table of 2^40 actors, of 2^40 dependencies.
    let many = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
    let head = |deps: &[u8]| [deps, &[16], &[1; 16], &[1, 1, 0, 0]].concat();
    let columns: &[(u8, Vec<u8>)] = &[(0x15, [&many[..], b"\x07field/a"].concat()), (0x71, [&many[..], &[0]].concat())];
    for (spec, column) in columns {
        let body = [head(&[0]), vec![0, 1, *spec, column.len() as u8], column.clone()].concat();
        assert!(matches!(FlatChange::read(&chunk(&body)), Err(NotFlat::TooMany { .. })));
    }
    let actors = [head(&[0]), many.to_vec()].concat();
    let deps = head(&many);
    for body in [actors, deps] {
        assert!(matches!(FlatChange::read(&chunk(&body)), Err(NotFlat::TooMany { .. })));
    }
}

#[test]
fn each_limit_holds() {
    let put = Put { key: "field/a".to_owned(), value: Scalar::Null, preds: Vec::new() };
    let least = FlatChange { deps: Vec::new(), actor: log(0), seq: 1, start_op: 1, ops: vec![put.clone()] };
    assert!(FlatChange::read(&least.write()).is_ok());
    let hashes = |count: usize| (0..count).map(|at| Hash([at as u8; 32])).collect::<Vec<_>>();
    let preds = |count: usize| (1..=count as u64).map(|counter| OpId { counter, actor: log(0) }).collect::<Vec<_>>();
    let with_value = |bytes: usize| FlatChange { ops: vec![Put { value: Scalar::Bytes(vec![0; bytes]), ..put.clone() }], ..least.clone() };
    let over = with_value(0).write().len() + 3;
    let cases = [
        ("dependencies", FlatChange { deps: hashes(DEPS_MAX), ..least.clone() }, FlatChange { deps: hashes(DEPS_MAX + 1), ..least.clone() }),
        (
            "puts",
            FlatChange { ops: vec![put.clone(); OPS_MAX], ..least.clone() },
            FlatChange { ops: vec![put.clone(); OPS_MAX + 1], ..least.clone() },
        ),
        (
            "predecessors",
            FlatChange { ops: vec![Put { preds: preds(PREDS_MAX), ..put.clone() }], ..least.clone() },
            FlatChange { ops: vec![Put { preds: preds(PREDS_MAX + 1), ..put.clone() }], ..least.clone() },
        ),
        (
            "key bytes",
            FlatChange { ops: vec![Put { key: "k".repeat(96), ..put.clone() }], ..least.clone() },
            FlatChange { ops: vec![Put { key: "k".repeat(97), ..put.clone() }], ..least.clone() },
        ),
        ("bytes", with_value(CHANGE_BYTES_MAX - over - 8), with_value(CHANGE_BYTES_MAX)),
        ("no put", least.clone(), FlatChange { ops: Vec::new(), ..least.clone() }),
    ];
    for (what, within, beyond) in cases {
        assert!(FlatChange::read(&within.write()).is_ok(), "{what}");
        assert!(FlatChange::read(&beyond.write()).is_err(), "{what}");
    }
}

#[test]
fn a_second_encoding_of_the_same_change_is_refused() {
    let raw = World::chain(2).changes[1].raw.clone();
    let honest = body(&raw).to_vec();
    // 1 dependency, its hash, actor, seq, start_op, then time, message, actors, columns.
    let at_time = 1 + 32 + 17 + 2;
    let spliced = |at: usize, cut: usize, new: &[u8]| chunk(&[&honest[..at], new, &honest[at + cut..]].concat());
    assert_eq!(spliced(0, 0, &[]), raw);
    let cases = [
        ("an overlong number of dependencies", spliced(0, 1, &[0x81, 0])),
        ("an overlong seq", spliced(at_time - 2, 1, &[honest[at_time - 2] | 0x80, 0])),
        ("a time", spliced(at_time, 1, &[1])),
        ("an overlong time", spliced(at_time, 1, &[0x80, 0])),
        ("a message", spliced(at_time + 1, 1, &[1, b'x'])),
        ("an unused actor", spliced(at_time + 2, 1, &[&[2, 16][..], &log(0).0, &[16], &[9; 16]].concat())),
        ("extra bytes", spliced(honest.len(), 0, &[0])),
        ("a cut", spliced(honest.len() - 1, 1, &[])),
    ];
    for (what, raw) in cases {
        assert!(FlatChange::read(&raw).is_err(), "{what}");
    }
    let mut unsummed = raw.clone();
    unsummed[4] ^= 1;
    assert_eq!(FlatChange::read(&unsummed), Err(NotFlat::Checksum));
}

#[test]
fn thousands_of_one_byte_mutants_are_refused_or_have_one_encoding() {
    let mut draw = Draw(20);
    for seed in 0..60 {
        for change in World::drawn(seed, 4).changes {
            for _ in 0..40 {
                let mut body = body(&change.raw).to_vec();
                let at = draw.below(body.len());
                body[at] = draw.below(256) as u8;
                let raw = chunk(&body);
                if let Ok((read, _)) = FlatChange::read(&raw) {
                    assert_eq!(read.write(), raw);
                }
            }
        }
    }
}
