//! Peers that break the rules on purpose: each is cut, and the endpoint goes on.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use quinn::{Connection, VarInt};
use tokio::io::AsyncWriteExt;

use super::dial::{connect, connect_tcp};
use super::pieces::{self, Channel, PIECE_MAX};
use super::settings::Settings;
use super::tcp;
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
        let config = tls::client(&self.attacker, &time(), &Settings::default()).unwrap().quic;
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

    /// A stream of a member, with its TLS handshake done and nothing of ours on it.
    async fn streaming(&self) -> tcp::Stream {
        let config = tls::client(&self.attacker, &time(), &Settings::default()).unwrap();
        connect_tcp(&config, self.victim.local_addr()).await.unwrap()
    }

    /// A link over TCP of which the attacker has the raw end.
    async fn linked_tcp(&self) -> (tcp::Stream, Link) {
        let mut stream = self.streaming().await;
        pieces::write_frame(&mut stream, &frame::encode(&Frame { kind: 0, body: vec![] }, false).unwrap()).await.unwrap();
        pieces::read_frame(&mut stream, 100).await.unwrap();
        (stream, self.victim.accept().await.unwrap())
    }

    /// How often the victim turned somebody away with this code, and who it was last.
    fn refused(&self, code: CloseCode) -> (u64, Option<String>) {
        self.victim.refusals().all().remove(&code).map_or((0, None), |row| (row.count, row.last_who))
    }

    /// The endpoint still makes links that work.
    async fn goes_on(&self) {
        let (dialled, accepted) = tokio::join!(self.honest.dial(self.victim.local_addr()), self.victim.accept());
        let ((out, _back), (_reply, mut receiver)) = (dialled.unwrap().split(), accepted.unwrap().split());
        out.send(Class::Live, Frame { kind: 7, body: vec![1; 5000] }).await.unwrap();
        assert_eq!(receiver.recv().await.unwrap().kind, 7);
    }
}

/// A frame whose body unfolds to far more than it declares.
fn bomb() -> Vec<u8> {
    let zeros = frame::encode(&Frame { kind: 1, body: vec![0; MAX_BODY] }, true).unwrap();
    let mut bytes = zeros[..HEADER_LEN].to_vec();
    bytes[12..16].copy_from_slice(&1000u32.to_le_bytes());
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&bytes[..16]), &zeros[HEADER_LEN..]);
    bytes[16..20].copy_from_slice(&checksum.to_le_bytes());
    bytes.extend_from_slice(&zeros[HEADER_LEN..]);
    bytes
}

/// Bytes as pieces of one channel, as a peer that keeps the form of pieces sends them.
fn in_pieces(channel: Channel, bytes: &[u8]) -> Vec<u8> {
    bytes.chunks(PIECE_MAX).flat_map(|piece| [&pieces::head(channel, piece.len())[..], piece].concat()).collect()
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
    let config = tls::joining_as(hash, &time(), &Settings::default(), ALPN_LINK).unwrap().quic;
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
        (long, CloseCode::Bomb),
        (bomb(), CloseCode::Bomb),
        (newer, CloseCode::Version),
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
    assert_eq!(cut(link).await, Some(CloseCode::Stall));
    let (_connection, mut control, link) = site.linked().await;
    control.write_all(&whole[..3]).await.unwrap();
    assert_eq!(cut(link).await, Some(CloseCode::Stall));
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
        assert_eq!(closed.error_code, VarInt::from_u32(CloseCode::Stall.number()));
    }
}

