//! The passenger name list and its changes (PNL and ADL, RP 1708), one part at a time.

use std::fmt;

use super::envelope::{Envelope, FlightLine, LINE_MAX, Received, TypeBError, wrap};

/// Whether a message is the whole list or changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListKind {
    Pnl,
    Adl,
}

impl ListKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pnl => "PNL",
            Self::Adl => "ADL",
        }
    }
}

/// One part of a name list as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameList {
    pub kind: ListKind,
    pub envelope: Envelope,
    pub flight: FlightLine,
    /// Seats by compartment.
    pub cfg: Vec<(char, u16)>,
    /// Booking classes by compartment.
    pub rbd: Vec<(String, String)>,
    pub avail: Option<Availability>,
    /// Lines of the heading that are not known here, as they came.
    pub other: Vec<String>,
    /// Destinations and classes in the order of the message, those without names too.
    pub groups: Vec<Group>,
    /// `ENDPNL`, `ENDPART1` ...
    pub end: Option<String>,
    /// What does not add up. Totals on the wire are a check, never a source.
    pub warnings: Vec<TotalDiffers>,
}

/// A total on the wire that is not what the names give, in seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalDiffers {
    pub dest: String,
    pub class: String,
    pub says: u16,
    pub named: u32,
}

/// Seats that the sender would still sell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    pub route: Vec<String>,
    /// By compartment.
    pub seats: Vec<(char, u16)>,
}

/// The names to one destination in one booking class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub dest: String,
    pub class: String,
    /// The total that the sender gives, in seats.
    pub count: u16,
    /// The heading's digits as written.
    pub heading: String,
    /// What stands behind the class, such as `-PAD001`, as it came.
    pub tail: String,
    pub names: Vec<Name>,
}

/// What an ADL does with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Add,
    Del,
    Chg,
}

impl Section {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Del => "DEL",
            Self::Chg => "CHG",
        }
    }

    fn read(line: &str) -> Option<Self> {
        [Self::Add, Self::Del, Self::Chg].into_iter().find(|section| section.as_str() == line)
    }
}

/// One name line with its elements: some seats under one surname.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Seats, with extra seats and without infants.
    pub seats: u16,
    pub surname: String,
    /// Given names with titles run on; `EXST` and the like for seats without a guest.
    pub given: Vec<String>,
    pub party: Option<Party>,
    pub section: Option<Section>,
    /// In the order of the message, unknown ones too.
    pub elements: Vec<Element>,
}

/// A party whose members may be on several name lines: `-A2` is party A of two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Party {
    pub id: String,
    pub size: u16,
}

/// One element of a name: `.L/0840Z6/UT` has id `L` and text `0840Z6/UT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    pub id: String,
    /// With its continuation lines joined on.
    pub text: String,
}

impl NameList {
    /// Reads one part of a PNL or ADL.
    ///
    /// # Errors
    /// When it is another message, or its flight cannot be told.
    pub fn parse(text: &str) -> Result<Self, TypeBError> {
        Self::read(Received::cut(text)?)
    }

    pub(super) fn read(received: Received<'_>) -> Result<Self, TypeBError> {
        let kind = match received.kind {
            "PNL" => ListKind::Pnl,
            "ADL" => ListKind::Adl,
            other => return Err(TypeBError::UnknownType { found: other.to_owned() }),
        };
        let (flight, body) = received.lines.split_first().ok_or(TypeBError::NoFlight)?;
        let mut list = Self {
            kind,
            envelope: received.envelope,
            flight: flight.parse()?,
            cfg: Vec::new(),
            rbd: Vec::new(),
            avail: None,
            other: Vec::new(),
            groups: Vec::new(),
            end: received.end.map(str::to_owned),
            warnings: Vec::new(),
        };
        let names_at = body.iter().position(|line| group_heading(line).is_some()).unwrap_or(body.len());
        let (heading, names) = body.split_at(names_at);
        list.read_heading(heading);
        list.groups = read_groups(names, &mut list.other);
        list.check_totals();
        Ok(list)
    }

    /// Whether the message says that no part follows this one.
    pub fn is_last_part(&self) -> bool {
        self.end.as_deref() == Some(&format!("END{}", self.kind.as_str()))
    }

    /// Seats of all names that this part leaves on the list.
    pub fn seats_named(&self) -> u32 {
        self.groups.iter().map(Group::seats).fold(0, u32::saturating_add)
    }

