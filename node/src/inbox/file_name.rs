//! What the name of a file says of the list in it, where the list itself does not: flight, day, station, and when the host made it.

use chrono::NaiveDate;
use schemas::record::FlightKey;
use schemas::record::local_time::LocalTime;
use schemas::standards::airport::AirportCode;
use schemas::standards::flight::FlightNumber;

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) flight: FlightKey,
    /// When the host made the list, by the station's clock.
    pub(super) at: Option<LocalTime>,
}

/// Reads a name such as `CA1501.2026-11-22.PVG.1031.csv` or `checkin_CA1501_20261122_1031.csv`: words between points, blanks and underscores, of which
/// one is a flight and one a day. Without a station that of the node counts. Nothing where no flight of a day is named.
pub(super) fn read(name: &str, station: Option<AirportCode>) -> Option<Named> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let (mut number, mut date, mut at, mut named) = (None, None, None, None);
    for word in stem.split(['.', '_', ' ']).filter(|word| !word.is_empty()) {
        if let Some(found) = day(word).filter(|_| date.is_none()) {
            date = Some(found);
        } else if let Some(found) = time(word).filter(|_| at.is_none() && date.is_some()) {
            at = Some(found);
        } else if let Some(found) = flight(word).filter(|_| number.is_none()) {
            number = Some(found);
        } else if let Some(found) = word.parse().ok().filter(|_| named.is_none() && number.is_some()) {
            named = Some(found);
        }
    }
    let flight = FlightKey::new(number?, date?, named.or(station)?).ok()?;
    Some(Named { flight, at })
}

fn day(word: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(word, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(word, "%Y%m%d")).ok().filter(|_| word.len() >= 8)
}

/// `1031` or `10-31`.
fn time(word: &str) -> Option<LocalTime> {
    let digits: String = word.chars().filter(|c| *c != '-').collect();
    let is_time = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_time.then(|| format!("{}:{}", &digits[..2], &digits[2..]).parse().ok()).flatten()
}

/// A carrier and a number: a word of letters alone is no flight.
fn flight(word: &str) -> Option<FlightNumber> {
    word.parse().ok().filter(|_| word.bytes().any(|byte| byte.is_ascii_digit()) && word.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str) -> Option<String> {
        let named = read(name, Some("PVG".parse().unwrap()))?;
        Some(format!("{} {}", named.flight, named.at.map(|at| at.to_string()).unwrap_or_default()).trim_end().to_owned())
    }

    #[test]
    fn a_name_says_flight_day_station_and_time_in_many_ways() {
        assert_eq!(says("CA1501.2026-11-22.PVG.1031.csv").as_deref(), Some("CA1501.2026-11-22.PVG 10:31"));
        assert_eq!(says("checkin_CA1501_20261122_1031.csv").as_deref(), Some("CA1501.2026-11-22.PVG 10:31"));
        assert_eq!(says("20261122 3U8888 CTU.csv").as_deref(), Some("3U8888.2026-11-22.CTU"));
        assert_eq!(says("CA1501.2026-11-22.csv").as_deref(), Some("CA1501.2026-11-22.PVG"));
    }

    #[test]
    fn a_name_without_a_flight_of_a_day_says_nothing() {
        for name in ["", "list.csv", "CA1501.csv", "2026-11-22.csv", "CA1501_20261399.csv", "CA1501_1031.csv", "....", "\u{fffd}.csv"] {
            assert_eq!(says(name), None, "{name}");
        }
        assert_eq!(read("CA1501.2026-11-22.csv", None), None, "the hub has no station of its own");
    }
}
