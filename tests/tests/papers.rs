//! Every command in our papers exists, with every option that is named there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

const PAPERS: &[&str] = &["README.md", "CONTRIBUTING.md", "deploy/README.md"];

#[test]
fn every_command_in_our_papers_exists() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for paper in PAPERS {
        for line in code(&read(paper)) {
            let Some(command) = command(&line) else { continue };
            seen += 1;
            if let Err(reason) = check(&command) {
                wrong.push(format!("{paper}: {line}: {reason}"));
            }
        }
    }
    assert!(seen >= 8, "only {seen} commands were found in {PAPERS:?}");
    assert!(wrong.is_empty(), "correct the paper or the program:\n  {}", wrong.join("\n  "));
}

#[test]
fn the_readme_has_the_two_commands() {
    let readme = code(&read("README.md"));
    for command in ["cargo run --release --locked -- demo", "tests/run"] {
        assert!(readme.iter().any(|line| line == command), "README.md shows no line `{command}`");
    }
}

#[test]
fn commands_are_found_as_people_write_them() {
    let words = |line: &str| command(line).map(|found| (found.words.join(" "), found.options.join(" ")));
    let pair = |words: &str, options: &str| Some((words.to_owned(), options.to_owned()));
    assert_eq!(words("apron hub init --data /x   # once"), pair("hub init", "--data"));
    assert_eq!(words("runuser -u apron -- apron node join CODE --data /x"), pair("node join", "--data"));
    assert_eq!(words("cargo run --release --locked -- demo --exit"), pair("demo", "--exit"));
    assert_eq!(words("apron import list.txt --staff=1207"), pair("import", "--staff"));
    assert_eq!(words("systemctl restart apron-node"), None);
    assert_eq!(words("install -d -o apron -g apron /x"), None);
}

/// A use of the program: its subcommands, and the long options after them.
struct Use {
    words: Vec<String>,
    options: Vec<String>,
}

/// The one use of the program in a line of a shell, if there is one.
fn command(line: &str) -> Option<Use> {
    let line = line.split(" #").next().unwrap_or_default();
    let after = line.strip_prefix("apron ").or_else(|| Some(line.split_once("-- apron ")?.1));
    let after = after.or_else(|| Some(line.strip_prefix("cargo run --release --locked")?.split_once("-- ")?.1))?;
    let mut words = after.split_whitespace().peekable();
    let mut found = Use { words: Vec::new(), options: Vec::new() };
    while let Some(word) = words.next_if(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-') && !word.starts_with('-')) {
        found.words.push(word.to_owned());
    }
    found.options = words.filter(|word| word.starts_with("--")).filter_map(|word| word.split('=').next()).map(str::to_owned).collect();
    Some(found)
}

fn check(found: &Use) -> Result<(), String> {
    let help = Command::new(program()).args(&found.words).arg("--help").output().map_err(|error| format!("{}: {error}", program().display()))?;
    if !help.status.success() {
        return Err(format!("there is no such command: {}", String::from_utf8_lossy(&help.stderr).lines().next().unwrap_or_default()));
    }
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    let known = |option: &String| help.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-')).any(|word| word == option);
    match found.options.iter().find(|option| !known(option)) {
        Some(option) => Err(format!("there is no option {option}")),
        None => Ok(()),
    }
}

/// `APRON_BIN`, else the release build of this workspace.
fn program() -> PathBuf {
    let given: Option<OsString> = std::env::var_os("APRON_BIN");
    given.map_or_else(|| root().join("target/release/apron"), PathBuf::from)
}

/// The lines of a Markdown text's code blocks, fenced or indented.
fn code(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if fenced || line.starts_with("    ") {
            lines.push(line.trim().to_owned());
        }
    }
    lines
}

fn read(paper: &str) -> String {
    std::fs::read_to_string(root().join(paper)).unwrap_or_else(|error| panic!("{paper}: {error}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate tests lies in the workspace's root")
}
