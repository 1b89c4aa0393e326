//! What a command changes: the one door through which commands become edits.

use chrono::NaiveDate;
use serde_json::Value;

use super::cases::Report;
use super::documents::Looked;
use super::gate::Asked;
use super::moving::MoveWanted;
use super::off_board::Leaving;
use super::paper::Paper;
use super::staff::StaffChange;
use super::{Station, words};
use crate::command::{Command, Refusal};
use crate::flat::{DocId, Edit, Scalar};
use crate::record::booking::Standing;
use crate::record::course::{Diversion, Return};
use crate::record::excess::ExcessSettling;
use crate::record::fact::{Assist, Fact, Source, StaffNumber, What};
use crate::record::flight::Controller;
use crate::record::{Booking, DocRef, FactRef, Flight, FlightKey};
use crate::said::{Said, said};
use crate::scope::ScopeId;

/// Who asks, where, and when. Time and chance come from outside.
#[derive(Debug, Clone)]
pub struct Context {
    /// Milliseconds since 1970 UTC.
    pub now_ms: i64,
    pub staff: StaffNumber,
    /// The desk's name as people say it: `G12`.
    pub desk: String,
    /// Today's local date, from which years are inferred that messages leave out.
    pub today: NaiveDate,
    /// 16 random bytes, fresh for each command: the identity of a record without a natural key.
    pub drawn: [u8; 16],
}

/// What a command changes and what the person is told once that is durable.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The edits by scope, the primary scope first; nothing if all was already so. One edit for each document.
    pub edits: Vec<(ScopeId, Vec<Edit>)>,
    /// Always an object with `tone` (`green` or `amber`), `message` and `todo`; more by kind of command.
    pub answer: Value,
    /// For logs: no name, no locator, no tag.
    pub summary: String,
}

