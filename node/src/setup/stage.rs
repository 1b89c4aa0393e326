//! Sets a data directory up beside its place and moves it there when it is whole, so that a try that fails or is cut leaves nothing half-made.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sync::transport::{JoinCode, JoinError, JoinRefusal};

use super::{FirstDesk, FirstPerson, invitation};
use crate::cli::{HubInit, NodeJoin};
use crate::data::{Role, read_membership, write_private};
use crate::installation;
use crate::lang::Language;

/// The last file that is moved: whatever has it is set up.
const LAST: &str = "membership.json";

/// The language of the screens, as it was chosen on the first page.
pub(crate) const LANGUAGE_FILE: &str = "language";

/// Why a try failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct Failure {
    /// English, with the remedy.
    pub words: String,
    /// The name of the sentence that other languages have for it.
    pub key: &'static str,
}

/// What was set up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Done {
    pub(super) role: Option<Role>,
    pub(super) desk: String,
    pub(super) station: String,
    pub(super) ca_key_hash: Option<[u8; 32]>,
    pub(super) invitation: Option<String>,
    pub(super) person: String,
}

/// The folders below a data directory in which it is made ready.
pub(super) struct Stage {
    data: PathBuf,
}

impl Stage {
    pub(super) fn new(data: &Path) -> Self {
        Self { data: data.to_owned() }
    }

    /// Goes on where a move was cut, and removes what an earlier try left.
    pub(super) fn resume(&self) -> Result<()> {
        for folder in [self.hub_folder(), self.desk_folder()] {
            if folder.join(LAST).exists() && !self.data.join(LAST).exists() {
                self.take(&folder)?;
            }
        }
        if self.data.join(LAST).exists() {
            self.clear(&self.hub_folder());
            self.clear(&self.desk_folder());
        }
        Ok(())
    }

    /// A new installation with its hub here.
    pub(super) async fn hub(&self, name: &str, person: &FirstPerson, first: Option<&FirstDesk>, language: &Language) -> Result<Done, Failure> {
        let folder = self.hub_folder();
        self.clear(&folder);
        let made = self.make_hub(&folder, name, person, first, language);
        let made = made.and_then(|done| self.take(&folder).map(|()| done));
        self.clear(&folder);
        if made.is_ok() {
            self.clear(&self.desk_folder());
        }
        made.map_err(failed)
    }

    /// A desk that joins with a code.
    pub(super) async fn desk(&self, code: &JoinCode, language: &Language) -> Result<Done, Failure> {
        let folder = self.desk_folder();
        let joined = installation::join(&NodeJoin { code: code.to_string(), data: folder.clone() }).await;
        let made = joined.and_then(|membership| {
            write_language(&folder, language)?;
            self.take(&folder)?;
            Ok(Done {
                role: Some(Role::Node),
                desk: membership.desk,
                station: membership.station.unwrap_or_default(),
                ca_key_hash: Some(*code.ca_hash()),
                invitation: None,
                person: String::new(),
            })
        });
        // Where the answer may have been lost, the key stays: the code was used by it, and works again with it alone.
        let may_be_joined = made.as_ref().err().and_then(|error| error.downcast_ref()).is_some_and(was_asked);
        if !may_be_joined {
            self.clear(&folder);
        }
        if made.is_ok() {
            self.clear(&self.hub_folder());
        }
        made.map_err(failed)
    }

    fn make_hub(&self, folder: &Path, name: &str, person: &FirstPerson, first: Option<&FirstDesk>, language: &Language) -> Result<Done> {
        installation::init(&HubInit { data: folder.to_owned(), installation: name.to_owned(), practice: false })?;
        let authority = sync::identity::Authority::load(&folder.join("authority")).context("the authority cannot be read back")?;
        let code = first.map(|first| installation::invite(&invitation(folder, first))).transpose()?;
        person.keep(folder, &read_membership(folder)?.secret()?)?;
        write_language(folder, language)?;
        Ok(Done {
            role: Some(Role::Hub),
            desk: "HUB".to_owned(),
            station: first.map(|first| first.station.clone()).unwrap_or_default(),
            ca_key_hash: Some(authority.ca_key_hash()),
            invitation: code.map(|code| code.to_string()),
            person: person.number.as_str().to_owned(),
        })
    }

    /// Moves everything into the data directory, what makes it a member last.
    fn take(&self, folder: &Path) -> Result<()> {
        let listed = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        let names: Vec<_> = listed.flatten().map(|entry| entry.file_name()).filter(|name| name != "lock" && name != LAST).collect();
        for name in names.into_iter().chain([LAST.into()]) {
            let to = self.data.join(&name);
            // Left by a move that was cut before the last file: nobody's yet.
            if to.is_dir() {
                fs::remove_dir_all(&to).with_context(|| format!("{} cannot be replaced", to.display()))?;
            }
            fs::rename(folder.join(&name), &to).with_context(|| format!("{} cannot be put in its place", to.display()))?;
        }
        fs::File::open(&self.data).and_then(|folder| folder.sync_all()).with_context(|| format!("{} cannot be saved", self.data.display()))
    }

    fn clear(&self, folder: &Path) {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                tracing::warn!(folder = %folder.display(), %error, "what an earlier try left cannot be removed");
            }
            _ => {}
        }
    }

    fn hub_folder(&self) -> PathBuf {
        self.data.join("setting-up-hub")
    }

    fn desk_folder(&self) -> PathBuf {
        self.data.join("setting-up-desk")
    }
}

