//! The people of a station: who is here, who asks to be let in, what was done without a supervisor, and what a person may do.

use std::collections::BTreeSet;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use schemas::command::{Command, Refusal};
use schemas::record::access::{Access, Settled, Stand, Way};
use schemas::record::fact::StaffNumber;
use schemas::record::{DocRef, Person};
use schemas::staff::{ACTIONS, Actor, Allowed, Permission, Role};
use serde::Deserialize;
use uuid::Uuid;

use super::errors::{Trouble, html};
use super::forms::Failed;
use super::language::Screen;
use super::page::{FieldError, Notice, Section, Shell, State};
use super::shift::NoteRow;
use super::{Web, staff};

/// The page of the people.
#[derive(Debug, Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    pub shell: Shell,
    pub notice: Option<Notice>,
    pub errors: Vec<FieldError>,
    /// Whether anybody is written down.
    pub proven: bool,
    pub here: Vec<Here>,
    /// What the shift before left to say; not at the hub.
    pub notes: Option<Vec<NoteRow>>,
    pub asking: Vec<AccessRow>,
    /// Ways in that are open, or were not looked at yet.
    pub others: Vec<AccessRow>,
    pub may_grant: bool,
    pub may_review: bool,
    pub staff: Vec<PersonRow>,
    /// How many there are when not all are listed.
    pub more: Option<usize>,
    /// Set where staff is written down: at the hub, for who may.
    pub form: Option<StaffForm>,
    pub roles: Vec<RoleChoice>,
    /// What one person may do.
    pub may: Option<May>,
}

/// Somebody who is signed in at a screen of this node.
#[derive(Debug, Clone)]
pub struct Here {
    pub number: String,
    pub name: String,
    pub since: String,
    pub locked: bool,
}

/// A way in without a badge.
#[derive(Debug, Clone)]
pub struct AccessRow {
    pub id: String,
    pub number: String,
    pub name: String,
    pub reason: String,
    pub way: String,
    pub stand: String,
    pub open: bool,
    pub reviewed: bool,
    /// Where and when it began, and who answered.
    pub story: String,
    pub state: State,
}

/// A member of staff.
#[derive(Debug, Clone)]
pub struct PersonRow {
    pub number: String,
    pub name: String,
    pub roles: String,
    pub stations: String,
    pub carriers: String,
    pub badge: bool,
    pub secret: bool,
    pub active: bool,
}

/// What is written down of a person.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct StaffForm {
    #[serde(default)]
    pub form: Uuid,
    #[serde(default)]
    pub number: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub stations: String,
    #[serde(default)]
    pub carriers: String,
    #[serde(default)]
    pub badge: String,
    #[serde(default)]
    pub secret: String,
    #[serde(default)]
    pub active: String,
}

/// A role to tick.
#[derive(Debug, Clone)]
pub struct RoleChoice {
    pub name: &'static str,
    pub words: String,
    pub chosen: bool,
}

/// The table of permissions for one person.
#[derive(Debug, Clone)]
pub struct May {
    pub number: String,
    pub name: String,
    pub roles: String,
    pub carriers: String,
    pub rows: Vec<MayRow>,
}

/// One thing to do.
#[derive(Debug, Clone)]
pub struct MayRow {
    pub words: String,
    pub yes: bool,
    pub key: String,
    pub typed: String,
    /// Who may, where this person may not.
    pub who: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct PeopleQuery {
    who: Option<String>,
    edit: Option<String>,
    done: Option<Uuid>,
}

#[derive(Deserialize)]
pub(super) struct SettleForm {
    form: Uuid,
    how: Settled,
    #[serde(default)]
    note: String,
}

pub(super) async fn show(Screen(web): Screen, Query(query): Query<PeopleQuery>, headers: HeaderMap) -> Response {
    html(&page(&web, &headers, &query))
}

/// Answers a request, ends a way in, or says that it was looked at.
pub(super) async fn settle(
    Screen(web): Screen,
    headers: HeaderMap,
    Path(access): Path<String>,
    Form(form): Form<SettleForm>,
) -> Result<Response, Trouble> {
    let access: DocRef = access.parse().map_err(|_| Trouble::not_here("request"))?;
    act(&web, &headers, form.form, Command::SettleAccess { access, how: form.how, note: form.note }, PeopleQuery::default()).await
}

/// Writes a person down. Badge and password leave this page as hashes.
pub(super) async fn write_down(Screen(web): Screen, headers: HeaderMap, Form(fields): Form<Vec<(String, String)>>) -> Result<Response, Trouble> {
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim().to_owned()).unwrap_or_default();
    let query = PeopleQuery { edit: Some(value("number")), ..PeopleQuery::default() };
    let roles: BTreeSet<Role> = fields.iter().filter(|(name, _)| name == "role").filter_map(|(_, role)| role.parse().ok()).collect();
    let form = value("form").parse().map_err(|_| Trouble::not_here("form"))?;
    let command = match staff_command(&web, &value, roles).await {
        Ok(command) => command,
        Err(refusal) => return Ok(no(&web, &headers, &query, &refusal)),
    };
    act(&web, &headers, form, command, query).await
}

