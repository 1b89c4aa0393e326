//! The staff: writing them down, letting somebody in without a badge, and what a person may do.

use std::collections::BTreeSet;

use serde_json::json;

use super::Station;
use super::decide::{Context, Decision, Draft};
use crate::command::{Command, Refusal};
use crate::flat::{DocId, Scalar};
use crate::record::access::{Settled, Stand, Way};
use crate::record::fact::{StaffNumber, What};
use crate::record::moving::MoveHow;
use crate::record::{Access, DocRef, Flight, FlightKey, Person};
use crate::said::said;
use crate::scope::ScopeId;
use crate::staff::{Actor, Allowed, Permission, Role};
use crate::standards::bag_tag::BagTag;

/// A long shift, in milliseconds: a way in without a badge ends after it.
const SHIFT_MS: i64 = 12 * 60 * 60 * 1000;

/// How often the glass is broken at one desk within a shift before somebody has to come.
const BROKEN_MAX: usize = 3;

/// Ways in that wait for an answer at one station: more is a fault or a prank.
const WAITING_MAX: usize = 20;

/// What a member of staff is changed to; what is left out stays.
pub(super) struct StaffChange<'a> {
    pub(super) number: &'a StaffNumber,
    pub(super) name: Option<&'a str>,
    pub(super) roles: Option<&'a BTreeSet<Role>>,
    pub(super) stations: Option<&'a Allowed>,
    pub(super) carriers: Option<&'a Allowed>,
    pub(super) badge: Option<&'a str>,
    pub(super) secret: Option<&'a str>,
    pub(super) active: Option<bool>,
}

impl Station {
    /// Whether this installation has written down who works here. Until then numbers are taken as they are said.
    pub fn has_staff(&self) -> bool {
        !self.persons.is_empty()
    }

    /// The staff by number.
    pub fn staff(&self) -> impl Iterator<Item = &Person> {
        self.persons.values().map(|(_, person)| person)
    }

    pub fn person(&self, number: &StaffNumber) -> Option<&Person> {
        self.persons.get(number).map(|(_, person)| person)
    }

    /// Whether somebody has both a badge and a password or PIN to prove who they are.
    pub fn proves_twice(&self, number: &StaffNumber) -> bool {
        self.person(number).is_some_and(|person| person.badge.is_some() && person.secret.is_some())
    }

    /// Whose badge this is, by the keyed hash of its bar code ([`crate::record::Ids::badge`]).
    pub fn person_of_badge(&self, badge: &str) -> Option<&Person> {
        self.staff().find(|person| person.badge.as_deref() == Some(badge))
    }

    /// Every way in without a badge that is known here, the newest first.
    pub fn accesses(&self) -> Vec<&Access> {
        let mut all: Vec<_> = self.accesses.values().map(|(_, access)| access).collect();
        all.sort_by_key(|access| (std::cmp::Reverse(access.until), access.id));
        all
    }

    pub fn access(&self, id: DocId) -> Option<&Access> {
        self.accesses.get(&id).map(|(_, access)| access)
    }

    /// The month of the station in which a way in is recorded.
    pub fn scope_of_access(&self, id: DocId) -> Option<ScopeId> {
        self.accesses.get(&id).map(|(scope, _)| scope.clone())
    }

    /// The flights on which a bag tag is known here.
    pub fn flights_of_tag(&self, tag: BagTag) -> Vec<FlightKey> {
        self.bags_with(tag).map(|bag| bag.flight).collect()
    }

    /// Who a staff number is, and what they may do now. Nobody where the number is not known, or may not work any more.
    ///
    /// Before the installation has any staff everybody is who they say and may do everything; so may the rules of Apron itself, whose numbers begin
    /// with `RULE` and cannot be entered.
    pub fn actor(&self, number: &StaffNumber, now_ms: i64) -> Option<Actor> {
        let anybody = |name: &str| Actor {
            number: number.clone(),
            name: name.to_owned(),
            roles: Role::ALL.into_iter().collect(),
            carriers: Allowed::All,
            stations: Allowed::All,
        };
        if number.as_str().starts_with("RULE") || !self.has_staff() {
            return Some(anybody(""));
        }
        let here = |stations: &Allowed| self.setting.station.is_none_or(|station| stations.has(station.as_str()));
        if let Some(person) = self.person(number) {
            let works = person.active && here(&person.stations);
            return works.then(|| Actor {
                number: number.clone(),
                name: person.name.to_string(),
                roles: person.roles.clone(),
                carriers: person.carriers.clone(),
                stations: person.stations.clone(),
            });
        }
        let station = self.setting.station?;
        let open = |access: &&Access| access.number == *number && &*access.station == station.as_str() && access.stand(now_ms) == Stand::Open;
        self.accesses.values().map(|(_, access)| access).find(open).map(|access| Actor {
            number: number.clone(),
            name: access.name.to_string(),
            roles: BTreeSet::from([Role::Lent]),
            carriers: self.carriers_of(access),
            stations: Allowed::Only(BTreeSet::from([station.as_str().into()])),
        })
    }

