//! What screens over TLS promise: only this installation's authority is trusted, nobody is held up by who stalls, and certificates come from the hub alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails there")]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sync::identity::{
    Authority, AuthorityError, Grant, Identity, NodeKey, SCREEN_DAYS, ScreenAuthority, ScreenIdentity, ScreenKey, ScreenName, fingerprint, pem,
    verify_screens,
};
use sync::transport::{
    Endpoint, JoinRefusal, JoinService, ScreenError, ScreenGrant, ScreenLimits, ScreenPort, ScreenRefusal, ScreenService, ScreenStream,
    ShownCertificate, TimeSource, ask_for_screens,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;

const DAY: i64 = 86_400;

/// The system's clock: TLS clients of these tests judge by it.
fn now() -> i64 {
    let file = tempfile::NamedTempFile::new().unwrap();
    let made = file.as_file().metadata().unwrap().modified().unwrap();
    i64::try_from(made.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn authority(folder: &Path) -> ScreenAuthority {
    ScreenAuthority::open(folder, &Authority::create("Pudong", now()).unwrap(), now()).unwrap()
}

fn names(names: &[&str]) -> Vec<ScreenName> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn screens(authority: &ScreenAuthority, of: &[&str]) -> ScreenIdentity {
    let key = ScreenKey::create().unwrap();
    let certificate = authority.sign(&key.request().unwrap(), &names(of), now()).unwrap();
    ScreenIdentity::new(key, certificate, authority.ca_der().to_vec()).unwrap()
}

/// A port whose browsers hear `hello`, and what ends it.
struct Port {
    address: SocketAddr,
    shown: ShownCertificate,
    _stop: oneshot::Sender<()>,
}

fn port(identity: &ScreenIdentity, limits: ScreenLimits) -> Port {
    open(identity, limits, |mut stream| async move {
        stream.write_all(b"hello").await.unwrap();
        // Until the browser goes.
        let _ = tokio::io::copy(&mut stream, &mut tokio::io::sink()).await;
    })
}

fn open<F: Future<Output = ()> + Send + 'static>(
    identity: &ScreenIdentity,
    limits: ScreenLimits,
    carry: impl Fn(ScreenStream) -> F + Clone + Send + 'static,
) -> Port {
    let shown = ShownCertificate::new(identity).unwrap();
    let port = ScreenPort::bind("127.0.0.1:0".parse().unwrap(), shown.clone(), limits).unwrap();
    let address = port.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(port.run(carry, async move { drop(stopped.await) }, Duration::from_secs(1)));
    Port { address, shown, _stop: stop }
}

type Browser = tokio_rustls::client::TlsStream<TcpStream>;

/// A browser that trusts this authority and no other.
async fn browse(address: SocketAddr, ca_der: &[u8], name: &str) -> std::io::Result<Browser> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(ca_der.to_vec())).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from(name.to_owned()).unwrap(), stream).await
}

async fn said(stream: &mut (impl AsyncReadExt + Unpin)) -> Vec<u8> {
    let mut said = vec![0; 5];
    stream.read_exact(&mut said).await.unwrap();
    said
}

#[tokio::test]
async fn a_browser_that_trusts_the_installation_is_served_under_each_name_and_no_other() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let port = port(&screens(&authority, &["g12.pvg.internal", "10.20.3.12"]), ScreenLimits::default());
    for name in ["g12.pvg.internal", "10.20.3.12"] {
        assert_eq!(said(&mut browse(port.address, authority.ca_der(), name).await.unwrap()).await, b"hello", "{name}");
    }
    let error = browse(port.address, authority.ca_der(), "g13.pvg.internal").await.unwrap_err();
    assert!(error.to_string().contains("NotValidForName") || error.to_string().contains("not valid for name"), "{error}");
}

#[tokio::test]
async fn a_browser_that_trusts_another_installation_refuses() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (authority, other) = (authority(ours.path()), self::authority(theirs.path()));
    let port = port(&screens(&authority, &["g12.pvg.internal"]), ScreenLimits::default());
    assert!(browse(port.address, other.ca_der(), "g12.pvg.internal").await.unwrap_err().to_string().contains("invalid peer certificate"));
    let key = ScreenKey::create().unwrap();
    let foreign = other.sign(&key.request().unwrap(), &names(&["g12.pvg.internal"]), now()).unwrap();
    assert!(verify_screens(&foreign, authority.ca_der()).is_err() && ScreenIdentity::new(key, foreign, authority.ca_der().to_vec()).is_err());
}

#[tokio::test]
async fn who_speaks_no_tls_is_closed_and_hears_nothing_of_the_screens() {
    let dir = tempfile::tempdir().unwrap();
    let port = port(&screens(&authority(dir.path()), &["g12"]), ScreenLimits::default());
    let mut plain = TcpStream::connect(port.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: g12\r\n\r\n").await.unwrap();
    let mut heard = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(4), plain.read_to_end(&mut heard)).await.expect("the port closes");
    // At most the alert of TLS, seven bytes.
    assert!(heard.len() <= 7 && heard.first().is_none_or(|kind| *kind == 21), "{heard:?}");
}

