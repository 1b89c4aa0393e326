//! One frame from or to a stream, with patience for a slow peer and none for a stopped one.

use std::sync::Arc;
use std::time::Duration;

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
    /// The connection ended.
    Lost,
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
    async fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, FrameError> {
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
    settings: &Settings,
    budget: &Budget,
) -> Result<Option<(Frame, u64, OwnedSemaphorePermit)>, ReadFrameError> {
    let mut head = [0; HEADER_LEN];
    // Between frames a peer may be silent as long as the connection lives.
    let Some(first) = read_some(stream, &mut head, None).await? else { return Ok(None) };
    if !fill(stream, &mut head[first..], settings.stall).await? {
        return Ok(None);
    }
    let header = Header::read(&head).map_err(ReadFrameError::Frame)?;
    let share = budget.take(header.memory()).await.map_err(ReadFrameError::Frame)?;
    let mut body = vec![0; header.length()];
    let whole = timeout(settings.frame, fill(stream, &mut body, settings.stall)).await.map_err(|_| ReadFrameError::Stalled)??;
    if !whole {
        return Ok(None);
    }
    let wire = (HEADER_LEN + body.len()) as u64;
    let frame = header.body(body).map_err(ReadFrameError::Frame)?;
    Ok(Some((frame, wire, share)))
}

/// Nothing may follow on a stream that carries one frame.
pub(super) async fn read_end(stream: &mut RecvStream, settings: &Settings) -> Result<(), ReadFrameError> {
    match read_some(stream, &mut [0], Some(settings.stall)).await? {
        None => Ok(()),
        Some(_) => Err(ReadFrameError::Trailing),
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

/// False where the peer withdrew the stream.
async fn fill(stream: &mut RecvStream, mut rest: &mut [u8], stall: Duration) -> Result<bool, ReadFrameError> {
    while !rest.is_empty() {
        match stream_read(stream, rest, Some(stall)).await? {
            Read::Some(read) => rest = &mut rest[read..],
            Read::End => return Err(ReadFrameError::Cut),
            Read::Withdrawn => return Ok(false),
        }
    }
    Ok(true)
}

async fn read_some(stream: &mut RecvStream, buffer: &mut [u8], patience: Option<Duration>) -> Result<Option<usize>, ReadFrameError> {
    match stream_read(stream, buffer, patience).await? {
        Read::Some(read) => Ok(Some(read)),
        Read::End | Read::Withdrawn => Ok(None),
    }
}

enum Read {
    Some(usize),
    End,
    Withdrawn,
}

async fn stream_read(stream: &mut RecvStream, buffer: &mut [u8], patience: Option<Duration>) -> Result<Read, ReadFrameError> {
    let read = stream.read(buffer);
    let result = match patience {
        Some(patience) => timeout(patience, read).await.map_err(|_| ReadFrameError::Stalled)?,
        None => read.await,
    };
    match result {
        Ok(Some(read)) => Ok(Read::Some(read)),
        Ok(None) => Ok(Read::End),
        Err(ReadError::Reset(_)) => Ok(Read::Withdrawn),
        Err(ReadError::ConnectionLost(_)) => Err(ReadFrameError::Lost),
        // We stop no stream, read in order and use no 0-RTT.
        Err(ReadError::ClosedStream | ReadError::IllegalOrderedRead | ReadError::ZeroRttRejected) => Ok(Read::End),
    }
}
