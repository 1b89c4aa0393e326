//! Photos of a bag or of a baggage report: records name them by the hash of their bytes, and hold no byte of them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::FactRef;
use super::fact::{History, What};

/// As large as one photo may be, in bytes: 1600 pixels on the longer side take a tenth to a quarter of it.
pub const PHOTO_BYTES_MAX: usize = 2 << 20;

/// As many photos as one bag or report shows.
pub const PHOTOS_MAX: usize = 6;

/// The SHA-256 of a photo's bytes, written as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoHash([u8; 32]);

/// A text that does not name a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This does not name a photo. Give the 64 digits and small letters that came with it.")]
pub struct NotAPhoto;

/// What a photo's bytes are. Only formats that hold nothing but a picture: no SVG, which is a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PhotoKind {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
}

/// One photo, as a record names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    pub sha256: PhotoHash,
    /// Its length.
    pub bytes: u32,
    pub kind: PhotoKind,
}

/// Which photo is shown no more, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    pub photo: PhotoHash,
    pub reason: String,
}

/// A photo that a record shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhotoRow {
    #[serde(flatten)]
    pub photo: Photo,
    /// When it was taken, in milliseconds since 1970 UTC, and by whom, as told at the desk.
    pub at: i64,
    pub by: String,
    pub desk: String,
}

impl Photo {
    /// Whether its length is one that a photo may have.
    pub fn fits(&self) -> bool {
        (1..=PHOTO_BYTES_MAX as u64).contains(&u64::from(self.bytes))
    }
}

impl PhotoHash {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PhotoKind {
    /// As in `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// The photos that a record shows, the first recorded first; each once, however often desks added it while they did not see each other.
pub fn shown(history: &History) -> Vec<PhotoRow> {
    let mut held: Vec<_> = history.live(is_photo).collect();
    held.sort_by_key(|held| (held.fact.rec, held.id));
    let mut rows: Vec<PhotoRow> = Vec::new();
    for held in held {
        if let What::PhotoAdded(photo) = &held.fact.what
            && photo.fits()
            && rows.iter().all(|row| row.photo.sha256 != photo.sha256)
        {
            rows.push(PhotoRow { photo: **photo, at: held.fact.at, by: held.fact.by.to_string(), desk: held.fact.desk.to_string() });
        }
    }
    rows
}

/// What hiding a photo names.
pub(crate) fn refs(history: &History, hash: PhotoHash) -> Vec<FactRef> {
    history.refs(|what| matches!(what, What::PhotoAdded(photo) if photo.sha256 == hash))
}

/// Whether a record shows any photo at all: cheap, for it is asked of every bag.
pub(crate) fn has_any(history: &History) -> bool {
    history.all().iter().any(|held| is_photo(&held.fact.what))
}

fn is_photo(what: &What) -> bool {
    matches!(what, What::PhotoAdded(_))
}

impl FromStr for PhotoHash {
    type Err = NotAPhoto;
    fn from_str(text: &str) -> Result<Self, NotAPhoto> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(NotAPhoto),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(NotAPhoto);
        }
        let mut bytes = [0; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for PhotoHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

super::serde_as_text!(PhotoHash);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_photo_has_one_name(bytes: [u8; 32]) {
            let name = PhotoHash::new(bytes).to_string();
            prop_assert_eq!(name.parse::<PhotoHash>(), Ok(PhotoHash::new(bytes)));
            prop_assert_eq!(name.to_uppercase().parse::<PhotoHash>().is_ok(), name.to_uppercase() == name);
        }

        #[test]
        fn any_text_is_a_name_or_none(text in ".{0,70}") {
            if let Ok(hash) = text.parse::<PhotoHash>() {
                prop_assert_eq!(hash.to_string(), text);
            }
        }
    }
}
