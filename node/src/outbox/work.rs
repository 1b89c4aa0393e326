//! Keeps sending: puts into words what is due, sends it flight by flight in order, and notes what became of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Days};
use schemas::command::Command;
use schemas::record::FlightKey;
use schemas::record::fact::StaffNumber;
use schemas::record::outgoing::{Answered, OutKind, OutState, Outcome};
use schemas::record::reason::coded;
use schemas::station::outgoing::OutRow;
use tokio::task::JoinSet;

use super::attempts::{Last, Tried};
use super::post::{Asked, Came, ask, send};
use super::way::Way;
use super::{CONNECT_MAX, Running};
use crate::messages::key_of;
use crate::services::{CommandError, Services};

/// After a change, others often follow at once: a party with its bags. What changes meanwhile is one message.
const SETTLE_MS: i64 = 300;

/// So often everything is looked at again that was left.
const AGAIN: Duration = Duration::from_secs(30);

/// Flights that are sent at the same time.
const FLIGHTS_MAX: usize = 8;

/// Messages of one flight in a row, before it is looked at anew.
const ROW_MAX: usize = 32;

/// A try that failed is repeated after a second, then after twice as long each time, up to this.
const BACK_OFF_FIRST_MS: i64 = 1_000;
const BACK_OFF_MAX_MS: i64 = 60_000;

/// As often as a receiver may say that it cannot take a message now, before a person has to look.
const TRIES_MAX: u32 = 30;

/// Nothing new is said of flights that left so many days ago: whoever waits for it has given up.
const PAST_DAYS: u64 = 2;

/// Who the entries say did it.
const RULE: &str = "RULE-OUTBOX";

/// When a flight is looked at again although nothing changed of it.
type Again = Option<i64>;

