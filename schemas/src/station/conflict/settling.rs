//! How a conflict is settled, and what is recorded of it; two settlings of one conflict are a conflict again.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::Station;
use super::super::decide::{Context, Decision, Draft};
use super::super::gate::unload_words;
use super::super::words::All;
use super::{Conflict, ConflictKind, Effect, Home, Proposal, Resolution, Way, side_of};
use crate::command::{Refusal, Tone};
use crate::flat::Scalar;
use crate::record::booking::Standing;
use crate::record::fact::{Held, History, Set, SetValue, Settling, What};
use crate::record::id::ConflictId;
use crate::record::{Bag, Booking, Case, DocRef, FactRef, Flight};
use crate::said::{Said, said, with_hints};
use crate::scope::ScopeId;
use crate::standards::seat::Seat;

struct CarriedOut {
    todo: Vec<Said>,
}

type Settled<'a> = BTreeMap<ConflictId, Vec<&'a Held>>;

impl Station {
    pub(in crate::station) fn resolve(
        &self,
        id: ConflictId,
        choice: &str,
        seat: Option<Seat>,
        note: &str,
        context: &Context,
    ) -> Result<Decision, Refusal> {
        let conflict = self.conflicts().into_iter().find(|conflict| conflict.id == id).ok_or_else(|| {
            Refusal::new(
                "conflict-not-known",
                "This is no longer in review here: it is settled, or something new has happened.",
                "Look at the review list again.",
                404,
            )
        })?;
        if let Some(resolution) = &conflict.resolution {
            let (by, desk, time) = (&resolution.by, &resolution.desk, self.clock(resolution.at));
            let words = said!("", "{by} at {desk} has settled this at {time}.", by = by, desk = desk, time = time);
            return Err(Refusal::new("already-settled", words, "Go on with the next one.", 409));
        }
        let way = conflict.choices.iter().find(|way| way.choice == choice).ok_or_else(|| {
            let known: Vec<&str> = conflict.choices.iter().map(|way| way.choice.as_str()).collect();
            Refusal::new("choice-not-known", format!("{choice:?} is not one of the choices."), format!("Choose one of: {}.", known.join(", ")), 422)
                .arg("choice", choice)
                .arg("known", known.join(", "))
        })?;
        let seat = match (way.needs_seat, seat) {
            (false, _) => None,
            (true, Some(seat)) => Some(seat),
            (true, None) => Some(
                conflict
                    .proposal
                    .seat
                    .filter(|_| conflict.proposal.choice == choice)
                    .ok_or_else(|| Refusal::new("seat-needed", "This choice needs another seat.", "Give the seat.", 422))?,
            ),
        };
        let mut draft = Draft::new(context);
        let resolved = self.carry_out(&conflict, way, seat, note, &mut draft)?;
        let message = format!("Settled: {}", way.words);
        let answer =
            json!({ "tone": Tone::Green, "message": message, "todo": resolved.todo, "conflict": conflict.id, "choice": choice, "seat": seat });
        let answer = with_hints(answer, &resolved.todo);
        Ok(draft.decision(answer, format!("settled a {:?} with {choice}", conflict.kind)))
    }

