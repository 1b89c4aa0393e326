//! This desk: what only it holds, what others hold of it, and how it is.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;

use super::errors::html;
use super::hub::{NodeRow, node_rows};
use super::language::Screen;
use super::page::{Section, Shell};
use super::printing::PrintersPart;
use super::{staff, words};
use crate::lang::Say;
use crate::services::{Role, Status};

/// The page behind the foot.
#[derive(Debug, Template)]
#[template(path = "desk.html")]
pub struct DeskPage {
    pub shell: Shell,
    pub version: String,
    pub saved_here: String,
    pub waiting_station: String,
    pub waiting_hub: String,
    pub hub_words: String,
    pub peers: Vec<NodeRow>,
    /// The screens of neighbour desks.
    pub links: Vec<(String, String)>,
    /// `Every message that came was applied.`
    pub messages: String,
    /// What waits to be sent, and what somebody has to look at.
    pub outbox: String,
    pub printers: PrintersPart,
    pub journal: Journal,
}

/// The journal on this disk.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    pub segments: String,
    pub size: String,
    /// Set when a file was found damaged, with what to do.
    pub damaged: Option<String>,
    /// Digests of the scopes held, to compare with a neighbour's.
    pub digests: Vec<(String, String)>,
}

pub(super) async fn show(Screen(web): Screen, headers: HeaderMap) -> Response {
    let status = web.services.status();
    let shell = web.shell(Section::Desk, staff::current(&headers).as_ref());
    html(&DeskPage {
        version: status.version.clone(),
        saved_here: web.say.number(status.saved_here),
        waiting_station: station_words(&web.say, &status),
        waiting_hub: match status.waiting_for_hub {
            0 => web.say.t("desk-all-there").to_string(),
            waiting => web.say.t("desk-waiting").arg("count", waiting).to_string(),
        },
        hub_words: {
            let key = if shell.foot.hub_reached { "desk-hub-words" } else { "desk-hub-later" };
            web.say.t(key).arg("state", &shell.foot.hub).to_string()
        },
        peers: node_rows(&web),
        links: web.options.neighbours.clone(),
        messages: super::messages::count_words(&web),
        outbox: super::outbox::count_words(&web),
        printers: web.printers_part(&web.viewer(&headers)),
        journal: journal(&web.say, &status),
        shell,
    })
}

fn station_words(say: &Say, status: &Status) -> String {
    let lacking: Vec<String> = status
        .peers
        .iter()
        .filter(|peer| peer.role == Role::Edge && peer.behind > 0)
        .map(|peer| say.t("desk-lacks").arg("desk", &peer.name).arg("count", peer.behind).to_string())
        .collect();
    let met = status.peers.iter().filter(|peer| peer.role == Role::Edge).count();
    let said = match (met > 0, lacking.is_empty()) {
        (false, _) if status.other_desks == 0 => say.t("desk-no-neighbour"),
        (_, true) if met < status.other_desks => say.t("desk-not-heard").arg("count", status.other_desks - met).arg("of", status.other_desks),
        (false, _) => say.t("desk-none-heard"),
        (true, true) => say.t("desk-all-have"),
        (true, false) => say.t("desk-lacking").arg("desks", say.list(&lacking)),
    };
    said.to_string()
}

fn journal(say: &Say, status: &Status) -> Journal {
    let damaged = (status.journal.damaged > 0).then(|| say.t("desk-damaged").arg("count", status.journal.damaged).to_string());
    Journal { segments: say.number(status.journal.segments), size: words::size(say, status.journal.bytes), damaged, digests: status.digests.clone() }
}
