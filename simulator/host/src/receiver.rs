//! A receiver of webhooks that counts keys, proves signatures, and answers as it is told: taken, refused, hanging, dying.
//!
//! Control over the same port: `GET /summary` says what came, `POST /tell` with `{"answer": "hang", "times": 3}` says how the next messages are answered,
//! `GET /status/KEY` whether a message was taken, as a sender may ask.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use ring::hmac;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How a message is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Answer {
    /// 200, and the message counts as taken.
    #[default]
    Ok,
    /// 400: the message will never be taken.
    Refuse,
    /// 503: not now.
    Busy,
    /// The message is read and taken, and no answer ever comes.
    Hang,
    /// The message is read and not taken, and no answer ever comes.
    Lose,
    /// The message is read and taken, and the process ends before it answers.
    Die,
}

/// What came so far.
#[derive(Debug, Default)]
struct Book {
    answer: Answer,
    /// How many more messages are answered so; any number where nothing was said.
    times: Option<u32>,
    messages: u64,
    bad_signatures: u64,
    /// For each key how often it came and was taken, and what was said under it.
    keys: BTreeMap<String, Seen>,
    /// The keys that were taken, in the order of the first time.
    order: Vec<String>,
}

#[derive(Debug, Default)]
struct Seen {
    came: u64,
    taken: u64,
    body: Value,
    /// Its place among the messages of its flight, as the sender says it beside the body.
    place: u64,
    /// Whether the same key came with other words.
    differs: bool,
}

/// More keys than any run sends.
const KEYS_MAX: usize = 100_000;

/// As large as a message may be.
const BODY_MAX: usize = 256 * 1024;
const HEAD_MAX: usize = 16 * 1024;

/// As long as a message may take to come in, and a hanging answer not to come.
const READ_MAX: Duration = Duration::from_secs(10);
const HANG: Duration = Duration::from_secs(60);

/// Connections at once; more wait outside.
const CONNECTIONS_MAX: usize = 64;

/// Serves until the process ends. `kept` is a file in which what was taken outlives this process; `ready` is told the address.
pub async fn serve(listen: SocketAddr, secret: &str, kept: Option<std::path::PathBuf>, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let key = secret_of(secret)?;
    let mut book = Book::default();
    if let Some(text) = kept.as_ref().and_then(|file| std::fs::read_to_string(file).ok()) {
        for line in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            book.take(line["body"]["data"]["key"].as_str().unwrap_or_default(), &line["body"], line["place"].as_u64().unwrap_or(0));
        }
    }
    let receiver = Arc::new(Receiver { book: Mutex::new(book), key, kept });
    let listener = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    ready(listener.local_addr().context("the listener has no address")?);
    let places = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS_MAX));
    loop {
        let (stream, _) = listener.accept().await.context("cannot accept")?;
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return Ok(()) };
        let receiver = Arc::clone(&receiver);
        tokio::spawn(async move {
            // Who is not spoken to over HTTP hangs up.
            let _ = receiver.speak(stream).await;
            drop(place);
        });
    }
}

struct Receiver {
    book: Mutex<Book>,
    key: hmac::Key,
    kept: Option<std::path::PathBuf>,
}

/// One request, as far as it matters here.
struct Asked {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Receiver {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn speak(&self, mut stream: TcpStream) -> Result<()> {
        let asked = tokio::time::timeout(READ_MAX, read(&mut stream)).await.context("too slow")??;
        let (code, body) = match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/summary") => (200, self.book().summary()),
            ("GET", path) if path.starts_with("/status/") => {
                let is_taken = self.book().keys.get(path.trim_start_matches("/status/")).is_some_and(|seen| seen.taken > 0);
                (if is_taken { 200 } else { 404 }, json!({ "taken": is_taken }))
            }
            ("POST", "/tell") => self.told(&asked.body),
            ("POST", _) => match self.message(&asked).await {
                Some(answer) => answer,
                None => return Ok(()),
            },
            _ => (404, json!({})),
        };
        let text = body.to_string();
        let head = format!("HTTP/1.1 {code} x\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", text.len());
        stream.write_all(head.as_bytes()).await.context("write")?;
        stream.write_all(text.as_bytes()).await.context("write")?;
        stream.shutdown().await.context("write")
    }

