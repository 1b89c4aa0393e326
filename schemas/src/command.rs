//! What people and rules may ask a node to do, and how a node says no.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::json::BadBody;
use crate::record::access::{Settled, Way};
use crate::record::call::Call;
use crate::record::case::Incident;
use crate::record::connection::ArrivingHow;
use crate::record::course::{OnwardPlan, ReturnAfter, ReturnPlace};
use crate::record::excess::{Excess, ExcessEnd};
use crate::record::fact::{AssistStep, DifferenceEnd, Documents, EscortStep, Mark, Onward, ScanPoint, Security, Shown, StaffNumber};
use crate::record::id::ConflictId;
use crate::record::local_time::LocalTime;
use crate::record::moving::MoveHow;
use crate::record::outgoing::{Answered, OutKind, Wish};
use crate::record::photo::{Photo, PhotoHash};
use crate::record::tracing::TraceStep;
use crate::record::{DocRef, FlightKey, SeatMap};
use crate::said::{Arg, Args, Said, said};
use crate::scope::ScopeId;
use crate::staff::{Allowed, Role};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::FlightNumber;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;
use crate::station::{incidents, paper};

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

/// What a person decides about a message that goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MessageChoice {
    /// It goes out again, under its key.
    Replay,
    /// It is not sent.
    Cancel,
    /// It arrived: somebody asked the receiver.
    Arrived,
}

/// A guest to check in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeatWish {
    pub booking: DocRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    /// Who brings a minor who travels alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_by: Option<String>,
}

/// A bag to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BagGiven {
    /// Who hands it in; nobody for a rush bag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<DocRef>,
    /// The flight of a rush bag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flight: Option<FlightKey>,
    pub weight_kg: u16,
    /// The last airport on the tag; the guest's own destination if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<AirportCode>,
    /// The head of the pool to which the bag belongs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_with: Option<DocRef>,
    /// It has a heavy label.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heavy: bool,
    /// It is taken at the gate.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gate_bag: bool,
    /// Why it flies without a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rush: Option<String>,
    /// The tag that is on it already: a fallback tag, or another carrier's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<BagTag>,
    /// The flights behind this one, in order; the last one's airport is the destination.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onward: Vec<Onward>,
}

/// A guest who is on no list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Newcomer {
    pub flight: FlightKey,
    /// `SURNAME/GIVEN`.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locator: Option<Locator>,
    /// 13 digits, with `/` and the coupon where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    pub mark: Mark,
    pub reason: String,
    /// Needed where the flight has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<AirportCode>,
    /// The booking class on the ticket; `Y` if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<char>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub child: bool,
    /// The name of an infant on the lap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infant: Option<String>,
}

/// A guest who comes first and is passed over, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    pub booking: DocRef,
    pub reason: String,
}

/// A guest and the seat to give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewSeat {
    pub booking: DocRef,
    pub seat: Seat,
}

/// A bag that was tagged with a pre-numbered tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaperBag {
    pub booking: DocRef,
    pub tag: BagTag,
    /// Left out where the paper gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight_kg: Option<u16>,
}

/// What a bag looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BagLook {
    pub description: String,
    /// Codes of the tracing chart: `BK`, `22`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub bag_type: Option<String>,
}

/// Why a command was not carried out, in words for the person at the desk. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{message} {remedy}")]
pub struct Refusal {
    /// For programs; kebab-case, never changes its meaning.
    pub code: &'static str,
    /// What is the matter.
    pub message: String,
    /// What to do now.
    pub remedy: String,
    /// The HTTP status that fits.
    pub status: u16,
    /// Red where a guest or bag must be stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<Tone>,
    /// The guests that a person must choose from, if that is the remedy.
    #[serde(skip_serializing_if = "<[Choice]>::is_empty")]
    pub choices: Box<[Choice]>,
    /// The line of the message that is meant, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Set where nothing is wrong and only something else must come first: what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<Box<str>>,
    /// What another language needs to say the same.
    #[serde(skip)]
    words: Option<Box<Words>>,
}

/// Which wording of a code it is, and the values in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Words {
    variant: &'static str,
    args: Args,
}

/// The colour of an answer, always shown with its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Done.
    Green,
    /// Done, and something is left to do.
    Amber,
    /// Stopped.
    Red,
}