#[tokio::test]
async fn a_join_request_of_any_bytes_gets_an_answer_or_an_end() {
    let site = Site::new();
    let config = tls::joining(site.authority.ca_key_hash(), &time(), &Settings::default()).unwrap().quic;
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
                let bytes = if *ours { [b"APRN\x02", bytes.as_slice()].concat() } else { bytes.clone() };
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

#[tokio::test]
async fn bytes_that_are_no_frame_end_the_stream_with_a_named_code_that_is_counted() {
    let site = Site::new();
    let whole = frame::encode(&Frame { kind: 1, body: vec![3; 100] }, false).unwrap();
    let mut long = whole[..HEADER_LEN].to_vec();
    long[8..12].copy_from_slice(&(MAX_BODY as u32 + 1).to_le_bytes());
    let mut newer = whole.clone();
    newer[4] = 9;
    let pieces = |bytes: &[u8]| in_pieces(Channel::Bulk, bytes);
    let cases = [
        (b"GET / HTTP/1.1\r\n\r\n and more".to_vec(), CloseCode::BadFrame),
        (pieces(b"GET / HTTP/1.1\r\n\r\n and more"), CloseCode::BadFrame),
        (pieces(&whole[..7]), CloseCode::BadFrame),
        (pieces(&[whole.as_slice(), &[0]].concat()), CloseCode::BadFrame),
        (pieces(&long), CloseCode::Bomb),
        (pieces(&bomb()), CloseCode::Bomb),
        (pieces(&newer), CloseCode::Version),
        // The whole head stands in the first piece, or what it declares would be known too late.
        ([in_pieces(Channel::Live, &whole[..10]), in_pieces(Channel::Live, &whole[10..])].concat(), CloseCode::BadFrame),
    ];
    for (bytes, code) in cases {
        let (mut stream, link) = site.linked_tcp().await;
        let before = site.refused(code).0;
        stream.write_all(&bytes).await.unwrap();
        stream.flush().await.unwrap();
        assert_eq!(cut(link).await, Some(code), "{bytes:?}");
        assert_eq!(site.refused(code), (before + 1, Some("G12".to_owned())));
        // The other side hears it, over all that it had sent.
        let pieces::ReadError::Closed(closed) = pieces::read_frame(&mut stream, 100).await.unwrap_err() else { panic!("it hears the end") };
        assert_eq!(closed.code, Some(code));
    }
    site.goes_on().await;
}

#[tokio::test]
async fn who_stops_half_way_through_a_piece_or_a_frame_is_cut() {
    let site = Site::new();
    let whole = in_pieces(Channel::Control, &frame::encode(&Frame { kind: 1, body: vec![3; 40_000] }, false).unwrap());
    for at in [PIECE_MAX / 2, PIECE_MAX + pieces::HEAD] {
        let (mut stream, link) = site.linked_tcp().await;
        stream.write_all(&whole[..at]).await.unwrap();
        stream.flush().await.unwrap();
        let alive = async {
            // Signs of life are no progress.
            while stream.write_all(&pieces::head(Channel::Alive, 0)).await.is_ok() {
                stream.flush().await.ok();
                tokio::time::sleep(STALL / 5).await;
            }
        };
        let ended = match at {
            half_a_piece if half_a_piece < PIECE_MAX => cut(link).await,
            _ => tokio::select! { code = cut(link) => code, () = alive => None },
        };
        assert_eq!(ended, Some(CloseCode::Stall));
    }
    site.goes_on().await;
}

#[tokio::test]
async fn who_sends_more_than_there_is_room_for_is_a_flood() {
    let site = Site::new();
    let (stream, link) = site.linked_tcp().await;
    // Nobody takes what comes, and the attacker does not care.
    let frame = in_pieces(Channel::Bulk, &frame::encode(&Frame { kind: 1, body: vec![3; MAX_BODY] }, false).unwrap());
    let (_back, mut out) = tokio::io::split(stream);
    let flooding = tokio::spawn(async move { while out.write_all(&frame).await.is_ok() {} });
    let (sender, receiver) = link.split();
    assert_eq!(sender.closed().await.code, Some(CloseCode::Flood));
    drop(receiver);
    flooding.await.unwrap();
    assert_eq!(site.refused(CloseCode::Flood), (1, Some("G12".to_owned())));
    site.goes_on().await;
}

#[tokio::test]
async fn who_takes_nothing_holds_up_nobody_else_and_is_cut() {
    let site = Site::new();
    let (_stream, link) = site.linked_tcp().await;
    let (sender, _receiver) = link.split();
    let mut sent = 0;
    // Incompressible, so that it takes room.
    let mut state = 77u32;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    let body: Vec<u8> = (0..1 << 20).map(|_| byte()).collect();
    loop {
        let sending = sender.send(Class::Live, Frame { kind: 1, body: body.clone() });
        match tokio::time::timeout(STALL * 10, sending).await {
            Ok(Ok(())) => sent += 1,
            // It waits for room or is cut, which costs nobody anything but this link.
            Err(_) | Ok(Err(_)) => break,
        }
        assert!(sent < 8, "more was handed over than there is room for");
    }
    site.goes_on().await;
}

#[tokio::test]
async fn strangers_who_stall_over_tcp_do_not_stop_others() {
    let site = Site::new();
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(tokio::net::TcpStream::connect(site.victim.local_addr()).await.unwrap());
    }
    let mut greetless = Vec::new();
    site.goes_on().await;
    drop(silent);
    for _ in 0..8 {
        // The places of those who left are free again when their handshakes are seen to have ended.
        let config = tls::client(&site.attacker, &time(), &Settings::default()).unwrap();
        if let Ok(stream) = connect_tcp(&config, site.victim.local_addr()).await {
            greetless.push(stream);
        }
    }
    for stream in &mut greetless {
        let error = pieces::read_frame(stream, 100).await.unwrap_err();
        assert!(matches!(&error, pieces::ReadError::Closed(closed) if closed.code == Some(CloseCode::Stall)), "{error:?}");
    }
    assert!(site.refused(CloseCode::Busy).0 >= 20);
    site.goes_on().await;
}

