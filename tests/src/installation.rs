//! A hub and its desks as real processes, each in a folder of its own, all gone when the test ends.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::process::Child;

use crate::desk::Desk;
use crate::ledger::Ledger;
use crate::program::{apron, command, program};
use crate::wait::{soon, until};

/// Hours of the station's zone before UTC.
pub const ZONE_HOURS: i64 = 8;
const ZONE: &str = "Asia/Shanghai";
const STATION: &str = "PVG";

/// As long as a node may take to end after SIGTERM.
pub const STOP_MAX: Duration = Duration::from_secs(10);

/// An installation in a temporary folder. The hub is called `HUB`.
#[derive(Debug)]
pub struct Installation {
    root: tempfile::TempDir,
    nodes: BTreeMap<String, Node>,
    ledger: Ledger,
}

/// How a node ended after SIGTERM.
#[derive(Debug, Clone, Copy)]
pub struct Stopped {
    pub code: Option<i32>,
    pub after: Duration,
}

#[derive(Debug)]
struct Node {
    dir: PathBuf,
    /// Chosen by the system at the first start, and kept: others know it.
    listen: Option<SocketAddr>,
    peers: Vec<String>,
    /// Where it dials instead of its own hub.
    dials: Option<SocketAddr>,
    /// Programs and arguments that stand before the program, such as a tracer.
    under: Vec<OsString>,
    child: Option<Child>,
    desk: Desk,
}

impl Installation {
    /// Makes an installation and starts its hub.
    pub async fn start() -> Result<Self> {
        let mut root = tempfile::Builder::new().prefix("apron-test-").tempdir().context("no temporary folder")?;
        root.disable_cleanup(std::env::var_os("APRON_KEEP").is_some());
        let mut installation = Self { root, nodes: BTreeMap::new(), ledger: Ledger::default() };
        installation.add("HUB", &[]);
        apron(&["hub".as_ref(), "init".as_ref(), "--data".as_ref(), installation.dir("HUB").as_os_str()]).await?.good()?;
        installation.launch("HUB").await?;
        Ok(installation)
    }

    /// The same with these desks, each dialing the ones before it, all linked.
    pub async fn with_desks(names: &[&str]) -> Result<Self> {
        let mut installation = Self::start().await?;
        for (place, name) in names.iter().enumerate() {
            installation.join(name, &names[..place]).await?;
            installation.launch(name).await?;
        }
        installation.linked().await?;
        Ok(installation)
    }

    /// A join code for a desk, and its address as the hub says it.
    pub async fn invite(&self, name: &str) -> Result<String> {
        let address = self.node("HUB")?.listen.context("the hub never ran")?.to_string();
        self.invite_to(&address, name).await
    }

    /// A join code that names another address for the hub.
    pub async fn invite_to(&self, address: &str, name: &str) -> Result<String> {
        self.invite_at(address, name, STATION).await
    }

    async fn invite_at(&self, address: &str, name: &str, station: &str) -> Result<String> {
        let dir = self.dir("HUB");
        let args = ["hub", "invite", "--address", address, "--station", station, "--desk", name, "--carriers", "CA", "--zone", ZONE, "--data"];
        let args: Vec<OsString> = args.iter().map(OsString::from).chain([dir.into_os_string()]).collect();
        Ok(apron(&args).await?.good()?.trim().to_owned())
    }

    /// Makes a desk of this installation that dials the hub and `peers`, and does not start it.
    pub async fn join(&mut self, name: &str, peers: &[&str]) -> Result<()> {
        self.add(name, peers);
        let code = self.invite(name).await?;
        apron(&["node".as_ref(), "join".as_ref(), code.as_ref(), "--data".as_ref(), self.dir(name).as_os_str()]).await?.good()?;
        Ok(())
    }

    /// The same for a desk of another station, which dials the hub alone. Its clocks show the time of the first station.
    pub async fn join_at(&mut self, name: &str, station: &str) -> Result<()> {
        self.add(name, &[]);
        let address = self.node("HUB")?.listen.context("the hub never ran")?.to_string();
        let code = self.invite_at(&address, name, station).await?;
        apron(&["node".as_ref(), "join".as_ref(), code.as_ref(), "--data".as_ref(), self.dir(name).as_os_str()]).await?.good()?;
        Ok(())
    }

