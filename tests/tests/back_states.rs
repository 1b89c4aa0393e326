//! The states of the way back to the host: comparison, outbox, connections and changes, each without a barrier for anybody, in both languages.

// needs: chromium chromedriver axe

use anyhow::{Context, Result, ensure};
use fantoccini::Locator;
use promises::{Browser, Desk, Installation, List, Receiver, SECRET, apron, seat, soon};
use serde_json::{Value, json};

/// Each state in one language and look and in the other language and look: what is too wide, too pale or unnamed is so in any.
const FACES: [(&str, &str); 2] = [("en", "light"), ("zh-CN", "dark high")];

#[tokio::test]
async fn every_state_of_the_way_back_can_be_read_by_everybody_in_both_languages() -> Result<()> {
    let Some(browser) = Browser::start().await? else { return Ok(()) };
    let played = play(&browser).await;
    browser.client.close().await?;
    played
}

/// A desk that sends to a receiver, and works a flight of which the host said before that nobody is checked in.
struct Play<'a> {
    browser: &'a Browser,
    station: Installation,
    desk: Desk,
    receiver: Receiver,
    flight: String,
    guests: Vec<String>,
    found: Vec<String>,
}

async fn play(browser: &Browser) -> Result<()> {
    let mut station = Installation::with_desks(&["C1"]).await?;
    let receiver = Receiver::start(station.root()).await?;
    let secret = station.root().join("secret");
    std::fs::write(&secret, SECRET)?;
    std::fs::write(station.config("C1"), receiver.way(&secret))?;
    station.stop_cleanly("C1").await?;
    station.launch("C1").await?;
    station.linked().await?;
    let desk = station.desk("C1")?;
    let list = List::days_away(1501, 0, 12);
    desk.must(json!({ "kind": "import-list", "text": list.text })).await?;
    let guests = desk.bookings(&list.flight).await?;
    let mut play = Play { browser, station, desk, receiver, flight: list.flight, guests, found: Vec::new() };
    // As long as the pages are, so that a picture shows all of each.
    browser.client.set_window_size(1280, 2000).await?;
    play.read_host().await?;
    play.step("take-over").await?;
    play.sign_in("4711").await?;
    play.messages().await?;
    play.comparison().await?;
    play.changes().await?;
    play.given_back().await?;
    ensure!(play.found.is_empty(), "barriers: {:#?}", play.found);
    Ok(())
}

