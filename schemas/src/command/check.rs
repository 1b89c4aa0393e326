//! The limits of what a command may hold, before anybody asks whether it can be done.

use super::{BagGiven, Command, Newcomer, Refusal};
use crate::record::call::Call;
use crate::record::case::Incident;
use crate::record::excess::ExcessEnd;
use crate::record::fact::{DifferenceEnd, Security, Shown};
use crate::record::moving::MoveHow;
use crate::record::tracing::TraceStep;
use crate::said::{Said, said};
use crate::station::{incidents, paper};

impl Command {
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
                    ExcessEnd::Paid if !reason.is_empty() => Err(one_word("reason", "paid")),
                    ExcessEnd::Waived if !proof.is_empty() => Err(one_word("number", "waived")),
                    ExcessEnd::Paid => check_proof(proof),
                    ExcessEnd::Waived => {
                        reason_given(reason)?;
                        no_card(reason)
                    }
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
}

impl BagGiven {
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

/// A party is one action of one person; a coach load is several.
const PARTY_MAX: usize = 99;

/// As many as one call by name holds: more are called together.
const CALLED_MAX: usize = 60;

/// As much of a document's number as is kept.
const ENDING_MAX: usize = 3;

/// Numbers of documents have at least so many digits in a row.
const NUMBER_MIN: usize = 6;

/// Most payment cards have this many digits or more; the few with fourteen cannot be told from a document with its check digit.
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
        Said::new("", format!("The {field} has {length} characters.")).arg("field", named(field)).arg("length", length),
        said!("", "Shorten it to {limit}.", limit = limit),
        422,
    ))
}

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

/// The number of a receipt or of an electronic document (EMD), 13 digits and a check digit at most: the number of a payment card is longer.
fn check_proof(proof: &str) -> Result<(), Refusal> {
    filled("number", proof)?;
    within("number", proof, 24)?;
    if !proof.trim().chars().all(|c| c.is_ascii_alphanumeric() || "-/ ".contains(c)) {
        return Err(Refusal::new("proof-not-read", "This is no number of a receipt.", "Give letters, digits and hyphens.", 422));
    }
    no_card(proof)
}

/// Stops what has as many digits as a payment card.
fn no_card(text: &str) -> Result<(), Refusal> {
    match text.chars().filter(char::is_ascii_digit).count() {
        ..CARD_DIGITS => Ok(()),
        _ => Err(Refusal::new(
            "card-number",
            "This looks like the number of a payment card, which is never written down.",
            "Give the number of the receipt or of the document (EMD).",
            422,
        )),
    }
}

fn one_word(field: &str, how: &str) -> Refusal {
    let words = said!("", "Excess baggage that is {how} takes no {field}.", how = how, field = field);
    Refusal::new("excess-two-words", words, "Leave it out.", 422)
}

/// The longest run of digits.
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
        let words = Said::new("", format!("The {field} is empty.")).arg("field", named(field));
        return Err(Refusal::new("text-missing", words, format!("Give the {field}."), 422));
    }
    Ok(())
}

/// The name of a field for other languages: `bag-description`.
fn named(field: &str) -> String {
    field.replace(' ', "-")
}
