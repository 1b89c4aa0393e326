//! Each desk's day in a real browser, by keyboard and scanner alone: with the hub and cut off from it, in both languages; afterwards the hub has it all.

// needs: chromium chromedriver

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use fantoccini::key::Key;
use promises::{Browser, Desk, Installation, List, seat, soon};
use serde_json::{Value, json};

const GUESTS: usize = 6;

#[tokio::test]
async fn each_desks_day_goes_on_without_the_hub_in_both_languages() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let played = days(&browser).await;
    browser.client.close().await?;
    played
}

async fn days(browser: &Browser) -> Result<()> {
    let mut station = Installation::with_desks(&["C1", "G12", "B1"]).await?;
    for number in [1501, 1503] {
        signed_in(browser, &station, number == 1501).await?;
        for (number, language) in [(number, "en"), (number + 1, "zh-CN")] {
            let list = List::days_away(number, 0, GUESTS);
            let day = Day { browser, list: &list, language };
            day.all(&station).await.with_context(|| format!("{}, {language}", list.flight))?;
        }
        if number == 1501 {
            station.kill("HUB").await?;
        }
    }
    ensure!(browser.complaints().await?.iter().all(|line| line.contains("ERR_CONNECTION_REFUSED")), "the browser complains");
    station.launch("HUB").await?;
    let hub = station.hub()?;
    for number in [1501, 1502, 1503, 1504] {
        let flight = List::days_away(number, 0, GUESTS).flight;
        let all = |row: &Value| row["counts"]["boarded"] == json!(GUESTS) && row["counts"]["bags"] == json!(1) && row["closed"] == json!(true);
        hub.sees("the whole day", &format!("flights/{flight}"), soon(), all).await?;
    }
    let cases = |all: &Value| all.as_array().is_some_and(|all| all.len() == 4);
    hub.sees("every report", "cases", soon(), cases).await?;
    Ok(())
}

/// Says who works at each desk, as on a device without a staff list.
async fn signed_in(browser: &Browser, station: &Installation, first: bool) -> Result<()> {
    if !first {
        return Ok(());
    }
    for desk in ["C1", "G12", "B1"] {
        browser.open(&format!("{}/", station.desk(desk)?.url())).await?;
        browser.write("#number", "4711\n").await?;
        browser.until("the shift", "document.body.innerText.includes('Staff 4711')").await?;
    }
    Ok(())
}

struct Day<'a> {
    browser: &'a Browser,
    list: &'a List,
    language: &'a str,
}

