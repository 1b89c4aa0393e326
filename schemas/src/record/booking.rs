//! A booking: one guest on one flight.

use std::collections::BTreeMap;

use super::connection::said_last;
use super::excess::ExcessSettling;
use super::fact::{Documents, EscortStep, Held, History, Mark, Security, SetValue, Shown, What};
use super::key::FlightKey;
use super::reader::Reader;
use super::{FactRef, Split};
use crate::flat::{DocId, FlatDoc, Scalar};
use crate::standards::airport::AirportCode;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// One guest on one flight, with an infant on the lap if there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub id: DocId,
    pub flight: FlightKey,
    /// What the list and its changes say.
    pub listing: Listing,
    /// What the list itself says, where a change message has said otherwise since.
    pub base: Option<Box<Listing>>,
    /// The newest change message that took the guest off the list, if none put the guest back.
    pub off_list: bool,
    /// Whether a person ever moved the guest to or from another flight; where the guest stands follows from both bookings.
    pub was_moved: bool,
    /// The booking of the same guest under the earlier name, to which this one was joined.
    pub same_as: Option<DocId>,
    /// Earlier names of this guest on the list.
    pub aliases: Box<[Box<str>]>,
    /// The seat shown for now.
    pub seat: Option<Seat>,
    /// The check-in sequence number shown for now.
    pub sequence: Option<u16>,
    pub history: History,
    pub splits: Vec<Split>,
    /// Fields and facts that this version cannot read.
    pub unread: u32,
}

/// What a name list says of a guest. Codes only: no document number, date of birth or medical text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Surname and given name as listed: `COSTA/ANAMRS`.
    pub name: Box<str>,
    /// Locators as listed, with the airline after a slash where given: `0840Z6/UT`.
    pub locators: Vec<Box<str>>,
    pub destination: Option<AirportCode>,
    /// The booking class, and the cabin in which it is sold.
    pub class: Option<char>,
    pub cabin: Option<char>,
    /// The list's label of a party (`A2`), and how many guests belong to it.
    pub party: Option<Box<str>>,
    pub party_size: u8,
    pub child: bool,
    /// The name of an infant on this guest's lap, as listed; `-` where the list names none.
    pub infant: Option<Box<str>>,
    /// Service codes, sorted, blank separated: `UMNR WCHR`.
    pub flags: Box<str>,
    /// Seats taken: 1, or more with extra seats.
    pub seats: u8,
    /// Onward flights as listed, in order.
    pub onward: Vec<Box<str>>,
    /// The flight that brings the guest, as listed.
    pub inbound: Rare,
    /// Ticket number, 13 digits, with `/` and the coupon where given.
    pub ticket: Option<Box<str>>,
    /// Place in the list, from 0.
    pub order: u32,
    /// The seat that the list gives or asks for.
    pub seat: Option<Seat>,
    /// How the guest is ranked, as listed: `ID2 N1`.
    pub priority: Rare,
}

/// A text that few guests have: nothing takes one word of memory, not two.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rare(Option<Box<Box<str>>>);

impl Rare {
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_ref().map(|text| &***text)
    }
}

impl From<Option<Box<str>>> for Rare {
    fn from(text: Option<Box<str>>) -> Self {
        Self(text.map(Box::new))
    }
}

/// Where a guest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    Listed,
    CheckedIn,
    Aboard,
    Offloaded,
}

