//! What links promise on bad networks: over real sockets, through a relay that loses, delays, reorders and stops packets from a seed.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails there")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use sync::frame::Frame;
use sync::identity::{Authority, Grant, Identity, NodeKey, request_key};
use sync::transport::{
    Carrier, Class, CloseCode, DialError, Dialing, Endpoint, Invites, JoinCode, JoinGrant, JoinRefusal, JoinService, Link, LinkError, Receiver,
    Settings, TimeSource, join,
};

#[path = "../../tests/src/rough.rs"]
#[allow(unreachable_pub, dead_code, reason = "the tests over processes use all of it")]
mod rough;

use rough::{Rough, Tcp, Weather};

const NOW: i64 = 1_795_000_000;

struct Pair {
    gate: Endpoint,
    hub: Endpoint,
    relay: Rough,
    /// The gate's clock, in seconds.
    clock: Arc<AtomicI64>,
}

fn quick() -> Settings {
    Settings {
        handshake: Duration::from_secs(8),
        head_start: Duration::from_millis(500),
        deliver: Duration::from_secs(2),
        idle: Duration::from_secs(2),
        keep_alive: Duration::from_millis(500),
        ..Settings::default()
    }
}

fn member(authority: &Authority, grant: &Grant) -> Arc<Identity> {
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, grant, NOW).unwrap();
    Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap())
}

fn anywhere() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

impl Pair {
    async fn new(settings: Settings, seed: u64, weather: Weather) -> Self {
        let authority = Authority::create("Pudong", NOW).unwrap();
        let clock = Arc::new(AtomicI64::new(NOW));
        let time = TimeSource::new({
            let clock = Arc::clone(&clock);
            move || clock.load(Ordering::Relaxed)
        });
        let fixed = TimeSource::new(|| NOW);
        let hub = Endpoint::bind_with(anywhere(), member(&authority, &Grant::hub("HUB").unwrap()), fixed, None, settings.clone()).unwrap();
        let gate = member(&authority, &Grant::node("G12", "PVG", &["CA"]).unwrap());
        let gate = Endpoint::bind_with(anywhere(), gate, time, None, settings).unwrap();
        let relay = Rough::before(hub.local_addr(), seed, weather).await.unwrap();
        Self { gate, hub, relay, clock }
    }

    async fn linked(&self) -> (Link, Link) {
        let (dialled, accepted) = tokio::join!(self.gate.dial(self.relay.address()), self.hub.accept());
        (dialled.unwrap(), accepted.unwrap())
    }
}

/// Bytes that do not compress.
fn body(seed: u32, length: usize) -> Vec<u8> {
    let mut state = seed | 1;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    (0..length).map(|_| byte()).collect()
}

