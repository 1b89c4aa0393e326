//! What webhooks over TLS promise, held against a receiver that speaks it: delivered to who is trusted, and nothing said to anybody else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use schemas::flat::DocId;
use schemas::record::DocRef;
use schemas::record::outgoing::{OutKind, OutState};
use schemas::station::outgoing::OutRow;
use sync::transport::{TimeSource, Trust};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::https::{Asking, NoAnswer, ask};
use super::post::{Asked, Came, Http, ask as ask_about, send};
use super::way::{Entry, Way};
use crate::clock;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// An airline's receiver over TLS for the address of this machine, with what it heard.
struct Receiver {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    folder: tempfile::TempDir,
}

impl Receiver {
    async fn start(answer: &'static str) -> Self {
        let (ca_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let mut ca = CertificateParams::default();
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("airline.pem"), ca.self_signed(&ca_key).unwrap().pem()).unwrap();
        std::fs::write(folder.path().join("airline.secret"), SECRET).unwrap();
        let mut own = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        own.not_after = date_time_ymd(2040, 1, 1);
        let own = own.signed_by(&key, &Issuer::new(ca, ca_key)).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())
            .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, heard) = (listener.local_addr().unwrap().port(), Arc::<Mutex<Vec<String>>>::default());
        let (acceptor, hears) = (TlsAcceptor::from(Arc::new(config)), Arc::clone(&heard));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer_one(stream, Arc::clone(&hears), answer).await;
                }
            }
        });
        Self { port, heard, folder }
    }

    fn way(&self, host: &str, ca_file: &std::path::Path) -> Way {
        let url = format!("https://{host}:{}/in?of=CA", self.port);
        let status = format!("https://{host}:{}/status/{{key}}", self.port);
        let entry = Entry::webhook("airline", &url, &status, &self.folder.path().join("airline.secret"), ca_file);
        Way::read_all(vec![entry]).unwrap().remove(0)
    }

    fn ca_file(&self) -> std::path::PathBuf {
        self.folder.path().join("airline.pem")
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}

/// Hears a request to its end and answers it; an empty answer is none at all, and behind `stalled` nothing comes until the sender leaves.
async fn answer_one(mut stream: TlsStream<TcpStream>, heard: Arc<Mutex<Vec<String>>>, answer: &'static str) {
    let (mut text, mut part) = (String::new(), [0; 4096]);
    while let Ok(count @ 1..) = stream.read(&mut part).await {
        text.push_str(&String::from_utf8_lossy(&part[..count]));
        let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
            let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse::<usize>().ok());
            body.len() >= length.unwrap_or(0)
        });
        if whole {
            heard.lock().unwrap().push(text);
            let _ = stream.write_all(answer.as_bytes()).await;
            if answer.ends_with("stalled") {
                let _ = stream.flush().await;
                let _ = stream.read(&mut part).await;
            }
            let _ = stream.shutdown().await;
            return;
        }
    }
}

fn http(ways: &[Way], now: i64) -> Http {
    let time = TimeSource::new(move || now);
    let over_tls = ways.iter().filter_map(|way| Some((way.name.clone(), way.trust()?.outward(&time)))).collect();
    Http { plain: reqwest::Client::new(), over_tls }
}

fn row() -> OutRow {
    OutRow {
        flight: "CA1501.2026-11-22.PVG".parse().unwrap(),
        kind: OutKind::Bsm,
        key: "0a1b".to_owned(),
        about: DocRef(DocId([0; 16])),
        version: 1,
        part: 1,
        parts: 1,
        place: 1,
        at: 0,
        state: OutState::Waiting,
        text: "BSM\n.P/1LI/NA\nENDBSM".to_owned(),
        answer: None,
    }
}

