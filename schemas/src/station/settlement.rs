//! Settling what differs from the host before a flight goes back: each difference with how it ended, and the figures of the three sides.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use super::outgoing::Carried;
use super::settle::{Compared, Difference, DifferenceKind, Side, Totals, differences};
use super::words;
use crate::command::{Refusal, Tone};
use crate::record::fact::{DifferenceEnd, DifferenceSettling, Held, HostReading, What};
use crate::record::flight::Controller;
use crate::record::host_page::{HostFault, HostRow};
use crate::record::id::ConflictId;
use crate::record::{DocRef, FactRef, Flight, FlightKey};
use crate::said::{Said, said};

/// Lists of the host since the flight was taken over that are compared, to say which differences ended by themselves: the newest ones.
const LATER_MAX: usize = 8;

/// The comparison of a flight with its host, as far as lists are here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// Whether a list of the host came since the flight was taken over; without one nothing is compared.
    pub compared: bool,
    /// The times of the host's last list before Apron took over, and of its newest one since, in milliseconds since 1970 UTC.
    pub base_at: Option<i64>,
    pub now_at: Option<i64>,
    /// Whether a part of a newer list has not come here yet.
    pub in_part: bool,
    /// In the order in which they are keyed in.
    pub rows: Vec<SettlementRow>,
    /// Differences that nobody has settled and no message has ended.
    pub open: usize,
    /// Those that are over.
    pub settled: usize,
    /// What differed from an earlier list of the host and does not any more, in the same order.
    pub ended: Vec<Ended>,
    /// The counts of the three sides.
    pub base: Totals,
    pub ours: Totals,
    pub theirs: Totals,
    /// Whether the differences are all that the counts differ by; always so unless rows could not be read.
    pub adds_up: bool,
    /// Rows of the newest list that could not be read.
    pub unread: Vec<UnreadRow>,
}

/// A difference, and how it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettlementRow {
    #[serde(flatten)]
    pub difference: Difference,
    /// Several where desks that did not see each other settled it.
    pub settled: Vec<SettlingRow>,
    /// The message that carries it to others.
    pub carried: Option<Carried>,
}

/// How somebody settled a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SettlingRow {
    pub how: DifferenceEnd,
    pub reason: String,
    pub by: String,
    pub desk: String,
    /// Milliseconds since 1970 UTC by that desk's clock.
    pub at: i64,
}

/// A difference that ended by itself: a later list of the host agrees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ended {
    pub difference: ConflictId,
    pub kind: DifferenceKind,
    pub booking: Option<DocRef>,
    pub name: String,
    pub ours: Said,
    /// How it was settled before.
    pub settled: Vec<SettlingRow>,
}

/// A row of the host's list that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnreadRow {
    pub line: u32,
    pub why: &'static str,
    pub text: String,
}

impl SettlementRow {
    /// Whether somebody has still to look after it.
    pub fn is_open(&self) -> bool {
        self.settled.is_empty() && !self.carried.as_ref().is_some_and(|carried| carried.ends)
    }
}

impl Station {
    /// What differs between us and the host, by the lists that are here; nothing of a flight that is not known.
    pub fn settlement(&self, key: &FlightKey) -> Option<Settlement> {
        let flight = self.flight(key)?;
        let readings: Vec<&HostReading> = flight.host_readings().into_iter().map(|(_, reading)| reading).collect();
        let before = readings.iter().rposition(|reading| reading.under == Controller::Host);
        let base_reading = before.and_then(|at| readings.get(at)).copied();
        let later = later_of(&readings);
        let mut sides: Vec<(i64, Side, Vec<HostFault>)> = Vec::new();
        let mut in_part = false;
        for reading in later.iter().rev().take(LATER_MAX).rev() {
            match self.rows_of(key, reading) {
                Some((rows, faults)) => sides.push((reading.as_of, self.host_side(key, reading, &rows), faults)),
                None => in_part = true,
            }
        }
        let (ours, here) = self.our_side(key);
        let base = base_reading.and_then(|reading| Some(self.host_side(key, reading, &self.rows_of(key, reading)?.0)));
        let mut settlement = Settlement { base_at: base_reading.map(|reading| reading.as_of), in_part, ..Settlement::default() };
        let Some((now_at, theirs, faults)) = sides.pop() else { return Some(settlement) };
        let compare = |theirs: &Side| differences(&Compared { flight: *key, base: base.as_ref(), ours: &ours, theirs, here: &here });
        let found = compare(&theirs);
        let known = settlings(flight);
        settlement.compared = true;
        settlement.now_at = Some(now_at);
        settlement.base = base.as_ref().map(|base| base.totals(&theirs)).unwrap_or_default();
        settlement.ours = ours.totals(&theirs);
        settlement.theirs = theirs.totals(&theirs);
        let explained = found.iter().fold(settlement.theirs, |sum, difference| sum.and(difference.effect));
        settlement.adds_up = explained == settlement.ours;
        settlement.unread = faults.into_iter().map(|fault| UnreadRow { line: fault.line, why: fault.why.as_str(), text: fault.text }).collect();
        let now: BTreeSet<ConflictId> = found.iter().map(|difference| difference.id).collect();
        let mut ended: BTreeMap<ConflictId, Difference> = BTreeMap::new();
        for (_, earlier, _) in &sides {
            ended.extend(
                compare(earlier).into_iter().filter(|difference| !now.contains(&difference.id)).map(|difference| (difference.id, difference)),
            );
        }
        settlement.ended = agreed(ended, &found, &known);
        let carried = self.carried(flight, &found, &ours, now_at);
        let row = |(difference, carried): (Difference, _)| SettlementRow { settled: said_of(&known, difference.id), difference, carried };
        settlement.rows = found.into_iter().zip(carried).map(row).collect();
        settlement.open = settlement.rows.iter().filter(|row| row.is_open()).count();
        settlement.settled = settlement.rows.len() - settlement.open;
        Some(settlement)
    }