/// One of several guests who could be meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub booking: DocRef,
    pub name: String,
    pub locator: Option<Locator>,
    pub seat: Option<Seat>,
    pub sequence: Option<u16>,
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

    /// Whether every text keeps to its limit. `decide` asks this first.
    pub fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::ImportList { text } => {
                if text.len() > Self::LIST_MAX {
                    return Err(Refusal::new(
                        "list-too-long",
                        said!("bytes", "The list is longer than 512 KiB."),
                        "Import its parts one by one.",
                        413,
                    ));
                }
                filled("list", text)
            }
            Self::ImportMessage { text, expect, columns } => {
                within("expect", expect.as_deref().unwrap_or_default(), 64)?;
                within("columns", columns.as_deref().unwrap_or_default(), 3)?;
                if text.len() > Self::LIST_MAX {
                    return Err(Refusal::new("message-too-long", "The message is longer than 512 KiB.", "Import its parts one by one.", 413));
                }
                filled("message", text)
            }
            Self::SetFlight { gate, std, etd, .. } => {
                if gate.is_none() && std.is_none() && etd.is_none() {
                    return Err(Refusal::new("nothing-to-set", "Neither gate nor time was given.", "Give the gate, the STD or the ETD.", 422));
                }
                gate.as_deref().map_or(Ok(()), |gate| within("gate", gate, 8))
            }
            Self::CallGuests { call, guests, .. } => match (call, guests.len()) {
                (Call::Names, 0) => Err(nobody_chosen()),
                (Call::Names, 1..=CALLED_MAX) => Ok(()),
                (Call::Names, _) => {
                    Err(Refusal::new("too-many-called", "More than 60 guests were to be called by name.", "Call everybody, or fewer by name.", 422))
                }
                (_, 0) => Ok(()),
                (_, _) => Err(Refusal::new("called-as-group", "A group is called without names.", "Call names, or leave the guests out.", 422)),
            },
            Self::TakeOverStation { flights, reason } => {
                if flights.is_empty() || flights.len() > STATION_FLIGHTS_MAX {
                    let words = said!("", "{count} flights were named.", count = flights.len());
                    return Err(Refusal::new("flights-not-named", words, "Name 1 to 200 flights of the station.", 422));
                }
                reason_given(reason)
            }
            Self::BeginHandBack { reason, .. } | Self::CallOffHandBack { reason, .. } | Self::HandBack { reason, .. } => reason_given(reason),
            Self::ImportHostList { text, columns, .. } => {
                within("columns", columns.as_deref().unwrap_or_default(), 3)?;
                if text.len() > Self::LIST_MAX {
                    let words = said!("host", "The host's list is longer than 512 KiB.");
                    return Err(Refusal::new("list-too-long", words, "Check that it is the list of one flight.", 413));
                }
                filled("list", text)
            }
            Self::SettleDifference { how: DifferenceEnd::NoAction, reason, .. } => reason_given(reason),
            Self::SettleDifference { reason, .. } => within("reason", reason, 200),
            Self::TakeOver { reason, .. } | Self::ReopenFlight { reason, .. } | Self::UnBoard { reason, .. } | Self::Offload { reason, .. } => {
                reason_given(reason)
            }
            Self::TakeBackCheckIn { guests, reason } => match guests.len() {
                0 => Err(nobody_chosen()),
                1..=PARTY_MAX => reason_given(reason),
                _ => Err(Refusal::new("party-too-large", "More than 99 guests were chosen.", "Take the check-ins back in smaller groups.", 422)),
            },
            Self::TakeBackBag { reason, .. } | Self::TakeBackScan { reason, .. } => reason_given(reason),
            Self::CheckIn { guests } => match guests.len() {
                0 => Err(nobody_chosen()),
                1..=PARTY_MAX => guests.iter().try_for_each(|wish| within("name", wish.handed_by.as_deref().unwrap_or_default(), 100)),
                _ => Err(Refusal::new("party-too-large", "More than 99 guests were chosen.", "Check the party in in smaller groups.", 422)),
            },
            Self::AddBag(bag) => bag.check(),
            Self::AddGuest(guest) => guest.check(),
            Self::ClearStandby { skips, .. } => {
                few("guests passed over", skips.len())?;
                skips.iter().try_for_each(|skip| reason_given(&skip.reason))
            }
            Self::ChangeEquipment { reason, .. }
            | Self::DivertFlight { reason, .. }
            | Self::FlightReturned { reason, .. }
            | Self::FlightContinues { reason, .. } => reason_given(reason),
            Self::OffBoard { scan, sequence, bookings, reason, .. } => {
                within("scan", scan.as_deref().unwrap_or_default(), 2000)?;
                match bookings.len() {
                    0 if scan.is_none() && sequence.is_none() => return Err(nobody_chosen()),
                    ..=RESEAT_MAX => {}
                    _ => return Err(too_many_guests()),
                }
                reason_given(reason)
            }
            Self::MoveBookings { how, bookings, reason, .. } => {
                if bookings.is_empty() && *how != MoveHow::Merge {
                    return Err(nobody_chosen());
                }
                if bookings.len() > RESEAT_MAX {
                    return Err(too_many_guests());
                }
                reason_given(reason)
            }
            Self::Reseat { seats, .. } if seats.is_empty() => Err(nobody_chosen()),
            Self::Reseat { seats, .. } => match seats.len() {
                ..=RESEAT_MAX => Ok(()),
                _ => Err(Refusal::new("too-many-seats", "More than 900 seats were given.", "Give the guests of one flight.", 422)),
            },
            Self::NotePrinted { bookings } if bookings.is_empty() => Err(nobody_chosen()),
            Self::NotePrinted { bookings } => few("guests", bookings.len()),
            Self::NoteEscort { name, .. } => {
                filled("name", name)?;
                within("name", name, 100)
            }
            Self::Assist { service, who, place, .. } => {
                let is_code = (2..=4).contains(&service.len()) && service.bytes().all(|byte| byte.is_ascii_uppercase());
                if !is_code {
                    let remedy = "Give it in capital letters: WCHR, WCHS, WCHC, MAAS, BLND, DEAF, UMNR, BAGS.";
                    return Err(Refusal::new("service-not-known", "This is no code of a service.", remedy, 422));
                }
                within("name", who.as_deref().unwrap_or_default(), 60)?;
                within("place", place.as_deref().unwrap_or_default(), 60)
            }
            Self::NoteDocuments { note, document, .. } => {
                document.as_ref().map_or(Ok(()), check_shown)?;
                within("note", note, 200)?;
                match digits_in_a_row(note) {
                    ..NUMBER_MIN => Ok(()),
                    _ => Err(Refusal::new("number-in-note", "The note holds a number like that of a document.", "Leave the number out.", 422)),
                }
            }
            Self::SettleExcess { over, how, proof, reason, .. } => {
                if over.is_none() {
                    return Err(Refusal::new("excess-missing", "It is not said how much excess it is.", "Give pieces, kilograms, or both.", 422));
                }
                match how {
                    ExcessEnd::Paid => check_proof(proof),
                    ExcessEnd::Waived => reason_given(reason),
                }
            }
            Self::NoteSecurity { outcome, note, .. } => {
                if *outcome == Security::Checked {
                    filled("name", note)?;
                }
                within("note", note, 100)
            }
            Self::Board { scan, booking, sequence, seat, gate, signature, .. } => {
                within("name", signature.as_deref().unwrap_or_default(), 100)?;
                within("gate", gate.as_deref().unwrap_or_default(), 8)?;
                if let Some(scan) = scan {
                    within("scan", scan, 2000)?;
                }
                let named = usize::from(scan.is_some()) + usize::from(sequence.is_some()) + usize::from(seat.is_some());
                match (named, booking.is_some()) {
                    (1, false) | (0, true) => Ok(()),
                    (1, true) if scan.is_some() => Ok(()),
                    _ => Err(Refusal::new(
                        "guest-not-named",
                        said!("one", "It is not clear who boards."),
                        "Scan the pass, or give one of name, sequence or seat.",
                        422,
                    )),
                }
            }
            Self::ReserveTags { count, .. } => paper::check_count(*count),
            Self::EnterPaper { boarded, bags, .. } => paper::check_entry(boarded, bags),
            Self::OpenIncident { incident, name, contact, bag, note, .. } => {
                if *incident != Incident::Found {
                    filled("name", name)?;
                }
                within("name", name, 100)?;
                within("contact", contact, 200)?;
                within("bag description", &bag.description, 200)?;
                within("bag colour", bag.colour.as_deref().unwrap_or_default(), 8)?;
                within("bag type", bag.bag_type.as_deref().unwrap_or_default(), 8)?;
                within("note", note, 2000)
            }
            Self::RequestChange { note, .. } => within("note", note, 500),
            Self::SayOut { due, .. } => within("due", due, 64),
            Self::NoteAnswers { answers, .. } => match answers.len() {
                0..=PARTY_MAX => answers.iter().try_for_each(|answer| {
                    within("key", &answer.key, 64)?;
                    within("way", &answer.way, 60)?;
                    within("note", &answer.note, 300)
                }),
                _ => Err(Refusal::new("too-many-answers", "More than 99 answers were given.", "Give them in smaller numbers.", 422)),
            },
            Self::SettleMessage { key, reason, .. } => {
                within("key", key, 64)?;
                reason_given(reason)
            }
            Self::AmendIncident { set, .. } => incidents::check(set),
            Self::TraceIncident { step, reason, .. } => match step {
                TraceStep::Reject | TraceStep::Close | TraceStep::Resume => reason_given(reason),
                TraceStep::Confirm | TraceStep::Request | TraceStep::Suspend | TraceStep::Deliver => within("reason", reason, 200),
            },
            Self::AddPhoto { photo, .. } if !photo.fits() => {
                Err(Refusal::new("photo-too-large", "A photo has at most 2 MiB.", "Take it with a smaller resolution, or send it smaller.", 413))
            }
            Self::RemovePhoto { reason, .. } => reason_given(reason),
            Self::ResolveConflict { choice, note, .. } => {
                within("choice", choice, 32)?;
                within("note", note, 500)
            }
            Self::CopyConnecting { stations, due, .. } => {
                if stations.len() > STATIONS_MAX {
                    return Err(Refusal::new("too-many-stations", "More stations were named than there are.", "Name the installation's own.", 422));
                }
                within("due", due, 64)
            }
            Self::SetStaff { name, badge, secret, .. } => {
                within("name", name.as_deref().unwrap_or_default(), 100)?;
                within("badge", badge.as_deref().unwrap_or_default(), 64)?;
                within("secret", secret.as_deref().unwrap_or_default(), 200)
            }
            Self::OpenAccess { name, reason, .. } => {
                filled("name", name)?;
                within("name", name, 100)?;
                filled("reason", reason)?;
                within("reason", reason, 200)
            }
            Self::SettleAccess { note, .. } => within("note", note, 500),
            Self::Print { booking, tag, reason, .. } => {
                if booking.is_some() == tag.is_some() {
                    return Err(Refusal::new(
                        "print-not-named",
                        "It is not clear what is printed.",
                        "Name a guest or a bag tag, one of the two.",
                        422,
                    ));
                }
                within("reason", reason, 200)
            }
            Self::LeaveNote { note } => {
                filled("note", note)?;
                within("note", note, 2000)
            }
            Self::AddPhoto { .. }
            | Self::WithdrawCall { .. }
            | Self::ClearGuest { .. }
            | Self::CloseScope { .. }
            | Self::JoinBookings { .. }
            | Self::ChangeSeat { .. }
            | Self::ReadNote { .. }
            | Self::NoteArrival { .. }
            | Self::ScanBag { .. }
            | Self::TickUnloaded { .. }
            | Self::CloseFlight { .. } => Ok(()),
        }
    }

    /// The text under which a message is kept that was not taken, and how many lines it has before those of the command; nothing where the command carries
    /// no message.
    pub fn message(&self) -> Option<(String, u32)> {
        match self {
            Self::ImportList { text } | Self::ImportMessage { text, expect: None, columns: None } => Some((text.clone(), 0)),
            // The text would not say by which map it is to be read.
            Self::ImportHostList { columns: Some(_), .. } => None,
            Self::ImportHostList { text, .. } if Self::host_list(text).is_some() => Some((text.clone(), 0)),
            Self::ImportHostList { flight, at, text, columns: None } => {
                let at = at.map(|at| format!(" {at}")).unwrap_or_default();
                Some((format!("{HOST_LIST} {flight}{at}\n{text}"), 1))
            }
            _ => None,
        }
    }

    /// The command that takes a message: a host's list begins with a line that says so (`HOSTLIST CA1501.2026-11-22.PVG 10:31`), and what follows is the
    /// CSV; everything else is a Type B message.
    pub fn of_message(message: &str) -> Self {
        Self::host_list(message).unwrap_or_else(|| Self::ImportMessage { text: message.to_owned(), expect: None, columns: None })
    }

    fn host_list(message: &str) -> Option<Self> {
        let (head, _) = message.split_once('\n')?;
        let mut words = head.trim_start_matches('\u{feff}').split_ascii_whitespace();
        let (word, flight, at, rest) = (words.next()?, words.next()?.parse().ok()?, words.next(), words.next());
        let at = match at {
            Some(at) => Some(at.parse().ok()?),
            None => None,
        };
        (word == HOST_LIST && rest.is_none()).then(|| Self::ImportHostList { flight, at, text: message.to_owned(), columns: None })
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

impl BagGiven {
    /// An ordinary bag of a guest.
    pub fn of(booking: DocRef, weight_kg: u16) -> Self {
        Self {
            booking: Some(booking),
            flight: None,
            weight_kg,
            destination: None,
            pool_with: None,
            heavy: false,
            gate_bag: false,
            rush: None,
            tag: None,
            onward: Vec::new(),
        }
    }

    fn check(&self) -> Result<(), Refusal> {
        if !(1..=BAG_KG_MAX).contains(&self.weight_kg) {
            let words = said!("", "{kg} kg is not the weight of one bag.", kg = self.weight_kg);
            return Err(Refusal::new("weight-out-of-range", words, "Give 1 to 99 kg for each bag.", 422));
        }
        few("onward flights", self.onward.len())?;
        let unclear = |words: Said, remedy| Err(Refusal::new("bag-not-clear", words, remedy, 422));
        match (&self.rush, self.booking, self.flight) {
            (Some(reason), None, Some(_)) if self.pool_with.is_none() => reason_given(reason),
            (Some(_), ..) => unclear(said!("rush", "A rush bag flies without a guest."), "Give its flight and destination, and no guest."),
            (None, Some(_), None) => Ok(()),
            (None, ..) => {
                unclear(said!("", "It is not clear whose bag it is."), "Give the guest; or, of a bag without one, flight and reason (rush).")
            }
        }
    }
}

impl Newcomer {
    fn check(&self) -> Result<(), Refusal> {
        filled("name", &self.name)?;
        within("name", &self.name, 60)?;
        within("infant", self.infant.as_deref().unwrap_or_default(), 60)?;
        within("ticket", self.ticket.as_deref().unwrap_or_default(), 20)?;
        reason_given(&self.reason)
    }
}

impl Refusal {
    /// The key of a message is the variant of the code's wording; the values in message and remedy go to language files.
    pub fn new(code: &'static str, message: impl Into<Said>, remedy: impl Into<Said>, status: u16) -> Self {
        let (message, remedy) = (message.into(), remedy.into());
        let args: Args = message.args().iter().chain(remedy.args()).cloned().collect();
        let variant = message.key();
        let words = (!args.is_empty() || !variant.is_empty()).then(|| Box::new(Words { variant, args }));
        let (message, remedy) = (message.english().to_owned(), remedy.english().to_owned());
        Self { code, message, remedy, status, tone: None, choices: Box::default(), line: None, waits_for: None, words }
    }

    /// Nothing is wrong with what was given, but something else must come first.
    pub fn waiting(code: &'static str, message: impl Into<Said>, waits_for: impl Into<String>) -> Self {
        let waits_for: String = waits_for.into();
        let remedy = format!("Import {waits_for} first.");
        Self { waits_for: Some(waits_for.into()), ..Self::new(code, message, remedy, 409) }
    }

    /// The same, with a value of the sentence for other languages.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.words.get_or_insert_default().args.push((name, value.into()));
        self
    }

    /// The same, as another wording of the code: in language files it has a key of its own.
    #[must_use]
    pub fn variant(mut self, variant: &'static str) -> Self {
        self.words.get_or_insert_default().variant = variant;
        self
    }

    /// Its name in language files: `refusal-flight-closed`; with a variant `refusal-bag-not-known-on-flight`.
    pub fn key(&self) -> String {
        match self.words.as_ref().map_or("", |words| words.variant) {
            "" => format!("refusal-{}", self.code),
            variant => format!("refusal-{}-{variant}", self.code),
        }
    }

    /// The values of the sentence by name.
    pub fn args(&self) -> &[(&'static str, Arg)] {
        self.words.as_ref().map_or(&[], |words| &words.args[..])
    }

    /// The same, with the line of the message that is meant.
    pub fn at_line(self, line: Option<u32>) -> Self {
        Self { line: self.line.or(line), ..self }
    }

    /// The same, said at the gate: stop.
    pub fn red(self) -> Self {
        Self { tone: Some(Tone::Red), ..self }
    }

    /// The same, said at the gate: look, and it may be passed.
    pub fn amber(self) -> Self {
        Self { tone: Some(Tone::Amber), ..self }
    }

    /// The same, red unless it is of another colour.
    pub fn toned(self) -> Self {
        Self { tone: self.tone.or(Some(Tone::Red)), ..self }
    }

    pub fn with_choices(self, choices: Vec<Choice>) -> Self {
        Self { choices: choices.into(), ..self }
    }
}

/// A party is one action of one person; a coach load is several.
const PARTY_MAX: usize = 99;

/// As many as one call by name holds: more are called together.
const CALLED_MAX: usize = 60;

/// As much of a document's number as is kept.
const ENDING_MAX: usize = 3;

/// Numbers of documents have at least so many digits in a row.
const NUMBER_MIN: usize = 6;

/// Payment cards that are in use have this many digits or more.
const CARD_DIGITS: usize = 15;

/// As many seats as the largest aircraft has.
const RESEAT_MAX: usize = 900;

/// An installation has fewer desks than this.
const STATIONS_MAX: usize = 100;

/// No belt takes a heavier piece.
pub(crate) const BAG_KG_MAX: u16 = 99;

fn within(field: &str, text: &str, limit: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length <= limit {
        return Ok(());
    }
    Err(Refusal::new(
        "text-too-long",
        said!("", "The {field} has {length} characters.", field = field, length = length),
        said!("", "Shorten it to {limit}.", limit = limit),
        422,
    ))
}

/// The first word of a message that is a host's check-in list.
const HOST_LIST: &str = "HOSTLIST";

fn reason_given(reason: &str) -> Result<(), Refusal> {
    filled("reason", reason)?;
    within("reason", reason, 200)
}

/// Codes of a document, and no more of its number than its end.
fn check_shown(document: &Shown) -> Result<(), Refusal> {
    let is_code = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    let codes = is_code(&document.kind, 2) && is_code(&document.issuer, 3) && document.nationality.as_deref().is_none_or(|text| is_code(text, 3));
    if !codes {
        let remedy = "Give its kind (P, V, I) and the state as three letters, such as CHN.";
        return Err(Refusal::new("document-not-clear", "It is not clear which document this is.", remedy, 422));
    }
    match document.ending.len() <= ENDING_MAX && document.ending.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        true => Ok(()),
        false => Err(Refusal::new("number-too-long", "The number of a document is not kept here.", "Give its last three characters.", 422)),
    }
}

