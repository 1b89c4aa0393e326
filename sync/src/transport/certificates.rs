//! Certificates for screens: a member asks its hub for one, over a connection on which both prove who they are.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use quinn::Connection;
use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};

use super::answer::{Refusal, member_of};
use super::close::{CloseCode, Closed};
use super::dial::DialError;
use super::question::{self, NoAnswer, bad};
use super::settings::Settings;
use super::tcp;
use super::tls::{self, TimeSource};
use crate::codec;
use crate::frame::{self, Frame};
use crate::identity::{Identity, Member, Role, SCREEN_NAMES_MAX, ScreenName, verify_screens};

/// Kinds of frame on such a connection; they mean this there only.
const REQUEST: u16 = 1;
const ANSWER: u16 = 2;
const REQUEST_MAX: usize = 16 << 10;
const ANSWER_MAX: usize = 64 << 10;

/// What a member asks the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreenRequest {
    /// Who asks, as its certificate says.
    pub member: Member,
    /// The request of the key of its screens.
    pub csr_der: Vec<u8>,
    /// What its screens are reached by.
    pub names: Vec<ScreenName>,
}

/// What the hub gives for screens. All of it is public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenGrant {
    pub certificate_der: Vec<u8>,
    pub authority_der: Vec<u8>,
}

/// Why the hub gives no certificate for screens. The order is on the wire: only ever appended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ScreenRefusal {
    #[error("the hub cannot read the request of this node; bring hub and desk to the same version")]
    Request,
    #[error("{name} belongs to {holder}; give this node another name, or free that one at the hub with `apron hub free-name {name}`")]
    Taken { name: String, holder: String },
    #[error("{name} is no name of a private network; write its domain into `domains` under [screens] in the hub's configuration file")]
    Domain { name: String },
    #[error("the hub has given all the names it can; free some at the hub with `apron hub free-name`")]
    Full,
    #[error("the hub cannot answer now; it is asked again by itself")]
    NotNow,
}

/// Why no certificate came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScreenError {
    #[error("the hub's name in {hub} is not known to this network; check the address and the name service")]
    Name { hub: String },
    #[error("the hub could not be reached: {0}")]
    Dial(DialError),
    #[error("the hub ended the connection: {0}; if it runs an older release, bring it to this one")]
    Closed(Closed),
    #[error("{0} is not the hub; check `hub` in the configuration")]
    NotTheHub(String),
    #[error("{0}")]
    Refused(ScreenRefusal),
    #[error("the hub's answer is not usable; bring hub and desk to the same version")]
    Answer,
}

/// How the hub's owner answers members that ask. Called on a thread where it may write to disk and wait.
#[derive(Clone)]
pub struct ScreenService(Arc<dyn Fn(ScreenRequest) -> Result<ScreenGrant, ScreenRefusal> + Send + Sync>);

#[derive(Serialize, Deserialize)]
struct Asked {
    csr_der: Vec<u8>,
    names: Vec<String>,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Granted(ScreenGrant),
    Refused(ScreenRefusal),
}

impl ScreenService {
    pub fn new(answer: impl Fn(ScreenRequest) -> Result<ScreenGrant, ScreenRefusal> + Send + Sync + 'static) -> Self {
        Self(Arc::new(answer))
    }
}

impl fmt::Debug for ScreenService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScreenService")
    }
}

/// Asks the hub at `hub` (host:port) for a certificate of the screens' key that signed `csr_der`, for these names. Nobody but the hub of this
/// installation is asked.
pub async fn ask_for_screens(
    hub: &str,
    identity: &Identity,
    csr_der: &[u8],
    names: &[ScreenName],
    time: TimeSource,
) -> Result<ScreenGrant, ScreenError> {
    let unknown = || ScreenError::Name { hub: hub.to_owned() };
    let asked = Asked { csr_der: csr_der.to_vec(), names: names.iter().map(ScreenName::to_string).collect() };
    let question = packed(REQUEST, &asked, REQUEST_MAX).ok_or(ScreenError::Refused(ScreenRefusal::Request))?;
    let settings = Arc::new(Settings::default());
    let config = tls::asking(identity, &time, &settings).map_err(|_| ScreenError::Answer)?;
    let mut failure = unknown();
    for address in tokio::net::lookup_host(hub).await.map_err(|_| unknown())? {
        match ask_at(address, &config, identity, &question, &settings).await {
            Ok(grant) => return usable(grant, names),
            Err(error @ ScreenError::Dial(_)) => failure = error,
            Err(error) => return Err(error),
        }
    }
    Err(failure)
}

