//! Members that break the rules of exchanging photos: each is cut off with a code that names what it did, and nobody is given what it may not hold.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails there")]

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use sync::blobs::exchange::Named;
use sync::blobs::message::{ASKED_MAX, BlobMessage, PART};
use sync::blobs::{self, Blobs, Limits, Standing};
use sync::engine::{self, Engine};
use sync::frame::Frame;
use sync::hash::Hash;
use sync::identity::{Authority, Grant, Identity, NodeKey};
use sync::links::Links;
use sync::message::{Hello, Message};
use sync::transport::{Carrier, Class, Dialing, Endpoint, Receiver, Sender, Settings, TimeSource};

const NOW: i64 = 1_795_000_000;
const BOUND: Duration = Duration::from_secs(20);
const MORE_BLOBS: u16 = 2;

/// A hub that holds one photo of PVG and wants another.
struct Victim {
    authority: Authority,
    links: Links,
    blobs: Blobs,
    address: SocketAddr,
    held: Hash,
    wanted: Hash,
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

fn wanted() -> Vec<u8> {
    (0..PART * 2 + 5).map(|at| (at * 7) as u8).collect()
}

impl Victim {
    async fn start() -> Self {
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
        let engine = Engine::start(&folder.path().join("journal"), settings).unwrap();
        let began = tokio::time::Instant::now();
        let settings = blobs::Settings {
            limits: Limits { bytes: 1 << 24, own: 0, unnamed: 8 },
            clock: Arc::new(move || NOW * 1000 + i64::try_from(began.elapsed().as_millis()).unwrap()),
            can_write: Arc::new(|| true),
        };
        let blobs = Blobs::start(&folder.path().join("photos"), settings).unwrap();
        let held = blobs.put(vec![1; 100_000]).await.unwrap();
        let wanted = Hash::of(&[&wanted()]);
        let scopes = BTreeSet::from(["PVG/desk/2026-11".parse().unwrap()]);
        let named = |bytes| Named { bytes, scopes: scopes.clone() };
        blobs.know(BTreeMap::from([(held, named(100_000)), (wanted, named(PART * 2 + 5))])).await;
        let endpoint = endpoint(hub, Carrier::Quic);
        let address = endpoint.local_addr();
        let links = Links::start_with(engine, endpoint, Vec::new(), Some(blobs.clone()));
        Self { authority, links, blobs, address, held, wanted, _folder: folder }
    }

    fn node(&self, name: &str, station: &str, over: Carrier) -> Endpoint {
        endpoint(member(&self.authority, &Grant::node(name, station, &["CA"]).unwrap()), over)
    }

