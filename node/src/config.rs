//! The configuration of a running node: flags over environment over file over defaults.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use sync::identity::{SCREEN_NAMES_MAX, ScreenName};

use crate::cli::Run;
use crate::inbox::{self, WayIn};
use crate::lan::LanScreens;
use crate::lang::Language;
use crate::outbox::{self, Way};
use crate::print::{Entry, Printer};
use crate::staff::DEFAULT_LOCK;

/// Where a node keeps its data and where it listens.
#[derive(Debug, Clone)]
pub struct Config {
    pub data: PathBuf,
    pub listen: SocketAddr,
    pub http: SocketAddr,
    pub hub: Option<String>,
    pub peers: Vec<String>,
    /// Whether neighbours are looked for on the local network. Never where `listen` is an address that only this machine has.
    pub discover: bool,
    /// A folder with further languages of the screens, one folder each.
    pub languages: Option<PathBuf>,
    /// What a browser reads that has not chosen, whatever it asks for.
    pub language: Option<Language>,
    /// A screen is locked when nobody did anything at it for so long.
    pub lock_after: Duration,
    /// Minutes before departure at which a paper pack is printed by itself.
    pub print_packs_before: i64,
    /// The printers of this desk.
    pub printers: Vec<Printer>,
    /// The ways out for messages.
    pub ways: Vec<Way>,
    /// The ways in for messages.
    pub ways_in: Vec<WayIn>,
    /// A file with minimum connecting times.
    pub connecting_times: Option<PathBuf>,
    /// A file with what guests bring free of charge.
    pub bag_allowances: Option<PathBuf>,
    /// A file with what routes ask for where no authority can be asked.
    pub document_routes: Option<PathBuf>,
    /// A file, or a folder of files, with the column maps of airlines.
    pub column_maps: Option<PathBuf>,
    /// A file with the forms of PFS that airlines want.
    pub pfs_forms: Option<PathBuf>,
    /// How often hosts speak, where nothing shall be guessed from what was seen.
    pub host_every_minutes: Option<u32>,
    /// The screens for other devices of the local network; none if nothing is said.
    pub lan: Option<LanScreens>,
    /// At the hub: domains in which it gives names to screens, beside those of private networks.
    pub screen_domains: Vec<String>,
}

/// The file's keys; an unknown one is an error, for it is a typing mistake in something that matters.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileConfig {
    data: Option<PathBuf>,
    listen: Option<SocketAddr>,
    http: Option<SocketAddr>,
    hub: Option<String>,
    peers: Option<Vec<String>>,
    discover: Option<bool>,
    languages: Option<PathBuf>,
    language: Option<String>,
    lock_after_minutes: Option<u32>,
    paper_minutes_before: Option<u32>,
    printer: Option<Vec<Entry>>,
    out: Option<Vec<outbox::Entry>>,
    #[serde(rename = "in")]
    into: Option<Vec<inbox::Entry>>,
    connecting_times: Option<PathBuf>,
    bag_allowances: Option<PathBuf>,
    document_routes: Option<PathBuf>,
    column_maps: Option<PathBuf>,
    pfs_forms: Option<PathBuf>,
    host_every_minutes: Option<u32>,
    screens: Option<ScreensEntry>,
}

/// `[screens]` as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScreensEntry {
    lan: Option<SocketAddr>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    domains: Vec<String>,
}

/// Ports that a role listens on if nothing else is said.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    pub listen: u16,
    pub http: u16,
}

/// What only a desk is told.
#[derive(Debug, Default)]
pub struct Neighbours {
    pub hub: Option<String>,
    pub peers: Option<Vec<String>>,
    pub discover: Option<bool>,
}

/// As many neighbours as may be named; more than any station has desks.
const PEERS_MAX: usize = 64;

/// A screen that nobody locks stays open for this long at most.
const LOCK_MINUTES_MAX: u32 = 120;

/// A host that speaks more seldom is not missed.
const HOST_MINUTES_MAX: u32 = 120;

/// A pack is printed this long before departure if nothing else is said, and at most so long: older ones are of no use.
const PAPER_MINUTES: u32 = 45;
const PAPER_MINUTES_MAX: u32 = 180;

