//! Listens for members and dials them.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use quinn::crypto::rustls::HandshakeData;
use quinn::{ConnectError, Connection, ConnectionError, EndpointConfig, Incoming, Runtime, VarInt};
use rustls::pki_types::CertificateDer;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::close::{CloseCode, Closed, ClosedBy};
use super::join::{self, JoinService};
use super::link::{CONTROL_PRIORITY, Link, canonical};
use super::settings::Settings;
use super::stream::{Budget, Reading, read_frame};
use super::tls::{self, ALPN_JOIN, ALPN_LINK, TimeSource, TlsError};
use super::traffic::{Counted, Counters, Traffic};
use crate::frame::{self, Frame};
use crate::identity::{Identity, Member, TLS_NAME, certificate_ends, verify_member};

/// The kind of the one frame that each side sends first on the control stream: empty. It proves to the dialling side that its certificate was taken,
/// which TLS alone tells it only by silence. Other kinds are free for those who use links.
const GREETING: u16 = 0;
/// How long a program that ends waits for its last packets.
const FAREWELL: Duration = Duration::from_secs(2);

/// A node's place in the network: one UDP port for both directions. Copies are the same endpoint; with the last, it ends.
#[derive(Clone)]
pub struct Endpoint {
    inner: Arc<Inner>,
}

/// Why an endpoint could not listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    #[error("UDP port {} is already in use; stop the other program, or set another port in `listen`", .listen.port())]
    InUse { listen: SocketAddr, source: io::Error },
    #[error("this machine has no address {}; set `listen` to one it has, or to 0.0.0.0 for all", .listen.ip())]
    NoAddress { listen: SocketAddr, source: io::Error },
    #[error("UDP port {} needs more rights than this program has; set a port above 1023 in `listen`", .listen.port())]
    NotAllowed { listen: SocketAddr, source: io::Error },
    #[error("cannot listen on {listen}")]
    Io { listen: SocketAddr, source: io::Error },
    #[error("this node's certificate cannot be used for links; join the installation again")]
    Identity(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why there is no link to the dialled address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    #[error("{address} cannot be dialled from here; check the address")]
    Address { address: SocketAddr },
    #[error("{address} does not answer; is the node there switched on, and does the network let UDP port {} through?", .address.port())]
    Silent { address: SocketAddr },
    /// The other side, or TLS, said no: another installation, an expired certificate, busy.
    #[error("no link to {address}: {closed}")]
    Refused { address: SocketAddr, closed: Closed },
    #[error("this node is shutting down")]
    Ended,
}

struct Inner {
    quic: quinn::Endpoint,
    local: SocketAddr,
    client: RwLock<Credentials>,
    time: TimeSource,
    joiner: Option<JoinService>,
    settings: Arc<Settings>,
    counters: Arc<Counters>,
    links: Mutex<mpsc::Receiver<Link>>,
    /// Ends the listening task with the last copy of the endpoint.
    listening: tokio::task::AbortHandle,
}

