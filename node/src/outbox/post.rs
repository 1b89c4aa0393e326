//! One try to send one message, and what came of it.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use chrono::DateTime;
use schemas::record::outgoing::OutKind;
use schemas::record::reason::coded;
use schemas::station::outgoing::OutRow;
use serde_json::{Value, json};

use super::https::{self, Answer, Asking, Dialled, NoAnswer};
use super::way::{To, Way};

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Came {
    Taken(String),
    /// The receiver has it not, says no, and will always say no.
    Refused(String),
    /// Nobody took the message: the way is closed.
    NoWay(String),
    /// The receiver answered that it cannot take it now.
    Later(String),
    /// It went out and no answer came.
    Unknown(String),
}

/// What a receiver says when it is asked whether a message arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    HasIt,
    HasItNot,
    NoAnswer,
}

/// As much of an answer as is kept.
const NOTE_MAX: usize = 200;
pub(super) const ANSWER_BYTES_MAX: usize = 4096;

/// How this node speaks HTTP: plainly within this machine, over TLS to others.
pub(super) struct Http {
    pub(super) plain: reqwest::Client,
    pub(super) over_tls: Dialled,
}

/// Sends a message.
pub(super) async fn send(http: &Http, way: &Way, row: &OutRow, now_ms: i64) -> Came {
    match &way.to {
        To::Folder(folder) => {
            let (folder, name, text) = (folder.clone(), file_name(row), text_of(way, row));
            match tokio::task::spawn_blocking(move || put(&folder, &name, &text)).await {
                Ok(Ok(())) => Came::Taken(String::new()),
                Ok(Err(error)) => {
                    tracing::warn!(way = way.name, %error, "a message could not be written into its folder");
                    Came::NoWay(coded("folder-not-written"))
                }
                Err(_) => Came::NoWay(coded("node-stops")),
            }
        }
        To::Webhook(hook) => {
            let body = body_of(way, row).to_string().into_bytes();
            let seconds = now_ms.div_euclid(1000);
            let signature = hook.secret.sign(&row.key, seconds, &body);
            let headers = vec![
                ("content-type", "application/json".to_owned()),
                ("idempotency-key", row.key.clone()),
                ("webhook-id", row.key.clone()),
                ("webhook-timestamp", seconds.to_string()),
                ("webhook-signature", signature),
                ("apron-place", row.place.to_string()),
            ];
            match exchange(http, way, "POST", &hook.url, headers, body).await {
                Ok(answer) => judged(&answer),
                Err(NoAnswer::NotSent(why)) => Came::NoWay(coded(why)),
                Err(NoAnswer::NoRequest) => Came::Refused(coded("not-for-http")),
                Err(NoAnswer::NotInTime) => Came::Unknown(coded("no-answer")),
                Err(NoAnswer::Ended) => Came::Unknown(coded("cut-before-answer")),
            }
        }
    }
}

/// Asks the receiver whether a message arrived.
pub(super) async fn ask(http: &Http, way: &Way, key: &str) -> Asked {
    let To::Webhook(hook) = &way.to else { return Asked::NoAnswer };
    let Some(status) = &hook.status else { return Asked::NoAnswer };
    match exchange(http, way, "GET", &status.replace("{key}", key), Vec::new(), Vec::new()).await.map(|answer| answer.code) {
        Ok(200..=299) => Asked::HasIt,
        Ok(404 | 410) => Asked::HasItNot,
        Ok(_) | Err(_) => Asked::NoAnswer,
    }
}

/// Asks plainly within this machine and over TLS elsewhere, as the way was read.
async fn exchange(
    http: &Http,
    way: &Way,
    method: &'static str,
    url: &str,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> Result<Answer, NoAnswer> {
    let url = reqwest::Url::parse(url).map_err(|_| NoAnswer::NoRequest)?;
    if url.scheme() == "https" {
        let outward = http.over_tls.get(&way.name).ok_or(NoAnswer::NoRequest)?;
        return https::ask(outward, Asking { method, url: &url, headers, body, patience: way.timeout }).await;
    }
    let request = if method == "POST" { http.plain.post(url) } else { http.plain.get(url) };
    let request = headers.into_iter().fold(request.timeout(way.timeout), |request, (name, value)| request.header(name, value));
    match request.body(body).send().await {
        Ok(answer) => Ok(Answer { code: answer.status().as_u16(), body: bytes_of(answer).await }),
        Err(error) => Err(failed(&error)),
    }
}

fn judged(answer: &Answer) -> Came {
    let code = answer.code;
    let note = format!("{code} {}", words_of(&answer.body)).trim().to_owned();
    match code {
        200..=299 => Came::Taken(note),
        408 | 425 | 429 | 500..=599 => Came::Later(note),
        _ => Came::Refused(note),
    }
}

async fn bytes_of(mut answer: reqwest::Response) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= ANSWER_BYTES_MAX {
            break;
        }
    }
    bytes
}

fn words_of(bytes: &[u8]) -> String {
    let bytes = &bytes[..bytes.len().min(ANSWER_BYTES_MAX)];
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).take(NOTE_MAX).collect()
}

/// What the error does not name: the address may hold a key.
fn failed(error: &reqwest::Error) -> NoAnswer {
    if error.is_connect() {
        NoAnswer::NotSent("no-connection")
    } else if error.is_builder() {
        NoAnswer::NoRequest
    } else if error.is_timeout() {
        NoAnswer::NotInTime
    } else {
        NoAnswer::Ended
    }
}

/// What a webhook carries. It says the same however often it is sent, and whichever node sends it: what a node says of itself stands in the headers.
fn body_of(way: &Way, row: &OutRow) -> Value {
    let mut data = json!({ "key": row.key, "kind": row.kind, "flight": row.flight, "version": row.version, "part": row.part, "parts": row.parts });
    match row.kind {
        OutKind::Request => data["request"] = serde_json::from_str(&row.text).unwrap_or(Value::Null),
        _ => data["text"] = Value::String(text_of(way, row)),
    }
    json!({ "type": format!("message.{}", row.kind.as_str().to_ascii_lowercase()), "data": data })
}

/// The message with its envelope.
fn text_of(way: &Way, row: &OutRow) -> String {
    let at = DateTime::from_timestamp_millis(row.at).unwrap_or_default().format("%d%H%M").to_string();
    let mut lines: Vec<String> = way.addresses.chunks(8).map(|chunk| chunk.join(" ")).collect();
    lines.extend(way.origin.iter().map(|origin| format!(".{origin} {at}")));
    lines.push(row.text.clone());
    lines.join("\n") + "\n"
}

/// By flight and place, so that a folder lists messages in their order; the key makes it the same file however often it is written.
fn file_name(row: &OutRow) -> String {
    format!("{}-{:06}-{}-{}.txt", row.flight, row.place, row.kind, row.key)
}

/// Writes a file as a whole: who watches the folder sees all of it or nothing.
fn put(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    let (path, half) = (folder.join(name), folder.join(format!(".{name}.part")));
    if path.exists() {
        return Ok(());
    }
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).open(&half)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&half, &path)?;
    std::fs::File::open(folder)?.sync_all()
}
