//! Invented passenger lists, as an airline would send them.

use chrono::{Datelike, Days, NaiveDate};

use crate::installation::ZONE_HOURS;

/// A list to import, and the flight that it is of.
#[derive(Debug, Clone)]
pub struct List {
    /// `CA1501.2026-11-22.PVG`, as the API names it.
    pub flight: String,
    pub text: String,
    pub guests: usize,
}

/// Today at the station.
#[expect(clippy::disallowed_methods, reason = "a list must be of the day on which the node reads it")]
pub fn today() -> NaiveDate {
    (chrono::Utc::now() + chrono::TimeDelta::hours(ZONE_HOURS)).date_naive()
}

impl List {
    /// A flight of CA from PVG with so many guests of different names, each with a booking of their own.
    pub fn new(number: u16, day: NaiveDate, guests: usize) -> Self {
        let name = format!("CA{number:04}");
        let date = format!("{:02}{}", day.day(), day.format("%b").to_string().to_uppercase());
        let mut lines: Vec<String> = Vec::from([
            "PVGKKCA".to_owned(),
            format!(".PEKRMCA {:02}0615", day.day()),
            "PNL".to_owned(),
            format!("{name}/{date} PVG PART1"),
            "CFG/012C168Y".to_owned(),
            "RBD C/CD Y/YBM".to_owned(),
            format!("-PEK{guests:03}Y"),
        ]);
        for guest in 0..guests {
            let title = if guest % 2 == 0 { "MR" } else { "MS" };
            lines.push(format!("1{}/{}{title}", SURNAMES[guest % SURNAMES.len()], given(guest / SURNAMES.len())));
            lines.push(format!(".L/{}/CA", locator(usize::from(number) * 1000 + guest)));
        }
        lines.push("ENDPNL".to_owned());
        Self { flight: format!("CA{number}.{day}.PVG"), text: lines.join("\n"), guests }
    }

    /// The same list a number of days away.
    pub fn days_away(number: u16, days: u64, guests: usize) -> Self {
        Self::new(number, today().checked_add_days(Days::new(days)).unwrap_or_default(), guests)
    }
}

const SURNAMES: [&str; 20] = [
    "ALDER", "BIRCH", "CEDAR", "DOGWOOD", "ELM", "FIRTREE", "GINKGO", "HAZEL", "IVY", "JUNIPER", "KAPOK", "LARCH", "MAPLE", "NUTMEG", "OAK", "PINE",
    "QUINCE", "ROWAN", "SPRUCE", "TEAK",
];
const GIVEN: [&str; 12] = ["ADA", "BEN", "CARL", "DORA", "EMIL", "FAY", "GUS", "HANA", "IDA", "JON", "KIT", "LEO"];

/// Different for every round through the surnames.
fn given(round: usize) -> String {
    match round / GIVEN.len() {
        0 => GIVEN[round].to_owned(),
        more => format!("{}{}", GIVEN[round % GIVEN.len()], GIVEN[more % GIVEN.len()]),
    }
}

/// Six characters that look like a locator and never repeat.
fn locator(number: usize) -> String {
    const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut rest = number;
    let mut letters: Vec<char> = Vec::with_capacity(6);
    for _ in 0..6 {
        letters.push(char::from(LETTERS[rest % LETTERS.len()]));
        rest /= LETTERS.len();
    }
    letters.into_iter().collect()
}