impl Day<'_> {
    async fn all(&self, station: &Installation) -> Result<()> {
        let (counter, gate, baggage) = (station.desk("C1")?, station.desk("G12")?, station.desk("B1")?);
        counter.work_flight(self.list).await?;
        let tag = self.at_the_counter(&counter).await.context("at the counter")?;
        self.at_the_gate(&counter, &gate).await.context("at the gate")?;
        self.at_the_baggage_desk(&baggage, &tag).await.context("at the baggage desk")?;
        Ok(())
    }

    async fn open(&self, desk: &Desk, path: &str) -> Result<()> {
        self.browser.open(&format!("{}{path}", desk.url())).await?;
        if self.browser.says("document.documentElement.lang").await? != json!(self.language) {
            self.browser.choose("form.tongue button").await?;
            self.browser.until("the language", &format!("document.documentElement.lang === {}", json!(self.language))).await?;
            self.browser.open(&format!("{}{path}", desk.url())).await?;
        }
        Ok(())
    }

    /// Waits for what the desk itself says of the flight.
    async fn counts(&self, desk: &Desk, what: &str, name: &str, wanted: usize) -> Result<()> {
        desk.sees(what, &format!("flights/{}", self.list.flight), soon(), |row| row["counts"][name] == json!(wanted)).await?;
        Ok(())
    }

    /// A guest is found by name, checked in with a bag, and moved; the others come with their numbers alone. Gives the bag's tag.
    async fn at_the_counter(&self, desk: &Desk) -> Result<String> {
        let browser = self.browser;
        let bookings = desk.bookings(&self.list.flight).await?;
        self.open(desk, "/counter").await?;
        browser.key(&[], Key::F2).await?;
        browser.write("#scan", &format!("{} alder", self.number())).await?;
        browser.key(&[], Key::Enter).await?;
        browser.until("who was found", "document.querySelector('a[data-row]') !== null").await?;
        browser.choose(&format!("a[data-row][href*='{}']", bookings[0])).await?;
        browser.until("the guest", "document.querySelector('#party') !== null").await?;
        browser.key(&[], Key::F4).await?;
        browser.until("the pass", "document.querySelector('#party a[href^=\"/pass/\"]') !== null").await?;
        browser.write("#weight", "18.5").await?;
        browser.key(&[], Key::Enter).await?;
        browser.until("the tag", "document.querySelector('.tagnumber') !== null").await?;
        let tag = browser.client.find(Locator::Css(".tagnumber")).await?.text().await?;
        browser.choose("a[href*='&seat=']").await?;
        browser.until("the question", "document.querySelector('#ask #seat') !== null").await?;
        browser.write("#ask #seat", "22C").await?;
        browser.key(&[], Key::Enter).await?;
        browser.until("the new seat", "[...document.querySelectorAll('#party b.seat')].some((seat) => seat.textContent === '22C')").await?;
        browser.picture(&format!("day-counter-{}-{}", self.number(), self.language)).await?;
        for (place, booking) in bookings.iter().enumerate().skip(1) {
            desk.check_in(booking, &seat(place)).await?;
        }
        self.counts(desk, "everybody checked in", "checked_in", GUESTS).await?;
        Ok(tag.chars().filter(char::is_ascii_digit).collect())
    }

    /// Passes are scanned, a seat is typed, one guest comes back out and goes aboard again, and the flight is closed.
    async fn at_the_gate(&self, counter: &Desk, desk: &Desk) -> Result<()> {
        let browser = self.browser;
        self.counts(desk, "the counter's work", "checked_in", GUESTS).await?;
        let guests = counter.read(&format!("flights/{}/guests", self.list.flight)).await?;
        let guest = |place: usize, field: &str| guests[place][field].as_str().unwrap_or_default().to_owned();
        self.open(desk, &format!("/gate/{}", self.list.flight)).await?;
        for place in 0..GUESTS {
            let before = browser.scan_id().await?;
            browser.key(&[], Key::F2).await?;
            browser.write("#scan", &guest(place, "seat")).await?;
            browser.key(&[], Key::Enter).await?;
            browser.new_verdict(&before).await?;
            // Who was moved holds the old pass: amber, with what to do.
            ensure!(browser.tone().await? != "reject", "seat {} says {:?}", guest(place, "seat"), browser.verdict().await?);
        }
        self.counts(desk, "everybody on board", "boarded", GUESTS).await?;
        browser.choose("#verdict a.button").await?;
        browser.until("the question", "document.querySelector('#ask #reason') !== null").await?;
        browser.key(&[Key::Control], Key::Enter).await?;
        self.counts(desk, "one guest less on board", "boarded", GUESTS - 1).await?;
        browser.until("the list", "document.querySelector('#list-missing button[name=booking]') !== null").await?;
        browser.choose("#list-missing button[name=booking]").await?;
        self.counts(desk, "the guest back on board", "boarded", GUESTS).await?;
        browser.picture(&format!("day-gate-{}-{}", self.number(), self.language)).await?;
        browser.key(&[], Key::F4).await?;
        browser.until("the closing", "document.querySelector('#sheet') !== null").await?;
        browser.key(&[], Key::F4).await?;
        let closed = |row: &Value| row["closed"] == json!(true);
        desk.sees("the flight closed", &format!("flights/{}", self.list.flight), soon(), closed).await?;
        Ok(())
    }

    /// The bag did not arrive: its tag says whose it is, the rest is told in words.
    async fn at_the_baggage_desk(&self, desk: &Desk, tag: &str) -> Result<()> {
        let browser = self.browser;
        self.counts(desk, "the bag", "bags", 1).await?;
        let before = desk.read("cases").await?.as_array().map_or(0, Vec::len);
        self.open(desk, "/baggage").await?;
        browser.burst(tag).await?;
        browser.until("the guest's name", "document.querySelector('#name')?.value.includes('ALDER')").await?;
        browser.write("#contact", "+86 21 5550 0101").await?;
        browser.write("#description", "blue trolley, red ribbon").await?;
        browser.key(&[Key::Control], Key::Enter).await?;
        desk.sees("the report", "cases", soon(), |all| all.as_array().is_some_and(|all| all.len() == before + 1)).await?;
        browser.picture(&format!("day-baggage-{}-{}", self.number(), self.language)).await?;
        Ok(())
    }

    fn number(&self) -> &str {
        self.list.flight.split('.').next().unwrap_or_default()
    }
}
