//! What a person reads when something did not work: what happened, what is safe, what to do, and a code.

use askama::Template;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use schemas::command::{Choice, Refusal};
use schemas::said::{Arg, Args};
use serde_json::json;

use super::page::{Section, Shell};
use super::{Web, staff};
use crate::lang::Say;
use crate::services::CommandError;

/// A page that stands for an answer that is not there.
#[derive(Debug, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub shell: Shell,
    pub trouble: Trouble,
}

/// The four sentences of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    pub status: u16,
    /// `not-found`, `too-large`: for the log and the phone.
    pub code: &'static str,
    pub happened: String,
    /// The key of its words.
    pub safe: &'static str,
    pub remedy: String,
    /// What other languages need to say the same.
    words: Box<Words>,
    /// The guests that a person must choose from, if that is the remedy.
    pub choices: Box<[Choice]>,
    /// What is known of the message that it is about, if it is about one.
    pub about: Option<Box<AboutMessage>>,
}

/// Under which key a language file has what happened and, as `.remedy`, what to do; and the values in them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    key: String,
    args: Args,
}

/// The line of a message that is meant, and the name under which the message is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AboutMessage {
    pub line: Option<u32>,
    /// Of a body that cannot be read.
    pub column: Option<u32>,
    pub kept: Option<String>,
}

impl Trouble {
    pub(super) fn new(status: StatusCode, code: &'static str, happened: &str, remedy: &str) -> Self {
        // A request that took too long may still be carried out.
        let safe = match status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT {
            true => "trouble-perhaps",
            false => "trouble-safe",
        };
        let (happened, remedy) = (happened.into(), remedy.into());
        let words = Box::new(Words { key: format!("trouble-{code}"), args: Vec::new() });
        Self { status: status.as_u16(), code, happened, safe, remedy, words, choices: Box::default(), about: None }
    }

    /// The same, with a value of the sentence for other languages.
    pub(super) fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.words.args.push((name, value.into()));
        self
    }

    /// The same, with its place in what was sent, from 1.
    pub(super) fn at(mut self, line: Option<u32>, column: Option<u32>) -> Self {
        if line.is_some() {
            self.about = Some(Box::new(AboutMessage { line, column, kept: None }));
        }
        self
    }

    /// What happened, in a language.
    pub fn happened_in(&self, say: &Say) -> String {
        say.rule(&self.words.key, None, &self.words.args, &self.happened)
    }

    /// What to do now, in a language.
    pub fn remedy_in(&self, say: &Say) -> String {
        let remedy = say.rule(&self.words.key, Some("remedy"), &self.words.args, &self.remedy);
        match self.about.as_ref().and_then(|about| about.kept.as_ref()).filter(|_| self.safe == KEPT) {
            Some(id) => say.t("trouble-kept-as").arg("remedy", remedy).arg("id", id).to_string(),
            None => remedy,
        }
    }

    pub(super) fn not_here(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            &format!("There is no such {what} here."),
            "Look on the flights page. If another desk has it, it comes by itself when that desk is reached.",
        )
        .keyed("trouble-not-here")
        .arg("what", what.replace(' ', "-"))
    }

    fn keyed(mut self, key: &str) -> Self {
        key.clone_into(&mut self.words.key);
        self
    }

    /// The words for what the framework itself refused of a program.
    fn of_program(status: StatusCode) -> Self {
        match status {
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::new(
                status,
                "not-read",
                "What was sent could not be read.",
                "See the description of the API (/api/v1/openapi.json): address, headers and body have to be as it says, in UTF-8.",
            ),
            StatusCode::NOT_FOUND => {
                Self::new(status, "not-found", "There is no such address here.", "See the description of the API (/api/v1/openapi.json).")
            }
            StatusCode::METHOD_NOT_ALLOWED => Self::new(
                status,
                "method-not-allowed",
                "This address cannot be used in this way.",
                "Use one of the methods in the header Allow, as the description of the API (/api/v1/openapi.json) says.",
            ),
            _ => Self::of(status),
        }
    }

    /// The words for what the framework itself refused.
    fn of(status: StatusCode) -> Self {
        let new = |code, happened, remedy| Self::new(status, code, happened, remedy);
        match status {
            StatusCode::NOT_FOUND => new("not-found", "There is no such page here.", "Go back to the flights, or scan again."),
            StatusCode::METHOD_NOT_ALLOWED => {
                new("method-not-allowed", "This address cannot be used in this way.", "Go back to the flights and start from there.")
            }
            StatusCode::FORBIDDEN => {
                new("other-site", "This was sent from another site, not from a screen of this desk.", "Open the desk's own page and do it there.")
            }
            StatusCode::PAYLOAD_TOO_LARGE => {
                new("too-large", "What was sent is too large.", "Send a smaller piece: lists up to 1 MiB, forms up to 64 KiB.")
            }
            StatusCode::REQUEST_TIMEOUT => new("too-slow", "It took too long to send this.", "Send it again: a repeated press is done only once."),
            StatusCode::SERVICE_UNAVAILABLE => {
                new("busy", "This desk is busy or stopping.", "Send it again in a moment: a repeated press is done only once.")
            }
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY | StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                new("not-read", "What was sent could not be read.", "Go back, look at the fields, and send it again.")
            }
            _ if status.is_server_error() => new(
                "broken",
                "Something broke in this desk. It is not your fault.",
                "Try once more. If it breaks again, use the neighbour desk and tell the duty manager the code.",
            ),
            _ => new("refused", "This was refused.", "Go back to the flights and start from there."),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        let about = refusal.line.map(|line| Box::new(AboutMessage { line: Some(line), ..AboutMessage::default() }));
        let words = Box::new(Words { key: refusal.key(), args: refusal.args().to_vec() });
        Self { choices: refusal.choices, about, words, ..Self::new(status, refusal.code, &refusal.message, &refusal.remedy) }
    }
}

