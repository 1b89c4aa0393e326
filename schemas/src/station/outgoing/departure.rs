//! What is said of a flight when it is closed: who flew and who did not (PFS, PRL), who is to be met (PSM), who goes on (PTM), whose tickets were used (ETL).

use std::collections::{BTreeMap, BTreeSet};

use super::{Due, Naming, Said};
use crate::record::booking::Standing;
use crate::record::fact::{Mark, What};
use crate::record::outgoing::{Message, OutKind};
use crate::record::{Booking, FactRef, Flight};
use crate::standards::bag_tag::BagTag;
use crate::standards::typeb::{
    AssistanceMessage, AssistedGuest, DayMonth, Departed, Element, Envelope, FlightLine, Name, Outcome, PfsEntry, TransferLine, TransferMessage, runs,
};
use crate::station::Station;
use crate::station::connecting::LegWords;

/// The services for which somebody has to be there at arrival.
const SERVICES: [&str; 10] = ["WCHR", "WCHS", "WCHC", "MAAS", "BLND", "DEAF", "UMNR", "MEDA", "STCR", "SVAN"];

impl Station {
    /// The parts of one kind of message that are due of a closed flight: all where what is so differs from what was said last, or those that were not put
    /// into words yet.
    pub(super) fn departure_due(&self, flight: &Flight, kind: OutKind, said: &Said<'_>) -> Vec<Due> {
        let known: Vec<_> = said.get(&flight.id).into_iter().flatten().filter(|message| message.spoken.kind == kind).collect();
        let texts = self.departure_texts(flight, kind);
        let last = known.iter().map(|message| message.spoken.version).max().unwrap_or(0);
        let newest: Vec<_> = known.iter().filter(|message| message.spoken.version == last).collect();
        let text_of = |part: u16| usize::from(part).checked_sub(1).and_then(|at| texts.get(at));
        let parts = u16::try_from(texts.len()).unwrap_or(u16::MAX);
        let is_same = newest.iter().all(|message| message.spoken.parts == parts && text_of(message.spoken.part) == Some(&message.spoken.text));
        let said_parts: BTreeSet<u16> = newest.iter().map(|message| message.spoken.part).collect();
        let version = match is_same {
            true => last.max(1),
            // What was said before is to be over first.
            false if known.iter().any(|message| !message.state.is_over()) => return Vec::new(),
            false => last.saturating_add(1),
        };
        let naming = |part| Naming { flight: &flight.key, kind, doc: flight.id, of: None, version, part, parts };
        let all = (1..=parts).zip(texts).filter(|(part, _)| !(is_same && said_parts.contains(part)));
        all.map(|(part, text)| naming(part).due(text)).collect()
    }

    /// The parts of the newest message of one kind, where all of it was said and is still so.
    pub(super) fn departure_said<'s, 'a>(&self, flight: &Flight, kind: OutKind, said: &'s Said<'a>) -> Vec<&'s Message<'a>> {
        if !flight.is_closed() {
            return Vec::new();
        }
        let known = || said.get(&flight.id).into_iter().flatten().filter(|message| message.spoken.kind == kind);
        let last = known().map(|message| message.spoken.version).max();
        let newest: Vec<&Message<'_>> = known().filter(|message| Some(message.spoken.version) == last).collect();
        let mut texts: Vec<&str> = newest.iter().map(|message| message.spoken.text.as_str()).collect();
        texts.dedup();
        if texts == self.departure_texts(flight, kind) { newest } else { Vec::new() }
    }

    /// Whether the flight's PFS names a guest. It does so for whoever flew otherwise than booked, or not at all.
    pub(super) fn is_in_pfs(&self, flight: &Flight, guest: &Booking) -> bool {
        is_told_of(guest)
            && self.rules.pfs.of(flight.key.carrier()).is_some_and(|profile| profile.category(&pfs_entry(flight, guest).outcomes).is_some())
    }