/// The hub's side over QUIC.
pub(super) async fn serve_quic(connection: &Connection, service: &ScreenService, ca_der: &[u8], settings: &Arc<Settings>) -> Result<(), Refusal> {
    let chain = connection.peer_identity().and_then(|chain| chain.downcast::<Vec<CertificateDer<'static>>>().ok());
    let (member, _) = member_of(chain.as_ref().map(|chain| chain.as_slice()), ca_der)?;
    question::serve_quic(connection, REQUEST_MAX, settings, |frame| answer(frame, member, service)).await
}

/// The hub's side over TCP.
pub(super) async fn serve_tcp(stream: &mut tcp::Stream, service: &ScreenService, ca_der: &[u8]) -> Result<(), Refusal> {
    let (member, _) = member_of(stream.get_ref().1.peer_certificates(), ca_der)?;
    question::serve_tcp(stream, REQUEST_MAX, |frame| answer(frame, member, service)).await
}

async fn answer(frame: Frame, member: Member, service: &ScreenService) -> Result<Vec<u8>, Refusal> {
    if frame.kind != REQUEST {
        return Err(bad("not a request"));
    }
    let answer = match read(&frame.body, member) {
        Some(request) => {
            let service = service.clone();
            match tokio::task::spawn_blocking(move || (service.0)(request)).await {
                Ok(Ok(grant)) => Answer::Granted(grant),
                Ok(Err(refusal)) => Answer::Refused(refusal),
                Err(_) => Answer::Refused(ScreenRefusal::NotNow),
            }
        }
        None => Answer::Refused(ScreenRefusal::Request),
    };
    packed(ANSWER, &answer, ANSWER_MAX).ok_or((CloseCode::Busy, "the answer is too long".to_owned()))
}

fn read(body: &[u8], member: Member) -> Option<ScreenRequest> {
    let asked: Asked = codec::decode(body, REQUEST_MAX as u64).ok()?;
    if asked.names.is_empty() || asked.names.len() > SCREEN_NAMES_MAX {
        return None;
    }
    let mut names = asked.names.iter().map(|name| name.parse().ok()).collect::<Option<Vec<ScreenName>>>()?;
    names.sort();
    names.dedup();
    Some(ScreenRequest { member, csr_der: asked.csr_der, names })
}

async fn ask_at(
    address: SocketAddr,
    config: &tls::Client,
    identity: &Identity,
    question: &[u8],
    settings: &Arc<Settings>,
) -> Result<ScreenGrant, ScreenError> {
    let reached = question::reach(address, config, settings).await.map_err(ScreenError::Dial)?;
    // Any member passes TLS; certificates for screens come from the hub alone.
    match member_of(reached.certificates().as_deref(), identity.ca_der()) {
        Ok((member, _)) if member.role == Role::Hub => {}
        Ok((member, _)) => return Err(ScreenError::NotTheHub(member.to_string())),
        Err((_, why)) => return Err(ScreenError::NotTheHub(why)),
    }
    let frame = reached.ask(question, 2 * ANSWER_MAX, settings).await.map_err(|error| match error {
        NoAnswer::Silent => ScreenError::Dial(DialError::Silent { address }),
        NoAnswer::Closed(closed) => ScreenError::Closed(closed),
        NoAnswer::Unreadable => ScreenError::Answer,
    })?;
    if frame.kind != ANSWER {
        return Err(ScreenError::Answer);
    }
    match codec::decode(&frame.body, ANSWER_MAX as u64).map_err(|_| ScreenError::Answer)? {
        Answer::Granted(grant) => Ok(grant),
        Answer::Refused(refusal) => Err(ScreenError::Refused(refusal)),
    }
}

/// Whether the certificate is for just these names.
fn usable(grant: ScreenGrant, names: &[ScreenName]) -> Result<ScreenGrant, ScreenError> {
    let mut wanted = names.to_vec();
    wanted.sort();
    wanted.dedup();
    match verify_screens(&grant.certificate_der, &grant.authority_der) {
        Ok((named, _)) if named == wanted => Ok(grant),
        _ => Err(ScreenError::Answer),
    }
}

fn packed<T: Serialize>(kind: u16, value: &T, limit: usize) -> Option<Vec<u8>> {
    let body = codec::encode(value, limit as u64).ok()?;
    frame::encode(&Frame { kind, body }, false).ok()
}