    fn add(&mut self, name: &str, peers: &[&str]) {
        let node = Node {
            dir: self.root.path().join(name),
            listen: None,
            peers: peers.iter().map(|peer| (*peer).to_owned()).collect(),
            dials: None,
            under: Vec::new(),
            child: None,
            desk: Desk::new(name, self.ledger.clone()),
        };
        self.nodes.insert(name.to_owned(), node);
    }

    /// Starts a node and waits until it answers.
    pub async fn launch(&mut self, name: &str) -> Result<()> {
        self.spawn(name)?;
        self.ready(name).await
    }

    /// Starts a node and does not wait.
    pub fn spawn(&mut self, name: &str) -> Result<()> {
        let peers: Vec<SocketAddr> = self.node(name)?.peers.iter().filter_map(|peer| self.nodes.get(peer)?.listen).collect();
        let hub = self.node(name)?.dials.or(self.node("HUB")?.listen);
        let log = self.log_file(name)?;
        let node = self.node(name)?;
        let mut line = node.under.clone();
        line.push(program()?.into_os_string());
        let mut command = command(&line[0]);
        command.args(&line[1..]).args([if name == "HUB" { "hub" } else { "node" }, "run", "--http", "127.0.0.1:0", "--data"]).arg(&node.dir);
        let listen = node.listen.map_or_else(|| "127.0.0.1:0".to_owned(), |listen| listen.to_string());
        command.args(["--listen", &listen]);
        let config = self.config(name);
        if config.exists() {
            command.arg("--config").arg(config);
        }
        if name != "HUB" {
            command.args(hub.iter().flat_map(|hub| ["--hub".to_owned(), hub.to_string()]));
            command.args(peers.iter().flat_map(|peer| ["--peer".to_owned(), peer.to_string()]));
        }
        let child = command.stdout(log.try_clone()?).stderr(log).spawn().with_context(|| format!("{name} cannot be started"))?;
        self.node_mut(name)?.child = Some(child);
        Ok(())
    }

    /// Waits until a node that was started answers.
    pub async fn ready(&mut self, name: &str) -> Result<()> {
        let run = self.dir(name).join("run.json");
        let log = self.log_path(name);
        let node = self.node_mut(name)?;
        let child = node.child.as_mut().with_context(|| format!("{name} was not started"))?;
        let running: Value = until(name, soon(), async || {
            if let Some(status) = child.try_wait()? {
                bail!("{name} ended at its start ({status}): {}", tail(&log));
            }
            let text = std::fs::read(&run).unwrap_or_default();
            let running = serde_json::from_slice::<Value>(&text).unwrap_or_default();
            Ok((running["pid"] == json!(child.id())).then_some(running))
        })
        .await?;
        let address = |key: &str| running[key].as_str().and_then(|text| text.parse::<SocketAddr>().ok()).context("run.json holds no address");
        node.listen = Some(address("listen")?);
        node.desk.moved(format!("http://{}", address("http")?));
        Ok(())
    }

    /// Ends a node at once, as a power cut does.
    pub async fn kill(&mut self, name: &str) -> Result<()> {
        let mut child = self.node_mut(name)?.child.take().with_context(|| format!("{name} does not run"))?;
        child.kill().await.with_context(|| format!("{name} cannot be killed"))
    }

