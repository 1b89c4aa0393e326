//! The last things that were done at a desk, each with what takes it back.

use axum::http::HeaderMap;
use schemas::command::Command;
use schemas::record::booking::Standing;
use schemas::record::fact::{ScanPoint, StaffNumber, What};
use schemas::record::{DocRef, FlightKey, reason};
use schemas::standards::bag_tag::BagTag;
use schemas::station::Station;
use serde_json::Value;
use uuid::Uuid;

use super::errors::Trouble;
use super::{Web, answers, staff};
use crate::services::Own;

/// A line of the strip.
#[derive(Debug, Clone, Default)]
pub struct DoneRow {
    pub at: String,
    /// What was done, or that it was taken back.
    pub words: String,
    /// Whether it is a taking back itself.
    pub back: bool,
    /// The command, where it can be taken back still.
    pub undo: Option<String>,
}

/// What stands in the strip of a desk.
pub(super) const AT_COUNTER: &[&str] = &["check-in", "add-bag", "take-back-check-in", "take-back-bag"];
pub(super) const AT_BAGGAGE: &[&str] = &["scan-bag", "add-bag", "take-back-scan", "take-back-bag"];

/// As many as the strip shows, and as many entries of this desk as are looked through for them.
const SHOWN: usize = 10;
const LOOKED_AT: usize = 40;

/// Whoever did it takes it back within this time at once; later it was a mistake.
const AT_ONCE_MS: i64 = 30_000;

impl Web {
    /// What was done here last, the newest first; `rush` where only bags without a guest are shown.
    pub(super) fn done_here(&self, headers: &HeaderMap, kinds: &[&str], rush: bool) -> Vec<DoneRow> {
        let number = staff::current(headers);
        let reader = number.as_ref().filter(|_| self.services.read(|station| station.has_staff()));
        let is_shown = |own: &Own| {
            let is_bag = own.kind == "add-bag" || own.kind == "take-back-bag";
            kinds.contains(&own.kind.as_str()) && !(is_bag && rush && own.stored.answer["booking"].is_string()) && self.may_read(reader, &own.stored)
        };
        let row = |own: Own| DoneRow {
            at: self.clock(own.at_ms),
            words: self.done_words(&own),
            back: own.kind.starts_with("take-back"),
            undo: self
                .services
                .read(|station| opposite(station, &own.kind, &own.stored.body, &own.stored.answer, ""))
                .map(|_| own.command.to_string()),
        };
        self.services.own_newest(LOOKED_AT).into_iter().filter(is_shown).take(SHOWN).map(row).collect()
    }

    /// What a command did: of a check-in, who was checked in.
    fn done_words(&self, own: &Own) -> String {
        let guests = own.stored.answer["guests"].as_array().into_iter().flatten();
        let names: Vec<String> = guests.filter_map(|guest| guest["name"].as_str().map(str::to_owned)).collect();
        match own.kind.as_str() {
            "check-in" if !names.is_empty() => self.say.t("undo-checked-in").arg("names", names).to_string(),
            _ => answers::message(&self.say, &own.kind, &own.stored.answer),
        }
    }

    /// The command that takes another one back.
    pub(super) fn take_back(&self, headers: &HeaderMap, command: Uuid) -> Result<Command, Trouble> {
        let gone = || Trouble::not_here("form");
        let own = self.services.own_newest(LOOKED_AT).into_iter().find(|own| own.command == command).ok_or_else(gone)?;
        let by: Option<StaffNumber> = staff::current(headers);
        let at_once = by.is_some_and(|by| by.as_str() == own.staff) && self.services.now_ms() - own.at_ms <= AT_ONCE_MS;
        let why = reason::coded(if at_once { "undone-at-once" } else { "scanned-by-mistake" });
        self.services.read(|station| opposite(station, &own.kind, &own.stored.body, &own.stored.answer, &why)).ok_or_else(gone)
    }
}

/// What takes a command back, as long as what it did holds; nothing where nothing is left of it.
fn opposite(station: &Station, kind: &str, body: &str, answer: &Value, why: &str) -> Option<Command> {
    let reason = why.to_owned();
    let text = |name: &str| answer[name].as_str();
    let bag = || -> Option<(FlightKey, BagTag)> { Some((text("flight")?.parse().ok()?, text("tag")?.parse().ok()?)) };
    let known = |(flight, tag): (FlightKey, BagTag)| station.bag(station.ids().bag(&flight, tag)).filter(|bag| !bag.is_removed());
    match kind {
        "check-in" => {
            let body: Value = serde_json::from_str(body).ok()?;
            let guests = body["guests"].as_array()?.iter().filter_map(|guest| guest["booking"].as_str()?.parse::<DocRef>().ok());
            let is_in = |booking: &DocRef| station.guest(booking.0).is_some_and(|guest| guest.standing == Standing::CheckedIn);
            let guests: Vec<DocRef> = guests.filter(is_in).collect();
            (!guests.is_empty()).then_some(Command::TakeBackCheckIn { guests, reason })
        }
        "add-bag" => {
            let (flight, tag) = bag()?;
            let held = known((flight, tag))?;
            held.history.live(|what| matches!(what, What::Accepted { .. })).next()?;
            Some(Command::TakeBackBag { flight, tag, rush: held.is_rush(), reason })
        }
        "scan-bag" => {
            let (flight, tag) = bag()?;
            let point: ScanPoint = serde_json::from_value(answer["point"].clone()).ok()?;
            known((flight, tag))?.history.live(|what| matches!(what, What::Scanned { point: seen } if *seen == point)).next()?;
            Some(Command::TakeBackScan { flight, tag, point, reason })
        }
        _ => None,
    }
}
