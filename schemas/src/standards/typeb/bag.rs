//! Baggage messages (RP 1745): BSM, BPM, BTM, BUM, BCM, BRQ, BNS and their kin, read and written.

use std::collections::BTreeSet;

use crate::standards::bag_tag::{BagTag, CountRule, TagRun};

use super::envelope::{Envelope, LINE_MAX, Received, TypeBError, split_flight, wrap};
use super::name_list::Element;

/// A baggage message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagMessage {
    /// `BSM`, `BPM` ...
    pub kind: String,
    /// `CHG` or `DEL`; nothing is an addition.
    pub change: Option<String>,
    /// What a control message is about: `BAM`, `FOM` ...
    pub secondary: Option<String>,
    pub envelope: Envelope,
    pub version: Option<VersionLine>,
    /// `.J`: who handled the bag where and when.
    pub processing: Option<Fields>,
    /// `.A`: what is acknowledged.
    pub ack: Option<Fields>,
    pub groups: Vec<BagGroup>,
    /// Every element in the order of the message, for writing it back.
    pub elements: Vec<Element>,
    pub end: Option<String>,
}

/// `.V`: version, source and station, and what else the sender says of the message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VersionLine {
    pub version: String,
    /// L local, T transfer, X terminating, R remote.
    pub source: String,
    pub station: String,
    pub part: Option<u16>,
    pub msg_ref: Option<String>,
    pub ack_request: Option<String>,
    pub encryption: Option<String>,
}

/// The bags of one guest or group on one flight.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BagGroup {
    /// `.F`, the flight out.
    pub flight: Option<BagFlight>,
    /// `.I`, the flight in.
    pub inbound: Option<BagFlight>,
    /// `.O`, the flights after it.
    pub onward: Vec<BagFlight>,
    pub tags: Vec<TagItem>,
    pub pax: Vec<BagPax>,
    /// `.S`; see [`element_fields`] for the names.
    pub reconciliation: Option<Fields>,
    /// `.W`
    pub weight: Option<Fields>,
    /// `.B`
    pub irregularity: Option<Fields>,
    /// `.D`
    pub checkin_location: Option<Fields>,
    /// `.H`
    pub handling: Option<Fields>,
    /// `.U`
    pub stowage: Option<Fields>,
    /// `.M`
    pub unique_id: Option<Fields>,
    /// `.Y`
    pub frequent_traveller: Option<Fields>,
    /// `.L`
    pub pnr: Option<String>,
    /// `.Q`
    pub load_sequence: Option<String>,
    /// `.C`
    pub corporate: Option<String>,
    /// `.T`
    pub printer: Option<String>,
    /// `.E`, several where a bag has several.
    pub exceptions: Vec<String>,
    /// `.R`
    pub free_text: Vec<String>,
    /// `.X`
    pub screening: Vec<String>,
    /// Elements that are not known here, as they came.
    pub other: Vec<Element>,
}

/// `SR101/18APR/JFK/F`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BagFlight {
    pub carrier: String,
    /// Digits as written, and a letter where there is one.
    pub number: String,
    pub date: Option<String>,
    pub airport: Option<String>,
    pub class: Option<String>,
}

/// `2PAGE/L/B`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BagPax {
    pub count: u16,
    pub surname: String,
    pub given: Vec<String>,
}

/// Tags as one element gives them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagItem {
    /// As written.
    pub raw: String,
    /// The run it means, where it is one.
    pub run: Option<TagRun>,
    /// Whether it stood in `.B` and not in `.N`.
    pub in_irregularity: bool,
}

/// An element whose parts have names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    names: &'static [&'static str],
    /// As written, blank ones too.
    pub values: Vec<String>,
}

/// The names of an element's fields, in order.
pub fn element_fields(id: &str) -> Option<&'static [&'static str]> {
    Some(match id {
        "A" => &["ref", "about", "result", "text"],
        "B" => &["code", "tag", "count"],
        "D" => &["id", "desc", "date", "time", "medium", "transport"],
        "H" => &["terminal", "bay", "gate"],
        "J" => &["code", "agent", "scanner", "date", "time", "reading_location", "sent_to", "processing_a", "processing_b"],
        "M" => &["lpn", "id_type", "id"],
        "S" => &["authority_to_load", "seat", "pax_status", "sequence", "security_no", "profile", "authority_to_transport", "tag_status"],
        "U" => &["device", "compartment", "bag_type", "class", "dest", "sealed", "connection_flight", "connection_date", "connection_dest"],
        "W" => &["indicator", "pieces", "checked_weight", "unchecked_weight", "unit", "length", "width", "height", "type"],
        "Y" => &["number", "tier"],
        _ => return None,
    })
}