impl Booking {
    const FIELDS: &'static [&'static str] = &[
        "flight",
        "name",
        "locators",
        "destination",
        "class",
        "cabin",
        "party",
        "party_size",
        "child",
        "infant",
        "flags",
        "seats",
        "onward",
        "inbound",
        "ticket",
        "order",
        "listed_seat",
        "priority",
        "aliases",
        "seat",
        "sequence",
    ];
    /// Fields of which a person chooses one value when several were written.
    pub(crate) const DECIDED: &'static [&'static str] =
        &["name", "destination", "cabin", "child", "infant", "flags", "seats", "ticket", "priority", "seat", "sequence"];

    /// Nothing if the document does not say whose booking on which flight it is.
    pub fn read(id: DocId, doc: &FlatDoc) -> Option<Self> {
        let mut reader = Reader::new(doc, Self::FIELDS);
        let flight = reader.parsed("flight")?;
        let base = Listing::read(&mut reader)?;
        let history = History::read(doc);
        let (changed, off_list) = Listing::changed(&base, &history);
        let changed = changed.or_else(|| Listing::copied(&base, &history));
        let mut splits = reader.splits(Self::DECIDED);
        let mut aliases = lines(reader.text("aliases"));
        let same_as = history.live(|_| true).find_map(|held| match &held.fact.what {
            What::SameAs { booking } => Some(booking.0),
            _ => None,
        });
        let (listing, base) = match changed {
            Some(listing) => {
                aliases.extend(names_of(&base, &history).filter(|name| *name != listing.name));
                aliases.sort_unstable();
                aliases.dedup();
                // The newest change message decides what the list says, and no person has to.
                splits.retain(|split| matches!(split.field, "seat" | "sequence"));
                (listing, Some(Box::new(base)))
            }
            None => (base, None),
        };
        let mut booking = Self {
            id,
            flight,
            listing,
            base,
            off_list,
            was_moved: history.all().iter().any(|held| matches!(held.fact.what, What::MovedTo(_) | What::MovedFrom(_))),
            same_as,
            aliases: aliases.into(),
            seat: reader.parsed("seat"),
            sequence: reader.number("sequence"),
            history,
            splits,
            unread: 0,
        };
        booking.unread = reader.unread().saturating_add(booking.history.unread);
        Some(booking)
    }

    pub fn name(&self) -> &str {
        &self.listing.name
    }

    /// The locator to show: the first listed.
    pub fn locator(&self) -> Option<Locator> {
        self.locators().next()
    }

    pub fn locators(&self) -> impl Iterator<Item = Locator> {
        self.listing.locators.iter().filter_map(|text| text.split('/').next()?.parse().ok())
    }

    /// On board if one boarding holds. What another desk undid without seeing that boarding does not take the guest off: better one head
    /// too many in the cabin than a bag flying alone.
    pub fn standing(&self) -> Standing {
        if self.boardings().next().is_some() {
            Standing::Aboard
        } else if self.offloads().next().is_some() {
            Standing::Offloaded
        } else if self.check_ins().next().is_some() {
            Standing::CheckedIn
        } else {
            Standing::Listed
        }
    }

    /// Whether nobody has to look after this guest here: off the list, or joined to another booking, never checked in, and not moved here since.
    pub fn is_gone(&self) -> bool {
        // The list does not know of the move; where a person says that the guest comes, the list's word is not the last.
        let is_moved_here = || self.same_as.is_none() && self.origins().any(|(held, _)| !held.undone);
        self.is_off() && !is_moved_here()
    }

    /// Whether neither a list nor a person at this flight says that the guest is on it; a move may.
    pub fn is_off(&self) -> bool {
        (self.off_list || self.same_as.is_some()) && self.standing() == Standing::Listed && self.mark().is_none()
    }

    /// The name that the list gave the guest when a change message with this mark was sent.
    pub fn name_at(&self, sent: &str) -> &str {
        let base = self.base.as_deref().unwrap_or(&self.listing);
        let changes = self.history.live(|_| true).filter_map(|held| relisted(&held.fact.what)).filter(|(at, _)| *at < sent);
        changes.max_by_key(|(at, says)| (*at, *says)).and_then(|(_, says)| name_in(says)).unwrap_or(&base.name)
    }

    /// The newest thing that lists and changes said of the guest before a change message with this mark: whether it was to be on the list.
    pub fn was_listed_at(&self, sent: &str) -> bool {
        let mut newest: Option<(&str, bool)> = None;
        for held in self.history.live(|_| true) {
            let said = match &held.fact.what {
                What::Listed { .. } => ("", true),
                What::Relisted { sent, .. } => (sent.as_str(), true),
                What::Delisted { sent, .. } => (sent.as_str(), false),
                _ => continue,
            };
            newest = newest.max(Some(said).filter(|(at, _)| *at < sent));
        }
        newest.is_some_and(|(_, listed)| listed)
    }

    pub fn is_aboard(&self) -> bool {
        self.standing() == Standing::Aboard
    }

    /// Checked in or on board.
    pub fn is_checked_in(&self) -> bool {
        matches!(self.standing(), Standing::CheckedIn | Standing::Aboard)
    }

    /// The boardings that hold.
    pub fn boardings(&self) -> impl Iterator<Item = &Held> {
        self.history.live(is_boarded)
    }

    /// The check-ins that hold.
    pub fn check_ins(&self) -> impl Iterator<Item = &Held> {
        self.history.live(is_checked_in)
    }

    /// The offloads that hold.
    pub fn offloads(&self) -> impl Iterator<Item = &Held> {
        self.history.live(is_offloaded)
    }

    /// What un-boarding names.
    pub fn boarding_refs(&self) -> Vec<FactRef> {
        self.history.refs(is_boarded)
    }

    /// What an offload names. Who waited for a seat waits again.
    pub fn presence_refs(&self) -> Vec<FactRef> {
        self.history.refs(|what| is_boarded(what) || is_checked_in(what) || matches!(what, What::Cleared {} | What::PassDue { .. }))
    }

    /// What checking in again names.
    pub fn offload_refs(&self) -> Vec<FactRef> {
        self.history.refs(is_offloaded)
    }

    /// Seats beyond the guest's own.
    pub fn extra_seats(&self) -> u32 {
        u32::from(self.listing.seats.saturating_sub(1))
    }

    pub fn has_infant(&self) -> bool {
        self.listing.infant.is_some()
    }

    /// Whether the list says that the guest waits for a seat (on the waiting list, or travelling if there is room: `ID2`, `DG2`, `RG2`), and nobody
    /// has cleared the guest.
    pub fn is_standby(&self) -> bool {
        let ranks = ["WL", "ID2", "DG2", "RG2"];
        self.listing.priority.as_deref().is_some_and(|rank| ranks.contains(&rank.split(' ').next().unwrap_or_default())) && !self.is_cleared()
    }

    /// Why the guest is here although no list says so, or no longer; nothing once a list does.
    pub fn mark(&self) -> Option<Mark> {
        let mut marks = Vec::new();
        for held in self.history.all() {
            match &held.fact.what {
                What::Listed { .. } | What::Relisted { .. } if !self.off_list => return None,
                What::Added { mark, .. } if !held.undone => marks.push(*mark),
                _ => {}
            }
        }
        marks.into_iter().min()
    }

    /// The taking down of a guest who is on no list.
    pub fn added(&self) -> Option<&Held> {
        self.history.live(|what| matches!(what, What::Added { .. })).next()
    }

    /// Whether a person gave the guest a seat for whom there was none.
    pub fn is_cleared(&self) -> bool {
        self.history.live(|what| matches!(what, What::Cleared {})).next().is_some()
    }

    /// Whether the guest has to be cleared before check-in.
    pub fn waits(&self) -> bool {
        self.is_standby() || (self.mark().is_some() && !self.is_cleared())
    }

    /// What came of looking at the guest's documents: the gravest where desks did not see each other.
    pub fn documents(&self) -> Option<Documents> {
        self.history.live(|_| true).filter_map(|held| outcome(&held.fact.what)).max()
    }

    /// The document that was shown, of the word that holds.
    pub fn shown(&self) -> Option<&Shown> {
        let holds = self.documents()?;
        self.history.live(|_| true).find_map(|held| match &held.fact.what {
            What::DocumentsNoted { outcome: Some(outcome), document, .. } if *outcome == holds => document.as_deref(),
            _ => None,
        })
    }

    /// What looking at the documents again names.
    pub fn document_refs(&self) -> Vec<FactRef> {
        self.history.refs(|what| outcome(what).is_some())
    }

    /// Whether security is to check the guest, or has: the graver where desks did not see each other.
    pub fn security(&self) -> Option<Security> {
        self.history.live(|_| true).filter_map(|held| security(&held.fact.what)).max()
    }

    /// Whether security is still to check the guest.
    pub fn is_selected(&self) -> bool {
        self.security() == Some(Security::Selected)
    }

    /// What another word about the check names.
    pub fn security_refs(&self) -> Vec<FactRef> {
        self.history.refs(|what| security(what).is_some())
    }

    /// Who handed a minor over, or signed for it.
    pub fn escort(&self, at: EscortStep) -> Option<&str> {
        self.history.live(|_| true).find_map(|held| match &held.fact.what {
            What::Escorted { step, name } if *step == at => Some(name.as_str()),
            _ => None,
        })
    }

    /// What people said of baggage beyond what is free.
    pub fn excess_settled(&self) -> impl Iterator<Item = &ExcessSettling> {
        self.history.live(|_| true).filter_map(|held| match &held.fact.what {
            What::ExcessSettled(said) => Some(&**said),
            _ => None,
        })
    }

    /// Whether somebody is or was to help the guest.
    pub fn is_helped(&self) -> bool {
        self.history.live(|what| matches!(what, What::Assistance(_))).next().is_some()
    }

    /// Whether the guest holds a pass with an earlier seat.
    pub fn needs_pass(&self) -> bool {
        self.standing() == Standing::CheckedIn && !self.pass_due_refs().is_empty()
    }

    /// What printing the new pass names.
    pub fn pass_due_refs(&self) -> Vec<FactRef> {
        self.history.refs(|what| matches!(what, What::PassDue { .. }))
    }

    pub fn has_flag(&self, code: &str) -> bool {
        self.listing.flags.split(' ').any(|flag| flag == code)
    }
}

