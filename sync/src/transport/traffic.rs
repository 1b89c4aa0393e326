//! Counts what an endpoint sends and receives: datagrams at the socket, and frames on its links.

use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use quinn::udp::{RecvMeta, Transmit};
use quinn::{AsyncUdpSocket, UdpPoller};

/// What went over an endpoint since it was bound, over all of its links, the ended ones too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Traffic {
    /// UDP payloads handed to the system, with every handshake, acknowledgement and repetition.
    pub datagrams_sent: u64,
    pub datagram_bytes_sent: u64,
    pub datagrams_received: u64,
    pub datagram_bytes_received: u64,
    /// Frames as on the wire, without what QUIC adds.
    pub frames_sent: u64,
    pub frame_bytes_sent: u64,
    pub frames_received: u64,
    pub frame_bytes_received: u64,
}

/// The counters behind [`Traffic`].
#[derive(Debug, Default)]
pub(super) struct Counters {
    sent: Count,
    received: Count,
    frames_sent: Count,
    frames_received: Count,
}

#[derive(Debug, Default)]
struct Count {
    number: AtomicU64,
    bytes: AtomicU64,
}

impl Count {
    fn add(&self, number: u64, bytes: u64) {
        self.number.fetch_add(number, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn read(&self) -> (u64, u64) {
        (self.number.load(Ordering::Relaxed), self.bytes.load(Ordering::Relaxed))
    }
}

impl Counters {
    pub(super) fn frame_sent(&self, bytes: u64) {
        self.frames_sent.add(1, bytes);
    }

    pub(super) fn frame_received(&self, bytes: u64) {
        self.frames_received.add(1, bytes);
    }

    pub(super) fn read(&self) -> Traffic {
        let (datagrams_sent, datagram_bytes_sent) = self.sent.read();
        let (datagrams_received, datagram_bytes_received) = self.received.read();
        let (frames_sent, frame_bytes_sent) = self.frames_sent.read();
        let (frames_received, frame_bytes_received) = self.frames_received.read();
        Traffic {
            datagrams_sent,
            datagram_bytes_sent,
            datagrams_received,
            datagram_bytes_received,
            frames_sent,
            frame_bytes_sent,
            frames_received,
            frame_bytes_received,
        }
    }
}

/// A socket that counts.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) socket: Arc<dyn AsyncUdpSocket>,
    pub(super) counters: Arc<Counters>,
}

impl AsyncUdpSocket for Counted {
    fn create_io_poller(self: Arc<Self>) -> Pin<Box<dyn UdpPoller>> {
        Arc::clone(&self.socket).create_io_poller()
    }

    fn try_send(&self, transmit: &Transmit<'_>) -> io::Result<()> {
        self.socket.try_send(transmit)?;
        self.counters.sent.add(datagrams(transmit.contents.len(), transmit.segment_size), transmit.contents.len() as u64);
        Ok(())
    }

    fn poll_recv(&self, cx: &mut Context<'_>, bufs: &mut [IoSliceMut<'_>], meta: &mut [RecvMeta]) -> Poll<io::Result<usize>> {
        let polled = self.socket.poll_recv(cx, bufs, meta);
        if let Poll::Ready(Ok(count)) = &polled {
            for meta in meta.iter().take(*count) {
                self.counters.received.add(datagrams(meta.len, Some(meta.stride)), meta.len as u64);
            }
        }
        polled
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    fn max_transmit_segments(&self) -> usize {
        self.socket.max_transmit_segments()
    }

    fn max_receive_segments(&self) -> usize {
        self.socket.max_receive_segments()
    }

    fn may_fragment(&self) -> bool {
        self.socket.may_fragment()
    }
}

/// As many datagrams as the system makes of, or made into, `bytes` in one call.
fn datagrams(bytes: usize, each: Option<usize>) -> u64 {
    each.filter(|each| *each > 0).map_or(1, |each| bytes.div_ceil(each).max(1)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_cuts_into_several_datagrams_counts_as_several() {
        assert_eq!([(10, None), (10, Some(4)), (0, Some(4)), (8, Some(0))].map(|(bytes, each)| datagrams(bytes, each)), [1, 3, 1, 1]);
    }
}
