//! The documents of a guest at the counter: what the route asks for, what was shown, and what came of it. No number is kept but its last characters.

use axum::Form;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::Command;
use schemas::flat::DocId;
use schemas::record::DocRef;
use schemas::record::fact::{Documents, Security, Shown};
use schemas::staff::Permission;
use schemas::standards::mrz::{Mrz, MrzError, Part};
use schemas::station::{GuestRow, WhenNotAsked};
use serde::Deserialize;
use uuid::Uuid;

use super::CounterQuery;
use super::actions::{act, act_beside, wrong};
use super::lately::Read;
use super::problems::rule_key;
use crate::lang::Say;
use crate::staff::Proof;
use crate::web::errors::Trouble;
use crate::web::forms::{self, escaped};
use crate::web::language::Screen;
use crate::web::page::{FieldError, Tone};
use crate::web::{Web, staff};

/// What came of looking at a guest's documents, as the work area shows it.
#[derive(Debug, Clone, Default)]
pub struct DocumentMark {
    pub tone: Tone,
    pub words: String,
    /// `P UTO, number ending in 2C3, valid until 2031-04-15`; empty where none was noted.
    pub shown: String,
}

/// The form in which documents are noted.
#[derive(Debug, Clone, Default)]
pub struct DocumentsPart {
    pub booking: String,
    pub name: String,
    /// What the route asks for.
    pub rule: String,
    /// What is to be looked at: who is named on the document, and whether it is over.
    pub cautions: Vec<String>,
    /// What was read, or what is known; all empty where nothing is.
    pub kind: String,
    pub issuer: String,
    pub ending: String,
    pub nationality: String,
    pub expires: String,
    /// The id of what a machine read.
    pub read: String,
    /// Whether the guest is selected for a further check.
    pub selected: bool,
    /// What may come of it, the usual first.
    pub outcomes: Vec<DocumentOutcome>,
    /// Whether a supervisor has to show a badge for one of them.
    pub asks_supervisor: bool,
}

/// A button.
#[derive(Debug, Clone, Default)]
pub struct DocumentOutcome {
    pub value: &'static str,
    pub words: String,
    pub danger: bool,
}

impl DocumentsPart {
    /// Whether the document is of none of the kinds that can be chosen.
    pub fn is_other_kind(&self) -> bool {
        !["", "P", "V", "I"].contains(&self.kind.as_str())
    }
}

/// What was looked at, as sent.
#[derive(Deserialize)]
pub(in crate::web) struct DocumentsForm {
    form: Uuid,
    booking: String,
    #[serde(default)]
    q: String,
    /// `read` to only read the lines; else what came of it.
    outcome: String,
    /// The machine-readable lines.
    #[serde(default)]
    mrz: String,
    /// The id of what was read before.
    #[serde(default)]
    read: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    ending: String,
    #[serde(default)]
    nationality: String,
    #[serde(default)]
    expires: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    selected: String,
    /// The supervisor who lets the guest go on.
    #[serde(default)]
    who: String,
    #[serde(default)]
    secret: String,
}

/// A travel document was scanned in the find box: opens the documents of the guest whose name it bears, of the open party first.
pub(super) fn scanned(web: &Web, headers: &HeaderMap, text: &str, at: &str) -> Response {
    let lines = web.lately.lines(staff::current(headers).as_ref(), web.services.now_ms(), text);
    let read = match read_lines(web, &lines) {
        Ok((read, _)) => read,
        // The other lines are on their way.
        Err(MrzError::NotAZone) if Mrz::is_part(&lines) => return Redirect::to(&format!("/counter?booking={}&half=1", escaped(at))).into_response(),
        Err(error) => {
            let query = CounterQuery { booking: Some(at.to_owned()).filter(|at| !at.is_empty()), ..CounterQuery::default() };
            return wrong(web, headers, &query, vec![FieldError { field: "scan", words: not_read(&web.say, error) }]);
        }
    };
    let viewer = web.viewer(headers);
    let id = web.services.new_id();
    let (sure, all) = web.services.read(|station| {
        let found: Vec<_> = station.find(&read.name).into_iter().filter(|found| viewer.sees(&found.guest.flight)).collect();
        let party: Vec<DocRef> =
            at.parse::<DocRef>().map(|at| station.party_of(at.0).iter().map(|guest| guest.booking).collect()).unwrap_or_default();
        let sure: Vec<DocRef> = found.iter().filter(|found| !found.by.is_guess()).map(|found| found.guest.booking).collect();
        let theirs: Vec<DocRef> = sure.iter().copied().filter(|booking| party.contains(booking)).collect();
        (if theirs.is_empty() { sure } else { theirs }, found.len())
    });
    let name = web.lately.keep_scan(id, &read.name);
    web.lately.keep(id, read);
    let to = match (sure.as_slice(), all) {
        ([one], _) => format!("/counter?q={name}&booking={one}&documents={one}&read={id}#documents"),
        _ => format!("/counter?q={name}&read={id}"),
    };
    Redirect::to(&to).into_response()
}

