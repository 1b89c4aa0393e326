//! How long a guest takes to be found among 50,000: each kind of query, at the middle and at the 99th percentile.

use std::hint::black_box;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use schemas::flat::{DocId, FlatDoc, Scalar};
use schemas::record::{FlightKey, Record};
use schemas::station::{Blocks, Setting, Station};

const GUESTS: usize = 50_000;

const ON_A_FLIGHT: usize = 250;

/// Each query is asked so often.
const ROUNDS: usize = 20;

const SURNAMES: &[&str] = &[
    "WANG",
    "LI",
    "ZHANG",
    "LIU",
    "CHEN",
    "YANG",
    "HUANG",
    "ZHAO",
    "WU",
    "ZHOU",
    "XU",
    "SUN",
    "MA",
    "ZHU",
    "HU",
    "GUO",
    "HE",
    "LIN",
    "GAO",
    "LUO",
    "MUELLER",
    "SMITH",
    "SCHMIDT",
    "GARCIALOPEZ",
    "IVANOV",
    "KHRUSHCHEV",
    "PAPADOPOULOS",
    "ALSHARIF",
    "SATO",
    "KIM",
    "NGUYEN",
    "SCHWARZENBERGER",
    "OBRIEN",
    "ROSSI",
];

const SYLLABLES: &[&str] = &["WEI", "NA", "MING", "JUN", "XIN", "LEI", "HAO", "YU", "TING", "BO", "AN", "MARIA", "JOHN", "ELENI", "MAX", "MOHAMMED"];

/// What is asked, and the queries.
const ASKED: &[(&str, &[&str])] = &[
    ("whole name", &["ZHANG/WEI", "wang lei", "MUELLER/JOHN", "ZHANGWEI", "li na"]),
    ("beginning", &["zhang w", "sch", "papado", "mu", "w", "z", "l"]),
    ("given name first", &["wei zhang", "john smith", "max schwarz"]),
    ("part of a name", &["weimr", "mohammed", "eleni"]),
    ("cut off", &["SCHWARZENBE/MAXMOHAM", "PAPADOPOU/ELENI"]),
    ("other script", &["张伟", "王磊", "Müller", "Иванов", "Παπαδόπουλος", "单雄信"]),
    ("other spelling", &["chang wei", "muller", "hsu ming", "Cheung"]),
    ("sound", &["schwartsenberger", "iwanow", "jang wei", "محمد الشريف", "kim jong"]),
    ("slip", &["zhagn wei", "khruschev", "papadopuolos", "simth", "nguyne"]),
    ("nobody", &["qqqqq", "vladivostok", "xyzzy plugh", "龘"]),
    ("locator, seat, sequence", &["AB0001", "14C", "117"]),
];

fn main() {
    let (mut built, started) = (None, Instant::now());
    let used = measure(|| built = Some(station()));
    let station = built.expect("it was built");
    println!("{GUESTS} guests entered in {:.1} s, {} bytes held a guest\n", started.elapsed().as_secs_f64(), used.bytes_current / GUESTS as i64);
    println!("| asked by | found by | middle ms | p99 ms | worst ms |\n|---|---|---|---|---|");
    let mut all = Vec::new();
    for (kind, queries) in ASKED {
        let mut taken: Vec<Duration> = (0..ROUNDS).flat_map(|_| queries.iter().map(|query| time(&station, query))).collect();
        let mut by: Vec<String> = queries
            .iter()
            .flat_map(|query| station.find(query).first().map(|found| serde_json::json!(found.by).to_string().replace('"', "")))
            .collect();
        by.sort();
        by.dedup();
        println!("| {kind} | {} | {} |", by.join(", "), figures(&mut taken));
        all.extend(taken);
    }
    println!("| all | | {} |", figures(&mut all));
}

fn figures(taken: &mut [Duration]) -> String {
    taken.sort();
    let at = |part: f64| taken[((taken.len() - 1) as f64 * part).round() as usize].as_secs_f64() * 1e3;
    format!("{:.2} | {:.2} | {:.2}", at(0.5), at(0.99), at(1.0))
}

fn time(station: &Station, query: &str) -> Duration {
    let start = Instant::now();
    black_box(station.find(black_box(query)));
    start.elapsed()
}

fn station() -> Station {
    let blocks = Blocks { tag_serials: 0..100, sequences: 0..100, files: 0..100 };
    let setting = Setting { station: "PVG".parse().ok(), zone: None, desk: "C1".into(), secret: [9; 32], blocks, practice: false };
    let mut station = Station::new(setting);
    for at in 0..GUESTS {
        let key: FlightKey = format!("CA{}.2026-11-22.PVG", 1000 + at / ON_A_FLIGHT).parse().expect("a flight's key");
        // Surnames fall off as they do in a population: the first is every eighth guest's.
        let drawn = at.wrapping_mul(2_654_435_761) >> 7;
        let surname = SURNAMES[(drawn % SURNAMES.len()).min(drawn / 64 % SURNAMES.len())];
        let (one, two) = (SYLLABLES[drawn / 7 % SYLLABLES.len()], SYLLABLES[drawn / 1009 % SYLLABLES.len()]);
        let given = if drawn % 3 == 0 { one.to_owned() } else { format!("{one}{two}") };
        let name = format!("{surname}/{given}{}", if drawn % 2 == 0 { "MR" } else { "MS" });
        let locator = format!("{}{}{:04}", char::from(b'A' + (at / 10_000) as u8), char::from(b'B' + (at % 7) as u8), at % 10_000);
        let id = station.ids().booking(&key, &locator, &name, 0);
        enter(&mut station, &key, id, &[("kind", "booking".to_owned()), ("flight", key.to_string()), ("name", name), ("locators", locator)]);
    }
    station.settle_in();
    assert_eq!(station.strays(), 0, "every guest is one");
    station
}

fn enter(station: &mut Station, key: &FlightKey, id: DocId, fields: &[(&str, String)]) {
    let mut doc = FlatDoc::default();
    for (field, value) in fields {
        doc.fields.insert((*field).to_owned(), vec![Scalar::Str(value.clone())]);
    }
    station.fill(&key.scope(), id, Record::read(id, &doc));
}
