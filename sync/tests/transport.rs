//! What links promise: members reach each other, nobody else does, and a join code makes one member.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails there")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use sync::frame::Frame;
use sync::identity::{Authority, Grant, Identity, NodeKey, Role, request_key};
use sync::transport::{
    BindError, Carrier, Class, CloseCode, ClosedBy, DialError, Dialing, Endpoint, Invites, JoinCode, JoinError, JoinGrant, JoinRefusal, JoinService,
    Link, LinkError, Settings, TimeSource, join,
};

const NOW: i64 = 1_795_000_000;
const DAY: i64 = 86_400;

fn time() -> TimeSource {
    TimeSource::new(|| NOW)
}

fn anywhere() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

fn member(authority: &Authority, grant: &Grant) -> Arc<Identity> {
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, grant, NOW).unwrap();
    Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap())
}

fn only(over: Carrier) -> Settings {
    Settings { dialing: Dialing::Only(over), ..Settings::default() }
}

fn bind(identity: Arc<Identity>, over: Carrier) -> Endpoint {
    Endpoint::bind_with(anywhere(), identity, time(), None, only(over)).unwrap()
}

fn node(authority: &Authority, name: &str, over: Carrier) -> Endpoint {
    bind(member(authority, &Grant::node(name, "PVG", &["CA"]).unwrap()), over)
}

fn hub(authority: &Authority, joiner: Option<JoinService>, over: Carrier) -> Endpoint {
    Endpoint::bind_with(anywhere(), member(authority, &Grant::hub("HUB").unwrap()), time(), joiner, only(over)).unwrap()
}

async fn linked(dialling: &Endpoint, accepting: &Endpoint) -> (Link, Link) {
    let (dialled, accepted) = tokio::join!(dialling.dial(accepting.local_addr()), accepting.accept());
    (dialled.unwrap(), accepted.unwrap())
}

fn refusal(result: Result<Link, DialError>) -> String {
    result.expect_err("no link was promised").to_string()
}

fn batch(kind: u16, seed: u32) -> Frame {
    // Incompressible, so that the whole MiB travels.
    let mut state = seed | 1;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    Frame { kind, body: (0..1 << 20).map(|_| byte()).collect() }
}

/// Everything that arrives until `count` frames are there, in the order of their kinds.
async fn gather(receiver: &mut sync::transport::Receiver, count: usize) -> Vec<Frame> {
    let mut frames = Vec::new();
    while frames.len() < count {
        frames.push(receiver.recv().await.unwrap());
    }
    frames.sort_by_key(|frame| frame.kind);
    frames
}

/// Runs each of these promises over QUIC and over TCP.
macro_rules! on_both_carriers {
    ($($promise:ident),* $(,)?) => {
        mod over_quic {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(sync::transport::Carrier::Quic).await;
            })*
        }
        mod over_tcp {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(sync::transport::Carrier::Tcp).await;
            })*
        }
    };
}

on_both_carriers! {
    two_nodes_and_a_hub_exchange_control_frames_and_batches,
    control_frames_arrive_in_their_order_beside_unread_batches,
    a_live_batch_overtakes_bulk,
    a_close_is_heard_with_its_code_and_sentence,
    an_ending_node_says_so,
    another_installation_is_refused_in_plain_words,
    an_expired_certificate_gets_no_link_and_the_clock_is_named,
    a_renewed_certificate_is_used_from_the_next_link_on,
    callers_hear_busy_when_nobody_accepts,
}

async fn two_nodes_and_a_hub_exchange_control_frames_and_batches(over: Carrier) {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let (hub, gate, counter) = (hub(&authority, None, over), node(&authority, "G12", over), node(&authority, "C07", over));
    for (one, other) in [(&gate, &hub), (&counter, &hub), (&counter, &gate)] {
        let (dialled, accepted) = linked(one, other).await;
        assert_eq!(dialled.member().role, if std::ptr::eq(other, &hub) { Role::Hub } else { Role::Node });
        assert_eq!((accepted.remote().ip(), accepted.carrier(), dialled.carrier()), (one.local_addr().ip(), over, over));
        let ((out, mut back), (reply, mut receiver)) = (dialled.split(), accepted.split());
        let sent: Vec<Frame> = (0..12).map(|kind| batch(kind, 77 + u32::from(kind))).collect();
        let sending = async {
            for frame in &sent {
                let class = if frame.kind % 3 == 0 { Class::Live } else { Class::Bulk };
                out.send(class, frame.clone()).await.unwrap();
            }
            out.send(Class::Control, Frame { kind: 100, body: b"have".to_vec() }).await.unwrap();
        };
        let (got, ()) = tokio::join!(gather(&mut receiver, 13), sending);
        assert!(got[..12] == sent[..] && got[12].body == b"have");
        assert!(out.bytes_sent() > 12 << 20);
        assert_eq!(out.bytes_sent(), reply.bytes_received());
        reply.send(Class::Control, Frame { kind: 101, body: vec![] }).await.unwrap();
        assert_eq!(back.recv().await.unwrap().kind, 101);
    }
}

