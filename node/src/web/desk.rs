//! This desk: what only it holds, what others hold of it, and how it is.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;

use super::errors::html;
use super::hub::{NodeRow, node_rows};
use super::language::Screen;
use super::page::{Section, Shell};
use super::{staff, words};
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
        saved_here: words::thousands(status.saved_here),
        waiting_station: station_words(&status),
        waiting_hub: match status.waiting_for_hub {
            0 => "All there".to_owned(),
            waiting => format!("{} waiting", words::thousands(waiting)),
        },
        hub_words: match shell.foot.hub_reached {
            true => format!("Hub {}.", shell.foot.hub),
            false => format!("Hub {}. Everything goes up by itself, once, when it is reached.", shell.foot.hub),
        },
        peers: node_rows(&web),
        links: web.options.neighbours.clone(),
        messages: super::messages::count_words(&web),
        journal: journal(&status),
        shell,
    })
}

fn station_words(status: &Status) -> String {
    let lacking: Vec<String> = status
        .peers
        .iter()
        .filter(|peer| peer.role == Role::Edge && peer.behind > 0)
        .map(|peer| format!("{} lacks {}", peer.name, words::thousands(peer.behind)))
        .collect();
    let met = status.peers.iter().filter(|peer| peer.role == Role::Edge).count();
    match (met > 0, lacking.is_empty()) {
        (false, _) if status.other_desks == 0 => "No neighbour desk is known yet.".to_owned(),
        (_, true) if met < status.other_desks => {
            format!("{} of {} other desks were not heard since this desk started.", status.other_desks - met, status.other_desks)
        }
        (false, _) => "No neighbour desk was heard yet.".to_owned(),
        (true, true) => "Every desk of the station has all of it.".to_owned(),
        (true, false) => format!("{}. It goes there by itself when the desk is reached.", lacking.join(", ")),
    }
}

fn journal(status: &Status) -> Journal {
    let damaged = (status.journal.damaged > 0).then(|| {
        format!(
            "{} pieces did not read back. Neighbours still have what was sent to them. Do not switch this desk off; call the duty manager.",
            status.journal.damaged
        )
    });
    Journal { segments: words::thousands(status.journal.segments), size: words::size(status.journal.bytes), damaged, digests: status.digests.clone() }
}
