//! A way out: a folder or a webhook, and which messages of which airlines take it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use schemas::record::FlightKey;
use schemas::record::outgoing::OutKind;
use serde::Deserialize;

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
    /// Of this machine: what goes further goes through a proxy here that speaks TLS.
    url: Option<String>,
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
    Webhook { url: String, secret: Secret, status: Option<String> },
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
        let to = match (entry.folder, entry.url) {
            (Some(folder), None) if kinds.contains(&OutKind::Request) => {
                bail!("requests of guests cannot go into {}; give `url` instead, for the answer counts", folder.display())
            }
            (Some(folder), None) => To::Folder(folder),
            (None, Some(url)) => webhook(url, entry.secret_file, entry.status)?,
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
            To::Webhook { url, .. } => url.split(['?', '#']).next().unwrap_or_default().to_owned(),
        }
    }

    /// Whether the receiver can be asked what arrived.
    pub fn can_ask(&self) -> bool {
        matches!(&self.to, To::Webhook { status: Some(_), .. })
    }
}

fn webhook(url: String, secret_file: Option<PathBuf>, status: Option<String>) -> Result<To> {
    for (key, address) in [("url", Some(&url)), ("status", status.as_ref())] {
        if let Some(address) = address {
            let read = reqwest::Url::parse(&address.replace("{key}", "0")).with_context(|| format!("`{key}` is no address"))?;
            if !is_of_this_machine(&read) {
                bail!("`{key}` leads to another machine or is no http://; name a TLS proxy on this machine, such as http://127.0.0.1:9443/in");
            }
        }
    }
    if status.as_ref().is_some_and(|status| !status.contains("{key}")) {
        bail!("`status` has {{key}} where the key of the message is to stand");
    }
    let Some(file) = secret_file else { bail!("`secret_file` names the file with the secret that the receiver gave") };
    let text = std::fs::read_to_string(&file).with_context(|| format!("`secret_file` {} cannot be read", file.display()))?;
    let secret = Secret::read(&text).with_context(|| format!("`secret_file` {} is wrong", file.display()))?;
    Ok(To::Webhook { url, secret, status })
}

/// Messages name guests, and nothing here speaks TLS to others: they leave the machine through a proxy that does.
fn is_of_this_machine(address: &reqwest::Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let is_local = host == "localhost" || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    address.scheme() == "http" && is_local
}

fn is_address(text: &str) -> bool {
    text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
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
        for elsewhere in ["ftp://127.0.0.1/", "http://10.0.0.1/", "https://example.com/", "http://127.0.0.1.example.com/"] {
            wrong(to(elsewhere), "name a TLS proxy on this machine");
        }
        wrong(Entry { status: Some("http://[::1]:1/".to_owned()), ..to("http://127.0.0.1:1/") }, "{key}");
        wrong(Entry { timeout_seconds: Some(0), ..entry("sorter") }, "`timeout_seconds` is 0");
        wrong(Entry { addresses: Some(vec!["PEK".to_owned()]), ..entry("sorter") }, "seven capital letters");
        assert!(Way::read_all(vec![entry("x"), entry("x")]).is_err());
    }
}
