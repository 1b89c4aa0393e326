//! A node and a hub in processes of their own, and what the two spent together.

use std::path::Path;

use anyhow::{Context, Result};

use super::part::{Part, Said};

/// What a node and a hub have spent since they started.
pub(super) struct Costs {
    pub(super) node: Said,
    pub(super) hub: Said,
}

/// Starts the member that lives in `home`.
pub(super) fn start(home: &Path, views: bool) -> Result<Part> {
    let home = home.to_str().context("a path is not text")?;
    let words = ["member", "--home", home, "--no-views"];
    Part::start(if views { &words[..3] } else { &words })
}

/// Asks both what they have spent so far.
pub(super) fn costs(node: &mut Part, hub: &mut Part) -> Result<Costs> {
    Ok(Costs { node: node.ask("cost", "cost")?, hub: hub.ask("cost", "cost")? })
}

impl Costs {
    /// What both spent since then.
    pub(super) fn spent(&self, before: &Self, name: &str) -> Result<f64> {
        Ok(self.node.number(name)? - before.node.number(name)? + self.hub.number(name)? - before.hub.number(name)?)
    }
}
