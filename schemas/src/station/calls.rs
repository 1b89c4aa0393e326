//! Calling guests to a gate: who was called when, and how many of those are not on board.

use serde::Serialize;
use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::record::booking::Standing;
use crate::record::call::Call;
use crate::record::fact::{Held, What};
use crate::record::{Booking, DocRef, Flight, FlightKey};
use crate::said::said;

/// A group that was called, as every reader of the flight sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallRow {
    pub call: Call,
    /// When it was called last, in milliseconds since 1970 UTC, and who did.
    pub at: i64,
    pub desk: String,
    pub by: String,
    /// How often it was called.
    pub times: usize,
    /// Of those who are called: checked in and not on board.
    pub missing: usize,
    /// Who was called by name, the last time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<DocRef>,
}

/// What one of several codes says of who needs time.
const NEEDS_TIME: [&str; 6] = ["UMNR", "WCHR", "WCHS", "WCHC", "BLND", "MAAS"];

impl Station {
    /// Who was called, each group once, in the order of the last calls.
    pub fn calls(&self, key: &FlightKey) -> Vec<CallRow> {
        let Some(flight) = self.flight(key) else { return Vec::new() };
        let mut held: Vec<(&Held, &Call, &[DocRef])> = flight
            .history
            .live(|what| matches!(what, What::Called { .. }))
            .filter_map(|held| match &held.fact.what {
                What::Called { call, guests } => Some((held, call, &**guests)),
                _ => None,
            })
            .collect();
        held.sort_by_key(|(held, ..)| (held.fact.rec, held.id));
        let mut rows: Vec<CallRow> = Vec::new();
        for (held, call, guests) in held {
            let times = rows.iter().position(|row| row.call == *call).map_or(0, |at| rows.remove(at).times);
            let missing = self.meant_by(flight, call, guests).filter(|guest| guest.standing() == Standing::CheckedIn).count();
            let (desk, by) = (held.fact.desk.to_string(), held.fact.by.to_string());
            rows.push(CallRow { call: call.clone(), at: held.fact.at, desk, by, times: times + 1, missing, guests: guests.to_vec() });
        }
        rows
    }

    /// Those whom a call means, on board or not.
    fn meant_by<'a>(&'a self, flight: &'a Flight, call: &'a Call, named: &'a [DocRef]) -> impl Iterator<Item = &'a Booking> {
        self.on(&flight.key).filter(move |guest| match call {
            Call::All | Call::Final => true,
            Call::Names => named.contains(&DocRef(guest.id)),
            Call::Cabin(letter) => guest.listing.cabin == Some(*letter),
            Call::Rows(rows) | Call::Zone(_, rows) => guest.seat.is_some_and(|seat| rows.has(seat.row())),
            Call::Priority => comes_first(flight, guest),
        })
    }

    pub(super) fn call_guests(&self, key: &FlightKey, call: &Call, guests: &[DocRef], context: &Context) -> Result<Decision, Refusal> {
        let flight = self.open(key)?;
        for booking in guests {
            self.chosen(key, *booking)?;
        }
        let missing = self.meant_by(flight, call, guests).filter(|guest| guest.standing() == Standing::CheckedIn).count();
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::Called { call: call.clone(), guests: guests.into() }, Vec::new());
        let english = format!("{}: called {}, {} not on board.", key.flight(), in_english(call), missing);
        Ok(draft.decision(answer(key, call, &english, missing), format!("called guests of {key}")))
    }

    pub(super) fn withdraw_call(&self, key: &FlightKey, call: &Call, context: &Context) -> Result<Decision, Refusal> {
        let flight = self.open(key)?;
        let refs = flight.history.refs(|what| matches!(what, What::Called { call: known, .. } if known == call));
        if refs.is_empty() {
            let words = said!("", "Nobody of this group was called for {flight}.", flight = key.flight());
            return Err(Refusal::new("not-called", words, "Nothing is to be taken back.", 409));
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::CallWithdrawn { call: call.clone() }, refs);
        let english = format!("{}: the call of {} is taken back.", key.flight(), in_english(call));
        Ok(draft.decision(answer(key, call, &english, 0), format!("took a call back for {}", words::flight(key))))
    }
}

fn answer(key: &FlightKey, call: &Call, english: &str, missing: usize) -> serde_json::Value {
    let mut answer = json!({ "tone": Tone::Green, "message": english, "todo": [], "flight": key, "whom": call.kind(), "missing": missing });
    if let Some(rows) = call.rows() {
        answer["from"] = json!(rows.from());
        answer["to"] = json!(rows.to());
    }
    match call {
        Call::Zone(name, _) => answer["zone"] = json!(name.as_str()),
        Call::Cabin(letter) => answer["cabin"] = json!(letter.to_string()),
        Call::Priority | Call::Rows(_) | Call::All | Call::Final | Call::Names => {}
    }
    answer
}

fn in_english(call: &Call) -> String {
    match call {
        Call::Priority => "who comes first".to_owned(),
        Call::Cabin(letter) => format!("cabin {letter}"),
        Call::Rows(rows) => format!("rows {rows}"),
        Call::Zone(name, rows) => format!("zone {}, rows {rows}", name.as_str()),
        Call::All => "everybody".to_owned(),
        Call::Final => "everybody for the last time".to_owned(),
        Call::Names => "guests by name".to_owned(),
    }
}

/// In a cabin before the last one, or with more to do on the way.
fn comes_first(flight: &Flight, guest: &Booking) -> bool {
    let last = flight.cabins.last().map(|cabin| cabin.letter);
    let in_front = flight.cabins.len() > 1 && guest.listing.cabin.is_some() && guest.listing.cabin != last;
    in_front || guest.listing.infant.is_some() || NEEDS_TIME.iter().any(|code| guest.has_flag(code))
}
