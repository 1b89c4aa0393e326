//! Facts: what was observed or done, as JSON texts with an author, and what is left of them after later facts have undone some.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::access::Settled;
use super::call::Call;
use super::connection::{Arrival, Arriving};
use super::course::{Diversion, Return};
use super::excess::ExcessSettling;
use super::flight::Controller;
use super::id::{ConflictId, DocRef, FactRef};
use super::key::FlightKey;
use super::local_time::LocalTime;
use super::moving::{GuestsMoved, MovedFrom, MovedTo};
use super::outgoing::{Answered, ChangeRequest, Spoken};
use super::photo::{Hidden, Photo};
use super::seat_map::SeatMap;
use super::tracing::Trace;
use crate::flat::{FactId, FlatDoc};
use crate::standards::airport::AirportCode;
use crate::standards::bag_tag::BagTag;
use crate::standards::flight::FlightNumber;
use crate::standards::seat::Seat;

/// One fact. Times are milliseconds since 1970 UTC and claims of the recording desk's clock: shown to people, never compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    #[serde(flatten)]
    pub what: What,
    /// When it happened.
    pub at: i64,
    /// When it was recorded.
    pub rec: i64,
    /// The staff number of who did or saw it.
    pub by: Box<str>,
    /// The desk where it was recorded.
    pub desk: Box<str>,
    pub src: Source,
    /// Earlier facts of the same document that no longer hold. Only facts that the author saw can be named, so what happened at the same time
    /// elsewhere stays.
    #[serde(default, skip_serializing_if = "<[FactRef]>::is_empty")]
    pub undoes: Box<[FactRef]>,
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The host's check-in list.
    HostList,
    /// A message, such as a passenger name list.
    Message,
    /// A boarding pass that was scanned.
    Pass,
    /// What the hub holds of another station.
    Hub,
    /// A person at a desk.
    Person,
    /// Paper, typed in afterwards.
    Paper,
}

/// What was observed or done. There is one of these for each guest of a station at least, so what is large stands behind a pointer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "kebab-case")]
pub enum What {
    /// Of a flight: a list was read. `hash` is of its text; `part` is absent where one message was the whole list.
    ListReceived {
        hash: String,
        guests: u32,
        left_out: u32,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<Box<ListPart>>,
    },
    /// Of a flight: a movement message was read. `message` is the hash of its text, times are HHMM UTC as sent.
    Moved {
        message: String,
        says: Box<Movements>,
    },
    /// Of a flight: Apron works it, not the host.
    TookOver {
        reason: String,
    },
    /// Of a flight: it is being given back to the host, and nothing is changed here meanwhile. Names the takings over that are given back: one that was
    /// not seen stands.
    HandBackBegun {
        reason: String,
        of: Vec<FactRef>,
    },
    /// Of a flight: giving it back was called off; undoes its beginning.
    HandBackCalledOff {
        reason: String,
    },
    /// Of a flight: the host works it again; undoes the taking over. `open` differences from the host's list were left, or it is not known whether any.
    HandedBack {
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        open: Option<u32>,
    },
    /// Of a flight: the host's check-in list was read.
    HostListRead(Box<HostReading>),
    /// Of a flight: a difference from the host's list was settled; undoes what was said of it before.
    DifferenceSettled(Box<DifferenceSettling>),
    /// Of a flight: when another is there that brings guests to it; undoes what was said of that before.
    Arriving(Box<Arriving>),
    /// Of a flight: announced times and gate were set.
    FlightSet {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gate: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        std: Option<LocalTime>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        etd: Option<LocalTime>,
    },
    /// Of a flight: guests were called to board; `guests` are those who were called by name.
    Called {
        call: Call,
        #[serde(default, skip_serializing_if = "<[DocRef]>::is_empty")]
        guests: Box<[DocRef]>,
    },
    /// Of a flight: a call was a mistake; undoes it.
    CallWithdrawn {
        call: Call,
    },
    /// Of a flight: another aircraft flies it, with these seats.
    EquipmentChanged(Box<Equipment>),
    /// Of a flight: closed, with the figures for load control as they were.
    Closed {
        sheet: Box<Figures>,
    },
    /// Of a flight: opened again; undoes the closing.
    Reopened {
        reason: String,
    },
    /// Of a flight: it lands elsewhere; undoes what was said of its course before.
    Diverted(Box<Diversion>),
    /// Of a flight: it came back; undoes what was said of its course before.
    Returned(Box<Return>),
    /// Of a flight: it goes where it should; undoes what was said of its course before.
    Continues {
        reason: String,
    },
    /// Of a flight: guests went from it to another, or from another to it.
    GuestsMoved(Box<GuestsMoved>),
    /// Of a flight: a desk keeps these numbers for blank tags on paper, from the first on.
    TagsReserved {
        first: BagTag,
        count: u16,
    },
    /// Of a flight: who typed in a paper, of which the facts of the same entry hold the time and the writer.
    PaperEntered {
        guests: u16,
        bags: u16,
    },
    /// Of a flight or case: a person settled a conflict.
    Resolved(Box<Settling>),

