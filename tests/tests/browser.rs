//! The gate in a real browser: a pass is scanned, the screen turns green, and red when it is scanned again.

// needs: chromium chromedriver

use anyhow::{Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use promises::{Browser, Installation, List, seat, soon, until};
use serde_json::{Value, json};

#[tokio::test]
async fn a_pass_scanned_at_the_gate_shows_green_and_red_the_second_time() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let played = at_the_gate(&browser).await;
    browser.client.close().await?;
    played
}

async fn at_the_gate(browser: &Browser) -> Result<()> {
    let mut station = Installation::with_desks(&["G12"]).await?;
    let gate = station.desk("G12")?;
    let list = List::days_away(1501, 0, 40);
    gate.work_flight(&list).await?;
    let bookings = gate.bookings(&list.flight).await?;
    let mut passes = Vec::new();
    for (place, booking) in bookings[..30].iter().enumerate() {
        passes.push(gate.check_in(booking, &seat(place)).await?);
    }
    gate.must(json!({"kind": "set-flight", "flight": list.flight, "gate": "G12", "std": "23:10"})).await?;

    browser.open(&format!("{}/", gate.url())).await?;
    browser.named_fields("start").await?;
    browser.picture("start").await?;
    browser.client.find(Locator::Id("number")).await?.send_keys("4711").await?;
    browser.client.find(Locator::Css("form[action='/staff'] button")).await?.click().await?;
    browser.until("the shift", "document.body.innerText.includes('Staff 4711')").await?;

    browser.open(&format!("{}/gate/{}", gate.url(), list.flight)).await?;
    browser.named_fields("gate").await?;
    browser.scan(&passes[0]).await?;
    let verdict = browser.verdict().await?;
    ensure!(verdict.contains("BOARD 11A") && verdict.contains("ALDER/ADAMR"), "the first scan says {verdict:?}");
    ensure!(browser.tone().await? == "accept", "the first scan is {:?}", browser.tone().await?);
    browser.picture("gate-green").await?;
    gate.sees("the guest on board", &format!("flights/{}", list.flight), soon(), |row| row["counts"]["boarded"] == json!(1)).await?;
    ensure!(browser.text("#scan").await?.is_empty(), "the scan stays in the box");

    // The same code within three seconds is the scanner's own repeat; the second scan that counts comes after another guest's.
    browser.scan(&passes[1]).await?;
    ensure!(browser.verdict().await?.contains("BOARD 11B"), "the second guest says {:?}", browser.verdict().await?);
    browser.scan(&passes[0]).await?;
    let verdict = browser.verdict().await?;
    ensure!(verdict.contains("STOP") && verdict.contains("ALDER/ADAMR"), "the second scan of one pass says {verdict:?}");
    ensure!(browser.tone().await? == "reject", "the second scan is {:?}", browser.tone().await?);
    browser.picture("gate-red").await?;
    browser.scan("M1NO/PASS").await?;
    ensure!(browser.tone().await? == "reject", "what is no pass is {:?}", browser.tone().await?);
    let row = gate.read(&format!("flights/{}", list.flight)).await?;
    ensure!(row["counts"]["boarded"] == json!(2), "other guests are on board: {row}");

    // The scanner is heard wherever the focus is.
    browser.client.execute("document.activeElement.blur(); document.body.focus()", Vec::new()).await?;
    browser.scan(&passes[2]).await?;
    ensure!(browser.verdict().await?.contains("BOARD 11C"), "a scan beside the box says {:?}", browser.verdict().await?);

    // A scanner ends with a key or two, and those go nowhere; what else is pressed goes where it always does, however quickly.
    browser
        .client
        .execute("window.tabs = 0; document.addEventListener('keydown', (event) => { window.tabs += event.key === 'Tab'; })", Vec::new())
        .await?;
    let seen = browser.scan_id().await?;
    browser.burst_and(&passes[4], &[Key::Enter, Key::Tab, Key::Tab, Key::Tab, Key::Tab, Key::Tab, Key::Tab]).await?;
    browser.new_verdict(&seen).await?;
    let tabs = browser.client.execute("return window.tabs", Vec::new()).await?;
    ensure!(tabs.as_u64() >= Some(4), "{tabs} of 6 Tabs behind a scan are heard");

    // A person types a seat and presses Enter.
    let seen = browser.scan_id().await?;
    let field = browser.client.find(Locator::Id("scan")).await?;
    field.click().await?;
    for letter in ["1", "1", "D"] {
        browser.press_slowly(letter).await?;
    }
    browser.press_slowly("\u{e007}").await?;
    browser.new_verdict(&seen).await?;
    ensure!(browser.verdict().await?.contains("BOARD 11D"), "a typed seat says {:?}", browser.verdict().await?);

    // A scanner that sends STX first is heard however slowly it types, once the device is set to it.
    browser.open(&format!("{}/desk/scanner", gate.url())).await?;
    browser.client.execute("document.getElementById('prefix').value = 'STX'", Vec::new()).await?;
    browser.choose("#settings button.primary").await?;
    browser.until("the setting", "document.body.dataset.prefix === 'STX'").await?;
    browser.open(&format!("{}/gate/{}", gate.url(), list.flight)).await?;
    browser.scan_behind_stx(&passes[5]).await?;
    ensure!(browser.verdict().await?.contains("BOARD 11F"), "a scan behind STX says {:?}", browser.verdict().await?);
    ensure!(browser.text("#scan").await?.is_empty(), "a scan behind STX stays in the box");

    for (name, path) in [("counter", "/counter"), ("baggage", "/baggage"), ("conflicts", "/conflicts"), ("desk", "/desk")] {
        browser.open(&format!("{}{path}", gate.url())).await?;
        browser.named_fields(name).await?;
        browser.picture(name).await?;
    }
    browser.open(&format!("{}/counter?booking={}", gate.url(), bookings[35])).await?;
    browser.named_fields("counter with a guest").await?;
    browser.picture("counter-guest").await?;
    browser.open(&format!("{}/gate/{}/close", gate.url(), list.flight)).await?;
    browser.named_fields("closing").await?;
    browser.picture("closing").await?;
    browser.open(&format!("{}/hub", station.hub()?.url())).await?;
    browser.named_fields("hub").await?;
    browser.picture("hub").await?;
    browser.complains_of_nothing().await?;
    foot_stays_on_one_line(browser, &mut station).await?;
    // The proof that a broken rule would have been heard of.
    browser.client.execute("const picture = new Image(); picture.src = 'http://127.0.0.1:9/x'; document.body.append(picture)", Vec::new()).await?;
    until("a complaint about a picture from elsewhere", soon(), async || Ok((!browser.complaints().await?.is_empty()).then_some(()))).await
}

/// The longest words at the foot of a page fit a common screen: when the hub is gone and something waits for it.
async fn foot_stays_on_one_line(browser: &Browser, station: &mut Installation) -> Result<()> {
    let gate = station.desk("G12")?;
    station.kill("HUB").await?;
    gate.work_flight(&List::days_away(1503, 0, 100)).await?;
    let cut_off = |status: &Value| status["hub_not_since_ms"].is_i64() && status["waiting_for_hub"].as_u64() > Some(0);
    gate.sees("that the hub is gone", "status", soon(), cut_off).await?;
    browser.client.set_window_size(1280, 800).await?;
    browser.open(&format!("{}/", gate.url())).await?;
    browser.picture("cut-off").await?;
    let measure = "const lines = new Set([...document.querySelectorAll('#foot li')].map((item) => Math.round(item.getBoundingClientRect().top))); \
                   return `${window.innerWidth} ${lines.size} ${document.querySelector('#foot').innerText}`";
    let measured = browser.client.execute(measure, Vec::new()).await?;
    let measured = measured.as_str().unwrap_or_default();
    ensure!(measured.contains("not reached since") && measured.split(' ').nth(1) == Some("1"), "the foot takes more lines than one: {measured}");
    Ok(())
}
