//! The demonstration's processes: a hub, two counters, two gates and a baggage desk, each with its own directory and certificate.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::process::{Child, Command};

use super::relay::Relay;
use crate::cli::{HubInit, HubInvite, NodeJoin};
use crate::data::{self, Running};
use crate::installation;

/// The desks of the station, in the order in which they dial one another.
pub(crate) const DESKS: [&str; 5] = ["C1", "C2", "G12", "G13", "B1"];
/// The hub's name.
pub(crate) const HUB: &str = "HUB";
/// The station.
pub(crate) const STATION: &str = "PVG";
/// Its time zone.
pub(crate) const ZONE: &str = "Asia/Shanghai";

/// As long as a process may take until it is ready.
const READY: Duration = Duration::from_secs(60);

/// A running process.
#[derive(Debug)]
struct Process {
    name: &'static str,
    child: Option<Child>,
    running: Option<Running>,
    /// Where its screens were first, so that they are there again after a restart.
    http: Option<SocketAddr>,
}

/// All processes and the relays between them.
#[derive(Debug)]
pub(crate) struct Fleet {
    root: PathBuf,
    program: PathBuf,
    processes: Vec<Process>,
    relays: Vec<Route>,
    control: SocketAddr,
}

/// A relay and whom it joins.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    /// Who dials.
    pub(crate) from: &'static str,
    /// Who is dialed.
    pub(crate) to: &'static str,
    pub(crate) relay: Relay,
}

impl Fleet {
    /// Makes relays and installation, joins every desk, and starts everything.
    pub(crate) async fn start(root: &Path, control: SocketAddr) -> Result<Self> {
        let program = std::env::current_exe().context("this program's own path is not known")?;
        let mut relays = Vec::new();
        for (place, from) in DESKS.iter().copied().enumerate() {
            relays.push(Route { from, to: HUB, relay: Relay::start().await? });
            for to in DESKS[place + 1..].iter().copied() {
                relays.push(Route { from, to, relay: Relay::start().await? });
            }
        }
        let names = std::iter::once(HUB).chain(DESKS);
        let processes = names.map(|name| Process { name, child: None, running: None, http: None }).collect();
        let mut fleet = Self { root: root.to_owned(), program, processes, relays, control };
        installation::init(&HubInit { data: fleet.dir(HUB), installation: "apron demonstration".to_owned(), practice: false })?;
        fleet.launch(HUB).await?;
        for desk in DESKS {
            fleet.join(desk).await?;
        }
        for desk in DESKS {
            fleet.launch(desk).await?;
        }
        Ok(fleet)
    }

    /// Where screens and API of a node are.
    pub(crate) fn url(&self, name: &str) -> Result<String> {
        let running = self.processes.iter().find(|process| process.name == name).and_then(|process| process.running.as_ref());
        Ok(format!("http://{}", running.with_context(|| format!("{name} does not run"))?.http))
    }

    /// What a program shows to a node of the fleet.
    pub(crate) fn token(&self, name: &str) -> Result<String> {
        let file = self.dir(name).join("api-token");
        std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))
    }

    /// The installation's secret.
    pub(crate) fn secret(&self) -> Result<[u8; 32]> {
        data::read_membership(&self.dir(HUB))?.secret()
    }

    pub(crate) fn routes(&self) -> Vec<Route> {
        self.relays.clone()
    }

    /// Ends a process as a power cut does.
    pub(crate) async fn kill(&mut self, name: &str) -> Result<()> {
        let process = self.process(name)?;
        if let Some(mut child) = process.child.take() {
            child.kill().await.with_context(|| format!("{name} cannot be killed"))?;
        }
        process.running = None;
        Ok(())
    }

    /// Starts a process and waits until it answers.
    pub(crate) async fn launch(&mut self, name: &'static str) -> Result<()> {
        let log =
            std::fs::File::options().create(true).append(true).open(self.root.join(format!("{name}.log"))).context("a log file cannot be made")?;
        let dir = self.dir(name);
        let mut command = Command::new(&self.program);
        let role = if name == HUB { "hub" } else { "node" };
        let http = self.process(name)?.http.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        command.args([role, "run", "--listen", "127.0.0.1:0", "--http", &http.to_string(), "--data"]).arg(&dir);
        if name == HUB {
            command.args(["--demo-control", &self.control.to_string(), "--config"]).arg(self.config()?);
        }
        for route in self.relays.iter().filter(|route| route.from == name) {
            let flag = if route.to == HUB { "--hub" } else { "--peer" };
            command.args([flag, &route.relay.address().to_string()]);
        }
        for name in ["APRON_DATA", "APRON_CONFIG", "APRON_LISTEN", "APRON_HTTP", "APRON_HUB", "APRON_PEERS", "APRON_DISCOVER"] {
            command.env_remove(name);
        }
        let errors = log.try_clone().context("a log file cannot be shared")?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{name} cannot be started"))?;
        let running = ready(name, &dir, &mut child).await?;
        for route in self.relays.iter().filter(|route| route.to == name) {
            route.relay.set_target(running.listen);
        }
        let process = self.process(name)?;
        process.child = Some(child);
        process.http = Some(running.http);
        process.running = Some(running);
        Ok(())
    }

    async fn join(&self, desk: &'static str) -> Result<()> {
        let hub =
            self.processes.iter().find(|process| process.name == HUB).and_then(|process| process.running.as_ref()).context("the hub does not run")?;
        let code = installation::invite(&HubInvite {
            data: self.dir(HUB),
            address: hub.listen.to_string(),
            station: STATION.to_owned(),
            desk: desk.to_owned(),
            carriers: vec!["CA".to_owned()],
            no_sensitive: false,
            zone: Some(ZONE.to_owned()),
        })?;
        installation::join(&NodeJoin { code: code.to_string(), data: self.dir(desk) }).await.with_context(|| format!("{desk} cannot join"))?;
        Ok(())
    }

    /// Where the hub puts the messages that others would be sent.
    pub(crate) fn sent_folder(&self) -> PathBuf {
        self.root.join("sent")
    }

    /// The hub's configuration: the way out for messages.
    fn config(&self) -> Result<PathBuf> {
        let (file, folder) = (self.root.join("HUB.toml"), self.sent_folder());
        std::fs::create_dir_all(&folder).with_context(|| format!("the folder {} cannot be made", folder.display()))?;
        let folder = serde_json::to_string(&folder).context("the folder's path is no text")?;
        let kinds = r#"["BSM", "BPM", "PFS", "PRL", "PSM", "PTM", "ETL"]"#;
        std::fs::write(&file, format!("[[out]]\nname = \"airline\"\nkinds = {kinds}\nfolder = {folder}\n"))
            .context("the hub's configuration cannot be written")?;
        Ok(file)
    }

    fn dir(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    fn process(&mut self, name: &str) -> Result<&mut Process> {
        self.processes.iter_mut().find(|process| process.name == name).with_context(|| format!("{name} is no process of the demonstration"))
    }
}

/// Waits until the process has said where it listens.
async fn ready(name: &str, dir: &Path, child: &mut Child) -> Result<Running> {
    let wait = async {
        loop {
            if let Some(status) = child.try_wait().context("a process cannot be watched")? {
                bail!("{name} ended at once ({status}); its log stands beside its data directory, {}", dir.display());
            }
            match data::running(dir) {
                Ok(running) if Some(running.pid) == child.id() => return Ok(running),
                Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    };
    tokio::time::timeout(READY, wait).await.with_context(|| format!("{name} was not ready within {} s", READY.as_secs()))?
}
