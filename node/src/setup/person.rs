//! The first person of a new installation: kept beside the hub while it is set up, and written into its records at its first start.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use schemas::record::fact::StaffNumber;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use crate::data::write_private;
use crate::installation::drawn;
use crate::services::{CommandError, Services};
use crate::staff;

/// Where the person waits for the hub's first start.
pub(crate) const PERSON_FILE: &str = "first-person.json";

/// What the first person may do: write others down, look after the stations, and decide what agents may not.
const ROLES: [&str; 3] = ["admin", "hub-ops", "supervisor"];

/// Whoever writes everybody else down.
#[derive(Clone, PartialEq, Eq)]
pub struct FirstPerson {
    pub number: StaffNumber,
    pub name: String,
    /// The password or PIN, in plain letters: it goes no further than to be hashed.
    pub secret: String,
}

impl fmt::Debug for FirstPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstPerson").field("number", &self.number).finish_non_exhaustive()
    }
}

/// The command that waits, under the key that it is given once.
#[derive(Serialize, Deserialize)]
struct Waiting {
    key: Uuid,
    staff: String,
    body: String,
}

impl FirstPerson {
    /// Keeps the command in the hub's folder. The password goes in as a hash only.
    pub(super) fn keep(&self, folder: &Path, pepper: &[u8; 32]) -> Result<()> {
        let body = json!({
            "kind": "set-staff", "number": self.number, "name": self.name, "roles": ROLES, "stations": "*", "carriers": "*",
            "secret": staff::hash(&self.secret, pepper, &drawn()?)?,
        });
        let waiting = Waiting { key: Uuid::now_v7(), staff: self.number.as_str().to_owned(), body: body.to_string() };
        write_private(&folder.join(PERSON_FILE), &serde_json::to_vec(&waiting).context("the first person cannot be written down")?)
    }
}

/// Where a person is put aside who is refused for good.
const REFUSED_FILE: &str = "first-person.refused.json";

/// Writes the first person down if one waits. A start that was cut in between does it again under the same key, so it is done once. Who is refused for good,
/// or cannot be read, is put aside: the hub works, and somebody writes an administrator down at its command line.
pub(crate) async fn write_first_person(services: &Services, folder: &Path) -> Result<()> {
    let file = folder.join(PERSON_FILE);
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
    };
    let Ok(waiting) = serde_json::from_slice::<Waiting>(&text) else {
        tracing::error!(remedy = REMEDY, "the first person is not written down: the file in which they wait is damaged");
        return put_aside(&file, folder);
    };
    match services.command(waiting.key, &waiting.staff, &waiting.body).await {
        Ok(_) => std::fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display())),
        // Somebody else was written down first: this file has no say any more.
        Err(CommandError::Refused(refusal)) if services.read(|station| station.has_staff()) => {
            tracing::error!(%refusal, "the first person is not written down; use `apron hub staff`");
            std::fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))
        }
        // What says "not now", such as a full disk, is tried again at the next start.
        Err(CommandError::Refused(refusal)) if refusal.status >= 500 => {
            tracing::error!(%refusal, "the first person is not written down yet; it is tried again at the next start");
            Ok(())
        }
        Err(CommandError::Refused(refusal)) => {
            tracing::error!(%refusal, remedy = REMEDY, "the first person is not written down");
            put_aside(&file, folder)
        }
        Err(CommandError::KeyUsed) => {
            tracing::error!(remedy = REMEDY, "the first person is not written down: another command has its key");
            put_aside(&file, folder)
        }
        Err(error) => Err(error).context("the first person cannot be written down"),
    }
}

const REMEDY: &str = "Write the first administrator down with `apron hub staff`. Until then staff numbers are taken as they are said. The person lies in \
                      first-person.refused.json, which nothing reads any more.";

fn put_aside(file: &Path, folder: &Path) -> Result<()> {
    std::fs::rename(file, folder.join(REFUSED_FILE)).with_context(|| format!("{} cannot be put aside", file.display()))
}

#[cfg(test)]
mod tests {
    use schemas::station::{Blocks, Setting};

    use super::*;

    async fn hub() -> (Services, tempfile::TempDir) {
        let blocks = Blocks { tag_serials: 0..0, sequences: 0..0, files: 0..0 };
        Services::on_a_disk(Setting { station: None, zone: None, desk: "HUB".into(), secret: [7; 32], blocks, practice: false }, true).await
    }

    fn wait(folder: &Path, body: &str) {
        let waiting = Waiting { key: Uuid::from_u128(7), staff: "4711".into(), body: body.to_owned() };
        std::fs::write(folder.join(PERSON_FILE), serde_json::to_vec(&waiting).unwrap()).unwrap();
    }

    #[tokio::test]
    async fn a_first_person_who_is_refused_for_good_is_put_aside_and_the_hub_goes_on() {
        let (services, _disk) = hub().await;
        let folder = tempfile::tempdir().unwrap();
        let (waits, aside) = (folder.path().join(PERSON_FILE), folder.path().join(REFUSED_FILE));
        wait(folder.path(), r#"{"kind": "set-staff", "number": "4711", "name": "", "roles": ["king"], "stations": "*", "carriers": "*"}"#);
        write_first_person(&services, folder.path()).await.unwrap();
        assert!(!waits.exists() && aside.exists() && !services.read(|station| station.has_staff()));
        // Nor does a file that cannot be read stop it.
        std::fs::write(&waits, "{").unwrap();
        write_first_person(&services, folder.path()).await.unwrap();
        assert!(!waits.exists() && std::fs::read_to_string(&aside).unwrap() == "{");
        // Without one there is nothing to do.
        write_first_person(&services, folder.path()).await.unwrap();
        let person = FirstPerson { number: "4711".parse().unwrap(), name: "LI NA".into(), secret: "258036".into() };
        person.keep(folder.path(), &[7; 32]).unwrap();
        write_first_person(&services, folder.path()).await.unwrap();
        assert!(!waits.exists() && services.read(|station| station.has_staff()));
    }
}
