//! TLS for links: whom a link trusts, and at what time.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use quinn::crypto::rustls::{NoInitialCipherSuite, QuicClientConfig, QuicServerConfig};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::time_provider::TimeProvider;
use rustls::{CertificateError, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::settings::{INCOMING, INCOMING_BYTES, INCOMING_BYTES_TOTAL, Settings};
use crate::identity::{Identity, Role, key_hash, verify_member};

/// Links between members: both sides show a certificate.
pub(super) const ALPN_LINK: &[u8] = b"apron/1";
/// A machine without a certificate asks for one.
pub(super) const ALPN_JOIN: &[u8] = b"apron-join/1";
/// A member asks for a certificate of its screens.
pub(super) const ALPN_SCREENS: &[u8] = b"apron-screens/1";

/// The time at which certificates are judged, in Unix seconds: the latest of the system's clock, the newest durable time and the build time, so that a
/// dead clock battery does not refuse every link.
#[derive(Clone)]
pub struct TimeSource(Arc<dyn Fn() -> i64 + Send + Sync>);

impl TimeSource {
    pub fn new(now_unix: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(now_unix))
    }

    pub fn now_unix(&self) -> i64 {
        (self.0)()
    }
}

impl fmt::Debug for TimeSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TimeSource")
    }
}

impl TimeProvider for TimeSource {
    fn current_time(&self) -> Option<UnixTime> {
        Some(UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(self.now_unix()).unwrap_or(0))))
    }
}

/// Why TLS could not be set up with this identity.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    #[error(transparent)]
    Rustls(#[from] rustls::Error),
    #[error(transparent)]
    Verifier(#[from] rustls::client::VerifierBuilderError),
    #[error(transparent)]
    Suite(#[from] NoInitialCipherSuite),
}

/// One side's settings, the same for both carriers.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) quic: quinn::ServerConfig,
    pub(super) tcp: Arc<rustls::ServerConfig>,
}

/// As [`Server`], for dialling.
#[derive(Clone)]
pub(super) struct Client {
    pub(super) quic: quinn::ClientConfig,
    pub(super) tcp: Arc<rustls::ClientConfig>,
}

/// For accepting. With `joins`, callers without a certificate get through the handshake; whoever answers must look at the protocol they came with.
pub(super) fn server(identity: &Identity, time: &TimeSource, joins: bool, settings: &Settings) -> Result<Server, TlsError> {
    let tcp = Arc::new(accepting(identity, time, joins)?);
    let mut config = quinn::ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(Arc::clone(&tcp))?));
    config
        .transport_config(settings.transport(false))
        .max_incoming(INCOMING)
        .incoming_buffer_size(INCOMING_BYTES)
        .incoming_buffer_size_total(INCOMING_BYTES_TOTAL);
    Ok(Server { quic: config, tcp })
}

/// For dialling another member.
pub(super) fn client(identity: &Identity, time: &TimeSource, settings: &Settings) -> Result<Client, TlsError> {
    let config = rustls::ClientConfig::builder_with_details(provider(), Arc::new(time.clone()))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots(identity.ca_der())?)
        .with_client_auth_cert(chain(identity, false), private_key(identity))?;
    dialling(config, ALPN_LINK, settings)
}

/// For asking the hub as the member that this node is.
pub(super) fn asking(identity: &Identity, time: &TimeSource, settings: &Settings) -> Result<Client, TlsError> {
    let config = rustls::ClientConfig::clone(&client(identity, time, settings)?.tcp);
    dialling(config, ALPN_SCREENS, settings)
}

/// For joining: trusts a hub whose authority's key has this hash, and nobody else.
pub(super) fn joining(ca_hash: [u8; 32], time: &TimeSource, settings: &Settings) -> Result<Client, TlsError> {
    joining_as(ca_hash, time, settings, ALPN_JOIN)
}

/// As [`joining`], asking for any protocol: what a hub must answer rightly.
pub(super) fn joining_as(ca_hash: [u8; 32], time: &TimeSource, settings: &Settings, protocol: &[u8]) -> Result<Client, TlsError> {
    let config = rustls::ClientConfig::builder_with_details(provider(), Arc::new(time.clone()))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(HubOf { ca_hash, provider: provider() }))
        .with_no_client_auth();
    dialling(config, protocol, settings)
}

