//! Dials members: QUIC first, TCP beside it where QUIC has no answer.

use std::net::SocketAddr;
use std::sync::Arc;

use quinn::{ConnectError, Connection, ConnectionError};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpSocket;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use super::Carrier;
use super::answer::{greeted, greeting, member_of};
use super::close::{CloseCode, Closed, ClosedBy};
use super::link::{Link, Peer};
use super::own::Own;
use super::pieces::{self, ReadError};
use super::quic::{CONTROL_PRIORITY, turn_away};
use super::settings::{Dialing, TCP_SEND_BUFFER};
use super::{tcp, tls};
use crate::frame::HEADER_LEN;
use crate::identity::TLS_NAME;

/// Why there is no link to the dialled address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    #[error("{address} cannot be dialled from here; check the address")]
    Address { address: SocketAddr },
    #[error("{address} does not answer; is the node there switched on, and does the network let UDP or TCP port {} through?", .address.port())]
    Silent { address: SocketAddr },
    /// The other side, or TLS, said no: another installation, an expired certificate, busy.
    #[error("no link to {address}: {closed}")]
    Refused { address: SocketAddr, closed: Closed },
    #[error("this node is shutting down")]
    Ended,
}

/// What a dialling side needs; a copy for each try, for certificates are renewed meanwhile.
#[derive(Clone)]
pub(super) struct Dialer {
    pub(super) quic: quinn::Endpoint,
    pub(super) client: tls::Client,
    pub(super) ca_der: Arc<[u8]>,
    pub(super) own: Arc<Own>,
}

impl Dialer {
    /// A link over whichever carrier gets through, within the time for a handshake.
    pub(super) async fn dial(&self, address: SocketAddr) -> Result<Link, DialError> {
        let settings = &self.own.settings;
        let dialled = async {
            match settings.dialing {
                Dialing::Only(carrier) => self.over(carrier, address).await,
                Dialing::Either => self.race(address).await,
            }
        };
        timeout(settings.handshake, dialled).await.unwrap_or(Err(DialError::Silent { address }))
    }

    /// A link over this carrier and no other.
    pub(super) async fn over(&self, carrier: Carrier, address: SocketAddr) -> Result<Link, DialError> {
        let undelivering = self.own.paths(|paths, _| paths.undelivering(address));
        let link = match carrier {
            Carrier::Quic => self.over_quic(address).await,
            Carrier::Tcp => self.over_tcp(address).await,
        }?;
        self.own.paths(|paths, now| paths.linked(address, carrier, undelivering, now));
        Ok(link)
    }

    /// The carrier that is known to work gets a lead; then both are tried, and the first link counts.
    async fn race(&self, address: SocketAddr) -> Result<Link, DialError> {
        let first = self.own.first(address);
        let (leading, other) = (self.over(first, address), self.over(first.other(), address));
        let won = either(leading, other, sleep(self.own.settings.head_start)).await;
        if won.as_ref().is_ok_and(|link| link.carrier() == Carrier::Tcp) && first == Carrier::Quic {
            self.own.paths(|paths, now| paths.quic_silent(address, now));
        }
        won
    }

