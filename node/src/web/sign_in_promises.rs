//! What signing in promises, held against a node with staff, over a real connection.

use chrono::DateTime;
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use schemas::flat::{FlatDoc, Scalar};
use schemas::record::flight::Controller;
use schemas::scope::ScopeId;
use schemas::station::{Blocks, Setting, Station};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Options, router};
use crate::services::Services;
use crate::staff::{DEFAULT_LOCK, Door};

const LIST: &str = "PVGKKCA\n.PEKRMCA 221000\nPNL\nCA1501/22NOV PVG PART1\nCFG/008F180Y\nRBD F/F Y/YBM\n-PEK001Y\n1LI/NAMS\n.L/B4C5D6\nENDPNL";
pub(super) const TOKEN: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A node of PVG with two flights and staff, and what its browsers carry.
pub(super) struct Desk {
    base: String,
    pub(super) services: Services,
    door: Door,
    client: Client,
    _disk: tempfile::TempDir,
}

/// The staff list as the hub would have sent it.
pub(super) fn staff(station: &mut Station) {
    let secret = crate::staff::hash("2580", &[7; 32], &[3; 16]).unwrap();
    for (number, roles, carriers, badge) in [
        ("9001", "admin", "*", ""),
        ("4711", "gate counter baggage", "CA", "B:0042"),
        ("4712", "supervisor", "*", ""),
        ("4713", "baggage", "*", ""),
        ("4714", "duty-manager", "*", "B:0099"),
        ("4720", "loader", "*", ""),
    ] {
        let badge = if badge.is_empty() { String::new() } else { station.ids().badge(badge) };
        let id = station.ids().person(&number.parse().unwrap());
        let name = format!("Person {number}");
        let texts = [("kind", "person"), ("number", number), ("name", &name), ("roles", roles), ("stations", "PVG"), ("carriers", carriers)];
        let mut doc = FlatDoc::default();
        for (field, text) in texts.into_iter().chain([("badge", badge.as_str()), ("secret", &secret)]) {
            doc.fields.insert(field.to_owned(), vec![Scalar::Str(text.to_owned())]);
        }
        doc.fields.insert("active".to_owned(), vec![Scalar::Bool(true)]);
        station.apply(&ScopeId::network("2026-11").unwrap(), id, &doc);
    }
}

/// A browser with its cookies.
pub(super) struct Browser<'a> {
    desk: &'a Desk,
    cookie: String,
}

impl Desk {
    pub(super) async fn open() -> Self {
        Self::open_with(Options::default()).await
    }

    async fn open_with(options: Options) -> Self {
        let setting = Setting {
            station: Some("PVG".parse().unwrap()),
            zone: Some(chrono_tz::Asia::Shanghai),
            desk: "G12".into(),
            secret: [7; 32],
            blocks: Blocks { tag_serials: 1000..2000, sequences: 501..600, files: 1..100 },
            practice: false,
        };
        let (services, dir) = Services::prepared(setting, false, staff).await;
        let today = DateTime::from_timestamp_millis(services.now_ms()).unwrap().date_naive();
        for (carrier, key) in [("CA1501", 1), ("MU5101", 2)] {
            let list = LIST.replace("22NOV", &today.format("%d%b").to_string().to_uppercase()).replace("CA1501", carrier);
            services.command(Uuid::from_u128(key), "4712", &json!({ "kind": "import-list", "text": list }).to_string()).await.unwrap();
        }
        let door = Door::new(DEFAULT_LOCK, TOKEN.to_owned(), None);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let app = router(services.clone(), Options { door: door.clone(), ..options });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base, services, door, client: Client::builder().redirect(Policy::none()).build().unwrap(), _disk: dir }
    }

    fn browser(&self) -> Browser<'_> {
        Browser { desk: self, cookie: String::new() }
    }

    pub(super) async fn signed_in(&self, number: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let reply = browser.post("/sign-in", &[("who", number), ("secret", "2580")]).await;
        assert_eq!(reply.status(), StatusCode::SEE_OTHER, "{}", reply.text().await.unwrap());
        browser
    }

    pub(super) fn key(&self, flight: &str) -> String {
        self.services.read(|station| station.flights().iter().find(|row| row.flight.flight().to_string() == flight).unwrap().flight.to_string())
    }

    pub(super) fn booking(&self, flight: &str) -> String {
        self.services.read(|station| {
            station.find("LI/NA").iter().find(|found| found.guest.flight.flight().to_string() == flight).unwrap().guest.booking.to_string()
        })
    }
}

