//! A link's frames on the streams of one QUIC connection.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use quinn::{Connection, RecvStream, SendStream, VarInt};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::close::{CloseCode, Closed, ClosedBy};
use super::link::{Class, Inbox, Received, Shared};
use super::settings::{BATCH_BYTES, BULK_STREAMS, CONTROL_BYTES};
use super::stream::{Batch, Budget, Reading, read_end, read_frame};
use crate::asked;

/// Priorities of streams: a higher one is sent first.
pub(super) const CONTROL_PRIORITY: i32 = 30;
const LIVE_PRIORITY: i32 = 20;
const BULK_PRIORITY: i32 = 0;

/// As often as is looked whether batches arrive, within the time that is allowed for it.
const LOOKS: u32 = 4;
/// So many packets must be lost before a link that carries nothing is blamed: a peer that takes nothing loses none.
const LOST_MIN: u64 = 3;

/// The two ends of the control stream.
pub(super) type ControlStream = (SendStream, RecvStream);

/// The link has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gone;

/// One connection, and what this node said when it ended it.
#[derive(Debug)]
pub(super) struct Wire {
    connection: Connection,
    own: OnceLock<(CloseCode, String)>,
}

#[derive(Debug, Clone)]
pub(super) struct Out {
    connection: Connection,
    control: mpsc::Sender<ControlWrite>,
    bulk: Arc<Semaphore>,
    batches: Arc<OnTheWay>,
}

/// Batches that were handed to the network, and those that arrived.
#[derive(Debug, Default)]
struct OnTheWay {
    now: AtomicUsize,
    arrived: AtomicU64,
}

/// The bytes of a control frame, and who waits until they are written.
type ControlWrite = (Vec<u8>, oneshot::Sender<()>);

impl Wire {
    pub(super) fn new(connection: Connection) -> Self {
        Self { connection, own: OnceLock::new() }
    }

    pub(super) fn remote(&self) -> SocketAddr {
        self.connection.remote_address()
    }

    /// Whether this was what ended it.
    pub(super) fn close(&self, code: CloseCode, reason: &str) -> bool {
        if self.connection.close_reason().is_some() || self.own.set((code, reason.to_owned())).is_err() {
            return false;
        }
        self.connection.close(VarInt::from_u32(code.number()), reason.as_bytes());
        true
    }

    pub(super) fn closed_reason(&self) -> Option<Closed> {
        self.connection.close_reason().map(|error| Closed::from_quinn(&error, self.own.get()))
    }

    pub(super) async fn closed(&self) -> Closed {
        let error = self.connection.closed().await;
        Closed::from_quinn(&error, self.own.get())
    }
}

impl Out {
    pub(super) async fn send(&self, class: Class, bytes: Vec<u8>) -> Result<(), Gone> {
        let (priority, turn) = match class {
            Class::Control => return self.send_control(bytes).await,
            Class::Live => (LIVE_PRIORITY, None),
            Class::Bulk => (BULK_PRIORITY, self.bulk.clone().acquire_owned().await.ok()),
        };
        let mut batch = Batch::new(self.connection.open_uni().await.map_err(|_| Gone)?, priority);
        let way = Underway::begin(&self.batches);
        batch.write(&bytes).await.map_err(|_| Gone)?;
        let arrived = batch.end();
        tokio::spawn(async move {
            arrived.await;
            way.arrived();
            drop(turn);
        });
        Ok(())
    }

    async fn send_control(&self, bytes: Vec<u8>) -> Result<(), Gone> {
        let (done, written) = oneshot::channel();
        self.control.send((bytes, done)).await.map_err(|_| Gone)?;
        asked::answer(&self.control, written).await.ok_or(Gone)
    }
}

/// One batch that is on its way; whether it arrives or is given up, it is not on its way after this.
struct Underway(Arc<OnTheWay>);

