//! What the counter promises of excess baggage: it is asked for once, paid with a number that is no card's, or let go by who may.

use axum::http::StatusCode;
use serde_json::json;
use uuid::Uuid;

use super::promises::Desk;
use super::sign_in_promises as staffed;

#[tokio::test]
async fn excess_is_a_problem_until_a_receipt_is_taken_down() {
    let desk = Desk::open().await;
    desk.take_over().await;
    let booking = desk.check_in("LI/NA", "14C").await;
    let page = desk.press("/counter/bag", &[("booking", &booking), ("weight", "31")]).await;
    assert!(page.contains("The party brings more than is free: 11 kg."), "{page}");
    let card = [("form", Uuid::new_v4().to_string()), ("proof", "4000 1234 5678 9010".to_owned())];
    let fields = |own: &[(&'static str, String)]| {
        let fixed = [("booking", booking.clone()), ("pieces", "0".to_owned()), ("kg", "11".to_owned()), ("how", "paid".to_owned())];
        fixed.into_iter().chain(own.iter().cloned()).collect::<Vec<_>>()
    };
    let sent = fields(&card);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = desk.post("/counter/excess", &sent).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text().await.unwrap();
    assert!(page.contains("payment card") && !page.contains("9010"), "{page}");
    let page =
        desk.press("/counter/excess", &[("booking", &booking), ("pieces", "0"), ("kg", "11"), ("how", "paid"), ("proof", "999-4512345678")]).await;
    assert!(page.contains("11 kg of LI/NA: paid, 999-4512345678.") && !page.contains("brings more than is free"), "{page}");
}

#[tokio::test]
async fn only_a_supervisor_lets_excess_go_free_of_charge() {
    let desk = staffed::Desk::open().await;
    let (key, booking) = (desk.key("CA1501"), desk.booking("CA1501"));
    let mut agent = desk.signed_in("4711").await;
    for command in [
        json!({ "kind": "take-over", "flight": key, "reason": "host silent" }),
        json!({ "kind": "check-in", "guests": [{ "booking": booking }] }),
        json!({ "kind": "add-bag", "booking": booking, "weight_kg": 31 }),
    ] {
        desk.services.command(Uuid::new_v4(), "4712", &command.to_string()).await.unwrap();
    }
    let due = desk.services.read(|station| station.excess_due(booking.parse::<schemas::record::DocRef>().unwrap().0));
    let (pieces, kg) = (due.pieces.to_string(), due.kg.to_string());
    for (who, secret, status) in [
        ("", "", StatusCode::FORBIDDEN),
        ("4712", "1111", StatusCode::UNPROCESSABLE_ENTITY),
        ("4713", "2580", StatusCode::FORBIDDEN),
        ("4712", "2580", StatusCode::SEE_OTHER),
    ] {
        let form = Uuid::new_v4().to_string();
        let fixed = [("form", form.as_str()), ("booking", &booking), ("pieces", &pieces), ("kg", &kg), ("how", "waived")];
        let fields: Vec<_> = fixed.into_iter().chain([("reason", "#status-card"), ("note", "gold"), ("who", who), ("secret", secret)]).collect();
        assert_eq!(agent.post("/counter/excess", &fields).await.status(), status, "{who}");
    }
    let page = agent.get(&format!("/counter?booking={booking}")).await.text().await.unwrap();
    assert!(!page.contains("brings more than is free"), "{page}");
}