    /// Drafts what a choice changes and the fact that it was chosen.
    fn carry_out(&self, conflict: &Conflict, way: &Way, seat: Option<Seat>, note: &str, draft: &mut Draft<'_>) -> Result<CarriedOut, Refusal> {
        let mut todo = Vec::new();
        let scope = conflict.home.scope();
        let note = note.trim().to_owned();
        let mut resolved = (conflict.id, way.choice.clone(), seat, note, Vec::new(), Vec::new());
        match &way.effect {
            Effect::Nothing => {}
            Effect::Set(sets) => resolved.4.clone_from(sets),
            Effect::Move(booking) => {
                let (guest, seat) = (
                    self.listed(DocRef(*booking))?,
                    seat.ok_or_else(|| Refusal::new("seat-needed", "This choice needs another seat.", "Give the seat.", 422))?,
                );
                self.free(&guest.flight, seat, guest.id)?;
                resolved.4.push(Set { doc: DocRef(*booking), field: "seat".to_owned(), value: SetValue::Text(seat.to_string()) });
                if guest.standing() == Standing::CheckedIn {
                    draft.edit(&scope, *booking).fact(What::PassDue { seat }, guest.pass_due_refs());
                }
                todo.push(said!("todo-tell-seat", "Tell {name} about seat {seat} and give a new pass.", name = guest.name(), seat = seat));
            }
            Effect::Renumber(booking) => {
                let guest = self.listed(DocRef(*booking))?;
                let sequence = self.sequences(&guest.flight).take()?;
                resolved.4.push(Set { doc: DocRef(*booking), field: "sequence".to_owned(), value: SetValue::Int(sequence.into()) });
                let text = sequence.to_string();
                todo.push(said!("todo-new-pass", "Give {name} a new pass with sequence {sequence}.", name = guest.name(), sequence = text));
            }
            Effect::KeepAboard(booking) => {
                let guest = self.listed(DocRef(*booking))?;
                draft.edit(&scope, *booking).fact(What::CheckedIn { seq: guest.sequence, seat: guest.seat }, guest.offload_refs());
            }
            Effect::KeepOff(booking) => {
                let guest = self.listed(DocRef(*booking))?;
                let undone = guest.presence_refs().into_iter().chain(guest.offload_refs()).collect();
                draft.edit(&scope, *booking).fact(What::Offloaded { reason: crate::record::reason::coded("review") }, undone);
                todo.extend(self.bags_of_guest(*booking).iter().filter(|bag| bag.flies()).map(|bag| unload_words(bag.tag)));
            }
            Effect::Stand { booking, on } => todo.extend(self.draft_stand(*booking, *on, draft)?),
            Effect::Course(key, fact) => self.draft_course(key, *fact, draft)?,
            Effect::Match { case, keep, drop } => self.draft_match(*case, *keep, drop, draft),
            Effect::Adopt { conflict, choice, seat, note, sets, undoes } => {
                // What another node wrote into its settling is checked as if it had just been posted.
                let good = |set: &&Set| is_decided(&set.field) && self.lives_in(&scope, set.doc.0);
                let sets = sets.iter().filter(good).cloned().collect();
                let choice: String = choice.chars().take(32).collect();
                if choice == "aboard" || choice == "off" {
                    todo.push(said!("todo-see-record", "See that the guest's record agrees: board or offload the guest again if it does not."));
                }
                resolved = (*conflict, choice, *seat, note.clone(), sets, undoes.clone());
            }
        }
        let (id, choice, seat, note, sets, undoes) = resolved;
        draft_sets(draft, &scope, &sets);
        let mut part = draft.edit(&scope, conflict.home.doc(self));
        if let Home::Flight(key) = &conflict.home
            && self.flight(key).is_none()
        {
            part = part.say("kind", "flight").say("flight", key);
        }
        part.fact(What::Resolved(Box::new(Settling { conflict: id, choice, seat, note, sets })), undoes);
        Ok(CarriedOut { todo })
    }
}

/// The settlings that hold, by conflict.
pub(super) fn settlings(history: &History) -> Settled<'_> {
    let mut settled: Settled<'_> = BTreeMap::new();
    for held in history.live(|what| matches!(what, What::Resolved(_))) {
        if let What::Resolved(settling) = &held.fact.what {
            settled.entry(settling.conflict).or_default().push(held);
        }
    }
    settled
}

pub(super) fn resolution_of(settled: &Settled<'_>, id: ConflictId) -> Option<Resolution> {
    let held = settled.get(&id)?.first()?;
    match &held.fact.what {
        What::Resolved(settling) => Some(Resolution {
            choice: settling.choice.clone(),
            seat: settling.seat,
            note: settling.note.clone(),
            by: held.fact.by.to_string(),
            desk: held.fact.desk.to_string(),
            at: held.fact.at,
        }),
        _ => None,
    }
}

/// Marks what is settled, and adds what was settled in two ways.
pub(super) fn with_settlings(mut conflicts: Vec<Conflict>, settled: &Settled<'_>, home: &Home) -> Vec<Conflict> {
    for conflict in &mut conflicts {
        conflict.resolution = resolution_of(settled, conflict.id);
    }
    let twice = settled.iter().filter_map(|(id, ways)| {
        let about = conflicts.iter().find(|conflict| conflict.id == *id);
        resolved_twice(*id, ways, about, home)
    });
    let twice: Vec<Conflict> = twice.collect();
    conflicts.extend(twice);
    conflicts
}