    fn departure_texts(&self, flight: &Flight, kind: OutKind) -> Vec<String> {
        let (envelope, line) = (Envelope::default(), flight_line(flight));
        let guests = self.bookings_of(&flight.key);
        let aboard = || guests.iter().copied().filter(|guest| guest.is_aboard());
        match kind {
            OutKind::Request | OutKind::Bsm | OutKind::Bpm => Vec::new(),
            OutKind::Pfs => self.rules.pfs.of(flight.key.carrier()).map_or_else(Vec::new, |profile| {
                let mut entries: Vec<PfsEntry> = guests.iter().filter(|guest| is_told_of(guest)).map(|guest| pfs_entry(flight, guest)).collect();
                entries.extend(
                    self.bookings_moved_from(&flight.key).into_iter().filter(|guest| is_told_of(guest)).map(|guest| pfs_entry(flight, guest)),
                );
                let mut registered = registered(flight, aboard());
                for entry in &entries {
                    registered.entry(entry.dest.clone()).or_insert_with(|| vec![0; flight.cabins.len().max(1)]);
                }
                profile.write(&envelope, &line, &registered, &entries)
            }),
            OutKind::Prl => Departed::write_prl(&envelope, &line, &aboard().map(|guest| self.departed(flight, guest)).collect::<Vec<_>>()),
            OutKind::Etl => {
                let departed: Vec<Departed> = aboard().map(|guest| self.departed(flight, guest)).filter(|guest| guest.ticket.is_some()).collect();
                if departed.is_empty() { Vec::new() } else { Departed::write_etl(&envelope, &line, &departed) }
            }
            OutKind::Psm => {
                let compartments: Vec<String> = compartments(flight, aboard()).into_iter().map(String::from).collect();
                let compartments: Vec<&str> = compartments.iter().map(String::as_str).collect();
                let assisted = destinations(flight, aboard()).into_iter().map(|dest| {
                    let here = aboard().filter(|guest| dest_of(flight, guest) == dest).filter_map(assisted).collect();
                    (dest, here)
                });
                AssistanceMessage::write(&envelope, &line, &compartments, &assisted.collect::<Vec<_>>(), &[])
            }
            OutKind::Ptm => destinations(flight, aboard())
                .into_iter()
                .flat_map(|dest| {
                    let line = FlightLine { board: format!("{}{dest}", line.board), ..line.clone() };
                    let here = aboard().filter(|guest| dest_of(flight, guest) == dest);
                    let transfers: Vec<TransferLine> = here.filter_map(|guest| self.transfer(guest)).collect();
                    TransferMessage::write(&envelope, &line, &transfers)
                })
                .collect(),
        }
    }

    fn departed(&self, flight: &Flight, guest: &Booking) -> Departed {
        let bags = || self.bags_of_guest(guest.id).into_iter().filter(|bag| bag.flies());
        let pieces = u16::try_from(bags().count()).unwrap_or(u16::MAX);
        let kg = bags().filter_map(|bag| bag.kg).fold(0, u16::saturating_add);
        let mut by_airport: BTreeMap<String, BTreeSet<BagTag>> = BTreeMap::new();
        for bag in bags() {
            let to = bag.destination.map_or_else(|| dest_of(flight, guest), |code| code.to_string());
            by_airport.entry(to).or_default().insert(bag.tag);
        }
        let tags = by_airport.into_iter().flat_map(|(to, tags)| runs(&tags).into_iter().map(move |run| (run, to.clone())));
        Departed {
            dest: dest_of(flight, guest),
            class: class_of(guest),
            name: name_of(guest),
            seat: guest.seat,
            sequence: guest.sequence.map(u32::from),
            bags: (pieces > 0).then_some((pieces, kg)),
            tags: tags.collect(),
            ticket: guest.listing.ticket.as_deref().map(|ticket| {
                let (number, coupon) = ticket.split_once('/').unwrap_or((ticket, "1"));
                (number.to_owned(), coupon.parse().unwrap_or(1))
            }),
        }
    }

