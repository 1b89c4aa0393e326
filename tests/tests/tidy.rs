//! The rules of this source tree that a program can check: which file names a library, which way dependencies point, what stands in no file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// As much script as one person reads in one sitting; the screens must work without it.
const SCRIPT_LINES_MAX: usize = 500;

/// More than any source needs; larger files belong elsewhere.
const FILE_BYTES_MAX: u64 = 512 * 1024;

/// A library, and the files that may name it in code. A path that ends in `/` is a folder.
const LIBRARIES: &[(&[&str], &[&str])] = &[
    (&["sled"], &["sync/src/store.rs"]),
    (&["bincode"], &["sync/src/codec.rs"]),
    // The tests of admission and of documents compare us with automerge.
    // A benchmark runs automerge's own sync beside ours.
    (&["automerge"], &["sync/src/edit.rs", "simulator/src/bench/automerge_peer.rs", "sync/tests/", "sync/fuzz/", "sync/benches/"]),
    (
        &["quinn", "quinn_proto", "rustls", "webpki", "tokio_rustls", "rustls_native_certs"],
        &["sync/src/transport/", "sync/tests/", "node/src/outbox/https_promises.rs"],
    ),
    (&["mdns_sd"], &["sync/src/discovery.rs"]),
    (&["rcgen", "x509_parser"], &["sync/src/identity/", "sync/tests/", "node/src/outbox/https_promises.rs"]),
    (&["deunicode", "pinyin"], &["schemas/src/station/spelling.rs"]),
    (&["zstd"], &["sync/src/frame.rs", "sync/src/payload.rs", "simulator/src/bench/raw_size.rs"]),
    (&["rxing"], &["node/src/web/barcode.rs"]),
    (&["icu_normalizer", "encoding_rs"], &["node/src/print/letters.rs", "node/src/print/escpos.rs"]),
    (&["toml"], &["node/src/config.rs"]),
    (&["imagesize"], &["node/src/photos/picture.rs"]),
    (&["clap"], &["node/src/cli.rs", "node/src/main.rs", "simulator/src/"]),
    (&["tracing_subscriber"], &["node/src/logging.rs"]),
    (&["axum", "askama"], &["node/src/web/", "node/src/app.rs", "node/src/lan.rs", "node/src/demo/control.rs"]),
    (&["fluent_bundle", "fluent_syntax", "intl_memoizer"], &["node/src/lang/texts.rs"]),
    (&["icu_calendar", "icu_collator", "icu_datetime", "icu_decimal", "icu_locale_core"], &["node/src/lang/formats.rs"]),
    (&["hyper", "hyper_util", "http_body_util"], &["node/src/web/lan.rs", "node/src/outbox/https.rs", "tests/"]),
    (&["fantoccini"], &["tests/"]),
];

/// Our crates, and what of ours each may depend on.
const DIRECTIONS: &[(&str, &[&str])] = &[
    ("schemas", &[]),
    ("sync", &["schemas"]),
    ("simulator/host", &["schemas"]),
    ("node", &["schemas", "sync", "host"]),
    ("simulator", &["schemas", "sync", "node", "host"]),
    ("tests", &["schemas", "sync", "node", "simulator", "host"]),
];

#[test]
fn one_file_names_each_library() {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|source| source.path != "tests/tests/tidy.rs") {
        for (names, files) in LIBRARIES {
            if allowed(&source.path, files) {
                continue;
            }
            for (number, line) in source.code() {
                wrong.extend(names.iter().filter(|name| names_crate(line, name)).map(|name| format!("{}:{number} names {name}", source.path)));
            }
        }
    }
    none(wrong, "a library has one file that names it; ask that file instead");
}

#[test]
fn one_file_reads_the_clock() {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(|source| source.is_product() && source.path != "node/src/clock.rs") {
        for (number, line) in source.code() {
            for clock in ["SystemTime::now", "Instant::now", "Utc::now", "Local::now"] {
                if names_word(line, clock) {
                    wrong.push(format!("{}:{number} {clock}", source.path));
                }
            }
        }
    }
    none(wrong, "time is an argument; node/src/clock.rs is the one place that reads it");
}

#[test]
fn the_core_knows_no_clock_no_chance_and_no_unordered_map() {
    let mut wrong = Vec::new();
    for source in sources().into_iter().filter(Source::is_core) {
        for (number, line) in source.code() {
            for word in ["SystemTime", "Instant", "HashMap", "HashSet", "rand", "SystemRandom", "tokio", "std::net", "std::fs", "std::thread"] {
                if names_word(line, word) {
                    wrong.push(format!("{}:{number} {word}", source.path));
                }
            }
        }
    }
    none(wrong, "in the core, time, chance and order are arguments, and it does no I/O");
}

