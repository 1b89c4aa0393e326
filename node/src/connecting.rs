//! Copying connecting guests to their next station: what the hub does by itself when records change.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::{DateTime, NaiveDate};
use schemas::command::Command;
use schemas::record::FlightKey;
use schemas::record::fact::StaffNumber;
use schemas::standards::airport::AirportCode;
use tokio::task::JoinSet;

use crate::messages::key_of;
use crate::services::{CommandError, Services};

/// After a change, others often follow at once: a party is checked in, a list comes in parts.
const SETTLE: Duration = Duration::from_millis(500);

/// So often it is looked whether a station joined, and what could not be saved is tried again.
const AGAIN: Duration = Duration::from_secs(30);

/// Flights that are copied together, so that they share a turn of the disk.
const TOGETHER: usize = 16;

/// Commands in a row for one flight: enough for every guest of the largest.
const ROUNDS_MAX: usize = 8;

/// Who the entries say did it.
const RULE: &str = "RULE-CONNECTING";

/// How the copying of one flight ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Copied {
    All,
    /// Something could not be saved now.
    Some,
    Stopped,
}

impl Services {
    /// Starts to copy connecting guests, from now on and what is held already, until the node ends. `stations` says which stations the installation has
    /// now, and nothing where that is not known now; it may read a file.
    pub fn copy_connecting_guests(&self, stations: impl Fn() -> Option<Vec<AirportCode>> + Clone + Send + 'static) {
        tokio::spawn(self.clone().keep_copying(stations));
    }

    async fn keep_copying(self, stations: impl Fn() -> Option<Vec<AirportCode>> + Clone + Send + 'static) {
        let mut changes = self.changes();
        let mut known = Vec::new();
        // Bounded by the flights that are held here.
        let mut left: BTreeSet<FlightKey> = BTreeSet::new();
        loop {
            changes.borrow_and_update();
            left.extend(self.take_touched());
            let look = stations.clone();
            let Ok(now) = tokio::task::spawn_blocking(look).await else { return };
            if let Some(now) = now.filter(|now| *now != known) {
                left.extend(self.read(|station| station.all_connecting_flights()));
                known = now;
            }
            // Without a station there is nowhere to copy to, and what was copied before must not be taken back.
            if !known.is_empty() {
                let due = self.read(|station| station.connecting_flights(&left));
                match self.copy_flights(due, &known).await {
                    Some(again) => left = again,
                    None => return,
                }
            }
            tokio::time::sleep(SETTLE).await;
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return },
                () = tokio::time::sleep(AGAIN) => {}
            }
        }
    }

    /// Gives those that are to be tried again; nothing when the node stops.
    async fn copy_flights(&self, due: BTreeSet<FlightKey>, stations: &[AirportCode]) -> Option<BTreeSet<FlightKey>> {
        let mut again = BTreeSet::new();
        let due: Vec<FlightKey> = due.into_iter().collect();
        for together in due.chunks(TOGETHER) {
            let mut running = JoinSet::new();
            for flight in together {
                let (services, flight, stations) = (self.clone(), *flight, stations.to_vec());
                running.spawn(async move { (flight, services.copy_flight(flight, stations).await) });
            }
            while let Some(done) = running.join_next().await {
                match done {
                    Ok((_, Copied::All)) => {}
                    Ok((flight, Copied::Some)) => drop(again.insert(flight)),
                    Ok((_, Copied::Stopped)) | Err(_) => return None,
                }
            }
        }
        Some(again)
    }

    /// A command is named by what it copies: after a restart the same is the same command.
    async fn copy_flight(&self, flight: FlightKey, stations: Vec<AirportCode>) -> Copied {
        let Ok(rule) = RULE.parse::<StaffNumber>() else { return Copied::Stopped };
        let mut last = None;
        for _ in 0..ROUNDS_MAX {
            let today = utc_date(self.now_ms());
            let Some(due) = self.read(|station| station.connecting_due(&flight, &stations, today)) else { return Copied::All };
            if last.as_ref() == Some(&due) {
                tracing::warn!(%flight, "what was copied to the next station is still due");
                return Copied::Some;
            }
            let command = Command::CopyConnecting { flight, stations: stations.clone(), due: due.clone() };
            let Ok(body) = serde_json::to_string(&command) else { return Copied::Some };
            match self.carry_out(key_of(&[&body]), &rule, command, &body).await {
                Ok(_) => last = Some(due),
                Err(CommandError::Stopped) => return Copied::Stopped,
                Err(error) => {
                    tracing::debug!(%flight, %error, "connecting guests could not be copied yet");
                    return Copied::Some;
                }
            }
        }
        Copied::Some
    }
}

fn utc_date(ms: i64) -> NaiveDate {
    DateTime::from_timestamp_millis(ms).unwrap_or_default().date_naive()
}

#[cfg(test)]
mod tests {
    use schemas::record::DocRef;
    use schemas::station::{Blocks, GuestRow, Setting};
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn hub() -> Setting {
        let blocks = Blocks { tag_serials: 0..10, sequences: 0..10, files: 0..10 };
        Setting { station: None, zone: None, desk: "HUB".to_owned(), secret: [3; 32], blocks, practice: false }
    }

