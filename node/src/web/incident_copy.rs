//! The copy of a baggage incident file on paper: the staff's language and the guest's side by side, on A4.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::record::incident::{Field, Section as FilePart};
use schemas::record::incident_fields::FIELDS;
use schemas::record::{Case, DocRef};
use serde::Deserialize;

use super::errors::{Trouble, html};
use super::language::Screen;
use super::page::{Section, Shell};
use super::{Web, incident_words, staff};
use crate::lang::{Language, Say};
use crate::print;

/// The copy.
#[derive(Debug, Template)]
#[template(path = "incident_copy.html")]
pub struct CopyPage {
    pub shell: Shell,
    /// Where the file is.
    pub id: String,
    pub reference: String,
    /// The guest's language: for programs, and the languages to choose from.
    pub guest_language: String,
    pub languages: Vec<(String, String)>,
    /// Texts of the sheet in both languages, by what they are.
    pub head: Twice,
    pub kind: Twice,
    pub taken: Twice,
    pub means: Twice,
    pub signature_guest: Twice,
    pub signature_staff: Twice,
    pub signed_by: String,
    pub limits: Vec<(Twice, Twice)>,
    pub parts: Vec<(Twice, Vec<CopyRow>)>,
}

/// The same words in the staff's language and in the guest's; the second is empty where it is the same.
#[derive(Debug, Clone, Default)]
pub struct Twice {
    pub own: String,
    pub guest: String,
}

/// A field of the file.
#[derive(Debug, Clone, Default)]
pub struct CopyRow {
    pub label: Twice,
    pub value: Twice,
}

/// What an address of a copy asks for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct CopyQuery {
    #[serde(default)]
    language: String,
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(case): Path<String>,
    Query(query): Query<CopyQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let case: DocRef = case.parse().map_err(|_| Trouble::not_here("report"))?;
    let row = web.services.read(|station| station.case_of(case.0)).filter(|row| web.viewer(&headers).sees_case(row));
    let row = row.ok_or_else(|| Trouble::not_here("report"))?;
    let known = web.services.read(|station| station.case(case.0).cloned()).ok_or_else(|| Trouble::not_here("report"))?;
    let guest = guest_language(&web, &query.language, &known);
    let both = |words: &dyn Fn(&Say) -> String| twice(words(&web.say), words(&guest));
    let limits = print::limits(&web.say, &row).into_iter().zip(print::limits(&guest, &row));
    let desk = row.desk.clone().unwrap_or_default();
    Ok(html(&CopyPage {
        shell: web.shell(Section::Baggage, staff::current(&headers).as_ref()),
        id: case.to_string(),
        reference: row.reference.clone(),
        guest_language: guest.language().to_string(),
        languages: web.options.languages.names().into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        head: both(&|say| say.t("incident-copy-head").to_string()),
        kind: both(&|say| incident_words::kind(say, row.incident)),
        taken: both(&|say| {
            let (time, staff) = (row.at.map(|at| web.services.local_time(at)).unwrap_or_default(), row.by.clone().unwrap_or_default());
            let day = row.at.and_then(|at| web.local_day(at)).map(|day| print::date_words(say, day)).unwrap_or_default();
            say.t("incident-copy-taken").arg("day", day).arg("time", time).arg("desk", &desk).arg("staff", staff).to_string()
        }),
        means: both(&|say| say.t("incident-copy-means").to_string()),
        signature_guest: both(&|say| say.t("incident-copy-signature").to_string()),
        signature_staff: both(&|say| say.t("incident-copy-staff").to_string()),
        signed_by: known.details.get("signed_by").unwrap_or_default().to_owned(),
        limits: limits.map(|((what, when), (said, on))| (twice(what, said), twice(when, on))).collect(),
        parts: FilePart::ALL.into_iter().filter_map(|part| part_rows(&web.say, &guest, &known, part)).collect(),
    }))
}

/// The language that was asked for, else the one in the file, else another than that of the screen.
fn guest_language(web: &Web, asked: &str, case: &Case) -> Say {
    let languages = &web.options.languages;
    let exactly = |name: &str| languages.exactly(&name.parse::<Language>().ok()?);
    let other = || {
        let (id, _) = languages.names().into_iter().find(|(id, _)| id != web.say.language())?;
        languages.exactly(&id)
    };
    exactly(asked).or_else(|| exactly(case.details.get("language")?)).or_else(other).unwrap_or_else(|| languages.english())
}

fn part_rows(own: &Say, guest: &Say, case: &Case, part: FilePart) -> Option<(Twice, Vec<CopyRow>)> {
    let bags = case.details.bags();
    let row = |field: &'static Field| {
        let text = case.details.get(field.name)?;
        Some(CopyRow {
            label: twice(incident_words::full_label(own, field, bags), incident_words::full_label(guest, field, bags)),
            value: twice(incident_words::value(own, field, text), incident_words::value(guest, field, text)),
        })
    };
    let rows: Vec<CopyRow> = FIELDS.iter().filter(|field| field.section == part).filter_map(row).collect();
    let head = |say: &Say| say.t(&format!("incident-part-{}", part.as_str())).to_string();
    (!rows.is_empty()).then(|| (twice(head(own), head(guest)), rows))
}

fn twice(own: String, guest: String) -> Twice {
    if own == guest { Twice { own, guest: String::new() } } else { Twice { own, guest } }
}
