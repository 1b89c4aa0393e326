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

/// Writes the first person down if one waits. A start that was cut in between does it again under the same key, so it is done once.
pub(crate) async fn write_first_person(services: &Services, folder: &Path) -> Result<()> {
    let file = folder.join(PERSON_FILE);
    let text = match std::fs::read(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", file.display())),
    };
    let waiting: Waiting = serde_json::from_slice(&text)
        .with_context(|| format!("{} is damaged; remove it and write the first administrator down with `apron hub staff`", file.display()))?;
    match services.command(waiting.key, &waiting.staff, &waiting.body).await {
        Ok(_) => std::fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display())),
        // Somebody else was written down first: this file has no say any more. Refused for another reason, it is the only person there is, and stays.
        Err(CommandError::Refused(refusal)) if services.read(|station| station.has_staff()) => {
            tracing::error!(%refusal, "the first person is not written down; use `apron hub staff`");
            std::fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))
        }
        Err(error) => Err(error).context("the first person cannot be written down"),
    }
}
