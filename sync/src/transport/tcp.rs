//! A link's frames in pieces on one TCP stream with TLS.
//!
//! Control goes before live, and live before bulk, from piece to piece. Each of the three has room of its own at the receiver, and a frame is begun only
//! when all of it fits: so bulk that nobody takes stops neither control nor live.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot, watch};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::close::{CloseCode, Closed, ClosedBy};
use super::link::{Class, Inbox, Received, Shared};
use super::pieces::{self, Channel, HEAD, NoPiece, PIECE_MAX};
use super::quic::Gone;
use super::settings::{BATCH_BYTES, CONTROL_BYTES, ROOM, ROOM_FRAME, Settings};
use super::stream::{Budget, ReadFrameError};
use crate::asked;
use crate::frame::{FrameError, HEADER_LEN, Header};

/// As long as the last words may take.
pub(super) const FAREWELL: Duration = Duration::from_secs(2);
/// Room is given back when so much was taken: an eighth is held back at most.
const ROOM_STEP: usize = ROOM / 8;
/// Frames that fit into the room of one channel.
const FRAMES_MAX: usize = ROOM / ROOM_FRAME;
const READ_BUFFER: usize = 64 << 10;
/// As often as is looked whether a frame goes on, within the time that it may stop.
const LOOKS: u32 = 4;

/// TLS in either direction.
pub(super) type Stream = tokio_rustls::TlsStream<TcpStream>;

/// Frame channels, most urgent first.
const CHANNELS: [Channel; 3] = [Channel::Control, Channel::Live, Channel::Bulk];

/// One stream, how much room there is on both sides, and how it ended.
#[derive(Debug)]
pub(super) struct Wire {
    remote: SocketAddr,
    ended: watch::Sender<Option<Closed>>,
    /// Room at the peer, for each channel.
    room: [AtomicUsize; 3],
    /// What the peer has begun to send and was not told to be taken: never more than there is room.
    owed: [AtomicUsize; 3],
    /// Taken here and not yet told to the peer.
    taken: [AtomicUsize; 3],
    /// Counted up when a frame begins and when it is whole: odd while one is half way in.
    frames: [AtomicU64; 3],
    /// Bytes of frames that came.
    arrived: AtomicU64,
    wake: Notify,
}

#[derive(Debug, Clone)]
pub(super) struct Out {
    queues: [mpsc::Sender<Outgoing>; 3],
}

/// A frame on its way out, and who waits until it is handed to the network.
#[derive(Debug)]
struct Outgoing {
    bytes: Vec<u8>,
    sent: usize,
    done: oneshot::Sender<()>,
}

impl Wire {
    pub(super) fn new(remote: SocketAddr) -> Self {
        Self {
            remote,
            ended: watch::Sender::new(None),
            room: std::array::from_fn(|_| AtomicUsize::new(ROOM)),
            owed: std::array::from_fn(|_| AtomicUsize::new(0)),
            taken: std::array::from_fn(|_| AtomicUsize::new(0)),
            frames: std::array::from_fn(|_| AtomicU64::new(0)),
            arrived: AtomicU64::new(0),
            wake: Notify::new(),
        }
    }

    pub(super) fn remote(&self) -> SocketAddr {
        self.remote
    }

    /// Whether this was what ended it.
    pub(super) fn close(&self, code: CloseCode, reason: &str) -> bool {
        self.end(Closed { by: ClosedBy::Us, code: Some(code), reason: reason.to_owned() })
    }

    pub(super) fn closed_reason(&self) -> Option<Closed> {
        self.ended.borrow().clone()
    }

    pub(super) async fn closed(&self) -> Closed {
        let mut ended = self.ended.subscribe();
        match ended.wait_for(Option::is_some).await.map(|closed| closed.clone()) {
            Ok(Some(closed)) => closed,
            // The sender lives as long as this.
            Ok(None) | Err(_) => Closed::silent(),
        }
    }

