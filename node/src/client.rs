//! What the command line asks of a running node, over its API.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use schemas::record::Ids;
use serde_json::{Value, json};

use crate::cli::{HubClose, HubScopes, Import, RejectsDiscard, RejectsList, RejectsReplay, RejectsShow, StaffSet, Status, Target};
use crate::{data, installation};

/// As large as a message file may be.
const FILE_MAX: u64 = 512 << 10;

/// Gives a message file to a node and says what became of it.
pub async fn import(options: &Import) -> Result<String> {
    let url = format!("{}/api/v1/messages", address(&options.target)?);
    let request = client(&options.target)?.post(&url).header("Apron-Door", "command-line").header("Content-Type", "text/plain");
    let answer = answer_of(request.header("Apron-Staff", &options.staff).body(read(&options.file)?), &url).await?;
    Ok(taken(&answer))
}

/// The messages that a node could not apply, a few lines each.
pub async fn rejects_list(options: &RejectsList) -> Result<String> {
    let url = format!("{}/api/v1/rejects", address(&options.target)?);
    let all = answer_of(client(&options.target)?.get(&url), &url).await?;
    let is_open = |item: &&Value| options.all || ["rejected", "waiting"].contains(&item["state"].as_str().unwrap_or_default());
    let items: Vec<&Value> = all.as_array().into_iter().flatten().filter(is_open).collect();
    if options.json {
        return Ok(json!(items).to_string());
    }
    if items.is_empty() {
        return Ok("Every message that came was applied.".to_owned());
    }
    Ok(items.into_iter().map(item_words).collect::<Vec<_>>().join("\n"))
}

/// One message with its text.
pub async fn rejects_show(options: &RejectsShow) -> Result<String> {
    let url = format!("{}/api/v1/rejects/{}", address(&options.target)?, name(&options.id)?);
    let message = answer_of(client(&options.target)?.get(&url), &url).await?;
    let text = message["text"].as_str();
    if options.text {
        return text.map(str::to_owned).context("its text is not kept any more: it was applied or discarded");
    }
    let marked = message["item"]["line"].as_u64();
    let lines = text.unwrap_or_default().lines().zip(1..).map(|(line, number)| {
        let mark = if marked == Some(number) { '>' } else { ' ' };
        format!("{mark}{number:>4}  {line}")
    });
    Ok(std::iter::once(item_words(&message["item"])).chain(lines).collect::<Vec<_>>().join("\n"))
}

/// Tries a message again.
pub async fn rejects_replay(options: &RejectsReplay) -> Result<String> {
    let url = format!("{}/api/v1/rejects/{}/replay", address(&options.target)?, name(&options.id)?);
    let text = match &options.file {
        Some(file) => Some(String::from_utf8(read(file)?).map_err(|_| anyhow!("{} is no text; correct the message in a text file", file.display()))?),
        None => None,
    };
    let request = client(&options.target)?.post(&url).header("Apron-Staff", &options.staff).json(&json!({ "text": text }));
    Ok(taken(&answer_of(request, &url).await?))
}

/// Discards a message.
pub async fn rejects_discard(options: &RejectsDiscard) -> Result<String> {
    let url = format!("{}/api/v1/rejects/{}/discard", address(&options.target)?, name(&options.id)?);
    let request = client(&options.target)?.post(&url).header("Apron-Staff", &options.staff).json(&json!({ "reason": options.reason }));
    answer_of(request, &url).await?;
    Ok(format!("{} is discarded.", options.id))
}

/// The scopes that a node holds, a line each, with what came late.
pub async fn scopes(options: &HubScopes) -> Result<String> {
    let url = format!("{}/api/v1/scopes", address(&options.target)?);
    let all = answer_of(client(&options.target)?.get(&url), &url).await?;
    if options.json {
        return Ok(all.to_string());
    }
    let lines: Vec<String> = all.as_array().into_iter().flatten().map(scope_words).collect();
    Ok(if lines.is_empty() { "Nothing is held here.".to_owned() } else { lines.join("\n") })
}

/// Closes a scope and says what became of it.
pub async fn close(options: &HubClose) -> Result<String> {
    let body = json!({ "kind": "close-scope", "scope": options.scope, "reason": options.reason, "lost": options.lost }).to_string();
    Ok(taken(&post(&options.target, &options.staff, uuid::Uuid::now_v7(), &body).await?))
}

/// Writes a member of staff down, or changes what is known of one. The badge and the password leave this machine as hashes only.
pub async fn staff_set(options: &StaffSet) -> Result<String> {
    let membership =
        data::read_membership(options.target.data.as_deref().context("name the hub's data directory with --data: its secret is needed")?)?;
    let secret = membership.secret()?;
    let mut password = String::new();
    if options.password_stdin {
        std::io::stdin().read_line(&mut password).context("the password cannot be read from standard input")?;
    }
    let password = password.trim_end_matches(['\r', '\n']);
    let hashed = match password {
        "" => None,
        password => Some(crate::staff::hash(password, &secret, &installation::drawn()?)?),
    };
    let mut body = json!({ "kind": "set-staff", "number": options.number.to_ascii_uppercase() });
    let badge = options.badge.as_deref().map(|code| if code.is_empty() { String::new() } else { Ids::new(secret).badge(code) });
    let roles = (!options.roles.is_empty()).then(|| options.roles.clone());
    for (key, value) in [
        ("name", options.name.clone().map(Value::from)),
        ("roles", roles.map(Value::from)),
        ("stations", options.stations.clone().map(Value::from)),
        ("carriers", options.carriers.clone().map(Value::from)),
        ("badge", badge.map(Value::from)),
        ("secret", hashed.map(Value::from)),
        ("active", options.active.map(Value::from)),
    ] {
        if let Some(value) = value {
            body[key] = value;
        }
    }
    let by = options.staff.clone().unwrap_or_else(|| options.number.to_ascii_uppercase());
    Ok(taken(&post(&options.target, &by, uuid::Uuid::now_v7(), &body.to_string()).await?))
}

