//! How a person cuts and restores links while the day plays: from the terminal, and for the hub's screen over HTTP.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;

use super::stage::{Stage, link_name};

/// A control that listens and does not answer yet.
pub(crate) struct Control {
    listener: TcpListener,
    address: SocketAddr,
}

/// Opens the control on a free port.
pub(crate) async fn listen() -> Result<Control> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("the demonstration's control cannot listen on 127.0.0.1")?;
    let address = listener.local_addr().context("the demonstration's control has no address")?;
    Ok(Control { listener, address })
}

impl Control {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers from now on.
    pub(crate) fn serve(self, stage: Arc<Stage>) {
        let routes = Router::new().route("/links", get(links)).route("/links/{name}/{act}", post(act)).with_state(stage);
        tokio::spawn(async move { axum::serve(self.listener, routes).await });
    }
}

/// Reads `links`, `cut NAME` and `restore NAME` from the terminal until it is closed.
pub(crate) fn read_terminal(stage: Arc<Stage>) {
    tokio::spawn(async move {
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            println!("{}", typed(&stage, line.trim()));
        }
    });
}

fn typed(stage: &Stage, line: &str) -> String {
    match line.split_once(' ') {
        Some(("cut", name)) if stage.set_link(name, true) => format!("{name} is cut"),
        Some(("restore", name)) if stage.set_link(name, false) => format!("{name} is restored"),
        Some(("cut" | "restore", name)) => format!("there is no link {name}; type `links` to see them all"),
        _ if line == "links" => stage
            .routes()
            .iter()
            .map(|route| format!("{} {}", link_name(route), if route.relay.is_cut() { "cut" } else { "open" }))
            .collect::<Vec<_>>()
            .join("\n"),
        _ => "type `links`, `cut NAME` or `restore NAME`".to_owned(),
    }
}

async fn links(State(stage): State<Arc<Stage>>) -> Json<Value> {
    let links = stage.routes().iter().map(|route| json!({"name": link_name(route), "cut": route.relay.is_cut()}));
    Json(links.collect())
}

async fn act(State(stage): State<Arc<Stage>>, Path((name, act)): Path<(String, String)>) -> StatusCode {
    let cut = match act.as_str() {
        "cut" => true,
        "restore" => false,
        _ => return StatusCode::NOT_FOUND,
    };
    if stage.set_link(&name, cut) { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
}
