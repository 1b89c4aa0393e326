//! Messages that were not taken: what is the matter with each, and what a person can do about it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Refusal;
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::language::Screen;
use super::page::{Notice, Section, Shell, Tone};
use super::{Web, answers, page, staff};
use crate::inbox::{InTrouble, WaySeen};
use crate::messages::Taken;
use crate::rejects::{Door, Item, Settled, State};
use crate::services::CommandError;

/// The list, on every node.
#[derive(Debug, Template)]
#[template(path = "messages.html")]
pub struct MessagesPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// Rejected ones first, then those that wait, the newest first.
    pub open: Vec<MessageCard>,
    /// What was applied or discarded before, newest first.
    pub settled: Vec<SettledRow>,
    /// Where messages come by themselves.
    pub ways: Vec<InRow>,
}

/// One way in, as the page says it.
#[derive(Debug, Clone)]
pub struct InRow {
    pub name: String,
    /// The folder, or the address of the webhook.
    pub place: String,
    /// `Last 10:33. 12 applied, 1 waiting, 0 not applied.`
    pub came: String,
    /// What is in its way, and what to do; empty where nothing is.
    pub trouble: String,
}

/// One message that was not taken.
#[derive(Debug, Clone)]
pub struct MessageCard {
    pub id: String,
    pub waits: bool,
    /// `Line 4`, or empty.
    pub line: String,
    pub reason: String,
    pub remedy: String,
    /// `13:41, staff 4711, command line`.
    pub came: String,
    /// What was not applied is no record yet: no other node has it.
    pub state: page::State,
    /// Its text, where it was asked for.
    pub text: Option<String>,
}

/// One message that was settled.
#[derive(Debug, Clone)]
pub struct SettledRow {
    pub id: String,
    pub how: String,
    pub reason: String,
    pub who: String,
    pub when: String,
}

/// What an address of the list asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListQuery {
    /// The message whose text is shown.
    show: Option<String>,
    done: Option<Uuid>,
    /// A message that was discarded, or waits now.
    settled: Option<String>,
}

/// A message typed or pasted, or the corrected text of one.
#[derive(Deserialize)]
pub(super) struct TextForm {
    form: Uuid,
    #[serde(default)]
    text: Option<String>,
}

/// Why a message is discarded.
#[derive(Deserialize)]
pub(super) struct DiscardForm {
    #[serde(default)]
    reason: String,
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<ListQuery>, headers: HeaderMap) -> Response {
    let notice = web.done(query.done).or_else(|| query.settled.as_deref().and_then(|id| settled_notice(&web, id)));
    html(&page(&web, &headers, notice, query.show.as_deref(), None))
}

/// Takes a message that was pasted.
pub(super) async fn paste(Screen(web): Screen, headers: HeaderMap, Form(form): Form<TextForm>) -> Result<Response, Trouble> {
    let Some(staff) = staff::current(&headers) else { return Ok(staff::ask()) };
    let text = form.text.unwrap_or_default();
    let taken = web.services.take(form.form, staff.as_str(), text.as_bytes(), Door::Screen).await;
    answer(&web, &headers, taken, None)
}

pub(super) async fn replay(Screen(web): Screen, Path(id): Path<String>, headers: HeaderMap, Form(form): Form<TextForm>) -> Result<Response, Trouble> {
    let Some(staff) = staff::current(&headers) else { return Ok(staff::ask()) };
    // A browser sends a text with other line ends than the message may have had: only a text that says something else is a correction.
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    let known = web.services.rejects().bytes(&id).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let corrected = form.text.as_deref().filter(|text| plain(text) != plain(&known)).map(|text| text.replace("\r\n", "\n"));
    let taken = web.services.replay(&id, staff.as_str(), corrected.as_deref()).await;
    answer(&web, &headers, taken, Some((&id, form.text.as_deref())))
}

