//! The passenger final sales message (PFS, RP 1719): who was listed and did not fly, and who flew and was not listed.
//!
//! Systems write it differently. What differs is data: a [`PfsProfile`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::envelope::{Envelope, FlightLine, LINE_MAX, Received, TypeBError};
use super::name_list::Name;
use super::parts::{Block, in_parts};

/// How one system wants its PFS, and how it names what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PfsProfile {
    pub name: String,
    /// Whether each destination begins with the seats registered per compartment.
    pub numerics: bool,
    /// The heading of a category, with `{category}`, `{count}` and `{class}` to fill in.
    pub heading: String,
    /// Whether elements stand on lines of their own, not behind the name.
    pub elements_on_own_lines: bool,
    /// The elements that are sent with a name, such as `L`.
    pub elements: Vec<String>,
    /// The category table; the first row that fits decides.
    pub categories: Vec<CategoryRule>,
}

/// One row of a category table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryRule {
    /// What must all be so.
    #[serde(rename = "if")]
    pub all: Vec<Outcome>,
    /// What must not be so.
    #[serde(default)]
    pub unless: Vec<Outcome>,
    /// The category; none where nothing is to be said.
    pub category: Option<String>,
}

/// What may be true of a guest when the flight is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// On the airline's list for this flight.
    Listed,
    /// Listed as waiting for a seat.
    Waitlisted,
    /// Listed as staff travelling on standby (ID2, RG2, DG2).
    StaffStandby,
    /// Not listed, but with a ticket that says confirmed.
    ClaimsConfirmed,
    /// Checked in here.
    Accepted,
    /// Checked in on another flight.
    AcceptedElsewhere,
    Boarded,
    FrequentTravellerChanged,
    ClassChanged,
    DestinationChanged,
    DocumentsChanged,
}

/// A guest or party for the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PfsEntry {
    pub dest: String,
    pub class: String,
    pub name: Name,
    pub outcomes: Vec<Outcome>,
}

/// A PFS as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pfs {
    pub envelope: Envelope,
    pub flight: FlightLine,
    /// Seats registered per compartment, by destination.
    pub numerics: BTreeMap<String, Vec<u16>>,
    /// Destinations in order, each with its items.
    pub groups: Vec<(String, Vec<PfsItem>)>,
    /// Seats that the headings give, by category and class.
    pub totals: BTreeMap<String, BTreeMap<String, u16>>,
    /// Lines that are not known here, as they came.
    pub other: Vec<String>,
    pub end: Option<String>,
}

/// One name of a PFS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PfsItem {
    pub category: String,
    pub name: Name,
}

/// The profiles that come with the product, as JSON.
const PROFILES: [&str; 2] = [include_str!("profiles/pfs_bare.json"), include_str!("profiles/pfs_counted.json")];

impl PfsProfile {
    /// The profiles that come with the product: `bare` and `counted`.
    pub fn built_in() -> Vec<Self> {
        PROFILES.iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
    }

    /// The category of a guest, where there is anything to say.
    pub fn category(&self, outcomes: &[Outcome]) -> Option<&str> {
        let fits = |rule: &&CategoryRule| {
            rule.all.iter().all(|outcome| outcomes.contains(outcome)) && !rule.unless.iter().any(|outcome| outcomes.contains(outcome))
        };
        self.categories.iter().find(fits).and_then(|rule| rule.category.as_deref())
    }

    /// Writes the message. `registered` has the seats per compartment by destination; every destination of the flight is in it.
    pub fn write(&self, envelope: &Envelope, flight: &FlightLine, registered: &BTreeMap<String, Vec<u16>>, entries: &[PfsEntry]) -> Vec<String> {
        let mut blocks = Vec::new();
        for (dest, seats) in registered {
            let mut heading = Vec::new();
            if self.numerics {
                let seats: Vec<String> = seats.iter().map(|seats| format!("{seats:03}")).collect();
                heading.push(format!("{dest} {}", seats.join("/")));
            }
            heading.push(format!("-{dest}"));
            blocks.push(Block { headings: heading.clone(), lines: Vec::new() });
            let here: Vec<&PfsEntry> = entries.iter().filter(|entry| entry.dest == *dest).collect();
            self.write_categories(&heading, &here, &mut blocks);
        }
        in_parts("PFS", envelope, flight, &blocks)
    }