    /// The newest list of the host since the flight was taken over of which every page is here.
    pub(super) fn newest_host_list<'a>(&self, flight: &'a Flight) -> Option<(&'a HostReading, Vec<HostRow>)> {
        let readings: Vec<&HostReading> = flight.host_readings().into_iter().map(|(_, reading)| reading).collect();
        let newest = later_of(&readings).iter().rev().take(LATER_MAX);
        newest.copied().find_map(|reading| Some((reading, self.rows_of(&flight.key, reading)?.0)))
    }

    pub(super) fn settle_difference(
        &self,
        key: &FlightKey,
        difference: ConflictId,
        how: DifferenceEnd,
        reason: &str,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        let flight = self.known(key)?;
        if flight.controller() == Controller::Host {
            let words = said!("differences", "{flight} is worked in the host.", flight = key.flight());
            return Err(Refusal::new("worked-in-host", words, "Nothing is to be settled.", 409));
        }
        let settlement = self.settlement(key).unwrap_or_default();
        let row = settlement.rows.iter().find(|row| row.difference.id == difference).ok_or_else(|| {
            let words = "This difference is not there any more.";
            Refusal::new("difference-gone", words, "Look at the list again: a value has changed, or the host agrees.", 404)
        })?;
        let same = |settled: &&SettlingRow| settled.how == how && settled.reason == reason.trim();
        let name = row.difference.name.clone();
        let answer = |left: usize| {
            let message = format!("Settled: {name}.");
            json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "name": name, "difference": difference, "how": how, "open": left })
        };
        if let ([_], Some(_)) = (row.settled.as_slice(), row.settled.iter().find(same)) {
            return Ok(Decision {
                edits: Vec::new(),
                answer: answer(settlement.open),
                summary: format!("a difference of {key} was settled so before"),
            });
        }
        let left = settlement.open - usize::from(row.is_open());
        let undoes: Vec<FactRef> = settlings(flight).get(&difference).into_iter().flatten().map(|(held, _)| FactRef(held.id)).collect();
        let settling = DifferenceSettling { difference, how, reason: reason.trim().to_owned(), booking: row.difference.booking };
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), flight.id).fact(What::DifferenceSettled(Box::new(settling)), undoes);
        Ok(draft.decision(answer(left), format!("settled a difference of {key}, {} left", words::count(left, "difference", "differences"))))
    }
}

/// The readings behind the last one that was made while the host worked the flight.
fn later_of<'s, 'a>(readings: &'s [&'a HostReading]) -> &'s [&'a HostReading] {
    let before = readings.iter().rposition(|reading| reading.under == Controller::Host);
    readings.get(before.map_or(0, |at| at + 1)..).unwrap_or_default()
}

/// What was said of each difference and holds, in the order in which desks recorded it.
type Settlings<'a> = BTreeMap<ConflictId, Vec<(&'a Held, &'a DifferenceSettling)>>;

fn settlings(flight: &Flight) -> Settlings<'_> {
    let mut all: Settlings<'_> = BTreeMap::new();
    for held in flight.history.live(|what| matches!(what, What::DifferenceSettled(_))) {
        if let What::DifferenceSettled(settling) = &held.fact.what {
            all.entry(settling.difference).or_default().push((held, settling));
        }
    }
    all.values_mut().for_each(|said| said.sort_by_key(|(held, _)| (held.fact.rec, held.id)));
    all
}

fn said_of(known: &Settlings<'_>, difference: ConflictId) -> Vec<SettlingRow> {
    let row = |(held, settling): &(&Held, &DifferenceSettling)| SettlingRow {
        how: settling.how,
        reason: settling.reason.clone(),
        by: held.fact.by.to_string(),
        desk: held.fact.desk.to_string(),
        at: held.fact.at,
    };
    known.get(&difference).into_iter().flatten().map(row).collect()
}

/// What ended because the host agrees: not what only got other values.
fn agreed(ended: BTreeMap<ConflictId, Difference>, now: &[Difference], known: &Settlings<'_>) -> Vec<Ended> {
    let about = |difference: &Difference| (difference.kind, difference.booking, difference.name.clone(), difference.tag);
    let still: BTreeSet<_> = now.iter().map(about).collect();
    let mut ended: Vec<Difference> = ended.into_values().filter(|difference| !still.contains(&about(difference))).collect();
    ended.sort_by_key(|difference| (difference.kind, difference.sequence, difference.name.clone(), difference.id));
    let mut seen = BTreeSet::new();
    ended.retain(|difference| seen.insert(about(difference)));
    let row = |difference: Difference| Ended {
        settled: said_of(known, difference.id),
        difference: difference.id,
        kind: difference.kind,
        booking: difference.booking,
        name: difference.name,
        ours: difference.ours,
    };
    ended.into_iter().map(row).collect()
}
