//! Boarding: what a pass or a typed number means at the gate, and whether its guest may go on.

use std::fmt;

use chrono::Datelike;
use serde_json::json;

use super::check_in::services;
use super::decide::{Context, Decision, Draft};
use super::documents::documents_allow;
use super::selectees::security_allows;
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::Scalar;
use crate::record::booking::Standing;
use crate::record::fact::{EscortStep, How, ScanPoint, Source, What};
use crate::record::{Booking, DocRef, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::bag_tag::BagTag;
use crate::standards::bcbp;
use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

/// Who is to be let on board, named by one of the first four, and where: nothing where any gate is right.
pub(super) struct Asked<'a> {
    pub(super) scan: Option<&'a str>,
    pub(super) booking: Option<DocRef>,
    pub(super) sequence: Option<u16>,
    pub(super) seat: Option<Seat>,
    pub(super) gate: Option<&'a str>,
    /// Who signs for a minor.
    pub(super) signature: Option<&'a str>,
}

/// What a pass says of the flight at this gate.
pub(super) struct Seen {
    name: String,
    locator: Option<Locator>,
    seat: Option<Seat>,
    sequence: Option<u16>,
    /// Passenger status, item 117: `0` not checked in, `7` standby.
    status: String,
    is_lap_infant: bool,
    /// The bags that the pass says were checked.
    tags: Vec<BagTag>,
    /// Whether the pass says that security is to check the guest (item 18).
    is_selectee: bool,
    /// Whether the pass gives its day; if not, a person compares it.
    has_day: bool,
}

impl Station {
    pub(super) fn board(&self, key: &FlightKey, asked: &Asked<'_>, context: &Context) -> Result<Decision, Refusal> {
        let Asked { scan, booking, sequence, seat, gate, signature } = *asked;
        self.open(key)?;
        self.is_on_course(key)?;
        let chosen = booking.map(|booking| self.chosen(key, booking)).transpose()?;
        let (guest, seen) = match (scan, chosen, sequence, seat) {
            (Some(scan), chosen, _, _) => {
                let seen = read_pass(scan, key, context).map_err(|refusal| self.pass_before_move(key, scan).unwrap_or(refusal))?;
                if seen.is_lap_infant {
                    return self.infant_scanned(key, &seen);
                }
                (self.find_by_pass(key, &seen, chosen)?, Some(seen))
            }
            (None, Some(chosen), _, _) => (chosen, None),
            (None, None, Some(sequence), _) => (self.find_by_sequence(key, sequence)?, None),
            (None, None, None, Some(seat)) => (self.find_by_seat(key, seat)?, None),
            (None, None, None, None) => return Err(Refusal::new("guest-not-named", "It is not clear who boards.", "Scan the pass.", 422)),
        };
        self.may_board(guest, seen.as_ref())?;
        gate.map_or(Ok(()), |gate| self.is_the_gate(key, gate, guest))?;
        let signature = signature.map(str::trim).filter(|name| !name.is_empty());
        Ok(self.boarded(guest, seen.as_ref(), signature, context))
    }

