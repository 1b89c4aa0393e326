//! The passenger service message (PSM, RP 1715): who needs help on arrival.

use std::collections::BTreeMap;

use super::envelope::{Envelope, FlightLine, LINE_MAX, Received, TypeBError, wrap};
use super::parts::{Block, in_parts};

/// A PSM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssistanceMessage {
    pub envelope: Envelope,
    pub flight: FlightLine,
    /// Whether the sender says that there is nobody at all.
    pub nil: bool,
    pub groups: Vec<AssistanceGroup>,
    /// Free text behind `SI`.
    pub si: Vec<String>,
    /// Lines that are not known here, as they came.
    pub other: Vec<String>,
    pub end: Option<String>,
}

/// One destination.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AssistanceGroup {
    pub dest: String,
    pub nil: bool,
    /// Guests and services as the heading counts them.
    pub totals: Option<(u16, u16)>,
    /// For each code the guests per compartment, in the order of the compartments.
    pub recap: BTreeMap<String, Vec<u16>>,
    pub guests: Vec<AssistedGuest>,
}

/// One guest and what is to be done for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssistedGuest {
    /// Compartment: `F`, `C`, `Y`.
    pub compartment: String,
    /// `1MILLER/JACKMR`
    pub name: String,
    pub seat: Option<String>,
    /// Services, each its code and words: `LANG SPEAKS ONLY NORWEGIAN`.
    pub services: Vec<String>,
}

impl AssistanceMessage {
    /// Reads a PSM.
    ///
    /// # Errors
    /// When it is another message, or its flight cannot be told.
    pub fn parse(text: &str) -> Result<Self, TypeBError> {
        let received = Received::cut(text)?;
        if received.kind != "PSM" {
            return Err(TypeBError::UnknownType { found: received.kind.to_owned() });
        }
        let (flight, body) = received.lines.split_first().ok_or(TypeBError::NoFlight)?;
        let (envelope, end) = (received.envelope, received.end.map(str::to_owned));
        let mut message = Self { envelope, flight: flight.parse()?, nil: false, groups: Vec::new(), si: Vec::new(), other: Vec::new(), end };
        let mut compartment = String::new();
        let mut in_si = false;
        for line in body {
            if in_si {
                message.si.push((*line).to_owned());
            } else if *line == "SI" {
                in_si = true;
            } else if let Some(words) = line.strip_prefix("SI ") {
                in_si = true;
                message.si.push(words.to_owned());
            } else {
                message.read_line(line, &mut compartment);
            }
        }
        Ok(message)
    }

    fn read_line(&mut self, line: &str, compartment: &mut String) {
        if let Some(heading) = line.strip_prefix('-') {
            compartment.clear();
            return self.groups.push(AssistanceGroup::read(heading));
        }
        let Some(group) = self.groups.last_mut() else {
            match line {
                "NIL" => self.nil = true,
                _ => self.other.push(line.to_owned()),
            }
            return;
        };
        if let Some(service) = line.strip_prefix(' ') {
            match group.guests.last_mut() {
                Some(guest) => guest.services.push(service.trim().to_owned()),
                None => self.other.push(line.to_owned()),
            }
        } else if let Some((class, _)) = line.split_once(" CLASS ") {
            *compartment = class.to_owned();
        } else if let Some((code, counts)) = recap(line) {
            group.recap.insert(code.to_owned(), counts);
        } else if line.starts_with(|c: char| c.is_ascii_digit()) {
            let (name, seat) = line.rsplit_once(' ').map_or((line, None), |(name, seat)| (name, Some(seat.to_owned())));
            group.guests.push(AssistedGuest { compartment: compartment.clone(), name: name.to_owned(), seat, services: Vec::new() });
        } else if line == "NIL" {
            group.nil = true;
        } else {
            self.other.push(line.to_owned());
        }
    }

    /// Writes the message, in parts. `destinations` are those of the flight in order; `compartments` those of the aircraft.
    pub fn write(
        envelope: &Envelope,
        flight: &FlightLine,
        compartments: &[&str],
        destinations: &[(String, Vec<AssistedGuest>)],
        si: &[String],
    ) -> Vec<String> {
        let mut blocks = Vec::new();
        let is_nil = destinations.iter().all(|(_, guests)| guests.is_empty());
        if is_nil {
            blocks.push(Block { headings: Vec::new(), lines: vec!["NIL".to_owned()] });
        }
        for (dest, guests) in destinations.iter().filter(|_| !is_nil) {
            blocks.extend(group_blocks(dest, guests, compartments));
        }
        if !si.is_empty() {
            let lines = std::iter::once("SI".to_owned()).chain(si.iter().flat_map(|line| wrap(line, ""))).collect();
            blocks.push(Block { headings: Vec::new(), lines });
        }
        in_parts("PSM", envelope, flight, &blocks)
    }
}

