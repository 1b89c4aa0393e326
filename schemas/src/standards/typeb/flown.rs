//! Lists of who flew: the reconciled list (PRL) and the list of used tickets (ETL).

use crate::standards::bag_tag::{CountRule, TagRun};
use crate::standards::seat::Seat;

use super::envelope::{Envelope, FlightLine, Received, TypeBError};
use super::guest::Remark;
use super::name_list::{Element, Group, Name, read_groups_without_heading};
use super::parts::{Block, in_parts};

/// A PRL or ETL as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlownList {
    pub envelope: Envelope,
    /// `PRL` or `ETL`.
    pub kind: String,
    pub flight: FlightLine,
    pub groups: Vec<Group>,
    /// Lines in front of the first group, as they came.
    pub other: Vec<String>,
    pub end: Option<String>,
}

/// What the elements of one name say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flown {
    pub locator: Option<String>,
    /// As written, such as `12A`.
    pub seat: Option<String>,
    pub sequence: Option<u32>,
    /// Ticket and coupon.
    pub ticket: Option<(String, Option<u8>)>,
    /// Unit, pieces, weight.
    pub bags: Option<(String, Option<u32>, Option<u32>)>,
    pub tags: Vec<FlownTag>,
}

/// `.N/0298123456002/LED`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlownTag {
    /// As written.
    pub raw: String,
    pub run: Option<TagRun>,
    /// How many, where an old tag of letters and digits says so: `XX123456/001/LED`.
    pub count: Option<u16>,
    pub dest: Option<String>,
}

/// A guest who flew, for writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departed {
    pub dest: String,
    pub class: String,
    /// With the elements that the list had (`L`, `M`, `ID1` ..).
    pub name: Name,
    pub seat: Option<Seat>,
    pub sequence: Option<u32>,
    /// Pieces and kilograms.
    pub bags: Option<(u16, u16)>,
    pub tags: Vec<(TagRun, String)>,
    /// `2982401000001/1`: ticket and coupon.
    pub ticket: Option<(String, u8)>,
}

impl FlownList {
    /// Reads a PRL or ETL.
    ///
    /// # Errors
    /// When it is another message, or its flight cannot be told.
    pub fn parse(text: &str) -> Result<Self, TypeBError> {
        let received = Received::cut(text)?;
        if !matches!(received.kind, "PRL" | "ETL") {
            return Err(TypeBError::UnknownType { found: received.kind.to_owned() });
        }
        let (flight, body) = received.lines.split_first().ok_or(TypeBError::NoFlight)?;
        let mut other = Vec::new();
        let groups = read_groups_without_heading(body, &mut other);
        let (kind, end) = (received.kind.to_owned(), received.end.map(str::to_owned));
        Ok(Self { envelope: received.envelope, kind, flight: flight.parse()?, groups, other, end })
    }
}

impl Flown {
    /// What the elements of a name say.
    pub fn of(name: &Name) -> Self {
        let mut flown = Self::default();
        for element in &name.elements {
            flown.take(element);
        }
        flown
    }

    fn take(&mut self, element: &Element) {
        let text = element.text.as_str();
        match element.id.as_str() {
            "L" if self.locator.is_none() => self.locator = text.split('/').next().map(str::to_owned),
            "S" => self.seat = Some(text.trim().to_owned()),
            "W" => {
                let mut fields = text.split('/');
                let unit = fields.next().unwrap_or_default().to_owned();
                let mut number = || fields.next().and_then(|field| field.parse().ok());
                self.bags = Some((unit, number(), number()));
            }
            "N" => {
                let (plates, dest) = text.split_once('/').map_or((text, None), |(plates, dest)| (plates, Some(dest.to_owned())));
                let run = TagRun::read(plates, CountRule::Tags).ok().flatten();
                let (count, dest) = match dest.as_deref().and_then(|dest| dest.split_once('/')).filter(|_| run.is_none()) {
                    Some((count, behind)) if count.parse::<u16>().is_ok() => (count.parse().ok(), Some(behind.to_owned())),
                    _ => (None, dest),
                };
                self.tags.push(FlownTag { raw: text.to_owned(), run, count, dest });
            }
            "R" => self.take_remark(&Remark::read(text)),
            _ => {}
        }
    }

