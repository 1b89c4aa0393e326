//! Joining: a machine without a certificate shows a secret and gets one.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use quinn::Connection;
use serde::{Deserialize, Serialize};

use super::answer::Refusal;
use super::certificates::ScreenService;
use super::close::{CloseCode, Closed};
use super::dial::DialError;
use super::join_code::JoinCode;
use super::question::{self, NoAnswer, bad};
use super::settings::Settings;
use super::tcp;
use super::tls::{self, TimeSource};
use crate::codec;
use crate::frame::{self, Frame};
use crate::identity::{IdentityError, key_hash, request_key, verify_member};

/// Kinds of frame on a joining connection; they mean this there only.
const REQUEST: u16 = 1;
const ANSWER: u16 = 2;
const REQUEST_MAX: usize = 16 << 10;
const ANSWER_MAX: usize = 256 << 10;

/// What a new machine asks the hub.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinRequest {
    /// From the join code.
    pub secret: [u8; 16],
    /// The request of the machine's own key.
    pub csr_der: Vec<u8>,
    /// What its people would like to call it; what it is called says the invitation.
    pub name_wish: Option<String>,
}

/// What the hub gives a machine that joins.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinGrant {
    pub certificate_der: Vec<u8>,
    pub ca_der: Vec<u8>,
    /// What else the hub's owner has for it (the installation's secret, blocks of numbers, peers); opaque here. Secret.
    pub extra: Vec<u8>,
}

/// Why a machine may not join. The order is on the wire: only ever appended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum JoinRefusal {
    #[error("the hub does not know this join code; ask for a new one")]
    Unknown,
    #[error("this join code was used by another machine; ask for a new one")]
    Used,
    #[error("this join code has expired; ask for a new one")]
    Expired,
    #[error("this join code was tried too often; ask for a new one")]
    TooManyTries,
    #[error("the hub cannot read the request of this machine; install the hub's release here and try again")]
    Request,
    #[error("the hub cannot answer now; try again in a minute")]
    NotNow,
}

/// Why joining did not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    #[error("the hub's name in {hub} is not known to this network; check the address and the name service")]
    Name { hub: String },
    #[error("the hub could not be reached: {0}")]
    Dial(DialError),
    #[error("the hub ended the connection: {0}")]
    Closed(Closed),
    #[error("{0}")]
    Refused(JoinRefusal),
    #[error("this machine's request for a certificate is not usable")]
    Request(#[source] IdentityError),
    #[error("the hub's answer is not usable; the hub and this machine may run releases that are too far apart")]
    Answer,
}

/// How the hub's owner answers machines that join, and members that ask for a certificate of their screens. Called on a thread where it may write to
/// disk and wait.
#[derive(Clone)]
pub struct JoinService {
    join: Arc<dyn Fn(JoinRequest) -> Result<JoinGrant, JoinRefusal> + Send + Sync>,
    pub(super) screens: Option<ScreenService>,
}

#[derive(Serialize, Deserialize)]
enum Answer {
    Granted(JoinGrant),
    Refused(JoinRefusal),
}

impl JoinService {
    pub fn new(answer: impl Fn(JoinRequest) -> Result<JoinGrant, JoinRefusal> + Send + Sync + 'static) -> Self {
        Self { join: Arc::new(answer), screens: None }
    }

    /// The same, which also gives certificates for screens.
    #[must_use]
    pub fn with_screens(self, screens: ScreenService) -> Self {
        Self { screens: Some(screens), ..self }
    }
}

impl fmt::Debug for JoinService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JoinService")
    }
}

/// Without the secret.
impl fmt::Debug for JoinRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinRequest").field("name_wish", &self.name_wish).finish_non_exhaustive()
    }
}

/// Without what is secret in it.
impl fmt::Debug for JoinGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinGrant").finish_non_exhaustive()
    }
}

