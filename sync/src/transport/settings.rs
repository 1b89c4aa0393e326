//! Limits of links, each with its reason.

use std::sync::Arc;
use std::time::Duration;

use quinn::{IdleTimeout, TransportConfig, VarInt};

use super::Carrier;
use crate::frame::{HEADER_LEN, MAX_BODY};

/// How long an endpoint waits and how much it takes on. The defaults are for every day; tests shorten them.
#[derive(Debug, Clone)]
pub struct Settings {
    /// From the first packet to a ready link.
    pub handshake: Duration,
    /// A peer that is half way through a frame and sends nothing at all for this long is cut. A batch may wait for this link's other frames.
    pub stall: Duration,
    /// A whole frame, also at 32 kbit/s behind all that may be on its way before it.
    pub frame: Duration,
    /// A silent peer is gone after this.
    pub idle: Duration,
    /// The dialling side's sign of life; keeps the way through address translation open.
    pub keep_alive: Duration,
    /// The first carrier's lead before the other is tried beside it: one lost packet and its repetition.
    pub head_start: Duration,
    /// Batches of which nothing at all arrives for so long, while packets are lost, end the link.
    pub deliver: Duration,
    /// A QUIC link that lived for so long has carried; one that fell silent earlier had only its handshake.
    pub proven: Duration,
    /// Over what links are dialled.
    pub dialing: Dialing,
    /// Handshakes at once; above half of it, a caller must first prove its address. Eight times as many wait briefly for their turn.
    pub handshakes: usize,
    /// Links that wait to be accepted; above it callers hear "busy".
    pub waiting: usize,
    /// Links at once.
    pub links: usize,
}

/// Over what links are dialled. They are accepted over both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialing {
    /// QUIC where it gets through, else TCP.
    Either,
    Only(Carrier),
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            stall: Duration::from_secs(20),
            frame: Duration::from_secs(2 * 3600),
            idle: Duration::from_secs(30),
            keep_alive: Duration::from_secs(8),
            head_start: Duration::from_secs(2),
            deliver: Duration::from_secs(12),
            proven: Duration::from_secs(60),
            dialing: Dialing::Either,
            handshakes: 64,
            waiting: 64,
            links: 1024,
        }
    }
}

/// Batches on their way at once in one direction.
pub(super) const BATCH_STREAMS: u32 = 15;
/// Of these, how many may be bulk: the rest stays free for live ones.
pub(super) const BULK_STREAMS: usize = 8;
const STREAM_WINDOW: u32 = 256 << 10;
/// Every stream's window fits into the connection's, with an eighth to spare for updates on their way. So no stream ever waits for the room that
/// another's unread bytes take: a batch that waits for memory here cannot stop the one that holds the memory.
const WINDOW: u32 = 5 << 20;
const _: () = assert!((BATCH_STREAMS + 1) * STREAM_WINDOW <= WINDOW / 8 * 7);

/// Control frames received and not yet taken: in number, and in bytes.
pub(super) const CONTROL_FRAMES: usize = 64;
pub(super) const CONTROL_BYTES: usize = 4 << 20;
/// Batches received or on their way in, and not yet taken.
pub(super) const BATCH_FRAMES: usize = 32;
pub(super) const BATCH_BYTES: usize = 8 << 20;
/// One frame, with its compressed form, always fits.
const _: () = assert!(CONTROL_BYTES >= 2 * MAX_BODY && BATCH_BYTES >= 2 * MAX_BODY);

/// What may be on its way over TCP and not yet taken, for each of control, live and bulk. A whole frame always fits beside the eighth of which the
/// sender is not told yet.
pub(super) const ROOM: usize = 2 << 20;
/// What a frame takes of it besides its bytes, so that many short ones are bounded too.
pub(super) const ROOM_FRAME: usize = 256;
const _: () = assert!(ROOM / 8 * 7 >= MAX_BODY + HEADER_LEN + ROOM_FRAME);
/// What the system may hold back of a TCP stream: as long as that takes, a live frame waits at most.
pub(super) const TCP_SEND_BUFFER: u32 = 256 << 10;
/// Of the TCP handshakes at once, those from one address: a station behind one address still joins while a stranger there stalls.
pub(super) const HANDSHAKES_OF_ONE: usize = 16;

/// Packets that came and were not looked at yet: first packets of a thousand callers at once, as the system counts them. A caller whose first packet found no
/// room asks again after one second, three, seven.
pub(super) const UDP_RECEIVE_BUFFER: usize = 4 << 20;

/// Strangers' handshakes that wait to be looked at, and the bytes kept for them.
pub(super) const INCOMING: usize = 1024;
pub(super) const INCOMING_BYTES: u64 = 256 << 10;
pub(super) const INCOMING_BYTES_TOTAL: u64 = 16 << 20;

impl Settings {
    /// The side that dials sends signs of life; the side that accepts must not keep dead peers.
    pub(super) fn transport(&self, dialling: bool) -> Arc<TransportConfig> {
        let mut config = TransportConfig::default();
        let idle = IdleTimeout::try_from(self.idle).unwrap_or(IdleTimeout::from(VarInt::from_u32(30_000)));
        config
            .max_idle_timeout(Some(idle))
            .keep_alive_interval(dialling.then_some(self.keep_alive))
            // The dialling side opens the control stream; nobody opens another.
            .max_concurrent_bidi_streams(VarInt::from_u32(u32::from(!dialling)))
            .max_concurrent_uni_streams(VarInt::from_u32(BATCH_STREAMS))
            .stream_receive_window(VarInt::from_u32(STREAM_WINDOW))
            .receive_window(VarInt::from_u32(WINDOW))
            .send_window(u64::from(WINDOW))
            // Batches of one priority go one after the other: the first is whole soon, instead of all of them late.
            .send_fairness(false)
            .datagram_receive_buffer_size(None)
            .datagram_send_buffer_size(0);
        Arc::new(config)
    }
}
