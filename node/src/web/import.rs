//! Importing a list on screen: by file or paste, looked at before anything is taken, then applied just as it was looked at.

use askama::Template;
use axum::Form;
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, Refusal};
use schemas::station::{MapKind, Preview};
use serde::Deserialize;
use uuid::Uuid;

use super::column_maps::{self, MapRow};
use super::errors::{Trouble, html, refused};
use super::forms::Failed;
use super::language::Screen;
use super::page::{Notice, Section, Shell};
use super::{Web, answers, staff, upload};

/// The page, before and after a list was looked at.
#[derive(Debug, Template)]
#[template(path = "import.html")]
pub struct ImportPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// What was pasted or read from the file.
    pub text: String,
    pub looked: Option<LookedAt>,
    /// The airline whose column map was chosen for a table; none where that of the flight counts.
    pub columns: String,
    /// The column maps that can be chosen, with their words.
    pub choices: Vec<(String, String)>,
    /// Every column map.
    pub maps: Vec<MapRow>,
    /// Those that were left out, and why.
    pub faults: Vec<String>,
}

/// What was pasted or read from a file, and how it is to be read.
#[derive(Debug, Default)]
struct Given {
    text: String,
    columns: String,
}

/// What a list would change.
#[derive(Debug, Clone)]
pub struct LookedAt {
    pub mark: String,
    /// `CA1501: 120 guests, 3 new, 1 changed.`
    pub message: String,
    /// What is left to do, or to know.
    pub todo: Vec<String>,
    pub added: Vec<String>,
    pub changed: Vec<ChangedRow>,
    pub removed: Vec<String>,
    /// Line and reason.
    pub passed_over: Vec<(u32, String)>,
    /// `3 guests`, for the heads of the lists.
    pub counts: [String; 4],
    /// Whether more are listed than the page shows.
    pub more: bool,
    /// Whether applying it would change anything.
    pub is_nothing: bool,
}

