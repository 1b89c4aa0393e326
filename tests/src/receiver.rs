//! A receiver of webhooks as a process of its own, which counts keys and answers as it is told.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::program::{command, simulator};

/// What the receiver and its senders share.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A receiver on this machine. What it took outlives its process.
#[derive(Debug)]
pub struct Receiver {
    kept: PathBuf,
    address: SocketAddr,
    child: Option<Child>,
    http: reqwest::Client,
}

impl Receiver {
    /// Starts a receiver that keeps what it took in this folder.
    pub async fn start(folder: &Path) -> Result<Self> {
        let address = "127.0.0.1:0".parse().context("an address")?;
        let mut receiver = Self { kept: folder.join("received"), address, child: None, http: reqwest::Client::new() };
        receiver.launch().await?;
        Ok(receiver)
    }

    /// Starts it, again at the same address.
    pub async fn launch(&mut self) -> Result<()> {
        let file = simulator()?;
        let mut started = command(file.as_os_str());
        started.args(["receiver", "--secret", SECRET, "--listen", &self.address.to_string(), "--keep"]).arg(&self.kept);
        let mut child = started.stdout(Stdio::piped()).spawn().context("the receiver cannot be started")?;
        let out = child.stdout.take().context("the receiver says nothing")?;
        let line = BufReader::new(out).lines().next_line().await?.context("the receiver ended at its start")?;
        self.address = line.trim().parse().with_context(|| format!("the receiver said {line:?}"))?;
        self.child = Some(child);
        Ok(())
    }

    /// Ends it at once.
    pub async fn kill(&mut self) -> Result<()> {
        self.child.take().context("the receiver does not run")?.kill().await.context("the receiver cannot be killed")
    }

    /// Waits until it ends by itself.
    pub async fn ends(&mut self) -> Result<()> {
        let mut child = self.child.take().context("the receiver does not run")?;
        tokio::time::timeout(crate::wait::soon(), child.wait()).await.context("the receiver goes on")??;
        Ok(())
    }

    /// Says how the next messages are answered: `ok`, `refuse`, `busy`, `hang`, `lose`, `die`.
    pub async fn tell(&self, answer: &str, times: Option<u32>) -> Result<()> {
        let told = json!({ "answer": answer, "times": times });
        let reply = self.http.post(format!("http://{}/tell", self.address)).json(&told).send().await.context("the receiver does not answer")?;
        ensure!(reply.status().is_success(), "the receiver was told {answer:?}");
        Ok(())
    }

    /// What came so far.
    pub async fn summary(&self) -> Result<Value> {
        let reply = self.http.get(format!("http://{}/summary", self.address)).send().await.context("the receiver does not answer")?;
        reply.json().await.context("the summary cannot be read")
    }

    /// The way out that leads here, as the configuration of a node writes it.
    pub fn way(&self, secret_file: &Path) -> String {
        let kinds = r#"["REQUEST", "BSM", "BPM", "PFS", "PRL", "PSM", "PTM", "ETL"]"#;
        format!(
            "[[out]]\nname = \"receiver\"\nkinds = {kinds}\nurl = \"http://{0}/in\"\nsecret_file = \"{1}\"\nstatus = \"http://{0}/status/{{key}}\"\n\
             timeout_seconds = 1\n",
            self.address,
            secret_file.display()
        )
    }
}
