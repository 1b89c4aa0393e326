//! What nodes say to each other about blobs, in frames of their own kinds.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::codec;
use crate::frame::{Frame, MAX_BODY};
use crate::hash::Hash;
use crate::message::MessageError;

/// As many bytes as one part holds; the last of a blob holds what is left. On a line of 1 Mbit/s a quarter of a second.
pub const PART: u32 = 32 << 10;

/// As many blobs as one message names.
pub const ASKED_MAX: usize = 64;

/// The kinds of frames that are about blobs.
const ASK: u16 = 33;
const HAVE: u16 = 34;
const GET: u16 = 35;
const GIVE: u16 = 36;

/// A message about blobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlobMessage {
    /// Which of these does the receiver have on disk, and may give to the sender?
    Ask(Vec<Hash>),
    /// Of those that were asked for, these are here. From the hub it is the hub's word that it has them.
    Have(Vec<Hash>),
    /// Send the part of this blob that begins at this byte.
    Get { hash: Hash, offset: u32 },
    /// The part; without bytes where the sender does not have the blob any more, or may not give it.
    Give { hash: Hash, offset: u32, bytes: Vec<u8> },
}

#[derive(Serialize, Deserialize)]
struct Hashes(Vec<Hash>);

#[derive(Serialize, Deserialize)]
struct Place {
    hash: Hash,
    offset: u32,
}

#[derive(Serialize, Deserialize)]
struct Part {
    hash: Hash,
    offset: u32,
    #[serde(with = "serde_bytes")]
    bytes: Vec<u8>,
}

impl BlobMessage {
    /// Whether a frame is about blobs.
    pub(crate) fn is(kind: u16) -> bool {
        (ASK..=GIVE).contains(&kind)
    }

    pub fn to_frame(&self) -> Result<Frame, MessageError> {
        let limit = MAX_BODY as u64;
        let (kind, body) = match self {
            Self::Ask(hashes) => (ASK, codec::encode(hashes, limit)),
            Self::Have(hashes) => (HAVE, codec::encode(hashes, limit)),
            Self::Get { hash, offset } => (GET, codec::encode(&Place { hash: *hash, offset: *offset }, limit)),
            Self::Give { hash, offset, bytes } => (GIVE, codec::encode(&Part { hash: *hash, offset: *offset, bytes: bytes.clone() }, limit)),
        };
        Ok(Frame { kind, body: body.map_err(|_| MessageError::TooLarge)? })
    }

    pub fn from_frame(frame: &Frame) -> Result<Self, MessageError> {
        Ok(match frame.kind {
            ASK => Self::Ask(read::<Hashes>(frame)?.0),
            HAVE => Self::Have(read::<Hashes>(frame)?.0),
            GET => {
                let Place { hash, offset } = read(frame)?;
                Self::Get { hash, offset }
            }
            GIVE => {
                let Part { hash, offset, bytes } = read(frame)?;
                Self::Give { hash, offset, bytes }
            }
            kind => return Err(MessageError::UnknownKind(kind)),
        })
    }
}

fn read<T: DeserializeOwned>(frame: &Frame) -> Result<T, MessageError> {
    codec::decode(&frame.body, MAX_BODY as u64).map_err(|source| MessageError::Body { kind: frame.kind, source })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_said_is_what_is_heard_and_these_are_its_bytes() {
        let hash = Hash([7; 32]);
        let messages = [
            BlobMessage::Ask(vec![hash]),
            BlobMessage::Have(vec![hash, Hash([8; 32])]),
            BlobMessage::Get { hash, offset: 32_768 },
            BlobMessage::Give { hash, offset: 32_768, bytes: vec![1, 2, 3] },
        ];
        for message in messages {
            let frame = message.to_frame().unwrap();
            assert!(BlobMessage::is(frame.kind));
            assert_eq!(BlobMessage::from_frame(&frame).unwrap(), message);
        }
        let frame = BlobMessage::Give { hash, offset: 1, bytes: vec![9] }.to_frame().unwrap();
        assert_eq!(frame.kind, 36);
        assert_eq!(frame.body, [&[7; 32][..], &[1, 0, 0, 0], &[1, 0, 0, 0, 0, 0, 0, 0], &[9]].concat());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_message_or_an_error(kind in 30_u16..40, body in proptest::collection::vec(any::<u8>(), 0..120)) {
            let frame = Frame { kind, body };
            if let Ok(message) = BlobMessage::from_frame(&frame) {
                prop_assert_eq!(message.to_frame().unwrap(), frame);
            }
        }
    }
}
