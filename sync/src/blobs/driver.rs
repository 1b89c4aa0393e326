//! Carries out what the exchange of blobs decides: one task with the files and the links, and the way to it.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::BLOB_MAX;
use super::exchange::{Action, Cut, Exchange, Finished, Named};
use super::folder::{Folder, Kept, ReadError};
use super::message::{BlobMessage, PART};
use crate::engine::Clock;
use crate::hash::Hash;
use crate::identity::Member;
use crate::step::SessionId;
use crate::transport::{Class, CloseCode, Sender};

pub use super::exchange::Standing;

/// What waits for the task at once. What peers say beyond it is dropped, and asked for again.
const WAITING_MAX: usize = 256;
/// Parts that are read for one link at once: a next one may be asked for before the last is counted as sent.
const GIVING_MAX: u32 = 4;
/// Messages that wait to be sent on one link at once.
const SAYING_MAX: usize = 16;
const TICK: Duration = Duration::from_millis(250);
/// As long as a part waits for what people wrote to go first, and as long as it may take to be sent.
const TEXT_FIRST: Duration = Duration::from_secs(20);
const SEND: Duration = Duration::from_secs(60);

/// As much as a folder may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub bytes: u64,
    /// Of these, kept for what people do here: what others took is fetched up to the rest.
    pub own: u64,
    /// Blobs that no record names yet.
    pub unnamed: usize,
}

/// What a folder of blobs is told once.
pub struct Settings {
    pub limits: Limits,
    pub clock: Clock,
    /// Whether the disk has room for what people do here; it goes before what others took.
    pub can_write: Arc<dyn Fn() -> bool + Send + Sync>,
}

/// The blobs of a node, cheap to clone.
#[derive(Clone)]
pub struct Blobs {
    shared: Arc<Shared>,
    events: mpsc::Sender<Event>,
}

struct Shared {
    folder: Folder,
    settings: Settings,
    view: Mutex<View>,
    /// The blob that was read last: whoever fetches one asks for many parts of it.
    last: Mutex<Option<(Hash, Arc<Vec<u8>>)>>,
    changes: watch::Sender<u64>,
}

/// What others may know without waiting for the task.
#[derive(Default)]
struct View {
    whole: BTreeMap<Hash, Kept>,
    bytes: u64,
    unnamed: usize,
    at_hub: BTreeMap<Hash, i64>,
    standing: BTreeMap<Hash, Standing>,
}

/// Why bytes were not taken.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    #[error("longer than {BLOB_MAX} bytes, or empty")]
    Length,
    /// The folder holds as much as it may, or the disk has no room.
    #[error("there is no room for more")]
    Full,
    #[error("too many are here that no record names")]
    Unnamed,
    #[error("the disk did not take it")]
    Io(#[from] io::Error),
}

enum Event {
    Link { session: SessionId, member: Member, sender: Sender, text: TextFirst },
    Gone { session: SessionId },
    Received { session: SessionId, message: BlobMessage },
    Named(BTreeMap<Hash, Named>),
    Put(Hash),
    Rotten(Hash),
    Given { session: SessionId },
}

impl Blobs {
    /// Opens the folder and starts the task. Must be called inside a tokio runtime.
    pub fn start(dir: &Path, settings: Settings) -> io::Result<Self> {
        let (folder, contents) = Folder::open(dir)?;
        let exchange = Exchange::new(contents.whole.keys().copied(), contents.halves);
        let bytes = contents.whole.values().map(|kept| u64::from(kept.bytes)).sum();
        let view = View { whole: contents.whole, bytes, ..View::default() };
        let shared = Arc::new(Shared { folder, settings, view: Mutex::new(view), last: Mutex::default(), changes: watch::Sender::new(0) });
        let (events, inbox) = mpsc::channel(WAITING_MAX);
        // The task ends with the last handle: it holds none itself.
        let task = Task { shared: Arc::clone(&shared), exchange, links: BTreeMap::new(), events: events.downgrade() };
        tokio::spawn(task.run(inbox));
        Ok(Self { shared, events })
    }

