//! What the screens promise to other devices of the network, held against the routes behind TLS; TLS itself has promises of its own.

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use schemas::station::{Blocks, Setting};

use super::sign_in_promises::{TOKEN, staff};
use super::{Options, screens};
use crate::services::Services;
use crate::staff::{DEFAULT_LOCK, Door};

/// The routes for the network and for this machine, of one node.
struct Desk {
    network: String,
    here: String,
    client: Client,
    _disk: tempfile::TempDir,
}

impl Desk {
    async fn open(with_staff: bool) -> Self {
        let setting = Setting {
            station: Some("PVG".parse().unwrap()),
            zone: Some(chrono_tz::Asia::Shanghai),
            desk: "G12".into(),
            secret: [7; 32],
            blocks: Blocks { tag_serials: 1000..2000, sequences: 501..600, files: 1..100 },
            practice: false,
        };
        let (services, disk) = Services::prepared(setting, false, move |station| {
            if with_staff {
                staff(station);
            }
        })
        .await;
        let names = ["g12.pvg.internal".parse().unwrap(), "10.9.8.7".parse().unwrap()];
        let door = Door::new(DEFAULT_LOCK, TOKEN.to_owned(), None);
        let pages = screens(services, Options { door, ..Options::default() }, &names);
        let serve = async |router: axum::Router| {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let base = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(async move { axum::serve(listener, router).await });
            base
        };
        let (network, here) = (serve(pages.network).await, serve(pages.here).await);
        Self { network, here, client: Client::builder().redirect(Policy::none()).build().unwrap(), _disk: disk }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.network)).header("host", "g12.pvg.internal:8443")
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", super::forms::escaped(value))).collect();
        let request = self.client.post(format!("{}{path}", self.network)).header("host", "g12.pvg.internal:8443");
        request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&")).send().await.unwrap()
    }
}

async fn status(request: RequestBuilder) -> u16 {
    request.send().await.unwrap().status().as_u16()
}

fn cookie(reply: &Response) -> String {
    let lines = reply.headers().get_all("set-cookie").iter().filter_map(|line| line.to_str().ok());
    lines.into_iter().find(|line| line.contains("apron-session")).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn the_configured_names_are_answered_and_no_others() {
    let desk = Desk::open(true).await;
    for host in ["g12.pvg.internal", "G12.pvg.internal:8443", "10.9.8.7:8443"] {
        assert_eq!(status(desk.get("/sign-in").header("host", host)).await, 200, "{host}");
    }
    let ask = |base: &str, host: &'static str| desk.client.get(format!("{base}/sign-in")).header("host", host);
    for host in ["127.0.0.1", "localhost:8443", "evil.example", "g12.pvg.internal.evil.example", "g13.pvg.internal", "10.9.8.77", ""] {
        assert_eq!(status(ask(&desk.network, host)).await, 403, "{host}");
    }
    assert_eq!(status(ask(&desk.here, "g12.pvg.internal")).await, 403, "this machine's own screens have this machine's names only");
}

#[tokio::test]
async fn a_session_of_the_network_is_bound_to_tls_and_to_its_host() {
    let desk = Desk::open(true).await;
    let reply = desk.post("/sign-in", &[("who", "4711"), ("secret", "2580")]).await;
    assert_eq!(reply.status(), StatusCode::SEE_OTHER);
    assert_eq!(reply.headers()["strict-transport-security"], "max-age=15552000");
    let line = cookie(&reply);
    for part in ["__Host-apron-session=", "; Path=/;", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert!(!line.contains("Domain"), "{line}");
    let carried = line.split(';').next().unwrap();
    assert_eq!(status(desk.get("/counter").header("cookie", carried)).await, 200);
    // A cookie that somebody on the way could have set counts for nothing, nor does the one of the network on this machine's own screens.
    let plain = carried.trim_start_matches("__Host-");
    assert_eq!(status(desk.get("/counter").header("cookie", plain)).await, 303);
    assert_eq!(status(desk.client.get(format!("{}/counter", desk.here)).header("cookie", carried)).await, 303);
    let here = desk.client.get(format!("{}/sign-in", desk.here)).send().await.unwrap();
    assert!(!here.headers().contains_key("strict-transport-security"));
}

#[tokio::test]
async fn nobody_comes_in_from_the_network_on_a_word_or_a_bar_code_alone() {
    let desk = Desk::open(true).await;
    let reply = desk.post("/sign-in", &[("who", "B:0042")]).await;
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.text().await.unwrap().contains("A password is needed here."));
    assert_eq!(desk.post("/sign-in", &[("who", "B:0042"), ("secret", "2580")]).await.status(), StatusCode::SEE_OTHER);
    let form = uuid::Uuid::new_v4().to_string();
    let someone = [("form", form.as_str()), ("name", "Al One"), ("number", "TEMP-1"), ("reason", "nobody here")];
    for path in ["/sign-in/break-glass", "/sign-in/ask"] {
        let reply = desk.post(path, &someone).await;
        assert_eq!(reply.status(), StatusCode::FORBIDDEN, "{path}");
        assert!(reply.text().await.unwrap().contains("at the desk itself"), "{path}");
    }
    let page = desk.get("/sign-in").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("/sign-in/vouch") && !page.contains("/sign-in/break-glass") && !page.contains("/sign-in/ask"));
    // The token lies in this machine's files, for programs of this machine.
    let bearer = format!("Bearer {TOKEN}");
    assert_eq!(status(desk.get("/api/v1/flights").header("authorization", &bearer)).await, 401);
    assert_eq!(status(desk.client.get(format!("{}/api/v1/flights", desk.here)).header("authorization", &bearer)).await, 200);
}

#[tokio::test]
async fn the_network_learns_nothing_of_the_installation_before_somebody_signs_in() {
    let desk = Desk::open(true).await;
    assert_eq!(status(desk.get("/api/v1/status")).await, 401);
    assert_eq!(status(desk.get("/api/openapi.json")).await, 401);
    for path in ["/metrics", "/", "/devices", "/gate"] {
        assert_eq!(status(desk.get(path)).await, 303, "{path}");
    }
    assert_eq!(status(desk.get("/healthz")).await, 200);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_over_the_network_too() {
    let desk = Desk::open(true).await;
    let send = |origin: &'static str, site: &'static str| {
        let request = desk.client.post(format!("{}/sign-out", desk.network)).header("host", "g12.pvg.internal:8443");
        status(request.header("origin", origin).header("sec-fetch-site", site))
    };
    assert_eq!(send("https://evil.example", "cross-site").await, 403);
    assert_eq!(send("https://g12.pvg.internal:8443", "same-origin").await, 303);
}

#[tokio::test]
async fn without_staff_nobody_from_the_network_is_taken_at_their_word() {
    let desk = Desk::open(false).await;
    for path in ["/", "/gate", "/sign-in", "/api/v1/flights"] {
        assert_eq!(status(desk.get(path).header("cookie", "__Host-apron-staff=4711")).await, 503, "{path}");
    }
    assert_eq!(status(desk.client.get(format!("{}/counter", desk.here)).header("cookie", "apron-staff=4711")).await, 200);
}