    /// The message as lines of at most 64 characters.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.envelope.lines();
        lines.push(self.kind.as_str().to_owned());
        lines.push(self.flight.to_string());
        if !self.cfg.is_empty() {
            lines.push(format!("CFG/{}", self.cfg.iter().map(|(class, seats)| format!("{seats:03}{class}")).collect::<String>()));
        }
        if !self.rbd.is_empty() {
            let classes: Vec<String> = self.rbd.iter().map(|(compartment, classes)| format!("{compartment}/{classes}")).collect();
            lines.push(format!("RBD {}", classes.join(" ")));
        }
        lines.extend(self.other.iter().cloned());
        if let Some(Availability { route, seats }) = &self.avail {
            lines.push("AVAIL".to_owned());
            lines.push(format!(" {}", route.join("  ")));
            lines.extend(seats.iter().map(|(class, seats)| format!("{class}{seats:03}")));
        }
        for group in &self.groups {
            group.write(&mut lines);
        }
        lines.extend(self.end.clone());
        lines
    }

    fn read_heading(&mut self, lines: &[&str]) {
        let mut lines = lines.iter().peekable();
        while let Some(line) = lines.next() {
            if let Some(cfg) = line.strip_prefix("CFG/").and_then(configuration) {
                self.cfg = cfg;
            } else if let Some(rbd) = line.strip_prefix("RBD ") {
                self.rbd = rbd.split_ascii_whitespace().filter_map(|pair| pair.split_once('/')).map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
            } else if *line == "AVAIL" {
                let route = lines.next_if(|line| line.starts_with(' ')).map(|line| line.split_ascii_whitespace().map(str::to_owned).collect());
                let mut seats = Vec::new();
                while let Some(left) = lines.peek().and_then(|line| seats_left(line)) {
                    seats.push(left);
                    lines.next();
                }
                self.avail = Some(Availability { route: route.unwrap_or_default(), seats });
            } else {
                self.other.push((*line).to_owned());
            }
        }
    }

    /// A group at the edge of a part may go on in the next one, so only groups that are surely whole are compared with their totals.
    fn check_totals(&mut self) {
        if self.kind == ListKind::Adl {
            return;
        }
        let begins_inside = self.flight.part.is_some_and(|part| part > 1);
        let ends_inside = !self.is_last_part();
        let last = self.groups.len().saturating_sub(1);
        for (at, group) in self.groups.iter().enumerate() {
            let cut = (at == 0 && begins_inside) || (at == last && ends_inside);
            let named = group.seats();
            if !group.names.is_empty() && !group.heading.is_empty() && !cut && named != u32::from(group.count) {
                self.warnings.push(TotalDiffers { dest: group.dest.clone(), class: group.class.clone(), says: group.count, named });
            }
        }
    }
}

impl fmt::Display for TotalDiffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "total {}{} says {}, names give {}", self.dest, self.class, self.says, self.named)
    }
}

impl Group {
    /// Seats of the names that stay on the list.
    pub fn seats(&self) -> u32 {
        let staying = self.names.iter().filter(|name| name.section != Some(Section::Del));
        staying.map(|name| u32::from(name.seats)).fold(0, u32::saturating_add)
    }

    fn write(&self, lines: &mut Vec<String>) {
        lines.push(format!("-{}{}{}{}", self.dest, self.heading, self.class, self.tail));
        let mut section = None;
        for name in &self.names {
            if name.section != section {
                section = name.section;
                lines.extend(section.map(|section| section.as_str().to_owned()));
            }
            lines.push(name.line());
            lines.extend(name.elements.iter().flat_map(Element::lines));
        }
    }
}

impl Name {
    /// The name line without its elements.
    pub fn line(&self) -> String {
        let given: String = self.given.iter().map(|given| format!("/{given}")).collect();
        let party = self.party.as_ref().map(|party| format!("-{}{}", party.id, party.size)).unwrap_or_default();
        format!("{}{}{given}{party}", self.seats, self.surname)
    }

    /// The same name on as many lines as the network needs, each with the elements that are not remarks.
    pub fn fitted(&self) -> Vec<Self> {
        if self.line().chars().count() <= LINE_MAX || self.given.len() < 2 {
            return vec![self.clone()];
        }
        let half = self.given.len() / 2;
        let (first, second) = self.given.split_at(half);
        let seats = u16::try_from(half).unwrap_or(u16::MAX).min(self.seats);
        let named = |given: &[String], seats| Self { seats, given: given.to_vec(), ..self.clone() };
        let mut second = named(second, self.seats - seats);
        second.elements.retain(|element| element.id != "R");
        [named(first, seats), second].iter().flat_map(Self::fitted).collect()
    }

    /// The texts of all elements with this id.
    pub fn elements_of<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a str> {
        self.elements.iter().filter(move |element| element.id == id).map(|element| element.text.as_str())
    }

    /// Reads `2COSTA/ANAMRS/TIAGOMSTR-A2`, with elements on the same line where a sender puts them there.
    pub(super) fn read(line: &str, section: Option<Section>) -> Option<Self> {
        let digits = line.bytes().take_while(u8::is_ascii_digit).count();
        let seats: u16 = line[..digits].parse().ok()?;
        let rest = &line[digits..];
        if !rest.starts_with(|c: char| c.is_alphabetic()) {
            return None;
        }
        let (names, elements) = rest.split_at(inline_element(rest).unwrap_or(rest.len()));
        let names = names.trim_end();
        let (names, party) = match names.rsplit_once('-').and_then(|(before, party)| Some((before, read_party(party)?))) {
            Some((before, party)) => (before, Some(party)),
            None => (names, None),
        };
        let mut parts = names.split('/').map(str::to_owned);
        let surname = parts.next()?;
        let mut name = Self { seats, surname, given: parts.collect(), party, section, elements: Vec::new() };
        let mut rest = elements;
        while !rest.is_empty() {
            let end = rest.get(1..).and_then(inline_element).map_or(rest.len(), |at| at + 1);
            let (element, behind) = rest.split_at(end);
            name.read_element(element.trim_end());
            rest = behind;
        }
        Some(name)
    }

