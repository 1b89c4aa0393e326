//! A guest who goes on from one station to another is known there before its list, and while it is cut off.

use anyhow::{Context, Result, ensure};
use chrono::{Datelike, NaiveDate};
use promises::{Installation, List, seat, soon, today};
use serde_json::{Value, json};

/// The list of CA935 to FRA, of which the first two guests go on to JFK with CA966 on the same day.
fn first_list(day: NaiveDate) -> List {
    let mut list = List::new(935, day, 6);
    let onward = format!(".O/CA966Y{:02}FRAJFK1330HK", day.day());
    let mut lines: Vec<String> = list.text.lines().map(|line| line.replace("-PEK", "-FRA")).collect();
    for _ in 0..2 {
        let after = lines.iter().rposition(|line| *line == onward).unwrap_or(0);
        let locator = lines.iter().skip(after).position(|line| line.starts_with(".L/")).unwrap_or(0) + after;
        lines.insert(locator + 1, onward.clone());
    }
    list.text = lines.join("\n");
    list
}

/// FRA's own list of CA966: the two who connect, and three who start there.
fn second_list(first: &List, day: NaiveDate) -> String {
    let own = List::new(966, day, 3).text.replace(" PVG PART1", " FRA PART1").replace("-PEK", "-JFK");
    let connecting: Vec<&str> =
        first.text.lines().skip_while(|line| !line.starts_with('1')).filter(|line| !line.starts_with(".O/")).take(4).collect();
    own.replace("ENDPNL", &format!("{}\nENDPNL", connecting.join("\n")))
}

fn rows(guests: &Value) -> &[Value] {
    guests.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn has_states(guests: &Value, states: &[&str]) -> bool {
    let mut found: Vec<&str> = rows(guests).iter().filter_map(|guest| guest["connecting"][0]["inbound"]["state"].as_str()).collect();
    found.sort_unstable();
    found == states
}

#[tokio::test]
async fn a_connecting_guest_is_known_at_the_next_station_with_what_happens_and_is_one_guest_when_its_list_comes() -> Result<()> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    station.join_at("F1", "FRA").await?;
    station.launch("F1").await?;
    let (pvg, fra) = (station.desk("C1")?, station.desk("F1")?);
    let day = today();
    let list = first_list(day);
    let (flight, guests) = (format!("flights/CA966.{day}.FRA"), format!("flights/CA966.{day}.FRA/guests"));

    pvg.work_flight(&list).await?;
    let seen = fra.sees("who connects", &guests, soon(), |all| has_states(all, &["listed", "listed"])).await?;
    ensure!(rows(&seen).iter().all(|guest| guest["on_list"] == json!(false)), "no list of FRA is there: {seen}");
    ensure!(fra.read(&flight).await?["listed"] == json!(false), "the flight is said to be listed");

    let booking = pvg.bookings(&list.flight).await?.into_iter().next().context("nobody is booked")?;
    let pass = pvg.check_in(&booking, &seat(0)).await?;
    let bag = pvg.must(json!({"kind": "add-bag", "booking": booking, "weight_kg": 18, "destination": "JFK"})).await?;
    pvg.must(json!({"kind": "board", "flight": list.flight, "scan": pass})).await?;
    let seen = fra.sees("who is on board, and with which bag", &guests, soon(), |all| has_states(all, &["boarded", "listed"])).await?;
    let boarded = rows(&seen).iter().find(|guest| guest["connecting"][0]["inbound"]["state"] == "boarded").context("nobody")?.clone();
    ensure!(boarded["connecting"][0]["bags"] == json!([{"tag": bag["tag"], "to": "JFK"}]), "{boarded}");
    ensure!(boarded["connecting"][0]["booking"] == json!(booking), "{boarded}");
    let page =
        fra.http().get(format!("{}/counter?booking={}", fra.url(), boarded["booking"].as_str().unwrap_or_default())).send().await?.text().await?;
    ensure!(page.contains("Connecting from CA935 PVG: boarded ") && page.contains(", 1 bag.") && page.contains("list yet."), "{page}");

    // Cut off, FRA knows as much, and its own list makes no second guest.
    let before = station.hub()?.read("status").await?["saved_here"].clone();
    station.kill("HUB").await?;
    fra.must(json!({"kind": "import-list", "text": second_list(&list, day)})).await?;
    let seen = fra.sees("five guests", &guests, soon(), |all| rows(all).len() == 5).await?;
    ensure!(rows(&seen).iter().all(|guest| guest["on_list"] == json!(true)) && has_states(&seen, &["boarded", "listed"]), "{seen}");
    let second = pvg.bookings(&list.flight).await?.into_iter().nth(1).context("one guest")?;
    pvg.check_in(&second, &seat(1)).await?;

    station.launch("HUB").await?;
    let seen = fra.sees("what happened meanwhile", &guests, soon(), |all| has_states(all, &["boarded", "checked-in"])).await?;
    ensure!(rows(&seen).len() == 5, "{seen}");
    let counts = fra.read(&flight).await?["counts"].clone();
    ensure!(counts["booked"] == json!(5) && counts["connecting"] == json!(2) && counts["not_on_list"] == json!(0), "{counts}");
    for desk in [&pvg, &fra, &station.hub()?] {
        let status = desk.sees("nothing more to say", "status", soon(), |status| status["waiting_for_hub"] == json!(0)).await?;
        ensure!(status["conflicts"] == json!(0), "{}: {status}", desk.name);
    }
    // FRA's list, PVG's check-in, and one copy.
    let after = station.hub()?.read("status").await?["saved_here"].clone();
    ensure!(after.as_u64() == before.as_u64().map(|saved| saved + 3), "the hub copied again what was there: {before}, then {after}");
    Ok(())
}