fn write_language(folder: &Path, language: &Language) -> Result<()> {
    write_private(&folder.join(LANGUAGE_FILE), language.to_string().as_bytes())
}

/// Whether the hub may have given the certificate without our hearing it.
fn was_asked(error: &JoinError) -> bool {
    matches!(error, JoinError::Dial(_) | JoinError::Closed(_))
}

fn failed(error: anyhow::Error) -> Failure {
    tracing::warn!("setting up did not work: {error:#}");
    let key = match error.downcast_ref::<JoinError>() {
        Some(JoinError::Name { .. }) => "setup-failed-name",
        Some(JoinError::Dial(_)) => "setup-failed-dial",
        Some(JoinError::Closed(_)) => "setup-failed-closed",
        Some(JoinError::Refused(refusal)) => match refusal {
            JoinRefusal::Unknown => "setup-failed-unknown",
            JoinRefusal::Used => "setup-failed-used",
            JoinRefusal::Expired => "setup-failed-expired",
            JoinRefusal::TooManyTries => "setup-failed-tries",
            JoinRefusal::Request => "setup-failed-release",
            JoinRefusal::NotNow => "setup-failed-not-now",
        },
        Some(JoinError::Answer) => "setup-failed-release",
        Some(JoinError::Request(_)) | None => "setup-failed-here",
    };
    Failure { words: format!("{error:#}"), key }
}

#[cfg(test)]
mod tests {
    use super::super::person::PERSON_FILE;
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn english() -> Language {
        "en".parse().unwrap()
    }

    fn desk() -> FirstDesk {
        FirstDesk { station: "PVG".into(), desk: "G12".into(), address: "hub.pvg.internal:4450".into() }
    }

    fn person() -> FirstPerson {
        FirstPerson { number: "9001".parse().unwrap(), name: "Ada Stone".into(), secret: "2580".into() }
    }

    #[tokio::test]
    async fn the_first_page_leads_to_the_state_of_the_command_line() {
        let (page, line) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let done = Stage::new(page.path()).hub("Pudong", &person(), Some(&desk()), &english()).await.unwrap();
        assert!(done.invitation.is_some() && done.ca_key_hash.is_some());
        installation::init(&HubInit { data: line.path().to_owned(), installation: "Pudong".into(), practice: false }).unwrap();
        installation::invite(&invitation(line.path(), &desk())).unwrap();
        let mut wanted = names(line.path());
        wanted.retain(|name| name != "lock");
        wanted.extend([LANGUAGE_FILE, PERSON_FILE].map(str::to_owned));
        let kept = fs::read_to_string(page.path().join(PERSON_FILE)).unwrap();
        assert!(kept.contains("argon2id") && !kept.contains("2580\""), "{kept}");
        wanted.sort();
        assert_eq!(names(page.path()), wanted);
        for folder in ["authority", "identity"] {
            assert_eq!(names(&page.path().join(folder)), names(&line.path().join(folder)), "{folder}");
        }
        let taken = crate::data::DataDir::take(page.path()).unwrap();
        assert_eq!(taken.membership(Role::Hub).unwrap().desk, "HUB");
    }

    #[tokio::test]
    async fn a_try_that_fails_leaves_nothing_and_another_can_follow() {
        let dir = tempfile::tempdir().unwrap();
        let stage = Stage::new(dir.path());
        let wrong = FirstDesk { station: "QQQ".into(), ..desk() };
        let failure = stage.hub("Pudong", &person(), Some(&wrong), &english()).await.unwrap_err();
        assert!(failure.words.contains("QQQ"), "{failure}");
        assert_eq!(names(dir.path()), [""; 0]);
        // A hub that nobody knows.
        let code = JoinCode::new("no-such-hub.invalid:4450", [1; 32], [2; 16]).unwrap();
        let failure = stage.desk(&code, &english()).await.unwrap_err();
        assert!(failure.words.contains("not known to this network") && failure.key == "setup-failed-name", "{failure}");
        assert_eq!(names(dir.path()), [""; 0]);
        stage.hub("Pudong", &person(), None, &english()).await.unwrap();
        assert!(dir.path().join(LAST).exists());
    }

    #[tokio::test]
    async fn a_move_that_was_cut_goes_on_at_the_next_start() {
        let dir = tempfile::tempdir().unwrap();
        let stage = Stage::new(dir.path());
        installation::init(&HubInit { data: stage.hub_folder(), installation: "Pudong".into(), practice: false }).unwrap();
        // Cut in the middle: the identity is there, what makes it a member is not.
        fs::rename(stage.hub_folder().join("identity"), dir.path().join("identity")).unwrap();
        stage.resume().unwrap();
        let mut there = names(dir.path());
        there.retain(|name| name != "lock");
        assert_eq!(there, ["authority", "identity", LAST]);
        // Cut before it was whole: nothing is taken.
        let dir = tempfile::tempdir().unwrap();
        let stage = Stage::new(dir.path());
        fs::create_dir_all(stage.hub_folder().join("authority")).unwrap();
        stage.resume().unwrap();
        assert!(!dir.path().join(LAST).exists() && !dir.path().join("authority").exists());
    }
}
