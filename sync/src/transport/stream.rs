//! One frame from or to a stream, with patience for a slow peer and none for a stopped one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quinn::{ReadError, RecvStream, SendStream, VarInt, WriteError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::settings::Settings;
use crate::frame::{Frame, FrameError, HEADER_LEN, Header};

/// Why no frame came from a stream.
#[derive(Debug)]
pub(super) enum ReadFrameError {
    Frame(FrameError),
    /// The peer stopped half way.
    Stalled,
    /// The stream ended half way.
    Cut,
    /// Bytes follow the one frame of this stream.
    Trailing,
    /// More came than there was room for.
    Flood,
    /// The connection ended.
    Lost,
}

/// How one link is read: how long to wait, and what arrived meanwhile on any of its streams.
pub(super) struct Reading {
    settings: Arc<Settings>,
    arrived: AtomicU64,
}

impl Reading {
    pub(super) fn new(settings: Arc<Settings>) -> Self {
        Self { settings, arrived: AtomicU64::new(0) }
    }
}

/// Memory that received frames may take until somebody takes them.
pub(super) struct Budget {
    free: Arc<Semaphore>,
    bytes: usize,
}

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(bytes)), bytes }
    }

    /// Waits until `bytes` are free; more than there ever will be is refused.
    pub(super) async fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, FrameError> {
        let too_long = FrameError::TooLong { length: bytes };
        match u32::try_from(bytes) {
            // The semaphore is never closed, so waiting for it does not fail.
            Ok(count) if bytes <= self.bytes => self.free.clone().acquire_many_owned(count).await.map_err(|_| too_long),
            _ => Err(too_long),
        }
    }
}

/// The next frame, its bytes on the wire, and its share of the budget; `None` at the end of the stream or where the peer withdrew it.
pub(super) async fn read_frame(
    stream: &mut RecvStream,
    reading: &Reading,
    budget: &Budget,
) -> Result<Option<(Frame, u64, OwnedSemaphorePermit)>, ReadFrameError> {
    let mut head = [0; HEADER_LEN];
    // Between frames a peer may be silent as long as the connection lives.
    let first = match read_now(reading, stream.read(&mut head).await)? {
        Read::Some(first) => first,
        Read::End | Read::Withdrawn => return Ok(None),
    };
    if !fill(stream, &mut head[first..], reading).await? {
        return Ok(None);
    }
    let header = Header::read(&head).map_err(ReadFrameError::Frame)?;
    let share = budget.take(header.memory()).await.map_err(ReadFrameError::Frame)?;
    let mut body = vec![0; header.length()];
    let whole = timeout(reading.settings.frame, fill(stream, &mut body, reading)).await.map_err(|_| ReadFrameError::Stalled)??;
    if !whole {
        return Ok(None);
    }
    let wire = (HEADER_LEN + body.len()) as u64;
    let frame = header.body(body).map_err(ReadFrameError::Frame)?;
    Ok(Some((frame, wire, share)))
}

/// Nothing may follow on a stream that carries one frame.
pub(super) async fn read_end(stream: &mut RecvStream, reading: &Reading) -> Result<(), ReadFrameError> {
    match read_patiently(stream, &mut [0], reading).await? {
        Read::End | Read::Withdrawn => Ok(()),
        Read::Some(_) => Err(ReadFrameError::Trailing),
    }
}

/// A stream for one batch. If it is dropped before [`Batch::end`], the peer is told to forget what came, instead of taking the part for the whole.
pub(super) struct Batch {
    stream: SendStream,
    whole: bool,
}

impl Batch {
    pub(super) fn new(stream: SendStream, priority: i32) -> Self {
        // A stream that was closed meanwhile says so at the first write.
        let _ = stream.set_priority(priority);
        Self { stream, whole: false }
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), WriteError> {
        self.stream.write_all(bytes).await
    }

    /// Completes the batch, then waits until the peer's machine has it.
    pub(super) fn end(mut self) -> impl Future<Output = ()> + Send + 'static {
        // Only a stream that the peer stopped cannot be finished; then there is nothing to wait for either.
        let _ = self.stream.finish();
        self.whole = true;
        let arrived = self.stream.stopped();
        async move {
            let _ = arrived.await;
        }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        if !self.whole {
            let _ = self.stream.reset(VarInt::from_u32(0));
        }
    }
}

enum Read {
    Some(usize),
    End,
    Withdrawn,
}

/// False where the peer withdrew the stream.
async fn fill(stream: &mut RecvStream, mut rest: &mut [u8], reading: &Reading) -> Result<bool, ReadFrameError> {
    while !rest.is_empty() {
        match read_patiently(stream, rest, reading).await? {
            Read::Some(read) => rest = &mut rest[read..],
            Read::End => return Err(ReadFrameError::Cut),
            Read::Withdrawn => return Ok(false),
        }
    }
    Ok(true)
}

/// Waits as long as anything arrives on this link: this stream may have to wait for streams that come before it.
async fn read_patiently(stream: &mut RecvStream, buffer: &mut [u8], reading: &Reading) -> Result<Read, ReadFrameError> {
    loop {
        let before = reading.arrived.load(Ordering::Relaxed);
        match timeout(reading.settings.stall, stream.read(buffer)).await {
            Ok(result) => return read_now(reading, result),
            Err(_) if reading.arrived.load(Ordering::Relaxed) != before => {}
            Err(_) => return Err(ReadFrameError::Stalled),
        }
    }
}

fn read_now(reading: &Reading, result: Result<Option<usize>, ReadError>) -> Result<Read, ReadFrameError> {
    match result {
        Ok(Some(read)) => {
            reading.arrived.fetch_add(read as u64, Ordering::Relaxed);
            Ok(Read::Some(read))
        }
        Ok(None) => Ok(Read::End),
        Err(ReadError::Reset(_)) => Ok(Read::Withdrawn),
        Err(ReadError::ConnectionLost(_)) => Err(ReadFrameError::Lost),
        // We stop no stream, read in order and use no 0-RTT.
        Err(ReadError::ClosedStream | ReadError::IllegalOrderedRead | ReadError::ZeroRttRejected) => Ok(Read::End),
    }
}
