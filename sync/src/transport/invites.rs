//! Invitations that the hub has given out: one file each, good for one machine.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use super::join::JoinRefusal;
use crate::hash::Hash;
use crate::identity::{Grant, create_new, folder, read, replace};

/// An invitation is good for a day.
pub const INVITE_HOURS: i64 = 24;
/// Answers that one machine can get, should they be lost on their way.
pub const INVITE_TRIES: u32 = 5;

/// How long a spent invitation is remembered, so that its code is told apart from one that never was.
const REMEMBERED_S: i64 = 30 * 86_400;
const FILE_MAX: u64 = 1 << 20;
const ENDING: &str = "json";

/// The invitations in a folder. One at a time is redeemed; one program uses the folder.
#[derive(Debug)]
pub struct Invites {
    folder: PathBuf,
    turn: Mutex<()>,
}

/// What an invitation gives.
#[derive(Clone, PartialEq, Eq)]
pub struct Invited {
    pub grant: Grant,
    /// What was given to [`Invites::create`].
    pub extra: Vec<u8>,
}

/// An invitation, to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    pub grant: Grant,
    /// Unix seconds.
    pub expires: i64,
    pub tries_left: u32,
    /// The key of the machine that used it.
    pub used_by: Option<[u8; 32]>,
}

/// Why an invitation could not be made or listed.
#[derive(Debug, thiserror::Error)]
pub enum InviteError {
    #[error("the system gave no randomness for a secret")]
    Chance,
    #[error("{path} could not be read")]
    Read { path: PathBuf, source: io::Error },
    #[error("{path} could not be written")]
    Write { path: PathBuf, source: io::Error },
    #[error("{path} is not an invitation of ours; remove it")]
    Damaged { path: PathBuf },
}

/// The file, named by the SHA-256 of the secret: whoever reads the folder learns no secret.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    grant: Grant,
    /// Base64.
    extra: String,
    expires: i64,
    tries_left: u32,
    /// Hexadecimal.
    used_by: Option<String>,
}

impl Invites {
    /// The invitations in `folder`, which is made if it is not there.
    pub fn open(path: &Path) -> Result<Self, InviteError> {
        folder(path).map_err(|source| InviteError::Write { path: path.to_owned(), source })?;
        Ok(Self { folder: path.to_owned(), turn: Mutex::new(()) })
    }

    /// A new invitation for one machine to become what `grant` says; returns the secret, which is not kept. `extra` goes with the grant and is secret.
    pub fn create(&self, grant: &Grant, extra: &[u8], now_unix: i64) -> Result<[u8; 16], InviteError> {
        let mut secret = [0; 16];
        SystemRandom::new().fill(&mut secret).map_err(|_| InviteError::Chance)?;
        let expires = now_unix.saturating_add(INVITE_HOURS * 3600);
        let kept = Kept { grant: grant.clone(), extra: STANDARD.encode(extra), expires, tries_left: INVITE_TRIES, used_by: None };
        let path = self.path(&secret);
        create_new(&path, &kept.bytes()).map_err(|source| InviteError::Write { path, source })?;
        Ok(secret)
    }

    /// Takes the invitation of `secret` for the machine with this public key.
    ///
    /// From the first time on it is that key's alone, on disk before this returns: one code makes one member, also over a crash. The same key may come
    /// again, [`INVITE_TRIES`] times in all, should the answer be lost.
    pub fn redeem(&self, secret: &[u8; 16], key: &[u8; 32], now_unix: i64) -> Result<Invited, JoinRefusal> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let path = self.path(secret);
        let kept = match load(&path) {
            Ok(kept) => kept,
            Err(InviteError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Err(JoinRefusal::Unknown),
            Err(error) => return Err(not_now(&error)),
        };
        let (kept, invited) = kept.take(key, now_unix)?;
        let written = replace(&path, &kept.bytes()).map_err(|source| InviteError::Write { path, source });
        written.map_err(|error| not_now(&error))?;
        Ok(invited)
    }

    /// All invitations that are remembered, in no order that means anything.
    pub fn list(&self) -> Result<Vec<Invite>, InviteError> {
        let kept = self.files()?.iter().map(|path| load(path)).collect::<Result<Vec<Kept>, _>>()?;
        let shown = |kept: Kept| {
            let used_by = kept.used_by.as_deref().and_then(unhex);
            Invite { grant: kept.grant, expires: kept.expires, tries_left: kept.tries_left, used_by }
        };
        Ok(kept.into_iter().map(shown).collect())
    }

    /// Forgets invitations that expired long ago.
    pub fn sweep(&self, now_unix: i64) -> Result<(), InviteError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        for path in self.files()? {
            if load(&path)?.expires.saturating_add(REMEMBERED_S) < now_unix {
                std::fs::remove_file(&path).map_err(|source| InviteError::Write { path, source })?;
            }
        }
        Ok(())
    }

    fn path(&self, secret: &[u8; 16]) -> PathBuf {
        self.folder.join(format!("{}.{ENDING}", Hash::of(&[secret])))
    }

    fn files(&self) -> Result<Vec<PathBuf>, InviteError> {
        let read = |source| InviteError::Read { path: self.folder.clone(), source };
        let entries = std::fs::read_dir(&self.folder).map_err(read)?.collect::<io::Result<Vec<_>>>().map_err(read)?;
        let mut files: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
        files.retain(|path| path.extension().is_some_and(|ending| ending == ENDING));
        files.sort();
        Ok(files)
    }
}

