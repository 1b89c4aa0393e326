//! A day that is over is closed at the hub; what a desk still sends of it is kept aside, is lost nowhere, and changes nothing.

use std::ffi::OsString;

use anyhow::{Result, ensure};
use chrono::Days;
use promises::{Installation, List, Outcome, Press, apron, seat, soon, today};
use serde_json::{Value, json};

#[tokio::test]
async fn what_comes_after_a_day_was_closed_is_set_aside_at_the_hub_and_shown_as_that() -> Result<()> {
    let mut station = Installation::with_desks(&["C1", "G12"]).await?;
    let (counter, gate) = (station.desk("C1")?, station.desk("G12")?);
    let list = List::new(1501, today() - Days::new(4), 4);
    let scope = format!("PVG/{}/CA", today() - Days::new(4));
    counter.work_flight(&list).await?;
    let bookings = counter.bookings(&list.flight).await?;
    counter.check_in(&bookings[0], &seat(0)).await?;
    gate.sees("the guests", &format!("flights/{}/guests", list.flight), soon(), |rows| rows.as_array().map(Vec::len) == Some(4)).await?;
    gate.check_in(&bookings[1], &seat(1)).await?;
    station.agree(&["HUB", "C1", "G12"]).await?;

    // The gate goes on alone, and is away when the day is closed.
    station.stop_cleanly("HUB").await?;
    station.stop_cleanly("C1").await?;
    let late = Press::new(&json!({ "kind": "check-in", "guests": [{ "booking": bookings[2], "seat": seat(2) }] }));
    ensure!(matches!(gate.press(&late).await?, Outcome::Saved(_)));
    station.stop_cleanly("G12").await?;
    station.launch("HUB").await?;
    station.launch("C1").await?;
    let hub = station.desk("HUB")?;
    let close = |more: &[&str]| {
        let args = ["hub", "close", &scope, "--reason", "All flights have left.", "--staff", "1207", "--data"].map(OsString::from);
        let more: Vec<OsString> = more.iter().map(OsString::from).collect();
        args.into_iter().chain([station.dir("HUB").into_os_string()]).chain(more).collect::<Vec<OsString>>()
    };
    hub.sees("the counter's word", "scopes", soon(), |rows| row(rows, &scope)["unconfirmed"] == json!(["PVG G12"])).await?;
    apron(&close(&[])).await?.says(&["PVG G12", "may hold more"])?;
    apron(&close(&["--lost", "PVG G12"])).await?.good()?;
    let closed = hub.read("scopes").await?;
    ensure!(row(&closed, &scope)["closed_at_ms"].is_i64(), "{closed}");
    counter.sees("the end of the day", "scopes", soon(), |rows| row(rows, &scope)["closed_at_ms"].is_i64()).await?;
    let (status, code, ..) = counter.refuses(json!({ "kind": "check-in", "guests": [{ "booking": bookings[3], "seat": seat(3) }] })).await?;
    ensure!((status, code.as_str()) == (409, "scope-closed"));

    // It comes back. What it wrote is at the hub, aside; and nowhere does that guest stand as checked in.
    station.launch("G12").await?;
    let command = format!("commands/{}", late.key);
    let aside = |answer: &Value| answer["held"]["words"].as_str().is_some_and(|words| words.starts_with("Set aside at the hub "));
    let told = gate.sees("that it is set aside", &command, soon(), aside).await?;
    ensure!(told["body"] == late.body, "{told}");
    for desk in [&hub, &counter, &gate] {
        let listed = |guest: &Value| guest["guest"]["standing"] == "listed" && guest["guest"]["seat"].is_null();
        desk.sees("the guest without it", &format!("bookings/{}", bookings[2]), soon(), listed).await?;
    }
    station.agree(&["HUB", "C1", "G12"]).await?;
    station.kill("HUB").await?;
    station.launch("HUB").await?;
    let rows = hub.read("scopes").await?;
    let kept = &row(&rows, &scope)["late_entries"];
    ensure!(kept[0]["command"] == json!(late.key) && kept[0]["desk"] == "G12" && row(&rows, &scope)["late"] == 1, "{rows}");
    ensure!(hub.read(&command).await?["body"] == late.body);
    let page = hub.http().get(format!("{}/hub", hub.url())).send().await?.text().await?;
    ensure!(page.contains(&scope) && page.contains("check-in by 4711 at G12"), "the hub's page does not show it");
    Ok(())
}

fn row<'a>(rows: &'a Value, scope: &str) -> &'a Value {
    rows.as_array().into_iter().flatten().find(|row| row["scope"] == scope).unwrap_or(&Value::Null)
}
