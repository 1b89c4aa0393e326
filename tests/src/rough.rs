//! A relay between two nodes, for UDP and TCP on one port, that treats packets as bad networks do: from a seed, so that a run can be had again.

use std::collections::BTreeMap;
use std::io::Result;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::{Semaphore, watch};

/// As many senders as one relay tells apart; a node that starts again comes from a new port.
const SENDERS_MAX: usize = 64;
/// Packets that are held back at once; more are lost, as in any router.
const HELD_MAX: usize = 4096;

/// How the network is.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    /// Of a hundred datagrams so many are lost.
    pub loss: u64,
    /// Milliseconds that a packet takes at least, and how much longer it may take: so datagrams overtake each other.
    pub delay_ms: (u64, u64),
    /// Datagrams with more bytes than this are lost, once the handshake is over.
    pub longest: usize,
    /// Whether datagrams get through at all.
    pub udp: bool,
    /// Only handshakes get through: the link is accepted, and nothing is delivered on it.
    pub handshakes_only: bool,
    pub tcp: Tcp,
}

/// What becomes of TCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tcp {
    Through,
    /// Streams are taken and at once ended.
    Refused,
    /// Streams stand and carry nothing.
    Hole,
}

/// One such relay; it ends with the runtime.
#[derive(Debug, Clone)]
pub struct Rough {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    address: SocketAddr,
    target: SocketAddr,
    weather: watch::Sender<Weather>,
    chance: Mutex<u64>,
    held: Arc<Semaphore>,
    datagrams: AtomicU64,
    tcp_bytes: AtomicU64,
}

impl Weather {
    /// A network without faults.
    pub const FINE: Self = Self { loss: 0, delay_ms: (0, 0), longest: usize::MAX, udp: true, handshakes_only: false, tcp: Tcp::Through };
}

impl Rough {
    /// Stands before `target` from now on.
    pub async fn before(target: SocketAddr, seed: u64, weather: Weather) -> Result<Self> {
        let (udp, tcp) = loop {
            let udp = UdpSocket::bind("127.0.0.1:0").await?;
            if let Ok(tcp) = TcpListener::bind(udp.local_addr()?).await {
                break (udp, tcp);
            }
        };
        let shared = Arc::new(Shared {
            address: udp.local_addr()?,
            target,
            weather: watch::Sender::new(weather),
            chance: Mutex::new(seed),
            held: Arc::new(Semaphore::new(HELD_MAX)),
            datagrams: AtomicU64::new(0),
            tcp_bytes: AtomicU64::new(0),
        });
        tokio::spawn(datagrams(Arc::new(udp), Arc::clone(&shared)));
        tokio::spawn(streams(tcp, Arc::clone(&shared)));
        Ok(Self { shared })
    }

    /// Where to dial instead of the target.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Changes the weather, for packets and streams that are on their way too.
    pub fn set(&self, weather: Weather) {
        self.shared.weather.send_replace(weather);
    }

    /// Datagrams that got through.
    pub fn datagrams(&self) -> u64 {
        self.shared.datagrams.load(Ordering::Relaxed)
    }

    /// Bytes that went through over TCP.
    pub fn tcp_bytes(&self) -> u64 {
        self.shared.tcp_bytes.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn weather(&self) -> Weather {
        *self.weather.borrow()
    }

    /// The next number (splitmix64).
    fn draw(&self, below: u64) -> u64 {
        let mut state = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below.max(1)
    }

    /// How long a datagram takes; `None` if it is lost.
    fn fate(&self, packet: &[u8]) -> Option<Duration> {
        let weather = self.weather();
        // QUIC's long headers (RFC 9000, section 17.2) belong to handshakes.
        let handshake = packet.first().is_some_and(|first| first & 0x80 != 0);
        let lost = self.draw(100) < weather.loss;
        let stopped = !weather.udp || !handshake && (weather.handshakes_only || packet.len() > weather.longest);
        let delay = weather.delay_ms.0 + self.draw(weather.delay_ms.1 + 1);
        (!lost && !stopped).then_some(Duration::from_millis(delay))
    }

    fn carry(self: &Arc<Self>, packet: &[u8], over: &Arc<UdpSocket>, to: SocketAddr) {
        let Some(delay) = self.fate(packet) else { return };
        let Ok(place) = Arc::clone(&self.held).try_acquire_owned() else { return };
        self.datagrams.fetch_add(1, Ordering::Relaxed);
        let (packet, over) = (packet.to_vec(), Arc::clone(over));
        tokio::spawn(async move {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            let _ = over.send_to(&packet, to).await;
            drop(place);
        });
    }
}

/// Datagrams from each sender leave from a socket of its own, so that answers find their way back.
async fn datagrams(socket: Arc<UdpSocket>, shared: Arc<Shared>) {
    let mut senders: BTreeMap<SocketAddr, Arc<UdpSocket>> = BTreeMap::new();
    let mut packet = vec![0; 65_536];
    loop {
        let Ok((length, sender)) = socket.recv_from(&mut packet).await else { continue };
        if !senders.contains_key(&sender) {
            if senders.len() >= SENDERS_MAX {
                senders.clear();
            }
            let Ok(out) = UdpSocket::bind("127.0.0.1:0").await else { continue };
            let out = Arc::new(out);
            tokio::spawn(answers(Arc::clone(&out), Arc::clone(&socket), sender, Arc::clone(&shared)));
            senders.insert(sender, out);
        }
        shared.carry(&packet[..length], &senders[&sender], shared.target);
    }
}

async fn answers(out: Arc<UdpSocket>, socket: Arc<UdpSocket>, sender: SocketAddr, shared: Arc<Shared>) {
    let mut packet = vec![0; 65_536];
    loop {
        let Ok((length, _)) = out.recv_from(&mut packet).await else { continue };
        shared.carry(&packet[..length], &socket, sender);
    }
}

async fn streams(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        if shared.weather().tcp == Tcp::Refused {
            continue;
        }
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let Ok(target) = TcpStream::connect(shared.target).await else { return };
            let _ = (stream.set_nodelay(true), target.set_nodelay(true));
            let ((from, to), (back, out)) = (stream.into_split(), target.into_split());
            let both = async { tokio::join!(pour(from, out, &shared), pour(back, to, &shared)) };
            let mut weather = shared.weather.subscribe();
            tokio::select! {
                _ = both => {}
                _ = weather.wait_for(|weather| weather.tcp == Tcp::Refused) => {}
            }
        });
    }
}

/// Bytes of a stream keep their order, so each waits no longer than the least delay.
async fn pour(mut from: tokio::net::tcp::OwnedReadHalf, mut to: tokio::net::tcp::OwnedWriteHalf, shared: &Shared) {
    let mut weather = shared.weather.subscribe();
    let mut bytes = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        if weather.wait_for(|weather| weather.tcp != Tcp::Hole).await.is_err() {
            return;
        }
        let delay = shared.weather().delay_ms.0;
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        shared.tcp_bytes.fetch_add(read as u64, Ordering::Relaxed);
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
