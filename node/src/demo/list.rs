//! Invents the passenger lists of the day: two flights, every kind of guest that makes work.

use chrono::{Datelike, NaiveDate};

/// A passenger list and what the story needs of it.
#[derive(Debug, Clone)]
pub(crate) struct List {
    pub(crate) flight: &'static str,
    pub(crate) text: String,
}

const SURNAMES: [&str; 28] = [
    "CHEN", "WANG", "LI", "ZHANG", "LIU", "YANG", "HUANG", "ZHAO", "WU", "ZHOU", "XU", "SUN", "MA", "ZHU", "HU", "GUO", "HE", "LIN", "GAO", "LUO",
    "TANAKA", "SATO", "MUELLER", "SCHMIDT", "DUBOIS", "ROSSI", "SMITH", "GARCIA",
];
const GIVEN: [&str; 20] = [
    "WEI", "FANG", "MIN", "JING", "LEI", "QIANG", "YAN", "JUAN", "TAO", "MEI", "HAO", "XIN", "YUKI", "ANNA", "PAUL", "CLARA", "MARCO", "EMMA",
    "JACK", "SOFIA",
];

/// The lists of both flights for a day.
pub(crate) fn lists(day: NaiveDate) -> [List; 2] {
    [first(day), second(day)]
}

/// 144 bookings: a party of five, an infant on lap, two guests of one name, a standby, an extra seat, an unaccompanied minor, a wheelchair, an onward leg.
fn first(day: NaiveDate) -> List {
    let mut names = Names::new("CA");
    let mut lines = head("CA1501", day, "CFG/012C168Y");
    lines.push(format!("-PEK{:03}C", 8));
    (0..8).for_each(|_| names.plain(&mut lines));
    lines.push(format!("-PEK{:03}Y", 137));
    names.party(&mut lines, "YANG", &["HAO", "MEI", "LAN", "JUNMSTR", "TINGMISS"], "A5");
    names.with(&mut lines, "HUANG", "LIMRS", &[".R/INFT HK1 12JAN26 HUANG/BAO-1HUANG/LIMRS"]);
    names.with(&mut lines, "ZHANG", "WEIMR", &[]);
    names.with(&mut lines, "ZHANG", "WEIMR", &[]);
    names.with(&mut lines, "SUN", "QIANGMR", &[".WL/1"]);
    lines.push("2HE/TAOMR/EXST".to_owned());
    names.locator(&mut lines);
    lines.push(".R/EXST HK1-1HE/TAOMR".to_owned());
    names.with(&mut lines, "XU", "MINGMSTR", &[".R/UMNR HK1 UM09-1XU/MINGMSTR", ".R/CHLD HK1 03MAR17-1XU/MINGMSTR"]);
    names.with(&mut lines, "LIN", "FENGMR", &[".R/WCHR HK1-1LIN/FENGMR"]);
    names.with(&mut lines, "TANAKA", "YUKIMS", &[&format!(".O/CA0925Y{:02}PEKNRT2010HK", day.day())]);
    (0..123).for_each(|_| names.plain(&mut lines));
    lines.push("ENDPNL".to_owned());
    List { flight: "CA1501", text: lines.join("\n") }
}

/// 72 bookings.
fn second(day: NaiveDate) -> List {
    let mut names = Names::new("CB");
    let mut lines = head("CA1837", day, "CFG/012C168Y");
    lines.push(format!("-CAN{:03}Y", 72));
    (0..72).for_each(|_| names.plain(&mut lines));
    lines.push("ENDPNL".to_owned());
    List { flight: "CA1837", text: lines.join("\n") }
}

fn head(flight: &str, day: NaiveDate, cabins: &str) -> Vec<String> {
    let date = format!("{:02}{}", day.day(), day.format("%b").to_string().to_uppercase());
    let sent = format!(".PEKRMCA {:02}0615", day.day());
    ["PVGKKCA", &sent, "PNL", &format!("{flight}/{date} PVG PART1"), cabins, "RBD C/CD Y/YBM"].map(str::to_owned).to_vec()
}

/// Hands out names and locators that do not repeat.
struct Names {
    prefix: &'static str,
    next: usize,
}

impl Names {
    fn new(prefix: &'static str) -> Self {
        Self { prefix, next: 0 }
    }

    fn plain(&mut self, lines: &mut Vec<String>) {
        let (surname, given) = (SURNAMES[self.next % SURNAMES.len()], GIVEN[(self.next / SURNAMES.len() * 7 + self.next) % GIVEN.len()]);
        let title = if self.next.is_multiple_of(2) { "MR" } else { "MS" };
        self.with(lines, surname, &format!("{given}{title}"), &[]);
    }

    fn with(&mut self, lines: &mut Vec<String>, surname: &str, given: &str, elements: &[&str]) {
        lines.push(format!("1{surname}/{given}"));
        self.locator(lines);
        lines.extend(elements.iter().map(|element| (*element).to_owned()));
    }

    fn party(&mut self, lines: &mut Vec<String>, surname: &str, given: &[&str], label: &str) {
        for (place, given) in given.iter().enumerate() {
            lines.push(format!("1{surname}/{given}-{label}"));
            if place == 0 {
                self.locator(lines);
            }
        }
    }

    fn locator(&mut self, lines: &mut Vec<String>) {
        // Six characters that look like a locator and never repeat within the day.
        let mut rest = self.next * 7919 + 1_000_003;
        let letters: String = (0..4)
            .map(|_| {
                let letter = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789"[rest % 32];
                rest /= 32;
                char::from(letter)
            })
            .collect();
        lines.push(format!(".L/{}{letters}/CA", self.prefix));
        self.next += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use schemas::standards::typeb::NameList;

    use super::*;

    #[test]
    fn the_lists_can_be_read_and_hold_every_kind_of_guest() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let mut guests = 0;
        for list in lists(day) {
            assert!(list.text.lines().all(|line| line.len() <= 64), "{}", list.text);
            let read = NameList::parse(&list.text).unwrap();
            assert_eq!(read.warnings, []);
            let all: Vec<_> = read.groups.iter().flat_map(|group| &group.names).flat_map(|name| name.guests()).collect();
            guests += all.len();
            let locators: BTreeSet<String> = all.iter().filter_map(|guest| guest.locator()).map(|locator| locator.to_string()).collect();
            assert!(locators.len() > all.len() - 5);
        }
        assert!(guests >= 180, "{guests}");
    }
}
