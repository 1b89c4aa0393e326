//! Peers that break the rules on purpose: each is cut, and the endpoint goes on.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use quinn::{Connection, VarInt};

use super::endpoint::connect;
use super::settings::Settings;
use super::tls::{self, ALPN_LINK};
use super::{Class, CloseCode, DialError, Endpoint, JoinRefusal, JoinService, Link, LinkError, TimeSource};
use crate::frame::{self, Frame, HEADER_LEN, MAX_BODY};
use crate::identity::{Authority, Grant, Identity, NodeKey};

const NOW: i64 = 1_795_000_000;
const STALL: Duration = Duration::from_millis(600);

struct Site {
    authority: Authority,
    victim: Endpoint,
    honest: Endpoint,
    raw: quinn::Endpoint,
    attacker: Arc<Identity>,
}

fn time() -> TimeSource {
    TimeSource::new(|| NOW)
}

fn impatient() -> Settings {
    Settings { handshake: Duration::from_secs(3), stall: STALL, handshakes: 24, ..Settings::default() }
}

fn identity(authority: &Authority, grant: &Grant) -> Arc<Identity> {
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, grant, NOW).unwrap();
    Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap())
}

impl Site {
    fn new() -> Self {
        let authority = Authority::create("Pudong", NOW).unwrap();
        let any = "127.0.0.1:0".parse().unwrap();
        let grant = Grant::node("G12", "PVG", &["CA"]).unwrap();
        let service = JoinService::new(|_| Err(JoinRefusal::NotNow));
        let hub = identity(&authority, &Grant::hub("HUB").unwrap());
        let victim = Endpoint::bind_with(any, hub, time(), Some(service), impatient()).unwrap();
        let honest = Endpoint::bind(any, identity(&authority, &grant), time(), None).unwrap();
        let attacker = identity(&authority, &grant);
        Self { authority, victim, honest, raw: quinn::Endpoint::client(any).unwrap(), attacker }
    }

    /// A QUIC connection of a member, with nothing of ours on it.
    async fn connected(&self) -> Connection {
        let config = tls::client(&self.attacker, &time(), &Settings::default()).unwrap();
        connect(&self.raw, config, self.victim.local_addr()).await.unwrap()
    }

    /// A link of which the attacker has the raw end.
    async fn linked(&self) -> (Connection, quinn::SendStream, Link) {
        let connection = self.connected().await;
        let (mut send, mut recv) = connection.open_bi().await.unwrap();
        send.write_all(&frame::encode(&Frame { kind: 0, body: vec![] }, false).unwrap()).await.unwrap();
        recv.read_exact(&mut [0; HEADER_LEN]).await.unwrap();
        (connection, send, self.victim.accept().await.unwrap())
    }

    /// The endpoint still makes links that work.
    async fn goes_on(&self) {
        let (dialled, accepted) = tokio::join!(self.honest.dial(self.victim.local_addr()), self.victim.accept());
        let ((out, _back), (_reply, mut receiver)) = (dialled.unwrap().split(), accepted.unwrap().split());
        out.send(Class::Live, Frame { kind: 7, body: vec![1; 5000] }).await.unwrap();
        assert_eq!(receiver.recv().await.unwrap().kind, 7);
    }
}

async fn cut(link: Link) -> Option<CloseCode> {
    let (_sender, mut receiver) = link.split();
    loop {
        if let Err(LinkError::Closed(closed)) = receiver.recv().await {
            return closed.code;
        }
    }
}

#[tokio::test]
async fn without_a_certificate_there_is_no_link() {
    let site = Site::new();
    let hash = site.authority.ca_key_hash();
    // A machine that may join asks for a link instead: the one thing that `apron-join/1` must not open.
    let config = tls::joining_as(hash, &time(), &Settings::default(), ALPN_LINK).unwrap();
    let connection = connect(&site.raw, config.clone(), site.victim.local_addr()).await.unwrap();
    let quinn::ConnectionError::ApplicationClosed(closed) = connection.closed().await else { panic!("it is turned away in words") };
    assert_eq!(closed.error_code, VarInt::from_u32(CloseCode::NotAllowed.number()));
    // A node that takes no joiners refuses it in the handshake.
    match connect(&site.raw, config, site.honest.local_addr()).await {
        Ok(connection) => {
            let text = super::Closed::from_quinn(&connection.closed().await, None).to_string();
            assert!(text.contains("no certificate"), "{text}");
        }
        Err(DialError::Refused { .. }) => {}
        Err(other) => panic!("{other}"),
    }
    site.goes_on().await;
}

#[tokio::test]
async fn bytes_that_are_no_frame_end_the_link() {
    let site = Site::new();
    let whole = frame::encode(&Frame { kind: 1, body: vec![3; 100] }, false).unwrap();
    let mut long = whole[..HEADER_LEN].to_vec();
    long[8..12].copy_from_slice(&(MAX_BODY as u32 + 1).to_le_bytes());
    let mut newer = whole.clone();
    newer[4] = 9;
    let cases = [
        (b"GET / HTTP/1.1\r\n\r\n and more".to_vec(), CloseCode::BadFrame),
        (whole[..50].to_vec(), CloseCode::BadFrame),
        (whole[..7].to_vec(), CloseCode::BadFrame),
        ([whole.as_slice(), &[0]].concat(), CloseCode::BadFrame),
        (long, CloseCode::BadFrame),
        (newer, CloseCode::Protocol),
    ];
    for (bytes, code) in cases {
        let (connection, _control, link) = site.linked().await;
        let mut stream = connection.open_uni().await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        stream.finish().unwrap();
        assert_eq!(cut(link).await, Some(code), "{bytes:?}");
    }
    let (_connection, mut control, link) = site.linked().await;
    control.write_all(b"not a frame at all, but long enough").await.unwrap();
    assert_eq!(cut(link).await, Some(CloseCode::BadFrame));
    site.goes_on().await;
}