    fn take_remark(&mut self, remark: &Remark) {
        let said = remark.text.split(['-', ' ']).next().unwrap_or_default();
        match remark.code.as_str() {
            "SEAT" => self.seat = Some(said.to_owned()),
            "CHKD" => self.sequence = said.parse().ok(),
            "TKNE" if self.ticket.is_none() && !said.starts_with("INF") => {
                let (number, coupon) = said.split_once(['/', 'C']).unwrap_or((said, ""));
                self.ticket = Some((number.to_owned(), coupon.parse().ok()));
            }
            _ => {}
        }
    }
}

impl Departed {
    /// Writes the reconciled list, in parts.
    pub fn write_prl(envelope: &Envelope, flight: &FlightLine, departed: &[Self]) -> Vec<String> {
        in_parts("PRL", envelope, flight, &Self::blocks(departed, Self::prl_lines))
    }

    /// Writes the list of tickets used, in parts; guests without a ticket are left out.
    pub fn write_etl(envelope: &Envelope, flight: &FlightLine, departed: &[Self]) -> Vec<String> {
        let ticketed: Vec<Self> = departed.iter().filter(|guest| guest.ticket.is_some()).cloned().collect();
        in_parts("ETL", envelope, flight, &Self::blocks(&ticketed, Self::etl_lines))
    }

