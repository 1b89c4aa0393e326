//! What the counter promises: problems one by one, documents without their numbers, seats, help, bags with all that a tag says.

use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::Options;
use super::promises::Desk;
use super::sign_in_promises as staffed;

/// The specimen of ICAO Doc 9303, in the name of a guest of the list; valid until 2031.
fn passport(name: &str) -> String {
    let digit = |text: &str| {
        let value = |c: char| c.to_digit(36).unwrap_or(0);
        text.chars().zip([7, 3, 1].iter().cycle()).map(|(c, weight)| value(c) * weight).sum::<u32>() % 10
    };
    let with = |text: &str| format!("{text}{}", digit(text));
    let (number, birth, expiry, personal) = (with("L898902C3"), with("740812"), with("310415"), with("ZE184226B<<<<<"));
    let whole = digit(&format!("{number}{birth}{expiry}{personal}"));
    let first: String = format!("P<UTO{}", name.replace('/', "<<").replace(' ', "<"));
    format!("{first:<<44}{number}UTO{birth}F{expiry}{personal}{whole}")
}

async fn abroad() -> Desk {
    let desk = Desk::bound_for("NRT").await;
    desk.take_over().await;
    desk
}

/// Follows the answer of a form.
async fn follow(desk: &Desk, path: &str, fields: &[(&str, &str)]) -> (String, String) {
    let response = desk.post(path, fields).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}: {}", response.text().await.unwrap());
    let to = response.headers()["location"].to_str().unwrap().to_owned();
    (to.clone(), desk.text(&to).await)
}

#[tokio::test]
async fn a_scanned_passport_finds_the_guest_and_its_number_is_nowhere() {
    let desk = abroad().await;
    let scan = passport("LI/NA");
    let (to, page) = follow(&desk, "/counter/scan", &[("q", &scan), ("at", "")]).await;
    assert!(!to.contains("L898902C") && !to.contains("LI"), "{to}");
    assert!(page.contains("Documents of LI/NA") && page.contains("value=\"2C3\"") && page.contains("value=\"2031-04-15\""), "{page}");
    assert!(!page.contains("L898902C"), "{page}");
    let booking = desk.booking("LI/NA");
    let read = to.split("read=").nth(1).unwrap().split('#').next().unwrap().to_owned();
    let fields = [
        ("booking", booking.as_str()),
        ("outcome", "send-later"),
        ("read", &read),
        ("kind", "P"),
        ("issuer", "UTO"),
        ("ending", "2C3"),
        ("nationality", "UTO"),
        ("expires", "2031-04-15"),
        ("note", "visa seen"),
    ];
    let page = desk.press("/counter/documents", &fields).await;
    assert!(page.contains("the authority hears later") && page.contains("P UTO, number ends in 2C3, valid until 2031-04-15"), "{page}");
    let shown = desk.services.read(|station| station.booking(booking.parse::<schemas::record::DocRef>().unwrap().0).unwrap().shown().cloned());
    assert!(shown.is_some_and(|shown| shown.read), "read by machine");
}