async fn staff_command(web: &Web, value: &impl Fn(&str) -> String, roles: BTreeSet<Role>) -> Result<Command, Refusal> {
    let number = crate::messages::staff_of(&value("number").to_ascii_uppercase())?;
    let allowed = |field: &'static str| -> Result<Option<Allowed>, Refusal> {
        let text = value(field).to_ascii_uppercase();
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|error: schemas::staff::AllowedError| {
            Refusal::new("allowed-not-read", error.to_string(), "Give * for all, or codes with blanks between them.", 422).arg("found", error.found)
        })
    };
    let (badge, secret) = (value("badge"), value("secret"));
    let secret = match secret.is_empty() {
        true => None,
        false => Some(web.hashed(secret).await?),
    };
    Ok(Command::SetStaff {
        number,
        name: Some(value("name")).filter(|name| !name.is_empty()),
        roles: Some(roles).filter(|roles| !roles.is_empty()),
        stations: allowed("stations")?,
        carriers: allowed("carriers")?,
        badge: (!badge.is_empty()).then(|| web.services.read(|station| station.ids().badge(&badge))),
        secret,
        active: Some(value("active") != "no"),
    })
}

async fn act(web: &Web, headers: &HeaderMap, form: Uuid, command: Command, query: PeopleQuery) -> Result<Response, Trouble> {
    match web.carry_out(headers, form, &command).await {
        Ok(receipt) => Ok(Redirect::to(&format!("/people?done={}", receipt.id)).into_response()),
        Err(Failed::NoStaff) => Ok(staff::ask()),
        Err(Failed::Trouble(trouble)) => Err(trouble),
        Err(Failed::Refused(refusal)) => Ok(no(web, headers, &query, &refusal)),
    }
}

fn no(web: &Web, headers: &HeaderMap, query: &PeopleQuery, refusal: &Refusal) -> Response {
    let (message, remedy) = web.say.refusal(refusal);
    let errors = vec![FieldError { field: "people", words: format!("{message} {remedy}") }];
    let mut response = html(&PeoplePage { errors, ..page(web, headers, query) });
    *response.status_mut() = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    response
}

fn page(web: &Web, headers: &HeaderMap, query: &PeopleQuery) -> PeoplePage {
    let now_ms = web.services.now_ms();
    let (viewer, me) = (web.viewer(headers), staff::current(headers));
    let (accesses, people, mine) = web.services.read(|station| {
        let accesses: Vec<Access> = station.accesses().into_iter().take(ROWS_MAX).cloned().collect();
        let people: Vec<Person> = station.staff().cloned().collect();
        let asked = query.who.as_deref().and_then(|number| number.parse::<StaffNumber>().ok()).or_else(|| me.clone());
        (accesses, people, asked.and_then(|number| station.actor(&number, now_ms)))
    });
    let (asking, others): (Vec<_>, Vec<_>) = accesses.iter().partition(|access| access.stand(now_ms) == Stand::Waiting);
    let others: Vec<_> = others.into_iter().filter(|access| access.stand(now_ms) == Stand::Open || !access.is_reviewed()).collect();
    let edited = query.edit.as_deref().and_then(|number| people.iter().find(|person| person.number.as_str() == number));
    let here = web.door.sessions().all();
    let name_of = |number: &StaffNumber| people.iter().find(|person| person.number == *number).map(|person| person.name.to_string());
    PeoplePage {
        shell: web.shell(Section::People, me.as_ref()),
        notice: web.done(query.done),
        errors: Vec::new(),
        proven: !people.is_empty(),
        notes: (!web.services.is_hub()).then(|| web.notes()),
        here: here
            .iter()
            .map(|session| Here {
                number: session.number.to_string(),
                name: name_of(&session.number).unwrap_or_default(),
                since: web.services.local_time(session.since_ms),
                locked: session.locked,
            })
            .collect(),
        asking: asking.into_iter().map(|access| access_row(web, access, now_ms)).collect(),
        others: others.into_iter().map(|access| access_row(web, access, now_ms)).collect(),
        may_grant: viewer.may(Permission::GrantAccess),
        may_review: viewer.may(Permission::ReviewAccess),
        more: (people.len() > ROWS_MAX).then_some(people.len()),
        form: (web.services.is_hub() && viewer.may(Permission::ManageStaff)).then(|| edited.map(form_of).unwrap_or_default()),
        roles: Role::ALL
            .iter()
            .filter(|role| **role != Role::Lent)
            .map(|role| RoleChoice {
                name: role.as_str(),
                words: role_words(web, *role),
                chosen: edited.is_some_and(|person| person.roles.contains(role)),
            })
            .collect(),
        staff: people.iter().take(ROWS_MAX).map(|person| person_row(web, person)).collect(),
        may: mine.map(|actor| may(web, &actor)),
    }
}

