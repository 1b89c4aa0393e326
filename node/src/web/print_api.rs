//! The API for printing: the printers of this desk, and their jobs.

use axum::body::Bytes;
use axum::extract::{Path, State as Has};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use schemas::record::FlightKey;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::api::{Problem, Staff};
use super::errors::Trouble;
use super::forms::Failed;
use super::printing::{self, Ask};
use super::{Web, asked};
use crate::print::{Fault, Form, Job, State, What};

/// The routes of this part of the API.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/api/v1/printers", get(printers))
        .route("/api/v1/print-jobs", get(jobs).post(add))
        .route("/api/v1/print-jobs/{id}", get(job))
        .route("/api/v1/print-jobs/{id}/cancel", post(cancel))
}

/// A printer of this desk.
#[derive(Serialize, ToSchema)]
pub(super) struct PrinterState {
    name: String,
    kinds: Vec<Form>,
    /// `zpl`, `escpos` or `aea`.
    language: &'static str,
    address: String,
    /// What it waits for, as far as its jobs have found out.
    fault: Option<Fault>,
    waiting: usize,
}

/// A job, without what is printed.
#[derive(Serialize, ToSchema)]
pub(super) struct PrintJob {
    id: u64,
    printer: String,
    /// `{"pass": "<booking>"}`, `{"tag": "0999001000"}`, `{"receipt": "<case>"}`, `{"pack": "<flight>"}` or `"test"`.
    #[schema(value_type = Object)]
    what: What,
    issue: u32,
    title: String,
    state: State,
    fault: Option<Fault>,
    /// The fault in words, and what to do.
    message: Option<String>,
    remedy: Option<String>,
    made_ms: i64,
    changed_ms: i64,
    by: String,
}

/// What is to be printed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PrintRequest {
    printer: String,
    /// `{"pass": "<booking>"}`, `{"tag": "0999001000"}`, `{"receipt": "<case>"}`, `{"pack": "<flight>"}` or `"test"`.
    #[schema(value_type = Object)]
    what: What,
    /// Of a tag that is known on several flights.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    flight: Option<FlightKey>,
    /// The guest's language, such as `zh-CN`; English if left out.
    #[serde(default)]
    language: String,
    /// Why it is printed again.
    #[serde(default)]
    reason: String,
}

/// The printers of this desk.
#[utoipa::path(get, path = "/api/v1/printers", responses((status = 200, body = [PrinterState])))]
pub(super) async fn printers(Has(web): Has<Web>) -> Json<Vec<PrinterState>> {
    let state = |printer: &std::sync::Arc<crate::print::Printer>| {
        let (fault, waiting) = web.options.printers.trouble(&printer.name);
        PrinterState {
            name: printer.name.clone(),
            kinds: printer.forms.iter().copied().collect(),
            language: printer.language.as_str(),
            address: printer.address.to_string(),
            fault,
            waiting,
        }
    };
    Json(web.options.printers.all().iter().map(state).collect())
}

/// The jobs of this desk that wait and the newest that are over, the newest first.
#[utoipa::path(get, path = "/api/v1/print-jobs", responses((status = 200, body = [PrintJob])))]
pub(super) async fn jobs(Has(web): Has<Web>, headers: HeaderMap) -> Json<Vec<PrintJob>> {
    let viewer = web.viewer(&headers);
    Json(web.options.printers.jobs().into_iter().filter(|job| web.may_see_job(&viewer, job)).map(|job| shown(&web, job)).collect())
}

/// One job.
#[utoipa::path(get, path = "/api/v1/print-jobs/{id}", params(("id" = u64, Path)), responses((status = 200, body = PrintJob), (status = 404, body = Problem)))]
pub(super) async fn job(Has(web): Has<Web>, Path(id): Path<u64>, headers: HeaderMap) -> Result<Json<PrintJob>, Trouble> {
    Ok(Json(shown(&web, printing::seen(&web, &web.viewer(&headers), id)?)))
}

/// Print something. Answers when the job is on this device's disk. The same key is the same job.
///
/// A pass or tag that was printed before is counted again: jobs of earlier prints are void.
#[utoipa::path(
    post, path = "/api/v1/print-jobs", request_body = PrintRequest,
    params(("Idempotency-Key" = String, Header, format = "uuid"), ("Apron-Staff" = String, Header)),
    responses((status = 201, body = PrintJob), (status = 404, body = Problem), (status = 409, description = "Other paper, or a full queue", body = Problem))
)]
pub(super) async fn add(Has(web): Has<Web>, Staff(staff): Staff, headers: HeaderMap, body: Bytes) -> Result<Response, Trouble> {
    let wrong = |code, happened: &str, remedy| Trouble::new(StatusCode::BAD_REQUEST, code, happened, remedy);
    let number = staff.and_then(|number| number.parse().ok());
    let number = number.ok_or_else(|| wrong("staff-missing", "Nobody is named who does this.", "Send the staff number in Apron-Staff."))?;
    let key: Option<Uuid> = headers.get("idempotency-key").and_then(|key| key.to_str().ok()?.parse().ok());
    let key = key.ok_or_else(|| wrong("key-missing", "The job has no key.", "Send a UUID in Idempotency-Key, a new one for each job."))?;
    let request: PrintRequest = asked::body(&body)?;
    let PrintRequest { printer, what, flight, language, reason } = request;
    let ask = Ask { key, what, flight, printer: &printer, language: &language, why: &reason };
    match printing::print(&web, &web.viewer(&headers), &number, &ask).await {
        Ok(job) => Ok((StatusCode::CREATED, Json(shown(&web, job))).into_response()),
        Err(Failed::NoStaff) => Err(wrong("staff-missing", "Nobody is named who does this.", "Send the staff number in Apron-Staff.")),
        Err(Failed::Refused(refusal)) => Err(refusal.into()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
    }
}

/// Take a job back that was not sent.
#[utoipa::path(
    post, path = "/api/v1/print-jobs/{id}/cancel", params(("id" = u64, Path)),
    responses((status = 200, body = PrintJob), (status = 404, body = Problem), (status = 409, description = "It is being printed or over", body = Problem))
)]
pub(super) async fn cancel(Has(web): Has<Web>, Path(id): Path<u64>, headers: HeaderMap) -> Result<Json<PrintJob>, Trouble> {
    printing::seen(&web, &web.viewer(&headers), id)?;
    Ok(Json(shown(&web, web.options.printers.cancel(id).map_err(printing::not_taken)?)))
}

fn shown(web: &Web, job: Job) -> PrintJob {
    let words = job.fault.map(|fault| printing::fault_words(&web.say, fault));
    let (message, remedy) = words.unzip();
    PrintJob {
        id: job.id,
        printer: job.order.printer,
        what: job.order.what,
        issue: job.order.issue,
        title: job.order.title,
        state: job.state,
        fault: job.fault,
        message,
        remedy,
        made_ms: job.made_ms,
        changed_ms: job.changed_ms,
        by: job.order.by.to_string(),
    }
}
