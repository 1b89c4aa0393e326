//! Messages on their way in (Type B, and hosts' check-in lists): applied, kept as waiting, or kept as rejected; and tried again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use schemas::command::{Command, Refusal};
use schemas::record::FlightKey;
use schemas::record::fact::{StaffNumber, StaffNumberError};
use schemas::said::Said;
use schemas::standards::airline::Carrier;
use schemas::unread::Unread;
use uuid::Uuid;

use crate::rejects::{Door, Item, NotKept, Settled, State, Words, id_of};
use crate::services::{CommandError, Receipt, Services};

/// What became of a message.
#[derive(Debug, Clone)]
pub enum Taken {
    Applied(Receipt),
    /// Nothing is wrong with it; it is kept and applied by itself.
    Waiting(Box<Item>),
}

/// How a message came, and for whose flights it may speak that way: for all where no carrier is named.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    pub(crate) door: Door,
    pub(crate) carriers: BTreeSet<Carrier>,
}

/// After a change, others often follow at once: a list comes in parts.
const SETTLE: Duration = Duration::from_millis(200);

/// Who the entries say brought what nobody handed in.
const RULE: &str = "RULE-IN";

/// After so long a time of day is no longer one moment.
const UNDATED_MS: i64 = 20 * 3_600_000;

/// Of what could not be kept because too much is.
pub(crate) const REJECTS_FULL: &str = "rejects-full";

/// As long as a reason may be.
const REASON_MAX: usize = 200;

impl Services {
    /// Takes a message. What cannot be applied is on this device's disk before the answer says so.
    pub async fn take(&self, key: Uuid, staff: &str, bytes: &[u8], door: Door) -> Result<Taken, CommandError> {
        let staff = staff_of(staff)?;
        self.take_as(key, &staff, bytes, &door.into()).await
    }

    /// The same for a message that nobody handed in: it came into a watched folder or by webhook. Where `carriers` are given, it is about no others.
    pub(crate) async fn take_by_rule(&self, key: Uuid, bytes: &[u8], door: Door, carriers: &BTreeSet<Carrier>) -> Result<Taken, CommandError> {
        let Ok(rule) = RULE.parse::<StaffNumber>() else { return Err(CommandError::Stopped) };
        self.take_as(key, &rule, bytes, &Way { door, carriers: carriers.clone() }).await
    }

    async fn take_as(&self, key: Uuid, staff: &StaffNumber, bytes: &[u8], way: &Way) -> Result<Taken, CommandError> {
        let _turn = self.one_message_at_a_time().await;
        let (command, body) = match read(bytes) {
            Ok(read) => read,
            Err(refusal) => return self.kept(refusal, bytes, staff, way).await,
        };
        if !self.speaks_for(way, &command) {
            return Err(not_of_way().into());
        }
        match self.carry_out(key, staff, command, &body).await {
            Ok(receipt) => {
                self.settled(&id_of(bytes), staff, Said::new("settled-came-again", "It came again and was applied.")).await;
                Ok(Taken::Applied(receipt))
            }
            Err(CommandError::Refused(refusal)) => self.kept(refusal, bytes, staff, way).await,
            Err(error) => Err(error),
        }
    }

    /// Whether a message that came this way is about flights of its carriers alone, by what is known now.
    fn speaks_for(&self, way: &Way, command: &Command) -> bool {
        way.carriers.is_empty() || self.read(|station| station.carriers_named(command)).is_subset(&way.carriers)
    }

    /// Keeps a message that came by itself and is no text at all.
    pub(crate) async fn keep_by_rule(&self, refusal: Refusal, bytes: &[u8], way: &Way) -> Result<Taken, CommandError> {
        let Ok(rule) = RULE.parse::<StaffNumber>() else { return Err(CommandError::Stopped) };
        let _turn = self.one_message_at_a_time().await;
        self.kept(refusal, bytes, &rule, way).await
    }

