//! What differs between Apron and the host when a flight goes back: a comparison of the host's last list, ours, and the host's list now.
//!
//! Pure: the same three sides give the same differences everywhere, each under the same name. Apron is right about what happened here and about flights
//! that it closed; the host about booking, ticket and other carriers' legs; a seat belongs to the pass in the guest's hand.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::host_match::bare;
use super::words::flight as flight_words;
use crate::record::fact::HostColumn;
use crate::record::id::ConflictId;
use crate::record::{DocRef, FlightKey};
use crate::said::{Said, said};
use crate::standards::bag_tag::BagTag;
use crate::standards::seat::Seat;

/// Who a guest is in a comparison: the booking here, or what only the host knows. The same text in all three sides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Booking(DocRef),
    /// Locator, name, and the how-manieth of those.
    Host(String),
}

/// How far a guest is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// Not checked in, or taken off the flight.
    #[default]
    Out,
    In,
    Aboard,
}

/// One guest as one side knows the guest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuestState {
    pub name: String,
    /// 13 digits.
    pub ticket: Option<String>,
    pub class: Option<char>,
    /// Nothing where the side does not say.
    pub onward: Option<Vec<String>>,
    pub presence: Presence,
    pub seat: Option<Seat>,
    pub sequence: Option<u16>,
    /// Whether documents were seen; nothing where nobody looked, or the side does not say.
    pub documents: Option<bool>,
    /// Bags without their tags, where the side has no tags.
    pub pieces: Option<u16>,
}

/// All guests and bags of a flight as one side knows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    pub guests: BTreeMap<Subject, GuestState>,
    pub bags: BTreeMap<BagTag, Subject>,
    /// What the side says of guests at all.
    pub columns: BTreeSet<HostColumn>,
    /// Rows of it could not be read: who is not in it may be in those.
    pub in_part: bool,
}

/// What is known here beside the state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Here {
    /// Guests who hold a pass that was printed here, and whose newest pass shows their seat.
    pub printed: BTreeSet<Subject>,
    /// Guests whom a person took down here, who are on no list.
    pub added: BTreeSet<Subject>,
    /// Guests whom a person moved away from the flight, and the flight with which each goes.
    pub moved: BTreeMap<Subject, FlightKey>,
    /// Whether Apron closed the flight.
    pub closed: bool,
}

/// What is compared.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    pub flight: FlightKey,
    /// The host's last list before Apron took over, if there is one.
    pub base: Option<&'a Side>,
    pub ours: &'a Side,
    pub theirs: &'a Side,
    pub here: &'a Here,
}

/// One thing in which we and the host differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// A hash of what differs and of the two values: the same on every node, and another one once a value changes.
    pub id: ConflictId,
    pub kind: DifferenceKind,
    /// What of it: `ticket` of a booking.
    #[serde(skip)]
    pub field: &'static str,
    pub booking: Option<DocRef>,
    pub name: String,
    pub sequence: Option<u16>,
    pub tag: Option<BagTag>,
    /// The host's last list before Apron took over, ours, the host's list now.
    pub base: Said,
    pub ours: Said,
    pub theirs: Said,
    pub right: Right,
    pub why: Said,
    pub proposal: Said,
    /// How the totals differ by it.
    #[serde(skip)]
    pub effect: Totals,
}

/// What differs, in the order in which it is keyed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DifferenceKind {
    /// Only one side has the guest.
    Guest,
    /// Name, ticket, class or other legs.
    Booking,
    /// Checked in, on board, or neither.
    Presence,
    Seat,
    Sequence,
    Documents,
    /// A bag by its tag.
    Bag,
    /// How many bags, where the host's list has no tags.
    Pieces,
}

/// Who is right about a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Right {
    Apron,
    Host,
    /// Both say what does not go together: somebody looks.
    Nobody,
}

/// Counts of a side; of a difference, ours less theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Checked in or on board.
    pub checked_in: i32,
    pub aboard: i32,
    pub bags: i32,
}

