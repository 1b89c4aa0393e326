//! What the screens promise about the device itself: its scans, its scanner, its looks, and practising to be cut off.

use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::Options;
use super::promises::{Desk, LIST};

async fn open() -> Desk {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    desk
}

/// Another flight of the same day as this one.
async fn import(desk: &Desk, number: &str) -> String {
    let day = desk.flight.date().format("%d%b").to_string().to_uppercase();
    let list = LIST.replace("22NOV", &day).replace("CA1501", number);
    let command = json!({ "kind": "import-list", "text": list }).to_string();
    desk.services.command(Uuid::new_v4(), "4711", &command).await.unwrap();
    desk.flight.to_string().replace("CA1501", number)
}

/// The id of the newest scan that can be undone.
fn undo_of(page: &str) -> String {
    let strip = page.split("id=\"strip\"").nth(1).unwrap();
    strip.split("name=\"scan\" value=\"").nth(1).unwrap_or_else(|| panic!("{strip}")).split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_has_just_boarded_a_guest_takes_it_back_with_one_press() {
    let desk = open().await;
    let flight = desk.flight.to_string();
    desk.check_in("LI/NA", "14C").await;
    let page = desk.press(&format!("/gate/{flight}/scan"), &[("scan", "14C")]).await;
    let scan = undo_of(&page);
    let page = desk.press(&format!("/gate/{flight}/undo"), &[("scan", &scan)]).await;
    assert_eq!(desk.services.read(|station| station.counts(&desk.flight).boarded), 0);
    let strip = page.split("id=\"strip\"").nth(1).unwrap().split("</ol>").next().unwrap();
    assert!(strip.contains("BOARD 14C") && !strip.contains("/undo"), "it stays in the strip and cannot be undone twice: {strip}");
    let own = desk.text("/desk").await;
    assert!(own.contains("Last done at this desk") && own.contains("Saved here"), "{own}");
    let undone = desk.services.own_newest(1).remove(0);
    assert!(undone.kind == "un-board" && undone.stored.body.contains("#undone-at-once"), "{undone:?}");
    // An undo that comes late, or after the strip has moved on, leads back to the page and does nothing.
    let page = desk.press(&format!("/gate/{flight}/undo"), &[("scan", &Uuid::nil().to_string())]).await;
    assert!(page.contains("verdict idle"), "{page}");
}

#[tokio::test]
async fn somebody_elses_boarding_is_taken_back_with_a_reason() {
    let desk = open().await;
    let flight = desk.flight.to_string();
    let guest = desk.check_in("LI/NA", "14C").await;
    let page = desk.press(&format!("/gate/{flight}/scan"), &[("scan", "14C")]).await;
    let form = Uuid::new_v4().to_string();
    let scan = undo_of(&page);
    let response = desk.post_as("4713", &format!("/gate/{flight}/undo"), &[("form", &form), ("scan", &scan)]).await;
    assert_eq!(response.headers()["location"], format!("/gate/{flight}?unboard={guest}#ask"));
    assert_eq!(desk.services.read(|station| station.counts(&desk.flight).boarded), 1);
}

#[tokio::test]
async fn the_strip_is_of_the_desk_and_names_the_flight_where_it_is_another() {
    let desk = open().await;
    desk.check_in("LI/NA", "14C").await;
    desk.press(&format!("/gate/{}/scan", desk.flight), &[("scan", "14C")]).await;
    let other = import(&desk, "CA1503").await;
    let page = desk.text(&format!("/gate/{other}")).await;
    let strip = page.split("id=\"strip\"").nth(1).unwrap();
    assert!(strip.contains("CA1501 LI/NA") && strip.contains(&format!("/gate/{}/undo", desk.flight)), "{strip}");
}

#[tokio::test]
async fn a_code_that_nothing_knows_is_shown_to_its_24th_character() {
    let desk = open().await;
    let code = "QR-4711-ABCDEFGHIJKLMNOPQRSTUVWXYZ-secret-end-of-it";
    let page = desk.press(&format!("/gate/{}/scan", desk.flight), &[("scan", code)]).await;
    assert!(page.contains("Not recognised:") && page.contains(&format!("<code>{}</code>", &code[..24])), "{page}");
    assert!(!page.contains("secret-end") && page.contains("/desk/scanner"), "{page}");
}

#[tokio::test]
async fn a_scanner_is_tried_and_what_it_needs_is_kept_for_the_device() {
    let desk = open().await;
    let page = desk.text("/desk/scanner").await;
    assert!(page.contains("class=\"barcode aztec\"") && page.contains("class=\"barcode code128\"") && !page.contains("data-us"), "{page}");
    let german = super::forms::escaped("AZYazy019;:&-ß`Ö");
    let keys = super::forms::escaped("AYZayz019<>^/-+:");
    let page = desk.text(&format!("/desk/scanner?heard={german}&keys={keys}&gap=40&ends=Enter+Enter&prefix=F24")).await;
    for words in ["US, unlike this device", "40 ms between two characters", "take the LF out", "name=\"us\" value=\"yes\" checked", "value=\"90\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let response = desk.post("/desk/scanner/keep", &[("gap", "5"), ("least", "6")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let response = desk.post("/desk/scanner/keep", &[("gap", "90"), ("least", "8"), ("prefix", "F23"), ("us", "yes")]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let device = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let page = desk.text_with(&device, "/desk").await;
    assert!(page.contains("data-gap=\"90\" data-least=\"8\" data-prefix=\"F23\" data-us=\"yes\""), "{page}");
    assert!(!desk.text("/desk").await.contains("data-gap"), "another device hears as before");
}

#[tokio::test]
async fn looks_go_with_the_person_and_need_no_style() {
    let desk = open().await;
    let response = desk.post("/desk/looks", &[("contrast", "high"), ("theme", "dark"), ("text", "150"), ("to", "/counter")]).await;
    assert_eq!(response.headers()["location"], "/counter");
    let page = desk.text("/desk").await;
    assert!(page.contains("<html lang=\"en\" class=\"high dark text-150\">") && !page.contains(" style="), "{page}");
    assert!(page.contains("Kept for staff 4711"), "{page}");
    let response = desk.post_as("4713", "/desk/looks", &[("contrast", "purple"), ("theme", "dark"), ("text", "150")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(desk.text_with("apron-staff=4713", "/desk").await.contains("<html lang=\"en\">"), "others see it as before");
}

#[tokio::test]
async fn practising_is_shown_on_every_page_until_it_ends() {
    let desk = open().await;
    let response = desk.post("/desk/practice", &[("minutes", "60")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let response = desk.post("/desk/practice", &[("minutes", "15")]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    for path in ["/".to_owned(), format!("/gate/{}", desk.flight), "/counter".into(), "/desk".into()] {
        assert!(desk.text(&path).await.contains("Practising offline until"), "{path}");
    }
    desk.post("/desk/practice", &[]).await;
    assert!(!desk.text("/").await.contains("Practising offline until"));
}

#[tokio::test]
async fn nobody_practises_while_a_flight_of_the_desk_leaves_soon_unless_it_is_confirmed() {
    let desk = open().await;
    let flight = import(&desk, "CA1505").await;
    let now = chrono::DateTime::from_timestamp_millis(desk.services.now_ms()).unwrap().with_timezone(&chrono_tz::Asia::Shanghai).naive_local();
    // The flight is of the day by UTC, which at the station may be over: then it departs on the next one.
    let time = (now + chrono::Duration::minutes(20)).format("%H:%M").to_string();
    let is_later = desk.flight.date() < (now + chrono::Duration::minutes(20)).date();
    let std = if is_later { "23:59" } else { "00:00" };
    let command = json!({ "kind": "set-flight", "flight": flight, "gate": "12", "std": std, "etd": time }).to_string();
    desk.services.command(Uuid::new_v4(), "4711", &command).await.unwrap();
    let response = desk.post("/desk/practice", &[("minutes", "15")]).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let page = response.text().await.unwrap();
    assert!(page.contains("CA1505") && page.contains("name=\"confirmed\"") && desk.services.practising_until().is_none(), "{page}");
    let response = desk.post("/desk/practice", &[("minutes", "15"), ("confirmed", "yes")]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert!(desk.services.practising_until().is_some());
}
