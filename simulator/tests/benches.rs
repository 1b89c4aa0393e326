//! Every benchmark runs at a small size and says what it promises to say. Whether targets are met is not judged here.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::process::Command;

use serde_json::Value;

/// Runs a benchmark once, of a few records; its report.
fn bench(name: &str, records: &str, more: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apron-sim"));
    let done = command.args(["bench", name, "--json", "--runs", "1", "--records", records]).args(more).output().expect("apron-sim runs");
    assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
    let report: Value = serde_json::from_slice(&done.stdout).expect("one JSON object");
    assert_eq!(report["bench"], name);
    assert_eq!(report["records"].to_string(), records);
    assert!(report["met"].is_boolean(), "{report}");
    report
}

/// Fails unless the report says of each of these what was found, what was wanted, and whether that was met.
fn says(report: &Value, targets: &[&str], ratios: &[&str]) {
    for name in targets {
        let target = &report["targets"][name];
        let wanted = target["at_least"].is_number() != target["at_most"].is_number();
        assert!(target["value"].is_number() && target["met"].is_boolean() && wanted, "{name} in {report}");
    }
    for name in ratios {
        assert_eq!(report["ratios"][name], report["targets"][name]["value"], "{name} in {report}");
    }
}

#[test]
fn reconnect_says_how_much_faster_and_smaller_than_automerge_it_was() {
    for order in ["rounds", "records"] {
        let report = bench("reconnect", "20", &["--writers", "4", "--order", order]);
        says(&report, &["durable", "visible", "bytes"], &["durable", "visible", "bytes"]);
        assert_eq!(report["changes"], 100);
        assert!(
            report["apron"]["datagram_bytes"][0].as_f64() > Some(5_000.0) && report["automerge"]["tcp_bytes"][0].as_f64() > Some(5_000.0),
            "{report}"
        );
    }
}

#[test]
fn commit_says_what_a_durable_write_costs_beside_a_raw_one() {
    says(&bench("commit", "20", &[]), &["journal", "writers", "receipt_over_raw_ms"], &["journal", "writers"]);
}

#[test]
fn idle_says_what_it_takes_to_find_that_nothing_is_missing() {
    let report = bench("idle", "40", &["--logs", "8"]);
    says(&report, &["round_trips", "message_bytes", "datagram_bytes", "documents_loaded"], &[]);
    assert_eq!(report["targets"]["documents_loaded"]["met"], true);
}

#[test]
fn delta_says_what_a_few_changes_cost_on_the_wire() {
    says(&bench("delta", "40", &["--logs", "8", "--changed", "3"]), &["bytes"], &["bytes"]);
}

#[test]
fn ingest_says_how_many_entries_a_hub_makes_durable() {
    says(&bench("ingest", "64", &["--logs", "2"]), &["entries_per_core_second"], &[]);
}

#[test]
fn a_herd_gets_through_at_once_and_nobody_starves() {
    let report = bench("herd", "5", &["--nodes", "30"]);
    assert_eq!(report["targets"]["starved_nodes"]["value"].to_string().parse::<f64>().unwrap(), 0.0, "{report}");
    assert_eq!((&report["entries"], &report["hub_linked_at_the_end"]), (&Value::from(150), &Value::from(30)));
    assert_eq!(report["hub_turned_away"]["flood"], Value::Null, "{report}");
    for name in ["hub_durable_s", "hub_visible_s"] {
        assert!(report[name].as_f64().is_some_and(|seconds| seconds < 60.0), "{name} in {report}");
    }
    assert!(report["acked_s"]["last"].as_f64().is_some_and(|seconds| seconds < 60.0), "{report}");
}