    /// Of a booking: the guest stands on a list.
    Listed {
        list: String,
        order: u32,
    },
    /// Of a booking: a change message put the guest on the list, or said anew all that the list says. `sent` sorts change messages as they were
    /// sent; the newest counts, whenever it came.
    Relisted {
        list: String,
        sent: String,
        says: Box<BTreeMap<String, SetValue>>,
    },
    /// Of a booking: a change message took the guest off the list.
    Delisted {
        list: String,
        sent: String,
    },
    /// Of a booking: the same guest as that of another booking, which was made under the guest's earlier name.
    SameAs {
        booking: DocRef,
    },
    /// Of a booking: the guest comes from a flight of another station, as the hub knows it from there; undoes what the hub said of it before.
    Connecting(Box<Arrival>),
    /// Of a booking: the guest no longer comes from that flight; undoes what the hub said of it before.
    NotConnecting {
        from: FlightKey,
        booking: DocRef,
    },
    /// Of a booking: the guest flies with another flight; undoes check-in and boarding here.
    MovedTo(Box<MovedTo>),
    /// Of a booking: the guest comes from another flight of this station; undoes that the guest went elsewhere from here.
    MovedFrom(Box<MovedFrom>),
    /// Of a booking: the guest did not go to another flight; undoes that it was said.
    Stays {
        reason: String,
    },
    /// Of a booking: checked in, with what the guest was given or what the pass shows.
    CheckedIn {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<Seat>,
    },
    /// Of a booking: by the host's list the guest is not checked in; undoes what was known.
    NotCheckedIn {},
    /// Of a booking: the check-in was a mistake; undoes it.
    CheckInTakenBack {
        reason: String,
    },
    /// Of a booking: another seat was given.
    SeatGiven {
        seat: Seat,
    },
    /// Of a booking: another sequence number was given.
    SequenceGiven {
        seq: u16,
    },
    /// Of a booking: the guest went on board, with the infant if there is one.
    Boarded {
        how: How,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seq: Option<u16>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seat: Option<Seat>,
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        infant: bool,
    },
    /// Of a booking: the guest left the aircraft; undoes the boarding.
    Unboarded {
        reason: String,
    },
    /// Of a booking: taken off the flight; undoes check-in and boarding.
    Offloaded {
        reason: String,
    },
    /// Of a booking: documents were looked at. Holds no number but its last characters.
    DocumentsNoted {
        note: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<Documents>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        document: Option<Box<Shown>>,
    },
    /// Of a booking: whether security is to check the guest before boarding. Holds no word of an authority about the guest.
    SecurityNoted {
        outcome: Security,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// Of a booking of a minor who travels alone: who handed the child over, or who signed for it.
    Escorted {
        step: EscortStep,
        name: String,
    },
    /// Of a booking: a step of helping the guest; undoes what it replaces.
    Assistance(Box<Assist>),
    /// Of a booking: what came of baggage beyond what is free.
    ExcessSettled(Box<ExcessSettling>),
    /// Of a booking: a guest who is on no list was taken down by a person.
    Added {
        mark: Mark,
        reason: String,
    },
    /// Of a booking: a guest who waited for a seat has got one.
    Cleared {},
    /// Of a booking: another guest was given a seat before this one, who comes first.
    PassedOver {
        reason: String,
        cleared: DocRef,
    },
    /// Of a booking: the seat was changed after a pass was printed, so a new one is due.
    PassDue {
        seat: Seat,
    },
    /// Of a booking: the new pass was printed; undoes that one was due.
    PassPrinted {},

    /// Of a booking or a bag: its pass or tag was printed for the so-many-th time; undoes the prints before. Two desks that print at the same time make one
    /// number twice.
    Printed {
        issue: u32,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },

    /// Of a bag: taken from the guest. `care` is absent for an ordinary bag of one guest.
    Accepted {
        kg: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        care: Option<Box<Care>>,
    },
    /// Of a bag: seen at a point of its way.
    Scanned {
        point: ScanPoint,
    },
    /// Of a bag: that it was seen there was a mistake; undoes it.
    ScanTakenBack {
        point: ScanPoint,
        reason: String,
    },
    /// Of a bag: a baggage message said that it flies. `message` is the hash of its text.
    Told {
        message: String,
    },
    /// Of a bag: a baggage message took it back; undoes what messages said, and nothing that people did.
    Withdrawn {
        message: String,
    },
    /// Of a bag: the loader confirmed that it is not on the aircraft.
    Unloaded {},
    /// Of a bag: given back or taken out of the flight for good.
    Removed {
        reason: String,
    },

    /// Of a booking: the guest asks the reservation system for something.
    ChangeRequested(Box<ChangeRequest>),
    /// Of a flight, booking or bag: a message about it was put into words, to go out.
    Spoken(Box<Spoken>),
    /// Of the same: what became of the message; undoes what was known of it before.
    Answered(Box<Answered>),

    /// Of a case: the report was taken.
    Opened {},
    /// Of a case: fields of the file were filled in or changed.
    Amended {
        fields: Box<[Box<str>]>,
    },
    /// Of a case: a step of finding the bag; undoes what it replaces.
    Traced(Box<Trace>),

    /// Of a case or a bag: a photo, named by the hash of its bytes, which lie beside the journal. `at` says when it was taken.
    PhotoAdded(Box<Photo>),
    /// Of a case or a bag: a photo is shown no more; undoes that it was added.
    PhotoHidden(Box<Hidden>),

    /// Of a member of staff: written down or changed, by whom the fact says.
    StaffSet {},
    /// Of a way in for a shift: asked for, vouched for or taken.
    AccessOpened {},
    /// Of a note for the next shift: written, and read.
    NoteLeft {},
    NoteRead {},
    /// Of a way in for a shift: what somebody decided about it.
    AccessSettled {
        how: Settled,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
}

/// Why a guest who is on no list is here; what the sales message (PFS) says of the guest follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// Has a ticket or a booking, and no list says so.
    NoRec,
    /// Turned up without a booking.
    GoShow,
}

/// What came of looking at a guest's documents, the gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Documents {
    /// In order, and the authority was asked or need not be.
    Seen,
    /// In order as far as a person sees; the authority could not be asked and hears of it later.
    SendLater,
    /// The same, and a supervisor let the guest go on.
    Supervisor,
    /// The guest does not fly with these.
    Refused,
}

