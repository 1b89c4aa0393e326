//! What guests ask the airline for at the counter, and how far each of it has come.

use axum::Form;
use axum::http::HeaderMap;
use axum::response::Response;
use schemas::command::Command;
use schemas::record::FlightKey;
use schemas::record::outgoing::Wish;
use schemas::station::GuestRow;
use serde::Deserialize;
use uuid::Uuid;

use super::CounterQuery;
use super::actions::{act, wrong};
use crate::web::Web;
use crate::web::errors::Trouble;
use crate::web::forms;
use crate::web::language::Screen;
use crate::web::outbox::{OutWord, word};
use crate::web::page::FieldError;

/// What was asked for, and what can be.
#[derive(Debug, Clone, Default)]
pub struct RequestsPart {
    pub made: Vec<RequestLine>,
    /// For programs, and in words.
    pub wishes: Vec<(&'static str, String)>,
}

/// What a guest asked the airline for.
#[derive(Debug, Clone)]
pub struct RequestLine {
    pub words: String,
    pub state: OutWord,
    /// What the airline answered; empty while nobody knows.
    pub answer: String,
}

/// What a guest asks for.
#[derive(Deserialize)]
pub(in crate::web) struct RequestForm {
    form: Uuid,
    booking: String,
    what: Wish,
    #[serde(default)]
    wanted: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    q: String,
}

/// Takes down what a guest asks the airline for. A flight is meant on the guest's own day, from here.
pub(in crate::web) async fn ask(Screen(web): Screen, headers: HeaderMap, Form(form): Form<RequestForm>) -> Result<Response, Trouble> {
    let query = CounterQuery { q: form.q.clone(), booking: Some(form.booking.clone()), ..CounterQuery::default() };
    let booking = forms::guest(&form.booking)?;
    let own = web.services.read(|station| station.booking(booking.0).map(|guest| guest.flight));
    let typed = form.wanted.trim().to_ascii_uppercase();
    let wanted = match (typed.is_empty(), own) {
        (true, _) | (_, None) => None,
        (false, Some(own)) => {
            let key = typed.parse().ok().and_then(|number| FlightKey::new(number, own.date(), own.station()).ok());
            if key.is_none() {
                let words = web.say.t("command-no-flight").arg("typed", typed.chars().take(20).collect::<String>()).to_string();
                return Ok(wrong(&web, &headers, &query, vec![FieldError { field: "wanted", words }]));
            }
            key
        }
    };
    let command = Command::RequestChange { booking, what: form.what, wanted, note: form.note.trim().to_owned() };
    act(&web, &headers, &query, form.form, command, "request-note").await
}

/// What a party asked for.
pub(super) fn part(web: &Web, party: &[GuestRow]) -> RequestsPart {
    RequestsPart {
        made: party.iter().flat_map(|guest| lines(web, guest)).collect(),
        wishes: Wish::ALL.iter().map(|wish| (wish.as_str(), wish_words(web, *wish))).collect(),
    }
}

fn lines(web: &Web, guest: &GuestRow) -> Vec<RequestLine> {
    let rows = web.services.read(|station| station.requests_of(guest.booking));
    let line = |row: schemas::station::outgoing::RequestRow| {
        let wanted = row.wanted.map(|flight| web.say.flight(&flight)).unwrap_or_default();
        let note = [wanted, row.note].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        let said = web.say.t("request-line").arg("what", wish_words(web, row.what)).arg("name", &*guest.name);
        RequestLine {
            words: said.arg("time", web.services.local_time(row.at)).arg("note", note).to_string(),
            state: word(web, row.state),
            answer: if row.answer.is_empty() {
                String::new()
            } else {
                web.say.t("request-answer").arg("note", web.say.reason(&row.answer)).to_string()
            },
        }
    };
    rows.into_iter().map(line).collect()
}

fn wish_words(web: &Web, wish: Wish) -> String {
    web.say.t(&format!("request-what-{}", wish.as_str())).to_string()
}