impl Station {
    /// Decides a command. Nothing is changed: the caller makes the edits durable and applies the documents that they yield.
    ///
    /// # Errors
    /// With words for the person at the desk when the command cannot be carried out. Nothing is to be changed then.
    pub fn decide(&self, command: &Command, context: &Context) -> Result<Decision, Refusal> {
        command.check()?;
        match command {
            Command::ImportList { text } => self.import_list(text, context),
            Command::ImportMessage { text, expect, columns } => self.import_expected(text, expect.as_deref(), columns.as_deref(), context),
            Command::JoinBookings { flight } => self.join_bookings(flight, context),
            Command::CloseScope { scope, reason, lost } => self.close_scope(scope, reason, lost, context),
            Command::CopyConnecting { flight, stations, .. } => self.copy_connecting(flight, stations, context),
            Command::SetFlight { flight, gate, std, etd } => self.set_flight(flight, gate.as_deref(), *std, *etd, context),
            Command::NoteArrival { flight, how, at } => self.note_arrival(flight, *how, *at, context),
            Command::CallGuests { flight, call, guests } => self.call_guests(flight, call, guests, context),
            Command::WithdrawCall { flight, call } => self.withdraw_call(flight, call, context),
            Command::TakeOver { flight, reason } => self.take_over(flight, reason, context),
            Command::TakeOverStation { flights, reason } => self.take_over_station(flights, reason, context),
            Command::BeginHandBack { flight, reason } => self.begin_hand_back(flight, reason, context),
            Command::CallOffHandBack { flight, reason } => self.call_off_hand_back(flight, reason, context),
            Command::HandBack { flight, reason, anyway } => self.hand_back(flight, reason, *anyway, context),
            Command::ImportHostList { flight, at, text, columns } => self.import_host_list(flight, *at, text, columns.as_deref(), context),
            Command::SettleDifference { flight, difference, how, reason } => self.settle_difference(flight, *difference, *how, reason, context),
            Command::CheckIn { guests } => self.check_in(guests, context),
            Command::TakeBackCheckIn { guests, reason } => self.take_back_check_in(guests, reason, context),
            Command::TakeBackBag { flight, tag, rush, reason } => self.take_back_bag(flight, *tag, *rush, reason, context),
            Command::TakeBackScan { flight, tag, point, reason } => self.take_back_scan(flight, *tag, *point, reason, context),
            Command::ChangeSeat { booking, seat } => self.change_seat(*booking, *seat, context),
            Command::AddBag(bag) => self.add_bag(bag, context),
            Command::AddGuest(guest) => self.add_guest(guest, context),
            Command::ClearGuest { booking, seat } => self.clear_guest(*booking, *seat, context),
            Command::ClearStandby { flight, booking, seat, skips } => self.clear_standby(flight, *booking, *seat, skips, context),
            Command::ChangeEquipment { flight, map, reason } => self.change_equipment(flight, map, reason, context),
            Command::Reseat { flight, seats } => self.reseat(flight, seats, context),
            Command::DivertFlight { flight, to, expected, onward, reason } => {
                let diversion = Diversion { to: *to, expected: *expected, onward: *onward, reason: reason.trim().to_owned() };
                self.divert_flight(flight, diversion, context)
            }
            Command::FlightReturned { flight, place, after, reason } => {
                self.flight_returned(flight, Return { place: *place, after: *after, reason: reason.trim().to_owned() }, context)
            }
            Command::FlightContinues { flight, reason } => self.flight_continues(flight, reason, context),
            Command::MoveBookings { flight, to, how, bookings, reason } => {
                self.move_bookings(&MoveWanted { from: flight, to, how: *how, bookings, reason }, context)
            }
            Command::OffBoard { flight, scan, sequence, bookings, reason } => {
                let leaving = Leaving { scan: scan.as_deref(), sequence: *sequence, bookings };
                self.off_board(flight, &leaving, reason, context).map_err(Refusal::toned)
            }
            Command::NoteEscort { booking, step, name } => self.note_escort(*booking, *step, name, context),
            Command::Assist { booking, service, step, who, place } => {
                let asked = Assist { service: service.clone(), step: *step, who: worded(who.as_deref()), place: worded(place.as_deref()) };
                self.assist(*booking, asked, context)
            }
            Command::NoteDocuments { booking, outcome, note, document, selected } => {
                let looked = Looked { outcome: *outcome, note, document: document.as_ref(), selected: *selected };
                self.note_documents(*booking, looked, context)
            }
            Command::SettleExcess { booking, over, how, proof, reason } => {
                let (proof, reason) = (proof.trim().to_owned(), reason.trim().to_owned());
                self.settle_excess(*booking, &ExcessSettling { over: *over, how: *how, proof, reason }, context)
            }
            Command::NoteSecurity { booking, outcome, note } => self.note_security(*booking, *outcome, note, context),
            Command::NotePrinted { bookings } => self.note_printed(bookings, context),
            Command::Print { booking, tag, flight, reason } => self.print(*booking, *tag, *flight, reason, context),
            Command::ScanBag { tag, point, flight } => self.scan_bag(*tag, *point, *flight, context),
            Command::Board { flight, scan, booking, sequence, seat, gate, anyway, signature } => {
                let (scan, gate, signature) = (scan.as_deref(), gate.as_deref().filter(|_| !anyway), signature.as_deref());
                let asked = Asked { scan, booking: *booking, sequence: *sequence, seat: *seat, gate, signature };
                self.board(flight, &asked, context).map_err(Refusal::toned)
            }
            Command::UnBoard { booking, reason } => self.un_board(*booking, reason, context),
            Command::Offload { booking, reason } => self.offload(*booking, reason, context),
            Command::TickUnloaded { flight, tag } => self.tick_unloaded(flight, *tag, context),
            Command::CloseFlight { flight } => self.close_flight(flight, context),
            Command::ReopenFlight { flight, reason } => self.reopen_flight(flight, reason, context),
            Command::ReserveTags { flight, count } => self.reserve_tags(flight, *count, context),
            Command::EnterPaper { flight, at, by, boarded, bags } => {
                self.enter_paper(&Paper { flight: *flight, at: *at, by, boarded, bags }, context)
            }
            Command::OpenIncident { incident, tag, name, flight, contact, bag, note, booking } => {
                let report = Report { incident: *incident, tag: *tag, name, flight: *flight, contact, bag, note, booking: *booking };
                self.open_incident(&report, context)
            }
            Command::AmendIncident { case, set } => self.amend_incident(*case, set, context),
            Command::TraceIncident { case, step, with, reason } => self.trace_incident(*case, *step, *with, reason, context),
            Command::AddPhoto { record, photo, taken_at } => self.add_photo(*record, photo, *taken_at, context),
            Command::RemovePhoto { record, photo, reason } => self.remove_photo(*record, *photo, reason, context),
            Command::SetStaff { number, name, roles, stations, carriers, badge, secret, active } => {
                let (name, badge, secret) = (name.as_deref(), badge.as_deref(), secret.as_deref());
                let change = StaffChange {
                    number,
                    name,
                    roles: roles.as_ref(),
                    stations: stations.as_ref(),
                    carriers: carriers.as_ref(),
                    badge,
                    secret,
                    active: *active,
                };
                self.set_staff(&change, context)
            }
            Command::OpenAccess { way, number, name, reason } => self.open_access(*way, number, name, reason, context),
            Command::LeaveNote { note } => self.leave_note(note, context),
            Command::ReadNote { note } => self.read_note(*note, context),
            Command::SettleAccess { access, how, note } => self.settle_access(*access, *how, note, context),
            Command::RequestChange { booking, what, wanted, note } => self.request_change(*booking, *what, *wanted, note, context),
            Command::SayOut { flight, kinds, .. } => self.say_out(flight, kinds, context),
            Command::NoteAnswers { flight, answers } => self.note_answers(flight, answers, context),
            Command::SettleMessage { flight, key, how, reason } => self.settle_message(flight, key, *how, reason, context),
            Command::ResolveConflict { conflict, choice, seat, note } => self.resolve(*conflict, choice, *seat, note, context),
        }
    }

