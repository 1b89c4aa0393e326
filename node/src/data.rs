//! The data directory: one node's identity, membership, journal and index, and the lock that says who uses it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use schemas::station::Blocks;
use serde::{Deserialize, Serialize};

/// A data directory that this process alone uses.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    _lock: File,
}

/// What a node was told when it joined, or the hub when it was made.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// `hub` or `node`.
    pub role: Role,
    /// The desk, such as `G12`; `HUB` at the hub.
    pub desk: String,
    /// Three letters; absent at the hub.
    pub station: Option<String>,
    /// Time zone of the station, such as `Asia/Shanghai`.
    pub zone: Option<String>,
    /// The installation's secret, 64 hexadecimal digits: record ids are made with it.
    pub secret: String,
    pub blocks: Blocks,
    /// Where the hub listens for links, as host:port.
    pub hub: Option<String>,
    /// Whether nothing in this installation is real. It is so for all of its life: who joins is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub practice: bool,
}

/// What a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    Node,
    Hub,
}

/// Where a running node can be reached, for tools on the same machine.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Running {
    pub pid: u32,
    /// For links, UDP.
    pub listen: std::net::SocketAddr,
    /// For screens and the API.
    pub http: std::net::SocketAddr,
}

impl DataDir {
    /// Takes the directory for this process; makes it if it is not there.
    pub fn take(path: &Path) -> Result<Self> {
        // Guests' data lies here: nobody else on this machine may look.
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("cannot create the data directory {}", path.display()))?;
        let lock_path = path.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .with_context(|| format!("cannot write to {}; check who owns the data directory", path.display()))?;
        if lock.try_lock().is_err() {
            bail!("{} is in use by another apron process; stop it first, or name another --data", path.display());
        }
        Ok(Self { path: path.to_owned(), _lock: lock })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn journal(&self) -> PathBuf {
        self.path.join("journal")
    }

    pub fn index(&self) -> PathBuf {
        self.path.join("index")
    }

    pub fn identity(&self) -> PathBuf {
        self.path.join("identity")
    }

    pub fn authority(&self) -> PathBuf {
        self.path.join("authority")
    }

    /// Messages that were not taken.
    pub fn rejects(&self) -> PathBuf {
        self.path.join("rejects")
    }

    /// Print jobs.
    pub fn print_jobs(&self) -> PathBuf {
        self.path.join("print-jobs")
    }

    /// What was tried to be sent.
    pub fn outbox(&self) -> PathBuf {
        self.path.join("outbox")
    }

    /// What programs of this machine show to the node.
    pub fn api_token(&self) -> PathBuf {
        self.path.join("api-token")
    }

    /// Photos, each a file under the hash of its bytes.
    pub fn photos(&self) -> PathBuf {
        self.path.join("photos")
    }

    /// Paper packs, to be printed even if Apron does not start.
    pub fn packs(&self) -> PathBuf {
        self.path.join("packs")
    }

    /// What somebody has begun to type.
    pub fn drafts(&self) -> PathBuf {
        self.path.join("drafts.json")
    }

    /// What each device at this node is set to.
    pub fn devices(&self) -> PathBuf {
        self.path.join("devices.json")
    }

    /// Key and certificate of the screens on the network.
    pub fn screens(&self) -> PathBuf {
        self.path.join("screens")
    }

    pub fn invites(&self) -> PathBuf {
        self.path.join("invites")
    }

    /// Whether a node or hub was set up here.
    pub fn is_member(&self) -> bool {
        self.path.join("membership.json").exists()
    }

    /// What this directory belongs to; an error in plain words if it is nobody's, or of another role.
    pub fn membership(&self, wanted: Role) -> Result<Membership> {
        let membership = read_membership(&self.path)?;
        if membership.role != wanted {
            bail!(
                "{} belongs to {} {}; run `apron {} run` on it, or name another --data",
                self.path.display(),
                membership.role.word(),
                membership.desk,
                membership.role.word()
            );
        }
        Ok(membership)
    }

    pub fn write_membership(&self, membership: &Membership) -> Result<()> {
        let text = serde_json::to_vec_pretty(membership).context("cannot write the membership")?;
        write_private(&self.path.join("membership.json"), &text)
    }

    /// Says where this process listens; taken away when it ends in order.
    pub fn write_running(&self, running: &Running) -> Result<()> {
        let (path, bytes) = (self.path.join("run.json"), serde_json::to_vec(running).context("cannot write run.json")?);
        // On a full disk a killed process's file still has its place.
        write_private(&path, &bytes).or_else(|error| overwrite(&path, &bytes).map_err(|_| error))
    }

    pub fn remove_running(&self) {
        let _ = std::fs::remove_file(self.path.join("run.json"));
    }
}

impl Role {
    pub fn word(self) -> &'static str {
        match self {
            Role::Node => "node",
            Role::Hub => "hub",
        }
    }
}

impl Membership {
    /// The secret as bytes.
    pub fn secret(&self) -> Result<[u8; 32]> {
        let wrong = "membership.json holds no valid secret; join again";
        let digits = self.secret.as_bytes();
        if digits.len() != 64 {
            bail!(wrong);
        }
        let mut secret = [0; 32];
        for (byte, pair) in secret.iter_mut().zip(digits.chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).context(wrong)?;
            *byte = u8::from_str_radix(pair, 16).context(wrong)?;
        }
        Ok(secret)
    }
}

/// Where the node of a data directory listens, if it runs.
pub fn running(path: &Path) -> Result<Running> {
    let file = path.join("run.json");
    let text = std::fs::read(&file).with_context(|| format!("no node runs on {}; start it first, or name its address with --api", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} cannot be read", file.display()))
}

pub(crate) fn read_membership(path: &Path) -> Result<Membership> {
    let file = path.join("membership.json");
    let text = std::fs::read(&file).with_context(|| {
        format!(
            "{} is not set up yet; for a hub run `apron hub init --data DIR`, for a desk `apron node join CODE --data DIR` with a code from the hub",
            path.display()
        )
    })?;
    serde_json::from_slice(&text)
        .with_context(|| format!("{} is damaged; restore it from a backup, or join again into a new directory", file.display()))
}

/// Writes into the place that a small file has, with blanks behind what is shorter.
fn overwrite(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let _ = std::fs::remove_file(path.with_extension("new"));
    let mut file = OpenOptions::new().write(true).open(path)?;
    let blanks = usize::try_from(file.metadata()?.len()).unwrap_or_default().saturating_sub(bytes.len());
    file.write_all(&[bytes, &vec![b' '; blanks.min(4096)]].concat())?;
    file.sync_all()
}

/// Writes a file that only its owner may read, all or nothing.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let half = path.with_extension("new");
    let written = (|| {
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&half)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&half, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
    })();
    written.with_context(|| format!("cannot write {}", path.display()))
}