impl Listing {
    /// What a table says, beside what is known: it has no columns for parties, extra seats and onward flights, and an empty cell says nothing.
    pub(crate) fn beside(&self, known: &Self) -> Self {
        let mut flags: Vec<&str> = known.flags.split(' ').chain(self.flags.split(' ')).filter(|flag| !flag.is_empty()).collect();
        flags.sort_unstable();
        flags.dedup();
        Self {
            name: self.name.clone(),
            locators: if self.locators.is_empty() { known.locators.clone() } else { self.locators.clone() },
            destination: self.destination.or(known.destination),
            class: self.class.or(known.class),
            cabin: self.cabin.or(known.cabin),
            child: self.child || known.child,
            infant: self.infant.clone().or_else(|| known.infant.clone()),
            flags: flags.join(" ").into(),
            ticket: self.ticket.clone().or_else(|| known.ticket.clone()),
            seat: self.seat.or(known.seat),
            priority: Rare(self.priority.0.clone().or_else(|| known.priority.0.clone())),
            ..known.clone()
        }
    }

    /// The fields that say this listing.
    pub fn fields(&self) -> Vec<(&'static str, Scalar)> {
        let text = |text: &str| Scalar::Str(text.to_owned());
        let maybe = |words: &Option<Box<str>>| words.as_deref().map_or(Scalar::Null, text);
        let rare = |words: &Rare| words.as_deref().map_or(Scalar::Null, text);
        let letter = |letter: Option<char>| letter.map_or(Scalar::Null, |letter| Scalar::Str(letter.to_string()));
        vec![
            ("name", text(&self.name)),
            ("locators", text(&self.locators.join(" "))),
            ("destination", self.destination.map_or(Scalar::Null, |code| text(code.as_str()))),
            ("class", letter(self.class)),
            ("cabin", letter(self.cabin)),
            ("party", maybe(&self.party)),
            ("party_size", Scalar::Int(self.party_size.into())),
            ("child", Scalar::Bool(self.child)),
            ("infant", maybe(&self.infant)),
            ("flags", text(&self.flags)),
            ("seats", Scalar::Int(self.seats.into())),
            ("onward", text(&self.onward.join("\n"))),
            ("inbound", rare(&self.inbound)),
            ("ticket", maybe(&self.ticket)),
            ("order", Scalar::Int(self.order.into())),
            ("listed_seat", self.seat.map_or(Scalar::Null, |seat| text(&seat.to_string()))),
            ("priority", rare(&self.priority)),
        ]
    }