impl Browser<'_> {
    pub(super) async fn get(&self, path: &str) -> Response {
        self.desk.client.get(format!("{}{path}", self.desk.base)).header("cookie", &self.cookie).send().await.unwrap()
    }

    pub(super) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Response {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", super::forms::escaped(value))).collect();
        let request = self.desk.client.post(format!("{}{path}", self.desk.base)).header("cookie", &self.cookie);
        let reply = request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&")).send().await.unwrap();
        if let Some(set) =
            reply.headers().get_all("set-cookie").iter().find_map(|line| line.to_str().ok().filter(|line| line.starts_with("apron-session")))
        {
            self.cookie = set.split(';').next().unwrap().to_owned();
        }
        reply
    }

    async fn status(&self, path: &str) -> u16 {
        self.get(path).await.status().as_u16()
    }

    async fn text(&self, path: &str) -> String {
        self.get(path).await.text().await.unwrap()
    }
}

fn form() -> String {
    Uuid::new_v4().to_string()
}

#[tokio::test]
async fn nothing_is_shown_to_who_is_not_signed_in() {
    let desk = Desk::open().await;
    let nobody = desk.browser();
    for path in
        ["/", "/gate", &format!("/gate/{}", desk.key("CA1501")), "/counter?q=li", "/baggage", "/conflicts", "/desk", "/people", "/messages", "/hub"]
    {
        let reply = nobody.get(path).await;
        assert_eq!(reply.status(), StatusCode::SEE_OTHER, "{path}");
        assert!(reply.headers()["location"].to_str().unwrap().starts_with("/sign-in?to="), "{path}");
        assert!(!reply.text().await.unwrap().contains("LI/NA"));
    }
    for path in
        ["/api/v1/flights", "/api/v1/find?q=li", "/api/v1/cases", "/api/v1/conflicts", "/api/v1/rejects", "/api/v1/printers", "/api/v1/print-jobs"]
    {
        assert_eq!(nobody.status(path).await, 401, "{path}");
    }
    let forged = desk
        .client
        .get(format!("{}/counter?q=li", desk.base))
        .header("apron-person", "4711")
        .header("cookie", "apron-staff=4711")
        .send()
        .await
        .unwrap();
    assert_eq!(forged.status(), StatusCode::SEE_OTHER);
    let posted = desk.client.post(format!("{}/api/v1/commands", desk.base)).header("apron-staff", "4711").body("{}").send().await.unwrap();
    assert_eq!(posted.status(), StatusCode::UNAUTHORIZED);
    assert_eq!([nobody.status("/healthz").await, nobody.status("/sign-in").await, nobody.status("/api/v1/status").await], [200, 200, 200]);
}

#[tokio::test]
async fn a_badge_alone_or_a_number_with_its_pin_opens_the_desk() {
    let desk = Desk::open().await;
    let mut browser = desk.browser();
    for (who, secret) in [("4711", ""), ("4711", "2581"), ("B:0043", ""), ("9999", "2580"), ("", "")] {
        let reply = browser.post("/sign-in", &[("who", who), ("secret", secret)]).await;
        assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "{who} {secret}");
    }
    let key = desk.key("CA1501");
    let to = format!("/gate/{key}");
    let reply = browser.post("/sign-in", &[("who", "B:0042"), ("to", &to)]).await;
    assert_eq!(reply.headers()["location"], to.as_str());
    let cookie = reply.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(browser.text(&to).await.contains("Person 4711"));
    let reply = desk.browser().post("/sign-in", &[("who", "4711"), ("secret", "2580"), ("to", "//elsewhere.example")]).await;
    assert_eq!(reply.headers()["location"], "/", "never to another host");
    browser.post("/sign-out", &[]).await;
    assert_eq!(browser.status(&to).await, 303);
}