    /// The carriers of who let somebody in; all of the desk's where nobody could be asked.
    fn carriers_of(&self, access: &Access) -> Allowed {
        let said = match access.way {
            Way::Broken => return Allowed::All,
            Way::Vouched => access.opened(),
            Way::Asked => access.says(Settled::Granted),
        };
        let by = said.and_then(|held| held.fact.by.parse::<StaffNumber>().ok());
        by.and_then(|number| self.person(&number)).map_or(Allowed::Only(BTreeSet::new()), |person| person.carriers.clone())
    }

    /// Whether this person may give this command now: the one place where the table of permissions is applied.
    ///
    /// # Errors
    /// 403, with who may.
    pub fn permits(&self, number: &StaffNumber, command: &Command, now_ms: i64) -> Result<(), Refusal> {
        let needs = self.needs(command);
        if needs.is_empty() {
            return Ok(());
        }
        let Some(actor) = self.actor(number, now_ms) else {
            let words = said!("", "Staff {number} may not work at this desk.", number = number.as_str());
            return Err(Refusal::new("staff-not-known", words, "Sign in with your own badge or number, or ask a supervisor to vouch.", 403));
        };
        needs.into_iter().try_for_each(|permission| self.may(&actor, permission))?;
        // Whoever says when a flight arrives works for one of those that wait for its guests.
        if let Command::NoteArrival { flight, .. } = command {
            let onward = self.fed_by(flight, now_ms);
            if let Some(first) = onward.first().filter(|_| !onward.iter().any(|key| actor.carriers.has(key.carrier().as_str()))) {
                return Err(other_carrier(&actor, first));
            }
        }
        match self.flights_meant(command).iter().find(|key| !actor.carriers.has(key.carrier().as_str())) {
            Some(key) => Err(other_carrier(&actor, key)),
            None => self.cases_meant(command).into_iter().try_for_each(|case| self.may_see_case(&actor, case)),
        }
    }

    /// What a command needs: what its kind needs, and what it does on the way as things stand here.
    pub fn needs(&self, command: &Command) -> Vec<Permission> {
        let on_the_way = match command {
            // A return opens a closed flight again.
            Command::FlightReturned { flight, .. } if self.flight(flight).is_some_and(Flight::is_closed) => Some(Permission::ReopenFlight),
            // A second flight that nobody knows yet is worked here and not in the host.
            Command::MoveBookings { to, how: MoveHow::Split, .. } if self.flight(to).is_none() => Some(Permission::TakeOver),
            _ => None,
        };
        Permission::of(command).into_iter().chain(on_the_way).collect()
    }

    /// Whether a person may see this report: one about a bag of another carrier's flight is that carrier's.
    ///
    /// # Errors
    /// 403 for another carrier's.
    pub fn may_see_case(&self, actor: &Actor, case: DocRef) -> Result<(), Refusal> {
        let carrier = self.case(case.0).and_then(|case| case.flight).map(|flight| flight.carrier());
        match carrier.filter(|carrier| !actor.carriers.has(carrier.as_str())) {
            Some(carrier) => {
                let words = format!("This report is about a bag of {carrier}, and you work for {}.", actor.carriers);
                let refusal = Refusal::new("other-carrier", words, "Ask the staff of that carrier.", 403).variant("report");
                Err(refusal.arg("carrier", carrier.as_str()).arg("carriers", actor.carriers.to_string()))
            }
            None => Ok(()),
        }
    }

    /// Whether a person may do a kind of thing.
    ///
    /// # Errors
    /// 403, with who may.
    pub fn may(&self, actor: &Actor, permission: Permission) -> Result<(), Refusal> {
        if actor.may(permission) {
            return Ok(());
        }
        let action = permission.action();
        let roles = action.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
        let words = said!("", "Your role does not include \"{action}\".", action = action.name);
        Err(Refusal::new("not-permitted", words, said!("", "Ask one of these to do it: {roles}.", roles = roles), 403))
    }

    /// Whether a person may see this flight and its guests.
    ///
    /// # Errors
    /// 403 for another carrier's.
    pub fn may_see(&self, actor: &Actor, key: &FlightKey) -> Result<(), Refusal> {
        self.may(actor, Permission::SeeGuests)?;
        if actor.carriers.has(key.carrier().as_str()) { Ok(()) } else { Err(other_carrier(actor, key)) }
    }

