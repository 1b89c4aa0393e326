//! Baggage incidents: taking the report, and listing what was taken.

use serde::Serialize;
use serde_json::json;

use super::decide::{Context, Decision, Draft};
use super::incident_clocks::Clocks;
use super::{Station, words};
use crate::command::{BagLook, Refusal, Tone};
use crate::flat::DocId;
use crate::record::case::Incident;
use crate::record::fact::What;
use crate::record::tracing::Stage;
use crate::record::{Case, DocRef};
use crate::said::{Said, said, with_hints};
use crate::scope::ScopeId;
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::FlightNumber;

/// What tracing writes where the airline is not known: a bag without a tag.
const ANY_AIRLINE: &str = "YY";

/// A case as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    pub case: DocRef,
    /// The month's scope in which it lives.
    pub scope: ScopeId,
    pub reference: String,
    pub incident: Option<Incident>,
    pub name: String,
    pub contact: String,
    pub tag: Option<BagTag>,
    pub flight: Option<FlightNumber>,
    pub bag: String,
    pub colour: Option<String>,
    pub bag_type: Option<String>,
    pub note: String,
    /// How far finding the bag has come, and the reports that it was confirmed with: more than one is in review.
    pub stage: Stage,
    pub with: Vec<DocRef>,
    /// Whether desks said of it what does not go together.
    pub disputed: bool,
    #[serde(flatten)]
    pub clocks: Clocks,
    /// When (ms), where and by whom the report was taken.
    pub at: Option<i64>,
    pub desk: Option<String>,
    pub by: Option<String>,
}

/// The report of an incident, as posted.
pub(super) struct Report<'a> {
    pub(super) incident: Incident,
    pub(super) tag: Option<BagTag>,
    pub(super) name: &'a str,
    pub(super) flight: Option<FlightNumber>,
    pub(super) contact: &'a str,
    pub(super) bag: &'a BagLook,
    pub(super) note: &'a str,
    pub(super) booking: Option<DocRef>,
}

impl Station {
    /// Every case, the newest reference first.
    pub fn cases(&self) -> Vec<CaseRow> {
        let mut rows: Vec<_> = self.cases.values().map(|(scope, case)| self.case_row(scope, case)).collect();
        rows.sort_by(|a, b| (b.at, &b.reference, b.case).cmp(&(a.at, &a.reference, a.case)));
        rows
    }

    pub fn case_of(&self, id: DocId) -> Option<CaseRow> {
        self.cases.get(&id).map(|(scope, case)| self.case_row(scope, case))
    }

    pub(super) fn open_incident(&self, report: &Report<'_>, context: &Context) -> Result<Decision, Refusal> {
        let not_here = |words: Said| Refusal::new("no-baggage-desk", words, "Take the report at a desk of the station.", 409);
        let station =
            self.setting.station.ok_or_else(|| not_here(said!("", "This node belongs to no station, so its cases would have no reference.")))?;
        let scope = ScopeId::desk(station.as_str(), &context.today.to_string())
            .map_err(|_| not_here(said!("date", "Today's date is not one that cases can be kept under.")))?;
        let id = DocId(context.drawn);
        if self.cases.contains_key(&id) {
            return Err(Refusal::new("case-exists", "This report was already taken.", "Open it from the list.", 409));
        }
        let airline = match report.flight {
            Some(flight) => flight.carrier(),
            None => ANY_AIRLINE.parse().map_err(|_| not_here(said!("airline", "No airline is named that a reference could carry.")))?,
        };
        let reference = self.next_reference(station, airline)?;
        let mut draft = Draft::new(context);
        let mut part = draft.edit(&scope, id).say("kind", "case").say("reference", reference).say("incident", report.incident.as_str());
        let mut fields = self.prefill(report, context);
        let texts = [
            ("name", report.name.trim().to_owned()),
            ("contact", report.contact.trim().to_owned()),
            ("tag", report.tag.map(|tag| tag.to_string()).unwrap_or_default()),
            ("flight", report.flight.map(|flight| flight.to_string()).unwrap_or_default()),
            ("bag", report.bag.description.trim().to_owned()),
            ("colour", report.bag.colour.clone().unwrap_or_default()),
            ("bag_type", report.bag.bag_type.clone().unwrap_or_default()),
            ("note", report.note.trim().to_owned()),
        ];
        fields.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()));
        for (field, text) in fields {
            part = part.say(field, text);
        }
        part.fact(What::Opened {}, Vec::new());
        let mut todo = Vec::new();
        if report.contact.trim().is_empty() && report.incident != Incident::Found {
            todo.push(said!("todo-ask-contact", "Ask for a phone number or an address: the guest cannot be reached without one."));
        }
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let message = format!("Report {reference} is taken. The reference holds at {station}; tracing gives its own later.");
        let known = report.tag.map(|tag| self.tag_holders(tag)).unwrap_or_default();
        let answer = json!({ "tone": tone, "message": message, "todo": todo, "case": DocRef(id), "reference": reference, "station": station, "bag_known_as": known });
        let answer = with_hints(answer, &todo);
        let words = words::count(1, "report", "reports");
        Ok(draft.decision(answer, format!("took {words} of a {} bag, {reference}", report.incident.as_str())))
    }

    /// The bookings under which a tag is known here.
    fn tag_holders(&self, tag: BagTag) -> Vec<DocRef> {
        self.bags_with(tag).filter_map(|bag| bag.owner).map(DocRef).collect()
    }

    fn case_row(&self, scope: &ScopeId, case: &Case) -> CaseRow {
        let opened = case.opened();
        CaseRow {
            case: DocRef(case.id),
            scope: scope.clone(),
            reference: case.reference.to_string(),
            incident: case.incident,
            name: case.name.to_string(),
            contact: case.contact.to_string(),
            tag: case.tag,
            flight: case.flight,
            bag: case.bag.to_string(),
            colour: case.colour.as_deref().map(str::to_owned),
            bag_type: case.bag_type.as_deref().map(str::to_owned),
            note: case.note.to_string(),
            stage: case.tracing.stage,
            with: case.tracing.partners.clone(),
            disputed: case.tracing.is_disputed(),
            clocks: self.clocks(case, case.opened_at()),
            at: opened.map(|fact| fact.at),
            desk: opened.map(|fact| fact.desk.to_string()),
            by: opened.map(|fact| fact.by.to_string()),
        }
    }
}