impl Underway {
    fn begin(batches: &Arc<OnTheWay>) -> Self {
        batches.now.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(batches))
    }

    fn arrived(self) {
        self.0.arrived.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Starts reading and writing.
pub(super) fn start(link: &Arc<Shared>, connection: Connection, control: ControlStream, inbox: Inbox, tasks: &mut JoinSet<()>) -> Out {
    let (control_out, control_writes) = mpsc::channel(1);
    let reading = Arc::new(Reading::new(link.own().settings.clone()));
    let batches = Arc::<OnTheWay>::default();
    tasks.spawn(write_control(control.0, control_writes));
    tasks.spawn(read_control(Arc::clone(link), control.1, inbox.control, reading.clone()));
    tasks.spawn(read_batches(Arc::clone(link), connection.clone(), inbox.batches, reading));
    tasks.spawn(watch_delivery(Arc::clone(link), connection.clone(), Arc::clone(&batches)));
    Out { connection, control: control_out, bulk: Arc::new(Semaphore::new(BULK_STREAMS)), batches }
}

/// Remembers of a dialled address how its link fared: one that lived for a while has carried; one that fell silent while young had only a handshake.
pub(super) async fn remember(connection: Connection, link: Arc<Shared>, address: SocketAddr) {
    let own = Arc::clone(link.own());
    if timeout(own.settings.proven, connection.closed()).await.is_err() {
        own.paths(|paths, _| paths.quic_proven(address));
        // A later silence is an outage, or will be told apart by the next link.
        return;
    }
    let silent = match connection.close_reason() {
        Some(quinn::ConnectionError::TimedOut) => true,
        Some(quinn::ConnectionError::LocallyClosed) => link.closed_code() == Some(CloseCode::Silent),
        Some(quinn::ConnectionError::ApplicationClosed(close)) => close.error_code.into_inner() == u64::from(CloseCode::Silent.number()),
        _ => false,
    };
    if silent {
        own.paths(|paths, now| paths.quic_undelivering(address, now));
    }
}

/// Writes control frames whole, one after the other, whatever becomes of those who sent them.
async fn write_control(mut stream: SendStream, mut writes: mpsc::Receiver<ControlWrite>) {
    while let Some((bytes, done)) = writes.recv().await {
        if stream.write_all(&bytes).await.is_err() {
            return;
        }
        // Nobody may wait any more: the frame is on its way all the same.
        let _ = done.send(());
    }
}

async fn read_control(link: Arc<Shared>, mut stream: RecvStream, queue: mpsc::Sender<Received>, reading: Arc<Reading>) {
    let budget = Budget::new(CONTROL_BYTES);
    while let Ok(slot) = queue.reserve().await {
        match read_frame(&mut stream, &reading, &budget).await {
            Ok(Some((frame, wire, share))) => {
                link.count_received(wire);
                slot.send((frame, share));
            }
            Ok(None) => return,
            Err(error) => return link.fail(error),
        }
    }
}

/// Takes one-way streams, each with a place in the queue kept for it, so that as many are read at once as can be handed on.
async fn read_batches(link: Arc<Shared>, connection: Connection, queue: mpsc::Sender<Received>, reading: Arc<Reading>) {
    let budget = Arc::new(Budget::new(BATCH_BYTES));
    let mut batches = JoinSet::new();
    while let Ok(slot) = queue.clone().reserve_owned().await {
        let stream = loop {
            tokio::select! {
                stream = connection.accept_uni() => break stream,
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
            link.count_received(wire);
            slot.send((frame, share));
        }
        Ok(None) => {}
        Err(error) => link.fail(error),
    }
}

/// Ends a link on which small packets come and go while batches are lost again and again, as where only short packets get through.
async fn watch_delivery(link: Arc<Shared>, connection: Connection, batches: Arc<OnTheWay>) {
    let mut looks = interval(link.own().settings.deliver / LOOKS);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let progress = || {
        // The peer widens its windows as it receives: also half a batch is progress.
        let heard = connection.stats().frame_rx;
        batches.arrived.load(Ordering::Relaxed) + heard.max_data + heard.max_stream_data + heard.max_streams_uni
    };
    // Where a peer only takes nothing, no packet is lost, and what is said beside the batches is acknowledged: the measured round trip changes with it.
    let lost = || connection.stats().path.lost_packets;
    let acknowledged = || connection.rtt();
    let (mut progress_before, mut lost_before, mut acknowledged_before) = (progress(), lost(), acknowledged());
    // Looks without progress, and those of them without any acknowledgement.
    let (mut stuck, mut unheard) = (0, 0);
    while connection.close_reason().is_none() {
        looks.tick().await;
        if batches.now.load(Ordering::Relaxed) == 0 || progress() != progress_before {
            (progress_before, lost_before, stuck, unheard) = (progress(), lost(), 0, 0);
            continue;
        }
        stuck += 1;
        unheard = if acknowledged() == acknowledged_before { unheard + 1 } else { 0 };
        acknowledged_before = acknowledged();
        if unheard >= LOOKS || stuck >= LOOKS && lost().saturating_sub(lost_before) >= LOST_MIN {
            return link.close(CloseCode::Silent, "batches do not get through, although the link stands");
        }
    }
}

/// Closes a connection that is no link yet with the refusal, unless it had ended before; says which of the two it was.
pub(super) fn turn_away(connection: &Connection, (code, reason): (CloseCode, String)) -> Closed {
    if let Some(error) = connection.close_reason() {
        return Closed::from_quinn(&error, None);
    }
    connection.close(VarInt::from_u32(code.number()), reason.as_bytes());
    Closed { by: ClosedBy::Us, code: Some(code), reason }
}
