//! What TLS to machines of others promises: whoever is not trusted, has another name or is out of date gets no stream, and why is said.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails there")]

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use sync::transport::{NoStream, NoTrust, TimeSource, Trust};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const NOW: i64 = 1_795_000_000;
const DAY: i64 = 86_400;
const PATIENCE: Duration = Duration::from_secs(5);

/// A receiver for this machine's address, which says again what it hears, and the file of its authority.
struct Receiver {
    port: u16,
    ca_file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Receiver {
    async fn start() -> Self {
        let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut ca = CertificateParams::default();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let folder = tempfile::tempdir().unwrap();
        let ca_file = folder.path().join("airline.pem");
        std::fs::write(&ca_file, ca.self_signed(&ca_key).unwrap().pem()).unwrap();
        let mut own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        (own.not_before, own.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2028, 1, 1));
        let own = own.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut heard = [0; 5];
                if stream.read_exact(&mut heard).await.is_ok() {
                    let _ = stream.write_all(&heard).await;
                    let _ = stream.shutdown().await;
                }
            }
        });
        Self { port, ca_file, _folder: folder }
    }

    async fn ask(&self, trust: &Trust, host: &str, at: i64) -> Result<Vec<u8>, NoStream> {
        let mut stream = trust.outward(&TimeSource::new(move || at)).connect(host, self.port, PATIENCE).await?;
        stream.write_all(b"hello").await.unwrap();
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said).await;
        Ok(said)
    }
}

#[tokio::test]
async fn only_who_is_trusted_under_the_name_that_was_meant_and_now_gets_a_stream() {
    let (airline, other) = (Receiver::start().await, Receiver::start().await);
    let trust = Trust::of_file(&airline.ca_file).unwrap();
    assert_eq!(airline.ask(&trust, "127.0.0.1", NOW + DAY).await.unwrap(), b"hello");
    assert_eq!(other.ask(&trust, "127.0.0.1", NOW + DAY).await.unwrap_err(), NoStream::Authority);
    assert_eq!(airline.ask(&trust, "localhost", NOW + DAY).await.unwrap_err(), NoStream::Name);
    assert_eq!(airline.ask(&trust, "127.0.0.1", NOW + 4000 * DAY).await.unwrap_err(), NoStream::Time);
    assert_eq!(airline.ask(&trust, "127.0.0.1", NOW - 1000 * DAY).await.unwrap_err(), NoStream::Time);
    let both = airline.ca_file.with_file_name("both.pem");
    let texts = [&airline.ca_file, &other.ca_file].map(|file| std::fs::read_to_string(file).unwrap()).concat();
    std::fs::write(&both, texts).unwrap();
    assert_eq!(other.ask(&Trust::of_file(&both).unwrap(), "127.0.0.1", NOW + DAY).await.unwrap(), b"hello");
}

#[tokio::test]
async fn who_is_not_there_speaks_no_tls_or_says_nothing_is_told_apart() {
    let airline = Receiver::start().await;
    let outward = Trust::of_file(&airline.ca_file).unwrap().outward(&TimeSource::new(|| NOW));
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(outward.connect("127.0.0.1", free.port(), PATIENCE).await.err(), Some(NoStream::NotReached));
    let plain = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = plain.local_addr().unwrap().port();
    let answers = tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        // Until the caller goes.
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
        plain
    });
    assert_eq!(outward.connect("127.0.0.1", port, PATIENCE).await.err(), Some(NoStream::NoTls));
    let silent = answers.await.unwrap();
    assert_eq!(outward.connect("127.0.0.1", port, Duration::from_millis(50)).await.err(), Some(NoStream::Slow));
    drop(silent);
}

#[test]
fn a_file_without_authorities_is_refused_with_the_reason() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ca.pem");
    assert!(matches!(Trust::of_file(&file), Err(NoTrust::NotRead(_))));
    std::fs::write(&file, "no certificate").unwrap();
    assert!(matches!(Trust::of_file(&file), Err(NoTrust::Empty)));
    std::fs::write(&file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    assert!(matches!(Trust::of_file(&file), Err(NoTrust::Wrong(1))));
}
