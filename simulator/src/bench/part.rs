//! A process of a benchmark: this program again, told what to do in lines and answering in lines of JSON.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::stopwatch;

/// Longer than any step of a benchmark takes on a slow machine.
const PATIENCE: Duration = Duration::from_secs(900);

/// A running part; it is killed when this is dropped.
pub(super) struct Part {
    name: String,
    child: Child,
    input: ChildStdin,
    said: mpsc::Receiver<(Instant, String)>,
}

/// What a part said, and when it was heard.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) at: Instant,
    pub(super) value: Value,
}

impl Part {
    /// Starts a part with the words of its command line.
    pub(super) fn start(words: &[&str]) -> Result<Self> {
        let program = std::env::current_exe().context("this program's own path is not known")?;
        let mut command = Command::new(program);
        command.arg("bench-part").args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().context("a part of the benchmark cannot be started")?;
        let input = child.stdin.take().context("a part has no standard input")?;
        let output = child.stdout.take().context("a part has no standard output")?;
        let (say, said) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if say.send((stopwatch::now(), line)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { name: words.join(" "), child, input, said })
    }

    /// Tells the part what to do next.
    pub(super) fn tell(&mut self, line: &str) -> Result<()> {
        writeln!(self.input, "{line}").and_then(|()| self.input.flush()).with_context(|| format!("{} does not listen", self.name))
    }

    /// Waits for what it says next, which must be of this kind.
    pub(super) fn hear(&mut self, what: &str) -> Result<Said> {
        let (at, line) = self.said.recv_timeout(PATIENCE).with_context(|| format!("{} ended or is stuck before it said {what:?}", self.name))?;
        let value: Value = serde_json::from_str(&line).with_context(|| format!("{} said {line:?}", self.name))?;
        if value["said"] != what {
            bail!("{} said {line} where {what:?} was expected", self.name);
        }
        Ok(Said { at, value })
    }

    /// Tells it what to do and waits until it says that it did.
    pub(super) fn ask(&mut self, line: &str, what: &str) -> Result<Said> {
        self.tell(line)?;
        self.hear(what)
    }

    /// Ends it in order, so that it leaves its files as a stopped node does.
    pub(super) fn end(mut self) -> Result<()> {
        self.ask("quit", "bye")?;
        self.child.wait().with_context(|| format!("{} did not end", self.name))?;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Said {
    pub(super) fn number(&self, name: &str) -> Result<f64> {
        self.value[name].as_f64().with_context(|| format!("{name} is missing in {}", self.value))
    }

    pub(super) fn text(&self, name: &str) -> Result<&str> {
        self.value[name].as_str().with_context(|| format!("{name} is missing in {}", self.value))
    }
}

/// Says something to who started this part.
pub(super) fn say(what: &str, mut value: Value) -> Result<()> {
    value["said"] = what.into();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{value}").and_then(|()| out.flush()).context("nobody listens")
}

/// CPU seconds and memory of this process, as the system counts them.
pub(super) fn own_cost() -> Value {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name in brackets: fields 14 and 15 of proc(5) are user and system time, in hundredths of a second on Linux.
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse::<f64>().ok()).unwrap_or(0.0)
    };
    serde_json::json!({ "cpu_s": ticks / 100.0, "rss_mib": kib("VmRSS:") / 1024.0, "peak_mib": kib("VmHWM:") / 1024.0 })
}