    fn end(&self, closed: Closed) -> bool {
        self.ended.send_if_modified(|ended| {
            let first = ended.is_none();
            ended.get_or_insert(closed);
            first
        })
    }

    /// What was sent is on the peer's account until it says that it took it.
    fn take_room(&self, channel: usize, cost: usize) -> bool {
        self.room[channel].fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| room.checked_sub(cost)).is_ok()
    }

    fn give_room(&self, channel: usize, cost: usize) {
        // Nobody gets more room than there is, whatever the peer says.
        let _ = self.room[channel].fetch_update(Ordering::Relaxed, Ordering::Relaxed, |room| Some((room.saturating_add(cost)).min(ROOM)));
        self.wake.notify_one();
    }

    /// The room that the peer may be told of, if it is enough for a word.
    fn told_room(&self, channel: usize) -> Option<usize> {
        let taken = self.taken[channel].fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| (taken >= ROOM_STEP).then_some(0)).ok()?;
        self.owed[channel].fetch_sub(taken, Ordering::Relaxed);
        Some(taken)
    }
}

impl Out {
    pub(super) async fn send(&self, class: Class, bytes: Vec<u8>) -> Result<(), Gone> {
        let (done, sent) = oneshot::channel();
        let queue = match class {
            Class::Control => &self.queues[0],
            Class::Live => &self.queues[1],
            Class::Bulk => &self.queues[2],
        };
        queue.send(Outgoing { bytes, sent: 0, done }).await.map_err(|_| Gone)?;
        asked::answer(queue, sent).await.ok_or(Gone)
    }
}

/// Starts reading and writing. The task that holds the stream outlives the link by its last words.
pub(super) fn start(
    link: &Arc<Shared>,
    wire: Arc<Wire>,
    stream: Stream,
    place: Option<OwnedSemaphorePermit>,
    inbox: Inbox,
    tasks: &mut JoinSet<()>,
) -> Out {
    let frames = [(inbox.control, CONTROL_BYTES), (inbox.live, CONTROL_BYTES), (inbox.batches, BATCH_BYTES)];
    let mut places = 0..;
    let raw = frames.map(|(queue, budget)| {
        let (raw, waiting) = mpsc::channel(FRAMES_MAX);
        let place = places.next().unwrap_or_default();
        tasks.spawn(unpack(Arc::clone(link), Arc::clone(&wire), place, waiting, queue, Budget::new(budget)));
        raw
    });
    let (senders, queues): (Vec<_>, Vec<_>) = (0..CHANNELS.len()).map(|_| mpsc::channel(1)).unzip();
    let (Ok(senders), Ok(queues)) = (<[_; 3]>::try_from(senders), <[_; 3]>::try_from(queues)) else { unreachable!("there are three channels") };
    let carrying = carry(Arc::clone(link), wire, stream, raw, queues);
    tokio::spawn(async move {
        carrying.await;
        drop(place);
    });
    Out { queues: senders }
}

/// Reads and writes until one of them ends, or the link is closed, or the endpoint; then says so.
async fn carry(link: Arc<Shared>, wire: Arc<Wire>, stream: Stream, raw: [mpsc::Sender<Raw>; 3], queues: [mpsc::Receiver<Outgoing>; 3]) {
    let own = Arc::clone(link.own());
    let mut ending = own.ending.subscribe();
    let (from, to) = tokio::io::split(stream);
    let mut writer =
        Writer { wire: Arc::clone(&wire), to, queues, current: [None, None, None], piece: Vec::new(), written: 0, settings: own.settings.clone() };
    let mut reader = Reader { wire: Arc::clone(&wire), from: BufReader::with_capacity(READ_BUFFER, from), settings: own.settings.clone(), raw };
    {
        let still = impatience(&wire, &own.settings);
        tokio::select! {
            error = reader.read() => reader.end(&link, error),
            error = writer.write() => { wire.end(Closed::from_io(&error)); }
            () = still => link.fail(ReadFrameError::Stalled),
            _ = wire.closed() => {}
            _ = ending.wait_for(|ending| *ending) => { wire.close(CloseCode::Shutdown, ""); }
        }
    }
    // Reading may also end because nobody takes what it reads.
    wire.end(Closed::silent());
    // Senders hear of the end now, not after the last words.
    let Writer { to, queues, current, piece, written, .. } = writer;
    drop((queues, current));
    let Some(Closed { by: ClosedBy::Us, code: Some(code), reason }) = wire.closed_reason() else { return };
    let stream = reader.from.into_inner().unsplit(to);
    end(stream, &[&piece[written..], &pieces::close(code, &reason)].concat()).await;
}

