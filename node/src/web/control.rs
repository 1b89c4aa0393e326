//! Taking over the flights of a station from the start page.

use axum::Form;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::Duration;
use schemas::command::Command;
use schemas::record::flight::Controller;
use schemas::record::{FlightKey, reason};
use schemas::staff::Permission;
use schemas::station::FlightRow;
use uuid::Uuid;

use super::errors::Trouble;
use super::forms::{self, Failed};
use super::language::Screen;
use super::page::Notice;
use super::{Web, staff, start};

/// The reasons for taking over that are offered first.
pub(super) const REASONS: [&str; 4] = ["host-silent", "line-down", "asked-by-airline", "drill"];

impl Web {
    /// The flights of these days that the host works, for whoever may take them over: the address of each and its words.
    pub(super) fn takeable(&self, headers: &HeaderMap, rows: &[FlightRow]) -> Vec<(String, String)> {
        if !self.viewer(headers).may(Permission::TakeOver) {
            return Vec::new();
        }
        let today = self.services.today();
        let near = |key: &FlightKey| (key.date() - today).abs() <= Duration::days(1);
        let open = rows.iter().filter(|row| row.controller == Controller::Host && row.listed && !row.closed && near(&row.flight));
        open.map(|row| (row.flight.to_string(), self.say.flight(&row.flight))).collect()
    }
}

/// The flights that were marked, in one command.
pub(super) async fn take_over_station(
    Screen(web): Screen,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let one = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
    let form: Uuid = one("form").parse().map_err(|_| Trouble::not_here("form"))?;
    let marked = fields.iter().filter(|(name, _)| name == "flight").map(|(_, value)| forms::flight(value));
    let flights: Vec<FlightKey> = marked.collect::<Result<_, _>>()?;
    let reason = reason::joined(&one("reason"), &one("note"), forms::REASON_MAX);
    match web.carry_out(&headers, form, &Command::TakeOverStation { flights, reason }).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => {
            let notice = Notice::refused(&refusal, &web.say);
            Ok(super::errors::refused(&refusal, &start::page(&web, &headers, Some(notice))))
        }
    }
}