fn resolved_twice(id: ConflictId, ways: &[&Held], about: Option<&Conflict>, home: &Home) -> Option<Conflict> {
    let resolved = |held: &Held| match &held.fact.what {
        What::Resolved(settling) => {
            let Settling { choice, seat, note, sets, .. } = (**settling).clone();
            Some((choice, seat, note, sets))
        }
        _ => None,
    };
    let mut ways: Vec<&Held> = ways.to_vec();
    ways.sort_by_key(|held| (held.fact.rec, held.id));
    let (first, _, _, _) = resolved(ways.first()?)?;
    let first_seat = resolved(ways.first()?)?.1;
    if ways.iter().filter_map(|held| resolved(held)).all(|(choice, seat, _, _)| choice == first && seat == first_seat) {
        return None;
    }
    let undoes: Vec<FactRef> = ways.iter().map(|held| FactRef(held.id)).collect();
    let words = |held: &Held| match (resolved(held), about) {
        (Some((choice, Some(seat), _, _)), _) => said!("conflict-settled-seat", "{choice}, seat {seat}", choice = choice, seat = seat),
        (Some((choice, None, _, _)), Some(about)) => {
            about.choices.iter().find(|way| way.choice == choice).map_or_else(|| choice.clone().into(), |way| way.words.clone())
        }
        (Some((choice, None, _, _)), None) => choice.into(),
        (None, _) => Said::default(),
    };
    let choices = ways
        .iter()
        .enumerate()
        .filter_map(|(at, held)| {
            let (choice, seat, note, sets) = resolved(held)?;
            let effect = Effect::Adopt { conflict: id, choice, seat, note, sets, undoes: undoes.clone() };
            let as_settled = said!("conflict-as-settled", "As {by} settled it: {how}", by = held.fact.by.to_string(), how = words(held));
            Some(Way::new(format!("keep-{}", at + 1), as_settled, effect))
        })
        .collect();
    let flight = match home {
        Home::Flight(key) => Some(*key),
        Home::Case(..) => None,
    };
    let mut facts: Vec<String> = undoes.iter().map(ToString::to_string).collect();
    facts.sort();
    facts.insert(0, "resolved-twice".to_owned());
    let who = All(ways.iter().map(|held| held.fact.by.to_string()).collect(), " and ");
    let what = match about {
        // Without its full stop, which stands at the end of the whole.
        Some(about) => Said::new("conflict-about", about.what.trim_end_matches('.')).arg("what", about.what.clone()),
        None => said!("conflict-about-gone", "A review that is gone by now"),
    };
    Some(Conflict {
        id: ConflictId::of(&facts),
        kind: ConflictKind::ResolvedTwice,
        flight,
        records: about.map(|about| about.records.clone()).unwrap_or_default(),
        what: said!("conflict-resolved-twice", "{what}: {who} settled it differently.", what = what, who = who),
        shown_for_now: said!("conflict-both-settlings", "Both settlings stand until one is chosen."),
        sides: ways.iter().map(|held| side_of(Some(held), words(held))).collect(),
        choices,
        proposal: Proposal {
            choice: "keep-1".to_owned(),
            seat: None,
            words: said!("conflict-propose-agree", "Agree with the other desk and keep one."),
        },
        resolution: None,
        home: home.clone(),
    })
}

fn draft_sets(draft: &mut Draft<'_>, scope: &ScopeId, sets: &[Set]) {
    for set in sets {
        let value = match &set.value {
            SetValue::Null => Scalar::Null,
            SetValue::Bool(yes) => Scalar::Bool(*yes),
            SetValue::Int(number) => Scalar::Int(*number),
            SetValue::Text(text) => Scalar::Str(text.clone()),
        };
        let part = draft.edit(scope, set.doc.0).set(&set.field, value);
        match (set.field.as_str(), &set.value) {
            ("seat", SetValue::Text(text)) => {
                if let Ok(seat) = text.parse() {
                    part.fact(What::SeatGiven { seat }, Vec::new());
                }
            }
            ("sequence", SetValue::Int(number)) => {
                if let Ok(seq) = u16::try_from(*number) {
                    part.fact(What::SequenceGiven { seq }, Vec::new());
                }
            }
            _ => {}
        }
    }
}

fn is_decided(field: &str) -> bool {
    [Flight::DECIDED, Booking::DECIDED, Bag::DECIDED, Case::FIELDS].iter().any(|fields| fields.contains(&field))
}