fn access_row(web: &Web, access: &Access, now_ms: i64) -> AccessRow {
    let stand = access.stand(now_ms);
    let mut story: Vec<String> = Vec::new();
    if let Some(opened) = access.opened() {
        let at = web.services.local_time(opened.fact.at);
        story.push(
            web.say.t("people-began").arg("desk", opened.fact.desk.to_string()).arg("time", at).arg("staff", opened.fact.by.to_string()).to_string(),
        );
    }
    for (how, key) in [
        (Settled::Granted, "people-granted"),
        (Settled::Refused, "people-refused"),
        (Settled::Ended, "people-ended"),
        (Settled::Accepted, "people-accepted"),
        (Settled::Objected, "people-objected"),
    ] {
        if let Some(held) = access.says(how) {
            let at = web.services.local_time(held.fact.at);
            story.push(web.say.t(key).arg("staff", held.fact.by.to_string()).arg("time", at).to_string());
        }
    }
    let way = match access.way {
        Way::Asked => "people-way-asked",
        Way::Vouched => "people-way-vouched",
        Way::Broken => "people-way-broken",
    };
    let words = match stand {
        Stand::Waiting => "people-stand-waiting",
        Stand::Open => "people-stand-open",
        Stand::Refused => "people-stand-refused",
        Stand::Ended => "people-stand-ended",
    };
    AccessRow {
        id: DocRef(access.id).to_string(),
        number: access.number.to_string(),
        name: access.name.to_string(),
        reason: access.reason.to_string(),
        way: web.say.t(way).to_string(),
        stand: web.say.t(words).to_string(),
        open: stand == Stand::Open,
        reviewed: access.is_reviewed(),
        story: story.join(" "),
        state: web.services.read(|station| station.scope_of_access(access.id)).map(|scope| web.state(&scope, access.id)).unwrap_or_default(),
    }
}

fn person_row(web: &Web, person: &Person) -> PersonRow {
    PersonRow {
        number: person.number.to_string(),
        name: person.name.to_string(),
        roles: web.say.list(&person.roles.iter().map(|role| role_words(web, *role)).collect::<Vec<_>>()),
        stations: person.stations.to_string(),
        carriers: person.carriers.to_string(),
        badge: person.badge.is_some(),
        secret: person.secret.is_some(),
        active: person.active,
    }
}

fn form_of(person: &Person) -> StaffForm {
    StaffForm {
        form: Uuid::nil(),
        number: person.number.to_string(),
        name: person.name.to_string(),
        stations: person.stations.to_string(),
        carriers: person.carriers.to_string(),
        badge: String::new(),
        secret: String::new(),
        active: if person.active { String::new() } else { "no".to_owned() },
    }
}

fn may(web: &Web, actor: &Actor) -> May {
    let row = |action: &schemas::staff::Action| MayRow {
        words: web.say.t(&format!("permission-{}", action.name)).to_string(),
        yes: actor.may(action.permission),
        key: action.key.unwrap_or_default().to_owned(),
        typed: action.typed.unwrap_or_default().to_owned(),
        who: web.say.list(&action.roles.iter().map(|role| role_words(web, *role)).collect::<Vec<_>>()),
    };
    May {
        number: actor.number.to_string(),
        name: actor.name.clone(),
        roles: web.say.list(&actor.roles.iter().map(|role| role_words(web, *role)).collect::<Vec<_>>()),
        carriers: actor.carriers.to_string(),
        rows: ACTIONS.iter().map(row).collect(),
    }
}

pub(super) fn role_words(web: &Web, role: Role) -> String {
    web.say.t(&format!("role-{}", role.as_str())).to_string()
}

/// As many as a page shows; more are found by their number.
const ROWS_MAX: usize = 200;