    pub(super) fn read_element(&mut self, line: &str) {
        // What has no name of an element is no element: written on several lines it could not be told from its continuation.
        let is_id = |id: &str| (1..=4).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let element = line.strip_prefix('.').and_then(|element| element.split_once('/'));
        let goes_on = |id: &str| id.strip_suffix('N').is_some_and(|id| !id.is_empty() && self.elements.last().is_some_and(|last| last.id == id));
        match element.filter(|(id, _)| is_id(id) || goes_on(id)) {
            Some((id, more)) if goes_on(id) => {
                if let Some(last) = self.elements.last_mut() {
                    last.text.push_str(more);
                }
            }
            Some((id, text)) => self.elements.push(Element { id: id.to_owned(), text: text.to_owned() }),
            None => self.elements.push(Element { id: String::new(), text: line.to_owned() }),
        }
    }
}

impl Element {
    /// The element on one line, however long.
    pub fn line(&self) -> String {
        if self.id.is_empty() { self.text.clone() } else { format!(".{}/{}", self.id, self.text) }
    }

    /// The element as lines, continued where it is long. A line that was no element is written as it came.
    pub fn lines(&self) -> Vec<String> {
        if self.id.is_empty() {
            return vec![self.text.clone()];
        }
        wrap(&self.line(), &format!(".{}N/", self.id))
    }
}

/// Groups and their names; lines that belong to none go to `other`.
pub(super) fn read_groups(lines: &[&str], other: &mut Vec<String>) -> Vec<Group> {
    read_groups_from(Vec::new(), lines, other)
}

/// The same where names may stand in front of all headings.
pub(super) fn read_groups_without_heading(lines: &[&str], other: &mut Vec<String>) -> Vec<Group> {
    let unheaded = Group { dest: String::new(), class: String::new(), count: 0, heading: String::new(), tail: String::new(), names: Vec::new() };
    let mut groups = read_groups_from(vec![unheaded], lines, other);
    groups.retain(|group| !group.dest.is_empty() || !group.names.is_empty());
    groups
}

fn read_groups_from(mut groups: Vec<Group>, lines: &[&str], other: &mut Vec<String>) -> Vec<Group> {
    let mut section = None;
    for line in lines {
        if let Some(group) = group_heading(line) {
            section = None;
            groups.push(group);
            continue;
        }
        let Some(group) = groups.last_mut() else {
            other.push((*line).to_owned());
            continue;
        };
        if let Some(next) = Section::read(line) {
            section = Some(next);
        } else if let Some(name) = Name::read(line, section) {
            group.names.push(name);
        } else if let Some(name) = group.names.last_mut() {
            name.read_element(line);
        } else {
            other.push((*line).to_owned());
        }
    }
    groups
}

/// `-PRG003W`: destination, total, class.
fn group_heading(line: &str) -> Option<Group> {
    let heading = line.strip_prefix('-')?;
    let (dest, rest) = heading.split_at_checked(3)?;
    let (count, class) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
    let (class, tail) = class.split_at(class.bytes().take_while(u8::is_ascii_uppercase).count());
    // Some lists of who flew give the destination alone.
    let counted = (1..=4).contains(&count.len()) && !class.is_empty();
    if !dest.bytes().all(|byte| byte.is_ascii_uppercase()) || !(counted || rest.is_empty()) {
        return None;
    }
    let (dest, class, heading, tail) = (dest.to_owned(), class.to_owned(), count.to_owned(), tail.to_owned());
    Some(Group { dest, class, count: count.parse().unwrap_or(0), heading, tail, names: Vec::new() })
}

/// `060F060C060Y`.
fn configuration(text: &str) -> Option<Vec<(char, u16)>> {
    let mut seats = Vec::new();
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
        } else if c.is_ascii_uppercase() {
            seats.push((c, digits.parse().ok()?));
            digits.clear();
        } else {
            return None;
        }
    }
    digits.is_empty().then_some(seats)
}

/// `Y059`.
fn seats_left(line: &str) -> Option<(char, u16)> {
    let class = line.chars().next().filter(char::is_ascii_uppercase)?;
    let digits = &line[1..];
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| digits.parse().ok()).flatten().map(|seats| (class, seats))
}

/// `A2`: party A of two.
fn read_party(text: &str) -> Option<Party> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (id, size) = text.split_at(letters);
    let fits = (1..=2).contains(&letters) && (1..=3).contains(&size.len());
    fits.then(|| size.parse().ok()).flatten().map(|size| Party { id: id.to_owned(), size })
}

/// Where an element begins inside a line: `.L/`, `.O2/`.
fn inline_element(text: &str) -> Option<usize> {
    text.match_indices('.').map(|(at, _)| at).find(|at| {
        let rest = &text[at + 1..];
        let id = rest.bytes().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
        (1..=4).contains(&id) && rest.as_bytes().get(id) == Some(&b'/')
    })
}