    pub(super) fn un_board(&self, booking: DocRef, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        let key = guest.flight;
        self.open(&key)?;
        if !guest.is_aboard() {
            return Err(Refusal::new("not-aboard", said!("", "{name} is not on board.", name = guest.name()), "Nothing is to be undone.", 409));
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), guest.id).fact(What::Unboarded { reason: reason.trim().to_owned() }, guest.boarding_refs());
        let bags = self.bags_of_guest(guest.id).len();
        let mut todo = Vec::new();
        if bags > 0 {
            todo.push(said!("todo-bags-off", "{count} must come off unless the guest boards again.", count = words::count(bags, "bag", "bags")));
        }
        todo.extend(self.pool_words(guest));
        let message = format!("{} is off the aircraft and still checked in.", guest.name());
        let answer = json!({ "tone": tone_of(&todo), "message": message, "todo": todo, "flight": key, "booking": booking, "name": guest.name() });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("un-boarded a guest of {key}")))
    }

    pub(super) fn offload(&self, booking: DocRef, reason: &str, context: &Context) -> Result<Decision, Refusal> {
        let guest = self.listed(booking)?;
        let key = guest.flight;
        self.open(&key)?;
        match guest.standing() {
            Standing::CheckedIn | Standing::Aboard => {}
            Standing::Offloaded => {
                return Err(Refusal::new(
                    "offloaded",
                    said!("already", "{name} is already off the flight.", name = guest.name()),
                    "Go on with the bags.",
                    409,
                ));
            }
            Standing::Listed => {
                let words = said!("no-show", "{name} is not checked in.", name = guest.name());
                return Err(Refusal::new("not-checked-in", words, "Leave the guest as not shown up.", 409));
            }
        }
        let mut draft = Draft::new(context);
        draft.edit(&key.scope(), guest.id).fact(What::Offloaded { reason: reason.trim().to_owned() }, guest.presence_refs());
        let bags: Vec<String> = self.bags_of_guest(guest.id).iter().filter(|bag| bag.flies()).map(|bag| bag.tag.to_string()).collect();
        let mut todo: Vec<Said> = bags.iter().map(unload_words).collect();
        todo.extend(self.pool_words(guest));
        let message = format!("{} is off {}.", guest.name(), key.flight());
        let answer = json!({ "tone": tone_of(&todo), "message": message, "todo": todo, "flight": key, "booking": booking, "name": guest.name(), "bags": bags });
        let answer = with_hints(answer, &todo);
        Ok(draft.decision(answer, format!("offloaded a guest of {key}")))
    }

    /// Amber where the flight boards at another gate than the desk's: nobody is let on board until somebody has looked.
    fn is_the_gate(&self, key: &FlightKey, here: &str, guest: &Booking) -> Result<(), Refusal> {
        let Some(gate) = self.flight(key).and_then(|flight| flight.gate.as_deref()) else { return Ok(()) };
        if bare_gate(gate) == bare_gate(here) {
            return Ok(());
        }
        let words = format!("{} boards at gate {gate}, and this is gate {}.", key.flight(), here.trim());
        let remedy = format!("Send {} to gate {gate}, or board anyway if the aircraft is here.", guest.name());
        let refusal = Refusal::new("wrong-gate", words, remedy, 409).amber();
        Err(refusal.arg("flight", key.flight().to_string()).arg("gate", gate).arg("here", here.trim()).arg("name", guest.name()))
    }

    pub(super) fn chosen(&self, key: &FlightKey, booking: DocRef) -> Result<&Booking, Refusal> {
        let guest = self.listed(booking)?;
        if guest.flight != *key {
            let words = said!("booked-on", "{name} is booked on {flight}.", name = guest.name(), flight = words::flight(&guest.flight));
            return Err(Refusal::new("wrong-flight", words, format!("Send the guest to the gate of {}.", guest.flight.flight()), 409));
        }
        Ok(guest)
    }

    /// The guest of a pass: by name and locator, and by sequence among equals. Equal names are never picked.
    pub(super) fn find_by_pass(&self, key: &FlightKey, seen: &Seen, chosen: Option<&Booking>) -> Result<&Booking, Refusal> {
        let named: Vec<&Booking> = self.bookings_of(key).into_iter().filter(|booking| names_match(booking, &seen.name)).collect();
        if let Some(chosen) = chosen {
            return match named.iter().find(|booking| booking.id == chosen.id) {
                Some(booking) => Ok(booking),
                None => {
                    let words = said!("", "The pass is of {name}, not of {other}.", name = seen.name, other = chosen.name());
                    Err(Refusal::new("pass-of-another", words, "Compare the pass with the guest and scan again.", 409))
                }
            };
        }
        let fits = |booking: &&&Booking| match seen.locator {
            Some(locator) => booking.locators().next().is_none() || booking.locators().any(|known| known == locator),
            None => true,
        };
        let same: Vec<&Booking> = named.iter().filter(fits).copied().collect();
        match same.as_slice() {
            [one] => Ok(one),
            [] if named.is_empty() => {
                if let Some(gone) = self.went_elsewhere(key, |gone| names_match(gone, &seen.name) && fits(&&gone)) {
                    return Err(self.moved_away(gone));
                }
                let words = said!("", "{name} is not on the list of {flight}.", name = seen.name, flight = key.flight());
                Err(Refusal::new("not-on-list", words, "Check name and flight with the guest, then send the guest to check-in.", 404))
            }
            [] => {
                let locator = seen.locator.map(|locator| locator.to_string()).unwrap_or_default();
                let words = said!("", "{name} is on the list, but not under {locator}.", name = seen.name, locator = locator);
                let remedy = "Compare the guest's booking with the list and choose the guest.";
                Err(Refusal::new("locator-differs", words, remedy, 409).with_choices(named.into_iter().map(words::choice).collect()))
            }
            several => {
                let mut by_sequence = several.iter().filter(|booking| seen.sequence.is_some() && booking.sequence == seen.sequence);
                match (by_sequence.next(), by_sequence.next()) {
                    (Some(one), None) => Ok(one),
                    _ => {
                        let words =
                            said!("", "{count} guests on {flight} match {name}.", count = several.len(), flight = key.flight(), name = seen.name,);
                        let remedy = "Compare locator and seat with the pass and choose the guest.";
                        Err(Refusal::new("same-name", words, remedy, 409)
                            .with_choices(several.iter().map(|booking| words::choice(booking)).collect()))
                    }
                }
            }
        }
    }

    pub(super) fn find_by_sequence(&self, key: &FlightKey, sequence: u16) -> Result<&Booking, Refusal> {
        let holders = self.books.get(key).and_then(|book| book.sequences.get(&sequence));
        let holders = holders.into_iter().flatten().filter_map(|id| self.booking(*id));
        let (holders, gone): (Vec<&Booking>, Vec<&Booking>) = holders.partition(|holder| self.is_here(holder));
        if let ([], Some(gone)) = (holders.as_slice(), gone.first()) {
            return Err(self.moved_away(gone));
        }
        one_of(holders, || {
            let words = said!("", "Nobody on {flight} holds sequence {sequence} here.", flight = key.flight(), sequence = sequence.to_string(),);
            Refusal::new("sequence-not-known", words, "Scan the guest's pass, or find the guest by name.", 404)
        })
    }

    fn find_by_seat(&self, key: &FlightKey, seat: Seat) -> Result<&Booking, Refusal> {
        one_of(self.holders(key, seat).collect(), || {
            let words = said!("", "Nobody on {flight} holds seat {seat} here.", flight = key.flight(), seat = seat);
            Refusal::new("seat-not-known", words, "Scan the guest's pass, or find the guest by name.", 404)
        })
    }

    /// An infant's own pass: the infant goes with its adult.
    fn infant_scanned(&self, key: &FlightKey, seen: &Seen) -> Result<Decision, Refusal> {
        let with = |booking: &&Booking| booking.listing.infant.as_deref().is_some_and(|name| name_matches(name, &seen.name));
        let adults: Vec<&Booking> = self.bookings_of(key).into_iter().filter(with).collect();
        match adults.as_slice() {
            [] => {
                let words = said!("infant", "No guest on {flight} is listed with the infant {name}.", flight = key.flight(), name = seen.name);
                Err(Refusal::new("not-on-list", words, "Scan the adult's pass and compare, then send them to check-in.", 404))
            }
            [adult] if adult.is_aboard() => {
                let message = format!("The infant {} is counted with {}, who is on board.", seen.name, adult.name());
                let todo: [&str; 0] = [];
                let answer = json!({ "tone": Tone::Green, "message": message, "todo": todo, "flight": key, "infant": seen.name, "with": adult.name(), "guest": self.row(adult) });
                Ok(Decision { edits: Vec::new(), answer, summary: format!("scanned an infant of {key}") })
            }
            several => {
                let names = words::All(several.iter().map(|adult| words::guest(adult)).collect(), " or ");
                let words = said!("", "The infant {name} boards with {guests}.", name = seen.name, guests = names);
                Err(Refusal::new("infant-with-adult", words, "Scan the adult's pass.", 409))
            }
        }
    }

    /// Whether the guest may go on board, by what is known here and what the pass shows.
    fn may_board(&self, guest: &Booking, seen: Option<&Seen>) -> Result<(), Refusal> {
        documents_allow(guest)?;
        self.stands_ready(guest, seen)?;
        security_allows(guest, seen.is_some_and(|seen| seen.is_selectee))
    }

    /// Whether the guest is where boarding begins: checked in here, or by the word of the pass.
    fn stands_ready(&self, guest: &Booking, seen: Option<&Seen>) -> Result<(), Refusal> {
        let name = guest.name();
        match guest.standing() {
            Standing::CheckedIn => Ok(()),
            Standing::Aboard => {
                let words = match guest.boardings().next() {
                    Some(held) => {
                        let when = self.when_and_where(&held.fact);
                        said!("", "{guest} boarded {when}.", guest = words::guest(guest), when = when)
                    }
                    None => said!("aboard", "{guest} is on board.", guest = words::guest(guest)),
                };
                Err(Refusal::new("already-boarded", words, "Ask whose pass it is; look for another guest of that name.", 409))
            }
            Standing::Offloaded => {
                Err(Refusal::new("offloaded", said!("", "{name} was taken off the flight.", name = name), "Send the guest to check-in.", 409))
            }
            Standing::Listed => match seen {
                Some(seen) if seen.status == "7" || (guest.waits() && seen.seat.is_none()) => {
                    let words = said!("", "{name} waits for a seat and is not cleared.", name = name);
                    Err(Refusal::new("standby", words, "Ask the guest to wait until standby guests are called.", 409))
                }
                Some(seen) if seen.sequence.is_none() && (seen.status == "0" || seen.seat.is_none()) => {
                    let words = said!("early-pass", "The pass of {name} was printed before check-in.", name = name);
                    Err(Refusal::new("not-checked-in", words, "Check the guest in first.", 409))
                }
                Some(_) => Ok(()),
                None if guest.waits() => {
                    let words = said!("", "{name} waits for a seat and is not cleared.", name = name);
                    Err(Refusal::new("standby", words, "Ask the guest to wait until standby guests are called.", 409))
                }
                None => {
                    let words = said!("", "{name} is not checked in here.", name = name);
                    Err(Refusal::new("not-checked-in", words, "Scan the guest's pass, or check the guest in.", 409))
                }
            },
        }
    }

    /// Lets the guest on board. A valid pass of a guest who is not checked in here is evidence that another desk or the host has done it.
    fn boarded(&self, guest: &Booking, seen: Option<&Seen>, signature: Option<&str>, context: &Context) -> Decision {
        let key = guest.flight;
        let evidence = seen.filter(|_| guest.standing() == Standing::Listed);
        let seat = guest.seat.or(evidence.and_then(|seen| seen.seat));
        let sequence = guest.sequence.or(evidence.and_then(|seen| seen.sequence));
        let mut draft = Draft::new(context);
        let mut part = draft.edit(&key.scope(), guest.id);
        if evidence.is_some() {
            if let (None, Some(seat)) = (guest.seat, seat) {
                part = part.say("seat", seat);
            }
            if let (None, Some(sequence)) = (guest.sequence, sequence) {
                part = part.set("sequence", Scalar::Int(sequence.into()));
            }
            part = part.fact_from(Source::Pass, What::CheckedIn { seq: sequence, seat }, Vec::new());
        }
        let how = if seen.is_some() { How::Scan } else { How::Typed };
        let src = if seen.is_some() { Source::Pass } else { Source::Person };
        part.fact_from(src, What::Boarded { how, seq: sequence, seat, infant: guest.has_infant() }, guest.pass_due_refs());
        if let Some(name) = signature {
            draft.edit(&key.scope(), guest.id).fact(What::Escorted { step: EscortStep::Boarding, name: name.to_owned() }, Vec::new());
        }
        let mut todo = self.gate_words(guest, seen, seat, sequence);
        todo.extend(services(guest, signature.is_some() || guest.escort(EscortStep::Boarding).is_some()));
        for tag in evidence.map(|seen| seen.tags.as_slice()).unwrap_or_default() {
            todo.extend(self.bag_from_pass(&mut draft, guest, *tag));
        }
        let answer = json!({
            "tone": tone_of(&todo), "message": board_words(guest, seat), "todo": todo, "flight": key, "booking": DocRef(guest.id),
            "name": guest.name(), "seat": seat, "sequence": sequence, "infant": guest.listing.infant, "from_pass": evidence.is_some(),
            "heads": self.counts(&key).boarded + 1,
        });
        let answer = with_hints(answer, &todo);
        draft.decision(answer, format!("boarded a guest of {key}"))
    }

    /// Takes a bag over from a pass; words if the tag is known here for somebody else.
    fn bag_from_pass(&self, draft: &mut Draft<'_>, guest: &Booking, tag: BagTag) -> Option<Said> {
        let id = self.ids.bag(&guest.flight, tag);
        match self.bag(id) {
            Some(bag) if bag.owner == Some(guest.id) => None,
            Some(_) => Some(said!("todo-tag-of-another", "Tag {tag} on the pass is known here for another guest. See whose bag it is.", tag = tag)),
            None => {
                let part = draft.edit(&guest.flight.scope(), id);
                let mut part = part.say("kind", "bag").say("flight", guest.flight).say("tag", tag).say("booking", DocRef(guest.id));
                if let Some(destination) = guest.listing.destination {
                    part = part.say("destination", destination);
                }
                part.fact_from(Source::Pass, What::Scanned { point: ScanPoint::Accepted }, Vec::new());
                None
            }
        }
    }

    /// What is left to do or to settle although the guest boards.
    fn gate_words(&self, guest: &Booking, seen: Option<&Seen>, seat: Option<Seat>, sequence: Option<u16>) -> Vec<Said> {
        let key = &guest.flight;
        let mut todo = Vec::new();
        if let Some(seen) = seen {
            if let (Some(held), Some(printed)) = (guest.seat, seen.seat)
                && held != printed
            {
                todo.push(said!("todo-seat-changed", "The seat has changed: now {held}, the pass says {printed}.", held = held, printed = printed));
            }
            if let (Some(held), Some(printed)) = (guest.sequence, seen.sequence)
                && held != printed
            {
                let (held, printed) = (held.to_string(), printed.to_string());
                todo.push(said!(
                    "todo-sequence-differs",
                    "The pass has sequence {printed}; here the guest holds {held}.",
                    printed = printed,
                    held = held,
                ));
            }
            let printed = seen.sequence.filter(|printed| sequence != Some(*printed));
            todo.extend([printed, sequence].into_iter().flatten().filter_map(|number| self.sequence_clash(guest, number)));
            if seen.status == "0" && guest.standing() == Standing::Listed {
                todo.push(said!(
                    "todo-see-documents",
                    "The pass says that the guest is not checked in, and it has a sequence number. See that documents and bags were checked.",
                ));
            }
            if !seen.has_day {
                let words = format!("The pass gives no day. See that it is of {}.", words::day(key.date()));
                todo.push(Said::new("todo-no-day", words).arg("flight", *key));
            }
        }
        if let (None, Some(seat), true) = (seen, guest.seat, guest.needs_pass()) {
            todo.push(said!("todo-print-pass", "New seat {seat}: print the pass.", seat = seat));
        }
        if let Some(split) = guest.splits.iter().find(|split| split.field == "seat") {
            let seats = split.values.iter().filter_map(|value| if let Scalar::Str(seat) = value { Some(seat.clone()) } else { None });
            let seats = words::All(seats.collect(), " and ");
            todo.push(said!("todo-two-seats", "Two desks gave this guest different seats: {seats}. It is in the review list.", seats = seats,));
        }
        match seat {
            Some(seat) => todo.extend(self.holders(key, seat).find(|other| other.id != guest.id && other.is_checked_in()).map(|other| {
                said!(
                    "todo-seat-twice",
                    "Seat {seat} is also given to {guest}. It is in the review list: seat one of them elsewhere.",
                    seat = seat,
                    guest = words::guest(other),
                )
            })),
            None => todo.push(said!("todo-no-seat", "The guest has no seat. Give one before the doors close.")),
        }
        todo.extend(self.excess_at_gate(guest));
        todo.extend(self.bags_of_guest(guest.id).iter().filter(|bag| bag.unloaded().is_some()).map(|bag| {
            said!("todo-bag-unloaded", "Bag {tag} of this guest was unloaded. Tell the loader, or tell the guest that it follows.", tag = bag.tag,)
        }));
        todo
    }

    fn sequence_clash(&self, guest: &Booking, sequence: u16) -> Option<Said> {
        let holders = self.books.get(&guest.flight).and_then(|book| book.sequences.get(&sequence));
        let mut others = holders.into_iter().flatten().filter_map(|id| self.booking(*id)).filter(|other| self.is_here(other));
        let other = others.find(|other| other.id != guest.id)?;
        let number = sequence.to_string();
        Some(said!(
            "todo-sequence-twice",
            "Sequence {sequence} is also held by {guest}. It is in the review list; both are counted.",
            sequence = number,
            guest = words::guest(other),
        ))
    }
}

