//! A node's place in the network: one port, UDP and TCP, for both directions.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use quinn::{EndpointConfig, Runtime, VarInt};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::Carrier;
use super::answer::{Answering, listen_quic, listen_tcp};
use super::close::CloseCode;
use super::dial::{DialError, Dialer};
use super::join::JoinService;
use super::link::Link;
use super::own::Own;
use super::refusals::Refusals;
use super::settings::{Settings, TCP_SEND_BUFFER, UDP_RECEIVE_BUFFER};
use super::tls::{self, TimeSource, TlsError};
use super::traffic::{Counted, Traffic};
use crate::identity::Identity;

/// How long a program that ends waits for its last packets.
const FAREWELL: Duration = Duration::from_secs(2);
/// Free UDP ports that are looked at until one is free for TCP too.
const PORT_TRIES: usize = 32;
/// Callers that the system holds until they are looked at.
const BACKLOG: u32 = 1024;

/// A node's place in the network. Copies are the same endpoint; with the last, it ends.
#[derive(Clone)]
pub struct Endpoint {
    inner: Arc<Inner>,
}

/// Why an endpoint could not listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("{over} port {} is already in use; stop the other program, or set another port in `listen`", .listen.port())]
    InUse { listen: SocketAddr, over: &'static str },
    #[error("this machine has no address {}; set `listen` to one it has, or to 0.0.0.0 for all", .listen.ip())]
    NoAddress { listen: SocketAddr },
    #[error("{over} port {} needs more rights than this program has; set a port above 1023 in `listen`", .listen.port())]
    NotAllowed { listen: SocketAddr, over: &'static str },
    #[error("cannot listen on {listen}")]
    Io { listen: SocketAddr, source: io::Error },
    #[error("this node's certificate cannot be used for links; join the installation again")]
    Identity(#[source] Box<dyn std::error::Error + Send + Sync>),
}

struct Inner {
    quic: quinn::Endpoint,
    local: SocketAddr,
    credentials: Arc<RwLock<Credentials>>,
    joins: bool,
    own: Arc<Own>,
    links: Mutex<mpsc::Receiver<Link>>,
    /// End the listening tasks with the last copy of the endpoint.
    listening: [tokio::task::AbortHandle; 2],
}

/// What changes when the certificate is renewed.
#[derive(Clone)]
struct Credentials {
    server: tls::Server,
    client: tls::Client,
    ca_der: Arc<[u8]>,
}

impl Endpoint {
    /// Listens on `listen` (port 0: any free one) as `identity`. `time` judges certificates. With a `joiner`, machines without a certificate are answered;
    /// that is for the hub. Must be called inside a tokio runtime.
    pub fn bind(listen: SocketAddr, identity: Arc<Identity>, time: TimeSource, joiner: Option<JoinService>) -> Result<Self, BindError> {
        Self::bind_with(listen, identity, time, joiner, Settings::default())
    }

    /// As [`Endpoint::bind`], with other limits.
    pub fn bind_with(
        listen: SocketAddr,
        identity: Arc<Identity>,
        time: TimeSource,
        joiner: Option<JoinService>,
        settings: Settings,
    ) -> Result<Self, BindError> {
        let joins = joiner.is_some();
        let credentials = Credentials::of(&identity, &time, joins, &settings)?;
        let (udp, tcp) = sockets(listen)?;
        let other = |source| BindError::Io { listen, source };
        let local = udp.local_addr().map_err(other)?;
        let server = Some(credentials.server.quic.clone());
        let (ready, links) = mpsc::channel(settings.waiting.max(1));
        let own = Arc::new(Own::new(settings, time));
        let runtime = Arc::new(quinn::TokioRuntime);
        let socket = Arc::new(Counted { socket: runtime.wrap_udp_socket(udp).map_err(other)?, counters: Arc::clone(&own.counters) });
        let quic = quinn::Endpoint::new_with_abstract_socket(EndpointConfig::default(), server, socket, runtime).map_err(other)?;
        let answering = Answering { ready, ca_der: identity.ca_der().into(), joiner, own: Arc::clone(&own) };
        let credentials = Arc::new(RwLock::new(credentials));
        let shown = Arc::clone(&credentials);
        let acceptor = move || TlsAcceptor::from(Arc::clone(&shown.read().unwrap_or_else(PoisonError::into_inner).server.tcp));
        let listening = [
            tokio::spawn(listen_quic(quic.clone(), answering.clone())).abort_handle(),
            tokio::spawn(listen_tcp(tcp, acceptor, answering)).abort_handle(),
        ];
        Ok(Self { inner: Arc::new(Inner { quic, local, credentials, joins, own, links: Mutex::new(links), listening }) })
    }

    pub fn local_addr(&self) -> SocketAddr {
        self.inner.local
    }

    /// What went over this endpoint so far.
    pub fn traffic(&self) -> Traffic {
        self.inner.own.counters.read()
    }

    /// A link to the member that listens at `address`, over QUIC or, where that has no answer, TCP. Which member that is says [`Link::member`]; the caller
    /// checks that it is the one it wanted.
    pub async fn dial(&self, address: SocketAddr) -> Result<Link, DialError> {
        self.dialer().dial(address).await
    }

    /// A link over QUIC to an address that was reached over TCP, when it is worth a try again.
    pub async fn dial_quic_again(&self, address: SocketAddr) -> Option<Link> {
        let dialer = self.dialer();
        if !dialer.own.paths(|paths, now| paths.is_quic_due(address, now)) {
            return None;
        }
        let link = timeout(dialer.own.settings.handshake, dialer.over(Carrier::Quic, address)).await;
        if !matches!(link, Ok(Ok(_))) {
            dialer.own.paths(|paths, now| paths.quic_silent(address, now));
        }
        link.ok()?.ok()
    }

    /// The next member that dialled us; `None` when the endpoint is closed. At most [`Settings::waiting`] wait here.
    pub async fn accept(&self) -> Option<Link> {
        self.inner.links.lock().await.recv().await
    }

    /// Uses a newer certificate of the same key for links from now on.
    pub fn renew(&self, identity: &Identity) -> Result<(), BindError> {
        let inner = &self.inner;
        let credentials = Credentials::of(identity, &inner.own.time, inner.joins, &inner.own.settings)?;
        inner.quic.set_server_config(Some(credentials.server.quic.clone()));
        *inner.credentials.write().unwrap_or_else(PoisonError::into_inner) = credentials;
        Ok(())
    }

    /// Callers get no answer from now on, or get one again. Links that stand are left alone.
    pub fn withdraw(&self, withdrawn: bool) {
        self.inner.own.withdrawn.store(withdrawn, Ordering::SeqCst);
    }

    /// Whether callers get no answer.
    pub fn is_withdrawn(&self) -> bool {
        self.inner.own.withdrawn.load(Ordering::SeqCst)
    }

    /// Who was turned away, and how often.
    pub fn refusals(&self) -> Arc<Refusals> {
        Arc::clone(&self.inner.own.refusals)
    }

    /// Ends all links with [`CloseCode::Shutdown`], and listening; waits briefly until the others know.
    pub async fn close(&self) {
        self.inner.end();
        // Whoever did not hear it in time sees silence.
        let _ = timeout(FAREWELL, async { tokio::join!(self.inner.quic.wait_idle(), self.inner.own.ending.closed()) }).await;
    }

    fn dialer(&self) -> Dialer {
        let credentials = self.inner.credentials.read().unwrap_or_else(PoisonError::into_inner).clone();
        Dialer { quic: self.inner.quic.clone(), client: credentials.client, ca_der: credentials.ca_der, own: Arc::clone(&self.inner.own) }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("local", &self.inner.local).finish_non_exhaustive()
    }
}

impl Inner {
    fn end(&self) {
        self.listening.iter().for_each(tokio::task::AbortHandle::abort);
        self.own.ending.send_replace(true);
        self.quic.close(VarInt::from_u32(CloseCode::Shutdown.number()), b"");
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end();
    }
}

impl Credentials {
    fn of(identity: &Identity, time: &TimeSource, joins: bool, settings: &Settings) -> Result<Self, BindError> {
        let server = tls::server(identity, time, joins, settings).map_err(unusable)?;
        let client = tls::client(identity, time, settings).map_err(unusable)?;
        Ok(Self { server, client, ca_der: identity.ca_der().into() })
    }
}

/// A UDP socket and a TCP listener on one port.
fn sockets(listen: SocketAddr) -> Result<(std::net::UdpSocket, TcpListener), BindError> {
    let mut tries = if listen.port() == 0 { PORT_TRIES } else { 1 };
    loop {
        tries -= 1;
        let udp = std::net::UdpSocket::bind(listen).map_err(|source| refused(listen, "UDP", source))?;
        let local = udp.local_addr().map_err(|source| BindError::Io { listen, source })?;
        match listener(local) {
            Ok(tcp) => {
                // The usual room is for a hundred first packets, and a herd has more; the system grants what it allows.
                let _ = rustix::net::sockopt::set_socket_recv_buffer_size(&udp, UDP_RECEIVE_BUFFER);
                return Ok((udp, tcp));
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && tries > 0 => {}
            Err(source) => return Err(refused(local, "TCP", source)),
        }
    }
}

fn listener(local: SocketAddr) -> io::Result<TcpListener> {
    let socket = if local.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A port whose old streams are still remembered by the system is free for a program that starts again.
    socket.set_reuseaddr(true)?;
    // Streams that are accepted inherit it.
    let _ = socket.set_send_buffer_size(TCP_SEND_BUFFER);
    socket.bind(local)?;
    socket.listen(BACKLOG)
}

fn refused(listen: SocketAddr, over: &'static str, source: io::Error) -> BindError {
    match source.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse { listen, over },
        io::ErrorKind::AddrNotAvailable => BindError::NoAddress { listen },
        io::ErrorKind::PermissionDenied => BindError::NotAllowed { listen, over },
        _ => BindError::Io { listen, source },
    }
}

fn unusable(error: TlsError) -> BindError {
    BindError::Identity(Box::new(error))
}
