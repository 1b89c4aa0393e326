//! What stands beside the counts of a gate: what is left to settle, who is on the way, whether the reader is heard.

use schemas::record::FlightKey;
use schemas::record::booking::Standing;
use schemas::record::fact::{AssistStep, Documents, Security, What};
use schemas::station::{FlightRow, GuestRow as Guest, Patience, silent_since};

use super::Web;
use super::assistance::helping;
use super::calls;
use crate::lang::Say;
use crate::services::{PeerStatus, Role};

/// A line under the counts, with the page behind it.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    pub words: String,
    /// Empty where there is no page behind it.
    pub link: String,
    /// Whether somebody has to do something.
    pub due: bool,
}

/// Something to settle for one guest before the doors close.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) booking: String,
    pub(super) words: String,
    /// The part of the guest's panel where it is settled.
    pub(super) focus: &'static str,
}

/// The words for a flight on which nobody is booked yet, and where guests come from.
#[derive(Debug, Clone)]
pub struct NoList {
    pub words: String,
    /// Whether guests can be taken down by hand: Apron works the flight.
    pub may_type: bool,
}

/// As many calls as stand beside the counts; the page of calls has them all.
const CALLS_SHOWN: usize = 3;

/// A reader that was not heard for so long is looked at; nobody boards for hours on end, and then the last scan says nothing about it.
const SCANNER: Patience = Patience { after: 5 * 60 * 1000, until: Some(2 * 60 * 60 * 1000) };

/// What is to be settled on a flight, the gravest first.
pub(super) fn problems(say: &Say, guests: &[Guest]) -> Vec<Problem> {
    let mut found: Vec<(u8, Problem)> = guests.iter().flat_map(|guest| of_guest(say, guest)).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, problem)| problem).collect()
}

fn of_guest(say: &Say, guest: &Guest) -> Vec<(u8, Problem)> {
    let mut found = Vec::new();
    let mut say_it = |rank, key: &'static str, focus| {
        let words = say.t(key).arg("name", &guest.name).to_string();
        found.push((rank, Problem { booking: guest.booking.to_string(), words, focus }));
    };
    let is_in = matches!(guest.standing, Standing::CheckedIn | Standing::Aboard);
    if guest.security == Some(Security::Selected) && guest.standing != Standing::Offloaded {
        say_it(0, "settle-selected", "security");
    }
    if is_in && guest.documents == Some(Documents::Refused) {
        say_it(1, "settle-documents", "");
    }
    if is_in && guest.off_list {
        say_it(2, "settle-off-list", "");
    }
    if is_in && guest.seat.is_none() {
        say_it(3, "settle-no-seat", "seat");
    }
    if guest.new_pass {
        say_it(4, "settle-new-pass", "print");
    }
    if let Some(minor) = &guest.minor {
        if guest.standing == Standing::Aboard && minor.signed_by.is_none() {
            say_it(5, "settle-not-signed", "escort");
        }
        if is_in && minor.handed_by.is_none() {
            say_it(6, "settle-not-handed", "escort");
        }
    }
    if guest.standing == Standing::CheckedIn && guest.assistance.iter().any(|job| job.step == AssistStep::Order) {
        say_it(7, "settle-nobody-helps", "help");
    }
    found
}

impl Web {
    /// Who is on the way to a guest, a sentence for each kind of help that is not over.
    pub(super) fn help_of(&self, guest: &Guest) -> Vec<String> {
        guest.assistance.iter().filter(|job| job.step != AssistStep::HandOver).map(|job| helping(self, job)).collect()
    }

    /// The groups that were called last, each with how many of them are missing.
    pub(super) fn called(&self, row: &FlightRow) -> Vec<Beside> {
        let link = format!("/gate/{}/calls", row.flight);
        let line = |call| Beside { words: calls::line(self, call), link: link.clone(), due: false };
        row.calls.iter().rev().take(CALLS_SHOWN).map(line).collect()
    }

