//! The first run, in a real browser: from an empty machine to a working hub with its first supervisor, and to a desk that joined it by code.

// needs: chromium chromedriver axe

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use promises::{Browser, FirstStart, free_address, soon, until};

const PIN: &str = "258047";

#[tokio::test]
async fn the_first_page_leads_to_a_working_hub_with_a_supervisor_and_a_desk_joins_it_by_code() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let played = play(&browser).await;
    browser.client.close().await?;
    played
}

async fn play(browser: &Browser) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let links = free_address()?;
    let hub = FirstStart::start(&folder.path().join("hub"), links).await?;
    look_at_the_first_page(browser, &hub.url).await?;

    let (fingerprint, invitation) = set_up_a_hub(browser, &hub, &links.to_string()).await?;
    sign_in(browser, &hub.url).await?;
    browser.open(&format!("{}/people?who=9001", hub.url)).await?;
    let staff = text(browser, "#staff-list").await?;
    ensure!(staff.contains("Ada Stone") && staff.to_lowercase().contains("supervisor"), "the first person: {staff}");
    ensure!(!folder.path().join("hub/first-person.json").exists(), "what waited for the first start is still there");

    let desk = FirstStart::start(&folder.path().join("desk"), "127.0.0.1:0".parse()?).await?;
    join_by_code(browser, &desk, &fingerprint, &invitation).await?;
    sign_in(browser, &desk.url).await?;
    ensure!(text(browser, "#top .where").await?.contains("G12"), "the desk does not say which it is");
    // Both are one host for the browser, which keeps one session for it: at the hub one signs in again.
    browser.open(&format!("{}/hub", hub.url)).await?;
    browser.until("the question at the hub", "location.pathname === '/sign-in'").await?;
    say_who(browser).await?;
    browser.until("the desk at the hub", "location.pathname === '/hub' && document.querySelector('main').innerText.includes('G12')").await?;
    Ok(())
}

/// In both languages, narrow and on a wall: nothing keeps anybody out, nothing stands beyond the edge.
async fn look_at_the_first_page(browser: &Browser, url: &str) -> Result<()> {
    for language in ["en", "zh-CN"] {
        for kind in ["hub", "desk", "demonstration"] {
            browser.open(&format!("{url}/setup?language={language}")).await?;
            ensure!(browser.client.find(Locator::Css("html")).await?.attr("lang").await?.as_deref() == Some(language), "not in {language}");
            choose(browser, kind).await?;
            for (width, height) in [(1280, 900), (320, 800), (3840, 2160)] {
                browser.client.set_window_size(width, height).await?;
                let page = format!("setup-{kind}-{width}-{language}");
                browser.picture(&page).await?;
                let over = browser.client.execute("return document.documentElement.scrollWidth - window.innerWidth", Vec::new()).await?;
                ensure!(over.as_i64().is_some_and(|over| over <= 0), "{page} is {over} px too wide");
            }
            browser.client.set_window_size(1280, 900).await?;
            no_barriers(browser, kind).await?;
            browser.named_fields(kind).await?;
        }
    }
    Ok(())
}

/// The fingerprint of the installation, and the code of its first desk.
async fn set_up_a_hub(browser: &Browser, hub: &FirstStart, address: &str) -> Result<(String, String)> {
    browser.open(&format!("{}/setup?language=en", hub.url)).await?;
    choose(browser, "hub").await?;
    for (field, value) in [("code", hub.code.as_str()), ("installation", "Pudong"), ("number", "9001"), ("name", "Ada Stone")] {
        fill(browser, field, value).await?;
    }
    for (field, value) in [("secret", PIN), ("again", "258048"), ("station", "PVG"), ("desk", "G12"), ("address", address)] {
        fill(browser, field, value).await?;
    }
    send(browser).await?;
    browser.until("what is wrong", "document.getElementById('again-wrong') !== null").await?;
    browser.picture("setup-wrong").await?;
    no_barriers(browser, "what is wrong").await?;
    ensure!(browser.text("#installation").await? == "Pudong" && browser.text("#secret").await?.is_empty(), "what was typed is not kept as it should");
    for field in ["secret", "again"] {
        fill(browser, field, PIN).await?;
    }
    send(browser).await?;
    browser.until("the hub", "document.getElementById('invitation') !== null").await?;
    browser.picture("setup-hub-done").await?;
    no_barriers(browser, "the hub is set up").await?;
    Ok((text(browser, "#fingerprint-head + .code").await?, text(browser, "#invitation").await?))
}

async fn join_by_code(browser: &Browser, desk: &FirstStart, fingerprint: &str, invitation: &str) -> Result<()> {
    browser.open(&format!("{}/setup?language=en", desk.url)).await?;
    choose(browser, "desk").await?;
    fill(browser, "code", &desk.code).await?;
    fill(browser, "join", invitation).await?;
    send(browser).await?;
    browser.until("the question", "document.querySelector('input[name=compared]') !== null").await?;
    ensure!(text(browser, "form .code").await? == fingerprint, "the fingerprint is another than the hub's");
    browser.picture("setup-compare").await?;
    no_barriers(browser, "the fingerprint").await?;
    browser.client.find(Locator::Css("form[action='/setup'] button.primary")).await?.click().await?;
    browser.until("the desk", "document.querySelector('.notice.go') !== null").await?;
    browser.picture("setup-desk-done").await?;
    no_barriers(browser, "the desk is set up").await
}

/// The program that showed the first page starts as what was set up: its screens ask who works here.
async fn sign_in(browser: &Browser, url: &str) -> Result<()> {
    browser.client.find(Locator::Css("a.primary")).await?.click().await.context("there is no way to the screens")?;
    until("the screens", soon(), async || {
        // Between the first page and the screens nobody answers for a moment; a desk hears of its staff from the hub.
        let there = browser.client.goto(&format!("{url}/")).await.is_ok();
        let asked = browser.client.execute("return location.pathname === '/sign-in' && document.getElementById('secret') !== null", Vec::new());
        if there && asked.await? == true {
            return Ok(Some(()));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        Ok(None)
    })
    .await?;
    say_who(browser).await
}

async fn say_who(browser: &Browser) -> Result<()> {
    fill(browser, "scan", "9001").await?;
    fill(browser, "secret", PIN).await?;
    browser.client.find(Locator::Css("#scan-form button.primary")).await?.click().await?;
    browser.until("who works here", "location.pathname !== '/sign-in' && document.querySelector('#top')?.innerText.includes('9001')").await
}

async fn choose(browser: &Browser, kind: &str) -> Result<()> {
    browser.client.find(Locator::Css(&format!("label[for=what-{kind}]"))).await?.click().await?;
    Ok(())
}

async fn fill(browser: &Browser, field: &str, value: &str) -> Result<()> {
    let field = browser.client.find(Locator::Id(field)).await?;
    field.clear().await?;
    field.send_keys(value).await?;
    Ok(())
}

async fn send(browser: &Browser) -> Result<()> {
    browser.client.find(Locator::Css("form[method=post] button.primary")).await?.click().await?;
    Ok(())
}

async fn text(browser: &Browser, place: &str) -> Result<String> {
    Ok(browser.client.find(Locator::Css(place)).await?.text().await?.trim().to_owned())
}

async fn no_barriers(browser: &Browser, page: &str) -> Result<()> {
    let found = browser.barriers().await?.unwrap_or_default();
    ensure!(found.is_empty(), "{page}: {found:#?}");
    Ok(())
}
