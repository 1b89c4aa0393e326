//! Importing a passenger name list: one booking for each guest, whoever imports it and however often. Change messages go on from here.

use std::collections::BTreeMap;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::decide::{Context, Decision, Draft, fact_text};
use super::{Station, words};
use crate::command::{Refusal, Tone};
use crate::flat::{DocId, Edit, Scalar};
use crate::record::booking::Listing;
use crate::record::fact::{ListPart, Source, What};
use crate::record::flight::Cabin;
use crate::record::{Flight, FlightKey};
use crate::said::{Said, said, with_hints};
use crate::standards::airport::AirportCodeError;
use crate::standards::flight::{FlightNumber, FlightNumberError};
use crate::standards::typeb::{Guest, ListKind, NameList, Received, Remark, Segment, TotalDiffers, TypeBError, line_of};
use crate::unread::Unread;

/// The largest aircraft has fewer than 900 seats.
pub(super) const GUESTS_MAX: usize = 1500;

/// Room between the guests of one part of a list and those of the next.
const PART_ORDERS: u32 = 2000;

impl Station {
    /// A message of any type that is used here.
    pub(super) fn import_message(&self, text: &str, columns: Option<&str>, context: &Context) -> Result<Decision, Refusal> {
        if self.is_table(text, columns) {
            return self.import_table(text, columns, context);
        }
        let kind = Received::cut(text).map_err(|error| not_read(&error, text))?.kind;
        match kind {
            "PNL" | "ADL" => self.import_list(text, context),
            "BSM" | "BPM" => self.import_bags(text, context),
            "MVT" => self.import_movement(text, context),
            other => {
                let words = said!("", "A message of the type {kind} changes nothing here; PNL, ADL, BSM, BPM and MVT do.", kind = other);
                Err(Refusal::new("message-not-used", words, "Give it to whoever works with it, and discard it here.", 422)
                    .at_line(line_of(text, other)))
            }
        }
    }

    pub(super) fn import_list(&self, text: &str, context: &Context) -> Result<Decision, Refusal> {
        let list = read(text)?;
        let at_flight = |refusal: Refusal| refusal.at_line(line_of(text, &format!("{}{}/", list.flight.carrier, list.flight.number)));
        let key = flight_of(&list, context).map_err(at_flight)?;
        self.ours(&key).map_err(at_flight)?;
        let hash = hash_of(text);
        if self.flight(&key).is_some_and(|flight| flight.has_list(&hash)) {
            return Ok(already_here(&key));
        }
        match list.kind {
            ListKind::Pnl => self.import_names(&list, &key, &hash, context),
            ListKind::Adl => self.change_list(&list, &key, &hash, context).map_err(at_flight),
        }
    }

    fn import_names(&self, list: &NameList, key: &FlightKey, hash: &str, context: &Context) -> Result<Decision, Refusal> {
        let roll = Roll::read(list, key, self.flight(key))?;
        // One part of several says nothing of the guests in the others.
        let whole = list.flight.part.is_none_or(|part| part == 1) && list.is_last_part();
        self.import_roll(&roll, part_of(list), whole, hash, context)
    }

    /// What a list says of each guest, in whatever form it came. `whole` where it names everybody.
    pub(super) fn import_roll(&self, roll: &Roll, part: Option<ListPart>, whole: bool, hash: &str, context: &Context) -> Result<Decision, Refusal> {
        let key = &roll.key;
        let mut draft = Draft::new(context);
        self.draft_flight(&mut draft, roll, hash, part);
        let mut imported = Imported::default();
        for (id, listing) in self.identified(roll) {
            let edit = self.guest_edit(roll, id, &listing, hash, context, &mut imported);
            if !edit.fields.is_empty() || !edit.facts.is_empty() {
                draft.fresh(&key.scope(), edit);
            }
        }
        let missing = if whole { self.on(key).count().saturating_sub(imported.known + imported.changed - imported.gone) } else { 0 };
        let answer = imported.answer(roll, missing);
        let summary = format!("read the list of {key}: {} guests, {} new, {} changed", roll.guests.len(), imported.new, imported.changed);
        Ok(draft.decision(answer, summary))
    }

