//! The guests behind a name line: each with the elements and remarks that are meant for them.

use crate::standards::locator::Locator;
use crate::standards::seat::Seat;

use super::name_list::{Name, Party};

/// One guest of a name list, with what the list says about them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    pub surname: String,
    /// Given names without the title.
    pub given: String,
    /// `MR`, `MRS`, `MSTR` ... where one is run on.
    pub title: Option<String>,
    /// The given name as the list has it.
    pub given_as_listed: String,
    /// Of all systems that sent one, in their order; the first is the operating carrier's.
    pub locators: Vec<(Locator, Option<String>)>,
    pub party: Option<Party>,
    /// Seats beside the guest's own: `EXST`, `CBBG`.
    pub extra_seats: u16,
    pub infants: Vec<Infant>,
    pub is_child: bool,
    /// Unaccompanied minor, with the age where the remark gives it.
    pub minor: Option<Option<u8>>,
    /// E-ticket numbers of the guest's own, with the coupon.
    pub tickets: Vec<(String, Option<u8>)>,
    /// The seat asked for or given, where a remark says so.
    pub seat: Option<Seat>,
    /// All remarks for this guest, those above too.
    pub remarks: Vec<Remark>,
    /// `WL`, `ID1`, `ID2`, `DG1`, `DG2`, `RG1`, `RG2`: how a waiting guest is ranked.
    pub priority: Option<(String, String)>,
    /// Name of the group (`.C/`).
    pub group: Option<String>,
    pub inbound: Option<Segment>,
    /// In order of travel.
    pub onward: Vec<Segment>,
    /// The marketing flight (`.M/`) as written.
    pub marketing: Option<String>,
}

/// An infant on a guest's lap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Infant {
    pub surname: Option<String>,
    pub given: Option<String>,
    /// `DDMMMYY`.
    pub born: Option<String>,
    pub ticket: Option<(String, Option<u8>)>,
}

/// One remark: service code, status, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Four letters where it has them, such as `WCHR`.
    pub code: String,
    /// Action or status code with its number, such as `HK1`.
    pub status: Option<String>,
    pub text: String,
}

/// A flight before or after this one: `FV6312Y28LEDKUF2315AR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub carrier: String,
    pub number: String,
    pub class: Option<char>,
    /// Day of the month.
    pub day: u8,
    /// One airport (the other end of the connection) or two (from, to).
    pub airports: Vec<String>,
    /// `HHMM` of departure, where given.
    pub time: Option<String>,
    /// What stands behind: a day shift, a status.
    pub rest: String,
}

impl Name {
    /// The guests of this name line. Remarks that name nobody are for the first.
    pub fn guests(&self) -> Vec<Guest> {
        let (seats, people): (Vec<&String>, Vec<&String>) = self.given.iter().partition(|given| is_seat_only(given));
        let named: Vec<&str> = if people.is_empty() { vec![""] } else { people.into_iter().map(String::as_str).collect() };
        let mut guests: Vec<Guest> = named.iter().map(|given| self.guest(given)).collect();
        let extra = u16::try_from(seats.len()).unwrap_or(u16::MAX);
        if let Some(first) = guests.first_mut() {
            first.extra_seats = extra;
        }
        for text in self.elements_of("R") {
            let (text, addressed) = split_addressee(text);
            let guest = match addressed.and_then(|whom| guests.iter().position(|guest| guest.answers_to(whom))) {
                Some(at) => guests.get_mut(at),
                None => guests.first_mut(),
            };
            if let Some(guest) = guest {
                guest.take(Remark::read(text));
            }
        }
        guests
    }