/// Every difference between ours and theirs, each once, in keying order. Takes time in proportion to guests and bags.
pub fn differences(compared: &Compared<'_>) -> Vec<Difference> {
    let subjects: BTreeSet<&Subject> = compared.ours.guests.keys().chain(compared.theirs.guests.keys()).collect();
    // A host that lists only who is checked in says nothing by leaving somebody out.
    let lists_all = compared.theirs.guests.values().any(|guest| guest.presence == Presence::Out);
    let mut found = Vec::new();
    let mut bundled = BTreeSet::new();
    for subject in subjects {
        match (compared.ours.guests.get(subject), compared.theirs.guests.get(subject)) {
            (Some(ours), Some(theirs)) => compared.both(subject, ours, theirs, &mut found),
            (Some(ours), None) => {
                let difference = compared.only_ours(subject, ours, lists_all);
                bundled.extend(difference.is_some().then_some(subject));
                found.extend(difference);
            }
            (None, Some(theirs)) => {
                bundled.insert(subject);
                found.push(compared.only_theirs(subject, theirs));
            }
            (None, None) => {}
        }
    }
    if compared.theirs.has(HostColumn::Bags) {
        compared.bags(&bundled, &mut found);
    }
    found.sort_by(|a, b| {
        (a.kind, a.sequence.is_none(), a.sequence, &a.name, a.tag, a.id).cmp(&(b.kind, b.sequence.is_none(), b.sequence, &b.name, b.tag, b.id))
    });
    found
}

impl Side {
    pub fn has(&self, column: HostColumn) -> bool {
        self.columns.contains(&column)
    }

    /// The counts of this side, of bags as far as `by` says how they are counted.
    pub fn totals(&self, by: &Side) -> Totals {
        let heads = |wanted: Presence| self.guests.values().filter(|guest| guest.presence >= wanted).count();
        let bags = match () {
            () if by.has(HostColumn::Bags) => self.bags.len(),
            () if by.has(HostColumn::Pieces) => self.guests.keys().map(|subject| self.pieces(subject)).sum(),
            () => 0,
        };
        Totals { checked_in: whole(heads(Presence::In)), aboard: whole(heads(Presence::Aboard)), bags: whole(bags) }
    }

    fn pieces(&self, subject: &Subject) -> usize {
        let told = self.guests.get(subject).and_then(|guest| guest.pieces).map(usize::from);
        told.unwrap_or_else(|| self.bags.values().filter(|owner| *owner == subject).count())
    }
}

impl Totals {
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self { checked_in: self.checked_in + other.checked_in, aboard: self.aboard + other.aboard, bags: self.bags + other.bags }
    }

    #[must_use]
    pub fn less(self, other: Self) -> Self {
        Self { checked_in: self.checked_in - other.checked_in, aboard: self.aboard - other.aboard, bags: self.bags - other.bags }
    }
}

