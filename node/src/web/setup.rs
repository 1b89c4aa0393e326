//! The first page: what this machine is to be. For this machine alone, and only while nothing is set up.

use askama::Template;
use axum::extract::{DefaultBodyLimit, Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{Redirect, Response};
use axum::routing::get;
use axum::{Router, serve as answer};
use serde::Deserialize;
use sync::transport::JoinCode;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::csrf::CsrfLayer;

use super::errors::html;
use super::{assets, security};
use crate::data::Role;
use crate::lang::{Languages, Say};
use crate::messages::staff_of;
use crate::setup::{FirstDesk, FirstPerson, SetUp, Setup, Wish, grouped};

/// As much as the form takes.
const FORM_MAX: usize = 16 * 1024;

/// As long as a password or PIN may be, in characters.
const SECRET: std::ops::RangeInclusive<usize> = 4..=128;

/// Shows the page until something is set up.
pub(crate) async fn serve(listener: TcpListener, setup: Setup, languages: Languages, mut ended: watch::Receiver<bool>) -> anyhow::Result<()> {
    let app = router(setup, languages);
    answer(listener, app)
        .with_graceful_shutdown(async move {
            let _ = ended.wait_for(|ended| *ended).await;
        })
        .await?;
    Ok(())
}

pub(super) fn router(setup: Setup, languages: Languages) -> Router {
    Router::new()
        .route("/setup", get(show).post(press))
        .route("/assets/{name}", get(assets::asset))
        .fallback(async || Redirect::to("/setup"))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(security::Site::Here, security::own_host))
        .layer(from_fn_with_state(security::Site::Here, security::headers))
        .with_state(First { setup, languages })
}

#[derive(Clone)]
struct First {
    setup: Setup,
    languages: Languages,
}

/// What somebody typed; shown again when it was not right.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
    /// `hub`, `desk` or `demonstration`.
    #[serde(default)]
    what: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    installation: String,
    #[serde(default)]
    station: String,
    #[serde(default)]
    desk: String,
    #[serde(default)]
    address: String,
    /// The first person: staff number, name, and the password twice.
    #[serde(default)]
    number: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    secret: Unshown,
    #[serde(default)]
    again: Unshown,
    #[serde(default)]
    join: String,
    /// Set once the fingerprint was shown and looked at.
    #[serde(default)]
    compared: String,
}

/// What is never shown again, on no page and in no log.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Unshown(String);

impl std::fmt::Debug for Unshown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("...")
    }
}

/// The page, in each of its states.
#[derive(Debug, Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    pub say: Say,
    /// The languages of the screens, by name for programs and by their own name.
    pub languages: Vec<(String, String)>,
    pub typed: Typed,
    /// The field that is wrong, and the words.
    pub wrong: Option<Wrong>,
    /// The hub that a join code names, to be compared before anything is sent there.
    pub hub: Option<(String, String)>,
    pub done: Option<SetUp>,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The id of the field.
    pub field: &'static str,
    pub words: String,
}

#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    language: String,
}

impl SetupPage {
    fn speaks(&self, language: &str) -> bool {
        self.say.language().to_string() == language
    }

    fn is_done_hub(&self) -> bool {
        self.done.as_ref().is_some_and(|done| done.role == Some(Role::Hub))
    }

    fn is_done_desk(&self) -> bool {
        self.done.as_ref().is_some_and(|done| done.role == Some(Role::Node))
    }

    /// The same by hand at the first desk.
    fn join_command(&self, invitation: &str) -> String {
        format!("apron node join {invitation} --data DIR")
    }

    fn is_wrong(&self, field: &str) -> bool {
        self.wrong.as_ref().is_some_and(|wrong| wrong.field == field)
    }
}

async fn show(State(first): State<First>, Query(asked): Query<Asked>, headers: HeaderMap) -> Response {
    let typed = Typed { language: asked.language, what: "hub".to_owned(), ..Typed::default() };
    html(&page(&first, &headers, typed))
}

async fn press(State(first): State<First>, headers: HeaderMap, Form(typed): Form<Typed>) -> Response {
    let mut page = page(&first, &headers, typed);
    if !first.setup.is_code(&page.typed.code).await {
        page.wrong = Some(Wrong { field: "code", words: page.say.t("setup-code-wrong").to_string() });
        return refused(&page);
    }
    let wish = match wish(&page.say, &page.typed) {
        Ok(wish) => wish,
        Err(wrong) => {
            page.wrong = Some(wrong);
            return refused(&page);
        }
    };
    if let Wish::Desk { code } = &wish
        && page.typed.compared.is_empty()
    {
        page.hub = Some((code.hub().to_owned(), grouped(code.ca_hash())));
        return html(&page);
    }
    match first.setup.carry_out(&wish, page.say.language()).await {
        Ok(done) => {
            page.done = Some(done);
            html(&page)
        }
        Err(failure) => {
            let field = if matches!(wish, Wish::Desk { .. }) { "join" } else { "installation" };
            page.wrong = Some(Wrong { field, words: page.say.rule(failure.key, None, &[], &failure.words) });
            refused(&page)
        }
    }
}

