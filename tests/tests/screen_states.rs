//! Each state of the desks' screens in light, dark and high contrast: a picture where somebody wants one, and no barrier for anybody in any of them.

// needs: chromium chromedriver axe

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use promises::{Browser, Installation, List, apron, seat, soon};
use serde_json::{Value, json};

/// As the page of the desk sets them.
const LOOKS: [&str; 4] = ["light", "dark", "light high", "dark high"];

#[tokio::test]
async fn every_state_can_be_read_by_everybody_in_light_dark_and_high_contrast() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let played = play(&browser).await;
    browser.client.close().await?;
    played
}

async fn play(browser: &Browser) -> Result<()> {
    let mut station = Installation::with_desks(&["G12", "G13"]).await?;
    let gate = station.desk("G12")?;
    let list = List::days_away(1501, 0, 30);
    let other = List::days_away(1503, 0, 8);
    for list in [&list, &other] {
        gate.work_flight(list).await?;
    }
    let bookings = gate.bookings(&list.flight).await?;
    let mut passes = Vec::new();
    for (place, booking) in bookings[..12].iter().enumerate() {
        passes.push(gate.check_in(booking, &seat(place)).await?);
    }
    gate.must(json!({"kind": "add-bag", "booking": bookings[1], "weight_kg": 18})).await?;
    gate.must(json!({"kind": "set-flight", "flight": list.flight, "gate": "G12", "std": "23:10"})).await?;
    gate.must(json!({"kind": "call-guests", "flight": list.flight, "call": "rows-10-20"})).await?;
    gate.must(json!({"kind": "close-flight", "flight": other.flight})).await?;

    let mut found = Vec::new();
    let url = gate.url();
    let at_gate = format!("{url}/gate/{}", list.flight);
    browser.open(&format!("{url}/")).await?;
    browser.write("#number", "4711").await?;
    browser.client.find(Locator::Css("form[action='/staff'] button")).await?.click().await?;
    browser.until("the shift", "document.body.innerText.includes('Staff 4711')").await?;
    browser.open(&at_gate).await?;
    look(browser, "state-gate-ready", &mut found).await?;
    verdict(browser, &passes[0], "accept", "state-gate-green", &mut found).await?;
    verdict(browser, "M1NO/PASS", "reject", "state-gate-red", &mut found).await?;
    gate.must(json!({"kind": "set-flight", "flight": list.flight, "gate": "14"})).await?;
    verdict(browser, &passes[1], "attention", "state-gate-amber", &mut found).await?;
    gate.must(json!({"kind": "set-flight", "flight": list.flight, "gate": "G12"})).await?;

    staff(&station).await?;
    gate.sees("the staff list", "status", soon(), |status| status["staff"] == json!(2)).await?;
    browser.open(&at_gate).await?;
    browser.until("the question who works here", "location.pathname === '/sign-in'").await?;
    look(browser, "state-sign-in", &mut found).await?;
    browser.burst("B:4711").await?;
    browser.until("the gate", "document.querySelector('main.gate') !== null").await?;

    let pages = [
        (format!("/gate/{}", other.flight), "state-gate-closed"),
        (format!("/gate/{}/calls", list.flight), "state-gate-calls"),
        (format!("/gate/{}/close", list.flight), "state-gate-close"),
        ("/counter".to_owned(), "state-counter-empty"),
        ("/counter?q=alder".to_owned(), "state-counter-found"),
        (format!("/counter?booking={}", bookings[1]), "state-counter-guest"),
        ("/counter?q=nobody%20at%20all".to_owned(), "state-counter-nobody"),
        ("/baggage".to_owned(), "state-baggage"),
        ("/baggage?scan=0999999999".to_owned(), "state-baggage-unknown-tag"),
        ("/baggage/rush".to_owned(), "state-baggage-rush"),
    ];
    for (page, name) in &pages {
        browser.open(&format!("{url}{page}")).await?;
        look(browser, name, &mut found).await?;
    }

    browser.open(&at_gate).await?;
    browser.client.find(Locator::Css("form[action='/lock'] button")).await?.click().await?;
    browser.until("the locked screen", "document.querySelector('main.locked') !== null").await?;
    look(browser, "state-gate-locked", &mut found).await?;
    browser.burst("B:4711").await?;
    browser.until("the gate again, with its lists", "document.querySelector('main.gate #list-missing') !== null").await?;

    station.kill("HUB").await?;
    station.kill("G13").await?;
    browser
        .until("that the desk is alone", "document.querySelector('#foot .care') !== null && document.querySelectorAll('#notices .care').length > 0")
        .await?;
    look(browser, "state-gate-cut-off", &mut found).await?;
    station.kill("G12").await?;
    browser.until("that the node is gone", "!document.getElementById('lost').hidden").await?;
    look(browser, "state-gate-node-gone", &mut found).await?;
    ensure!(found.is_empty(), "barriers: {found:#?}");
    Ok(())
}

/// Scans, and looks at the answer.
async fn verdict(browser: &Browser, scan: &str, tone: &str, name: &str, found: &mut Vec<String>) -> Result<()> {
    browser.scan(scan).await.with_context(|| name.to_owned())?;
    ensure!(browser.tone().await? == tone, "{name} is {:?}: {:?}", browser.tone().await?, browser.verdict().await?);
    look(browser, name, found).await
}

async fn look(browser: &Browser, name: &str, found: &mut Vec<String>) -> Result<()> {
    for looks in LOOKS {
        browser.client.execute("document.documentElement.className = arguments[0]", vec![json!(looks)]).await?;
        browser.picture(&format!("{name}-{}", looks.replace(' ', "-"))).await?;
        found.extend(browser.barriers().await?.into_iter().flatten().map(|barrier| format!("{name}, {looks}: {barrier}")));
        let over: Value = browser.client.execute("return document.documentElement.scrollWidth - window.innerWidth", Vec::new()).await?;
        ensure!(over.as_i64().is_some_and(|over| over <= 0), "{name}, {looks} is {over} px too wide");
    }
    browser.client.execute("document.documentElement.className = ''", Vec::new()).await?;
    Ok(())
}

/// An administrator at the hub, and who works here.
async fn staff(station: &Installation) -> Result<()> {
    let dir = station.dir("HUB").display().to_string();
    for (number, name, roles) in [("9001", "Ada Stone", "admin"), ("4711", "Chen Wei", "gate,counter,baggage,supervisor")] {
        let badge = format!("B:{number}");
        let args = ["hub", "staff", number, "--name", name, "--role", roles, "--badge", &badge, "--staff", "9001", "--data", &dir];
        apron(&args).await?.good()?;
    }
    Ok(())
}