    pub(super) fn set_staff(&self, change: &StaffChange<'_>, context: &Context) -> Result<Decision, Refusal> {
        if self.setting.station.is_some() {
            return Err(Refusal::new("hub-only", "Only the hub writes staff down.", "Do it at the hub.", 403));
        }
        let known = self.persons.get(change.number);
        if known.is_none() && (change.name.is_none() || change.roles.is_none_or(BTreeSet::is_empty)) {
            let words = said!("", "Staff {number} is new here.", number = change.number.as_str());
            return Err(Refusal::new("staff-incomplete", words, "Give the name and at least one role.", 422));
        }
        let admin = |person: &Person| person.active && person.roles.contains(&Role::Admin);
        let first_is_no_admin = !self.has_staff() && !change.roles.is_some_and(|roles| roles.contains(&Role::Admin));
        let stays_admin = change.active != Some(false) && change.roles.is_none_or(|roles| roles.contains(&Role::Admin));
        let last_admin = known.is_some_and(|(_, person)| admin(person)) && self.staff().filter(|person| admin(person)).count() == 1 && !stays_admin;
        if first_is_no_admin || last_admin {
            let words = "Nobody would be left who may write staff down.";
            return Err(Refusal::new("admin-needed", words, "Give one person the role admin first.", 409));
        }
        if let Some(other) = change.badge.filter(|badge| !badge.is_empty()).and_then(|badge| self.person_of_badge(badge))
            && other.number != *change.number
        {
            return Err(Refusal::new(
                "badge-in-use",
                said!("", "This badge belongs to staff {number}.", number = other.number.as_str()),
                "Take it from them first.",
                409,
            ));
        }
        let id = self.ids.person(change.number);
        let scope = match known {
            Some((scope, _)) => scope.clone(),
            None => {
                ScopeId::network(&context.today.to_string()).map_err(|_| Refusal::new("no-month", "Today has no month.", "Set the clock.", 500))?
            }
        };
        let mut draft = Draft::new(context);
        let mut part = draft.edit(&scope, id);
        if known.is_none() {
            part = part.say("kind", "person").say("number", change.number);
        }
        let roles = change.roles.map(|roles| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(" "));
        let all = known.is_none().then_some(Allowed::All);
        let texts = [
            ("name", change.name.map(|name| name.trim().to_owned())),
            ("roles", roles),
            ("stations", change.stations.or(all.as_ref()).map(Allowed::to_string)),
            ("carriers", change.carriers.or(all.as_ref()).map(Allowed::to_string)),
            ("badge", change.badge.map(str::to_owned)),
            ("secret", change.secret.map(str::to_owned)),
        ];
        for (field, text) in texts {
            if let Some(text) = text {
                part = part.say(field, text);
            }
        }
        if let Some(active) = change.active.or(known.is_none().then_some(true)) {
            part = part.set("active", Scalar::Bool(active));
        }
        part.fact(What::StaffSet {}, Vec::new());
        let answer = json!({ "tone": "green", "message": format!("Staff {} is written down. Every desk hears it.", change.number), "todo": [], "number": change.number });
        Ok(draft.decision(answer, "wrote down a member of staff".to_owned()))
    }

    pub(super) fn open_access(&self, way: Way, number: &StaffNumber, name: &str, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let Some(station) = self.setting.station else {
            return Err(Refusal::new("desk-only", "Nobody works at the hub without a badge.", "Sign in with a badge and a password.", 403));
        };
        if self.person(number).is_some() {
            let words = said!("", "Staff {number} is on the staff list.", number = number.as_str());
            return Err(Refusal::new("staff-listed", words, "Sign in with the password or PIN, or ask for a new badge.", 409));
        }
        if self.actor(number, context.now_ms).is_some() {
            return Err(Refusal::new(
                "access-open",
                said!("", "Staff {number} may work here already.", number = number.as_str()),
                "Go on with that number.",
                409,
            ));
        }
        self.few_enough(way, context)?;
        let scope = ScopeId::staff(station.as_str(), &context.today.to_string())
            .map_err(|_| Refusal::new("no-month", "Today has no month.", "Set the clock.", 500))?;
        let id = DocId(context.drawn);
        let mut draft = Draft::new(context);
        let part = draft.edit(&scope, id).say("kind", "access").say("number", number).say("name", name.trim()).say("reason", reason.trim());
        let part = part.say("station", station).say("way", way.as_str()).set("until", Scalar::Int(context.now_ms + SHIFT_MS));
        part.fact(What::AccessOpened {}, Vec::new());
        let (tone, message) = match way {
            Way::Asked => ("amber", "Asked. A supervisor at any desk of this station can answer.".to_owned()),
            Way::Vouched => ("green", format!("Staff {number} may work here for this shift.")),
            Way::Broken => ("amber", format!("Staff {number} may work here for this shift. The hub looks at it afterwards.")),
        };
        let answer = json!({ "tone": tone, "message": message, "todo": [], "access": DocRef(id), "number": number, "way": way.as_str() });
        Ok(draft.decision(answer, format!("opened a way in, {}", way.as_str())))
    }