#[tokio::test]
async fn wrong_pins_lock_the_person_and_not_the_desk() {
    let desk = Desk::open().await;
    let mut browser = desk.browser();
    for _ in 0..5 {
        browser.post("/sign-in", &[("who", "4711"), ("secret", "0000")]).await;
    }
    let reply = browser.post("/sign-in", &[("who", "4711"), ("secret", "2580")]).await;
    assert_eq!(reply.status(), StatusCode::TOO_MANY_REQUESTS);
    desk.signed_in("4712").await;
    let reply = browser.post("/sign-in", &[("who", "B:0042")]).await;
    assert_eq!(reply.status(), StatusCode::SEE_OTHER, "the badge still opens the desk");
}

#[tokio::test]
async fn a_locked_gate_shows_the_flight_and_no_guest_and_a_badge_opens_it() {
    let desk = Desk::open().await;
    let mut browser = desk.signed_in("4711").await;
    let gate = format!("/gate/{}", desk.key("CA1501"));
    assert_eq!(browser.status(&gate).await, 200);
    browser.post("/lock", &[("to", &gate)]).await;
    let reply = browser.get(&gate).await;
    assert_eq!(reply.status(), StatusCode::LOCKED);
    let page = reply.text().await.unwrap();
    assert!(page.contains("CA1501") && page.contains("Missing") && !page.contains("LI/NA"), "{page}");
    let reply = browser.post(&format!("{gate}/board"), &[("form", &form()), ("booking", &desk.booking("CA1501"))]).await;
    assert_eq!(reply.status(), StatusCode::LOCKED);
    assert!(reply.text().await.unwrap().contains("was not taken"));
    assert_eq!(browser.status("/api/v1/flights").await, 423);
    browser.post("/sign-in", &[("who", "B:0042"), ("to", &gate)]).await;
    assert!(browser.text(&gate).await.contains("LI/NA"));
}

#[tokio::test]
async fn looking_on_does_not_keep_a_screen_open() {
    let desk = Desk::open().await;
    let browser = desk.signed_in("4711").await;
    let token = crate::staff::Token::read(browser.cookie.split('=').nth(1).unwrap()).unwrap();
    let before = desk.door.sessions().look(&token, false, desk.services.now_ms()).unwrap().seen_ms;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let quiet = desk.client.get(format!("{}/", desk.base)).header("cookie", &browser.cookie).header("apron-quiet", "1").send().await.unwrap();
    assert_eq!(quiet.status(), StatusCode::OK);
    assert_eq!(desk.door.sessions().look(&token, false, desk.services.now_ms()).unwrap().seen_ms, before);
    browser.get("/").await;
    assert!(desk.door.sessions().look(&token, false, desk.services.now_ms()).unwrap().seen_ms > before);
}

#[tokio::test]
async fn another_carriers_guests_are_out_of_reach() {
    let desk = Desk::open().await;
    let mut browser = desk.signed_in("4711").await;
    let (flight, guest) = (desk.key("MU5101"), desk.booking("MU5101"));
    for path in [
        format!("/gate/{flight}"),
        format!("/gate/{flight}/close"),
        format!("/counter?booking={guest}"),
        format!("/pass/{guest}"),
        format!("/api/v1/flights/{flight}"),
        format!("/api/v1/flights/{flight}/guests"),
        format!("/api/v1/bookings/{guest}"),
    ] {
        assert_eq!(browser.status(&path).await, 403, "{path}");
    }
    for path in ["/", "/counter?q=li", "/api/v1/flights", "/api/v1/find?q=li"] {
        let page = browser.text(path).await;
        assert!(page.contains("CA1501") && !page.contains("MU5101"), "{path}: {page}");
    }
    let reply = browser.post("/counter/check-in", &[("form", &form()), ("booking", &guest), ("guest", &guest)]).await;
    assert_eq!(reply.status(), StatusCode::FORBIDDEN);
    let supervisor = desk.signed_in("4712").await;
    assert_eq!(supervisor.status(&format!("/gate/{flight}")).await, 200);
}

