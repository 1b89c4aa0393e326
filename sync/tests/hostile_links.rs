//! Members that break the rules of replication: each is cut off with a code that names what it did, is counted, and harms nobody else.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails there")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sync::engine::{self, Engine};
use sync::frame::Frame;
use sync::identity::{Authority, Grant, Identity, NodeKey};
use sync::links::Links;
use sync::message::{Batch, Buckets, Busy, Hello, Message, Summary};
use sync::transport::{Carrier, Class, Dialing, Endpoint, LinkError, Receiver, Sender, Settings, TimeSource};

const NOW: i64 = 1_795_000_000;
const BOUND: Duration = Duration::from_secs(20);

struct Victim {
    authority: Authority,
    links: Links,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

fn member(authority: &Authority, grant: &Grant) -> Arc<Identity> {
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, grant, NOW).unwrap();
    Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap())
}

fn endpoint(identity: Arc<Identity>, over: Carrier) -> Endpoint {
    let settings = Settings { dialing: Dialing::Only(over), ..Settings::default() };
    Endpoint::bind_with("127.0.0.1:0".parse().unwrap(), identity, TimeSource::new(|| NOW), None, settings).unwrap()
}

impl Victim {
    fn start() -> Self {
        let authority = Authority::create("Pudong", NOW).unwrap();
        let hub = member(&authority, &Grant::hub("HUB").unwrap());
        let folder = tempfile::tempdir().unwrap();
        let settings = engine::Settings {
            identity: Arc::clone(&hub),
            version: "0".into(),
            clock: Arc::new(|| NOW * 1000),
            lifetime: [1; 16],
            segment_bytes: 1 << 20,
            on_fatal: Arc::new(|reason| panic!("{reason}")),
        };
        let engine = Engine::start(folder.path(), settings).unwrap();
        let endpoint = endpoint(hub, Carrier::Quic);
        let address = endpoint.local_addr();
        let links = Links::start(engine, endpoint, Vec::new());
        Self { authority, links, address, _folder: folder }
    }

    fn node(&self, name: &str, over: Carrier) -> Endpoint {
        endpoint(member(&self.authority, &Grant::node(name, "PVG", &["CA"]).unwrap()), over)
    }

    async fn greeted(&self, from: &Endpoint) -> (Sender, Receiver) {
        let (sender, mut receiver) = from.dial(self.address).await.unwrap().split();
        say(&sender, &hello()).await.unwrap();
        while !matches!(Message::from_frame(&receiver.recv().await.unwrap()).unwrap(), Message::Hello(_)) {}
        (sender, receiver)
    }

    fn counted(&self, name: &str) -> (u64, Option<String>) {
        self.links.refusals().remove(name).map_or((0, None), |row| (row.count, row.last_who))
    }
}

fn hello() -> Message {
    Message::Hello(Hello { version: "0".into(), now_ms: NOW * 1000, scopes: Vec::new(), more: Vec::new() })
}

async fn say(sender: &Sender, message: &Message) -> Result<(), LinkError> {
    sender.send(Class::Control, message.to_frame().unwrap()).await
}

/// Says it once, or the same until the link ends; with which code that did.
async fn until_cut(sender: Sender, mut receiver: Receiver, class: Class, frame: Frame, once: bool) -> String {
    let saying = async { while sender.send(class, frame.clone()).await.is_ok() && !once {} };
    let hearing = async { while receiver.recv().await.is_ok() {} };
    tokio::time::timeout(BOUND, async { tokio::join!(saying, hearing) }).await.expect("it is cut off in bounded time");
    sender.closed().await.code.map(|code| code.name().to_owned()).unwrap_or_default()
}

async fn each_is_cut_with_a_name_and_harms_nobody_else(over: Carrier) {
    let victim = Victim::start();
    let identity = member(&victim.authority, &Grant::node("C07", "PVG", &["CA"]).unwrap());
    let (key, honest) = (identity.member().key, endpoint(identity, over));
    let (out, mut back) = victim.greeted(&honest).await;
    let elsewhere = "PEK/2026-11-22/CA".parse().unwrap();
    let frame = |message: &Message| message.to_frame().unwrap();
    let summary = Message::Summary(Summary { now_ms: NOW * 1000, echo: None, scopes: Vec::new(), more: Vec::new() });
    let empty = Batch { scope: "PVG/2026-11-22/CA".parse().unwrap(), runs: Vec::new() };
    let foreign = Batch { scope: "PEK/2026-11-22/CA".parse().unwrap(), runs: Vec::new() };
    let cases = [
        ("flood", Class::Control, frame(&summary)),
        ("flood", Class::Control, frame(&Message::Busy(Busy { again_in_s: 0 }))),
        ("replay", Class::Bulk, frame(&Message::Batch(empty))),
        ("scope", Class::Live, frame(&Message::Batch(foreign))),
        ("scope", Class::Control, frame(&Message::Buckets(Buckets { scope: elsewhere, salt: 0, hashes: vec![[0; 4]; 64] }))),
        ("protocol", Class::Control, frame(&hello())),
        ("version", Class::Control, Frame { kind: 999, body: Vec::new() }),
        ("bad-frame", Class::Control, Frame { kind: 2, body: vec![1, 2, 3] }),
    ];
    let mut counts = std::collections::BTreeMap::new();
    for (name, class, frame) in cases {
        let attacker = victim.node("G12", over);
        let (sender, receiver) = victim.greeted(&attacker).await;
        let kind = frame.kind;
        assert_eq!(until_cut(sender, receiver, class, frame, !["flood", "replay"].contains(&name)).await, name, "kind {kind} over {over}");
        let count = counts.entry(name).or_insert(0);
        *count += 1;
        assert_eq!(victim.counted(name), (*count, Some("G12".to_owned())));
        // Whoever keeps to the rules is heard as before.
        say(&out, &summary).await.unwrap();
    }
    // The honest link stood all the time: its question is answered.
    let question = Buckets { scope: "PVG/2026-11-22/CA".parse().unwrap(), salt: 0, hashes: vec![[0; 4]; 64] };
    say(&out, &Message::Buckets(question)).await.unwrap();
    let heard = async { while !matches!(Message::from_frame(&back.recv().await.unwrap()).unwrap(), Message::Vector(_)) {} };
    tokio::time::timeout(BOUND, heard).await.unwrap();
    assert!(out.closed_reason().is_none());
    assert_eq!(victim.links.carrier(&key), Some(over));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_cut_with_a_name_and_harms_nobody_else_over_quic() {
    each_is_cut_with_a_name_and_harms_nobody_else(Carrier::Quic).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_cut_with_a_name_and_harms_nobody_else_over_tcp() {
    each_is_cut_with_a_name_and_harms_nobody_else(Carrier::Tcp).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_dials_again_and_again_is_a_flood() {
    let victim = Victim::start();
    let attacker = victim.node("G12", Carrier::Tcp);
    let flooding = async {
        while victim.counted("flood").0 == 0 {
            drop(attacker.dial(victim.address).await);
        }
    };
    tokio::time::timeout(BOUND, flooding).await.expect("it is held off");
    let honest = victim.node("C07", Carrier::Quic);
    victim.greeted(&honest).await;
}
