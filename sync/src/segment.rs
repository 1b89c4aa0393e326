//! Segments and frames as bytes: how a commit stands in a file, and how a torn tail is told from rot. Pure.
//!
//! A segment is a header and then frames, each padded to eight bytes; zeros follow, for a segment is reserved before it is used. A frame names
//! its own place and the frame before it, so whatever is found can be judged without the rest.

use crate::hash::Hash;

/// The version of segments that this program writes: frames may hold packed contents.
const VERSION: u16 = 2;
/// Versions that it reads. In the first, all contents are plain.
const VERSIONS: std::ops::RangeInclusive<u16> = 1..=VERSION;
const SEGMENT_MAGIC: [u8; 8] = *b"APRNJRNL";
const FRAME_MAGIC: [u8; 4] = *b"APRF";

/// Bytes before the first frame of a segment.
pub const SEGMENT_HEADER: usize = 128;
/// Bytes before a frame's payload.
pub const FRAME_HEADER: usize = 64;
/// As large as one commit may be.
pub const PAYLOAD_MAX: usize = 8 << 20;

/// What a segment says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentHeader {
    pub number: u64,
    /// Drawn at each start of the process; a segment belongs to one.
    pub lifetime: [u8; 16],
    /// The hash of the last frame before this segment.
    pub previous: Hash,
}

/// What became of a segment's bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    pub header: Option<SegmentHeader>,
    /// Every good frame in order.
    pub frames: Vec<Found>,
    /// Places where bytes are bad although good frames stand behind them: rot.
    pub damaged: Vec<Span>,
    /// Bad bytes behind the last good frame, with nothing good behind them.
    pub torn: Option<Span>,
    /// Where the last good frame ends.
    pub end: usize,
}

/// A good frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    pub offset: usize,
    pub payload_len: usize,
    pub hash: Hash,
    pub previous: Hash,
}

/// Bytes from `start` up to `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl SegmentHeader {
    pub fn write(&self) -> [u8; SEGMENT_HEADER] {
        let mut bytes = [0; SEGMENT_HEADER];
        bytes[..8].copy_from_slice(&SEGMENT_MAGIC);
        bytes[8..10].copy_from_slice(&VERSION.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.number.to_le_bytes());
        bytes[24..40].copy_from_slice(&self.lifetime);
        bytes[40..72].copy_from_slice(&self.previous.0);
        let crc = crc32c::crc32c(&bytes[..72]);
        bytes[72..76].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    /// Reads a header; `None` if the bytes are damaged or of another version.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.get(..SEGMENT_HEADER)?;
        let good = bytes[..8] == SEGMENT_MAGIC && is_ours(bytes) && number32(bytes, 72)? == crc32c::crc32c(&bytes[..72]);
        good.then(|| Some(Self { number: number64(bytes, 16)?, lifetime: array(bytes, 24)?, previous: Hash(array(bytes, 40)?) }))?
    }
}

/// Whether these bytes begin a segment of a version that we do not read, whose frames we must not judge.
pub fn is_of_another_version(bytes: &[u8]) -> bool {
    bytes.len() >= SEGMENT_HEADER && bytes[..8] == SEGMENT_MAGIC && !is_ours(bytes) && number32(bytes, 72) == Some(crc32c::crc32c(&bytes[..72]))
}

fn is_ours(bytes: &[u8]) -> bool {
    array(bytes, 8).map(u16::from_le_bytes).is_some_and(|version| VERSIONS.contains(&version))
}

/// The bytes of a frame at `offset` of segment `segment`, and its hash.
pub fn frame(segment: u64, offset: u64, previous: Hash, payload: &[u8]) -> (Vec<u8>, Hash) {
    let mut bytes = Vec::with_capacity(padded(FRAME_HEADER + payload.len()));
    let hash = frame_into(&mut bytes, segment, offset, previous, payload);
    (bytes, hash)
}

/// As [`frame`], into memory that is used again.
pub fn frame_into(bytes: &mut Vec<u8>, segment: u64, offset: u64, previous: Hash, payload: &[u8]) -> Hash {
    bytes.clear();
    bytes.extend_from_slice(&FRAME_MAGIC);
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&segment.to_le_bytes());
    bytes.extend_from_slice(&offset.to_le_bytes());
    bytes.extend_from_slice(&previous.0);
    let crc = crc32c::crc32c_append(crc32c::crc32c(bytes), payload);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes.resize(FRAME_HEADER, 0);
    bytes.extend_from_slice(payload);
    let hash = Hash::of(&[bytes]);
    bytes.resize(padded(bytes.len()), 0);
    hash
}

/// The frame at `offset`, if a good one stands there.
pub fn read_frame(bytes: &[u8], segment: u64, offset: usize) -> Option<Found> {
    let head: [u8; FRAME_HEADER] = array(bytes, offset)?;
    if head[..4] != FRAME_MAGIC {
        return None;
    }
    let payload_len = number32(&head, 4)? as usize;
    let frame = (payload_len <= PAYLOAD_MAX).then(|| bytes.get(offset..offset + FRAME_HEADER + payload_len))??;
    is_frame(&head, &frame[FRAME_HEADER..], segment, offset as u64)
        .then(|| Some(Found { offset, payload_len, hash: Hash::of(&[frame]), previous: Hash(array(frame, 24)?) }))?
}

