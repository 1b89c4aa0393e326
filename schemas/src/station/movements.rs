//! Movement messages (MVT): what the aircraft of a flight did, and why it was late.

use chrono::{Datelike, Days, NaiveDate};
use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::import::{hash_of, not_read};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::record::fact::{Delay, Movements, Source, What};
use crate::record::{Flight, FlightKey};
use crate::said::{Said, said};
use crate::standards::airport::AirportCode;
use crate::standards::flight::{FlightNumber, FlightNumberError};
use crate::standards::typeb::{DayMonth, Movement, line_of};
use crate::unread::Unread;

impl Station {
    /// Adds what a movement message says to its flight. Announced times stay as people set them.
    pub(super) fn import_movement(&self, text: &str, context: &Context) -> Result<Decision, Refusal> {
        let message = Movement::parse(text).map_err(|error| not_read(&error, text))?;
        let at_line = |refusal: Refusal| refusal.at_line(line_of(text, &message.flight));
        let says = said(&message);
        let key = match self.flight_moved(&message, context) {
            Ok(key) => key,
            Err(refusal) => match refusal.waits_for.is_some().then(|| self.inbound_moved(&message, &says, context)).flatten() {
                Some(decision) => return Ok(decision),
                None => return Err(at_line(refusal)),
            },
        };
        if says == Movements::default() {
            let words = "The message says nothing of off-block, airborne, touch-down, on-block, estimates or delays that can be read.";
            return Err(at_line(Refusal::new("movement-not-read", words, "Correct its lines, or ask the sender to repeat it.", 422)));
        }
        let hash = hash_of(text);
        let mut draft = Draft::new(context);
        let known = self.flight(&key).is_some_and(|flight| flight.has_movement(&hash));
        if !known {
            let moved = What::Moved { message: hash, says: Box::new(says.clone()) };
            draft.edit(&key.scope(), self.ids.flight(&key)).fact_from(Source::Message, moved, Vec::new());
            // Those with which guests of it go on are told, at the hub.
            self.note_movement(&mut draft, &key, &says, context.now_ms);
        }
        let message = if known { " It was known." } else { "" };
        let message = format!("{}: {}.{message}", words::flight(&key), in_words(&says));
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "movements": says });
        Ok(draft.decision(answer, format!("read a movement of {key}")))
    }

    /// A flight that ends here and brings guests who go on. Nothing where it is none, or nothing is said of its arrival.
    fn inbound_moved(&self, message: &Movement, says: &Movements, context: &Context) -> Option<Decision> {
        let from = self.inbound_named(message.flight.parse().ok()?, message.day, context.now_ms)?;
        let mut draft = Draft::new(context);
        if !self.note_movement(&mut draft, &from, says, context.now_ms) {
            return None;
        }
        let message = format!("{}: {}.", words::flight(&from), in_words(says));
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": from, "movements": says });
        Some(draft.decision(answer, format!("read a movement of {from}")))
    }

    /// The flight that is meant: by number and day of the month in UTC, as these messages count, or in local time, as many senders do.
    fn flight_moved(&self, message: &Movement, context: &Context) -> Result<FlightKey, Refusal> {
        let refused = |words: Said| Refusal::new("flight-not-read", said!("", "{error}", error = words), "Correct the line of the flight.", 422);
        let number: FlightNumber = message.flight.parse().map_err(|error: FlightNumberError| refused(error.said()))?;
        let told: Option<AirportCode> = message.station.as_deref().and_then(|station| station.parse().ok());
        let near = |date: NaiveDate| (date - context.today).num_days().abs() <= DAYS_NEAR;
        let known = |flight: &&Flight| {
            let here = told.is_none_or(|told| told == flight.key.station() || flight.destinations.contains(&told));
            flight.key.flight() == number && near(flight.key.date()) && here
        };
        let flights: Vec<&Flight> = self.books.values().filter_map(|book| book.flight.as_ref()).filter(known).collect();
        let day = u32::from(message.day);
        let utc = flights.iter().filter(|flight| flight.std.is_some() && self.utc_day(flight) == day);
        let local = flights.iter().filter(|flight| flight.key.date().day() == day);
        if let Some(flight) = utc.chain(local).next() {
            return Ok(flight.key);
        }
        let date = nearest(message.day, context.today)
            .ok_or_else(|| refused(said!("unread-no-such-day-near", "No month near has a day {day}.", day = day)))?;
        let station = self.setting.station.or(told);
        let Some(station) = station else {
            return Err(refused(said!("unread-no-flight-station", "The message does not say at which station the flight is.")));
        };
        let key = FlightKey::new(number, date, station).map_err(|error| refused(error.said()))?;
        let words = said!("", "{flight} is not known here yet; this message waits for its list.", flight = words::flight(&key));
        Err(Refusal::waiting("waits-for-list", words, format!("the list (PNL) of {}", words::flight(&key))))
    }

    /// The day of the month, in UTC, on which a flight is to leave.
    pub(super) fn utc_day(&self, flight: &Flight) -> u32 {
        let minutes = flight.std.map_or(0, |std| u32::from(std.minutes()));
        let local = flight.key.date().and_hms_opt(minutes / 60, minutes % 60, 0).unwrap_or_default();
        let utc = self.to_utc(local, flight.key.station());
        chrono::DateTime::from_timestamp_millis(utc).map_or(0, |utc| utc.day())
    }
}

/// A movement message is of a flight of these days.
const DAYS_NEAR: i64 = 5;

fn nearest(day: u8, today: NaiveDate) -> Option<NaiveDate> {
    let around = (0..=31).flat_map(|days| [today.checked_sub_days(Days::new(days)), today.checked_add_days(Days::new(days))]).flatten();
    let wanted = u32::from(day);
    around.filter(|date| date.day() == wanted).find(|date| DayMonth::of(*date).day() == wanted)
}

fn said(message: &Movement) -> Movements {
    Movements {
        off_block: message.off_block.clone(),
        airborne: message.airborne.clone(),
        touch_down: message.touch_down.clone(),
        on_block: message.on_block.clone(),
        etd: message.etd.as_ref().map(|(_, time)| time.clone()),
        eta: message.eta.clone(),
        delays: message.delays.iter().take(DELAYS_MAX).map(|delay| Delay { code: delay.code.clone(), minutes: delay.minutes }).collect(),
    }
}

/// AHM 730 allows two codes; senders have been seen to give four.
const DELAYS_MAX: usize = 8;

fn in_words(says: &Movements) -> String {
    let times = [
        ("off block", &says.off_block),
        ("airborne", &says.airborne),
        ("touch-down", &says.touch_down),
        ("on block", &says.on_block),
        ("estimated departure", &says.etd),
        ("estimated arrival", &says.eta),
    ];
    let mut words: Vec<String> = times.iter().filter_map(|(word, time)| Some(format!("{word} {}Z", time.as_deref()?))).collect();
    for delay in &says.delays {
        let minutes = delay.minutes.map(|minutes| format!(" {minutes} min")).unwrap_or_default();
        words.push(format!("delay {}{minutes}", delay.code));
    }
    words.join(", ")
}