    fn transfer(&self, guest: &Booking) -> Option<TransferLine> {
        let leg = guest.listing.onward.iter().find_map(|text| LegWords::read(text))?;
        let (surname, given) = parts_of(guest);
        let through = self.bags_of_guest(guest.id).into_iter().filter(|bag| bag.flies() && bag.destination != guest.listing.destination).count();
        Some(TransferLine {
            flight: leg.flight.to_string(),
            day: u8::try_from(leg.day).ok()?,
            dest: leg.off?.to_string(),
            seats: guest.listing.seats.max(1).into(),
            class: leg.class.map_or_else(|| class_of(guest), String::from),
            bags: u16::try_from(through).ok(),
            surname,
            given,
        })
    }
}

fn flight_line(flight: &Flight) -> FlightLine {
    let number = flight.key.flight();
    let date = DayMonth::of(flight.key.date());
    FlightLine {
        carrier: flight.key.carrier().to_string(),
        number: format!("{}{}", number.number(), number.suffix().map(String::from).unwrap_or_default()),
        date,
        date_text: date.to_string(),
        board: flight.key.station().to_string(),
        part: None,
    }
}

/// Guests who are known from another station's list alone are none of this flight's, unless they flew; nor is who turned up and was never checked in.
fn is_told_of(guest: &Booking) -> bool {
    let was_accepted = was_accepted(guest);
    was_accepted || (!guest.is_copy() && guest.mark().is_none() && !guest.off_list && guest.is_of_this_flight())
}

/// Whether the guest was ever checked in or on board. A check-in that was a mistake is as if it had not been.
fn was_accepted(guest: &Booking) -> bool {
    let all = || guest.history.all().iter();
    let mistakes = all().filter(|held| !held.undone && matches!(held.fact.what, What::CheckInTakenBack { .. }));
    let mistaken: BTreeSet<FactRef> = mistakes.flat_map(|held| held.fact.undoes.iter().copied()).collect();
    all().any(|held| match held.fact.what {
        What::CheckedIn { .. } => !mistaken.contains(&FactRef(held.id)),
        What::Boarded { .. } => true,
        _ => false,
    })
}

fn pfs_entry(flight: &Flight, guest: &Booking) -> PfsEntry {
    let mut outcomes = Vec::new();
    let mut when = |so: bool, outcome| outcomes.extend(so.then_some(outcome));
    let mark = guest.mark();
    let rank = guest.listing.priority.as_deref().and_then(|rank| rank.split(' ').next()).unwrap_or_default();
    let is_moved = guest.departures().any(|(held, _)| !held.undone) && !guest.is_aboard();
    when(mark.is_none() && !guest.off_list && !guest.is_copy() && guest.is_of_this_flight(), Outcome::Listed);
    // Who flies with another flight is no no-show: the ticket goes on.
    when(is_moved, Outcome::AcceptedElsewhere);
    when(is_moved, Outcome::Accepted);
    when(mark.is_none() && !guest.is_of_this_flight(), Outcome::ClaimsConfirmed);
    when(rank == "WL", Outcome::Waitlisted);
    when(matches!(rank, "ID2" | "DG2" | "RG2"), Outcome::StaffStandby);
    when(mark == Some(Mark::NoRec) || (mark.is_none() && guest.off_list), Outcome::ClaimsConfirmed);
    when(was_accepted(guest), Outcome::Accepted);
    when(guest.is_aboard(), Outcome::Boarded);
    let seated_in = guest.seat.and_then(|seat| flight.map.as_ref()?.cabin_of(seat));
    when(seated_in.is_some_and(|cabin| guest.listing.cabin.is_some_and(|own| own != cabin)), Outcome::ClassChanged);
    PfsEntry { dest: dest_of(flight, guest), class: class_of(guest), name: name_of(guest), outcomes }
}