    /// The list's own word with the newest change over it, if there is one, and whether the newest change took the guest off.
    fn changed(base: &Self, history: &History) -> (Option<Self>, bool) {
        let said = |what: &What| matches!(what, What::Relisted { .. } | What::Delisted { .. });
        // In one message, who is taken off and put on again is on.
        let newest = history.live(said).map(|held| match &held.fact.what {
            What::Delisted { sent, .. } => (sent.as_str(), false),
            what => (relisted(what).map_or("", |(sent, _)| sent), true),
        });
        let off_list = newest.max().is_some_and(|(_, listed)| !listed);
        let says = history.live(said).filter_map(|held| relisted(&held.fact.what)).max();
        (says.and_then(|(_, says)| Self::over(base, says)), off_list)
    }

    /// What the hub copied from another station's list, while the station's own list does not have the guest.
    fn copied(base: &Self, history: &History) -> Option<Self> {
        let is_listed = history.all().iter().any(|held| matches!(held.fact.what, What::Listed { .. }));
        if is_listed { None } else { Self::over(base, said_last(history)?) }
    }

    /// What a change message says, over what it may leave out.
    fn over(base: &Self, says: &BTreeMap<String, SetValue>) -> Option<Self> {
        let mut doc = FlatDoc::default();
        for (field, value) in says {
            let value = match value {
                SetValue::Null => Scalar::Null,
                SetValue::Bool(yes) => Scalar::Bool(*yes),
                SetValue::Int(number) => Scalar::Int(*number),
                SetValue::Text(text) => Scalar::Str(text.clone()),
            };
            doc.fields.insert(field.clone(), vec![value]);
        }
        let mut listing = Self::read(&mut Reader::new(&doc, Booking::FIELDS))?;
        listing.order = base.order;
        if listing.locators.is_empty() {
            listing.locators.clone_from(&base.locators);
        }
        if !says.contains_key("party_size") {
            listing.party_size = base.party_size;
        }
        Some(listing)
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            name: reader.words("name")?,
            locators: reader.text("locators").unwrap_or_default().split_ascii_whitespace().map(Into::into).collect(),
            destination: reader.parsed("destination"),
            class: reader.letter("class"),
            cabin: reader.letter("cabin"),
            party: reader.words("party"),
            party_size: reader.number("party_size").unwrap_or(1),
            child: reader.yes("child"),
            infant: reader.words("infant"),
            flags: reader.text("flags").unwrap_or_default().into(),
            seats: reader.number("seats").unwrap_or(1),
            onward: lines(reader.text("onward")),
            inbound: reader.words("inbound").into(),
            ticket: reader.words("ticket"),
            order: reader.number("order").unwrap_or(u32::MAX),
            seat: reader.parsed("listed_seat"),
            priority: reader.words("priority").into(),
        })
    }
}

