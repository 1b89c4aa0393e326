//! `bench node`: the product's own program with a full station: its memory, its starts, and a start without the index.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};
use serde_json::{Value, json};

use super::program::{Program, Running};
use super::report::{Bound, Report, list, median};
use super::{Options, stopwatch};

/// Guests of one flight.
const GUESTS: usize = 180;
/// The station's zone is so many hours before UTC.
const ZONE_S: i32 = 8 * 3600;
const DAY_MINUTES: usize = 1440;
/// What must be there first when the index is lost.
const SOON_MINUTES: usize = 360;

/// A flight with its guests.
struct Flight {
    key: String,
    guests: usize,
    /// Of departure, from local midnight.
    minute: usize,
}

pub(super) fn run(options: &Options) -> Result<Report> {
    let records = options.records.unwrap_or(100_000);
    let runs = options.runs.unwrap_or(3).max(1);
    let program = Program::find(options.apron.as_deref())?;
    let folder = options.folder()?;
    let data = folder.path().join("node");
    found(&program, folder.path(), &data)?;
    let (flights, begun) = (fill(&program, &data, records)?, local_now()?);

    let mut figures = Figures::default();
    for _ in 0..runs {
        let clean = program.start("node", &data)?;
        figures.clean_s.push(clean.ready_s);
        all_there(&clean, &flights)?;
        figures.memory_mib.push(clean.memory_mib().0);
        figures.peak_mib.push(clean.memory_mib().1);
        clean.kill()?;
        let killed = program.start("node", &data)?;
        figures.killed_s.push(killed.ready_s);
        all_there(&killed, &flights)?;
        killed.kill()?;
        std::fs::remove_dir_all(data.join("index")).context("the node has no index")?;
        let bare = program.start("node", &data)?;
        wait_for(&bare, flights.iter().filter(|flight| is_soon(flight, begun.minute)))?;
        figures.soon_s.push(stopwatch::since(bare.begun));
        wait_for(&bare, flights.iter())?;
        figures.all_s.push(stopwatch::since(bare.begun));
        figures.rebuilt_peak_mib.push(bare.memory_mib().1);
        bare.stop()?;
    }

    let mut report = Report::new("node", records);
    report.target("memory_mib", median(&figures.memory_mib), Bound::AtMost(150.0));
    report.target("clean_start_s", median(&figures.clean_s), Bound::AtMost(1.0));
    report.target("killed_start_s", median(&figures.killed_s), Bound::AtMost(1.0));
    report.target("index_lost_next_six_hours_s", median(&figures.soon_s), Bound::AtMost(10.0));
    report.figure("index_lost_everything_s", list(&figures.all_s));
    report.figure("flights", flights.len());
    report.figure("flights_of_the_next_six_hours", flights.iter().filter(|flight| is_soon(flight, begun.minute)).count());
    report.figure("runs", runs);
    report.figure(
        "of_runs",
        json!({
            "memory_mib": list(&figures.memory_mib), "peak_mib": list(&figures.peak_mib), "rebuilt_peak_mib": list(&figures.rebuilt_peak_mib),
            "clean_start_s": list(&figures.clean_s), "killed_start_s": list(&figures.killed_s), "index_lost_next_six_hours_s": list(&figures.soon_s),
        }),
    );
    Ok(report)
}

#[derive(Default)]
struct Figures {
    memory_mib: Vec<f64>,
    peak_mib: Vec<f64>,
    rebuilt_peak_mib: Vec<f64>,
    clean_s: Vec<f64>,
    killed_s: Vec<f64>,
    soon_s: Vec<f64>,
    all_s: Vec<f64>,
}

/// A date and a minute of the day at the station.
#[derive(Clone, Copy)]
struct LocalNow {
    date: NaiveDate,
    minute: usize,
}

/// Makes a hub, lets the desk join it, and ends the hub: the desk is alone.
fn found(program: &Program, folder: &Path, desk: &Path) -> Result<()> {
    let hub = folder.join("hub");
    let (hub_text, desk) = (text(&hub)?, text(desk)?);
    program.run(&["hub", "init", "--data", hub_text])?;
    let running = program.start("hub", &hub)?;
    let address = running.listen.to_string();
    let invite = [
        "hub",
        "invite",
        "--address",
        &address,
        "--station",
        "PVG",
        "--desk",
        "G12",
        "--carriers",
        "CA",
        "--zone",
        "Asia/Shanghai",
        "--data",
        hub_text,
    ];
    let code = program.run(&invite)?;
    program.run(&["node", "join", &code, "--data", desk])?;
    running.kill()
}

