//! A link to one member: frames out, frames in, and how it ended.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::task::JoinSet;

use super::close::{CloseCode, Closed, ClosedBy};
use super::own::Own;
use super::settings::{BATCH_FRAMES, CONTROL_FRAMES};
use super::stream::ReadFrameError;
use super::{quic, tcp};
use crate::frame::{self, Frame, FrameError};
use crate::identity::Member;

/// From here on, compressing is work enough to leave the threads that move packets.
const COMPRESS_ASIDE: usize = 32 << 10;
/// A reason for closing is one sentence; QUIC sends it in one packet.
const REASON_MAX: usize = 200;

/// What a frame is, for the order on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Small and ordered: control frames arrive in the order they were sent.
    Control,
    /// A batch that somebody waits for.
    Live,
    /// A batch of catching up.
    Bulk,
}

/// What carries the frames of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Carrier {
    Quic,
    /// TLS over TCP, where UDP does not get through.
    Tcp,
}

/// Why a frame could not be sent, or none will come any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("{0}")]
    Closed(Closed),
    #[error("this frame cannot be sent")]
    Frame(#[source] FrameError),
}

/// A link to a member whose certificate was checked, in either direction.
#[derive(Debug)]
pub struct Link {
    sender: Sender,
    receiver: Receiver,
}

/// The sending half. Copies send on the same link.
#[derive(Debug, Clone)]
pub struct Sender {
    link: Arc<Shared>,
    out: Out,
}

/// The receiving half. Dropping it ends the link.
#[derive(Debug)]
pub struct Receiver {
    link: Arc<Shared>,
    control: mpsc::Receiver<Received>,
    live: mpsc::Receiver<Received>,
    batches: mpsc::Receiver<Received>,
    /// The tasks that read and write end with the receiver.
    _tasks: JoinSet<()>,
}

/// Who is at the other end, as its certificate says, and where.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    pub(super) member: Member,
    /// Unix seconds.
    pub(super) certificate_ends: i64,
    /// The address that this node dialled, if it did.
    pub(super) dialed: Option<SocketAddr>,
}

/// What both halves and all tasks of a link share.
#[derive(Debug)]
pub(super) struct Shared {
    wire: Wire,
    peer: Peer,
    own: Arc<Own>,
    sent: AtomicU64,
    received: AtomicU64,
}

#[derive(Debug)]
enum Wire {
    Quic(quic::Wire),
    Tcp(Arc<tcp::Wire>),
}

#[derive(Debug, Clone)]
enum Out {
    Quic(quic::Out),
    Tcp(tcp::Out),
}

/// A frame that holds its share of the memory for received frames until it is taken.
pub(super) type Received = (Frame, OwnedSemaphorePermit);

/// Where received frames wait until they are taken.
#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) control: mpsc::Sender<Received>,
    pub(super) live: mpsc::Sender<Received>,
    pub(super) batches: mpsc::Sender<Received>,
}

impl Link {
    /// Starts the tasks that read and write the streams of an established connection.
    pub(super) fn over_quic(connection: quinn::Connection, control: quic::ControlStream, peer: Peer, own: Arc<Own>) -> Self {
        let link = Arc::new(Shared::new(Wire::Quic(quic::Wire::new(connection.clone())), peer, own));
        let mut tasks = JoinSet::new();
        let (inbox, queues) = Inbox::new();
        let out = quic::start(&link, connection.clone(), control, inbox, &mut tasks);
        if let Some(address) = link.peer.dialed {
            tokio::spawn(quic::remember(connection, Arc::clone(&link), address));
        }
        Self::assemble(link, Out::Quic(out), queues, tasks)
    }

    /// Starts the tasks that read and write an established stream. `place` is held as long as the stream is.
    pub(super) fn over_tcp(stream: tcp::Stream, remote: SocketAddr, peer: Peer, own: Arc<Own>, place: Option<OwnedSemaphorePermit>) -> Self {
        let wire = Arc::new(tcp::Wire::new(remote));
        let link = Arc::new(Shared::new(Wire::Tcp(Arc::clone(&wire)), peer, own));
        let mut tasks = JoinSet::new();
        let (inbox, queues) = Inbox::new();
        let out = tcp::start(&link, wire, stream, place, inbox, &mut tasks);
        Self::assemble(link, Out::Tcp(out), queues, tasks)
    }

