//! One guest to whom the same was done twice, or who was let on board and taken off, by desks that did not see each other.

use super::super::words::{self, All};
use super::{Conflict, ConflictKind, Effect, Home, Proposal, Way, facts_id, is_given, side_of};
use crate::flat::Scalar;
use crate::record::fact::{Fact, Held, Set, SetValue, What};
use crate::record::{Booking, DocRef};
use crate::said::{Said, said};
use crate::standards::seat::Seat;

/// Two boardings that hold. One head is counted, whatever is chosen; choosing says which reader saw the guest.
pub(super) fn boarded_twice(booking: &Booking) -> Option<Conflict> {
    let mut boardings: Vec<&Held> = booking.boardings().collect();
    boardings.sort_by_key(|held| (held.fact.rec, held.id));
    if boardings.len() < 2 {
        return None;
    }
    let mut choices: Vec<Way> = boardings
        .iter()
        .enumerate()
        .map(|(at, held)| {
            let words = said!("conflict-boarded-there", "The guest boarded at {desk}.", desk = held.fact.desk.to_string());
            Way::new(format!("keep-{}", at + 1), words, Effect::Nothing)
        })
        .collect();
    choices.push(Way::new("two-people".to_owned(), said!("conflict-two-people", "Two people used the pass; heads were counted."), Effect::Nothing));
    let desks = All(boardings.iter().map(|held| held.fact.desk.to_string()).collect(), " and at ");
    Some(Conflict {
        id: facts_id("boarded-twice", booking, &boardings),
        kind: ConflictKind::BoardedTwice,
        flight: Some(booking.flight),
        records: vec![DocRef(booking.id)],
        what: said!("conflict-boarded-twice", "{guest} was let on board at {desks}.", guest = words::guest(booking), desks = desks),
        shown_for_now: said!("conflict-one-guest", "One guest is counted."),
        sides: boardings
            .iter()
            .map(|held| side_of(Some(held), said!("conflict-boarded-at", "Boarded at {desk}", desk = held.fact.desk.to_string())))
            .collect(),
        proposal: Proposal {
            choice: "keep-1".to_owned(),
            seat: None,
            words: said!("conflict-propose-boarding", "Keep one boarding and count the heads again."),
        },
        choices,
        resolution: None,
        home: Home::Flight(booking.flight),
    })
}

/// Two check-ins that hold and gave different things, as long as nobody has chosen between them.
pub(super) fn checked_in_twice(booking: &Booking) -> Option<Conflict> {
    let undecided = |value: &Scalar| booking.splits.iter().any(|split| is_given(split.field) && split.values.contains(value));
    let mut check_ins: Vec<&Held> = booking.check_ins().collect();
    check_ins.sort_by_key(|held| (held.fact.rec, held.id));
    let (first, others) = check_ins.split_first()?;
    let differs = others.iter().any(|other| given_by(&other.fact) != given_by(&first.fact));
    if !differs || !check_ins.iter().any(|held| given_by(&held.fact).iter().any(undecided)) {
        return None;
    }
    let words = |held: &Held| match &held.fact.what {
        What::CheckedIn { seq, seat } => given_words(*seat, *seq),
        _ => Said::default(),
    };
    let choices = check_ins
        .iter()
        .enumerate()
        .map(|(at, held)| {
            Way::new(
                format!("keep-{}", at + 1),
                said!("conflict-keep-pass", "Keep {given}; take the other pass back.", given = words(held)),
                Effect::Set(sets_of(booking, &held.fact)),
            )
        })
        .collect();
    let desks = All(check_ins.iter().map(|held| held.fact.desk.to_string()).collect(), " and at ");
    let seat = booking.seat.map_or_else(|| "No seat".to_owned(), |seat| format!("Seat {seat}"));
    let sequence = booking.sequence.map_or_else(|| "no sequence".to_owned(), |sequence| format!("sequence {sequence}"));
    let shown = Said::new("conflict-check-in-shown", format!("{seat} and {sequence} are shown for now; one guest is counted."));
    Some(Conflict {
        id: facts_id("checked-in-twice", booking, &check_ins),
        kind: ConflictKind::CheckedInTwice,
        flight: Some(booking.flight),
        records: vec![DocRef(booking.id)],
        what: said!("conflict-checked-in-twice", "{guest} was checked in at {desks}.", guest = words::guest(booking), desks = desks),
        shown_for_now: shown.arg("given", given_words(booking.seat, booking.sequence)),
        sides: check_ins.iter().map(|held| side_of(Some(held), words(held))).collect(),
        proposal: Proposal {
            choice: "keep-1".to_owned(),
            seat: None,
            words: said!("conflict-propose-pass", "Keep the one whose pass the guest holds."),
        },
        choices,
        resolution: None,
        home: Home::Flight(booking.flight),
    })
}