fn accepting(identity: &Identity, time: &TimeSource, joins: bool) -> Result<rustls::ServerConfig, TlsError> {
    let mut verifier = WebPkiClientVerifier::builder_with_provider(roots(identity.ca_der())?, provider());
    if joins {
        verifier = verifier.allow_unauthenticated();
    }
    let mut config = rustls::ServerConfig::builder_with_details(provider(), Arc::new(time.clone()))
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(verifier.build()?)
        // The authority's certificate goes along for those who join: they know its hash only.
        .with_single_cert(chain(identity, joins), private_key(identity))?;
    config.alpn_protocols = match joins {
        true => vec![ALPN_LINK.to_vec(), ALPN_JOIN.to_vec(), ALPN_SCREENS.to_vec()],
        false => vec![ALPN_LINK.to_vec()],
    };
    // A resumed session would not ask the verifier again, and a revoked certificate would come back.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config.max_early_data_size = 0;
    Ok(config)
}

fn dialling(mut config: rustls::ClientConfig, protocol: &[u8], settings: &Settings) -> Result<Client, TlsError> {
    config.alpn_protocols = vec![protocol.to_vec()];
    config.resumption = Resumption::disabled();
    config.enable_early_data = false;
    let tcp = Arc::new(config);
    let mut quic = quinn::ClientConfig::new(Arc::new(QuicClientConfig::try_from(Arc::clone(&tcp))?));
    quic.transport_config(settings.transport(true));
    Ok(Client { quic, tcp })
}

/// Named here, so that no default of the process matters.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

fn roots(ca_der: &[u8]) -> Result<Arc<RootCertStore>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(ca_der.to_vec()))?;
    Ok(Arc::new(roots))
}

fn chain(identity: &Identity, with_authority: bool) -> Vec<CertificateDer<'static>> {
    let mut chain = vec![CertificateDer::from(identity.certificate_der().to_vec())];
    if with_authority {
        chain.push(CertificateDer::from(identity.ca_der().to_vec()));
    }
    chain
}

fn private_key(identity: &Identity) -> PrivateKeyDer<'static> {
    PrivatePkcs8KeyDer::from(identity.key().pkcs8().to_vec()).into()
}

/// Accepts a hub of the one authority whose key hashes to `ca_hash`.
#[derive(Debug)]
struct HubOf {
    ca_hash: [u8; 32],
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for HubOf {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let ours = |der: &&CertificateDer<'_>| key_hash(der).is_ok_and(|hash| hash == self.ca_hash);
        let authority = intermediates.iter().find(ours).ok_or(CertificateError::UnknownIssuer)?;
        match verify_member(end_entity, authority) {
            // Another member could otherwise take the code's secret and join in our place.
            Ok(member) if member.role == Role::Hub => {}
            Ok(_) | Err(_) => return Err(CertificateError::UnknownIssuer.into()),
        }
        WebPkiServerVerifier::builder_with_provider(roots(authority)?, self.provider.clone())
            .build()
            .map_err(|_| CertificateError::UnknownIssuer)?
            .verify_server_cert(end_entity, &[], server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(&self, _: &[u8], _: &CertificateDer<'_>, _: &DigitallySignedStruct) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("links are TLS 1.3 only".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Authority, Grant, NodeKey};

    #[test]
    fn no_session_is_resumed_on_the_accepting_side() {
        let authority = Authority::create("Pudong", 0).unwrap();
        let (key, csr) = NodeKey::create().unwrap();
        let certificate = authority.sign(&csr, &Grant::hub("HUB").unwrap(), 0).unwrap();
        let hub = Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap();
        for joins in [false, true] {
            let config = accepting(&hub, &TimeSource::new(|| 0), joins).unwrap();
            assert_eq!((config.send_tls13_tickets, config.max_early_data_size, config.session_storage.can_cache()), (0, 0, false));
            assert!(!config.ticketer.enabled());
        }
    }
}
