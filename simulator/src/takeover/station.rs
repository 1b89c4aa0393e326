//! The station of the play: a hub, desks that know of each other by the hub alone, and a receiver of messages, each a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::bench::program::{Program, Running, exchange};
use crate::bench::stopwatch;

pub(super) const HUB: &str = "HUB";
/// The two counters that work, and a desk that is cut off all along.
pub(super) const DESKS: [&str; 3] = ["C1", "C2", "C3"];

/// What the receiver and the hub share.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Between two looks at something that is to come.
const LOOK: Duration = Duration::from_millis(20);

/// As long as anything may take to come on one machine; back-offs are a minute at most.
pub(super) const SOON_S: f64 = 90.0;

/// Everything that runs; it ends when this is dropped.
pub(super) struct Station {
    program: Program,
    folder: tempfile::TempDir,
    nodes: BTreeMap<&'static str, Node>,
    pub(super) receiver: Receiver,
}

struct Node {
    /// Chosen by the system at the first start, and kept: others know it.
    listen: Option<SocketAddr>,
    running: Option<Running>,
}

impl Station {
    /// Makes the installation and starts everything.
    pub(super) fn start(program: Program) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("apron-takeover").tempdir()?;
        let receiver = Receiver::start(folder.path())?;
        let nodes = [HUB].into_iter().chain(DESKS).map(|name| (name, Node { listen: None, running: None })).collect();
        let mut station = Self { program, folder, nodes, receiver };
        let hub = station.text(HUB)?;
        station.program.run(&["hub", "init", "--data", &hub])?;
        let secret = station.folder.path().join("secret");
        std::fs::write(&secret, SECRET)?;
        std::fs::write(station.config(), station.receiver.way(&secret))?;
        station.launch(HUB)?;
        let address = station.running(HUB)?.listen.to_string();
        for desk in DESKS {
            let place = ["--station", "PVG", "--desk", desk, "--carriers", "CA", "--zone", "Asia/Shanghai", "--data", &hub];
            let code = station.program.run(&[&["hub", "invite", "--address", &address], &place[..]].concat())?;
            station.program.run(&["node", "join", &code, "--data", &station.text(desk)?])?;
            station.launch(desk)?;
        }
        Ok(station)
    }

    /// Starts a node, where it was before.
    pub(super) fn launch(&mut self, name: &'static str) -> Result<()> {
        let role = if name == HUB { "hub" } else { "node" };
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let listen = self.nodes.get(name).and_then(|node| node.listen).unwrap_or(nowhere).to_string();
        let mut words = vec!["--listen".to_owned(), listen];
        match self.nodes.get(HUB).and_then(|hub| hub.listen) {
            _ if name == HUB => words.extend(["--config".to_owned(), self.config().to_string_lossy().into_owned()]),
            Some(hub) => words.extend(["--hub".to_owned(), hub.to_string()]),
            None => {}
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let running = self.program.start_with(role, &self.folder.path().join(name), &words)?;
        let node = self.nodes.get_mut(name).with_context(|| format!("there is no {name}"))?;
        node.listen = Some(running.listen);
        node.running = Some(running);
        Ok(())
    }

    /// Ends a node as a power cut does.
    pub(super) fn kill(&mut self, name: &str) -> Result<()> {
        self.nodes.get_mut(name).and_then(|node| node.running.take()).with_context(|| format!("{name} does not run"))?.kill()
    }

    /// Posts a command that must be saved; its answer.
    pub(super) fn must(&self, desk: &str, command: &Value) -> Result<Value> {
        self.running(desk)?.command(command).with_context(|| format!("at {desk}"))
    }

    /// Posts a command that must be refused under this code.
    pub(super) fn refuses(&self, desk: &str, command: &Value, code: &str) -> Result<()> {
        match self.running(desk)?.ask(command)? {
            Ok(answer) => bail!("{desk} did not refuse {}: {answer}", command["kind"]),
            Err(problem) => ensure!(problem["code"] == code, "{desk} refused {} for another reason: {problem}", command["kind"]),
        }
        Ok(())
    }

    /// Reads from the API.
    pub(super) fn read(&self, desk: &str, path: &str) -> Result<Value> {
        Ok(serde_json::from_str(&self.running(desk)?.get(&format!("/api/v1/{path}"))?)?)
    }

    /// Asks until the answer is as wanted.
    pub(super) fn sees(&self, desk: &str, what: &str, path: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let mut last = Value::Null;
        let seen = until(what, || {
            // What a node has not heard of yet is not there.
            last = self.read(desk, path).unwrap_or_default();
            Ok(wanted(&last).then(|| last.clone()))
        });
        seen.with_context(|| format!("{desk}, which last said {}", last.to_string().chars().take(600).collect::<String>()))
    }

    /// Waits until these nodes hold the same and have judged all of it.
    pub(super) fn agree(&self, names: &[&str]) -> Result<()> {
        until("agreement", || {
            let digests: Vec<Value> = names.iter().map(|name| Ok(self.read(name, "status")?["digests"].take())).collect::<Result<_>>()?;
            let judged = |all: &Value| all.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|pair| pair[1] != ""));
            Ok(digests.iter().all(|known| judged(known) && *known == digests[0]).then_some(()))
        })
    }

    fn running(&self, name: &str) -> Result<&Running> {
        self.nodes.get(name).and_then(|node| node.running.as_ref()).with_context(|| format!("{name} does not run"))
    }

    fn text(&self, name: &str) -> Result<String> {
        Ok(self.folder.path().join(name).to_str().context("a path is not text")?.to_owned())
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("hub.toml")
    }
}