#[tokio::test]
async fn a_number_that_is_typed_whole_is_cut_before_it_is_kept() {
    let desk = abroad().await;
    let booking = desk.booking("LI/NA");
    let fields = [("booking", booking.as_str()), ("outcome", "seen"), ("issuer", "chn"), ("ending", "E12345678"), ("kind", "P")];
    let page = desk.press("/counter/documents", &fields).await;
    assert!(page.contains("P CHN, number ends in 678") && !page.contains("E12345678"), "{page}");
    let form = Uuid::new_v4().to_string();
    let wrong = [("form", form.as_str()), ("booking", &booking), ("outcome", "seen"), ("issuer", "CHINA"), ("ending", "678")];
    assert_eq!(desk.post("/counter/documents", &wrong).await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_passport_that_is_read_wrongly_or_is_somebody_elses_is_said() {
    let desk = abroad().await;
    let bad = passport("LI/NA").replace("L898902C3", "L898903C3");
    let response = desk.post("/counter/scan", &[("q", &bad), ("at", "")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    assert!(page.contains("The check digit does not fit: number") && !page.contains("L898903C"), "{page}");
    let booking = desk.booking("LI/NA");
    let form = Uuid::new_v4().to_string();
    let fields = [("form", form.as_str()), ("booking", &booking), ("outcome", "read"), ("mrz", &passport("QIAN/DA"))];
    let (_, page) = follow(&desk, "/counter/documents", &fields).await;
    assert!(page.contains("The document is for QIAN/DA, the list says LI/NA"), "{page}");
    let (to, _) = follow(&desk, "/counter/scan", &[("q", &passport("NOBODY/HERE")), ("at", "")]).await;
    assert!(to.starts_with("/counter?q=~") && to.contains("&read=") && !to.contains("NOBODY"), "{to}");
}

#[tokio::test]
async fn problems_come_one_by_one_until_none_is_left() {
    let desk = abroad().await;
    let booking = desk.booking("ZHAO/LE");
    let page = desk.text(&format!("/counter?booking={booking}")).await;
    assert!(page.contains("Problem 1 of 2") && page.contains("Nobody has looked at the documents") && page.contains("data-key=\"F8\""), "{page}");
    let page = desk.text(&format!("/counter?booking={booking}&problem=2")).await;
    assert!(page.contains("Problem 2 of 2") && page.contains("who hands over this child") && page.contains("id=\"care-name\""), "{page}");
    let page = desk.press("/counter/escort", &[("booking", &booking), ("name", "Zhao, Min")]).await;
    assert!(page.contains("Problem 1 of 1") && page.contains("Handed over by Zhao, Min"), "{page}");
    let page = desk.press("/counter/documents", &[("booking", &booking), ("outcome", "seen")]).await;
    assert!(!page.contains("id=\"problem\"") && page.contains("Documents in order"), "{page}");
    assert!(desk.text(&format!("/counter?booking={booking}&problem=9999")).await.contains("ZHAO/LE"));
}

#[tokio::test]
async fn a_minor_is_checked_in_with_the_name_of_who_brings_the_child() {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    let booking = desk.booking("ZHAO/LE");
    let seat = format!("seat.{booking}");
    let handed = format!("handed.{booking}");
    let page = desk.press("/counter/check-in", &[("booking", &booking), ("guest", &booking), (&seat, "14C"), (&handed, "Zhao, Min")]).await;
    assert!(page.contains("Handed over by Zhao, Min") && page.contains("Unaccompanied minor: ordered"), "{page}");
}

#[tokio::test]
async fn help_is_ordered_and_taken_back() {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    let booking = desk.booking("QIAN/DA");
    let page = desk.press("/counter/assist", &[("booking", &booking), ("service", "WCHC"), ("place", "desk 12"), ("step", "order")]).await;
    assert!(page.contains("WCHC, Wheelchair to the seat: ordered") && page.contains("at desk 12"), "{page}");
    let page = desk.press("/counter/assist", &[("booking", &booking), ("service", "WCHC"), ("step", "cancel")]).await;
    assert!(!page.contains(": ordered"), "{page}");
}

#[tokio::test]
async fn a_seat_is_chosen_on_the_plan_or_typed() {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    let (guest, other) = (desk.booking("LI/NA"), desk.check_in("QIAN/DA", "15C").await);
    let address = format!("/counter?booking={guest}&seat={guest}");
    assert!(desk.text(&address).await.contains("Nobody has named the aircraft"));
    let map = json!({ "kind": "change-equipment", "flight": desk.flight, "map": "Y14-20/ABC", "reason": "known" }).to_string();
    desk.services.command(Uuid::new_v4(), "4711", &map).await.unwrap();
    let page = desk.text(&address).await;
    assert!(page.contains("aria-label=\"14A, free\"") && page.contains("15C, taken") && !page.contains("value=\"15C\""), "{page}");
    let page = desk.press("/counter/seat", &[("booking", &guest), ("seat", "14A")]).await;
    assert!(page.contains("now has seat 14A"), "{page}");
    let form = Uuid::new_v4().to_string();
    let taken = desk.post("/counter/seat", &[("form", &form), ("booking", &other), ("seat", "14A")]).await;
    assert_eq!(taken.status(), StatusCode::CONFLICT);
    assert!(taken.text().await.unwrap().contains("id=\"seat-wrong\""));
}

#[tokio::test]
async fn a_bag_says_where_it_goes_and_is_put_right() {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let page = desk.press("/counter/bag", &[("booking", &guest), ("weight", "35"), ("destination", "jfk")]).await;
    assert!(page.contains("Tag range: 999 left") && page.contains("has no heavy label"), "{page}");
    let tag = desk.services.read(|station| station.find("LI/NA")[0].guest.bags[0]).to_string();
    let page = desk.text(&format!("/counter?booking={guest}&tag={tag}")).await;
    assert!(page.contains(&format!("Put bag {tag} right")) && page.contains("name=\"weight\" value=\"35\""), "{page}");
    let fields = [("booking", guest.as_str()), ("weight", "35"), ("tag", &tag), ("destination", "JFK"), ("onward", "mu5101 jfk"), ("heavy", "yes")];
    let page = desk.press("/counter/bag", &fields).await;
    assert!(page.contains("heavy label, then MU5101 to JFK") && !page.contains("has no heavy label"), "{page}");
    assert_eq!(desk.services.read(|station| station.bags_of(&desk.flight).len()), 1);
    let form = Uuid::new_v4().to_string();
    let wrong = [("form", form.as_str()), ("booking", &guest), ("weight", "x"), ("destination", "J1"), ("onward", "JFK")];
    let response = desk.post("/counter/bag", &wrong).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    assert!(["weight-wrong", "bag-to-wrong", "onward-wrong"].iter().all(|id| page.contains(id)), "{page}");
}

#[tokio::test]
async fn an_unknown_tag_that_is_scanned_goes_to_the_bag_of_the_open_guest() {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    let guest = desk.check_in("LI/NA", "14C").await;
    let (to, page) = follow(&desk, "/counter/scan", &[("q", "0781234567"), ("at", &guest)]).await;
    assert!(to.contains("tag=0781234567") && page.contains("name=\"tag\" value=\"0781234567\""), "{to} {page}");
    desk.press("/counter/bag", &[("booking", &guest), ("weight", "18"), ("tag", "0781234567")]).await;
    let (to, page) = follow(&desk, "/counter/scan", &[("q", "0781234567"), ("at", "")]).await;
    assert!(to.starts_with("/counter?q=0781234567") && page.contains("LI/NA"), "{to}");
}

#[tokio::test]
async fn the_last_guests_stand_where_nothing_is_asked() {
    let desk = Desk::start(false, Options::default()).await;
    for name in ["LI/NA", "QIAN/DA"] {
        desk.text(&format!("/counter?booking={}", desk.booking(name))).await;
    }
    let page = desk.text("/counter").await;
    let at = |name: &str| page.find(name).unwrap_or_else(|| panic!("{name}: {page}"));
    assert!(page.contains("Last at this desk") && at("QIAN/DA") < at("LI/NA"), "{page}");
}

#[tokio::test]
async fn lines_of_a_passport_that_come_one_by_one_are_one_passport_and_in_no_address() {
    let desk = abroad().await;
    let scan = passport("LI/NA");
    let (first, second) = scan.split_at(44);
    let (to, page) = follow(&desk, "/counter/scan", &[("q", first), ("at", "")]).await;
    assert!(!to.contains("LI") && page.contains("Scan the next line"), "{to}");
    let (to, page) = follow(&desk, "/counter/scan", &[("q", second), ("at", "")]).await;
    assert!(!to.contains("L898902C") && page.contains("Documents of LI/NA"), "{to}");
    // The second line alone leads nowhere with a number in it either.
    let (to, _) = follow(&desk, "/counter/scan", &[("q", second), ("at", "")]).await;
    assert!(!to.contains("L898902C"), "{to}");
}

#[tokio::test]
async fn a_supervisor_beside_the_desk_lets_a_guest_go_on() {
    let desk = staffed::Desk::open().await;
    let (key, booking) = (desk.key("CA1501"), desk.booking("CA1501"));
    let mut agent = desk.signed_in("4711").await;
    let take_over = json!({ "kind": "take-over", "flight": key, "reason": "host silent" }).to_string();
    desk.services.command(Uuid::new_v4(), "4712", &take_over).await.unwrap();
    let note = |who: &'static str, secret: &'static str| {
        let form = Uuid::new_v4().to_string();
        vec![
            ("form", form),
            ("booking", booking.clone()),
            ("outcome", "supervisor".to_owned()),
            ("who", who.to_owned()),
            ("secret", secret.to_owned()),
        ]
    };
    for (who, secret, status) in
        [("", "", StatusCode::FORBIDDEN), ("4712", "1111", StatusCode::UNPROCESSABLE_ENTITY), ("4713", "2580", StatusCode::FORBIDDEN)]
    {
        let fields = note(who, secret);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(agent.post("/counter/documents", &fields).await.status(), status, "{who}");
    }
    let fields = note("4712", "2580");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(agent.post("/counter/documents", &fields).await.status(), StatusCode::SEE_OTHER);
    let page = agent.get(&format!("/counter?booking={booking}")).await.text().await.unwrap();
    assert!(page.contains("A supervisor let the guest go on"), "{page}");
}

#[tokio::test]
async fn a_pass_that_says_selected_is_shown_to_staff_and_never_printed() {
    let desk = abroad().await;
    let booking = desk.booking("LI/NA");
    let page = desk.press("/counter/documents", &[("booking", &booking), ("outcome", "send-later"), ("selected", "yes")]).await;
    assert!(page.contains(">SEL</abbr>"), "{page}");
    desk.check_in("LI/NA", "14C").await;
    let sheet = desk.text(&format!("/documents/{}", desk.flight)).await;
    assert!(sheet.contains("LI/NA") && sheet.contains("id=\"selected\""), "{sheet}");
    let csv = desk.text(&format!("/api/v1/flights/{}/documents.csv", desk.flight)).await;
    assert!(csv.starts_with("\"flight\",") && csv.contains("\"LI/NAMS\""), "{csv}");
    assert!(!csv.to_lowercase().contains("select"), "{csv}");
    assert!(!desk.text(&format!("/pass/{booking}")).await.contains("SEL"), "not on the guest's pass");
}

#[tokio::test]
async fn a_rush_bag_is_tagged_at_the_baggage_desk() {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    assert!(desk.text("/baggage").await.contains("id=\"rush-flight\""));
    let form = Uuid::new_v4().to_string();
    let wrong =
        [("form", form.as_str()), ("flight", "XX"), ("destination", "P"), ("weight", "0"), ("reason", "missed"), ("tag", "1"), ("onward", "x")];
    let response = desk.post("/baggage/rush", &wrong).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = response.text().await.unwrap();
    assert!(["rush-flight", "rush-to", "rush-weight", "rush-tag", "rush-onward"].iter().all(|id| page.contains(&format!("{id}-wrong"))), "{page}");
    let fields = [("flight", "ca1501"), ("destination", "pek"), ("weight", "18"), ("reason", "missed its flight")];
    let page = desk.press("/baggage/rush", &fields).await;
    assert!(page.contains("2999001000"), "{page}");
}

#[tokio::test]
async fn the_list_for_the_authorities_and_rush_tags_are_for_those_who_may() {
    let desk = staffed::Desk::open().await;
    let key = desk.key("CA1501");
    let mut baggage = desk.signed_in("4713").await;
    for path in [format!("/documents/{key}"), format!("/api/v1/flights/{key}/documents"), format!("/api/v1/flights/{key}/documents.csv")] {
        assert_eq!(baggage.get(&path).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(baggage.get("/baggage/rush").await.status(), StatusCode::OK);
    let supervisor = desk.signed_in("4712").await;
    assert_eq!(supervisor.get(&format!("/documents/{key}")).await.status(), StatusCode::OK);
    let (agent, other) = (desk.signed_in("4711").await, desk.key("MU5101"));
    assert_eq!(agent.get(&format!("/documents/{key}")).await.status(), StatusCode::OK);
    for path in [
        format!("/documents/{other}"),
        format!("/api/v1/flights/{other}/documents.csv"),
        format!("/api/v1/bookings/{}/problems", desk.booking("MU5101")),
    ] {
        assert_eq!(agent.get(&path).await.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let form = Uuid::new_v4().to_string();
    let booking = desk.booking("CA1501");
    let refused = baggage.post("/counter/documents", &[("form", &form), ("booking", &booking), ("outcome", "seen")]).await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn problems_and_seats_are_there_for_programs() {
    let desk = abroad().await;
    let booking = desk.booking("LI/NA");
    let problems: serde_json::Value = serde_json::from_str(&desk.text(&format!("/api/v1/bookings/{booking}/problems")).await).unwrap();
    assert_eq!((problems[0]["trouble"].as_str(), problems[0]["rule"].as_str()), (Some("documents-missing"), Some("send-later")));
    let plan: serde_json::Value = serde_json::from_str(&desk.text(&format!("/api/v1/bookings/{booking}/seat-plan")).await).unwrap();
    assert!(plan["cabins"].is_array() && plan["is_whole"] == false);
    assert_eq!(desk.get("/api/v1/bookings/x/problems").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(desk.get("/documents/x").await.status(), StatusCode::NOT_FOUND);
}
