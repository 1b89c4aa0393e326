//! A stretch of network between two processes that takes time: datagrams come out at the other end after a fixed delay, none lost.

use std::net::{SocketAddr, UdpSocket};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::stopwatch;

/// More than any datagram that is not fragmented.
const DATAGRAM_MAX: usize = 65_535;

/// Starts a way to `target` that takes `delay` in each direction; the address to dial instead. It lives as long as the process.
pub(super) fn start(target: SocketAddr, delay: Duration) -> Result<SocketAddr> {
    let near = Arc::new(UdpSocket::bind("127.0.0.1:0")?);
    let far = Arc::new(UdpSocket::bind("127.0.0.1:0")?);
    far.connect(target)?;
    let caller = Arc::new(Mutex::new(None::<SocketAddr>));
    let address = near.local_addr()?;
    let (to_far, to_near) = (Arc::clone(&far), Arc::clone(&near));
    let known = Arc::clone(&caller);
    carry(delay, near, move |from| *known.lock().unwrap_or_else(PoisonError::into_inner) = Some(from), move |bytes| drop(to_far.send(bytes)));
    carry(
        delay,
        far,
        |_| {},
        move |bytes| {
            let to = *caller.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(to) = to {
                let _ = to_near.send_to(bytes, to);
            }
        },
    );
    Ok(address)
}

/// Takes what comes at a socket and hands it on when its time has come.
fn carry(delay: Duration, from: Arc<UdpSocket>, seen: impl Fn(SocketAddr) + Send + 'static, send: impl Fn(&[u8]) + Send + 'static) {
    let (put, waiting) = mpsc::channel::<(Instant, Vec<u8>)>();
    std::thread::spawn(move || {
        let mut buffer = vec![0; DATAGRAM_MAX];
        while let Ok((length, address)) = from.recv_from(&mut buffer) {
            seen(address);
            if put.send((stopwatch::now() + delay, buffer[..length].to_vec())).is_err() {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        for (due, bytes) in waiting {
            std::thread::sleep(due.saturating_duration_since(stopwatch::now()));
            send(&bytes);
        }
    });
}
