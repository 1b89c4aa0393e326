//! The hub's own page: every node, how far behind it is, and what does not go together.

use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::DateTime;
use serde::Deserialize;
use sync::transport::Carrier;

use super::conflicts::{ConflictCard, open_cards};
use super::errors::{Trouble, html};
use super::language::Screen;
use super::page::{Notice, Section, Shell};
use super::{Web, staff, words};
use crate::days::ScopeRow;
use crate::services::{PeerStatus, RefusedStatus, Role};

/// The hub's view of the stations.
#[derive(Debug, Template)]
#[template(path = "hub.html")]
pub struct HubPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// In trouble first.
    pub nodes: Vec<NodeRow>,
    pub conflicts: Vec<ConflictCard>,
    /// Who was turned away, by what they did.
    pub refused: Vec<RefusedRow>,
    /// Days that are over and not closed, and those in which something came late.
    pub days: Vec<DayRow>,
    /// `2 messages wait.`
    pub messages: String,
    /// What waits to be sent, and what somebody has to look at.
    pub outbox: String,
    /// Hosts that are late, by station.
    pub silent: String,
    /// Links of a demonstration that can be cut by hand.
    pub demo: Option<Vec<DemoLink>>,
}

/// One node as seen from here.
#[derive(Debug, Clone)]
pub struct NodeRow {
    pub desk: String,
    pub station: String,
    pub role: String,
    pub word: NodeWord,
    /// `Up to date`, `Behind 14`, `Offline since 13:41`.
    pub state: String,
    pub last_contact: String,
    /// Records that it lacks of ours.
    pub behind: u64,
    pub version: String,
    /// `+0.3 s`.
    pub offset: String,
    pub offset_bad: bool,
    /// The link goes over TCP, which is slower.
    pub over_tcp: bool,
}

/// One thing over which somebody was turned away.
#[derive(Debug, Clone)]
pub struct RefusedRow {
    pub what: String,
    pub count: String,
    /// A desk's name, or `A stranger`.
    pub last_who: String,
    /// `14:02`.
    pub last_at: String,
}

/// One day or month that somebody should look at.
#[derive(Debug, Clone)]
pub struct DayRow {
    pub scope: String,
    /// `Open`, `Closed 23 Nov`.
    pub state: String,
    /// `May hold more: PVG C2.`
    pub missing: String,
    /// Entries that came after it was closed.
    pub late: Vec<LateRow>,
    /// `and 12 more`.
    pub more: String,
}

/// One of these.
#[derive(Debug, Clone)]
pub struct LateRow {
    /// `check-in by 4711 at C2, 21 Nov 14:02`.
    pub words: String,
    pub command: String,
}

/// How a node does, for its colour and mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeWord {
    UpToDate,
    Behind,
    Offline,
}

/// One link of a demonstration.
#[derive(Debug, Clone)]
pub struct DemoLink {
    pub name: String,
    pub cut: bool,
}

impl NodeWord {
    pub fn class(&self) -> &'static str {
        match self {
            NodeWord::UpToDate => "hub",
            NodeWord::Behind | NodeWord::Offline => "behind",
        }
    }

    pub fn icon(&self) -> &'static str {
        match self {
            NodeWord::UpToDate => "tick",
            NodeWord::Behind => "up",
            NodeWord::Offline => "cut",
        }
    }
}

/// A link of a demonstration, as its control tells it.
#[derive(Deserialize)]
struct Link {
    name: String,
    cut: bool,
}

/// A press on a link: `cut:G12 - hub`.
#[derive(Deserialize)]
pub(super) struct LinkForm {
    link: String,
}

pub(super) async fn show(Screen(web): Screen, headers: HeaderMap) -> Result<Response, Trouble> {
    if web.services.status().role != Role::Hub {
        return Err(Trouble::not_here("page"));
    }
    let demo = demo_links(&web).await;
    Ok(html(&HubPage {
        shell: web.shell(Section::Hub, staff::current(&headers).as_ref()),
        notice: None,
        nodes: node_rows(&web),
        conflicts: open_cards(&web),
        refused: refused_rows(&web),
        days: day_rows(&web),
        messages: super::messages::count_words(&web),
        outbox: super::outbox::count_words(&web),
        silent: web.hosts_silent(|_| true),
        demo,
    }))
}

/// Cuts or restores a link of the demonstration.
pub(super) async fn link(Screen(web): Screen, Form(form): Form<LinkForm>) -> Result<Response, Trouble> {
    let control = web.options.demo_control.as_deref().ok_or_else(|| Trouble::not_here("demonstration"))?;
    let (act, name) = form.link.split_once(':').filter(|(act, _)| ["cut", "restore"].contains(act)).ok_or_else(|| Trouble::not_here("link"))?;
    let address = format!("{control}/links/{}/{act}", super::forms::escaped(name));
    let done = web.http.post(address).timeout(DEMO_TIME).send().await.is_ok_and(|reply| reply.status().is_success());
    match done {
        true => Ok(Redirect::to("/hub").into_response()),
        false => Err(Trouble::new(
            StatusCode::BAD_GATEWAY,
            "demo-silent",
            "The demonstration did not answer.",
            "See whether it still runs, and press again.",
        )),
    }
}