/// Reads a pass for the flight at this gate.
pub(super) fn read_pass(scan: &str, key: &FlightKey, context: &Context) -> Result<Seen, Refusal> {
    let pass = bcbp::parse(scan).map_err(|_| {
        let seen: String = scan.chars().filter(|c| !c.is_control()).take(24).collect();
        let words = said!("", "This is not a boarding pass that can be read: \"{seen}\".", seen = seen);
        Refusal::new("pass-not-read", words, "Scan it again, or type sequence, seat or name.", 422)
    })?;
    if pass.is_receipt() {
        let words = said!("", "This is an itinerary receipt of {name}, not a boarding pass.", name = pass.name().trim());
        return Err(Refusal::new("receipt", words, "Ask for the boarding pass, or send the guest to check-in.", 409));
    }
    let leg = leg_at(&pass, key)?;
    let julian: Option<u32> = Some(leg.julian()).filter(|day| day.len() == 3).and_then(|day| day.parse().ok()).filter(|day| (1..=366).contains(day));
    if julian.is_some_and(|day| day != key.date().ordinal()) {
        let issue = pass.unique().and_then(|unique| unique.issue_date());
        let of = bcbp::flight_date(leg.julian(), issue, context.today).map_or_else(|| "another day".to_owned(), words::day);
        let words = format!("This pass is for {} of {of}; here boards {}.", key.flight(), words::flight(key));
        let words = Said::new("", words).arg("flight", *key);
        return Err(Refusal::new("wrong-date", words, "Send the guest to check-in.", 409));
    }
    let described = pass.unique().and_then(|unique| unique.description()) == Some("4");
    Ok(Seen {
        name: pass.name().trim().to_owned(),
        locator: leg.locator(),
        seat: leg.seat(),
        sequence: leg.sequence(),
        status: leg.status().to_owned(),
        is_lap_infant: leg.is_lap_infant() || described,
        tags: tags_on(&pass),
        is_selectee: leg.repeated().and_then(|block| block.selectee()) == Some("1"),
        has_day: julian.is_some(),
    })
}