impl Kept {
    /// What `key` gets from this invitation now, and what is left of it then.
    fn take(mut self, key: &[u8; 32], now_unix: i64) -> Result<(Self, Invited), JoinRefusal> {
        if self.used_by.as_deref().is_some_and(|used| unhex(used) != Some(*key)) {
            return Err(JoinRefusal::Used);
        }
        if now_unix >= self.expires {
            return Err(JoinRefusal::Expired);
        }
        self.tries_left = self.tries_left.checked_sub(1).ok_or(JoinRefusal::TooManyTries)?;
        self.used_by = Some(Hash(*key).to_string());
        let extra = STANDARD.decode(&self.extra).map_err(|_| JoinRefusal::NotNow)?;
        let invited = Invited { grant: self.grant.clone(), extra };
        Ok((self, invited))
    }

    fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts and numbers always have a JSON form")
    }
}

fn load(path: &Path) -> Result<Kept, InviteError> {
    let bytes = read(path, FILE_MAX).map_err(|source| InviteError::Read { path: path.to_owned(), source })?;
    serde_json::from_slice(&bytes).map_err(|_| InviteError::Damaged { path: path.to_owned() })
}

fn not_now(error: &InviteError) -> JoinRefusal {
    tracing::error!(error = error as &dyn std::error::Error, "an invitation could not be used");
    JoinRefusal::NotNow
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&text[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000;
    const DAY: i64 = INVITE_HOURS * 3600;
    const ONE: [u8; 32] = [1; 32];
    const OTHER: [u8; 32] = [2; 32];

    fn invites() -> (tempfile::TempDir, Invites) {
        let folder = tempfile::tempdir().unwrap();
        let invites = Invites::open(&folder.path().join("invites")).unwrap();
        (folder, invites)
    }

    fn grant() -> Grant {
        Grant::node("G12", "PVG", &["CA"]).unwrap()
    }

    #[test]
    fn one_code_makes_one_member_also_after_a_restart() {
        let (_folder, invites) = invites();
        let secret = invites.create(&grant(), b"extra", NOW).unwrap();
        let invited = invites.redeem(&secret, &ONE, NOW + 1).unwrap();
        assert!(invited == Invited { grant: grant(), extra: b"extra".to_vec() });
        let again = Invites::open(&invites.folder).unwrap();
        assert!(matches!(again.redeem(&secret, &OTHER, NOW + 2), Err(JoinRefusal::Used)));
        assert_eq!(again.list().unwrap()[0].used_by, Some(ONE));
    }

    #[test]
    fn a_lost_answer_can_be_asked_for_again_but_not_for_ever() {
        let (_folder, invites) = invites();
        let secret = invites.create(&grant(), b"", NOW).unwrap();
        for _ in 0..INVITE_TRIES {
            assert!(invites.redeem(&secret, &ONE, NOW).is_ok());
        }
        assert!(matches!(invites.redeem(&secret, &ONE, NOW), Err(JoinRefusal::TooManyTries)));
    }

    #[test]
    fn an_invitation_expires_and_an_unknown_one_is_told_apart() {
        let (_folder, invites) = invites();
        let secret = invites.create(&grant(), b"", NOW).unwrap();
        assert!(matches!(invites.redeem(&secret, &ONE, NOW + DAY), Err(JoinRefusal::Expired)));
        assert!(matches!(invites.redeem(&[0; 16], &ONE, NOW), Err(JoinRefusal::Unknown)));
        invites.sweep(NOW + DAY + REMEMBERED_S).unwrap();
        assert_eq!(invites.list().unwrap().len(), 1);
        invites.sweep(NOW + DAY + REMEMBERED_S + 1).unwrap();
        assert!(matches!(invites.redeem(&secret, &ONE, NOW), Err(JoinRefusal::Unknown)));
    }

    #[test]
    fn the_folder_tells_no_secret() {
        let (_folder, invites) = invites();
        let secret = invites.create(&grant(), b"", NOW).unwrap();
        let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        for file in invites.files().unwrap() {
            let text = format!("{} {}", file.display(), std::fs::read_to_string(&file).unwrap());
            assert!(!text.contains(&hex) && !text.contains(&STANDARD.encode(secret)));
        }
    }

    #[test]
    fn a_damaged_file_refuses_and_does_not_panic() {
        let (_folder, invites) = invites();
        let secret = invites.create(&grant(), b"", NOW).unwrap();
        std::fs::write(invites.path(&secret), b"{").unwrap();
        assert!(matches!(invites.redeem(&secret, &ONE, NOW), Err(JoinRefusal::NotNow)));
    }
}