impl Play<'_> {
    /// A message that arrived, one that was refused, one of which nobody knows, and one that waits behind it.
    async fn messages(&mut self) -> Result<()> {
        self.bag(0, "sent").await?;
        self.receiver.tell("refuse", Some(1)).await?;
        self.bag(1, "refused").await?;
        self.receiver.tell("die", Some(1)).await?;
        self.bag(2, "unknown").await?;
        self.receiver.ends().await?;
        self.bag(3, "waiting").await?;
        let flight = self.flight.clone();
        self.look(&format!("/outbox?flight={flight}"), "outbox-sent-refused-unknown-waiting").await?;
        let rows = self.desk.read(&format!("outbox/{flight}")).await?;
        let of = |state: &str| {
            let mut rows = rows.as_array().into_iter().flatten();
            rows.find(|row| row["state"] == state)
                .and_then(|row| row["key"].as_str())
                .map(str::to_owned)
                .with_context(|| format!("{state}: {rows:?}"))
        };
        for state in ["unknown", "refused", "waiting"] {
            self.look(&format!("/outbox?flight={flight}&show={}", of(state)?), &format!("outbox-look-at-{state}")).await?;
        }
        Ok(())
    }

    /// The comparison without a list, with everything open, and with the first ones settled and one ended as sent.
    async fn comparison(&mut self) -> Result<()> {
        let page = format!("/hand-back/{}", self.flight);
        self.step("begin-hand-back").await?;
        self.look(&page, "hand-back-without-a-list").await?;
        self.read_host().await?;
        self.look(&page, "hand-back-all-open").await?;
        let path = format!("flights/{}/settlement", self.flight);
        let first = self.desk.read(&path).await?;
        for (row, how) in first["rows"].as_array().into_iter().flatten().zip(["keyed-in", "no-action"]) {
            let settle =
                json!({ "kind": "settle-difference", "flight": self.flight, "difference": row["id"], "how": how, "reason": "agreed by telephone" });
            self.desk.must(settle).await?;
        }
        self.receiver.launch().await?;
        let ends = |seen: &Value| seen["rows"].as_array().is_some_and(|rows| rows.iter().any(|row| row["carried"]["ends"] == true));
        self.desk.sees("a difference that ended as sent", &path, soon() * 2, ends).await?;
        self.look(&page, "hand-back-some-settled").await
    }

    /// A connection that is at risk, and a flight that goes elsewhere.
    async fn changes(&mut self) -> Result<()> {
        self.step("call-off-hand-back").await?;
        let mut next = List::days_away(1505, 0, 4);
        let day = next.flight[15..17].to_owned();
        next.text = next.text.replacen(".L/", &format!(".I/CA1234Y{day}PEK\n.L/"), 1);
        self.desk.must(json!({ "kind": "import-list", "text": next.text })).await?;
        self.desk.must(json!({ "kind": "set-flight", "flight": next.flight, "std": "23:50" })).await?;
        let inbound = next.flight.replace("CA1505", "CA1234").replace("PVG", "PEK");
        self.desk.must(json!({ "kind": "note-arrival", "flight": inbound, "how": "estimated", "at": "23:10" })).await?;
        self.look("/connections", "connections-at-risk").await?;
        self.desk.must(json!({ "kind": "divert-flight", "flight": self.flight, "to": "TSN", "onward": "coach", "reason": "fog" })).await?;
        self.look(&format!("/gate/{}/changes", self.flight), "changes-diverted").await?;
        self.desk.must(json!({ "kind": "call-guests", "flight": self.flight, "call": "rows-10-20" })).await?;
        self.look(&format!("/gate/{}/calls", self.flight), "calls-made").await?;
        self.step("begin-hand-back").await
    }

    /// Who may not hand back is told who may; a supervisor does it with differences open, and the page says so.
    async fn given_back(&mut self) -> Result<()> {
        let page = format!("/hand-back/{}", self.flight);
        for (number, roles) in [("9001", "admin"), ("4711", "gate,counter,baggage"), ("4712", "supervisor")] {
            let (dir, badge) = (self.station.dir("HUB").display().to_string(), format!("B:{number}"));
            let args = ["hub", "staff", number, "--name", "Chen Wei", "--role", roles, "--badge", &badge, "--staff", "9001", "--data", &dir];
            apron(&args).await?.good()?;
        }
        self.desk.sees("the staff list", "status", soon(), |status| status["staff"] == json!(3)).await?;
        self.by_badge(&page, "4711").await?;
        self.look(&page, "hand-back-supervisor-needed").await?;
        self.by_badge(&page, "4712").await?;
        self.browser.write("#finish-reason", "the airline knows what is open").await?;
        self.browser.client.find(Locator::Css("button[name='anyway']")).await?.click().await?;
        self.browser.until("the host at work", "document.querySelector('a[href*=\"take-over=1\"]') !== null").await?;
        self.look(&page, "hand-back-done").await
    }

    /// Checks a guest in with a bag, and waits until the bag's message stands so.
    async fn bag(&self, at: usize, state: &str) -> Result<()> {
        let booking = self.guests.get(at).context("too few guests")?;
        self.desk.check_in(booking, &seat(at)).await?;
        self.desk.must(json!({ "kind": "add-bag", "booking": booking, "weight_kg": 15 })).await?;
        let stands = |rows: &Value| rows.as_array().is_some_and(|rows| rows.iter().any(|row| row["about"] == **booking && row["state"] == state));
        self.desk.sees(&format!("a message that is {state}"), &format!("outbox/{}", self.flight), soon(), stands).await?;
        Ok(())
    }

    /// Reads the host's list: everybody is booked, and nobody more.
    async fn read_host(&self) -> Result<()> {
        let rows = self.desk.read(&format!("flights/{}/guests", self.flight)).await?;
        let row = |row: &Value| format!("{};{};;;BKD;\n", row["name"].as_str().unwrap_or_default(), row["locator"].as_str().unwrap_or_default());
        let text = rows.as_array().into_iter().flatten().map(row).collect::<String>();
        let text = format!("PAX NAME;RLOC;SEAT;SN;ST;BAG TAGS\n{text}");
        self.desk.must(json!({ "kind": "import-host-list", "flight": self.flight, "text": text })).await?;
        Ok(())
    }

    async fn step(&self, kind: &str) -> Result<()> {
        self.desk.must(json!({ "kind": kind, "flight": self.flight, "reason": "host silent since 10:33" })).await?;
        Ok(())
    }

    async fn sign_in(&self, number: &str) -> Result<()> {
        self.browser.open(&format!("{}/", self.desk.url())).await?;
        self.browser.write("#number", number).await?;
        self.browser.client.find(Locator::Css("form[action='/staff'] button")).await?.click().await?;
        self.browser.until("the shift", &format!("document.body.innerText.includes('{number}')")).await
    }

    async fn by_badge(&self, page: &str, number: &str) -> Result<()> {
        self.browser.open(&format!("{}{page}", self.desk.url())).await?;
        if let Ok(lock) = self.browser.client.find(Locator::Css("form[action='/lock'] button")).await {
            lock.click().await?;
            self.browser.until("the locked screen", "document.querySelector('main.locked') !== null").await?;
        }
        self.browser.burst(&format!("B:{number}")).await?;
        self.browser.until("the shift", &format!("document.querySelector('#top')?.innerText.includes('{number}')")).await?;
        self.browser.open(&format!("{}{page}", self.desk.url())).await
    }

    /// Looks at a page in both languages, and leaves it in the first.
    async fn look(&mut self, page: &str, name: &str) -> Result<()> {
        for (language, looks) in FACES {
            self.speak(language).await?;
            self.browser.open(&format!("{}{page}", self.desk.url())).await?;
            self.browser.client.execute("document.documentElement.className = arguments[0]", vec![json!(looks)]).await?;
            self.browser.picture(&format!("back-{name}-{language}")).await?;
            self.found.extend(self.browser.barriers().await?.into_iter().flatten().map(|barrier| format!("{name}, {language}: {barrier}")));
            let over: Value = self.browser.client.execute("return document.documentElement.scrollWidth - window.innerWidth", Vec::new()).await?;
            ensure!(over.as_i64().is_some_and(|over| over <= 0), "{name}, {language} is {over} px too wide");
        }
        self.speak("en").await
    }

    async fn speak(&self, language: &str) -> Result<()> {
        let wanted = format!("document.documentElement.lang === {}", json!(language));
        if self.browser.client.execute(&format!("return {wanted}"), Vec::new()).await? != json!(true) {
            self.browser.open(&format!("{}/", self.desk.url())).await?;
            self.browser.client.find(Locator::Css("form.tongue button")).await?.click().await?;
            self.browser.until("the language", &wanted).await?;
        }
        Ok(())
    }
}