impl Config {
    /// Merges all sources and checks what they say together.
    pub fn gather(flags: Run, neighbours: Neighbours, ports: Ports) -> Result<Self> {
        let file = flags.config.as_deref().map(read).transpose()?.unwrap_or_default();
        let Some(data) = flags.data.or(file.data) else {
            bail!("no data directory is named; give --data DIR, set APRON_DATA, or write `data` into the configuration file");
        };
        let any = |port| SocketAddr::from(([0, 0, 0, 0], port));
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let http = flags.http.or(file.http).unwrap_or_else(|| local(ports.http));
        if !http.ip().is_loopback() {
            bail!(
                "screens and API answer on 127.0.0.1 only, not on {http}; set `http` to 127.0.0.1:{}, and serve other devices over TLS with `lan` under [screens]",
                http.port()
            );
        }
        let peers = neighbours.peers.or(file.peers).unwrap_or_default();
        if peers.len() > PEERS_MAX {
            bail!("{} neighbours are named in `peers`; name at most {PEERS_MAX}, others are reached through them", peers.len());
        }
        let lock_after = match file.lock_after_minutes {
            None => DEFAULT_LOCK,
            Some(minutes @ 1..=LOCK_MINUTES_MAX) => Duration::from_secs(u64::from(minutes) * 60),
            Some(minutes) => bail!("`lock_after_minutes` is {minutes}; give 1 to {LOCK_MINUTES_MAX}"),
        };
        let print_packs_before = match file.paper_minutes_before.unwrap_or(PAPER_MINUTES) {
            minutes @ 1..=PAPER_MINUTES_MAX => i64::from(minutes),
            minutes => bail!("`paper_minutes_before` is {minutes}; give 1 to {PAPER_MINUTES_MAX}"),
        };
        let printers = Printer::read_all(file.printer.unwrap_or_default()).context("a printer in the configuration file is wrong")?;
        let ways = Way::read_all(file.out.unwrap_or_default()).context("a way out in the configuration file is wrong")?;
        let host_every_minutes = match file.host_every_minutes {
            None | Some(1..=HOST_MINUTES_MAX) => file.host_every_minutes,
            Some(minutes) => bail!("`host_every_minutes` is {minutes}; give 1 to {HOST_MINUTES_MAX}"),
        };
        let ways_in = WayIn::read_all(file.into.unwrap_or_default()).context("a way in in the configuration file is wrong")?;
        let listen = flags.listen.or(file.listen).unwrap_or_else(|| any(ports.listen));
        let screens = file.screens.unwrap_or_default();
        let lan = screens.lan.map(|listen| lan_screens(listen, &screens.names)).transpose()?;
        if lan.is_none() && !screens.names.is_empty() {
            bail!("`names` under [screens] are for screens on the network; write where they are served into `lan`, such as \"0.0.0.0:8443\"");
        }
        let screen_domains = domains(screens.domains)?;
        let language = file.language.map(|name| name.parse().with_context(|| "`language` in the configuration file is wrong")).transpose()?;
        Ok(Self {
            data,
            languages: file.languages,
            language,
            lock_after,
            print_packs_before,
            printers,
            ways,
            ways_in,
            host_every_minutes,
            connecting_times: file.connecting_times,
            bag_allowances: file.bag_allowances,
            document_routes: file.document_routes,
            column_maps: file.column_maps,
            pfs_forms: file.pfs_forms,
            lan,
            screen_domains,
            listen,
            http,
            hub: neighbours.hub.or(file.hub),
            peers,
            discover: neighbours.discover.or(file.discover).unwrap_or(true) && !listen.ip().is_loopback(),
        })
    }
}

/// Where other devices are served, and by which names; the certificate is made for just these.
fn lan_screens(listen: SocketAddr, names: &[String]) -> Result<LanScreens> {
    if names.is_empty() || names.len() > SCREEN_NAMES_MAX {
        bail!("{} names are given in `names` under [screens]; write 1 to {SCREEN_NAMES_MAX} by which browsers reach this node", names.len());
    }
    let mut names = names.iter().map(|name| name.parse()).collect::<Result<Vec<ScreenName>, _>>().context("`names` under [screens] are wrong")?;
    names.sort();
    names.dedup();
    Ok(LanScreens { listen, names })
}

fn domains(domains: Vec<String>) -> Result<Vec<String>> {
    for domain in &domains {
        let plain = domain.trim_start_matches('.').parse::<ScreenName>();
        let is_domain = plain.as_ref().is_ok_and(|name| name.name().is_some_and(|name| name.contains('.')));
        if !is_domain {
            bail!("{domain:?} in `domains` under [screens] is no domain; write for example \"ops.airport.example\"");
        }
    }
    Ok(domains)
}

