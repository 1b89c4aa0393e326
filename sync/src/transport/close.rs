//! Why a link ended, in numbers for programs and in words for people.

use std::fmt;
use std::io;

use quinn::ConnectionError;
use rustls::CertificateError;

use crate::frame::FrameError;

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
    /// Nothing arrives here, although the link stands.
    Silent = 8,
    /// More than the peer was given room for, or faster than any honest node works.
    Flood = 9,
    /// A frame that declares, or unfolds to, more than a frame may be.
    Bomb = 10,
    /// A frame that stopped half way.
    Stall = 11,
    /// The same entries again and again.
    Replay = 12,
    /// Entries of a scope that the peer or this node may not hold.
    Scope = 13,
    /// An older or a newer protocol.
    Version = 14,
}

/// As long as the sentence beside a code may be on the wire.
pub(super) const REASON_BYTES: usize = 800;

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
        Self::ALL.into_iter().find(|code| u64::from(code.number()) == number)
    }

    /// For programs: kebab-case, never changes its meaning.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Busy => "busy",
            Self::BadFrame => "bad-frame",
            Self::BadSignature => "bad-signature",
            Self::NotAllowed => "not-allowed",
            Self::Protocol => "protocol",
            Self::Duplicate => "duplicate",
            Self::Shutdown => "shutdown",
            Self::Silent => "silent",
            Self::Flood => "flood",
            Self::Bomb => "bomb",
            Self::Stall => "stall",
            Self::Replay => "replay",
            Self::Scope => "scope",
            Self::Version => "version",
        }
    }

    /// Whether it turns somebody away over what they did or are, in difference to an end that is nobody's fault.
    pub fn is_refusal(self) -> bool {
        match self {
            Self::Done | Self::Duplicate | Self::Shutdown | Self::Silent => false,
            Self::Busy
            | Self::BadFrame
            | Self::BadSignature
            | Self::NotAllowed
            | Self::Protocol
            | Self::Flood
            | Self::Bomb
            | Self::Stall
            | Self::Replay
            | Self::Scope
            | Self::Version => true,
        }
    }

    const ALL: [Self; 15] = [
        Self::Done,
        Self::Busy,
        Self::BadFrame,
        Self::BadSignature,
        Self::NotAllowed,
        Self::Protocol,
        Self::Duplicate,
        Self::Shutdown,
        Self::Silent,
        Self::Flood,
        Self::Bomb,
        Self::Stall,
        Self::Replay,
        Self::Scope,
        Self::Version,
    ];

    /// What to say to a peer that sent bytes which are no frame.
    pub(super) fn of_frame(error: &FrameError) -> Self {
        match error {
            FrameError::Protocol { .. } => Self::Version,
            FrameError::TooLong { .. } | FrameError::Length { .. } | FrameError::Compression => Self::Bomb,
            FrameError::NotOurs | FrameError::Flags { .. } | FrameError::Checksum => Self::BadFrame,
        }
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
            Self::Silent => "nothing arrives",
            Self::Flood => "too much at once",
            Self::Bomb => "a frame larger than frames may be",
            Self::Stall => "a frame that stopped half way",
            Self::Replay => "the same again and again",
            Self::Scope => "entries of a scope that is not allowed",
            Self::Version => "another protocol",
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

    /// What became of a TCP stream, or of TLS on it.
    pub(super) fn from_io(error: &io::Error) -> Self {
        let reason = match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::AlertReceived(alert)) => refusal(0x100 + u64::from(u8::from(*alert)), false),
            Some(rustls::Error::InvalidCertificate(error)) => refusal(alert_of(error), true),
            Some(rustls::Error::NoCertificatesPresented) => refusal(0x100 + 116, true),
            Some(rustls::Error::NoApplicationProtocol) => refusal(0x100 + 120, true),
            Some(error) => format!("the link failed ({error})"),
            None => match error.kind() {
                io::ErrorKind::UnexpectedEof => "the other side ended without a word".to_owned(),
                io::ErrorKind::TimedOut => "the other side fell silent".to_owned(),
                _ => format!("the network failed ({})", error.kind()),
            },
        };
        Self { by: ClosedBy::Network, code: None, reason }
    }

    pub(super) fn silent() -> Self {
        Self { by: ClosedBy::Network, code: None, reason: "the other side fell silent".to_owned() }
    }
}

/// What to count for a caller whose handshake failed; `None` where only the network may be at fault.
pub(super) fn refused_handshake(quic: Result<&ConnectionError, &io::Error>) -> Option<CloseCode> {
    let alert = match quic {
        Ok(ConnectionError::TransportError(error)) => u64::from(error.code).checked_sub(0x100)?,
        Ok(ConnectionError::VersionMismatch) => return Some(CloseCode::Version),
        Ok(_) => return None,
        Err(error) => match error.get_ref()?.downcast_ref::<rustls::Error>()? {
            rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => return Some(CloseCode::NotAllowed),
            rustls::Error::NoApplicationProtocol | rustls::Error::PeerIncompatible(_) => return Some(CloseCode::Version),
            rustls::Error::InvalidMessage(_) => return Some(CloseCode::BadFrame),
            _ => return None,
        },
    };
    match alert {
        42..=51 | 116 => Some(CloseCode::NotAllowed),
        70 | 120 => Some(CloseCode::Version),
        _ => None,
    }
}

/// The QUIC number of the alert that answers a certificate which does not hold.
fn alert_of(error: &CertificateError) -> u64 {
    0x100
        + match error {
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => 45,
            CertificateError::Revoked => 44,
            _ => 48,
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

/// A peer's sentence, fit to be shown.
pub(super) fn words(reason: &[u8]) -> String {
    String::from_utf8_lossy(&reason[..reason.len().min(REASON_BYTES)]).chars().filter(|letter| !letter.is_control()).take(200).collect()
}
