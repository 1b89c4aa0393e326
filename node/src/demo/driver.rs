//! What staff do during the day, over the same API that everyone uses, and the ledger of what they were told is saved.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// As long as one answer may take.
const ANSWER: Duration = Duration::from_secs(10);

/// One command that a node said is saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Acknowledged {
    pub(crate) id: Uuid,
    pub(crate) node: String,
    /// The body as posted.
    pub(crate) body: String,
    /// The node's link to the hub was cut when it answered.
    pub(crate) offline: bool,
}

/// The file outside all nodes in which every acknowledged command stands.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    inner: Arc<Mutex<LedgerFile>>,
    path: PathBuf,
}

#[derive(Debug)]
struct LedgerFile {
    file: File,
    all: Vec<Acknowledged>,
}

impl Ledger {
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let file = File::options().create(true).append(true).open(path).with_context(|| format!("the ledger {} cannot be made", path.display()))?;
        Ok(Self { inner: Arc::new(Mutex::new(LedgerFile { file, all: Vec::new() })), path: path.to_owned() })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn all(&self) -> Vec<Acknowledged> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).all.clone()
    }

    fn note(&self, acknowledged: Acknowledged) -> Result<()> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.all.iter().any(|known| known.id == acknowledged.id) {
            return Ok(());
        }
        let line = serde_json::to_string(&acknowledged).context("a ledger line cannot be written")?;
        writeln!(inner.file, "{line}").context("the ledger cannot be written")?;
        inner.all.push(acknowledged);
        Ok(())
    }
}

/// One desk as its staff use it.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) name: &'static str,
    url: Arc<Mutex<String>>,
    staff: String,
    http: reqwest::Client,
    ledger: Ledger,
    offline: Arc<Mutex<BTreeSet<&'static str>>>,
    /// People use the screens meanwhile: what they did before the play does it is no fault.
    shared: bool,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// It is on the desk's disk.
    Saved(Value),
    /// The desk said no, in these words.
    Refused { code: String, words: String },
    /// The desk did not answer: it may be saved or not.
    Unknown,
}

impl Desk {
    pub(crate) fn new(
        name: &'static str,
        url: String,
        staff: &str,
        ledger: Ledger,
        offline: Arc<Mutex<BTreeSet<&'static str>>>,
        shared: bool,
        token: &str,
    ) -> Self {
        let shown = format!("Bearer {token}").parse().ok().map(|line| (reqwest::header::AUTHORIZATION, line));
        let http = reqwest::Client::builder().no_proxy().timeout(ANSWER).default_headers(shown.into_iter().collect()).build().unwrap_or_default();
        Self { name, url: Arc::new(Mutex::new(url)), staff: staff.to_owned(), http, ledger, offline, shared }
    }

    /// Whether people use the screens while the day plays.
    pub(crate) fn is_shared(&self) -> bool {
        self.shared
    }

    /// The same desk, used by somebody else.
    pub(crate) fn as_staff(&self, staff: &str) -> Self {
        Self { staff: staff.to_owned(), ..self.clone() }
    }

    /// The desk answers elsewhere after it was started again.
    pub(crate) fn moved(&self, url: String) {
        *self.url.lock().unwrap_or_else(PoisonError::into_inner) = url;
    }

    pub(crate) fn url(&self) -> String {
        self.url.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Posts a command that must be saved; nothing is answered where somebody at the screens was faster.
    pub(crate) async fn must(&self, command: Value) -> Result<Value> {
        match self.post(Uuid::now_v7(), &command.to_string()).await? {
            Outcome::Saved(answer) => Ok(answer),
            Outcome::Refused { .. } if self.shared => Ok(Value::Null),
            Outcome::Refused { code, words } => bail!("{} refused {} ({code}): {words}", self.name, command["kind"]),
            Outcome::Unknown => bail!("{} did not answer to {}", self.name, command["kind"]),
        }
    }

    /// Posts a command under a key; the same key again is the same command.
    pub(crate) async fn post(&self, key: Uuid, body: &str) -> Result<Outcome> {
        let url = format!("{}/api/v1/commands", self.url());
        let request = self
            .http
            .post(url)
            .header("Idempotency-Key", key.to_string())
            .header("Apron-Staff", &self.staff)
            .header("Content-Type", "application/json");
        let Ok(reply) = request.body(body.to_owned()).send().await else { return Ok(Outcome::Unknown) };
        let status = reply.status();
        let Ok(answer) = reply.json::<Value>().await else { return Ok(Outcome::Unknown) };
        if status.as_u16() == 201 {
            let offline = self.offline.lock().unwrap_or_else(PoisonError::into_inner).contains(self.name);
            self.ledger.note(Acknowledged { id: key, node: self.name.to_owned(), body: body.to_owned(), offline })?;
            return Ok(Outcome::Saved(answer["answer"].clone()));
        }
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        if status.is_success() {
            return Ok(Outcome::Saved(answer["answer"].clone()));
        }
        Ok(Outcome::Refused { code: text("code"), words: text("detail") })
    }

    /// Reads from the desk's API.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        let url = format!("{}/api/v1/{path}", self.url());
        let reply = self.http.get(&url).send().await.with_context(|| format!("{} does not answer", self.name))?;
        if !reply.status().is_success() {
            bail!("{} answered {} to {path}", self.name, reply.status());
        }
        reply.json().await.with_context(|| format!("{}'s answer cannot be read", self.name))
    }

    /// Asks until the answer is as wanted. Where people use the screens too, what does not come so is theirs, and the day goes on without it.
    pub(crate) async fn wait(&self, what: &str, path: &str, limit: Duration, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let ask = async {
            loop {
                if let Ok(answer) = self.get(path).await
                    && wanted(&answer)
                {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        };
        match tokio::time::timeout(limit, ask).await {
            Ok(answer) => Ok(answer),
            Err(_) if self.shared => Ok(Value::Null),
            Err(_) => Err(anyhow!("{}: {what} did not come within {} s", self.name, limit.as_secs())),
        }
    }
}