    pub fn split(self) -> (Sender, Receiver) {
        (self.sender, self.receiver)
    }

    /// The other side, as its certificate says.
    pub fn member(&self) -> &Member {
        self.sender.member()
    }

    pub fn remote(&self) -> SocketAddr {
        self.sender.remote()
    }

    pub fn carrier(&self) -> Carrier {
        self.sender.carrier()
    }

    /// Ends the link; see [`Sender::close`].
    pub fn close(&self, code: CloseCode, reason: &str) {
        self.sender.close(code, reason);
    }

    fn assemble(link: Arc<Shared>, out: Out, (control, live, batches): Queues, tasks: JoinSet<()>) -> Self {
        let sender = Sender { link: Arc::clone(&link), out };
        Self { sender, receiver: Receiver { link, control, live, batches, _tasks: tasks } }
    }
}

impl Sender {
    /// Sends one frame: returns when its bytes are handed to the network, which is not yet when the peer has acted on them. Waits as long as the peer takes
    /// nothing; who waits for no longer than some time puts a limit around it.
    ///
    /// A frame that was begun may be sent even if the future is dropped: QUIC withdraws a batch that is half way out, TCP cannot.
    pub async fn send(&self, class: Class, frame: Frame) -> Result<(), LinkError> {
        let bytes = encoded(frame).await.map_err(LinkError::Frame)?;
        let length = bytes.len() as u64;
        let sent = match &self.out {
            Out::Quic(out) => out.send(class, bytes).await,
            Out::Tcp(out) => out.send(class, bytes).await,
        };
        sent.map_err(|quic::Gone| LinkError::Closed(self.link.closed()))?;
        self.link.sent.fetch_add(length, Ordering::Relaxed);
        self.link.own.counters.frame_sent(length);
        Ok(())
    }

    /// The other side, as its certificate says.
    pub fn member(&self) -> &Member {
        &self.link.peer.member
    }

    pub fn remote(&self) -> SocketAddr {
        canonical(match &self.link.wire {
            Wire::Quic(wire) => wire.remote(),
            Wire::Tcp(wire) => wire.remote(),
        })
    }

    pub fn carrier(&self) -> Carrier {
        match &self.link.wire {
            Wire::Quic(_) => Carrier::Quic,
            Wire::Tcp(_) => Carrier::Tcp,
        }
    }

    /// Unix seconds at which the peer's certificate expires; whoever keeps a link longer closes it then.
    pub fn certificate_ends(&self) -> i64 {
        self.link.peer.certificate_ends
    }

    /// Ends the link at once, also for what is still on its way. The first call counts; `reason` is one plain sentence for the other side's people.
    pub fn close(&self, code: CloseCode, reason: &str) {
        self.link.close(code, reason);
    }

    /// How the link ended, once it has.
    pub fn closed_reason(&self) -> Option<Closed> {
        match &self.link.wire {
            Wire::Quic(wire) => wire.closed_reason(),
            Wire::Tcp(wire) => wire.closed_reason(),
        }
    }

    /// Waits for the end of the link.
    pub async fn closed(&self) -> Closed {
        self.link.ended().await
    }

    /// Bytes of frames sent, as on the wire.
    pub fn bytes_sent(&self) -> u64 {
        self.link.sent.load(Ordering::Relaxed)
    }

    /// Bytes of frames received, as on the wire.
    pub fn bytes_received(&self) -> u64 {
        self.link.received.load(Ordering::Relaxed)
    }
}

