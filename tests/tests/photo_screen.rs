//! Photos in a real browser: made smaller in the page, kept there while the desk is out of reach, and shown in both languages.

// needs: chromium chromedriver

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use promises::{Browser, Installation, soon};
use serde_json::{Value, json};

/// Puts a picture of this size into the field, as a telephone's camera does, and presses the button.
const TAKE: &str = "const [width, height, done] = arguments; const canvas = Object.assign(document.createElement('canvas'), { width, height });\
    const pen = canvas.getContext('2d'); pen.fillStyle = '#2a6'; pen.fillRect(0, 0, width, height); pen.fillStyle = '#e83'; pen.fillRect(width / 4, height / 4, width / 2, height / 2);\
    canvas.toBlob((blob) => { const files = new DataTransfer(); files.items.add(new File([blob], 'x.png', { type: 'image/png' }));\
    document.getElementById('photo').files = files.files; document.querySelector('form[data-photos] button').click(); done(true); })";

#[tokio::test]
async fn a_photo_is_made_smaller_in_the_page_and_waits_there_while_the_desk_is_out_of_reach() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let played = at_the_baggage_desk(&browser).await;
    browser.client.close().await?;
    played
}

async fn take(browser: &Browser, width: u32, height: u32) -> Result<()> {
    browser.client.execute_async(TAKE, vec![json!(width), json!(height)]).await?;
    Ok(())
}

async fn at_the_baggage_desk(browser: &Browser) -> Result<()> {
    let station = Installation::with_desks(&["B1"]).await?;
    let desk = station.desk("B1")?;
    let report = json!({
        "kind": "open-incident", "incident": "damaged", "name": "BIRCH/ADA", "flight": "CA0921", "contact": "+86 555 0100", "bag": { "description": "black" },
    });
    let case = desk.must(report).await?["case"].as_str().context("the report has no id")?.to_owned();
    browser.open(&format!("{}/", desk.url())).await?;
    browser.client.find(Locator::Id("number")).await?.send_keys("4711").await?;
    browser.client.find(Locator::Css("form[action='/staff'] button")).await?.click().await?;
    browser.until("the shift", "document.body.innerText.includes('Staff 4711')").await?;

    let page = format!("{}/photos/of/{case}", desk.url());
    browser.open(&page).await?;
    browser.named_fields("photos").await?;
    take(browser, 3200, 2400).await?;
    let shown = |number: usize| {
        format!(
            "document.querySelectorAll('#photos img').length === {number} && [...document.querySelectorAll('#photos img')].every((one) => one.naturalWidth)"
        )
    };
    browser.until("the photo", &shown(1)).await?;
    let size =
        browser.client.execute("const one = document.querySelector('#photos img'); return [one.naturalWidth, one.naturalHeight]", Vec::new()).await?;
    ensure!(size == json!([1600, 1200]), "the photo has {size} pixels");
    let rows = desk.read(&format!("photos/of/{case}")).await?;
    ensure!(rows[0]["kind"] == "image/jpeg" && rows[0]["bytes"].as_u64().is_some_and(|bytes| bytes < 200_000), "{rows}");
    browser.until("the hub's word", "document.getElementById('photos').innerText.includes('At the hub')").await?;
    browser.complains_of_nothing().await?;

    browser.offline(true).await?;
    take(browser, 800, 600).await?;
    browser.until("the word that the desk is out of reach", "!document.getElementById('lost').hidden").await?;
    browser
        .until(
            "the photo that waits",
            "!document.querySelector('[data-photos] [role=status]').hidden && document.querySelector('[data-photos] output').value === '1'",
        )
        .await?;
    browser.picture("photos-waiting").await?;
    browser.offline(false).await?;
    browser.until("the photo that waited", &shown(2)).await?;
    browser.until("nothing that waits", "document.querySelector('[data-photos] [role=status]').hidden").await?;
    browser.complaints().await?;

    // A file that is none is refused in words, on the same page.
    browser.client.execute("const files = new DataTransfer(); files.items.add(new File(['<svg/>'], 'x.png', { type: 'image/png' })); document.getElementById('photo').files = files.files; document.querySelector('form[data-photos] button').click()", Vec::new()).await?;
    browser.until("the refusal", "document.getElementById('photos').innerText.includes('JPEG, PNG or WebP picture')").await?;
    browser.picture("photos-refused").await?;

    browser.open(&page).await?;
    barriers(browser, "photos").await?;
    browser.picture("photos").await?;
    browser.client.set_window_size(500, 900).await?;
    browser.until("no sideways scroll", "document.documentElement.scrollWidth <= document.documentElement.clientWidth").await?;
    browser.picture("photos-narrow").await?;
    browser.client.set_window_size(1280, 900).await?;
    browser.client.find(Locator::Css("button[lang='zh-CN']")).await?.click().await?;
    browser.until("Chinese", "document.documentElement.lang === 'zh-CN' && document.readyState === 'complete'").await?;
    browser.until("the photos", &shown(2)).await?;
    barriers(browser, "photos in Chinese").await?;
    browser.picture("photos-zh").await?;

    // Removed by keyboard and form, with the reason.
    browser.client.execute("document.querySelector('#photos summary').click(); document.getElementById('why-1').focus()", Vec::new()).await?;
    browser.client.active_element().await?.send_keys("Another bag\u{e007}").await?;
    browser.until("one photo less", &shown(1)).await?;
    desk.sees("one photo less", &format!("photos/of/{case}"), soon(), |rows: &Value| rows.as_array().is_some_and(|rows| rows.len() == 1)).await?;
    Ok(())
}

async fn barriers(browser: &Browser, page: &str) -> Result<()> {
    let found = browser.barriers().await?.unwrap_or_default();
    ensure!(found.is_empty(), "{page}: {found:?}");
    Ok(())
}