/// One guest who changes.
#[derive(Debug, Clone)]
pub struct ChangedRow {
    pub name: String,
    /// `Seat: 14C becomes 15A`.
    pub words: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct DoneQuery {
    done: Option<Uuid>,
}

/// A list that was looked at, to be applied.
#[derive(Deserialize)]
pub(super) struct ApplyForm {
    form: Uuid,
    text: String,
    mark: String,
    #[serde(default)]
    columns: String,
}

/// Rows of each kind that a page shows; the counts say how many there are.
const ROWS_MAX: usize = 400;

pub(super) async fn show(Screen(web): Screen, Query(query): Query<DoneQuery>, headers: HeaderMap) -> Response {
    let notice = web.done(query.done);
    html(&page(&web, &headers, notice, Given::default(), None))
}

/// Says what a list would change. Nothing is taken, and nothing is kept.
pub(super) async fn look(Screen(web): Screen, headers: HeaderMap, body: Bytes) -> Result<Response, Trouble> {
    if staff::current(&headers).is_none() {
        return Ok(staff::ask());
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let columns = upload::field(kind, &body, "columns").unwrap_or_default();
    let given = match upload::text(kind, &body) {
        Ok(text) => Given { text, columns },
        Err(refusal) => {
            let given = Given { columns, ..Given::default() };
            return Ok(refused(&refusal, &page(&web, &headers, Some(Notice::refused(&refusal, &web.say)), given, None)));
        }
    };
    Ok(looked_at(&web, &headers, given, None))
}

/// Applies a list as it was looked at; if it comes to something else by now, that is shown instead and nothing is taken.
pub(super) async fn apply(Screen(web): Screen, headers: HeaderMap, Form(form): Form<ApplyForm>) -> Result<Response, Trouble> {
    let given = Given { text: upload::plain(&form.text), columns: form.columns };
    let command = Command::ImportMessage { text: given.text.clone(), expect: Some(form.mark), columns: given.chosen().map(str::to_owned) };
    match web.carry_out(&headers, form.form, &command).await {
        Ok(receipt) if receipt.saved => Ok(Redirect::to(&format!("/import?done={}", receipt.id)).into_response()),
        Ok(receipt) => {
            let head = answers::message(&web.say, "import-message", &receipt.answer);
            let notice = Notice { tone: super::page::Tone::Accept, head, words: web.say.t("messages-nothing-saved").to_string() };
            Ok(html(&page(&web, &headers, Some(notice), Given::default(), None)))
        }
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Refused(refusal)) => Ok(looked_at(&web, &headers, given, Some(refusal))),
        Err(Failed::Trouble(trouble)) => Err(trouble),
    }
}

/// The page with what a list comes to now, and why it was not applied where it was to be.
fn looked_at(web: &Web, headers: &HeaderMap, given: Given, why: Option<Refusal>) -> Response {
    let Some(number) = staff::current(headers) else { return staff::ask() };
    let looked = web.services.preview(&number, &given.text, given.chosen());
    let status = why.as_ref().and_then(|refusal| StatusCode::from_u16(refusal.status).ok());
    match (looked, why) {
        (Ok(preview), why) => {
            let notice = why.map(|refusal| Notice::refused(&refusal, &web.say));
            let mut response = html(&page(web, headers, notice, given, Some(rows(web, preview))));
            if let Some(status) = status {
                *response.status_mut() = status;
            }
            response
        }
        (Err(refusal), why) => {
            let shown = why.unwrap_or(refusal);
            refused(&shown, &page(web, headers, Some(Notice::refused(&shown, &web.say)), given, None))
        }
    }
}

fn rows(web: &Web, preview: Preview) -> LookedAt {
    let count = |count: usize| web.say.t("import-count").arg("count", count).to_string();
    let counts = [preview.added.len(), preview.changed.len(), preview.removed.len(), preview.passed_over.len()];
    let changed = preview.changed.iter().take(ROWS_MAX).map(|change| ChangedRow {
        name: change.name.clone(),
        words: match change.fields.is_empty() {
            true => vec![web.say.t("import-back").to_string()],
            false => change.fields.iter().map(|(field, old, new)| becomes(web, field, old, new)).collect(),
        },
    });
    LookedAt {
        mark: preview.mark,
        message: answers::message(&web.say, "import-message", &preview.answer),
        todo: answers::todo(&web.say, &preview.answer),
        changed: changed.collect(),
        is_nothing: counts[..3].iter().all(|count| *count == 0) && preview.others == 0 && !preview.answer["bags"].is_number(),
        more: counts.iter().any(|count| *count > ROWS_MAX),
        counts: counts.map(count),
        added: preview.added.into_iter().take(ROWS_MAX).collect(),
        removed: preview.removed.into_iter().take(ROWS_MAX).collect(),
        passed_over: preview.passed_over.into_iter().take(ROWS_MAX).map(|line| (line.line, web.say.said(&line.reason))).collect(),
    }
}

fn becomes(web: &Web, field: &str, old: &str, new: &str) -> String {
    let key = match field {
        "name" => "import-field-name",
        "locators" => "import-field-locator",
        "destination" => "import-field-destination",
        "class" | "cabin" => "import-field-class",
        "party" | "party_size" => "import-field-party",
        "child" => "import-field-child",
        "infant" => "import-field-infant",
        "flags" => "import-field-services",
        "seats" | "listed_seat" => "import-field-seat",
        "onward" => "import-field-onward",
        "ticket" => "import-field-ticket",
        _ => "import-field-other",
    };
    let shown = |text: &str| if text.is_empty() { web.say.t("import-none").to_string() } else { text.to_owned() };
    let said = web.say.t("import-becomes").arg("field", web.say.t(key).to_string());
    said.arg("old", shown(old)).arg("new", shown(new)).to_string()
}

impl Given {
    fn chosen(&self) -> Option<&str> {
        Some(self.columns.as_str()).filter(|columns| !columns.is_empty())
    }
}

fn page(web: &Web, headers: &HeaderMap, notice: Option<Notice>, given: Given, looked: Option<LookedAt>) -> ImportPage {
    ImportPage {
        shell: web.shell(Section::Elsewhere, staff::current(headers).as_ref()),
        notice,
        text: given.text,
        looked,
        columns: given.columns,
        choices: column_maps::choices(web, MapKind::GuestTable),
        maps: column_maps::rows(web),
        faults: web.options.column_faults.to_vec(),
    }
}
