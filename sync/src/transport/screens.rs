//! Screens over TLS: takes browsers of the local network, a bounded number of them, and none for longer than it does something.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::NoServerSessionStorage;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Sleep, sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::link::canonical;
use super::tls::provider;
use crate::identity::ScreenIdentity;

/// Callers that the system holds until they are looked at.
const BACKLOG: u32 = 128;
/// A handshake is a few packets.
const HANDSHAKE: Duration = Duration::from_secs(5);
/// A browser that takes nothing of its answer for so long is gone, or means no good.
const STALL: Duration = Duration::from_secs(20);
/// Browsers at once: a desk has a few, the hub's wall some more.
const CONNECTIONS: usize = 256;
/// Of these, those from one address. A browser opens six, and keeps one for live news.
const OF_ONE: usize = 32;

/// How many browsers are taken on, and how long each may wait. The defaults are for every day; tests shorten them.
#[derive(Debug, Clone, Copy)]
pub struct ScreenLimits {
    /// From the first packet to the end of the handshake.
    pub handshake: Duration,
    /// A browser that takes nothing of what it is sent is cut after this.
    pub stall: Duration,
    /// Connections at once, and of them those from one address.
    pub connections: usize,
    pub of_one: usize,
}

/// A port on which browsers are answered over TLS 1.3. All browsers that can show our pages speak it; nothing older is taken.
pub struct ScreenPort {
    listener: TcpListener,
    local: SocketAddr,
    shown: ShownCertificate,
    limits: ScreenLimits,
}

/// The certificate that browsers are shown, changed while a port listens. Copies are the same.
#[derive(Clone)]
pub struct ShownCertificate(Arc<RwLock<Arc<rustls::ServerConfig>>>);

/// The bytes of one browser, inside TLS.
pub struct ScreenStream {
    tls: tokio_rustls::server::TlsStream<TcpStream>,
    remote: SocketAddr,
    stall: Duration,
    /// Runs while the browser takes nothing.
    patience: Pin<Box<Sleep>>,
    waits: bool,
}

/// The certificate cannot be shown to browsers.
#[derive(Debug, thiserror::Error)]
#[error("the certificate of the screens cannot be used: {0}")]
pub struct NotShown(#[source] rustls::Error);

impl Default for ScreenLimits {
    fn default() -> Self {
        Self { handshake: HANDSHAKE, stall: STALL, connections: CONNECTIONS, of_one: OF_ONE }
    }
}

impl ShownCertificate {
    pub fn new(identity: &ScreenIdentity) -> Result<Self, NotShown> {
        Ok(Self(Arc::new(RwLock::new(Arc::new(config(identity)?)))))
    }

    /// Shows a newer certificate from now on. Browsers that are connected stay.
    pub fn renew(&self, identity: &ScreenIdentity) -> Result<(), NotShown> {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(config(identity)?);
        Ok(())
    }

    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl ScreenPort {
    /// Listens on `listen` (port 0: any free one). Must be called inside a tokio runtime.
    pub fn bind(listen: SocketAddr, shown: ShownCertificate, limits: ScreenLimits) -> io::Result<Self> {
        let socket = if listen.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
        // A port whose old streams are still remembered by the system is free for a program that starts again.
        socket.set_reuseaddr(true)?;
        socket.bind(listen)?;
        let listener = socket.listen(BACKLOG)?;
        Ok(Self { local: listener.local_addr()?, listener, shown, limits })
    }

    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Gives each browser, once its handshake is done, to `carry`, until `stop`. What is carried then has `drain` to end.
    pub async fn run<C, F>(self, carry: C, stop: impl Future<Output = ()>, drain: Duration)
    where
        C: Fn(ScreenStream) -> F + Clone + Send + 'static,
        F: Future<Output = ()> + Send,
    {
        let open = Arc::new(Semaphore::new(self.limits.connections));
        let callers = Arc::<Callers>::default();
        let mut carried = JoinSet::new();
        tokio::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                Some(_) = carried.join_next() => continue,
                accepted = self.listener.accept() => accepted,
            };
            let (stream, caller) = match accepted {
                Ok((stream, caller)) => (stream, canonical(caller)),
                Err(error) => {
                    // No file handles left, mostly: others end meanwhile.
                    tracing::debug!(%error, "a browser cannot be taken");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            // Who comes when all places are taken finds the door shut at once, and no memory is spent.
            let (Ok(place), Some(entered)) = (Arc::clone(&open).try_acquire_owned(), Callers::enter(&callers, caller.ip(), self.limits.of_one))
            else {
                continue;
            };
            let _ = stream.set_nodelay(true);
            let (acceptor, carry, limits) = (self.shown.acceptor(), carry.clone(), self.limits);
            carried.spawn(async move {
                // Who speaks no TLS, or too slowly, is sent the alert of TLS at most, and closed.
                if let Ok(Ok(tls)) = timeout(limits.handshake, acceptor.accept(stream)).await {
                    carry(ScreenStream::new(tls, caller, limits.stall)).await;
                }
                drop((place, entered));
            });
        }
        drop(self.listener);
        let _ = timeout(drain, async { while carried.join_next().await.is_some() {} }).await;
    }
}

impl ScreenStream {
    fn new(tls: tokio_rustls::server::TlsStream<TcpStream>, remote: SocketAddr, stall: Duration) -> Self {
        Self { tls, remote, stall, patience: Box::pin(sleep(stall)), waits: false }
    }

    /// Where the browser is.
    pub fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// Ends the patience with a browser that takes nothing.
    fn patiently<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.waits = false;
            return polled;
        }
        if !self.waits {
            self.waits = true;
            let stall = self.stall;
            self.patience.as_mut().set(sleep(stall));
        }
        match self.patience.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for ScreenStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tls).poll_read(context, buffer)
    }
}

impl AsyncWrite for ScreenStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.tls).poll_write(context, bytes);
        self.patiently(context, polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.tls).poll_flush(context);
        self.patiently(context, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.tls).poll_shutdown(context);
        self.patiently(context, polled)
    }
}

/// Connections of each address, so that one device does not take all places.
#[derive(Default)]
struct Callers {
    now: Mutex<BTreeMap<IpAddr, usize>>,
}

struct Entered(Arc<Callers>, IpAddr);

impl Callers {
    fn enter(callers: &Arc<Self>, caller: IpAddr, of_one: usize) -> Option<Entered> {
        let mut now = callers.now.lock().unwrap_or_else(PoisonError::into_inner);
        let count = now.entry(caller).or_default();
        if *count >= of_one {
            return None;
        }
        *count += 1;
        Some(Entered(Arc::clone(callers), caller))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut now = self.0.now.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = now.get_mut(&self.1) {
            *count -= 1;
            if *count == 0 {
                now.remove(&self.1);
            }
        }
    }
}

fn config(identity: &ScreenIdentity) -> Result<rustls::ServerConfig, NotShown> {
    let chain = vec![CertificateDer::from(identity.certificate_der().to_vec())];
    let key = PrivatePkcs8KeyDer::from(identity.key().pkcs8().to_vec()).into();
    let mut config = rustls::ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(NotShown)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(NotShown)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // A browser keeps its connections; a memory of sessions would only be something to fill.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}