/// Whether header and payload, read apart, are the good frame at `offset`.
pub fn is_frame(head: &[u8; FRAME_HEADER], payload: &[u8], segment: u64, offset: u64) -> bool {
    let crc = crc32c::crc32c_append(crc32c::crc32c(&head[..56]), payload);
    head[..4] == FRAME_MAGIC
        && number32(head, 4) == Some(payload.len() as u32)
        && number64(head, 8) == Some(segment)
        && number64(head, 16) == Some(offset)
        && number32(head, 56) == Some(crc)
        && head[60..] == [0; 4]
}

/// Where the frame behind this one would begin.
pub fn after(found: &Found) -> usize {
    padded(found.offset + FRAME_HEADER + found.payload_len)
}

/// Reads a whole segment and judges every byte of it.
pub fn scan(number: u64, bytes: &[u8]) -> Scan {
    let mut scan =
        Scan { header: SegmentHeader::read(bytes), frames: Vec::new(), damaged: Vec::new(), torn: None, end: SEGMENT_HEADER.min(bytes.len()) };
    loop {
        match read_frame(bytes, number, scan.end) {
            Some(found) => {
                scan.end = after(&found).min(bytes.len());
                scan.frames.push(found);
            }
            None => match next_good(bytes, number, scan.end) {
                Some(found) => {
                    scan.damaged.push(Span { start: scan.end, end: found.offset });
                    scan.end = after(&found).min(bytes.len());
                    scan.frames.push(found);
                }
                None => break,
            },
        }
    }
    let written = bytes[scan.end..].iter().rposition(|byte| *byte != 0);
    scan.torn = written.map(|last| Span { start: scan.end, end: scan.end + last + 1 });
    scan
}

/// The first good frame behind `from`; frames begin at multiples of eight.
fn next_good(bytes: &[u8], number: u64, from: usize) -> Option<Found> {
    (padded(from + 1)..bytes.len()).step_by(8).find_map(|offset| read_frame(bytes, number, offset))
}

pub(crate) fn padded(len: usize) -> usize {
    len.div_ceil(8) * 8
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

fn number32(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn number64(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A segment with these payloads, its frames' places, and zeros behind.
    fn segment(payloads: &[Vec<u8>]) -> (Vec<u8>, Vec<usize>) {
        let mut bytes = SegmentHeader { number: 3, lifetime: [1; 16], previous: Hash::default() }.write().to_vec();
        let mut previous = Hash::default();
        let mut ends = vec![bytes.len()];
        for payload in payloads {
            let (frame, hash) = frame(3, bytes.len() as u64, previous, payload);
            bytes.extend(frame);
            previous = hash;
            ends.push(bytes.len());
        }
        bytes.resize(bytes.len() + 4096, 0);
        (bytes, ends)
    }

    fn payloads() -> impl Strategy<Value = Vec<Vec<u8>>> {
        prop::collection::vec(prop::collection::vec(any::<u8>(), 0..900), 1..6)
    }

    proptest! {
        #[test]
        fn every_frame_is_found_again(payloads in payloads()) {
            let (bytes, ends) = segment(&payloads);
            let scan = scan(3, &bytes);
            prop_assert_eq!(scan.frames.len(), payloads.len());
            prop_assert_eq!((scan.damaged.len(), scan.torn, scan.end), (0, None, *ends.last().unwrap()));
        }

        #[test]
        fn every_truncation_keeps_all_whole_frames(payloads in payloads(), cut in any::<prop::sample::Index>()) {
            let (mut bytes, ends) = segment(&payloads);
            let cut = cut.index(bytes.len());
            bytes.truncate(cut);
            let scan = scan(3, &bytes);
            // A frame whose padding alone is cut is whole: its padding carries nothing.
            let whole = ends[1..].iter().filter(|end| **end <= cut).count();
            prop_assert!(scan.frames.len() == whole || scan.frames.len() == whole + 1 && ends[whole + 1] - cut < 8);
            prop_assert!(scan.damaged.is_empty());
        }

        #[test]
        fn a_power_cut_during_the_last_write_costs_only_the_last_frame(payloads in payloads(), kept in prop::collection::vec(any::<bool>(), 64)) {
            let (mut bytes, ends) = segment(&payloads);
            let (start, end) = (ends[payloads.len() - 1], ends[payloads.len()]);
            for (sector, kept) in (start / 512..=end / 512).zip(kept.iter().cycle()) {
                if !kept {
                    let (from, to) = ((sector * 512).max(start), ((sector + 1) * 512).min(end));
                    bytes[from.min(to)..to].fill(0);
                }
            }
            let scan = scan(3, &bytes);
            prop_assert!(scan.frames.len() >= payloads.len() - 1);
            prop_assert!(scan.damaged.is_empty());
        }

        #[test]
        fn a_flipped_bit_before_good_frames_is_rot_and_costs_one_frame(payloads in payloads(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
            let (mut bytes, ends) = segment(&payloads);
            let at = SEGMENT_HEADER + at.index(ends[payloads.len()] - SEGMENT_HEADER);
            bytes[at] ^= 1 << bit;
            let scan = scan(3, &bytes);
            let hit = ends[1..].iter().position(|end| at < *end).unwrap();
            if scan.frames.len() == payloads.len() {
                return Ok(()); // the flip was in padding
            }
            prop_assert_eq!(scan.frames.len(), payloads.len() - 1);
            if hit + 1 < payloads.len() {
                prop_assert_eq!(scan.damaged.clone(), vec![Span { start: ends[hit], end: ends[hit + 1] }]);
                prop_assert_eq!(scan.torn, None);
            } else {
                prop_assert!(scan.damaged.is_empty() && scan.torn.is_some());
            }
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            scan(0, &bytes);
        }
    }
}