    /// Tries a message again, as it came or with a corrected text. However often this is asked, it is applied once.
    pub async fn replay(&self, id: &str, staff: &str, corrected: Option<&str>) -> Result<Taken, CommandError> {
        let staff = staff_of(staff)?;
        let _turn = self.one_message_at_a_time().await;
        let bytes = self.rejects().bytes(id).ok_or_else(not_open)?;
        let text = corrected.map(|text| text.as_bytes().to_vec()).unwrap_or_else(|| bytes.clone());
        let is_other = id_of(&text) != id;
        let taken = self.try_again(id, &staff, &text).await;
        match &taken {
            Ok(Taken::Applied(_)) => {
                let reason = match is_other {
                    true => Said::new("settled-corrected", "Applied with a corrected text."),
                    false => Said::new("settled-applied", "Applied."),
                };
                self.settled(id, &staff, reason).await;
            }
            Ok(Taken::Waiting(item)) if item.id != id => {
                let reason = Said::new("settled-waits-as", format!("Corrected; the new text waits as {}.", item.id)).arg("id", &item.id);
                self.settled(id, &staff, reason).await;
            }
            Ok(Taken::Waiting(_)) | Err(_) => {}
        }
        taken
    }

    /// Discards a message for a reason.
    pub async fn discard(&self, id: &str, staff: &str, reason: &str) -> Result<Item, CommandError> {
        let staff = staff_of(staff)?;
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > REASON_MAX {
            let words = "A message is discarded for a reason, in at most 200 characters.";
            return Err(Refusal::new("reason-missing", words, "Give the reason.", 422).into());
        }
        let _turn = self.one_message_at_a_time().await;
        let settled = Settled { staff: staff.to_string(), at_ms: self.now_ms(), reason: reason.to_owned(), words: None };
        let (rejects, named) = (Arc::clone(self.rejects()), id.to_owned());
        let done = tokio::task::spawn_blocking(move || rejects.settle(&named, State::Discarded, settled)).await.map_err(|_| CommandError::Stopped)?;
        let item = done.map_err(not_kept)?.ok_or_else(not_open)?;
        tracing::info!(id, "a message was discarded");
        Ok(item)
    }