/// Looks again and again until there is something; an error names what did not come.
pub(super) fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let begun = stopwatch::now();
    loop {
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        ensure!(stopwatch::since(begun) < SOON_S, "{what} did not come within {SOON_S} s");
        std::thread::sleep(LOOK);
    }
}

/// A receiver of webhooks that counts keys: this program again. What it took outlives its process.
pub(super) struct Receiver {
    kept: PathBuf,
    address: SocketAddr,
    child: Option<Child>,
}

impl Receiver {
    fn start(folder: &Path) -> Result<Self> {
        let mut receiver = Self { kept: folder.join("received"), address: SocketAddr::from(([127, 0, 0, 1], 0)), child: None };
        receiver.launch()?;
        Ok(receiver)
    }

    /// Starts it, again at the same address.
    pub(super) fn launch(&mut self) -> Result<()> {
        let program = std::env::current_exe().context("this program's own path is not known")?;
        let mut command = Command::new(program);
        command.args(["receiver", "--secret", SECRET, "--listen", &self.address.to_string(), "--keep"]).arg(&self.kept);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("the receiver cannot be started")?;
        let out = child.stdout.take().context("the receiver says nothing")?;
        // Kept before it is heard, so that it ends with us whatever it says.
        self.child = Some(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        self.address = line.trim().parse().with_context(|| format!("the receiver said {line:?}"))?;
        Ok(())
    }

    /// Ends it at once.
    pub(super) fn kill(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the receiver does not run")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }

    /// Waits until it ends by itself.
    pub(super) fn ends(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the receiver does not run")?;
        until("the end of the receiver", || Ok(child.try_wait()?)).map(drop)
    }

    /// Says how the next messages are answered: `busy`, `hang`, `lose`, `die`.
    pub(super) fn tell(&self, answer: &str, times: u32) -> Result<()> {
        let body = json!({ "answer": answer, "times": times }).to_string();
        let (code, _) = self.ask("POST /tell", &body)?;
        ensure!(code == 200, "the receiver was told {answer:?} and said {code}");
        Ok(())
    }

    /// What came so far.
    pub(super) fn summary(&self) -> Result<Value> {
        Ok(serde_json::from_str(&self.ask("GET /summary", "")?.1)?)
    }

    fn ask(&self, what: &str, body: &str) -> Result<(u16, String)> {
        let head = format!("{what} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", self.address, body.len());
        exchange(self.address, &head, body)
    }

    /// The way out that leads here, as the configuration of a node writes it.
    fn way(&self, secret: &Path) -> String {
        let kinds = r#"["REQUEST", "BSM", "BPM", "PFS", "PRL", "PSM", "PTM", "ETL"]"#;
        format!(
            "[[out]]\nname = \"receiver\"\nkinds = {kinds}\nurl = \"http://{0}/in\"\nsecret_file = \"{1}\"\nstatus = \"http://{0}/status/{{key}}\"\n\
             timeout_seconds = 1\n",
            self.address,
            secret.display()
        )
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