/// What changes when the certificate is renewed.
#[derive(Clone)]
struct Credentials {
    client: quinn::ClientConfig,
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
        let server = tls::server(&identity, &time, joiner.is_some(), &settings).map_err(unusable)?;
        let client = RwLock::new(Credentials::of(&identity, &time, &settings)?);
        let other = |source| BindError::Io { listen, source };
        let socket = std::net::UdpSocket::bind(listen).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => BindError::InUse { listen, source },
            io::ErrorKind::AddrNotAvailable => BindError::NoAddress { listen, source },
            io::ErrorKind::PermissionDenied => BindError::NotAllowed { listen, source },
            _ => BindError::Io { listen, source },
        })?;
        let local = socket.local_addr().map_err(other)?;
        let counters = Arc::new(Counters::default());
        let runtime = Arc::new(quinn::TokioRuntime);
        let socket = Arc::new(Counted { socket: runtime.wrap_udp_socket(socket).map_err(other)?, counters: counters.clone() });
        let quic = quinn::Endpoint::new_with_abstract_socket(EndpointConfig::default(), Some(server), socket, runtime).map_err(other)?;
        let settings = Arc::new(settings);
        let (ready, links) = mpsc::channel(settings.waiting.max(1));
        let answering =
            Answering { ready, ca_der: identity.ca_der().into(), joiner: joiner.clone(), settings: settings.clone(), counters: counters.clone() };
        let listening = tokio::spawn(listen_on(quic.clone(), answering)).abort_handle();
        Ok(Self { inner: Arc::new(Inner { quic, local, client, time, joiner, settings, counters, links: Mutex::new(links), listening }) })
    }

    pub fn local_addr(&self) -> SocketAddr {
        self.inner.local
    }

    /// What went over this endpoint so far.
    pub fn traffic(&self) -> Traffic {
        self.inner.counters.read()
    }

    /// A link to the member that listens at `address`. Which member that is says [`Link::member`]; the caller checks that it is the one it wanted.
    pub async fn dial(&self, address: SocketAddr) -> Result<Link, DialError> {
        match timeout(self.inner.settings.handshake, self.try_dial(address)).await {
            Ok(link) => link,
            Err(_) => Err(DialError::Silent { address }),
        }
    }

    /// The next member that dialled us; `None` when the endpoint is closed. At most [`Settings::waiting`] wait here.
    pub async fn accept(&self) -> Option<Link> {
        self.inner.links.lock().await.recv().await
    }

    /// Uses a newer certificate of the same key for links from now on.
    pub fn renew(&self, identity: &Identity) -> Result<(), BindError> {
        let inner = &self.inner;
        let server = tls::server(identity, &inner.time, inner.joiner.is_some(), &inner.settings).map_err(unusable)?;
        let credentials = Credentials::of(identity, &inner.time, &inner.settings)?;
        inner.quic.set_server_config(Some(server));
        *inner.client.write().unwrap_or_else(PoisonError::into_inner) = credentials;
        Ok(())
    }

    /// Ends all links with [`CloseCode::Shutdown`], and listening; waits briefly until the others know.
    pub async fn close(&self) {
        self.inner.listening.abort();
        self.inner.quic.close(VarInt::from_u32(CloseCode::Shutdown.number()), b"");
        // Whoever did not hear it in time sees silence.
        let _ = timeout(FAREWELL, self.inner.quic.wait_idle()).await;
    }

    async fn try_dial(&self, address: SocketAddr) -> Result<Link, DialError> {
        let credentials = self.inner.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        let connection = connect(&self.inner.quic, credentials.client, address).await?;
        let refused = |error: &ConnectionError| DialError::Refused { address, closed: Closed::from_quinn(error, None) };
        let (member, ends) = match member_of(&connection, &credentials.ca_der) {
            Ok(member) => member,
            Err(closed) => return Err(DialError::Refused { address, closed: turn_away(&connection, closed) }),
        };
        let (mut send, mut recv) = connection.open_bi().await.map_err(|error| refused(&error))?;
        // A stream that was closed meanwhile says so at the first write.
        let _ = send.set_priority(CONTROL_PRIORITY);
        let greeted = async {
            send.write_all(&greeting()).await.ok()?;
            greeted(&mut recv, &self.inner.settings).await
        };
        match greeted.await {
            Some(()) => Ok(Link::start(connection, member, ends, (send, recv), self.inner.settings.clone(), self.inner.counters.clone())),
            None => {
                let closed = turn_away(&connection, (CloseCode::Protocol, "no greeting".to_owned()));
                Err(DialError::Refused { address, closed })
            }
        }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("local", &self.inner.local).finish_non_exhaustive()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.listening.abort();
        self.quic.close(VarInt::from_u32(CloseCode::Shutdown.number()), b"");
    }
}

impl Credentials {
    fn of(identity: &Identity, time: &TimeSource, settings: &Settings) -> Result<Self, BindError> {
        let client = tls::client(identity, time, settings).map_err(unusable)?;
        Ok(Self { client, ca_der: identity.ca_der().into() })
    }
}

/// A connection whose handshake is done on this side.
pub(super) async fn connect(quic: &quinn::Endpoint, config: quinn::ClientConfig, address: SocketAddr) -> Result<Connection, DialError> {
    let connecting = quic.connect_with(config, address, TLS_NAME).map_err(|error| match error {
        ConnectError::EndpointStopping => DialError::Ended,
        _ => DialError::Address { address },
    })?;
    connecting.await.map_err(|error| match error {
        ConnectionError::TimedOut => DialError::Silent { address },
        error => DialError::Refused { address, closed: Closed::from_quinn(&error, None) },
    })
}

/// What the listening task needs for each caller.
#[derive(Clone)]
struct Answering {
    ready: mpsc::Sender<Link>,
    ca_der: Arc<[u8]>,
    joiner: Option<JoinService>,
    settings: Arc<Settings>,
    counters: Arc<Counters>,
}

/// Why a caller is turned away.
type Refusal = (CloseCode, String);

async fn listen_on(quic: quinn::Endpoint, answering: Answering) {
    let slots = Arc::new(Semaphore::new(answering.settings.handshakes));
    let mut handshakes = JoinSet::new();
    loop {
        let incoming = tokio::select! {
            incoming = quic.accept() => incoming,
            Some(_) = handshakes.join_next() => continue,
        };
        let Some(incoming) = incoming else { return };
        if quic.open_connections() >= answering.settings.links {
            incoming.refuse();
            continue;
        }
        let Ok(slot) = slots.clone().try_acquire_owned() else {
            incoming.refuse();
            continue;
        };
        if slots.available_permits() < answering.settings.handshakes / 2 && incoming.may_retry() && !incoming.remote_address_validated() {
            // Only addresses that were not validated may be sent back, which was asked just before.
            let _ = incoming.retry();
            continue;
        }
        handshakes.spawn(answer(incoming, answering.clone(), slot));
    }
}