    /// The flight, if it is known here.
    pub(super) fn known(&self, key: &FlightKey) -> Result<&Flight, Refusal> {
        self.flight(key).ok_or_else(|| {
            let words = said!("", "There is no passenger list of {flight} here.", flight = words::flight(key));
            Refusal::new("flight-not-known", words, "Import the list, or wait until a neighbour desk has sent it.", 404)
        })
    }

    /// The flight, if it is worked here and not in the host.
    pub(super) fn worked(&self, key: &FlightKey) -> Result<&Flight, Refusal> {
        let flight = self.known(key)?;
        match flight.controller() {
            Controller::Apron => Ok(flight),
            Controller::Host if self.setting.practice => Ok(flight),
            Controller::Host => {
                let words = said!("", "{flight} is still worked in the host.", flight = key.flight());
                Err(Refusal::new("worked-in-host", words, "Take the flight over first.", 409))
            }
            Controller::HandingBack => {
                let words = said!("", "{flight} is being handed back to the host.", flight = key.flight());
                Err(Refusal::new("handing-back", words, "Do it in the host once the flight is handed back, or call the hand-back off first.", 409))
            }
        }
    }

    /// The flight, if it is worked here and open.
    pub(super) fn open(&self, key: &FlightKey) -> Result<&Flight, Refusal> {
        let flight = self.worked(key)?;
        match flight.closed() {
            None => Ok(flight),
            Some(closed) => {
                let words = said!("", "{flight} was closed {when}.", flight = key.flight(), when = self.when_and_where(&closed.fact));
                Err(Refusal::new("flight-closed", words, "Reopen the flight if it must still change.", 409))
            }
        }
    }

    pub(super) fn listed(&self, booking: DocRef) -> Result<&Booking, Refusal> {
        let not_known = |words: Said| Refusal::new("guest-not-known", words, "Find the guest again; the list may have changed.", 404);
        let guest = self.booking(booking.0).ok_or_else(|| not_known(said!("", "This guest is not known here.")))?;
        if guest.is_gone() {
            return Err(not_known(said!("off-list", "A change message took this guest off the list.")));
        }
        if self.is_here(guest) { Ok(guest) } else { Err(self.moved_away(guest)) }
    }
}

/// Refuses to go on with a guest who was taken off the flight.
pub(super) fn still_on(guest: &Booking) -> Result<(), Refusal> {
    match guest.standing() {
        Standing::Listed | Standing::CheckedIn | Standing::Aboard => Ok(()),
        Standing::Offloaded => {
            let words = said!("again", "{name} is off the flight.", name = guest.name());
            Err(Refusal::new("offloaded", words, "Check the guest in again first.", 409))
        }
    }
}