    fn told(&self, body: &[u8]) -> (u16, Value) {
        let told: Value = serde_json::from_slice(body).unwrap_or_default();
        let Some(answer) = told["answer"].as_str().and_then(answer_of) else { return (400, json!({ "error": "answer" })) };
        let mut book = self.book();
        book.answer = answer;
        book.times = told["times"].as_u64().and_then(|times| u32::try_from(times).ok());
        (200, json!({}))
    }

    /// The answer to a message; nothing where none comes.
    async fn message(&self, asked: &Asked) -> Option<(u16, Value)> {
        let key = asked.headers.get("webhook-id").cloned().unwrap_or_default();
        let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
        let is_signed = self.is_signed(asked) && asked.headers.get("idempotency-key") == Some(&key) && body["data"]["key"] == json!(key);
        let answer = {
            let mut book = self.book();
            book.messages += 1;
            if !is_signed {
                book.bad_signatures += 1;
                return Some((401, json!({ "error": "signature" })));
            }
            book.came(&key, &body)
        };
        if matches!(answer, Answer::Ok | Answer::Hang | Answer::Die) {
            // Durable first: a sender that hears of it never sends it again.
            let place = asked.headers.get("apron-place").and_then(|place| place.parse().ok()).unwrap_or(0);
            if self.keep(&body, place).is_err() {
                return Some((503, json!({ "error": "disk" })));
            }
            self.book().take(&key, &body, place);
        }
        match answer {
            Answer::Ok => Some((200, json!({ "taken": key }))),
            Answer::Refuse => Some((400, json!({ "error": "no such flight here" }))),
            Answer::Busy => Some((503, json!({ "error": "busy" }))),
            Answer::Hang | Answer::Lose => {
                tokio::time::sleep(HANG).await;
                None
            }
            Answer::Die => std::process::exit(9),
        }
    }

    fn keep(&self, body: &Value, place: u64) -> std::io::Result<()> {
        use std::io::Write;
        let Some(path) = &self.kept else { return Ok(()) };
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
        file.write_all(format!("{}\n", json!({ "body": body, "place": place })).as_bytes())?;
        file.sync_all()
    }

    fn is_signed(&self, asked: &Asked) -> bool {
        let header = |name: &str| asked.headers.get(name).map(String::as_str).unwrap_or_default();
        let (id, time, signatures) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
        let signed = [format!("{id}.{time}.").as_bytes(), &asked.body].concat();
        signatures
            .split(' ')
            .filter_map(|signature| signature.strip_prefix("v1,"))
            .any(|signature| base64_decoded(signature).is_some_and(|tag| hmac::verify(&self.key, &signed, &tag).is_ok()))
    }
}

impl Book {
    /// Counts a message that came, and says how it is answered.
    fn came(&mut self, key: &str, body: &Value) -> Answer {
        if self.keys.len() < KEYS_MAX || self.keys.contains_key(key) {
            let seen = self.keys.entry(key.to_owned()).or_default();
            seen.came += 1;
            seen.differs |= !seen.body.is_null() && seen.body != *body;
            seen.body = body.clone();
        }
        let answer = self.answer;
        match &mut self.times {
            Some(0) => {
                self.answer = Answer::Ok;
                self.times = None;
                Answer::Ok
            }
            Some(times) => {
                *times -= 1;
                answer
            }
            None => answer,
        }
    }

    fn take(&mut self, key: &str, body: &Value, place: u64) {
        let seen = self.keys.entry(key.to_owned()).or_default();
        seen.taken += 1;
        seen.came = seen.came.max(seen.taken);
        seen.differs |= !seen.body.is_null() && seen.body != *body;
        seen.body = body.clone();
        if seen.taken == 1 {
            seen.place = place;
            self.order.push(key.to_owned());
        }
    }

