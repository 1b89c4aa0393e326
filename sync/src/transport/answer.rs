//! Answers callers, over both carriers, from their first packet until they are a link, have joined, or are turned away.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quinn::crypto::rustls::HandshakeData;
use quinn::{Connection, ConnectionError, Incoming};
use rustls::pki_types::CertificateDer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::certificates;
use super::close::{CloseCode, Closed, refused_handshake};
use super::join::{self, JoinService};
use super::link::{Link, Peer, canonical};
use super::own::Own;
use super::pieces;
use super::quic::{CONTROL_PRIORITY, turn_away};
use super::settings::{HANDSHAKES_OF_ONE, Settings};
use super::stream::{Budget, ReadFrameError, Reading, read_frame};
use super::tcp;
use super::tls::{ALPN_JOIN, ALPN_LINK, ALPN_SCREENS};
use crate::frame::{self, Frame, HEADER_LEN};
use crate::identity::{Member, certificate_ends, verify_member};

/// The kind of the one frame that each side sends first: empty. It proves to the dialling side that its certificate was taken, which TLS alone tells it
/// only by silence. Other kinds are free for those who use links.
pub(super) const GREETING: u16 = 0;

/// A herd that comes back at once waits its turn: callers who do, for each whose handshake goes on.
const QUEUE: usize = 8;
/// As long as a caller waits for its turn; then it hears "busy" and comes again. The dialling side tries the other carrier by then.
const TURN: Duration = Duration::from_secs(2);

/// What the listening tasks need for each caller.
#[derive(Clone)]
pub(super) struct Answering {
    pub(super) ready: mpsc::Sender<Link>,
    pub(super) ca_der: Arc<[u8]>,
    pub(super) joiner: Option<JoinService>,
    pub(super) own: Arc<Own>,
}

/// Why a caller is turned away.
pub(super) type Refusal = (CloseCode, String);

/// Answers over QUIC until the endpoint is closed.
pub(super) async fn listen_quic(quic: quinn::Endpoint, answering: Answering) {
    let settings = answering.own.settings.clone();
    let slots = Arc::new(Semaphore::new(settings.handshakes));
    let queue = Arc::new(Semaphore::new(settings.handshakes.saturating_mul(QUEUE)));
    let mut handshakes = JoinSet::new();
    loop {
        let incoming = tokio::select! {
            incoming = quic.accept() => incoming,
            Some(_) = handshakes.join_next() => continue,
        };
        let Some(incoming) = incoming else { return };
        if answering.own.withdrawn.load(Ordering::SeqCst) {
            incoming.ignore();
            continue;
        }
        let place = if quic.open_connections() < settings.links { queue.clone().try_acquire_owned().ok() } else { None };
        let Some(place) = place else {
            answering.own.refused(CloseCode::Busy, None);
            incoming.refuse();
            continue;
        };
        if slots.available_permits() < settings.handshakes / 2 && incoming.may_retry() && !incoming.remote_address_validated() {
            // Only addresses that were not validated may be sent back, which was asked just before.
            let _ = incoming.retry();
            continue;
        }
        let (slots, answering) = (slots.clone(), answering.clone());
        handshakes.spawn(async move {
            match timeout(TURN, slots.acquire_owned()).await {
                Ok(Ok(slot)) => answer_quic(incoming, answering, slot).await,
                _ => {
                    answering.own.refused(CloseCode::Busy, None);
                    incoming.refuse();
                }
            }
            drop(place);
        });
    }
}