    fn few_enough(&self, way: Way, context: &Context) -> Result<(), Refusal> {
        let lately = |access: &&Access| access.until > context.now_ms;
        let of_way = self.accesses.values().map(|(_, access)| access).filter(lately).filter(|access| access.way == way);
        match way {
            Way::Broken => {
                let here = of_way.filter(|access| access.opened().is_some_and(|held| *held.fact.desk == *context.desk)).count();
                if here >= BROKEN_MAX {
                    let words = said!("", "The glass was broken {count} times at this desk in this shift.", count = here);
                    return Err(Refusal::new("glass-broken-too-often", words, "Ask a supervisor, at this desk or at another.", 429));
                }
            }
            Way::Asked => {
                if of_way.filter(|access| access.stand(context.now_ms) == Stand::Waiting).count() >= WAITING_MAX {
                    return Err(Refusal::new("too-many-ask", "Too many people wait for an answer.", "Ask a supervisor to answer them first.", 429));
                }
            }
            Way::Vouched => {}
        }
        Ok(())
    }

    pub(super) fn settle_access(&self, access: DocRef, how: Settled, note: &str, context: &Context) -> Result<Decision, Refusal> {
        let Some((scope, known)) = self.accesses.get(&access.0) else {
            return Err(Refusal::new("access-not-known", "This request is not known here.", "Look at the list again.", 404));
        };
        let stand = known.stand(context.now_ms);
        let fits = match how {
            Settled::Granted | Settled::Refused => stand == Stand::Waiting,
            Settled::Ended => stand == Stand::Open,
            Settled::Accepted | Settled::Objected => !known.is_reviewed(),
        };
        if !fits {
            return Err(Refusal::new("access-settled", "Somebody answered this already.", "Look at the list again.", 409));
        }
        if known.number == context.staff && context.staff.as_str() != "RULE" {
            return Err(Refusal::new("own-access", "Nobody answers their own request.", "Ask a supervisor.", 403));
        }
        let mut draft = Draft::new(context);
        draft.edit(scope, access.0).fact(What::AccessSettled { how, note: note.trim().to_owned() }, Vec::new());
        let message = match how {
            Settled::Granted => format!("{} may work for this shift.", known.name),
            Settled::Refused => format!("{} was refused.", known.name),
            Settled::Ended => format!("{} may work no longer.", known.name),
            Settled::Accepted => "Looked at: in order.".to_owned(),
            Settled::Objected => "Looked at: not in order. It stays listed.".to_owned(),
        };
        Ok(draft.decision(json!({ "tone": "green", "message": message, "todo": [], "access": access }), "settled a way in".to_owned()))
    }

    pub(super) fn put_person(&mut self, scope: &ScopeId, person: Person) {
        self.person_ids.insert(person.id, person.number.clone());
        self.persons.insert(person.number.clone(), (scope.clone(), person));
    }

    pub(super) fn forget_person(&mut self, id: DocId) {
        if let Some(number) = self.person_ids.remove(&id) {
            self.persons.remove(&number);
        }
    }