    /// Keeps bytes; when this returns they are durable. The same bytes again are the same blob.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<Hash, PutError> {
        if bytes.is_empty() || bytes.len() > BLOB_MAX {
            return Err(PutError::Length);
        }
        let hash = Hash::of(&[&bytes]);
        let shared = Arc::clone(&self.shared);
        let kept = tokio::task::spawn_blocking(move || shared.put(hash, &bytes)).await;
        kept.map_err(|_| io::Error::other("the writer ended"))??;
        // A node that stops wants nothing any more; the bytes are on its disk.
        let _ = self.events.send(Event::Put(hash)).await;
        Ok(hash)
    }

    /// The bytes of a blob, checked; nothing where it is not here, or is not what it was.
    pub async fn read(&self, hash: Hash) -> io::Result<Option<Arc<Vec<u8>>>> {
        let shared = Arc::clone(&self.shared);
        match tokio::task::spawn_blocking(move || shared.read(hash)).await.map_err(|_| io::Error::other("the reader ended"))? {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ReadError::Missing) => Ok(None),
            Err(error @ ReadError::Rotten) => {
                tracing::error!(%hash, "{error}; it is fetched again from other nodes");
                let _ = self.events.send(Event::Rotten(hash)).await;
                Ok(None)
            }
            Err(ReadError::Io(error)) => Err(error),
        }
    }

    /// How long a blob is that is here.
    pub fn length(&self, hash: &Hash) -> Option<u32> {
        self.shared.view().whole.get(hash).map(|kept| kept.bytes)
    }

    /// When a blob came to this disk, in milliseconds since 1970.
    pub fn since_ms(&self, hash: &Hash) -> Option<i64> {
        self.shared.view().whole.get(hash).map(|kept| kept.since_ms)
    }

    /// When the hub said that it has a blob.
    pub fn at_hub_ms(&self, hash: &Hash) -> Option<i64> {
        self.shared.view().at_hub.get(hash).copied()
    }

    /// How it stands with a blob that records name.
    pub fn standing(&self, hash: &Hash) -> Option<Standing> {
        let view = self.shared.view();
        if view.whole.contains_key(hash) { Some(Standing::Here) } else { view.standing.get(hash).copied() }
    }

    /// Blobs here, and their bytes.
    pub fn held(&self) -> (usize, u64) {
        let view = self.shared.view();
        (view.whole.len(), view.bytes)
    }

    /// Sees each time that a blob came, or that the hub has one.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes.subscribe()
    }

    /// What the records here name, all of it.
    pub async fn know(&self, named: BTreeMap<Hash, Named>) {
        let _ = self.events.send(Event::Named(named)).await;
    }

    /// A link to a member that knows of blobs.
    pub(crate) async fn link(&self, session: SessionId, sender: Sender, text: TextFirst) {
        let member = sender.member().clone();
        let _ = self.events.send(Event::Link { session, member, sender, text }).await;
    }

    pub(crate) async fn gone(&self, session: SessionId) {
        let _ = self.events.send(Event::Gone { session }).await;
    }

    /// What came over a link. Never waits: what finds no place is asked for again.
    pub(crate) fn received(&self, session: SessionId, message: BlobMessage) {
        let _ = self.events.try_send(Event::Received { session, message });
    }
}

impl Shared {
    fn view(&self) -> MutexGuard<'_, View> {
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, hash: Hash, bytes: &[u8]) -> Result<(), PutError> {
        {
            let mut view = self.view();
            if view.whole.contains_key(&hash) {
                return Ok(());
            }
            if view.unnamed >= self.settings.limits.unnamed {
                return Err(PutError::Unnamed);
            }
            if view.bytes + bytes.len() as u64 > self.settings.limits.bytes || !(self.settings.can_write)() {
                return Err(PutError::Full);
            }
            // Before it is written, so that many at once keep to the limits; counted anew with the next look.
            view.unnamed += 1;
        }
        let kept = self.folder.put(hash, bytes).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => PutError::Full,
            _ => PutError::Io(error),
        })?;
        self.keep(hash, kept);
        Ok(())
    }

    fn keep(&self, hash: Hash, kept: Kept) {
        let mut view = self.view();
        if view.whole.insert(hash, kept).is_none() {
            view.bytes += u64::from(kept.bytes);
        }
        view.standing.remove(&hash);
    }

    fn forget(&self, hash: Hash) {
        let mut view = self.view();
        if let Some(kept) = view.whole.remove(&hash) {
            view.bytes = view.bytes.saturating_sub(u64::from(kept.bytes));
        }
    }

    fn read(&self, hash: Hash) -> Result<Arc<Vec<u8>>, ReadError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bytes)) = last.as_ref().filter(|(known, _)| *known == hash) {
            return Ok(Arc::clone(bytes));
        }
        let bytes = Arc::new(self.folder.read(hash)?);
        *last = Some((hash, Arc::clone(&bytes)));
        Ok(bytes)
    }
}

