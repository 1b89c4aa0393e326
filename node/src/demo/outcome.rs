//! What came of the day: restores the last link, waits until all agree, and looks for everything that was acknowledged.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::driver::Acknowledged;
use super::fleet::HUB;
use super::hand_back::HandBack;
use super::stage::Stage;

/// As long as everything may take to come together after the last link is back.
const TOGETHER: Duration = Duration::from_secs(90);

/// The result of a day.
#[derive(Debug)]
pub(crate) struct Outcome {
    guests: u64,
    acknowledged: usize,
    captured_offline: usize,
    at_hub: usize,
    lost: usize,
    conflicts: usize,
    converged_ms: Option<u128>,
    hand_back: HandBack,
    nodes: Vec<NodeLine>,
}

#[derive(Debug)]
struct NodeLine {
    name: String,
    entries: u64,
    waiting: u64,
    acknowledged: usize,
    digest: String,
}

/// Restores the hub's links and waits for equal digests everywhere; how long that took, if it came.
pub(crate) async fn come_together(stage: &Stage) -> Result<Option<u128>> {
    stage.say("The hub is reachable again. Everything flows up, once.");
    stage.cut_hub(false);
    let restored = stage.restored().context("a link was just restored")?;
    Ok(wait_together(stage).await.then(|| restored.elapsed().as_millis()))
}

/// Waits until all agree on the end of the day too, and checks the ledger against the hub and against the node that was killed.
pub(crate) async fn settle(stage: &Stage, converged_ms: Option<u128>, hand_back: HandBack) -> Result<Outcome> {
    let converged_ms = if wait_together(stage).await { converged_ms } else { None };
    let ledger = stage.ledger().all();
    tracing::debug!(ledger = %stage.ledger().path().display(), "checking what was acknowledged");
    let (mut at_hub, mut lost) = (0, 0);
    for acknowledged in &ledger {
        let hub = comes_back(stage, HUB, acknowledged).await;
        let killed = !stage.killed().contains(acknowledged.node.as_str()) || comes_back(stage, &acknowledged.node, acknowledged).await;
        at_hub += usize::from(hub);
        lost += usize::from(!hub || !killed);
    }
    let conflicts = stage.desk(HUB).get("conflicts").await?;
    let open = conflicts.as_array().into_iter().flatten().filter(|conflict| conflict["resolution"].is_null()).count();
    let mut nodes = Vec::new();
    for desk in stage.desks() {
        let status = desk.get("status").await?;
        nodes.push(NodeLine {
            name: desk.name.to_owned(),
            entries: status["saved_here"].as_u64().unwrap_or(0),
            waiting: status["waiting_for_hub"].as_u64().unwrap_or(0),
            acknowledged: ledger.iter().filter(|acknowledged| acknowledged.node == desk.name).count(),
            digest: digests(&status).values().next().map(|digest| digest.chars().take(12).collect()).unwrap_or_default(),
        });
    }
    Ok(Outcome {
        guests: stage.guest_count(),
        acknowledged: ledger.len(),
        captured_offline: ledger.iter().filter(|acknowledged| acknowledged.offline).count(),
        at_hub,
        lost,
        conflicts: open,
        converged_ms,
        hand_back,
        nodes,
    })
}

/// Equal digests of every scope on every node and nothing waiting.
async fn wait_together(stage: &Stage) -> bool {
    let wait = async {
        loop {
            if let Ok(true) = are_together(stage).await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    tokio::time::timeout(TOGETHER, wait).await.is_ok()
}

async fn are_together(stage: &Stage) -> Result<bool> {
    let mut first: Option<BTreeMap<String, String>> = None;
    for desk in stage.desks() {
        let status = desk.get("status").await?;
        let digests = digests(&status);
        let judged = !digests.is_empty() && digests.values().all(|digest| !digest.is_empty());
        let same = first.get_or_insert_with(|| digests.clone()) == &digests;
        if !judged || !same || status["waiting_for_hub"] != json!(0) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn digests(status: &Value) -> BTreeMap<String, String> {
    let pairs = status["digests"].as_array().into_iter().flatten();
    pairs.map(|pair| (pair[0].as_str().unwrap_or_default().to_owned(), pair[1].as_str().unwrap_or_default().to_owned())).collect()
}

/// Whether a node gives back the command as it was posted.
async fn comes_back(stage: &Stage, node: &str, acknowledged: &Acknowledged) -> bool {
    let stored = stage.desk(node).get(&format!("commands/{}", acknowledged.id)).await;
    stored.is_ok_and(|stored| stored["body"].as_str() == Some(&acknowledged.body))
}

impl Outcome {
    /// Everything came together, nothing was lost, and what collided is there for people to settle.
    pub(crate) fn is_good(&self) -> bool {
        self.converged_ms.is_some()
            && self.lost == 0
            && self.at_hub == self.acknowledged
            && self.captured_offline > 0
            && self.conflicts == 2
            && self.hand_back.differences > 0
    }

    pub(crate) fn json(&self) -> Value {
        let nodes = self.nodes.iter().map(|node| json!({"name": node.name, "entries": node.entries, "waiting": node.waiting, "acknowledged": node.acknowledged, "digest": node.digest}));
        json!({
            "guests": self.guests, "acknowledged": self.acknowledged, "captured_offline": self.captured_offline, "at_hub": self.at_hub, "lost": self.lost,
            "conflicts": self.conflicts, "converged_ms": self.converged_ms.map(|ms| u64::try_from(ms).unwrap_or(u64::MAX)), "converged": self.converged_ms.is_some(),
            "messages": self.hand_back.messages, "differences": self.hand_back.differences, "settled": self.hand_back.settled,
            "nodes": nodes.collect::<Vec<_>>(),
        })
    }

    /// The closing table for people.
    pub(crate) fn table(&self) -> String {
        let mut lines = vec![String::new(), format!("{:<6}{:>14}{:>10}{:>20}  digest", "node", "acknowledged", "entries", "waiting for hub")];
        lines.extend(
            self.nodes
                .iter()
                .map(|node| format!("{:<6}{:>14}{:>10}{:>20}  {}", node.name, node.acknowledged, node.entries, node.waiting, node.digest)),
        );
        let together = match self.converged_ms {
            Some(ms) => format!("All agree {ms} ms after the last link came back."),
            None => "They do not agree.".to_owned(),
        };
        let lost = if self.lost == 0 { "nothing".to_owned() } else { format!("{} commands", self.lost) };
        lines.push(format!(
            "\n{} guests; {} commands acknowledged, {} of them while the hub could not be reached; {} at the hub. Lost: {lost}.",
            self.guests, self.acknowledged, self.captured_offline, self.at_hub
        ));
        let HandBack { messages, differences, settled } = self.hand_back;
        lines.push(format!("{messages} messages sent. {differences} differences from the host found, {settled} of them settled by hand; the flight is the host's again."));
        lines.push(format!("{together} Conflicts for people to settle: {}.", self.conflicts));
        lines.join("\n")
    }
}
