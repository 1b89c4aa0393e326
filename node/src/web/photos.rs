//! Photos of a bag or a report on screen: shown to who may see the record, taken, and hidden.

use askama::Template;
use axum::Form;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, Query};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, Refusal};
use schemas::record::DocRef;
use schemas::record::photo::{PHOTO_BYTES_MAX, PHOTOS_MAX, PhotoHash, PhotoRow};
use schemas::staff::Permission;
use schemas::station::Station;
use serde::Deserialize;
use sync::blobs::Standing;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::Failed;
use super::language::Screen;
use super::page::{FieldError, Notice, Section, Shell, State};
use super::who::Viewer;
use super::{Web, guard, staff};
use crate::photos::{self, Place};

/// A photo as a telephone takes it, which is more than is kept: so much is heard to the end, so that the answer is heard too.
pub(super) const UPLOAD_MAX: usize = 16 << 20;

/// The photos of one bag or report.
#[derive(Debug, Template)]
#[template(path = "photos.html")]
pub struct PhotosPage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    /// `PVG-CA-T12007-4`, or a bag's tag.
    pub about: String,
    pub photos: PhotosPart,
}

/// The part of a page that shows the photos of a record (`incident_photos.html`): give it as `photos`, beside `shell`.
#[derive(Debug, Clone, Default)]
pub struct PhotosPart {
    pub record: String,
    pub all: Vec<PhotoFrame>,
    /// Whether one more may be added.
    pub has_room: bool,
    pub limit: usize,
    pub errors: Vec<FieldError>,
}

/// One photo.
#[derive(Debug, Clone)]
pub struct PhotoFrame {
    pub hash: String,
    /// From 1.
    pub number: usize,
    pub taken: String,
    pub by: String,
    pub desk: String,
    /// Nothing where the photo is not on this device: then `missing` says why.
    pub state: Option<State>,
    pub missing: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct PhotosQuery {
    done: Option<Uuid>,
}

/// A photo to hide.
#[derive(Deserialize)]
pub(super) struct RemoveForm {
    form: Uuid,
    photo: String,
    #[serde(default)]
    reason: String,
}

/// What a form with a photo holds.
#[derive(Default)]
struct Sent {
    form: Option<Uuid>,
    bytes: Vec<u8>,
    is_too_large: bool,
}

pub(super) async fn show(
    Screen(web): Screen,
    Path(record): Path<String>,
    Query(query): Query<PhotosQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let record = known(&web, &headers, &record)?;
    Ok(html(&page(&web, &headers, record, web.done(query.done))))
}

/// Keeps a photo, and then names it in the record.
pub(super) async fn add(Screen(web): Screen, Path(record): Path<String>, headers: HeaderMap, sent: Multipart) -> Result<Response, Trouble> {
    let record = known(&web, &headers, &record)?;
    let Some(sent) = read(sent).await? else { return Ok(no(&web, &headers, record, &photos::too_large(PHOTO_BYTES_MAX + 1))) };
    let form = sent.form.ok_or_else(|| Trouble::not_here("form"))?;
    if sent.is_too_large {
        return Ok(no(&web, &headers, record, &photos::too_large(PHOTO_BYTES_MAX + 1)));
    }
    if staff::current(&headers).is_none() {
        return Ok(staff::ask());
    }
    match web.services.keep_photo(sent.bytes).await {
        Ok(photo) => done(&web, &headers, record, form, &Command::AddPhoto { record, photo, taken_at: None }).await,
        Err(refusal) => Ok(no(&web, &headers, record, &refusal)),
    }
}

/// Hides a photo, with the reason.
pub(super) async fn remove(
    Screen(web): Screen,
    Path(record): Path<String>,
    headers: HeaderMap,
    Form(form): Form<RemoveForm>,
) -> Result<Response, Trouble> {
    let record = known(&web, &headers, &record)?;
    let photo: PhotoHash = form.photo.parse().map_err(|_| Trouble::not_here("photo"))?;
    done(&web, &headers, record, form.form, &Command::RemovePhoto { record, photo, reason: form.reason }).await
}

/// A photo itself, for who may see a record that shows it.
pub(super) async fn bytes(Screen(web): Screen, Path(hash): Path<String>, headers: HeaderMap) -> Result<Response, Trouble> {
    picture(&web, &headers, &hash).await
}

/// The same for programs.
pub(super) async fn picture(web: &Web, headers: &HeaderMap, hash: &str) -> Result<Response, Trouble> {
    let hash: PhotoHash = hash.parse().map_err(|_| Trouble::not_here("photo"))?;
    let records = web.services.read(|station| station.records_of_photo(hash));
    let viewer = web.viewer(headers);
    may_look(web, &viewer)?;
    let Some(record) = records.first() else { return Err(Trouble::not_here("photo")) };
    if !records.iter().any(|record| record.carrier.is_none_or(|carrier| viewer.sees_carrier(carrier.as_str()))) {
        return Err(not_theirs(&viewer, record.carrier.map(|carrier| carrier.to_string()).unwrap_or_default()));
    }
    let kind = record.photo.kind.media_type();
    let bytes = web.services.photo(hash).await.ok_or_else(|| Trouble::not_here("photo"))?;
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, "inline")], bytes.to_vec()).into_response())
}