/// A pass names three runs of tags at the most; no guest has more bags than this.
const PASS_TAGS_MAX: usize = 20;

/// The plates of a pass. Of a run that goes past the last serial only the first is certain.
fn tags_on(pass: &bcbp::Pass) -> Vec<BagTag> {
    let runs = pass.bag_tags().into_iter();
    runs.flat_map(|run| run.plates().unwrap_or_else(|_| vec![run.first])).take(PASS_TAGS_MAX).collect()
}

/// The leg of this flight from this station.
fn leg_at<'a>(pass: &'a bcbp::Pass, key: &FlightKey) -> Result<bcbp::Leg<'a>, Refusal> {
    let ours: Vec<bcbp::Leg<'a>> = pass.legs().filter(|leg| leg.flight_number() == Some(key.flight())).collect();
    if let Some(leg) = ours.iter().find(|leg| leg.from_airport().is_none_or(|from| from == key.station())) {
        return Ok(*leg);
    }
    let other = ours.first().copied().or_else(|| pass.leg_from(key.station())).or_else(|| pass.legs().next());
    let Some(other) = other else {
        return Err(Refusal::new("wrong-flight", said!("none", "This pass names no flight."), "Send the guest to check-in.", 409));
    };
    let number = other.flight_number().map_or_else(|| format!("{}{}", other.carrier(), other.flight()), |number| number.to_string());
    let words = said!(
        "",
        "This pass is for {number} from {from} to {to}; here boards {flight}.",
        number = number,
        from = other.from(),
        to = other.to(),
        flight = words::flight(key),
    );
    Err(Refusal::new("wrong-flight", words, format!("Send the guest to the gate of {number}."), 409))
}