fn read(path: &Path) -> Result<FileConfig> {
    let text = std::fs::read_to_string(path).with_context(|| format!("the configuration file {} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the configuration file {} is wrong; correct the line named below", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(config: Option<PathBuf>) -> Run {
        Run { config, data: None, listen: None, http: None }
    }

    const PORTS: Ports = Ports { listen: 4440, http: 8440 };

    #[test]
    fn flags_stand_above_the_file_and_the_file_above_defaults() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("apron.toml");
        std::fs::write(&file, "data = '/var/lib/apron'\nhttp = '127.0.0.1:9000'\npeers = ['g12:4440']\n").unwrap();
        let run = Run { http: Some("127.0.0.1:9001".parse().unwrap()), ..flags(Some(file)) };
        let config = Config::gather(run, Neighbours::default(), PORTS).unwrap();
        assert_eq!(config.http.port(), 9001);
        assert_eq!((config.data, config.listen.port(), config.peers), ("/var/lib/apron".into(), 4440, vec!["g12:4440".to_owned()]));
    }

    #[test]
    fn an_unknown_key_is_an_error_that_names_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("apron.toml");
        std::fs::write(&file, "dta = '/var/lib/apron'\n").unwrap();
        let error = Config::gather(flags(Some(file)), Neighbours::default(), PORTS).unwrap_err();
        assert!(format!("{error:#}").contains("dta"), "{error:#}");
    }

    #[test]
    fn neighbours_are_looked_for_unless_told_otherwise_and_never_from_this_machine_alone() {
        let discover = |listen: &str, discover| {
            let run = Run { data: Some("x".into()), listen: Some(listen.parse().unwrap()), ..flags(None) };
            Config::gather(run, Neighbours { discover, ..Neighbours::default() }, PORTS).unwrap().discover
        };
        assert!(discover("0.0.0.0:4440", None) && !discover("0.0.0.0:4440", Some(false)) && !discover("127.0.0.1:4440", Some(true)));
    }

    #[test]
    fn a_printer_that_is_written_down_wrong_is_named_with_its_key_and_the_remedy() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("apron.toml");
        let good = "name = 'BTP 1'\nkind = 'tag'\nlanguage = 'zpl'\naddress = 'tcp:10.0.0.7:9100'\n";
        let read = |printers: &str| {
            std::fs::write(&file, format!("data = 'x'\n{printers}")).unwrap();
            Config::gather(flags(Some(file.clone())), Neighbours::default(), PORTS)
                .map(|config| config.printers)
                .map_err(|error| format!("{error:#}"))
        };
        let printers = read(&format!("[[printer]]\n{good}")).unwrap();
        assert_eq!((printers.len(), printers[0].name.as_str(), printers[0].dots, printers[0].width_mm), (1, "BTP 1", 8, 51));
        let serial = good.replace("tcp:10.0.0.7:9100", "serial:/dev/ttyUSB0:9600").replace("BTP 1", "BTP 2");
        assert_eq!(read(&format!("[[printer]]\n{good}[[printer]]\n{serial}")).unwrap().len(), 2);
        for (from, to, words) in [
            ("'tag'", "'label'", "`kind` of printer \"BTP 1\" is not a sort of paper; write \"pass\""),
            ("'tag'", "[]", "`kind`"),
            ("tcp:10.0.0.7:9100", "10.0.0.7", "`address` of printer \"BTP 1\" is not a printer's place; write tcp:HOST:PORT"),
            ("'zpl'", "'pcl'", "pcl"),
            ("'zpl'", "'zpl'\ndpi = 600", "`dpi` of printer \"BTP 1\" is 600; write 203 or 300"),
            ("'zpl'", "'zpl'\nlength_mm = 5", "write 40 to 700"),
            ("'zpl'", "'zpl'\nfont = '^XA'", "such as E:SIMSUN.TTF"),
            ("'zpl'", "'zpl'\nletters = 'all'", "`font`"),
            ("'zpl'", "'aea'\ntag_table = 'BTT'", "`tag_table` of printer \"BTP 1\" stands alone"),
            ("'zpl'", "'aea'\ntag_table = 'BTT'\ntag_data = 'BTP{x}'", "\"x\" that is not known"),
            ("'zpl'", "'zpl'\nspeed = 3", "speed"),
        ] {
            let error = read(&format!("[[printer]]\n{}", good.replace(from, to))).unwrap_err();
            assert!(error.contains(words), "{to}: {error}");
        }
        assert!(read(&format!("[[printer]]\n{good}[[printer]]\n{good}")).unwrap_err().contains("a name of its own"));
        let aea = good.replace("'tag'", "['tag', 'receipt']").replace("'zpl'", "'aea'");
        assert!(read(&format!("[[printer]]\n{aea}")).unwrap_err().contains("take \"receipt\" out"));
    }

    #[test]
    fn screens_for_the_network_need_names_that_other_devices_can_mean() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("apron.toml");
        let read = |screens: &str| {
            std::fs::write(&file, format!("data = 'x'\n[screens]\n{screens}\n")).unwrap();
            Config::gather(flags(Some(file.clone())), Neighbours::default(), PORTS).map_err(|error| format!("{error:#}"))
        };
        let lan = read("lan = '0.0.0.0:8443'\nnames = ['G12.pvg.internal', '10.20.3.12', 'g12.pvg.internal']").unwrap().lan.unwrap();
        assert_eq!((lan.listen.port(), lan.names.len(), lan.names[0].to_string()), (8443, 2, "g12.pvg.internal".to_owned()));
        for (screens, words) in [
            ("lan = '0.0.0.0:8443'", "1 to 16"),
            ("lan = '0.0.0.0:8443'\nnames = ['localhost']", "each machine itself"),
            ("lan = '0.0.0.0:8443'\nnames = ['g12:8443']", "without a port"),
            ("names = ['g12']", "`lan`"),
            ("domains = ['com']", "no domain"),
            ("domain = ['ops.example']", "domain"),
        ] {
            let error = read(screens).unwrap_err();
            assert!(error.contains(words), "{screens}: {error}");
        }
        assert_eq!(read("domains = ['ops.example']").unwrap().screen_domains, ["ops.example"]);
    }

    #[test]
    fn screens_open_to_the_network_are_refused() {
        let run = Run { data: Some("x".into()), http: Some("0.0.0.0:8440".parse().unwrap()), ..flags(None) };
        assert!(Config::gather(run, Neighbours::default(), PORTS).is_err());
    }
}
