//! What machines ask about the node itself: alive, ready, and its numbers for Prometheus.

use std::fmt::Write;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sync::transport::Carrier;

use super::Web;
use crate::inbox::Seen;
use crate::services::Role;

pub(super) async fn healthz() -> &'static str {
    "alive\n"
}

/// Ready means that commands are taken: there is space for them. The hub need not be reached, and a damaged place in the journal stops nobody.
pub(super) async fn readyz(State(web): State<Web>) -> Response {
    match web.services.can_write() {
        true => "ready\n".into_response(),
        false => (StatusCode::SERVICE_UNAVAILABLE, "disk full\n").into_response(),
    }
}

pub(super) async fn metrics(State(web): State<Web>) -> Response {
    let status = web.services.status();
    let now_ms = web.services.now_ms();
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, samples: &[(String, i64)]| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, value) in samples {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
    };
    let one = |value: u64| vec![(String::new(), i64::try_from(value).unwrap_or(i64::MAX))];
    let count = |value: usize| one(u64::try_from(value).unwrap_or(u64::MAX));
    let role = match status.role {
        Role::Edge => "edge",
        Role::Hub => "hub",
    };
    gauge(
        "apron_info",
        "What this node is.",
        &[(format!("{{desk=\"{}\",role=\"{role}\",version=\"{}\"}}", label(&status.desk), label(&status.version)), 1)],
    );
    gauge("apron_entries_saved", "Entries of this node in its own journal.", &one(status.saved_here));
    gauge("apron_entries_waiting_for_hub", "Entries that the hub has not confirmed.", &one(status.waiting_for_hub));
    gauge("apron_conflicts", "Open conflicts.", &count(status.conflicts));
    gauge("apron_journal_bytes", "Size of the journal on disk.", &one(status.journal.bytes));
    gauge("apron_journal_segments", "Files of the journal.", &one(status.journal.segments));
    gauge("apron_journal_damaged", "Frames that did not read back at the last start.", &one(status.journal.damaged));
    gauge(
        "apron_hub_silent_seconds",
        "Seconds since the hub stopped answering, 0 while it answers.",
        &[(String::new(), status.hub.not_since_ms.map_or(0, |since| (now_ms - since).max(0) / 1000))],
    );
    let peers = |value: &dyn Fn(&crate::services::PeerStatus) -> i64| {
        status.peers.iter().map(|peer| (format!("{{peer=\"{}\"}}", label(&peer.name)), value(peer))).collect::<Vec<_>>()
    };
    gauge("apron_peer_connected", "1 while the peer is connected.", &peers(&|peer| i64::from(peer.connected)));
    gauge("apron_peer_behind", "Entries of ours that the peer lacks.", &peers(&|peer| i64::try_from(peer.behind).unwrap_or(i64::MAX)));
    gauge("apron_peer_clock_offset_ms", "The peer's clock minus ours.", &peers(&|peer| peer.offset_ms.unwrap_or(0)));
    gauge(
        "apron_peer_over_tcp",
        "1 while the link goes over TCP, for UDP does not get through.",
        &peers(&|peer| i64::from(peer.over == Some(Carrier::Tcp))),
    );
    let refusals = status.refusals.iter().map(|row| (format!("{{what=\"{}\"}}", row.name), i64::try_from(row.count).unwrap_or(i64::MAX)));
    gauge("apron_refusals", "Peers and strangers turned away since the start, by what they did.", &refusals.collect::<Vec<_>>());
    let ways = web.options.inbox.seen();
    let came =
        |value: &dyn Fn(&Seen) -> i64| ways.iter().map(|way| (format!("{{way=\"{}\"}}", label(&way.name)), value(&way.seen))).collect::<Vec<_>>();
    let counted = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    gauge("apron_in_applied", "Messages that came by this way since the start and were applied or known.", &came(&|seen| counted(seen.applied)));
    gauge("apron_in_waiting", "Messages that came by this way since the start and wait for another.", &came(&|seen| counted(seen.waiting)));
    gauge("apron_in_rejected", "Messages that came by this way since the start and were not applied.", &came(&|seen| counted(seen.rejected)));
    gauge(
        "apron_in_not_signed",
        "Requests to this webhook since the start that were not signed, or not now.",
        &came(&|seen| counted(seen.not_signed)),
    );
    gauge("apron_in_trouble", "1 while something is in the way of this way in.", &came(&|seen| i64::from(seen.trouble.is_some())));
    gauge(
        "apron_in_last_ms",
        "When something came by this way last, in milliseconds since 1970 UTC; 0 if nothing did since the start.",
        &came(&|seen| seen.last_ms.unwrap_or(0)),
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn label(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")
}