    /// The lines under the counts.
    pub(super) fn beside(&self, key: &FlightKey, guests: &[Guest]) -> Vec<Beside> {
        let say = &self.say;
        let (map, moving, bags, listed, moved) = self.services.read(|station| {
            let flight = station.flight(key);
            let listed = flight.and_then(|flight| {
                let lists = flight.history.live(|what| matches!(what, What::ListReceived { .. }));
                lists.map(|held| held.fact.at).max()
            });
            let map = flight.and_then(|flight| flight.map.as_deref()).map(|map| map.seats().count());
            let work = station.move_work(key);
            (map, station.reseat_plan(key).len(), station.gate_bags(key), listed, work.guests.len() + work.left_behind.len())
        });
        let mut lines = Vec::new();
        let mut line = |words: String, link: String, due: bool| lines.push(Beside { words, link, due });
        let passes = guests.iter().filter(|guest| guest.new_pass).count();
        let aircraft = format!("/gate/{key}/aircraft");
        match (moving, passes, map) {
            (0, 0, Some(seats)) => line(say.t("beside-aircraft").arg("seats", seats).to_string(), aircraft, false),
            (0, 0, None) => line(say.t("beside-aircraft-change").to_string(), aircraft, false),
            (0, passes, _) => line(say.t("beside-passes").arg("count", passes).to_string(), aircraft, true),
            (moving, _, _) => line(say.t("beside-reseat").arg("count", moving).to_string(), aircraft, true),
        }
        let changes = format!("/gate/{key}/changes");
        match moved {
            0 => line(say.t("beside-changes").to_string(), changes, false),
            moved => line(say.t("beside-moved").arg("count", moved).to_string(), format!("{changes}#work"), true),
        }
        let minors: Vec<&Guest> = guests.iter().filter(|guest| guest.minor.is_some() && guest.standing != Standing::Offloaded).collect();
        if !minors.is_empty() {
            let aboard: Vec<_> = minors.iter().filter(|guest| guest.standing == Standing::Aboard).collect();
            let unsigned = aboard.iter().any(|guest| guest.minor.as_ref().is_some_and(|minor| minor.signed_by.is_none()));
            let words = say.t("beside-minors").arg("aboard", aboard.len()).arg("count", minors.len()).to_string();
            line(words, format!("/gate/{key}/minors"), unsigned);
        }
        let jobs = || guests.iter().filter(|guest| guest.standing != Standing::Offloaded).flat_map(|guest| &guest.assistance);
        if jobs().next().is_some() {
            let waiting = jobs().filter(|job| job.step == AssistStep::Order).count();
            let coming = jobs().filter(|job| matches!(job.step, AssistStep::Assign | AssistStep::PickUp)).count();
            let words = say.t("beside-help").arg("coming", coming).arg("waiting", waiting).to_string();
            line(words, format!("/assistance?flight={key}"), waiting > 0);
        }
        if let Some(Beside { words, link, due }) = self.beside_connections(key) {
            line(words, link, due);
        }
        let selected = guests.iter().filter(|guest| guest.security.is_some()).count();
        if selected > 0 {
            let open = guests.iter().filter(|guest| guest.security == Some(Security::Selected)).count();
            line(say.t("beside-selected").arg("count", selected).arg("open", open).to_string(), String::new(), open > 0);
        }
        if !bags.is_empty() {
            let heavy = bags.iter().filter(|bag| bag.heavy).count();
            line(say.t("beside-bags").arg("count", bags.len()).arg("heavy", heavy).to_string(), format!("/gate/{key}/close#gate-bags"), false);
        }
        line(say.t("beside-manifest").to_string(), format!("/paper/{key}"), false);
        if let Some(at) = listed {
            line(say.t("beside-list").arg("time", self.services.local_time(at)).to_string(), String::new(), false);
        }
        lines
    }

    /// Said when desks that work here too are out of reach: whose doings the counts lack, and since when.
    pub(super) fn alone(&self) -> Option<String> {
        let away: Vec<PeerStatus> = self.services.status().peers.into_iter().filter(|peer| peer.role == Role::Edge && !peer.connected).collect();
        let names: Vec<String> = away.iter().map(|peer| peer.name.clone()).collect();
        let said = match names.as_slice() {
            [] => return None,
            [one] => self.say.t("gate-alone").arg("desk", one),
            [first @ .., last] => self.say.t("gate-alone").of("several").arg("desks", self.say.list(first)).arg("last", last),
        };
        let since = away.iter().filter_map(|peer| peer.last_contact_ms).min();
        let since = since.map(|ms| self.say.t("gate-alone-since").arg("time", self.services.local_time(ms)).to_string());
        Some(self.say.sentences(&[said.to_string()].into_iter().chain(since).collect::<Vec<_>>()))
    }

    /// Said while guests board here and no pass was read for a while.
    pub(super) fn silent(&self, key: &FlightKey, row: &FlightRow) -> Option<String> {
        if row.closed || row.counts.missing == 0 {
            return None;
        }
        let (heard, begun) = self.scans.lock().unwrap_or_else(std::sync::PoisonError::into_inner).heard(key);
        let since = heard.or(begun)?;
        silent_since(self.services.now_ms(), Some(since), SCANNER)?;
        let said = match heard {
            Some(at) => self.say.t("gate-silent").arg("time", self.services.local_time(at)),
            None => self.say.t("gate-silent").of("never"),
        };
        Some(said.to_string())
    }

    /// Said where nobody is booked on a flight yet.
    pub(super) fn no_list(&self, row: &FlightRow, may_type: bool) -> Option<NoList> {
        (row.counts.booked == 0).then(|| NoList { words: self.say.t("gate-no-list").arg("flight", &row.number).to_string(), may_type })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::web::Options;
    use crate::web::promises::Desk;

    #[tokio::test]
    async fn what_is_to_be_settled_is_named_gravest_first_and_goes_when_it_is_settled() {
        let desk = Desk::start(false, Options::default()).await;
        desk.take_over().await;
        let minor = desk.check_in("ZHAO/LE", "14C").await;
        desk.check_in("LI/NA", "14D").await;
        let command = json!({ "kind": "note-security", "booking": minor, "outcome": "selected" }).to_string();
        desk.services.command(Uuid::new_v4(), "4711", &command).await.unwrap();
        let say = crate::lang::Languages::default().english();
        let found = || desk.services.read(|station| problems(&say, &station.guests(&desk.flight)));
        let focus: Vec<&str> = found().iter().map(|problem| problem.focus).collect();
        assert_eq!(focus, ["security", "escort", "help"]);
        let command = json!({ "kind": "note-security", "booking": minor, "outcome": "checked", "note": "officer 88" }).to_string();
        desk.services.command(Uuid::new_v4(), "4711", &command).await.unwrap();
        assert_eq!(found().len(), 2);
    }
}
