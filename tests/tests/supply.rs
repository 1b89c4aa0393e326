//! What we take from others, held to `deny.toml` without a network: sources, licences, banned crates, floors, and how many there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// So many crates a person can still look through, and two cores build in minutes.
const CRATES_MAX: usize = 450;

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Versions below these have faults that a peer or a file can trigger.
const FLOORS: &[(&str, [u64; 3], &str)] = &[
    ("quinn-proto", [0, 11, 15], "RUSTSEC-2026-0185"),
    ("rustls-webpki", [0, 103, 13], "RUSTSEC-2026-0104"),
    ("tar", [0, 4, 45], "RUSTSEC-2026-0067"),
    ("time", [0, 3, 47], "RUSTSEC-2026-0009"),
    ("h2", [0, 4, 16], "RUSTSEC-2026-0258"),
    ("bytes", [1, 11, 1], "RUSTSEC-2026-0007"),
];

/// Versions that are exact on purpose; `Cargo.toml` says why.
const PINNED: &[(&str, &str)] = &[("automerge", "0.12.0"), ("bincode", "1.3.3"), ("sled", "0.34.7")];

#[test]
fn every_crate_comes_from_the_registry_with_a_checksum() {
    let locked = locked();
    assert!(locked.len() > 100, "the lock file was not read: {} crates", locked.len());
    let wrong = locked.iter().filter(|package| {
        let ours = package.name.starts_with("apron-") && package.source.is_empty();
        let theirs = package.source == CRATES_IO && package.checksum;
        !(ours || theirs)
    });
    none(wrong.map(|package| package.name.clone()).collect(), "take it from crates.io");
}

#[test]
fn no_banned_crate_is_locked() {
    let banned = banned(&deny());
    assert!(banned.contains("openssl-sys"), "deny.toml was not read: {banned:?}");
    let wrong = locked().into_iter().filter(|package| banned.contains(&package.name));
    none(wrong.map(|package| package.name).collect(), "deny.toml says why not; `cargo tree -i NAME` says who brings it");
}

#[test]
fn no_crate_is_below_its_floor() {
    let mut wrong = Vec::new();
    for package in locked() {
        for (name, floor, advisory) in FLOORS {
            if package.name == *name && numbers(&package.version) < *floor {
                wrong.push(format!("{name} {} ({advisory})", package.version));
            }
        }
    }
    none(wrong, "update the lock file");
}

#[test]
fn pinned_crates_are_what_they_were() {
    for (name, version) in PINNED {
        let found: Vec<String> = locked().into_iter().filter(|package| package.name == *name).map(|package| package.version).collect();
        assert_eq!(found, [*version], "{name}: its bytes are on our disks and in our hashes");
    }
}

#[test]
fn every_licence_is_accepted() {
    let deny = deny();
    let (accepted, exceptions) = (accepted(&deny), exceptions(&deny));
    assert!(accepted.contains("MIT"), "deny.toml was not read: {accepted:?}");
    let crates = described();
    let wrong = crates.iter().filter(|(_, (name, licence))| {
        let also = exceptions.get(name.as_str());
        !holds(licence, &|one| accepted.contains(one) || also == Some(&one.to_owned()))
    });
    none(wrong.map(|(_, (name, licence))| format!("{name}: {licence}")).collect(), "leave the crate out, or argue in deny.toml");
    assert!(crates.len() <= CRATES_MAX, "{} crates on this platform; keep to {CRATES_MAX}", crates.len());
}

#[test]
fn licence_terms_are_read_as_written() {
    let mit = |one: &str| one == "MIT";
    assert!(holds("MIT", &mit) && holds("Apache-2.0 OR MIT", &mit) && holds("Apache-2.0/MIT", &mit) && holds("(MIT OR Zlib) AND MIT", &mit));
    assert!(holds("Apache-2.0 WITH LLVM-exception OR MIT", &mit) && !holds("MIT WITH GCC-exception", &mit));
    assert!(
        !holds("MIT AND ISC", &mit) && !holds("(ISC OR Zlib) AND MIT", &mit) && !holds("", &mit) && !holds("(MIT", &mit) && !holds("MIT MIT", &mit)
    );
}