/// `12`, `G12` and `gate 12` are one gate; `A12` is another.
fn bare_gate(gate: &str) -> String {
    let gate = gate.trim().to_ascii_uppercase();
    let bare = gate.strip_prefix("GATE").unwrap_or(&gate).trim_start();
    let bare = bare.strip_prefix('G').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).unwrap_or(bare);
    bare.trim_start_matches('0').to_owned()
}

fn one_of(found: Vec<&Booking>, none: impl FnOnce() -> Refusal) -> Result<&Booking, Refusal> {
    match found.as_slice() {
        [] => Err(none()),
        [one] => Ok(one),
        several => {
            let words = said!("hold", "{count} guests hold it.", count = several.len());
            let choices = several.iter().map(|booking| words::choice(booking)).collect();
            Err(Refusal::new("several-guests", words, "Choose the guest, and settle it in the review list.", 409).with_choices(choices))
        }
    }
}

fn board_words(guest: &Booking, seat: Option<Seat>) -> String {
    let mut words = format!("Board {}", guest.name());
    if let Some(seat) = seat {
        words = format!("Board {seat}, {}", guest.name());
    }
    if let Some(infant) = guest.listing.infant.as_deref() {
        words.push_str(&if infant == "-" { " with an infant".to_owned() } else { format!(" with the infant {infant}") });
    }
    match guest.extra_seats() {
        0 => {}
        extra => words.push_str(&format!(" and {}", words::count(extra as usize, "extra seat", "extra seats"))),
    }
    words.push('.');
    words
}