/// A travel document that a guest showed: enough to know it again, too little to misuse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Its code: `P` a passport, `V` a visa, `I` a card.
    pub kind: String,
    /// Who issued it, as ICAO writes states: `CHN`, `D`.
    pub issuer: String,
    /// The last characters of its number, at most three.
    pub ending: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nationality: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<NaiveDate>,
    /// Whether it was read by machine, with its check digits, and not typed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read: bool,
}

/// Whether security is to check a guest before boarding, the graver last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// Security has checked the guest, who may go on.
    Checked,
    /// The guest goes on board only after a check.
    Selected,
}

/// Where a minor who travels alone is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EscortStep {
    /// By who brings the child.
    CheckIn,
    /// To the crew, who sign.
    Boarding,
}

/// A step of helping a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assist {
    /// The service code: `WCHR`, or `BAGS` for somebody who carries bags.
    pub service: String,
    pub step: AssistStep,
    /// Who helps, by staff number or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// How far helping a guest has come, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssistStep {
    Order,
    Assign,
    PickUp,
    HandOver,
    /// It is not needed.
    Cancel,
}

/// What is special about a bag, as far as the person said who took it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Care {
    /// Of a pooled bag: who handed it in. It belongs to the head of the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_in_by: Option<DocRef>,
    /// It has a heavy label.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub heavy: bool,
    /// It was taken at the gate or the aircraft's door.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gate_bag: bool,
    /// Why it flies without a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rush: Option<String>,
    /// Its tag was on it, or was typed: no number of this desk's block.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_tag: bool,
    /// The flights behind this one to which it is tagged through, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub onward: Vec<Onward>,
}

