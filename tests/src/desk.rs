//! One desk as its staff use it, over the API.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::ledger::{Acknowledged, Ledger};
use crate::list::List;
use crate::wait::until;

/// As long as one answer may take.
const ANSWER: Duration = Duration::from_secs(20);

/// A node's API; cheap to clone, and follows the node when it starts again.
#[derive(Debug, Clone)]
pub struct Desk {
    pub name: String,
    url: Arc<Mutex<String>>,
    http: reqwest::Client,
    ledger: Ledger,
}

/// One press of a button: what is sent, under the key that makes a second sending the same command.
#[derive(Debug, Clone, PartialEq)]
pub struct Press {
    pub key: Uuid,
    pub body: String,
}

/// How a press ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is on the desk's disk.
    Saved(Value),
    Refused {
        status: u16,
        code: String,
        /// What happened and what is safe.
        words: String,
        remedy: String,
    },
    /// The desk did not answer: it may be saved or not.
    Unknown,
}

impl Press {
    pub fn new(command: &Value) -> Self {
        Self { key: Uuid::now_v7(), body: command.to_string() }
    }
}

impl Desk {
    pub(crate) fn new(name: &str, ledger: Ledger) -> Self {
        let http = reqwest::Client::builder().timeout(ANSWER).no_proxy().build().unwrap_or_default();
        Self { name: name.to_owned(), url: Arc::default(), http, ledger }
    }

    pub(crate) fn moved(&self, url: String) {
        *self.url.lock().unwrap_or_else(PoisonError::into_inner) = url;
    }

