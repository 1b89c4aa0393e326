//! Other devices of the network reach the screens over TLS alone, under names that the hub has signed, and never before staff is written down.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use promises::{Installation, apron, program, soon, until};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

const NAME: &str = "g12.pvg.internal";
const PIN: &str = "2580";

#[tokio::test]
async fn a_tablet_works_over_tls_once_the_hub_has_signed_and_staff_is_written_down() -> Result<()> {
    let mut station = Installation::start().await?;
    station.join("G12", &[]).await?;
    let config = station.root().join("g12.toml");
    std::fs::write(&config, format!("[screens]\nlan = \"127.0.0.1:0\"\nnames = [\"{NAME}\", \"10.9.8.7\"]\n"))?;
    station.run_under("G12", &["env".into(), format!("APRON_CONFIG={}", config.display()).into()])?;
    station.launch("G12").await?;
    let page = async |station: &Installation, words: &str| {
        let desk = station.desk("G12")?;
        until(words, soon(), async || {
            let text = desk.http().get(format!("{}/devices", desk.url())).header("cookie", "apron-staff=4711").send().await?.text().await?;
            Ok(text.contains(words).then_some(text))
        })
        .await
    };
    // The hub has signed, and still nobody is served.
    page(&station, "nobody is written down as staff").await?;
    let authority = apron(&["authority".as_ref(), "--data".as_ref(), station.dir("G12").as_os_str()]).await?;
    ensure!(authority.err.contains("SHA-256"), "{}", authority.err);
    let authority = authority.good()?;
    ensure!(authority.starts_with("-----BEGIN CERTIFICATE-----"), "{authority}");
    let ca = station.root().join("ca.crt");
    std::fs::write(&ca, authority)?;

    write_down(&station.dir("HUB"), "9001", "admin").await?;
    let log = until("the screens on the network", soon(), async || {
        let log = station.log("G12");
        Ok(log.lines().find(|line| line.contains("served to the local network") && line.contains("lan=")).map(str::to_owned))
    })
    .await?;
    let port: SocketAddr = log.split("lan=").nth(1).and_then(|rest| rest.split_whitespace().next()).context("no address")?.parse()?;

    let tablet = Tablet { ca, address: port, jar: station.root().join("jar") };
    let seen = tablet.curl(&["-i", "-c", &tablet.jar(), "-d", &format!("who=9001&secret={PIN}"), &tablet.url("/sign-in")]).await?;
    ensure!(seen.contains("303") && seen.contains("__Host-apron-session=") && seen.contains("; Secure"), "{seen}");
    let home = tablet.curl(&["-b", &tablet.jar(), &tablet.url("/")]).await?;
    ensure!(home.contains("<footer") && home.contains("9001"), "{home}");
    let refused = tablet.curl(&["-i", "-H", "Host: elsewhere.example", &tablet.url("/sign-in")]).await?;
    ensure!(refused.contains("403"), "{refused}");

    // Plain HTTP, another authority, and a name that is not in the certificate get nothing.
    let plain = Command::new("curl").args(["-sS", "--max-time", "10", &format!("http://{}/", tablet.address)]).output().await?;
    ensure!(!plain.status.success() && plain.stdout.is_empty(), "{plain:?}");
    let other = Installation::start().await?;
    let theirs = station.root().join("theirs.crt");
    std::fs::write(&theirs, apron(&["authority".as_ref(), "--data".as_ref(), other.dir("HUB").as_os_str()]).await?.good()?)?;
    let stranger = Tablet { ca: theirs, ..tablet.clone() };
    ensure!(stranger.curl(&[&stranger.url("/healthz")]).await.is_err(), "a device that trusts another installation was served");
    ensure!(tablet.curl(&["--connect-to", &format!("g13:443:{}", tablet.address), "https://g13/healthz"]).await.is_err(), "another name was taken");

    // Another desk does not get the name; it says so, and its own screens work.
    station.join("G13", &[]).await?;
    let config = station.root().join("g13.toml");
    std::fs::write(&config, format!("[screens]\nlan = \"127.0.0.1:0\"\nnames = [\"{NAME}\"]\n"))?;
    station.run_under("G13", &["env".into(), format!("APRON_CONFIG={}", config.display()).into()])?;
    station.launch("G13").await?;
    until("the refusal", soon(), async || {
        let log = station.log("G13");
        Ok(log.contains(&format!("{NAME} belongs to PVG G12")).then_some(()))
    })
    .await?;

    // After a start the certificate is there at once, also with the hub gone.
    station.stop_cleanly("HUB").await?;
    station.stop_cleanly("G12").await?;
    station.launch("G12").await?;
    page_serves(&station).await?;
    station.stop_cleanly("G12").await?;
    Ok(())
}

async fn page_serves(station: &Installation) -> Result<()> {
    until("the screens on the network again", soon(), async || {
        let served = station.log("G12").matches("served to the local network").count();
        Ok((served >= 2 && station.log("G12").matches(" lan=").count() >= 2).then_some(()))
    })
    .await
}

/// Writes somebody down at the running hub.
async fn write_down(hub: &Path, number: &str, role: &str) -> Result<()> {
    let mut child = Command::new(program()?)
        .args(["hub", "staff", number, "--name", "Chen Wei", "--role", role, "--password-stdin", "--data"])
        .arg(hub)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("no standard input")?.write_all(format!("{PIN}\n").as_bytes()).await?;
    let done = child.wait_with_output().await?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

/// A device that trusts an authority.
#[derive(Clone)]
struct Tablet {
    ca: PathBuf,
    address: SocketAddr,
    jar: PathBuf,
}

impl Tablet {
    fn url(&self, path: &str) -> String {
        format!("https://{NAME}:{}{path}", self.address.port())
    }

    fn jar(&self) -> String {
        self.jar.display().to_string()
    }

    async fn curl(&self, args: &[&str]) -> Result<String> {
        let resolve = format!("{NAME}:{}:{}", self.address.port(), self.address.ip());
        let mut command = Command::new("curl");
        command.args(["-sS", "--max-time", "20", "--noproxy", "*", "--cacert"]).arg(&self.ca).args(["--resolve", &resolve]).args(args);
        let done = command.output().await.context("curl is needed for this test")?;
        ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Ok(String::from_utf8_lossy(&done.stdout).into_owned())
    }
}
