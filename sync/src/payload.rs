//! A journal frame's contents as bytes: plain, or packed where they are many.
//!
//! Plain contents are the structure itself, which begins with eight bytes of time. Packed contents are
//!
//! ```text
//! "APRNPACK" | plain length u32 | zstd of the plain contents
//! ```
//!
//! What a peer brings repeats itself: packed it is a third as long, and the disk is what a catch-up waits for.

use crate::codec::{self, CodecError};
use crate::segment::PAYLOAD_MAX;
use crate::step::FrameBody;

/// As a time this is in a hundred million years; contents that would begin so are always packed.
const PACKED: [u8; 8] = *b"APRNPACK";
const PACKED_HEADER: usize = PACKED.len() + 4;
/// Contents of a few people's commits stay plain: nothing waits for so few bytes, and each is read back alone.
const PACK_FROM: usize = 64 << 10;
/// The fastest of zstd's levels that packs hashes and text apart; the next ones cost half as much again for a fiftieth of the bytes.
const LEVEL: i32 = -1;

/// Writes contents, with memory that is used again.
pub struct PayloadWriter {
    pack_from: usize,
    plain: Vec<u8>,
    packed: Vec<u8>,
    packer: Option<zstd::bulk::Compressor<'static>>,
}

impl Default for PayloadWriter {
    fn default() -> Self {
        Self::packing_from(PACK_FROM)
    }
}

impl PayloadWriter {
    /// Packs contents from so many bytes on.
    pub fn packing_from(bytes: usize) -> Self {
        Self { pack_from: bytes, plain: Vec::new(), packed: Vec::new(), packer: None }
    }

    /// The bytes of a frame's contents, at most [`PAYLOAD_MAX`] of them, packed or not.
    pub fn write(&mut self, frame: &FrameBody) -> Result<&[u8], CodecError> {
        codec::encode_into(&mut self.plain, frame, PAYLOAD_MAX)?;
        let must = self.plain.starts_with(&PACKED);
        if self.plain.len() < self.pack_from && !must {
            return Ok(&self.plain);
        }
        match self.pack() {
            Some(()) if must || self.packed.len() < self.plain.len() => Ok(&self.packed),
            // Failing to pack is no failure: the contents stay as they are.
            _ if !must => Ok(&self.plain),
            _ => Err(CodecError::TooLarge { limit: PAYLOAD_MAX as u64 }),
        }
    }

    fn pack(&mut self) -> Option<()> {
        let packer = match &mut self.packer {
            Some(packer) => packer,
            none => none.insert(zstd::bulk::Compressor::new(LEVEL).ok()?),
        };
        self.packed.clear();
        self.packed.extend_from_slice(&PACKED);
        self.packed.extend_from_slice(&u32::try_from(self.plain.len()).ok()?.to_le_bytes());
        self.packed.resize(PACKED_HEADER + zstd::zstd_safe::compress_bound(self.plain.len()), 0);
        let length = packer.compress_to_buffer(&self.plain, &mut self.packed[PACKED_HEADER..]).ok()?;
        self.packed.truncate(PACKED_HEADER + length);
        (self.packed.len() <= PAYLOAD_MAX).then_some(())
    }
}

/// The contents of a frame. Never unfolds further than a frame may be.
pub fn read(payload: &[u8]) -> Result<FrameBody, CodecError> {
    let Some(packed) = payload.strip_prefix(&PACKED) else { return codec::decode(payload, PAYLOAD_MAX as u64) };
    let malformed = |found: &str| CodecError::Malformed { found: found.to_owned() };
    let (length, packed) = packed.split_first_chunk::<4>().ok_or_else(|| malformed("packed contents without a length"))?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > PAYLOAD_MAX {
        return Err(CodecError::TooLarge { limit: PAYLOAD_MAX as u64 });
    }
    let plain = zstd::bulk::decompress(packed, length).map_err(|_| malformed("packed contents that do not unpack"))?;
    match plain.len() == length {
        true => codec::decode(&plain, PAYLOAD_MAX as u64),
        false => Err(malformed("packed contents of another length")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use schemas::flat::{DocId, LogId};

    use super::*;
    use crate::entry::{Entry, Part};
    use crate::hash::Hash;
    use crate::step::End;

    fn frame(at_ms: i64, changes: &[Vec<u8>]) -> FrameBody {
        let part = |change: &Vec<u8>| Part { doc: DocId([3; 16]), own_prev: None, nonce: [4; 16], change: change.clone(), facts: Vec::new() };
        let entry = |(number, change): (u64, &Vec<u8>)| Entry {
            log: LogId([1; 16]),
            number,
            prev: Hash([2; 32]),
            header: b"header".to_vec(),
            parts: vec![part(change)],
        };
        let entries = (2..).zip(changes).map(entry).collect();
        FrameBody { at_ms, openings: Vec::new(), entries, ends: vec![End { log: LogId([1; 16]), number: 2, signature: vec![7; 64] }] }
    }

    #[test]
    fn many_bytes_are_packed_and_few_are_not() {
        let mut writer = PayloadWriter::default();
        let (few, many) = (frame(1, &vec![vec![5; 100]; 2]), frame(1, &vec![vec![5; 100]; 1000]));
        assert_eq!(writer.write(&few).unwrap(), codec::encode(&few, PAYLOAD_MAX as u64).unwrap(), "as the first version wrote it");
        let bytes = writer.write(&many).unwrap().to_vec();
        assert!(bytes.starts_with(&PACKED) && bytes.len() < codec::encode(&many, PAYLOAD_MAX as u64).unwrap().len() / 4);
        assert_eq!(read(&bytes).unwrap(), many);
        assert_eq!(writer.write(&few).map(read).unwrap().unwrap(), few, "the memory is used again");
    }

    #[test]
    fn a_time_that_looks_like_packed_contents_is_packed() {
        let odd = frame(i64::from_le_bytes(PACKED), &[]);
        let bytes = PayloadWriter::default().write(&odd).unwrap().to_vec();
        assert_eq!(read(&bytes).unwrap(), odd);
    }

    #[test]
    fn packed_contents_unfold_no_further_than_a_frame_may_be() {
        let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
        let of_length = |length: u32| [PACKED.as_slice(), &length.to_le_bytes(), &bomb].concat();
        assert!(matches!(read(&of_length(u32::MAX)), Err(CodecError::TooLarge { .. })));
        assert!(matches!(read(&of_length(PAYLOAD_MAX as u32)), Err(CodecError::Malformed { .. })));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(at_ms: i64, changes in prop::collection::vec(prop::collection::vec(0..9u8, 0..3000), 0..120)) {
            let frame = frame(at_ms, &changes);
            prop_assert_eq!(&read(PayloadWriter::default().write(&frame).unwrap()).unwrap(), &frame);
            prop_assert_eq!(&read(PayloadWriter::packing_from(0).write(&frame).unwrap()).unwrap(), &frame);
        }

        #[test]
        fn changed_or_cut_bytes_are_an_error_or_other_contents_and_never_a_panic(at: prop::sample::Index, bit in 0..8u32, cut: bool) {
            let mut bytes = PayloadWriter::default().write(&frame(1, &vec![vec![5; 100]; 800])).unwrap().to_vec();
            let at = at.index(bytes.len());
            if cut {
                bytes.truncate(at);
                prop_assert!(read(&bytes).is_err());
            } else {
                bytes[at] ^= 1 << bit;
                let _ = read(&bytes);
            }
        }

        #[test]
        fn any_bytes_behind_the_mark_end_in_contents_or_an_error(tail in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&[PACKED.as_slice(), &tail].concat());
        }
    }
}