/// Reads lines, or notes what came of looking at them.
pub(in crate::web) async fn note(Screen(web): Screen, headers: HeaderMap, Form(form): Form<DocumentsForm>) -> Result<Response, Trouble> {
    let booking = forms::guest(&form.booking)?;
    let mut query = CounterQuery {
        q: form.q.clone(),
        booking: Some(form.booking.clone()),
        documents: Some(form.booking.clone()),
        read: form.read.parse().ok(),
        ..CounterQuery::default()
    };
    let refuse = |query: &CounterQuery, field: &'static str, words: String| Ok(wrong(&web, &headers, query, vec![FieldError { field, words }]));
    if !form.mrz.trim().is_empty() {
        match read_lines(&web, &form.mrz) {
            Ok((read, id)) => {
                web.lately.keep(id, read);
                query.read = Some(id);
            }
            Err(error) => return refuse(&query, "mrz", not_read(&web.say, error)),
        }
    }
    if form.outcome == "read" {
        if form.mrz.trim().is_empty() {
            return refuse(&query, "mrz", web.say.t("documents-give-lines").to_string());
        }
        let read = query.read.map(|id| id.to_string()).unwrap_or_default();
        return Ok(Redirect::to(&format!("{}&documents={booking}&read={read}#documents", query.address())).into_response());
    }
    let outcome = match form.outcome.as_str() {
        "seen" => Documents::Seen,
        "send-later" => Documents::SendLater,
        "supervisor" => Documents::Supervisor,
        "refused" => Documents::Refused,
        _ => return Err(Trouble::not_here("outcome")),
    };
    let document = match shown(&web, &form, &query) {
        Ok(document) => document,
        Err((field, words)) => return refuse(&query, field, words),
    };
    let command = Command::NoteDocuments { booking, outcome, note: form.note.trim().to_owned(), document, selected: !form.selected.is_empty() };
    if outcome == Documents::Supervisor && !form.who.trim().is_empty() {
        return act_beside(&web, &headers, &query, form.form, command, Proof { who: form.who, secret: form.secret }, "documents-who").await;
    }
    act(&web, &headers, &query, form.form, command, "documents-note").await
}

/// What of the form is a document: what a machine read, unless it was typed over, else what was typed. A number that was typed whole is cut here.
fn shown(web: &Web, form: &DocumentsForm, query: &CounterQuery) -> Result<Option<Shown>, (&'static str, String)> {
    let read = query.read.and_then(|id| web.lately.read(id)).map(|read| read.document);
    if !form.mrz.trim().is_empty() {
        return Ok(read);
    }
    let letters = |text: &str| text.trim().to_ascii_uppercase();
    let (kind, issuer, nationality) = (letters(&form.kind), letters(&form.issuer), letters(&form.nationality));
    let number: Vec<char> = form.ending.chars().filter(char::is_ascii_alphanumeric).collect();
    let ending: String = number[number.len().saturating_sub(ENDING)..].iter().collect::<String>().to_ascii_uppercase();
    if issuer.is_empty() && ending.is_empty() && form.expires.trim().is_empty() {
        return Ok(None);
    }
    let is_state = |text: &str| (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    if !is_state(&issuer) {
        return Err(("documents-issuer", web.say.t("documents-not-a-state").to_string()));
    }
    if !nationality.is_empty() && !is_state(&nationality) {
        return Err(("documents-nationality", web.say.t("documents-not-a-state").to_string()));
    }
    let expires = match form.expires.trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| ("documents-expires", web.say.t("documents-not-a-day").to_string()))?),
    };
    let typed = Shown {
        kind: if kind.is_empty() { "P".to_owned() } else { kind },
        issuer,
        ending,
        nationality: Some(nationality).filter(|text| !text.is_empty()),
        expires,
        read: false,
    };
    let as_read = read.map(|read| Shown { read: true, ..typed.clone() } == read).unwrap_or_default();
    Ok(Some(Shown { read: as_read, ..typed }))
}