/// Says the last words on a stream, and waits a little for the other side to hear them.
pub(super) async fn end<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, last_words: &[u8]) {
    let words = async {
        stream.write_all(last_words).await?;
        stream.shutdown().await?;
        // A stream that is dropped with bytes unread is reset, and the last words with it.
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await
    };
    let _ = timeout(FAREWELL, words).await;
}

/// Ends when a frame that was begun does not go on: nothing at all came for a while, or it took longer than any frame may.
async fn impatience(wire: &Wire, settings: &Settings) {
    let mut looks = interval(settings.stall / LOOKS);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let slow_max = settings.frame.as_millis() / (settings.stall / LOOKS).as_millis().max(1);
    let (mut arrived, mut quiet) = (0, 0);
    let mut frames = [(0, 0); 3];
    loop {
        looks.tick().await;
        let now = wire.arrived.load(Ordering::Relaxed);
        let mut half = false;
        for ((before, slow), count) in frames.iter_mut().zip(&wire.frames) {
            let count = count.load(Ordering::Relaxed);
            half |= count % 2 == 1;
            *slow = if count % 2 == 1 && count == *before { *slow + 1 } else { 0 };
            *before = count;
            if *slow > slow_max {
                return;
            }
        }
        quiet = if half && now == arrived { quiet + 1 } else { 0 };
        arrived = now;
        if quiet >= LOOKS {
            return;
        }
    }
}

/// A frame as it came, before it is unpacked.
struct Raw {
    header: Header,
    body: Vec<u8>,
}

impl Raw {
    fn cost(header: &Header) -> usize {
        HEADER_LEN + header.length() + ROOM_FRAME
    }
}

/// Unpacks the frames of one channel in their order, as fast as they are taken.
async fn unpack(link: Arc<Shared>, wire: Arc<Wire>, place: usize, mut waiting: mpsc::Receiver<Raw>, queue: mpsc::Sender<Received>, budget: Budget) {
    while let Some(Raw { header, body }) = waiting.recv().await {
        let (cost, bytes) = (Raw::cost(&header), (HEADER_LEN + body.len()) as u64);
        let Ok(slot) = queue.reserve().await else { return };
        let share = match budget.take(header.memory()).await {
            Ok(share) => share,
            Err(error) => return link.fail(ReadFrameError::Frame(error)),
        };
        match header.body(body) {
            Ok(frame) => {
                link.count_received(bytes);
                slot.send((frame, share));
                wire.taken[place].fetch_add(cost, Ordering::Relaxed);
                wire.wake.notify_one();
            }
            Err(error) => return link.fail(ReadFrameError::Frame(error)),
        }
    }
}

struct Writer {
    wire: Arc<Wire>,
    to: WriteHalf<Stream>,
    queues: [mpsc::Receiver<Outgoing>; 3],
    /// The frame of each channel that waits or is half way out.
    current: [Option<Outgoing>; 3],
    /// The piece that is being written: the last words must not stand in the middle of it.
    piece: Vec<u8>,
    written: usize,
    settings: Arc<Settings>,
}