#[tokio::test]
async fn a_message_goes_over_tls_to_who_is_trusted_and_is_signed() {
    let airline = Receiver::start("HTTP/1.1 202 Accepted\r\ncontent-length: 4\r\n\r\nkept").await;
    let now = clock::now_ms();
    let way = airline.way("127.0.0.1", &airline.ca_file());
    let http = http(std::slice::from_ref(&way), now / 1000);
    assert_eq!(send(&http, &way, &row(), now).await, Came::Taken("202 kept".to_owned()));
    let heard = airline.heard().remove(0);
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /in?of=CA HTTP/1.1\r\n") && body.contains("LI/NA"), "{heard}");
    for line in ["idempotency-key: 0a1b", "webhook-id: 0a1b", &format!("host: 127.0.0.1:{}", airline.port)] {
        assert!(head.to_ascii_lowercase().contains(line), "{line}: {head}");
    }
    let signed = crate::outbox::signature::Secret::read(SECRET).unwrap().sign("0a1b", now / 1000, body.as_bytes());
    assert!(head.contains(&signed), "{head}");
    assert_eq!(ask_about(&http, &way, "0a1b").await, Asked::HasIt);
    assert!(airline.heard()[1].starts_with("GET /status/0a1b HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_code_counts_even_where_the_words_behind_it_never_end() {
    let airline = Receiver::start("HTTP/1.1 202 Accepted\r\ncontent-length: 100\r\n\r\nstalled").await;
    let now = clock::now_ms();
    let mut way = airline.way("127.0.0.1", &airline.ca_file());
    way.timeout = Duration::from_secs(1);
    let http = http(std::slice::from_ref(&way), now / 1000);
    assert_eq!(send(&http, &way, &row(), now).await, Came::Taken("202 stalled".to_owned()));
}

#[tokio::test]
async fn who_is_not_trusted_or_has_another_name_hears_nothing_and_the_message_counts_as_not_sent() {
    let (airline, other) = (Receiver::start("").await, Receiver::start("").await);
    let now = clock::now_ms();
    let far = now / 1000 + 20 * 365 * 86_400;
    for (way, at, words) in [
        (airline.way("127.0.0.1", &other.ca_file()), now / 1000, "tls-authority"),
        (airline.way("localhost", &airline.ca_file()), now / 1000, "tls-name"),
        (airline.way("127.0.0.1", &airline.ca_file()), far, "tls-time"),
    ] {
        let http = http(std::slice::from_ref(&way), at);
        match send(&http, &way, &row(), now).await {
            Came::NoWay(note) => assert!(note.contains(words), "{note}"),
            other => panic!("{words}: {other:?}"),
        }
        assert_eq!(ask_about(&http, &way, "0a1b").await, Asked::NoAnswer);
    }
    assert_eq!(airline.heard(), Vec::<String>::new(), "not a byte of a message left");
}

#[tokio::test]
async fn only_what_went_out_without_an_answer_is_unknown() {
    let airline = Receiver::start("").await;
    let now = clock::now_ms();
    let way = airline.way("127.0.0.1", &airline.ca_file());
    let http = http(std::slice::from_ref(&way), now / 1000);
    assert!(matches!(send(&http, &way, &row(), now).await, Came::Unknown(_)));
    assert_eq!(airline.heard().len(), 1);
    for (answer, later) in [("HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n", true), ("HTTP/1.1 422 No\r\ncontent-length: 0\r\n\r\n", false)] {
        let airline = Receiver::start(answer).await;
        let way = airline.way("127.0.0.1", &airline.ca_file());
        let http = self::http(std::slice::from_ref(&way), now / 1000);
        let came = send(&http, &way, &row(), now).await;
        assert!(if later { matches!(came, Came::Later(_)) } else { matches!(came, Came::Refused(_)) }, "{came:?}");
    }
    let nobody = Receiver::start("").await;
    let way = nobody.way("127.0.0.1", &nobody.ca_file());
    let trust = Trust::of_file(&nobody.ca_file()).unwrap();
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let url = reqwest::Url::parse(&format!("https://127.0.0.1:{closed}/")).unwrap();
    let asking = Asking { method: "GET", url: &url, headers: Vec::new(), body: Vec::new(), patience: way.timeout };
    let answer = ask(&trust.outward(&TimeSource::new(|| 0)), asking).await;
    assert_eq!(answer, Err(NoAnswer::NotSent("no-connection")));
}
