//! What the screens promise about guests who are on no list, who wait for a seat, and who come to another gate.

use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::Options;
use super::promises::Desk;

async fn open() -> Desk {
    let desk = Desk::start(false, Options::default()).await;
    desk.take_over().await;
    desk
}

#[tokio::test]
async fn a_guest_on_no_list_is_taken_down_at_the_counter_and_seated_at_the_gate() {
    let desk = open().await;
    let flight = desk.flight.to_string();
    let fields = [("flight", flight.as_str()), ("name", "rossi/marco"), ("number", "999 2401000077"), ("mark", "no-rec"), ("reason", "ticket shown")];
    let page = desk.press("/counter/add-guest", &fields).await;
    assert!(page.contains("ROSSI/MARCO") && page.contains("NOREC"), "{page}");
    let page = desk.text(&format!("/gate/{flight}")).await;
    assert!(page.contains("Waiting for a seat") && page.contains("1. ROSSI/MARCO"), "{page}");
    let booking = desk.services.read(|station| station.standby(&desk.flight)[0].booking.to_string());
    let form = Uuid::new_v4().to_string();
    let response = desk.post(&format!("/gate/{flight}/clear"), &[("form", &form), ("booking", &booking), ("seat", "zz")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = desk.press(&format!("/gate/{flight}/clear"), &[("booking", &booking), ("seat", "20a")]).await;
    assert!(page.contains("seat 20A") && !page.contains("1. ROSSI/MARCO"), "{page}");
}

#[tokio::test]
async fn another_gate_is_amber_and_one_press_passes_it() {
    let desk = open().await;
    let flight = desk.flight.to_string();
    let command = json!({ "kind": "set-flight", "flight": desk.flight, "gate": "14" }).to_string();
    desk.services.command(Uuid::new_v4(), "4711", &command).await.unwrap();
    desk.check_in("LI/NA", "14C").await;
    let page = desk.press(&format!("/gate/{flight}/scan"), &[("scan", "14C")]).await;
    assert!(page.contains("OTHER GATE") && page.contains("Board anyway"), "{page}");
    assert_eq!(desk.services.read(|station| station.counts(&desk.flight).boarded), 0);
    let page = desk.press(&format!("/gate/{flight}/scan"), &[("scan", "14C"), ("anyway", "yes")]).await;
    assert!(page.contains("BOARD 14C"), "{page}");
    assert_eq!(desk.services.read(|station| station.counts(&desk.flight).boarded), 1);
}

#[tokio::test]
async fn a_bag_with_a_tag_of_its_own_goes_into_the_pool_of_another() {
    let desk = open().await;
    let (head, member) = (desk.check_in("WANG/WEI", "14C").await, desk.check_in("WANG/LI", "14D").await);
    let fields = [("booking", member.as_str()), ("weight", "18"), ("tag", "0125001050"), ("pool", head.as_str())];
    let page = desk.press("/counter/bag", &fields).await;
    assert!(page.contains("0125001050") && page.contains("POOL"), "{page}");
    let form = Uuid::new_v4().to_string();
    let response = desk.post("/counter/bag", &[("form", &form), ("booking", &member), ("weight", "18"), ("tag", "12")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
}