    fn guest(&self, listed: &str) -> Guest {
        let (given, title) = split_title(listed);
        Guest {
            surname: self.surname.clone(),
            given: given.to_owned(),
            title: title.map(str::to_owned),
            given_as_listed: listed.to_owned(),
            locators: self.elements_of("L").filter_map(read_locator).collect(),
            party: self.party.clone(),
            extra_seats: 0,
            infants: Vec::new(),
            is_child: title == Some("CHD") || title == Some("MSTR"),
            minor: None,
            tickets: Vec::new(),
            seat: None,
            remarks: Vec::new(),
            priority: self.priority(),
            group: self.elements_of("C").next().map(str::to_owned),
            inbound: self.elements_of("I").next().and_then(Segment::read),
            onward: self.onward(),
            marketing: self.elements_of("M").next().map(str::to_owned),
        }
    }

    fn priority(&self) -> Option<(String, String)> {
        let ranked = self.elements.iter().find(|element| PRIORITIES.contains(&element.id.as_str()));
        ranked.map(|element| (element.id.clone(), element.text.clone()))
    }

    fn onward(&self) -> Vec<Segment> {
        let is_onward = |id: &str| id.strip_prefix('O').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        self.elements.iter().filter(|element| is_onward(&element.id)).filter_map(|element| Segment::read(&element.text)).collect()
    }
}

const PRIORITIES: [&str; 7] = ["WL", "ID1", "ID2", "DG1", "DG2", "RG1", "RG2"];

/// Given names that stand for a seat and not for a person.
fn is_seat_only(given: &str) -> bool {
    matches!(given, "EXST" | "CBBG" | "STCR" | "BLKD")
}

const TITLES: [&str; 9] = ["MSTR", "MISS", "PROF", "MRS", "CHD", "INF", "MR", "MS", "DR"];

/// A title run on to the given name. A name that would be left with one letter keeps it: Amr is a name.
pub fn split_title(listed: &str) -> (&str, Option<&str>) {
    for title in TITLES {
        if let Some(given) = listed.strip_suffix(title).map(str::trim_end)
            && given.chars().count() > 1
        {
            return (given, Some(title));
        }
    }
    (listed, None)
}

/// `0840Z6/UT`.
fn read_locator(text: &str) -> Option<(Locator, Option<String>)> {
    let (locator, system) = match text.split_once('/') {
        Some((locator, system)) => (locator, Some(system.to_owned())),
        None => (text, None),
    };
    Some((locator.parse().ok()?, system))
}

/// The remark, and whom its `-1SURNAME/GIVEN` names.
fn split_addressee(text: &str) -> (&str, Option<&str>) {
    let Some(slash) = text.rfind('/') else { return (text, None) };
    let mut addressed = text[..slash].match_indices('-').map(|(at, _)| at).filter(|at| {
        let behind = &text[at + 1..slash];
        let digits = behind.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && behind[digits..].starts_with(|c: char| c.is_alphabetic())
    });
    match addressed.next_back() {
        Some(at) => (text[..at].trim_end(), Some(text[at + 1..].trim_start_matches(|c: char| c.is_ascii_digit()))),
        None => (text, None),
    }
}

impl Guest {
    /// The locator of the operating carrier, or the first there is.
    pub fn locator(&self) -> Option<Locator> {
        self.locators.first().map(|(locator, _)| *locator)
    }

    /// Whether a remark with this code is there.
    pub fn has(&self, code: &str) -> bool {
        self.remarks.iter().any(|remark| remark.code == code)
    }

    fn answers_to(&self, whom: &str) -> bool {
        whom.split_once('/').is_some_and(|(surname, given)| surname == self.surname && (given == self.given_as_listed || given == self.given))
    }

    /// Keeps a remark and what it means.
    fn take(&mut self, remark: Remark) {
        match remark.code.as_str() {
            "TKNE" => self.take_ticket(&remark.text),
            "INFT" | "INF" => self.take_infant(&remark.text),
            "CHLD" => self.is_child = true,
            "UMNR" => self.minor = Some(remark.text.trim().strip_prefix("UM").and_then(|age| age.get(..2).unwrap_or(age).parse().ok())),
            "EXST" | "CBBG" if self.extra_seats == 0 => self.extra_seats = remark.count(),
            "SEAT" | "RQST" | "NSST" => self.seat = self.seat.or_else(|| remark.text.split_ascii_whitespace().next()?.parse().ok()),
            _ => {}
        }
        self.remarks.push(remark);
    }

