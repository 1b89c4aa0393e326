//! Tracing at the baggage desk: which found bag may be the guest's, two reports side by side, and the steps up to its delivery.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::record::case::Incident;
use schemas::record::incident::{Field, Kind};
use schemas::record::incident_fields::FIELDS;
use schemas::record::tracing::{Stage, TraceStep};
use schemas::record::{Case, DocRef};
use schemas::staff::Permission;
use schemas::station::{Candidate, CaseRow};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::Failed;
use super::incident_words::{grade, label, reasons, value};
use super::language::Screen;
use super::page::{Notice, Section, Shell};
use super::who::Viewer;
use super::{Web, incident, staff};

/// What a file's page says about finding the bag.
#[derive(Debug, Clone, Default)]
pub struct TracingPart {
    /// Whether a bag of this kind is looked for at all.
    pub traced: bool,
    /// The reports that it was confirmed with: address and words.
    pub partners: Vec<(String, String)>,
    /// Set where desks said what does not go together.
    pub disputed: bool,
    pub candidates: Vec<CandidateRow>,
    /// What is said of those that are not listed; empty where all are.
    pub left_out: String,
    /// The steps that may follow now.
    pub steps: Vec<StepRow>,
    /// Whether whoever looks may take them.
    pub may: bool,
}

/// A report that may be about the same bag.
#[derive(Debug, Clone, Default)]
pub struct CandidateRow {
    pub id: String,
    pub words: String,
    /// `Strong, 78`.
    pub grade: String,
    pub reasons: String,
}

/// A step that may be taken.
#[derive(Debug, Clone, Default)]
pub struct StepRow {
    pub step: &'static str,
    pub words: String,
    pub needs_reason: bool,
}

/// Two reports side by side. Photos of both bags stand in the block `photos` of the template.
#[derive(Debug, Template)]
#[template(path = "incident_compare.html")]
pub struct ComparePage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub one: SideHead,
    pub two: SideHead,
    pub grade: String,
    pub reasons: String,
    pub rows: Vec<CompareRow>,
    /// Confirm and reject, as far as they may follow.
    pub may_confirm: bool,
    pub may_reject: bool,
}

/// One of two reports.
#[derive(Debug, Clone, Default)]
pub struct SideHead {
    pub id: String,
    pub words: String,
    pub reference: String,
}

/// What both say in one field.
#[derive(Debug, Clone, Default)]
pub struct CompareRow {
    pub label: String,
    pub one: String,
    pub two: String,
    /// Both say the same.
    pub same: bool,
    /// Both say something of which a difference counts.
    pub both: bool,
    /// Only one of them says something.
    pub one_says: bool,
}

/// A step as sent.
#[derive(Deserialize)]
pub(super) struct StepForm {
    form: Uuid,
    step: String,
    #[serde(default)]
    with: String,
    #[serde(default)]
    reason: String,
}

/// Takes a step and goes back to the file.
pub(super) async fn step(Screen(web): Screen, Path(case): Path<String>, headers: HeaderMap, Form(form): Form<StepForm>) -> Result<Response, Trouble> {
    let case: DocRef = case.parse().map_err(|_| Trouble::not_here("report"))?;
    let step: TraceStep = form.step.parse().map_err(|()| Trouble::not_here("form"))?;
    let with = form.with.parse::<DocRef>().ok();
    let command = Command::TraceIncident { case, step, with, reason: form.reason.trim().to_owned() };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/baggage/{case}?done={}#tracing", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let notice = Some(Notice::refused(&refusal, &web.say));
            match with.filter(|_| matches!(step, TraceStep::Confirm | TraceStep::Reject)) {
                Some(with) => Ok(refused(&refusal, &compare_page(&web, &headers, case, with, notice)?)),
                None => Ok(refused(&refusal, &incident::page(&web, &headers, case, 1, notice, &Default::default())?)),
            }
        }
    }
}