#[tokio::test]
async fn who_stops_half_way_through_a_frame_is_cut() {
    let site = Site::new();
    let whole = frame::encode(&Frame { kind: 1, body: vec![3; 100] }, false).unwrap();
    let (connection, _control, link) = site.linked().await;
    let mut stream = connection.open_uni().await.unwrap();
    stream.write_all(&whole[..60]).await.unwrap();
    assert_eq!(cut(link).await, Some(CloseCode::BadFrame));
    let (_connection, mut control, link) = site.linked().await;
    control.write_all(&whole[..3]).await.unwrap();
    assert_eq!(cut(link).await, Some(CloseCode::BadFrame));
    site.goes_on().await;
}

#[tokio::test]
async fn a_batch_may_wait_for_busier_ones() {
    let site = Site::new();
    let whole = frame::encode(&Frame { kind: 1, body: vec![3; 100] }, false).unwrap();
    let other = frame::encode(&Frame { kind: 2, body: vec![] }, false).unwrap();
    let (connection, mut control, link) = site.linked().await;
    let (_sender, mut receiver) = link.split();
    let mut stream = connection.open_uni().await.unwrap();
    stream.write_all(&whole[..60]).await.unwrap();
    let busy = async {
        loop {
            control.write_all(&other).await.unwrap();
            assert_eq!(receiver.recv().await.unwrap().kind, 2);
        }
    };
    tokio::time::timeout(STALL * 2, busy).await.unwrap_err();
    stream.write_all(&whole[60..]).await.unwrap();
    stream.finish().unwrap();
    while receiver.recv().await.unwrap().kind != 1 {}
}

#[tokio::test]
async fn a_withdrawn_batch_is_no_frame_and_no_fault() {
    let site = Site::new();
    let whole = frame::encode(&Frame { kind: 1, body: vec![3; 100] }, false).unwrap();
    let (connection, mut control, link) = site.linked().await;
    let mut stream = connection.open_uni().await.unwrap();
    stream.write_all(&whole[..60]).await.unwrap();
    stream.reset(VarInt::from_u32(0)).unwrap();
    control.write_all(&frame::encode(&Frame { kind: 2, body: vec![] }, false).unwrap()).await.unwrap();
    let (_sender, mut receiver) = link.split();
    assert_eq!(receiver.recv().await.unwrap().kind, 2);
}

#[tokio::test]
async fn callers_who_never_greet_do_not_stop_others() {
    let site = Site::new();
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(site.connected().await);
    }
    site.goes_on().await;
    for connection in silent {
        let quinn::ConnectionError::ApplicationClosed(closed) = connection.closed().await else { panic!("it is turned away in words") };
        assert_eq!(closed.error_code, VarInt::from_u32(CloseCode::Protocol.number()));
    }
}

#[tokio::test]
async fn a_join_request_of_any_bytes_gets_an_answer_or_an_end() {
    let site = Site::new();
    let config = tls::joining(site.authority.ca_key_hash(), &time(), &Settings::default()).unwrap();
    for bytes in [
        b"garbage that is longer than a header".to_vec(),
        frame::encode(&Frame { kind: 1, body: vec![9; 20] }, false).unwrap(),
        frame::encode(&Frame { kind: 5, body: vec![] }, false).unwrap(),
        frame::encode(&Frame { kind: 1, body: vec![0; 1 << 20] }, true).unwrap(),
    ] {
        let connection = connect(&site.raw, config.clone(), site.victim.local_addr()).await.unwrap();
        let (mut send, mut recv) = connection.open_bi().await.unwrap();
        send.write_all(&bytes).await.unwrap();
        let _ = recv.read_to_end(1 << 20).await;
        connection.close(VarInt::from_u32(0), b"");
    }
    site.goes_on().await;
}

#[test]
fn raw_bytes_on_any_stream_neither_panic_nor_hang() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let site = runtime.block_on(async { Site::new() });
    proptest!(ProptestConfig::with_cases(24), |(streams in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..300)), 1..6))| {
        runtime.block_on(async {
            let (connection, mut control, link) = site.linked().await;
            for (ours, bytes) in &streams {
                let bytes = if *ours { [b"APRN\x01", bytes.as_slice()].concat() } else { bytes.clone() };
                if let Ok(mut stream) = connection.open_uni().await {
                    let _ = stream.write_all(&bytes).await;
                }
                let _ = control.write_all(&bytes).await;
            }
            let _ = control.finish();
            let (_sender, mut receiver) = link.split();
            let closing = async {
                control.stopped().await.ok();
                connection.close(VarInt::from_u32(0), b"");
            };
            let listening = async { while receiver.recv().await.is_ok() {} };
            let both = async { tokio::join!(closing, listening) };
            tokio::time::timeout(Duration::from_secs(20), both).await.expect("the link ends");
        });
    });
    runtime.block_on(site.goes_on());
}
