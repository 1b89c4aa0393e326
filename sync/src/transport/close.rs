//! Why a link ended, in numbers for programs and in words for people.

use std::fmt;

use quinn::ConnectionError;

/// What a node says when it closes a link. Numbers are never given another meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloseCode {
    /// Nothing more to say.
    Done = 0,
    /// Too much to do; the reason says when to come back.
    Busy = 1,
    /// Bytes that are no frame, or a frame that stopped half way.
    BadFrame = 2,
    /// A signature that does not hold.
    BadSignature = 3,
    /// The peer may not have a link, or may not send or ask for what it did.
    NotAllowed = 4,
    /// A frame that does not belong here.
    Protocol = 5,
    /// There is another link between the two.
    Duplicate = 6,
    /// The program is ending.
    Shutdown = 7,
}

/// Which side ended a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedBy {
    Us,
    Peer,
    /// Neither: the peer fell silent, or the network or the handshake failed.
    Network,
}

/// How a link ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub by: ClosedBy,
    /// What was said; `None` when nothing was, or when a newer program said what this one does not know.
    pub code: Option<CloseCode>,
    /// One plain sentence. A peer's is cut at 200 characters, without control characters.
    pub reason: String,
}

impl CloseCode {
    pub fn number(self) -> u32 {
        self as u32
    }

    pub fn from_number(number: u64) -> Option<Self> {
        let all = [Self::Done, Self::Busy, Self::BadFrame, Self::BadSignature, Self::NotAllowed, Self::Protocol, Self::Duplicate, Self::Shutdown];
        all.into_iter().find(|code| u64::from(code.number()) == number)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Done => "done",
            Self::Busy => "busy",
            Self::BadFrame => "bad frame",
            Self::BadSignature => "bad signature",
            Self::NotAllowed => "not allowed",
            Self::Protocol => "against the protocol",
            Self::Duplicate => "there is another link",
            Self::Shutdown => "shutting down",
        })
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = match (self.code, self.reason.as_str()) {
            (Some(code), "") => code.to_string(),
            (Some(code), reason) => format!("{code}, {reason}"),
            (None, reason) => reason.to_owned(),
        };
        match self.by {
            ClosedBy::Us => write!(f, "closed by this node: {said}"),
            ClosedBy::Peer => write!(f, "closed by the other side: {said}"),
            ClosedBy::Network => f.write_str(&said),
        }
    }
}

impl Closed {
    /// `own` is what this node said when it closed the link, if it did.
    pub(super) fn from_quinn(error: &ConnectionError, own: Option<&(CloseCode, String)>) -> Self {
        if let Some((code, reason)) = own {
            return Self { by: ClosedBy::Us, code: Some(*code), reason: reason.clone() };
        }
        let (by, code, reason) = match error {
            ConnectionError::ApplicationClosed(close) => {
                (ClosedBy::Peer, CloseCode::from_number(close.error_code.into_inner()), words(&close.reason))
            }
            ConnectionError::LocallyClosed => (ClosedBy::Us, Some(CloseCode::Shutdown), String::new()),
            ConnectionError::TimedOut => (ClosedBy::Network, None, "the other side fell silent".to_owned()),
            ConnectionError::Reset => (ClosedBy::Network, None, "the other side started anew".to_owned()),
            ConnectionError::VersionMismatch => (ClosedBy::Network, None, "the other side speaks another version of QUIC".to_owned()),
            ConnectionError::TransportError(error) => (ClosedBy::Network, None, refusal(u64::from(error.code), true)),
            ConnectionError::ConnectionClosed(close) => (ClosedBy::Network, None, refusal(u64::from(close.error_code), false)),
            ConnectionError::CidsExhausted => (ClosedBy::Network, None, "too many links at once".to_owned()),
        };
        Self { by, code, reason }
    }
}

/// The sentence for a QUIC error number; TLS alerts (RFC 8446 section 6.2) are 0x100 plus their own number.
fn refusal(number: u64, ours: bool) -> String {
    let whose = if ours { "its" } else { "our" };
    match number.checked_sub(0x100) {
        Some(42 | 43 | 46 | 48 | 51) => format!("{whose} certificate was made by another installation, or not by its authority"),
        Some(44) => format!("{whose} certificate was revoked"),
        Some(45) => format!("{whose} certificate has expired, or a clock is wrong; set the clock, or renew the certificate"),
        Some(116) if ours => "it showed no certificate; it has to join the installation first".to_owned(),
        Some(116) => "this node showed no certificate; it has to join the installation first".to_owned(),
        Some(120) => "the other side does not speak our protocol, or does not take this kind of link".to_owned(),
        _ if number == 2 => "the other side refuses new links for now".to_owned(),
        _ => format!("the link failed (QUIC error {number:#x})"),
    }
}

fn words(reason: &[u8]) -> String {
    String::from_utf8_lossy(&reason[..reason.len().min(800)]).chars().filter(|letter| !letter.is_control()).take(200).collect()
}
