//! Two machines on one cable, as network namespaces of this one: real sockets, real routes, faults by the kernel. Gone when the test ends.

use std::ffi::OsString;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::{Command as Blocking, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::program::{command, program};
use crate::wait::until;

/// As long as one command in a namespace may take.
const COMMAND: Duration = Duration::from_secs(60);

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

/// The cable and what runs at its ends.
#[derive(Debug)]
pub struct Cable {
    root: tempfile::TempDir,
    name: String,
    running: Vec<(String, Child)>,
}

impl Side {
    pub fn address(self) -> Ipv4Addr {
        match self {
            Side::Left => Ipv4Addr::new(10, 77, 0, 1),
            Side::Right => Ipv4Addr::new(10, 77, 0, 2),
        }
    }

    fn letter(self) -> char {
        match self {
            Side::Left => 'l',
            Side::Right => 'r',
        }
    }
}

impl Cable {
    /// Makes both namespaces and the cable.
    pub fn lay(test: &str) -> Result<Self> {
        let cable = Self {
            root: tempfile::Builder::new().prefix("apron-test-").tempdir().context("no temporary folder")?,
            name: format!("apron-{}-{test}", std::process::id()),
            running: Vec::new(),
        };
        let (left, right) = (cable.space(Side::Left), cable.space(Side::Right));
        ip(&["netns", "add", &left])?;
        ip(&["netns", "add", &right])?;
        ip(&["link", "add", "cable", "netns", &left, "type", "veth", "peer", "name", "cable", "netns", &right])?;
        for side in [Side::Left, Side::Right] {
            cable.ip(side, &["addr", "add", &format!("{}/24", side.address()), "dev", "cable"])?;
            cable.ip(side, &["link", "set", "lo", "up"])?;
            cable.ip(side, &["link", "set", "cable", "up"])?;
        }
        Ok(cable)
    }

    /// `ip` at one end.
    pub fn ip(&self, side: Side, args: &[&str]) -> Result<()> {
        ip(&[&["-n", &self.space(side)], args].concat())
    }

    /// netem at both ends.
    pub fn netem(&self, args: &[&str]) -> Result<()> {
        for side in [Side::Left, Side::Right] {
            let space = self.space(side);
            let line = [&["-n", &space, "qdisc", "replace", "dev", "cable", "root", "netem"], args].concat();
            run("tc", &line)?;
        }
        Ok(())
    }

    /// Lets no datagram out at either end; TCP goes on.
    pub fn block_udp(&self) -> Result<()> {
        for side in [Side::Left, Side::Right] {
            self.ip(side, &["rule", "add", "ipproto", "udp", "blackhole"])?;
        }
        Ok(())
    }

    /// Makes an installation at the left end and runs its hub there.
    pub async fn hub(&mut self) -> Result<()> {
        let dir = self.dir("HUB");
        self.apron(Side::Left, &["hub", "init", "--data", &dir]).await?;
        let listen = format!("{}:4450", Side::Left.address());
        self.start(Side::Left, "HUB", &["hub", "run", "--listen", &listen, "--http", "127.0.0.1:8450", "--data", &dir]).await
    }

    /// Joins a desk to the installation, and runs it with these further arguments.
    pub async fn desk(&mut self, side: Side, name: &str, args: &[&str]) -> Result<()> {
        let (hub, dir) = (self.dir("HUB"), self.dir(name));
        let address = format!("{}:4450", Side::Left.address());
        let invite = [
            "hub",
            "invite",
            "--address",
            &address,
            "--station",
            "PVG",
            "--desk",
            name,
            "--carriers",
            "CA",
            "--zone",
            "Asia/Shanghai",
            "--data",
            &hub,
        ];
        let code = self.apron(Side::Left, &invite).await?;
        self.apron(side, &["node", "join", code.trim(), "--data", &dir]).await?;
        self.start(side, name, &[&["node", "run", "--http", "127.0.0.1:8440", "--data", &dir], args].concat()).await
    }

    /// Ends a node at once.
    pub async fn kill(&mut self, name: &str) -> Result<()> {
        let at = self.running.iter().position(|(running, _)| running == name).with_context(|| format!("{name} does not run"))?;
        let (_, mut child) = self.running.swap_remove(at);
        child.kill().await.with_context(|| format!("{name} cannot be killed"))
    }

    /// Gives a list to a node; returns once it is saved there.
    pub async fn import(&self, side: Side, name: &str, text: &str) -> Result<()> {
        let file = self.root.path().join("list.txt");
        std::fs::write(&file, text).context("the list cannot be written")?;
        self.apron(side, &["import", &file.to_string_lossy(), "--staff", "1001", "--data", &self.dir(name)]).await?;
        Ok(())
    }

    /// The status of a node.
    pub async fn status(&self, side: Side, name: &str) -> Result<Value> {
        let text = self.apron(side, &["status", "--json", "--data", &self.dir(name)]).await?;
        serde_json::from_str(&text).context("the status is JSON")
    }

    /// Waits until the status of a node is as wanted.
    pub async fn sees(&self, side: Side, name: &str, what: &str, limit: Duration, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let mut last = Value::Null;
        let seen = until(what, limit, async || {
            last = self.status(side, name).await?;
            Ok(wanted(&last).then(|| last.clone()))
        });
        let seen = seen.await;
        seen.with_context(|| format!("{name}: {last}; its log: {}", self.log(name)))
    }

    async fn apron(&self, side: Side, args: &[&str]) -> Result<String> {
        let output =
            tokio::time::timeout(COMMAND, self.within(side, args)?.output()).await.with_context(|| format!("`apron {args:?}` did not end"))??;
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "`apron {args:?}` ended with {}: {out}{err}", output.status);
        Ok(out.into_owned())
    }

    async fn start(&mut self, side: Side, name: &str, args: &[&str]) -> Result<()> {
        let log = std::fs::File::create(self.root.path().join(format!("{name}.log"))).context("a log file cannot be made")?;
        let mut child = self.within(side, args)?.stdout(log.try_clone()?).stderr(log).spawn().with_context(|| format!("{name} cannot be started"))?;
        let run = PathBuf::from(self.dir(name)).join("run.json");
        until(name, COMMAND, async || {
            if let Some(status) = child.try_wait()? {
                bail!("{name} ended at its start ({status}): {}", self.log(name));
            }
            Ok(run.exists().then_some(()))
        })
        .await?;
        self.running.push((name.to_owned(), child));
        Ok(())
    }

    fn within(&self, side: Side, args: &[&str]) -> Result<Command> {
        let mut within = command("ip".as_ref());
        let line: Vec<OsString> = ["netns", "exec", &self.space(side)].map(OsString::from).into_iter().chain([program()?.into_os_string()]).collect();
        within.args(line).args(args);
        Ok(within)
    }

    fn space(&self, side: Side) -> String {
        format!("{}-{}", self.name, side.letter())
    }

    fn dir(&self, name: &str) -> String {
        self.root.path().join(name).to_string_lossy().into_owned()
    }

    fn log(&self, name: &str) -> String {
        std::fs::read_to_string(self.root.path().join(format!("{name}.log"))).unwrap_or_default()
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        // The children die with their handles; the cable goes with the first namespace.
        self.running.clear();
        for side in [Side::Left, Side::Right] {
            let _ = ip(&["netns", "del", &self.space(side)]);
        }
    }
}

fn ip(args: &[&str]) -> Result<()> {
    run("ip", args)
}

fn run(tool: &str, args: &[&str]) -> Result<()> {
    let output = Blocking::new(tool).args(args).stdin(Stdio::null()).output().with_context(|| format!("{tool} cannot be run"))?;
    ensure!(output.status.success(), "{tool} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