/// One caller, from its first packet until it is a link, has joined, or is turned away.
async fn answer(incoming: Incoming, answering: Answering, _slot: OwnedSemaphorePermit) {
    let caller = canonical(incoming.remote_address());
    let settings = answering.settings.clone();
    let handshake = async {
        let connection = incoming.accept()?.await?;
        Ok::<_, ConnectionError>(connection)
    };
    let connection = match timeout(settings.handshake, handshake).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return tracing::debug!(%caller, "no link: {}", Closed::from_quinn(&error, None)),
        Err(_) => return tracing::debug!(%caller, "no link: the handshake took too long"),
    };
    let outcome = match (protocol(&connection).as_deref(), &answering.joiner) {
        (Some(ALPN_JOIN), Some(service)) => timeout(settings.handshake, join::serve(&connection, service, &settings)).await,
        (Some(ALPN_LINK), _) => timeout(settings.handshake, welcome(&connection, &answering)).await,
        _ => Ok(Err((CloseCode::Protocol, "this kind of link is not taken here".to_owned()))),
    };
    let refusal = match outcome {
        Ok(Ok(())) => return,
        Ok(Err(refusal)) => refusal,
        Err(_) => (CloseCode::Protocol, "no greeting in time".to_owned()),
    };
    let closed = turn_away(&connection, refusal);
    tracing::debug!(%caller, "no link: {closed}");
}

/// Makes a link of a member's connection, if somebody has time for it.
async fn welcome(connection: &Connection, answering: &Answering) -> Result<(), Refusal> {
    let (member, ends) = member_of(connection, &answering.ca_der)?;
    let place = answering.ready.try_reserve().map_err(|_| (CloseCode::Busy, "again in 10 seconds".to_owned()))?;
    let silent = || (CloseCode::Protocol, "no greeting".to_owned());
    let (mut send, mut recv) = connection.accept_bi().await.map_err(|_| silent())?;
    // A stream that was closed meanwhile says so at the first write.
    let _ = send.set_priority(CONTROL_PRIORITY);
    greeted(&mut recv, &answering.settings).await.ok_or_else(silent)?;
    send.write_all(&greeting()).await.map_err(|_| silent())?;
    place.send(Link::start(connection.clone(), member, ends, (send, recv), answering.settings.clone(), answering.counters.clone()));
    Ok(())
}

/// The member at the other end, from the certificate that TLS has checked: who it is, and until when.
fn member_of(connection: &Connection, ca_der: &[u8]) -> Result<(Member, i64), Refusal> {
    let not_allowed = |why: &str| (CloseCode::NotAllowed, why.to_owned());
    let chain = connection.peer_identity().and_then(|chain| chain.downcast::<Vec<CertificateDer<'static>>>().ok());
    let Some(own) = chain.as_deref().and_then(|chain| chain.first()) else {
        return Err(not_allowed("no certificate was shown; join the installation first"));
    };
    // TLS would also take a chain; the authority signs members itself.
    let member = verify_member(own, ca_der).map_err(|error| not_allowed(&error.to_string()))?;
    let ends = certificate_ends(own).map_err(|error| not_allowed(&error.to_string()))?;
    Ok((member, ends))
}

fn protocol(connection: &Connection) -> Option<Vec<u8>> {
    connection.handshake_data()?.downcast::<HandshakeData>().ok()?.protocol
}

fn greeting() -> Vec<u8> {
    frame::encode(&Frame { kind: GREETING, body: Vec::new() }, false).expect("an empty body is below the limit")
}

async fn greeted(stream: &mut quinn::RecvStream, settings: &Arc<Settings>) -> Option<()> {
    match read_frame(stream, &Reading::new(settings.clone()), &Budget::new(0)).await {
        Ok(Some((frame, _, _))) if frame.kind == GREETING && frame.body.is_empty() => Some(()),
        _ => None,
    }
}

/// Closes the connection with the refusal, unless it had ended before; says which of the two it was.
fn turn_away(connection: &Connection, (code, reason): Refusal) -> Closed {
    if let Some(error) = connection.close_reason() {
        return Closed::from_quinn(&error, None);
    }
    connection.close(VarInt::from_u32(code.number()), reason.as_bytes());
    Closed { by: ClosedBy::Us, code: Some(code), reason }
}

fn unusable(error: TlsError) -> BindError {
    BindError::Identity(Box::new(error))
}