/// A flight to which a bag is tagged through, and where that flight takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Onward {
    pub flight: FlightNumber,
    pub to: AirportCode,
}

/// Another aircraft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equipment {
    pub map: SeatMap,
    pub reason: String,
}

/// Which part of which list a message was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ListPart {
    /// Empty for the list itself; for a change message, when it was sent, as a text that sorts.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sent: String,
    pub part: u16,
    /// Whether the message says that no part follows.
    pub last: bool,
}

/// One reading of the host's check-in list. Its rows are documents of their own, named by their hash ([`super::HostPage`]).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HostReading {
    /// When the host said so, in milliseconds since 1970 UTC.
    pub as_of: i64,
    /// Of the rows: equal lists have one.
    pub hash: String,
    pub pages: u16,
    pub rows: u16,
    /// Rows that could not be read: a guest who is not among the others may be among these.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread: u16,
    /// What the list says of guests at all.
    pub columns: BTreeSet<HostColumn>,
    /// Who worked the flight, as far as the reading desk knew.
    pub under: Controller,
}

/// What a host's check-in list may say of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostColumn {
    Name,
    /// The given name, where it has a column of its own.
    Given,
    Locator,
    Ticket,
    Seat,
    Sequence,
    Status,
    /// Bag tags.
    Bags,
    /// How many bags.
    Pieces,
    Class,
    Onward,
    /// Whether travel documents were seen.
    Documents,
}

/// How a person settled a difference from the host's list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceSettling {
    pub difference: ConflictId,
    pub how: DifferenceEnd,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The guest that it was about, where one is known here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub booking: Option<DocRef>,
}

/// How a difference from the host's list ends, where it does not end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceEnd {
    /// A message tells the host.
    Sent,
    /// Somebody typed it into the host.
    KeyedIn,
    /// The host's word stands.
    HostAccepted,
    /// Nothing is done, for a reason.
    NoAction,
}

/// How a person settled a conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settling {
    pub conflict: ConflictId,
    pub choice: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<Seat>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What the choice set, so that it can be set again if two desks chose differently.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<Set>,
}

/// What a movement message says; what it leaves out is not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movements {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_block: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub airborne: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touch_down: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_block: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etd: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eta: Option<String>,
    /// Delay codes of AHM 730, with minutes where given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delays: Vec<Delay>,
}

/// A delay by its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<u32>,
}

/// How a guest was let on board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    Scan,
    /// Typed by name, sequence or seat.
    Typed,
}

/// A point of a bag's way where custody changes (Resolution 753), in the order of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScanPoint {
    Accepted,
    Sorted,
    Loaded,
    Transferred,
    Delivered,
}

/// A field that a choice set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set {
    pub doc: DocRef,
    pub field: String,
    pub value: SetValue,
}

/// The value that a choice set.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SetValue {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
}

/// Closing figures for load control.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// 1 for the first closing, one more for each after it. Two desks that close at the same time make one number twice.
    pub version: u32,
    pub cabins: Vec<CabinHeads>,
    /// Bags that fly, by their last airport.
    pub bags: Vec<BagLoad>,
    /// Seats taken by extra-seat bookings of guests on board.
    pub extra_seats: u32,
}

/// Heads on board in one cabin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CabinHeads {
    /// The cabin's letter, `-` where the list did not say.
    pub cabin: char,
    pub adults: u32,
    pub children: u32,
    /// On laps; they take no seat.
    pub infants: u32,
}

/// Bags to one airport.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BagLoad {
    /// Three letters, `-` where nobody said.
    pub destination: String,
    pub pieces: u32,
    pub kg: u32,
}

/// The staff number of a person. Invariant: 2 to 16 of A-Z, 0-9 and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffNumber(Box<str>);

/// A text that is not a staff number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{found}\" is not a staff number. Give its 2 to 16 capital letters and digits, such as 4711.")]
pub struct StaffNumberError {
    pub found: String,
}

/// The facts of one document, in order of their identities, with the knowledge of which still hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    entries: Box<[Held]>,
    /// Facts that this version cannot read. They stay in the document.
    pub unread: u32,
}

/// One fact of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub id: FactId,
    pub fact: Fact,
    /// Whether another fact of the document has undone it.
    pub undone: bool,
}