#[test]
fn dependencies_point_one_way() {
    // A folder is called as its crate is, whatever folder it lies in.
    let ours: Vec<&str> = DIRECTIONS.iter().filter_map(|(folder, _)| folder.rsplit('/').next()).collect();
    let mut wrong = Vec::new();
    for (name, may) in DIRECTIONS {
        let manifest = read(&root().join(name).join("Cargo.toml"));
        for other in ours.iter().filter(|other| !name.ends_with(**other) && !may.contains(other)) {
            if manifest.lines().any(|line| line.starts_with(&format!("{other}.")) || line.starts_with(&format!("{other} ="))) {
                wrong.push(format!("{name}/Cargo.toml depends on {other}"));
            }
        }
    }
    none(
        wrong,
        "schemas <- sync <- node <- tests; the simulator uses them and is used by tests only; its host is what node's demonstration needs of the world",
    );
}

#[test]
fn every_file_says_in_its_first_line_what_it_owns() {
    let silent = sources().into_iter().filter(|source| {
        let first = source.text.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").is_none_or(|sentence| sentence.len() < 10)
    });
    none(silent.map(|source| source.path).collect(), "begin the file with one `//!` sentence");
}

#[test]
fn an_example_is_a_test_that_runs() {
    let fenced = sources()
        .into_iter()
        .flat_map(|source| untested(&source.text).into_iter().map(move |line| format!("{}:{line}", source.path)).collect::<Vec<_>>());
    none(fenced.collect(), "documentation is not run: give the example as a test, or mark the block `text`");
}

#[test]
fn no_file_is_named_after_nothing() {
    let vague = ["util", "utils", "helper", "helpers", "manager", "handler", "handlers", "common", "misc"];
    let wrong = tracked().into_iter().filter(|path| {
        let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        vague.contains(&stem) || path.split('/').any(|part| vague.contains(&part))
    });
    none(wrong.collect(), "name a file after what it owns");
}

#[test]
fn we_say_guest() {
    // Standards, laws and the columns of hosts keep the words of their sources, and so do the names of messages.
    let theirs = ["schemas/src/standards/", "schemas/tests/", "schemas/fuzz/", "schemas/src/station/host_list_maps.json", "tests/tests/tidy.rs"];
    let names = ["passenger list", "passenger name list", "passenger message"];
    let mut wrong = Vec::new();
    for (path, text) in texts().into_iter().filter(|(path, _)| !allowed(path, &theirs)) {
        for (number, line) in text.lines().enumerate() {
            let line = names.iter().fold(line.to_lowercase(), |line, name| line.replace(name, ""));
            if line.contains("passenger") && !line.contains("item 117") {
                wrong.push(format!("{path}:{}", number + 1));
            }
        }
    }
    none(wrong, "write guest; the other word stands only in standards and in the names of messages");
}

#[test]
fn no_path_of_one_machine_stands_in_a_file() {
    // In two parts, so that this file does not name them itself.
    let homes: Vec<String> = ["home", "root", "Users", "work", "mnt"].iter().map(|folder| format!("/{folder}/")).collect();
    let mut wrong = Vec::new();
    for (path, text) in texts() {
        for (number, line) in text.lines().enumerate() {
            if homes.iter().any(|home| starts_a_path(line, home)) {
                wrong.push(format!("{path}:{}", number + 1));
            }
        }
    }
    none(wrong, "a path of one machine means nothing on another");
}

#[test]
fn own_script_stays_small() {
    let lines: usize = tracked().iter().filter(|path| path.ends_with(".js")).map(|path| read(&root().join(path)).lines().count()).sum();
    assert!(lines <= SCRIPT_LINES_MAX, "{lines} lines of script; the screens keep to {SCRIPT_LINES_MAX}");
}

#[test]
fn no_file_is_big() {
    let big = tracked().into_iter().filter(|path| {
        let file = root().join(path);
        std::fs::metadata(&file).is_ok_and(|data| data.len() > FILE_BYTES_MAX)
    });
    none(big.collect(), "keep what is large out of the tree, or make it in a test");
}

#[test]
fn every_link_in_our_papers_leads_somewhere() {
    let mut wrong = Vec::new();
    for (path, text) in texts().into_iter().filter(|(path, _)| path.ends_with(".md")) {
        let folder = root().join(&path).parent().map(Path::to_owned).unwrap_or_default();
        for target in links(&text) {
            let file = target.split('#').next().unwrap_or_default();
            let elsewhere = target.contains("://") || target.starts_with("mailto:") || file.is_empty();
            if !elsewhere && !folder.join(file).exists() {
                wrong.push(format!("{path}: {target}"));
            }
        }
    }
    none(wrong, "correct the link");
}