fn wish(say: &Say, typed: &Typed) -> Result<Wish, Wrong> {
    let wrong = |field, key| Wrong { field, words: say.t(key).to_string() };
    match typed.what.as_str() {
        "desk" => {
            let code = typed.join.split_whitespace().collect::<String>().parse::<JoinCode>();
            code.map(|code| Wish::Desk { code: Box::new(code) }).map_err(|_| wrong("join", "setup-join-wrong"))
        }
        "demonstration" => Ok(Wish::Demonstration),
        "hub" => {
            let installation = typed.installation.trim().to_owned();
            if installation.is_empty() {
                return Err(wrong("installation", "setup-installation-wrong"));
            }
            let person = person(say, typed)?;
            let [station, desk, address] = [&typed.station, &typed.desk, &typed.address].map(|text| text.trim().to_owned());
            let given = [&station, &desk, &address].iter().filter(|text| !text.is_empty()).count();
            let first = match given {
                0 => None,
                3 => Some(FirstDesk { station: station.to_ascii_uppercase(), desk: desk.to_ascii_uppercase(), address }),
                _ => return Err(wrong("station", "setup-first-wrong")),
            };
            Ok(Wish::Hub { installation, person, first })
        }
        _ => Err(wrong("what-hub", "setup-what-wrong")),
    }
}

fn person(say: &Say, typed: &Typed) -> Result<FirstPerson, Wrong> {
    let wrong = |field, key| Wrong { field, words: say.t(key).to_string() };
    let number = staff_of(&typed.number.trim().to_ascii_uppercase()).map_err(|_| wrong("number", "setup-number-wrong"))?;
    let name: String = typed.name.trim().chars().take(100).collect();
    if name.is_empty() {
        return Err(wrong("name", "setup-name-wrong"));
    }
    if !SECRET.contains(&typed.secret.0.chars().count()) {
        return Err(wrong("secret", "setup-secret-wrong"));
    }
    if typed.secret.0 != typed.again.0 {
        return Err(wrong("again", "setup-again-wrong"));
    }
    Ok(FirstPerson { number, name, secret: typed.secret.0.clone() })
}

fn page(first: &First, headers: &HeaderMap, typed: Typed) -> SetupPage {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let say = first.languages.choose(Some(typed.language.as_str()).filter(|language| !language.is_empty()), asked);
    let languages = first.languages.names().into_iter().map(|(language, name)| (language.to_string(), name)).collect();
    SetupPage { say, languages, typed, wrong: None, hub: None, done: None }
}