    /// Tries what waits each time that something changed here, until the node ends.
    pub(crate) async fn apply_what_waits(self, mut changes: tokio::sync::watch::Receiver<u32>) {
        loop {
            changes.borrow_and_update();
            let mut waiting: Vec<Item> = self.rejects().list().into_iter().filter(|item| item.state == State::Waiting).collect();
            waiting.sort_by(|a, b| (a.at_ms, &a.id).cmp(&(b.at_ms, &b.id)));
            for item in waiting {
                let _turn = self.one_message_at_a_time().await;
                let Some(bytes) = self.rejects().bytes(&item.id) else { continue };
                let Ok(staff) = item.staff.parse::<StaffNumber>() else { continue };
                match self.try_again(&item.id, &staff, &bytes).await {
                    Ok(Taken::Applied(_)) => {
                        self.settled(&item.id, &staff, Said::new("settled-came", "What it waited for came.")).await;
                    }
                    Err(CommandError::Stopped) => return,
                    Ok(Taken::Waiting(_)) | Err(_) => {}
                }
            }
            for flight in self.read(|station| station.flights_to_join()) {
                if self.engine().replica().closing(&flight.scope()).is_none() {
                    self.join_bookings(flight).await;
                }
            }
            tokio::time::sleep(SETTLE).await;
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Joins what two nodes made of one guest before they met. If it cannot be saved now, it is seen again at the next change.
    async fn join_bookings(&self, flight: FlightKey) {
        let command = Command::JoinBookings { flight };
        let (Ok(rule), Ok(body)) = ("RULE".parse::<StaffNumber>(), serde_json::to_string(&command)) else { return };
        if let Err(error) = self.carry_out(self.new_id(), &rule, command, &body).await {
            tracing::debug!(%flight, %error, "bookings could not be joined yet");
        }
    }

    /// Under a key that is the same however often one kept message is tried, so that a node that ends in between applies it once.
    async fn try_again(&self, id: &str, staff: &StaffNumber, text: &[u8]) -> Result<Taken, CommandError> {
        let Some(item) = self.rejects().get(id).filter(Item::is_open) else { return Err(not_open()) };
        let (command, body) = match read(text) {
            Ok(read) => read,
            Err(refusal) => return self.kept_again(refusal, &item, text).await,
        };
        let (command, body) = match self.as_of(command, body, item.at_ms) {
            Ok(dated) => dated,
            Err(refusal) => return self.kept_again(refusal, &item, text).await,
        };
        let way = Way::of(&item);
        if !self.speaks_for(&way, &command) {
            let refusal = not_of_way();
            return match id_of(text) == item.id {
                // A person has to look: tried again it would wait for ever.
                true => self.keep(refusal, text, &item.staff, &way).await,
                false => Err(CommandError::Kept(Box::new(refusal), item.id)),
            };
        }
        let key = key_of(&[&self.desk(), id, &item.at_ms.to_string(), &body]);
        match self.carry_out(key, staff, command, &body).await {
            Ok(receipt) => Ok(Taken::Applied(receipt)),
            Err(CommandError::Refused(refusal)) => self.kept_again(refusal, &item, text).await,
            Err(error) => Err(error),
        }
    }

    /// A host's list that does not say when it was made is as old as its coming, however long it waited.
    fn as_of(&self, command: Command, body: String, came_ms: i64) -> Result<(Command, String), Refusal> {
        let Command::ImportHostList { flight, at: None, text, columns } = command else { return Ok((command, body)) };
        if self.now_ms().saturating_sub(came_ms) > UNDATED_MS {
            let words = "The host's list does not say when it was made, and has waited for more than 20 hours.";
            return Err(Refusal::new("host-list-waited", words, "Write the time into its first line, and replay it.", 422));
        }
        let at = self.local_time(came_ms).trim_end_matches('Z').parse().ok();
        let command = Command::ImportHostList { flight, at, text, columns };
        let body = serde_json::to_string(&command).unwrap_or(body);
        Ok((command, body))
    }

    /// What is said of a kept message after another try. A corrected text that is refused is not kept: the message is, as it came.
    async fn kept_again(&self, refusal: Refusal, item: &Item, text: &[u8]) -> Result<Taken, CommandError> {
        let is_other = id_of(text) != item.id;
        if is_other && refusal.waits_for.is_none() {
            return Err(CommandError::Kept(Box::new(refusal), item.id.clone()));
        }
        let same = item.code == refusal.code && item.waits_for == refusal.waits_for;
        if !is_other && same && item.waits_for.is_some() {
            return Ok(Taken::Waiting(Box::new(item.clone())));
        }
        let staff = item.staff.parse().or_else(|_| "00".parse()).map_err(|_| not_open())?;
        self.kept(refusal, text, &staff, &Way::of(item)).await
    }

    /// Keeps what the rules refused. What is no fault of the message, such as a full disk, is handed back to who sent it.
    pub(crate) async fn kept(&self, refusal: Refusal, bytes: &[u8], staff: &StaffNumber, way: &Way) -> Result<Taken, CommandError> {
        if refusal.status >= 500 || matches!(refusal.status, 403 | 413 | 429) || bytes.is_empty() {
            return Err(CommandError::Refused(refusal));
        }
        self.keep(refusal, bytes, staff.as_str(), way).await
    }

    async fn keep(&self, refusal: Refusal, bytes: &[u8], staff: &str, way: &Way) -> Result<Taken, CommandError> {
        let now_ms = self.now_ms();
        let item = Item {
            id: id_of(bytes),
            state: if refusal.waits_for.is_some() { State::Waiting } else { State::Rejected },
            code: refusal.code.to_owned(),
            line: refusal.line,
            reason: refusal.message.clone(),
            remedy: refusal.remedy.clone(),
            words: Some(Words::of_refusal(&refusal)),
            waits_for: refusal.waits_for.clone(),
            at_ms: now_ms,
            tried_ms: now_ms,
            staff: staff.to_owned(),
            door: way.door,
            carriers: way.carriers.iter().map(ToString::to_string).collect(),
            bytes: bytes.len() as u64,
            settled: None,
        };
        let (rejects, bytes) = (Arc::clone(self.rejects()), bytes.to_vec());
        let kept = tokio::task::spawn_blocking(move || rejects.keep(&bytes, item)).await.map_err(|_| CommandError::Stopped)?;
        let item = match kept {
            Ok(item) => item,
            Err(error) => {
                let why = not_kept(error);
                let CommandError::Refused(why) = why else { return Err(why) };
                // Both are to be said: what is wrong with the message, and that it was not kept.
                let words = format!("{} {}", refusal.message, why.message);
                return Err(Refusal::new(why.code, words, why.remedy, why.status).at_line(refusal.line).into());
            }
        };
        // No word of the message: it may name guests.
        tracing::info!(id = item.id, code = item.code, line = item.line, "a message was not applied and is kept");
        match item.state {
            State::Waiting => Ok(Taken::Waiting(Box::new(item))),
            _ => Err(CommandError::Kept(Box::new(refusal), item.id)),
        }
    }

    /// The message was applied; if the disk fails now, it is tried once more at the next start and found to be applied.
    async fn settled(&self, id: &str, staff: &StaffNumber, reason: Said) {
        if self.rejects().get(id).is_none_or(|item| !item.is_open()) {
            return;
        }
        let settled = Settled { staff: staff.to_string(), at_ms: self.now_ms(), reason: reason.to_string(), words: Some(Words::of(&reason)) };
        let (rejects, named) = (Arc::clone(self.rejects()), id.to_owned());
        let done = tokio::task::spawn_blocking(move || rejects.settle(&named, State::Applied, settled)).await;
        match done {
            Ok(Ok(_)) => tracing::info!(id, "a kept message was applied"),
            Ok(Err(error)) => tracing::warn!(id, error = &error as &dyn std::error::Error, "a message was applied and could not be marked so"),
            Err(_) => {}
        }
    }
}

impl Way {
    /// How a kept message came.
    fn of(item: &Item) -> Self {
        Self { door: item.door, carriers: item.carriers.iter().filter_map(|carrier| carrier.parse().ok()).collect() }
    }
}

impl From<Door> for Way {
    fn from(door: Door) -> Self {
        Self { door, carriers: BTreeSet::new() }
    }
}

/// The text of a message as a command.
fn read(bytes: &[u8]) -> Result<(Command, String), Refusal> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
        let words = format!("The message is no text: byte {at} cannot be read.");
        Refusal::new("not-text", words, "Ask the sender to repeat it, or replay it with a corrected text.", 422).at_line(u32::try_from(line).ok())
    })?;
    let command = Command::of_message(text);
    command.check()?;
    let body = serde_json::to_string(&command)
        .map_err(|_| Refusal::new("not-written", "The message cannot be handed on.", "Replay it with a corrected text.", 422))?;
    Ok((command, body))
}