async fn control_frames_arrive_in_their_order_beside_unread_batches(over: Carrier) {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let (gate, counter) = (node(&authority, "G12", over), node(&authority, "C07", over));
    let (dialled, accepted) = linked(&gate, &counter).await;
    let ((out, _back), (_reply, mut receiver)) = (dialled.split(), accepted.split());
    let bulk = out.clone();
    // Far more than may wait unread: the sender is held back, control frames are not.
    let mut bulk = tokio::spawn(async move {
        for seed in 0..40 {
            bulk.send(Class::Bulk, batch(200, seed)).await.unwrap();
        }
    });
    for kind in 1..200 {
        out.send(Class::Control, Frame { kind, body: vec![0; 10] }).await.unwrap();
        loop {
            let frame = receiver.recv().await.unwrap();
            if frame.kind != 200 {
                assert_eq!(frame.kind, kind);
                break;
            }
        }
    }
    // The last batch may be here before its sender is done.
    let rest = async { while receiver.recv().await.is_ok() {} };
    tokio::select! {
        sent = &mut bulk => sent.unwrap(),
        () = rest => panic!("the link ended"),
    }
}

async fn a_live_batch_overtakes_bulk(over: Carrier) {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let (gate, counter) = (node(&authority, "G12", over), node(&authority, "C07", over));
    let (dialled, accepted) = linked(&gate, &counter).await;
    let ((out, _back), (_reply, mut receiver)) = (dialled.split(), accepted.split());
    let bulk = out.clone();
    let bulk = tokio::spawn(async move {
        for seed in 0..30 {
            bulk.send(Class::Bulk, batch(1, seed)).await.unwrap();
        }
    });
    // Once bulk flows, much more of it is waiting than a live batch may wait for.
    receiver.recv().await.unwrap();
    out.send(Class::Live, Frame { kind: 2, body: vec![5; 500] }).await.unwrap();
    let mut before = 1;
    while receiver.recv().await.unwrap().kind != 2 {
        before += 1;
    }
    assert!(before < 29, "{before} bulk batches came first");
    bulk.abort();
}

#[tokio::test]
async fn an_address_that_does_not_answer_is_told_with_what_to_look_at() {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let identity = member(&authority, &Grant::hub("HUB").unwrap());
    let quick = Settings { handshake: std::time::Duration::from_millis(100), ..Settings::default() };
    let hub = Endpoint::bind_with(anywhere(), identity, time(), None, quick).unwrap();
    let nobody = std::net::UdpSocket::bind(anywhere()).unwrap();
    let text = refusal(hub.dial(nobody.local_addr().unwrap()).await);
    assert!(text.contains("does not answer") && text.contains("switched on"), "{text}");
}

async fn a_close_is_heard_with_its_code_and_sentence(over: Carrier) {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let (gate, counter) = (node(&authority, "G12", over), node(&authority, "C07", over));
    let (dialled, accepted) = linked(&gate, &counter).await;
    let (sender, _receiver) = accepted.split();
    let (_, mut listening) = dialled.split();
    sender.close(CloseCode::Duplicate, "the older link is kept");
    let Err(LinkError::Closed(closed)) = listening.recv().await else { panic!("the link is closed") };
    assert_eq!((closed.by, closed.code), (ClosedBy::Peer, Some(CloseCode::Duplicate)));
    assert!(closed.to_string().contains("the older link is kept"), "{closed}");
    let own = sender.closed().await;
    assert_eq!((own.by, own.code), (ClosedBy::Us, Some(CloseCode::Duplicate)));
    assert!(matches!(sender.send(Class::Live, batch(1, 1)).await, Err(LinkError::Closed(_))));
    assert!(matches!(sender.send(Class::Control, batch(1, 1)).await, Err(LinkError::Closed(_))));
}