    /// A desk of one station takes no list of another.
    pub(super) fn ours(&self, key: &FlightKey) -> Result<(), Refusal> {
        match self.setting.station {
            Some(station) if station != key.station() => {
                let words = said!("", "This message is for {other}, and this desk is at {station}.", other = key.station(), station = station);
                Err(Refusal::new("list-of-another-station", words, "Import it there.", 422))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn draft_flight(&self, draft: &mut Draft<'_>, roll: &Roll, hash: &str, list_part: Option<ListPart>) {
        let guests = u32::try_from(roll.guests.len()).unwrap_or(u32::MAX);
        let mut part = draft.edit(&roll.key.scope(), self.ids.flight(&roll.key));
        let known = self.flight(&roll.key);
        if known.is_none() {
            part = part.say("kind", "flight").say("flight", roll.key);
        }
        let destinations = joined(&roll.destinations);
        if known.is_none_or(|flight| joined(&flight.destinations) != destinations) {
            part = part.say("destinations", destinations);
        }
        let cabins = joined(&roll.cabins);
        if !cabins.is_empty() && known.is_none_or(|flight| joined(&flight.cabins) != cabins) {
            part = part.say("cabins", cabins);
        }
        let received = What::ListReceived { hash: hash.to_owned(), guests, left_out: roll.left_out, part: list_part.map(Box::new) };
        part.fact_from(Source::Message, received, Vec::new());
    }

    /// Each guest with an identity. Equal names under one locator are ranked by ticket number if all have one, else by their order in the list.
    fn identified(&self, roll: &Roll) -> Vec<(DocId, Listing)> {
        let mut equals: BTreeMap<(String, &str), Vec<&Listing>> = BTreeMap::new();
        for listing in &roll.guests {
            equals.entry((natural_locator(listing, &roll.key), &listing.name)).or_default().push(listing);
        }
        let mut identified = Vec::with_capacity(roll.guests.len());
        for ((locator, name), mut same) in equals {
            if same.iter().all(|listing| listing.ticket.is_some()) {
                same.sort_by_key(|listing| (listing.ticket.clone(), listing.order));
            }
            identified
                .extend(same.into_iter().enumerate().map(|(rank, listing)| (self.ids.booking(&roll.key, &locator, name, rank), listing.clone())));
        }
        identified.sort_by_key(|(_, listing)| listing.order);
        identified
    }

    /// What the list changes of one guest: everything for a new one, and for a known one only what differs, so that nothing a desk did is touched.
    fn guest_edit(&self, roll: &Roll, id: DocId, listing: &Listing, hash: &str, context: &Context, imported: &mut Imported) -> Edit {
        let key = &roll.key;
        let known = self.booking(id).filter(|booking| booking.flight == *key);
        let mut edit = Edit { doc: id, fields: Vec::new(), facts: Vec::new() };
        match known {
            None => {
                edit.fields
                    .extend([("kind", "booking".to_owned()), ("flight", key.to_string())].map(|(field, text)| (field.to_owned(), Scalar::Str(text))));
                edit.fields.extend(listing.fields().into_iter().filter(|(_, value)| says_something(value)).map(owned));
                let listed = What::Listed { list: hash.to_owned(), order: listing.order };
                edit.facts.push(fact_text(context, Source::Message, listed, Vec::new()));
                imported.new += 1;
            }
            Some(booking) => {
                // What change messages said since stays with them: here the list speaks.
                let said = booking.base.as_deref().unwrap_or(&booking.listing);
                let kept = roll.is_table.then(|| listing.beside(said));
                let listing = kept.as_ref().unwrap_or(listing);
                let before = said.fields();
                let differs =
                    |(at, (field, value)): &(usize, (&str, Scalar))| *field != "order" && before.get(*at).is_none_or(|(_, old)| old != value);
                edit.fields.extend(listing.fields().into_iter().enumerate().filter(differs).map(|(_, field)| owned(field)));
                if !booking.history.all().iter().any(|held| matches!(held.fact.what, What::Listed { .. })) {
                    // A change message made the booking; now the list has it too.
                    edit.fields.push(("order".to_owned(), Scalar::Int(listing.order.into())));
                    edit.facts.push(fact_text(context, Source::Message, What::Listed { list: hash.to_owned(), order: listing.order }, Vec::new()));
                }
                imported.gone += usize::from(booking.is_gone());
                if edit.fields.is_empty() {
                    imported.known += 1;
                } else {
                    imported.changed += 1;
                }
            }
        }
        edit
    }
}

/// What a list says, in our words.
pub(super) struct Roll {
    pub(super) key: FlightKey,
    /// The place of the first guest of this part in the whole list.
    first_order: u32,
    pub(super) destinations: Vec<String>,
    cabins: Vec<Cabin>,
    pub(super) guests: Vec<Listing>,
    /// Remarks of which something was left out: document numbers, dates of birth, medical text, contacts.
    pub(super) left_out: u32,
    pub(super) warnings: Vec<Said>,
    /// A table has no column for much of what a list says: what it does not say stays.
    is_table: bool,
}

impl Roll {
    /// What a table says. Cabins are those that are known of the flight, for a table has none.
    pub(super) fn of_table(key: &FlightKey, known: Option<&Flight>, destinations: Vec<String>, guests: Vec<Listing>, warnings: Vec<Said>) -> Self {
        let mut all: Vec<String> = known.map(|flight| flight.destinations.iter().map(ToString::to_string).collect()).unwrap_or_default();
        all.extend(destinations.into_iter().filter(|code| known.is_none_or(|flight| !flight.destinations.iter().any(|own| own.as_str() == code))));
        let cabins = known.map(|flight| flight.cabins.clone()).unwrap_or_default();
        let mut roll = Self { key: *key, first_order: 0, destinations: all, cabins, guests, left_out: 0, warnings, is_table: true };
        for listing in &mut roll.guests {
            listing.cabin = listing.class.and_then(|class| cabin_of(&roll.cabins, class));
        }
        roll.count_parties();
        roll
    }

    pub(super) fn read(list: &NameList, key: &FlightKey, known: Option<&Flight>) -> Result<Self, Refusal> {
        let mut roll = Self {
            key: *key,
            first_order: u32::from(list.flight.part.unwrap_or(1).saturating_sub(1)) * PART_ORDERS,
            destinations: known.map(|flight| flight.destinations.iter().map(ToString::to_string).collect()).unwrap_or_default(),
            cabins: cabins_of(list).or_else(|| known.map(|flight| flight.cabins.clone())).unwrap_or_default(),
            guests: Vec::new(),
            left_out: 0,
            warnings: list.warnings.iter().map(warning).collect(),
            is_table: false,
        };
        let mut locator_of_party: BTreeMap<String, Vec<Box<str>>> = BTreeMap::new();
        for group in &list.groups {
            if !roll.destinations.contains(&group.dest) && group.dest.len() == 3 {
                roll.destinations.push(group.dest.clone());
            }
            for name in &group.names {
                let guests = name.guests();
                // Unnamed seats under one surname are so many guests.
                let copies = if name.given.is_empty() { usize::from(name.seats.clamp(1, 99)) } else { 1 };
                for guest in &guests {
                    for copy in 0..copies {
                        let listing = roll.listing(guest, &group.dest, &group.class, copy == 0);
                        roll.guests.push(listing);
                    }
                }
                if roll.guests.len() > GUESTS_MAX {
                    return Err(Refusal::new(
                        "list-too-long",
                        said!("", "The list names more than 1,500 guests."),
                        "Check that it is the list of one flight.",
                        422,
                    ));
                }
            }
        }
        for listing in &roll.guests {
            if let (Some(party), false) = (&listing.party, listing.locators.is_empty()) {
                locator_of_party.entry(party.to_string()).or_insert_with(|| listing.locators.clone());
            }
        }
        // A list may give the locator with the first member of a party only.
        for listing in roll.guests.iter_mut().filter(|listing| listing.locators.is_empty()) {
            if let Some(locators) = listing.party.as_deref().and_then(|party| locator_of_party.get(party)) {
                listing.locators.clone_from(locators);
            }
        }
        roll.count_parties();
        Ok(roll)
    }

    fn listing(&mut self, guest: &Guest, destination: &str, class: &str, with_remarks: bool) -> Listing {
        let class = class.chars().next().filter(char::is_ascii_uppercase);
        if with_remarks {
            self.left_out += u32::try_from(guest.remarks.iter().filter(|remark| loses(remark)).count()).unwrap_or(u32::MAX);
        }
        if guest.infants.len() > 1 {
            self.warnings.push(said!("todo-two-infants", "A guest is listed with more than one infant; one is counted. Check with the guest."));
        }
        let order = self.first_order.saturating_add(u32::try_from(self.guests.len()).unwrap_or(u32::MAX));
        Listing {
            name: short(&name_of(&guest.surname, &guest.given_as_listed), 64),
            locators: guest
                .locators
                .iter()
                .take(4)
                .map(|(locator, system)| short(&with_system(&locator.to_string(), system.as_deref()), 16))
                .collect(),
            destination: destination.parse().ok(),
            class,
            cabin: class.and_then(|class| cabin_of(&self.cabins, class)),
            party: guest.party.as_ref().map(|party| short(&format!("{}{}", party.id, party.size), 8)),
            party_size: 1,
            child: guest.is_child,
            infant: guest.infants.first().map(infant_name),
            flags: flags_of(guest),
            seats: 1 + u8::try_from(guest.extra_seats.min(9)).unwrap_or(9),
            onward: guest.onward.iter().take(6).map(segment_words).collect(),
            inbound: guest.inbound.as_ref().map(segment_words).into(),
            ticket: guest.tickets.first().map(|(number, coupon)| short(&coupon.map_or(number.clone(), |coupon| format!("{number}/{coupon}")), 16)),
            order,
            seat: guest.seat,
            priority: guest.priority.as_ref().map(|(rank, text)| short(format!("{rank} {text}").trim_end(), 24)).into(),
        }
    }

    /// A party is who shares its label, or else the locator.
    fn count_parties(&mut self) {
        let label = |listing: &Listing| match (&listing.party, listing.locators.first()) {
            (Some(party), _) => Some(format!("-{party}")),
            (None, Some(locator)) => Some(locator.to_string()),
            (None, None) => None,
        };
        let mut sizes: BTreeMap<String, u8> = BTreeMap::new();
        for label in self.guests.iter().filter_map(label) {
            let size = sizes.entry(label).or_default();
            *size = size.saturating_add(1);
        }
        for listing in &mut self.guests {
            let told = listing.party.as_deref().and_then(|party| party.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().ok()).unwrap_or(1);
            listing.party_size = label(listing).and_then(|label| sizes.get(&label).copied()).unwrap_or(1).max(told);
        }
    }
}

#[derive(Default)]
struct Imported {
    new: usize,
    changed: usize,
    known: usize,
    /// On the list, and taken off by a change message that is here.
    gone: usize,
}

impl Imported {
    fn answer(&self, roll: &Roll, missing: usize) -> serde_json::Value {
        let guests = words::count(roll.guests.len(), "guest", "guests");
        let message = format!("{}: {guests}, {} new, {} changed.", words::flight(&roll.key), self.new, self.changed);
        let mut todo = roll.warnings.clone();
        if missing > 0 {
            let count = words::count(missing, "guest is", "guests are");
            todo.push(said!(
                "todo-not-on-list",
                "{count} known here not on this list. They stay until a change message takes them off.",
                count = count,
            ));
        }
        if self.gone > 0 {
            let count = words::count(self.gone, "guest of this list", "guests of this list");
            todo.push(said!("todo-stay-off", "A change message took {count} off; they stay off.", count = count));
        }
        let tone = if todo.is_empty() { Tone::Green } else { Tone::Amber };
        let answer = json!({
            "tone": tone, "message": message, "todo": todo, "flight": roll.key,
            "guests": roll.guests.len(), "new": self.new, "changed": self.changed, "not_on_list": missing, "left_out": roll.left_out,
        });
        with_hints(answer, &todo)
    }
}

/// A total of the list that is not what its names give.
pub(super) fn warning(total: &TotalDiffers) -> Said {
    let TotalDiffers { dest, class, says, named } = total;
    said!(
        "todo-total-differs",
        "The list says {says} for {dest}{class}, and its names give {named}.",
        says = *says,
        dest = dest,
        class = class,
        named = *named
    )
}

fn read(text: &str) -> Result<NameList, Refusal> {
    let list = NameList::parse(text).map_err(|error| not_read(&error, text))?;
    // Whoever the line was cut in would stay behind as a guest that does not exist.
    if list.end.is_none() {
        let words = said!("", "This list stops before its end: no line says END{kind} or ENDPART.", kind = list.kind.as_str());
        let last = text.trim_end().lines().count();
        return Err(Refusal::new("list-cut-off", words, "Send the whole message again.", 422).at_line(u32::try_from(last).ok()));
    }
    Ok(list)
}

/// A message that no reader takes.
pub(super) fn not_read(error: &TypeBError, text: &str) -> Refusal {
    Refusal::new("list-not-read", said!("", "{error}", error = error.said()), "Send the message again as it came, or correct the line.", 422)
        .at_line(error.line_in(text))
}

/// When a change message was sent, as a text that sorts; empty for the list itself alone.
pub(super) fn sent_of(list: &NameList) -> String {
    match (list.kind, list.sent_order()) {
        (ListKind::Adl, sent) if sent.is_empty() => "-".to_owned(),
        (_, sent) => sent,
    }
}

/// Which part of which list a message is; nothing for a whole list in one message.
pub(super) fn part_of(list: &NameList) -> Option<ListPart> {
    let part = ListPart { sent: sent_of(list), part: list.flight.part.unwrap_or(1), last: list.is_last_part() };
    (list.kind == ListKind::Adl || part.part != 1 || !part.last).then_some(part)
}

fn flight_of(list: &NameList, context: &Context) -> Result<FlightKey, Refusal> {
    let refused =
        |words: Said| Refusal::new("list-not-read", said!("flight", "{error}", error = words), "Check the flight line of the message.", 422);
    let number: FlightNumber =
        format!("{}{}", list.flight.carrier, list.flight.number).parse().map_err(|error: FlightNumberError| refused(error.said()))?;
    let station = list.flight.board.parse().map_err(|error: AirportCodeError| refused(error.said()))?;
    let date =
        list.flight.date.nearest(context.today).ok_or_else(|| refused(said!("unread-no-such-day", "The day of the flight does not exist.")))?;
    FlightKey::new(number, date, station).map_err(|error| refused(error.said()))
}

pub(super) fn already_here(key: &FlightKey) -> Decision {
    let message = format!("This list of {} is already here. Nothing changed.", words::flight(key));
    let answer =
        json!({ "tone": Tone::Green, "message": message, "todo": [], "flight": key, "new": 0, "changed": 0, "not_on_list": 0, "left_out": 0 });
    Decision { edits: Vec::new(), answer, summary: format!("list of {key} was already here") }
}

/// The same text makes the same hash on every desk.
pub(super) fn hash_of(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The locator that belongs to the operating carrier, else the first, else `-`.
pub(super) fn natural_locator(listing: &Listing, key: &FlightKey) -> String {
    let carrier = key.carrier();
    let own = listing.locators.iter().find(|text| text.split_once('/').is_some_and(|(_, system)| system == carrier.as_str()));
    let locator = own.or(listing.locators.first()).and_then(|text| text.split('/').next());
    locator.unwrap_or("-").to_owned()
}

fn cabins_of(list: &NameList) -> Option<Vec<Cabin>> {
    let mut cabins: Vec<Cabin> = Vec::new();
    let letters = list.cfg.iter().map(|(letter, seats)| (*letter, *seats));
    let sold = list.rbd.iter().filter_map(|(cabin, _)| Some((cabin.chars().next()?, 0)));
    for (letter, seats) in letters.chain(sold).filter(|(letter, _)| letter.is_ascii_uppercase()) {
        if !cabins.iter().any(|cabin| cabin.letter == letter) {
            let classes = list.rbd.iter().filter(|(cabin, _)| cabin.starts_with(letter)).flat_map(|(_, classes)| classes.chars());
            cabins.push(Cabin { letter, seats, classes: classes.filter(char::is_ascii_uppercase).collect::<String>().into() });
        }
    }
    (!cabins.is_empty()).then_some(cabins)
}

pub(super) fn cabin_of(cabins: &[Cabin], class: char) -> Option<char> {
    let sold = cabins.iter().find(|cabin| cabin.classes.contains(class));
    sold.or_else(|| cabins.iter().find(|cabin| cabin.letter == class)).map(|cabin| cabin.letter)
}

/// Service codes alone. What says more (documents, contacts, tickets, seats) is no flag.
fn flags_of(guest: &Guest) -> Box<str> {
    let mut flags: Vec<&str> = guest.remarks.iter().map(|remark| remark.code.as_str()).filter(|code| is_flag(code)).collect();
    flags.sort_unstable();
    flags.dedup();
    flags.truncate(16);
    flags.join(" ").into()
}

const NO_FLAGS: &[&str] = &[
    "TKNE", "TKNA", "TKNM", "TKNC", "DOCS", "DOCO", "DOCA", "FOID", "INFT", "CHLD", "SEAT", "RQST", "NSST", "CTCM", "CTCE", "CTCR", "PCTC", "FQTV",
    "FQTR", "FQTU", "FQTS", "OTHS", "CKIN", "GRPF", "GRPS", "ADTK", "ADMD", "CHKD",
];

fn is_flag(code: &str) -> bool {
    code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_uppercase()) && !NO_FLAGS.contains(&code)
}

/// Whether something of a remark is not kept. Tickets and seats have fields of their own.
fn loses(remark: &Remark) -> bool {
    let has_field = matches!(remark.code.as_str(), "TKNE" | "SEAT" | "RQST" | "NSST");
    let is_whole = is_flag(&remark.code) && remark.text.trim().is_empty();
    !(has_field || is_whole)
}

fn infant_name(infant: &crate::standards::typeb::Infant) -> Box<str> {
    match (infant.surname.as_deref(), infant.given.as_deref()) {
        (Some(surname), given) => short(&name_of(surname, given.unwrap_or_default()), 64),
        (None, _) => "-".into(),
    }
}

fn name_of(surname: &str, given: &str) -> String {
    if given.is_empty() { surname.to_owned() } else { format!("{surname}/{given}") }
}

fn with_system(locator: &str, system: Option<&str>) -> String {
    system.map_or_else(|| locator.to_owned(), |system| format!("{locator}/{system}"))
}

/// `BA178/16 JFK-BOS 2030 Y`: flight and day, the airports and the time as far as they are listed, the booking class.
fn segment_words(segment: &Segment) -> Box<str> {
    let airports = segment.airports.join("-");
    let flight = format!("{}{}/{:02}", segment.carrier, segment.number.trim_start_matches('0'), segment.day);
    let class = segment.class.map(String::from).unwrap_or_default();
    let words = [&*flight, &*airports, segment.time.as_deref().unwrap_or_default(), &*class];
    short(&words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), 40)
}

fn short(text: &str, limit: usize) -> Box<str> {
    text.chars().filter(|c| !c.is_control()).take(limit).collect::<String>().into()
}

fn joined<T: ToString>(values: &[T]) -> String {
    values.iter().map(T::to_string).collect::<Vec<_>>().join(" ")
}

fn owned((field, value): (&str, Scalar)) -> (String, Scalar) {
    (field.to_owned(), value)
}

/// Absent says the same as nothing, no and one party of one, and costs nothing.
pub(super) fn says_something(value: &Scalar) -> bool {
    !matches!(value, Scalar::Null | Scalar::Bool(false)) && *value != Scalar::Str(String::new())
}