#[test]
fn the_rules_see_what_they_forbid() {
    assert!(names_crate("use sled::Db;", "sled") && names_crate("    let db = sled::open(path);", "sled") && names_crate("use toml;", "toml"));
    assert!(!names_crate("use crate::bundled::Db;", "sled") && !names_crate("let sled = 3;", "sled") && !names_crate("my_sled::open()", "sled"));
    assert!(!names_crate("use crate::toml::read;", "toml"));
    assert!(names_word("let now = Utc::now();", "Utc::now") && !names_word("NotUtc::now()", "Utc::now"));
    let home = ["", "root", ""].join("/");
    assert!(starts_a_path(&format!("cd {home}x"), &home) && !starts_a_path(&format!("our{home}x"), &home));
    assert_eq!(untested("//! ```text\n//! a\n//! ```\n/// ```\n/// b();\n/// ```\n"), [4]);
    assert_eq!(links("see [a](b.md) and ![c](d.png \"e\")"), ["b.md", "d.png"]);
}

/// A Rust file of ours.
struct Source {
    /// From the root, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// Its lines without comments, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(number, line)| (number + 1, line))
    }

    fn is_product(&self) -> bool {
        ["schemas/src/", "sync/src/", "node/src/"].iter().any(|folder| self.path.starts_with(folder))
    }

    /// What the simulator runs under virtual time.
    fn is_core(&self) -> bool {
        let pure = [
            "sync/src/replica/",
            "sync/src/admit.rs",
            "sync/src/canon.rs",
            "sync/src/document.rs",
            "sync/src/document/",
            "sync/src/step.rs",
            "sync/src/blobs/exchange.rs",
            "sync/src/blobs/exchange/",
            "sync/src/blobs/message.rs",
        ];
        self.path.starts_with("schemas/src/") || allowed(&self.path, &pure)
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate tests lies in the workspace's root").to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn sources() -> Vec<Source> {
    let rust = tracked().into_iter().filter(|path| path.ends_with(".rs"));
    let all: Vec<Source> = rust.map(|path| Source { text: read(&root().join(&path)), path }).collect();
    assert!(all.len() > 50, "the sources were not found: {} files", all.len());
    all
}

/// Files that people read, as text. What others wrote (the licence, lock files) is left out.
fn texts() -> Vec<(String, String)> {
    let theirs = ["LICENSE", "Cargo.lock", "package-lock.json"];
    let ours = tracked().into_iter().filter(|path| !theirs.iter().any(|name| path.ends_with(name)));
    ours.filter_map(|path| std::fs::read_to_string(root().join(&path)).ok().map(|text| (path, text))).collect()
}

/// Every file of the tree that is not built or fetched: from git where there is one, so that new files count too, else from the folders.
fn tracked() -> BTreeSet<String> {
    let git = Command::new("git").arg("-C").arg(root()).args(["ls-files", "--cached", "--others", "--exclude-standard"]).output();
    if let Ok(listed) = git
        && listed.status.success()
    {
        let listed = String::from_utf8_lossy(&listed.stdout).lines().map(str::to_owned).filter(|path| root().join(path).is_file()).collect();
        return listed;
    }
    let mut found = BTreeSet::new();
    walk(&root(), &mut found);
    found
}

fn walk(folder: &Path, found: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !["target", "node_modules", ".git"].iter().any(|skipped| name == *skipped) {
                walk(&path, found);
            }
        } else if let Ok(short) = path.strip_prefix(root()) {
            found.insert(short.to_string_lossy().replace('\\', "/"));
        }
    }
}

fn allowed(path: &str, files: &[&str]) -> bool {
    files.iter().any(|file| if file.ends_with('/') { path.starts_with(file) } else { path == *file })
}

/// Whether a line of code uses the crate: `name::...` that is not part of a longer path, or `use name`.
fn names_crate(line: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let starts = line.match_indices(&path).any(|(at, _)| !line[..at].ends_with([':', '_']) && !ends_in_word(&line[..at]));
    starts || ["use", "extern crate"].iter().any(|word| line.trim_start().strip_prefix(word).is_some_and(|rest| rest.trim() == format!("{name};")))
}

fn names_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let after = line[at + word.len()..].chars().next();
        !ends_in_word(&line[..at]) && !after.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

fn ends_in_word(before: &str) -> bool {
    before.chars().next_back().is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Whether a path begins with `folder` in this line, rather than having it in its middle, as an address or a path of ours would.
fn starts_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| !line[..at].ends_with(|letter: char| letter.is_alphanumeric() || "_-.}/".contains(letter)))
}

/// The lines on which a block of code begins in documentation.
fn untested(text: &str) -> Vec<usize> {
    let mut inside = false;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let comment = line.trim_start().strip_prefix("///").or_else(|| line.trim_start().strip_prefix("//!"));
        let Some(fence) = comment.and_then(|comment| comment.trim().strip_prefix("```")) else { continue };
        if !inside && fence != "text" {
            found.push(number + 1);
        }
        inside = !inside;
    }
    found
}

/// The targets of a Markdown text's links.
fn links(text: &str) -> Vec<String> {
    let after = text.split("](").skip(1);
    after.filter_map(|rest| rest.split([')', ' ']).next()).filter(|target| !target.is_empty()).map(str::to_owned).collect()
}

fn none(wrong: Vec<String>, remedy: &str) {
    assert!(wrong.is_empty(), "{remedy}:\n  {}", wrong.join("\n  "));
}