/// The longest run of digits.
/// The number of a receipt or of an electronic document (EMD), 13 digits and a check digit at most: the number of a payment card is longer.
fn check_proof(proof: &str) -> Result<(), Refusal> {
    filled("number", proof)?;
    within("number", proof, 24)?;
    if !proof.trim().chars().all(|c| c.is_ascii_alphanumeric() || "-/ ".contains(c)) {
        return Err(Refusal::new("proof-not-read", "This is no number of a receipt.", "Give letters, digits and hyphens.", 422));
    }
    match proof.chars().filter(char::is_ascii_digit).count() {
        ..CARD_DIGITS => Ok(()),
        _ => Err(Refusal::new(
            "card-number",
            "This looks like the number of a payment card, which is never written down.",
            "Give the number of the receipt or of the document (EMD).",
            422,
        )),
    }
}

fn digits_in_a_row(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0)
}

fn too_many_guests() -> Refusal {
    Refusal::new("too-many-guests", "More than 900 guests were named.", "Name the guests of one flight.", 422)
}

fn nobody_chosen() -> Refusal {
    Refusal::new("nobody-chosen", "Nobody was chosen.", "Mark at least one guest.", 422)
}

/// More flights than a station has in one outage.
const STATION_FLIGHTS_MAX: usize = 200;

/// Not more of something than one person does at once.
fn few(what: &'static str, number: usize) -> Result<(), Refusal> {
    if number <= PARTY_MAX {
        return Ok(());
    }
    let words = format!("{number} {what} were given.");
    Err(Refusal::new("too-many-at-once", words, format!("Give at most {PARTY_MAX}."), 422).arg("count", number).arg("limit", PARTY_MAX))
}

fn filled(field: &str, text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::new("text-missing", said!("", "The {field} is empty.", field = field), format!("Give the {field}."), 422));
    }
    Ok(())
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
