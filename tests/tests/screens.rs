//! The screens in a real browser: signing in by badge, both languages, and no barrier for anybody on any page.

// needs: chromium chromedriver axe

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use promises::{Browser, Desk, Installation, List, apron, seat, soon};
use serde_json::{Value, json};

const PIN: &str = "2580";

#[tokio::test]
async fn a_badge_opens_the_desk_and_every_page_is_open_to_everybody_in_both_languages() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let played = play(&browser).await;
    browser.client.close().await?;
    played
}

/// Writes a person down at the hub, as its command line does.
async fn write_down(station: &Installation, number: &str, name: &str, roles: &str) -> Result<()> {
    let dir = station.dir("HUB").display().to_string();
    let badge = format!("B:{number}");
    let args = ["hub", "staff", number, "--name", name, "--role", roles, "--badge", &badge, "--staff", "9001", "--data", &dir];
    apron(&args).await?.good()?;
    Ok(())
}

async fn play(browser: &Browser) -> Result<()> {
    let station = Installation::with_desks(&["G12"]).await?;
    let gate = station.desk("G12")?;
    let list = List::days_away(1501, 0, 20);
    gate.work_flight(&list).await?;
    let bookings = gate.bookings(&list.flight).await?;
    for (place, booking) in bookings[..6].iter().enumerate() {
        gate.check_in(booking, &seat(place)).await?;
    }
    let missed = report(&gate, "delayed", "ALDER/ANN").await?;
    let on_hand = report(&gate, "found", "ALDER").await?;
    for (number, name, roles) in
        [("9001", "Ada Stone", "admin,hub-ops"), ("4711", "Chen Wei", "gate,counter,baggage"), ("4712", "Lin Xia", "supervisor")]
    {
        write_down(&station, number, name, roles).await?;
    }
    gate.sees("the staff list", "status", soon(), |status| status["staff"] == json!(3)).await?;

    let url = gate.url();
    browser.open(&format!("{url}/gate/{}", list.flight)).await?;
    browser.until("the question who works here", "location.pathname === '/sign-in'").await?;
    let mut found = Vec::new();
    look(browser, "sign-in", &mut found).await?;
    browser.burst("B:4711").await?;
    browser.until("the gate behind the badge", "document.querySelector('main.gate') !== null").await?;

    let pages = [
        "/".to_owned(),
        format!("/gate/{}", list.flight),
        format!("/gate/{}?offload={}", list.flight, bookings[0]),
        format!("/gate/{}/close", list.flight),
        format!("/gate/{}?guest={}", list.flight, bookings[0]),
        format!("/gate/{}/aircraft?map=Y1-20/ABCDEF", list.flight),
        format!("/gate/{}/changes", list.flight),
        format!("/gate/{}/minors", list.flight),
        format!("/hand-back/{}", list.flight),
        "/assistance".to_owned(),
        "/connections".to_owned(),
        format!("/documents/{}", list.flight),
        "/counter?q=al".to_owned(),
        format!("/counter?booking={}", bookings[0]),
        format!("/pass/{}", bookings[0]),
        "/baggage".to_owned(),
        "/baggage/rush".to_owned(),
        format!("/baggage/{missed}"),
        format!("/baggage/{missed}/compare/{on_hand}"),
        format!("/baggage/{missed}/copy"),
        "/conflicts".to_owned(),
        "/messages".to_owned(),
        "/import".to_owned(),
        "/devices".to_owned(),
        "/outbox".to_owned(),
        "/desk".to_owned(),
        "/desk/scanner".to_owned(),
        "/paper".to_owned(),
        "/people?who=4711".to_owned(),
        "/command".to_owned(),
        "/no-such-page".to_owned(),
    ];
    for language in ["en", "zh-CN"] {
        for page in &pages {
            browser.open(&format!("{url}{page}")).await?;
            browser.until("the language", &format!("document.documentElement.lang === {}", json!(language))).await?;
            look(browser, &format!("{}-{language}", page.split(['?', '.']).next().unwrap_or_default()), &mut found).await?;
        }
        browser.open(&format!("{url}/")).await?;
        browser.client.find(Locator::Css("form.tongue button")).await?.click().await?;
        browser.until("the other language", &format!("document.documentElement.lang !== {}", json!(language))).await?;
    }
    narrow(browser, &url, &pages).await?;
    lock_and_switch(browser, &url, &list, &mut found).await?;
    ensure!(found.is_empty(), "barriers: {found:#?}");
    // The page that is not there and the locked one answer with a status of their own, which the browser notes.
    let expected = |line: &str| ["status of 404", "status of 423"].iter().any(|status| line.contains(status));
    let complaints: Vec<String> = browser.complaints().await?.into_iter().filter(|line| !expected(line)).collect();
    ensure!(complaints.is_empty(), "the browser complains: {complaints:?}");
    Ok(())
}

