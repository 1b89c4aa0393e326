//! The product's own program as it is run here: a hub or a desk in a process, spoken to over HTTP as by any client.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::member::drawn;
use super::stopwatch;

/// As long as a start may take before the benchmark gives up.
const PATIENCE: Duration = Duration::from_secs(600);
/// Between two looks at whether something has come about.
const LOOK: Duration = Duration::from_millis(5);

/// The program `apron`.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    path: PathBuf,
}

/// A hub or a desk that runs; killed when this is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) http: SocketAddr,
    pub(crate) listen: SocketAddr,
    /// From the start of the process until it answered.
    pub(crate) ready_s: f64,
    pub(crate) begun: Instant,
}

impl Program {
    /// The one named, or the one beside this program.
    pub(crate) fn find(named: Option<&Path>) -> Result<Self> {
        let beside = || Some(std::env::current_exe().ok()?.parent()?.join("apron"));
        let path = named.map(Path::to_owned).or_else(beside).filter(|path| path.is_file());
        Ok(Self {
            path: path.context("there is no `apron` beside this program; build it with `cargo build --release --locked`, or name it with --apron")?,
        })
    }

    /// Runs it to its end; what it printed.
    pub(crate) fn run(&self, words: &[&str]) -> Result<String> {
        let done = self.command().args(words).output().context("apron cannot be started")?;
        ensure!(done.status.success(), "apron {} failed: {}", words.join(" "), String::from_utf8_lossy(&done.stderr));
        Ok(String::from_utf8(done.stdout)?.trim().to_owned())
    }

    /// Starts `hub run` or `node run` on the directory and waits until its screens answer.
    pub(crate) fn start(&self, role: &str, data: &Path) -> Result<Running> {
        self.start_with(role, data, &["--listen", "127.0.0.1:0"])
    }

    /// The same with more words on its command line, which name where it listens.
    pub(crate) fn start_with(&self, role: &str, data: &Path, words: &[&str]) -> Result<Running> {
        // What an earlier run that was killed wrote is not this one's.
        let note = data.join("run.json");
        let _ = std::fs::remove_file(&note);
        let begun = stopwatch::now();
        let mut command = self.command();
        command.args([role, "run", "--http", "127.0.0.1:0"]).args(words).arg("--data").arg(data);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().context("apron cannot be started")?;
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut running = Running { child, http: nowhere, listen: nowhere, ready_s: 0.0, begun };
        loop {
            if let Some(status) = running.child.try_wait()? {
                bail!("apron {role} run ended at once: {status}");
            }
            let told = std::fs::read_to_string(&note).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
            if let Some(told) = told {
                running.http = told["http"].as_str().context("run.json names no http")?.parse()?;
                running.listen = told["listen"].as_str().context("run.json names no listen")?.parse()?;
                if running.get("/readyz").is_ok() {
                    running.ready_s = stopwatch::since(begun);
                    return Ok(running);
                }
            }
            ensure!(stopwatch::now().saturating_duration_since(begun) < PATIENCE, "apron {role} run is not ready");
            std::thread::sleep(LOOK);
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        for name in ["APRON_DATA", "APRON_CONFIG", "APRON_LISTEN", "APRON_HTTP", "APRON_HUB", "APRON_PEERS", "APRON_LOG_JSON"] {
            command.env_remove(name);
        }
        command
    }
}

impl Running {
    /// Gets a page or an answer of the API.
    pub(crate) fn get(&self, path: &str) -> Result<String> {
        self.exchange(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.http), "")
    }

    /// Posts a command of the product; its answer.
    pub(crate) fn command(&self, command: &Value) -> Result<Value> {
        match self.ask(command)? {
            Ok(answer) => Ok(answer),
            Err(refusal) => bail!("{} was refused: {refusal}", command["kind"]),
        }
    }

    /// Posts a command of the product; its answer, or the problem in the form of RFC 9457 with which it was refused.
    pub(crate) fn ask(&self, command: &Value) -> Result<Result<Value, Value>> {
        let body = command.to_string();
        let mut key: [u8; 16] = drawn()?;
        // A random identifier in the form of RFC 9562 5.4.
        key[6] = key[6] & 0x0f | 0x40;
        key[8] = key[8] & 0x3f | 0x80;
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let key = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
        let head = format!(
            "POST /api/v1/commands HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nIdempotency-Key: {key}\r\nApron-Staff: 4711\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.http,
            body.len()
        );
        let (code, text) = exchange(self.http, &head, &body)?;
        let mut answer: Value = serde_json::from_str(&text)?;
        Ok(if is_good(code) { Ok(answer["answer"].take()) } else { Err(answer) })
    }

    /// Mebibytes of memory of the whole process now, and at most so far.
    pub(crate) fn memory_mib(&self) -> (f64, f64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let kib = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse::<f64>().ok()).unwrap_or(0.0)
        };
        (kib("VmRSS:") / 1024.0, kib("VmHWM:") / 1024.0)
    }

    /// Ends it as a power cut does.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it in order.
    pub(crate) fn stop(mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        ensure!(Command::new("kill").args(["-TERM", &pid]).status()?.success(), "the process cannot be told to stop");
        self.child.wait()?;
        Ok(())
    }

    fn exchange(&self, head: &str, body: &str) -> Result<String> {
        let (code, content) = exchange(self.http, head, body)?;
        ensure!(is_good(code), "{code}: {content}");
        Ok(content)
    }
}

/// One request over HTTP/1.1 and its answer: the code and the body.
pub(crate) fn exchange(address: SocketAddr, head: &str, body: &str) -> Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (status, rest) = answer.split_once("\r\n").context("no answer over HTTP")?;
    let (_, content) = rest.split_once("\r\n\r\n").context("an answer without a body")?;
    let code = status.split(' ').nth(1).and_then(|code| code.parse().ok()).with_context(|| format!("an answer without a code: {status}"))?;
    Ok((code, content.to_owned()))
}

fn is_good(code: u16) -> bool {
    (200..300).contains(&code)
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
