//! A node that stays away on purpose: no link of its own and none of others, until it comes back.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails there")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sync::engine::{self, Engine};
use sync::identity::{Authority, Grant, Identity, NodeKey};
use sync::links::{Links, Why};
use sync::transport::{DialError, Endpoint, Settings, TimeSource};

const NOW: i64 = 1_795_000_000;
const BOUND: Duration = Duration::from_secs(20);

struct Node {
    links: Links,
    key: [u8; 32],
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

fn identity(authority: &Authority, name: &str) -> Arc<Identity> {
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, &Grant::node(name, "PVG", &["CA"]).unwrap(), NOW).unwrap();
    Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap())
}

fn endpoint(identity: Arc<Identity>, handshake: Duration) -> Endpoint {
    let settings = Settings { handshake, ..Settings::default() };
    Endpoint::bind_with("127.0.0.1:0".parse().unwrap(), identity, TimeSource::new(|| NOW), None, settings).unwrap()
}

impl Node {
    fn start(authority: &Authority, name: &str, peers: Vec<String>) -> Self {
        let identity = identity(authority, name);
        let key = identity.member().key;
        let folder = tempfile::tempdir().unwrap();
        let settings = engine::Settings {
            identity: Arc::clone(&identity),
            version: "0".into(),
            clock: Arc::new(|| NOW * 1000),
            lifetime: [1; 16],
            segment_bytes: 1 << 20,
            on_fatal: Arc::new(|reason| panic!("{reason}")),
        };
        let engine = Engine::start(folder.path(), settings).unwrap();
        let endpoint = endpoint(identity, Duration::from_secs(5));
        let address = endpoint.local_addr();
        Self { links: Links::start(engine, endpoint, peers), key, address, _folder: folder }
    }

    async fn until(&self, other: &Node, linked: bool) {
        let seen = async {
            while self.links.carrier(&other.key).is_some() != linked {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(BOUND, seen).await.expect("the link comes and goes in bounded time");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_stays_away_has_no_link_answers_nobody_and_comes_back() {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let near = Node::start(&authority, "G12", Vec::new());
    let away = Node::start(&authority, "G13", vec![near.address.to_string()]);
    away.until(&near, true).await;
    near.until(&away, true).await;
    away.links.stay_away();
    away.until(&near, false).await;
    near.until(&away, false).await;
    assert_eq!(near.links.failures().get("G13").map(|failure| failure.why), Some(Why::Ended));
    // Who calls meanwhile hears nothing, over either carrier; by then the node would have dialled many times itself.
    let caller = endpoint(identity(&authority, "C07"), Duration::from_secs(4));
    assert!(matches!(caller.dial(away.address).await, Err(DialError::Silent { .. } | DialError::Refused { .. })));
    assert!(away.links.is_away() && away.links.carrier(&near.key).is_none() && near.links.carrier(&away.key).is_none());
    away.links.come_back();
    away.until(&near, true).await;
    near.until(&away, true).await;
    assert!(near.links.failures().is_empty() && away.links.failures().is_empty());
}