/// Imports lists until the desk holds so many guests, on flights all over the day.
fn fill(program: &Program, data: &Path, records: usize) -> Result<Vec<Flight>> {
    let desk = program.start("node", data)?;
    let now = local_now()?;
    let count = records.div_ceil(GUESTS);
    let mut flights = Vec::with_capacity(count);
    for place in 0..count {
        let guests = GUESTS.min(records - place * GUESTS);
        let answer = desk.command(&json!({ "kind": "import-list", "text": name_list(place, guests, now.date) }))?;
        let key = answer["flight"].as_str().with_context(|| format!("the list was answered with {answer}"))?.to_owned();
        let minute = place * DAY_MINUTES / count;
        let std = format!("{:02}:{:02}", minute / 60, minute % 60);
        desk.command(&json!({ "kind": "set-flight", "flight": key, "std": std }))?;
        flights.push(Flight { key, guests, minute });
    }
    all_there(&desk, &flights)?;
    desk.stop()?;
    Ok(flights)
}

/// A passenger list as a host sends it.
fn name_list(place: usize, guests: usize, date: NaiveDate) -> String {
    const FAMILY: [&str; 10] = ["CHEN", "WANG", "LI", "ZHANG", "LIU", "TANAKA", "MUELLER", "DUBOIS", "ROSSI", "SMITH"];
    const GIVEN: [&str; 10] = ["WEI", "FANG", "MIN", "JING", "LEI", "YUKI", "ANNA", "PAUL", "CLARA", "MARCO"];
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let day = format!("{:02}{}", date.day(), date.format("%b").to_string().to_uppercase());
    let mut lines = vec![
        "PVGKKCA".to_owned(),
        format!(".PEKRMCA {:02}0615", date.day()),
        "PNL".to_owned(),
        format!("CA{}/{day} PVG PART1", 1000 + place),
        "CFG/012C300Y".to_owned(),
        "RBD C/CD Y/YBM".to_owned(),
        format!("-PEK{guests:03}Y"),
    ];
    for guest in 0..guests {
        let mut rest = (place * GUESTS + guest) * 7919 + 1_000_003;
        let mut locator = String::from("C");
        for _ in 0..5 {
            locator.push(char::from(LETTERS[rest % LETTERS.len()]));
            rest /= LETTERS.len();
        }
        let title = if guest.is_multiple_of(2) { "MR" } else { "MS" };
        lines.push(format!("1{}/{}{title}", FAMILY[guest % FAMILY.len()], GIVEN[guest / FAMILY.len() % GIVEN.len()]));
        lines.push(format!(".L/{locator}/CA"));
    }
    lines.push("ENDPNL".to_owned());
    lines.join("\n")
}

fn is_soon(flight: &Flight, now: usize) -> bool {
    (now..now + SOON_MINUTES).contains(&flight.minute)
}

fn all_there(desk: &Running, flights: &[Flight]) -> Result<()> {
    for flight in flights {
        ensure!(is_there(desk, flight), "{} has not all of its guests", flight.key);
    }
    Ok(())
}

/// Waits for flights whose guests may still be on their way into the views.
fn wait_for<'a>(desk: &Running, flights: impl Iterator<Item = &'a Flight>) -> Result<()> {
    for flight in flights {
        while !is_there(desk, flight) {
            ensure!(stopwatch::since(desk.begun) < 600.0, "{} never came back", flight.key);
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
    }
    Ok(())
}

fn is_there(desk: &Running, flight: &Flight) -> bool {
    let rows = desk.get(&format!("/api/v1/flights/{}/guests", flight.key)).ok().and_then(|text| serde_json::from_str::<Value>(&text).ok());
    rows.and_then(|rows| rows.as_array().map(Vec::len)) == Some(flight.guests)
}

fn local_now() -> Result<LocalNow> {
    let utc = DateTime::from_timestamp_millis(stopwatch::unix_ms()).context("the clock of this machine is out of range")?;
    let local = utc.with_timezone(&FixedOffset::east_opt(ZONE_S).context("the zone of the station")?);
    Ok(LocalNow { date: local.date_naive(), minute: (local.hour() * 60 + local.minute()) as usize })
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().context("a path is not text")
}