#[tokio::test]
async fn a_handshake_that_stalls_is_cut_and_holds_up_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let limits = ScreenLimits { handshake: Duration::from_millis(300), ..ScreenLimits::default() };
    let port = port(&screens(&authority, &["g12"]), limits);
    let mut silent = TcpStream::connect(port.address).await.unwrap();
    // The head of a record, and nothing more.
    silent.write_all(&[22, 3, 1, 2, 0]).await.unwrap();
    assert_eq!(said(&mut browse(port.address, authority.ca_der(), "g12").await.unwrap()).await, b"hello");
    let ended = tokio::time::timeout(Duration::from_secs(5), silent.read(&mut [0; 16])).await.expect("cut in time");
    assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
}

#[tokio::test]
async fn a_browser_that_takes_nothing_is_cut() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let (ended, end) = tokio::sync::mpsc::channel(1);
    let limits = ScreenLimits { stall: Duration::from_millis(300), ..ScreenLimits::default() };
    let port = open(&screens(&authority, &["g12"]), limits, move |mut stream| {
        let ended = ended.clone();
        async move {
            let page = vec![b'x'; 1 << 20];
            let why = loop {
                if let Err(why) = stream.write_all(&page).await {
                    break why;
                }
            };
            ended.send(why.kind()).await.unwrap();
        }
    });
    let _lazy = browse(port.address, authority.ca_der(), "g12").await.unwrap();
    let mut end = end;
    let why = tokio::time::timeout(Duration::from_secs(20), end.recv()).await.expect("cut in time");
    assert_eq!(why, Some(std::io::ErrorKind::TimedOut));
}

#[tokio::test]
async fn one_device_takes_its_share_of_places_and_gets_them_back() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let limits = ScreenLimits { of_one: 2, handshake: Duration::from_secs(60), ..ScreenLimits::default() };
    let port = port(&screens(&authority, &["g12"]), limits);
    let held = [TcpStream::connect(port.address).await.unwrap(), TcpStream::connect(port.address).await.unwrap()];
    // The third finds the door shut.
    let mut third = TcpStream::connect(port.address).await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), third.read(&mut [0; 16])).await.expect("shut at once");
    assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    drop(held);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while browse(port.address, authority.ca_der(), "g12").await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "the places came back");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_from_then_on() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let port = port(&screens(&authority, &["g12"]), ScreenLimits::default());
    let certificate = |browser: &Browser| browser.get_ref().1.peer_certificates().unwrap()[0].to_vec();
    let mut before = browse(port.address, authority.ca_der(), "g12").await.unwrap();
    let newer = screens(&authority, &["g12", "g12.pvg.internal"]);
    port.shown.renew(&newer).unwrap();
    let after = browse(port.address, authority.ca_der(), "g12.pvg.internal").await.unwrap();
    assert_ne!(certificate(&before), certificate(&after));
    assert_eq!(certificate(&after), newer.certificate_der());
    // Whoever was connected stays so.
    assert_eq!(said(&mut before).await, b"hello");
}

#[test]
fn an_authority_is_made_once_and_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let first = authority(dir.path());
    assert_eq!(authority(dir.path()).ca_der(), first.ca_der());
    std::fs::write(dir.path().join("screens.crt"), authority(tempfile::tempdir().unwrap().path()).ca_der()).unwrap();
    let installation = Authority::create("Pudong", now()).unwrap();
    assert!(matches!(ScreenAuthority::open(dir.path(), &installation, now()), Err(AuthorityError::Damaged { .. })));
}

#[test]
fn a_certificate_says_its_names_and_ends_within_what_browsers_take() {
    let dir = tempfile::tempdir().unwrap();
    let authority = authority(dir.path());
    let own = screens(&authority, &["g12.pvg.internal", "10.20.3.12", "2001:db8::7"]);
    let mut wanted = names(&["g12.pvg.internal", "10.20.3.12", "2001:db8::7"]);
    wanted.sort();
    assert_eq!(own.names(), wanted);
    const { assert!(SCREEN_DAYS <= 398) };
    assert!((300 * DAY..SCREEN_DAYS * DAY).contains(&(own.ends() - now())), "{}", own.ends());
    assert_eq!(fingerprint(own.authority_der()).len(), 95);
    let text = pem(own.authority_der());
    assert!(text.starts_with("-----BEGIN CERTIFICATE-----\n") && text.lines().all(|line| line.len() <= 64), "{text}");
    // An Ed25519 request is no screen's.
    let (_, request) = NodeKey::create().unwrap();
    assert!(authority.sign(&request, &names(&["g12"]), now()).is_err());
    assert!(authority.sign(&ScreenKey::create().unwrap().request().unwrap(), &[], now()).is_err());
}