/// What must be done with the bag of a guest who stays.
pub(super) fn unload_words(tag: impl fmt::Display) -> Said {
    said!("todo-unload", "Unload bag {tag} and tick it.", tag = tag.to_string())
}

fn tone_of(todo: &[Said]) -> Tone {
    if todo.is_empty() { Tone::Green } else { Tone::Amber }
}

pub(super) fn names_match(booking: &Booking, printed: &str) -> bool {
    name_matches(booking.name(), printed) || booking.aliases.iter().any(|alias| name_matches(alias, printed))
}

/// Whether a listed name may be the one on a pass: the same but for blanks and a title, or cut at 20 characters.
fn name_matches(listed: &str, printed: &str) -> bool {
    let (listed_plain, printed_plain) = (plain(listed), plain(printed));
    if listed_plain.is_empty() || printed_plain.is_empty() {
        return false;
    }
    if untitled(&listed_plain) == untitled(&printed_plain) {
        return true;
    }
    // A cut behind a blank leaves one character less.
    let is_cut = printed.chars().count() + 1 >= PASS_NAME_MAX;
    is_cut
        && (listed_plain.starts_with(&printed_plain)
            || untitled(&listed_plain).starts_with(&printed_plain)
            || cut_in_title(&listed_plain, &printed_plain))
}

/// A cut may fall into the title, which the list may not have.
fn cut_in_title(listed: &str, printed: &str) -> bool {
    let listed = untitled(listed);
    printed.strip_prefix(listed).is_some_and(|rest| TITLES.iter().any(|title| title.starts_with(rest)))
}

/// The name field of a pass.
const PASS_NAME_MAX: usize = 20;

const TITLES: [&str; 9] = ["MSTR", "MISS", "PROF", "MRS", "CHD", "INF", "MR", "MS", "DR"];

/// Capital letters and the slash alone.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '/').flat_map(char::to_uppercase).collect()
}

/// Without a title run on to the given name. A given name that is nothing else keeps it.
pub(super) fn untitled(plain: &str) -> &str {
    for title in TITLES {
        if let Some(rest) = plain.strip_suffix(title)
            && rest.contains('/')
            && !rest.ends_with('/')
        {
            return rest;
        }
    }
    plain
}
