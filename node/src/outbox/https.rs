//! HTTP over TLS to a machine of others: one connection for each message, so that what became of it is known as well as it can be.

use std::collections::BTreeMap;
use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use sync::transport::{NoStream, Outward, TimeSource, refused_us};
use tokio::task::JoinSet;

use super::way::Way;
use super::{CONNECT_MAX, post};
use crate::services::Services;

/// What is asked of a receiver.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    pub(super) method: &'static str,
    pub(super) url: &'a reqwest::Url,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
    /// How long the head of the answer may take, and its words once more.
    pub(super) patience: Duration,
}

/// An answer, with as much of its body as is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Nothing went out; the code of the reason.
    NotSent(&'static str),
    /// No request can be made of it, now or later.
    NoRequest,
    NotInTime,
    /// It went out, or a part of it.
    Ended,
}

/// Who is dialled for each way that leads over TLS.
pub(super) type Dialled = BTreeMap<String, Outward>;

/// Prepares the ways that lead over TLS. Certificates are judged by the later of clock and newest entry, as those of links are.
pub(super) fn dialled(services: &Services, ways: &[Way]) -> Dialled {
    let time = {
        let services = services.clone();
        TimeSource::new(move || services.now_ms() / 1000)
    };
    ways.iter().filter_map(|way| Some((way.name.clone(), way.trust()?.outward(&time)))).collect()
}

/// Asks, and waits for the answer.
pub(super) async fn ask(outward: &Outward, asking: Asking<'_>) -> Result<Answer, NoAnswer> {
    let not_sent = |why: NoStream| NoAnswer::NotSent(code_of(why));
    let (host, port) = (asking.url.host_str().unwrap_or_default(), asking.url.port_or_known_default().unwrap_or(443));
    let patience = asking.patience;
    let request = request(asking.method, asking.url, asking.headers, asking.body).ok_or(NoAnswer::NoRequest)?;
    let stream = outward.connect(host, port, CONNECT_MAX).await.map_err(not_sent)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| not_sent(NoStream::NotReached))?;
    // Ends with this function, however it ends.
    let mut carried = JoinSet::new();
    carried.spawn(connection);
    match tokio::time::timeout(patience, sender.send_request(request)).await {
        Ok(Ok(response)) => Ok(read(response, patience).await),
        Ok(Err(error)) => match refused_us(&error) {
            true => Err(not_sent(NoStream::RefusedUs)),
            false => Err(NoAnswer::Ended),
        },
        Err(_) => Err(NoAnswer::NotInTime),
    }
}

/// Why there is no stream, as reasons are coded.
fn code_of(why: NoStream) -> &'static str {
    match why {
        NoStream::NotReached => "no-connection",
        NoStream::Slow => "connection-slow",
        NoStream::Authority => "tls-authority",
        NoStream::Name => "tls-name",
        NoStream::Time => "tls-time",
        NoStream::Certificate => "tls-certificate",
        NoStream::RefusedUs => "tls-refused-us",
        NoStream::NoTls => "tls-none",
    }
}

fn request(method: &str, url: &reqwest::Url, headers: Vec<(&'static str, String)>, body: Vec<u8>) -> Option<Request<Full<Bytes>>> {
    let place = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let host =
        url.port().map_or_else(|| url.host_str().unwrap_or_default().to_owned(), |port| format!("{}:{port}", url.host_str().unwrap_or_default()));
    let request = Request::builder().method(method).uri(place).header("host", host).header("connection", "close");
    let request = headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
    request.body(Full::new(Bytes::from(body))).ok()
}

/// The code counts once it is there, whatever becomes of the words behind it.
async fn read(mut response: Response<Incoming>, patience: Duration) -> Answer {
    let code = response.status().as_u16();
    let mut body = Vec::new();
    let whole = async {
        while body.len() < post::ANSWER_BYTES_MAX
            && let Some(Ok(frame)) = response.frame().await
        {
            if let Some(bytes) = frame.data_ref() {
                body.extend_from_slice(bytes);
            }
        }
    };
    let _ = tokio::time::timeout(patience, whole).await;
    Answer { code, body }
}