    fn write_categories(&self, heading: &[String], entries: &[&PfsEntry], blocks: &mut Vec<Block>) {
        let by_class = self.heading.contains("{class}");
        let mut categories: Vec<&str> = Vec::new();
        for category in self.categories.iter().filter_map(|rule| rule.category.as_deref()) {
            if !categories.contains(&category) {
                categories.push(category);
            }
        }
        for category in categories {
            let mut classes: BTreeMap<&str, Vec<&PfsEntry>> = BTreeMap::new();
            for entry in entries.iter().filter(|entry| self.category(&entry.outcomes) == Some(category)) {
                classes.entry(if by_class { &entry.class } else { "" }).or_default().push(entry);
            }
            for (class, entries) in classes {
                let count: u32 = entries.iter().map(|entry| u32::from(entry.name.seats)).sum();
                let line = self.heading.replace("{category}", category).replace("{count}", &count.to_string()).replace("{class}", class);
                let headings = [heading, &[line]].concat();
                blocks.extend(entries.iter().map(|entry| Block {
                    headings: headings.clone(),
                    lines: entry.name.fitted().iter().flat_map(|name| self.name_lines(name)).collect(),
                }));
            }
        }
    }

    fn name_lines(&self, name: &Name) -> Vec<String> {
        let sent = name.elements.iter().filter(|element| self.elements.contains(&element.id));
        if self.elements_on_own_lines {
            let mut lines = vec![name.line()];
            lines.extend(sent.flat_map(|element| element.lines()));
            return lines;
        }
        // What no longer fits beside the name goes on the next line.
        let mut lines = vec![name.line()];
        for element in sent {
            match lines.last_mut() {
                Some(last) if last.chars().count() + 1 + element.line().chars().count() <= LINE_MAX => *last = format!("{last} {}", element.line()),
                Some(_) | None => lines.extend(element.lines()),
            }
        }
        lines
    }
}

impl Pfs {
    /// Reads a PFS of either dialect.
    ///
    /// # Errors
    /// When it is another message, or its flight cannot be told.
    pub fn parse(text: &str) -> Result<Self, TypeBError> {
        let received = Received::cut(text)?;
        if received.kind != "PFS" {
            return Err(TypeBError::UnknownType { found: received.kind.to_owned() });
        }
        let (flight, body) = received.lines.split_first().ok_or(TypeBError::NoFlight)?;
        let mut pfs = Self {
            envelope: received.envelope,
            flight: flight.parse()?,
            numerics: BTreeMap::new(),
            groups: Vec::new(),
            totals: BTreeMap::new(),
            other: Vec::new(),
            end: received.end.map(str::to_owned),
        };
        let mut category = String::new();
        for line in body {
            pfs.read_line(line, &mut category);
        }
        Ok(pfs)
    }

    fn read_line(&mut self, line: &str, category: &mut String) {
        if let Some(dest) = line.strip_prefix('-') {
            category.clear();
            return self.groups.push((dest.trim().to_owned(), Vec::new()));
        }
        if let Some((dest, seats)) = numerics(line) {
            self.numerics.insert(dest.to_owned(), seats);
            return;
        }
        if let Some((name, total)) = heading(line).filter(|(_, total)| total.is_some() || !self.groups.is_empty()) {
            *category = name.to_owned();
            if let Some((count, class)) = total {
                let total = self.totals.entry(name.to_owned()).or_default().entry(class.to_owned()).or_default();
                *total = total.saturating_add(count);
            }
            return;
        }
        let Some((_, items)) = self.groups.last_mut() else { return self.other.push(line.to_owned()) };
        if let Some(name) = Name::read(line, None) {
            items.push(PfsItem { category: category.clone(), name });
        } else if let Some(item) = items.last_mut() {
            item.name.read_element(line);
        } else {
            self.other.push(line.to_owned());
        }
    }
}