pub(super) async fn discard(
    Screen(web): Screen,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(form): Form<DiscardForm>,
) -> Result<Response, Trouble> {
    let Some(staff) = staff::current(&headers) else { return Ok(staff::ask()) };
    match web.services.discard(&id, staff.as_str(), &form.reason).await {
        Ok(item) => Ok(Redirect::to(&format!("/messages?settled={}", item.id)).into_response()),
        Err(CommandError::Refused(refusal)) => {
            Ok(refused(&refusal, &page(&web, &headers, Some(Notice::refused(&refusal, &web.say)), Some(&id), None)))
        }
        Err(error) => Err(error.into()),
    }
}

/// How many messages are open, for other pages.
pub(super) fn count_words(web: &Web) -> String {
    let said = match web.services.rejects().counts() {
        (0, 0) => web.say.t("messages-all-applied"),
        (waiting, 0) => web.say.t("messages-waiting").arg("waiting", waiting),
        (0, rejected) => web.say.t("messages-rejected").arg("rejected", rejected),
        (waiting, rejected) => web.say.t("messages-both").arg("rejected", rejected).arg("waiting", waiting),
    };
    said.to_string()
}

fn answer(web: &Web, headers: &HeaderMap, taken: Result<Taken, CommandError>, typed: Option<(&str, Option<&str>)>) -> Result<Response, Trouble> {
    let again = |refusal: Refusal| {
        let (show, text) = typed.unzip();
        refused(&refusal, &page(web, headers, Some(Notice::refused(&refusal, &web.say)), show, text.flatten()))
    };
    match taken {
        Ok(Taken::Applied(receipt)) if receipt.saved => Ok(Redirect::to(&format!("/messages?done={}", receipt.id)).into_response()),
        Ok(Taken::Applied(receipt)) => {
            let head = answers::message(&web.say, "import-message", &receipt.answer);
            let notice = Notice { tone: Tone::Accept, head, words: web.say.t("messages-nothing-saved").to_string() };
            Ok(html(&page(web, headers, Some(notice), None, None)))
        }
        Ok(Taken::Waiting(item)) => Ok(Redirect::to(&format!("/messages?settled={}", item.id)).into_response()),
        Err(CommandError::Refused(refusal)) => Ok(again(refusal)),
        Err(CommandError::Kept(refusal, _)) => Ok(again(*refusal)),
        Err(error) => Err(error.into()),
    }
}

fn settled_notice(web: &Web, id: &str) -> Option<Notice> {
    let item = web.services.rejects().get(id)?;
    let (tone, head) = match item.state {
        State::Discarded => (Tone::Accept, web.say.t("messages-discarded").to_string()),
        State::Applied => (Tone::Accept, web.say.t("messages-applied").to_string()),
        State::Waiting => (Tone::Attention, words_of(web, &item).0),
        State::Rejected => (Tone::Reject, words_of(web, &item).0),
    };
    let words = match item.state {
        State::Waiting => web.say.t("messages-kept").to_string(),
        State::Rejected => words_of(web, &item).1,
        State::Applied | State::Discarded => item.settled.map(|settled| settled_words(web, &settled)).unwrap_or_default(),
    };
    Some(Notice { tone, head, words })
}

fn page(web: &Web, headers: &HeaderMap, notice: Option<Notice>, show: Option<&str>, typed: Option<&str>) -> MessagesPage {
    let (mut open, settled): (Vec<Item>, Vec<Item>) = web.services.rejects().list().into_iter().partition(Item::is_open);
    open.sort_by_key(|item| item.state == State::Waiting);
    let text = |id: &str| {
        let kept = || web.services.rejects().bytes(id).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        (show == Some(id)).then(|| typed.map(str::to_owned).or_else(kept)).flatten()
    };
    MessagesPage {
        shell: web.shell(Section::Elsewhere, staff::current(headers).as_ref()),
        notice,
        open: open.iter().take(CARDS_MAX).map(|item| card(web, item, text(&item.id))).collect(),
        settled: settled.iter().filter_map(|item| settled_row(web, item)).take(CARDS_MAX).collect(),
        ways: web.options.inbox.seen().into_iter().map(|way| way_row(web, way)).collect(),
    }
}