/// Sends until the node ends.
pub(super) async fn keep_sending(services: Services, running: Arc<Running>) {
    let mut changes = services.changes();
    // Bounded by the flights that are held here: each has at most one time.
    let mut due: BTreeMap<FlightKey, i64> = BTreeMap::new();
    let mut busy: BTreeSet<FlightKey> = BTreeSet::new();
    let mut tasks: JoinSet<(FlightKey, Again)> = JoinSet::new();
    due.extend(services.watch_moved().into_iter().map(|flight| (flight, 0)));
    loop {
        changes.borrow_and_update();
        let now_ms = services.now_ms();
        for flight in services.take_moved() {
            due.entry(flight).and_modify(|at| *at = (*at).min(now_ms + SETTLE_MS)).or_insert(now_ms + SETTLE_MS);
        }
        for flight in asked_about(&services, &running) {
            due.insert(flight, now_ms);
        }
        let ready: Vec<FlightKey> = due.iter().filter(|(flight, at)| **at <= now_ms && !busy.contains(flight)).map(|(flight, _)| *flight).collect();
        for flight in ready.into_iter().take(FLIGHTS_MAX.saturating_sub(busy.len())) {
            due.remove(&flight);
            busy.insert(flight);
            let (services, running) = (services.clone(), Arc::clone(&running));
            tasks.spawn(async move { (flight, work_off(&services, &running, flight).await) });
        }
        let free = busy.len() < FLIGHTS_MAX;
        let next = due.iter().filter(|(flight, _)| free && !busy.contains(flight)).map(|(_, at)| *at).min();
        let wait = next.map_or(AGAIN, |at| Duration::from_millis(u64::try_from(at - services.now_ms()).unwrap_or(0)).min(AGAIN));
        tokio::select! {
            changed = changes.changed() => if changed.is_err() { return },
            Some(done) = tasks.join_next() => match done {
                Ok((flight, again)) => {
                    busy.remove(&flight);
                    if let Some(at) = again {
                        due.entry(flight).and_modify(|known| *known = (*known).min(at)).or_insert(at);
                    }
                }
                // A fault in one flight: all are looked at again.
                Err(_) => {
                    busy.clear();
                    tasks.abort_all();
                    due.extend(services.watch_moved().into_iter().map(|flight| (flight, now_ms + BACK_OFF_MAX_MS)));
                }
            },
            () = running.wake.notified() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// The flights of the messages that a person wants looked at.
fn asked_about(services: &Services, running: &Running) -> Vec<FlightKey> {
    let asked = std::mem::take(&mut *running.asked.lock().unwrap_or_else(PoisonError::into_inner));
    if asked.is_empty() {
        return Vec::new();
    }
    running.rests().clear();
    let flights = services.read(|station| {
        let flights = station.flights_with_out().into_iter();
        let named = |flight: &FlightKey| station.outbox(flight).iter().any(|row| asked.contains(&row.key));
        flights.filter(named).collect()
    });
    for key in asked {
        let tried = running.attempts().of(&key).cloned();
        if let Some(tried) = tried {
            keep(running, &key, Tried { next_ms: 0, ..tried });
        }
    }
    flights
}

/// One look at a flight: what is due is put into words, and what waits is sent until something is in its way.
async fn work_off(services: &Services, running: &Running, flight: FlightKey) -> Again {
    if services.engine().replica().closing(&flight.scope()).is_some() {
        return None;
    }
    let kinds: BTreeSet<OutKind> = running.ways.iter().filter(|way| way.takes(&flight)).flat_map(|way| way.kinds.iter().copied()).collect();
    let again = services.now_ms() + BACK_OFF_MAX_MS;
    if !is_past(&flight, services.now_ms())
        && let Some(due) = services.read(|station| station.due_out_name(&flight, &kinds))
    {
        let command = Command::SayOut { flight, kinds, due };
        let key = serde_json::to_string(&command).map(|body| key_of(&[&body])).unwrap_or_default();
        if let Err(error) = command_of_rule(services, key, command).await {
            tracing::debug!(%flight, %error, "messages could not be put into words yet");
            return Some(again);
        }
    }
    let rows = services.read(|station| station.outbox(&flight));
    let open = rows.into_iter().filter(|row| matches!(row.state, OutState::Waiting | OutState::Unknown));
    let mut again: Again = None;
    let mut held: BTreeSet<String> = BTreeSet::new();
    let mut answers: Vec<Answered> = Vec::new();
    for row in open {
        let Some(way) = Way::of(&running.ways, &flight, row.kind) else { continue };
        // What goes the same way keeps its order.
        if held.contains(&way.name) {
            continue;
        }
        if answers.len() >= ROW_MAX {
            again = Some(0);
            break;
        }
        match one(services, running, way, &row).await {
            Next::Noted(answered) => {
                let stops = matches!(answered.how, Outcome::Unknown | Outcome::Again);
                answers.push(answered);
                if stops {
                    held.insert(way.name.clone());
                }
            }
            Next::Wait(at) => {
                again = Some(again.unwrap_or(i64::MAX).min(at));
                held.insert(way.name.clone());
            }
            Next::Person => {
                held.insert(way.name.clone());
            }
        }
    }
    if answers.is_empty() { again } else { note(services, running, flight, answers).await.or(again) }
}

/// What follows from a look at one message.
enum Next {
    /// Something is to be noted.
    Noted(Answered),
    /// It is looked at again then.
    Wait(i64),
    /// A person has to say what became of it.
    Person,
}

async fn one(services: &Services, running: &Running, way: &Way, row: &OutRow) -> Next {
    let now_ms = services.now_ms();
    let rest = running.rests().get(&way.name).copied().unwrap_or_default();
    let tried = running.attempts().of(&row.key).cloned();
    let (count, next_ms) = tried.as_ref().map_or((0, 0), |tried| (tried.count, tried.next_ms));
    if let Some(known) = tried.as_ref().and_then(|tried| ended(way, row, tried)) {
        return Next::Noted(known);
    }
    let wait = next_ms.max(rest.until_ms);
    if row.state == OutState::Unknown && !way.can_ask() {
        return Next::Person;
    }
    if wait > now_ms {
        return Next::Wait(wait);
    }
    let step = |count, last, next_ms, note: &str| Tried { count, last, at_ms: services.now_ms(), next_ms, note: note.to_owned() };
    if row.state == OutState::Unknown {
        return match ask(&running.http, way, &row.key).await {
            Asked::HasIt => Next::Noted(answered(way, row, Outcome::Taken, count, &coded("receiver-has-it"))),
            Asked::HasItNot => Next::Noted(answered(way, row, Outcome::Again, count, &coded("receiver-has-it-not"))),
            Asked::NoAnswer => {
                let since = tried.map_or(now_ms, |tried| tried.at_ms);
                let at = now_ms + (now_ms - since).clamp(BACK_OFF_FIRST_MS, BACK_OFF_MAX_MS);
                keep(running, &row.key, Tried { next_ms: at, at_ms: since, ..step(count, Last::Noted, at, &coded("receiver-not-asked")) });
                Next::Wait(at)
            }
        };
    }
    let count = count.saturating_add(1);
    if !keep(running, &row.key, step(count, Last::Began, 0, "")) {
        return Next::Wait(now_ms + BACK_OFF_MAX_MS);
    }
    let came = send(&running.http, way, row, now_ms).await;
    if !matches!(came, Came::NoWay(_)) {
        running.rests().remove(&way.name);
    }
    let (last, how, note) = match came {
        Came::Taken(note) => (Last::Taken, Outcome::Taken, note),
        Came::Refused(note) => (Last::Refused, Outcome::Refused, note),
        Came::Unknown(note) => (Last::Unknown, Outcome::Unknown, note),
        Came::Later(note) if count >= TRIES_MAX => (Last::Refused, Outcome::Refused, note),
        Came::Later(note) => {
            let at = services.now_ms() + back_off(count, services.drawn()[0]);
            keep(running, &row.key, step(count, Last::Later, at, &note));
            return Next::Wait(at);
        }
        Came::NoWay(note) => {
            let mut rests = running.rests();
            let rest = rests.entry(way.name.clone()).or_default();
            if rest.until_ms <= now_ms {
                rest.failures = rest.failures.saturating_add(1);
                rest.until_ms = services.now_ms() + back_off(rest.failures, services.drawn()[0]);
            }
            let at = rest.until_ms;
            drop(rests);
            keep(running, &row.key, step(count, Last::Later, at, &note));
            return Next::Wait(at);
        }
    };
    // Asking at once would be too early for a receiver that is still busy with it.
    let next_ms = if last == Last::Unknown { services.now_ms() + 2 * BACK_OFF_FIRST_MS } else { 0 };
    keep(running, &row.key, step(count, last, next_ms, &note));
    tracing::debug!(kind = %row.kind, key = row.key, count, ?how, "a message was tried");
    Next::Noted(Answered { began: Some(now_ms), ..answered(way, row, how, count, &note) })
}

/// What is known here of a message and not in the records: this node ended before it could be noted.
fn ended(way: &Way, row: &OutRow, tried: &Tried) -> Option<Answered> {
    let how = match tried.last {
        Last::Taken => Outcome::Taken,
        Last::Refused => Outcome::Refused,
        Last::Unknown => Outcome::Unknown,
        Last::Began | Last::Later | Last::Noted => return None,
    };
    // The try ended when it was written down, and took no longer than it may: to connect, for the answer's head, and for its words.
    let longest = way.timeout * 2 + CONNECT_MAX;
    let began = tried.at_ms.saturating_sub(i64::try_from(longest.as_millis()).unwrap_or(i64::MAX));
    (row.state == OutState::Waiting).then(|| Answered { began: Some(began), ..answered(way, row, how, tried.count, &tried.note) })
}

fn answered(way: &Way, row: &OutRow, how: Outcome, tries: u32, note: &str) -> Answered {
    Answered { key: row.key.clone(), how, tries, way: way.name.clone(), began: None, note: note.to_owned() }
}

async fn note(services: &Services, running: &Running, flight: FlightKey, answers: Vec<Answered>) -> Again {
    let noted: Vec<String> = answers.iter().map(|answered| answered.key.clone()).collect();
    let command = Command::NoteAnswers { flight, answers };
    if let Err(error) = command_of_rule(services, services.new_id(), command).await {
        tracing::warn!(%flight, %error, "what became of messages could not be noted yet");
        return Some(services.now_ms() + BACK_OFF_FIRST_MS);
    }
    for key in noted {
        let tried = running.attempts().of(&key).cloned();
        if let Some(tried) = tried {
            keep(running, &key, Tried { last: Last::Noted, ..tried });
        }
    }
    services.tell("outbox");
    Some(0)
}

async fn command_of_rule(services: &Services, key: uuid::Uuid, command: Command) -> Result<(), CommandError> {
    let (Ok(rule), Ok(body)) = (RULE.parse::<StaffNumber>(), serde_json::to_string(&command)) else { return Err(CommandError::Stopped) };
    services.carry_out(key, &rule, command, &body).await.map(drop)
}

/// Whether a step is on disk. Without it nothing is sent: after a restart nobody would know.
fn keep(running: &Running, key: &str, tried: Tried) -> bool {
    match running.attempts().write(key, tried) {
        Ok(()) => true,
        Err(error) => {
            tracing::warn!(error = &*error as &dyn std::error::Error, "what was tried to be sent cannot be written down; nothing is sent meanwhile");
            false
        }
    }
}

/// Twice as long each time, up to a minute, a fifth more or less by chance.
fn back_off(failures: u32, chance: u8) -> i64 {
    let whole = BACK_OFF_FIRST_MS.saturating_mul(1 << failures.saturating_sub(1).min(6)).min(BACK_OFF_MAX_MS);
    whole * (80 + i64::from(chance) * 40 / 255) / 100
}

fn is_past(flight: &FlightKey, now_ms: i64) -> bool {
    let today = DateTime::from_timestamp_millis(now_ms).unwrap_or_default().date_naive();
    flight.date().checked_add_days(Days::new(PAST_DAYS)).is_none_or(|last| last < today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_way_is_left_alone_for_longer_and_longer_and_never_for_more_than_a_minute_and_a_bit() {
        let times: Vec<i64> = (1..=10).map(|failures| back_off(failures, 128)).collect();
        assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "{times:?}");
        assert!((800..=1200).contains(&back_off(1, 0)) && back_off(u32::MAX, 255) <= 72_000);
    }
}