async fn an_ending_node_says_so(over: Carrier) {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let (gate, counter) = (node(&authority, "G12", over), node(&authority, "C07", over));
    let (dialled, _accepted) = linked(&gate, &counter).await;
    let (sender, _receiver) = dialled.split();
    counter.close().await;
    assert_eq!(sender.closed().await.code, Some(CloseCode::Shutdown));
    assert!(counter.accept().await.is_none());
}

async fn another_installation_is_refused_in_plain_words(over: Carrier) {
    let (ours, theirs) = (Authority::create("Pudong", NOW).unwrap(), Authority::create("Pudong", NOW).unwrap());
    let (own, foreign) = (node(&ours, "G12", over), node(&theirs, "G12", over));
    for (dialling, listening) in [(&own, &foreign), (&foreign, &own)] {
        let text = refusal(dialling.dial(listening.local_addr()).await);
        assert!(text.contains("another installation"), "{text}");
    }
}

async fn an_expired_certificate_gets_no_link_and_the_clock_is_named(over: Carrier) {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let late = TimeSource::new(|| NOW + 400 * DAY);
    let grant = Grant::node("G12", "PVG", &["CA"]).unwrap();
    let strict = Endpoint::bind_with(anywhere(), member(&authority, &grant), late, None, only(over)).unwrap();
    let other = node(&authority, "C07", over);
    for (dialling, listening) in [(&strict, &other), (&other, &strict)] {
        let text = refusal(dialling.dial(listening.local_addr()).await);
        assert!(text.contains("expired") && text.contains("clock"), "{text}");
    }
}

async fn a_renewed_certificate_is_used_from_the_next_link_on(over: Carrier) {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let identity = member(&authority, &Grant::node("G12", "PVG", &["CA"]).unwrap());
    let gate = bind(identity.clone(), over);
    let counter = node(&authority, "C07", over);
    let folder = tempfile::tempdir().unwrap();
    identity.save(folder.path()).unwrap();
    let wider = Grant::node("G12", "PVG", &["CA", "MU"]).unwrap();
    let certificate = authority.sign(&identity.key().request().unwrap(), &wider, NOW + DAY).unwrap();
    let renewed = Identity::new(NodeKey::load(folder.path()).unwrap(), certificate, authority.ca_der().to_vec()).unwrap();
    gate.renew(&renewed).unwrap();
    for (one, other, gate_is_dialling) in [(&gate, &counter, true), (&counter, &gate, false)] {
        let (dialled, accepted) = linked(one, other).await;
        let seen = if gate_is_dialling { accepted.member() } else { dialled.member() };
        assert_eq!(seen.carriers, ["CA", "MU"]);
    }
}

#[tokio::test]
async fn a_port_in_use_is_told_with_its_remedy() {
    let taken = std::net::UdpSocket::bind(anywhere()).unwrap();
    let authority = Authority::create("Pudong", NOW).unwrap();
    let identity = member(&authority, &Grant::hub("HUB").unwrap());
    let error = Endpoint::bind(taken.local_addr().unwrap(), identity, time(), None).unwrap_err();
    assert!(matches!(error, BindError::InUse { .. }) && error.to_string().contains("another port"), "{error}");
}

async fn callers_hear_busy_when_nobody_accepts(over: Carrier) {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let identity = member(&authority, &Grant::hub("HUB").unwrap());
    let full = Endpoint::bind_with(anywhere(), identity, time(), None, Settings { waiting: 1, ..only(over) }).unwrap();
    let gate = node(&authority, "G12", over);
    let _waiting = gate.dial(full.local_addr()).await.unwrap();
    match gate.dial(full.local_addr()).await {
        Err(DialError::Refused { closed, .. }) => assert_eq!(closed.code, Some(CloseCode::Busy), "{closed}"),
        other => panic!("{other:?}"),
    }
}

/// A hub with invitations in `folder`, as its owner would wire it.
fn inviting(folder: &std::path::Path, clock: Arc<Mutex<i64>>) -> (Endpoint, Arc<Authority>, Arc<Invites>) {
    let authority = Arc::new(Authority::create("Pudong", NOW).unwrap());
    let invites = Arc::new(Invites::open(folder).unwrap());
    let (signing, redeeming) = (authority.clone(), invites.clone());
    let service = JoinService::new(move |request| {
        let now = *clock.lock().unwrap();
        let key = request_key(&request.csr_der).map_err(|_| JoinRefusal::Request)?;
        let invited = redeeming.redeem(&request.secret, &key, now)?;
        let certificate_der = signing.sign(&request.csr_der, &invited.grant, now).map_err(|_| JoinRefusal::NotNow)?;
        Ok(JoinGrant { certificate_der, ca_der: signing.ca_der().to_vec(), extra: invited.extra })
    });
    (hub(&authority, Some(service), Carrier::Quic), authority, invites)
}