fn way_row(web: &Web, way: WaySeen) -> InRow {
    let seen = &way.seen;
    let last = match seen.last_ms {
        Some(ms) => web.say.t("way-in-last").arg("time", web.services.local_time(ms)),
        None => web.say.t("way-in-never"),
    };
    let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    let counts = web.say.t("way-in-counts").arg("applied", count(seen.applied)).arg("waiting", count(seen.waiting));
    let counts = counts.arg("rejected", count(seen.rejected));
    let turned = (seen.not_signed > 0).then(|| web.say.t("way-in-not-signed").arg("count", count(seen.not_signed)).to_string());
    InRow {
        place: way.folder.unwrap_or_else(|| format!("/api/v1/in/{}", way.name)),
        came: web.say.sentences(&[last.to_string(), counts.to_string()].into_iter().chain(turned).collect::<Vec<_>>()),
        trouble: seen.trouble.as_ref().map(|trouble| trouble_words(web, trouble)).unwrap_or_default(),
        name: way.name,
    }
}

fn trouble_words(web: &Web, trouble: &InTrouble) -> String {
    let said = match trouble {
        InTrouble::FolderNotRead => web.say.t("way-in-folder"),
        InTrouble::FileNotRead(file) => web.say.t("way-in-file").arg("file", file),
        InTrouble::NotMoved(file) => web.say.t("way-in-not-moved").arg("file", file),
        InTrouble::NotTaken(file) => web.say.t("way-in-not-taken").arg("file", file),
        InTrouble::RejectedFull => web.say.t("way-in-rejected-full"),
    };
    said.to_string()
}

fn card(web: &Web, item: &Item, text: Option<String>) -> MessageCard {
    let door = match item.door {
        Door::CommandLine => "command-line",
        Door::Api => "api",
        Door::Screen => "screen",
        Door::Folder => "folder",
        Door::Webhook => "webhook",
        Door::Unknown => "unknown",
    };
    let (reason, remedy) = words_of(web, item);
    MessageCard {
        id: item.id.clone(),
        waits: item.state == State::Waiting,
        line: item.line.map(|line| web.say.t("messages-line").arg("line", line).to_string()).unwrap_or_default(),
        reason,
        remedy,
        came: {
            let said = web.say.t("messages-came").arg("time", web.services.local_time(item.at_ms)).arg("staff", item.staff.to_string());
            let said = if matches!(item.door, Door::Folder | Door::Webhook) { said.of("alone") } else { said };
            said.arg("door", web.say.t("messages-door").arg("door", door).to_string()).to_string()
        },
        state: page::State::kept(),
        text,
    }
}

fn settled_row(web: &Web, item: &Item) -> Option<SettledRow> {
    let settled = item.settled.as_ref()?;
    Some(SettledRow {
        id: item.id.clone(),
        how: web.say.t(if item.state == State::Applied { "messages-how-applied" } else { "messages-how-discarded" }).to_string(),
        reason: settled_words(web, settled),
        who: web.say.t("staff-is").arg("staff", settled.staff.to_string()).to_string(),
        when: web.services.local_time(settled.at_ms),
    })
}

/// What is the matter with a message, and what to do. One that an earlier version kept has its English words alone.
fn words_of(web: &Web, item: &Item) -> (String, String) {
    let (key, values) = item.words.as_ref().map_or(("", &Value::Null), |words| (words.key.as_str(), &words.args));
    let words = |attribute, english: &str| web.say.rule(key, attribute, &web.say.kept(values), english);
    (words(None, &item.reason), words(Some("remedy"), &item.remedy))
}

/// Why a message was settled: what a person typed, or what happened to it.
fn settled_words(web: &Web, settled: &Settled) -> String {
    match &settled.words {
        Some(words) => web.say.rule(&words.key, None, &web.say.kept(&words.args), &settled.reason),
        None => settled.reason.clone(),
    }
}

/// As many as a page shows; the command line lists all.
const CARDS_MAX: usize = 100;