    /// What came: each key that was taken once, in the order in which it was taken first; and whether each flight kept its order.
    fn summary(&self) -> Value {
        let mut last: BTreeMap<String, u64> = BTreeMap::new();
        let mut out_of_order = Vec::new();
        let mut taken = Vec::new();
        for key in &self.order {
            let Some(seen) = self.keys.get(key) else { continue };
            let data = &seen.body["data"];
            let (flight, place) = (data["flight"].as_str().unwrap_or_default().to_owned(), seen.place);
            let before = last.entry(flight).or_default();
            if place <= *before {
                out_of_order.push(key.clone());
            }
            *before = place.max(*before);
            taken.push(json!({
                "key": key, "kind": data["kind"], "flight": data["flight"], "place": place, "came": seen.came, "version": data["version"], "part": data["part"],
                "text": data["text"], "request": data["request"],
            }));
        }
        let again = self.keys.values().map(|seen| seen.came.saturating_sub(1)).sum::<u64>();
        let differing = self.keys.values().filter(|seen| seen.differs).count();
        json!({
            "messages": self.messages, "keys": self.keys.len(), "taken": taken, "sent_again": again, "same_key_other_words": differing,
            "bad_signatures": self.bad_signatures, "out_of_order": out_of_order,
        })
    }
}

fn answer_of(word: &str) -> Option<Answer> {
    Some(match word {
        "ok" => Answer::Ok,
        "refuse" => Answer::Refuse,
        "busy" => Answer::Busy,
        "hang" => Answer::Hang,
        "lose" => Answer::Lose,
        "die" => Answer::Die,
        _ => return None,
    })
}

fn secret_of(text: &str) -> Result<hmac::Key> {
    let bytes = base64_decoded(text.trim().trim_start_matches("whsec_")).filter(|bytes| (24..=64).contains(&bytes.len()));
    bytes.map(|bytes| hmac::Key::new(hmac::HMAC_SHA256, &bytes)).context("the secret is not `whsec_` and 24 to 64 bytes in base64")
}

fn base64_decoded(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

async fn read(stream: &mut TcpStream) -> Result<Asked> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8192];
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at;
        }
        let count = stream.read(&mut piece).await.context("read")?;
        if count == 0 || bytes.len() > HEAD_MAX {
            bail!("no request");
        }
        bytes.extend_from_slice(&piece[..count]);
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let headers: BTreeMap<String, String> =
        lines.filter_map(|line| line.split_once(':')).map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect();
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if length > BODY_MAX {
        bail!("too long");
    }
    let mut body = bytes.split_off(head_end + 4);
    while body.len() < length {
        let count = stream.read(&mut piece).await.context("read")?;
        if count == 0 {
            bail!("cut off");
        }
        body.extend_from_slice(&piece[..count]);
    }
    body.truncate(length);
    Ok(Asked { method, path, headers, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(key: &str, text: &str) -> Value {
        json!({ "type": "message.bsm", "data": { "key": key, "flight": "CA1501.2026-11-22.PVG", "kind": "BSM", "text": text } })
    }

    #[test]
    fn a_key_that_comes_twice_is_taken_once_and_an_order_that_breaks_is_said() {
        let mut book = Book::default();
        for (key, place) in [("a", 1), ("b", 3), ("b", 3), ("c", 2)] {
            book.came(key, &message(key, "BSM"));
            book.take(key, &message(key, "BSM"), place);
        }
        let summary = book.summary();
        assert_eq!((&summary["keys"], &summary["sent_again"], &summary["out_of_order"]), (&json!(3), &json!(1), &json!(["c"])));
        book.came("a", &message("a", "BSM of another bag"));
        assert_eq!(book.summary()["same_key_other_words"], json!(1));
    }

    #[test]
    fn it_answers_as_it_was_told_for_as_often_as_it_was_told() {
        let mut book = Book { answer: Answer::Refuse, times: Some(2), ..Book::default() };
        let answers: Vec<Answer> = (0..3).map(|_| book.came("a", &message("a", "BSM"))).collect();
        assert_eq!(answers, [Answer::Refuse, Answer::Refuse, Answer::Ok]);
    }
}
