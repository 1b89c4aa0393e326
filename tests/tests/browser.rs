//! The gate in a real browser: a pass is scanned, the screen turns green, and red when it is scanned again.

// needs: chromium chromedriver

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use promises::{Installation, List, seat, soon, until};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// A browser with a fresh profile, gone when the test ends.
struct Browser {
    client: Client,
    driver: String,
    session: String,
    _process: Child,
    _profile: tempfile::TempDir,
}

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

impl Browser {
    /// Nothing, and a line that says so, where there is no browser.
    async fn start() -> Result<Option<Self>> {
        let Some(chromium) = ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| installed(name)) else {
            println!("SKIPPED: Chromium is not installed");
            return Ok(None);
        };
        let Some(chromedriver) = installed("chromedriver") else {
            println!("SKIPPED: chromedriver is not installed");
            return Ok(None);
        };
        let mut process = Command::new(chromedriver)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver cannot be started")?;
        let mut lines = BufReader::new(process.stdout.take().context("chromedriver has no output")?).lines();
        let port = tokio::time::timeout(soon(), async {
            while let Some(line) = lines.next_line().await? {
                if let Some(port) = line.split("successfully on port ").nth(1) {
                    return Ok(port.trim_end_matches('.').to_owned());
                }
            }
            bail!("chromedriver ended at once")
        });
        let driver = format!("http://127.0.0.1:{}", port.await.context("chromedriver says no port")??);
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let profile = tempfile::tempdir()?;
        let args = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let wanted = json!({
            "browserName": "chrome", "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions": {"binary": chromium, "args": args},
        });
        let Value::Object(wanted) = wanted else { bail!("capabilities are an object") };
        let connector = hyper_util::client::legacy::connect::HttpConnector::new();
        let client = ClientBuilder::new(connector).capabilities(wanted).connect(&driver).await.context("Chromium cannot be started")?;
        let session = client.session_id().await?.context("the browser has no session")?;
        Ok(Some(Self { client, driver, session, _process: process, _profile: profile }))
    }

    async fn open(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| format!("{url} cannot be opened"))?;
        self.until("the page", "document.readyState === 'complete'").await
    }

    /// Waits until a condition of the page holds.
    async fn until(&self, what: &str, condition: &str) -> Result<()> {
        until(what, Duration::from_secs(15), async || {
            Ok((self.client.execute(&format!("return {condition}"), Vec::new()).await? == json!(true)).then_some(()))
        })
        .await
    }

    /// Sends key events as fast as a scanner does, and Enter; waits for the answer.
    async fn scan(&self, text: &str) -> Result<()> {
        let before = self.scan_id().await?;
        let mut keys = KeyActions::new("scanner".to_owned());
        for letter in text.chars().chain([char::from(Key::Enter)]) {
            keys = keys.then(KeyAction::Down { value: letter }).then(KeyAction::Up { value: letter });
        }
        self.client.perform_actions(keys).await?;
        self.new_verdict(&before).await
    }

    async fn press_slowly(&self, key: &str) -> Result<()> {
        // Longer than a scanner leaves between two letters.
        self.client.execute_async("setTimeout(arguments[arguments.length - 1], 60)", Vec::new()).await?;
        self.client.active_element().await?.send_keys(key).await?;
        Ok(())
    }

    async fn new_verdict(&self, before: &str) -> Result<()> {
        self.until("an answer to the scan", &format!("document.getElementById('verdict').dataset.id !== {}", json!(before))).await
    }

    async fn scan_id(&self) -> Result<String> {
        let id = self.client.execute("return document.getElementById('verdict').dataset.id", Vec::new()).await?;
        Ok(id.as_str().unwrap_or_default().to_owned())
    }

    async fn verdict(&self) -> Result<String> {
        Ok(self.client.find(Locator::Id("verdict")).await?.text().await?)
    }

    /// The tone in the markup; its colour must be one that a person takes for it.
    async fn tone(&self) -> Result<String> {
        let tone = self.client.execute("return document.getElementById('verdict').dataset.tone", Vec::new()).await?;
        let tone = tone.as_str().unwrap_or_default().to_owned();
        let script = "const style = getComputedStyle(document.getElementById('verdict')); return style.backgroundColor";
        let colour = self.client.execute(script, Vec::new()).await?;
        let [red, green, _] = rgb(colour.as_str().unwrap_or_default()).with_context(|| format!("{colour} is no colour"))?;
        let fits = match tone.as_str() {
            "accept" => green > red,
            "reject" => red > green,
            _ => true,
        };
        ensure!(fits, "{tone} is shown in {colour}");
        Ok(tone)
    }

    /// What stands in a field.
    async fn text(&self, field: &str) -> Result<String> {
        let value = self.client.execute("return document.querySelector(arguments[0]).value", vec![json!(field)]).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Every field that a person can fill in, and every button, has a name that a screen reader says.
    async fn named_fields(&self, page: &str) -> Result<()> {
        let checked = until("a page that stands still", soon(), async || match self.names().await {
            // A live page replaced a part of itself meanwhile.
            Err(error) if format!("{error:#}").contains("stale element") => Ok(None),
            named => named.map(Some),
        });
        let checked = checked.await.with_context(|| format!("on the page {page}"))?;
        println!("{page}: {checked} fields and buttons have names");
        Ok(())
    }

    async fn names(&self) -> Result<usize> {
        let fields = self.client.find_all(Locator::Css("input:not([type=hidden]), select, textarea, button")).await?;
        for field in &fields {
            let id = field.element_id().to_string();
            let label = self.ask(reqwest::Method::GET, &format!("element/{id}/computedlabel"), Value::Null).await?;
            if label.as_str().is_none_or(|label| label.trim().is_empty()) && field.is_displayed().await? {
                bail!("a field has no name: {}", field.html(false).await?);
            }
        }
        Ok(fields.len())
    }

    /// No broken rule of the pages' own policy, no error of their scripts.
    async fn complains_of_nothing(&self) -> Result<()> {
        let complaints = self.complaints().await?;
        ensure!(complaints.is_empty(), "the browser complains: {complaints:?}");
        Ok(())
    }

    /// What the browser wrote into its log since the last look.
    async fn complaints(&self) -> Result<Vec<String>> {
        let log = self.ask(reqwest::Method::POST, "se/log", json!({"type": "browser"})).await?;
        let line = |line: &Value| format!("{} {}", line["level"].as_str().unwrap_or_default(), line["message"].as_str().unwrap_or_default());
        Ok(log.as_array().into_iter().flatten().map(line).collect())
    }

    /// What the driver can do and the client has no word for.
    async fn ask(&self, method: reqwest::Method, what: &str, body: Value) -> Result<Value> {
        let mut request = reqwest::Client::new().request(method, format!("{}/session/{}/{what}", self.driver, self.session));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer: Value = request.send().await?.json().await?;
        ensure!(answer["value"]["error"].is_null(), "{what}: {}", answer["value"]);
        Ok(answer["value"].clone())
    }

    /// A picture of the page, where somebody wants to see it.
    async fn picture(&self, name: &str) -> Result<()> {
        let Some(folder) = std::env::var_os("APRON_SCREENSHOTS") else { return Ok(()) };
        std::fs::create_dir_all(&folder)?;
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), self.client.screenshot().await?)?;
        Ok(())
    }
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// `rgb(1, 2, 3)` as numbers.
fn rgb(colour: &str) -> Option<[u16; 3]> {
    let inside = colour.split_once('(')?.1.trim_end_matches(')');
    let mut parts = inside.split([',', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().ok());
    Some([parts.next()??, parts.next()??, parts.next()??])
}