impl Fields {
    /// The fields of element `id` with these values; names without a value stay blank.
    pub fn of(id: &str, values: &[(&str, &str)]) -> Self {
        let names = element_fields(id).unwrap_or_default();
        let value = |name: &&str| values.iter().find(|(key, _)| key == name).map(|(_, value)| (*value).to_owned());
        let count = names.iter().rposition(|name| value(name).is_some()).map_or(0, |last| last + 1);
        Self { names, values: names[..count].iter().map(|name| value(name).unwrap_or_default()).collect() }
    }

    fn read(id: &str, text: &str) -> Option<Self> {
        Some(Self { names: element_fields(id)?, values: text.split('/').map(str::to_owned).collect() })
    }

    /// The field, where it is there and not blank.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.said().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// All fields that are there and not blank.
    pub fn said(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.names.iter().copied().zip(self.values.iter().map(String::as_str)).filter(|(_, value)| !value.is_empty())
    }

    fn text(&self) -> String {
        self.values.join("/")
    }
}

impl BagMessage {
    /// Reads a baggage message.
    ///
    /// # Errors
    /// When it is none, or names no bag although its type is about bags.
    pub fn parse(text: &str) -> Result<Self, TypeBError> {
        Self::read(Received::cut(text)?)
    }

    /// Whether a message of this type is read here.
    pub fn is_kind(kind: &str) -> bool {
        kind.len() == 3 && kind.starts_with('B')
    }

    pub(super) fn read(received: Received<'_>) -> Result<Self, TypeBError> {
        if !Self::is_kind(received.kind) {
            return Err(TypeBError::UnknownType { found: received.kind.to_owned() });
        }
        let mut message = Self {
            kind: received.kind.to_owned(),
            change: None,
            secondary: None,
            envelope: received.envelope,
            version: None,
            processing: None,
            ack: None,
            groups: Vec::new(),
            elements: Vec::new(),
            end: received.end.map(str::to_owned),
        };
        for line in received.lines {
            message.read_line(line);
        }
        if message.kind != CONTROL && message.groups.iter().all(|group| group.tags.is_empty()) {
            return Err(TypeBError::NoTag);
        }
        Ok(message)
    }

    fn read_line(&mut self, line: &str) {
        let is_id = |id: &str| (1..=4).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let element = line.strip_prefix('.').and_then(|element| element.split_once('/')).filter(|(id, _)| is_id(id));
        let Some((id, text)) = element else {
            let is_code = line.len() == 3 && self.elements.is_empty();
            if is_code && self.kind == CONTROL && self.secondary.is_none() {
                self.secondary = Some(line.to_owned());
            } else if is_code && matches!(line, "CHG" | "DEL" | "ADD") && self.change.is_none() {
                self.change = Some(line.to_owned());
            } else {
                self.elements.push(Element { id: String::new(), text: line.to_owned() });
            }
            return;
        };
        self.elements.push(Element { id: id.to_owned(), text: text.to_owned() });
        match id {
            "V" => self.version = Some(VersionLine::read(text)),
            "J" => self.processing = Fields::read(id, text),
            "A" => self.ack = Fields::read(id, text),
            _ => self.group_for(id).take(id, text),
        }
    }

    /// The group that an element belongs to: a new one where the order of elements says that another guest begins.
    fn group_for(&mut self, id: &str) -> &mut BagGroup {
        let begins = match self.groups.last() {
            None => true,
            Some(group) => match id {
                "F" | "I" | "O" => !group.tags.is_empty(),
                "N" | "B" => !group.tags.is_empty() && !group.pax.is_empty(),
                _ => false,
            },
        };
        if begins {
            // Without a flight of its own, the next guest is on the same one.
            let flight = self.groups.last().filter(|_| id != "F").and_then(|group| group.flight.clone());
            self.groups.push(BagGroup { flight, ..BagGroup::default() });
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    /// A message about these groups, ready to be written.
    pub fn of(kind: &str, change: Option<&str>, version: VersionLine, processing: Option<Fields>, groups: Vec<BagGroup>) -> Self {
        let mut elements = vec![Element { id: "V".into(), text: version.text() }];
        elements.extend(processing.iter().map(|fields| Element { id: "J".into(), text: fields.text() }));
        elements.extend(groups.iter().flat_map(BagGroup::elements));
        Self {
            kind: kind.to_owned(),
            change: change.map(str::to_owned),
            secondary: None,
            envelope: Envelope::default(),
            version: Some(version),
            processing,
            ack: None,
            groups,
            elements,
            end: Some(format!("END{kind}")),
        }
    }

    /// The message as lines.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.envelope.lines();
        lines.push(self.kind.clone());
        lines.extend(self.change.iter().chain(&self.secondary).cloned());
        lines.extend(self.elements.iter().map(Element::line));
        lines.extend(self.end.clone());
        lines
    }

    /// Every plate that the message names, in its order.
    pub fn plates(&self) -> Vec<BagTag> {
        self.groups.iter().flat_map(BagGroup::plates).collect()
    }
}

/// The control message, which may be about no bag at all.
const CONTROL: &str = "BCM";

/// What is left of a line behind `.X/`.
const TEXT_MAX: usize = LINE_MAX - 3;

impl VersionLine {
    /// A first-version message of this source and station.
    pub fn new(source: char, station: &str) -> Self {
        Self { version: "1".into(), source: source.to_string(), station: station.to_owned(), ..Self::default() }
    }