    fn take_ticket(&mut self, text: &str) {
        let (number, coupon) = match text.trim().split_once(['/', 'C']) {
            Some((number, coupon)) => (number, coupon.trim().get(..1).and_then(|coupon| coupon.parse().ok())),
            None => (text.trim(), None),
        };
        match number.strip_prefix("INF") {
            Some(number) => {
                let ticket = Some((number.to_owned(), coupon));
                match self.infants.iter_mut().find(|infant| infant.ticket.is_none()) {
                    Some(infant) => infant.ticket = ticket,
                    None => self.infants.push(Infant { ticket, ..Infant::default() }),
                }
            }
            None => self.tickets.push((number.to_owned(), coupon)),
        }
    }

    /// `01JAN26 REPIN/LEV`, in either order of date and name.
    fn take_infant(&mut self, text: &str) {
        let is_date = |word: &&str| word.len() == 7 && word.as_bytes()[..2].iter().all(u8::is_ascii_digit);
        let born = text.split_ascii_whitespace().find(is_date).map(str::to_owned);
        let name: Vec<&str> = text.split_ascii_whitespace().filter(|word| !is_date(word)).collect();
        let name = name.join(" ");
        let (surname, given) = match name.split_once('/') {
            Some((surname, given)) => (Some(surname.to_owned()), Some(given.to_owned())),
            None => (Some(name.clone()).filter(|name| !name.is_empty()), None),
        };
        match self.infants.iter_mut().find(|infant| infant.surname.is_none() && infant.born.is_none()) {
            Some(infant) => (infant.surname, infant.given, infant.born) = (surname, given, born),
            None => self.infants.push(Infant { surname, given, born, ticket: None }),
        }
    }
}

impl Remark {
    /// `TKNE HK1 2982401000001/1`, `VIP PRESIDENT OF STATE UNIV`, `DOCS HK1/P/RUS/..`.
    pub fn read(text: &str) -> Self {
        let end = text.find([' ', '/']).unwrap_or(text.len());
        let (code, rest) = text.split_at(end);
        let rest = rest.trim_start_matches(' ');
        let status_end = rest.find([' ', '/']).unwrap_or(rest.len());
        let (status, behind) = rest.split_at(status_end);
        let is_status = (3..=5).contains(&status.len())
            && status.as_bytes()[..2].iter().all(u8::is_ascii_uppercase)
            && status.as_bytes()[2..].iter().all(u8::is_ascii_digit);
        if is_status {
            let behind = behind.strip_prefix(' ').unwrap_or(behind);
            Self { code: code.to_owned(), status: Some(status.to_owned()), text: behind.to_owned() }
        } else {
            Self { code: code.to_owned(), status: None, text: rest.to_owned() }
        }
    }

    /// The number behind the status code: `HK2` is two. One where there is none.
    pub fn count(&self) -> u16 {
        self.status.as_deref().and_then(|status| status.get(2..)).and_then(|count| count.parse().ok()).unwrap_or(1)
    }
}

