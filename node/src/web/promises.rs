//! What the screens promise, held against a node with a small flight, over a real connection.

use chrono::DateTime;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use schemas::record::FlightKey;
use schemas::station::{Blocks, Setting};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Options, router};
use crate::services::Services;

/// A node of PVG with one flight of six guests, and a browser in front of it.
pub(super) struct Desk {
    base: String,
    pub(super) services: Services,
    client: Client,
    pub(super) flight: FlightKey,
    _disk: tempfile::TempDir,
}

impl Desk {
    pub(super) async fn open() -> Self {
        Self::start(false, Options::default()).await
    }

    /// The same with a flight that goes to this airport.
    pub(super) async fn bound_for(airport: &str) -> Self {
        Self::with_list(false, Options::default(), &LIST.replace("PEK006", &format!("{airport}006")), false).await
    }

    /// The same in an installation for practice.
    pub(super) async fn practising() -> Self {
        Self::with_list(false, Options::default(), LIST, true).await
    }

    pub(super) async fn start(hub: bool, options: Options) -> Self {
        Self::with_list(hub, options, LIST, false).await
    }

    async fn with_list(hub: bool, options: Options, list: &str, practice: bool) -> Self {
        let setting = Setting {
            station: (!hub).then(|| "PVG".parse().unwrap()),
            zone: Some(chrono_tz::Asia::Shanghai),
            desk: "G12".into(),
            secret: [7; 32],
            blocks: Blocks { tag_serials: 1000..2000, sequences: 501..600, files: 1..100 },
            practice,
        };
        let (services, dir) = Services::on_a_disk(setting, hub).await;
        let today = DateTime::from_timestamp_millis(services.now_ms()).unwrap().date_naive();
        let flight = format!("CA1501.{today}.PVG").parse().unwrap();
        let list = list.replace("22NOV", &today.format("%d%b").to_string().to_uppercase());
        let command = json!({ "kind": "import-list", "text": list }).to_string();
        services.command(Uuid::from_u128(1), "4711", &command).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let app = router(services.clone(), options);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, services, client: Client::builder().redirect(Policy::none()).build().unwrap(), flight, _disk: dir }
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).header("cookie", "apron-staff=4711").send().await.unwrap()
    }

    pub(super) async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }

    /// The page as a browser with this cookie sees it.
    pub(super) async fn text_with(&self, cookie: &str, path: &str) -> String {
        let reply = self.client.get(format!("{}{path}", self.base)).header("cookie", cookie).send().await;
        reply.unwrap().text().await.unwrap()
    }

    pub(super) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        self.post_as("4711", path, fields).await
    }

    pub(super) async fn post_as(&self, staff: &str, path: &str, fields: &[(&str, &str)]) -> Response {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", super::forms::escaped(value))).collect();
        let request = self.client.post(format!("{}{path}", self.base)).header("cookie", format!("apron-staff={staff}"));
        request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&")).send().await.unwrap()
    }

    /// Posts a body of any kind.
    pub(super) async fn send(&self, path: &str, kind: &str, body: String) -> Response {
        let request = self.client.post(format!("{}{path}", self.base)).header("cookie", "apron-staff=4711");
        request.header("content-type", kind).body(body).send().await.unwrap()
    }

    /// Posts a form and returns the page it leads to.
    pub(super) async fn press(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let form = Uuid::new_v4().to_string();
        let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("form", form.as_str())]).collect();
        let response = self.post(path, &fields).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}: {}", response.text().await.unwrap());
        self.text(response.headers()["location"].to_str().unwrap()).await
    }

    pub(super) fn booking(&self, name: &str) -> String {
        self.services.read(|station| station.find(name).first().unwrap().guest.booking.to_string())
    }

    pub(super) async fn take_over(&self) {
        self.press(&format!("/gate/{}/take-over", self.flight), &[("reason", "Drill")]).await;
    }

    pub(super) async fn check_in(&self, name: &str, seat: &str) -> String {
        let booking = self.booking(name);
        self.press("/counter/check-in", &[("booking", &booking), ("guest", &booking), (&format!("seat.{booking}"), seat)]).await;
        booking
    }
}