    /// Tells a node to end (SIGTERM), and how it did.
    pub async fn stop(&mut self, name: &str) -> Result<Stopped> {
        let mut child = self.node_mut(name)?.child.take().with_context(|| format!("{name} does not run"))?;
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw).context("it ended before")?;
        let told = tokio::time::Instant::now();
        kill_process(pid, Signal::TERM).context("SIGTERM cannot be sent")?;
        let status = tokio::time::timeout(STOP_MAX, child.wait()).await.with_context(|| format!("{name} runs on 10 s after SIGTERM"))??;
        Ok(Stopped { code: status.code(), after: told.elapsed() })
    }

    /// The same, and the end must be clean.
    pub async fn stop_cleanly(&mut self, name: &str) -> Result<Stopped> {
        let stopped = self.stop(name).await?;
        ensure!(stopped.code == Some(0), "{name} ended with {:?} after SIGTERM: {}", stopped.code, tail(&self.log_path(name)));
        ensure!(!self.dir(name).join("run.json").exists(), "{name} left run.json behind");
        Ok(stopped)
    }

    /// Waits until a node ends by itself.
    pub async fn ends(&mut self, name: &str, limit: Duration) -> Result<Option<i32>> {
        let mut child = self.node_mut(name)?.child.take().with_context(|| format!("{name} does not run"))?;
        Ok(tokio::time::timeout(limit, child.wait()).await.with_context(|| format!("{name} did not end"))??.code())
    }

    /// Waits until every node sees every other.
    pub async fn linked(&self) -> Result<()> {
        let others = self.nodes.len() - 1;
        for node in self.nodes.values() {
            let all = |status: &Value| connected(status) == others;
            node.desk.sees("a link to everybody", "status", soon(), all).await?;
        }
        Ok(())
    }

    /// Waits until the digests of all scopes are equal at these nodes.
    pub async fn agree(&self, names: &[&str]) -> Result<()> {
        let mut seen = BTreeMap::new();
        let agreed = until("agreement", soon(), async || {
            seen.clear();
            for name in names {
                seen.insert(*name, self.desk(name)?.read("status").await?["digests"].clone());
            }
            let first = seen.values().next().cloned().unwrap_or_default();
            let judged = first.as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|pair| pair[1] != ""));
            Ok((judged && seen.values().all(|digests| *digests == first)).then_some(()))
        })
        .await;
        agreed.with_context(|| format!("{seen:?}"))
    }

    /// Proves the journal of a stopped node; what the proof found.
    pub async fn verify(&self, name: &str) -> Result<Value> {
        let args = ["journal", "verify", "--json", "--data"].map(OsString::from).into_iter().chain([self.dir(name).into_os_string()]);
        let proof: Value = serde_json::from_str(&apron(&args.collect::<Vec<_>>()).await?.good().with_context(|| format!("the journal of {name}"))?)?;
        ensure!(proof["holds"] == json!(true), "the journal of {name} does not hold: {proof}");
        Ok(proof)
    }

    /// Runs a node under another program from its next start on.
    pub fn run_under(&mut self, name: &str, under: &[OsString]) -> Result<()> {
        self.node_mut(name)?.under = under.to_vec();
        Ok(())
    }

    /// Lets a desk dial another hub from its next start on.
    pub fn dial(&mut self, name: &str, hub: SocketAddr) {
        if let Some(node) = self.nodes.get_mut(name) {
            node.dials = Some(hub);
        }
    }

    /// The API of a node.
    pub fn desk(&self, name: &str) -> Result<Desk> {
        Ok(self.node(name)?.desk.clone())
    }

    pub fn hub(&self) -> Result<Desk> {
        self.desk("HUB")
    }

    /// What all nodes said is saved.
    pub fn ledger(&self) -> Ledger {
        self.ledger.clone()
    }

    /// The data directory of a node.
    pub fn dir(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    /// The configuration file of a node, read at its next start if somebody writes it.
    pub fn config(&self, name: &str) -> PathBuf {
        self.root.path().join(format!("{name}.toml"))
    }

    /// Where nothing else is.
    pub fn root(&self) -> &Path {
        self.root.path()
    }

    pub fn listen(&self, name: &str) -> Result<SocketAddr> {
        self.node(name)?.listen.with_context(|| format!("{name} never ran"))
    }

    /// The last lines that a node logged.
    pub fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.log_path(name)).unwrap_or_default()
    }

    fn log_path(&self, name: &str) -> PathBuf {
        self.root.path().join(format!("{name}.log"))
    }

    fn log_file(&self, name: &str) -> Result<std::fs::File> {
        std::fs::File::options().create(true).append(true).open(self.log_path(name)).context("a log file cannot be made")
    }

    fn node(&self, name: &str) -> Result<&Node> {
        self.nodes.get(name).with_context(|| format!("there is no {name}"))
    }

    fn node_mut(&mut self, name: &str) -> Result<&mut Node> {
        self.nodes.get_mut(name).with_context(|| format!("there is no {name}"))
    }
}

fn connected(status: &Value) -> usize {
    status["peers"].as_array().into_iter().flatten().filter(|peer| peer["connected"] == true).count()
}

fn tail(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}