impl AssistanceGroup {
    /// `GVA 5PAX/11SSR`, `ATH NIL`.
    fn read(heading: &str) -> Self {
        let (dest, rest) = heading.split_once(' ').unwrap_or((heading, ""));
        let totals = rest.split_once('/').and_then(|(pax, ssrs)| {
            let pax = pax.trim().strip_suffix("PAX")?.parse().ok()?;
            Some((pax, ssrs.trim().strip_suffix("SSR")?.parse().ok()?))
        });
        Self { dest: dest.to_owned(), nil: rest.trim() == "NIL", totals, ..Self::default() }
    }
}

/// `WCHR 000F 001Y`
fn recap(line: &str) -> Option<(&str, Vec<u16>)> {
    let mut words = line.split_ascii_whitespace();
    let code = words.next().filter(|code| (2..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_uppercase()))?;
    let counts: Option<Vec<u16>> = words.map(|word| word.strip_suffix(|c: char| c.is_ascii_uppercase())?.parse().ok()).collect();
    counts.filter(|counts| !counts.is_empty()).map(|counts| (code, counts))
}

fn group_blocks(dest: &str, guests: &[AssistedGuest], compartments: &[&str]) -> Vec<Block> {
    if guests.is_empty() {
        return vec![Block { headings: Vec::new(), lines: vec![format!("-{dest} NIL")] }];
    }
    let count = |guests: &[&AssistedGuest]| (guests.len(), guests.iter().map(|guest| guest.services.len()).sum::<usize>());
    let (pax, ssrs) = count(&guests.iter().collect::<Vec<_>>());
    let heading = format!("-{dest} {pax}PAX/{ssrs}SSR");
    let mut codes: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
    for guest in guests {
        for service in &guest.services {
            let code = service.split(' ').next().unwrap_or_default();
            let counts = codes.entry(code).or_insert_with(|| vec![0; compartments.len()]);
            if let Some(at) = compartments.iter().position(|compartment| *compartment == guest.compartment) {
                counts[at] += 1;
            }
        }
    }
    let recap = codes.iter().filter(|(code, _)| code.len() <= 4).map(|(code, counts)| {
        let counts: Vec<String> = counts.iter().zip(compartments).map(|(count, compartment)| format!("{count:03}{compartment}")).collect();
        format!("{code} {}", counts.join(" "))
    });
    let mut blocks = vec![Block { headings: vec![heading.clone()], lines: recap.collect() }];
    for compartment in compartments {
        let here: Vec<&AssistedGuest> = guests.iter().filter(|guest| guest.compartment == *compartment).collect();
        let (pax, ssrs) = count(&here);
        let headings = vec![heading.clone(), format!("{compartment} CLASS {pax}PAX/{ssrs}SSR")];
        blocks.extend(here.into_iter().map(|guest| Block { headings: headings.clone(), lines: guest.lines() }));
    }
    blocks
}

impl AssistedGuest {
    fn lines(&self) -> Vec<String> {
        let seat = self.seat.as_ref().map(|seat| format!(" {seat}")).unwrap_or_default();
        let room = LINE_MAX.saturating_sub(seat.chars().count());
        let mut lines = vec![format!("{}{seat}", self.name.chars().take(room).collect::<String>())];
        lines.extend(self.services.iter().flat_map(|service| wrap(&format!(" {service}"), " ")));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assistance_message_reads_as_it_was_written() {
        let guest = |compartment: &str, name: &str, seat: &str, services: &[&str]| AssistedGuest {
            compartment: compartment.into(),
            name: name.into(),
            seat: Some(seat.into()),
            services: services.iter().map(ToString::to_string).collect(),
        };
        let guests = vec![guest("C", "1ZHAO/LEMR", "2A", &["WCHR"]), guest("Y", "1WANG/LIMS", "12A", &["WCHC CARRIED TO THE SEAT", "MAAS"])];
        let destinations = [("PEK".to_owned(), guests.clone()), ("SZX".to_owned(), Vec::new())];
        let flight = "CA1501/22NOV PVG".parse().unwrap();
        let si = ["MEET WITH TWO WHEELCHAIRS".to_owned()];
        let parts = AssistanceMessage::write(&Envelope::default(), &flight, &["C", "Y"], &destinations, &si);
        let message = AssistanceMessage::parse(&parts[0]).unwrap();
        assert_eq!(message.groups[0].guests, guests);
        assert_eq!(message.groups[0].totals, Some((2, 3)));
        assert_eq!(message.groups[0].recap["WCHC"], [0, 1]);
        assert!(message.groups[1].nil);
        assert_eq!(message.si, si);
        let nobody = AssistanceMessage::write(&Envelope::default(), &flight, &["C", "Y"], &[("PEK".to_owned(), Vec::new())], &[]);
        assert!(AssistanceMessage::parse(&nobody[0]).unwrap().nil);
    }
}
