//! A real browser, driven over WebDriver as a person with a scanner and a keyboard would.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::wait::{soon, until};

/// A browser with a fresh profile, gone when the test ends.
pub struct Browser {
    pub client: Client,
    driver: String,
    session: String,
    _process: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Nothing, and a line that says so, where there is no browser.
    pub async fn start() -> Result<Option<Self>> {
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

    /// Opens an address and waits until the page is there.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| format!("{url} cannot be opened"))?;
        self.until("the page", "document.readyState === 'complete'").await
    }

    /// Waits until a condition of the page holds.
    pub async fn until(&self, what: &str, condition: &str) -> Result<()> {
        until(what, Duration::from_secs(15), async || {
            Ok((self.client.execute(&format!("return {condition}"), Vec::new()).await? == json!(true)).then_some(()))
        })
        .await
    }

    /// Sends key events as fast as a scanner does, and Enter; waits for the answer.
    pub async fn scan(&self, text: &str) -> Result<()> {
        let before = self.scan_id().await?;
        self.burst(text).await?;
        self.new_verdict(&before).await
    }

    /// Presses one key as a person does.
    pub async fn press_slowly(&self, key: &str) -> Result<()> {
        // Longer than a scanner leaves between two letters.
        self.client.execute_async("setTimeout(arguments[arguments.length - 1], 60)", Vec::new()).await?;
        self.client.active_element().await?.send_keys(key).await?;
        Ok(())
    }

    /// Waits for another answer than the one named.
    pub async fn new_verdict(&self, before: &str) -> Result<()> {
        self.until("an answer to the scan", &format!("document.getElementById('verdict').dataset.id !== {}", json!(before))).await
    }

    /// The name of the last answer.
    pub async fn scan_id(&self) -> Result<String> {
        let id = self.client.execute("return document.getElementById('verdict').dataset.id", Vec::new()).await?;
        Ok(id.as_str().unwrap_or_default().to_owned())
    }

    /// The words of the last answer.
    pub async fn verdict(&self) -> Result<String> {
        Ok(self.client.find(Locator::Id("verdict")).await?.text().await?)
    }

    /// The tone in the markup; its colour must be one that a person takes for it.
    pub async fn tone(&self) -> Result<String> {
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
    pub async fn text(&self, field: &str) -> Result<String> {
        let value = self.client.execute("return document.querySelector(arguments[0]).value", vec![json!(field)]).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Every field that a person can fill in, and every button, has a name that a screen reader says.
    pub async fn named_fields(&self, page: &str) -> Result<()> {
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
    pub async fn complains_of_nothing(&self) -> Result<()> {
        let complaints = self.complaints().await?;
        ensure!(complaints.is_empty(), "the browser complains: {complaints:?}");
        Ok(())
    }

    /// What the browser wrote into its log since the last look.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let log = self.ask(reqwest::Method::POST, "se/log", json!({"type": "browser"})).await?;
        let line = |line: &Value| format!("{} {}", line["level"].as_str().unwrap_or_default(), line["message"].as_str().unwrap_or_default());
        Ok(log.as_array().into_iter().flatten().map(line).collect())
    }

    /// Serious and critical findings of axe-core on the page, each with the first place it was found at. Nothing is said where axe-core is not installed.
    pub async fn barriers(&self) -> Result<Option<Vec<String>>> {
        let Ok(axe) = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/node_modules/axe-core/axe.min.js")) else {
            println!("SKIPPED: axe-core is not installed");
            return Ok(None);
        };
        self.client.execute(&axe, Vec::new()).await.context("axe-core does not run")?;
        let ask = "const done = arguments[arguments.length - 1]; axe.run(document, { resultTypes: ['violations'] }).then((found) => done(found.violations\
            .filter((one) => ['serious', 'critical'].includes(one.impact)).map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 200)}`)), (fault) => done([String(fault)]))";
        let found = self.client.execute_async(&ask.replace("\\\n", ""), Vec::new()).await?;
        Ok(Some(found.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()))
    }

    /// Sends key events as fast as a scanner does, and Enter, and waits for nothing.
    pub async fn burst(&self, text: &str) -> Result<()> {
        self.burst_and(text, &[Key::Enter]).await
    }

    /// Sends key events as fast as a scanner does, and as quickly the keys named.
    pub async fn burst_and(&self, text: &str, behind: &[Key]) -> Result<()> {
        let mut keys = KeyActions::new("scanner".to_owned());
        for letter in text.chars().chain(behind.iter().map(|key| char::from(*key))) {
            keys = keys.then(KeyAction::Down { value: letter }).then(KeyAction::Up { value: letter });
        }
        Ok(self.client.perform_actions(keys).await?)
    }

    /// Sends a code as a scanner does that is set to send STX first, each letter so slowly that a person could type it.
    pub async fn scan_behind_stx(&self, text: &str) -> Result<()> {
        let before = self.scan_id().await?;
        let control = char::from(Key::Control);
        let mut keys = KeyActions::new("scanner".to_owned()).then(KeyAction::Down { value: control });
        keys = keys.then(KeyAction::Down { value: 'b' }).then(KeyAction::Up { value: 'b' }).then(KeyAction::Up { value: control });
        for letter in text.chars().chain([char::from(Key::Enter)]) {
            let pause = KeyAction::Pause { duration: Duration::from_millis(45) };
            keys = keys.then(pause).then(KeyAction::Down { value: letter }).then(KeyAction::Up { value: letter });
        }
        self.client.perform_actions(keys).await?;
        self.new_verdict(&before).await
    }

    /// Cuts the browser off from everything, or lets it through again.
    pub async fn offline(&self, offline: bool) -> Result<()> {
        let rate = if offline { 0 } else { -1 };
        let wanted = json!({ "offline": offline, "latency": 0, "download_throughput": rate, "upload_throughput": rate });
        self.ask(reqwest::Method::POST, "chromium/network_conditions", json!({ "network_conditions": wanted })).await?;
        Ok(())
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
    pub async fn picture(&self, name: &str) -> Result<()> {
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