impl From<CommandError> for Trouble {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Refused(refusal) => refusal.into(),
            CommandError::Kept(refusal, id) => {
                let about = Some(Box::new(AboutMessage { line: refusal.line, kept: Some(id.clone()), ..AboutMessage::default() }));
                Self { about, safe: KEPT, ..Self::from(*refusal) }
            }
            CommandError::Waits(item) => {
                let trouble = Self::new(StatusCode::CONFLICT, "message-waits", &item.reason, "It is applied by itself. Nothing has to be done here.");
                Self { about: Some(Box::new(AboutMessage { line: item.line, kept: Some(item.id), ..AboutMessage::default() })), ..trouble }
            }
            CommandError::KeyUsed => Self::new(
                StatusCode::CONFLICT,
                "key-used",
                "Another command was sent under this key before.",
                "Open the page again and send it from there.",
            ),
            CommandError::Stopped => Self::of(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

/// Carries the words to [`designed`], which knows the frame of the page.
impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives every refusal its words: a page for people, a problem (RFC 9457) for machines.
pub(super) async fn designed(State(web): State<Web>, request: Request, next: Next) -> Response {
    let machine = request.uri().path().starts_with("/api/");
    let probe = ["/healthz", "/readyz", "/metrics"].contains(&request.uri().path());
    let staff = staff::current(request.headers());
    let web = web.for_browser(request.method(), request.uri().path_and_query().map_or("", |path| path.as_str()), request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let finished = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM || kind.as_bytes().starts_with(b"text/html"));
    if !(status.is_client_error() || status.is_server_error()) || finished || probe {
        return response;
    }
    let trouble =
        response.extensions().get::<Trouble>().cloned().unwrap_or_else(|| if machine { Trouble::of_program(status) } else { Trouble::of(status) });
    if status.is_server_error() {
        tracing::error!(code = trouble.code, "answered {status}");
    }
    let mut answer = if machine { problem(&trouble, &web.options.languages.english()) } else { page(&web, staff, trouble) };
    *answer.status_mut() = status;
    if let Some(allow) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow.clone());
    }
    answer
}

/// A page whose template failed is our own bug: the words without their frame.
pub(super) fn html(page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be drawn");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page that was refused something, with the status that fits.
pub(super) fn refused(refusal: &Refusal, page: &impl Template) -> Response {
    let mut response = html(page);
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    }
    response
}

fn page(web: &Web, staff: Option<schemas::record::fact::StaffNumber>, trouble: Trouble) -> Response {
    html(&ErrorPage { shell: web.shell(Section::Elsewhere, staff.as_ref()), trouble })
}

fn problem(trouble: &Trouble, english: &Say) -> Response {
    let title = StatusCode::from_u16(trouble.status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Refused");
    let mut body = json!({
        "type": "about:blank",
        "title": title,
        "status": trouble.status,
        "code": trouble.code,
        "detail": trouble.happened,
        "remedy": trouble.remedy_in(english),
    });
    if !trouble.choices.is_empty() {
        body["choices"] = json!(trouble.choices);
    }
    if let Some(about) = &trouble.about {
        body["line"] = json!(about.line);
        body["kept"] = json!(about.kept);
        if let Some(column) = about.column {
            body["column"] = json!(column);
        }
    }
    let mut response = Json(body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM));
    response
}

/// What is safe about a message that was refused.
const KEPT: &str = "trouble-kept";

const PROBLEM: &str = "application/problem+json";