impl Receiver {
    /// The next frame, control frames first. After the end of the link, first what had arrived, then how it ended. Dropping the future loses nothing.
    pub async fn recv(&mut self) -> Result<Frame, LinkError> {
        tokio::select! {
            biased;
            Some((frame, _)) = self.control.recv() => Ok(frame),
            Some((frame, _)) = self.live.recv() => Ok(frame),
            Some((frame, _)) = self.batches.recv() => Ok(frame),
            else => Err(LinkError::Closed(self.link.ended().await)),
        }
    }

    /// The other side, as its certificate says.
    pub fn member(&self) -> &Member {
        &self.link.peer.member
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.link.close(CloseCode::Done, "");
    }
}

impl Carrier {
    /// The other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Quic => Self::Tcp,
            Self::Tcp => Self::Quic,
        }
    }

    /// For programs: never changes its meaning.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quic => "quic",
            Self::Tcp => "tcp",
        }
    }
}

impl fmt::Display for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Shared {
    fn new(wire: Wire, peer: Peer, own: Arc<Own>) -> Self {
        Self { wire, peer, own, sent: AtomicU64::new(0), received: AtomicU64::new(0) }
    }

    pub(super) fn own(&self) -> &Arc<Own> {
        &self.own
    }

    pub(super) fn count_received(&self, wire: u64) {
        self.received.fetch_add(wire, Ordering::Relaxed);
        self.own.counters.frame_received(wire);
    }

    pub(super) fn close(&self, code: CloseCode, reason: &str) {
        let reason = &reason[..reason.floor_char_boundary(REASON_MAX)];
        let first = match &self.wire {
            Wire::Quic(wire) => wire.close(code, reason),
            Wire::Tcp(wire) => wire.close(code, reason),
        };
        if first {
            self.own.refused(code, Some(&self.peer.member.name));
        }
    }

    /// Ends the link over what came from the peer.
    pub(super) fn fail(&self, error: ReadFrameError) {
        match error {
            ReadFrameError::Frame(error) => self.close(CloseCode::of_frame(&error), &error.to_string()),
            ReadFrameError::Stalled => self.close(CloseCode::Stall, "a frame stopped half way"),
            ReadFrameError::Cut => self.close(CloseCode::BadFrame, "a frame was cut short"),
            ReadFrameError::Trailing => self.close(CloseCode::BadFrame, "more than one frame where one may be"),
            ReadFrameError::Flood => self.close(CloseCode::Flood, "more than there was room for"),
            ReadFrameError::Lost => {}
        }
    }

    /// What this node or the peer said at the end, once it came.
    pub(super) fn closed_code(&self) -> Option<CloseCode> {
        self.closed().code
    }

    async fn ended(&self) -> Closed {
        match &self.wire {
            Wire::Quic(wire) => wire.closed().await,
            Wire::Tcp(wire) => wire.closed().await,
        }
    }

    fn closed(&self) -> Closed {
        let ended = match &self.wire {
            Wire::Quic(wire) => wire.closed_reason(),
            Wire::Tcp(wire) => wire.closed_reason(),
        };
        // A stream ended before its connection did.
        ended.unwrap_or_else(|| Closed { by: ClosedBy::Peer, code: None, reason: "the other side stopped listening".to_owned() })
    }
}

type Queues = (mpsc::Receiver<Received>, mpsc::Receiver<Received>, mpsc::Receiver<Received>);

impl Inbox {
    fn new() -> (Self, Queues) {
        let (control, control_out) = mpsc::channel(CONTROL_FRAMES);
        let (live, live_out) = mpsc::channel(BATCH_FRAMES);
        let (batches, batches_out) = mpsc::channel(BATCH_FRAMES);
        (Self { control, live, batches }, (control_out, live_out, batches_out))
    }
}

async fn encoded(frame: Frame) -> Result<Vec<u8>, FrameError> {
    if frame.body.len() < COMPRESS_ASIDE {
        return frame::encode(&frame, true);
    }
    let work = tokio::task::spawn_blocking(move || frame::encode(&frame, true));
    // Only a runtime that is shutting down gives work back; the link ends with it.
    work.await.unwrap_or(Err(FrameError::Compression))
}

/// IPv4 callers of an IPv6 socket, in their own form.
pub(super) fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}