/// Answers over TCP until the task is ended. `acceptor` gives the certificate of the time.
pub(super) async fn listen_tcp(listener: TcpListener, acceptor: impl Fn() -> TlsAcceptor, answering: Answering) {
    let settings = answering.own.settings.clone();
    let slots = Arc::new(Semaphore::new(settings.handshakes));
    let open = Arc::new(Semaphore::new(settings.links));
    let callers = Arc::<Callers>::default();
    let mut handshakes = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = handshakes.join_next() => continue,
        };
        let (stream, caller) = match accepted {
            Ok((stream, caller)) => (stream, canonical(caller)),
            Err(error) => {
                // No file handles left, mostly: others end meanwhile.
                tracing::debug!(%error, "a caller cannot be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        if answering.own.withdrawn.load(Ordering::SeqCst) {
            continue;
        }
        let places = (slots.clone().try_acquire_owned(), open.clone().try_acquire_owned(), Callers::enter(&callers, caller.ip()));
        let (Ok(slot), Ok(place), Some(entered)) = places else {
            answering.own.refused(CloseCode::Busy, None);
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (acceptor, answering) = (acceptor(), answering.clone());
        handshakes.spawn(async move {
            answer_tcp(stream, caller, acceptor, answering, place).await;
            drop((slot, entered));
        });
    }
}

/// Handshakes of each address that go on, so that one stranger does not take all places.
#[derive(Default)]
struct Callers {
    now: Mutex<BTreeMap<IpAddr, usize>>,
}

struct Entered(Arc<Callers>, IpAddr);

impl Callers {
    fn enter(callers: &Arc<Self>, caller: IpAddr) -> Option<Entered> {
        let mut now = callers.now.lock().unwrap_or_else(PoisonError::into_inner);
        let count = now.entry(caller).or_default();
        if *count >= HANDSHAKES_OF_ONE {
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

async fn answer_quic(incoming: Incoming, answering: Answering, _slot: OwnedSemaphorePermit) {
    let caller = canonical(incoming.remote_address());
    let settings = answering.own.settings.clone();
    let handshake = async {
        let connection = incoming.accept()?.await?;
        Ok::<_, ConnectionError>(connection)
    };
    let connection = match timeout(settings.handshake, handshake).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return answering.no_handshake(caller, refused_handshake(Ok(&error)), &Closed::from_quinn(&error, None)),
        Err(_) => return answering.no_handshake(caller, Some(CloseCode::Stall), &Closed::silent()),
    };
    let protocol = connection.handshake_data().and_then(|data| data.downcast::<HandshakeData>().ok()?.protocol);
    let outcome = match (protocol.as_deref(), &answering.joiner) {
        (Some(ALPN_SCREENS), Some(JoinService { screens: Some(service), .. })) => {
            timeout(settings.handshake, certificates::serve_quic(&connection, service, &answering.ca_der, &settings)).await
        }
        (Some(ALPN_JOIN), Some(service)) => timeout(settings.handshake, join::serve_quic(&connection, service, &settings)).await,
        (Some(ALPN_LINK), _) => timeout(settings.handshake, welcome_quic(&connection, &answering)).await,
        _ => Ok(Err((CloseCode::Version, "this kind of link is not taken here".to_owned()))),
    };
    if let Some((code, reason)) = refusal(outcome) {
        answering.own.refused(code, None);
        let closed = turn_away(&connection, (code, reason));
        tracing::debug!(%caller, "no link: {closed}");
    }
}

async fn answer_tcp(stream: TcpStream, caller: SocketAddr, acceptor: TlsAcceptor, answering: Answering, place: OwnedSemaphorePermit) {
    let settings = answering.own.settings.clone();
    let mut stream: tcp::Stream = match timeout(settings.handshake, acceptor.accept(stream).into_fallible()).await {
        Ok(Ok(stream)) => stream.into(),
        Ok(Err((error, stream))) => {
            answering.no_handshake(caller, refused_handshake(Err(&error)), &Closed::from_io(&error));
            return tcp::end(stream, &[]).await;
        }
        Err(_) => return answering.no_handshake(caller, Some(CloseCode::Stall), &Closed::silent()),
    };
    let protocol = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    let outcome = match (protocol.as_deref(), &answering.joiner) {
        (Some(ALPN_SCREENS), Some(JoinService { screens: Some(service), .. })) => {
            timeout(settings.handshake, certificates::serve_tcp(&mut stream, service, &answering.ca_der)).await
        }
        (Some(ALPN_JOIN), Some(service)) => timeout(settings.handshake, join::serve_tcp(&mut stream, service)).await,
        (Some(ALPN_LINK), _) => match timeout(settings.handshake, greet_tcp(&mut stream, &answering)).await {
            Ok(Ok((peer, ready))) => {
                let link = Link::over_tcp(stream, caller, peer, Arc::clone(&answering.own), Some(place));
                ready.send(link);
                return;
            }
            Ok(Err(refusal)) => Ok(Err(refusal)),
            Err(late) => Err(late),
        },
        _ => Ok(Err((CloseCode::Version, "this kind of link is not taken here".to_owned()))),
    };
    if let Some((code, reason)) = refusal(outcome) {
        answering.own.refused(code, None);
        tracing::debug!(%caller, "no link: {code}, {reason}");
        tcp::end(stream, &pieces::close(code, &reason)).await;
    }
}

/// What to say to a caller after its handshake; `None` if all went well.
fn refusal(outcome: Result<Result<(), Refusal>, tokio::time::error::Elapsed>) -> Option<Refusal> {
    match outcome {
        Ok(Ok(())) => None,
        Ok(Err(refusal)) => Some(refusal),
        Err(_) => Some((CloseCode::Stall, "no greeting in time".to_owned())),
    }
}

impl Answering {
    fn no_handshake(&self, caller: SocketAddr, code: Option<CloseCode>, closed: &Closed) {
        if let Some(code) = code {
            self.own.refused(code, None);
        }
        tracing::debug!(%caller, "no link: {closed}");
    }

    /// A place in the queue of new links, if somebody has time for it.
    fn place(&self) -> Result<mpsc::OwnedPermit<Link>, Refusal> {
        self.ready.clone().try_reserve_owned().map_err(|_| (CloseCode::Busy, "again in 10 seconds".to_owned()))
    }
}

/// Makes a link of a member's connection.
async fn welcome_quic(connection: &Connection, answering: &Answering) -> Result<(), Refusal> {
    let chain = connection.peer_identity().and_then(|chain| chain.downcast::<Vec<CertificateDer<'static>>>().ok());
    let (member, certificate_ends) = member_of(chain.as_ref().map(|chain| chain.as_slice()), &answering.ca_der)?;
    let place = answering.place()?;
    let (mut send, mut recv) = connection.accept_bi().await.map_err(|_| silent())?;
    // A stream that was closed meanwhile says so at the first write.
    let _ = send.set_priority(CONTROL_PRIORITY);
    greeted(&mut recv, &answering.own.settings).await?;
    send.write_all(&greeting()).await.map_err(|_| silent())?;
    let peer = Peer { member, certificate_ends, dialed: None };
    place.send(Link::over_quic(connection.clone(), (send, recv), peer, Arc::clone(&answering.own)));
    Ok(())
}

/// Who a caller over TCP is, after the greeting, and the place of its link.
async fn greet_tcp(stream: &mut tcp::Stream, answering: &Answering) -> Result<(Peer, mpsc::OwnedPermit<Link>), Refusal> {
    let (member, certificate_ends) = member_of(stream.get_ref().1.peer_certificates(), &answering.ca_der)?;
    let place = answering.place()?;
    match pieces::read_frame(stream, HEADER_LEN).await {
        Ok(frame) if frame.kind == GREETING => {}
        Ok(_) => return Err(silent()),
        Err(pieces::ReadError::Frame(error)) => return Err((CloseCode::of_frame(&error), error.to_string())),
        Err(pieces::ReadError::Closed(_)) => return Err((CloseCode::Done, String::new())),
    }
    pieces::write_frame(stream, &greeting()).await.map_err(|_| silent())?;
    Ok((Peer { member, certificate_ends, dialed: None }, place))
}

fn silent() -> Refusal {
    (CloseCode::Protocol, "no greeting".to_owned())
}

/// The member at the other end, from the certificate that TLS has checked: who it is, and until when.
pub(super) fn member_of(chain: Option<&[CertificateDer<'static>]>, ca_der: &[u8]) -> Result<(Member, i64), Refusal> {
    let not_allowed = |why: &str| (CloseCode::NotAllowed, why.to_owned());
    let Some(own) = chain.and_then(|chain| chain.first()) else {
        return Err(not_allowed("no certificate was shown; join the installation first"));
    };
    // TLS would also take a chain; the authority signs members itself.
    let member = verify_member(own, ca_der).map_err(|error| not_allowed(&error.to_string()))?;
    let ends = certificate_ends(own).map_err(|error| not_allowed(&error.to_string()))?;
    Ok((member, ends))
}

pub(super) fn greeting() -> Vec<u8> {
    frame::encode(&Frame { kind: GREETING, body: Vec::new() }, false).expect("an empty body is below the limit")
}

/// Waits for the other side's greeting. An older or newer release is told apart by it.
pub(super) async fn greeted(stream: &mut quinn::RecvStream, settings: &Arc<Settings>) -> Result<(), Refusal> {
    match read_frame(stream, &Reading::new(settings.clone()), &Budget::new(0)).await {
        Ok(Some((frame, _, _))) if frame.kind == GREETING && frame.body.is_empty() => Ok(()),
        Err(ReadFrameError::Frame(error)) => Err((CloseCode::of_frame(&error), error.to_string())),
        _ => Err(silent()),
    }
}