/// Sends a mixture both ways; everything arrives as it was, control frames in their order.
async fn exchange(dialled: Link, accepted: Link, batches: u16, length: usize) {
    let ((out, back), (reply, there)) = (dialled.split(), accepted.split());
    let send = async |sender: &sync::transport::Sender| {
        for kind in 0..batches {
            let class = if kind % 3 == 0 { Class::Live } else { Class::Bulk };
            sender.send(class, Frame { kind: 1000 + kind, body: body(kind.into(), length) }).await.unwrap();
            sender.send(Class::Control, Frame { kind, body: vec![] }).await.unwrap();
        }
    };
    let take = async |mut receiver: Receiver| {
        let (mut next, mut got) = (0, 0);
        while next < batches || got < batches {
            let frame = receiver.recv().await.unwrap();
            match frame.kind {
                1000.. => {
                    assert!(frame.body == body(u32::from(frame.kind) - 1000, length));
                    got += 1;
                }
                kind => {
                    assert_eq!(kind, next);
                    next += 1;
                }
            }
        }
        receiver
    };
    let all = async { tokio::join!(send(&out), send(&reply), take(back), take(there)) };
    tokio::time::timeout(Duration::from_secs(120), all).await.expect("it comes through in bounded time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_packets_are_lost_delayed_and_reordered_everything_arrives() {
    for seed in 0..2 {
        let weather = Weather { loss: 10, delay_ms: (40, 20), ..Weather::FINE };
        let settings = Settings { dialing: Dialing::Only(Carrier::Quic), handshake: Duration::from_secs(30), ..Settings::default() };
        let pair = Pair::new(settings, seed, weather).await;
        let (dialled, accepted) = pair.linked().await;
        assert_eq!(dialled.carrier(), Carrier::Quic);
        exchange(dialled, accepted, 6, 40_000).await;
        assert_eq!(pair.relay.tcp_bytes(), 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_packets_take_200_ms_and_overtake_each_other_quic_is_kept() {
    let pair = Pair::new(Settings::default(), 1, Weather { delay_ms: (200, 50), ..Weather::FINE }).await;
    let (dialled, accepted) = pair.linked().await;
    assert_eq!(dialled.carrier(), Carrier::Quic);
    exchange(dialled, accepted, 4, 30_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_packets_may_have_1280_bytes_quic_is_kept() {
    // 1280 less the heads of IP and UDP.
    let pair = Pair::new(quick(), 1, Weather { longest: 1232, ..Weather::FINE }).await;
    let (dialled, accepted) = pair.linked().await;
    assert_eq!(dialled.carrier(), Carrier::Quic);
    exchange(dialled, accepted, 4, 300_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_udp_is_blocked_links_go_over_tcp_and_back_when_it_is_not() {
    let pair = Pair::new(quick(), 1, Weather { udp: false, ..Weather::FINE }).await;
    let (dialled, accepted) = pair.linked().await;
    assert_eq!((dialled.carrier(), accepted.carrier()), (Carrier::Tcp, Carrier::Tcp));
    exchange(dialled, accepted, 9, 300_000).await;
    assert_eq!(pair.relay.datagrams(), 0);
    // The next link does not wait for QUIC first.
    let again = tokio::time::timeout(quick().head_start, pair.linked()).await.expect("TCP goes first now").0;
    assert_eq!(again.carrier(), Carrier::Tcp);
    // QUIC is tried again after a while, not at once, and found when it gets through.
    assert!(pair.gate.dial_quic_again(pair.relay.address()).await.is_none());
    pair.relay.set(Weather::FINE);
    assert!(pair.gate.dial_quic_again(pair.relay.address()).await.is_none());
    pair.clock.fetch_add(61, Ordering::Relaxed);
    let (found, _accepted) = tokio::join!(pair.gate.dial_quic_again(pair.relay.address()), pair.hub.accept());
    assert_eq!(found.unwrap().carrier(), Carrier::Quic);
    assert_eq!(pair.linked().await.0.carrier(), Carrier::Quic);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_is_accepted_and_delivers_nothing_is_noticed_and_replaced() {
    // Small packets come and go; batches are lost again and again.
    let pair = Pair::new(Settings { idle: Duration::from_secs(30), ..quick() }, 1, Weather { longest: 1000, ..Weather::FINE }).await;
    let (dialled, accepted) = pair.linked().await;
    assert_eq!(dialled.carrier(), Carrier::Quic);
    let ((out, mut back), (_reply, mut there)) = (dialled.split(), accepted.split());
    out.send(Class::Control, Frame { kind: 1, body: vec![] }).await.unwrap();
    assert_eq!(there.recv().await.unwrap().kind, 1);
    out.send(Class::Live, Frame { kind: 2, body: body(1, 100_000) }).await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(10), back.recv()).await.expect("it is noticed in bounded time");
    let Err(LinkError::Closed(closed)) = ended else { panic!("{ended:?}") };
    assert_eq!(closed.code, Some(CloseCode::Silent), "{closed}");
    let (dialled, accepted) = until_over_tcp(&pair).await;
    exchange(dialled, accepted, 3, 100_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_falls_silent_after_its_handshake_is_replaced_over_tcp() {
    let pair = Pair::new(quick(), 1, Weather::FINE).await;
    let (dialled, _accepted) = pair.linked().await;
    assert_eq!(dialled.carrier(), Carrier::Quic);
    pair.relay.set(Weather { handshakes_only: true, ..Weather::FINE });
    let (sender, _receiver) = dialled.split();
    let closed = tokio::time::timeout(Duration::from_secs(10), sender.closed()).await.expect("it is noticed in bounded time");
    assert!(closed.to_string().contains("silent"), "{closed}");
    let (dialled, accepted) = until_over_tcp(&pair).await;
    exchange(dialled, accepted, 3, 100_000).await;
}

/// What a fallen link teaches is written down by a task of its own, a moment after.
async fn until_over_tcp(pair: &Pair) -> (Link, Link) {
    let over_tcp = async {
        loop {
            let (dialled, accepted) = pair.linked().await;
            if dialled.carrier() == Carrier::Tcp {
                return (dialled, accepted);
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), over_tcp).await.expect("the next link goes over TCP")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tcp_link_that_carries_nothing_is_noticed() {
    let pair = Pair::new(Settings { dialing: Dialing::Only(Carrier::Tcp), ..quick() }, 1, Weather::FINE).await;
    let (dialled, accepted) = pair.linked().await;
    pair.relay.set(Weather { tcp: Tcp::Hole, ..Weather::FINE });
    let ((sender, _receiver), (reply, _there)) = (dialled.split(), accepted.split());
    let both = async { tokio::join!(sender.closed(), reply.closed()) };
    let (here, there) = tokio::time::timeout(Duration::from_secs(10), both).await.expect("it is noticed in bounded time");
    assert!(here.to_string().contains("silent") && there.to_string().contains("silent"), "{here}, {there}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_nothing_gets_through_dialling_ends_in_bounded_time_with_what_to_look_at() {
    let settings = Settings { handshake: Duration::from_secs(2), ..quick() };
    for tcp in [Tcp::Hole, Tcp::Refused] {
        let pair = Pair::new(settings.clone(), 1, Weather { udp: false, tcp, ..Weather::FINE }).await;
        let dialled = tokio::time::timeout(Duration::from_secs(4), pair.gate.dial(pair.relay.address())).await.expect("it ends");
        let error = dialled.unwrap_err();
        assert!(matches!(error, DialError::Silent { .. } | DialError::Refused { .. }), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_machine_joins_where_udp_is_blocked() {
    let authority = Arc::new(Authority::create("Pudong", NOW).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let invites = Arc::new(Invites::open(folder.path()).unwrap());
    let (signing, redeeming) = (authority.clone(), invites.clone());
    let service = JoinService::new(move |request| {
        let key = request_key(&request.csr_der).map_err(|_| JoinRefusal::Request)?;
        let invited = redeeming.redeem(&request.secret, &key, NOW)?;
        let certificate_der = signing.sign(&request.csr_der, &invited.grant, NOW).map_err(|_| JoinRefusal::NotNow)?;
        Ok(JoinGrant { certificate_der, ca_der: signing.ca_der().to_vec(), extra: invited.extra })
    });
    let time = TimeSource::new(|| NOW);
    let hub = Endpoint::bind(anywhere(), member(&authority, &Grant::hub("HUB").unwrap()), time.clone(), Some(service)).unwrap();
    let relay = Rough::before(hub.local_addr(), 1, Weather { udp: false, ..Weather::FINE }).await.unwrap();
    let secret = invites.create(&Grant::node("G12", "PVG", &["CA"]).unwrap(), b"numbers", NOW).unwrap();
    let code = JoinCode::new(&relay.address().to_string(), authority.ca_key_hash(), secret).unwrap();
    let (_key, csr) = NodeKey::create().unwrap();
    let grant = join(&code, &csr, Some("Gate 12"), time.clone()).await.unwrap();
    assert_eq!(grant.extra, b"numbers");
    assert!(relay.tcp_bytes() > 0 && relay.datagrams() == 0);
    // What the hub refuses is heard in its words.
    let error = join(&code, &NodeKey::create().unwrap().1, None, time).await.unwrap_err();
    assert!(error.to_string().contains("used by another machine"), "{error}");
}
