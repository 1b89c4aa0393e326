//! What screens promise of guests who go on from here: who is at risk is named with the minutes, at the gate and at the counter too.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;
use uuid::Uuid;

use super::Options;
use super::promises::Desk;

/// A flight that leaves in 140 minutes with a guest who comes from PEK.
async fn open() -> (Desk, String, DateTime<Utc>) {
    let desk = Desk::start(false, Options::default()).await;
    let now = DateTime::from_timestamp_millis(desk.services.now_ms()).unwrap();
    let leaves = (now + TimeDelta::minutes(140)).with_timezone(&Shanghai);
    let day = leaves.format("%d%b").to_string().to_uppercase();
    let text = format!(
        "PVGKKCA\n.PEKRMCA 220100\nPNL\nCA935/{day} PVG PART1\nCFG/008C150Y\nRBD C/C Y/YBM\n-FRA002Y\n1COSTA/ANAMS\n.L/C0ST44\n.I/CA1234Y{}PEK\n1LI/NAMS\n.L/K9P2QX\nENDPNL\n",
        leaves.format("%d")
    );
    let flight = format!("CA935.{}.PVG", leaves.date_naive());
    for command in [
        serde_json::json!({ "kind": "import-list", "text": text }),
        serde_json::json!({ "kind": "set-flight", "flight": flight, "std": leaves.format("%H:%M").to_string() }),
    ] {
        desk.services.command(Uuid::new_v4(), "4711", &command.to_string()).await.unwrap();
    }
    (desk, flight, now)
}

#[tokio::test]
async fn who_may_not_make_it_is_named_with_the_minutes_and_what_to_do() {
    let (desk, flight, now) = open().await;
    let page = desk.text("/connections").await;
    assert!(page.contains("COSTA/ANAMS") && page.contains("Arrival not known.") && !page.contains("LI/NAMS"), "{page}");
    let inbound = format!("CA1234.{}.PEK", &flight[6..16]);
    let at = (now + TimeDelta::minutes(60)).with_timezone(&Shanghai).format("%H:%M").to_string();
    let wrong =
        desk.post("/connections", &[("form", &Uuid::new_v4().to_string()), ("inbound", &inbound), ("how", "estimated"), ("at", "25:99")]).await;
    assert!(wrong.text().await.unwrap().contains("is no time of day"));
    let page = desk.press("/connections", &[("inbound", &inbound), ("how", "estimated"), ("at", &at)]).await;
    for words in ["At risk", "10 min short", "Needs 90 min.", "Held for 10 min", "Meet at the aircraft", &format!("Expected here {at}.")] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let gate = desk.text(&format!("/gate/{flight}")).await;
    assert!(gate.contains("Connecting guests: 1 to come, 1 at risk, 0 missed") && gate.contains(&format!("/connections?flight={flight}")), "{gate}");
    let guest = desk.booking("COSTA/ANA");
    let counter = desk.text(&format!("/counter?booking={guest}")).await;
    assert!(counter.contains(&format!("CA1234: Expected here {at}. At risk, 10 min short.")), "{counter}");
    let rows = desk.text("/api/v1/connections").await;
    assert!(rows.contains("\"holds\":\"at-risk\"") && rows.contains("\"margin\":-10"), "{rows}");
}

#[tokio::test]
async fn who_missed_it_is_asked_another_flight_for_with_one_press() {
    let (desk, flight, _) = open().await;
    let inbound = format!("CA1234.{}.PEK", &flight[6..16]);
    let page = desk.press("/connections", &[("inbound", &inbound), ("how", "cancelled"), ("at", "")]).await;
    assert!(page.contains("Does not come") && page.contains("Ask for another flight"), "{page}");
    let guest = desk.booking("COSTA/ANA");
    desk.press("/counter/request", &[("booking", &guest), ("what", "rebooking"), ("note", "CA1234 does not come")]).await;
    let page = desk.text(&format!("/connections?flight={flight}")).await;
    assert!(page.contains("Another flight was asked for.") && !page.contains("Ask for another flight"), "{page}");
}