impl Writer {
    /// Writes until it fails.
    async fn write(&mut self) -> std::io::Error {
        loop {
            self.written = 0;
            // What was sent must not be taken for a piece half way out, when the link is closed while nothing is to be sent.
            self.piece.clear();
            self.piece = match self.next_piece() {
                Some(piece) => piece,
                None => {
                    if let Err(error) = self.flushed().await {
                        return error;
                    }
                    if self.rested().await {
                        continue;
                    }
                    pieces::head(Channel::Alive, 0).to_vec()
                }
            };
            while self.written < self.piece.len() {
                // Whoever takes nothing for so long is not there.
                match timeout(self.settings.stall, self.to.write(&self.piece[self.written..])).await {
                    Ok(Ok(0)) => return std::io::ErrorKind::WriteZero.into(),
                    Ok(Ok(written)) => self.written += written,
                    Ok(Err(error)) => return error,
                    Err(_) => return std::io::ErrorKind::TimedOut.into(),
                }
            }
            self.note_sent();
        }
    }

    async fn flushed(&mut self) -> std::io::Result<()> {
        timeout(self.settings.stall, self.to.flush()).await.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
    }

    /// Waits until there may be something to write; false when it is time for a sign of life.
    async fn rested(&mut self) -> bool {
        let [control, live, bulk] = &mut self.queues;
        let [control_now, live_now, bulk_now] = &mut self.current;
        let rest = async {
            tokio::select! {
                () = self.wire.wake.notified() => {}
                Some(next) = control.recv(), if control_now.is_none() => *control_now = Some(next),
                Some(next) = live.recv(), if live_now.is_none() => *live_now = Some(next),
                Some(next) = bulk.recv(), if bulk_now.is_none() => *bulk_now = Some(next),
            }
        };
        timeout(self.settings.keep_alive, rest).await.is_ok()
    }

    /// The most urgent piece that may go now.
    fn next_piece(&mut self) -> Option<Vec<u8>> {
        for (place, channel) in CHANNELS.into_iter().enumerate() {
            if let Some(room) = self.wire.told_room(place) {
                return Some(pieces::room(channel as u8, u32::try_from(room).unwrap_or(u32::MAX)));
            }
        }
        for (place, channel) in CHANNELS.into_iter().enumerate() {
            if self.current[place].is_none() {
                self.current[place] = self.queues[place].try_recv().ok();
            }
            let Some(frame) = &mut self.current[place] else { continue };
            // Only a frame that fits whole is begun, so none that was begun ever waits for room.
            if frame.sent == 0 && !self.wire.take_room(place, frame.bytes.len() + ROOM_FRAME) {
                continue;
            }
            let rest = &frame.bytes[frame.sent..];
            let bytes = &rest[..rest.len().min(PIECE_MAX)];
            frame.sent += bytes.len();
            return Some([&pieces::head(channel, bytes.len())[..], bytes].concat());
        }
        None
    }

    /// Lets those go on whose frame is out.
    fn note_sent(&mut self) {
        for current in &mut self.current {
            if current.as_ref().is_some_and(|frame| frame.sent == frame.bytes.len())
                && let Some(frame) = current.take()
            {
                let _ = frame.done.send(());
            }
        }
    }
}

struct Reader {
    wire: Arc<Wire>,
    from: BufReader<ReadHalf<Stream>>,
    settings: Arc<Settings>,
    raw: [mpsc::Sender<Raw>; 3],
}

/// Why reading ended.
enum ReadEnd {
    Closed(Closed),
    Frame(ReadFrameError),
}

impl From<std::io::Error> for ReadEnd {
    fn from(error: std::io::Error) -> Self {
        Self::Closed(Closed::from_io(&error))
    }
}

impl From<ReadFrameError> for ReadEnd {
    fn from(error: ReadFrameError) -> Self {
        Self::Frame(error)
    }
}

impl From<NoPiece> for ReadEnd {
    fn from(NoPiece: NoPiece) -> Self {
        Self::Frame(ReadFrameError::Frame(FrameError::NotOurs))
    }
}

/// The frames of the three channels that are half way in.
#[derive(Default)]
struct Half {
    frame: Option<(Header, Vec<u8>)>,
}

