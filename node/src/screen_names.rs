//! Which node of the installation has which name for its screens: kept at the hub, beside the authority that signs them.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use sync::identity::{Authority, SCREEN_DAYS, ScreenAuthority, ScreenName};
use sync::transport::{ScreenGrant, ScreenRefusal, ScreenRequest};

use crate::clock;
use crate::data::write_private;

/// More than an installation has desks with four names each.
const NAMES_MAX: usize = 512;

const DAY_S: i64 = 86_400;

/// Gives certificates for screens, each name to one node at a time.
pub struct ScreenNames {
    authority: ScreenAuthority,
    file: PathBuf,
    /// Beside the names of private networks, names in these may be given.
    domains: Vec<String>,
    turn: Mutex<()>,
}

/// Who has a name, and until when it is kept for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Holder {
    /// The node's key, hexadecimal.
    key: String,
    /// `PVG G12`.
    desk: String,
    /// Unix seconds at which its last certificate ends.
    until: i64,
}

impl ScreenNames {
    /// Those kept in `folder`, where the installation's authority lies. Their own authority is made first where there is none.
    pub fn open(folder: &Path, domains: Vec<String>) -> Result<Self> {
        let authority = Authority::load(folder).context("the installation's authority cannot be read")?;
        let screens = ScreenAuthority::open(folder, &authority, clock::now_ms() / 1000).context("the authority of the screens cannot be used")?;
        Ok(Self { authority: screens, file: names_file(folder), domains, turn: Mutex::default() })
    }

    /// The authority (DER) that devices are to trust.
    pub fn authority_der(&self) -> &[u8] {
        self.authority.ca_der()
    }

    /// Signs for a member, if every name is free or its own. The names are written down before the certificate is given out.
    pub fn grant(&self, request: &ScreenRequest) -> Result<ScreenGrant, ScreenRefusal> {
        let now = clock::now_ms() / 1000;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = read(&self.file).map_err(|error| not_now(&error))?;
        held.retain(|_, holder| holder.until > now);
        let key: String = request.member.key.iter().map(|byte| format!("{byte:02x}")).collect();
        for name in &request.names {
            if !name.is_within(&self.domains) {
                return Err(ScreenRefusal::Domain { name: name.to_string() });
            }
            if let Some(other) = held.get(&name.to_string()).filter(|holder| holder.key != key) {
                return Err(ScreenRefusal::Taken { name: name.to_string(), holder: other.desk.clone() });
            }
        }
        let until = now.saturating_add(SCREEN_DAYS * DAY_S);
        let holder = Holder { key, desk: request.member.to_string(), until };
        held.extend(request.names.iter().map(|name| (name.to_string(), holder.clone())));
        if held.len() > NAMES_MAX {
            return Err(ScreenRefusal::Full);
        }
        let certificate_der = self.authority.sign(&request.csr_der, &request.names, now).map_err(|_| ScreenRefusal::Request)?;
        write(&self.file, &held).map_err(|error| not_now(&error))?;
        tracing::info!(desk = %request.member, names = request.names.len(), "a certificate for screens was made");
        Ok(ScreenGrant { certificate_der, authority_der: self.authority.ca_der().to_vec() })
    }
}

/// Frees a name at the hub of this data directory, so that another node may have it; who had it.
pub fn free(hub: &Path, name: &ScreenName) -> Result<String> {
    let file = names_file(&hub.join("authority"));
    let mut held = read(&file)?;
    let Some(holder) = held.remove(&name.to_string()) else {
        bail!("nobody has the name {name}; see the address that the desk's browser shows");
    };
    write(&file, &held)?;
    Ok(holder.desk)
}

fn names_file(folder: &Path) -> PathBuf {
    folder.join("screen-names.json")
}

fn read(file: &Path) -> Result<BTreeMap<String, Holder>> {
    match std::fs::read(file) {
        Ok(text) => serde_json::from_slice(&text).with_context(|| format!("{} is damaged; restore it from a backup", file.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

fn write(file: &Path, held: &BTreeMap<String, Holder>) -> Result<()> {
    write_private(file, &serde_json::to_vec_pretty(held).context("the names of screens cannot be written")?)
}

fn not_now(error: &anyhow::Error) -> ScreenRefusal {
    tracing::error!(error = format!("{error:#}"), "no certificate for screens can be given");
    ScreenRefusal::NotNow
}

#[cfg(test)]
mod tests {
    use sync::identity::{Grant, Member, ScreenKey};

    use super::*;

    fn hub() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("authority");
        Authority::create("test", clock::now_ms() / 1000).unwrap().save(&folder).unwrap();
        (dir, folder)
    }

    fn ask(names: &ScreenNames, key: u8, of: &[&str]) -> Result<ScreenGrant, ScreenRefusal> {
        let member = Member::new([key; 32], Grant::node(&format!("G{key}"), "PVG", &["*"]).unwrap());
        let names_asked = of.iter().map(|name| name.parse().unwrap()).collect();
        names.grant(&ScreenRequest { member, csr_der: ScreenKey::create().unwrap().request().unwrap(), names: names_asked })
    }

    #[test]
    fn a_name_belongs_to_one_node_until_it_is_freed() {
        let (hub, folder) = hub();
        let names = ScreenNames::open(&folder, Vec::new()).unwrap();
        ask(&names, 1, &["g1", "10.0.0.1"]).unwrap();
        // A renewal, also after the hub started again.
        ask(&ScreenNames::open(&folder, Vec::new()).unwrap(), 1, &["g1"]).unwrap();
        let refused = ask(&names, 2, &["g2", "g1"]).unwrap_err();
        assert_eq!(refused, ScreenRefusal::Taken { name: "g1".into(), holder: "PVG G1".into() });
        // What was asked for together was refused together.
        ask(&names, 3, &["g2"]).unwrap();
        assert_eq!(free(hub.path(), &"g1".parse().unwrap()).unwrap(), "PVG G1");
        ask(&names, 2, &["g1"]).unwrap();
        assert!(free(hub.path(), &"g9".parse().unwrap()).is_err());
    }

    #[test]
    fn a_desk_gets_no_certificate_for_a_name_of_the_world_unless_the_hub_says_so() {
        let (_hub, folder) = hub();
        let refused = ask(&ScreenNames::open(&folder, Vec::new()).unwrap(), 1, &["www.example"]).unwrap_err();
        assert_eq!(refused, ScreenRefusal::Domain { name: "www.example".into() });
        ask(&ScreenNames::open(&folder, vec!["ops.example".into()]).unwrap(), 1, &["g1.ops.example"]).unwrap();
    }
}