    async fn hold(services: &Services, command: &serde_json::Value) {
        services.command(Uuid::new_v4(), "4711", &command.to_string()).await.unwrap();
    }

    /// A list of CA935 from PVG to FRA today, with so many guests who go on from there and as many who do not.
    fn list(today: NaiveDate, guests: usize) -> (FlightKey, String) {
        let day = today.format("%d%b").to_string().to_uppercase();
        let names: String = (0..guests)
            .map(|guest| {
                let (name, onward) = (letters(guest), format!(".O/CA966Y{}FRAJFK1330HK\n", today.format("%d")));
                format!("1GOES/{name}\n.L/G{name}/CA\n{onward}1STAYS/{name}\n.L/S{name}/CA\n")
            })
            .collect();
        let text = format!("PVGKK1E\n.PEKRMCA 220100\nPNL\nCA935/{day} PVG PART1\n-FRA{:03}Y\n{names}ENDPNL\n", guests * 2);
        (format!("CA935.{today}.PVG").parse().unwrap(), text)
    }

    fn letters(mut number: usize) -> String {
        let mut text = String::new();
        for _ in 0..5 {
            text.push(char::from(b'A' + u8::try_from(number % 26).unwrap()));
            number /= 26;
        }
        text
    }

    fn stations(codes: &[&str]) -> Vec<AirportCode> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    /// Waits until what is known is as wanted.
    async fn sees(services: &Services, wanted: impl Fn(&[GuestRow]) -> bool, flight: &FlightKey) {
        let mut changes = services.changes();
        let seen = async {
            while !services.read(|station| wanted(&station.guests(flight))) {
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it was not seen in time");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn connecting_guests_are_copied_once_and_follow_what_happens() {
        let (services, _dir) = Services::on_a_disk(hub(), true).await;
        let (flight, text) = list(utc_date(services.now_ms()), 210);
        hold(&services, &json!({ "kind": "import-list", "text": text })).await;
        hold(&services, &json!({ "kind": "take-over", "flight": flight, "reason": "host silent" })).await;
        services.copy_connecting_guests(|| Some(stations(&["FRA", "PVG"])));
        let onward: FlightKey = format!("CA966.{}.FRA", flight.date()).parse().unwrap();
        // More than one command takes.
        sees(&services, |guests| guests.len() == 210 && guests.iter().all(|guest| !guest.on_list && guest.connecting.len() == 1), &onward).await;
        let guest = services.read(|station| station.guests(&flight)).into_iter().find(|guest| !guest.onward.is_empty()).unwrap();
        let saved = services.status().saved_here;
        assert_eq!(saved, 4, "the list, the taking over, and two commands of copies");
        hold(&services, &json!({ "kind": "check-in", "guests": [{ "booking": guest.booking, "seat": "14C" }] })).await;
        let follows =
            |guests: &[GuestRow]| guests.iter().filter(|guest| guest.connecting[0].inbound.is_some_and(|inbound| inbound.at.is_some())).count() == 1;
        sees(&services, follows, &onward).await;
        assert_eq!(services.status().saved_here, saved + 2, "one check-in, one copy");
        assert_eq!(services.read(|station| station.connecting_due(&flight, &stations(&["FRA", "PVG"]), flight.date())), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_same_copy_is_the_same_command_and_another_looks_finds_nothing_to_do() {
        let (services, _dir) = Services::on_a_disk(hub(), true).await;
        let (flight, text) = list(utc_date(services.now_ms()), 3);
        hold(&services, &json!({ "kind": "import-list", "text": text })).await;
        let due = services.read(|station| station.connecting_due(&flight, &stations(&["FRA"]), flight.date())).unwrap();
        let body = serde_json::to_string(&Command::CopyConnecting { flight, stations: stations(&["FRA"]), due }).unwrap();
        assert_eq!(services.copy_flight(flight, stations(&["FRA"])).await, Copied::All);
        let stored = services.command_by_id(key_of(&[&body])).expect("the command is named by what it copies");
        assert_eq!((stored.body.as_str(), &stored.answer["copied"]), (body.as_str(), &json!(3)));
        let saved = services.status().saved_here;
        assert_eq!(services.copy_flight(flight, stations(&["FRA"])).await, Copied::All);
        assert_eq!(services.status().saved_here, saved);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn flights_without_connections_are_not_looked_at() {
        let (services, _dir) = Services::on_a_disk(hub(), true).await;
        let (flight, text) = list(utc_date(services.now_ms()), 20);
        let text: String = text.lines().filter(|line| !line.starts_with(".O/")).map(|line| format!("{line}\n")).collect();
        hold(&services, &json!({ "kind": "import-list", "text": text })).await;
        assert!(services.take_touched().is_empty());
        let guest: DocRef = services.read(|station| station.guests(&flight))[0].booking;
        hold(&services, &json!({ "kind": "take-over", "flight": flight, "reason": "host silent" })).await;
        hold(&services, &json!({ "kind": "check-in", "guests": [{ "booking": guest, "seat": "14C" }] })).await;
        assert!(services.take_touched().is_empty());
    }
}
