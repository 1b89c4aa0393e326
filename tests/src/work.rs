//! Work that goes on at a desk whatever happens to it: each press is repeated under its key until the desk answers.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::desk::{Desk, Outcome, Press};

/// Somebody works at a desk until told to stop.
#[derive(Debug)]
pub struct Work {
    stop: Arc<AtomicBool>,
    task: JoinHandle<Result<usize>>,
}

/// What one person does with a flight: check in, take bags, scan them, and write reports when everybody is checked in.
#[derive(Debug)]
struct Shift {
    guests: VecDeque<(String, String)>,
    checked_in: Vec<String>,
    tag: Option<(String, String)>,
    presses: usize,
}

impl Work {
    /// Starts working on these bookings.
    pub fn start(desk: Desk, bookings: Vec<String>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let task = tokio::spawn(async move {
            let mut shift = Shift::new(bookings);
            while !told.load(Ordering::Relaxed) {
                let command = shift.next();
                let answer = insist(&desk, &Press::new(&command)).await?;
                shift.learn(&command, &answer);
            }
            Ok(shift.presses)
        });
        Self { stop, task }
    }

    /// Whether something went wrong, which [`Work::end`] then tells.
    pub fn has_ended(&self) -> bool {
        self.task.is_finished()
    }

    /// Stops after the press that is on its way; the number of presses that were saved.
    pub async fn end(self) -> Result<usize> {
        self.stop.store(true, Ordering::Relaxed);
        self.task.await?
    }
}

/// Presses until there is an answer, as a person does whose screen says nothing.
async fn insist(desk: &Desk, press: &Press) -> Result<Value> {
    loop {
        match desk.press(press).await? {
            Outcome::Saved(answer) => return Ok(answer),
            Outcome::Refused { status: 503, .. } | Outcome::Unknown => tokio::time::sleep(Duration::from_millis(10)).await,
            Outcome::Refused { code, words, .. } => bail!("{} refused {} ({code}): {words}", desk.name, press.body),
        }
    }
}

impl Shift {
    fn new(bookings: Vec<String>) -> Self {
        let guests = bookings.into_iter().enumerate().map(|(place, booking)| (booking, seat(place))).collect();
        Self { guests, checked_in: Vec::new(), tag: None, presses: 0 }
    }

    fn next(&mut self) -> Value {
        if let Some((tag, flight)) = self.tag.take() {
            return json!({"kind": "scan-bag", "tag": tag, "point": "sorted", "flight": flight});
        }
        match (self.presses % 3, self.guests.pop_front(), self.checked_in.last()) {
            (0 | 1, Some((booking, seat)), _) => json!({"kind": "check-in", "guests": [{"booking": booking, "seat": seat}]}),
            (_, guest, Some(booking)) if self.presses % 5 != 4 => {
                self.guests.extend(guest);
                json!({"kind": "add-bag", "booking": booking, "weight_kg": 10 + self.presses % 20})
            }
            (_, guest, _) => {
                self.guests.extend(guest);
                json!({
                    "kind": "open-incident", "incident": "delayed", "name": "BIRCH/ADA", "flight": "CA0921", "contact": "+86 555 0100",
                    "bag": {"description": "grey case", "colour": "GY", "type": "22"}, "note": format!("report {}", self.presses),
                })
            }
        }
    }

    fn learn(&mut self, command: &Value, answer: &Value) {
        self.presses += 1;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match command["kind"].as_str() {
            Some("check-in") => self.checked_in.push(text(&command["guests"][0]["booking"])),
            Some("add-bag") => self.tag = Some((text(&answer["tag"]), text(&answer["flight"]))),
            _ => {}
        }
    }
}

/// Seats from row 11 on, six in a row.
pub fn seat(place: usize) -> String {
    format!("{}{}", 11 + place / 6, char::from(b"ABCDEF"[place % 6]))
}
