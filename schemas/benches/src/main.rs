//! Boarding passes parsed per second and allocations per pass: ours beside two published crates, in one run, on one core, over the shared vectors.

use std::hint::black_box;
use std::panic::catch_unwind;
use std::str::FromStr;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use serde_json::Value;

/// How long each parser runs for one figure.
const RUN: Duration = Duration::from_secs(2);

/// The best of so many runs counts: a busy machine only ever takes away.
const RUNS: usize = 3;

/// A parser under test: whether it accepts the text.
type Parser = fn(&str) -> bool;

const PARSERS: [(&str, Parser); 3] = [
    ("apron-schemas", |text| black_box(schemas::standards::bcbp::parse(text)).is_ok()),
    ("iata_bcbp 1.0.0", |text| black_box(iata_bcbp::Bcbp::from_str(text)).is_ok()),
    ("iata 0.9.0-alpha.2", |text| black_box(iata::bcbp::Bcbp::decode_bcbp(text)).is_ok()),
];

fn main() {
    let valid = texts(include_str!("../../tests/vectors/bcbp_valid.json"));
    let deviant = texts(include_str!("../../tests/vectors/bcbp_deviant.json"));
    println!("{} valid passes, {} deviant ones, {} bytes on average\n", valid.len(), deviant.len(), bytes(&valid) / valid.len());
    println!("| parser | valid read | deviant read | panics on deviant | passes a second | allocations a pass | bytes allocated a pass |");
    println!("|---|---|---|---|---|---|---|");
    // A parser that falls is counted, not shown.
    std::panic::set_hook(Box::new(|_| {}));
    for (name, parser) in PARSERS {
        let read = |texts: &[String]| texts.iter().filter(|text| catch_unwind(|| parser(text)).unwrap_or(false)).count();
        let panics = deviant.iter().filter(|text| catch_unwind(|| parser(text)).is_err()).count();
        let rate = (0..RUNS).map(|_| passes_a_second(parser, &valid)).fold(0.0, f64::max);
        let used = measure(|| valid.iter().for_each(|text| drop(black_box(parser(text)))));
        let passes = valid.len() as f64;
        println!(
            "| {name} | {} | {} | {panics} | {:.2} million | {:.1} | {:.0} |",
            read(&valid),
            read(&deviant),
            rate / 1e6,
            used.count_total as f64 / passes,
            used.bytes_total as f64 / passes
        );
    }
}

/// Passes without the scanner's framing, so that every parser is given the same.
fn texts(json: &str) -> Vec<String> {
    let file: Value = serde_json::from_str(json).expect("the vectors are JSON");
    let cases = file["vectors"].as_array().expect("the vectors are a list");
    let framed = |case: &&Value| case["strip_before_parse"].is_array();
    cases.iter().filter(|case| !framed(case)).filter_map(|case| case["raw"].as_str()).map(str::to_owned).collect()
}

fn bytes(texts: &[String]) -> usize {
    texts.iter().map(String::len).sum()
}

fn passes_a_second(parser: Parser, texts: &[String]) -> f64 {
    let start = Instant::now();
    let mut passes = 0_u64;
    while start.elapsed() < RUN {
        for text in texts {
            black_box(parser(black_box(text)));
        }
        passes += texts.len() as u64;
    }
    passes as f64 / start.elapsed().as_secs_f64()
}