impl Compared<'_> {
    fn both(&self, subject: &Subject, ours: &GuestState, theirs: &GuestState, found: &mut Vec<Difference>) {
        let base = self.base.and_then(|base| base.guests.get(subject));
        let told = |column| self.theirs.has(column);
        let mut add = |draft: Draft| found.push(self.finish(subject, ours, draft));
        for (field, of) in BOOKING_FIELDS {
            let (mine, other) = (of(ours), of(theirs));
            // What one of the two does not say is no difference.
            if let (Some(mine), Some(other)) = (mine, other)
                && !same(field, &mine, &other)
            {
                let base = base.map(|base| of(base).map_or_else(nothing, plain));
                add(Draft::new(DifferenceKind::Booking, field, base, plain(mine), plain(other)).right(Right::Host, booking_why(), accept()));
            }
        }
        let (mine, other) = (ours.presence, theirs.presence);
        if mine != other {
            let with_seat = mine == Presence::Out || other == Presence::Out;
            let words = |guest: &GuestState| presence_words(guest, with_seat);
            let effect = one_guest(mine).less(one_guest(other));
            let draft = Draft::new(DifferenceKind::Presence, "presence", base.map(words), words(ours), words(theirs)).effect(effect);
            add(self.judged(draft, base.map(|base| base.presence), mine, other, mine == Presence::Out));
        }
        if mine != Presence::Out && other != Presence::Out {
            if told(HostColumn::Seat) && ours.seat != theirs.seat {
                let seat = |guest: &GuestState| guest.seat.map_or_else(nothing, |seat| plain(seat.to_string()));
                let draft = Draft::new(DifferenceKind::Seat, "seat", base.map(seat), seat(ours), seat(theirs));
                add(self.seat_judged(subject, draft, base.filter(|base| base.presence != Presence::Out), ours, theirs));
            }
            if told(HostColumn::Sequence) && ours.sequence != theirs.sequence {
                let number = |guest: &GuestState| guest.sequence.map_or_else(nothing, |number| plain(number.to_string()));
                let draft = Draft::new(DifferenceKind::Sequence, "sequence", base.map(number), number(ours), number(theirs));
                let base = base.filter(|base| base.presence != Presence::Out).map(|base| base.sequence);
                add(self.judged(draft, base, ours.sequence, theirs.sequence, false));
            }
        }
        // Where nobody looked at them here, nothing is said against the host's word.
        if let (true, Some(mine), Some(other)) = (told(HostColumn::Documents), ours.documents, theirs.documents)
            && mine != other
        {
            let words = |seen: bool| if seen { said!("settle-documents-seen", "seen") } else { said!("settle-documents-not-seen", "not seen") };
            let base = base.and_then(|base| base.documents).map(words);
            let ours = if mine { words(true) } else { said!("settle-documents-refused", "refused") };
            add(Draft::new(DifferenceKind::Documents, "documents", base, ours, words(other)).right(Right::Apron, here_why(), key_in()));
        }
        if let (true, false, Some(other)) = (told(HostColumn::Pieces), told(HostColumn::Bags), theirs.pieces) {
            let mine = self.ours.pieces(subject);
            if mine != usize::from(other) {
                let base = base.and_then(|base| base.pieces).map(|pieces| plain(pieces.to_string()));
                let effect = Totals { bags: whole(mine) - i32::from(other), ..Totals::default() };
                let draft = Draft::new(DifferenceKind::Pieces, "pieces", base, plain(mine.to_string()), plain(other.to_string())).effect(effect);
                add(draft.right(Right::Apron, bag_why(), key_in()));
            }
        }
    }

    fn only_ours(&self, subject: &Subject, ours: &GuestState, lists_all: bool) -> Option<Difference> {
        let base = self.base.and_then(|base| base.guests.get(subject));
        if self.theirs.in_part || (ours.presence == Presence::Out && !(base.is_some() && lists_all)) {
            return None;
        }
        let words = |guest: &GuestState| presence_words(guest, true);
        let base_words = self.base.map(|_| base.map_or_else(off_list, words));
        let bags = self.bags_of(self.ours, self.theirs, subject);
        let effect = one_guest(ours.presence).and(Totals { bags: whole(bags), ..Totals::default() });
        let draft = Draft::new(DifferenceKind::Guest, "guest", base_words, words(ours), off_list()).effect(effect);
        let draft = match (ours.presence, self.here.added.contains(subject)) {
            (Presence::Out, _) => draft.right(Right::Host, booking_why(), said!("settle-propose-gone", "Accept: the host has no booking any more.")),
            (_, true) => draft.right(Right::Apron, added_why(), said!("settle-propose-add", "Add the guest in the host, with seat and bags.")),
            (_, false) => {
                draft.right(Right::Apron, here_why(), said!("settle-propose-check-in", "Check the guest in in the host, with seat and bags."))
            }
        };
        Some(self.finish(subject, ours, draft))
    }

    fn only_theirs(&self, subject: &Subject, theirs: &GuestState) -> Difference {
        let words = |guest: &GuestState| presence_words(guest, true);
        let base = self.base.map(|base| base.guests.get(subject).map_or_else(off_list, words));
        let bags = self.bags_of(self.theirs, self.ours, subject);
        let effect = Totals::default().less(one_guest(theirs.presence)).less(Totals { bags: whole(bags), ..Totals::default() });
        if let Some(to) = self.here.moved.get(subject) {
            let ours = said!("settle-moved", "moved to {flight}", flight = flight_words(to));
            let draft = Draft::new(DifferenceKind::Guest, "guest", base, ours, words(theirs)).effect(effect);
            let proposal = said!("settle-propose-moved", "Take the guest off in the host: flies with {flight}.", flight = flight_words(to));
            return self.finish(subject, theirs, draft.right(Right::Apron, said!("settle-why-moved", "The guest was moved here."), proposal));
        }
        let draft = Draft::new(DifferenceKind::Guest, "guest", base, said!("settle-unknown-here", "not known here"), words(theirs)).effect(effect);
        let draft = match self.here.closed && theirs.presence == Presence::Aboard {
            true => {
                draft.right(Right::Apron, closed_why(), said!("settle-propose-not-aboard", "Take the guest off in the host: nobody boarded here."))
            }
            false => draft.right(Right::Host, booking_why(), accept()),
        };
        self.finish(subject, theirs, draft)
    }

    fn bags(&self, bundled: &BTreeSet<&Subject>, found: &mut Vec<Difference>) {
        // Bags of a guest whom the other side does not have go with the guest; who may be in a row that could not be read may have bags there.
        let unread = |subject: &Subject| self.theirs.in_part && !self.theirs.guests.contains_key(subject);
        let tags: BTreeSet<BagTag> = self.ours.bags.keys().chain(self.theirs.bags.keys()).copied().collect();
        let owner = |side: &Side, subject: &Subject| {
            let name = side.guests.get(subject).map_or_else(String::new, |guest| guest.name.clone());
            said!("settle-bag-of", "of {name}", name = name)
        };
        for tag in tags {
            let (mine, other) = (self.ours.bags.get(&tag), self.theirs.bags.get(&tag));
            let base = self.base.filter(|base| base.has(HostColumn::Bags));
            let base_words = base.map(|base| base.bags.get(&tag).map_or_else(nothing, |subject| owner(base, subject)));
            let draft = |ours, theirs, effect: i32| {
                Draft::new(DifferenceKind::Bag, "bag", base_words.clone(), ours, theirs).effect(Totals { bags: effect, ..Totals::default() }).tag(tag)
            };
            let difference = match (mine, other) {
                (Some(mine), Some(other)) if mine != other => {
                    let draft = draft(owner(self.ours, mine), owner(self.theirs, other), 0);
                    Some((mine, draft.right(Right::Apron, bag_why(), said!("settle-propose-bag-owner", "Move the bag to this guest in the host."))))
                }
                (Some(mine), None) if !bundled.contains(mine) && !unread(mine) => {
                    let draft = draft(owner(self.ours, mine), nothing(), 1);
                    Some((mine, draft.right(Right::Apron, bag_why(), said!("settle-propose-bag", "Add the bag in the host, or send its BSM."))))
                }
                (None, Some(other)) if !bundled.contains(other) => {
                    let draft = draft(nothing(), owner(self.theirs, other), -1);
                    let was_here = base.is_some_and(|base| base.bags.contains_key(&tag));
                    let draft = match was_here || self.here.closed {
                        true => draft.right(Right::Apron, bag_why(), said!("settle-propose-bag-off", "Take the bag off in the host.")),
                        false => {
                            draft.right(Right::Host, elsewhere_why(), said!("settle-propose-bag-find", "Look for the bag; accept it if it is here."))
                        }
                    };
                    Some((other, draft))
                }
                _ => None,
            };
            if let Some((subject, draft)) = difference {
                let guest = self.ours.guests.get(subject).or_else(|| self.theirs.guests.get(subject)).cloned().unwrap_or_default();
                found.push(self.finish(subject, &guest, draft));
            }
        }
    }

    /// Who is right where something may have happened here, or in the host, or in both.
    fn judged<T: PartialEq>(&self, draft: Draft, base: Option<T>, mine: T, other: T, nothing_here: bool) -> Draft {
        match base {
            _ if self.here.closed => draft.right(Right::Apron, closed_why(), key_in()),
            Some(base) if base == mine && base != other => draft.right(Right::Host, elsewhere_why(), accept()),
            None if nothing_here => draft.right(Right::Host, elsewhere_why(), accept()),
            Some(_) | None => draft.right(Right::Apron, here_why(), key_in()),
        }
    }

    fn seat_judged(&self, subject: &Subject, draft: Draft, base: Option<&GuestState>, ours: &GuestState, theirs: &GuestState) -> Draft {
        let printed = self.here.printed.contains(subject);
        let host_moved = base.is_some_and(|base| base.seat != theirs.seat);
        let we_moved = base.is_none_or(|base| base.seat != ours.seat);
        let hand = || said!("settle-why-pass", "The guest holds the pass that was printed here.");
        match (host_moved, we_moved || printed) {
            _ if self.here.closed => draft.right(Right::Apron, closed_why(), key_in()),
            (true, true) => draft.right(
                Right::Nobody,
                said!("settle-why-two-passes", "The guest may hold two passes: one of ours, one of the host."),
                said!("settle-propose-pass", "Look at the pass in the guest's hand; that seat counts. Take the other pass back."),
            ),
            (true, false) => draft.right(Right::Host, elsewhere_why(), accept()),
            (false, _) if printed => draft.right(Right::Apron, hand(), key_in()),
            (false, _) => draft.right(Right::Apron, here_why(), key_in()),
        }
    }

    /// Bags of a guest that only this side has.
    fn bags_of(&self, side: &Side, other: &Side, subject: &Subject) -> usize {
        match () {
            () if self.theirs.has(HostColumn::Bags) => {
                side.bags.iter().filter(|(tag, owner)| *owner == subject && !other.bags.contains_key(*tag)).count()
            }
            () if self.theirs.has(HostColumn::Pieces) => side.pieces(subject),
            () => 0,
        }
    }

    fn finish(&self, subject: &Subject, guest: &GuestState, draft: Draft) -> Difference {
        let (booking, about) = match subject {
            Subject::Booking(booking) => (Some(*booking), booking.to_string()),
            Subject::Host(text) => (None, text.clone()),
        };
        // A bag is the same bag whosever it is said to be.
        let about = draft.tag.map_or(about, |tag| tag.to_string());
        let parts = ["difference", &self.flight.to_string(), &about, draft.field, draft.ours.english(), draft.theirs.english()];
        Difference {
            id: ConflictId::of(&parts.map(str::to_owned)),
            kind: draft.kind,
            field: draft.field,
            booking,
            name: guest.name.clone(),
            sequence: guest.sequence,
            tag: draft.tag,
            base: draft.base.unwrap_or_else(|| said!("settle-not-said", "not known")),
            ours: draft.ours,
            theirs: draft.theirs,
            right: draft.right,
            why: draft.why,
            proposal: draft.proposal,
            effect: draft.effect,
        }
    }
}