/// Seats of those on board by destination and cabin.
fn registered<'a>(flight: &Flight, aboard: impl Iterator<Item = &'a Booking>) -> BTreeMap<String, Vec<u16>> {
    let cabins: Vec<char> = flight.cabins.iter().map(|cabin| cabin.letter).collect();
    let mut registered: BTreeMap<String, Vec<u16>> =
        flight.destinations.iter().map(|dest| (dest.to_string(), vec![0; cabins.len().max(1)])).collect();
    for guest in aboard {
        let seats = registered.entry(dest_of(flight, guest)).or_insert_with(|| vec![0; cabins.len().max(1)]);
        let at = guest.listing.cabin.and_then(|own| cabins.iter().position(|cabin| *cabin == own)).unwrap_or(seats.len() - 1);
        if let Some(count) = seats.get_mut(at) {
            *count = count.saturating_add(u16::from(guest.listing.seats.max(1)));
        }
    }
    registered
}

/// Where the flight goes, and where anybody else on board goes.
fn destinations<'a>(flight: &Flight, aboard: impl Iterator<Item = &'a Booking>) -> Vec<String> {
    let mut all: Vec<String> = flight.destinations.iter().map(ToString::to_string).collect();
    for guest in aboard {
        let dest = dest_of(flight, guest);
        if !all.contains(&dest) {
            all.push(dest);
        }
    }
    all
}

fn compartments<'a>(flight: &Flight, aboard: impl Iterator<Item = &'a Booking>) -> Vec<char> {
    let mut all: Vec<char> = flight.cabins.iter().map(|cabin| cabin.letter).collect();
    for guest in aboard {
        let cabin = cabin_of(guest);
        if !all.contains(&cabin) {
            all.push(cabin);
        }
    }
    all
}

fn assisted(guest: &Booking) -> Option<AssistedGuest> {
    let mut services: Vec<String> = SERVICES.iter().filter(|code| guest.has_flag(code)).map(|code| (*code).to_owned()).collect();
    for job in guest.jobs() {
        if SERVICES.contains(&job.service.as_str()) && !services.contains(&job.service) {
            services.push(job.service);
        }
    }
    let seat = guest.seat.map(|seat| seat.to_string());
    let name = name_of(guest).line();
    (!services.is_empty()).then(|| AssistedGuest { compartment: cabin_of(guest).to_string(), name, seat, services })
}

fn dest_of(flight: &Flight, guest: &Booking) -> String {
    let dest = guest.listing.destination.or_else(|| flight.destinations.first().copied());
    dest.map_or_else(|| "XXX".to_owned(), |code| code.to_string())
}

fn cabin_of(guest: &Booking) -> char {
    guest.listing.cabin.or(guest.listing.class).unwrap_or('Y')
}

fn class_of(guest: &Booking) -> String {
    guest.listing.class.or(guest.listing.cabin).unwrap_or('Y').to_string()
}

fn parts_of(guest: &Booking) -> (String, Vec<String>) {
    let mut parts = guest.name().split('/').map(str::to_owned);
    (parts.next().unwrap_or_default(), parts.filter(|part| !part.is_empty()).collect())
}

/// The guest as a name line: with extra seats, locators, and the name of an infant on the lap.
fn name_of(guest: &Booking) -> Name {
    let (surname, mut given) = parts_of(guest);
    let extra = guest.extra_seats();
    given.extend((0..extra).map(|_| "EXST".to_owned()));
    let element = |id: &str, text: String| Element { id: id.to_owned(), text };
    let mut elements: Vec<Element> = guest.listing.locators.iter().map(|locator| element("L", locator.to_string())).collect();
    if guest.standing() != Standing::Listed {
        let infant = guest.listing.infant.as_deref().filter(|name| *name != "-");
        elements.extend(infant.map(|name| element("R", format!("INFT HK1 {name}"))));
    }
    let seats = u16::try_from(extra).unwrap_or(u16::MAX).saturating_add(1);
    Name { seats, surname, given, party: None, section: None, elements }
}
