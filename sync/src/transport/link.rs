//! A link to one member: frames out, frames in, and how it ended.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use quinn::{Connection, RecvStream, SendStream, VarInt, WriteError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;

use super::close::{CloseCode, Closed, ClosedBy};
use super::settings::{BATCH_BYTES, BATCH_FRAMES, BULK_STREAMS, CONTROL_BYTES, CONTROL_FRAMES, Settings};
use super::stream::{Batch, Budget, ReadFrameError, Reading, read_end, read_frame};
use super::traffic::Counters;
use crate::frame::{self, Frame, FrameError};
use crate::identity::Member;

/// Priorities of streams: a higher one is sent first.
pub(super) const CONTROL_PRIORITY: i32 = 30;
const LIVE_PRIORITY: i32 = 20;
const BULK_PRIORITY: i32 = 0;

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
    control: mpsc::Sender<ControlWrite>,
    bulk: Arc<Semaphore>,
}

/// The receiving half. Dropping it ends the link.
#[derive(Debug)]
pub struct Receiver {
    link: Arc<Shared>,
    control: mpsc::Receiver<Received>,
    batches: mpsc::Receiver<Received>,
    /// The tasks that read and write streams end with the receiver.
    _tasks: JoinSet<()>,
}

#[derive(Debug)]
struct Shared {
    connection: Connection,
    member: Member,
    certificate_ends: i64,
    /// What this node said when it closed the link.
    own: OnceLock<(CloseCode, String)>,
    sent: AtomicU64,
    received: AtomicU64,
    /// Of the endpoint: these outlive the link.
    counters: Arc<Counters>,
}

/// A frame that holds its share of the memory for received frames until it is taken.
type Received = (Frame, OwnedSemaphorePermit);

/// The bytes of a control frame, and who waits until they are written.
type ControlWrite = (Vec<u8>, oneshot::Sender<Result<(), WriteError>>);

impl Link {
    /// Starts the tasks that read and write the streams of an established connection.
    pub(super) fn start(
        connection: Connection,
        member: Member,
        certificate_ends: i64,
        control: (SendStream, RecvStream),
        settings: Arc<Settings>,
        counters: Arc<Counters>,
    ) -> Self {
        let (own, sent, received) = (OnceLock::new(), AtomicU64::new(0), AtomicU64::new(0));
        let link = Arc::new(Shared { connection, member, certificate_ends, own, sent, received, counters });
        let (control_in, control_frames) = mpsc::channel(CONTROL_FRAMES);
        let (batch_in, batch_frames) = mpsc::channel(BATCH_FRAMES);
        let (control_out, control_writes) = mpsc::channel(1);
        let reading = Arc::new(Reading::new(settings));
        let mut tasks = JoinSet::new();
        tasks.spawn(write_control(control.0, control_writes));
        tasks.spawn(read_control(link.clone(), control.1, control_in, reading.clone()));
        tasks.spawn(read_batches(link.clone(), batch_in, reading));
        let sender = Sender { link: link.clone(), control: control_out, bulk: Arc::new(Semaphore::new(BULK_STREAMS)) };
        Self { sender, receiver: Receiver { link, control: control_frames, batches: batch_frames, _tasks: tasks } }
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

    /// Ends the link; see [`Sender::close`].
    pub fn close(&self, code: CloseCode, reason: &str) {
        self.sender.close(code, reason);
    }
}

impl Sender {
    /// Sends one frame: returns when its bytes are handed to the network, which is not yet when the peer has acted on them. Waits as long as the peer takes
    /// nothing; who waits for no longer than some time puts a limit around it.
    ///
    /// Dropping the future withdraws a batch that is half way out; a control frame that was begun is still sent.
    pub async fn send(&self, class: Class, frame: Frame) -> Result<(), LinkError> {
        let bytes = encoded(frame).await.map_err(LinkError::Frame)?;
        let length = bytes.len() as u64;
        match class {
            Class::Control => self.send_control(bytes).await?,
            Class::Live => drop(self.send_batch(&bytes, LIVE_PRIORITY).await?.end()),
            Class::Bulk => {
                let turn = self.bulk.clone().acquire_owned().await.ok();
                let arrived = self.send_batch(&bytes, BULK_PRIORITY).await?.end();
                tokio::spawn(async move {
                    arrived.await;
                    drop(turn);
                });
            }
        }
        self.link.sent.fetch_add(length, Ordering::Relaxed);
        self.link.counters.frame_sent(length);
        Ok(())
    }

    /// The other side, as its certificate says.
    pub fn member(&self) -> &Member {
        &self.link.member
    }

    pub fn remote(&self) -> SocketAddr {
        canonical(self.link.connection.remote_address())
    }

    /// Unix seconds at which the peer's certificate expires; whoever keeps a link longer closes it then.
    pub fn certificate_ends(&self) -> i64 {
        self.link.certificate_ends
    }

    /// Ends the link at once, also for what is still on its way. The first call counts; `reason` is one plain sentence for the other side's people.
    pub fn close(&self, code: CloseCode, reason: &str) {
        self.link.close(code, reason);
    }

    /// How the link ended, once it has.
    pub fn closed_reason(&self) -> Option<Closed> {
        self.link.connection.close_reason().map(|_| self.link.closed())
    }

    /// Waits for the end of the link.
    pub async fn closed(&self) -> Closed {
        self.link.connection.closed().await;
        self.link.closed()
    }

    /// Bytes of frames sent, as on the wire.
    pub fn bytes_sent(&self) -> u64 {
        self.link.sent.load(Ordering::Relaxed)
    }