/// Every other node as seen from here, in trouble first.
pub(super) fn node_rows(web: &Web) -> Vec<NodeRow> {
    let mut peers = web.services.status().peers;
    peers.sort_by_key(|peer| (peer.connected, std::cmp::Reverse(peer.behind), peer.name.clone()));
    peers.iter().map(|peer| node_row(web, peer)).collect()
}

fn node_row(web: &Web, peer: &PeerStatus) -> NodeRow {
    let (word, state) = match (peer.connected, peer.behind + peer.ahead) {
        (true, 0) => (NodeWord::UpToDate, web.say.t("node-up-to-date").to_string()),
        (true, behind) => (NodeWord::Behind, web.say.t("node-behind").arg("count", behind).to_string()),
        (false, _) => match peer.last_contact_ms {
            Some(at) => (NodeWord::Offline, web.say.t("node-offline").arg("time", web.services.local_time(at)).to_string()),
            None => (NodeWord::Offline, web.say.t("node-not-seen").to_string()),
        },
    };
    let seconds = |seconds: String| web.say.t("seconds").arg("seconds", seconds).to_string();
    NodeRow {
        desk: peer.name.clone(),
        station: peer.station.clone(),
        role: words::role(&web.say, peer.role),
        word,
        state,
        last_contact: peer.last_contact_ms.map_or_else(|| web.say.t("never").to_string(), |at| web.age(at)),
        behind: peer.behind,
        version: peer.version.clone(),
        // Less than a twentieth of a second is nothing, on either side.
        offset: peer.offset_ms.map_or_else(
            || "-".to_owned(),
            |ms| if ms.abs() < 50 { seconds("0.0".to_owned()) } else { seconds(format!("{:+.1}", ms as f64 / 1000.0)) },
        ),
        offset_bad: peer.offset_ms.is_some_and(|ms| ms.abs() > CLOCK_OFF_MS),
        over_tcp: peer.over == Some(Carrier::Tcp),
    }
}

fn refused_rows(web: &Web) -> Vec<RefusedRow> {
    let row = |refused: &RefusedStatus| RefusedRow {
        what: words::refused(&web.say, refused.name),
        count: web.say.number(refused.count),
        last_who: refused.last_who.clone().unwrap_or_else(|| web.say.t("stranger").to_string()),
        last_at: web.services.local_time(refused.last_at_ms),
    };
    web.services.status().refusals.iter().map(row).collect()
}

/// Days that are over and still open, and those in which something came late; the newest first.
fn day_rows(web: &Web) -> Vec<DayRow> {
    web.services.scopes().iter().filter(|row| row.needs_a_look).take(DAYS_MAX).map(|row| day_row(web, row)).collect()
}

fn day_row(web: &Web, row: &ScopeRow) -> DayRow {
    let date = |ms| DateTime::from_timestamp_millis(ms).map(|at| web.say.day(at.date_naive())).unwrap_or_default();
    let late = row.late_entries.iter().take(LATE_ROWS_MAX).map(|late| LateRow {
        words: {
            let said =
                web.say.t("late-by").arg("kind", late.kind.to_string()).arg("staff", late.staff.to_string()).arg("desk", late.desk.to_string());
            said.arg("day", date(late.at_ms)).arg("time", web.services.local_time(late.at_ms)).to_string()
        },
        command: late.command.to_string(),
    });
    let late: Vec<LateRow> = late.collect();
    let more = row.late.saturating_sub(late.len() as u64);
    DayRow {
        scope: row.scope.to_string(),
        state: match row.closed_at_ms {
            Some(at) => web.say.t("day-closed").arg("day", date(at)).to_string(),
            None => web.say.t("day-open").to_string(),
        },
        missing: if row.unconfirmed.is_empty() {
            String::new()
        } else {
            web.say.t("day-missing").arg("desks", web.say.list(&row.unconfirmed)).to_string()
        },
        late,
        more: if more > 0 { web.say.t("day-more").arg("count", more).to_string() } else { String::new() },
    }
}

/// The links that can be cut, if a demonstration runs and answers.
async fn demo_links(web: &Web) -> Option<Vec<DemoLink>> {
    let control = web.options.demo_control.as_deref()?;
    let reply = web.http.get(format!("{control}/links")).timeout(DEMO_TIME).send().await.ok()?;
    let links: Vec<Link> = reply.json().await.ok()?;
    Some(links.into_iter().map(|link| DemoLink { name: link.name, cut: link.cut }).collect())
}

/// Days on the page, and late entries of each: the rest is told by `apron hub scopes`.
const DAYS_MAX: usize = 40;
const LATE_ROWS_MAX: usize = 20;

/// Times on records would look wrong to people.
const CLOCK_OFF_MS: i64 = 60_000;

/// The demonstration runs on the same machine.
const DEMO_TIME: Duration = Duration::from_secs(2);
