//! The program under test: where its file is, and what came of one run of it.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

/// As long as a run that ends by itself may take.
const RUN_MAX: Duration = Duration::from_secs(60);

/// What a run of the program came to.
#[derive(Debug, Clone)]
pub struct Ended {
    /// The arguments, for messages.
    pub typed: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// Whether the long run is asked for (`APRON_LONG=1`).
pub fn is_long() -> bool {
    std::env::var("APRON_LONG").is_ok_and(|value| value == "1")
}

/// The file of the program: `APRON_BIN`, else the release build of this workspace.
pub fn program() -> Result<PathBuf> {
    let path = match std::env::var_os("APRON_BIN") {
        Some(path) => PathBuf::from(path),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/release/apron"),
    };
    if !path.is_file() {
        bail!("{} is not there; build it with `cargo build --release`, or name another file in APRON_BIN", path.display());
    }
    std::fs::canonicalize(&path).with_context(|| format!("{} cannot be found", path.display()))
}

/// The file of the simulator: `APRON_SIM`, else the one beside the program.
pub fn simulator() -> Result<PathBuf> {
    let beside = program()?.with_file_name("apron-sim");
    let path = std::env::var_os("APRON_SIM").map_or(beside, PathBuf::from);
    if !path.is_file() {
        bail!("{} is not there; build it with `cargo build --release -p apron-simulator`, or name another in APRON_SIM", path.display());
    }
    Ok(path)
}

/// A command of the program that knows nothing of the settings of whoever runs the tests.
pub(crate) fn command(program: &OsStr) -> Command {
    let mut command = Command::new(program);
    for name in [
        "APRON_DATA",
        "APRON_CONFIG",
        "APRON_LISTEN",
        "APRON_HTTP",
        "APRON_HUB",
        "APRON_PEERS",
        "APRON_DISCOVER",
        "APRON_API",
        "APRON_STAFF",
        "APRON_LOG_JSON",
        "RUST_LOG",
    ] {
        command.env_remove(name);
    }
    command.env("NO_COLOR", "1").stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs the program to its end.
pub async fn apron<S: AsRef<OsStr>>(args: &[S]) -> Result<Ended> {
    let typed = args.iter().map(|arg| arg.as_ref().to_string_lossy()).collect::<Vec<_>>().join(" ");
    let run = command(program()?.as_os_str()).args(args).output();
    let output = tokio::time::timeout(RUN_MAX, run).await.with_context(|| format!("`apron {typed}` did not end"))?.context("apron cannot be run")?;
    Ok(Ended {
        typed,
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

impl Ended {
    /// What a run printed that had to go well.
    pub fn good(self) -> Result<String> {
        ensure!(self.code == Some(0), "`apron {}` ended with {:?}: {}{}", self.typed, self.code, self.out, self.err);
        Ok(self.out)
    }

    /// The one line that tells why it ended; it must name each of `words`.
    pub fn says(&self, words: &[&str]) -> Result<String> {
        ensure!(self.code == Some(1), "`apron {}` ended with {:?}, not with 1: {}", self.typed, self.code, self.err);
        let lines: Vec<&str> = self.err.lines().skip_while(|line| !line.starts_with("apron: ")).collect();
        let sentence = lines.join("\n");
        ensure!(!sentence.is_empty(), "`apron {}` did not say why it ended: {}", self.typed, self.err);
        for word in words {
            ensure!(sentence.contains(word), "`apron {}` does not name {word:?}: {sentence}", self.typed);
        }
        for foreign in ["panicked", "Os {", "Some(", "Err(", "\u{1b}", "RUST_BACKTRACE"] {
            ensure!(!self.err.contains(foreign), "`apron {}` shows its inside ({foreign}): {}", self.typed, self.err);
        }
        Ok(sentence)
    }
}
