//! Calling guests at a gate: groups, the last call, and names in a form to read out.

use std::collections::BTreeSet;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, Refusal};
use schemas::record::FlightKey;
use schemas::record::call::{Call, Rows};
use schemas::standards::typeb::split_title;
use schemas::station::{CallRow, FlightRow, GuestRow as Guest};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html, refused};
use super::forms::{self, Failed};
use super::gate::read_only;
use super::language::Screen;
use super::page::{FlightHead, Notice, Section, Shell};
use super::{Web, staff};
use crate::lang::{Language, Say};

/// Who was called for one flight, and who is missing.
#[derive(Debug, Template)]
#[template(path = "calls.html")]
pub struct CallsPage {
    pub shell: Shell,
    pub flight: FlightHead,
    pub notice: Option<Notice>,
    pub read_only: Option<String>,
    /// What can be called with one press: as in forms, and in words.
    pub groups: Vec<(String, String)>,
    pub calls: Vec<CalledRow>,
    /// Checked in and not on board, by sequence number.
    pub missing: Vec<MissingRow>,
    /// More are missing than one call by name holds.
    pub too_many: bool,
    /// What is read out, in each language of these screens.
    pub readings: Vec<Reading>,
}

/// A group that was called.
#[derive(Debug, Clone)]
pub struct CalledRow {
    pub call: String,
    pub words: String,
    pub at: String,
    pub who: String,
    pub times: usize,
    pub missing: usize,
}

/// A guest who is to be called by name.
#[derive(Debug, Clone)]
pub struct MissingRow {
    pub booking: String,
    pub name: String,
    pub seat: String,
    pub sequence: String,
    pub bags: usize,
    /// When the guest was called by name last; empty where never.
    pub called: String,
}

/// A sentence to be read out, and the names in it.
#[derive(Debug, Clone)]
pub struct Reading {
    pub language: String,
    pub title: String,
    pub before: String,
    pub names: Vec<String>,
    pub after: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct CallsQuery {
    done: Option<Uuid>,
}

/// A group: named by what was pressed, or rows with the zone's name.
#[derive(Deserialize)]
pub(super) struct CallForm {
    form: Uuid,
    #[serde(default)]
    call: String,
    #[serde(default)]
    rows: String,
    #[serde(default)]
    zone: String,
}

/// As many as are called by name at once.
const NAMES_MAX: usize = 60;

pub(super) async fn show(
    Screen(web): Screen,
    Path(flight): Path<String>,
    Query(query): Query<CallsQuery>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    Ok(html(&page(&web, &headers, &key, web.done(query.done))?))
}

pub(super) async fn call(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let one = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let form = one("form").parse().map_err(|_| Trouble::not_here("form"))?;
    let form = CallForm { form, call: one("call"), rows: one("rows"), zone: one("zone") };
    // Those who stood on the page were called: who checked in meanwhile was not.
    let guests = fields.iter().filter(|(name, _)| name == "booking").map(|(_, value)| forms::guest(value)).collect::<Result<_, _>>()?;
    match meant(&form) {
        Ok(call) => act(&web, &headers, &key, form.form, Command::CallGuests { flight: key, call, guests }).await,
        Err(refusal) => Ok(refused(&refusal, &page(&web, &headers, &key, Some(Notice::refused(&refusal, &web.say)))?)),
    }
}

pub(super) async fn take_back(
    Screen(web): Screen,
    Path(flight): Path<String>,
    headers: HeaderMap,
    Form(form): Form<CallForm>,
) -> Result<Response, Trouble> {
    let key = forms::flight(&flight)?;
    let call = form.call.parse().map_err(|_| Trouble::not_here("form"))?;
    act(&web, &headers, &key, form.form, Command::WithdrawCall { flight: key, call }).await
}

fn meant(form: &CallForm) -> Result<Call, Refusal> {
    let wrong = |typed: &str| {
        let typed: String = typed.trim().chars().take(20).collect();
        Refusal::new("call-not-read", format!("\"{typed}\" is not what can be called."), "Type rows such as 21-30, and a zone such as 2.", 422)
            .arg("typed", typed)
    };
    if !form.call.is_empty() {
        return form.call.parse().map_err(|_| wrong(&form.call));
    }
    let rows: Rows = form.rows.trim().parse().map_err(|_| wrong(&form.rows))?;
    match form.zone.trim().to_ascii_uppercase().as_str() {
        "" => Ok(Call::Rows(rows)),
        zone => Ok(Call::Zone(zone.parse().map_err(|_| wrong(zone))?, rows)),
    }
}

async fn act(web: &Web, headers: &HeaderMap, key: &FlightKey, form: Uuid, command: Command) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/gate/{key}/calls?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(refused(&refusal, &page(web, headers, key, Some(Notice::refused(&refusal, &web.say)))?)),
    }
}

fn page(web: &Web, headers: &HeaderMap, key: &FlightKey, notice: Option<Notice>) -> Result<CallsPage, Trouble> {
    let known = web.services.read(|station| Some((station.flight_of(key)?, station.missing(key), cabins(&station.guests(key)))));
    let (row, missing, cabins) = known.ok_or_else(|| Trouble::not_here("flight"))?;
    let groups = [Call::Priority].into_iter().chain(cabins.into_iter().map(Call::Cabin)).chain([Call::All]);
    let languages = &web.options.languages;
    let readings = languages.names().into_iter().filter_map(|(id, title)| {
        let say = languages.exactly(&id)?;
        Some(reading(&say, &id, title, &row, &missing))
    });
    Ok(CallsPage {
        shell: web.shell(Section::Gate, staff::current(headers).as_ref()),
        flight: web.head(&row),
        notice,
        read_only: read_only(&web.say, &row),
        groups: groups.map(|call| (call.to_string(), words(&web.say, &call))).collect(),
        calls: row.calls.iter().map(|call| called_row(web, call)).collect(),
        too_many: missing.len() > NAMES_MAX,
        readings: if missing.is_empty() { Vec::new() } else { readings.collect() },
        missing: missing.iter().map(|guest| missing_row(web, &row.calls, guest)).collect(),
    })
}

