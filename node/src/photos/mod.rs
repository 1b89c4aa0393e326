//! Photos of bags and reports on this node: what is taken, what the records name, and where each photo is.

mod picture;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use schemas::command::{Command, Refusal};
use schemas::record::photo::{PHOTO_BYTES_MAX, Photo, PhotoHash};
use sync::blobs::exchange::Named;
use sync::blobs::{Blobs, Limits, PutError, Settings, Standing};
use sync::engine::Engine;
use sync::hash::Hash;

use crate::clock;
use crate::services::{Held, Role, Services};

use picture::NotTaken;

#[cfg(test)]
pub(crate) use picture::png;

/// A station takes some hundred photos a month of a fifth of a megabyte; the hub holds those of all stations.
const DESK: Limits = Limits { bytes: 2 << 30, own: 256 << 20, unnamed: 64 };
const HUB: Limits = Limits { bytes: 64 << 30, own: 256 << 20, unnamed: 64 };

/// What records name is looked at again so soon after they changed, and no sooner.
const LOOK: Duration = Duration::from_millis(400);

/// Where a photo is that a record shows.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    Held(Held),
    /// Not on this device, and why.
    Missing(Standing),
}

/// Opens the photos of a data directory.
pub fn open(dir: &Path, engine: &Engine, is_hub: bool) -> Result<Blobs> {
    let engine = engine.clone();
    let settings =
        Settings { limits: if is_hub { HUB } else { DESK }, clock: Arc::new(clock::now_ms), can_write: Arc::new(move || engine.can_write()) };
    Blobs::start(dir, settings).with_context(|| format!("the photos in {} cannot be read", dir.display()))
}

/// For programs: why a photo is not on this device.
pub fn reason(standing: Standing) -> &'static str {
    match standing {
        Standing::Here => "here",
        Standing::Coming { .. } => "coming",
        Standing::NoLink => "no-link",
        Standing::NobodyHasIt => "nobody-has-it",
        Standing::Wrong => "wrong-bytes",
        Standing::NoRoom => "no-room",
        Standing::Disk => "disk",
    }
}

impl Services {
    /// Lets this node take and show photos. The first call counts.
    pub fn attach_photos(&self, blobs: Blobs) {
        if self.set_blobs(blobs.clone()) {
            tokio::spawn(self.clone().name_photos(blobs.clone()));
            tokio::spawn(self.clone().tell_of_photos(blobs));
        }
    }

    /// Keeps a photo; when this returns it is durable here. A record names it with a command of its own.
    pub async fn keep_photo(&self, bytes: Vec<u8>) -> Result<Photo, Refusal> {
        let blobs = self.blobs().ok_or_else(no_photos)?;
        let length =
            u32::try_from(bytes.len()).ok().filter(|_| (1..=PHOTO_BYTES_MAX).contains(&bytes.len())).ok_or_else(|| too_large(bytes.len()))?;
        let kind = picture::kind(&bytes).map_err(not_taken)?;
        let hash = blobs.put(bytes).await.map_err(|error| not_kept(&error))?;
        Ok(Photo { sha256: PhotoHash::new(hash.0), bytes: length, kind })
    }

    /// The bytes of a photo, checked; nothing where they are not here.
    pub async fn photo(&self, hash: PhotoHash) -> Option<Arc<Vec<u8>>> {
        match self.blobs()?.read(Hash(*hash.bytes())).await {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::error!(%error, "a photo cannot be read");
                None
            }
        }
    }

    /// Where a photo is that a record names.
    pub fn photo_place(&self, hash: PhotoHash) -> Place {
        let (hash, blobs) = (Hash(*hash.bytes()), self.blobs());
        match blobs.and_then(|blobs| blobs.standing(&hash)) {
            Some(Standing::Here) if self.role() == Role::Hub => {
                Place::Held(Held { station_have: 0, station_of: 0, hub_at_ms: blobs.and_then(|blobs| blobs.since_ms(&hash)), ..Held::here_alone() })
            }
            Some(Standing::Here) => Place::Held(Held { hub_at_ms: blobs.and_then(|blobs| blobs.at_hub_ms(&hash)), ..Held::here_alone() }),
            Some(missing) => Place::Missing(missing),
            None => Place::Missing(Standing::NobodyHasIt),
        }
    }

    /// Photos on this device, and their bytes.
    pub fn photos_held(&self) -> (usize, u64) {
        self.blobs().map_or((0, 0), Blobs::held)
    }

    /// A photo that a command adds is on this device's disk, and is what the command says.
    pub(crate) fn check_photo(&self, command: &Command) -> Result<(), Refusal> {
        let Command::AddPhoto { photo, .. } = command else { return Ok(()) };
        let length = self.blobs().and_then(|blobs| blobs.length(&Hash(*photo.sha256.bytes())));
        if length == Some(photo.bytes) {
            return Ok(());
        }
        Err(Refusal::new("photo-not-here", "This photo is not on this device's disk.", "Send its bytes first, then add it.", 409))
    }

    /// Tells what the records here name, whenever they changed.
    async fn name_photos(self, blobs: Blobs) {
        let mut changes = self.changes();
        let mut known = None;
        loop {
            changes.borrow_and_update();
            let mut named: BTreeMap<Hash, Named> = BTreeMap::new();
            self.read(|station| {
                for record in station.photos_named() {
                    let entry = named.entry(Hash(*record.photo.sha256.bytes())).or_default();
                    entry.bytes = entry.bytes.max(record.photo.bytes);
                    entry.scopes.insert(record.scope);
                }
            });
            if known.as_ref() != Some(&named) {
                blobs.know(named.clone()).await;
                known = Some(named);
            }
            tokio::time::sleep(LOOK).await;
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Lets the screens look again when a photo came, or is at the hub.
    async fn tell_of_photos(self, blobs: Blobs) {
        let mut changes = blobs.changes();
        while changes.changed().await.is_ok() {
            self.tell("photos");
        }
    }
}

/// A photo that is longer than it may be.
pub(crate) fn too_large(bytes: usize) -> Refusal {
    match bytes {
        0 => not_taken(NotTaken::Kind),
        _ => Refusal::new("photo-too-large", "A photo has at most 2 MiB.", "Take it with a smaller resolution, or send it smaller.", 413),
    }
}

fn not_taken(why: NotTaken) -> Refusal {
    match why {
        NotTaken::Kind => Refusal::new("photo-not-known", "This is not a photo that can be shown.", "Send a JPEG, PNG or WebP picture.", 415),
        NotTaken::Pixels => {
            Refusal::new("photo-too-wide", "This picture has too many pixels.", "Take it with a smaller resolution: 1600 pixels are enough.", 413)
        }
    }
}

fn not_kept(error: &PutError) -> Refusal {
    match error {
        PutError::Length => too_large(PHOTO_BYTES_MAX + 1),
        PutError::Full => Refusal::new(
            "photos-no-room",
            "There is no room for more photos on this device.",
            "Take it at another desk, and call support to free space on this device.",
            507,
        ),
        PutError::Unnamed => Refusal::new(
            "photos-unnamed",
            "Many photos were sent that belong to nothing yet.",
            "Add them to their reports; what belongs to nothing is taken away after a day.",
            409,
        ),
        PutError::Io(error) => {
            tracing::error!(%error, "a photo could not be written");
            Refusal::new("photo-not-saved", "The photo could not be written to the disk.", "Take it at another desk, and call support.", 500)
        }
    }
}

fn no_photos() -> Refusal {
    Refusal::new("photos-off", "This node keeps no photos.", "Take it at another desk.", 409)
}