/// A text that says something.
fn worded(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Collects the edits of one decision.
pub(super) struct Draft<'a> {
    context: &'a Context,
    edits: Vec<(ScopeId, Vec<Edit>)>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        Self { context, edits: Vec::new() }
    }

    /// Adds to the edit of a document.
    pub(super) fn edit(&mut self, scope: &ScopeId, doc: DocId) -> Part<'_, 'a> {
        let at = match self.edits.iter().position(|(known, _)| known == scope) {
            Some(at) => at,
            None => {
                self.edits.push((scope.clone(), Vec::new()));
                self.edits.len() - 1
            }
        };
        let edits = &mut self.edits[at].1;
        let at = match edits.iter().position(|edit| edit.doc == doc) {
            Some(at) => at,
            None => {
                edits.push(Edit { doc, fields: Vec::new(), facts: Vec::new() });
                edits.len() - 1
            }
        };
        Part { context: self.context, edit: &mut edits[at] }
    }

    /// The edit of a document that nothing was said about yet: quicker for a whole list.
    pub(super) fn fresh(&mut self, scope: &ScopeId, edit: Edit) {
        match self.edits.iter_mut().find(|(known, _)| known == scope) {
            Some((_, edits)) => edits.push(edit),
            None => self.edits.push((scope.clone(), vec![edit])),
        }
    }

    pub(super) fn decision(self, answer: Value, summary: String) -> Decision {
        Decision { edits: self.edits, answer, summary }
    }
}

/// The edit of one document.
pub(super) struct Part<'d, 'a> {
    context: &'a Context,
    edit: &'d mut Edit,
}

impl Part<'_, '_> {
    pub(super) fn set(self, field: &str, value: Scalar) -> Self {
        self.edit.fields.retain(|(known, _)| known != field);
        self.edit.fields.push((field.to_owned(), value));
        self
    }

    pub(super) fn say(self, field: &str, text: impl ToString) -> Self {
        self.set(field, Scalar::Str(text.to_string()))
    }

    /// A fact that a person at the desk states.
    pub(super) fn fact(self, what: What, undoes: Vec<FactRef>) -> Self {
        self.fact_from(Source::Person, what, undoes)
    }

    /// The same, to go on with.
    pub(super) fn fact_with(self, what: What, undoes: Vec<FactRef>) -> Self {
        self.edit.facts.push(fact_text(self.context, Source::Person, what, undoes));
        self
    }

    /// What somebody stated of the same guest elsewhere, with its author and time.
    pub(super) fn fact_again(self, known: &Fact) -> Self {
        self.edit.facts.push(written(&Fact { undoes: Box::default(), ..known.clone() }));
        self
    }

    /// A fact that a message states, with the time that the message gives.
    pub(super) fn fact_at(self, at: i64, what: What) -> Self {
        let fact = Fact { at, ..fact_of(self.context, Source::Message, what, Vec::new()) };
        self.edit.facts.push(written(&fact));
        self
    }

    /// A fact that a person states, of something that was before.
    pub(super) fn fact_of_person_at(self, at: i64, what: What) -> Self {
        let fact = Fact { at, ..fact_of(self.context, Source::Person, what, Vec::new()) };
        self.edit.facts.push(written(&fact));
        self
    }

    /// A fact that stands on paper, with the time and the writer that the paper gives.
    pub(super) fn fact_on_paper(self, at: i64, by: &StaffNumber, what: What) -> Self {
        let fact = Fact { at, by: by.as_str().into(), ..fact_of(self.context, Source::Paper, what, Vec::new()) };
        self.edit.facts.push(written(&fact));
        self
    }

    pub(super) fn fact_from(self, src: Source, what: What, undoes: Vec<FactRef>) -> Self {
        self.edit.facts.push(fact_text(self.context, src, what, undoes));
        self
    }
}

/// The text of a fact that is stated now.
pub(super) fn fact_text(context: &Context, src: Source, what: What, undoes: Vec<FactRef>) -> String {
    written(&fact_of(context, src, what, undoes))
}

fn fact_of(context: &Context, src: Source, what: What, undoes: Vec<FactRef>) -> Fact {
    Fact {
        what,
        at: context.now_ms,
        rec: context.now_ms,
        by: context.staff.as_str().into(),
        desk: context.desk.as_str().into(),
        src,
        undoes: undoes.into(),
    }
}

fn written(fact: &Fact) -> String {
    serde_json::to_string(fact).expect("a fact holds texts, numbers and lists, all of which JSON has")
}
