//! A relay that stands between two nodes and can swallow what they send: how the demonstration cuts a link from outside.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use tokio::net::UdpSocket;

/// As many senders as one relay tells apart; a node that starts again comes from a new port.
const SENDERS_MAX: usize = 32;

/// One direction of dialing between two nodes; packets go both ways.
#[derive(Debug, Clone)]
pub(crate) struct Relay {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    address: SocketAddr,
    target: Mutex<Option<SocketAddr>>,
    cut: AtomicBool,
}

impl Relay {
    /// Starts a relay on a free port; packets go nowhere until it has a target.
    pub(crate) async fn start() -> Result<Self> {
        let socket = UdpSocket::bind("127.0.0.1:0").await.context("a relay cannot be opened on 127.0.0.1")?;
        let address = socket.local_addr().context("a relay has no address")?;
        let shared = Arc::new(Shared { address, target: Mutex::new(None), cut: AtomicBool::new(false) });
        tokio::spawn(forward(Arc::new(socket), Arc::clone(&shared)));
        Ok(Self { shared })
    }

    /// Where the dialing node sends to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// Where the other node listens.
    pub(crate) fn set_target(&self, target: SocketAddr) {
        *self.shared.target.lock().unwrap_or_else(PoisonError::into_inner) = Some(target);
    }

    /// Swallows every packet from now on, or lets them through again.
    pub(crate) fn set_cut(&self, cut: bool) {
        self.shared.cut.store(cut, Ordering::SeqCst);
    }

    pub(crate) fn is_cut(&self) -> bool {
        self.shared.cut.load(Ordering::SeqCst)
    }
}

impl Shared {
    fn target(&self) -> Option<SocketAddr> {
        let cut = self.cut.load(Ordering::SeqCst);
        let target = *self.target.lock().unwrap_or_else(PoisonError::into_inner);
        target.filter(|_| !cut)
    }
}

/// Packets from each sender leave from a socket of its own, so that answers find their way back.
async fn forward(socket: Arc<UdpSocket>, shared: Arc<Shared>) {
    let mut senders: BTreeMap<SocketAddr, Arc<UdpSocket>> = BTreeMap::new();
    let mut packet = vec![0; 65_536];
    loop {
        let Ok((len, sender)) = socket.recv_from(&mut packet).await else { continue };
        let Some(target) = shared.target() else { continue };
        if !senders.contains_key(&sender) {
            if senders.len() >= SENDERS_MAX {
                senders.clear();
            }
            let Ok(out) = UdpSocket::bind("127.0.0.1:0").await else { continue };
            let out = Arc::new(out);
            tokio::spawn(backward(Arc::clone(&out), Arc::clone(&socket), sender, Arc::clone(&shared)));
            senders.insert(sender, out);
        }
        // A lost packet is the sender's business, as on any network.
        let _ = senders[&sender].send_to(&packet[..len], target).await;
    }
}

async fn backward(out: Arc<UdpSocket>, socket: Arc<UdpSocket>, sender: SocketAddr, shared: Arc<Shared>) {
    let mut packet = vec![0; 65_536];
    loop {
        let Ok((len, _)) = out.recv_from(&mut packet).await else { continue };
        if shared.target().is_some() {
            let _ = socket.send_to(&packet[..len], sender).await;
        }
    }
}