    fn read(text: &str) -> Self {
        let mut fields = text.split('/');
        let head = fields.next().unwrap_or_default();
        let (version, place) = head.split_at(head.bytes().take_while(u8::is_ascii_digit).count().min(1));
        // Some senders leave the source out: three letters are a station alone.
        let (source, station) = if place.chars().count() > 3 { place.split_at(place.chars().next().map_or(0, char::len_utf8)) } else { ("", place) };
        let said = |field: Option<&str>| field.filter(|field| !field.is_empty()).map(str::to_owned);
        Self {
            version: version.to_owned(),
            source: source.to_owned(),
            station: station.to_owned(),
            part: fields.next().and_then(|part| part.strip_prefix("PART")).and_then(|part| part.parse().ok()),
            msg_ref: said(fields.next()),
            ack_request: said(fields.next()),
            encryption: said(fields.next()),
        }
    }

    fn text(&self) -> String {
        let part = self.part.map(|part| format!("PART{part}")).unwrap_or_default();
        let or_blank = |field: &Option<String>| field.clone().unwrap_or_default();
        let text = format!(
            "{}{}{}/{part}/{}/{}/{}",
            self.version,
            self.source,
            self.station,
            or_blank(&self.msg_ref),
            or_blank(&self.ack_request),
            or_blank(&self.encryption)
        );
        text.trim_end_matches('/').to_owned()
    }
}

impl BagGroup {
    /// Every plate once, where the tags can be expanded: the same bag may stand in `.N` and in `.B`.
    pub fn plates(&self) -> Vec<BagTag> {
        let mut seen = BTreeSet::new();
        let all = self.tags.iter().filter_map(|tag| tag.run).filter_map(|run| run.plates().ok()).flatten();
        all.filter(|plate| seen.insert(*plate)).collect()
    }

    fn take(&mut self, id: &str, text: &str) {
        match id {
            "F" => self.flight = BagFlight::read(text),
            "I" => self.inbound = BagFlight::read(text),
            "O" => self.onward.extend(BagFlight::read(text)),
            "N" => self.tags.push(TagItem::read(text, false)),
            "B" => {
                self.irregularity = Fields::read(id, text);
                let tag: String = text.split('/').skip(1).take(2).collect();
                self.tags.extend((!tag.is_empty()).then(|| TagItem::read(&tag, true)));
            }
            "P" => self.pax.push(BagPax::read(text)),
            "S" => self.reconciliation = Fields::read(id, text),
            "W" => self.weight = Fields::read(id, text),
            "D" => self.checkin_location = Fields::read(id, text),
            "H" => self.handling = Fields::read(id, text),
            "U" => self.stowage = Fields::read(id, text),
            "M" => self.unique_id = Fields::read(id, text),
            "Y" => self.frequent_traveller = Fields::read(id, text),
            "L" => self.pnr = Some(text.to_owned()),
            "Q" => self.load_sequence = Some(text.to_owned()),
            "C" => self.corporate = Some(text.to_owned()),
            "T" => self.printer = Some(text.to_owned()),
            "E" => self.exceptions.push(text.to_owned()),
            "R" => self.free_text.push(text.to_owned()),
            "X" => self.screening.push(text.to_owned()),
            _ => self.other.push(Element { id: id.to_owned(), text: text.to_owned() }),
        }
    }