/// A crate in the lock file.
struct Locked {
    name: String,
    version: String,
    source: String,
    checksum: bool,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate tests lies in the workspace's root").to_owned()
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn locked() -> Vec<Locked> {
    let lock = read("Cargo.lock");
    let packages = lock.split("[[package]]").skip(1);
    packages
        .map(|package| {
            let value = |key: &str| {
                let found = package.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
                found.unwrap_or_default().trim_matches('"').to_owned()
            };
            Locked { name: value("name"), version: value("version"), source: value("source"), checksum: !value("checksum").is_empty() }
        })
        .collect()
}

/// The lines of `deny.toml` that are no comment.
fn deny() -> Vec<String> {
    read("deny.toml").lines().map(str::trim).filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn banned(deny: &[String]) -> BTreeSet<String> {
    list(deny, "deny = [").iter().filter_map(|line| quoted_after(line, "crate = ")).collect()
}

fn accepted(deny: &[String]) -> BTreeSet<String> {
    list(deny, "allow = [").iter().map(|line| line.trim_matches(['"', ',']).to_owned()).collect()
}

/// The one further licence that a crate may have.
fn exceptions(deny: &[String]) -> BTreeMap<String, String> {
    let lines = list(deny, "exceptions = [");
    lines.iter().filter_map(|line| Some((quoted_after(line, "crate = ")?, quoted_after(line, "allow = [")?))).collect()
}

/// The lines between the one that begins a list and its end.
fn list<'a>(deny: &'a [String], begin: &str) -> Vec<&'a str> {
    deny.iter().map(String::as_str).skip_while(|line| *line != begin).skip(1).take_while(|line| *line != "]").collect()
}

fn quoted_after(line: &str, key: &str) -> Option<String> {
    line.split_once(key)?.1.split('"').nth(1).map(str::to_owned)
}

/// Name and licence of every crate that this platform builds, by package id.
fn described() -> BTreeMap<String, (String, String)> {
    let metadata = cargo(&["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", &platform()]);
    let metadata: Value = serde_json::from_str(&metadata).expect("cargo metadata is JSON");
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let built: BTreeSet<String> = metadata["resolve"]["nodes"].as_array().into_iter().flatten().map(|node| text(node, "id")).collect();
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.map(|package| (text(package, "id"), (text(package, "name"), text(package, "license")))).filter(|(id, _)| built.contains(id)).collect()
}

fn platform() -> String {
    let version = output(Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())).arg("-vV"));
    version.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

fn cargo(arguments: &[&str]) -> String {
    output(Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).args(arguments).current_dir(root()))
}

fn output(command: &mut Command) -> String {
    let done = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("cargo prints UTF-8")
}

fn numbers(version: &str) -> [u64; 3] {
    let mut parts = version.split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

/// Whether an SPDX expression can be met with the accepted licences. `/` is an old way to write OR. What cannot be read is not met.
fn holds(expression: &str, accepted: &dyn Fn(&str) -> bool) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest, accepted) == Some(true) && rest.is_empty()
}

fn any(words: &mut &[&str], accepted: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut met = all(words, accepted)?;
    while let Some(("OR", rest)) = words.split_first().map(|(word, rest)| (*word, rest)) {
        *words = rest;
        met |= all(words, accepted)?;
    }
    Some(met)
}

fn all(words: &mut &[&str], accepted: &dyn Fn(&str) -> bool) -> Option<bool> {
    let mut met = one(words, accepted)?;
    while let Some(("AND", rest)) = words.split_first().map(|(word, rest)| (*word, rest)) {
        *words = rest;
        met &= one(words, accepted)?;
    }
    Some(met)
}

fn one(words: &mut &[&str], accepted: &dyn Fn(&str) -> bool) -> Option<bool> {
    let (first, rest) = words.split_first()?;
    *words = rest;
    if *first == "(" {
        let met = any(words, accepted)?;
        *words = words.split_first().filter(|(close, _)| **close == ")")?.1;
        return Some(met);
    }
    match **words {
        ["WITH", exception, ref rest @ ..] => {
            *words = rest;
            Some(accepted(&format!("{first} WITH {exception}")))
        }
        _ => Some(accepted(first)),
    }
}

fn none(wrong: Vec<String>, remedy: &str) {
    assert!(wrong.is_empty(), "{remedy}:\n  {}", wrong.join("\n  "));
}