#[tokio::test]
async fn the_gates_other_work_is_for_its_roles_and_for_ones_own_carrier() {
    let desk = Desk::open().await;
    let posts = |flight: &str, guest: &str| {
        let gate = format!("/gate/{flight}");
        let guest = guest.to_owned();
        [
            (format!("{gate}/aircraft"), vec![("map", "Y1-20/ABCDEF".to_owned()), ("reason", "Drill".into())]),
            (format!("{gate}/changes/divert"), vec![("airport", "TSN".to_owned()), ("reason", "Weather".into())]),
            (format!("{gate}/changes/returned"), vec![("place", "gate".to_owned()), ("reason", "Weather".into())]),
            (format!("{gate}/changes/continues"), vec![("reason", "Weather".to_owned())]),
            (format!("{gate}/changes/leave"), vec![("booking", guest.clone()), ("reason", "Weather".into())]),
            (format!("{gate}/changes/move"), vec![("to", "CA1509".to_owned()), ("booking", guest.clone()), ("reason", "Weather".into())]),
            (format!("{gate}/reseat"), vec![("seat", "1A".to_owned())]),
            (format!("{gate}/seat"), vec![("booking", guest.clone()), ("seat", "14C".into())]),
            (format!("{gate}/bag"), vec![("booking", guest.clone()), ("weight", "8".into())]),
            (format!("{gate}/escort"), vec![("booking", guest.clone()), ("step", "boarding".into()), ("name", "CREW".into())]),
            (format!("{gate}/minors"), vec![("booking", guest.clone()), ("step", "boarding".into()), ("name", "CREW".into())]),
            (format!("{gate}/help"), vec![("booking", guest.clone()), ("service", "WCHR".into()), ("step", "order".into())]),
            (format!("{gate}/security"), vec![("booking", guest.clone()), ("outcome", "selected".into())]),
            ("/assistance".to_owned(), vec![("booking", guest), ("service", "WCHR".into()), ("step", "order".into())]),
        ]
    };
    // A loader sees the flight and does nothing of this.
    let (ours, ours_guest) = (desk.key("CA1501"), desk.booking("CA1501"));
    let mut loader = desk.signed_in("4720").await;
    for path in
        ["/assistance".to_owned(), format!("/gate/{ours}/aircraft"), format!("/gate/{ours}/minors"), format!("/gate/{ours}?guest={ours_guest}")]
    {
        assert_eq!(loader.status(&path).await, 200, "{path}");
    }
    for (path, fields) in posts(&ours, &ours_guest) {
        let id = form();
        let seat = format!("seat.{ours_guest}");
        let mut sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).chain([("form", id.as_str())]).collect();
        if path.ends_with("/reseat") {
            sent.push((&seat, "1A"));
        }
        assert_eq!(loader.post(&path, &sent).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    // Another carrier's flight is not there for its pages, and not for what is pressed.
    let (other, guest) = (desk.key("MU5101"), desk.booking("MU5101"));
    let help = json!({ "kind": "assist", "booking": guest, "service": "WCHR", "step": "order" }).to_string();
    desk.services.command(Uuid::from_u128(77), "4712", &help).await.unwrap();
    let mut stranger = desk.signed_in("4711").await;
    for path in [
        format!("/gate/{other}/aircraft"),
        format!("/gate/{other}/changes"),
        format!("/gate/{other}/minors"),
        format!("/gate/{ours}?guest={guest}"),
        format!("/assistance?flight={other}"),
    ] {
        assert_eq!(stranger.status(&path).await, 403, "{path}");
    }
    let page = stranger.text(&format!("/assistance?job={guest}.WCHR")).await;
    assert!(!page.contains("MU5101") && !page.contains("LI/NA"), "{page}");
    for (path, fields) in posts(&other, &guest) {
        let id = form();
        let sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).chain([("form", id.as_str())]).collect();
        let reply = stranger.post(&path, &sent).await;
        assert_eq!(reply.status(), StatusCode::FORBIDDEN, "{path}");
        assert!(!reply.text().await.unwrap().contains("LI/NA"), "{path}");
    }
    let supervisor = desk.signed_in("4712").await;
    assert!(supervisor.text("/assistance").await.contains("MU5101"));
}

