//! A way out: a folder or a webhook, and which messages of which airlines take it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use schemas::record::FlightKey;
use schemas::record::outgoing::OutKind;
use serde::Deserialize;
use sync::transport::Trust;

use super::signature::Secret;

/// A way out as the configuration writes it: `[[out]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    name: String,
    /// `REQUEST`, `BSM`, `BPM`, `PFS`, `PRL`, `PSM`, `PTM`, `ETL`.
    kinds: Vec<String>,
    /// All that this node holds if left out.
    carriers: Option<Vec<String>>,
    folder: Option<PathBuf>,
    /// `https://` to any machine, `http://` on this one.
    url: Option<String>,
    /// The authorities (PEM) that may speak for the receiver's name over TLS; those of the system if left out.
    ca_file: Option<PathBuf>,
    /// A file with `whsec_...`; needed with `url`.
    secret_file: Option<PathBuf>,
    /// An address that says whether a message arrived, with `{key}` in it: 200 if it did, 404 if not.
    status: Option<String>,
    timeout_seconds: Option<u64>,
    /// The envelope of Type B messages: seven letters each.
    addresses: Option<Vec<String>>,
    origin: Option<String>,
}

/// A way out that was read.
#[derive(Debug, Clone)]
pub struct Way {
    pub name: String,
    pub kinds: BTreeSet<OutKind>,
    /// All where it is empty.
    carriers: BTreeSet<String>,
    pub(super) to: To,
    pub(super) timeout: Duration,
    pub(super) addresses: Vec<String>,
    pub(super) origin: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) enum To {
    Folder(PathBuf),
    Webhook(Box<Webhook>),
}

#[derive(Debug, Clone)]
pub(super) struct Webhook {
    pub(super) url: String,
    pub(super) secret: Secret,
    pub(super) status: Option<String>,
    /// Who is trusted, where one of the addresses is over TLS.
    trust: Option<Trust>,
}

/// More ways than any station has.
const WAYS_MAX: usize = 32;

/// As long as a receiver may take to answer, if nothing else is said, and at most.
const TIMEOUT_SECONDS: u64 = 20;
const TIMEOUT_SECONDS_MAX: u64 = 120;

impl Way {
    /// Reads all ways out.
    ///
    /// # Errors
    /// With the name of the way and the key that is wrong.
    pub fn read_all(entries: Vec<Entry>) -> Result<Vec<Self>> {
        if entries.len() > WAYS_MAX {
            bail!("{} ways out are named; name at most {WAYS_MAX}", entries.len());
        }
        let mut ways: Vec<Self> = Vec::new();
        for entry in entries {
            let name = entry.name.clone();
            let way = Self::read(entry).with_context(|| format!("the way out \"{name}\" is wrong"))?;
            if ways.iter().any(|known| known.name == way.name) {
                bail!("two ways out are called \"{name}\"; give each a name of its own");
            }
            ways.push(way);
        }
        Ok(ways)
    }

    fn read(entry: Entry) -> Result<Self> {
        let is_name = (1..=40).contains(&entry.name.len()) && !entry.name.chars().any(char::is_control);
        if !is_name {
            bail!("`name` has 1 to 40 characters");
        }
        let kinds: BTreeSet<OutKind> = entry.kinds.iter().map(|kind| kind.parse()).collect::<Result<_, _>>().context("`kinds`")?;
        if kinds.is_empty() {
            bail!("`kinds` is empty; write such as [\"BSM\", \"BPM\"]");
        }
        if entry.folder.is_some() && entry.ca_file.is_some() {
            bail!("`ca_file` is for an `url` that begins with https://; take it out");
        }
        let to = match (entry.folder, entry.url) {
            (Some(folder), None) if kinds.contains(&OutKind::Request) => {
                bail!("requests of guests cannot go into {}; give `url` instead, for the answer counts", folder.display())
            }
            (Some(folder), None) => To::Folder(folder),
            (None, Some(url)) => webhook(url, entry.secret_file, entry.status, entry.ca_file)?,
            _ => bail!("give one of `folder` and `url`"),
        };
        let seconds = entry.timeout_seconds.unwrap_or(TIMEOUT_SECONDS);
        if !(1..=TIMEOUT_SECONDS_MAX).contains(&seconds) {
            bail!("`timeout_seconds` is {seconds}; give 1 to {TIMEOUT_SECONDS_MAX}");
        }
        let addresses = entry.addresses.unwrap_or_default();
        if let Some(bad) = addresses.iter().chain(&entry.origin).find(|address| !is_address(address)) {
            bail!("\"{bad}\" in `addresses` or `origin` is no address of seven capital letters and digits");
        }
        let carriers = entry.carriers.unwrap_or_default().into_iter().collect();
        Ok(Self { name: entry.name, kinds, carriers, to, timeout: Duration::from_secs(seconds), addresses, origin: entry.origin })
    }

