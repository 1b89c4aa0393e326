//! What an aircraft did and what it carries: movement (MVT, AHM 780) and load (LDM, AHM 583) messages.

use std::collections::BTreeMap;

use crate::standards::found;

use super::envelope::{Envelope, Received, TypeBError};

/// A movement message. Times are `HHMM` as sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Movement {
    pub envelope: Envelope,
    /// As written, such as `BA117`.
    pub flight: String,
    /// Day of the month.
    pub day: u8,
    pub reg: Option<String>,
    pub station: Option<String>,
    pub off_block: Option<String>,
    pub airborne: Option<String>,
    pub touch_down: Option<String>,
    pub on_block: Option<String>,
    pub eta: Option<String>,
    pub dest: Option<String>,
    /// Estimated departure: day, where given, and time.
    pub etd: Option<(Option<u8>, String)>,
    pub delays: Vec<MovementDelay>,
    pub pax: Option<u32>,
    pub si: Vec<String>,
    /// Lines that are not known here, as they came.
    pub other: Vec<String>,
}

/// A delay code of AHM 730, and its minutes where given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovementDelay {
    pub code: String,
    pub minutes: Option<u32>,
}

/// A load message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Load {
    pub envelope: Envelope,
    pub flight: String,
    /// Day of the month.
    pub day: u8,
    pub reg: Option<String>,
    pub version: Option<String>,
    pub crew: Vec<u16>,
    pub destinations: Vec<LoadDestination>,
    pub si: Vec<String>,
}

/// What goes to one destination.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadDestination {
    pub dest: String,
    /// Men and women together where the sender tells them apart.
    pub adult: Option<u32>,
    pub child: Option<u32>,
    pub infant: Option<u32>,
    /// Kilograms.
    pub dead_load: Option<u32>,
    /// Kilograms by hold.
    pub holds: BTreeMap<String, u32>,
    pub pax_total: Option<u32>,
    /// Pieces and kilograms.
    pub bags: Vec<u32>,
    /// Items that are not known here, as they came.
    pub other: Vec<String>,
}

impl Movement {
    /// Reads an MVT.
    ///
    /// # Errors
    /// When it is another message, or its flight cannot be told.
    pub fn parse(text: &str) -> Result<Self, TypeBError> {
        let received = Received::cut(text)?;
        if received.kind != "MVT" {
            return Err(TypeBError::UnknownType { found: received.kind.to_owned() });
        }
        let (head, body) = received.lines.split_first().ok_or(TypeBError::NoFlight)?;
        let (flight, day, mut rest) = flight_and_day(head)?;
        let mut said = || rest.next().filter(|field| !field.is_empty()).map(str::to_owned);
        let (reg, station) = (said(), said());
        let mut movement = Self { envelope: received.envelope, flight: flight.to_owned(), day, reg, station, ..Self::default() };
        for line in body {
            movement.read_line(line);
        }
        Ok(movement)
    }

    fn read_line(&mut self, line: &str) {
        if let Some(text) = line.strip_prefix("SI") {
            return self.si.push(text.trim().to_owned());
        }
        let mut words = line.split_ascii_whitespace().peekable();
        while let Some(word) = words.next() {
            let (code, mut value) = word.split_at_checked(2).unwrap_or((word, ""));
            if value.is_empty() {
                value = words.next_if(|next| next.starts_with(|c: char| c.is_ascii_digit())).unwrap_or_default();
            }
            let mut times = value.split('/').map(time_of);
            let is_time = |text: &str| text.is_empty() || time_of(text).is_some();
            if matches!(code, "AD" | "AA" | "EA" | "ED") && !value.split('/').all(is_time) {
                self.other.push(format!("{code}{value}"));
            }
            match code {
                "AD" => (self.off_block, self.airborne) = (times.next().flatten(), times.next().flatten()),
                "AA" => (self.touch_down, self.on_block) = (times.next().flatten(), times.next().flatten()),
                "EA" => {
                    self.eta = times.next().flatten();
                    self.dest = words.next_if(|next| next.len() == 3 && next.bytes().all(|byte| byte.is_ascii_uppercase())).map(str::to_owned);
                }
                "ED" => {
                    let day = value.get(..2).filter(|_| value.len() == 6).and_then(|day| day.parse().ok());
                    self.etd = times.next().flatten().map(|time| (day, time));
                }
                "DL" | "ED/DL" => self.delays.extend(delays(value)),
                "PX" => self.pax = total(value),
                _ => self.other.push(word.to_owned()),
            }
        }
    }
}