/// The number of a person: what a node does by a rule of its own stands under names that nobody can enter.
pub(crate) fn staff_of(text: &str) -> Result<StaffNumber, Refusal> {
    let refused = |words: Said| {
        let words = Said::new("", words.english()).arg("error", words);
        Refusal::new("staff-number", words, "Enter it on the start page.", 422)
    };
    let staff: StaffNumber = text.parse().map_err(|error: StaffNumberError| refused(error.said()))?;
    match staff.as_str().to_ascii_uppercase().starts_with("RULE") {
        true => {
            let words = "A staff number does not begin with RULE: that is the word for what Apron does by itself.";
            Err(refused(Said::new("unread-staff-rule", words)))
        }
        false => Ok(staff),
    }
}

/// The same parts make the same key.
pub(crate) fn key_of(parts: &[&str]) -> Uuid {
    let mut hash = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    let mut half = [0; 16];
    half.iter_mut().zip(hash.finish().as_ref()).for_each(|(to, from)| *to = *from);
    uuid::Builder::from_random_bytes(half).into_uuid()
}

fn not_of_way() -> Refusal {
    let words = "The message is about a flight of a carrier that this way in does not speak for.";
    Refusal::new("carrier-not-of-way", words, "Bring it another way, or name the carrier for this way in the configuration and send it again.", 403)
}

fn not_open() -> CommandError {
    Refusal::new("reject-not-here", "There is no such message to be looked at here.", "See the list: it may have been applied or discarded.", 404)
        .into()
}

