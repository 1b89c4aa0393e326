//! The last things that were done at a desk, each with what takes it back.

use std::collections::BTreeSet;
use std::fmt::Display;

use axum::http::HeaderMap;
use schemas::command::Command;
use schemas::record::booking::Standing;
use schemas::record::fact::{Held, ScanPoint, StaffNumber, What};
use schemas::record::{DocRef, FlightKey, reason};
use schemas::standards::bag_tag::BagTag;
use schemas::station::Station;
use serde_json::Value;
use sync::command_id;
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

/// What can be taken back that was done last.
pub(super) enum LastDone {
    Command(Uuid),
    /// A boarding, which asks for its reason on the page of the gate.
    Boarding(FlightKey, DocRef),
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
            !(is_bag && rush && own.stored.answer["booking"].is_string()) && self.may_read(reader, &own.stored)
        };
        let row = |own: Own| DoneRow {
            at: self.clock(own.at_ms),
            words: self.done_words(&own),
            back: own.kind.starts_with("take-back"),
            undo: self.may_take_back(reader, &own).then(|| own.command.to_string()),
        };
        self.services.own_newest_of(LOOKED_AT, kinds).into_iter().filter(is_shown).take(SHOWN).map(row).collect()
    }

    /// Offered only to who may, as long as it holds.
    fn may_take_back(&self, reader: Option<&StaffNumber>, own: &Own) -> bool {
        let (desk, now_ms) = (self.services.desk(), self.services.now_ms());
        self.services.read(|station| {
            let command = match own.kind.as_str() {
                "board" => boarded_here(station, &desk, own).map(|(_, booking)| Command::UnBoard { booking, reason: String::new() }),
                kind => opposite(station, &desk, kind, &own.stored.answer, ""),
            };
            command.is_some_and(|command| reader.is_none_or(|number| station.permits(number, &command, now_ms).is_ok()))
        })
    }

    /// The last thing that whoever is signed in did at this desk and can take back.
    pub(super) fn last_done(&self, headers: &HeaderMap) -> Option<LastDone> {
        let number = staff::current(headers)?;
        let reader = Some(&number).filter(|_| self.services.read(|station| station.has_staff()));
        let is_theirs = |own: &Own| own.staff == number.as_str() && self.may_take_back(reader, own);
        let own = self.services.own_newest(LOOKED_AT).into_iter().find(is_theirs)?;
        let boarded = || self.services.read(|station| boarded_here(station, &self.services.desk(), &own));
        match own.kind.as_str() {
            "board" => boarded().map(|(flight, booking)| LastDone::Boarding(flight, booking)),
            _ => Some(LastDone::Command(own.command)),
        }
    }

    /// What a command of this desk did, where it can still be taken back.
    pub(super) fn asked_back(&self, headers: &HeaderMap, command: Uuid) -> Option<String> {
        let number = staff::current(headers)?;
        let reader = Some(&number).filter(|_| self.services.read(|station| station.has_staff()));
        let own = self.services.own_newest(LOOKED_AT).into_iter().find(|own| own.command == command)?;
        (own.staff == number.as_str() && self.may_take_back(reader, &own)).then(|| self.done_words(&own))
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

    /// The command that takes another one back. Pressed again on the same page it is the command of the first press, so that its receipt is shown again.
    pub(super) fn take_back(&self, headers: &HeaderMap, form: Uuid, command: Uuid) -> Result<Command, Trouble> {
        if let Some(again) = self.taken_back_before(form, command) {
            return Ok(again);
        }
        let gone = || Trouble::not_here("form");
        let own = self.services.own_newest(LOOKED_AT).into_iter().find(|own| own.command == command).ok_or_else(gone)?;
        let by: Option<StaffNumber> = staff::current(headers);
        let at_once = by.is_some_and(|by| by.as_str() == own.staff) && self.services.now_ms() - own.at_ms <= AT_ONCE_MS;
        let why = reason::coded(if at_once { "undone-at-once" } else { "scanned-by-mistake" });
        let desk = self.services.desk();
        self.services.read(|station| opposite(station, &desk, &own.kind, &own.stored.answer, &why)).ok_or_else(gone)
    }

    /// What an earlier press on the same page did to take this command back, as it was worded then.
    fn taken_back_before(&self, form: Uuid, command: Uuid) -> Option<Command> {
        let done = self.services.command_by_id(command)?;
        let mut turn = command_id::is_minted(form.as_bytes()).then_some(form);
        while let Some(id) = turn {
            let undoing = Command::parse(&self.services.command_by_id(id)?.body).ok();
            if let Some(undoing) = undoing.filter(|undoing| takes_back(undoing, &done.answer)) {
                return Some(undoing);
            }
            turn = command_id::next_turn(id.into_bytes()).map(Uuid::from_bytes);
        }
        None
    }
}

/// A guest who was boarded by this command and is aboard by this desk and person alone, with the flight.
fn boarded_here(station: &Station, desk: &str, own: &Own) -> Option<(FlightKey, DocRef)> {
    let booking: DocRef = own.stored.answer["booking"].as_str()?.parse().ok()?;
    let guest = station.booking(booking.0).filter(|guest| guest.standing() == Standing::Aboard)?;
    guest.boardings().all(|held| *held.fact.desk == *desk && *held.fact.by == *own.staff).then_some((guest.flight, booking))
}