fn lines(text: Option<&str>) -> Vec<Box<str>> {
    text.unwrap_or_default().lines().filter(|line| !line.is_empty()).map(Into::into).collect()
}

fn outcome(what: &What) -> Option<Documents> {
    match what {
        What::DocumentsNoted { outcome, .. } => *outcome,
        _ => None,
    }
}

fn security(what: &What) -> Option<Security> {
    match what {
        What::SecurityNoted { outcome, .. } => Some(*outcome),
        _ => None,
    }
}

fn relisted(what: &What) -> Option<(&str, &BTreeMap<String, SetValue>)> {
    match what {
        What::Relisted { sent, says, .. } => Some((sent, says)),
        _ => None,
    }
}

fn name_in(says: &BTreeMap<String, SetValue>) -> Option<&str> {
    match says.get("name") {
        Some(SetValue::Text(name)) => Some(name),
        _ => None,
    }
}

/// Every name that the list and its changes gave.
fn names_of<'a>(base: &'a Listing, history: &'a History) -> impl Iterator<Item = Box<str>> + 'a {
    let changes = history.live(|_| true).filter_map(|held| relisted(&held.fact.what)).filter_map(|(_, says)| name_in(says));
    std::iter::once(&*base.name).chain(changes).map(Into::into)
}

fn is_boarded(what: &What) -> bool {
    matches!(what, What::Boarded { .. })
}

fn is_checked_in(what: &What) -> bool {
    matches!(what, What::CheckedIn { .. })
}

fn is_offloaded(what: &What) -> bool {
    matches!(what, What::Offloaded { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_takes_no_more_memory_than_a_station_has_room_for() {
        // A station holds a hundred thousand of these; both sizes are steps of the allocator.
        assert!(size_of::<Booking>() <= 320, "a booking takes {} bytes", size_of::<Booking>());
        assert!(size_of::<Held>() <= 160, "a fact takes {} bytes", size_of::<Held>());
    }
}