#[tokio::test]
async fn a_person_without_the_role_is_told_who_has_it() {
    let desk = Desk::open().await;
    let mut browser = desk.signed_in("4711").await;
    let gate = format!("/gate/{}", desk.key("CA1501"));
    let reply = browser.post(&format!("{gate}/take-over"), &[("form", &form()), ("reason", "Drill")]).await;
    assert_eq!(reply.status(), StatusCode::FORBIDDEN);
    assert!(reply.text().await.unwrap().contains("supervisor"));
    assert_eq!(browser.status("/hub").await, 403);
    let may = browser.text("/people?who=4711").await;
    assert!(may.contains("What may 4711 do here?") && may.contains("takeover CA1501"), "{may}");
}

#[tokio::test]
async fn who_changes_who_is_in_charge_proves_twice_who_they_are() {
    let desk = Desk::open().await;
    let gate = format!("/gate/{}", desk.key("CA1501"));
    let take_over = format!("{gate}/take-over");
    let mut browser = desk.browser();
    for (first, second) in [(("B:0099", ""), ("4714", "2580")), (("4714", "2580"), ("B:0099", ""))] {
        browser.post("/sign-in", &[("who", first.0), ("secret", first.1)]).await;
        let reply = browser.post(&take_over, &[("form", &form()), ("reason", "Drill")]).await;
        assert!(reply.text().await.unwrap().contains("two proofs"));
        assert!(browser.text(&gate).await.contains("Second proof"));
        let api = desk.client.post(format!("{}/api/v1/commands", desk.base)).header("cookie", &browser.cookie).header("idempotency-key", form());
        let command = json!({ "kind": "take-over", "flight": desk.key("CA1501"), "reason": "Drill" });
        assert_eq!(api.header("content-type", "application/json").body(command.to_string()).send().await.unwrap().status(), StatusCode::FORBIDDEN);
        browser.post("/sign-in", &[("who", second.0), ("secret", second.1)]).await;
        assert!(!browser.text(&gate).await.contains("Second proof"));
        // Work that changes nobody's charge goes on with one.
        browser.post("/sign-out", &[]).await;
    }
    assert!(desk.services.read(|station| station.flights().iter().all(|row| row.controller == Controller::Host)), "nothing was done so far");
    browser.post("/sign-in", &[("who", "B:0099"), ("secret", "2580")]).await;
    let reply = browser.post(&take_over, &[("form", &form()), ("reason", "Drill")]).await;
    assert_eq!(reply.status(), StatusCode::SEE_OTHER, "{}", reply.text().await.unwrap());
    // What was shown before a screen was locked counts no more.
    browser.post("/lock", &[("to", "/")]).await;
    browser.post("/sign-in", &[("who", "B:0099"), ("secret", "")]).await;
    assert!(browser.text(&gate).await.contains("Second proof"));
}