    /// Whether messages of this flight may take it.
    pub fn takes(&self, flight: &FlightKey) -> bool {
        self.carriers.is_empty() || self.carriers.contains(flight.carrier().as_str())
    }

    /// The first way that takes a message.
    pub fn of<'a>(ways: &'a [Self], flight: &FlightKey, kind: OutKind) -> Option<&'a Self> {
        ways.iter().find(|way| way.kinds.contains(&kind) && way.takes(flight))
    }

    /// Where a person may see that it leads: without secrets.
    pub fn place(&self) -> String {
        match &self.to {
            To::Folder(folder) => folder.display().to_string(),
            To::Webhook(hook) => hook.url.split(['?', '#']).next().unwrap_or_default().to_owned(),
        }
    }

    /// Who is trusted over TLS, where it leads over TLS.
    pub(super) fn trust(&self) -> Option<&Trust> {
        match &self.to {
            To::Webhook(hook) => hook.trust.as_ref(),
            To::Folder(_) => None,
        }
    }

    /// Whether the receiver can be asked what arrived.
    pub fn can_ask(&self) -> bool {
        matches!(&self.to, To::Webhook(hook) if hook.status.is_some())
    }
}

fn webhook(url: String, secret_file: Option<PathBuf>, status: Option<String>, ca_file: Option<PathBuf>) -> Result<To> {
    let mut over_tls = false;
    for (key, address) in [("url", Some(&url)), ("status", status.as_ref())] {
        if let Some(address) = address {
            let read = reqwest::Url::parse(&address.replace("{key}", "0")).with_context(|| format!("`{key}` is no address"))?;
            let is_tls = read.scheme() == "https" && read.host_str().is_some_and(|host| !host.is_empty());
            if !is_tls && !is_of_this_machine(&read) {
                bail!(
                    "`{key}` leads to another machine without TLS; write https://, or name a TLS proxy on this machine, such as http://127.0.0.1:9443/in"
                );
            }
            if is_tls && !(read.username().is_empty() && read.password().is_none()) {
                bail!("`{key}` holds a user name or a password; take it out, for the signature proves who sends");
            }
            over_tls |= is_tls;
        }
    }
    if status.as_ref().is_some_and(|status| !status.contains("{key}")) {
        bail!("`status` has {{key}} where the key of the message is to stand");
    }
    let Some(file) = secret_file else { bail!("`secret_file` names the file with the secret that the receiver gave") };
    let text = std::fs::read_to_string(&file).with_context(|| format!("`secret_file` {} cannot be read", file.display()))?;
    let secret = Secret::read(&text).with_context(|| format!("`secret_file` {} is wrong", file.display()))?;
    let trust = match (over_tls, ca_file) {
        (false, None) => None,
        (false, Some(_)) => bail!("`ca_file` is for an `url` that begins with https://; take it out"),
        (true, Some(file)) => Some(Trust::of_file(&file).with_context(|| format!("`ca_file` {} is wrong", file.display()))?),
        (true, None) => Some(Trust::of_system().context("`url` begins with https://, and `ca_file` is not given")?),
    };
    Ok(To::Webhook(Box::new(Webhook { url, secret, status, trust })))
}

/// Messages name guests: they leave the machine over TLS alone.
fn is_of_this_machine(address: &reqwest::Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let is_local = host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    address.scheme() == "http" && is_local
}