/// A difference before it is named.
struct Draft {
    kind: DifferenceKind,
    field: &'static str,
    base: Option<Said>,
    ours: Said,
    theirs: Said,
    right: Right,
    why: Said,
    proposal: Said,
    tag: Option<BagTag>,
    effect: Totals,
}

impl Draft {
    fn new(kind: DifferenceKind, field: &'static str, base: Option<Said>, ours: Said, theirs: Said) -> Self {
        let (why, proposal) = (Said::default(), Said::default());
        Self { kind, field, base, ours, theirs, right: Right::Nobody, why, proposal, tag: None, effect: Totals::default() }
    }

    fn right(self, right: Right, why: Said, proposal: Said) -> Self {
        Self { right, why, proposal, ..self }
    }

    fn effect(self, effect: Totals) -> Self {
        Self { effect, ..self }
    }

    fn tag(self, tag: BagTag) -> Self {
        Self { tag: Some(tag), ..self }
    }
}

/// A part of a booking that a side may say as a text.
type BookingField = (&'static str, fn(&GuestState) -> Option<String>);

const BOOKING_FIELDS: [BookingField; 4] = [
    ("name", |guest| Some(guest.name.clone())),
    ("ticket", |guest| guest.ticket.clone()),
    ("class", |guest| guest.class.map(|class| class.to_string())),
    ("onward", |guest| guest.onward.as_ref().map(|legs| legs.join(" "))),
];

fn same(field: &str, mine: &str, other: &str) -> bool {
    if field == "name" { bare(mine) == bare(other) } else { mine == other }
}

fn one_guest(presence: Presence) -> Totals {
    Totals { checked_in: i32::from(presence != Presence::Out), aboard: i32::from(presence == Presence::Aboard), bags: 0 }
}

fn presence_words(guest: &GuestState, with_seat: bool) -> Said {
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let (seat, sequence) = (or_none(guest.seat.map(|seat| seat.to_string())), or_none(guest.sequence.map(|number| number.to_string())));
    match (guest.presence, with_seat) {
        (Presence::Out, _) => said!("settle-out", "not checked in"),
        (Presence::In, false) => said!("settle-in", "checked in"),
        (Presence::Aboard, false) => said!("settle-aboard", "on board"),
        (Presence::In, true) => said!("settle-in-seat", "checked in, seat {seat}, sequence {sequence}", seat = seat, sequence = sequence),
        (Presence::Aboard, true) => said!("settle-aboard-seat", "on board, seat {seat}, sequence {sequence}", seat = seat, sequence = sequence),
    }
}

fn plain(text: String) -> Said {
    Said::new("", text)
}

fn nothing() -> Said {
    Said::new("", "-")
}

fn off_list() -> Said {
    said!("settle-not-on-list", "not on the list")
}

fn key_in() -> Said {
    said!("settle-propose-key", "Key it into the host.")
}

fn accept() -> Said {
    said!("settle-propose-accept", "Accept the host's word.")
}

fn here_why() -> Said {
    said!("settle-why-here", "It happened here.")
}

fn elsewhere_why() -> Said {
    said!("settle-why-elsewhere", "Nothing was done about it here; the host changed it.")
}

fn booking_why() -> Said {
    said!("settle-why-booking", "The host is right about bookings and tickets.")
}

fn added_why() -> Said {
    said!("settle-why-added", "The guest was taken down here, on no list.")
}

fn bag_why() -> Said {
    said!("settle-why-bag", "Apron knows which bags were taken here.")
}

fn closed_why() -> Said {
    said!("settle-why-closed", "Apron closed this flight.")
}

fn whole(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