    async fn greeted(&self, from: &Endpoint, knows_blobs: bool) -> (Sender, Receiver) {
        let (sender, mut receiver) = from.dial(self.address).await.unwrap().split();
        let more = if knows_blobs { vec![(MORE_BLOBS, Vec::new())] } else { Vec::new() };
        let hello = Hello { version: "0".into(), now_ms: NOW * 1000, scopes: Vec::new(), more };
        sender.send(Class::Control, Message::Hello(hello).to_frame().unwrap()).await.unwrap();
        loop {
            let frame = receiver.recv().await.unwrap();
            if let Ok(Message::Hello(hello)) = Message::from_frame(&frame) {
                assert!(hello.more.iter().any(|(number, _)| *number == MORE_BLOBS));
                return (sender, receiver);
            }
        }
    }
}

/// What the victim says of blobs next.
async fn next(receiver: &mut Receiver) -> BlobMessage {
    let heard = async {
        loop {
            if let Ok(message) = BlobMessage::from_frame(&receiver.recv().await.unwrap()) {
                return message;
            }
        }
    };
    tokio::time::timeout(BOUND, heard).await.expect("it says something of blobs")
}

async fn say(sender: &Sender, message: &BlobMessage) {
    let _ = sender.send(Class::Bulk, message.to_frame().unwrap()).await;
}

/// Says it again and again until the link ends; with which code that did.
async fn until_cut(sender: Sender, mut receiver: Receiver, frame: Frame) -> String {
    let saying = async { while sender.send(Class::Bulk, frame.clone()).await.is_ok() {} };
    let hearing = async { while receiver.recv().await.is_ok() {} };
    tokio::time::timeout(BOUND, async { tokio::join!(saying, hearing) }).await.expect("it is cut off in bounded time");
    sender.closed().await.code.map(|code| code.name().to_owned()).unwrap_or_default()
}

async fn each_is_cut_with_a_name(over: Carrier) {
    let victim = Victim::start().await;
    let frame = |message: &BlobMessage| message.to_frame().unwrap();
    let cases = [
        ("protocol", frame(&BlobMessage::Get { hash: victim.held, offset: 3 })),
        ("protocol", frame(&BlobMessage::Ask(vec![victim.held; ASKED_MAX + 1]))),
        ("protocol", frame(&BlobMessage::Have(vec![victim.held; ASKED_MAX + 1]))),
        ("flood", frame(&BlobMessage::Give { hash: victim.wanted, offset: PART, bytes: vec![0; 9] })),
        ("flood", frame(&BlobMessage::Ask(vec![victim.held]))),
        ("bad-frame", Frame { kind: 33, body: vec![1, 2, 3] }),
        ("version", Frame { kind: 37, body: Vec::new() }),
    ];
    for (number, (name, frame)) in cases.into_iter().enumerate() {
        let attacker = victim.node(&format!("G{number:02}"), "PVG", over);
        let (sender, receiver) = victim.greeted(&attacker, true).await;
        assert_eq!(until_cut(sender, receiver, frame).await, name, "case {number} over {over}");
        assert_eq!(victim.links.refusals().remove(name).and_then(|row| row.last_who), Some(format!("G{number:02}")));
    }
    assert_eq!(victim.blobs.held().0, 1, "nothing of it is kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_cut_with_a_name_over_quic() {
    each_is_cut_with_a_name(Carrier::Quic).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_is_cut_with_a_name_over_tcp() {
    each_is_cut_with_a_name(Carrier::Tcp).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_sends_wrong_bytes_is_cut_off_and_the_right_ones_come_from_another() {
    let victim = Victim::start().await;
    for (name, honest) in [("G12", false), ("G13", true)] {
        let node = victim.node(name, "PVG", Carrier::Quic);
        let (sender, mut receiver) = victim.greeted(&node, true).await;
        let mut parts = 0;
        while parts < 3 {
            match next(&mut receiver).await {
                BlobMessage::Ask(hashes) if hashes.contains(&victim.wanted) => say(&sender, &BlobMessage::Have(vec![victim.wanted])).await,
                BlobMessage::Get { hash, offset } => {
                    let bytes = wanted();
                    let mut bytes = bytes[offset as usize..bytes.len().min((offset + PART) as usize)].to_vec();
                    bytes[0] ^= u8::from(!honest);
                    say(&sender, &BlobMessage::Give { hash, offset, bytes }).await;
                    parts += 1;
                }
                _ => {}
            }
        }
        if honest {
            let here = async {
                while victim.blobs.standing(&victim.wanted) != Some(Standing::Here) {
                    tokio::time::sleep(Duration::from_millis(10)).await
                }
            };
            tokio::time::timeout(BOUND, here).await.expect("the photo is durable");
            assert_eq!(*victim.blobs.read(victim.wanted).await.unwrap().unwrap(), wanted());
            assert!(sender.closed_reason().is_none());
        } else {
            let closed = tokio::time::timeout(BOUND, sender.closed()).await.expect("it is cut off");
            assert_eq!(closed.code.map(|code| code.name()), Some("bad-signature"));
            assert!(victim.blobs.read(victim.wanted).await.unwrap().is_none());
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_is_given_what_its_certificate_allows_and_nothing_else() {
    let victim = Victim::start().await;
    let ask = BlobMessage::Ask(vec![victim.held]);
    let get = BlobMessage::Get { hash: victim.held, offset: PART };
    let stranger = victim.node("G12", "PEK", Carrier::Quic);
    let (sender, mut receiver) = victim.greeted(&stranger, true).await;
    say(&sender, &ask).await;
    say(&sender, &get).await;
    assert_eq!(next(&mut receiver).await, BlobMessage::Give { hash: victim.held, offset: PART, bytes: Vec::new() });
    let own = victim.node("G12", "PVG", Carrier::Quic);
    let (sender, mut receiver) = victim.greeted(&own, true).await;
    say(&sender, &ask).await;
    let mut had = false;
    while !had {
        had = next(&mut receiver).await == BlobMessage::Have(vec![victim.held]);
    }
    say(&sender, &get).await;
    loop {
        if let BlobMessage::Give { offset, bytes, .. } = next(&mut receiver).await {
            assert_eq!((offset, bytes), (PART, vec![1; PART as usize]));
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_of_an_older_version_hears_nothing_of_it_and_stays_linked() {
    let victim = Victim::start().await;
    let (older, newer) = (victim.node("G12", "PVG", Carrier::Quic), victim.node("G13", "PVG", Carrier::Quic));
    let (sender, mut receiver) = victim.greeted(&older, false).await;
    let (_newer, mut asked) = victim.greeted(&newer, true).await;
    // A frame that this reading does not know would end an older node's link.
    let hearing = async {
        while let Ok(frame) = receiver.recv().await {
            Message::from_frame(&frame).unwrap();
        }
    };
    let both_asked_by_now = async {
        for _ in 0..2 {
            while !matches!(next(&mut asked).await, BlobMessage::Ask(_)) {}
        }
    };
    tokio::select! {
        () = hearing => panic!("the older member's link ended"),
        () = both_asked_by_now => {}
    }
    assert!(sender.closed_reason().is_none());
}
