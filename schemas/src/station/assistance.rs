//! Helping guests: wheelchairs, minors, bags to carry. Ordered, assigned, picked up, handed over, each with its time.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use crate::command::{Refusal, Tone};
use crate::flat::DocId;
use crate::record::booking::Standing;
use crate::record::fact::{Assist, AssistStep, Held, What};
use crate::record::{Booking, DocRef, FactRef, FlightKey};
use crate::standards::seat::Seat;

/// The service codes for which somebody has to come.
const SERVICES: [&str; 7] = ["WCHR", "WCHS", "WCHC", "MAAS", "BLND", "DEAF", "UMNR"];

/// Helping one guest with one thing. Times are milliseconds since 1970 UTC by the clock of the desk that noted them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    pub service: String,
    /// How far it has come; never `cancel`.
    pub step: AssistStep,
    /// Who is to help: several where desks that did not see each other sent somebody each.
    pub who: Vec<String>,
    /// Where the guest waits.
    pub place: Option<String>,
    pub ordered_at: Option<i64>,
    pub assigned_at: Option<i64>,
    pub picked_up_at: Option<i64>,
    pub handed_over_at: Option<i64>,
}

/// A job with its guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JobRow {
    pub booking: DocRef,
    pub flight: FlightKey,
    pub gate: Option<String>,
    pub name: String,
    pub seat: Option<Seat>,
    pub standing: Standing,
    #[serde(flatten)]
    pub job: Job,
}

impl Booking {
    /// Every job for this guest, by service.
    pub fn jobs(&self) -> Vec<Job> {
        let mut facts: BTreeMap<&str, Vec<(&Held, &Assist)>> = BTreeMap::new();
        for held in self.history.live(|_| true) {
            if let What::Assistance(assist) = &held.fact.what {
                facts.entry(&assist.service).or_default().push((held, assist));
            }
        }
        facts.into_iter().filter_map(|(service, facts)| job(service, &facts)).collect()
    }

    /// Whether somebody is with the guest, or was.
    pub(super) fn is_picked_up(&self, service: &str) -> bool {
        self.jobs().iter().any(|job| job.service == service && job.step >= AssistStep::PickUp)
    }

    fn assist_refs(&self, service: &str, is_meant: impl Fn(AssistStep) -> bool) -> Vec<FactRef> {
        self.history.refs(|what| matches!(what, What::Assistance(assist) if assist.service == service && is_meant(assist.step)))
    }
}

impl Station {
    /// Who is to be helped, on one flight or on all, open jobs first, then as they were ordered.
    pub fn assistance(&self, flight: Option<&FlightKey>) -> Vec<JobRow> {
        let books = self.books.iter().filter(|(key, _)| flight.is_none_or(|flight| flight == *key));
        let mut rows: Vec<JobRow> = books
            .flat_map(|(key, book)| {
                book.helped.iter().filter_map(|id| self.booking(*id)).filter(|guest| self.is_here(guest)).map(move |guest| (key, guest))
            })
            .flat_map(|(key, guest)| guest.jobs().into_iter().map(move |job| self.job_row(key, guest, job)))
            .collect();
        let rank = |row: &JobRow| (row.job.step == AssistStep::HandOver, row.flight, row.job.ordered_at, row.booking, row.job.service.clone());
        rows.sort_by_cached_key(rank);
        rows
    }

    pub(super) fn assist(&self, booking: DocRef, asked: Assist, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        let key = guest.flight;
        self.known(&key)?;
        let name = guest.name();
        let service = asked.service.clone();
        let open = guest.jobs().into_iter().find(|job| job.service == service && job.step != AssistStep::HandOver);
        let undoes = match (asked.step, &open) {
            (AssistStep::Order, Some(job)) if job.place == asked.place || asked.place.is_none() => {
                return Err(Refusal::new("already-ordered", format!("{service} is already ordered for {name}."), "Assign somebody to it.", 409)
                    .arg("service", service)
                    .arg("name", name));
            }
            (AssistStep::Order, _) => guest.assist_refs(&service, |step| step == AssistStep::Order || open.is_none()),
            (_, None) => {
                let words = format!("{service} is not ordered for {name}.");
                return Err(Refusal::new("not-ordered", words, "Order it first.", 409).arg("service", service).arg("name", name));
            }
            (AssistStep::Assign, Some(_)) if asked.who.is_none() => {
                return Err(Refusal::new("helper-missing", "Nobody is named who helps.", "Give a staff number or a name.", 422));
            }
            (AssistStep::Cancel, Some(_)) => guest.assist_refs(&service, |_| true),
            (step, Some(_)) => guest.assist_refs(&service, |known| known == step),
        };
        let message = match (asked.step, &asked.who) {
            (AssistStep::Order, _) => format!("{service} is ordered for {name}."),
            (AssistStep::Assign, who) => format!("{} helps {name} ({service}).", who.as_deref().unwrap_or_default()),
            (AssistStep::PickUp, _) => format!("{name} is picked up ({service})."),
            (AssistStep::HandOver, _) => format!("{name} is handed over ({service})."),
            (AssistStep::Cancel, _) => format!("{service} is not needed for {name}."),
        };
        let answer = json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "booking": booking, "service": service, "step": asked.step, "name": name, "who": asked.who });
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), guest.id).fact(What::Assistance(Box::new(asked)), undoes);
        Ok(draft.decision(answer, format!("noted a step of helping a guest of {key}")))
    }

    fn job_row(&self, key: &FlightKey, guest: &Booking, job: Job) -> JobRow {
        JobRow {
            booking: DocRef(guest.id),
            flight: *key,
            gate: self.flight(key).and_then(|flight| flight.gate.as_deref()).map(str::to_owned),
            name: guest.name().to_owned(),
            seat: guest.seat,
            standing: guest.standing(),
            job,
        }
    }
}

/// Orders what the list says that the guest needs, where nobody has.
pub(super) fn order_help(draft: &mut Draft<'_>, guest: &Booking) {
    let jobs = guest.jobs();
    for service in SERVICES.into_iter().filter(|code| guest.has_flag(code) && !jobs.iter().any(|job| job.service == *code)) {
        let order = Assist { service: service.to_owned(), step: AssistStep::Order, who: None, place: None };
        let id: DocId = guest.id;
        draft.edit(&guest.flight.scope(), id).fact(What::Assistance(Box::new(order)), Vec::new());
    }
}

/// What the facts of one service come to; nothing where it is not needed any more.
fn job(service: &str, facts: &[(&Held, &Assist)]) -> Option<Job> {
    let at = |step: AssistStep| facts.iter().filter(|(_, assist)| assist.step == step).map(|(held, _)| held.fact.at).min();
    let step = facts.iter().map(|(_, assist)| assist.step).filter(|step| *step != AssistStep::Cancel).max()?;
    let mut who: Vec<String> = facts.iter().filter_map(|(_, assist)| assist.who.clone()).collect();
    who.sort();
    who.dedup();
    Some(Job {
        service: service.to_owned(),
        step,
        who,
        place: facts.iter().rev().find_map(|(_, assist)| assist.place.clone()),
        ordered_at: at(AssistStep::Order),
        assigned_at: at(AssistStep::Assign),
        picked_up_at: at(AssistStep::PickUp),
        handed_over_at: at(AssistStep::HandOver),
    })
}