#[test]
fn what_was_kept_is_read_again_and_what_was_mixed_up_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let (hub, folder) = (dir.path().join("hub"), dir.path().join("screens"));
    let authority = authority(&hub);
    assert!(ScreenIdentity::load(&folder).unwrap().is_none());
    let certificate = authority.sign(&ScreenKey::open(&folder).unwrap().request().unwrap(), &names(&["g12"]), now()).unwrap();
    let own = ScreenIdentity::new(ScreenKey::open(&folder).unwrap(), certificate, authority.ca_der().to_vec()).unwrap();
    own.save(&folder).unwrap();
    assert_eq!(ScreenIdentity::load(&folder).unwrap().unwrap().certificate_der(), own.certificate_der());
    std::fs::write(folder.join("screens.crt"), screens(&authority, &["g12"]).certificate_der()).unwrap();
    assert!(ScreenIdentity::load(&folder).is_err());
}

fn time() -> TimeSource {
    TimeSource::new(now)
}

fn member(authority: &Authority, grant: &Grant) -> Arc<Identity> {
    let (key, csr) = NodeKey::create().unwrap();
    let certificate = authority.sign(&csr, grant, now()).unwrap();
    Arc::new(Identity::new(key, certificate, authority.ca_der().to_vec()).unwrap())
}

fn desk(name: &str) -> Grant {
    Grant::node(name, "PVG", &["CA"]).unwrap()
}

#[tokio::test]
async fn a_member_gets_its_certificate_from_the_hub_and_hears_why_it_gets_none() {
    let dir = tempfile::tempdir().unwrap();
    let installation = Authority::create("Pudong", now()).unwrap();
    let authority = Arc::new(authority(dir.path()));
    let key = ScreenKey::create().unwrap();
    let request = key.request().unwrap();
    let hub = member(&installation, &Grant::hub("HUB").unwrap());
    let signing = Arc::clone(&authority);
    let service = ScreenService::new(move |request| {
        if request.names == names(&["taken"]) {
            return Err(ScreenRefusal::Taken { name: "taken".to_owned(), holder: format!("not {}", request.member) });
        }
        let certificate_der = signing.sign(&request.csr_der, &request.names, now()).map_err(|_| ScreenRefusal::Request)?;
        Ok(ScreenGrant { certificate_der, authority_der: signing.ca_der().to_vec() })
    });
    let endpoint =
        Endpoint::bind("127.0.0.1:0".parse().unwrap(), hub, time(), Some(JoinService::new(|_| Err(JoinRefusal::Unknown)).with_screens(service)))
            .unwrap();
    let address = endpoint.local_addr().to_string();
    let g12 = member(&installation, &desk("G12"));
    let ask = async |of: &[&str]| ask_for_screens(&address, &g12, &request, &names(of), time()).await;
    let grant = ask(&["g12.pvg.internal", "10.20.3.12"]).await.unwrap();
    assert_eq!(grant.authority_der, authority.ca_der());
    assert!(ScreenIdentity::new(key, grant.certificate_der, grant.authority_der).is_ok());
    let refused = ask(&["taken"]).await.unwrap_err().to_string();
    assert!(refused.contains("taken belongs to not PVG G12"), "{refused}");
    // A stranger with a certificate of another installation gets nothing.
    let stranger = member(&Authority::create("Elsewhere", now()).unwrap(), &desk("G12"));
    let refused = ask_for_screens(&address, &stranger, &request, &names(&["g12"]), time()).await;
    assert!(matches!(refused, Err(ScreenError::Dial(_) | ScreenError::Closed(_) | ScreenError::NotTheHub(_))), "{refused:?}");
}

#[tokio::test]
async fn nobody_but_the_hub_is_asked() {
    let installation = Authority::create("Pudong", now()).unwrap();
    let g13 = member(&installation, &desk("G13"));
    let service = JoinService::new(|_| Err(JoinRefusal::Unknown)).with_screens(ScreenService::new(|_| Err(ScreenRefusal::NotNow)));
    let endpoint = Endpoint::bind("127.0.0.1:0".parse().unwrap(), g13, time(), Some(service)).unwrap();
    let (g12, request) = (member(&installation, &desk("G12")), ScreenKey::create().unwrap().request().unwrap());
    let refused = ask_for_screens(&endpoint.local_addr().to_string(), &g12, &request, &names(&["g12"]), time()).await;
    assert_eq!(refused, Err(ScreenError::NotTheHub("PVG G13".to_owned())));
    // A hub without this service says so, too.
    let hub = Endpoint::bind("127.0.0.1:0".parse().unwrap(), member(&installation, &Grant::hub("HUB").unwrap()), time(), None).unwrap();
    let refused = ask_for_screens(&hub.local_addr().to_string(), &g12, &request, &names(&["g12"]), time()).await;
    assert!(matches!(refused, Err(ScreenError::Dial(_) | ScreenError::Closed(_))), "{refused:?}");
}