    async fn over_quic(&self, address: SocketAddr) -> Result<Link, DialError> {
        let connection = connect(&self.quic, self.client.quic.clone(), address).await?;
        let refused = |error: &ConnectionError| DialError::Refused { address, closed: Closed::from_quinn(error, None) };
        let chain = connection.peer_identity().and_then(|chain| chain.downcast::<Vec<CertificateDer<'static>>>().ok());
        let (member, certificate_ends) = match member_of(chain.as_ref().map(|chain| chain.as_slice()), &self.ca_der) {
            Ok(member) => member,
            Err(closed) => return Err(DialError::Refused { address, closed: turn_away(&connection, closed) }),
        };
        let (mut send, mut recv) = connection.open_bi().await.map_err(|error| refused(&error))?;
        // A stream that was closed meanwhile says so at the first write.
        let _ = send.set_priority(CONTROL_PRIORITY);
        let greeted = async {
            // Where it fails, the other side has said why before it ended.
            let _ = send.write_all(&greeting()).await;
            greeted(&mut recv, &self.own.settings).await
        };
        if let Err(refusal) = greeted.await {
            let closed = turn_away(&connection, refusal);
            return Err(DialError::Refused { address, closed });
        }
        let peer = Peer { member, certificate_ends, dialed: Some(address) };
        Ok(Link::over_quic(connection, (send, recv), peer, Arc::clone(&self.own)))
    }

    async fn over_tcp(&self, address: SocketAddr) -> Result<Link, DialError> {
        let mut stream = connect_tcp(&self.client, address).await?;
        let refused = |closed| DialError::Refused { address, closed };
        let (member, certificate_ends) = member_of(stream.get_ref().1.peer_certificates(), &self.ca_der)
            .map_err(|(code, reason)| refused(Closed { by: ClosedBy::Us, code: Some(code), reason }))?;
        // Where it fails, the other side has said why before it ended.
        let _ = pieces::write_frame(&mut stream, &greeting()).await;
        match pieces::read_frame(&mut stream, HEADER_LEN).await {
            Ok(frame) if frame.kind == super::answer::GREETING => {}
            Ok(_) => return Err(refused(Closed { by: ClosedBy::Us, code: Some(CloseCode::Protocol), reason: "no greeting".to_owned() })),
            Err(ReadError::Frame(error)) => {
                return Err(refused(Closed { by: ClosedBy::Us, code: Some(CloseCode::of_frame(&error)), reason: error.to_string() }));
            }
            Err(ReadError::Closed(closed)) => return Err(refused(closed)),
        }
        let peer = Peer { member, certificate_ends, dialed: Some(address) };
        Ok(Link::over_tcp(stream, address, peer, Arc::clone(&self.own), None))
    }
}

/// The first link of two tries, of which the second begins when the first has failed to answer or had its lead. A clear refusal by the first is the answer
/// for both: the same node listens there.
pub(super) async fn either<T>(
    first: impl Future<Output = Result<T, DialError>>,
    second: impl Future<Output = Result<T, DialError>>,
    lead: impl Future<Output = ()>,
) -> Result<T, DialError> {
    tokio::pin!(first, second);
    let failed = tokio::select! {
        done = &mut first => match done {
            Ok(link) => return Ok(link),
            Err(error @ (DialError::Refused { .. } | DialError::Ended)) => return Err(error),
            Err(error) => Some(error),
        },
        () = lead => None,
    };
    if let Some(error) = failed {
        return second.await.map_err(|other| clearer(error, other));
    }
    tokio::select! {
        done = &mut first => match done {
            Ok(link) => Ok(link),
            Err(error @ (DialError::Refused { .. } | DialError::Ended)) => Err(error),
            Err(error) => second.await.map_err(|other| clearer(error, other)),
        },
        done = &mut second => match done {
            Ok(link) => Ok(link),
            Err(error) => first.await.map_err(|other| clearer(error, other)),
        },
    }
}

/// Of two failures the one that says more.
fn clearer(one: DialError, other: DialError) -> DialError {
    match (&one, &other) {
        (DialError::Refused { .. }, _) => one,
        (_, DialError::Refused { .. }) => other,
        _ => one,
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

/// A TCP stream whose TLS handshake is done on this side.
pub(super) async fn connect_tcp(client: &tls::Client, address: SocketAddr) -> Result<tcp::Stream, DialError> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }.map_err(|_| DialError::Address { address })?;
    // Without it a live frame would wait behind what the system has taken already; with it refused, the link is only slower.
    let _ = socket.set_send_buffer_size(TCP_SEND_BUFFER);
    let stream = socket.connect(address).await.map_err(|_| DialError::Silent { address })?;
    let _ = stream.set_nodelay(true);
    let name = ServerName::try_from(TLS_NAME).map_err(|_| DialError::Address { address })?;
    let stream = TlsConnector::from(Arc::clone(&client.tcp)).connect(name, stream).await;
    stream.map(Into::into).map_err(|error| DialError::Refused { address, closed: Closed::from_io(&error) })
}
