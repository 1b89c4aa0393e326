//! What people and rules may ask a node to do, and how a node says no.

mod check;
mod given;
mod message;
mod refusal;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::json::BadBody;
use crate::record::access::{Settled, Way};
use crate::record::call::Call;
use crate::record::case::Incident;
use crate::record::connection::ArrivingHow;
use crate::record::course::{OnwardPlan, ReturnAfter, ReturnPlace};
use crate::record::excess::{Excess, ExcessEnd};
use crate::record::fact::{AssistStep, DifferenceEnd, Documents, EscortStep, ScanPoint, Security, Shown, StaffNumber};
use crate::record::id::ConflictId;
use crate::record::local_time::LocalTime;
use crate::record::moving::MoveHow;
use crate::record::outgoing::{Answered, OutKind, Wish};
use crate::record::photo::{Photo, PhotoHash};
use crate::record::tracing::TraceStep;
use crate::record::{DocRef, FlightKey, SeatMap};
use crate::said::said;
use crate::scope::ScopeId;
use crate::staff::{Allowed, Role};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::FlightNumber;
use crate::standards::seat::Seat;

pub(crate) use check::BAG_KG_MAX;
pub use given::{BagGiven, BagLook, MessageChoice, NewSeat, Newcomer, PaperBag, SeatWish, Skip};
pub use refusal::{Choice, Refusal, Tone};