/// `LED 000/000/057`
fn numerics(line: &str) -> Option<(&str, Vec<u16>)> {
    let (dest, seats) = line.split_once(' ')?;
    let fits = dest.len() == 3 && dest.bytes().all(|byte| byte.is_ascii_uppercase());
    let seats: Option<Vec<u16>> = seats.split('/').map(|seats| seats.trim().parse().ok()).collect();
    fits.then_some((dest, seats?))
}

/// `NOSHO`, or `NOSHO 2Y`.
fn heading(line: &str) -> Option<(&str, Option<(u16, &str)>)> {
    let (name, total) = line.split_once(' ').map_or((line, None), |(name, total)| (name, Some(total.trim())));
    if !(3..=6).contains(&name.len()) || !name.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let Some(total) = total else { return Some((name, None)) };
    let digits = total.bytes().take_while(u8::is_ascii_digit).count();
    let (count, class) = total.split_at(digits);
    Some((name, Some((count.parse().ok()?, class))))
}

#[cfg(test)]
mod tests {
    use super::super::name_list::Element;
    use super::*;

    fn profile(name: &str) -> PfsProfile {
        PfsProfile::built_in().into_iter().find(|profile| profile.name == name).unwrap()
    }

    fn entry(line: &str, locator: &str, class: &str, outcomes: &[Outcome]) -> PfsEntry {
        let mut name = Name::read(line, None).unwrap();
        name.elements.push(Element { id: "L".into(), text: locator.into() });
        name.elements.push(Element { id: "R".into(), text: "WCHR HK1".into() });
        PfsEntry { dest: "PEK".into(), class: class.into(), name, outcomes: outcomes.to_vec() }
    }

    fn entries() -> Vec<PfsEntry> {
        use Outcome::{Accepted, Boarded, ClassChanged, Listed};
        vec![
            entry("1WANG/LIMS", "K7P2QX", "Y", &[Listed]),
            entry("2LI/NAMS/BAOMSTR", "B4C5D6", "Y", &[Listed]),
            entry("1SUN/YIMR", "T5R6W7", "Y", &[Boarded]),
            entry("1ZHAO/LEMR", "M8N9P1", "C", &[Listed, Accepted, Boarded, ClassChanged]),
            entry("1QIAN/DAMR", "Q1W2E3", "Y", &[Listed, Accepted, Boarded]),
        ]
    }

    fn write(profile: &PfsProfile) -> Vec<String> {
        let flight = "CA1501/22NOV PVG".parse().unwrap();
        profile.write(&Envelope::default(), &flight, &[("PEK".to_owned(), vec![0, 12, 148])].into(), &entries())
    }

    #[test]
    fn each_profile_writes_its_own_layout() {
        assert_eq!(
            write(&profile("counted")).join("|"),
            "PFS\nCA1501/22NOV PVG PART1\nPEK 000/012/148\n-PEK\nNOSHO 3Y\n1WANG/LIMS\n.L/K7P2QX\n2LI/NAMS/BAOMSTR\n.L/B4C5D6\nINVOL 1C\n1ZHAO/LEMR\n\
             .L/M8N9P1\nGOSHO 1Y\n1SUN/YIMR\n.L/T5R6W7\nENDPFS"
        );
        assert_eq!(
            write(&profile("bare")).join("|"),
            "PFS\nCA1501/22NOV PVG PART1\n-PEK\nNOSHO\n1WANG/LIMS .L/K7P2QX\n2LI/NAMS/BAOMSTR .L/B4C5D6\nGOSHO\n1SUN/YIMR .L/T5R6W7\nINVOL\n\
             1ZHAO/LEMR .L/M8N9P1\nENDPFS"
        );
    }

    #[test]
    fn what_a_profile_writes_it_reads_back() {
        for profile in PfsProfile::built_in() {
            let pfs = Pfs::parse(&write(&profile)[0]).unwrap();
            let items: Vec<(&str, String)> = pfs.groups[0].1.iter().map(|item| (item.category.as_str(), item.name.line())).collect();
            assert_eq!(items.len(), 4, "{}", profile.name);
            assert!(items.contains(&("INVOL", "1ZHAO/LEMR".to_owned())));
        }
    }