    /// The group as elements, in the order in which messages carry them.
    pub fn elements(&self) -> Vec<Element> {
        let mut elements = Vec::new();
        let mut push = |id: &str, text: String| elements.push(Element { id: id.to_owned(), text });
        let flights = self.flight.iter().map(|flight| ("F", flight)).chain(self.inbound.iter().map(|flight| ("I", flight)));
        for (id, flight) in flights.chain(self.onward.iter().map(|flight| ("O", flight))) {
            push(id, flight.text());
        }
        for tag in self.tags.iter().filter(|tag| !tag.in_irregularity) {
            push("N", tag.raw.clone());
        }
        let before = [("B", &self.irregularity), ("D", &self.checkin_location), ("H", &self.handling), ("U", &self.stowage)];
        let after = [("S", &self.reconciliation), ("W", &self.weight)];
        for (id, fields) in before.into_iter().chain(after) {
            fields.iter().for_each(|fields| push(id, fields.text()));
        }
        for pax in self.pax.iter().flat_map(BagPax::fitted) {
            push("P", pax.text());
        }
        let single = [("L", &self.pnr), ("C", &self.corporate), ("T", &self.printer), ("Q", &self.load_sequence)];
        self.frequent_traveller.iter().for_each(|fields| push("Y", fields.text()));
        for (id, text) in single {
            text.iter().for_each(|text| push(id, text.clone()));
        }
        for (id, texts) in [("E", &self.exceptions), ("R", &self.free_text), ("X", &self.screening)] {
            texts.iter().flat_map(|text| wrap(text, "")).for_each(|text| push(id, text.chars().take(TEXT_MAX).collect()));
        }
        self.unique_id.iter().for_each(|fields| push("M", fields.text()));
        elements.extend(self.other.iter().cloned());
        elements
    }
}

impl BagFlight {
    fn read(text: &str) -> Option<Self> {
        let mut fields = text.split('/');
        let flight = fields.next()?;
        let (carrier, number) = split_flight(flight).unwrap_or((flight, ""));
        let mut said = || fields.next().filter(|field| !field.is_empty()).map(str::to_owned);
        Some(Self { carrier: carrier.to_owned(), number: number.to_owned(), date: said(), airport: said(), class: said() })
    }

    fn text(&self) -> String {
        let or_blank = |field: &Option<String>| field.clone().unwrap_or_default();
        let rest = [or_blank(&self.date), or_blank(&self.airport), or_blank(&self.class)].join("/");
        format!("{}{}/{rest}", self.carrier, self.number).trim_end_matches('/').to_owned()
    }
}

impl BagPax {
    fn read(text: &str) -> Self {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let count = text[..digits].parse().unwrap_or(1);
        let mut names = text[digits..].split('/').map(str::to_owned);
        Self { count, surname: names.next().unwrap_or_default(), given: names.collect() }
    }

    /// The same guests, one by one where together they are too long for a line.
    fn fitted(&self) -> Vec<Self> {
        if self.text().chars().count() <= TEXT_MAX || self.given.len() < 2 {
            let room = TEXT_MAX.saturating_sub(self.count.to_string().len() + self.surname.chars().count() + self.given.len());
            let given = self.given.iter().map(|given| given.chars().take(room).collect()).collect();
            return vec![Self { given, ..self.clone() }];
        }
        // Guests whose names were not given stay with the first.
        let named = u16::try_from(self.given.len()).unwrap_or(u16::MAX);
        let unnamed = self.count.saturating_sub(named);
        let one = |(at, given): (usize, &String)| Self {
            count: if at == 0 { 1 + unnamed } else { 1 },
            surname: self.surname.clone(),
            given: vec![given.clone()],
        };
        self.given.iter().enumerate().map(one).flat_map(|pax| pax.fitted()).collect()
    }

    fn text(&self) -> String {
        let given: String = self.given.iter().map(|given| format!("/{given}")).collect();
        format!("{}{}{given}", self.count, self.surname)
    }
}

impl TagItem {
    /// Ten digits, or thirteen with the count. Anything else is kept and not guessed at.
    fn read(text: &str, in_irregularity: bool) -> Self {
        let run = match text.len() {
            10 => {
                text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())).map(|first| TagRun { first, count: 1, assumed: false })
            }
            _ => TagRun::read(text, CountRule::Tags).ok().flatten(),
        };
        Self { raw: text.to_owned(), run, in_irregularity }
    }

    /// The element for a run of plates.
    pub fn of(run: TagRun) -> Self {
        Self { raw: format!("{}{:03}", run.first, run.count), run: Some(run), in_irregularity: false }
    }
}
