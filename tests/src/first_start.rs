//! A machine on which nothing is set up: the program as it is started there, the address of its first page and the code on its console.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::program::{command, program};
use crate::wait::soon;

/// The program on an empty data directory, gone when the test ends.
pub struct FirstStart {
    /// The address of the first page, and later of the screens, without a path.
    pub url: String,
    /// As it stands on the console.
    pub code: String,
    _process: Child,
}

impl FirstStart {
    /// Starts `apron` on a directory that need not be there, with links at this address.
    pub async fn start(data: &Path, listen: SocketAddr) -> Result<Self> {
        let mut command = command(program()?.as_os_str());
        command.arg("start").arg("--data").arg(data).args(["--http", "127.0.0.1:0", "--listen", &listen.to_string()]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().context("apron cannot be started")?;
        let mut lines = BufReader::new(process.stdout.take().context("apron has no output")?).lines();
        let said = tokio::time::timeout(soon(), async {
            let mut url = None;
            while let Some(line) = lines.next_line().await? {
                if let Some(address) = line.trim().strip_suffix("/setup") {
                    url = Some(address.to_owned());
                }
                if let Some(code) = line.strip_prefix("and enter the code ").and_then(|rest| rest.split(' ').next()) {
                    return Ok((url.context("the code is told before the address")?, code.to_owned()));
                }
            }
            bail!("apron ended at once")
        });
        let (url, code) = said.await.context("apron says no code")??;
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { url, code, _process: process })
    }
}

/// An address of this machine on which nobody listens now.
pub fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    listener.local_addr().context("a listener has an address")
}