    #[test]
    fn the_first_row_of_the_category_table_that_fits_decides() {
        use Outcome::*;
        let counted = profile("counted");
        let table: [(&[Outcome], Option<&str>); 14] = [
            (&[Listed, Waitlisted, Accepted, Boarded], Some("CFMWL")),
            (&[Listed, StaffStandby, Accepted, Boarded], Some("IDPAD")),
            (&[Listed], Some("NOSHO")),
            (&[Listed, AcceptedElsewhere], Some("CHGFL")),
            (&[Listed, Accepted, Boarded, FrequentTravellerChanged, ClassChanged], Some("FQTVN")),
            (&[Listed, Accepted, Boarded, ClassChanged, DestinationChanged], Some("INVOL")),
            (&[Listed, Accepted, Boarded, DestinationChanged], Some("CHGSG")),
            (&[Listed, Accepted, Boarded, DocumentsChanged], Some("APIPX")),
            (&[Listed, Accepted], Some("OFFLK")),
            (&[Listed, Accepted, Boarded], None),
            (&[ClaimsConfirmed, Accepted, Boarded], Some("NOREC")),
            (&[ClaimsConfirmed, Accepted], Some("OFFLN")),
            (&[Accepted, Boarded], Some("GOSHO")),
            (&[Accepted], Some("GOSHN")),
        ];
        for (outcomes, category) in table {
            assert_eq!(counted.category(outcomes), category, "{outcomes:?}");
        }
    }

    #[test]
    fn a_third_dialect_is_a_file_and_not_code() {
        let json = r#"{"name": "third", "numerics": true, "heading": "{category}/{count}", "elements_on_own_lines": true, "elements": ["L", "R"],
            "categories": [{"if": ["listed"], "unless": ["boarded"], "category": "NS"}]}"#;
        let third: PfsProfile = serde_json::from_str(json).unwrap();
        assert!(write(&third)[0].contains("-PEK\nNS/3\n1WANG/LIMS\n.L/K7P2QX\n.R/WCHR HK1\n"), "{}", write(&third)[0]);
    }

    #[test]
    fn a_large_family_is_written_on_lines_that_the_network_carries() {
        let given: String = (0..9).map(|at| format!("/GIVENNAME{}MR", char::from(b'A' + at))).collect();
        let family = entry(&format!("9WANGWANG{given}"), "K7P2QX", "Y", &[Outcome::Listed]);
        for profile in PfsProfile::built_in() {
            let flight = "CA1501/22NOV PVG".parse().unwrap();
            let message =
                profile.write(&Envelope::default(), &flight, &[("PEK".to_owned(), vec![0])].into(), std::slice::from_ref(&family)).remove(0);
            assert!(message.lines().all(|line| line.len() <= LINE_MAX), "{message}");
            let pfs = Pfs::parse(&message).unwrap();
            let names: Vec<&Name> = pfs.groups[0].1.iter().map(|item| &item.name).collect();
            assert_eq!(names.iter().map(|name| name.seats).sum::<u16>(), 9);
            assert_eq!(names.iter().map(|name| name.given.len()).sum::<usize>(), 9);
            assert!(names.iter().all(|name| name.elements_of("L").eq(["K7P2QX"])));
        }
    }

    #[test]
    fn a_long_message_repeats_its_headings_in_every_part() {
        let entries: Vec<PfsEntry> = (0..200).map(|_| entry("1WANG/LIMS", "K7P2QX", "Y", &[Outcome::Listed])).collect();
        let flight = "CA1501/22NOV PVG".parse().unwrap();
        let parts = profile("counted").write(&Envelope::default(), &flight, &[("PEK".to_owned(), vec![0])].into(), &entries);
        assert!(parts.len() > 2);
        let last = parts.len() - 1;
        for (at, part) in parts.iter().enumerate() {
            assert!(part.contains("\n-PEK\nNOSHO 200Y\n1WANG"), "{part}");
            assert!(part.ends_with(&if at == last { "ENDPFS".to_owned() } else { format!("ENDPART{}", at + 1) }));
        }
        assert_eq!(parts.iter().map(|part| Pfs::parse(part).unwrap().groups[0].1.len()).sum::<usize>(), 200);
    }
}
