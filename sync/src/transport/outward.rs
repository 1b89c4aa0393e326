//! TLS to machines of others: whom this node trusts there, and a stream to one of them under its name.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, CertificateError, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::tls::{TimeSource, provider};

/// The authorities whose word counts for the names of others.
#[derive(Clone)]
pub struct Trust(Arc<RootCertStore>);

/// Why there is nobody to trust.
#[derive(Debug, thiserror::Error)]
pub enum NoTrust {
    #[error("it cannot be read")]
    NotRead(#[source] io::Error),
    #[error("it holds no certificate of an authority; write one or more as PEM (-----BEGIN CERTIFICATE-----)")]
    Empty,
    #[error("its certificate number {0} is none that can be used; take it out, or export it again")]
    Wrong(usize),
    #[error("this system trusts nobody; install its certificates (the package `ca-certificates`), or name a file")]
    NoSystem,
}

/// Dials others with one trust. Copies are the same.
#[derive(Clone)]
pub struct Outward(TlsConnector);

/// Why there is no stream. Nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoStream {
    #[error("no connection")]
    NotReached,
    #[error("no connection in time")]
    Slow,
    #[error("the receiver's certificate is of an authority that this node does not trust; name the authority's file in `ca_file`")]
    Authority,
    #[error("the receiver's certificate is for another name; correct the address, or let the receiver have one for this name")]
    Name,
    #[error("the receiver's certificate has expired or does not count yet; let it be renewed, and check the clock of this device")]
    Time,
    #[error("the receiver's certificate cannot be accepted; let it be made again")]
    Certificate,
    #[error("the receiver asks who we are by certificate or refuses us; let it take the signature alone, or put a proxy on this machine")]
    RefusedUs,
    #[error("the receiver speaks no TLS 1.2 or 1.3 as we do; check address and port")]
    NoTls,
}

/// As many sessions as are taken up again, over all receivers.
const SESSIONS: usize = 64;

impl Trust {
    /// The authorities in a file, and no others.
    ///
    /// # Errors
    /// When it cannot be read or holds none.
    pub fn of_file(file: &Path) -> Result<Self, NoTrust> {
        let bytes = std::fs::read(file).map_err(NoTrust::NotRead)?;
        let mut roots = RootCertStore::empty();
        for (place, read) in (1..).zip(CertificateDer::pem_slice_iter(&bytes)) {
            let certificate = read.map_err(|_| NoTrust::Wrong(place))?;
            roots.add(certificate).map_err(|_| NoTrust::Wrong(place))?;
        }
        if roots.is_empty() { Err(NoTrust::Empty) } else { Ok(Self(Arc::new(roots))) }
    }

    /// Those that the system of this machine trusts. What of them cannot be read is left out, as every program here does.
    ///
    /// # Errors
    /// When there are none.
    pub fn of_system() -> Result<Self, NoTrust> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() { Err(NoTrust::NoSystem) } else { Ok(Self(Arc::new(roots))) }
    }

    /// Dials others, whose certificates are judged at this time.
    pub fn outward(&self, time: &TimeSource) -> Outward {
        let mut config = rustls::ClientConfig::builder_with_details(provider(), Arc::new(time.clone()))
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .expect("the provider has suites of both versions")
            .with_root_certificates(Arc::clone(&self.0))
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        config.resumption = Resumption::in_memory_sessions(SESSIONS);
        // What is sent before the other side has shown itself could be sent twice.
        config.enable_early_data = false;
        Outward(TlsConnector::from(Arc::new(config)))
    }
}

impl Outward {
    /// A stream to the machine that has this name or address by its certificate.
    ///
    /// # Errors
    /// When there is none within `patience`.
    pub async fn connect(
        &self,
        host: &str,
        port: u16,
        patience: Duration,
    ) -> Result<impl AsyncRead + AsyncWrite + Unpin + Send + 'static + use<>, NoStream> {
        let host = host.trim_matches(['[', ']']);
        let name = ServerName::try_from(host.to_owned()).map_err(|_| NoStream::NotReached)?;
        let connected = timeout(patience, async {
            let stream = TcpStream::connect((host, port)).await.map_err(|_| NoStream::NotReached)?;
            let _ = stream.set_nodelay(true);
            self.0.connect(name, stream).await.map_err(|error| judged(&error))
        });
        connected.await.unwrap_or(Err(NoStream::Slow))
    }
}

/// Whether an error on a stream says that the other side ended TLS before it took anything: it looked at us and said no. With TLS 1.3 that comes only after
/// our side of the handshake.
pub fn refused_us(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let inner = error.downcast_ref::<io::Error>().and_then(|error| error.get_ref()).and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::AlertReceived(alert)) = inner.or_else(|| error.downcast_ref::<rustls::Error>()) {
            return is_about_us(*alert);
        }
        next = error.source();
    }
    false
}

fn is_about_us(alert: AlertDescription) -> bool {
    use AlertDescription::{AccessDenied, BadCertificate, CertificateRequired, CertificateUnknown, HandshakeFailure, NoCertificate, UnknownCA};
    matches!(alert, AccessDenied | BadCertificate | CertificateRequired | CertificateUnknown | HandshakeFailure | NoCertificate | UnknownCA)
}

fn judged(error: &io::Error) -> NoStream {
    let Some(error) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else { return NoStream::NoTls };
    match error {
        rustls::Error::InvalidCertificate(error) => match error {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => NoStream::Authority,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => NoStream::Name,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => NoStream::Time,
            _ => NoStream::Certificate,
        },
        rustls::Error::AlertReceived(alert) if is_about_us(*alert) => NoStream::RefusedUs,
        _ => NoStream::NoTls,
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trust({} authorities)", self.0.len())
    }
}

impl fmt::Debug for Outward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outward")
    }
}