/// Whether a command takes back what was answered so.
fn takes_back(undoing: &Command, answer: &Value) -> bool {
    let is = |name: &str, value: &dyn Display| answer[name].as_str() == Some(value.to_string().as_str());
    match undoing {
        Command::TakeBackCheckIn { guests, .. } => {
            let given: BTreeSet<DocRef> = given(answer).map(|(booking, _)| booking).collect();
            guests.iter().all(|booking| given.contains(booking))
        }
        // The answer to a scan has its point, and that to taking a bag its weight.
        Command::TakeBackBag { flight, tag, .. } => is("flight", flight) && is("tag", tag) && !answer["weight_kg"].is_null(),
        Command::TakeBackScan { flight, tag, point, .. } => is("flight", flight) && is("tag", tag) && is("point", point),
        _ => false,
    }
}

/// The guests of an answered check-in, each with the number given.
fn given(answer: &Value) -> impl Iterator<Item = (DocRef, u16)> {
    let guests = answer["guests"].as_array().into_iter().flatten();
    guests.filter_map(|guest| Some((guest["booking"].as_str()?.parse().ok()?, guest["sequence"].as_u64()?.try_into().ok()?)))
}

/// What takes a command of this desk back, as long as what it did holds and nobody did the same elsewhere; nothing where nothing is left of it.
fn opposite(station: &Station, desk: &str, kind: &str, answer: &Value, why: &str) -> Option<Command> {
    let reason = why.to_owned();
    let ours = |held: &Held| *held.fact.desk == *desk;
    let text = |name: &str| answer[name].as_str();
    let bag = || -> Option<(FlightKey, BagTag)> { Some((text("flight")?.parse().ok()?, text("tag")?.parse().ok()?)) };
    let known = |(flight, tag): (FlightKey, BagTag)| station.bag(station.ids().bag(&flight, tag)).filter(|bag| !bag.is_removed());
    match kind {
        "check-in" => {
            // The check-in that holds is the one answered: a later one elsewhere has a number of that desk.
            let is_this =
                |held: &Held, given: u16| ours(held) && matches!(held.fact.what, What::CheckedIn { seq: Some(sequence), .. } if sequence == given);
            let holds = |(booking, sequence): &(DocRef, u16)| {
                let guest = station.booking(booking.0).filter(|guest| guest.standing() == Standing::CheckedIn);
                guest.is_some_and(|guest| guest.check_ins().all(|held| is_this(held, *sequence)))
            };
            let guests: Vec<DocRef> = given(answer).filter(holds).map(|(booking, _)| booking).collect();
            (!guests.is_empty()).then_some(Command::TakeBackCheckIn { guests, reason })
        }
        "add-bag" => {
            let (flight, tag) = bag()?;
            let held = known((flight, tag))?;
            let accepted = || held.history.live(|what| matches!(what, What::Accepted { .. }));
            (accepted().next().is_some() && accepted().all(ours) && !held.is_on_its_way()).then(|| Command::TakeBackBag {
                flight,
                tag,
                rush: held.is_rush(),
                reason: reason.clone(),
            })
        }
        "scan-bag" => {
            let (flight, tag) = bag()?;
            let point: ScanPoint = serde_json::from_value(answer["point"].clone()).ok()?;
            let held = known((flight, tag))?;
            let mut seen = held.history.live(|what| matches!(what, What::Scanned { point: seen } if *seen == point));
            seen.any(ours).then(|| Command::TakeBackScan { flight, tag, point, reason: reason.clone() })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::web::promises::Desk;

    #[tokio::test]
    async fn undo_is_offered_only_for_what_this_desk_did_by_that_command() {
        let desk = Desk::open().await;
        desk.take_over().await;
        let li = desk.check_in("LI/NA", "14C").await;
        let give_bag = json!({ "kind": "add-bag", "booking": li, "weight_kg": 18 });
        let bag = desk.services.command(Uuid::from_u128(2), "4711", &give_bag.to_string()).await.unwrap().answer;
        let offered = |at: &str, kind: &str, answer: &Value| desk.services.read(|station| opposite(station, at, kind, answer, "")).is_some();
        let check_in = desk.services.own_newest_of(LOOKED_AT, &["check-in"]).remove(0).stored.answer;
        let mut earlier = check_in.clone();
        earlier["guests"][0]["sequence"] = json!(599);
        for (at, kind, answer, is) in [
            ("G12", "check-in", &check_in, true),
            ("B9", "check-in", &check_in, false),
            ("G12", "check-in", &earlier, false),
            ("G12", "add-bag", &bag, true),
            ("B9", "add-bag", &bag, false),
        ] {
            assert_eq!(offered(at, kind, answer), is, "{kind} at {at}: {answer}");
        }
        let scan = json!({ "kind": "scan-bag", "tag": bag["tag"], "point": "loaded" });
        let scan = desk.services.command(Uuid::from_u128(3), "4711", &scan.to_string()).await.unwrap().answer;
        assert!(offered("G12", "scan-bag", &scan) && !offered("B9", "scan-bag", &scan));
        assert!(!offered("G12", "add-bag", &bag), "a bag that was seen on its way is not taken back");
    }
}