/// Gets a certificate for the key that signed `csr_der`, from the hub that `code` names and from no other.
///
/// May be repeated with the same key and code, should the answer be lost on its way.
pub async fn join(code: &JoinCode, csr_der: &[u8], name_wish: Option<&str>, time: TimeSource) -> Result<JoinGrant, JoinError> {
    let key = request_key(csr_der).map_err(JoinError::Request)?;
    let settings = Arc::new(Settings::default());
    let request = JoinRequest { secret: *code.secret(), csr_der: csr_der.to_vec(), name_wish: name_wish.map(|name| name.chars().take(80).collect()) };
    let unknown = || JoinError::Name { hub: code.hub().to_owned() };
    let mut failure = unknown();
    for address in tokio::net::lookup_host(code.hub()).await.map_err(|_| unknown())? {
        match join_at(address, code, &request, &time, &settings).await {
            Ok(grant) => return if usable(&grant, code.ca_hash(), &key) { Ok(grant) } else { Err(JoinError::Answer) },
            Err(error @ JoinError::Dial(_)) => failure = error,
            Err(error) => return Err(error),
        }
    }
    Err(failure)
}

/// The hub's side over QUIC: one request, one answer. An error says how to turn the caller away.
pub(super) async fn serve_quic(connection: &Connection, service: &JoinService, settings: &Arc<Settings>) -> Result<(), Refusal> {
    question::serve_quic(connection, REQUEST_MAX, settings, |frame| answer(frame, service)).await
}

/// The hub's side over TCP.
pub(super) async fn serve_tcp(stream: &mut tcp::Stream, service: &JoinService) -> Result<(), Refusal> {
    question::serve_tcp(stream, REQUEST_MAX, |frame| answer(frame, service)).await
}

async fn answer(frame: Frame, service: &JoinService) -> Result<Vec<u8>, Refusal> {
    if frame.kind != REQUEST {
        return Err(bad("not a request"));
    }
    let answer = match codec::decode::<JoinRequest>(&frame.body, REQUEST_MAX as u64) {
        Ok(request) => {
            let service = service.clone();
            match tokio::task::spawn_blocking(move || (service.join)(request)).await {
                Ok(Ok(grant)) => Answer::Granted(grant),
                Ok(Err(refusal)) => Answer::Refused(refusal),
                Err(_) => Answer::Refused(JoinRefusal::NotNow),
            }
        }
        Err(_) => Answer::Refused(JoinRefusal::Request),
    };
    packed(ANSWER, &answer, ANSWER_MAX).ok_or((CloseCode::Busy, "the answer is too long".to_owned()))
}

async fn join_at(
    address: SocketAddr,
    code: &JoinCode,
    request: &JoinRequest,
    time: &TimeSource,
    settings: &Arc<Settings>,
) -> Result<JoinGrant, JoinError> {
    let config = tls::joining(*code.ca_hash(), time, settings).map_err(|_| JoinError::Answer)?;
    let request = packed(REQUEST, request, REQUEST_MAX).ok_or(JoinError::Request(IdentityError::Malformed { what: "too long" }))?;
    let reached = question::reach(address, &config, settings).await.map_err(JoinError::Dial)?;
    let frame = reached.ask(&request, 2 * ANSWER_MAX, settings).await.map_err(|error| match error {
        NoAnswer::Silent => JoinError::Dial(DialError::Silent { address }),
        NoAnswer::Closed(closed) => JoinError::Closed(closed),
        NoAnswer::Unreadable => JoinError::Answer,
    })?;
    match understood(&frame)? {
        Answer::Granted(grant) => Ok(grant),
        Answer::Refused(refusal) => Err(JoinError::Refused(refusal)),
    }
}

fn understood(frame: &Frame) -> Result<Answer, JoinError> {
    if frame.kind != ANSWER {
        return Err(JoinError::Answer);
    }
    codec::decode(&frame.body, ANSWER_MAX as u64).map_err(|_| JoinError::Answer)
}

/// Whether the answer makes this machine a member of the installation that the code names.
fn usable(grant: &JoinGrant, ca_hash: &[u8; 32], key: &[u8; 32]) -> bool {
    key_hash(&grant.ca_der).is_ok_and(|hash| hash == *ca_hash)
        && verify_member(&grant.certificate_der, &grant.ca_der).is_ok_and(|member| member.key == *key)
}

fn packed<T: Serialize>(kind: u16, value: &T, limit: usize) -> Option<Vec<u8>> {
    let body = codec::encode(value, limit as u64).ok()?;
    frame::encode(&Frame { kind, body }, false).ok()
}