/// A report about a bag of whose look something is said.
async fn report(desk: &Desk, incident: &str, name: &str) -> Result<String> {
    let look = json!({"description": "black case, red ribbon", "colour": "BK", "type": "22"});
    let taken = desk.must(json!({"kind": "open-incident", "incident": incident, "name": name, "contact": "+86 555 0100", "bag": look})).await?;
    taken["case"].as_str().map(str::to_owned).context("a report has no name")
}

/// Takes a picture where somebody wants one, and notes what keeps people out.
async fn look(browser: &Browser, page: &str, found: &mut Vec<String>) -> Result<()> {
    browser.picture(&page.trim_matches('/').replace('/', "-")).await?;
    found.extend(browser.barriers().await?.into_iter().flatten().map(|barrier| format!("{page}: {barrier}")));
    Ok(())
}

/// At 320 px nothing has to be scrolled sideways to be read, but tables in their own frames.
async fn narrow(browser: &Browser, url: &str, pages: &[String]) -> Result<()> {
    browser.client.set_window_size(320, 800).await?;
    for page in pages.iter().filter(|page| !page.starts_with("/pass")) {
        browser.open(&format!("{url}{page}")).await?;
        let over = browser.client.execute("return document.documentElement.scrollWidth - window.innerWidth", Vec::new()).await?;
        ensure!(over.as_i64().is_some_and(|over| over <= 0), "{page} is {over} px wider than the screen");
    }
    browser.client.set_window_size(1280, 900).await?;
    Ok(())
}

/// A locked gate shows the flight and nobody's name; another badge begins another shift; what was typed stays with its author.
async fn lock_and_switch(browser: &Browser, url: &str, list: &List, found: &mut Vec<String>) -> Result<()> {
    browser.open(&format!("{url}/baggage")).await?;
    // As a person does it: a page that is looked at again takes no field away that has the focus.
    browser.write("#description", "green with a yellow ribbon").await?;
    browser.client.execute_async("setTimeout(arguments[arguments.length - 1], 1200)", Vec::new()).await?;
    browser.open(&format!("{url}/gate/{}", list.flight)).await?;
    browser.client.find(Locator::Css("form[action='/lock'] button")).await?.click().await?;
    browser.until("the locked screen", "document.querySelector('main.locked') !== null").await?;
    let shown = browser.client.execute("return document.body.innerText", Vec::new()).await?;
    let shown = shown.as_str().unwrap_or_default();
    ensure!(shown.contains("CA1501") && !shown.contains("ALDER"), "the locked gate shows {shown}");
    look(browser, "locked", found).await?;
    browser.burst("B:4712").await?;
    browser
        .until("the other shift", "document.querySelector('main.gate') !== null && document.querySelector('#top').innerText.includes('4712')")
        .await?;
    let typed = async |what: &str| -> Result<String> {
        browser.open(&format!("{url}/baggage")).await?;
        browser.client.execute_async("setTimeout(arguments[arguments.length - 1], 500)", Vec::new()).await?;
        browser.text("#description").await.with_context(|| what.to_owned())
    };
    ensure!(typed("another person's report").await?.is_empty(), "a draft is shown to somebody else");
    browser.burst("B:4711").await?;
    browser.until("the first shift again", "document.querySelector('#top').innerText.includes('4711')").await?;
    ensure!(typed("the author's report").await? == "green with a yellow ribbon", "a draft is lost");
    Ok(())
}

#[tokio::test]
async fn a_number_with_its_pin_signs_in_over_the_form_alone() -> Result<()> {
    let station = Installation::with_desks(&["G12"]).await?;
    let dir = station.dir("HUB").display().to_string();
    for (number, roles) in [("9001", "admin"), ("4711", "gate")] {
        let line =
            format!("echo {PIN} | \"$APRON\" hub staff {number} --name 'Chen Wei' --role {roles} --password-stdin --staff 9001 --data \"$DIR\"");
        let ended = tokio::process::Command::new("sh").args(["-c", &line]).env("APRON", promises::program()?).env("DIR", &dir).output().await?;
        ensure!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    let gate = station.desk("G12")?;
    gate.sees("the staff list", "status", soon(), |status| status["staff"] == json!(2)).await?;
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build()?;
    let sign_in = async |pin: &str| -> Result<reqwest::Response> {
        let body = format!("who=4711&secret={pin}");
        let form = browser.post(format!("{}/sign-in", gate.url())).header("content-type", "application/x-www-form-urlencoded").body(body);
        Ok(form.send().await?)
    };
    ensure!(sign_in("0000").await?.status() == 422, "a wrong PIN is taken");
    let reply = sign_in(PIN).await?;
    ensure!(reply.status() == 303, "the PIN is not taken: {}", reply.status());
    let cookie = reply.headers()["set-cookie"].to_str()?.split(';').next().unwrap_or_default().to_owned();
    let mine: Value = browser.get(format!("{}/api/v1/flights", gate.url())).header("cookie", cookie).send().await?.json().await?;
    ensure!(mine.is_array(), "the session does not open the API: {mine}");
    let nobody = browser.get(format!("{}/api/v1/flights", gate.url())).send().await?;
    ensure!(nobody.status() == 401, "the API answers to nobody: {}", nobody.status());
    Ok(())
}
