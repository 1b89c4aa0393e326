//! What the screens promise about taking flights over and giving them back.

use axum::http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Options;
use super::promises::Desk;

const HOST: &str = "PAX NAME;RLOC;SEAT;SN;ST;BAG TAGS\nWANG/LIMS;K7P2QX;;;BKD;\nWANG/BAOMSTR;K7P2QX;;;BKD;\nWANG/WEIMR;K7P2QX;;;BKD;\n\
    LI/NAMS;B4C5D6;14C;7;ACC;0999000001\nZHAO/LEMSTR;M8N9P1;;;BKD;\nQIAN/DAMR;Q2R3S4;;;BKD;\n";

async fn open() -> Desk {
    Desk::start(false, Options::default()).await
}

#[tokio::test]
async fn the_start_page_takes_the_station_over_in_one_press() {
    let desk = open().await;
    let flight = desk.flight.to_string();
    let page = desk.text("/").await;
    assert!(page.contains("Take over the flights of this station") && page.contains(&format!("value=\"{flight}\"")), "{page}");
    let page = desk.press("/take-over", &[("flight", &flight), ("reason", "Host does not answer")]).await;
    assert!(page.contains("1 flight is now worked here.") && !page.contains("Take over the flights of this station"), "{page}");
    let page = desk.text(&format!("/gate/{flight}")).await;
    assert!(page.contains("Do not work this flight in the host.") && page.contains("Host does not answer"), "{page}");
    let form = Uuid::new_v4().to_string();
    let response = desk.post("/take-over", &[("form", &form), ("reason", "Drill")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn gate_and_counter_say_how_old_each_source_is() {
    let desk = open().await;
    let flight = desk.flight.to_string();
    desk.press(&format!("/hand-back/{flight}/list"), &[("text", HOST)]).await;
    desk.take_over().await;
    for path in [format!("/gate/{flight}"), "/counter?q=QIAN".to_owned(), "/".to_owned()] {
        let page = desk.text(&path).await;
        assert!(page.contains("check-in state") && page.contains("later unknown"), "{path}: {page}");
    }
}

#[tokio::test]
async fn a_flight_goes_back_difference_by_difference() {
    let desk = open().await;
    let flight = desk.flight.to_string();
    let at = |what: &str| format!("/hand-back/{flight}/{what}");
    desk.press(&at("list"), &[("text", HOST)]).await;
    desk.take_over().await;
    desk.check_in("QIAN/DA", "15C").await;
    let page = desk.press(&at("begin"), &[("reason", "Host answers again")]).await;
    assert!(page.contains("Being handed back") && page.contains("No list of the host came"), "{page}");
    let page = desk.text(&format!("/gate/{flight}")).await;
    assert!(page.contains("Nothing is changed here until that is done"), "{page}");
    let page = desk.press(&at("list"), &[("text", HOST)]).await;
    assert!(page.contains("QIAN/DAMR") && page.contains("checked in, seat 15C") && page.contains("Apron is right."), "{page}");
    let form = Uuid::new_v4().to_string();
    let response = desk.post(&at("finish"), &[("form", &form), ("reason", "done")]).await;
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let settlement: Value = serde_json::from_str(&desk.text(&format!("/api/v1/flights/{flight}/settlement")).await).unwrap();
    assert_eq!((settlement["open"].clone(), settlement["adds_up"].clone()), (json!(1), json!(true)), "{settlement}");
    let id = settlement["rows"][0]["id"].as_str().unwrap();
    let page = desk.press(&at("settle"), &[("difference", id), ("how", "keyed-in")]).await;
    assert!(page.contains("Keyed in") && page.contains("Hand back to the host"), "{page}");
    let page = desk.press(&at("finish"), &[("reason", "all compared")]).await;
    assert!(page.contains("is worked in the host again") && page.contains("Handed back"), "{page}");
    let steps: Value = serde_json::from_str(&desk.text(&format!("/api/v1/flights/{flight}/control")).await).unwrap();
    assert_eq!(
        steps.as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect::<Vec<_>>(),
        ["took-over", "hand-back-begun", "handed-back"]
    );
}

#[tokio::test]
async fn a_list_that_is_none_is_kept_with_its_line_and_read_when_it_is_corrected() {
    let desk = open().await;
    let flight = desk.flight.to_string();
    let form = Uuid::new_v4().to_string();
    let response = desk.post(&format!("/hand-back/{flight}/list"), &[("form", &form), ("text", "no list at all")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = desk.text("/messages").await;
    assert!(page.contains("Line 2") && page.contains("heads of the columns"), "{page}");
    let id = desk.services.rejects().list()[0].id.clone();
    let corrected = format!("HOSTLIST {flight}\n{HOST}");
    let page = desk.press(&format!("/messages/{id}/replay"), &[("text", &corrected)]).await;
    assert!(page.contains("the host&#39;s list of") || page.contains("the host&#x27;s list of"), "{page}");
    assert!(desk.services.read(|station| station.sources(&desk.flight)).check_in_at.is_some());
}

#[tokio::test]
async fn in_an_installation_for_practice_every_page_says_so_and_what_the_host_works_is_worked_here_too() {
    let desk = Desk::practising().await;
    let flight = desk.flight.to_string();
    for path in ["/", "/counter", "/baggage", "/outbox", "/desk", &format!("/gate/{flight}"), &format!("/hand-back/{flight}"), "/no-such-page"] {
        let page = desk.text(path).await;
        assert!(page.contains("Practice: nothing here is real.") && page.contains("Practice: nothing on this paper is real."), "{path}: {page}");
    }
    desk.check_in("LI/NA", "14C").await;
    let page = desk.press(&format!("/gate/{flight}/scan"), &[("scan", "14C")]).await;
    assert!(page.contains("BOARD 14C"), "{page}");
    // Taking over can be practised all the same.
    desk.take_over().await;
    assert!(desk.text(&format!("/gate/{flight}")).await.contains("Do not work this flight in the host."));
    let real = open().await;
    let page = real.text(&format!("/gate/{}", real.flight)).await;
    assert!(!page.contains("nothing here is real") && page.contains("is worked in the host"), "{page}");
}