/// What stands on the document that is looked at, the form with it, and what the route allows.
pub(super) fn part(web: &Web, headers: &HeaderMap, guest: &GuestRow, query: &CounterQuery, selected_by_pass: bool) -> DocumentsPart {
    let say = &web.say;
    let rule = rule_of(web, guest.booking.0);
    let read = query.read.and_then(|id| web.lately.read(id));
    let known = web.services.read(|station| station.booking(guest.booking.0).and_then(|booking| booking.shown().cloned()));
    let mut cautions = Vec::new();
    if let Some(read) = &read {
        let fits = web.services.read(|station| station.find_on(&guest.flight, &read.name).iter().any(|found| found.guest.booking == guest.booking));
        if !fits {
            cautions.push(say.t("documents-other-name").arg("read", &read.name).arg("listed", &guest.name).to_string());
        }
        if read.document.expires.is_some_and(|expires| expires < guest.flight.date()) {
            cautions.push(say.t("documents-over").to_string());
        }
    }
    let may_accept = web.viewer(headers).may(Permission::AcceptDocuments);
    let shown = read.map(|read| read.document).or(known);
    let text = |of: fn(&Shown) -> String| shown.as_ref().map(of).unwrap_or_default();
    DocumentsPart {
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        rule: say.t(rule.map_or("documents-rule-none", rule_key)).to_string(),
        cautions,
        kind: text(|shown| shown.kind.clone()),
        issuer: text(|shown| shown.issuer.clone()),
        ending: text(|shown| shown.ending.clone()),
        nationality: text(|shown| shown.nationality.clone().unwrap_or_default()),
        expires: text(|shown| shown.expires.map(|day| day.to_string()).unwrap_or_default()),
        read: query.read.map(|id| id.to_string()).unwrap_or_default(),
        selected: guest.security == Some(Security::Selected) || (selected_by_pass && guest.security.is_none()),
        outcomes: outcomes(say, rule),
        asks_supervisor: rule == Some(WhenNotAsked::Supervisor) && !may_accept,
    }
}

/// What came of it, in the work area; nothing where the route asks for none and nobody looked.
pub(super) fn mark(web: &Web, guest: &GuestRow) -> Option<DocumentMark> {
    let say = &web.say;
    let (tone, key) = match guest.documents {
        Some(Documents::Seen) => (Tone::Accept, "documents-seen"),
        Some(Documents::SendLater) => (Tone::Attention, "documents-sent-later"),
        Some(Documents::Supervisor) => (Tone::Attention, "documents-supervised"),
        Some(Documents::Refused) => (Tone::Reject, "documents-are-refused"),
        None => {
            rule_of(web, guest.booking.0)?;
            (Tone::Attention, "documents-not-seen")
        }
    };
    let known = web.services.read(|station| station.booking(guest.booking.0).and_then(|booking| booking.shown().cloned()));
    Some(DocumentMark { tone, words: say.t(key).to_string(), shown: known.map(|shown| in_words(say, &shown)).unwrap_or_default() })
}

/// `P UTO, number ending in 2C3, valid until 2031-04-15`: never more of the number.
pub(in crate::web) fn in_words(say: &Say, shown: &Shown) -> String {
    let ending = if shown.ending.is_empty() { "-" } else { &shown.ending };
    let said = say.t("documents-shown").arg("kind", &shown.kind).arg("issuer", &shown.issuer).arg("ending", ending);
    match shown.expires {
        Some(day) => said.of("until").arg("day", day.to_string()).to_string(),
        None => said.to_string(),
    }
}

fn rule_of(web: &Web, guest: DocId) -> Option<WhenNotAsked> {
    web.services.read(|station| station.booking(guest).and_then(|guest| station.document_rule(guest)))
}

/// What may come of it by the route's rule.
fn outcomes(say: &Say, rule: Option<WhenNotAsked>) -> Vec<DocumentOutcome> {
    let outcome = |value, key: &str| DocumentOutcome { value, words: say.t(key).to_string(), danger: value == "refused" };
    let in_between = match rule {
        Some(WhenNotAsked::SendLater) => Some(outcome("send-later", "documents-do-send-later")),
        Some(WhenNotAsked::Supervisor) => Some(outcome("supervisor", "documents-do-supervisor")),
        Some(WhenNotAsked::Refuse) | None => None,
    };
    [Some(outcome("seen", "documents-do-seen")), in_between, Some(outcome("refused", "documents-do-refuse"))].into_iter().flatten().collect()
}

fn read_lines(web: &Web, text: &str) -> Result<(Read, Uuid), MrzError> {
    let mrz = Mrz::parse(text, web.services.today())?;
    let document = Shown {
        kind: mrz.kind().to_owned(),
        issuer: mrz.issuer().to_owned(),
        ending: mrz.ending().to_owned(),
        nationality: Some(mrz.nationality().to_owned()).filter(|text| !text.is_empty()),
        expires: mrz.expires(),
        read: true,
    };
    Ok((Read { document, name: mrz.name() }, web.services.new_id()))
}

fn not_read(say: &Say, error: MrzError) -> String {
    match error {
        MrzError::NotAZone => say.t("mrz-not-a-zone").to_string(),
        MrzError::Letter { line } => say.t("mrz-letter").arg("line", line).to_string(),
        MrzError::CheckDigit { what } => {
            let part = match what {
                Part::Number => "mrz-number",
                Part::Birth => "mrz-birth",
                Part::Expiry => "mrz-expiry",
                Part::Personal => "mrz-personal",
                Part::Whole => "mrz-whole",
            };
            say.t("mrz-check-digit").arg("what", say.t(part).to_string()).to_string()
        }
    }
}

/// As much of a number as is kept.
const ENDING: usize = 3;