fn is_address(text: &str) -> bool {
    text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
impl Entry {
    /// A webhook over TLS for baggage messages.
    pub(super) fn webhook(name: &str, url: &str, status: &str, secret_file: &std::path::Path, ca_file: &std::path::Path) -> Self {
        Self {
            name: name.to_owned(),
            kinds: vec!["BSM".to_owned()],
            carriers: None,
            folder: None,
            url: Some(url.to_owned()),
            ca_file: Some(ca_file.to_owned()),
            secret_file: Some(secret_file.to_owned()),
            status: Some(status.to_owned()),
            timeout_seconds: Some(5),
            addresses: None,
            origin: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_that_is_written_down_wrong_is_named_with_its_key_and_the_remedy() {
        let entry = |name: &str| Entry {
            name: name.to_owned(),
            kinds: vec!["BSM".to_owned()],
            carriers: Some(vec!["CA".to_owned()]),
            folder: Some("out".into()),
            url: None,
            ca_file: None,
            secret_file: None,
            status: None,
            timeout_seconds: None,
            addresses: None,
            origin: None,
        };
        let wrong = |entry: Entry, words: &str| {
            let error = format!("{:#}", Way::read_all(vec![entry]).unwrap_err());
            assert!(error.contains("\"sorter\"") && error.contains(words), "{error}");
        };
        let flight: FlightKey = "CA1501.2026-11-22.PVG".parse().unwrap();
        let ways = Way::read_all(vec![entry("sorter"), Entry { carriers: None, ..entry("all") }]).unwrap();
        assert_eq!(Way::of(&ways, &flight, OutKind::Bsm).map(|way| way.name.as_str()), Some("sorter"));
        assert_eq!(Way::of(&ways, &"MU5101.2026-11-22.PVG".parse().unwrap(), OutKind::Bsm).map(|way| way.name.as_str()), Some("all"));
        assert!(Way::of(&ways, &flight, OutKind::Pfs).is_none());
        wrong(Entry { kinds: vec!["BTM".to_owned()], ..entry("sorter") }, "`kinds`");
        wrong(Entry { kinds: Vec::new(), ..entry("sorter") }, "`kinds` is empty");
        wrong(Entry { kinds: vec!["REQUEST".to_owned()], ..entry("sorter") }, "`url` instead");
        let to = |url: &str| Entry { folder: None, url: Some(url.to_owned()), ..entry("sorter") };
        wrong(Entry { folder: Some("out".into()), ..to("http://127.0.0.1:1/") }, "one of `folder` and `url`");
        wrong(to("http://localhost:1/"), "`secret_file` names");
        for elsewhere in ["ftp://127.0.0.1/", "http://10.0.0.1/", "http://example.com/", "http://127.0.0.1.example.com/"] {
            wrong(to(elsewhere), "write https://, or name a TLS proxy on this machine");
        }
        wrong(to("https://crew:pw@example.com/"), "the signature proves who sends");
        wrong(Entry { ca_file: Some("ca.pem".into()), ..to("http://localhost:1/") }, "`secret_file` names");
        wrong(Entry { ca_file: Some("ca.pem".into()), ..entry("sorter") }, "`ca_file` is for");
        let dir = tempfile::tempdir().unwrap();
        let (secret, none) = (dir.path().join("secret"), dir.path().join("none.pem"));
        std::fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let over = |url: &str, ca: &std::path::Path| Entry { ca_file: Some(ca.to_owned()), secret_file: Some(secret.clone()), ..to(url) };
        wrong(over("http://localhost:1/", &none), "`ca_file` is for");
        wrong(over("https://example.com/", &none), "it cannot be read");
        wrong(over("https://example.com/", &secret), "holds no certificate of an authority");
        wrong(Entry { status: Some("http://[::1]:1/".to_owned()), ..to("http://127.0.0.1:1/") }, "{key}");
        wrong(Entry { timeout_seconds: Some(0), ..entry("sorter") }, "`timeout_seconds` is 0");
        wrong(Entry { addresses: Some(vec!["PEK".to_owned()]), ..entry("sorter") }, "seven capital letters");
        assert!(Way::read_all(vec![entry("x"), entry("x")]).is_err());
    }
}