fn refused(page: &SetupPage) -> Response {
    let mut response = html(page);
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    response
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use reqwest::Client;

    use super::*;

    struct Page {
        base: String,
        client: Client,
        told: Arc<Mutex<Vec<String>>>,
        dir: tempfile::TempDir,
    }

    impl Page {
        async fn open() -> Self {
            let (dir, told) = (tempfile::tempdir().unwrap(), Arc::<Mutex<Vec<String>>>::default());
            let telling = Arc::clone(&told);
            let setup = Setup::new(dir.path(), move |code| telling.lock().unwrap().push(code.to_owned())).unwrap();
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let base = format!("http://{}", listener.local_addr().unwrap());
            let app = router(setup, Languages::default());
            tokio::spawn(async move { answer(listener, app).await });
            Self { base, client: Client::new(), told, dir }
        }

        fn code(&self) -> String {
            self.told.lock().unwrap().last().unwrap().clone()
        }

        async fn press(&self, fields: &[(&str, &str)]) -> (u16, String) {
            let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", crate::web::forms::escaped(value))).collect();
            let request = self.client.post(format!("{}/setup", self.base)).header("content-type", "application/x-www-form-urlencoded");
            let reply = request.body(body.join("&")).send().await.unwrap();
            (reply.status().as_u16(), reply.text().await.unwrap())
        }

        fn is_set_up(&self) -> bool {
            self.dir.path().join("membership.json").exists()
        }

        fn is_empty(folder: &Path) -> bool {
            std::fs::read_dir(folder).unwrap().next().is_none()
        }
    }

    #[tokio::test]
    async fn nothing_is_set_up_without_the_code_on_the_console() {
        let page = Page::open().await;
        let (status, text) = page.press(&[("code", "0000"), ("what", "hub"), ("installation", "Pudong")]).await;
        assert_eq!(status, 422);
        assert!(text.contains("This is not the code on the console") && text.contains("value=\"Pudong\""), "{text}");
        assert!(Page::is_empty(page.dir.path()));
    }

    #[tokio::test]
    async fn a_hub_is_set_up_once_and_shows_its_fingerprint_and_the_first_invitation() {
        let page = Page::open().await;
        let code = page.code();
        let first = [("station", "pvg"), ("desk", "g12"), ("address", "hub.internal:4450")];
        let person = [("number", "9001"), ("name", "Ada Stone"), ("secret", "2580"), ("again", "2580")];
        let fields = [&[("code", code.as_str()), ("what", "hub"), ("installation", "Pudong")][..], &person, &first].concat();
        let half = page.press(&fields[..8]).await;
        assert!(half.0 == 422 && half.1.contains("Give all three"), "{}", half.1);
        assert!(!page.is_set_up());
        let (status, text) = page.press(&fields).await;
        assert_eq!(status, 200, "{text}");
        assert!(text.contains("apron node join ") && text.contains("PVG"), "{text}");
        assert!(page.is_set_up());
        let kept = std::fs::read_to_string(page.dir.path().join("first-person.json")).unwrap();
        assert!(text.contains("9001") && kept.contains("9001") && kept.contains("argon2id"), "{kept}");
        // Pressed twice, it is the same.
        assert_eq!(page.press(&fields).await, (200, text));
    }

    #[tokio::test]
    async fn a_hub_has_a_first_person_whose_password_is_typed_twice_and_never_shown() {
        let page = Page::open().await;
        let code = page.code();
        let refused = async |person: [(&str, &str); 4], words: &str| {
            let fields = [&[("code", code.as_str()), ("what", "hub"), ("installation", "Pudong")][..], &person].concat();
            let (status, text) = page.press(&fields).await;
            assert!(status == 422 && text.contains(words) && !text.contains("25801"), "{text}");
            assert!(Page::is_empty(page.dir.path()));
        };
        let of = |number, name, secret, again| [("number", number), ("name", name), ("secret", secret), ("again", again)];
        refused(of("", "Ada Stone", "25801", "25801"), "Give a staff number").await;
        refused(of("RULE", "Ada Stone", "25801", "25801"), "Give a staff number").await;
        refused(of("9001", " ", "25801", "25801"), "Give the name").await;
        refused(of("9001", "Ada Stone", "258", "258"), "4 to 128").await;
        refused(of("9001", "Ada Stone", "25801", "25802"), "not the same").await;
    }

    #[tokio::test]
    async fn a_desk_shows_whom_it_joins_before_it_does_and_says_what_to_do_when_it_cannot() {
        let page = Page::open().await;
        let code = page.code();
        let join = JoinCode::new("no-such-hub.invalid:4450", [0xAB; 32], [2; 16]).unwrap().to_string();
        let (status, text) = page.press(&[("code", &code), ("what", "desk"), ("join", &join)]).await;
        assert!(status == 200 && text.contains("ABAB ABAB") && text.contains("no-such-hub.invalid:4450"), "{text}");
        assert!(Page::is_empty(page.dir.path()));
        let (status, text) = page.press(&[("code", &code), ("what", "desk"), ("join", &join), ("compared", "yes")]).await;
        assert!(status == 422 && text.contains("check the address"), "{text}");
        assert!(Page::is_empty(page.dir.path()));
        let (status, text) = page.press(&[("code", &code), ("what", "desk"), ("join", "apron-nonsense")]).await;
        assert!(status == 422 && text.contains("This is no join code"), "{text}");
    }

    #[tokio::test]
    async fn the_first_page_is_for_this_machine_in_both_languages_under_the_strict_policy() {
        let page = Page::open().await;
        let get = |path: &str| page.client.get(format!("{}{path}", page.base));
        let reply = get("/anything").send().await.unwrap();
        assert!(reply.url().path() == "/setup" && reply.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
        let text = reply.text().await.unwrap();
        assert!(text.contains("<html lang=\"en\">") && !text.contains(" style=") && !text.contains("<script"), "{text}");
        let text = get("/setup?language=zh-CN").send().await.unwrap().text().await.unwrap();
        assert!(text.contains("<html lang=\"zh-CN\">") && text.contains("设置本机"), "{text}");
        assert_eq!(get("/setup").header("host", "evil.example").send().await.unwrap().status(), 403);
        let foreign =
            page.client.post(format!("{}/setup", page.base)).header("sec-fetch-site", "cross-site").header("origin", "https://evil.example");
        assert_eq!(foreign.send().await.unwrap().status(), 403);
    }
}
