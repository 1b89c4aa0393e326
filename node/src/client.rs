//! What the command line asks of a running node, over its API.

use anyhow::{Context, Result, anyhow, bail};
use serde_json::{Value, json};

use crate::cli::{Import, Status, Target};
use crate::data;

/// As large as a message file may be.
const FILE_MAX: u64 = 512 << 10;

/// Gives a message file to a node and says what became of it.
pub async fn import(options: &Import) -> Result<String> {
    let size = std::fs::metadata(&options.file).with_context(|| format!("the file {} cannot be read", options.file.display()))?.len();
    if size > FILE_MAX {
        bail!("{} is larger than {} KiB; a passenger list is a text of some ten KiB", options.file.display(), FILE_MAX >> 10);
    }
    let bytes = std::fs::read(&options.file).with_context(|| format!("the file {} cannot be read", options.file.display()))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| anyhow!("{} is no text: byte {} is not readable", options.file.display(), error.utf8_error().valid_up_to()))?;
    let command = json!({"kind": "import-list", "text": text});
    let answer = post(&options.target, &options.staff, uuid::Uuid::now_v7(), &command.to_string()).await?;
    Ok(answer["answer"]["message"].as_str().unwrap_or("The list was taken.").to_owned())
}

/// The status of a node, as JSON.
pub async fn status(options: &Status) -> Result<Value> {
    let url = format!("{}/api/v1/status", address(&options.target)?);
    let reply = reqwest::get(&url).await.with_context(|| format!("{url} does not answer; is the node running?"))?;
    reply.json().await.context("the node's answer cannot be read")
}

/// The status in a few lines for a person.
pub fn in_words(status: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let mut lines = vec![
        format!("{} ({}), version {}", text(&status["desk"]), text(&status["role"]), text(&status["version"])),
        format!(
            "saved here: {} entries; waiting for the hub: {}; conflicts: {}",
            number(&status["saved_here"]),
            number(&status["waiting_for_hub"]),
            number(&status["conflicts"])
        ),
    ];
    for peer in status["peers"].as_array().into_iter().flatten() {
        let word = match (peer["connected"].as_bool(), peer["over"].as_str()) {
            (Some(true), Some("tcp")) => "connected over TCP, for UDP does not get through",
            (Some(true), _) => "connected",
            _ => "not connected",
        };
        lines.push(format!("{}: {word}, lacks {} entries", text(&peer["name"]), number(&peer["behind"])));
    }
    let refusals: Vec<String> =
        status["refusals"].as_object().into_iter().flatten().map(|(name, count)| format!("{name} {}", number(count))).collect();
    if !refusals.is_empty() {
        lines.push(format!("turned away since the start: {}", refusals.join(", ")));
    }
    lines.join("\n")
}

/// Posts a command; the node's refusal becomes an error in its own words.
pub async fn post(target: &Target, staff: &str, key: uuid::Uuid, body: &str) -> Result<Value> {
    let url = format!("{}/api/v1/commands", address(target)?);
    let request = reqwest::Client::new()
        .post(&url)
        .header("Idempotency-Key", key.to_string())
        .header("Apron-Staff", staff)
        .header("Content-Type", "application/json");
    let reply = request.body(body.to_owned()).send().await.with_context(|| format!("{url} does not answer; is the node running?"))?;
    let good = reply.status().is_success();
    let answer: Value = reply.json().await.context("the node's answer cannot be read")?;
    if !good {
        let part = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        bail!("{} {}", part("detail"), part("remedy"));
    }
    Ok(answer)
}

fn address(target: &Target) -> Result<String> {
    match (&target.api, &target.data) {
        (Some(api), _) => Ok(api.trim_end_matches('/').to_owned()),
        (None, Some(dir)) => Ok(format!("http://{}", data::running(dir)?.http)),
        (None, None) => bail!("no node is named; give --api http://127.0.0.1:8440 or --data DIR"),
    }
}