    /// The flights that a command is about, as far as they are known here.
    fn flights_meant(&self, command: &Command) -> Vec<FlightKey> {
        let of = |booking: &DocRef| self.booking(booking.0).map(|booking| booking.flight);
        match command {
            Command::SetFlight { flight, .. }
            | Command::CallGuests { flight, .. }
            | Command::WithdrawCall { flight, .. }
            | Command::TakeBackBag { flight, .. }
            | Command::TakeBackScan { flight, .. }
            | Command::TakeOver { flight, .. }
            | Command::BeginHandBack { flight, .. }
            | Command::CallOffHandBack { flight, .. }
            | Command::HandBack { flight, .. }
            | Command::ImportHostList { flight, .. }
            | Command::SettleDifference { flight, .. }
            | Command::Board { flight, .. }
            | Command::TickUnloaded { flight, .. }
            | Command::CloseFlight { flight }
            | Command::ReopenFlight { flight, .. }
            | Command::ClearStandby { flight, .. }
            | Command::ChangeEquipment { flight, .. }
            | Command::Reseat { flight, .. }
            | Command::DivertFlight { flight, .. }
            | Command::FlightReturned { flight, .. }
            | Command::FlightContinues { flight, .. }
            | Command::OffBoard { flight, .. }
            | Command::JoinBookings { flight }
            | Command::ReserveTags { flight, .. }
            | Command::EnterPaper { flight, .. }
            | Command::SayOut { flight, .. }
            | Command::NoteAnswers { flight, .. }
            | Command::SettleMessage { flight, .. }
            | Command::CopyConnecting { flight, .. } => vec![*flight],
            Command::TakeOverStation { flights, .. } => flights.clone(),
            Command::MoveBookings { flight, to, bookings, .. } => [*flight, *to].into_iter().chain(bookings.iter().filter_map(of)).collect(),
            Command::TakeBackCheckIn { guests, .. } => guests.iter().filter_map(of).collect(),
            Command::CheckIn { guests } => guests.iter().filter_map(|wish| of(&wish.booking)).collect(),
            Command::ChangeSeat { booking, .. }
            | Command::ClearGuest { booking, .. }
            | Command::NoteEscort { booking, .. }
            | Command::Assist { booking, .. }
            | Command::NoteDocuments { booking, .. }
            | Command::RequestChange { booking, .. }
            | Command::NoteSecurity { booking, .. }
            | Command::SettleExcess { booking, .. }
            | Command::UnBoard { booking, .. }
            | Command::Offload { booking, .. } => of(booking).into_iter().collect(),
            Command::AddBag(bag) => bag.flight.into_iter().chain([bag.booking, bag.pool_with].iter().flatten().filter_map(of)).collect(),
            Command::AddGuest(guest) => vec![guest.flight],
            Command::NotePrinted { bookings } => bookings.iter().filter_map(of).collect(),
            Command::ScanBag { flight, tag, .. } => {
                flight.map_or_else(|| self.bags_with(*tag).map(|bag| bag.flight).collect(), |flight| vec![flight])
            }
            Command::Print { booking: Some(booking), .. } => of(booking).into_iter().collect(),
            Command::Print { flight, tag, .. } => match (flight, tag) {
                (Some(flight), _) => vec![*flight],
                (None, Some(tag)) => self.flights_of_tag(*tag),
                (None, None) => Vec::new(),
            },
            Command::ResolveConflict { conflict, .. } => {
                self.conflicts().iter().filter(|known| known.id == *conflict).filter_map(|known| known.flight).collect()
            }
            // The report takes over what is known of the guest and of the tag.
            Command::OpenIncident { booking, tag, .. } => {
                booking.iter().filter_map(of).chain(tag.iter().flat_map(|tag| self.flights_of_tag(*tag))).collect()
            }
            Command::AddPhoto { record, .. } | Command::RemovePhoto { record, .. } => self.flight_of_pictured(record.0).into_iter().collect(),
            // Lists name their own flights, and whoever may import them may import any that the desk may hold.
            Command::ImportList { .. }
            | Command::ImportMessage { .. }
            // It is about the flights with which its guests go on: one of them is enough, see above.
            | Command::NoteArrival { .. }
            | Command::CloseScope { .. }
            | Command::AmendIncident { .. }
            | Command::TraceIncident { .. }
            | Command::SetStaff { .. }
            | Command::OpenAccess { .. }
            | Command::LeaveNote { .. }
            | Command::ReadNote { .. }
            | Command::SettleAccess { .. } => Vec::new(),
        }
    }

    /// The reports that a command is about: a step of tracing is taken in both that were confirmed as one bag.
    fn cases_meant(&self, command: &Command) -> Vec<DocRef> {
        let partners = |case: &DocRef| self.case(case.0).map(|case| case.tracing.partners.clone()).unwrap_or_default();
        match command {
            Command::AmendIncident { case, .. } => vec![*case],
            Command::TraceIncident { case, with, .. } => with.iter().copied().chain([*case]).chain(partners(case)).collect(),
            Command::ResolveConflict { conflict, .. } => {
                let known = self.conflicts().into_iter().filter(|known| known.id == *conflict);
                known.flat_map(|known| known.records).filter(|record| self.case(record.0).is_some()).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn other_carrier(actor: &Actor, key: &FlightKey) -> Refusal {
    let words = said!(
        "",
        "{flight} is a flight of {carrier}, and you work for {carriers}.",
        flight = key.flight(),
        carrier = key.carrier(),
        carriers = actor.carriers.to_string(),
    );
    Refusal::new("other-carrier", words, "Ask the staff of that carrier.", 403)
}