    /// By destination and class in the order of their first guest, under headings with the seats of each.
    fn blocks(departed: &[Self], lines: fn(&Self) -> Vec<String>) -> Vec<Block> {
        let mut keys: Vec<(&str, &str)> = Vec::new();
        for guest in departed {
            let key = (guest.dest.as_str(), guest.class.as_str());
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        let mut blocks = Vec::new();
        for (dest, class) in keys {
            let here = || departed.iter().filter(|guest| guest.dest == dest && guest.class == class);
            let seats: u32 = here().map(|guest| u32::from(guest.name.seats)).sum();
            let headings = vec![format!("-{dest}{seats:03}{class}")];
            blocks.extend(here().map(|guest| Block { headings: headings.clone(), lines: lines(guest) }));
        }
        blocks
    }

    /// Name, what the list had, bags, onward flights, then remarks: infants, seat, sequence, others, tickets, documents.
    fn prl_lines(&self) -> Vec<String> {
        let mut lines = vec![self.name.line()];
        let (remarks, elements): (Vec<&Element>, Vec<&Element>) = self.name.elements.iter().partition(|element| element.id == "R");
        let is_onward = |element: &&&Element| element.id.starts_with('O');
        lines.extend(elements.iter().filter(|element| !is_onward(element)).flat_map(|element| element.lines()));
        lines.extend(self.bags.map(|(pieces, weight)| format!(".W/K/{pieces}/{weight}")));
        lines.extend(self.tags.iter().map(|(run, dest)| format!(".N/{}{:03}/{dest}", run.first, run.count)));
        lines.extend(elements.iter().filter(is_onward).flat_map(|element| element.lines()));
        let rank = |element: &Element| match Remark::read(&element.text).code.as_str() {
            "INFT" | "INF" => 0,
            "TKNE" if element.text.contains("INF") => 1,
            "TKNE" => 3,
            "DOCS" => 4,
            "DOCO" => 5,
            "DOCA" => 6,
            _ => 2,
        };
        let mut remarks = remarks;
        remarks.retain(|element| !matches!(Remark::read(&element.text).code.as_str(), "SEAT" | "CHKD"));
        remarks.sort_by_key(|element| rank(element));
        let infants = remarks.iter().filter(|element| rank(element) < 2).count();
        lines.extend(remarks[..infants].iter().flat_map(|element| element.lines()));
        lines.extend(self.seat.map(|seat| format!(".R/SEAT HK1 {seat}")));
        lines.extend(self.sequence.map(|sequence| format!(".R/CHKD HK1 {sequence:04}-{}", self.name.line())));
        let documents = infants + remarks[infants..].iter().filter(|element| rank(element) < 4).count();
        lines.extend(remarks[infants..documents].iter().flat_map(|element| element.lines()));
        let has_ticket = remarks.iter().any(|element| rank(element) == 3);
        lines.extend(self.ticket.iter().filter(|_| !has_ticket).map(|(number, coupon)| format!(".R/TKNE HK1 {number}/{coupon}")));
        lines.extend(remarks[documents..].iter().flat_map(|element| element.lines()));
        lines
    }

    fn etl_lines(&self) -> Vec<String> {
        let mut lines = vec![self.name.line()];
        lines.extend(self.name.elements_of("L").map(|text| format!(".L/{text}")));
        lines.extend(self.seat.map(|seat| format!(".S/{seat}")));
        lines.extend(self.ticket.iter().map(|(number, coupon)| format!(".R/TKNE {number}C{coupon}")));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::super::name_list::NameList;
    use super::*;

    fn departed() -> Departed {
        let list = "PNL\nCA1501/22NOV PVG PART1\n-PEK001Y\n1WANG/LIMS\n.L/K7P2QX\n.O/CA0907J23PEKSVO1330HK\n.R/DOCS HK1/P/CHN/E1234567\n.R/WCHR HK1\n\
            .R/INFT HK1 01JAN26 WANG/XIAO\nENDPNL";
        let name = NameList::parse(list).unwrap().groups[0].names[0].clone();
        let run = TagRun::read("0999123456002", CountRule::Tags).unwrap().unwrap();
        Departed {
            dest: "PEK".into(),
            class: "Y".into(),
            name,
            seat: "12A".parse().ok(),
            sequence: Some(7),
            bags: Some((2, 31)),
            tags: vec![(run, "SVO".into())],
            ticket: Some(("9992400000001".into(), 1)),
        }
    }

    #[test]
    fn the_reconciled_list_has_its_elements_in_order_and_reads_back() {
        let parts = Departed::write_prl(&Envelope::default(), &"CA1501/22NOV PVG".parse().unwrap(), &[departed()]);
        assert_eq!(
            parts.join("|"),
            "PRL\nCA1501/22NOV PVG PART1\n-PEK001Y\n1WANG/LIMS\n.L/K7P2QX\n.W/K/2/31\n.N/0999123456002/SVO\n.O/CA0907J23PEKSVO1330HK\n\
             .R/INFT HK1 01JAN26 WANG/XIAO\n.R/SEAT HK1 12A\n.R/CHKD HK1 0007-1WANG/LIMS\n.R/WCHR HK1\n.R/TKNE HK1 9992400000001/1\n\
             .R/DOCS HK1/P/CHN/E1234567\nENDPRL"
        );
        let flown = Flown::of(&FlownList::parse(&parts[0]).unwrap().groups[0].names[0]);
        assert_eq!((flown.seat.as_deref(), flown.sequence, flown.bags), (Some("12A"), Some(7), Some(("K".into(), Some(2), Some(31)))));
        assert_eq!(flown.tags[0].dest.as_deref(), Some("SVO"));
    }

    #[test]
    fn used_tickets_are_listed_with_their_coupons() {
        let parts = Departed::write_etl(&Envelope::default(), &"CA1501/22NOV PVG".parse().unwrap(), &[departed()]);
        assert!(parts[0].ends_with("1WANG/LIMS\n.L/K7P2QX\n.S/12A\n.R/TKNE 9992400000001C1\nENDETL"), "{}", parts[0]);
        let flown = Flown::of(&FlownList::parse(&parts[0]).unwrap().groups[0].names[0]);
        assert_eq!(flown.ticket, Some(("9992400000001".into(), Some(1))));
    }
}
