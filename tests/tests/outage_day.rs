//! The outage day plays on real processes and loses nothing.

use anyhow::{Context, Result, ensure};
use promises::apron;
use serde_json::{Value, json};

#[tokio::test]
async fn a_day_with_an_outage_in_it_loses_nothing_and_comes_together() -> Result<()> {
    let played = apron(&["demo", "--exit", "--json"]).await?;
    let code = played.code;
    let outcome: Value = serde_json::from_str(played.out.trim()).with_context(|| format!("the demonstration said {played:?}"))?;
    println!("{outcome}");
    let number = |key: &str| outcome[key].as_u64().with_context(|| format!("{key} is not in {outcome}"));
    ensure!(number("guests")? >= 180, "too few guests: {outcome}");
    ensure!(number("acknowledged")? > 200, "too little was done: {outcome}");
    ensure!((1..number("acknowledged")?).contains(&number("captured_offline")?), "nothing, or everything, was done offline: {outcome}");
    ensure!(number("at_hub")? == number("acknowledged")?, "not everything is at the hub: {outcome}");
    ensure!(number("lost")? == 0, "something is lost: {outcome}");
    ensure!(number("conflicts")? == 2, "one seat given twice and one guest boarded twice are two conflicts: {outcome}");
    ensure!(number("differences")? > 100 && number("settled")? >= 1, "the host differs from a day of work, and in what it changed itself: {outcome}");
    ensure!(number("messages")? > 20, "too little was said to others: {outcome}");
    ensure!(outcome["converged"] == json!(true) && number("converged_ms")? < 90_000, "the nodes do not agree: {outcome}");
    let nodes = outcome["nodes"].as_array().context("no nodes")?;
    let names: Vec<&str> = nodes.iter().filter_map(|node| node["name"].as_str()).collect();
    ensure!(names == ["HUB", "C1", "C2", "G12", "G13", "B1"], "other nodes: {names:?}");
    let digest = &nodes[0]["digest"];
    ensure!(digest.as_str().is_some_and(|digest| !digest.is_empty()), "no digest: {outcome}");
    for node in nodes {
        ensure!(node["waiting"] == json!(0), "something waits at {node}");
        ensure!(&node["digest"] == digest, "{node} does not agree");
        ensure!(node["entries"].as_u64() >= Some(number("acknowledged")?), "{node} has too few entries");
    }
    let by_desks: u64 = nodes.iter().filter_map(|node| node["acknowledged"].as_u64()).sum();
    ensure!(by_desks == number("acknowledged")?, "the desks' own counts add up to {by_desks}");
    ensure!(code == Some(0), "everything is well and the program ended with {code:?}");
    Ok(())
}