/// One thing to do, as posted. Whether it can be done is for [`crate::station::Station::decide`] to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Reads a passenger name list or its changes (Type B PNL, ADL).
    ImportList {
        text: String,
    },
    /// Reads a message that changes what is known here: a Type B message (PNL, ADL, BSM, BPM, MVT), or a guest list as a table (CSV).
    ImportMessage {
        text: String,
        /// What it came to when somebody looked at it ([`crate::station::Preview::mark`]); refused where it comes to something else now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expect: Option<String>,
        /// The airline whose column map counts for a table (`*`: everybody's); that of the airline that the table is about if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        columns: Option<String>,
    },
    /// Joins the bookings of guests who have two, because change messages were read in different orders at different desks. Nodes do it by themselves.
    JoinBookings {
        flight: FlightKey,
    },
    /// Closes the records of a day, or of a month, for good: what any desk sends of them later is kept aside. At the hub only, once every desk that wrote
    /// there has said that the hub has all of it, or is named as lost.
    CloseScope {
        scope: ScopeId,
        reason: String,
        /// Desks that will not come back, such as `PVG C2`.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lost: Vec<String>,
    },
    /// Copies the guests of a flight who go on from another station to the scope of their next flight, or what changed of them. Only the hub does it, by
    /// itself.
    CopyConnecting {
        flight: FlightKey,
        /// The stations of this installation.
        stations: Vec<AirportCode>,
        /// Names what is to be copied, so that the same is the same command.
        due: String,
    },
    /// Sets what is announced. What is left out stays as it is.
    SetFlight {
        flight: FlightKey,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gate: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        std: Option<LocalTime>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        etd: Option<LocalTime>,
    },
    /// Says when a flight is here that brings guests, or that it does not come. The time is one of the station's clock, the nearest to now.
    NoteArrival {
        flight: FlightKey,
        how: ArrivingHow,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<LocalTime>,
    },
    /// Says that guests were called to board: a group, everybody, or those named.
    CallGuests {
        flight: FlightKey,
        call: Call,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        guests: Vec<DocRef>,
    },
    /// Takes a call back that was a mistake.
    WithdrawCall {
        flight: FlightKey,
        call: Call,
    },
    /// Apron works the flight from now on, not the host.
    TakeOver {
        flight: FlightKey,
        reason: String,
    },
    /// Apron works these flights from now on, not the host: those that the host works, all or none. Flights that are taken over already are left as they are.
    TakeOverStation {
        flights: Vec<FlightKey>,
        reason: String,
    },
    /// Begins to give a flight back: nothing is changed here until that is done or called off.
    BeginHandBack {
        flight: FlightKey,
        reason: String,
    },
    /// Apron goes on with the flight.
    CallOffHandBack {
        flight: FlightKey,
        reason: String,
    },
    /// The host works the flight from now on. Refused while differences from the host's list are open, unless a supervisor says `anyway`.
    HandBack {
        flight: FlightKey,
        reason: String,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        anyway: bool,
    },
    /// Reads the host's check-in list (CSV, with the column map of the carrier).
    ImportHostList {
        flight: FlightKey,
        /// When the host made it; now if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<LocalTime>,
        text: String,
        /// The airline whose column map counts (`*`: everybody's); the carrier of the flight if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        columns: Option<String>,
    },
    /// Says how a difference from the host's list ends.
    SettleDifference {
        flight: FlightKey,
        difference: ConflictId,
        how: DifferenceEnd,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Checks in a party as one action: all or none.
    CheckIn {
        guests: Vec<SeatWish>,
    },
    ChangeSeat {
        booking: DocRef,
        seat: Seat,
    },
    /// Takes a bag from a guest, or a rush bag that flies without one.
    AddBag(BagGiven),
    /// Takes down a guest who is on no list. No seat is given before the guest is cleared.
    AddGuest(Newcomer),
    /// Gives a guest who is on no list a seat and a sequence number.
    ClearGuest {
        booking: DocRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<Seat>,
    },
    /// Gives the next guest who waits a seat and a sequence number; or another one, with a reason for each who comes first.
    ClearStandby {
        flight: FlightKey,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking: Option<DocRef>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<Seat>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        skips: Vec<Skip>,
    },
    /// Another aircraft flies, with these seats: `C1-2/ACDF Y11-40/ABCHJK -11A`.
    ChangeEquipment {
        flight: FlightKey,
        map: SeatMap,
        reason: String,
    },
    /// Gives several guests of a flight other seats as one action: all or none.
    Reseat {
        flight: FlightKey,
        seats: Vec<NewSeat>,
    },
    /// The flight lands elsewhere.
    DivertFlight {
        flight: FlightKey,
        to: AirportCode,
        /// When it is expected there, local time there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expected: Option<LocalTime>,
        /// How its guests go on.
        onward: OnwardPlan,
        reason: String,
    },
    /// The flight came back. Boarding stands still, and a closed flight is open again: for who may open it.
    FlightReturned {
        flight: FlightKey,
        place: ReturnPlace,
        after: ReturnAfter,
        reason: String,
    },
    /// The flight goes where it should: calls off a diversion or a return.
    FlightContinues {
        flight: FlightKey,
        reason: String,
    },
    /// Guests leave the aircraft and stay checked in: by pass, by sequence number, or those named; all or none.
    OffBoard {
        flight: FlightKey,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scan: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sequence: Option<u16>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bookings: Vec<DocRef>,
        reason: String,
    },
    /// Moves guests to another flight or day of the station: all or none of those named; where nobody is named everybody, but who is off the flight.
    MoveBookings {
        flight: FlightKey,
        to: FlightKey,
        how: MoveHow,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bookings: Vec<DocRef>,
        reason: String,
    },
    /// Notes who handed over a minor who travels alone, or who of the crew signed for the child.
    NoteEscort {
        booking: DocRef,
        step: EscortStep,
        name: String,
    },
    /// A step of helping a guest: ordered, assigned to somebody, picked up, handed over, or not needed.
    Assist {
        booking: DocRef,
        service: String,
        step: AssistStep,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        who: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<String>,
    },
    /// Notes what came of looking at a guest's documents. No number of a document belongs into the note.
    NoteDocuments {
        booking: DocRef,
        outcome: Documents,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// The document that was looked at.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Shown>,
        /// The guest is selected for a further check.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        selected: bool,
    },
    /// Says what came of baggage beyond what is free for a party, at most as much as is open.
    SettleExcess {
        booking: DocRef,
        over: Excess,
        how: ExcessEnd,
        /// The number of the receipt or document that was shown, where it was paid.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        proof: String,
        /// Why it goes free of charge, where it does.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Notes that security is to check a guest before boarding, or has; then the note says who checked.
    NoteSecurity {
        booking: DocRef,
        outcome: Security,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// The new passes of these guests were printed.
    NotePrinted {
        bookings: Vec<DocRef>,
    },
    /// Counts a print of a boarding pass or bag tag, named by one of the two: the newest print counts, those before are void.
    Print {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking: Option<DocRef>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tag: Option<BagTag>,
        /// Needed where the tag is known on several flights.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flight: Option<FlightKey>,
        /// Why it is printed again, where it is.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Takes the check-in of these guests back, which was a mistake.
    TakeBackCheckIn {
        guests: Vec<DocRef>,
        reason: String,
    },
    /// Takes back that a bag was taken; `rush` for one that flies without its guest.
    TakeBackBag {
        flight: FlightKey,
        tag: BagTag,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        rush: bool,
        reason: String,
    },
    /// Takes back that a bag was seen somewhere.
    TakeBackScan {
        flight: FlightKey,
        tag: BagTag,
        point: ScanPoint,
        reason: String,
    },
    ScanBag {
        tag: BagTag,
        point: ScanPoint,
        /// Needed where the tag is not known here, or on several flights.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flight: Option<FlightKey>,
    },
    /// Lets a guest on board, named by one of the four. A scan with a booking says which of several guests of that name it is.
    Board {
        flight: FlightKey,
        /// The text of the bar code, as the scanner gave it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scan: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking: Option<DocRef>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sequence: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<Seat>,
        /// The gate where the desk boards; amber where the flight's is another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gate: Option<String>,
        /// Lets the guest on board although the gate is another one.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        anyway: bool,
        /// Who of the crew signs for a minor who travels alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<String>,
    },
    UnBoard {
        booking: DocRef,
        reason: String,
    },
    /// Takes a guest off the flight.
    Offload {
        booking: DocRef,
        reason: String,
    },
    /// The loader's confirmation that a bag is not on the aircraft.
    TickUnloaded {
        flight: FlightKey,
        tag: BagTag,
    },
    CloseFlight {
        flight: FlightKey,
    },
    ReopenFlight {
        flight: FlightKey,
        reason: String,
    },
    /// Keeps numbers of this desk's block for blank tags on paper: they are never given otherwise.
    ReserveTags {
        flight: FlightKey,
        count: u16,
    },
    /// Types in what somebody wrote on paper, all or none: who went on board, and which pre-numbered tags were taken.
    EnterPaper {
        flight: FlightKey,
        /// The time on the paper.
        at: LocalTime,
        /// Who wrote it.
        by: StaffNumber,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        boarded: Vec<DocRef>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        bags: Vec<PaperBag>,
    },
    /// Takes the report of a baggage incident.
    OpenIncident {
        incident: Incident,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tag: Option<BagTag>,
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        flight: Option<FlightNumber>,
        contact: String,
        bag: BagLook,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
        /// The guest's booking, where a pass or tag was scanned: what it holds is not asked for again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        booking: Option<DocRef>,
    },
    /// Fills in or changes fields of a report, by name; an empty text empties the field. What is left out stays as it is.
    AmendIncident {
        case: DocRef,
        set: BTreeMap<String, String>,
    },
    /// A step of finding a bag. Confirm and reject name the other report; the later steps take the one that was confirmed.
    TraceIncident {
        case: DocRef,
        step: TraceStep,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        with: Option<DocRef>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    /// Adds a photo to a bag or a baggage report. Its bytes are on this node's disk already.
    AddPhoto {
        record: DocRef,
        photo: Photo,
        /// When it was taken, in milliseconds since 1970 UTC; now if left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken_at: Option<i64>,
    },
    /// Shows a photo of a bag or a baggage report no more.
    RemovePhoto {
        record: DocRef,
        photo: PhotoHash,
        reason: String,
    },
    /// Takes down what a guest asks the reservation system for. It goes out when there is a way.
    RequestChange {
        booking: DocRef,
        what: Wish,
        /// The flight that the guest wants.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wanted: Option<FlightKey>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Puts into words what is to be said of a flight. The node with the way out does it by itself.
    SayOut {
        flight: FlightKey,
        kinds: BTreeSet<OutKind>,
        /// Names what is due, so that the same is the same command.
        due: String,
    },
    /// Notes what became of messages of a flight. The node with the way out does it by itself.
    NoteAnswers {
        flight: FlightKey,
        answers: Vec<Answered>,
    },
    /// Decides about a message that waits, was refused, or whose answer is unknown.
    SettleMessage {
        flight: FlightKey,
        key: String,
        how: MessageChoice,
        reason: String,
    },
    /// Settles a conflict with one of the choices that it offers.
    ResolveConflict {
        conflict: ConflictId,
        choice: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<Seat>,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Writes a member of staff down, or changes what is known of them. What is left out stays as it is. At the hub only.
    SetStaff {
        number: StaffNumber,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        roles: Option<BTreeSet<Role>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stations: Option<Allowed>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        carriers: Option<Allowed>,
        /// The keyed hash of the badge's bar code; empty takes the badge away.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        badge: Option<String>,
        /// The hash of the password or PIN (argon2id, PHC string format).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secret: Option<String>,
        /// False: may not sign in any more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        active: Option<bool>,
    },
    /// Somebody without a badge begins a shift: asked for, vouched for by who gives this command, or without anybody to ask.
    OpenAccess {
        way: Way,
        number: StaffNumber,
        name: String,
        reason: String,
    },
    /// Leaves a note for the next shift at this desk.
    LeaveNote {
        note: String,
    },
    /// Says that a note was read.
    ReadNote {
        note: DocRef,
    },
    /// Decides about somebody without a badge, or looks at it afterwards.
    SettleAccess {
        access: DocRef,
        how: Settled,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
}

impl Command {
    /// As much of a message as one command takes, in bytes: a full wide-body's list is about 60 KiB.
    pub const LIST_MAX: usize = 512 * 1024;

    /// Reads a command and checks its limits.
    ///
    /// # Errors
    /// With words that name the field and the remedy.
    pub fn parse(json: &str) -> Result<Self, Refusal> {
        let command: Self = serde_json::from_str(json).map_err(|error| not_read(&error))?;
        command.check()?;
        Ok(command)
    }

    /// The command's kind as posted, for logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ImportList { .. } => "import-list",
            Self::ImportMessage { .. } => "import-message",
            Self::JoinBookings { .. } => "join-bookings",
            Self::CloseScope { .. } => "close-scope",
            Self::CopyConnecting { .. } => "copy-connecting",
            Self::SetFlight { .. } => "set-flight",
            Self::NoteArrival { .. } => "note-arrival",
            Self::CallGuests { .. } => "call-guests",
            Self::WithdrawCall { .. } => "withdraw-call",
            Self::TakeOver { .. } => "take-over",
            Self::TakeOverStation { .. } => "take-over-station",
            Self::BeginHandBack { .. } => "begin-hand-back",
            Self::CallOffHandBack { .. } => "call-off-hand-back",
            Self::HandBack { .. } => "hand-back",
            Self::ImportHostList { .. } => "import-host-list",
            Self::SettleDifference { .. } => "settle-difference",
            Self::CheckIn { .. } => "check-in",
            Self::ChangeSeat { .. } => "change-seat",
            Self::AddBag(_) => "add-bag",
            Self::AddGuest(_) => "add-guest",
            Self::ClearGuest { .. } => "clear-guest",
            Self::ClearStandby { .. } => "clear-standby",
            Self::ChangeEquipment { .. } => "change-equipment",
            Self::Reseat { .. } => "reseat",
            Self::DivertFlight { .. } => "divert-flight",
            Self::FlightReturned { .. } => "flight-returned",
            Self::FlightContinues { .. } => "flight-continues",
            Self::OffBoard { .. } => "off-board",
            Self::MoveBookings { .. } => "move-bookings",
            Self::NotePrinted { .. } => "note-printed",
            Self::NoteEscort { .. } => "note-escort",
            Self::SettleExcess { .. } => "settle-excess",
            Self::Assist { .. } => "assist",
            Self::NoteDocuments { .. } => "note-documents",
            Self::NoteSecurity { .. } => "note-security",
            Self::TakeBackCheckIn { .. } => "take-back-check-in",
            Self::TakeBackBag { .. } => "take-back-bag",
            Self::TakeBackScan { .. } => "take-back-scan",
            Self::ScanBag { .. } => "scan-bag",
            Self::Board { .. } => "board",
            Self::UnBoard { .. } => "un-board",
            Self::Offload { .. } => "offload",
            Self::Print { .. } => "print",
            Self::TickUnloaded { .. } => "tick-unloaded",
            Self::CloseFlight { .. } => "close-flight",
            Self::ReopenFlight { .. } => "reopen-flight",
            Self::ReserveTags { .. } => "reserve-tags",
            Self::EnterPaper { .. } => "enter-paper",
            Self::OpenIncident { .. } => "open-incident",
            Self::RequestChange { .. } => "request-change",
            Self::SayOut { .. } => "say-out",
            Self::NoteAnswers { .. } => "note-answers",
            Self::SettleMessage { .. } => "settle-message",
            Self::AmendIncident { .. } => "amend-incident",
            Self::TraceIncident { .. } => "trace-incident",
            Self::AddPhoto { .. } => "add-photo",
            Self::RemovePhoto { .. } => "remove-photo",
            Self::ResolveConflict { .. } => "resolve-conflict",
            Self::SetStaff { .. } => "set-staff",
            Self::OpenAccess { .. } => "open-access",
            Self::SettleAccess { .. } => "settle-access",
            Self::LeaveNote { .. } => "leave-note",
            Self::ReadNote { .. } => "read-note",
        }
    }
}

/// Says in plain words what is the matter with a body, where, and what to do.
fn not_read(error: &serde_json::Error) -> Refusal {
    let BadBody { words, remedy, line, .. } = BadBody::new(error);
    Refusal::new("command-not-read", said!("", "{error}", error = words), remedy, 400).at_line(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_refused_with_the_field_and_the_remedy() {
        let check = |json: &str, code: &str, words: &str| {
            let refusal = Command::parse(json).unwrap_err();
            assert_eq!(refusal.code, code, "{refusal}");
            assert!(refusal.to_string().contains(words), "{refusal}");
        };
        let flight = r#""flight":"CA1501.2026-11-22.PVG""#;
        check(&format!(r#"{{"kind":"take-over",{flight},"reason":" "}}"#), "text-missing", "Give the reason.");
        check(&format!(r#"{{"kind":"take-over",{flight},"reason":"{}"}}"#, "x".repeat(201)), "text-too-long", "Shorten it to 200.");
        check(&format!(r#"{{"kind":"take-over",{flight},"reason":"x","extra":1}}"#), "command-not-read", "\"extra\" is not known here.");
        check(r#"{"kind":"take-over","flight":"CA1501","reason":"x"}"#, "command-not-read", "Give flight, date and station");
        check(r#"{"kind":"fly"}"#, "command-not-read", "fly");
        check(r#"{"kind":"take-over","reason":"x"}"#, "command-not-read", "\"flight\" is missing. Add it");
        check("{\n \"kind\": oops", "command-not-read", "not JSON: look at line 2, column");
        check(r#"{"kind":"take-over""#, "command-not-read", "ends in the middle, at line 1");
        check("[1]", "command-not-read", "");
        check(
            r#"{"kind":"add-bag","booking":"00000000000000000000000000000000","weight_kg":"x"}"#,
            "command-not-read",
            "The text \"x\" stands where a whole number",
        );
        check(r#"{"kind":"check-in","guests":5}"#, "command-not-read", "The number 5 stands where a list is expected.");
        check(&format!(r#"{{"kind":"board",{flight}}}"#), "guest-not-named", "Scan the pass");
        check(&format!(r#"{{"kind":"board",{flight},"sequence":1,"seat":"1A"}}"#), "guest-not-named", "Scan the pass");
        check(r#"{"kind":"check-in","guests":[]}"#, "nobody-chosen", "Mark at least one guest.");
        check(r#"{"kind":"add-bag","booking":"00000000000000000000000000000000","weight_kg":0}"#, "weight-out-of-range", "1 to 99");
        check(r#"{"kind":"change-seat","booking":"00000000000000000000000000000000","seat":"C14"}"#, "command-not-read", "is not a seat");
    }

    #[test]
    fn no_word_of_the_parser_reaches_people() {
        let bodies = [
            "",
            "[]",
            "5",
            "null",
            "\"x\"",
            "{",
            "{}",
            "{\"kind\":5}",
            "{\"kind\":\"board\"}",
            "{\"kind\":\"board\",\"flight\":[]}",
            "{\"kind\":\"fly\"}",
            "{\"kind\":\"board\",\"kind\":\"board\"}",
            "{\"kind\":\"check-in\",\"guests\":[5]}",
            "{\"kind\":\"check-in\",\"guests\":{}}",
            "{\"kind\":\"add-bag\",\"weight_kg\":1.5}",
            "{\"kind\":\"add-bag\",\"weight_kg\":-1}",
            "{\"kind\":\"add-bag\",\"weight_kg\":70000,\"booking\":null}",
        ];
        for body in bodies {
            let said = Command::parse(body).unwrap_err().to_string();
            let foreign = ["struct", "enum", "variant", "expected value", "invalid type", "EOF", "missing field", "u16", "`"];
            assert!(foreign.iter().all(|word| !said.contains(word)), "{body}: {said}");
        }
    }

    #[test]
    fn what_is_sent_is_what_was_meant() {
        let json = r#"{"kind":"check-in","guests":[{"booking":"000102030405060708090a0b0c0d0e0f","seat":"14C"}]}"#;
        let command = Command::parse(json).unwrap();
        assert_eq!(serde_json::to_string(&command).unwrap(), json);
        assert_eq!(command.kind(), "check-in");
    }
}
