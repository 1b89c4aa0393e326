//! Where airports are: name, country, time zone, coordinates, distances, and which cities have several.
//!
//! Data: airportsdata 20260905 (MIT, licence beside the tables), reduced to airports with a location code. Closed airports stay: old passes name them.

use std::sync::LazyLock;

use chrono_tz::Tz;

use super::airport::AirportCode;

/// An airport of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Airport {
    pub code: AirportCode,
    pub name: &'static str,
    /// ISO 3166 country or territory, two letters.
    pub country: &'static str,
    pub zone: Tz,
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
}

/// A city with several airports, under a code that may be one of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct City {
    pub code: AirportCode,
    pub name: &'static str,
    pub airports: Vec<AirportCode>,
}

/// The version of the data.
pub const VERSION: &str = "airportsdata 20260905";

/// The radius of the sphere on which distances are measured, in kilometres.
pub const EARTH_RADIUS_KM: f64 = 6371.0;

/// One line per airport, sorted by code: code, name, country, zone, latitude, longitude.
const AIRPORTS: &str = include_str!("tables/airports.tsv");

/// One line per city: code, name, country, airports.
const CITIES: &str = include_str!("tables/cities.tsv");

static LINES: LazyLock<Vec<&'static str>> = LazyLock::new(|| AIRPORTS.lines().collect());

/// The airport with this code.
pub fn airport(code: AirportCode) -> Option<Airport> {
    let at = LINES.binary_search_by(|line| line.get(..3).unwrap_or_default().cmp(code.as_str())).ok()?;
    read(LINES[at])
}

/// Every airport, by code.
pub fn airports() -> impl Iterator<Item = Airport> {
    LINES.iter().filter_map(|line| read(line))
}

/// The cities that have this airport. Whether two codes mean one place is a question for this, not for equality.
pub fn cities_of(code: AirportCode) -> impl Iterator<Item = City> {
    cities().filter(move |city| city.airports.contains(&code) || city.code == code)
}

/// Every city with several airports.
pub fn cities() -> impl Iterator<Item = City> {
    CITIES.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let (code, name, _country) = (fields.next()?.parse().ok()?, fields.next()?, fields.next()?);
        Some(City { code, name, airports: fields.next()?.split(' ').filter_map(|code| code.parse().ok()).collect() })
    })
}

/// Great-circle distance in kilometres, on a sphere.
pub fn distance_km(from: &Airport, to: &Airport) -> f64 {
    let (lat_a, lat_b) = (from.latitude.to_radians(), to.latitude.to_radians());
    let (half_lat, half_lon) = ((lat_b - lat_a) / 2.0, (to.longitude - from.longitude).to_radians() / 2.0);
    let chord = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS_KM * chord.clamp(0.0, 1.0).sqrt().asin()
}

fn read(line: &'static str) -> Option<Airport> {
    let mut fields = line.split('\t');
    let (code, name, country) = (fields.next()?.parse().ok()?, fields.next()?, fields.next()?);
    let (zone, latitude, longitude) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(Airport { code, name, country, zone, latitude, longitude })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_an_airport_in_order() {
        let codes: Vec<AirportCode> = airports().map(|airport| airport.code).collect();
        assert_eq!(codes.len(), LINES.len());
        assert!(codes.is_sorted());
        assert!(cities().all(|city| city.airports.len() > 1));
    }

    #[test]
    fn pudong_is_in_shanghai_and_keeps_its_time() {
        let pudong = airport("PVG".parse().unwrap()).unwrap();
        assert_eq!((pudong.country, pudong.zone), ("CN", Tz::Asia__Shanghai));
        assert!(cities_of(pudong.code).any(|city| city.airports.contains(&"SHA".parse().unwrap())));
    }

    #[test]
    fn distance_is_the_same_both_ways_and_nothing_to_itself() {
        let (a, b) = (airport("PEK".parse().unwrap()).unwrap(), airport("CAN".parse().unwrap()).unwrap());
        assert!((distance_km(&a, &b) - 1881.0).abs() < 5.0);
        assert!((distance_km(&a, &b) - distance_km(&b, &a)).abs() < 1e-9);
        assert!(distance_km(&a, &a) < 1e-9);
    }
}