fn not_kept(error: NotKept) -> CommandError {
    let refusal = match &error {
        NotKept::Full => {
            Refusal::new(REJECTS_FULL, format!("{error} This one was not kept."), "Replay or discard what is kept, and send the message again.", 507)
        }
        NotKept::Disk(source) => {
            tracing::error!(error = &**source as &dyn std::error::Error, "a message could not be kept");
            Refusal::new("not-kept", format!("{error} It was not kept."), "Free space on this device or use another desk, and send it again.", 507)
        }
    };
    refusal.into()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use schemas::station::{Blocks, Setting};

    use super::*;

    const LIST: &str = "PVGKKMU\n.PEKRMMU 221000\nPNL\nMU5101/22NOV PVG PART1\nCFG/180Y\nRBD Y/Y\n-PEK001Y\n1LI/NAMS\n.L/B4C5D6\nENDPNL\n";
    const BAG: &str = "BSM\n.V/1LPVG\n.F/MU5101/22NOV/PEK/Y\n.N/0781123456001\n.P/1LI/NA\n.L/B4C5D6\nENDBSM\n";
    const SCAN: &str = "BPM\n.V/1LPVG\n.J/S//21NOV/1000L\n.N/0781123456001\nENDBPM\n";

    #[tokio::test]
    async fn a_message_that_waits_or_is_corrected_speaks_for_no_more_carriers_than_its_way() {
        let setting = Setting {
            station: Some("PVG".parse().unwrap()),
            zone: None,
            desk: "G12".into(),
            secret: [7; 32],
            blocks: Blocks { tag_serials: 1000..2000, sequences: 501..600, files: 1..100 },
            practice: false,
        };
        let (services, _dir) = Services::on_a_disk(setting, false).await;
        let day = |back_ms: i64| DateTime::from_timestamp_millis(services.now_ms() - back_ms).unwrap().format("%d%b").to_string().to_uppercase();
        let (today, yesterday) = (day(0), day(86_400_000));
        let dated = |text: &str| text.replace("22NOV", &today).replace("21NOV", &yesterday);
        let of_ca: BTreeSet<Carrier> = ["CA".parse().unwrap()].into();
        let scan = dated(SCAN);
        // Whose bag it is, nobody knows yet.
        let waits = match services.take_by_rule(key_of(&["1"]), scan.as_bytes(), Door::Webhook, &of_ca).await {
            Ok(Taken::Waiting(item)) => *item,
            other => panic!("{other:?}"),
        };
        assert_eq!(waits.carriers, ["CA"]);
        for (key, text) in [("2", dated(LIST)), ("3", dated(BAG))] {
            assert!(matches!(services.take(key_of(&[key]), "4711", text.as_bytes(), Door::Screen).await, Ok(Taken::Applied(_))), "{text}");
        }
        let staff: StaffNumber = RULE.parse().unwrap();
        let tried = services.try_again(&waits.id, &staff, scan.as_bytes()).await;
        assert!(matches!(&tried, Err(CommandError::Kept(refusal, _)) if refusal.code == "carrier-not-of-way"), "{tried:?}");
        let kept = services.rejects().get(&waits.id).unwrap();
        assert_eq!((kept.state, kept.code.as_str(), kept.door), (State::Rejected, "carrier-not-of-way", Door::Webhook));
        // Nor does a person's correction make another airline's message of it.
        let corrected = services.replay(&waits.id, "4711", Some(&dated(BAG))).await;
        assert!(matches!(&corrected, Err(CommandError::Kept(refusal, _)) if refusal.code == "carrier-not-of-way"), "{corrected:?}");
        assert!(services.rejects().get(&waits.id).is_some_and(|item| item.is_open()));
        // Another way may speak for all: then it is applied, and nothing waits any more.
        let taken = services.take_by_rule(key_of(&["4"]), scan.as_bytes(), Door::Folder, &BTreeSet::new()).await;
        assert!(matches!(taken, Ok(Taken::Applied(_))), "{taken:?}");
        assert_eq!(services.rejects().get(&waits.id).unwrap().state, State::Applied);
    }

    #[test]
    fn nobody_enters_the_name_of_a_rule() {
        assert!(staff_of("4711").is_ok() && staff_of("RUDI").is_ok());
        for name in ["RULE", "rule-connecting", "RULE7"] {
            assert!(staff_of(name).is_err(), "{name}");
        }
    }
}