#[tokio::test]
async fn somebody_without_a_badge_comes_in_by_a_supervisors_word_or_by_the_glass() {
    let desk = Desk::open().await;
    let mut lent = desk.browser();
    let fields = |number: &'static str| [("form", "f"), ("name", "Lee Lent"), ("number", number), ("reason", "badge left at home")];
    let with = |form: String, mut fields: Vec<(&'static str, &'static str)>| {
        fields.remove(0);
        (form, fields)
    };
    // Asked of another desk.
    let (id, rest) = with(form(), fields("TEMP-1").to_vec());
    let mut sent: Vec<(&str, &str)> = rest;
    sent.push(("form", &id));
    assert_eq!(lent.post("/sign-in/ask", &sent).await.status(), StatusCode::SEE_OTHER);
    assert!(lent.text("/sign-in").await.contains("waits for a supervisor"));
    assert_eq!(lent.status("/").await, 303, "not before somebody says yes");
    let mut supervisor = desk.signed_in("4712").await;
    let page = supervisor.text("/people").await;
    assert!(page.contains("Lee Lent"), "{page}");
    let access = schemas::record::DocRef(desk.services.read(|station| station.accesses()[0].id)).to_string();
    supervisor.post(&format!("/people/access/{access}"), &[("form", &form()), ("how", "granted")]).await;
    let reply = lent.get("/sign-in").await;
    assert_eq!(reply.status(), StatusCode::SEE_OTHER);
    lent.cookie = reply.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert_eq!(lent.status(&format!("/gate/{}", desk.key("MU5101"))).await, 200);
    // The supervisor takes it back: the screen closes at once.
    supervisor.post(&format!("/people/access/{access}"), &[("form", &form()), ("how", "ended")]).await;
    assert_eq!(lent.status("/").await, 303);
    // Vouched for at the desk, with the supervisor's own proof.
    for (secret, status) in [("0000", StatusCode::UNPROCESSABLE_ENTITY), ("2580", StatusCode::SEE_OTHER)] {
        let id = form();
        let sent = [("form", id.as_str()), ("name", "Mo Lent"), ("number", "TEMP-2"), ("reason", "from MU"), ("who", "4712"), ("secret", secret)];
        assert_eq!(desk.browser().post("/sign-in/vouch", &sent).await.status(), status);
    }
    let id = form();
    let sent = [("form", id.as_str()), ("name", "Mo"), ("number", "TEMP-3"), ("reason", "x"), ("who", "4711"), ("secret", "2580")];
    assert_ne!(desk.browser().post("/sign-in/vouch", &sent).await.status(), StatusCode::SEE_OTHER, "an agent vouches for nobody");
    // Nobody to ask: three times, and no more.
    for n in 0..4 {
        let (id, number) = (form(), format!("TEMP-9{n}"));
        let sent = [("form", id.as_str()), ("name", "Al One"), ("number", &number), ("reason", "nobody here")];
        let reply = desk.browser().post("/sign-in/break-glass", &sent).await;
        assert_eq!(reply.status() == StatusCode::SEE_OTHER, n < 3, "{n}");
    }
}