pub(super) const LIST: &str = "PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\nCFG/008F180Y\nRBD F/F Y/YBM\n-PEK006Y\n2WANG/LIMS/BAOMSTR-A3\n.L/K7P2QX\n.R/CHLD HK1 05APR18-1WANG/BAOMSTR\n\
    .R/WCHR HK1-1WANG/LIMS\n.R/INFT HK1 01JAN26 WANG/XIAO-1WANG/LIMS\n1WANG/WEIMR-A3\n.L/K7P2QX\n1LI/NAMS\n.L/B4C5D6\n1ZHAO/LEMSTR\n.L/M8N9P1\n\
    .R/UMNR HK1 UM08\n1QIAN/DAMR\n.L/Q2R3S4\nENDPNL";

#[tokio::test]
async fn every_page_answers_under_the_strict_policy() {
    let desk = Desk::open().await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    desk.press("/counter/bag", &[("booking", &guest), ("weight", "18")]).await;
    let tag = desk.services.read(|station| station.find("LI/NA")[0].guest.bags[0]);
    let fields =
        [("report", "delayed"), ("name", "LI/NA"), ("contact", "+86 138"), ("flight", "CA1501"), ("tag", tag.as_str()), ("description", "black")];
    desk.press("/baggage", &fields).await;
    let case = desk.services.read(|station| station.cases()[0].case);
    let flight = &desk.flight;
    for path in [
        "/".to_owned(),
        format!("/gate/{flight}"),
        format!("/gate/{flight}?offload={guest}"),
        format!("/gate/{flight}/close"),
        format!("/gate/{flight}?guest={guest}"),
        format!("/gate/{flight}/aircraft"),
        format!("/gate/{flight}/aircraft?map=Y1-20/ABC"),
        format!("/gate/{flight}/changes"),
        format!("/gate/{flight}/changes?to=CA1503&how=merge"),
        format!("/gate/{flight}/minors"),
        "/assistance".into(),
        "/connections".into(),
        "/connections?all=yes".into(),
        format!("/assistance?flight={flight}&all=yes"),
        "/counter?q=wang".into(),
        format!("/counter?q=li&booking={guest}&seat={guest}"),
        format!("/pass/{guest}"),
        format!("/tag/{tag}"),
        format!("/baggage?scan={tag}"),
        format!("/receipt/{case}"),
        format!("/baggage/{case}"),
        format!("/baggage/{case}/copy"),
        format!("/baggage/{case}/compare/{case}"),
        format!("/photos/of/{case}"),
        "/paper".into(),
        format!("/paper/{flight}"),
        format!("/paper/{flight}/entry"),
        "/conflicts".into(),
        "/messages".into(),
        "/outbox".into(),
        "/desk".into(),
        "/desk/scanner".into(),
    ] {
        let response = desk.get(&path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let headers = response.headers().clone();
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'") && policy.contains("trusted-types fragment"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["cache-control"], "no-store");
        let page = response.text().await.unwrap();
        assert!(page.contains("<footer") && page.contains("Saved here") && page.contains("<html lang=\"en\">"), "{path}");
        assert!(!page.contains(" style=") && page.matches("<script").count() == 1, "{path}");
    }
}

#[tokio::test]
async fn a_scan_gets_a_verdict_and_the_same_guest_never_boards_twice() {
    let desk = Desk::open().await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let scan = format!("/gate/{}/scan", desk.flight);
    let page = desk.press(&scan, &[("scan", "14C")]).await;
    assert!(page.contains("verdict accept") && page.contains("BOARD 14C") && page.contains("LI/NA"), "{page}");
    let pass = desk.services.read(|station| station.pass_of(guest.parse().unwrap())).unwrap();
    let page = desk.press(&scan, &[("scan", &pass)]).await;
    assert!(page.contains("verdict reject") && page.contains("STOP") && page.contains("boarded at"), "{page}");
    assert!(desk.text(&format!("/gate/{}", desk.flight)).await.contains("verdict idle"));
}

#[tokio::test]
async fn a_double_press_is_one_command() {
    let desk = Desk::open().await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let form = Uuid::new_v4().to_string();
    let fields = [("form", form.as_str()), ("booking", guest.as_str()), ("weight", "18")];
    let first = desk.post("/counter/bag", &fields).await;
    let second = desk.post("/counter/bag", &fields).await;
    assert_eq!(first.headers()["location"], second.headers()["location"]);
    assert_eq!(desk.services.read(|station| station.bags_of(&desk.flight).len()), 1);
}

#[tokio::test]
async fn a_name_that_fits_two_guests_is_asked_about_never_guessed() {
    let desk = Desk::open().await;
    desk.take_over().await;
    desk.check_in("WANG/LI", "20A").await;
    desk.check_in("WANG/WEI", "20B").await;
    let scan = format!("/gate/{}/scan", desk.flight);
    let page = desk.press(&scan, &[("scan", "wang")]).await;
    assert!(page.contains("Which guest?") && page.contains("WHICH ONE?"), "{page}");
    let booking = desk.booking("WANG/WEI");
    let page = desk.press(&scan, &[("scan", "wang"), ("booking", &booking)]).await;
    assert!(page.contains("BOARD 20B"), "{page}");
}

#[tokio::test]
async fn under_the_host_a_flight_is_read_only_and_says_so() {
    let desk = Desk::open().await;
    let page = desk.text(&format!("/gate/{}", desk.flight)).await;
    assert!(page.contains("Read only.") && page.contains("Take over CA1501"), "{page}");
    let page = desk.press(&format!("/gate/{}/scan", desk.flight), &[("scan", "14C")]).await;
    assert!(page.contains("verdict reject") && page.contains("worked in the host"), "{page}");
    desk.take_over().await;
    assert!(!desk.text(&format!("/gate/{}", desk.flight)).await.contains("Read only."));
}

#[tokio::test]
async fn a_flight_closes_when_each_bag_without_a_guest_is_ticked() {
    let desk = Desk::open().await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    desk.press("/counter/bag", &[("booking", &guest), ("weight", "18.4")]).await;
    let flight = desk.flight;
    let form = Uuid::new_v4().to_string();
    let refused = desk.post(&format!("/gate/{flight}/close"), &[("form", &form)]).await;
    assert_eq!(refused.status(), StatusCode::CONFLICT);
    assert!(refused.text().await.unwrap().contains("no guest on board"));
    let tag = desk.services.read(|station| station.bags_to_unload(&flight)[0].tag);
    let page = desk.press(&format!("/gate/{flight}/unloaded"), &[("tag", tag.as_str())]).await;
    assert!(page.contains("staff 4711"), "{page}");
    let page = desk.press(&format!("/gate/{flight}/close"), &[]).await;
    assert!(page.contains("Version 1") && page.contains("Closed"), "{page}");
    let page = desk.press(&format!("/gate/{flight}/reopen"), &[("reason", "Late guest")]).await;
    assert!(page.contains("Preview, not yet taken"), "{page}");
}

#[tokio::test]
async fn a_paper_is_looked_at_before_it_is_entered_and_entered_once() {
    let desk = Desk::open().await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let flight = desk.flight;
    let page = desk.press(&format!("/paper/{flight}/tags"), &[("count", "2")]).await;
    assert!(page.contains("0999001000") && page.contains("0999001001"), "{page}");
    let at = desk.services.local_time(desk.services.now_ms());
    let typed = [("at", at.as_str()), ("by", "4799"), ("lines", "PB501,777\nBAG 14C 0999001001 18")];
    let page = desk.post(&format!("/paper/{flight}/entry"), &typed).await.text().await.unwrap();
    let bag = format!("{guest}.0999001001.18");
    assert!(page.contains("LI/NA") && page.contains("Nobody here is named so") && page.contains(&bag), "{page}");
    assert_eq!(desk.services.read(|station| station.counts(&flight).boarded), 0, "a look enters nothing");
    let rows = [("row", guest.as_str()), ("row", bag.as_str())];
    let fields: Vec<(&str, &str)> = typed.into_iter().chain(rows).collect();
    let page = desk.press(&format!("/paper/{flight}/enter"), &fields).await;
    assert!(page.contains("1 guest and 1 bag"), "{page}");
    let form = Uuid::new_v4().to_string();
    let again: Vec<(&str, &str)> = fields.iter().copied().chain([("form", form.as_str())]).collect();
    let page = desk.post(&format!("/paper/{flight}/enter"), &again).await.text().await.unwrap();
    assert!(page.contains("2 were known before"), "{page}");
    assert_eq!(desk.services.read(|station| (station.counts(&flight).boarded, station.counts(&flight).bags)), (1, 1));
    let pack = desk.text(&format!("/paper/{flight}")).await;
    assert!(pack.contains("0999001000") && !pack.contains("0999001001"), "a tag that was taken is blank no more");
}

#[tokio::test]
async fn what_was_typed_is_kept_when_a_field_is_wrong() {
    let desk = Desk::open().await;
    let form = Uuid::new_v4().to_string();
    let fields = [
        ("form", form.as_str()),
        ("report", "damaged"),
        ("name", "LI/NA"),
        ("contact", "x"),
        ("flight", ""),
        ("tag", "123"),
        ("description", "red <b>case</b>"),
    ];
    let response = desk.post("/baggage", &fields).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    assert!(page.contains("is not a bag tag") && page.contains("red &#60;b&#62;case") && page.contains("value=\"123\""), "{page}");
}

#[tokio::test]
async fn without_a_staff_number_nothing_is_done() {
    let desk = Desk::open().await;
    let form = Uuid::new_v4();
    let response =
        desk.client.post(format!("{}/gate/{}/take-over", desk.base, desk.flight)).header("content-type", "application/x-www-form-urlencoded");
    let response = response.body(format!("form={form}&reason=Drill")).send().await.unwrap();
    assert_eq!(response.headers()["location"], "/?staff=missing#staff");
    let response = desk.post("/staff", &[("staff", "4711")]).await;
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("apron-staff=4711;") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
}

#[tokio::test]
async fn refusals_are_pages_for_people_and_problems_for_machines() {
    let desk = Desk::open().await;
    let check = async |path: &str, status: StatusCode, words: &str| {
        let response = desk.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        let text = response.text().await.unwrap();
        assert!(text.contains(words), "{path}: {text}");
    };
    check("/nowhere", StatusCode::NOT_FOUND, "What is safe").await;
    check("/gate/CA1501", StatusCode::NOT_FOUND, "There is no such flight here.").await;
    check("/hub", StatusCode::NOT_FOUND, "There is no such page here.").await;
    check("/staff", StatusCode::METHOD_NOT_ALLOWED, "cannot be used in this way").await;
    check("/api/v1/bookings/x", StatusCode::NOT_FOUND, "\"code\":\"not-found\"").await;
    check("/api/v1/commands", StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed").await;
    let large = desk.post("/staff", &[("staff", &"4".repeat(70_000))]).await;
    assert_eq!(large.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.text().await.unwrap().contains("What is safe"));
    let foreign = desk.client.post(format!("{}/staff", desk.base)).header("sec-fetch-site", "cross-site").body("staff=4711").send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN);
    assert!(foreign.text().await.unwrap().contains("another site"));
}

#[tokio::test]
async fn a_command_posted_twice_has_one_answer_and_another_body_is_refused() {
    let desk = Desk::open().await;
    let key = Uuid::new_v4();
    let post = async |body: &Value| {
        let request =
            desk.client.post(format!("{}/api/v1/commands", desk.base)).header("idempotency-key", key.to_string()).header("apron-staff", "4711");
        request.json(body).send().await.unwrap()
    };
    let body = json!({ "kind": "take-over", "flight": desk.flight, "reason": "Drill" });
    let first = post(&body).await;
    assert_eq!(first.status(), StatusCode::CREATED);
    assert_eq!(first.headers()["location"], format!("/api/v1/commands/{key}"));
    let first: Value = first.json().await.unwrap();
    assert_eq!(first["held"]["here"], true);
    assert_eq!(post(&body).await.json::<Value>().await.unwrap(), first);
    let other = post(&json!({ "kind": "take-over", "flight": desk.flight, "reason": "Other" })).await;
    assert_eq!(other.status(), StatusCode::CONFLICT);
    assert_eq!(other.headers()["content-type"], "application/problem+json");
    assert_eq!(other.json::<Value>().await.unwrap()["code"], "key-used");
    let stored: Value = desk.get(&format!("/api/v1/commands/{key}")).await.json().await.unwrap();
    assert_eq!(stored["body"], body.to_string());
}

#[tokio::test]
async fn machines_read_what_people_see() {
    let desk = Desk::open().await;
    let flight = desk.flight;
    let booking = desk.booking("LI/NA");
    for path in [
        "/api/v1/flights".to_owned(),
        format!("/api/v1/flights/{flight}"),
        format!("/api/v1/flights/{flight}/guests"),
        format!("/api/v1/flights/{flight}/closing"),
        "/api/v1/find?q=li".into(),
        format!("/api/v1/bookings/{booking}"),
        "/api/v1/cases".into(),
        "/api/v1/conflicts".into(),
        "/api/v1/status".into(),
    ] {
        let response = desk.get(&path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let answer = response.json::<Value>().await.unwrap();
        assert!(!answer.is_null(), "{path}");
        // Every row of a record says where it is held.
        let rows = answer.as_array().cloned().unwrap_or_else(|| if path.ends_with("status") { Vec::new() } else { vec![answer] });
        for row in rows {
            assert_eq!(row["held"]["words"], "Saved here", "{path}: {row}");
            assert!(row["held"]["means"].as_str().is_some_and(|means| means.starts_with("This device alone has it.")), "{path}: {row}");
        }
    }
    let description: Value = desk.get("/api/openapi.json").await.json().await.unwrap();
    for path in ["/api/v1/messages", "/api/v1/rejects", "/api/v1/rejects/{id}", "/api/v1/rejects/{id}/replay", "/api/v1/rejects/{id}/discard"] {
        assert!(!description["paths"][path].is_null(), "{path} is not described");
    }
    assert!(description["paths"].as_object().unwrap().len() >= 11 && description["openapi"].as_str().unwrap().starts_with("3.1"), "{description}");
    assert_eq!(desk.text("/healthz").await, "alive\n");
    assert_eq!(desk.text("/readyz").await, "ready\n");
    assert!(desk.text("/metrics").await.contains("apron_entries_saved 1"));
}

#[tokio::test]
async fn the_hub_has_a_page_of_its_own() {
    let desk = Desk::start(true, Options::default()).await;
    assert!(desk.text("/hub").await.contains("Desks and their state"));
    assert_eq!(desk.post("/hub/links", &[("link", "cut:G12 - hub")]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_file_that_did_not_change_is_not_sent_again() {
    let desk = Desk::open().await;
    let first = desk.get("/assets/apron.css").await;
    let tag = first.headers()["etag"].clone();
    let again = desk.client.get(format!("{}/assets/apron.css", desk.base)).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(desk.get("/assets/none.css").await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_change_is_told_to_whoever_listens() {
    let desk = Desk::open().await;
    let mut stream = desk.get("/live").await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    desk.take_over().await;
    let chunk = stream.chunk().await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&chunk).into_owned();
    assert!(text.contains("event: change") && text.contains("records "), "{text}");
}

#[tokio::test]
async fn a_message_that_cannot_be_applied_is_kept_corrected_and_replayed_on_its_page() {
    let desk = Desk::open().await;
    let day = desk.flight.date().format("%d%b").to_string().to_uppercase();
    let right = format!("BSM\n.V/1LPVG\n.F/CA1501/{day}/PEK/Y\n.N/0999123456001\n.P/1LI/NA\nENDBSM");
    let wrong = right.replace(".N/", ".N/X");
    let form = Uuid::new_v4().to_string();
    let fields = [("form", form.as_str()), ("text", wrong.as_str())];
    let refused = desk.post("/messages", &fields).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("is no bag tag") && page.contains("Line 4"), "{page}");
    let id = desk.services.rejects().list()[0].id.clone();
    assert!(desk.text(&format!("/messages?show={id}")).await.contains(".N/X0999123456001"));
    let page = desk.press(&format!("/messages/{id}/replay"), &[("text", &right.replace('\n', "\r\n"))]).await;
    assert!(page.contains("1 bag announced") && page.contains("corrected text"), "{page}");
    assert_eq!(desk.services.rejects().counts(), (0, 0));
    let again = desk.post(&format!("/messages/{id}/replay"), &fields).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    desk.post("/messages", &fields).await;
    let page = desk.press(&format!("/messages/{id}/discard"), &[("reason", "sent again")]).await;
    assert!(page.contains("Discarded") && page.contains("sent again"), "{page}");
}

#[tokio::test]
async fn a_message_over_the_api_answers_with_what_became_of_it() {
    let desk = Desk::open().await;
    let send = async |text: &str| {
        let request = desk.client.post(format!("{}/api/v1/messages", desk.base)).header("apron-staff", "4711");
        let reply = request.body(text.to_owned()).send().await.unwrap();
        (reply.status().as_u16(), reply.json::<Value>().await.unwrap())
    };
    let (status, answer) = send("MVT\nCA1777/22.B2345.PVG\nAD0655/0710\n").await;
    assert_eq!((status, answer["waiting"]["state"].as_str()), (202, Some("waiting")), "{answer}");
    let (status, answer) = send("PNL\nno flight\nENDPNL").await;
    assert_eq!((status, answer["line"].as_u64(), answer["kept"].is_string()), (422, Some(2), true), "{answer}");
    let (status, answer) = send("").await;
    assert_eq!((status, answer["kept"].is_null()), (422, true), "{answer}");
    assert_eq!(desk.services.rejects().list().len(), 2);
    let (status, _) = send(&"A".repeat(600 << 10)).await;
    assert_eq!(status, 413);
    let key = Uuid::new_v4().to_string();
    let request = desk.client.post(format!("{}/api/v1/commands", desk.base)).header("apron-staff", "4711").header("idempotency-key", key);
    let reply = request.body(json!({ "kind": "import-list", "text": "PNL\nno flight\nENDPNL" }).to_string()).send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(desk.services.rejects().list().len(), 2);
}

#[tokio::test]
async fn what_is_asked_for_on_one_page_are_commands_of_the_page_one_after_the_other() {
    let desk = Desk::open().await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let page = desk.text(&format!("/counter?q=li&booking={guest}")).await;
    let form = page.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let bag = async |weight: &str| {
        let fields = [("form", form.as_str()), ("booking", guest.as_str()), ("weight", weight)];
        desk.post("/counter/bag", &fields).await.headers()["location"].to_str().unwrap().to_owned()
    };
    let (first, second, again) = (bag("18").await, bag("20").await, bag("18").await);
    assert!(first.contains(&form), "the first command has the id of the page");
    assert!(first == again && first != second, "a double press is one command, another weight is another");
    assert!(second.contains(&format!("{}01", &form[..34])));
    assert_eq!(desk.services.read(|station| station.bags_of(&desk.flight).len()), 2);
}

#[tokio::test]
async fn a_browser_reads_the_language_that_it_chose_and_comes_back_to_its_page() {
    let desk = Desk::open().await;
    let page = async |cookie: &str, accept: &str| {
        let request = desk.client.get(format!("{}/counter?q=li", desk.base)).header("cookie", cookie).header("accept-language", accept);
        request.send().await.unwrap().text().await.unwrap()
    };
    assert!(page("", "").await.contains("<html lang=\"en\">"));
    assert!(page("", "zh;q=0.9,fr").await.contains("<html lang=\"zh-CN\">"));
    let english = page("apron-lang=en", "zh-CN").await;
    assert!(english.contains("<html lang=\"en\">") && english.contains("value=\"/counter?q=li\""), "{english}");
    let chosen = desk.post("/language", &[("language", "zh-CN"), ("to", "/counter?q=li")]).await;
    assert_eq!((chosen.status(), &chosen.headers()["location"]), (StatusCode::SEE_OTHER, &"/counter?q=li".parse().unwrap()));
    let cookie = chosen.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("apron-lang=zh-CN; Path=/;") && cookie.contains("HttpOnly"), "{cookie}");
    for (language, to) in [("xx", "/"), ("zh-CN; Domain=x", "//elsewhere.example"), ("", "https://elsewhere.example")] {
        let refused = desk.post("/language", &[("language", language), ("to", to)]).await;
        assert!(refused.headers().get("set-cookie").is_none() && refused.headers()["location"] == "/", "{language:?} {to:?}");
    }
    let elsewhere = desk.post("/language", &[("language", "en"), ("to", "//elsewhere.example")]).await;
    assert_eq!(elsewhere.headers()["location"], "/");
}

/// A receipt printer that is ready, and what came out of it.
fn printer() -> (std::net::SocketAddr, std::sync::Arc<std::sync::Mutex<Vec<u8>>>) {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let paper = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let out = std::sync::Arc::clone(&paper);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (Ok(mut stream), mut bytes) = (stream, [0; 4096]) else { return };
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                let mut out = out.lock().unwrap();
                out.extend(&bytes[..count]);
                // Each question is the last of what came.
                if out.ends_with(&[0x10, 0x04, 4]) {
                    let _ = stream.write_all(&[0x12, 0x12, 0x12]);
                }
            }
        }
    });
    (address, paper)
}