    /// Bytes of frames received, as on the wire.
    pub fn bytes_received(&self) -> u64 {
        self.link.received.load(Ordering::Relaxed)
    }

    async fn send_control(&self, bytes: Vec<u8>) -> Result<(), LinkError> {
        let (done, written) = oneshot::channel();
        let gone = |_| LinkError::Closed(self.link.closed());
        self.control.send((bytes, done)).await.map_err(|_| gone(()))?;
        written.await.map_err(|_| gone(()))?.map_err(|_| gone(()))
    }

    async fn send_batch(&self, bytes: &[u8], priority: i32) -> Result<Batch, LinkError> {
        let gone = || LinkError::Closed(self.link.closed());
        let mut batch = Batch::new(self.link.connection.open_uni().await.map_err(|_| gone())?, priority);
        batch.write(bytes).await.map_err(|_| gone())?;
        Ok(batch)
    }
}

impl Receiver {
    /// The next frame, control frames first. After the end of the link, first what had arrived, then how it ended. Dropping the future loses nothing.
    pub async fn recv(&mut self) -> Result<Frame, LinkError> {
        tokio::select! {
            biased;
            Some((frame, _)) = self.control.recv() => Ok(frame),
            Some((frame, _)) = self.batches.recv() => Ok(frame),
            else => {
                self.link.connection.closed().await;
                Err(LinkError::Closed(self.link.closed()))
            }
        }
    }

    /// The other side, as its certificate says.
    pub fn member(&self) -> &Member {
        &self.link.member
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.link.close(CloseCode::Done, "");
    }
}

impl Shared {
    fn close(&self, code: CloseCode, reason: &str) {
        if self.connection.close_reason().is_some() {
            return;
        }
        let reason = &reason[..reason.floor_char_boundary(REASON_MAX)];
        if self.own.set((code, reason.to_owned())).is_ok() {
            self.connection.close(VarInt::from_u32(code.number()), reason.as_bytes());
        }
    }

    fn note_received(&self, bytes: u64) {
        self.received.fetch_add(bytes, Ordering::Relaxed);
        self.counters.frame_received(bytes);
    }

    fn closed(&self) -> Closed {
        match self.connection.close_reason() {
            Some(error) => Closed::from_quinn(&error, self.own.get()),
            // A stream ended before its connection did.
            None => Closed { by: ClosedBy::Peer, code: None, reason: "the other side stopped listening".to_owned() },
        }
    }

    /// Ends the link over what came from a stream.
    fn fail(&self, error: ReadFrameError) {
        match error {
            ReadFrameError::Frame(error @ FrameError::Protocol { .. }) => self.close(CloseCode::Protocol, &error.to_string()),
            ReadFrameError::Frame(error) => self.close(CloseCode::BadFrame, &error.to_string()),
            ReadFrameError::Stalled => self.close(CloseCode::BadFrame, "a frame stopped half way"),
            ReadFrameError::Cut => self.close(CloseCode::BadFrame, "a frame was cut short"),
            ReadFrameError::Trailing => self.close(CloseCode::BadFrame, "more than one frame on a batch's stream"),
            ReadFrameError::Lost => {}
        }
    }
}

/// Writes control frames whole, one after the other, whatever becomes of those who sent them.
async fn write_control(mut stream: SendStream, mut writes: mpsc::Receiver<ControlWrite>) {
    while let Some((bytes, done)) = writes.recv().await {
        let written = stream.write_all(&bytes).await;
        let failed = written.is_err();
        // Nobody waits any more: the frame is on its way all the same.
        let _ = done.send(written);
        if failed {
            return;
        }
    }
}

async fn read_control(link: Arc<Shared>, mut stream: RecvStream, queue: mpsc::Sender<Received>, reading: Arc<Reading>) {
    let budget = Budget::new(CONTROL_BYTES);
    while let Ok(slot) = queue.reserve().await {
        match read_frame(&mut stream, &reading, &budget).await {
            Ok(Some((frame, wire, share))) => {
                link.note_received(wire);
                slot.send((frame, share));
            }
            Ok(None) => return,
            Err(error) => return link.fail(error),
        }
    }
}

/// Takes one-way streams, each with a place in the queue kept for it, so that as many are read at once as can be handed on.
async fn read_batches(link: Arc<Shared>, queue: mpsc::Sender<Received>, reading: Arc<Reading>) {
    let budget = Arc::new(Budget::new(BATCH_BYTES));
    let mut batches = JoinSet::new();
    while let Ok(slot) = queue.clone().reserve_owned().await {
        let stream = loop {
            tokio::select! {
                stream = link.connection.accept_uni() => break stream,
                Some(_) = batches.join_next() => {}
            }
        };
        let Ok(stream) = stream else { break };
        batches.spawn(read_batch(link.clone(), stream, slot, budget.clone(), reading.clone()));
    }
    // What had arrived whole is still handed on.
    while batches.join_next().await.is_some() {}
}

async fn read_batch(link: Arc<Shared>, mut stream: RecvStream, slot: mpsc::OwnedPermit<Received>, budget: Arc<Budget>, reading: Arc<Reading>) {
    let frame = match read_frame(&mut stream, &reading, &budget).await {
        Ok(Some(frame)) => read_end(&mut stream, &reading).await.map(|()| Some(frame)),
        other => other,
    };
    match frame {
        Ok(Some((frame, wire, share))) => {
            link.note_received(wire);
            slot.send((frame, share));
        }
        Ok(None) => {}
        Err(error) => link.fail(error),
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