#[tokio::test]
async fn programs_show_the_nodes_token_and_act_within_the_rights_of_whom_they_name() {
    let desk = Desk::open().await;
    let ask = |path: &str, staff: Option<&str>| {
        let request = desk.client.get(format!("{}{path}", desk.base)).header("authorization", format!("Bearer {TOKEN}"));
        match staff {
            Some(staff) => request.header("apron-staff", staff),
            None => request,
        }
        .send()
    };
    let flights: Vec<Value> = ask("/api/v1/flights", None).await.unwrap().json().await.unwrap();
    assert_eq!(flights.len(), 2);
    let flights: Vec<Value> = ask("/api/v1/flights", Some("4711")).await.unwrap().json().await.unwrap();
    assert_eq!(flights.len(), 1);
    assert_eq!(ask(&format!("/api/v1/flights/{}", desk.key("MU5101")), Some("4711")).await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(ask("/api/v1/flights", Some("9999")).await.unwrap().status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn nobody_prints_or_sees_the_papers_of_another_carrier() {
    let dir = tempfile::tempdir().unwrap();
    let (file, nowhere) = (dir.path().join("apron.toml"), std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let text = format!("data = 'x'\n[[printer]]\nname = 'RP1'\nkind = ['pass', 'receipt']\nlanguage = 'escpos'\naddress = 'tcp:{nowhere}'\n");
    std::fs::write(&file, text).unwrap();
    let run = crate::cli::Run { config: Some(file), data: None, listen: None, http: None };
    let ports = crate::config::Ports { listen: 4440, http: 8440 };
    let config = crate::config::Config::gather(run, crate::config::Neighbours::default(), ports).unwrap();
    let printers = crate::print::Printers::start(config.printers, &dir.path().join("jobs"), crate::print::Patience::default(), || {}).unwrap();
    let desk = Desk::open_with(Options { printers, ..Options::default() }).await;
    let other = desk.booking("MU5101");
    for (key, body) in [
        (10, json!({ "kind": "take-over", "flight": desk.key("MU5101"), "reason": "Drill" })),
        (11, json!({ "kind": "check-in", "guests": [{ "booking": other }] })),
        (
            12,
            json!({ "kind": "open-incident", "incident": "delayed", "name": "LI/NA", "flight": "MU5101", "contact": "x", "bag": { "description": "y" } }),
        ),
    ] {
        desk.services.command(Uuid::from_u128(key), "4712", &body.to_string()).await.unwrap();
    }
    let case = desk.services.read(|station| station.cases()[0].case);
    let form = Uuid::new_v4().to_string();
    let fields = [("form", form.as_str()), ("printer", "RP1"), ("language", "en")];
    let mut stranger = desk.signed_in("4711").await;
    for path in [format!("/pass/{other}/print"), format!("/receipt/{case}/print")] {
        assert_eq!(stranger.post(&path, &fields).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let program = async |staff: &str, what: Value| {
        let request = desk.client.post(format!("{}/api/v1/print-jobs", desk.base)).bearer_auth(TOKEN).header("apron-staff", staff);
        request.header("idempotency-key", Uuid::new_v4().to_string()).json(&json!({ "printer": "RP1", "what": what })).send().await.unwrap().status()
    };
    assert_eq!(program("4711", json!({ "pass": other })).await, StatusCode::FORBIDDEN);
    assert_eq!(program("4711", json!({ "receipt": case.to_string() })).await, StatusCode::NOT_FOUND);
    assert_eq!(program("4712", json!({ "receipt": case.to_string() })).await, StatusCode::CREATED);
    let mut own = desk.signed_in("4712").await;
    assert_eq!(own.post(&format!("/pass/{other}/print"), &fields).await.status(), StatusCode::SEE_OTHER);
    assert!(own.text("/desk").await.contains("Pass MU5101"));
    let page = stranger.text("/desk").await;
    assert!(page.contains("RP1") && !page.contains("MU5101") && !page.contains("Receipt "), "{page}");
    let jobs = desk.client.get(format!("{}/api/v1/print-jobs", desk.base)).header("cookie", &stranger.cookie).send().await.unwrap();
    assert_eq!(jobs.json::<Value>().await.unwrap(), json!([]));
    for path in ["/print-jobs/1/cancel", "/print-jobs/2/reprint"] {
        assert_eq!(stranger.post(path, &fields).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn no_spelling_of_an_address_leads_around_the_door() {
    let desk = Desk::open().await;
    let mut browser = desk.signed_in("4711").await;
    let (flight, guest) = (desk.key("MU5101"), desk.booking("MU5101"));
    for path in [
        format!("/gate/%4D{}", &flight[1..]),
        format!("/gate/{}", flight.replace('.', "%2E")),
        format!("/api/v1/flights/{}/guests", flight.replace('.', "%2e")),
        format!("/paper/{}", flight.replace('.', "%2E")),
        format!("/pass/%{:02x}{}", guest.as_bytes()[0], &guest[1..]),
    ] {
        assert_eq!(browser.status(&path).await, 400, "{path}");
    }
    let escaped = format!("/counter?booking=%{:02x}{}", guest.as_bytes()[0], &guest[1..]);
    assert_eq!(browser.status(&escaped).await, 403);
    let reply = browser.post("/counter/bag", &[("form", &form()), ("booking", &guest), ("weight", "x")]).await;
    assert!(!reply.text().await.unwrap().contains("MU5101"), "the page of another carrier's guest is drawn");
}

#[tokio::test]
async fn what_others_did_is_read_by_who_may_do_the_same() {
    let desk = Desk::open().await;
    let mu = desk.key("MU5101");
    let (of_mu, list) = (Uuid::from_u128(77), Uuid::from_u128(2));
    let command = json!({ "kind": "take-over", "flight": mu, "reason": "secret plan" }).to_string();
    desk.services.command(of_mu, "4712", &command).await.unwrap();
    let agent = desk.signed_in("4711").await;
    assert_eq!(agent.status(&format!("/api/v1/commands/{of_mu}")).await, 404);
    assert_eq!(agent.status(&format!("/api/v1/commands/{list}")).await, 404, "a list may name any carrier's guests");
    assert!(!agent.text(&format!("/counter?done={of_mu}")).await.contains("MU5101"));
    let supervisor = desk.signed_in("4712").await;
    assert_eq!(supervisor.status(&format!("/api/v1/commands/{of_mu}")).await, 200);
}

#[tokio::test]
async fn messages_are_for_who_imports_lists() {
    let desk = Desk::open().await;
    let id = form();
    let mut lent = desk.browser();
    let sent = [("form", id.as_str()), ("name", "Al One"), ("number", "TEMP-1"), ("reason", "nobody here")];
    assert_eq!(lent.post("/sign-in/break-glass", &sent).await.status(), StatusCode::SEE_OTHER);
    assert_eq!([lent.status("/api/v1/rejects").await, lent.status("/messages").await, lent.status("/api/v1/flights").await], [403, 403, 200]);
    let again = desk.browser().post("/sign-in/break-glass", &sent).await;
    assert_ne!(again.status(), StatusCode::SEE_OTHER, "the same form opens no second screen");
}

#[tokio::test]
async fn photos_are_for_the_staff_of_the_reports_carrier_who_work_with_baggage() {
    let desk = Desk::open().await;
    let report =
        json!({ "kind": "open-incident", "incident": "damaged", "name": "LI/NA", "flight": "MU5101", "contact": "x", "bag": { "description": "y" } });
    desk.services.command(Uuid::from_u128(21), "4712", &report.to_string()).await.unwrap();
    let case = desk.services.read(|station| station.cases()[0].case);
    let photo = desk.services.keep_photo(crate::photos::png(9, 9)).await.unwrap();
    let add = json!({ "kind": "add-photo", "record": case, "photo": photo }).to_string();
    // 4711 works for CA, and the report is of MU.
    let refused = desk.services.command(Uuid::from_u128(22), "4711", &add).await.unwrap_err().to_string();
    assert!(refused.contains("is a flight of MU"), "{refused}");
    desk.services.command(Uuid::from_u128(23), "4712", &add).await.unwrap();
    let paths = [
        format!("/photos/{}", photo.sha256),
        format!("/photos/of/{case}"),
        format!("/api/v1/photos/{}", photo.sha256),
        format!("/api/v1/photos/of/{case}"),
    ];
    let (mut other, own, nobody) = (desk.signed_in("4711").await, desk.signed_in("4712").await, desk.browser());
    for path in &paths {
        assert_eq!(other.status(path).await, 403, "{path}");
        assert_eq!(own.status(path).await, 200, "{path}");
        assert!([303, 401].contains(&nobody.status(path).await), "{path}");
    }
    let fields = [("form", form()), ("photo", photo.sha256.to_string()), ("reason", "x".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(other.post(&format!("/photos/of/{case}/remove"), &fields).await.status(), StatusCode::FORBIDDEN);
    // The administrator manages staff and has nothing to do with baggage.
    let admin = desk.signed_in("9001").await;
    for path in &paths {
        assert_eq!(admin.status(path).await, 403, "{path}");
    }
}

#[tokio::test]
async fn practising_is_a_supervisors_to_begin_and_to_end() {
    let desk = Desk::open().await;
    let mut agent = desk.signed_in("4711").await;
    assert_eq!(agent.post("/desk/practice", &[("minutes", "5"), ("confirmed", "yes")]).await.status(), StatusCode::FORBIDDEN);
    assert!(desk.services.practising_until().is_none());
    assert!(agent.get("/desk").await.text().await.unwrap().contains("Supervisors and duty managers begin it."));
    let mut supervisor = desk.signed_in("4712").await;
    assert_eq!(supervisor.post("/desk/practice", &[("minutes", "5"), ("confirmed", "yes")]).await.status(), StatusCode::SEE_OTHER);
    assert!(desk.services.practising_until().is_some());
    assert_eq!(agent.post("/desk/practice", &[]).await.status(), StatusCode::FORBIDDEN);
    assert!(agent.get("/").await.text().await.unwrap().contains("Practising offline until"), "everybody at the desk is told");
}

#[tokio::test]
async fn the_last_actions_of_a_desk_show_nobody_another_carriers_guests() {
    let desk = Desk::open().await;
    // 4712 works for all carriers and imported both lists; 4711 works for CA.
    let all = desk.signed_in("4712").await.get("/desk").await.text().await.unwrap();
    let own = desk.signed_in("4711").await.get("/desk").await.text().await.unwrap();
    let acts = |page: &str| page.split("id=\"acts\"").nth(1).unwrap().split("</section>").next().unwrap().to_owned();
    assert!(acts(&all).contains("MU5101") && acts(&all).contains("CA1501"), "{}", acts(&all));
    assert!(!acts(&own).contains("MU5101"), "{}", acts(&own));
}