fn code(hub: &Endpoint, authority: &Authority, secret: [u8; 16]) -> JoinCode {
    JoinCode::new(&hub.local_addr().to_string(), authority.ca_key_hash(), secret).unwrap().to_string().parse().unwrap()
}

#[tokio::test]
async fn a_new_machine_joins_and_then_links() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, authority, invites) = inviting(folder.path(), Arc::new(Mutex::new(NOW)));
    let secret = invites.create(&Grant::node("G12", "PVG", &["CA"]).unwrap(), b"numbers", NOW).unwrap();
    let code = code(&hub, &authority, secret);
    let (key, csr) = NodeKey::create().unwrap();
    // The answer may be lost on its way: the same machine asks again.
    join(&code, &csr, Some("Gate 12"), time()).await.unwrap();
    let grant = join(&code, &csr, None, time()).await.unwrap();
    assert_eq!(grant.extra, b"numbers");
    let identity = Arc::new(Identity::new(key, grant.certificate_der, grant.ca_der).unwrap());
    let gate = Endpoint::bind(anywhere(), identity, time(), None).unwrap();
    let (dialled, accepted) = linked(&gate, &hub).await;
    assert_eq!((accepted.member().name.as_str(), dialled.member().role), ("G12", Role::Hub));
}

#[tokio::test]
async fn used_expired_and_unknown_join_codes_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Mutex::new(NOW));
    let (hub, authority, invites) = inviting(folder.path(), clock.clone());
    let grant = Grant::node("G12", "PVG", &["CA"]).unwrap();
    let (used, late) = (invites.create(&grant, b"", NOW).unwrap(), invites.create(&grant, b"", NOW).unwrap());
    let csr = || NodeKey::create().unwrap().1;
    join(&code(&hub, &authority, used), &csr(), None, time()).await.unwrap();
    *clock.lock().unwrap() = NOW + DAY;
    for (secret, refusal) in [(used, JoinRefusal::Used), (late, JoinRefusal::Expired), ([0; 16], JoinRefusal::Unknown)] {
        let error = join(&code(&hub, &authority, secret), &csr(), None, time()).await.unwrap_err();
        assert_eq!(error, JoinError::Refused(refusal));
        assert!(error.to_string().contains("ask for a new one"));
    }
}

#[tokio::test]
async fn a_code_is_shown_to_its_own_hub_only() {
    let folder = tempfile::tempdir().unwrap();
    let (hub, authority, invites) = inviting(folder.path(), Arc::new(Mutex::new(NOW)));
    let secret = invites.create(&Grant::node("G12", "PVG", &["CA"]).unwrap(), b"", NOW).unwrap();
    let csr = NodeKey::create().unwrap().1;
    // Another installation's hub at that address.
    let other = JoinCode::new(&hub.local_addr().to_string(), [1; 32], secret).unwrap();
    let error = join(&other, &csr, None, time()).await.unwrap_err();
    assert!(error.to_string().contains("another installation"), "{error}");
    // A desk of our own that poses as the hub.
    let grant = Grant::node("C07", "PVG", &["CA"]).unwrap();
    let shown = Arc::new(Mutex::new(0));
    let count = shown.clone();
    let spy = JoinService::new(move |_| {
        *count.lock().unwrap() += 1;
        Err(JoinRefusal::NotNow)
    });
    let desk = Endpoint::bind(anywhere(), member(&authority, &grant), time(), Some(spy)).unwrap();
    let error = join(&code(&desk, &authority, secret), &csr, None, time()).await.unwrap_err();
    assert!(matches!(error, JoinError::Dial(DialError::Refused { .. })), "{error}");
    assert_eq!(*shown.lock().unwrap(), 0);
}

#[tokio::test]
async fn a_node_answers_nobody_who_wants_to_join() {
    let authority = Authority::create("Pudong", NOW).unwrap();
    let gate = node(&authority, "G12", Carrier::Quic);
    let error = join(&code(&gate, &authority, [0; 16]), &NodeKey::create().unwrap().1, None, time()).await.unwrap_err();
    assert!(matches!(error, JoinError::Dial(DialError::Refused { .. })), "{error}");
}