impl Load {
    /// Reads an LDM.
    ///
    /// # Errors
    /// When it is another message, or its flight cannot be told.
    pub fn parse(text: &str) -> Result<Self, TypeBError> {
        let received = Received::cut(text)?;
        if received.kind != "LDM" {
            return Err(TypeBError::UnknownType { found: received.kind.to_owned() });
        }
        let (head, body) = received.lines.split_first().ok_or(TypeBError::NoFlight)?;
        let (flight, day, mut rest) = flight_and_day(head)?;
        let mut said = || rest.next().filter(|field| !field.is_empty());
        let (reg, version) = (said().map(str::to_owned), said().map(str::to_owned));
        let crew = said().map(|crew| crew.split('/').filter_map(|crew| crew.parse().ok()).collect()).unwrap_or_default();
        let mut load = Self { envelope: received.envelope, flight: flight.to_owned(), day, reg, version, crew, ..Self::default() };
        for line in body {
            if let Some(items) = line.strip_prefix('-') {
                load.destinations.push(LoadDestination::read(items));
            } else if let Some(text) = line.strip_prefix("SI") {
                load.si.push(text.trim().to_owned());
            } else if let Some(destination) = load.destinations.last_mut() {
                line.split('.').filter(|item| !item.is_empty()).for_each(|item| destination.take(item));
            }
        }
        Ok(load)
    }
}

impl LoadDestination {
    /// `AMS.153/1/2.T1794.3/624.4/1170.PAX/154.PRF/0.DHC/0.B138/1794`
    fn read(items: &str) -> Self {
        let mut items = items.split('.');
        let mut load = Self { dest: items.next().unwrap_or_default().to_owned(), ..Self::default() };
        if let Some(heads) = items.next() {
            let heads: Vec<u32> = heads.split('/').filter_map(|heads| heads.parse().ok()).collect();
            (load.adult, load.child, load.infant) = match heads.as_slice() {
                [adult] => (Some(*adult), None, None),
                [adult, child] => (Some(*adult), Some(*child), None),
                [adult, child, infant] => (Some(*adult), Some(*child), Some(*infant)),
                [men, women, child, infant, ..] => (Some(men.saturating_add(*women)), Some(*child), Some(*infant)),
                [] => (None, None, None),
            };
        }
        items.filter(|item| !item.is_empty()).for_each(|item| load.take(item));
        load
    }

    fn take(&mut self, item: &str) {
        let numbers = |text: &str| text.split('/').filter_map(|number| number.parse().ok()).collect::<Vec<u32>>();
        if let Some(total) = item.strip_prefix('T').and_then(|total| total.parse().ok()) {
            self.dead_load = Some(total);
        } else if let Some(pax) = item.strip_prefix("PAX/") {
            self.pax_total = total(pax);
        } else if let Some(bags) = item.strip_prefix('B').map(numbers).filter(|bags| !bags.is_empty()) {
            self.bags = bags;
        } else if let Some((hold, kilos)) = item.split_once('/').filter(|(hold, _)| hold.starts_with(|c: char| c.is_ascii_digit()))
            && let Ok(kilos) = kilos.parse()
        {
            self.holds.insert(hold.to_owned(), kilos);
        } else {
            self.other.push(item.to_owned());
        }
    }
}

/// `BA117/03.GABCD.LHR`: flight, day, and the items behind.
fn flight_and_day(line: &str) -> Result<(&str, u8, std::str::Split<'_, char>), TypeBError> {
    let refused = || TypeBError::BadFlight { found: found(line) };
    let mut items = line.split('.');
    let (flight, day) = items.next().and_then(|head| head.split_once('/')).ok_or_else(refused)?;
    let day = day.get(..2).and_then(|day| day.parse().ok()).filter(|day| (1..=31).contains(day)).ok_or_else(refused)?;
    Ok((flight, day, items))
}

/// `HHMM`, also from behind a day: `DDHHMM`.
fn time_of(text: &str) -> Option<String> {
    let digits = text.len() == 4 || text.len() == 6;
    let time = text.get(text.len().saturating_sub(4)..)?;
    // 2400 is how some senders write midnight.
    let exists = time == "2400" || (time.get(..2)? < "24" && time.get(2..)? < "60");
    (digits && exists && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| time.to_owned())
}

/// `81/93/0015/0010`: codes, then as many times in hours and minutes.
fn delays(text: &str) -> Vec<MovementDelay> {
    let is_time = |field: &&str| field.len() == 4 && field.bytes().all(|byte| byte.is_ascii_digit());
    let (times, codes): (Vec<&str>, Vec<&str>) = text.split('/').filter(|field| !field.is_empty()).partition(is_time);
    let minutes = |time: &str| Some(time.get(..2)?.parse::<u32>().ok()? * 60 + time.get(2..)?.parse::<u32>().ok()?);
    let mut times = times.into_iter();
    codes.into_iter().map(|code| MovementDelay { code: code.to_owned(), minutes: times.next().and_then(minutes) }).collect()
}

/// The sum of figures such as `12/202`; what stands behind a plus sign is infants.
fn total(text: &str) -> Option<u32> {
    let heads = text.split('+').next()?;
    heads.split('/').try_fold(0_u32, |sum, figure| sum.checked_add(figure.parse().ok()?))
}