impl History {
    /// Reads what can be read. What an unknown fact undoes is undone all the same: a newer version said so.
    pub fn read(doc: &FlatDoc) -> Self {
        let (mut entries, mut unread) = (Vec::with_capacity(doc.facts.len()), 0);
        let mut undone = BTreeSet::new();
        for (id, text) in &doc.facts {
            match serde_json::from_str::<Fact>(text) {
                Ok(fact) => {
                    undone.extend(fact.undoes.iter().map(|fact| fact.0));
                    entries.push(Held { id: *id, fact, undone: false });
                }
                Err(_) => {
                    undone.extend(serde_json::from_str::<Undoing>(text).map(|fact| fact.undoes).unwrap_or_default().iter().map(|fact| fact.0));
                    unread += 1;
                }
            }
        }
        for held in &mut entries {
            held.undone = undone.contains(&held.id);
        }
        Self { entries: entries.into(), unread }
    }

    /// All facts that could be read.
    pub fn all(&self) -> &[Held] {
        &self.entries
    }

    /// The facts that still hold and are of the kind asked for.
    pub fn live<'a>(&'a self, kind: impl Fn(&What) -> bool + 'a) -> impl Iterator<Item = &'a Held> + 'a {
        self.entries.iter().filter(move |held| !held.undone && kind(&held.fact.what))
    }

    /// Of the facts that still hold and are of the kind asked for, the one recorded last by the desks' clocks: for words and proposals only.
    pub fn last_recorded(&self, kind: impl Fn(&What) -> bool) -> Option<&Held> {
        self.entries.iter().filter(|held| !held.undone && kind(&held.fact.what)).max_by_key(|held| (held.fact.rec, held.id))
    }

    /// The identities of the facts that still hold and are of the kind asked for: what an undoing fact names.
    pub fn refs(&self, kind: impl Fn(&What) -> bool) -> Vec<FactRef> {
        self.live(&kind).map(|held| FactRef(held.id)).collect()
    }
}

impl StaffNumber {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for StaffNumber {
    type Err = StaffNumberError;
    fn from_str(text: &str) -> Result<Self, StaffNumberError> {
        let good = (2..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-');
        if good { Ok(Self(text.into())) } else { Err(StaffNumberError { found: text.chars().take(40).collect() }) }
    }
}

impl fmt::Display for StaffNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

super::serde_as_text!(StaffNumber);

impl fmt::Display for ScanPoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Accepted => "accepted",
            Self::Sorted => "sorted",
            Self::Loaded => "loaded",
            Self::Transferred => "transferred",
            Self::Delivered => "delivered",
        })
    }
}

fn is_zero(number: &u16) -> bool {
    *number == 0
}

#[derive(Deserialize)]
struct Undoing {
    undoes: Vec<FactRef>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flat::LogId;

    fn fact(what: What) -> Fact {
        Fact { what, at: 1, rec: 2, by: "4711".into(), desk: "C1".into(), src: Source::Person, undoes: Box::default() }
    }

    #[test]
    fn a_fact_has_this_text() {
        let boarded = fact(What::Boarded { how: How::Scan, seq: Some(42), seat: Some("14C".parse().unwrap()), infant: false });
        let text = serde_json::to_string(&boarded).unwrap();
        assert_eq!(text, r#"{"t":"boarded","how":"scan","seq":42,"seat":"14C","at":1,"rec":2,"by":"4711","desk":"C1","src":"person"}"#);
        assert_eq!(serde_json::from_str::<Fact>(&text).unwrap(), boarded);
        let ticked = fact(What::Unloaded {});
        assert_eq!(serde_json::from_str::<Fact>(&serde_json::to_string(&ticked).unwrap()).unwrap(), ticked);
    }

    #[test]
    fn a_fact_of_a_newer_version_is_counted_and_still_undoes() {
        let id = |place| FactId { log: LogId([1; 16]), seq: 1, place };
        let mut doc = FlatDoc::default();
        doc.facts.insert(id(0), serde_json::to_string(&fact(What::Boarded { how: How::Scan, seq: None, seat: None, infant: false })).unwrap());
        doc.facts.insert(id(1), format!(r#"{{"t":"voided-by-rule-9","undoes":["{}"]}}"#, FactRef(id(0))));
        doc.facts.insert(id(2), "not JSON".to_owned());
        let history = History::read(&doc);
        assert_eq!((history.all().len(), history.unread), (1, 2));
        assert_eq!(history.live(|_| true).count(), 0);
    }
}