/// A record whose photos whoever asks may see.
pub(super) fn known(web: &Web, headers: &HeaderMap, record: &str) -> Result<DocRef, Trouble> {
    let record: DocRef = record.parse().map_err(|_| Trouble::not_here("report"))?;
    let viewer = web.viewer(headers);
    may_look(web, &viewer)?;
    let (_, carrier) = web.services.read(|station| station.pictured_record(record.0)).ok_or_else(|| Trouble::not_here("report"))?;
    match carrier {
        Some(carrier) if !viewer.sees_carrier(carrier.as_str()) => Err(not_theirs(&viewer, carrier.to_string())),
        _ => Ok(record),
    }
}

impl Web {
    /// The photos of a bag or report, for any page about it.
    pub(super) fn photos_part(&self, record: DocRef) -> PhotosPart {
        let rows = self.services.read(|station| station.photos_of(record.0)).unwrap_or_default();
        let all: Vec<PhotoFrame> = rows.iter().enumerate().map(|(at, row)| self.frame(at + 1, row)).collect();
        PhotosPart { record: record.to_string(), has_room: all.len() < PHOTOS_MAX, all, limit: PHOTOS_MAX, errors: Vec::new() }
    }

    fn frame(&self, number: usize, row: &PhotoRow) -> PhotoFrame {
        let (state, missing) = match self.services.photo_place(row.photo.sha256) {
            Place::Held(held) => (Some(self.state_words(held)), String::new()),
            Place::Missing(standing) => (None, self.missing(standing)),
        };
        let taken = self.services.local_time(row.at);
        PhotoFrame { hash: row.photo.sha256.to_string(), number, taken, by: row.by.clone(), desk: row.desk.clone(), state, missing }
    }

    fn missing(&self, standing: Standing) -> String {
        let said = match standing {
            Standing::Coming { have, of } => self.say.t("photo-coming").arg("percent", u64::from(have) * 100 / u64::from(of.max(1))),
            Standing::NoLink => self.say.t("photo-no-link"),
            Standing::NoRoom => self.say.t("photo-no-room"),
            Standing::Wrong | Standing::Disk => self.say.t("photo-failed"),
            Standing::Here | Standing::NobodyHasIt => self.say.t("photo-waits"),
        };
        said.to_string()
    }
}

fn page(web: &Web, headers: &HeaderMap, record: DocRef, notice: Option<Notice>) -> PhotosPage {
    let about = |station: &Station| {
        let case = station.case(record.0).map(|case| case.reference.to_string());
        case.or_else(|| station.bag(record.0).map(|bag| bag.tag.to_string())).unwrap_or_default()
    };
    PhotosPage {
        shell: web.shell(Section::Baggage, staff::current(headers).as_ref()),
        notice,
        about: web.services.read(about),
        photos: web.photos_part(record),
    }
}

async fn done(web: &Web, headers: &HeaderMap, record: DocRef, form: Uuid, command: &Command) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/photos/of/{record}?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(no(web, headers, record, &refusal)),
    }
}

/// The page again with what the rules said.
fn no(web: &Web, headers: &HeaderMap, record: DocRef, refusal: &Refusal) -> Response {
    let mut page = page(web, headers, record, None);
    page.photos.errors = vec![FieldError { field: "photo", words: web.say.refused(refusal) }];
    refused(refusal, &page)
}

/// The fields of the form; nothing where more came than is heard.
async fn read(mut sent: Multipart) -> Result<Option<Sent>, Trouble> {
    let mut read = Sent::default();
    loop {
        let field = match sent.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(Some(read)),
            Err(error) => return not_read(&error),
        };
        let name = field.name().unwrap_or_default().to_owned();
        let mut field = field;
        let mut bytes = Vec::new();
        loop {
            match field.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() <= PHOTO_BYTES_MAX => bytes.extend_from_slice(&chunk),
                Ok(Some(_)) => read.is_too_large = true,
                Ok(None) => break,
                Err(error) => return not_read(&error),
            }
        }
        match name.as_str() {
            "form" => read.form = std::str::from_utf8(&bytes).ok().and_then(|text| text.trim().parse().ok()),
            "photo" => read.bytes = bytes,
            _ => {}
        }
    }
}

fn not_read(error: &MultipartError) -> Result<Option<Sent>, Trouble> {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Ok(None),
        _ => Err(Trouble::new(
            StatusCode::BAD_REQUEST,
            "photo-not-read",
            "The photo did not come whole.",
            "Send it again: a repeated photo is kept once.",
        )),
    }
}

fn may_look(web: &Web, viewer: &Viewer) -> Result<(), Trouble> {
    match viewer {
        Viewer::Everything => Ok(()),
        Viewer::Person(actor) => web.services.read(|station| station.may(actor, Permission::OpenCases)).map_err(Trouble::from),
        Viewer::Nothing => Err(Trouble::not_here("photo")),
    }
}

fn not_theirs(viewer: &Viewer, carrier: String) -> Trouble {
    match viewer {
        Viewer::Person(actor) => guard::other_carriers_report(&carrier, actor).into(),
        Viewer::Everything | Viewer::Nothing => Trouble::not_here("photo"),
    }
}