    /// `http://127.0.0.1:8440`, where it answers now.
    pub fn url(&self) -> String {
        self.url.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Sends a command once.
    pub async fn press(&self, press: &Press) -> Result<Outcome> {
        let request = self
            .http
            .post(format!("{}/api/v1/commands", self.url()))
            .header("Idempotency-Key", press.key.to_string())
            .header("Apron-Staff", "4711")
            .header("Content-Type", "application/json");
        let Ok(reply) = request.body(press.body.clone()).send().await else { return Ok(Outcome::Unknown) };
        let status = reply.status();
        let Ok(answer) = reply.json::<Value>().await else { return Ok(Outcome::Unknown) };
        if status.is_success() {
            // Only 201 says that something was saved: nothing had to be where the answer is 200.
            if status.as_u16() == 201 {
                let (id, body) = (press.key, press.body.clone());
                self.ledger.note(Acknowledged { id, node: self.name.clone(), body, answer: answer["answer"].clone() });
            }
            return Ok(Outcome::Saved(answer["answer"].clone()));
        }
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Ok(Outcome::Refused { status: status.as_u16(), code: text("code"), words: text("detail"), remedy: text("remedy") })
    }

    /// Sends a command that must be saved.
    pub async fn must(&self, command: Value) -> Result<Value> {
        match self.press(&Press::new(&command)).await? {
            Outcome::Saved(answer) => Ok(answer),
            other => bail!("{} did not save {}: {other:?}", self.name, command["kind"]),
        }
    }

    /// Sends a command that must be refused; what the desk said, cause and remedy in plain words.
    pub async fn refuses(&self, command: Value) -> Result<(u16, String, String, String)> {
        match self.press(&Press::new(&command)).await? {
            Outcome::Refused { status, code, words, remedy } => {
                ensure!(!words.is_empty() && !remedy.is_empty(), "{} refused {} without words", self.name, command["kind"]);
                Ok((status, code, words, remedy))
            }
            other => bail!("{} did not refuse {}: {other:?}", self.name, command["kind"]),
        }
    }

    /// Reads from the API.
    pub async fn read(&self, path: &str) -> Result<Value> {
        let reply = self.http.get(format!("{}/api/v1/{path}", self.url())).send().await.with_context(|| format!("{} does not answer", self.name))?;
        ensure!(reply.status().is_success(), "{} answered {} to {path}", self.name, reply.status());
        reply.json().await.with_context(|| format!("the answer of {} cannot be read", self.name))
    }

    /// Asks until the answer is as wanted.
    pub async fn sees(&self, what: &str, path: &str, limit: Duration, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
        let mut last = Value::Null;
        let seen = until(what, limit, async || {
            let answer = self.read(path).await.unwrap_or_default();
            Ok(if wanted(&answer) {
                Some(answer)
            } else {
                last = answer;
                None
            })
        });
        let seen = seen.await;
        seen.map_err(|error| anyhow!("{}: {error}; the last answer was {}", self.name, shortened(&last)))
    }

    /// Takes a list in and takes its flight over.
    pub async fn work_flight(&self, list: &List) -> Result<()> {
        let answer = self.must(json!({"kind": "import-list", "text": list.text})).await?;
        ensure!(answer["flight"] == json!(list.flight), "the list of {} was read as {answer}", list.flight);
        self.must(json!({"kind": "take-over", "flight": list.flight, "reason": "Host silent"})).await?;
        Ok(())
    }

    /// The bookings of a flight, in the order of its list.
    pub async fn bookings(&self, flight: &str) -> Result<Vec<String>> {
        let rows = self.read(&format!("flights/{flight}/guests")).await?;
        Ok(rows.as_array().into_iter().flatten().filter_map(|row| row["booking"].as_str().map(str::to_owned)).collect())
    }

    /// Checks one guest in; the text of the boarding pass.
    pub async fn check_in(&self, booking: &str, seat: &str) -> Result<String> {
        let answer = self.must(json!({"kind": "check-in", "guests": [{"booking": booking, "seat": seat}]})).await?;
        Ok(answer["guests"][0]["pass"].as_str().context("no pass was printed")?.to_owned())
    }

    /// Everything that the node shows of its records, and the digest of what it does not. Waits until it has judged all that it holds, as it does by
    /// itself after each start and each command.
    pub async fn records(&self) -> Result<Value> {
        let judged = |status: &Value| status["digests"].as_array().is_some_and(|all| !all.is_empty() && all.iter().all(|pair| pair[1] != ""));
        self.sees("a digest of everything", "status", Duration::from_secs(5), judged).await?;
        let flights = self.read("flights").await?;
        let mut rows = Vec::new();
        for flight in flights.as_array().into_iter().flatten().filter_map(|row| row["flight"].as_str().or(row["key"].as_str())) {
            rows.push(json!([self.read(&format!("flights/{flight}/guests")).await?, self.read(&format!("flights/{flight}/closing")).await?]));
        }
        ensure!(rows.len() == flights.as_array().map_or(0, Vec::len), "a flight has no key: {}", shortened(&flights));
        let status = self.read("status").await?;
        let mut records = json!({
            "flights": flights, "guests": rows, "cases": self.read("cases").await?, "conflicts": self.read("conflicts").await?,
            "entries": status["saved_here"], "digests": status["digests"],
        });
        without_held(&mut records);
        Ok(records)
    }

    /// Fails unless every one of these commands comes back as it was posted, with the answer it got.
    pub async fn has_all(&self, acknowledged: &[Acknowledged]) -> Result<()> {
        let mut missing = Vec::new();
        for known in acknowledged {
            match self.read(&format!("commands/{}", known.id)).await {
                Ok(stored) if stored["body"] == json!(known.body) && stored["answer"] == known.answer => {}
                Ok(stored) => missing.push(format!("{} is there and differs: {}", known.id, shortened(&stored))),
                Err(error) => missing.push(format!("{} ({}): {error:#}", known.id, &known.body[..known.body.len().min(80)])),
            }
        }
        ensure!(
            missing.is_empty(),
            "{} of {} acknowledged commands are not at {}; the first: {}",
            missing.len(),
            acknowledged.len(),
            self.name,
            missing[0]
        );
        Ok(())
    }
}

/// Takes away where records are held, which changes by itself.
fn without_held(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("held");
            fields.values_mut().for_each(without_held);
        }
        Value::Array(items) => items.iter_mut().for_each(without_held),
        _ => {}
    }
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(600).collect()
}