/// `PVG/2026-11-22/CA open, 214 entries; may hold more: PVG C2`, and a line for each entry that came late.
fn scope_words(row: &Value) -> String {
    let time = |ms: &Value| ms.as_i64().and_then(chrono::DateTime::from_timestamp_millis).map(|at| at.format("%Y-%m-%d %H:%MZ").to_string());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let state = time(&row["closed_at_ms"]).map_or_else(|| "open".to_owned(), |at| format!("closed {at}"));
    let missing: Vec<String> = row["unconfirmed"].as_array().into_iter().flatten().map(text).collect();
    let missing = if missing.is_empty() { String::new() } else { format!("; may hold more: {}", missing.join(", ")) };
    let late = match row["late"].as_u64() {
        None | Some(0) => String::new(),
        Some(count) => format!("; came late: {count}"),
    };
    let line = format!("{} {state}, {} entries{missing}{late}", text(&row["scope"]), row["entries"]);
    let late = row["late_entries"].as_array().into_iter().flatten().map(|entry| {
        let at = time(&entry["at_ms"]).unwrap_or_default();
        format!("    {} {} at {at}, desk {}, staff {}", text(&entry["command"]), text(&entry["kind"]), text(&entry["desk"]), text(&entry["staff"]))
    });
    std::iter::once(line).chain(late).collect::<Vec<_>>().join("\n")
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let size = std::fs::metadata(file).with_context(|| format!("the file {} cannot be read", file.display()))?.len();
    if size > FILE_MAX {
        bail!("{} is larger than {} KiB; a message is a text of some ten KiB", file.display(), FILE_MAX >> 10);
    }
    std::fs::read(file).with_context(|| format!("the file {} cannot be read", file.display()))
}

/// What became of a message, with what is left to do.
fn taken(answer: &Value) -> String {
    let message = answer["answer"]["message"].as_str().or(answer["message"].as_str()).unwrap_or("The message was taken.");
    let todo = answer["answer"]["todo"].as_array().into_iter().flatten().filter_map(Value::as_str);
    std::iter::once(message).chain(todo).collect::<Vec<_>>().join("\n")
}

/// `3f2a... rejected, line 4, 2026-11-22 05:41Z, staff 4711`, and what is to be done.
fn item_words(item: &Value) -> String {
    let text = |key: &str| item[key].as_str().unwrap_or_default();
    let line = item["line"].as_u64().map(|line| format!(", line {line}")).unwrap_or_default();
    let at = item["at_ms"].as_i64().and_then(chrono::DateTime::from_timestamp_millis).map(|at| at.format("%Y-%m-%d %H:%MZ").to_string());
    let settled = item["settled"]["reason"].as_str().map(|reason| format!("\n    {reason}")).unwrap_or_default();
    let (id, state, staff) = (text("id"), text("state"), text("staff"));
    format!("{id} {state}{line}, {}, staff {staff}\n    {} {}{settled}", at.unwrap_or_default(), text("reason"), text("remedy"))
}

/// Only what can be the name of a message goes into an address.
fn name(id: &str) -> Result<&str> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        bail!("{id:?} is not the name of a message; see `apron rejects list`");
    }
    Ok(id)
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
    let request =
        client(target)?.post(&url).header("Idempotency-Key", key.to_string()).header("Apron-Staff", staff).header("Content-Type", "application/json");
    answer_of(request.body(body.to_owned()), &url).await
}

/// The node's answer; its refusal becomes an error in its own words.
async fn answer_of(request: reqwest::RequestBuilder, url: &str) -> Result<Value> {
    let reply = request.send().await.with_context(|| format!("{url} does not answer; is the node running?"))?;
    let good = reply.status().is_success();
    let answer: Value = reply.json().await.context("the node's answer cannot be read")?;
    if !good {
        let part = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
        let line = answer["line"].as_u64().map(|line| format!("line {line}: ")).unwrap_or_default();
        bail!("{line}{} {}", part("detail"), part("remedy"));
    }
    Ok(answer)
}

/// Shows the node its own token, if its data directory can be read here.
fn client(target: &Target) -> Result<reqwest::Client> {
    let kept = target.data.as_deref().and_then(|dir| std::fs::read_to_string(dir.join("api-token")).ok());
    let token = target.token.clone().or(kept);
    let mut headers = reqwest::header::HeaderMap::new();
    if let Some(token) = token {
        let line = format!("Bearer {}", token.trim()).parse().context("the token of the API is no token")?;
        headers.insert(reqwest::header::AUTHORIZATION, line);
    }
    reqwest::Client::builder().no_proxy().default_headers(headers).build().context("the node cannot be asked")
}

fn address(target: &Target) -> Result<String> {
    match (&target.api, &target.data) {
        (Some(api), _) => Ok(api.trim_end_matches('/').to_owned()),
        (None, Some(dir)) => Ok(format!("http://{}", data::running(dir)?.http)),
        (None, None) => bail!("no node is named; give --api http://127.0.0.1:8440 or --data DIR"),
    }
}