fn cabins(guests: &[Guest]) -> BTreeSet<char> {
    let cabins: BTreeSet<char> = guests.iter().filter_map(|guest| guest.cabin).collect();
    // One cabin is everybody.
    if cabins.len() > 1 { cabins } else { BTreeSet::new() }
}

/// Who is called, in words.
pub(super) fn words(say: &Say, call: &Call) -> String {
    let rows = |key: &'static str, rows: &Rows| say.t(key).arg("from", rows.from()).arg("to", rows.to());
    match call {
        Call::Priority => say.t("call-priority").to_string(),
        Call::Cabin(letter) => say.t("call-cabin").arg("cabin", letter.to_string()).to_string(),
        Call::Rows(range) => rows("call-rows", range).to_string(),
        Call::Zone(name, range) => rows("call-zone", range).arg("zone", name.as_str()).to_string(),
        Call::All => say.t("call-all").to_string(),
        Call::Final => say.t("call-final").to_string(),
        Call::Names => say.t("call-names").to_string(),
    }
}

/// `Rows 21 to 30, called 13:40: 4 not on board`.
pub(super) fn line(web: &Web, call: &CallRow) -> String {
    let said = web.say.t("call-line").arg("whom", words(&web.say, &call.call)).arg("time", web.services.local_time(call.at));
    said.arg("count", call.missing).to_string()
}

fn called_row(web: &Web, call: &CallRow) -> CalledRow {
    CalledRow {
        call: call.call.to_string(),
        words: words(&web.say, &call.call),
        at: web.services.local_time(call.at),
        who: web.say.t("who-staff-desk").arg("staff", &call.by).arg("desk", &call.desk).to_string(),
        times: call.times,
        missing: call.missing,
    }
}

fn missing_row(web: &Web, calls: &[CallRow], guest: &Guest) -> MissingRow {
    let called = calls.iter().rev().find(|call| call.guests.contains(&guest.booking));
    MissingRow {
        booking: guest.booking.to_string(),
        name: guest.name.clone(),
        seat: guest.seat.map(|seat| seat.to_string()).unwrap_or_default(),
        sequence: guest.sequence.map(|number| number.to_string()).unwrap_or_default(),
        bags: guest.bags.len(),
        called: called.map(|call| web.services.local_time(call.at)).unwrap_or_default(),
    }
}

fn reading(say: &Say, language: &Language, title: String, row: &FlightRow, missing: &[Guest]) -> Reading {
    let is_chinese = language.to_string().starts_with("zh");
    let gate = row.gate.clone().unwrap_or_default();
    let to = row.destinations.first().cloned().unwrap_or_default();
    let said = |key: &'static str| say.t(key).arg("flight", &row.number).arg("to", &to).arg("gate", &gate);
    let after = if gate.is_empty() { said("call-read-after").of("no-gate").to_string() } else { said("call-read-after").to_string() };
    Reading {
        language: language.to_string(),
        title,
        before: said("call-read-before").to_string(),
        names: missing.iter().take(NAMES_MAX).map(|guest| spoken(&guest.name, is_chinese)).collect(),
        after,
    }
}

/// A listed name as it is said: `ZHANG/WEI MR` is `Wei Zhang`, and in Chinese `Zhang Wei`; what is not of that form stays.
fn spoken(name: &str, family_first: bool) -> String {
    let Some((family, given)) = name.split_once('/') else { return name.to_owned() };
    let (given, _) = split_title(given);
    let (family, given) = (as_spoken(family), as_spoken(given));
    let parts = if family_first { [family, given] } else { [given, family] };
    parts.join(" ").trim().to_owned()
}

/// `DE LA CRUZ` as `De La Cruz`; other scripts stay.
fn as_spoken(words: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_string() + &letters.as_str().to_lowercase()).unwrap_or_default()
    };
    words.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_it_is_said() {
        for (listed, english, chinese) in [
            ("ZHANG/WEI MR", "Wei Zhang", "Zhang Wei"),
            ("WANG/LEIMR", "Lei Wang", "Wang Lei"),
            ("DE LA CRUZ/ANA MARIA MRS", "Ana Maria De La Cruz", "De La Cruz Ana Maria"),
            ("ZHANG/WEI", "Wei Zhang", "Zhang Wei"),
            ("张/伟", "伟 张", "张 伟"),
            ("MADONNA", "MADONNA", "MADONNA"),
            ("LI/", "Li", "Li"),
            ("", "", ""),
        ] {
            assert_eq!((spoken(listed, false).as_str(), spoken(listed, true).as_str()), (english, chinese));
        }
    }

    #[test]
    fn rows_and_zones_are_read_as_people_type_them() {
        let read = |call: &str, rows: &str, zone: &str| {
            let form = CallForm { form: Uuid::nil(), call: call.into(), rows: rows.into(), zone: zone.into() };
            meant(&form).map(|call| call.to_string()).map_err(|refusal| refusal.code)
        };
        assert_eq!(read("priority", "", ""), Ok("priority".to_owned()));
        assert_eq!(read("", " 21-30 ", ""), Ok("rows-21-30".to_owned()));
        assert_eq!(read("", "7", "b"), Ok("zone-B-rows-7-7".to_owned()));
        assert_eq!(read("", "30-21", ""), Err("call-not-read"));
        assert_eq!(read("", "", "2"), Err("call-not-read"));
        assert_eq!(read("everybody", "", ""), Err("call-not-read"));
    }
}