/// Counts what people wrote that waits to be sent on a link, so that blobs go after it.
#[derive(Debug, Clone)]
pub(crate) struct TextFirst(Arc<watch::Sender<usize>>);

impl Default for TextFirst {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl TextFirst {
    pub(crate) fn waits(&self) {
        self.0.send_modify(|waiting| *waiting += 1);
    }

    pub(crate) fn sent(&self) {
        self.0.send_modify(|waiting| *waiting = waiting.saturating_sub(1));
    }

    async fn gone(&self) {
        let mut waiting = self.0.subscribe();
        // Whoever sends lives as long as this.
        let _ = waiting.wait_for(|waiting| *waiting == 0).await;
    }
}

/// A link, and how many parts are being read for it.
struct Open {
    sender: Sender,
    text: TextFirst,
    giving: u32,
    saying: Arc<Semaphore>,
}

struct Task {
    shared: Arc<Shared>,
    exchange: Exchange,
    links: BTreeMap<SessionId, Open>,
    events: mpsc::WeakSender<Event>,
}

impl Task {
    async fn run(mut self, mut inbox: mpsc::Receiver<Event>) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let now_ms = (self.shared.settings.clock)();
            let actions = tokio::select! {
                event = inbox.recv() => match event {
                    Some(event) => self.hear(now_ms, event),
                    None => return,
                },
                _ = ticks.tick() => self.tick(now_ms),
            };
            self.act(actions).await;
        }
    }

    fn hear(&mut self, now_ms: i64, event: Event) -> Vec<Action> {
        match event {
            Event::Link { session, member, sender, text } => {
                self.links.insert(session, Open { sender, text, giving: 0, saying: Arc::new(Semaphore::new(SAYING_MAX)) });
                self.exchange.connect(session, member);
                Vec::new()
            }
            Event::Gone { session } => {
                self.links.remove(&session);
                self.exchange.disconnect(session);
                Vec::new()
            }
            Event::Received { session, message } => self.exchange.receive(now_ms, session, message),
            Event::Named(named) => self.exchange.know(now_ms, named),
            Event::Put(hash) => {
                self.changed();
                self.exchange.has(now_ms, hash)
            }
            Event::Rotten(hash) => {
                self.shared.forget(hash);
                self.exchange.lost(hash);
                Vec::new()
            }
            Event::Given { session } => {
                if let Some(open) = self.links.get_mut(&session) {
                    open.giving = open.giving.saturating_sub(1);
                }
                Vec::new()
            }
        }
    }

    fn tick(&mut self, now_ms: i64) -> Vec<Action> {
        let limits = &self.shared.settings.limits;
        let has_room = self.shared.view().bytes + limits.own < limits.bytes && (self.shared.settings.can_write)();
        self.exchange.room(has_room);
        let actions = self.exchange.tick(now_ms);
        let standing = self.exchange.wanted().filter_map(|hash| Some((*hash, self.exchange.standing(hash)?))).collect();
        let news = {
            let mut view = self.shared.view();
            view.standing = standing;
            view.unnamed = self.exchange.unnamed();
            let news = view.at_hub.len() != self.exchange.at_hub().len();
            if news {
                view.at_hub.clone_from(self.exchange.at_hub());
            }
            news
        };
        if news {
            self.changed();
        }
        actions
    }

    async fn act(&mut self, actions: Vec<Action>) {
        let mut to_do = VecDeque::from(actions);
        while let Some(action) = to_do.pop_front() {
            match action {
                Action::Say { session, message } => self.say(session, message),
                Action::Give { session, hash, offset } => self.give(session, hash, offset),
                Action::Keep { hash, offset, bytes } => {
                    let kept = self.with_folder(move |folder| folder.keep(hash, offset, &bytes)).await;
                    if let Err(error) = kept {
                        tracing::warn!(%error, "a part of a photo was not written; it is fetched again");
                        leave_unfinished(&mut to_do, hash);
                        to_do.extend(self.exchange.finished((self.shared.settings.clock)(), hash, Finished::NotWritten));
                    }
                }
                Action::Finish { hash } => {
                    let finished = self.finish(hash).await;
                    to_do.extend(self.exchange.finished((self.shared.settings.clock)(), hash, finished));
                }
                Action::Discard { hash } => self.without_fail(move |folder| folder.discard(hash)).await,
                Action::Remove { hash } => {
                    self.shared.forget(hash);
                    self.without_fail(move |folder| folder.remove(hash)).await;
                }
                Action::Close { session, reason } => self.close(session, reason),
            }
        }
    }

    async fn finish(&mut self, hash: Hash) -> Finished {
        match self.with_folder(move |folder| folder.finish(hash)).await {
            Ok(Some(kept)) => {
                self.shared.keep(hash, kept);
                self.changed();
                Finished::Durable
            }
            Ok(None) => Finished::Wrong,
            Err(error) => {
                tracing::warn!(%error, "a photo was not written; it is fetched again");
                Finished::NotWritten
            }
        }
    }

    /// In a task of its own: a slow peer holds up nobody. What finds no way is asked for again.
    fn say(&self, session: SessionId, message: BlobMessage) {
        let Some(open) = self.links.get(&session) else { return };
        let Ok(turn) = Arc::clone(&open.saying).try_acquire_owned() else { return };
        let sender = open.sender.clone();
        tokio::spawn(async move {
            send(&sender, &message).await;
            drop(turn);
        });
    }

    /// Reads a part and sends it when nothing that people wrote waits on this link.
    fn give(&mut self, session: SessionId, hash: Hash, offset: u32) {
        let Some(open) = self.links.get_mut(&session).filter(|open| open.giving < GIVING_MAX) else { return };
        let Some(events) = self.events.upgrade() else { return };
        open.giving += 1;
        let (sender, text, blobs) = (open.sender.clone(), open.text.clone(), Blobs { shared: Arc::clone(&self.shared), events });
        tokio::spawn(async move {
            let bytes = blobs.read(hash).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "a photo was not read");
                None
            });
            let part = bytes.map(|bytes| {
                let begin = bytes.len().min(offset as usize);
                bytes[begin..bytes.len().min(begin + PART as usize)].to_vec()
            });
            let _ = timeout(TEXT_FIRST, text.gone()).await;
            send(&sender, &BlobMessage::Give { hash, offset, bytes: part.unwrap_or_default() }).await;
            let _ = blobs.events.send(Event::Given { session }).await;
        });
    }

    fn close(&self, session: SessionId, reason: Cut) {
        let Some(open) = self.links.get(&session) else { return };
        let (code, words) = match reason {
            Cut::Wrong => (CloseCode::BadSignature, "a photo that is not what its hash says"),
            Cut::Flood => (CloseCode::Flood, "parts of photos that nobody asked for"),
            Cut::Protocol(words) => (CloseCode::Protocol, words),
        };
        open.sender.close(code, words);
    }

    fn changed(&self) {
        self.shared.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    async fn with_folder<T: Send + 'static>(&self, work: impl FnOnce(&Folder) -> io::Result<T> + Send + 'static) -> io::Result<T> {
        let shared = Arc::clone(&self.shared);
        tokio::task::spawn_blocking(move || work(&shared.folder)).await.unwrap_or_else(|_| Err(io::Error::other("the writer ended")))
    }

    async fn without_fail(&self, work: impl FnOnce(&Folder) -> io::Result<()> + Send + 'static) {
        if let Err(error) = self.with_folder(work).await {
            tracing::warn!(%error, "a file of a photo was not taken away");
        }
    }
}

/// Takes the end of a photo out of what is to be done: with a part missing its bytes would look wrong, and nobody sent wrong ones.
fn leave_unfinished(to_do: &mut VecDeque<Action>, hash: Hash) {
    to_do.retain(|action| !matches!(action, Action::Finish { hash: known } if *known == hash));
}

async fn send(sender: &Sender, message: &BlobMessage) {
    match message.to_frame() {
        // A link that ended, or takes nothing: it is asked for again elsewhere.
        Ok(frame) => drop(timeout(SEND, sender.send(Class::Bulk, frame)).await),
        Err(error) => tracing::error!(%error, "a message about photos cannot be sent"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_of_which_a_part_found_no_room_is_not_taken_for_wrong_bytes() {
        let (one, other) = (Hash::of(&[b"one"]), Hash::of(&[b"other"]));
        let mut to_do = VecDeque::from([Action::Finish { hash: one }, Action::Finish { hash: other }, Action::Discard { hash: one }]);
        leave_unfinished(&mut to_do, one);
        let left: Vec<bool> = to_do.iter().map(|action| matches!(action, Action::Finish { hash } if *hash == other)).collect();
        assert_eq!(left, [true, false], "the other photo is finished, and what there is of this one is discarded");
    }
}
