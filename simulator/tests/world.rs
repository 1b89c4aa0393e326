//! Storms on the real core: no promise breaks, one seed leaves one trace, and the oracles notice what is broken on purpose.

use std::process::Command;

use proptest::prelude::*;
use simulator::{Broken, Options, Oracle, Outcome, Planted, Shape, World};

fn run(seed: u64, options: Options) -> Result<Outcome, Broken> {
    World::new(seed, options).run()
}

/// Seeds that once failed, each for another reason, are among these:
/// 1 a batch overtook the greeting and closed its link; 10, 11, 26 an answer to an older question claimed what was written since;
/// 13, 18, 22 the hub's signature on a new scope went by; 37 a clock was set back and nothing was compared until it caught up.
#[test]
fn sixty_storms_break_no_promise() {
    let broken: Vec<(u64, Broken)> = (0..60).filter_map(|seed| run(seed, Options::storm(seed)).err().map(|broken| (seed, broken))).collect();
    assert!(broken.is_empty(), "run each again with: apron-sim world --seed N\n{broken:#?}");
}

/// 542 and 551: documents knew entries behind rot that the vector did not count, and the digest was of both. 546 and 648: an answered entry behind
/// rot stood on its node's disk, was held by nobody else, and never counted again. 734: a scope that began while a peer was busy never reached it.
#[test]
fn seeds_that_once_failed_stay_mended() {
    for seed in [542, 546, 551, 648, 734] {
        run(seed, Options::storm(seed)).unwrap();
    }
}

#[test]
fn calm_days_cost_their_own_bytes() {
    for seed in 0..8 {
        run(seed, Options::calm(seed)).unwrap();
    }
}

#[test]
fn one_seed_leaves_one_trace_in_every_process() {
    for seed in [3, 14, 15] {
        let here = run(seed, Options::storm(seed)).unwrap();
        assert_eq!(run(seed, Options::storm(seed)), Ok(here));
        let there = Command::new(env!("CARGO_BIN_EXE_apron-sim")).args(["world", "--seed", &seed.to_string()]).output().unwrap();
        let said = String::from_utf8(there.stdout).unwrap();
        assert!(said.contains(&format!("trace: {}", here.trace)), "{said}");
    }
}

/// Runs storms with the fault in the driver until an oracle notices; which one.
fn noticed(planted: Planted, change: impl Fn(Options) -> Options) -> Option<Oracle> {
    (0..40).find_map(|seed| run(seed, change(Options { planted: Some(planted), ..Options::storm(seed) })).err()).map(|broken| broken.oracle)
}

#[test]
fn an_answer_before_the_sync_is_noticed() {
    let crashing = |options| Options { crashes: 8, kept_sectors: 0, sync_ms: 60, rot: 0, ..options };
    let oracle = noticed(Planted::SpeakBeforeSync, crashing);
    assert!(matches!(oracle, Some(Oracle::Receipt | Oracle::Rebuilt | Oracle::Claim)), "{oracle:?}");
}

#[test]
fn a_cut_at_rot_is_noticed() {
    let rotting = |options| Options { members: 4, crashes: 8, rot: 2, ..options };
    let oracle = noticed(Planted::CutAtRot, rotting);
    assert!(matches!(oracle, Some(Oracle::Receipt | Oracle::Rebuilt)), "{oracle:?}");
}

#[test]
fn a_scope_for_a_desk_that_may_not_hold_it_is_noticed() {
    let oracle = noticed(Planted::EveryCarrier, |options| Options { members: 7, shape: Shape::Mesh, ..options });
    assert_eq!(oracle, Some(Oracle::Scope));
}

#[test]
fn a_frame_that_the_worker_passed_over_is_noticed() {
    let oracle = noticed(Planted::SkipAFrame, |options| options);
    assert!(matches!(oracle, Some(Oracle::Judgement | Oracle::Convergence | Oracle::Model | Oracle::Driver)), "{oracle:?}");
}

#[test]
fn a_verdict_that_follows_from_the_order_of_arrival_is_noticed() {
    let oracle =
        noticed(Planted::JudgeByArrival, |options| Options { members: 8, shape: Shape::Mesh, overtaking: true, cuts: 8, docs: 2, ..options });
    assert!(matches!(oracle, Some(Oracle::Judgement | Oracle::Convergence | Oracle::Model | Oracle::Driver | Oracle::Rebuilt)), "{oracle:?}");
}

#[test]
fn a_run_that_ends_before_its_signature_is_noticed() {
    assert_eq!(noticed(Planted::SendUnsigned, |options| Options { hostile: None, ..options }), Some(Oracle::Honesty));
}

#[test]
fn a_log_that_two_lifetimes_write_is_noticed() {
    let oracle = noticed(Planted::ReuseALog, |options| Options { crashes: 8, rot: 2, cuts: 8, hostile: None, ..options });
    assert!(oracle.is_some());
}

#[test]
fn a_desk_that_changes_what_it_passes_on_is_cut_off_and_believed_in_nothing() {
    let hostile = |seed| Options { members: 5, shape: Shape::Mesh, hostile: Some(2), lost: 0, ..Options::storm(seed) };
    let outcomes: Vec<Outcome> = (0..8).map(|seed| run(seed, hostile(seed)).unwrap()).collect();
    assert!(outcomes.iter().map(|outcome| outcome.figures.tampered).sum::<u64>() > 20);
    assert!(outcomes.iter().map(|outcome| outcome.figures.closed_for_fault).sum::<u64>() > 5);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_order_doubling_and_loss_of_messages_ends_in_the_same_documents(
        seed: u64, latency_ms in 1..3_000_i64, lost in 0..40_u64, doubled in 0..60_u64, both_dial: bool,
    ) {
        let calm = Options { members: 3, shape: Shape::Mesh, storm_ms: 4_000, commands: 12, docs: 2, both_dial, ..Options::calm(seed) };
        let options = Options { latency_ms, lost, doubled, overtaking: true, ..calm };
        prop_assert!(run(seed, options.clone()).is_ok(), "{:?} {:?}", options.clone(), run(seed, options));
    }
}