pub(super) async fn compare(Screen(web): Screen, Path((case, other)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, Trouble> {
    let id = |text: &str| text.parse::<DocRef>().map_err(|_| Trouble::not_here("report"));
    Ok(html(&compare_page(&web, &headers, id(&case)?, id(&other)?, None)?))
}

fn compare_page(web: &Web, headers: &HeaderMap, case: DocRef, other: DocRef, notice: Option<Notice>) -> Result<ComparePage, Trouble> {
    let viewer = web.viewer(headers);
    let not_here = || Trouble::not_here("report");
    let seen = |id: DocRef| web.services.read(|station| station.case_of(id.0)).filter(|row| viewer.sees_case(row)).ok_or_else(not_here);
    let (one, two) = (seen(case)?, seen(other)?);
    let found = web.services.read(|station| {
        let compared = station.compared(case.0, other.0);
        let bags = compared.as_ref().map_or((1, 1), |found| (found.bag, found.other_bag));
        let rows = compare_rows(web, (station.case(case.0)?, bags.0), (station.case(other.0)?, bags.1));
        Some((rows, compared))
    });
    let (rows, compared) = found.ok_or_else(not_here)?;
    let may = viewer.may(Permission::TraceBags);
    let open = |row: &CaseRow| row.stage == Stage::Open;
    Ok(ComparePage {
        shell: web.shell(Section::Baggage, staff::current(headers).as_ref()),
        notice,
        grade: compared.as_ref().map_or_else(|| web.say.t("match-grade-none").to_string(), |row| grade(&web.say, &row.grade, row.score)),
        reasons: compared.map(|row| reasons(&web.say, &row.reasons)).unwrap_or_default(),
        rows,
        may_confirm: may && open(&one) && open(&two),
        may_reject: may && one.stage < Stage::Delivered && two.stage < Stage::Delivered,
        one: head(web, &one),
        two: head(web, &two),
    })
}

fn head(web: &Web, row: &CaseRow) -> SideHead {
    SideHead { id: row.case.to_string(), words: incident::named(web, row), reference: row.reference.clone() }
}

/// What both say of whose bag it is, of its way, and of the two bags that agree most. Words of people are shown and not judged.
fn compare_rows(web: &Web, one: (&Case, u8), two: (&Case, u8)) -> Vec<CompareRow> {
    const OF_FILE: [&str; 7] = ["name", "locator", "flight", "flight_date", "route", "found_at", "found_on"];
    let row = |field: &'static Field| {
        let text = |(case, bag): (&Case, u8)| match field.bag {
            0 => case.details.get(field.name).map(str::to_owned),
            _ => case.details.of_bag(bag, field.word).map(str::to_owned),
        };
        let (left, right) = (text(one), text(two));
        let words = |text: &Option<String>| text.as_deref().map(|text| value(&web.say, field, text)).unwrap_or_default();
        let is_code = !matches!(field.kind, Kind::Line(60..) | Kind::Text(_));
        (left.is_some() || right.is_some()).then(|| CompareRow {
            label: label(&web.say, field),
            one: words(&left),
            two: words(&right),
            same: left.is_some() && left.as_deref().map(str::to_uppercase) == right.as_deref().map(str::to_uppercase),
            both: left.is_some() && right.is_some() && is_code,
            one_says: left.is_none() || right.is_none(),
        })
    };
    FIELDS.iter().filter(|field| field.bag == 1 || OF_FILE.contains(&field.word)).filter_map(row).collect()
}

/// What the page of a file says about finding the bag.
pub(super) fn part(web: &Web, viewer: &Viewer, row: &CaseRow, may: bool) -> TracingPart {
    let traced = matches!(row.incident, Some(Incident::Delayed | Incident::Found));
    let of = |id: DocRef| web.services.read(|station| station.case_of(id.0)).filter(|row| viewer.sees_case(row));
    let mut found = web.services.read(|station| station.candidates(row.case.0));
    found.rows.retain(|candidate| of(candidate.case).is_some());
    let more = (found.more > 0).then(|| web.say.t("tracing-more").arg("count", found.more).to_string());
    let common = found.too_common.then(|| web.say.t("tracing-too-common").to_string());
    TracingPart {
        traced,
        partners: row.with.iter().filter_map(|id| of(*id)).map(|row| (row.case.to_string(), incident::named(web, &row))).collect(),
        disputed: row.disputed,
        candidates: found.rows.iter().filter_map(|candidate| Some(candidate_row(web, &of(candidate.case)?, candidate))).collect(),
        left_out: web.say.sentences(&more.into_iter().chain(common).collect::<Vec<_>>()),
        steps: steps(web, row, traced),
        may,
    }
}

fn candidate_row(web: &Web, row: &CaseRow, candidate: &Candidate) -> CandidateRow {
    CandidateRow {
        id: candidate.case.to_string(),
        words: incident::named(web, row),
        grade: grade(&web.say, &candidate.grade, candidate.score),
        reasons: reasons(&web.say, &candidate.reasons),
    }
}

/// The steps that may follow; confirm and reject stand where two reports are compared.
fn steps(web: &Web, row: &CaseRow, traced: bool) -> Vec<StepRow> {
    let clear = row.with.len() == 1 && !row.disputed;
    let steps: Vec<TraceStep> = TraceStep::ALL
        .into_iter()
        .filter(|step| match step {
            TraceStep::Confirm | TraceStep::Reject => false,
            TraceStep::Request => traced && clear && row.stage < Stage::Requested,
            TraceStep::Suspend => traced && !row.disputed && row.stage < Stage::Suspended,
            TraceStep::Deliver => traced && !row.disputed && row.stage < Stage::Delivered,
            TraceStep::Close => row.stage < Stage::Closed,
            TraceStep::Resume => row.stage >= Stage::Suspended,
        })
        .collect();
    let say = |step: TraceStep| StepRow {
        step: step.as_str(),
        words: web.say.t(&format!("tracing-step-{}", step.as_str())).to_string(),
        needs_reason: matches!(step, TraceStep::Close | TraceStep::Resume),
    };
    steps.into_iter().map(say).collect()
}