/// A boarding and an offload that did not see each other.
pub(super) fn offloaded_aboard(booking: &Booking) -> Option<Conflict> {
    let boarding = booking.boardings().next()?;
    let offload = booking.offloads().next()?;
    let both: Vec<&Held> = booking.boardings().chain(booking.offloads()).collect();
    Some(Conflict {
        id: facts_id("offloaded-aboard", booking, &both),
        kind: ConflictKind::OffloadedAboard,
        flight: Some(booking.flight),
        records: vec![DocRef(booking.id)],
        what: said!(
            "conflict-offloaded-aboard",
            "{guest} was let on board at {there} and taken off at {desk}.",
            guest = words::guest(booking),
            there = boarding.fact.desk.to_string(),
            desk = offload.fact.desk.to_string(),
        ),
        shown_for_now: said!("conflict-counted-aboard", "The guest is counted as on board."),
        sides: vec![
            side_of(Some(boarding), said!("conflict-side-boarded", "Boarded")),
            side_of(Some(offload), said!("conflict-side-offloaded", "Taken off the flight")),
        ],
        choices: vec![
            Way::new("aboard".to_owned(), said!("conflict-is-aboard", "The guest is on board."), Effect::KeepAboard(booking.id)),
            Way::new("off".to_owned(), said!("conflict-is-off", "The guest is off the flight."), Effect::KeepOff(booking.id)),
        ],
        proposal: Proposal {
            choice: "aboard".to_owned(),
            seat: None,
            words: said!("conflict-propose-cabin", "Look in the cabin. Until then the guest counts as on board."),
        },
        resolution: None,
        home: Home::Flight(booking.flight),
    })
}

/// The fields that a check-in gave and that are undecided, as choosing it sets them. A seat that was changed since is not set back.
fn sets_of(booking: &Booking, fact: &Fact) -> Vec<Set> {
    let What::CheckedIn { seq, seat } = &fact.what else { return Vec::new() };
    let undecided = |field: &str, value: &Scalar| booking.splits.iter().any(|split| split.field == field && split.values.contains(value));
    let seat = seat.filter(|seat| undecided("seat", &Scalar::Str(seat.to_string())));
    let seq = seq.filter(|seq| undecided("sequence", &Scalar::Int((*seq).into())));
    let seat = seat.map(|seat| ("seat", SetValue::Text(seat.to_string())));
    let sequence = seq.map(|seq| ("sequence", SetValue::Int(seq.into())));
    seat.into_iter().chain(sequence).map(|(field, value)| Set { doc: DocRef(booking.id), field: field.to_owned(), value }).collect()
}

/// The values that a check-in gave, as fields hold them.
pub(super) fn given_by(fact: &Fact) -> Vec<Scalar> {
    let What::CheckedIn { seq, seat } = &fact.what else { return Vec::new() };
    let seat = seat.map(|seat| Scalar::Str(seat.to_string()));
    seat.into_iter().chain(seq.map(|seq| Scalar::Int(seq.into()))).collect()
}

/// `seat 14C, sequence 42`.
fn given_words(seat: Option<Seat>, sequence: Option<u16>) -> Said {
    let number = sequence.map(|sequence| sequence.to_string()).unwrap_or_default();
    match (seat, sequence) {
        (Some(seat), Some(_)) => said!("conflict-given", "seat {seat}, sequence {sequence}", seat = seat, sequence = number),
        (Some(seat), None) => said!("conflict-given-seat", "seat {seat}, no sequence", seat = seat),
        (None, Some(_)) => said!("conflict-given-sequence", "no seat, sequence {sequence}", sequence = number),
        (None, None) => said!("conflict-given-nothing", "no seat, no sequence"),
    }
}