/// A desk with a printer, as its configuration file names it.
async fn desk_with_printer(more: &str) -> (Desk, std::sync::Arc<std::sync::Mutex<Vec<u8>>>, tempfile::TempDir) {
    let (address, paper) = printer();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("apron.toml");
    let text = format!("data = 'x'\n[[printer]]\nname = 'RP1'\nlanguage = 'escpos'\naddress = 'tcp:{address}'\n{more}\n");
    std::fs::write(&file, text).unwrap();
    let run = crate::cli::Run { config: Some(file), data: None, listen: None, http: None };
    let ports = crate::config::Ports { listen: 4440, http: 8440 };
    let config = crate::config::Config::gather(run, crate::config::Neighbours::default(), ports).unwrap();
    let printers = crate::print::Printers::start(config.printers, &dir.path().join("jobs"), crate::print::Patience::default(), || {}).unwrap();
    (Desk::start(false, Options { printers, ..Options::default() }).await, paper, dir)
}

impl Desk {
    /// Asks until the newest job is over.
    async fn newest_job_over(&self) -> Value {
        loop {
            let jobs: Value = self.get("/api/v1/print-jobs").await.json().await.unwrap();
            if !["queued", "printing"].contains(&jobs[0]["state"].as_str().unwrap()) {
                return jobs[0].clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

#[tokio::test]
async fn a_pass_is_printed_at_a_printer_of_the_desk_and_a_reprint_voids_it() {
    let (desk, paper, _dir) = desk_with_printer("kind = ['pass', 'receipt']").await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let page = desk.text(&format!("/pass/{guest}")).await;
    assert!(page.contains(&format!("action=\"/pass/{guest}/print\"")) && page.contains("RP1") && !page.contains("Why again"), "{page}");
    desk.press(&format!("/pass/{guest}/print"), &[("printer", "RP1"), ("language", "en")]).await;
    let first = desk.newest_job_over().await;
    assert_eq!((&first["state"], &first["issue"], &first["fault"]), (&json!("done"), &json!(1), &Value::Null), "{first}");
    let printed = String::from_utf8_lossy(&paper.lock().unwrap()).into_owned();
    assert!(printed.contains("LI/NA") && printed.contains("14C") && printed.contains("CA1501"), "{printed}");
    let page = desk.press(&format!("/pass/{guest}/print"), &[("printer", "RP1"), ("language", "zh-CN"), ("why", "lost")]).await;
    assert!(page.contains("This was printed: print 2 at ") && page.contains("Why again"), "{page}");
    let second = desk.newest_job_over().await;
    assert_eq!((&second["state"], &second["issue"]), (&json!("done"), &json!(2)), "{second}");
    let jobs: Value = desk.get("/api/v1/print-jobs").await.json().await.unwrap();
    assert_eq!(jobs[1]["state"], "voided");
    // The printer has no Chinese letters: the pass says it in English.
    assert!(String::from_utf8_lossy(&paper.lock().unwrap()).contains("Print:\n\u{1d}!\u{0}2"));
    let page = desk.text("/desk").await;
    let jobs = page.split("id=\"printers\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(jobs.contains("Pass CA1501 501") && jobs.contains("Void") && !jobs.contains("LI/NA"), "{jobs}");
    let known = desk.services.read(|station| station.pass_issue(guest.parse::<schemas::record::DocRef>().unwrap().0));
    assert_eq!(known.map(|known| known.issue), Some(2));
}

#[tokio::test]
async fn a_form_that_is_sent_twice_prints_once_and_wrong_paper_is_said() {
    let (desk, paper, _dir) = desk_with_printer("kind = 'receipt'\nletters = 'gbk'").await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let fields = [("report", "delayed"), ("name", "LI/NA"), ("contact", "+86 138"), ("flight", "CA1501"), ("tag", ""), ("description", "black")];
    desk.press("/baggage", &fields).await;
    let case = desk.services.read(|station| station.cases()[0].case);
    let form = Uuid::new_v4().to_string();
    for _ in 0..2 {
        let sent = desk.post(&format!("/receipt/{case}/print"), &[("form", &form), ("printer", "RP1"), ("language", "zh-CN")]).await;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    }
    assert_eq!(desk.newest_job_over().await["state"], "done");
    let jobs: Value = desk.get("/api/v1/print-jobs").await.json().await.unwrap();
    assert_eq!(jobs.as_array().unwrap().len(), 1, "{jobs}");
    // In the guest's language and in that of the screen, one after the other.
    let gbk = Value::from(paper.lock().unwrap().windows(2).any(|pair| pair == [0xd0, 0xd0]));
    assert_eq!(gbk, true, "no Chinese letters");
    assert!(String::from_utf8_lossy(&paper.lock().unwrap()).contains("Your reference"));
    let key = Uuid::new_v4().to_string();
    let post = async |what: Value, printer: &str| {
        let request = desk.client.post(format!("{}/api/v1/print-jobs", desk.base)).header("idempotency-key", &key).header("apron-staff", "4711");
        request.json(&json!({ "printer": printer, "what": what })).send().await.unwrap()
    };
    let refused = post(json!({ "pass": guest }), "RP1").await;
    assert_eq!((refused.status(), refused.json::<Value>().await.unwrap()["code"].clone()), (StatusCode::CONFLICT, json!("other-paper")));
    assert_eq!(post(json!("test"), "RP2").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(post(json!("test"), "RP1").await.status(), StatusCode::CREATED);
    assert!(!desk.text(&format!("/pass/{guest}")).await.contains("RP1"), "a pass is not offered a printer of receipts");
    let printers: Value = desk.get("/api/v1/printers").await.json().await.unwrap();
    assert_eq!((&printers[0]["name"], &printers[0]["kinds"]), (&json!("RP1"), &json!(["receipt"])));
}
