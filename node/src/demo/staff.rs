//! The staff of a demonstration that shows signing in: invented people, with badges and PINs that everybody may know.

use anyhow::{Context, Result};
use serde_json::json;

use super::driver::Outcome;
use super::fleet::HUB;
use super::stage::Stage;
use crate::installation;

/// The PIN of everybody here.
pub(crate) const PIN: &str = "2580";

/// The administrator: written down first, and by whom all others are.
const ADMIN: &str = "9001";

/// Number, name, roles. The last six play the day at the hub and the five desks.
const PEOPLE: [(&str, &str, &[&str]); 10] = [
    ("4711", "Chen Wei", &["gate", "counter", "baggage"]),
    ("4712", "Lin Xia", &["supervisor"]),
    ("4713", "Ma Jun", &["duty-manager"]),
    ("4714", "Zhou Min", &["hub-ops"]),
    ("1001", "The play at the hub", EVERYTHING),
    ("1002", "The play at C1", EVERYTHING),
    ("1003", "The play at C2", EVERYTHING),
    ("1004", "The play at G12", EVERYTHING),
    ("1005", "The play at G13", EVERYTHING),
    ("1006", "The play at B1", EVERYTHING),
];

const EVERYTHING: &[&str] = &["gate", "counter", "baggage", "loader", "supervisor", "duty-manager", "hub-ops"];

/// What the demonstration tells whoever wants to sign in.
pub(crate) fn hint() -> String {
    format!(
        "staff 4711 (agent), 4712 (supervisor), 4713 (duty manager), 9001 with badge B:9001 (administrator, at the hub); PIN {PIN}, badges B:4711 and so on"
    )
}

/// Lets the hub write everybody down, and waits until every desk has heard.
pub(crate) async fn write_down(stage: &Stage, secret: &[u8; 32]) -> Result<()> {
    let hub = stage.desk(HUB);
    let ids = schemas::record::Ids::new(*secret);
    let everybody = std::iter::once((ADMIN, "Ada Stone", &["admin", "hub-ops"] as &[&str])).chain(PEOPLE);
    for (number, name, roles) in everybody {
        let body = json!({
            "kind": "set-staff", "number": number, "name": name, "roles": roles, "stations": "*", "carriers": "*",
            "badge": ids.badge(&format!("B:{number}")), "secret": crate::staff::hash(PIN, secret, &installation::drawn()?)?,
        });
        match hub.as_staff(ADMIN).post(uuid::Uuid::now_v7(), &body.to_string()).await? {
            Outcome::Saved(_) => {}
            other => anyhow::bail!("the hub did not write staff {number} down: {other:?}"),
        }
    }
    for desk in stage.desks() {
        let known = |answer: &serde_json::Value| answer["staff"].as_u64() == Some(1 + PEOPLE.len() as u64);
        desk.wait("the staff list", "status", std::time::Duration::from_secs(30), known).await.context("the staff list does not arrive")?;
    }
    Ok(())
}
