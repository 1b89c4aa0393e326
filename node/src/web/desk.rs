//! This desk: what only it holds, what others hold of it, and how it is.

use askama::Template;
use axum::http::HeaderMap;
use axum::response::Response;
use sync::links::{Failure, Links, Why};

use super::device::{LooksForm, PracticeForm};
use super::errors::html;
use super::hub::{NodeRow, node_rows};
use super::language::Screen;
use super::page::{Notice, Section, Shell, State};
use super::printing::PrintersPart;
use super::{Web, answers, staff, words};
use crate::lang::Say;
use crate::services::{Own, Role, Status};

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
    pub notice: Option<Notice>,
    /// What was done here last.
    pub acts: Vec<ActRow>,
    /// Hub and neighbours: how their links do.
    pub tests: Vec<LinkRow>,
    pub practice: Option<PracticeForm>,
    pub looks: LooksForm,
    pub printers: PrintersPart,
    pub journal: Journal,
}

/// The journal on this disk.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    pub segments: String,
    pub size: String,
    /// Room on its disk; empty where it is not known.
    pub free: String,
    /// Set when a file was found damaged, with what to do.
    pub damaged: Option<String>,
    /// Digests of the scopes held, to compare with a neighbour's.
    pub digests: Vec<(String, String)>,
}

/// Something that was done at this desk.
#[derive(Debug, Clone)]
pub struct ActRow {
    pub at: String,
    pub staff: String,
    pub words: String,
    pub state: State,
}

/// A link of this desk.
#[derive(Debug, Clone)]
pub struct LinkRow {
    /// `HUB`, `G13`, or the address that is dialled.
    pub whom: String,
    /// Whether it stands now.
    pub linked: bool,
    /// `4 ms`.
    pub round_trip: String,
    /// `QUIC`, `TCP`.
    pub carrier: String,
    /// What went wrong last, and when.
    pub failure: String,
}

/// As many actions as are looked through, and the entries among which they are looked for: some commands make several.
const ACTS_SHOWN: usize = 50;
const ENTRIES_LOOKED_AT: usize = 80;

pub(super) async fn show(Screen(web): Screen, headers: HeaderMap) -> Response {
    html(&page(&web, &headers, None, None))
}

/// The page as things are now; with how long somebody wanted to practise, where that is asked once more.
pub(super) fn page(web: &Web, headers: &HeaderMap, notice: Option<Notice>, minutes: Option<u32>) -> DeskPage {
    let status = web.services.status();
    let shell = web.shell(Section::Desk, staff::current(headers).as_ref());
    DeskPage {
        notice,
        acts: acts(web, headers),
        tests: links(web, &status),
        practice: web.practice_form(headers, minutes),
        looks: web.looks_form(),
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
        peers: node_rows(web),
        links: web.options.neighbours.clone(),
        messages: super::messages::count_words(web),
        outbox: super::outbox::count_words(web),
        printers: web.printers_part(&web.viewer(headers)),
        journal: journal(web, &status),
        shell,
    }
}

/// The newest actions of this desk that whoever looks might have done.
fn acts(web: &Web, headers: &HeaderMap) -> Vec<ActRow> {
    let number = staff::current(headers);
    let own = web.services.own_newest(ENTRIES_LOOKED_AT).into_iter();
    let seen = own.filter(|own| web.may_read(number.as_ref().filter(|_| web.services.read(|station| station.has_staff())), &own.stored));
    let row = |own: Own| ActRow {
        at: web.clock(own.at_ms),
        words: answers::message(&web.say, &own.kind, &own.stored.answer),
        staff: own.staff,
        state: web.state_words(own.stored.held),
    };
    seen.take(ACTS_SHOWN).map(row).collect()
}

/// Every peer that was met, and every address that was dialled in vain.
fn links(web: &Web, status: &Status) -> Vec<LinkRow> {
    let say = &web.say;
    let mut failures = web.services.links().map(Links::failures).unwrap_or_default();
    let failed = |failure: Option<Failure>| failure.map(|failure| failure_words(web, &failure)).unwrap_or_default();
    let mut rows: Vec<LinkRow> = Vec::new();
    for peer in &status.peers {
        let time = |ms: u32| if ms == 0 { say.t("link-under-1").to_string() } else { say.t("link-ms").arg("ms", i64::from(ms)).to_string() };
        rows.push(LinkRow {
            whom: peer.name.clone(),
            linked: peer.connected,
            round_trip: peer.round_trip_ms.filter(|_| peer.connected).map(time).unwrap_or_default(),
            carrier: peer.over.map(|carrier| carrier.name().to_uppercase()).unwrap_or_default(),
            failure: failed(failures.remove(&peer.name)),
        });
    }
    let dialled = failures.into_iter().map(|(whom, failure)| LinkRow {
        whom,
        linked: false,
        round_trip: String::new(),
        carrier: String::new(),
        failure: failure_words(web, &failure),
    });
    rows.extend(dialled);
    rows
}

fn failure_words(web: &Web, failure: &Failure) -> String {
    let key = match failure.why {
        Why::NoAddress => "link-no-address",
        Why::Silent => "link-silent",
        Why::Refused => "link-refused",
        Why::Ended => "link-ended",
    };
    web.say.t(key).arg("time", web.services.local_time(failure.at_ms)).to_string()
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

fn journal(web: &Web, status: &Status) -> Journal {
    let say = &web.say;
    let free = web.options.folder.as_deref().and_then(|folder| rustix::fs::statvfs(folder).ok());
    let free = free.map(|disk| words::size(say, disk.f_bavail.saturating_mul(disk.f_frsize))).unwrap_or_default();
    let damaged = (status.journal.damaged > 0).then(|| say.t("desk-damaged").arg("count", status.journal.damaged).to_string());
    Journal {
        segments: say.number(status.journal.segments),
        size: words::size(say, status.journal.bytes),
        free,
        damaged,
        digests: status.digests.clone(),
    }
}