impl Reader {
    /// Reads until there is nothing more to read.
    async fn read(&mut self) -> ReadEnd {
        let mut halves = <[Half; 3]>::default();
        loop {
            if let Err(end) = self.piece(&mut halves).await {
                return end;
            }
        }
    }

    async fn piece(&mut self, halves: &mut [Half; 3]) -> Result<(), ReadEnd> {
        let mut head = [0; HEAD];
        // Between pieces a peer may rest as long as it shows signs of life; a frame that does not go on is noticed elsewhere.
        fill(&mut self.from, &mut head, self.settings.idle).await?.ok_or_else(|| ReadEnd::Closed(Closed::silent()))?;
        let (channel, length) = pieces::read_head(head)?;
        let mut piece = vec![0; length];
        let whole = timeout(self.settings.frame, fill(&mut self.from, &mut piece, self.settings.stall)).await.unwrap_or(Ok(None))?;
        whole.ok_or(ReadFrameError::Stalled)?;
        match channel {
            Channel::Control | Channel::Live | Channel::Bulk => {
                self.wire.arrived.fetch_add(length as u64, Ordering::Relaxed);
                self.take(&mut halves[channel as usize], channel as usize, &piece)?;
            }
            Channel::Room => {
                let (place, room) = pieces::read_room(&piece)?;
                self.wire.give_room(place, room);
            }
            Channel::Alive => {}
            Channel::Close => return Err(ReadEnd::Closed(pieces::read_close(&piece))),
        }
        Ok(())
    }

    /// One more piece of a channel's frame.
    fn take(&self, half: &mut Half, place: usize, piece: &[u8]) -> Result<(), ReadFrameError> {
        let (header, mut body) = match half.frame.take() {
            Some((header, mut body)) => {
                body.extend_from_slice(piece);
                (header, body)
            }
            None => self.begin(place, piece)?,
        };
        if body.len() > header.length() {
            return Err(ReadFrameError::Trailing);
        }
        if body.len() < header.length() {
            body.reserve_exact(PIECE_MAX.min(header.length() - body.len()));
            half.frame = Some((header, body));
            return Ok(());
        }
        self.wire.frames[place].fetch_add(1, Ordering::Relaxed);
        self.raw[place].try_send(Raw { header, body }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => ReadFrameError::Flood,
            mpsc::error::TrySendError::Closed(_) => ReadFrameError::Lost,
        })
    }

    /// The first piece holds the whole header, so that what it declares is judged before anything is kept for it.
    fn begin(&self, place: usize, piece: &[u8]) -> Result<(Header, Vec<u8>), ReadFrameError> {
        let (head, body) = piece.split_first_chunk::<HEADER_LEN>().ok_or(ReadFrameError::Frame(FrameError::NotOurs))?;
        let header = Header::read(head).map_err(ReadFrameError::Frame)?;
        let owed = self.wire.owed[place].fetch_add(Raw::cost(&header), Ordering::Relaxed) + Raw::cost(&header);
        if owed > ROOM {
            return Err(ReadFrameError::Flood);
        }
        self.wire.frames[place].fetch_add(1, Ordering::Relaxed);
        Ok((header, body.to_vec()))
    }

    fn end(&self, link: &Shared, end: ReadEnd) {
        match end {
            ReadEnd::Closed(closed) => {
                self.wire.end(closed);
            }
            ReadEnd::Frame(error) => link.fail(error),
        }
    }
}

/// Fills the buffer; `None` if nothing at all came for `patience`.
async fn fill<S: AsyncRead + Unpin>(from: &mut S, mut buffer: &mut [u8], patience: Duration) -> std::io::Result<Option<()>> {
    while !buffer.is_empty() {
        match timeout(patience, from.read(buffer)).await {
            Ok(Ok(0)) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(Ok(read)) => buffer = &mut buffer[read..],
            Ok(Err(error)) => return Err(error),
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(()))
}