#[tokio::test]
async fn a_newer_or_older_protocol_is_turned_away_and_counted_on_both_carriers() {
    let site = Site::new();
    for protocol in [&b"apron/0"[..], b"apron/2", b"h3"] {
        let before = site.refused(CloseCode::Version).0;
        let config = tls::joining_as(site.authority.ca_key_hash(), &time(), &Settings::default(), protocol).unwrap();
        let error = connect(&site.raw, config.quic.clone(), site.victim.local_addr()).await.unwrap_err().to_string();
        assert!(error.contains("does not speak our protocol"), "{error}");
        let error = connect_tcp(&config, site.victim.local_addr()).await.unwrap_err().to_string();
        assert!(error.contains("does not speak our protocol"), "{error}");
        tokio::time::timeout(Duration::from_secs(5), async {
            while site.refused(CloseCode::Version).0 < before + 2 {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("both are counted");
    }
    site.goes_on().await;
}

#[tokio::test]
async fn another_release_is_told_apart_by_its_greeting_on_both_carriers() {
    let site = Site::new();
    for theirs in [frame::PROTOCOL - 1, frame::PROTOCOL + 1] {
        let mut greeting = frame::encode(&Frame { kind: 0, body: vec![] }, false).unwrap();
        greeting[4] = theirs;
        let before = site.refused(CloseCode::Version).0;
        let connection = site.connected().await;
        let (mut send, _recv) = connection.open_bi().await.unwrap();
        send.write_all(&greeting).await.unwrap();
        let closed = super::Closed::from_quinn(&connection.closed().await, None);
        assert!(closed.code == Some(CloseCode::Version) && closed.reason.contains("same release"), "{closed}");
        let mut stream = site.streaming().await;
        pieces::write_frame(&mut stream, &greeting).await.unwrap();
        let error = pieces::read_frame(&mut stream, 100).await.unwrap_err();
        assert!(matches!(&error, pieces::ReadError::Closed(closed) if closed.code == Some(CloseCode::Version)), "{error:?}");
        assert_eq!(site.refused(CloseCode::Version).0, before + 2);
    }
    site.goes_on().await;
}

#[test]
fn raw_bytes_on_a_tcp_stream_neither_panic_nor_hang() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let site = runtime.block_on(async { Site::new() });
    proptest!(ProptestConfig::with_cases(48), |(parts in prop::collection::vec((0u8..3, any::<bool>(), prop::collection::vec(any::<u8>(), 0..300)), 1..6))| {
        runtime.block_on(async {
            let (mut stream, link) = site.linked_tcp().await;
            for (form, ours, bytes) in &parts {
                let bytes = if *ours { [b"APRN\x02", bytes.as_slice()].concat() } else { bytes.clone() };
                let bytes = match form {
                    0 => bytes,
                    1 => in_pieces(Channel::Bulk, &bytes),
                    _ => in_pieces(Channel::Control, &bytes),
                };
                let _ = stream.write_all(&bytes).await;
            }
            let _ = stream.shutdown().await;
            let (_sender, mut receiver) = link.split();
            let listening = async { while receiver.recv().await.is_ok() {} };
            tokio::time::timeout(Duration::from_secs(20), listening).await.expect("the link ends");
        });
    });
    runtime.block_on(site.goes_on());
}
