//! Joins the owner to the network: accepts, dials and redials links, and moves frames between them and the owner.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::engine::{Engine, Event, FrameReader, LinkOut};
use crate::message::Message;
use crate::step::{CloseReason, Outgoing, SessionId};
use crate::transport::{Class, CloseCode, Endpoint, Link, Receiver, Sender};

/// The first and the longest wait before dialing again, in milliseconds; each failure doubles it, and chance spreads it.
const REDIAL_MS: (u64, u64) = (200, 3_000);

/// Everything that a node's links share.
#[derive(Clone)]
pub struct Links {
    engine: Engine,
    endpoint: Endpoint,
    next: Arc<AtomicU64>,
    /// How many links stand to each member, by its key; two for a moment, when both sides dialed.
    linked: Arc<Mutex<BTreeMap<[u8; 32], usize>>>,
}

impl Links {
    /// Accepts links and keeps dialing `peers` (host:port, looked up at each try) until the runtime ends.
    pub fn start(engine: Engine, endpoint: Endpoint, peers: Vec<String>) -> Self {
        let links = Self { engine, endpoint, next: Arc::default(), linked: Arc::default() };
        tokio::spawn(links.clone().accept());
        for peer in peers {
            tokio::spawn(links.clone().keep_dialing(peer));
        }
        links
    }

    async fn accept(self) {
        while let Some(link) = self.endpoint.accept().await {
            tokio::spawn(self.clone().run(link, false));
        }
    }

    async fn keep_dialing(self, peer: String) {
        let mut wait_ms = REDIAL_MS.0;
        let mut key = None;
        let mut told = String::new();
        loop {
            if key.is_some_and(|key| self.is_linked(&key)) {
                tokio::time::sleep(Duration::from_millis(REDIAL_MS.0)).await;
                continue;
            }
            match self.dial(&peer).await {
                Ok(link) => {
                    key = Some(link.member().key);
                    wait_ms = REDIAL_MS.0;
                    told.clear();
                    self.clone().run(link, true).await;
                }
                Err(reason) => {
                    // Once for each reason: a refused certificate is worth a line, a hub that is away all day is not worth thousands.
                    if told != reason {
                        tracing::warn!(peer, reason, "no link; trying again");
                        told = reason;
                    }
                    wait_ms = (wait_ms * 2).min(REDIAL_MS.1);
                }
            }
            tokio::time::sleep(Duration::from_millis(jittered(wait_ms))).await;
        }
    }

    async fn dial(&self, peer: &str) -> Result<Link, String> {
        let address: SocketAddr = tokio::net::lookup_host(peer).await.map_err(|error| error.to_string())?.next().ok_or("the name has no address")?;
        self.endpoint.dial(address).await.map_err(|error| error.to_string())
    }

    /// Carries one link until it ends.
    async fn run(self, link: Link, dialed: bool) {
        let session = SessionId(self.next.fetch_add(1, Ordering::Relaxed));
        let member = link.member().clone();
        let (sender, receiver) = link.split();
        let (out, queue) = Engine::link_queue();
        if self.engine.tell(Event::Link { session, member: member.clone(), dialed, out }).await.is_err() {
            return;
        }
        self.mark(member.key, true);
        tracing::info!(peer = %member.name, dialed, "linked");
        let sending = tokio::spawn(send_all(sender.clone(), queue, self.engine.frame_reader()));
        let ended = self.receive_all(session, receiver, &sender).await;
        sending.abort();
        tracing::info!(peer = %member.name, reason = %ended, "link ended");
        self.mark(member.key, false);
        let _ = self.engine.tell(Event::Gone { session }).await;
    }

    async fn receive_all(&self, session: SessionId, mut receiver: Receiver, sender: &Sender) -> String {
        loop {
            let frame = match receiver.recv().await {
                Ok(frame) => frame,
                Err(ended) => return ended.to_string(),
            };
            match Message::from_frame(&frame) {
                Ok(message) => {
                    if self.engine.tell(Event::Received { session, message }).await.is_err() {
                        sender.close(CloseCode::Shutdown, "this node is stopping");
                        return "stopping".to_owned();
                    }
                }
                Err(error) => {
                    sender.close(CloseCode::BadFrame, &error.to_string());
                    return error.to_string();
                }
            }
        }
    }

    fn mark(&self, key: [u8; 32], linked: bool) {
        let mut links = self.linked.lock().unwrap_or_else(PoisonError::into_inner);
        let count = links.entry(key).or_default();
        *count = if linked { *count + 1 } else { count.saturating_sub(1) };
    }

    fn is_linked(&self, key: &[u8; 32]) -> bool {
        self.linked.lock().unwrap_or_else(PoisonError::into_inner).get(key).is_some_and(|count| *count > 0)
    }
}

/// Sends what the owner releases, in its order. Ends, and with it the link, when the owner lets go of the queue.
async fn send_all(sender: Sender, mut queue: mpsc::Receiver<LinkOut>, mut frames: FrameReader) {
    while let Some(out) = queue.recv().await {
        match out {
            LinkOut::Close(reason) => {
                let (code, words) = words(&reason);
                return sender.close(code, &words);
            }
            LinkOut::Send(Outgoing::Message(message)) => {
                if !send(&sender, Class::Control, &message).await {
                    return;
                }
            }
            LinkOut::Send(Outgoing::Batch(plan)) => {
                let class = if plan.live { Class::Live } else { Class::Bulk };
                let made = tokio::task::spawn_blocking(move || {
                    let batch = frames.batch(&plan);
                    (frames, batch)
                });
                let Ok((reader, batch)) = made.await else { return };
                frames = reader;
                match batch {
                    Ok(batch) => {
                        if !send(&sender, class, &Message::Batch(batch)).await {
                            return;
                        }
                    }
                    Err(error) => tracing::error!(%error, "entries cannot be read back and are not sent"),
                }
            }
        }
    }
    sender.close(CloseCode::Busy, "too slow for what was to be sent; catch up on a new link");
}

async fn send(sender: &Sender, class: Class, message: &Message) -> bool {
    match message.to_frame() {
        Ok(frame) => sender.send(class, frame).await.is_ok(),
        Err(error) => {
            tracing::error!(%error, "a message cannot be sent");
            true
        }
    }
}

fn words(reason: &CloseReason) -> (CloseCode, String) {
    match reason {
        CloseReason::Duplicate => (CloseCode::Duplicate, "there is another link between us".to_owned()),
        CloseReason::BadEntries(what) => (CloseCode::BadSignature, what.clone()),
        CloseReason::Silent => (CloseCode::Done, "nothing was heard for too long".to_owned()),
        CloseReason::Protocol(what) => (CloseCode::Protocol, (*what).to_owned()),
    }
}

/// Between half and all of `ms`, so that a herd spreads out.
fn jittered(ms: u64) -> u64 {
    let mut bytes = [0; 8];
    let chance = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut bytes).map_or(0, |()| u64::from_le_bytes(bytes));
    ms / 2 + chance % (ms / 2 + 1)
}
