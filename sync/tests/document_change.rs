//! What the reader and writer of flat changes promise: automerge's own bytes, and no surprise on any others.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, Change, ROOT, ScalarValue, legacy};
use proptest::prelude::*;
use schemas::flat::{LogId, Scalar};
use sync::flat_change::FlatChange;

/// Random edits of one flat document by several actors who see each other only now and then: every change they make.
#[derive(Debug, Clone)]
struct Step {
    actor: usize,
    merge_from: Option<usize>,
    puts: Vec<(usize, Scalar)>,
}

const ACTORS: usize = 4;

fn scalar() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Bool),
        any::<i64>().prop_map(Scalar::Int),
        (-70_i64..70).prop_map(Scalar::Int),
        "\\PC{0,12}".prop_map(Scalar::Str),
        "[a-z]{0,400}".prop_map(Scalar::Str),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Scalar::Bytes),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..ACTORS, prop::option::of(0..ACTORS), prop::collection::vec((0..5_usize, scalar()), 1..8))
        .prop_map(|(actor, merge_from, puts)| Step { actor, merge_from, puts });
    prop::collection::vec(step, 1..14)
}

fn log(number: usize) -> LogId {
    // Not in the order of the numbers, so that actor order and order of appearance differ.
    LogId([[0x70, 0x11, 0xc4, 0x02][number % 4]; 16])
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
    let mut replicas: Vec<Automerge> = (0..ACTORS).map(|actor| Automerge::new().with_actor(ActorId::from(log(actor).0))).collect();
    let mut changes = Vec::new();
    for step in steps {
        if let Some(from) = step.merge_from {
            let mut other = replicas[from].clone();
            replicas[step.actor].merge(&mut other).unwrap();
        }
        let replica = &mut replicas[step.actor];
        let done = replica
            .transact_with(
                |()| CommitOptions::default().with_time(0),
                |transaction| -> Result<(), automerge::AutomergeError> {
                    for (key, value) in &step.puts {
                        transaction.put(ROOT, format!("field/k{key}"), library(value))?;
                    }
                    Ok(())
                },
            )
            .unwrap();
        if done.hash.is_some() {
            changes.push(replica.get_last_local_change().unwrap());
        }
    }
    changes
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
}