impl Segment {
    pub(super) fn read(text: &str) -> Option<Self> {
        let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
        let (carrier, rest) = text.split_at_checked(if letters >= 3 { 3 } else { 2 })?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = rest.split_at(digits);
        if !(1..=4).contains(&digits) {
            return None;
        }
        let class = rest.chars().next().filter(char::is_ascii_uppercase);
        let rest = rest.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(rest);
        let (day, mut rest) = rest.split_at_checked(2)?;
        let day = day.parse().ok().filter(|day| (1..=31).contains(day))?;
        let mut airports = Vec::new();
        while airports.len() < 2 {
            let Some((airport, behind)) = rest.split_at_checked(3).filter(|(airport, _)| airport.bytes().all(|byte| byte.is_ascii_uppercase()))
            else {
                break;
            };
            airports.push(airport.to_owned());
            rest = behind;
        }
        let time = rest.get(..4).filter(|time| time.bytes().all(|byte| byte.is_ascii_digit()));
        let rest = time.map_or(rest, |time| &rest[time.len()..]);
        let (carrier, number) = (carrier.to_owned(), number.to_owned());
        Some(Self { carrier, number, class, day, airports, time: time.map(str::to_owned), rest: rest.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::name_list::NameList;
    use super::*;

    const LIST: &str = "PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\n-PEK007Y\n2WANG/LIMS/BAOMSTR-A3\n.L/K7P2QX\n.R/CHLD HK1 05APR18-1WANG/BAOMSTR\n\
        .R/WCHR HK1-1WANG/LIMS\n.R/TKNE HK1 9992400000001/1-1WANG/LIMS\n.R/TKNE HK1 9992400000002/1-1WANG/BAOMSTR\n\
        .R/INFT HK1 01JAN26 WANG/XIAO-1WANG/LIMS\n.R/TKNE HK1 INF9992400000003/1-1WANG/LIMS\n1WANG/WEIMR-A3\n.L/K7P2QX\n2LI/NAMS/EXST\n.L/B4C5D6/1E\n\
        .R/EXST HK1\n.O/CA0907J23PEKSVO1330HK\n1ZHAO/LEMSTR\n.L/M8N9P1\n.R/UMNR HK1 UM08\n.ID2/N2\n1QIAN/DA\nENDPNL";

    fn guests() -> Vec<Guest> {
        let list = NameList::parse(LIST).unwrap();
        list.groups.iter().flat_map(|group| &group.names).flat_map(Name::guests).collect()
    }

    #[test]
    fn remarks_reach_the_guest_they_name() {
        let guests = guests();
        assert_eq!(guests.iter().map(|guest| guest.given.as_str()).collect::<Vec<_>>(), ["LI", "BAO", "WEI", "NA", "LE", "DA"]);
        let (li, bao) = (&guests[0], &guests[1]);
        assert!(li.has("WCHR") && !bao.has("WCHR") && bao.is_child && !li.is_child);
        assert_eq!(li.tickets, [("9992400000001".to_owned(), Some(1))]);
        assert_eq!(bao.tickets, [("9992400000002".to_owned(), Some(1))]);
        assert_eq!(li.title.as_deref(), Some("MS"));
        assert_eq!(li.locator().map(|locator| locator.to_string()).as_deref(), Some("K7P2QX"));
    }

    #[test]
    fn an_infant_has_its_name_birthday_and_ticket_on_one_lap() {
        let infants = guests().swap_remove(0).infants;
        let ticket = Some(("9992400000003".to_owned(), Some(1)));
        let expected = Infant { surname: Some("WANG".into()), given: Some("XIAO".into()), born: Some("01JAN26".into()), ticket };
        assert_eq!(infants, [expected]);
    }

    #[test]
    fn extra_seats_minors_staff_and_onward_flights_are_told_apart() {
        let guests = guests();
        assert_eq!(guests[3].extra_seats, 1);
        let onward = &guests[3].onward[0];
        assert_eq!((onward.carrier.as_str(), onward.number.as_str(), onward.day, onward.airports.join("-").as_str()), ("CA", "0907", 23, "PEK-SVO"));
        assert_eq!(guests[4].minor, Some(Some(8)));
        assert_eq!(guests[4].priority, Some(("ID2".to_owned(), "N2".to_owned())));
    }

    #[test]
    fn a_list_written_back_reads_as_the_same_list() {
        let list = NameList::parse(LIST).unwrap();
        assert_eq!(NameList::parse(&list.lines().join("\r\n")).unwrap(), list);
        assert_eq!(list.lines().join("\n"), LIST);
    }
}
